# ---
# jupyter:
#   jupytext:
#     text_representation:
#       extension: .py
#       format_name: percent
#   kernelspec:
#     display_name: Python 3 (ipykernel)
#     language: python
#     name: python3
# ---

# %% [markdown]
# # 04 · DAgger
#
# **Let the learner drive, and ask the expert what it should have done.** That is all there is to DAgger, short for
# *dataset aggregation*. A clone gets into situations that its teacher never got into; DAgger collects its labels in
# exactly these situations. *Own states* in lesson 03 was such a learner. This has a price: the expert must answer
# questions, and while it learns, a beginner is at the wheel.
#
# | | |
# |---|---|
# | **You will be able to** | write DAgger and explain why it works; compare it with cloning at equal cost; count what it costs besides labels; say when it is not worth it |
# | **Time** | 90 minutes, and 40 more for the sections marked *optional* |
# | **You need** | lesson 03, and the table of types in lesson 01 |

# %%
from collections.abc import Callable, Iterator
from copy import deepcopy
from functools import lru_cache

import numpy as np
import torch
from tqdm.auto import tqdm

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.checks import check
from ilrl_course.clones import clone_of, fresh_policy
from ilrl_course.clones import demonstrate as record_steps
from ilrl_course.data import Actor, Batch, Rollout, concatenate, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.evidence import holm
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.folded import folded
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.sliders import demo
from ilrl_course.notebook.verdicts import live_sign, verdict
from ilrl_course.play.recordings import YOU, Recording, Recordings
from ilrl_course.play.screen import correct
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import VectorEnv, collect_rollout, collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs
EXPERT = DRIVING.make_demonstrator("expert")


def crash_rate(policy: Policy, seed: int) -> float:
    """The share of a hundred drives on unseen roads in which the car leaves the road."""
    return evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options).crash_rate


# %% [markdown]
# The text quotes what you get with `SEED = 0`. Another seed gives other training runs and other films. The recorded
# runs do not depend on it, and all conclusions rest on them.
#
# ## Labels are the currency
#
# A **label** is the expert's answer to the question "what would you do here?" In behavioral cloning the expert
# answers by driving, so it is asked only where it goes itself. A driving instructor does better: they sit *beside*
# the learner, and say "brake!" in a situation that no instructor would get into. Our scripted experts can do the
# same. They are functions of the observation, so `expert(obs)` labels any situation.
#
# Labels cost an expert's time, so we count them, and both methods get the same number. What differs is who chooses
# the situations. DAgger (Ross, Gordon and Bagnell 2011) works in rounds $i = 0, 1, 2, \dots$:
#
# 1. **Act** for some steps with a mixture of expert and learner. At each step the expert acts with probability
#    $\beta_i$, and the learner acts otherwise. In the first round $\beta_0 = 1$, so the expert acts alone. Then
#    $\beta_i$ falls, here as $\beta_i = 0.8^{\,i}$.
# 2. **Label** every situation that came up, no matter who acted there: what would the expert have done?
# 3. **Aggregate:** add these labels to those of all earlier rounds.
# 4. **Learn** from all of them by behavioral cloning.
#
# Why does it work? Think of exams. A clone studies the expert's exam papers, and then sits an exam with other
# questions. A DAgger learner sits an exam in every round, and its own actions decide what is asked. Afterward it gets
# the right answers, and it studies *all* papers so far. Suppose that there is a policy that would have answered all
# these papers well. Then, in theory, a learner that always fits all papers so far cannot go on failing. And because
# the questions are the learner's own situations, few mistakes in the exam mean few mistakes on the road.
#
# <details><summary>For the curious: what exactly is guaranteed?</summary>
#
# After $K$ rounds there are policies $\pi_1, \dots, \pi_K$, and each has met its own situations. Let $\varepsilon_K$
# be the loss of the best single policy in hindsight: the smallest loss, on average over the situations of all rounds,
# that one policy of the learner's class can reach. What the learner lost beyond that, on average over the rounds, is
# its **regret**. If the loss is strongly convex in the parameters, then fitting all data so far has *no regret*: the
# regret goes to zero as $K$ grows. So the average policy of the sequence, and therefore also the best one, has a loss
# of at most $\varepsilon_K$ in its *own* situations, up to a term that vanishes. Suppose that the loss is an upper
# bound of the 0–1 loss, which counts mistakes, and that a single mistake costs at most $u$ if the expert acts from
# then on. Then this policy costs at most $u\,\varepsilon_K$ per step more than the expert, up to the same kind of
# term. The extra cost grows in proportion to the length of the drive if $u$ does not grow with it, while the worst
# case for a clone grows with its square at first (lesson 03). But $u$ can be as large as the whole drive: once the car
# is off the road, nothing that the expert does can make up for it.
#
# The small print matters. A network's loss is not convex. The guarantee is for the best policy of the sequence or for
# the average one, not for the last, which is the one that we keep. And $\varepsilon_K$ need not be small. If the
# learner cannot see what the expert acts on, no policy of its class answers all papers well.
#
# The loss also does not know how much a mistake costs: a fatal one counts no more than a harmless one. AggreVaTe (Ross
# and Bagnell 2014) learns from what each action would cost from here on if the expert acts afterward, instead of from
# the expert's action alone.
#
# </details>
#
# ## Your turn
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.1 · the mixture** (15 minutes, medium)
#
# Act for `num_steps` steps in all $N$ copies of `envs`, going on from the observations `obs`, shape `(N, obs_dim)`.
# At each step, and for each copy separately, toss a coin with `rng`: with probability `beta` the expert's action is
# taken, otherwise the learner's. `collect_rollout(actor, envs, obs, num_steps)` lets an actor act, and returns a
# `Rollout` and the observations to go on from. Return the same two.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Inside the function, write an actor, `def mixture(obs)`, that returns the actions of all N copies. Then hand it to
# `collect_rollout(mixture, envs, obs, num_steps)`.
#
# </details>
# <details><summary>Hint 2: the coins</summary>
#
# `rng.random(len(obs)) < beta` holds one coin for each copy, and each is true with probability `beta`. Toss them
# *inside* the actor. Otherwise one toss decides about all steps.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# `actions = learner(obs).copy()`, and then `actions[expert_acts] = expert(obs)[expert_acts]` works for discrete and
# for continuous actions. Without the copy you might write into the learner's own array.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# $\beta$ the wrong way around; one coin for all cars; *averaging* the two actions; resetting the worlds instead of
# going on from `obs`.
#
# </details>

