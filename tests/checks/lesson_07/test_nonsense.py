"""Lesson 07: answers that make no sense, or read what the lesson left behind, get calm words."""

import re
from pathlib import Path

import pytest
import torch

from ilrl_course.checks import check
from ilrl_course.checks.exercises import exercise_named
from tests.checks.answers import hint_for, written

NONSENSE = {
    "value_targets": {
        "return None": "it returned nothing",
        "return inputs[0][0, 0]": "the result is a single number, but there is a target for every step",
        "return inputs[0][:, :2]": "the result should be an array of the shape (5, 3), but it has the",
        "return inputs[2]": "the result is of bool, which holds no fractions.",
        "return inputs[0] * float('nan')": "the result is NaN",
        "return (inputs[0] + 9) / 0": "with gamma 0.9, in a world whose episode goes on",
        "return inputs[0] * 1j": "the result is of complex64, which holds no fractions.",
        "inputs[1][:] = 0\n    return inputs[0]": "it changes its inputs in place",
        "exit()": "it asks Python to exit",
    },
    "compute_gae": {
        "return 'advantages'": "it should return a tensor of the shape (T, N), but it returns a str.",
        "return inputs[1].T": "the axes are swapped.",
        "inputs[3][:] = True\n    return inputs[0]": "it changes its inputs in place",
        "raise StopIteration": "it raised StopIteration",
    },
    "clipped_loss": {
        "pass": "it returned nothing",
        "return 'low'": "it should return the loss, a tensor with one number, but it returns a str.",
        "return 0.0": "with clip_coef 0.25 and discrete",
        "return inputs[4][:3]": "the loss should be a single number, but it has the shape (3,).",
        "inputs[4].zero_()\n    return inputs[4].sum()": "it changes its inputs in place",
        "return inputs[0](inputs[1])": "it should return the loss, a tensor with one number",
        "return inputs[0](None)": "it raised",
    },
}
LEFTOVERS = {
    "compute_gae": {"return inputs[0] * ONE_PASS.gamma": "it reads the settings of the lesson"},
    "clipped_loss": {
        "return CONFIG.clip_coef * inputs[4].mean()": "it reads the settings of the lesson",
        "return -clipped.mean()": "it reads a variable of the figure above",
    },
}


def _rows(table):
    return [(name, body, hint) for name, hints in table.items() for body, hint in hints.items()]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("name", "body", "hint"), _rows(NONSENSE))
def test_nonsense_gets_a_calm_answer(name, body, hint, capsys):
    check(written(name, body))
    assert capsys.readouterr().out.startswith(f"❌ {name}: {hint}")


@pytest.mark.parametrize(("name", "body", "hint"), _rows(LEFTOVERS))
def test_an_answer_that_reads_what_the_lesson_left_behind_is_told_so(name, body, hint):
    assert hint_for(name, written(name, body)).startswith(hint)


def test_a_loop_that_never_ends_is_stopped():
    assert hint_for("compute_gae", written("compute_gae", "while True: pass")).startswith("it did not finish")


@pytest.mark.parametrize("name", LEFTOVERS)
def test_what_an_answer_should_not_read_is_there_in_the_lesson(name):
    code = (Path(__file__).parents[3] / "lessons" / "07_ppo.py").read_text()
    for leftover in exercise_named(name).leftovers:
        assert re.search(rf"^(for .*)?\s*\b{leftover}\b.*( = | in )", code, re.MULTILINE), leftover


def ratio(new, old):
    return torch.exp(new - old)


def test_a_helper_of_ones_own_may_be_called_like_a_variable_of_the_figure():
    def unclipped(policy, obs, actions, old_log_probs, advantages, clip_coef):
        return -(ratio(policy(obs).log_prob(actions), old_log_probs) * advantages).mean()

    assert hint_for("clipped_loss", unclipped).startswith("nothing is clipped")
