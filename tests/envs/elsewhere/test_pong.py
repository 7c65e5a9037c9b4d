"""Pong: our console is ALE's own, games do not disturb each other, and the cells mean what we say."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs.elsewhere import PONG
from ilrl_course.envs.elsewhere.pong import DOWN, MIDDLE_Y, MY_Y, NOTHING, THEIR_POINTS, UP, PongGame, toward
from ilrl_course.envs.elsewhere.pong import X as BALL
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import needs

pytestmark = needs(PONG)
ID = PONG.env_id


def test_without_sticking_it_is_the_pong_of_ale_frame_by_frame():
    import ale_py

    gym.register_envs(ale_py)
    theirs = gym.make("ALE/Pong-v5", obs_type="ram", repeat_action_probability=0.0, render_mode="rgb_array")
    memory, _ = theirs.reset(seed=0)
    ours, another = PongGame("rgb_array", points=21, sticky=0.0), PongGame(points=21, sticky=0.0)
    ours.reset(seed=0)
    another.reset(seed=1)
    np.testing.assert_array_equal(ours.memory, memory)
    rng, paid = np.random.default_rng(0), 0
    for step in range(150):
        action = int(rng.integers(3))
        another.step(int(rng.integers(3)))
        _, reward, *_ = ours.step(action)
        memory, their_reward, *_ = theirs.step((0, 2, 3)[action])
        np.testing.assert_array_equal(ours.memory, memory)
        assert reward == their_reward
        paid += abs(reward)
        if step % 50 == 0:
            screen = theirs.render().repeat(2, axis=0).repeat(4, axis=1)
            np.testing.assert_array_equal(ours.render(), screen)
    assert paid


def test_games_that_are_played_by_turns_are_the_games_that_are_played_alone():
    def alone(seed):
        game = PongGame(points=2)
        game.reset(seed=seed)
        return [game.step(step % 3)[0] for step in range(60)]

    expected = [alone(seed) for seed in (0, 1)]
    games = [PongGame(points=2) for _ in range(2)]
    for seed, game in enumerate(games):
        game.reset(seed=seed)
    for step in range(60):
        for game, obs in zip(games, expected, strict=True):
            np.testing.assert_array_equal(game.step(step % 3)[0], obs[step])
        if step == 30:
            PongGame().reset(seed=5)  # somebody else begins, and never plays


@pytest.mark.parametrize("sticky", [0.0, 0.25, 0.9])
def test_a_button_sticks_in_each_frame_as_often_as_we_say(sticky):
    game = PongGame(sticky=sticky)
    game.reset(seed=0)
    stuck = []
    for step in range(120):
        held = [UP, DOWN][step % 2]
        before, draws = game.pressed, game.np_random.bit_generator.state
        game.step(held)
        game_draws = np.random.Generator(type(game.np_random.bit_generator)())
        game_draws.bit_generator.state = draws
        stuck += (game_draws.random(4) < sticky).tolist()
        if all(stuck[-4:]):
            assert game.pressed == before
        elif not stuck[-1]:
            assert game.pressed == game.buttons[held]
    assert np.mean(stuck) == pytest.approx(sticky, abs=0.06)


def test_a_game_is_over_when_one_of_the_two_has_so_many_points():
    (lost,) = collect_trajectories(lambda obs: np.zeros(len(obs), dtype=np.int64), ID, 1, 0, points=2)
    assert (lost.total_reward, lost.terminated, lost.success, lost.crashed) == (-2, True, False, False)
    (won,) = collect_trajectories(PONG.make_demonstrator("expert"), ID, 1, 1, points=1)
    assert won.success == (won.rewards[-1] == 1)
    assert won.terminated


def test_the_expert_wins_and_who_stays_in_the_lower_half_loses_more():
    expert, biased = (
        evaluate(PONG.make_demonstrator(kind), ID, 3, seed=0, points=3, max_episode_steps=900)
        for kind in ("expert", "biased")
    )
    assert expert.mean_return > 0
    assert biased.mean_return < expert.mean_return


def test_the_biased_player_stays_in_the_lower_half():
    envs, biased = make_batch(ID, 1), PONG.make_demonstrator("biased")
    obs, _ = envs.reset(seed=0)
    places = []
    for _ in range(150):
        obs, *_ = envs.step(biased(obs))
        places.append(envs.copies[0].memory[MY_Y])
    assert min(places[20:]) > MIDDLE_Y - 30  # it starts above, and coasts
    assert max(places) > MIDDLE_Y + 20


def test_up_is_up_and_the_row_tells_place_step_and_button():
    envs = make_batch(ID, 3, sticky=0.0)
    obs, _ = envs.reset(seed=0)
    for _ in range(3):
        before = obs
        obs, *_ = envs.step(np.array([NOTHING, UP, DOWN]))
    place, step, button = obs[:, 3], obs[:, 7], obs[:, 9]
    assert place[1] < place[0] < place[2]
    np.testing.assert_allclose(step * 24, (place - before[:, 3]) * 80, atol=1e-4)
    np.testing.assert_array_equal(button, [0, -1, 1])


def test_the_ball_is_seen_while_it_is_in_play_and_never_as_a_leap():
    envs = make_batch(ID, 1)
    obs, _ = envs.reset(seed=0)
    rows = [obs[0]]
    for _ in range(200):
        obs, *_ = envs.step(np.zeros(1, dtype=np.int64))
        rows.append(obs[0])
    rows = np.array(rows)
    in_play = rows[:, 0] == 1
    assert 0.3 < in_play.mean() < 0.95
    assert not rows[~in_play][:, [1, 2, 5, 6]].any()
    assert (np.abs(rows[in_play, BALL]) < 1.4).all()
    assert np.abs(rows[:, 5]).max() <= 1.5
    assert envs.copies[0].memory[THEIR_POINTS] >= 1


def test_a_paddle_that_is_near_enough_rests_and_one_that_coasts_there_is_not_pushed():
    obs = np.zeros((4, 10), dtype=np.float32)
    obs[1, 9] = 1  # it is being pushed down, and will go on for 11
    goal = np.array([MIDDLE_Y + 5.0, MIDDLE_Y + 15.0, MIDDLE_Y + 15.0, MIDDLE_Y - 15.0])
    np.testing.assert_array_equal(toward(goal, obs), [NOTHING, NOTHING, DOWN, UP])
