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
# # 01 · Demonstrations
#
# **What you can learn by watching depends on what you are shown.** Before anything is learned, this lesson looks
# at the data: who demonstrates, how well, how much, and in which situations. Then it turns to a question that
# sounds easier than it is: how good is a policy, really?
#
# | | |
# |---|---|
# | **You will be able to** | explain what a trajectory and a return are; record demonstrations; judge their quality, quantity and coverage; evaluate a policy honestly, with an interval |
# | **Time** | 85 minutes |
# | **You need** | lesson 00 and a little NumPy |

# %%
import tempfile
from pathlib import Path

import gymnasium as gym
import numpy as np
from scipy.spatial import KDTree

from ilrl_course.checks import check
from ilrl_course.data import Actor, Trajectory, stack_steps
from ilrl_course.envs import CARTPOLE, DEMONSTRATORS, DRIVING, DUNGEON
from ilrl_course.envs.dungeon.observation import HAS_KEY, count_visits
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.demonstrations import load_demonstrations, save_demonstrations

SEED = 0  # everything random in this notebook follows from this number
WORLDS = (CARTPOLE, DRIVING, DUNGEON)

# %% [markdown]
# The text quotes the numbers that you get with `SEED = 0`. With another seed the numbers change, since all of them
# are computed here and none is read from a file; the worlds, the demonstrators and the exercises stay the same, and
# so should the conclusions.
#
# ## What happens, step by step
#
# Time runs in steps $t = 0, 1, 2, \dots$ In each step the agent sees an observation $o_t$, takes an action $a_t$ and
# gets a reward $r_t$. Then it sees the next observation, $o_{t+1}$. An episode of $T$ steps is therefore a chain:
#
# $$o_0,\; a_0, r_0,\; o_1,\; a_1, r_1,\; o_2,\; \dots,\; a_{T-1}, r_{T-1},\; o_T .$$
#
# Count them: there are $T$ actions and $T$ rewards, but $T + 1$ observations. Nothing follows the last one.
#
# If the observation tells everything that matters for the future, the world is a **Markov decision process (MDP)**,
# and an agent can act well without remembering the past. CartPole and the dungeon are MDPs. Driving nearly is one:
# the car sees only the next 44 m of road, but on a dry road that is more than it needs to stop.
#
# An episode can end in two ways, and the difference will matter a great deal in lesson 07:
#
# - **terminated**: the world ended it. The pole fell, the car left the road, the hero found the treasure.
# - **truncated**: the clock ran out. Life would have gone on; we only stopped watching.
#
# Now and then both happen at once, for instance when the pole falls in the very last step.
#
# <details><summary>For the curious: is the clock part of the world?</summary>
#
# In CartPole it is not: the observation does not tell the time, and the MDP would go on after step 500. In the
# dungeon it is: a later treasure pays less, so the observation tells how much time is left. Pardo and others (2018)
# show what goes wrong when a learner takes the end of the clock for the end of the world.
#
# </details>
#
# Here are the first three steps of an expert driver. An observation in Driving holds 22 numbers, scaled so that most
# of them are not much larger than one. The first says how far the car is to the left of the middle of the road, in
# units of 4 m. The third is its speed, in units of 20 m/s.

# %%
env = gym.make(DRIVING.env_id)
expert = DRIVING.make_demonstrator("expert")
obs, info = env.reset(seed=SEED)
for t in range(3):
    action = expert(obs[None])[0]
    obs, reward, terminated, truncated, info = env.step(action)
    print(
        f"t = {t}   steering {action[0]:+.2f}   pedal {action[1]:+.2f}   reward {reward:.3f}   "
        f"then: speed {20 * obs[2]:.1f} m/s, {4 * obs[0]:+.2f} m off the middle"
    )

# %% [markdown]
# The function `expert` is an **actor**. An actor takes a *batch* of $B$ observations, an array of shape
# `(B, obs_dim)`, and returns $B$ actions. In the cell above, `obs[None]` makes a batch of one observation, and `[0]`
# takes the only action out again.
#
# ## What is an episode worth?
#
# The **return** adds up the rewards of an episode. Often a reward counts for less the later it comes, and the
# **discount factor** $\gamma$, a number between 0 and 1, says how much less:
#
# $$G = \sum_{t=0}^{T-1} \gamma^t\, r_t = r_0 + \gamma r_1 + \gamma^2 r_2 + \dots$$
#
# With $\gamma = 1$ every reward counts in full. With $\gamma = 0$ only the first one counts.

