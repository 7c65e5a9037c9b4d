"""The check of lesson 10 on a recipe: does it keep to a budget? How well it drives is for `submit` to say."""

from collections.abc import Callable, Iterator
from functools import partial
from types import GeneratorType
from typing import Any

import numpy as np
import torch

from ilrl_course.algorithms.recipes import recipe
from ilrl_course.checks.exercise import Exercise, Fact, kind
from ilrl_course.checks.watched.tiny_purse import OBS_DIM, TinyPurse
from ilrl_course.measures.purse import Budget, Purse, PurseError
from ilrl_course.measures.uncounted import UncountedError, nothing_uncounted
from ilrl_course.networks import Policy, ValueNet

NOTHING = Budget(0, 0, 0, 0)
SCARCE = {"budget": Budget(3, 1000, 32_768, 250), "crash_at": 12}  # crashes run out in the first block
PLENTY = {"budget": Budget(5, 2000, 49_152, 260), "crash_at": 30}  # in the second
TIME_LIMIT = 20.0  # s of computing: whoever does without spend_on trains as long as the budget lasts

TOO_MANY_DRIVES = (
    "it asks for more demonstrations than are left, and the next budget may be smaller still. Ask for "
    "purse.left.demonstrations, or a part of that."
)
TOO_MANY_LABELS = (
    "it asks for more labels than are left, and the error takes the policy along. Look at purse.left.labels "
    "first, or run the training by purse.spend_on."
)
RUNS_OUT = (
    "steps or crashes run out amid a training, and the error takes the policy along. Run the training by "
    "purse.spend_on, which keeps what was learned, or look at purse.left."
)
REFUSED = {
    "demonstrations": TOO_MANY_DRIVES,
    "labels": TOO_MANY_LABELS,
    "steps": RUNS_OUT,
    "crashes": RUNS_OUT,
}
OTHER_WORLD = (
    "it steps in worlds that are not the purse's, where nobody counts. Use purse.worlds(number), also to see "
    "how well a policy drives."
)
OTHER_DRIVER = (
    "it makes a demonstrator of its own, whom nobody counts. Use purse.demonstrations(number) or "
    "purse.labels(obs)."
)
AROUND = {"world": OTHER_WORLD, "demonstrator": OTHER_DRIVER}
THE_EXPERT = "it returns the expert. Return a policy that has learned from it."
ITS_ACTIONS = "it returns a method of the policy. Return the policy itself, without .act or .sampler."
THE_CRITIC = "it returns the critic. Return the policy."
A_TRAINING = "it returns a training, which has not even run. Return the policy."
SPENDS_NOTHING = "it spends nothing, so its policy cannot know anything about this road."
UNTRAINED = (
    "the policy that it returns is as fresh as at the start. Is each training run, by purse.spend_on, and is "
    "the policy that learned the one that is returned?"
)
DOES_NOT_FIT = "the policy that it returns does not fit the world. Make it by purse.fresh_policy(seed)."
GOES_ON = (
    "it goes on with a policy of an earlier call. Make a fresh one in each call, from nothing but the purse "
    "and the seed."
)
NOT_REPEATABLE = (
    "called twice with the same seed and the same purse, it comes to different policies. Hand the seed on to "
    "whatever draws at random."
)
IGNORES_SEED = "the seed has no effect. Hand it on to the networks and to the trainings."


def _one_alone(value: object) -> str:
    return f"it returns {kind(value)}. Return the policy alone."


def _called(answer: Callable, purse: Purse, seed: int) -> tuple[Any, Exception | None]:
    """What it returns, or the error by which the purse stopped it."""
    try:
        with nothing_uncounted():
            return answer(purse, seed), None
    except (PurseError, UncountedError) as error:
        return None, error


def _protocol(answer: Callable, purse: Purse, seed: int) -> Iterator[Fact]:
    result, error = _called(answer, purse, seed)
    refused = error.kind if isinstance(error, PurseError) else ""
    around = error.kind if isinstance(error, UncountedError) else ""
    yield Fact("refused", refused, "", REFUSED.get(refused, ""))
    yield Fact("around the purse", around, "", AROUND.get(around, ""))
    if error:
        return
    returned, hint = _named(result, purse)
    yield Fact("returned", returned, "a policy", hint)
    if returned != "a policy":
        return
    yield Fact("spends nothing", purse.spent == NOTHING, False, SPENDS_NOTHING)
    yield Fact("fits the world", _fits(result), True, DOES_NOT_FIT)
    if not purse.refusals:  # else there may have been too little to learn from
        yield Fact("fresh", _is_fresh(result), False, UNTRAINED)


