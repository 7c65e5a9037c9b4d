"""The check of lesson 08 on the tie to the clone: a KL that is computed where the policy goes."""

import traceback
from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import torch
from gymnasium.spaces import Box, Discrete
from torch import Tensor
from torch.distributions import Distribution

from ilrl_course.algorithms.experience import Experience
from ilrl_course.algorithms.finetune import FinetuneConfig, stay_near
from ilrl_course.checks.exercise import Candidate, Exercise, Fact, WrongResult, kind, number
from ilrl_course.checks.slips import instead_of
from ilrl_course.networks import Policy, make_policy

OBS, ACTION_DIM, NUM_ACTIONS = Box(-1, 1, (3,)), 2, 4
COEF, DECAY = 0.6, 0.7  # values that nobody types by habit

NO_COPY = (
    "there is no copy, so the reference moves along as the network that was passed in is trained. Copy it in "
    "stay_near, before extra_loss is defined: deepcopy(reference)."
)
LATE = (
    "the copy is made too late: training has moved the network before extra_loss is called. Make the copy in "
    "stay_near itself, before extra_loss is defined."
)
UNFROZEN = (
    "the gradient runs on into the reference, which should stay as it is. Freeze the copy with "
    "requires_grad_(False), or ask it within no_grad(). eval() does not freeze."
)
FROZEN_ITSELF = (
    "the network that was passed in is frozen, so nobody can train it any more. Copy first, then freeze the "
    "copy: deepcopy(reference).requires_grad_(False)."
)
FREEZES_POLICY = (
    "extra_loss freezes the policy, but the policy is what learns. Freeze only the copy of the reference."
)
SWAPPED = (
    "the two directions are swapped. p.kl_from(q) is KL(q || p): the argument comes first. Without reverse, "
    "return KL(reference || policy)."
)
CUT_OFF = (
    "the term is cut off from the policy, so it cannot hold the policy back. Return the tensor, without "
    "item() or detach(), and use no_grad() only for the reference."
)
STEPS_BACK = (
    "backward() is called within extra_loss. It only returns the term: the update computes the gradient."
)
AT_ONCE = (
    "stay_near computes a number at once, but training needs a function that it can call for each minibatch. "
    "Define extra_loss(policy, experience, iteration) inside it, and end with `return extra_loss`."
)
NOT_YET = (
    "it reads policy, experience or iteration where they are not known yet. They are the arguments of "
    "extra_loss: use them inside it, and return extra_loss without calling it."
)
OWN_NAME = (
    "a name that extra_loss assigns is its own, and has no value before that. Give what you assign inside it "
    "a new name, and make the copy outside it, in stay_near."
)
ONE_KIND = {
    "continuous": "it works for discrete actions only, but cars steer. kl_from works for both kinds.",
    "discrete": "it works for continuous actions only: discrete ones have no mean and no spread. kl_from "
    "works for both kinds.",
}
MISSING = {  # in the distributions and policies of this kind
    "continuous": ("logits", "probs"),
    "discrete": ("mean", "log_std", "loc", "scale"),
}


@dataclass(frozen=True)
class Case:
    """An `extra_loss` of the answer's, and its calls, one in each of these iterations."""

    iterations: tuple[int, ...] = (0,)
    kind: str = "discrete"  # or continuous
    reverse: bool = False
    num_steps: int = 5  # of experience
    coef: float = COEF
    decay: float = DECAY
    moves: bool = False  # does the network that was passed in change before each call?
    is_policy: bool = False  # and is it the very one that learns?

    def weight(self, iteration: int) -> float:
        """What the KL should count."""
        return self.coef * self.decay**iteration


def _probe(*cases: Case) -> Callable:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


PROBES = (
    _probe(Case()),
    _probe(Case(reverse=True)),
    _probe(Case((1, 3, 1))),
    _probe(Case((0, 1), moves=True), Case((0, 1), reverse=True, moves=True, is_policy=True)),
    _probe(Case((3,), "continuous", num_steps=3), Case((3,), "continuous", reverse=True, num_steps=3)),
    _probe(Case((4,), decay=1.0), Case(coef=3.0), Case((100,), coef=10.0, decay=0.98), Case((2,), coef=0.0)),
    _probe(Case((1,), num_steps=1), Case((1,), "continuous", num_steps=1), Case((1,), num_steps=700)),
)


