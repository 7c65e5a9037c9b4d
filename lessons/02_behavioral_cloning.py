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
# # 02 · Behavioral cloning
#
# **The simplest way to imitate is to treat it as supervised learning.** The observations are the inputs, and the
# demonstrator's actions are the labels. There is no reward, and there is no trial and error. How far does that get us?
#
# | | |
# |---|---|
# | **You will be able to** | derive and write the loss of behavioral cloning; train and validate a clone; say what its loss tells you and what it does not; say what exactly a clone takes over from its teacher |
# | **Time** | 110 minutes, and 20 more for the sections marked *optional* |
# | **You need** | lesson 01; a first acquaintance with PyTorch (tensors, `backward`) |

# %%
from collections.abc import Callable, Iterator, Sequence

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.checks import check
from ilrl_course.clones import demonstrate as record_steps
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, Batch, Trajectory, concatenate, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import Evaluation, evaluate, normalized_score, reference_scores
from ilrl_course.measures.seeds import compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.sliders import demo
from ilrl_course.notebook.verdicts import live_sign, verdict
from ilrl_course.play.recordings import YOU
from ilrl_course.play.screen import play
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import collect_trajectories, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs


# Three helpers. Skim them now, and come back when you meet their names.


def demonstrate(world, num_episodes: int, seed: int, kind: str = "expert") -> list[Trajectory]:
    """Episodes of one of the world's demonstrators, in the places that are meant for training."""
    demonstrator = world.make_demonstrator(kind, seed=seed)
    return collect_trajectories(demonstrator, world.env_id, num_episodes, seed, **world.training_options)


def examine(actor: Actor, world, num_episodes: int, seed: int) -> Evaluation:
    """Fresh episodes, in the places that are meant for tests: no training has seen them."""
    return evaluate(actor, world.env_id, num_episodes, seed, **world.test_options)


def film(actors: dict[str, Actor], world, max_steps: int, every: int = 1) -> list[np.ndarray]:
    """The same test episode, played by several actors, side by side."""
    return video.side_by_side(
        {
            name: video.record(actor, world.env_id, SEED, max_steps, every, **world.test_options)
            for name, actor in actors.items()
        }
    )


# %% [markdown]
# The text quotes the numbers that you get with `SEED = 0`. With another seed, the films and all numbers that are computed
# here change. They also change a little if your correct solution draws its random numbers in another order than ours.
# What the notebook reads with `load_results` was recorded beforehand, with more runs. It stays the same, and all verdicts
# rest on it.
#
# ## From watching to a loss
#
# A policy with parameters $\theta$ gives, for each observation $o$, a probability distribution over actions,
# $\pi_\theta(a \mid o)$. The demonstrations are pairs $(o_i, a_i)$, $i = 1, \dots, B$. Which $\theta$ makes the
# demonstrator's actions most probable? The probability of all of them together is the product
# $\prod_i \pi_\theta(a_i \mid o_i)$, a number so small that a computer rounds it to zero. The logarithm turns it into a
# sum. Then we divide by $B$ and put a minus in front, so that smaller is better. The result is the **negative log-likelihood**, the
# loss of behavioral cloning (BC):
#
# $$L(\theta) = -\frac{1}{B} \sum_{i=1}^{B} \log \pi_\theta(a_i \mid o_i).$$
#
# What the logarithm looks like depends on the kind of actions:
#
# - **Discrete actions** (CartPole, Dungeon). The network gives a probability to each action. The loss is minus the
#   logarithm of the demonstrated action's probability, which is known as *cross-entropy*.
# - **Continuous actions** (Driving). The network gives the mean $\mu(o)$ of a Gaussian. Its spread $\sigma$ is learned
#   too, but it is the same for all observations. For an action with the parts $a^{(1)}$ (steering) and $a^{(2)}$ (pedal)
#
#   $$-\log \pi_\theta(a \mid o) = \sum_j \left[ \frac{\left(a^{(j)} - \mu^{(j)}(o)\right)^2}{2 \left(\sigma^{(j)}\right)^2} + \log \sigma^{(j)} \right] + \text{const}.$$
#
#   This is the *squared error*, and it counts more the surer the policy is of itself, that is, the smaller $\sigma$.
#
# In PyTorch both are one call: a policy returns a `Distribution`, and `distribution.log_prob(actions)` has shape
# `(B,)` in both cases.

# %% [markdown]
# ## CartPole, step by step
#
# Five episodes of the expert are 2500 pairs. `stack_steps` puts them into a `Batch`: `demos.obs` and `demos.actions` have
# one row for each step, and `demos[rows]` is a smaller batch.

# %%
cartpole_demos = stack_steps(demonstrate(CARTPOLE, 5, SEED))
print("observations", tuple(cartpole_demos.obs.shape), "  actions", tuple(cartpole_demos.actions.shape))

# %% [markdown]
# The last layer of our fresh networks is near zero, so they give both actions about the same probability. What is the
# loss then? Work it out: $-\log \tfrac{1}{2} = 0.693$.

# %%
policy = fresh_policy(CARTPOLE, SEED)
distribution = policy(cartpole_demos.obs[:3])
log_probs = distribution.log_prob(cartpole_demos.actions[:3])
print("probability of pushing right:", distribution.probs[:, 1].detach().numpy().round(3))
print("what the expert did:         ", cartpole_demos.actions[:3].numpy())
print("log-probability of that:     ", log_probs.detach().numpy().round(3))
print(f"loss: {-log_probs.mean().item():.3f}")

# %% [markdown]
# Training repeats four lines: compute the loss on a random **minibatch**, clear the old gradients, compute new
# ones, and let the optimizer take a step.

# %%
optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3)
generator = torch.Generator().manual_seed(SEED)
losses = []
for _ in range(300):
    rows = torch.randint(len(cartpole_demos), (256,), generator=generator)
    minibatch = cartpole_demos[rows]
    loss = -policy(minibatch.obs).log_prob(minibatch.actions).mean()
    optimizer.zero_grad()
    loss.backward()
    optimizer.step()
    losses.append(loss.item())

