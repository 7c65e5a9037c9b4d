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
# **The simplest way to imitate: treat it as supervised learning.** The observations are the inputs, the
# demonstrator's actions are the labels. No reward, no trial, no error. How far does that carry?
#
# | | |
# |---|---|
# | **You will be able to** | derive and write the loss of behavioral cloning; train and validate a clone; say how much data it takes, what its loss does and does not tell, and what exactly it copies |
# | **Time** | 75 minutes |
# | **You need** | lesson 01; a first acquaintance with PyTorch (tensors, `backward`) |

# %%
from collections.abc import Callable, Iterator, Sequence

import gymnasium as gym
import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.checks import check
from ilrl_course.clones import clone_of as clone_of_steps
from ilrl_course.data import Actor, Batch, Trajectory, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import Evaluation, evaluate, reference_scores
from ilrl_course.measures.seeds import compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy, make_policy
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.journal import verdict
from ilrl_course.notebook.sliders import demo
from ilrl_course.play.recordings import YOU
from ilrl_course.play.screen import play
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.files import load_results

SEED = 0  # everything random follows from this number; change it, and the findings should stay
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs


# Four helpers. Skim them now, and come back when you meet their names.


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


def fresh_policy(world, seed: int) -> Policy:
    """An untrained network that fits the world: two hidden layers of 64 units."""
    env = gym.make(world.env_id)
    return make_policy(env.observation_space, env.action_space, seed)


# %% [markdown]
# ## From watching to a loss
#
# A policy with parameters $\theta$ gives, for each observation $o$, a probability distribution over actions,
# $\pi_\theta(a \mid o)$. The demonstrations are pairs $(o_i, a_i)$, $i = 1, \dots, B$. Which $\theta$ makes the
# demonstrator's actions most probable? The probability of all of them together is the product
# $\prod_i \pi_\theta(a_i \mid o_i)$. A product of thousands of small numbers underflows on a computer, so
# one takes the natural logarithm, which turns the product into a sum, and puts a minus in front, so that smaller is
# better. Divided by $B$, this is the **negative log-likelihood**, the loss of behavioral cloning (BC):
#
# $$L(\theta) = -\frac{1}{B} \sum_{i=1}^{B} \log \pi_\theta(a_i \mid o_i).$$
#
# That is all there is to it. What the logarithm is depends on the kind of actions:
#
# - **Discrete actions** (CartPole, Dungeon). The network gives one probability $p_a$ to each action. Then
#   $-\log \pi_\theta(a_i \mid o_i) = -\log p_{a_i}$, known as *cross-entropy*.
# - **Continuous actions** (Driving). The network gives the mean $\mu(o)$ of a Gaussian; its spread $\sigma$ is learned
#   too, but is the same for all observations. For an action with parts $a^{(1)}$ (steering) and $a^{(2)}$ (pedals)
#
#   $$-\log \pi_\theta(a \mid o) = \sum_j \left[ \frac{\left(a^{(j)} - \mu^{(j)}(o)\right)^2}{2 \left(\sigma^{(j)}\right)^2} + \log \sigma^{(j)} \right] + \text{const},$$
#
#   that is, the *squared error*, weighted by how exact the policy believes itself to be.
#
# In PyTorch both are one call: a policy returns a `Distribution`, and `distribution.log_prob(actions)` has shape
# `(B,)` in both cases.

# %% [markdown]
# ## CartPole, step by step
#
# We go through the whole method once, slowly. Five episodes of the expert are 2500 pairs. `stack_steps` puts them
# into a `Batch`: `demos.obs` and `demos.actions` have one row for each step, and `demos[rows]` is a smaller batch.

# %%
cartpole_demos = stack_steps(demonstrate(CARTPOLE, 5, SEED))
print("observations", tuple(cartpole_demos.obs.shape), "  actions", tuple(cartpole_demos.actions.shape))

