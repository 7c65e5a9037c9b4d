"""Tokens a second of the small language model: writing and PPO, ours and a plain PyTorch loop."""

import time
from collections.abc import Callable
from copy import deepcopy
from functools import partial
from pathlib import Path
from statistics import median

import numpy as np
import torch

from course_tools.records.scripts import load_script
from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.kl_reward import kl_reward
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import as_demonstration, lines_of
from ilrl_course.envs.text.corpus import training_lines
from ilrl_course.envs.text.tastes import melodious
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.rollout import collect_rollout, collect_trajectories, derive_seed, make_batch

PLAIN = load_script(Path(__file__).parent / "peers", "plain_text")
RACE = load_script(Path(__file__).parent / "peers", "race")

SEEDS = range(5)
BATCH_SIZES = (1, 64, 256)  # lines that are written side by side
SECONDS = 1.0  # of writing
NUM_LINES = 64  # side by side in our PPO
NUM_PLAIN_LINES = 192  # of an iteration of the plain loop: about as many tokens as our 64 * 32
BETA = 0.1
CONFIG = PPOConfig(
    num_iterations=40, num_steps=32, num_epochs=4, minibatch_size=512, learning_rate=1e-3, gamma=1.0
)
BC_CONFIG = BCConfig(num_updates=1500)
OURS, PEER = "this course", "plain PyTorch"
NOTES = [
    "Both run the same networks, 224-64-64-28 tanh, cloned from the corpus, on one thread.",
    "The plain loop writes a block of lines until the last one has ended, so rows whose line is over are "
    "computed in vain; ours begins the next line at once. Only tokens that belong to a line are counted.",
    f"PPO: acting and learning with a tie of {BETA} in the reward, paid by the scripted reader's taste; "
    f"{CONFIG.num_epochs} epochs in minibatches of {CONFIG.minibatch_size}, blocks of about 2,048 tokens. "
    "The taste afterwards, of 1,000 new lines, shows that both learn.",
]


def run(arguments) -> dict:
    """Write and train with both on each seed, in turn; report medians."""
    torch.set_num_threads(1)
    imitator = _imitator()
    writing = {
        (method, size): partial(write, imitator, size)
        for size in BATCH_SIZES
        for method, write in ((OURS, _our_writing), (PEER, _plain_writing))
    }
    rates = RACE.race("writing", writing, SEEDS)
    outcomes = RACE.race(
        "PPO", {OURS: partial(_our_ppo, imitator), PEER: partial(_plain_ppo, imitator)}, SEEDS
    )
    rows = []
    for method in (OURS, PEER):
        columns = {f"tokens/s, {size} lines": round(median(rates[method, size])) for size in BATCH_SIZES}
        ppo_rates, tastes = zip(*outcomes[method], strict=True)
        columns |= {"tokens/s, PPO": round(median(ppo_rates)), "taste afterwards": median(tastes)}
        rows.append({"method": method} | columns)
    ours, peer = rows
    return {
        "title": f"A small language model: tokens a second, one thread; medians of {len(SEEDS)} seeds",
        "rows": rows,
        "speedup": {name: ours[name] / peer[name] for name in ours if name.startswith("tokens/s")},
        "notes": NOTES,
    }


def _imitator() -> Policy:
    policy = fresh_policy(TEXT, 0)
    demos = stack_steps(map(as_demonstration, training_lines()))
    for _ in train_bc(policy, demos, BC_CONFIG, 0):
        pass
    return policy


def _rate(write: Callable[[], int]) -> float:
    write()  # the first call is slow
    num_tokens, start = 0, time.perf_counter()
    while time.perf_counter() - start < SECONDS:
        num_tokens += write()
    return num_tokens / (time.perf_counter() - start)


def _our_writing(policy: Policy, size: int, seed: int) -> float:
    envs, actor = make_batch(TEXT.env_id, size), policy.sampler(seed)
    obs, _ = envs.reset(seed=seed)

    def write() -> int:
        nonlocal obs
        rollout, obs = collect_rollout(actor, envs, obs, 32)
        return rollout.rewards.numel()

    return _rate(write)


def _plain_writing(policy: Policy, size: int, seed: int) -> float:
    torch.manual_seed(seed)
    return _rate(lambda: PLAIN.write(policy.logits, size).num_tokens)


def _taste_of(policy: Policy, seed: int) -> float:
    lines = lines_of(collect_trajectories(policy.sampler(seed), TEXT.env_id, 1000, seed))
    return float(np.mean(melodious(lines)))


def _our_ppo(imitator: Policy, seed: int) -> tuple[float, float]:
    """Tokens a second, and the taste afterwards."""
    policy, envs = deepcopy(imitator), make_batch(TEXT.env_id, NUM_LINES, taste=melodious)
    critic = make_value_net(envs.single_observation_space, derive_seed(seed, "critic"))
    tied = partial(kl_reward, policy=policy, reference=imitator, beta=BETA)
    start = time.perf_counter()
    for metrics in train_ppo(policy, critic, envs, CONFIG, seed, reward_fn=tied):
        num_tokens = metrics["env_steps"]
    return num_tokens / (time.perf_counter() - start), _taste_of(policy, seed)


def _plain_ppo(imitator: Policy, seed: int) -> tuple[float, float]:
    policy, envs = deepcopy(imitator), make_batch(TEXT.env_id, 1)
    critic = make_value_net(envs.single_observation_space, derive_seed(seed, "critic")).value
    torch.manual_seed(seed)
    start = time.perf_counter()
    num_tokens = PLAIN.improve(
        policy.logits, critic, imitator.logits, melodious, CONFIG, NUM_PLAIN_LINES, BETA
    )
    return num_tokens / (time.perf_counter() - start), _taste_of(policy, seed)
