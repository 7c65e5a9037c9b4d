"""Playing without a mouse, by assistive technology, or with an input method; and keys that are let go."""

import pytest

from course_tools.lab.browser import NotebookPage, write_notebook
from tests.browser.screen import IMPORTS, Screen

PILOT = "DUNGEON.make_demonstrator('expert')"
GAMES = {
    "driving": "play(DRIVING, seed=1)",
    "dungeon": "play(DUNGEON, seed=0, layout=4)",
    "corrected": f"correct(DUNGEON, {PILOT}, seed=0, layout=4)",
}

pytestmark = pytest.mark.xdist_group("keys and buttons")  # they share a page


@pytest.fixture(scope="module")
def notebook(context, address, workplace):
    cells = [IMPORTS + f"game = {call}; game" for call in GAMES.values()]
    write_notebook(workplace / "keys_and_buttons.ipynb", *cells, "")
    page = NotebookPage(context, address, "keys_and_buttons.ipynb")
    yield page
    page.close()


@pytest.fixture
def begin(notebook):
    """Begin a game, as if the page had just been opened; afterwards nothing is pressed."""

    def begin_it(name: str) -> Screen:
        notebook.command("notebook:clear-all-cell-outputs")
        notebook.run_cell(list(GAMES).index(name))
        screen = Screen(notebook)
        screen.await_phase("ready")
        return screen

    yield begin_it
    notebook.page.mouse.up()
    notebook.page.keyboard.press("Escape")  # closes a menu
    for key in ("ArrowUp", "Meta", "Control", "Alt"):
        notebook.page.keyboard.up(key)


def tab_to(screen: Screen, name: str) -> None:
    """Move the focus to a button, as one who has a keyboard only."""
    for _ in range(20):
        if has_focus(screen, name):
            return
        screen.page.keyboard.press("Tab")
    raise AssertionError(f"Tab never reaches {name}")


def has_focus(screen: Screen, name: str) -> bool:
    return screen.button(name).evaluate("button => button === document.activeElement")


def key_event(screen: Screen, kind: str, key: str, code: str) -> None:
    """What a browser tells of a key, under an input method or a keypad, too."""
    session = screen.page.context.new_cdp_session(screen.page)
    session.send("Input.dispatchKeyEvent", {"type": kind, "key": key, "code": code})


PRESSES = {
    "Enter": lambda button: button.page.keyboard.press("Enter"),
    "Space": lambda button: button.page.keyboard.press(" "),
    "a tool": lambda button: button.evaluate("button => button.click()"),
    "a tool's event": lambda button: button.dispatch_event("click", {"detail": 1}),
}
press_by = pytest.mark.parametrize("press", PRESSES.values(), ids=PRESSES)


@press_by
def test_a_button_pressed_without_a_pointer_taps_its_key_and_keeps_the_focus(begin, press):
    screen = begin("driving")
    screen.click()
    tab_to(screen, "left")
    press(screen.button("left"))
    screen.await_phase("running")
    screen.wait(1.5)  # a busy machine lets go later, but it does let go
    assert float(screen.python("sum(action[0] for action in game.game.actions)")) > 0.3
    assert float(screen.python("game.game.actions[-1][0]")) == 0
    assert screen.keys_down() == ""
    assert has_focus(screen, "left")
    assert screen.phase() != "ready"  # no pause; a tap that a busy machine lengthens may leave the road


@press_by
def test_each_press_of_a_button_is_one_press_of_its_key_and_never_of_space(begin, press):
    screen = begin("corrected")
    screen.click()
    tab_to(screen, "down")
    for _ in range(3):
        press(screen.button("down"))
    assert screen.settles(lambda: screen.python("game.game.labeled"), on="[True, True, True]")
    screen.button("space").focus()
    press(screen.button("space"))
    assert screen.settles(lambda: screen.python("game.game.labeled"), on="[True, True, True, False]")


