"""The check of lesson 04 on the loop of DAgger: act, label, aggregate, learn."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.dagger import train_dagger
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, number, numbers
from ilrl_course.checks.lesson_04_train_acting import (
    BLOCK_BY_HAND,
    NEW_NUMBERS,
    NOT_REPEATABLE,
    OTHER_WORLDS,
)
from ilrl_course.checks.lesson_04_train_counting import TENSOR
from ilrl_course.checks.lesson_04_train_mutants import LABELS_BY_HAND, LEFTOVERS, MUTANTS
from ilrl_course.checks.lesson_04_watched import (
    NUM_ENVS,
    NUM_STEPS,
    NUM_UPDATES,
    WatchedTraining,
    goes_on_from,
)
from ilrl_course.checks.watched.counting_batch import CountingExpert

NUM_ROUNDS, BETA_DECAY = 3, 0.6
ROUNDS = range(NUM_ROUNDS)

GIVEN = """
rng = np.random.default_rng(seed)
untrained = deepcopy(policy.state_dict())
obs, _ = envs.reset(seed=derive_seed(seed, "training"))
labeled, crashes = [], 0
for i in range(config.num_rounds):
    if config.from_scratch:
        policy.load_state_dict(untrained)
    *_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)
    yield metrics | {"labels": len(demos), "crashes": crashes}
