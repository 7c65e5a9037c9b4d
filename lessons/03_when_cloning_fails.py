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
# # 03 · When cloning fails
#
# **A clone is trained where the demonstrator goes, and tested where it goes itself.** Usually that makes no
# difference. When it does, more data may not help, and the loss will not tell you. In this lesson you see it happen,
# measure it, and repair it.
#
# | | |
# |---|---|
# | **You will be able to** | recognize covariate shift, and measure how mistakes add up with time; say what about demonstrations matters most; detect a clone that imitates a symptom instead of the cause; repair much of it with noise |
# | **Time** | 75 minutes |
# | **You need** | lesson 02 |

# %%
from collections.abc import Sequence

import gymnasium as gym
import numpy as np
import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.checks import check
from ilrl_course.data import Actor, Batch, Trajectory, concatenate, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.measures.covariate_shift import collect_after_hand_over, distance_to_data
from ilrl_course.measures.evaluation import Evaluation, evaluate
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy, make_policy
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.journal import decide, verdict
from ilrl_course.notebook.sliders import demo
from ilrl_course.rollout import VectorEnv, collect_rollout, collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything random follows from this number; change it, and the findings should stay
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs
EXPERT = DRIVING.make_demonstrator("expert")
NUM_DRIVES = 10  # 3000 steps: five minutes of driving

# %% [markdown]
# ## A car with a short sight
#
# Our expert sees the road 44 m ahead. Suppose that the car which we train has a cheap camera that reaches 12 m. That
# is common: a human demonstrator nearly always knows more than the learner's sensors tell. In the course's Driving
# world it is easy to arrange. An observation has 22 numbers; columns 4 to 15 are the curvature of the road 0, 4, …,
# 44 m ahead. A policy made with `inputs=...` sees only some of the columns.

# %%
SEES_ALL = list(range(22))
SHORT_SIGHT = [*range(8), *range(16, 22)]  # curvature 0, 4, 8 and 12 m ahead, and all that is no curvature


def drives(num_drives: int, seed: int, driver: Actor = EXPERT, **options) -> Batch:
    """The steps of some drives of 300 steps (30 s), each on a road of its own."""
    options = {**DRIVING.training_options, **options}
    return stack_steps(collect_trajectories(driver, DRIVING.env_id, num_drives, seed, **options))


def clone(
    demos: Batch, seed: int, inputs: Sequence[int] = SEES_ALL, num_updates: int = 1000, **options
) -> Policy:
    """Behavioral cloning, as in lesson 02."""
    env = gym.make(DRIVING.env_id, **options)
    policy = make_policy(env.observation_space, env.action_space, seed, inputs=inputs)
    for _ in train_bc(policy, demos, BCConfig(num_updates=num_updates), seed):
        pass
    return policy


def examine(policy: Policy, seed: int, **options) -> Evaluation:
    """A hundred drives on roads that no training has seen."""
    return evaluate(policy.act, DRIVING.env_id, 100, seed, **DRIVING.test_options, **options)


# %% [markdown]
# *Predict: two clones learn from the same ten drives of the expert; one sees all, the other 12 m. In how many of 100
# test drives does each leave the road?*

# %%
demos = drives(NUM_DRIVES, SEED)
policies = {"sees all": clone(demos, SEED), "short sight": clone(demos, SEED, SHORT_SIGHT)}
new = drives(10, SEED, **DRIVING.test_options)
for name, policy in policies.items():
    error = (policy(new.obs).mean - new.actions).abs().mean().item()
    print(
        f"{name:12} mean error on new drives of the expert {error:.3f}   "
        f"leaves the road in {examine(policy, SEED).crash_rate:.0%} of 100 drives"
    )

# %% [markdown]
# Both clones predict the expert about equally well. On the road one of them is hopeless. (This is one run. Below are
# eight.) Where does it go wrong?

# %%
video.clip(
    video.side_by_side(
        {
            name: video.record(driver, DRIVING.env_id, SEED + 3, 150, every=2, **DRIVING.test_options)
            for name, driver in {"expert": EXPERT, "short sight": policies["short sight"].act}.items()
        }
    ),
    alt="Expert and short-sighted clone on the same road: the clone comes into a bend too fast.",
    fps=10,
    width=900,
)

# %% [markdown]
# ## Where it goes
#
# We train three learners, eight times each, from 3000 labeled steps and with 1000 updates:
#
# - **sees all**: a clone of ten drives of the expert;
# - **short sight**: the same for the camera of 12 m;
# - **own states**: the same car with the camera of 12 m, but now it is mostly *the learner* that drives, and the
#   expert says what it would have done there. (How, is the subject of lesson 04. `train_dagger` is the whole of it.)


# %%
def learners(seed: int) -> dict[str, Policy]:
    """Three learners with equally many labels and updates."""
    demos = drives(NUM_DRIVES, seed)
    envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    own = make_policy(envs.single_observation_space, envs.single_action_space, seed, inputs=SHORT_SIGHT)
    config = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50)  # 3000 labels
    for _ in train_dagger(own, EXPERT, envs, config, seed):
        pass
    return {
        "sees all": clone(demos, seed),
        "short sight": clone(demos, seed, SHORT_SIGHT),
        "own states": own,
    }


trained = dict(zip(SEEDS, run_seeds(learners, SEEDS), strict=True))
COLORS = {"expert": "expert", "sees all": "training", "short sight": "clone", "own states": "dagger"}

