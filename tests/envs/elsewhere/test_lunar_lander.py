"""Lunar Lander: crash and landing as its makers pay for them, their own pilot, and our options."""

import gymnasium as gym
import numpy as np

from ilrl_course.envs.elsewhere import LUNAR_LANDER
from ilrl_course.envs.elsewhere.lunar_lander import BESIDE, LEFT_ENGINE, MAIN_ENGINE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import needs

pytestmark = needs(LUNAR_LANDER)
ID = LUNAR_LANDER.env_id
ANGLE = 4


def always(action):
    return lambda obs: np.full(len(obs), action)


def test_falling_down_and_flying_away_are_crashes():
    fallen = evaluate(always(0), ID, 4, seed=0)
    away = evaluate(always(LEFT_ENGINE), ID, 4, seed=0)
    for outcome in (fallen, away):
        assert outcome.crashed.all()
        assert not outcome.success.any()


def test_the_pilot_of_gymnasium_lands_and_coming_to_rest_is_a_success():
    landed = collect_trajectories(LUNAR_LANDER.make_demonstrator("expert"), ID, 4, seed=1)
    assert sum(t.success for t in landed) >= 3
    for t in landed:
        assert t.success == (t.terminated and t.rewards[-1] == 100)
        assert t.crashed == (t.terminated and t.rewards[-1] == -100)


def test_who_hovers_until_time_is_up_has_neither_crashed_nor_landed():
    (t,) = collect_trajectories(LUNAR_LANDER.make_demonstrator("expert"), ID, 1, 0, max_episode_steps=60)
    assert (t.truncated, t.terminated, t.crashed, t.success) == (True, False, False, False)


def test_the_expert_is_gymnasiums_own_heuristic():
    from gymnasium.envs.box2d.lunar_lander import heuristic

    env = gym.make("LunarLander-v3")
    obs = np.random.default_rng(0).uniform(-1, 1, (200, 8)).round(1).astype(np.float32)
    obs[:, 6:] = obs[:, 6:] > 0.5
    expected = [heuristic(env, row.astype(float)) for row in obs]
    np.testing.assert_array_equal(LUNAR_LANDER.make_demonstrator("expert")(obs), expected)


def test_the_biased_pilot_does_what_the_expert_would_if_the_pad_were_elsewhere():
    obs = np.random.default_rng(0).uniform(-1, 1, (200, 8)).astype(np.float32)
    moved = obs.copy()
    moved[:, 0] -= BESIDE
    biased, expert = (LUNAR_LANDER.make_demonstrator(kind) for kind in ("biased", "expert"))
    assert (biased(obs) == expert(moved)).mean() > 0.98  # but for rounding
    landed = collect_trajectories(biased, ID, 4, seed=0)
    assert np.mean([t.obs[-1, 0] for t in landed if t.success]) > BESIDE / 2


def test_left_and_right_engine_turn_it_as_the_arrows_say():
    left, right = LUNAR_LANDER.keys["ArrowLeft"], LUNAR_LANDER.keys["ArrowRight"]
    envs = make_batch(ID, 2)
    obs, _ = envs.reset(seed=0)
    for _ in range(15):
        before = obs
        obs, *_ = envs.step(np.array([left, right]))
    turned = (obs - before)[:, ANGLE]  # left is positive
    assert turned[0] > 0 > turned[1]
    assert LUNAR_LANDER.keys["ArrowUp"] == MAIN_ENGINE


def test_gravity_and_wind_reach_the_makers_world():
    def after(**options):
        envs = make_batch(ID, 1, **options)
        envs.reset(seed=0)
        for _ in range(20):
            obs, *_ = envs.step(np.zeros(1, dtype=np.int64))
        return obs[0]

    usual, light, windy = after(), after(gravity=2.0), after(wind=15.0)
    np.testing.assert_array_equal(usual, after(gravity=10.0, wind=0.0))
    assert light[1] > usual[1]
    assert windy[0] != usual[0]
    assert not make_batch(ID, 1).copies[0].unwrapped.enable_wind
