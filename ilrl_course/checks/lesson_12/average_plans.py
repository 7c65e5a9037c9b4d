"""The check of exercise 12.5, what overlapping plans say on average."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

import numpy as np

from ilrl_course.algorithms.chunks import average_plans
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, kind, numbers
from ilrl_course.checks.slips import instead_of

UNKNOWN_NAN = (
    "where some plans are unknown, the result is NaN. The unknown ones are the oldest: give them the weight "
    "0, and go on with the others."
)
FEWER = "there may be fewer plans than H, at the beginning of an episode. Their number is len(plans)."


@dataclass(frozen=True)
class Case:
    """P plans of H actions of A parts for N worlds; `known_since` says which is a world's first plan."""

    num_plans: int
    horizon: int
    known_since: tuple[int, ...]
    decay: float
    parts: int = 2

    def inputs(self) -> tuple:
        """Made freshly each time."""
        rng = np.random.default_rng(10 * self.num_plans + self.horizon)
        plans = rng.normal(size=(self.num_plans, len(self.known_since), self.horizon, self.parts))
        known = np.arange(self.num_plans)[:, None] >= np.array(self.known_since)
        return plans, known, self.decay

    def right(self) -> np.ndarray:
        """World by world, plan by plan, (N, A)."""
        plans, known, decay = self.inputs()
        actions = []
        for world in range(len(self.known_since)):
            total, weight_of_all = np.zeros(self.parts), 0.0
            for p in range(self.num_plans):
                if known[p, world]:
                    weight = np.exp(-decay * p)
                    total += weight * plans[p, world, self.num_plans - 1 - p]
                    weight_of_all += weight
            actions.append(total / weight_of_all)
        return np.array(actions)


def _probe(*cases: Case) -> Probe:
    def probe(answer: Callable) -> Iterator[Fact]:
        for case in cases:
            try:
                result = answer(*case.inputs())
            except (IndexError, ValueError):
                if case.num_plans == case.horizon:
                    raise
                raise WrongResult(FEWER) from None
            if any(case.known_since) and isinstance(result, np.ndarray) and np.isnan(result).any():
                raise WrongResult(UNKNOWN_NAN)
            found = numbers(result, (len(case.known_since), case.parts))
            if not isinstance(result, np.ndarray):
                raise WrongResult(f"the actions are {kind(result)}. Return an array, (N, A): np.array(...).")
            where = f"{case.num_plans} plans of {case.horizon} actions, decay {case.decay}"
            yield Fact(f"the actions with {where}", found, case.right())

    return probe


WEIGHT = "np.exp(-decay * oldest_first)[:, None]"
SAID, DECAYING = (
    "plans[oldest_first, :, oldest_first[::-1]]",
    "np.exp(-decay * oldest_first)[:, None] * known",
)
NORMAL, SUM = "weights / weights.sum(0)", "(weights[:, :, None] * proposals).sum(0)"
said_is, decaying_is, normal_is, sum_is = map(instead_of, (SAID, DECAYING, NORMAL, SUM))