# %% exercise="ilrl_course.algorithms.dagger.mixed_rollout"

# %%
mixed_rollout = check(mixed_rollout)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.2 · the labels** (10 minutes, easy)
#
# The tensor `rollout.obs` holds $T$ steps of $N$ worlds, shape `(T, N, obs_dim)`. Ask the expert about all of them,
# and return a `Batch` of $T \cdot N$ observations and labels. The expert is an `Actor`, so it takes a NumPy array
# `(B, obs_dim)`. A `Batch` holds tensors.
#
# </div>
#
# <details><summary>Hint</summary>
#
# `rollout.obs.flatten(0, 1)` has the shape `(T * N, obs_dim)`. Ask the expert about `obs.numpy()`, and turn the
# answer into a tensor with `torch.from_numpy`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Taking `rollout.actions`: these are the actions that were *executed*, and most of them are the learner's. Labeling
# `rollout.next_obs`: where an episode has ended, there is nothing left to do.
#
# </details>

# %% exercise="ilrl_course.algorithms.dagger.label_rollout"

# %%
label_rollout = check(label_rollout)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.3 · the loop** (20 minutes, hard)
#
# Half of it is given. Replace the line `raise NotImplementedError(...)` by one round:
#
# - compute $\beta_i$ as `config.beta_decay ** i`;
# - act for `config.num_steps` steps with `rollout_fn`, and label with `label_fn`;
# - append the new `Batch` to the list `labeled`, and make one `Batch` named `demos` of all that is in the list;
# - add the round's crashes to `crashes`. The tensor `rollout.crashed`, shape `(T, N)`, says which steps ended in one.
#
# `rollout_fn` and `label_fn` are your two functions. They are parameters so that variants can take their places, and
# so is `loss_fn`, which the given line hands on to `train_bc`. That line, `*_, metrics = train_bc(...)`, runs the
# training to its end and keeps what it reports last. It takes our `config`, since a `DAggerConfig` has all fields of a
# `BCConfig`. With `config.from_scratch`, which is off unless you set it, each
# round begins with the untrained network.
#
# </div>
#
# <details><summary>Hint 1: acting</summary>
#
# The learner acts as `policy.act`, and the next round goes on from the observations that come back:
#
# `rollout, obs = rollout_fn(expert, policy.act, envs, obs, config.num_steps, beta, rng)`
#
# </details>
# <details><summary>Hint 2: the data</summary>
#
# `concatenate(labeled)` makes one `Batch` of a list of batches. The given lines below train on `demos`.
#
# </details>
# <details><summary>Hint 3: the crashes</summary>
#
# `crashes += int(rollout.crashed.sum())`
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Learning from the newest labels only, so that the learner forgets what it once did right; asking the learner instead
# of the expert; a $\beta$ that grows.
#
# </details>


# %% exercise="ilrl_course.algorithms.dagger.train_dagger"
def train_dagger(
    policy: Policy,
    expert: Actor,
    envs: VectorEnv,
    config: DAggerConfig,
    seed: int,
    rollout_fn: Callable = mixed_rollout,
    label_fn: Callable = label_rollout,
    loss_fn: Callable = bc_loss,
) -> Iterator[dict[str, float]]:
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


# %%
train_dagger = check(train_dagger)

# %% [markdown]
# ## A car learns to drive
#
# Fifteen copies of the car drive side by side, 10 steps each per round. That makes 150 labels per round, and 3000
# after 20 rounds, which is five minutes of driving. `CONFIG` says so, and adds that 50 gradient steps
# follow each round, 1000 in all.

# %%
predict("04-crashes", "How many crashes are there in the five minutes of driving in which it learns?")

# %%
CONFIG = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)

policy = fresh_policy(DRIVING, SEED)
envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
films = {}
for metrics in tqdm(train_dagger(policy, EXPERT, envs, CONFIG, SEED), total=CONFIG.num_rounds, leave=False):
    labels = metrics["labels"]
    if labels in (300, 1500, 3000):
        print(
            f"{labels:4} labels, {metrics['crashes']} crashes while learning: "
            f"leaves the road in {crash_rate(policy, SEED):.0%} of 100 test drives"
        )
        films[f"{labels} labels"] = video.record(
            policy.act, DRIVING.env_id, SEED + 3, 150, every=2, **DRIVING.test_options
        )
show_guess("04-crashes")
video.clip(
    video.side_by_side(films),
    alt="The learner on the same unseen road after a tenth of its labels, after half of them, and after all.",
    fps=10,
    width=1000,
)

# %% [markdown]
# The beginner has crashed {{printed: 3000 labels, (\d+) crashes}} times by the end, a price that a clone does not
# pay. What does the price buy?
#
# ## Clone against DAgger
#
# The learner above sees everything that the expert sees: it has **full sight**. The expert's answer depends on the
# observation alone, so the same observation has the same right answer, no matter who drives. The
# question is whether labels for the learner's *own* situations are the better ones. This is the second part of claim
# C8.
#
# The test was planned before its runs: a clone and DAgger on the same 48 seeds, with as many labels and as many
# gradient steps. The clone's labels come from the expert's own episodes, which begin where DAgger's begin; in Driving
# these are 15 drives of 20 s. If it gets fewer labels, they are drawn at random from these episodes. An episode fails
# if the pole falls, if the car leaves the road, or if the treasure is not found.

