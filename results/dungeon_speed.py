"""Lesson 09, "Faster": steps until the Dungeon is mastered, from 0, 5, 20 and 100 recorded games."""

from dataclasses import asdict

import numpy as np

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.ppo import train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.envs import DUNGEON
from ilrl_course.evaluation import evaluate
from ilrl_course.networks import make_value_net
from ilrl_course.rollout import derive_seed, make_batch
from ilrl_course.stats import confidence_interval, run_seeds

SEEDS = list(range(8))
NUM_ENVS = 64
THRESHOLDS = (0.5, 0.8, 0.9, 0.95)  # success rates in 100 test episodes, with sampled actions
MANY = FinetuneConfig(num_iterations=100, num_epochs=5, learning_rate=2e-3, ent_coef=0.03, imitation_coef=0.3,
                      imitation_decay=0.95)  # fmt: skip
ONE = FinetuneConfig(num_iterations=150, num_steps=32, num_epochs=4, minibatch_size=2048, learning_rate=3e-3,
                     gamma=0.95, ent_coef=0.3, imitation_coef=0.3, imitation_decay=0.95)  # fmt: skip
RUNS = {  # the demonstrator, its recorded games, the settings, and whether all is one fixed layout
    "0 games": (None, 0, MANY, False),
    "5 games": ("expert", 5, MANY, False),
    "20 games": ("expert", 20, MANY, False),
    "100 games": ("expert", 100, MANY, False),
    "100 games, cautious": ("biased", 100, MANY, False),
    "one layout, 0 games": (None, 0, ONE, True),
    "one layout, 1 game": ("expert", 1, ONE, True),
    "one layout, 1 game, cautious": ("biased", 1, ONE, True),
}


def one_run(seed: int, kind: str | None, num_games: int, config: FinetuneConfig, fixed: bool) -> dict:
    """Env steps when each threshold is first reached (None: never), crashes until the last of them."""
    layout = {"layout": derive_seed(seed, "layout") % 1000}
    training, test = (layout, layout) if fixed else (DUNGEON.training_options, DUNGEON.test_options)
    envs = make_batch(DUNGEON.env_id, NUM_ENVS, **training)
    value_net = make_value_net(envs.single_observation_space, seed)
    if kind:
        policy, demos = clone_demonstrator(DUNGEON, kind, num_games, seed, num_updates=200, options=training)
        iterations = finetune(policy, value_net, demos, envs, config, seed)
    else:
        policy = fresh_policy(DUNGEON, seed)
        iterations = train_ppo(policy, value_net, envs, config, seed)

    def success_rate(block: int) -> float:
        actor = policy.sampler(derive_seed(seed, f"test actions {block}"))
        test_seed = derive_seed(seed, f"test {block}")
        return evaluate(actor, DUNGEON.env_id, 100, test_seed, **test).success_rate

    curve = [(0, success_rate(0), 0)]
    for i, metrics in enumerate(iterations, start=1):
        if i % 5 == 0:  # divides all numbers of iterations, so that the last one is tested, too
            curve.append((metrics["env_steps"], success_rate(i), metrics["crashes"]))
            if curve[-1][1] >= max(THRESHOLDS):
                break
    reached = {t: next((steps for steps, rate, _ in curve if rate >= t), None) for t in THRESHOLDS}
    return {"reached": reached, "curve": curve, "crashes": curve[-1][2]}


def outcomes(seed: int) -> dict[str, dict]:
    """What `one_run` found, for each of `RUNS`."""
    return {name: one_run(seed, *settings) for name, settings in RUNS.items()}


def first_passages(runs: list[dict], base: list[dict], cap: int, base_cap: int) -> list[dict]:
    """For each threshold: steps, how many arrived, and the factor against 0 games, paired by seed.

    A run that never arrives counts with the most steps it had. `base_censored` of the base's runs did not
    arrive: then the factor is too small, "at least". `censored` of these: then it is too large. A run that
    arrives without any training counts with one block of experience, for the factor.
    """
    rows = []
    for threshold in THRESHOLDS:
        steps = [run["reached"][threshold] for run in runs]
        before = [run["reached"][threshold] for run in base]
        counted = np.array([cap if s is None else s for s in steps], dtype=float)  # (seeds,)
        counted_before = np.array([base_cap if s is None else s for s in before], dtype=float)
        least = NUM_ENVS * MANY.num_steps
        ratios = np.log(np.maximum(counted_before, least) / np.maximum(counted, least))
        rows.append(
            {
                "threshold": threshold,
                "env_steps": float(counted.mean()),
                "interval": confidence_interval(counted),
                "censored": steps.count(None),
                "base_censored": before.count(None),
                "factor": float(np.exp(ratios.mean())),
                "factor_interval": np.exp(confidence_interval(ratios)).tolist(),
            }
        )
    return rows


def run() -> dict:
    """For each kind of run: steps to the thresholds, factors, crashes, and every seed's curve."""
    found = run_seeds(outcomes, SEEDS)
    rows = []
    for name, (kind, num_games, config, fixed) in RUNS.items():
        base_name = "one layout, 0 games" if fixed else "0 games"
        runs, base = [seed[name] for seed in found], [seed[base_name] for seed in found]
        block = NUM_ENVS * config.num_steps
        base_cap = block * config.num_iterations
        cap = base_cap + (block * config.num_warmup_iterations if kind else 0)
        crashes = np.array([run["crashes"] for run in runs], dtype=float)
        rows.append(
            {
                "run": name,
                "demonstrator": kind,
                "games": num_games,
                "cap": cap,
                "reached": first_passages(runs, base, cap, base_cap),
                "crashes": float(crashes.mean()),
                "crash_interval": confidence_interval(crashes),
                "curves": [run["curve"] for run in runs],
            }
        )
    return {"seeds": SEEDS, "many_layouts": asdict(MANY), "one_layout": asdict(ONE), "rows": rows}
