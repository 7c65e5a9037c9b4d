"""The methods of the scoreboard keep to their settings, learn from the same games, and count their costs."""

import json
import pickle
from dataclasses import replace

import cloudpickle
import gymnasium as gym
import numpy as np
import pytest
import torch

from course_tools.records.scripts import load_script
from course_tools.records.sources import with_loaded
from course_tools.workplace import ROOT
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.data import Batch, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.envs.dungeon.tabular import tabular_dungeon
from ilrl_course.measures.films import replay
from ilrl_course.measures.scoreboard import COSTS, METHODS, Ledger
from ilrl_course.rollout import collect_rollout, collect_trajectories, derive_seed, make_batch

NAMES = ("cartpole", "driving", "dungeon")
SCRIPTS = {name: load_script(ROOT / "results", f"scoreboard_{name}") for name in NAMES}
SHARED = SCRIPTS["cartpole"].METHODS
ALL = [
    (name, method, numbers[0])
    for name, script in SCRIPTS.items()
    for method, numbers in script.ARENA.numbers.items()
]


def small(name: str):
    """The arena of a script, with a little training of every method."""
    arena = SCRIPTS[name].ARENA
    few = {"num_steps": 2, "num_epochs": 1}
    return replace(
        arena,
        dagger=replace(arena.dagger, num_rounds=2, num_steps=2, num_updates=2),
        adversarial=replace(arena.adversarial, num_iterations=3, num_discriminator_updates=1, **few),
        adversarial_every=2,
        ppo={
            number: replace(config, num_iterations=3, num_warmup_iterations=1 if number else 0, **few)
            for number, config in arena.ppo.items()
        },
        ppo_every=2,
        film_options={"max_episode_steps": 10},
    )


@pytest.fixture(autouse=True)
def little_cloning(monkeypatch):
    """Clones learn for two gradient steps."""
    whole = SHARED.clone_of
    for script in SCRIPTS.values():
        monkeypatch.setattr(
            script.METHODS, "clone_of", lambda world, demos, seed, num_updates: whole(world, demos, seed, 2)
        )


@pytest.mark.parametrize(("name", "method", "number"), ALL, ids=str)
def test_each_method_yields_rows_of_growing_costs_and_a_film(name, method, number):
    run = SCRIPTS[name].METHODS.learn(small(name), method, number, seed=0)
    rows, film = run["rows"], run["film"]
    for cost in COSTS:
        assert (np.diff([row[cost] for row in rows], prepend=0) >= 0).all()
    replay(json.loads(json.dumps(film)))
    steps = [row["steps"] for row in rows]
    arena = small(name)
    copies, warm_up = arena.ppo_copies, 1 if number else 0
    judged = 2 * SHARED.NUM_COPIES
    assert (
        steps
        == {
            "BC": [0],
            "BC with noise": [0],
            "MaxEnt IRL": [0],
            "DAgger": [2 * arena.dagger_copies, 4 * arena.dagger_copies],
            "GAIL": [0, 2 * judged, 3 * judged],
            "AIRL": [0, 2 * judged, 3 * judged],
            "PPO": [0, 2 * 2 * copies, 3 * 2 * copies],
            "BC, then PPO": [0, 2 * 2 * copies, (3 + warm_up) * 2 * copies],
        }[method]
    )
    assert (rows[-1]["labels"] > 0) == (method == "DAgger")


def test_every_world_has_every_method_and_only_the_dungeon_has_tables():
    assert list(SCRIPTS["dungeon"].ARENA.numbers) == list(METHODS)
    for name in ("cartpole", "driving"):
        assert list(SCRIPTS[name].ARENA.numbers) == [method for method in METHODS if method != "MaxEnt IRL"]
    for script in SCRIPTS.values():
        assert set(script.ARENA.numbers["BC, then PPO"]) == set(script.ARENA.ppo) - {0}
        assert script.ARENA.numbers["PPO"] == (0,)


def test_settings_are_those_of_earlier_records():
    own_states, adversarial = (load_script(ROOT / "results", name) for name in ("own_states", "adversarial"))
    for script in SCRIPTS.values():
        arena = script.ARENA
        judged, labeled = adversarial.ARENAS[arena.world.name], own_states.SETTINGS[arena.world.name]
        same_length = replace(judged.adversarial, num_iterations=arena.adversarial.num_iterations)
        assert (arena.adversarial, arena.hidden) == (same_length, judged.hidden)
        assert (arena.dagger, arena.dagger_copies) == (labeled[3], labeled[1])
    steps = {
        name: {
            (config.num_iterations + config.num_warmup_iterations)
            * config.num_steps
            * script.ARENA.ppo_copies
            for config in script.ARENA.ppo.values()
        }
        for name, script in SCRIPTS.items()
    }
    assert steps == {"cartpole": {38_400}, "driving": {409_600}, "dungeon": {409_600}}
    judged = SCRIPTS["dungeon"].ARENA.adversarial
    assert judged.num_iterations * judged.num_steps * SHARED.NUM_COPIES == 409_600


