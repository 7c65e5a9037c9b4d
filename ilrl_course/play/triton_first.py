"""Triton, a compiler that the large version of PyTorch brings, is loaded before OpenGL draws anything.

Where no graphics card draws, OpenGL's driver loads LLVM, as Triton does with a version of its own. In this
order Triton ends the process: at the first optimizer after the first picture of the robot arm.
"""

import contextlib
import importlib


def load_triton() -> None:
    """Load it, where it is installed."""
    with contextlib.suppress(ImportError):
        importlib.import_module("triton")
