"""The check of lesson 01 on recording one episode."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, numbers
from ilrl_course.checks.lesson_01._actors_and_worlds import OTHER_ACTOR, OTHER_ENV
from ilrl_course.checks.watched.counting_world import UNSEEDED, CountingActor, CountingEnv, Plan
from ilrl_course.data import Trajectory
from ilrl_course.rollout import collect_trajectory

SEED = 7
OTHER_SEED = "it starts from a seed of its own. Use the seed that is passed in."
NO_SEED = "the episode cannot be repeated: the seed does not reach env.reset()."
TOO_SHORT = (
    "it stops before the episode is over. Go on until it is terminated or truncated, however long that takes."
)


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


ENDS = "terminated=terminated, truncated=truncated"
OUTCOME = ", crashed=bool(info.get('crashed', False)), success=bool(info.get('success', False))"
MISTAKES = {
    "an observation is missing, the one from reset() or the last one. An episode of T steps has T + 1 of "
    "them.": ["([obs], => ([],", "np.array(observations => np.array(observations[:-1]"],
    "the observations are one step late: each should be what the actor saw before it acted, the first one "
    "the one from reset().": ["np.array(observations => np.array(observations[1:] + observations[-1:]"],
    "the recorded observation never changes. Record the one that step() returned.": [
        "append(obs) => append(observations[0])"
    ],
    "it plays on after the time limit. An episode is over when it is terminated or truncated.": [
        "while not (terminated or truncated) => while not terminated"
    ],
    "it plays on after the world ended the episode. It is over when it is terminated or truncated.": [
        "while not (terminated or truncated) => while not truncated"
    ],
    "it waits until the episode is terminated and truncated at once. One of the two is enough.": [
        "terminated or truncated => terminated and truncated"
    ],
    NO_SEED: ["env.reset(seed=seed) => env.reset()"],
    OTHER_SEED: ["seed=seed => seed=0", "seed=seed => seed=42"],
    OTHER_ENV: ["from copy import deepcopy\nenv = deepcopy(env)"],
    OTHER_ACTOR: ["actor(obs[None])[0] => 0", "actor(obs[None])[0] => 1"],
    TOO_SHORT: [
        f"while not (terminated or truncated) => while not (terminated or truncated or len(rewards) == {n})"
        for n in (1, 3, 10, 100, 500, 1000)
    ],
    "the world is reset before every step. Reset it once, before the loop.": [
        "action = actor => obs = env.reset(seed=seed)[0]\naction = actor"
    ],
    "the actor got a single observation, but it takes a batch. Add an axis in front, and take the first "
    "action of what comes back.": ["actor(obs[None])[0] => actor(obs)"],
    "the actions keep the axis of the batch. The actor returns a batch of one: take its first action.": [
        "actor(obs[None])[0] => actor(obs[None])"
    ],
    "the actor always sees the first observation. Go on from the one that step() returned.": [
        "actor(obs[None]) => actor(observations[0][None])"
    ],
    "`terminated` and `truncated` are swapped. step() returns terminated first.": [
        f"{ENDS} => terminated=truncated, truncated=terminated"
    ],
    "`terminated` and `truncated` are merged. A time limit is not a death: keep the two apart.": [
        f"{ENDS} => terminated=True, truncated=True",
        f"{ENDS} => terminated=True, truncated=False",
    ],
    "how the episode ended is lost. Store both `terminated` and `truncated` as the last step() gave them.": [
        f"{ENDS} => terminated=False, truncated=False",
        "truncated=truncated => truncated=False",
    ],
    "the rewards are summed up on the way. Store the reward of each step alone.": [
        "np.array(rewards => np.cumsum(rewards"
    ],
    "the rewards are one step late. Each belongs to the step that earned it.": [
        "np.array(rewards => np.array([0.0, *rewards[:-1]]"
    ],
    "`crashed` and `success` were not stored. The last `info` of the episode knows them.": [f"{OUTCOME} =>"],
}
EXERCISE = Exercise(
    solution=collect_trajectory,
    tested="all observations with the last one, every action and reward, and how the episode ended.",
    probes=(_probe_crash, _probe_time_limit, _probe_continuous, _probe_long),
    mistakes=MISTAKES,
    leftovers={"gym": OTHER_ENV, "DRIVING": OTHER_ENV, "expert": OTHER_ACTOR, "SEED": OTHER_SEED},
)
