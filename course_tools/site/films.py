"""The films of the map of prices: what each run of a scoreboard looks like, made once and kept."""

import hashlib
import json
import re
import subprocess
from dataclasses import dataclass
from pathlib import Path

from course_tools.records.sources import hash_of_sources
from course_tools.setup.install import STUDENT, is_ready, python_path
from course_tools.workplace import own_environment

FOLDER = "_static/films"  # in the site
KEPT = ".site-films"  # in the course: each film under the hash of what it shows
CAMERA = "course_tools.site.camera"
NOT_INSTALLED = (
    "The map of prices gets no new films: the course itself makes them, and it is not installed in this "
    "folder, or not completely. `python3 course.py lab` installs it; then make the site again."
)


@dataclass(frozen=True)
class Films:
    """What could be filmed."""

    names: dict[str, list[str | None]]  # world -> the file of each run, None where there is no film
    files: dict[str, bytes]  # the path of each film in the site -> an animated PNG
    remark: str  # what is missing and why, or ""


def make_films(boards: dict[str, dict], root: Path) -> Films:
    """The films of scoreboards by world; the course in `root` makes those that are not kept already."""
    keys = keys_of(boards, root)
    kept = {path.stem for path in (root / KEPT).glob("*.png")}
    wanted = [
        {"key": key, "world": world, "tape": tape}
        for world, board in boards.items()
        for key, tape in zip(keys[world], board.get("films", []), strict=True)
        if key not in kept
    ]
    remark = _shoot(wanted, root) if wanted else ""
    for old in kept.difference(*keys.values()):
        (root / KEPT / f"{old}.png").unlink(missing_ok=True)
    names, files = {}, {}
    for world, board in boards.items():
        names[world] = [None] * len(board["runs"])
        for number, key in enumerate(keys[world]):
            path = root / KEPT / f"{key}.png"
            if path.is_file():
                names[world][number] = name_of(world, board["runs"][number])
                files[f"{FOLDER}/{names[world][number]}"] = path.read_bytes()
    return Films(names, files, remark)


def keys_of(boards: dict[str, dict], root: Path) -> dict[str, list[str]]:
    """A hash of what each film shows, by world: its tape, and all code that plays and draws it."""
    code = hash_of_sources(root.joinpath(*CAMERA.split(".")).with_suffix(".py"), root)

    def key_of(tape: dict) -> str:
        return hashlib.sha256(json.dumps([code, tape]).encode()).hexdigest()

    return {world: [key_of(tape) for tape in board.get("films", [])] for world, board in boards.items()}


def name_of(world: str, run: dict) -> str:
    """The file of a run's film, such as driving-bc-then-ppo-5.png."""
    words = re.findall(r"[a-z0-9]+", f"{world} {run['method']} {run['demos']}".lower())
    return f"{'-'.join(words)}.png"


def _shoot(wanted: list[dict], root: Path) -> str:
    """Make films with the course's own Python; returns what went wrong, or ""."""
    if not is_ready(STUDENT, root):
        return NOT_INSTALLED
    print(f"Filming {len(wanted)} runs for the map of prices: once, about 0.3 s each.", flush=True)
    outcome = subprocess.run(
        [str(python_path(root)), "-m", CAMERA, str(root / KEPT)],
        cwd=root,
        env=own_environment() | {"OMP_NUM_THREADS": "1", "SDL_VIDEODRIVER": "dummy"},
        input=json.dumps(wanted),
        capture_output=True,
        encoding="utf-8",
    )
    if outcome.returncode:
        last = outcome.stderr.strip().splitlines()[-1:]
        return f"Films for the map of prices could not be made: {''.join(last)}"
    faults = [json.loads(line) for line in outcome.stdout.splitlines()]
    if not faults:
        return ""
    said = sorted({f"  {fault['world']}: {fault['fault']}" for fault in faults})
    return "\n".join(["Not all films of the map of prices could be made:", *said])
