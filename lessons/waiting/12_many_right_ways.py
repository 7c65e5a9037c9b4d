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
# # 12 · Many right ways
#
# **Where several actions are right, their average may be wrong.** Road works can be passed on the left or on the
# right, and good drivers do both. In lesson 03 a clone of both drove into the obstacle. In this lesson you give a
# clone several answers, in the three ways that robots use today: a mixture of Gaussians, a flow that turns noise into
# actions, and plans of several actions at once.
#
# | | |
# |---|---|
# | **You will be able to** | say why a mean can be worse than any single answer; write the likelihood of a mixture; train a flow, and sample from it; execute chunks of actions, with and without averaging |
# | **Time** | 90 minutes |
# | **You need** | lessons 02 and 03 |

# %%
import math
from collections.abc import Callable

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.chunks import ChunkedActor, EnsemblingActor, squared_error_loss, stack_chunks
from ilrl_course.algorithms.flow import make_flow, train_flow
from ilrl_course.algorithms.mixture import make_mixture
from ilrl_course.checks import check
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.rollout import collect_trajectories

SEED = 0  # everything that this notebook computes follows from this number

# %% [markdown]
# ## A mixture
#
# A Gaussian policy has one hill, and its likelihood is highest if the hill stands over the mean of the demonstrated
# actions, whether anyone has done such a thing or not. A *mixture density network* (Bishop 1994) has $K$ hills. For
# an observation $o$, the network says where the mean $\mu_k$ of each one is and which weight $w_k$ it has:
#
# $$p(a \mid o) = \sum_{k=1}^{K} w_k \prod_{j=1}^{A} \frac{1}{\sigma_{kj} \sqrt{2\pi}}
# \exp\Big(-\frac{(a_j - \mu_{kj})^2}{2 \sigma_{kj}^2}\Big), \qquad w_k = \frac{e^{s_k}}{\sum_i e^{s_i}} .$$
#
# The $A$ parts of an action are independent *within* a component. Over all components they are not: whoever passes on
# the left steers to the left first, and to the right afterward.
#
# Nothing else changes. It is trained by the loss of lesson 02, minus the mean of $\log p(a \mid o)$.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 12.1 · the likelihood of a mixture** (20 minutes, medium)
#
# Write `mixture_log_prob(scores, means, log_stds, actions)`, which returns $\log p(a \mid o)$ for each of B rows,
# (B,). `scores` (B, K) are the $s_k$, `means` and `log_stds` (B, K, A) the $\mu_{kj}$ and $\log \sigma_{kj}$, and
# `actions` is (B, A). Far from all components $p$ is rounded to 0, and $\log p$ must be right all the same.
#
# </div>
#
# <details><summary>Hint 1: shapes</summary>
#
# `actions[:, None]` is (B, 1, A), and meets `means` (B, K, A) component by component.
#
# </details>
# <details><summary>Hint 2: one component</summary>
#
# With $z = (a - \mu) / \sigma$, each part has the log-density $-z^2/2 - \log \sigma - \log(2\pi)/2$. A product
# becomes a sum: add the parts up, over axis 2. What comes out is (B, K).
#
# </details>
# <details><summary>Hint 3: the weights</summary>
#
# `scores.log_softmax(1)` is $\log w_k$, (B, K).
#
# </details>
# <details><summary>Hint 4: the sum over the components</summary>
#
# $\log \sum_k e^{x_k}$ is `torch.logsumexp(x, dim=1)`. It takes the largest $x_k$ out of the sum before it
# exponentiates, so nothing is rounded to 0. Here $x_k$ is $\log w_k$ plus the log-density of component $k$.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Weights that do not sum to 1. A sum over the parts behind the sum over the components, so that each part chooses a
# component of its own. The variance in place of the standard deviation. `exp` and `log` by hand.
#
# </details>

# %% exercise="ilrl_course.algorithms.mixture.mixture_log_prob"

# %%
mixture_log_prob = check(mixture_log_prob)

