"""Lesson 09: the dungeon, with recorded games and without; who is fast, and who finds the secret passage."""

from dataclasses import asdict, dataclass, replace

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, imitation_schedule
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.envs import DUNGEON
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.networks import make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = list(range(8))
LAYOUT_SEEDS = list(range(24, 72))  # one layout each, since layouts differ a lot; 0 to 23 served a pilot
OPEN = FinetuneConfig(
    num_iterations=100, num_epochs=5, learning_rate=2e-3, gamma=0.95, ent_coef=0.03, num_warmup_iterations=0
)
WALLED_UP = replace(OPEN, num_iterations=200, gamma=0.99)  # each gamma suits PPO alone, on other seeds
ONE_LAYOUT = FinetuneConfig(
    num_iterations=60,
    num_steps=32,
    num_epochs=4,
    minibatch_size=2048,
    learning_rate=3e-3,
    gamma=0.95,
    ent_coef=0.3,
    num_warmup_iterations=0,
)


@dataclass(frozen=True)
class Guide:
    """Whose recorded games, how many, and how they are used: cloned before PPO, or heard during it."""

    kind: str = "biased"
    num_games: int = 0
    num_updates: int = 0  # of cloning
    weight: float = 0.0  # of the cloning loss beside that of PPO
    num_fade: int | None = None  # iterations until the weight is 0; None: it stays


NOBODY = Guide()
CLONED = {f"{games} games": Guide("expert", games, num_updates=200) for games in (5, 20, 100)}
FASTER = {"0 games": NOBODY} | CLONED
HEARD = {
    f"weight {weight}" + ("" if num_fade is None else ", fading"): Guide("biased", 100, 0, weight, num_fade)
    for num_fade in (None, 20)
    for weight in (0.01, 0.1, 1.0)
}
BEYOND = {"0 games": NOBODY, "cautious clone": Guide("biased", 100, num_updates=200)} | HEARD
SWEEP = {"weight 0": NOBODY} | {
    f"weight {weight}" + ("" if num_fade is None else ", fading"): Guide("biased", 1, 0, weight, num_fade)
    for num_fade in (None, 20)
    for weight in (0.01, 0.03, 0.1, 0.3, 1.0)
}


def learn(
    seed: int, guide: Guide, config: FinetuneConfig, training: dict, test: dict, every: int
) -> list[dict[str, float]]:
    """PPO with a guide, in worlds with the options `training`, examined by games in those of `test`."""
    warm_up = 5 if guide.num_updates else 0
    config = replace(config, imitation_coef=guide.weight, num_warmup_iterations=warm_up)
    envs = make_batch(DUNGEON.env_id, 64, **training)
    value_net, policy, demos = (
        make_value_net(envs.single_observation_space, seed),
        fresh_policy(DUNGEON, seed),
        None,
    )
    if guide.num_games:
        policy, demos = clone_demonstrator(
            DUNGEON, guide.kind, guide.num_games, seed, guide.num_updates, training
        )
    costs = {"env_steps": 0, "crashes": 0}

    def examination(iteration: int) -> dict[str, float]:
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        return costs | examine_games(actor, derive_seed(seed, f"test {iteration}"), **test)

    def counted():
        for metrics in finetune(
            policy, value_net, demos, envs, config, seed, imitation_loss_fn=heard(guide.num_fade)
        ):
            costs.update((name, metrics[name]) for name in costs)
            yield metrics

    return trace(counted(), examination, every)


def heard(num_fade: int | None):
    """An `imitation_loss_fn` with a weight that goes to 0 in a straight line, or stays."""

    def loss(policy, demos, iteration, config):
        share = 1.0 if num_fade is None else imitation_schedule(iteration, 0, num_fade)
        return config.imitation_coef * share * bc_loss(policy, demos.obs, demos.actions)

    return loss


def on_many_layouts(seed: int, guide: Guide, secret_passage: bool) -> list[dict[str, float]]:
    """Trained on 800 layouts, examined on the 200 others."""
    config, options = OPEN if secret_passage else WALLED_UP, {"secret_passage": secret_passage}
    training, test = DUNGEON.training_options | options, DUNGEON.test_options | options
    return learn(seed, guide, config, training, test, every=5)


def on_one_layout(seed: int, guide: Guide) -> list[dict[str, float]]:
    """Trained and examined on the one layout that belongs to the seed."""
    layout = {"layout": derive_seed(seed, "layout") % 1000}
    return learn(seed, guide, ONE_LAYOUT, layout, layout, every=10)


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def run() -> dict:
    """Every examination of every run: columns (seeds, examinations)."""

    def all_of(function, seeds: list[int], guides: dict[str, Guide], **options) -> dict[str, dict]:
        return {
            name: columns(run_seeds(function, seeds, guide=guide, **options))
            for name, guide in guides.items()
        }

    return {
        "seeds": SEEDS,
        "layout_seeds": LAYOUT_SEEDS,
        "settings": {
            name: asdict(config)
            for name, config in {"open": OPEN, "walled_up": WALLED_UP, "sweep": ONE_LAYOUT}.items()
        },
        "walled_up": all_of(on_many_layouts, SEEDS, FASTER, secret_passage=False),
        "open": all_of(on_many_layouts, SEEDS, CLONED | BEYOND, secret_passage=True),
        "sweep": all_of(on_one_layout, LAYOUT_SEEDS, SWEEP),
    }
