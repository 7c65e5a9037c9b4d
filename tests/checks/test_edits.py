"""A known mistake is an edit of the solution, and an edit that no longer fits says so."""

import inspect

import pytest
import torch

from ilrl_course.checks.edits import edited, text_of, wrong_answer


def halve(x: float, times: int = 2) -> float:
    """Half of x, several times."""
    # by a loop
    for _ in range(times):
        x = (
            x / 2  # rounds toward
        )
    return x


def nested(x):
    """A function within a function."""

    def inner():
        return 1

    if x > 5:
        return x
    return inner() + x


def test_a_text_that_stands_once_is_replaced():
    assert edited(halve, "x / 2 => x / 4")(32.0) == 2.0


def test_several_edits_are_made_one_after_the_other():
    assert edited(halve, "x / 2 => x / 4", "times = 1")(32.0) == 8.0


def test_what_is_returned_is_replaced_and_can_be_made_of_the_result():
    assert edited(halve, "return result + times")(8.0) == 4.0
    assert edited(halve, "return 'x'")(8.0) == "x"


def test_every_return_is_replaced_but_none_of_a_function_within():
    changed = edited(nested, "return -result")
    assert (changed(6), changed(1)) == (-6, -2)


def test_a_statement_comes_before_all_others():
    assert edited(halve, "x = 2 * x")(8.0) == 4.0


def test_a_replacement_of_several_lines_is_indented_like_the_line_it_replaces():
    assert edited(halve, "x = x / 2 => if x < 3:\n    break\nx = x / 2")(8.0) == 2.0


def test_a_replacement_may_be_empty():
    assert edited(nested, "if x > 5:\n        return x =>")(6) == 7


def test_defaults_and_names_stay_and_libraries_are_at_hand():
    changed = edited(halve, "return torch.tensor(result)")
    assert str(inspect.signature(changed)) == str(inspect.signature(halve))
    assert torch.equal(changed(8.0, times=1), torch.tensor(4.0))


def test_the_source_of_an_edited_function_can_be_read():
    assert "x = x / 4" in inspect.getsource(edited(halve, "x / 2 => x / 4"))


def test_the_text_is_one_statement_per_line_without_words():
    assert text_of(halve).splitlines() == [
        "def halve(x: float, times: int=2) -> float:",
        "    for _ in range(times):",
        "        x = x / 2",
        "    return x",
    ]


@pytest.mark.parametrize("edit", ["x / 3 => x", "x => y"])
def test_an_edit_that_does_not_fit_exactly_once_is_refused_with_the_text(edit):
    with pytest.raises(ValueError, match="should stand exactly once, not") as error:
        edited(halve, edit)
    assert "x = x / 2" in str(error.value)


def test_an_edit_that_makes_no_python_is_refused():
    with pytest.raises(ValueError, match="is no Python"):
        edited(halve, "x / 2 => x /")


def test_a_function_that_is_a_mistake_already_is_kept():
    assert wrong_answer(halve, abs) is abs
    assert wrong_answer(halve, ("x / 2 => x / 4", "times = 1"))(32.0) == 8.0
