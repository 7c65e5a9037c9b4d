"""Choosing between two lines for real: by keys, by buttons, without a mouse, and over several days."""

import json

import pytest

from tests.browser.screen import EXECUTE
from tests.browser.test_keys_and_buttons import key_event

CELL = """from ilrl_course.play.choosing import choose
words = [a + b + c for a in ("ba", "de", "fo") for b in ("li", "mu", "na") for c in ("k", "p", "s", "t")]
choosing = choose([f"{word} one" for word in words], [f"{word} two" for word in words], {wanted}, seed=3)
choosing"""
FALLBACK = """from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.play.kept_choices import your_choices
choices = your_choices(ScriptedReader("melodious", 0.5, 0), ["bado"], ["brr"])
print([choice.chooser for choice in choices])"""


class Asked:
    """The two lines that the page shows last, and what is done about them."""

    def __init__(self, notebook):
        self.notebook, self.page = notebook, notebook.page
        self.root = self.page.locator(".ilrl-choosing[data-phase]").last
        self.root.wait_for()

    def sides(self) -> tuple[str, str]:
        return tuple(self.root.locator(f".ilrl-{side}").inner_text() for side in ("left", "right"))

    def button(self, name: str):
        """By how its name begins, as a screen reader says it: a side's goes on with the line."""
        return self.root.locator(f'button[aria-label^="{name}"]')

    def mark(self, name: str) -> str:
        return self.root.get_attribute(f"data-{name}")

    def await_mark(self, name: str, value) -> None:
        self.page.wait_for_function(
            "([root, name, value]) => root.dataset[name] === value",
            arg=[self.root.element_handle(), name, str(value)],
        )

    def act(self, do) -> tuple[str, str]:
        """Do something that shows another pair; returns the pair that was shown."""
        shown, number = self.sides(), int(self.mark("number"))
        do()
        self.await_mark("number", number + 1)
        return shown

    def press(self, key: str) -> tuple[str, str]:
        return self.act(lambda: self.page.keyboard.press(key))

    def text(self) -> str:
        return self.root.locator(".ilrl-text").inner_text()

    def begin(self) -> None:
        """Bring the focus in, without choosing."""
        self.root.locator(".ilrl-text").click()

    def has_focus(self, selector: str) -> bool:
        return self.root.locator(selector).evaluate("element => element === document.activeElement")


@pytest.fixture
def kept(journal):
    """What is on disk; nothing to begin with."""
    path = journal / "choices" / "text.jsonl"
    path.unlink(missing_ok=True)

    def load():
        lines = path.read_text(encoding="utf-8").splitlines() if path.exists() else []
        return [(c["first"], c["second"], c["prefers_first"]) for c in map(json.loads, lines)]

    return load


@pytest.fixture
def ask(open_notebook):
    def ask_it(*more_cells, wanted=20):
        notebook = open_notebook(CELL.replace("{wanted}", str(wanted)), *more_cells)
        notebook.run_cell(0)
        return Asked(notebook)

    return ask_it


def test_twenty_choices_by_keys_and_buttons_with_a_reload_in_between_are_on_disk_as_they_were_made(ask, kept):
    asked = ask(FALLBACK)
    expected = []
    asked.begin()
    for key in ("ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowLeft"):
        expected.append((*asked.press(key), key == "ArrowLeft"))
        assert kept() == expected, "each is on disk at once"
    for side in ("left", "right", "right"):
        expected.append((*asked.act(asked.button(side).click), side == "left"))
    assert asked.root.locator(".ilrl-count").inner_text() == "10 of 20 chosen"
    asked.notebook.save()
    before = asked.sides()
    asked.notebook.reload()
    asked = Asked(asked.notebook)
    assert asked.sides() == before
    asked.begin()
    for key in ("ArrowRight", "ArrowLeft", "ArrowRight", "ArrowRight", "ArrowLeft"):
        expected.append((*asked.press(key), key == "ArrowLeft"))
    asked.notebook.save()
    asked.notebook.reopen()  # another day: the kernel is a new one
    asked.notebook.run_cell(0)
    asked = Asked(asked.notebook)
    assert asked.mark("kept") == "15"
    asked.begin()
    for key in ("ArrowLeft", "ArrowRight", "ArrowLeft", "ArrowRight", "ArrowLeft"):
        expected.append((*asked.press(key), key == "ArrowLeft"))
    assert asked.mark("phase") == "over"
    assert "That is all" in asked.text()
    asked.page.keyboard.press("ArrowLeft")
    assert len({frozenset(choice[:2]) for choice in expected}) == 20
    asked.notebook.run_cell(1)
    assert "Going on with your choices: 20." in asked.notebook.output(1)
    assert kept() == expected
    assert asked.notebook.complaints == []


