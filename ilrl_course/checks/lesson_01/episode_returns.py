"""The check of lesson 01 on honest evaluation: a bug hunt."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.exercise import Exercise, Fact, numbers
from ilrl_course.checks.lesson_01._actors_and_worlds import OTHER_ACTOR, OTHER_ENV
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
CUT_SHORT = "one bug is left: long episodes do not run to their end."


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
    "driver look good.": [NOT_THE_CRASHES],
    CUT_SHORT: [CUT.replace("100", str(cut)) for cut in (100, 200, 500, 1000)],
    "all episodes are played, but only their mean comes back. Return each return: the spread matters too.": [
        "return np.mean(result)"
    ],
    "only the best episode comes back. Return the return of every episode.": ["return np.max(result)"],
    "a crash counts as 0. The rewards up to the crash were earned, and belong to the return.": [
        "trajectory.total_reward => 0.0 if trajectory.terminated else trajectory.total_reward"
    ],
    "the returns are added up from episode to episode. Start each one at 0.": ["return np.cumsum(result)"],
    "the episodes are not seeded, so nobody can repeat the result. Give each reset() a seed of its own.": [
        "seed + episode => None",
        "seed + episode => None if episode else seed",
    ],
    "the seeds begin at 0. Begin at the seed that is passed in: add the number of the episode to it.": [
        "seed + episode => episode"
    ],
    "the seeds are one too high: the first episode should have the seed that is passed in.": [
        "seed + episode => seed + episode + 1"
    ],
    "the episodes that the clock ended are not counted. They count too: often they are the good ones.": [
        "returns.append => if trajectory.terminated:\n    returns.append"
    ],
    "this counts steps. A return adds up the rewards, which are not always 1.": [
        "trajectory.total_reward => len(trajectory)"
    ],
    "only the last reward of each episode arrives. Add each reward to what you have so far.": [
        "trajectory.total_reward => trajectory.rewards[-1]"
    ],
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
    leftovers={"gym": OTHER_ENV, "DRIVING": OTHER_ENV, "expert": OTHER_ACTOR, "SEED": OTHER_SEED},
)
