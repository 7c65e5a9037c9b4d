"""Known wrong soft values: in which order the steps are taken, how many, and from which values."""

import numpy as np

from ilrl_course.algorithms.maxent_irl import soft_value_iteration
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_soft_parts import log_sum_exp, of_each, q_of, then, with_parts, worth

STOPS = (
    "the loop stops when the values no longer change, but each of the T policies is needed. Go on until all "
    "T steps are done."
)


def _without_the_last_update(transitions, terminal, rewards, num_steps):
    policy, _ = soft_value_iteration(transitions, terminal, rewards, num_steps)
    return policy, soft_value_iteration(transitions, terminal, rewards, num_steps - 1)[1]


def _policy_of_one_step_less(transitions, terminal, rewards, num_steps):
    policy, _ = soft_value_iteration(transitions, terminal, rewards, num_steps + 1)
    return policy[:-1], soft_value_iteration(transitions, terminal, rewards, num_steps)[1]


def _until_nothing_changes(returned):
    """Stops early: `returned(policy, t)` of a policy whose steps before t are not filled in."""

    def answer(transitions, terminal, rewards, num_steps):
        values = np.zeros(len(terminal))
        policy = np.zeros((num_steps, len(terminal), transitions.shape[0] // len(terminal)))
        for t in reversed(range(num_steps)):
            later, q = values, q_of(transitions, rewards, values).reshape(len(terminal), -1)
            policy[t] = of_each(q, None, None)
            values = np.where(terminal, 0.0, log_sum_exp(q))
            if np.abs(values - later).max() < 1e-3:
                return returned(policy, t), values
        return policy, values

    return answer


TIME = (
    Mutant(
        "the policy stands in reverse order: policy[0] belongs to the first step, when all T are to go. Walk "
        "backwards in time, from t = T - 1 to 0.",
        with_parts(steps=range),
        with_parts(place=lambda t, num_steps: num_steps - 1 - t),
    ),
    Mutant(
        "every step has the same policy. With fewer steps to go, other actions are best: keep the one of "
        "each step.",
        then(lambda policy, values: (np.repeat(policy[:1], len(policy), axis=0), values)),
        then(lambda policy, values: (np.repeat(policy[-1:], len(policy), axis=0), values)),
    ),
    Mutant(
        "the policy of one step only is returned. Keep the policies of all T steps: (T, S, A).",
        then(lambda policy, values: (policy[0], values)),
    ),
    Mutant(
        "one step is left out: the loop ends too early, or begins too late. It should run T times.",
        with_parts(steps=lambda num_steps: reversed(range(num_steps - 1))),
        with_parts(steps=lambda num_steps: range(num_steps - 1, 0, -1)),
        with_parts(steps=lambda num_steps: range(num_steps - 1)),
        then(lambda policy, values: (np.array([*policy[1:]]), values)),
    ),
    Mutant(
        "the values returned have T - 1 steps to go. Return those after the last update, with all T to go.",
        _without_the_last_update,
    ),
    Mutant(
        "the policies and the values do not fit together: policy[t] should have T - t steps to go, but it "
        "has one more.",
        _policy_of_one_step_less,
    ),
    Mutant(
        "a discount makes later rewards smaller. Here the horizon T bounds the sum, and all rewards count "
        "in full.",
        *(
            worth(lambda transitions, rewards, values, gamma=gamma: transitions @ (rewards + gamma * values))
            for gamma in (0.5, 0.9, 0.95, 0.99)
        ),
    ),
    Mutant(
        "the values start from the rewards, so the last reward counts twice. With no step to go, nothing "
        "is to come: start from 0.",
        with_parts(first=lambda terminal, rewards: rewards),
        with_parts(first=lambda terminal, rewards: np.where(terminal, 0, rewards)),
        with_parts(first=lambda terminal, rewards: np.where(terminal, rewards, 0)),
        with_parts(
            first=lambda terminal, rewards: rewards,
            begin=lambda values, terminal: np.where(terminal, 0, values),
        ),
    ),
    Mutant(
        STOPS,
        _until_nothing_changes(lambda policy, t: policy),
        _until_nothing_changes(lambda policy, t: policy[t:]),
    ),
)
