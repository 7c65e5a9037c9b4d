"""The cheapest plan in cases that can be worked out by hand, and its bootstrap against another one."""

import math
from itertools import islice

import numpy as np
import pytest

from ilrl_course.measures.price_map import (
    QUANTITIES,
    TABLES,
    cheapest_plan,
    costs_of,
    draws,
    random_numbers,
)

FREE = dict.fromkeys(QUANTITIES, 0.0)
STEPS = FREE | {"step": 1.0}


def plan(method="BC", demos=0, **tables):
    """A plan; a table that is not given is one of zeros, and the score one of hundreds."""
    shape = np.shape(next(iter(tables.values()))) if tables else (2, 1)
    given = {"score": np.full(shape, 100.0)} | {name: np.zeros(shape) for name in TABLES[1:]} | tables
    return {"method": method, "demos": demos} | {n: np.asarray(table).tolist() for n, table in given.items()}


def board(*runs):
    seeds = range(len(runs[0]["score"]))
    return {
        "seeds": list(seeds),
        "world": "a world",
        "reference": {"random": 0, "expert": 1},
        "runs": [*runs],
    }


def column(*values):
    """A table with one examination."""
    return np.array(values, dtype=float)[:, None]


def test_a_free_plan_beats_a_dear_one_in_every_resample():
    dear = plan("PPO", steps=column(4000, 4000))
    found = cheapest_plan(board(dear, plan("BC", steps=column(0, 0))), STEPS, 90)
    assert (found.plan, found.cost, found.interval, found.share, found.runner_up) == (1, 0, (0, 0), 1, 0)


def test_a_run_pays_for_all_five_things_until_it_first_arrives_and_not_for_what_comes_later():
    run = plan(
        demos=3,
        score=[[50, 90, 20, 95]],
        labels=[[1, 20, 30, 40]],
        steps=[[1000, 2500, 9000, 9000]],
        crashes=[[0, 4, 9, 9]],
        seconds=[[0.5, 1.5, 9, 9]],
    )
    prices = dict(zip(QUANTITIES, (10, 0.5, 2, 7, 4), strict=True))
    assert costs_of(run, prices, 90) == 3 * 10 + 20 * 0.5 + 2.5 * 2 + 4 * 7 + 1.5 * 4
    assert costs_of(run, prices, 91) == 3 * 10 + 40 * 0.5 + 9 * 2 + 9 * 7 + 9 * 4


def test_a_method_that_acts_has_not_begun_before_its_first_step_however_good_its_clone_is():
    run = plan("BC, then PPO", score=[[95, 40, 95]], steps=[[0, 1000, 2000]])
    assert costs_of(run, STEPS, 90).tolist() == [2]
    assert costs_of(plan("BC", score=[[95]], steps=[[0]]), STEPS, 90).tolist() == [0]


def test_a_run_that_never_arrives_costs_infinity_even_where_all_is_free():
    assert costs_of(plan(score=[[89.9], [90.0]]), FREE, 90).tolist() == [math.inf, 0]


def test_where_no_plan_gets_there_there_is_no_winner_and_that_is_certain():
    found = cheapest_plan(board(plan(score=column(10, 20, 30))), FREE, 90)
    assert (found.plan, found.cost, found.share, found.runner_up) == (None, math.inf, 1, None)


@pytest.mark.parametrize(("num_seeds", "least"), [(5, 4), (10, 8), (15, 12), (16, 13)])
def test_a_plan_needs_80_percent_of_its_seeds_and_not_one_more(num_seeds, least):
    for arriving, expected in ((least, 0), (least - 1, None)):
        score = column(*[100] * arriving, *[0] * (num_seeds - arriving))
        assert cheapest_plan(board(plan(score=score)), FREE, 90).plan == expected


def test_the_cost_is_the_median_over_all_seeds_those_that_never_arrive_included():
    run = plan(score=column(0, 100, 100, 100, 100), steps=column(1, 1000, 2000, 3000, 4000))
    assert cheapest_plan(board(run), STEPS, 90).cost == 3


def test_with_an_even_number_of_seeds_the_median_lies_between_the_two_middle_ones():
    assert cheapest_plan(board(plan(steps=column(9000, 1000, 3000, 4000))), STEPS, 90).cost == 3.5


