"""Lesson 04, the loop of DAgger: right answers and mistakes, written independently of the bank."""

import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import facts_about
from tests.checks.answers import hint_for
from tests.checks.dagger_cells import ACT, BETA, COUNT, JOIN, LABEL, LINES, filled, instead

RIGHT = {
    "as expected": filled(LINES),
    "beta is multiplied": filled(
        ACT + LABEL + COUNT + JOIN + "beta *= config.beta_decay\n",
        edits=[("crashes = [], 0", "crashes, beta = [], 0, 1.0")],
    ),
    "a learner of one's own": instead(ACT, ACT.strip().replace("policy.act", "lambda obs: policy.act(obs)")),
    "a learner by hand": instead(
        ACT,
        ACT.strip().replace("policy.act", "lambda obs: policy(torch.as_tensor(obs)).mode.detach().numpy()"),
    ),
    "a fresh copy acts": instead(ACT, ACT.strip().replace("policy.act", "deepcopy(policy).act")),
    "named arguments": instead(
        ACT,
        "rollout, obs = rollout_fn(\n    expert=expert, learner=policy.act, envs=envs, obs=obs, "
        "num_steps=config.num_steps,\n    beta=beta, rng=rng,\n)",
    ),
    "demos grow": instead(
        LABEL + COUNT + JOIN,
        "labels = label_fn(expert=expert, rollout=rollout)\n"
        "demos = concatenate([demos, labels]) if i else labels\n"
        "crashes = crashes + rollout.crashed.numpy().sum()",
    ),
    "joined by hand": instead(
        JOIN,
        "demos = Batch(torch.vstack([b.obs for b in labeled]), torch.hstack([b.actions for b in labeled]))",
    ),
    "counted by hand": instead(COUNT, "crashes += torch.count_nonzero(rollout.crashed).item()"),
    "the newest first": instead(LABEL, "labeled.insert(0, label_fn(expert, rollout))"),
}


def acting(arguments):
    return instead(ACT, f"rollout, obs = rollout_fn({arguments})")


