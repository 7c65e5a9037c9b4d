"""Known wrong recordings of an episode."""

from dataclasses import replace

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.watched.counting_world import CountingEnv, Plan
from ilrl_course.data import Trajectory

OTHER_ENV = "it plays in a world of its own. Step the env that is passed in."
OTHER_ACTOR = "it lets somebody else act. Ask the actor that is passed in."
OTHER_SEED = "it starts from a seed of its own. Use the seed that is passed in."
NO_SEED = "the episode cannot be repeated: the seed does not reach env.reset()."
TOO_SHORT = (
    "it stops before the episode is over. Go on until it is terminated or truncated, however long that takes."
)


def _collect(
    env, actor, seed, *, start=lambda env, seed: env.reset(seed=seed), restarts=False, follow=True, cap=None,
    over=lambda terminated, truncated: terminated or truncated, ask=lambda actor, obs: actor(obs[None])[0],
    change=lambda trajectory: trajectory, **lists,
):  # fmt: skip
    """Recording an episode with one part exchanged."""
    obs, info = start(env, seed)
    seen, actions, rewards, terminated, truncated = [obs], [], [], False, False
    while not over(terminated, truncated) and len(rewards) != cap:
        obs = start(env, seed)[0] if restarts else obs
        action = ask(actor, obs)
        next_obs, reward, terminated, truncated, info = env.step(action)
        obs = next_obs if follow else obs
        seen.append(next_obs)
        actions.append(action)
        rewards.append(reward)
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


MUTANTS = (
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
        NO_SEED,
        _with(start=lambda env, seed: env.reset()),
    ),
    Mutant(
        OTHER_SEED,
        _with(start=lambda env, seed: env.reset(seed=0)),
        _with(start=lambda env, seed: env.reset(seed=42)),
    ),
    Mutant(
        OTHER_ENV,
        lambda env, actor, seed: _collect(CountingEnv(lambda episode: Plan(4, terminates=True)), actor, seed),
    ),
    Mutant(
        OTHER_ACTOR,
        _with(ask=lambda actor, obs: 0),
        _with(ask=lambda actor, obs: 1),
    ),
    Mutant(
        TOO_SHORT,
        *(_with(cap=cap) for cap in (1, 3, 10, 100, 500, 1000)),
    ),
    Mutant(
        "the world is reset before every step. Reset it once, before the loop.",
        _with(restarts=True),
    ),
    Mutant(
        "the actor got a single observation, but it takes a batch. Add an axis in front, and take the "
        "first action of what comes back.",
        _with(ask=lambda actor, obs: actor(obs)),
    ),
    Mutant(
        "the actions keep the axis of the batch. The actor returns a batch of one: take its first action.",
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
)
