"""What a player sees and does: the screen of a game in a notebook page."""

import hashlib
from collections.abc import Callable

from course_tools.lab.browser import NotebookPage

IMPORTS = """from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.play.screen import correct, play
"""
WATCH = """() => {
  window.painted = []
  document.addEventListener("painted", (event) => window.painted.push(event.detail))
}"""

EXECUTE = """async (code) => {
  const future = window.jupyterapp.shell.currentWidget.sessionContext.session.kernel.requestExecute({ code })
  let text = ""
  future.onIOPub = ({ content }) => { text += content.text ?? content.evalue ?? "" }
  await future.done
  return text
}"""


class Screen:
    """The game that the page shows last."""

    def __init__(self, notebook: NotebookPage):
        self.page = notebook.page
        self.root = self.page.locator(".ilrl-game").last
        self.root.locator("canvas").wait_for()
        self.page.evaluate(WATCH)

    def click(self) -> None:
        self.root.locator(".ilrl-screen").click()

    def picture(self) -> str:
        """A fingerprint of the canvas."""
        data = self.root.locator("canvas").evaluate("canvas => canvas.toDataURL()")
        return hashlib.sha256(data.encode()).hexdigest()

    def num_painted(self) -> int:
        return self.page.evaluate("window.painted.length")

    def phase(self) -> str:
        return self.root.get_attribute("data-phase")

    def await_phase(self, phase: str, seconds: float = 20) -> None:
        self.page.wait_for_function(
            "([game, phase]) => game.dataset.phase === phase",
            arg=[self.root.element_handle(), phase],
            timeout=1000 * seconds,
        )

    def drop_the_pole(self) -> None:
        """Play a game of CartPole to its end, by pushing to the left; it is over in half a second.

        On a machine that is busy the game may pause in between, until a key is pressed.
        """
        self.click()
        if self.phase() == "over":
            self.page.keyboard.press(" ")
            self.await_phase("ready")
        for _ in range(20):
            self.page.keyboard.press("ArrowLeft")
            self.wait(0.5)
            if self.phase() == "over":
                return
        raise AssertionError(f"the pole still stands: {self.text()}")

    def hold_until_over(self, key: str) -> None:
        """Hold a key down until the game is over; where the game has paused in between, press it anew."""
        self.page.keyboard.down(key)
        for _ in range(60):
            self.wait(0.5)
            if self.phase() == "over":
                break
            if self.phase() == "ready":
                self.page.keyboard.up(key)
                self.page.keyboard.down(key)
        self.page.keyboard.up(key)
        self.await_phase("over", 1)

    def python(self, expression: str) -> str:
        """What the kernel says that it is; the focus stays where it is."""
        return self.page.evaluate(EXECUTE, f"print({expression})").strip()

    def keys_down(self) -> str:
        """The keys that are down, as `game` in the kernel knows."""
        return self.python("*game.game.keys")

    def num_turns(self) -> str:
        """How many moves `game` in the kernel has seen."""
        return self.python("len(game.game.actions)")

    def turns(self) -> str:
        """How many moves the screen says it has seen."""
        return next((fact for fact in self.facts().split("\n") if "turn" in fact), "")

    def becomes(self, it_is_so: Callable[[], bool]) -> bool:
        """Whether this becomes true, however late a busy machine is."""
        for _ in range(50):
            if it_is_so():
                return True
            self.wait(0.2)
        return False

    def settles(self, look: Callable[[], object], on: object) -> bool:
        """Whether what is seen becomes this, however late a busy machine is, and stays so."""
        self.becomes(lambda: look() == on)
        self.wait(0.3)
        return look() == on

    def text(self) -> str:
        return self.root.locator(".ilrl-text").inner_text()

    def facts(self) -> str:
        return self.root.locator(".ilrl-facts").inner_text()

    def button(self, name: str):
        return self.root.get_by_role("button", name=name, exact=True)

    def wait(self, seconds: float) -> None:
        self.page.wait_for_timeout(1000 * seconds)
