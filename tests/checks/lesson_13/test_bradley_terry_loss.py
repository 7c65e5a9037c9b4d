"""Lesson 13, the Bradley-Terry loss: right answers, mistakes written apart from the bank, and nonsense."""

import torch
from torch.nn import functional as F

from ilrl_course.algorithms.preferences import learned_return
from ilrl_course.checks.edits import edited
from tests.checks.answers import hint_for, promises_of
from tests.checks.lesson_13.two_of_a_pair import wrong_losses


def by_hand(reward_net, pairs):
    worth = []
    for episodes in (pairs.first, pairs.second):
        rewards = reward_net(episodes.next_obs.flatten(0, 1)).reshape(episodes.running.shape)
        worth.append(rewards.masked_fill(~episodes.running, 0.0).sum(dim=1))
    f, s = worth
    ahead = f - s
    signs = 2 * pairs.prefers_first.float() - 1
    return F.softplus(-signs * ahead).mean()


def as_cross_entropy(reward_net, pairs):
    worth = [
        (reward_net(e.next_obs.flatten(0, 1)).view_as(e.running) * e.running).sum(1)
        for e in (pairs.first, pairs.second)
    ]
    return F.cross_entropy(torch.stack(worth, dim=1), (~pairs.prefers_first).long())


def as_a_loss_of_logits(reward_net, pairs):
    lead = 0.0
    for sign, e in ((1, pairs.first), (-1, pairs.second)):
        lead = lead + sign * (reward_net(e.next_obs.flatten(0, 1)).view_as(e.running) * e.running).sum(1)
    return F.binary_cross_entropy_with_logits(lead, pairs.prefers_first.float())


def pair_by_pair(reward_net, pairs):
    losses = []
    for i in range(len(pairs)):
        steps = [e.next_obs[i][e.running[i]] for e in (pairs.first, pairs.second)]
        first, second = (reward_net(step).sum() for step in steps)
        winner, loser = (first, second) if pairs.prefers_first[i] else (second, first)
        losses.append(torch.logaddexp(winner, loser) - winner)
    return torch.stack(losses).mean()


def one_pair_at_a_time(reward_net, pairs):
    leads = [
        learned_return(reward_net, pair.first) - learned_return(reward_net, pair.second)
        for pair in (pairs[i] for i in torch.arange(len(pairs)))
    ]
    return F.softplus(torch.cat(leads) * (1 - 2 * pairs.prefers_first.float())).mean()


def without_flattening(reward_net, pairs):
    f, s = ((reward_net(e.next_obs) * e.running).sum(-1) for e in (pairs.first, pairs.second))
    return F.softplus(torch.where(pairs.prefers_first, s - f, f - s)).mean()


def episode_by_episode(reward_net, pairs):
    losses = []
    for first, second, prefers_first in zip(pairs.first, pairs.second, pairs.prefers_first, strict=True):
        f, s = (reward_net(e.next_obs[e.running]).sum() for e in (first, second))
        losses.append(F.softplus(s - f if prefers_first else f - s))
    return sum(losses) / len(losses)


def step_by_step(reward_net, pairs):
    f, s = (reward_net(e.next_obs) * e.running for e in (pairs.first, pairs.second))
    signs = 2.0 * pairs.prefers_first.unsqueeze(1) - 1
    return F.softplus(signs * (s - f)).mean()


def of_the_winners(reward_net, pairs):
    chosen, rejected = (
        torch.where(pairs.prefers_first[:, None], a, b)
        for a, b in (
            (returns(reward_net, pairs.first)[:, None], returns(reward_net, pairs.second)[:, None]),
            (returns(reward_net, pairs.second)[:, None], returns(reward_net, pairs.first)[:, None]),
        )
    )
    return -F.logsigmoid(chosen - rejected).mean()


def returns(reward_net, episodes):
    return (reward_net(episodes.next_obs.flatten(0, 1)).view_as(episodes.running) * episodes.running).sum(1)


