"""A purse gives to the last unit and not one more; what it says was spent is what others count, too."""

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.checks.watched.counting_batch import CountingBatch, CountingExpert
from ilrl_course.data import Trajectory
from ilrl_course.measures.purse import KINDS, Budget, Purse, PurseError, in_words
from ilrl_course.rollout import collect_rollout

BUDGET = Budget(demonstrations=4, labels=30, steps=60, crashes=9)
NOTHING = Budget(0, 0, 0, 0)
LENGTH = 5  # steps of an episode; every fourth copy crashes at its end, and in a world alone that one does


class Witness(gym.vector.VectorWrapper):
    """Counts by itself, within whatever is wrapped around it."""

    def __init__(self, envs):
        super().__init__(envs)
        self.steps = self.crashes = 0

    def step(self, actions):
        result = super().step(actions)
        self.steps += len(actions)
        self.crashes += int(result[4]["crashed"].sum())
        return result


class Desk:
    """A purse with witnesses of all that it hands out."""

    def __init__(self, **changes):
        self.witnesses, self.expert = [], CountingExpert()
        drives = [drive(number) for number in range(6)]
        self.purse = Purse(Budget(**vars(BUDGET) | changes), drives, self.expert, self.make_worlds)

    def make_worlds(self, number):
        self.witnesses.append(Witness(CountingBatch(number, [LENGTH])))
        return self.witnesses[-1]

    def counted(self, name):
        return sum(getattr(witness, name) for witness in self.witnesses)


def drive(number):
    obs = np.full((3, 3), number, dtype=np.float32)
    return Trajectory(obs, np.zeros(2, dtype=np.int64), np.zeros(2, dtype=np.float32), True, False)


@pytest.fixture
def desk():
    return Desk()


def situations(*numbers):
    return np.array([[number, 0, 0] for number in numbers], dtype=np.float32)


def go_on(worlds, number):
    """So many steps, with new episodes wherever one ends."""
    obs, _ = worlds.reset(seed=0)
    for _ in range(number):
        _, _, terminated, truncated, _ = worlds.step(np.zeros(len(obs), dtype=np.int64))
        if (terminated | truncated).any():
            worlds.reset(options={"reset_mask": terminated | truncated})


def refused(call, *arguments):
    with pytest.raises(PurseError) as caught:
        call(*arguments)
    return caught.value


# Demonstrations


@pytest.mark.parametrize("parts", [[4], [1, 3], [2, 0, 2], [1, 1, 1, 1]])
def test_demonstrations_come_once_each_in_the_same_order_however_they_are_asked_for(desk, parts):
    got = [one.obs[0, 0] for part in parts for one in desk.purse.demonstrations(part)]
    assert got == [0, 1, 2, 3]
    assert desk.purse.spent == Budget(4, 0, 0, 0)
    assert desk.purse.left == Budget(0, 30, 60, 9)


def test_one_demonstration_too_many_is_refused_and_spends_nothing(desk):
    error = refused(desk.purse.demonstrations, 5)
    assert str(error) == "5 demonstrations are asked for, but 4 of 4 demonstrations are left"
    assert (error.kind, error.asked, error.left) == ("demonstrations", 5, 4)
    assert desk.purse.spent == NOTHING
    assert len(desk.purse.demonstrations(4)) == 4
    assert str(refused(desk.purse.demonstrations, 1)) == (
        "1 demonstration is asked for, but 0 of 4 demonstrations are left"
    )


@pytest.mark.parametrize("number", [-1, 1.5, 2.0, True, "2", None])
def test_a_number_of_demonstrations_that_makes_no_sense_is_an_error_and_costs_nothing(desk, number):
    with pytest.raises(ValueError, match="a whole number is expected"):
        desk.purse.demonstrations(number)
    assert desk.purse.spent == NOTHING
    assert len(desk.purse.demonstrations(np.int64(2))) == 2


# Labels


