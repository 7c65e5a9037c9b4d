"""The check of lesson 01 on honest evaluation: a bug hunt."""

from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import suppress
from typing import Any

import numpy as np
import torch

from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind
from ilrl_course.checks.lesson_01._acting import EXPERT, FIRST_OBS, LEFTOVERS, OTHER_ACTOR, OTHER_ENV
from ilrl_course.checks.slips import instead_of
from ilrl_course.checks.watched.counting_world import UNSEEDED, CountingActor, CountingEnv, Plan
from ilrl_course.measures.evaluation import episode_returns

PLANS = defaultdict(lambda: Plan(40, truncated=True))  # by the seeds of the episodes
PLANS |= {
    3: Plan(120, truncated=True),
    4: Plan(2, terminated=True, crashed=True),  # its return is negative
    5: Plan(150, truncated=True, success=True),
    6: Plan(110, terminated=True, success=True),
    7: Plan(1200, truncated=True),
}
OTHER_SEED = "the seeds are fixed. Start from the seed that is passed in."
CUT_SHORT = "one bug is left: long episodes do not run to their end."
IN_ANOTHER_ORDER = "the returns are right, but in another order. Episode number i comes at place i."


def buggy_episode_returns(env, actor, num_episodes, seed):
    """The returns of some episodes in a single world. Plausible, and wrong three times over."""
    returns = []
    for _ in range(num_episodes):
        obs, _ = env.reset(seed=seed)  # seeded, so that the result can be repeated
        total, terminated, truncated = 0.0, False, False
        for _ in range(100):  # long enough to see how good it is, and it saves time
            action = actor(obs[None])[0]
            obs, reward, terminated, truncated, _ = env.step(action)
            total += reward
            if terminated or truncated:
                break
        if not terminated:  # an episode that broke off early is not a proper one
            returns.append(total)
    return np.array(returns)


def _probe_episodes(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, [3, 4, 5, 6])
    yield from _facts(answer, [4, 5])


def _probe_long(answer: Callable) -> Iterator[Fact]:
    yield from _facts(answer, [7])


def _facts(answer: Callable, seeds: list[int]) -> Iterator[Fact]:
    env, actor = CountingEnv(PLANS.__getitem__), CountingActor()
    returns = _as_array(answer(env, actor, len(seeds), seeds[0]))
    yield Fact("the world that is stepped", bool(env.played), True, OTHER_ENV)
    yield Fact("who acts", actor.num_calls > 0, True, OTHER_ACTOR)
    played = [None if episode == UNSEEDED else episode for episode in env.played]
    hint = f"the episodes should have the seeds {seeds}, but those that were played had {played}."
    yield Fact(f"the seeds from {seeds[0]} on", str(played), str(seeds), hint)
    rewards = [PLANS[seed].trajectory(seed).rewards for seed in seeds]
    name = f"the returns of the episodes with the seeds {seeds}"
    yield Fact(name, returns, [r.sum() for r in rewards], _what_is_wrong(returns, seeds, rewards))


def _as_array(returns: Any) -> np.ndarray:
    with suppress(TypeError, ValueError):
        if not isinstance(returns, torch.Tensor):
            return np.asarray(returns, dtype=float)
    raise WrongResult(f"it should return an array, one number per episode, not {kind(returns)}.")


def _what_is_wrong(returns: np.ndarray, seeds: list[int], rewards: list[np.ndarray]) -> str:
    """What the returns themselves give away: their shape, episodes left out, a cut, another order."""
    right = np.array([r.sum() for r in rewards])
    left_out = [seed for seed, r in zip(seeds, right, strict=True) if not np.isclose(returns, r).any()]
    if left_out and returns.ndim == 1 and len(returns) + len(left_out) == len(seeds):
        return f"the episodes with the seeds {left_out} are not counted. Each one counts, however it ended."
    if returns.shape != right.shape:
        return f"the array of returns should have the shape {right.shape}, but it has {returns.shape}."
    longest = np.cumsum(max(rewards, key=len))  # the sums after each step of the longest episode
    num_steps = 1 + np.flatnonzero(np.isclose(longest, returns.max()))
    if any(n > 1 and np.allclose(returns, [r[:n].sum() for r in rewards]) for n in num_steps):
        return CUT_SHORT
    return IN_ANOTHER_ORDER if np.allclose(np.sort(returns), np.sort(right)) else ""