RIGHT = [
    as_cross_entropy,
    as_a_loss_of_logits,
    pair_by_pair,
    one_pair_at_a_time,
    without_flattening,
    episode_by_episode,
    of_the_winners,
    "return result.double()",
    "print(len(pairs))",
    "F.softplus(-signs * ahead).mean() => F.softplus(-signs * ahead).sum() / len(pairs)",
]
LOSS = "F.softplus(-signs * ahead).mean()"
OF_THE_TWO = wrong_losses(LOSS)
WORTH = "rewards.masked_fill(~episodes.running, 0.0).sum(dim=1)"
WRONG = {
    **OF_THE_TWO,
    "for a choice that seems impossible": [
        *OF_THE_TWO["for a choice that seems impossible"],
        f"{LOSS} => -torch.log(torch.sigmoid(signs * ahead)).mean()",
        f"{LOSS} => torch.log1p(torch.exp(-signs * ahead)).mean()",
    ],
    "sigmoid or softmax is applied twice": [
        *OF_THE_TWO["sigmoid or softmax is applied twice"],
        f"{LOSS} => F.softplus(-torch.sigmoid(signs * ahead)).mean()",
    ],
    "the mean is taken too early": [
        *OF_THE_TWO["the mean is taken too early"],
        f"{LOSS} => F.softplus(-(signs * ahead).mean())",
    ],
    "each step has a loss of its own": [
        step_by_step,
        edited(step_by_step, ".mean() => .sum(dim=-1).mean()"),
        edited(step_by_step, "pairs.prefers_first.unsqueeze(1) => pairs.prefers_first"),
    ],
    "backward() is called within the loss": ["return torch.autograd.backward(result) or result"],
    "the loss is cut off": [f"{LOSS} => float({LOSS})", f"{LOSS} => {LOSS}.data"],
    "a choice that seems impossible costs too little": [
        f"{LOSS} => -torch.log(torch.sigmoid(signs * ahead) + 1e-8).mean()",
        f"{LOSS} => F.binary_cross_entropy(torch.sigmoid(ahead), pairs.prefers_first.float())",
    ],
    "the sign is wrong": [f"{LOSS} => F.logsigmoid(signs * ahead).mean()"],
    "two signs are wrong": [f"{LOSS} => -F.softplus(signs * ahead).mean()"],
    "the choices count the wrong way round": [
        "2 * pairs.prefers_first.float() - 1 => 1 - 2 * pairs.prefers_first.float()",
        "f - s => s - f",
    ],
    "the logarithm is missing": [f"{LOSS} => torch.sigmoid(-signs * ahead).mean()"],
    "sigmoid is missing": [f"{LOSS} => -(signs * ahead).mean()"],
    "this is a hinge or a squared error": [
        f"{LOSS} => torch.clamp(1 - signs * ahead, min=0).mean()",
        f"{LOSS} => F.mse_loss(torch.sigmoid(ahead), pairs.prefers_first.float())",
    ],
    "this is a share of choices": [f"{LOSS} => (signs * ahead < 0).double().mean()"],
    "this is the sum over the pairs": [f"{LOSS} => F.softplus(-signs * ahead).sum()"],
    "each pair still has a loss": [f"{LOSS} => F.softplus(-signs * ahead)"],
    "the loss is multiplied or divided": ["return 0.5 * result", "return result / len(pairs.first)"],
    "some pairs are left out": [f"{LOSS} => F.softplus(-signs * ahead)[1:].mean()"],
    "the choices have no effect": [
        f"{LOSS} => F.softplus(-ahead).mean()",
        f"{LOSS} => F.softplus(ahead).mean()",
    ],
    "the pairs in which the second one was preferred count nothing": [
        f"{LOSS} => F.softplus(-ahead)[pairs.prefers_first].mean()",
        "2 * pairs.prefers_first.float() - 1 => pairs.prefers_first.float()",
    ],
    "an axis too many": [
        f"{LOSS} => F.softplus(-signs[:, None] * ahead).mean()",
        f"{LOSS} => F.softplus(-signs * ahead.unsqueeze(1)).mean()",
    ],
    "only the padding counts": [f"{WORTH} => rewards.masked_fill(episodes.running, 0.0).sum(dim=1)"],
    "an episode is compared with itself": [
        "in (pairs.first, pairs.second) => in [pairs.first] * 2",
        "s = worth => s = worth[1], worth[1]",
        edited(pair_by_pair, "in (pairs.first, pairs.second) => in (pairs.second, pairs.second)"),
    ],
    "the padding counts, too": [f"{WORTH} => rewards.sum(dim=1)"],
    "the rewards are averaged over the steps": [
        f"{WORTH} => {WORTH} / episodes.running.float().sum(1)",
        f"{WORTH} => rewards.masked_fill(~episodes.running, 0.0).mean(dim=1)",
    ],
    "only one step of each episode counts": [
        f"{WORTH} => rewards.select(1, -1)",
        f"{WORTH} => torch.stack([row[mask][-1] for row, mask in zip(rewards, episodes.running)])",
    ],
    "the network is asked about obs": ["episodes.next_obs => episodes.obs"],
    "each episode is worth the exponential": [f"{WORTH} => {WORTH}.exp()"],
    "the returns are added": ["f - s => f + s", f"{LOSS} => F.softplus(-f - s).mean()"],
    "the sum runs over the pairs": [
        f"{WORTH} => (rewards * episodes.running).sum(dim=0)",
        f"{WORTH} => torch.sum(rewards * episodes.running)",
    ],
    "only one of the two returns counts": ["f - s => f"],
    "one of the two returns is cut off": ["f - s => f - s.detach()"],
    "prefers_first is used as a number": [
        f"{LOSS} => F.softplus(pairs.prefers_first.float() - ahead).mean()"
    ],
    "`if` cannot decide": [f"{LOSS} => F.softplus(-ahead if pairs.prefers_first else ahead).mean()"],
    "with 3 pairs of episodes with 3, 3, 3 and 3, 3, 3 steps, the loss should be": ["return result + 0.3"],
    "the loss is NaN (not a number): a logarithm": ["return torch.log(result - 10)", "return float('nan')"],
    "it should return the loss, a tensor with one number, but it returns a tuple": ["return (result, ahead)"],
    "it changes its inputs in place": ["pairs.first.next_obs.zero_()"],
    "it changes the weights of a network": ["return [result, reward_net.value[0].bias.data.add_(1)][0]"],
    "it asks the judge of the lesson": ["return judge(pairs.first.next_obs).mean()"],
}
NONSENSE = {
    "return 'low'": "it should return the loss, a tensor with one number, but it returns a str.",
    "return inputs[1].prefers_first.float()": "each pair still has a loss of its own.",
    "return 0.5": "with 3 pairs",
    "return inputs[0](inputs[1])": "it raised",
    "return choices[0]": "it reads the choices of the lesson",
}

TestAnswers = promises_of("bradley_terry_loss", by_hand, RIGHT, WRONG, NONSENSE)


def test_a_right_value_with_a_wrong_gradient_is_noticed():
    half_cut = edited(by_hand, "return 0.3 * result + 0.7 * result.detach()")
    assert "the loss is right, but its gradient is not" in hint_for("bradley_terry_loss", half_cut)