# %%
predict("01-return", "The rewards are 1, 2 and 4, and gamma is 0.5. What is G?")

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.1 · the discounted return** (5 minutes, easy)
#
# Return the sum above for an array of rewards of any length.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# There are two ways. Forward: go through the rewards from the first to the last, and multiply each by its power of
# gamma. Backward: write $G_t$ for the return from step $t$ on. Nothing comes after the end, so $G_T = 0$, and for
# every step before it $G_t = r_t + \gamma G_{t+1}$.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# Forward, with `enumerate(rewards)`: add `gamma**t * reward` to a running total. The first reward has `t = 0`, so it
# is not discounted at all.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Starting with $\gamma^1$ instead of $\gamma^0$; going through the rewards in the wrong order; dividing by the
# number of rewards.
#
# </details>

# %% exercise="ilrl_course.data.discounted_return"

# %%
discounted_return = check(discounted_return)

# %%
print("G of 1, 2, 4 with gamma 0.5:", discounted_return(np.array([1.0, 2.0, 4.0]), 0.5))
show_guess("01-return")

# %% [markdown]
# ## Recording an episode
#
# A **trajectory** is the record of one episode: all observations with the last one, all actions, all rewards, and how
# the episode ended. It is one of four types that the course passes around. Come back to this table when you need it.
#
# | type | what it is | kind of arrays | contents |
# |---|---|---|---|
# | `Actor` | a function that acts | NumPy | takes observations `(B, obs_dim)`, returns actions `(B,)` or `(B, action_dim)` |
# | `Trajectory` | one episode of $T$ steps | NumPy | `obs` `(T + 1, obs_dim)`<br>`actions` `(T,)` or `(T, action_dim)`<br>`rewards` `(T,)`<br>`terminated`, `truncated`, `crashed`, `success`: each a single `bool` |
# | `Batch` | $B$ steps, no matter from which episodes | PyTorch tensors | `obs` `(B, obs_dim)`<br>`actions` `(B,)` or `(B, action_dim)` |
# | `Rollout` | $T$ steps of $N$ worlds side by side | PyTorch tensors | `obs`, `next_obs` `(T, N, obs_dim)`<br>`actions` `(T, N)` or `(T, N, action_dim)`<br>`rewards`, `terminated`, `truncated`, `crashed` `(T, N)` |
#
# In CartPole and in the dungeon an action is one whole number, an `int64`, so `actions` has no last axis. In Driving an
# action is two numbers, steering and pedal, so `action_dim` is 2. These are `float32`, and so are all observations and
# rewards.
#
# In this lesson you record trajectories, and `stack_steps` turns a list of them into one `Batch`. The `Rollout` waits
# for lesson 03.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.2 · collect a trajectory** (15 minutes, medium)
#
# Let the actor play one episode, from `env.reset(seed=seed)` to its end, and return
# `Trajectory(obs=..., actions=..., ...)` with all seven fields of the table. The loop over three steps above is a good
# start, but use the `env`, the `actor` and the `seed` that are passed in, and go on until the episode is over. The world
# reports `crashed` and `success` in the `info` of the last step; store False for one that is not there.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Make three lists. The list of observations already holds one entry before the first step. Then loop: ask the actor,
# step the world, and append the action, the reward and the new observation.
#
# </details>
# <details><summary>Hint 2: when does the loop stop?</summary>
#
# As soon as `terminated or truncated` is true. The expert's episodes in CartPole never terminate: if you wait for
# `terminated` alone, you wait forever.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# An actor takes a batch, so call `actor(obs[None])[0]`. At the end, `np.array(observations, dtype=np.float32)` has
# the shape `(T + 1, obs_dim)`. Read `info.get("crashed", False)`, which also works in worlds that do not report
# crashes.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Forgetting the last observation; storing the observation that came *after* an action instead of the one *before*
# it; asking the actor about the first observation again and again; storing `terminated or truncated` in both fields;
# guessing `crashed` and `success` from how the episode ended.
#
# </details>

# %% exercise="ilrl_course.rollout.collect_trajectory"

# %%
collect_trajectory = check(collect_trajectory)

# %%
trajectory = collect_trajectory(gym.make(DUNGEON.env_id), DUNGEON.make_demonstrator("expert"), seed=SEED)
print("observations", trajectory.obs.shape, "  actions", trajectory.actions.shape)
print("rewards     ", trajectory.rewards.round(2))
print(
    "terminated  ",
    trajectory.terminated,
    "  truncated",
    trajectory.truncated,
    "  success",
    trajectory.success,
)

