"""The human-like player knows no passage, is a little late, errs, and can be repeated."""

import numpy as np
import pytest

from ilrl_course.envs import DUNGEON
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.play.human_like import LATE, SLIP, HumanLike
from ilrl_course.rollout import collect_trajectories

WALLED_UP = DUNGEON.test_options | {"secret_passage": False}


def games(seed, **options):
    return collect_trajectories(HumanLike(seed), DUNGEON.env_id, 50, seed=1, **options)


def test_the_same_seed_gives_the_same_games_and_another_one_others():
    first, again, other = games(0), games(0), games(1)
    assert all(np.array_equal(a.actions, b.actions) for a, b in zip(first, again, strict=True))
    assert not all(np.array_equal(a.actions, b.actions) for a, b in zip(first, other, strict=True))


def test_it_plays_worse_than_the_cautious_one_and_far_better_than_chance():
    cautious = examine_games(DUNGEON.make_demonstrator("biased"), 0, 200)
    player = examine_games(HumanLike(0), 0, 200)
    chance = examine_games(DUNGEON.make_random_actor(0), 0, 200)
    assert chance["return"] + 0.5 < player["return"] < cautious["return"] - 0.02
    assert player["steps"] > cautious["steps"]
    assert 0 < player["crash_rate"] < 0.15


def test_it_never_uses_the_passage_so_that_walling_it_up_changes_nothing():
    assert examine_games(HumanLike(0), 0, 200)["passage"] == 0
    assert examine_games(HumanLike(0), 0, 200) == examine_games(HumanLike(0), 0, 200, **WALLED_UP)


def test_its_moves_differ_from_what_it_means_as_often_as_they_are_late_or_blind():
    obs = np.concatenate([game.obs[:-1] for game in games(2)])
    means_to = DUNGEON.make_demonstrator("biased")
    intended = means_to(obs)
    done = np.concatenate([game.actions for game in games(2)])
    lengths = np.cumsum([len(game.actions) for game in games(2)])
    turns = np.diff(intended, prepend=intended[0]) != 0
    turns[np.r_[0, lengths[:-1]]] = False  # a game's first move has none before it
    expected = LATE * turns.mean() + SLIP * 0.75
    assert (done != intended).mean() == pytest.approx(expected, abs=0.03)


def test_a_late_move_is_the_one_that_was_right_before(monkeypatch):
    monkeypatch.setattr("ilrl_course.play.human_like.LATE", 1.0)
    monkeypatch.setattr("ilrl_course.play.human_like.SLIP", 0.0)
    (game,) = collect_trajectories(HumanLike(0), DUNGEON.env_id, 1, seed=3, layout=3)
    intended = DUNGEON.make_demonstrator("biased")(game.obs[:-1])
    assert game.actions[0] == intended[0]
    np.testing.assert_array_equal(game.actions[1:], intended[:-1])
