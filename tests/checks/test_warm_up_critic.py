"""Lesson 08, the warm-up of the critic: right answers, stubs and nonsense."""

import textwrap

import pytest

from ilrl_course.checks import EXERCISES, check
from ilrl_course.checks.diagnosis import STILL_RAISES, diagnose, facts_about
from tests.checks.answers import hint_for, written
from tests.checks.warmup_cells import (
    AIM,
    EPOCHS,
    LINES,
    LOSS,
    RAISE,
    ROWS,
    STEP,
    STUB,
    TARGETS,
    VALUES,
    filled,
    instead,
    run_cell,
)

EXERCISE = EXERCISES["warm_up_critic"]
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


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    facts_about(EXERCISE.probes, EXERCISE.solution)


@pytest.mark.parametrize("name", RIGHT)
def test_unusual_right_answers_pass(name):
    assert hint_for("warm_up_critic", RIGHT[name]) == ""


def test_the_untouched_stub_is_not_written_yet():
    assert not diagnose(EXERCISE, run_cell(STUB)).written


def test_a_comment_in_the_stub_is_not_code():
    source = STUB.replace(RAISE, f"            # first the targets\n{RAISE}")
    assert not diagnose(EXERCISE, run_cell(source)).written


@pytest.mark.parametrize("source", [LINES, "targets = rollout.rewards\n"])
def test_code_around_the_line_is_noticed(source):
    code = "".join(f"            {line}\n" for line in source.splitlines())
    for both in code + RAISE, RAISE + code:
        assert hint_for("warm_up_critic", run_cell(STUB.replace(RAISE, both))) == STILL_RAISES


NONSENSE = [
    ("return None", "it returned nothing"),
    ("return 7", "it should be a generator, which yields, but it returns an int."),
    ("yield", "there is more acting than in the given line"),
    ("yield from ({} for _ in iter(int, 1))", "with num_warmup_iterations = 1 it should yield once, not 6"),
    ("inputs[0](None)\n    yield {}", "it raised"),
    ("inputs[0].value = None\n    yield {}", "there is more acting"),
    ("raise SystemExit\n    yield", "it asks Python to exit"),
    ("inputs[2].step(None)\n    yield", "it raised"),
    ("while True: inputs[0](__import__('torch').zeros(2, 3))\n    yield", "it did not finish within 1.5 s."),
    (
        "inputs[0](__import__('torch').full((2, 3), float('nan'))).sum().backward()\n    yield {}",
        "there is more",
    ),
]


@pytest.mark.usefixtures("unchanged_state")
@pytest.mark.parametrize(("body", "hint"), NONSENSE)
def test_nonsense_gets_a_calm_answer(body, hint, capsys):
    check(written("warm_up_critic", body))
    assert capsys.readouterr().out.startswith(f"❌ warm_up_critic: {hint}")


def test_the_numbers_of_a_watched_config_cannot_be_taken_for_one_another():
    configs = []

    def answer(value_net, actor, envs, config, seed):
        configs.append(config)
        yield from EXERCISE.solution(value_net, actor, envs, config, seed)

    assert diagnose(EXERCISE, answer).passed
    for config in configs:
        discounts = config.gamma, config.gae_lambda, config.vf_coef, config.clip_coef
        sizes = config.num_steps, config.minibatch_size, config.num_iterations, 4, 24  # N, and B = T * N
        assert len(set(discounts)) == len(discounts)
        assert len(set(sizes)) == len(sizes)
