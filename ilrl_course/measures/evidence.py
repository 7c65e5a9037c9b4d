"""The one rule by which runs become a verdict: comparisons planned beforehand, and what decides them.

A comparison is between two arms on the same seeds. Its effect, with a 95 % interval, is in a unit for which
one smallest effect that matters is fixed for all claims. Its p-value is that of a paired permutation test,
corrected for all comparisons of its family (Holm 1979).
"""

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np
import scipy

from ilrl_course.measures.seeds import Comparison, compare_paired

SMALLEST_EFFECTS = {
    "points": 10.0,  # of the normalized score, on which chance is 0 and the expert is 100
    "crashes": 0.5,  # share of the crashes that is avoided
    "share": 0.5,  # share of what the teacher does differently from the expert
}
FAMILY_SIZES = {"home": 60, "elsewhere": 20, "many ways": 16, "text": 8}  # planned already, or to come
SIGNIFICANT = 0.05
MIN_SEEDS = 16
SMALLEST_P = 2 / 10_000  # that the permutation test can give

HOLDS, FAILS, OPEN = "holds", "does not hold", "cannot tell"
SUBJECTS = ("the world is ", "the place is ")  # how conditions begin; said once


@dataclass(frozen=True)
class Planned:
    """A comparison as it was written down before its runs."""

    name: str  # unique
    claim: str  # "C1" to "C12"
    half: str  # which part of the claim, in words; "" where it has no parts
    lesson: str  # "05", or "06b"
    condition: str  # follows "holds only when"
    quantity: str  # what is measured in each run
    more: str  # the arm that has more of it if the claim is true
    less: str  # the other arm
    unit: str  # of the effect: a key of SMALLEST_EFFECTS
    planned_effect: float  # at which a true effect is to be found in 80 % of all cases at least
    record: str  # results/RECORD.json
    first_seed: int = 1000  # no earlier run and no tuning has seen these
    num_seeds: int = 48
    family: str = "home"

    def __post_init__(self):
        if self.unit not in SMALLEST_EFFECTS or self.num_seeds < MIN_SEEDS:
            units = ", ".join(SMALLEST_EFFECTS)
            raise ValueError(f"{self.name}: the unit is one of {units}, and {MIN_SEEDS} seeds are the least")
        if self.planned_effect < self.smallest_effect:
            raise ValueError(f"{self.name}: the planned effect is below the smallest one that matters")

    @property
    def seeds(self) -> range:
        """The seeds of its runs."""
        return range(self.first_seed, self.first_seed + self.num_seeds)

    @property
    def smallest_effect(self) -> float:
        """The smallest effect that matters."""
        return SMALLEST_EFFECTS[self.unit]

    def recorded(self, more: np.ndarray, less: np.ndarray) -> dict:
        """Both arms (n,) as a results file keeps them, with the plan's fingerprint."""
        return {
            "plan": self.fingerprint,
            "more": np.asarray(more).tolist(),
            "less": np.asarray(less).tolist(),
        }

    @property
    def fingerprint(self) -> str:
        """A hash of all that was planned: a record that carries it was made for this plan and no other."""
        return hashlib.sha256(repr(self).encode()).hexdigest()[:16]


@dataclass(frozen=True)
class Judged:
    """What the runs say about one planned comparison."""

    planned: Planned
    effect: Comparison
    corrected_p: float
    outcome: str  # HOLDS, FAILS or OPEN

    def __str__(self) -> str:
        e = self.effect
        if self.planned.unit == "points":
            numbers = f"{e.difference:+.0f} points [{e.low:+.0f}, {e.high:+.0f}]"
        else:
            what = (
                "of the crashes avoided" if self.planned.unit == "crashes" else "of the teacher's deviation"
            )
            numbers = f"{e.difference:.0%} {what} [{e.low:.0%}, {e.high:.0%}]"
        sign = "≤" if e.p_value <= SMALLEST_P else "="
        return f"{numbers}, corrected p {sign} {self.corrected_p:.2g}, {self.planned.num_seeds} seeds"