# %% [markdown]
# First, a map of where they go. Each picture shows the steps of 20 test drives: how far from the middle of the road
# the car is, and how far it is turned against the road. (The wheels are on the edge at 3.1 m.)

# %%
figure, axes = plotting.panels(columns=3, width=15, height=4.5, sharey=True)
for axis, name in zip(axes, ["expert", "short sight", "own states"], strict=True):
    driver = EXPERT if name == "expert" else trained[SEEDS[0]][name].act
    obs = drives(20, SEED, driver, **DRIVING.test_options).obs
    places = torch.stack([4 * obs[:, 0], obs[:, 1]], dim=1)  # (B, 2)
    plotting.density(axis, places, COLORS[name], extent=((-3.5, 3.5), (-0.7, 0.7)))
    axis.set(title=name, xlabel="left of the middle (m)")
axes[0].set_ylabel("turned to the left (rad)")
video.show(
    figure,
    alt="Offset and heading of three drivers. The expert's cloud has a sharp border. "
    "The clone's spreads far beyond it; that of the learner with labels for its own states hardly.",
)

# %% [markdown]
# The expert's cloud has a sharp border: never more than 1.8 m from the middle. The clone spills over it, into
# situations of which its training data say *nothing*. This is **covariate shift**: the inputs (covariates) that a
# policy meets are not distributed as in training, and its own actions are the reason.
#
# Why does the clone not steer back? Ask it. We take the situations of fresh expert drives, and move the car to the
# left or right *in thought*: only the column of the observation that holds the offset is changed. What does each
# driver answer?


# %%
def answers_to_a_shift(seed: int, trained: dict) -> list[list[float]]:
    """How four drivers change their steering, on average, when the car is moved sideways: (shifts, drivers)."""
    obs = drives(10, seed, **DRIVING.test_options).obs.numpy()
    rows = []
    for shift in SHIFTS:
        moved = obs.copy()
        moved[:, 0] += shift / 4  # the column is in units of 4 m, half the road
        drivers = [EXPERT, *(policy.act for policy in trained[seed].values())]
        rows.append([(driver(moved) - driver(obs))[:, 0].mean() for driver in drivers])
    return rows


SHIFTS = np.linspace(-1.2, 1.2, 7)  # m to the left
answers = np.array(run_seeds(answers_to_a_shift, SEEDS, trained=trained))  # (seeds, shifts, drivers)
figure, axis = plotting.panels(width=10, height=4.8)
for number, name in enumerate(COLORS):
    plotting.learning_curves(axis, SHIFTS, answers[..., number], label=name, color=COLORS[name])
axis.set(
    title="Moved aside, who steers back?", xlabel="moved to the left (m)", ylabel="change of the steering"
)
video.show(
    figure,
    alt="Change of the steering against a shift of the car to the left. The expert steers back strongly, the learner "
    "with labels for its own states nearly as strongly, the two clones much less.",
)

# %% [markdown]
# The expert steers back, hard. The clones do so much less, the short-sighted one least. No demonstration shows a car
# that is off the expert's line, so nothing tells a clone that the place on the road is something to be corrected. To
# the short-sighted clone it is even a *sign*: the expert swings out early for bends that the camera does not show
# yet, so where the car is tells what will come. (The clone that sees all needs no such signs, and seldom leaves the
# line.)
#
# ## Mistakes lead to mistakes
#
# When does it begin to go wrong? We let the expert drive for five seconds and then **hand over** to the learner. At
# each step after that we ask two things:
#
# - How far is this situation from the nearest one in the expert's ten drives? (Euclidean distance, in the columns
#   that the camera shows.)
# - Is the action a **mistake**? That is, are the steering or the pedals more than 0.3 away from what the expert would
#   do right there? Whoever has left the road makes only mistakes from then on.
#
# *Predict: which of the two learners with the short sight makes fewer mistakes in the first second? And after ten
# seconds?*


# %%
HAND_OVER, LONGEST = 50, 200  # steps of 0.1 s: the expert's part, and then the learner's


def after_hand_over(seed: int, trained: dict) -> dict[str, tuple[list[Trajectory], np.ndarray, np.ndarray]]:
    """For each learner: 40 drives, and along them the rate of mistakes (T,) and the distance to the data (T,)."""
    data = drives(NUM_DRIVES, seed).obs[:, SHORT_SIGHT]
    found = {}
    for name, policy in trained[seed].items():
        episodes = collect_after_hand_over(
            policy.act, EXPERT, DRIVING.env_id, 40, HAND_OVER, seed, **DRIVING.test_options
        )
        obs = torch.from_numpy(np.concatenate([episode.obs[:-1] for episode in episodes]))
        actions = np.concatenate([episode.actions for episode in episodes])
        step = np.concatenate([np.arange(len(episode)) for episode in episodes])
        distance = distance_to_data(obs[:, SHORT_SIGHT], data).numpy()
        on_road = np.bincount(step, minlength=LONGEST)[:LONGEST]  # (T,) cars still on the road
        right = np.abs(actions - EXPERT(obs.numpy())).max(axis=1) <= 0.3
        found[name] = (
            episodes,
            1 - np.bincount(step, right, minlength=LONGEST)[:LONGEST] / len(episodes),
            np.bincount(step, distance, minlength=LONGEST)[:LONGEST] / np.maximum(on_road, 1),
        )
    return found


