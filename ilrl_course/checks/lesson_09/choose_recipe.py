"""The check of lesson 09 on the choice of a recipe under a budget."""

from bisect import bisect_left
from collections.abc import Callable, Iterator
from dataclasses import replace
from numbers import Integral, Real

import numpy as np

from ilrl_course.checks.edits import Wrong
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind
from ilrl_course.checks.slips import instead_of
from ilrl_course.measures.costs import Prices, RecordedRuns, choose_recipe

PRICES = Prices(demo=3, step=20, crash=7)
STEPS_ONLY = Prices(demo=0, step=1, crash=0)
TARGET = 8.0
LIMIT = 127  # the highest budget or price that is tried
NOTHING = (
    "it returned nothing, though there is a recipe that keeps its promise. Is the `return` missing, or is a "
    "share, which is 1 at most, compared with 80?"
)
CHANGED = "it changes the recorded runs, and the caller still needs them. Work on copies."
A_COST = "it returns a number, perhaps a cost. Return the name of the recipe: its key in the dict."
A_PLACE = (
    "it returns a whole number, perhaps the recipe's place in the dict. Return its name: its key in the dict."
)
THE_RUNS = "it returns the runs of a recipe. Return its name: its key in the dict."
RAISES_FOR_NONE = (
    "it raises an error where no recipe keeps its promise. Return None there, for example with "
    "min(..., default=None)."
)


def _one_name_alone(value: object) -> str:
    return f"it returns {kind(value)}. Return the name of one recipe alone, as it stands in the dict."


def _no_such(name: str) -> str:
    return f"it returns {name!r}, which names no recipe. Where none keeps its promise, return None."


# looking at an answer


def _runs(returns, steps=0, crashes=0, num_demos=0) -> RecordedRuns:
    """Runs (S, E) whose steps, in thousands, and crashes are spread over what is left out."""
    steps, crashes = (np.broadcast_to(counts, np.shape(returns)).copy() for counts in (steps, crashes))
    return RecordedRuns(num_demos, np.array(returns), np.rint(1000 * steps).astype(int), crashes)


def _choice(
    answer: Callable, recipes: dict[str, RecordedRuns], prices=STEPS_ONLY, budget=LIMIT
) -> str | None:
    """What is chosen; raises WrongResult."""
    given, before = dict(recipes), _contents(recipes)
    result = answer.function(given, prices, TARGET, budget)
    same = [(name, id(runs)) for name, runs in given.items()] == [(n, id(r)) for n, r in recipes.items()]
    if not same or _contents(recipes) != before:
        raise WrongResult(CHANGED)
    if isinstance(result, str) and result not in recipes:
        raise WrongResult(_no_such(result))
    if isinstance(result, RecordedRuns):
        raise WrongResult(THE_RUNS)
    if isinstance(result, Real) and not isinstance(result, bool):
        raise WrongResult(A_PLACE if isinstance(result, Integral) else A_COST)
    if result is not None and not isinstance(result, str):
        raise WrongResult(_one_name_alone(result))
    return result if result is None else str(result)


def _contents(recipes: dict[str, RecordedRuns]) -> list[bytes]:
    return [table.tobytes() for r in recipes.values() for table in (r.returns, r.env_steps, r.crashes)]


def _fact(about: str, got: str | None, expected: str | None) -> Fact:
    return Fact(about, got, expected, f"{about}, so it should return {expected!r}, but it returns {got!r}.")


def _amount(about: str, got: int, expected: int) -> Fact:
    seems = f"{got}" if got < LIMIT else "much more"
    return Fact(about, got, expected, f"{about} should be {expected}, but it counts as {seems}.")


def _smallest(limit: int, agrees: Callable[[int], bool]) -> int:
    """The smallest number from 0 on that agrees, as all larger ones do; `limit` where none below it does."""
    return bisect_left(range(limit), True, key=agrees)