# %% [markdown]
# ## A flow
#
# How many hills are enough? *Flow matching* (Lipman et al. 2023) does not ask. It draws noise $x_0$ from a Gaussian,
# and moves it until it is an action. A network says in which direction, and how fast: the **velocity** $v(o, x, t)$
# at the point $x$ at the time $t$, which runs from 0 (noise) to 1 (action). *Diffusion policies* (Chi et al. 2023),
# which drive many of today's robot arms, are close relatives.
#
# How does the network learn where to go? For a demonstrated action $a$ and some noise $x_0$ there is a straight way:
#
# $$x_t = (1 - t)\, x_0 + t\, a, \qquad \text{with the velocity}\quad \frac{d x_t}{d t} = a - x_0 .$$
#
# The network is asked at $x_t$ and should answer $a - x_0$. It cannot know from which $x_0$ to which $a$ the way
# leads, so it learns the *mean* of all the ways that pass there. Here a mean does no harm: those who follow these
# mean velocities arrive at actions as frequent as the demonstrated ones. That is the theorem of the paper.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 12.2 · the loss of a flow** (15 minutes, medium)
#
# Write `flow_loss(velocity, obs, actions, noise, time)`: the mean over the rows of
# $\lVert v(o, x_t, t) - (a - x_0) \rVert^2$. `actions` and `noise` are (B, A), and each row has a time of its own,
# `time` (B,). `velocity(obs, points, time)` takes (B, obs_dim), (B, A) and (B,), and returns (B, A).
#
# </div>
#
# <details><summary>Hint 1: shapes</summary>
#
# (B,) times (B, A) is not what you want: `time[:, None]` is (B, 1), and gives all parts of a row the same time. The
# velocity itself takes `time` as it is.
#
# </details>
# <details><summary>Hint 2: ends</summary>
#
# Test your points in your head: at $t = 0$ they are the noise, at $t = 1$ the action.
#
# </details>
# <details><summary>Hint 3: the squared length</summary>
#
# Add up the squares over the parts, axis 1, and take the mean over the rows.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Time that runs backward. A target of $x_0 - a$, or of $a$ alone. A mean over the parts of an action.
#
# </details>

# %% exercise="ilrl_course.algorithms.flow.flow_loss"

# %%
flow_loss = check(flow_loss)

# %% [markdown]
# To act, draw noise, and follow the velocity from time 0 to time 1. **Euler's method** does it in $n$ small steps:
# for a time of $1/n$ it pretends that the velocity stays as it is at the beginning of the step.
#
# $$x \leftarrow x + \frac{1}{n}\, v\Big(o, x, \frac{i}{n}\Big), \qquad i = 0, 1, \dots, n - 1 .$$
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 12.3 · from noise to an action** (10 minutes, easy)
#
# Write `flow_sample(velocity, obs, noise, num_steps)`, which returns where the noise (B, A) arrives after `num_steps`
# steps of Euler's method, (B, A).
#
# </div>
#
# <details><summary>Hint 1: the time</summary>
#
# The velocity wants a time for each row: `torch.full((len(obs),), step / num_steps)`.
#
# </details>
# <details><summary>Hint 2: the loop</summary>
#
# Begin with `points = noise`. In each step, `points = points + velocity(obs, points, time) / num_steps`.
# (`points += ...` would change the caller's noise.)
#
# </details>
# <details><summary>Common mistakes</summary>
#
# A step too few or too many. A velocity that is not divided by the number of steps. A velocity that is always asked
# at the noise.
#
# </details>

# %% exercise="ilrl_course.algorithms.flow.flow_sample"

# %%
flow_sample = check(flow_sample)

