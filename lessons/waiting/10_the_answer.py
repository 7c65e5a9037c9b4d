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
# # 10 · The answer
#
# **What is the role of imitation learning in reinforcement learning?** It depends on what things cost. In this lesson
# you spend a budget of your own.
#
# | | |
# |---|---|
# | **You will be able to** | build a driver from parts that you wrote yourself, on a road that you have not seen, with no more than you were given |
# | **Time** | 45 minutes |
# | **You need** | lessons 02, 04, 07 and 08 |

# %%
import numpy as np

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.finetune import (
    FinetuneConfig,
    finetune,
    imitation_loss,
    stay_near,
    warm_up_critic,
)
from ilrl_course.algorithms.ppo import clipped_loss
from ilrl_course.checks import check, your_functions
from ilrl_course.data import concatenate, stack_steps
from ilrl_course.measures.purse import Purse
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.measures.trial import draw_task, open_purse
from ilrl_course.networks import Policy
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.leaderboard import leaderboard
from ilrl_course.notebook.submission import submit
from ilrl_course.rollout import collect_rollout, derive_seed
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number

# %% [markdown]
# `SEED` draws your road and your budget. It does not change the recorded runs.
#
# ## A recipe under a budget
#
# In practice, nothing is free. Here is a road that no lesson has shown. An expert has time for a few drives, and for
# some answers to the question "what would you do here?" Cars may practice, but not forever, and not too many of them
# may end up in a ditch.

# %%
TASK = draw_task(SEED)
print(f"Your road and your budget: {TASK}.")

# %% [markdown]
# Each of the three roads that a seed can draw is slipperier than a dry one, and no observation tells how slippery. The
# expert knows.
#
# ### Your parts
#
# The pieces are the ones that you wrote in lessons 02 to 08. Whatever passed its check there is read from `my_work`,
# checked once more, and used here. Where yours is missing, the course's version steps in.

# %%
yours = your_functions(
    "bc_loss",
    "train_bc",
    "mixed_rollout",
    "label_rollout",
    "train_dagger",
    "compute_gae",
    "clipped_loss",
    "warm_up_critic",
    "imitation_loss",
    "stay_near",
)
bc_loss, train_bc = yours.bc_loss, yours.train_bc
mixed_rollout, label_rollout, train_dagger = yours.mixed_rollout, yours.label_rollout, yours.train_dagger
compute_gae, clipped_loss = yours.compute_gae, yours.clipped_loss
warm_up_critic, imitation_loss, stay_near = yours.warm_up_critic, yours.imitation_loss, yours.stay_near

# %% [markdown]
# ### The purse
#
# A recipe sees its road through a **purse** alone. The purse counts what is spent, and refuses what is not left.
#
# | | | what it costs |
# |---|---|---|
# | `purse.demonstrations(number)` | the expert's next drives, a list of `Trajectory`; `stack_steps` makes a `Batch` of them | one demonstration each |
# | `purse.labels(obs)` | what the expert would do in each of `obs`, `(B, obs_dim)`: an actor, as `train_dagger` wants it | one label for each new situation; asking about it again is free |
# | `purse.worlds(number)` | so many cars on training roads, as from `make_batch` | one step for each car in each step, and the crashes |
# | `purse.fresh_policy(seed)`, `purse.fresh_critic(seed)` | untrained networks that fit | nothing |
# | `purse.left`, `purse.spent`, `purse.budget` | each with `.demonstrations`, `.labels`, `.steps` and `.crashes` | nothing |
# | `purse.spend_on(training)` | runs a training, such as `train_bc(...)`, until it ends or the purse says no; what was learned is kept | what the training spends |
#
# *A refusal* is a `PurseError`, which says what was asked for and what is left. It comes *before* anything is spent.
# With crashes that takes some care: nobody knows who will crash in the next step, and with 64 cars it may be all 64. So
# a step in 64 cars is refused unless 64 crashes are left. Fewer cars can use more of the budget, but learn from
# smaller blocks.
#
# Try it. This purse is just for looking; `submit` opens a new one.

