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
# **In a game the reward comes at the very end**: it is *sparse*. An agent that plays at random hardly ever sees it,
# and has nothing to learn from. One recorded game shows where it is. But an agent that has been shown one way may
# never look for another. In this lesson the same recordings are the making of one agent and the undoing of another,
# and you will decide how much to listen.
#
# | | |
# |---|---|
# | **You will be able to** | say when recorded games are worth most; measure how much training they spare; use recordings as places to start from; let PPO listen to a demonstrator and then let go; tell when imitation holds an agent back; choose a recipe under a budget, and defend it |
# | **Time** | 130 minutes |
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
from ilrl_course.notebook.arrivals import print_arrivals
from ilrl_course.notebook.folded import folded
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.palette import color_of
from ilrl_course.notebook.progress import trace
from ilrl_course.notebook.sliders import demo
from ilrl_course.notebook.verdicts import live_sign, replication, verdict
from ilrl_course.play.human_like import HumanLike
from ilrl_course.play.recordings import YOU
from ilrl_course.play.screen import play
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs

# %% [markdown]
# `SEED` changes the live runs, the films and the table below. It does not change the recorded runs, on which all
# verdicts of this lesson rest: those are read from `results/`.
#
# ## Two ways to the treasure
#
# You know the dungeon. The long way: fetch the key, unlock the door, reach the treasure. The short way: a cracked
# piece of wall that gives way at the third push in a row. There is no reward on either way, only at the end:
# $1 - 0.9\,t/100$ in step $t$, so the sooner the better. Lava ends the game, and so does step 100.
#
# The **expert** takes the short way. The **cautious** demonstrator keeps away from lava, and does not know that there
# is a passage. The **human-like** player is a script, too: it means to go the cautious way, but a tenth of its moves
# answer what was on the screen one move ago, and a twentieth are drawn at random. And chance?

# %%
predict("09-chance", "Of 2,000 games of random moves, how many reach the treasure?")

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
    ("human-like", HumanLike(SEED), 500, {}),
    ("cautious", CAUTIOUS, 500, {}),
    ("expert", EXPERT, 500, {}),
    ("expert, walled up", EXPERT, 500, WALLED_UP),
):
    outcome = examine_games(actor, SEED, num_games, **options)
    steps = f"{outcome['steps']:12.1f}" if outcome["success"] else f"{'-':>12}"
    print(
        f"{name:22} {outcome['success']:8.2%}  {outcome['crash_rate']:6.1%}   {steps}   {outcome['return']:6.3f}"
    )
show_guess("09-chance")

# %% [markdown]
# Chance finds the treasure in two or three of a thousand games, and mostly by the passage, since that way is short.
# Where the passage is **walled up** (an option of the world), only the long way is left. When we let chance play for
# longer, it won 74 of 30,000 games with the passage open, and 16 of 60,000 with it walled up. That gives us two games
# to compare: one in which exploring is slow, and one in which chance almost never wins.

# %% [markdown]
# ## The shortcut
#
# First the harder game: the passage is walled up. PPO learns on 800 layouts and is examined on 200 others. It begins
# from nothing, or as a clone of 5 or 100 recorded games of the expert, or of 100 games of the human-like player. 24
# runs each, of 410,000 steps, too long to run live: these are from `results/dungeon.json`, and
# `python3 course.py results dungeon` computes them again. As in lesson 08, twelve settings were tried for each arm on
# three pilot seeds, and each arm has the best of its twelve. That is a rough choice: agents without games differ most
# from seed to seed, and walled up their best setting lies at the edge of what was tried. So their disadvantage may be
# smaller than it looks here. (A clone's curve is flat at first: that is the warm-up of its critic, whose steps
# count.) In examinations the agents draw their actions, as they do in training.

# %%
predict(
    "09-walled",
    "With the passage walled up, what do 100 games of the expert bring? And 5? And 100 of the human-like player?",
)

# %%
recorded = load_results("dungeon")


def runs_of(world: str) -> dict[str, dict[str, np.ndarray]]:
    """The recorded runs in one world: arm -> column -> (seeds, examinations)."""
    return {
        name: {column: np.array(values) for column, values in columns.items()}
        for name, columns in recorded["trained"][world].items()
    }


GAMES = {
    "no games": "random", "5 games": "weak", "100 human-like games": "biased", "100 games": "expert"
}  # fmt: skip
WORLDS = {world: runs_of(world) for world in ("walled up", "open")}
PLAYERS = {
    world: {name: float(np.mean(values)) for name, values in recorded["reference"][world].items()}
    for world in WORLDS
}

# %% jupyter={"source_hidden": true}
# Draws the training of some arms, and prints their returns with intervals.