def test_where_nobody_chooses_the_next_cell_says_that_a_script_does(ask, kept):
    asked = ask(FALLBACK)
    asked.notebook.run_cell(1)
    assert "SCRIPT" in asked.notebook.output(1)
    assert "['a script']" in asked.notebook.output(1)
    assert kept() == []


def test_skip_and_back_by_keys_and_buttons_choose_nothing(ask, kept):
    asked = ask()
    asked.begin()
    skipped = asked.press("ArrowDown")
    also_skipped = asked.act(asked.button("Skip").click)
    assert len({skipped, also_skipped, asked.sides()}) == 3
    assert kept() == []
    chosen = asked.press("ArrowLeft")
    asked.press("Backspace")
    assert asked.sides() == chosen
    asked.press("ArrowRight")
    asked.act(asked.button("Back").click)
    assert asked.sides() == chosen
    assert kept() == [(*chosen, True), (*chosen, False)]
    assert asked.mark("kept") == "1"


def test_no_shortcut_of_the_notebook_fires_while_one_chooses_or_when_all_is_chosen(ask, kept):
    asked = ask(wanted=1)
    asked.begin()
    letters = ("d", "d", "a", "x", "0", "0", "z", "Shift+Enter", "ArrowUp")
    for key in letters:
        asked.page.keyboard.press(key)
    assert asked.has_focus(".ilrl-field")
    asked.press("ArrowLeft")
    for key in letters:
        asked.page.keyboard.press(key)
    assert asked.page.locator(".jp-Notebook-cell").count() == 1
    assert len(kept()) == 1
    assert asked.mark("phase") == "over"


def test_by_keyboard_alone_every_button_is_reached_named_and_seen_to_have_the_focus(ask, kept):
    asked = ask()
    asked.root.locator(".ilrl-field").focus()
    left, right = asked.sides()
    for name in (f"left: {left}", f"right: {right}", "Skip", "Back"):
        asked.page.keyboard.press("Tab")
        assert asked.has_focus(f'button[aria-label="{name}"]')
        outline = asked.button(name).evaluate("button => getComputedStyle(button).outline")
        assert "solid 3px" in outline
    asked.page.keyboard.press("Shift+Tab")
    asked.page.keyboard.press("Shift+Tab")
    assert asked.press("Enter") == (left, right)
    assert asked.has_focus(".ilrl-right"), "the focus stays where the next choice is made"
    second = asked.press(" ")
    third = asked.press("ArrowLeft")  # the arrows act on a button, too
    assert kept() == [(left, right, False), (*second, False), (*third, True)]


def test_a_screen_reader_hears_each_new_pair_what_the_keys_do_and_how_far_it_is(ask, kept):
    asked = ask()
    assert asked.root.get_attribute("role") == "group"
    assert asked.root.get_attribute("aria-label") == "Which of two lines is better?"
    assert "arrow" in asked.root.locator(".ilrl-field").get_attribute("aria-label")
    asked.begin()
    asked.press("ArrowLeft")
    left, right = asked.sides()
    said = asked.root.locator("[aria-live=polite]").first
    assert said.inner_text() == f"Left: {left}. Right: {right}. 1 of 20 chosen."


