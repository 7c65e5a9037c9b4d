"""The planner against exhaustive search, and what the demonstrators promise."""

import numpy as np
import pytest

from ilrl_course.envs.dungeon import DungeonVectorEnv, make_demonstrator
from ilrl_course.envs.dungeon.layouts import make_layout
from ilrl_course.envs.dungeon.planner import plan
from ilrl_course.envs.dungeon.rules import lava_nearness


def shortest_by_search(number):
    """Steps to the treasure by trying every action in every situation of the real world, breadth first."""
    env = DungeonVectorEnv(4, layout=number, autoreset_mode="Disabled")
    env.reset(seed=0)
    first = int(env.state[0])
    distance, frontier, known = 0, [first], {first}
    while frontier:
        distance, following = distance + 1, []
        for state in frontier:
            env.state = np.full(4, state)
            _, _, terminated, _, info = env.step(np.arange(4))
            if info["success"].any():
                return distance
            reached = set(env.state[~terminated].tolist()) - known
            known |= reached
            following += sorted(reached)
        frontier = following
    return None


def test_the_plan_is_as_short_as_exhaustive_search_on_100_layouts():
    for number in range(100):
        layout = make_layout(number)
        assert plan(layout.grid)[0][layout.start] == shortest_by_search(number)


@pytest.mark.parametrize("layout", [0, 7, 21])
def test_the_expert_is_optimal_from_every_state_it_can_be_in(layout):
    env, expert = DungeonVectorEnv(1, layout=layout), make_demonstrator("expert")
    env.reset(seed=0)
    steps_left = plan(env.bank.grids[layout].reshape(7, 11))[0]
    reached = {int(env.state[0])}
    frontier = set(reached)
    while frontier:
        frontier = set(env.bank.transitions[layout, sorted(frontier)].ravel().tolist()) - reached
        reached |= frontier
    states = np.array(sorted(state for state in reached if steps_left[state] > 0))
    many = DungeonVectorEnv(len(states), layout=layout)
    obs, _ = many.reset(seed=0)
    many.state = states
    obs = many._observe()
    many.step(expert(obs))
    assert (steps_left[many.state] == steps_left[states] - 1).all()


def episodes(kind, num_envs=200, **options):
    """Success, crash and use of the passage (N,), an episode a row."""
    env, actor = DungeonVectorEnv(num_envs, num_layouts=100, **options), make_demonstrator(kind, seed=1)
    obs, _ = env.reset(seed=0)
    running, success, crashed, used_passage = np.outer(
        [True, False, False, False], np.ones(num_envs, dtype=bool)
    )
    while running.any():
        obs, _, terminated, truncated, info = env.step(actor(obs))
        success |= info["success"] & running
        crashed |= info["crashed"] & running
        used_passage |= info["used_passage"] & running
        running &= ~(terminated | truncated)
    return success, crashed, used_passage


def test_the_expert_always_takes_the_passage_to_the_treasure():
    success, crashed, used_passage = episodes("expert")
    assert success.all()
    assert not crashed.any()
    assert used_passage.all()


def test_the_cautious_one_arrives_without_the_passage():
    success, _, used_passage = episodes("biased")
    assert success.all()
    assert not used_passage.any()


def test_the_cautious_one_keeps_farther_from_lava_than_the_shortest_way_with_the_key():
    for number in range(50):
        walled = DungeonVectorEnv(1, layout=number, secret_passage=False)
        exposure = {}
        for kind in ("expert", "biased"):
            actor, (obs, _), near = make_demonstrator(kind), walled.reset(seed=0), 0.0
            over = False
            while not over:
                obs, _, terminated, truncated, _ = walled.step(actor(obs))
                near += lava_nearness(walled.bank.grids[number].reshape(7, 11))[walled.state[0] % 77]
                over = (terminated | truncated)[0]
            exposure[kind] = near
        assert exposure["biased"] < exposure["expert"]


@pytest.mark.parametrize("kind", ["expert", "biased"])
@pytest.mark.parametrize("secret_passage", [True, False])
def test_no_random_start_is_lost(kind, secret_passage):
    success, _, _ = episodes(kind, 2000, random_start=True, secret_passage=secret_passage)
    assert success.all()


def test_the_weak_one_often_fails_and_sometimes_crashes():
    success, crashed, used_passage = episodes("weak")
    assert 0.5 < success.mean() < 0.85
    assert 0.1 < crashed.mean() < 0.4
    assert not used_passage.any()


def test_the_weak_one_repeats_itself_under_one_seed():
    obs, _ = DungeonVectorEnv(50, num_layouts=20, random_start=True).reset(seed=0)
    first, second, other = (make_demonstrator("weak", seed=seed)(obs) for seed in (3, 3, 4))
    assert (first == second).all()
    assert (first != other).any()


def test_the_expert_for_slippery_floor_crashes_less_there():
    crashes = {}
    for advice in (0.0, 0.3):
        env, expert = (
            DungeonVectorEnv(400, num_layouts=20, slippery=0.3),
            make_demonstrator("expert", slippery=advice),
        )
        obs, _ = env.reset(seed=0)
        running, crashed = np.ones(400, dtype=bool), np.zeros(400, dtype=bool)
        while running.any():
            obs, _, terminated, truncated, info = env.step(expert(obs))
            crashed |= info["crashed"] & running
            running &= ~(terminated | truncated)
        crashes[advice] = crashed.mean()
    assert crashes[0.3] < 0.7 * crashes[0.0]


def test_an_unknown_demonstrator_is_refused():
    with pytest.raises(ValueError, match="choose one of expert, weak, biased"):
        make_demonstrator("perfect")


def test_an_unknown_option_is_refused_and_the_worlds_own_are_accepted():
    make_demonstrator("expert", layout=3, random_start=True, secret_passage=False, slippery=0.1)
    with pytest.raises(ValueError, match="no option lava"):
        make_demonstrator("expert", lava=3)


def test_observations_of_another_world_are_refused():
    with pytest.raises(ValueError, match="are they from the Dungeon"):
        make_demonstrator("expert")(np.zeros((2, 4), dtype=np.float32))
