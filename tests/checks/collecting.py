"""Ways to record an episode that several tests of the checks build on."""

import numpy as np

from ilrl_course.data import Trajectory


def collect_by_stacking(env, actor, seed):
    obs = env.reset(seed=seed)[0][np.newaxis]  # (1, obs_dim)
    rows = []
    episode_over = False
    while not episode_over:
        (action,) = actor(obs[-1:])
        after, reward, terminated, truncated, info = env.step(action)
        obs = np.vstack([obs, after])
        rows.append((action, reward))
        episode_over = terminated | truncated
    actions, rewards = zip(*rows, strict=True)
    return Trajectory(
        obs.astype("float32"), np.asarray(actions), np.float32(rewards), terminated, truncated,
        info["crashed"], info["success"],
    )  # fmt: skip


def collect_until(
    stop, reset=lambda env, seed: env.reset(seed=seed), act=lambda actor, obs: actor(obs[None])[0], cap=5000
):
    def collect(env, actor, seed):
        obs, _ = reset(env, seed)
        observations, actions, rewards = [obs], [], []
        for _ in range(cap):
            actions.append(act(actor, observations[-1]))
            obs, reward, terminated, truncated, info = env.step(actions[-1])
            observations.append(obs)
            rewards.append(reward)
            if stop(terminated, truncated):
                break
        return Trajectory(
            np.array(observations), np.array(actions), np.array(rewards), terminated, truncated, **info
        )

    return collect
