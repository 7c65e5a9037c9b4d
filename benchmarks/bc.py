"""Behavioral cloning on CartPole: ours, a plain PyTorch loop with DataLoader, and `imitation`'s BC."""

import time
from pathlib import Path
from statistics import median

import gymnasium as gym
import torch
from torch.utils.data import DataLoader, TensorDataset
from tqdm import tqdm

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.data import Batch, stack_steps
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import Policy, make_policy
from ilrl_course.rollout import collect_trajectories

SEEDS = range(5)
NUM_EPISODES = 24  # of 500 steps: 12,000 transitions
NUM_EPOCHS = 5
CONFIG = BCConfig(minibatch_size=32, num_updates=NUM_EPISODES * 500 // 32 * NUM_EPOCHS)
PEER = load_script(Path(__file__).parent / "peers", "imitation_python")

add_arguments = PEER.add_arguments


def run(arguments) -> dict:
    """Train with every contestant on each seed's demonstrations, in turn; report medians."""
    torch.set_num_threads(1)
    if arguments.imitation_python:
        PEER.require_imitation(arguments.imitation_python)
    contestants = {"this course": _ours, "plain PyTorch, DataLoader": _plain_pytorch}
    if arguments.imitation_python:
        contestants["imitation"] = lambda demos, seed: _imitation(arguments.imitation_python, demos, seed)
    results = {name: [] for name in contestants}
    for seed in tqdm(SEEDS, desc="seeds"):
        expert = CARTPOLE.make_demonstrator("expert")
        demos = stack_steps(collect_trajectories(expert, CARTPOLE.env_id, NUM_EPISODES, seed))
        for name, train in contestants.items():
            results[name].append(train(demos, seed))
    rows = [
        {
            "method": name,
            "seconds": median(seconds for seconds, _ in runs),
            "mean return of 100 episodes": median(score for _, score in runs),
        }
        for name, runs in results.items()
    ]
    ours = rows[0]["seconds"]
    return {
        "title": (
            f"BC on CartPole: {NUM_EPISODES * 500:,} transitions, {CONFIG.num_updates:,} gradient steps of "
            f"{CONFIG.minibatch_size}, network 64-64 tanh, one thread; medians of {len(SEEDS)} seeds"
        ),
        "rows": rows,
        "speedup": {row["method"]: row["seconds"] / ours for row in rows[1:]},
        "notes": ["Target: at least 5 times faster than imitation, same return."]
        + ([] if arguments.imitation_python else [PEER.NOT_MEASURED]),
    }


def _fresh_policy(seed: int) -> Policy:
    env = gym.make(CARTPOLE.env_id)
    return make_policy(env.observation_space, env.action_space, seed)


def _score(policy: Policy, seed: int) -> float:
    return evaluate(policy.act, CARTPOLE.env_id, 100, seed).mean_return


def _ours(demos: Batch, seed: int) -> tuple[float, float]:
    policy = _fresh_policy(seed)
    start = time.perf_counter()
    for _ in train_bc(policy, demos, CONFIG, seed):
        pass
    return time.perf_counter() - start, _score(policy, seed)


def _plain_pytorch(demos: Batch, seed: int) -> tuple[float, float]:
    policy = _fresh_policy(seed)
    torch.manual_seed(seed)
    dataset = TensorDataset(demos.obs, demos.actions)
    start = time.perf_counter()
    loader = DataLoader(dataset, batch_size=CONFIG.minibatch_size, shuffle=True)
    optimizer = torch.optim.Adam(policy.parameters(), lr=CONFIG.learning_rate)
    for _ in range(NUM_EPOCHS):
        for obs, actions in loader:
            loss = torch.nn.functional.cross_entropy(policy.logits(obs), actions)
            optimizer.zero_grad()
            loss.backward()
            optimizer.step()
    return time.perf_counter() - start, _score(policy, seed)


def _imitation(python: str, demos: Batch, seed: int) -> tuple[float, float]:
    settings = {
        "learning_rate": CONFIG.learning_rate,
        "minibatch_size": CONFIG.minibatch_size,
        "num_epochs": NUM_EPOCHS,
        "seed": seed,
    }
    arrays = {"obs": demos.obs.numpy(), "actions": demos.actions.numpy()}
    report = PEER.run_peer(python, "imitation_bc.py", arrays, settings)
    return report["seconds"], report["mean_return"]