# %% [markdown]
# Finding the treasure ends the game, so this episode is *terminated*, and its only reward comes in the last step.
#
# The course's own `collect_trajectories` does the same for many episodes at once, only faster. It uses what Gymnasium
# calls a **vector environment**, `VectorEnv` in code: $N$ copies of a world that are stepped together, here one copy
# for each episode.
#
# ## Three demonstrators
#
# Each world has three scripted demonstrators.
#
# | | CartPole | Driving | Dungeon |
# |---|---|---|---|
# | **expert** | balances in the middle | fast, close to what the tires can hold | takes the shortest way, secret passages included |
# | **weak** | two pushes in five are random | shortsighted and shaky, at about 9 m/s | takes the careful way, with blunders |
# | **biased** | balances well, but 1.2 m to the right | slow, and far to the left | takes the careful way: around lava where it can, never through a wall |
#
# The weak demonstrator makes mistakes. The biased one makes none: it does the same thing every time, reliably, only
# not in the best way. In the film, the blue dots show the line that the expert would take from there.

# %%
episodes = {
    kind: video.record(DRIVING.make_demonstrator(kind, seed=SEED), DRIVING.env_id, SEED, 150, every=2)
    for kind in DEMONSTRATORS
}
video.clip(
    video.side_by_side(episodes),
    alt="Three cars on the same track: the expert is fast, the weak driver wobbles, "
    "the biased one is slow and keeps left.",
    fps=8,
    width=1000,
)

# %% [markdown]
# ## Quality: the distribution of returns
#
# Let each demonstrator play 200 episodes in each world.

# %%
predict("01-spread", "Whose returns vary most from episode to episode? Name one demonstrator for each world.")

# %%
NUM_EPISODES = 200
results = {
    (world.name, kind): evaluate(world.make_demonstrator(kind, seed=SEED), world.env_id, NUM_EPISODES, SEED)
    for world in WORLDS
    for kind in DEMONSTRATORS
}

print("standard deviation of the returns")
for world in WORLDS:
    spreads = [f"{kind} {results[world.name, kind].returns.std():.2f}" for kind in DEMONSTRATORS]
    print(f"  {world.name:9}" + ",  ".join(spreads))
weak_drives = results["Driving", "weak"]
print(
    f"weak driver: {weak_drives.crashed.sum()} crashes in {NUM_EPISODES} drives; "
    f"without them, standard deviation {weak_drives.returns[~weak_drives.crashed].std():.2f}"
)
show_guess("01-spread")

# %% jupyter={"source_hidden": true}
# Draws the returns of each demonstrator in each world.
figure, axes = plotting.panels(columns=3, width=14, height=4)
for axis, world in zip(axes, WORLDS, strict=True):
    plotting.distributions(axis, {kind: results[world.name, kind].returns for kind in DEMONSTRATORS})
    axis.set(title=world.name, xlabel=f"return ({world.score_name})")
video.show(
    figure,
    alt="Histograms of the returns of each demonstrator in each world. The weak one's are spread wide in CartPole "
    "and in the dungeon; in Driving they lie close together, except for a few far to the left.",
)

# %% [markdown]
# **A mean hides how a demonstrator fails.** In CartPole and in the dungeon, hardly any episode of the weak demonstrator
# is like its mean, the black mark below the histogram: some episodes are excellent, and others fail early. In Driving,
# its returns spread because of {{printed: weak driver: (\d+) crashes}} crashes in 200 drives, far to the left in the
# figure. Without these crashes its returns hardly vary, and the expert's vary most: their standard deviation is
# {{printed: Driving +expert ([\d.]+)}}, against {{printed: without them, standard deviation ([\d.]+)}} for the weak
# driver. The expert always does the same in the same situation, so only the tracks and the starts can make its returns
# differ.
#
# **The return does not see every fault.** In CartPole the biased demonstrator earns the full return every time,
# although it stands 1.2 m off the middle. What the return does not see, a learner will copy all the same.
#
# ## Quantity and coverage: where has the demonstrator been?
#
# A learner can imitate only what it was shown. So ask not only *how many* steps were recorded, but also *in which
# situations*. For a car, two numbers describe the situation well: how far it is from the middle of the road, and how
# fast it goes.
#
# Driving has 1,000 tracks, and from here on training and testing use different ones. Demonstrations are recorded on the
# first 800: that is what `DRIVING.training_options` says. Tests take place on the other 200, `DRIVING.test_options`,
# which no training ever sees. Otherwise a test could not tell a learner that can drive from one that knows a few tracks
# by heart. The layouts of the dungeon are divided in the same way.

