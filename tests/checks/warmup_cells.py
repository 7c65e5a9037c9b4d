"""The half-written stub of warm_up_critic, and ways to fill it as students do."""

import textwrap

import numpy as np

from ilrl_course.algorithms import finetune  # the names that the stub needs
from tests.checks import cells

STUB = '''
def warm_up_critic(
    value_net: ValueNet, actor: Actor, envs: VectorEnv, config: FinetuneConfig, seed: int
) -> Iterator[dict[str, float]]:
    """Let the actor act as it is, and teach the critic, in place, what that is worth; yields each iteration.

    The metrics: `value_loss` of the last minibatch, and so far `env_steps` and `crashes`.
    """
    optimizer = torch.optim.Adam(value_net.parameters(), lr=config.warmup_learning_rate, fused=True)
    generator = torch.Generator().manual_seed(derive_seed(seed, "warm-up minibatches"))
    obs, _ = envs.reset(seed=derive_seed(seed, "warm-up"))
    env_steps = crashes = 0
    for _ in range(config.num_warmup_iterations):
        rollout, obs = collect_rollout(actor, envs, obs, config.num_steps)
        all_obs, ends = rollout.obs.flatten(0, 1), (rollout.terminated, rollout.truncated)  # (B, obs_dim)
        for _ in range(config.num_epochs):
            raise NotImplementedError("write warm_up_critic here, then run the next cell")
        env_steps += len(all_obs)
        crashes += int(rollout.crashed.sum())
        yield {"value_loss": loss.item(), "env_steps": env_steps, "crashes": crashes}
'''
RAISE = '            raise NotImplementedError("write warm_up_critic here, then run the next cell")\n'
EPOCHS = "        for _ in range(config.num_epochs):\n"

VALUES = "next_values = value_net(rollout.next_obs.flatten(0, 1)).reshape(rollout.rewards.shape)"
TARGETS = "targets = value_targets(rollout.rewards, next_values, *ends, config.gamma).flatten()"
AIM = f"with torch.no_grad():\n    {VALUES}\n    {TARGETS}\n"
ROWS = "torch.randperm(len(targets), generator=generator).split(config.minibatch_size)"
LOSS = "loss = (value_net(all_obs[rows]) - targets[rows]).square().mean()"
STEP = "optimizer.zero_grad()\n    loss.backward()\n    optimizer.step()"
LINES = f"{AIM}for rows in {ROWS}:\n    {LOSS}\n    {STEP}\n"


def run_cell(source):
    """The function that a cell defines."""
    return cells.run_cell(source, "warm_up_critic", vars(finetune) | {"np": np})


def filled(lines, edits=()):
    """The stub with these lines in the place of its `raise`, and then each (old, new) text exchanged."""
    source = STUB.replace(RAISE, textwrap.indent(lines, " " * 12))
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return run_cell(source)


def instead(part, other):
    """The right lines, with one part of them exchanged."""
    assert part in LINES
    return filled(LINES.replace(part, other))
