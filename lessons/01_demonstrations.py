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
# **What can be learned from watching depends on what there is to see.** Before any learning, this lesson looks
# at the data: who demonstrates, how well, how much, and in which situations. And it asks how one finds out,
# without fooling oneself, how good somebody really is.
#
# | | |
# |---|---|
# | **You will be able to** | say what a trajectory and a return are; record demonstrations; judge their quality, quantity and coverage; evaluate a policy honestly, with an interval |
# | **Time** | 60 minutes |
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
from ilrl_course.envs.dungeon.observation import count_visits
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import confidence_interval
from ilrl_course.notebook import plotting, video
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.demonstrations import load_demonstrations, save_demonstrations

SEED = 0  # everything random follows from this number; change it, and the findings should stay
WORLDS = (CARTPOLE, DRIVING, DUNGEON)

# %% [markdown]
# ## What happens, step by step
#
# Time runs in steps $t = 0, 1, 2, \dots$ At each of them the agent sees an observation $o_t$, takes an action
# $a_t$, gets a reward $r_t$, and sees the next observation $o_{t+1}$. An episode of $T$ steps is therefore a
# chain
#
# $$o_0,\; a_0, r_0,\; o_1,\; a_1, r_1,\; o_2,\; \dots,\; a_{T-1}, r_{T-1},\; o_T .$$
#
# Count: there are $T$ actions, $T$ rewards, but $T + 1$ observations. The last one is followed by nothing.
#
# If the observation tells all that matters for the future, the whole thing is a **Markov decision process (MDP)**,
# and we need not remember the past. CartPole and the dungeon are such processes. Driving nearly is: it shows the
# road 44 m ahead, which is enough to brake.
#
# An episode can end in two ways, and the difference will matter a great deal:
#
# - **terminated**: the world itself ended it. The pole fell, the car left the road, the treasure was found.
# - **truncated**: the clock ran out. Life would have gone on; we only stopped watching.
#
# Three steps at the wheel. The observation holds 22 numbers, scaled to about one: the first is the distance to the
# left of the middle of the road (in units of 4 m), the third is the speed (in units of 20 m/s).

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
# In this course whoever acts, be it a script or a network, is an **actor**: a function from a *batch* of
# observations, shape `(B, obs_dim)`, to as many actions. `obs[None]` makes a batch of one, and `[0]` takes the only
# action out again.
#
# ## What is an episode worth?
#
# The **return** adds up the rewards. Often a reward counts for less the later it comes. The **discount
# factor** $\gamma$ between 0 and 1 says how much less:
#
# $$G = \sum_{t=0}^{T-1} \gamma^t\, r_t = r_0 + \gamma r_1 + \gamma^2 r_2 + \dots$$
#
# With $\gamma = 1$ all rewards count alike; with $\gamma = 0$ only the first one counts.
#
# *Predict: the rewards are 1, 2, 4 and $\gamma = 0.5$. What is $G$?*
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.1 · the discounted return** (5 minutes, easy)
#
# Write the sum above for an array of rewards of any length.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Two ways work. Forward: keep a running total and a running power of gamma. Backward: write $G_t$ for the return
# from step $t$ on. After the end nothing comes, $G_T = 0$, and before it $G_t = r_t + \gamma G_{t+1}$.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# Forward with `enumerate(rewards)`: add `gamma**t * reward` to the total. The first reward has `t = 0`, so it is
# not discounted at all.
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

