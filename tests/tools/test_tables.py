"""Tables in documents are what the records give, and a stale one is found without computing anything."""

import pytest

from course_tools.build import tables
from course_tools.workplace import CourseError
from ilrl_course.notebook.claims import PLANS
from ilrl_course.notebook.verdicts import judgements
from tests.made_up_elsewhere import recorded_in


@pytest.fixture
def toy(tmp_path, monkeypatch):
    """A document with one table."""
    monkeypatch.setattr(tables, "TABLES", {"toy": ("READ.md", lambda: "| a |\n|---|")})
    path = tmp_path / "READ.md"
    path.write_text("before\n<!-- begin toy -->\nold\n<!-- end toy -->\nafter\n")
    return path


def test_a_stale_table_is_named_and_written_between_its_marks(toy, tmp_path, capsys):
    (stale,) = tables.stale_tables(tmp_path)
    assert stale.startswith("READ.md: the table of toy")
    tables.write_tables(tmp_path)
    assert toy.read_text() == "before\n<!-- begin toy -->\n| a |\n|---|\n<!-- end toy -->\nafter\n"
    assert tables.stale_tables(tmp_path) == []


@pytest.mark.parametrize("text", ["nothing", "<!-- begin toy -->", "<!-- end toy --><!-- begin toy -->"])
def test_a_document_without_its_marks_says_which_are_missing(toy, tmp_path, text):
    toy.write_text(text)
    with pytest.raises(CourseError, match=r"READ\.md: the lines <!-- begin toy -->"):
        tables.stale_tables(tmp_path)


def test_a_table_whose_record_is_missing_is_named_and_left_alone(toy, tmp_path, monkeypatch, capsys):
    def table():
        raise FileNotFoundError("there is no toy.json")

    monkeypatch.setattr(tables, "TABLES", {"toy": ("READ.md", table)})
    before = toy.read_text()
    tables.write_tables(tmp_path)
    assert toy.read_text() == before
    assert tables.stale_tables(tmp_path) == ["READ.md: the table of toy has no record: there is no toy.json"]


def test_a_course_without_the_document_has_no_stale_tables(tmp_path):
    assert tables.stale_tables(tmp_path) == []


def test_the_table_of_verdicts_has_every_planned_comparison_with_its_numbers():
    table = tables.verdict_table()
    for planned in (planned for planned in PLANS if planned.family == "home"):
        assert f"{planned.name}: " in table
    claims = [line.split(" | ")[0] for line in table.splitlines()[2:]]
    assert len(set(claims)) == 12
    assert claims == sorted(claims, key=lambda claim: int(claim.removeprefix("| C")))


def test_the_table_of_other_worlds_says_so_until_runs_are_recorded_and_holds_no_comparison_of_home(tmp_path):
    with recorded_in(tmp_path / "results", with_home=False) as folder:
        table = tables.elsewhere_table()
        for planned in PLANS:
            assert (f"{planned.name}: " in table) is (planned.family == "elsewhere")
        assert {line.split(" | ")[1] for line in table.splitlines()[2:]} == {"11"}
        for name in ("lander", "door"):
            (folder / f"elsewhere_{name}.json").unlink()
        judgements.cache_clear()
        assert tables.elsewhere_table() == tables.RECORDING