# %%
predict("04-worlds", "In which of the three worlds does DAgger fail less often than the clone?")

# %%
recorded = load_results("own_states")["settings"]  # of the 48 runs


def failures(setting: str, method: str) -> np.ndarray:
    """The percentage of failed test episodes, (seeds, sizes)."""
    _, crashed, success, _ = np.moveaxis(np.array(recorded[setting][method]), -1, 0)  # (seeds, sizes) each
    return 100 * (1 - success if setting == "Dungeon" else crashed)


for world in ("CartPole", "Driving", "Dungeon"):
    for size, labels in enumerate(recorded[world]["labels"]):
        clone, dagger = (failures(world, method)[:, size] for method in ("clone", "DAgger"))
        gap = compare_paired(dagger, clone)
        print(
            f"{world:8} {labels:4} labels: clone fails in {clone.mean():5.1f} %, DAgger in {dagger.mean():5.1f} %, "
            f"difference {gap}"
        )
lava = {method: 100 * np.array(recorded["Dungeon"][method])[:, -1, 1] for method in ("clone", "DAgger")}
print(
    f"Dungeon, lava, all labels: clone {lava['clone'].mean():.1f} %, DAgger {lava['DAgger'].mean():.1f} %, "
    f"difference {compare_paired(lava['DAgger'], lava['clone'])}"
)
crashes = np.array(recorded["Driving"]["DAgger"])[:, -1, 3]
print(f"Crashes while learning to drive: DAgger {crashes.mean():.1f}")
show_guess("04-worlds")


# %% jupyter={"source_hidden": true}
# Draws the recorded failures of both methods against the number of labels: means, and their 95 % intervals.
def mean_and_band(axis, x, runs, label, color):
    low, high = np.transpose([confidence_interval(column) for column in runs.T])
    axis.fill_between(x, low, high, color=plotting.color_of(color), alpha=0.2, linewidth=0)
    plotting.learning_curves(axis, x, [runs.mean(axis=0)], label, color)


figure, axes = plotting.panels(columns=3, width=16, height=4.5)
for axis, world in zip(axes, ("CartPole", "Driving", "Dungeon"), strict=True):
    labels = recorded[world]["labels"]
    for method, color in {"clone": "clone", "DAgger": "dagger"}.items():
        mean_and_band(axis, labels, failures(world, method), method, color)
    axis.set(title=world, xlabel="labels", xticks=labels, ylim=(0, 100))
axes[0].set_ylabel("test episodes that fail (%)")
video.show(
    figure,
    alt="Failures of clones and of DAgger against the number of labels. In CartPole both fall to zero. In Driving the "
    "lines cross, and with all labels DAgger is well below the clone. In the dungeon DAgger is above the clone at "
    "first, and at the end the lines meet.",
)

# %% tags=["nbval-check-output"]
verdict("C8", "04")

# %% [markdown]
# Lines are means of 48 runs, and bands their 95 % intervals.
#
# **On the road, DAgger avoids {{printed: Driving: (\d+)%}} % of the clone's crashes, and at least
# {{printed: Driving: .*crashes avoided .(\d+)%}} % by the interval.** From 3000 labels, the clone leaves the road in
# {{printed: Driving +3000 labels: clone fails in +([\d.]+)}} % of the test drives, and DAgger's learner in
# {{printed: Driving +3000 labels: .*DAgger in +([\d.]+)}} %. That cost
# {{printed: learning to drive: DAgger ([\d.]+)}} crashes while learning, on average.
#
# **In the dungeon no gain shows in the planned score.** DAgger's score minus the clone's is
# {{printed: Dungeon: ([-+]\d+) points}} on the scale from chance, 0, to the expert, 100. The whole interval lies below
# 10, the smallest effect that we had said would matter. A smaller benefit shows in the same runs: games that end in the
# lava fall from
# {{printed: lava, all labels: clone ([\d.]+)}} % to
# {{printed: lava, all labels: .*DAgger ([\d.]+) %}} % (p = {{printed: lava, all labels: .* p = ([\d.]+)}}). Nobody had
# planned to look at that, so it is exploration. CartPole was not part of the plan: with 400 labels both always succeed.
#
# **With fewer labels the picture changes.** With a quarter of them in Driving, DAgger is ahead: it fails in
# {{printed: Driving +750 labels: .*DAgger in +([\d.]+)}} % of the drives, and the clone in
# {{printed: Driving +750 labels: clone fails in +([\d.]+)}} % (p = {{printed: Driving +750 labels: .* p = ([\d.]+)}}).
# With half of them, these runs cannot tell the two apart. In the dungeon DAgger is *behind* with a quarter and with
# half. But those contests are uneven: the clone's labels come from whole episodes of all roads and layouts. In Driving,
# DAgger has seen only the first part of each drive by then, and in the dungeon whole games, but of fewer layouts.
#
# Do your own eight runs agree? They repeat it in Driving, with 3000 labels and 1000 gradient steps for each learner.
# Crash rates are printed as fractions here: 0.01 is one percentage point.


# %%
def clone_and_dagger(seed: int) -> dict[str, float]:
    """The crash rates of both methods, from as many labels and gradient steps."""
    envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    learner = fresh_policy(DRIVING, seed)
    for _ in train_dagger(learner, EXPERT, envs, CONFIG, seed):
        pass
    demos = record_steps(EXPERT, envs, 200, seed)  # from the same starts
    clone = clone_of(DRIVING, [demos], seed, num_updates=1000)
    return {"clone": crash_rate(clone, seed), "DAgger": crash_rate(learner, seed)}


here = by_name(run_seeds(clone_and_dagger, SEEDS))
live_sign("own states in Driving", here["clone"], here["DAgger"])