def test_dagger_from_demonstrations_begins_with_them_and_skips_the_experts_round(monkeypatch):
    config, shown, betas = DAggerConfig(beta_decay=0.8), [], []
    envs = make_batch(CARTPOLE.env_id, 2)
    obs, _ = envs.reset(seed=0)
    expert = CARTPOLE.make_demonstrator("expert")
    rollout, _ = collect_rollout(expert, envs, obs, 3)
    demos = Batch(torch.zeros(5, 4), torch.zeros(5, dtype=torch.int64))
    functions = SHARED.after_demonstrations(demos, config)
    for _ in range(2):
        shown.append(len(functions["label_fn"](expert, rollout)))
    monkeypatch.setattr(SHARED, "mixed_rollout", lambda *given: betas.append(given[5]))
    for i in range(2):
        functions["rollout_fn"](expert, expert, envs, obs, 3, config.beta_decay**i, None)
    assert shown == [5 + 6, 6]
    assert betas == pytest.approx([0.8, 0.64])


def test_a_shaken_hand_keeps_seven_actions_in_ten_and_the_label_is_what_was_meant():
    space = gym.make(DUNGEON.env_id).action_space
    hand = SHARED.shaken(lambda obs: np.full(len(obs), 2), space, seed=0)
    shares = np.bincount(hand(np.zeros((40_000, 1))), minlength=4) / 40_000
    assert shares == pytest.approx([0.075, 0.075, 0.775, 0.075], abs=0.01)
    hand = SHARED.shaken(
        lambda obs: np.ones((len(obs), 2), dtype=np.float32), gym.make(DRIVING.env_id).action_space, 0
    )
    pushed = hand(np.zeros((40_000, 1)))
    assert pushed.dtype == np.float32
    assert pushed.mean(axis=0) == pytest.approx([1, 1], abs=0.01)
    assert pushed.std(axis=0) == pytest.approx([0.3, 0.3], abs=0.01)


def test_the_clone_of_a_shaken_expert_learns_what_was_meant(monkeypatch):
    given, ledger, expert = [], Ledger(), CARTPOLE.make_demonstrator("expert")
    monkeypatch.setattr(SHARED, "clone_of", lambda world, demos, seed, num_updates: given.extend(demos))
    list(SHARED.clone_of_shaken(small("cartpole"), 20, 0, ledger))
    (demos,) = given
    hand = SHARED.shaken(expert, gym.make(CARTPOLE.env_id).action_space, derive_seed(0, "noise"))
    games = collect_trajectories(hand, CARTPOLE.env_id, 20, 0)
    assert torch.equal(demos.obs, stack_steps(games).obs)
    assert np.array_equal(demos.actions, expert(demos.obs.numpy()))
    assert not torch.equal(demos.actions, stack_steps(games).actions)
    assert ledger.crashes == sum(game.crashed for game in games) > 0


def test_games_of_maxent_are_played_in_the_layouts_that_it_is_told():
    games = collect_trajectories(
        DUNGEON.make_demonstrator("expert"), DUNGEON.env_id, 5, 0, **DUNGEON.training_options
    )
    for layout, game in zip(SHARED.layouts_of_games(DUNGEON, 5, 0), games, strict=True):
        path = tabular_dungeon(layout).path(game)
        assert (path >= 0).all()
        assert tabular_dungeon(layout).rewards[path[-1]] == 1


def test_what_workers_get_can_be_pickled_and_sources_hold_the_shared_script():
    for name, script in SCRIPTS.items():
        assert pickle.loads(cloudpickle.dumps(script.learn)).__name__ == "learn"
        loaded = {path.name for path in with_loaded(ROOT / "results" / f"scoreboard_{name}.py")}
        assert {"methods.py", "adversarial.py", "own_states.py"} <= loaded


def test_a_board_has_the_films_of_the_middle_runs(monkeypatch):
    arena = replace(small("cartpole"), numbers={"BC": (1, 5), "PPO": (0,)})
    finals = {seed: (7 * seed) % 16 for seed in SHARED.SEEDS}

    def learn(seed, method, number):
        row = dict.fromkeys(COSTS, 0) | {"score": finals[seed]}
        return {"rows": [row], "film": {"return": finals[seed]}}

    monkeypatch.setattr(
        SHARED, "run_seeds", lambda learn, seeds, **settings: [learn(seed, **settings) for seed in seeds]
    )
    found = SHARED.board(arena, learn)
    assert found["seeds"] == list(range(4000, 4016))
    assert found["reference"] == {"random": pytest.approx(22.1, abs=0.1), "expert": 500}
    assert [(run["method"], run["demos"]) for run in found["runs"]] == [("BC", 1), ("BC", 5), ("PPO", 0)]
    assert all(film["return"] == finals[film["run"]] == 7 for film in found["films"])
    json.dumps(found, allow_nan=False)
