"""Lesson 03, demonstrating with noise: wrong noise and seeds, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout
from tests.checks.answers import hint_for, written
from tests.checks.demonstrating import demonstrated


def the_same_each_time(expert, envs, num_steps, noise_std, seed):
    def shaken(obs):
        actions = expert(obs)
        return actions + np.random.default_rng(seed).normal(0, noise_std, actions.shape)

    rollout, _ = collect_rollout(shaken, envs, envs.reset(seed=seed)[0], num_steps)
    obs = rollout.obs.flatten(0, 1)
    return Batch(obs, torch.from_numpy(expert(obs.numpy())))


SEED = 0


def by_the_seed_of_the_lesson(expert, envs, num_steps, noise_std, seed):
    return demonstrated()(expert, envs, num_steps, noise_std, SEED)


WRONG = [
    ("it draws with a seed of its own", by_the_seed_of_the_lesson),
    ("noise_std has no effect", demonstrated(lambda rng, std, shape: rng.standard_normal(shape))),
    ("noise_std has no effect", demonstrated(lambda rng, std, shape: 0.3 * rng.standard_normal(shape))),
    ("noise_std arrived as the mean", demonstrated(lambda rng, std, shape: rng.normal(std, size=shape))),
    ("each action is moved by exactly", demonstrated(lambda rng, std, shape: rng.normal(std, 0.0, shape))),
    ("each action is moved by exactly", demonstrated(lambda rng, std, shape: torch.full(shape, std).numpy())),
    ("the noise has the wrong size", demonstrated(lambda rng, std, shape: std**2 * rng.randn(*shape))),
    ("the noise has the wrong size", demonstrated(lambda rng, std, shape: std**0.5 * rng.randn(*shape))),
    ("the noise is not Gaussian", demonstrated(lambda rng, std, shape: std * (2 * rng.random(shape) - 1))),
    (
        "the noise is not Gaussian",
        demonstrated(lambda rng, std, shape: std * 12**0.5 * (rng.random(shape) - 0.5)),
    ),
    ("the noise goes in one", demonstrated(lambda rng, std, shape: std * abs(rng.randn(*shape)))),
    ("the action is multiplied", demonstrated(execute=lambda actions, noise: actions + actions * noise)),
    ("the action is replaced", demonstrated(execute=lambda actions, noise: noise)),
    ("some numbers share", demonstrated(lambda rng, std, shape: np.full(shape, rng.normal(0, std)))),
    ("some numbers share", demonstrated(lambda rng, std, shape: rng.normal(0, std, shape[-1]))),
    ("some numbers share", demonstrated(lambda rng, std, shape: rng.normal(0, std, shape[0])[:, None])),
    ("only one part", demonstrated(lambda rng, std, shape: np.eye(2)[0] * rng.normal(0, std, shape))),
    ("the noise is the same in every", the_same_each_time),
    (
        "the labels have noise of",
        demonstrated(labels=lambda rollout, meant, std: np.random.default_rng(3).normal(meant, std)),
    ),
    (
        "the noise is in the labels only",
        demonstrated(
            labels=lambda rollout, meant, std: np.random.default_rng(3).normal(meant, std),
            execute=lambda actions, noise: actions,
        ),
    ),
    ("the seed has no effect", demonstrated(generator=lambda seed: np.random.default_rng(42))),
    ("the noise cannot be", demonstrated(generator=lambda seed: np.random)),
    ("the worlds cannot be", demonstrated(reset=lambda envs, seed: envs.reset())),
    ("the worlds always start", demonstrated(reset=lambda envs, seed: envs.reset(seed=42))),
]

NAMES_OF_THE_LESSON = {
    "SEEDS": "it draws with a seed of its own",
    "EXPERT": "it asks the expert of the lesson",
    "policies": "it asks a learner",
    "trained": "it asks a learner",
    "demos": "it reads data",
    "new": "it reads data",
    "NUM_DRIVES": "it reads a number",
    "make_batch": "it steps worlds of its own",
}


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("demonstrate_with_noise", function).startswith(hint)


@pytest.mark.parametrize(("name", "hint"), NAMES_OF_THE_LESSON.items())
def test_a_name_of_the_lesson_in_the_place_of_an_input_is_noticed(name, hint):
    function = written("demonstrate_with_noise", f"return {name}")
    assert hint_for("demonstrate_with_noise", function).startswith(hint)