# %% [markdown]
# Our fresh networks have a last layer near zero, so they give each of the two actions about the same probability.
# What is the loss then? Work it out: $-\log \tfrac{1}{2} = 0.693$.

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
# ones, let the optimizer take a step.

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

# %%
figure, axis = plotting.panels(width=9, height=4)
plotting.learning_curves(axis, np.arange(300), [losses], label="training", color="training")
axis.set(
    title="The clone learns to predict the expert", xlabel="gradient steps", ylabel="loss", ylim=(0, 0.75)
)
video.show(figure, alt="The training loss falls from 0.69 to about 0.1 in 300 gradient steps.")

# %% [markdown]
# But we did not want a predictor, we wanted somebody who balances poles. So let the clone act. `policy.act`
# takes the most probable action.
#
# *Predict: for how many of the 500 steps does the clone keep the pole up?*

# %%
result = examine(policy.act, CARTPOLE, 100, SEED)
low, high = confidence_interval(result.returns)
print(
    f"mean return {result.mean_return:.0f} of 500, 95 % interval [{low:.0f}, {high:.0f}], 100 fresh episodes"
)
video.clip(
    film({"expert": CARTPOLE.make_demonstrator("expert"), "clone": policy.act}, CARTPOLE, max_steps=120),
    alt="Expert and clone balance the pole in the same way.",
    fps=50,
    width=800,
)

# %% [markdown]
# A perfect score, after a moment's training, and not one pole dropped while learning. (An interval of width zero is not
# certainty: with no failure in 100 episodes the failure rate may still be as high as 3 %.) Now you.
#
# ## Driving: your turn, half of it
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
# A missing minus; `sum` instead of `mean`, which makes the gradient grow with the minibatch; the probability of the
# action that the *policy* would take, instead of the one that was demonstrated.
#
# </details>

# %% exercise="ilrl_course.algorithms.bc.bc_loss"

# %%
bc_loss = check(bc_loss)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.2 · one update** (5 minutes, easy)
#
# The first and the last line are given. Replace the line `raise NotImplementedError(...)` with three lines: clear the
# old gradients, compute the new ones, let the optimizer take a step. `batch` is the minibatch already.
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
# The rest is given: ten episodes of the expert, eight hundred updates.
#
# *Predict: in how many of 100 episodes does the clone leave the road?*

# %%
driving_demos = stack_steps(demonstrate(DRIVING, 10, SEED))
driver = fresh_policy(DRIVING, SEED)
optimizer = torch.optim.Adam(driver.parameters(), lr=3e-3)
generator = torch.Generator().manual_seed(SEED)
for _ in range(800):
    rows = torch.randint(len(driving_demos), (256,), generator=generator)
    metrics = bc_update(driver, optimizer, driving_demos[rows], bc_loss)
print(f"loss of the last minibatch: {metrics['loss']:.2f}")

for name, actor in {"expert": DRIVING.make_demonstrator("expert"), "clone": driver.act}.items():
    result = examine(actor, DRIVING, 100, SEED)
    print(
        f"{name:7} mean return {result.mean_return:5.1f}   left the road in {result.crash_rate:.0%} of 100 episodes"
    )

# %% [markdown]
# (A loss can be negative: a probability *density* may exceed 1.) The clone drives nearly as far as the expert, and
# leaves the road now and then. But this is one run, one number: with another seed it may be quite different.

# %%
video.clip(
    film(
        {"expert": DRIVING.make_demonstrator("expert"), "clone": driver.act}, DRIVING, max_steps=150, every=2
    ),
    alt="Expert and clone on a track that the clone has never seen.",
    fps=10,
    width=900,
)

# %% [markdown]
# ## Validation: keep episodes apart
#
# To see whether a clone has learned or merely memorized, one keeps some data back and computes the loss there.
# Which data? The steps of one episode resemble each other: a tenth of a second later the situation is nearly the
# same. If you put step 57 into the training set and step 58 into the validation set, the "unseen" data have
# practically been seen. So whole **episodes** must be kept back.
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
# Does it matter? Measure it. Eight times we train drivers on four fifths of ten episodes, split by step or by
# episode, and ask: how well does the validation loss foretell the loss on *new* episodes? (By episode we average
# over three splits, since two episodes alone say little. The cell takes some seconds.)
#
# *Predict: which of the two is too optimistic, and by how much?*


