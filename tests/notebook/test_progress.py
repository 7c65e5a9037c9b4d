"""Watching a run shows all of it; stopping it, by hand or by the stop button, loses nothing."""

import copy
from itertools import islice

import gymnasium as gym
import numpy as np
import pytest
import torch

from ilrl_course.algorithms.ppo import PPOConfig, clipped_loss, train_ppo
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.notebook.progress import trace, watch
from ilrl_course.rollout import make_batch

CONFIG = PPOConfig(num_iterations=4, num_steps=8, num_epochs=2, minibatch_size=16)


class StopButton(gym.vector.VectorWrapper):
    """Worlds in which somebody presses the stop button in their `stop_at`-th step."""

    def __init__(self, envs, stop_at):
        super().__init__(envs)
        self.steps_left = stop_at

    def step(self, actions):
        self.steps_left -= 1
        if self.steps_left == 0:
            raise KeyboardInterrupt
        return super().step(actions)


@pytest.fixture
def run():
    """A policy, a critic and the worlds to train them in."""
    envs = make_batch("ilrl/CartPole-v0", 4)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    return policy, make_value_net(envs.single_observation_space, seed=1), envs


@pytest.fixture
def undisturbed(run):
    """The metrics of a whole run of copies of the networks, and the weights from the start on."""
    policy, value_net = copy.deepcopy(run[:2])
    curve, weights = [], [weights_of(policy, value_net)]
    for metrics in train_ppo(policy, value_net, run[2], CONFIG, seed=0):
        curve.append(metrics)
        weights.append(weights_of(policy, value_net))
    return curve, weights


def weights_of(*networks):
    return torch.cat([weights.detach().flatten() for net in networks for weights in net.parameters()])


def is_usable(policy, value_net, envs):
    """Do they act, forecast, and learn on?"""
    obs = np.zeros((2, 4), np.float32)
    fits = policy.act(obs).shape == policy.sample(obs).shape == value_net(torch.zeros(2, 4)).shape == (2,)
    learns = len(list(train_ppo(policy, value_net, envs, CONFIG, seed=1))) == CONFIG.num_iterations
    return fits and learns and bool(weights_of(policy, value_net).isfinite().all())


def test_a_watched_run_gives_all_its_metrics_in_order_and_says_nothing(capsys):
    rows = [{"loss": float(i)} for i in range(5)]
    assert watch(iter(rows), total=5) == rows
    assert capsys.readouterr().out == ""


def test_the_stop_button_gives_the_metrics_so_far_and_one_sentence(capsys):
    def training():
        yield {"loss": 2.0}
        yield {"loss": 1.0}
        raise KeyboardInterrupt

    assert watch(training(), total=5) == [{"loss": 2.0}, {"loss": 1.0}]
    sentence = "Stopped after 2 of 5 iterations. What was learned until then is kept.\n"
    assert capsys.readouterr().out == sentence


def test_other_errors_are_not_taken_for_the_stop_button():
    def training():
        yield {"loss": 2.0}
        raise RuntimeError("the student's own")

    with pytest.raises(RuntimeError, match="the student's own"):
        watch(training(), total=5)


@pytest.mark.parametrize("iterations", range(5))
def test_a_run_can_be_left_at_any_iteration_and_keeps_what_was_learned(run, undisturbed, iterations):
    policy, value_net, envs = run
    curve, weights = undisturbed
    training = train_ppo(policy, value_net, envs, CONFIG, seed=0)
    assert list(islice(training, iterations)) == curve[:iterations]
    training.close()
    assert torch.equal(weights_of(policy, value_net), weights[iterations])
    assert is_usable(*run)


@pytest.mark.parametrize(("stop_at", "iterations"), [(1, 0), (8, 0), (9, 1), (20, 2), (32, 3)])
def test_the_stop_button_in_mid_step_keeps_the_iterations_before_it(
    run, undisturbed, capsys, stop_at, iterations
):
    policy, value_net, envs = run
    curve, weights = undisturbed
    stopping = StopButton(envs, stop_at)
    training = train_ppo(policy, value_net, stopping, CONFIG, seed=0)
    assert watch(training, CONFIG.num_iterations) == curve[:iterations]
    assert f"Stopped after {iterations} of 4 iterations." in capsys.readouterr().out
    assert torch.equal(weights_of(policy, value_net), weights[iterations])
    assert is_usable(*run)


def test_the_stop_button_in_the_middle_of_learning_leaves_usable_networks(run, undisturbed, capsys):
    policy, value_net, envs = run
    calls = []

    def stopping_loss(*inputs):
        calls.append(inputs)
        if len(calls) == 7:  # of 4 an iteration
            raise KeyboardInterrupt
        return clipped_loss(*inputs)

    training = train_ppo(policy, value_net, envs, CONFIG, seed=0, policy_loss_fn=stopping_loss)
    assert watch(training, CONFIG.num_iterations) == undisturbed[0][:1]
    assert "Stopped after 1 of 4" in capsys.readouterr().out
    assert not torch.equal(weights_of(policy, value_net), undisturbed[1][1])
    assert is_usable(*run)


def test_a_trace_examines_before_after_each_so_many_iterations_and_at_the_end():
    learned = []

    def training():
        for i in range(7):
            learned.append(i)
            yield {}

    rows = trace(training(), lambda iteration: {"iteration": iteration, "learned": len(learned)}, every=3)
    assert [row["iteration"] for row in rows] == [0, 3, 6, 7]
    assert [row["learned"] for row in rows] == [0, 3, 6, 7]


def test_a_trace_of_a_training_that_ends_at_an_examination_has_no_second_one():
    rows = trace(iter([{}] * 4), lambda iteration: {"iteration": iteration}, every=2)
    assert [row["iteration"] for row in rows] == [0, 2, 4]


def test_a_trace_passes_on_what_the_training_reported_last_and_the_examination_has_the_last_word():
    training = ({"env_steps": 10 * i, "crashes": i, "loss": -i, "score": 0} for i in (1, 2, 3))
    rows = trace(training, lambda iteration: {"score": iteration}, every=2)
    counts = [(row["env_steps"], row["crashes"], row["score"]) for row in rows]
    assert counts == [(0, 0, 0), (20, 2, 2), (30, 3, 3)]
    assert [row.get("loss") for row in rows] == [None, -2, -3]


def test_the_seconds_of_a_trace_leave_out_the_examinations(monkeypatch):
    clock = [0.0]
    monkeypatch.setattr("ilrl_course.notebook.progress.time.perf_counter", lambda: clock[0])

    def training():
        for _ in range(2):
            clock[0] += 1.0
            yield {}

    def examine(iteration):
        clock[0] += 100.0
        return {}

    assert [row["seconds"] for row in trace(training(), examine, every=1)] == [0.0, 1.0, 2.0]


def test_in_a_rehearsal_a_training_ends_early_and_is_examined_as_usual(monkeypatch):
    monkeypatch.setenv("COURSE_REHEARSAL", "1")
    assert watch(({"loss": float(i)} for i in range(100)), total=100) == [{"loss": 0.0}, {"loss": 1.0}]
    rows = trace(({} for _ in range(100)), lambda iteration: {"iteration": iteration}, every=7)
    assert [row["iteration"] for row in rows] == [0, 7]
