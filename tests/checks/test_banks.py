"""The banks of known mistakes: each is told from right answers and from all the others."""

import numpy as np
import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import diagnose, facts_about
from ilrl_course.checks.lesson_01_evaluate import EVALUATE, buggy_episode_returns

MUTANTS = [
    pytest.param(name, mutant.hint, function, id=f"{name}-{mutant.hint[:40]}-{i}")
    for name, exercise in EXERCISES.items()
    for mutant in exercise.mutants
    for i, function in enumerate(mutant.functions)
]


@pytest.fixture(params=EXERCISES)
def exercise(request):
    return EXERCISES[request.param]


def test_the_lessons_find_their_exercises():
    assert list(EXERCISES) == [
        "normalized_score",
        "discounted_return",
        "collect_trajectory",
        "episode_returns",
        "bootstrap_interval",
        "bc_loss",
        "bc_update",
        "split_by_episode",
        "train_bc",
        "cost_by_horizon",
        "growth_exponent",
        "demonstrate_with_noise",
        "mixed_rollout",
        "label_rollout",
        "train_dagger",
        "soft_value_iteration",
        "expected_visitation",
        "log_likelihood",
        "discriminator_loss",
        "survival_reward",
        "hurry_reward",
        "shaped_reward",
        "airl_logits",
        "value_targets",
        "compute_gae",
        "clipped_loss",
        "warm_up_critic",
        "imitation_loss",
        "imitation_schedule",
    ]


def test_the_course_own_solution_passes(exercise):
    assert diagnose(exercise, exercise.solution).passed


@pytest.mark.parametrize(("name", "hint", "function"), MUTANTS)
def test_each_mutant_gets_its_own_hint(name, hint, function):
    assert diagnose(EXERCISES[name], function).hint == hint


def test_each_bank_holds_at_least_five_mistakes_with_different_hints(exercise):
    hints = [mutant.hint for mutant in exercise.mutants]
    assert len(hints) >= 5
    assert len(set(hints)) == len(hints)


def test_hints_are_plain_sentences_that_hold_no_code(exercise):
    for mutant in exercise.mutants:
        assert mutant.hint.endswith((".", "?"))
        assert len(mutant.hint) < 220
        assert "\n" not in mutant.hint
        assert "  " not in mutant.hint


def test_probes_give_the_same_facts_every_time(exercise):
    first, second = (facts_about(exercise.probes, exercise.solution) for _ in range(2))
    for a, b in zip(sum(first, ()), sum(second, ()), strict=True):
        assert a.name == b.name
        assert np.array_equal(a.got, b.got)


def test_every_probe_of_every_exercise_is_needed_by_some_mutant(exercise):
    for i in range(len(exercise.probes)):
        assert any(
            not all(fact.holds for fact in facts_about(exercise.probes, function)[i])
            for mutant in exercise.mutants
            for function in mutant.functions
        )


def test_the_bug_hunt_starts_with_all_three_bugs():
    assert diagnose(EVALUATE, buggy_episode_returns).hint.startswith("three bugs are still in it.")