# %%
def train(policy: Policy, demos: Batch, num_updates: int, seed: int) -> Policy:
    """The loop from above, in a function (`fused=True` only makes Adam faster)."""
    optimizer = torch.optim.Adam(policy.parameters(), lr=3e-3, fused=True)
    generator = torch.Generator().manual_seed(seed)
    for _ in range(num_updates):
        rows = torch.randint(len(demos), (256,), generator=generator)
        bc_update(policy, optimizer, demos[rows], bc_loss)
    return policy


def loss_on(policy: Policy, demos: Batch) -> float:
    """The loss on data not used for training."""
    with torch.no_grad():
        return bc_loss(policy, demos.obs, demos.actions).item()


def optimism(seed: int) -> tuple[float, float]:
    """How far the validation loss lies below the loss on new episodes, split by step and by episode."""
    episodes = demonstrate(DRIVING, 10, seed)
    expert = DRIVING.make_demonstrator("expert")
    new = stack_steps(collect_trajectories(expert, DRIVING.env_id, 30, seed, **DRIVING.test_options))

    def gap(seen: Batch, unseen: Batch) -> float:
        policy = train(fresh_policy(DRIVING, seed), seen, 400, seed)
        return loss_on(policy, new) - loss_on(policy, unseen)

    steps = stack_steps(episodes)
    order = torch.randperm(len(steps), generator=torch.Generator().manual_seed(seed))
    by_step = gap(steps[order[600:]], steps[order[:600]])
    splits = [split_by_episode(episodes, 0.2, seed=number) for number in range(3)]
    by_episode = [gap(stack_steps(training), stack_steps(validation)) for training, validation in splits]
    return by_step, float(np.mean(by_episode))


gaps = np.array(run_seeds(optimism, SEEDS))  # (seeds, 2)

# %%
figure, axis = plotting.panels(width=9, height=3)
by_split = {"by step": gaps[:, 0], "by episode": gaps[:, 1]}
plotting.strip(axis, by_split, roles={"by step": "weak", "by episode": "expert"})
axis.axvline(0, color="black", linewidth=1)
axis.set(
    title="How much better the validation loss looks than the truth",
    xlabel="loss on new episodes − validation loss",
)
video.show(
    figure,
    alt="Split by step, the validation loss is too optimistic in every run; "
    "split by episode, the error scatters about zero.",
)
print("by step minus by episode:", compare_paired(*by_split.values()))

# %% [markdown]
# Split by step, the validation loss was too optimistic in all eight runs. Split by episode, it erred in both directions.
#
# The last line compares the two on the same eight seeds, in pairs: the mean difference, its 95 % interval, and a
# $p$-value. The test behind it flips the signs of the eight differences in all $2^8$ ways, and counts how often
# the mean is then at least as large, in either direction. With eight pairs $p$ cannot be smaller than $2 / 2^8 = 0.0078$.

# %% [markdown]
# ## Dungeon: all yours
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 2.4 · the training loop** (15 minutes, medium)
#
# Write the whole loop, as a **generator**: after each update it `yield`s the metrics. Whoever calls it can then
# plot, stop or go on. `config` is a `BCConfig`, a small container of settings: use Adam with `config.learning_rate`, make `config.num_updates` updates, and
# draw every minibatch of `config.minibatch_size` rows anew from all demonstrations. All randomness comes from
# `seed`.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# It is the loop of the Driving section, with `yield bc_update(...)` as its last line.
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
# Now the whole method, in the third world. A hundred games of the expert are not many: the dungeon is laid out
# differently each time.
#
# *Predict: in how many of 200 new games does the clone find the treasure?*

