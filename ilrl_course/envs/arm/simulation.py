"""`FetchPickAndPlace-v4` as Gymnasium-Robotics made it, on MuJoCo; only this file and the camera import them.

Three things are ours. All copies share one model, so that a copy costs 10 ms and not half a second. A
picture is drawn beside the simulation, which therefore does not depend on whether somebody looks on. And only
those joints are asked that the observation tells, which saves a quarter of each step.
"""

import contextlib
import io
from functools import cache

import gymnasium as gym
import mujoco
import numpy as np

from ilrl_course.envs.arm.camera import Camera

with contextlib.redirect_stderr(io.StringIO()):  # a note on worlds that the course does not use
    from gymnasium_robotics.envs.fetch.pick_and_place import MujocoFetchPickAndPlaceEnv

MUJOCO = "3.3.0"  # requirements-worlds.txt says why
if mujoco.__version__ != MUJOCO:
    raise ImportError(f"mujoco is {mujoco.__version__}, but this arm needs {MUJOCO}")


class PickAndPlace(MujocoFetchPickAndPlaceEnv):
    """One copy of the makers' world; its observations are theirs, too."""

    def render(self) -> np.ndarray | None:
        """A picture (480, 480, 3) uint8; None without a render_mode. Raises NoPicturesError."""
        return camera(self.fullpath).picture(self.data.qpos, self.goal) if self.render_mode else None

    def _initialize_simulation(self):
        self.model = model_of(self.fullpath)
        self.data = mujoco.MjData(self.model)
        self._model_names = self._utils.MujocoModelNames(self.model)
        joints = [name for name in self._model_names.joint_names if name.startswith("robot")]
        self._model_names._joint_names = joints[-2:]  # the fingers
        self._env_setup(initial_qpos=self.initial_qpos)
        self.initial_time = self.data.time
        self.initial_qpos, self.initial_qvel = self.data.qpos.copy(), self.data.qvel.copy()


@cache
def model_of(path: str) -> mujoco.MjModel:
    """The model in this file; nobody changes it but for its looks."""
    return mujoco.MjModel.from_xml_path(path)


@cache
def camera(path: str) -> Camera:
    """The one camera for this model."""
    return Camera(model_of(path))


def make_copy(render_mode: str | None) -> gym.Env:
    """A copy without a clock."""
    return PickAndPlace(reward_type="sparse", render_mode=render_mode)
