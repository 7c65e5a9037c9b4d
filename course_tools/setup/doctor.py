"""`course.py doctor`: look at everything that the course needs; say what is wrong and what to do."""

import os
import shutil
import subprocess
import sys
from collections.abc import Iterable, Iterator
from importlib import metadata
from pathlib import Path

from packaging.requirements import Requirement

from course_tools.lab.lab import DEFAULT_PORT, free_port
from course_tools.workplace import ROOT, child_environment, has_display

REINSTALL = "delete the folder .venv and run `python3 course.py lab`, which installs everything anew"
MY_WORK = "make the folder yours to write, or name another one in the variable COURSE_JOURNAL"
Finding = tuple[str, str, str]  # what was looked at, what was found, what to do ("" where all is well)

IN_A_KERNEL = """
from jupyter_client.manager import run_kernel
with run_kernel() as client:
    client.execute_interactive({code!r}, timeout=120)
"""
PACKAGE = ROOT / "ilrl_course" / "__init__.py"
IN_A_NOTEBOOK = Path(__file__).with_name("in_a_notebook.py")
STEPS = {  # of a notebook: what to say where it works, and what to do where it does not
    "Kernel": ("starts and answers", REINSTALL),
    "Package": ("notebooks can import ilrl_course", REINSTALL),
    "Figures": ("are drawn", REINSTALL),
    "my_work": ("keeps what you write and play", MY_WORK),
}


def add_arguments(parser) -> None:
    """No options."""


def run(options) -> int:
    """Print one line for each finding; the exit code is 1 when there is a problem."""
    return tell(findings())


def tell(found_out: Iterable[Finding]) -> int:
    """Print each finding as a line; returns 1 when there is a problem."""
    problems = 0
    for name, found, remedy in found_out:
        problems += bool(remedy)
        print(
            f"{'problem' if remedy else 'ok':8}{name}: {found}" + (f". To do: {remedy}." if remedy else ""),
            flush=True,
        )
    print(f"\n{problems} problem{'s' * (problems != 1)} found." if problems else "\nAll is well.")
    return 1 if problems else 0


def findings() -> Iterator[Finding]:
    """All findings, the quick ones first."""
    yield python(sys.version_info[:3], sys.prefix != sys.base_prefix)
    yield from packages((ROOT / "requirements.txt").read_text(encoding="utf-8"))
    yield disk(shutil.disk_usage(ROOT).free)
    yield display()
    yield port()
    yield worlds()
    yield from kernel(ROOT / "notebooks" if (ROOT / "notebooks").is_dir() else ROOT, child_environment())


def python(version: tuple[int, int, int], in_venv: bool) -> Finding:
    """Is it new enough, and the course's own?"""
    text = ".".join(map(str, version))
    if version < (3, 11):
        return "Python", f"{text} is too old", "install Python 3.11 or newer and run course.py with it"
    if not in_venv:
        return "Python", f"{text}, but not the one in .venv", "start with `python3 course.py doctor`"
    return "Python", f"{text} in .venv", ""


def packages(requirements: str) -> Iterator[Finding]:
    """Is every line of requirements installed in a version that it allows? One line when all is well."""
    lines = [line.split("#")[0].strip() for line in requirements.splitlines()]
    wanted = [Requirement(line) for line in lines if line and not line.startswith("-")]
    wanted = [
        requirement for requirement in wanted if not requirement.marker or requirement.marker.evaluate()
    ]
    faults = 0
    for requirement in wanted:
        try:
            version = metadata.version(requirement.name)
        except metadata.PackageNotFoundError:
            version = None
        if version is None or not requirement.specifier.contains(version, prereleases=True):
            faults += 1
            found = "not installed" if version is None else f"{version} instead of {requirement.specifier}"
            yield requirement.name, found, REINSTALL
    if not faults:
        yield "Packages", f"all {len(wanted)} as required", ""


def disk(free: int) -> Finding:
    """Room for recordings and checkpoints."""
    gigabytes = f"{free / 1e9:.1f} GB free"
    return "Disk", gigabytes, "free at least 1 GB" if free < 1e9 else ""


def display() -> Finding:
    """A display is welcome and not needed."""
    return (
        "Display",
        "found" if has_display() else "none; the notebooks draw in the browser and need none",
        "",
    )


def port() -> Finding:
    """JupyterLab's usual port."""
    free = free_port(DEFAULT_PORT)
    taken = f"{DEFAULT_PORT} is taken by another program, JupyterLab will use {free}"
    return "Port", f"{DEFAULT_PORT} is free" if free == DEFAULT_PORT else taken, ""


def worlds(command: str = "python3 course.py worlds") -> Finding:
    """Those of lessons 11 and 12, which go on without; what is installed and does not work is a problem.

    The `command` installs them.
    """
    from ilrl_course.envs.extras import EXTRAS  # torch takes seconds to load

    missing = {world.name: world.missing for world in EXTRAS.values() if world.missing}
    broken = [world for world in EXTRAS.values() if world.name in missing and _is_installed(world.package)]
    if broken:
        return "Worlds of others", missing[broken[0].name], f"run `{command}`"
    if missing:
        here = ", ".join(world.name for world in EXTRAS.values() if world.name not in missing) or "none"
        found = f"{here} of {len(EXTRAS)} ready; `{command}` installs {', '.join(missing)}"
        return "Worlds of others", found, ""
    return "Worlds of others", f"all {len(EXTRAS)} ready", ""


def _is_installed(package: str) -> bool:
    try:
        return bool(metadata.version(package))
    except metadata.PackageNotFoundError:
        return False


def kernel(folder: Path, environment: dict[str, str]) -> Iterator[Finding]:
    """What a notebook does: a kernel starts, imports the course, draws a figure, and keeps what is written.

    It starts in another process, in this folder, with the environment that the course's JupyterLab has.
    """
    try:
        outcome = subprocess.run(
            [sys.executable, "-P", "-c", IN_A_KERNEL.format(code=IN_A_NOTEBOOK.read_text(encoding="utf-8"))],
            capture_output=True,
            encoding="utf-8",
            errors="replace",
            timeout=180,
            env=environment,
            cwd=folder,
        )
    except subprocess.TimeoutExpired:
        yield "Kernel", "does not answer", REINSTALL
        return
    said = dict(line.split(": ", 1) for line in outcome.stdout.splitlines() if line.startswith(tuple(STEPS)))
    if "Kernel" not in said:
        last = (outcome.stderr.strip().splitlines() or ["no message"])[-1]
        yield "Kernel", f"does not start ({last})", REINSTALL
        return
    for step, (good, remedy) in STEPS.items():
        found = said.get(step, "did not answer")
        is_good = found == "ok" if step != "Package" else os.path.realpath(found) == str(PACKAGE)
        yield step, good if is_good else found, "" if is_good else remedy
