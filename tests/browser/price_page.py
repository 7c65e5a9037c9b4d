"""The map of prices on a page without Python, as the site can have it, and what a reader does there."""

import json
from pathlib import Path

import ilrl_course.notebook
from ilrl_course.notebook.prices import map_settings

FOLDER = Path(ilrl_course.notebook.__file__).parent
PAGE = """<!doctype html>
<html lang="en" data-theme="light"><head><meta charset="utf-8"><title>Prices</title>
<meta name="viewport" content="width=device-width">
<style>
:root {{ color-scheme: light; --paper: #fdfcf9; --raised: #fff; --line: #d9d6ce;
  --strong-line: #8b877c; --ink: #222 }}
:root[data-theme="dark"] {{ color-scheme: dark;
  --paper: #15181d; --raised: #1d2127; --line: #363c45; --strong-line: #7d8590; --ink: #e6e4de }}
body {{ margin: 12px; color: var(--ink); background: var(--paper) }}
{css}</style></head>
<body><main><h1>Prices</h1><div id="map"></div></main>
<script>
window.wishes = []
window.drawn = []
const write = CanvasRenderingContext2D.prototype.fillText
CanvasRenderingContext2D.prototype.fillText = function (text, ...place) {{
  window.drawn.push(text)
  write.call(this, text, ...place)
}}
</script>
<script type="module">
{script}
window.computing = {{ SCALE, arrivals, cheapest, chart }}
const askFilm = async (world, plan) => {{
  window.wishes.push([world, plan])
  return window.film()
}}
window.end = mount(document.getElementById("map"), {settings}, askFilm)
</script></body></html>
"""
PAINTED = ".ilrl-map[data-took]"
SECOND = "a second of computing"


class PricePage:
    """The page, opened in a browser."""

    def __init__(self, context, folder: Path, records: dict[str, dict], width: int = 1000):
        texts = {kind: (FOLDER / f"price_map.{kind}").read_text(encoding="utf-8") for kind in ("js", "css")}
        path = folder / "prices.html"
        settings = json.dumps(map_settings(records), allow_nan=False)
        path.write_text(
            PAGE.format(script=texts["js"], css=texts["css"], settings=settings), encoding="utf-8"
        )
        self.page = context.new_page()
        self.complaints: list[str] = []  # errors in the console
        self.page.on("console", self._note)
        self.page.on("pageerror", lambda error: self.complaints.append(str(error)))
        self.page.set_viewport_size({"width": width, "height": 1000})
        self.page.goto(path.as_uri())
        self.canvas = self.page.locator("canvas")
        self.page.locator(PAINTED).wait_for()

    def text(self) -> str:
        """The line below the map."""
        self.settle()
        return self.page.locator(".ilrl-map-text").inner_text()

    def legend(self) -> str:
        self.settle()
        return self.page.locator(".ilrl-map-legend").inner_text()

    def caption(self) -> str:
        return self.page.locator("figcaption").inner_text()

    def picture(self) -> str:
        self.settle()
        return self.canvas.evaluate("canvas => canvas.toDataURL()")

    def price(self, thing: str) -> str:
        """What the slider says that this thing costs."""
        self.settle()
        return self.slider(f"price of {thing}").get_attribute("aria-valuetext")

    def prices(self) -> list[str]:
        return [
            self.price(thing) for thing in ("a demonstration", "a label", "1,000 steps", "a crash", SECOND)
        ]

    def slider(self, name: str):
        return self.page.get_by_role("slider", name=name, exact=True)

    def button(self, name: str):
        return self.page.get_by_role("button", name=name, exact=True)

    def pressed(self) -> list[str]:
        self.settle()
        chosen = ":is([aria-label=World], [aria-label='Prices of']) [aria-pressed=true]"
        return self.page.locator(chosen).all_inner_texts()

    def click_at(self, x: float, y: float) -> None:
        """Click on the map; (0, 0) is its lower left corner, (1, 1) the upper right one."""
        self.settle()  # it may have another size by now
        box = self.canvas.bounding_box()
        across = 48 + x * (box["width"] - 54)
        up = box["height"] - 28 - y * (box["height"] - 34)
        self.canvas.click(position={"x": across, "y": up})

    def film(self, expression: str) -> None:
        """From now on this is what who asks for a film gets."""
        self.page.evaluate(f"() => {{ window.film = () => {expression} }}")

    def settle(self) -> None:
        """Wait until what was chosen is painted: changes wait for the browser's next frame."""
        self.page.evaluate(
            "() => new Promise(done => requestAnimationFrame(() => requestAnimationFrame(done)))"
        )

    def _note(self, message) -> None:
        if message.type == "error":
            self.complaints.append(message.text)
