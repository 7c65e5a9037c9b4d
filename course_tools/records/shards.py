"""Long computations that can be killed: each run is kept as soon as it is done, and never made twice."""

import hashlib
import inspect
import os
import pickle
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

from course_tools.records.provenance import versions
from course_tools.records.sources import hash_of_sources
from course_tools.workplace import ROOT
from ilrl_course.measures import seeds as many_seeds
from ilrl_course.storage.files import write_atomically

FOLDER = "COURSE_SHARDS"  # the variable that says where shards lie


def run_seeds(function: Callable[..., Any], seeds: Iterable[int], **settings) -> list[Any]:
    """As `ilrl_course.measures.seeds.run_seeds`, but runs that an earlier call has made are read.

    The function must stand in a script whose sources are hashed; `settings` need a `repr` that says all.
    """
    seeds, shards = list(seeds), _shards(function, settings)
    missing = [seed for seed in seeds if not (shards / f"{seed}.pickle").is_file()]
    if missing:
        many_seeds.run_seeds(_keeping(function, shards, settings), missing)
    return [pickle.loads((shards / f"{seed}.pickle").read_bytes()) for seed in seeds]


def _keeping(function: Callable, shards: Path, settings: dict) -> Callable[[int], None]:
    def run_and_keep(seed: int) -> None:
        write_atomically(shards / f"{seed}.pickle", pickle.dumps(function(seed, **settings)))

    run_and_keep.__name__ = function.__name__  # for the progress bar
    return run_and_keep


def _shards(function: Callable, settings: dict) -> Path:
    """The folder of all runs of this function, with these settings, from these sources."""
    script = Path(inspect.getfile(function))
    said = repr(sorted(settings.items()))
    if " at 0x" in said:
        raise ValueError(f"{function.__name__}: settings are told apart by their repr, but here it is {said}")
    key = "\0".join([hash_of_sources(script, ROOT), repr(versions()), said])
    digest = hashlib.sha256(key.encode()).hexdigest()[:16]
    return Path(os.environ.get(FOLDER, ROOT / ".shards")) / f"{script.stem}.{function.__name__}.{digest}"
