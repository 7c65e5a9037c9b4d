"""A way to record an episode that the tests of lesson 01 build on."""

import numpy as np

from ilrl_course.data import Trajectory


def recorded(env, actor, seed):
    """One episode; its observations are stacked up, its steps kept as rows."""
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
