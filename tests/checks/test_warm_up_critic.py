"""Lesson 08, the warm-up of the critic: right answers and mistakes, written independently of the bank."""

import textwrap

import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import facts_about
from tests.checks.answers import hint_for
from tests.checks.warmup_cells import AIM, EPOCHS, LINES, LOSS, ROWS, STEP, TARGETS, VALUES, filled, instead

ERROR = "value_net(all_obs[rows]) - targets[rows]"
LOOP = LINES.removeprefix(AIM)

RIGHT = {
    "as expected": filled(LINES),
    "once in an iteration": filled(LOOP, [(EPOCHS, textwrap.indent(AIM, " " * 8) + EPOCHS)]),
    "mse_loss": instead(LOSS, "loss = torch.nn.functional.mse_loss(value_net(all_obs[rows]), targets[rows])"),
    "the other way around": instead(LOSS, "loss = ((targets[rows] - value_net(all_obs[rows])) ** 2).mean()"),
    "a sum, divided": instead(LOSS, f"loss = ({ERROR}).pow(2).sum() / len(rows)"),
    "detached targets": filled(
        LINES.replace(AIM, f"{VALUES.replace('.resh', '.detach().resh')}\n{TARGETS}\n")
    ),
    "detached at the end": filled(
        LINES.replace(AIM, f"{VALUES}\n{TARGETS.replace('.fl', '.detach().fl')}\n")
    ),
    "inference mode": instead("no_grad", "inference_mode"),
    "no need to flatten": instead(VALUES, "next_values = value_net(rollout.next_obs)"),
    "unflattened": instead(".reshape(rollout.rewards.shape)", ".view_as(rollout.rewards)"),
    "reshaped": instead(".flatten()\n", ".reshape(-1)\n"),
    "one world at a time": instead(
        VALUES, "next_values = torch.stack([value_net(after) for after in rollout.next_obs.unbind(1)], dim=1)"
    ),
    "by GAE with lambda 1": instead(
        TARGETS,
        "values = value_net(all_obs).reshape(rollout.rewards.shape)\n"
        "    targets = (compute_gae(rollout.rewards, values, next_values, *ends, config.gamma, 1.0) + values)"
        ".flatten()",
    ),
    "counted by hand": instead(
        f"for rows in {ROWS}:\n",
        "order = torch.randperm(len(all_obs), generator=generator)\n"
        "for start in range(0, len(order), config.minibatch_size):\n"
        "    rows = order[start : start + config.minibatch_size]\n",
    ),
    "sorted by random numbers": instead(
        "torch.randperm(len(targets), generator=generator)",
        "torch.rand(len(targets), generator=generator).argsort()",
    ),
    "shuffled by NumPy": filled(
        LINES.replace(
            "torch.randperm(len(targets), generator=generator)",
            "torch.from_numpy(shuffler.permutation(len(targets)))",
        ),
        [
            (
                "    env_steps = crashes = 0",
                "    env_steps = crashes = 0\n    shuffler = np.random.default_rng(seed)",
            )
        ],
    ),
    "a data loader": instead(
        f"for rows in {ROWS}:\n    {LOSS}",
        "data = torch.utils.data.TensorDataset(all_obs, targets)\n"
        "for some_obs, some in torch.utils.data.DataLoader(\n"
        "    data, config.minibatch_size, shuffle=True, generator=generator\n"
        "):\n"
        "    loss = (value_net(some_obs) - some).square().mean()",
    ),
    "all forecasts, some of them used": instead("value_net(all_obs[rows])", "value_net(all_obs)[rows]"),
    "zeroed by the critic": instead("optimizer.zero_grad()", "value_net.zero_grad()"),
    "zeroed afterwards": instead(STEP, "loss.backward()\n    optimizer.step()\n    optimizer.zero_grad()"),
    "set to zero": instead("zero_grad()", "zero_grad(set_to_none=False)"),
    "zeroed at first": instead(
        f"{LOSS}\n    {STEP}",
        f"optimizer.zero_grad()\n    {LOSS}\n    loss.backward()\n    optimizer.step()",
    ),
}


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
    ("`ends` is handed over as one thing", ends("ends")),
    ("gamma is fixed", instead("config.gamma", "1")),
    ("gamma is fixed", instead("config.gamma", "0.99")),
    ("another number of the config is taken", instead("config.gamma", "config.gae_lambda")),
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
    exercise = EXERCISES["warm_up_critic"]
    facts_about(exercise.probes, exercise.solution)


@pytest.mark.parametrize("name", RIGHT)
def test_unusual_right_answers_pass(name):
    assert hint_for("warm_up_critic", RIGHT[name]) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("warm_up_critic", function).startswith(hint)
