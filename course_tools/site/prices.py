"""The map of prices as a page: it computes in the browser, from the scoreboards that lesson 10 reads."""

import json
from pathlib import Path

from course_tools.site.cells import raw
from course_tools.site.films import FOLDER
from ilrl_course.notebook.boards import AT_HOME, ELSEWHERE
from ilrl_course.notebook.prices import map_settings

NAME = "prices"
SCRIPT, STYLE = (f"ilrl_course/notebook/price_map.{kind}" for kind in ("js", "css"))
TEXT = """# What is the cheapest way?

Which method reaches a wanted score at the lowest cost depends on what things cost: a demonstration, a label,
a step in the world, a crash, a second of computing. Choose whose prices, or set your own. The map shows all
pairs of two prices; where it is striped, other runs of the same methods might have led to another winner.
{films} Lesson 10 says how it is computed.
"""
WITH_FILMS = "Click on the map, and the winner shows what it can do."
WITHOUT_FILMS = (
    "In a running notebook, a click on the map shows the winner at work; this copy of the site has no films."
)
MOUNT = """
const films = {films};
async function askFilm(world, plan) {{
  if (films[world][plan] === null) throw new Error("there is no film of it here.");
  return `{folder}/${{films[world][plan]}}`;
}}
const words = {{ waiting: "loading …", late: "still loading …", failed: "" }};
mount(document.getElementById("map"), {settings}, {ask}, words);"""


def boards(root: Path) -> dict[str, dict]:
    """The scoreboards by the name of their world; those of others as far as they are there."""
    paths = [root / f"results/{name}.json" for name in AT_HOME.values()]
    others = [root / f"results/{name}.json" for name in ELSEWHERE.values()]
    paths += [path for path in others if path.is_file()]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {board["world"]: board for board in found}


def price_page(boards: dict[str, dict], films: dict[str, list[str | None]], root: Path) -> str:
    """The page's text, with the program of the map and all that it needs.

    `films` are the names of files by world, for each run of its board, None where there is no film.
    """
    records = {world: {name: board[name] for name in ("seeds", "runs")} for world, board in boards.items()}
    are_there = any(name for names in films.values() for name in names)
    mounted = MOUNT.format(
        films=json.dumps(films),
        folder=FOLDER,
        settings=json.dumps(map_settings(records), allow_nan=False).replace("</", "<\\/"),
        ask="askFilm" if are_there else "null",
    )
    script = f'<script type="module">{(root / SCRIPT).read_text(encoding="utf-8")}{mounted}</script>'
    text = TEXT.format(films=WITH_FILMS if are_there else WITHOUT_FILMS)
    return "\n".join([text, raw(f'<div id="map"></div>{script}'), ""])
