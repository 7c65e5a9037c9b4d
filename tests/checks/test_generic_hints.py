"""What is said about faults that no bank of mistakes can foresee."""

import numpy as np
import pytest
import torch

from tests.checks.answers import hint_for


@pytest.mark.parametrize(
    ("result", "hint"),
    [
        (None, "it returned nothing. Did you forget `return`?"),
        (
            "seven",
            "of rewards [3.0, 5.0, 7.0] with gamma 0.5 should be a single number, but it is a str.",
        ),
        ([1.0, [2.0]], "should be a single number, but it is a list."),
        ([1.0, 2.0], "should be a single number, but it has the shape (2,)."),
        ({}, "should be a single number, but it is a dict."),
        (float("nan"), "is NaN (not a number), or holds one. Is there a division by zero?"),
        (11.5, "rewards [3.0, 5.0, 7.0] with gamma 0.5: expected about 7.25, got 11.5."),
        (float("inf"), "expected about 7.25, got inf."),
        (1j, "should be a single number, but it is a complex."),
        (True, "should be a single number, but it is a bool."),
        (object, "should be a single number, but it is a type."),
        (np.zeros((2, 2)), "should be a single number, but it has the shape (2, 2)."),
    ],
)
def test_a_useless_number_is_described(result, hint):
    assert hint_for("discounted_return", lambda rewards, gamma: result).endswith(hint)


@pytest.mark.parametrize(
    ("result", "hint"),
    [
        (torch.zeros(3), "the loss should be a single number, but it has the shape (3,)."),
        (
            torch.tensor(float("nan")),
            "the loss is NaN (not a number), or holds one. Is there a division by zero?",
        ),
        (
            torch.tensor(1),
            "three steps with the probabilities 0.2, 0.7 and 0.3: expected about 1.057, got 1.",
        ),
        ("no", "it should return the loss, a tensor with one number, but it returns a str."),
    ],
)
def test_a_useless_loss_is_described(result, hint):
    assert hint_for("bc_loss", lambda policy, obs, actions: result) == hint


def test_changed_inputs_are_noticed():
    def doubles_in_place(rewards, gamma):
        rewards *= 2
        return 7.25

    def sorts_in_place(trajectories, fraction, seed):
        trajectories.sort(key=lambda trajectory: -trajectory.obs[0, 0])
        return trajectories[4:], trajectories[:4]

    for name, function in ("discounted_return", doubles_in_place), ("split_by_episode", sorts_in_place):
        assert hint_for(name, function).startswith("it changes its inputs in place")


def test_an_error_is_shown_with_the_line_that_raised_it():
    def misspelled(rewards, gamma):
        return sum(reward)  # noqa: F821

    hint = hint_for("discounted_return", misspelled)
    assert hint.startswith("it raised NameError in line ")
    assert hint.endswith("`return sum(reward)  # noqa: F821`: name 'reward' is not defined.")


def test_the_line_is_the_student_s_even_if_a_library_raised():
    def mixed_up(policy, obs, actions):
        return policy(obs).log_prob(torch.zeros(7, dtype=torch.int64)).mean()

    assert "`return policy(obs).log_prob(torch.zeros(7" in hint_for("bc_loss", mixed_up)


def test_addresses_in_memory_are_left_out():
    def raises(rewards, gamma):
        raise ValueError(f"cannot add {object()}")

    assert hint_for("discounted_return", raises).endswith("cannot add <object object>.")


def test_a_second_mistake_does_not_hide_the_first():
    def crashes_on_gaussians_too(policy, obs, actions):
        return torch.distributions.Categorical(policy(obs).probs).log_prob(actions).mean()

    assert hint_for("bc_loss", crashes_on_gaussians_too).startswith("the sign is wrong.")
