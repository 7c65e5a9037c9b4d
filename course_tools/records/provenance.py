"""Where a number comes from: the commit, the versions and the machine that made it."""

import os
import platform
import subprocess
from importlib import metadata

from course_tools.workplace import ROOT

PACKAGES = ("numpy", "scipy", "torch", "gymnasium")


def stamp() -> dict:
    """What a recorded result must carry beside its numbers."""
    machine = {"system": platform.system(), "processor": platform.machine(), "cpus": os.cpu_count()}
    return {"commit": commit(), "versions": versions(), "machine": machine}


def versions() -> dict[str, str]:
    """Those of Python and of the packages that a number may depend on."""
    return {"python": platform.python_version()} | {name: metadata.version(name) for name in PACKAGES}


def commit() -> str:
    """The commit that the code is at, with `+changes` where files differ or are new, or `unknown`."""
    head = git("rev-parse", "HEAD")
    changed = git("status", "--porcelain", "--", ".", ":!*.json")
    return (head + ("+changes" if changed else "")) if head else "unknown"


def git(*arguments: str) -> str:
    """What git prints about the course's folder; nothing where it fails or is missing."""
    try:
        outcome = subprocess.run(["git", *arguments], cwd=ROOT, capture_output=True, text=True, timeout=60)
    except (OSError, subprocess.TimeoutExpired):
        return ""
    return outcome.stdout.strip() if outcome.returncode == 0 else ""
