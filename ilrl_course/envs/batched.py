"""The interface that the three worlds share: many copies stepped in one NumPy call, or a single copy.

A world is written once, for a batch. `SingleWorld` is a batch of one behind Gymnasium's `Env` interface, so
the single and the batched version cannot drift apart.
"""

from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

METADATA = {"render_modes": ["rgb_array"], "render_fps": 10, "autoreset_mode": AutoresetMode.DISABLED}


class BatchedWorld(gym.vector.VectorEnv):
    """N copies of a world; nothing resets by itself (`AutoresetMode.DISABLED`), so no row is ever a fake.

    When episodes end, call `reset(options={"reset_mask": terminated | truncated})`. Stepping a row whose
    episode is over is allowed, and its result means nothing.

    A subclass sets `single_observation_space`, `single_action_space` and `max_steps`, and implements the
    four methods at the end. Every info holds `crashed` and `success`, both (N,) bool.
    """

    metadata: ClassVar[dict[str, Any]] = METADATA
    max_steps: int

    def __init__(self, num_envs: int, render_mode: str | None = None):
        if num_envs < 1:
            raise ValueError(f"num_envs is {num_envs}: a batch needs at least one world")
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode is {render_mode!r}: choose None or 'rgb_array'")
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.steps = np.zeros(num_envs, dtype=np.int64)  # (N,)
        self.generators: list[np.random.Generator] = []  # one a copy, so that no copy disturbs another

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Start new episodes in every copy, or only where `options["reset_mask"]` (N,) is true.

        Copy i draws from `seed + i`, as in Gymnasium's vector worlds; without a seed, and where the mask is
        false, a copy goes on with its own stream of random numbers. Returns obs (N, obs_dim) and info; raises
        ValueError for another mask, or if the very first reset leaves a copy out.
        """
        rows = np.flatnonzero(self._reset_mask(options))
        if not self.generators:
            if len(rows) < self.num_envs:
                raise ValueError(
                    "reset_mask leaves out copies that never started: first reset without a mask"
                )
            self.generators = [seeding.np_random(None)[0] for _ in rows]
        if seed is not None:
            for row in rows.tolist():
                self.generators[row] = seeding.np_random(seed + row)[0]
        self.steps[rows] = 0
        self._start(rows)
        nobody = np.zeros(self.num_envs, dtype=bool)
        return self._observe(), self._info(nobody, nobody)

    def step(self, actions: np.ndarray):
        """Step every copy; returns obs (N, obs_dim), reward, terminated, truncated (N,), info.

        The time limit truncates; an episode that ends by itself on its last step is terminated only.
        """
        if not self.generators:
            raise RuntimeError("step was called before reset: call reset(seed=...) first")
        reward, terminated = self._advance(self._checked(actions))
        self.steps += 1
        truncated = (self.steps >= self.max_steps) & ~terminated
        return self._observe(), reward, terminated, truncated, self._info(terminated, truncated)

    def render(self):
        """A frame (H, W, 3) uint8 for every copy, or None without a render_mode."""
        if self.render_mode is None:
            return None
        return tuple(self._draw(row) for row in range(self.num_envs))

    def glimpse(self, actions: np.ndarray, share: float):
        """Frames as they will look after this share, 0 to 1, of a step with these actions; nothing changes.

        For a smooth picture of a world with few steps a second. Other worlds show the present.
        """
        return self.render()

    def _reset_mask(self, options) -> np.ndarray:
        if not options or "reset_mask" not in options:
            return np.ones(self.num_envs, dtype=bool)
        mask = np.asarray(options["reset_mask"])
        if mask.shape != (self.num_envs,) or mask.dtype != bool:
            raise ValueError(
                f"reset_mask has shape {mask.shape} and dtype {mask.dtype}, but ({self.num_envs},) bool is "
                "expected: pass terminated | truncated"
            )
        return mask

    def _checked(self, actions) -> np.ndarray:
        actions = np.asarray(actions)
        expected = self.action_space.shape
        if actions.shape != expected:
            raise ValueError(f"actions have shape {actions.shape}, but {expected} is expected: one a copy")
        if isinstance(self.single_action_space, gym.spaces.Discrete):
            if actions.dtype.kind not in "iu":
                raise ValueError(f"actions have dtype {actions.dtype}, but whole numbers are expected")
            if actions.min() < 0 or actions.max() >= self.single_action_space.n:
                raise ValueError(
                    f"actions run to {actions.min()}..{actions.max()}, but only "
                    f"0..{self.single_action_space.n - 1} exist"
                )
        elif not np.isfinite(actions).all():
            raise ValueError("actions hold NaN or infinity: has the policy diverged?")
        return actions

    def _start(self, rows: np.ndarray) -> None:
        """Set the state of these rows to the start of an episode, drawing from `self.generators[row]`."""
        raise NotImplementedError

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        """Move every copy one step; returns reward (N,) float32 and terminated (N,) bool."""
        raise NotImplementedError

    def _observe(self) -> np.ndarray:
        """A fresh array of observations (N, obs_dim), which the world will not write to again."""
        raise NotImplementedError

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        """At least `crashed` and `success`, each (N,) bool."""
        raise NotImplementedError

    def _draw(self, row: int) -> np.ndarray:
        """One copy as a picture (H, W, 3) uint8."""
        raise NotImplementedError


class SingleWorld(gym.Env):
    """One copy of a world, as a plain Gymnasium environment. A subclass names its `batched_class`."""

    metadata: ClassVar[dict[str, Any]] = METADATA
    batched_class: type[BatchedWorld]

    def __init__(self, render_mode: str | None = None, **options):
        self.batch = self.batched_class(num_envs=1, render_mode=render_mode, **options)
        self.render_mode = render_mode
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Start an episode; returns obs (obs_dim,) and info."""
        super().reset(seed=seed)
        self.batch.generators = [self.np_random]
        obs, info = self.batch.reset()
        return obs[0], {key: value[0] for key, value in info.items()}

    def step(self, action):
        """Step once; returns obs (obs_dim,), reward, terminated, truncated, info."""
        obs, reward, terminated, truncated, info = self.batch.step(np.asarray(action)[None])
        info = {key: value[0] for key, value in info.items()}
        return obs[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info

    def render(self):
        """A frame (H, W, 3) uint8, or None without a render_mode."""
        frames = self.batch.render()
        return None if frames is None else frames[0]

    def glimpse(self, action, share: float):
        """A frame (H, W, 3) uint8 of the near future, see `BatchedWorld.glimpse`."""
        return self.batch.glimpse(np.asarray(action)[None], share)[0]