def test_in_a_tie_the_first_plan_wins():
    same = [plan(method, steps=column(1000, 2000)) for method in ("GAIL", "BC", "AIRL")]
    found = cheapest_plan(board(*same), STEPS, 90)
    assert (found.plan, found.share, found.runner_up) == (0, 1, 1)
    assert cheapest_plan(board(plan("PPO", steps=column(5000, 5000)), *same), STEPS, 90).plan == 1


@pytest.mark.parametrize("name", QUANTITIES)
def test_what_cannot_be_had_excludes_the_plans_that_use_it_and_costs_the_others_nothing(name):
    table = {"label": "labels", "step": "steps", "crash": "crashes", "second": "seconds"}.get(name)
    user = plan("PPO", demos=int(name == "demo"), **({table: column(1, 1)} if table else {}))
    both = board(user, plan("BC"))
    assert cheapest_plan(both, FREE, 90).plan == 0
    found = cheapest_plan(both, FREE | {name: math.inf}, 90)
    assert (found.plan, found.cost, found.runner_up) == (1, 0, None)


def test_a_plan_of_which_80_percent_of_the_seeds_never_use_it_stays():
    run = plan("PPO", crashes=column(0, 0, 0, 0, 1))
    found = cheapest_plan(board(run), FREE | {"crash": math.inf}, 90)
    assert (found.plan, found.cost) == (0, 0)
    assert 0 < found.share < 1  # it is drawn more than once in some resamples


def test_the_method_wins_a_resample_whichever_of_its_plans_does():
    early, late = (
        plan("BC", demos, steps=column(*steps)) for demos, steps in ((1, (1e3, 9e3)), (5, (9e3, 1e3)))
    )
    found = cheapest_plan(board(early, late, plan("PPO", steps=column(7e3, 7e3))), STEPS, 90)
    assert found.share == 1
    assert found.runner_up == 2


def test_the_share_agrees_with_a_bootstrap_by_other_random_numbers():
    rng = np.random.default_rng(0)
    costs = np.round(rng.lognormal(0, 0.5, (2, 16)) * 1000)  # steps
    found = cheapest_plan(
        board(*(plan(m, steps=column(*c)) for m, c in zip("ab", costs, strict=True))), STEPS, 90
    )
    medians = np.median(costs[:, rng.integers(16, size=(20_000, 16))], axis=-1) / 1000
    best = found.plan
    assert 0.5 < found.share < 0.95
    assert found.share == pytest.approx((medians[best] < medians[1 - best]).mean(), abs=0.1)
    assert found.interval == pytest.approx(np.quantile(medians[best], [0.025, 0.975]), rel=0.2)


def test_the_random_numbers_are_those_of_the_published_generator():
    assert next(islice(random_numbers(10_000), 9_999, None)) == 399268537  # as the C++ standard has it


def test_every_seed_is_drawn_equally_often():
    drawn = np.bincount(draws(16).ravel(), minlength=17)
    assert len(drawn) == 17
    assert drawn[16] == 0
    assert drawn[:16] == pytest.approx(200, abs=4 * math.sqrt(200))


@pytest.mark.parametrize(
    ("prices", "message"),
    [
        ({"demo": 1.0}, "one for each of"),
        (FREE | {"euro": 1.0}, "one for each of"),
        (FREE | {"crash": -1.0}, "the price of a crash is -1.0"),
        (FREE | {"label": math.nan}, "the price of a label is nan"),
    ],
)
def test_prices_that_make_no_sense_are_refused(prices, message):
    with pytest.raises(ValueError, match=message):
        cheapest_plan(board(plan()), prices, 90)


@pytest.mark.parametrize(
    "table", [[[1]], [[1], [2], [3]], [[1, 2], [3, 4]], [[1], [2, 3]], [[], []]], ids=lambda t: str(t)
)
def test_tables_that_do_not_fit_together_are_refused(table):
    with pytest.raises(ValueError, match="the tables of BC with 0 demonstrations have the shapes"):
        cheapest_plan(board(plan(score=column(1, 2)) | {"steps": table}), FREE, 90)
    with pytest.raises(ValueError, match=r"\(3, examinations\), is expected"):
        cheapest_plan(board(plan()) | {"seeds": [0, 1, 2]}, FREE, 90)