def draw_training(runs: dict[str, dict[str, np.ndarray]], roles: dict[str, str], columns: dict[str, str]):
    """Examinations against environment steps, a panel for each column, under its title."""
    figure, axes = plotting.panels(columns=len(columns), width=13.5, height=4.4)
    for axis, (column, title) in zip(axes, columns.items(), strict=True):
        for name, role in roles.items():
            steps = runs[name]["env_steps"][0] / 1000
            plotting.learning_curves(axis, steps, runs[name][column], name, role)
        axis.set(title=title, xlabel="environment steps (thousands)", ylim=(0, 1.12))
    return figure, axes


def returns_table(runs: dict[str, dict[str, np.ndarray]], names: list[str], base: str = "no games") -> None:
    """Print the mean return over the training and at the end, and the difference to an arm."""
    print(f"{'mean return':32}over the training    minus {base:32} at the end   deaths in training")
    for name in names:
        whole = runs[name]["return"].mean(axis=1)
        low, high = confidence_interval(whole)
        more = "" if name == base else str(compare_paired(whole, runs[base]["return"].mean(axis=1)))
        end, deaths = runs[name]["return"][:, -1].mean(), runs[name]["crashes"][:, -1].mean()
        print(
            f"{name:32}{whole.mean():.2f} [{low:.2f}, {high:.2f}]   {more:>38}   {end:10.2f}   {deaths:12,.0f}"
        )


def show_world(world: str, alt: str) -> None:
    """The training of the arms with and without games in one world."""
    runs = WORLDS[world]
    figure, axes = draw_training(
        runs, GAMES, {"success": "Games with treasure (share)", "return": "Mean return"}
    )
    plotting.reference_line(axes[1], PLAYERS[world]["human-like"], "human-like", "you")
    video.show(figure, alt=alt)
    returns_table(runs, list(GAMES))


show_world(
    "walled up",
    alt="Passage walled up. The share of games with treasure, and the return, against environment steps, with "
    "different recordings and without.",
)
show_guess("09-walled")

# %% [markdown]
# **Where chance hardly ever wins, recordings are worth much.** Over the whole training the mean return is
# {{printed: \n100 games\s+([\d.]+) \[}} with a hundred games of the expert, and {{printed: \nno games\s+([\d.]+) \[}}
# without any. Five games bring more than half of that gain. In the end the agents without games have come closer, but
# they are not there: {{printed: \nno games.+? ([\d.]+) +[\d,]+\n}} against
# {{printed: \n100 games.+? ([\d.]+) +[\d,]+\n}}.
#
# **Human-like games bring as much as the expert's here**, {{printed: \n100 human-like games\s+([\d.]+) \[}} over the
# training and the same at the end. Both players go the long way, since there is no other. But no arm gets to the
# level of the player, on average, within these 410,000 steps.
#
# ## Where exploring is only slow
#
# The same once more with the passage open. A game of random moves lasts some thirty steps, so chance wins about once
# in 10,000 steps, and PPO can work with that.

# %%
predict(
    "09-open", "With the passage open, how much of the advantage is left? Which recordings are worth most?"
)

# %%
show_world(
    "open",
    alt="Passage open. The share of games with treasure, and the return, against environment steps, with different "
    "recordings and without.",
)
show_guess("09-open")

# %% [markdown]
# **With the passage open, five games bring most of what there is to gain**: {{printed: \n5 games\s+([\d.]+) \[}} over
# the training, against {{printed: \nno games\s+([\d.]+) \[}} without games and {{printed: \n100 games\s+([\d.]+) \[}}
# with a hundred, and they end as high as the hundred. For the expert's games show the short way. An agent without
# games has to stumble on it.
#
# **Human-like games help at first.** Over the whole training they add
# {{printed: \n100 human-like games.+?\+([\d.]+) \[}}. But their pupils end at
# {{printed: \n100 human-like games.+? ([\d.]+) +[\d,]+\n}}, and agents without games at
# {{printed: \nno games.+? ([\d.]+) +[\d,]+\n}}: after 410,000 steps the lead is gone, and which of the two ends
# higher these runs cannot tell. What they do differently, you will see below. (Look also at how far the agents
# without games lie apart: some find the passage, some do not.)
#
# How many steps until an examination shows, for the first time, that an agent wins a half, three quarters or nine
# tenths of its games? Some runs are *censored*: the training ended before they got there. Where half of the runs are,
# there is no median, and none is made up.

# %% jupyter={"source_hidden": true}
# Prints how many runs arrive, and the median steps where most of them do.
for world, runs in WORLDS.items():
    print_arrivals(
        {name: runs[name]["success"] for name in GAMES},
        runs["no games"]["env_steps"][0],
        {f"{share:.0%} of the treasures": share for share in (0.5, 0.75, 0.9)},
        title=f"passage {world}",
    )

