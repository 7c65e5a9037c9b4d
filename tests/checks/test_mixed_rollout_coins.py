"""Lesson 04, sharing the steps: coins of the wrong kind, of the wrong number, and masks that are none."""

import numpy as np
import pytest

from ilrl_course.rollout import collect_rollout
from tests.checks.answers import hint_for
from tests.checks.test_mixed_rollout import mixed, select, tossed


def assigned(toss):
    """The expert's actions are written into a copy of the learner's, in the rows toss(n, beta, rng)."""

    def act(expert, learner, obs, beta, rng):
        rows = toss(len(obs), beta, rng)
        actions = np.array(learner(obs))
        actions[rows] = expert(obs)[rows]
        return actions

    return mixed(act)


def assign_the_learner_s(expert, learner, obs, beta, rng):
    expert_acts = rng.binomial(1, beta, len(obs))
    actions = np.array(expert(obs))
    actions[~expert_acts] = learner(obs)[~expert_acts]
    return actions


def one_coin_for_each_step(act):
    """The actions act(coins, expert, learner, obs), where there are num_steps coins."""

    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        def mixture(obs):
            return act(rng.uniform(size=num_steps) <= beta, expert, learner, obs)

        return collect_rollout(mixture, envs, obs, num_steps)

    return answer


def toss_for_all_steps_before(expert, learner, envs, obs, num_steps, beta, rng):
    coins = rng.random(num_steps) < beta

    def mixture(obs):
        actions = learner(obs).copy()
        actions[coins] = expert(obs)[coins]
        return actions

    return collect_rollout(mixture, envs, obs, num_steps)


def assign_rows(coins, expert, learner, obs):
    actions = learner(obs).copy()
    actions[coins] = expert(obs[coins])
    return actions


def assign_one_by_one(coins, expert, learner, obs):
    actions = learner(obs).copy()
    for i in range(len(obs)):
        if coins[i]:
            actions[i] = expert(obs)[i]
    return actions


def forget_to_return(expert, learner, obs, beta, rng):
    select(rng.random(len(obs)) < beta, expert(obs), learner(obs))


def return_at_times(expert, learner, obs, beta, rng):
    if rng.random() < beta:
        return expert(obs)
    return None


NORMAL, INTEGERS, STEPS = (
    "normal random numbers",
    "the coins are integers",
    "the coins are as many as the steps",
)
WRONG = [
    (NORMAL, tossed(lambda obs, beta, rng: rng.normal(size=len(obs)) < beta)),
    (NORMAL, tossed(lambda obs, beta, rng: beta >= rng.standard_normal(obs.shape[0]))),
    (NORMAL, tossed(lambda obs, beta, rng: np.array([rng.normal() for _ in obs]) < beta)),
    (NORMAL, tossed(lambda obs, beta, rng: rng.normal(size=len(obs)) > beta)),
    (INTEGERS, assigned(lambda n, beta, rng: (rng.random(n) < beta).astype(int))),
    (INTEGERS, assigned(lambda n, beta, rng: np.where(rng.uniform(size=n) <= beta, 1, 0))),
    (INTEGERS, assigned(lambda n, beta, rng: rng.binomial(1, beta, size=n))),
    (INTEGERS, assigned(lambda n, beta, rng: rng.choice([1, 0], n, p=[beta, 1 - beta]))),
    (INTEGERS, mixed(assign_the_learner_s)),
    (STEPS, toss_for_all_steps_before),
    (STEPS, one_coin_for_each_step(assign_rows)),
    (STEPS, one_coin_for_each_step(assign_one_by_one)),
    (STEPS, one_coin_for_each_step(lambda coins, e, le, obs: np.where(coins, e(obs), le(obs)))),
    (STEPS, one_coin_for_each_step(lambda coins, e, le, obs: select(coins, e(obs), le(obs)))),
    ("the worlds get None in the place of actions. Did you forget `return`", mixed(forget_to_return)),
    ("the worlds get None in the place of actions. Did you forget `return`", mixed(return_at_times)),
    ("beta is the wrong way around", assigned(lambda n, beta, rng: rng.binomial(1, beta, size=n) == 0)),
    ("it raised ValueError", mixed(lambda expert, learner, obs, beta, rng: expert(obs)[0])),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_with_coins_is_named(hint, function):
    assert hint_for("mixed_rollout", function).startswith(hint)


def test_integers_that_are_compared_first_are_a_right_mask():
    assert hint_for("mixed_rollout", assigned(lambda n, beta, rng: rng.binomial(1, beta, n) > 0)) == ""
