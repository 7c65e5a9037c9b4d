"""Lesson 04, asking the expert: right answers and mistakes, written independently of the bank."""

import numpy as np
import torch

from ilrl_course.data import Batch, concatenate
from tests.checks.answers import promises_of


def label(expert, rollout):
    seen = rollout.obs.reshape(-1, rollout.obs.shape[-1])
    labels = torch.as_tensor(expert(np.array(seen)))
    return Batch(obs=seen, actions=labels)


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


RIGHT = [label, label_row_by_row, label_step_by_step, label_world_by_world, label_in_numpy]


def seen(obs):
    return f"rollout.obs.reshape(-1, rollout.obs.shape[-1]) => {obs}"


def asked(actions):
    return f"expert(np.array(seen)) => {actions}"


DONE = "rollout.actions.reshape(labels.shape)"
OVER = "torch.logical_or(rollout.terminated, rollout.truncated)"
WRONG = {
    "the labels are the actions that were executed": [
        f"return Batch(seen, {DONE})",
        f"return Batch(seen, {DONE}.double())",
    ],
    "the expert is asked about next_obs": [asked("expert(np.array(rollout.next_obs.flatten(0, 1)))")],
    "it labels next_obs": [seen("torch.cat(list(rollout.next_obs))")],
    "observations and labels stand in different": [
        asked("expert(np.array(rollout.obs.swapaxes(0, 1).reshape(-1, 3)))")
    ],
    "the labels are one row off": [f"return Batch(seen, labels.roll({shift}, dims=0))" for shift in (1, -1)],
    "the first or the last step": [seen("torch.cat([*rollout.obs[:-1]])")],
    "a label is not what the expert does": [asked("expert(np.array(seen).astype(int))")],
    "a situation that comes twice": [seen("torch.tensor(np.unique(rollout.obs.flatten(0, 1), axis=0))")],
    "the expert takes a batch": [seen("rollout.obs")],
    "too many axes are flattened": [seen("rollout.obs.reshape(len(rollout.obs), -1)")],
    "the expert got a single observation": [asked("[int(expert(np.array(obs))) for obs in seen]")],
    "the expert got a tensor": [asked("expert(seen)")],
    "the last next_obs is labeled too": [seen("torch.cat([*rollout.obs, rollout.next_obs[-1]])")],
    "the steps that ended an episode are left out": [seen(f"rollout.obs[torch.logical_not({OVER})]")],
    "only mistakes are labeled": [
        f"return result[[i for i in range(len(seen)) if (labels != {DONE})[i].any()]]",
    ],
    "the block keeps its two axes": [
        "return Batch(rollout.obs, torch.stack([torch.tensor(expert(obs)) for obs in rollout.obs.numpy()]))"
    ],
    "observations and labels are swapped": ["return Batch(labels, seen)"],
    "squeeze() takes one axis too many": ["return Batch(seen, labels.squeeze())"],
    "`actions` should be a tensor of int64, but it is a ndarray": ["return Batch(seen, labels.numpy())"],
    "`actions` should be a tensor of int64, but it is torch.float32": ["return Batch(seen, labels.float())"],
    "`obs` should be a tensor of float32, but it is torch.float64": ["return Batch(seen.double(), labels)"],
    "it changes its inputs in place": [
        f"labels = => {DONE.removesuffix('.reshape(labels.shape)')}.zero_()\nlabels =",
    ],
    "it should return a Batch, but it returns a tuple": ["return seen, labels", "return 'labels', seen"],
    "for 5 steps of 3 worlds `obs` should have the shape": ["return result[::2]"],
    "some situations of the block are missing, or come twice": [
        "return result[torch.arange(len(seen)) // 2]"
    ],
}

NONSENSE = {
    "return 'labels'": "it should return a Batch, but it returns a str.",
    "inputs[1].obs[:] = 0\n    return inputs[1]": "it changes its inputs in place",
    "return EXPERT(inputs[1])": "it asks the expert of the lesson",
}

TestAnswers = promises_of("label_rollout", label, RIGHT, WRONG, NONSENSE)