# %%
purse = open_purse(TASK)
drive = purse.demonstrations(1)[0]
print(f"A drive of {len(drive)} steps, with a return of {drive.total_reward:.1f}.")
print("spent:", purse.spent)
print("left: ", purse.left)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 10.1 · a recipe under a budget** (30 minutes, hard: you write the whole pipeline)
#
# Write `recipe(purse, seed)`. It learns to drive from what the purse holds, and returns the trained policy. How is up to
# you: cloning, DAgger, PPO, or one after the other. Draw on `seed` wherever something is random, so that
# the same seed gives the same policy. Your recipe should work for *any* budget with something of each, so
# ask `purse.left` and do not rely on the numbers above.
#
# It happens in two stages. `check` runs your recipe with toy budgets, and asks only whether it keeps to the rules. A weak
# recipe passes. `submit` then lets it spend your real budget, and examines it in 200 drives on roads that no training
# has seen. **The bar** is the better of chance and a clone of a single drive: your recipe should return more than
# that.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# With a clone. It takes four lines:
#
# ```python
# policy = purse.fresh_policy(seed)
# demos = stack_steps(purse.demonstrations(purse.left.demonstrations))
# purse.spend_on(train_bc(policy, demos, BCConfig(num_updates=1500), seed))
# return policy
# ```
#
# Check it, submit it, and improve it from there.
#
# </details>
# <details><summary>Hint 2: how do I go on with PPO?</summary>
#
# Make cars and a critic, `cars, critic = purse.worlds(64), purse.fresh_critic(seed)`. With blocks of 64 steps in
# 64 cars, `purse.left.steps // (64 * 64)` iterations can be paid for. The settings of lesson 08 for a clone are
# `FinetuneConfig(num_iterations=..., num_epochs=8, gamma=0.995, learning_rate=3e-4, exploration_std=0.15,
# num_warmup_iterations=0)`, and for PPO from nothing `learning_rate=3e-3` and `exploration_std=0.6`. Then:
#
# ```python
# parts = {"advantage_fn": compute_gae, "policy_loss_fn": clipped_loss}
# training = finetune(policy, critic, demos, cars, config, seed, warm_up_critic, imitation_loss, **parts)
# purse.spend_on(training)
# ```
#
# With `imitation_coef=0.5` and `imitation_decay=0.95`, the demonstrations keep a say. If you warm up the critic, leave
# steps for it.
#
# </details>
# <details><summary>Hint 3: how do I use the labels?</summary>
#
# The purse's labels are an expert: `train_dagger(policy, purse.labels, cars, config, seed, mixed_rollout, label_rollout,
# bc_loss)`, with a `DAggerConfig`. One round costs as many labels as there are cars times `num_steps`, so
# `purse.left.labels // (16 * 10)` rounds are possible with 16 cars and `num_steps=10`. Note that `train_dagger` learns from its labels alone. To learn
# from the drives as well, collect situations yourself: let the clone drive with `collect_rollout`, ask with
# `label_rollout(purse.labels, rollout)`, and clone `concatenate([demos, labeled])`.
#
# </details>
# <details><summary>Hint 4: the purse refuses</summary>
#
# A training that runs out of something ends by an error, and the policy would be lost with it. `purse.spend_on` catches
# that error, and the networks keep what they learned. If you write the loop yourself, look at `purse.left` before each
# round.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# A fixed number of demonstrations. A training that is made, but never run: it is a generator, and does nothing by
# itself. Cars from `make_batch`, or an `evaluate` in between: nobody counts those, so they are refused. To see
# how good a policy is, let it drive in `purse.worlds`, at your own expense. Returning `policy.act`.
#
# </details>

# %% exercise="ilrl_course.algorithms.recipes.recipe"

# %%
recipe = check(recipe)

# %%
predict("10-recipe", "Which of the course's recipes will be the best on your road, and will yours beat it?")

# %% [markdown]
# Now it counts. (About 15 seconds, most of them for the course's own recipes under the same budget.) Put your name
# in if you want to share the result.

# %%
submit(recipe, SEED, player="you")
show_guess("10-recipe")

# %% [markdown]
# The score is 0 for chance and 100 for the expert on this road. Every try is examined on the same 200 drives, so after
# many tries a recipe may suit just these. That is why the leaderboard says how often you tried.
#
# ### The leaderboard
#
# Each try is a line in `my_work/recipes.jsonl`. A class can collect these files in a folder:
# `leaderboard("that folder")` shows all of them together. Only tries with the same `SEED` can be compared, because
# each seed has a road and a budget of its own.

# %%
leaderboard()

# %% [markdown]
# ### Was it luck?
#
# One road and one budget say little about a recipe. Here are the course's recipes in the tasks of sixteen other seeds, each
# of which draws a road and a budget anew. From `results/recipes.json`; their settings are those of earlier lessons,
# and nothing was tuned for these roads.

# %%
tasks = load_results("recipes")["tasks"]
scores = {name: np.array([task["recipes"][name]["score"] for task in tasks]) for name in tasks[0]["recipes"]}
best = np.stack(list(scores.values())).argmax(axis=0)
print(f"{'':26}score [95 % interval]   best of all in")
for i, (name, values) in enumerate(scores.items()):
    low, high = confidence_interval(values)
    measured = f"{values.mean():.0f} [{low:.0f}, {high:.0f}]"
    print(f"{name:26}{measured:21}   {(best == i).sum()} of {len(values)} tasks")
