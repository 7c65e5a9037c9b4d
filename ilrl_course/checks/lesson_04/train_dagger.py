"""The check of the loop of DAgger: act, label, aggregate, learn."""

from collections.abc import Callable, Iterator

import numpy as np
import torch

from ilrl_course.algorithms.dagger import train_dagger
from ilrl_course.checks.exercise import Exercise, Fact, WrongResult, kind, number, numbers
from ilrl_course.checks.lesson_04._leftovers import LESSONS_EXPERT
from ilrl_course.checks.watched.counting_batch import CountingExpert
from ilrl_course.checks.watched.dagger_training import (
    NUM_ENVS,
    NUM_UPDATES,
    WatchedTraining,
    goes_on_from,
)
from ilrl_course.data import Batch, concatenate
from ilrl_course.rollout import derive_seed

BLOCK_BY_HAND = "rollout_fn is not used. Call the one that is passed in, so that it can be exchanged."
LABELS_BY_HAND = "label_fn is not used. Call the one that is passed in, so that it can be exchanged."
OTHER_LOSS = "loss_fn is not used. Pass it on to train_bc, so that it can be exchanged."
SAME_ROWS = (
    "every round draws the same rows of the labels. train_bc should get seed + i, as the given line has it."
)
OTHER_WORLDS = "it acts in worlds of its own. Hand over the envs that are passed in."
NEW_NUMBERS = "every round draws the same random numbers. Hand over rng, which is made once, before the loop."
NOT_REPEATABLE = "what is drawn cannot be repeated. Hand over rng, which is made from the seed."
TENSOR = (
    "the crashes are a tensor, and += changes it in place, in the metrics of earlier rounds too. Make each "
    "sum an int."
)

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
    yield from _facts(WatchedTraining(answer, num_rounds=3, beta_decay=0.6))


def _probe_more_rounds(answer: Callable) -> Iterator[Fact]:
    """Six of them, each of seven steps, with actions of two numbers."""
    settings = {"action_dim": 2, "num_steps": 7, "num_rounds": 6, "beta_decay": 0.9}
    yield from _facts(training := WatchedTraining(answer, seed=4, **settings))
    hint = 'the worlds should be reset with derive_seed(seed, "training"), as the given line does.'
    yield Fact("seed of the worlds", training.envs.seeds == [derive_seed(4, "training")], True, hint)


def _facts(training: WatchedTraining) -> Iterator[Fact]:
    by_rollout_fn = bool(training.rollouts) and not training.envs.executed
    yield Fact("rollout_fn", by_rollout_fn, True, BLOCK_BY_HAND)
    if not training.rollouts:
        return
    number_of = len(training.rounds)
    hint = f"with num_rounds = {number_of} it should yield that many times, not {len(training.metrics)}."
    yield Fact("yields", len(training.metrics), number_of, hint)
    hint = "in each round it should call rollout_fn once, then learn, then yield."
    yield Fact("rollouts", str(training.num_rollouts), str([i + 1 for i in training.rounds]), hint)
    yield from _facts_about_acting(training)
    yield from _facts_about_labels(training)
    yield from _facts_about_learning(training)
    yield from _facts_about_metrics(training)


def _facts_about_acting(training: WatchedTraining) -> Iterator[Fact]:
    given = {name: [each[name] for each in training.arguments] for name in training.arguments[0]}
    rounds, decay, num_steps = training.rounds, training.config.beta_decay, training.config.num_steps
    hint = "rollout_fn should get the expert that is passed in, the function itself, as its first argument."
    yield Fact("expert", str(given["expert"]), str(["expert" for _ in rounds]), hint)
    hint = "rollout_fn should get the learner as its second argument: policy.act, as it is in that round."
    yield Fact("learner", str(given["learner"]), str(["learner" for _ in rounds]), hint)
    yield Fact("same worlds", all(given["same worlds"]), True, OTHER_WORLDS)
    hint = "the worlds are reset once, before the loop. After that each round goes on where the last ended."
    yield Fact("resets", len(training.envs.seeds), 1, hint)
    kinds = sorted({kind(obs) for obs in given["obs"]})
    hint = f"the obs that rollout_fn gets should be a NumPy array, not {kinds[0]}."
    yield Fact("kind of obs", str(kinds), "['a ndarray']", hint)
    obs = [numbers(each, (NUM_ENVS, 3), "the obs that rollout_fn gets") for each in given["obs"]]
    hint = "a round should go on from the observations that rollout_fn returned in the round before."
    yield Fact("where rounds begin", obs, [goes_on_from(i) for i in rounds], hint)
    found = [number(each, "num_steps") for each in given["num_steps"]]
    wrong = next((steps for steps in found if steps != num_steps), num_steps)
    hint = f"with config.num_steps = {num_steps} rollout_fn got {wrong:.4g} as its num_steps."
    yield Fact("num_steps", found, [num_steps for _ in rounds], hint)
    found = [number(each, "beta") for each in given["beta"]]
    yield Fact(f"beta with beta_decay = {decay}", found, [decay**i for i in rounds])
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
    yield Fact("what is labeled", str([i for _, i in training.labelings]), str([*training.rounds]), hint)


