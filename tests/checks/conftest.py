"""What the tests of the checks share: is the process as it was before?"""

import os
import random
import sys
import threading

import numpy as np
import pytest
import torch

from ilrl_course.checks import runner


def the_state():
    return {
        "stdout": id(sys.stdout),
        "stderr": id(sys.stderr),
        "python": random.getstate(),
        "numpy": str(np.random.get_state()),  # noqa: NPY002
        "torch": torch.get_rng_state().tolist(),
        "dtype": torch.get_default_dtype(),
        "grad": torch.is_grad_enabled(),
        "threads": torch.get_num_threads(),
        "deterministic": torch.are_deterministic_algorithms_enabled(),
        "anomaly": torch.is_anomaly_enabled(),
        "recursion": sys.getrecursionlimit(),
        "directory": os.getcwd(),
        "exits": (os._exit, os.abort, os.kill, __builtins__["input"], sys.breakpointhook),
    }


def students():
    names = ("student code", "chasing student code")
    return [thread for thread in threading.enumerate() if thread.name in names and thread.is_alive()]


@pytest.fixture(autouse=True)
def patience(monkeypatch):
    """No test depends on the clock: an answer may compute for a while, however long that takes."""
    monkeypatch.setattr(runner, "PATIENCE", 100)


@pytest.fixture
def unchanged_state(monkeypatch):
    monkeypatch.delenv("NBGRADER_EXECUTION", raising=False)
    before = the_state()
    yield
    assert the_state() == before


def pytest_collection_modifyitems(items):
    """What the bank of an exercise shows is computed once: all tests that ask for it run in one process."""
    for item in items:
        if "lesson_" in item.path.parent.name:
            item.add_marker(pytest.mark.xdist_group(item.path.stem.removeprefix("test_")))
        elif "exercise" in getattr(item, "fixturenames", ()) and hasattr(item, "callspec"):
            item.add_marker(pytest.mark.xdist_group(item.callspec.params["exercise"]))
