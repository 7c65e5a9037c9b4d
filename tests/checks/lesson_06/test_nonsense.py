"""Lesson 06: answers that make no sense, or that read what the lesson left behind, get calm words."""

import pytest

from ilrl_course.checks import check
from tests.checks.answers import hint_for, written

TENSOR = "it should return a tensor of the shape (B,), one number per step, but"
NONSENSE = {
    "discriminator_loss": {
        "pass": "it returned nothing",
        "return 'low'": "it should return the loss, a tensor with one number, but it",
        "return 0.0": "with the logits 0.3, 0.9, 0.6, 0.2, 0.7 of steps by learner, expert",
        "return inputs[0][:3]": "the loss should be a single number, but it has the shape",
        "return inputs[1]": "this is a number for each step",
        "inputs[1][:] = True\n    return 0.0": "it changes its inputs in place",
    },
    "survival_reward": {
        "return None": "it returned nothing",
        "return 1.0": TENSOR,
        "return inputs": TENSOR,
        "return inputs[0] * float('nan')": "the result is NaN",
        "return inputs[0] * 1j": "the result is of complex64.",
        "return inputs[0][:2]": "the result holds 2 numbers for 4 steps.",
    },
    "hurry_reward": {
        "return inputs[0] / 0": "for a logit of 0.3 the reward should be about -0.5544, but it is inf",
        "return inputs[0].int()": "the result is of int32. It should be of float32",
        "inputs[0].zero_()\n    return inputs[0]": "it changes its inputs in place",
        "raise StopIteration": "it raised StopIteration",
    },
    "shaped_reward": {
        "return inputs[0]": TENSOR,
        "return inputs[1].obs": "the result should be 6 numbers, but it has the shape (6, 3).",
        "return inputs[1].actions": "the result is of int64.",
        "inputs[1].obs[:] = 0\n    return inputs[1].obs[:, 0]": "it changes its inputs in place",
        "inputs[1].obs = 0": "it raised FrozenInstanceError",
        "return inputs[0].judge(inputs[1].obs)": "it raised AttributeError",
        "exit()": "it asks Python to exit",
    },
    "airl_logits": {
        "return inputs[2] * float('inf')": "in a step with g(s, a) = 2.465",
        "return inputs[2][0]": "this is one number for the whole batch, but each step has its own.",
        "inputs[2][:] = 0\n    return inputs[2]": "it changes its inputs in place",
        "return shaped_reward(*inputs)": "it raised NameError",
    },
}
LEFT_BEHIND = {
    "survival_reward": {"return np.log(logits)": "it reads a variable of the lesson's figure"},
    "shaped_reward": {
        "return CONFIG.gamma * inputs[2]": "it reads the settings of the lesson",
        "return inputs[0].reward(demos.obs, demos.actions)": "it needs steps that are not passed in",
        "return discriminator.potential(inputs[1].obs)": "it needs a network that is not passed in",
    },
    "airl_logits": {
        "return -policy(inputs[1].obs).log_prob(inputs[1].actions)": "it asks a policy.",
        "return shaped_reward(*inputs[:2], CONFIG.gamma)": "it reads the settings of the lesson",
    },
}


def rows(table):
    return [(name, body, hint) for name, answers in table.items() for body, hint in answers.items()]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("name", "body", "hint"), rows(NONSENSE))
def test_nonsense_gets_a_calm_answer(name, body, hint, capsys):
    check(written(name, body))
    assert capsys.readouterr().out.startswith(f"❌ {name}: {hint}")


@pytest.mark.parametrize("name", NONSENSE)
def test_the_blank_stub_is_not_written_yet(name, capsys):
    check(written(name))
    assert capsys.readouterr().out.startswith(f"✏️ {name} is not written yet.")


@pytest.mark.parametrize(("name", "body", "hint"), rows(LEFT_BEHIND))
def test_an_answer_that_reads_what_the_lesson_left_behind_is_told_so(name, body, hint):
    assert hint_for(name, written(name, body)).startswith(hint)
