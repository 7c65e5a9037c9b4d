"""What was taped is what is played again, and a film whose actions were changed is refused."""

import json

import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.films import replay, tape

OPTIONS = {
    CARTPOLE: {"max_episode_steps": 60},
    DRIVING: {"max_episode_steps": 40} | DRIVING.test_options,
    DUNGEON: DUNGEON.test_options,
}
WORLDS = pytest.mark.parametrize("world", OPTIONS, ids=lambda world: world.name)


def film_of(world, kind="expert"):
    return tape(world.make_demonstrator(kind, seed=1), world, seed=3, **OPTIONS[world])


@WORLDS
def test_a_replay_from_json_has_the_return_that_was_taped(world):
    film = json.loads(json.dumps(film_of(world)))
    played = replay(film)
    assert played.total_reward == pytest.approx(film["return"], abs=1e-4)
    assert played.total_reward > 0
    assert played.frames == []
    assert not played.crashed


def test_a_film_is_of_the_actor_itself_up_to_the_rounding_of_its_actions():
    steady = np.array([0.12345, -0.98765], dtype=np.float32)
    film = tape(lambda obs: np.tile(steady, (len(obs), 1)), DRIVING, 0, max_episode_steps=3)
    assert film["actions"] == [0.123, -0.988] * 3
    assert all(type(action) is int for action in film_of(CARTPOLE)["actions"])
    assert len(film_of(CARTPOLE)["actions"]) == 60


def test_an_actor_of_chance_is_taped_as_it_acted():
    film = tape(DUNGEON.make_random_actor(0), DUNGEON, 5, **DUNGEON.test_options)
    assert replay(film).total_reward == pytest.approx(film["return"])


def test_pictures_are_of_the_beginning_every_so_many_steps_and_the_end():
    film = film_of(CARTPOLE)
    assert len(replay(film, every=60).frames) == 2
    assert len(replay(film, every=25).frames) == 4  # 0, 25, 50, 60
    frames = replay(film, every=30).frames
    assert frames[0].dtype == np.uint8
    assert not np.array_equal(frames[0], frames[-1])


def test_how_an_episode_ends_is_told():
    won, fallen = film_of(DUNGEON), tape(lambda obs: np.ones(len(obs), dtype=int), CARTPOLE, 0)
    assert replay(won).success
    assert replay(fallen).crashed
    assert not replay(fallen).success


@pytest.mark.parametrize(
    ("change", "words"),
    [
        (lambda film: film | {"actions": film["actions"][:-1]}, r"not over after its 59 actions"),
        (lambda film: film | {"actions": [*film["actions"], 0]}, r"over before action 61 of 61"),
        (lambda film: film | {"actions": [0] * 60}, r"over before action \d+ of 60"),
        (lambda film: film | {"return": film["return"] - 1}, r"its return is 60"),
    ],
    ids=["shorter", "longer", "others", "another return"],
)
def test_a_film_that_goes_otherwise_is_refused(change, words):
    with pytest.raises(ValueError, match=words) as refusal:
        replay(change(film_of(CARTPOLE)))
    assert "tape it anew" in str(refusal.value)


def test_a_film_of_other_actions_and_equal_length_is_refused_by_its_return():
    film = film_of(DRIVING)
    braking = [*film["actions"][:-10], *[0.0, -1.0] * 5]
    with pytest.raises(ValueError, match=r"with a return of 4\.\d+: its return is 4\.\d+\."):
        replay(film | {"actions": braking})
    with pytest.raises(ValueError, match="goes otherwise"):
        replay(film | {"seed": film["seed"] + 1})
