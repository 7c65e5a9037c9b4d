"""Ending a thread from outside: an exception that comes back when the thread swallows it."""

import ctypes
import sys
import threading
from functools import partial

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
    frame = sys._current_frames().get(thread.ident)
    while frame is not None and "importlib._bootstrap" not in frame.f_code.co_filename:
        frame = frame.f_back
    return frame is not None