# %% jupyter={"source_hidden": true}
# Draws the loss of each minibatch.
figure, axis = plotting.panels(width=9, height=4)
plotting.learning_curves(axis, np.arange(300), [losses], label="training", color="training")
axis.set(
    title="The clone learns to predict the expert", xlabel="gradient steps", ylabel="loss", ylim=(0, 0.75)
)
video.show(figure, alt="The training loss falls steeply at first, and then slowly.")

# %% [markdown]
# But we did not want a predictor, we wanted somebody who balances poles. So let the clone act: `policy.act` takes the
# most probable action.

# %%
predict("02-cartpole", "For how many of the 500 steps does the clone keep the pole up?")

# %%
result = examine(policy.act, CARTPOLE, 100, SEED)
low, high = confidence_interval(result.returns)
print(f"mean return {result.mean_return:.0f} of 500, 95 % interval [{low:.0f}, {high:.0f}], 100 episodes")
show_guess("02-cartpole")
video.clip(
    film({"expert": CARTPOLE.make_demonstrator("expert"), "clone": policy.act}, CARTPOLE, max_steps=120),
    alt="Expert and clone balance the pole in the same way.",
    fps=50,
    width=800,
)

# %% [markdown]
# **A clone can learn to act without ever having acted.** It gets {{printed: mean return (\d+) of 500}} of 500 points, and it
# did not drop a single pole while learning. Do not take an interval of width zero for certainty, though: a clone that
# fails in 3 % of all episodes still gets through 100 of them with probability $0.97^{100} \approx 0.05$.
#
# ## Driving: half of it is yours
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.1 · the loss** (5 minutes, easy)
#
# Write the negative log-likelihood as a function that works in *every* world: for discrete and for continuous
# actions, without asking which. Return a scalar tensor that can be differentiated.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# `policy(obs)` is a distribution for each row. The line with `log_prob` in the CartPole loop is what you need.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# `distribution.log_prob(actions)` has shape `(B,)`. Take the mean over the rows, and mind the sign: a good policy
# has a *small* loss.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# A missing minus; a second logarithm, although `log_prob` is one already; `sum` instead of `mean`, which makes the
# gradient grow with the minibatch; the probability of the action that the *policy* would take, instead of the one that
# was demonstrated.
#
# </details>

# %% exercise="ilrl_course.algorithms.bc.bc_loss"

# %%
bc_loss = check(bc_loss)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.2 · one gradient step** (5 minutes, easy)
#
# The code calls a gradient step an *update*: hence `bc_update`, and later `num_updates`. The first and the last line are
# given. Replace the line `raise NotImplementedError(...)` with three lines: clear the old gradients, compute the new ones,
# let the optimizer take a step. `batch` is the minibatch already.
#
# The parameter `loss_fn` is the function that computes the loss. The update calls it, and not `bc_loss` itself, so that
# other losses can be handed in. The recorded clones in "What a loss assumes" were trained in this way.
#
# </div>
#
# <details><summary>Hint</summary>
#
# They are in the CartPole loop, in the right order. PyTorch *adds* new gradients to old ones: if you do not clear them
# first, each step follows the sum over all minibatches so far.
#
# </details>


# %% exercise="ilrl_course.algorithms.bc.bc_update"
def bc_update(
    policy: Policy, optimizer: torch.optim.Optimizer, batch: Batch, loss_fn: Callable = bc_loss
) -> dict[str, float]:
    loss = loss_fn(policy, batch.obs, batch.actions)
    raise NotImplementedError("write bc_update here, then run the next cell")
    return {"loss": loss.item()}


# %%
bc_update = check(bc_update)

# %% [markdown]
# The rest is given: ten episodes of the expert, eight hundred gradient steps.

# %%
predict("02-driving", "In how many of 100 drives does the clone leave the road?")


# %%
def train(policy: Policy, demos: Batch, num_updates: int, seed: int) -> Policy:
    """The loop from above (`fused=True` only makes Adam faster)."""
    optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(num_updates):
        rows = torch.randint(len(demos), (256,), generator=generator)
        bc_update(policy, optimizer, demos[rows], bc_loss)
    return policy


def loss_on(policy: Policy, demos: Batch) -> float:
    """The loss on some demonstrations, without learning from them."""
    with torch.no_grad():
        return bc_loss(policy, demos.obs, demos.actions).item()


driving_demos = stack_steps(demonstrate(DRIVING, 10, SEED))
driver = train(fresh_policy(DRIVING, SEED), driving_demos, 800, SEED)
print(f"loss on its training data: {loss_on(driver, driving_demos):.2f}")

drivers = {"expert": DRIVING.make_demonstrator("expert"), "clone": driver.act}
for name, actor in drivers.items():
    result = examine(actor, DRIVING, 100, SEED)
    print(
        f"{name:7} mean return {result.mean_return:5.1f}   left the road in {result.crashed.sum()} of 100 drives"
    )
show_guess("02-driving")
video.clip(
    film(drivers, DRIVING, max_steps=150, every=2),
    alt="Expert and clone on a track that the clone has never seen.",
    fps=10,
    width=900,
)

# %% [markdown]
# **A clone that drives nearly as far as the expert can still be a danger.** This one leaves the road in
# {{printed: clone .*left the road in (\d+)}} of 100 drives. But that is only one training run, and with another seed the
# number may be quite different. The negative loss is no mistake: a probability *density* may exceed 1.
#
# <details><summary>For the curious: cloning from camera images</summary>
#
# Bojarski and others (2016) cloned the steering of human drivers from camera images. Good drivers never show how to get
# back to the middle of the lane. So two more cameras looked out from the left and from the right side of the car, and
# their images were labeled with the steering that leads back.
#
# </details>
#
# ## Validation: keep whole episodes apart
#
# To see whether a clone has learned or merely memorized, one keeps some data back and computes the loss there.
# Which data? A tenth of a second later the situation is nearly the same. If step 57 is in the training set and step 58 in
# the validation set, the "unseen" data have practically been seen. So whole **episodes** must be kept back.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.3 · split by episode** (10 minutes, medium)
#
# Shuffle the episodes with `np.random.default_rng(seed)`, and return two lists: training and validation. About
# `validation_fraction` of the episodes go to validation, but at least one to each list.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# `rng.permutation(len(trajectories))` gives the episodes' numbers in random order. Take the first few for
# validation and the others for training.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# `num_validation = round(validation_fraction * len(trajectories))`, but not below 1, and not above
# `len(trajectories) - 1`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Splitting steps instead of episodes; giving back the training list twice; an empty validation list when there are
# few episodes.
#
# </details>