# %%
dungeon_demos = stack_steps(demonstrate(DUNGEON, 100, SEED))
hero = fresh_policy(DUNGEON, SEED)
losses = [
    metrics["loss"] for metrics in train_bc(hero, dungeon_demos, BCConfig(num_updates=400), SEED, bc_loss)
]
print(
    f"{len(dungeon_demos)} steps of 100 games; loss {losses[0]:.2f} at first, {np.mean(losses[-50:]):.3f} at last"
)

for name, actor in {"expert": DUNGEON.make_demonstrator("expert"), "clone": hero.act}.items():
    result = examine(actor, DUNGEON, 200, SEED)
    print(
        f"{name:7} treasure found in {result.success_rate:4.0%}, "
        f"burned in {result.crash_rate:3.0%} of 200 new games"
    )
video.clip(
    film({"expert": DUNGEON.make_demonstrator("expert"), "clone": hero.act}, DUNGEON, max_steps=40),
    alt="Expert and clone in a dungeon that the clone has never seen.",
    fps=5,
    width=900,
)

# %% [markdown]
# It finds the treasure in most of the new dungeons, not in all. Where it fails, it rarely burns: mostly it wanders
# about until the time is up.
#
# ## How many demonstrations does it take?
#
# So far every number came from one training run. Now eight runs for every number of demonstrations, in all three
# worlds. A seed changes everything: the demonstrations, the network's first weights, the minibatches, the
# episodes of the evaluation. The number of gradient steps is fixed for each world. The cell takes about a quarter of
# a minute.
#
# *Predict: in which world does a clone need most demonstrations to get near the expert? In which the fewest?*

# %%
BUDGETS = {  # numbers of demonstrations, gradient steps
    CARTPOLE: ((1, 2, 5), 250),
    DRIVING: ((1, 5, 30), 800),
    DUNGEON: ((5, 30, 200), 400),
}


def returns_of_clones(
    seed: int, world, sizes: Sequence[int], num_updates: int, kind: str = "expert"
) -> list[float]:
    """The mean return on 100 fresh episodes of a clone of each number of demonstrations."""
    episodes = demonstrate(world, max(sizes), seed, kind)
    returns = []
    for size in sizes:
        clone = fresh_policy(world, seed)
        for _ in train_bc(
            clone, stack_steps(episodes[:size]), BCConfig(num_updates=num_updates), seed, bc_loss
        ):
            pass
        returns.append(examine(clone.act, world, 100, seed).mean_return)
    return returns


returns = {
    world.name: np.array(
        run_seeds(returns_of_clones, SEEDS, world=world, sizes=sizes, num_updates=num_updates)
    )
    for world, (sizes, num_updates) in BUDGETS.items()
}  # each (seeds, sizes)

# %%
figure, axes = plotting.panels(columns=3, width=15, height=4.5)
for axis, (world, (sizes, _)) in zip(axes, BUDGETS.items(), strict=True):
    plotting.learning_curves(axis, np.array(sizes), returns[world.name], label="clone", color="clone")
    plotting.reference_line(axis, reference_scores(world.name)["expert"], label="expert", color="expert")
    axis.set(
        title=world.name,
        xlabel="demonstrations",
        xscale="log",
        xticks=sizes,
        xticklabels=sizes,
        ylim=(0, None),
    )
    axis.minorticks_off()
axes[0].set_ylabel("mean return")
video.show(
    figure,
    alt="Mean return of clones against the number of demonstrations, eight runs each: it rises toward "
    "the expert in all worlds, at very different numbers.",
)

for world, (sizes, _) in BUDGETS.items():
    print(f"{world.name}: mean return of 8 clones, with 95 % interval")
    for size, column in zip(sizes, returns[world.name].T, strict=True):
        low, high = confidence_interval(column)
        print(
            f"  {size:3} demonstration{'s' if size > 1 else ' '}  {column.mean():6.2f}  [{low:.2f}, {high:.2f}]"
        )