def _price_asked(answer: Callable, runs: RecordedRuns, prices: Prices = STEPS_ONLY) -> int:
    """The lowest budget for which a recipe is chosen that is the only one."""
    return _smallest(LIMIT, lambda budget: _choice(answer, {"PPO": runs}, prices, budget) == "PPO")


def _cost_in_comparison(answer: Callable, runs: RecordedRuns, prices: Prices = STEPS_ONLY) -> int:
    """The lowest price of a recording, all that a second recipe needs, against which the first is chosen."""
    recipes = {"PPO": runs, "cloning": _runs(np.full(runs.returns.shape, TARGET), num_demos=1)}
    return _smallest(LIMIT, lambda cost: _choice(answer, recipes, replace(prices, demo=cost)) == "PPO")


# the probes


def _probe_cheapest(answer: Callable) -> Iterator[Fact]:
    """Four recipes that keep their promise: each is the best in some way, but only one is the cheapest."""
    up, late = [3, 9, 10], [3, 4, 9]
    one_is_dear = np.array([[1]] * 4 + [[30]]) * [0, 1, 3]
    recipes = {
        "PPO": _runs([up] * 5, [1, 3, 5], [1, 6, 7]),  # 60 + 42
        "GAIL": _runs([[3, 8, 20]] * 5, [0, 2, 4], [1, 4, 5], num_demos=5),  # 15 + 40 + 28
        "DAgger": _runs([up] * 5, one_is_dear, [0, 2, 4], num_demos=10),  # 30 + 20 + 14
        "cloning": _runs([late] * 5, [0, 0, 0], [0, 0, 1], num_demos=29),  # 87 + 7
    }
    orders = [list(recipes), ["DAgger", "PPO", "cloning", "GAIL"], ["cloning", "GAIL", "PPO", "DAgger"]]
    choices = [_choice(answer, {name: recipes[name] for name in order}, PRICES) for order in orders]
    yield Fact("chosen at all", any(choices), True, NOTHING)
    for order, choice in zip(orders, choices, strict=True):
        about = f"of {', '.join(order)}, all of which keep their promise, DAgger has the lowest median cost"
        yield _fact(about, choice, "DAgger")


def _probe_none(answer: Callable) -> Iterator[Fact]:
    """One run that never arrives is forgiven; but then no recipe keeps its promise."""
    four_of_five = {"PPO": _runs([[1, 8, 9]] * 4 + [[1, 2, 3]], [10, 20, 30])}
    yield _fact("PPO reaches the target in four runs of five", _choice(answer, four_of_five), "PPO")
    for about, returns, budget in (
        ("no run of any recipe reaches the target", [[1, 7, 7.5]] * 5, LIMIT),
        ("only three runs in five reach the target", [[1, 8, 9]] * 3 + [[1, 2, 3]] * 2, LIMIT),
        ("all runs reach the target, but beyond the budget", [[1, 8, 9]] * 5, 15),
    ):
        recipes = dict.fromkeys(("PPO", "GAIL"), _runs(returns, [10, 20, 30]))
        choice, raised = None, False
        try:
            choice = _choice(answer, recipes, budget=budget)
        except (WrongResult, NotImplementedError):
            raise
        except Exception:
            raised = True
        yield Fact(f"{about}: error", raised, False, RAISES_FOR_NONE)
        yield _fact(about, choice, None)


def _probe_prices(answer: Callable) -> Iterator[Fact]:
    """One thing at a time, and then all of them; each run arrives in the second of four examinations."""
    runs = _runs([[1, 8, 9, 10]] * 5, [0.1, 0.3, 0.6, 1.0], [1, 3, 4, 7], num_demos=4)
    demos, steps, crashes = "4 recorded games at 3 each", "300 steps at 20 per 1,000", "3 crashes at 7 each"
    for what, prices, cost in (
        (demos, Prices(3, 0, 0), 12),
        (steps, Prices(0, 20, 0), 6),
        (crashes, Prices(0, 0, 7), 21),
        (f"{demos}, {steps}, and {crashes}", PRICES, 39),
    ):
        yield _amount(f"the cost of a run with {what}", _price_asked(answer, runs, prices), cost)