@cache
def _inputs(kind: str, num_steps: int) -> tuple[Policy, Policy, Experience]:
    """A reference, a policy that has gone its own way, and steps of it; take a copy."""
    is_discrete, generator = kind == "discrete", torch.Generator().manual_seed(num_steps)
    space = Discrete(NUM_ACTIONS) if is_discrete else Box(-1, 1, (ACTION_DIM,))
    policies = [make_policy(OBS, space, seed, ()) for seed in (0, 1)]
    for weights in (weights for policy in policies for weights in policy.parameters()):
        weights.data = torch.randn(weights.shape, generator=generator) * (1.0 if is_discrete else 0.5)
    obs = torch.randn(num_steps, *OBS.shape, generator=generator)
    numbers = torch.randn(4, num_steps, generator=generator)  # log_probs, values, advantages, returns
    if is_discrete:
        actions = torch.randint(NUM_ACTIONS, (num_steps,), generator=generator)
    else:
        actions = torch.randn(num_steps, ACTION_DIM, generator=generator)
    return *policies, Experience(obs, actions, *numbers)


@torch.no_grad()
def _move(network: Policy) -> None:
    """Change its weights in place, as an optimizer does."""
    for weights in network.parameters():
        weights.mul_(0.7).add_(0.2)


@dataclass(frozen=True)
class _Expected:
    """What there is to see in a call: the mean KL, and other numbers that it may be taken for."""

    kl: float
    slopes: dict[str, np.ndarray]  # of the KL, by each weight of the policy
    opposite: float  # the KL in the other direction
    moved: float  # the KL with what the network that was passed in has become


@cache
@torch.enable_grad()
def _expected(case: Case, call: int) -> _Expected:
    reference, policy, experience = _inputs(case.kind, case.num_steps)
    moved = deepcopy(reference)
    for _ in range(call + 1 if case.moves else 0):
        _move(moved)
    policy = moved if case.is_policy else policy
    acting, wanted, later = (network(experience.obs) for network in (policy, reference, moved))

    def kl(wanted: Distribution, reverse: bool) -> Tensor:
        return (wanted.kl_from(acting) if reverse else acting.kl_from(wanted)).mean()

    term = kl(wanted, case.reverse)
    others = (kl(wanted, not case.reverse), kl(later, case.reverse))
    return _Expected(term.item(), _gradient(term, policy), *(other.item() for other in others))


def _gradient(term: Tensor, policy: Policy) -> dict[str, np.ndarray]:
    names, weights = zip(*policy.named_parameters(), strict=True)
    slopes = torch.autograd.grad(term, weights, retain_graph=True, allow_unused=True, materialize_grads=True)
    return {name: slope.numpy() for name, slope in zip(names, slopes, strict=True)}


class _Asked:
    """A hook that counts the calls of one layer; a copy of the layer comes with a counter of its own."""

    def __init__(self):
        self.times = 0

    def __call__(self, *_):
        self.times += 1


def _facts(answer: Candidate, case: Case) -> Iterator[Fact]:
    """What the answer's function returns in each call, and what becomes of the networks."""
    reference, policy, experience = _inputs(case.kind, case.num_steps)
    reference, experience = deepcopy(reference), Experience(*(x.clone() for x in vars(experience).values()))
    policy = reference if case.is_policy else deepcopy(policy)
    [*reference.modules()][-1].register_forward_pre_hook(asked := _Asked())
    config = FinetuneConfig(num_iterations=9, imitation_coef=case.coef, imitation_decay=case.decay)
    with torch.random.fork_rng(devices=[]):  # a fresh network for the copied weights may draw its own
        extra_loss = Candidate(_returned(answer(reference, config, case.reverse)), answer.habits)
    for call, iteration in enumerate(case.iterations):
        if case.moves:
            _move(reference)
        asked.times = 0
        result = _term(extra_loss, case.kind, policy, experience, iteration)
        found, expected = _number(result), _expected(case, call)
        yield from _facts_about_networks(policy, reference)
        if case.kind == "discrete":  # the spread of a Gaussian is a weight, which no_grad() does not reach
            yield _who_is_taught(result, policy, reference)
        if case.moves and not case.is_policy:
            gone = asked.times > 0 and not np.isclose(found, case.weight(iteration) * expected.kl, 1e-4)
            yield Fact(f"asks what has moved, {case}, call {call}", gone, False, NO_COPY)
        yield from _facts_about_term(result, found, policy, case, call)


