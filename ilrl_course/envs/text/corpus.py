"""The shipped corpus: names that the grammar wrote, for imitation; the last tenth is held out."""

from pathlib import Path

FILE = Path(__file__).with_name("corpus.txt")
HELD_OUT = 0.1


def training_lines() -> list[str]:
    """The lines to learn from."""
    lines = _lines()
    return lines[: len(lines) - round(HELD_OUT * len(lines))]


def held_out_lines() -> list[str]:
    """The lines that no training sees."""
    return _lines()[len(training_lines()) :]


def _lines() -> list[str]:
    return FILE.read_text(encoding="utf-8").splitlines()
