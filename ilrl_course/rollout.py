"""Acting in worlds: one episode, many episodes, a block of steps; the one place that knows about resets."""

from collections.abc import Iterator
from dataclasses import dataclass
from zlib import crc32

import gymnasium as gym
import numpy as np
import torch
from gymnasium.vector import AutoresetMode, VectorEnv

import ilrl_course.envs  # noqa: F401 (registers the worlds' ids)
from ilrl_course.data import Actor, Rollout, Trajectory


@dataclass(frozen=True)
class Step:
    """One step of E episodes; rows whose episode ended earlier are no longer running."""

    obs: np.ndarray  # (E, obs_dim)
    actions: np.ndarray  # (E,) or (E, action_dim)
    rewards: np.ndarray  # (E,)
    next_obs: np.ndarray  # (E, obs_dim)
    terminated: np.ndarray  # (E,) bool
    truncated: np.ndarray  # (E,) bool
    crashed: np.ndarray  # (E,) bool
    success: np.ndarray  # (E,) bool
    running: np.ndarray  # (E,) bool


def derive_seed(seed: int, purpose: str) -> int:
    """A seed of its own for each purpose, so that evaluation never replays the episodes of training."""
    if not isinstance(seed, int | np.integer) or seed < 0:
        raise ValueError(f"seed is {seed!r}: give a whole number from 0 on")
    return int(np.random.SeedSequence([seed, crc32(purpose.encode())]).generate_state(1)[0])


def make_batch(env_id: str, num_envs: int, **options) -> VectorEnv:
    """`num_envs` copies of a world that do not reset by themselves."""
    try:
        return gym.make_vec(env_id, num_envs=num_envs, autoreset_mode=AutoresetMode.DISABLED, **options)
    except TypeError as error:
        if "autoreset_mode" not in str(error):
            raise
        raise ValueError(
            f"{env_id} resets its copies by itself, which mixes rows of two episodes: use the course's "
            "worlds, or SyncVectorEnv with autoreset_mode=AutoresetMode.DISABLED"
        ) from error


def collect_trajectory(env: gym.Env, actor: Actor, seed: int) -> Trajectory:
    """Play one episode in a single world, from `env.reset(seed=seed)` until it is terminated or truncated."""
    obs, info = env.reset(seed=seed)
    observations, actions, rewards = [obs], [], []
    terminated = truncated = False
    while not (terminated or truncated):
        action = actor(obs[None])[0]  # an actor takes a batch: (1, obs_dim)
        obs, reward, terminated, truncated, info = env.step(action)
        observations.append(obs)
        actions.append(action)
        rewards.append(reward)
    return Trajectory(
        obs=np.array(observations, dtype=np.float32),  # (T + 1, obs_dim)
        actions=np.array(actions),  # (T,) or (T, action_dim)
        rewards=np.array(rewards, dtype=np.float32),  # (T,)
        terminated=terminated,
        truncated=truncated,
        crashed=bool(info.get("crashed", False)),
        success=bool(info.get("success", False)),
    )


def collect_trajectories(
    actor: Actor, env_id: str, num_episodes: int, seed: int, **options
) -> list[Trajectory]:
    """Play `num_episodes` episodes side by side; copy i plays exactly one, so short ones are not favored."""
    steps = list(play(actor, env_id, num_episodes, derive_seed(seed, "demonstrations"), options))
    all_obs = np.stack([step.obs for step in steps] + [steps[-1].next_obs])  # (T + 1, E, obs_dim)
    actions = np.stack([step.actions for step in steps])  # (T, E) or (T, E, action_dim)
    rewards = np.stack([step.rewards for step in steps]).astype(np.float32)  # (T, E)
    lengths = np.sum([step.running for step in steps], axis=0)  # (E,)
    trajectories = []
    for i, length in enumerate(lengths):
        last = steps[length - 1]
        trajectories.append(
            Trajectory(
                obs=all_obs[: length + 1, i].copy(),
                actions=actions[:length, i].copy(),
                rewards=rewards[:length, i].copy(),
                terminated=bool(last.terminated[i]),
                truncated=bool(last.truncated[i]),
                crashed=bool(last.crashed[i]),
                success=bool(last.success[i]),
            )
        )
    return trajectories


def collect_rollout(
    actor: Actor, envs: VectorEnv, obs: np.ndarray, num_steps: int
) -> tuple[Rollout, np.ndarray]:
    """Go on for `num_steps` steps from obs (N, obs_dim), starting a new episode wherever one ends.

    Returns the block and the observations (N, obs_dim) to go on from. `next_obs` holds what really followed,
    also at the end of an episode; the first observation after a reset stands in the next row's `obs` only.
    """
    rows = []
    for _ in range(num_steps):
        actions = actor(obs)
        next_obs, rewards, terminated, truncated, info = envs.step(actions)
        rows.append(
            (
                obs,
                actions,
                rewards,
                next_obs,
                terminated,
                truncated,
                info["crashed"] & (terminated | truncated),
            )
        )
        obs = next_obs
        episode_over = terminated | truncated
        if episode_over.any():
            obs, _ = envs.reset(options={"reset_mask": episode_over})
    columns = [torch.from_numpy(np.stack(column)) for column in zip(*rows, strict=True)]
    columns[2] = columns[2].float()  # rewards
    return Rollout(*columns), obs


def play(actor: Actor, env_id: str, num_episodes: int, seed: int, options: dict) -> Iterator[Step]:
    """Step one copy of the world for each episode until the last episode is over."""
    if num_episodes < 1:
        raise ValueError(f"num_episodes is {num_episodes}: play at least one")
    envs = make_batch(env_id, num_episodes, **options)
    obs, _ = envs.reset(seed=seed)
    running = np.ones(num_episodes, dtype=bool)
    while running.any():
        actions = actor(obs)
        next_obs, rewards, terminated, truncated, info = envs.step(actions)
        yield Step(
            obs, actions, rewards, next_obs, terminated, truncated, info["crashed"], info["success"], running
        )
        running = running & ~(terminated | truncated)
        obs = next_obs
