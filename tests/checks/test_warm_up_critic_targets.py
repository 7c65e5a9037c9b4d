"""Lesson 08, the warm-up of the critic: mistakes in the targets, written independently of the bank."""

import textwrap

import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import facts_about
from tests.checks.answers import hint_for
from tests.checks.warmup_cells import AIM, LINES, LOSS, STEP, TARGETS, VALUES, filled, instead

EXERCISE = EXERCISES["warm_up_critic"]


def ends(some):
    return instead("*ends", some)


NO_GRADIENT = "the targets carry a gradient"
WRONG = [
    (NO_GRADIENT, filled(LINES.replace(AIM, f"{VALUES}\n{TARGETS}\n"))),
    (NO_GRADIENT, instead("torch.no_grad()", "torch.enable_grad()")),
    (NO_GRADIENT, filled(LINES.replace(AIM, f"with torch.no_grad():\n    pass\n{VALUES}\n{TARGETS}\n"))),
    (
        NO_GRADIENT,
        filled(
            f"for rows in torch.randperm(len(all_obs), generator=generator).split(config.minibatch_size):\n"
            f"    {VALUES}\n    {TARGETS}\n    {LOSS}\n    {STEP}\n"
        ),
    ),
    ("the rewards themselves are the targets", instead(TARGETS, "targets = rollout.rewards.flatten()")),
    ("the critic's own values are the targets", instead(TARGETS, "targets = value_net(all_obs)")),
    (
        "the critic's own values are the targets",
        instead("targets[rows]", "value_net(all_obs[rows]).detach()"),
    ),
    ("the next values are the targets", instead(TARGETS, "targets = next_values.flatten()")),
    (
        "the critic's forecast is subtracted from the targets",
        instead(TARGETS, f"{TARGETS} - value_net(all_obs)"),
    ),
    (
        "only one reward is counted",
        instead(
            TARGETS,
            "targets = (rollout.rewards + config.gamma * next_values * ~rollout.terminated).flatten()",
        ),
    ),
    (
        "these are the returns of GAE",
        instead(
            TARGETS,
            "values = value_net(rollout.obs)\n"
            "    targets = compute_gae(\n"
            "        rollout.rewards, values, next_values, *ends, config.gamma, config.gae_lambda\n"
            "    )\n"
            "    targets = (targets + values).flatten()",
        ),
    ),
    ("truncation is treated as death", ends("ends[0] | ends[1], ends[1]")),
    ("truncation is treated as death", ends("torch.logical_or(*ends), torch.zeros_like(ends[1])")),
    ("terminated and truncated are swapped", ends("rollout.truncated, rollout.terminated")),
    ("terminated and truncated are swapped", ends("*ends[::-1]")),
    ("death is treated as a time limit", ends("torch.zeros_like(ends[0]), ends[0] + ends[1]")),
    ("an end of episodes is left out", ends("ends[0], torch.zeros_like(ends[0])")),
    ("an end of episodes is left out", ends("*[torch.zeros_like(end) for end in ends]")),
    ("value_targets gets too few inputs", ends("ends")),
    ("value_targets gets too few inputs", instead("*ends, config.gamma", "ends, gamma=config.gamma")),
    ("value_targets gets too few inputs", instead("*ends, config.gamma", "*ends")),
    ("value_targets gets too few inputs", instead("rollout.rewards, next_values", "rollout.rewards")),
    (
        "rewards and next values are swapped",
        instead("rollout.rewards, next_values", "next_values, rollout.rewards"),
    ),
    ("gamma is fixed", instead("config.gamma", "1")),
    ("gamma is fixed", instead("config.gamma", "0.99")),
    ("gae_lambda is taken for gamma", instead("config.gamma", "config.gae_lambda")),
    ("the next values are those of rollout.obs", instead("rollout.next_obs", "rollout.obs")),
    ("the next values are those of rollout.obs", instead(VALUES, "next_values = value_net(rollout.obs)")),
    (
        "the next values are taken from the row below",
        instead(
            VALUES,
            "values = value_net(rollout.obs)\n    next_values = torch.vstack([values[1:], values[-1:]])",
        ),
    ),
    (
        "the critic is not asked what comes after",
        instead(VALUES, "next_values = torch.zeros(rollout.rewards.shape)"),
    ),
    ("the next values are a row of B numbers", instead(".reshape(rollout.rewards.shape)", "")),
    ("the next values are a row of B numbers", instead(".reshape(rollout.rewards.shape)", ".squeeze(-1)")),
    (
        "the next values are folded in the wrong order",
        instead(".reshape(rollout.rewards.shape)", ".reshape(envs.num_envs, -1)"),
    ),
    (
        "the next values are folded in the wrong order",
        instead(".reshape(rollout.rewards.shape)", ".view(envs.num_envs, config.num_steps).T"),
    ),
    (
        "all is flattened before value_targets",
        instead(
            f"{VALUES}\n    {TARGETS}",
            "next_values = value_net(rollout.next_obs.flatten(0, 1))\n"
            "    targets = value_targets(\n"
            "        rollout.rewards.flatten(), next_values, *(end.flatten() for end in ends), config.gamma\n"
            "    )",
        ),
    ),
    ("the rows count through all B", instead(".flatten()\n", "\n")),
    (
        "the rows count through all B",
        filled(LINES.replace(".flatten()\n", "\n").replace("len(targets)", "len(all_obs)")),
    ),
    ("the rows count through all B", instead("all_obs[rows]", "rollout.obs[rows]")),
    ("targets and observations stand in different orders", instead(".flatten()\n", ".T.reshape(-1)\n")),
    (
        "targets and observations stand in different orders",
        instead("targets[rows]", "targets[torch.randperm(len(targets), generator=generator)[: len(rows)]]"),
    ),
    (
        "the targets are normalized",
        instead(TARGETS, f"{TARGETS}\n    targets = (targets - targets.mean()) / targets.std()"),
    ),
    (
        "the critic learns what rollout.next_obs is worth",
        instead("all_obs[rows]", "rollout.next_obs.flatten(0, 1)[rows]"),
    ),
    (
        "the targets are computed anew for each minibatch",
        filled(
            f"for rows in torch.randperm(len(all_obs), generator=generator).split(config.minibatch_size):\n"
            f"{textwrap.indent(AIM, ' ' * 4)}    {LOSS}\n    {STEP}\n"
        ),
    ),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    facts_about(EXERCISE.probes, EXERCISE.solution)


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("warm_up_critic", function).startswith(hint)
