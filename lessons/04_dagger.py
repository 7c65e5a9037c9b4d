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
# exactly these situations. This has a price: the expert must answer questions, and while it learns, a beginner is at
# the wheel.
#
# | | |
# |---|---|
# | **You will be able to** | write DAgger and explain why it works; compare it with cloning at equal cost; count what it costs besides labels; say when it is not worth it |
# | **Time** | 90 minutes |
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
from ilrl_course.clones import clone_of, demonstrate, fresh_policy
from ilrl_course.data import Actor, Batch, Rollout, concatenate, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.evidence import holm
from ilrl_course.measures.seeds import by_name, compare_paired, run_seeds
from ilrl_course.networks import Policy
from ilrl_course.notebook import plotting, video
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
# these papers well. Then a learner that always fits all papers so far cannot go on failing. And because the questions
# are the learner's own situations, few mistakes in the exam mean few mistakes on the road.
#
# <details><summary>For the curious: what exactly is guaranteed?</summary>
#
# After $N$ rounds there are policies $\pi_1, \dots, \pi_N$, and each has met its own situations. Let $\varepsilon_N$
# be the loss of the best single policy in hindsight: the smallest loss, on average over the situations of all rounds,
# that one policy of the learner's class can reach. What the learner lost beyond that, on average over the rounds, is
# its **regret**. If the loss is strongly convex in the parameters, then fitting all data so far has *no regret*: the
# regret goes to zero as $N$ grows. So the average policy of the sequence, and therefore also the best one, has a loss
# of at most $\varepsilon_N$ in its *own* situations, up to a term that vanishes. If the expert can make good any
# single mistake at a cost of at most $u$, this policy costs at most $u\,\varepsilon_N$ per step more than the expert,
# up to the same kind of term. The extra cost then grows in proportion to the length of the drive, while the worst
# case for a clone grows with its square at first (lesson 03).
#
# The small print matters. A network's loss is not convex. The guarantee is for the best policy of the sequence or for
# the average one, not for the last, which is the one that we keep. And $\varepsilon_N$ need not be small. If the
# learner cannot see what the expert acts on, no policy of its class answers all papers well.
#
# The loss also does not know how much a mistake costs. A 0–1 loss counts mistakes, and a fatal one counts no more
# than a harmless one. AggreVaTe (Ross and Bagnell 2014) learns from what each action would cost from here on, instead
# of from the expert's action alone.
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
# taken, otherwise the learner's. Return what `collect_rollout` returns: a `Rollout`, and the observations to go on
# from.
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
# - compute $\beta_i$ from `config.beta_decay`;
# - act for `config.num_steps` steps with `rollout_fn`, and label with `label_fn`;
# - append the new `Batch` to the list `labeled`, and make one `Batch` named `demos` of all that is in the list;
# - add the round's crashes to `crashes`. The tensor `rollout.crashed`, shape `(T, N)`, says which steps ended in one.
#
# `rollout_fn` and `label_fn` are your two functions. They are parameters so that variants can take their places, and
# so is `loss_fn`, which the given line hands on to `train_bc`.
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
# after 20 rounds, which is five minutes of driving.

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
# observation alone, so the same observation has the same right answer, no matter who drives. Only the situations
# differ, those of the expert's drives and those of the learner's own. This is covariate shift and nothing else, so it
# is where DAgger should be tested.
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
crashes = np.array(recorded["Driving"]["DAgger"])[:, -1, 3]
print(f"Crashes while learning to drive: DAgger {crashes.mean():.1f}")
show_guess("04-worlds")

# %% jupyter={"source_hidden": true}
# Draws the recorded failures of both methods against the number of labels.
figure, axes = plotting.panels(columns=3, width=16, height=4.5)
for axis, world in zip(axes, ("CartPole", "Driving", "Dungeon"), strict=True):
    labels = recorded[world]["labels"]
    for method, color in {"clone": "clone", "DAgger": "dagger"}.items():
        plotting.learning_curves(axis, labels, failures(world, method), method, color)
    axis.set(title=world, xlabel="labels", xticks=labels, ylim=(0, 100))
