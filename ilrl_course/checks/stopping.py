"""Ending a thread from outside: an exception that comes back when the thread swallows it."""

import ctypes
import gc
import sys
import threading
from contextlib import suppress
from functools import partial
from itertools import accumulate, chain, repeat, starmap
from operator import itemgetter
from types import FrameType

NUM_REPEATS = 6  # more than the levels of `try: ... except: pass` that anybody nests

_set_async_exception = ctypes.PYFUNCTYPE(None, ctypes.c_ulong, ctypes.py_object)(
    ("PyThreadState_SetAsyncExc", ctypes.pythonapi)
)


def exception_that_repeats(thread: threading.Thread) -> type[SystemExit]:
    """An exception for this thread; each time it is raised there, a successor waits right behind it.

    Alone, an exception that always strikes within a `try` would be swallowed for ever. The successor is sent
    by the `__init__` of the exception, which is a C function, so that it strikes after `__init__` and in the
    `except` block at the latest. The last of the chain is a plain SystemExit, about which threads keep quiet.
    """
    stop = SystemExit
    for _ in range(NUM_REPEATS):
        send_next = partial(_set_async_exception, ctypes.c_ulong(thread.ident), ctypes.py_object(stop))
        stop = type("Stop", (SystemExit,), {"__init__": staticmethod(send_next)})
    return stop


def send(thread: threading.Thread, exception: type[BaseException]) -> None:
    """Raise the exception in the thread, as soon as the thread is back in Python code; never amid an import.

    Cut off in there, a lock of the import system could stay shut, and the next import would wait for ever.
    """
    if not is_importing(thread):
        _set_async_exception(ctypes.c_ulong(thread.ident), ctypes.py_object(exception))


def is_importing(thread: threading.Thread) -> bool:
    """Whether it is loading a module."""
    return any("importlib._bootstrap" in frame.f_code.co_filename for frame in _frames_of(thread))


def _frames_of(thread: threading.Thread) -> list[FrameType]:
    """The frames of a running thread, the innermost first.

    Garbage is not collected meanwhile: in Python 3.11 that may begin in the middle of C code, and it runs
    code of others, while the thread goes on.
    """
    collects = gc.isenabled()
    gc.disable()
    try:
        return _read_frames(thread)
    finally:
        if collects:
            gc.enable()


def _read_frames(thread: threading.Thread) -> list[FrameType]:
    """They are read within a single call of C code, so that the thread stands still meanwhile.

    Read one by one, a frame may have ended before its `f_back` is asked for, which then is whatever lies
    there by now.
    """
    innermost = map(itemgetter(thread.ident), starmap(sys._current_frames, [()]))
    frames = []
    with suppress(AttributeError, KeyError):  # behind the outermost one, or where the thread has ended
        frames.extend(accumulate(chain(innermost, repeat("f_back")), getattr))
    return [frame for frame in frames if frame is not None]