def _probe_arrival(answer: Callable) -> Iterator[Fact]:
    """When is a run there, and each of several?"""
    for curve, steps, cost in (
        ([1, 8, 3, 9, 11, 10, 2], [50, 100, 105, 110, 115, 120, 125], 100),
        ([9, 3, 4], [5, 15, 25], 5),
    ):
        about = f"the cost of a run with the returns {curve} after {steps} thousand steps"
        yield _amount(about, _price_asked(answer, _runs([curve] * 5, steps)), cost)
    returns = [[8, 0, 9], [8, 0, 9], [0, 9, 9], [0, 0, 9], [0, 0, 9]]
    about = f"the median cost of runs with the returns {returns} after [10, 20, 30] thousand steps"
    yield _amount(about, _cost_in_comparison(answer, _runs(returns, [10, 20, 30])), 20)


FAILURES = {  # returns, and steps in thousands
    "never reach the target": ([1, 2, 3], [5, 10, 15]),
    "never reach the target, and go on for long": ([1, 2, 3], [5, 60, 90]),
    "reach the target, but beyond the budget": ([1, 2, 9], [5, 60, 90]),
}


def _probe_share(answer: Callable) -> Iterator[Fact]:
    """How many of the runs have to keep the promise?"""
    for failure, (returns, steps) in FAILURES.items():
        for num_runs, needed in ((5, 4), (10, 8), (4, 4), (3, 3), (12, 10)):

            def is_chosen(kept: int, failed=(returns, steps), num_runs=num_runs) -> bool:
                rows = [([1, 9, 10], [5, 20, 30])] * kept + [failed] * (num_runs - kept)
                return _choice(answer, {"PPO": _runs(*zip(*rows, strict=True))}, budget=40) == "PPO"

            found = _smallest(num_runs + 1, is_chosen)
            about = f"where the others {failure}, {needed} of {num_runs} runs have to keep the promise"
            takes = f"it takes {found}" if found <= num_runs else "even all of them are not enough"
            yield Fact(about, found, needed, f"{about}; here {takes}.")


def _probe_median(answer: Callable) -> Iterator[Fact]:
    """The middle one of the costs, with those of runs that never arrive (None) among them."""
    for costs in (
        [20, 90, None, 10, 60],
        [60, 10, 400, 90, 20],
        [70, 20, None, 50, 10, 90, 30, 80, 40, None],
    ):
        yield _of_the_median(answer, _with_costs(costs), STEPS_ONLY, costs, 60)
    steps, crashes = [[0], [10], [20], [30], [40]], [[9], [1], [2], [8], [0]]
    prices, costs = Prices(0, 1, 5), [45, 15, 30, 70, 40]
    yield _of_the_median(answer, _runs([[9]] * 5, steps, crashes), prices, costs, 40)


def _with_costs(costs: list[int | None]) -> RecordedRuns:
    """Runs that arrive in the second examination, after this many thousand steps, or never."""
    returns = [[1, 2, 3] if cost is None else [1, 9, 10] for cost in costs]
    return _runs(returns, [[25, 30, 35] if cost is None else [cost - 5, cost, cost + 5] for cost in costs])


def _of_the_median(answer: Callable, runs: RecordedRuns, prices: Prices, costs: list, median: int) -> Fact:
    about = f"the median of the costs {['infinity' if cost is None else cost for cost in costs]}"
    return _amount(about, _cost_in_comparison(answer, runs, prices), median)


