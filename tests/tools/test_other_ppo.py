"""The replication with Stable-Baselines3: what it shares with the runs of our PPO, and what it exchanges."""

import json
import pickle
from copy import deepcopy
from dataclasses import replace

import cloudpickle
import gymnasium as gym
import numpy as np
import pytest
import torch
from torch import nn

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT, CourseError
from ilrl_course.algorithms import finetune as ours
from ilrl_course.clones import fresh_policy
from ilrl_course.envs import DRIVING, DUNGEON
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.notebook.claims import plan
from ilrl_course.rollout import derive_seed, make_batch
from tests.counting_world import CountingVectorEnv

pytest.importorskip("stable_baselines3")

OTHER = load_script(ROOT / "results", "other_ppo")
GAMES = load_script(ROOT / "results", "other_ppo_games")
NUM_COPIES, SEED = 16, 7
CONFIG = ours.FinetuneConfig(
    num_warmup_iterations=2, num_iterations=3, num_steps=32, num_epochs=2, minibatch_size=128, gae_lambda=0.9
)
both_worlds = pytest.mark.parametrize("world", [DRIVING, DUNGEON], ids=lambda world: world.name)


def make_actor(world):
    """A policy that does not do the same everywhere, as a fresh one nearly does."""
    policy = fresh_policy(world, SEED)
    with torch.random.fork_rng():
        torch.manual_seed(SEED)
        for parameter in policy.parameters():
            nn.init.normal_(parameter, std=0.3)
    return policy


@pytest.fixture
def learners(monkeypatch):
    """The learners that a training makes, in order, each with the state that it began with."""
    made, make = [], OTHER.make_learner

    def make_and_keep(*arguments, **changes):
        learner = make(*arguments, **changes)
        made.append((learner, deepcopy(learner.policy)))
        return learner

    monkeypatch.setattr(OTHER, "make_learner", make_and_keep)
    return made


def training_of(world, policy, **changes):
    config = replace(CONFIG, exploration_std=0.6 if world is DRIVING else None, **changes)
    return OTHER.finetune(policy, None, None, make_batch(world.env_id, NUM_COPIES), config, SEED)


# --- the same networks --------------------------------------------------------------------------------------


@both_worlds
def test_a_copied_actor_acts_alike_with_the_same_log_probabilities(world):
    policy, envs = make_actor(world), make_batch(world.env_id, 4)
    learner = OTHER.make_learner(envs, CONFIG, SEED, 1e-3)
    OTHER.copy_actor(policy, learner.policy)
    rng = np.random.default_rng(0)
    obs = rng.uniform(-1, 1, (200, *envs.single_observation_space.shape)).astype(np.float32)
    likeliest = policy.act(obs)
    if world is DRIVING:
        likeliest = likeliest.clip(-1, 1)  # as the world does itself
    assert len(np.unique(likeliest, axis=0)) > 2
    np.testing.assert_allclose(learner.predict(obs, deterministic=True)[0], likeliest, atol=1e-6)
    distribution, actions = policy(torch.from_numpy(obs)), torch.from_numpy(policy.sampler(1)(obs))
    _, log_probs, entropy = learner.policy.evaluate_actions(torch.from_numpy(obs), actions)
    torch.testing.assert_close(log_probs, distribution.log_prob(actions))
    torch.testing.assert_close(entropy, distribution.entropy())


@both_worlds
def test_what_is_copied_back_is_what_was_copied(world):
    policy, back = make_actor(world), fresh_policy(world, SEED + 1)
    learner = OTHER.make_learner(make_batch(world.env_id, 4), CONFIG, SEED, 1e-3)
    OTHER.copy_actor(policy, learner.policy)
    OTHER.copy_actor(learner.policy, back)
    for new, old in zip(back.parameters(), policy.parameters(), strict=True):
        torch.testing.assert_close(new, old, rtol=0, atol=0)


def test_networks_of_another_size_are_refused():
    envs = make_batch(DRIVING.env_id, 4)
    learner = OTHER.make_learner(envs, CONFIG, SEED, 1e-3)
    narrow = make_policy(envs.single_observation_space, envs.single_action_space, SEED, (64, 32))
    with pytest.raises(ValueError, match="different sizes"):
        OTHER.copy_actor(narrow, learner.policy)


# --- the warm-up --------------------------------------------------------------------------------------------


