"""`course.py hub`: start JupyterHub for a class, with the accounts of this machine."""

import os
import subprocess
import sys
from collections.abc import Iterable
from pathlib import Path

from course_tools.guests import guest
from course_tools.lab.lab import is_root, settings_folder, write_page_settings
from course_tools.workplace import ROOT, CourseError, own_environment, wait_for

CONFIG = ROOT / "docs" / "class" / "jupyterhub_config.py"
PACKAGES = (
    "jupyterhub==6.1.1",
    "jupyterhub-systemdspawner==1.0.2",
    "configurable-http-proxy==0.4.0",  # in Python; the usual one needs Node.js
)


def add_arguments(parser) -> None:
    """The configuration, and where the hub keeps what it knows."""
    parser.add_argument(
        "--config", type=Path, default=CONFIG, metavar="FILE", help="default: docs/class/jupyterhub_config.py"
    )
    parser.add_argument(
        "--state",
        type=Path,
        default=ROOT / "my_hub",
        metavar="FOLDER",
        help="where the hub's database and keys lie; default: my_hub in the course's folder",
    )


def run(options) -> int:
    """Start the hub, and wait for its end; returns the exit code."""
    if not sys.platform.startswith("linux") or not is_root():
        raise CourseError(
            "The hub starts a server for each account, so it needs Linux and the administrator: "
            "sudo python3 course.py hub"
        )
    if not options.config.is_file():
        raise CourseError(f"There is no file {options.config}: give the hub's configuration.")
    if closed := closed_folder([ROOT, Path(sys.prefix), Path(sys.base_prefix)]):
        raise CourseError(
            f"Students cannot read {closed}, where the course or its Python lies. Put the course into a "
            "folder for all, such as one in /srv, and set it up with a Python for all, such as "
            "/usr/bin/python3."
        )
    print("Making JupyterHub's environment, if it is not there yet ...", flush=True)
    python = guest("hub", *PACKAGES)
    write_page_settings(settings_folder())
    options.state.mkdir(mode=0o700, parents=True, exist_ok=True)
    options.state.chmod(0o700)
    command = [str(python), "-m", "jupyterhub", "-f", str(options.config.resolve())]
    return wait_for(subprocess.Popen(command, cwd=options.state, env=own_environment()))


def closed_folder(paths: Iterable[Path]) -> Path | None:
    """The first folder on the way to one of these that others than its owner cannot enter."""
    for path in paths:
        for folder in reversed([path.resolve(), *path.resolve().parents]):
            if not os.stat(folder).st_mode & 0o001:
                return folder
    return None
