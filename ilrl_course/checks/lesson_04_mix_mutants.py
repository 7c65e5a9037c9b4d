"""Known wrong ways in which expert and learner share the steps."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_mix_parts import (
    acting,
    by_hand,
    choose,
    choosing,
    collect_by_hand,
    reset_where_over,
    with_parts,
)

RESET_FIRST = "it does not begin where the worlds are. Do not reset them: go on from obs, which is passed in."
FAKE_ROWS = (
    "it steps on in worlds whose episode is over, so the block holds rows that never happened. Leave the "
    "stepping to collect_rollout."
)
BROKEN_OFF = (
    "worlds are reset whose episode is not over yet. Leave the stepping to collect_rollout, or reset with a "
    "reset_mask."
)
NOT_REPEATABLE = "the coins cannot be repeated. Toss them with rng, which is passed in."
FIXED_COINS = "rng has no effect: the coins are always the same. Toss them with rng, which is passed in."
OVERWRITTEN = "it writes into an array that an actor returned, and may need for itself. Work on a copy."
LESSONS_EXPERT = "it asks the expert of the lesson. Ask the one that is passed in."
LEFTOVERS = {
    "policy": "it reads a variable of the lesson. The learner is passed in: ask learner(obs).",
    "EXPERT": LESSONS_EXPERT,
}


def _change_in_place(expert_acts, expert, learner, obs):
    actions = learner(obs)
    actions[expert_acts] = expert(obs)[expert_acts]
    return actions


def _change_expert_in_place(expert_acts, expert, learner, obs):
    actions = expert(obs)
    actions[~expert_acts] = learner(obs)[~expert_acts]
    return actions


def _assign_all(expert_acts, expert, learner, obs):
    actions = learner(obs).copy()
    actions[expert_acts] = expert(obs)
    return actions


def _keep_for_episode(expert, learner, envs, obs, num_steps, beta, rng):
    expert_acts = rng.random(len(obs)) < beta

    def reset(envs, next_obs, over):
        expert_acts[over] = rng.random(over.sum()) < beta
        return reset_where_over(envs, next_obs, over)

    def mixture(obs):
        return choose(expert_acts, expert, learner, obs)

    return collect_by_hand(mixture, envs, obs, num_steps, reset=reset)


def _average(cast):
    return acting(lambda expert, learner, beta, rng: cast(beta * expert + (1 - beta) * learner, expert.dtype))


MUTANTS = (
    Mutant(
        "beta is the wrong way around: it is the probability of the expert's action, not of the learner's.",
        with_parts(toss=lambda rng, obs, beta: rng.random(len(obs)) > beta),
        with_parts(toss=lambda rng, obs, beta: rng.random(len(obs)) < 1 - beta),
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
        "the actions are averaged, which can be worse than both. Choose: each is either the expert's or the "
        "learner's.",
        _average(lambda actions, dtype: actions.astype(dtype)),
        _average(lambda actions, dtype: actions.round().astype(dtype)),
        _average(lambda actions, dtype: actions),
    ),
    Mutant(
        "each number of an action has a coin of its own, so half an action may be the expert's. Toss one for "
        "the whole action.",
        acting(lambda expert, learner, beta, rng: np.where(rng.random(expert.shape) < beta, expert, learner)),
    ),
    Mutant(
        "the expert acts alone. Where the coin says so, it should be the learner.",
        choosing(lambda coins, expert, learner: expert),
    ),
    Mutant(
        "the learner acts alone. Where the coin says so, it should be the expert.",
        choosing(lambda coins, expert, learner: learner),
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
        OVERWRITTEN,
        with_parts(choose=_change_in_place),
        with_parts(choose=_change_expert_in_place),
    ),
    Mutant(
        RESET_FIRST,
        with_parts(begin=lambda envs, obs: envs.reset()[0]),
        with_parts(begin=lambda envs, obs: envs.reset(seed=0)[0]),
    ),
    Mutant(
        "one step is missing, or one is too many. Take num_steps of them.",
        with_parts(length=lambda num_steps: num_steps - 1),
        with_parts(length=lambda num_steps: num_steps + 1),
    ),
    Mutant(
        "the number of steps is fixed. Take num_steps of them.",
        *(with_parts(length=lambda num_steps, fixed=fixed: fixed) for fixed in (1, 10, 20, 50, 100)),
    ),
    Mutant(
        "the last next_obs comes back, which is wrong where an episode ended. Return the observations that "
        "collect_rollout returns.",
        with_parts(result=lambda rollout, obs, start: (rollout, rollout.next_obs[-1].numpy())),
    ),
    Mutant(
        "the observations that the block began with come back. Return those that collect_rollout returns.",
        with_parts(result=lambda rollout, obs, start: (rollout, start)),
    ),
    Mutant(
        "only the block comes back. Return the observations to go on from too, as collect_rollout does.",
        with_parts(result=lambda rollout, obs, start: rollout),
    ),
    Mutant(
        "the two results are swapped. The block comes first.",
        with_parts(result=lambda rollout, obs, start: (obs, rollout)),
    ),
    Mutant(
        FAKE_ROWS,
        by_hand(reset=lambda envs, next_obs, over: next_obs),
    ),
    Mutant(
        BROKEN_OFF,
        by_hand(reset=lambda envs, next_obs, over: envs.reset()[0] if over.any() else next_obs),
    ),
    Mutant(
        "next_obs holds the first observations of new episodes. It should be what step() returned, before a "
        "reset.",
        by_hand(follow=lambda next_obs, obs: obs),
    ),
    Mutant(
        "`if` cannot decide for several worlds at once. Pick rows with the array of coins, or use np.where.",
        choosing(lambda coins, expert, learner: expert if coins else learner),
    ),
    Mutant(
        "only some rows are assigned to, but the expert's answers for all rows are assigned. Pick the same "
        "rows of them.",
        with_parts(choose=_assign_all),
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
)
