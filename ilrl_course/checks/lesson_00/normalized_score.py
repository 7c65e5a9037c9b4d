"""The check of lesson 00: the scale on which all methods and worlds are compared."""

from collections.abc import Callable, Iterator

from ilrl_course.checks.exercise import Exercise, Fact, number
from ilrl_course.measures.evaluation import normalized_score


def _probe_score(answer: Callable) -> Iterator[Fact]:
    for score, random_score, expert_score, expected in (
        (70.0, 20.0, 120.0, 0.5),
        (20.0, 20.0, 120.0, 0.0),
        (120.0, 20.0, 120.0, 1.0),
        (-30.0, 20.0, 120.0, -0.5),
        (145.0, 20.0, 120.0, 1.25),
        (-25.0, -50.0, -10.0, 0.625),
        (30.0, 20.0, 50.0, 1 / 3),
    ):
        name = f"a score of {score:g}, where random gets {random_score:g} and the expert {expert_score:g}"
        yield Fact(name, number(answer(score, random_score, expert_score)), expected)


MISTAKES = {
    "the random score is not taken into account. What should a score no better than random become?": [
        lambda s, r, e: s / e
    ],
    "random becomes 0, but the expert does not become 1. Divide by the distance from random to the expert.": [
        lambda s, r, e: (s - r) / e
    ],
    "the scale is upside down: the expert becomes 0 and random becomes 1. Measure from random.": [
        "return 1 - result"
    ],
    "the sign is wrong: a score above random should become positive. Subtract in the same order above and "
    "below.": ["return -result"],
    "the score is cut off at 0 or 1. Worse than random and better than the expert do happen, and should be "
    "seen.": ["return np.clip(result, 0, 1)", "return max(result, 0)", "return min(result, 1)"],
    "parentheses are missing: Python divides before it subtracts.": [
        lambda s, r, e: s - r / e - r,
        lambda s, r, e: (s - r) / e - r,
        lambda s, r, e: s - r / (e - r),
    ],
    "the result is in percent. The expert should be 1, not 100.": ["return 100 * result"],
    "the fraction loses what is behind the point. Divide with / and do not round.": [
        "return result // 1",
        "return round(result)",
        "return int(result)",
    ],
    "the fraction stands on its head. The distance that you measure belongs above the line.": [
        "return 1 / result"
    ],
    "the distance is taken to the score. Divide by the distance from random to the expert.": [
        lambda s, r, e: (s - r) / (e - s)
    ],
    "a plus stands where a minus belongs. A distance is a difference.": [
        lambda s, r, e: (s - r) / (e + r),
        lambda s, r, e: (s + r) / (e - r),
        lambda s, r, e: (s + r) / (e + r),
    ],
    "the result is rounded. Return all of its digits.": [f"return round(result, {n})" for n in (1, 2, 3)],
}
EXERCISE = Exercise(
    solution=normalized_score,
    tested="random is 0, the expert is 1, and it goes on below and above.",
    probes=(_probe_score,),
    mistakes=MISTAKES,
)
