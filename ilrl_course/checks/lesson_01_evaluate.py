"""The check of lesson 01 on honest evaluation: a bug hunt."""

from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.checks.counting_world import CountingActor, CountingEnv, Plan
from ilrl_course.checks.exercise import Exercise, Fact, Mutant, numbers
from ilrl_course.evaluation import episode_returns

PLANS = {
    3: Plan(120, terminates=False),
    4: Plan(30, terminates=True),
    5: Plan(150, terminates=False),
    6: Plan(110, terminates=True),
    7: Plan(20, terminates=False),
}


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
        env = CountingEnv(lambda episode: PLANS.get(episode, Plan(99, terminates=False)), one_a_step=True)
        returns = answer(env, CountingActor(), 4, first)
        seen = numbers(returns, np.shape(returns), "the array of returns")
        expected = [PLANS[first + i].num_steps for i in range(4)]
        name = (
            f"the returns of 4 episodes from seed {first} on, with a reward of 1 for each of {expected} steps"
        )
        yield Fact(name, seen, expected)


def _evaluate(
    env, actor, num_episodes, seed, *, next_seed=lambda seed, i: seed + i, skips=False, cut=None,
    count=lambda rewards, crashed: sum(rewards), summary=np.array,
):  # fmt: skip
    """Evaluation with some of the bugs."""
    returns = []
    for i in range(num_episodes):
        obs, _ = env.reset(seed=next_seed(seed, i))
        rewards, terminated, truncated = [], False, False
        while not (terminated or truncated or len(rewards) == cut):
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            rewards.append(reward)
        if not (skips and terminated):
            returns.append(count(rewards, terminated))
    return summary(returns)


def _with(**parts):
    return lambda env, actor, num_episodes, seed: _evaluate(env, actor, num_episodes, seed, **parts)


SEEDS, SKIPS, CUT = {"next_seed": lambda seed, i: seed}, {"skips": True}, {"cut": 100}

EVALUATE = Exercise(
    solution=episode_returns,
    tested="fresh episodes, each one counted, to its very end.",
    probes=(_probe_episodes,),
    mutants=(
        Mutant(
            "three bugs are still in it. Start with the seed: are these different episodes?",
            buggy_episode_returns,
            _with(**SEEDS, **SKIPS, **CUT),
        ),
        Mutant(
            "two bugs are still in it. The seed is one of them: are these different episodes? The other one"
            " leaves episodes out.",
            _with(**SEEDS, **SKIPS),
        ),
        Mutant(
            "two bugs are still in it. The seed is one of them: are these different episodes? The other one"
            " leaves steps out.",
            _with(**SEEDS, **CUT),
        ),
        Mutant(
            "the seeds are right now, two bugs are left. Which episodes are not counted, and are those the "
            "good ones?",
            _with(**SKIPS, **CUT),
        ),
        Mutant(
            "one bug is left: every episode starts from the same seed, so one episode is counted many times.",
            _with(**SEEDS),
        ),
        Mutant(
            "one bug is left: the episodes that were terminated are not counted. Leaving out the crashes "
            "makes every driver look good.",
            _with(**SKIPS),
        ),
        Mutant(
            "one bug is left: long episodes do not run to their end.",
            _with(**CUT),
        ),
        Mutant(
            "all episodes are played, but only their mean comes back. Return each return: the spread "
            "matters too.",
            _with(summary=np.mean),
        ),
        Mutant(
            "only the best episode comes back. Return the return of every episode.",
            _with(summary=np.max),
        ),
        Mutant(
            "a crash counts as 0. The rewards up to the crash were earned, and belong to the return.",
            _with(count=lambda rewards, crashed: 0.0 if crashed else sum(rewards)),
        ),
        Mutant(
            "the returns are added up from episode to episode. Start each one at 0.",
            _with(summary=np.cumsum),
        ),
        Mutant(
            "the episodes are not seeded, so nobody can repeat the result. Give each reset() a seed of its "
            "own.",
            _with(next_seed=lambda seed, i: None),
            _with(next_seed=lambda seed, i: seed if i == 0 else None),
        ),
    ),
)
