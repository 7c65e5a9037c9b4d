"""While a recipe runs, nobody gets around the purse by accident; before and after, everything is as usual."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.checks.runner import run_calmly
from ilrl_course.clones import clone_demonstrator, demonstrate, fresh_policy
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World
from ilrl_course.envs.batched import BatchedWorld
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.trial import draw_task, open_purse
from ilrl_course.measures.uncounted import UncountedError, nothing_uncounted
from ilrl_course.rollout import collect_trajectory, make_batch

WORLDS = (CARTPOLE, DRIVING, DUNGEON)


def acts_anyhow(world):
    space = make_batch(world.env_id, 1).single_action_space
    return lambda obs: np.array([space.sample() for _ in obs])


def steps(world):
    envs = make_batch(world.env_id, 2)
    obs, _ = envs.reset(seed=0)
    envs.step(acts_anyhow(world)(obs))


def plays(world):
    collect_trajectory(gym.make(world.env_id), acts_anyhow(world), seed=0)


def examines(world):
    evaluate(acts_anyhow(world), world.env_id, 2, seed=0, **world.test_options)


def shows(world):
    demonstrate(acts_anyhow(world), make_batch(world.env_id, 2), 2, seed=0)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
@pytest.mark.parametrize("way", [steps, plays, examines, shows])
def test_no_way_of_stepping_in_other_worlds_is_open(world, way):
    with nothing_uncounted(), pytest.raises(UncountedError, match=r"use purse\.worlds") as caught:
        way(world)
    assert caught.value.kind == "world"
    way(world)


@pytest.mark.parametrize("world", WORLDS, ids=lambda world: world.name)
def test_no_demonstrator_can_be_made(world):
    with nothing_uncounted():
        for make in (
            lambda: world.make_demonstrator("expert"),
            lambda: world.make_demonstrator("weak", seed=3),
            lambda: clone_demonstrator(world, "expert", 1, 0, num_updates=0),
        ):
            with pytest.raises(UncountedError, match=r"use purse\.demonstrations") as caught:
                make()
            assert caught.value.kind == "demonstrator"
    assert callable(world.make_demonstrator("expert"))


def test_what_costs_nothing_stays_allowed():
    with nothing_uncounted():
        assert fresh_policy(DRIVING, 0).act(np.zeros((1, 22), dtype=np.float32)).shape == (1, 2)


def test_the_purse_s_own_worlds_go_on_and_those_of_an_earlier_purse_stay_counted():
    purse = open_purse(draw_task(0))
    worlds = purse.worlds(3)
    with nothing_uncounted():
        obs, _ = worlds.reset(seed=0)
        worlds.step(np.zeros((3, 2), dtype=np.float32))
        assert purse.labels(obs).shape == (3, 2)
        assert len(purse.demonstrations(1)) == 1
    assert (purse.spent.steps, purse.spent.labels, purse.spent.demonstrations) == (3, 3, 1)


def test_an_error_within_opens_everything_again():
    with pytest.raises(KeyError), nothing_uncounted():
        raise KeyError
    steps(CARTPOLE)


def test_a_recipe_that_is_ended_from_outside_closes_nothing_to_others(monkeypatch):
    monkeypatch.setattr(BatchedWorld, "step", BatchedWorld.step)  # the recipe may leave its own behind
    monkeypatch.setattr(World, "make_demonstrator", World.make_demonstrator)

    def goes_on():
        with nothing_uncounted():
            while True:
                pass

    for _ in range(3):
        assert not run_calmly(goes_on, time_limit=0.05).finished
    steps(CARTPOLE)
    assert callable(CARTPOLE.make_demonstrator("expert"))
    around = run_calmly(lambda: [_refused(steps), _refused(lambda world: world.make_demonstrator("expert"))])
    assert around.result == ["world", "demonstrator"]


def _refused(way):
    with nothing_uncounted(), pytest.raises(UncountedError) as caught:
        way(CARTPOLE)
    return caught.value.kind
