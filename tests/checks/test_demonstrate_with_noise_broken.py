"""Lesson 03, demonstrating with noise: answers that break off, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout, derive_seed
from tests.checks.answers import hint_for


def never_appended(join):
    def answer(expert, envs, num_steps, noise_std, seed):
        rng, intended = np.random.default_rng(seed), []

        def shaken(obs):
            return (expert(obs) + rng.normal(0.0, noise_std, (len(obs), 2))).astype(np.float32)

        obs, _ = envs.reset(seed=derive_seed(seed, "demonstrations"))
        rollout, _ = collect_rollout(shaken, envs, obs, num_steps)
        return Batch(rollout.obs.flatten(0, 1), join(intended))

    return answer


def hands_over_the_expert(expert, envs, num_steps, noise_std, seed):
    rng, intended = np.random.default_rng(seed), []

    def shaken(obs):
        intended.append(expert(obs))
        return intended[-1] + rng.normal(0.0, noise_std, intended[-1].shape)

    obs, _ = envs.reset(seed=seed)
    rollout, _ = collect_rollout(expert, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(intended)))


def a_list_within(expert, envs, num_steps, noise_std, seed):
    """The actor's own list hides the one outside."""
    intended = []

    def shaken(obs):
        intended = [expert(obs)]
        return intended[0] + noise_std

    rollout, _ = collect_rollout(shaken, envs, envs.reset(seed=seed)[0], num_steps)
    return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.vstack(intended)))


def starts_with(start):
    def answer(expert, envs, num_steps, noise_std, seed):
        rng, intended = np.random.default_rng(seed), []

        def shaken(obs):
            actions = expert(obs)
            intended.append(actions)
            return (actions + rng.normal(0.0, noise_std, actions.shape)).astype(np.float32)

        obs = start(envs, derive_seed(seed, "demonstrations"))
        rollout, _ = collect_rollout(shaken, envs, obs, num_steps)
        return Batch(rollout.obs.flatten(0, 1), torch.from_numpy(np.concatenate(intended)))

    return answer


def does_not_unpack_in_a_loop(expert, envs, num_steps, noise_std, seed):
    rng, intended, seen = np.random.default_rng(seed), [], []
    obs = envs.reset(seed=seed)
    for _ in range(num_steps):
        seen.append(obs)
        intended.append(expert(obs))
        obs = envs.step(rng.normal(intended[-1], noise_std))
    return Batch(torch.from_numpy(np.concatenate(seen)), torch.from_numpy(np.concatenate(intended)))


def does_not_unpack_the_rollout(expert, envs, num_steps, noise_std, seed):
    obs, _ = envs.reset(seed=seed)
    rollout = collect_rollout(lambda obs: expert(obs) + noise_std, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1), rollout.actions.flatten(0, 1))


WRONG = [
    ("nothing was remembered", never_appended(lambda rows: torch.from_numpy(np.concatenate(rows)))),
    ("nothing was remembered", never_appended(lambda rows: torch.from_numpy(np.concatenate(rows, axis=0)))),
    ("nothing was remembered", never_appended(lambda rows: torch.from_numpy(np.stack(rows)).flatten(0, 1))),
    ("nothing was remembered", never_appended(lambda rows: torch.tensor(np.array(rows)))),
    ("nothing was remembered", never_appended(lambda rows: torch.cat(rows))),
    ("nothing was remembered", never_appended(lambda rows: torch.stack(rows))),
    ("nothing was remembered", hands_over_the_expert),
    ("nothing was remembered", a_list_within),
    ("reset() returns two things", starts_with(lambda envs, seed: envs.reset(seed=seed))),
    ("reset() returns two things", starts_with(lambda envs, seed: dict(envs.reset(seed=seed)[1]))),
    ("reset() returns two things", does_not_unpack_in_a_loop),
    ("collect_rollout() returns two things", does_not_unpack_the_rollout),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_an_answer_that_breaks_off_is_told_why(hint, function):
    assert hint_for("demonstrate_with_noise", function).startswith(hint)


def test_unpacked_observations_pass():
    assert hint_for("demonstrate_with_noise", starts_with(lambda envs, seed: envs.reset(seed=seed)[0])) == ""
