"""What a page holds, read without a browser."""

from dataclasses import dataclass, field
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote

EMPTY = {"meta", "link", "img", "input", "br", "hr", "source", "col", "wbr"}  # elements that nothing ends
OPTIONAL_END = {"p", "li", "td", "th", "tr", "dt", "dd"}


@dataclass
class Page(HTMLParser):
    """Its links, names, pictures and headings."""

    path: Path
    links: list[str] = field(default_factory=list)
    ids: list[str] = field(default_factory=list)
    pictures: list[dict] = field(default_factory=list)
    headings: list[int] = field(default_factory=list)
    text: str = ""
    faults: list[str] = field(default_factory=list)  # elements that end in another order than they began
    open_elements: list[str] = field(default_factory=list)

    def __post_init__(self):
        super().__init__()
        self.feed(self.path.read_text(encoding="utf-8"))

    def handle_starttag(self, tag, attributes):
        attributes = dict(attributes)
        self.ids += [attributes["id"]] if "id" in attributes else []
        for name in ("href", "src", "srcset", "action"):
            self.links += [attributes[name]] if attributes.get(name) else []
        if tag == "img":
            self.pictures.append(attributes)
        if tag in {"h1", "h2", "h3", "h4", "h5", "h6"}:
            self.headings.append(int(tag[1]))
        if tag not in EMPTY:
            self.open_elements.append(tag)

    def handle_endtag(self, tag):
        while self.open_elements and self.open_elements[-1] != tag and self.open_elements[-1] in OPTIONAL_END:
            self.open_elements.pop()
        if not self.open_elements or self.open_elements.pop() != tag:
            self.faults.append(f"</{tag}> at {self.getpos()}")

    def handle_data(self, data):
        self.text += data

    def targets(self) -> list[tuple[Path, str]]:
        """Where its links within the site lead: a file, and a name in it or nothing."""
        inner = [link for link in self.links if not link.startswith(("http:", "https:", "mailto:", "data:"))]
        parts = [unquote(link).partition("#") for link in inner]
        return [((self.path.parent / file).resolve() if file else self.path, name) for file, _, name in parts]