def _facts_about_learning(training: WatchedTraining) -> Iterator[Fact]:
    rounds = [_rows([each.batch for each in updates], training.action_dim) for updates in training.updates]
    yield Fact("loss_fn", training.asks_for_losses, True, OTHER_LOSS)
    found = [len(updates) for updates in training.updates]
    hint = f"with num_updates = {NUM_UPDATES} each round should make that many updates, not {found}."
    yield Fact("updates", str(found), str([NUM_UPDATES for _ in rounds]), hint)
    found = str([sorted(set(obs[:, 1].astype(int).tolist())) for obs, _ in rounds])
    hint = "in each round it should learn from the labels of all rounds so far."
    yield Fact("rounds learned from", found, str([[*range(i + 1)] for i in training.rounds]), hint)
    wanted = [np.array_equal(actions, CountingExpert(training.action_dim)(obs)) for obs, actions in rounds]
    hint = "it learns something else than what label_fn returned."
    yield Fact("labels learned from", all(wanted), True, hint)
    hint = "without from_scratch it should start untrained in the first round only, and then learn on."
    yield Fact("starts", str(training.starts), str([i == 0 for i in training.rounds]), hint)
    places = [updates[0].batch.obs[:, [0, 2]] for updates in training.updates if updates]  # within a block
    again = len(places) > 1 and torch.equal(places[0], places[1])
    yield Fact("rows drawn again", again, False, SAME_ROWS)


def _rows(minibatches: list[Batch], action_dim: int) -> tuple[np.ndarray, np.ndarray]:
    """Observations and actions of all that was learned from; raises WrongResult for anything else."""
    if any(batch.obs.ndim != 2 or batch.actions.ndim != 1 + bool(action_dim) for batch in minibatches):
        raise WrongResult(
            "demos should be what label_fn returned, joined by concatenate. What is it instead?"
        )
    if not minibatches:
        return np.zeros((0, 3)), CountingExpert(action_dim)(np.zeros((0, 3)))
    rows = concatenate(minibatches)
    return rows.obs.numpy(), rows.actions.numpy()


def _facts_about_metrics(training: WatchedTraining) -> Iterator[Fact]:
    for metrics in training.metrics:
        if not isinstance(metrics, dict) or not {"loss", "labels", "crashes"} <= set(metrics):
            raise WrongResult("it should yield a dict with the keys 'loss', 'labels' and 'crashes'.")
    per_round = training.config.num_steps * NUM_ENVS
    found = [number(metrics["labels"], "'labels' in the metrics") for metrics in training.metrics]
    name = f"'labels' in the metrics, with {per_round} new ones in a round"
    yield Fact(name, found, [per_round * (i + 1) for i in training.rounds])
    found = [number(metrics["loss"], "'loss' in the metrics") for metrics in training.metrics]
    wanted = [updates[-1].loss if updates else 0.0 for updates in training.updates]
    hint = "'loss' in the metrics should be that of the round's last update, as the given lines have it."
    yield Fact("loss", bool(np.allclose(found, wanted)) or not all(wanted), True, hint)
    tensors = any(isinstance(metrics["crashes"], torch.Tensor) for metrics in training.metrics)
    yield Fact("tensor", tensors, False, TENSOR)
    found = [number(metrics["crashes"], "'crashes' in the metrics") for metrics in training.metrics]
    crashes = [int(rollout.crashed.sum()) for rollout in training.rollouts]
    name = f"'crashes' in the metrics, with {crashes} of them in the rounds"
    yield Fact(name, found, np.cumsum(crashes))