def _named(result: Any, purse: Purse) -> tuple[str, str]:
    """What was returned, in words, and the hint about it."""
    owner = getattr(result.func if isinstance(result, partial) else result, "__self__", None)
    if isinstance(result, Policy):
        return "a policy", ""
    for is_it, name, hint in (
        (owner is purse, "the expert", THE_EXPERT),
        (isinstance(owner, Policy), "a method", ITS_ACTIONS),
        (isinstance(result, ValueNet), "the critic", THE_CRITIC),
        (isinstance(result, GeneratorType), "a training", A_TRAINING),
    ):
        if is_it:
            return name, hint
    return kind(result), _one_alone(result)


def _fits(policy: Policy) -> bool:
    """Does it act in this world?"""
    try:
        actions = policy.act(np.zeros((5, OBS_DIM), dtype=np.float32))
    except Exception:
        return False
    return np.shape(actions) == (5, 2) and bool(np.isfinite(actions).all())


def _is_fresh(policy: Policy) -> bool:
    """Are all biases 0 still, as those of a fresh network, which any gradient step changes?"""
    biases = [value for name, value in policy.named_parameters() if name.endswith("bias")]
    return bool(biases) and not any(bias.any() for bias in biases)


def _probe_scarce(answer: Callable) -> Iterator[Fact]:
    """A budget in which crashes run out before anybody has learned from them."""
    yield from _protocol(answer, TinyPurse(**SCARCE), 4)


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    policies = [_called(answer, TinyPurse(**SCARCE), seed)[0] for seed in (7, 7, 8)]
    if not all(isinstance(policy, Policy) for policy in policies):
        return
    first, again, other = map(_weights, policies)
    is_kept = policies[0] is policies[1] or policies[0] is policies[2]
    yield Fact("the same policy again", is_kept, False, GOES_ON)
    yield Fact("repeatable", torch.equal(first, again), True, NOT_REPEATABLE)
    yield Fact("seed without effect", torch.equal(first, other), False, IGNORES_SEED)


def _weights(policy: Policy) -> torch.Tensor:
    return torch.cat([torch.zeros(1), *(value.flatten() for value in policy.state_dict().values())])


def _probe_plenty(answer: Callable) -> Iterator[Fact]:
    """Another budget, in which crashes last for some blocks."""
    yield from _protocol(answer, TinyPurse(**PLENTY), 4)


BEGIN, BC, PPO = "drives = purse", "purse.spend_on(train_bc", "purse.spend_on(training)"
NUM_DRIVES = "demonstrations(purse.left.demonstrations)"
BY_HAND = f"{PPO} => for _ in training:\n    pass"
NEW_CARS = (
    "purse.worlds(64) => make_batch('ilrl/Driving-v0', 64)",
    "from ilrl_course.rollout import make_batch",
)
EXAMINES = (
    f"{PPO} => {PPO}\nevaluate(policy.act, 'ilrl/Driving-v0', 2, seed)",
    "from ilrl_course.measures.evaluation import evaluate",
)
NEW_DRIVER = ("DRIVING.make_demonstrator('expert')", "from ilrl_course.envs import DRIVING")
KEPT = "purse.fresh_policy(seed), => recipe.__dict__.setdefault('kept', purse.fresh_policy(seed)),"

MISTAKES = {
    TOO_MANY_DRIVES: [
        f"{NUM_DRIVES} => demonstrations({number})" for number in (20, "purse.left.demonstrations + 1")
    ],
    TOO_MANY_LABELS: [f"{BEGIN} => purse.labels(np.random.default_rng(0).random((4096, 22)))\n{BEGIN}"],
    RUNS_OUT: [BY_HAND, f"{PPO} => list(training)"],
    OTHER_WORLD: [NEW_CARS, EXAMINES],
    OTHER_DRIVER: [NEW_DRIVER],
    THE_EXPERT: ["return purse.labels"],
    ITS_ACTIONS: ["return policy.act", "return policy.sampler(seed)"],
    THE_CRITIC: ["return critic"],
    A_TRAINING: ["return training"],
    **{_one_alone(some()): [f"return {some.__name__}([policy, critic])"] for some in (tuple, list)},
    _one_alone({}): ["return {'policy': policy}"],
    SPENDS_NOTHING: [f"{BEGIN} => return purse.fresh_policy(seed)\n{BEGIN}"],
    UNTRAINED: [
        (f"{BC} => (train_bc", f"{PPO} => training"),
        (f"{BC} => next(iter(())) if False else (train_bc", f"{PPO} => policy = purse.fresh_policy(seed)"),
        "return purse.fresh_policy(seed)",
    ],
    DOES_NOT_FIT: ["return type(policy)(22, 5)", "return type(policy)(3, 2)"],
    GOES_ON: [KEPT],
    NOT_REPEATABLE: ["seed = np.random.default_rng().integers(2 ** 31).item()"],
    IGNORES_SEED: ["seed = 0"],
}

EXERCISE = Exercise(
    recipe,
    tested="it keeps to any budget, follows its seed, and returns a policy that has learned.",
    probes=(_probe_scarce, _probe_seed, _probe_plenty),
    mistakes=MISTAKES,
    time_limit=TIME_LIMIT,
)
