"""Frozen rewards say what their networks say, on the scale of the steps that they are measured by."""

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.airl import make_airl_discriminator
from ilrl_course.algorithms.frozen import alive, score_of, standardized
from ilrl_course.algorithms.gail import make_gail_discriminator
from ilrl_course.data import Transitions
from ilrl_course.envs import CARTPOLE
from ilrl_course.rollout import make_batch


def steps_of(values, absorbed=()):
    obs = torch.tensor([[float(value), 0.0, 0.0, 0.0] for value in values])
    flags = torch.tensor([i in absorbed for i in range(len(values))])
    return Transitions(obs, torch.zeros(len(values), dtype=torch.long), obs, torch.zeros_like(flags), flags)


def position(steps):
    return steps.obs[:, 0]


def test_a_standardized_score_has_mean_0_and_deviation_1_over_the_steps_it_is_measured_by():
    steps = steps_of([1, 2, 3, 4])
    scores = standardized(position, steps, most=np.inf)(steps)
    assert scores.mean().item() == pytest.approx(0, abs=1e-6)
    assert scores.std().item() == pytest.approx(1)


def test_elsewhere_it_keeps_that_scale_and_its_bounds():
    score_fn = standardized(position, steps_of([-1, 0, 1]), most=3)
    assert score_fn(steps_of([2, -0.5, 50, -50])).tolist() == [2.0, -0.5, 3.0, -3.0]


def test_a_constant_score_becomes_0():
    score_fn = standardized(lambda steps: torch.full((len(steps),), 7.0), steps_of([1, 2]), most=3)
    assert score_fn(steps_of([5])).tolist() == [0.0]


def test_being_alive_pays_1_until_the_end():
    assert alive(steps_of([1, 2, 3], absorbed={2})).tolist() == [1.0, 1.0, 0.0]


def test_the_score_of_airl_is_g_without_shaping_and_that_of_gail_its_logit():
    steps, envs = steps_of([1, 2, 3]), make_batch(CARTPOLE.env_id, 1)
    airl, gail = (make(envs, steps, 0) for make in (make_airl_discriminator, make_gail_discriminator))
    with torch.no_grad():
        assert torch.equal(score_of(airl)(steps), airl.reward(steps.obs, steps.actions))
        assert torch.equal(score_of(gail)(steps), gail(steps.obs, steps.actions))