MISTAKES = {
    "the weights are the wrong way round: the oldest plan has the largest, exp(0) = 1.": decaying_is(
        "np.exp(decay * oldest_first)[:, None] * known",
        "np.exp(-decay * oldest_first[::-1])[:, None] * known",
    ),
    "decay has no effect: all plans weigh the same.": decaying_is("np.ones(len(plans))[:, None] * known"),
    "the weights decay by another rule. They are exp(-decay * p) for plan p.": decaying_is(
        "(decay ** oldest_first)[:, None] * known",
        "((1 - decay) ** oldest_first)[:, None] * known",
        "(1 / (1 + decay * oldest_first))[:, None] * known",
        "np.maximum(1 - decay * oldest_first, 0.01)[:, None] * known",
    ),
    "p stands outside of exp. It belongs in the exponent: np.exp(-decay * p).": decaying_is(
        "(np.exp(-decay) * oldest_first)[:, None] * known"
    ),
    "the decay is fixed. Use the one that is passed in.": [
        f"decay = {fixed}" for fixed in (0.01, 0.1, 0.5, 1.0)
    ],
    "the weights do not sum to 1. Divide them by their sum.": normal_is("weights"),
    "the weights are divided by their number. Divide them by their sum.": normal_is("weights / len(weights)"),
    "the weights are divided by the sum over all worlds. In each world they sum to 1: axis 0.": normal_is(
        "weights / weights.sum()"
    ),
    "the weights are divided by the sum over the worlds. It runs over the plans: axis 0.": normal_is(
        "weights / weights.sum(1, keepdims=True)"
    ),
    "plans of the last episode count, too. Where `known` is False, the weight is 0.": decaying_is(
        "np.exp(-decay * oldest_first)[:, None] * np.ones_like(known)"
    ),
    "this is the plain mean of all plans. Unknown ones weigh 0, and the others exp(-decay * p).": decaying_is(
        "np.ones(known.shape)"
    ),
    "a plan that is unknown in one world is left out in all of them. Decide world by world: `known` is "
    "(P, N).": decaying_is(f"{WEIGHT} * known.all(1, keepdims=True)"),
    "unknown plans weigh exp(0) = 1. Multiply the weights by `known`, not the exponent.": decaying_is(
        "np.exp(-decay * oldest_first[:, None] * known)"
    ),
    "it stops at the first unknown plan, and nothing is left. The unknown ones are the oldest: leave them "
    "out, and go on.": [
        (
            f"{DECAYING} => {WEIGHT} * np.cumprod(known, axis=0)",
            f"{NORMAL} => weights / np.maximum(weights.sum(0), 1e-9)",
        )
    ],
    UNKNOWN_NAN: decaying_is(
        f"{WEIGHT} * np.cumprod(known, axis=0)", f"{WEIGHT} * np.where(known, 1, np.nan)"
    ),
    FEWER: [
        "np.arange(len(plans)) => np.arange(plans.shape[2])",
        *decaying_is("np.exp(-decay * np.arange(plans.shape[2]))[:, None] * known"),
    ],
    "the weights (P,) meet `known` (P, N) along the wrong axis. Give them one for the worlds: "
    "np.exp(...)[:, None].": decaying_is("np.exp(-decay * oldest_first) * known"),
    "the weights (P, N) have no axis for the parts of the actions, (P, N, A). Give them one: "
    "weights[:, :, None].": sum_is("(weights * proposals).sum(0)"),
    "where plans are unknown, the weights of the others do not sum to 1. Set the unknown ones to 0 first, "
    "and divide by the sum then.": [
        f"{NORMAL} => np.exp(-decay * oldest_first)[:, None] / np.exp(-decay * oldest_first).sum() * known"
    ],
    "the plans that count are the unknown ones: `known` is the wrong way round.": decaying_is(
        "np.exp(-decay * oldest_first)[:, None] * (1.0001 - known)"
    ),
    "the places in the plans are the wrong way round. The newest plan begins now: it gives its first action, "
    "the oldest its last.": said_is("plans[oldest_first, :, oldest_first]"),
    "each plan gives its first action. An older plan has been made for earlier steps: plan p is P - 1 - p "
    "steps old.": said_is("plans[:, :, 0]"),
    "whole plans are averaged. Take the one action of each that is meant for this step: plan p is P - 1 - p "
    "steps old.": [*sum_is("(weights[:, :, None, None] * plans).sum(0)"), *said_is("plans.mean(2)")],
    "each plan gives its last action. The newest plan begins now: plan p is P - 1 - p steps old.": said_is(
        "plans[:, :, -1]"
    ),
    "the action is one place too late. The newest plan gives its first action, at 0.": said_is(
        "plans[oldest_first, :, oldest_first[::-1] + 1]",
        "plans[oldest_first, :, (oldest_first[::-1] + 1) % plans.shape[2]]",
    ),
    "the action is one place too early. The newest plan gives its first action, at 0.": said_is(
        "plans[oldest_first, :, oldest_first[::-1] - 1]",
        "plans[oldest_first, :, np.maximum(oldest_first[::-1] - 1, 0)]",
    ),
    "the places are counted from the end of the plans. With fewer plans than H, that is not now.": (
        said_is("plans[oldest_first, :, plans.shape[2] - 1 - oldest_first]")
    ),
    "only the newest plan counts, or only the oldest. Average over all that are known.": sum_is(
        "proposals[-1]", "proposals[0]"
    ),
    "the weighted plans are averaged once more. The weights sum to 1: add up.": sum_is(
        "(weights[:, :, None] * proposals).mean(0)"
    ),
    "all worlds get the same. Keep them apart: axis 1.": [
        "return result.mean(0, keepdims=True) + 0 * result",
        "return result[:1] + 0 * result",
    ],
}

EXERCISE = Exercise(
    solution=average_plans,
    tested="each plan speaks of the present step, the oldest loudest, and none of another episode.",
    probes=(
        _probe(Case(3, 3, (0, 0), 0.7)),
        _probe(Case(2, 4, (0, 0, 0), 0.3)),
        _probe(Case(4, 4, (0, 2, 3), 0.2)),
        _probe(Case(1, 3, (0, 0), 0.9), Case(3, 5, (1,), 0.0, parts=1)),
    ),
    mistakes=MISTAKES,
    leftovers=dict.fromkeys(
        ("policy", "obs"), "it reads a variable of the lesson. Use only what is passed in."
    ),
)
