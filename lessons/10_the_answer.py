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
# **What is the role of imitation learning in reinforcement learning?** You have written the methods and seen the
# claims tested one by one. Now everything meets on one scoreboard: all methods, all three worlds, and everything that
# each of them costs. You will see that no method is the best. Which one to take depends on what things cost *you*,
# and that dependence can be drawn as a map. The map is the answer.
#
# | | |
# |---|---|
# | **You will be able to** | read a scoreboard that counts costs; say which method to start with, given prices; build a recipe of your own under a budget; judge your predictions of lesson 00; state the answer in a page, with its evidence and its limits |
# | **Time** | 90 minutes |
# | **You need** | lessons 02 to 09; your own answers to their exercises, as far as you have them |

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
from ilrl_course.measures.films import replay
from ilrl_course.measures.price_map import QUANTITIES, cheapest_plan, costs_of
from ilrl_course.measures.purse import Purse
from ilrl_course.measures.seeds import compare_paired, confidence_interval
from ilrl_course.measures.trial import draw_task, open_purse
from ilrl_course.networks import Policy
from ilrl_course.notebook import video
from ilrl_course.notebook.boards import boards_at_home, boards_elsewhere
from ilrl_course.notebook.certificate import certificate
from ilrl_course.notebook.folded import folded
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.leaderboard import leaderboard
from ilrl_course.notebook.ledger import calibration, entries, ledger_table, print_limits
from ilrl_course.notebook.price_map import price_map
from ilrl_course.notebook.prices import ASSETS, PRESETS, without
from ilrl_course.notebook.scoreboard import board, by_demonstrations, by_steps, show_elsewhere
from ilrl_course.notebook.submission import submit
from ilrl_course.rollout import collect_rollout, derive_seed
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number

# %% [markdown]
# `SEED` draws your road and your budget below. It does not change the recorded runs.
#
# ## The scoreboard
#
# Every method of the course, in each of the three worlds, from 1, 5, 20 and 100 demonstrations where that makes
# sense. 16 seeds each, which no run before had seen, from `results/scoreboard_*.json`
# (`python3 course.py results scoreboard` computes them anew). Nothing was tuned for this board. The settings are
# those of earlier lessons, as far as there were any: PPO has settings of its own for each number of demonstrations,
# GAIL and AIRL in the dungeon those of a single layout. What counts is not only how good a learner gets. Five things
# are counted while it learns:
#
# | | |
# |---|---|
# | *demonstrations* | recorded episodes of the expert |
# | *labels* | situations in which the expert was asked what to do, later on |
# | *steps* | of the learner in the world, in training |
# | *crashes* | in training; those of the demonstrator in its recordings, too |
# | *seconds* | of computing, on one core of the machine that made the record |
#
# The score is 0 for chance and 100 for the expert, in places that no training has seen.

# %%
predict(
    "10-best", "Which method will be best with a single demonstration, in each of the worlds? And with 20?"
)

# %%
SCORES, ELSEWHERE = boards_at_home(), boards_elsewhere()  # in our worlds, and in those that others made

video.show(
    by_demonstrations(SCORES),
    alt="For each world the score at the end against the number of demonstrations, a line for each method; PPO without "
    "demonstrations is a level.",
)
show_guess("10-best")

# %% jupyter={"source_hidden": true}
# Prints the whole board, folded: means over the seeds at the end of each training.
for world, record in (SCORES | ELSEWHERE).items():
    with folded(f"All of {world}"):
        print(board(record))
for run in SCORES["Driving"]["runs"]:
    if (run["method"], run["demos"]) == ("DAgger", 0):
        half = np.mean(run["labels"], axis=0).tolist().index(1500)  # as many as five drives have steps
        print(f"Driving, DAgger (0): 1,500 labels, a score of {np.mean(run['score'], axis=0)[half]:.0f}")

