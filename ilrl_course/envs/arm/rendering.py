"""Which way of drawing works on this machine, which may have no screen: found by trying, once a process.

MuJoCo draws with OpenGL, and OpenGL wants a context: from the graphics driver without a screen (EGL), from a
program that computes every pixel (OSMesa), or from the window system (GLFW, on macOS CGL).
"""

import os
import platform
import subprocess
import sys
from functools import cache

BACKENDS = {"Linux": ("egl", "osmesa", "glfw"), "Darwin": ("cgl",), "Windows": ("glfw",)}  # the best first
CHOICE = "MUJOCO_GL"  # the variable by which MuJoCo's users choose one themselves
PATIENCE = 60  # s
TRIAL = """
import importlib, sys
import mujoco
context = importlib.import_module("mujoco." + sys.argv[1]).GLContext(8, 8)
context.make_current()
mujoco.MjrContext(mujoco.MjModel.from_xml_string("<mujoco/>"), mujoco.mjtFontScale.mjFONTSCALE_100)
"""


class NoPicturesError(RuntimeError):
    """Nothing on this machine can draw the arm; the world itself works without."""


@cache
def rendering_backend() -> str | None:
    """The name of MuJoCo's module whose context can draw here; None where nothing can.

    What the variable MUJOCO_GL names is tried and nothing else. Takes seconds at the first call.
    """
    chosen = os.environ.get(CHOICE)
    candidates = (chosen.lower().strip(),) if chosen else BACKENDS.get(platform.system(), ("egl", "glfw"))
    return next((backend for backend in candidates if works(backend)), None)


def works(backend: str) -> bool:
    """Can a context of this kind be made and drawn with? Tried in another process, for a driver may crash."""
    command = [sys.executable, "-c", TRIAL, backend]
    try:
        return subprocess.run(command, capture_output=True, timeout=PATIENCE).returncode == 0
    except (OSError, subprocess.TimeoutExpired):
        return False
