"""Lesson 08, the imitation term: right answers, mistakes written independently of the bank, and nonsense."""

import torch
from torch.distributions import Normal
from torch.nn import functional as F

from ilrl_course.algorithms.bc import bc_loss
from tests.checks.answers import promises_of


def by_hand(policy, demos, iteration, config):
    coef, decay, k = config.imitation_coef, config.imitation_decay, iteration
    distribution, actions = policy(demos.obs), demos.actions
    loss = -distribution.log_prob(actions).sum() / len(demos)
    return coef * decay**k * loss


def factor_by_factor(policy, demos, iteration, config):
    weight = config.imitation_coef
    for _ in range(iteration):
        weight *= config.imitation_decay
    return weight * sum(bc_loss(policy, *vars(demos[[i]]).values()) for i in range(len(demos))) / len(demos)


def of_each_kind(discrete, continuous):
    """The right weight of a loss of its own for discrete and for continuous actions."""
    return lambda policy, demos, iteration, config: (
        config.imitation_coef
        * config.imitation_decay**iteration
        * (continuous if demos.actions.is_floating_point() else discrete)(policy(demos.obs), demos.actions)
    )


def cross_entropy(distribution, actions):
    return F.cross_entropy(distribution.logits, actions)


def gaussian(distribution, actions, mean=torch.Tensor.clone, spread=torch.Tensor.clone):
    return -Normal(mean(distribution.mean), spread(distribution.stddev)).log_prob(actions).sum(1).mean()


