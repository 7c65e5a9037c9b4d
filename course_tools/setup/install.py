"""Set up the folder .venv; standard library only, for it runs before anything is installed."""

import ast
import hashlib
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path

from course_tools.locks import setting_up
from course_tools.setup.faults import check_machine, check_space, explain_pip
from course_tools.workplace import ROOT, CourseError, own_environment
from ilrl_course.storage.files import write_atomically

OLDEST = (3, 11)
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"  # elsewhere, Linux gets gigabytes of CUDA libraries
ASKED_FOR = {  # of the user's settings for pip: how it gets at packages, not where it puts them
    *("index-url", "extra-index-url", "find-links", "no-index", "trusted-host", "proxy", "cert"),
    *("client-cert", "timeout", "retries", "cache-dir", "no-cache-dir", "constraint", "keyring-provider"),
}
STUDENT, DEVELOPER = "requirements.txt", "requirements-dev.txt"
WORLDS = "requirements-worlds.txt"  # for lessons 11 and 12, by `course.py worlds`
FALLBACK_SPACE = 6e9  # bytes
FALLBACK = (
    "The usual index has a larger version, for graphics cards, which the course does not need: about 3 GB to "
    "download, and 5.3 GB on the disk. To wait for the smaller one instead, press Ctrl+C and start again "
    "later, or from another network."
)
Version = tuple[int, int]


def prepare(requirements: str, root: Path = ROOT) -> None:
    """Make sure that .venv holds what a requirements file asks for; raises CourseError."""
    if is_ready(requirements, root):
        return
    check_machine(root, needs_space=not any(_site_packages(root, "torch")))
    with setting_up(root):
        if not is_ready(requirements, root):  # unless another command has done it just now
            _set_up(requirements, root)


def _set_up(requirements: str, root: Path) -> None:
    for name in (STUDENT, DEVELOPER):  # from here on, until all is done, nothing may trust this .venv
        _stamp(name, root).unlink(missing_ok=True)
    make_venv(root)
    install_packages(requirements, root)
    version = version_of(python_path(root))
    for name in {STUDENT, requirements}:
        write_atomically(_stamp(name, root), _fingerprint(name, version, root))
    print("The set-up is complete.", flush=True)


def is_ready(requirements: str, root: Path = ROOT) -> bool:
    """Was the installation completed for these requirements, this folder and the Python that .venv has?"""
    version = version_of(python_path(root))
    try:
        found = _stamp(requirements, root).read_text(encoding="utf-8")
    except (OSError, ValueError):
        return False
    return version is not None and found == _fingerprint(requirements, version, root)


def make_venv(root: Path) -> None:
    """Make .venv, unless there is one whose Python and pip work."""
    venv = root / ".venv"
    if venv.exists():
        version = version_of(python_path(root))
        is_whole = version is not None and version == _made_for(venv)
        if is_whole and version >= OLDEST and run_pip(root, "--version") is None:
            print("Completing the installation in .venv ...", flush=True)
            _drop_unfinished_packages(root)
            return
        print("The installation in .venv is broken: removing it.", flush=True)
        shutil.rmtree(venv)
    print("Setting up the course in .venv: once, a few minutes.", flush=True)
    outcome = run_quietly([sys.executable, "-m", "venv", str(venv)], root)
    if outcome.returncode:
        raise CourseError(explain_pip(outcome.stdout))


def install_packages(requirements: str, root: Path) -> None:
    """Install torch for the CPU first, then all the rest; compile it on all cores, where pip uses one."""
    install_torch(torch_of(root), root)
    print("  JupyterLab and the rest ...", flush=True)
    _require_pip(root, "install", "--no-compile", "-r", requirements)
    packages = map(str, _site_packages(root, ""))
    run_quietly([str(python_path(root)), "-m", "compileall", "-qq", "-j", "0", *packages], root)


def torch_of(root: Path) -> str:
    """The version of torch that the course is known to work with."""
    lines = (root / STUDENT).read_text(encoding="utf-8").splitlines()
    return next(line for line in lines if line.startswith("torch=="))


