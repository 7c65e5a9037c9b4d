"""Lesson 04: answers that make no sense get calm words."""

import pytest

from ilrl_course.checks import check
from tests.checks.answers import hint_for, written

NONSENSE = [
    ("train_dagger", "return None", "it returned nothing"),
    ("train_dagger", "return 7", "it should be a generator, which yields, but it returns an int."),
    ("train_dagger", "yield", "rollout_fn is not used"),
    ("train_dagger", "yield from ({} for _ in iter(int, 1))", "rollout_fn is not used"),
    ("train_dagger", "inputs[5](1, 2, 3, 4, 5, 6, 7)\n    yield {}", "with num_rounds = 3"),
    ("train_dagger", "inputs[5]()\n    yield", "it raised TypeError"),
    ("train_dagger", "raise SystemExit\n    yield", "it asks Python to exit"),
    ("label_rollout", "return 'labels'", "it should return a Batch, but it returns a str."),
    ("label_rollout", "inputs[1].obs[:] = 0\n    return inputs[1]", "it changes its inputs in place"),
    ("label_rollout", "exit()", "it asks Python to exit"),
    ("mixed_rollout", "return None", "it returned nothing"),
    ("mixed_rollout", "inputs[3][:] = 0\n    return 1, 2", "it changes its inputs in place"),
    ("mixed_rollout", "return inputs[2].step(inputs[0](inputs[3]))", "it should return two things"),
    (
        "mixed_rollout",
        "inputs[2].step(inputs[1](inputs[3]))\n    return 1, 2",
        "the first thing that it returns",
    ),
    ("mixed_rollout", "inputs[2].step(None)", "the worlds get None in the place of actions"),
]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("name", "body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(name, body, hint, capsys):
    check(written(name, body))
    assert capsys.readouterr().out.startswith(f"❌ {name}: {hint}")


@pytest.mark.parametrize("name", ["mixed_rollout", "label_rollout"])
def test_an_answer_that_asks_the_expert_of_the_lesson_is_told_so(name):
    assert hint_for(name, written(name, "return EXPERT(inputs[1])")).startswith("it asks the expert of the")
