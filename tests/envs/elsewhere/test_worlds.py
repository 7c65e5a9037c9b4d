"""What holds in each of the worlds of others: interface, actors, pictures, options."""

import gymnasium as gym
import numpy as np
import pytest
from gymnasium.utils.env_checker import check_env
from gymnasium.vector import AutoresetMode

from ilrl_course.envs import DEMONSTRATORS
from ilrl_course.envs.elsewhere import DOOR_KEY, ELSEWHERE, LUNAR_LANDER, PONG, reference_scores
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.play.hands import Hands
from ilrl_course.rollout import collect_trajectories, collect_trajectory, make_batch
from tests.envs.elsewhere.borrowed import each_world, needs
from tests.envs.test_vector_conventions import assert_alike, pair

SHORT = {LUNAR_LANDER.name: {}, DOOR_KEY.name: {}, PONG.name: {"points": 1}}


def test_the_ids_are_those_of_the_three_worlds():
    assert list(ELSEWHERE) == ["ilrl/LunarLander-v0", "ilrl/DoorKey-v0", "ilrl/Pong-v0"]


@each_world
def test_gymnasium_accepts_it_and_its_pictures(world):
    check_env(gym.make(world.env_id, render_mode="rgb_array").unwrapped)


@pytest.mark.parametrize("mode", [AutoresetMode.DISABLED, AutoresetMode.NEXT_STEP])
@each_world
def test_batched_and_single_episodes_agree_step_by_step(world, mode):
    ours, theirs = pair(world.env_id, {"max_episode_steps": 45}, mode)
    assert_alike(ours.reset(seed=3), theirs.reset(seed=3))
    ours.action_space.seed(1)
    for _ in range(100):
        actions = ours.action_space.sample()
        results = ours.step(actions), theirs.step(actions)
        assert_alike(*results)
        over = results[0][2] | results[0][3]
        if mode is AutoresetMode.DISABLED and over.any():
            again = [envs.reset(options={"reset_mask": over.copy()})[0] for envs in (ours, theirs)]
            np.testing.assert_array_equal(*again)


@each_world
def test_one_seed_is_one_episode_alone_or_in_company_and_watched_or_not(world):
    actor = world.make_demonstrator("expert")
    options = SHORT[world.name]
    alone = collect_trajectory(gym.make(world.env_id, **options), actor, seed=4)
    watched = gym.make(world.env_id, render_mode="rgb_array", **options)
    watched.reset(seed=9)
    watched.step(0)
    again = collect_trajectory(watched, actor, seed=4)
    np.testing.assert_array_equal(alone.obs, again.obs)
    envs = make_batch(world.env_id, 2, **options)
    obs, _ = envs.reset(seed=3)
    assert not np.array_equal(obs[0], obs[1]) or world is PONG  # whose serves begin alike
    for expected in alone.obs[1:]:
        obs, *_ = envs.step(actor(obs))
        np.testing.assert_array_equal(obs[1], expected)


@each_world
def test_every_actor_gives_actions_that_fit_in_any_situation(world):
    envs = make_batch(world.env_id, 3)
    demonstrators = [world.make_demonstrator(kind) for kind in DEMONSTRATORS]
    actors = (*demonstrators, world.make_random_actor(0))
    obs, _ = envs.reset(seed=0)
    for _ in range(30):
        for actor in actors:
            assert actor(obs) in envs.action_space
        obs, *_ = envs.step(actors[-1](obs))
    with pytest.raises(ValueError, match="choose 'expert', 'weak' or 'biased'"):
        world.make_demonstrator("master")


@each_world
def test_a_weak_demonstrator_is_random_by_its_seed_alone(world):
    obs, _ = make_batch(world.env_id, 64).reset(seed=0)
    first, same, other = (world.make_demonstrator("weak", seed=seed)(obs) for seed in (1, 1, 2))
    np.testing.assert_array_equal(first, same)
    assert (first != other).any()
    for kind in ("expert", "biased"):
        np.testing.assert_array_equal(*(world.make_demonstrator(kind, seed=seed)(obs) for seed in (1, 2)))


@each_world
def test_its_picture_is_large_enough_and_follows_what_happens(world):
    env = gym.make(world.env_id, render_mode="rgb_array")
    env.reset(seed=0)
    before = env.render()
    assert before.dtype == np.uint8
    assert min(before.shape[:2]) >= 350
    for _ in range(5):
        env.step(next(iter(world.human_keys.values())))
    after = env.render()
    assert after.shape == before.shape
    assert (after != before).any()


@each_world
def test_the_keys_of_a_person_are_actions_of_the_world(world):
    hands = Hands(world)
    for key in world.human_keys:
        hands.hold([key], 0.01)
        assert hands.space.contains(hands.action())
    assert world.idle_action is None or hands.space.contains(world.idle_action)


@pytest.mark.parametrize(
    ("world", "options", "message"),
    [
        pytest.param(LUNAR_LANDER, {"gravity": 12.0}, "gravity is 12.0", marks=needs(LUNAR_LANDER)),
        pytest.param(LUNAR_LANDER, {"gravity": -10.0}, "gravity is -10.0", marks=needs(LUNAR_LANDER)),
        pytest.param(LUNAR_LANDER, {"wind": True}, "wind is True", marks=needs(LUNAR_LANDER)),
        pytest.param(LUNAR_LANDER, {"wind": 30.0}, "wind is 30.0", marks=needs(LUNAR_LANDER)),
        pytest.param(PONG, {"points": 0}, "points is 0", marks=needs(PONG)),
        pytest.param(PONG, {"points": 2.5}, "points is 2.5", marks=needs(PONG)),
        pytest.param(PONG, {"sticky": 1.0}, "sticky is 1.0", marks=needs(PONG)),
    ],
)
def test_an_option_that_makes_no_sense_is_refused_single_and_batched(world, options, message):
    with pytest.raises(ValueError, match=message):
        gym.make(world.env_id, **options)
    with pytest.raises(ValueError, match=message):
        make_batch(world.env_id, 2, **options)


@pytest.mark.parametrize("world", [pytest.param(w, marks=needs(w)) for w in (LUNAR_LANDER, PONG)])
def test_a_demonstrator_refuses_an_option_that_the_world_does_not_have(world):
    with pytest.raises(ValueError, match="has no option grip"):
        world.make_demonstrator("expert", grip=0.5)


@each_world
def test_the_recorded_scores_are_in_order_and_today_s(world):
    scores = reference_scores(world.name)
    assert scores["random"] < scores["weak"] < scores["expert"]
    assert scores["random"] < scores["biased"] < scores["expert"]
    drawn = evaluate(world.make_random_actor(5), world.env_id, 4, seed=5, **world.test_options)
    played = evaluate(world.make_demonstrator("expert"), world.env_id, 4, seed=5, **world.test_options)
    half = (scores["random"] + scores["expert"]) / 2
    assert drawn.mean_return < half < played.mean_return


@each_world
def test_demonstrations_fit_their_containers(world):
    (trajectory,) = collect_trajectories(
        world.make_demonstrator("weak"), world.env_id, 1, 0, max_episode_steps=50
    )
    assert trajectory.obs.dtype == np.float32
    assert trajectory.actions.dtype == np.int64
    assert trajectory.rewards.dtype == np.float32