def install_torch(torch: str, root: Path) -> None:
    """The version for the CPU, where PyTorch's own server answers; else what needs it brings a larger one."""
    if sys.platform.startswith("linux"):
        print("  torch, for the CPU ...", flush=True)
        install = ("install", "--no-compile", "--no-deps", "--index-url", TORCH_INDEX, torch)
        if run_pip(root, *install, "--dry-run", "--retries", "0", "--timeout", "5") is None:
            _require_pip(root, *install)
        else:
            print(f"  (PyTorch's own server does not answer. {FALLBACK})", flush=True)
            check_space(root, FALLBACK_SPACE)


def _require_pip(root: Path, *arguments: str) -> None:
    output = run_pip(root, *arguments)
    if output is not None:
        raise CourseError(explain_pip(output))


def run_pip(root: Path, *arguments: str, python: Path | None = None) -> str | None:
    """Run the pip of .venv, or that of another `python`; returns None, or where it fails what it printed."""
    quiet = ["--quiet", "--disable-pip-version-check", "--no-input"]
    command = [str(python or python_path(root)), "-m", "pip", *arguments, *quiet]
    outcome = run_quietly(command, root, pip_settings(root, python) | {"PIP_CONFIG_FILE": os.devnull})
    return outcome.stdout if outcome.returncode else None


@cache
def pip_settings(root: Path, python: Path | None = None) -> dict[str, str]:
    """What the user has set for pip, in files or variables, that the course asks for; as variables.

    It is the pip of `.venv` that is asked, or that of another `python`.
    """
    variables = {name: value for name, value in os.environ.items() if name.startswith("PIP_")}
    command = [str(python or python_path(root)), "-m", "pip", "config", "list"]
    listed = run_quietly(command, root, variables).stdout
    settings = {}
    for section in ("global.", "install.", ":env:."):  # later ones win, as in pip
        for line in listed.splitlines():
            name, _, value = line.removeprefix(section).partition("=")
            if line.startswith(section) and name in ASKED_FOR:
                settings[f"PIP_{name.upper().replace('-', '_')}"] = ast.literal_eval(value)
    return settings


def run_quietly(command: list[str], root: Path, variables: dict[str, str] | None = None):
    """Run a program in the course's folder, with these variables beside the usual, and catch what it prints.

    Of the user's settings for pip it sees only those among them.
    """
    usual = {name: value for name, value in own_environment().items() if not name.startswith("PIP_")}
    return subprocess.run(
        command,
        cwd=root,
        env=usual | (variables or {}),
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        encoding="utf-8",
        errors="replace",
    )


def python_path(root: Path = ROOT) -> Path:
    """The Python of .venv."""
    return root / ".venv" / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def version_of(python: Path) -> Version | None:
    """Major and minor version of an interpreter, or None where it does not run."""
    command = [str(python), "-I", "-S", "-c", "import sys; print(*sys.version_info[:2])"]
    try:
        outcome = subprocess.run(command, capture_output=True, timeout=60, check=True)
        major, minor = map(int, outcome.stdout.split())
    except (OSError, ValueError, subprocess.SubprocessError):
        return None
    return major, minor


def _made_for(venv: Path) -> Version | None:
    """The version that .venv was made for; after a system upgrade its Python may be another."""
    try:
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
        version = next(line.split("=")[1] for line in lines if line.startswith("version"))
        major, minor = map(int, version.split(".")[:2])
    except (OSError, StopIteration, ValueError):
        return None
    return major, minor


def _drop_unfinished_packages(root: Path) -> None:
    """Forget packages whose installation was interrupted, which pip would take for complete."""
    for info in _site_packages(root, "*.dist-info"):
        if not (info / "RECORD").is_file():
            shutil.rmtree(info)


def _site_packages(root: Path, pattern: str) -> list[Path]:
    folder = "Lib/site-packages" if os.name == "nt" else "lib/python*/site-packages"
    return list((root / ".venv").glob(f"{folder}/{pattern}"))


def _fingerprint(requirements: str, version: Version, root: Path) -> str:
    names = sorted({STUDENT, requirements})
    texts = [(root / name).read_text(encoding="utf-8") for name in names]
    return hashlib.sha256("\0".join([*texts, str(root), str(version)]).encode()).hexdigest()


def _stamp(requirements: str, root: Path) -> Path:
    return root / ".venv" / f"installed-{requirements}"