LOSS = "-distribution.log_prob(actions).sum() / len(demos)"
RIGHT = [
    by_hand,
    factor_by_factor,
    of_each_kind(cross_entropy, gaussian),
    "return result.double()",
    "return (print(bc_loss(policy, demos.obs, demos.actions)), result)[1]",
    "return coef * np.exp(k * np.log(decay)) * loss",
    "return torch.tensor(decay).pow(k).mul(coef) * loss",
    "return (coef * decay ** k * -distribution.log_prob(actions)).mean()",
    "return coef * loss if k == 0 else coef * np.prod([decay] * k) * loss",
    "return 0.0 if coef == 0 else result",
]
WRONG = {
    "the weight is missing": ["return loss"],
    "this is the weight alone": ["return coef * decay ** k", "return torch.tensor(decay ** k * coef)"],
    "^ is no power in Python": ["return loss * (decay ^ k * coef)"],
    "imitation_coef has no effect": ["return pow(decay, k) * loss"],
    "imitation_coef is raised to the power, too": ["return (decay * coef) ** k * loss"],
    "imitation_coef and imitation_decay are": ["return coef ** k * loss", "coef, decay => decay, coef"],
    "the weight is a multiple of the iteration": ["** => *"],
    "the weight grows": ["** k => ** -k", "decay ** k => (1 / decay) ** k"],
    "the weight is one iteration ahead": ["** k => ** (1 + k)"],
    "the weight is one iteration behind": ["** k => ** (k - 1)"],
    "1 - imitation_decay is used": ["decay ** k => (1 - decay) ** k"],
    "the weight falls along a straight line": ["decay ** k => (1 - k / config.num_iterations)"],
    "the weight is divided by the number": ["decay ** k => 1 / (1 + k)"],
    "imitation_decay is a factor, not a rate": ["decay ** k => np.exp(-decay * k)"],
    "the power is a share of the training": ["** k => ** (k / config.num_iterations)"],
    "the number is fixed that is raised": ["decay ** k => 0.95 ** k"],
    "the number is fixed that the weight begins": ["coef * => 0.02 *", "coef * => 0.1 *"],
    "the weight is subtracted from the loss, or": ["* loss => + loss", "return loss - coef * decay ** k"],
    "with imitation_coef = 0.6 and imitation_decay = 0.7, the weight should be 0.6 in iteration 0, but it is "
    "6.": ["return 10 * result"],
    "with imitation_coef = 10.0 and imitation_decay = 0.98, the weight should be 1.326 in iteration 100, but "
    "it is": ["** k => ** min(k, 40)"],
    "with imitation_coef = 3.0 and imitation_decay =": ["coef * decay ** k => min(1, coef * decay ** k)"],
    "the sign is wrong": ["return -result", "-distribution => distribution"],
    "bc_loss gets too few": [f"{LOSS} => bc_loss(policy, demos)", f"{LOSS} => bc_loss(demos.obs, actions)"],
    "observations and actions are swapped": [f"{LOSS} => bc_loss(policy, actions, demos.obs)"],
    "a loss below 0 is turned around, or cut off": ["return abs(result)", "return torch.relu(result)"],
    "this is the sum over the demonstrated steps": [" / len(demos) =>"],
    "the mean is divided by the number of steps once more": ["len(demos) => len(demos) ** 2"],
    "each demonstrated step still has a loss": [".sum() / len(demos) =>"],
    "the log-probability is averaged": [of_each_kind(cross_entropy, lambda *inputs: gaussian(*inputs) / 2)],
    "these are probabilities": [".sum() => .exp().sum()"],
    "the logarithm is taken of the mean": [f"{LOSS} => -distribution.log_prob(actions).exp().mean().log()"],
    "the loss is NaN (not a number). Is a logarithm taken of log_prob": [".sum() => .log().sum()"],
    "a small probability is rounded to 0": [".sum() => .exp().log().sum()"],
    "the policy is judged on actions that it drew": ["log_prob(actions => log_prob(distribution.sample()"],
    "the policy is judged on its own favorite actions": ["log_prob(actions => log_prob(distribution.mode"],
    "this is a distance between actions": [
        f"{LOSS} => F.mse_loss(distribution.mode.float(), actions.float())"
    ],
    "for continuous actions this is a distance": [
        of_each_kind(cross_entropy, lambda distribution, actions: F.mse_loss(distribution.mean, actions))
    ],
    "it works for discrete actions only": [
        of_each_kind(cross_entropy, cross_entropy),
        f"{LOSS} => -distribution.probs[range(len(demos)), actions].log().mean()",
        f"{LOSS} => F.cross_entropy(policy.logits(demos.obs), actions)",
    ],
    "it works for continuous actions only": [
        of_each_kind(gaussian, gaussian),
        f"{LOSS} => F.gaussian_nll_loss(distribution.mean, actions, distribution.stddev ** 2)",
    ],
    "this is the entropy of the policy": [f"{LOSS} => -distribution.entropy().mean()"],
    "only some of the demonstrated steps are used": [".sum() / len(demos) => [-1]"],
    "the term is cut off from the policy": ["return result if k == 0 else result.detach()"],
    "the term is right, but not its gradient by mean.0.weight": [
        of_each_kind(cross_entropy, lambda *inputs: gaussian(*inputs, mean=torch.Tensor.detach))
    ],
    "the term is right, but not its gradient by log_std": [
        of_each_kind(cross_entropy, lambda *inputs: gaussian(*inputs, spread=torch.Tensor.detach))
    ],
    "backward() is called within the term": ["return (torch.autograd.backward(result), result)[1]"],
    "it reads the settings of the lesson": ["return CAREFUL.imitation_coef * loss"],
    "it reads other steps than the demonstrated ones": ["demos.actions => experience.actions"],
}


NONSENSE = {
    "return 'low'": "it should return the weighted loss, a tensor with one number, but it returns a str.",
    "return inputs": "it should return the weighted loss, a tensor with one number, but it returns a tuple.",
    "return inputs[0](inputs[1].obs)": "it should return the weighted loss",
    "return inputs[1].obs": "the loss should be a single number, but it has the shape (5, 3).",
    "return 0.0": "with imitation_coef = 0.6",
    "return float('nan')": "the loss is NaN",
    "return float('inf')": "with imitation_coef = 0.6",
    "inputs[1].obs[:] = 0\n    return 0.0": "it changes its inputs in place",
    "raise StopIteration": "it raised StopIteration",
    "while True: pass": "it did not finish within 1.5 s.",
}


TestAnswers = promises_of("imitation_loss", by_hand, RIGHT, WRONG, NONSENSE)
