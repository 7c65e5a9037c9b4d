"""From an answer to one hint: look at it, compare it with known mistakes, otherwise describe the fault."""

import linecache
import random
import re
import traceback
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import cache
from types import ModuleType
from typing import Any

import numpy as np
import torch

import ilrl_course.checks.runner as runner
from ilrl_course.checks.exercise import (
    CHANGES_WEIGHTS,
    LEAVES_GRADIENTS,
    Candidate,
    Exercise,
    Fact,
    NotWritten,
    Probe,
    WrongResult,
)
from ilrl_course.checks.reading import changed_signature, global_names, is_blank
from ilrl_course.checks.runner import run_calmly

MAX_MESSAGE = 160  # characters of an error message
SEED = 719_352_084  # none that an answer would choose: setting it again would go unnoticed
UNUSABLE = "unusable result"
DRAWS = (
    "it uses a global random generator, of random, np.random or torch. Then nobody can repeat it: use the "
    "generator that it is given, or one made from the seed."
)
STILL_RAISES = "the line `raise NotImplementedError(...)` is still there. Your code should replace it."

Facts = tuple[tuple[Fact, ...], ...]  # for each probe


@dataclass(frozen=True)
class Diagnosis:
    """The verdict on an answer; passed if there is neither a hint nor an unwritten stub."""

    hint: str = ""
    written: bool = True
    printed: str = ""

    @property
    def passed(self) -> bool:
        """Is the answer right?"""
        return self.written and not self.hint


def examine(exercise: Exercise, function: Callable) -> Diagnosis:
    """Run the exercise's probes on an answer and find out what is wrong with it, if anything."""
    _warm_up(exercise.probes, exercise.solution)
    time_limit = exercise.time_limit or runner.TIME_LIMIT
    run = run_calmly(lambda: _look_at(exercise.probes, function), time_limit)
    if not run.finished:
        hint = f"it did not finish within {time_limit} s. Is there a loop that never ends?"
        return Diagnosis(hint, printed=run.printed)
    if run.result is None:
        if is_blank(function, exercise.given):
            return Diagnosis(written=False)
        return Diagnosis(STILL_RAISES, printed=run.printed)
    facts, habits = run.result
    wrong = [fact for probed in facts for fact in probed if not fact.holds]
    if wrong:
        known = _calmly(lambda: _known_mistake(exercise, facts))
        hint = known or _leftover(exercise, function) or _describe(wrong[0])
        return Diagnosis(hint, printed=run.printed)
    hint = _bad_habit(habits - _look(exercise.probes, exercise.solution)[1])
    return Diagnosis(hint or changed_signature(function, exercise.solution), printed=run.printed)


def facts_about(probes: Iterable[Probe], function: Callable) -> Facts | None:
    """What the probes find in an answer of the course's own; None for an unwritten stub."""
    found = _calmly(lambda: _look_at(probes, function))
    return found and found[0]


@cache
def _warm_up(probes: tuple[Probe, ...], solution: Callable) -> None:
    """The first call loads modules and is slow: that is not at the student's cost."""
    facts_about(probes, solution)


@cache
def _look(probes: tuple[Probe, ...], solution: Callable) -> tuple[Facts, frozenset[str]]:
    return _calmly(lambda: _look_at(probes, solution))


def _calmly(work: Callable[[], Any]) -> Any:
    """The course's own answers do end, however slow the machine."""
    return run_calmly(work, time_limit=60.0).result


def _look_at(probes: Iterable[Probe], function: Callable) -> tuple[Facts, frozenset[str]] | None:
    """The facts of each probe, and habits that no fact tells; None for an unwritten stub."""
    habits = set()
    try:
        return tuple(_probe(probe, function, habits) for probe in probes), frozenset(habits)
    except NotWritten:
        return None


def _probe(probe: Probe, function: Callable, habits: set[str]) -> tuple[Fact, ...]:
    random.seed(SEED)  # so that an answer that draws from a global generator always gets the same verdict
    np.random.seed(SEED)  # noqa: NPY002
    torch.default_generator.manual_seed(SEED)
    generators = _generators()
    facts = []
    try:
        for fact in probe(Candidate(function, habits)):
            facts.append(fact)  # one by one, so that an exception does not lose those before it
    except WrongResult as wrong:
        facts.append(Fact(UNUSABLE, str(wrong), "", hint=str(wrong)))
    except BaseException as error:
        facts.append(_raised(error, function))
    if _generators() != generators:
        habits.add(DRAWS)
    return tuple(facts)


def _generators() -> tuple:
    """The states of the global random generators."""
    _, numbers, position, *_ = np.random.get_state()  # noqa: NPY002
    return random.getstate(), numbers.tobytes(), position, torch.get_rng_state().numpy().tobytes()


def _bad_habit(habits: frozenset[str]) -> str:
    return next((habit for habit in (CHANGES_WEIGHTS, LEAVES_GRADIENTS, DRAWS) if habit in habits), "")


