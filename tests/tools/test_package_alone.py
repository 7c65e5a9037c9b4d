"""The package installed by itself: what it needs is declared, and its data comes with it."""

import ast
import json
import shutil
import subprocess
import sys
import tomllib
from importlib import metadata

import pytest
from packaging.requirements import Requirement

from course_tools.workplace import ROOT
from ilrl_course.envs.elsewhere import ELSEWHERE

PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
NEEDED = {r.name: r.specifier for r in map(Requirement, PROJECT["dependencies"])}
IN_A_FOLDER_OF_ITS_OWN = """
import json, os, sys
import gymnasium as gym, numpy as np
import ilrl_course
from ilrl_course import envs
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.notebook import price_map
from ilrl_course.play import screen, stand_ins
from ilrl_course.storage import my_work
from ilrl_course.storage.files import load_results

found = {"where": ilrl_course.__file__, "my_work": str(my_work.folder())}
for world in envs.WORLDS.values():
    env = gym.make(world.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    env.render()
    found[world.name] = reference_scores(world.name) | {"games": len(stand_ins.stand_in_games(world))}
found["screen"] = len(str(screen.Play._esm)) > 0
found["prices"] = all(len(str(text)) > 0 for text in (price_map.PriceMap._esm, price_map.PriceMap._css))
try:
    load_results("fine_tuning")
except FileNotFoundError as error:
    found["results"] = str(error)
print(json.dumps(found))
"""


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


@pytest.mark.xdist_group("package alone")
def test_installed_by_pip_it_has_its_data_and_says_where_the_rest_is(guest_or_skip, tmp_path, monkeypatch):
    monkeypatch.delenv("COURSE_JOURNAL", raising=False)
    source, desk = tmp_path / "source", tmp_path / "desk"
    shutil.copytree(
        ROOT / "ilrl_course", source / "ilrl_course", ignore=shutil.ignore_patterns("__pycache__")
    )
    for name in ("pyproject.toml", "README.md", "LICENSE"):
        shutil.copy(ROOT / name, source)
    desk.mkdir()
    python = guest_or_skip("package-alone", str(source), with_dependencies=False)
    ran = subprocess.run(
        [python, "-I", "-c", IN_A_FOLDER_OF_ITS_OWN], cwd=desk, capture_output=True, text=True, check=True
    )
    found = json.loads(ran.stdout)
    assert found["where"].startswith(str(python.parents[1]))
    assert found["my_work"] == str(desk / "my_work")
    for name in ("CartPole", "Driving", "Dungeon"):
        assert found[name]["games"] == 20
        assert found[name]["expert"] > found[name]["random"]
    assert "recorded results come with the whole course" in found["results"]
    code = (
        "from importlib import metadata as m; print(len(m.requires('ilrl-course')), m.version('ilrl-course'))"
    )
    declared = subprocess.run([python, "-I", "-c", code], capture_output=True, text=True, check=True).stdout
    assert declared.split() == [str(len(NEEDED)), PROJECT["version"]]
