"""AIRL: a discriminator that contains a reward, apart from its shaping (Fu, Luo and Levine 2018)."""

from collections.abc import Callable, Iterator, Sequence
from functools import partial

from torch import Tensor, nn

from ilrl_course.algorithms.adversarial import AdversarialConfig, discriminator_loss, train_adversarial
from ilrl_course.algorithms.gail import standardize
from ilrl_course.data import Transitions
from ilrl_course.networks import Policy, RewardNet, ValueNet, make_reward_net
from ilrl_course.rollout import VectorEnv, derive_seed


class ShapedReward(nn.Module):
    """The reward g, which is what the expert wants, and the potential h, which is how far it has come.

    `reward(obs, actions)` reads out g alone; to carry over to other worlds, it should not see the actions.
    """

    def __init__(self, reward: RewardNet, potential: RewardNet):
        super().__init__()
        self.reward, self.potential = reward, potential  # both (B, obs_dim), (B, ...) -> (B,)


def make_airl_discriminator(
    envs: VectorEnv, demos: Transitions, seed: int, hidden: Sequence[int] = ()
) -> ShapedReward:
    """A reward of observations alone, and a potential, both in the demonstrations' units.

    Neither sees the `hidden` columns of an observation. Equal seeds give equal weights.
    """
    parts = [
        make_reward_net(envs.single_observation_space, None, derive_seed(seed, part))
        for part in ("reward", "potential")
    ]
    for part in parts:
        standardize(part, demos, hidden)
    return ShapedReward(*parts)


def shaped_reward(net: ShapedReward, steps: Transitions, gamma: float) -> Tensor:
    """f = g(s, a) + gamma * h(s') - h(s) (Fu et al. 2018, eq. 4), of B steps -> (B,).

    After a termination nothing follows, so h(s') is 0 there; after a time limit life would have gone on.
    """
    next_potential = net.potential(steps.next_obs) * ~steps.terminated  # (B,)
    return net.reward(steps.obs, steps.actions) + gamma * next_potential - net.potential(steps.obs)


def airl_logits(net: ShapedReward, steps: Transitions, log_probs: Tensor, gamma: float) -> Tensor:
    """The expert_logits (B,) of D = exp(f) / (exp(f) + pi), from f and log pi (Fu et al. 2018, sec. 6)."""
    return shaped_reward(net, steps, gamma) - log_probs


def airl_reward(expert_logits: Tensor) -> Tensor:
    """log D - log(1 - D), of either sign: the logit itself (Fu et al. 2018, algorithm 1); (B,) -> (B,)."""
    return expert_logits


def train_airl(
    policy: Policy,
    value_net: ValueNet,
    net: ShapedReward,
    demos: Transitions,
    envs: VectorEnv,
    config: AdversarialConfig,
    seed: int,
    logits_fn: Callable = airl_logits,
    reward_fn: Callable = airl_reward,
    loss_fn: Callable = discriminator_loss,
) -> Iterator[dict[str, float]]:
    """Infer reward and policy, in place, by acting in the N worlds; yields metrics each iteration.

    Arguments and metrics as in `train_adversarial`; `logits_fn(net, steps, log_probs, gamma)` shares PPO's
    discount.
    """
    logits_fn = partial(logits_fn, gamma=config.gamma)
    yield from train_adversarial(
        policy, value_net, net, demos, envs, config, seed, logits_fn, reward_fn, loss_fn
    )