# %% [markdown]
# More demonstrations help in all three worlds. In CartPole one episode is rarely enough, two usually are, and with
# five every clone gets the full return. Driving needs more, the dungeon most: with 200 games its clones are still
# clearly below the expert.
#
# Mind the unit, though: a CartPole episode has 500 steps, a drive 300, a dungeon game about 11. Counted in steps,
# 200 games are *fewer* data than 10 drives. What the dungeon probably needs is many *layouts*. Likely reasons
# for the differences: CartPole's rule is simple, and a push that is a little wrong can be made good by the next; on the road
# a few bad steps can end the episode; in the dungeon one has to learn not *one* way but how to find ways.
#
# In CartPole and Driving the faint lines, the single runs, lie far apart when demonstrations are few. **One run says
# little.**
#
# %% [markdown]
# ## The loss is not the return
#
# It is tempting to stop training when the validation loss begins to rise, and to keep the clone with the lowest loss;
# textbooks call this **early stopping**. Is the best predictor also the best driver? We train on four episodes, keep
# one more for validation, and let the clone drive every 200 updates.
#
# *Predict: we stop where the validation loss is lowest, and compare with training on and on. Who drives better?*


# %%
def loss_and_return(seed: int) -> list[tuple[float, float]]:
    """Validation loss and mean return along one run, every 200 updates."""
    training, validation = split_by_episode(demonstrate(DRIVING, 5, seed), 0.2, seed)
    seen, unseen = stack_steps(training), stack_steps(validation)
    policy = fresh_policy(DRIVING, seed)
    curve = []
    for number, _ in enumerate(train_bc(policy, seen, BCConfig(num_updates=2000), seed, bc_loss), start=1):
        if number % 200 == 0:
            result = examine(policy.act, DRIVING, 100, seed)
            curve.append((loss_on(policy, unseen), result.mean_return))
    return curve


curves = np.array(run_seeds(loss_and_return, SEEDS))  # (seeds, checkpoints, 2)

# %%
updates = np.arange(200, 2001, 200)
figure, axes = plotting.panels(columns=2, width=14, height=4.5)
plotting.learning_curves(axes[0], updates, curves[..., 0], label="loss", color="validation")
axes[0].set(title="As a predictor: soon worse", xlabel="gradient steps", ylabel="validation loss")
axes[0].set_yscale("symlog", linthresh=2)
plotting.learning_curves(axes[1], updates, curves[..., 1], label="return", color="clone")
axes[1].set(title="As a driver: better in the end", xlabel="gradient steps", ylabel="mean return")
video.show(
    figure,
    alt="Along training the validation loss first falls and then rises, while the return rises on average.",
)

best = curves[..., 0].argmin(axis=1)  # (seeds,) the checkpoint that early stopping chooses
stopped_return = curves[np.arange(len(SEEDS)), best, 1]
print("return when stopped at the lowest validation loss:", stopped_return.round(1))
print("return at the end of training:                    ", curves[:, -1, 1].round(1))
print("end minus stopped:", compare_paired(curves[:, -1, 1], stopped_return))

# %% [markdown]
# On average, the clone that was stopped at the lowest validation loss drives *worse* than the one trained to the
# end. How can that be? The loss asks: how probable does the policy find the expert's action? A clone that is very
# sure of itself is punished hard for each small deviation, and training on makes it ever surer. The road asks
# something else: does the *most probable* action keep me on the road? And it asks that in situations to which the
# *clone* has driven, which no validation set contains. Codevilla and others (2018) report it for driving from camera
# images, in a simulator: two models with the same prediction error can drive very differently.
#
# Where does this stop? It was measured with four training episodes. *Predict: is the difference larger or smaller with
# eight, and with sixteen?* The next cell does not train. It shows what `course.py results early_stopping` has recorded
# in the folder `results/`: 24 runs for each number of episodes, in the same way as above.

# %%
for row in load_results("early_stopping")["rows"]:
    effect = row["end_minus_stopped"]
    print(
        f"{row['training_episodes']:2} training episodes: end minus stopped {effect['difference']:+.2f} "
        f"[{effect['low']:+.2f}, {effect['high']:+.2f}], "
        f"lowest validation loss after {row['median_update_of_lowest_loss']:.0f} updates (median)"
    )