# %% exercise="ilrl_course.data.split_by_episode"

# %%
split_by_episode = check(split_by_episode)

# %% [markdown]
# Does it matter? Eight times we train clones on four fifths of ten drives, split by step or by episode, and compare the
# validation loss with the loss on *new* drives. Two drives alone say little, so by episode we average over three splits.
#
# `run_seeds(f, SEEDS)` calls `f(seed)` for each seed, over all cores, and returns the list of results. The cell takes
# some seconds.

# %%
predict(
    "02-split",
    "Which of the two validation losses is too optimistic: split by step, by episode, both, or neither?",
)


# %%
def optimism(seed: int) -> tuple[float, float]:
    """How far the validation loss lies below the loss on new drives, split by step and by episode."""
    drives = demonstrate(DRIVING, 10, seed)
    expert = DRIVING.make_demonstrator("expert")
    new_drives = stack_steps(collect_trajectories(expert, DRIVING.env_id, 30, seed, **DRIVING.test_options))

    def too_low_by(training: Batch, validation: Batch) -> float:
        clone = train(fresh_policy(DRIVING, seed), training, 200, seed)
        return loss_on(clone, new_drives) - loss_on(clone, validation)

    steps = stack_steps(drives)
    shuffled = steps[torch.randperm(len(steps), generator=torch.Generator().manual_seed(seed))]
    fifth = len(steps) // 5
    by_step = too_low_by(shuffled[fifth:], shuffled[:fifth])

    by_episode = []
    for number in range(3):
        training, validation = split_by_episode(drives, 0.2, seed=number)
        by_episode.append(too_low_by(stack_steps(training), stack_steps(validation)))
    return by_step, float(np.mean(by_episode))


runs = np.array(run_seeds(optimism, SEEDS))  # (seeds, 2)
gaps = {"by step": runs[:, 0], "by episode": runs[:, 1]}
for name, values in gaps.items():
    print(
        f"{name + ':':11} too optimistic by {values.mean():.3f} on average, in {(values > 0).sum()} of 8 runs"
    )
print("by step minus by episode:", compare_paired(gaps["by step"], gaps["by episode"]))
show_guess("02-split")

# %% jupyter={"source_hidden": true}
# Draws how optimistic both validation losses are in each run.
figure, axis = plotting.panels(width=9, height=3)
plotting.strip(axis, gaps, roles={"by step": "weak", "by episode": "expert"})
axis.axvline(0, color="black", linewidth=1)
axis.set(
    title="How much better the validation loss looks than the truth",
    xlabel="loss on new drives − validation loss",
)
video.show(
    figure,
    alt="Split by step, the validation loss looks clearly better than the truth in every run; "
    "split by episode, the error is far smaller.",
)

# %% [markdown]
# **Split by step, a validation loss flatters.** On average it was too optimistic by
# {{printed: by step: +too optimistic by ([\d.]+)}}, and split by episode by only
# {{printed: by episode: +too optimistic by ([\d.]+)}}, which eight runs cannot tell
# from nothing. A part of the difference could have another cause: the clones of the two splits do not learn from
# quite the same steps.
#
# The last line is by `compare_paired`, which compares two lists seed by seed. It gives the mean difference, its 95 %
# interval, and a $p$-value: how often chance alone would make a difference at least as large. Interval and $p$-value can
# disagree, mostly by a little. Then we do not count the effect as shown.
#
# <details><summary>For the curious: where the p-value comes from</summary>
#
# If the two ways to split did not differ, each of the eight differences could as well have the other sign. The test
# flips the signs in all $2^8$ ways, and counts how often the mean is then at least as large, in either direction. So with
# eight pairs, $p$ cannot be smaller than $2 / 2^8 = 0.0078$.
#
# </details>

# %% [markdown]
# ## Dungeon: all yours
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.4 · the training loop** (15 minutes, medium)
#
# Write the whole loop, as a **generator**: after each gradient step it `yield`s the metrics, so that the caller can plot
# them, stop, or go on. `config` is a `BCConfig`, a small container of settings. Use Adam with `config.learning_rate`, make
# `config.num_updates` gradient steps, and draw every minibatch of `config.minibatch_size` rows anew from all
# demonstrations. All randomness comes from `seed`. Hand `loss_fn` on to `bc_update`.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# It is the loop of `train` in the Driving section, with `yield bc_update(...)` as its last line.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# Optimizer and generator are made once, before the loop: Adam remembers past gradients, and a generator that is
# made anew with the same seed draws the same rows again.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# `return` instead of `yield`; a new optimizer in each round; always the same minibatch; indexing observations and
# actions with different rows; ignoring `loss_fn`.
#
# </details>

# %% exercise="ilrl_course.algorithms.bc.train_bc"

# %%
train_bc = check(train_bc)

# %% [markdown]
# Now the whole method, in the third world. It is laid out differently in each game.

# %%
predict("02-dungeon", "In how many of 200 new games does the clone find the treasure?")


# %%
def clone_of(world, demos: Batch, num_updates: int, seed: int) -> Policy:
    """A fresh policy, trained by your loop."""
    policy = fresh_policy(world, seed)
    for _ in train_bc(policy, demos, BCConfig(num_updates=num_updates), seed, bc_loss):
        pass
    return policy


dungeon_demos = stack_steps(demonstrate(DUNGEON, 100, SEED))
print(f"100 games of the expert: {len(dungeon_demos)} steps")
hero = clone_of(DUNGEON, dungeon_demos, 400, SEED)
players = {"expert": DUNGEON.make_demonstrator("expert"), "clone": hero.act}
for name, actor in players.items():
    result = examine(actor, DUNGEON, 200, SEED)
    print(
        f"{name:7} of 200 new games: {result.success.sum():3} with the treasure, {result.crashed.sum():2} in the lava"
    )
