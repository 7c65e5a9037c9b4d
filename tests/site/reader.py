"""Somebody who reads a page of the site, and what the browser complains about meanwhile."""

AXE = """async (rules) => {
  const options = { resultTypes: ["violations"], ...(rules && { runOnly: { type: "rule", values: rules } }) }
  const found = (await axe.run(document, options)).violations
  return found.filter(({ impact }) => impact === "serious" || impact === "critical").map(
    ({ id, nodes }) => `${id}: ${nodes.slice(0, 3).map(node => node.html.slice(0, 160)).join(" | ")}`
  )
}"""
TWO_FRAMES = "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"


class Reader:
    """One page in a browser of a given width."""

    def __init__(self, context, address: str, width: int):
        self.page = context.new_page()
        self.complaints: list[str] = []  # errors in the console, and files that could not be had
        self.requests: list[str] = []
        self.page.set_viewport_size({"width": width, "height": 800})
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.on("requestfailed", lambda request: self.complaints.append(request.url))
        self.page.on("request", lambda request: self.requests.append(request.url))
        self.page.goto(address)

    def unfold_all(self) -> None:
        """Open all that is folded away, and wait until the page has seen to what is wide in it."""
        self.page.evaluate("document.querySelectorAll('details').forEach(block => { block.open = true })")
        self.page.evaluate(TWO_FRAMES)

    def width(self) -> int:
        """How wide the page is, to its rightmost end."""
        return self.page.evaluate("document.documentElement.scrollWidth")

    def focused(self) -> str:
        """The text of the element that has the focus."""
        return self.page.evaluate("document.activeElement.textContent.trim()")

    def tab_to(self, selector: str, most: int = 200) -> None:
        """Press Tab until an element has the focus."""
        for _ in range(most):
            self.page.keyboard.press("Tab")
            if self.page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
        raise AssertionError(f"{selector} does not get the focus")

    def theme(self) -> str:
        return self.page.evaluate("document.documentElement.dataset.theme")

    def _note(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)