axes[0].set_ylabel("test episodes that fail (%)")
video.show(
    figure,
    alt="Failures of clones and of DAgger against the number of labels. In CartPole both fall to zero. In Driving the "
    "lines cross, and with all labels DAgger is well below the clone. In the dungeon DAgger is above the clone at "
    "first, and in the end the lines meet.",
)

# %% tags=["nbval-check-output"]
verdict("C8", "04")

# %% [markdown]
# **On the road, labels for its own situations spare the learner {{printed: Driving: (\d+)%}} % of the clone's
# crashes.** From 3000 labels, the clone leaves the road in
# {{printed: Driving +3000 labels: clone fails in +([\d.]+)}} % of the test drives, and DAgger's learner in
# {{printed: Driving +3000 labels: .*DAgger in +([\d.]+)}} %. The two differ only in which situations were labeled, so
# this is covariate shift, for the most part repaired. It cost {{printed: learning to drive: DAgger ([\d.]+)}} crashes
# while learning, on average.
#
# **In the dungeon such labels bring no gain.** DAgger's score minus the clone's is
# {{printed: Dungeon: ([-+]\d+) points}}, and the whole interval lies below 10 points, the smallest effect that we had
# said would matter. Perhaps a mistake there leads to a situation that the expert's games contain as well; nobody has
# tested that. CartPole was not part of the plan, and could not have told anything: with 400 labels both learners
# always succeed.
#
# **Halfway there is no gain yet.** With a quarter of the labels both are hopeless in Driving. With half of them,
# DAgger fails in {{printed: Driving +1500 labels: .*DAgger in +([\d.]+)}} % of the drives and the clone in
# {{printed: Driving +1500 labels: clone fails in +([\d.]+)}} %, and these runs cannot tell the two apart. In the
# dungeon it is behind until then. But up to there the contest is not an even one. The clone's labels, drawn at
# random, come from all of its 20 seconds on each road, and DAgger has seen only the first ten. The planned comparison
# is the one at the end.
#
# Do your own eight runs agree? They repeat it in Driving, with 3000 labels and 1000 gradient steps for each learner.


# %%
def clone_and_dagger(seed: int) -> dict[str, float]:
    """The crash rates of both methods, from as many labels and gradient steps."""
    envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    learner = fresh_policy(DRIVING, seed)
    for _ in train_dagger(learner, EXPERT, envs, CONFIG, seed):
        pass
    demos = demonstrate(EXPERT, envs, 200, seed)  # from the same starts
    clone = clone_of(DRIVING, [demos], seed, num_updates=1000)
    return {"clone": crash_rate(clone, seed), "DAgger": crash_rate(learner, seed)}


here = by_name(run_seeds(clone_and_dagger, SEEDS))
live_sign("own states in Driving", here["clone"], here["DAgger"])

# %% [markdown]
# ## A learner that sees less than its teacher
#
# Lesson 03 had a second car, with a camera that shows 12 m of the road, while its teacher sees 44 m. How do the two
# methods do with this **short sight**? The numbers come from 48 recorded runs as well. In the score, the expert has
# 100.

# %%
for method in ("clone", "DAgger"):
    for sight, setting in {"full sight": "Driving", "short sight": "Driving, short sight"}.items():
        score, crashed, _, _ = np.array(recorded[setting][method])[:, -1].mean(axis=0)
        print(
            f"{method} with {sight}: leaves the road in {crashed:.1%} of the drives, normalized score {score:.1f}"
        )