# %%
predict("01-coverage", "After 20 drives each: which of the three has met the greatest variety of situations?")

# %%
NUM_DEMOS = 20


def demonstrate(kind: str, seed: int) -> list[Trajectory]:
    """Episodes of a driver on the tracks that are meant for training."""
    driver = DRIVING.make_demonstrator(kind, seed=seed)
    return collect_trajectories(driver, DRIVING.env_id, NUM_DEMOS, seed, **DRIVING.training_options)


demos = {kind: demonstrate(kind, SEED) for kind in DEMONSTRATORS}
situations = {}  # of each kind (B, 2): m to the left of the middle, m/s
for kind in DEMONSTRATORS:
    situations[kind] = stack_steps(demos[kind]).obs.numpy()[:, [0, 2]] * [4, 20]
    left, speed = situations[kind].T
    print(
        f"{kind:7} {len(left)} steps at {speed.min():.1f} to {speed.max():.1f} m/s, "
        f"from {-left.min():.1f} m right to {left.max():.1f} m left of the middle; "
        f"left the road in {sum(demo.crashed for demo in demos[kind])} of {NUM_DEMOS} drives"
    )
show_guess("01-coverage")

# %% jupyter={"source_hidden": true}
# Draws where on the road and how fast each driver has been.
figure, axes = plotting.panels(columns=3, width=14, height=4.5, sharey=True)
for axis, kind in zip(axes, DEMONSTRATORS, strict=True):
    plotting.density(axis, situations[kind], color=kind, extent=((-3.2, 3.2), (0, 26)))
    axis.set(title=kind, xlabel="to the left of the middle (m)")
axes[0].set_ylabel("speed (m/s)")
video.show(
    figure,
    alt="Where the episodes of each driver lie: the expert at many speeds around the middle, "
    "the weak driver at nearly one speed but out to both edges, the biased one in a small patch on the left.",
)

# %% [markdown]
# **Equal amounts of data can differ widely in variety.** All three drivers recorded about the same number of steps. The
# expert drove at {{printed: expert +\d+ steps at ([\d.]+) to | .0f}} to
# {{printed: expert +\d+ steps at [\d.]+ to ([\d.]+) m/s | .0f}} m/s, but stayed close to the middle. The weak driver
# never went faster than {{printed: weak +\d+ steps at [\d.]+ to ([\d.]+) m/s | .0f}} m/s, but its wobbling carried it
# out to both edges of the road. It mostly came back, too: it left the road in only
# {{printed: weak .*; left the road in (\d+) of}} of 20 drives. The biased driver has seen the least, at no more than
# {{printed: biased +\d+ steps at [\d.]+ to ([\d.]+) m/s | .0f}} m/s and nearly always left of the middle.
#
# These limits are built in, since each driver is a script with a top speed and a lane. The expert plans its line
# within 1.65 m of the middle, so its data show hardly anything farther out. The lesson is that no driver is best at
# everything: a worse driver's data can contain what a better driver's data lack, namely **how to get back**. Keep that
# in mind for lesson 03.
#
# ### How unfamiliar is a situation?
#
# Coverage can be measured. Take a situation that a driver meets, and look for the most similar one among the
# demonstrations, its **nearest neighbor**. If even that one is far away, no demonstration shows what to do there. We
# measure the distance between whole observations, in their own scaled units: two situations that differ by 4 m sideways,
# or by 20 m/s, and in nothing else are 1 apart. The demonstrations are the expert's;
# the situations are those that three drivers meet on the test tracks.

# %%
predict(
    "01-familiar",
    "The expert's situations on new tracks lie at some distance from its 20 demonstrations. "
    "How many times as far away are the weak driver's?",
)

# %%
drivers = {
    "expert": DRIVING.make_demonstrator("expert"),
    "weak": DRIVING.make_demonstrator("weak", seed=SEED),
    "random": DRIVING.make_random_actor(SEED),
}
met = {
    name: stack_steps(
        collect_trajectories(driver, DRIVING.env_id, 20, SEED, **DRIVING.test_options)
    ).obs.numpy()
    for name, driver in drivers.items()
}  # each (B, obs_dim)

