"""`ilrl-course COMMAND`: the commands of the installed package."""

import argparse
import errno
import sys
from importlib import metadata, util
from pathlib import Path

from course_tools.lab.lab import (
    DEFAULT_PORT,
    arguments,
    first_notebook,
    live_in,
    notebook_of,
    say_port,
    serve,
)
from course_tools.setup.faults import disk_full
from course_tools.wheel.layout import NOTEBOOKS, LaidOut, lay_out
from course_tools.workplace import CourseError, child_environment

NO_PIP = "The Python {python} has no pip to install the worlds with. Run: {python} -m ensurepip"


def main(words: list[str] | None = None) -> int:
    """Parse the command line and do what it asks; returns the exit code."""
    options = make_parser().parse_args(words)
    try:
        return options.act(options)
    except CourseError as error:
        print(f"\n{error}", file=sys.stderr)
        return 1
    except OSError as error:
        print(f"\n{explain(error)}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        print("\nStopped.", file=sys.stderr)
        return 130


def make_parser() -> argparse.ArgumentParser:
    """What can be typed; `act` of what it returns is the function that does it."""
    parser = argparse.ArgumentParser(prog="ilrl-course", description="A course on imitation learning.")
    parser.add_argument("--version", action="version", version=metadata.version("ilrl-course"))
    commands = parser.add_subparsers(required=True, metavar="COMMAND")

    def command(name: str, act, purpose: str) -> argparse.ArgumentParser:
        added = commands.add_parser(name, help=purpose, description=purpose)
        added.set_defaults(act=act)
        return added

    lab = command("lab", open_lab, "lay out the notebooks in FOLDER, or update them, and open them")
    lay = command("notebooks", put_notebooks, "the same without opening them, for another program")
    for added in (lab, lay):
        added.add_argument("folder", type=Path, metavar="FOLDER", help="made if it does not exist")
    lab.add_argument("--lesson", metavar="NN", help="the lesson to open, such as 02; default: the first")
    lab.add_argument(
        "--port", type=int, default=DEFAULT_PORT, help=f"default: {DEFAULT_PORT}, or the next free"
    )
    lab.add_argument("--no-browser", action="store_true", help="print the address and open nothing")
    command("worlds", install_worlds, "install the worlds of lessons 11 and 12, which others made")
    command("doctor", examine, "say what is wrong with this installation; call it in the notebooks' folder")
    games = command("recordings", list_games, "list your recorded games; call it in the notebooks' folder")
    games.add_argument("--rename", action="store_true", help="give games of former versions Minari's names")
    return parser


def open_lab(options) -> int:
    """Lay out the notebooks, and be JupyterLab until the user stops it."""
    lesson = notebook_of(options.lesson, NOTEBOOKS) if options.lesson else first_notebook(NOTEBOOKS)
    put_notebooks(options)
    folder, settings = options.folder.resolve(), own_folder() / "settings"
    port = say_port(options.port)
    live_in(child_environment(own_folder()))
    serve(arguments(folder, folder / lesson.name, settings, port, options.no_browser), settings)
    return 0


def put_notebooks(options) -> int:
    """Lay out the notebooks, and say what was done."""
    print(describe(lay_out(options.folder), options.folder), flush=True)
    return 0


def examine(options) -> int:
    """Say what is wrong; the exit code is 1 when there is a problem."""
    from course_tools.setup.doctor import tell
    from course_tools.wheel.doctor import findings

    return tell(findings(own_folder()))


def install_worlds(options) -> int:
    """Install them beside the course; the exit code is 1 where one is not ready in the end."""
    from course_tools.setup import worlds

    if util.find_spec("pip") is None:
        raise CourseError(NO_PIP.format(python=sys.executable))
    place = own_folder().parent
    place.mkdir(exist_ok=True)
    return worlds.install(place, Path(sys.executable))


def list_games(options) -> int:
    """Say which games are in `my_work`, in the current folder."""
    from course_tools import recordings  # torch takes seconds to load

    return recordings.run(options)


def describe(laid_out: LaidOut, folder: Path) -> str:
    """What was laid out, a line for each kind."""
    lines = [f"The notebooks are in {folder.resolve()}."]
    if laid_out.new:
        lines.append(f"New: {', '.join(laid_out.new)}.")
    if laid_out.replaced:
        lines.append(f"Updated: {', '.join(laid_out.replaced)}.")
    lines += [
        f"{name} stays as you have changed it; the new version is {aside}."
        for name, aside in laid_out.kept.items()
    ]
    return "\n".join(lines)


def own_folder() -> Path:
    """Where JupyterLab keeps what it needs for the course; raises CourseError without a home folder."""
    try:
        return Path.home() / ".ilrl_course" / "jupyter"  # not where the package is: others may own that place
    except RuntimeError as error:
        raise CourseError(f"{error}: the variable HOME should name your folder.") from error


def explain(error: OSError) -> str:
    """What the operating system refused."""
    if error.errno in {errno.ENOSPC, getattr(errno, "EDQUOT", errno.ENOSPC)}:
        return disk_full("the disk is full")
    if isinstance(error, PermissionError) or error.errno == errno.EROFS:
        return f"You may not write {error.filename}: name a folder of your own."
    if isinstance(error, FileExistsError | NotADirectoryError):
        return f"{error.filename} cannot be a folder, for a part of it is a file: give another name."
    return f"This failed: {error}."


if __name__ == "__main__":
    sys.exit(main())
