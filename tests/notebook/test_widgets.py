"""The form saves and restores; a demo runs the newest values, one run at a time, and survives errors."""

import asyncio
import threading

import ipywidgets as widgets
import numpy as np
import pytest

from ilrl_course.notebook import form, guesses, journal, sliders, video
from ilrl_course.notebook.claims import CLAIMS


@pytest.fixture(autouse=True)
def my_work(tmp_path, monkeypatch):
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    return tmp_path / "my_work"


def test_showing_the_form_writes_nothing(my_work):
    form.prediction_form()
    assert not my_work.exists()


def test_every_answer_is_saved_at_once_and_restored():
    shown = form.prediction_form()
    assert len(shown.answers) == 12
    shown.answers["C5"].value = "holds"
    assert journal.load_predictions() == {"C5": "holds"}
    shown.answers["C5"].value = "only sometimes"
    shown.answers["C7"].value = "not sure"
    assert "Saved: 2 of 12" in shown.status.value
    again = form.prediction_form()
    assert {c: b.value for c, b in again.answers.items() if b.value} == {
        "C5": "only sometimes",
        "C7": "not sure",
    }


def test_an_answer_that_cannot_be_saved_is_not_called_saved(my_work):
    shown = form.prediction_form()
    my_work.write_text("a file where the folder should be")
    shown.answers["C5"].value = "holds"
    assert "Not saved" in shown.status.value


def test_the_table_shows_what_was_predicted():
    assert "No predictions" in form.predictions_table().data
    journal.save_predictions({"C2": "does not hold"})
    table = form.predictions_table().data
    assert "does not hold" in table
    assert table.count("<tr>") == 13


def test_the_text_of_a_widget_is_the_same_in_every_run():
    assert repr(form.prediction_form()) == repr(form.prediction_form())


def test_where_no_notebook_runs_the_form_leaves_all_claims_as_text():
    text = form.prediction_form()._repr_mimebundle_()["text/plain"]
    assert all(claim.text in text for claim in CLAIMS.values())


def test_a_demo_shows_its_first_result_with_the_functions_defaults():
    demo = sliders.demo(lambda size=3, kind="weak": f"{size} {kind}", size=(1, 9), kind=["expert", "weak"])
    assert demo.result.value == "<p>3 weak</p>"
    assert isinstance(demo.controls["size"], widgets.IntSlider)
    assert not demo.controls["size"].continuous_update


def test_a_demo_shows_pictures_and_texts_together():
    picture = video.clip([np.zeros((4, 4, 3), dtype=np.uint8)], alt="A black box.")
    demo = sliders.demo(lambda n: (picture, "1 < 2"), n=[1, 2, 5])
    assert 'alt="A black box."' in demo.result.value
    assert "<p>1 &lt; 2</p>" in demo.result.value
    assert isinstance(demo.controls["n"], widgets.SelectionSlider)


def test_without_a_kernel_a_demo_answers_at_once():
    demo = sliders.demo(lambda n=1: n * n, n=(1, 9))
    demo.controls["n"].value = 5
    assert demo.result.value == "<p>25</p>"


def test_of_many_changes_only_the_newest_is_run():
    runs = []

    async def turn_knobs():
        demo = sliders.demo(lambda n=1: runs.append(n), n=(1, 9))
        for value in (2, 3, 4):
            demo.controls["n"].value = value
        assert runs == [1]
        assert demo.status.value == sliders.COMPUTING
        await asyncio.sleep(0.2)
        assert demo.status.value == ""

    asyncio.run(turn_knobs())
    assert runs == [1, 4]


def test_changes_from_another_thread_during_a_run_wait_and_run_in_the_main_thread():
    runs = []

    async def turn_knobs():
        def work(n=1):
            runs.append((n, threading.current_thread() is threading.main_thread()))
            if n == 2:
                for value in (3, 4, 5):
                    thread = threading.Thread(target=setattr, args=(demo.controls["n"], "value", value))
                    thread.start()
                    thread.join()

        demo = sliders.demo(work, n=(1, 9))
        demo.controls["n"].value = 2
        await asyncio.sleep(0.3)
        assert demo.status.value == ""

    asyncio.run(turn_knobs())
    assert runs == [(1, True), (2, True), (5, True)]


def test_an_error_is_shown_calmly_and_the_next_setting_works():
    def half(n=1):
        if n == 2:
            raise RuntimeError("a <bad> setting")
        return n

    demo = sliders.demo(half, n=(1, 9))
    demo.controls["n"].value = 2
    assert "RuntimeError: a &lt;bad&gt; setting" in demo.status.value
    assert demo.result.value == ""
    assert isinstance(demo.error, RuntimeError)
    demo.controls["n"].value = 3
    assert (demo.result.value, demo.status.value, demo.error) == ("<p>3</p>", "", None)


def test_a_control_that_the_function_does_not_know_is_refused():
    with pytest.raises(ValueError, match="no parameter"):
        sliders.demo(lambda size=1: size, seize=(1, 9))


def test_a_ready_made_widget_serves_as_control_and_waits_for_the_mouse_to_be_released():
    demo = sliders.demo(lambda noise: noise, noise=widgets.FloatSlider(value=0.5))
    assert demo.result.value == "<p>0.5</p>"
    assert not demo.controls["noise"].continuous_update


@pytest.mark.parametrize(
    "make",
    [
        form.prediction_form,
        lambda: sliders.demo(lambda n=1: n, n=(1, 9)),
        lambda: guesses.predict("02-pole", "how long does it stand?"),
    ],
)
def test_a_widget_holds_the_sentence_for_the_day_when_its_kernel_is_gone(make):
    shown = make()
    hint = shown.children[0]
    assert "run the cells above and then this one" in hint.value
    assert "ilrl-hint" in hint._dom_classes
    assert "ilrl-widget" in shown._dom_classes  # by these names its style knows them
    assert "ilrl-status" in shown.status._dom_classes
