"""A game follows keys and time, records what happened, and lets a person correct a policy."""

import subprocess
import sys
from pathlib import Path

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.notebook import video
from ilrl_course.play.game import OVER, READY, RUNNING, SPACE, Game
from ilrl_course.play.recordings import Recordings

FRAME = 1 / 30
ROOT = Path(__file__).parents[2]


@pytest.fixture
def shelf(tmp_path):
    return lambda world, **options: Recordings(world, tmp_path, **options)


def full_left(obs):
    return np.tile(np.float32([1, 1]), (len(obs), 1))


def play_out(game, key):
    game.hold([key])
    game.press(key)
    while game.phase == RUNNING:
        game.advance(FRAME)


def test_nothing_moves_before_the_first_key():
    game = Game(CARTPOLE, seed=0)
    game.advance(1.0)
    assert (game.phase, game.rewards) == (READY, [])


@pytest.mark.parametrize(("world", "steps"), [(CARTPOLE, 5), (DRIVING, 1)])
def test_time_goes_at_the_worlds_own_pace(world, steps):
    game = Game(world, seed=0)
    game.press("ArrowRight")
    for _ in range(3):
        game.advance(FRAME)
    assert len(game.rewards) == steps


def test_a_recorded_game_repeats_itself_action_by_action(shelf):
    game = Game(DRIVING, 3, shelf(DRIVING, num_tracks=800), num_tracks=800)
    play_out(game, "ArrowUp")
    (recording,) = shelf(DRIVING, num_tracks=800).load()
    env, actor = gym.make(DRIVING.env_id, num_tracks=800), recording.replay()
    obs, _ = env.reset(seed=recording.seed)
    for expected in recording.trajectory.obs[:-1]:
        np.testing.assert_array_equal(obs, expected)
        obs, _, terminated, _, _ = env.step(actor(obs[None])[0])
    assert terminated
    assert recording.trajectory.crashed


def test_every_step_of_ones_own_game_is_a_label(shelf):
    game = Game(DUNGEON, 0, shelf(DUNGEON, layout=3), layout=3)
    for _ in range(100):
        game.press("ArrowLeft")
    (recording,) = shelf(DUNGEON, layout=3).load()
    assert recording.trajectory.truncated
    assert len(recording.steps()) == 100
    np.testing.assert_array_equal(recording.steps().actions, recording.trajectory.actions)


def test_a_key_that_is_held_when_the_game_ends_does_not_begin_the_next_one():
    game = Game(CARTPOLE, seed=0)
    play_out(game, "ArrowLeft")
    assert game.phase == OVER
    game.press("ArrowLeft")
    assert game.phase == OVER
    game.press(SPACE)
    assert game.phase == READY


def test_each_game_has_a_place_of_its_own_and_goes_on_counting_after_a_restart(shelf):
    game = Game(DRIVING, 0, shelf(DRIVING))
    seeds = []
    for _ in range(2):
        play_out(game, "ArrowUp")
        seeds.append(game.game_seed)
        game.press(SPACE)
    again = Game(DRIVING, 0, shelf(DRIVING))
    assert again.num_kept == 2
    assert again.game_seed == game.game_seed
    assert len({*seeds, again.game_seed}) == 3


def test_a_game_that_is_started_over_is_not_recorded_and_begins_in_the_same_place(shelf):
    game = Game(DRIVING, 0, shelf(DRIVING))
    game.press("ArrowUp")
    game.advance(0.5)
    before = game.game_seed
    game.start()
    assert (game.game_seed, game.rewards, game.phase) == (before, [], READY)
    assert shelf(DRIVING).load() == []


def test_the_picture_moves_between_two_steps_and_the_world_does_not():
    game, other = Game(DRIVING, seed=0), Game(DRIVING, seed=0)
    first = game.picture()
    game.hold(["ArrowUp", "ArrowLeft"])
    game.press("ArrowUp")
    other.press("ArrowUp")
    game.advance(FRAME)
    assert (game.picture() != first).any()
    for _ in range(2):
        game.picture()
        game.advance(FRAME)
    other.hold(["ArrowUp", "ArrowLeft"])
    other.advance(3 * FRAME)
    np.testing.assert_array_equal(game.obs[-1], other.obs[-1])
    assert len(game.obs) == 2


def test_without_a_key_the_policy_acts_and_nothing_is_a_label():
    game = Game(DRIVING, 0, pilot=full_left)
    game.press(SPACE)
    game.advance(0.5)
    assert not any(game.labeled)
    np.testing.assert_array_equal(game.actions, full_left(np.zeros(5)))


