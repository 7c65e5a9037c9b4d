"""Another thread is looked at while it runs: all of its frames, and nothing else."""

import gc
import itertools
import sys
import threading
import traceback
from contextlib import contextmanager

from ilrl_course.checks import stopping
from ilrl_course.checks.stopping import is_importing

RUNNING, GO_ON = threading.Event(), threading.Event()


@contextmanager
def thread_that(work):
    """Runs until the end of the block, in which it waits for GO_ON."""
    RUNNING.clear(), GO_ON.clear()
    thread = threading.Thread(target=work, daemon=True)
    thread.start()
    RUNNING.wait()
    yield thread
    GO_ON.set()
    thread.join()


def wait():
    RUNNING.set()
    GO_ON.wait()


def wait_deep_within(levels=20):
    return wait_deep_within(levels - 1) if levels else [wait() for _ in range(1)]


def in_a_generator():
    def steps():
        yield wait()

    yield from steps()


def test_all_frames_of_a_thread_are_seen_the_innermost_first():
    for work in (wait, wait_deep_within, lambda: list(in_a_generator())):
        with thread_that(work) as thread:
            innermost = sys._current_frames()[thread.ident]
            assert stopping._frames_of(thread) == [frame for frame, _ in traceback.walk_stack(innermost)]
            assert not is_importing(thread)


def test_no_garbage_is_collected_while_frames_are_read_and_collecting_goes_on_as_it_was():
    collected, threshold = [], gc.get_threshold()

    def note(phase, _):
        below = [frame.f_code for frame, _ in traceback.walk_stack(sys._getframe())]
        collected.append(stopping._read_frames.__code__ in below)

    gc.callbacks.append(note)
    gc.set_threshold(1)  # nearly every new frame would make it start
    try:
        with thread_that(wait_deep_within) as thread:
            for _ in range(20):
                stopping._frames_of(thread)
        assert gc.isenabled()
        gc.disable()
        stopping._frames_of(threading.current_thread())
        assert not gc.isenabled()
    finally:
        gc.callbacks.remove(note)
        gc.set_threshold(*threshold)
        gc.enable()
    assert collected
    assert not any(collected)


def test_a_thread_that_has_not_begun_or_has_ended_has_none():
    thread = threading.Thread(target=int)
    assert stopping._frames_of(thread) == []
    thread.start()
    thread.join()
    assert stopping._frames_of(thread) == []
    assert not is_importing(thread)


def test_loading_a_module_is_noticed(tmp_path, monkeypatch):
    (tmp_path / "slow_module_for_a_test.py").write_text(f"from {__name__} import wait\nwait()\n")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setitem(sys.modules, __name__, sys.modules[__name__])
    with thread_that(lambda: __import__("slow_module_for_a_test")) as thread:
        assert is_importing(thread)
    assert not is_importing(thread)


def test_a_thread_whose_frames_come_and_go_can_be_looked_at_all_the_time():
    def numbers():
        yield from range(3)

    def dig(levels):
        return dig(levels - 1) if levels else list(numbers())

    def work():
        RUNNING.set()
        for levels in itertools.cycle(range(30)):
            dig(levels)
            if GO_ON.is_set():
                return

    with thread_that(work) as thread:
        seen = [stopping._frames_of(thread) for _ in range(2000)]
    assert all(frames[-1].f_code.co_name == "_bootstrap" for frames in seen)
