"""A map of prices: which method reaches a wanted score at the lowest cost, and its winner at work."""

import asyncio
from collections.abc import Callable
from pathlib import Path

import anywidget
import traitlets

from ilrl_course.measures.price_map import check_record
from ilrl_course.notebook.prices import map_settings


class PriceMap(anywidget.AnyWidget):
    """The map as a widget; it computes in the browser, and asks Python for films only.

    A film is made in the kernel's main thread, between cells, once for each plan; of several requests that
    wait, only the newest is answered.
    """

    _esm = Path(__file__).with_name("price_map.js")
    _css = Path(__file__).with_name("price_map.css")
    settings = traitlets.Dict().tag(sync=True)
    has_films = traitlets.Bool().tag(sync=True)
    wanted_film = traitlets.List().tag(
        sync=True
    )  # a world and the position of a run; empty without a request

    def __init__(self, records: dict[str, dict], film_of: Callable[[str, int], bytes] | None):
        super().__init__(settings=map_settings(records), has_films=film_of is not None)
        self._film_of, self._films = film_of, {}
        try:
            self._loop = asyncio.get_running_loop()
        except RuntimeError:  # plain Python: there is nothing to wait for
            self._loop = None
        self.observe(self._on_wish, names="wanted_film")

    def __repr__(self) -> str:
        return (
            "(In a running notebook there is a map here: which method is the cheapest, by what things cost.)"
        )

    def _on_wish(self, change) -> None:
        if not change["new"]:
            return
        if self._loop is None:
            self._answer()
        else:  # this may be another thread, so it only leaves a message
            self._loop.call_soon_threadsafe(self._answer)

    def _answer(self) -> None:
        if not self.wanted_film:  # an earlier call has seen to it
            return
        world, plan = self.wanted_film
        self.wanted_film = []
        answer = {"world": world, "plan": plan}
        try:
            if (world, plan) not in self._films:
                self._films[world, plan] = self._film_of(world, plan)
            self.send(answer, [self._films[world, plan]])
        except Exception as error:
            self.send(answer | {"error": f"{type(error).__name__}: {error}"})


def price_map(records: dict[str, dict], film_of: Callable[[str, int], bytes] | None = None) -> PriceMap:
    """The map of the scoreboards `records`, by the name of their world.

    `film_of(world, index)` makes an animated PNG of the run at this position, within about two seconds; a
    click on the map shows it. Raises ValueError for tables that do not fit together.
    """
    for record in records.values():
        check_record(record)
    return PriceMap(records, film_of)
