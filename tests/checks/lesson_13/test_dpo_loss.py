"""Lesson 13, DPO's loss: right answers, mistakes written apart from the bank, and nonsense."""

import torch
from torch.nn import functional as F

from ilrl_course.algorithms.episodes import log_probs_of
from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of
from tests.checks.lesson_13.two_of_a_pair import wrong_losses


def by_hand(policy, reference, pairs, beta):
    def log_prob(network, e):
        each = network(e.obs.flatten(0, 1)).log_prob(e.actions.flatten(0, 1))
        return each.view_as(e.running).masked_fill(~e.running, 0.0).sum(dim=1)

    own = log_prob(policy, pairs.first) - log_prob(policy, pairs.second)
    with torch.no_grad():
        its = log_prob(reference, pairs.first) - log_prob(reference, pairs.second)
    margin = beta * (own - its)
    signs = 2 * pairs.prefers_first.float() - 1
    return F.softplus(-signs * margin).mean()


def with_the_package(policy, reference, pairs, beta):
    rewards = [
        log_probs_of(policy, e) - log_probs_of(reference, e).detach() for e in (pairs.first, pairs.second)
    ]
    return F.binary_cross_entropy_with_logits(beta * (rewards[0] - rewards[1]), pairs.prefers_first.float())


def pair_by_pair(policy, reference, pairs, beta):
    losses = []
    for i in range(len(pairs)):
        rewards = []
        for e in (pairs.first, pairs.second):
            obs, actions = e.obs[i][e.running[i]], e.actions[i][e.running[i]]
            ratio = policy(obs).log_prob(actions) - reference(obs).log_prob(actions).detach()
            rewards.append(beta * ratio.sum())
        winner, loser = rewards if pairs.prefers_first[i] else rewards[::-1]
        losses.append(-F.logsigmoid(winner - loser))
    return sum(losses) / len(losses)


def episode_by_episode(policy, reference, pairs, beta):
    losses = []
    for i in range(len(pairs)):
        f, s = (
            (policy(obs).log_prob(actions) - reference(obs).log_prob(actions).detach()).sum()
            for obs, actions in (
                (e.obs[e.running], e.actions[e.running]) for e in (pairs.first[i], pairs.second[i])
            )
        )
        losses.append(F.softplus(beta * (s - f if pairs.prefers_first[i] else f - s)))
    return torch.stack(losses).mean()


def without_flattening(policy, reference, pairs, beta):
    worth = []
    for e in (pairs.first, pairs.second):
        each = policy(e.obs).logits - reference(e.obs).logits.detach()
        worth.append((each.gather(-1, e.actions[..., None])[..., 0] * e.running).sum(-1))
    return F.softplus(
        beta * torch.where(pairs.prefers_first, worth[1] - worth[0], worth[0] - worth[1])
    ).mean()


def of_two_rewards(policy, reference, pairs, beta):
    rewards = []
    for e in (pairs.first, pairs.second):
        obs, actions = e.obs.reshape(e.running.numel(), -1), e.actions.reshape(-1)
        ratio = policy(obs).log_prob(actions) - reference(obs).log_prob(actions).detach()
        rewards += [torch.sum(ratio.view_as(e.running) * e.running, 1)]
    f, s = beta * rewards[0], beta * rewards[1]
    winner, loser = torch.where(pairs.prefers_first, f, s), torch.where(pairs.prefers_first, s, f)
    return -F.logsigmoid(winner - loser).mean()


def of_all_actions(policy, reference, pairs, beta):
    margin = 0.0
    for sign, e in ((1, pairs.first), (-1, pairs.second)):
        obs = e.obs.flatten(0, 1)
        margin = margin + sign * beta * (
            reference(obs).kl_from(policy(obs)).view_as(e.running) * e.running
        ).sum(1)
    return F.softplus(torch.where(pairs.prefers_first, -margin, margin)).mean()


