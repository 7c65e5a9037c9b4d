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
# # 99 · How far ahead does a discount look?
#
# **A number that is easy to overlook decides what counts as good.** This small lesson is a template: every part that a
# lesson has stands in it once. Copy it, and change everything.
#
# | | |
# |---|---|
# | **You will be able to** | say how far ahead a discount factor looks; choose one on purpose |
# | **Time** | 15 minutes |
# | **You need** | lesson 01 |

# %%
import numpy as np

from ilrl_course.checks import check
from ilrl_course.envs import DEMONSTRATORS, DRIVING
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.rollout import collect_trajectories

SEED = 0  # everything random in this notebook follows from this number
GAMMAS = (0.9, 1.0)

# %% [markdown]
# With another `SEED` the drives are others, and so are the numbers; the conclusions should stay.
#
# ## What is a reward worth later?
#
# A reward that comes $t$ steps later counts $\gamma^t$ as much. The return adds up what remains:
#
# $$G = \sum_{t=0}^{T-1} \gamma^t\, r_t .$$

# %%
predict("99-half", "The rewards are 1, 2 and 4, and gamma is 0.5. What is G?")

# %% [markdown]
# **Exercise 99.1 · the discounted return** (5 minutes, easy)
#
# Return the sum above for an array of rewards of any length.
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Go through the rewards from the first to the last, and multiply each by its power of gamma.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Starting with $\gamma^1$ instead of $\gamma^0$; going through the rewards in the wrong order.
#
# </details>

# %% exercise="ilrl_course.data.discounted_return"

# %%
discounted_return = check(discounted_return)

# %%
print("G =", discounted_return(np.array([1.0, 2.0, 4.0]), gamma=0.5))
show_guess("99-half")

# %% [markdown]
# $G$ is {{printed: G = ([\d.]+)}}: of the last reward, only a quarter is left.
#
# ## What a short look ahead does not see
#
# Three demonstrators drive the same roads, 20 times each. Every drive is scored twice: looking ahead about ten
# steps, which is one second, and looking ahead to its end.

# %%
predict("99-ending", "At gamma = 0.9: will a drive that ends beside the road look worse than others?")

# %%
returns, departures = {}, {}  # (gamma, kind) -> (drives,); kind -> how often the car left the road
for kind in DEMONSTRATORS:
    driver = DRIVING.make_demonstrator(kind, seed=SEED)
    drives = collect_trajectories(driver, DRIVING.env_id, 20, SEED, **DRIVING.test_options)
    departures[kind] = sum(drive.terminated for drive in drives)
    for gamma in GAMMAS:
        returns[gamma, kind] = np.array([discounted_return(drive.rewards, gamma) for drive in drives])
for gamma in GAMMAS:
    means = [f"{kind} {returns[gamma, kind].mean():.2f}" for kind in DEMONSTRATORS]
    print(f"gamma = {gamma}: " + ",  ".join(means))
print(f"The weak driver left the road in {departures['weak']} of 20 drives.")
show_guess("99-ending")

# %% tags=["nbval-check-output"]
order = sorted(DEMONSTRATORS, key=lambda kind: -returns[1.0, kind].mean())
print("Over whole drives, from best to worst:", ", ".join(order))

# %%
predict("99-spread", "Over whole drives, whose returns will vary most?")

# %% jupyter={"source_hidden": true}
# Draws the returns of each demonstrator, for both discounts.
figure, axes = plotting.panels(columns=len(GAMMAS), width=12, height=4)
for axis, gamma in zip(axes, GAMMAS, strict=True):
    plotting.distributions(axis, {kind: returns[gamma, kind] for kind in DEMONSTRATORS})
    axis.set(title=f"gamma = {gamma}", xlabel=f"return ({DRIVING.score_name})")
video.show(
    figure,
    alt="Histograms of the returns of three drivers, for two discounts. Over whole drives, some of the weak driver's lie "
    "far below its others; with a short look ahead, all of them are alike.",
)
show_guess("99-spread")

# %% [markdown]
# **A short look ahead does not see what happens later.** The weak driver left the road in
# {{printed: in (\d+) of 20}} of its 20 drives. Over whole drives, these are the bars far to the left. At
# $\gamma = 0.9$ they look like its other drives, because they began like them. The order of the three stays as it is:
# the expert earns {{printed: gamma = 0.9: expert ([\d.]+)}} there and the biased driver
# {{printed: gamma = 0.9: .*biased ([\d.]+)}}. This says nothing about learning: the three drive the same way, whatever
# $\gamma$ is.

# %% [markdown]
# ## Quiz
#
# **1. What is a reward worth at $\gamma = 1$ if it comes 100 steps later?**
#
# <details><summary>A · nothing, since it is too far away</summary>
#
# No. With $\gamma = 1$, every power of it is 1.
#
# </details>
# <details><summary>B · as much as one that comes now</summary>
#
# Yes. Nothing is discounted, so only the sum counts, and not the order.
#
# </details>
# <details><summary>C · a hundredth of what it would be worth now</summary>
#
# No. The discount is a power of $\gamma$, and not one over the number of steps.
#
# </details>

# %% [markdown]
# **2. About how many steps does $\gamma = 0.9$ look ahead?**
#
# <details><summary>A · ten</summary>
#
# Yes. The weights $0.9^t$ add up to $1 / (1 - 0.9) = 10$.
#
# </details>
# <details><summary>B · one, since 0.9 is nearly 1</summary>
#
# No. The nearer to 1, the further it looks.
#
# </details>
# <details><summary>C · ninety</summary>
#
# No. After ninety steps a reward counts less than a ten-thousandth.
#
# </details>

# %% [markdown]
# **3. What did the experiment *not* show?**
#
# <details><summary>A · that a return depends on the discount</summary>
#
# No. The same drives were scored twice, and the scores differ.
#
# </details>
# <details><summary>B · that drivers differ in what they earn over whole drives</summary>
#
# No. The figure shows it, for these drives.
#
# </details>
# <details><summary>C · that a shortsighted learner drives worse</summary>
#
# Yes. Nobody learned here: the drivers are scripts, and were only scored.
#
# </details>

# %% [markdown]
# ## Summary
#
# - The discount factor says how much a later reward counts, and so what a policy is praised for.
# - A short look ahead can hide what matters at the end.
#
# **Words:** *discount factor* $\gamma$: how much less a reward counts one step later.
#
# **Read on:**
#
# - R. S. Sutton, A. G. Barto (2018). *Reinforcement Learning: An Introduction*, 2nd edition, chapter 3. MIT Press.