def _probe_choice(answer: Callable) -> Iterator[Fact]:
    """Ties; and recipes that would be cheap, but do not keep their promise."""
    tie = dict.fromkeys(("GAIL", "DAgger", "PPO"), _runs([[1, 9, 10]] * 5, [10, 20, 30]))
    yield _fact("GAIL, DAgger and PPO cost the same, and GAIL stands first", _choice(answer, tie), "GAIL")
    cheap, dear = _with_costs([6] * 3 + [None] * 2), _with_costs([20] * 5)
    for recipes in ({"DAgger": cheap, "PPO": dear}, {"PPO": dear, "DAgger": cheap}):
        about = "DAgger is cheap, but only three runs in five arrive; PPO always does"
        yield _fact(f"{' and '.join(recipes)}: {about}", _choice(answer, recipes), "PPO")
    recipes = {"PPO": _with_costs([50] * 5), "GAIL": _with_costs([20, 90, None, 10, 60])}
    yield _fact("PPO costs 50, and GAIL has the median 60", _choice(answer, recipes), "PPO")


def _probe_sizes(answer: Callable) -> Iterator[Fact]:
    """Recipes with different numbers of seeds and examinations."""
    long, short = _runs([[1, 2, 3, 9, 8, 9]] * 8, [5, 10, 20, 40, 50, 60]), _runs([[9]] * 4 + [[2]], 25)
    recipes = {"PPO": long, "cloning": short, "GAIL": _runs([[5, 6, 7]], [1, 2, 3])}
    yield _fact("GAIL fails, PPO costs 40, and cloning 25", _choice(answer, recipes), "cloning")
    recipes = {"cloning": short, "GAIL": _runs([[5, 6, 9]], [1, 2, 12]), "PPO": long}
    yield _fact("cloning costs 25, GAIL 12, and PPO 40", _choice(answer, recipes), "GAIL")


# parts of the solution, for the edits below
FIRST, MEDIAN, INFINITE = "arrived.argmax(axis=1)", "np.median(costs)", "np.where(reached, spent, np.inf)"
STEPS, CRASHES = "runs.env_steps[seeds, first]", "runs.crashes[seeds, first]"
KEEPS = "np.mean(reached & (costs <= budget)) >= RELIABLE"
NUM_KEPT = "np.sum(reached & (costs <= budget))"
FINITE, UNASKED = f"{INFINITE} => spent", "reached & (costs <= budget) => costs <= budget"
LAST, LAST_IF_NEVER = (
    f"{FIRST} => {there}" for there in ("np.full(len(arrived), -1)", f"np.where(reached, {FIRST}, -1)")
)
_first = instead_of(FIRST)


def _median(*measures: str) -> list[Wrong]:
    """Edits: recipes are compared by another number; the second time by `<` with infinity at first."""
    plain = instead_of(MEDIAN)(*measures)
    known = (f"{KEEPS} => {KEEPS} and ({measure}) < np.inf" for measure in measures)
    return [*plain, *zip(plain, known, strict=True)]


def _keeps(*conditions: str) -> list[Wrong]:
    """Edits: another promise is asked for; the second time the medians are compared by `<`, as above."""
    finite = (f"({condition}) and {MEDIAN} < np.inf" for condition in conditions)
    return instead_of(KEEPS)(*conditions, *finite)


def _counted(change: str) -> list[tuple[str, ...]]:
    """Edits: other tables of steps, of crashes, and of both."""
    steps, crashes = (f"{old} => {change.format(old[: -len('[seeds, first]')])}" for old in (STEPS, CRASHES))
    return [(steps,), (crashes,), (steps, crashes)]


def _prices(*orders: str) -> list[str]:
    """Edits: the prices of games (d), steps (s) and crashes (c) in another order."""
    named = "d, s, c = (prices.demo, prices.step, prices.crash)"
    return [f"{named}\nprices = Prices({', '.join(order)})" for order in orders]


