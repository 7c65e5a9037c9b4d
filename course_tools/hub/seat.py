"""What a student's server begins with, as that student: a folder of their own, limits, then Jupyter.

`seat.py MEMORY PROCESSES ...`: bytes for a process, and how many there may be; then options of Jupyter's.
Standard library only. The hub, which is the administrator, touches no file of a student's.
"""

import os
import resource
import shutil
import sys
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NAME = "ilrl_course"  # of the folder in a student's home


def main(memory: str, processes: str, *options: str) -> None:
    """Take the student to their seat; becomes their server."""
    os.umask(0o077)  # whatever is written from here on is the student's alone
    folder = lay_out(ROOT / "notebooks", Path.home() / NAME)
    limit(int(memory), int(processes))
    os.chdir(folder)
    environment = os.environ | variables(folder, ROOT / ".venv")
    singleuser = str(Path(sys.executable).with_name("jupyterhub-singleuser"))
    os.execve(sys.executable, [sys.executable, singleuser, *options], environment)


def lay_out(notebooks: Path, folder: Path) -> Path:
    """Copy the notebooks that the student does not have yet; what they have stays as it is."""
    own = folder / "notebooks"
    own.mkdir(mode=0o700, parents=True, exist_ok=True)
    folder.chmod(0o700)
    for notebook in sorted(notebooks.glob("*.ipynb")):
        if not (own / notebook.name).exists():
            shutil.copyfile(notebook, own / notebook.name)
    return folder


def limit(memory: int, processes: int) -> None:
    """For this process and all that it starts: memory for each of them, and how many there may be in all."""
    resource.setrlimit(resource.RLIMIT_DATA, (memory, memory))
    resource.setrlimit(resource.RLIMIT_NPROC, (processes, processes))
    resource.setrlimit(resource.RLIMIT_CORE, (0, 0))


def variables(folder: Path, venv: Path) -> dict[str, str]:
    """Where the student's work lies, and where the course's own JupyterLab is."""
    temporary = folder / ".tmp"
    temporary.mkdir(mode=0o700, exist_ok=True)
    return {
        "COURSE_JOURNAL": str(folder / "my_work"),
        "JUPYTER_CONFIG_PATH": str(venv / "etc" / "jupyter"),
        "JUPYTERLAB_DIR": str(venv / "share" / "jupyter" / "lab"),
        "JUPYTER_PATH": str(venv / "share" / "jupyter"),
        "LOKY_MAX_CPU_COUNT": "1",  # seeds are computed in the kernel: a worker would load torch once more
        "OMP_NUM_THREADS": "1",  # a second thread would take from others, and slow small networks down
        "PYTHONPATH": str(ROOT),
        "SDL_VIDEODRIVER": "dummy",
        "TMPDIR": str(temporary),
    }


if __name__ == "__main__":
    main(*sys.argv[1:])
