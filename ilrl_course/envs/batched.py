"""The interface that the three worlds share: many copies stepped in one NumPy call, or a single copy.

A world is written once, for a batch. `SingleWorld` is a batch of one behind Gymnasium's `Env` interface, so
the single and the batched version cannot drift apart.
"""

from collections.abc import Sequence
from typing import Any, ClassVar

import gymnasium as gym
import numpy as np
from gymnasium.utils import seeding
from gymnasium.vector import AutoresetMode
from gymnasium.vector.utils import batch_space

from ilrl_course.envs.options import require_between
from ilrl_course.envs.window import Window

METADATA = {"render_modes": ["rgb_array"], "render_fps": 10}
NEXT_STEP, SAME_STEP, DISABLED = AutoresetMode.NEXT_STEP, AutoresetMode.SAME_STEP, AutoresetMode.DISABLED


class BatchedWorld(gym.vector.VectorEnv):
    """N copies of a world, stepped in one call; what follows the end of an episode is the `autoreset_mode`.

    - `NEXT_STEP`, Gymnasium's default: the copy's next step starts a new episode instead, whatever the
      action, and pays 0.
    - `SAME_STEP`: the new episode starts at once; `final_obs` and `final_info` tell of the end.
    - `DISABLED`: the copy waits for `reset(options={"reset_mask": terminated | truncated})`, so no row is
      ever a fake. Steps until then pay 0, and mean nothing. `make_batch` makes worlds of this kind.

    A subclass sets `single_observation_space`, `single_action_space` and `max_steps`, and implements the
    four methods at the end. Every info holds `crashed` and `success`, both (N,) bool.
    """

    metadata: dict[str, Any] = METADATA
    max_steps: int

    def __init__(
        self,
        num_envs: int,
        render_mode: str | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = NEXT_STEP,
    ):
        require_between("num_envs", num_envs, 1, np.inf, "a batch needs at least one world", whole=True)
        if render_mode not in (None, "rgb_array"):
            raise ValueError(f"render_mode is {render_mode!r}: choose None or 'rgb_array'")
        if max_episode_steps is not None:
            hint = "an episode may be cut short, but not go on"
            require_between("max_episode_steps", max_episode_steps, 1, self.max_steps, hint, whole=True)
            self.max_steps = max_episode_steps
        if autoreset_mode not in (modes := [*AutoresetMode, *(mode.value for mode in AutoresetMode)]):
            raise ValueError(f"autoreset_mode is {autoreset_mode!r}: choose one of {modes}")
        self.autoreset_mode = AutoresetMode(autoreset_mode)
        self.metadata = self.metadata | {"autoreset_mode": self.autoreset_mode}
        self.num_envs = num_envs
        self.render_mode = render_mode
        self.observation_space = batch_space(self.single_observation_space, num_envs)
        self.action_space = batch_space(self.single_action_space, num_envs)
        self.steps = np.zeros(num_envs, dtype=np.int64)  # (N,)
        self.over = np.zeros(num_envs, dtype=bool)  # (N,) whose episode ended before this step
        self.generators: list[np.random.Generator] = []  # one a copy, so that no copy disturbs another

    def reset(self, *, seed: int | Sequence[int | None] | None = None, options: dict[str, Any] | None = None):
        """Start new episodes in every copy, or only where `options["reset_mask"]` (N,) is true.

        Copy i draws from `seed + i`, or from `seed[i]`, as in Gymnasium's vector worlds; without a seed, and
        where the mask is false, a copy goes on with its own stream of random numbers. Returns obs
        (N, obs_dim) and info; raises ValueError for another mask, another number of seeds, or if the very
        first reset leaves a copy out.
        """
        rows = np.flatnonzero(self._reset_mask(options))
        if not self.generators:
            if len(rows) < self.num_envs:
                raise ValueError(
                    "reset_mask leaves out copies that never started: first reset without a mask"
                )
            self.generators = [seeding.np_random(None)[0] for _ in rows]
        seeds = self._seeds(seed)
        for row in rows.tolist():
            if seeds[row] is not None:
                self.generators[row] = seeding.np_random(seeds[row])[0]
        self._restart(rows)
        nobody = np.zeros(self.num_envs, dtype=bool)
        return self._observe(), self._info(nobody, nobody)

    def step(self, actions: np.ndarray):
        """Step every copy; returns obs (N, obs_dim), reward, terminated, truncated (N,), info.

        The time limit truncates. An episode that ends by itself in its last step is terminated and truncated,
        as in Gymnasium's `TimeLimit`.
        """
        if not self.generators:
            raise RuntimeError("step was called before reset: call reset(seed=...) first")
        reward, terminated = self._advance(self._checked(actions))
        reward[self.over] = 0.0
        self.steps += 1
        truncated = self.steps >= self.max_steps
        if self.autoreset_mode is NEXT_STEP and self.over.any():
            terminated, truncated = terminated & ~self.over, truncated & ~self.over
            self._restart(np.flatnonzero(self.over))
        ended = terminated | truncated
        obs, info = self._observe(), self._info(terminated, truncated)
        if self.autoreset_mode is SAME_STEP and ended.any():
            obs, info = self._start_anew(ended, obs, info)
        elif self.autoreset_mode is not SAME_STEP:
            self.over = ended | (self.over & (self.autoreset_mode is DISABLED))
        return obs, reward, terminated, truncated, info

    @property
    def in_full_length(self) -> np.ndarray:
        """Has the episode gone on for as long as the world's own clock allows? (N,) bool."""
        return self.steps >= type(self).max_steps

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

    def _restart(self, rows: np.ndarray) -> None:
        self.steps[rows] = 0
        self.over[rows] = False
        self._start(rows)

    def _start_anew(self, ended: np.ndarray, obs: np.ndarray, info: dict) -> tuple[np.ndarray, dict]:
        """New episodes where they ended, (N,) bool; the info tells of the end, as Gymnasium's own does."""
        final_obs = np.full(self.num_envs, None, dtype=object)  # (N,)
        for row in np.flatnonzero(ended):
            final_obs[row] = obs[row]
        final_info = info | {f"_{name}": ended for name in info}
        final = {"final_obs": final_obs, "_final_obs": ended, "final_info": final_info, "_final_info": ended}
        self._restart(np.flatnonzero(ended))
        nobody = np.zeros(self.num_envs, dtype=bool)
        return self._observe(), self._info(nobody, nobody) | final

    def _seeds(self, seed: int | Sequence[int | None] | None) -> list[int | None]:
        """One for each copy."""
        if seed is None or isinstance(seed, int | np.integer):
            return [None if seed is None else int(seed) + row for row in range(self.num_envs)]
        if len(seed) != self.num_envs:
            raise ValueError(f"{len(seed)} seeds are given, but {self.num_envs} are expected: one a copy")
        return list(seed)

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

    metadata: ClassVar[dict[str, Any]] = METADATA | {"render_modes": ["rgb_array", "human"]}
    batched_class: type[BatchedWorld]

    def __init__(self, render_mode: str | None = None, **options):
        frames = "rgb_array" if render_mode == "human" else render_mode
        self.batch = self.batched_class(1, render_mode=frames, autoreset_mode=DISABLED, **options)
        self.render_mode = render_mode
        self.window = Window(self.metadata["render_fps"]) if render_mode == "human" else None
        self.observation_space = self.batch.single_observation_space
        self.action_space = self.batch.single_action_space

    def reset(self, *, seed: int | None = None, options: dict[str, Any] | None = None):
        """Start an episode; returns obs (obs_dim,) and info."""
        super().reset(seed=seed)
        self.batch.generators = [self.np_random]
        obs, info = self.batch.reset()
        self._show()
        return obs[0], {key: value[0] for key, value in info.items()}

    def step(self, action):
        """Step once; returns obs (obs_dim,), reward, terminated, truncated, info."""
        obs, reward, terminated, truncated, info = self.batch.step(np.asarray(action)[None])
        info = {key: value[0] for key, value in info.items()}
        self._show()
        return obs[0], float(reward[0]), bool(terminated[0]), bool(truncated[0]), info

    def render(self):
        """A frame (H, W, 3) uint8; None without a render_mode, or where a window shows it."""
        frames = self.batch.render()
        return None if frames is None or self.window else frames[0]

    def close(self):
        """Close the window, if there is one."""
        if self.window:
            self.window.close()

    def _show(self) -> None:
        if self.window:
            self.window.show(self.batch.render()[0])

    def glimpse(self, action, share: float):
        """A frame (H, W, 3) uint8 of the near future, see `BatchedWorld.glimpse`."""
        return self.batch.glimpse(np.asarray(action)[None], share)[0]
