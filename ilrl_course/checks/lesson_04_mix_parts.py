"""The mixed rollout with its parts made exchangeable: known mistakes are made of it."""

import numpy as np
import torch

from ilrl_course.data import Rollout
from ilrl_course.rollout import collect_rollout


def _toss(rng, obs, beta):
    return rng.random(len(obs)) < beta


def _choose(expert_acts, expert, learner, obs):
    actions = learner(obs).copy()
    actions[expert_acts] = expert(obs)[expert_acts]
    return actions


def _mix(
    expert, learner, envs, obs, num_steps, beta, rng, *, toss=_toss, choose=_choose, once=False,
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


def _with(**parts):
    return lambda *inputs: _mix(*inputs, **parts)


def _choosing(rule):
    return _with(choose=lambda coins, expert, learner, obs: rule(coins, expert(obs), learner(obs)))


def _collect_by_hand(actor, envs, obs, num_steps, *, reset, follow=lambda next_obs, obs: next_obs):
    """The block, recorded in a loop of one's own, with one part exchanged."""
    rows = []
    for _ in range(num_steps):
        actions = actor(obs)
        next_obs, rewards, terminated, truncated, info = envs.step(actions)
        before, obs = obs, reset(envs, next_obs, terminated | truncated)
        rows.append((before, actions, rewards, follow(next_obs, obs), terminated, truncated, info["crashed"]))
    return Rollout(*(torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True))), obs


def _reset_where_over(envs, next_obs, over):
    return envs.reset(options={"reset_mask": over})[0] if over.any() else next_obs


def _by_hand(**parts):
    def collect(*inputs):
        return _collect_by_hand(*inputs, **{"reset": _reset_where_over} | parts)

    return _with(collect=collect)


def _change_in_place(expert_acts, expert, learner, obs):
    actions = learner(obs)
    actions[expert_acts] = expert(obs)[expert_acts]
    return actions


def _change_expert_in_place(expert_acts, expert, learner, obs):
    actions = expert(obs)
    actions[~expert_acts] = learner(obs)[~expert_acts]
    return actions


def _assign_all(expert_acts, expert, learner, obs):
    actions = learner(obs).copy()
    actions[expert_acts] = expert(obs)
    return actions


def _keep_for_episode(expert, learner, envs, obs, num_steps, beta, rng):
    expert_acts = rng.random(len(obs)) < beta

    def mixture(obs):
        return _choose(expert_acts, expert, learner, obs)

    def reset(envs, next_obs, over):
        expert_acts[over] = rng.random(over.sum()) < beta
        return _reset_where_over(envs, next_obs, over)

    return _collect_by_hand(mixture, envs, obs, num_steps, reset=reset)


def _like(coins, actions):
    return coins.reshape(-1, *[1] * (actions.ndim - 1))


def _weigh(cast):
    def mix(expert, learner, envs, obs, num_steps, beta, rng):
        def mixture(obs):
            actions = beta * expert(obs) + (1 - beta) * learner(obs)
            return cast(actions, expert(obs).dtype)

        return collect_rollout(mixture, envs, obs, num_steps)

    return mix


def _asking_if(expert, learner, envs, obs, num_steps, beta, rng):
    def mixture(obs):
        if rng.random(len(obs)) < beta:
            return expert(obs)
        return learner(obs)

    return collect_rollout(mixture, envs, obs, num_steps)


def _toss_for_each_number(expert, learner, envs, obs, num_steps, beta, rng):
    def mixture(obs):
        actions, learned = expert(obs), learner(obs)
        return np.where(rng.random(actions.shape) < beta, actions, learned)

    return collect_rollout(mixture, envs, obs, num_steps)