def test_a_tool_that_presses_a_button_brings_the_focus_into_the_game(begin):
    screen = begin("dungeon")
    screen.page.locator(".jp-Notebook-cell").last.locator(".cm-content").click()
    PRESSES["a tool"](screen.button("up"))
    screen.await_phase("running")
    assert has_focus(screen, "up")
    assert not screen.root.locator(".ilrl-veil").is_visible()


def test_a_pointer_presses_once_and_holds_as_long_as_it_is_down(begin):
    screen = begin("dungeon")
    for turns in (1, 2, 3):
        screen.button("up").click()
        assert screen.settles(screen.num_turns, on=str(turns))
    screen.page.mouse.down()
    screen.wait(0.7)
    assert screen.keys_down() == "ArrowUp"
    screen.page.mouse.up()
    assert screen.settles(screen.keys_down, on="")


def test_a_finger_holds_a_button_and_sees_no_menu(begin):
    screen = begin("dungeon")
    box = screen.button("up").bounding_box()
    touch = {"x": box["x"] + box["width"] / 2, "y": box["y"] + box["height"] / 2}
    session = screen.page.context.new_cdp_session(screen.page)
    session.send("Input.dispatchTouchEvent", {"type": "touchStart", "touchPoints": [touch]})
    screen.wait(0.8)
    shown = (
        "button => button.dispatchEvent(new PointerEvent('contextmenu', {bubbles: true, cancelable: true}))"
    )
    assert not screen.button("up").evaluate(shown)
    assert screen.keys_down() == "ArrowUp"
    session.send("Input.dispatchTouchEvent", {"type": "touchEnd", "touchPoints": []})
    assert screen.settles(screen.keys_down, on="")
    assert screen.settles(screen.num_turns, on="1")


def test_enter_that_is_held_presses_a_button_once(begin):
    screen = begin("dungeon")
    screen.click()
    tab_to(screen, "up")
    for _ in range(4):
        screen.page.keyboard.down("Enter")
    screen.page.keyboard.up("Enter")
    assert screen.settles(screen.num_turns, on="1")


def test_start_over_keeps_the_focus_of_who_has_no_mouse(begin):
    screen = begin("dungeon")
    screen.click()
    screen.page.keyboard.press("ArrowUp")
    tab_to(screen, "Start over")
    screen.page.keyboard.press("Enter")
    screen.await_phase("ready")
    assert has_focus(screen, "Start over")
    screen.page.keyboard.press("ArrowUp")  # the arrows act wherever in the game the focus is
    assert screen.settles(screen.num_turns, on="1")


def test_the_game_goes_on_while_the_focus_moves_within_it_and_pauses_when_it_leaves(begin):
    screen = begin("driving")
    screen.click()
    screen.page.keyboard.press("ArrowUp")
    screen.await_phase("running")
    tab_to(screen, "right")
    screen.wait(0.3)
    assert screen.phase() == "running"
    assert not screen.root.locator(".ilrl-veil").is_visible()
    screen.page.locator(".jp-Notebook-cell").last.locator(".cm-content").click()
    screen.await_phase("ready")
    assert screen.root.locator(".ilrl-veil").is_visible()


def test_no_shortcut_of_the_notebook_fires_while_a_button_has_the_focus(begin):
    screen = begin("dungeon")
    screen.click()
    tab_to(screen, "up")
    for key in ("d", "d", "a", "x", "Shift+Enter", "Control+Enter", "ArrowDown"):
        screen.page.keyboard.press(key)
    screen.wait(0.3)
    assert screen.page.locator(".jp-Notebook-cell").count() == len(GAMES) + 1
    assert has_focus(screen, "up")


LOSSES = {
    "Meta": lambda screen: screen.page.keyboard.down("Meta"),
    "Control": lambda screen: screen.page.keyboard.down("Control"),
    "Alt": lambda screen: screen.page.keyboard.down("Alt"),
    "another window": lambda screen: screen.page.evaluate("window.dispatchEvent(new Event('blur'))"),
    "another tab": lambda screen: screen.page.evaluate(
        "document.dispatchEvent(new Event('visibilitychange'))"
    ),
    "a menu": lambda screen: screen.root.locator("canvas").dispatch_event("contextmenu"),
    "a menu by mouse": lambda screen: screen.root.locator(".ilrl-screen").click(button="right"),
}


