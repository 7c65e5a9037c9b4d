"""Known wrong labelings of a block of steps."""

import numpy as np
import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.data import Batch


def _flat(block: torch.Tensor) -> torch.Tensor:
    return block.flatten(0, 1)


def _label(
    expert, rollout, *, obs=lambda rollout: _flat(rollout.obs), about=None,
    ask=lambda expert, obs: torch.from_numpy(expert(obs.numpy())), pack=Batch,
):  # fmt: skip
    """Labeling with one part exchanged."""
    return pack(obs(rollout), ask(expert, (about or obs)(rollout)))


def _with(**parts):
    return lambda expert, rollout: _label(expert, rollout, **parts)


def _kept(rule):
    return _with(obs=lambda rollout: rollout.obs[rule(rollout)])


def _label_disagreements(expert, rollout):
    batch, executed = _label(expert, rollout), _flat(rollout.actions)
    return batch[(batch.actions != executed).reshape(len(batch), -1).any(dim=1)]


def _label_in_blocks(expert, rollout):
    labels = torch.from_numpy(expert(_flat(rollout.obs).numpy()))
    return Batch(rollout.obs, labels.unflatten(0, rollout.obs.shape[:2]))


MUTANTS = (
    Mutant(
        "the labels are the actions that were executed, mistakes included. Ask the expert instead.",
        lambda expert, rollout: Batch(_flat(rollout.obs), _flat(rollout.actions)),
        lambda expert, rollout: (
            _label(expert, rollout),
            Batch(_flat(rollout.obs), _flat(rollout.actions)),
        )[1],
    ),
    Mutant(
        "the expert is asked about next_obs, so each label is one step late. Ask about rollout.obs.",
        _with(about=lambda rollout: _flat(rollout.next_obs)),
    ),
    Mutant(
        "it labels next_obs, which misses every first situation and holds some in which nobody acted. "
        "Label rollout.obs.",
        _with(obs=lambda rollout: _flat(rollout.next_obs)),
    ),
    Mutant(
        "observations and labels stand in different orders. Flatten once, and ask about just that.",
        _with(about=lambda rollout: _flat(rollout.obs.transpose(0, 1))),
        _with(obs=lambda rollout: _flat(rollout.obs.transpose(0, 1)), about=lambda r: _flat(r.obs)),
    ),
    Mutant(
        "the expert takes a batch (B, obs_dim), but gets the block (T, N, obs_dim). Flatten its first "
        "two axes.",
        _with(obs=lambda rollout: rollout.obs),
        _with(about=lambda rollout: rollout.obs),
        lambda expert, rollout: Batch(
            _flat(rollout.obs), _flat(torch.from_numpy(expert(rollout.obs.numpy())))
        ),
    ),
    Mutant(
        "too many axes are flattened, the numbers of an observation among them. Flatten only the first two.",
        _with(obs=lambda rollout: rollout.obs.flatten()),
        _with(obs=lambda rollout: rollout.obs.flatten(1)),
    ),
    Mutant(
        "the expert got a single observation, but it takes a batch. Ask about all rows in one call.",
        _with(
            ask=lambda expert, obs: torch.from_numpy(np.stack([expert(row) for row in obs.numpy()])),
        ),
    ),
    Mutant(
        "the expert got a tensor, but actors take NumPy arrays. Turn the observations into one first.",
        _with(ask=lambda expert, obs: torch.as_tensor(expert(obs))),
    ),
    Mutant(
        "only one step of the block is labeled. Label all of its T steps.",
        _kept(lambda rollout: 0),
        _kept(lambda rollout: -1),
    ),
    Mutant(
        "only one world is labeled. Label the steps of all N worlds.",
        *(_with(obs=lambda rollout, i=i: rollout.obs[:, i]) for i in (0, -1)),
    ),
    Mutant(
        "the last next_obs is labeled too. Nobody acted there: T steps of N worlds are T * N labels.",
        _with(obs=lambda rollout: torch.cat([_flat(rollout.obs), rollout.next_obs[-1]])),
    ),
    Mutant(
        "the steps that ended an episode are left out. Those before a crash are the most useful ones.",
        _kept(lambda rollout: ~(rollout.terminated | rollout.truncated)),
        _kept(lambda rollout: ~rollout.terminated),
        _kept(lambda rollout: ~rollout.truncated),
    ),
    Mutant(
        "only mistakes are labeled. What the learner does right is not to be forgotten: label all of it.",
        _label_disagreements,
    ),
    Mutant(
        "the block keeps its two axes (T, N). In a Batch one axis B counts the steps: flatten the two.",
        _label_in_blocks,
    ),
    Mutant(
        "observations and labels are swapped. In a Batch the observations come first.",
        _with(pack=lambda obs, actions: Batch(actions, obs)),
    ),
    Mutant(
        "squeeze() takes one axis too many where a block has a single step. Leave it out.",
        _with(ask=lambda expert, obs: torch.from_numpy(expert(obs.numpy()).squeeze())),
        _with(ask=lambda expert, obs: torch.from_numpy(expert(obs.squeeze().numpy()))),
    ),
)