def _probe_from_scratch(answer: Callable) -> Iterator[Fact]:
    training = WatchedTraining(answer, num_rounds=3, beta_decay=0.0, from_scratch=True)
    hint = "with from_scratch every round's learning should begin with the untrained policy."
    yield Fact("starts from scratch", str(training.starts), str([True for _ in training.rounds]), hint)
    hint = "with from_scratch the policy should still act with what it has learned in the round before."
    acting = [each["untrained"] for each in training.arguments]
    yield Fact("acting untrained", str(acting), str([i == 0 for i in training.rounds]), hint)
    betas = [float(each["beta"]) for each in training.arguments]
    hint = f"with beta_decay = 0 beta should be 1, 0, 0, not {betas}. 0**0 is 1, but 0 has no logarithm."
    yield Fact("beta with beta_decay = 0", betas, [0.0**i for i in training.rounds], hint)


def _probe_seed(answer: Callable) -> Iterator[Fact]:
    runs = (WatchedTraining(answer, seed, num_rounds=1) for seed in (0, 0, 1))
    first, again, other = ([each["draw"] for each in run.arguments] for run in runs)
    yield Fact("repeatable", first == again, True, NOT_REPEATABLE)
    hint = "the seed has no effect on what is drawn. Pass on rng, which is made from the seed."
    yield Fact("seed used", first == other, False, hint)


def _beta(beta: str) -> str:
    return f"config.beta_decay ** i => {beta}"


def _before_acting(statement: str) -> str:
    return f"beta = => {statement}\nbeta ="


def _after_acting(statement: str) -> str:
    return f"labeled.append => {statement}\nlabeled.append"


ACTORS = "expert, policy.act"
LABELS = "label_fn(expert, rollout)"
APPEND = f"labeled.append({LABELS})"
COUNT = "int(rollout.crashed.sum())"
BY_HSTACK = (
    "concatenate(labeled) => Batch(torch.cat([each.obs for each in labeled]), labels)",
    "demos = => labels = torch.hstack([each.actions for each in labeled])\ndemos =",
)
KEEPS_BLOCKS = (_after_acting("rollouts.append(rollout)"), "rollouts = []")
UNTRAINED = "if config.from_scratch:\n    policy.load_state_dict(untrained)"

ACTING = {
    "beta is the wrong way around: it should begin at 1, where the expert acts alone, and shrink.": [
        _beta("1 - config.beta_decay ** i"),
        _beta("1 - config.beta_decay ** (i + 1)"),
    ],
    "beta is a multiple of beta_decay. Raise beta_decay to the power of the round instead.": [
        _beta("config.beta_decay * i"),
        _beta("config.beta_decay * (i + 1)"),
    ],
    "beta is always 1: the expert acts alone, and the learner never gets into situations of its own.": [
        _beta("1")
    ],
    "beta is always 0, so the expert never acts. It should begin at 1 and shrink.": [_beta("0")],
    "beta stays the same. It should shrink: raise beta_decay to the power of the round.": [
        _beta("config.beta_decay")
    ],
    "beta is one round ahead. The rounds count from 0, and in the first one beta is 1.": [
        _beta("config.beta_decay ** (i + 1)")
    ],
    "beta is one round behind. The rounds count from 0: raise beta_decay to the power of the round.": [
        _beta("config.beta_decay ** max(i - 1, 0)")
    ],
    "beta shrinks along a straight line. Multiply by beta_decay from round to round instead.": [
        _beta("1 - i / config.num_rounds"),
        _beta("1 - i / max(config.num_rounds - 1, 1)"),
        _beta("max(0.0, 1 - config.beta_decay * i)"),
        _beta("1 - config.beta_decay * i"),
        _beta("1 - (1 - config.beta_decay) * i"),
    ],
    "beta_decay has no effect. Raise config.beta_decay to the power of the round, no number of your own.": [
        _beta(f"{fixed} ** i") for fixed in (0.5, 0.8, 0.9, 0.99)
    ],
    "beta falls from 1 to 0 at once. It should shrink by the factor beta_decay from round to round.": [
        _beta("float(i == 0)")
    ],
    "the power is turned around. It should be beta_decay to the power of the round.": [
        _beta("i ** config.beta_decay")
    ],
    "beta and num_steps are swapped when rollout_fn is called. num_steps comes first.": [
        "config.num_steps, beta => beta, config.num_steps"
    ],
    "the learner never acts: the expert is handed over in its place. Hand over policy.act.": [
        f"{ACTORS} => expert, expert"
    ],
    "the learner acts in the expert's place too. Hand over both, the expert first.": [
        f"{ACTORS} => policy.act, policy.act"
    ],
    "expert and learner are swapped when rollout_fn is called. The expert comes first.": [
        f"{ACTORS} => policy.act, expert"
    ],
    "the learner draws its actions at random. Let it do what it thinks is likeliest: policy.act.": [
        f"{ACTORS} => expert, policy.sample"
    ],
    "the policy itself is no actor: it returns distributions. Hand over policy.act.": [
        f"{ACTORS} => expert, policy"
    ],
    "a copy of the policy acts, which never learns anything. Hand over policy.act itself.": [
        (f"{ACTORS} => expert, learner.act", "learner = deepcopy(policy)")
    ],
    "each round begins with the same observations, but the worlds are elsewhere by then. Go on from those "
    "that rollout_fn returned.": ["rollout, obs => rollout, _"],
    "the worlds are reset in each round, so it never gets far. Go on from the observations that rollout_fn "
    "returned.": [_before_acting("obs, _ = envs.reset()"), _after_acting("obs, _ = envs.reset()")],
    "the next round begins with the last next_obs, which is wrong where an episode ended. Go on from the "
    "observations that rollout_fn returned.": [
        _after_acting("obs = rollout.next_obs[-1]"),
        _after_acting("obs = rollout.next_obs[-1].numpy()"),
    ],
    "the number of steps in the config has no effect. Hand over config.num_steps.": [
        f"config.num_steps => {fixed}" for fixed in (10, 20, 50, 100)
    ],
    "num_steps is multiplied with the number of worlds, or divided by it. Each of them makes so many "
    "steps.": [
        "config.num_steps => config.num_steps * envs.num_envs",
        "config.num_steps => config.num_steps // envs.num_envs",
    ],
    "num_steps is multiplied with the number of rounds, but it holds for each of them. Hand it over as "
    "it is.": ["config.num_steps => config.num_steps * config.num_rounds"],
    "another number of the config is handed over as the number of steps. Hand over config.num_steps.": [
        f"config.num_steps => config.{other}" for other in ("num_rounds", "num_updates", "minibatch_size")
    ],
    NEW_NUMBERS: [f"beta, rng => beta, np.random.default_rng({seed})" for seed in ("seed", 0)],
    "a seed is no generator, and NumPy's module is none either. Hand over rng.": [
        "beta, rng => beta, np.random"
    ],
}

