"""DAgger on CartPole to a mean return of 475: expert labels and seconds, ours and `imitation`'s."""

import time
from dataclasses import dataclass
from pathlib import Path
from statistics import median

import numpy as np
import torch
from tqdm import tqdm

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import make_policy
from ilrl_course.rollout import derive_seed, make_batch

SEEDS = range(5)
WARM_UP_SEED = 1000  # of a run that is not counted, since the first one loads what all need
TARGET_RETURN = 475
NUM_ENVS = 8
CONFIG = DAggerConfig(
    learning_rate=2e-2,
    num_updates=50,
    minibatch_size=64,
    num_rounds=60,  # at most
    num_steps=2,
    beta_decay=0.0,  # the expert acts in the first round only
)
PEER = load_script(Path(__file__).parent / "peers", "imitation_python")
DEFAULTS = {"num_envs": 1, "world": {}, "learner_acts_at_once": False, "bc": {}, "bc_train": {}, "round": {}}
SMALL_ROUNDS = {"rollout_round_min_episodes": 1, "rollout_round_min_timesteps": 1}
PEER_SETTINGS = {
    "imitation, its defaults": DEFAULTS,
    "imitation, small rounds": DEFAULTS
    | {
        "learner_acts_at_once": True,
        "bc": {"optimizer_kwargs": {"lr": 1e-2}},
        "bc_train": {"n_batches": 25},
        "round": SMALL_ROUNDS,
    },
    "imitation, short episodes": DEFAULTS
    | {
        "num_envs": 8,
        "world": {"max_episode_steps": 2},
        "learner_acts_at_once": True,
        "bc": {"batch_size": 16, "optimizer_kwargs": {"lr": 4e-2}},
        "bc_train": {"n_batches": 25},
        "round": SMALL_ROUNDS,
    },
}
NOTES = [
    "Target: at least 10 times faster than imitation's SimpleDAggerTrainer, no more labels.",
    "Counted: seconds of acting, labeling and learning, and observations that the expert was asked about. "
    "Not counted: the evaluation after each round, on 100 new episodes. imitation's progress bar and log "
    "rollouts are off.",
    "Tuned for few labels and seconds, on other seeds (100 to 159): all settings but imitation's defaults.",
    "imitation's rounds consist of whole episodes. Its defaults: at least 3 episodes and 500 steps a round, "
    "then 4 epochs. Small rounds: one episode, and the learner acts from the first. Short episodes: small "
    "rounds in 8 worlds whose episodes end after 2 steps, as long as a round of ours; that changes the world "
    "that it trains in, and shows what is left when the rounds are equal.",
    "So few labels can be enough because this expert's rule is linear.",
]

add_arguments = PEER.add_arguments


@dataclass(frozen=True)
class Outcome:
    """What one training run took until it was good enough, or until its last round."""

    labels: int
    seconds: float
    mean_return: float


def run(arguments) -> dict:
    """Train with every contestant on each seed, in turn; report medians and ranges."""
    torch.set_num_threads(1)
    python = arguments.imitation_python
    contestants = {"this course": _ours}
    if python:
        PEER.require_imitation(python)
        for name, settings in PEER_SETTINGS.items():
            contestants[name] = lambda seed, settings=settings: _imitation(python, settings, seed)
    _ours(WARM_UP_SEED)
    outcomes = {name: [] for name in contestants}
    with tqdm(total=len(SEEDS) * len(contestants)) as progress:
        for seed in SEEDS:
            for name, train in contestants.items():
                progress.set_description(f"seed {seed}, {name}")
                outcomes[name].append(train(seed))
                progress.update()
    rows = [_row(name, runs) for name, runs in outcomes.items()]
    return {
        "title": (
            f"DAgger on CartPole to a mean return of {TARGET_RETURN} over 100 fresh episodes, network 64-64 "
            f"tanh, one thread; medians and ranges of {len(SEEDS)} seeds"
        ),
        "rows": rows,
        "speedup": {row["method"]: row["seconds"] / rows[0]["seconds"] for row in rows[1:]},
        "notes": NOTES + ([] if python else [PEER.NOT_MEASURED]),
    }


def _row(name: str, runs: list[Outcome]) -> dict:
    row = {
        "method": name,
        "reached": f"{sum(run.mean_return >= TARGET_RETURN for run in runs)} of {len(runs)}",
    }
    for column in ("labels", "seconds", "mean_return"):
        values = [getattr(run, column) for run in runs]
        row[column.replace("_", " ")] = median(values)
        row[f"{column.replace('_', ' ')}, range"] = f"{min(values):.4g}..{max(values):.4g}"
    return row


def _ours(seed: int) -> Outcome:
    envs = make_batch(CARTPOLE.env_id, NUM_ENVS)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed)
    rounds = train_dagger(policy, CARTPOLE.make_demonstrator("expert"), envs, CONFIG, seed)
    seconds = 0.0
    for i in range(CONFIG.num_rounds):
        start = time.perf_counter()
        metrics = next(rounds)
        seconds += time.perf_counter() - start
        fresh_seed = derive_seed(seed, f"evaluation after round {i}")
        score = evaluate(policy.act, CARTPOLE.env_id, 100, fresh_seed).mean_return
        if score >= TARGET_RETURN:
            break
    return Outcome(int(metrics["labels"]), seconds, score)


def _imitation(python: str, settings: dict, seed: int) -> Outcome:
    obs = np.random.default_rng(seed).normal(scale=0.5, size=(1000, 4)).astype(np.float32)
    arrays = {"obs": obs, "expert_actions": CARTPOLE.make_demonstrator("expert")(obs)}
    limits = {"seed": seed, "max_rounds": CONFIG.num_rounds, "target_return": TARGET_RETURN}
    return Outcome(**PEER.run_peer(python, "imitation_dagger.py", arrays, settings | limits))
