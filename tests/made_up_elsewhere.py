"""Records of lesson 11 that nobody measured: their layout and size are those that the scripts write."""

import json
from contextlib import contextmanager
from dataclasses import asdict
from pathlib import Path

import numpy as np
import pytest

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.envs.elsewhere import reference_scores
from ilrl_course.notebook.boards import ELSEWHERE
from ilrl_course.notebook.claims import plan
from ilrl_course.notebook.verdicts import judgements
from ilrl_course.storage import files
from tests.made_up_scoreboard import made_up_scoreboard

TRAINED = ("env_steps", "crashes", "return", "crash_rate", "success", "seconds", "demo_crashes")
CLONED = {  # quantities of `imitate`: None where they are four deviations, else names of arms
    "LunarLander": {
        "where flights end": None,
        "slips": ("teacher", "clone", "clone, drawing"),
        "starts": ("many starts", "one start"),
        "own states": ("DAgger", "clone"),
    },
    "DoorKey": {
        "turns to the right": None,
        "layouts": ("many layouts", "few layouts", "few layouts, no copies"),
        "own states": ("DAgger", "clone"),
    },
    "Pong": {"how low": None, "slips": ("teacher", "clone", "clone, drawing")},
}


def returns_of(world: str, points: np.ndarray) -> np.ndarray:
    """Returns of a world for points of any shape."""
    low, high = (reference_scores(world)[name] for name in ("random", "expert"))
    return low + np.asarray(points) / 100 * (high - low)


def training(world: str, start: float, end: float, length, num_seeds: int, rng) -> dict:
    """A table (seeds, examinations) of each quantity, from a score to another, with some noise."""
    iterations = np.arange(0, length.num_iterations + 1, length.every)
    progress = iterations / length.num_iterations  # (E,)
    shape = num_seeds, len(iterations)
    points = start + (end - start) * progress + rng.normal(0, 6, shape)  # (S, E)
    crashes = np.cumsum(rng.poisson(3 + (100 - points).clip(0), shape) * (iterations > 0), axis=1)
    steps, seconds = (np.tile(scale * iterations, (num_seeds, 1)) for scale in (2048, 0.1))
    share = points.clip(0, 100) / 100
    values = steps, crashes, returns_of(world, points), 1 - share, share, seconds, np.ones(shape)
    return {name: value.tolist() for name, value in zip(TRAINED, values, strict=True)}


def cloned(world: str, num_seeds: int, rng) -> dict:
    """What `imitate` tells of each seed, by quantity."""
    found = {}
    for quantity, arms in CLONED[world].items():
        if arms is None:
            found[quantity] = np.array([0.0, 0.5, 0.02, 0.45]) + rng.normal(0, 0.03, (num_seeds, 4))
        else:
            found[quantity] = {
                arm: returns_of(world, rng.normal(60 + 10 * i, 5, num_seeds)) for i, arm in enumerate(arms)
            }
    return found


def records(seed: int = 0) -> dict[str, dict]:
    """The records of LunarLander, DoorKey and Pong by their names."""
    rng = np.random.default_rng(seed)
    scripts = {w: load_script(ROOT / "results", f"elsewhere_{w}") for w in ("lander", "door", "pong")}
    found = {}
    for name, script in scripts.items():
        world, length = _place(script)
        trained = {
            arm: training(world, 0 if arm.startswith("from") else 60, 90, length, len(script.SEEDS), rng)
            for arm in script.ARMS
        }
        players = {
            player: returns_of(world, rng.normal(points, 3, len(script.SEEDS)))
            for player, points in {"human-like": 70, "expert": 100, "chance": 0}.items()
        }
        clones = cloned(world, len(script.SEEDS), rng)
        extra = ("followed",) if name == "door" else ()  # which end a mixture has to beat
        both = script.compared(trained, players, clones, *extra)
        found[f"elsewhere_{name}"] = _record(script, trained, players, clones, both)
    return found


def pilots() -> dict[str, dict]:
    """The records of pilot runs, as far as others read them: the same setting is chosen for every arm."""
    training = load_script(ROOT / "results" / "elsewhere", "training")
    chosen = asdict(training.Setting(learning_rate=1e-3, gamma=0.99, ent_coef=0.01))
    found = {}
    for name in ("lander", "door"):
        arms = load_script(ROOT / "results", f"elsewhere_{name}").ARMS
        tuned = {arm: {"chosen": chosen, "best": 0.0} for arm in arms}
        found[f"elsewhere_pilot_{name}"] = {"seeds": training.PILOT_SEEDS, "arms tuned": tuned}
    found["elsewhere_pilot_door"]["to beat"] = "followed"
    return found


def _place(script):
    pilot = getattr(script, "PILOT", script)
    return pilot.WORLD, pilot.LENGTH


def _record(script, trained, players, clones, both) -> dict:
    as_lists = load_script(ROOT / "results" / "elsewhere", "imitation").as_lists
    record = {"seeds": script.SEEDS, "players": as_lists(players), "cloned": as_lists(clones)}
    record["trained"] = trained
    if hasattr(script, "REPLICATION"):
        described = script.REPLICATION.described
        compared = {name: described(script.COMPARED[name], *arms) for name, arms in both.items()}
        return record | {"compared": compared}
    return record | {"arms": {name: plan(name).recorded(*arms) for name, arms in both.items()}}


@contextmanager
def recorded_in(folder: Path, *, with_home: bool = True):
    """The made-up records in a folder that takes the place of `results/`; those at home beside them."""
    folder.mkdir(parents=True, exist_ok=True)
    for path in (ROOT / "results").glob("*.json") if with_home else ():
        (folder / path.name).symlink_to(path)
    write_records(folder)
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(files, "RESULTS", folder)
        judgements.cache_clear()
        yield folder
    judgements.cache_clear()


def write_records(folder: Path, seed: int = 0) -> None:
    """The made-up records in a folder."""
    for name, record in (records(seed) | pilots()).items():
        (folder / f"{name}.json").unlink(missing_ok=True)
        (folder / f"{name}.json").write_text(json.dumps(record, default=float), encoding="utf-8")


def write_boards(folder: Path, worlds: tuple[str, ...] = tuple(ELSEWHERE)) -> dict[str, dict]:
    """Made-up scoreboards of these worlds in a folder, by world; Pong has eight seeds."""
    found = {}
    for seed, world in enumerate(worlds, start=10):
        board = made_up_scoreboard(seed, world)
        if world == "Pong":
            tables = ("score", "labels", "steps", "crashes", "seconds")
            board["seeds"] = board["seeds"][:8]
            board["runs"] = [run | {name: run[name][:8] for name in tables} for run in board["runs"]]
        path = folder / f"{ELSEWHERE[world]}.json"
        path.unlink(missing_ok=True)
        path.write_text(json.dumps(board), encoding="utf-8")
        found[world] = board
    return found
