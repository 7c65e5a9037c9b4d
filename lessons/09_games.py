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
# **In a game the reward comes at the very end.** Who plays at random never sees it, and has nothing to learn from. One
# recorded game shows where it is. But who has been shown one way may never look for another. In this lesson the same
# recordings are the making of one agent and the undoing of another, and you will decide how much to listen.
#
# | | |
# |---|---|
# | **You will be able to** | say when recorded games are worth most; measure how much training they spare; let PPO listen to a demonstrator and then let go; tell when imitation holds an agent back |
# | **Time** | 60 minutes |
# | **You need** | lessons 07 and 08 |

# %%
from dataclasses import replace
from functools import lru_cache

import gymnasium as gym
import numpy as np

from ilrl_course import plotting, video
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.checks import check
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import count_visits
from ilrl_course.files import load_results
from ilrl_course.journal import decide, verdict
from ilrl_course.live import demo
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.progress import trace
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.stats import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.treasure import examine_games

SEED = 0  # everything random follows from this number; change it, and the findings should stay
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs

# %% [markdown]
# ## Two ways to the treasure
#
# You know the dungeon. The long way: fetch the key, unlock the door, reach the treasure. The short way: a cracked piece
# of wall that gives way at the third push in a row. There is no reward on either way, only at the end: $1 - 0.9\,t/100$
# in step $t$, so the sooner the better. Lava ends the game.
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
print(f"{'':22} treasure    lava   steps   return")
for name, actor, num_games, options in (
    ("at random", play_at_random, 2000, {}),
    ("at random, walled up", play_at_random, 2000, WALLED_UP),
    ("cautious", CAUTIOUS, 500, {}),
    ("expert", EXPERT, 500, {}),
):
    outcome = examine_games(actor, SEED, num_games, **options)
    steps = f"{outcome['steps']:5.1f}" if outcome["success"] else "    -"
    print(
        f"{name:22} {outcome['success']:8.2%}  {outcome['crash_rate']:6.1%}   {steps}   {outcome['return']:6.3f}"
    )

# %% [markdown]
# Chance finds the treasure about once in a thousand games, and then by the passage, since that way is short. Where the
# passage is **walled up** (an option of the world), so that only the long way is left, chance finds it practically
# never. That gives us two games to compare: one in which exploring is slow, and one in which it is hopeless.

# %% [markdown]
# ## The shortcut
#
# First the hopeless game: the passage is walled up. PPO learns on 800 layouts and is examined on 200 others. It begins
# from nothing, or as a clone of 5, 20 or 100 recorded games of a good player. (Eight runs each, 800,000 steps, too long
# to run live: these are from `results/dungeon.json`, and `python3 course.py results dungeon` computes them again. All
# have the settings that suited PPO *alone* best, tried on other seeds. The steps of the critic's warm-up are counted.)
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
video.show(figure, alt="TODO")


# %%
def steps_until(runs: dict[str, np.ndarray], column: str, target: float) -> np.ndarray:
    """Environment steps of each run when an examination first shows the target: (seeds,), or infinity."""
    reached = runs[column] >= target  # (seeds, examinations)
    steps = np.take_along_axis(runs["env_steps"], reached.argmax(axis=1)[:, None], axis=1)[:, 0]
    return np.where(reached.any(axis=1), steps, np.inf)


def spared(runs: dict[str, dict[str, np.ndarray]], name: str, column: str, target: float):
    """Common logarithm of the steps without games minus that with them, paired by seed."""
    looks = runs["0 games"]["env_steps"][0]
    with_games, without = (
        np.log10(np.clip(steps_until(runs[arm], column, target), looks[1], looks[-1]))
        for arm in (name, "0 games")
    )
    return compare_paired(without, with_games)


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
            saving = (
                f"fewer by a factor of {factor(spared(runs, name, *target))}" if name != "0 games" else ""
            )
            print(f"   {name:10} {arrived} of {len(steps)} runs   {median:16}   {saving}")


