"""`course.py results [NAME]`: run results/NAME.py and write results/NAME.json with its origin.

What the package itself reads lies inside it: such a script says where, as RECORD.
"""

import json
import time
from pathlib import Path

from course_tools.records.provenance import stamp
from course_tools.records.scripts import load_script, script_names
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically


def add_arguments(parser) -> None:
    """Names of results."""
    parser.add_argument("names", nargs="*", metavar="NAME", help="without any: all of them")


def run(options, folder: Path = ROOT / "results") -> int:
    """Recompute the named results, or all; returns the exit code."""
    names = options.names or script_names(folder)
    scripts = {name: load_script(folder, name) for name in names}  # a wrong name ends it before hours of work
    for name, script in scripts.items():
        print(f"{name}: computing ...", flush=True)
        started, origin = time.perf_counter(), stamp()
        figures = script.run()
        if not figures.get("seeds"):
            raise CourseError(
                f"results/{name}.py: run() must return a dict with the seeds it used under 'seeds'"
            )
        report = {"command": f"python3 course.py results {name}", **figures, **origin}
        text = json.dumps(report, indent=1, default=float, allow_nan=False)
        write_atomically(getattr(script, "RECORD", folder / f"{name}.json"), text + "\n")
        print(f"{name}: written in {time.perf_counter() - started:.0f} s", flush=True)
    return 0
