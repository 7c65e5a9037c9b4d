"""A memory holds the last observations, newest last, of each world for itself."""

import numpy as np
import pytest

from ilrl_course.algorithms.history import Remembering, stack_history


def test_the_last_observations_stand_side_by_side_with_the_newest_last():
    obs = np.array([[1, 10], [2, 20], [3, 30]], dtype=np.float32)
    assert stack_history(obs, 2).tolist() == [[1, 10, 1, 10], [1, 10, 2, 20], [2, 20, 3, 30]]
    assert stack_history(obs, 4)[2].tolist() == [1, 10, 1, 10, 2, 20, 3, 30]


def test_a_history_of_one_is_the_present_and_of_none_is_refused():
    obs = np.arange(6.0).reshape(3, 2)
    assert (stack_history(obs, 1) == obs).all()
    with pytest.raises(ValueError, match="length is 0"):
        stack_history(obs, 0)


def test_an_actor_with_a_memory_sees_what_stacking_the_episode_gives():
    rng = np.random.default_rng(0)
    obs = rng.normal(size=(7, 3, 2)).astype(np.float32)  # (T, N, obs_dim)
    seen = []

    def act(history):
        seen.append(history)
        return history[:, -1]

    remembering = Remembering(act, 3)
    actions = [remembering(row) for row in obs]
    for world in range(3):
        expected = stack_history(obs[:, world], 3)
        assert (np.array(seen)[:, world] == expected).all()
    assert (np.array(actions) == obs[..., -1]).all()