distances = {}
for num_demos in (1, NUM_DEMOS):
    shown = KDTree(stack_steps(demos["expert"][:num_demos]).obs.numpy())
    distances[num_demos] = {name: shown.query(obs)[0] for name, obs in met.items()}
    means = ",  ".join(f"{name} {values.mean():.2f}" for name, values in distances[num_demos].items())
    print(f"mean distance with {num_demos:2} shown:  {means}")
farther = distances[NUM_DEMOS]["weak"].mean() / distances[NUM_DEMOS]["expert"].mean()
print(f"with {NUM_DEMOS} shown, the weak driver is {farther:.1f} times as far away as the expert")
show_guess("01-familiar")

# %% jupyter={"source_hidden": true}
# Draws the distances to the nearest demonstrated situation.
figure, axes = plotting.panels(columns=2, width=14, height=4, sharex=True)
for axis, (num_demos, of_drivers) in zip(axes, distances.items(), strict=True):
    plotting.distributions(axis, of_drivers)
    axis.set(
        title=f"{num_demos} demonstration{'s' * (num_demos > 1)} of the expert",
        xlabel="distance to the nearest one shown",
    )
video.show(
    figure,
    alt="Distance of the situations on new tracks to the nearest demonstrated one: with a single demonstration "
    "large for all drivers; with more of them smaller, and smallest for the expert.",
)

# %% [markdown]
# **A driver that acts differently from the demonstrator meets less familiar situations.** With one demonstration this
# hardly shows, because nearly everything on a new track is unfamiliar to every driver: the mean distance is
# {{printed: with +1 shown: +expert ([\d.]+)}} for the expert itself, {{printed: with +1 shown: .*weak ([\d.]+)}} for the
# weak driver and {{printed: with +1 shown: .*random ([\d.]+)}} for the random one. With twenty, the tracks hold fewer
# surprises, and it matters who drives: the distances are {{printed: with 20 shown: +expert ([\d.]+)}},
# {{printed: with 20 shown: .*weak ([\d.]+)}} and {{printed: with 20 shown: .*random ([\d.]+)}}. A learner that makes
# small mistakes also acts differently from its demonstrator. That is where the trouble of lesson 03 begins.
#
# ### The same in the dungeon
#
# In the dungeon we can color the cells of one layout by how often each demonstrator visited them in 20 games. Darker cells
# were visited more often, or for longer: a secret wall, for example, gives way only after some pushes.

# %%
predict("01-key", "From whose games could a learner find out what the key is for?")

# %%
LAYOUT = 3
games = {}
for kind in DEMONSTRATORS:
    demonstrator = DUNGEON.make_demonstrator(kind, seed=SEED)
    games[kind] = collect_trajectories(demonstrator, DUNGEON.env_id, 20, SEED, layout=LAYOUT)
    with_key = sum(game.obs[:, HAS_KEY].any() for game in games[kind])
    different = len({game.actions.tobytes() for game in games[kind]})
    print(f"{kind:7} took the key in {with_key:2} of 20 games; different games: {different:2}")
show_guess("01-key")

# %% jupyter={"source_hidden": true}
# Draws the visited cells on the floor plan.
dungeon = gym.make(DUNGEON.env_id, layout=LAYOUT, render_mode="rgb_array")
dungeon.reset(seed=SEED)
floor_plan = dungeon.render()[44:-84, 44:-44]  # without the outer wall and the status bar
figure, axes = plotting.panels(columns=3, width=15, height=3.8)
for axis, kind in zip(axes, DEMONSTRATORS, strict=True):
    visits = count_visits(stack_steps(games[kind]).obs.numpy())
    plotting.visit_map(axis, visits, floor_plan, color=kind)
    axis.set_title(kind)
video.show(
    figure,
    alt="Visited cells of one dungeon: the expert goes a short way through a wall, "
    "the other two a long way around, by the key and the door.",
)

# %% [markdown]
# **A demonstrator does not show what it has no need to do.** In this layout the expert breaks through the wall and
# never touches the key, so from its games nobody can learn to open the door. The weak demonstrator took the key in
# {{printed: weak +took the key in +(\d+)}} of its 20 games, the biased one in
# {{printed: biased +took the key in +(\d+)}}.
#
# **Twenty games can be one game twenty times.** The expert and the biased demonstrator follow fixed rules, and this
# layout always starts in the same way, so each of them repeats itself to the last step. The blunders of the weak one
# made {{printed: weak .* different games: +(\d+)}} different games. Quantity is not coverage.
#
# ## One lucky evaluation lies
#
# How good is the weak CartPole player? The answer depends on which episodes you happen to look at. So we let it play
# 2000 episodes, and then ask the same question a thousand times: draw a few of these episodes at random, and average
# their returns.

