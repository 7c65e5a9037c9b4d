"""Every episode counts, however it ended, and evaluation never replays the demonstrations."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.envs import CARTPOLE, DEMONSTRATORS, WORLDS
from ilrl_course.measures.evaluation import episode_returns, evaluate, normalized_score, reference_scores
from ilrl_course.rollout import collect_trajectories, derive_seed
from tests import counting_world

counting_world.register()


def test_evaluation_counts_each_episode_up_to_its_end_only():
    evaluation = evaluate(counting_world.actor, "test/Counting-v0", 4, seed=0)
    assert evaluation.returns.tolist() == [1 + 2, 1 + 2 + 3, 15, 15]
    assert evaluation.lengths.tolist() == [2, 3, 5, 5]
    assert evaluation.crashed.tolist() == [True, False, False, False]
    assert evaluation.success.tolist() == [False, False, False, True]
    assert (evaluation.crash_rate, evaluation.success_rate) == (0.25, 0.25)
    assert evaluation.mean_return == pytest.approx((3 + 6 + 15 + 15) / 4)


def test_evaluation_agrees_with_playing_one_episode_after_the_other():
    expert = CARTPOLE.make_demonstrator("biased")
    side_by_side = evaluate(expert, CARTPOLE.env_id, 5, seed=3).returns
    one_by_one = episode_returns(gym.make(CARTPOLE.env_id), expert, 5, derive_seed(3, "evaluation"))
    np.testing.assert_array_equal(side_by_side, one_by_one)


def test_evaluation_never_replays_the_demonstrations_of_the_same_seed():
    starts = []

    def spy(obs):
        starts.append(obs)
        return np.zeros(len(obs), dtype=np.int64)

    evaluate(spy, CARTPOLE.env_id, 10, seed=0)
    shown = [t.obs[0] for t in collect_trajectories(spy, CARTPOLE.env_id, 10, seed=0)]
    assert not any((start == seen).all() for start in starts[0] for seen in shown)


def test_episode_returns_plays_a_different_episode_each_time():
    noisy = CARTPOLE.make_demonstrator("weak")
    assert len(set(episode_returns(gym.make(CARTPOLE.env_id), noisy, 8, seed=0))) > 4


def test_normalized_score_is_zero_for_random_and_one_for_the_expert():
    assert normalized_score(20, 20, 500) == 0
    assert normalized_score(500, 20, 500) == 1
    assert normalized_score(260, 20, 500) == 0.5


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_recorded_reference_scores_are_what_the_worlds_give_now(world):
    recorded = reference_scores(world.name)
    assert recorded.keys() == {"random", *DEMONSTRATORS}
    scale = recorded["expert"] - recorded["random"]
    actors = {kind: world.make_demonstrator(kind, seed=100) for kind in DEMONSTRATORS}
    for name, actor in (actors | {"random": world.make_random_actor(100)}).items():
        now = evaluate(actor, world.env_id, 100, seed=100, **world.test_options).mean_return
        assert now == pytest.approx(recorded[name], abs=0.12 * scale), name
