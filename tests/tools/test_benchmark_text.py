"""The benchmark of the language model: the plain loop writes and learns as the course does."""

from argparse import Namespace
from dataclasses import replace

import numpy as np
import pytest
import torch

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT
from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.algorithms.ppo import PPOConfig
from ilrl_course.clones import fresh_policy
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import as_demonstration, lines_of
from ilrl_course.rollout import collect_trajectories


@pytest.fixture
def text(monkeypatch):
    """The benchmark, much shortened."""
    script = load_script(ROOT / "benchmarks", "text")
    for name, value in {
        "SEEDS": range(2),
        "SECONDS": 0.01,
        "BC_CONFIG": BCConfig(num_updates=20),
        "CONFIG": replace(script.CONFIG, num_iterations=2),
    }.items():
        monkeypatch.setattr(script, name, value)
    return script


def test_it_measures_both_and_says_how_many_times_faster_ours_is(text):
    report = text.run(Namespace())
    assert [row["method"] for row in report["rows"]] == ["this course", "plain PyTorch"]
    columns = [name for name in report["rows"][0] if name.startswith("tokens/s")]
    assert len(columns) == len(text.BATCH_SIZES) + 1
    assert all(row[name] > 0 for row in report["rows"] for name in columns)
    assert report["speedup"].keys() == set(columns)


@pytest.fixture
def plain():
    return load_script(ROOT / "benchmarks" / "peers", "plain_text")


@pytest.fixture
def policy():
    policy = fresh_policy(TEXT, 0)
    generator = torch.Generator().manual_seed(0)
    for weights in policy.parameters():
        weights.data += 0.3 * torch.randn(weights.shape, generator=generator)
    return policy


def test_the_plain_loop_sees_and_reads_lines_as_the_world_does(plain, policy):
    torch.manual_seed(0)
    lines = plain.write(policy.logits, 50)
    for row, line in enumerate(lines.texts()):
        lives = lines.alive[:, row]
        expected = as_demonstration(line)
        np.testing.assert_array_equal(lines.characters[lives, row], expected.actions)
        np.testing.assert_array_equal(lines.obs[lives, row], expected.obs[:-1])
        log_probs = policy(lines.obs[lives, row]).log_prob(lines.characters[lives, row])
        torch.testing.assert_close(lines.log_probs[lives, row], log_probs.detach())


def test_the_plain_loop_writes_as_often_what_the_course_writes(plain, policy):
    torch.manual_seed(0)
    theirs = plain.write(policy.logits, 4000)
    ours = lines_of(collect_trajectories(policy.sampler(0), TEXT.env_id, 4000, 0))
    lengths = [np.mean([len(line) for line in lines]) for lines in (ours, theirs.texts())]
    assert lengths[0] == pytest.approx(lengths[1], rel=0.05)
    shares = [np.mean(["a" in line for line in lines]) for lines in (ours, theirs.texts())]
    assert shares[0] == pytest.approx(shares[1], abs=0.04)


def test_the_plain_loop_computes_the_same_advantages(plain):
    config = PPOConfig(gamma=0.9, gae_lambda=0.8)
    rewards, values = torch.randn(2, 5, 1, generator=torch.Generator().manual_seed(0))
    alive = torch.ones(5, 1, dtype=torch.bool)
    alive[3:] = False
    rewards, values = rewards * alive, values * alive
    found = plain._advantages(rewards, values, alive, config)[:3]
    terminated = torch.tensor([False, False, True])[:, None]
    never = torch.zeros_like(terminated)
    next_values = torch.cat([values[1:3], torch.full((1, 1), 7.0)])  # behind the end nothing counts
    expected = compute_gae(rewards[:3], values[:3], next_values, terminated, never, 0.9, 0.8)
    torch.testing.assert_close(found, expected)


def test_both_learn_to_please(text, monkeypatch):
    monkeypatch.setattr(text, "BC_CONFIG", BCConfig(num_updates=300))
    monkeypatch.setattr(text, "CONFIG", replace(text.CONFIG, num_iterations=25, learning_rate=4e-3))
    imitator = text._imitator()
    before = text._taste_of(imitator, 0)
    for train in (text._our_ppo, text._plain_ppo):
        assert train(imitator, 0)[1] > before + 0.5
