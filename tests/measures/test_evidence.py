"""The rule of verdicts: closed forms, a real effect, no effect, and an effect too small to matter."""

from dataclasses import replace

import numpy as np
import pytest
import scipy.stats

from ilrl_course.measures.evidence import (
    FAILS,
    FAMILY_SIZES,
    HOLDS,
    OPEN,
    Planned,
    avoided,
    combine,
    decide,
    holm,
    measure,
)

POINTS = Planned(
    "points", "C1", "", "02", "it rains", "score", "many", "few", "points", planned_effect=20.0, record="toy"
)
CRASHES = replace(POINTS, name="crashes", unit="crashes", planned_effect=0.75)
SHARE = replace(POINTS, name="share", unit="share", planned_effect=0.75)
N = POINTS.num_seeds


def judge(planned, more, less):
    """One comparison, in a family of which all other places are still free."""
    return decide([planned], {planned.name: measure(planned, more, less)})[planned.name]


def noise(spread, seed=0):
    values = np.random.default_rng(seed).normal(size=N)
    return spread * (values - values.mean()) / values.std()


@pytest.mark.parametrize(
    ("effect", "spread", "outcome"),
    [
        (20, 10, HOLDS),
        (9, 5, OPEN),  # surely there, but the interval reaches what matters while the estimate does not
        (5, 5, FAILS),  # surely there, and surely too small to matter
        (0, 5, FAILS),
        (0, 60, OPEN),
        (15, 60, OPEN),  # large enough, but not surely there
        (-20, 10, FAILS),
    ],
)
def test_an_outcome_needs_a_sure_effect_that_matters(effect, spread, outcome):
    assert judge(POINTS, effect + noise(spread), np.zeros(N)).outcome == outcome


def test_an_interval_above_zero_is_not_enough_where_the_family_is_large():
    more = 12 + noise(34)
    judged = judge(POINTS, more, np.zeros(N))
    assert judged.effect.low > 0
    assert judged.effect.difference > POINTS.smallest_effect
    assert judged.corrected_p > 0.05
    assert judged.outcome == OPEN


def test_crashes_are_judged_by_the_share_that_is_avoided():
    more, less = np.full(N, 0.4) + noise(0.05), np.full(N, 0.1) + noise(0.02, seed=1)
    judged = judge(CRASHES, more, less)
    assert judged.effect.difference == pytest.approx(0.75)
    assert judged.effect.low < 0.75 < judged.effect.high
    assert judged.outcome == HOLDS
    assert judge(CRASHES, more, 0.9 * more).outcome == FAILS
    assert judge(CRASHES, less, more).effect.difference == pytest.approx(-0.75)


def test_the_interval_of_the_avoided_share_is_scipys():
    rng = np.random.default_rng(3)
    more, less = rng.uniform(0, 0.4, N), rng.uniform(0, 0.1, N)
    expected = scipy.stats.bootstrap(
        (more, less),
        lambda a, b, axis=-1: 1 - b.mean(axis) / a.mean(axis),
        paired=True,
        n_resamples=9999,
        rng=np.random.default_rng(1),
    ).confidence_interval
    effect = measure(CRASHES, more, less)
    assert (effect.low, effect.high) == pytest.approx(tuple(expected), abs=0.02)


def test_where_nobody_crashes_nothing_can_be_told_and_where_one_arm_never_does_all_is_avoided():
    none, some = np.zeros(N), np.full(N, 0.3) + noise(0.05)
    assert avoided(none, none) == 0
    assert judge(CRASHES, none, none).outcome == OPEN
    one = np.where(np.arange(N) == 0, 0.01, 0.0)
    assert judge(CRASHES, none, one).outcome == OPEN
    assert judge(CRASHES, one, none).outcome == OPEN
    assert judge(CRASHES, some, none).effect.difference == 1
    assert judge(CRASHES, some, none).outcome == HOLDS


def test_holm_agrees_with_the_textbook_and_counts_free_places_as_failures():
    assert holm([0.01, 0.04, 0.03], 3) == pytest.approx([0.03, 0.06, 0.06])
    assert holm([0.01, 0.02], 10) == pytest.approx([0.1, 0.18])
    assert holm([0.5, 0.001], 4) == pytest.approx([1.0, 0.004])


