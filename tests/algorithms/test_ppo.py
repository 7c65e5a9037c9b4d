"""A PPO run repeats, keeps its promises about how much is done, and can be stopped without a loss."""

import math

import pytest
import torch

from ilrl_course.algorithms import ppo
from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, train_ppo
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world

counting_world.register()
COUNTING, CARTPOLE, DRIVING = "test/Counting-v0", "ilrl/CartPole-v0", "ilrl/Driving-v0"
SHORT = PPOConfig(num_iterations=3, num_steps=8, num_epochs=2, minibatch_size=16)


def make_run(env_id=CARTPOLE):
    envs = make_batch(env_id, 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    return policy, make_value_net(envs.single_observation_space, seed=1), envs


def weights_of(*networks):
    return torch.cat([weights.detach().flatten() for net in networks for weights in net.parameters()])


def trained(config=SHORT, seed=0, env_id=CARTPOLE, between=lambda: None, envs=None, **functions):
    """The metrics of a whole run from equal networks, and the weights in the end."""
    policy, value_net, fresh_envs = make_run(env_id)
    curve = []
    for metrics in train_ppo(policy, value_net, envs or fresh_envs, config, seed, **functions):
        between()
        curve.append(metrics)
    return curve, weights_of(policy, value_net)


def gradient_steps(config):
    """How many gradient steps each iteration takes."""
    steps = [0] * config.num_iterations

    def count(policy, minibatch, iteration):
        steps[iteration] += 1
        return 0.0

    trained(config, extra_loss_fn=count)
    return steps


@pytest.mark.parametrize("env_id", [CARTPOLE, DRIVING])
def test_two_runs_with_one_seed_are_identical_whatever_else_draws_random_numbers(env_id):
    first_curve, first = trained(env_id=env_id)
    before = torch.get_rng_state()
    again_curve, again = trained(env_id=env_id)
    assert torch.equal(before, torch.get_rng_state())
    disturbed_curve, disturbed = trained(env_id=env_id, between=lambda: torch.rand(7))
    assert first_curve == again_curve == disturbed_curve
    assert torch.equal(first, again)
    assert torch.equal(first, disturbed)


def test_a_run_repeats_in_worlds_that_have_been_used_before():
    envs = make_batch(CARTPOLE, 4)
    assert torch.equal(trained(envs=envs)[1], trained(envs=envs)[1])


def rows_in_order(seed, env_id):
    """Observation and action of each step of the first epoch, in the order in which they are learned from."""
    rows = []

    def watch(policy, minibatch, iteration):
        rows.extend(torch.cat([minibatch.obs, minibatch.actions[:, None]], 1).tolist())
        return 0.0

    trained(PPOConfig(num_iterations=1, num_steps=8, num_epochs=1), seed, env_id, extra_loss_fn=watch)
    return rows


def test_starts_actions_and_minibatches_all_follow_the_seed():
    first, other = (rows_in_order(seed, COUNTING) for seed in (0, 1))
    assert [row[:3] for row in first] != [row[:3] for row in other]  # minibatches
    first, other = sorted(first), sorted(other)
    assert [row[:3] for row in first] == [row[:3] for row in other]  # this world starts alike each time ...
    assert [row[3] for row in first] != [row[3] for row in other]  # ... but the actions differ
    first, other = ({tuple(row[:4]) for row in rows_in_order(seed, CARTPOLE)} for seed in (0, 1))
    assert not first & other  # starts, and all that follows


@pytest.mark.parametrize(
    ("minibatch_size", "expected"), [(16, [16, 16]), (10, [10, 10, 10, 2]), (31, [31, 1]), (100, [32])]
)
def test_every_epoch_uses_every_step_once_in_a_new_order_also_where_minibatches_do_not_divide(
    minibatch_size, expected
):
    config = PPOConfig(num_iterations=2, num_steps=8, num_epochs=2, minibatch_size=minibatch_size)
    seen = []

    def watch(policy, minibatch, iteration):
        seen.append(minibatch.obs)
        return 0.0

    _, weights = trained(config, env_id=COUNTING, extra_loss_fn=watch)
    assert [len(obs) for obs in seen] == 4 * expected
    first, second, *_ = torch.cat(seen).split(32)
    assert not torch.equal(first, second)
    assert torch.equal(first.unique(dim=0), second.unique(dim=0))
    assert len(first.unique(dim=0)) == 32
    assert weights.isfinite().all()


def test_beyond_the_target_kl_an_iteration_ends_after_its_epoch():
    epoch = 3  # minibatches
    settings = {"num_iterations": 3, "num_steps": 9, "num_epochs": 4, "minibatch_size": 12}
    assert gradient_steps(PPOConfig(**settings)) == 3 * [4 * epoch]
    assert gradient_steps(PPOConfig(**settings, target_kl=1e-12)) == 3 * [epoch]
    assert gradient_steps(PPOConfig(**settings, target_kl=1e9)) == 3 * [4 * epoch]


def test_the_target_kl_is_measured_on_the_whole_block_after_each_epoch(monkeypatch):
    measured = []
    monkeypatch.setattr(ppo, "approx_kl", lambda policy, experience: measured.append(len(experience)) or 0.0)
    trained(PPOConfig(num_iterations=2, num_steps=8, num_epochs=3, minibatch_size=10, target_kl=0.1))
    assert measured == 2 * 3 * [32]


def test_the_learning_rate_falls_in_a_straight_line(monkeypatch):
    rates, update = [], ppo.ppo_update

    def watching(policy, value_net, optimizer, *others):
        rates.extend(group["lr"] for group in optimizer.param_groups)
        return update(policy, value_net, optimizer, *others)

    monkeypatch.setattr(ppo, "ppo_update", watching)
    trained(PPOConfig(num_iterations=4, num_steps=8, num_epochs=1, minibatch_size=32, learning_rate=0.1))
    assert rates == pytest.approx([0.1, 0.075, 0.05, 0.025])


def test_metrics_count_every_step_and_every_crash_of_the_run():
    curve, _ = trained(PPOConfig(num_iterations=4, num_steps=10), env_id=COUNTING)
    assert [row["env_steps"] for row in curve] == [40, 80, 120, 160]
    assert [row["crashes"] for row in curve] == [5, 10, 15, 20]  # copy 0 ends each second step in a crash
    names = "approx_kl clip_fraction entropy explained_variance policy_loss value_loss env_steps crashes"
    for row in curve:
        assert set(row) == set(names.split())
        assert all(type(value) in (int, float) and math.isfinite(value) for value in row.values())


def test_the_diagnosis_is_of_the_policy_after_the_iteration_against_the_one_that_acted(monkeypatch):
    diagnosed = []
    monkeypatch.setattr(ppo, "diagnose", lambda *inputs: diagnosed.append(inputs) or {"approx_kl": 0.0})
    policy, value_net, envs = make_run()
    for _ in train_ppo(policy, value_net, envs, SHORT, seed=0):
        same_policy, experience, clip_coef = diagnosed[-1]
        assert same_policy is policy
        assert len(experience) == 32
        assert clip_coef == SHORT.clip_coef
        now = policy(experience.obs).log_prob(experience.actions)
        assert not torch.equal(now, experience.log_probs)


def test_an_iteration_goes_on_where_the_one_before_stopped():
    blocks = []

    def watch(rewards, *others):
        blocks.append(rewards)
        return compute_gae(rewards, *others)

    trained(PPOConfig(num_iterations=3, num_steps=4), env_id=COUNTING, advantage_fn=watch)
    policy, _, envs = make_run(COUNTING)
    whole, _ = collect_rollout(policy.sampler(0), envs, envs.reset(seed=0)[0], num_steps=12)
    assert torch.equal(torch.cat(blocks), whole.rewards)  # which count the steps of each episode


def test_the_students_own_functions_are_the_ones_that_train():
    def still(*inputs):
        return 0 * clipped_loss(*inputs)

    config = PPOConfig(num_iterations=1, vf_coef=0.0)
    start = weights_of(*make_run()[:2])
    assert torch.equal(trained(config, policy_loss_fn=still)[1], start)
    assert not torch.equal(trained(config)[1], start)
    nothing_to_gain = trained(config, advantage_fn=lambda rewards, *_: torch.zeros_like(rewards))[1]
    assert torch.equal(nothing_to_gain, start)


def test_an_extra_loss_sees_policy_minibatch_and_iteration_and_pulls_the_policy():
    policy, value_net, envs = make_run()
    iterations = []

    def toward_the_first_action(same_policy, minibatch, iteration):
        assert same_policy is policy
        iterations.append(iteration)
        return -100 * policy(minibatch.obs).log_prob(torch.zeros_like(minibatch.actions)).mean()

    config = PPOConfig(num_iterations=3, num_steps=16, num_epochs=2, minibatch_size=64, learning_rate=1e-2)
    list(train_ppo(policy, value_net, envs, config, seed=0, extra_loss_fn=toward_the_first_action))
    assert iterations == [0, 0, 1, 1, 2, 2]
    assert policy(torch.zeros(1, 4)).probs[0, 0] > 0.55