# %%
predict(
    "01-luck",
    "Two honest people average 3 episodes each. A return lies between 0 and 500. How far apart can their answers be?",
)

# %%
weak_player = CARTPOLE.make_demonstrator("weak", seed=SEED)
many_returns = evaluate(weak_player, CARTPOLE.env_id, num_episodes=2000, seed=SEED).returns
rng = np.random.default_rng(SEED)
answers = {
    f"{n} episode{'s' * (n > 1)}": rng.choice(many_returns, size=(1000, n)).mean(axis=1)  # (1000,)
    for n in (1, 3, 20, 100)
}
for name, values in answers.items():
    low, high = np.quantile(values, [0.025, 0.975])
    print(f"{name:>12}: 95 % of the answers lie between {low:.0f} and {high:.0f}")
show_guess("01-luck")

# %% jupyter={"source_hidden": true}
# Draws the thousand answers for each number of episodes.
figure, axis = plotting.panels(width=10, height=4.5)
plotting.distributions(axis, answers, roles=dict.fromkeys(answers, "weak"))
axis.set(title="One player, measured 1000 times", xlabel="mean return of the episodes looked at")
video.show(
    figure, alt="The more episodes an evaluation averages, the narrower the distribution of its answers."
)

# %% [markdown]
# **With few episodes almost any answer is possible, and if you may choose the seed, you may choose the answer.** After 3
# episodes, 95 % of the answers lie anywhere between {{printed: 3 episodes: .* between (\d+)}} and
# {{printed: 3 episodes: .* and (\d+)}}; after 100 episodes, between {{printed: 100 episodes: .* between (\d+)}} and
# {{printed: 100 episodes: .* and (\d+)}}. The standard deviation of a mean of $n$ episodes shrinks like $1/\sqrt{n}$: to
# halve it, you need four times as many episodes.
#
# ### Bug hunt: a plausible evaluation
#
# A colleague hands you the function below. It runs without an error, and it reports a mean of exactly 100 for the weak
# CartPole player. You have just seen that the truth is far higher.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.3 · the bug hunt** (10 minutes, medium)
#
# The function should play `num_episodes` *different* episodes, each *to its end*, and return the returns of *all* of
# them. Episode number `i` should start from the seed `seed + i`. There are **three bugs** in it. Find and fix them.
#
# </div>
#
# <details><summary>Hint 1: where do I look?</summary>
#
# Ask three questions. Are the episodes different from each other? Is every episode played to its end? Does every
# episode count, no matter how it ended?
#
# </details>
# <details><summary>Hint 2: what do these bugs do?</summary>
#
# With one seed for all, every episode starts from the same state. Stopping after 100 steps cuts the good episodes
# short. Leaving out every episode that *terminated* hides all the crashes, and in the dungeon all the treasures, too.
#
# </details>
# <details><summary>A shorter way</summary>
#
# You may also throw the body of the function away and use your `collect_trajectory`: it plays one episode to its end,
# and `trajectory.total_reward` is the return.
#
# </details>


# %% exercise="ilrl_course.measures.evaluation.episode_returns"
def episode_returns(env: gym.Env, actor: Actor, num_episodes: int, seed: int) -> np.ndarray:
    returns = []
    for _ in range(num_episodes):
        obs, _ = env.reset(seed=seed)  # seeded, so that the result can be repeated
        total, terminated, truncated = 0.0, False, False
        for _ in range(100):  # long enough to see how good it is, and it saves time
            action = actor(obs[None])[0]
            obs, reward, terminated, truncated, _ = env.step(action)
            total += reward
            if terminated or truncated:
                break
        if not terminated:  # an episode that broke off early is not a proper one
            returns.append(total)
    return np.array(returns)


# %%
episode_returns = check(episode_returns)

