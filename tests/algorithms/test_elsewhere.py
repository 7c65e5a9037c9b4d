"""The course's algorithms run unchanged in worlds that others made."""

import numpy as np
import pytest

from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.gail import make_gail_discriminator, train_gail
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import stack_steps, stack_transitions
from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_value_net
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.envs.elsewhere.borrowed import PENDULUM, ready

SIZES = {"num_steps": 8, "num_epochs": 2, "minibatch_size": 16}
each = pytest.mark.parametrize(
    "world", [ready(LUNAR_LANDER), ready(DOOR_KEY), ready(PONG), pytest.param(PENDULUM, id="continuous")]
)


@pytest.fixture
def cast(world):
    """An untrained policy and critic, demonstrations, and four copies of the world."""
    envs = make_batch(world.env_id, 4)
    critic = make_value_net(envs.single_observation_space, 0)
    expert = world.make_demonstrator("expert")
    demos = collect_trajectories(expert, world.env_id, 2, 0, max_episode_steps=30)
    return fresh_policy(world, 0), critic, expert, demos, envs


def all_finite(metrics):
    return all(np.isfinite(value) for row in metrics for value in row.values())


@each
def test_cloning_lowers_the_loss(cast):
    policy, _, _, demos, _ = cast
    losses = [m["loss"] for m in train_bc(policy, stack_steps(demos), BCConfig(num_updates=40), 0)]
    assert losses[-1] < losses[0]


@each
def test_dagger_gets_a_label_for_every_step(cast):
    policy, _, expert, _, envs = cast
    config = DAggerConfig(num_rounds=2, num_steps=6, num_updates=3)
    metrics = list(train_dagger(policy, expert, envs, config, 0))
    assert [m["labels"] for m in metrics] == [24, 48]


@each
def test_ppo_and_fine_tuning_count_every_step(cast):
    policy, critic, _, demos, envs = cast
    metrics = list(train_ppo(policy, critic, envs, PPOConfig(num_iterations=2, **SIZES), 0))
    assert [m["env_steps"] for m in metrics] == [32, 64]
    config = FinetuneConfig(num_iterations=2, num_warmup_iterations=1, imitation_coef=0.1, **SIZES)
    tuned = list(finetune(policy, critic, stack_steps(demos), envs, config, 0))
    assert [m["env_steps"] for m in tuned] == [32, 64, 96]
    assert all_finite(metrics + tuned)


@each
def test_gail_judges_and_learns(cast):
    policy, critic, _, demos, envs = cast
    steps = stack_transitions(demos)
    judge = make_gail_discriminator(envs, steps, 0)
    config = AdversarialConfig(num_iterations=2, num_discriminator_updates=2, **SIZES)
    metrics = list(train_gail(policy, critic, judge, steps, envs, config, 0))
    assert len(metrics) == 2
    assert all_finite(metrics)


@pytest.mark.parametrize("world", [ready(LUNAR_LANDER), ready(DOOR_KEY)])  # games of Pong take too long
def test_a_clone_of_the_expert_is_better_than_chance(world):
    policy, demos = clone_demonstrator(world, "expert", 20, seed=0, num_updates=400)
    assert len(demos) > 100
    clone = evaluate(policy.act, world.env_id, 12, seed=0)
    chance = evaluate(world.make_random_actor(0), world.env_id, 12, seed=0)
    assert clone.mean_return > chance.mean_return + (0.1 if world is DOOR_KEY else 100)
