"""Lesson 04, asking the expert: right answers and mistakes, written independently of the bank."""

import numpy as np
import pytest
import torch

from ilrl_course.data import Batch, concatenate
from tests.checks.answers import hint_for


def label_row_by_row(expert, rollout):
    rows = [row for step in rollout.obs for row in step]
    labels = [expert(row.numpy()[np.newaxis])[0] for row in rows]
    return Batch(torch.stack(rows), torch.as_tensor(np.array(labels)))


def label_step_by_step(expert, rollout):
    return concatenate(Batch(obs, torch.tensor(expert(np.array(obs)))) for obs in rollout.obs)


def label_world_by_world(expert, rollout):
    obs = rollout.obs.swapaxes(0, 1).reshape(-1, rollout.obs.shape[-1])
    return Batch(obs=obs, actions=torch.tensor(expert(obs.numpy())))


def label_in_numpy(expert, rollout):
    obs = np.concatenate(rollout.obs.numpy())
    return Batch(torch.tensor(obs), torch.from_numpy(expert(obs)))


RIGHT = [
    label_row_by_row,
    label_step_by_step,
    label_world_by_world,
    label_in_numpy,
]


def flat(block):
    return block.reshape(-1, *block.shape[2:])


def asked(obs, about=None, cast=torch.from_numpy, kept=lambda obs: obs):
    """The labels of about(rollout), or else of obs(rollout), beside obs(rollout)."""

    def answer(expert, rollout):
        return Batch(kept(obs(rollout)), cast(expert((about or obs)(rollout).numpy())))

    return answer


def copy_what_was_done(expert, rollout):
    return Batch(flat(rollout.obs), flat(rollout.actions))


def label_where_they_differ(expert, rollout):
    obs, done = flat(rollout.obs).numpy(), flat(rollout.actions).numpy()
    labels = expert(obs)
    rows = [i for i in range(len(obs)) if np.any(labels[i] != done[i])]
    return Batch(torch.from_numpy(obs[rows]), torch.from_numpy(labels[rows]))


def label_but_the_ends(expert, rollout):
    over = torch.logical_or(rollout.terminated, rollout.truncated)
    return asked(lambda rollout: rollout.obs[torch.logical_not(over)])(expert, rollout)


def label_step_by_step_with_the_last(expert, rollout):
    return concatenate(
        Batch(obs, torch.tensor(expert(obs.numpy()))) for obs in (*rollout.obs, rollout.next_obs[-1])
    )


def overwrite_the_actions(expert, rollout):
    labels = torch.from_numpy(expert(flat(rollout.obs).numpy()))
    rollout.actions[:] = labels.reshape(rollout.actions.shape)
    return Batch(flat(rollout.obs), flat(rollout.actions))


def given(rollout):
    return flat(rollout.obs)


WRONG = [
    ("the labels are the actions that were executed", copy_what_was_done),
    ("the expert is asked about next_obs", asked(given, lambda rollout: flat(rollout.next_obs))),
    ("it labels next_obs", asked(lambda rollout: torch.cat(list(rollout.next_obs)))),
    ("observations and labels stand in different", asked(given, lambda r: flat(r.obs.swapaxes(0, 1)))),
    ("the expert takes a batch", asked(lambda rollout: rollout.obs)),
    ("too many axes are flattened", asked(lambda rollout: rollout.obs.reshape(len(rollout.obs), -1))),
    (
        "the expert got a single observation",
        lambda expert, r: Batch(given(r), torch.tensor([int(expert(np.array(obs))) for obs in given(r)])),
    ),
    ("the expert got a tensor", lambda expert, r: Batch(given(r), torch.from_numpy(expert(given(r))))),
    ("only one step of the block", asked(lambda rollout: rollout.obs[-1])),
    ("only one world is labeled", asked(lambda rollout: rollout.obs[:, 0])),
    ("the last next_obs is labeled too", label_step_by_step_with_the_last),
    ("the steps that ended an episode are left out", label_but_the_ends),
    ("only mistakes are labeled", label_where_they_differ),
    (
        "the block keeps its two axes",
        lambda expert, r: Batch(r.obs, torch.stack([torch.from_numpy(expert(obs)) for obs in r.obs.numpy()])),
    ),
    (
        "observations and labels are swapped",
        lambda expert, r: Batch(torch.from_numpy(expert(np.array(given(r)))), given(r)),
    ),
    ("squeeze() takes one axis too many", asked(given, cast=lambda a: torch.from_numpy(a).squeeze())),
    ("`actions` should be a tensor of int64, but it is a ndarray", asked(given, cast=np.asarray)),
    (
        "`actions` should be a tensor of int64, but it is torch.float32",
        asked(given, cast=lambda actions: torch.Tensor(actions)),
    ),
    ("`obs` should be a tensor of float32, but it is torch.float64", asked(given, kept=torch.Tensor.double)),
    ("it changes its inputs in place", overwrite_the_actions),
    ("it should return a Batch, but it returns a tuple", lambda expert, r: (given(r), r.actions)),
    ("for 5 steps of 3 worlds `obs` should have the shape", asked(lambda rollout: given(rollout)[::2])),
    (
        "some situations of the block are missing, or come twice",
        asked(lambda rollout: given(rollout)[np.arange(rollout.rewards.numel()) // 2]),
    ),
]


@pytest.mark.parametrize("function", RIGHT)
def test_unusual_right_answers_pass(function):
    assert hint_for("label_rollout", function) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("label_rollout", function).startswith(hint)
