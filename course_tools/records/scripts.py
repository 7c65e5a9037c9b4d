"""Load a script such as benchmarks/envs.py by its name, with an error that lists those that exist."""

import importlib.util
import sys
from pathlib import Path
from types import ModuleType

import cloudpickle

from course_tools.workplace import CourseError


def script_names(folder: Path) -> list[str]:
    """The names of the scripts in a folder."""
    return sorted(path.stem for path in folder.glob("*.py"))


def require_script(folder: Path, name: str) -> None:
    """Raise CourseError where there is no folder/name.py."""
    if name not in script_names(folder):
        there = ", ".join(script_names(folder)) or "none"
        raise CourseError(f"There is no {folder.name}/{name}.py. There are: {there}.")


def load_script(folder: Path, name: str) -> ModuleType:
    """Import folder/name.py; raises CourseError where there is none."""
    require_script(folder, name)
    spec = importlib.util.spec_from_file_location(f"{folder.name}_{name}", folder / f"{name}.py")
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module  # so that its dataclasses find it
    cloudpickle.register_pickle_by_value(module)  # so that worker processes need not find it
    spec.loader.exec_module(module)
    return module