# %% [markdown]
# **DAgger helps a short-sighted learner even more, but that is no evidence about covariate shift.** The clone leaves
# the road in {{printed: clone with short sight: leaves the road in ([\d.]+)}} % of the drives, and DAgger's learner
# in {{printed: DAgger with short sight: leaves the road in ([\d.]+)}} %. Here not only the situations differ between
# the expert's drives and the learner's. As lesson 03 explains, the same observation $o$ also has another right
# answer: the distribution $P(a^* \mid o)$ of the expert's action depends on who drives. So DAgger helps for a second
# reason. Its labels come from the learner's own drives, and are right *there*.
#
# They cannot show the road beyond 12 m. At best the learner arrives at $\mathbb{E}[a^* \mid o]$, the mean of the
# expert's answers in all situations of its own that look alike, and no number of labels will take it further. That
# leaves the imitation gap of lesson 03. Here hardly any shows: the score with short sight is
# {{printed: DAgger with short sight: .* score ([\d.]+)}}, and with full sight
# {{printed: DAgger with full sight: .* score ([\d.]+)}}.
#
# Learners that see less than their teacher are perhaps the main use of DAgger today. A privileged teacher is usually
# a program in a simulator. It can be asked anywhere, and its labels cost next to nothing. Chen and others (2020)
# train cars that way and Lee and others (2020) a walking robot: the student acts, and the teacher labels.
#
# ## What it costs, and what it tolerates
#
# Here come some variants of DAgger. All have the short sight, because with it differences can be seen; with full
# sight they may come out otherwise. All learn from 3000 labels and by 1000 gradient steps, unless their name says
# something else. Each has 24 recorded runs. None of the comparisons was planned, so this is exploration, and the
# p-values are corrected for all fourteen of them.
#
# - **Who drives?** In *usual*, the expert's share of the driving falls by a fifth per round. It can also fall by a
#   tenth (*longer*), or to nothing after the first round. A **guard** lets the expert take over wherever the learner
#   leaves a *safe set* of situations, as in SafeDAgger (Zhang and Cho 2017). Our guard, `is_safe`, wants the wheels
#   at least 0.9 m from the edge and the car slow enough for the next bends.
# - **What is labeled?** The cars drive five times as far. Then *all of these situations* are labeled, which makes
#   15,000 labels; or a fifth of them, either the *most different* from what is labeled already (Sener and Savarese
#   2018), or drawn *by chance*.
# - **How good are the answers?** They come *late*, as from a person who watches and comments; or they carry Gaussian
#   *noise*.
# - **How does it learn?** *From scratch* forgets the network after each round, and trains a new one on all labels so
#   far: for the usual 50 gradient steps per round, or for 1000.
# - **Must the learner drive?** Lesson 03's *noise injection* shakes the expert instead, and a clone learns from that.

# %%
predict("04-variants", "Which variant will crash least in the test, and which most?")

# %%
rows = {row["variant"]: row for row in load_results("dagger_variants")["rows"]}
rows["a fifth, most different"] = rows.pop("a fifth of the situations")
GROUPS = {  # a color for each, and the variants
    "dagger": ["usual", "expert drives in the first round only", "expert drives longer", "guard"],
    "training": ["all of these situations", "a fifth, most different", "a fifth, by chance"],
    "biased": ["labels 0.1 s late", "labels 0.2 s late", "labels 0.3 s late", "labels with noise of 0.3"],
    "weak": ["from scratch", "from scratch, 1000 updates a round"],
    "clone": ["clone", "clone, noise injected"],
}
ROLES = {name: color for color, names in GROUPS.items() for name in names}
rates = {name: 100 * np.array(rows[name]["crash_rates"]) for name in ROLES}  # (seeds,) each
compared = {}
for name in [name for name in ROLES if name != "usual"]:
    other = "all of these situations" if name.startswith("a fifth") else "usual"
    compared[name] = compare_paired(rates[name], rates[other])
p_values = holm([one.p_value for one in compared.values()], size=len(compared))

print(f"{'':37}      crashes in the test (%)             corrected   crashes while")
print(f"{'':37} mean   minus usual                  p           learning")
for name, p in zip(rates, [None, *p_values], strict=True):
    one = compared.get(name)
    against = f"{one.difference:+5.1f} [{one.low:+5.1f}, {one.high:+5.1f}]   {p:6.2g}" if one else ""
    print(f"{name:37} {rates[name].mean():4.1f}   {against:36} {rows[name]['crashes_in_training']:8.1f}")