steps_table(walled_up)

# %% [markdown]
# TEXT
#
# ## Where exploring is only slow
#
# The same once more with the passage open: now chance meets the treasure once in a thousand games. That is one win in
# some twelve thousand steps, and PPO can work with that.
#
# *Predict: how much of the advantage is left?*

# %%
opened = runs_of("open")
figure, axes = draw_training(opened, GAMES, SCORES)
plotting.reference_line(axes[1], HUMAN, "human", "you")
video.show(figure, alt="TODO")
steps_table(opened)

# %% [markdown]
# TEXT

# %% tags=["nbval-check-output"]
half = TARGETS["half of the treasures"]
hopeless, slow = (spared(runs, "100 games", *half) for runs in (walled_up, opened))
LARGE = np.log10(3)
verdict(
    "C10",
    decide(min(hopeless.low, slow.low) - LARGE, max(hopeless.high, slow.high) - LARGE),
    "",
    effect="",
    seeds=len(recorded["seeds"]),
    lesson="09",
)

# %% [markdown]
# ## The rut
#
# So far the teacher was the expert. Now it is the **cautious** one, who never uses the passage. Its treasures count,
# too. (Passage open, 800 layouts, 100 of its games, cloned at first and then left alone with PPO; same file.)
#
# *Predict: will PPO, which sees only the return, find the passage after all? Which agent ends higher: this one, or one
# that had no teacher?*

# %%
TEACHERS = {"0 games": "random", "cautious clone": "biased"}
figure, axes = draw_training(
    opened, TEACHERS, {"passage": "Games won by the passage (share)", "return": "Mean return"}
)
video.show(figure, alt="TODO")

# %% [markdown]
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
weeks = range(60)
for num_hold, role in ((0, "training"), (20, "you")):
    shares = [imitation_schedule(iteration, num_hold, 20) for iteration in weeks]
    plotting.learning_curves(axis, weeks, [shares], f"hold {num_hold}, fade 20", role)
axis.set(title="Expected figure", xlabel="iteration", ylabel="share of the weight")
video.show(figure, alt="TODO")

# %% [markdown]
# ## One layout, one recorded game
#
# Now to your own agents. The smallest case: a single layout, a single recorded game of the cautious demonstrator, and
# PPO from nothing, with the imitation term: **never** (weight 0), **always** (weight 1, all the time), or **at first**
# (weight 0.1, fading within 20 iterations by your schedule). Each seed has its own layout. They train now, live.
#
# *Predict: which of the three finds the treasure every time? Which finds the passage?*