def test_labels_are_the_expert_s_and_last_to_the_last_one(desk):
    obs = situations(*range(30))
    assert desk.purse.labels(obs[:29]).tolist() == CountingExpert()(obs[:29]).tolist()
    assert desk.purse.left.labels == 1
    assert str(refused(desk.purse.labels, situations(40, 41))) == (
        "2 labels are asked for, but 1 of 30 labels is left"
    )
    assert desk.purse.spent == Budget(0, 29, 0, 0)
    desk.purse.labels(obs[29:])
    refused(desk.purse.labels, situations(50))
    assert desk.purse.spent == Budget(0, 30, 0, 0)
    assert sum(map(len, desk.expert.asked)) == 30  # it was not asked what was refused


def test_a_situation_is_paid_for_once(desk):
    desk.purse.labels(situations(1, 2, 1, 1))
    assert desk.purse.spent.labels == 2
    assert desk.purse.labels(situations(2, 3, 1)).shape == (3,)
    assert desk.purse.spent.labels == 3
    desk.purse.labels(situations(1).astype(float))
    assert desk.purse.spent.labels == 3


def test_a_refused_situation_is_not_taken_for_one_that_was_paid(desk):
    refused(desk.purse.labels, situations(*range(31)))
    desk.purse.labels(situations(*range(30)))
    assert desk.purse.spent.labels == 30


def test_labels_of_one_observation_or_of_a_block_are_an_error(desk):
    for obs in (np.zeros(3), np.zeros((2, 2, 3))):
        with pytest.raises(ValueError, match=r"\(B, obs_dim\) are expected"):
            desk.purse.labels(obs)
    assert desk.purse.spent == NOTHING


def test_dagger_pays_for_each_situation_once_though_it_asks_twice():
    desk = Desk(labels=60, steps=60, crashes=60)
    config = DAggerConfig(num_rounds=4, num_steps=5, num_updates=1, minibatch_size=4)
    policy = desk.purse.fresh_policy(0)
    *_, metrics = train_dagger(policy, desk.purse.labels, desk.purse.worlds(3), config, seed=0)
    different = {row.tobytes() for obs in desk.expert.asked for row in obs}
    assert metrics["labels"] == desk.purse.spent.labels == len(different) == 60
    assert desk.purse.spent.steps == desk.counted("steps") == 60


# Steps and crashes


