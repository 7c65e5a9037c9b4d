"""`course.py test release`: all parts of the test, what is too long for every change, and a log of both.

A part that was green at a commit is not run again at this commit, so what was stopped or mended goes on.
"""

import json
import time
from collections.abc import Callable
from dataclasses import asdict, replace
from functools import partial
from pathlib import Path

from course_tools.locks import locked
from course_tools.records.provenance import git
from course_tools.release.grading import grade_all
from course_tools.release.links import every_link
from course_tools.release.log import LOG, write_entry
from course_tools.release.outcome import Outcome
from course_tools.release.pythons import VERSIONS, try_python
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

FOLDER = ".release"  # what is known of unfinished runs; not in the repository
IS_BUSY = "Another command is testing the release in this folder. Wait until it is done, then start again."
IS_CHANGED = (
    "The log names the commit that was tested, so the folder must hold that and nothing else: commit what "
    "you have changed, then start again. (git status shows it.)"
)
Part = Callable[[None], tuple[int, int, int]]  # of `course.py test`: changes -> passed, failed, skipped
Step = Callable[[], Outcome]


def release(parts: dict[str, Part], root: Path = ROOT) -> int:
    """Run all steps that are not known to be green at this commit, write the log; returns the exit code."""
    with locked("release", IS_BUSY, root):
        outcomes = run_steps(steps_of(parts, root), clean_commit(), root)
    red = [name for name, outcome in outcomes.items() if not outcome.is_green]
    print(f"\nNot green: {', '.join(red)}." if red else "\nEverything is green.")
    print(f"The log: {root / LOG}. Commit it, if this is the version to release.")
    return 1 if red else 0


def steps_of(parts: dict[str, Part], root: Path) -> dict[str, Step]:
    """Everything, by the name that it has in the log: what is quick comes first."""
    steps = {name: partial(_counted, part) for name, part in parts.items()}
    steps |= {"links": partial(every_link, root), "grading": partial(grade_all, root)}
    return steps | {f"Python {version}": partial(try_python, version, root) for version in VERSIONS}


def run_steps(steps: dict[str, Step], commit: str, root: Path) -> dict[str, Outcome]:
    """The outcome of each step, old or new; each is written down at once."""
    notes = root / FOLDER / f"{commit}.json"
    known = {name: Outcome(**fields) for name, fields in _read(notes).items()}
    outcomes = {name: known[name] for name in steps if name in known and known[name].is_green}
    for name, step in steps.items():
        if name in outcomes:
            print(f"\n== {name}: green before ==", flush=True)
            continue
        print(f"\n== {name} ==", flush=True)
        outcomes[name] = _timed(step)
        in_order = {name: outcomes[name] for name in steps if name in outcomes}
        notes.parent.mkdir(exist_ok=True)
        write_atomically(notes, json.dumps({name: asdict(each) for name, each in in_order.items()}, indent=1))
        write_entry(in_order, list(steps), commit, root)
    return {name: outcomes[name] for name in steps}


def clean_commit() -> str:
    """The commit that this folder holds; raises CourseError where files differ from it, the log apart."""
    commit, changed = git("rev-parse", "HEAD"), git("status", "--porcelain", "--", ".", f":!{LOG}")
    if not commit or changed:
        raise CourseError(IS_CHANGED)
    return commit


def _timed(step: Step) -> Outcome:
    """A step that cannot even be run has failed, and the others go on."""
    started = time.perf_counter()
    try:
        outcome = step()
    except (CourseError, OSError) as error:
        outcome = Outcome(0, 1, remarks=[f"could not be run: {error}"])
    for remark in outcome.remarks:
        print(remark, flush=True)
    return replace(outcome, seconds=time.perf_counter() - started)


def _counted(part: Part) -> Outcome:
    return Outcome(*part(None))


def _read(notes: Path) -> dict[str, dict]:
    return json.loads(notes.read_text(encoding="utf-8")) if notes.is_file() else {}