# %%
GAME = FinetuneConfig(
    num_iterations=60,
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
    costs = {"env_steps": 0, "crashes": 0}

    def examination(iteration: int) -> dict[str, float]:
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        return costs | examine_games(actor, derive_seed(seed, f"test {iteration}"), layout=layout)

    def counted():
        for metrics in training:
            costs.update((name, metrics[name]) for name in costs)
            yield metrics

    rows = trace(counted(), examination, every=20)
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
video.show(figure, alt="TODO")
print(f"{'heard':10}treasure   passage   return [95 % interval]   deaths in training")
for name, runs in live.items():
    success, passage, crashes = (runs[column][:, -1].mean() for column in ("success", "passage", "crashes"))
    low, high = confidence_interval(runs["return"][:, -1])
    print(
        f"{name:10}{success:8.0%}   {passage:7.0%}   {runs['return'][:, -1].mean():.2f} [{low:.2f}, {high:.2f}]"
    )

# %% [markdown]
# TEXT
#
# ## The whole range
#
# Eight runs of three agents are a glimpse. The full sweep: ten ways to listen, and none at all, each on 24 layouts (one
# run each), from `results/dungeon.json`; same settings as yours.
#
# *Predict: draw, on paper, three curves against the weight: treasure, passage, return.*

# %%
sweep = runs_of("sweep")
WEIGHTS = (0, 0.01, 0.03, 0.1, 0.3, 1.0)


def against_weight(column: str, suffix: str) -> np.ndarray:
    """The last examination for each weight: (seeds, weights)."""
    names = ["weight 0"] + [f"weight {weight}{suffix}" for weight in WEIGHTS[1:]]
    return np.stack([sweep[name][column][:, -1] for name in names], axis=1)


figure, axes = plotting.panels(columns=2, width=16, height=5.2)
places = range(len(WEIGHTS))
for column, label, role in (("success", "treasure", "expert"), ("passage", "passage", "weak")):
    plotting.learning_curves(axes[0], places, against_weight(column, ""), label, role)
for suffix, label, role in (("", "all the time", "biased"), (", fading", "at first", "you")):
    plotting.learning_curves(axes[1], places, against_weight("return", suffix), label, role)
axes[0].set(title="Heard all the time", ylabel="share of games", ylim=(0, 1.02))
axes[1].set(title="Mean return", ylim=(0, 1.02))
for axis in axes:
    axis.set(xlabel="weight of the imitation term", xticks=places, xticklabels=WEIGHTS)
video.show(figure, alt="TODO")
print("return [95 % interval]   " + "".join(f"{weight:>20}" for weight in WEIGHTS))
for label, suffix in (("all the time", ""), ("at first", ", fading")):
    cells = []
    for values in against_weight("return", suffix).T:
        low, high = confidence_interval(values)
        cells.append(f"{values.mean():.2f} [{low:.2f}, {high:.2f}]")
    print(f"{label:25}" + "".join(f"{cell:>20}" for cell in cells))

# %% [markdown]
# TEXT
#
# ## Talk to the learner
#
# Now you decide, on one layout that you can see: how loud the recorded game is, and when PPO lets go of it. The maps
# show where one agent goes after 5, 20 and 60 iterations, in 20 games each. (A training takes about two seconds. The
# agents differ from seed to seed: this is one.)

# %%
screen = gym.make(DUNGEON.env_id, layout=LAYOUT, render_mode="rgb_array")
screen.reset(seed=SEED)
FLOOR_PLAN = screen.render()[44:-84, 44:-44]  # without the outer wall and the status bar
UNTIL = {"at once": 0, "after 10 iterations": 10, "never": GAME.num_iterations}


@lru_cache
def paths(weight: float, lets_go: str) -> tuple[dict[int, np.ndarray], dict[str, float]]:
    """Visited cells after some iterations, and how 100 games end after the last one."""
    policy, training = training_on(LAYOUT, SEEDS[0], weight, UNTIL[lets_go], 20)
    visits = {}
    for iteration, _ in enumerate(training, start=1):
        if iteration in (5, 20, GAME.num_iterations):
            games = collect_trajectories(policy.sampler(SEED), DUNGEON.env_id, 20, SEED, layout=LAYOUT)
            visits[iteration] = count_visits(stack_steps(games).obs.numpy())
    return visits, examine_games(policy.sampler(SEED), SEED, layout=LAYOUT)


def talk(weight: float = 0.1, lets_go: str = "at once"):
    """Where the agent goes while it learns."""
    visits, outcome = paths(weight, lets_go)
    figure, axes = plotting.panels(columns=len(visits), width=15, height=3.8)
    for axis, (iteration, counts) in zip(axes, visits.items(), strict=True):
        plotting.visit_map(axis, counts, FLOOR_PLAN, color="you")
        axis.set_title(f"after {iteration} iterations")
    return (
        f"Treasure in {outcome['success']:.0%} of 100 games, by the passage in {outcome['passage']:.0%}; "
        f"mean return {outcome['return']:.2f}.",
        video.picture(figure, alt="Visited cells of one dungeon after five, twenty and sixty iterations."),
    )


demo(talk, weight=[0.0, 0.03, 0.1, 0.3, 1.0], lets_go=list(UNTIL))
