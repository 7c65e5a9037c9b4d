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
# # 09 · Games: a shortcut, and a rut
#
# **In a game the reward comes at the very end**: it is *sparse*. An agent that plays at random hardly ever sees it, and has
# nothing to learn from. One recorded game shows where it is. But an agent that has been shown one way may never look
# for another. In this lesson the same recordings are the making of one agent and the undoing of another, and you will
# decide how much to listen.
#
# | | |
# |---|---|
# | **You will be able to** | say when recorded games are worth most; measure how much training they spare; let PPO listen to a demonstrator and then let go; tell when imitation holds an agent back; choose a recipe under a budget, and defend it |
# | **Time** | 85 minutes |
# | **You need** | lessons 07 and 08 |

# %%
from dataclasses import replace
from functools import lru_cache

import gymnasium as gym
import numpy as np

from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.checks import check
from ilrl_course.clones import clone_demonstrator, clone_of
from ilrl_course.data import concatenate, stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import count_visits
from ilrl_course.measures.costs import RELIABLE, Prices, RecordedRuns
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.journal import decide, verdict
from ilrl_course.notebook.palette import color_of
from ilrl_course.notebook.progress import trace
from ilrl_course.notebook.sliders import demo
from ilrl_course.play.recordings import YOU
from ilrl_course.play.screen import play
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that is computed here follows from it; what is read from results/ does not
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs

# %% [markdown]
# ## Two ways to the treasure
#
# You know the dungeon. The long way: fetch the key, unlock the door, reach the treasure. The short way: a cracked
# piece of wall that gives way at the third push in a row. There is no reward on either way, only at the end:
# $1 - 0.9\,t/100$ in step $t$, so the sooner the better. Lava ends the game, and so does step 100.
#
# The **expert** takes the short way. The **cautious** demonstrator keeps away from lava, and does not know that there
# is a passage. And chance?
#
# *Predict: of 2,000 games of random moves, how many reach the treasure?*

# %%
LAYOUT = 3
WALLED_UP = DUNGEON.test_options | {"secret_passage": False}
CAUTIOUS, EXPERT = (DUNGEON.make_demonstrator(kind) for kind in ("biased", "expert"))


def play_at_random(obs: np.ndarray) -> np.ndarray:
    """Any of the four moves, whatever is seen."""
    return coin.integers(4, size=len(obs))


coin = np.random.default_rng(SEED)
games = {
    name: video.record(actor, DUNGEON.env_id, SEED, layout=LAYOUT)
    for name, actor in {
        "at random": play_at_random,
        "cautious": CAUTIOUS,
        "expert": EXPERT,
    }.items()
}
video.clip(
    video.side_by_side(games),
    alt="Random moves end in lava or lead nowhere; the cautious hero fetches the key and opens the door; the expert "
    "breaks through the wall.",
    fps=6,
    width=1000,
)

# %%
print(f"{'':22} treasure    lava   steps to win   return")
for name, actor, num_games, options in (
    ("at random", play_at_random, 2000, {}),
    ("at random, walled up", play_at_random, 2000, WALLED_UP),
    ("cautious", CAUTIOUS, 500, {}),
    ("expert", EXPERT, 500, {}),
):
    outcome = examine_games(actor, SEED, num_games, **options)
    steps = f"{outcome['steps']:12.1f}" if outcome["success"] else f"{'-':>12}"
    print(
        f"{name:22} {outcome['success']:8.2%}  {outcome['crash_rate']:6.1%}   {steps}   {outcome['return']:6.3f}"
    )

# %% [markdown]
# Chance finds the treasure in two or three of a thousand games, and mostly by the passage, since that way is short.
# Where the passage is **walled up** (an option of the world), only the long way is left. When we let chance play for
# longer, it won 74 of 30,000 games with the passage open, and 16 of 60,000 with it walled up. That gives us two games
# to compare: one in which exploring is slow, and one in which it is nearly hopeless.

# %% [markdown]
# ## The shortcut
#
# First the nearly hopeless game: the passage is walled up. PPO learns on 800 layouts and is examined on 200 others.
# It begins from nothing, or as a clone of 5, 20 or 100 recorded games of a good player. (Eight runs each, 800,000
# steps, too long to run live: these are from `results/dungeon.json`, and `python3 course.py results dungeon` computes
# them again. All have the settings that suited PPO *alone* best, tried on other seeds. The steps of the critic's
# warm-up are counted. In examinations the agents draw their actions, as they do in training.)
#
# And how well would a *human* do? We have recorded none. So here is an assumption, stated as what it is: a careful
# human walks the cautious demonstrator's way with a quarter more steps, and always arrives.
#
# *Predict: by which factor do 100 games shorten the training? And 5?*

# %%
recorded = load_results("dungeon")


def runs_of(part: str) -> dict[str, dict[str, np.ndarray]]:
    """The recorded runs of one experiment: name -> column -> (seeds, examinations)."""
    return {
        name: {column: np.array(values) for column, values in columns.items()}
        for name, columns in recorded[part].items()
    }