def _returned(extra_loss: Any) -> Callable:
    """The function that the answer returned, which complains when it returns nothing; raises WrongResult."""
    if isinstance(extra_loss, Tensor | np.ndarray | float | int):
        raise WrongResult(AT_ONCE)
    if isinstance(extra_loss, Policy) or not callable(extra_loss):
        raise WrongResult(
            f"stay_near should return a function, extra_loss, but it returns {kind(extra_loss)}."
        )

    def call(*inputs):
        result = extra_loss(*inputs)
        if result is None:
            raise WrongResult("extra_loss returned nothing. It should return the weighted mean KL.")
        return result

    return call


def _term(extra_loss: Callable, kind: str, *inputs) -> Any:
    """What it returns; raises WrongResult where it asks for what is not there, for a reason that is known."""
    try:
        return extra_loss(*inputs)
    except NotImplementedError as error:  # torch's, of a mean that is not there; a blank stub raises it, too
        if Path(traceback.extract_tb(error.__traceback__)[-1].filename).name != "distribution.py":
            raise
    except AttributeError as error:
        if not isinstance(error.obj, Distribution | Policy) or error.name not in MISSING[kind]:
            raise
    except UnboundLocalError:
        raise WrongResult(OWN_NAME) from None
    raise WrongResult(ONE_KIND[kind])


def _number(result: Any) -> float:
    """The term as a float; raises WrongResult."""
    if not isinstance(result, Tensor | float | int):
        raise WrongResult(f"extra_loss should return a single number, a tensor, but returns {kind(result)}.")
    return number(result, "what extra_loss returns")


def _facts_about_networks(policy: Policy, reference: Policy) -> Iterator[Fact]:
    """Are they as free to learn as they were, and has nobody taught them yet?"""
    frozen = [name for name, network in (("reference", reference), ("policy", policy)) if _is_frozen(network)]
    hint = FROZEN_ITSELF if "reference" in frozen else FREEZES_POLICY
    yield Fact("frozen", " and ".join(frozen), "", hint)
    computed = any(w.grad is not None for network in (policy, reference) for w in network.parameters())
    yield Fact("gradients computed already", computed, False, STEPS_BACK)


def _who_is_taught(result: Any, policy: Policy, reference: Policy) -> Fact:
    """Does a gradient go anywhere but into the policy?"""
    own, original = ({id(w) for w in network.parameters()} for network in (policy, reference))
    others = {id(leaf) for leaf in _leaves(result)} - own
    taught = "the network itself" if others & original else "a copy" if others else ""
    return Fact("taught besides", taught, "", NO_COPY if others & original else UNFROZEN)


def _is_frozen(network: Policy) -> bool:
    return not all(weights.requires_grad for weights in network.parameters())


def _leaves(result: Any) -> Iterator[Tensor]:
    """The tensors that would get a gradient if that of this result were computed."""
    todo, seen = [getattr(result, "grad_fn", None)], set()
    while todo:
        node = todo.pop()
        if node is not None and node not in seen:
            seen.add(node)
            todo += [following for following, _ in node.next_functions]
            if hasattr(node, "variable"):
                yield node.variable


def _facts_about_term(result: Any, value: float, policy: Policy, case: Case, call: int) -> Iterator[Fact]:
    """What the term is, and its gradient by all the weights of the policy; in units of the KL."""
    expected, iteration = _expected(case, call), case.iterations[call]
    weight, found, where = case.weight(iteration), value / expected.kl, f"{case}, call {call}"
    tied = isinstance(result, Tensor) and result.requires_grad
    tied = tied and not any(weights.grad is not None for weights in policy.parameters())
    try:
        pulls = _gradient(result, policy) if tied else {name: 0 * s for name, s in expected.slopes.items()}
    except RuntimeError:  # the graph is gone, or the policy is frozen
        raise WrongResult(FREEZES_POLICY if _is_frozen(policy) else STEPS_BACK) from None
    in_proportion = all(
        np.allclose(pulls[name], found * slope, 1e-3, 1e-3) for name, slope in expected.slopes.items()
    )
    yield Fact(f"weight, {where}", found, weight, _words(case, iteration, value, expected, in_proportion))
    yield Fact("pulls", any(pull.any() for pull in pulls.values()), weight > 0, CUT_OFF)
    for name, slope in expected.slopes.items():
        hint = f"the term is right, but not its gradient by {name} ({case.kind} actions). Use kl_from."
        size = np.abs(slope).max()
        yield Fact(f"slope by {name}, {where}", pulls[name] / size, weight * slope / size, hint)