# %% [markdown]
# Nothing on this board was planned as a test of a claim, so read it as a description. Five things stand out.
#
# **Where copying is easy, there is nothing left to win.** On the cart, clones of five recorded games balance like the
# expert. The others get there, too, at a price: PPO alone dropped the pole
# {{printed: CartPole: PPO .0. .*\] +\S+ +\S+ +(\S+)}} times on the way, and one of its 16 runs ended without holding
# it. (In the figure most of the cart's lines hide one another at the top.)
#
# **Where places differ, copying takes many demonstrations.** On the road a clone of one drive scores
# {{printed: Driving: BC .1. +(-?\d+)}}, of five {{printed: Driving: BC .5. +(-?\d+)}}, of twenty
# {{printed: Driving: BC .20. +(-?\d+)}}. In the dungeon, where every game has a layout of its own, clones of 20 games
# score {{printed: Dungeon: BC .20. +(-?\d+)}}, and of 100 {{printed: Dungeon: BC .100. +(-?\d+)}}. Acting can stand
# in for demonstrations on the road: from a single drive GAIL scores {{printed: Driving: GAIL .1. +(-?\d+)}}, and PPO
# after cloning {{printed: Driving: BC, then PPO .1. +(-?\d+)}}. But they crashed
# {{printed: Driving: GAIL .1. .*\] +\S+ +\S+ +(\S+)}} and
# {{printed: Driving: BC, then PPO .1. .*\] +\S+ +\S+ +(\S+)}} times. PPO needs no drive at all, and crashed
# {{printed: Driving: PPO .0. .*\] +\S+ +\S+ +(\S+)}} times.
#
# **Answers can replace recordings.** Without a recorded episode DAgger scores
# {{printed: CartPole: DAgger .0. +(-?\d+)}}, {{printed: Driving: DAgger .0. +(-?\d+)}} and
# {{printed: Dungeon: DAgger .0. +(-?\d+)}} in the three worlds, for {{printed: CartPole: DAgger .0. .*\] +(\S+)}},
# {{printed: Driving: DAgger .0. .*\] +(\S+)}} and {{printed: Dungeon: DAgger .0. .*\] +(\S+)}} labels. (In its first
# rounds the expert is often at the wheel itself.) That is not the same as to say that an answer is worth more than a
# recorded step: after {{printed: Driving, DAgger .0.: ([\d,]+) labels}} labels, as many steps as five drives have,
# DAgger is at {{printed: Driving, DAgger .0.: .* labels, a score of (\d+)}} on the road, and the clone of five drives
# at {{printed: Driving: BC .5. +(-?\d+)}}.
#
# **Knowing the rules is worth most of all.** In the dungeon MaxEnt IRL scores
# {{printed: Dungeon: MaxEnt IRL .1. +(-?\d+)}} from a single game, and {{printed: Dungeon: MaxEnt IRL .5. +(-?\d+)}}
# from five. It is the only method that is handed the rules of each layout, the new ones included, and the seven
# things that may matter; the others have to find them out. GAIL and AIRL, which know neither, score
# {{printed: Dungeon: GAIL .20. +(-?\d+)}} and {{printed: Dungeon: AIRL .20. +(-?\d+)}} from twenty. Tuned for many
# layouts they may do better.
#
# **From five demonstrations on, PPO after cloning ends high, and what it costs in crashes depends on their number.**
# From twenty drives it drives better than the expert: {{printed: Driving: BC, then PPO .20. +(-?\d+)}}. In the
# dungeon it scores {{printed: Dungeon: BC, then PPO .5. +(-?\d+)}} from five games, where PPO alone scores
# {{printed: Dungeon: PPO .0. +(-?\d+)}}. From enough demonstrations it crashes less on the way than PPO alone:
# {{printed: Driving: BC, then PPO .20. .*\] +\S+ +\S+ +(\S+)}} times on the road instead of
# {{printed: Driving: PPO .0. .*\] +\S+ +\S+ +(\S+)}}, and
# {{printed: Dungeon: BC, then PPO .100. .*\] +\S+ +\S+ +(\S+)}} deaths in the dungeon instead of
# {{printed: Dungeon: PPO .0. .*\] +\S+ +\S+ +(\S+)}}. From a single demonstration it crashes more, in both worlds:
# {{printed: Driving: BC, then PPO .1. .*\] +\S+ +\S+ +(\S+)}} and
# {{printed: Dungeon: BC, then PPO .1. .*\] +\S+ +\S+ +(\S+)}} times. GAIL and AIRL crash most of all.
#
# What did they do on the way there?

# %%
video.show(
    by_steps(SCORES, demos=5),
    alt="For each world the score against the steps in the world, from five demonstrations, a curve for each method; "
    "cloning and inverse RL, which never act in the world, are levels.",
)
for run in SCORES["Driving"]["runs"]:
    if run["method"] == "BC, then PPO":
        steps, scores = run["steps"][0], np.mean(run["score"], axis=0)  # (E,) each
        lowest = scores.argmin()
        print(
            f"Driving, from {run['demos']}: {scores[0]:.0f} as a clone, {scores[lowest]:.0f} after {steps[lowest]:,} steps"
        )
show_elsewhere(ELSEWHERE, demos=20)

# %% [markdown]
# **What the clone could do, PPO may lose first.** From five drives the mean falls from
# {{printed: Driving, from 5: (\d+) as a clone}} to {{printed: Driving, from 5: .*, (\d+) after}}; from twenty it
# stays where it was. Not only the number of drives differs: each number has its own settings, those that were best
# over a whole training (lesson 08), and from five drives they explore widely. If you want to stop early, choose
# others.
#
# **DAgger gets to its level in thousands of steps, the others to theirs in hundreds of thousands.** GAIL and AIRL
# begin as untrained networks. On the road they start more slowly than PPO, and from five drives they end where it
# does. What they spare is the reward.
#
# **In the worlds that others made, five demonstrations go a long way.** Clones of five flights score
# {{printed: LunarLander: BC .5. +(-?\d+)}} in Lunar Lander, where PPO alone ends at
# {{printed: LunarLander: PPO .0. +(-?\d+)}}. In DoorKey clones of five games score
# {{printed: DoorKey: BC .5. +(-?\d+)}}, and PPO goes on from there to
# {{printed: DoorKey: BC, then PPO .5. +(-?\d+)}}. Two things are different from home. Noise in the recordings, which
# paid in our dungeon, cost points in Lunar Lander: from five flights
# {{printed: LunarLander: BC with noise .5. +(-?\d+)}} instead of {{printed: LunarLander: BC .5. +(-?\d+)}}. And GAIL,
# which crashes most of all there, too ({{printed: LunarLander: GAIL .20. .*\] +\S+ +\S+ +(\S+)}} times), scores
# {{printed: DoorKey: GAIL .20. +(-?\d+)}} in DoorKey, where our dungeon gave it
# {{printed: Dungeon: GAIL .20. +(-?\d+)}}. Lesson 11 plays and tests there.
#
# ## What does it cost to be good enough?
#
# Nobody wants the highest score at any price. Say what score is good enough, and what each of the five things costs
# *you*. A plan, a method with its number of demonstrations, reaches the score if at least 80 % of its seeds do, at
# some time in their training. What a seed has spent by then is its cost, and the plan's cost is the median of those
# (infinite for seeds that never arrive). The cheapest plan wins.
#
# The map does that for all pairs of two prices. Where it is striped, other seeds might have led to another winner:
# fewer than two in three of 200 bootstrap samples agree. Click, and the winner shows what it can do.

