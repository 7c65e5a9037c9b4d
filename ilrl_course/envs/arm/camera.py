"""Pictures of the arm, drawn by MuJoCo: one context for all copies of the world in this process."""

import atexit
import contextlib
import importlib

import mujoco
import numpy as np

from ilrl_course.envs.arm.rendering import NoPicturesError, rendering_backend

SIZE = 480  # pixels, in both directions
LOOKS_AT = (1.3, 0.75, 0.62)  # m: above the table's middle
DISTANCE, AZIMUTH, ELEVATION = 1.4, 125.0, -25.0  # m and degrees: from the robot's right, over its hand
TARGET, GUIDES = "target0", "robot0:mocap"  # the makers' names of the red ball, and of lines through the hand
BLOCK = "object0"  # black by its makers, as the fingers are
RED, YELLOW = (0.9, 0.0, 0.0, 1.0), (0.95, 0.75, 0.1, 1.0)
BALL = 0.03  # m, its radius


class Camera:
    """Looks at a model (`mujoco.MjModel`) in whatever state it is told; raises NoPicturesError."""

    def __init__(self, model: mujoco.MjModel):
        self.model, self.data = model, mujoco.MjData(model)
        model.vis.global_.offwidth = model.vis.global_.offheight = SIZE
        model.vis.quality.offsamples = 0  # smooth edges take three times as long where nothing helps to draw
        model.geom_rgba[model.geom_bodyid == model.body(GUIDES).id, 3] = 0
        self._paint()
        self.floor = model.body(int(model.site(TARGET).bodyid[0])).pos.copy()  # what the target is placed on
        self.scene, self.options = mujoco.MjvScene(model, maxgeom=1000), mujoco.MjvOption()
        self.view = mujoco.MjvCamera()
        self.view.lookat[:] = LOOKS_AT
        self.view.distance, self.view.azimuth, self.view.elevation = DISTANCE, AZIMUTH, ELEVATION
        self.context = self.drawing = None
        self._begin()

    def _paint(self) -> None:
        block, ball = self.model.geom(BLOCK), self.model.site(TARGET)
        block.matid, ball.matid = -1, -1
        block.rgba, ball.rgba, ball.size[0] = YELLOW, RED, BALL

    def picture(self, qpos: np.ndarray, goal: np.ndarray) -> np.ndarray:
        """The arm with joints (and block) at qpos, and a red ball at the goal (3,): (SIZE, SIZE, 3) uint8."""
        model, data, frame = self.model, self.data, mujoco.MjrRect(0, 0, SIZE, SIZE)
        model.site(TARGET).pos = goal - self.floor
        data.qpos[:] = qpos
        mujoco.mj_kinematics(model, data)
        mujoco.mj_camlight(model, data)
        try:
            self.context.make_current()
        except Exception:  # others have ended OpenGL meanwhile, as pygame does with its last window
            self._begin()
        seen = mujoco.mjtCatBit.mjCAT_ALL
        mujoco.mjv_updateScene(model, data, self.options, None, self.view, seen, self.scene)
        mujoco.mjr_render(frame, self.scene, self.drawing)
        pixels = np.zeros((SIZE, SIZE, 3), dtype=np.uint8)
        mujoco.mjr_readPixels(pixels, None, frame, self.drawing)
        return pixels[::-1].copy()  # OpenGL begins below

    def _begin(self) -> None:
        if self.context:
            free(self.context)
        self.context = open_context()
        self.drawing = None  # so that the former one is gone before the new one takes the same numbers
        self.drawing = mujoco.MjrContext(self.model, mujoco.mjtFontScale.mjFONTSCALE_100)
        mujoco.mjr_setBuffer(mujoco.mjtFramebuffer.mjFB_OFFSCREEN, self.drawing)


def open_context():
    """A context for OpenGL, current from here on, freed when the process ends; raises NoPicturesError."""
    backend = rendering_backend()
    if backend is None:
        raise NoPicturesError(
            "the arm cannot be drawn here: this machine has no OpenGL for programs without a window (on "
            "Debian and Ubuntu `apt-get install libegl1` or `libosmesa6` brings it). Everything else works, "
            "and the lesson shows recorded films"
        )
    module = importlib.import_module(f"mujoco.{backend}")
    module.EGL_DISPLAY = None  # one that others have ended is not asked again; only EGL has such a thing
    context = module.GLContext(SIZE, SIZE)
    context.make_current()
    atexit.register(free, context)
    return context


def free(context) -> None:
    """Free a context, which others may have ended."""
    with contextlib.suppress(Exception):
        context.free()
    context._context = None  # or else it tries once more when Python has half gone