followed = run_seeds(after_hand_over, SEEDS, trained=trained)

# %%
figure, axes = plotting.panels(columns=2, width=15, height=4.8)
seconds = np.arange(LONGEST).reshape(-1, 10).mean(axis=1) / 10 + 0.05  # (20,) means over a second
for name in ("short sight", "own states"):
    for axis, part, longest in zip(axes, (1, 2), (20, 12), strict=True):  # later few clones are on the road
        runs = np.array([run[name][part] for run in followed]).reshape(len(SEEDS), -1, 10).mean(axis=2)
        plotting.learning_curves(axis, seconds[:longest], runs[:, :longest], label=name, color=COLORS[name])
axes[0].set(title="More and more mistakes", xlabel="seconds since the hand-over", ylim=(0, 1))
axes[0].set_ylabel("rate of mistakes")
gone = [
    1 - np.mean([np.arange(LONGEST) < len(episode) for episode in run["short sight"][0]], axis=0)
    for run in followed
]  # (seeds, T)
off_road = np.reshape(gone, (len(SEEDS), -1, 10)).mean(axis=(0, 2))
axes[0].plot(seconds, off_road, color="gray", linestyle=":", linewidth=2)
axes[0].annotate(
    "(off the road)", (seconds[-1], off_road[-1]), xytext=(9, -24), textcoords="offset points", fontsize=13
)
axes[1].set(title="… because the clone gets lost", xlabel="seconds since the hand-over", ylim=(0, None))
axes[1].set_ylabel("distance to the demonstrations")
video.show(
    figure,
    alt="The clone's rate of mistakes climbs from below 0.2 to nearly 0.8 in twenty seconds, and its distance to "
    "the demonstrations grows; the learner with labels for its own states stays near 0.2.",
)

# %% [markdown]
# In the first second the two are alike: the situations are still the expert's, and of those both have seen enough.
# Then every mistake takes the clone a little away from them, where it makes more, until most cars are off the road
# (dotted). *Own states* makes about as many mistakes late as early, because it was trained on the situations into
# which its own mistakes lead.
#
# ## The price of a long way
#
# How fast do mistakes add up? Let $c_t$ be 1 if step $t$ is a mistake and 0 otherwise. We count over the first $T$
# steps; $T$ is called the **horizon**. $J(T)$ is the expected number of mistakes,
#
# $$J(T) = \mathbb{E}\left[\sum_{t=1}^{T} c_t\right].$$
#
# Suppose that a clone makes a mistake with probability at most $\varepsilon$ in each situation *of the expert's*. If
# its situations stayed the expert's, we would have $J(T) \le \varepsilon T$: twice as long, twice as many. But after
# its first mistake nothing is known about it, so in the worst case *every* later step is a mistake. The first mistake
# happens at step $t$ with a probability of at most $\varepsilon$, and costs at most the remaining $T - t + 1$ steps:
#
# $$J(T) \le \sum_{t=1}^{T} \varepsilon \, (T - t + 1) = \varepsilon\, \frac{T (T + 1)}{2}.$$
#
# So the cost may grow with the *square* of the horizon. (Ross and Bagnell 2010 assume less, an $\varepsilon$ that
# holds on average over the expert's situations, and get $T^2 \varepsilon$.) Does it? We fit a power law,
# $J(T) \approx a \, T^k$, and look at the exponent $k$: 1 is harmless, 2 the worst case.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 3.1 · cost against the horizon** (15 minutes, medium)
#
# Given some episodes, compute $J(T)$ for each horizon in `horizons`. A step is a mistake if any part of the action
# differs by more than `tolerance` from what the expert would have done there. An episode that has ended early, off
# the road, goes on making mistakes: every step after its end counts 1. Return an array with one number a horizon.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# With a table of ones: `costs = np.ones((len(trajectories), max(horizons)))`, one row for each episode. Then
# overwrite the beginning of each row with what really happened: 1 for a mistake, 0 otherwise.
#
# </details>
# <details><summary>Hint 2: which steps are mistakes?</summary>
#
# `expert(trajectory.obs[:-1])` has one action a step (the last observation has none), of shape `(steps, action_dim)`.
# Take the absolute difference to `trajectory.actions`, the maximum over `axis=1`, and compare with `tolerance`. An
# episode may be longer than the longest horizon: cut it.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# `costs.mean(axis=0)` is the rate of mistakes at each step, `.cumsum()` of it is $J(1), J(2), \dots$ The entry with
# index 0 is $J(1)$, so $J(T)$ has index $T - 1$.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Averaging over the episodes that are still running, so that the crashed ones drop out of the statistics; one step
# too few or too many; the *mean* over time instead of the sum, which hides the growth.
#
# </details>

# %% exercise="ilrl_course.measures.covariate_shift.cost_by_horizon"

# %%
cost_by_horizon = check(cost_by_horizon)

# %% [markdown]
# On logarithmic axes a power law is a straight line, $\log J = \log a + k \log T$, and its slope is the exponent.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 3.2 · the exponent** (5 minutes, easy)
#
# Fit a straight line to the logarithms of `costs` against those of `horizons`, and return its slope as a number.
#
# </div>
#
# <details><summary>Hint</summary>
#
# `np.polyfit(x, y, deg=1)` returns the slope and the height at 0, in this order.
#
# </details>

