"""Lesson 08, the tie to the clone: right answers, mistakes written apart from the bank, and nonsense."""

import pickle
from copy import deepcopy
from functools import partial

import torch
from torch import nn
from torch.distributions import Categorical, Independent, Normal, kl_divergence
from torch.func import functional_call
from torch.nn import functional as F

from ilrl_course.networks import CategoricalPolicy
from tests.checks.answers import promises_of


def by_hand(reference, config, reverse=False):
    coef, decay = config.imitation_coef, config.imitation_decay
    anchor = deepcopy(reference)

    def term(policy, experience, k):
        p = policy(experience.obs)
        with torch.no_grad():
            q = anchor(experience.obs)
        divergence = q.kl_from(p) if reverse else p.kl_from(q)
        return divergence.sum() / len(experience) * decay**k * coef

    return term


def with_divergence(divergence, network=deepcopy):
    """An answer with a KL of its own, of divergence(the policy's, the reference's, reverse, experience)."""

    def answer(reference, config, reverse=False):
        anchor = network(reference).requires_grad_(False)
        return lambda policy, experience, k: (
            config.imitation_coef
            * config.imitation_decay**k
            * divergence(policy(experience.obs), anchor(experience.obs), reverse, experience).mean()
        )

    return answer


def of_each_kind(discrete, continuous):
    """A KL for discrete and one for continuous actions: of first and second, KL(first || second)."""
    return with_divergence(
        lambda p, q, reverse, experience: (continuous if hasattr(p, "loc") else discrete)(
            *((p, q) if reverse else (q, p))
        )
    )


def torchs_own(distribution):
    if hasattr(distribution, "loc"):
        return Independent(Normal(distribution.loc, distribution.stddev), 1)
    return Categorical(logits=distribution.logits)


def summed(first, second):
    return (first.probs * (first.probs / second.probs).log()).sum(1)


def gaussian(first, second, spread=torch.Tensor.clone):
    ratio = (first.stddev / spread(second.stddev)).square()
    return (ratio + ((first.mean - second.mean) / second.stddev) ** 2 - 1 - ratio.log()).sum(1) / 2


def with_weights(reference, config, reverse=False):
    """The weights alone are kept, and lent to the policy."""
    kept = {name: weights.clone() for name, weights in reference.state_dict().items()}

    def extra_loss(policy, experience, iteration):
        wanted = functional_call(policy, kept, (experience.obs,))
        return by_hand_with(policy, wanted, experience, iteration, config, reverse)

    return extra_loss


def by_hand_with(policy, wanted, experience, iteration, config, reverse):
    pair = (policy(experience.obs), wanted)
    kl = pair[reverse].kl_from(pair[not reverse])
    return config.imitation_coef * config.imitation_decay**iteration * kl.mean()


def partly_applied(reference, config, reverse=False):
    def term(anchor, policy, experience, iteration):
        return by_hand_with(policy, anchor(experience.obs), experience, iteration, config, reverse)

    return partial(term, deepcopy(reference).eval().requires_grad_(False))


class Tie(nn.Module):
    def __init__(self, reference, config, reverse):
        super().__init__()
        self.anchor, self.config, self.reverse = deepcopy(reference), config, reverse
        for weights in self.anchor.parameters():
            weights.requires_grad = False

    def forward(self, policy, experience, iteration):
        wanted = self.anchor(experience.obs)
        return by_hand_with(policy, wanted, experience, iteration, self.config, self.reverse)


class CallableTie:
    def __init__(self, *inputs):
        self.inputs = inputs

    def __call__(self, *inputs):
        return self.inputs[0](*inputs)


def rebuilt(reference):
    """A fresh network with the weights of another."""
    sizes = (3, 4) if isinstance(reference, CategoricalPolicy) else (3, 2)
    fresh = type(reference)(*sizes, hidden_sizes=())
    fresh.load_state_dict(reference.state_dict())
    return fresh


def step_by_step(reference, config, reverse=False):
    term = by_hand(reference, config, reverse)
    return lambda policy, steps, k: sum(term(policy, steps[[i]], k) for i in range(len(steps))) / len(steps)