# %% [markdown]
# Three claims. C1: *a head start.* C2: *that help is worth most where exploring at random is slow or dangerous.* Slow
# is what we can test: it is the same world, with and without one piece of wall. (Danger we have not manipulated; of
# that part of the claim we cannot tell.) C9: *faster, and safer.*

# %% tags=["nbval-check-output"]
verdict("C1", "09")

# %% tags=["nbval-check-output"]
verdict("C2", "09")

# %% tags=["nbval-check-output"]
verdict("C9", "09")

# %% [markdown]
# **C1 and C9 hold in both worlds, and the effects are large.** (A *point* is a hundredth of the way from chance to
# the expert of that world.) Over the whole training a hundred games of the expert are worth
# {{printed: speed, passage walled up: \+(\d+) points}} points walled up and
# {{printed: speed, passage open: \+(\d+) points}} with the passage open, and they spare
# {{printed: deaths, passage walled up: (\d+%)}} and {{printed: deaths, passage open: (\d+%)}} of the deaths in the
# lava.
#
# **C2 is the surprise.** Where chance wins ten times more rarely, the games should be worth more. The estimate is
# small, and the interval reaches from a little less than nothing to more than the 10 points that matter: these runs
# *cannot tell*. In plain return the two gains in the tables above are nearly the same; most of the 5 points comes
# from the scale, on which 100 is another expert in each world.
#
# Why might that be? With the passage open, the games of the expert show the shortcut, which an agent without games
# finds late or not at all. Human-like games do not show it, and what they add is three times as much walled up as
# open. That split was not planned, so it is a hint and no more: perhaps it matters less how hard the reward is to
# find than whether the games *show* what is hard to find.
#
# ## As good as the player?
#
# C10: *recorded play greatly shortens the training that it takes to play as well as a human.* We have recorded no
# humans. What we can ask is the same about a script that plays somewhat like one: with 100 of its games, how soon
# does an agent play as well as *it* does? So each run is scored by its return up to the player's, over the whole
# training.

# %% tags=["nbval-check-output"]
verdict("C10", "09")
replication("C10", "09", "other_ppo_games")
print("For people, C10 remains open: nobody has played here but scripts.")

# %% jupyter={"source_hidden": true}
# Prints how many runs get to how much of the player's level, and how many are there at the end.
for world, runs in WORLDS.items():
    level = PLAYERS[world]["human-like"]
    arms = {name: runs[name]["return"] for name in ("no games", "100 human-like games")}
    shares = {f"{share:.0%} of its return": share * level for share in (0.8, 0.9, 0.95, 1.0)}
    print_arrivals(arms, runs["no games"]["env_steps"][0], shares, title=f"passage {world}")
    for name, returns in arms.items():
        print(f"  {name}, at its level at the end: {(returns[:, -1] >= level).sum()} of {len(returns)}")

# %% [markdown]
# **By the planned measure, which credits every step of the way up, C10 holds for the script. By the words of the
# claim it does not follow.** Walled up, games shorten the way to 95 % of the player's level, and hardly anybody gets
# to the whole of it. With the passage open they shorten the way to 90 %, and not the rest: of the pupils
# {{printed: passage open[\s\S]+?100 human-like games, at its level at the end: (\d+) of}} of 24 play as well as the
# player at the end, and {{printed: passage open[\s\S]+?no games, at its level at the end: (\d+) of}} of the agents
# without games. Recorded play brought its pupils close sooner, and there they stayed, until the learning rate had
# fallen to 0. (The other PPO has our settings, which were not tuned for it.)
#
# ## The rut
#
# The human-like player reaches the treasure in most games, but never by the passage. Its clone has two kinds of
# faults to inherit: the slips, and the blindness. Then PPO goes on, which sees only the return.

# %%
predict(
    "09-rut",
    "Which of the two faults does PPO repair? Which agent ends higher: this one, or one without games?",
)

# %% jupyter={"source_hidden": true}
# Draws the pupil of the human-like player beside agents without games.
pupils = {"no games": "random", "100 human-like games": "biased"}
figure, axes = draw_training(
    WORLDS["open"], pupils, {"passage": "Games won by the passage (share)", "return": "Mean return"}
)
plotting.reference_line(axes[1], PLAYERS["open"]["human-like"], "its teacher", "you")
video.show(
    figure,
    alt="Left: without games the share of games won by the passage rises; the clone of the human-like player stays "
    "near zero. Right: the clone is ahead at first, and levels off a little below its teacher.",
)
taught = WORLDS["open"]["100 human-like games"]
unlearned = (taught["passage"] >= 0.5).any(axis=1).sum()
print(f"Of {len(taught['passage'])} pupils, {unlearned} ever took the passage in half of their games.")
print(f"At the end they take it in {taught['passage'][:, -1].mean():.1%} of their games.")
for name in pupils:
    print(
        f"{name}, before PPO begins: {1000 * WORLDS['open'][name]['passage'][:, 0].mean():.0f} in 1,000 by the passage"
    )