MISTAKES = {
    # what is returned
    NOTHING: ["return None", "RELIABLE => 80"],
    A_COST: ["return median_costs.get(result)"],
    A_PLACE: ["return list(recipes).index(result) if result else None"],
    THE_RUNS: ["return recipes.get(result)"],
    _one_name_alone(()): ["return (result, median_costs.get(result))"],
    _one_name_alone([]): ["return [result]"],
    _one_name_alone({}): ["return median_costs"],
    **{_no_such(word): [f"default=None => default={word!r}"] for word in ("", "None", "none")},
    RAISES_FOR_NONE: [", default=None =>", "return result or list(median_costs)[0]"],
    "where no recipe keeps its promise, one is chosen anyway. Return None there.": [
        f"default=None => default={recipe}" for recipe in ("next(iter(recipes))", "name")
    ],
    CHANGED: [
        "next(iter(recipes.values())).returns.sort(axis=1)",
        "recipes.pop(next(iter(recipes)))",
        ("for runs in recipes.values():\n    runs.env_steps[~(runs.returns >= target)] = 10 ** 9"),
    ],
    # when a run is there
    "a return that equals the target is enough: compare with >=, not with >.": [">= target => > target"],
    "a run pays for its whole training. It should pay for what it has spent when an examination first shows "
    "the target.": [LAST, (LAST, FINITE, UNASKED)],
    "only the last examination decides whether a run gets there. It is enough if any of them shows the "
    "target.": [
        "arrived.any(axis=1) => arrived[:, -1]",
        ("arrived.any(axis=1) => arrived[:, -1]", LAST),
    ],
    "a run pays up to its best examination. It should pay until one first shows the target: take argmax of "
    "the comparison, not of the returns.": [
        *_first("runs.returns.argmax(axis=1)"),
        f"{STEPS} => runs.env_steps[seeds, runs.returns.argmax(axis=1)]",
    ],
    "a run pays up to the last examination that shows the target. Take the first one.": _first(
        "arrived.shape[1] - 1 - arrived[:, ::-1].argmax(axis=1)"
    ),
    "a run has to stay at the target. It is there when an examination first shows it, whatever comes "
    "after.": [
        "arrived = runs.returns >= target => arrived = runs.returns >= target\n"
        "arrived = np.logical_and.accumulate(arrived[:, ::-1], axis=1)[:, ::-1]"
    ],
    "a run pays up to the examination before the one that shows the target. Take that one itself.": _first(
        f"{FIRST} - 1", f"np.maximum({FIRST} - 1, 0)"
    ),
    "a run pays up to the examination after the one that shows the target. Take that one itself.": _first(
        f"np.minimum({FIRST} + 1, arrived.shape[1] - 1)", f"({FIRST} + 1) % arrived.shape[1]"
    ),
    "a run pays for its first examination only. It should pay until an examination first shows the "
    "target.": _first("np.zeros(len(arrived), dtype=int)"),
    "the returns are averaged over the seeds. Each run arrives by itself: compare every row with the "
    "target.": [
        "runs.returns >= target => np.tile(runs.returns.mean(axis=0) >= target, (len(runs.returns), 1))"
    ],
    "the axes are mixed up. A row is a seed, a column an examination: look along each row, axis=1.": [
        "arrived.any(axis=1) => arrived.any(axis=0)",
        f"{FIRST} => arrived.argmax(axis=0)",
        ("arrived.any(axis=1) => arrived.any(axis=0)", f"{FIRST} => arrived.argmax(axis=0)"),
        (
            "arrived.any(axis=1) => arrived.any(axis=0)",
            f"{FIRST} => arrived.argmax(axis=0)",
            f"{STEPS} => runs.env_steps[first, seeds]",
            f"{CRASHES} => runs.crashes[first, seeds]",
        ),
    ],
    "all seeds are looked at together. Each has its own arrival: look along each row, axis=1.": [
        "arrived.any(axis=1) => arrived.any()",
        (f"{FIRST} => arrived.argmax()", "len(first) => len(arrived)"),
    ],
    "[:, first] gives every seed the arrivals of all. Pair each seed with its own: [np.arange(S), first].": [
        (f"{STEPS} => runs.env_steps[:, first]", f"{CRASHES} => runs.crashes[:, first]")
    ],
    # runs that never arrive
    "a run that never arrives pays for its first examination only: argmax of a row without True is 0. Where "
    "any(axis=1) is False, the cost is np.inf.": [FINITE, (FINITE, UNASKED)],
    "a run that never arrives counts with the cost of its whole training. It costs infinity: np.inf.": [
        (LAST_IF_NEVER, FINITE),
        (LAST_IF_NEVER, FINITE, UNASKED),
    ],
    "a run that never arrives costs nothing. It costs infinity: np.inf.": [
        "np.inf => 0",
        ("np.inf => 0", UNASKED),
    ],
    "a run that never arrives has the cost NaN, and so has the median. It costs infinity: np.inf.": [
        "np.inf => np.nan"
    ],
    "a recipe drops out as soon as one run never arrives. 80 % are enough, and such a run costs np.inf.": [
        ("np.inf => np.nan", f"{KEEPS} => {KEEPS} and {MEDIAN} < np.inf"),
        *_keeps(f"reached.all() and {KEEPS}"),
    ],
    "runs that never arrive are missing from the median. They belong in it, with the cost np.inf.": _median(
        "np.median(costs[reached])"
    ),
    "runs that never arrive are left out of the 80 %. They count among the runs of the recipe, and break its "
    "promise.": [
        f"costs = {INFINITE} => costs = spent[reached]\nreached = reached[reached]",
        *_keeps("np.mean(costs[reached] <= budget) >= RELIABLE"),
        *_keeps(f"int({NUM_KEPT}) / int(np.sum(reached)) >= RELIABLE"),
    ],
    "it fails on a run that never arrives, where there is no first arrival to be found. Give it the cost "
    "np.inf.": _first(
        "np.array([np.flatnonzero(row)[0] for row in arrived])",
        "[row.index(True) for row in arrived.tolist()]",
        "[next(e for e, there in enumerate(row) if there) for row in arrived]",
    ),
    "whole numbers cannot hold infinity. Put np.inf into the costs, not into steps or crashes.": [
        f"costs = {INFINITE} => {counts}[~reached] = np.inf\ncosts = spent" for counts in ("steps", "crashes")
    ],
    # the promise
    "a cost that equals the budget is within it: compare with <=, not with <.": ["<= budget => < budget"],
    "the budget has no effect. Only runs that get there for the budget or less keep the promise.": [
        "budget = np.inf"
    ],
    "exactly 80 % are enough: compare this share with >=, not with >; and not the rest with 1 - 0.8, which "
    "is rounded.": [">= RELIABLE => > RELIABLE"],
    "recipes are chosen that do not keep their promise. First ask for at least 80 % of the runs within the "
    "budget.": _keeps("True", "reached.any()"),
    "the 80 % are counted at any cost. Count the runs that get there within the budget.": _keeps(
        f"np.mean(reached) >= RELIABLE and {MEDIAN} <= budget"
    ),
    "one number for all runs is compared with the budget. Compare each run's cost, and ask for 80 % of the "
    "runs.": _keeps(
        *(f"{summary} <= budget" for summary in (MEDIAN, "np.mean(costs)", "np.sum(costs)")),
        "np.mean(costs[reached]) <= budget",
    ),
    "a single run within the budget is enough here. At least 80 % of the runs have to be.": _keeps(
        f"{NUM_KEPT} >= 1"
    ),
    "every run has to be within the budget here. 80 % of them are enough.": _keeps(
        f"{NUM_KEPT} == len(costs)"
    ),
    "the share of runs asked for is not 80 %. Take RELIABLE, which is 0.8.": _keeps(
        *(f"np.mean(reached & (costs <= budget)) >= {share}" for share in (0.5, 0.6, 0.7, 0.75, 0.9))
    ),
    "a fixed number of runs is asked for. Recipes have different numbers of them: ask for a share.": _keeps(
        *(f"{NUM_KEPT} >= {fixed}" for fixed in (3, 4, 5, 7, 8, 10))
    ),
    "80 % of the runs are rounded to a smaller number. Compare the share itself with 0.8.": _keeps(
        f"{NUM_KEPT} >= int(0.8 * len(costs))",
        f"{NUM_KEPT} >= round(0.8 * len(costs))",
        "np.quantile(costs, RELIABLE, method='lower') <= budget",
    ),
    "a quantile lies between two runs. Count the runs within the budget instead.": _keeps(
        "np.quantile(costs, RELIABLE) <= budget"
    ),
    # the prices
    "the recorded games are not paid for. Add num_demos times prices.demo.": [
        "runs.num_demos * prices.demo + =>"
    ],
    "a single recorded game is paid for. Multiply prices.demo by num_demos.": ["runs.num_demos * =>"],
    "the recorded games are paid for several times. Each run pays for all of them, once.": [
        f"* prices.demo => * prices.demo * {times}"
        for times in ("len(first)", "(first + 1)", "arrived.shape[1]", "arrived.size")
    ],
    "the recorded games are shared among the seeds. Each run pays for all of them.": [
        "* prices.demo => * prices.demo / len(first)"
    ],
    "the steps are not paid for. Add the thousands of env_steps times prices.step.": [
        "steps / 1000 * prices.step + =>"
    ],
    "prices.step is the price of 1,000 steps. Divide env_steps by 1,000.": ["/ 1000 =>"],
    "only whole thousands of steps are paid for. Divide with /, not with //.": ["/ 1000 => // 1000"],
    "examinations are counted, not steps. Take the entry of env_steps.": [
        f"{STEPS} => 1000 * {number}" for number in ("first", "(first + 1)")
    ],
    "the crashes are not paid for. Add them, times prices.crash.": [" + crashes * prices.crash =>"],
    "a single crash is paid for. Multiply prices.crash by the number of crashes.": [
        "crashes * => ",
        "crashes * => (crashes > 0) * ",
    ],
    "the crashes of the whole training are paid for. Take those until an examination first shows the "
    "target.": [f"{CRASHES} => runs.crashes[:, -1]"],
    "the steps of the whole training are paid for. Take those until an examination first shows the target.": [
        f"{STEPS} => runs.env_steps[:, -1]"
    ],
    "steps or crashes are added up once more, but they count from the beginning already. Take the entry as "
    "it is.": _counted("{}.cumsum(axis=1)[seeds, first]"),
    "only the steps or crashes since the examination before are paid for. The entries count from the "
    "beginning: take them as they are.": _counted("np.diff({}, axis=1, prepend=0)[seeds, first]"),
    "the prices are mixed up: prices.demo is that of a recorded game, prices.step of 1,000 steps, "
    "prices.crash of a crash.": _prices("dcs", "sdc", "scd", "cds", "csd"),
    # the comparison
    "the cheapest run stands for the recipe. Take the median of all its runs.": _median("np.min(costs)"),
    "the most expensive run stands for the recipe. Take the median of all its runs.": _median(
        "np.max(costs)"
    ),
    "a single seed stands for the recipe. Take the median of all its runs.": _median("costs[0]", "costs[-1]"),
    "this is the mean, or the sum, of the costs. Take their median: one run that never arrives would make a "
    "mean infinite.": _median("np.mean(costs)", "np.sum(costs)", "np.mean(costs[reached])"),
    "only the runs within the budget enter the median. All runs belong in it.": _median(
        "np.median(costs[reached & (costs <= budget)])"
    ),
    "of an even number of runs, the median lies halfway between the two in the middle. Take np.median.": [
        *_median("np.sort(costs)[len(costs) // 2]", "np.sort(costs)[(len(costs) - 1) // 2]")
    ],
    "the costs are not sorted, so the one in the middle of the list is no median. Take np.median.": _median(
        "costs[len(costs) // 2]", "costs[(len(costs) - 1) // 2]"
    ),
    "the recipes are compared by their 80 % quantile. Take the median of the costs.": _median(
        "np.quantile(costs, RELIABLE)", "np.sort(costs)[int(np.ceil(RELIABLE * len(costs))) - 1]"
    ),
    "the medians of steps and crashes are taken before they are priced. Take the median of the runs' "
    "costs.": _median(
        "runs.num_demos * prices.demo + np.median(steps) / 1000 * prices.step + np.median(crashes) * "
        "prices.crash"
    ),
    "the most expensive recipe is chosen. Take the lowest median cost: min.": ["min(median => max(median"],
    "the names are compared, not the costs: min() of a dict looks at its keys. Pass a key function that "
    "looks up the cost.": [
        f"return {lowest}(median_costs) if median_costs else None" for lowest in ("min", "max")
    ],
    "the recipe with the best returns is chosen. Reaching the target is good enough: take the "
    "cheapest one.": _median(
        "-np.median(runs.returns[:, -1])", "-np.mean(runs.returns[:, -1])", "-np.max(runs.returns)"
    ),
    "the most reliable recipe is chosen. 80 % are enough: of those, take the cheapest.": _median(
        "-np.mean(reached & (costs <= budget))", "-np.mean(reached)"
    ),
    "one kind of expense decides: steps, crashes, games or examinations. Compare the whole cost.": _median(
        *(f"np.median(np.where(reached, {count}, np.inf))" for count in ("steps", "crashes", "first")),
        "runs.num_demos",
    ),
    "the first recipe that keeps its promise is chosen. Look at all of them, and take the cheapest.": [
        f"median_costs[name] = {MEDIAN} => return name"
    ],
    "the last recipe that keeps its promise is chosen. Compare its cost with the lowest one so far.": [
        "return list(median_costs)[-1] if median_costs else None"
    ],
    "only the first recipe is looked at. Is there a return within the loop?": [
        "recipes = dict(list(recipes.items())[:1])",
        "return list(recipes)[0]",
    ],
    "only the last recipe is looked at. Is there a line after the loop that belongs inside it?": [
        "recipes = dict(list(recipes.items())[-1:])",
        "return list(recipes)[-1]",
    ],
    "the cheapest recipe is chosen first, and only then asked whether it keeps its promise. Choose among "
    "those that do.": [
        (
            "kept = set()",
            f"if {KEEPS}:\n            median_costs[name] = {MEDIAN} => "
            f"median_costs[name] = {MEDIAN}\nif {KEEPS}:\n    kept.add(name)",
            "return result if result in kept else None",
        )
    ],
    "of recipes with the same cost, choose the first in the dict: compare with <, and do not sort by name.": [
        f"min(median_costs, => min({order}(median_costs)," for order in ("reversed", "sorted")
    ],
    "recipes can have different numbers of seeds and examinations. Look at them one by one.": [
        *(f"np.{stack}([runs.returns for runs in recipes.values()])" for stack in ("stack", "array")),
        "len(first) => len(next(iter(recipes.values())).returns)",
    ],
}

LEFTOVERS = {
    **dict.fromkeys(
        ("PRICES", "TARGET", "BUDGET"), "it reads the settings of the lesson. Use those passed in."
    ),
    "RECIPES": "it reads the recipes of the lesson. Use those that are passed in.",
}

EXERCISE = Exercise(
    solution=choose_recipe,
    tested="each run pays until it first arrives, 80 % keep within the budget, and the lowest median wins.",
    probes=(
        _probe_cheapest,
        _probe_none,
        _probe_prices,
        _probe_arrival,
        _probe_share,
        _probe_median,
        _probe_choice,
        _probe_sizes,
    ),
    mistakes=MISTAKES,
    leftovers=LEFTOVERS,
)