KL = "divergence.sum() / len(experience)"
RETURN = f"return {KL} * decay ** k * coef"
RIGHT = [
    of_each_kind(*[lambda first, second: kl_divergence(torchs_own(first), torchs_own(second))] * 2),
    of_each_kind(summed, gaussian),
    of_each_kind(
        lambda a, b: F.kl_div(b.logits, a.logits, reduction="none", log_target=True).sum(1), gaussian
    ),
    of_each_kind(lambda a, b: F.cross_entropy(b.logits, a.probs, reduction="none") - a.entropy(), gaussian),
    with_divergence(lambda p, q, reverse, _: q.kl_from(p) if reverse else p.kl_from(q), network=rebuilt),
    with_divergence(
        lambda p, q, reverse, _: q.kl_from(p) if reverse else p.kl_from(q),
        network=lambda network: pickle.loads(pickle.dumps(network)),
    ),
    with_weights,
    partly_applied,
    lambda reference, config, reverse=False: Tie(reference, config, reverse),
    lambda reference, config, reverse=False: CallableTie(by_hand(reference, config, reverse)),
    lambda reference, config, reverse=False: by_hand(reference, config, reverse),
    step_by_step,
    "return lambda policy, experience, iteration: result(policy, experience, iteration).double()",
    "return lambda *inputs: (print(inputs), result(*inputs))[1]",
    "return lambda *inputs: 0.0 if coef == 0 else result(*inputs)",
    "return lambda *inputs: result(*inputs).sum()",
    "reference.eval()",
    f"{RETURN} => weight = coef\nfor _ in range(k):\n    weight *= decay\nreturn weight * {KL}",
    f"{RETURN} => return sum(coef * decay ** k * one / len(divergence) for one in divergence)",
    f"{RETURN} => return (divergence * coef * decay ** k).mean()",
    f"{RETURN} => return torch.relu({KL}) * decay ** k * coef",
    f"{RETURN} => return ({KL}).abs() * np.power(decay, k) * coef",
    "deepcopy(reference) => deepcopy(reference).eval()",
    "p = policy(experience.obs) => p = policy(experience.obs[:])",
]


def late_once(reference, config, reverse=False):
    """A copy that is made in the first call, and kept."""
    anchors = []

    def term(policy, experience, iteration):
        if not anchors:
            anchors.append(deepcopy(reference).requires_grad_(False))
        wanted = anchors[0](experience.obs)
        return by_hand_with(policy, wanted, experience, iteration, config, reverse)

    return term


def without_copy(reference, config, reverse=False):
    def term(policy, experience, iteration):
        wanted = reference(experience.obs)
        return by_hand_with(policy, wanted, experience, iteration, config, reverse)

    return term


def with_borrowed_weights(reference, config, reverse=False):
    """Not copied: the tensors of a state_dict change with the network."""
    borrowed = reference.state_dict()

    def term(policy, experience, iteration):
        wanted = functional_call(reference, borrowed, (experience.obs,))
        return by_hand_with(policy, wanted, experience, iteration, config, reverse)

    return term


def freezes_then_copies(reference, config, reverse=False):
    for weights in reference.parameters():
        weights.requires_grad = False
    return by_hand(reference, config, reverse)


def counts_its_calls(reference, config, reverse=False):
    term, weight = by_hand(reference, config, reverse), 1.0

    def extra_loss(policy, experience, iteration):
        nonlocal weight
        loss = weight * term(policy, experience, 0)
        weight *= config.imitation_decay
        return loss

    return extra_loss


def from_samples(estimate):
    """An estimate from the actions that were taken, of their log-probabilities."""
    return with_divergence(
        lambda p, q, reverse, experience: estimate(
            p.log_prob(experience.actions), q.log_prob(experience.actions), reverse
        )
    )


def k3(log_ratio):
    return log_ratio.exp() - 1 - log_ratio


def between_weights(reference, config, reverse=False):
    anchor = [weights.detach().clone() for weights in reference.parameters()]
    return lambda policy, experience, k: (
        config.imitation_coef
        * config.imitation_decay**k
        * sum(F.mse_loss(new, old, reduction="sum") for new, old in zip(policy.parameters(), anchor))  # noqa: B905
    )


def answer_of_networks(reference, config, reverse=False):
    """The policies' networks are asked, without the distributions."""
    anchor = deepcopy(reference).requires_grad_(False)

    def term(policy, experience, k):
        p, q = (network.logits(experience.obs).log_softmax(1) for network in (policy, anchor))
        first, second = (p, q) if reverse else (q, p)
        kl = (first.exp() * (first - second)).sum(1).mean()
        return config.imitation_coef * config.imitation_decay**k * kl

    return term


