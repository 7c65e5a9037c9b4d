"""Intervals cover, tests find what is there and only that, and seeds run anywhere in the same way."""

import numpy as np
import pytest
import scipy.stats

from ilrl_course.measures.seeds import (
    bootstrap_interval,
    by_name,
    compare_paired,
    confidence_interval,
    run_seeds,
)


def test_the_bootstrap_by_hand_agrees_with_scipy():
    values = np.random.default_rng(0).exponential(size=40)
    expected = scipy.stats.bootstrap(
        (values,), np.mean, method="percentile", n_resamples=9999, rng=np.random.default_rng(1)
    ).confidence_interval
    assert bootstrap_interval(values, num_resamples=9999) == pytest.approx(tuple(expected), abs=0.02)


def test_the_bootstrap_of_many_normal_values_approaches_the_textbook_interval():
    values = np.random.default_rng(0).normal(size=400)
    half = 1.96 * values.std() / 20
    for low, high in (bootstrap_interval(values), confidence_interval(values)):
        assert low == pytest.approx(values.mean() - half, abs=0.015)
        assert high == pytest.approx(values.mean() + half, abs=0.015)


def test_intervals_cover_the_true_mean_about_as_often_as_they_say():
    rng = np.random.default_rng(0)
    intervals = [confidence_interval(rng.normal(size=30)) for _ in range(200)]
    covered = np.mean([low <= 0 <= high for low, high in intervals])
    assert 0.90 <= covered <= 0.99


def test_a_wider_confidence_gives_a_wider_interval():
    values = np.random.default_rng(0).normal(size=20)
    narrow, wide = (confidence_interval(values, confidence) for confidence in (0.5, 0.99))
    assert wide[0] < narrow[0] < narrow[1] < wide[1]


def test_equal_values_give_an_interval_without_width():
    assert confidence_interval(np.full(8, 3.0)) == (3.0, 3.0)
    nearly = np.full(8, 0.1) + np.array([0, 1e-17] * 4)
    assert confidence_interval(nearly) == pytest.approx((0.1, 0.1))


@pytest.mark.parametrize("values", [[1.0], [1.0, np.nan], [[1.0, 2.0]], []])
def test_values_without_an_interval_are_refused(values):
    with pytest.raises(ValueError, match="at least two finite numbers"):
        confidence_interval(values)


def test_a_paired_comparison_sees_a_small_effect_under_large_shared_noise():
    rng = np.random.default_rng(0)
    seeds = rng.normal(scale=10, size=10)
    comparison = compare_paired(seeds + 1 + rng.normal(scale=0.2, size=10), seeds)
    assert comparison.p_value < 0.01
    assert 0.7 < comparison.low < comparison.difference < comparison.high < 1.3


def test_the_p_value_of_eight_wins_in_eight_is_exact():
    comparison = compare_paired(np.arange(1.0, 9.0), np.zeros(8))
    assert comparison.p_value == pytest.approx(2 / 2**8)


def test_no_effect_is_rarely_called_one():
    rng = np.random.default_rng(0)
    p_values = [compare_paired(rng.normal(size=8), rng.normal(size=8)).p_value for _ in range(100)]
    assert np.mean(np.array(p_values) < 0.05) < 0.12


def test_unequal_numbers_of_runs_are_refused():
    with pytest.raises(ValueError, match="3 against 2 runs"):
        compare_paired([1.0, 2.0, 3.0], [1.0, 2.0])


def square(seed, power=2):
    return seed**power


def test_results_come_in_the_order_of_the_seeds_with_settings_passed_on():
    assert run_seeds(square, [3, 1, 2]) == [9, 1, 4]
    assert run_seeds(square, range(3), power=3) == [0, 1, 8]


def test_functions_defined_on_the_spot_run_in_parallel():
    offset = 5
    assert run_seeds(lambda seed: seed + offset, range(4)) == [5, 6, 7, 8]


def test_an_error_in_one_seed_surfaces_and_the_next_call_works():
    def fail(seed):
        raise RuntimeError(f"seed {seed} went wrong")

    with pytest.raises(RuntimeError, match="went wrong"):
        run_seeds(fail, range(3))
    assert run_seeds(square, range(3)) == [0, 1, 4]


# joblib says that it cancelled tasks; its own thread may stumble over one that it was about to start
@pytest.mark.filterwarnings(
    "ignore:.*have been cancelled", "ignore::pytest.PytestUnhandledThreadExceptionWarning"
)
def test_an_interrupt_stops_the_run_and_the_next_call_works(monkeypatch):
    class InterruptedBar:
        def __init__(self, results, **_):
            self.results = results

        def __iter__(self):
            yield next(iter(self.results))
            raise KeyboardInterrupt

    monkeypatch.setattr("ilrl_course.measures.seeds.tqdm", InterruptedBar)
    with pytest.raises(KeyboardInterrupt):
        run_seeds(square, range(100))
    monkeypatch.undo()
    assert run_seeds(square, range(3)) == [0, 1, 4]


def test_the_same_call_runs_on_a_dask_cluster():
    joblib = pytest.importorskip("joblib")
    distributed = pytest.importorskip("distributed", reason="install requirements-dev.txt to test Dask")
    with (
        distributed.LocalCluster(n_workers=2, threads_per_worker=1, dashboard_address=None) as cluster,
        distributed.Client(cluster),
        joblib.parallel_config(backend="dask"),
    ):
        assert run_seeds(lambda seed: seed**2, range(6)) == [0, 1, 4, 9, 16, 25]


def test_runs_by_name_have_a_row_for_each_seed():
    found = by_name([{"a": 1.0, "b": (1, 2)}, {"a": 3.0, "b": (4, 5)}])
    assert found["a"].tolist() == [1.0, 3.0]
    assert found["b"].tolist() == [[1, 2], [4, 5]]


def test_in_a_rehearsal_two_seeds_are_trained_and_stand_for_all(monkeypatch):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    trained = []
    assert run_seeds(lambda seed: trained.append(seed) or seed, range(5, 10)) == [5, 6, 5, 6, 5]
    assert trained == [5, 6]
