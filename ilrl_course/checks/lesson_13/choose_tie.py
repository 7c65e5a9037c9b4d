"""The check of lesson 13 on the choice of a tie: who is judged how often, and what of it counts."""

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from math import ceil, log2
from numbers import Integral

import numpy as np

from ilrl_course.algorithms.choose_tie import choose_tie
from ilrl_course.checks.exercise import Exercise, Fact, Probe, WrongResult, number
from ilrl_course.checks.slips import instead_of

CHANGED = "it changes the list of weights, and the caller still needs it. Begin with a copy: list(betas)."
NOT_WHOLE = (
    "the judge is asked for a float, such as 10.0, but a number of judgments is whole. Divide by //, and "
    "only by whole numbers."
)
A_LIST = "it returns a list. Return the weight that is left in it, without its list: left[0]."
A_PLACE = (
    "it returns a place in the list, or asks the judge about one. Weights are numbers such as 0.3: return, "
    "and ask about, the weight itself."
)
NO_WEIGHT = (
    "it returns a number that is none of the weights, perhaps a mean of judgments. Return the weight that is "
    "left."
)
COUNTED = "the judgments are counted, compared with 1, or rounded. Take their mean, whatever the numbers are."


@dataclass(frozen=True)
class Case:
    """Weights, a budget, and what is said of each: `early` at first, then `late` from a certain judgment on.

    Every fifth judgment is far off to one side, and the next four make up for it, so that only the mean is
    as said. Weights of which the same is said `late` are judged alike: any of them may stay.
    """

    betas: tuple[float, ...]
    budget: int
    late: tuple[float, ...]
    early: tuple[float, ...] = ()
    num_early: int = 0
    skew: tuple[float, ...] = ()
    hint: str = ""  # what is wrong with an answer that fails here first

    def judgments(self, place: int, start: int, stop: int) -> np.ndarray:
        """The judgments from `start` to `stop` of the weight at this place, (stop - start,)."""
        numbers = np.arange(start, stop)
        values = np.full(len(numbers), self.late[place])
        if self.early:
            values[numbers < self.num_early] = self.early[place]
        if self.skew:
            values += self.skew[place] * np.where(numbers % 5 == 0, 4.0, -1.0)
        return values

    def right(self) -> tuple[list[int], float]:
        """By definition: how often each weight is judged, and which one is chosen."""
        rest, asked = list(range(len(self.betas))), [0] * len(self.betas)
        num_rounds = ceil(log2(len(rest)))
        for _ in range(num_rounds):
            each = self.budget // (num_rounds * len(rest))
            means = {}
            for place in rest:
                asked[place] += each
                means[place] = self.judgments(place, 0, asked[place]).mean()
            rest = sorted(rest, key=lambda place: -means[place])[: (len(rest) + 1) // 2]
        return asked, self.betas[rest[0]]

    def ranked(self, asked: Sequence[int]) -> np.ndarray:
        """How often weights are judged, from the worst to the best; of those alike, the least often first."""
        return np.array([times for _, times in sorted(zip(self.late, asked, strict=True))])

    def first_alike(self, beta: float) -> float:
        """Of the weights that are judged like this one, the first; what is no weight stays what it is."""
        if beta not in self.betas:
            return beta
        return self.betas[self.late.index(self.late[self.betas.index(beta)])]

    @property
    def where(self) -> str:
        """In a hint."""
        return f"with {len(self.betas)} weight{'s' * (len(self.betas) > 1)} and {self.budget} judgments"


class _Judge:
    """Gives the judgments of a case one after the other, and counts them."""

    def __init__(self, case: Case):
        self.case, self.asked = case, [0] * len(case.betas)

    def __call__(self, beta: float, n: int) -> np.ndarray:
        if beta not in self.case.betas:
            raise WrongResult(A_PLACE)
        if not isinstance(n, Integral):
            raise WrongResult(NOT_WHOLE)
        place = self.case.betas.index(beta)
        start, self.asked[place] = self.asked[place], self.asked[place] + n
        return self.case.judgments(place, start, self.asked[place])


def _facts(answer: Callable, case: Case) -> Iterator[Fact]:
    judge, betas = _Judge(case), list(case.betas)
    chosen = answer(judge, betas, case.budget)
    if np.ndim(chosen) and set(np.ravel(chosen)) <= set(betas):
        raise WrongResult(A_LIST)
    chosen = number(chosen, f"{case.where}, the result")
    if betas != list(case.betas):
        raise WrongResult(CHANGED)
    asked, right = case.right()
    spent = sum(judge.asked)
    hint = f"{case.where}, it asks for {spent}: more than it has."
    if spent <= case.budget:
        hint = (
            f"{case.where}, {_listed(betas)} should be judged {_listed(asked)} times, but are judged "
            f"{_listed(judge.asked)} times."
        )
    yield Fact(f"judgments {case.where}", case.ranked(judge.asked), case.ranked(asked), case.hint or hint)
    hint = case.hint or f"{case.where}, it should choose {right}, but it chooses {chosen}."
    if chosen not in betas:
        hint = A_PLACE if chosen in range(len(betas)) else NO_WEIGHT
    yield Fact(f"choice {case.where}", case.first_alike(chosen), case.first_alike(right), hint)


def _listed(numbers: Sequence[float]) -> str:
    return ", ".join(map(str, numbers))


def _probe(*cases: Case) -> Probe:
    return lambda answer: (fact for case in cases for fact in _facts(answer, case))


FOUR = Case((0.03, 0.7, 0.1, 0.3), 80, (0.2, 0.0, 1.0, 0.8), skew=(0.2, 0.0, 0.0, -0.2))  # all are 0 or 1
BETWEEN = Case((0.7, 0.3, 0.9, 0.1), 80, (1.1, 1.4, 1.2, 1.3), hint=COUNTED)  # counted, or rounded, all are 1
ALIKE = Case(FOUR.betas, 80, (2.0, 1.0, 2.0, 3.0)), Case(FOUR.betas, 80, (2.0, 2.0, 1.0, 2.0))
THREE = Case((0.8, 0.6, 0.15), 34, (1.0, 5.0, 6.0))
FIVE = Case((0.7, 0.05, 0.4, 0.1, 0.2), 151, (3.0, 1.0, 5.0, 2.0, 4.0))
SIX = Case((0.25, 0.6, 0.1, 0.9, 0.45, 0.05), 200, (1.0, 4.0, 6.0, 2.0, 5.0, 3.0))
EIGHT = Case((0.9, 0.02, 0.5, 0.1, 0.3, 0.7, 0.05, 0.2), 250, (1.0, 2.0, 6.0, 4.0, 8.0, 3.0, 5.0, 7.0))
LUCKY = Case((0.2, 0.6, 0.4, 0.9), 80, (-2.0, 1.0, 0.0, 0.5), (9.0, 1.0, -5.0, -6.0), 10)
UNLUCKY = Case((0.2, 0.6, 0.4, 0.9), 80, (1.0, 9.0, 0.0, 0.5), (4.0, 2.0, -5.0, -6.0), 10)
NEARLY = Case((0.2, 0.6, 0.4, 0.9), 80, (1.0, 2.2, 0.0, 0.5), (4.0, 2.0, -5.0, -6.0), 10)
FALLEN = Case((0.2, 0.6, 0.4, 0.9), 80, (-2.0, 1.0, 0.0, 0.5), (9.0, 5.0, 4.0, -6.0), 10)
FADING = Case(FIVE.betas, 151, (1.5, 0.0, -2.0, -3.0, 0.5), (1.5, 9.0, -2.0, -3.0, 0.5), 10)
LONE = Case(FOUR.betas, 80, (2.0, 10.0, 1.0, 3.0))  # above the average: one of four, and then three
LAME = Case(FOUR.betas, 80, (10.0, 8.0, 1.0, 9.0))
SKEWED = Case(FOUR.betas, 80, (1.0, 0.2, 3.0, 2.0), skew=(9.0, -9.0, 9.0, -9.0))
FEW = Case((0.35,), 7, (1.0,)), Case((0.8, 0.15), 21, (1.0, 2.0))

MEANS = "means = [np.mean(judgments[b]) for b in left]"
NUM_NEW, HALF = "budget // (num_rounds * len(left))", "ceil(len(left) / 2)"
MEAN, NUM_ROUNDS = "np.mean(judgments[beta])", "ceil(log2(len(left)))"
ASK = "judgments[beta].extend(judge(beta, num_new))"
SORT = "left.sort(key=lambda beta: np.mean(judgments[beta]), reverse=True)"
CUT = f"left = left[:{HALF}]"
new_is, half_is, mean_is, rounds_are = map(instead_of, (NUM_NEW, HALF, MEAN, NUM_ROUNDS))


def _equal_split(judge, betas, budget):
    return max(betas, key=lambda beta: np.mean(judge(beta, budget // len(betas))))


ENDS = (  # what becomes of too few
    *("return left[0]", "return left.pop()", "return max(left)"),
    "for _ in range(num_rounds) => while len(left) > 1",
)
WORST_FIRST = (  # so that of weights judged alike, others stay
    "reverse=True => reverse=False",
    f"{CUT} => left = left[len(left) // 2:]",
    "return left[-1]",
)
EARLY_CUTS = [  # where no judgments are there yet, the mean is that of an empty list, or some number
    (f"{CUT} => pass", f"{SORT} => pass", f"{ASK} => {ASK}\n{cut}", *new)
    for mean in (
        f"(np.mean(judgments[beta]) if judgments[beta] else {none})" for none in ("np.nan", "0", "-9")
    )
    for key in (f"key=lambda beta: {mean}, reverse=True",)
    for cut in (f"left.sort({key})\n{CUT}", f"left = sorted(left, {key})[:{HALF}]")
    for new in ((), (f"num_new = {NUM_NEW} => pass", f"{ASK} => num_new = {NUM_NEW}\n{ASK}"))
]

MISTAKES = {
    "the worse half stays. Sort from the best to the worst, and keep the first half.": [
        "reverse=True => reverse=False",
        f"left[:{HALF}] => left[-{HALF}:]",
    ],
    "nothing is halved: all weights are judged to the end. Drop the worse half after each round.": [
        _equal_split,
        f"{CUT} => pass",
    ],
    "one weight is dropped in each round. Drop the worse half.": [
        f"left[:{HALF}] => left[:max(1, len(left) - 1)]",
        (f"left[:{HALF}] => left[:-1]", *rounds_are("len(left) - 1")),
    ],
    "the half is rounded down. Of three, two stay, and of one, one: round up.": [
        *half_is("len(left) // 2 or 1"),
        *((*half_is("len(left) // 2"), end) for end in ENDS),
        f"{CUT} => {MEANS}\nleft = [b for b, mean in zip(left, means) if mean > np.median(means)]",
    ],
    "round(2.5) is 2: Python rounds halves to the even number. Of five, three should stay: take ceil.": [
        *half_is("round(len(left) / 2) or 1"),
        *((*half_is("round(len(left) / 2)"), end) for end in ENDS),
    ],
    "what is better than the average stays, and that need not be half. Sort by the means, and cut the "
    "list.": [
        f"{CUT} => {MEANS}\nleft = [b for b, mean in zip(left, means) if mean {above}]"
        for above in (">= np.mean(means)", "> np.mean(means)", ">= (max(means) + min(means)) / 2")
    ],
    "of weights that are judged alike, more than half stay. Sort by the means, and cut the list.": [
        (f"{CUT} => {MEANS}\nleft = [b for b, mean in zip(left, means) if mean >= {least}]", *more)
        for least in ("np.median(means)", f"sorted(means, reverse=True)[{HALF} - 1]")
        for more in ((), (f"{SORT} => pass",), (f"{SORT} => pass", "return left[-1]"))
    ],
    "a dict by means, or index, finds only one of the weights that are judged alike. Sort the weights "
    "themselves, by their means.": [
        f"{CUT} => {MEANS}\nleft = {found}[:{HALF}]"
        for found in (
            "[dict(zip(means, left))[mean] for mean in sorted(set(means), reverse=True)]",
            "[left[means.index(mean)] for mean in sorted(means, reverse=True)]",
        )
    ],
    "the list is cut before all that are left have been judged. Cut it after the inner loop.": EARLY_CUTS,
    "sort changes the list and returns None. Call it on its own, or take sorted.": [
        f"{SORT} => left = {SORT}",
        (f"{SORT} => pass", f"{CUT} => left = {SORT}[:{HALF}]"),
    ],
    "one weight more than half stays. Of four, two stay, and of three, too.": half_is("len(left) // 2 + 1"),
    "the number of rounds is rounded down, so more than one weight is left in the end. Round up.": [
        *rounds_are("int(log2(len(left)))", "round(log2(len(left)))")
    ],
    "the number of rounds is computed anew from what is left, so it shrinks. Compute it once, before the "
    "first round.": new_is("budget // (ceil(log2(len(left))) * len(left))"),
    "the number of rounds is not rounded where the budget is shared. Round it up, as for the loop: "
    "ceil.": new_is(
        "int(budget // (log2(len(betas)) * len(left)))", "int(budget / log2(len(betas)) / len(left))"
    ),
    "the logarithm has base 2: log2.": rounds_are(
        *("ceil(np.log(len(left)))", "int(np.log(len(left)))", "ceil(np.log10(len(left)))")
    ),
    "there are too many rounds. After log2 of the number of weights, rounded up, one is left.": [
        *rounds_are("len(left)", "len(left) - 1", "ceil(log2(len(left))) + 1")
    ],
    "each round spends the whole budget. It is shared by the rounds, and then by the weights that are "
    "left.": new_is("budget // len(left)"),
    "each weight gets what a whole round has. Divide by the number of weights that are left, too.": new_is(
        "budget // num_rounds"
    ),
    "each weight gets the whole budget. It is shared by the rounds, and then by the weights that are "
    "left.": new_is("budget"),
    "each round asks as often as the first one, so a part of the budget is not used. Divide by the number "
    "that is left now.": new_is("budget // (num_rounds * len(betas))"),
    "a single judgment, or a fixed number of them, is asked for. Share the whole budget.": new_is(
        "1", "5", "10", "20"
    ),
    "the number of judgments is rounded up, which costs more than the budget. Round down: //.": new_is(
        "ceil(budget / (num_rounds * len(left)))"
    ),
    NOT_WHOLE: new_is("budget / (num_rounds * len(left))"),
    "the budget is fixed. Use the one that is passed in.": [f"budget = {b}" for b in (100, 120, 200, 400)],
    "the judge is asked twice in a round, to keep the answers and to compare. Each time costs: compare what "
    "was kept.": mean_is(
        "np.mean(judge(beta, num_new))",
        "np.mean([*judgments[beta], *judge(beta, num_new)])",
        "judgments[beta].extend(judge(beta, num_new)) or np.mean(judgments[beta])",
    ),
    COUNTED: [
        f"{ASK} => judgments[beta].extend({counted})"
        for counted in (
            *("judge(beta, num_new) != 0", "judge(beta, num_new) == 1", "judge(beta, num_new) > 0"),
            *("map(int, judge(beta, num_new))", "np.round(judge(beta, num_new))"),
        )
    ],
    "append puts the whole array into the list as one thing. extend adds the judgments in it.": [
        f"{ASK} => judgments[beta].append(judge(beta, num_new))"
    ],
    "a list plus an array adds number by number. extend puts the new judgments behind the others.": [
        f"{ASK} => judgments[beta] = judgments[beta] + judge(beta, num_new)"
    ],
    "only the newest judgments count. All of them were paid for: take the mean of all that a weight has "
    "got so far.": [f"{ASK} => judgments[beta] = list(judge(beta, num_new))"],
    "only the judgments of the first round count. Take the mean of all that a weight has got so far.": [
        *mean_is("np.mean(judgments[beta][:budget // (num_rounds * len(betas))])")
    ],
    "means are averaged, though they are of different numbers of judgments. Take the mean of all judgments "
    "so far.": [
        f"{ASK} => judgments[beta].append(np.mean(judge(beta, num_new)))",
        f"{ASK} => judgments[beta] = [np.mean([*judgments[beta], np.mean(judge(beta, num_new))])]",
        f"{ASK} => judgments[beta] = [(sum(judgments[beta]) + np.mean(judge(beta, num_new))) / 2]",
    ],
    "weights are compared by their median, or by a single judgment. Take the mean of all that a weight has "
    "got so far.": [
        (by, *order)
        for number in ("np.median({})", "{}[0]", "{}[-1]", "max({})", "min({})")
        for by in mean_is(number.format("judgments[beta]"))
        for order in ((), WORST_FIRST)
    ],
    "the judgments make no difference. Are the weights sorted by the mean of their own judgments, each in a "
    "list of its own?": [
        f"{SORT} => pass",
        "{beta: [] for beta in left} => dict.fromkeys(left, [])",
    ],
    "the weights are sorted by size, not by their judgments.": [
        *mean_is("beta", "-beta"),
    ],
    "the places among the weights that are left are looked up among all weights. Take left[i], not "
    "betas[i].": [
        (
            f"{SORT} => best = np.argsort([-np.mean(judgments[beta]) for beta in left])",
            f"{CUT} => left = [betas[i] for i in best[:{HALF}]]",
        )
    ],
    "it returns the first, the last, the largest or the smallest of all weights. Return the one that is "
    "left.": [f"return {which}" for which in ("betas[0]", "betas[-1]", "max(betas)", "min(betas)")],
    "it returns the best of all weights, also of those that were dropped. Return the one that is left.": [
        "return max(betas, key=lambda beta: np.mean(judgments[beta]))"
    ],
    A_LIST: ["return left"],
    A_PLACE: ["return betas.index(result)"],
    NO_WEIGHT: ["return np.mean(judgments[result]) if judgments[result] else 1.0"],
    CHANGED: ["left = list(betas) => left = betas"],
}

EXERCISE = Exercise(
    solution=choose_tie,
    tested="each round costs the same, half of the weights stay, and every judgment so far counts.",
    probes=(
        _probe(FOUR),
        _probe(BETWEEN),
        _probe(THREE),
        _probe(FIVE, SIX),
        _probe(EIGHT),
        _probe(LUCKY, UNLUCKY, NEARLY),
        _probe(FALLEN, FADING),
        _probe(LONE, LAME),
        _probe(*ALIKE),
        _probe(SKEWED),
        _probe(*FEW),
    ),
    mistakes=MISTAKES,
    leftovers={
        **dict.fromkeys(("BETAS", "BUDGET"), "it reads the settings of the lesson. Use those passed in."),
        "writers": "it asks the writers of the lesson. Use the judge that is passed in.",
        "wins": "it asks the judge of the lesson. Use the one that is passed in.",
    },
)
