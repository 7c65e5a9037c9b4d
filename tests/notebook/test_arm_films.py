"""The arm is filmed where it can be drawn; elsewhere its recorded film is shown, with a word about why."""

import json

import gymnasium as gym
import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.envs.arm.rendering import NoPicturesError
from ilrl_course.envs.elsewhere.adapter import BorrowedWorld
from ilrl_course.notebook import arm_films, video
from ilrl_course.notebook.video import Picture
from ilrl_course.storage import files
from tests.envs.elsewhere.borrowed import needs

HALT = np.array([0, 0, 0, 1], dtype=np.float32)
STILL = {"nobody moves": lambda obs: np.tile(HALT, (len(obs), 1))}


@needs(ROBOT_ARM)
def test_a_film_is_small_and_its_captions_say_how_each_episode_ended(monkeypatch):
    captions = []
    side_by_side = video.side_by_side
    monkeypatch.setattr(video, "side_by_side", lambda films: captions.extend(films) or side_by_side(films))
    actors = STILL | {"expert": ROBOT_ARM.make_demonstrator("expert")}
    film = arm_films.film_or_recorded("clones", actors, 0)
    assert captions == ["nobody moves: time is up", "expert: made it"]
    assert film.png.startswith(b"\x89PNG")
    assert len(film.png) < video.MAX_BYTES


@needs(ROBOT_ARM)
def test_a_goal_in_the_air_is_far_above_a_block_that_lies_on_the_table():
    env = gym.make(ROBOT_ARM.env_id)
    heights = np.array([env.reset(seed=seed)[0][27] for seed in range(20)])  # m, of the goal
    found = np.array([arm_films.is_in_air(seed) for seed in range(20)])
    assert found.tolist() == (heights > 0.525).tolist()
    assert 0 < found.sum() < 20


@pytest.mark.parametrize("hindrance", ["it is not there", "nothing draws here"])
def test_where_the_arm_cannot_be_filmed_the_recorded_film_is_shown_and_said_to_be_so(
    hindrance, tmp_path, monkeypatch, capsys
):
    def film(name, actors, seed):
        raise NoPicturesError("nothing draws here")

    script = load_script(ROOT / "results", "films_arm")
    monkeypatch.setattr(script, "film", lambda name, actors, seed: Picture(name.encode(), "words", 9))
    monkeypatch.setattr(script, "clone_of", lambda kind: None)
    (tmp_path / "films_arm.json").write_text(json.dumps(script.run()))
    monkeypatch.setattr(files, "RESULTS", tmp_path)
    monkeypatch.setattr(arm_films, "film", film)
    missing = hindrance if hindrance == "it is not there" else ""
    monkeypatch.setattr(BorrowedWorld, "missing", property(lambda world: missing))
    for name in ("demonstrator", "clones"):
        assert arm_films.film_or_recorded(name, {}, 0).png == name.encode()
        assert capsys.readouterr().out == f"{hindrance}. This film was recorded.\n"


@needs(ROBOT_ARM)
def test_the_recorded_clones_are_made_as_the_lesson_makes_them(monkeypatch):
    script = load_script(ROOT / "results", "films_arm")
    for owner, name, value in ((script, "NUM_GRASPS", 2), (script.GRASPING, "NUM_UPDATES", 2)):
        monkeypatch.setattr(owner, name, value)
    horizons = {name: script.clone_of(kind).horizon for name, kind in script.KINDS.items()}
    assert horizons == {"plain clone": 1, "plans of sixteen": 16}
