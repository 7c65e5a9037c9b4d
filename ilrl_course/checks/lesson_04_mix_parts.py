"""The mixed rollout with its parts made exchangeable: known mistakes are made of it."""

from collections.abc import Callable

import numpy as np
import torch

from ilrl_course.data import Rollout
from ilrl_course.rollout import collect_rollout


def choose(expert_acts, expert, learner, obs):
    """The right choice."""
    actions = learner(obs).copy()
    actions[expert_acts] = expert(obs)[expert_acts]
    return actions


def mix(
    expert, learner, envs, obs, num_steps, beta, rng, *,
    toss=lambda rng, obs, beta: rng.random(len(obs)) < beta, choose=choose, once=False,
    generator=lambda rng: rng, begin=lambda envs, obs: obs, length=lambda num_steps: num_steps,
    result=lambda rollout, obs, start: (rollout, obs), collect=collect_rollout,
):  # fmt: skip
    """The mixed rollout with one part exchanged."""
    rng, start = generator(rng), begin(envs, obs)
    before = toss(rng, obs, beta) if once else None

    def mixture(obs):
        expert_acts = before if once else toss(rng, obs, beta)
        return choose(expert_acts, expert, learner, obs)

    return result(*collect(mixture, envs, start, length(num_steps)), start)


def with_parts(**parts) -> Callable:
    """The mixed rollout with these parts exchanged."""
    return lambda *inputs: mix(*inputs, **parts)


def choosing(rule: Callable) -> Callable:
    """The mixed rollout with the actions rule(coins, expert's actions, learner's actions)."""
    return with_parts(choose=lambda coins, expert, learner, obs: rule(coins, expert(obs), learner(obs)))


def acting(rule: Callable) -> Callable:
    """The mixed rollout with the actions rule(expert's actions, learner's actions, beta, rng)."""

    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        return collect_rollout(lambda obs: rule(expert(obs), learner(obs), beta, rng), envs, obs, num_steps)

    return answer


def reset_where_over(envs, next_obs, over):
    """The right way to start new episodes."""
    return envs.reset(options={"reset_mask": over})[0] if over.any() else next_obs


def collect_by_hand(actor, envs, obs, num_steps, *, reset, follow=lambda next_obs, obs: next_obs):
    """The block, recorded in a loop of one's own, with one part exchanged."""
    rows = []
    for _ in range(num_steps):
        actions = actor(obs)
        next_obs, rewards, terminated, truncated, info = envs.step(actions)
        before, obs = obs, reset(envs, next_obs, terminated | truncated)
        after = follow(next_obs, obs)
        rows.append((before, actions, rewards, after, terminated, truncated, info["crashed"]))
    return Rollout(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True))), obs


def by_hand(**parts) -> Callable:
    """The mixed rollout in a loop of one's own, with these parts exchanged."""
    parts = {"reset": reset_where_over} | parts
    return with_parts(collect=lambda *inputs: collect_by_hand(*inputs, **parts))