"""


def _probe_rounds(answer: Callable) -> Iterator[Fact]:
    training = WatchedTraining(answer, num_rounds=NUM_ROUNDS, beta_decay=BETA_DECAY)
    by_rollout_fn = bool(training.rollouts) and not training.envs.executed
    yield Fact("rollout_fn", by_rollout_fn, True, BLOCK_BY_HAND)
    if not training.rollouts:
        return
    hint = f"with num_rounds = {NUM_ROUNDS} it should yield that many times, not {len(training.metrics)}."
    yield Fact("yields", len(training.metrics), NUM_ROUNDS, hint)
    hint = "in each round it should call rollout_fn once, then learn, then yield."
    yield Fact("rollouts", str(training.num_rollouts), str([i + 1 for i in ROUNDS]), hint)
    yield from _facts_about_acting(training)
    yield from _facts_about_labels(training)
    yield from _facts_about_learning(training)
    yield from _facts_about_metrics(training)


def _facts_about_acting(training: WatchedTraining) -> Iterator[Fact]:
    given = {name: [each[name] for each in training.arguments] for name in training.arguments[0]}
    hint = "rollout_fn should get the expert that is passed in as its first argument."
    yield Fact("expert", str(given["expert"]), str(["expert"] * NUM_ROUNDS), hint)
    hint = "rollout_fn should get the learner as its second argument: policy.act, as it is in that round."
    yield Fact("learner", str(given["learner"]), str(["learner"] * NUM_ROUNDS), hint)
    yield Fact("same worlds", all(given["same worlds"]), True, OTHER_WORLDS)
    hint = "the worlds are reset once, before the loop. After that each round goes on where the last ended."
    yield Fact("resets", len(training.envs.seeds), 1, hint)
    kinds = sorted({kind(obs) for obs in given["obs"]})
    hint = f"the obs that rollout_fn gets should be a NumPy array, not {kinds[0]}."
    yield Fact("kind of obs", str(kinds), "['a ndarray']", hint)
    obs = [numbers(each, (NUM_ENVS, 3), "the obs that rollout_fn gets") for each in given["obs"]]
    hint = "a round should go on from the observations that rollout_fn returned in the round before."
    yield Fact("where rounds begin", obs, [goes_on_from(i) for i in ROUNDS], hint)
    found = [number(each, "num_steps") for each in given["num_steps"]]
    wrong = next((steps for steps in found if steps != NUM_STEPS), NUM_STEPS)
    hint = f"with config.num_steps = {NUM_STEPS} rollout_fn got {wrong:.4g} as its num_steps."
    yield Fact("num_steps", found, [NUM_STEPS] * NUM_ROUNDS, hint)
    found = [number(each, "beta") for each in given["beta"]]
    yield Fact(f"beta with beta_decay = {BETA_DECAY}", found, [BETA_DECAY**i for i in ROUNDS])
    kinds = [draw for draw in given["draw"] if isinstance(draw, str)]
    hint = f"rollout_fn should get the generator rng, which was made before the loop, not {[*kinds, ''][0]}."
    yield Fact("generator", not kinds, True, hint)
    yield Fact("new numbers", len(set(given["draw"])) > 1, True, NEW_NUMBERS)


def _facts_about_labels(training: WatchedTraining) -> Iterator[Fact]:
    yield Fact("label_fn", bool(training.labelings), True, LABELS_BY_HAND)
    asked = sorted({who for who, _ in training.labelings})
    hint = "the one who is asked by label_fn should be the expert that is passed in."
    yield Fact("who is asked", str(asked), "['expert']", hint)
    hint = "label_fn should be called once in each round, with the block of that round."
    yield Fact("what is labeled", str([i for _, i in training.labelings]), str([*ROUNDS]), hint)


def _facts_about_learning(training: WatchedTraining) -> Iterator[Fact]:
    rounds = [_rows(minibatches) for minibatches in training.minibatches]
    hint = "loss_fn is not used. Pass it on to train_bc."
    yield Fact("loss_fn", all(len(rows) > 0 for rows in rounds), True, hint)
    found = [len(minibatches) for minibatches in training.minibatches]
    hint = f"with num_updates = {NUM_UPDATES} each round should make that many updates, not {found}."
    yield Fact("updates", str(found), str([NUM_UPDATES] * NUM_ROUNDS), hint)
    found = str([sorted(set(rows[:, 1].astype(int).tolist())) for rows in rounds])
    hint = "in each round it should learn from the labels of all rounds so far."
    yield Fact("rounds learned from", found, str([[*range(i + 1)] for i in ROUNDS]), hint)
    wanted = [np.array_equal(rows[:, 3], CountingExpert()(rows[:, :3])) for rows in rounds]
    hint = "it learns something else than what label_fn returned."
    yield Fact("labels learned from", all(wanted), True, hint)
    hint = "without from_scratch it should start untrained in the first round only, and then learn on."
    yield Fact("starts", str(training.starts), str([i == 0 for i in ROUNDS]), hint)


def _rows(minibatches: list) -> np.ndarray:
    """Observation and action (B, 4) of all that was learned from; raises WrongResult for anything else."""
    if any(batch.obs.ndim != 2 or batch.actions.ndim != 1 for batch in minibatches):
        raise WrongResult(
            "demos should be what label_fn returned, joined by concatenate. What is it instead?"
        )
    rows = [torch.cat([batch.obs, batch.actions[:, None]], dim=1).numpy() for batch in minibatches]
    return np.concatenate([np.zeros((0, 4), dtype=np.float32), *rows])


def _facts_about_metrics(training: WatchedTraining) -> Iterator[Fact]:
    for metrics in training.metrics:
        if not isinstance(metrics, dict) or not {"loss", "labels", "crashes"} <= set(metrics):
            raise WrongResult("it should yield a dict with the keys 'loss', 'labels' and 'crashes'.")
    per_round = NUM_STEPS * NUM_ENVS
    found = [number(metrics["labels"], "'labels' in the metrics") for metrics in training.metrics]
    name = f"'labels' in the metrics, with {per_round} new ones in a round"
    yield Fact(name, found, [per_round * (i + 1) for i in ROUNDS])
    tensors = any(isinstance(metrics["crashes"], torch.Tensor) for metrics in training.metrics)
    yield Fact("tensor", tensors, False, TENSOR)
    found = [number(metrics["crashes"], "'crashes' in the metrics") for metrics in training.metrics]
    crashes = [int(rollout.crashed.sum()) for rollout in training.rollouts]
    name = f"'crashes' in the metrics, with {crashes} of them in the rounds"
    yield Fact(name, found, np.cumsum(crashes))


def _probe_from_scratch(answer: Callable) -> Iterator[Fact]:
    training = WatchedTraining(answer, num_rounds=NUM_ROUNDS, beta_decay=0.0, from_scratch=True)
    hint = "with from_scratch every round's learning should begin with the untrained policy."
    yield Fact("starts from scratch", str(training.starts), str([True] * NUM_ROUNDS), hint)
    hint = "with from_scratch the policy should still act with what it has learned in the round before."
    acting = [each["untrained"] for each in training.arguments]
    yield Fact("acting untrained", str(acting), str([i == 0 for i in ROUNDS]), hint)
    betas = [number(each["beta"], "beta") for each in training.arguments]
    yield Fact("beta with beta_decay = 0", betas, [0.0**i for i in ROUNDS])


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    runs = (WatchedTraining(answer, seed, num_rounds=1) for seed in (0, 0, 1))
    first, again, other = ([each["draw"] for each in run.arguments] for run in runs)
    yield Fact("repeatable", first == again, True, NOT_REPEATABLE)
    hint = "the seed has no effect on what is drawn. Pass on rng, which is made from the seed."
    yield Fact("seed used", first == other, False, hint)


TRAIN = Exercise(
    solution=train_dagger,
    tested="beta, who acts, what is labeled, learning from the labels of all rounds, and the crashes so far.",
    probes=(_probe_rounds, _probe_from_scratch, _probe_seed),
    given=GIVEN,
    leftovers=LEFTOVERS,
    mutants=MUTANTS,
)