def _words(case: Case, iteration: int, value: float, expected: _Expected, in_proportion: bool) -> str:
    """About a term that is not what it should be."""
    weight = case.weight(iteration)
    if np.isclose(value, weight * expected.opposite, 1e-4):
        return SWAPPED
    if case.moves and np.isclose(value, weight * expected.moved, 1e-4, 1e-6):
        return LATE
    if in_proportion:
        return (
            f"with imitation_coef = {case.coef} and imitation_decay = {case.decay}, the weight should be "
            f"{weight:.4g} in iteration {iteration}, but it is {value / expected.kl:.4g}."
        )
    direction = "KL(policy || reference)" if case.reverse else "KL(reference || policy)"
    return (
        f"a mean {direction} of {expected.kl:.4g} should count {weight * expected.kl:.4g} in iteration "
        f"{iteration}, but the term is {value:.4g} ({case.kind} actions). Is it kl_from, averaged over "
        "experience.obs?"
    )


# parts of the solution, for the edits below
COPY = "deepcopy(reference).requires_grad_(False)"
ACTING, WANTED = "policy(experience.obs)", "reference(experience.obs)"
KL = "wanted.kl_from(acting) if reverse else acting.kl_from(wanted)"
POWER = "config.imitation_decay ** iteration"
WEIGHT = f"config.imitation_coef * {POWER}"
INPUTS = "policy: Policy, experience: Experience, iteration: int"
copy_is, acting_is, wanted_is, kl_is, mean_is, term_is = (
    instead_of(part) for part in (COPY, ACTING, WANTED, KL, "kl.mean()", f"{WEIGHT} * kl.mean()")
)


def _weights(*rules: str) -> list[str]:
    """Edits: other weights, made of coef, decay, and the number i of the iteration."""
    numbers = "config.imitation_coef, config.imitation_decay, iteration"
    return [f"{WEIGHT} => (lambda coef, decay, i: {rule})({numbers})" for rule in rules]


def _of_actions(*formulas: str, actions: str = "experience.actions") -> list[str]:
    """Edits: instead of the KL, a formula of log-probabilities: p the policy's, q the reference's."""
    log_probs = "(acting.log_prob(a), wanted.log_prob(a), experience.log_probs)"
    return [f"{KL} => (lambda a: (lambda p, q, old: {f}){log_probs})({actions})" for f in formulas]


def _quietly(call: str) -> str:
    return f"torch.no_grad()(lambda: {call})()"


def _only_for(kind: str, *formulas: str) -> list[str]:
    """Edits: instead of the KL, a formula for one kind of actions."""
    of_this_kind = "is_floating_point()" if kind == "continuous" else "dtype == torch.int64"
    return [f"{KL} => {formula} if experience.actions.{of_this_kind} else ({KL})" for formula in formulas]