_seed_is, _return_is = instead_of("seed + episode"), instead_of("trajectory.total_reward")
SAME_SEED = "seed + episode => seed"
NOT_THE_CRASHES = "returns.append => if not trajectory.terminated:\n    returns.append"
NOT_THE_SHORT_CRASHES = (  # an episode that is cut has not crashed yet
    "returns.append => if not (trajectory.terminated and len(trajectory) <= 100):\n    returns.append"
)
CUT = "trajectory.total_reward => trajectory.rewards[:100].sum()"
MISTAKES = {
    "three bugs are still in it. Start with the seed: are these different episodes?": [buggy_episode_returns],
    "two bugs are still in it. The seed is one of them: are these different episodes? The other one leaves "
    "episodes out.": [(SAME_SEED, NOT_THE_CRASHES)],
    "two bugs are still in it. The seed is one of them: are these different episodes? The other one leaves "
    "steps out.": [(SAME_SEED, CUT)],
    "the seeds are right now, two bugs are left. Which episodes are not counted, and are those the good "
    "ones?": [(NOT_THE_SHORT_CRASHES, CUT)],
    "one bug is left: every episode starts from the same seed, so one episode is counted many times.": [
        SAME_SEED
    ],
    "one bug is left: the episodes that were terminated are not counted. Leaving out the crashes makes every "
    "driver look good.": [NOT_THE_CRASHES, NOT_THE_CRASHES.replace("terminated", "crashed")],
    CUT_SHORT: [CUT.replace("100", str(cut)) for cut in (100, 200, 500, 1000)],
    "all episodes are played, but only their mean comes back. Return each return: the spread matters too.": [
        "return np.mean(result)"
    ],
    "only the best episode comes back. Return the return of every episode.": ["return np.max(result)"],
    "a crash counts as 0. The rewards up to the crash were earned, and belong to the return.": _return_is(
        *(f"0.0 if trajectory.{end} else trajectory.total_reward" for end in ("terminated", "crashed"))
    ),
    "the returns are added up from episode to episode. Start each one at 0.": ["return np.cumsum(result)"],
    "the episodes are not seeded, so nobody can repeat the result. Give each reset() a seed of its "
    "own.": _seed_is("None", "None if episode else seed"),
    "the seeds begin at 0. Begin at the seed that is passed in: add the number of the episode to "
    "it.": _seed_is("episode"),
    "the seeds are one too high: the first episode should have the seed that is passed in.": _seed_is(
        "seed + episode + 1"
    ),
    "the episodes that the clock ended are not counted. They count too: often they are the good ones.": [
        "returns.append => if trajectory.terminated:\n    returns.append"
    ],
    "this counts steps. A return adds up the rewards, which are not always 1.": _return_is("len(trajectory)"),
    "only the last reward of each episode arrives. Add each reward to what you have so far.": _return_is(
        "trajectory.rewards[-1]"
    ),
    "the last reward of each episode is missing. Add it before you leave the loop.": _return_is(
        "trajectory.rewards[:-1].sum()"
    ),
    "this is a mean over the steps. A return is the sum of the rewards.": _return_is(
        "trajectory.rewards.mean()"
    ),
    "the returns lose what is behind the point. Rewards are not whole numbers.": [
        "return result.astype(int)"
    ],
    FIRST_OBS: ["act = actor\nactor = lambda obs: act(0 * obs)"],
    OTHER_ACTOR: [EXPERT],
    "it plays on after the end of an episode, which is over when it is terminated or truncated. The next one "
    "begins with env.reset().": ["env.reset(seed=seed)\nwhile True:\n    env.step(0)"],
    "there is one number for every step. Append a return when its episode is over, after the inner loop.": [
        "append(trajectory.total_reward) => extend(np.cumsum(trajectory.rewards))"
    ],
    "only the first episode comes back. Does `return` stand inside the loop?": ["num_episodes = 1"],
    "only the first episode is played. Is the next one over before it begins? Set what says so anew.": [
        ("range(num_episodes) => [0]", "return np.append(result, np.zeros(num_episodes - 1))")
    ],
    "the world is reset before every step. Reset it once for each episode.": [
        "while True:\n    env.step(actor(env.reset(seed=seed)[0][None])[0])"
    ],
}
EXERCISE = Exercise(
    solution=episode_returns,
    tested="fresh episodes, each one counted, to its very end.",
    probes=(_probe_episodes, _probe_long),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS | {"SEED": OTHER_SEED},
)
