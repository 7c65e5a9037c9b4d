"""Known wrong soft values: rewards, ends, and what is returned."""

import numpy as np
from scipy.special import logsumexp

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_05_soft_choice import POLICIES
from ilrl_course.checks.lesson_05_soft_parts import none_at, soft_with, then, with_parts, worth
from ilrl_course.checks.lesson_05_soft_time import TIME
from ilrl_course.checks.lesson_05_soft_values import VALUES
from ilrl_course.checks.lesson_05_worlds import NEEDS_DENSE, NEEDS_SPARSE

LOG_A_LEFT = (
    "a terminal state is returned with the value log A. Set the values of terminal states to 0 after the "
    "update, not only before it."
)
SWAPPED = "the two results are swapped. The policy comes first, then the values."
FOUR = "the number of actions is fixed at 4. It may be another one: transitions.shape[0] // len(terminal)."


def _of_the_state_left(rewards, transitions, values):
    """q-values that pay for the state that is left."""
    later = transitions @ values
    return np.repeat(rewards, len(later) // len(rewards)) + later


def _as_choices(transitions, rewards, values):
    """The log of the mean of exp over the next states: chance as if it were chosen."""
    chances = transitions @ np.eye(len(rewards))
    with np.errstate(divide="ignore"):
        return logsumexp(np.maximum(np.log(chances), -1e9) + rewards + values, axis=1)


REWARDS = (
    Mutant(
        "the rewards are left out. An action is worth the mean of reward plus value over its next states.",
        worth(lambda transitions, rewards, values: transitions @ values),
    ),
    Mutant(
        "the values of the next states are left out, so nobody looks further than one step. Add them to the "
        "rewards: rewards + values.",
        worth(lambda transitions, rewards, values: transitions @ rewards),
    ),
    Mutant(
        "the reward of the state that is left is paid. Rewards are for arriving: put them inside, as in "
        "transitions @ (rewards + values).",
        worth(lambda transitions, rewards, values: _of_the_state_left(rewards, transitions, values)),
        worth(lambda transitions, rewards, values: rewards + transitions @ values),
        worth(
            lambda transitions, rewards, values: _of_the_state_left(rewards, transitions, values),
            end=lambda values, terminal, rewards: np.where(terminal, rewards, values),
        ),
    ),
    Mutant(
        "the values of the next states are not moved through the transitions. Put them inside: "
        "transitions @ (rewards + values).",
        worth(lambda transitions, rewards, values: transitions @ rewards + values),
        worth(
            lambda transitions, rewards, values: (
                transitions @ rewards + np.repeat(values, transitions.shape[0] // len(values))
            )
        ),
    ),
    Mutant(
        "a sign is wrong. The reward on arrival and the value of the next state are both added.",
        worth(lambda transitions, rewards, values: transitions @ (values - rewards)),
        worth(lambda transitions, rewards, values: transitions @ (rewards - values)),
        worth(lambda transitions, rewards, values: -(transitions @ (rewards + values))),
    ),
    Mutant(
        "chance is treated as a choice, with a log of a sum over the next states. Over chance, take the "
        "mean: transitions @ (rewards + values).",
        worth(_as_choices),
    ),
)
ENDS = (
    Mutant(
        "terminal states gain log A in each step. Nothing comes after them: set their values to 0.",
        with_parts(end=none_at(np.zeros_like)),
    ),
    Mutant(
        LOG_A_LEFT,
        with_parts(end=none_at(np.zeros_like), begin=lambda values, terminal: np.where(terminal, 0, values)),
    ),
    Mutant(
        "arriving in a terminal state does not pay. Its reward counts, only its value is 0: leave the "
        "rewards as they are.",
        lambda transitions, terminal, rewards, num_steps: soft_with(
            transitions, terminal, np.where(terminal, 0, rewards), num_steps
        ),
    ),
    Mutant(
        "a terminal state is worth its reward once more. It was paid on arrival: set the value to 0.",
        with_parts(end=lambda values, terminal, rewards: np.where(terminal, rewards, values)),
        with_parts(
            end=lambda values, terminal, rewards: np.where(terminal, rewards, values),
            first=lambda terminal, rewards: np.where(terminal, rewards, 0),
        ),
    ),
    Mutant(
        "the values of the wrong states are set to 0. Only those of terminal states are: values[terminal].",
        with_parts(end=none_at(np.logical_not)),
        with_parts(end=none_at(np.ones_like)),
    ),
)


def _into_four_columns(transitions, terminal, rewards, num_steps):
    policy = np.zeros((num_steps, len(terminal), 4))
    policy[-1] = (transitions @ rewards).reshape(len(terminal), -1)
    return policy, rewards


RESULTS = (
    Mutant(
        SWAPPED,
        then(lambda policy, values: (values, policy)),
    ),
    Mutant(
        "the axes of the policy are in another order. It should be (T, S, A): the step, the state, the "
        "action.",
        then(lambda policy, values: (policy.transpose(0, 2, 1), values)),
        then(lambda policy, values: (policy.transpose(1, 2, 0), values)),
        then(lambda policy, values: (policy.transpose(1, 0, 2), values)),
    ),
    Mutant(
        "the values of all steps are returned. Return one value for each state, with all T steps to go.",
        then(lambda policy, values: (policy, np.repeat(values[None], len(policy), axis=0))),
        then(lambda policy, values: (policy, np.repeat(values[None], len(policy) + 1, axis=0))),
    ),
    Mutant(
        NEEDS_SPARSE,
        worth(lambda transitions, rewards, values: transitions.toarray() @ (rewards + values)),
    ),
    Mutant(
        NEEDS_DENSE,
        worth(lambda transitions, rewards, values: np.einsum("ij,j->i", transitions, rewards + values)),
    ),
    Mutant(FOUR, with_parts(rows=lambda q, num_states: q.reshape(num_states, 4)), _into_four_columns),
)
MUTANTS = VALUES + POLICIES + TIME + REWARDS + ENDS + RESULTS
