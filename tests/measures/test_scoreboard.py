"""What a training costs is counted as by hand, adds up, and the scale of the board has its two ends."""

import gymnasium as gym
import numpy as np
import pytest

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.envs import CARTPOLE, WORLDS
from ilrl_course.envs.batched import BatchedWorld, SingleWorld
from ilrl_course.measures import scoreboard
from ilrl_course.measures.evaluation import reference_scores
from ilrl_course.measures.scoreboard import (
    COSTS,
    Ledger,
    entry,
    examine,
    examined,
    middle_run,
    points,
)
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import collect_rollout, make_batch
from tests import counting_world


class CrashingVectorEnv(BatchedWorld):
    """Every action crashes."""

    max_steps = 5
    single_observation_space = gym.spaces.Box(-1, 1, (2,), np.float32)
    single_action_space = gym.spaces.Discrete(2)

    def _start(self, rows):
        pass

    def _advance(self, actions):
        return np.zeros(self.num_envs, dtype=np.float32), np.ones(self.num_envs, dtype=bool)

    def _observe(self):
        return np.zeros((self.num_envs, 2), dtype=np.float32)

    def _info(self, terminated, truncated):
        return {"crashed": terminated.copy(), "success": np.zeros(self.num_envs, dtype=bool)}


class CrashingEnv(SingleWorld):
    batched_class = CrashingVectorEnv


@pytest.fixture(scope="module", autouse=True)
def worlds():
    counting_world.register()
    if "test/Crashing-v0" not in gym.registry:
        gym.register("test/Crashing-v0", entry_point=CrashingEnv, vector_entry_point=CrashingVectorEnv)


# --- the ledger ---------------------------------------------------------------------------------------------


def test_a_ledger_that_nothing_was_entered_in_holds_zeros(clock):
    costs = Ledger().costs()
    assert list(costs) == list(COSTS)
    assert [costs[name] for name in ("labels", "steps", "crashes")] == [0, 0, 0]
    assert costs["seconds"] == 0


def test_where_every_action_crashes_there_are_as_many_crashes_as_steps():
    ledger, config = Ledger(), FinetuneConfig(num_iterations=3, num_steps=4, num_warmup_iterations=2)
    envs = ledger.counted(make_batch("test/Crashing-v0", 7))
    policy = make_policy(envs.single_observation_space, envs.single_action_space, 0)
    value_net = make_value_net(envs.single_observation_space, 0)
    for number, metrics in enumerate(finetune(policy, value_net, None, envs, config, 0), start=1):
        assert ledger.steps == ledger.crashes == number * 4 * 7  # the warm-up's are among them
        assert (metrics["env_steps"], metrics["crashes"]) == (ledger.steps, ledger.crashes)


def test_crashes_are_counted_where_an_episode_ends_in_one_and_nowhere_else():
    ledger = Ledger()
    envs = ledger.counted(make_batch("test/Counting-v0", 4))  # ends after 2 (a crash), 3, 5, 5 steps
    obs, _ = envs.reset(seed=0)
    rollout, _ = collect_rollout(counting_world.actor, envs, obs, 10)
    assert (ledger.steps, ledger.crashes) == (40, 5)
    assert ledger.crashes == int(rollout.crashed.sum())


def test_a_pole_that_lies_in_a_world_without_ends_crashes_once_an_episode():
    ledger = Ledger()
    envs = ledger.counted(make_batch("ilrl/CartPoleFixed-v0", 3))
    obs, _ = envs.reset(seed=0)
    collect_rollout(lambda obs: np.ones(len(obs), dtype=np.int64), envs, obs, 1000)
    assert (ledger.steps, ledger.crashes) == (3000, 6)


def test_games_of_a_demonstrator_cost_its_crashes_and_no_steps():
    ledger = Ledger()
    always_right = ledger.recorded(lambda obs: np.ones(len(obs), dtype=np.int64), CARTPOLE, 6, seed=0)
    assert len(always_right) == ledger.crashes == 6
    ledger.recorded(CARTPOLE.make_demonstrator("expert"), CARTPOLE, 2, seed=0)
    assert (ledger.crashes, ledger.steps, ledger.labels) == (6, 0, 0)


@pytest.fixture
def clock(monkeypatch):
    """A clock that stands still unless it is told to go on, by so many seconds."""
    now = [1000.0]
    monkeypatch.setattr(scoreboard.time, "thread_time", lambda: now[0])

    def go_on(seconds: float) -> None:
        now[0] += seconds

    return go_on


