"""The widget around the map: what it hands to the browser, and how it answers a click with a film."""

import asyncio
import json
import threading

import pytest

from ilrl_course.measures.price_map import QUANTITIES, cheapest_plan
from ilrl_course.notebook.palette import METHOD_COLORS
from ilrl_course.notebook.price_map import price_map
from ilrl_course.notebook.prices import PRESETS
from tests.made_up_scoreboard import made_up_scoreboard

RECORDS = {world: made_up_scoreboard(seed, world) for seed, world in enumerate(("CartPole", "Driving"))}


class Films:
    """Makes films, and remembers of what, and in which thread."""

    def __init__(self):
        self.made, self.threads = [], set()

    def __call__(self, world, plan):
        self.made.append((world, plan))
        self.threads.add(threading.current_thread())
        if plan == 13:
            raise RuntimeError("the tape is torn")
        return f"{world} {plan}".encode()


@pytest.fixture
def films():
    return Films()


@pytest.fixture
def widget(films):
    """A map whose messages to the browser are kept in `sent`."""
    shown = price_map(RECORDS, films)
    shown.sent = []
    shown.send = lambda content, buffers=None: shown.sent.append((content, buffers))
    return shown


def test_the_browser_gets_records_and_prices_as_json_can_hold_them(widget):
    settings = json.loads(json.dumps(widget.settings, allow_nan=False))
    assert settings["records"] == RECORDS
    assert settings["presets"]["only recordings"]["label"] is None
    assert settings["presets"]["a game company"] == PRESETS["a game company"]
    assert settings["colors"] == METHOD_COLORS


def test_each_method_has_a_color_of_its_own():
    assert len(set(METHOD_COLORS.values())) == len(METHOD_COLORS)
    assert {run["method"] for run in RECORDS["Driving"]["runs"]} <= set(METHOD_COLORS)


def test_every_preset_prices_all_five_things_and_lets_some_method_win():
    assert len(PRESETS) == 5
    for prices in PRESETS.values():
        assert tuple(prices) == QUANTITIES
        assert cheapest_plan(RECORDS["CartPole"], prices, 90).plan is not None


def test_where_no_notebook_runs_a_text_stands_there_that_is_always_the_same(widget):
    bundle, _ = widget._repr_mimebundle_()
    assert bundle["text/plain"] == repr(widget) == repr(price_map(RECORDS))
    assert repr(widget).startswith("(In a running notebook")  # by which the site knows it


def test_a_wish_is_answered_by_a_film_which_is_made_once(widget, films):
    for _ in range(2):
        widget.wanted_film = ["Driving", 4]
        assert widget.wanted_film == []  # so that the same wish can be heard again
    assert widget.sent == [({"world": "Driving", "plan": 4}, [b"Driving 4"])] * 2
    assert films.made == [("Driving", 4)]


def test_a_film_that_fails_says_why_and_may_be_asked_for_again(widget, films):
    for _ in range(2):
        widget.wanted_film = ["CartPole", 13]
    assert [content["error"] for content, _ in widget.sent] == ["RuntimeError: the tape is torn"] * 2
    assert len(films.made) == 2


def test_wishes_from_another_thread_wait_for_the_main_thread_and_only_the_newest_is_fulfilled(films):
    async def click():
        widget = price_map(RECORDS, films)
        for plan in (1, 2, 3):
            thread = threading.Thread(target=setattr, args=(widget, "wanted_film", ["Driving", plan]))
            thread.start()
            thread.join()
        assert films.made == []
        await asyncio.sleep(0)
        await asyncio.sleep(0)

    asyncio.run(click())
    assert films.made == [("Driving", 3)]
    assert films.threads == {threading.main_thread()}


def test_without_a_maker_of_films_the_map_promises_none():
    assert not price_map(RECORDS).has_films


def test_a_damaged_record_is_refused_before_anything_is_shown():
    damaged = made_up_scoreboard(0)
    damaged["runs"][3]["labels"].pop()
    with pytest.raises(ValueError, match="the tables of BC with 100 demonstrations"):
        price_map({"CartPole": damaged})
