"""The films of the site: those that lesson 10 shows, made once, and left out where they cannot be made."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

from course_tools.site import films, prices
from course_tools.site.camera import film_of
from course_tools.workplace import ROOT
from ilrl_course.measures.films import replay
from ilrl_course.notebook import video
from ilrl_course.notebook.boards import boards_at_home

BOARDS = boards_at_home()
SHORTEST = sorted(BOARDS["Dungeon"]["films"], key=lambda tape: len(tape["actions"]))[:2]


@pytest.fixture
def course(tmp_path):
    """A folder with the course's code, in which nothing was filmed yet."""
    for name in ("course_tools", "ilrl_course"):
        (tmp_path / name).symlink_to(ROOT / name)
    return tmp_path


@pytest.fixture
def shot(monkeypatch):
    """How many runs were filmed each time, by the Python of this test."""
    numbers, shoot = [], films._shoot
    monkeypatch.setattr(films, "is_ready", lambda requirements, root: True)
    monkeypatch.setattr(films, "python_path", lambda root: Path(sys.executable))
    monkeypatch.setattr(
        films, "_shoot", lambda wanted, root: numbers.append(len(wanted)) or shoot(wanted, root)
    )
    return numbers


def board(*tapes: dict) -> dict[str, dict]:
    """A scoreboard of the dungeon with these films."""
    runs = [{"method": tape["method"], "demos": tape["demos"]} for tape in tapes]
    return {"Dungeon": {"runs": runs, "films": list(tapes)}}


@pytest.mark.parametrize("world", BOARDS)
def test_a_run_is_filmed_as_lesson_10_films_it(world):
    lesson = (ROOT / "lessons/10_the_answer.py").read_text(encoding="utf-8")
    own = re.search(r"^def film_of\(.*?\n(?=\S)", lesson, re.MULTILINE | re.DOTALL)[0]
    names = {"SCORES": BOARDS, "ELSEWHERE": {}, "replay": replay, "video": video}
    exec(own, names)
    tapes = BOARDS[world]["films"]
    number = min(range(len(tapes)), key=lambda number: len(tapes[number]["actions"]))
    assert film_of(world, tapes[number]) == names["film_of"](world, number)


def test_a_film_is_made_once_and_anew_only_where_its_tape_or_the_code_has_changed(course, shot, monkeypatch):
    first, second = SHORTEST
    found = films.make_films(board(first, second), course)
    assert found.remark == ""
    assert found.names == {"Dungeon": [films.name_of("Dungeon", tape) for tape in (first, second)]}
    assert found.files == {
        f"{films.FOLDER}/{films.name_of('Dungeon', tape)}": film_of("Dungeon", tape)
        for tape in (first, second)
    }
    assert films.make_films(board(first, second), course) == found
    assert shot == [2]
    films.make_films(board(first, second | {"run": -1}), course)
    assert shot == [2, 1]
    assert len(list((course / films.KEPT).iterdir())) == 2  # what shows nothing any more is gone
    monkeypatch.setattr(films, "hash_of_sources", lambda script, root: "other code")
    films.make_films(board(first), course)
    assert shot == [2, 1, 1]


def test_a_run_that_plays_otherwise_here_has_no_film_the_others_do_and_the_build_says_why(course, shot):
    first, second = SHORTEST
    found = films.make_films(board(first | {"return": 7.0}, second), course)
    assert found.names == {"Dungeon": [None, films.name_of("Dungeon", second)]}
    assert len(found.files) == 1
    assert re.search(r"Not all films .*\n  Dungeon: this episode .* goes otherwise", found.remark)
    page = prices.price_page({}, found.names, ROOT)
    assert '{"Dungeon": [null, "dungeon-' in page
    assert prices.WITH_FILMS in page


def test_where_the_course_is_not_installed_the_page_does_without_films_and_both_say_so(course):
    found = films.make_films(board(*SHORTEST), course)
    assert (found.names, found.files) == ({"Dungeon": [None, None]}, {})
    assert "`python3 course.py lab` installs it" in found.remark
    page = prices.price_page({}, found.names, ROOT)
    assert prices.WITHOUT_FILMS in page
    assert "Click on the map, and" not in page


def test_where_the_course_cannot_be_started_the_page_does_without_films_and_the_build_says_why(
    course, shot, monkeypatch
):
    def run(command, **_):
        return subprocess.CompletedProcess(command, 1, "", "Traceback:\nImportError: no torch here\n")

    monkeypatch.setattr(films.subprocess, "run", run)
    found = films.make_films(board(*SHORTEST), course)
    assert found.files == {}
    assert found.remark.endswith("could not be made: ImportError: no torch here")


def test_no_two_runs_share_a_films_name():
    names = [films.name_of(world, run) for world, board in BOARDS.items() for run in board["runs"]]
    assert len(set(names)) == len(names)
    assert films.name_of("Driving", {"method": "BC, then PPO", "demos": 5}) == "driving-bc-then-ppo-5.png"
