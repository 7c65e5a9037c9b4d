"""Lesson 09, "Beyond the demonstrator, or not": who finds the secret passage that was never shown."""

from copy import deepcopy
from dataclasses import asdict, dataclass, replace

import numpy as np
import torch
from torch import nn

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.ppo import train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Actor
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.rules import CELLS, HEIGHT, WIDTH, lava_nearness
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.rollout import derive_seed, make_batch
from ilrl_course.stats import confidence_interval, run_seeds

SEEDS = list(range(8))
NUM_GAMES = 50  # test games of each policy
BASE = FinetuneConfig(num_iterations=60, num_steps=32, num_epochs=4, minibatch_size=2048, learning_rate=3e-3,
                      gamma=0.95, ent_coef=0.3, num_warmup_iterations=3)  # fmt: skip


@dataclass(frozen=True)
class Variant:
    """How strongly and how long to listen, and how much to doubt at first."""

    coef: float
    decay: float = 1.0
    ent_coef: float = 0.3
    sharpness: float = 0.15  # the clone's logits are multiplied by it: 1 leaves it as it is
    cloned: bool = True

    @property
    def config(self) -> FinetuneConfig:
        """The settings of PPO."""
        return replace(BASE, ent_coef=self.ent_coef, imitation_coef=self.coef, imitation_decay=self.decay)


VARIANTS = (
    [Variant(coef, decay) for coef in (0.01, 0.1, 1.0) for decay in (1.0, 0.9)]
    + [Variant(0.0, ent_coef=entropy) for entropy in (0.1, 0.3, 0.5)]
    + [Variant(0.1, 0.9, ent_coef=0.5), Variant(1.0, ent_coef=0.5)]
    + [Variant(coef, decay, sharpness=0.05) for coef, decay in ((0.0, 1.0), (0.01, 0.9), (0.1, 0.9))]
    + [Variant(0.0, sharpness=1.0), Variant(0.0, ent_coef=1.0, sharpness=1.0)]
    + [Variant(0.0, cloned=False)]
)


@torch.no_grad()
def soften(policy: Policy, sharpness: float) -> None:
    """Flatten the policy's distributions, in place, so that a sure clone tries other things."""
    last = [module for module in policy.modules() if isinstance(module, nn.Linear)][-1]
    last.weight.mul_(sharpness)
    last.bias.mul_(sharpness)


def play_tests(actor: Actor, layout: int, seed: int) -> dict[str, float]:
    """Shares of games with treasure, by the passage, in lava; steps to the treasure; share beside lava.

    A game without treasure counts with 100 steps.
    """
    envs = make_batch(DUNGEON.env_id, NUM_GAMES, layout=layout).unwrapped
    obs, _ = envs.reset(seed=derive_seed(seed, "evaluation"))
    near = lava_nearness(envs.bank.grids[layout].reshape(HEIGHT, WIDTH)) == 1  # (CELLS,)
    running = np.ones(NUM_GAMES, dtype=bool)
    success, crashed, passage = (np.zeros(NUM_GAMES, dtype=bool) for _ in range(3))
    lengths, beside = np.zeros(NUM_GAMES), np.zeros(NUM_GAMES)
    while running.any():
        obs, _, terminated, truncated, info = envs.step(actor(obs))
        lengths += running
        beside += running & near[envs.state % CELLS]
        ending = running & (terminated | truncated)
        success |= ending & info["success"]
        crashed |= ending & info["crashed"]
        passage |= ending & info["success"] & info["used_passage"]
        running = running & ~ending
    return {
        "success": float(success.mean()),
        "passage": float(passage.mean()),
        "crashed": float(crashed.mean()),
        "steps": float(np.where(success, lengths, 100).mean()),
        "beside_lava": float(beside.sum() / lengths.sum()),
    }


def outcomes(seed: int) -> list[dict[str, float]]:
    """The test games of the two demonstrators, then of each variant, all on this seed's one layout."""
    layout = derive_seed(seed, "layout") % 1000
    cautious, expert = DUNGEON.make_demonstrator("biased"), DUNGEON.make_demonstrator("expert")
    found = [play_tests(actor, layout, seed) | {"crashes": 0} for actor in (cautious, expert)]
    clone, demos = clone_demonstrator(DUNGEON, "biased", 5, seed, num_updates=300, options={"layout": layout})
    for variant in VARIANTS:
        envs = make_batch(DUNGEON.env_id, 64, layout=layout)
        value_net = make_value_net(envs.single_observation_space, seed)
        if variant.cloned:
            policy = deepcopy(clone)
            soften(policy, variant.sharpness)
            *_, last = finetune(policy, value_net, demos, envs, variant.config, seed)
        else:
            policy = fresh_policy(DUNGEON, seed)
            *_, last = train_ppo(policy, value_net, envs, variant.config, seed)
        actor = policy.sampler(derive_seed(seed, "test actions"))
        found.append(play_tests(actor, layout, seed) | {"crashes": last["crashes"]})
    return found


def run() -> dict:
    """The means of the demonstrators and of all variants over the seeds, with intervals, and each seed's."""
    found = run_seeds(outcomes, SEEDS)
    labels = [{"actor": "cautious"}, {"actor": "expert"}]
    labels += [{"actor": "agent", **asdict(variant)} for variant in VARIANTS]
    rows = []
    for label, runs in zip(labels, zip(*found, strict=True), strict=True):
        row = dict(label)
        for name in runs[0]:
            values = np.array([one[name] for one in runs], dtype=float)  # (seeds,)
            row[name] = float(values.mean())
            row[f"{name}_interval"] = confidence_interval(values)
            row[f"{name}_by_seed"] = values.tolist()
        rows.append(row)
    return {"seeds": SEEDS, "base": asdict(BASE), "rows": rows}
