"""Playing in the notebook: frames shown a second, and the time from key to screen, in a real browser."""

import tempfile
from pathlib import Path

import numpy as np

from course_tools.lab.browser import (
    MISSING,
    NotebookPage,
    browser,
    find_chromium,
    jupyterlab,
    write_notebook,
)
from course_tools.workplace import CourseError
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World

ASKED = 30  # frames a second
TAPS = {  # keys in turn, and how long each is held, in ms
    CARTPOLE.name: (("ArrowLeft", "ArrowRight"), 110),
    DRIVING.name: (("ArrowUp", "ArrowLeft", "ArrowRight"), 170),
    DUNGEON.name: (("ArrowUp", "ArrowDown"), 90),
}
NOTE_TIMES = """() => {
  const log = (window.log = { keys: [], frames: [] })
  const game = document.querySelector(".ilrl-game")
  document.addEventListener("keydown", (event) => {
    if (!event.repeat && event.key !== " ")
      log.keys.push([Number(game.dataset.told ?? 0) + 1, performance.now()])
  }, true)
  document.addEventListener("painted", ({ detail }) => requestAnimationFrame((repaint) => {
    log.frames.push([detail.key, performance.now(), repaint, detail.phase === "running"])
  }))
}"""


def add_arguments(parser) -> None:
    """How long to play."""
    parser.add_argument("--seconds", type=float, default=30, help="of play in each world (30)")


def run(arguments) -> dict:
    """Play every world for a while; returns the table."""
    if find_chromium() is None:
        raise CourseError(f"This benchmark needs a browser, but {MISSING}.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder:
        root = Path(folder)
        with jupyterlab(root, root / "my_work") as address, browser() as context:
            rows = [
                measure(world, context, address, root, arguments.seconds)
                for world in (CARTPOLE, DRIVING, DUNGEON)
            ]
    return {
        "title": "Playing in JupyterLab, headless Chromium; kernel, server and browser on the same machine",
        "rows": rows,
        "notes": [
            "From the browser's key event to the frame after the first picture that was computed with it. "
            "In the dungeon there is a new picture for each key only."
        ],
    }


def measure(world: World, context, address: str, root: Path, seconds: float) -> dict:
    """Tap keys for so long; returns a row of the table."""
    code = f"from ilrl_course import envs, live\nlive.play(envs.{world.name.upper()}, 0)"
    write_notebook(root / f"{world.name}.ipynb", code)
    page = NotebookPage(context, address, f"{world.name}.ipynb")
    page.run_cell(0)
    page.page.evaluate(NOTE_TIMES)
    page.page.locator(".ilrl-screen").click()
    keys, held = TAPS[world.name]
    for number in range(int(1000 * seconds / held)):
        page.page.keyboard.press(keys[number % len(keys)], delay=held)
        if page.page.locator(".ilrl-game").get_attribute("data-phase") == "over":
            page.page.keyboard.press(" ")
    log = page.page.evaluate("window.log")
    page.close()
    return {"world": world.name, **summarize(log["keys"], log["frames"], world.pace is not None)}


def summarize(keys: list, frames: list, is_moving: bool) -> dict:
    """Latency and frames a second from (number, time) of keys and (key, time, repaint, running), in ms."""
    seen, times, repaints, running = (np.array(column) for column in zip(*frames, strict=True))
    newest = np.maximum.accumulate(seen)
    delays = [
        times[np.searchsorted(newest, number)] - pressed for number, pressed in keys if number <= newest[-1]
    ]
    row = {
        "key to screen, median (ms)": float(np.median(delays)),
        "95th percentile (ms)": float(np.percentile(delays, 95)),
        "keys": len(delays),
    }
    if is_moving:
        gaps = np.diff(repaints)[running[1:] & running[:-1]]  # ms; 0 for two in one repaint: seen is one
        row |= {"frames asked": ASKED, "frames shown": float(1000 * (gaps > 0).sum() / gaps.sum())}
    return row
