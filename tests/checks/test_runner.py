"""Hostile answers: whatever they do, a calm sentence comes back and the process is as before."""

import importlib
import threading
import time

import pytest

from ilrl_course.checks import check, runner
from ilrl_course.checks.runner import MAX_PRINTED, run_calmly
from tests.checks.answers import written
from tests.checks.conftest import students, the_state

CALMED = {
    "raise Exception": "it raised Exception in line 3",
    "raise KeyboardInterrupt": "it raised KeyboardInterrupt in line 3",
    "raise GeneratorExit": "it raised GeneratorExit in line 3",
    "raise StopIteration": "it raised StopIteration in line 3",
    "raise type('Odd', (BaseException,), {'__str__': lambda self: 1 / 0})": "it raised Odd in line 3.",
    "import sys; sys.exit(3)": "it asks Python to exit in line 3",
    "exit()": "it asks Python to exit in line 3",
    "quit()": "it asks Python to exit in line 3",
    "import os; os._exit(1)": "it asks Python to exit in line 3",
    "import os; os.abort()": "it asks Python to exit in line 3",
    "import os, signal; os.kill(os.getpid(), signal.SIGTERM)": "it asks Python to exit in line 3",
    "return input('gamma? ')": "a check cannot wait for a human",
    "breakpoint()": "a check cannot wait for a human",
    "return discounted_return(*inputs)": "it calls itself without end in line 3",
    "return [discounted_return(*inputs) for _ in range(9)]": "it calls itself without end in line 3",
    "return type('Odd', (), {'__float__': lambda self: exit()})()": "it asks Python to exit",
    "return type('Odd', (), {'__array__': lambda self, *_, **__: 1 / 0})()": "it raised ZeroDivisionError",
    "[print('flood') for _ in range(2000)]; return 0.5": "expected about 7.25, got 0.5",
    "import sys; sys.stdout = sys.stderr = None; return 0.5": "expected about 7.25, got 0.5",
    "import sys; sys.stdout.write(3)": "it raised TypeError",
    "import warnings; warnings.warn('no'); return 0.5": "expected about 7.25, got 0.5",
}
MEDDLING = """
    import os, random, sys, warnings
    import numpy as np, torch
    random.seed(1), np.random.seed(1), torch.manual_seed(1)
    torch.set_default_dtype(torch.float64); torch.set_grad_enabled(False); torch.set_num_threads(5)
    torch.use_deterministic_algorithms(True); torch.set_anomaly_enabled(True)
    sys.setrecursionlimit(50_000); warnings.simplefilter("error"); os.chdir("/")
    sys.stdout = sys.stderr = None
    return 0.5"""


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize("body", CALMED)
def test_hostile_code_gets_a_calm_answer(body, capsys):
    check(written("discounted_return", body))
    captured = capsys.readouterr()
    assert captured.out.startswith("❌ discounted_return: ")
    assert CALMED[body] in captured.out
    assert len(captured.out) < 700
    assert captured.err == ""


@pytest.mark.usefixtures("unchanged_state")
def test_global_settings_are_put_back(capsys):
    check(written("discounted_return", MEDDLING))
    assert "expected about 7.25, got 0.5" in capsys.readouterr().out


SLOW_MODULE = """
import time
end = time.process_time() + 0.6
while time.process_time() < end:
    pass
loaded = True
"""


NEVER_LOADS = """
import time
from pathlib import Path
while not Path(__file__).with_name("the_end").exists():
    time.sleep(0.01)
"""


def test_a_module_that_loads_slowly_is_loaded_whole_and_costs_no_time(tmp_path, monkeypatch):
    (tmp_path / "loads_slowly.py").write_text(SLOW_MODULE)
    monkeypatch.syspath_prepend(tmp_path)
    run = run_calmly(lambda: importlib.import_module("loads_slowly").loaded, time_limit=0.2)
    assert run.result is True


def test_a_module_that_never_stops_loading_is_left_behind(tmp_path, monkeypatch):
    (tmp_path / "never_loads.py").write_text(NEVER_LOADS)
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.setattr(runner, "LONGEST", 0.5)
    run = run_calmly(lambda: importlib.import_module("never_loads"), time_limit=0.2)
    assert not run.finished
    (tmp_path / "the_end").touch()
    for thread in threading.enumerate():
        if thread.name in ("student code", "chasing student code"):
            thread.join(5)
            assert not thread.is_alive()


def test_prints_are_kept_up_to_a_bound():
    run = run_calmly(lambda: [print("x" * 1000) for _ in range(100)])
    assert run.finished
    assert len(run.printed) <= MAX_PRINTED


def test_other_threads_print_as_usual_meanwhile(capsys):
    def student():
        other.start()
        other.join()
        print("inside")

    other = threading.Thread(target=print, args=("outside",))
    assert run_calmly(student).printed == "inside\n"
    assert capsys.readouterr().out == "outside\n"


def test_an_interrupt_by_the_user_is_passed_on_and_leaves_no_traces(monkeypatch):
    before = the_state()
    real_join = threading.Thread.join

    def join(thread, timeout=None):
        monkeypatch.setattr(threading.Thread, "join", real_join)
        raise KeyboardInterrupt

    monkeypatch.setattr(threading.Thread, "join", join)
    with pytest.raises(KeyboardInterrupt):
        run_calmly(lambda: time.sleep(0.2))
    for thread in students():
        thread.join(5)
    assert the_state() == before