show_guess("02-dungeon")
video.clip(
    film(players, DUNGEON, max_steps=40),
    alt="Expert and clone in a dungeon that the clone has never seen.",
    fps=5,
    width=900,
)

# %% [markdown]
# **In a world that changes its layout, a clone can do well and still get lost.** It finds the treasure in
# {{printed: clone +of 200 new games: +(\d+)}} of 200 new games. Only
# {{printed: clone +of 200 new games: .*treasure, +(\d+)}} end in the lava; in the others it wanders about until time is up.
#
# ## How many demonstrations does it take?
#
# So far most numbers came from one training run. Now we make eight runs in CartPole for every number of demonstrations. A seed
# changes everything: the demonstrations, the network's first weights, the minibatches, and the episodes of the evaluation.
# The same was recorded in all three worlds, with 32 runs, 1500 gradient steps for every clone, and more demonstrations.

# %%
predict("02-many", "In which world does a clone need the most demonstrations to get near the expert?")

# %%
SIZES = (1, 2, 5)  # numbers of demonstrations


def returns_of_clones(seed: int) -> list[float]:
    """The mean return on 50 fresh episodes of a clone of each number of demonstrations."""
    episodes = demonstrate(CARTPOLE, max(SIZES), seed)
    clones = [clone_of(CARTPOLE, stack_steps(episodes[:size]), 200, seed) for size in SIZES]
    return [examine(clone.act, CARTPOLE, 50, seed).mean_return for clone in clones]


for size, values in zip(SIZES, np.transpose(run_seeds(returns_of_clones, SEEDS)), strict=True):
    eight = " ".join(f"{value:.0f}" for value in np.sort(values))
    print(f"CartPole, {size} shown: your eight clones get {values.mean():.0f} on average ({eight})")

how_many = load_results("how_many")
for name, runs in how_many["returns"].items():
    expert = reference_scores(name)["expert"]  # its mean return, recorded beforehand
    print(f"\nrecorded: {name}, expert {expert:.2f}")
    for size, values in zip(how_many["sizes"][name], np.transpose(runs), strict=True):
        low, high = confidence_interval(values)
        print(f"{name:8} {size:3} shown: mean return {values.mean():6.2f}  [{low:.2f}, {high:.2f}]")
show_guess("02-many")

# %% jupyter={"source_hidden": true}
# Draws the returns of the recorded clones against the number of demonstrations, beside that of the expert.
figure, axes = plotting.panels(columns=3, width=15, height=4.5)
for axis, (name, runs) in zip(axes, how_many["returns"].items(), strict=True):
    sizes = how_many["sizes"][name]
    plotting.learning_curves(axis, np.array(sizes), np.array(runs), label="clone", color="clone")
    plotting.reference_line(axis, reference_scores(name)["expert"], label="expert", color="expert")
    axis.set(title=name, xlabel="demonstrations", xscale="log", ylim=(0, None))
    axis.set_xticks(sizes, sizes)
    axis.minorticks_off()
axes[0].set_ylabel("mean return")
video.show(
    figure,
    alt="Mean return of clones against the number of demonstrations: it rises toward the expert in all three worlds, "
    "at very different numbers.",
)

# %% [markdown]
# **How many demonstrations are enough depends on the world.** In the record, two episodes of CartPole were always enough. Twenty
# drives give {{printed: Driving +20 shown: mean return +([\d.]+)}} points, and the expert gets
# {{printed: recorded: Driving, expert ([\d.]+)}}. In the dungeon 320 games give
# {{printed: Dungeon +320 shown: mean return +([\d.]+)}}, still below the expert's
# {{printed: recorded: Dungeon, expert ([\d.]+)}}. Where demonstrations are few, it also depends on luck: single runs, the faint
# lines, lie far apart in CartPole and in Driving. **One run says little.**
#
# **Too little training looks like too few demonstrations.** Your clones of a single episode of CartPole had 200 gradient steps,
# and got {{printed: CartPole, 1 shown: your eight clones get (\d+)}} points on average. The recorded ones had 1500, and got
# {{printed: CartPole +1 shown: mean return +([\d.]+) | .0f}}. The steps are probably the reason, since little else differs.
#
# <details><summary>For the curious: why do the worlds differ?</summary>
#
# We did not test it. CartPole may be easy because the next push can undo a wrong one, and the dungeon may be hard
# because every layout is new. Nor do the worlds share a unit: a CartPole episode has 500 steps, and the 100 games of the
# dungeon above have {{printed: games of the expert: (\d+)}} steps together.
#
# </details>
#
# ## The loss is not the return
#
# Textbooks recommend **early stopping**: keep the clone with the lowest validation loss. But is the best predictor also the
# best driver? We recorded 32 training runs on four episodes, with one more for validation, and looked at each clone every
# 200 gradient steps.
#
# Beside the loss, three errors were measured. The *training error* and the *validation error* say how far off the clone's
# actions are. The *expected error* says how far off the clone believes they are: it is the learned spread $\sigma$.

# %%
predict(
    "02-stop", "Stop where the validation loss is lowest, or train to the end: which clone drives better?"
)

# %%
stopping = load_results("early_stopping")
checkpoints, rows = stopping["checkpoints"], stopping["rows"]
curves = {
    name: np.array(values) for name, values in rows[0]["curves"].items()
}  # of each measurement (seeds, checkpoints)

printed = [0, 1, 2, 4, 9]  # checkpoints
print("gradient steps:  ", *(f"{checkpoints[k]:7}" for k in printed))
for name, values in curves.items():
    print(f"{name + ':':17}", *(f"{mean:7.2f}" for mean in values.mean(axis=0)[printed]))

# %% jupyter={"source_hidden": true}
# Draws both kinds of error and the return along training.
figure, axes = plotting.panels(columns=3, width=17, height=4.5)
lines = [  # axis, what is drawn, its label, its color
    (axes[0], "validation loss", "loss", "validation"),
    (axes[1], "validation error", "validation error", "validation"),
    (axes[1], "training error", "training error", "training"),
    (axes[1], "expected error", "expected error", "biased"),
    (axes[2], "return", "return", "clone"),
]
for axis, name, label, color in lines:
    plotting.learning_curves(axis, checkpoints, curves[name], label, color)
    axis.set(xlabel="gradient steps")
