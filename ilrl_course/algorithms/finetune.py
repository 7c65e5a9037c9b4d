"""From a clone to PPO: let the critic learn first, then improve, with the demonstrations as a fading guide.

The fading term is that of DAPG (Rajeswaran et al. 2018, sec. IV-B).
"""

from collections.abc import Callable, Iterator
from copy import deepcopy
from dataclasses import dataclass
from math import log

import torch
from torch import Tensor

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.experience import Experience
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.data import Actor, Batch
from ilrl_course.networks import GaussianPolicy, Policy, ValueNet
from ilrl_course.rollout import VectorEnv, collect_rollout, derive_seed


@dataclass(frozen=True)
class FinetuneConfig(PPOConfig):
    """How to begin, and how long to listen to the demonstrations."""

    num_warmup_iterations: int = 5  # of acting, in which only the critic learns
    warmup_learning_rate: float = 2e-3  # of the critic then
    exploration_std: float | None = None  # of continuous actions at first; None leaves the clone's own
    imitation_coef: float = 0.0  # weight of the imitation loss at first ...
    imitation_decay: float = 1.0  # ... and what it is multiplied by in each iteration

    def __post_init__(self):
        super().__post_init__()
        if self.num_warmup_iterations < 0 or not self.warmup_learning_rate > 0:
            raise ValueError(f"{self}: warm-up iterations start at 0, their learning rate is above 0")
        if not self.imitation_coef >= 0 or not 0 <= self.imitation_decay <= 1:
            raise ValueError(f"{self}: imitation_coef is not negative, imitation_decay is in [0, 1]")
        if self.exploration_std is not None and not self.exploration_std > 0:
            raise ValueError(f"{self}: exploration_std is above 0, or None for the clone's own")


def warm_up_critic(
    value_net: ValueNet, actor: Actor, envs: VectorEnv, config: FinetuneConfig, seed: int
) -> Iterator[dict[str, float]]:
    """Let the actor act as it is, and teach the critic, in place, what that is worth; yields each iteration.

    The metrics: `value_loss` of the last minibatch, and so far `env_steps` and `crashes`.
    """
    optimizer = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate, fused=True)
    generator = torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches"))
    obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
    env_steps = crashes = 0
    for _ in range(config.num_warmup_iterations):
        rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
        all_obs, ends = rollout.obs.flatten(0, 1), (rollout.terminated, rollout.truncated)  # (B, obs_dim)
        for _ in range(config.num_epochs):
            with torch.no_grad():
                next_values = value_net(rollout.next_obs.flatten(0, 1)).reshape(
                    rollout.rewards.shape
                )  # (T, N)
                targets = value_targets(rollout.rewards, next_values, *ends, config.gamma).flatten()  # (B,)
            for rows in torch.randperm(len(targets), generator=generator).split(config.minibatch_size):
                loss = (value_net(all_obs[rows]) - targets[rows]).square().mean()
                optimizer.zero_grad()
                loss.backward()
                optimizer.step()
        env_steps += len(all_obs)
        crashes += int(rollout.crashed.sum())
        yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}


def imitation_loss(policy: Policy, demos: Batch, iteration: int, config: FinetuneConfig) -> Tensor:
    """The cloning loss of B demonstrated steps, with a weight that fades with the iterations -> ()."""
    weight = config.imitation_coef * config.imitation_decay**iteration
    return weight * bc_loss(policy, demos.obs, demos.actions)


def imitation_schedule(iteration: int, num_hold: int, num_fade: int) -> float:
    """The share of the imitation weight in iteration 0, 1, ...: first all of it, in the end nothing.

    It is 1 until iteration `num_hold`, falls in a straight line, and is 0 from `num_hold + num_fade` on.
    `num_fade` is at least 1.
    """
    return min(max(1 - (iteration - num_hold) / num_fade, 0.0), 1.0)


def finetune(
    policy: Policy,
    value_net: ValueNet,
    demos: Batch | None,
    envs: VectorEnv,
    config: FinetuneConfig,
    seed: int,
    warm_up_fn: Callable = warm_up_critic,
    imitation_loss_fn: Callable = imitation_loss,
    extra_loss_fn: Callable | None = None,
    **functions: Callable,
) -> Iterator[dict[str, float]]:
    """Improve a cloned policy, in place; yields metrics each iteration, those of the warm-up included.

    As `train_ppo`, whose `advantage_fn` and `policy_loss_fn` may be handed over; `env_steps` and `crashes`
    count the warm-up, too. An `extra_loss_fn`, such as `stay_near`, takes the place of the imitation term.
    Raises ValueError where imitation has a weight, but there are no demonstrations; without a weight, or with
    an `extra_loss_fn`, they may be None.
    """
    if config.imitation_coef and not demos and not extra_loss_fn:
        raise ValueError(
            f"imitation_coef is {config.imitation_coef}, but there are no demonstrations: pass at least one "
            "demonstrated step, or set imitation_coef to 0"
        )
    if config.exploration_std is not None:
        set_exploration(policy, config.exploration_std)
    warm_up = {"env_steps": 0, "crashes": 0}
    actor = policy.sampler(derive_seed(seed, "warm-up actions"))
    for warm_up in warm_up_fn(value_net, actor, envs, config, seed):
        yield warm_up
    generator = torch.Generator().manual_seed(derive_seed(seed, "demonstrations"))

    def imitation(policy: Policy, experience: Experience, iteration: int) -> Tensor:
        rows = torch.randint(len(demos), (len(experience),), generator=generator)
        return imitation_loss_fn(policy, demos[rows], iteration, config)

    if config.imitation_coef and not extra_loss_fn:
        extra_loss_fn = imitation
    for metrics in train_ppo(policy, value_net, envs, config, seed, extra_loss_fn=extra_loss_fn, **functions):
        yield metrics | {name: metrics[name] + warm_up[name] for name in ("env_steps", "crashes")}


@torch.no_grad()
def set_exploration(policy: Policy, std: float) -> None:
    """Spread a Gaussian policy's actions, in place: a clone hardly varies what it does."""
    if not isinstance(policy, GaussianPolicy):
        raise TypeError("exploration_std is for continuous actions: leave it at None for discrete ones")
    policy.log_std.fill_(log(std))


def stay_near(reference: Policy, config: FinetuneConfig, reverse: bool = False) -> Callable:
    """An `extra_loss_fn` for `finetune`: the mean KL, where the policy goes, between it and the reference.

    KL(reference || policy), or in `reverse` KL(policy || reference), which ties a language model to the one
    it was (Ziegler et al. 2019, eq. 2). It counts with `imitation_coef`, which fades by `imitation_decay`.
    """
    reference = deepcopy(reference).requires_grad_(False)  # as it is now, and out of the gradient's way

    def extra_loss(policy: Policy, experience: Experience, iteration: int) -> Tensor:
        acting, wanted = policy(experience.obs), reference(experience.obs)
        kl = wanted.kl_from(acting) if reverse else acting.kl_from(wanted)  # (B,)
        return config.imitation_coef * config.imitation_decay**iteration * kl.mean()

    return extra_loss
