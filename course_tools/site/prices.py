"""The map of prices as a page: it computes in the browser, from the scoreboards that lesson 10 reads."""

import json
from pathlib import Path

from course_tools.site.cells import raw
from ilrl_course.notebook.boards import AT_HOME, ELSEWHERE
from ilrl_course.notebook.prices import map_settings

NAME = "prices"
SCRIPT, STYLE = (f"ilrl_course/notebook/price_map.{kind}" for kind in ("js", "css"))
TEXT = """# What is the cheapest way?

Which method reaches a wanted score at the lowest cost depends on what things cost: a demonstration, a label,
a step in the world, a crash, a second of computing. Choose whose prices, or set your own. The map shows all
pairs of two prices; where it is striped, other runs of the same methods might have led to another winner.
Lesson 10 says how it is computed.
"""


def records(root: Path) -> dict[str, dict]:
    """The scoreboards by the name of their world, without films; those of others as far as they are there."""
    paths = [root / f"results/{name}.json" for name in AT_HOME.values()]
    others = [root / f"results/{name}.json" for name in ELSEWHERE.values()]
    paths += [path for path in others if path.is_file()]
    found = [json.loads(path.read_text(encoding="utf-8")) for path in paths]
    return {record["world"]: {name: record[name] for name in ("seeds", "runs")} for record in found}


def price_page(root: Path) -> str:
    """The page's text, with the program of the map and all that it needs."""
    settings = json.dumps(map_settings(records(root)), allow_nan=False).replace("</", "<\\/")
    program = (root / SCRIPT).read_text(encoding="utf-8")
    mounted = f'{program}\nmount(document.getElementById("map"), {settings});'
    return "\n".join([TEXT, raw(f'<div id="map"></div><script type="module">{mounted}</script>'), ""])
