"""What is said where a world's package is not installed: one sentence, and what to do."""

import importlib
from collections.abc import Iterator
from contextlib import contextmanager

from gymnasium.error import DependencyNotInstalled

REMEDY = "run `python3 course.py worlds` in the folder of the course, and restart the kernel of this notebook"


class WorldMissingError(ImportError):
    """A world cannot be made here; the message says what is missing and what to do."""


@contextmanager
def explained(world: str, package: str | None) -> Iterator[None]:
    """Turn a failed import into a `WorldMissingError`; without a `package`, the world is not the course's."""
    try:
        yield
    except (ImportError, DependencyNotInstalled) as error:
        if isinstance(error, WorldMissingError):
            raise
        cause = error.__cause__ or error  # Gymnasium's own advice would only confuse
        if package is None:
            raise WorldMissingError(f"{world} needs a package that is not installed here: {cause}") from error
        is_absent = isinstance(cause, ModuleNotFoundError)
        how = "is not installed here" if is_absent else f"does not work here ({cause})"
        raise WorldMissingError(f"{world} needs the package {package}, which {how}: {REMEDY}") from error


def what_is_missing(world: str, package: str | None, module: str | None) -> str:
    """The sentence of `WorldMissingError` where this module cannot be imported; empty where it can."""
    try:
        with explained(world, package):
            importlib.import_module(module or __name__)
    except WorldMissingError as error:
        return str(error)
    return ""