axes[0].set(title="Validation loss", ylabel="negative log-likelihood")
axes[1].set(title="How far off", ylabel="error (actions: −1 to 1)", ylim=(0, None))
axes[2].set(title="As a driver", ylabel="mean return", ylim=(0, None))
video.show(
    figure,
    alt="Along training the validation loss first falls and then rises steeply. The validation error stays nearly "
    "level, while the expected error goes on falling with the training error. The return rises.",
)

# %% [markdown]
# **The validation loss rises because the clone becomes too sure of itself.** Its expected error shrinks along with its
# *training* error, in the end to {{printed: expected error: .* ([\d.]+)}}. The validation error stays at
# {{printed: validation error: .* ([\d.]+)}}, and the likelihood punishes such surprises hard. The road does not: the car
# follows the *most probable* action, no matter how sure the clone is of it.
#
# So what does early stopping cost? The next cell stops each run in two ways: where the likelihood of the validation episodes
# is highest, and where their squared error is lowest. The same was recorded with more episodes.

# %%
print("return at the end of training, minus return when stopped:")
for row in rows:
    for criterion in ("likelihood", "squared error"):
        effect = row[criterion]["end_minus_stopped"]
        print(
            f"{row['training_episodes']:2} episodes, stopped by the {criterion + ':':14} "
            f"{effect['difference']:+.2f} [{effect['low']:+.2f}, {effect['high']:+.2f}], p = {effect['p_value']:.2g};  "
            f"lowest validation loss after {row[criterion]['median_update_of_lowest_loss']:.0f} gradient steps (median)"
        )
show_guess("02-stop")

# %% [markdown]
# **With few demonstrations, stopping by the likelihood gave away return.** It cost
# {{printed:  4 episodes, stopped by the likelihood: +\+([\d.]+) | .1f}} points with four episodes and
# {{printed:  8 episodes, stopped by the likelihood: +\+([\d.]+) | .1f}} with eight. Stopping by the squared error cost
# {{printed:  4 episodes, stopped by the squared error: +\+([\d.]+) | .1f}} with four. With eight, the interval just excludes
# 0, but $p$ is {{printed:  8 episodes, stopped by the squared error: .* p = ([\d.]+);}}: we count an effect only where both
# agree, so it may have cost nothing. With sixteen, the lowest validation loss comes so late that the stopped clone is nearly
# the final one, and nothing is left to compare. More episodes also mean fewer passes over each, since the number of gradient
# steps is fixed.
#
# **Use the loss to see that training works. To know how good a policy is, let it act.**
#
# <details><summary>For the curious: others have seen the same</summary>
#
# Guo and others (2017) show for classifiers that a network can overfit the likelihood without getting worse at the task:
# it becomes *badly calibrated*. Codevilla and others (2018) found for driving from camera images that two models with
# the same prediction error can drive very differently. And Mandlekar and others (2021) found, for robot arms that learn
# from people, that the validation loss is a poor guide to which checkpoint to keep.
#
# </details>
#
# ## What a loss assumes (optional)
#
# In one and the same situation, a demonstrator steers 0, 0 and 0.6. The clone can give only one answer to all three. The
# squared error is smallest at their *mean*, 0.2. The absolute error is smallest at their *median*, 0. Check it! So a loss
# assumes something about why actions differ: is the 0.6 meant, or is it an accident?
#
# The likelihood also has a spread. Our policy learns *one* for all situations. Another network could have two outputs for
# each part of the action, the mean $\mu(o)$ and a spread $\sigma(o)$, so that the spread depends on the *situation*.
#
# | loss | the clone predicts | what counts more? |
# |---|---|---|
# | squared error | the mean | large errors |
# | absolute error | the median | nothing: twice the error counts twice |
# | likelihood, one spread | the mean | large errors; the part of the action with the smaller spread |
# | likelihood, spread by situation | the mean | large errors; the situations with a small spread |
#
# The **scale of the inputs** is a choice, too. Ours are scaled so that most numbers are about one. In physical units, a
# speed of 20 m/s stands beside a curvature of 0.05 per meter.

# %%
predict(
    "02-losses", "Ten drives of the expert, five kinds of clones: which one drives best, and which one worst?"
)

# %%
recorded = {name: np.array(runs) for name, runs in load_results("losses")["clones"].items()}  # (32, 2) each


def compare(names: Sequence[str]) -> None:
    """Print the mean return of some kinds of clones, and how far it lies above that of the first kind."""
    for name in names:
        returns, crash_rates = recorded[name].T
        line = f"{name:31} return {returns.mean():.1f}, leaves the road in {crash_rates.mean():3.0%}"
        if name != names[0]:
            effect = compare_paired(returns, recorded[names[0]][:, 0])
            line += (
                f"; return minus the first: {effect.difference:+.1f} [{effect.low:+.1f}, {effect.high:+.1f}]"
            )
        print(line)


LOSSES = [
    "likelihood, one spread",
    "squared error",
    "absolute error",
    "likelihood, spread by situation",
    "inputs in physical units",
]
compare(LOSSES)
show_guess("02-losses")

# %% jupyter={"source_hidden": true}
# Draws the returns of the recorded clones.
figure, axis = plotting.panels(width=11, height=4.5)
plotting.strip(axis, {name: recorded[name][:, 0] for name in LOSSES}, dict.fromkeys(LOSSES, "clone"))
axis.set(title="Same drives, other losses and inputs", xlabel="mean return of a clone", xlim=(0, 45))
video.show(
    figure,
    alt="Returns of the recorded clones: one spread and the squared error lie highest and close together, the absolute error "
    "lower, inputs in physical units far lower and wide apart, and a spread by situation lowest.",
)

