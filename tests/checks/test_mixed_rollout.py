"""Lesson 04, sharing the steps: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest

from ilrl_course.rollout import collect_rollout
from tests.checks.answers import hint_for


def mixed(act):
    """A mixed rollout whose actions are act(expert, learner, obs, beta, rng)."""

    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        return collect_rollout(lambda obs: act(expert, learner, obs, beta, rng), envs, obs, num_steps)

    return answer


def select(coins, first, second):
    return np.where(coins.reshape((-1,) + (1,) * (first.ndim - 1)), first, second)


def act_by_loop(expert, learner, obs, beta, rng):
    first, second = expert(obs), learner(obs)
    return np.array([first[i] if rng.uniform() <= beta else second[i] for i in range(len(obs))])


def act_by_asking_for_rows(expert, learner, obs, beta, rng):
    coins = rng.uniform(size=len(obs)) <= beta
    actions = np.empty_like(learner(obs))
    actions[coins] = expert(obs[coins])
    actions[~coins] = learner(obs[~coins])
    return actions


def act_by_binomial(expert, learner, obs, beta, rng):
    return select(rng.binomial(1, beta, len(obs)) == 1, expert(obs), learner(obs))


def act_by_choice(expert, learner, obs, beta, rng):
    return select(rng.choice([True, False], len(obs), p=[beta, 1 - beta]), expert(obs), learner(obs))


def act_by_stacking(expert, learner, obs, beta, rng):
    both = np.stack([learner(obs), expert(obs)])  # (2, N, ...)
    return both[(rng.random(obs.shape[0]) < beta).astype(int), np.arange(len(obs))]


RIGHT = [
    mixed(act_by_loop),
    mixed(act_by_asking_for_rows),
    mixed(act_by_binomial),
    mixed(act_by_choice),
    mixed(act_by_stacking),
]


def tossed(toss):
    return mixed(
        lambda expert, learner, obs, beta, rng: select(toss(obs, beta, rng), expert(obs), learner(obs))
    )


def toss_once_for_the_block(expert, learner, envs, obs, num_steps, beta, rng):
    actor = expert if rng.uniform() < beta else learner
    return collect_rollout(actor, envs, obs, num_steps)


def toss_once_for_each_world(expert, learner, envs, obs, num_steps, beta, rng):
    coins = rng.binomial(1, beta, len(obs)) == 1
    return collect_rollout(lambda obs: select(coins, expert(obs), learner(obs)), envs, obs, num_steps)


def toss_for_each_episode(expert, learner, envs, obs, num_steps, beta, rng):
    coins, last = rng.uniform(size=len(obs)) < beta, obs

    def act(obs):
        nonlocal last
        new = obs[:, 2] < last[:, 2]
        coins[new] = rng.uniform(size=new.sum()) < beta
        last = obs
        return select(coins, expert(obs), learner(obs))

    return collect_rollout(act, envs, obs, num_steps)


def toss_with_a_generator_of_its_own(expert, learner, envs, obs, num_steps, beta, rng):
    return mixed(act_by_binomial)(
        expert, learner, envs, obs, num_steps, beta, np.random.Generator(np.random.PCG64(7))
    )


def weigh(expert, learner, obs, beta, rng):
    actions = expert(obs) * beta + learner(obs) * (1.0 - beta)
    return np.rint(actions).astype(learner(obs).dtype)


def weigh_with_floats(expert, learner, obs, beta, rng):
    return expert(obs) * beta + learner(obs) * (1.0 - beta)


def write_into_the_learner_s(expert, learner, obs, beta, rng):
    actions = learner(obs)
    rows = np.flatnonzero(rng.uniform(size=len(obs)) < beta)
    actions[rows] = expert(obs[rows])
    return actions


def write_into_the_expert_s(expert, learner, obs, beta, rng):
    actions = expert(obs)
    for i in range(len(obs)):
        if rng.random() >= beta:
            actions[i] = learner(obs)[i]
    return actions


def if_of_arrays(expert, learner, obs, beta, rng):
    if rng.random(size=obs.shape[0]) <= beta:
        return expert(obs)
    return learner(obs)


def assign_too_many_rows(expert, learner, obs, beta, rng):
    actions = np.copy(learner(obs))
    actions[rng.random(obs.shape[0]) <= beta] = expert(obs)
    return actions


WRONG = [
    ("beta is the wrong way around", tossed(lambda obs, beta, rng: rng.uniform(size=len(obs)) >= beta)),
    ("beta has no effect", tossed(lambda obs, beta, rng: rng.integers(2, size=len(obs)) == 1)),
    ("one coin decides about the whole block", toss_once_for_the_block),
    (
        "in each step one coin decides for all",
        tossed(lambda obs, beta, rng: np.repeat(rng.uniform() <= beta, len(obs))),
    ),
    ("the coins are the same in each step", toss_once_for_each_world),
    (
        "the coins are the same in each step",
        tossed(lambda obs, beta, rng: np.random.default_rng(3).uniform(size=len(obs)) < beta),
    ),
    ("one coin decides about a whole episode", toss_for_each_episode),
    ("the actions are averaged", mixed(weigh)),
    ("the actions are averaged", mixed(weigh_with_floats)),
    (
        "each number of an action has a coin",
        mixed(
            lambda e, le, obs, beta, rng: np.choose(rng.binomial(1, beta, e(obs).shape), [le(obs), e(obs)])
        ),
    ),
    ("the expert acts alone", lambda e, le, envs, obs, n, beta, rng: collect_rollout(e, envs, obs, n)),
    ("the learner acts alone", lambda e, le, envs, obs, n, beta, rng: collect_rollout(le, envs, obs, n)),
    (
        "the coins cannot be repeated",
        tossed(lambda obs, beta, rng: np.random.binomial(1, beta, len(obs)) == 1),  # noqa: NPY002
    ),
    (
        "the coins cannot be repeated",
        tossed(lambda obs, beta, rng: np.random.default_rng().random(len(obs)) < beta),
    ),
    ("rng has no effect", toss_with_a_generator_of_its_own),
    ("it writes into an array that an actor returned", mixed(write_into_the_learner_s)),
    ("it writes into an array that an actor returned", mixed(write_into_the_expert_s)),
    ("`if` cannot decide", mixed(if_of_arrays)),
    ("only some rows are assigned to", mixed(assign_too_many_rows)),
    (
        "where an action is several numbers",
        mixed(lambda e, le, obs, beta, rng: np.where(rng.random(len(obs)) <= beta, e(obs), le(obs))),
    ),
    (
        "where an action is one number",
        mixed(lambda e, le, obs, beta, rng: np.where(rng.random((len(obs), 1)) < beta, e(obs), le(obs))),
    ),
    (
        "some actions are neither what the expert would do",
        mixed(lambda e, le, obs, beta, rng: act_by_binomial(e, le, obs[::-1], beta, rng)),
    ),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("mixed_rollout", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("mixed_rollout", function).startswith(hint)
