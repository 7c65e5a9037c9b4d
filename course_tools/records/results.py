"""`course.py results [NAME]`: run results/NAME.py as it is committed, and write results/NAME.json.

The computation happens in a copy of the last commit, so that what is being edited meanwhile changes nothing,
and each run is kept at once (`shards.py`). What the package itself reads lies inside it: such a script says
where, as RECORD.
"""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import joblib

from course_tools.records import shards
from course_tools.records.provenance import git, stamp
from course_tools.records.scripts import load_script, require_script, script_names
from course_tools.records.sources import hash_of_sources
from course_tools.records.staleness import faults
from course_tools.workplace import ROOT, CourseError
from ilrl_course.storage.files import write_atomically

THIS_MACHINE = "local"  # instead of a scheduler's address


def add_arguments(parser) -> None:
    """Names of results."""
    parser.add_argument(
        "names", nargs="*", metavar="NAME", help="or how several begin; without any: all of them"
    )
    parser.add_argument("--check", action="store_true", help="compute nothing; say which records are stale")
    parser.add_argument("--here", action="store_true", help="compute in this folder, as it is now")
    parser.add_argument(
        "--dask",
        nargs="?",
        const=THIS_MACHINE,
        metavar="ADDRESS",
        help="compute on the Dask cluster of this scheduler, whose workers have this folder; or, without an "
        "address and behind the names, on a cluster of this machine",
    )


def run(options, folder: Path = ROOT / "results") -> int:
    """Recompute the named results, or all; returns the exit code."""
    names = [name for wish in options.names for name in meant_by(wish, folder)] or script_names(folder)
    for name in names:  # a wrong name ends it before hours of work
        require_script(folder, name)
    if options.check:
        found = [fault for name in names for fault in faults(name, folder)]
        print("\n".join(found) or f"fresh: {len(names)} records")
        return 1 if found else 0
    if options.here or not git("rev-parse", "HEAD"):
        with on_cluster(options.dask):
            compute(names, folder)
        return 0
    with committed_copy() as copy:
        environment = os.environ | {"PYTHONPATH": str(copy), shards.FOLDER: str(ROOT / ".shards")}
        for name in names:
            command = [sys.executable, "-m", "course_tools", "results", "--here", name]
            command += ["--dask", options.dask] if options.dask else []
            if code := subprocess.run(command, cwd=copy, env=environment).returncode:
                return code
            for changed in _changed_files(copy):
                bring(changed, copy)
    return 0


def meant_by(wish: str, folder: Path) -> list[str]:
    """The script of this name; where there is none, all whose names go on behind it: `scoreboard`."""
    known = script_names(folder)
    return [wish] if wish in known else [name for name in known if name.startswith(f"{wish}_")] or [wish]


def compute(names: list[str], folder: Path) -> None:
    """Run the scripts and write their records."""
    for name, script in {name: load_script(folder, name) for name in names}.items():
        print(f"{name}: computing ...", flush=True)
        started, origin = time.perf_counter(), stamp()
        figures = script.run()
        if not figures.get("seeds"):
            raise CourseError(
                f"results/{name}.py: run() must return a dict with the seeds it used under 'seeds'"
            )
        origin["sources"] = hash_of_sources(folder / f"{name}.py", folder.parent)
        report = {"command": f"python3 course.py results {name}", **figures, **origin}
        text = json.dumps(report, indent=1, default=float, allow_nan=False)
        write_atomically(getattr(script, "RECORD", folder / f"{name}.json"), text + "\n")
        print(f"{name}: written in {time.perf_counter() - started:.0f} s", flush=True)


@contextmanager
def on_cluster(address: str | None) -> Iterator[None]:
    """Runs in here are made on the Dask cluster of a scheduler, or of this machine; None leaves them here."""
    if address is None:
        yield
        return
    try:
        import distributed
    except ImportError:
        raise CourseError(
            "--dask needs Dask: install requirements-dev.txt, or leave the option out"
        ) from None
    local = {"threads_per_worker": 1, "dashboard_address": None}
    with (
        distributed.Client(**local) if address == THIS_MACHINE else distributed.Client(address),
        joblib.parallel_config(backend="dask"),
    ):
        yield


@contextmanager
def committed_copy() -> Iterator[Path]:
    """A folder with the last commit, for a while."""
    commit = git("rev-parse", "HEAD")
    copy = ROOT / ".shards" / f"at-{commit[:12]}-{os.getpid()}"
    subprocess.run(["git", "worktree", "add", "-q", "--detach", copy, commit], cwd=ROOT, check=True)
    try:
        yield copy
    finally:
        subprocess.run(["git", "worktree", "remove", "--force", copy], cwd=ROOT, check=True)


def _changed_files(copy: Path) -> list[str]:
    command = ["git", "ls-files", "--modified", "--deleted", "--others", "--exclude-standard", "-z"]
    listed = subprocess.run(command, cwd=copy, capture_output=True, text=True, check=True).stdout
    return sorted({name for name in listed.split("\0") if name})


def bring(name: str, copy: Path) -> None:
    """Make the file `name` in the course's folder what it is in the copy."""
    if (copy / name).is_file():
        (ROOT / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(copy / name, ROOT / name)
    else:
        (ROOT / name).unlink(missing_ok=True)
