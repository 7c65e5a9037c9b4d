"""The package installed by itself: what it needs is declared. Its wheel is tested in `tests/packaging`."""

import ast
import sys
import tomllib
from importlib import metadata

from packaging.requirements import Requirement

from course_tools.workplace import ROOT
from ilrl_course.envs.elsewhere import ELSEWHERE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = {r.name: r.specifier for r in map(Requirement, PROJECT["dependencies"])}


def test_all_that_the_package_imports_is_declared():
    trees = [ast.parse(path.read_text(encoding="utf-8")) for path in (ROOT / "ilrl_course").rglob("*.py")]
    nodes = [node for tree in trees for node in ast.walk(tree)]
    names = {alias.name for node in nodes if isinstance(node, ast.Import) for alias in node.names}
    names |= {node.module for node in nodes if isinstance(node, ast.ImportFrom) and node.module}
    modules = {name.split(".")[0] for name in names} - set(sys.stdlib_module_names) - {"ilrl_course"}
    modules -= {world.imported_as for world in ELSEWHERE.values()}  # which are not needed to have the rest
    modules -= {"mujoco", "gymnasium_robotics"}  # of the robot arm
    providers = metadata.packages_distributions()
    undeclared = {m for m in modules if not {name.lower() for name in providers[m]} & NEEDED.keys()}
    assert undeclared == set()


def test_what_is_declared_is_what_students_install():
    lines = (ROOT / "requirements.txt").read_text(encoding="utf-8").splitlines()
    wanted = [line.split("#")[0] for line in lines if line[0].isalpha()]
    students = {r.name: r.specifier for r in map(Requirement, wanted)}
    both = (NEEDED.keys() & students.keys()) - {"torch"}
    assert {name: NEEDED[name] for name in both} == {name: students[name] for name in both}
    (pinned,) = students["torch"]
    assert pinned.version in NEEDED["torch"]