show_guess("09-rut")

# %% tags=["nbval-check-output"]
verdict("C7", "09")

# %% [markdown]
# **The blindness stays.** Not one of the pupils took the passage in half of its games, at any time, although PPO sees
# only the return and the passage pays more. ({{printed: blindness after PPO: (\d+%)}} and not 100: agents without
# games leave it out in some of their wins, too.) It is *not* that the pupils try it more rarely than beginners do.
# Before PPO begins, both win by it in about as few games, and their settings are the same. But for a beginner such a
# win is all there is. For a pupil it is a little more than it gets anyway, and that may be too small a signal among
# the noise. We have not tested this. (That the demonstrator has this fault was our doing. How it is passed on was
# not.)
#
# **Whether slips remain, this comparison cannot show.** It asks whether the pupils become better than their player,
# and they do not: they end a few points below. But walled up, the pupils of the expert, who never slips, end just as
# high, far below *their* teacher. So what is missing is not due to the teacher's slips. In new dungeons no agent gets
# farther in this time, whoever taught it.
#
# ## Recordings as places to start from
#
# There is another use of a recorded game: not as something to copy, but as a path along which it is worth starting. A
# **backward curriculum** lets episodes start near the end of a recorded game at first, one move from the treasure,
# and then farther and farther back (Salimans and Chen 2018; Florensa et al. 2017 do it without a recording; Uchendu
# et al. 2023 let the demonstrator play the first part). Nothing says what to *do* there: PPO finds out. It needs a
# world that can be set to any state, which a simulator can be and a road cannot. Here, during the first 100,000
# steps, episodes start on the routes of 100 games.

# %%
predict("09-starts", "Starts on human-like routes, with the passage open: will the agent find the passage?")

# %% jupyter={"source_hidden": true}
# Draws the training with starts on routes beside that with clones.
STARTS = {
    "no games": "random",
    "starts on routes of the expert": "training",
    "starts on human-like routes": "you",
    "100 games": "expert",
    "100 human-like games": "biased",
}
for world, runs in WORLDS.items():
    print(f"passage {world}")
    returns_table(runs, list(STARTS))
figure, axes = draw_training(
    WORLDS["open"], STARTS, {"passage": "By the passage (share)", "return": "Mean return"}
)
video.show(
    figure,
    alt="Passage open: share of games won by the passage, and return, for agents whose episodes start on recorded "
    "routes, for clones of the same games, and for agents without games.",
)
show_guess("09-starts")

# %% [markdown]
# **An agent that starts where others have been need not do what they did.** From the human-like routes agents find
# the passage about as often as without any games, and the clones of the very same games hardly ever do. With the
# passage open they end at {{printed: passage open[\s\S]+?starts on human-like routes.+? ([\d.]+) +[\d,]+\n}}, above
# the clones, at {{printed: passage open[\s\S]+?100 human-like games.+? ([\d.]+) +[\d,]+\n}}, and probably above
# agents without games, at {{printed: passage open[\s\S]+?\nno games.+? ([\d.]+) +[\d,]+\n}}. The price is time, since
# clones are ahead at first. And walled up, where there is nothing to invent, the clones stay ahead to the end. (That
# agents with such starts die less in training is in part by design: their first episodes begin near the treasure.)
#
# This arm has the settings that were best without games; it was not tuned. And it was not planned: read it as
# exploration.
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
# One setting matters here that lesson 07 only mentioned: the **entropy bonus**, `ent_coef`. As long as there is no
# reward, the advantages are nothing but errors of the critic, and normalizing makes them as large as real ones. So
# the policy drifts, and may become sure of nonsense. An agent explores by drawing its actions, and the bonus keeps
# these draws varied. Here it is 0.3, a lot. (The recorded sweep below has a tenth of that, another discount and half
# as many steps again: pilot runs preferred it.)

# %%
predict("09-listen", "Which of the three finds the treasure every time? Which finds the passage?")

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
    alt="Left: agents that always listen find the treasure in every game soonest; those that never do, last and not in every "
    "layout. Right: agents that never listen win by the passage wherever they win, those that always listen hardly ever do.",
)
print(f"{'listens':10}treasure   passage   return [95 % interval]   deaths in training")
for name, runs in live.items():
    success, passage, crashes = (runs[column][:, -1].mean() for column in ("success", "passage", "crashes"))
    low, high = confidence_interval(runs["return"][:, -1])
    average = f"{runs['return'][:, -1].mean():.2f} [{low:.2f}, {high:.2f}]"
    print(f"{name:10}{success:8.0%}   {passage:7.0%}   {average:>24}   {crashes:18.0f}")
