"""Films recorded runs for the site, as lesson 10 does at a click; it needs the Python of .venv."""

import json
import sys
from pathlib import Path

from ilrl_course.measures.films import replay
from ilrl_course.notebook import video
from ilrl_course.storage.files import write_atomically


def film_of(world: str, tape: dict) -> bytes:
    """A taped episode as an animated PNG; raises ValueError where it goes otherwise on this machine."""
    every = max(len(tape["actions"]) // 60, 1)
    return video.clip(replay(tape, every).frames, alt=f"{world}, played by a learner", fps=12, width=400).png


def main(folder: Path) -> None:
    """Write the films that the standard input asks for, and print a line of JSON for each that fails."""
    for film in json.load(sys.stdin):
        try:
            png = film_of(film["world"], film["tape"])
        except Exception as error:  # a package is missing, or the world plays otherwise: each film by itself
            print(json.dumps({"world": film["world"], "fault": str(error)}), flush=True)
        else:
            write_atomically(folder / f"{film['key']}.png", png)


if __name__ == "__main__":
    main(Path(sys.argv[1]))