print("(The two fifths are compared with all of these situations instead.)")
print(f"The guard takes over {rows['guard']['takeovers']:.0f} times in five minutes of driving.")
shaken = len(rates["usual"]) * rows["clone, noise injected"]["crashes_in_training"]
print(f"Crashes of the shaken expert in all recordings: {shaken:.0f}")
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
# **Who drives changes the price, and not visibly the result.** In all four ways the learner hardly crashes in the
# test, and these runs cannot tell any of the three other ways from *usual*. But on average there are
# {{printed: first round only +[\d.]+ .* ([\d.]+)\n}} crashes while learning if the expert drives in the first round
# only, {{printed: usual +[\d.]+ +([\d.]+)\n}} in *usual*, {{printed: drives longer +[\d.]+ .* ([\d.]+)\n}} if the
# expert drives longer, and {{printed: guard +[\d.]+ .* ([\d.]+)\n}} with the guard. The guard has a price of its own.
# It takes over {{printed: takes over (\d+) times}} times in five minutes, so somebody must watch all the time.
#
# **Not every situation needs a label.** The cars that drive five times as far crash in
# {{printed: all of these situations +([\d.]+)}} % of the test drives if all 15,000 situations are labeled. With a
# fifth of the labels they crash in {{printed: a fifth, most different +([\d.]+)}} % or
# {{printed: a fifth, by chance +([\d.]+)}} %, depending on which ones are chosen, and these runs cannot tell either
# from the whole. A tenth of a second later the situation is nearly the same, and so is the answer.
#
# **Late answers do great harm.** A tenth of a second makes the learner crash in
# {{printed: labels 0.1 s late +([\d.]+) | .0f}} % of the test drives, two tenths in
# {{printed: labels 0.2 s late +([\d.]+) | .0f}} %, and three tenths in {{printed: labels 0.3 s late +([\d.]+) | .0f}}
# %. The noise does no harm that shows. Probably it averages out, while a delay is a habit, and habits are cloned
# (lesson 02).
#
# **A network that starts afresh needs many gradient steps.** With 50 of them in each round, all from scratch, it
# crashes in {{printed: from scratch +([\d.]+) | .0f}} % of the test drives. With 1000, these runs cannot tell it from
# *usual*. Going on with the network of the round before is much cheaper, then. Nobody has tested which is better if
# both get as many gradient steps as that.
#
# **The learner need not drive.** Clones of a shaken expert crash in {{printed: noise injected +([\d.]+)}} % of the
# test drives, and these runs cannot tell them from *usual*. The shaken expert itself crashed
# {{printed: all recordings: (\d+)}} time in all 24 recordings together.

# %% [markdown]
# ## Spend your labels
#
# Now you decide. Thirty cars start on one road. They have the short sight, because with it you can see the failure
# move, and they were cloned from two drives of the expert elsewhere. You may ask three times for 30 labels. Choose a
# stretch of the road: the learner drives, the expert labels 30 of the situations that it gets into *there*, and the
# learner goes on training with them. Then the same cars start once more on the same road. So this shows where labels
# help, and not how well the learner would do on other roads.

# %%
predict("04-ask", "Where do you ask first? Is it any use to ask where no car arrives?")

# %%
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
# Try to ask first where the clones leave the road, and then a stretch farther on. Then try it the other way around.
# In a stretch that no car reaches there is nothing to label. Only when the first failure is repaired does the learner
# get into the situations that come next. That is why DAgger goes in rounds.
#
# ## Correct your clone
#
# Our scripts answer any question at once. A person cannot: sitting beside the learner, nobody knows how far they
# would have turned the wheel. But a person can *take* the wheel. In **HG-DAgger** (Kelly and others 2019; the human,
# H, is the gate, G) the learner drives until the person takes over, and only what the person does until handing back
# becomes labels.
#
# The next cell clones two of your games, or two of a script's if you have recorded none, and lets the clone drive. It
# has full sight again. Correct it for three games: take over with an arrow key, hand back with the space bar. Take
# over early, and drive on for some seconds, because labels come only from you. Then **run the cell again**. It trains
# the clone anew, on your games and on all corrections so far, and the next round begins.
#
# If you choose `DUNGEON`, it goes turn by turn. Press the arrow that *you* would take; the learner makes its own move
# all the same, and leads you into its own situations.

