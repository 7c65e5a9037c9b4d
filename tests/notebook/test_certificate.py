"""The certificate says what lies in the student's folder, and nothing that a name can change."""

from datetime import date

import pytest

from ilrl_course.checks.exercises import LESSON_OF
from ilrl_course.notebook import certificate as pages
from ilrl_course.storage import answers


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("HOME", str(tmp_path))
    monkeypatch.setenv("USERPROFILE", str(tmp_path))
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    monkeypatch.setattr(pages, "entries", list)
    return tmp_path / "my_work"


def test_it_is_written_to_the_students_folder_with_everything_that_was_handed_over(my_work):
    shown = pages.certificate(" Ada ", your_recipe="83 points for 12 drives")
    page = (my_work / "certificate.html").read_text(encoding="utf-8")
    assert "<h2>Ada</h2>" in page
    for text in ("Your recipe", "83 points for 12 drives", f"0 of {len(LESSON_OF)} passed.", "None recorded"):
        assert text in page
        assert text in shown.data
    assert str(my_work / "certificate.html") in shown.data


def test_only_answers_that_this_computer_sealed_count(my_work):
    answers.save("bc_loss", "def bc_loss(policy, obs, actions):\n    return 1\n")
    assert pages.exercises_passed() == f"1 of {len(LESSON_OF)} passed, in lesson 02."
    path = answers.path_of("bc_loss")
    path.write_text(path.read_text().replace("1", "2", 1))
    assert pages.exercises_passed() == f"0 of {len(LESSON_OF)} passed."


def test_a_name_cannot_bring_markup_into_the_page():
    page = pages.page("<script>alert(1)</script>", {"a": "<b>"}, date(2026, 1, 2))
    assert "<script>" not in page
    assert "<b>" not in page
    assert "2026-01-02" in page


@pytest.mark.parametrize("name", ["", "  ", "two\nlines", None, 5])
def test_a_name_that_is_none_is_refused_with_a_way_out_and_writes_nothing(my_work, name):
    with pytest.raises(ValueError, match="type yours"):
        pages.certificate(name)
    assert not my_work.exists()
