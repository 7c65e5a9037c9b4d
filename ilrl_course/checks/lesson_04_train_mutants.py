"""Known wrong loops of DAgger."""

from copy import deepcopy

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.dagger import label_rollout
from ilrl_course.checks.exercise import Mutant
from ilrl_course.checks.lesson_04_mix_mutants import LESSONS_EXPERT
from ilrl_course.checks.lesson_04_train_acting import ACTING, BLOCK_BY_HAND, OTHER_WORLDS
from ilrl_course.checks.lesson_04_train_counting import COUNTING
from ilrl_course.checks.lesson_04_train_parts import train, with_parts
from ilrl_course.data import Batch, concatenate

LABELS_BY_HAND = "label_fn is not used. Call the one that is passed in, so that it can be exchanged."
NOT_ASSIGNED = "`{}` gets no value in this function. Give it one within the loop, before it is used."
LEFTOVERS = {
    "mixed_rollout": BLOCK_BY_HAND,
    "label_rollout": LABELS_BY_HAND,
    "make_batch": OTHER_WORLDS,
    "EXPERT": LESSONS_EXPERT,
    "CONFIG": "it reads the settings of the lesson. Use the config that is passed in.",
    "learner": "it reads a variable of the lesson. The learner is the policy that is passed in: policy.act.",
} | {name: NOT_ASSIGNED.format(name) for name in ("beta", "rollout", "demos")}


def _labeling(rule):
    return with_parts(label=lambda label_fn, expert, policy, rollouts: [rule(label_fn, expert, rollouts)])


def _flat_batch(rollout, actions):
    return Batch(rollout.obs.flatten(0, 1), actions.flatten(0, 1))


def _learn_before_labeling(policy, expert, envs, config, seed, *functions):
    concatenate([])
    yield {}


def _at_the_end(*inputs):
    yield list(train(*inputs))[-1]


LEARNING = (
    Mutant(
        "it learns from the labels of the last round only, and forgets the earlier ones. Join those of all "
        "rounds: that is the aggregation in DAgger's name.",
        with_parts(gather=lambda labeled: labeled[-1]),
        with_parts(remember=lambda labeled, new: new),
    ),
    Mutant(
        "it learns from the labels of the first round only. Join those of all rounds so far.",
        with_parts(gather=lambda labeled: labeled[0]),
    ),
    Mutant(
        "some labels come more than once. Add only the new ones of each round to the list.",
        with_parts(remember=lambda labeled, new: [*labeled, concatenate(labeled + new)]),
        with_parts(remember=lambda labeled, new: labeled + new + new),
    ),
    Mutant(
        "demos is a list of batches still. Join them into one with concatenate.",
        with_parts(gather=lambda labeled: labeled),
    ),
    Mutant(
        "the first round has nothing to learn from. Add its labels to the list before you join the list.",
        _learn_before_labeling,
    ),
    Mutant(
        "a Batch is taken apart into its rows. Append it as one piece, and hand the list to concatenate.",
        with_parts(remember=lambda labeled, new: [*labeled, *new[0]]),
    ),
    Mutant(
        "rollout_fn returns two things: the block, and the observations to go on from. Take both apart.",
        _labeling(lambda label_fn, expert, rollouts: label_fn(expert, (rollouts[-1], None))),
        with_parts(label=lambda label_fn, expert, policy, rollouts: (rollouts[-1], None).crashed),
    ),
    Mutant(
        "label_fn got observations, but it takes the block. rollout_fn returns the block first.",
        _labeling(lambda label_fn, expert, rollouts: label_fn(expert, rollouts[-1].obs)),
        _labeling(lambda label_fn, expert, rollouts: label_fn(expert, rollouts[-1].obs[-1].numpy())),
    ),
    Mutant(
        "label_fn gets its arguments in the wrong order. The expert comes first, then the block.",
        _labeling(lambda label_fn, expert, rollouts: label_fn(rollouts[-1], expert)),
    ),
    Mutant(
        "it keeps the blocks themselves, with what was done in them. Ask for labels with label_fn.",
        _labeling(lambda label_fn, expert, rollouts: rollouts[-1]),
    ),
    Mutant(
        "the learner labels its own situations, so it learns what it does already. Ask the expert.",
        with_parts(label=lambda label_fn, expert, policy, rollouts: [label_fn(policy.act, rollouts[-1])]),
    ),
    Mutant(
        "it labels the block of the round before. Label the one that has just come back.",
        _labeling(lambda label_fn, expert, rollouts: label_fn(expert, rollouts[max(len(rollouts) - 2, 0)])),
    ),
    Mutant(
        "it labels the first block again and again. Label the one that has just come back.",
        _labeling(lambda label_fn, expert, rollouts: label_fn(expert, rollouts[0])),
    ),
    Mutant(
        "it asks again about the blocks of earlier rounds. Each label costs: ask once, and keep the answer.",
        with_parts(
            label=lambda label_fn, expert, policy, rollouts: [label_fn(expert, each) for each in rollouts],
            remember=lambda labeled, new: new,
        ),
        _labeling(lambda label_fn, expert, rollouts: [label_fn(expert, each) for each in rollouts][-1]),
    ),
    Mutant(
        LABELS_BY_HAND,
        _labeling(lambda label_fn, expert, rollouts: label_rollout(expert, rollouts[-1])),
        _labeling(lambda label_fn, expert, rollouts: _flat_batch(rollouts[-1], rollouts[-1].actions)),
    ),
    Mutant(
        "from_scratch has no effect. With it the learning of each round begins with the untrained policy.",
        with_parts(resets=()),
    ),
    Mutant(
        "from_scratch strikes too early: the untrained policy acts. Load its weights after acting, just "
        "before learning.",
        with_parts(resets=("act",)),
    ),
    Mutant(
        "it learns in the first round only. Learn again in each round, from more labels.",
        with_parts(learns=lambda i: i == 0),
    ),
    Mutant(
        "it yields only when all is over. Yield inside the loop, at the end of each round.",
        _at_the_end,
        lambda *inputs: iter(list(train(*inputs))),
    ),
    Mutant(
        "loss_fn is not used. Pass it on to train_bc, so that it can be exchanged.",
        lambda *inputs: train(*inputs[:-1], bc_loss),
    ),
    Mutant(
        "a copy of the policy learns, and the policy itself stays as it was. Fit it in place.",
        with_parts(learner=deepcopy),
    ),
)
MUTANTS = ACTING + LEARNING + COUNTING
