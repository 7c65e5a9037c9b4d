"""DAgger: the learner acts, the expert says what it should have done (Ross, Gordon and Bagnell 2011)."""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass

import numpy as np
import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.data import Actor, Batch, Rollout, concatenate
from ilrl_course.networks import Policy
from ilrl_course.rollout import VectorEnv, collect_rollout, derive_seed


@dataclass(frozen=True)
class DAggerConfig(BCConfig):
    """How many labels are asked for, and how long and fast to learn from them."""

    num_updates: int = 50  # gradient steps in each round
    num_rounds: int = 20  # of acting, labeling and learning
    num_steps: int = 10  # T: steps of each copy of the world in a round
    beta_decay: float = 0.8  # in round i the expert acts with the probability beta_decay**i
    from_scratch: bool = False  # begin each round with the untrained policy?

    def __post_init__(self):
        if min(self.num_updates, self.num_rounds, self.num_steps) < 1 or not 0 <= self.beta_decay <= 1:
            raise ValueError(f"{self}: updates, rounds and steps start at 1, beta_decay is in [0, 1]")


def mixed_rollout(
    expert: Actor,
    learner: Actor,
    envs: VectorEnv,
    obs: np.ndarray,
    num_steps: int,
    beta: float,
    rng: np.random.Generator,
) -> tuple[Rollout, np.ndarray]:
    """T steps in N worlds from obs (N, obs_dim); each action is the expert's with the probability beta.

    Everywhere else it is the learner's (Ross et al. 2011, algorithm 3.1). Returns the block and the
    observations to go on from.
    """

    def mixture(obs: np.ndarray) -> np.ndarray:
        expert_acts = rng.random(len(obs)) < beta  # (N,)
        actions = learner(obs).copy()  # (N,) or (N, action_dim)
        actions[expert_acts] = expert(obs)[expert_acts]
        return actions

    return collect_rollout(mixture, envs, obs, num_steps)


def label_rollout(expert: Actor, rollout: Rollout) -> Batch:
    """What the expert would have done in each of the T * N situations, whoever acted there."""
    obs = rollout.obs.flatten(0, 1)  # (B, obs_dim)
    return Batch(obs, torch.from_numpy(expert(obs.numpy())))


def train_dagger(
    policy: Policy,
    expert: Actor,
    envs: VectorEnv,
    config: DAggerConfig,
    seed: int,
    rollout_fn: Callable = mixed_rollout,
    label_fn: Callable = label_rollout,
    loss_fn: Callable = bc_loss,
) -> Iterator[dict[str, float]]:
    """Fit the policy, in place, to labels in the situations that it gets into itself; yields once a round.

    The metrics are those of the last update, and so far: `labels`, and `crashes` while training.
    """
    rng = np.random.default_rng(seed)
    untrained = deepcopy(policy.state_dict())
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    labeled, crashes = [], 0
    for i in range(config.num_rounds):
        beta = config.beta_decay**i
        rollout, obs = rollout_fn(expert, policy.act, envs, obs, config.num_steps, beta, rng)
        labeled.append(label_fn(expert, rollout))
        crashes += int(rollout.crashed.sum())
        if config.from_scratch:
            policy.load_state_dict(untrained)
        demos = concatenate(labeled)  # all rounds: what was right once is not to be forgotten
        *_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)
        yield metrics | {"labels": len(demos), "crashes": crashes}
