"""Keys become actions: means over a step where actions are continuous, the newest key where they are not."""

import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DRIVING, WORLDS
from ilrl_course.play.hands import Hands


def held(world, *spans):
    hands = Hands(world)
    for keys, seconds in spans:
        hands.hold(keys, seconds)
    return hands.action()


def test_a_tap_of_a_third_of_the_step_turns_the_wheel_by_a_third():
    action = held(DRIVING, (["ArrowLeft"], 0.02), ([], 0.04))
    np.testing.assert_allclose(action, [1 / 3, 0], rtol=1e-6)
    assert action.dtype == np.float32


def test_keys_of_different_axes_add_up_and_opposite_ones_cancel():
    np.testing.assert_allclose(held(DRIVING, (["ArrowRight", "ArrowUp"], 0.1)), [-1, 1])
    np.testing.assert_allclose(held(DRIVING, (["ArrowRight", "ArrowLeft", "ArrowDown"], 0.1)), [0, -1])


def test_without_a_key_the_car_rolls_and_a_new_step_forgets_the_last_one():
    np.testing.assert_array_equal(held(DRIVING), [0, 0])
    hands = Hands(DRIVING)
    hands.hold(["ArrowUp"], 0.1)
    hands.rest()
    np.testing.assert_array_equal(hands.action(), [0, 0])


def test_the_newest_key_that_is_down_pushes_the_cart_and_the_last_push_goes_on():
    assert held(CARTPOLE, (["ArrowRight"], 0.02)) == 1
    assert held(CARTPOLE, (["ArrowRight", "ArrowLeft"], 0.02)) == 0
    assert held(CARTPOLE, (["ArrowRight", "ArrowLeft"], 0.02), (["ArrowRight"], 0.02)) == 1
    assert held(CARTPOLE, (["ArrowRight"], 0.02), ([], 0.5)) == 1


def test_a_tap_that_is_over_before_time_goes_by_turns_the_push_around():
    hands = Hands(CARTPOLE)
    hands.tap("ArrowRight")
    hands.hold([], 0.02)
    assert hands.action() == 1


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_every_action_of_a_hand_is_one_of_the_world(world):
    hands = Hands(world)
    for key in world.human_keys:
        hands.hold([key], 0.01)
        assert hands.space.contains(hands.action())
