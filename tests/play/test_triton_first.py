"""Triton is loaded before the robot arm is drawn: the other order ends the process of a large PyTorch."""

import os
import subprocess
import sys

import pytest

from ilrl_course.envs.arm import ROBOT_ARM, rendering_backend
from ilrl_course.play.triton_first import load_triton
from tests.envs.elsewhere.borrowed import needs

AFTER = "import torch; torch.optim.Adam([torch.nn.Parameter(torch.zeros(1))]); print('an optimizer was made')"
DRAWN = {
    "played": "from ilrl_course.play.screen import play; play(ROBOT_ARM, 0).game.picture()",
    "filmed": "from ilrl_course.notebook.arm_films import film_or_recorded; "
    "film_or_recorded('demonstrator', {'demonstrator': ROBOT_ARM.make_demonstrator('expert')}, 0)",
}
can_draw = pytest.mark.skipif(not ROBOT_ARM.missing and not rendering_backend(), reason="nothing draws here")


def test_it_is_loaded_where_it_is_installed(tmp_path, monkeypatch):
    (tmp_path / "triton.py").write_text("LOADED = True", encoding="utf-8")
    monkeypatch.syspath_prepend(tmp_path)
    monkeypatch.delitem(sys.modules, "triton", raising=False)
    load_triton()
    assert sys.modules.pop("triton").LOADED


def test_where_it_is_not_installed_nothing_happens(monkeypatch):
    monkeypatch.setitem(sys.modules, "triton", None)  # as if it were not there
    load_triton()
    assert sys.modules["triton"] is None


@pytest.mark.parametrize("how", DRAWN)
@needs(ROBOT_ARM)
@can_draw
def test_an_optimizer_can_still_be_made_after_the_arm_was(how, tmp_path):
    program = f"from ilrl_course.envs.arm import ROBOT_ARM; {DRAWN[how]}; {AFTER}"
    found = subprocess.run(
        [sys.executable, "-c", program],
        capture_output=True,
        encoding="utf-8",
        env=os.environ | {"COURSE_JOURNAL": str(tmp_path)},
        timeout=300,
    )
    assert "an optimizer was made" in found.stdout, found.stderr