# %% [markdown]
# ### What explains it?
#
# The situations are not all that differs. A car that crashes starts again on another road, so DAgger's labels come
# from more roads than the clone's 15. DAgger also learns in another order: half of its gradient steps go into the first
# half of its labels. In 32 recorded runs of each kind in Driving, again with 3000 labels and 1000 gradient steps, we
# changed one thing at a time. *In one go* means that a fresh network learns DAgger's labels as a clone does, from all
# of them at once. None of this was planned, so it is exploration. Where a table says *after Holm*, p-values are corrected
# for all of its comparisons; intervals never are.

# %%
predict(
    "04-why", "A clone learns from the expert's drives, but in DAgger's order. Does that help or harm it?"
)

# %%
learners = load_results("dagger_controls")["learners"]  # rows of [crash rate, return, crashes in training]
controls = {name: 100 * np.array(values)[:, 0] for name, values in learners.items()}
for name, percent in controls.items():
    print(
        f"{name}: crashes in {percent.mean():.1f} %, crashes while learning {np.array(learners[name])[:, 2].mean():.1f}"
    )

ONE_GO = "DAgger, its labels learned in one go"
LONGER = "DAgger, the expert drives longer, its labels learned in one go"
MORE_ROADS = "clone of 20 drives of 15 s"
PAIRS = {
    "1 DAgger minus clone": ("DAgger", "clone"),
    "2 clone of more roads minus clone": (MORE_ROADS, "clone"),
    "3 clone in DAgger's order minus clone": ("clone, learning in DAgger's order", "clone"),
    "4 DAgger in one go minus DAgger": (ONE_GO, "DAgger"),
    "5 DAgger in one go minus clone": (ONE_GO, "clone"),
    "6 DAgger in one go minus clone of more roads": (ONE_GO, MORE_ROADS),
    "7 DAgger with more of the expert, in one go, minus clone of more roads": (LONGER, MORE_ROADS),
}
print("In percentage points:")
gaps = {name: compare_paired(controls[first], controls[second]) for name, (first, second) in PAIRS.items()}
after_holm = holm([gap.p_value for gap in gaps.values()], size=len(gaps))
for (name, gap), p in zip(gaps.items(), after_holm, strict=True):
    print(f"{name}: {gap.difference:+.1f} [{gap.low:+.1f}, {gap.high:+.1f}], p after Holm {p:.2g}")
show_guess("04-why")

# %% [markdown]
# - **The situations matter.** Learned in one go, DAgger's labels bring the crash rate down to
#   {{printed: DAgger, its labels learned in one go: crashes in ([\d.]+)}} %. A clone of five more roads stays at
#   {{printed: clone of 20 drives of 15 s: crashes in ([\d.]+)}} %. More roads
#   are not the reason: if the expert drives longer, with $\beta_i = 0.9^{\,i}$, there are only
#   {{printed: expert drives longer, its labels learned in one go: .* while learning ([\d.]+)}} crashes on average, so
#   DAgger sees *fewer* roads than that clone. Its labels, in one go, still beat it by
#   {{printed: 7 DAgger .*roads: -([\d.]+)}} percentage points (p = {{printed: 7 DAgger .* Holm ([\d.e-]+)}}).
# - **More roads, in shorter drives, help, too,** by
#   {{printed: 2 clone of more roads minus clone: -([\d.]+)}} percentage points, but hardly beyond
#   chance (p = {{printed: 2 clone of more .* Holm ([\d.]+)}}).
# - **The order of learning is a handicap.** Learned in one go, DAgger's own labels bring
#   {{printed: 4 DAgger .*DAgger: -([\d.]+)}} percentage points fewer crashes. A clone suffers far more from DAgger's order:
#   it crashes in {{printed: clone, learning in DAgger's order: crashes in ([\d.]+)}} %.
#
# So the planned comparison does not isolate the situations: more roads may work for DAgger there, and its order of
# learning works against it, which may be why no gain could be shown with half of the labels.
#
# The same kind of learner has slightly different numbers in different tables, since these hold 24, 32 or 48 of the seeds.

# %% [markdown]
# ## Spend your labels
#
# Now you decide. Thirty cars start at one place on one road. They were cloned from two drives of the expert elsewhere,
# and have the short sight of lesson 03, a camera that shows 12 m of the road. You may ask three times, for 30 labels
# each time. Choose a stretch of the road: the learner drives, the expert labels 30 of the situations that it gets into
# *there*, and the learner goes on training with them. Then the same cars start once more. A car **gets through** if it
# is still on the road after 400 m. So this shows where labels help on this road, and nothing about other roads.

# %%
predict("04-ask", "Where should the first 30 labels come from, and where the next?")

# %% jupyter={"source_hidden": true}
# Trains the learner with the labels of the chosen stretches, and lets thirty cars drive the road.
STRETCHES = {
    "nowhere": (0, 0),
    "0-100 m": (0, 100),
    "100-200 m": (100, 200),
    "200-300 m": (200, 300),
    "300-400 m": (300, 400),
}
SHORT_SIGHT = [*range(8), *range(16, 22)]  # the columns of the observation that the camera shows
ROAD = {"track": 902, "start_offset": 1.5, "start_heading": 0.2}
LABELS_PER_ROUND = 30


@lru_cache
def after_rounds(stretches: tuple[str, ...]) -> tuple[Policy, Batch]:
    """The learner after it was labeled in these stretches, one after the other, and all its labels."""
    if not stretches:
        demos = stack_steps(collect_trajectories(EXPERT, DRIVING.env_id, 2, SEED, **DRIVING.training_options))
        learner, num_updates = fresh_policy(DRIVING, SEED, SHORT_SIGHT), 600
    else:
        learner, demos = after_rounds(stretches[:-1])
        learner, num_updates = deepcopy(learner), 300
        low, high = STRETCHES[stretches[-1]]
        drives = drive_the_road(stretches[:-1])
        there = np.concatenate([obs[(meters > low) & (meters < high)] for obs, meters, _ in drives])
        if len(there) < LABELS_PER_ROUND:
            return learner, demos
        obs = there[np.linspace(0, len(there) - 1, LABELS_PER_ROUND).astype(int)]
        demos = concatenate([demos, Batch(torch.from_numpy(obs), torch.from_numpy(EXPERT(obs)))])
    for _ in train_bc(learner, demos, BCConfig(num_updates=num_updates), SEED):
        pass
    return learner, demos