show_guess("09-listen")

# %% [markdown]
# Each layout is a story of its own. An agent that never listens finds the passage, or nothing: in some layouts 80,000
# steps are not enough. One that always listens is safe, and stays on the long way. One that listens at first, and
# less loudly, has something of both.
#
# ## The whole range
#
# Eight runs of three agents are a glimpse. Here is the full sweep: two teachers, the cautious one and the expert,
# each heard with five weights, all the time or at first, and no teacher at all, 48 runs each on layouts drawn at
# random, from `results/one_layout.json`. The settings of PPO are those that suited an agent *without* a teacher best
# in pilot runs on twelve layouts.

# %%
predict(
    "09-sweep",
    "How do treasure, passage and return depend on the weight? What is different if the teacher is the expert?",
)

# %%
sweep = {
    name: {column: np.array(values) for column, values in columns.items()}
    for name, columns in load_results("one_layout")["trained"].items()
}
WEIGHTS = (0, 0.01, 0.03, 0.1, 0.3, 1.0)
WAYS = (("", "all the time"), (", fading", "at first"))
MEASURES = {"success": "Share with treasure", "passage": "Share by the passage", "return": "Mean return"}


def against_weight(teacher: str, column: str, suffix: str) -> np.ndarray:
    """The last examination for each weight: (seeds, weights)."""
    names = ["no games"] + [f"{teacher}, weight {weight}{suffix}" for weight in WEIGHTS[1:]]
    return np.stack([sweep[name][column][:, -1] for name in names], axis=1)


# %% jupyter={"source_hidden": true}
# Draws means over the layouts, with intervals, against the weight, and prints them.
figure, axes = plotting.panels(columns=3, rows=2, width=19, height=9)
for row, (teacher, role) in zip(axes, (("cautious", "biased"), ("expert", "expert")), strict=True):
    for axis, (column, title) in zip(row, MEASURES.items(), strict=True):
        for shift, (suffix, label), color in zip((-0.06, 0.06), WAYS, (role, "you"), strict=True):
            values = against_weight(teacher, column, suffix)  # (seeds, weights)
            places = np.arange(len(WEIGHTS)) + shift
            plotting.learning_curves(axis, places, values.mean(axis=0), label, color)
            low, high = np.transpose([confidence_interval(column) for column in values.T])
            axis.vlines(places, low, high, color=color_of(color), linewidth=2, alpha=0.6)
        axis.set(title=f"{title}, {teacher}", ylim=(0, 1.15))
        axis.set_xticks(range(len(WEIGHTS)), WEIGHTS)
for axis in axes[1]:
    axis.set_xlabel("weight of the imitation term")
video.show(
    figure,
    alt="Six panels: share of games with treasure, share by the passage, and return at the end, against the weight of "
    "the imitation term, for a cautious teacher and for the expert, heard all the time or at first.",
)
with folded("The means and their intervals"):
    for teacher in ("cautious", "expert"):
        for column, title in MEASURES.items():
            print(f"\n{title}, {teacher} teacher:\n{'':14}" + "".join(f"{weight:>19}" for weight in WEIGHTS))
            for suffix, label in WAYS:
                runs = against_weight(teacher, column, suffix).T
                cells = [
                    f"{one.mean():.2f} [{low:.2f}, {high:.2f}]"
                    for one in runs
                    for low, high in [confidence_interval(one)]
                ]
                print(f"{label:14}" + "".join(f"{cell:>19}" for cell in cells))
show_guess("09-sweep")

# %% tags=["nbval-check-output"]
verdict("C11", "09")
print(
    f"by the passage at the end, without a teacher: {WORLDS['open']['no games']['passage'][:, -1].mean():.0%}"
)
print(f"the cautious teacher followed: {WORLDS['open']['cautious, followed']['passage'][:, -1].mean():.1%}")