# %% [markdown]
# ## Chunks of actions
#
# A policy with several answers may change its mind in each step: a little to the left, then a little to the right,
# and into the obstacle. **Action chunks** (Zhao et al. 2023) make it keep its word. The policy predicts the next $H$
# actions as one long action, and the first $k$ of them are executed before it is asked again. Within a chunk it does
# not react to anything.
#
# `stack_chunks(trajectories, H)` makes such long actions from demonstrations. Behind the end of an episode nobody
# acted; what is missing there is marked, and no loss counts it.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 12.4 · executing chunks** (20 minutes, medium)
#
# N worlds run side by side, each with a plan of its own. Write
# `chunk_step(plans, ages, fresh, begins, num_executed)`, one step of all of them. `plans` (N, H, A) are the plans in
# use, and `ages` (N,) say how many actions of each one have been executed. `fresh` (N, H, A) is what the policy would
# plan now. A world takes its fresh plan where an episode begins (`begins`, (N,) bool), or where `num_executed`
# actions of the old one have been executed. Return the actions (N, A), and the plans and ages to go on with. Do not
# change the arrays that are passed in.
#
# </div>
#
# <details><summary>Hint 1: who takes a fresh plan</summary>
#
# `renewed = begins | (ages >= num_executed)`, (N,) bool.
#
# </details>
# <details><summary>Hint 2: row by row, without a loop</summary>
#
# `np.where(condition, if_true, if_false)` chooses for each row. The condition needs as many axes as the plans:
# `renewed[:, None, None]`. A fresh plan has the age 0.
#
# </details>
# <details><summary>Hint 3: the action at the age</summary>
#
# `plans[np.arange(len(plans)), ages]` takes, of each world's plan, the action at that world's age. After that, each
# age grows by 1.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# A plan that outlives its episode. One action too many, or too few, of each plan. A fresh plan for all as soon as one
# world needs it. `plans[:, ages]`, which gives every world the actions of all.
#
# </details>

# %% exercise="ilrl_course.algorithms.chunks.chunk_step"

# %%
chunk_step = check(chunk_step)

# %% [markdown]
# Where one chunk ends and the next one begins, the car may jerk. *Temporal ensembling*, from the same paper, plans in
# **every** step. Then several plans overlap, each says what to do now, and the average is done. The oldest plan has
# the largest weight: with $m$ for the decay, plan $p$ weighs
#
# $$w_p = \frac{e^{-m p}}{\sum_i e^{-m i}}, \qquad p = 0 \text{ is the oldest} .$$
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 12.5 · averaging plans** (15 minutes, medium)
#
# Write `average_plans(plans, known, decay)`, which returns the actions (N, A) of this step. `plans` (P, N, H, A) are
# the last P plans of N worlds, the oldest first; they were made in successive steps, the last one now. `known` (P, N)
# is False for plans of an earlier episode: they count nothing, and the weights of the others still sum to 1.
#
# </div>
#
# <details><summary>Hint 1: what an older plan says about now</summary>
#
# The newest plan, number P − 1, begins now: its first action counts. Plan $p$ was made P − 1 − $p$ steps ago, so it
# says `plans[p, :, P - 1 - p]`, (N, A).
#
# </details>
# <details><summary>Hint 2: weights</summary>
#
# `np.exp(-decay * np.arange(P))[:, None] * known` is (P, N), and 0 where a plan is unknown. Divide it by its sum over
# axis 0.
#
# </details>
# <details><summary>Hint 3: the sum</summary>
#
# `(weights[:, :, None] * proposals).sum(0)`, where `proposals` (P, N, A) is what the plans say.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The newest plan with the largest weight. The first action of every plan. Weights that are divided by their sum
# before the unknown plans are taken out.
#
# </details>

# %% exercise="ilrl_course.algorithms.chunks.average_plans"

# %%
average_plans = check(average_plans)

