"""The check of lesson 08 on the imitation term."""

import traceback
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache

import numpy as np
import torch
from gymnasium.spaces import Box, Discrete
from torch import Tensor

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, imitation_loss
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, loss_value
from ilrl_course.data import Batch
from ilrl_course.networks import Policy, make_policy

OBS, ACTION_DIM, NUM_ACTIONS = Box(-1, 1, (3,)), 2, 4
COEF, DECAY = 0.6, 0.7  # values that nobody types by habit

STEPS_BACK = (
    "backward() is called within the term. A loss only computes the number: the update does the rest."
)
CUT_OFF = (
    "the term is cut off from the policy, so nothing can be learned from it. Return the tensor, without "
    "item(), detach() or no_grad()."
)
ONE_KIND = {
    "continuous": "it works for discrete actions only, but cars steer. bc_loss works for both kinds.",
    "discrete": "it works for continuous actions only: discrete ones have no mean and no spread. bc_loss "
    "works for both kinds.",
}


@dataclass(frozen=True)
class Case:
    """A call of the answer."""

    iteration: int
    kind: str = "discrete"  # or continuous
    num_steps: int = 5  # that were demonstrated
    coef: float = COEF
    decay: float = DECAY
    certain: bool = False  # about what to do, be it what was demonstrated (continuous) or not (discrete)


def _probe(*cases: Case) -> Callable:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


PROBES = (
    _probe(Case(0)),
    _probe(Case(1), Case(2), Case(5)),
    _probe(Case(3, "continuous", 3)),
    _probe(Case(4, decay=1.0), Case(0, coef=3.0), Case(100, coef=10.0, decay=0.98), Case(2, coef=0.0)),
    _probe(Case(1, num_steps=1), Case(1, "continuous", 1), Case(1, num_steps=700)),
    _probe(Case(0, certain=True), Case(0, "continuous", certain=True)),
)


@cache
def _inputs(case: Case) -> tuple[Policy, Batch]:
    """A policy with some weights or other, and demonstrated steps."""
    is_discrete, generator = case.kind == "discrete", torch.Generator().manual_seed(case.num_steps)
    policy = make_policy(OBS, Discrete(NUM_ACTIONS) if is_discrete else Box(-1, 1, (ACTION_DIM,)), 0, (4,))
    for weights in policy.parameters():
        weights.data = torch.randn(weights.shape, generator=generator)
    obs = torch.randn(case.num_steps, *OBS.shape, generator=generator)
    if is_discrete:
        policy.logits[-1].weight.data *= 200 if case.certain else 1
        return policy, Batch(obs, torch.randint(NUM_ACTIONS, (case.num_steps,), generator=generator))
    actions = torch.randn(case.num_steps, ACTION_DIM, generator=generator)
    if case.certain:
        policy.log_std.data -= 4
        actions = policy(obs).mode.detach() + 0.01 * actions
    return policy, Batch(obs, actions)


@cache
def _cloning(case: Case) -> tuple[float, dict[str, np.ndarray]]:
    """The loss that is weighed, and its gradient."""
    policy, demos = _inputs(case)
    loss = bc_loss(policy, demos.obs, demos.actions)
    return loss.item(), _gradient(loss, policy)


def _gradient(term: Tensor, policy: Policy) -> dict[str, np.ndarray]:
    names, weights = zip(*policy.named_parameters(), strict=True)
    slopes = torch.autograd.grad(term, weights, retain_graph=True, allow_unused=True, materialize_grads=True)
    return {name: slope.numpy() for name, slope in zip(names, slopes, strict=True)}


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    """What the term is, and its gradient by all the weights of the policy; in units of the cloning loss."""
    policy, demos = deepcopy(_inputs(case))
    config = FinetuneConfig(num_iterations=9, imitation_coef=case.coef, imitation_decay=case.decay)
    result = _result_of(answer, case.kind, policy, demos, case.iteration, config)
    (loss, slopes), weight = _cloning(case), case.coef * case.decay**case.iteration
    found = loss_value(result, "the weighted loss") / loss
    computed = any(weights.grad is not None for weights in policy.parameters())
    tied = isinstance(result, Tensor) and result.requires_grad and not computed
    pulls = _gradient(result, policy) if tied else {name: 0 * slope for name, slope in slopes.items()}
    hint = f"with imitation_coef = {case.coef} and imitation_decay = {case.decay}, "
    if all(np.allclose(pulls[name], found * slope, 1e-3, 1e-3) for name, slope in slopes.items()):
        hint += f"the weight should be {weight:.4g} in iteration {case.iteration}, but it is {found:.4g}."
    else:
        hint += (
            f"a cloning loss of {loss:.4g} should count {weight * loss:.4g} in iteration {case.iteration}, "
            f"but it counts {found * loss:.4g} ({case.kind} actions). Is it bc_loss, of all the steps?"
        )
    yield Fact(f"weight, {case}", found, weight, hint)
    yield Fact("gradients computed already", computed, False, STEPS_BACK)
    yield Fact("pulls", any(pull.any() for pull in pulls.values()), weight > 0, CUT_OFF)
    for name, slope in slopes.items():
        hint = f"the term is right, but not its gradient by {name} ({case.kind} actions). Use bc_loss."
        size = np.abs(slope).max()
        yield Fact(f"slope by {name}, {case}", pulls[name] / size, weight * slope / size, hint)


