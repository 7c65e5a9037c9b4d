"""Scoreboards of other worlds are there as soon as they are recorded, in their order, and not before."""

from course_tools.workplace import ROOT
from ilrl_course.measures.price_map import check_record
from ilrl_course.notebook.boards import AT_HOME, ELSEWHERE, boards_at_home, boards_elsewhere
from ilrl_course.storage import files
from tests.made_up_elsewhere import write_boards


def test_at_home_each_world_has_its_own_board():
    boards = boards_at_home()
    assert list(boards) == ["CartPole", "Driving", "Dungeon"]
    assert all(record["world"] == world for world, record in boards.items())


def test_elsewhere_there_is_what_is_recorded_and_nothing_else(tmp_path, monkeypatch):
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    assert boards_elsewhere() == {}
    written = write_boards(tmp_path, ("Pong",))
    assert boards_elsewhere() == written
    written = write_boards(tmp_path)
    assert list(boards_elsewhere()) == ["LunarLander", "DoorKey", "Pong"]
    assert boards_elsewhere() == written
    for record in written.values():
        check_record(record)


def test_every_board_has_a_script():
    for name in (AT_HOME | ELSEWHERE).values():
        assert (ROOT / "results" / f"{name}.py").is_file()
