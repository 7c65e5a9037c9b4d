"""Known wrong ways to toss the coins that decide who acts."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_mix_parts import (
    acting,
    choose,
    choosing,
    collect_by_hand,
    mix,
    reset_where_over,
    with_parts,
)

NOT_REPEATABLE = "the coins cannot be repeated. Toss them with rng, which is passed in."
FIXED_COINS = "rng has no effect: the coins are always the same. Toss them with rng, which is passed in."


def _keep_for_episode(expert, learner, envs, obs, num_steps, beta, rng):
    expert_acts = rng.random(len(obs)) < beta

    def reset(envs, next_obs, over):
        expert_acts[over] = rng.random(over.sum()) < beta
        return reset_where_over(envs, next_obs, over)

    def mixture(obs):
        return choose(expert_acts, expert, learner, obs)

    return collect_by_hand(mixture, envs, obs, num_steps, reset=reset)


def _tossing_for_steps(choose):
    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        def toss(rng, obs, beta):
            return rng.random(num_steps) < beta

        return mix(expert, learner, envs, obs, num_steps, beta, rng, toss=toss, choose=choose)

    return answer


def _where(coins, expert, learner, obs):
    return np.where(coins, expert(obs), learner(obs))


def _choose_from_expert(coins, expert, learner, obs):
    actions = expert(obs).copy()
    actions[~coins] = learner(obs)[~coins]
    return actions


COINS = (
    Mutant(
        "beta is the wrong way around: it is the probability of the expert's action, not of the learner's.",
        with_parts(toss=lambda rng, obs, beta: rng.random(len(obs)) > beta),
        with_parts(toss=lambda rng, obs, beta: rng.random(len(obs)) < 1 - beta),
    ),
    Mutant(
        "normal random numbers are no coin, for many of them are below 0 or above 1. Draw evenly between 0 "
        "and 1: rng.random(len(obs)).",
        with_parts(toss=lambda rng, obs, beta: rng.normal(size=len(obs)) < beta),
        with_parts(toss=lambda rng, obs, beta: rng.normal(size=len(obs)) > beta),
    ),
    Mutant(
        "beta has no effect: the coin is always a fair one. The expert should act with the probability beta.",
        with_parts(toss=lambda rng, obs, beta: rng.random(len(obs)) < 0.5),
    ),
    Mutant(
        "one coin decides about the whole block. Toss a new one for every step of every world.",
        with_parts(toss=lambda rng, obs, beta: np.full(len(obs), rng.random() < beta), once=True),
    ),
    Mutant(
        "in each step one coin decides for all the worlds. Toss one for each of them.",
        with_parts(toss=lambda rng, obs, beta: np.full(len(obs), rng.random() < beta)),
    ),
    Mutant(
        "the coins are the same in each step. Toss new ones within the function that acts, with rng.",
        with_parts(once=True),
        *(
            with_parts(toss=lambda rng, obs, beta, s=seed: np.random.default_rng(s).random(len(obs)) < beta)
            for seed in (0, 42)
        ),
    ),
    Mutant(
        "one coin decides about a whole episode. Toss a new one for every step of every world.",
        _keep_for_episode,
    ),
    Mutant(
        "each number of an action has a coin of its own, so half an action may be the expert's. Toss one for "
        "the whole action.",
        acting(lambda expert, learner, beta, rng: np.where(rng.random(expert.shape) < beta, expert, learner)),
    ),
    Mutant(
        NOT_REPEATABLE,
        with_parts(toss=lambda rng, obs, beta: np.random.rand(len(obs)) < beta),  # noqa: NPY002
        with_parts(generator=lambda rng: np.random.default_rng()),
    ),
    Mutant(
        FIXED_COINS,
        *(with_parts(generator=lambda rng, s=seed: np.random.default_rng(s)) for seed in (0, 42)),
    ),
    Mutant(
        "where an action is several numbers, the coins (N,) do not fit to the actions (N, action_dim). Pick "
        "rows with them, or give them a second axis.",
        choosing(lambda coins, expert, learner: np.where(coins, expert, learner)),
    ),
    Mutant(
        "where an action is one number, the coins (N, 1) do not fit to the actions (N,). Pick rows with "
        "coins (N,) instead.",
        choosing(lambda coins, expert, learner: np.where(coins[:, None], expert, learner)),
    ),
    Mutant(
        "the coins are as many as the steps. In each step toss one for each copy of the world: len(obs) of "
        "them.",
        _tossing_for_steps(choose),
        _tossing_for_steps(_where),
        _tossing_for_steps(lambda coins, expert, learner, obs: _where(coins[:, None], expert, learner, obs)),
        _tossing_for_steps(lambda coins, *inputs: _where([coins[i] for i in range(len(coins) + 1)], *inputs)),
    ),
    Mutant(
        "the coins are integers, but a mask must be of bool. Integers are row numbers, so 0 and 1 pick the "
        "same two rows each time. Keep what < returns.",
        with_parts(toss=lambda rng, obs, beta: (rng.random(len(obs)) < beta).astype(int)),
        with_parts(
            toss=lambda rng, obs, beta: (rng.random(len(obs)) < beta).astype(int), choose=_choose_from_expert
        ),
    ),
)
