"""What the benchmarks share that measure `imitation`: they start the Python in which it is installed."""

import json
import os
import subprocess
import tempfile
from pathlib import Path

import numpy as np

from course_tools.workplace import CourseError

NOT_MEASURED = "imitation was not measured: give --imitation-python PATH"


def add_arguments(parser) -> None:
    """Where to find the peer."""
    parser.add_argument(
        "--imitation-python", metavar="PATH", help="a Python in which `imitation` 1.0.1 is installed"
    )


def require_imitation(python: str) -> None:
    """Raise CourseError unless this Python can import `imitation`."""
    try:
        subprocess.run([python, "-c", "import imitation"], check=True, capture_output=True)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CourseError(
            f"{python} cannot import imitation: give a Python in which it is installed"
        ) from error


def run_peer(python: str, script: str, arrays: dict[str, np.ndarray], settings: dict) -> dict:
    """Run a script beside this file on arrays and settings; returns the report, which it prints last."""
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "arrays.npz"
        np.savez(file, **arrays)
        result = subprocess.run(
            [python, str(Path(__file__).parent / script), str(file), json.dumps(settings)],
            capture_output=True,
            text=True,
            env=os.environ | {"OMP_NUM_THREADS": "1"},
        )
    if result.returncode:
        raise RuntimeError(f"{python} could not run {script}:\n{result.stderr[-2000:]}")
    return json.loads(result.stdout.splitlines()[-1])