def draw_training(runs: dict[str, dict[str, np.ndarray]], roles: dict[str, str], columns: dict[str, str]):
    """Examinations against environment steps, a panel for each column, under its title."""
    figure, axes = plotting.panels(columns=len(columns), width=16, height=5)
    for axis, (column, title) in zip(axes, columns.items(), strict=True):
        for name, role in roles.items():
            steps = runs[name]["env_steps"][0] / 1000
            plotting.learning_curves(axis, steps, runs[name][column], name, role)
        axis.set(title=title, xlabel="environment steps (thousands)", ylim=(0, 1.02))
    return figure, axes


way = examine_games(CAUTIOUS, SEED, 500, **WALLED_UP)["steps"]
HUMAN = 1 - 0.9 * 1.25 * way / 100  # mean return of a careful human: an assumption
GAMES = {"0 games": "random", "5 games": "weak", "20 games": "training", "100 games": "expert"}
SCORES = {"success": "Games with treasure (share)", "return": "Mean return"}
walled_up = runs_of("walled_up")
figure, axes = draw_training(walled_up, GAMES, SCORES)
plotting.reference_line(axes[1], HUMAN, "human", "you")
video.show(
    figure,
    alt="Passage walled up. The share of games with treasure, and the return, against environment steps: without games it "
    "stays near zero for two hundred thousand steps, then climbs; with a hundred games it begins at a half. In the end "
    "all are close together, below the human's return.",
)


