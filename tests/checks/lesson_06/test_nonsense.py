"""Lesson 06: answers that make no sense, or that read what the lesson left behind, get calm words."""

import pytest

from ilrl_course.checks import check
from tests.checks.answers import hint_for, written

NONSENSE = [
    ("discriminator_loss", "pass", "it returned nothing"),
    ("discriminator_loss", "return 'low'", "it should return the loss, a tensor with one number, but it"),
    (
        "discriminator_loss",
        "return 0.0",
        "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert",
    ),
    (
        "discriminator_loss",
        "return inputs[0][:3]",
        "the loss should be a single number, but it has the shape",
    ),
    (
        "discriminator_loss",
        "return inputs[1]",
        "each step still has a loss of its own.",
    ),
    ("discriminator_loss", "return inputs[0].sum() / 0", "with the logits 0.3"),
    ("discriminator_loss", "inputs[1][:] = True\n    return 0.0", "it changes its inputs in place"),
    ("survival_reward", "return None", "it returned nothing"),
    ("survival_reward", "return 1.0", "it should return a tensor of the shape (B,), one number a step, but"),
    ("survival_reward", "return inputs", "it should return a tensor of the shape (B,)"),
    ("survival_reward", "return inputs[0] * float('nan')", "the result is NaN"),
    ("survival_reward", "return inputs[0] * 1j", "the result is of complex64."),
    ("survival_reward", "return inputs[0][:2]", "the result should be 4 numbers, but it has the shape (2,)."),
    ("survival_reward", "while True: pass", "it did not finish within 1.5 s."),
    (
        "hurry_reward",
        "return inputs[0] / 0",
        "for a logit of 0.3 the reward should be about -0.5544, but it is inf",
    ),
    ("hurry_reward", "return inputs[0].int()", "the result is of int32. It should be of float32"),
    ("hurry_reward", "inputs[0].zero_()\n    return inputs[0]", "it changes its inputs in place"),
    ("hurry_reward", "raise StopIteration", "it raised StopIteration"),
    (
        "shaped_reward",
        "return inputs[0]",
        "it should return a tensor of the shape (B,), one number a step, but",
    ),
    ("shaped_reward", "return inputs[1].obs", "the result should be 5 numbers, but it has the shape (5, 3)."),
    ("shaped_reward", "return inputs[1].actions", "the result is of int64."),
    (
        "shaped_reward",
        "inputs[1].obs[:] = 0\n    return inputs[1].obs[:, 0]",
        "it changes its inputs in place",
    ),
    ("shaped_reward", "inputs[1].obs = 0", "it raised FrozenInstanceError"),
    ("shaped_reward", "return inputs[0].value(inputs[1].obs)", "it raised AttributeError"),
    ("shaped_reward", "exit()", "it asks Python to exit"),
    ("airl_logits", "return inputs[2] * float('inf')", "in a step with g(s, a) = 0.825"),
    ("airl_logits", "return inputs[2][0]", "this is one number for the whole batch."),
    ("airl_logits", "inputs[2][:] = 0\n    return inputs[2]", "it changes its inputs in place"),
    ("airl_logits", "return shaped_reward(*inputs)", "it raised NameError"),
]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("name", "body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(name, body, hint, capsys):
    check(written(name, body))
    assert capsys.readouterr().out.startswith(f"❌ {name}: {hint}")


@pytest.mark.parametrize(
    "name", ["discriminator_loss", "survival_reward", "hurry_reward", "shaped_reward", "airl_logits"]
)
def test_the_blank_stub_is_not_written_yet(name, capsys):
    check(written(name))
    assert capsys.readouterr().out.startswith(f"✏️ {name} is not written yet.")


@pytest.mark.parametrize(
    ("name", "body", "hint"),
    [
        ("shaped_reward", "return CONFIG.gamma * inputs[2]", "it reads the settings of the lesson"),
        (
            "shaped_reward",
            "return inputs[0].reward(demos.obs, demos.actions)",
            "it needs steps that are not passed in",
        ),
        (
            "shaped_reward",
            "return discriminator.potential(inputs[1].obs)",
            "it needs a network that is not passed in",
        ),
        (
            "airl_logits",
            "return -policy(inputs[1].obs).log_prob(inputs[1].actions)",
            "it asks a policy.",
        ),
        (
            "airl_logits",
            "return shaped_reward(*inputs[:2], CONFIG.gamma)",
            "it reads the settings of the lesson",
        ),
    ],
)
def test_an_answer_that_reads_what_the_lesson_left_behind_is_told_so(name, body, hint):
    assert hint_for(name, written(name, body)).startswith(hint)