@pytest.mark.parametrize("lose", LOSSES.values(), ids=LOSSES)
def test_a_key_whose_release_may_never_be_told_is_let_go(begin, lose):
    screen = begin("driving")
    screen.click()
    screen.page.keyboard.down("ArrowUp")
    assert screen.settles(screen.keys_down, on="ArrowUp")
    lose(screen)
    assert screen.settles(screen.keys_down, on="")
    assert screen.phase() != "over", "keys are let go then in any case"


def test_after_a_shortcut_the_same_key_acts_again_though_its_release_was_never_told(begin):
    screen = begin("dungeon")
    screen.click()
    for _ in range(2):
        key_event(screen, "keyDown", "ArrowUp", "ArrowUp")  # and no keyUp
    screen.page.keyboard.press("Meta")
    key_event(screen, "keyDown", "ArrowUp", "ArrowUp")
    assert screen.settles(screen.num_turns, on="3")


ENDS = {
    "lost": "button => button.releasePointerCapture(window.pointer)",
    "removed": "button => button.remove()",
    "cancelled": "button => button.dispatchEvent(new PointerEvent('pointercancel', "
    "{pointerId: window.pointer, bubbles: true}))",
    "shortcut": "button => button.dispatchEvent(new KeyboardEvent('keydown', "
    "{key: 'Meta', metaKey: true, bubbles: true}))",
}


@pytest.mark.parametrize("end", ENDS.values(), ids=ENDS)
def test_a_held_button_that_loses_its_pointer_is_let_go(begin, end):
    screen = begin("driving")
    screen.page.evaluate(
        "addEventListener('pointerdown', event => { window.pointer = event.pointerId }, true)"
    )
    screen.button("up").hover()
    screen.page.mouse.down()
    assert screen.settles(screen.keys_down, on="ArrowUp")
    screen.button("up").evaluate(end)
    screen.page.mouse.move(5, 5)
    assert screen.settles(screen.keys_down, on="")
    assert screen.phase() != "over", "keys are let go then in any case"
    screen.page.mouse.up()


@pytest.mark.parametrize(
    ("key", "code", "means"),
    [
        ("ArrowLeft", "ArrowLeft", "ArrowLeft"),
        ("Process", "ArrowLeft", "ArrowLeft"),
        ("Unidentified", "ArrowDown", "ArrowDown"),
        ("ArrowLeft", "Numpad4", "ArrowLeft"),
        ("ArrowUp", "", "ArrowUp"),
        ("4", "Numpad4", ""),
        ("Process", "KeyA", ""),
    ],
)
def test_a_key_is_known_by_its_name_or_its_place(begin, key, code, means):
    screen = begin("dungeon")
    screen.click()
    key_event(screen, "rawKeyDown", key, code)
    assert screen.settles(screen.keys_down, on=means)
    key_event(screen, "keyUp", "another name", code) if code else key_event(screen, "keyUp", key, code)
    assert screen.settles(screen.keys_down, on="")


@pytest.mark.parametrize("key", [" ", "Process", "\u3000"], ids=["plain", "composing", "ideographic"])
def test_space_goes_on_under_an_input_method(begin, key):
    screen = begin("corrected")
    screen.click()
    key_event(screen, "rawKeyDown", key, "Space")
    key_event(screen, "keyUp", key, "Space")
    assert screen.settles(screen.num_turns, on="1")


def test_every_button_has_a_name_and_shows_that_it_has_the_focus(begin):
    screen = begin("driving")
    screen.click()
    for name in ("left", "right", "up", "down", "space", "Start over", "Discard the last"):
        tab_to(screen, name)
        style = screen.button(name).evaluate(
            "button => [getComputedStyle(button).outlineStyle, getComputedStyle(button).outlineWidth]"
        )
        assert style == ["solid", "3px"]
