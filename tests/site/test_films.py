"""The films of the map of prices: one is loaded when somebody chooses a point, and it can be stopped."""

import io
import re

import numpy as np
import pytest
from PIL import Image

from course_tools.site.films import FOLDER, name_of
from course_tools.site.prices import boards
from course_tools.workplace import ROOT
from ilrl_course.notebook.boards import AT_HOME
from ilrl_course.notebook.video import MAX_BYTES
from tests.site.reader import AXE, Reader

BOARDS = boards(ROOT)
ALL_FILMS = 6_000_000  # bytes, all worlds together
PHONE = 360  # pixels
MAP, FILM = ".ilrl-map-plot canvas", ".ilrl-map-film"


def films_loaded(reader) -> list[str]:
    return [address.rpartition("/")[2] for address in reader.requests if f"/{FOLDER}/" in address]


def choose(reader, world: str) -> None:
    """Open the map of a world, and click on a point where a method wins."""
    reader.page.locator(".ilrl-map[data-took]").wait_for()
    reader.page.get_by_role("button", name=world, exact=True).click()
    reader.page.locator(MAP).click(position={"x": 120, "y": 120})


def winner(reader, world: str) -> dict:
    """The run that the line below the map calls the cheapest."""
    said = reader.page.locator(".ilrl-map-text strong").inner_text().removeprefix("Cheapest: ")
    method, _, demos = re.sub(r" demonstrations?$", "", said).partition(" from ")
    found = [
        run for run in BOARDS[world]["runs"] if (run["method"], run["demos"]) == (method, int(demos or 0))
    ]
    assert len(found) == 1, said
    return found[0]


def title(world: str, run: dict) -> str:
    number = run["demos"]
    source = f" from {number} demonstration{'s' if number > 1 else ''}" if number else ""
    return f"{run['method']}{source} in {world}, its median run"


@pytest.mark.parametrize("world", AT_HOME)
def test_a_click_on_the_map_loads_the_winners_film_and_no_other(read, world):
    reader = read("prices")
    reader.page.locator(".ilrl-map[data-took]").wait_for()
    assert films_loaded(reader) == []
    choose(reader, world)
    picture = reader.page.locator(f"{FILM} img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 0
    run = winner(reader, world)
    assert picture.get_attribute("alt") == f"A film of {title(world, run)}."
    assert set(films_loaded(reader)) == {name_of(world, run)}
    assert reader.complaints == []


def test_by_keyboard_alone_a_point_is_chosen_its_film_shown_and_stopped(read):
    reader = read("prices", PHONE)
    reader.page.locator(".ilrl-map[data-took]").wait_for()
    reader.tab_to(MAP)
    for key in ("ArrowUp", "ArrowLeft", "Enter"):
        reader.page.keyboard.press(key)
    picture = reader.page.locator(f"{FILM} img")
    picture.wait_for()
    assert picture.evaluate("image => image.naturalWidth") > 0
    assert picture.get_attribute("alt") == f"A film of {title('CartPole', winner(reader, 'CartPole'))}."
    reader.tab_to(f"{FILM} button")
    assert reader.focused() == "Pause"
    reader.page.keyboard.press("Enter")
    assert reader.focused() == "Play"
    assert not picture.is_visible()
    reader.page.keyboard.press("Enter")
    assert picture.is_visible()
    assert reader.complaints == []


def test_for_those_who_asked_their_system_for_stillness_the_first_frame_stands_until_they_press_play(
    read, site
):
    reader = read("prices")
    reader.page.emulate_media(reduced_motion="reduce")
    reader.page.reload()
    choose(reader, "Driving")
    run = winner(reader, "Driving")
    still = reader.page.get_by_role("img", name=f"A film of {title('Driving', run)}.")
    still.wait_for()
    assert reader.page.locator(f"{FILM} img").count() == 0
    still.evaluate(
        "canvas => { canvas.style.cssText = 'position: fixed; inset: 0; z-index: 99; max-width: none' }"
    )
    shown = Image.open(io.BytesIO(still.screenshot())).convert("RGB")
    film = Image.open(site / FOLDER / name_of("Driving", run))
    distances = []
    for number in (0, film.n_frames - 1):
        film.seek(number)
        assert film.size == shown.size
        distances.append(np.abs(np.asarray(film.convert("RGB"), int) - np.asarray(shown, int)).mean())
    assert 10 * distances[0] < distances[1]
    still.evaluate("canvas => canvas.removeAttribute('style')")
    reader.page.get_by_role("button", name="Play").click()
    assert reader.page.locator(f"{FILM} img").is_visible()


def test_with_a_film_a_phone_is_wide_enough_and_neither_theme_has_a_serious_barrier(read, axe):
    reader = read("prices", PHONE)
    choose(reader, "Dungeon")
    reader.page.locator(f"{FILM} img").wait_for()
    assert reader.width() <= PHONE
    reader.page.evaluate(axe)
    assert reader.page.evaluate(AXE, None) == []
    reader.page.locator(".theme").click()
    assert reader.theme() == "dark"
    assert reader.page.evaluate(AXE, ["color-contrast"]) == []
    reader.page.locator(".theme").click()  # the choice is kept for the next page


def test_a_run_without_a_film_says_so_and_so_does_a_film_that_is_gone(context, site, tmp_path):
    text = (site / "prices.html").read_text(encoding="utf-8")
    path = tmp_path / "prices.html"  # no films lie beside it
    path.write_text(re.sub(r'"driving-[a-z-]+\d+\.png"', "null", text), encoding="utf-8")
    reader = Reader(context, path.as_uri(), 1280)
    for world, reason in {
        "Driving": "there is no film of it here",
        "CartPole": "its file cannot be loaded",
    }.items():
        choose(reader, world)
        caption = reader.page.locator("figcaption", has_text=reason)
        caption.wait_for()
        assert caption.inner_text() == f"{title(world, winner(reader, world))}: {reason}."
    reader.page.close()


def test_every_recorded_run_has_a_film_that_moves_and_all_together_are_small(site):
    paths = sorted((site / FOLDER).iterdir())
    recorded = {name_of(world, run) for world, board in BOARDS.items() for run in board["runs"]}
    assert {path.name for path in paths} == recorded
    for path in paths:
        assert path.stat().st_size < MAX_BYTES
        with Image.open(path) as film:
            assert film.n_frames > 1, path.name
    assert sum(path.stat().st_size for path in paths) < ALL_FILMS