@pytest.mark.parametrize("number", [1, 2, 3, 4])
def test_steps_last_to_the_last_one_and_an_unpaid_step_moves_nothing(number):
    desk = Desk(crashes=100)
    worlds = desk.purse.worlds(number)
    go_on(worlds, 60 // number)
    assert desk.purse.left.steps == 0
    error = refused(worlds.step, np.zeros(number, dtype=np.int64))
    assert (error.kind, error.asked, error.left) == ("steps", number, 0)
    assert desk.purse.spent.steps == desk.counted("steps") == 60
    assert desk.purse.spent.crashes == desk.counted("crashes") > 0


def test_a_step_that_would_cost_more_than_is_left_is_refused_whole(desk):
    worlds = desk.purse.worlds(7)
    go_on(worlds, 8)
    refused(worlds.step, np.zeros(7, dtype=np.int64))
    assert desk.purse.left.steps == 4
    go_on(desk.purse.worlds(4), 1)
    assert desk.purse.left.steps == 0
    assert desk.purse.spent.steps == desk.counted("steps")


def test_as_many_crashes_have_to_be_left_as_there_are_worlds():
    desk = Desk(steps=10_000, crashes=9)
    worlds = desk.purse.worlds(8)  # two of which crash in every fifth step
    go_on(worlds, 5)
    assert desk.purse.spent == Budget(0, 0, 40, 2)
    error = refused(worlds.step, np.zeros(8, dtype=np.int64))
    assert str(error) == "a step in 8 worlds can crash all of them, but 7 of 9 crashes are left"
    assert desk.purse.spent == Budget(0, 0, 40, 2)
    go_on(desk.purse.worlds(7), 5)
    assert desk.purse.left.crashes == 5
    alone = desk.purse.worlds(1)
    for left in (4, 3, 2, 1, 0):
        go_on(alone, 5)
        assert desk.purse.left.crashes == left
    error = refused(alone.step, np.zeros(1, dtype=np.int64))
    assert str(error) == "a step can crash, but 0 of 9 crashes are left"
    assert desk.counted("crashes") == 9


def test_a_step_that_the_world_refuses_costs_nothing(desk):
    worlds = desk.purse.worlds(2)
    worlds.reset(seed=0)
    with pytest.raises(ValueError, match="actions have shape"):
        worlds.step(np.zeros(3, dtype=np.int64))
    assert desk.purse.spent == NOTHING


def test_several_batches_share_one_budget(desk):
    for number in (1, 2, 3):
        go_on(desk.purse.worlds(number), 4)
    assert desk.purse.spent.steps == desk.counted("steps") == 24
    assert desk.purse.spent.crashes == desk.counted("crashes")


def test_looking_and_making_cost_nothing(desk):
    first, again = desk.purse.fresh_policy(3), desk.purse.fresh_policy(3)
    assert all(map(torch.equal, first.parameters(), again.parameters()))
    assert desk.purse.fresh_critic(3)(torch.zeros(2, 3)).shape == (2,)
    desk.purse.worlds(5).reset(seed=1)
    assert first.act(situations(1, 2)).shape == (2,)
    assert desk.purse.spent == NOTHING


# Trainings


def training(desk, number):
    """Yields how many blocks of three steps it has been through."""
    worlds = desk.purse.worlds(2)
    obs, _ = worlds.reset(seed=0)
    for done in range(1, number + 1):
        _, obs = collect_rollout(lambda obs: np.zeros(len(obs), dtype=np.int64), worlds, obs, 3)
        yield {"done": done}


def test_a_training_runs_to_its_end_and_its_latest_metrics_come_back(desk):
    assert desk.purse.spend_on(training(desk, 7)) == {"done": 7}
    assert desk.purse.spent.steps == 42
    assert desk.purse.refusals == []


def test_a_training_that_runs_out_ends_with_what_it_has_done():
    desk = Desk(steps=20, crashes=50)
    assert desk.purse.spend_on(training(desk, 7)) == {"done": 3}
    assert [error.kind for error in desk.purse.refusals] == ["steps"]
    assert desk.purse.spent.steps == desk.counted("steps") == 20  # the last block was broken off
    assert desk.purse.spend_on(training(desk, 1)) == {}


def test_other_errors_of_a_training_come_through(desk):
    with pytest.raises(ZeroDivisionError):
        desk.purse.spend_on({} for _ in [1 / 0])


def test_in_a_rehearsal_a_training_ends_early(desk, monkeypatch):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    assert desk.purse.spend_on(training(desk, 7)) == {"done": 2}


# Budgets


def test_budgets_are_whole_numbers_from_0_on():
    for number in (-1, 0.5, True, None, "3"):
        for kind in KINDS:
            with pytest.raises(ValueError, match=f"{kind} is {number!r}"):
                Budget(**vars(BUDGET) | {kind: number})


def test_amounts_are_said_in_words():
    assert str(Budget(1, 1, 1, 1)) == "1 demonstration, 1 label, 1 step, 1 crash"
    assert str(Budget(0, 1000, 32_768, 2)) == "0 demonstrations, 1,000 labels, 32,768 steps, 2 crashes"
    assert in_words(1, "crashes") == "1 crash"


@pytest.mark.parametrize("account", ["budget", "spent", "left"])
def test_nobody_but_the_purse_writes_its_accounts(desk, account):
    with pytest.raises(AttributeError):
        setattr(desk.purse, account, Budget(9, 9, 9, 9))