# %% [markdown]
# **Losses that look alike make different drivers, and here the one with the most freedom made the worst.** With a *spread
# by situation*, {{printed: spread by situation .*road in +(\d+)%}} % of the drives end off the road. Compared with *one
# spread*, the *absolute error* costs {{printed: absolute error .*the first: -([\d.]+) }} points of return. The *squared error*
# costs {{printed: squared error .*the first: -([\d.]+) }}, which is little; its interval just excludes 0, but it is one
# of four comparisons, and nothing is corrected for that. With inputs in *physical units*, the return falls to {{printed: physical units .*return ([\d.]+),}}. All this is exploration, with one
# network size, one learning rate, one number of gradient steps, and one range for the spread. Other settings may change the
# order.
#
# <details><summary>For the curious: why, and what helps?</summary>
#
# Seitzer and others (2022) describe a trap of a spread by situation: where the network predicts badly, it may declare a
# large spread, and then its errors hardly count and are not corrected. We did not look whether that happened here.
#
# For inputs in physical units there is a usual remedy: subtract from each input its mean over the training data, and divide
# by its standard deviation.
#
# </details>
#
# ## What exactly is cloned?
#
# A clone knows what was done, but not what for. So what becomes of its teacher's faults? Two kinds must be told apart.
#
# A **habit** is a fault that is repeated every time. The biased demonstrators of lesson 01 have four: the CartPole player
# stands to the right, the driver keeps to the left and is slow, and the hero ignores the secret passage. On our scale, the
# expert has 0 % of a habit and the clone's own teacher 100 %. That a clone comes near its teacher is almost true by
# construction, since a regression reproduces the mean of what it was shown. What was open is how near, with this many
# data and in new places.
#
# A **slip** is a fault by chance. We let an expert slip on purpose: in CartPole and in the dungeon two in five of its
# actions are random, in Driving 15 %. Its clone takes the most probable action. Again we compare the clone with *its own
# teacher*, in points of the normalized score: 0 for random actions, 100 for an expert without slips.

# %%
predict("02-habits", "How much of its teacher's habits does a clone show: none, half, all?")

# %%
predict("02-slips", "In which of the three worlds is the clone of a slipping expert better than that expert?")

# %% [markdown]
# First comes a small version of the second experiment: eight seeds, two worlds.


# %%
def slipping_expert(world, seed: int, share: float = 0.4) -> Actor:
    """The world's expert, with a share of its actions replaced by random ones."""
    expert, by_chance = world.make_demonstrator("expert"), world.make_random_actor(seed)
    rng = np.random.default_rng(seed)
    return lambda obs: np.where(rng.random(len(obs)) < share, by_chance(obs), expert(obs))


def teacher_and_clone(seed: int, world, num_copies: int, num_steps: int) -> list[float]:
    """The normalized scores, from 0 to 100, of a slipping expert and of its clone."""
    teacher = slipping_expert(world, seed)
    copies = make_batch(world.env_id, num_copies, **world.training_options)  # of the world, side by side
    shown = record_steps(teacher, copies, num_steps, seed)  # the first steps in each copy, as a `Batch`
    clone = clone_of(world, shown, 600, seed)
    recorded = reference_scores(world.name)  # the demonstrators' mean returns: {"random": ..., "expert": ...}
    return [
        100
        * normalized_score(
            examine(actor, world, 100, seed).mean_return, recorded["random"], recorded["expert"]
        )
        for actor in (teacher, clone.act)
    ]


for name, world, num_copies, num_steps in [
    ("slips in CartPole", CARTPOLE, 10, 500),
    ("slips in the Dungeon", DUNGEON, 40, 60),
]:
    runs = run_seeds(teacher_and_clone, SEEDS, world=world, num_copies=num_copies, num_steps=num_steps)
    teachers, clones = np.transpose(runs)  # (seeds,) each
    live_sign(name, clones, teachers)

# %% [markdown]
# Here are both experiments as they were recorded, with 48 runs for each habit and for each world.

# %%
HABITS = {  # as they were planned: in plain words
    "position on the track": "CartPole: stands to the right",
    "side of the road": "Driving: keeps to the left",
    "slowness": "Driving: is slow",
    "blindness to the passage": "Dungeon: ignores the passage",
}
ACTORS = (
    "slipping expert",
    "its clone",
    "its clone, drawing actions",
    "clone of an expert without slips",
    "clone of five times the steps",
)
copied = load_results("what_is_copied")

shares = {}  # of each habit (48,): how much of it the clone shows
for name, label in HABITS.items():
    expert, teacher, clone_of_expert, clone = np.transpose(copied["deviations"][name])
    shares[label] = (clone - expert) / (teacher - expert)
    of_expert = (clone_of_expert - expert) / (teacher - expert)
    print(
        f"{label:29} the clone shows {shares[label].mean():4.0%}, "
        f"a clone of the expert {abs(of_expert.mean()):.0%}"
    )
show_guess("02-habits")

slips = {name: np.array(runs) for name, runs in copied["slips"].items()}  # of each world (48, actors)
print(f"\nnormalized scores{'':16}", *(f"{name:>8}" for name in slips))
for column, name in enumerate(ACTORS):
    print(f"{name:33}", *(f"{runs[:, column].mean():8.0f}" for runs in slips.values()))
for name, first, second in [("Driving", 4, 3), ("Dungeon", 4, 3), ("Dungeon", 2, 1)]:
    effect = compare_paired(slips[name][:, first], slips[name][:, second])
    print(f"{name}: {ACTORS[first]} minus {ACTORS[second]}: {effect}")
show_guess("02-slips")

# %% jupyter={"source_hidden": true}
# Draws how much of each habit a clone shows, and how much better it is than its slipping teacher.
figure, axes = plotting.panels(columns=2, width=17, height=4.2)
percent = {name: 100 * values for name, values in shares.items()}
plotting.strip(axes[0], percent, dict.fromkeys(percent, "clone"))
axes[0].set(title="Habits are copied", xlabel="% of the teacher's habit", xlim=(-10, 130))
better = {name: runs[:, 1] - runs[:, 0] for name, runs in slips.items()}
plotting.strip(axes[1], better, dict.fromkeys(better, "clone"))
axes[1].set(title="Slips: not always averaged out", xlabel="points, clone minus its slipping teacher")
for axis in axes:
    axis.axvline(0, color="black", linewidth=1)
