"""The course's own recipes: each spends what its name says, of any budget, and learns from it."""

import pytest
import torch

from ilrl_course.algorithms.recipes import RECIPES, clone_one_drive
from ilrl_course.checks.watched.tiny_purse import TinyPurse
from ilrl_course.measures.purse import Budget

ALL = {**RECIPES, "BC on one drive": clone_one_drive}
LARGE, SMALL = Budget(9, 2900, 90_000, 490), Budget(3, 1000, 32_768, 250)
SPENDS = {
    "BC on all drives": {"demonstrations"},
    "BC on one drive": {"demonstrations"},
    "DAgger with the labels": {"labels", "steps"},
    "PPO alone": {"steps"},
    "BC, then PPO": {"demonstrations", "steps"},
}


def spent_by(name, budget):
    purse = TinyPurse(budget, crash_at=1000)
    ALL[name](purse, 0)
    return purse.spent


def weights_by(name, seed):
    policy = ALL[name](TinyPurse(SMALL, crash_at=1000), seed)
    return torch.cat([value.flatten() for value in policy.state_dict().values()])


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_spends_what_its_name_says_and_nothing_else(name):
    for budget in (LARGE, SMALL):
        spent = vars(spent_by(name, budget))
        assert {kind for kind, number in spent.items() if number} == SPENDS[name]


@pytest.mark.parametrize("name", ALL)
def test_a_recipe_follows_its_seed(name):
    first, again, other = (weights_by(name, seed) for seed in (1, 1, 2))
    assert torch.equal(first, again)
    assert not torch.equal(first, other)


def test_all_drives_are_cloned_or_a_single_one():
    for budget in (LARGE, SMALL):
        assert spent_by("BC on all drives", budget).demonstrations == budget.demonstrations
        assert spent_by("BC, then PPO", budget).demonstrations == budget.demonstrations
        assert spent_by("BC on one drive", budget).demonstrations == 1


class WholeTraining(TinyPurse):
    """One that does not cut trainings short, and does without learning: it only looks at what is planned."""

    def spend_on(self, training):
        arguments = training.gi_frame.f_locals
        self.config = arguments["config"]
        training.close()
        return {}


@pytest.mark.parametrize("budget", [LARGE, SMALL])
def test_as_much_is_planned_as_can_be_paid(budget):
    for name, kind, block in (
        ("DAgger with the labels", "labels", 16 * 10),
        ("PPO alone", "steps", 64 * 64),
        ("BC, then PPO", "steps", 64 * 64),
    ):
        purse = WholeTraining(budget, crash_at=1000)
        ALL[name](purse, 0)
        config = purse.config
        rounds = config.num_rounds if kind == "labels" else config.num_iterations
        per_round = config.num_steps * (16 if kind == "labels" else 64)
        assert per_round == block
        assert rounds == getattr(budget, kind) // block >= 1
