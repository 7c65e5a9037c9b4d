"""The scripted person plays like one: late, with taps and errors; better than chance, below the expert."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs import DRIVING, WORLDS
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.play.game import Game
from ilrl_course.play.scripted import TAP, ScriptedPerson, play_by_script
from ilrl_course.play.stand_ins import stand_in_games
from ilrl_course.storage.files import load_results


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_the_same_seed_gives_the_same_games(world):
    games = [
        [
            game.trajectory
            for game in play_by_script(Game(world, 1, **world.play_options), ScriptedPerson(world, 1), 2)
        ]
        for _ in range(2)
    ]
    for one, other in zip(*games, strict=True):
        np.testing.assert_array_equal(one.actions, other.actions)


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_it_plays_much_better_than_chance_and_not_without_faults(world):
    returns = [game.trajectory.total_reward for game in stand_in_games(world)]
    scores = reference_scores(world.name)
    share = (np.mean(returns) - scores["random"]) / (scores["expert"] - scores["random"])
    assert 0.2 < share < 0.98


def test_the_stand_in_games_are_those_that_the_script_plays():
    for world in WORLDS.values():
        stand_in = stand_in_games(world)[0]
        speed = load_results("scripted_play")["worlds"][world.name]["speed"]
        (played,) = play_by_script(
            Game(world, 0, player="a script", **world.play_options), ScriptedPerson(world, 0, speed), 1
        )
        assert (stand_in.seed, stand_in.player) == (played.seed, played.player)
        np.testing.assert_allclose(stand_in.trajectory.obs[:20], played.trajectory.obs[:20], atol=1e-4)


def test_no_key_is_tapped_faster_than_a_finger_can():
    person, downs = ScriptedPerson(DRIVING, 0), []
    rng = np.random.default_rng(0)
    obs, _ = gym.make(DRIVING.env_id).reset(seed=0)
    for _ in range(300):
        shaken = obs + 0.1 * rng.normal(size=obs.shape).astype(np.float32)
        downs.append("ArrowLeft" in person.look(shaken))
    changes = np.flatnonzero(np.diff(downs))
    assert len(changes) > 5
    assert np.diff(changes).min() >= round(TAP * 30)


def test_a_corrector_takes_over_from_a_bad_driver_and_hands_back():
    def drift_left(obs):
        return np.tile(np.float32([0.1, 0.3]), (len(obs), 1))

    game = Game(DRIVING, 0, pilot=drift_left)
    games = list(play_by_script(game, ScriptedPerson(DRIVING, 0), 3))
    labeled = np.concatenate([game.labeled for game in games])
    assert 0.05 < labeled.mean() < 0.98
    assert any(np.diff(game.labeled.astype(int)).min() < 0 for game in games), "never handed back"


def test_a_corrector_hands_back_when_all_has_been_well_for_three_seconds():
    well, _ = gym.make(DRIVING.env_id).reset(seed=0)
    off_center = well.copy()
    off_center[0] = 0.8
    person = ScriptedPerson(DRIVING, 0)

    def frames_until_content():
        for frame in range(1, 301):
            person.look(well)
            if person.is_content():
                return frame
        raise AssertionError("never content")

    assert abs(frames_until_content() - 90) <= 1
    person.look(off_center)
    assert person.is_content(), "it sees 0.2 s late"
    for _ in range(6):
        person.look(well)
    assert not person.is_content()
    assert abs(frames_until_content() - 90) <= 1


def test_a_driver_as_careful_as_itself_is_never_corrected():
    careful = DRIVING.make_demonstrator("calm")
    games = play_by_script(Game(DRIVING, 0, pilot=careful), ScriptedPerson(DRIVING, 0), 2)
    assert not np.concatenate([game.labeled for game in games]).any()