# %% [markdown]
# **On many layouts it holds.** Agents that follow the cautious teacher all the time take the passage in
# {{printed: followed: ([\d.]+%)}} of their games, and those without a teacher in
# {{printed: without a teacher: (\d+%)}}. **On a single layout** the direction is the same, and just as sure. But the
# effect, {{printed: invention on one layout: (\d+%)}}, falls short by a hair of the half that was fixed beforehand as
# what matters, for agents without a teacher find the passage only in half of the layouts to begin with. So there the
# runs cannot tell.
#
# The sweep shows more, as exploration. A *whisper* of a cautious teacher, 0.03 all the time, wins nearly all layouts;
# whether it costs passages is unclear. Louder, the passages go, one layout after the other. From the *expert* nothing
# is lost. But it knows the best way, so nothing was left to invent: loud trust is harmless in a teacher who cannot be
# surpassed. That says nothing about room for invention.
#
# C12: *mixing imitation with RL's exploration gets the best of both.* We take that to mean: a mixture scores higher,
# over the whole training, than the better one of its two ends, PPO without a teacher, and PPO that follows one all
# the time. Pilot runs chose the best of twelve mixtures (weight, whether it fades, entropy bonus), the best of twelve
# settings for each end, and the end that is to be beaten.

# %% tags=["nbval-check-output"]
verdict("C12", "09")

# %% jupyter={"source_hidden": true}
# Prints what the pilot runs chose, and each mixture beside both of its ends.
PLACES = {"one layout": sweep, "many layouts": WORLDS["open"]}
PILOT = load_results("dungeon_pilot")["places"]
for place, runs in PLACES.items():
    for teacher in ("cautious", "expert"):
        tuned = PILOT["open" if place == "many layouts" else place][f"{teacher}, mixed"]
        weight, fade = tuned["chosen"]["imitation_coef"], tuned["chosen"]["num_fade"]
        how = f"fading in {fade} iterations" if fade else "all the time"
        print(f"{teacher} teacher, {place}: weight {weight}, {how}; to beat: {tuned['to beat']}")
        mixed = runs[f"{teacher}, mixed"]["return"].mean(axis=1)
        for end in ("no games", f"{teacher}, followed"):
            print(f"   minus {end}: {compare_paired(mixed, runs[end]['return'].mean(axis=1))}")

# %% [markdown]
# In one of the four places the pilot named the wrong end. With the cautious teacher on many layouts agents without a
# teacher were the better end on its three seeds, and on these 24 agents that follow were. Against *them* the mixture
# loses clearly (the lines above). So the verdict stands there all the more.
#
# Means can hide two populations. So here is each layout, and each of the 24 runs on many layouts, by itself: the
# return at the end with the mixture, minus that without a teacher; once for the runs in which PPO alone had found the
# treasure (in half of its games or more), and once for those in which it had not.

# %% jupyter={"source_hidden": true}
# Draws the differences of single runs, and prints both populations apart.
figure, axes = plotting.panels(columns=2, width=17, height=4.4, sharex=True)
for axis, (place, runs) in zip(axes, PLACES.items(), strict=True):
    succeeded = runs["no games"]["success"][:, -1] >= 0.5
    groups = {}
    for teacher in ("cautious", "expert"):
        gain = runs[f"{teacher}, mixed"]["return"][:, -1] - runs["no games"]["return"][:, -1]
        for those, label in ((succeeded, "alone it succeeds"), (~succeeded, "alone it fails")):
            if those.any():
                groups[f"{teacher}, {label}"] = gain[those]
    plotting.strip(
        axis, groups, {name: "biased" if name.startswith("cautious") else "expert" for name in groups}
    )
    axis.set(title=place.capitalize(), xlabel="return with the mixture, minus alone")
    for name, gain in groups.items():
        print(
            f"{place:14}{name:32} {len(gain):3} runs: mean {gain.mean():+.2f}, median {np.median(gain):+.2f}, {(gain < 0).mean():4.0%} worse"
        )
video.show(
    figure,
    alt="Differences of single runs between PPO with a mixture and PPO alone, where PPO alone succeeds and where it "
    "fails, for two teachers, on one layout and on many.",
)