WRONG = [
    ("it learns from the labels of the last round only", instead(JOIN, "demos = labeled[-1]")),
    (
        "it learns from the labels of the last round only",
        instead(LABEL + COUNT + JOIN, "demos = label_fn(expert, rollout)\n" + COUNT.strip()),
    ),
    (
        "it learns from the labels of the last round only",
        instead(LABEL, "labeled = [label_fn(expert, rollout)]"),
    ),
    ("it learns from the labels of the first round only", instead(JOIN, "demos = concatenate(labeled[:1])")),
    ("some labels come more than once", instead(JOIN, JOIN + "labeled.append(demos)")),
    ("demos is a list of batches still", instead(JOIN, "demos = labeled")),
    ("the first round has nothing to learn from", filled(BETA + ACT + JOIN + LABEL + COUNT)),
    ("a Batch is taken apart", instead(LABEL, "labeled.extend(label_fn(expert, rollout))")),
    ("a Batch is taken apart", instead(LABEL, "labeled += label_fn(expert, rollout)")),
    ("beta is the wrong way around", instead(BETA, "beta = 1.0 - config.beta_decay**i")),
    ("beta is a multiple of beta_decay", instead(BETA, "beta = i * config.beta_decay")),
    ("beta is always 1", instead(BETA, "beta = 1.0")),
    ("beta is always 0", instead(BETA, "beta = 0.0")),
    ("beta stays the same", instead(BETA, "beta = config.beta_decay")),
    ("beta is one round ahead", instead(BETA, "beta = pow(config.beta_decay, i + 1)")),
    (
        "beta shrinks along a straight line",
        instead(BETA, "beta = (config.num_rounds - i) / config.num_rounds"),
    ),
    ("the power is turned around", instead(BETA, "beta = i**config.beta_decay")),
    ("beta and num_steps are swapped", acting("expert, policy.act, envs, obs, beta, config.num_steps, rng")),
    ("the learner never acts", acting("expert, expert, envs, obs, config.num_steps, beta, rng")),
    (
        "the learner acts in the expert's place",
        acting("policy.act, policy.act, envs, obs, config.num_steps, beta, rng"),
    ),
    ("expert and learner are swapped", acting("policy.act, expert, envs, obs, config.num_steps, beta, rng")),
    (
        "the learner draws its actions at random",
        acting("expert, policy.sample, envs, obs, config.num_steps, beta, rng"),
    ),
    ("the policy itself is no actor", acting("expert, policy, envs, obs, config.num_steps, beta, rng")),
    (
        "it acts in worlds of its own",
        acting("expert, policy.act, deepcopy(envs), obs, config.num_steps, beta, rng"),
    ),
    ("the number of steps in the config", acting("expert, policy.act, envs, obs, 20, beta, rng")),
    (
        "every round draws the same random numbers",
        acting("expert, policy.act, envs, obs, config.num_steps, beta, np.random.default_rng(seed)"),
    ),
    (
        "what is drawn cannot be repeated",
        acting("expert, policy.act, envs, obs, config.num_steps, beta, np.random.default_rng()"),
    ),
    ("a seed is no generator", acting("expert, policy.act, envs, obs, config.num_steps, beta, seed")),
    ("rollout_fn is not used", instead(ACT, ACT.strip().replace("rollout_fn", "mixed_rollout"))),
    ("label_fn is not used", instead(LABEL, LABEL.strip().replace("label_fn", "label_rollout"))),
    (
        "label_fn is not used",
        instead(
            LABEL,
            "seen = rollout.obs.flatten(0, 1)\n"
            "labeled.append(Batch(seen, torch.from_numpy(expert(seen.numpy()))))",
        ),
    ),
    (
        "each round begins with the same observations",
        instead(ACT, ACT.strip().replace("rollout, obs", "rollout, _")),
    ),
    ("the worlds are reset in each round", instead(ACT, "obs, _ = envs.reset(seed=seed)\n" + ACT.strip())),
    ("the worlds are reset in each round", instead(ACT, ACT + "obs, _ = envs.reset()")),
    (
        "the next round begins with the last next_obs",
        instead(ACT, ACT + "obs = np.array(rollout.next_obs[-1])"),
    ),
    ("rollout_fn returns two things", instead(ACT, ACT.strip().replace("rollout, obs =", "rollout ="))),
    (
        "the learner labels its own situations",
        instead(LABEL, "labeled.append(label_fn(policy.act, rollout))"),
    ),
    ("only the crashes of the last round", instead(COUNT, "crashes = int(rollout.crashed.sum())")),
    ("the crashes are not counted", instead(COUNT, "")),
    (
        "it counts the episodes that were terminated",
        instead(COUNT, "crashes += rollout.terminated.sum().item()"),
    ),
    (
        "it counts the episodes that are over",
        instead(COUNT, "crashes += int(torch.logical_or(rollout.terminated, rollout.truncated).sum())"),
    ),
    ("it counts the rounds, or the worlds", instead(COUNT, "crashes += bool(rollout.crashed.any())")),
    ("it counts the steps", instead(COUNT, "crashes += rollout.crashed.numel()")),
    ("the crashes are a tensor", instead(COUNT, "crashes += rollout.crashed.sum()")),
]


@pytest.fixture(scope="module", autouse=True)
def _warm():
    """The first update of a process is slow."""
    exercise = EXERCISES["train_dagger"]
    facts_about(exercise.probes, exercise.solution)


@pytest.mark.parametrize("name", RIGHT)
def test_unusual_right_answers_pass(name):
    assert hint_for("train_dagger", RIGHT[name]) == ""


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_mistake_written_in_another_way_gets_the_same_hint(hint, function):
    assert hint_for("train_dagger", function).startswith(hint)