def _result_of(answer: Callable, kind: str, *inputs) -> Tensor | float:
    """The term; raises WrongResult where it asks for what this kind of distribution does not have."""
    try:
        return answer(*inputs)
    except NotImplementedError as error:  # torch's, of a mean that is not there; a blank stub raises it, too
        if "distributions" not in traceback.extract_tb(error.__traceback__)[-1].filename:
            raise
    except AttributeError as error:
        if error.name not in ("logits", "probs", "mean", "log_std", "loc", "scale"):
            raise
    raise WrongResult(ONE_KIND[kind])


# parts of the solution, for the edits below
LOSS = "bc_loss(policy, demos.obs, demos.actions)"
LOG_PROBS = "policy(demos.obs).log_prob(demos.actions)"
POWER = "config.imitation_decay ** iteration"
DRAWN = [f"torch.randint(len(demos), ({size},))" for size in (64, 128, 256, 512)]


def _weights(*rules: str) -> list[str]:
    """Edits: other weights, made of imitation_coef, imitation_decay and the iteration."""
    names = "coef, decay, i = (config.imitation_coef, config.imitation_decay, iteration)"
    return [f"weight = config.imitation_coef * {POWER} => {names}\nweight = {rule}" for rule in rules]


def _for_continuous(loss: str) -> str:
    """An edit: continuous actions have a loss of their own."""
    return f"if demos.actions.is_floating_point():\n    return config.imitation_coef * {POWER} * {loss}"


