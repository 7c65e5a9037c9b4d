"""The shared loop of GAIL and AIRL: loss, judgement, evidence, and a world whose answer is known."""

import math
from dataclasses import replace

import pytest
import torch

from ilrl_course.algorithms import evidence as evidence_module
from ilrl_course.algorithms.adversarial import (
    AdversarialConfig,
    discriminator_loss,
    discriminator_update,
    judge,
    train_adversarial,
)
from ilrl_course.algorithms.airl import airl_reward, make_airl_discriminator, train_airl
from ilrl_course.algorithms.evidence import Evidence
from ilrl_course.algorithms.gail import (
    gail_logits,
    hurry_reward,
    make_gail_discriminator,
    survival_reward,
    train_gail,
)
from ilrl_course.algorithms.ppo import train_ppo
from ilrl_course.data import stack_transitions
from ilrl_course.envs import CARTPOLE, DRIVING
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_trajectories, make_batch
from tests.algorithms.two_state_world import END, STAY, TwoStates, demos_of

SHORT = AdversarialConfig(num_iterations=3, num_steps=8, num_epochs=2, minibatch_size=16)
TRAINERS = {"GAIL": (make_gail_discriminator, train_gail), "AIRL": (make_airl_discriminator, train_airl)}


def weights_of(*networks):
    return torch.cat([weights.detach().flatten() for net in networks for weights in net.parameters()])


def trained(method, envs, demos, config, seed=0, **functions):
    """The policy, all weights, and the metrics of a whole run."""
    make, train = TRAINERS[method]
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed)
    networks = policy, make_value_net(envs.single_observation_space, seed), make(envs, demos, seed)
    curve = list(train(*networks, demos, envs, config, seed, **functions))
    return policy, weights_of(*networks), curve


def record(world, num_episodes=2, **options):
    expert = world.make_demonstrator("expert")
    return stack_transitions(collect_trajectories(expert, world.env_id, num_episodes, 0, **options))


def chance_to_stay(policy):
    return float(policy(torch.tensor([[1.0, 0.0]])).log_prob(torch.tensor([STAY])).exp().detach())


@pytest.mark.parametrize("method", TRAINERS)
@pytest.mark.parametrize("reward_fn", [survival_reward, hurry_reward, airl_reward])
@pytest.mark.parametrize("action", [STAY, END])
def test_with_absorbing_ends_the_learner_does_as_shown_whatever_the_sign_of_the_reward(
    method, reward_fn, action
):
    config = AdversarialConfig(num_iterations=25, num_steps=8, num_epochs=4, minibatch_size=64, gamma=0.9)
    policy, _, _ = trained(method, TwoStates(32), demos_of(action), config, reward_fn=reward_fn)
    assert chance_to_stay(policy) == pytest.approx(1.0 if action == STAY else 0.0, abs=0.1)


@pytest.mark.parametrize(
    ("reward_fn", "shown", "wrong"), [(survival_reward, END, STAY), (hurry_reward, STAY, END)]
)
def test_where_ends_stop_survival_pay_never_ends_and_hurry_never_stays(reward_fn, shown, wrong):
    """The bias of the sign is stronger than the judge while he is unsure, as at the start; he is kept so."""
    config = AdversarialConfig(
        num_iterations=25,
        num_steps=8,
        num_epochs=4,
        minibatch_size=64,
        gamma=0.9,
        absorbing_ends=False,
        discriminator_learning_rate=1e-6,
    )
    policy, _, _ = trained("GAIL", TwoStates(32), demos_of(shown), config, reward_fn=reward_fn)
    assert chance_to_stay(policy) == pytest.approx(1.0 if wrong == STAY else 0.0, abs=0.1)


def test_the_loss_of_an_unsure_discriminator_is_log_2_and_of_a_sure_one_finite():
    is_expert = torch.tensor([True, False, True])
    assert discriminator_loss(torch.zeros(3), is_expert).item() == pytest.approx(math.log(2))
    assert discriminator_loss(torch.tensor([1e3, 1e3, -1e3]), is_expert).item() == pytest.approx(2000 / 3)


def test_an_update_lowers_the_loss_of_these_steps_and_counts_who_was_judged_rightly():
    envs, demos = make_batch(CARTPOLE.env_id, 1), record(CARTPOLE)
    learner = demos[torch.arange(len(demos)).flip(0)][:100]
    learner.obs.add_(3.0)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    discriminator = make_gail_discriminator(envs, demos, 0)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-2)
    curve = [
        discriminator_update(discriminator, optimizer, policy, demos[:100], learner, gail_logits)
        for _ in range(30)
    ]
    assert curve[-1]["discriminator_loss"] < 0.2 * curve[0]["discriminator_loss"]
    assert curve[-1]["expert_accuracy"] == curve[-1]["learner_accuracy"] == 1.0


