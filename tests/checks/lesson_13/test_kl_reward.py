"""Lesson 13, the reward that ties: right answers, mistakes written apart from the bank, and nonsense."""

import torch

from ilrl_course.checks.edits import edited
from tests.checks.answers import promises_of


def by_hand(rollout, policy, reference, beta):
    shape = rollout.rewards.shape
    obs, actions = (x.reshape(shape.numel(), *x.shape[2:]) for x in (rollout.obs, rollout.actions))
    own = policy(obs).log_prob(actions).detach()
    its = reference(obs).log_prob(actions).detach()
    return rollout.rewards - beta * (own - its).view(shape)


def row_by_row(rollout, policy, reference, beta):
    rewards = torch.zeros_like(rollout.rewards)
    with torch.no_grad():
        for t, (obs, actions) in enumerate(zip(rollout.obs, rollout.actions, strict=True)):
            ratio = policy(obs).log_prob(actions) - reference(obs).log_prob(actions)
            rewards[t] = rollout.rewards[t] - beta * ratio
    return rewards


def without_flattening(rollout, policy, reference, beta):
    penalties = torch.stack(
        [
            policy(rollout.obs[:, i]).log_prob(rollout.actions[:, i])
            - reference(rollout.obs[:, i]).log_prob(rollout.actions[:, i])
            for i in range(rollout.obs.shape[1])
        ],
        dim=1,
    )
    return (rollout.rewards - beta * penalties).detach()


def unflattened(rollout, policy, reference, beta):
    with torch.no_grad():
        each = [network(rollout.obs).log_prob(rollout.actions) for network in (policy, reference)]
    return rollout.rewards - beta * (each[0] - each[1])