# %% [markdown]
# ## How sure are we?
#
# A mean without an interval is half an answer. The **bootstrap** makes an interval from the data alone. We cannot
# repeat an evaluation a thousand times, but we can *pretend* to:
#
# 1. From the returns that we have, draw as many as there are, **with replacement**. Some are drawn twice, and some not
#    at all. This is a *resample*.
# 2. Take its mean.
# 3. Do that many times. The means spread about as much as the means of real repetitions would.
# 4. Cut off the lowest 2.5 % and the highest 2.5 % of these means. What remains is a 95 % interval.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.4 · the bootstrap interval** (10 minutes, medium)
#
# Return the two ends `(low, high)` of the interval for the mean of `values`. Draw `num_resamples` resamples, each as
# large as the data, from `np.random.default_rng(seed)`. The share `confidence` of their means should lie inside, and
# the rest in equal parts below and above.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# `rng.choice(values, size=(num_resamples, len(values)))` draws all resamples at once, with replacement, one in each
# row.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# Take the mean of every row, which gives `num_resamples` numbers. For a confidence of 0.95 you want their quantiles
# at 0.025 and at 0.975. In general, `(1 - confidence) / 2` is left out on each side.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Taking quantiles of the values instead of quantiles of the means; drawing without replacement, which gives the same
# sample again and again; cutting off 5 % on each side; making a new generator inside a loop.
#
# </details>

# %% exercise="ilrl_course.measures.seeds.bootstrap_interval"

# %%
bootstrap_interval = check(bootstrap_interval)

# %%
print("mean of 20 episodes, with its 95 % interval:")
for start in range(0, 100, 20):
    sample = many_returns[start : start + 20]
    by_hand, by_scipy = bootstrap_interval(sample), confidence_interval(sample)
    print(
        f"  {sample.mean():3.0f}   yours [{by_hand[0]:.0f}, {by_hand[1]:.0f}]   "
        f"scipy [{by_scipy[0]:.0f}, {by_scipy[1]:.0f}]"
    )
print(f"mean of all {len(many_returns)} episodes: {many_returns.mean():.0f}")

# %% [markdown]
# Five evaluations of the same player give five different means, but each of their intervals contains
# {{printed: mean of all 2000 episodes: (\d+)}}, the mean of all 2000 episodes.
#
# The second interval in each line comes from the course's `confidence_interval`, which we use from here on. It calls
# SciPy's bootstrap with a method called BCa, a corrected bootstrap that suits skewed values better.
#
# <details><summary>For the curious: what does BCa correct?</summary>
#
# BCa stands for *bias-corrected and accelerated*. It takes slightly different quantiles of the same means: one
# correction asks whether the means of the resamples lie evenly around the mean of the data, the other asks how skewed
# the values are. The method is Efron's (1987).
#
# </details>
#
# Does a 95 % interval keep its word? We can test it, because here we know the right answer. We make 200 intervals from
# 20 episodes each, and count how many contain the mean of all 2000 episodes. Then we repeat the test with only eight
# values per interval, drawn from a bell curve with mean 0.

# %%
predict("01-promise", "What share of the 200 intervals will contain the mean? And with only eight values?")

# %%
samples = rng.choice(many_returns, size=(200, 20))
covered = [low <= many_returns.mean() <= high for low, high in map(confidence_interval, samples)]
print(f"20 episodes: {np.mean(covered):.0%} of the intervals contain the mean of all episodes")

few_values = rng.normal(size=(500, 8))
covered = [low <= 0 <= high for low, high in map(confidence_interval, few_values)]
print(f" 8 values:   {np.mean(covered):.0%} of the intervals contain the mean of the bell curve")
show_guess("01-promise")

# %% [markdown]
# **A bootstrap interval keeps its word if it has enough values to draw from.** With 20 episodes,
# {{printed: 20 episodes: (\d+)%}} % of the intervals contain the mean, about what they promise. With eight values only
# {{printed: 8 values: +(\d+)%}} % do: such intervals are too narrow.
#
# The course follows two rules. First, **report an interval, and say how many values it comes from.** Second, where the
# *training* is random too, count not the episodes but the **training runs**: eight runs with eight seeds say more than
# eight hundred episodes of a single run. A verdict in lessons 02 to 06b rests on 24 or 48 recorded training runs. The
# cells that you run yourself show eight, so their intervals are a little too narrow.
#
# ## Keeping demonstrations
#
# Demonstrations are precious, so they belong on disk, in a format that others can read. The course saves them as
# [Minari](https://minari.farama.org) datasets, which hold the trajectories and also say in which world, and with which
# options, they were recorded. Ask for them in another world, and the course refuses to load them.