def test_comparisons_that_are_added_later_never_make_an_earlier_p_larger():
    rng = np.random.default_rng(0)
    for _ in range(200):
        p_values = rng.uniform(0, 0.2, 12)
        before, after = holm(p_values[:7], 12)[:7], holm(p_values, 12)[:7]
        assert (after <= before + 1e-12).all()


def test_more_comparisons_than_a_family_has_places_are_refused():
    plans = [replace(POINTS, name=f"plan {i}") for i in range(FAMILY_SIZES["home"] + 1)]
    effect = measure(POINTS, noise(1), np.zeros(N))
    with pytest.raises(ValueError, match="enlarge FAMILY_SIZES"):
        decide(plans, {planned.name: effect for planned in plans})


def test_families_are_not_mixed():
    with pytest.raises(ValueError, match="several families"):
        decide([POINTS, replace(POINTS, name="other", family="robots")], {})


def test_another_number_of_runs_than_planned_is_refused():
    with pytest.raises(ValueError, match=f"{N - 1} and {N} runs, but {N} are planned"):
        measure(POINTS, np.zeros(N - 1), np.zeros(N))


@pytest.mark.parametrize("changes", [{"unit": "miles"}, {"num_seeds": 15}, {"planned_effect": 5.0}], ids=str)
def test_a_plan_that_cannot_be_judged_is_refused(changes):
    with pytest.raises(ValueError, match="points"):
        replace(POINTS, **changes)


def test_a_record_knows_the_plan_that_it_was_made_for():
    recorded = POINTS.recorded(np.ones(N), np.zeros(N))
    assert recorded["plan"] == POINTS.fingerprint
    for changes in ({"num_seeds": 49}, {"first_seed": 0}, {"more": "all"}, {"planned_effect": 21.0}):
        assert replace(POINTS, **changes).fingerprint != POINTS.fingerprint


def half(*outcomes):
    """Comparisons with these outcomes, in worlds called a, b, c."""
    more = {HOLDS: 20 + noise(5), FAILS: noise(5), OPEN: noise(60)}
    plans = [replace(POINTS, name=world, condition=f"it is {world}") for world in "abc"]
    return [judge(p, more[o], np.zeros(N)) for p, o in zip(plans, outcomes, strict=False)]


@pytest.mark.parametrize(
    ("outcomes", "combined"),
    [
        ([HOLDS], HOLDS),
        ([HOLDS, HOLDS], HOLDS),
        ([FAILS, FAILS], FAILS),
        ([OPEN, OPEN], OPEN),
        ([FAILS, OPEN], OPEN),
        ([HOLDS, FAILS], "holds only when it is a"),
        ([OPEN, HOLDS, HOLDS], "holds only when it is b or it is c"),
    ],
    ids=str,
)
def test_the_comparisons_of_one_half_make_one_outcome(outcomes, combined):
    assert combine(half(*outcomes)) == combined


def test_what_is_printed_holds_the_effect_its_interval_p_and_the_number_of_runs():
    judged = judge(POINTS, 20 + noise(10), np.zeros(N))
    assert str(judged) == f"+20 points [+17, +23], corrected p ≤ {judged.corrected_p:.2g}, {N} seeds"
    assert "corrected p = 1" in str(judge(POINTS, noise(10), np.zeros(N)))
    assert "of the teacher's deviation" in str(judge(SHARE, 0.9 + noise(0.1), np.zeros(N)))


@pytest.mark.parametrize(
    ("first", "second", "combined"),
    [
        ("the world is CartPole", "the world is Driving", "the world is CartPole or Driving"),
        ("the place is a wet road", "the place is a narrow one", "the place is a wet road or a narrow one"),
        ("there is one layout", "there are many", "there is one layout or there are many"),
        (
            "the world is Driving",
            "the place is a wet road",
            "the world is Driving or the place is a wet road",
        ),
    ],
)
def test_conditions_say_once_what_they_are_about(first, second, combined):
    conditions = (first, second, "it fails")
    judged = [
        replace(one, planned=replace(one.planned, condition=condition))
        for one, condition in zip(half(HOLDS, HOLDS, FAILS), conditions, strict=True)
    ]
    assert combine(judged) == f"holds only when {combined}"