axes[0].axvline(100, color="black", linewidth=1, linestyle=":")
video.show(
    figure,
    alt="Left: clones show all of every habit, in nearly every run. Right: the clone of a slipping expert is clearly better "
    "than its teacher in CartPole and in Driving, and worse in the Dungeon.",
)

# %% [markdown]
# **Habits were copied in full.** The clone shows {{printed: is slow +the clone shows +(\d+)}} % of its teacher's slowness and
# all of the other three habits, whether they cost reward or not: BC never sees the reward. The two habits of Driving were
# measured in the same clones.
#
# **Slips averaged out in two worlds, but not in the third.** A slip is different every time, so the most probable action
# should be the one that the teacher means. In CartPole and in Driving the clone is indeed far better than its teacher. In
# the dungeon it is *worse*: it scores {{printed: its clone +\d+ +\d+ +(\d+)}} points, and the teacher
# {{printed: slipping expert +\d+ +\d+ +(\d+)}}. Perhaps there was not enough to average over: with five times as many steps,
# from new layouts, the clone scores {{printed: five times the steps +\d+ +\d+ +(\d+)}}, about as much as a clone of an expert
# without slips gets from a fifth of these steps. So more data make up for the slips. Whether the slips then average out
# entirely, these runs do not show. Both rows are exploration.
#
# <details><summary>For the curious: slips that stay, and slips that help (exploration)</summary>
#
# In Driving, more data did not help. With five times as many steps the clone still scores
# {{printed: Driving: clone of five times .*slips: -([\d.]+) | .0f}} points less than a clone of an expert without slips. The
# most probable action of a Gaussian is its mean, so the slips are averaged *in*: random steering pulls every prediction a
# little toward zero, however much is recorded. These may be the missing points.
#
# A clone can know the slips without acting them out. If it draws its actions from $\pi_\theta$ instead of taking the most
# probable one, it scores {{printed: drawing actions +(\d+)}} points in CartPole and
# {{printed: drawing actions +\d+ +(\d+)}} in Driving, no more than its teacher. In the dungeon, however, drawing *beats* the
# most probable action, by {{printed: Dungeon: its clone, drawing .*clone: \+([\d.]+) }} points. We do not know why.
#
# </details>
#
# Two claims of lesson 00 are about this. Of C3, only the first half is tested here: that a clone copies. Inverse RL, its
# other half, follows in lessons 05 and 06b. The verdicts call the habits by the names under which they were planned. The
# *corrected p* allows for all comparisons of the course; "≤" means that it is as small as the test can make it.

# %% tags=["nbval-check-output"]
verdict("C3", "02")

# %% tags=["nbval-check-output"]
verdict("C7", "02")

# %% [markdown]
# **What a teacher does every time was inherited. What it does by chance may be left behind.** C7 comes back in lesson 09.
#
# ## A mixed bag of drives (optional)
#
# Recordings often come from several people. Take ten drives, five by the expert and five by the weak driver of lesson 01.
# If their returns are known, there are two simple remedies. **Filtered** cloning keeps only the better half of the drives,
# by return. **Weighted** cloning keeps all of them, but the best drive counts eight times as much as the worst. We recorded
# 32 runs of each, again as exploration.

# %%
predict(
    "02-mixed",
    "Which of the three clones drives best: that of all drives, of the better half, or the weighted one?",
)

# %%
compare(["half expert, half weak", "the better half of these", "these, weighted by return"])
show_guess("02-mixed")

# %% [markdown]
# **Here the returns told good drives from bad ones, and dropping the bad ones helped.** Every drive of the expert goes
# farther than every drive of the weak driver, so the better half is exactly the expert's. Its clone gains
# {{printed: better half of these .*the first: \+([\d.]+) }} points, although it learns from half as many drives. The
# weighted clone and the clone of all drives cannot be told apart. With other recordings, dropping may do harm: bad drives
# also show how to come back from the edge, as lesson 01 said.
#
# <details><summary>For the curious: BC or offline RL?</summary>
#
# Filtering uses the reward only to choose among drives. *Offline RL* also learns from recorded data alone, but it uses the
# reward to judge single actions, so that it can join the good parts of different drives. Kumar and others (2022) show when
# that can beat even the cloning of an expert: with noisy data, sparse rewards and long horizons. Mandlekar and others
# (2021) found the opposite for robot arms that learn from people: BC with a memory did better than the offline RL that
# they tried. From lesson 07 on, this course goes a third way: the agent gathers experience of its own.
#
# </details>
#
# ## Try it
#
# Choose how many episodes of which driver are cloned. The clone is trained anew, and drives. Can you see whose clone it
# is?


# %%
def clone_and_film(demonstrations: int = 5, demonstrator: str = "expert"):
    """Train a driver on the chosen demonstrations, and film it on a new track."""
    clone = clone_of(
        DRIVING, stack_steps(demonstrate(DRIVING, demonstrations, SEED, demonstrator)), 800, SEED
    )
    frames = video.record(clone.act, DRIVING.env_id, SEED, 150, every=2, **DRIVING.test_options)
    return video.clip(
        frames, alt=f"A clone of {demonstrations} episodes of the {demonstrator} driver.", fps=15
    )


demo(clone_and_film, demonstrations=(1, 20), demonstrator=["expert", "weak", "biased"])

# %% [markdown]
# ## Clone yourself
#
# Now you are the teacher. Click on the picture and drive: up is the throttle, down the brake, and a short tap on left or
# right is a gentle turn. Each game is on another track, takes thirty seconds, and is recorded when it is over. Drive two or
# three times; a slow lap teaches more than a fast crash.

# %%
play(DRIVING, SEED)

# %%
predict("02-you", "Will your clone drive like you, better, or worse?")

# %% [markdown]
# The next cell trains a clone on all your games, and films you in your last one, your clone, and the expert on the same
# track. If you have not recorded any, it goes on with games that a script played: it sees everything 0.2 s late, taps the
# keys, and errs now and then.