# %% [markdown]
# ## Recording an episode
#
# What we keep of an episode is called a **trajectory**: all observations, the last one included, all actions,
# all rewards, and how it ended. The course stores it in a small container:
#
# ```python
# Trajectory(
#     obs,         # (T + 1, obs_dim) float32
#     actions,     # (T,) whole numbers, or (T, action_dim) float32
#     rewards,     # (T,) float32
#     terminated,  # bool
#     truncated,   # bool
#     crashed,     # bool, from info["crashed"] of the last step
#     success,     # bool, from info["success"] of the last step
# )
# ```
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.2 · collect a trajectory** (15 minutes, medium)
#
# Let the actor play one episode, from `env.reset(seed=seed)` to its end, and return it as a `Trajectory`. The
# three-step loop above is a good start, but work with the `env`, the `actor` and the `seed` that are passed in, and
# go on until the episode is over.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Make three lists. The list of observations already holds one entry before the first step. Then loop: ask the
# actor, step the world, append the new observation, the action and the reward.
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
# An actor takes a batch, so call `actor(obs[None])[0]`. At the end, `np.array(observations, dtype=np.float32)`
# has shape `(T + 1, obs_dim)`. `info.get("crashed", False)` works also in worlds that do not report crashes.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Forgetting the last observation; storing the observation *after* an action in the place of the one *before* it;
# forgetting `obs = next_obs`, so that the actor always sees the first observation; storing `terminated or
# truncated` in both fields.
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
# The treasure ends the episode by itself, so it is *terminated*, and the only reward is the last one. For many
# episodes at once the course has `collect_trajectories`: as many copies of the world as episodes, all stepped
# together. It does what you have just written, only faster.

# %% [markdown]
# ## Three demonstrators
#
# Each world has three scripted demonstrators.
#
# | | CartPole | Driving | Dungeon |
# |---|---|---|---|
# | **expert** | balances in the middle | fast, close to what the tires can hold | the shortest way, secret passages included |
# | **weak** | two pushes in five are random | shortsighted and shaky, at most about 9 m/s | the careful way, with blunders |
# | **biased** | balances well, but 1.2 m to the right | slow, keeps far left | the careful way: away from lava where it can, never through a wall |
#
# The weak one *makes mistakes*. The biased one *does not*: it does the same thing every time, and does it
# reliably, only not in the best way.

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
# *Predict: whose returns vary most from episode to episode?*

# %%
NUM_EPISODES = 200
scores = {
    (world.name, kind): evaluate(
        world.make_demonstrator(kind, seed=SEED), world.env_id, NUM_EPISODES, SEED
    ).returns
    for world in WORLDS
    for kind in DEMONSTRATORS
}

figure, axes = plotting.panels(columns=3, width=14, height=4)
for axis, world in zip(axes, WORLDS, strict=True):
    plotting.distributions(axis, {kind: scores[world.name, kind] for kind in DEMONSTRATORS})
    axis.set(title=world.name, xlabel=f"return ({world.score_name})")
video.show(
    figure,
    alt="Histograms of the returns of 200 episodes for each demonstrator in each world; "
    "the weak one's are spread wide in CartPole and in the dungeon.",
)

# %% [markdown]
# The mean is only half the story. In CartPole and in the dungeon the weak demonstrator's episodes differ widely:
# some are excellent, some fail at once. On the road nearly all of its episodes are alike, except for a few crashes, far
# to the left in the figure, which the mean hides. Leave these crashes out, and there it is the *expert's* returns
# that vary most, since they depend on the track. And in CartPole the biased demonstrator gets the full return although it
# stands in the wrong place: **the return does not see every fault.** What it does not see, a learner will copy
# all the same.

# %% [markdown]
# ## Quantity and coverage: where has the demonstrator been?
#
# A learner can only imitate what it was shown. So the question is not just *how many* steps were recorded, but
# *in which situations*. For the car, two numbers describe the situation well: how far off the middle of the
# road it is, and how fast.
#
# *Predict: who of the three has been in the greatest variety of situations?*

# %%
NUM_DEMOS = 20


def demonstrate(kind: str, seed: int) -> list[Trajectory]:
    """Episodes of a driver on the tracks that are meant for training."""
    driver = DRIVING.make_demonstrator(kind, seed=seed)
    return collect_trajectories(driver, DRIVING.env_id, NUM_DEMOS, seed, **DRIVING.training_options)


demos = {kind: demonstrate(kind, SEED) for kind in DEMONSTRATORS}