def _raised(error: BaseException, function: Callable) -> Fact:
    own_file = getattr(getattr(function, "__code__", None), "co_filename", "")
    if isinstance(error.__cause__, StopIteration):  # Python disguises one that leaves a generator
        error = error.__cause__
    frames = traceback.extract_tb(error.__traceback__, limit=-200)
    own = [frame for frame in frames if frame.filename == own_file]
    raises_itself = "NotImplementedError" in global_names(function)  # torch does too: no bits in a float
    if isinstance(error, NotImplementedError) and own and frames[-1] is own[-1] and raises_itself:
        raise NotWritten
    name = type(error).__name__
    where = ""
    if own:
        line = linecache.getline(own_file, own[-1].lineno).strip()
        where = f" in line {own[-1].lineno}, `{line}`" if line else f" in line {own[-1].lineno}"
    message = _message(error)
    hint = f"it raised {name}{where}{': ' + message if message else ''}"
    if isinstance(error, NotImplementedError):
        hint = f"a library cannot do this with these inputs{where}{': ' + message if message else ''}"
    elif isinstance(error, RecursionError):
        hint = f"it calls itself without end{where}. Does the recursion have a last step?"
    elif isinstance(error, SystemExit):
        hint = f"it asks Python to exit{where}. A function of the course should return instead."
    fact_name = "error" if message else UNUSABLE  # a name alone says too little to tell mistakes apart
    return Fact(fact_name, f"{name}: {message}", "", hint=hint if hint[-1] in ".?!" else f"{hint}.")


def _message(error: BaseException) -> str:
    """The first line of the error's message, without addresses in memory, which change from run to run."""
    try:
        text = (str(error).strip().splitlines() or [""])[0]
    except Exception:
        return ""
    text = re.sub(r" at 0x[0-9a-fA-F]+", "", text)
    return text if len(text) <= MAX_MESSAGE else text[:MAX_MESSAGE].rstrip() + " ..."


def _leftover(exercise: Exercise, function: Callable) -> str:
    """The hint about a global of the lesson that is read instead of an argument; or ''.

    A function or a module of that name is the student's own helper.
    """
    known = getattr(function, "__globals__", {})
    names = {
        name
        for name in global_names(function)
        if not callable(known.get(name)) and not isinstance(known.get(name), ModuleType)
    }
    return next((hint for name, hint in exercise.leftovers.items() if name in names), "")


def _known_mistake(exercise: Exercise, facts: Facts) -> str:
    """The hint of the mistake that shows the same facts; '' where there is none, or more than one.

    If no mistake shows the same facts throughout, it is enough to agree up to the first probe that fails: the
    answer may hold a second mistake, which then is found when the first one is repaired. That is not enough
    where the result is unusable, because NaN, for one, has many causes.
    """
    first_failure = next(i for i, probed in enumerate(facts) if not all(fact.holds for fact in probed))
    unusable = any(fact.name == UNUSABLE for fact in facts[first_failure])
    start = slice(0, first_failure + 1)
    rest = slice(first_failure + 1, len(facts))
    similar = [pair for pair in exercise.known if _shows(pair[1], exercise.probes[start], facts[start])]
    same = [pair for pair in similar if _shows(pair[1], exercise.probes[rest], facts[rest])]
    for found in (same,) if unusable else (same, similar):
        hints = {hint for hint, _ in found}
        if len(hints) == 1:
            return hints.pop()
    return ""


def _shows(mistake: Callable, probes: Iterable[Probe], facts: Facts) -> bool:
    for probe, known in zip(probes, facts, strict=True):  # one by one: most mistakes differ in the first
        found = what_shows(probe, mistake)
        if found is None or not _alike(found, (known,)):
            return False
    return True


@cache
def what_shows(probe: Probe, mistake: Callable) -> Facts | None:
    """What a probe finds in a known mistake, which is always the same."""
    found = _look_at((probe,), mistake)
    return found and found[0]


def _alike(facts: Facts, others: Facts) -> bool:
    return all(
        len(first) == len(second)
        and all(a.name == b.name and a.agrees(b.got) for a, b in zip(first, second, strict=True))
        for first, second in zip(facts, others, strict=True)
    )


def _describe(fact: Fact) -> str:
    if fact.hint:
        return fact.hint
    expected, got = _short(fact.expected), _short(fact.got)
    if expected == got:
        expected, got = _short(fact.expected, digits=9), _short(fact.got, digits=9)
    about = "" if isinstance(fact.expected, str | bool) else "about "
    return f"{fact.name}: expected {about}{expected}, got {got}."


def _short(value, digits: int = 4) -> str:
    if isinstance(value, str | bool) or value is None:
        return str(value)
    if np.ndim(value) == 0:
        return f"{value:.{digits}g}"
    return np.array2string(
        np.asarray(value, dtype=float), precision=digits, separator=", ", threshold=8, suppress_small=True
    )