# %%
games = your_games(DRIVING)
NAME = "you" if games[-1].player == YOU else "a script"
clone_of_yours = clone_of(DRIVING, concatenate(game.steps() for game in games), 800, SEED)
own_return = np.mean([game.trajectory.total_reward for game in games])
clone_return = examine(clone_of_yours.act, DRIVING, 40, SEED).mean_return
print(f"mean return: {NAME} {own_return:.1f}, the clone {clone_return:.1f} (on other tracks)")
show_guess("02-you")

last = games[-1]
actors = {NAME: last.replay(), "the clone": clone_of_yours.act, "expert": DRIVING.make_demonstrator("expert")}
films = {
    name: video.record(actor, DRIVING.env_id, last.seed, 110, every=2, **DRIVING.play_options)
    for name, actor in actors.items()
}
video.clip(
    video.side_by_side(films),
    alt="Three cars on the same track: the recorded game, its clone, and the expert, who is the fastest.",
    fps=10,
    width=1000,
)

# %% [markdown]
# <details><summary>Sharing games with classmates</summary>
#
# `export(Recordings(DRIVING, **DRIVING.play_options), "anna.zip", "Anna")` writes your games into one file, and
# `pool(Recordings(DRIVING, **DRIVING.play_options), "anna.zip")` adds a classmate's to yours; then
# `your_games(DRIVING, player=None)` takes them all. You need `from ilrl_course.play.sharing import export, pool` and
# `from ilrl_course.play.recordings import Recordings`. A file from elsewhere is checked, and nothing in it is ever
# executed.
#
# </details>
#
# ## Quiz
#
# **1. A fresh policy over four actions, all equally probable, has which loss?**
#
# <details><summary>A · 0, since it has not made a single mistake yet</summary>
#
# No. Zero would mean that every demonstrated action was predicted with certainty.
#
# </details>
# <details><summary>B · $\log 4 \approx 1.39$, whatever the data</summary>
#
# Yes: $-\log \tfrac{1}{4}$, whatever was demonstrated. This is a good first test of any implementation.
#
# </details>
# <details><summary>C · 0.25, the probability of each action</summary>
#
# No. The loss is the negative logarithm of that probability.
#
# </details>

# %% [markdown]
# **2. The validation loss rises, and yet the clone drives better and better. How can that be?**
#
# <details><summary>A · its errors stay about the same, but it is surer of them</summary>
#
# Yes. The likelihood punishes an error that was thought impossible. The car follows the most probable action, no matter how
# sure the clone is of it.
#
# </details>
# <details><summary>B · it has learned the roads of the test by heart</summary>
#
# No. The test roads are no training roads, and nothing is learned from driving on them.
#
# </details>
# <details><summary>C · its errors grow, but on the road they cancel each other out</summary>
#
# No. In our runs the validation error stayed nearly level while the loss rose.
#
# </details>

# %% [markdown]
# **3. A demonstrator makes random slips. Its clone, which takes the most probable action, will**
#
# <details><summary>A · make the same slips, since it copies whatever it is shown</summary>
#
# No. A slip is different every time, and the clone does the same thing every time it sees the same situation.
#
# </details>
# <details><summary>B · learn to avoid the slips, since they cost reward</summary>
#
# No. A clone never sees a reward.
#
# </details>
# <details><summary>C · often do better than it, since slips can average out</summary>
#
# Yes, often: in two of our three worlds it did. In the dungeon it did worse, perhaps for lack of data.
#
# </details>

# %% [markdown]
# ## Summary
#
# - BC maximizes the probability of the demonstrated actions: $L(\theta) = -\frac{1}{B}\sum_i \log \pi_\theta(a_i \mid o_i)$.
#   It needs no reward and no interaction, so nothing crashes while it learns.
# - How many demonstrations it needs depends on the world and, when they are few, on luck.
# - Validate on whole episodes, and do not mistake the loss for the return: the loss also judges how sure the clone is.
# - A loss assumes something about why actions differ.
# - Habits are copied. Random slips averaged out in two of three worlds.
# - Known returns can help to choose among demonstrations.
#
# **Words:** *Behavioral cloning (BC)*: imitation by supervised learning. *Negative log-likelihood*: how improbable the
# policy finds the data. *Minibatch*: the few examples of one gradient step. *Validation*: measuring on data that
# were kept back. *Early stopping*: keeping the checkpoint with the lowest validation loss. *Habit*: what a demonstrator
# does every time. *Slip*: what a demonstrator does by chance. *Filtered cloning*: cloning only the episodes with a high return.
#
# **Read on:**
#
# - D. A. Pomerleau (1988). ALVINN: An Autonomous Land Vehicle in a Neural Network. *NIPS 1*. (Trained on
#   simulated images of roads, tested on a real one.)
# - T. Osa, J. Pajarinen, G. Neumann, J. A. Bagnell, P. Abbeel, J. Peters (2018). An Algorithmic Perspective on
#   Imitation Learning. *Foundations and Trends in Robotics* 7(1-2).
#
# <details><summary>What else this lesson cites</summary>
#
# - M. Bojarski and others (2016). End to End Learning for Self-Driving Cars. *arXiv:1604.07316*.
# - C. Guo, G. Pleiss, Y. Sun, K. Q. Weinberger (2017). On Calibration of Modern Neural Networks. *ICML*.
# - F. Codevilla, A. M. López, V. Koltun, A. Dosovitskiy (2018). On Offline Evaluation of Vision-based Driving Models.
#   *ECCV*.
# - A. Mandlekar, D. Xu, J. Wong, S. Nasiriany, C. Wang, R. Kulkarni, L. Fei-Fei, S. Savarese, Y. Zhu,
#   R. Martín-Martín (2021). What Matters in Learning from Offline Human Demonstrations for Robot Manipulation. *CoRL*.
# - M. Seitzer, A. Tavakoli, D. Antic, G. Martius (2022). On the Pitfalls of Heteroscedastic Uncertainty Estimation with
#   Probabilistic Neural Networks. *ICLR*.
# - A. Kumar, J. Hong, A. Singh, S. Levine (2022). When Should We Prefer Offline Reinforcement Learning Over Behavioral
#   Cloning? *ICLR*.
#
# </details>
#
# **Next:** [03 · When cloning fails](03_when_cloning_fails.ipynb)
