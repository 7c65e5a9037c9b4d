"""A key that is let go counts as let go, where the world says so; and such games are recorded."""

import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE
from ilrl_course.envs.elsewhere import DOOR_KEY, ELSEWHERE, LUNAR_LANDER, PONG
from ilrl_course.play import sharing
from ilrl_course.play.game import OVER, Game
from ilrl_course.play.hands import Hands
from ilrl_course.play.late_expert import REACTION, TAP, LateExpert
from ilrl_course.play.letting_go import LettingGo, new_game
from ilrl_course.play.recordings import Recordings
from ilrl_course.play.scripted import play_by_script
from ilrl_course.play.stand_ins import stand_in_games, your_games
from ilrl_course.play.words import words
from ilrl_course.rollout import collect_trajectory
from ilrl_course.storage.trust import DemonstrationsError
from tests.envs.elsewhere.borrowed import PENDULUM, SWING_UP, each_world, needs

STEP = 1 / SWING_UP.pace


def play(game, *keys):
    """Hold a key, or none, for a step each."""
    for key in keys:
        game.hold([key] if key else [])
        game.advance(STEP)
    return [int(action) for action in game.actions[-len(keys) :]]


@pytest.fixture
def game():
    game = new_game(SWING_UP, seed=0)
    game.press("ArrowRight")
    return game


def test_a_key_acts_as_long_as_it_is_held_and_then_nothing_does(game):
    assert play(game, "ArrowRight", "ArrowRight", None, "ArrowLeft", None, None) == [2, 2, 1, 0, 1, 1]


def test_a_tap_between_two_steps_acts_for_one_step(game):
    game.hold([])
    game.advance(0.3 * STEP)
    game.press("ArrowLeft")
    game.hold([])
    game.advance(0.7 * STEP)
    assert [int(a) for a in game.actions] == [0]
    assert play(game, None) == [1]


def test_the_newest_key_counts_and_the_older_one_when_it_is_let_go(game):
    game.hold(["ArrowLeft", "ArrowRight"])
    game.advance(STEP)
    assert play(game, "ArrowLeft") == [0]
    assert int(game.actions[0]) == 2


def test_hands_are_chosen_by_what_the_world_says_of_no_key():
    assert isinstance(new_game(SWING_UP, 0).hands, LettingGo)
    for world in (CARTPOLE, PENDULUM):
        assert type(new_game(world, 0).hands) is Hands


def test_a_policy_that_is_corrected_acts_again_and_the_labels_are_the_persons():
    game = new_game(SWING_UP, seed=0, pilot=SWING_UP.make_demonstrator("expert"))
    game.press(" ")
    game.advance(2 * STEP)
    game.press("ArrowLeft")
    play(game, "ArrowLeft", None)
    assert game.labeled == [False, False, True, True]
    assert [int(label) for label in game.labels[2:]] == [0, 1]


# Recordings of worlds of others