# %% [markdown]
# **No mixture is clearly better than the better one of its two ends**, in none of the four places. On a single layout
# it is even a little worse: over a whole training nothing beats a loud teacher, who makes an agent win from the first
# thousands of steps on. Even a cautious one. That is a statement about *whole* trainings. If only the end counts,
# some weights in the middle of the sweep are ahead of both ends by a few hundredths, with the cautious teacher on a
# single layout. That was not planned, and it is small.
#
# **What a teacher is good for on a single layout is insurance.** Where PPO alone succeeds, the cautious teacher costs
# it {{printed: one layout +cautious, alone it succeeds +\d+ runs: mean -([\d.]+),}} of its return, nearly always:
# that is the premium. Where PPO alone fails, it gains
# {{printed: one layout +cautious, alone it fails +\d+ runs: mean \+([\d.]+),}}. The mean of the two says nothing
# about either. From the expert the insurance is free. (The groups are made by how the run without a teacher ended. A
# run that has failed cannot do worse, so a part of the contrast is by construction; and a second run without a
# teacher might also have succeeded in some of these layouts.)
#
# ## A recipe under a budget
#
# Recorded games cost somebody's time, environment steps cost computing, and deaths cost whatever dies. So which
# recipe is best depends on what these cost *you*.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 9.2 · a recipe under a budget** (20 minutes, hard: you write the whole function)
#
# Given recorded runs of several recipes, and prices, choose the recipe to buy.
#
# *A run pays until it arrives.* It has arrived when an examination *first* shows a mean return of at least `target`.
# Its cost is what it has spent by then: its recorded games, its steps (priced per 1,000), and its crashes. If no
# examination gets there, the run costs infinity.
#
# *A recipe keeps its promise* if at least 80 % of its runs (`RELIABLE`) arrive at a cost within the budget. Of the
# recipes that do, return the name of the one with the lowest *median* cost over all its runs. In a tie the first one
# wins. If no recipe keeps its promise, return `None`.
#
# `recipes[name]` holds `num_demos`, the number of recorded games, and three tables (S, E) with a row for each seed
# and a column for each examination: `returns`, `env_steps` and `crashes`. Steps and crashes count from the beginning
# of the training. `prices` has `demo`, `step` and `crash`.
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
# `arrived = runs.returns >= target` is a table of True and False. `arrived.argmax(axis=1)` finds the first True in
# each row, but it also says 0 where there is none; `arrived.any(axis=1)` tells the two apart.
# `runs.env_steps[np.arange(len(first)), first]` picks one entry from each row.
#
# </details>
# <details><summary>Hint 3: the choice</summary>
#
# `costs = np.where(arrived.any(axis=1), spent, np.inf)`. The mean of `costs <= budget` is the share of runs that
# arrive within the budget. `min(medians, key=medians.get, default=None)` returns the name with the lowest value, or
# `None` if the dict is empty.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Charging a run for its whole training. Letting a run that never arrives pay for its start only, because `argmax`
# says 0, or leaving it out of the median. Paying the price of 1,000 steps for every single one. Picking the cheapest
# recipe first, and only then asking whether it is reliable.
#
# </details>

# %% exercise="ilrl_course.measures.costs.choose_recipe"

# %%
choose_recipe = check(choose_recipe)

# %%
predict(
    "09-recipe",
    "1,000 steps cost 0.1, the budget is 1000, and a mean return of 0.6 is wanted. Is there a price of a recorded game "
    "from which on it is better to record none?",
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
    for passage, runs in WORLDS.items()
}

for passage, recipes in OFFERS.items():
    print(f"passage {passage}, a mean return of 0.6 wanted, with a budget of 1000:")
    arrive = (recipes["no games"].returns >= 0.6).any(axis=1)
    print(f"   without games {arrive.sum()} of {len(arrive)} runs get there")
    for game in (0.0, 0.1, 0.3, 1.0, 3.0, 10.0, 100.0):
        chosen = choose_recipe(recipes, Prices(demo=game, step=0.1, crash=0.0), target=0.6, budget=1000)
        print(f"   a game costs {game:4g}: {chosen}")
show_guess("09-recipe")

# %% [markdown]
# Cheap games are bought by the hundred, dear ones by the five. At none of these prices is it better to record none,
# for a recipe has to get there in four of five runs. Walled up, no run without games does. With the passage open
# {{printed: passage open[\s\S]+?without games (\d+) of}} of 24 do, and one more would be enough. A bar makes a cliff, and near it a choice hangs on a single run.
#
# Now choose, and defend your choice. Set the prices to a case that you know: a game studio whose testers play for
# nothing, a robot that breaks when it falls, a laptop without a budget. Below the choice stands how often another set
# of runs, drawn with replacement from these, would have led to the same one. A choice that changes in every second
# draw is no recommendation.


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
# Then eight agents begin as clones of your games, and go on with PPO and your games in their ear, *at first* (as
# above). A clone need not search so widely as a beginner, so the entropy bonus is a tenth of what it was.

# %%
predict(
    "09-you", "After how many steps is the agent better than you? Will it find a way that you did not show?"
)

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
show_guess("09-you")