# %%
predict(
    "10-map",
    "A robot with an expert at hand: which method is the cheapest? And if each crash hurts somebody?",
)


# %%
def film_of(world: str, number: int) -> bytes:
    """The middle run of a plan at work, as an animated PNG."""
    film = (SCORES | ELSEWHERE)[world]["films"][number]
    every = max(len(film["actions"]) // 60, 1)
    return video.clip(replay(film, every).frames, alt=f"{world}, played by a learner", fps=12, width=400).png


price_map(SCORES | ELSEWHERE, film_of)

# %% jupyter={"source_hidden": true}
# Prints the winners at five sets of prices, for four wanted scores, and in how many resamples their methods win.
WANTED = (50, 80, 95, 100)
things = ("demonstration", "label", "1,000 steps", "crash", "second")
print(f"{'prices in coins':32}" + "".join(f"{thing:>15}" for thing in things))
for name, prices in PRESETS.items():
    costs = ("not to be had" if price == np.inf else f"{price:g}" for price in prices.values())
    print(f"  {name:30}" + "".join(f"{cost:>15}" for cost in costs))
print()
NO_REWARD, NO_RULES = ASSETS["a reward"], ASSETS["the rules of the world"]
CASES = SCORES | {
    "Driving, no reward": without(SCORES["Driving"], *NO_REWARD),
    "Dungeon, rules unknown": without(SCORES["Dungeon"], *NO_RULES),
    "Dungeon, neither": without(SCORES["Dungeon"], *NO_REWARD, *NO_RULES),
}
for world, record in (CASES | ELSEWHERE).items():
    print(f"{world:32}" + "".join(f"{f'a score of {wanted}':>26}" for wanted in WANTED))
    for name, prices in PRESETS.items():
        cells = []
        for wanted in WANTED:
            found = cheapest_plan(record, prices, wanted)
            run = record["runs"][found.plan] if found.plan is not None else None
            cells.append(
                f"{run['method']} ({run['demos']}), {found.share:.0%}" if run else "nothing gets there"
            )
        print(f"  {name:30}" + "".join(f"{cell:>26}" for cell in cells))
deaths = dict.fromkeys(QUANTITIES, 0.0) | {"crash": 1.0}
for run in SCORES["Dungeon"]["runs"]:
    if (run["method"], run["demos"]) == ("BC, then PPO", 100):
        median = np.median(costs_of(run, deaths, wanted=95))
        print(f"Dungeon, BC, then PPO (100): {median:.0f} deaths until a score of 95, in the median")
show_guess("10-map")

# %% [markdown]
# Each cell names the cheapest method, its number of demonstrations, and in how many of the bootstrap samples the
# method wins. (Pong's training was kept short: no plan reaches 50 there. Set the wanted score to 30 to compare them.)
#
# **Recordings carry as far as they cover.** On the cart and on the road a few are enough. In the dungeon a hundred
# games that were recorded with a shaken hand reach a score of 80, ordinary ones in too few of the runs, and up to a
# hundred none reach 95.
#
# **Where recordings do not reach, ask.** With an expert at hand, DAgger is the cheapest way to 80 in a dungeon with
# unknown rules, and on the road where all 100 points are wanted. Elsewhere copying is cheaper, unless demonstrations
# are dear: try the slider.
#
# **Whoever knows the rules and what may matter should infer the reward, and plan.** In the dungeon that is the
# cheapest way for all who have recordings: from five games up to a score of 80, from twenty up to 95. Switch *the
# rules of the world* off, and that way is closed.
#
# **Where steps are nearly free, begin with a few demonstrations, or with none.** The game company reaches 50 on the
# road by PPO alone, and 95 in the dungeon with unknown rules by PPO after five games. With *a simulator and nothing
# else* PPO is all there is. In the dungeon that is not enough: fewer than 80 % of its runs reach a score of 80.
#
# **Where each crash hurts somebody, PPO alone is the cheapest in no cell of our three worlds.** But methods that
# crash little stop short of 95. In the dungeon with unknown rules only PPO after cloning gets there, and even from a
# hundred games it dies {{printed: Dungeon, BC, then PPO .100.: (\d+) deaths}} times before it does.
#
# **GAIL and AIRL win in a corner of the map:** where there is no reward, nobody answers, more demonstrations are
# dear, steps *and crashes* are nearly free, and the wanted score is high. Switch *a reward* off, set these prices,
# and ask for 95 on the road.
#
# Before you spend real money by this map, know what is not on it:
#
# - **Crashes after training.** Only those while learning are paid for. A clone that scores 80 goes on crashing every
#   day, so if crashes hurt, ask for a high score.
# - **Examinations.** The map assumes that somebody tells you for free when the score is reached. Each examination on
#   this board took a hundred episodes, which may be more than the training.
# - **Tuning.** The runs that chose the settings are not counted. Nor is the making of a simulator, or of a reward.
# - **Noise in the recordings** costs nothing extra here, so BC with noise often beats BC by little. Recordings that
#   exist already were hardly made that way: switch *recordings made with noise* off, and *only recordings* reach 80
#   in the dungeon no more. On the cart the two differ by hundredths of a second of computing, and that is all.
# - **Numbers in between.** The numbers of demonstrations go in leaps, 1, 5, 20, 100, and so do the borders.
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
# Each of the three roads that a seed can draw is slipperier than a dry one, and no observation tells how slippery.
# The expert knows.
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
# With crashes that takes some care: nobody knows who will crash in the next step, and with 64 cars it may be all 64.
# So a step in 64 cars is refused unless 64 crashes are left. Fewer cars can use more of the budget, but learn from
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
# Write `recipe(purse, seed)`. It learns to drive from what the purse holds, and returns the trained policy. How is up
# to you: cloning, DAgger, PPO, or one after the other. Draw on `seed` wherever something is random, so that the same
# seed gives the same policy. Your recipe should work for *any* budget with something of each, so ask `purse.left` and
# do not rely on the numbers above.
#
# It happens in two stages. `check` runs your recipe with toy budgets, and asks only whether it keeps to the rules. A
# weak recipe passes. `submit` then lets it spend your real budget, and examines it in 200 drives on roads that no
# training has seen. **The bar** is the better of chance and a clone of a single drive: your recipe should return more
# than that.
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
# Make cars and a critic, `cars, critic = purse.worlds(64), purse.fresh_critic(seed)`. With blocks of 64 steps in 64
# cars, `purse.left.steps // (64 * 64)` iterations can be paid for. The settings of lesson 08 for a clone are
# `FinetuneConfig(num_iterations=..., num_epochs=8, gamma=0.995, learning_rate=3e-4, exploration_std=0.15, num_warmup_iterations=0)`,
# and for PPO from nothing `learning_rate=3e-3` and `exploration_std=0.6`. Then:
#
# ```python
# parts = {"advantage_fn": compute_gae, "policy_loss_fn": clipped_loss}
# training = finetune(policy, critic, demos, cars, config, seed, warm_up_critic, imitation_loss, **parts)
# purse.spend_on(training)
# ```
#
# With `imitation_coef=0.5` and `imitation_decay=0.95`, the demonstrations keep a say. If you warm up the critic,
# leave steps for it.
#
# </details>
# <details><summary>Hint 3: how do I use the labels?</summary>
#
# The purse's labels are an expert:
# `train_dagger(policy, purse.labels, cars, config, seed, mixed_rollout, label_rollout, bc_loss)`, with a
# `DAggerConfig`. One round costs as many labels as there are cars times `num_steps`, so
# `purse.left.labels // (16 * 10)` rounds are possible with 16 cars and `num_steps=10`. Note that `train_dagger`
# learns from its labels alone. To learn from the drives as well, collect situations yourself: let the clone drive,
# `obs, _ = cars.reset(seed=derive_seed(seed, "ask"))` and then
# `rollout, obs = collect_rollout(policy.act, cars, obs, 10)`. Ask with `label_rollout(purse.labels, rollout)`, and
# clone `concatenate([demos, labeled])`.
#
# </details>
# <details><summary>Hint 4: the purse refuses</summary>
#
# A training that runs out of something ends by an error, and the policy would be lost with it. `purse.spend_on`
# catches that error, and the networks keep what they learned. If you write the loop yourself, look at `purse.left`
# before each round.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# A fixed number of demonstrations. A training that is made, but never run: it is a generator, and does nothing by
# itself. Cars from `make_batch`, or an `evaluate` in between: nobody counts those, so they are refused. To see how
# good a policy is, let it drive in `purse.worlds`, at your own expense. Returning `policy.act`.
#
# </details>

# %% exercise="ilrl_course.algorithms.recipes.recipe"

# %%
recipe = check(recipe)

# %%
predict("10-recipe", "Which of the course's recipes will be the best on your road, and will yours beat it?")

# %% [markdown]
# Now it counts. (About 15 seconds, most of them for the course's own recipes under the same budget.) Put your name in
# if you want to share the result.

# %%
submit(recipe, SEED, player="you")
show_guess("10-recipe")

# %% [markdown]
# The score is 0 for chance and 100 for the expert on this road. Every try is examined on the same 200 drives, so
# after many tries a recipe may suit just these. That is why the leaderboard says how often you tried.
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
# One road and one budget say little about a recipe. Here are the course's recipes in the tasks of sixteen other
# seeds, each of which draws a road and a budget anew. From `results/recipes.json`; their settings are those of
# earlier lessons, and nothing was tuned for these roads.

# %%
tasks = load_results("recipes")["tasks"]
scores = {name: np.array([task["recipes"][name]["score"] for task in tasks]) for name in tasks[0]["recipes"]}
best = np.stack(list(scores.values())).argmax(axis=0)
print(f"{'':26}score [95 % interval]   best of all in")
for i, (name, values) in enumerate(scores.items()):
    low, high = confidence_interval(values)
    measured = f"{values.mean():.0f} [{low:.0f}, {high:.0f}]"
    print(f"{name:26}{measured:21}   {(best == i).sum()} of {len(values)} tasks")
asked, practiced = scores["DAgger with the labels"], scores["BC, then PPO"]
print(f"DAgger minus BC, then PPO: {compare_paired(asked, practiced)}")
rich = np.array([task["budget"]["labels"] >= 1900 for task in tasks])
for label, which in (("at least 1,900", rich), ("fewer", ~rich)):
    print(f"with {label} labels DAgger is ahead in {(asked > practiced)[which].sum()} of {which.sum()} tasks")
alone = [task["recipes"]["PPO alone"] for task in tasks]
stopped, steps = (
    sum("crash" in run["refusal"] for run in alone),
    np.mean([run["spent"]["steps"] for run in alone]),
)
print(f"PPO alone runs out of crashes in {stopped} of 16 tasks, after {steps:,.0f} steps on average")

# %% [markdown]
# **No recipe is the best everywhere.** DAgger with the labels is the best in
# {{printed: DAgger with the labels .* (\d+) of 16}} tasks, BC and then PPO in
# {{printed: BC, then PPO .* (\d+) of 16}}, and on average these runs cannot tell the two apart. Looking for a reason
# afterward, which is exploration, we found the number of labels: with at least 1,900, DAgger is ahead of the other in
# {{printed: with at least 1,900 labels DAgger is ahead in (\d+ of \d+)}} tasks, and with fewer in
# {{printed: with fewer labels DAgger is ahead in (\d+ of \d+)}}. PPO alone runs out of crashes in
# {{printed: PPO alone runs out of crashes in (\d+)}} of the 16, after {{printed: of 16 tasks, after ([\d,]+) steps}}
# steps, and is no better than the clone of a single drive. None of these recipes uses drives *and* labels. Does
# yours?

# %% [markdown]
# ## The ledger
#
# In lesson 00 you said what you believe about twelve claims. Here is what was measured. A claim has several rows
# where it was tested in several lessons, or has several parts. *Taken together* says *holds* only if all of its rows
# hold. As in lesson 00, a row *holds* if the effect is surely there and at least as large as what matters: 10 points,
# or half of the crashes, or half of the teacher's deviation. It *does not hold* if the whole interval lies below
# that, however sure its sign is. Anything else is *cannot tell*. A minus sign before a share turns the comparison
# around: so much less was found in the *other* arm. And C7 has two halves: if slips average out, the second one
# limits the first.

# %%
ledger = entries()
ledger_table(ledger)

# %%
with folded("Every comparison in a line"):
    for entry in ledger:
        for part in entry.parts:
            for one in part.judged:
                print(f"{entry.claim.id} {one.planned.name}: {one} – {one.outcome}")
print(calibration(ledger))
print_limits(ledger)

# %% [markdown]
# To be right more often than somebody who gives the same answer to everything is harder than it sounds. Being wrong
# is no shame; being sure and wrong is what to look at. What did you have in mind, and in which of the worlds would it
# have been true?
#
# ### What was not tested
#
# - **People.** Only scripts played for the recorded runs. The ledger's verdict on C10 is about a script; what the
#   claim says about people stays open. Your own games (lesson 09) say something about you.
# - **Pixels, large networks, real machines.** All worlds hand out a few dozen numbers. A clone that must first learn
#   to see needs far more demonstrations, and pre-training may matter more than anything here.
# - **Danger as a cause.** Lesson 09 changed how hard it is to find a reward by chance, and nothing else. Nobody has
#   changed how dangerous a world is, and nothing else.
# - **Other methods**, such as off-policy learning from demonstrations and offline RL (lesson 08 names them), world
#   models, and policies that can represent many right ways.
# - **Demonstrators who adapt**, learn, get tired or disagree with each other.
#
# ### What would change our mind
#
# A comparison from `claims.py` that comes out otherwise on fresh seeds; a setting outside our twelve, found by the
# same rule for every arm, that turns a verdict around; or a world that we did not build, in which the same comparison
# points the other way. If you find one, the course wants to know.

# %% [markdown]
# ## The answer, on one page
#
# Each sentence names its evidence: the claim, the lesson, and what was measured. All of it is about small worlds that
# hand out numbers, scripted demonstrators, and behavioral cloning, DAgger, PPO, MaxEnt IRL, GAIL and AIRL of the size
# of this course. A point is a hundredth of the way from chance to the expert.
#
# **Demonstrations spare an agent the beginning.** A clone of twenty drives or a hundred games that goes on with PPO
# is far ahead at first (C1: {{printed: C1 head start on the road: \+(\d+)}} points on the road,
# {{printed: C1 head start, passage open: \+(\d+)}} and {{printed: C1 head start, passage walled up: \+(\d+)}} in the
# dungeon with its passage open and walled up; lessons 08, 09). Over the whole training it is ahead as well (C4:
# {{printed: C4 whole training on the road: \+(\d+)}}; C9: {{printed: C9 speed, passage open: \+(\d+)}} and
# {{printed: C9 speed, passage walled up: \+(\d+)}} in the dungeon). Whether that is worth *more* where exploring is
# harder, our one clean comparison cannot tell (C2; lesson 09).
#
# **They make learning safer, if they are good enough.** Twenty drives spared
# {{printed: C5 departures, twenty drives: (\d+%)}} of the departures from the road while learning, and
# {{printed: C9 safety in traffic: (\d+%)}} of all accidents in traffic; a hundred games spared
# {{printed: C9 deaths, passage open: (\d+%)}} and {{printed: C9 deaths, passage walled up: (\d+%)}} of the deaths in
# the dungeon. (On the scoreboard's seeds it was somewhat less in the open dungeon.) With five drives no difference
# could be shown. A single drive made it worse: from nothing there were {{printed: C5 departures, one drive: -(\d+%)}}
# fewer departures than from one (C5, C9; lessons 08, 09). Settings were chosen for the score alone, so a part of this
# may be theirs.
#
# **They do not show what the demonstrator does not do.** Variety is what a clone lives on: demonstrations from many
# roads instead of one avoid {{printed: C8 roads: (\d+%)}} of its crashes on new roads (C8; lesson 03). On the road a
# clone also fails in states that only its own mistakes lead to. Asking the teacher there (DAgger) avoids
# {{printed: C8 own states in Driving: (\d+%)}} of the crashes; in the dungeon it made no difference that one could
# see (C8; lesson 04), nor did it in Lunar Lander and in DoorKey (lesson 11).
#
# **They always pass on habits, but only sometimes slips.** A habit is copied whole (C3, C7; lesson 02). PPO mends a
# fault that the reward shows, such as slowness (lesson 08). It did not mend a blindness: where the teacher never
# takes the passage, its pupils after PPO were still {{printed: C7 blindness after PPO: (\d+%)}} as far from agents
# without a teacher as the teacher itself (C7; lesson 09), and following that teacher all along cost the invention
# where there were many layouts (C11). Slips average out on the cart and on the road, where a clone is better than its
# slipping teacher by {{printed: C7 slips in CartPole: \+(\d+)}} and {{printed: C7 slips in Driving: \+(\d+)}} points.
# In the dungeon it is worse, by {{printed: C7 slips in the Dungeon: -(\d+)}}.
#
# **RL goes on from there where there is room.** On its own road a clone of five drives gained
# {{printed: C4 improvement on five drives: \+(\d+)}} points, one of twenty
# {{printed: C4 improvement on twenty drives: \+(\d+)}} (C4). In Lunar Lander, where a clone of five flights is nearly
# as good as its teacher, hardly anything was gained (lesson 11). Practice in places that nobody had demonstrated took
# away {{printed: C6 wet road: (\d+%)}} of the clone's crashes on wet roads and {{printed: C6 narrow road: (\d+%)}} on
# narrow ones, but {{printed: C6 traffic: (\d+%)}} in traffic and {{printed: C6 road works: (\d+%)}} at road works;
# with off-center starts there was hardly anything to take away, and nothing was shown (C6; lesson 08). PPO that
# practiced there from nothing, with settings of its own, ended with fewer crashes in traffic, at road works and on
# wet roads.
#
# **A reward read off demonstrations can go farther than they do.** Planners that used such a reward, knew what may
# matter, and knew the rules of the new places were {{printed: C3 reward from one layout: \+(\d+)}} and
# {{printed: C3 reward from five layouts: \+(\d+)}} points better there than copies (C3; lesson 05). The reward that
# AIRL's network found for itself did not travel, to a longer pole or to a wet road (C3; lesson 06b).
#
# **Games of a script that plays like a person shortened the way to most of its level** (C10:
# {{printed: C10 as good as the player, passage open: \+(\d+)}} and
# {{printed: C10 as good as the player, passage walled up: \+(\d+)}} points over the training, counted up to that
# level), and not to the whole of it (lesson 09). For people that is untested.
#
# **There was no best mixture.** In none of four places was a mixture of imitation and exploration clearly better,
# over the whole training, than the better of the two alone (C12; lesson 09). Which of the two is better depends on
# the task and on the teacher.
#
# So: *imitation decides where an agent begins, and much of what it will ever try; the reward improves what is tried.*
# Whether the start is worth more where trying costs more, we could not show in one clean test. The map says what it
# is worth at *your* prices, in these worlds.
#
# ### If you have ..., start with ...
#
# | if you have | start with | because | beware of |
# |---|---|---|---|
# | recordings and nothing else | behavioral cloning, on varied recordings; with noise injected while they are made, if you can | nothing else in this course learns from them alone, unless the rules are known (lessons 02, 03, 05) | states that the recordings do not hold |
# | an expert who answers questions | a clone; DAgger where recordings do not reach | labels go where the learner is (lesson 04) | an expert who sees what the learner cannot see |
# | a simulator and a reward that chance finds | PPO alone | it gets there by itself; enough demonstrations save it time and crashes (lessons 07, 08) | counting crashes only at the end |
# | a simulator, a reward that chance does not find, some recordings | a clone, then PPO | the only ones who got far where the passage was walled up (lesson 09) | a teacher with a blind spot: start where it was rather than copy what it did |
# | a good demonstrator, and crashes that hurt | a clone of *enough* demonstrations, then small steps and little spread | from a single drive learning was more dangerous than from nothing (lesson 08) | new situations, in which nobody has practiced |
# | recordings, a simulator, and no reward | a clone; inverse RL, if you know the rules and can name what may matter; GAIL or AIRL, if that is not enough and more recordings are dear | cloning does not use the simulator (lessons 05, 06) | judges that see the clock, and rewards for staying alive |
# | people who can compare but not show | preferences (lesson 13) | a reward can be learned from choices | a judge that is fooled |
#
# Rows 1 to 3 and 6 can be found on the map and in the table below it, with the switches *a reward* and *the rules of
# the world*. Row 4 is lesson 09's: where the passage is open, as on the map, PPO alone gets far, too. Row 5 is that
# of lesson 08 and of the scoreboard. The last row is not from here.

# %% [markdown]
# ## Where the famous systems stand
#
# The map has its counterpart in the history of the field. Each time it mattered what could be had, and what it cost.
#
# | system | whose prices | demonstrations | then reinforcement learning? | what was found |
# |---|---|---|---|---|
# | TD-Gammon (Tesauro 1995) | a simulator and nothing else | none | all of it, against itself | backgammon near the level of the best people; the rules cost nothing to simulate, and chance shows every position |
# | AlphaGo (Silver et al. 2016) | a game company | 160,000 games of people | yes, against itself, and search | the policy after RL beat its imitator in more than 80 % of the games; inside the search the *imitator* proposed better moves |
# | AlphaGo Zero (Silver et al. 2017) | a simulator and nothing else | none | all of it | beat the AlphaGo that had beaten Lee Sedol by 100 to 0; a copy of people's moves was ahead at first, and was overtaken within a day |
# | DQfD (Hester et al. 2018) | a game company | one person, 3 to 12 games of each of 42 Atari games | yes | ahead of learning without recordings in the first million steps in 41 games; better than its best recording in 14 |
# | AlphaStar (Vinyals et al. 2019) | a game company | 971,000 recorded games | yes; the recordings are listened to all the time | the imitator alone ranked above 84 % of the players, the final agent above 99.8 % |
# | OpenAI Five (Berner et al. 2019) | a simulator and nothing else | none | all of it, for ten months | beat the world champions of Dota 2, in a restricted version of the game |
# | DreamerV3, Minecraft (Hafner et al. 2025) | a simulator and nothing else | none | all of it, in a world model that it learns | the first to collect diamonds there without human data or a curriculum |
# | VPT, Minecraft (Baker et al. 2022) | a game company | 70,000 hours of video | yes, near the imitator | made diamond pickaxes; from nothing, RL found next to no reward |
# | Gran Turismo Sophy (Wurman et al. 2022) | a simulator and nothing else | none | all of it, in the game | lost to four of the best drivers in July 2021, and won in October |
# | helicopter aerobatics (Abbeel, Coates and Ng 2010) | each crash hurts somebody | some flights of an expert | control with a learned model | as well as the pilot, and often better |
# | DAPG, a robot's hand (Rajeswaran et al. 2018) | a robot with an expert at hand | 25 for each task | yes, in simulation | a few hours of (simulated) experience instead of far more |
# | driving at Waymo (Lu et al. 2023) | each crash hurts somebody | 100,000 miles | yes, together with imitation, in simulation | failures in the hardest scenes fell by more than 38 % |
# | ALOHA with action chunks (Zhao et al. 2023) | a robot with an expert at hand | 50 of most tasks | none | between 20 % and 96 % success, depending on the task |
# | routes in Google Maps (Barnes et al. 2024) | only recordings | 110 million routes | none; a reward is inferred, and planned with | routes that agree with what people drove 16 to 24 % more often than those of the former model |
# | InstructGPT (Ouyang et al. 2022) | (people who compare) | 13,000 answers | yes, on a reward learned from 33,000 rankings | people preferred it to a model a hundred times its size |
# | DeepSeek-R1-Zero (Guo et al. 2025) | a simulator and nothing else | none of worked solutions; its base model had read what people write | all of it, where answers can be checked | from 16 % to 78 % of a mathematics contest; hard to read, which demonstrations then mended |
#
# The second column is our reading of their situation, in the names that the map has for prices.
#
# Three tendencies, in sixteen systems that we chose. Where a simulator is cheap and chance finds the reward, the
# record is often held by systems without demonstrations. Where chance finds next to nothing, most of those that got
# far had demonstrations; DreamerV3 had none. Where a mistake hurts, or no reward can be written down, people show or
# compare first.
#
# **Industry and medicine.** The article that named the claims of this course also names industrial automation and
# robots in healthcare. There the honest answer is short. A tokamak's plasma has been held in shape by a policy from a
# simulator, without demonstrations (Degrave et al. 2022), on a research machine. A surgical robot has learned from
# 500 demonstrations to tie a knot, in 18 of 20 trials, on a pad in the laboratory (Kim et al. 2024). And a policy for
# treating sepsis that was learned from records looked better than the doctors (Komorowski et al. 2018), *as estimated
# from the same kind of records*: nobody was treated by it, and how far such estimates can be trusted is disputed
# (Gottesman et al. 2019; Jeter et al. 2019). Where trying out is forbidden, nothing in this course replaces a trial.

# %% [markdown]
# ## Quiz
#
# **1. On the map, a method wins in a small region between two large ones, and the region is drawn as uncertain. What
# follows?**
#
# <details><summary>A · it is the best choice exactly there</summary>
#
# Only for these sixteen seeds. With others the region may be gone.
#
# </details>
# <details><summary>B · a neighbor is nearly as good a choice</summary>
#
# Yes. At most borders two methods cost the same, so chance decides which one wins, and it hardly matters which you
# take. At others a rival is cheaper but arrives in just too few of the runs.
#
# </details>
# <details><summary>C · the method does not reach the score reliably</summary>
#
# Then it would not have been in the competition: at least 80 % of its runs have to arrive.
#
# </details>

# %% [markdown]
# **2. A plan reaches the wanted score in 12 of 16 runs, at a tenth of the price of all others. Why does the map not
# show it?**
#
# <details><summary>A · because its median cost is infinite</summary>
#
# It is not: half of the runs decide the median, and three quarters arrive.
#
# </details>
# <details><summary>B · because the map shows only the plan with the highest score</summary>
#
# The score only has to be good enough. Among plans that reach it, the map shows the cheapest.
#
# </details>
# <details><summary>C · because 12 of 16 is less than 80 %</summary>
#
# Yes. It is a choice, and one could make another: whoever can afford to try twice may want the cheap plan.
#
# </details>

# %% [markdown]
# **3. What would be evidence against this course's answer?**
#
# <details><summary>A · the planned comparisons coming out otherwise on fresh seeds or in other worlds</summary>
#
# Yes. They are written down, with the sizes that matter, so that anybody can try.
#
# </details>
# <details><summary>B · a single run in which imitation did harm although its verdict says that it helps</summary>
#
# In many comparisons single runs went against the mean. That is why there are many.
#
# </details>
# <details><summary>C · a famous system that worked without demonstrations</summary>
#
# Several did, and the map says where to expect that.
#
# </details>

# %% [markdown]
# ## All words of the course
#
# {{glossary}}

# %% [markdown]
# ## Your certificate
#
# A page to print, with what you have written, played, predicted and built.

# %%
NAME = "Your name"
certificate(NAME)

# %% [markdown]
# ## Summary
#
# - No method is the best. The map of prices says which one to take, and for whom.
# - Copying is the cheapest as far as recordings cover what will come. Where they do not, ask the expert in the
#   learner's own states.
# - Whoever knows the rules and can name what matters gets most out of the fewest games, by inferring the reward and
#   planning.
# - Among methods that are not told the rules, PPO after cloning ends highest or nearly so, from five demonstrations
#   on. From enough of them it crashes less on the way than PPO alone, and from a single one more.
# - Few of the twelve claims hold everywhere that they were tested, most only under conditions, one nowhere, and about
#   one these runs cannot tell. You have them all in the ledger, with your own guesses.
# - All of it is about small worlds and scripted demonstrators. What would change our mind is written down.
#
# **Words:** *Plan*: a method with its number of demonstrations. *Cost of a plan*: what the median run has spent when
# it first reaches the wanted score. *Map of prices*: which plan is the cheapest, for each pair of two prices.
# *Calibration*: how often one is right when one commits oneself. *Purse*: what counts a recipe's spending, and
# refuses what is not left.
#
# **Read on:**
#
# - G. Tesauro (1995). Temporal Difference Learning and TD-Gammon. *Communications of the ACM* 38 (3).
# - P. Abbeel, A. Coates, A. Y. Ng (2010). Autonomous Helicopter Aerobatics through Apprenticeship Learning.
#   *International Journal of Robotics Research* 29 (13).
# - D. Silver et al. (2016). Mastering the game of Go with deep neural networks and tree search. *Nature* 529.
# - D. Silver et al. (2017). Mastering the game of Go without human knowledge. *Nature* 550.
# - T. Hester et al. (2018). Deep Q-learning From Demonstrations. *AAAI*.
# - A. Rajeswaran et al. (2018). Learning Complex Dexterous Manipulation with Deep Reinforcement Learning and
#   Demonstrations. *RSS*.
# - D. Hafner, J. Pasukonis, J. Ba, T. Lillicrap (2025). Mastering diverse control tasks through world models.
#   *Nature* 640.
# - O. Vinyals et al. (2019). Grandmaster level in StarCraft II using multi-agent reinforcement learning. *Nature*
#   575.
# - C. Berner et al. (2019). Dota 2 with Large Scale Deep Reinforcement Learning. *arXiv:1912.06680*.
# - B. Baker et al. (2022). Video PreTraining (VPT): Learning to Act by Watching Unlabeled Online Videos. *NeurIPS*.
# - L. Ouyang et al. (2022). Training Language Models to Follow Instructions with Human Feedback. *NeurIPS*.
# - P. R. Wurman et al. (2022). Outracing champion Gran Turismo drivers with deep reinforcement learning. *Nature*
#   602.
# - J. Degrave et al. (2022). Magnetic control of tokamak plasmas through deep reinforcement learning. *Nature* 602.
# - Y. Lu et al. (2023). Imitation Is Not Enough: Robustifying Imitation with Reinforcement Learning for Challenging
#   Driving Scenarios. *IROS*.
# - T. Z. Zhao, V. Kumar, S. Levine, C. Finn (2023). Learning Fine-Grained Bimanual Manipulation with Low-Cost
#   Hardware. *RSS*.
# - M. Barnes et al. (2024). Massively Scalable Inverse Reinforcement Learning in Google Maps. *ICLR*.
# - J. W. Kim et al. (2024). Surgical Robot Transformer (SRT): Imitation Learning for Surgical Tasks. *CoRL*.
# - D. Guo et al. (2025). DeepSeek-R1 incentivizes reasoning in LLMs through reinforcement learning. *Nature* 645.
# - M. Komorowski, L. A. Celi, O. Badawi, A. C. Gordon, A. A. Faisal (2018). The Artificial Intelligence Clinician
#   learns optimal treatment strategies for sepsis in intensive care. *Nature Medicine* 24. Read it with:
# - O. Gottesman et al. (2019). Guidelines for reinforcement learning in healthcare. *Nature Medicine* 25.
# - R. Jeter, C. Josef, S. Shashikumar, S. Nemati (2019). Does the "Artificial Intelligence Clinician" learn optimal
#   treatment strategies for sepsis in intensive care? *arXiv:1902.03271*.
#
# **Next:** the question is answered as far as three small worlds of our own can answer it. Lesson 11 asks it again in
# worlds that others made.
