"""Known wrong evaluations, the one of the bug hunt among them."""

import numpy as np

from ilrl_course.checks.exercise import Mutant
from ilrl_course.rollout import collect_trajectory

CUT_SHORT = "one bug is left: long episodes do not run to their end."


def _evaluate(
    env, actor, num_episodes, seed, *, next_seed=lambda seed, i: seed + i, cut=None, restarts=False,
    skips=lambda terminated, truncated: False, count=lambda rewards, crashed: sum(rewards), summary=np.array,
):  # fmt: skip
    """Evaluation with some of the bugs."""
    returns = []
    for i in range(num_episodes):
        obs, _ = env.reset(seed=next_seed(seed, i))
        rewards, terminated, truncated = [], False, False
        while not (terminated or truncated or len(rewards) == cut):
            obs = env.reset(seed=seed)[0] if restarts else obs
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            rewards.append(reward)
        if not skips(terminated, truncated):
            returns.append(count(rewards, terminated))
    return summary(returns)


def _with(**parts):
    return lambda env, actor, num_episodes, seed: _evaluate(env, actor, num_episodes, seed, **parts)


def _with_flags_set_once(env, actor, num_episodes, seed):
    returns, terminated, truncated = [], False, False
    for i in range(num_episodes):
        obs, _ = env.reset(seed=seed + i)
        total = 0.0
        while not (terminated or truncated):
            obs, reward, terminated, truncated, _ = env.step(actor(obs[None])[0])
            total += reward
        returns.append(total)
    return np.array(returns)


def _running_totals(env, actor, num_episodes, seed):
    totals = [np.cumsum(collect_trajectory(env, actor, seed + i).rewards) for i in range(num_episodes)]
    return np.concatenate(totals)


SEEDS, CUT = {"next_seed": lambda seed, i: seed}, {"cut": 100}
SKIPS = {"skips": lambda terminated, truncated: terminated}

MUTANTS = (
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
        CUT_SHORT,
        *(_with(cut=cut) for cut in (100, 200, 500, 1000)),
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
        "the episodes are not seeded, so nobody can repeat the result. Give each reset() a seed of its own.",
        _with(next_seed=lambda seed, i: None),
        _with(next_seed=lambda seed, i: seed if i == 0 else None),
    ),
    Mutant(
        "the seeds begin at 0. Begin at the seed that is passed in: add the number of the episode to it.",
        _with(next_seed=lambda seed, i: i),
    ),
    Mutant(
        "the seeds are one too high: the first episode should have the seed that is passed in.",
        _with(next_seed=lambda seed, i: seed + i + 1),
    ),
    Mutant(
        "the episodes that the clock ended are not counted. They count too: often they are the good ones.",
        _with(skips=lambda terminated, truncated: truncated),
    ),
    Mutant(
        "this counts steps. A return adds up the rewards, which are not always 1.",
        _with(count=lambda rewards, crashed: len(rewards)),
    ),
    Mutant(
        "only the last reward of each episode arrives. Add each reward to what you have so far.",
        _with(count=lambda rewards, crashed: rewards[-1]),
    ),
    Mutant(
        "there is one number for every step. Append a return when its episode is over, after the inner loop.",
        _running_totals,
    ),
    Mutant(
        "only the first episode comes back. Does `return` stand inside the loop?",
        lambda env, actor, num_episodes, seed: _evaluate(env, actor, 1, seed),
    ),
    Mutant(
        "only the first episode is played. Is the next one over before it begins? Set what says so anew.",
        _with_flags_set_once,
    ),
    Mutant(
        "the world is reset before every step. Reset it once for each episode.",
        _with(restarts=True),
    ),
)