# %% exercise="ilrl_course.measures.covariate_shift.growth_exponent"

# %%
growth_exponent = check(growth_exponent)

# %% [markdown]
# *Predict: the exponent of the short-sighted clone, and that of the learner with labels for its own states.*

# %%
HORIZONS = [10, 20, 50, 100, 200]
costs = {
    name: np.array([cost_by_horizon(run[name][0], EXPERT, HORIZONS) for run in followed])
    for name in ("short sight", "sees all", "own states")
}  # each (seeds, horizons)
exponents = {name: np.array([growth_exponent(HORIZONS, row) for row in rows]) for name, rows in costs.items()}

figure, axis = plotting.panels(width=10, height=5)
for name, rows in costs.items():
    plotting.learning_curves(axis, np.array(HORIZONS), rows, label=name, color=COLORS[name])
for power, label in ((1, "slope 1: in proportion to $T$"), (2, "slope 2: $T^2$")):
    guide = 0.7 * (np.array([50, 200]) / 50) ** power
    axis.plot([50, 200], guide, color="gray", linestyle=":", linewidth=2)
    axis.annotate(
        label, (200, guide[-1]), xytext=(9, -5), textcoords="offset points", color="gray", fontsize=13
    )
axis.set(
    title="The clones' mistakes grow faster than their way",
    xlabel="horizon T (steps)",
    ylabel="mistakes in T steps",
    xscale="log",
    yscale="log",
    xticks=HORIZONS,
    xticklabels=HORIZONS,
    ylim=(0.5, 200),
)
axis.minorticks_off()
video.show(
    figure,
    alt="Mistakes against the horizon on logarithmic axes. The clone's line is steeper than the other "
    "learner's, which grows in proportion to the horizon.",
)
for name, values in exponents.items():
    low, high = confidence_interval(values)
    print(f"{name:12} exponent {values.mean():.2f} [{low:.2f}, {high:.2f}]")

# %% [markdown]
# *Own states* has an exponent near 1, as harmless as can be. The short-sighted clone: clearly above 1, and clearly
# below 2; the clone that sees all is in between. Why not 2?
#
# - **The cost is bounded.** A car makes at most one mistake a step. When nearly all clones are off the road, $J$ can
#   only grow in proportion to $T$: the curve must flatten.
# - **The road forgives.** $T^2$ is the worst case: one mistake, and all is lost. On a road most mistakes can be made
#   good. Suppose that one mistake costs at most $u$ extra if the *expert* then takes over. A learner whose rate of
#   mistakes in *its own* situations is $\varepsilon$ then pays at most $u\, \varepsilon\, T$ more than the expert
#   (Ross, Gordon and Bagnell 2011). Where nothing can be made good, $u$ is about $T$, and nothing is gained.
# - **The worst case may be too pessimistic about cloning.** For a deterministic expert that the learner *can*
#   represent, with the log-likelihood as loss and a total cost that does not grow with the horizon, the number of
#   demonstrated episodes that cloning needs need not grow with the horizon either (Foster, Block and Misra 2024).
#   That fits the clone that sees all better than the short-sighted one: nothing that sees 12 m can act as somebody
#   who sees 44 m.
#
# So the square is a warning, not a law. What to remember is the mechanism.
#
# ## Would more data help?
#
# *Predict: both clones get three times as many drives, and 1500 updates instead of 1000. What happens to their crash
# rates?*


# %%
def with_more_data(seed: int, trained: dict) -> dict[str, float]:
    """Crash rates of the three learners from above, and of clones of three times as many drives."""
    found = {name: examine(policy, seed).crash_rate for name, policy in trained[seed].items()}
    demos = drives(3 * NUM_DRIVES, seed)
    for name, inputs in {"sees all": SEES_ALL, "short sight": SHORT_SIGHT}.items():
        policy = clone(demos, seed, inputs, num_updates=1500)
        found[f"{name}, {3 * NUM_DRIVES} drives"] = examine(policy, seed).crash_rate
    return found


crashes = by_name(run_seeds(with_more_data, SEEDS, trained=trained))

# %%
figure, axis = plotting.panels(width=10, height=4)
order = sorted(crashes, key=lambda name: -crashes[name].mean())
plotting.strip(
    axis,
    {name: 100 * crashes[name] for name in order},
    roles={name: COLORS[name.split(",")[0]] for name in order},
)
axis.set(
    title="More data cure ignorance, not confusion", xlabel="drives that leave the road (%)", xlim=(-2, 102)
)
video.show(
    figure,
    alt="Crash rates of five learners. With three times the data the clone that sees all crashes rarely; "
    "the short-sighted clone still crashes in most drives.",
)
for name in order:
    low, high = confidence_interval(crashes[name])
    print(f"{name:24} {crashes[name].mean():5.1%}  [{low:.1%}, {high:.1%}]")

# %% [markdown]
# Two different diseases. The clone that sees all had not seen enough: with more drives most of its crashes disappear.
# The short-sighted one still crashes in most drives, because more drives of the expert bring more of the *same*
# situations, and not those that it drives into. *Own states*, with a third of the data, has neither disease.
#
# ## What matters about demonstrations?
#
# Now for the first disease. 3000 steps can be recorded in many ways: few long drives or many short ones, on one road
# or on many; by an expert, by an expert whose hand trembles, by a driver with a fault; from one place or from all
# over the road. *Predict: which differences matter most, which hardly at all?*
#
# The next cell does not train. It shows what `course.py results what_matters` has recorded in `results/`: clones that
# see all, 24 for each kind of demonstrations, and how their mean return differs from that of clones of ten drives of
# the expert.