LEARNING = {
    "it learns from the labels of the last round only, and forgets the earlier ones. Join those of all "
    "rounds: that is the aggregation in DAgger's name.": [f"{APPEND} => labeled = [{LABELS}]"],
    "it learns from the labels of the first round only. Join those of all rounds so far.": [
        "concatenate(labeled) => labeled[0]"
    ],
    "some labels come more than once. Add only the new ones of each round to the list.": [
        f"{APPEND} => labeled.append(concatenate([*labeled, {LABELS}]))",
        f"{APPEND} => labeled += 2 * [{LABELS}]",
    ],
    "demos is a list of batches still. Join them into one with concatenate.": [
        "concatenate(labeled) => labeled"
    ],
    "the first round has nothing to learn from. Add its labels to the list before you join the list.": [
        ("demos = concatenate(labeled) =>", _before_acting("demos = concatenate(labeled)"))
    ],
    "labels of several numbers are joined along the wrong axis. Join along the first one, as concatenate "
    "does.": [BY_HSTACK],
    "some labels of a round are left out. Keep all of them: what is right already is not to be forgotten.": [
        f"{APPEND} => labels = {LABELS}\nlabeled.append(labels[{some}])"
        for some in (
            "::2",
            "1::2",
            ":5",
            "-5:",
            "(labels.actions != rollout.actions.flatten(0, 1)).view(len(labels), -1).any(1)",
        )
    ],
    "only the labels of the last few rounds are kept. Join those of all rounds so far.": [
        f"concatenate(labeled) => concatenate(labeled[-{kept}:])" for kept in (2, 3, 4, 5)
    ],
    "a Batch is taken apart into its rows. Append it as one piece, and hand the list to concatenate.": [
        "labeled.append => labeled.extend"
    ],
    "rollout_fn returns two things: the block, and the observations to go on from. Take both apart.": [
        "rollout, obs => rollout",
        ("rollout, obs => rollout", _after_acting("rollout.crashed")),
    ],
    "label_fn got observations, but it takes the block. rollout_fn returns the block first.": [
        f"{LABELS} => label_fn(expert, rollout.obs)",
        f"{LABELS} => label_fn(expert, obs)",
    ],
    "label_fn gets its arguments in the wrong order. The expert comes first, then the block.": [
        f"{LABELS} => label_fn(rollout, expert)"
    ],
    "it keeps the blocks themselves, with what was done in them. Ask for labels with label_fn.": [
        f"{LABELS} => rollout"
    ],
    "the learner labels its own situations, so it learns what it does already. Ask the expert.": [
        f"{LABELS} => label_fn(policy.act, rollout)"
    ],
    "it labels the block of the round before. Label the one that has just come back.": [
        (f"{LABELS} => label_fn(expert, rollouts[max(i - 1, 0)])", *KEEPS_BLOCKS)
    ],
    "it labels the first block again and again. Label the one that has just come back.": [
        (f"{LABELS} => label_fn(expert, rollouts[0])", *KEEPS_BLOCKS)
    ],
    "it asks again about the blocks of earlier rounds. Each label costs: ask once, and keep the answer.": [
        (*KEEPS_BLOCKS, f"{APPEND} => labeled += [label_fn(expert, each) for each in rollouts][-1:]")
    ],
    "from_scratch has no effect. With it the learning of each round begins with the untrained policy.": [
        "config.from_scratch => False"
    ],
    "from_scratch strikes too early: the untrained policy acts. Load its weights after acting, just before "
    "learning.": [("config.from_scratch => False", _before_acting(UNTRAINED))],
    "it learns in the first round only. Learn again in each round, from more labels.": [
        "*_, metrics => if i == 0:\n    *_, metrics"
    ],
    "it yields only when all is over. Yield inside the loop, at the end of each round.": [
        "        yield =>     yield",
        lambda *inputs: iter(list(train_dagger(*inputs))),
    ],
    "a copy of the policy learns, and the policy itself stays as it was. Fit it in place.": [
        "train_bc(policy => train_bc(deepcopy(policy)"
    ],
}

