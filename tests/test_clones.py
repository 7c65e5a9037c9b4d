"""A clone begins at its own seed, learns from the right demonstrator, and in the right places."""

import numpy as np
import pytest
import torch

from ilrl_course.clones import clone_demonstrator, demonstrate, fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch


@pytest.mark.parametrize("world", [CARTPOLE, DRIVING, DUNGEON], ids=lambda world: world.name)
def test_a_fresh_policy_fits_its_world_and_repeats_with_its_seed(world):
    obs = np.zeros((3, len(collect_trajectories(world.make_random_actor(), world.env_id, 1, 0)[0].obs[0])))
    first, again, other = (fresh_policy(world, seed) for seed in (1, 1, 2))
    assert first.act(obs.astype(np.float32)).shape[0] == 3
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
    assert not all(torch.equal(a, b) for a, b in zip(first.parameters(), other.parameters(), strict=True))


def test_the_demonstrations_are_those_of_the_demonstrator_on_the_training_roads():
    _, demos = clone_demonstrator(DRIVING, "expert", 2, seed=3, num_updates=1)
    expert = DRIVING.make_demonstrator("expert")
    drives = collect_trajectories(expert, DRIVING.env_id, 2, 3, **DRIVING.training_options)
    assert torch.equal(demos.obs, stack_steps(drives).obs)
    assert torch.equal(demos.actions, stack_steps(drives).actions)


def test_options_change_where_the_demonstrator_plays_and_what_it_knows():
    _, demos = clone_demonstrator(DRIVING, "expert", 2, seed=3, num_updates=1, options={"grip": 0.6})
    knowing = DRIVING.make_demonstrator("expert", grip=0.6)
    assert np.allclose(knowing(demos.obs.numpy()), demos.actions.numpy())


def test_more_updates_bring_the_clone_nearer_to_what_it_was_shown():
    losses = []
    for num_updates in (1, 300):
        policy, demos = clone_demonstrator(CARTPOLE, "expert", 1, seed=0, num_updates=num_updates)
        losses.append(-policy(demos.obs).log_prob(demos.actions).mean().item())
    assert losses[1] < 0.5 * losses[0]


def test_the_same_seed_gives_the_same_clone():
    first, again = (clone_demonstrator(DUNGEON, "biased", 1, 5, 20, {"layout": 7})[0] for _ in range(2))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))


def test_a_demonstration_is_as_many_steps_in_every_world_from_the_starts_of_dagger():
    envs = make_batch(DRIVING.env_id, 3, **DRIVING.training_options)
    expert = DRIVING.make_demonstrator("expert")
    demos = demonstrate(expert, envs, 5, seed=4)
    starts, _ = envs.reset(seed=derive_seed(4, "training"))
    assert demos.obs.shape == (15, 22)
    assert (demos.obs[:3].numpy() == starts).all()
    assert np.allclose(demos.actions.numpy(), expert(demos.obs.numpy()))