def pushes_backward(reference, config, reverse=False):
    term = by_hand(reference, config, reverse)

    def extra_loss(policy, experience, iteration):
        loss = term(policy, experience, iteration)
        loss.backward()
        return loss.detach()

    return extra_loss


def asks_for_the_gradient(reference, config, reverse=False):
    term = by_hand(reference, config, reverse)

    def extra_loss(policy, experience, iteration):
        loss = term(policy, experience, iteration)
        torch.autograd.grad(loss, list(policy.parameters()))
        return loss

    return extra_loss


WRONG = {
    # the copy
    "there is no copy": [
        without_copy,
        with_borrowed_weights,
        "deepcopy(reference) => reference",
        "anchor = deepcopy(reference) => import copy\nanchor = copy.copy(reference)",
    ],
    "the copy is made too late": [
        late_once,
        ("deepcopy(reference) => reference", "q = anchor( => q = deepcopy(anchor)("),
    ],
    "the gradient runs on into the reference": ["torch.no_grad() => torch.enable_grad()"],
    "the network that was passed in is frozen": [
        freezes_then_copies,
        "reference.requires_grad_(False)",
        "deepcopy(reference) => reference.requires_grad_(False)",
    ],
    "extra_loss freezes the policy": [
        "p = policy(experience.obs) => policy.requires_grad_(False)\np = policy(experience.obs)",
        f"{RETURN} => policy.requires_grad_(False)\n{RETURN}",
    ],
    "the gradient is stopped on the wrong side": [
        ("torch.no_grad() => torch.enable_grad()", "p = policy( => p = torch.no_grad()(policy.forward)(")
    ],
    "the term is cut off from the policy": [
        "return torch.no_grad()(result)",
        "return lambda *inputs: result(*inputs).detach()",
        "return lambda *inputs: float(result(*inputs))",
        "torch.set_grad_enabled(False)",
        f"{RETURN} => return torch.tensor({KL}) * decay ** k * coef",
    ],
    "backward() is called within extra_loss": [pushes_backward, asks_for_the_gradient],
    # what is returned
    "stay_near computes a number at once": [
        "return torch.tensor(config.imitation_coef)",
        "return np.zeros(3)",
        "return 0.0",
    ],
    "it reads policy, experience or iteration where": [
        "return result(policy, experience, 0)",
        "return config.imitation_coef * config.imitation_decay ** iteration",
        "return experience.obs",
    ],
    "it returned nothing, but training needs a function": ["return None"],
    "extra_loss returned nothing": ["return lambda *inputs: None", f"{RETURN} => loss = {KL}"],
    "extra_loss returns several things": ["return lambda *inputs: (result(*inputs), 1.0)"],
    "extra_loss should take three things": [
        "term(policy, experience, k) => term(policy, k, experience)",
        "term(policy, experience, k) => term(experience, policy, k)",
    ],
    "a policy is asked about the whole experience": ["p = policy(experience.obs) => p = policy(experience)"],
    "a name that extra_loss assigns is its own": [
        "p = policy( => anchor = deepcopy(anchor)\np = policy(",
        "p = policy( => coef *= decay\np = policy(",
        "p = policy( => reference = deepcopy(reference)\np = policy(",
    ],
    "kl_from is asked of a policy": [
        "p.kl_from(q) => policy.kl_from(anchor)",
        "p.kl_from(q) => p.kl_from(anchor)",
    ],
    "torch's kl_divergence does not know": [with_divergence(lambda p, q, *_: kl_divergence(q, p))],
    # the weight
    "the weight is missing": [" * decay ** k * coef =>"],
    "this is the weight alone": [f"{RETURN} => return torch.tensor(coef * decay ** k)"],
    "imitation_decay has no effect": [" * decay ** k =>"],
    "imitation_coef has no effect": ["** k * coef => ** k"],
    "imitation_coef is raised to the power, too": ["decay ** k * coef => (coef * decay) ** k"],
    "imitation_coef and imitation_decay are": ["coef, decay = => decay, coef ="],
    "the weight is a multiple of the iteration": ["decay ** k => decay * k"],
    "the weight grows": ["decay ** k => decay ** -k", "* decay ** k => / decay ** k"],
    "the weight is one iteration ahead": ["** k => ** (1 + k)"],
    "the weight is one iteration behind": ["** k => ** (k - 1)"],
    "1 - imitation_decay is used": ["decay ** k => (1 - decay) ** k"],
    "the weight falls along a straight line": [
        "decay ** k => max(1 - k / config.num_iterations, 0)",
        "decay ** k => (1 - (1 - decay) * k)",
    ],
    "the weight is divided by the number": ["decay ** k => (1 + k) ** -1"],
    "imitation_decay is a factor, not a rate": ["decay ** k => np.exp(-k * decay)"],
    "the weight fades once only": ["decay ** k => (decay if k else 1)"],
    "the power is a share of the training": ["** k => ** (k / config.num_iterations)"],
    "the weight fades from call to call": [counts_its_calls],
    "the number is fixed that is raised": ["decay ** k => 0.95 ** k"],
    "the number is fixed that the weight begins": ["** k * coef => ** k * 0.02"],
    "the weight is added to the KL": [f"{KL} * decay ** k * coef => {KL} + coef * decay ** k"],
    "^ is no power in Python": ["decay ** k => (decay ^ k)"],
    "the config cannot be changed": [f"{RETURN} => config.imitation_coef *= decay\n{RETURN}"],
    # the direction
    "the two directions are swapped": ["if reverse => if not reverse", "reverse = not reverse"],
    "reverse has no effect: this is always KL(reference": ["q.kl_from(p) => p.kl_from(q)"],
    "reverse has no effect: this is always KL(policy": ["p.kl_from(q) => q.kl_from(p)"],
    "both directions are added up, or averaged": [
        with_divergence(lambda p, q, *_: p.kl_from(q) + q.kl_from(p)),
        with_divergence(lambda p, q, *_: torch.stack([p.kl_from(q), q.kl_from(p)]).mean(0)),
    ],
    "reverse changes the sign": ["q.kl_from(p) => -p.kl_from(q)"],
    "the sign is wrong": [
        "return lambda *inputs: -result(*inputs)",
        " / len(experience) => / -len(experience)",
    ],
    # the mean
    "this is the sum over the observations": [" / len(experience) =>"],
    "each observation still has a term": [".sum() / len(experience) =>"],
    "the mean is divided by the number of steps once": ["len(experience) => len(experience) ** 2"],
    "only one observation counts, or some": [
        f"{KL} => divergence[0]",
        f"{KL} => divergence.max()",
        "p = policy( => experience = experience[:256]\np = policy(",
    ],
    "the KL is multiplied by the advantages": [
        "divergence.sum() => (experience.advantages * divergence).sum()"
    ],
    "for discrete actions, the mean is taken over the actions, too": [
        of_each_kind(lambda a, b: F.kl_div(b.logits, a.probs), gaussian),
        with_divergence(lambda p, q, *_: F.kl_div(p.logits, q.probs)),
    ],
    "for continuous actions, the mean is taken over the dimensions": [
        of_each_kind(summed, lambda a, b: gaussian(a, b) / 2)
    ],
    # other terms
    "this is an estimate from single actions": [
        from_samples(lambda p, q, reverse: p - q if reverse else q - p),
        from_samples(lambda p, q, reverse: p - q),
        from_samples(lambda p, q, reverse: k3(q - p) if reverse else k3(p - q)),
        from_samples(lambda p, q, reverse: k3(p - q)),
        from_samples(lambda p, q, reverse: F.kl_div(p, q, log_target=True)),
        from_samples(lambda p, q, reverse: F.mse_loss(p, q)),
    ],
    "experience.log_probs belong to the policy that acted": [
        with_divergence(
            lambda p, q, reverse, experience: experience.log_probs - p.log_prob(experience.actions)
        )
    ],
    "this is a distance": [
        with_divergence(lambda p, q, *_: (q.logits - p.logits).pow(2).sum(1)),
        with_divergence(lambda p, q, *_: F.mse_loss(p.mean, q.mean)),
        with_divergence(lambda p, q, *_: ((p.mean - q.mean) ** 2).sum(1)),
    ],
    "for continuous actions this compares the means alone": [
        of_each_kind(summed, lambda a, b: F.mse_loss(a.mean, b.mean)),
        of_each_kind(summed, lambda a, b: 0.5 * ((a.mean - b.mean) / b.stddev).pow(2).sum(1)),
    ],
    "this compares weights, but networks": [between_weights],
    "this is an entropy, or a difference": [
        with_divergence(lambda p, q, *_: -p.entropy()),
        with_divergence(lambda p, q, *_: q.entropy() - p.entropy()),
    ],
    "this is the cross-entropy": [with_divergence(lambda p, q, *_: p.kl_from(q) + q.entropy())],
    "this is a cloning loss, for single actions": [
        f"{KL} => -p.log_prob(experience.actions).mean()",
        f"{KL} => -p.log_prob(q.mode).mean()",
    ],
    "the term is 0, as if a distribution were compared": [
        "p = policy(experience.obs) => p = anchor(experience.obs)",
        with_divergence(lambda p, *_: p.kl_from(p)),
    ],
    "it works for discrete actions only": [
        of_each_kind(summed, summed),
        with_divergence(
            lambda p, q, reverse, _: F.kl_div(
                *((q.logits, p.probs) if reverse else (p.logits, q.probs)), reduction="batchmean"
            )
        ),
        answer_of_networks,
    ],
    "it works for continuous actions only": [
        with_divergence(lambda p, q, reverse, _: gaussian(*((p, q) if reverse else (q, p))))
    ],
    # what no bank foresees
    "with imitation_coef = 0.6 and imitation_decay = 0.7, the weight should be 0.6 in iteration 0, but it is "
    "6.": ["return lambda *inputs: 10 * result(*inputs)"],
    "with imitation_coef = 3.0 and imitation_decay": ["** k * coef => ** k * min(1, coef)"],
    "a mean KL(reference || policy) of": ["return lambda *inputs: result(*inputs) ** 2"],
    "the term is right, but not its gradient by log_std": [
        of_each_kind(summed, partial(gaussian, spread=torch.Tensor.detach))
    ],
    "it reads the settings of the lesson": ["** k * coef => ** k * CAREFUL.imitation_coef"],
    "it reads other data than it is given": [
        "p = policy(experience.obs) => p = policy(demos.obs)",
        "p = policy(experience.obs) => p = policy(obs)",
    ],
    "it reads the clone of the lesson": ["deepcopy(reference) => deepcopy(clone)"],
}


