"""Ways to demonstrate with noise that several tests of the checks build on."""

import numpy as np
import torch

from ilrl_course.data import Batch
from ilrl_course.rollout import collect_rollout


def demonstrated(
    noise=lambda rng, std, shape: rng.normal(scale=std, size=shape),
    execute=lambda actions, noise: actions + noise,
    labels=lambda rollout, meant, noise_std: np.stack(meant),
    obs=lambda rollout, noise_std: rollout.obs,
    generator=np.random.RandomState,
    reset=lambda envs, seed: envs.reset(seed=seed),
    steps=lambda num_steps, num_envs: num_steps,
    flatten=lambda values: torch.as_tensor(values).flatten(0, 1).float(),
    see=lambda obs, rng, std: obs,
):
    """A demonstration around `collect_rollout` in which each part can be replaced."""

    def answer(expert, envs, num_steps, noise_std, seed):
        rng, meant = generator(seed), []

        def shaken(obs):
            meant.append(expert(see(obs, rng, noise_std)))
            return execute(meant[-1], noise(rng, noise_std, meant[-1].shape))

        first, _ = reset(envs, seed)
        rollout, _ = collect_rollout(shaken, envs, first, steps(num_steps, len(first)))
        return Batch(flatten(obs(rollout, noise_std)), flatten(labels(rollout, meant, noise_std)))

    return answer


def demonstrate_in_a_loop(
    restart=lambda envs, obs, over, seed: envs.reset(options={"reset_mask": over})[0],
    over=lambda terminated, truncated: terminated | truncated,
    record=lambda before, after: before,
):
    def answer(expert, envs, num_steps, noise_std, seed):
        rng, (obs, _) = np.random.default_rng(seed), envs.reset(seed=seed)
        seen, meant = [], []
        for _ in range(num_steps):
            meant.append(expert(obs))
            before = obs
            obs, _, *ends, _ = envs.step(rng.normal(meant[-1], noise_std))
            seen.append(record(before, obs))
            obs = restart(envs, obs, over(*ends), seed)
        return Batch(torch.from_numpy(np.concatenate(seen)), torch.from_numpy(np.concatenate(meant)))

    return answer