figure, axes = plotting.panels(columns=3, width=14, height=4.5, sharey=True)
for axis, kind in zip(axes, DEMONSTRATORS, strict=True):
    obs = stack_steps(demos[kind]).obs.numpy()  # (B, obs_dim)
    plotting.density(axis, obs[:, [0, 2]] * [4, 20], color=kind, extent=((-3.2, 3.2), (0, 26)))
    axis.set(title=kind, xlabel="to the left of the middle (m)")
axes[0].set_ylabel("speed (m/s)")
print("steps recorded:", {kind: sum(map(len, episodes)) for kind, episodes in demos.items()})
video.show(
    figure,
    alt="Where 20 episodes of each driver lie: the expert at many speeds near the middle, "
    "the weak driver at one speed but out to both edges, the biased one in a small patch on the left.",
)

# %% [markdown]
# The three have recorded about the same number of steps, but not the same *variety*. The expert has driven at 5 to
# 21 m/s, but never more than 1.8 m from the middle. The weak driver hardly knows any speed but 9 m/s, yet its
# wobbling has carried it out to both edges and back. The biased driver has seen the least: 5 to 7 m/s, mostly left of
# the middle. So nobody wins on both counts, and a worse driver's data can contain something that a better one's lack:
# **how to get back**. Keep that in mind for lesson 03.
#
# ### How unfamiliar is a situation?
#
# Coverage can be measured. Take a situation in which a driver finds itself, and look for the most similar one
# among the demonstrations: the **nearest neighbor**. If even that is far away, nobody has shown what to do
# there. We measure the distance between whole observations, in their own scaled units, on test tracks that no
# demonstration has used (`test_options`, as opposed to `training_options`).
#
# *Predict: the expert drives on a new track. How much more familiar is it after twenty demonstrations than after
# one? And what if somebody else is at the wheel?*

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

figure, axes = plotting.panels(columns=2, width=14, height=4, sharex=True)
for axis, num_demos in zip(axes, (1, NUM_DEMOS), strict=True):
    shown = KDTree(stack_steps(demos["expert"][:num_demos]).obs.numpy())
    distances = {name: shown.query(obs)[0] for name, obs in met.items()}
    plotting.distributions(axis, distances)
    axis.set(
        title=f"{num_demos} demonstration{'s' * (num_demos > 1)} of the expert",
        xlabel="distance to the nearest one shown",
    )
    means = ",  ".join(f"{name} {values.mean():.2f}" for name, values in distances.items())
    print(f"mean distance with {num_demos:2} shown:  {means}")
video.show(
    figure,
    alt="Distance of the situations on new tracks to the nearest demonstrated one: with one demonstration "
    "large for all drivers, with twenty smaller, and smallest for the expert.",
)

# %% [markdown]
# With one demonstration most of what a new track brings is unfamiliar, whoever drives. With twenty, the tracks
# hold fewer surprises, and now it shows *who* drives: **whoever drives differently from the demonstrator meets
# situations that lie farther from everything shown.** A learner that makes small mistakes *is* somebody who
# drives differently. That is the seed of the trouble in lesson 03.
#
# ### The same in the dungeon
#
# There we can color the cells of one layout by how often they were visited.
#
# *Predict: from whose games could one learn to use the key?*

# %%
LAYOUT = 3
dungeon = gym.make(DUNGEON.env_id, layout=LAYOUT, render_mode="rgb_array")
dungeon.reset(seed=SEED)
floor_plan = dungeon.render()[44:-84, 44:-44]  # without the outer wall and the status bar
figure, axes = plotting.panels(columns=3, width=15, height=3.8)
for axis, kind in zip(axes, DEMONSTRATORS, strict=True):
    demonstrator = DUNGEON.make_demonstrator(kind, seed=SEED)
    games = collect_trajectories(demonstrator, DUNGEON.env_id, 20, SEED, layout=LAYOUT)
    plotting.visit_map(axis, count_visits(stack_steps(games).obs.numpy()), floor_plan, color=kind)
    axis.set_title(kind)
video.show(
    figure,
    alt="Visited cells of one dungeon: the expert goes a short way through a wall, "
    "the other two a long way around.",
)

