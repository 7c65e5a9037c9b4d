"""Lesson 09, the recipe under a budget: right answers, mistakes apart from the bank's, and nonsense."""

import heapq
import math
import statistics
from itertools import compress

import numpy as np
import torch

from ilrl_course.measures.costs import RecordedRuns  # noqa: F401 (an edit uses it)
from tests.checks.answers import promises_of


def right(recipes, prices, target, budget):
    best, lowest = None, math.inf
    for name, runs in recipes.items():
        costs = []
        for returns, steps, crashes in zip(runs.returns, runs.env_steps, runs.crashes, strict=True):
            cost = math.inf
            for e, score in enumerate(returns):
                if score >= target:
                    cost = runs.num_demos * prices.demo
                    cost += steps[e] / 1000 * prices.step
                    cost += crashes[e] * prices.crash
                    break
            costs.append(cost)
        kept = [cost for cost in costs if cost <= budget]
        if len(kept) / len(costs) >= 0.8 and statistics.median(costs) < lowest:
            best, lowest = name, statistics.median(costs)
    return best


def table(runs, prices):
    """What each run would have spent at each examination."""
    return runs.num_demos * prices.demo + runs.env_steps * prices.step / 1000 + runs.crashes * prices.crash


def by_the_cheapest_sufficient_entry(recipes, prices, target, budget):
    """Spending never falls, so the first examination that shows the target is the cheapest one that does."""
    best = (np.inf, None)
    for name, runs in recipes.items():
        costs = np.where(runs.returns >= target, table(runs, prices), np.inf).min(axis=1)
        if np.count_nonzero(costs <= budget) >= 0.8 * costs.size:
            best = min(best, (np.median(costs), name), key=lambda pair: pair[0])
    return best[1]


def by_masks(recipes, prices, target, budget):
    costs = {
        name: np.ma.array(table(runs, prices), mask=runs.returns < target).min(axis=1).filled(np.inf)
        for name, runs in recipes.items()
    }
    kept = {name: c for name, c in costs.items() if sum(c > budget) / len(c) <= 0.2}
    return sorted(kept, key=lambda name: np.median(kept[name]))[0] if kept else None


def by_a_heap(recipes, prices, target, budget):
    heap = []
    for place, (name, runs) in enumerate(recipes.items()):
        costs = []
        for scores, spent in zip(runs.returns.tolist(), table(runs, prices).tolist(), strict=True):
            arrivals = compress(spent, (score >= target for score in scores))
            costs.append(next(arrivals, float("inf")))
        costs.sort()
        if costs[math.ceil(0.8 * len(costs)) - 1] <= budget:
            heapq.heappush(heap, (statistics.median(costs), place, name))
    return heap[0][2] if heap else None


def by_paired_indices(recipes, prices, target, budget):
    names, medians = np.array(list(recipes)), np.full(len(recipes), np.inf)
    for i, runs in enumerate(recipes.values()):
        costs = np.full(len(runs.returns), np.inf)
        seeds, examinations = np.nonzero(runs.returns >= target)
        seeds, places = np.unique(seeds, return_index=True)
        costs[seeds] = table(runs, prices)[seeds, examinations[places]]
        if np.quantile(costs, 0.8, method="inverted_cdf") <= budget:
            medians[i] = np.median(costs)
    return names[medians.argmin()] if np.isfinite(medians).any() else None


def by_running_maxima(recipes, prices, target, budget):
    def median_cost(name):
        runs = recipes[name]
        looks = (np.maximum.accumulate(runs.returns, axis=1) < target).sum(axis=1, keepdims=True)
        spent = np.pad(table(runs, prices), ((0, 0), (0, 1)), constant_values=np.inf)
        costs = np.take_along_axis(spent, looks, axis=1)[:, 0]
        return np.median(costs) if (costs <= budget).mean() >= 4 / 5 else np.inf

    best = min(recipes, key=median_cost)
    return None if median_cost(best) == np.inf else best


def by_torch(recipes, prices, target, budget):
    medians = {}
    for name, runs in recipes.items():
        there = torch.from_numpy(runs.returns) >= target
        first = there.int().argmax(1, keepdim=True)
        costs = torch.from_numpy(table(runs, prices)).double().gather(1, first).squeeze(1)
        costs[~there.any(1)] = torch.inf
        if (costs <= budget).double().mean() >= 0.8:
            medians[name] = costs.numpy()
            medians[name] = float(np.median(medians[name]))
    lowest = min(medians.values(), default=None)
    return next((name for name in medians if medians[name] == lowest), None)


