"""The glossary holds every term of every lesson once, in alphabetical order."""

import re

import pytest

from course_tools.build.glossary import MARK, WORDS, entries_of, glossary
from course_tools.build.notebooks import convert
from course_tools.workplace import ROOT, CourseError

TOY = """# %% [markdown]
# **Words:** *world (environment)*: the simulation. *Mixture*
# $\\beta$: how often the expert acts. *judge*, here the *critic*: one that
# tells two things apart.
#
# **Read on:**
"""


@pytest.fixture
def course(tmp_path):
    (tmp_path / "lessons").mkdir()
    (tmp_path / "lessons/02_toys.py").write_text(TOY)
    (tmp_path / "lessons/03_all.py").write_text(f"# %% [markdown]\n# All words:\n#\n# {MARK}\n")
    return tmp_path


def test_terms_are_sorted_and_lead_to_their_lesson(course):
    assert glossary(course).splitlines() == [
        "- *judge*, here the *critic*: one that tells two things apart. [02](02_toys.ipynb)",
        "- *Mixture* $\\beta$: how often the expert acts. [02](02_toys.ipynb)",
        "- *world (environment)*: the simulation. [02](02_toys.ipynb)",
    ]


def test_a_lesson_shows_it_where_it_asks_for_it(course):
    for notebook in convert(course / "lessons/03_all.py", course):
        (text,) = (cell.source for cell in notebook.cells if cell.cell_type == "markdown")
        assert text == f"All words:\n\n{glossary(course)}"


def test_a_sentence_that_explains_no_term_is_named(course):
    lesson = course / "lessons/02_toys.py"
    lesson.write_text(TOY.replace("*Mixture*\n# $\\beta$: how", "*Mixture* how"))
    with pytest.raises(CourseError, match=r"02_toys\.py: '\*Mixture\* how often"):
        entries_of(lesson)


@pytest.mark.parametrize("lesson", sorted(ROOT.glob("lessons/0*.py")), ids=lambda path: path.stem)
def test_every_lesson_explains_its_new_words(lesson):
    assert len(WORDS.findall(lesson.read_text(encoding="utf-8"))) == 1
    assert len(entries_of(lesson)) >= 4


def test_no_term_of_the_course_is_swallowed_by_another():
    for line in glossary(ROOT).splitlines():
        assert not re.search(r"\. \*", line), line