# %% [markdown]
# In this layout the expert breaks through the wall and never touches the key: from these games nobody can learn to
# open the door. From those of the other two one can. What a demonstrator has no need to do, it does not show.
#
# ## One lucky evaluation lies
#
# How good is the weak CartPole player? The answer depends on which episodes you happen to look at. So let us ask
# the same question many times: take some episodes, compute their mean, and do it again with other episodes.
#
# *Predict: how far apart can two honest people's answers be, if each looks at 3 episodes?*

# %%
weak_player = CARTPOLE.make_demonstrator("weak", seed=SEED)
many_returns = evaluate(weak_player, CARTPOLE.env_id, num_episodes=2000, seed=SEED).returns
rng = np.random.default_rng(SEED)
answers = {
    f"{n} episode{'s' * (n > 1)}": rng.choice(many_returns, size=(1000, n)).mean(axis=1)  # (1000,)
    for n in (1, 3, 20, 100)
}
figure, axis = plotting.panels(width=10, height=4.5)
plotting.distributions(axis, answers, roles=dict.fromkeys(answers, "weak"))
axis.set(title="One player, measured 1000 times", xlabel="mean return of the episodes looked at")
video.show(
    figure, alt="The more episodes an evaluation averages, the narrower the distribution of its answers."
)

# %%
for name, values in answers.items():
    low, high = np.quantile(values, [0.025, 0.975])
    print(f"{name:>12}: 95 % of the answers lie between {low:.0f} and {high:.0f}")

# %% [markdown]
# With few episodes almost any answer is possible, and whoever may choose the seed may choose the answer. With $n$
# episodes the spread shrinks like $1/\sqrt{n}$: for half the spread you need four times the episodes.
#
# ### Bug hunt: a plausible evaluation
#
# A colleague hands you this function. It runs, and it says that the weak CartPole player gets 100. You have just
# seen that the truth lies above 300.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.3 · the bug hunt** (10 minutes, medium)
#
# The function should return the returns of `num_episodes` *different* episodes, each played *to its end*, *every
# one* of them. Episode number `i` uses the seed `seed + i`. There are **three bugs**. Find them all.
#
# </div>
#
# <details><summary>Hint 1: where do I look?</summary>
#
# Ask three questions. Are the episodes different from each other? Is every episode counted, however it ended?
# Is every episode played to its end?
#
# </details>
# <details><summary>Hint 2: what do these bugs do?</summary>
#
# Leaving out what *terminated* drops every crash, and in the dungeon every treasure too. Stopping after 100 steps
# cuts the good episodes short. And with one seed for all, every episode
# starts from the same state.
#
# </details>
# <details><summary>A shorter way</summary>
#
# You may also throw the function away and use your `collect_trajectory`: it plays one episode to its end, and
# `trajectory.total_reward` is its return.
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
# A mean without an interval is half an answer. The **bootstrap** gets an interval from the data themselves. The
# idea: we cannot evaluate again a thousand times, but we can *pretend*. Draw a new sample from the returns we
# have, of the same size, **with replacement** (some appear twice, some not at all), and take its mean. Do that
# many times. The means spread about as much as real repetitions would. Cut off the lowest and the highest
# 2.5 %: what remains is a 95 % interval.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 1.4 · the bootstrap interval** (10 minutes, medium)
#
# Return the two ends `(low, high)` of the interval of the mean. Use `np.random.default_rng(seed)` for the draws.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# `rng.choice(values, size=(num_resamples, len(values)))` draws all resamples at once, one in each row, with
# replacement.
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# Take the mean of every row: `(num_resamples,)` numbers. For a confidence of 0.95 you want their 0.025 and 0.975
# quantiles. In general, `(1 - confidence) / 2` is left out on each side.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Quantiles of the values instead of quantiles of the means; drawing without replacement, which gives the same
# sample again and again; cutting off 5 % on each side.
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
# From here on we use `confidence_interval`, which calls SciPy's bootstrap with a correction (called BCa) that helps
# when the values are skewed. Does a 95 % interval keep its word? Test it: make 200 intervals
# from 20 episodes each, and count how many contain the mean of all 2000.