def test_steps_that_stand_for_what_follows_an_end_do_not_count_as_judged_rightly():
    envs, demos = make_batch(CARTPOLE.env_id, 1), record(CARTPOLE)
    learner = demos[:100]
    learner = replace(learner, absorbed=torch.arange(100) >= 10)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    discriminator = make_gail_discriminator(envs, demos, 0)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=0.0)
    metrics = discriminator_update(
        discriminator,
        optimizer,
        policy,
        demos[:100],
        learner,
        lambda net, steps, log_probs: torch.where(steps.absorbed, -1.0, 1.0),
        lambda expert_logits, is_expert: 0 * next(discriminator.parameters()).sum(),
    )
    assert (metrics["expert_accuracy"], metrics["learner_accuracy"]) == (1.0, 0.0)


def test_judging_knows_how_likely_actions_were_and_that_after_an_end_there_was_no_choice():
    envs, steps = make_batch(CARTPOLE.env_id, 1), record(CARTPOLE)[:6]
    steps.absorbed[2] = True
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    log_probs = judge(None, policy, steps, lambda discriminator, steps, log_probs: log_probs)
    expected = policy(steps.obs).log_prob(steps.actions).detach()
    expected[2] = 0.0
    assert torch.allclose(log_probs, expected)
    assert not log_probs.requires_grad


@pytest.mark.parametrize("method", TRAINERS)
@pytest.mark.parametrize("world", [CARTPOLE, DRIVING], ids=lambda world: world.name)
def test_two_runs_with_one_seed_are_identical_and_another_seed_differs(method, world):
    demos = record(world)
    runs = [trained(method, make_batch(world.env_id, 4), demos, SHORT, seed) for seed in (0, 0, 1)]
    assert torch.equal(runs[0][1], runs[1][1])
    assert runs[0][2] == runs[1][2]
    assert not torch.equal(runs[0][1], runs[2][1])


def test_the_learner_is_paid_by_the_discriminator_alone():
    """With a reward function that pays a constant, PPO alone with that constant learns the very same."""
    demos, envs = record(CARTPOLE), make_batch(CARTPOLE.env_id, 4)
    config = AdversarialConfig(
        num_iterations=3, num_steps=8, num_epochs=2, minibatch_size=16, absorbing_ends=False
    )
    constant = lambda expert_logits: torch.full_like(expert_logits, 0.5)  # noqa: E731
    policy, _, _ = trained("GAIL", envs, demos, config, reward_fn=constant)
    alone = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    value_net = make_value_net(envs.single_observation_space, 0)
    rewards = lambda rollout: torch.full_like(rollout.rewards, 0.5)  # noqa: E731
    for _ in train_ppo(alone, value_net, make_batch(CARTPOLE.env_id, 4), config, 0, reward_fn=rewards):
        pass
    assert torch.equal(weights_of(policy), weights_of(alone))


def test_demonstrations_are_not_changed_and_functions_of_a_student_are_used():
    demos = record(CARTPOLE)
    before, calls = [column.clone() for column in vars(demos).values()], []

    def counted_loss(expert_logits, is_expert):
        calls.append(len(expert_logits))
        return discriminator_loss(expert_logits, is_expert)

    trained("AIRL", make_batch(CARTPOLE.env_id, 4), demos, SHORT, loss_fn=counted_loss)
    assert calls == [512] * SHORT.num_iterations * SHORT.num_discriminator_updates
    assert all(torch.equal(a, b) for a, b in zip(before, vars(demos).values(), strict=True))


def numbered(first, size, **flags):
    """Steps that can be told apart by their observation."""
    steps = demos_of(STAY, size)
    obs = torch.arange(first, first + size).float()[:, None]
    no = torch.zeros(size, dtype=torch.bool)
    return type(steps)(obs, steps.actions, obs, **{"terminated": no, "absorbed": no} | flags)


def test_evidence_holds_old_steps_in_the_asked_share_and_new_ones_otherwise():
    evidence = Evidence(numbered(0, 10), remembered_share=0.25, gamma=0.9, seed=0)
    evidence.add(numbered(100, 50), num_kept=20)
    evidence.add(numbered(200, 50), num_kept=20)
    expert_steps, learner_steps = evidence.draw(400)
    assert len(expert_steps) == len(learner_steps) == 400
    assert expert_steps.obs.max() < 10
    assert (learner_steps.obs[:300] >= 200).all()
    assert 0.35 < (learner_steps.obs[300:] < 200).float().mean() < 0.65


def test_without_a_memory_only_the_newest_steps_are_shown():
    evidence = Evidence(numbered(0, 10), remembered_share=0.0, gamma=0.9, seed=0)
    evidence.add(numbered(100, 50), num_kept=20)
    evidence.add(numbered(200, 50), num_kept=20)
    assert (evidence.draw(200)[1].obs >= 200).all()


