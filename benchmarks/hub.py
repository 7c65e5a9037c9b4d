"""A hub under load: how many students can run a lesson at once, their memory, and what a large class needs.

On the real hub, with an account, a server and a kernel for each student (`course_tools/hub/classroom.py`).
All of them run every cell of the solution notebook at the same time, one after the other and without a pause:
the worst that a class can do. One more student joins in each round, until cells take twice their time.
"""

import math
import os
import re
import sys
import tempfile
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from threading import Barrier

import nbformat
import numpy as np
from scipy.stats import binom

from course_tools.hub.classroom import Classroom, Kernel, Student
from course_tools.lab.lab import is_root, notebook_of
from course_tools.workplace import ROOT, CourseError
from course_tools.yardstick import yardstick

FELT = 0.5  # s: what takes less alone is not waited for, and not counted
TWICE = 2.0
CLASS = 200  # students
RUNS = 3  # of each cell, while a student works on a lesson: an assumption
ENOUGH = 0.99  # of the time, the processors of a hub should suffice
# Servers as children of the hub, so that their memory is found: a student's control group would be apart.
SETTINGS = "c.JupyterHub.spawner_class = 'localprocess'\n"


@dataclass(frozen=True)
class Round:
    """Some students at once."""

    seconds: np.ndarray  # (S, C) of each student's cells
    of_students: np.ndarray  # (S,) bytes of memory of all that runs for a student, shared pages in shares
    of_hub: int  # bytes, of hub and proxy

    @property
    def num_students(self) -> int:
        """S."""
        return len(self.seconds)

    @property
    def memory(self) -> float:
        """Bytes in all."""
        return float(self.of_students.sum() + self.of_hub)


def add_arguments(parser) -> None:
    """Which lesson, and how many students at most."""
    parser.add_argument("--lesson", default="02", metavar="NN", help="default: 02")
    parser.add_argument("--most", type=int, default=8, metavar="N", help="students at once, at most (8)")


def run(arguments) -> dict:
    """Open a classroom, and let one more student join in each round."""
    if not sys.platform.startswith("linux") or not is_root():
        raise CourseError("The hub needs Linux and the administrator: sudo python3 course.py bench hub")
    stem = notebook_of(arguments.lesson, ROOT / "solutions").stem
    minutes = minutes_of((ROOT / "lessons" / f"{stem}.py").read_text(encoding="utf-8"))
    before = yardstick()
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        names = [f"student{number:02}" for number in range(1, arguments.most + 1)]
        room = Classroom(Path(folder), names, SETTINGS)
        try:
            room.open_the_door()
            rounds = fill(room, names, cells_of(ROOT / "solutions" / f"{stem}.ipynb"))
        finally:
            room.close()
    report = summary(rounds, minutes, num_processors())
    report["notes"].append(f"The yardstick took {before:.2f} s before, and {yardstick():.2f} s after.")
    return report


def cells_of(notebook: Path) -> list[str]:
    """The code of its cells."""
    cells = nbformat.read(notebook, as_version=4).cells
    return [cell.source for cell in cells if cell.cell_type == "code" and cell.source.strip()]


def minutes_of(lesson: str) -> int:
    """What a lesson says that it takes."""
    return int(re.search(r"\*\*Time\*\* \| (\d+) minutes", lesson)[1])


def num_processors() -> int:
    """Those that this process may use."""
    return len(os.sched_getaffinity(0))


# Measuring


def fill(room: Classroom, names: list[str], cells: list[str]) -> list[Round]:
    """Rounds of 1, 2, 3, ... students, until the typical cell takes more than twice its time."""
    students, rounds = [], []
    for name in names:
        students.append(Student(room, name))
        students[-1].sit_down()
        if not rounds:
            work(students, cells)  # afterwards all files have been read once
        rounds.append(measured(room, students, cells))
        typical, slowest = slowdowns(rounds[0], rounds[-1])
        print(f"{len(students)} at once: {typical:.2f} times as long, the slowest cell {slowest:.2f} times")
        if typical > TWICE:
            break
    return rounds


def measured(room: Classroom, students: list[Student], cells: list[str]) -> Round:
    """Let these students work at once, and read their memory at the end, when all is loaded."""
    found: dict[int, int] = {}
    seconds = work(students, cells, lambda: found.update(memory_by_user(room.process.pid)))
    of_hub = found.pop(0, 0)
    return Round(seconds, np.array(list(found.values()), dtype=float), of_hub)


def work(students: list[Student], cells: list[str], at_the_end=lambda: None) -> np.ndarray:
    """Each runs all cells in a fresh kernel, and all begin together; seconds (S, C)."""
    kernels = [Kernel(student) for student in students]
    barrier = Barrier(len(kernels))
    with ThreadPoolExecutor(len(kernels)) as pool:
        seconds = list(pool.map(lambda kernel: run_cells(kernel, cells, barrier), kernels))
    at_the_end()
    for kernel in kernels:
        kernel.end()
    return np.array(seconds)


