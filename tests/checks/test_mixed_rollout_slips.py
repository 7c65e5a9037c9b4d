"""Lesson 04, sharing the steps: what happens to the worlds, and what comes back."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Rollout
from tests.checks.answers import hint_for
from tests.checks.test_mixed_rollout import act_by_binomial, act_by_choice, mixed


def step_by_hand(fill=None, reset=True):
    """A loop of one's own, whose columns are then spoiled by fill."""

    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        columns = {name: [] for name in Rollout.__dataclass_fields__}
        for _ in range(num_steps):
            actions = act_by_binomial(expert, learner, obs, beta, rng)
            after, rewards, terminated, truncated, info = envs.step(actions)
            crashed = np.logical_and(info["crashed"], terminated)
            row = (obs, actions, rewards, after, terminated, truncated, crashed)
            for column, value in zip(columns.values(), row, strict=True):
                column.append(torch.as_tensor(value))
            over = np.logical_or(terminated, truncated)
            obs = envs.reset(options={"reset_mask": over})[0] if over.any() and reset else after
        block = {name: torch.stack(column) for name, column in columns.items()}
        return Rollout(**block | (fill(block) if fill else {})), obs

    return answer


def reset_first(expert, learner, envs, obs, num_steps, beta, rng):
    obs, _ = envs.reset(seed=3)
    return mixed(act_by_binomial)(expert, learner, envs, obs, num_steps, beta, rng)


def reset_all(expert, learner, envs, obs, num_steps, beta, rng):
    class Eager:
        step = staticmethod(envs.step)

        @staticmethod
        def reset(options):
            return envs.reset()

    return mixed(act_by_binomial)(expert, learner, Eager, obs, num_steps, beta, rng)


def ending(result, extra=0):
    def answer(expert, learner, envs, obs, num_steps, beta, rng):
        rollout, after = mixed(act_by_choice)(expert, learner, envs, obs, num_steps + extra, beta, rng)
        return result(rollout, after, obs)

    return answer


WRONG = [
    ("it does not begin where the worlds are", reset_first),
    ("one step is missing", ending(lambda rollout, after, obs: (rollout, after), extra=1)),
    ("the last next_obs comes back", ending(lambda r, after, obs: (r, np.array(r.next_obs[-1])))),
    ("the observations that the block began with", ending(lambda r, after, obs: (r, obs.copy()))),
    ("only the block comes back", ending(lambda r, after, obs: r)),
    ("the two results are swapped", ending(lambda r, after, obs: [after, r])),
    ("it steps on in worlds whose episode is over", step_by_hand(reset=False)),
    ("worlds are reset whose episode is not over", reset_all),
    (
        "`rollout.terminated` is not what happened",
        step_by_hand(lambda block: {"terminated": block["terminated"] | block["truncated"]}),
    ),
    ("`rollout.obs` is not what happened", step_by_hand(lambda block: {"obs": block["next_obs"]})),
    ("no step is taken in the envs", lambda e, le, envs, obs, n, beta, rng: (None, obs)),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("mixed_rollout", function).startswith(hint)


def test_a_right_loop_of_one_s_own_passes():
    assert hint_for("mixed_rollout", step_by_hand()) == ""