# %%
recorded = {row["kind"]: row for row in load_results("what_matters")["rows"]}
differences = {kind: np.array(row["differences"]) for kind, row in recorded.items()}
NAMES = {
    "two drives of the expert": "a fifth of the data",
    "100 drives of 3 s": "100 drives of 3 s",
    "30 drives of 10 s": "30 drives of 10 s",
    "ten drives on one road": "all on one road",
    "starts all over the road": "starts all over the road",
    "an expert who trembles": "expert with a trembling hand",
    "a weak driver": "weak driver",
    "a biased driver": "biased driver (slow)",
    "road works: left and right": "road works passed on both sides",
}
ranked = sorted(NAMES, key=lambda kind: differences[kind].mean())
figure, axis = plotting.panels(width=12, height=5.5)
plotting.strip(
    axis,
    {NAMES[kind]: differences[kind] for kind in ranked},
    roles=dict.fromkeys(NAMES.values(), "clone"),
)
axis.axvline(0, color="black", linewidth=1)
axis.set(title="What it costs to demonstrate differently", xlabel="change of the clone's mean return")
video.show(
    figure,
    alt="Change of the clone's mean return for nine kinds of demonstrations, ranked: a single road costs most, "
    "then too few drives, a slow driver, passing on both sides, very short drives and a weak driver.",
)
sides = ["road works: left", "road works: right"]
usual = {
    "return": recorded["ten drives of the expert"]["mean_return"],
    "crashes": recorded["ten drives of the expert"]["crash_rate"],
    "crashes at road works": np.mean([recorded[side]["crash_rate"] for side in sides]),
}
print("ten drives of the expert: ", {name: round(float(value), 2) for name, value in usual.items()})
for kind in ranked:
    low, high = confidence_interval(differences[kind])
    print(
        f"{NAMES[kind]:32} return {differences[kind].mean():+6.1f} [{low:+6.1f}, {high:+6.1f}]   "
        f"crashes in {recorded[kind]['crash_rate']:4.0%}"
    )

# %% [markdown]
# (*Road works* are an obstacle in the middle of the road. Clones of drivers who pass it on both sides are compared
# with clones of drivers who all pass it on the same side, on the same road.) Four lessons:
#
# - **Diversity first.** Ten drives on one road are worth less than two drives on two roads. And a hundred drives of
#   three seconds, all from the start line, are worth far less than ten of thirty.
# - **Quality next, and it is not about crashes.** The clone of the biased driver crashes about as rarely as that of
#   the expert. It is *slow*, because its teacher is.
# - **A trembling hand does no harm.** Look at the crashes: it may even help. Keep that in mind.
# - **Contradictions are poison.** Half of the drivers pass the road works on the left, half on the right. Either way
#   is fine. Together they make a clone that crashes nearly always, for a reason that you can see. (In the right panel
#   the expert drives up to 28 m before the road works, and then hands over to the clone. The lines are the ways of
#   the cars' middles.)

# %%
WORKS = {"road_works": 1, "road_width": 9.0}
PASSING = [DRIVING.make_demonstrator("expert", side=side) for side in ("left", "right")]


def gap_to_works(obs: np.ndarray) -> np.ndarray:
    """Meters from the middle of the car to the middle of the next road works: (B,)."""
    return 50 * obs[:, 16]


def draw_ways(axis, driver: Actor, color: str) -> None:
    """Draw the ways of 20 cars past the first road works that they meet."""
    episodes = collect_trajectories(driver, DRIVING.env_id, 20, SEED, **WORKS, **DRIVING.test_options)
    for episode in episodes:
        gap, aside = gap_to_works(episode.obs), 4.5 * (episode.obs[:, 0] - episode.obs[:, 17])
        seen = np.flatnonzero(gap < 30)  # where nothing is in sight, the gap is 50
        first = seen[: np.argmax(np.append(np.diff(seen), 2) > 1) + 1]
        axis.plot(-gap[first], aside[first], color=color, alpha=0.5, linewidth=1.5)


def driver_past_works(expert: Actor, policy: Policy) -> Actor:
    """The expert, up to 28 m before the road works; there the clone takes the wheel."""
    return lambda obs: np.where((gap_to_works(obs) < 28)[:, None], policy.act(obs), expert(obs))


demos_of_both = concatenate(drives(20, SEED, expert, **WORKS) for expert in PASSING)
confused = clone(demos_of_both, SEED)
figure, axes = plotting.panels(columns=2, width=15, height=4.5, sharey=True)
for expert in PASSING:
    draw_ways(axes[0], expert, plotting.color_of("expert"))
    draw_ways(axes[1], driver_past_works(expert, confused), plotting.color_of("clone"))
for axis, title in zip(axes, ("40 drives: left or right", "The clone of all: in between"), strict=True):
    axis.fill([-1.5, 1.5, 1.5, -1.5], [-0.8, -0.8, 0.8, 0.8], color="black")
    axis.set(title=title, xlabel="m before (−) and behind the road works", xlim=(-30, 5), ylim=(-3.5, 3.5))