# %%
def steps_until(runs: dict[str, np.ndarray], column: str, target: float) -> np.ndarray:
    """Environment steps of each run when an examination first shows the target: (seeds,), or infinity."""
    reached = runs[column] >= target  # (seeds, examinations)
    steps = np.take_along_axis(runs["env_steps"], reached.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(reached.any(axis=1), steps, np.inf)


def counted(runs: dict[str, dict[str, np.ndarray]], name: str, column: str, target: float) -> np.ndarray:
    """These steps (seeds,), between those of the first look and those of the last."""
    looks = runs["0 games"]["env_steps"][0]
    return np.clip(steps_until(runs[name], column, target), looks[1], looks[-1])


def spared(runs: dict[str, dict[str, np.ndarray]], name: str, column: str, target: float):
    """The logarithm of the steps without games minus that with them, paired by seed."""
    return compare_paired(*(np.log10(counted(runs, arm, column, target)) for arm in ("0 games", name)))


def factor(difference) -> str:
    """A difference of logarithms as a factor, with its interval."""
    return f"{10**difference.difference:.1f} [{10**difference.low:.1f}, {10**difference.high:.1f}]"


TARGETS = {
    "half of the treasures": ("success", 0.5),
    "three in four": ("success", 0.75),
    "nine in ten": ("success", 0.9),
    "a human's return": ("return", HUMAN),
}


def steps_table(runs: dict[str, dict[str, np.ndarray]]) -> None:
    """Print how many runs reach each target, their median steps, and the factor against no games."""
    for label, target in TARGETS.items():
        print(f"\nSteps to {label}:")
        for name in GAMES:
            steps = steps_until(runs[name], *target)
            arrived = np.isfinite(steps).sum()
            median = f"median {np.median(steps):9,.0f}" if 2 * arrived > len(steps) else ""
            shown = name != "0 games" and 2 * arrived >= len(steps)
            saving = f"fewer by a factor of {factor(spared(runs, name, *target))}" if shown else ""
            print(f"   {name:10} {arrived} of {len(steps)} runs   {median:16}   {saving}")


steps_table(walled_up)

# %% [markdown]
# (A run that is there at the first look counts as having needed the steps between two looks; one that never arrives,
# as arriving at the end: such a time is called *censored*. Where most runs with games are there at the first look, or
# runs without never arrive, the true factor is larger than the one printed.)
#
# - **Without games** PPO gets nowhere for some 200,000 steps: random play wins about once in 100,000. Then it learns
#   the way after all.
# - **A hundred games** spare it that: half of the treasures are found by the clone already. Even **five** games make
#   the way to half of the treasures less than half as long.
# - **In the end** they come close together, just below nine in ten: new layouts stay hard, whoever taught the agent.
#   The demonstrators' success rate (all games) is reached by nobody, and our careful human's return in only two
#   examinations of all 32 runs.
#
# ## Where exploring is only slow
#
# The same once more with the passage open: now chance wins about once in 10,000 steps, and PPO can work with that.
#
# *Predict: how much of the advantage is left?*

# %%
opened = runs_of("open")
figure, axes = draw_training(opened, GAMES, SCORES)
plotting.reference_line(axes[1], HUMAN, "human", "you")
video.show(
    figure,
    alt="Passage open. Without games the share of treasures is near zero at first, but at two hundred thousand steps it has "
    "reached nine in ten, close to the runs with recorded games, which began at a sixth, a half, and three quarters.",
)
steps_table(opened)

# %% [markdown]
# So PPO alone hardly ever finds the treasure at first, but later it does: it gets to nine in ten games here, and past
# our careful human. A hundred games still shorten that way to less than a half. **Five games do nothing** that the
# intervals would show.
#
# Four claims. C10: does recorded play *greatly* shorten the way to a human's score? Let "greatly" be by half or more.

# %% tags=["nbval-check-output"]
NUM_RUNS = len(recorded["seeds"])
DOUBLE = np.log10(2)
many, few = (spared(opened, name, *TARGETS["a human's return"]) for name in ("100 games", "5 games"))
verdict(
    "C10",
    "does not hold here"
    if many.low <= DOUBLE
    else "holds"
    if few.low > DOUBLE
    else "holds only when enough games are recorded",
    "where PPO gets to a careful human's score at all, a hundred games spare at least half of the steps, five do not.",
    effect=f"passage open, steps to a return of {HUMAN:.2f} without games over those with 100: {factor(many)}; "
    f"with 5: {factor(few)}",
    seeds=NUM_RUNS,
    lesson="09",
)

# %% [markdown]
# C1: is there a head start?

# %% tags=["nbval-check-output"]
ahead = compare_paired(*(walled_up[name]["return"].mean(axis=1) for name in ("100 games", "0 games")))
in_the_end = compare_paired(*(walled_up[name]["return"][:, -1] for name in ("100 games", "0 games")))
verdict(
    "C1",
    decide(ahead.low, ahead.high),
    "begun as a clone of a hundred games, the agent is far ahead for most of the training, and a little in the end.",
    effect=f"walled up, mean return over the training, 100 games minus none: {ahead}; at the end: {in_the_end}",
    seeds=NUM_RUNS,
    lesson="09",
)

# %% [markdown]
# C2: do the games spare more steps where exploring is nearly hopeless?

# %% tags=["nbval-check-output"]
more = {
    label: compare_paired(
        *(
            (counted(runs, "0 games", *TARGETS[label]) - counted(runs, "100 games", *TARGETS[label])) / 1000
            for runs in (walled_up, opened)
        )
    )
    for label in ("half of the treasures", "three in four", "nine in ten")
}
verdict(
    "C2",
    decide(min(gain.low for gain in more.values()), min(gain.high for gain in more.values())),
    "where exploring is nearly hopeless, a hundred games spare more steps than where it is only slow.",
    effect="thousands of steps spared, walled up minus open: "
    + "; ".join(f"to {label}, {gain}" for label, gain in more.items()),
    seeds=NUM_RUNS,
    lesson="09",
)

# %% [markdown]
# That is a count of *steps*. As a *factor* it is true up to half of the treasures only: to three in four and nine in
# ten, the games shorten the open game by the larger factor (compare the two tables).
#
# C9: is learning faster, and safer? For this one we ask for more than an interval: a $p$ below 0.05, too.


# %% tags=["nbval-check-output"]
def is_sure(effect) -> bool:
    """Both tests agree that the effect is above zero."""
    return effect.low > 0 and effect.p_value < 0.05


worlds = {"walled up": walled_up, "open": opened}
faster = {name: spared(runs, "100 games", *TARGETS["half of the treasures"]) for name, runs in worlds.items()}
safer = {
    name: compare_paired(*(np.log10(runs[arm]["crashes"][:, -1]) for arm in ("0 games", "100 games")))
    for name, runs in worlds.items()
}
both = {name: is_sure(faster[name]) and is_sure(safer[name]) for name in worlds}
verdict(
    "C9",
    "holds"
    if all(both.values())
    else "holds only when chance can find the treasure"
    if both["open"]
    else "does not hold here",
    "there a hundred games make learning much faster and spare deaths in the lava; walled up, only the speed is sure.",
    effect="deaths in training without games over those with 100: "
    + "; ".join(f"{name}, {factor(gain)}, p = {gain.p_value:.2g}" for name, gain in safer.items()),
    seeds=NUM_RUNS,
    lesson="09",
)

# %% [markdown]
# Walled up, two of the eight runs make nearly the whole difference in deaths, and two go the other way. Whether speed
# and safety are the *main* benefits was not tested.

# %% [markdown]
# ## The rut
#
# So far the teacher was the expert. Now it is the **cautious** one, who finds the treasure in every game, too, but
# never by the passage. (Passage open, 800 layouts, 100 of its games, cloned at first and then left alone with PPO;
# same file.)
#
# *Predict: will PPO, which sees only the return, find the passage after all? Which agent ends higher: this one, or
# one that had no teacher?*

# %%
pupils = {"no teacher": opened["0 games"], "cautious clone": opened["cautious clone"]}
figure, axes = draw_training(
    pupils,
    {"no teacher": "random", "cautious clone": "biased"},
    {"passage": "Games won by the passage (share)", "return": "Mean return"},
)
video.show(
    figure,
    alt="Left: without a teacher the share of games won by the passage rises to nine in ten in most runs; the clone of the "
    "cautious demonstrator stays near zero. Right: the clone is ahead for the first quarter of the training, then it is "
    "overtaken and stays below.",
)
alone, taught = pupils.values()
unlearned = (taught["passage"] >= 0.5).any(axis=1).sum()
print(f"Of {NUM_RUNS} pupils, {unlearned} ever took the passage in half of their games.")

# %% tags=["nbval-check-output"]
habit, loss = (compare_paired(alone[c][:, -1], taught[c][:, -1]) for c in ("passage", "return"))
verdict(
    "C7",
    decide(min(habit.low, loss.low), min(habit.high, loss.high)),
    "the cautious demonstrator's pupil keeps to the long way, and ends below an agent that had no teacher.",
    effect=f"at the end, no teacher minus cautious clone: share of games by the passage {habit}; return {loss}",
    seeds=NUM_RUNS,
    lesson="09",
)

# %% [markdown]
# The reward did not change the pupil's mind, for the passage has to be *tried* before it can be rewarded: three
# pushes in a row against what looks like wall. A beginner pushes at everything. This pupil goes through in 4 of 1,000
# games: too rarely, it seems, for PPO to make a habit of it. (That is our explanation. We did not test it.)
#
# When is the bias unlearned, then? Within these 400,000 steps in none of eight runs, and since the learning rate
# falls to zero, their end is final.
#
# ## How much to listen
#
# Perhaps cloning is too much: the agent begins with the teacher's habits and nothing else. Instead let it begin from
# nothing, and add the imitation term of lesson 08 to PPO's loss, with a weight of your choice. There it faded by a
# factor in each iteration, and so never quite ended. Here is another way: listen for a while, then let go.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 9.1 · listen, then let go** (10 minutes, easy)
#
# In each iteration $k = 0, 1, 2, \dots$ return the share of the imitation weight that still counts: 1 until iteration
# `num_hold`, then falling in a straight line, 0 from iteration `num_hold + num_fade` on.
#
# </div>
#
# <details><summary>Hint</summary>
#
# `(iteration - num_hold) / num_fade` is the share that is over, as long as it lies between 0 and 1. `min` and `max`
# keep what is left there.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The share that is over, for the share that is left. A share above 1 during the hold, or below 0 after the end.
#
# </details>

# %% exercise="ilrl_course.algorithms.finetune.imitation_schedule"

# %%
imitation_schedule = check(imitation_schedule)

# %%
figure, axis = plotting.panels(width=9, height=3.5)
iterations = range(41)
for num_hold, role in ((0, "training"), (20, "you")):
    shares = [imitation_schedule(iteration, num_hold, num_fade=20) for iteration in iterations]
    axis.plot(iterations, shares, color=color_of(role))
    axis.text(num_hold + 8, 0.72, f"num_hold = {num_hold}", color=color_of(role), fontweight="bold")
axis.set(title="Expected figure: num_fade = 20", xlabel="iteration", ylabel="share of the weight")
video.show(
    figure,
    alt="Two shares of the weight. Both fall from one to zero in twenty iterations, one of them twenty later.",
)

# %% [markdown]
# ## One layout, one recorded game
#
# Now to your own agents. The smallest case: a single layout, a single recorded game of the cautious demonstrator, and
# PPO from nothing, with the imitation term: **never** (weight 0), **always** (weight 1, all the time), or **at
# first** (weight 0.1, fading within 20 iterations by your schedule). Each seed has its own layout. They train now,
# live.
#
# *Predict: which of the three finds the treasure every time? Which finds the passage?*

# %%
GAME = FinetuneConfig(
    num_iterations=40,
    num_steps=32,
    num_epochs=4,
    minibatch_size=2048,
    learning_rate=3e-3,
    gamma=0.95,
    ent_coef=0.3,
    num_warmup_iterations=0,
)


def listening(num_hold: int, num_fade: int):
    """The imitation term with the share of the weight that your schedule gives it."""

    def loss(policy, demos, iteration, config):
        weight = config.imitation_coef * imitation_schedule(iteration, num_hold, num_fade)
        return weight * bc_loss(policy, demos.obs, demos.actions)

    return loss


def training_on(layout: int, seed: int, weight: float, num_hold: int, num_fade: int):
    """A fresh policy, and its training with one cautious game in its ear."""
    policy, demos = clone_demonstrator(DUNGEON, "biased", 1, seed, num_updates=0, options={"layout": layout})
    envs = make_batch(DUNGEON.env_id, 64, layout=layout)
    value_net = make_value_net(envs.single_observation_space, seed)
    config = replace(GAME, imitation_coef=weight)
    loss = listening(num_hold, num_fade)
    return policy, finetune(policy, value_net, demos, envs, config, seed, imitation_loss_fn=loss)


def learn_one_layout(seed: int, weight: float, num_hold: int, num_fade: int) -> dict[str, np.ndarray]:
    """Examinations of one agent on the layout that belongs to the seed: column -> (examinations,)."""
    layout = derive_seed(seed, "layout") % 1000
    policy, training = training_on(layout, seed, weight, num_hold, num_fade)

    def examination(iteration: int) -> dict[str, float]:
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        return examine_games(actor, derive_seed(seed, f"test {iteration}"), layout=layout)

    rows = trace(training, examination, every=10)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


HEARD = {
    "never": {"weight": 0.0, "num_hold": 0, "num_fade": 1},
    "at first": {"weight": 0.1, "num_hold": 0, "num_fade": 20},
    "always": {"weight": 1.0, "num_hold": GAME.num_iterations, "num_fade": 1},
}
live = {name: by_name(run_seeds(learn_one_layout, SEEDS, **how)) for name, how in HEARD.items()}

# %%
HEARD_COLORS = {"never": "random", "at first": "you", "always": "biased"}
figure, axes = draw_training(
    live, HEARD_COLORS, {"success": "Games with treasure (share)", "passage": "By the passage (share)"}
)
video.show(
    figure,
    alt="Left: agents that always listen find the treasure in every game soonest; those that never do, last and not in "
    "every layout. Right: agents that never listen win by the passage wherever they win, those that always listen hardly "
    "ever do.",
)
print(f"{'listens':10}treasure   passage   return [95 % interval]   deaths in training")
for name, runs in live.items():
    success, passage, crashes = (runs[column][:, -1].mean() for column in ("success", "passage", "crashes"))
    low, high = confidence_interval(runs["return"][:, -1])
    average = f"{runs['return'][:, -1].mean():.2f} [{low:.2f}, {high:.2f}]"
    print(f"{name:10}{success:8.0%}   {passage:7.0%}   {average:>24}   {crashes:18.0f}")

# %% [markdown]
# Each layout is a story of its own. An agent that never listens finds the passage, or nothing: in some layouts 80,000
# steps are not enough. One that always listens is safe, and stays on the long way. One that listens at first, and less
# loudly, has something of both. In so short a training safety is worth much: agents that always listen have the highest mean
# return, or nearly so.
#
# ## The whole range
#
# Eight runs of three agents are a glimpse. The full sweep: ten ways to listen, and none at all, each on 48 layouts
# (one run each), from `results/dungeon.json`; the settings are yours, but for 60 iterations in the place of 40.
#
# *Predict: draw, on paper, three curves against the weight: treasure, passage, return.*

# %%
sweep = runs_of("sweep")
WEIGHTS = (0, 0.01, 0.03, 0.1, 0.3, 1.0)


def against_weight(column: str, suffix: str) -> np.ndarray:
    """The last examination for each weight: (seeds, weights)."""
    names = ["weight 0"] + [f"weight {weight}{suffix}" for weight in WEIGHTS[1:]]
    return np.stack([sweep[name][column][:, -1] for name in names], axis=1)


def draw_against_weight(axis, column: str) -> None:
    """Means over the layouts with their intervals, for both ways to listen."""
    for shift, (suffix, label, role) in zip((-0.06, 0.06), WAYS, strict=True):
        values = against_weight(column, suffix)  # (seeds, weights)
        places = np.arange(len(WEIGHTS)) + shift
        plotting.learning_curves(axis, places, values.mean(axis=0), label, role)
        low, high = np.transpose([confidence_interval(column) for column in values.T])
        axis.vlines(places, low, high, color=color_of(role), linewidth=2, alpha=0.6)


WAYS = (("", "all the time", "biased"), (", fading", "at first", "you"))
MEASURES = {
    "success": "Games with treasure (share)",
    "passage": "By the passage (share)",
    "return": "Mean return",
}
figure, axes = plotting.panels(columns=3, width=19, height=5)
for axis, (column, title) in zip(axes, MEASURES.items(), strict=True):
    draw_against_weight(axis, column)
    axis.set(title=title, xlabel="weight of the imitation term", ylim=(0, 1.02))
    axis.set_xticks(range(len(WEIGHTS)), WEIGHTS)
axes[2].set_ylim(0.4, 1)
video.show(
    figure,
    alt="Against the weight, for a demonstrator that is heard all the time or at first: the share of games with treasure "
    "rises to all; the share by the passage stays at two in three up to 0.03, then falls to almost none, later if it is "
    "heard at first only; the return is lowest at 0, highest at 0.1 or 0.3, and a little lower at 1.",
)
for column, title in MEASURES.items():
    print(f"\n{title}, for each weight:\n{'':12}" + "".join(f"{weight:>19}" for weight in WEIGHTS))
    for suffix, label, _ in WAYS:
        intervals = [(runs.mean(), *confidence_interval(runs)) for runs in against_weight(column, suffix).T]
        cells = "".join(f"  {mean:.2f} [{low:.2f}, {high:.2f}]" for mean, low, high in intervals)
        print(f"{label:12}{cells}")

# %% tags=["nbval-check-output"]
NUM_LAYOUTS = len(recorded["layout_seeds"])
never, always = against_weight("passage", "")[:, [0, -1]].T
invention = compare_paired(never, always)
verdict(
    "C11",
    decide(invention.low, invention.high),
    "an agent that always listens closely to the cautious demonstrator takes the passage far more rarely than others.",
    effect=f"share of games by the passage, weight 0 minus weight 1: {invention}",
    seeds=NUM_LAYOUTS,
    lesson="09",
)

# %% [markdown]
# - **A whisper costs nothing.** Up to 0.03 the passage is taken as often as without a teacher, and more treasures are
#   found.
# - **From there on safety is bought with invention.** At 0.1 every game is won, but most of the passages are gone.
# - **Letting go buys some of it back:** at 0.1 the passage is taken in 60 % of the games instead of 25 %, for a few
#   treasures. On the return it makes no clear difference.
#
# The return is best in between: that is C12. The weight 0.1 was chosen on *other* layouts, before these were run. So
# we may test it against both ends. And on the 800 layouts of "The rut", with 100 games? Six ways were tried there.
#
# *Predict: does the same weight help on 800 layouts, where PPO alone was doing well?*

# %%
print("800 layouts     return, minus that of no teacher   by the passage")
over_none = {}
for weight in (0.01, 0.1, 1.0):
    for suffix in ("", ", fading"):
        taught = opened[f"weight {weight}{suffix}"]
        gain = compare_paired(taught["return"][:, -1], opened["0 games"]["return"][:, -1])
        print(f"{f'{weight}{suffix}':15} {gain}   {taught['passage'][:, -1].mean():.0%}")
        over_none[weight, suffix] = gain

# %% tags=["nbval-check-output"]
between, alone, loud = (against_weight("return", "")[:, WEIGHTS.index(weight)] for weight in (0.1, 0, 1.0))
over_alone, over_loud = compare_paired(between, alone), compare_paired(between, loud)
on_one = is_sure(over_alone) and is_sure(over_loud)
on_many = any(is_sure(gain) for gain in over_none.values())
verdict(
    "C12",
    "does not hold here"
    if not on_one
    else "holds"
    if on_many
    else "holds only when there is a single layout to learn",
    "there a moderate weight beats both ends; on many layouts it does harm, and no weight was clearly better than none.",
    effect=f"return on one layout, weight 0.1 minus none: {over_alone}; minus weight 1: {over_loud}; on 800 layouts, "
    f"weight 0.1 minus none ({NUM_RUNS} seeds): {over_none[0.1, '']}",
    seeds=NUM_LAYOUTS,
    lesson="09",
)

# %% [markdown]
# Against a loud teacher the gain is small, and "the best of both" would be too much to say: the weight with the best
# return gives up most passages for the last treasures. It is a compromise, and where it lies depends on the task. On
# 800 layouts every weight from 0.1 on does harm, even one that fades: the habit outlasts the teacher.
#
# ## A recipe under a budget
#
# Recorded games cost somebody's time, environment steps cost computing, and deaths cost whatever dies. So which recipe is best depends on what
# these cost *you*.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 9.2 · a recipe under a budget** (20 minutes, hard: you write the whole function)
#
# Given recorded runs of several recipes, and prices, choose the recipe to buy.
#
# *A run pays until it arrives.* It has arrived when an examination *first* shows a mean return of at least `target`. Its
# cost is what it has spent by then: its recorded games, its steps (priced per 1,000), and its crashes. If no examination
# gets there, the run costs infinity.
#
# *A recipe keeps its promise* if at least 80 % of its runs (`RELIABLE`) arrive at a cost within the budget. Of the recipes
# that do, return the name of the one with the lowest *median* cost over all its runs. In a tie the first one wins. If no
# recipe keeps its promise, return `None`.
#
# `recipes[name]` holds `num_demos`, the number of recorded games, and three tables (S, E) with a row for each seed and a column for each
# examination: `returns`, `env_steps` and `crashes`. Steps and crashes count from the beginning of the training. `prices` has `demo`, `step` and `crash`.
#
# </div>
#
# <details><summary>Hint 1: one recipe at a time</summary>
#
# Loop over `recipes.items()`, and compute one cost per run, (S,). The promise and the median both follow from these
# costs. Keep the medians of the recipes that qualify in a dict.
#
# </details>
# <details><summary>Hint 2: the first arrival</summary>
#
# `arrived = runs.returns >= target` is a table of True and False. `arrived.argmax(axis=1)` finds the first True in each
# row, but it also says 0 where there is none; `arrived.any(axis=1)` tells the two apart.
# `runs.env_steps[np.arange(len(first)), first]` picks one entry from each row.
#
# </details>
# <details><summary>Hint 3: the choice</summary>
#
# `costs = np.where(arrived.any(axis=1), spent, np.inf)`. The mean of `costs <= budget` is the share of runs that arrive within
# the budget. `min(medians, key=medians.get, default=None)` returns the name with the lowest value, or `None` if the dict is
# empty.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Charging a run for its whole training. Letting a run that never arrives pay for its start only, because `argmax` says 0,
# or leaving it out of the median. Paying the price of 1,000 steps for every single one. Picking the cheapest recipe first,
# and only then asking whether it is reliable.
#
# </details>

# %% exercise="ilrl_course.measures.costs.choose_recipe"

# %%
choose_recipe = check(choose_recipe)

# %%
predict(
    "09-recipe",
    "1,000 steps cost 0.1, and a mean return of 0.6 is wanted. How much may a recorded game cost until it is better to "
    "record none: with the passage walled up, and with it open?",
)

# %%
OFFERS = {
    passage: {
        name: RecordedRuns(
            int(name.split()[0]) if name[0].isdigit() else 0,
            returns=runs[name]["return"],
            env_steps=runs[name]["env_steps"],
            crashes=runs[name]["crashes"],
        )
        for name in GAMES
    }
    for passage, runs in (("walled up", walled_up), ("open", opened))
}

for passage, recipes in OFFERS.items():
    print(f"passage {passage}, a mean return of 0.6 wanted, with a budget of 1000:")
    for game in (0.0, 0.1, 0.3, 1.0, 3.0, 10.0):
        chosen = choose_recipe(recipes, Prices(demo=game, step=0.1, crash=0.0), target=0.6, budget=1000)
        print(f"   a game costs {game:4g}: {chosen}")
show_guess("09-recipe")

# %% [markdown]
# Now choose, and defend your choice. Set the prices to a case that you know: a game studio whose testers play for nothing, a robot that breaks when it
# falls, a laptop without a budget. Below the choice stands how often another set of runs, drawn with replacement from these, would have led to the same one. A choice
# that changes in every second draw is no recommendation.


# %%
def redrawn(recipes: dict[str, RecordedRuns], rng: np.random.Generator) -> dict[str, RecordedRuns]:
    """Other runs, drawn from these with replacement: a bootstrap."""
    drawn = {}
    for name, runs in recipes.items():
        rows = rng.integers(len(runs.returns), size=len(runs.returns))
        drawn[name] = RecordedRuns(
            runs.num_demos, runs.returns[rows], runs.env_steps[rows], runs.crashes[rows]
        )
    return drawn


def buy(
    passage: str = "open",
    price_of_a_game: float = 1.0,
    price_of_a_thousand_steps: float = 0.1,
    price_of_a_death: float = 0.0,
    return_wanted: float = 0.7,
    budget: int = 100,
) -> str:
    """Which recipe to buy at these prices, and how sure that is."""
    prices = Prices(price_of_a_game, price_of_a_thousand_steps, price_of_a_death)
    chosen = choose_recipe(OFFERS[passage], prices, return_wanted, budget)
    rng = np.random.default_rng(SEED)
    others = [choose_recipe(redrawn(OFFERS[passage], rng), prices, return_wanted, budget) for _ in range(200)]
    share = np.mean([other == chosen for other in others])
    return f"Buy: {chosen or 'nothing that is recorded keeps its promise'}. The same in {share:.0%} of 200 draws."


demo(
    buy,
    passage=["open", "walled up"],
    price_of_a_game=[0.0, 0.1, 1.0, 10.0],
    price_of_a_thousand_steps=[0.0, 0.1, 1.0],
    price_of_a_death=[0.0, 0.01, 0.1],
    return_wanted=[0.5, 0.6, 0.7, 0.8],
    budget=[10, 30, 100, 1000],
)

# %% [markdown]
# ## Beat yourself
#
# Now the teacher is you. Play the dungeon of layout 3 a few times: each arrow key is a move. Each game is recorded.

# %%
play(DUNGEON, SEED)

# %% [markdown]
# Then eight agents begin as clones of your games, and go on with PPO and your games in their ear, *at first* (as above). A
# clone need not search so widely as a beginner, so the bonus for random moves is a tenth of what it was.
# *Predict: after how many steps is the agent better than you? Will it find a way that you did not show?*

# %%
yours = your_games(DUNGEON)
NAME = "you" if yours[-1].player == YOU else "script"
LAYOUT_3 = DUNGEON.play_options
YOUR_RETURN = float(np.mean([game.trajectory.total_reward for game in yours]))


def learn_from_you(seed: int) -> dict[str, np.ndarray]:
    """A clone of your games, and then PPO: column -> (examinations,)."""
    demos = concatenate([game.steps() for game in yours])
    policy = clone_of(DUNGEON, [demos], seed, num_updates=200)
    envs = make_batch(DUNGEON.env_id, 64, **LAYOUT_3)
    value_net = make_value_net(envs.single_observation_space, seed)
    config = replace(GAME, imitation_coef=0.1, num_warmup_iterations=2, ent_coef=0.03)
    training = finetune(policy, value_net, demos, envs, config, seed, imitation_loss_fn=listening(0, 20))

    def examination(iteration: int) -> dict[str, float]:
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        return examine_games(actor, derive_seed(seed, f"test {iteration}"), **LAYOUT_3)

    rows = trace(training, examination, every=6)
    return {name: np.array([row[name] for row in rows]) for name in rows[0]}


pupils_of_yours = by_name(run_seeds(learn_from_you, SEEDS))

# %%
figure, axes = draw_training(
    {"agents": pupils_of_yours},
    {"agents": "training"},
    {"return": "Mean return", "passage": "By the passage (share)"},
)
plotting.reference_line(axes[0], YOUR_RETURN, NAME, "you")
low, high = pupils_of_yours["return"].min(), pupils_of_yours["return"].max()
axes[0].set_ylim(min(low, YOUR_RETURN) - 0.02, max(high, YOUR_RETURN) + 0.02)
video.show(
    figure,
    alt="Left: the agents' mean return begins a little below the recorded games', and soon rises above it. Right: the share of "
    "games that they win by the passage.",
)
better = pupils_of_yours["return"] > YOUR_RETURN
passed_at = np.where(better.any(axis=1), pupils_of_yours["env_steps"][0][better.argmax(axis=1)], np.inf)
print(f"Recorded games: {len(yours)}, mean return {YOUR_RETURN:.2f}.")
print(
    f"{better.any(axis=1).sum()} of 8 agents pass that, the median after {np.median(passed_at):,.0f} steps."
)

# %% [markdown]
# With the script's games every agent passes the script, and early: it leaves out the slips. And none finds the passage,
# which the script never took: the rut of above. (If *you* have used the passage, yours will, too.)
#
# ## Talk to the learner
#
# Now you decide, on a layout that you can see: how loud the recorded game is, and when PPO begins to let go of it
# (that takes 20 iterations more). The maps show where one agent goes after 5, 20 and 40 iterations, in 20 games each.
# (A training takes about two seconds. The agents differ from seed to seed: this is one.)
#
# *Predict: in which of the two layouts does the teacher pay? At which weight is the passage lost?*

# %%
UNTIL = {"at once": 0, "after 10 iterations": 10, "never": GAME.num_iterations}


@lru_cache
def floor_plan(layout: int) -> np.ndarray:
    """A picture of the layout, without the outer wall and the status bar."""
    screen = gym.make(DUNGEON.env_id, layout=layout, render_mode="rgb_array")
    screen.reset(seed=SEED)
    return screen.render()[44:-84, 44:-44]


@lru_cache
def paths(layout: int, weight: float, lets_go: str) -> tuple[dict[int, np.ndarray], dict[str, float]]:
    """Visited cells after some iterations, and how 100 games end after the last one."""
    policy, training = training_on(layout, SEEDS[0], weight, UNTIL[lets_go], 20)
    visits = {}
    for iteration, _ in enumerate(training, start=1):
        if iteration in (5, 20, GAME.num_iterations):
            games = collect_trajectories(policy.sampler(SEED), DUNGEON.env_id, 20, SEED, layout=layout)
            visits[iteration] = count_visits(stack_steps(games).obs.numpy())
    return visits, examine_games(policy.sampler(SEED), SEED, layout=layout)


def talk(layout: int = 3, weight: float = 0.0, lets_go: str = "at once"):
    """Where the agent goes while it learns."""
    visits, outcome = paths(layout, weight, lets_go)
    figure, axes = plotting.panels(columns=len(visits), width=15, height=3.8)
    for axis, (iteration, counts) in zip(axes, visits.items(), strict=True):
        plotting.visit_map(axis, counts, floor_plan(layout), color="you")
        axis.set_title(f"after {iteration} iterations")
    return (
        f"Treasure in {outcome['success']:.0%} of 100 games, by the passage in {outcome['passage']:.0%}; "
        f"mean return {outcome['return']:.2f}.",
        video.picture(figure, alt="Visited cells of one dungeon after five, twenty and forty iterations."),
    )


demo(talk, layout=[3, 7], weight=[0.0, 0.03, 0.1, 0.3, 1.0], lets_go=list(UNTIL))

# %% [markdown]
# ## Quiz
#
# **1. Why do recordings spare more steps when the passage is walled up?**
#
# <details><summary>A · the recordings are better there</summary>
#
# No. The games are longer there, and no easier to copy.
#
# </details>
# <details><summary>B · PPO learns from wins, and without recordings it sees almost none</summary>
#
# Yes. Every advantage is zero, or noise of the critic, until somebody finds the treasure.
#
# </details>
# <details><summary>C · because there is more lava</summary>
#
# The layouts are the same, but for one piece of wall.
#
# </details>

# %% [markdown]
# **2. The pupil of the cautious demonstrator takes the long way for good. PPO maximizes the return, and the passage
# gives more. Why does it not take it?**
#
# <details><summary>A · PPO cannot learn three pushes in a row</summary>
#
# It can: without a teacher it learned just that.
#
# </details>
# <details><summary>B · the critic still believes that the passage is worth nothing</summary>
#
# It learns from what it sees, and it sees almost nobody go through.
#
# </details>
# <details><summary>C · it hardly ever tries: with a way that works, it rarely meets the other one by chance</summary>
#
# Most likely. PPO improves on what it tries, and imitation decides what is tried. (This pupil tries the passage in a few of a
# thousand games. That this is the cause was not tested.)
#
# </details>

# %% [markdown]
# **3. You have a thousand recordings of good, but not perfect, players, and a simulator. What is a sound plan?**
#
# <details><summary>A · clone them, and keep a strong imitation term to the end, since good players know best</summary>
#
# Then their ceiling is yours. Sound only where staying near them matters more than surpassing them.
#
# </details>
# <details><summary>B · ignore them, since they have a bias</summary>
#
# Sound only where exploring is cheap. Otherwise you may never see a reward at all.
#
# </details>
# <details><summary>C · begin with them, let go, measure both against an agent without a teacher, and look at what is tried</summary>
#
# Yes. And be ready to find that the best weight differs from task to task.
#
# </details>

# %% [markdown]
# ## Summary
#
# - Where exploring is nearly hopeless, a hundred recorded games cut the way to half of the treasures by more than a
#   factor of ten; where it is only slow, by a few times. Five games help in the first case only.
# - With enough steps PPO alone comes close: with the passage open it catches up, walled up it was still a little
#   behind.
# - A teacher with a blind spot hands it on. PPO did not unlearn it: what is hardly ever tried is hardly ever
#   rewarded.
# - The weight of the imitation term trades safety against invention. On a single layout a moderate weight was best,
#   and a whisper cost no invention; on many layouts no weight was clearly better than going alone.
#
# **Words:** *sparse reward*: one that is zero nearly always. *Exploration*: trying what one does not know to be good.
# *Bias of a demonstrator*: what it never does, though it would pay. *Schedule*: how a setting changes in the course
# of training. *Censored*: a time of which we only know that it is longer than we waited.
#
# **Read on:**
#
# - T. Hester, M. Vecerik, O. Pietquin, M. Lanctot, T. Schaul, B. Piot, D. Horgan, J. Quan, A. Sendonaris, I. Osband,
#   G. Dulac-Arnold, J. Agapiou, J. Z. Leibo, A. Gruslys (2018). Deep Q-learning From Demonstrations. *AAAI*. Atari
#   games, and a few recorded games of humans.
# - D. Silver et al. (2016). Mastering the game of Go with deep neural networks and tree search. *Nature* 529. It
#   began with recorded games of human experts ...
# - D. Silver et al. (2017). Mastering the game of Go without human knowledge. *Nature* 550. ... and the next one,
#   without them, became stronger.
#
# **Next:** lesson 10, the verdict on every claim.