@both_worlds
def test_the_warm_up_teaches_the_critic_and_leaves_the_actor_untouched(world, learners):
    policy = make_actor(world)
    training = training_of(world, policy, num_warmup_iterations=6)
    next(training)
    clone = deepcopy(policy)
    if world is DRIVING:
        torch.testing.assert_close(clone.log_std.exp(), torch.full((2,), 0.6))  # as the config asks for
    for _ in range(5):
        next(training)
    ((beginner, fresh),) = learners
    for network in (policy, beginner.policy):
        for new, old in zip(OTHER.actor_of(network), clone.parameters(), strict=True):
            assert new.equal(old)
    obs, returns = (torch.as_tensor(getattr(beginner.rollout_buffer, n)) for n in ("observations", "returns"))
    with torch.no_grad():
        errors = [(p.predict_values(obs) - returns).square().mean() for p in (fresh, beginner.policy)]
    assert errors[1] < 0.7 * errors[0]
    assert beginner.rollout_buffer.gae_lambda == 1  # what was earned to the end of the episode
    assert beginner.policy.optimizer.param_groups[0]["lr"] == CONFIG.warmup_learning_rate


@both_worlds
def test_the_training_begins_with_the_clone_and_with_the_critic_that_was_warmed_up(world, learners):
    policy = make_actor(world)
    training = training_of(world, policy)
    next(training)
    clone = deepcopy(policy)
    for _ in range(2):
        next(training)
    (beginner, _), (learner, fresh) = learners
    names = ("observations", "actions", "values", "log_probs")
    obs, actions, values, log_probs = (torch.as_tensor(getattr(learner.rollout_buffer, n)) for n in names)
    actions = actions.long().flatten() if world is DUNGEON else actions
    with torch.no_grad():
        torch.testing.assert_close(beginner.policy.predict_values(obs), values)
        torch.testing.assert_close(clone(obs).log_prob(actions), log_probs.flatten())
        assert not fresh.predict_values(obs).allclose(values)
    assert learner.rollout_buffer.gae_lambda == CONFIG.gae_lambda
    assert not all(new.equal(old) for new, old in zip(policy.parameters(), clone.parameters(), strict=True))


# --- the training -------------------------------------------------------------------------------------------


def test_the_learning_rate_falls_in_a_straight_line_and_ends_at_0(learners):
    rates = [
        learners[-1][0].policy.optimizer.param_groups[0]["lr"]
        for _ in training_of(DRIVING, make_actor(DRIVING))
    ]
    falling = [CONFIG.learning_rate * share for share in (2 / 3, 1 / 3, 0)]
    assert rates == pytest.approx([CONFIG.warmup_learning_rate] * 2 + falling)
    assert rates[-1] == 0


@both_worlds
def test_learning_in_blocks_is_learning_in_one_go(world, learners):
    policy = make_actor(world)
    for metrics in training_of(world, policy):
        assert metrics["env_steps"] % (NUM_COPIES * CONFIG.num_steps) == 0
    (beginner, _), _ = learners
    envs = OTHER.CrashLog(make_batch(world.env_id, NUM_COPIES))
    start = derive_seed(SEED, "training")
    whole = OTHER.make_learner(envs, CONFIG, start, lambda left: CONFIG.learning_rate * left)
    whole.policy.load_state_dict(beginner.policy.state_dict())
    whole.learn(NUM_COPIES * CONFIG.num_steps * CONFIG.num_iterations)
    for new, old in zip(OTHER.actor_of(whole.policy), policy.parameters(), strict=True):
        assert new.equal(old)


@both_worlds
def test_it_is_as_long_as_ours(world):
    envs = make_batch(world.env_id, NUM_COPIES)
    value_net = make_value_net(envs.single_observation_space, SEED)
    rows = ours.finetune(make_actor(world), value_net, None, envs, CONFIG, SEED)
    expected = [row["env_steps"] for row in rows]
    assert [row["env_steps"] for row in training_of(world, make_actor(world))] == expected


@pytest.mark.parametrize(
    "change", [{"imitation_coef": 0.1}, {"target_kl": 0.1}, {"normalize_advantages": False}], ids=str
)
def test_what_it_cannot_do_is_refused(change):
    with pytest.raises(ValueError, match="hears no teacher"):
        next(training_of(DRIVING, make_actor(DRIVING), **change))


# --- what is counted ----------------------------------------------------------------------------------------


class Tally(gym.vector.VectorWrapper):
    """Keeps what the world itself says of each step."""

    def __init__(self, envs):
        super().__init__(envs)
        self.crashed = []

    def step(self, actions):
        outcome = super().step(actions)
        self.crashed.append(outcome[-1]["crashed"].copy())
        return outcome