@lru_cache
def drive_the_road(stretches: tuple[str, ...]) -> list[tuple[np.ndarray, np.ndarray, bool]]:
    """For each of 30 cars: observations (T, 22), meters driven (T,), and whether it left the road."""
    learner, _ = after_rounds(stretches)
    episodes = collect_trajectories(learner.act, DRIVING.env_id, 30, SEED, **ROAD)
    return [(episode.obs[:-1], 10 * episode.rewards.cumsum(), episode.crashed) for episode in episodes]


# %% jupyter={"source_hidden": true}
# Lets you choose three stretches, and shows how many cars come how far, and one of them.
def spend_labels(first: str = "nowhere", second: str = "nowhere", third: str = "nowhere"):
    """Three rounds of asking where you choose: how many cars get how far, and one of them."""
    choices = tuple(choice for choice in (first, second, third) if choice != "nowhere")
    figure, axis = plotting.panels(width=8, height=3.8)
    way = np.arange(0, 401, 5)
    for number in range(len(choices) + 1):
        ends = [meters[-1] if crashed else np.inf for _, meters, crashed in drive_the_road(choices[:number])]
        on_the_road = 100 * (np.array(ends)[:, None] > way).mean(axis=0)
        is_now = number == len(choices)
        label = "clone" if number == 0 else "now" if is_now else f"asked {number} time{'s' * (number > 1)}"
        plotting.learning_curves(axis, way, [on_the_road], label, "dagger" if number else "clone")
        axis.lines[-1].set_alpha(1.0 if is_now else 0.4)
    axis.set(title="Still on the road", xlabel="meters driven", ylabel="cars (%)", ylim=(-3, 103))
    learner, demos = after_rounds(choices)
    frames = video.record(learner.act, DRIVING.env_id, SEED, 150, every=2, **ROAD)
    return (
        f"{len(demos) - 600} labels spent. {on_the_road[-1]:.0f} % of the cars get through.",
        video.picture(figure, alt="Share of the cars that are still on the road, against the meters driven."),
        video.clip(frames, alt="One of the cars, after the last round.", fps=15),
    )


show_guess("04-ask")
stretches = list(STRETCHES)
demo(spend_labels, first=stretches, second=stretches, third=stretches)

# %% [markdown]
# The thirty cars behave nearly as one, and with another `SEED` one question can be enough. In this picture, try to ask
# first where the clones leave the road, and then a stretch farther on. Then try it the other way around: in a stretch
# that no car reaches there is nothing to label. Only when the first failure is repaired does the learner get into the
# situations that come next. That is why DAgger goes in rounds.

# %% [markdown]
# ## A learner that sees less than its teacher
#
# How do the two methods do with **short sight**? The learner's camera shows 12 m of the road, while its teacher sees
# 44 m. The numbers come from the same 48 seeds as above. On the scale of the score, the expert scores 100.

# %%
driven = {}  # crash rates in percent, (seeds,)
for method in ("clone", "DAgger"):
    for sight, setting in {"full sight": "Driving", "short sight": "Driving, short sight"}.items():
        score, crashed, _, _ = np.moveaxis(np.array(recorded[setting][method])[:, -1], -1, 0)
        driven[method, sight] = 100 * crashed
        print(
            f"{method} with {sight}: leaves the road in {crashed.mean():.1%} of the drives, "
            f"normalized score {score.mean():.1f}"
        )
for sight in ("full sight", "short sight"):
    avoided = 1 - driven["DAgger", sight].mean() / driven["clone", sight].mean()
    print(f"Of the clone's crashes, DAgger avoids {avoided:.0%} with {sight}.")
print(
    "DAgger, short minus full sight:",
    compare_paired(driven["DAgger", "short sight"], driven["DAgger", "full sight"]),
)

# %% [markdown]
# **DAgger helps a short-sighted learner even more.** Of the clone's crashes it avoids
# {{printed: DAgger avoids (\d+)% with short}} %, and with full sight {{printed: DAgger avoids (\d+)% with full}} %. The comparison
# of the two sights was not planned. As lesson 03 explains, the right answer to the same
# observation $o$ then depends on who drives: the distribution $P(a^* \mid o)$ of the expert's action is another one on the
# learner's own drives. DAgger may help for this second reason, too: its labels are right where *it* drives. But a clone
# of a shaken expert does as well below, and has no label from the learner's own drives.
#
# Labels cannot show the road beyond 12 m. At best the learner arrives at $\mathbb{E}[a^* \mid o]$, the mean of the
# expert's answers in all situations of its own that look alike. Whatever is lost in that way, it is little here: of the
# expert's 100 points, the short-sighted learner reaches {{printed: DAgger with short sight: .* score ([\d.]+)}}.
#
# One result is odd: with short sight DAgger's learner crashes *less* than with full sight, by
# {{printed: short minus full sight: -([\d.]+)}} percentage points
# (p = {{printed: short minus full sight: .* p = ([\d.]+)}}). Fewer inputs may be easier to learn from 3000 labels.
#
# Learners that see less than their teacher are a common use of DAgger today. The teacher, often a trained
# network, lives in a simulator and can be asked anywhere: Chen and others (2020) train cars that way, and Lee and
# others (2020) a walking robot.
#
# ## What it costs, and what it tolerates (optional)
#
# Here come some variants of DAgger, in 24 recorded runs each. All have the short sight, 3000 labels and 1000 gradient
# steps, unless their name says something else. *Usual* is the DAgger with short sight from above. It hardly crashes, so
# **only harm can be seen**: nothing can come out much better. All of this is exploration.
#
# - **Who drives?** In *usual*, the expert's share of the driving falls by a fifth per round. It can also fall by a
#   tenth (*longer*), or to nothing after the first round. A **guard** lets the expert take over wherever the learner
#   leaves a *safe set* of situations, in the spirit of SafeDAgger (Zhang and Cho 2017): here, when the wheels come
#   within 0.9 m of the edge or the car is too fast for the next bends.
# - **What is labeled?** The cars drive five times as far. Then all situations are labeled, or a fifth of them: the
#   *most different* from what is labeled already (Sener and Savarese 2018), or some drawn *by chance*.
# - **What else?** Labels come *late*, as from a person who comments, or with Gaussian *noise*. *From scratch* trains a
#   new network in each round, for 50 gradient steps or for 1000. And lesson 03's *noise injection* shakes the expert,
#   for a clone to learn from.

