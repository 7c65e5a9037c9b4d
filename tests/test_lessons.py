"""What holds for the text of every lesson that was written by the rules of style."""

import re
from pathlib import Path

import jupytext
import pytest

from course_tools.build.notebooks import number_of

ROOT = Path(__file__).parents[1]
LESSONS = sorted(ROOT.glob("lessons/[0-9]*.py"))
TYPED = {  # percentages that were not measured
    "95 %", "2.5 %", "5 %", "90 %",  # of intervals and tests
    "0 %", "10 %", "50 %", "80 %", "100 %",  # ends and sizes of scales, and a question of lesson 08
    "3 %",  # what 100 episodes without a failure leave open
    "15 %",  # of the slipping driver's actions are random: a setting
    "25 %",  # the upper end of a healthy clip fraction: a rule of thumb
}  # fmt: skip
FROM_PAPERS = {  # percentages that others have measured, by the lesson that cites them
    "10": {"84 %", "99.8 %", "38 %", "20 %", "96 %", "24 %", "16 %", "78 %"},
}


@pytest.fixture(params=LESSONS, ids=number_of)
def lesson(request):
    return request.param


def cells(path: Path, kind: str) -> list[str]:
    return [c.source for c in jupytext.read(path, fmt="py:percent").cells if c.cell_type == kind]


def quiz(path: Path) -> list[list[tuple[str, str]]]:
    """For each question its options, with the explanations."""
    text = "\n".join(cells(path, "markdown"))
    text = text[text.index("## Quiz") : text.index("## Summary")]
    form = r"<details><summary>([ABC]) · (.+?)</summary>\s+(.+?)\s*</details>"
    options = [(option[1], option[2]) for option in re.findall(form, text, re.DOTALL)]
    return [options[i : i + 3] for i in range(0, len(options), 3)]


def test_a_quiz_has_three_options_each_with_its_explanation_and_one_that_is_right(lesson):
    questions = quiz(lesson)
    assert len(questions) >= 3
    for options in questions:
        assert len(options) == 3
        assert [text.startswith("Yes") for _, text in options].count(True) == 1
        assert all(len(text) > 20 for _, text in options)


def test_the_right_options_of_a_quiz_stand_in_all_places_and_are_not_the_longest(lesson):
    places = []
    for options in quiz(lesson):
        lengths = [len(option) for option, _ in options]
        right = [text.startswith("Yes") for _, text in options].index(True)
        places.append(right)
        assert lengths[right] < max(lengths), options[right][0]
    counts = [places.count(place) for place in range(3)]
    assert max(counts) - min(counts) <= 1


def test_every_guess_is_asked_for_once_before_its_result_is_shown(lesson):
    code = "\n".join(cells(lesson, "code"))
    asked = re.findall(r"\bpredict\(\s*\"([^\"]+)\"", code)
    assert len(asked) == len(set(asked)) >= 3
    assert all(key.startswith(f"{number_of(lesson)}-") for key in asked)
    for key in asked:
        after = code[code.index(f'"{key}"') + len(key) + 2 :]
        assert f'"{key}"' in after, f"nothing shows the guess {key}"
    prose = "\n".join(cells(lesson, "markdown"))
    assert not re.search(r"\*Predict[:.*]", prose)


def test_no_percentage_in_prose_is_typed_by_hand(lesson):
    for text in cells(lesson, "markdown"):
        plain = re.sub(r"\{\{printed: .+?\}\}", "", text)
        typed = {f"{number} %" for number in re.findall(r"\b(\d[\d.,]*) ?%", plain)}
        unmeasured = typed - TYPED - FROM_PAPERS.get(number_of(lesson), set())
        assert unmeasured == set()


def test_a_lesson_says_what_its_seed_changes(lesson):
    assert "\nSEED = 0  # everything" in "\n".join(cells(lesson, "code"))
    assert "`SEED" in "\n".join(cells(lesson, "markdown"))


def test_drawing_that_teaches_nothing_is_folded_and_says_what_it_draws(lesson):
    for cell in jupytext.read(lesson, fmt="py:percent").cells:
        if cell.metadata.get("jupyter", {}).get("source_hidden"):
            assert cell.source.startswith("# "), cell.source[:60]
