"""The hand that stands in for people sees late, trembles and dreams, each by itself; and it still grasps."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs.arm import ROBOT_ARM
from ilrl_course.envs.arm.row import OBS_DIM
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play import late_hand
from ilrl_course.play.late_hand import DELAY, LateHand
from ilrl_course.play.stand_ins import stand_in_games
from tests.envs.elsewhere.borrowed import needs

EXPERT = ROBOT_ARM.make_demonstrator("expert")


@pytest.fixture
def steady(monkeypatch):
    monkeypatch.setattr(late_hand, "TREMBLE", 0.0)
    monkeypatch.setattr(late_hand, "LAPSE", 0.0)


def drawn_rows(count, num_games=2):
    return np.random.default_rng(0).uniform(-0.2, 0.2, (count, num_games, OBS_DIM)).astype(np.float32)


def test_without_tremble_and_dreams_it_does_what_the_expert_would_where_it_expects_to_be(steady):
    hand, rows = LateHand(0), drawn_rows(6)
    for step, obs in enumerate(rows):
        actions = hand(obs)
        before, known = rows[max(step - DELAY - 1, 0)], rows[max(step - DELAY, 0)]
        there = known + DELAY * (known - before) if step > DELAY else rows[0]
        np.testing.assert_allclose(actions, EXPERT(there), atol=1e-6)


def test_what_moves_evenly_is_expected_where_it_is(steady):
    hand, start, pace = LateHand(0), *drawn_rows(2)
    for step in range(6):
        hand(start + step * pace)
    np.testing.assert_allclose(hand.expected(), start + 5 * pace, atol=1e-5)


def test_tremble_disturbs_the_way_and_never_the_fingers_and_is_as_large_as_it_says(monkeypatch):
    monkeypatch.setattr(late_hand, "LAPSE", 0.0)
    hand, obs = LateHand(0), np.zeros((4000, OBS_DIM), dtype=np.float32)
    for _ in range(8):
        before, actions = hand.tremble, hand(obs)
    meant = EXPERT(obs)
    assert np.std(actions[:, :3] - meant[:, :3]) == pytest.approx(late_hand.TREMBLE, rel=0.05)
    np.testing.assert_array_equal(actions[:, 3], meant[:, 3])
    lasting = np.corrcoef(before.ravel(), hand.tremble.ravel())[0, 1]
    assert lasting == pytest.approx(late_hand.STEADIER, abs=0.03)


def test_in_a_lapse_it_goes_on_as_before(monkeypatch):
    monkeypatch.setattr(late_hand, "TREMBLE", 0.0)
    hand, rows = LateHand(0), drawn_rows(5, num_games=4000)
    for obs in rows:
        before, actions = hand.actions, hand(obs)
    goes_on = (actions == before).all(axis=1)
    assert goes_on.mean() == pytest.approx(late_hand.LAPSE, abs=0.02)


def test_it_is_random_by_its_seed_alone_and_knows_its_games():
    rows = drawn_rows(5)
    first, same, other = (np.stack([hand(obs) for obs in rows]) for hand in map(LateHand, (1, 1, 2)))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
    hand = LateHand(0)
    hand(rows[0])
    with pytest.raises(ValueError, match="make a new one for other games"):
        hand(rows[0][:1])


@needs(ROBOT_ARM)
def test_it_grasps_more_often_than_not_and_less_well_than_the_expert():
    result = evaluate(LateHand(0), ROBOT_ARM.env_id, 30, seed=0)
    assert result.success_rate > 0.5
    assert result.mean_return < evaluate(EXPERT, ROBOT_ARM.env_id, 30, seed=0).mean_return - 3


@needs(ROBOT_ARM)
def test_its_recorded_games_are_there_and_are_of_today_s_world():
    games = stand_in_games(ROBOT_ARM)
    assert len(games) == 20
    assert sum(game.trajectory.success for game in games) >= 10
    first = games[0]
    obs, actions = first.trajectory.obs, first.replay()
    env = gym.make(ROBOT_ARM.env_id)
    env.reset(seed=first.seed)
    for expected in obs[1:6]:
        seen, *_ = env.step(actions(None)[0])
        np.testing.assert_allclose(seen, expected, atol=1e-5)
