"""Known wrong ways in which expert and learner share the steps."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_mix_parts import XX

RESET_FIRST = "it does not begin where the worlds are. Do not reset them: go on from obs, which is passed in."
FAKE_ROWS = (
    "it steps on in worlds whose episode is over, so the block holds rows that never happened. collect_rollout "
    "takes care of that."
)
BROKEN_OFF = "episodes are broken off: worlds are reset whose episode is not over yet. Use a reset_mask."
NOT_REPEATABLE = "the coins cannot be repeated. Toss them with rng, which is passed in."
FIXED_COINS = "rng has no effect: the coins are always the same. Toss them with rng, which is passed in."
OVERWRITTEN = (
    "it writes into the array that an actor returned, which may still be in use there. Copy it first."
)
LEFTOVERS = {"policy": "it reads a variable of the lesson. The learner is passed in: call learner(obs)."}

MUTANTS = (
    Mutant(
        "beta is the wrong way around: it is the probability of the expert's action, not of the learner's.",
        _with(toss=lambda rng, obs, beta: rng.random(len(obs)) > beta),
        _choosing(lambda coins, expert, learner: np.where(~_like(coins, expert), expert, learner)),
    ),
    Mutant(
        "beta has no effect: the coin is always a fair one. The expert should act with the probability beta.",
        _with(toss=lambda rng, obs, beta: rng.random(len(obs)) < 0.5),
    ),
    Mutant(
        "one coin decides about the whole block. Toss a new one for every step of every world.",
        _with(toss=lambda rng, obs, beta: np.full(len(obs), rng.random() < beta), once=True),
    ),
    Mutant(
        "in each step one coin decides for all the worlds. Toss one for each of them.",
        _with(toss=lambda rng, obs, beta: np.full(len(obs), rng.random() < beta)),
    ),
    Mutant(
        "the coins are the same in each step. Toss new ones within the function that acts, with rng.",
        _with(once=True),
        _with(toss=lambda rng, obs, beta: np.random.default_rng(0).random(len(obs)) < beta),
        _with(toss=lambda rng, obs, beta: np.random.default_rng(42).random(len(obs)) < beta),
    ),
    Mutant(
        "one coin decides about a whole episode. Toss a new one for every step of every world.",
        _keep_for_episode,
    ),
    Mutant(
        "the actions are averaged, so nobody's advice is followed. Choose: each is either the expert's or the "
        "learner's.",
        _weigh(lambda actions, dtype: actions.astype(dtype)),
        _weigh(lambda actions, dtype: actions.round().astype(dtype)),
        _weigh(lambda actions, dtype: actions),
    ),
    Mutant(
        "each number of an action has a coin of its own, so half an action is the expert's. Toss one for the "
        "whole action.",
        _toss_for_each_number,
    ),
    Mutant(
        "the expert acts alone. Where the coin says so, it should be the learner.",
        _choosing(lambda coins, expert, learner: expert),
    ),
    Mutant(
        "the learner acts alone. Where the coin says so, it should be the expert.",
        _choosing(lambda coins, expert, learner: learner),
    ),
    Mutant(
        NOT_REPEATABLE,
        _with(toss=lambda rng, obs, beta: np.random.rand(len(obs)) < beta),
        _with(generator=lambda rng: np.random.default_rng()),
    ),
    Mutant(
        FIXED_COINS,
        _with(generator=lambda rng: np.random.default_rng(0)),
        _with(generator=lambda rng: np.random.default_rng(42)),
    ),
    Mutant(
        OVERWRITTEN,
        _with(choose=_change_in_place),
        _with(choose=_change_expert_in_place),
    ),
    Mutant(
        RESET_FIRST,
        _with(begin=lambda envs, obs: envs.reset()[0]),
        _with(begin=lambda envs, obs: envs.reset(seed=0)[0]),
    ),
    Mutant(
        "one step is missing, or too many. Take num_steps of them.",
        _with(length=lambda num_steps: num_steps - 1),
        _with(length=lambda num_steps: num_steps + 1),
    ),
    Mutant(
        "the number of steps is fixed. Take num_steps of them.",
        *(_with(length=lambda num_steps, fixed=fixed: fixed) for fixed in (1, 10, 20, 50, 100)),
    ),
    Mutant(
        "the last next_obs comes back, which is wrong where an episode ended. Return the observations that "
        "collect_rollout returns.",
        _with(result=lambda rollout, obs, start: (rollout, rollout.next_obs[-1].numpy())),
    ),
    Mutant(
        "the observations that the block began with come back. Return those that collect_rollout returns.",
        _with(result=lambda rollout, obs, start: (rollout, start)),
    ),
    Mutant(
        "only the block comes back. Return the observations to go on from too, as collect_rollout does.",
        _with(result=lambda rollout, obs, start: rollout),
    ),
    Mutant(
        "the two results are swapped. The block comes first.",
        _with(result=lambda rollout, obs, start: (obs, rollout)),
    ),
    Mutant(
        FAKE_ROWS,
        _by_hand(reset=lambda envs, next_obs, over: next_obs),
    ),
    Mutant(
        BROKEN_OFF,
        _by_hand(reset=lambda envs, next_obs, over: envs.reset()[0] if over.any() else next_obs),
    ),
    Mutant(
        "next_obs holds the first observations of new episodes. It should be what step() returned, before any "
        "reset.",
        _by_hand(follow=lambda next_obs, obs: obs),
    ),
    Mutant(
        "`if` cannot decide for several worlds at once. Pick rows with the array of coins, or with np.where.",
        _asking_if,
    ),
    Mutant(
        "some rows are to be changed, but the expert's answers for all rows are on the right. Pick the same rows "
        "there.",
        _with(choose=_assign_all),
    ),
    Mutant(
        "with actions of several numbers (N, action_dim) the coins (N,) do not fit. Give them a second axis there, "
        "or pick rows with them.",
        _choosing(lambda coins, expert, learner: np.where(coins, expert, learner)),
    ),
    Mutant(
        "with one number for each action (N,) the coins (N, 1) do not fit. Pick rows with coins of the shape (N,).",
        _choosing(lambda coins, expert, learner: np.where(coins[:, None], expert, learner)),
    ),
)
