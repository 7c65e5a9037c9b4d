"""The widget that asks: messages in, news out, in the kernel's loop; no browser needed."""

import asyncio
import gc
import threading

import pytest

from ilrl_course.play.choosing import Choosing, choose
from ilrl_course.play.kept_choices import Choices

FIRST = [f"first {letter}" for letter in "abcdefgh"]
SECOND = [f"second {letter}" for letter in "abcdefgh"]


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    monkeypatch.setattr(Choosing, "_current", lambda: None)  # of another test's event loop
    return tmp_path / "my_work"


class Front:
    """A front end: notes all news."""

    def __init__(self, widget):
        self.widget, self.news = widget, [widget.news]
        widget.observe(lambda change: self.news.append(change["new"]), names="news")

    def say(self, kind, number):
        self.widget._receive(self.widget, {"kind": kind, "number": number}, [])

    async def press(self, kind):
        """Press a key where the newest pair is seen."""
        await asyncio.sleep(0)
        self.say(kind, self.news[-1]["number"])
        await asyncio.sleep(0)
        return self.news[-1]


def run(session):
    asyncio.run(session())
    gc.collect()


def begin(num_choices=5):
    return Front(choose(FIRST, SECOND, num_choices, seed=0))


def kept():
    return [(choice.first, choice.second, choice.prefers_first) for choice in Choices().load("you")]


def test_what_is_to_be_shown_is_there_before_anybody_asks_and_is_what_a_reloaded_page_gets():
    async def session():
        front = begin()
        (news,) = front.news
        assert {news["left"], news["right"]} == {"first a", "second a"}
        assert (news["phase"], news["kept"], news["wanted"]) == ("choosing", 0, 5)
        await front.press("left")
        assert front.widget.get_state()["news"] == front.news[-1]

    run(session)


def test_left_and_right_keep_what_was_seen_there():
    async def session():
        front = begin()
        await asyncio.sleep(0)
        for side in ("left", "right", "right"):
            before = front.news[-1]
            after = await front.press(side)
            assert kept()[-1] == (before["left"], before["right"], side == "left")
            assert after["kept"] == before["kept"] + 1

    run(session)


def test_a_key_that_is_hit_twice_chooses_once():
    async def session():
        front = begin()
        await asyncio.sleep(0)
        number = front.news[-1]["number"]
        for _ in range(3):
            front.say("left", number)
        await asyncio.sleep(0.01)
        assert len(kept()) == 1
        assert front.news[-1]["kept"] == 1

    run(session)


def test_skip_shows_another_pair_and_back_the_last_one_and_neither_is_a_choice():
    async def session():
        front = begin()
        await front.press("skip")
        shown = front.news[-1]
        assert {shown["left"], shown["right"]} == {"first b", "second b"}
        assert (await front.press("left"))["kept"] == 1
        again = await front.press("back")
        assert (again["left"], again["right"], again["kept"]) == (shown["left"], shown["right"], 1)
        assert "Once more" in again["text"]
        await front.press("right")
        assert kept() == [(shown["left"], shown["right"], False)]

    run(session)


def test_when_all_are_chosen_it_says_so_and_only_back_acts():
    async def session():
        front = begin(num_choices=2)
        for _ in range(2):
            await front.press("left")
        assert front.news[-1]["phase"] == "over"
        assert front.news[-1]["left"] == ""
        assert "That is all" in front.news[-1]["text"]
        await front.press("left")
        assert len(kept()) == 2
        assert (await front.press("back"))["phase"] == "choosing"

    run(session)


def test_where_the_pairs_run_out_it_says_so():
    async def session():
        front = Front(choose(["a"], ["b"], 20, seed=0))
        await front.press("left")
        assert "no more pairs" in front.news[-1]["text"]

    run(session)


def test_the_next_widget_goes_on_and_closes_the_one_before():
    async def session():
        first = begin()
        await first.press("left")
        second = begin()
        await asyncio.sleep(0)
        assert first.news[-1]["phase"] == "closed"
        assert "Run the cell again" in first.news[-1]["text"]
        await first.press("left")
        assert len(kept()) == 1
        assert {second.news[-1]["left"], second.news[-1]["right"]} == {"first b", "second b"}
        assert second.news[-1]["kept"] == 1

    run(session)


def test_messages_from_another_thread_act_in_the_main_one(monkeypatch):
    threads = []

    async def session():
        front = begin()
        await asyncio.sleep(0)
        act = front.widget.survey.choose
        monkeypatch.setattr(
            front.widget.survey,
            "choose",
            lambda prefers_left: (threads.append(threading.current_thread()), act(prefers_left)),
        )
        thread = threading.Thread(target=front.say, args=("left", front.news[-1]["number"]))
        thread.start()
        thread.join()
        await asyncio.sleep(0.01)
        assert len(kept()) == 1

    run(session)
    assert threads == [threading.main_thread()]


def test_where_the_disk_refuses_it_says_so_and_asks_again(my_work):
    async def session():
        front = begin()
        await asyncio.sleep(0)
        shown = front.news[-1]
        my_work.write_text("a file where the folder should be")
        news = await front.press("left")
        assert news["text"].startswith("Not saved:")
        again = await front.press("left")
        assert again["answer"] == news["answer"] + 1
        assert (news["left"], news["kept"]) == (shown["left"], 0)
        my_work.unlink()
        assert (await front.press("left"))["kept"] == 1

    run(session)


def test_where_nobody_looks_nothing_is_written_and_the_text_is_always_the_same(my_work):
    first, second = choose(FIRST, SECOND, 5, seed=0), choose(FIRST[:3], SECOND[:3], 2, seed=1)
    assert repr(first) == repr(second)
    assert first._repr_mimebundle_()[0]["text/plain"] == repr(first)
    assert not my_work.exists()