# %% [markdown]
# With more data the validation loss turns later, and by then the clone drives well. With sixteen episodes nothing is
# lost by stopping early.
#
# So: **use the loss to see that training works. To know how good a policy is, let it act.**

# %% [markdown]
# ## What exactly is cloned?
#
# Back to the demonstrators of lesson 01. What becomes of their faults? The *weak* CartPole player makes two random
# pushes in five. The *biased* driver is reliable, but slow and far to the left.
#
# *Predict: is the clone of the weak player better or worse than the player? And does the clone of the biased
# driver also keep left?*


# %%
def clone_of(world, kind: str, num_updates: int, seed: int) -> Policy:
    """A clone of ten episodes of a demonstrator."""
    clone = fresh_policy(world, seed)
    demos = stack_steps(demonstrate(world, 10, seed, kind))
    for _ in train_bc(clone, demos, BCConfig(num_updates=num_updates), seed, bc_loss):
        pass
    return clone


def clones_of(seed: int) -> dict[str, float]:
    """Clones of a weak CartPole player, a biased driver and an expert driver: what do they take over?"""
    torch.manual_seed(seed)  # a clone that draws its actions draws them from torch's generator
    clone = clone_of(CARTPOLE, "weak", 250, seed)
    players = {
        "weak player": CARTPOLE.make_demonstrator("weak", seed=seed),
        "clone, drawing actions": clone.sample,
        "clone, most probable action": clone.act,
    }
    found = {name: examine(player, CARTPOLE, 100, seed).mean_return for name, player in players.items()}
    for kind in ("expert", "biased"):
        demonstrator = DRIVING.make_demonstrator(kind, seed=seed)
        clone = clone_of(DRIVING, kind, 600, seed)
        for name, actor in {kind: demonstrator, f"clone of {kind}": clone.act}.items():
            episodes = collect_trajectories(actor, DRIVING.env_id, 10, seed, **DRIVING.test_options)
            obs = stack_steps(episodes).obs  # (B, obs_dim)
            found[name] = 4 * obs[:, 0].mean().item()  # m to the left of the middle
    return found


found = run_seeds(clones_of, SEEDS)
found = {name: np.array([run[name] for run in found]) for name in found[0]}

# %%
figure, axes = plotting.panels(columns=2, width=15, height=4)
players = ("weak player", "clone, drawing actions", "clone, most probable action")
roles = dict(zip(players, ("weak", "clone", "clone"), strict=True))
plotting.strip(axes[0], {name: found[name] for name in players}, roles)
axes[0].set(title="Slips are left out", xlabel="mean return in CartPole", xlim=(0, 520))
drivers = {name: found[name] for name in ("expert", "clone of expert", "biased", "clone of biased")}
plotting.strip(axes[1], drivers, roles={"clone of expert": "clone", "clone of biased": "clone"})
axes[1].set(title="Habits are not", xlabel="mean distance to the left of the middle (m)")
video.show(
    figure,
    alt="Left: taking the most probable action, the clone of the weak CartPole player beats the player. "
    "Right: the clone of the biased driver keeps as far left as the biased driver itself.",
)
print("clone of the weak player minus the player:", compare_paired(found[players[2]], found[players[0]]))

# %% [markdown]
# The clone of the weak player is *better* than its teacher, if it takes the most probable action. Random slips go now
# this way, now that way; the most probable action is the one that the teacher means. The network did learn the
# slips: if it draws its actions from $\pi_\theta$, it slips too,
# in some runs less than its teacher, in others more.
#
# A habit is another matter. The biased driver keeps left every time, so keeping left *is* the most probable action,
# and the clone keeps left too. BC has no way to ask whether that is a good idea. It knows what was done; it does not
# know what for.
#
# Claim C3 of lesson 00 says: *behavioral cloning copies what the expert does; inverse RL finds out what the expert
# wants.* We call the habit copied if the whole interval of the clone's shift to the left (against the expert's clone)
# lies between 0.5 and 1.5 times the teacher's shift (against the expert).

