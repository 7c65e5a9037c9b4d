"""Lesson 04, the loop of DAgger: right answers and mistakes, written independently of the bank."""

from copy import deepcopy
from dataclasses import fields

import numpy as np
import pytest
import torch  # noqa: F401 (edits read it)

from ilrl_course.algorithms.bc import bc_loss, train_bc
from ilrl_course.algorithms.dagger import label_rollout, mixed_rollout
from ilrl_course.checks.diagnosis import STILL_RAISES, facts_about
from ilrl_course.checks.exercises import exercise_named
from ilrl_course.data import Batch, concatenate  # noqa: F401
from ilrl_course.rollout import derive_seed
from tests.checks.answers import hint_for, promises_of

EXERCISE = exercise_named("train_dagger")


def loop(
    policy, expert, envs, config, seed, rollout_fn=mixed_rollout, label_fn=label_rollout, loss_fn=bc_loss
):
    rng = np.random.default_rng(seed)
    untrained = deepcopy(policy.state_dict())
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    labeled = []
    crashes = 0
    for i in range(config.num_rounds):
        beta = config.beta_decay**i
        num_steps = config.num_steps
        rollout, obs = rollout_fn(expert, policy.act, envs, obs, num_steps, beta, rng)
        labeled.append(label_fn(expert, rollout))
        crashes += int(rollout.crashed.sum())
        demos = concatenate(labeled)
        if config.from_scratch:
            policy.load_state_dict(untrained)
        *_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)
        yield metrics | {"labels": len(demos), "crashes": crashes}


def decayed(value):
    return f"config.beta_decay ** i => {value}"


def actors(handed_over):
    return f"expert, policy.act => {handed_over}"


def count(crashes):
    return f"crashes += int(rollout.crashed.sum()) => crashes {crashes}"


def before(line, statements):
    return f"{line} => {statements}\n{line}"


LABELS = "label_fn(expert, rollout)"
LABEL = f"labeled.append({LABELS})"
JOIN = "demos = concatenate(labeled)"
SCRATCH = "if config.from_scratch:\n    policy.load_state_dict(untrained)"
RIGHT = {
    "as expected": (),
    "beta is multiplied": (decayed("beta"), before("*_, metrics", "beta *= config.beta_decay"), "beta = 1.0"),
    "a learner of one's own": (actors("expert, lambda obs: policy.act(obs)"),),
    "a learner by hand": (actors("expert, lambda obs: policy(torch.as_tensor(obs)).mode.detach().numpy()"),),
    "a fresh copy acts": (actors("expert, deepcopy(policy).act"),),
    "named arguments": (
        actors("expert=expert, learner=policy.act"),
        "envs, obs, num_steps, beta, rng => obs=obs, envs=envs, rng=rng, beta=beta, num_steps=num_steps",
        f"{LABELS} => label_fn(rollout=rollout, expert=expert)",
    ),
    "demos grow": (
        f"{LABEL} => labels = {LABELS}",
        f"{JOIN} => demos = concatenate([demos, labels]) if i else labels",
    ),
    "joined by hand": (
        f"{JOIN} => demos = Batch(torch.vstack([b.obs for b in labeled]), "
        "torch.cat([b.actions for b in labeled]))",
    ),
    "counted by hand": (count("+= torch.count_nonzero(rollout.crashed).item()"),),
    "counted in NumPy": (count("= crashes + rollout.crashed.numpy().sum()"),),
    "the loss is printed": (before("*_, metrics", "print(loss_fn(policy, demos.obs, demos.actions))"),),
    "the loss is printed before and after": (
        before("if config", "print(loss_fn(policy, demos.obs, demos.actions).item())"),
        before("yield", "with torch.no_grad():\n    print(loss_fn(policy, *vars(demos).values()))"),
    ),
    "the newest first": (f"{LABEL} => labeled.insert(0, {LABELS})",),
}