axes[0].set_ylabel("m to the left of them")
video.show(
    figure,
    alt="Ways past road works, drawn as a black box. Left: the demonstrators pass on either side. "
    "Right: many of the clone's ways end in front of the box.",
)

# %% [markdown]
# A Gaussian policy predicts *one* mean. Where half of the teachers steer left and half right, the mean that fits best
# is in between: into the obstacle. The data are **multimodal**, the policy is not. (Policies that can represent
# several modes exist, such as mixtures of Gaussians. The easier cure: agree on a side.)
#
# Two claims of lesson 00 can be tested here. C7: *an imitator is only as good as its teacher: it takes over the
# teacher's faults and habits.* C8: *demonstrations must be varied: with few of them, an imitator fails in situations
# that it has not seen.* We clone ten drives of the biased driver, and ten drives of the expert on a single road, and
# compare with "sees all" from above.


# %%
def clones_of_others(seed: int, trained: dict) -> dict[str, tuple[float, float]]:
    """Mean return and crash rate of clones of the expert, of the biased driver, and of drives on one road."""
    biased = DRIVING.make_demonstrator("biased")
    policies = {
        "expert": trained[seed]["sees all"],
        "biased": clone(drives(NUM_DRIVES, seed, biased), seed),
        "one road": clone(drives(NUM_DRIVES, seed, first_track=seed, num_tracks=1), seed),
    }
    results = {name: examine(policy, seed) for name, policy in policies.items()}
    return {name: (result.mean_return, result.crash_rate) for name, result in results.items()}


others = by_name(run_seeds(clones_of_others, SEEDS, trained=trained))  # each (seeds, 2)

# %% tags=["nbval-check-output"]
slower = compare_paired(others["expert"][:, 0], others["biased"][:, 0])
verdict(
    "C7",
    decide(slower.low, slower.high),
    "the clone of a driver with a fault gets less far than the clone of the expert, however safely it drives.",
    effect=f"mean return of the expert's clone minus that of the biased driver's clone: {slower}",
    seeds=len(SEEDS),
    lesson="03",
)
narrower = compare_paired(others["one road"][:, 1], others["expert"][:, 1])
verdict(
    "C8",
    decide(narrower.low, narrower.high),
    "a clone that was shown a single road leaves other roads more often than one that was shown many.",
    effect=f"crash rate with one road minus crash rate with ten: {narrower}",
    seeds=len(SEEDS),
    lesson="03",
)

# %% [markdown]
# ## The symptom instead of the cause
#
# *More* information must help, one should think. Let the clone also see its own last action: the option
# `show_last_action` of the world adds two columns, steering and pedals one step ago. A dashboard with a brake light,
# so to speak. The expert ignores them.
#
# *Predict: does the clone that sees its last action predict the expert better or worse? Does it drive better or
# worse?*

# %%
WITH_LAST_ACTION = [*SEES_ALL, 22, 23]
SHOWN = {"show_last_action": True}


def dashboard(seed: int) -> dict[str, tuple[float, float, float]]:
    """With and without the last action: validation loss, crash rate, and the answer to a false last action."""
    demos = drives(NUM_DRIVES, seed, **SHOWN)
    unseen = drives(10, seed, **SHOWN, **DRIVING.test_options)
    lied_to = unseen.obs.clone()
    order = torch.randperm(len(unseen), generator=torch.Generator().manual_seed(seed))
    lied_to[:, 22:] = unseen.obs[order, 22:]  # the last action of some other moment
    found = {}
    for name, inputs in {"without": SEES_ALL, "with": WITH_LAST_ACTION}.items():
        policy = clone(demos, seed, inputs, **SHOWN)
        with torch.no_grad():
            loss = bc_loss(policy, unseen.obs, unseen.actions).item()
            change = (policy(lied_to).mean - policy(unseen.obs).mean).abs().mean().item()
        found[name] = (loss, examine(policy, seed, **SHOWN).crash_rate, change)
    return found


dashboards = by_name(run_seeds(dashboard, SEEDS))  # each (seeds, 3)

# %%
figure, axes = plotting.panels(columns=3, width=16, height=3.2, sharey=True)
titles = ("A better predictor", "A worse driver", "It believes a lie")
labels = ("validation loss", "drives that leave the road (%)", "change of the action after a lie")
for number, (axis, title, label) in enumerate(zip(axes, titles, labels, strict=True)):
    scale = 100 if number == 1 else 1
    groups = {f"{name} last action": scale * values[:, number] for name, values in dashboards.items()}
    plotting.strip(axis, groups, roles={"without last action": "training", "with last action": "clone"})
    axis.set(title=title, xlabel=label)
video.show(
    figure,
    alt="The clone that sees its last action has a lower validation loss, leaves the road far more often, and "
    "changes its action when a false last action is shown to it.",
)
for number, label in enumerate(labels):
    scale = 100 if number == 1 else 1
    difference = compare_paired(
        scale * dashboards["with"][:, number], scale * dashboards["without"][:, number]
    )
    print(f"{label}, with minus without: {difference}")