# %% tags=["nbval-check-output"]
shift = compare_paired(found["clone of biased"], found["clone of expert"])
teacher = found["biased"].mean() - found["expert"].mean()
copied = shift.low / teacher > 0.5 and shift.high / teacher < 1.5
verdict(
    "C3",
    "holds" if copied else "does not hold here",
    "a clone takes over its teacher's habit, even one that does not pay.",
    effect=f"the teacher keeps {teacher:.2f} m farther left than the expert, its clone {shift}",
    seeds=len(SEEDS),
    lesson="02",
)

# %% [markdown]
# That is the first half of claim C3, for one habit, in one world. The second half, that *inverse RL* finds out what
# it was done for, is tested in lessons 05 and 06.
#
# ## Try it
#
# Choose how many episodes of which driver are cloned. The clone is trained anew, and drives.


# %%
def clone_and_film(demonstrations: int = 5, demonstrator: str = "expert"):
    """Train a driver on the chosen demonstrations, and film it on a new track."""
    demos = stack_steps(demonstrate(DRIVING, demonstrations, SEED, demonstrator))
    clone = fresh_policy(DRIVING, SEED)
    for _ in train_bc(clone, demos, BCConfig(num_updates=800), SEED, bc_loss):
        pass
    frames = video.record(clone.act, DRIVING.env_id, SEED, 150, every=2, **DRIVING.test_options)
    return video.clip(
        frames, alt=f"A clone of {demonstrations} episodes of the {demonstrator} driver.", fps=15
    )


demo(clone_and_film, demonstrations=(1, 20), demonstrator=["expert", "weak", "biased"])

# %% [markdown]
# ## Clone yourself
#
# So far a script was the teacher. Now it is you. Click on the picture and drive: up is the throttle, down the brake, and
# a short tap on left or right is a gentle turn. Each game is on another track, takes thirty seconds, and is recorded
# when it is over. Drive two or three times; a slow lap teaches more than a fast crash.
#
# *Predict: will your clone drive like you, better, or worse?*

# %%
play(DRIVING, SEED)

# %% [markdown]
# The next cell trains a clone on all your games, and films you in your last one, your clone, and the expert on the same
# track. (If you have not recorded any, it goes on with games that were played by a script: it sees everything 0.2 s
# late, taps the keys, and errs now and then.)

# %%
games = your_games(DRIVING)
NAME = "you" if games[-1].player == YOU else "a script"
clone_of_yours = clone_of_steps(DRIVING, [game.steps() for game in games], SEED)
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
# How many of your games does it take? Eight clones for each number of games, drawn from yours at random, and examined on
# 40 drives in the places meant for tests.

# %%
NUMBERS_OF_GAMES = [number for number in (1, 3, 10, 30) if number <= len(games)]


def clones_of_you(seed: int) -> list[float]:
    """The mean return of clones of so many games, drawn at random."""
    order = np.random.default_rng(seed).permutation(len(games))
    clones = [
        clone_of_steps(DRIVING, [games[i].steps() for i in order[:number]], seed, num_updates=400)
        for number in NUMBERS_OF_GAMES
    ]
    return [examine(clone.act, DRIVING, 40, seed).mean_return for clone in clones]


of_you = np.array(run_seeds(clones_of_you, SEEDS))  # (seeds, numbers)
figure, axis = plotting.panels(width=9, height=4)
plotting.learning_curves(axis, NUMBERS_OF_GAMES, of_you, "clones", "clone")
own_return = np.mean([game.trajectory.total_reward for game in games])
plotting.reference_line(axis, own_return, NAME, "you")
plotting.reference_line(axis, reference_scores("Driving")["expert"], "expert", "expert")
axis.set(title="Clones of recorded games", xlabel="games", ylabel="mean return", xscale="log")
axis.set_xticks(NUMBERS_OF_GAMES, NUMBERS_OF_GAMES)
axis.minorticks_off()
video.show(
    figure,
    alt="The mean return of the clones rises with the number of games, beside the player's own and the expert's.",
)

