"""The scoreboard's figures show every method once in each world; its table says what the records hold."""

import numpy as np
import pytest

from ilrl_course.notebook.scoreboard import board, by_demonstrations, by_steps
from tests.made_up_scoreboard import METHODS, made_up_scoreboard


@pytest.fixture(scope="module")
def records():
    return {world: made_up_scoreboard(seed, world) for seed, world in enumerate(("CartPole", "Driving"))}


def labels(axis):
    return sorted(text.get_text() for text in axis.texts)


def test_both_figures_label_each_method_once_in_each_world(records):
    for figure in (by_demonstrations(records), by_steps(records, demos=5)):
        assert [axis.get_title() for axis in figure.axes] == list(records)
        for axis in figure.axes:
            assert labels(axis) == sorted([*METHODS, "PPO"])


def test_a_method_that_never_steps_into_the_world_is_a_level_at_its_mean(records):
    figure = by_steps({"Driving": records["Driving"], "CartPole": records["CartPole"]}, demos=20)
    (run,) = [run for run in records["Driving"]["runs"] if (run["method"], run["demos"]) == ("BC", 20)]
    levels = [line.get_ydata()[0] for line in figure.axes[0].lines if line.get_linestyle() != "-"]
    assert pytest.approx(np.mean(run["score"])) in levels


def test_the_table_has_a_row_for_each_entry_with_its_means_at_the_end(records):
    record = records["Driving"]
    head, *rows = board(record).splitlines()
    assert head.split()[-4:] == ["labels", "steps", "crashes", "seconds"]
    assert len(rows) == len(record["runs"])
    for row, run in zip(rows, record["runs"], strict=True):
        assert row.startswith(f"Driving: {run['method']} ({run['demos']})")
        shown = [float(cell.replace(",", "")) for cell in row.split()[-4:]]
        wanted = [np.mean([seed[-1] for seed in run[name]]) for name in head.split()[-4:]]
        assert shown == pytest.approx(wanted, abs=0.5)
        assert f" {np.mean([seed[-1] for seed in run['score']]):.0f} [" in row
