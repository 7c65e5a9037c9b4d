"""Lesson 04, the loop of DAgger: stubs, changes to the given lines, and names from elsewhere."""

from dataclasses import fields

import pytest

from ilrl_course.checks import EXERCISES
from ilrl_course.checks.diagnosis import STILL_RAISES, diagnose
from tests.checks.answers import hint_for
from tests.checks.dagger_cells import (
    ACT,
    BETA,
    COUNT,
    JOIN,
    LABEL,
    LINES,
    RAISE,
    STUB,
    filled,
    instead,
    run_cell,
)

EXERCISE = EXERCISES["train_dagger"]
LEARN = "*_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)"
YIELD = 'yield metrics | {"labels": len(demos), "crashes": crashes}'
SCRATCH = "        if config.from_scratch:\n            policy.load_state_dict(untrained)\n"
MEAN = "it adds the share of the steps that crashed"
MEANS = (
    "+= rollout.crashed.mean()",
    "+= int(rollout.crashed.mean())",
    "+= torch.mean(rollout.crashed)",
    "+= rollout.crashed.float().mean()",
    "= crashes + rollout.crashed.to(torch.float32).mean()",
    "+= rollout.crashed.double().mean().item()",
    "+= int(rollout.crashed.float().mean())",
    "+= rollout.crashed.numpy().mean()",
)
OTHER_NUMBER = "another number of the config is handed over as the number of steps"
OTHER_NUMBERS = ("num_rounds", "num_updates", "minibatch_size")


def test_the_untouched_stub_is_not_written_yet():
    assert not diagnose(EXERCISE, run_cell(STUB)).written


def test_a_comment_in_the_stub_is_not_code():
    source = STUB.replace(RAISE, f"        # first beta, then act\n{RAISE}")
    assert not diagnose(EXERCISE, run_cell(source)).written


@pytest.mark.parametrize("source", [LINES, "beta = 1\n"])
def test_code_around_the_line_is_noticed(source):
    code = "".join(f"        {line}\n" for line in source.splitlines())
    for both in code + RAISE, RAISE + code:
        assert hint_for("train_dagger", run_cell(STUB.replace(RAISE, both))) == STILL_RAISES


WRONG = [
    ("from_scratch has no effect", filled(LINES, [(SCRATCH, "")])),
    (
        "from_scratch strikes too early",
        filled(f"if config.from_scratch:\n    policy.load_state_dict(untrained)\n{LINES}"),
    ),
    (
        "it learns in the first round only",
        filled(LINES, [(LEARN, f"if i == 0:\n            {LEARN}")]),
    ),
    ("it yields only when all is over", filled(LINES, [(f"    {YIELD}", YIELD)])),
    ("it should be a generator", filled(LINES, [(YIELD, YIELD.replace("yield", "return"))])),
    ("loss_fn is not used", filled(LINES, [("seed + i, loss_fn", "seed + i")])),
    ("a copy of the policy learns", filled(LINES, [("train_bc(policy", "train_bc(deepcopy(policy)")])),
    ("it should yield a dict with the keys", filled(LINES, [(YIELD, "yield metrics")])),
    ("`demos` gets no value in this function", filled("")),
    ("`demos` gets no value in this function", instead(JOIN, "data = concatenate(labeled)")),
    ("`beta` gets no value in this function", filled(ACT + LABEL + COUNT + JOIN)),
    ("`rollout` gets no value in this function", instead(ACT, "block, obs = " + ACT.split("= ")[1])),
    (
        "it reads a variable of the lesson. The learner",
        instead(ACT, ACT.strip().replace("policy.act", "learner")),
    ),
    ("it asks the expert of the lesson", instead(LABEL, "labeled.append(label_fn(EXPERT, rollout))")),
    ("it reads the settings of the lesson", instead(BETA, "beta = CONFIG.beta_decay**i")),
    (
        "it labels the block of the round before",
        filled(
            "last = rollout if i else None\n"
            + LINES.replace(LABEL, "labeled.append(label_fn(expert, last or rollout))\n")
        ),
    ),
    (
        "it labels the first block again and again",
        instead(LABEL, "first = first if i else rollout\nlabeled.append(label_fn(expert, first))"),
    ),
    (
        "it asks again about the blocks of earlier rounds",
        instead(
            LABEL,
            "blocks = [*blocks, rollout] if i else [rollout]\n"
            "labeled = [label_fn(expert, block) for block in blocks]",
        ),
    ),
    (
        "label_fn is not used",
        instead(LABEL, "labeled.append(Batch(rollout.obs.flatten(0, 1), rollout.actions.flatten()))"),
    ),
    (
        "a copy of the policy acts",
        filled(
            LINES.replace("policy.act", "learned.act"),
            [("labeled, crashes", "learned = deepcopy(policy)\n    labeled, crashes")],
        ),
    ),
    (
        "label_fn gets its arguments in the wrong order",
        instead(LABEL, "labeled.append(label_fn(rollout, expert))"),
    ),
    (
        "label_fn gets its arguments in the wrong order",
        instead(LABEL, "labels = label_fn(rollout, expert)\nlabeled += [labels]"),
    ),
    *((MEAN, instead(COUNT, f"crashes {count}")) for count in MEANS),
    *((OTHER_NUMBER, instead(ACT, ACT.strip().replace("num_steps", name))) for name in OTHER_NUMBERS),
    ("it keeps the blocks themselves", instead(LABEL, "labeled.append(rollout)")),
    ("label_fn got observations", instead(ACT, ACT.strip().replace("rollout, obs", "obs, rollout"))),
    ("label_fn got observations", instead(LABEL, "labeled.append(label_fn(expert, rollout.obs))")),
    ("a Batch is taken apart", instead(JOIN, "demos = concatenate(*labeled)")),
    ("beta_decay has no effect", instead(BETA, "beta = 0.5**i")),
    ("beta falls from 1 to 0", instead(BETA, "beta = 1.0 if i == 0 else 0.0")),
    (
        "the learner acts in the expert's place",
        instead(ACT, ACT.strip().replace("expert", "policy.act")),
    ),
]


@pytest.mark.parametrize(("hint", "function"), WRONG)
def test_a_slip_is_named(hint, function):
    assert hint_for("train_dagger", function).startswith(hint)


def test_all_numbers_of_a_watched_config_differ():
    configs = []

    def answer(policy, expert, envs, config, seed, *functions):
        configs.append(config)
        yield from EXERCISE.solution(policy, expert, envs, config, seed, *functions)

    assert diagnose(EXERCISE, answer).passed
    for config in configs:
        values = [getattr(config, field.name) for field in fields(config) if field.name != "from_scratch"]
        assert len(set(values)) == len(values)
