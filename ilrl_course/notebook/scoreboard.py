"""The scoreboard in two figures and a table: all methods, by demonstrations, by steps, and what they cost."""

from collections.abc import Mapping

import numpy as np

from ilrl_course.measures.scoreboard import COSTS
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.palette import METHOD_COLORS

NONE = 0.3  # where a logarithmic axis shows no demonstrations at all
TICKS = {NONE: "0", 1: "1", 5: "5", 20: "20", 100: "100"}
THOUSANDS = [0, 1, 10, 100]
WIDTH, HEIGHT = 20 / 3, 6.5  # of a panel, in inches


def by_demonstrations(records: Mapping[str, dict]):
    """A figure: scores at the end of training against the number of demonstrations, a panel for each world.

    A method that was computed without demonstrations only is a level, and one for a single number of them a
    dot.
    """
    figure, axes = _panels(records)
    for axis, (world, record) in zip(axes, records.items(), strict=True):
        for method, runs in _by_method(record).items():
            finals = np.transpose([np.array(run["score"])[:, -1] for run in runs])  # (S, numbers)
            if [run["demos"] for run in runs] == [0]:
                plotting.reference_line(axis, finals.mean(), method, METHOD_COLORS[method])
            else:
                numbers = [run["demos"] or NONE for run in runs]
                plotting.learning_curves(axis, numbers, finals, method, METHOD_COLORS[method])
                axis.plot(numbers, finals.mean(axis=0), "o", color=METHOD_COLORS[method])
        axis.set(title=world, xlabel="demonstrations", xscale="log", ylim=(-10, 115))
        axis.set_xticks(list(TICKS), list(TICKS.values()))
        axis.minorticks_off()
    axes[0].set_ylabel("score at the end")
    return figure


def by_steps(records: Mapping[str, dict], demos: int):
    """A figure: scores on the way from so many demonstrations (PPO alone: from none), a panel for each world.

    Methods that never step into the world are levels.
    """
    figure, axes = _panels(records)
    for axis, (world, record) in zip(axes, records.items(), strict=True):
        for method, runs in _by_method(record).items():
            for run in (run for run in runs if run["demos"] == demos or len(runs) == 1):
                scores, steps = np.array(run["score"]), np.mean(run["steps"], axis=0) / 1000  # (S, E), (E,)
                if steps[-1]:
                    plotting.learning_curves(axis, steps, scores, method, METHOD_COLORS[method])
                else:
                    plotting.reference_line(axis, scores.mean(), method, METHOD_COLORS[method])
        axis.set(title=world, xlabel="environment steps (thousands)", ylim=(-10, 115))
        axis.set_xscale("symlog", linthresh=1)
        axis.set_xticks(THOUSANDS, [f"{number}" for number in THOUSANDS])
        axis.set_xlim(0, max(run["steps"][0][-1] for run in record["runs"]) / 1000)
    axes[0].set_ylabel("score")
    return figure


def show_elsewhere(records: Mapping[str, dict], demos: int) -> None:
    """Both figures for worlds that others made, and what differs there; nothing where none is recorded."""
    if not records:
        return
    seeds = ", ".join(f"{world} ({len(record['seeds'])} seeds)" for world, record in records.items())
    print(f"Worlds that others made: {seeds}, with the settings of lesson 11.")
    print("PPO's were chosen by pilot runs, except in Pong; GAIL's are lesson 06's, and were not tuned here.")
    worlds = ", ".join(records)
    video.show(
        by_demonstrations(records),
        alt=f"For {worlds} the score at the end against the number of demonstrations, for each method.",
    )
    video.show(
        by_steps(records, demos),
        alt=f"For {worlds} the score against the steps in the world, from {demos} demonstrations.",
    )


def _panels(records: Mapping[str, dict]):
    figure, axes = plotting.panels(columns=len(records), width=WIDTH * len(records), height=HEIGHT)
    return figure, np.atleast_1d(axes)


def _by_method(record: dict) -> dict[str, list[dict]]:
    """The entries of each method, in the order of the palette, by number of demonstrations."""
    found = {method: [run for run in record["runs"] if run["method"] == method] for method in METHOD_COLORS}
    return {method: sorted(runs, key=lambda run: run["demos"]) for method, runs in found.items() if runs}


def board(record: dict) -> str:
    """A row for each entry: the mean score at the end, with its 95 % interval, and the mean of each cost."""
    rows = [
        f"{'(demonstrations)':28}{'score [95 % interval]':>22}" + "".join(f"{cost:>12}" for cost in COSTS)
    ]
    for run in record["runs"]:
        finals = {name: np.array(run[name])[:, -1] for name in ("score", *COSTS)}  # (S,) each
        low, high = confidence_interval(finals["score"])
        name = f"{record['world']}: {run['method']} ({run['demos']})"
        costs = "".join(f"{finals[cost].mean():12,.{1 if cost == 'seconds' else 0}f}" for cost in COSTS)
        score = f"{finals['score'].mean():.0f} [{low:.0f}, {high:.0f}]"
        rows.append(f"{name:28}{score:>22}{costs}")
    return "\n".join(rows)