COUNTING = {
    "only the crashes of the last round are counted. Add them to those of the rounds before.": [
        "crashes += => crashes ="
    ],
    "the crashes are not counted. Add those of each block: it knows them as rollout.crashed.": [
        f"{COUNT} => 0"
    ],
    "it counts the episodes that were terminated, but not each of them crashed. Count rollout.crashed.": [
        "rollout.crashed => rollout.terminated"
    ],
    "it counts the episodes that are over, but not each of them crashed. Count rollout.crashed.": [
        "rollout.crashed => (rollout.terminated | rollout.truncated)"
    ],
    "it counts the rounds, or the worlds, with a crash in them. Count every crash: one world can crash "
    "twice.": [
        "rollout.crashed.sum() => rollout.crashed.any()",
        "rollout.crashed.sum() => rollout.crashed.any(dim=0).sum()",
        "rollout.crashed.sum() => rollout.crashed.any(dim=1).sum()",
    ],
    "only the crashes of one step, or of one world, are counted. Add up all of rollout.crashed.": [
        f"rollout.crashed => rollout.crashed[{some}]" for some in ("0", "-1", ":, 0", ":, -1")
    ],
    "it counts the crashes that are terminations, but a crash can come as the time is up. Count "
    "rollout.crashed.": ["rollout.crashed => (rollout.crashed & rollout.terminated)"],
    "it counts the steps, not the crashes. Add up rollout.crashed.": [
        "rollout.crashed.sum() => rollout.crashed.numel()",
        "rollout.crashed.sum() => len(rollout.crashed)",
    ],
    "it adds the share of the steps that crashed, not their number. Take .sum() of rollout.crashed.": [
        f"{COUNT} => rollout.crashed.mean()",
        f"crashes += {COUNT} => crashes = crashes + rollout.crashed.float().mean()",
        f"{COUNT} => rollout.crashed.float().mean()",
        f"{COUNT} => rollout.crashed.float().mean().item()",
        f"{COUNT} => int(rollout.crashed.float().mean())",
    ],
}

EXERCISE = Exercise(
    solution=train_dagger,
    tested="beta, who acts, what is labeled, learning from the labels of all rounds, and the crashes so far.",
    probes=(_probe_rounds, _probe_from_scratch, _probe_seed, _probe_more_rounds),
    mistakes=ACTING | LEARNING | COUNTING,
    given=GIVEN,
    leftovers={
        "mixed_rollout": BLOCK_BY_HAND,
        "label_rollout": LABELS_BY_HAND,
        "make_batch": OTHER_WORLDS,
        "EXPERT": LESSONS_EXPERT,
        "CONFIG": "it reads the settings of the lesson. Use the config that is passed in.",
        "learner": "it reads a variable of the lesson. The learner is the policy that is passed in: "
        "policy.act.",
        **{
            name: f"`{name}` gets no value in this function. Give it one within the loop, before it is used."
            for name in ("beta", "rollout", "demos")
        },
    },
)