# %%
predict(
    "04-variants", "Which variant will crash most in the test, and which will hardly differ from 'usual'?"
)

# %%
FAR = "five times the drives, all labeled"
rows = {row["variant"]: row for row in load_results("dagger_variants")["rows"]}
rows[FAR] = rows.pop("all of these situations")
rows["a fifth, most different"] = rows.pop("a fifth of the situations")
rows["from scratch, 1000 gradient steps"] = rows.pop("from scratch, 1000 updates a round")
GROUPS = {  # a color for each, and the variants
    "dagger": ["usual", "expert drives in the first round only", "expert drives longer", "guard"],
    "training": [FAR, "a fifth, most different", "a fifth, by chance"],
    "biased": ["labels 0.1 s late", "labels 0.2 s late", "labels 0.3 s late", "labels with noise of 0.3"],
    "weak": ["from scratch", "from scratch, 1000 gradient steps"],
    "clone": ["clone", "clone, noise injected"],
}
ROLES = {name: color for color, names in GROUPS.items() for name in names}
rates = {name: 100 * np.array(rows[name]["crash_rates"]) for name in ROLES}  # (seeds,) each
compared = {}
for name in [name for name in ROLES if name != "usual"]:
    compared[name] = compare_paired(rates[name], rates[FAR if name.startswith("a fifth") else "usual"])
p_values = holm([one.p_value for one in compared.values()], size=len(compared))

# %% jupyter={"source_hidden": true}
# Prints the variants as a table.
with folded("The table of all variants (click)"):
    print(f"{'':37}      crashes in the test (%)             p after    crashes while")
    print(f"{'':37} mean   minus usual                  Holm       learning")
    for name, p in zip(rates, [None, *p_values], strict=True):
        one = compared.get(name)
        against = f"{one.difference:+5.1f} [{one.low:+5.1f}, {one.high:+5.1f}]   {p:6.2g}" if one else ""
        print(f"{name:37} {rates[name].mean():4.1f}   {against:36} {rows[name]['crashes_in_training']:8.1f}")
    print("(The two fifths are compared with five times the drives, all labeled.)")
print(f"The guard takes over {rows['guard']['takeovers']:.0f} times in five minutes of driving.")
show_guess("04-variants")

# %% jupyter={"source_hidden": true}
# Draws the crash rates of all variants, group by group.
figure, axis = plotting.panels(width=12, height=6.8)
plotting.strip(axis, rates, ROLES)
axis.set(title="Variants of DAgger", xlabel="test drives that leave the road (%)", xlim=(-2, 102))
video.show(
    figure,
    alt="Crash rates of the variants in groups. Late labels, training from scratch with few gradient steps, and the "
    "clone without noise are far to the right. All others lie close to zero.",
)

# %% [markdown]
# **Who drives changes the price, and not visibly the result.** On average there are
# {{printed: first round only +[\d.]+ .* ([\d.]+)\n}} crashes while learning if the expert drives in the first round
# only, {{printed: usual +[\d.]+ +([\d.]+)\n}} in *usual*, {{printed: drives longer +[\d.]+ .* ([\d.]+)\n}} if the
# expert drives longer, and {{printed: guard +[\d.]+ .* ([\d.]+)\n}} with the guard. But the guard takes over
# {{printed: takes over (\d+) times}} times in five minutes, so somebody must watch all the time.
#
# **Five times the labels had hardly anything left to buy.** The usual 3000 labels already bring the crashes near zero.
# So these runs cannot tell what a fifth of the 15000 costs, or whether it matters which fifth. Choosing the most
# different situations seems to spare crashes while learning: {{printed: a fifth, most different +[\d.]+ .* ([\d.]+)\n}}
# against {{printed: a fifth, by chance +[\d.]+ .* ([\d.]+)\n}} by chance, on average.
#
# **Late answers do great harm.** A tenth of a second makes the learner crash in
# {{printed: labels 0.1 s late +([\d.]+) | .0f}} % of the test drives, two tenths in
# {{printed: labels 0.2 s late +([\d.]+) | .0f}} %, and three tenths in
# {{printed: labels 0.3 s late +([\d.]+) | .0f}} %. The noise does no harm that shows. Probably it averages out, while a
# delay is a habit, and habits are cloned (lesson 02).
#
# **A network that starts afresh needs many gradient steps.** With 50 in each round it crashes in
# {{printed: from scratch +([\d.]+) | .0f}} % of the test drives.
#
# **The learner need not drive.** Clones of a shaken expert crash in {{printed: noise injected +([\d.]+)}} % of the
# test drives, and these runs cannot tell them from *usual*.