# %% [markdown]
# With the script's games every agent passes the script in some examination, half of them early. On a single layout
# there is time to learn every move, so here the slips probably go. And none finds the passage, which the script never
# took: the rut of above. (If *you* have used the passage, yours may, too.)
#
# ## Talk to the learner
#
# Now you decide, on a layout that you can see: how loud the recorded game is, and when PPO begins to let go of it
# (that takes 20 iterations more). The maps show where one agent goes after 5, 20 and 40 iterations, in 20 games each.
# (A training takes about two seconds. The agents differ from seed to seed: this is one.) Before you begin: in which
# of the two layouts does the teacher pay? At which weight is the passage lost?

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
# **1. Pupils of the human-like player do not come to use the passage, and agents without games do. Which explanation
# do the runs rule out?**
#
# <details><summary>A · that pupils try it more rarely than beginners do</summary>
#
# Yes. Before PPO begins, both win by it in a few of 1,000 games. The beginners went on from there, and the pupils did
# not.
#
# </details>
# <details><summary>B · that a win by the passage tells a pupil less than it tells a beginner</summary>
#
# That is what we think likeliest: the pupil wins anyway. But nobody has tested it.
#
# </details>
# <details><summary>C · that a pupil is soon too sure of its moves to try anything else</summary>
#
# It may be so. One would have to look at its entropy, or to raise the bonus.
#
# </details>

# %% [markdown]
# **2. A hundred games of the expert add {{printed: speed, passage walled up: \+(\d+) points}} points where the
# passage is walled up, and {{printed: speed, passage open: \+(\d+) points}} where it is open: a difference of
# {{printed: help where chance hardly ever wins: (.+?\]),}}. What does that say about C2?**
#
# <details><summary>A · that it makes no difference how hard the reward is to find</summary>
#
# No. An interval that contains 0 does not show that there is no effect. And walled up, agents without games have less
# than half the score over the training.
#
# </details>
# <details><summary>B · that these runs cannot tell</summary>
#
# Yes. The true difference may be below 0, and it may be larger than the 10 points that matter.
#
# </details>
# <details><summary>C · that it holds, although the effect is small</summary>
#
# For that the whole interval would have to lie above 0, and the estimate would have to reach 10 points.
#
# </details>

# %% [markdown]
# **3. You have a thousand recordings of good, but not perfect, players, and a simulator. What is a sound plan?**
#
# <details><summary>A · clone them, and keep a strong imitation term to the end, since good players know best</summary>
#
# Then their ceiling is yours. That is sound only where staying near them matters more than surpassing them.
#
# </details>
# <details><summary>B · ignore them, since they have a bias</summary>
#
# Sound only where exploring is cheap. Otherwise it may take very long until you see a reward at all.
#
# </details>
# <details><summary>C · begin with them, let go, and compare with an agent without a teacher</summary>
#
# Yes. And look at what the agents *try*. The best weight differs from task to task.
#
# </details>

# %% [markdown]
# ## Summary
#
# - In a game with a sparse reward, a hundred games of the expert gave a head start, made the whole training faster,
#   and spared most of the deaths. Five games brought more than half of that.
# - Whether games are worth more where exploring is harder, these runs cannot tell. It seems to matter whether they
#   show what is hard to find.
# - Human-like games shortened the way to most of the player's level, and not to the whole of it.
# - A teacher with a blind spot hands it on, and PPO did not unlearn it. Agents that only *start* where the teacher
#   has been do not take it over.
# - Listening loudly to a teacher that does not know the better way costs the better way.
# - No mixture of imitation and exploration was clearly better than the better of the two. Where PPO alone may fail, a
#   teacher is insurance.
#
# **Words:** *Sparse reward*: one that is zero nearly always. *Exploration (by an agent)*: trying what one does not know to be good.
# *Blindness of a demonstrator*: what it never does, though it would pay. *Schedule*: how a setting changes in the
# course of training. *Censored*: a time of which we only know that it is longer than we waited.
#
# **Read on:**
#
# - T. Hester, M. Vecerik, O. Pietquin, M. Lanctot, T. Schaul, B. Piot, D. Horgan, J. Quan, A. Sendonaris, I. Osband,
#   G. Dulac-Arnold, J. Agapiou, J. Z. Leibo, A. Gruslys (2018). Deep Q-learning From Demonstrations. *AAAI*. Atari
#   games, and a few recorded games of humans.
# - T. Salimans, R. Chen (2018). Learning Montezuma's Revenge from a Single Demonstration. *arXiv:1812.03381*.
# - C. Florensa, D. Held, M. Wulfmeier, M. Zhang, P. Abbeel (2017). Reverse Curriculum Generation for Reinforcement
#   Learning. *CoRL*.
# - I. Uchendu et al. (2023). Jump-Start Reinforcement Learning. *ICML*.
# - D. Silver et al. (2016). Mastering the game of Go with deep neural networks and tree search. *Nature* 529. It
#   began with recorded games of human experts ...
# - D. Silver et al. (2017). Mastering the game of Go without human knowledge. *Nature* 550. ... and the next one,
#   without them, became stronger (its network and its search had changed as well).
#
# **Next:** lesson 10, the answer: everything on one scoreboard, and what it costs.
