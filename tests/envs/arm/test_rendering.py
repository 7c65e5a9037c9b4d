"""The way of drawing is found by trying, in the best order, and once."""

import platform
import subprocess
import sys
from types import SimpleNamespace

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs.arm import ROBOT_ARM, rendering, rendering_backend
from ilrl_course.envs.arm.rendering import NoPicturesError
from ilrl_course.envs.window import Window
from tests.envs.elsewhere.borrowed import needs


@pytest.fixture
def machine(monkeypatch):
    """A machine on which only what is in `can` draws, and which notes what was tried."""
    stage = SimpleNamespace(can=set(), tried=[])

    def run(command, capture_output, timeout):
        assert command[:2] == [sys.executable, "-c"]
        stage.tried.append(command[-1])
        return SimpleNamespace(returncode=0 if command[-1] in stage.can else 1)

    monkeypatch.delenv(rendering.CHOICE, raising=False)
    monkeypatch.setattr(subprocess, "run", run)
    monkeypatch.setattr(platform, "system", lambda: "Linux")
    rendering_backend.cache_clear()
    yield stage
    rendering_backend.cache_clear()


@pytest.mark.parametrize(
    ("can", "found", "tried"),
    [
        ({"egl", "osmesa", "glfw"}, "egl", ["egl"]),
        ({"osmesa", "glfw"}, "osmesa", ["egl", "osmesa"]),
        ({"glfw"}, "glfw", ["egl", "osmesa", "glfw"]),
        (set(), None, ["egl", "osmesa", "glfw"]),
    ],
)
def test_linux_draws_without_a_screen_if_it_can_and_the_answer_is_kept(machine, can, found, tried):
    machine.can = can
    assert rendering_backend() == found
    assert rendering_backend() == found
    assert machine.tried == tried


@pytest.mark.parametrize(("system", "expected"), [("Darwin", "cgl"), ("Windows", "glfw"), ("FreeBSD", "egl")])
def test_each_system_has_its_own_ways(machine, monkeypatch, system, expected):
    monkeypatch.setattr(platform, "system", lambda: system)
    machine.can = {"egl", "osmesa", "glfw", "cgl"}
    assert rendering_backend() == expected


@pytest.mark.parametrize(("can", "found"), [({"egl", "osmesa"}, "osmesa"), ({"egl"}, None)])
def test_what_the_user_chose_is_tried_and_nothing_else(machine, monkeypatch, can, found):
    monkeypatch.setenv(rendering.CHOICE, " OSMesa")
    machine.can = can
    assert rendering_backend() == found
    assert machine.tried == ["osmesa"]


@pytest.mark.parametrize("fault", [OSError("no process"), subprocess.TimeoutExpired("python", 1)])
def test_a_trial_that_hangs_or_cannot_start_has_failed(machine, monkeypatch, fault):
    def run(*arguments, **settings):
        raise fault

    monkeypatch.setattr(subprocess, "run", run)
    assert rendering_backend() is None


def test_the_real_trial_of_a_way_that_does_not_exist_fails():
    assert not rendering.works("charcoal")


@needs(ROBOT_ARM)
def test_where_nothing_can_draw_the_world_goes_on_and_a_picture_says_what_to_do(machine):
    from ilrl_course.envs.arm import simulation

    simulation.camera.cache_clear()
    env = gym.make(ROBOT_ARM.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    env.step(np.zeros(4, dtype=np.float32))
    with pytest.raises(NoPicturesError, match="apt-get install libegl1"):
        env.render()
    env.step(np.zeros(4, dtype=np.float32))


@needs(ROBOT_ARM)
def test_it_draws_again_after_a_window_of_pygame_was_closed():
    if not rendering_backend():
        pytest.skip("nothing draws here")
    env = gym.make(ROBOT_ARM.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    window = Window(fps=100)
    window.show(before)
    window.close()
    np.testing.assert_array_equal(env.render(), before)
