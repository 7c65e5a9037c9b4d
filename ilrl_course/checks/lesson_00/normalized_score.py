"""The check of lesson 00: the scale on which all methods and worlds are compared."""

from collections.abc import Callable, Iterator

from ilrl_course.checks.exercise import Exercise, Fact, number
from ilrl_course.measures.evaluation import normalized_score

CUT_OFF = (
    "the score is cut off at {}. Worse than random and better than the expert do happen, and should be seen."
)


def _probe_score(answer: Callable) -> Iterator[Fact]:
    for score, random_score, expert_score, expected in (
        (80.0, 20.0, 120.0, 0.6),
        (20.0, 20.0, 120.0, 0.0),
        (120.0, 20.0, 120.0, 1.0),
        (-30.0, 20.0, 120.0, -0.5),
        (145.0, 20.0, 120.0, 1.25),
        (-25.0, -50.0, -10.0, 0.625),
        (30.0, 20.0, 50.0, 1 / 3),
        (0.25, 0.0625, 0.8125, 0.25),  # a scale as short as the dungeon's
        (-4980.0, 20.0, 120.0, -50.0),
        (5020.0, 20.0, 120.0, 50.0),
    ):
        name = f"a score of {score:g}, where random gets {random_score:g} and the expert {expert_score:g}"
        seen = number(answer(score, random_score, expert_score))
        hint = CUT_OFF.format("some bound") if abs(expected) > 2 else ""
        yield Fact(name, seen, expected, hint, tolerance=1e-6)


def _formulas(*formulas: str) -> list[str]:
    """Answers that return this, where s, r and e are the three scores."""
    return [f"s, r, e = (score, random_score, expert_score)\nreturn {formula}" for formula in formulas]


MISTAKES = {
    "the random score is not taken into account. What should a score no better than random become?": [
        "return score / expert_score"
    ],
    "random does not become 0. Subtract the random score above the line, too.": _formulas("s / (e - r)"),
    "random becomes 0, but the expert does not become 1. Divide by the distance from random to the expert.": [
        *_formulas("(s - r) / e", "(s - r) / r", "s - r")
    ],
    "the scale is upside down: the expert becomes 0 and random becomes 1. Measure from random.": [
        "return 1 - result"
    ],
    "the expert becomes 0: the distance is measured from there. Measure from random.": ["return result - 1"],
    "the sign is wrong: a score above random should become positive. Subtract in the same order above and "
    "below.": ["return -result"],
    "the sign is lost: a score below random should become negative. Leave out abs().": ["return abs(result)"],
    CUT_OFF.format("0 or 1"): [
        f"return np.clip(result, {low}, {high})" for low, high in ((0, 1), (-1, 1), (0, 9e9), (-9e9, 1))
    ],
    "parentheses are missing: Python divides before it subtracts.": _formulas(
        "s - r / e - r", "(s - r) / e - r", "s - r / (e - r)", "s / e - r"
    ),
    "the result is in percent. The expert should be 1, not 100.": ["return 100 * result"],
    "the fraction loses what is behind the point. Divide with / and do not round.": [
        f"return {cut}" for cut in ("result // 1", "round(result)", "int(result)")
    ],
    "the fraction stands on its head. The distance that you measure belongs above the line.": [
        "return 1 / result"
    ],
    "the distance is taken to the score. Divide by the distance from random to the expert.": _formulas(
        "(s - r) / (e - s)", "(s - r) / (s - e)"
    ),
    "a plus stands where a minus belongs. A distance is a difference.": _formulas(
        "(s - r) / (e + r)", "(s + r) / (e - r)", "(s + r) / (e + r)"
    ),
    "the result is rounded. Return all of its digits.": [f"return round(result, {n})" for n in range(1, 5)],
}
EXERCISE = Exercise(
    solution=normalized_score,
    tested="random is 0, the expert is 1, and it goes on below and above.",
    probes=(_probe_score,),
    mistakes=MISTAKES,
)
