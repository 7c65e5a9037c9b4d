"""From paths to statistics, from policies to paths, and from several worlds to one."""

from dataclasses import replace

import numpy as np
import pytest

from ilrl_course.algorithms.maxent_irl import (
    MaxEntConfig,
    demo_statistics,
    expected_visitation,
    log_likelihood,
    sample_paths,
    side_by_side,
    soft_value_iteration,
    train_maxent_irl,
)
from tests.algorithms.finite_worlds import HORIZON, WEIGHTS, dungeon, two_by_three, two_states, world_of


def soft_policy(mdp, weights=WEIGHTS, num_steps=HORIZON):
    return soft_value_iteration(mdp.transitions, mdp.terminal, mdp.features @ weights, num_steps)[0]


def test_paths_tell_where_they_start_and_what_is_gathered_on_arrival():
    mdp = two_by_three()
    paths = [np.array([3, 4, 5]), np.array([0, 1, 4, 4, 5]), np.array([0, 1, 2]), np.array([4])]
    seen, gathered = demo_statistics(mdp, paths)
    assert seen.start.tolist() == [0.5, 0, 0, 0.25, 0.25, 0]
    step, lava, goal, cell_4 = 2 + 4 + 2 + 0, 1, 2, 1 + 2
    assert gathered.tolist() == [step / 4, lava / 4, goal / 4, cell_4 / 4]
    assert mdp.start.tolist() == [0.5, 0, 0, 0.5, 0, 0]
    assert seen.transitions is mdp.transitions


def test_an_equal_reward_for_every_step_changes_nothing_where_all_episodes_last_equally_long():
    ring = world_of([[1, 3], [2, 0], [3, 1], [0, 2]], [0] * 4, [[1, 0], [1, 1], [1, 0], [1, 3]], [1, 0, 0, 0])
    for constant in (-2.0, 3.0):
        other = soft_policy(ring, np.array([constant, 0.5]))
        np.testing.assert_allclose(other, soft_policy(ring, np.array([0.0, 0.5])))
    end = two_states()  # but not where they do not
    assert not np.allclose(*(soft_policy(end, np.array([weight])) for weight in (0.0, 1.0)))


@pytest.mark.parametrize("options", [{}, {"slippery": 0.2}], ids=["sure-footed", "slippery"])
@pytest.mark.parametrize("form", ["sparse", "dense"])
def test_sampled_paths_follow_the_policy_through_the_world(options, form):
    mdp = dungeon(**options)
    policy = soft_policy(mdp)
    table = mdp.transitions if form == "sparse" else mdp.transitions.toarray()
    paths = sample_paths(replace(mdp, transitions=table), policy, 4000, seed=0)
    for path in paths:
        assert 2 <= len(path) <= HORIZON + 1
        assert not mdp.terminal[path[:-1]].any()
        assert mdp.terminal[path[-1]] or len(path) == HORIZON + 1
    arrivals = np.stack([np.bincount(path[1:], minlength=len(mdp.start)) for path in paths])  # (n, S)
    expected = expected_visitation(mdp.transitions, policy, mdp.start)
    error = 5 * np.sqrt(np.maximum(arrivals.var(axis=0), expected) / len(paths))
    assert (np.abs(arrivals.mean(axis=0) - expected) <= error).all()


def test_sampled_paths_follow_their_seed():
    mdp = two_by_three()
    policy = np.full((5, 6, 4), 0.25)
    first, again, other = (
        [path.tolist() for path in sample_paths(mdp, policy, 20, seed)] for seed in (0, 0, 1)
    )
    assert first == again != other
    assert {path[0] for path in first} == {0, 3}


def test_worlds_side_by_side_have_the_mean_likelihood_and_the_mean_gradient_of_each_alone():
    mdps = [dungeon(), dungeon(slippery=0.2)]
    demos = [sample_paths(mdp, soft_policy(mdp), 30, seed=0) for mdp in mdps]
    joined, paths = side_by_side(mdps, demos)
    assert len(paths) == 60
    assert joined.start.sum() == pytest.approx(1)
    rows = demo_statistics(joined, paths), *map(demo_statistics, mdps, demos)
    weights = 0.9 * WEIGHTS
    (both, slope), (one, first), (two, second) = (log_likelihood(weights, *row, HORIZON) for row in rows)
    assert both == pytest.approx((one + two) / 2)
    assert slope == pytest.approx((first + second) / 2)


def test_weights_from_two_worlds_are_shared():
    """Two cells beside a goal and two beside a trap: neither world alone knows both weights."""
    goal = world_of([[0, 1], [1, 1]], [0, 1], [[0, 0], [1, 0]], [1, 0])
    trap = world_of([[0, 1], [1, 1]], [0, 1], [[0, 0], [0, 1]], [1, 0])
    went, stayed = np.array([0, 1]), np.array([0, 0])
    joined, paths = side_by_side([goal, trap], [3 * [went] + [stayed], [went] + 3 * [stayed]])
    weights = np.zeros(2)
    list(train_maxent_irl(weights, joined, paths, MaxEntConfig(num_steps=1, l2_coef=0.0)))
    assert weights == pytest.approx([np.log(3), -np.log(3)], abs=1e-4)
