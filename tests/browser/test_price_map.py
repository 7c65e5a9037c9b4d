"""The map of prices computes what Python computes, answers to every control, and can be read by everybody."""

import json
import math
from itertools import product

import numpy as np
import pytest

from ilrl_course.measures.price_map import QUANTITIES, cheapest_plan
from ilrl_course.notebook.prices import ASSETS, PRESETS, without
from tests.browser.price_page import SECOND, PricePage
from tests.made_up_scoreboard import made_up_scoreboard

WORLDS = ("CartPole", "Driving", "Dungeon")
RECORDS = {world: made_up_scoreboard(seed, world) for seed, world in enumerate(WORLDS)}
WANTED = (60, 90, 97)
FOUND = """([record, wanted, all]) => {
  const arrived = computing.arrivals(record, wanted)
  return all.map((prices) => {
    const { plan, cost, interval, share, runnerUp } = computing.cheapest(arrived, prices)
    return [plan, cost, interval, share, runnerUp]
  })
}"""
CHART = """([record, wanted, prices, axes]) => {
  const arrived = computing.arrivals(record, wanted)
  const { method, share } = computing.chart(arrived, prices, axes)
  return [[...method].map((own) => arrived.methods[own] ?? null), [...share]]
}"""
AXE = """async () => {
  const { violations } = await axe.run(document)
  return violations.filter(({ impact }) => impact === "serious" || impact === "critical").map(({ id }) => id)
}"""
ONE_PIXEL = "data:image/gif;base64,R0lGODlhAQABAIAAAAAAAP///yH5BAEAAAAALAAAAAABAAEAAAIBRAA7"


@pytest.fixture(scope="module")
def pages(context, tmp_path_factory):
    """Opens pages, and closes them in the end."""
    opened = []

    def open_it(records=RECORDS, width=1000):
        opened.append(PricePage(context, tmp_path_factory.mktemp("prices"), records, width))
        return opened[-1]

    yield open_it
    for shown in opened:
        shown.page.close()


@pytest.fixture
def shown(pages):
    """A fresh page, which must not complain."""
    page = pages()
    page.film(f"'{ONE_PIXEL}'")
    yield page
    assert page.complaints == []
    page.page.close()


@pytest.fixture(scope="module")
def axe():
    """The script of axe-core, which finds barriers."""
    from axe_playwright_python.sync_playwright import Axe

    return Axe().axe_script


@pytest.fixture(scope="module")
def computing(pages):
    return pages().page


def small_scoreboard(seed: int, num_seeds: int) -> dict:
    """Whole numbers from a small range: full of ties, and of plans that just reach the score or just miss."""
    rng = np.random.default_rng(seed)

    def plan(method):
        rise = lambda *values: rng.choice(values, (num_seeds, 3)).cumsum(axis=1).tolist()  # noqa: E731
        return {
            "method": method,
            "demos": int(rng.choice([0, 1, 5])),
            "score": rng.choice([80, 85, 90, 95], (num_seeds, 3)).tolist(),
            "labels": rise(0, 0, 10),
            "steps": rise(0, 1000),
            "crashes": rise(0, 0, 0, 1),
            "seconds": rise(0.5, 1),
        }

    plans = [plan(method) for method in ("BC", "BC", "GAIL", "PPO", "GAIL")]
    return {"seeds": list(range(num_seeds)), "world": "a world", "runs": plans}


def expected(record, prices, wanted):
    found = cheapest_plan(record, prices, wanted)
    return [found.plan, found.cost, list(found.interval), found.share, found.runner_up]


@pytest.mark.parametrize("world", WORLDS)
def test_javascript_and_python_find_the_same_at_random_prices(computing, world):
    rng = np.random.default_rng(WORLDS.index(world))
    choices = [0, 0.01, 0.1, 1, 3.15, 10, 100, 1000, math.inf]
    all_prices = [dict(zip(QUANTITIES, map(float, rng.choice(choices, 5)), strict=True)) for _ in range(60)]
    for wanted in WANTED:
        found = computing.evaluate(FOUND, [RECORDS[world], wanted, all_prices])
        assert found == [expected(RECORDS[world], prices, wanted) for prices in all_prices]


