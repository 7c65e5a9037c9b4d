"""Lesson 04, sharing the steps: right answers and mistakes, written independently of the bank."""

import numpy as np
import torch

from ilrl_course.checks.edits import wrong_answer
from ilrl_course.data import Rollout
from ilrl_course.rollout import collect_rollout
from tests.checks.answers import promises_of, wrong_answers


def mixed(expert, learner, envs, obs, num_steps, beta, rng):
    def act(obs):
        coins = rng.uniform(size=len(obs)) <= beta
        first = expert(obs)
        second = learner(obs)
        return np.where(coins.reshape([-1] + [1] * (first.ndim - 1)), first, second)

    rollout, after = collect_rollout(act, envs, obs, num_steps)
    return rollout, after


def assigned(expert, learner, envs, obs, num_steps, beta, rng):
    def act(obs):
        rows = rng.binomial(1, beta, len(obs)) > 0
        actions = np.array(learner(obs))
        actions[rows] = expert(obs)[rows]
        return actions

    return collect_rollout(act, envs, obs, num_steps)


def by_hand(expert, learner, envs, obs, num_steps, beta, rng):
    columns = {name: [] for name in Rollout.__dataclass_fields__}
    for _ in range(num_steps):
        actions = np.array([(expert if rng.random() < beta else learner)(row[None])[0] for row in obs])
        after, rewards, terminated, truncated, info = envs.step(actions)
        row = (obs, actions, rewards, after, terminated, truncated, info["crashed"] & terminated)
        for column, value in zip(columns.values(), row, strict=True):
            column.append(torch.as_tensor(value))
        obs = after
        if (over := terminated | truncated).any():
            obs, _ = envs.reset(options={"reset_mask": over})
    block = {name: torch.stack(column) for name, column in columns.items()}
    return Rollout(**block), obs


COINS = "rng.uniform(size=len(obs)) <= beta"
TOSS = f"coins = {COINS}"
ROWS = "rng.binomial(1, beta, len(obs)) > 0"


def toss(coins):
    return f"{COINS} => {coins}"


def rows(drawn):
    return f"{ROWS} => {drawn}"


def act(actions):
    return f"np.where(coins.reshape([-1] + [1] * (first.ndim - 1)), first, second) => {actions}"


EXCHANGED = {
    "a loop over the copies": act("np.array([first[i] if coins[i] else second[i] for i in range(len(obs))])"),
    "only some are asked": (
        act("second"),
        "first = expert(obs) =>",
        "second = learner(obs) => second = np.empty_like(learner(obs))\n"
        "second[coins] = expert(obs[coins])\nsecond[~coins] = learner(obs[~coins])",
    ),
    "binomial": toss("rng.binomial(1, beta, len(obs)) == 1"),
    "children of the generator": toss("rng.spawn(1)[0].random(len(obs)) < beta"),
    "choice": toss("rng.choice([True, False], len(obs), p=[beta, 1 - beta])"),
    "stacked": act("np.stack([second, first])[coins.astype(int), np.arange(len(obs))]"),
}
RIGHT = [mixed, assigned, by_hand, *(wrong_answer(mixed, edit) for edit in EXCHANGED.values())]

