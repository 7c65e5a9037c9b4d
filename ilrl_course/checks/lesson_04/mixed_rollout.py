"""The check of sharing the steps: the coins, the actions, and what becomes of the worlds."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.dagger import mixed_rollout
from ilrl_course.checks.edits import text_of
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_04._leftovers import LESSONS_EXPERT
from ilrl_course.checks.watched.shared_steps import Block, Play
from ilrl_course.rollout import collect_rollout

BETA, NUM_STEPS = 0.3, 5
SINGLE_COINS = "a coin for every step and every world"
IN_TWO_WORLDS = "a choice in one or two of the worlds only"

NOT_REPEATABLE = "the coins cannot be repeated. Toss them with rng, which is passed in."
FIXED_COINS = "rng has no effect: the coins are always the same. Toss them with rng, which is passed in."
ELSEWHERE = (
    "some actions are neither what the expert would do in that situation nor what the learner would do."
)
FROM_THE_START = (
    "the actors are asked about the obs that the block began with. Ask them about what your own actor gets, "
    "which is new in each step."
)
OVERWRITTEN = "it writes into an array that an actor returned, and may need for itself. Work on a copy."
COURSES = {
    "elsewhere": "it does not begin where the worlds are. Do not reset them: go on from obs, which is passed "
    "in.",
    "after an end": "it steps on in worlds whose episode is over, so the block holds rows that never "
    "happened. Leave the stepping to collect_rollout.",
    "broken off": "worlds are reset whose episode is not over yet. Leave the stepping to collect_rollout, or "
    "reset with a reset_mask.",
}


def _probe_steps(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=4)
    found = sorted({len(block.visited) for block in play.blocks})
    hint = f"with num_steps = {NUM_STEPS} it should take that many steps, not {found[-1]}."
    yield Fact("number of steps", str(found), str([NUM_STEPS]), hint)
    course = play.blocks[-1].course
    yield Fact("course of the worlds", course, "right", COURSES.get(course, ""))
    yield from _facts_about_actions(play)
    yield from _facts_about_results(play.blocks)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=2, action_dim=2)
    yield from _facts_about_actions(play)
    yield from _facts_about_results(play.blocks)


def _facts_about_actions(play: Play) -> Iterator[Fact]:
    shares = np.concatenate(play.shares)  # (T, N, action_dim)
    chosen = np.isin(shares, (0, 1))
    same_actor = (shares == shares[:, :, :1]).all()
    origin = "chosen" if chosen.all() and same_actor else "in parts" if chosen.all() else "elsewhere"
    if origin == "elsewhere" and ((shares >= 0) & (shares <= 1)).all():
        origin = "between"
    if origin == "elsewhere" and play.asks_about_the_start:
        origin = "the start"
    hint = FROM_THE_START if origin == "the start" else ELSEWHERE
    yield Fact("origin of the actions", origin, "chosen", hint)
    yield Fact("overwritten", str(play.overwritten), "[]", OVERWRITTEN)


def _facts_about_results(blocks: list[Block]) -> Iterator[Fact]:
    name = next((name for block in blocks for name in _wrong_fields(block)), "none")
    hint = f"`rollout.{name}` is not what happened, or not the tensor that collect_rollout returns."
    yield Fact("wrong field", name, "none", hint)
    where = next((place for place in map(_place, blocks) if place != "right"), "right")
    hint = (
        "the second thing returned should be the observations to go on from: new ones where an episode ended."
    )
    yield Fact("to go on from", where, "right", hint)


def _wrong_fields(block: Block) -> Iterator[str]:
    """The fields of the rollout that do not hold what happened."""
    for name, wanted in vars(block.wanted).items():
        found = getattr(block.rollout, name)
        is_alike = isinstance(found, torch.Tensor) and found.dtype == wanted.dtype
        if not (is_alike and torch.equal(found, wanted)):
            yield name


def _place(block: Block) -> str:
    """Which observations an answer says to go on from: right, next_obs, start or other."""
    places = {"right": block.goes_on_from, "next_obs": block.wanted.next_obs[-1], "start": block.start}
    return next((name for name, obs in places.items() if np.array_equal(obs, block.obs)), "other")


def _probe_generator(answer: Callable) -> Iterator[Fact]:
    plays = [Play(answer, BETA, num_calls=2, seed=seed) for seed in (0, 0, 1)]
    first, again, other = (np.array(play.shares) for play in plays)
    judged = _pattern(plays[0]) == SINGLE_COINS  # otherwise chance decides whether two plays are equal
    yield Fact("repeatable", np.array_equal(first, again) or not judged, True, NOT_REPEATABLE)
    yield Fact("generator used", np.array_equal(first, other) and judged, False, FIXED_COINS)
    hint = "a second call tosses the same coins as the first one. Do not make a new generator from rng."
    yield Fact("generator goes on", np.array_equal(first[0], first[1]) and judged, False, hint)
    hint = "nothing is drawn from rng. Toss the coins with it, in each step: rng.random(len(obs)) < beta."
    drawn = plays[0].draws_from_rng or (judged and not np.array_equal(first, other))
    yield Fact("drawn from rng", drawn, True, hint)


def _probe_coins(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=8, num_envs=40, num_steps=3)
    bolder = Play(answer, 1 - BETA, num_calls=5, num_envs=40, num_steps=3)
    pattern = _pattern(play)
    hint = f"each step of each world should have a coin of its own, but there is {pattern}."
    yield Fact("coins", pattern, SINGLE_COINS, hint)
    judged = pattern == SINGLE_COINS
    coins, others = (np.concatenate(each.shares)[:, :, 0] for each in (play, bolder))  # (T, N)
    never = np.concatenate([coins, others]).max(axis=0) == 0  # (N,)
    left_out = int(never.sum()) if pattern in (SINGLE_COINS, IN_TWO_WORLDS) else 0
    hint = f"in {left_out} of the {len(never)} worlds the expert never acts. Toss a coin for each of them."
    yield Fact("worlds without the expert", left_out, 0, hint)
    for beta, tossed in ((BETA, coins), (1 - BETA, others)):
        share = float(tossed.mean()) if judged else beta
        yield Fact(f"the expert's share of the actions with beta = {beta}", share, beta, tolerance=0.09)
    hint = "in each step the expert acts in equally many worlds. Toss a coin for each world by itself."
    yield Fact("equally many", judged and bool(np.ptp(coins.sum(axis=1)) == 0), False, hint)
    for axis, what in enumerate(("step", "world")):
        before, after = (np.delete(coins, end, axis) - coins.mean() for end in (-1, 0))
        alike = (before * after).mean() / coins.var() if judged else 0.0
        hint = f"the coin of one {what} tells that of the next. Toss one for each world in each step."
        yield Fact(f"independent of the {what} before", bool(abs(alike) < 0.25), True, hint)


def _pattern(play: Play) -> str:
    """Which actions share a coin."""
    whole = [block.mean() for block in play.shares]
    if whole[0] in (0, 1) and np.allclose(whole, whole[0]):
        return "the expert alone" if whole[0] else "the learner alone"
    if set(whole) <= {0, 1}:
        return "one coin for the whole block"
    played = np.concatenate(play.shares)  # (T, N, action_dim)
    constant = (played == played[0]).all(axis=(0, 2))  # (N,)
    if constant.sum() >= len(constant) - 2:
        return "the same choice in every step" if constant.all() else IN_TWO_WORLDS
    if all((block == block[:, :1]).all() for block in play.shares):
        return "one coin for all the worlds"
    kept = [(shares[1:] == shares[:-1]).all(axis=2) for shares in play.shares]
    if all(same.all() for same in kept):
        return "one coin for all the steps of a world"
    if all((same | block.over[:-1]).all() for same, block in zip(kept, play.blocks, strict=True)):
        return "one coin for a whole episode"
    return SINGLE_COINS


def _probe_alone(answer: Callable) -> Iterator[Fact]:
    for beta, who in ((1.0, "always"), (0.0, "never")):
        share = float(np.mean(Play(answer, beta, num_calls=4).shares))
        found = {1.0: "always", 0.0: "never"}.get(share, "sometimes")
        hint = f"with beta = {beta:.0f} the expert should {who} act, but it does {found}."
        yield Fact(f"with beta = {beta:.0f} the expert acts", found, who, hint)
        yield Fact(f"the expert's share of the actions with beta = {beta:.0f}", share, beta, tolerance=0.17)


def _probe_one_world(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, 0.5, num_calls=8, num_envs=1, num_steps=1)
    yield from _facts_about_actions(play)
    yield from _facts_about_results(play.blocks)


COIN = "rng.random(len(obs)) < beta"
TOSS = f"expert_acts = {COIN}"
ONCE = (f"{TOSS} =>", TOSS)  # before the first step
INTEGERS = f"{COIN} => ({COIN}).astype(int)"
FOR_STEPS = "rng.random(len(obs)) => rng.random(num_steps)"
WHERE = "actions = learner(obs).copy() => return np.where(expert_acts, expert(obs), learner(obs))"
WHERE_2D = "actions = learner(obs).copy() => return np.where(expert_acts[:, None], expert(obs), learner(obs))"
FROM_EXPERT = (
    "learner(obs).copy() => expert(obs).copy()",
    "actions[expert_acts] = expert(obs)[expert_acts] => actions[~expert_acts] = learner(obs)[~expert_acts]",
)
OWN_LOOP = text_of(collect_rollout)  # within the answer
RESET = "obs, _ = envs.reset(options={'reset_mask': episode_over})"
TOSS_AGAIN = "expert_acts[episode_over] = rng.random(episode_over.sum()) < beta"
MEAN = "beta * expert(obs) + (1 - beta) * learner(obs)"

MISTAKES = {
    "beta is the wrong way around: it is the probability of the expert's action, not of the learner's.": [
        "< beta => < 1 - beta"
    ],
    "normal random numbers are no coin, for many of them are below 0 or above 1. Draw evenly between 0 and "
    "1: rng.random(len(obs)).": [f"{COIN} => rng.normal(size=len(obs)) {sign} beta" for sign in "<>"],
    "beta has no effect: the coin is always a fair one. The expert should act with the probability beta.": [
        "< beta => < 0.5"
    ],
    "beta has no effect: the expert always acts equally often. It should act with the probability beta.": [
        f"< beta => < {fixed}" for fixed in (0.2, 0.3, 0.7, 0.8, 0.9)
    ],
    "one coin decides about the whole block. Toss a new one for every step of every world.": [
        (f"{TOSS} =>", "expert_acts = np.full(len(obs), rng.random() < beta)")
    ],
    "in each step one coin decides for all the worlds. Toss one for each of them.": [
        f"{COIN} => np.full(len(obs), rng.random() < beta)"
    ],
    "the coins are the same in each step. Toss new ones within the function that acts, with rng.": [
        ONCE,
        "rng.random => np.random.default_rng(42).random",
    ],
    "one coin decides about a whole episode. Toss a new one for every step of every world.": [
        (*ONCE, OWN_LOOP, f"{RESET} => {TOSS_AGAIN}\n{RESET}")
    ],
    "each number of an action has a coin of its own, so half an action may be the expert's. Toss one for the "
    "whole action.": [
        "actions = learner(obs).copy() => "
        "return np.where(rng.random(learner(obs).shape) < beta, expert(obs), learner(obs))"
    ],
    NOT_REPEATABLE: ["rng.random(len(obs)) => np.random.rand(len(obs))", "rng = np.random.default_rng()"],
    FIXED_COINS: ["rng = np.random.default_rng(0)", "rng = np.random.default_rng(42)"],
    "where an action is several numbers, the coins (N,) do not fit to the actions (N, action_dim). Pick rows "
    "with them, or give them a second axis.": [WHERE],
    "where an action is one number, the coins (N, 1) do not fit to the actions (N,). Pick rows with coins "
    "(N,) instead.": [WHERE_2D],
    "the coins are as many as the steps. In each step toss one for each copy of the world: len(obs) of "
    "them.": [
        FOR_STEPS,
        (FOR_STEPS, WHERE),
        (FOR_STEPS, WHERE_2D),
        (FOR_STEPS, "actions = learner(obs).copy() => return [expert_acts[i] for i in range(len(obs))]"),
    ],
    "the coins have two axes, but one for each copy of the world is enough: rng.random(len(obs)).": [
        f"rng.random(len(obs)) => rng.random({shape})" for shape in ("obs.shape", "(len(obs), 1)")
    ],
    "the coins are as many as the numbers of an observation. Toss one for each copy of the world: len(obs) "
    "of them.": ["rng.random(len(obs)) => rng.random(obs.shape[1])"],
    "the coins are integers, but a mask must be of bool. Integers are row numbers, so 0 and 1 pick the same "
    "two rows each time. Keep what < returns.": [INTEGERS, (*FROM_EXPERT, INTEGERS)],
    "the actions are averaged, which can be worse than both. Choose: each is either the expert's or the "
    "learner's.": [
        f"actions = learner(obs).copy() => return {MEAN}",
        f"actions = learner(obs).copy() => return ({MEAN}).round().astype(learner(obs).dtype)",
    ],
    "the expert acts alone. Where the coin says so, it should be the learner.": [
        "actions = learner(obs).copy() => return expert(obs)",
        "collect_rollout(mixture => collect_rollout(expert",
    ],
    "the learner acts alone. Where the coin says so, it should be the expert.": [
        "actions = learner(obs).copy() => return learner(obs)",
        "collect_rollout(mixture => collect_rollout(learner",
    ],
    OVERWRITTEN: [".copy() =>", (*FROM_EXPERT, ".copy() =>")],
    COURSES["elsewhere"]: ["obs, _ = envs.reset()", "obs, _ = envs.reset(seed=0)"],
    "one step is missing, or one is too many. Take num_steps of them.": ["num_steps -= 1", "num_steps += 1"],
    "the number of steps is fixed. Take num_steps of them.": [
        f"num_steps = {fixed}" for fixed in (1, 10, 20, 50, 100)
    ],
    "the last next_obs comes back, which is wrong where an episode ended. Return the observations that "
    "collect_rollout returns.": ["return result[0], result[0].next_obs[-1].numpy()"],
    "the observations that the block began with come back. Return those that collect_rollout returns.": [
        "return result[0], obs"
    ],
    "only the block comes back. Return the observations to go on from too, as collect_rollout does.": [
        "return result[0]"
    ],
    "the two results are swapped. The block comes first.": ["return result[::-1]"],
    "next_obs holds the first observations of new episodes. It should be what step() returned, before a "
    "reset.": [(OWN_LOOP, f"{RESET} => {RESET}\nrows[-1] = (*rows[-1][:3], obs, *rows[-1][4:])")],
    "collect_rollout takes the function that acts, not its actions. Hand it over without calling it.": [
        "collect_rollout(mixture => collect_rollout(mixture(obs)"
    ],
    "squeeze() takes one axis too many where there is a single world. Leave it out.": [
        "return actions => return actions.squeeze()"
    ],
    "`if` cannot decide for several worlds at once. Pick rows with the array of coins, or use np.where.": [
        "actions = learner(obs).copy() => return expert(obs) if expert_acts else learner(obs)"
    ],
    "only some rows are assigned to, but the expert's answers for all rows are assigned. Pick the same rows "
    "of them.": ["expert(obs)[expert_acts] => expert(obs)"],
}

EXERCISE = Exercise(
    solution=mixed_rollout,
    tested="a coin for every step and every world, actions of either one, and worlds that go on from obs.",
    probes=(_probe_steps, _probe_continuous, _probe_generator, _probe_coins, _probe_alone, _probe_one_world),
    mistakes=MISTAKES,
    leftovers={
        "policy": "it reads a variable of the lesson. The learner is passed in: ask learner(obs).",
        "EXPERT": LESSONS_EXPERT,
    },
)