@pytest.mark.parametrize(
    ("seed", "num_seeds", "axes"),
    [(0, 8, ("demo", "step")), (1, 7, ("label", "crash")), (2, 10, ("second", "label"))],
)
def test_javascript_and_python_agree_on_every_cell_of_a_map_full_of_ties(computing, seed, num_seeds, axes):
    record, prices = (
        small_scoreboard(seed, num_seeds),
        dict(zip(QUANTITIES, (2, 0.1, 5, 8, 0.5), strict=True)),
    )
    methods, shares = computing.evaluate(CHART, [record, 90, prices, axes])
    scale = computing.evaluate("computing.SCALE")
    assert len(scale) ** 2 == len(methods)
    for cell, (up, across) in enumerate(product(scale, repeat=2)):
        found = cheapest_plan(record, prices | {axes[0]: across, axes[1]: up}, 90)
        winner = None if found.plan is None else record["runs"][found.plan]["method"]
        assert (methods[cell], shares[cell]) == (winner, found.share), (across, up)
    assert len(set(methods)) > 1
    assert min(shares) < 1


def test_a_map_says_of_each_cell_what_it_says_of_these_prices_alone(computing):
    prices = PRESETS["a robot with an expert at hand"]
    scale = computing.evaluate("computing.SCALE")
    for world, axes in zip(WORLDS, (("demo", "step"), ("label", "crash"), ("step", "second")), strict=True):
        methods, shares = computing.evaluate(CHART, [RECORDS[world], 90, prices, axes])
        cells = np.random.default_rng(0).choice(len(methods), 300, replace=False)
        at = [
            prices | {axes[0]: scale[cell % len(scale)], axes[1]: scale[cell // len(scale)]} for cell in cells
        ]
        found = computing.evaluate(FOUND, [RECORDS[world], 90, at])
        for cell, (plan, _, _, share, _) in zip(cells, found, strict=True):
            winner = None if plan is None else RECORDS[world]["runs"][plan]["method"]
            assert (methods[cell], shares[cell]) == (winner, share)


def test_every_price_of_a_preset_lies_on_the_scale(computing):
    scale = computing.evaluate("computing.SCALE")
    assert {price for prices in PRESETS.values() for price in prices.values()} <= set(scale)
    assert scale == sorted(scale)
    assert (scale[0], scale[-1]) == (0, math.inf)


def test_at_first_the_line_below_says_who_wins_for_how_much_how_surely_and_who_is_second(shown):
    found = cheapest_plan(RECORDS["CartPole"], PRESETS["a robot with an expert at hand"], 90)
    winner, second = (RECORDS["CartPole"]["runs"][plan] for plan in (found.plan, found.runner_up))
    text = shown.text()
    assert text.startswith(f"Cheapest: {winner['method']} from {winner['demos']} demonstrations reaches")
    assert f"for {found.cost:.0f} coins (95 % interval: {found.interval[0]:.0f} to" in text
    assert f"wins in {100 * found.share:.0f} % of the resamples" in text
    assert f"Runner-up: {second['method']}" in text


@pytest.mark.parametrize("name", PRESETS)
def test_a_preset_sets_all_five_prices(shown, name):
    shown.button("a game company" if name != "a game company" else "only recordings").click()
    before = shown.picture()
    shown.button(name).click()
    assert shown.pressed() == ["CartPole", name]
    said = {0: "free", 1: "1 coin", math.inf: "not to be had"}
    assert shown.prices() == [said.get(price, f"{price:,} coins") for price in PRESETS[name].values()]
    assert shown.picture() != before


def test_each_world_has_its_own_map(shown):
    pictures = set()
    for world in WORLDS:
        shown.button(world).click()
        assert shown.pressed()[0] == world
        assert f"in {world} " in shown.text()
        pictures.add(shown.picture())
    assert len(pictures) == 3


def test_what_one_does_not_have_takes_its_methods_off_the_map_until_one_has_it(shown):
    before = shown.text(), shown.legend()
    assert "PPO" in before[1]
    shown.button("a reward").click()
    assert "PPO" not in shown.legend()
    assert shown.button("a reward").get_attribute("aria-pressed") == "false"
    left = without(RECORDS["CartPole"], *ASSETS["a reward"])
    found = cheapest_plan(left, PRESETS["a robot with an expert at hand"], 90)
    assert f"Cheapest: {left['runs'][found.plan]['method']}" in shown.text()
    shown.button("a reward").click()
    assert (shown.text(), shown.legend()) == before


def test_sliders_change_the_map_and_what_is_no_preset_any_more_is_not_called_one(shown):
    for name in ("wanted score", "price of a label", "price of a crash"):
        before = shown.picture()
        for _ in range(4):
            shown.slider(name).press("ArrowLeft")
        assert shown.picture() != before
    assert shown.slider("wanted score").get_attribute("aria-valuetext") == "70"
    assert shown.pressed() == ["CartPole"]


def test_a_slider_goes_from_free_to_not_to_be_had(shown):
    slider = shown.slider(f"price of {SECOND}")
    slider.press("Home")
    assert shown.price(SECOND) == "free"
    slider.press("End")
    assert shown.price(SECOND) == "not to be had"
    assert shown.text().startswith("No method gets there")


def test_the_prices_along_the_axes_move_the_ring_and_leave_the_regions(shown):
    legend = shown.legend()
    before = shown.picture()
    shown.slider("price of a demonstration").press("ArrowRight")
    assert shown.picture() != before
    assert shown.legend() == legend
    shown.slider("price of a demonstration").press("ArrowLeft")
    assert shown.picture() == before


def test_any_two_prices_can_be_the_axes_and_one_that_is_there_already_changes_places(shown):
    across, up = (shown.page.get_by_label(f"price on the {axis} axis") for axis in ("horizontal", "vertical"))
    before = shown.picture()
    across.select_option("crash")
    assert shown.picture() != before
    up.select_option("crash")
    shown.settle()
    assert (across.input_value(), up.input_value()) == ("step", "crash")


def test_arrow_keys_move_along_the_axes_and_stop_at_the_edge(shown):
    shown.button("a game company").click()  # 0.1 for a demonstration, 0.01 for 1,000 steps
    shown.canvas.focus()
    shown.page.keyboard.press("ArrowRight")
    shown.page.keyboard.press("ArrowUp")
    assert (shown.price("a demonstration"), shown.price("1,000 steps")) == ("0.125 coins", "0.0125 coins")
    for _ in range(3):
        shown.page.keyboard.press("ArrowDown")
    shown.page.keyboard.press("ArrowLeft")
    assert (shown.price("a demonstration"), shown.price("1,000 steps")) == ("0.1 coins", "free")


def test_enter_asks_for_the_film_of_the_winner_and_shows_it(shown):
    shown.canvas.focus()
    shown.page.keyboard.press("Enter")
    found = cheapest_plan(RECORDS["CartPole"], PRESETS["a robot with an expert at hand"], 90)
    assert shown.page.evaluate("wishes") == [["CartPole", found.plan]]
    run = RECORDS["CartPole"]["runs"][found.plan]
    title = f"{run['method']} from {run['demos']} demonstrations in CartPole, its median run"
    shown.page.get_by_alt_text(f"A film of {title}.").wait_for()
    assert shown.caption() == f"{title}."


def test_a_click_takes_the_prices_of_its_cell_and_asks_for_the_winner_there(shown):
    assert "Click on the map" in shown.caption()
    shown.click_at(0, 0)
    assert (shown.price("a demonstration"), shown.price("1,000 steps")) == ("free", "free")
    shown.click_at(1, 0)
    assert (shown.price("a demonstration"), shown.price("1,000 steps")) == ("not to be had", "free")
    prices = PRESETS["a robot with an expert at hand"] | {"step": 0.0}
    plans = [cheapest_plan(RECORDS["CartPole"], prices | {"demo": p}, 90).plan for p in (0.0, math.inf)]
    assert shown.page.evaluate("wishes") == [["CartPole", plan] for plan in plans]


def test_where_nobody_wins_a_click_asks_for_nothing(shown):
    shown.click_at(1, 1)
    assert shown.text().startswith("No method gets there")
    assert shown.page.evaluate("wishes") == []


def test_a_film_that_fails_says_why(shown):
    shown.film("Promise.reject(new Error('the tape is torn'))")
    shown.click_at(0, 0)
    shown.page.get_by_text("this film failed. the tape is torn").wait_for()


def test_of_two_films_the_one_that_was_asked_for_last_is_shown(shown):
    shown.film("new Promise((done) => { (window.ready ??= []).push(done) })")
    shown.click_at(0, 0)
    shown.click_at(1, 0)
    shown.page.evaluate(f"ready[1]('{ONE_PIXEL}')")
    shown.page.get_by_alt_text("A film of PPO in CartPole, its median run.").wait_for()
    shown.page.evaluate("ready[0]('data:,')")
    assert shown.caption() == "PPO in CartPole, its median run."


def test_of_two_clicks_on_the_same_plan_only_the_second_is_heard_of_again(shown):
    shown.film("new Promise((...ends) => { (window.ready ??= []).push(ends) })")
    shown.click_at(1, 0)
    shown.click_at(1, 0)
    shown.page.evaluate(f"ready[1][0]('{ONE_PIXEL}')")
    shown.page.get_by_alt_text("A film of PPO in CartPole, its median run.").wait_for()
    shown.page.evaluate("ready[0][1](new Error('too late'))")
    assert shown.caption() == "PPO in CartPole, its median run."


def test_a_film_that_does_not_come_says_what_may_be_wrong(shown):
    shown.film("new Promise(() => {})")
    shown.click_at(0, 0)
    assert "filming …" in shown.caption()
    shown.page.get_by_text("no film yet. Is another cell running?").wait_for()


def test_regions_are_named_where_they_are_and_in_the_legend(shown):
    shown.settle()
    named = set(shown.page.evaluate("drawn"))
    legend = shown.legend()
    assert {"BC with noise", "DAgger"} <= named
    winners, losers = legend.split("cheapest nowhere on this map: ")
    for method in ("BC with noise", "DAgger", "PPO", "no method gets there"):
        assert method in winners
    assert losers.split(" · ") == ["BC", "GAIL", "AIRL"]
    assert "DAgger on " in shown.canvas.get_attribute("aria-label")


def of_seconds(method, seconds, scores=(100,) * 16):
    """A plan that takes only time: seconds and scores of each seed."""
    none = [[0]] * len(scores)
    score, seconds = ([[int(value)] for value in values] for values in (scores, seconds))
    return {"method": method, "demos": 0, "score": score, "seconds": seconds} | dict.fromkeys(
        ("labels", "steps", "crashes"), none
    )


def board(*plans):
    return {"a world": {"seeds": list(range(16)), "world": "a world", "runs": plans}}


def colors_within(page) -> set:
    """The colors of a piece of the map."""
    page.settle()
    read = "canvas => [...canvas.getContext('2d').getImageData(80, 80, 60, 60).data]"
    parts = page.canvas.evaluate(read)
    return {tuple(parts[n : n + 3]) for n in range(0, len(parts), 4)}


def test_what_is_too_close_to_call_is_striped_and_the_legend_says_so(pages):
    costs = np.random.default_rng(3).permutation(16)
    clear = pages(board(of_seconds("BC", costs), of_seconds("PPO", costs + 100)))
    assert len(colors_within(clear)) == 1
    assert "too close to call" not in clear.legend()
    close = pages(board(of_seconds("BC", costs), of_seconds("PPO", costs[::-1])))
    assert len(colors_within(close)) > 1
    assert "too close to call" in close.legend()
    assert "Too close to call" in close.text()


def test_where_hardly_too_few_seeds_arrive_the_line_says_how_often_they_do(pages):
    plan = of_seconds("BC", [1] * 16, scores=[100] * 12 + [0] * 4)
    page = pages(board(plan))
    found = cheapest_plan(board(plan)["a world"], PRESETS["a robot with an expert at hand"], 90)
    assert found.plan is None
    assert f"In {100 - 100 * found.share:.0f} % of the resamples one does" in page.text()


@pytest.mark.parametrize("width", [1000, 390])
@pytest.mark.parametrize("theme", ["light", "dark"])
def test_there_is_no_serious_barrier_in_either_theme_on_a_screen_or_a_phone(shown, axe, width, theme):
    light = shown.picture()
    shown.page.set_viewport_size({"width": width, "height": 800})
    shown.page.evaluate("theme => { document.documentElement.dataset.theme = theme }", theme)
    shown.click_at(0, 0)
    assert (shown.picture() != light) or (width, theme) == (1000, "light")
    shown.page.evaluate(axe)
    assert shown.page.evaluate(AXE, None) == []
    assert shown.page.evaluate("document.documentElement.scrollWidth") <= width


def test_the_regions_on_dark_paper_are_painted_anew(shown):
    light = shown.picture()
    shown.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    assert shown.picture() != light
    shown.page.evaluate("document.documentElement.dataset.theme = 'light'")
    assert shown.picture() == light


def test_a_map_that_is_taken_away_leaves_nothing(shown):
    shown.page.evaluate("end()")
    assert shown.page.locator(".ilrl-map").count() == 0
    shown.page.evaluate("document.documentElement.dataset.theme = 'dark'")
    shown.settle()


WIDGET = """import json
import numpy as np
from ilrl_course.notebook import video
from ilrl_course.notebook.price_map import price_map
wishes = []

def film_of(world, plan):
    wishes.append((world, plan))
    frames = [np.full((40, 60, 3), shade, np.uint8) for shade in (0, 200)]
    return video.clip(frames, alt="It gets lighter.").png

price_map(json.load(open("records.json")), film_of)"""


@pytest.fixture
def widget(open_notebook, workplace):
    """A notebook with the map, its kernel running."""
    (workplace / "records.json").write_text(json.dumps(RECORDS), encoding="utf-8")
    notebook = open_notebook(WIDGET)
    notebook.run_all()
    notebook.page.locator(".ilrl-map[data-took]").wait_for()
    return notebook


def test_in_a_notebook_a_click_brings_the_film_that_python_makes(widget):
    canvas = widget.page.locator(".ilrl-map canvas")
    canvas.click(position={"x": 60, "y": 100})
    film = widget.page.locator(".ilrl-map-film img")
    film.wait_for()
    assert film.evaluate("async (image) => { await image.decode(); return image.naturalWidth }") == 60
    assert widget.complaints == []


def test_in_a_notebook_keys_on_the_map_are_no_shortcuts_of_the_notebook(widget):
    canvas = widget.page.locator(".ilrl-map canvas")
    canvas.focus()
    before = widget.page.locator(".ilrl-map-text").inner_text()
    for key in ("ArrowDown", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft", "ArrowLeft"):
        widget.page.keyboard.press(key)
    widget.page.wait_for_function(
        "before => document.querySelector('.ilrl-map-text').innerText !== before", arg=before
    )
    widget.page.keyboard.press("Enter")
    widget.page.locator(".ilrl-map-film img").wait_for()
    assert canvas.evaluate("canvas => document.activeElement === canvas")
    assert widget.complaints == []


def test_a_notebook_that_is_opened_the_next_day_has_a_map_that_works_and_says_what_films_need(widget):
    widget.save()
    widget.reopen()
    root = widget.page.locator(".ilrl-map[data-took]")
    root.wait_for()
    root.get_by_role("button", name="Dungeon").click()
    widget.page.get_by_text("in Dungeon").first.wait_for()
    root.locator("canvas").click(position={"x": 60, "y": 100})
    widget.page.get_by_text("If the kernel was restarted, run this cell again").wait_for()