@both_worlds
def test_crashes_are_those_of_the_world_in_the_warm_up_as_well(world):
    tally = Tally(make_batch(world.env_id, NUM_COPIES))
    envs = SafetyLog(tally) if world is DRIVING else tally
    config = replace(CONFIG, num_steps=128)
    after_warm_up = 0
    for iteration, row in enumerate(OTHER.finetune(make_actor(world), None, None, envs, config, SEED)):
        assert row == {"env_steps": np.size(tally.crashed), "crashes": np.sum(tally.crashed)}
        if iteration == 1:
            after_warm_up = row["crashes"]
    assert row["crashes"] > after_warm_up > 0
    if world is DRIVING:
        assert row["crashes"] == envs.off_road
        assert row["env_steps"] == envs.env_steps


def test_an_end_by_itself_in_the_last_step_of_the_clock_is_no_time_limit():
    log = OTHER.CrashLog(CountingVectorEnv(4, lengths=(2, 3, 5, 9), autoreset_mode="Disabled"))
    worlds = load_script(ROOT / "benchmarks/peers", "sb3_worlds").CourseWorlds(log)
    worlds.reset()
    ends = {}
    for _ in range(5):
        infos = worlds.step(np.zeros(4, dtype=np.int64))[-1]
        ends |= {copy: info["TimeLimit.truncated"] for copy, info in enumerate(infos) if info}
    assert ends == {0: False, 1: False, 2: False, 3: True}
    assert log.counted == {"env_steps": 20, "crashes": 2}


# --- everything else is as for our PPO ----------------------------------------------------------------------


def test_finetune_is_exchanged_here_and_for_workers_but_for_nobody_else():
    assert OTHER.ROAD.PILOT.finetune is OTHER.finetune
    assert GAMES.GAMES.PILOT.finetune is GAMES.OTHER.finetune
    for run, script in ((OTHER.drive, "ROAD"), (GAMES.play, "GAMES")):
        sent = pickle.loads(cloudpickle.dumps(run)).__globals__[script]
        learn = sent.learn.__globals__["PILOT"].learn
        assert learn.__globals__["finetune"].__module__ == "results_other_ppo"
    for name in ("fine_tuning", "dungeon"):
        assert load_script(ROOT / "results", name).PILOT.finetune is ours.finetune


RUNS = {
    "drive": ("fine_tuning", "5 drives", {"learning_rate": 1e-3, "exploration_std": 0.15, "num_steps": 32}),
    "play": ("dungeon", "100 human-like games", {"learning_rate": 1e-3, "ent_coef": 0.03, "gamma": 0.95}),
}


@pytest.mark.parametrize("name", RUNS)
def test_the_clone_its_first_examination_and_its_first_block_are_those_of_our_ppo(name, monkeypatch):
    script, arm, setting = RUNS[name]
    course = load_script(ROOT / "results", script)
    for pilot in (course.PILOT, (OTHER.ROAD if name == "drive" else GAMES.GAMES).PILOT):
        monkeypatch.setattr(
            pilot, "trace", lambda training, examine, every: (examine(0), next(training), every)
        )
    if name == "drive":
        runs = course.learn(3000, arm, {}, setting), OTHER.drive(3000, arm, setting, "SB3")
    else:
        given = course.PILOT.CLONES[arm], course.PILOT.Setting(**setting), "open"
        runs = course.learn(3000, *given), GAMES.play(3000, *given, "SB3")
    (first, block, every), (its_first, its_block, its_every) = runs
    assert its_first == first
    assert first["return"] > 0.1
    assert its_block["env_steps"] == block["env_steps"]
    assert its_every == every


def test_its_seeds_are_the_first_eight_of_every_replicated_comparison():
    assert [*range(3000, 3008)] == OTHER.SEEDS == GAMES.SEEDS
    replicated = OTHER.REPLICATED + GAMES.REPLICATED
    assert all(list(plan(name).seeds)[:8] == OTHER.SEEDS for name in replicated)


# --- the record ---------------------------------------------------------------------------------------------

SETTING = {"learning_rate": 1e-3, "ent_coef": 0.03, "gamma": 0.95}
TUNED = {name: {"chosen": SETTING, "to beat": "no games"} for name in GAMES.PLAYERS}
TUNED |= {
    f"{teacher}, {way}": TUNED["no games"]
    for teacher in ("cautious", "expert")
    for way in ("followed", "mixed")
}
TUNED |= {"100 games": TUNED["no games"]}


