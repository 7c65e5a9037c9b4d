"""The critic's warm-up with its parts made exchangeable: known mistakes are made of them."""

from collections.abc import Callable

import torch

from ilrl_course.algorithms.advantages import value_targets
from ilrl_course.rollout import collect_rollout, derive_seed


def values_after(net, rollout):
    """The critic's values of what followed, (T, N)."""
    return net(rollout.next_obs.flatten(0, 1)).reshape(rollout.rewards.shape)


def values_now(net, rollout):
    """Those of what was seen, (T, N)."""
    return net(rollout.obs.flatten(0, 1)).reshape(rollout.rewards.shape)


def right_targets(rollout, values, net, config):
    """(T, N)."""
    return value_targets(rollout.rewards, values, rollout.terminated, rollout.truncated, config.gamma)


def flat_obs(rollout):
    """(B, obs_dim)."""
    return rollout.obs.flatten(0, 1)


def shuffled(rollout, targets, config, generator):
    """The rows of an epoch, minibatch by minibatch."""
    return torch.randperm(len(targets), generator=generator).split(config.minibatch_size)


def squared_error(net, obs, targets, rows):
    """The right loss, ()."""
    return (net(obs[rows]) - targets[rows]).square().mean()


def step(optimizer, loss):
    """One gradient step."""
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()


def adam(net, config):
    """The right optimizer."""
    return torch.optim.Adam(net.parameters(), lr=config.warmup_learning_rate, fused=True)


def warm_up(
    value_net, actor, envs, config, seed, *, optimizer=adam, critic=lambda net: net, values=values_after,
    targets=lambda *inputs: right_targets(*inputs).flatten(), no_grad=torch.no_grad, renew=False,
    all_obs=flat_obs, rows=shuffled, loss=squared_error, update=step, before_epoch=lambda optimizer: None,
    after_epoch=lambda optimizer: None, before_acting=lambda envs, obs: obs,
    make_generator=lambda seed: torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches")),
    meanwhile=lambda actor, envs, rollout, obs: obs,
):  # fmt: skip
    """The warm-up with one part exchanged; `renew` computes the targets anew for each minibatch."""
    made, asked, generator = optimizer(value_net, config), critic(value_net), make_generator(seed)
    obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
    env_steps = crashes = 0

    def aim():
        with no_grad():
            return targets(rollout, values(asked, rollout), asked, config)

    for _ in range(config.num_warmup_iterations):
        rollout, obs = collect_rollout(actor, envs, before_acting(envs, obs), config.num_steps)
        for _ in range(config.num_epochs):
            obs = meanwhile(actor, envs, rollout, obs)
            aims = aim()
            before_epoch(made)
            for chosen in rows(rollout, aims, config, generator):
                aims = aim() if renew else aims
                value = loss(value_net, all_obs(rollout), aims, chosen)
                update(made, value)
            after_epoch(made)
        env_steps += len(flat_obs(rollout))
        crashes += int(rollout.crashed.sum())
        yield {"value_loss": value.item(), "env_steps": env_steps, "crashes": crashes}


def with_parts(**parts) -> Callable:
    """The warm-up with these parts exchanged."""
    return lambda *inputs: warm_up(*inputs, **parts)


def loss_is(rule) -> Callable:
    """The warm-up with another loss: rule(forecasts, targets), both (b,)."""
    return with_parts(loss=lambda net, obs, targets, rows: rule(net(obs[rows]), targets[rows]))


def rows_are(rule) -> Callable:
    """The warm-up with other minibatches: rule(B, minibatch_size, generator)."""
    return with_parts(
        rows=lambda rollout, targets, config, generator: rule(len(targets), config.minibatch_size, generator)
    )


def update_is(*parts: str, **others) -> Callable:
    """The warm-up with these parts of a gradient step, in this order."""

    def update(optimizer, loss):
        calls = {"zero": optimizer.zero_grad, "backward": loss.backward, "step": optimizer.step}
        for part in parts:
            calls[part]()

    return with_parts(update=update, **others)


def values_are(rule) -> Callable:
    """The warm-up with other next values: rule(net, rollout)."""
    return with_parts(values=rule)


def targets_are(rule) -> Callable:
    """The warm-up with other targets (T, N): rule(rollout, next_values, net, config)."""
    return with_parts(targets=lambda *inputs: rule(*inputs).flatten())


def inputs_are(rule) -> Callable:
    """The warm-up with other inputs of value_targets: rule(rewards, next_values, ends, gamma)."""
    return targets_are(
        lambda rollout, values, net, config: value_targets(
            *rule(rollout.rewards, values, (rollout.terminated, rollout.truncated), config.gamma)
        )
    )


def ends_are(rule) -> Callable:
    """The warm-up with other ends: rule(terminated, truncated) is what is taken for them."""
    return inputs_are(lambda rewards, values, ends, gamma: (rewards, values, *rule(*ends), gamma))


def gamma_is(rule) -> Callable:
    """The warm-up with another discount: rule(config)."""
    return targets_are(
        lambda rollout, values, net, config: value_targets(
            rollout.rewards, values, rollout.terminated, rollout.truncated, rule(config)
        )
    )
