"""`course.py worlds` installs wheels only, package by package, and says which worlds are ready."""

import sys
from pathlib import Path
from types import SimpleNamespace

import gymnasium as gym
import pytest
from packaging.requirements import Requirement

from course_tools.locks import locked
from course_tools.setup import doctor, install, worlds
from course_tools.wheel import command
from course_tools.workplace import ROOT, CourseError
from ilrl_course.envs import extras
from ilrl_course.envs.arm.rendering import NoPicturesError

NO_WHEEL = "ERROR: No matching distribution found for ale-py<0.13,>=0.11.2"


@pytest.fixture
def machine(monkeypatch):
    """A machine on which no world's package is installed, and a stand-in for pip."""
    stage = SimpleNamespace(commands=[], pythons=set(), here=set(), fails={})

    def run_pip(root, *arguments, python):
        stage.commands.append(arguments)
        stage.pythons.add(python)
        name = Requirement(arguments[-1]).name
        if name in stage.fails:
            return stage.fails[name]
        stage.here.add(name)
        return None

    def stand_in(world):
        @property
        def missing(_):
            return "" if world.package in stage.here else f"{world.name} needs the package {world.package}"

        return type("World", (), {"name": world.name, "package": world.package, "missing": missing})()

    fakes = {name: stand_in(world) for name, world in extras.EXTRAS.items()}
    monkeypatch.setattr(extras, "EXTRAS", fakes)
    monkeypatch.setattr(worlds, "run_pip", run_pip)
    monkeypatch.setattr(worlds, "what_fails", lambda world: world.missing)
    monkeypatch.setattr(doctor, "_is_installed", lambda package: package in stage.here)
    return stage


def test_each_package_is_installed_by_itself_from_a_wheel_and_without_others(machine, capsys):
    assert worlds.run(None) == 0
    assert len(machine.commands) == 9
    for words in machine.commands:
        assert words[0] == "install"
        assert "--only-binary :all:" in " ".join(words)
        assert "--no-deps" in words
    assert [line for line in capsys.readouterr().out.splitlines() if line.endswith(": ready")] == [
        "LunarLander: ready",
        "DoorKey: ready",
        "Pong: ready",
        "RobotArm: ready",
    ]


def test_the_repository_installs_into_its_own_environment_and_the_package_beside_itself(
    machine, monkeypatch, tmp_path
):
    assert worlds.run(None) == 0
    assert machine.pythons == {install.python_path()}
    machine.here, machine.pythons = set(), set()
    monkeypatch.setattr(command, "own_folder", lambda: tmp_path / "mine" / "jupyter")
    assert command.main(["worlds"]) == 0
    assert machine.pythons == {Path(sys.executable)}
    assert [path.name for path in (tmp_path / "mine" / ".locks").iterdir()] == ["worlds"]


def test_a_python_without_pip_is_told_how_to_get_it(monkeypatch, capsys):
    monkeypatch.setattr(command.util, "find_spec", lambda name: None)
    assert command.main(["worlds"]) == 1
    assert f"Run: {sys.executable} -m ensurepip" in capsys.readouterr().err


def test_one_that_has_no_wheel_is_named_and_does_not_stop_the_rest(machine, capsys):
    machine.fails["box2d"] = "Looking ...\nERROR: No matching distribution found for box2d<2.4,>=2.3.10"
    assert worlds.run(None) == 1
    said = capsys.readouterr().out
    version = ".".join(map(str, sys.version_info[:2]))
    assert f"LunarLander: not ready. For this system and Python {version} there is no box2d" in said
    assert "DoorKey: ready\nPong: ready" in said
    assert {"minigrid", "ale-py", "gymnasium-robotics"} <= machine.here
    assert "The lessons go on without" in said


def test_one_that_needs_several_packages_gets_all_of_them_and_the_first_fault_is_told(machine, capsys):
    machine.here = {"box2d", "minigrid", "ale-py"}
    machine.fails["mujoco"] = "ERROR: No matching distribution found for mujoco==3.3.0"
    machine.fails["glfw"] = "ERROR: No matching distribution found for glfw<3,>=2.8"
    assert worlds.run(None) == 1
    names = [Requirement(words[-1]).name for words in machine.commands]
    assert names == ["mujoco", "gymnasium-robotics", "glfw", "imageio", "pettingzoo", "pyopengl"]
    assert "there is no mujoco" in capsys.readouterr().out