# %% [markdown]
# To share your games: `export(Recordings(DRIVING, **DRIVING.play_options), "anna.zip", "Anna")` writes them into one file,
# and `pool(Recordings(DRIVING, **DRIVING.play_options), "anna.zip")` adds those of a classmate to yours; then
# `your_games(DRIVING, player=None)` takes them all. (`from ilrl_course.play.sharing import export, pool` and `from
# ilrl_course.play.recordings import Recordings`. A file from elsewhere is checked, and nothing in it is ever executed.)
#
# ## Quiz
#
# **1. A fresh policy over four actions, all equally probable, has which loss?**
#
# <details><summary>A · 0</summary>
#
# No. Zero would mean that every demonstrated action was predicted with certainty.
#
# </details>
# <details><summary>B · $\log 4 \approx 1.39$</summary>
#
# Yes: $-\log \tfrac{1}{4}$. A good first test of any implementation.
#
# </details>
# <details><summary>C · 0.25</summary>
#
# No. That is the probability of each action; the loss is its negative logarithm.
#
# </details>

# %% [markdown]
# **2. Your validation loss is excellent, and the car leaves the road. What is the most likely reason?**
#
# <details><summary>A · the car meets situations that the demonstrations do not contain</summary>
#
# Yes. The validation set shows the expert's situations, not the clone's. That is the subject of lesson 03.
#
# </details>
# <details><summary>B · the learning rate is too small</summary>
#
# Then the validation loss would hardly be excellent.
#
# </details>
# <details><summary>C · a mistake in the world</summary>
#
# The expert drives in the same world without trouble.
#
# </details>

# %% [markdown]
# **3. A demonstrator makes random slips. Its clone, taking the most probable action, will**
#
# <details><summary>A · make the same slips</summary>
#
# No. A slip now and then is never the *most probable* action.
#
# </details>
# <details><summary>B · make fewer slips, given enough data</summary>
#
# Yes, if the slips are random. If they were systematic, they would be a habit, and cloned.
#
# </details>
# <details><summary>C · learn to avoid slips, since they cost reward</summary>
#
# No. A clone never sees a reward.
#
# </details>

# %% [markdown]
# ## Summary
#
# - BC maximizes the probability of the demonstrated actions: $L(\theta) = -\frac{1}{B}\sum_i \log \pi_\theta(a_i \mid o_i)$.
# - It needs no reward and no interaction: nothing crashes while it learns.
# - How many demonstrations it needs depends on the world, and on luck.
# - Validate on whole episodes, and do not mistake the loss for the return.
# - Random slips are left out by taking the most probable action; habits are copied.
#
# **Words:** *behavioral cloning*: imitation by supervised learning. *Negative log-likelihood*: how improbable the
# policy finds the data. *Minibatch*: the few examples of one gradient step. *Validation*: measuring on data that
# were kept back. *Bias of a demonstrator*: a fault that it repeats.
#
# **Read on:**
#
# - D. A. Pomerleau (1988). ALVINN: An Autonomous Land Vehicle in a Neural Network. *NIPS 1*. (Trained on
#   simulated images of roads, tested on a real one.)
# - M. Bain, C. Sammut (1995). A Framework for Behavioural Cloning. *Machine Intelligence 15*.
# - F. Codevilla, A. M. López, V. Koltun, A. Dosovitskiy (2018). On Offline Evaluation of Vision-based Driving Models.
#   *ECCV*.
# - T. Osa, J. Pajarinen, G. Neumann, J. A. Bagnell, P. Abbeel, J. Peters (2018). An Algorithmic Perspective on
#   Imitation Learning. *Foundations and Trends in Robotics* 7(1-2).
#
# **Next:** lesson 03, where cloning fails, and why.
