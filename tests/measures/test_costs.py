"""What a recipe costs is counted by hand, and the choice agrees with a slow one that follows the words."""

import statistics

import numpy as np
import pytest

from ilrl_course.measures.costs import Prices, RecordedRuns, choose_recipe

PRICES = Prices(demo=2.0, step=10.0, crash=5.0)


def runs_of(returns, steps=(100, 200, 300), crashes=(1, 2, 3), num_demos=4):
    """Each run costs 14, 20 or 26, by the examination that first shows the target."""
    shape = np.shape(returns)
    return RecordedRuns(
        num_demos, np.array(returns), np.broadcast_to(steps, shape), np.broadcast_to(crashes, shape)
    )


def chosen(returns, target=5.0, budget=26.0):
    """Is a recipe with these returns chosen when there is no other one?"""
    return choose_recipe({"PPO": runs_of(returns)}, PRICES, target, budget) == "PPO"


@pytest.mark.parametrize(
    ("returns", "cost"), [([5, 0, 0], 14), ([4, 5, 9], 20), ([4, 6, 4], 20), ([0, 0, 5], 26)]
)
def test_a_run_costs_what_it_has_spent_when_an_examination_first_shows_the_target(returns, cost):
    assert chosen([returns], budget=cost)
    assert not chosen([returns], budget=cost - 0.01)


def test_a_run_that_never_arrives_keeps_no_budget():
    assert not chosen([[1, 2, 3]], budget=1e12)
    assert not chosen([[1, 2, 3]], budget=np.inf)
    assert not chosen([[np.nan, np.nan, np.nan]])


@pytest.mark.parametrize(("num_kept", "num_runs"), [(4, 5), (8, 10), (1, 1), (4, 4), (7, 8), (16, 20)])
def test_80_percent_of_the_runs_are_enough_and_no_fewer(num_kept, num_runs):
    for failure in ([1, 2, 3], [1, 2, 5]):  # never, or beyond the budget
        rows = [[1, 5, 6]] * num_kept + [failure] * (num_runs - num_kept)
        assert chosen(rows, budget=20)
        assert not chosen([failure, *rows[1:]], budget=20)


def test_the_median_is_over_all_runs_and_those_that_never_arrive_are_infinite():
    rows = [[5, 5, 5], [5, 5, 5], [1, 5, 5], [1, 5, 5], [0, 0, 0]]  # 14, 14, 20, 20, infinity: median 20
    for other, name in ((runs_of([[9]], 0, 0, num_demos=9), "other"), (runs_of([[9]], 0, 0, 10), "PPO")):
        assert choose_recipe({"PPO": runs_of(rows), "other": other}, PRICES, 5, 100) == name  # 18, 20


def test_equals_are_chosen_in_the_order_of_the_dict():
    same = runs_of([[1, 5, 6]])
    for names in (["b", "a", "c"], ["c", "b", "a"]):
        assert choose_recipe(dict.fromkeys(names, same), PRICES, 5, 100) == names[0]


def test_where_no_recipe_keeps_its_promise_there_is_none():
    assert choose_recipe({}, PRICES, 5, 100) is None
    assert choose_recipe({"PPO": runs_of([[1, 5, 6]])}, PRICES, 5, 19) is None


def test_what_is_free_costs_nothing():
    assert choose_recipe({"PPO": runs_of([[1, 5, 6]])}, Prices(0, 0, 0), 5, 0) == "PPO"


def test_recipes_may_differ_in_seeds_and_examinations():
    recipes = {"long": runs_of([[1, 2, 5]] * 6), "short": runs_of([[5, 6]] * 3, (100, 200), (1, 2))}
    assert choose_recipe(recipes, PRICES, 5, 100) == "short"