# %% [markdown]
# A better predictor, and a much worse driver. (In the right panel, the clone without the last action cannot but
# ignore the lie.) Why? A tenth of a second ago the expert did nearly the same as now, so "do what you did" predicts
# very well. But the last action is a *symptom* of what the expert saw, not the *cause* of what it does. On the
# expert's drives the two cannot be told apart. When the clone drives, its last action is its own: once it goes
# straight on, it goes on going straight on. De Haan, Jayaraman and Levine (2019) call this **causal confusion**, and
# use a brake light as their example.
#
# How do you notice it, without crashing?
#
# - **Mistrust a low loss** that comes with an input which the action itself produces: the last action, or a brake
#   light.
# - **Lie to the policy.** Exchange the suspected input for that of another moment, and leave the rest as it is (the
#   right panel). The expert's answer would not change at all. If the clone's does, it listens to the symptom.
# - **Let it act.** The validation loss cannot show it: the validation set holds the expert's drives.
#
# Our short-sighted clone had the same disease: it took its *place on the road* for a sign of the road ahead. (So
# strictly speaking it suffers from more than shifted inputs: the right answer to the same picture differs, too,
# between the expert's drives and its own.)
#
# ## Cheap repairs
#
# Both diseases have one cause: the demonstrations do not show what to do *off* the expert's line. So make the expert
# go there. Two ways:
#
# - **Perturbed starts:** begin each drive far from the middle and turned to the side.
# - **Noise injection:** shake the controls *while the expert drives*, and record not what the car did but what the
#   expert *meant* to do. The expert must correct all the time, and that is what the clone gets to see. Laskey and
#   others (2017) call their method DART; it also shapes the noise after the mistakes that the learner makes. We take
#   Gaussian noise with a fixed standard deviation.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 3.3 · noise injection** (20 minutes, medium)
#
# Let the expert drive `num_steps` steps in all copies of `envs` at once. Before each of its actions is executed, add
# noise to it: `rng.normal(0.0, noise_std, actions.shape)`, from a generator `rng = np.random.default_rng(seed)` made
# once. Return a `Batch(obs, actions)` of all observations and of the actions that were *meant*.
#
# `envs.reset(seed=derive_seed(seed, "demonstrations"))` starts the worlds and returns the first observations and an
# info. `collect_rollout(actor, envs, obs, num_steps)` then lets an actor act for a number of steps in all of the N
# worlds, and starts new episodes where old ones end. It returns a `Rollout`, whose `obs` has the shape (T, N,
# obs_dim), and the observations to go on from.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Write an actor within the function: it asks the expert, remembers the answer in a list, and returns the answer plus
# noise, as `np.float32`. Hand this actor to `collect_rollout`.
#
# </details>
# <details><summary>Hint 2: the shapes</summary>
#
# The list has T arrays of shape (N, action_dim); `np.concatenate` makes (T * N, action_dim) of it.
# `rollout.obs.flatten(0, 1)` has the same order: (T * N, obs_dim). A `Batch` holds tensors: `torch.from_numpy`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Recording the disturbed action; `actions += noise`, which also changes the array that was remembered; making a new
# generator in each step, so that the noise is always the same; one random number for all cars.
#
# </details>

# %% exercise="ilrl_course.algorithms.dart.demonstrate_with_noise"

# %%
demonstrate_with_noise = check(demonstrate_with_noise)

# %% [markdown]
# Does it repair the short-sighted clone? Again 3000 steps each. *Predict: which part of the gap between the clone and
# the learner with labels for its own states do perturbed starts close? And noise?*


# %%
def repaired(seed: int) -> dict[str, float]:
    """Crash rates of short-sighted clones of disturbed demonstrations."""
    demos = {"perturbed starts": drives(NUM_DRIVES, seed, start_offset=2.0, start_heading=0.4)}
    envs = make_batch(DRIVING.env_id, NUM_DRIVES, **DRIVING.training_options)
    for noise_std in (0.1, 0.3):
        demos[f"noise of {noise_std}"] = demonstrate_with_noise(EXPERT, envs, 300, noise_std, seed)
    policies = {name: clone(batch, seed, SHORT_SIGHT) for name, batch in demos.items()}
    return {name: examine(policy, seed).crash_rate for name, policy in policies.items()}


after_repair = by_name(run_seeds(repaired, SEEDS))
repairs = {"clone": crashes["short sight"], **after_repair, "own states": crashes["own states"]}

# %%
figure, axis = plotting.panels(width=10, height=4)
plotting.strip(
    axis,
    {name: 100 * values for name, values in repairs.items()},
    roles={**dict.fromkeys(after_repair, "training"), "own states": "dagger"},
)
axis.set(title="A shaken hand teaches recovery", xlabel="drives that leave the road (%)", xlim=(-2, 102))
video.show(
    figure,
    alt="Crash rates of short-sighted clones: high without repair and with perturbed starts, low with noise of "
    "0.1, and about as low with noise of 0.3 as with labels for its own states.",
)
gap = (repairs["clone"] - repairs["own states"]).mean()
for name in after_repair:
    closed = compare_paired(repairs["clone"], repairs[name])
    print(
        f"{name:18} closes {closed.difference / gap:4.0%} [{closed.low / gap:.0%}, {closed.high / gap:.0%}] "
        "of the gap to own states"
    )

