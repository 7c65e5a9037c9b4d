"""One gradient of maximum entropy inverse RL by the size of a grid: ours, and `imitation`'s tabular one."""

import time
from math import log
from pathlib import Path
from statistics import median

import numpy as np
from scipy.sparse import csr_array
from tqdm import tqdm

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.maxent_irl import log_likelihood
from ilrl_course.data import TabularMDP

PEER = load_script(Path(__file__).parent / "peers", "imitation_python")

SIZES = (10, 30, 100)  # cells a side
NUM_STEPS = 100
SLIP = 0.1  # the chance to go left or right of the chosen direction
SWAMP = 0.2  # of the cells
WEIGHTS = np.array([-0.1, -1.0, 5.0])  # step, swamp, goal
DEMO_FEATURES = np.array([40.0, 3.0, 0.5])
WARM_UPS, REPETITIONS = 3, 7
TOLERANCE = 1e-9  # between the gradients, relative
NOTES = [
    "Targets: the seconds grow no faster than the number of transitions, that is with a growth of at most 1.",
    "Growth from one size to the next: the g in seconds ~ transitions ** g. Transitions: the stored chances, "
    "at most three for each cell and move.",
    "The world: four moves, one in ten slips to the left or the right, a fifth of the cells is swamp, the "
    "goal in a corner ends the episode, the start is anywhere. Features: step, swamp, goal.",
]
PEER_NOTES = [
    "imitation: its mce_partition_fh and mce_occupancy_measures on seals' TabularModelPOMDP, one NumPy "
    "thread, with the features' product in NumPy; its networks and its logging are left out. Its gradient "
    f"was the same as ours at every size, within {TOLERANCE:.0e}.",
    "imitation keeps a dense array (S, A, S): 3.2 GB at 100x100. Building it is not counted.",
]

add_arguments = PEER.add_arguments


def run(arguments) -> dict:
    """Time one gradient at every size, ours and the peer's; report medians and how they grow."""
    python = arguments.imitation_python
    if python:
        PEER.require_imitation(python)
    worlds = [grid_world(size) for size in SIZES]
    ours, peers = [], []
    for world in tqdm(worlds, desc="sizes"):
        seconds, gradient = _ours(world)
        ours.append(seconds)
        if python:
            peers.append(_imitation(python, world, gradient))
    rows = _rows("this course", worlds, ours) + (_rows("imitation", worlds, peers) if python else [])
    return {
        "title": (
            f"One gradient of maximum entropy inverse RL on square grids, horizon {NUM_STEPS}, one thread; "
            f"median seconds of {REPETITIONS} repetitions"
        ),
        "rows": rows,
        "speedup": {
            f"imitation, {size}x{size}": peer / our
            for size, our, peer in zip(SIZES, ours, peers, strict=False)  # no peers, no factors
        },
        "notes": NOTES + (PEER_NOTES if python else [PEER.NOT_MEASURED]),
    }


def grid_world(size: int) -> TabularMDP:
    """A square of cells, with features (S, 3): step, swamp, goal."""
    num_states = size * size
    row, column = np.divmod(np.arange(num_states), size)
    moves = ((-1, 0), (0, 1), (1, 0), (0, -1))  # north, east, south, west: left and right are the neighbors
    targets = np.stack(
        [(row + dy).clip(0, size - 1) * size + (column + dx).clip(0, size - 1) for dy, dx in moves], axis=1
    )  # (S, A)
    terminal = np.arange(num_states) == num_states - 1
    pairs = np.arange(targets.size)[np.repeat(~terminal, 4)]  # of state and action, from where it goes on
    matrix = csr_array((targets.size, num_states))
    for turn, chance in ((0, 1 - SLIP), (1, SLIP / 2), (-1, SLIP / 2)):
        leads_to = np.roll(targets, turn, axis=1).ravel()[pairs]
        matrix = matrix + csr_array((np.full(len(pairs), chance), (pairs, leads_to)), shape=matrix.shape)
    swamp = np.random.default_rng(size).random(num_states) < SWAMP
    return TabularMDP(
        transitions=matrix,
        terminal=terminal,
        rewards=terminal.astype(float),
        features=np.stack([np.ones(num_states), swamp & ~terminal, terminal], axis=1),
        start=~terminal / (num_states - 1),
    )


def _ours(world: TabularMDP) -> tuple[float, np.ndarray]:
    seconds = []
    for _ in range(WARM_UPS + REPETITIONS):
        start = time.perf_counter()
        _, gradient = log_likelihood(WEIGHTS, world, DEMO_FEATURES, NUM_STEPS)
        seconds.append(time.perf_counter() - start)
    return median(seconds[WARM_UPS:]), gradient


def _imitation(python: str, world: TabularMDP, expected: np.ndarray) -> float:
    pairs, next_states = world.transitions.nonzero()
    arrays = {
        "pairs": pairs,
        "next_states": next_states,
        "chances": world.transitions[pairs, next_states],
        "terminal": world.terminal,
        "features": world.features,
        "start": world.start,
        "weights": WEIGHTS,
        "demo_features": DEMO_FEATURES,
    }
    settings = {"num_steps": NUM_STEPS, "warm_ups": WARM_UPS, "repetitions": REPETITIONS}
    report = PEER.run_peer(python, "imitation_maxent.py", arrays, settings)
    if not np.allclose(report["gradient"], expected, rtol=TOLERANCE, atol=0):
        raise RuntimeError(f"the gradients differ: imitation's {report['gradient']}, ours {expected}")
    return median(report["seconds"])


def _rows(method: str, worlds: list[TabularMDP], seconds: list[float]) -> list[dict]:
    rows, before = [], None
    for size, world, spent in zip(SIZES, worlds, seconds, strict=True):
        transitions = world.transitions.nnz
        row = {
            "grid": f"{size}x{size}",
            "method": method,
            "transitions": transitions,
            "seconds": spent,
            "microseconds per transition": 1e6 * spent / transitions,
        }
        if before:
            growth = log(spent / before["seconds"]) / log(transitions / before["transitions"])
            row["growth"] = growth
        rows.append(row)
        before = row
    return rows
