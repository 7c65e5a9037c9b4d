"""The script that plays many games of a borrowed world at once: late, blind now and then, and repeatable."""

import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG, reference_scores
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play import late_player
from ilrl_course.play.late_player import DELAYS, SLIP, LatePlayer
from ilrl_course.rollout import collect_trajectories
from tests.envs.elsewhere.borrowed import each_world, needs, ready


@each_world
def test_the_same_seed_gives_the_same_moves_and_another_one_others(world):
    obs = np.zeros((200, {"LunarLander": 8, "DoorKey": 28, "Pong": 10}[world.name]), dtype=np.float32)
    if world is DOOR_KEY:
        obs[:] = collect_trajectories(world.make_demonstrator("expert"), world.env_id, 1, 0)[0].obs[0]
    first, again, other = (LatePlayer(world, seed)(obs) for seed in (0, 0, 1))
    np.testing.assert_array_equal(first, again)
    assert (first != other).any()


@pytest.mark.parametrize("world", [ready(LUNAR_LANDER), ready(DOOR_KEY)])  # games of Pong take too long
def test_it_plays_better_than_chance_and_worse_than_the_expert(world):
    scores = reference_scores(world.name)
    score = evaluate(LatePlayer(world, 0), world.env_id, 60, 0).mean_return
    share = (score - scores["random"]) / (scores["expert"] - scores["random"])
    assert 0.5 < share < 1


@needs(PONG)
def test_it_wins_points_of_pong_that_chance_would_not():
    assert evaluate(LatePlayer(PONG, 0), PONG.env_id, 6, 0).mean_return > -2.6


@needs(PONG)
def test_it_answers_what_it_saw_late_gone_on_at_the_pace_of_one_step(monkeypatch):
    monkeypatch.setattr(late_player, "SLIP", 0.0)
    monkeypatch.setitem(late_player.DELAYS, "Pong", 2)
    player, expert = LatePlayer(PONG, 0), PONG.make_demonstrator("expert")
    screens = np.random.default_rng(0).uniform(-1, 1, (9, 50, 10)).astype(np.float32)
    done = [player(screen) for screen in screens]
    for now in range(3):  # nothing to go by but the first screen
        np.testing.assert_array_equal(done[now], expert(screens[0]))
    for now in range(3, 9):
        guess = 3 * screens[now - 2] - 2 * screens[now - 3]
        np.testing.assert_array_equal(done[now], expert(guess))


@needs(DOOR_KEY)
def test_where_the_world_waits_only_blind_moves_differ_from_what_it_means():
    assert DELAYS["DoorKey"] == 0
    games = collect_trajectories(LatePlayer(DOOR_KEY, 0), DOOR_KEY.env_id, 100, 0)
    obs, done = (
        np.concatenate(parts) for parts in zip(*((g.obs[:-1], g.actions) for g in games), strict=True)
    )
    meant = DOOR_KEY.make_demonstrator("expert")(obs)
    assert (done != meant).mean() == pytest.approx(SLIP * 6 / 7, abs=0.02)


@needs(PONG)
def test_another_number_of_games_needs_another_player():
    player = LatePlayer(PONG, 0)
    player(np.zeros((3, 10), dtype=np.float32))
    with pytest.raises(ValueError, match="3 games, and now 4: make a new one"):
        player(np.zeros((4, 10), dtype=np.float32))


def test_a_world_that_it_does_not_know_is_refused():
    with pytest.raises(ValueError, match="no script plays CartPole like a person: choose LunarLander"):
        LatePlayer(CARTPOLE, 0)