def choose_slowly(recipes, prices, target, budget):
    """Word by word, run by run."""
    promising = []
    for name, runs in recipes.items():
        costs = []
        for seed in range(runs.returns.shape[0]):
            cost = float("inf")
            for look in reversed(range(runs.returns.shape[1])):
                if runs.returns[seed, look] >= target:
                    cost = (
                        prices.demo * runs.num_demos
                        + prices.step * (runs.env_steps[seed, look] / 1000)
                        + prices.crash * runs.crashes[seed, look]
                    )
            costs.append(cost)
        if 10 * sum(cost <= budget for cost in costs) >= 8 * len(costs):
            promising.append((name, statistics.median(costs)))
    lowest = min((cost for _, cost in promising), default=None)
    return next((name for name, cost in promising if cost == lowest), None)


def random_recipe(rng):
    num_seeds, num_looks = rng.integers(1, 12), rng.integers(1, 6)
    climb = np.cumsum(rng.integers(-1, 4, (num_seeds, num_looks)), axis=1)
    return RecordedRuns(
        int(rng.integers(0, 20)),
        climb + rng.integers(0, 5),
        np.cumsum(rng.integers(1, 5, (num_seeds, num_looks)), axis=1) * 500,
        np.cumsum(rng.integers(0, 4, (num_seeds, num_looks)), axis=1),
    )


def test_the_choice_agrees_with_a_slow_one_on_random_tables():
    rng, choices = np.random.default_rng(0), []
    for _ in range(400):
        recipes = {name: random_recipe(rng) for name in "abcd"}
        prices = Prices(*rng.integers(0, 4, 3).tolist())
        target, budget = int(rng.integers(2, 6)), int(rng.integers(5, 60))
        choices.append(choose_recipe(recipes, prices, target, budget))
        assert choices[-1] == choose_slowly(recipes, prices, target, budget)
    assert min(choices.count(name) for name in ("a", "b", "c", "d", None)) > 20


@pytest.mark.parametrize("price", [-1, -0.01, np.inf, np.nan, "2", None, True])
def test_a_price_that_is_none_is_refused(price):
    for name in ("demo", "step", "crash"):
        with pytest.raises(ValueError, match=rf"the price {name} is .*from 0 on is expected: give 0 for"):
            Prices(**{"demo": 1, "step": 1, "crash": 1} | {name: price})


@pytest.mark.parametrize("price", [0, 2.5, np.float32(0.1), np.int64(3)])
def test_any_number_from_0_on_is_a_price(price):
    assert Prices(price, price, price).crash == price


@pytest.mark.parametrize("num_demos", [-1, 2.5, "3", True, None])
def test_a_number_of_games_that_is_none_is_refused(num_demos):
    with pytest.raises(ValueError, match=r"num_demos is .*a whole number from 0 on is expected: count"):
        runs_of([[1, 5, 6]], num_demos=num_demos)


TABLE = np.zeros((2, 3))


@pytest.mark.parametrize(
    ("tables", "found"),
    [
        ((TABLE, TABLE, np.zeros((2, 4))), r"returns \(2, 3\), env_steps \(2, 3\), crashes \(2, 4\)"),
        ((TABLE, TABLE.T, TABLE), r"env_steps \(3, 2\)"),
        ((TABLE[0], TABLE[0], TABLE[0]), r"returns \(3,\)"),
        ((TABLE[:0], TABLE[:0], TABLE[:0]), r"returns \(0, 3\)"),
        ((TABLE[:, :0], TABLE[:, :0], TABLE[:, :0]), r"returns \(2, 0\)"),
        ((TABLE, TABLE.tolist(), TABLE), "env_steps no array"),
        ((TABLE.tolist(),) * 3, "returns no array"),
    ],
)
def test_tables_without_a_common_shape_are_refused(tables, found):
    with pytest.raises(ValueError, match=rf"{found}.* is expected: give arrays with a row for each seed"):
        RecordedRuns(0, *tables)


@pytest.mark.parametrize("name", ["env_steps", "crashes"])
@pytest.mark.parametrize("counts", [[3, 2, 4], [-1, 2, 3], [1, np.nan, 3]])
def test_counts_that_do_not_run_from_the_beginning_are_refused(name, counts):
    tables = {"env_steps": TABLE, "crashes": TABLE} | {name: np.array([[1, 2, 3], counts])}
    with pytest.raises(ValueError, match=f"{name} falls .*: add up what came before"):
        RecordedRuns(0, TABLE, **tables)
