"""The pictures of a notebook as files, and the elements that show them."""

import struct
from collections.abc import Iterator
from dataclasses import dataclass
from html import escape

MOVING = {b"acTL", b"fcTL", b"fdAT"}  # the parts of a PNG that make it move
SIGNATURE = 8  # bytes
FOLDER = "images"


@dataclass(frozen=True)
class Picture:
    """A still or animated PNG, with its description and its width on the screen in pixels."""

    name: str  # of the file, without its ending
    png: bytes
    alt: str
    width: int

    @property
    def height(self) -> int:
        """On the screen, in pixels."""
        width, height = struct.unpack(">II", self.png[SIGNATURE + 8 : SIGNATURE + 16])
        return round(self.width * height / width)

    @property
    def moves(self) -> bool:
        """Is it a film?"""
        return any(kind in MOVING for kind, _ in _chunks(self.png))

    def files(self) -> dict[str, bytes]:
        """What to write; a film has a still beside it, for those who want nothing to move."""
        still = {f"{self.name}-still.png": still_of(self.png)} if self.moves else {}
        return {f"{self.name}.png": self.png} | still

    def html(self, folder: str = FOLDER, loading: str = "lazy") -> str:
        """The element that shows it; `folder` is where its files are, seen from the page."""
        source = f"{folder}/{self.name}"
        image = (
            f'<img src="{source}.png" alt="{escape(self.alt)}" width="{self.width}" height="{self.height}" '
            f'loading="{loading}" decoding="async">'
        )
        if not self.moves:
            larger = '<span class="visually-hidden">(larger)</span>'
            return f'<figure class="picture"><a href="{source}.png">{image}{larger}</a></figure>'
        still = f'<source srcset="{source}-still.png" media="(prefers-reduced-motion: reduce)">'
        button = '<button type="button" class="film-button" hidden>Pause</button>'
        return f'<figure class="picture film"><picture>{still}{image}</picture>{button}</figure>'


def still_of(png: bytes) -> bytes:
    """The first picture of a film."""
    kept = [chunk for kind, chunk in _chunks(png) if kind not in MOVING]
    return png[:SIGNATURE] + b"".join(kept)


def _chunks(png: bytes) -> Iterator[tuple[bytes, bytes]]:
    position = SIGNATURE
    while position < len(png):
        (length,) = struct.unpack(">I", png[position : position + 4])
        end = position + 12 + length
        yield png[position + 4 : position + 8], png[position:end]
        position = end