WRONG = {
    "it learns from the labels of the last round only": [f"{JOIN} => demos = labeled[-1]"],
    "it learns from the labels of the first round only": [f"{JOIN} => demos = concatenate(labeled[:1])"],
    "only the labels of the last few rounds": [
        f"{JOIN} => demos = concatenate(labeled[-{n}:])" for n in (2, 3, 5)
    ],
    "labels of several numbers are joined along the wrong axis": [
        f"{JOIN} => demos = Batch(torch.vstack([b.obs for b in labeled]), "
        "torch.hstack([b.actions for b in labeled]))"
    ],
    "some labels come more than once": [f"{JOIN} => {JOIN}\nlabeled.append(demos)"],
    "demos is a list of batches still": [f"{JOIN} => demos = labeled"],
    "the first round has nothing to learn from": [(f"{JOIN} =>", before(LABEL, JOIN))],
    "a Batch is taken apart": [f"{LABEL} => labeled += {LABELS}"],
    "beta is the wrong way around": [decayed("1.0 - config.beta_decay**i")],
    "beta is always 1": [decayed("1.0")],
    "beta is always 0": [decayed("0.0")],
    "beta is one round ahead": [decayed("pow(config.beta_decay, i + 1)")],
    "beta shrinks along a straight line": [decayed("(config.num_rounds - i) / config.num_rounds")],
    "beta falls from 1 to 0": [decayed("1.0 if i == 0 else 0.0")],
    "beta and num_steps are swapped": ["num_steps, beta, rng => beta, num_steps, rng"],
    "a copy of the policy acts": [(actors("expert, learned.act"), "learned = deepcopy(policy)")],
    "it acts in worlds of its own": ["act, envs, => act, deepcopy(envs),"],
    "another number of the config is handed over as the number of steps": [
        f"config.num_steps => config.{name}" for name in ("num_rounds", "num_updates", "minibatch_size")
    ],
    "what is drawn cannot be repeated": ["beta, rng => beta, np.random.default_rng()"],
    "a seed is no generator": ["beta, rng => beta, seed"],
    "rollout_fn is not used": ["obs = rollout_fn => obs = mixed_rollout"],
    "label_fn is not used": [
        f"{LABELS} => label_rollout(expert, rollout)",
        f"{LABELS} => Batch(rollout.obs.flatten(0, 1), torch.tensor(expert(np.vstack([*rollout.obs]))))",
        f"{LABELS} => Batch(rollout.obs.flatten(0, 1), rollout.actions.flatten())",
    ],
    "the worlds are reset in each round": [before("rollout, obs", "obs, _ = envs.reset(seed=seed)")],
    "the next round begins with the last next_obs": [before(LABEL, "obs = np.array(rollout.next_obs[-1])")],
    "label_fn got observations": ["rollout, obs => obs, rollout"],
    "label_fn gets its arguments in the wrong order": [
        f"{LABEL} => labels = label_fn(rollout, expert)\nlabeled += [labels]"
    ],
    "the learner labels its own situations": ["label_fn(expert => label_fn(policy.act"],
    "it labels the block of the round before": [
        (
            f"{LABELS} => label_fn(expert, last or rollout)",
            before("rollout, obs", "last = rollout if i else None"),
        )
    ],
    "it labels the first block again and again": [
        (f"{LABELS} => label_fn(expert, first)", before("labeled.append", "first = first if i else rollout"))
    ],
    "it asks again about the blocks of earlier rounds": [
        f"{LABEL} => blocks = [*blocks, rollout] if i else [rollout]\n"
        "labeled = [label_fn(expert, block) for block in blocks]",
    ],
    "only the crashes of the last round": [count("= int(rollout.crashed.sum())")],
    "the crashes are not counted": [count("+= 0")],
    "it counts the episodes that were terminated": [count("+= rollout.terminated.sum().item()")],
    "it counts the episodes that are over": [
        count("+= int(torch.logical_or(rollout.terminated, rollout.truncated).sum())")
    ],
    "it counts the rounds, or the worlds": [count("+= bool(rollout.crashed.any())")],
    "num_steps is multiplied with the number of worlds": [
        "num_steps = config.num_steps => num_steps = len(obs) * config.num_steps"
    ],
    "some labels of a round are left out": [
        f"{LABEL} => new = {LABELS}\nwrong = new.actions.view(rollout.actions.shape) != rollout.actions\n"
        "labeled.append(new[wrong.flatten(2).any(2).flatten() if wrong.ndim > 2 else wrong.flatten()])"
    ],
    "every round draws the same rows": ["seed + i => seed"],
    "'loss' in the metrics should be that of the round's last": ["*_, metrics = => metrics, *_ ="],
    "beta with beta_decay = 0.9": [decayed("config.beta_decay ** min(i, 3)")],
    "only the crashes of one step": [count("+= int(rollout.crashed[-1].sum())")],
    "it counts the crashes that are terminations": [
        count("+= int((rollout.crashed * rollout.terminated).sum())")
    ],
    "with beta_decay = 0 beta should be 1, 0, 0, not [nan,": [
        decayed("np.exp(i * np.log(config.beta_decay))")
    ],
    "the worlds should be reset with derive_seed": ["derive_seed(seed, 'training') => seed"],
    "it counts the steps": [count("+= rollout.crashed.numel()")],
    "the crashes are a tensor": [count("+= rollout.crashed.sum()")],
    "it adds the share of the steps that crashed": [
        count("= crashes + rollout.crashed.to(torch.float32).mean()")
    ],
    "from_scratch has no effect": ["config.from_scratch => None"],
    "from_scratch strikes too early": [("config.from_scratch => None", before("beta =", SCRATCH))],
    "it should be a generator": ["yield => return"],
    "loss_fn is not used": ["seed + i, loss_fn => seed + i"],
    "it should yield a dict with the keys": [
        "(metrics | {'labels': len(demos), 'crashes': crashes}) => metrics"
    ],
    "`demos` gets no value in this function": [f"{JOIN} =>", "demos = => data ="],
    "`beta` gets no value in this function": ["beta = config.beta_decay ** i =>"],
    "`rollout` gets no value in this function": ["rollout, obs => block, obs"],
    "it reads a variable of the lesson. The learner": [actors("expert, learner")],
    "it asks the expert of the lesson": [f"{LABELS} => label_fn(EXPERT, rollout)"],
    "it reads the settings of the lesson": [decayed("CONFIG.beta_decay**i")],
    STILL_RAISES: [before(line, "raise NotImplementedError") for line in ("beta =", "*_, metrics")],
}


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    facts_about(EXERCISE.probes, EXERCISE.solution)


NONSENSE = {
    "return 7": "it should be a generator, which yields, but it returns an int.",
    "yield": "rollout_fn is not used",
    "yield from ({} for _ in iter(int, 1))": "rollout_fn is not used",
    "inputs[5](1, 2, 3, 4, 5, 6, 7)\n    yield {}": "with num_rounds = 3",
    "inputs[5]()\n    yield": "it raised TypeError",
    "raise SystemExit\n    yield": "it asks Python to exit",
}

TestAnswers = promises_of("train_dagger", loop, RIGHT.values(), WRONG, NONSENSE)


def test_all_numbers_of_a_watched_config_differ():
    configs = []

    def answer(*inputs):
        configs.append(inputs[3])
        yield from EXERCISE.solution(*inputs)

    assert hint_for("train_dagger", answer) == ""
    for config in configs:
        values = [getattr(config, field.name) for field in fields(config) if field.name != "from_scratch"]
        assert len(set(values)) == len(values)
