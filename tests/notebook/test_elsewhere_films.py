"""A world that can be made is filmed; one that cannot is shown as it was recorded, with a word about why."""

import json

import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.envs.elsewhere import ELSEWHERE, PONG
from ilrl_course.envs.elsewhere.adapter import BorrowedWorld
from ilrl_course.notebook import elsewhere_films, video
from ilrl_course.notebook.video import Picture
from ilrl_course.storage import files
from tests.envs.elsewhere.borrowed import each_world


@each_world
def test_a_world_is_filmed_with_both_players_in_a_small_moving_picture(world, monkeypatch):
    monkeypatch.setitem(elsewhere_films.LENGTHS, world.name, (8, 4))
    captions = []
    side_by_side = video.side_by_side
    monkeypatch.setattr(video, "side_by_side", lambda films: captions.extend(films) or side_by_side(films))
    film = elsewhere_films.film_or_recorded(world, 0)
    assert captions == ["at random", "demonstrator"]
    assert film.png.startswith(b"\x89PNG")
    assert len(film.png) < video.MAX_BYTES
    assert film.alt


def test_every_world_has_words_for_those_who_cannot_see_its_film():
    names = {world.name for world in ELSEWHERE.values()}
    tables = elsewhere_films.WORDS, elsewhere_films.LENGTHS, elsewhere_films.FRAMES_A_SECOND
    assert all(set(table) == names for table in tables)


def test_where_a_package_is_missing_the_recorded_film_is_shown_and_said_to_be_so(
    tmp_path, monkeypatch, capsys
):
    script = load_script(ROOT / "results", "films_elsewhere")
    monkeypatch.setattr(script, "film", lambda world, seed: Picture(world.name.encode(), "words", 9))
    (tmp_path / "films_elsewhere.json").write_text(json.dumps(script.run()))
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    monkeypatch.setattr(BorrowedWorld, "missing", property(lambda world: "Pong needs a thing: do this"))
    monkeypatch.setattr(elsewhere_films, "film", lambda world, seed: pytest.fail("it cannot be made"))
    assert elsewhere_films.film_or_recorded(PONG, 0).png == b"Pong"
    assert capsys.readouterr().out == "Pong needs a thing: do this. This film was recorded.\n"
