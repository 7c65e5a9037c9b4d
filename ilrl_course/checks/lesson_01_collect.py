"""The check of lesson 01 on recording one episode."""

from collections.abc import Callable, Iterator
from dataclasses import replace

import numpy as np

from ilrl_course.checks.counting_world import CountingActor, CountingEnv, Plan
from ilrl_course.checks.exercise import Exercise, Fact, Mutant, WrongResult, kind, numbers
from ilrl_course.data import Trajectory
from ilrl_course.rollout import collect_trajectory

SEED = 7


def _probe_crash(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, Plan(num_steps=4, terminates=True))


def _probe_time_limit(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, Plan(num_steps=5, terminates=False))


def _probe_continuous(answer: Callable) -> Iterator[Fact]:
    trajectory = _record(answer, Plan(num_steps=3, terminates=True), action_dim=2)
    numbers(trajectory.actions, (3, 2), "for actions of two numbers, `actions` of an episode of 3 steps")
    yield Fact("actions of two numbers", trajectory.actions, [[0, 0], [1, -1], [2, -2]])


def _record(answer: Callable, plan: Plan, action_dim: int = 0) -> Trajectory:
    trajectory = answer(CountingEnv(lambda episode: plan, action_dim), CountingActor(action_dim), SEED)
    if not isinstance(trajectory, Trajectory):
        raise WrongResult(f"it should return a Trajectory, but it returns {kind(trajectory)}.")
    return trajectory


def _facts(answer: Callable, plan: Plan) -> Iterator[Fact]:
    trajectory, steps = _record(answer, plan), np.arange(plan.num_steps)
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


def _collect(
    env, actor, seed, *, seeded=True, follow=True, over=lambda terminated, truncated: terminated or truncated,
    ask=lambda actor, obs: actor(obs[None])[0], change=lambda trajectory: trajectory, **lists,
):  # fmt: skip
    """Recording an episode with one part exchanged."""
    obs, info = env.reset(seed=seed) if seeded else env.reset()
    seen, actions, rewards, terminated, truncated = [obs], [], [], False, False
    while not over(terminated, truncated):
        action = ask(actor, obs)
        next_obs, reward, terminated, truncated, info = env.step(action)
        obs = next_obs if follow else obs
        seen, actions, rewards = [*seen, next_obs], [*actions, action], [*rewards, reward]
    lists = {
        name: rule({"obs": seen, "actions": actions, "rewards": rewards}) for name, rule in lists.items()
    }
    recorded = {"obs": seen, "actions": actions, "rewards": rewards} | lists
    recorded = {
        name: np.array(values, dtype=None if name == "actions" else np.float32)
        for name, values in recorded.items()
    }
    return change(Trajectory(**recorded, terminated=terminated, truncated=truncated, **info))


def _with(**parts):
    return lambda env, actor, seed: _collect(env, actor, seed, **parts)


COLLECT = Exercise(
    solution=collect_trajectory,
    tested="all observations with the last one, every action and reward, and how the episode ended.",
    probes=(_probe_crash, _probe_time_limit, _probe_continuous),
    mutants=(
        Mutant(
            "an observation is missing, the one from reset() or the last one. An episode of T steps has T +"
            " 1 of them.",
            _with(obs=lambda lists: lists["obs"][:-1]),
            _with(obs=lambda lists: lists["obs"][1:]),
        ),
        Mutant(
            "the observations are one step late: each should be what the actor saw before it acted, the "
            "first one the one from reset().",
            _with(obs=lambda lists: lists["obs"][1:] + lists["obs"][-1:]),
        ),
        Mutant(
            "the recorded observation never changes. Record the one that step() returned.",
            _with(obs=lambda lists: lists["obs"][:1] * len(lists["obs"])),
        ),
        Mutant(
            "it plays on after the time limit. An episode is over when it is terminated or truncated.",
            _with(over=lambda terminated, truncated: terminated),
        ),
        Mutant(
            "it plays on after the world ended the episode. It is over when it is terminated or truncated.",
            _with(over=lambda terminated, truncated: truncated),
        ),
        Mutant(
            "it waits until the episode is terminated and truncated at once. One of the two is enough.",
            _with(over=lambda terminated, truncated: terminated and truncated),
        ),
        Mutant(
            "the episode cannot be repeated: the seed does not reach env.reset().",
            _with(seeded=False),
        ),
        Mutant(
            "the actor got a single observation, but it takes a batch. Add an axis in front, and take the "
            "first action of what comes back.",
            _with(ask=lambda actor, obs: actor(obs)),
        ),
        Mutant(
            "the actions keep the axis of the batch. The actor returns a batch of one: take its first "
            "action.",
            _with(ask=lambda actor, obs: actor(obs[None])),
        ),
        Mutant(
            "the actor always sees the first observation. Go on from the one that step() returned.",
            _with(follow=False),
        ),
        Mutant(
            "`terminated` and `truncated` are swapped. step() returns terminated first.",
            _with(change=lambda t: replace(t, terminated=t.truncated, truncated=t.terminated)),
        ),
        Mutant(
            "`terminated` and `truncated` are merged. A time limit is not a death: keep the two apart.",
            _with(change=lambda t: replace(t, terminated=True, truncated=True)),
            _with(change=lambda t: replace(t, terminated=True, truncated=False)),
        ),
        Mutant(
            "how the episode ended is lost. Store both `terminated` and `truncated` as the last step() gave"
            " them.",
            _with(change=lambda t: replace(t, terminated=False, truncated=False)),
            _with(change=lambda t: replace(t, truncated=False)),
        ),
        Mutant(
            "the rewards are summed up on the way. Store the reward of each step alone.",
            _with(rewards=lambda lists: np.cumsum(lists["rewards"])),
        ),
        Mutant(
            "the rewards are one step late. Each belongs to the step that earned it.",
            _with(rewards=lambda lists: [0.0, *lists["rewards"][:-1]]),
        ),
        Mutant(
            "`crashed` and `success` were not stored. The last `info` of the episode knows them.",
            _with(change=lambda t: replace(t, crashed=False, success=False)),
        ),
    ),
)