KEPT = "(kept or kept.append(deepcopy(reference){0}) or kept)[0](experience.obs)"  # since the first call
COPIES = {
    NO_COPY: [
        *copy_is("reference", "__import__('copy').copy(reference)"),
        (f"{COPY} => reference", *wanted_is(_quietly(WANTED))),
    ],
    LATE: [
        ("kept = []", f"{COPY} => reference", *wanted_is(late.format(freeze)))
        for late in ("deepcopy(reference){0}(experience.obs)", KEPT)
        for freeze in ("", ".requires_grad_(False)")
    ],
    UNFROZEN: copy_is("deepcopy(reference)", "deepcopy(reference).eval()"),
    FROZEN_ITSELF: copy_is(
        "reference.requires_grad_(False)",
        "deepcopy(reference.requires_grad_(False))",
        f"[{COPY}, reference.requires_grad_(False)][0]",
    ),
    FREEZES_POLICY: acting_is("policy.requires_grad_(False)(experience.obs)"),
    "the gradient is stopped on the wrong side: it is the policy that learns. Freeze the copy of the "
    "reference, and leave no_grad() out where the policy is asked.": [
        (f"{COPY} => deepcopy(reference)", *acting_is(_quietly(ACTING)))
    ],
    CUT_OFF: [
        *acting_is(_quietly(ACTING)),
        *mean_is("kl.mean().item()"),
        (f"{COPY} => reference", *acting_is(_quietly(ACTING)), *wanted_is(_quietly(WANTED))),
    ],
    STEPS_BACK: mean_is("kl.mean().backward(retain_graph=True) or kl.mean()"),
}
CALLS = {
    AT_ONCE: [
        f"return {x}" for x in ("config.imitation_coef", "extra_loss()", "extra_loss(reference, config, 0)")
    ],
    "it returned nothing, but training needs a function. End stay_near with `return extra_loss`, indented no "
    "farther than `def extra_loss`.": ["    return extra_loss =>     pass"],
    "extra_loss returned nothing. It should return the weighted mean KL.": [f"return {WEIGHT} => {WEIGHT}"],
    "extra_loss returns several things. Return one number: the mean KL, weighted.": [
        f"return {WEIGHT} * kl.mean() => return (kl.mean(), {WEIGHT})"
    ],
    "extra_loss should take three things, as training calls it: extra_loss(policy, experience, iteration).": [
        f"{INPUTS} => {names}"
        for names in (
            *("policy, iteration, experience", "experience, policy, iteration"),
            *("iteration, experience, policy", "policy, experience", "policy", ""),
            *(f"policy, reference, experience, {more}" for more in ("iteration", "config, iteration")),
        )
    ],
    OWN_NAME: [
        (f"{COPY} => reference", f"acting, => reference = {COPY}\nacting,"),
        "acting, => reference = reference(experience.obs)\nacting,",
    ],
    "a policy is asked about the whole experience. It wants observations: policy(experience.obs).": [
        *(*acting_is("policy(experience)"), *wanted_is("reference(experience)"))
    ],
    "kl_from is asked of a policy, or about one, but only distributions know it. Ask the policies first: "
    "policy(experience.obs), reference(experience.obs).": kl_is(
        *("policy.kl_from(reference)", "reference.kl_from(policy)"),
        *("acting.kl_from(reference)", "wanted.kl_from(policy)"),
    ),
    "torch's kl_divergence does not know the course's distributions. They bring a method of their own: "
    "p.kl_from(q) is KL(q || p).": kl_is("torch.distributions.kl_divergence(wanted, acting)"),
}
WEIGHTS = {
    "the weight is missing. Multiply the mean KL by imitation_coef and by the power of imitation_decay.": [
        *term_is("kl.mean()")
    ],
    "this is the weight alone. Multiply it by the mean KL.": [" * kl.mean() =>"],
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
        *_weights("coef / decay**i"),
        f"{POWER} => config.imitation_decay ** (config.num_iterations - iteration)",
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
        f"{POWER} => (1 - iteration / config.num_iterations)",
        *_weights("coef * (1 - decay * i)", "coef * max(0.0, 1 - decay * i)"),
        *_weights("coef * (1 - (1 - decay) * i)", "coef * max(0.0, 1 - (1 - decay) * i)"),
        *_weights("coef - decay * i", "max(0.0, coef - decay * i)"),
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
    "the weight fades from call to call, but an iteration has many minibatches, and a call for each. Use the "
    "iteration that is passed in.": [
        ("calls = []", "** iteration => ** (calls.append(1) or len(calls) - 1)"),
        ("calls = []", "** iteration => ** (calls.append(1) or len(calls))"),
    ],
    "the number is fixed that is raised to a power. Take config.imitation_decay.": [
        f"config.imitation_decay => {fixed}" for fixed in (0.9, 0.95, 0.99)
    ],
    "the number is fixed that the weight begins with. Take config.imitation_coef.": [
        f"config.imitation_coef => {fixed}" for fixed in (0.1, 0.02, 0.5)
    ],
    "the weight is added to the KL, or subtracted from it. A weight is a factor: multiply.": term_is(
        f"kl.mean() + {WEIGHT}", f"kl.mean() - {WEIGHT}"
    ),
    "^ is no power in Python: it compares bits. Write config.imitation_decay**iteration.": [
        "** => ^",
        *_weights("decay ^ i"),
        *term_is("config.imitation_coef * config.imitation_decay ^ iteration * kl.mean()"),
    ],
    "the config cannot be changed, and need not be. Compute the weight anew, from the number of the "
    "iteration.": [f"kl = {KL} => config.imitation_coef *= config.imitation_decay\nkl = {KL}"],
}
DIRECTIONS = {
    SWAPPED: kl_is("acting.kl_from(wanted) if reverse else wanted.kl_from(acting)"),
    "reverse has no effect: this is always KL(reference || policy). With reverse, it is KL(policy || "
    "reference).": kl_is("acting.kl_from(wanted)"),
    "reverse has no effect: this is always KL(policy || reference). Without reverse, it is KL(reference || "
    "policy).": kl_is("wanted.kl_from(acting)"),
    "both directions are added up, or averaged. Take one of them: KL(reference || policy), or with reverse "
    "KL(policy || reference).": [
        *kl_is(*(f"{half} * (acting.kl_from(wanted) + wanted.kl_from(acting))" for half in (0.5, 1))),
        *kl_is(
            "acting.kl_from(wanted) + (wanted.kl_from(acting) if reverse else 0)",
            "(acting.kl_from(wanted) + wanted.kl_from(acting)) / (2 if reverse else 1)",
        ),
    ],
    "reverse changes the sign, but it should change the direction: KL(policy || reference), which is never "
    "negative either.": kl_is(
        "(-1 if reverse else 1) * acting.kl_from(wanted)", f"(-1 if reverse else 1) * ({KL})"
    ),
    "the sign is wrong: the policy is driven away from the reference. The KL is to be small, so it is added "
    "to the loss as it is.": mean_is("-kl.mean()"),
}
MEANS = {
    "this is the sum over the observations. Take the mean, so that the size of a minibatch does not "
    "matter.": mean_is("kl.sum()"),
    "each observation still has a term of its own. Take their mean.": mean_is("kl"),
    "the mean is divided by the number of steps once more. It is a mean already.": mean_is(
        "kl.mean() / len(kl)"
    ),
    "only one observation counts, or some of them. experience is a minibatch: take the mean over all of "
    "it.": mean_is(
        *("kl[0]", "kl[-1]", "kl[1:].mean()", "kl[:-1].mean()", "kl.max()", "kl.min()", "kl.median()"),
        *(f"kl[:{size}].mean()" for size in (64, 256)),
    ),
    "the KL is multiplied by the advantages. It is not about success: it counts the same in every "
    "step.": mean_is("(kl * experience.advantages).mean()"),
    "for discrete actions, the mean is taken over the actions, too, as F.kl_div does by default. What they "
    "contribute adds up: sum over the last axis.": [
        *_only_for("discrete", f"({KL}) / {NUM_ACTIONS}"),
        *kl_is("(wanted.probs * (wanted.logits - acting.logits)).mean(-1)"),
        *kl_is(
            "(acting.probs * (acting.logits - wanted.logits) if reverse else "
            "wanted.probs * (wanted.logits - acting.logits)).mean(-1)"
        ),
    ],
    "for continuous actions, the mean is taken over the dimensions of an action. Their KLs add up, as in "
    "kl_from.": _only_for("continuous", f"({KL}) / {ACTION_DIM}"),
}
K1 = ("q - p", "p - q")
K3 = tuple(f"({ratio}).exp() - 1 - ({ratio})" for ratio in K1)
BOTH_WAYS = [f"{a} if reverse else {b}" for k in (K1, K3) for a, b in (k, k[::-1])]
OTHER_TERMS = {
    "this is an estimate from single actions. kl_from is exact, and counts all actions, taken or not: let it "
    "compare the two distributions.": [
        *_of_actions(*K1, *K3, *BOTH_WAYS, "(p - q).square()", "(p - q).abs()", "q.exp() * (q - p)"),
        *_of_actions(*K1, actions="acting.sample()"),
        *_of_actions(*K1, actions="wanted.sample()"),
        *_of_actions(*BOTH_WAYS[:2], actions="(acting if reverse else wanted).sample()"),
    ],
    "experience.log_probs belong to the policy that acted a moment ago, not to the reference. Compare policy"
    "(experience.obs) with reference(experience.obs).": _of_actions(
        *(formula.replace("q", "old") for formula in (*K1, *BOTH_WAYS[:2])), "q - old", "old - q"
    ),
    "this is a distance. It does not know how likely actions are: use the KL, by kl_from.": kl_is(
        *(f"(acting.{what} - wanted.{what}).square().sum(-1)" for what in ("probs", "logits", "mean")),
        "(acting.mean - wanted.mean).square().mean(-1)",
        *(f"(acting.{what} - wanted.{what}).abs().sum(-1)" for what in ("probs", "logits", "mean")),
        "(acting.mode - wanted.mode).float().square()",
        "(acting.mode != wanted.mode).float()",
    ),
    "for continuous actions this compares the means alone, but the KL counts the spread, too. Use kl_from, "
    "for both kinds.": _only_for(
        "continuous",
        *(f"(acting.mean - wanted.mean).square(){end}" for end in (".sum(-1)", ".mean(-1)", ".sum(-1) / 2")),
        *(
            f"((acting.mean - wanted.mean) / {spread}).square().sum(-1) / 2"
            for spread in ("acting.stddev", "wanted.stddev", "(wanted if reverse else acting).stddev")
        ),
    ),
    "this compares weights, but networks with different weights can act alike. Compare what they do, by "
    "kl_from of their distributions.": [
        edit
        for distance in ("square().sum()", "square().mean()", "abs().sum()")
        for edit in mean_is(
            f"sum((w - v).{distance} for w, v in zip(policy.parameters(), reference.parameters()))"
        )
    ],
    "this is an entropy, or a difference of entropies: it does not compare what is likely where. Use "
    "kl_from.": kl_is(
        *("acting.entropy()", "-acting.entropy()", "wanted.entropy()"),
        *("wanted.entropy() - acting.entropy()", "acting.entropy() - wanted.entropy()"),
    ),
    "this is the cross-entropy: the entropy of the first distribution is still in it. Use kl_from.": kl_is(
        f"({KL}) + (acting if reverse else wanted).entropy()",
        "acting.kl_from(wanted) + wanted.entropy()",
        f"({KL}) + wanted.entropy()",
    ),
    "this is a cloning loss, for single actions. Compare the distributions: kl_from counts all actions, with "
    "their probabilities.": [
        *mean_is("bc_loss(policy, experience.obs, experience.actions)"),
        *kl_is("-acting.log_prob(wanted.mode)", "-acting.log_prob(wanted.sample())"),
    ],
    "the term is 0, as if a distribution were compared with itself. Compare policy(experience.obs) with "
    "reference(experience.obs).": [
        *wanted_is(ACTING),
        *acting_is(WANTED),
        (*copy_is("deepcopy(reference)"), *acting_is(WANTED)),
    ],
    ONE_KIND["continuous"]: kl_is(
        "(acting.probs * (acting.logits - wanted.logits) if reverse else "
        "wanted.probs * (wanted.logits - acting.logits)).sum(-1)"
    ),
    ONE_KIND["discrete"]: kl_is(
        "(lambda p, q: torch.distributions.kl_divergence(*(torch.distributions.Normal(d.mean, d.stddev) "
        "for d in (p, q))).sum(-1))(*((acting, wanted) if reverse else (wanted, acting)))"
    ),
}

LEFTOVERS = {
    **dict.fromkeys(
        ("BEGINNER", "CAREFUL", "CONFIG"),
        "it reads the settings of the lesson. Use the config that is passed in.",
    ),
    **dict.fromkeys(
        ("demos", "obs", "minibatch", "batch", "rollout", "unseen", "clones"),
        "it reads other data than it is given. The KL is taken where the policy goes: at experience.obs.",
    ),
    "clone": "it reads the clone of the lesson. Copy the reference that is passed in.",
    **dict.fromkeys(("policy", "experience", "iteration"), NOT_YET),
}

EXERCISE = Exercise(
    solution=stay_near,
    tested="the mean KL between the policy and a frozen copy, in both directions, with a weight that fades.",
    probes=PROBES,
    mistakes=COPIES | CALLS | WEIGHTS | DIRECTIONS | MEANS | OTHER_TERMS,
    leftovers=LEFTOVERS,
)