RIGHT = [
    by_the_cheapest_sufficient_entry,
    by_masks,
    by_a_heap,
    by_paired_indices,
    by_running_maxima,
    by_torch,
    "recipes = dict(recipes)",
    "return result if result is None else np.str_(result)",
    "cost = math.inf => cost = 1e12",
    "cost = math.inf => cost = np.float32('inf')",
    "len(kept) / len(costs) >= 0.8 => 10 * len(kept) >= 8 * len(costs)",
    "len(kept) / len(costs) >= 0.8 => len(costs) - len(kept) <= len(costs) // 5",
    "best, lowest = (None, math.inf) => best, lowest = (None, budget)\nlowest += 1e-9",
]
COST = "cost = runs.num_demos * prices.demo"
KEEPS = "len(kept) / len(costs) >= 0.8"
LOWER = "statistics.median(costs) < lowest"


def compared_by(measure):
    """Edits: recipes are compared by another number."""
    return (f"{LOWER} => {measure} < lowest", f"(name, statistics.median(costs)) => (name, {measure})")


WRONG = {
    "it returned nothing, though": [
        "return None",
        "0.8 => 80",
    ],
    "it returns a number, perhaps a cost": ["return lowest", "return float(lowest)"],
    "it returns a whole number, perhaps": ["return [*recipes].index(best) if best else None"],
    "it returns the runs of a recipe": ["return recipes[best] if best else None"],
    "it returns a tuple": ["return best, lowest"],
    "it returns a list": ["return [best]"],
    "it returns a dict": ["return {best: lowest}"],
    "it returns '', which": ["best, lowest = (None, => best, lowest = ('',"],
    "it returns 'None', which": ["return str(best)"],
    "it returns 'none of them', which": ["return best or 'none of them'"],
    "it raises an error where no recipe keeps": [
        "return best or [][0]",
        "return [name for name in recipes if name == best].pop()",
        "return {recipe: recipe for recipe in recipes}[best]",
    ],
    "where no recipe keeps its promise, one is": [
        "return best or min(recipes)",
        "best, lowest = (None, => best, lowest = (next(iter(recipes)),",
    ],
    "it changes the recorded runs": [
        "for runs in recipes.values():\n    np.maximum.accumulate(runs.returns, axis=1, out=runs.returns)",
        "recipes['none'] = recipes['PPO']",
        "for name in recipes:\n    recipes[name] = RecordedRuns(**vars(recipes[name]))",
        "return recipes.update(PPO=lowest)",
        "recipes.update(sorted(recipes.items(), reverse=True)) or recipes.popitem()",
    ],
    "a return that equals the target": ["score >= target => score > target"],
    "a run pays for its whole training": ["e, score in enumerate(returns): => score in returns:\n    e = -1"],
    "a run pays up to its best": [
        "score >= target => target <= score == max(returns)",
        "steps[e] => steps[returns.argmax()]",
    ],
    "a run pays up to the last examination that": ["break => continue"],
    "the returns are averaged": ["in enumerate(returns) => in enumerate(runs.returns.mean(0))"],
    "only the last examination": ["score >= target => returns[-1] >= target and score >= target"],
    "a run has to stay at the target": ["score >= target => all(returns[e:] >= target)"],
    "a run that never arrives pays for its first": [
        "cost = math.inf => e = 0\ncost = steps[0] / 1000 * prices.step + crashes[0] * prices.crash + "
        "runs.num_demos * prices.demo"
    ],
    "a run that never arrives counts": ["if score >= target => if score >= target or e == len(returns) - 1"],
    "a run that never arrives costs nothing": ["cost = math.inf => cost = 0.0"],
    "a recipe drops out as soon as one run never": [
        ("cost = math.inf => cost = math.nan", *compared_by("np.median(costs)")),
        f"{KEEPS} => math.inf not in costs and {KEEPS}",
    ],
    "runs that never arrive are missing from the": [
        compared_by("statistics.median([c for c in costs if c < math.inf])")
    ],
    "runs that never arrive are left out": [
        "costs.append(cost) => if cost < math.inf:\n    costs.append(cost)"
    ],
    "a cost that equals the budget": ["cost <= budget => cost < budget"],
    "the budget has no effect": ["if cost <= budget => if cost < math.inf"],
    "exactly 80 %": [
        f"{KEEPS} => {KEEPS[:-6]}> 0.8",
        f"{KEEPS} => sum(c > budget for c in costs) / len(costs) <= 1 - 0.8",
    ],
    "recipes are chosen that do not keep": [f"{KEEPS} and =>"],
    "the 80 % are counted at any cost": [
        f"{KEEPS} => np.isfinite(costs).mean() >= 0.8 and statistics.median(costs) <= budget"
    ],
    "one number for all runs": [
        f"{KEEPS} => {what} <= budget" for what in ("np.mean(costs)", "np.median(costs)")
    ],
    "a single run within the budget is": [f"{KEEPS} => kept"],
    "every run has to": [f"{KEEPS} => len(kept) == len(costs)", f"{KEEPS} => max(costs) <= budget"],
    "the share of runs": [">= 0.8 => >= 0.5", ">= 0.8 => >= 0.9"],
    "a fixed number of runs": [f"{KEEPS} => len(kept) >= 4", f"{KEEPS} => len(kept) > 4"],
    "80 % of the runs are rounded": [f"{KEEPS} => len(kept) >= len(costs) * 8 // 10"],
    "a quantile lies between": [f"{KEEPS} => np.percentile(costs, 80) <= budget"],
    "the recorded games are not": [f"{COST} => cost = 0"],
    "a single recorded game is": [f"{COST} => cost = prices.demo"],
    "the recorded games are paid for several": [f"{COST} => {COST} * len(runs.returns)"],
    "the recorded games are shared": [f"{COST} => {COST} / len(runs.returns)"],
    "the steps are not": ["cost += steps[e] / 1000 * prices.step => pass"],
    "prices.step is the price of 1,000": ["steps[e] / 1000 => steps[e]"],
    "only whole thousands": ["/ 1000 => // 1000"],
    "examinations are counted": ["steps[e] / 1000 => e", "steps[e] / 1000 => (e + 1)"],
    "the crashes are not paid": ["cost += crashes[e] * prices.crash => pass"],
    "a single crash is paid": ["crashes[e] * prices => prices"],
    "the crashes of the whole": ["crashes[e] => crashes[-1]", "crashes[e] => max(crashes)"],
    "the steps of the whole": ["steps[e] => steps[-1]"],
    "steps or crashes are added up once more": [
        "steps[e] => sum(steps[:e + 1])",
        ("steps[e] => sum(steps[:e + 1])", "crashes[e] => sum(crashes[:e + 1])"),
    ],
    "only the steps or crashes since": ["steps[e] => (steps[e] - (steps[e - 1] if e else 0))"],
    "the prices are mixed up": [
        ("1000 * prices.step => 1000 * prices.crash", "crashes[e] * prices.crash => crashes[e] * prices.step")
    ],
    "the cheapest run": [compared_by("min(costs)")],
    "the most expensive run": [compared_by("max(costs)")],
    "a single seed": [compared_by("costs[0]")],
    "this is the mean": [
        compared_by("statistics.mean(costs)"),
        compared_by("np.ma.masked_invalid(costs).mean()"),
    ],
    "only the runs within the budget enter": [compared_by("statistics.median(kept)")],
    "of an even number": [compared_by(f"statistics.median_{which}(costs)") for which in ("low", "high")],
    "the costs are not sorted": [compared_by("costs[len(costs) // 2]")],
    "the most expensive recipe": [
        (f"{LOWER} => statistics.median(costs) > lowest", "(None, math.inf) => (None, -1)")
    ],
    "the recipe with the best returns": [compared_by("-statistics.median(runs.returns[:, -1])")],
    "the most reliable": [compared_by("-len(kept) / len(costs)")],
    "one kind of expense": [compared_by("runs.num_demos")],
    "the first recipe that": [f"{KEEPS} => best is None and {KEEPS}"],
    "the last recipe that": [f"{LOWER} => lowest"],
    "only the first recipe": ["recipes.items() => list(recipes.items())[:1]"],
    "of recipes with the same": ["(costs) < lowest => (costs) <= lowest"],
    "recipes can have different": ["np.array([runs.returns for runs in recipes.values()])"],
    "the cost of a run with 4 recorded games at 3 each should be 12, but it counts as 18.": [
        f"{COST} => {COST} * 1.5"
    ],
    "where the others never reach the target, 10 of 12 runs have to keep the promise; here it takes 9.": [
        f"{KEEPS} => len(kept) / (len(costs) + 1) >= 0.66"
    ],
    "the median of the costs [20, 90, 'infinity', 10, 60] should be 60, but it counts as 57.": [
        compared_by("statistics.fmean(sorted(costs)[1:4])")
    ],
}
NONSENSE = {
    "return len": "it returns a builtin_function_or_method. Return the name of one recipe alone",
    "return True": "it returns a bool. Return the name of one recipe alone",
    "return inputs": "it returns a tuple",
    "return np.array(['PPO'])": "it returns a ndarray",
    "return 'the best one'": "it returns 'the best one', which names no recipe",
    "return next(iter(inputs[0]))": "only the first recipe is looked at",
    "inputs[0].clear()": "it changes the recorded runs",
    "inputs[1].demo = 0": "it raised FrozenInstanceError",
    "return min(inputs[0], key=inputs[0].get)": "it raised TypeError",
    "return BUDGET": "it reads the settings of the lesson",
    "return min(RECIPES)": "it reads the recipes of the lesson",
    "raise StopIteration": "it raised StopIteration",
    "while True: pass": "it did not finish within 1.5 s.",
}


TestAnswers = promises_of("choose_recipe", right, RIGHT, WRONG, NONSENSE)
