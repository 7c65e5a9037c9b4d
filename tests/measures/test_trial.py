"""A trial: the task belongs to the seed, and a policy is examined where no training was."""

from pathlib import Path

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.recipes import clone_one_drive
from ilrl_course.envs import DRIVING
from ilrl_course.measures import trial
from ilrl_course.measures.evaluation import Evaluation
from ilrl_course.measures.purse import Budget
from ilrl_course.measures.trial import (
    NUM_DRIVES,
    ROADS,
    draw_task,
    examine,
    open_purse,
    reference_returns,
    score_of,
    try_recipe,
)
from ilrl_course.measures.uncounted import UncountedError

NOTHING = Budget(0, 0, 0, 0)
TASK = draw_task(0)


def learn_nothing(purse, seed):
    return purse.fresh_policy(seed)


def test_a_seed_always_draws_the_same_task_and_all_roads_are_drawn():
    tasks = [draw_task(seed) for seed in range(300)]
    assert tasks == [draw_task(seed) for seed in range(300)]
    assert {task.road for task in tasks} == set(ROADS)
    drawn = np.array([[*vars(task.budget).values()] for task in tasks])
    assert drawn.min(axis=0).tolist() == [3, 1000, 32_768, 250]
    assert drawn.max(axis=0).tolist() == [10, 3000, 98_304, 500]
    assert len({task.budget for task in tasks}) > 290


def test_a_task_says_what_it_is():
    assert str(TASK) == f"{TASK.road}; {TASK.budget}"
    assert TASK.options is ROADS[TASK.road]


def test_no_lesson_has_shown_these_roads():
    text = "".join(path.read_text("utf-8") for path in Path(__file__).parents[2].glob("lessons/*.py"))
    for options in ROADS.values():
        assert len(options) >= 2
        assert f'"grip": {options["grip"]}' not in text


@pytest.mark.parametrize("road", ROADS)
def test_the_expert_shows_each_road_without_a_crash_and_labels_what_it_shows(road):
    task = trial.Task(5, road, Budget(10, 5000, 0, 0))
    purse = open_purse(task)
    drives = purse.demonstrations(10)
    assert not any(drive.crashed for drive in drives)
    assert np.allclose(purse.labels(drives[3].obs[:-1]), drives[3].actions, atol=1e-5)
    worlds = purse.worlds(2)
    assert {name: getattr(worlds.unwrapped.options, name) for name in task.options} == task.options
    places = worlds.unwrapped.options
    assert (places.first_track, places.num_tracks) == (0, 800)


def test_an_examination_is_on_the_task_s_road_on_other_tracks_and_the_same_for_everybody(monkeypatch):
    calls = []

    def evaluate(*given, **options):
        calls.append((given[1:], options))
        return Evaluation(*np.zeros((4, 2)))

    monkeypatch.setattr(trial, "evaluate", evaluate)
    for actor in (len, max):
        examine(actor, TASK)
    assert calls[0] == calls[1]
    (env_id, number, _), options = calls[0]
    assert (env_id, number) == (DRIVING.env_id, NUM_DRIVES)
    assert options == {"first_track": 800, "num_tracks": 200} | TASK.options


def test_a_trial_tells_what_was_spent_and_how_the_policy_drives():
    def ask_for_a_little(purse, seed):
        purse.demonstrations(2)
        worlds = purse.worlds(4)
        worlds.reset(seed=seed)
        worlds.step(np.zeros((4, 2), dtype=np.float32))
        purse.spend_on(purse.demonstrations(one) for one in [10_000])
        return purse.fresh_policy(seed)

    found = try_recipe(ask_for_a_little, TASK)
    assert found.spent == Budget(2, 0, 4, 0)
    assert found.refusal.startswith("10,000 demonstrations are asked for, but 7 of 9")
    alone = examine(open_purse(TASK).fresh_policy(TASK.seed).act, TASK)
    assert (found.mean_return, found.crash_rate) == (alone.mean_return, alone.crash_rate)
    nothing = try_recipe(learn_nothing, TASK)
    assert (nothing.spent, nothing.refusal) == (NOTHING, "")


def test_a_recipe_gets_the_task_s_seed_a_full_purse_and_one_thread():
    seen = []

    def recipe(purse, seed):
        seen.append((seed, purse.budget, purse.left, torch.get_num_threads()))
        return purse.fresh_policy(seed)

    before = torch.get_num_threads()
    try_recipe(recipe, TASK)
    assert seen == [(TASK.seed, TASK.budget, TASK.budget, 1)]
    assert torch.get_num_threads() == before


@pytest.mark.parametrize("wrong", [None, 3, lambda obs: obs, (1, 2)])
def test_anything_but_a_policy_is_an_error(wrong):
    with pytest.raises(TypeError, match="a recipe returns the policy that it trained, not a "):
        try_recipe(lambda purse, seed: wrong, TASK)


def test_a_recipe_that_examines_itself_is_stopped():
    with pytest.raises(UncountedError):
        try_recipe(lambda purse, seed: examine(purse.fresh_policy(seed).act, TASK), TASK)


def test_the_same_recipe_comes_to_the_same_result():
    def recipe(purse, seed):
        policy = purse.fresh_policy(seed)
        with torch.no_grad():
            policy.log_std.fill_(-1.0)
        return policy

    first, again = (try_recipe(recipe, TASK) for _ in range(2))
    assert first.mean_return == again.mean_return


@pytest.mark.parametrize("seed", [0, 1, 4])
def test_the_expert_is_far_above_chance_on_every_road(seed):
    task = draw_task(seed)
    chance, expert = reference_returns(task)
    assert 0 < chance < 4
    assert expert > 30
    found = trial.Trial(chance, 0.0, NOTHING, 0.0), trial.Trial(expert, 0.0, NOTHING, 0.0)
    assert [score_of(one, (chance, expert)) for one in found] == [0, 100]


def test_a_clone_of_one_drive_spends_one_drive():
    assert try_recipe(clone_one_drive, TASK).spent == Budget(1, 0, 0, 0)
