"""Whose prices they are, what one may have, and what becomes of a scoreboard without it."""

from ilrl_course.measures.scoreboard import METHODS
from ilrl_course.notebook.prices import ASSETS, without


def test_without_some_methods_their_runs_are_gone_and_the_record_stays_as_it_is():
    record = {"seeds": [0], "runs": [{"method": method} for method in ("BC", "MaxEnt IRL", "PPO")]}
    assert [run["method"] for run in without(record, "MaxEnt IRL", "PPO")["runs"]] == ["BC"]
    assert len(record["runs"]) == 3


def test_nothing_that_one_may_have_is_needed_by_every_method_and_each_names_methods_that_exist():
    needing = [method for methods in ASSETS.values() for method in methods]
    assert set(needing) < set(METHODS)
    assert len(needing) == len(set(needing))