# %%
predict("04-hands", "After how many rounds can you take your hands off?")

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
# script watches with a delay of 0.2 s, takes over when the car is near the edge or too fast, and hands back when all
# has been well for 3 s. It has played two games. Then it corrects its clone in five rounds of three games. The
# comparison is a clone of a script that plays three more games instead of each round of corrections. Both were done
# twice, with 200 gradient steps per clone as in the cell above, and with 800 as in lesson 02.

# %%
predict("04-worth", "What makes a better clone: correcting it for three games, or playing three more games?")

# %%
recorded_rounds = load_results("corrections")["updates"]
GAMES = 2 + 3 * np.arange(6)  # that somebody has played or watched, before and after each round


def column(num_updates: str, arm: str, what: str) -> np.ndarray:
    """One recorded quantity of one arm, (seeds, rounds); rates in percent."""
    return np.array(recorded_rounds[num_updates][arm][what]) * (1 if what == "labels" else 100)


per_game, per_label = {}, {}  # corrected minus played, in points of the crash rate
for num_updates in recorded_rounds:
    corrected, played = (column(num_updates, arm, "crash_rate") for arm in ("corrected", "only played"))
    labels, labels_played = (column(num_updates, arm, "labels") for arm in ("corrected", "only played"))
    for k in range(1, 6):
        name = f"{num_updates} steps, after {GAMES[k]:2} games"
        per_game[name] = compare_paired(corrected[:, k], played[:, k])
        name = f"{num_updates} steps, {labels[:, k].mean():4.0f} labels"
        as_many = [np.interp(*one) for one in zip(labels[:, k], labels_played, played, strict=True)]
        per_label[name] = compare_paired(corrected[:, k], as_many)

for comparisons in (per_game, per_label):
    print("Crash rate, corrected minus played, in points:")
    of_all_ten = holm([one.p_value for one in comparisons.values()], size=10)
    for (name, one), p in zip(comparisons.items(), of_all_ten, strict=True):
        numbers = f"{one.difference:+5.1f} [{one.low:+.1f}, {one.high:+.1f}]"
        print(f"  {name}: {numbers}, p = {one.p_value:.2g}, corrected for ten {p:.2g}")

for num_updates in recorded_rounds:
    first, *_, last = column(num_updates, "corrected", "interference").mean(axis=0)
    print(
        f"A script, {num_updates} steps, takes over in {first:.0f} % of the steps at first, in {last:.0f} % at last."
    )
for number in sorted({game.round for game in corrections}):
    yours = np.concatenate([disagreed(game) for game in corrections if game.round == number])
    print(f"You disagreed in {yours.mean():.0%} of the steps in round {number}.")
show_guess("04-hands")
show_guess("04-worth")

# %% jupyter={"source_hidden": true}
# Draws corrected minus played for as many games, and both against the number of labels.
figure, axes = plotting.panels(columns=2, rows=2, width=15, height=9, sharey="row")
for (above, below), num_updates in zip(axes.T, recorded_rounds, strict=True):
    for arm, color in {"corrected": "dagger", "only played": "clone"}.items():
        labels = column(num_updates, arm, "labels").mean(axis=0)
        plotting.learning_curves(below, labels, column(num_updates, arm, "crash_rate"), arm, color)
    corrected, played = (column(num_updates, arm, "crash_rate") for arm in ("corrected", "only played"))
    plotting.learning_curves(above, GAMES, corrected - played, "difference", "training")
    above.axhline(0, color="gray", linewidth=1)
    above.set(title=f"For as many games, {num_updates} steps", xlabel="games attended", xticks=GAMES)
    below.set(title=f"For as many labels, {num_updates} steps", xlabel="labels", ylim=(0, 90))