def of_products(policy, reference, pairs, beta):
    worth = []
    for e in (pairs.first, pairs.second):
        obs, actions = e.obs.flatten(0, 1), e.actions.flatten(0, 1)
        own = torch.exp(policy(obs).log_prob(actions)).view_as(e.running)
        its = torch.exp(reference(obs).log_prob(actions)).view_as(e.running).detach()
        ratio = torch.prod((own / its).masked_fill(~e.running, 1.0), dim=1)
        worth.append(beta * torch.log(ratio))
    return F.softplus((worth[1] - worth[0]) * (2 * pairs.prefers_first.float() - 1)).mean()


RIGHT = [
    with_the_package,
    pair_by_pair,
    episode_by_episode,
    without_flattening,
    of_two_rewards,
    "return result.double()",
    "print(beta)",
    "F.softplus(-signs * margin).mean() => -F.logsigmoid(signs * margin).sum() / len(pairs)",
]
LOSS = "F.softplus(-signs * margin).mean()"
LAST = "-F.logsigmoid(winner - loser).mean()"
NO_BETA = "f, s = (beta * rewards[0], beta * rewards[1]) => f, s = (rewards[0], rewards[1])"
BY_STEP = (
    "torch.sum(ratio.view_as(e.running) * e.running, 1) => ratio.view_as(e.running) * e.running",
    "winner, loser = (torch.where(pairs.prefers_first, f, s), torch.where(pairs.prefers_first, s, f)) => "
    "p = pairs.prefers_first[:, None]\nwinner, loser = torch.where(p, f, s), torch.where(p, s, f)",
)
OF_THE_TWO = {
    hint: [edited(of_two_rewards, edit) for edit in edits] for hint, edits in wrong_losses(LAST).items()
}
SUM = "each.view_as(e.running).masked_fill(~e.running, 0.0).sum(dim=1)"
MARGIN = "beta * (own - its)"
WRONG = {
    **OF_THE_TWO,
    "for a choice that seems impossible": [
        *OF_THE_TWO["for a choice that seems impossible"],
        f"{LOSS} => -torch.log(torch.sigmoid(signs * margin)).mean()",
        edited(
            of_two_rewards,
            "f, s = (beta * rewards[0], beta * rewards[1]) => f, s = "
            "rewards[0].exp() ** beta, rewards[1].exp() ** beta",
            f"{LAST} => -torch.log(winner / (winner + loser)).mean()",
        ),
    ],
    "the mean is taken too early": [
        *OF_THE_TWO["the mean is taken too early"],
        f"{LOSS} => F.softplus(-(signs * margin).mean())",
    ],
    "each step has a loss of its own": [
        edited(of_two_rewards, *BY_STEP),
        edited(of_two_rewards, *BY_STEP, "(winner - loser) => (winner - loser).sum(-1)"),
        edited(of_two_rewards, BY_STEP[0]),
        edited(
            of_two_rewards,
            "torch.sum(ratio.view_as(e.running) * e.running, 1) => ratio.view_as(e.running)",
            BY_STEP[1],
        ),
    ],
    "a policy takes observations (B, obs_dim)": [
        edited(
            of_two_rewards,
            "e.obs.reshape(e.running.numel(), -1) => e.obs",
            "e.actions.reshape(-1) => e.actions",
        ),
        edited(of_two_rewards, "e.obs.reshape(e.running.numel(), -1) => e.obs"),
        edited(of_two_rewards, "e.actions.reshape(-1) => e.actions"),
        edited(episode_by_episode, "(e.obs[e.running], e.actions[e.running]) => (e.obs, e.actions)"),
    ],
    "each log-ratio is multiplied": [
        edited(of_two_rewards, "ratio.view_as => (ratio * policy(obs).log_prob(actions).exp()).view_as")
    ],
    "the log-ratios are centered": [
        edited(of_two_rewards, "ratio.view_as => (ratio - ratio.mean()).view_as"),
        edited(of_two_rewards, "ratio.view_as => ((ratio - ratio.mean()) / ratio.std()).view_as"),
    ],
    "only the first of the pair is multiplied": [
        edited(of_two_rewards, NO_BETA, "winner - loser => beta * winner - loser"),
        edited(of_two_rewards, NO_BETA, "winner - loser => winner - beta * loser"),
        edited(of_two_rewards, NO_BETA, "rewards[0], rewards[1] => beta * rewards[0], rewards[1]"),
    ],
    "the rewards of the pair are added": [
        edited(of_two_rewards, "winner - loser => winner + loser"),
        f"{MARGIN} => beta * (log_prob(policy, pairs.first) + log_prob(policy, pairs.second) - "
        "log_prob(reference, pairs.first).detach() - log_prob(reference, pairs.second).detach())",
    ],
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "the loss is cut off": [f"{LOSS} => float({LOSS})", f"{MARGIN} => beta * (own.detach() - its)"],
    "a choice that seems impossible costs too little": [
        f"{LOSS} => -torch.log(torch.sigmoid(signs * margin) + 1e-8).mean()"
    ],
    "the sign is wrong": [f"{LOSS} => F.logsigmoid(signs * margin).mean()"],
    "two signs are wrong": [f"{LOSS} => -F.softplus(signs * margin).mean()"],
    "what was preferred loses": [
        f"{MARGIN} => beta * (its - own)",
        f"{LOSS} => F.softplus(signs * margin).mean()",
    ],
    "the logarithm is missing": [f"{LOSS} => -torch.sigmoid(signs * margin).mean()"],
    "sigmoid is missing": [f"{LOSS} => -(signs * margin).mean()"],
    "this is the sum over the pairs": [f"{LOSS} => F.softplus(-signs * margin).sum()"],
    "each pair still has a loss": [f"{LOSS} => F.softplus(-signs * margin)"],
    "the choices have no effect": [f"{LOSS} => F.softplus(-margin).mean()"],
    "the pairs in which the second one": [f"{LOSS} => F.softplus(-margin)[pairs.prefers_first].mean()"],
    "an axis too many": [f"{LOSS} => F.softplus(-signs[:, None] * margin).mean()"],
    "only the padding counts": [f"{SUM} => each.view_as(e.running).masked_fill(e.running, 0.0).sum(dim=1)"],
    "one side's `running` is used": [
        f"{SUM} => (each.view_as(e.running) * pairs.{side}.running).sum(-1)" for side in ("first", "second")
    ],
    "the log-ratios are still flat": [
        edited(of_two_rewards, "ratio.view_as(e.running) * e.running => ratio * e.running"),
        edited(of_two_rewards, "ratio.view_as(e.running) * e.running => e.running.float() * ratio"),
        edited(of_two_rewards, "ratio.view_as(e.running) * e.running => ratio * e.running.reshape(-1)"),
        edited(of_two_rewards, "ratio.view_as(e.running) * e.running => torch.where(e.running, ratio, 0.0)"),
    ],
    "a product of probabilities": [
        of_products,
        edited(of_products, "(own / its).masked_fill(~e.running, 1.0) => own / its * e.running"),
        edited(of_products, "(own / its).masked_fill(~e.running, 1.0) => (own / its) ** e.running.float()"),
        edited(
            of_products,
            "torch.prod((own / its).masked_fill(~e.running, 1.0), dim=1) => "
            "(own * e.running).prod(1) / (its * e.running).prod(1)",
        ),
    ],
    "only one of the two episodes has its reference": [
        f"{MARGIN} => beta * (own - log_prob(reference, pairs.{side}).detach() * {sign})"
        for side, sign in (("first", 1), ("second", -1))
    ],
    "the ratio of a whole episode": [
        edited(of_two_rewards, "rewards += [ => rewards += [torch.exp(", ".running, 1)] => .running, 1))]"),
        edited(of_two_rewards, "beta * rewards[0], beta * rewards[1] => (beta * x).exp() for x in rewards"),
    ],
    "the padding counts, too": [f"{SUM} => each.view_as(e.running).sum(dim=1)"],
    "the log-ratios are averaged": [
        f"{SUM} => {SUM} / e.running.float().sum(dim=1)",
        f"{SUM} => each.view_as(e.running).mean(dim=1)",
    ],
    "only one step of each episode counts": [f"{SUM} => each.view_as(e.running)[:, -1]"],
    "the sum runs over the pairs": [
        f"{SUM} => each.view_as(e.running).masked_fill(~e.running, 0.0).sum(dim=0)",
        f"{SUM} => each.view_as(e.running).masked_fill(~e.running, 0.0).sum()",
    ],
    "the policies are asked about next_obs": ["e.obs.flatten => e.next_obs.flatten"],
    "the reference is missing": [f"{MARGIN} => beta * own"],
    "policy and reference are swapped": ["policy, reference = (reference, policy)"],
    "the policy is compared with itself, or an episode": [
        f"{MARGIN} => beta * (own - own)",
        edited(of_two_rewards, "in (pairs.first, pairs.second) => in [pairs.second, pairs.second]"),
    ],
    "the log-probabilities are added": [f"{MARGIN} => beta * (own + its)"],
    "a gradient goes into the reference": ["torch.no_grad() => torch.enable_grad()"],
    "these are log-probabilities of the likeliest": [
        "log_prob(e.actions.flatten(0, 1)) => log_prob(policy(e.obs.flatten(0, 1)).mode)"
    ],
    "this is the KL over all actions": [
        of_all_actions,
        edited(
            of_all_actions, "reference(obs).kl_from( => torch.distributions.kl_divergence(reference(obs), "
        ),
    ],
    "beta is missing": [f"{MARGIN} => own - its"],
    "the rewards are divided by beta": [f"{MARGIN} => (own - its) / beta"],
    "beta stands before the whole loss": [(f"{MARGIN} => own - its", "return beta * result")],
    "beta is multiplied twice": [f"{MARGIN} => beta**2 * (own - its)"],
    "beta multiplies the policy's": [f"{MARGIN} => beta * own - its", f"{MARGIN} => own - beta * its"],
    "beta is fixed, or bounded": [f"{MARGIN} => {fixed} * (own - its)" for fixed in (0.1, 0.3)],
    "this is IPO": [f"{LOSS} => (signs * (own - its) - 1 / (2 * beta)).pow(2).mean()"],
    "this is cloning of what was preferred": [
        f"{LOSS} => -torch.where(pairs.prefers_first, log_prob(policy, pairs.first), "
        "log_prob(policy, pairs.second)).mean()"
    ],
    "`if` cannot decide": [f"{LOSS} => F.softplus(-margin if pairs.prefers_first else margin).mean()"],
    "with 3 pairs of episodes with 3, 3, 3 and 3, 3, 3 steps, the loss should be": ["return result + 0.3"],
    "the loss is NaN (not a number): a logarithm": ["return torch.log(result - 10)", "return float('nan')"],
    "it asks the imitator of the lesson": [f"{MARGIN} => beta * (own - log_prob(imitator, pairs.first))"],
}
NONSENSE = {
    "return 'low'": "it should return the loss, a tensor with one number, but it returns a str.",
    "return inputs[2].prefers_first.float()": "each pair still has a loss of its own.",
    "return 0.5": "with 3 pairs",
    "return inputs[0](inputs[2])": "it raised",
    "return BETA * 3": "it reads a setting of the lesson",
}

TestAnswers = promises_of("dpo_loss", by_hand, RIGHT, WRONG, NONSENSE)


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = edited(by_hand, "return 0.3 * result + 0.7 * result.detach()")
    assert "the loss is right, but its gradient is not" in hint_for("dpo_loss", half_cut)
