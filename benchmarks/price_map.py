"""How long the map of prices takes from a control to the finished picture, in a real browser."""

import tempfile
from itertools import combinations
from pathlib import Path

import numpy as np

from course_tools.lab.browser import MISSING, browser, find_chromium
from course_tools.workplace import CourseError
from ilrl_course.measures.price_map import QUANTITIES
from tests.browser.price_page import PricePage
from tests.made_up_scoreboard import made_up_scoreboard

WORLDS = ("CartPole", "Driving", "Dungeon")


def run(arguments) -> dict:
    """Turn every knob on made-up scoreboards of the recorded ones' size: 25 plans of 16 seeds."""
    if find_chromium() is None:
        raise CourseError(f"This benchmark needs a browser, but {MISSING}.")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as folder, browser() as context:
        shown = PricePage(context, Path(folder), {w: made_up_scoreboard(n, w) for n, w in enumerate(WORLDS)})
        first = took(shown)
        times = {
            "another preset": [after(shown, choose) for _ in range(3) for choose in presets(shown)],
            "another wanted score": [after(shown, press(shown, "wanted score")) for _ in range(15)],
            "another price": [after(shown, press(shown, "price of a label")) for _ in range(15)],
            "another world": [after(shown, shown.button(world).click) for world in 5 * WORLDS],
            "other axes": [after(shown, choose) for choose in axes(shown)],
        }
    rows = [
        {"change": name, "median": float(np.median(all_ms)), "slowest": max(all_ms)}
        for name, all_ms in times.items()
    ]
    return {
        "title": "Milliseconds to compute and paint 53 x 53 prices with 200 resamples, headless Chromium",
        "rows": [{"change": "the first picture", "median": first, "slowest": first}, *rows],
        "notes": ["Moving along the axes computes no new map, and takes a few milliseconds."],
    }


def presets(shown: PricePage) -> list:
    """What chooses each of the presets, one after the other."""
    buttons = shown.page.get_by_role("group", name="Prices of").get_by_role("button").all()
    return [button.click for button in buttons]


def press(shown: PricePage, name: str):
    """What moves a slider by one step to the left."""
    return lambda: shown.slider(name).press("ArrowLeft")


def axes(shown: PricePage) -> list:
    """What chooses each pair of prices."""
    selects = [shown.page.get_by_label(f"price on the {axis} axis") for axis in ("horizontal", "vertical")]
    return [
        lambda pair=pair: [select.select_option(name) for select, name in zip(selects, pair, strict=True)]
        for pair in combinations(QUANTITIES, 2)
    ]


def after(shown: PricePage, change) -> float:
    """Change something; the milliseconds of the newest picture."""
    change()
    shown.settle()
    return took(shown)


def took(shown: PricePage) -> float:
    """The milliseconds that the newest picture took, as the page says."""
    return float(shown.page.locator(".ilrl-map").get_attribute("data-took"))