def test_seconds_are_those_of_learning_without_examinations_and_without_the_demonstrators_thinking(clock):
    ledger = Ledger()
    clock(1)
    with ledger.free_of_charge():
        clock(2)
    advisor = ledger.advisor(lambda obs: clock(4) or obs + 1)
    assert advisor(np.zeros(1)) == 1
    ledger.recorded(lambda obs: clock(8) or np.ones(len(obs), dtype=np.int64), CARTPOLE, 1, seed=0)
    assert ledger.costs()["seconds"] == 1
    clock(16)
    assert ledger.costs()["seconds"] == 17


# --- rows, examinations and tables --------------------------------------------------------------------------


def test_rows_hold_the_costs_until_each_examination_and_examinations_are_free(clock):
    ledger = Ledger()

    def training():
        for number in range(1, 4):
            ledger.labels += 10
            ledger.steps += 5
            ledger.crashes += number
            clock(1)
            yield f"learner {number}"

    rows, learner = examined(training(), ledger, lambda learner, number: clock(5) or 100 * number)
    assert learner == "learner 3"
    assert [row["score"] for row in rows] == [0, 100, 200]
    assert [(row["labels"], row["steps"], row["crashes"]) for row in rows] == [
        (10, 5, 1), (20, 10, 3), (30, 15, 6),
    ]  # fmt: skip
    assert [row["seconds"] for row in rows] == [1, 2, 3]


def test_the_experts_score_is_100_and_that_of_chance_0():
    for world in WORLDS.values():
        reference = reference_scores(world.name)
        assert points(world.name, reference["expert"]) == 100
        assert points(world.name, reference["random"]) == 0
        assert 0 < points(world.name, reference["weak"]) < 100


@pytest.mark.parametrize("world", WORLDS.values(), ids=lambda world: world.name)
def test_an_examined_expert_has_about_100_points_and_chance_about_0(world):
    assert examine(world.make_demonstrator("expert", seed=0), world, 0, 0) == pytest.approx(100, abs=2)
    assert examine(world.make_random_actor(0), world, 0, 0) == pytest.approx(0, abs=2)


def test_each_examination_has_episodes_of_its_own_and_a_seed_repeats_them():
    weak = [examine(CARTPOLE.make_demonstrator("weak"), CARTPOLE, 0, number) for number in (0, 0, 1)]
    assert weak[0] == weak[1] != weak[2]


def rows_of(*scores, **costs):
    """Rows of one seed with these scores; costs grow by 1 unless given."""
    default = {name: range(len(scores)) for name in COSTS} | costs
    return [
        {"score": score} | {name: values[i] for name, values in default.items()}
        for i, score in enumerate(scores)
    ]


def test_an_entry_has_a_table_of_seeds_and_examinations_for_each_column():
    found = entry("GAIL", 5, [rows_of(1.2345, 2), rows_of(3, 4, seconds=(0.12345, 1))])
    assert (found["method"], found["demos"]) == ("GAIL", 5)
    assert found["score"] == [[1.23, 2], [3, 4]]
    assert found["seconds"] == [[0, 1], [0.123, 1]]
    assert found["steps"] == [[0, 1], [0, 1]]
    assert all(isinstance(value, int) for name in ("labels", "steps", "crashes") for value in found[name][0])


def test_costs_that_stay_are_fine_and_costs_that_fall_are_refused():
    entry("BC", 1, [rows_of(1, 2, **dict.fromkeys(COSTS, (0, 0)))])
    for name in COSTS:
        with pytest.raises(ValueError, match=f"{name} fall, but they count from the beginning"):
            entry("BC", 1, [rows_of(1, 2), rows_of(1, 2, **{name: (2, 1)})])
        with pytest.raises(ValueError, match=f"{name} fall"):
            entry("BC", 1, [rows_of(1, 2, **{name: (-1, 1)})])


def test_wrong_entries_are_refused():
    with pytest.raises(ValueError, match="no method 'bc': choose from BC, "):
        entry("bc", 1, [rows_of(1)])
    with pytest.raises(ValueError, match=r"\[1, 2\] examinations"):
        entry("BC", 1, [rows_of(1), rows_of(1, 2)])
    with pytest.raises(ValueError, match=r"\[0\] examinations"):
        entry("BC", 1, [[], []])


@pytest.mark.parametrize(
    ("finals", "middle"), [([3, 1, 2], 2), ([4, 1, 3, 2], 3), ([5], 0), ([1, 1, 1, 1], 1)]
)
def test_the_middle_run_is_by_the_final_score(finals, middle):
    assert middle_run({"score": [[10 - final, final] for final in finals]}) == middle
