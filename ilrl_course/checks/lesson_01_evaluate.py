"""The check of lesson 01 on honest evaluation: a bug hunt."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, Mutant, numbers
from ilrl_course.checks.lesson_01_collect_mutants import OTHER_ACTOR, OTHER_ENV
from ilrl_course.checks.lesson_01_evaluate_mutants import CUT_SHORT, MUTANTS
from ilrl_course.checks.watched.counting_world import UNSEEDED, CountingActor, CountingEnv, Plan
from ilrl_course.measures.evaluation import episode_returns

LONG = 8
REWARD = 0.5  # for each step; not 1, so that summing rewards differs from counting steps
PLANS = {
    3: Plan(120, terminates=False),
    4: Plan(30, terminates=True),
    5: Plan(150, terminates=False),
    6: Plan(110, terminates=True),
    7: Plan(20, terminates=False),
    LONG: Plan(1200, terminates=False),
}
OTHER_SEED = "the seeds are fixed. Start from the seed that is passed in."


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
    for first in (3, 4):
        env, actor, seeds = _world(), CountingActor(), [first + i for i in range(4)]
        seen = _returns(answer, env, actor, 4, first)
        yield Fact("the world that is stepped", bool(env.played), True, OTHER_ENV)
        yield Fact("who acts", actor.num_calls > 0, True, OTHER_ACTOR)
        played = [None if episode == UNSEEDED else episode for episode in env.played]
        hint = f"the episodes should have the seeds {seeds}, but those that were played had {played}."
        yield Fact(f"the seeds from {first} on", str(played), str(seeds), hint)
        num_steps = [PLANS[seed].num_steps for seed in seeds]
        name = f"the returns of 4 episodes from seed {first} on, with {REWARD} for each of {num_steps} steps"
        yield _fact_about(name, seen, num_steps)


def _probe_long(answer: Callable) -> Iterator[Fact]:
    seen = _returns(answer, _world(), CountingActor(), 1, LONG)
    yield _fact_about("the return of one long episode", seen, [PLANS[LONG].num_steps])


def _fact_about(name: str, returns: np.ndarray, num_steps: list[int]) -> Fact:
    expected = REWARD * np.array(num_steps)
    most = max(returns, default=0.0) if returns.ndim == 1 else 0.0
    is_cut = most > REWARD and np.array_equal(returns, np.minimum(expected, most))
    return Fact(name, returns, expected, CUT_SHORT if is_cut else "")


def _world() -> CountingEnv:
    return CountingEnv(
        lambda episode: PLANS.get(episode, Plan(40 + episode % 50, terminates=False)), reward=REWARD
    )


def _returns(
    answer: Callable, env: CountingEnv, actor: CountingActor, num_episodes: int, seed: int
) -> np.ndarray:
    returns = answer(env, actor, num_episodes, seed)
    return numbers(returns, np.shape(returns), "the array of returns")


EVALUATE = Exercise(
    solution=episode_returns,
    tested="fresh episodes, each one counted, to its very end.",
    probes=(_probe_episodes, _probe_long),
    mutants=(
        Mutant(
            "three bugs are still in it. Start with the seed: are these different episodes?",
            buggy_episode_returns,
        ),
        *MUTANTS,
    ),
    leftovers={"gym": OTHER_ENV, "DRIVING": OTHER_ENV, "expert": OTHER_ACTOR, "SEED": OTHER_SEED},
)
