"""`course.py lab`: open JupyterLab on a lesson, for this machine only and without news."""

import json
import os
import socket
import sys
from pathlib import Path

from course_tools.workplace import ROOT, CourseError, child_environment
from ilrl_course.storage.files import write_atomically

DEFAULT_PORT = 8888
SERVER = {  # Jupyter's command line
    "ServerApp.kernel_websocket_connection_class": "course_tools.lab.prompt.PromptConnection",
    "ServerApp.contents_manager_class": "course_tools.lab.pictures.Contents",
    "ContentsManager.pre_save_hook": "course_tools.lab.saving.keep_what_is_shown",
}
PAGE = {  # JupyterLab's settings
    "@jupyterlab/apputils-extension:notification": {"fetchNews": "false", "checkForUpdates": False},
    "@jupyter-widgets/jupyterlab-manager:plugin": {"saveState": True},
}


def add_arguments(parser) -> None:
    """Lesson, port and browser."""
    parser.add_argument(
        "lesson", nargs="?", metavar="NN", help="the lesson to open, such as 02; default: the first"
    )
    parser.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}, or the next free"
    )
    parser.add_argument("--no-browser", action="store_true", help="print the address and open nothing")


def run(options) -> int:
    """Start JupyterLab in this process; returns when the user stops it."""
    notebooks = ROOT / "notebooks"
    first = notebook_of(options.lesson, notebooks) if options.lesson else first_notebook(notebooks)
    settings = Path(sys.prefix) / "share/jupyter/lab/settings"
    port = say_port(options.port)
    move_in()
    serve(arguments(ROOT, first, settings, port, options.no_browser), settings)
    return 0


def say_port(wished: int) -> int:
    """The first free port from this one on; says so if it is another."""
    port = free_port(wished)
    if port != wished:
        print(f"Port {wished} is taken by another program; using {port}.", flush=True)
    return port


def move_in() -> None:
    """Make this process JupyterLab's home: none of the user's settings, and none of the machine's."""
    from jupyter_core import paths

    live_in(child_environment())
    for folders in (paths.SYSTEM_CONFIG_PATH, paths.SYSTEM_JUPYTER_PATH):
        folders.clear()


def live_in(environment: dict[str, str]) -> None:
    """Let this process, and those that it starts, have these variables and no others."""
    os.environ.clear()
    os.environ.update(environment)


def serve(command_line: list[str], settings: Path) -> None:
    """Be JupyterLab until the user stops it; its settings for all users lie in the folder `settings`."""
    write_atomically(settings / "overrides.d" / "ilrl_course.json", json.dumps(PAGE, indent=2))
    print("Starting JupyterLab; to stop it, press Ctrl-C here.", flush=True)

    from jupyterlab.labapp import LabApp  # after the environment is set, which it reads when imported

    LabApp.launch_instance(command_line)


def arguments(root: Path, first: Path, settings: Path, port: int, no_browser: bool) -> list[str]:
    """JupyterLab's command line: it shows the folder `root`, and opens the notebook `first` in it."""
    return [
        f"--ServerApp.root_dir={root}",
        "--ServerApp.ip=127.0.0.1",
        f"--ServerApp.port={port}",
        f"--LabApp.app_settings_dir={settings}",
        f"--LabApp.default_url=/lab/tree/{first.relative_to(root).as_posix()}",
        "--LabApp.news_url=None",
        "--LabApp.check_for_updates_class=jupyterlab.handlers.announcements.NeverCheckForUpdate",
        "--LabApp.extension_manager=readonly",
        *(f"--{name}={value}" for name, value in SERVER.items()),
        "--ServerApp.log_level=WARN",
        "--LabApp.log_level=WARN",
        *(["--no-browser"] if no_browser else []),
        *(["--allow-root"] if is_root() else []),
    ]


def is_root() -> bool:
    """Are we the administrator, as in most containers? JupyterLab then wants to be asked twice."""
    return getattr(os, "geteuid", lambda: 1)() == 0


def first_notebook(folder: Path) -> Path:
    """The first lesson's notebook; raises CourseError where none has been built."""
    found = sorted(folder.glob("[0-9][0-9]_*.ipynb"))
    if not found:
        raise CourseError("There are no notebooks here. Make them with `python3 course.py build`.")
    return found[0]


def notebook_of(lesson: str, folder: Path) -> Path:
    """The notebook of the lesson with this number or name; raises CourseError where there is none."""
    found = sorted(folder.glob("*.ipynb"))
    for path in found:
        if lesson in (path.stem, path.stem.partition("_")[0]):
            return path
    numbers = ", ".join(path.stem.partition("_")[0] for path in found) or "none"
    raise CourseError(f"There is no lesson {lesson!r}. Lessons: {numbers}.")


def free_port(first: int) -> int:
    """The first free port from this one on; raises CourseError when a hundred are taken."""
    if not 1 <= first <= 65535:
        raise CourseError(f"There is no port {first}; choose one from 1024 to 65535.")
    for port in range(first, min(first + 100, 65536)):
        with socket.socket() as probe:
            if os.name == "posix":  # elsewhere this option would allow a port that is in use
                probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
            try:
                probe.bind(("127.0.0.1", port))
            except OSError:
                continue
            return port
    raise CourseError(f"All ports from {first} on are taken or forbidden; choose another with --port.")
