"""Known wrong demonstrations with noise: what is recorded, and how the worlds go on."""

import numpy as np
import torch

from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.watched.counting_batch import CountingBatch
from ilrl_course.data import Batch

OTHER_WORLDS = "it steps worlds of its own. Step the envs that are passed in."
OTHER_EXPERT = "the expert is not asked. Each action should be what it means, disturbed."


def _go_on(envs, next_obs, terminated, truncated, seed):
    """The observations after the reset of the episodes that are over."""
    over = terminated | truncated
    return envs.reset(options={"reset_mask": over})[0] if over.any() else next_obs


def _flat(steps):
    return torch.from_numpy(np.concatenate(steps).astype(np.float32))


def demonstrate(
    expert, envs, num_steps, noise_std, seed, *, generator=np.random.default_rng,
    start=lambda envs, seed: envs.reset(seed=seed)[0], steps=lambda num_steps, num_envs: num_steps,
    look=lambda obs, rng, std: obs, ask=lambda expert, obs: expert(obs),
    noise=lambda rng, std, actions: rng.normal(0.0, std, actions.shape),
    disturb=lambda actions, noise: actions + noise, go_on=_go_on, renew=False,
    pairs=lambda seen: Batch(_flat(seen["obs"]), _flat(seen["meant"])),
):  # fmt: skip
    """The demonstration with one part exchanged; `pairs` makes the batch of lists of steps, (N, ...) each."""
    rng, obs = generator(seed), start(envs, seed)
    seen = {name: [] for name in ("obs", "meant", "executed", "next_obs")}
    seen |= {"expert": expert, "rng": rng, "std": noise_std}
    for _ in range(steps(num_steps, envs.num_envs)):
        rng = generator(seed) if renew else rng
        meant = ask(expert, look(obs, rng, noise_std))
        executed = disturb(meant, noise(rng, noise_std, meant))
        next_obs, _, terminated, truncated, _ = envs.step(executed)
        rows = {"obs": obs, "meant": meant, "executed": executed, "next_obs": next_obs}
        for name, row in rows.items():
            seen[name].append(row)
        obs = go_on(envs, next_obs, terminated, truncated, seed)
    return pairs(seen)


def demonstrate_with(**parts):
    """A demonstration with these parts exchanged."""
    return lambda *inputs: demonstrate(*inputs, **parts)


def _recording(obs=lambda seen: _flat(seen["obs"]), labels=lambda seen: _flat(seen["meant"]), **parts):
    return demonstrate_with(pairs=lambda seen: Batch(obs(seen), labels(seen)), **parts)


def _with_noise(name):
    """The steps of this name, with noise of their own."""
    return lambda seen: _flat([row + seen["rng"].normal(0, seen["std"], row.shape) for row in seen[name]])


def _by_copy(name):
    """All steps of the first copy, then those of the second."""
    return lambda seen: _flat(np.stack(seen[name], axis=1))


def _late(seen):
    return _flat([seen["meant"][-1], *seen["meant"][:-1]])


def _next_labels(seen):
    return _flat([seen["expert"](row) for row in seen["next_obs"]])


def _stacked(name):
    return lambda seen: torch.from_numpy(np.stack(seen[name]).astype(np.float32))


