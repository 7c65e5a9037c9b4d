"""`course.py worlds`: install what the worlds that others made need, and say which of them are ready."""

import contextlib
import importlib
import re
from pathlib import Path

from packaging.requirements import Requirement

from course_tools.locks import locked
from course_tools.setup.faults import explain_pip
from course_tools.setup.install import WORLDS, python_path, run_pip
from course_tools.workplace import ROOT

IN_THE_WHEEL = Path(__file__).with_name(WORLDS)
REQUIREMENTS = IN_THE_WHEEL if IN_THE_WHEEL.is_file() else ROOT / WORLDS
IS_INSTALLING = "Another command is installing the worlds right now. Wait until it is done, then start again."
# Wheels only: nothing is compiled, and nothing of a stranger's runs while it is installed. And each package
# alone: what it asks for is in requirements.txt, and must stay as it is there.
PIP = ("install", "--only-binary", ":all:", "--no-deps", "--force-reinstall")


def add_arguments(parser) -> None:
    """No options."""


def run(options) -> int:
    """Install what is not ready yet into `.venv`; returns the exit code."""
    return install(ROOT, python_path())


def install(place: Path, python: Path) -> int:
    """Install what is not ready yet with the pip of `python`; returns 1 if a world is not ready in the end.

    `place` is a folder that all who may install for this Python share: there the lock lies.
    """
    from ilrl_course.envs.extras import EXTRAS  # torch takes seconds to load

    worlds, faults = list(EXTRAS.values()), {}
    with locked("worlds", IS_INSTALLING, place):
        unready = {world.name for world in worlds if world.missing}
        for requirement, name in wanted(REQUIREMENTS.read_text(encoding="utf-8")):
            if name in unready:
                print(f"  {requirement.name}, for {name} ...", flush=True)
                fault = run_pip(place, *PIP, f"{requirement.name}{requirement.specifier}", python=python)
                faults[name] = faults.get(name) or fault
    not_ready = 0
    for world in worlds:
        said = faults.get(world.name)
        fault = explain_pip(said) if said else what_fails(world)
        not_ready += bool(fault)
        print(f"{world.name}: " + (f"not ready. {fault}" if fault else "ready"), flush=True)
    if not_ready:
        print("\nThe lessons go on without what is not ready: with recorded films and results.")
    return 1 if not_ready else 0


def wanted(requirements: str) -> list[tuple[Requirement, str]]:
    """The lines of requirements-worlds.txt, each with the world whose name begins the line's comment."""
    lines = [re.fullmatch(r"([^#\s]\S*)\s+#\s*(\w+).*", line) for line in requirements.splitlines()]
    return [(Requirement(line[1]), line[2]) for line in lines if line]


def what_fails(world) -> str:
    """Why a world cannot be made and stepped here; empty where it can, and if only its pictures fail."""
    import gymnasium as gym

    from ilrl_course.envs.arm.rendering import NoPicturesError

    importlib.invalidate_caches()  # the package may have come while this process was running
    try:
        env = gym.make(world.env_id, render_mode="rgb_array")
        env.reset(seed=0)
        env.step(env.action_space.sample())
        with contextlib.suppress(NoPicturesError):
            env.render()
        env.close()
    except Exception as error:  # whatever others raise
        return f"{type(error).__name__}: {error}"
    return ""