def test_an_arrow_takes_over_and_space_hands_back_and_only_the_persons_steps_are_labels(shelf):
    game = Game(DRIVING, 0, shelf(DRIVING), full_left)
    game.press(SPACE)
    game.advance(0.2)
    game.hold(["ArrowRight"])
    game.press("ArrowRight")
    game.advance(0.3)
    game.hold([])
    game.press(SPACE)
    game.advance(0.2)
    assert game.labeled == [False] * 2 + [True] * 3 + [False] * 2
    np.testing.assert_array_equal(game.actions[2:5], [[-1, 0]] * 3)
    while game.phase == RUNNING:
        game.advance(FRAME)
    (recording,) = shelf(DRIVING).load(corrected=True)
    assert recording.round == 1
    np.testing.assert_array_equal(recording.steps().actions, [[-1, 0]] * 3)
    assert Game(DRIVING, 0, shelf(DRIVING), full_left).round == 2
    assert shelf(DRIVING).load() == []


def test_a_take_over_in_mid_step_counts_from_then_on():
    game = Game(DRIVING, 0, pilot=full_left)
    game.press(SPACE)
    game.advance(0.05)
    game.hold(["ArrowRight"])
    game.press("ArrowRight")
    game.advance(0.05)
    np.testing.assert_array_equal(game.actions, [[-1, 0]])
    assert game.labeled == [True]


def test_corrections_survive_when_their_game_is_started_over(shelf):
    game = Game(DRIVING, 0, shelf(DRIVING), full_left)
    game.hold(["ArrowRight"])
    game.press("ArrowRight")
    game.advance(0.3)
    game.start()
    (recording,) = shelf(DRIVING).load(corrected=True)
    assert recording.trajectory.truncated
    assert len(recording.steps()) == 3


def test_where_the_world_waits_the_policy_moves_and_the_person_says_what_was_right(shelf):
    def always_up(obs):
        return np.zeros(len(obs), dtype=np.int64)

    game = Game(DUNGEON, 0, shelf(DUNGEON, layout=3), always_up, layout=3)
    game.press("ArrowLeft")
    game.press(SPACE)
    assert (game.actions, game.labels, game.labeled) == ([0, 0], [3, 0], [True, False])
    game.start()
    (recording,) = shelf(DUNGEON, layout=3).load(corrected=True)
    assert recording.steps().actions.tolist() == [3]


def test_a_game_that_the_disk_refuses_is_saved_with_the_next_one(shelf, monkeypatch):
    game = Game(CARTPOLE, 0, shelf(CARTPOLE))
    with monkeypatch.context() as broken:
        broken.setattr(game.recordings, "add", lambda recording: (_ for _ in ()).throw(OSError("disk full")))
        with pytest.raises(OSError, match="disk full"):
            play_out(game, "ArrowLeft")
    assert game.phase == OVER
    first = game.game_seed
    game.press(SPACE)
    play_out(game, "ArrowLeft")
    assert [recording.seed for recording in shelf(CARTPOLE).load()] == [first, game.game_seed]
    assert game.unsaved == []


def test_a_game_that_the_disk_refused_is_saved_when_the_kernel_ends(tmp_path):
    code = """
import sys
from pathlib import Path
from ilrl_course.envs import CARTPOLE
from ilrl_course.play.game import Game
from ilrl_course.play.recordings import Recordings
from ilrl_course.storage import demonstrations
from tests.play.test_game import play_out
def refuse(source, target): raise PermissionError("used by another process")
real, demonstrations.rename = demonstrations.rename, refuse
try:
    play_out(Game(CARTPOLE, 0, Recordings(CARTPOLE, Path(sys.argv[1]))), "ArrowLeft")
except PermissionError:
    demonstrations.rename = real
"""
    subprocess.run([sys.executable, "-c", code, tmp_path], check=True, cwd=ROOT)
    (game,) = Recordings(CARTPOLE, tmp_path).load()
    assert game.trajectory.crashed


def test_a_pause_stops_the_time_until_a_key_is_pressed():
    game = Game(CARTPOLE, seed=0)
    game.press("ArrowLeft")
    game.advance(0.1)
    game.pause()
    game.advance(0.1)
    assert len(game.rewards) == 5
    game.press("ArrowRight")
    game.advance(0.1)
    assert len(game.rewards) == 10


def test_a_game_can_be_filmed_afterward(shelf):
    game = Game(CARTPOLE, 0, shelf(CARTPOLE))
    play_out(game, "ArrowLeft")
    (recording,) = shelf(CARTPOLE).load()
    frames = video.record(recording.replay(), CARTPOLE.env_id, recording.seed)
    assert len(frames) == len(recording.trajectory) + 1
    assert frames.ended == "crashed"
