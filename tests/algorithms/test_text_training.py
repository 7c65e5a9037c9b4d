"""Lesson 13's claim: what trains a language model are the very functions that trained cars and heroes."""

from copy import deepcopy
from functools import partial

import numpy as np
import pytest
import torch

from course_tools.records.sources import reachable
from course_tools.workplace import ROOT
from ilrl_course.algorithms import bc, ppo
from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.episodes import kl_of, pad_episodes
from ilrl_course.algorithms.finetune import FinetuneConfig, stay_near
from ilrl_course.algorithms.kl_reward import kl_reward
from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, train_ppo
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs import CARTPOLE
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import as_demonstration, lines_of
from ilrl_course.envs.text.corpus import held_out_lines, training_lines
from ilrl_course.envs.text.tastes import short
from ilrl_course.networks import make_value_net
from ilrl_course.rollout import collect_trajectories, make_batch

CONFIG = PPOConfig(num_iterations=12, num_steps=32, num_epochs=4, learning_rate=2e-3, gamma=1.0)


@pytest.fixture(scope="module")
def imitator():
    """A language model that knows its corpus a little."""
    policy = fresh_policy(TEXT, 0)
    demos = stack_steps(map(as_demonstration, training_lines()))
    for _ in train_bc(policy, demos, BCConfig(num_updates=300), seed=0):
        pass
    return policy


def written_by(policy, num_lines=300):
    return collect_trajectories(policy.sampler(1), TEXT.env_id, num_lines, seed=1)


def ppo_on(world, policy, config=CONFIG, taste="short", **functions):
    """The package's PPO in a world; the trained copy, and the metrics of each iteration."""
    policy = deepcopy(policy)
    envs = make_batch(world.env_id, 32, **({"taste": taste} if world is TEXT else {}))
    value_net = make_value_net(envs.single_observation_space, 0)
    functions = {name: make(policy) for name, make in functions.items()}
    return policy, list(train_ppo(policy, value_net, envs, config, 0, **functions))


@pytest.mark.parametrize("module", [ppo, bc])
def test_the_trainers_are_the_package_s_own_and_reach_nothing_that_knows_of_text(module):
    names = reachable(ROOT / "ilrl_course" / "algorithms" / f"{module.__name__.rpartition('.')[2]}.py", ROOT)
    new = {"text", "episodes", "preferences", "kl_reward", "dpo", "best_of_n", "choices", "learned_taste"}
    assert names
    assert not [name for name in names if new & set(name.split("."))]
    assert train_ppo is ppo.train_ppo
    assert train_bc is bc.train_bc
    assert {train_ppo.__module__, train_bc.__module__} == {
        "ilrl_course.algorithms.ppo",
        "ilrl_course.algorithms.bc",
    }


def test_one_and_the_same_function_trains_a_driver_of_carts_and_a_writer(imitator):
    calls = []

    def watched(name, function):
        def call(*inputs):
            calls.append(name)
            return function(*inputs)

        return call

    parts = {
        "advantage_fn": lambda _: watched("gae", compute_gae),
        "policy_loss_fn": lambda _: watched("clipped", clipped_loss),
    }
    few = PPOConfig(num_iterations=2, num_steps=16, num_epochs=1)
    counts = []
    for world, policy in ((CARTPOLE, fresh_policy(CARTPOLE, 0)), (TEXT, imitator)):
        calls.clear()
        _, metrics = ppo_on(world, policy, few, **parts)
        counts.append((calls.count("gae"), calls.count("clipped")))
        assert [row["env_steps"] for row in metrics] == [512, 1024]
    assert counts[0] == counts[1]
    assert min(counts[0]) > 0


def test_cloning_learns_to_write_and_to_foresee_lines_that_it_has_not_seen(imitator):
    unseen = stack_steps(map(as_demonstration, held_out_lines()))
    losses = [
        bc_loss(policy, unseen.obs, unseen.actions).item() for policy in (fresh_policy(TEXT, 0), imitator)
    ]
    assert losses[0] == pytest.approx(np.log(28), abs=0.05)
    assert losses[1] < losses[0] - 1
    assert np.mean([trajectory.success for trajectory in written_by(imitator)]) > 0.8


def test_ppo_writes_what_pleases_and_a_tie_in_the_reward_holds_it_back(imitator):
    lengths, kls = {}, {}
    for beta in (0.0, 2.0):
        tie = {
            "reward_fn": lambda policy, beta=beta: partial(
                kl_reward, policy=policy, reference=imitator, beta=beta
            )
        }
        policy, _ = ppo_on(TEXT, imitator, **tie)
        trajectories = written_by(policy)
        lengths[beta] = -short(lines_of(trajectories)).mean()
        kls[beta] = kl_of(policy, imitator, pad_episodes(trajectories)).mean().item()
    before = -short(lines_of(written_by(imitator))).mean()
    assert lengths[0.0] < before - 3
    assert lengths[0.0] < lengths[2.0] - 1
    assert kls[2.0] < 0.5 * kls[0.0]


def test_the_tie_of_lesson_08_holds_a_writer_as_well(imitator):
    config = FinetuneConfig(**vars(CONFIG), imitation_coef=1.0)
    tied, _ = ppo_on(TEXT, imitator, extra_loss_fn=lambda _: stay_near(imitator, config, reverse=True))
    free, _ = ppo_on(TEXT, imitator)
    kls = [kl_of(policy, imitator, pad_episodes(written_by(policy))).mean().item() for policy in (tied, free)]
    assert kls[0] < 0.5 * kls[1]


def test_the_same_seed_writes_the_same_lines(imitator):
    few = PPOConfig(num_iterations=2, num_steps=16, num_epochs=1)
    first, again = (ppo_on(TEXT, imitator, few)[0] for _ in range(2))
    assert lines_of(written_by(first, 20)) == lines_of(written_by(again, 20))
    assert all(torch.equal(a, b) for a, b in zip(first.parameters(), again.parameters(), strict=True))