RATIO = "(own - its)"
REWARD = "rollout.rewards - beta * (own - its).view(shape)"
RIGHT = [
    row_by_row,
    without_flattening,
    "return result.clone()",
    "print(beta)",
    f"{REWARD} => rollout.rewards.add(beta * (its - own).view(shape))",
]
WRONG = {
    "the sign is wrong": [f"{REWARD} => rollout.rewards - beta * (its - own).view(shape)"],
    "beta is missing": [f"{REWARD} => rollout.rewards - (own - its).view(shape)"],
    "the penalty is divided by beta": ["beta * (own - its) => 1 / beta * (own - its)"],
    "beta is fixed, or bounded": [
        *(f"beta * (own - its) => {fixed} * (own - its)" for fixed in (0.1, 0.3)),
        f"{REWARD} => torch.sub(rollout.rewards, (own - its).view(shape), alpha=0.3)",
    ],
    "beta multiplies the policy's": [
        "beta * (own - its) => (own - beta * its)",
        "beta * (own - its) => (beta * own - its)",
    ],
    "each log-ratio is multiplied": [f"{RATIO} => (own.exp() * own - own.exp() * its)"],
    "the log-ratios are centered": [
        f"{RATIO} => (own - own.mean() - its + its.mean())",
        f"{RATIO} => torch.nn.functional.layer_norm(own - its, own.shape)",
    ],
    "a policy takes observations (B, obs_dim)": [
        unflattened,
        edited(unflattened, "rollout.obs => rollout.obs.reshape(-1, rollout.obs.shape[-1])"),
        edited(unflattened, "rollout.actions => rollout.actions.flatten()"),
    ],
    "beta multiplies the reward of the world": [
        f"{REWARD} => rollout.rewards * beta - (own - its).view(shape)"
    ],
    "what the world pays is missing": [f"{REWARD} => -(own - its).view(shape) * beta"],
    "the penalty is 0": [f"{RATIO} => (own - own)", "return 1.0 * rollout.rewards"],
    "the reference is missing": [f"{RATIO} => own"],
    "the policy is missing": [f"{RATIO} => its"],
    "the log-probabilities are added": [f"{RATIO} => (own + its)"],
    "one logarithm is divided": [f"{RATIO} => (own / its)"],
    "this is the ratio itself": [
        f"{RATIO} => (own.exp() / its.exp())",
        f"{RATIO} => (own.exp() - its.exp())",
    ],
    "where an action has become very unlikely": [
        f"{RATIO} => torch.log(own.exp() / its.exp())",
        f"{RATIO} => (own.exp().log() - its)",
    ],
    "a small number in the logarithm": [f"{RATIO} => (own - its).clip(-5, 5)"],
    "the sign of the log-ratio is lost": [
        f"{RATIO} => torch.relu(own - its)",
        f"{RATIO} => ((own - its) ** 2)",
    ],
    "this estimates the KL by another formula": [f"{RATIO} => (torch.exp(its - own) - 1 - its + own)"],
    "this is the KL over all actions": [
        f"{RATIO} => reference(obs).kl_from(policy(obs)).detach()",
        f"{RATIO} => torch.distributions.kl.kl_divergence(reference(obs), policy(obs)).detach()",
    ],
    "a Rollout holds no log-probabilities": [
        "own = policy(obs).log_prob(actions).detach() => own = rollout.log_probs.reshape(-1)"
    ],
    "these are log-probabilities of the likeliest": [
        "own = policy( => actions = policy(obs).mode\nown = policy("
    ],
    "the policies are asked about next_obs": ["(rollout.obs, => (rollout.next_obs,"],
    "the log-ratios are summed or averaged": [
        f"{REWARD} => rollout.rewards - beta * (own - its).mean()",
        f"{REWARD} => rollout.rewards - beta * (own - its).view(shape).sum(0)",
        f"{REWARD} => rollout.rewards - beta * torch.stack([(own - its).view(shape)[t:].sum(0) for t in "
        "range(len(rollout.obs))])",
    ],
    "only some steps pay": [
        f"{REWARD} => rollout.rewards - beta * (own - its).view(shape) * rollout.terminated",
        "return torch.where(rollout.rewards == 0, rollout.rewards, result)",
        "return torch.where(rollout.rewards != 0, rollout.rewards, result)",
    ],
    "the steps are mixed up": [f"{REWARD} => rollout.rewards - beta * (own - its).view(shape[::-1]).T"],
    "the result carries a gradient, but rewards are numbers. Ask both policies within": [
        "return result.requires_grad_()",
        "policy(obs).log_prob(actions).detach() => policy(obs).log_prob(actions)",
    ],
    "the log-ratios are still flat": [
        f"{REWARD} => rollout.rewards - (own - its) * beta",
        f"{REWARD} => beta * (its - own) + rollout.rewards",
        edited(by_hand, "(own - its).view(shape) => (its - own)"),
    ],
    "the result is still flat": [f"{REWARD} => rollout.rewards.reshape(-1) - beta * (own - its)"],
    "the result is a single number": ["return torch.mean(result)"],
    "the result has lost an axis": ["return torch.sum(result, dim=0)"],
    "the result is normalized, or clipped": ["return result.clip(-1, 1)"],
    "what the world pays is changed": [
        f"{REWARD} => rollout.rewards.clip(-1, 1) - beta * (own - its).view(shape)"
    ],
    "the penalty multiplies": [f"{REWARD} => rollout.rewards * (1 - beta * (own - its).view(shape))"],
    "every row holds the same": ["return result[[0] * len(result)]"],
    "it works for discrete actions only": [
        edited(
            unflattened,
            "network(rollout.obs).log_prob(rollout.actions) => network(rollout.obs.flatten(0, 1))"
            ".log_prob(rollout.actions.flatten()).view(rollout.rewards.shape)",
        ),
        f"{RATIO} => (policy.logits(obs).log_softmax(1) - reference.logits(obs).log_softmax(1)).detach()"
        "[torch.arange(len(obs)), actions]",
    ],
    "the axes are swapped": ["return result.T"],
    "it should return a tensor (T, N), a reward for each step, but returns a ndarray": [
        "return result.numpy()"
    ],
    "it changes its inputs in place": ["rollout.rewards.mul_(2)"],
    "in a step that pays": ["return result + 0.5"],
    "it asks the imitator of the lesson": [f"{RATIO} => (own - imitator(obs).log_prob(actions))"],
}
NONSENSE = {
    "return 'low'": "it should return a tensor (T, N), a reward for each step, but returns a str.",
    "return inputs[0].rewards[0]": "the result",
    "return inputs[1](inputs[0])": "it raised",
    "return inputs[0].rewards * BETA": "it reads a setting of the lesson",
}

TestAnswers = promises_of("kl_reward", by_hand, RIGHT, WRONG, NONSENSE)
