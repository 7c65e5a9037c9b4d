"""What the tests of lesson 06 share: two tests of every exercise, and AIRL's f with edits of it."""

import pytest

from tests.checks.answers import hint_for, wrong_answers


def promises_of(name, right, right_answers, wrong):
    """Unusual right answers pass; a mistake written in another way gets the hint of the bank."""

    @pytest.mark.parametrize(
        ("hint", "function"), wrong_answers(right, {"": ["return result", *right_answers]})
    )
    def passes(hint, function):
        assert hint_for(name, function) == hint

    @pytest.mark.parametrize(("hint", "function"), wrong_answers(right, wrong))
    def gets_its_hint(hint, function):
        assert hint_for(name, function).startswith(hint)

    return passes, gets_its_hint


def right(net, steps, gamma):
    """An f of the tests' own."""
    g, h, later = (
        net.reward(steps.obs, steps.actions),
        net.potential(steps.obs),
        net.potential(steps.next_obs),
    )
    alive = 1 - steps.terminated.float()
    return g + gamma * alive * later - h


right_f = right  # for edits of it, in which `right` is the edited one


def f_is(*formulas):
    """Another f of g, h, later (of the next observation), gamma, and alive (0 where the step terminated)."""
    return [f"g + gamma * alive * later - h => {formula}" for formula in formulas]


def alive_by(*flags):
    """h(s') counts as often as these flags say."""
    return [f"gamma * alive * later => gamma * {by} * later" for by in flags]
