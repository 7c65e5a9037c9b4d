"""Lesson 08, the warm-up of the critic: slips in losses, minibatches, steps, and the given lines."""

import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import facts_about
from tests.checks.answers import hint_for
from tests.checks.warmup_cells import AIM, LINES, LOSS, ROWS, STEP, TARGETS, VALUES, filled, instead

EXERCISE = EXERCISES["warm_up_critic"]
LOOP = f"for rows in {ROWS}:\n"
ERROR = "value_net(all_obs[rows]) - targets[rows]"
STEPPED = "optimizer.step()"
YIELD = 'yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}'
ACT = "rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)"


def loss(text):
    return instead(LOSS, f"loss = {text}")


def rows(text):
    return instead(ROWS, text)


WRONG = [
    ("this is the sum over the minibatch", loss(f"({ERROR}).pow(2).sum()")),
    (
        "this is the sum over the minibatch",
        loss("torch.nn.functional.mse_loss(value_net(all_obs[rows]), targets[rows], reduction='sum')"),
    ),
    ("the sign is wrong", loss(f"-torch.mean(({ERROR}) ** 2)")),
    ("these are absolute errors", loss(f"torch.abs({ERROR}).mean()")),
    (
        "these are absolute errors",
        loss("torch.nn.functional.l1_loss(value_net(all_obs[rows]), targets[rows])"),
    ),
    ("this is the error without its square", loss(f"({ERROR}).mean()")),
    ("the mean is taken before the square", loss(f"torch.mean({ERROR}) ** 2")),
    ("a factor stands before the loss", loss(f"config.vf_coef * ({ERROR}).square().mean()")),
    ("a factor stands before the loss", loss(f"0.5 * (({ERROR}) ** 2).mean()")),
    ("a root is taken of the loss", loss(f"torch.sqrt((({ERROR}) ** 2).mean())")),
    ("each step of the minibatch still has a loss", loss(f"({ERROR}) ** 2")),
    (
        "the forecast is cut off from the critic",
        loss("(value_net(all_obs[rows]).detach() - targets[rows]).square().mean()"),
    ),
    (
        "the forecast is cut off from the critic",
        filled(f"{AIM}    {LOOP}        {LOSS}\n        {STEP.replace('    ', ' ' * 8)}\n"),
    ),
    ("the loss is made a plain number too early", loss(f"({ERROR}).square().mean().item()")),
    (
        "forecasts (b, 1) meet targets (b,)",
        loss("(value_net(all_obs[rows])[:, None] - targets[rows]).square().mean()"),
    ),
    ("the minibatch meets the whole block", loss("(value_net(all_obs[rows]) - targets).square().mean()")),
    ("the minibatch meets the whole block", loss("(value_net(all_obs) - targets[rows]).square().mean()")),
    ("each gradient step sees the whole block", loss("(value_net(all_obs) - targets).square().mean()")),
    (
        "each gradient step sees the whole block",
        filled(f"{AIM}loss = (value_net(all_obs) - targets).square().mean()\n{STEP.replace('    ', '')}\n"),
    ),
    ("each gradient step sees the whole block", rows(ROWS.replace("config.minibatch_size", "512"))),
    ("the pieces have the wrong size", rows(ROWS.replace("split", "chunk"))),
    ("the pieces have the wrong size", rows(ROWS.replace("(config", "(len(targets) // config"))),
    ("the pieces have the wrong size", rows(ROWS.replace("(config", "(-len(targets) // -config"))),
    ("only one minibatch is used in each epoch", rows(f"{ROWS}[:1]")),
    (
        "only one minibatch is used in each epoch",
        instead(
            LOOP,
            "for _ in [0]:\n"
            "    rows = torch.randint(len(targets), (config.minibatch_size,), generator=generator)\n",
        ),
    ),
    (
        "rows are drawn anew for each minibatch",
        instead(
            LOOP,
            "for _ in range(len(targets) // config.minibatch_size):\n"
            "    rows = torch.randint(len(targets), (config.minibatch_size,), generator=generator)\n",
        ),
    ),
    (
        "the first rows come in every minibatch",
        loss("(value_net(all_obs[: len(rows)]) - targets[: len(rows)]).square().mean()"),
    ),
    ("only the first T rows are gone through", rows(ROWS.replace("len(targets)", "config.num_steps"))),
    (
        "the last, smaller minibatch is left out",
        instead(LOOP, f"{LOOP}    if len(rows) < config.minibatch_size:\n        break\n"),
    ),
    ("a minibatch holds neighboring steps", rows("torch.arange(len(targets)).split(config.minibatch_size)")),
    (
        "every epoch goes through the rows in the same order",
        instead(LOOP, f"generator = torch.Generator().manual_seed(seed)\n{LOOP}"),
    ),
    (
        "every epoch goes through the rows in the same order",
        rows(ROWS.replace("=generator", "=torch.Generator().manual_seed(0)")),
    ),
    ("the minibatches cannot be repeated", rows(ROWS.replace(", generator=generator", ""))),
    (
        "the minibatches cannot be repeated",
        rows("torch.from_numpy(np.random.permutation(len(targets))).split(config.minibatch_size)"),
    ),
    (
        "the block is gone through too often",
        filled("for _ in range(config.num_epochs):\n" + "".join(f"    {x}\n" for x in LINES.splitlines())),
    ),
    ("nothing is learned", instead("    loss.backward()\n", "")),
    ("nothing is learned", instead(STEP, "pass")),
    ("the gradients are computed but never used", instead(STEPPED, "pass")),
    (
        "the gradients are computed but never used",
        instead(STEP, "optimizer.zero_grad()\n    optimizer.step()\n    loss.backward()"),
    ),
    ("the gradients of earlier minibatches pile up", instead("optimizer.zero_grad()\n    ", "")),
    (
        "the gradients of earlier minibatches pile up",
        filled(f"optimizer.zero_grad()\n{LINES.replace('    optimizer.zero_grad()', '    pass')}"),
    ),
    (
        "the gradients are erased before they are used",
        instead(STEP, "loss.backward()\n    optimizer.zero_grad()\n    optimizer.step()"),
    ),
    (
        "one step is taken in an epoch",
        filled(f"optimizer.zero_grad()\n{AIM}{LOOP}    {LOSS}\n    loss.backward()\noptimizer.step()\n"),
    ),
    (
        "the optimizer steps before the gradients are there",
        instead(STEP, "optimizer.step()\n    optimizer.zero_grad()\n    loss.backward()"),
    ),
    ("two steps are taken for each minibatch", instead(STEPPED, f"{STEPPED}\n    {STEPPED}")),
    (
        "the gradients are cut",
        instead(STEPPED, f"torch.nn.utils.clip_grad_norm_(value_net.parameters(), 0.5)\n    {STEPPED}"),
    ),
    (
        "the critic does not end where the given optimizer takes it",
        filled(LINES, [("torch.optim.Adam(", "torch.optim.AdamW("), ("fused=True", "weight_decay=1.0")]),
    ),
    ("there is more acting than in the given line", filled(f"{ACT}\n{LINES}")),
    ("there is more acting than in the given line", instead(AIM, f"envs.step(actor(obs))\n{AIM}")),
    ("the actor is asked again", filled(f"actions = actor(all_obs.numpy())\n{LINES}")),
    ("the worlds are reset, or a block begins", filled(f"obs, _ = envs.reset(seed=seed)\n{LINES}")),
    ("the worlds are reset, or a block begins", filled(f"{LINES}obs = rollout.next_obs[-1].numpy()\n")),
    ("`loss` gets no value in this function", filled("pass\n")),
    ("`loss` gets no value in this function", filled(LINES.replace("loss", "error"))),
    ("`next_values` gets no value", filled(LINES.replace(VALUES, "pass"))),
    ("`targets` gets no value", filled(LINES.replace(TARGETS, "pass"))),
    ("it reads the settings of the lesson", instead("config.minibatch_size", "CAREFUL.minibatch_size")),
    ("it reads a variable of the lesson", loss(f"({ERROR}).mean() + policy(all_obs)")),
    ("it reads the seed of the lesson", rows("torch.randperm(SEED).split(config.minibatch_size)")),
    (
        "it should yield a dict with the keys 'value_loss', 'env_steps', 'crashes'",
        filled(LINES, [(YIELD, 'yield {"loss": loss.item()}')]),
    ),
    ("it should be a generator", filled(LINES, [(YIELD, YIELD.replace("yield", "return"))])),
    ("with num_warmup_iterations = 1 it should yield once", filled(LINES, [(YIELD, "yield from ()")])),
    ("with num_warmup_iterations = 1 it should yield once, not 2 times.", filled(f"{LINES}yield {{}}\n")),
    ("'env_steps' in the metrics: expected about", filled(LINES, [("+= len(all_obs)", "= len(all_obs)")])),
    ("'value_loss' in the metrics should be", filled(f"{LINES}loss = 2 * loss\n")),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    facts_about(EXERCISE.probes, EXERCISE.solution)


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("warm_up_critic", function).startswith(hint)


def test_a_diverging_critic_gets_calm_words():
    assert hint_for("warm_up_critic", loss(f"({ERROR}).square().mean() / 0")).startswith("the loss pulls the")
