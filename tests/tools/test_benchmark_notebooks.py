"""The times of the notebooks stand beside a fixed piece of work, timed in the same run."""

from argparse import Namespace

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from course_tools.yardstick import yardstick


def test_each_notebook_is_compared_with_the_yardsticks_around_it(monkeypatch):
    bench = load_script(ROOT / "benchmarks", "notebooks")
    units = iter([1.0, 3.0, 5.0])
    monkeypatch.setattr(bench, "yardstick", lambda: next(units))
    monkeypatch.setattr(bench, "run_time", lambda path: 20.0 if path.stem.startswith("00") else 12.0)
    report = bench.run(Namespace(lessons=["00", "02"]))
    assert [row["yardsticks"] for row in report["rows"]] == [10.0, 3.0, 13.0]
    assert report["rows"][-1]["seconds"] == 32.0
    assert "1.00 to 5.00 s" in report["notes"][0]


def test_a_yardstick_takes_some_time_and_leaves_torch_as_it_was():
    import torch

    before = torch.get_num_threads(), torch.get_rng_state().tolist()
    assert yardstick() > 0
    assert before == (torch.get_num_threads(), torch.get_rng_state().tolist())