# %% [markdown]
# ## Correct your clone (optional)
#
# Our scripts answer any question at once. A person cannot: sitting beside the learner, nobody knows how far they
# would have turned the wheel. But a person can *take* the wheel. In **HG-DAgger** (Kelly and others 2019; the human,
# H, is the gate, G) the learner drives until the person takes over, and only what the person does until handing back
# becomes labels.
#
# The next cell clones two of your games, or two of a script's twenty if you have recorded none, and lets the clone
# drive with full sight. Correct it for three games: take over with an arrow key, hand back with the space bar. Take
# over early, and drive on for some seconds, because labels come only from you. Then **run the cell again**. It trains
# the clone anew, on your games and on all corrections so far, and the next round begins.
#
# If you choose `DUNGEON`, it goes turn by turn. Press the arrow that *you* would take; the learner makes its own move
# all the same, and leads you into its own situations.

# %%
predict(
    "04-hands",
    "In what share of the steps does somebody who corrects have the wheel, at first and at the end?",
)

# %%
WHERE = DRIVING  # or DUNGEON, or CARTPOLE


def disagreed(game: Recording) -> np.ndarray:
    """The steps, (T,) bool, in which you took the wheel, or would have made another move."""
    return game.labeled if WHERE.pace else game.labeled & (game.labels != game.trajectory.actions)


corrections = Recordings(WHERE, **WHERE.play_options).load(YOU, corrected=True)
mine = clone_of(WHERE, [game.steps() for game in your_games(WHERE)[:2] + corrections], SEED, num_updates=200)
correct(WHERE, mine.act, SEED)

# %% [markdown]
# What do corrections buy? We cannot clone you many times, but we can clone a *script*, and did so with 16 seeds. The
# script has played two games. Then it corrects its clone in five rounds of three games, with a delay of 0.2 s: it takes
# over near the edge or when the car is too fast. The comparison is a clone of a script that plays three more games
# instead of each round of corrections. Both were done with 200 gradient steps per clone and with 800.

# %%
predict("04-worth", "What makes a better clone: correcting it for three games, or playing three more games?")

# %%
recorded_rounds = load_results("corrections")["updates"]
GAMES = 2 + 3 * np.arange(6)  # that somebody has played or watched, before and after each round


def column(num_updates: str, arm: str, what: str) -> np.ndarray:
    """One recorded quantity of one arm, (seeds, rounds); rates in percent."""
    return np.array(recorded_rounds[num_updates][arm][what]) * (1 if what == "labels" else 100)


per_game, per_label = {}, {}  # corrected minus played, in percentage points of the crash rate
as_many_games = {}  # how many played games give as many labels as five rounds of corrections
for num_updates in recorded_rounds:
    corrected, played = (column(num_updates, arm, "crash_rate") for arm in ("corrected", "only played"))
    labels, labels_played = (column(num_updates, arm, "labels") for arm in ("corrected", "only played"))
    for k in range(1, 6):
        name = f"{num_updates} gradient steps, after {GAMES[k]:2} games"
        per_game[name] = compare_paired(corrected[:, k], played[:, k])
        name = f"{num_updates} gradient steps, {labels[:, k].mean():4.0f} labels"
        as_many = [np.interp(*one) for one in zip(labels[:, k], labels_played, played, strict=True)]
        per_label[name] = compare_paired(corrected[:, k], as_many)
    games = [np.interp(*one, GAMES) for one in zip(labels[:, -1], labels_played, strict=True)]
    as_many_games[num_updates] = np.mean(games)

# %% jupyter={"source_hidden": true}
# Prints the twenty comparisons, and how often somebody has the wheel.
after_holm = iter(holm([one.p_value for one in (per_game | per_label).values()], size=20))
with folded("All twenty comparisons (click)"):
    for title, comparisons in {"For as many games": per_game, "For as many labels": per_label}.items():
        print(f"{title}, crash rate of corrected minus played clones, in percentage points:")
        for name, one in comparisons.items():
            numbers = f"{one.difference:+5.1f} [{one.low:+.1f}, {one.high:+.1f}]"
            print(f"  {name}: {numbers}, p = {one.p_value:.2g}, after Holm {next(after_holm):.2g}")
for num_updates in recorded_rounds:
    first, *_, last = column(num_updates, "corrected", "interference").mean(axis=0)
    print(
        f"A script, {num_updates} gradient steps, has the wheel in {first:.0f} % of the steps at first, "
        f"in {last:.0f} % after five rounds.\n  As many labels come from {as_many_games[num_updates]:.0f} played games."
    )
for number in sorted({game.round for game in corrections}):
    yours = np.concatenate([disagreed(game) for game in corrections if game.round == number])
    print(f"You disagreed in {yours.mean():.0%} of the steps in round {number}.")
show_guess("04-hands")
show_guess("04-worth")

# %% jupyter={"source_hidden": true}
# Draws the crash rates of corrected and of played clones against the number of labels.
figure, axes = plotting.panels(columns=2, width=15, height=4.5, sharey=True)
for axis, num_updates in zip(axes, recorded_rounds, strict=True):
    for arm, color in {"corrected": "dagger", "only played": "clone"}.items():
        labels = column(num_updates, arm, "labels").mean(axis=0)
        mean_and_band(axis, labels, column(num_updates, arm, "crash_rate"), arm, color)
    axis.set(title=f"{num_updates} gradient steps", xlabel="labels", ylim=(0, 50))
axes[0].set_ylabel("crash rate (%)")
video.show(
    figure,
    alt="Crash rates against the number of labels, with few gradient steps and with many. "
    "The corrected clones end lower than the played ones with as many labels.",
)

