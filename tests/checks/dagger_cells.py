"""The half-written stub of train_dagger, and ways to fill it as students do."""

import textwrap

from ilrl_course.algorithms import dagger  # the names that the stub needs
from tests.checks import cells

STUB = '''
def train_dagger(
    policy, expert, envs, config, seed, rollout_fn=mixed_rollout, label_fn=label_rollout, loss_fn=bc_loss
):
    """Fit the policy, in place, to labels in the situations that it gets into itself."""
    rng = np.random.default_rng(seed)
    untrained = deepcopy(policy.state_dict())
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    labeled, crashes = [], 0
    for i in range(config.num_rounds):
        raise NotImplementedError("write train_dagger here, then run the next cell")
        if config.from_scratch:
            policy.load_state_dict(untrained)
        *_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)
        yield metrics | {"labels": len(demos), "crashes": crashes}
'''
RAISE = '        raise NotImplementedError("write train_dagger here, then run the next cell")\n'

BETA = "beta = config.beta_decay**i\n"
ACT = "rollout, obs = rollout_fn(expert, policy.act, envs, obs, config.num_steps, beta, rng)\n"
LABEL = "labeled.append(label_fn(expert, rollout))\n"
COUNT = "crashes += int(rollout.crashed.sum())\n"
JOIN = "demos = concatenate(labeled)\n"
LINES = BETA + ACT + LABEL + COUNT + JOIN


def run_cell(source):
    """The function that a cell defines."""
    return cells.run_cell(source, "train_dagger", vars(dagger))


def filled(lines, edits=()):
    """The stub with these lines in the place of its `raise`, and then each (old, new) text exchanged."""
    source = STUB.replace(RAISE, textwrap.indent(lines, " " * 8))
    for old, new in edits:
        assert old in source
        source = source.replace(old, new)
    return run_cell(source)


def instead(line, other):
    """The right lines, with one of them exchanged."""
    assert line in LINES
    return filled(LINES.replace(line, other + "\n"))