MISRECORDED = (
    Mutant(
        OTHER_WORLDS,
        lambda expert, envs, *inputs: demonstrate(
            expert, CountingBatch(envs.num_envs, (2, 4, 30), 2, (True, False, True)), *inputs
        ),
    ),
    Mutant(
        OTHER_EXPERT,
        demonstrate_with(ask=lambda expert, obs: np.zeros((len(obs), 2), dtype=np.float32)),
    ),
    Mutant(
        "the labels are the disturbed actions. Keep what the expert meant, and beware of `+=`, which changes "
        "that array, too.",
        _recording(labels=lambda seen: _flat(seen["executed"])),
    ),
    Mutant(
        "the noise is in the labels only, and the worlds never feel it. It should be the other way round.",
        _recording(labels=_with_noise("meant"), disturb=lambda actions, noise: actions),
    ),
    Mutant(
        "the labels have noise of their own. Only what is executed should be disturbed.",
        _recording(labels=_with_noise("meant")),
    ),
    Mutant(
        "nothing is disturbed. Add the noise to the actions that the worlds get.",
        demonstrate_with(disturb=lambda actions, noise: actions),
    ),
    Mutant(
        "the noise is added to what the expert sees. Let it see the truth, and disturb its action.",
        demonstrate_with(
            look=lambda obs, rng, std: obs + rng.normal(0.0, std, obs.shape),
            disturb=lambda actions, noise: actions,
        ),
        demonstrate_with(look=lambda obs, rng, std: obs + rng.normal(0.0, std, obs.shape)),
    ),
    Mutant(
        "there is noise in the observations of the batch. Disturb the executed actions only.",
        _recording(obs=_with_noise("obs")),
        _recording(obs=_with_noise("obs"), disturb=lambda actions, noise: actions),
    ),
    Mutant(
        "the labels are one step late or early. Each belongs to the observation that the expert answered to.",
        _recording(labels=_late),
        _recording(labels=lambda seen: _flat([*seen["meant"][1:], seen["meant"][0]])),
    ),
    Mutant(
        "the observations are those after the step. Record what the expert saw before it acted.",
        _recording(obs=lambda seen: _flat(seen["next_obs"])),
        _recording(obs=lambda seen: _flat(seen["next_obs"]), labels=_next_labels),
    ),
    Mutant(
        "the labels are for the observations after the step. Ask the expert about those before it.",
        _recording(labels=_next_labels),
    ),
    Mutant(
        "observations and labels are in a different order: one goes step by step, the other copy by copy.",
        _recording(obs=_by_copy("obs")),
        _recording(labels=_by_copy("meant")),
    ),
    Mutant(
        "time and copies are still two axes. Flatten them into one, for observations and labels alike.",
        _recording(obs=_stacked("obs"), labels=_stacked("meant")),
        _recording(obs=_stacked("obs")),
        _recording(labels=_stacked("meant")),
    ),
    Mutant(
        "the batch holds float64, but networks want float32.",
        _recording(labels=lambda seen: _flat(seen["meant"]).double()),
        _recording(lambda seen: _flat(seen["obs"]).double(), lambda seen: _flat(seen["meant"]).double()),
    ),
    Mutant(
        "one step too many or too few is made. Each copy makes num_steps of them.",
        demonstrate_with(steps=lambda num_steps, num_envs: num_steps + 1),
        demonstrate_with(steps=lambda num_steps, num_envs: num_steps - 1),
    ),
    Mutant(
        "num_steps is shared out among the copies. Each of them makes so many steps.",
        demonstrate_with(steps=lambda num_steps, num_envs: num_steps // num_envs),
    ),
    Mutant(
        "the worlds make num_steps steps for each copy. One call of step() moves all of them.",
        demonstrate_with(steps=lambda num_steps, num_envs: num_steps * num_envs),
    ),
    Mutant(
        "no new episode is ever started. Reset the copies whose episode is over, with a reset_mask.",
        demonstrate_with(go_on=lambda envs, next_obs, *_: next_obs),
    ),
    Mutant(
        "only some of the endings are noticed. An episode is over when it is terminated or truncated.",
        demonstrate_with(go_on=lambda envs, o, terminated, _, s: _go_on(envs, o, terminated, terminated, s)),
        demonstrate_with(go_on=lambda envs, o, _, truncated, s: _go_on(envs, o, truncated, truncated, s)),
    ),
    Mutant(
        "when one episode is over, all copies are reset. Give reset() a reset_mask.",
        demonstrate_with(go_on=lambda envs, o, te, tr, s: envs.reset()[0] if (te | tr).any() else o),
    ),
    Mutant(
        "the worlds are reset at every step. Reset them once at the start, then where an episode is over.",
        demonstrate_with(go_on=lambda envs, *_: envs.reset()[0]),
        demonstrate_with(go_on=lambda envs, o, te, tr, seed: envs.reset(seed=seed)[0]),
    ),
)