# %% [markdown]
# Perturbed starts do little: after about three seconds the expert is back on its line, and the rest of the 30 seconds
# shows nothing new. (Many short drives with perturbed starts would help more.) Noise works: with a standard deviation
# of 0.3 the clone is repaired, as well as by labels for its own states or better (that is what more than 100 %
# means), and the learner never had to drive. It also explains why an expert with a trembling hand is not a bad
# teacher.
#
# Where does this stop? The noise must be small enough for the expert to recover from it, and somebody must be willing
# to drive with a shaken wheel. And it shows the mistakes that *noise* makes, not those that the *learner* makes.
# Where those differ, only the learner itself can show them. That is lesson 04.
#
# ## Try it
#
# How little noise, and how few drives, are enough? The map shows where the shaken expert goes.


# %%
def shake_and_film(noise_percent: int = 20, recorded_drives: int = 5):
    """Clone a shaken expert with the short sight: where it went, and the clone on a new road."""
    envs = make_batch(DRIVING.env_id, recorded_drives, **DRIVING.training_options)
    demos = demonstrate_with_noise(EXPERT, envs, 300, noise_percent / 100, SEED)
    policy = clone(demos, SEED, SHORT_SIGHT)
    rate = examine(policy, SEED).crash_rate
    figure, axis = plotting.panels(width=6, height=3.6)
    places = torch.stack([4 * demos.obs[:, 0], demos.obs[:, 1]], dim=1)
    plotting.density(axis, places, "expert", extent=((-3.5, 3.5), (-0.7, 0.7)))
    axis.set(title="Demonstrated", xlabel="left of the middle (m)", ylabel="turned to the left (rad)")
    frames = video.record(policy.act, DRIVING.env_id, SEED + 3, 120, every=2, **DRIVING.test_options)
    return (
        f"The clone leaves the road in {rate:.0%} of 100 test drives.",
        video.picture(figure, alt="Where the shaken expert goes."),
        video.clip(frames, alt="The clone of the shaken expert on a new road.", fps=15),
    )


demo(shake_and_film, noise_percent=(0, 100), recorded_drives=(1, 10))

# %% [markdown]
# ## Quiz
#
# **1. A clone predicts new drives of the expert as well as those it was trained on. It crashes. What is the best next
# step?**
#
# <details><summary>A · record more drives of the same kind</summary>
#
# That helps a clone that has not seen enough. This one predicts unseen drives of this kind well already.
#
# </details>
# <details><summary>B · look at the states in which the clone itself gets into trouble</summary>
#
# Yes. The loss was measured on the expert's states; the trouble is in the clone's.
#
# </details>
# <details><summary>C · train longer</summary>
#
# It predicts the expert well already. More of the same changes little.
#
# </details>

# %% [markdown]
# **2. What does a cost that grows with the square of the horizon say?**
#
# <details><summary>A · that the clone makes many mistakes in the expert's states</summary>
#
# No. The rate of mistakes there, $\varepsilon$, may be small, and it does not depend on the horizon.
#
# </details>
# <details><summary>B · that a mistake leads to situations with more mistakes</summary>
#
# Yes. It takes the clone away from its data, and everything after may go wrong too.
#
# </details>
# <details><summary>C · that every imitation learner is lost on a long way</summary>
#
# No. The square is the worst case. Where mistakes can be made good, and the learner has been shown how, the cost
# grows in proportion to the horizon.
#
# </details>

# %% [markdown]
# **3. While the expert drives, noise moves the wheel. Which action belongs in the data?**
#
# <details><summary>A · the one that was executed, with the noise</summary>
#
# Then the clone is taught the noise, too. It averages out, but it takes more data.
#
# </details>
# <details><summary>B · the one that the expert meant</summary>
#
# Yes. The situation comes from the noise, the answer to it from the expert.
#
# </details>
# <details><summary>C · none: disturbed steps should be removed</summary>
#
# They are the valuable ones: they show how to recover.
#
# </details>

# %% [markdown]
# ## Summary
#
# - A clone meets the states that its own actions lead to. Where they differ from the demonstrator's, this is
#   covariate shift.
# - Mistakes then add up faster than in proportion to the horizon: at worst with its square, here with an exponent
#   between 1 and 2.
# - What to ask of demonstrations: many different situations first, then a good teacher who does not contradict
#   itself. The number of steps alone says little.
# - An input that predicts the expert without being the cause of its actions makes a better predictor and a worse
#   driver.
# - Disturbing the expert shows how to recover.
#
# **Words:** *covariate shift*: the policy's inputs are distributed differently from those in training. *Compounding
# error*: mistakes that lead to more mistakes. *Horizon*: the number of steps that count. *Multimodal*: with several
# good answers, whose average is not one. *Causal confusion*: taking a symptom of the action for its cause. *Noise
# injection*: disturbing the demonstrator to see it recover.
#
# **Read on:**
#
# - S. Ross, J. A. Bagnell (2010). Efficient Reductions for Imitation Learning. *AISTATS*.
# - S. Ross, G. J. Gordon, J. A. Bagnell (2011). A Reduction of Imitation Learning and Structured Prediction to
#   No-Regret Online Learning. *AISTATS*.
# - M. Laskey, J. Lee, R. Fox, A. Dragan, K. Goldberg (2017). DART: Noise Injection for Robust Imitation Learning.
#   *CoRL*.
# - P. de Haan, D. Jayaraman, S. Levine (2019). Causal Confusion in Imitation Learning. *NeurIPS 32*.
# - D. J. Foster, A. Block, D. Misra (2024). Is Behavior Cloning All You Need? Understanding Horizon in Imitation
#   Learning. *NeurIPS 37*.
#
# **Next:** lesson 04, where the learner drives and the expert answers.