MISTAKES = {
    # the weight
    "the weight is missing. Multiply the cloning loss by imitation_coef and by the power of "
    "imitation_decay.": ["return " + LOSS],
    "this is the weight alone. Multiply it by the cloning loss: bc_loss of the policy and the demonstrated "
    "steps.": ["return weight"],
    "imitation_decay has no effect, so the weight never fades. Raise it to the power of the iteration.": [
        f" * {POWER} =>"
    ],
    "imitation_coef has no effect. The weight begins with it: multiply by it.": [
        "config.imitation_coef * =>"
    ],
    "imitation_coef is raised to the power, too. Only imitation_decay is: multiply by the coef "
    "once.": _weights("(coef * decay) ** i", "coef**i * decay**i * coef"),
    "imitation_coef and imitation_decay are swapped. It is the decay that is raised to a power.": _weights(
        "decay * coef**i", "coef**i"
    ),
    "the weight is a multiple of the iteration, so it grows from 0. Raise imitation_decay to the power of "
    "the iteration.": _weights("coef * decay * i", "coef * i", "coef * i**decay"),
    "the weight grows. It should fade: multiply by the power of imitation_decay, do not divide by it.": [
        "imitation_coef * => imitation_coef / ",
        "** iteration => ** (config.num_iterations - iteration)",
    ],
    "the weight is one iteration ahead. They count from 0, and in the first one it is imitation_coef.": [
        "** iteration => ** (iteration + 1)"
    ],
    "the weight is one iteration behind. They count from 0: raise imitation_decay to the power of the "
    "iteration itself.": ["** iteration => ** (iteration - 1)", "** iteration => ** max(iteration - 1, 0)"],
    "1 - imitation_decay is used, but the weight is multiplied by imitation_decay itself in each "
    "iteration.": _weights("coef * (1 - decay) ** i", "coef * (1 - decay**i)", "coef * (1 - decay)"),
    "the weight falls along a straight line. Multiply by imitation_decay from iteration to iteration.": [
        f"{POWER} => max(0.0, 1 - iteration / config.num_iterations)",
        *_weights(
            "coef * (1 - decay * i)",
            "coef * max(0.0, 1 - decay * i)",
            "coef * (1 - (1 - decay) * i)",
            "coef * max(0.0, 1 - (1 - decay) * i)",
            "coef - decay * i",
            "max(0.0, coef - decay * i)",
        ),
    ],
    "the weight is divided by the number of the iteration. Raise imitation_decay to its power "
    "instead.": _weights("coef / (i + 1)", "coef * decay / (i + 1)", "coef / (1 + decay * i)"),
    "imitation_decay is a factor, not a rate in an exponential function. Raise it to the power of the "
    "iteration.": _weights("coef * np.exp(-decay * i)"),
    "the weight fades once only, and then stays. Raise imitation_decay to the power of the iteration.": [
        "** iteration =>",
        "** iteration => ** min(iteration, 1)",
    ],
    "the power is a share of the training. Raise imitation_decay to the power of the iteration itself.": [
        "** iteration => ** (iteration / config.num_iterations)"
    ],
    "the number is fixed that is raised to a power. Take config.imitation_decay.": [
        f"config.imitation_decay => {fixed}" for fixed in (0.9, 0.95, 0.99, 0.5, 0.8, 0.98)
    ],
    "the number is fixed that the weight begins with. Take config.imitation_coef.": [
        f"config.imitation_coef => {fixed}" for fixed in (0.1, 0.02, 0.01, 0.5, 0.05)
    ],
    "the weight is subtracted from the loss, or added to it. A weight is a factor: multiply.": [
        "weight * => weight + ",
        f"return {LOSS} - weight",
    ],
    "^ is no power in Python: it compares bits. Write config.imitation_decay**iteration.": [
        "** => ^",
        *_weights("decay ^ i * coef"),
        f"return config.imitation_coef * config.imitation_decay ^ iteration * {LOSS}",
    ],
    "the config cannot be changed, and need not be. Compute the weight anew, from the number of the "
    "iteration.": ["config.imitation_coef *= config.imitation_decay"],
    # the loss that is weighed
    "the sign is wrong: the policy is pushed away from the demonstrations. Use bc_loss as it is.": [
        "return -result"
    ],
    "bc_loss gets too few inputs. It takes three: the policy, demos.obs, and demos.actions.": [
        "policy, demos.obs => demos.obs"
    ],
    "observations and actions are swapped. bc_loss takes the policy, demos.obs, and demos.actions.": [
        "demos.obs, demos.actions => demos.actions, demos.obs"
    ],
    "a loss below 0 is turned around, or cut off. It is right where the density is above 1: leave it.": [
        f"{LOSS} => {LOG_PROBS}.abs().mean()",
        f"{LOSS} => -{LOG_PROBS}.clamp(max=0).mean()",
    ],
    "this is the sum over the demonstrated steps. Take the mean, as bc_loss does.": [
        f"{LOSS} => -{LOG_PROBS}.sum()"
    ],
    "the mean is divided by the number of steps once more. bc_loss is a mean already.": [
        "return result / len(demos)"
    ],
    "each demonstrated step still has a loss of its own. Take their mean, as bc_loss does.": [
        f"{LOSS} => -{LOG_PROBS}"
    ],
    "the log-probability is averaged over the dimensions of an action. They add up, as in bc_loss.": [
        "return result / max(1, demos.actions[0].numel())"
    ],
    "these are probabilities. Take their logarithm, as bc_loss does.": [
        f"{LOSS} => -{LOG_PROBS}.exp().mean()",
        f"{LOSS} => (1 - {LOG_PROBS}.exp().mean())",
    ],
    "the logarithm is taken of the mean probability. Take the mean of the logarithms, as bc_loss does.": [
        f"{LOSS} => -{LOG_PROBS}.exp().mean().log()"
    ],
    "the loss is NaN (not a number). Is a logarithm taken of log_prob, which is one already, and negative?": [
        f"{LOSS} => -{LOG_PROBS}.log().mean()"
    ],
    "a small probability is rounded to 0, and its logarithm is lost. Take log_prob, as bc_loss does.": [
        f"{LOSS} => -{LOG_PROBS}.exp().log().mean()",
        *(f"{LOSS} => -({LOG_PROBS}.exp() + {tiny}).log().mean()" for tiny in (1e-8, 1e-10)),
    ],
    "the policy is judged on actions that it drew itself. Judge it on the demonstrated ones.": [
        "demos.actions => policy(demos.obs).sample()"
    ],
    "the policy is judged on its own favorite actions. Judge it on the demonstrated ones.": [
        "demos.actions => policy(demos.obs).mode"
    ],
    "this is a distance between actions. Use the log-probability of what was demonstrated: bc_loss.": [
        f"{LOSS} => (policy(demos.obs).mode - demos.actions).float().square().mean()",
        f"{LOSS} => (policy(demos.obs).mean - demos.actions).square().mean()",
        f"{LOSS} => (policy(demos.obs).mode != demos.actions).float().mean()",
    ],
    "for continuous actions this is a distance, which knows no spread. Use bc_loss for both kinds.": [
        _for_continuous(f"{factor} * (policy(demos.obs).mean - demos.actions).square().mean()")
        for factor in (1, 0.5, ACTION_DIM)
    ],
    "this is the entropy of the policy, which the demonstrated actions do not enter. Use bc_loss.": [
        f"{LOSS} => policy(demos.obs).entropy().mean()",
        f"{LOSS} => -policy(demos.obs).entropy().mean()",
    ],
    "only some of the demonstrated steps are used. demos is a minibatch already: use all of it.": [
        f"demos = demos[{rows}]" for rows in (":1", "-1:", "1:", ":-1", ":256", ":512", *DRAWN)
    ],
    CUT_OFF: ["return result.item()", "return result.detach()"],
}

LEFTOVERS = {
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("rollout", "experience", "minibatch", "batch", "clones"),
        "it reads other steps than the demonstrated ones. Use demos.obs and demos.actions as given.",
    ),
}

EXERCISE = Exercise(
    solution=imitation_loss,
    tested="the cloning loss of the demonstrations, with a weight that fades as the config says.",
    probes=PROBES,
    mistakes=MISTAKES,
    leftovers=LEFTOVERS,
)