@pytest.fixture
def shelf(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    return Recordings(SWING_UP)


@pytest.fixture
def played(shelf):
    """A game that is over and on disk."""
    game = new_game(SWING_UP, 0, shelf)
    game.press("ArrowRight")
    while game.phase != OVER:
        play(game, "ArrowLeft" if len(game.actions) % 20 < 10 else None)
    return game.finished[0]


def test_a_game_comes_back_as_it_was_and_its_seed_and_actions_give_it_again(shelf, played):
    (back,) = shelf.load()
    np.testing.assert_array_equal(back.trajectory.obs, played.trajectory.obs)
    np.testing.assert_array_equal(back.labels, played.labels)
    again = collect_trajectory(shelf.env, back.replay(), back.seed)
    np.testing.assert_array_equal(again.obs, played.trajectory.obs)
    assert len(back.steps()) == len(played.trajectory)


def test_it_is_a_minari_dataset_of_the_worlds_id(shelf, played, monkeypatch):
    import minari

    monkeypatch.setenv("MINARI_DATASETS_PATH", str(shelf.root))
    (name,) = minari.list_local_datasets()
    assert name.startswith("ilrl/testacrobot/")
    env = minari.load_dataset(name).recover_environment()
    obs, _ = env.reset(seed=played.seed)
    np.testing.assert_array_equal(obs, played.trajectory.obs[0])


def test_it_is_exported_and_pooled_and_discarded_as_any_other(shelf, played, tmp_path):
    file = sharing.export(shelf, tmp_path / "mine.zip", "Anna")
    other = Recordings(SWING_UP, tmp_path / "elsewhere")
    assert sharing.pool(other, file) == 1
    assert sharing.pool(other, file) == 0
    assert [game.player for game in other.load()] == ["Anna"]
    shelf.set_newest_aside()
    assert shelf.load() == []


def test_games_of_one_borrowed_world_are_not_taken_for_those_of_another(shelf, played, tmp_path):
    file = sharing.export(shelf, tmp_path / "mine.zip", "Anna")
    with pytest.raises(DemonstrationsError, match="was recorded in"):
        sharing.pool(Recordings(PENDULUM, tmp_path / "elsewhere"), file)


def test_a_damaged_recording_is_named_and_stays(shelf, played, capsys):
    (folder,) = shelf.datasets()
    (folder / "data" / "main_data.hdf5").write_bytes(b"nothing")
    assert shelf.load() == []
    assert "is skipped, and stays where it is" in capsys.readouterr().out
    assert shelf.datasets() == [folder]


# Stand-ins


@each_world
def test_where_nobody_has_played_a_script_has_and_it_is_said(world, tmp_path, monkeypatch, capsys):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path))
    games = your_games(world)
    assert "SCRIPT" in capsys.readouterr().out
    assert {game.player for game in games} == {"a script"}
    assert len(games) >= 5


@each_world
def test_the_stand_in_games_are_those_that_the_script_plays(world):
    stand_in = stand_in_games(world)[0]
    game = new_game(world, 0, player="a script", **world.play_options)
    assert stand_in.seed == game.game_seed
    again = collect_trajectory(Recordings(world, **world.play_options).env, stand_in.replay(), stand_in.seed)
    np.testing.assert_array_equal(again.obs[: len(stand_in.trajectory.obs)], stand_in.trajectory.obs)


def test_the_script_sees_late_taps_no_faster_than_a_finger_and_repeats_itself():
    def downs(seed):
        person = LateExpert(SWING_UP, seed)
        rows = np.zeros((90, 6), dtype=np.float32)
        rows[:45, 4], rows[45:, 4] = 1, -1
        return [person.look(row) for row in rows]

    down = downs(0)
    changes = [frame for frame in range(1, 90) if down[frame] != down[frame - 1]]
    assert np.diff(changes).min() >= round(TAP * 30)
    assert down == downs(0)
    before, after = down[20:45], down[48 + REACTION :]
    assert max(before, key=before.count) == ["ArrowRight"]
    assert max(after, key=after.count) == ["ArrowLeft"]
    assert down[45:48].count(["ArrowRight"]) >= 2


def test_the_script_plays_games_to_their_end():
    games = list(play_by_script(new_game(SWING_UP, 0), LateExpert(SWING_UP, 0), 2))
    assert [len(game.trajectory) for game in games] == [60, 60]
    assert games[0].seed != games[1].seed


@pytest.mark.skipif(bool(DOOR_KEY.missing), reason=DOOR_KEY.missing or "ready")
def test_door_key_waits_for_its_player_and_its_keys_do_what_they_say():
    game = new_game(DOOR_KEY, 0)
    for key in ("ArrowLeft", "ArrowRight", "ArrowUp", "ArrowDown", "o"):
        game.press(key)
    assert [int(action) for action in game.actions] == [0, 1, 2, 3, 5]
    assert "5 turns" in words(game, True, "")["facts"]


@pytest.mark.parametrize("world", [pytest.param(w, marks=needs(w)) for w in (LUNAR_LANDER, PONG)])
def test_the_clock_runs_and_the_idle_action_is_nothing(world):
    game = new_game(world, 0)
    key = next(iter(world.human_keys))
    game.press(key)
    game.hold([])
    game.advance(3 / world.pace)
    assert [int(a) for a in game.actions] == [world.human_keys[key], 0, 0]
    assert isinstance(game, Game)
    assert set(ELSEWHERE) >= {world.env_id}
