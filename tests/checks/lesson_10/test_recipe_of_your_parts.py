"""A recipe made of functions that were carried over from earlier lessons passes, is kept, and goes on."""

import pytest

from ilrl_course.checks import your_functions
from tests.checks.cells import Notebook
from tests.desk import move_in

LESSON_04 = """
from torch import from_numpy
from ilrl_course.checks import check
from ilrl_course.data import Actor, Batch, Rollout

def label_rollout(expert: Actor, rollout: Rollout) -> Batch:
    obs = rollout.obs.reshape(-1, rollout.obs.shape[-1])
    return Batch(obs, from_numpy(expert(obs.numpy())))

label_rollout = check(label_rollout)
"""
LESSON_10 = """
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.checks import check, your_functions
from ilrl_course.rollout import collect_rollout

label_rollout = your_functions("label_rollout").label_rollout

def recipe(purse, seed):
    policy, cars = purse.fresh_policy(seed), purse.worlds(4)
    obs, _ = cars.reset(seed=seed)
    rollout, _ = collect_rollout(policy.sampler(seed), cars, obs, 5)
    demos = label_rollout(purse.labels, rollout)
    purse.spend_on(train_bc(policy, demos, BCConfig(num_updates=20), seed))
    return policy

recipe = check(recipe)
"""


@pytest.fixture(autouse=True)
def student(tmp_path, monkeypatch):
    """A student with a home folder."""
    for variable in ("NBGRADER_EXECUTION", "COURSE_REHEARSAL"):
        monkeypatch.delenv(variable, raising=False)
    monkeypatch.setenv("COURSE_JOURNAL", str(tmp_path / "my_work"))
    move_in(tmp_path / "home", monkeypatch)


def test_it_passes_is_kept_with_its_parts_and_goes_on(capsys):
    Notebook(LESSON_04)
    Notebook(LESSON_10)
    said = capsys.readouterr().out.splitlines()
    assert [text.split(" passed")[0] for text in said] == [
        "✅ label_rollout",
        "This notebook goes on with your label_rollout.",
        "✅ recipe",
    ]
    own = your_functions("recipe").recipe
    assert capsys.readouterr().out == "This notebook goes on with your recipe.\n"
    assert own.__globals__["label_rollout"].__code__.co_filename.endswith("recipe.py")