def test_the_memory_stops_growing_and_goes_on_holding_all_blocks_equally(monkeypatch):
    monkeypatch.setattr(evidence_module, "MOST_REMEMBERED", 60)
    evidence = Evidence(numbered(0, 10), remembered_share=1.0, gamma=0.9, seed=0)
    sizes = []
    for block in range(1, 11):
        evidence.add(numbered(100 * block, 50), num_kept=20)
        sizes.append(len(evidence.memory))
    assert sizes[:3] == [20, 40, 60]
    assert max(sizes) <= 60
    counts = torch.bincount((evidence.memory.obs.flatten() // 100).long(), minlength=11)[1:]
    assert counts[-1] == 6
    assert counts[:5].sum() > 15  # 30 of 60, give or take what chance does


def test_without_a_memory_nothing_is_kept():
    evidence = Evidence(numbered(0, 10), remembered_share=0.0, gamma=0.9, seed=0)
    evidence.add(numbered(100, 50), num_kept=20)
    assert len(evidence.memory) == 0


@pytest.mark.parametrize("method", TRAINERS)
def test_a_discriminator_does_not_see_hidden_columns_and_sees_all_others(method):
    envs, demos = make_batch(CARTPOLE.env_id, 1), record(CARTPOLE)
    discriminator = TRAINERS[method][0](envs, demos, 0, hidden=[2])
    net = discriminator if method == "GAIL" else discriminator.reward
    before = net(demos.obs, demos.actions)
    for column in range(4):
        moved = demos.obs.clone()
        moved[:, column] += 1.0
        assert torch.equal(net(moved, demos.actions), before) == (column == 2)


def test_the_discriminator_sees_actions_as_the_world_carries_them_out():
    demos, seen = record(DRIVING), []

    def watching(discriminator, steps, log_probs):
        seen.append(steps.actions)
        return gail_logits(discriminator, steps, log_probs)

    envs = make_batch(DRIVING.env_id, 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    policy.log_std.data.fill_(1.0)  # so that many draws lie outside
    networks = make_value_net(envs.single_observation_space, 0), make_gail_discriminator(envs, demos, 0)
    for _ in train_adversarial(policy, *networks, demos, envs, SHORT, 0, watching, survival_reward):
        pass
    actions = torch.cat(seen)
    assert actions.abs().max() == 1.0
    assert (actions.abs() < 1.0).any()


def test_weight_decay_keeps_the_discriminator_small():
    demos, sizes = record(CARTPOLE), []
    for decay in (0.0, 1.0):
        config = replace(SHORT, discriminator_weight_decay=decay)
        envs = make_batch(CARTPOLE.env_id, 4)
        policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
        networks = make_value_net(envs.single_observation_space, 0), make_gail_discriminator(envs, demos, 0)
        for _ in train_gail(policy, *networks, demos, envs, config, 0):
            pass
        sizes.append(weights_of(networks[1]).norm())
    assert sizes[1] < 0.9 * sizes[0]


def test_accuracy_is_a_number_even_if_every_step_stands_for_what_follows_an_end():
    envs, demos = make_batch(CARTPOLE.env_id, 1), record(CARTPOLE)[:10]
    demos = replace(demos, absorbed=torch.ones(10, dtype=torch.bool))
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    discriminator = make_gail_discriminator(envs, demos, 0)
    optimizer = torch.optim.Adam(discriminator.parameters(), lr=1e-2)
    metrics = discriminator_update(discriminator, optimizer, policy, demos, demos, gail_logits)
    assert 0 <= metrics["expert_accuracy"] <= 1
    assert 0 <= metrics["learner_accuracy"] <= 1


def test_an_end_is_shown_as_often_as_it_would_be_seen():
    absorbed = torch.zeros(10, dtype=torch.bool)
    absorbed[0] = True
    evidence = Evidence(numbered(0, 10, absorbed=absorbed), remembered_share=0.0, gamma=0.9, seed=0)
    evidence.add(numbered(100, 50), num_kept=20)
    share = evidence.draw(20_000)[0].absorbed.float().mean()
    assert share == pytest.approx(10 / 19, abs=0.02)  # it counts 1 / (1 - gamma) = 10 times, nine others once


@pytest.mark.parametrize(
    ("settings", "complaint"),
    [
        ({"num_discriminator_updates": 0}, "discriminator updates start at 1"),
        ({"discriminator_learning_rate": 0.0}, "learning rate is above 0"),
        ({"discriminator_weight_decay": -0.1}, "discriminator_weight_decay is 0"),
        ({"discriminator_minibatch_size": 5}, "even"),
        ({"remembered_share": 1.5}, "remembered_share is a share"),
        ({"gamma": 1.0}, "without a discount"),
        ({"num_steps": 0}, "start at 1"),
    ],
)
def test_settings_that_cannot_work_are_refused_with_a_reason(settings, complaint):
    with pytest.raises(ValueError, match=complaint):
        AdversarialConfig(**settings)


def test_the_loop_reports_what_a_notebook_plots():
    _, _, curve = trained("GAIL", make_batch(CARTPOLE.env_id, 4), record(CARTPOLE), SHORT)
    assert {"env_steps", "crashes", "discriminator_loss", "learned_reward", "expert_accuracy"} <= set(
        curve[0]
    )
    assert [row["env_steps"] for row in curve] == [32, 64, 96]
    assert train_adversarial.__doc__