def fake_record(name: str) -> dict:
    """Records of our PPO, whose every effect is 1, and of the pilots."""
    if name == "dungeon_pilot":
        return {"places": dict.fromkeys(("open", "walled up"), TUNED)}
    if name == "fine_tuning_pilot":
        return {"chosen": {arm: {"num_steps": 32} for arm in OTHER.DRIVERS}}
    arms = {name: plan(name).recorded([2.0, 3.0], [1.0, 2.0]) for name in OTHER.REPLICATED + GAMES.REPLICATED}
    reference = {"chance": [0.0, 0.2], "expert": [0.8, 1.0], "human-like": [0.5, 0.7]}
    return {"arms": arms, "reference": dict.fromkeys(("open", "walled up"), reference)}


def fake_run(function, seed: int, arm) -> list[dict[str, float]]:
    """Three examinations; better with the seed, and worse for an agent that learns from nothing."""
    level = seed - 2999 + (0 if arm in ("from nothing", GAMES.GAMES.PILOT.NOBODY) else 3)
    unit = 0.04 if function is GAMES.play else 3.0
    return [
        {
            "env_steps": 16_384 * step,
            "return": unit * level * step,
            "off_road": 100 * step / level,
            "collisions": step,
            "crashes": step,
            "passage": 0.1,
            "success": 0.5,
        }
        for step in range(3)
    ]


@pytest.fixture
def reports(monkeypatch):
    """What the scripts write after such runs."""
    for script in (OTHER, GAMES, GAMES.OTHER, GAMES.GAMES):
        monkeypatch.setattr(script, "load_results", fake_record)
        monkeypatch.setattr(
            script,
            "run_seeds",
            lambda function, seeds, arm, **_: [fake_run(function, seed, arm) for seed in seeds],
        )
    return {script: json.loads(json.dumps(script.run(), allow_nan=False)) for script in (OTHER, GAMES)}


@pytest.mark.parametrize("script", [OTHER, GAMES], ids=["road", "games"])
def test_the_record_holds_every_comparison_and_claims_to_be_no_planned_run(reports, script):
    report = reports[script]
    assert tuple(report["compared"]) == script.REPLICATED
    assert report["library"].startswith("Stable-Baselines3 2.")
    assert "arms" not in report
    assert "plan" not in json.dumps(report)
    for found in report["compared"].values():
        assert len(found["more"]) == len(found["less"]) == len(report["seeds"]) == 8
        low, high = found["interval"]
        assert low - 1e-9 <= found["difference"] <= high + 1e-9
        assert found["difference of our PPO"] == 1
        assert found["seeds with its sign"] == 8


def test_the_compared_quantities_are_those_that_were_planned(reports):
    report = reports[OTHER]
    cloned, alone = np.arange(4, 12), np.arange(1, 9)
    low, high = (reference_scores("Driving")[name] for name in ("random", "expert"))
    found = report["compared"]["whole training on the road"]
    np.testing.assert_allclose(found["more"], 100 * (3 * cloned - low) / (high - low))
    np.testing.assert_allclose(found["less"], 100 * (3 * alone - low) / (high - low))
    found = report["compared"]["improvement on five drives"]
    np.testing.assert_allclose(np.subtract(found["more"], found["less"]), 600 * cloned / (high - low))
    found = report["compared"]["departures, twenty drives"]
    np.testing.assert_allclose(found["more"], 200 / alone + 2, atol=1e-3)
    np.testing.assert_allclose(found["less"], 200 / cloned + 2, atol=1e-3)
    assert 0 < found["avoided"] < 1
    found = reports[GAMES]["compared"]["as good as the player, passage open"]
    returns = 0.04 * np.outer(cloned, range(3))
    expected = np.minimum(100 * (returns - 0.1) / (0.6 - 0.1), 100).mean(axis=1)
    np.testing.assert_allclose(found["more"], expected)


def test_seeds_that_point_elsewhere_do_not_have_our_sign():
    name = "departures, five drives"
    found = OTHER.beside_ours(name, np.array([4, 2, 3, 1]), np.array([1, 3, 1, 1]), np.array([-2.0, 1.0]))
    assert found["seeds with its sign"] == 1
    assert found["difference"] == 1
    assert found["avoided"] == pytest.approx(0.4)
    assert found["difference of our PPO"] == -0.5


def test_without_a_record_of_todays_plan_nothing_is_computed(monkeypatch):
    monkeypatch.setattr(OTHER, "load_results", lambda name: {"arms": {OTHER.REPLICATED[0]: {"plan": "old"}}})
    with pytest.raises(CourseError, match=r"first run `python3 course\.py results fine_tuning`"):
        OTHER.run()
