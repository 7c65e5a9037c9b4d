"""Tables of mistakes are joined without loss, and shared slips fit answers of any exercise."""

import torch

from ilrl_course.checks import slips
from ilrl_course.checks.edits import edited, wrong_answer


def doubled(rewards, flags):
    return 2 * rewards * ~flags


def test_a_hint_that_comes_twice_gets_the_mistakes_of_both_tables():
    tables = {"a": ["1"], "b": ["2"]}, {"b": ["3", "4"], "c": ["5"]}
    assert slips.joined(*tables) == {"a": ["1"], "b": ["2", "3", "4"], "c": ["5"]}


def test_an_expression_is_put_in_the_place_of_another_as_a_whole():
    (edit,) = slips.instead_of("2 * rewards")("rewards + 1")
    changed = edited(doubled, edit)
    assert torch.equal(changed(torch.ones(2, 3), torch.zeros(2, 3, dtype=torch.bool)), 2 * torch.ones(2, 3))


def test_shared_slips_change_what_an_answer_returns():
    rewards = torch.tensor([[1.5, -2.0, 0.25], [3.0, 0.5, -0.75]])
    flags = torch.tensor([[True, False, False], [False, False, False]])
    right = doubled(rewards, flags)
    tables = slips.of_the_result("a number", "rewards", "flags") | slips.of_the_rewards()
    same = [
        (hint, wrong)
        for hint, mistakes in tables.items()
        for wrong in mistakes
        if torch.equal(wrong_answer(doubled, wrong)(rewards.clone(), flags), right)
    ]
    assert [hint.split(".")[0] for hint, _ in same] == [
        "the result carries a gradient, though nothing that is passed in does",  # the numbers are the same
        "the loop walks from world to world",  # here it does not matter where the loop walks
        "squeeze() takes one axis too many where there is a single world",
    ]
