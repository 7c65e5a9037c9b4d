"""The check of lesson 01 on recording one episode."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, numbers
from ilrl_course.checks.lesson_01_collect_mutants import (
    MUTANTS,
    NO_SEED,
    OTHER_ACTOR,
    OTHER_ENV,
    OTHER_SEED,
    TOO_SHORT,
)
from ilrl_course.checks.watched.counting_world import UNSEEDED, CountingActor, CountingEnv, Plan
from ilrl_course.data import Trajectory
from ilrl_course.rollout import collect_trajectory

SEED = 7


def _probe_crash(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, Plan(num_steps=4, terminates=True))


def _probe_time_limit(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, Plan(num_steps=5, terminates=False))


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    env = CountingEnv(lambda episode: Plan(num_steps=3, terminates=True), action_dim=2)
    trajectory = _record(answer, env, CountingActor(action_dim=2))
    numbers(trajectory.actions, (3, 2), "for actions of two numbers, `actions` of an episode of 3 steps")
    yield Fact("actions of two numbers", trajectory.actions, [[0, 0], [1, -1], [2, -2]])


def _probe_long(answer: Callable) -> Iterator[Fact]:
    env = CountingEnv(lambda episode: Plan(num_steps=1200, terminates=False))
    _record(answer, env, CountingActor())
    yield Fact("a long episode", env.over, True, TOO_SHORT)


def _record(answer: Callable, env: CountingEnv, actor: CountingActor) -> Trajectory:
    trajectory = answer(env, actor, SEED)
    if not isinstance(trajectory, Trajectory):
        raise WrongResult(f"it should return a Trajectory, but it returns {kind(trajectory)}.")
    return trajectory


def _facts(answer: Callable, plan: Plan) -> Iterator[Fact]:
    env, actor = CountingEnv(lambda episode: plan), CountingActor()
    trajectory = _record(answer, env, actor)
    yield Fact("the world that is stepped", bool(env.played), True, OTHER_ENV)
    hint = NO_SEED if env.played == [UNSEEDED] else OTHER_SEED
    yield Fact("the seed", not env.played or env.played[-1] == SEED, True, hint)
    yield Fact("who acts", actor.num_calls > 0, True, OTHER_ACTOR)
    yield Fact("the end is reached", env.over or not env.played, True, TOO_SHORT)
    yield from _facts_about_fields(trajectory, plan)


def _facts_about_fields(trajectory: Trajectory, plan: Plan) -> Iterator[Fact]:
    steps = np.arange(plan.num_steps)
    where = f"an episode of {plan.num_steps} steps with seed {SEED}"
    actions = steps % 3
    yield Fact(
        f"the rewards of {where}",
        numbers(trajectory.rewards, (plan.num_steps,), "`rewards`"),
        10.0 * (steps + 1) + actions,
    )
    yield Fact(
        f"the actions of {where}", numbers(trajectory.actions, (plan.num_steps,), "`actions`"), actions
    )
    obs = numbers(trajectory.obs, (plan.num_steps + 1, 2), "`obs`")
    yield Fact(f"the observations of {where}", obs, [[SEED, step] for step in range(plan.num_steps + 1)])
    dtype = str(getattr(trajectory.obs, "dtype", type(trajectory.obs).__name__))
    hint = f"`obs` should be an array of float32, which the networks need, but it is {dtype}."
    yield Fact("the dtype of obs", dtype, "float32", hint)
    ends = [bool(trajectory.terminated), bool(trajectory.truncated)]
    hint = (
        f"the episode was ended by {'the world' if plan.terminates else 'the clock'}, so `terminated` and "
        f"`truncated` should be {plan.terminates} and {not plan.terminates}, but they are {ends[0]} and "
        f"{ends[1]}."
    )
    yield Fact("how it ended", str(ends), str([plan.terminates, not plan.terminates]), hint)
    outcome = [bool(trajectory.crashed), bool(trajectory.success)]
    hint = "`crashed` and `success` are wrong. The last `info` of the episode knows them."
    yield Fact("the outcome", str(outcome), str([plan.terminates, not plan.terminates]), hint)


COLLECT = Exercise(
    solution=collect_trajectory,
    tested="all observations with the last one, every action and reward, and how the episode ended.",
    probes=(_probe_crash, _probe_time_limit, _probe_continuous, _probe_long),
    mutants=MUTANTS,
    leftovers={"gym": OTHER_ENV, "DRIVING": OTHER_ENV, "expert": OTHER_ACTOR, "SEED": OTHER_SEED},
)
