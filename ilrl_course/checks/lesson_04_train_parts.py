"""The loop of DAgger with its parts made exchangeable: known mistakes are made of it."""

from collections.abc import Callable
from copy import deepcopy

import numpy as np

from ilrl_course.algorithms.bc import bc_loss, train_bc
from ilrl_course.algorithms.dagger import label_rollout, mixed_rollout
from ilrl_course.data import concatenate


def train(
    policy, expert, envs, config, seed, rollout_fn=mixed_rollout, label_fn=label_rollout, loss_fn=bc_loss, *,
    beta=lambda config, i: config.beta_decay**i, actors=lambda expert, policy: (expert, policy.act),
    worlds=lambda envs: envs, num_steps=lambda config, i: config.num_steps, draw=lambda rng, seed: rng,
    begin=lambda obs, first, envs: obs, after=lambda rollout, obs, envs: obs,
    label=lambda label_fn, expert, policy, rollouts: [label_fn(expert, rollouts[-1])],
    remember=lambda labeled, new: labeled + new, gather=concatenate,
    count=lambda crashes, rollout: crashes + int(rollout.crashed.sum()),
    resets=("learn",), learns=lambda i: True, learner=lambda policy: policy,
):  # fmt: skip
    """DAgger with one part exchanged."""
    rng = np.random.default_rng(seed)
    untrained = deepcopy(policy.state_dict())
    obs, _ = envs.reset(seed=seed)
    first, labeled, rollouts, crashes, metrics = obs, [], [], 0, {"loss": 0.0}
    pair = actors(expert, policy)
    for i in range(config.num_rounds):
        if config.from_scratch and "act" in resets:
            policy.load_state_dict(untrained)
        obs = begin(obs, first, envs)
        arguments = (num_steps(config, i), beta(config, i), draw(rng, seed))
        rollout, obs = rollout_fn(*pair, worlds(envs), obs, *arguments)
        obs = after(rollout, obs, envs)
        rollouts.append(rollout)
        labeled = remember(labeled, label(label_fn, expert, policy, rollouts))
        crashes = count(crashes, rollout)
        if config.from_scratch and "learn" in resets:
            policy.load_state_dict(untrained)
        demos = gather(labeled)
        if learns(i):
            *_, metrics = train_bc(learner(policy), demos, config, seed + i, loss_fn)
        yield metrics | {"labels": len(demos), "crashes": crashes}


def with_parts(**parts) -> Callable:
    """The loop with these parts exchanged."""
    return lambda *inputs: train(*inputs, **parts)