NONSENSE = {
    "return 'low'": "stay_near should return a function, extra_loss, but it returns a str.",
    "return inputs": "stay_near should return a function, extra_loss, but it returns a tuple.",
    "return inputs[0]": "stay_near should return a function, extra_loss, but it returns a CategoricalPolicy.",
    "yield 1": "stay_near should return a function, extra_loss, but it returns a generator.",
    "return True": "stay_near computes a number at once",
    "return print": "extra_loss returned nothing",
    "return type": "it raised TypeError",
    "return lambda *more: 'low'": "extra_loss should return a single number, a tensor, but returns a str.",
    "return lambda *more: {}": "extra_loss should return a single number, a tensor, but returns a dict.",
    "return lambda *more: True": "what extra_loss returns should be a single number, but it is a bool.",
    "return lambda *more: more[1].obs": "what extra_loss returns should be a single number, but it has the "
    "shape (5, 3).",
    "return lambda *more: float('nan')": "what extra_loss returns is NaN",
    "return lambda *more: float('inf')": "a mean KL(reference || policy) of",
    "return lambda *more: 0.0": "the term is 0, as if",
    "return lambda *more: more[1].obs.zero_().sum()": "it changes its inputs in place",
    "return lambda *more: exit()": "it asks Python to exit",
    "del inputs[0].logits; return lambda *more: more[0](more[1].obs).entropy().mean()": "a mean KL",
    "for w in inputs[0].parameters(): w.data.zero_()\n    return lambda *more: 9": "a mean KL",
    "raise StopIteration": "it raised StopIteration",
    "return lambda *more: (yield)": "extra_loss should return a single number, a tensor, but returns a gen",
    "return lambda *more: [0 for _ in iter(int, 1)]": "it did not finish within 1.5 s.",
}


TestAnswers = promises_of("stay_near", by_hand, RIGHT, WRONG, NONSENSE)