FOR_STEPS = toss("rng.uniform(size=num_steps) <= beta")
FORGOTTEN = "the worlds get None in the place of actions. Did you forget `return`"
MIXED = {
    "beta is the wrong way around": ["<= beta => >= beta"],
    "beta has no effect: the coin is": [toss("rng.integers(2, size=len(obs)) == 1")],
    "beta has no effect: the expert always": ["beta = 0.8"],
    "the expert's share of the actions with beta = 0.3": [toss("rng.random(len(obs)) ** 2 < beta")],
    "one coin decides about the whole block": [
        (toss("np.full(len(obs), coin)"), "coin = rng.uniform() < beta"),
    ],
    "in each step one coin decides for all": [toss("np.repeat(rng.uniform() <= beta, len(obs))")],
    "the coins are the same in each step": [toss("np.random.default_rng(3).uniform(size=len(obs)) < beta")],
    "one coin decides about a whole episode": [
        (
            f"{TOSS} => new = obs[:, 2] < last[:, 2]\ncoins[new] = rng.uniform(size=new.sum()) < beta\n"
            "last[:] = obs",
            f"{TOSS}\nlast = obs.copy()",
        )
    ],
    "normal random numbers": [toss("np.array([rng.normal() for _ in obs]) < beta")],
    "the coins are as many as the steps": [
        FOR_STEPS,
        (FOR_STEPS, act("np.array([first[i] if coins[i] else second[i] for i in range(len(obs))])")),
    ],
    "the actions are averaged": [act("np.rint(first * beta + second * (1.0 - beta)).astype(first.dtype)")],
    "each number of an action has a coin": [
        act("np.choose(rng.binomial(1, beta, first.shape), [second, first])")
    ],
    "the expert acts alone": [act("first"), lambda e, le, envs, obs, n, *_: collect_rollout(e, envs, obs, n)],
    "the learner acts alone": [act("second"), "collect_rollout(act => collect_rollout(learner"],
    "the coins cannot be repeated": [toss("np.random.binomial(1, beta, len(obs)) == 1")],
    "rng has no effect": ["rng = np.random.Generator(np.random.PCG64(7))"],
    "it writes into an array that an actor returned": [
        (
            act("first"),
            "return first => for i in np.flatnonzero(~coins):\n    first[i] = second[i]\nreturn first",
        )
    ],
    "`if` cannot decide": [act("first if coins else second")],
    "in each step the expert acts in equally many worlds": [
        toss("rng.permutation(len(obs)) < beta * len(obs)")
    ],
    "the coin of one world tells": [toss("rng.random(len(obs) // 2 + 1).repeat(2)[: len(obs)] < beta")],
    "the coin of one step tells": [
        (
            f"{TOSS} => step = next(steps)\ncoins = last if step % 2 else ({COINS})\nlast[:] = coins",
            "steps = iter(range(num_steps))\nlast = np.zeros(len(obs), dtype=bool)",
        )
    ],
    "nothing is drawn from rng": [
        (toss("np.full(len(obs), next(steps) < beta * num_steps)"), "steps = iter(range(num_steps))"),
    ],
    "the actors are asked about the obs that the block began with": [
        "def act(obs) => def act(now)",
        ("expert(obs) => expert(start)", "start = obs"),
        ("learner(obs) => learner(start)", "start = obs"),
    ],
    "collect_rollout takes the function that acts": ["collect_rollout(act => collect_rollout(act(obs)"],
    "squeeze() takes": ["second) => second).squeeze()"],
    "where an action is several numbers": [act("np.where(coins, first, second)")],
    "where an action is one number": [act("np.where(coins[:, None], first, second)")],
    "some actions are neither what the expert would do": [f"{TOSS} => {TOSS}\nobs = obs[::-1]"],
    FORGOTTEN: ["return np => np", "return np => if coins[0]:\n    return first"],
    "it raised ValueError": [act("first[0]")],
    "it does not begin where the worlds are": ["obs, _ = envs.reset(seed=3)"],
    "the last next_obs comes back": ["return rollout, np.array(rollout.next_obs[-1])"],
    "the observations that the block began with": ["return rollout, obs.copy()"],
    "only the block comes back": ["return rollout"],
    "the two results are swapped": ["return [after, rollout]"],
    "no step is taken in the envs": [lambda e, le, envs, obs, *_: (None, obs)],
}
ASSIGNED = {
    "the coins are integers": [rows("rng.choice([1, 0], len(obs), p=[beta, 1 - beta])")],
    "the coins are as many as the steps": [("rows = => _ =", "rows = rng.random(num_steps) < beta")],
    "beta is the wrong way around": ["> 0 => == 0"],
    "the coins have two axes": [rows("rng.random((num_steps, len(obs))) < beta")],
    "the coins are as many as the numbers of an": [rows("rng.random(len(obs[0])) < beta")],
    "in 1 of the 40 worlds the expert never acts": [
        rows("rng.random(len(obs)) * (np.arange(len(obs)) > 0) > 1 - beta")
    ],
    "each step of each world should have a coin of its own, but there is a choice in one": [
        "actions[rows] = expert(obs)[rows] => if rows[0]:\n    actions[0] = expert(obs)[0]"
    ],
    "only some rows are assigned to": ["expert(obs)[rows] => expert(obs)"],
}
BY_HAND = {
    "it steps on in worlds whose episode is over": [".any() => is None"],
    "worlds are reset whose episode is not over": ["options={'reset_mask': over} =>"],
    "`rollout.terminated` is not what happened": ["after, terminated, => after, terminated | truncated,"],
    "`rollout.obs` is not what happened": ["row = (obs, => row = (after,"],
    "`rollout.crashed` is not what happened": ["info['crashed'] & terminated => terminated"],
}

NONSENSE = {
    "inputs[3][:] = 0\n    return 1, 2": "it changes its inputs in place",
    "return inputs[2].step(inputs[0](inputs[3]))": "it should return two things",
    "inputs[2].step(inputs[1](inputs[3]))\n    return 1, 2": "the first thing that it returns",
    "inputs[2].step(None)": "the worlds get None in the place of actions",
    "return EXPERT(inputs[1])": "it asks the expert of the lesson",
}

MISTAKES = wrong_answers(mixed, MIXED) + wrong_answers(assigned, ASSIGNED) + wrong_answers(by_hand, BY_HAND)

TestAnswers = promises_of("mixed_rollout", mixed, RIGHT, MISTAKES, NONSENSE)