# %% [markdown]
# [[RESULTS: the figure of methods and chunk lengths on the road; the arm; PPO from its best clone]]
#
# ## From here to real robots
#
# The arm of this lesson is a simulation whose state we read off. A real one has no such state, breaks what it drops,
# and needs a person to put everything back. Four things change.
#
# **Sim to real.** A policy that was trained in a simulator meets friction, delays and loads there that nobody
# simulated. One answer is to train in *many* simulators: with random looks (Tobin and others 2017), or random masses,
# frictions and delays (Peng and others 2018), so that the real world is one more of them. It is lesson 06b's
# question, whether what was learned survives a change of the world, asked beforehand.
#
# **Cameras.** Observations are pictures, and a network has to find in them what we were given as numbers: where the
# block is. It may also hold on to what does not matter, such as the background, as the clone of lesson 03 held on to
# the last action.
#
# **Data from many robots.** Demonstrations cost a person's time, one by one, so laboratories pool them: *Open
# X-Embodiment* (2024) has data of 22 kinds of robots from 21 institutions, and a policy trained on all of them does
# better on several than one that was trained on that robot alone.
#
# **Models that have read the web.** *Vision-language-action models* begin as models of pictures and text. RT-2
# (Zitkovich and others 2023) writes actions as words of its vocabulary, and is trained by the loss of lesson 02.
# OpenVLA (Kim and others 2024) does the same in the open, with 970,000 demonstrations. π0 (Black and others 2024)
# adds a flow that plans chunks of 50 actions: exercises 12.2 to 12.4.
#
# And what stays the same?
#
# | in this course | with real robots |
# |---|---|
# | cloning (02) | what nearly all of these models are trained by |
# | drifting off (03), asking again (04) | people take over when the robot errs, and their corrections are recorded: DAgger, with the labels of one who is really there (Kelly and others 2019) |
# | noise while demonstrating (03) | DART was made for a robot arm (Laskey and others 2017) |
# | what the demonstrator wanted (05, 06b) | rarely inferred; success is judged by people or by a classifier |
# | imitate first, then improve (08) | a simulated hand is cloned, then improved by policy gradients that keep hearing the demonstrations (Rajeswaran and others 2018); diffusion policies are improved by PPO (Ren and others 2025) |
#
# What we cannot show here: how large these effects are on a real arm. For that one needs an arm.
#
# ## Summary
#
# [[SUMMARY]]
#
# **Read on:**
#
# - C. M. Bishop (1994). Mixture Density Networks. *Technical report NCRG/94/004, Aston University*.
# - Y. Lipman, R. T. Q. Chen, H. Ben-Hamu, M. Nickel, M. Le (2023). Flow Matching for Generative Modeling. *ICLR*.
# - C. Chi, S. Feng, Y. Du, Z. Xu, E. Cousineau, B. Burchfiel, S. Song (2023). Diffusion Policy: Visuomotor Policy
#   Learning via Action Diffusion. *RSS*.
# - T. Z. Zhao, V. Kumar, S. Levine, C. Finn (2023). Learning Fine-Grained Bimanual Manipulation with Low-Cost
#   Hardware. *RSS*.
# - J. Tobin, R. Fong, A. Ray, J. Schneider, W. Zaremba, P. Abbeel (2017). Domain Randomization for Transferring Deep
#   Neural Networks from Simulation to the Real World. *IROS*.
# - X. B. Peng, M. Andrychowicz, W. Zaremba, P. Abbeel (2018). Sim-to-Real Transfer of Robotic Control with Dynamics
#   Randomization. *ICRA*.
# - M. Kelly, C. Sidrane, K. Driggs-Campbell, M. J. Kochenderfer (2019). HG-DAgger: Interactive Imitation Learning
#   with Human Experts. *ICRA*.
# - M. Laskey, J. Lee, R. Fox, A. Dragan, K. Goldberg (2017). DART: Noise Injection for Robust Imitation Learning.
#   *CoRL*.
# - A. Rajeswaran, V. Kumar, A. Gupta, G. Vezzani, J. Schulman, E. Todorov, S. Levine (2018). Learning Complex
#   Dexterous Manipulation with Deep Reinforcement Learning and Demonstrations. *RSS*.
# - A. Z. Ren, J. Lidard, L. L. Ankile, A. Simeonov, P. Agrawal, A. Majumdar, B. Burchfiel, H. Dai, M. Simchowitz
#   (2025). Diffusion Policy Policy Optimization. *ICLR*.
# - Open X-Embodiment Collaboration (2024). Open X-Embodiment: Robotic Learning Datasets and RT-X Models. *ICRA*.
# - B. Zitkovich and others (2023). RT-2: Vision-Language-Action Models Transfer Web Knowledge to Robotic Control.
#   *CoRL*.
# - M. J. Kim and others (2024). OpenVLA: An Open-Source Vision-Language-Action Model. *CoRL*.
# - K. Black and others (2024). π0: A Vision-Language-Action Flow Model for General Robot Control. *arXiv:2410.24164*.