def measure(planned: Planned, more: np.ndarray, less: np.ndarray) -> Comparison:
    """The effect in the plan's unit, with its interval, and the p-value of the paired difference.

    Both arms (n,), one value per seed.
    """
    if len(more) != planned.num_seeds or len(less) != planned.num_seeds:
        raise ValueError(
            f"{planned.name}: {len(more)} and {len(less)} runs, but {planned.num_seeds} are planned"
        )
    difference = compare_paired(more, less)
    if planned.unit != "crashes":
        return difference
    more, less = np.asarray(more, dtype=float), np.asarray(less, dtype=float)
    return Comparison(float(avoided(more, less)), *_interval(more, less), difference.p_value)


def avoided(more: np.ndarray, less: np.ndarray, axis: int = -1) -> np.ndarray:
    """The share of the crashes of `more` that `less` avoids, from -1 to 1; negative where it adds crashes."""
    more, less = more.mean(axis), less.mean(axis)
    return (more - less) / np.maximum(np.maximum(more, less), 1e-12)


def _interval(more: np.ndarray, less: np.ndarray) -> tuple[float, float]:
    if not more.any():
        return -1.0, 1.0  # where nothing crashes, nothing is known about avoiding it
    if not less.any():  # all of them in every resample
        return 1.0, 1.0
    result = scipy.stats.bootstrap(
        (more, less), avoided, paired=True, method="BCa", rng=np.random.default_rng(0)
    )
    return float(result.confidence_interval.low), float(result.confidence_interval.high)


def holm(p_values: Sequence[float], size: int) -> np.ndarray:
    """Holm's corrected p-values (k,) for k tests in a family of `size`; the missing ones count as p = 1."""
    p_values = np.asarray(p_values, dtype=float)  # (k,)
    if len(p_values) > size:
        raise ValueError(f"{len(p_values)} comparisons in a family of {size}: enlarge FAMILY_SIZES first")
    order = p_values.argsort(kind="stable")
    raised = np.maximum.accumulate(p_values[order] * (size - np.arange(len(p_values))))
    corrected = np.empty(len(p_values))
    corrected[order] = np.minimum(raised, 1.0)
    return corrected


def decide(plans: Sequence[Planned], effects: Mapping[str, Comparison]) -> dict[str, Judged]:
    """Judge all measured comparisons of one family together; `effects` are by the plans' names.

    *holds*: the interval lies above 0, the corrected p is at most .05, and the estimate reaches the smallest
    effect that matters. *does not hold*: the interval lies wholly below the smallest effect. Otherwise the
    runs *cannot tell*.
    """
    measured = [planned for planned in plans if planned.name in effects]
    if len({planned.family for planned in plans}) > 1:
        raise ValueError("comparisons of several families: judge each family by itself")
    if not measured:
        return {}
    p_values = [effects[planned.name].p_value for planned in measured]
    corrected = holm(p_values, FAMILY_SIZES[measured[0].family])
    return {
        planned.name: Judged(planned, effects[planned.name], float(p), _outcome(planned, effects, p))
        for planned, p in zip(measured, corrected, strict=True)
    }


def _outcome(planned: Planned, effects: Mapping[str, Comparison], corrected_p: float) -> str:
    effect = effects[planned.name]
    if effect.low > 0 and corrected_p <= SIGNIFICANT and effect.difference >= planned.smallest_effect:
        return HOLDS
    return FAILS if effect.high < planned.smallest_effect else OPEN


def combine(judged: Sequence[Judged]) -> str:
    """One outcome for the comparisons that test the same half of a claim.

    It *holds only when …* if some of them hold; the others may fail, or may be open.
    """
    outcomes = {one.outcome for one in judged}
    if len(outcomes) == 1:
        return outcomes.pop()
    conditions = [one.planned.condition for one in judged if one.outcome == HOLDS]
    if not conditions:
        return OPEN
    first, *others = conditions
    said = next((subject for subject in SUBJECTS if first.startswith(subject)), "")
    return f"holds only when {' or '.join([first, *(c.removeprefix(said) for c in others)])}"
