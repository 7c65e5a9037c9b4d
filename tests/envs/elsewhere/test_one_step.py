"""A step of somebody else's world is told as the course tells it, and a world told so can be borrowed."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.clones import clone_demonstrator
from ilrl_course.envs.elsewhere import borrow
from ilrl_course.envs.elsewhere.one_step import Translated, as_told, borrowed_step
from ilrl_course.measures.evaluation import evaluate

GOAL_ENDS = "MountainCar-v0"


def at_the_goal(reward, terminated, info):
    return False, terminated


def falls_from_the_cliff(reward, terminated, info):
    return reward <= -100, terminated


def push_along(kind, seed=0, **options):
    return lambda obs: np.where(obs[:, 1] < 0, 0, 2)


@pytest.mark.parametrize(
    ("env_id", "size"), [(GOAL_ENDS, 2), ("FrozenLake-v1", 16), ("CliffWalking-v1", 48), ("Acrobot-v1", 6)]
)
def test_worlds_that_come_with_gymnasium_become_rows_of_float32(env_id, size):
    env = gym.make(env_id)
    env.reset(seed=0)
    row, reward, terminated, truncated, outcome = borrowed_step(env, np.int64(0), at_the_goal)
    assert row.shape == (size,)
    assert row.dtype == np.float32
    assert isinstance(reward, float)
    assert not terminated
    assert not truncated
    assert outcome == {"crashed": False, "success": False}


def test_a_continuous_action_beyond_the_bounds_does_what_the_bound_does():
    told = []
    for push in (1.0, 7.0):
        env = gym.make("MountainCarContinuous-v0")
        env.reset(seed=3)
        told.append(borrowed_step(env, np.float32([push]), at_the_goal)[0])
    assert np.array_equal(*told)


def test_a_fall_from_the_cliff_is_a_crash_although_the_episode_goes_on():
    env = gym.make("CliffWalking-v1")
    env.reset(seed=0)
    _, reward, terminated, _, outcome = borrowed_step(env, np.int64(1), falls_from_the_cliff)
    assert reward == -100
    assert not terminated
    assert outcome == {"crashed": True, "success": False}


def test_a_translated_world_says_what_it_shows_and_asks_the_function_it_was_given():
    asked = []

    def counting_step(env, action, ending):
        asked.append(int(action))
        return borrowed_step(env, action, ending)

    world = Translated(gym.make("FrozenLake-v1", is_slippery=False), at_the_goal, counting_step)
    row, info = world.reset(seed=0)
    assert info == {"crashed": False, "success": False}
    assert world.observation_space.contains(row)
    assert world.observation_space.contains(world.step(np.int64(2))[0])
    assert asked == [2]


def test_an_episode_counts_as_a_crash_and_as_a_success_if_any_of_its_steps_was_one():
    said = iter([(False, False), (True, False), (False, True), (False, False), (False, False)])
    world = Translated(gym.make("CliffWalking-v1"), lambda *step: next(said))
    world.reset(seed=0)
    told = [world.step(np.int64(0))[-1] for _ in range(4)]
    assert [outcome["crashed"] for outcome in told] == [False, True, True, True]
    assert [outcome["success"] for outcome in told] == [False, False, True, True]
    assert world.reset(seed=0)[1] == {"crashed": False, "success": False}
    assert world.step(np.int64(0))[-1] == {"crashed": False, "success": False}


def test_evaluation_counts_the_walkers_who_fell_although_every_episode_went_on():
    cliff = borrow(
        "TestCliff",
        lambda **options: Translated(gym.make("CliffWalking-v1", **options), falls_from_the_cliff),
        as_told,
        push_along,
        max_steps=20,
    )
    falling = evaluate(lambda obs: np.ones(len(obs), dtype=np.int64), cliff.env_id, 4, seed=0)
    assert falling.crash_rate == 1
    staying = evaluate(lambda obs: np.zeros(len(obs), dtype=np.int64), cliff.env_id, 4, seed=0)
    assert staying.crash_rate == 0


def test_an_ending_that_says_one_thing_only_is_told_to_say_two():
    def my_ending(reward, terminated, info):
        return terminated

    world = Translated(gym.make(GOAL_ENDS), my_ending)
    world.reset(seed=0)
    with pytest.raises(ValueError, match=r"my_ending should return two things, .* it returned False"):
        world.step(np.int64(0))


def test_a_world_whose_observations_are_no_row_is_refused_with_a_reason():
    seen = gym.spaces.Sequence(gym.spaces.Discrete(3))
    env = gym.make(GOAL_ENDS).unwrapped
    env.observation_space = seen
    with pytest.raises(ValueError, match="cannot be laid out as one row"):
        Translated(env, at_the_goal)


def test_a_translated_world_can_be_borrowed_cloned_and_evaluated_like_any_other():
    worlds = [
        borrow(name, make, ending, push_along, max_steps=200)
        for name, make, ending in (
            ("TestPlainHill", lambda **options: gym.make(GOAL_ENDS, **options), at_the_goal),
            (
                "TestToldHill",
                lambda **options: Translated(gym.make(GOAL_ENDS, **options), at_the_goal),
                as_told,
            ),
        )
    ]
    results = []
    for world in worlds:
        clone, _ = clone_demonstrator(world, "expert", num_episodes=2, seed=0, num_updates=100)
        results.append(evaluate(clone.act, world.env_id, 4, seed=0))
        expert = evaluate(world.make_demonstrator("expert"), world.env_id, 4, seed=0)
        assert expert.success.all()
    assert np.array_equal(results[0].returns, results[1].returns)
    assert np.array_equal(results[0].success, results[1].success)