# %%
with tempfile.TemporaryDirectory() as folder:
    path = save_demonstrations(
        Path(folder) / "driving-expert-v0",
        demos["expert"],
        DRIVING.env_id,
        demonstrator="expert",
        **DRIVING.training_options,
    )
    again = load_demonstrations(path, DRIVING.env_id, **DRIVING.training_options)
    print(f"{len(again)} episodes, {sum(map(len, again))} steps read back")
    try:
        load_demonstrations(path, DUNGEON.env_id)
    except ValueError as error:
        print("Refused:", str(error).replace(folder, "..."))

# %% [markdown]
# ## Quiz
#
# **1. The clock runs out while the pole still stands. How did the episode end?**
#
# <details><summary>A · truncated, since the clock ended it</summary>
#
# Yes. What would have come next is not worth nothing; we merely did not watch it. Lesson 07 builds on this.
#
# </details>
# <details><summary>B · terminated, since no step follows</summary>
#
# No. The world would have let it go on. That no step was recorded does not mean that none was possible.
#
# </details>
# <details><summary>C · both, since every episode that ends is terminated</summary>
#
# No. Both flags are set only if the pole falls in the very step in which the clock runs out.
#
# </details>

# %% [markdown]
# **2. The weak driver's data show how to come back from the edge of the road, and the expert's do not. Why?**
#
# <details><summary>A · it has recorded more steps</summary>
#
# No. It has recorded slightly fewer, since some of its drives ended early.
#
# </details>
# <details><summary>B · it has practiced getting back, and so it is better at it</summary>
#
# No. It is a script and does not learn. The expert could get back too, but it never needs to, so it never shows it.
#
# </details>
# <details><summary>C · its mistakes carry it to the edge</summary>
#
# Yes. The expert never goes there, so it never shows the way back. Quality and coverage are two different things.
#
# </details>

# %% [markdown]
# **3. Two policies were evaluated on 5 episodes each. Their means are 25 and 27, and the intervals overlap widely.
# What do you conclude?**
#
# <details><summary>A · the second policy is better, since 27 is above 25</summary>
#
# Not from these data. Such a difference often arises by luck alone.
#
# </details>
# <details><summary>B · nothing yet, since the intervals are too wide</summary>
#
# Yes. They cannot tell the two apart. Four times the episodes would about halve them.
#
# </details>
# <details><summary>C · the two are equally good, since the intervals overlap</summary>
#
# No. Failing to show a difference is not showing that there is none.
#
# </details>

# %% [markdown]
# ## Summary
#
# - A trajectory of $T$ steps has $T$ actions and $T + 1$ observations. It is terminated by the world or truncated
#   by the clock.
# - Demonstrations have a *quality*, which shows in the returns; a *quantity*, which is a number of steps; and a
#   *coverage*, which is the situations that they contain. None of the three follows from the others.
# - The return does not see every fault. A learner copies the unseen ones, too.
# - To evaluate honestly, play fresh episodes, count every one of them, and give an interval.
#
# **Words:** *actor*: a function from a batch of observations to actions. *Trajectory*: the record of an episode.
# *Terminated*: ended by the world. *Truncated*: ended by the clock. *Discount factor* $\gamma$: how much less a reward
# counts one step later. *MDP*: a world whose observation tells everything that matters for the future. *Vector
# environment*: copies of a world that are stepped together. *Coverage*: which situations the data contain. *Bootstrap*:
# making an interval by drawing again from one's own data. *BCa*: a corrected bootstrap.
#
# **Read on:**
#
# - R. S. Sutton, A. G. Barto (2018). *Reinforcement Learning: An Introduction*, 2nd edition, chapter 3. MIT Press.
# - F. Pardo, A. Tavakoli, V. Levdik, P. Kormushev (2018). Time Limits in Reinforcement Learning. *ICML*.
# - B. Efron, R. J. Tibshirani (1993). *An Introduction to the Bootstrap*. Chapman & Hall.
# - B. Efron (1987). Better Bootstrap Confidence Intervals. *Journal of the American Statistical Association* 82(397).
# - P. Henderson, R. Islam, P. Bachman, J. Pineau, D. Precup, D. Meger (2018). Deep Reinforcement Learning that
#   Matters. *AAAI*.
# - R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. G. Bellemare (2021). Deep Reinforcement Learning at the
#   Edge of the Statistical Precipice. *NeurIPS*.
#
# **Next:** [02 · Behavioral cloning](02_behavioral_cloning.ipynb)
