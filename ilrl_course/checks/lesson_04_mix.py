"""The check of lesson 04 on steps that expert and learner share."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.dagger import mixed_rollout
from ilrl_course.checks.exercise import Exercise, Fact
from ilrl_course.checks.lesson_04_mix_coins import FIXED_COINS, NOT_REPEATABLE
from ilrl_course.checks.lesson_04_mix_mutants import (
    BROKEN_OFF,
    FAKE_ROWS,
    LEFTOVERS,
    MUTANTS,
    OVERWRITTEN,
    RESET_FIRST,
)
from ilrl_course.checks.lesson_04_play import NUM_STEPS, TERMINATES, Block, Play

BETA = 0.3
SINGLE_COINS = "a coin for every step and every world"


def _probe_steps(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=4)
    yield from _facts_about_steps(play.blocks)
    yield from _facts_about_actions(play)
    yield from _facts_about_results(play.blocks)


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=2, action_dim=2)
    yield from _facts_about_actions(play)
    yield from _facts_about_results(play.blocks)


def _probe_generator(answer: Callable) -> Iterator[Fact]:
    plays = [Play(answer, BETA, num_calls=2, seed=seed) for seed in (0, 0, 1)]
    first, again, other = (play.shares for play in plays)
    judged = _pattern(plays[0]) == SINGLE_COINS  # otherwise chance decides whether two plays are equal
    yield Fact("repeatable", _same(first, again) or not judged, True, NOT_REPEATABLE)
    yield Fact("generator used", _same(first, other) and judged, False, FIXED_COINS)
    hint = "a second call tosses the same coins as the first one. Do not make a new generator from rng."
    yield Fact("generator goes on", _same(first[:1], first[1:]) and judged, False, hint)


def _probe_coins(answer: Callable) -> Iterator[Fact]:
    play = Play(answer, BETA, num_calls=16)
    pattern = _pattern(play)
    hint = f"each step of each world should have a coin of its own, but there is {pattern}."
    yield Fact("coins", pattern, SINGLE_COINS, hint)
    share = float(np.mean(play.shares)) if pattern == SINGLE_COINS else BETA
    yield Fact(f"the expert's share of the actions with beta = {BETA}", share, BETA, tolerance=0.09)


def _probe_alone(answer: Callable) -> Iterator[Fact]:
    for beta, who in ((1.0, "always"), (0.0, "never")):
        share = float(np.mean(Play(answer, beta, num_calls=6).shares))
        found = {1.0: "always", 0.0: "never"}.get(share, "sometimes")
        hint = f"with beta = {beta:.0f} the expert should {who} act, but it does {found}."
        yield Fact(f"with beta = {beta:.0f} the expert acts", found, who, hint)
        yield Fact(f"the expert's share of the actions with beta = {beta:.0f}", share, beta, tolerance=0.17)


def _facts_about_steps(blocks: list[Block]) -> Iterator[Fact]:
    found = sorted({len(block.visited) for block in blocks})
    hint = f"with num_steps = {NUM_STEPS} it should take that many steps, not {found[-1]}."
    yield Fact("number of steps", str(found), str([NUM_STEPS]), hint)
    begins = all(np.array_equal(block.visited[0], block.start) for block in blocks)
    yield Fact("beginning", begins, True, RESET_FIRST)
    after_end = any((block.visited[:, :, 2] >= block.lengths).any() for block in blocks)
    yield Fact("steps after the end", after_end, False, FAKE_ROWS)
    broken_off = any(
        ((block.visited[1:, :, 1] != block.visited[:-1, :, 1]) & ~block.over[:-1]).any() for block in blocks
    )
    yield Fact("broken off", broken_off, False, BROKEN_OFF)


def _facts_about_actions(play: Play) -> Iterator[Fact]:
    shares = np.concatenate(play.shares)  # (T, N, action_dim)
    chosen = np.isin(shares, (0, 1))
    same_actor = (shares == shares[:, :, :1]).all()
    origin = "chosen" if chosen.all() and same_actor else "in parts" if chosen.all() else "elsewhere"
    if origin == "elsewhere" and ((shares >= 0) & (shares <= 1)).all():
        origin = "between"
    hint = (
        "some actions are neither what the expert would do in that situation nor what the learner would do."
    )
    yield Fact("origin of the actions", origin, "chosen", hint)
    yield Fact("overwritten", str(play.overwritten), "[]", OVERWRITTEN)


def _pattern(play: Play) -> str:
    """Which actions share a coin."""
    whole = [block.mean() for block in play.shares]
    if whole[0] in (0, 1) and np.allclose(whole, whole[0]):
        return "the expert alone" if whole[0] else "the learner alone"
    if set(whole) <= {0, 1}:
        return "one coin for the whole block"
    played = np.concatenate(play.shares)  # (T, N, action_dim)
    if (played == played[0]).all(axis=(0, 2)).sum() >= played.shape[1] - 2:
        return "a choice in two of the worlds only"
    if all((block == block[:, :1]).all() for block in play.shares):
        return "one coin for all the worlds"
    kept = [(shares[1:] == shares[:-1]).all(axis=2) for shares in play.shares]
    if all(same.all() for same in kept):
        return "one coin for all the steps of a world"
    if all((same | block.over[:-1]).all() for same, block in zip(kept, play.blocks, strict=True)):
        return "one coin for a whole episode"
    return SINGLE_COINS


def _same(first: list[np.ndarray], second: list[np.ndarray]) -> bool:
    return all(map(np.array_equal, first, second))


def _facts_about_results(blocks: list[Block]) -> Iterator[Fact]:
    names = (_wrong_field(block) for block in blocks)
    name = next((name for name in names if name), "none")
    hint = f"`rollout.{name}` is not what happened, or not the tensor that collect_rollout returns."
    yield Fact("wrong field", name, "none", hint)
    where = [_place(block) for block in blocks]
    hint = (
        "the second thing returned should be the observations to go on from: new ones where an episode ended."
    )
    yield Fact("to go on from", next((place for place in where if place != "right"), "right"), "right", hint)


def _wrong_field(block: Block) -> str:
    """The first field of the rollout that does not hold what happened, or ''."""
    terminates = np.resize(TERMINATES, len(block.start))
    happened = {
        "obs": block.visited,
        "actions": block.executed,
        "rewards": block.next_obs[:, :, 2],
        "next_obs": block.next_obs,
        "terminated": block.over & terminates,
        "truncated": block.over & ~terminates,
        "crashed": block.over & terminates,
    }
    for name, expected in happened.items():
        found, expected = getattr(block.rollout, name), torch.from_numpy(expected)
        if not isinstance(found, torch.Tensor) or found.dtype != expected.dtype:
            return name
        if not torch.equal(found, expected):
            return name
    return ""


def _place(block: Block) -> str:
    """Which observations an answer says to go on from: right, next_obs, start or other."""
    places = {"right": block.goes_on_from, "next_obs": block.next_obs[-1], "start": block.start}
    return next((name for name, obs in places.items() if np.array_equal(obs, block.obs)), "other")


MIX = Exercise(
    solution=mixed_rollout,
    tested="a coin for every step and every world, actions of either one, and worlds that go on from obs.",
    probes=(_probe_steps, _probe_continuous, _probe_generator, _probe_coins, _probe_alone),
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