def test_what_is_ready_is_left_alone(machine):
    machine.here = {"box2d", "ale-py", "gymnasium-robotics"}
    assert worlds.run(None) == 0
    assert [Requirement(words[-1]).name for words in machine.commands] == ["minigrid"]


def test_a_package_that_was_installed_and_does_not_work_is_not_called_ready(machine, monkeypatch, capsys):
    monkeypatch.setattr(
        worlds, "what_fails", lambda world: "OSError: bad library" if world.name == "Pong" else ""
    )
    assert worlds.run(None) == 1
    assert "Pong: not ready. OSError: bad library" in capsys.readouterr().out


def test_two_commands_do_not_install_at_once(machine):
    with locked("worlds", "x"), pytest.raises(CourseError, match="installing the worlds right now"):
        worlds.run(None)
    assert machine.commands == []


def test_every_world_has_its_line_and_every_line_its_world():
    lines = worlds.wanted((ROOT / install.WORLDS).read_text(encoding="utf-8"))
    named = {(line.name, world) for line, world in lines}
    assert {(world.package, world.name) for world in extras.EXTRAS.values()} <= named
    assert {world for _, world in lines} == {world.name for world in extras.EXTRAS.values()}
    bounds = {line.name: sorted(part.operator for part in line.specifier) for line, _ in lines}
    pinned = {name for name, operators in bounds.items() if operators == ["=="]}
    assert pinned == {"mujoco", "gymnasium-robotics"}  # the file says why
    assert all(operators == ["<", ">="] for name, operators in bounds.items() if name not in pinned)


def test_every_line_that_is_no_comment_is_read():
    text = (ROOT / install.WORLDS).read_text(encoding="utf-8")
    asked = [line for line in text.splitlines() if line.strip() and not line.startswith("#")]
    assert len(worlds.wanted(text)) == len(asked)


def test_the_real_trial_of_a_world_says_why_it_fails():
    home = SimpleNamespace(env_id="ilrl/CartPole-v0")
    assert worlds.what_fails(home) == ""
    assert worlds.what_fails(SimpleNamespace(env_id="ilrl/Nowhere-v0")).startswith("NameNotFound")


def test_a_world_that_only_cannot_be_drawn_here_is_ready(monkeypatch):
    class Blind(gym.Env):
        observation_space = action_space = gym.spaces.Discrete(2)

        def reset(self, *, seed=None, options=None):
            return 0, {}

        def step(self, action):
            return 0, 0.0, False, False, {}

        def render(self):
            raise NoPicturesError("no OpenGL")

    monkeypatch.setattr(gym, "make", lambda env_id, render_mode: Blind())
    assert worlds.what_fails(SimpleNamespace(env_id="blind")) == ""


def test_doctor_names_what_is_ready_and_how_the_rest_comes_and_finds_no_problem_in_it(machine):
    name, found, remedy = doctor.worlds()
    assert (name, remedy) == ("Worlds of others", "")
    assert (
        found == "none of 4 ready; `python3 course.py worlds` installs LunarLander, DoorKey, Pong, RobotArm"
    )
    machine.here = {"ale-py", "box2d"}
    assert doctor.worlds()[1].startswith("LunarLander, Pong of 4 ready")
    machine.here |= {"minigrid", "gymnasium-robotics"}
    assert doctor.worlds() == ("Worlds of others", "all 4 ready", "")


def test_doctor_finds_a_package_that_is_installed_and_cannot_be_used(machine, monkeypatch):
    monkeypatch.setattr(doctor, "_is_installed", lambda package: True)
    machine.here = {"box2d", "minigrid", "gymnasium-robotics"}
    _, found, remedy = doctor.worlds()
    assert "Pong needs the package ale-py" in found
    assert remedy == "run `python3 course.py worlds`"
    assert doctor.worlds("ilrl-course worlds")[2] == "run `ilrl-course worlds`"
