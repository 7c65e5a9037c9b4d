"""Calm execution of code that may do anything: the caller always gets an answer, and its kernel back.

The code runs in a thread of its own, because that works in a notebook on every operating system. A loop in
C that never returns to Python (`sum(itertools.count())`) is beyond its reach.
"""

import builtins
import os
import random
import sys
import threading
import time
import warnings
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from typing import Any
from unittest.mock import patch

import numpy as np
import torch

from ilrl_course.checks.stopping import exception_that_repeats, is_importing, send

TIME_LIMIT = 1.5  # s of computing; probes need some hundredths of a second
PATIENCE = 4  # times as long may it take on a busy machine
LONGEST = 60.0  # s in all, with the modules that are loaded meanwhile
GRACE = 0.25  # s to die in, before the thread is left behind
MAX_PRINTED = 2000  # characters that are kept


@dataclass
class Run:
    """What came of it; `result` is None unless `finished`."""

    finished: bool = False
    result: Any = None
    printed: str = ""


def run_calmly(function: Callable[[], Any], time_limit: float | None = None) -> Run:
    """Call the function in a thread; undo what it did to the process.

    It may compute for `time_limit` seconds (TIME_LIMIT), which on a busy machine take longer.
    """
    run, time_limit = Run(), TIME_LIMIT if time_limit is None else time_limit
    consoles = [_Console(sys.stdout), _Console(sys.stderr)]

    def work():
        for console in consoles:
            console.thread = threading.get_ident()
        torch.set_num_threads(1)  # tiny tensors; on a busy machine two threads mostly wait for each other
        try:
            run.result = function()
            run.finished = True
        except BaseException:  # whatever it is, it must not reach the notebook
            run.finished = False

    thread = threading.Thread(target=work, name="student code", daemon=True)
    with _kept_state(), _no_way_out():
        sys.stdout, sys.stderr = consoles
        try:
            thread.start()
            _wait(thread, time_limit)
        finally:
            _stop(thread, consoles)
    run.printed = "".join(consoles[0].kept)
    return run


def _wait(thread: threading.Thread, time_limit: float) -> None:
    """Until the thread is done, or has had its time: of computing, or else of waiting for something.

    Loading modules does not count, up to LONGEST (a first optimizer makes torch load 800 of them).
    """
    computed, waited, end = 0.0, 0.0, time.monotonic() + LONGEST
    while thread.is_alive() and time.monotonic() < end and max(computed, waited / PATIENCE) < time_limit:
        importing, process_time, now = is_importing(thread), time.process_time(), time.monotonic()
        thread.join(0.05)
        if not (importing or is_importing(thread)):
            computed += time.process_time() - process_time
            waited += time.monotonic() - now


class _Console:
    """Stands in for a stream: keeps what one thread writes, up to a bound, and lets other threads through."""

    def __init__(self, stream):
        self.stream = stream
        self.thread: int | None = None
        self.kept: list[str] = []
        self.room = MAX_PRINTED

    def write(self, text: str) -> int:
        if threading.get_ident() != self.thread:
            return self.stream.write(text)
        if self.room > 0:
            self.kept.append(text[: self.room])
            self.room -= len(text)
        return len(text)

    def __getattr__(self, name: str):
        return getattr(self.stream, name)


def _stop(thread: threading.Thread, consoles: list[_Console]) -> None:
    """End the thread and give stdout and stderr back; a thread that resists is chased in the background."""
    deadline = time.monotonic() + GRACE
    if thread.is_alive():
        stop = exception_that_repeats(thread)
        while thread.is_alive() and time.monotonic() < deadline:
            send(thread, stop)
            thread.join(0.005)
    if not thread.is_alive():
        sys.stdout, sys.stderr = (console.stream for console in consoles)
        return

    def chase():
        while thread.is_alive():
            send(thread, stop)
            thread.join(0.1)
        for name, console in zip(("stdout", "stderr"), consoles, strict=True):
            console.thread = None
            if getattr(sys, name) is console:
                setattr(sys, name, console.stream)

    sys.stdout, sys.stderr = consoles  # until then they keep its prints out of the notebook
    threading.Thread(target=chase, name="chasing student code", daemon=True).start()


@contextmanager
def _kept_state() -> Iterator[None]:
    """Put global settings and random states back; gradient mode needs no care, it is the thread's own."""
    python_state, numpy_state, torch_state = random.getstate(), np.random.get_state(), torch.get_rng_state()  # noqa: NPY002
    num_threads, dtype = torch.get_num_threads(), torch.get_default_dtype()
    deterministic, anomaly = torch.are_deterministic_algorithms_enabled(), torch.is_anomaly_enabled()
    recursion_limit, directory = sys.getrecursionlimit(), os.getcwd()
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            yield
    finally:
        random.setstate(python_state)
        np.random.set_state(numpy_state)  # noqa: NPY002
        torch.set_rng_state(torch_state)
        torch.set_num_threads(num_threads)
        torch.set_default_dtype(dtype)
        if torch.are_deterministic_algorithms_enabled() != deterministic:  # a first call takes a second
            torch.use_deterministic_algorithms(deterministic)
        torch.set_anomaly_enabled(anomaly)
        sys.setrecursionlimit(recursion_limit)
        os.chdir(directory)


@contextmanager
def _no_way_out() -> Iterator[None]:
    """Turn what would end the process, or wait for a human, into an exception."""

    def leave(*args, **kwargs):
        raise SystemExit

    def ask(*args, **kwargs):
        raise RuntimeError("a check cannot wait for a human: take input() and breakpoint() out")

    get_shell = getattr(sys.modules.get("IPython"), "get_ipython", lambda: None)
    with ExitStack() as patches:
        for name in ("_exit", "abort", "kill"):
            patches.enter_context(patch.object(os, name, leave))
        for name in ("exit", "quit"):  # a notebook hides these two, and has its own
            patches.enter_context(patch.object(builtins, name, leave, create=True))
        patches.enter_context(patch.object(builtins, "input", ask))
        patches.enter_context(patch.object(sys, "breakpointhook", ask))
        if (shell := get_shell()) is not None:
            patches.enter_context(patch.object(shell, "ask_exit", leave, create=True))
        yield
