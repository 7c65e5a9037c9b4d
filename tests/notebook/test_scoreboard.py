"""The scoreboard's figures show every method once in each world; its table says what the records hold."""

import numpy as np
import pytest

from ilrl_course.notebook import video
from ilrl_course.notebook.scoreboard import board, by_demonstrations, by_steps, show_elsewhere
from tests.made_up_elsewhere import write_boards
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


def only(record, *plans):
    """The same scoreboard with these plans alone."""
    return record | {"runs": [run for run in record["runs"] if (run["method"], run["demos"]) in plans]}


def test_a_method_from_a_single_number_is_a_dot_there_and_from_none_a_level(records):
    record = only(records["Driving"], ("GAIL", 20), ("PPO", 0))
    (axis,) = by_demonstrations({"Driving": record}).axes
    finals = {run["method"]: np.mean([seed[-1] for seed in run["score"]]) for run in record["runs"]}
    (dot,) = [line for line in axis.lines if line.get_marker() == "o"]
    assert (list(dot.get_xdata()), list(dot.get_ydata())) == ([20], pytest.approx([finals["GAIL"]]))
    (level,) = [line for line in axis.lines if line.get_linestyle() == "--"]
    assert level.get_ydata()[0] == pytest.approx(finals["PPO"])
    assert labels(axis) == ["GAIL", "PPO"]


def test_worlds_that_others_made_have_both_figures_and_say_how_many_seeds(tmp_path, monkeypatch, capsys):
    shown = []
    monkeypatch.setattr(video, "show", lambda figure, alt: shown.append((figure, alt)))
    boards = write_boards(tmp_path)
    show_elsewhere(boards, demos=20)
    said = capsys.readouterr().out
    assert "LunarLander (16 seeds)" in said
    assert "Pong (8 seeds)" in said
    assert len(shown) == 2
    for figure, alt in shown:
        assert [axis.get_title() for axis in figure.axes] == ["LunarLander", "DoorKey", "Pong"]
        assert all(world in alt for world in boards)
    show_elsewhere({"Pong": boards["Pong"]}, demos=20)
    assert "LunarLander" not in capsys.readouterr().out
    assert [len(figure.axes) for figure, _ in shown[2:]] == [1, 1]


def test_before_anything_is_recorded_elsewhere_nothing_is_shown_or_said(monkeypatch, capsys):
    monkeypatch.setattr(video, "show", lambda *_, **__: pytest.fail("a figure of nothing"))
    show_elsewhere({}, demos=20)
    assert capsys.readouterr().out == ""
