"""What runs in the environment that has nbgrader, a process for each step, in the folder for grading.

`clerk.py REPORT release LESSON` or `clerk.py REPORT grade LESSON STUDENT SECONDS`; what came of it is
written to the file REPORT, as JSON, when no code of the student's runs any more.
"""

import glob
import json
import sys
from pathlib import Path

from nbgrader.apps import NbGraderAPI
from traitlets.config import Config
from traitlets.config.loader import PyFileConfigLoader

MEMORY = 6 * 2**30  # bytes that a process of a submission may have


def main(report: str, step: str, *arguments: str) -> None:
    """Take one step, and write its report."""
    steps = {"release": release, "grade": grade}
    result = steps[step](*arguments)
    Path(report).write_text(json.dumps(result), encoding="utf-8")


def release(lesson: str) -> dict:
    """Make release/LESSON from source/LESSON; says how many points there are."""
    nbgrader = _nbgrader()
    outcome = nbgrader.generate_assignment(lesson)
    if not outcome["success"]:
        return {"error": outcome["error"], "log": outcome.get("log", "")}
    with nbgrader.gradebook as gradebook:
        return {"max_score": gradebook.find_assignment(lesson).max_score}


def grade(lesson: str, student: str, seconds: str) -> dict:
    """Run what a student handed in, each cell so many seconds at most, and write the feedback."""
    limit_memory()
    nbgrader = _nbgrader(int(seconds))
    pattern = glob.escape(student)  # nbgrader looks for all students who fit
    outcome = nbgrader.autograde(lesson, pattern)
    log = outcome.get("log", "")
    if not outcome["success"]:
        return {"error": outcome["error"], "log": log}
    outcome = nbgrader.generate_feedback(lesson, pattern)
    if not outcome["success"]:
        return {"error": outcome["error"], "log": log + outcome.get("log", "")}
    with nbgrader.gradebook as gradebook:
        submission = gradebook.find_submission(lesson, student)
        return {"score": submission.score, "max_score": submission.max_score, "log": log}


def limit_memory() -> None:
    """For this process and all that it starts, where the system can do it: Linux can."""
    if sys.platform.startswith("linux"):
        import resource

        resource.setrlimit(resource.RLIMIT_DATA, (MEMORY, MEMORY))


def _nbgrader(seconds: int | None = None) -> NbGraderAPI:
    config = PyFileConfigLoader("nbgrader_config.py", path=str(Path.cwd())).load_config()
    config.CourseDirectory.root = str(Path.cwd())
    if seconds is not None:
        config.merge(Config({"Execute": {"timeout": seconds}}))
    nbgrader = NbGraderAPI(config=config)
    nbgrader.update_config(config)
    return nbgrader


if __name__ == "__main__":
    main(*sys.argv[1:])