# %% [markdown]
# **After five rounds, corrections were worth more per label.** The corrected clones crash less often than clones of as
# many played labels, interpolated between games, by {{printed: 200 gradient steps, 1939 labels: +-([\d.]+) | .0f}}
# percentage points with 200 gradient steps and by {{printed: 800 gradient steps, 2297 labels: +-([\d.]+) | .0f}} with
# 800. Both survive Holm's correction for all twenty comparisons. In earlier rounds only one of eight does, and with 800
# steps nothing shows in the first two. They may be worth more because they come from where the clone goes wrong. But they also
# come from more roads: from 17 games, while as many played labels come from about
# {{printed: 800 gradient steps, has .*\n.* come from (\d+) played}}. And all seeds draw from the same twenty games of the
# script, so this says nothing about other players.
#
# **Per game, these runs do not recommend them.** Only one comparison survives, and there corrections are
# {{printed: 800 gradient steps, after 11 games: +\+([\d.]+) | .0f}} percentage points *worse*. All of this is
# exploration. And the script must go on steering: with 200 gradient steps it has the wheel in
# {{printed: A script, 200 gradient steps, has the wheel in (\d+)}} % of the steps at first, and in
# {{printed: A script, 200 gradient steps, has the wheel .* in (\d+) % after}} % after five rounds.
#
# ## When it is not worth it
#
# - **Where the clone does as well.** Look first whether it fails in situations that the *expert never got into*.
# - **Where you can shake the expert.** Clones of shaken experts hardly crash in Driving, and no beginner need drive. Try
#   that first.
# - **Where answers come late.** It may help to let people take the wheel. They are late, too, but their labels fit what they
#   then do.
# - **Where a crash is expensive.** The learner must get into trouble to be told the way out. A guard makes crashes
#   rarer, but it must know what is safe.
# - **Where the expert cannot be asked,** because all you have of it is a recording.
#
# ## Quiz
#
# **1. Why does the learner act, and not the expert?**
#
# <details><summary>A · its own actions are easier to label</summary>
#
# No. The expert answers equally well anywhere.
#
# </details>
# <details><summary>B · that saves the expert some of its time</summary>
#
# No. Every situation is labeled, no matter who acted there.
#
# </details>
# <details><summary>C · its mistakes show what needs labels</summary>
#
# Yes. The labels are then for situations in which the learner will be tested.
#
# </details>

# %% [markdown]
# **2. What is wrong with learning from the newest round's labels only?**
#
# <details><summary>A · it can forget, since old situations bring no labels</summary>
#
# Yes. Situations that it no longer gets into bring no labels. That is why all rounds are kept.
#
# </details>
# <details><summary>B · nothing, since they come from the best policy so far</summary>
#
# No. They show where that policy goes *now*. What it did wrong in the rounds before is not among them.
#
# </details>
# <details><summary>C · training takes longer, since there are fewer data</summary>
#
# No. A gradient step takes as long as before. But it learns the wrong thing.
#
# </details>

# %% [markdown]
# **3. The expert sees 44 m of road, and the learner 12 m. What can labels for its own situations never teach it?**
#
# <details><summary>A · how to get back from the edge of the road</summary>
#
# No. Its own situations lie at the edge, too, and the expert says what to do there.
#
# </details>
# <details><summary>B · to act on a bend that it does not see</summary>
#
# Yes. The expert's answers differ by the hidden road, and the learner learns their mean.
#
# </details>
# <details><summary>C · nothing, as long as there are enough of these labels</summary>
#
# No. More labels make the mean more exact. They do not show the road.
#
# </details>

# %% [markdown]
# ## Summary
#
# - DAgger: the learner acts, the expert labels, all labels are kept, and the learner learns from all of them.
# - Its training situations become the learner's own. In Driving DAgger avoids {{printed: Driving: (\d+)%}} % of the
#   clone's crashes, and at least {{printed: Driving: .*crashes avoided .(\d+)%}} %. In the dungeon no gain shows in the
#   score.
# - Its situations matter, more than the few additional roads. DAgger's order of learning even works against it:
#   learned in one go, its labels do better still.
# - It also helps a learner that sees less than its teacher, perhaps because its labels are right where *it* drives. At
#   best it then learns the mean of the teacher's answers.
# - Besides labels it costs crashes, since a beginner acts. Answers that come a few tenths of a second late spoil the
#   learner.
# - Corrections by a script that takes the wheel were worth more per label. Per game, no gain could be shown.
#
# **Words:** *DAgger (dataset aggregation)*: let the learner act, ask the expert what it would have done there, and clone all
# answers so far. *Label*: what the expert would do in a situation. *Aggregate*: keep the labels of all rounds. *Mixture*
# $\beta$: how often the expert acts. *Full sight*: the learner sees all that the expert sees. *Imitation gap*: what a
# learner that sees less loses to its teacher. *Safe set*: situations in which the learner may act. *Takeover*: the
# expert acts instead of the learner. *Regret*: how much worse a learner did, on average, than the best single policy
# in hindsight.
#
# **Read on:**
#
# - S. Ross, G. J. Gordon, J. A. Bagnell (2011). A Reduction of Imitation Learning and Structured Prediction to
#   No-Regret Online Learning. *AISTATS*.
# - S. Ross, J. A. Bagnell (2014). Reinforcement and Imitation Learning via Interactive No-Regret Learning.
#   arXiv:1406.5979.
# - J. Zhang, K. Cho (2017). Query-Efficient Imitation Learning for End-to-End Simulated Driving. *AAAI*.
# - O. Sener, S. Savarese (2018). Active Learning for Convolutional Neural Networks: A Core-Set Approach. *ICLR*.
# - M. Kelly, C. Sidrane, K. Driggs-Campbell, M. J. Kochenderfer (2019). HG-DAgger: Interactive Imitation Learning
#   with Human Experts. *ICRA*.
# - D. Chen, B. Zhou, V. Koltun, P. Krähenbühl (2020). Learning by Cheating. *CoRL 2019* (PMLR 100).
# - J. Lee, J. Hwangbo, L. Wellhausen, V. Koltun, M. Hutter (2020). Learning Quadrupedal Locomotion over Challenging
#   Terrain. *Science Robotics* 5(47).
#
# **Next:** [05 · MaxEnt inverse RL](05_maxent_irl.ipynb). So far we copied what was done. What was it done *for*?