@pytest.mark.parametrize("key", ["Enter", "ArrowLeft"])
def test_a_key_that_is_held_chooses_once(ask, kept, key):
    asked = ask()
    asked.begin()
    if key == "Enter":
        asked.button("left").focus()
    number = int(asked.mark("number"))
    for _ in range(5):
        asked.page.keyboard.down(key)
    asked.page.keyboard.up(key)
    asked.await_mark("number", number + 1)
    asked.press("ArrowRight")
    assert len(kept()) == 2


@pytest.mark.parametrize(
    ("key", "code", "prefers_left"), [("Process", "ArrowRight", False), ("ArrowLeft", "Numpad4", True)]
)
def test_a_key_is_known_by_its_name_or_its_place(ask, kept, key, code, prefers_left):
    asked = ask()
    asked.begin()
    shown = asked.act(lambda: key_event(asked, "rawKeyDown", key, code))
    key_event(asked, "keyUp", key, code)
    assert kept() == [(*shown, prefers_left)]


def test_assistive_technology_chooses_by_clicking_and_its_focus_stays(ask, kept):
    asked = ask()
    shown = asked.act(lambda: asked.button("right").evaluate("button => button.click()"))
    assert kept() == [(*shown, False)]
    assert asked.has_focus(".ilrl-right")


def test_without_the_focus_keys_choose_nothing_and_a_click_goes_on(ask, kept):
    asked = ask("")
    asked.begin()
    first = asked.press("ArrowLeft")
    asked.page.locator(".jp-Notebook-cell").nth(1).locator(".cm-content").click()
    asked.page.keyboard.press("ArrowLeft")
    asked.begin()
    second = asked.press("ArrowRight")
    assert kept() == [(*first, True), (*second, False)]


def test_two_cells_ask_nothing_twice_and_the_older_one_says_that_it_is_closed(ask, kept):
    asked = ask(CELL.replace("{wanted}", "20"))
    asked.begin()
    first = asked.press("ArrowLeft")
    asked.notebook.run_cell(1)
    roots = asked.page.locator(".ilrl-choosing[data-phase]")
    asked.page.locator(".ilrl-choosing[data-phase=closed]").wait_for()
    assert "Run the cell again" in roots.nth(0).locator(".ilrl-text").inner_text()
    later = Asked(asked.notebook)
    assert later.mark("kept") == "1"
    assert set(later.sides()) != set(first)


def test_a_saved_page_whose_kernel_is_gone_says_what_to_do_and_keeps_its_choices(ask, kept):
    asked = ask()
    asked.begin()
    asked.press("ArrowLeft")
    asked.notebook.save()
    asked.notebook.reopen()
    root = asked.page.locator(".ilrl-choosing")
    veil = root.get_by_text("Run this cell to choose")
    veil.wait_for()
    root.locator(".ilrl-field").focus()
    asked.page.keyboard.press("ArrowLeft")
    root.get_by_text("Python does not answer").wait_for()
    assert len(kept()) == 1
    asked.notebook.run_cell(0)
    again = Asked(asked.notebook)
    assert again.mark("kept") == "1"
    assert not veil.is_visible()
    assert again.notebook.complaints == []


def test_while_another_cell_runs_it_says_so_and_the_choice_is_made_afterwards(ask, kept):
    asked = ask("import time\nwhile True: time.sleep(0.05)")
    asked.begin()
    asked.page.evaluate("() => { window.jupyterapp.shell.currentWidget.content.activeCellIndex = 1 }")
    asked.notebook.command("notebook:run-cell")
    asked.root.locator(".ilrl-field").focus()
    shown, number = asked.sides(), int(asked.mark("number"))
    asked.page.keyboard.press("ArrowLeft")
    asked.root.get_by_text("Is another cell running?").wait_for()
    asked.notebook.command("notebook:interrupt-kernel")
    asked.await_mark("number", number + 1)
    assert kept() == [(*shown, True)]
    assert asked.page.evaluate(EXECUTE, "print(len(choosing.survey.made))").strip() == "1"