# %%
samples = rng.choice(many_returns, size=(200, 20))
covered = [low <= many_returns.mean() <= high for low, high in map(confidence_interval, samples)]
print(f"{np.mean(covered):.0%} of the intervals contain the mean of all episodes")

# %% [markdown]
# About what was promised. (With as few as eight values a bootstrap interval is somewhat too narrow: a nominal 95 %
# covers about 90 %, and less if the values are very skewed.)
#
# Two rules follow, and the course keeps to them. **Report an interval, and say from how many.** And when *training* is
# random too, the unit that counts is not the episode but the **training run**: eight runs with eight seeds say more
# than eight hundred episodes of one run.
#
# ## Keeping demonstrations
#
# Demonstrations are precious, so they belong on disk, in a format that others can read. The course uses
# [Minari](https://minari.farama.org) datasets: the trajectories, and with them the world they were played in.

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
# **1. The clock runs out while the pole still stands. The episode is**
#
# <details><summary>A · terminated</summary>
#
# No. The world would have let it go on.
#
# </details>
# <details><summary>B · truncated</summary>
#
# Yes. What would have come after is not worth nothing; we merely did not watch it. From lesson 07 on this
# decides much.
#
# </details>
# <details><summary>C · both</summary>
#
# No. Exactly one of the two ends an episode here.
#
# </details>

# %% [markdown]
# **2. The weak driver's data show how to come back from the edge of the road, the expert's do not. Why?**
#
# <details><summary>A · it has recorded many more steps</summary>
#
# No. The numbers of steps are about the same.
#
# </details>
# <details><summary>B · its mistakes carry it to places where the expert never is</summary>
#
# Yes. And there it shows how to get back, well or badly.
#
# </details>
# <details><summary>C · the weak driver is better at saving itself</summary>
#
# No: the expert could do it too. It never needs to, so it never shows it. Quality and coverage are two different
# things.
#
# </details>

# %% [markdown]
# **3. Two policies were evaluated on 5 episodes each. Their means are 25 and 27, the intervals overlap widely.
# What do you conclude?**
#
# <details><summary>A · the second is better</summary>
#
# Not from these data. Such a difference arises by luck alone.
#
# </details>
# <details><summary>B · they are equally good</summary>
#
# Not that either. Not having shown a difference is not having shown that there is none.
#
# </details>
# <details><summary>C · nothing yet: more episodes are needed</summary>
#
# Yes. The intervals are too wide to tell; four times the episodes halve them.
#
# </details>

# %% [markdown]
# ## Summary
#
# - A trajectory of $T$ steps has $T$ actions and $T + 1$ observations. It is terminated by the world or truncated
#   by the clock.
# - Demonstrations have a *quality* (returns), a *quantity* (steps, episodes) and a *coverage* (situations).
# - The return does not see every fault; a learner copies also what it does not see.
# - Evaluate on fresh episodes, count each of them, give an interval.
#
# **Words:** *actor*: whoever turns a batch of observations into actions. *Trajectory*: the record of an episode. *Discount factor* $\gamma$: how much less a reward counts one
# step later. *MDP*: a world whose observation tells all that matters for the future. *Coverage*: which situations
# the data contain. *Bootstrap*: intervals by drawing again from one's own data.
#
# **Read on:**
#
# - R. S. Sutton, A. G. Barto (2018). *Reinforcement Learning: An Introduction*, 2nd edition, chapter 3. MIT Press.
# - B. Efron, R. J. Tibshirani (1993). *An Introduction to the Bootstrap*. Chapman & Hall.
# - P. Henderson, R. Islam, P. Bachman, J. Pineau, D. Precup, D. Meger (2018). Deep Reinforcement Learning that
#   Matters. *AAAI*.
# - R. Agarwal, M. Schwarzer, P. S. Castro, A. Courville, M. G. Bellemare (2021). Deep Reinforcement Learning at the
#   Edge of the Statistical Precipice. *NeurIPS*.
#
# **Next:** [02 · Behavioral cloning](02_behavioral_cloning.ipynb)