def run_cells(kernel: Kernel, cells: list[str], barrier: Barrier) -> list[float]:
    """Seconds until the answer to each cell; raises CourseError where one fails, for then it was not run."""
    barrier.wait()
    seconds = []
    for number, code in enumerate(cells, start=1):
        start = time.perf_counter()
        kernel.run(code)
        seconds.append(time.perf_counter() - start)
        if kernel.error:
            raise CourseError(f"cell {number} of the notebook failed on the hub: {kernel.error}")
    return seconds


def memory_by_user(pid: int) -> dict[int, int]:
    """User -> bytes of a process and all below it; a page that n processes share counts as 1/n for each."""
    found: dict[int, int] = {}
    for child in with_children(pid):
        try:
            user = Path(f"/proc/{child}").stat().st_uid
            said = Path(f"/proc/{child}/smaps_rollup").read_text()
        except OSError:  # it has just ended
            continue
        if size := re.search(r"^Pss:\s+(\d+) kB", said, re.MULTILINE):
            found[user] = found.get(user, 0) + 1024 * int(size[1])
    return found


def with_children(pid: int) -> list[int]:
    """A process and all that it started, directly or through others."""
    parents = {}
    for path in Path("/proc").glob("[0-9]*/stat"):
        try:  # the name of the program stands in parentheses, and may hold anything
            parents[int(path.parent.name)] = int(path.read_text().rpartition(")")[2].split()[1])
        except OSError:
            continue
    found = [pid]
    for parent in found:
        found += [child for child, of in parents.items() if of == parent]
    return found


# Arithmetic


def slowdowns(alone: Round, crowd: Round) -> tuple[float, float]:
    """How many times as long a cell takes in a crowd: the median cell, and the one that suffers most."""
    usual = np.median(alone.seconds, axis=0)  # (C,)
    ratios = (np.median(crowd.seconds, axis=0) / usual)[usual >= FELT]
    if not len(ratios):
        raise CourseError(f"no cell of this notebook takes {FELT} s alone: nobody waits for it")
    return float(np.median(ratios)), float(ratios.max())


def at_once(figures: list[float]) -> int:
    """How many students fit, from the slowdowns of rounds with 1, 2, 3, ...: up to the first above twice."""
    return next((number for number, slower in enumerate(figures) if slower > TWICE), len(figures))


def per_student(rounds: list[Round]) -> tuple[float, float]:
    """Bytes that one more student takes, and those that are there without any: a line through all rounds."""
    if len(rounds) < 2:
        return float(rounds[0].of_students[0]), float(rounds[0].of_hub)
    slope, rest = np.polyfit([each.num_students for each in rounds], [each.memory for each in rounds], 1)
    return float(slope), float(rest)


def busy_at_once(num_students: int, share: float) -> int:
    """How many compute at a time, nearly always at most, if each of them computes this share of the time."""
    return int(binom.ppf(ENOUGH, num_students, min(1.0, share)))


def processors_for(num_busy: int, fit: int, processors: int) -> int:
    """How many processors these need, if so many students fit on the processors that were measured."""
    return max(processors, math.ceil(num_busy * processors / fit))


def summary(rounds: list[Round], minutes: int, processors: int) -> dict:
    """The table of all rounds, and what follows for a class."""
    both = [slowdowns(rounds[0], each) for each in rounds]
    rows = [
        {
            "students at once": each.num_students,
            "lesson (s)": float(np.median(each.seconds.sum(axis=1))),
            "typical cell, times as long": typical,
            "slowest cell, times as long": slowest,
            "MB per student": float(each.of_students.mean() / 1e6),
            "MB in all": each.memory / 1e6,
        }
        for each, (typical, slowest) in zip(rounds, both, strict=True)
    ]
    title = f"A hub on {processors} processors: everybody runs all cells of a lesson at once"
    return {"title": title, "rows": rows, "notes": notes(rounds, both, minutes, processors)}


def notes(rounds: list[Round], both: list[tuple], minutes: int, processors: int) -> list[str]:
    """What follows from the rounds, in sentences."""
    typical, slowest = (at_once(list(figures)) for figures in zip(*both, strict=True))
    least = "" if typical < len(rounds) else "at least "
    size, rest = per_student(rounds)
    seconds = float(np.median(rounds[0].seconds.sum(axis=1)))
    share = RUNS * seconds / (60 * minutes)
    busy = busy_at_once(CLASS, share)
    need = [processors_for(number, typical, processors) for number in (busy, CLASS)]
    return [
        f"Students at once before the typical cell takes twice its time: {least}{typical}; before any cell "
        f"does: {slowest}. Cells below {FELT} s are not counted.",
        f"One more student takes {size / 1e6:.0f} MB; {rest / 1e6:.0f} MB are there without any.",
        f"A hub for {CLASS} needs {(rest + CLASS * size) / 1e9:.0f} GB of memory beside the system's own.",
        f"Alone, the lesson computes for {seconds:.0f} s of its {minutes} minutes. If each cell is run "
        f"{RUNS} times, whenever a student likes, no more than {busy} of {CLASS} compute at once, "
        f"{ENOUGH:.0%} of the time: {need[0]} processors. If all {CLASS} run a cell at once: {need[1]}.",
    ]