axes[0, 0].set_ylabel("crash rate, corrected\nminus played (points)")
axes[1, 0].set_ylabel("crash rate (%)")
video.show(
    figure,
    alt="Above, the crash rate of corrected clones minus that of clones of played games, against the number of games: "
    "below zero at first with few gradient steps, above zero in the middle with many, and near zero at the end. Below, "
    "both crash rates against the number of labels: the corrected clones end lower, with few steps and with many.",
)

# %% [markdown]
# **Corrections are worth more per label.** They come from where the clone goes wrong. After five rounds the corrected
# clones crash less often than clones of as many played labels, by
# {{printed: 200 steps, 1939 labels: +-([\d.]+) | .0f}} points with 200 gradient steps and by
# {{printed: 800 steps, 2297 labels: +-([\d.]+) | .0f}} points with 800. Both differences survive the correction for
# ten comparisons. With 800 steps the gain shows only in the last round.
#
# **Per game, these runs do not recommend them.** Somebody who mostly watches gives fewer labels. With 200 steps and 5
# games, corrections look {{printed: 200 steps, after +5 games: +-([\d.]+) | .0f}} points better, at p =
# {{printed: 200 steps, after +5 games: .* p = ([\d.]+),}}. But that is one comparison of ten, and corrected for ten
# its p is {{printed: 200 steps, after +5 games: .* ten ([\d.]+)}}. The strongest of the ten points the other way:
# with 800 steps and 11 games, corrections are {{printed: 800 steps, after 11 games: +\+([\d.]+) | .0f}} points
# *worse*, and that survives (p = {{printed: 800 steps, after 11 games: .* ten ([\d.]+)}}). In the other eight these
# runs cannot tell the two apart. A report that showed only one round of one setting could have claimed either. That
# is why all of them stand here. None was planned, so this is exploration.
#
# **The script gets its hands free only in part.** With 200 steps it takes over in
# {{printed: 200 steps, takes over in (\d+)}} % of the steps at first, and in
# {{printed: 200 steps, takes over .* in (\d+) % at last}} % at last; with 800 steps, in
# {{printed: 800 steps, takes over in (\d+)}} % and {{printed: 800 steps, takes over .* in (\d+) % at last}} %. It is
# a script and no person. Perhaps you did better.
#
# ## When it is not worth it
#
# - **Where the clone does as well.** In the dungeon DAgger gained nothing that matters. Look first whether your clone
#   fails in situations that the *expert never got into*.
# - **Where you can shake the expert.** Clones of shaken experts hardly crash in Driving, with short sight as above or
#   with full sight as in lesson 03, and no beginner need drive. Try that first.
# - **Where answers come late.** Let people take the wheel instead of asking them to comment.
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
# Yes. The situations must come from the policy that will be tested.
#
# </details>

# %% [markdown]
# **2. What is wrong with learning from the newest round's labels only?**
#
# <details><summary>A · the learner can forget what it could do</summary>
#
# Yes. What it now does right brings no new mistakes, and soon no labels either. That is why all rounds are kept.
#
# </details>
# <details><summary>B · nothing, since they come from the best policy so far</summary>
#
# No. They show where that policy goes *now*. What it did wrong in the rounds before is not among them.
#
# </details>
# <details><summary>C · fewer data make the training of each round take longer</summary>
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
# - Its training situations become the learner's own. In Driving that repairs covariate shift, and most of the clone's
#   crashes go. In the dungeon it brought no gain.
# - It also helps a learner that sees less than its teacher, for a second reason: its labels are right where *it*
#   drives. At best it then learns the mean of the teacher's answers.
# - Besides labels it costs crashes, since a beginner acts. An expert that drives longer, or a guard, makes them
#   rarer.
# - Answers that come a few tenths of a second late spoil the learner.
# - Corrections by somebody who takes the wheel were worth more per label. Per game, no gain could be shown.
#
# **Words:** *label*: what the expert would do in a situation. *Aggregate*: keep the labels of all rounds. *Mixture*
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
