"""Starts on recorded routes: where the player stood, ever farther back, and at last as the world starts."""

import numpy as np
import pytest

from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.rules import TREASURE
from ilrl_course.envs.dungeon.starts import Route, StartsOnRoutes, routes_of
from ilrl_course.rollout import collect_rollout, make_batch

EXPERT = DUNGEON.make_demonstrator("expert")
NUM_STEPS = 6400


def dungeons(number=64):
    return make_batch(DUNGEON.env_id, number, **DUNGEON.training_options)


@pytest.fixture(scope="module")
def routes():
    return routes_of(EXPERT, dungeons(100), seed=0)


def test_a_route_holds_the_states_of_a_game_that_was_won(routes):
    assert len(routes) == 100
    envs = dungeons(100)
    envs.reset(seed=0)
    world = envs.unwrapped
    route = routes[7]
    assert (route.layout, route.states[0]) == (world.layout[7], world.state[7])
    for state, after in zip(route.states, route.states[1:], strict=False):
        assert after in world.bank.transitions[route.layout, state]
    last = world.bank.transitions[route.layout, route.states[-1]]
    assert TREASURE in world.bank.grids[route.layout, last % world.bank.grids.shape[1]]


def test_games_that_are_lost_give_no_route():
    assert routes_of(lambda obs: np.zeros(len(obs), dtype=np.int64), dungeons(20), seed=0) == []


def test_the_first_episodes_start_one_move_from_the_treasure_with_the_time_that_was_left(routes):
    envs = StartsOnRoutes(dungeons(), routes, NUM_STEPS, seed=0)
    obs, info = envs.reset(seed=0)
    _, rewards, terminated, _, after = envs.step(EXPERT(obs))
    assert terminated.all()
    assert after["success"].all()
    assert not info["crashed"].any()
    lengths = {len(route) for route in routes}
    assert {round((1 - reward) / 0.009) for reward in rewards.tolist()} <= lengths


def test_starts_reach_farther_and_farther_back_and_in_the_end_the_world_starts_as_always(routes):
    envs = StartsOnRoutes(dungeons(), routes, NUM_STEPS, seed=0)
    obs, _ = envs.reset(seed=0)
    lengths = []
    for _ in range(4):
        rollout, obs = collect_rollout(EXPERT, envs, obs, 25)  # a quarter of the curriculum
        lengths.append(rollout.terminated.numel() / rollout.terminated.sum().item())
    assert lengths == sorted(lengths)
    assert lengths[0] < 3 < lengths[-1]
    envs.reset(options={"reset_mask": np.ones(64, dtype=bool)})
    world = envs.unwrapped
    assert (world.state == world.bank.starts[world.layout]).all()
    assert not world.steps.any()


def test_where_no_game_was_won_there_is_nothing_to_start_on():
    with pytest.raises(ValueError, match="record at least one game that is won"):
        StartsOnRoutes(dungeons(), [], NUM_STEPS, seed=0)


def test_only_the_copies_whose_episode_is_over_start_anew():
    envs = StartsOnRoutes(dungeons(2), [Route(3, np.array([5, 6, 7]))], NUM_STEPS, seed=0)
    envs.reset(seed=0)
    world = envs.unwrapped
    world.state[:] = 9
    envs.reset(options={"reset_mask": np.array([True, False])})
    assert world.state.tolist() == [7, 9]
