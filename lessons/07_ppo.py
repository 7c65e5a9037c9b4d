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
# # 07 · PPO from scratch
#
# **Now nobody shows anything.** The agent acts, gets a reward, and does more of what went well. This lesson builds the
# algorithm that most people use for that, *proximal policy optimization*, step by step from its simplest ancestor.
# From lesson 08 on, imitation and reinforcement learning work together; here we learn the second half.
#
# | | |
# |---|---|
# | **You will be able to** | say where the policy gradient comes from, and make it less noisy; write value targets, GAE and PPO's clipped loss; solve CartPole with PPO; read a training run's dials |
# | **Time** | 110 minutes |
# | **You need** | lesson 02 (log-likelihood and its gradient) |

# %%
from copy import deepcopy
from dataclasses import replace

import numpy as np
import torch
from torch import Tensor

from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.algorithms.ppo import clipped_loss as PPO_LOSS
from ilrl_course.checks import check
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy, ValueNet, make_policy, make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.progress import watch
from ilrl_course.notebook.sliders import demo
from ilrl_course.rollout import VectorEnv, collect_rollout, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs


def make_worlds(num_envs: int = 32) -> VectorEnv:
    """Copies of CartPole: 1 per step, at most 500 steps."""
    return make_batch(CARTPOLE.env_id, num_envs)


def make_networks(seed: int) -> tuple[Policy, ValueNet]:
    """An untrained actor and an untrained critic."""
    envs = make_worlds(1)
    return (
        make_policy(envs.single_observation_space, envs.single_action_space, seed),
        make_value_net(envs.single_observation_space, seed),
    )


def score(policy: Policy, seed: int, num_episodes: int = 100) -> float:
    """The mean return in fresh episodes."""
    return evaluate(policy.act, CARTPOLE.env_id, num_episodes, seed).mean_return


# %% [markdown]
# `SEED` changes the live runs, and not the recorded ones, 24 of each kind, which are read from `results/`.
#
# ## Do more of what went well
#
# A policy $\pi_\theta(a \mid o)$ acts. Some of what it does turns out well. We cannot differentiate through the world,
# but we need not: to make an action likelier, follow the gradient of its log-probability. So weigh each action that
# was taken by how well it went:
#
# $$\nabla_\theta J = \mathbb{E}\Big[\sum_t \nabla_\theta \log \pi_\theta(a_t \mid o_t)\; \hat G_t\Big], \qquad
# \hat G_t = r_t + \gamma r_{t+1} + \gamma^2 r_{t+2} + \dots$$
#
# $J$ is the expected return, $\mathbb{E}$ the mean over episodes that this policy plays, and $r_t$ the reward of step
# $t$. Why is it true? Take a single decision. Its expected reward is $\sum_a \pi_\theta(a)\, r(a)$. Since
# $\nabla \pi = \pi\, \nabla \log \pi$, its gradient is $\sum_a \pi_\theta(a)\, \nabla_\theta \log \pi_\theta(a)\, r(a)$:
# the mean of $\nabla_\theta \log \pi_\theta(a)\, r(a)$ over actions that the policy draws itself. For a whole episode $\tau$, take its
# probability instead of $\pi_\theta(a)$. Its logarithm is a sum,
#
# $$\log P(\tau) = \log P(o_0) + \sum_t \log \pi_\theta(a_t \mid o_t) + \sum_t \log P(o_{t+1} \mid o_0, a_0, \dots, o_t, a_t) ,$$
#
# and only the middle part depends on $\theta$. The world's own probabilities drop out of the gradient: nobody needs to know them.
#
# The weight $\hat G_t$ is the **reward to go**: what was paid *before* step $t$ cannot be thanks to the action at $t$.
# The **discount** $\gamma$ makes what comes later count less. With $\gamma = 1$ the formula is exact; just below 1 it is
# slightly wrong and much less noisy. This is REINFORCE (Williams 1992), with the reward to go as weight.
#
# Look twice at the formula: with all weights 1, it is behavioral cloning of *the agent itself*. (Its mean is then 0:
# nothing is learned from copying oneself without a judge.) Reinforcement learning is imitation of one's own better
# moments.
#
# ## Where the record stops, but life would go on
#
# Acting comes in blocks: $N$ worlds side by side, $T$ steps each. So the record of an episode may stop in three ways:
#
# - **terminated**: the pole fell, or the cart left the track. Nothing comes after it, so the rest is worth 0.
# - **truncated**: the clock ended the episode. The pole still stands! What would have come is worth something.
# - **the block ends** in the middle of an episode.
#
# In the second and third case, someone must estimate the rest: a **critic**, a network $V(o)$ that forecasts the
# discounted reward to go from what is seen. (For now, take it as given; it is trained beside the policy.) Where the
# record stops, $\hat G_t$ is completed by the critic.
#
# Here are all three in a block of five steps of one world, with $\gamma = ½$ and a reward of 1 in each step. Read it from the bottom up:
#
# | step $t$ | what happened | $V(o_{t+1})$ | $\hat G_t$ |
# |---|---|---|---|
# | 0 | | 6 | $1 + ½ \cdot 1 = 1.5$ |
# | 1 | terminated | 6 | $1 + ½ \cdot 0 = 1$ |
# | 2 | a new episode has begun | 5 | $1 + ½ \cdot 3 = 2.5$ |
# | 3 | truncated | 4 | $1 + ½ \cdot 4 = 3$ |
# | 4 | another one has begun; the block ends | 2 | $1 + ½ \cdot 2 = 2$ |
#
# The critic is asked twice, after steps 3 and 4. Its other forecasts do not count.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 7.1 · value targets** (20 minutes, medium)
#
# For each step of a block, compute the discounted reward to go within its own episode. All inputs have the shape
# (T, N): row $t$ holds step $t$ of all $N$ worlds. `next_values[t]` is the critic's $V$ of what was seen *after* step
# $t$, before any reset. In each world:
#
# $$\hat G_t = r_t + \gamma \cdot \begin{cases} 0 & \text{if step } t \text{ terminated}\\ V(o_{t+1}) & \text{if it was
# truncated, or is the last row of the block}\\ \hat G_{t+1} & \text{otherwise} \end{cases}$$
#
# Return the targets, a tensor (T, N).
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# At the end. `for t in reversed(range(len(rewards)))` goes from the last row to the first, and carries along `rest`, a
# tensor (N,): what comes after row $t$ in each world. Before the loop it is `next_values[-1]`.
#
# </details>
# <details><summary>Hint 2: different worlds, different cases</summary>
#
# `torch.where(truncated[t], next_values[t], rest)` takes the second argument where the first is true, else the third.
# Multiplying by `~terminated[t]` (not terminated) puts zeros where an episode has terminated.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# In the loop: correct `rest` for the two kinds of ends; then `rest = rewards[t] + gamma * rest`; store it as row $t$
# of the result, which may start as `torch.zeros_like(rewards)`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Taking the time limit for a death. Letting the sum run on from one episode into the next. Treating the last row as the
# end of the world.
#
# </details>

# %% exercise="ilrl_course.algorithms.advantages.value_targets"

# %%
value_targets = check(value_targets)

# %% [markdown]
# ## Rung 1: REINFORCE
#
# A rung of our ladder is two small functions, how the weight is computed and what loss comes of it, and a few settings. The loop around
# them stays the same: it is `train_ppo` in `ilrl_course/algorithms/ppo.py` (a file that also holds the solution of exercise 7.3), and it takes these functions as arguments.
# (All rungs take the same arguments; the first ones do not need all of them.) In each of 20 iterations, 32 worlds go
# on for 64 steps, and then the policy takes four gradient steps: one pass over the block, in random *minibatches* of
# 512 steps. REINFORCE has no critic, so what comes after the block counts as nothing.
#
# One caution: while it learns, the agent draws its actions, but the curves show the likeliest ones (`policy.act`). An
# untrained policy draws at random, and the pole soon falls. Its *likeliest* actions may score anything, by luck: look at where
# the curves begin.

# %%
predict(
    "07-reinforce",
    "The best possible is 500. How many of eight runs of REINFORCE will end above 475, after 40,000 steps?",
)

# %%
TOTAL_STEPS = 20 * 64 * 32


def reward_to_go(rewards, values, next_values, terminated, truncated, gamma, gae_lambda) -> Tensor:
    """The weights of REINFORCE, (T, N): no critic."""
    return value_targets(rewards, torch.zeros_like(values), terminated, truncated, gamma)


def policy_gradient_loss(policy, obs, actions, old_log_probs, advantages, clip_coef) -> Tensor:
    """Its gradient is the negative policy gradient: log-probabilities of what was done, weighted."""
    return -(policy(obs).log_prob(actions) * advantages).mean()


def learning_curve(seed: int, config: PPOConfig, advantage_fn, loss_fn) -> np.ndarray:
    """Mean returns in 50 fresh episodes, at first and after each fifth of the steps; at the end in 100: (6,)."""
    policy, value_net = make_networks(seed)
    scores = [score(policy, derive_seed(seed, "at first"), 50)]
    training = train_ppo(policy, value_net, make_worlds(), config, seed, advantage_fn, loss_fn)
    for iteration, _ in enumerate(training, start=1):
        if iteration % 4 == 0:
            fresh_seed = derive_seed(seed, f"after {iteration} iterations")
            scores.append(score(policy, fresh_seed, 100 if iteration == 20 else 50))
    return np.array(scores)


ONE_PASS = PPOConfig(num_iterations=20, num_steps=64, num_epochs=1, normalize_advantages=False)
WITHOUT_CRITIC = replace(ONE_PASS, vf_coef=0.0)  # it is not even trained
reinforce = np.array(
    run_seeds(
        learning_curve,
        SEEDS,
        config=WITHOUT_CRITIC,
        advantage_fn=reward_to_go,
        loss_fn=policy_gradient_loss,
    )
)

# %%
COLORS = {
    "REINFORCE": "random",
    "with GAE": "training",
    "ten passes": "weak",
    "clipped": "biased",
    "PPO": "you",
}


def draw_curves(curves: dict[str, np.ndarray], title: str, alt: str) -> None:
    """Learning curves of these rungs, (seeds, 6) each."""
    figure, axis = plotting.panels(width=10, height=5)
    thousands = np.linspace(0, TOTAL_STEPS, 6) / 1000
    for name, runs in curves.items():
        plotting.learning_curves(axis, thousands, runs, name, COLORS[name])
    plotting.reference_line(axis, 475, "solved", "expert")
    axis.set(title=title, xlabel="environment steps (thousands)", ylabel="mean return", ylim=(0, 510))
    video.show(figure, alt=alt)
    for name, runs in curves.items():
        low, high = confidence_interval(runs[:, -1])
        print(f"{name:15} {runs[:, -1].mean():5.1f} [{low:.1f}, {high:.1f}] at the end of {len(runs)} runs")


draw_curves(
    {"REINFORCE": reinforce},
    "REINFORCE learns, but unreliably",
    alt="Eight learning curves of REINFORCE: they rise, fall and differ, and their mean ends far below 475.",
)
print(
    f"Before any training, the likeliest actions score {reinforce[:, 0].min():.0f} to {reinforce[:, 0].max():.0f}."
)
print(f"{(reinforce[:, -1] >= 475).sum()} of {len(SEEDS)} runs end at 475 or above.")
show_guess("07-reinforce")

# %% [markdown]
# It learns, so the idea works. But the runs differ wildly, and few of them solve the task. The next rungs change one thing
# at a time.
#
# ## Rung 2: compare with what was to be expected
#
# On CartPole all rewards are positive, so all weights are: every action that was taken is pushed up, the better ones a little
# more. What matters is whether an action went better *than expected*. Subtract the critic's forecast, the
# **baseline**:
#
# $$\hat A_t = \hat G_t - V(o_t)$$
#
# This is an estimate of the **advantage** of the action: how much better it is than what the policy does on average in
# this situation. May one subtract it? Yes: $\sum_a \pi_\theta(a \mid o)\, \nabla_\theta \log \pi_\theta(a \mid o) =
# \nabla_\theta \sum_a \pi_\theta(a \mid o) = \nabla_\theta 1 = 0$, so a number that is the same for all actions leaves the
# expected gradient as it is (Williams 1992). If it is a good forecast, it takes much of the noise away. (We run this rung together
# with the next one.)
#
# ## Rung 3: how far do you trust the critic?
#
# $\hat G_t$ sums up many rewards, and with them all the luck on the way. The critic offers a shortcut: the
# **temporal-difference error** (TD error) looks only one step ahead, and asks the critic for the rest.
#
# $$\delta_t = r_t + \gamma V(o_{t+1}) - V(o_t) \qquad (V(o_{t+1}) := 0 \text{ after a termination})$$
#
# That has little noise, but if the critic is wrong, so is $\delta_t$. **Generalized advantage estimation** (GAE,
# Schulman et al. 2016) has a knob between the two:
#
# $$\hat A_t = \delta_t + \gamma\lambda\,\delta_{t+1} + (\gamma\lambda)^2\,\delta_{t+2} + \dots$$
#
# up to the end of the episode, or of the block, and nothing beyond. With $\lambda = 0$ it is the TD error; with $\lambda = 1$ everything
# that the critic says in between cancels out, and it is $\hat G_t - V(o_t)$.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 7.2 · GAE** (15 minutes, medium)
#
# Compute $\hat A_t$ for all steps of a block. The inputs are (T, N) as before; `values[t]` is $V$ of what was seen
# before step $t$, `next_values[t]` of what was seen after it. Within an episode, $\hat A_t = \delta_t + \gamma\lambda
# \hat A_{t+1}$; the sum must not run on into the next episode, whatever ended this one.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# With `deltas`, for the whole block at once, without a loop. Multiplying by `~terminated` sets the value after a
# termination to 0. After a truncation `next_values` is right as it is.
#
# </details>
# <details><summary>Hint 2: the recursion</summary>
#
# Backward again. `continues = ~(terminated | truncated)` tells whether row $t + 1$ belongs to the same episode.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# In the loop: `advantage = deltas[t] + gamma * gae_lambda * continues[t] * advantage`, with `advantage` starting as
# `torch.zeros_like(rewards[0])`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# `values[t + 1]` instead of `next_values[t]`: at an episode's end that is the first value of *another* episode.
# Cutting the sum at terminations only. $\gamma$ or $\lambda$ forgotten.
#
# </details>

# %% exercise="ilrl_course.algorithms.advantages.compute_gae"

# %%
compute_gae = check(compute_gae)

# %% [markdown]
# Who trains the critic? `train_ppo` does, in the same gradient steps: it brings $V(o_t)$ nearer to $\hat A_t + V(o_t)$,
# by squared error. With $\lambda = 1$ that is exactly your value target.
#
# ### What it does to the gradient
#
# An agent acts for many blocks, after six of twenty iterations of full PPO. From each block every estimator computes a policy gradient. How well does
# it point in the right direction? We measure the cosine of the angle between the two: 1 is the same direction, 0 a right
# angle. The right direction comes from 48 other blocks, in which each step is weighted by its reward to go *to the very end of its
# episode*, less the forecast of the agent's critic. That asks the critic about what comes after only where the clock ends an episode. (It
# is an estimate, too: an estimator without any bias gets no more than about 0.94 against it here.)
#
# A gradient can point elsewhere for two reasons. **Noise** differs from block to block, and averages out. **Bias** is
# the same in every block, and stays. So we look twice: at the gradient of a single block, and at the mean of 48 of
# them, from which most of the noise is gone. And we ask twice: with the agent's own critic, and with an *untrained*
# one. (24 agents, from `results/gradient_noise.json`; `python3 course.py results gradient_noise` computes them again.)

# %%
predict(
    "07-critic",
    "Does more trust in the critic (a smaller λ) turn the gradient the right way? And with a critic that knows nothing?",
)

# %%
recorded = load_results("gradient_noise")
cosines = {name: np.array(values) for name, values in recorded["cosines"].items()}  # (seeds, critics, 2)
cosines = {
    name.replace("in the block", "no critic").replace("to the end", "to the end, less V"): values
    for name, values in cosines.items()
}
ROLES = {name: "you" if name.startswith("λ") else "random" for name in cosines}
CRITICS = ("own critic", "untrained critic")
figure, axes = plotting.panels(columns=2, rows=2, width=16, height=8.5, sharex=True)
for critic, row in enumerate(axes):
    for averaged, axis in enumerate(row):
        shown = {name: values[:, critic, averaged] for name, values in cosines.items()}
        plotting.strip(axis, shown, ROLES)
        blocks = f"mean of {recorded['num_blocks']} blocks" if averaged else "one block"
        axis.set(title=f"{CRITICS[critic].capitalize()}, {blocks}", xlim=(-1.05, 1.05))
for axis in axes[1]:
    axis.set_xlabel("cosine with the right direction")
video.show(
    figure,
    alt="How well gradients point in the right direction, for six estimators, in four panels. With the agent's own "
    "critic, single blocks do better the smaller lambda is, down to a half; the mean of many blocks is nearly right for "
    "a large lambda, and farther off for a small one. With an untrained critic all single blocks are poor.",
)
print(f"{'':52}one block               mean of {recorded['num_blocks']} blocks")
for critic, title in enumerate(CRITICS):
    for name, values in cosines.items():
        cells = []
        for column in values[:, critic].T:
            low, high = confidence_interval(column)
            cells.append(f"{column.mean():+.2f} [{low:+.2f}, {high:+.2f}]")
        print(f"{f'{title}, {name}':52}{cells[0]}   {cells[1]}")
print("\nown critic, paired differences to λ = 1:")
for name in ("λ = 0.95", "λ = 0.5", "λ = 0"):
    one, mean = (compare_paired(cosines[name][:, 0, i], cosines["λ = 1"][:, 0, i]) for i in (0, 1))
    print(f"{name:9} one block {one}   mean of many {mean}")
show_guess("07-critic")

# %% [markdown]
# - **REINFORCE's gradient is mostly noise.** A single block has a cosine of {{printed: own critic, reward to go, no critic +\+([\d.]+)}}. The mean of 48 blocks gets to
#   {{printed: own critic, reward to go, no critic +\S+ \[\S+ \S+ +\+([\d.]+)}}: what is missing is noise that 48 blocks do not remove, and the bias of a reward to go that is cut off at the end of the block.
# - **A good critic's forecast takes much of the noise away.** Followed to the end of the episode, the same reward to go has {{printed: untrained critic, reward to go, to the end, less V +\+([\d.]+)}} with the forecast of an
#   untrained critic subtracted, and {{printed: own critic, reward to go, to the end, less V +\+([\d.]+)}} with that of the agent's own.
# - **A smaller $\lambda$ trades noise for bias.** Single blocks point better with $\lambda = 0.95$ than with 1, and better still with ½. The mean of many says what that costs:
#   0.95 cannot be told from 1, while ½ falls behind. Where the critic errs, a small $\lambda$ repeats its error in each block; and from iteration to
#   iteration noise averages out, but bias does not. So $\lambda = 0.95$, the usual choice, has much of the gain, at a bias that is too small to see here.
# - **With an untrained critic, trust is harmful.** CartPole pays 1 in each step, also in the last one before a fall, so a single reward tells nothing, and with a small
#   $\lambda$ the critic's word is nearly all that is left. For some agents it happens to point the right way, for others the opposite way.
#
# Remember the lower row for lesson 08: there, a *good* policy meets an untrained critic.
#
# ## Rung 4: use a block more than once
#
# Acting is expensive, and so far each block serves for a single pass. Why not several? After the first step,
# the policy is no longer the one that acted, so its data describe another policy. The **ratio** corrects for one half of that: how likely the *action* was.
#
# $$\rho_t(\theta) = \frac{\pi_\theta(a_t \mid o_t)}{\pi_{\text{old}}(a_t \mid o_t)}, \qquad
# L(\theta) = -\frac{1}{B} \sum_t \rho_t(\theta)\, \hat A_t$$
#
# with the sum over the $B$ steps of a minibatch. At the first step $\rho = 1$, and the gradient is the policy gradient.
#
# The other half stays uncorrected. The *situations* $o_t$ are those into which the old policy got, and $\hat A_t$ tells how good an action is if the old
# policy goes on afterwards. So $L$ speaks about the new policy only as long as that stays **near** the old one. Kakade and Langford (2002)
# bound what can go wrong when a little of a new policy is mixed into the old one; TRPO, PPO's predecessor (Schulman et al. 2015), makes of it a limit on the KL in each iteration.
#
# The loss itself sets no limit: if an action looked good once, by luck, it pays to make it ten or a hundred times as likely.

# %%
predict(
    "07-passes",
    "Ten passes over each block (epochs) instead of one, with the ratio in the loss. Which ends higher?",
)


# %%
def unclipped_loss(policy, obs, actions, old_log_probs, advantages, clip_coef) -> Tensor:
    """The policy gradient's loss for data of an older policy, corrected by the ratio."""
    ratio = (policy(obs).log_prob(actions) - old_log_probs).exp()
    return -(ratio * advantages).mean()


TEN_PASSES = replace(ONE_PASS, num_epochs=10)  # 40 gradient steps on each block
ladder = {name: np.array(runs) for name, runs in load_results("ladder")["returns"].items()}  # (seeds, 6)
draw_curves(
    {name: ladder[name] for name in ("REINFORCE", "with GAE", "ten passes")},
    "Ten passes over each block",
    alt="Learning curves of REINFORCE, of one pass with GAE, and of ten passes with GAE: all of them scatter widely, and "
    "none ends clearly above the others.",
)
more = compare_paired(ladder["ten passes"][:, -1], ladder["with GAE"][:, -1])
print(f"ten passes minus one, both with GAE: {more}")
show_guess("07-passes")

# %%
policy, value_net = make_networks(SEED)
for name, loss_fn in {"unclipped": unclipped_loss, "with the clip of the next rung": PPO_LOSS}.items():
    learner, critic = deepcopy(policy), deepcopy(value_net)
    first = next(train_ppo(learner, critic, make_worlds(), TEN_PASSES, SEED, compute_gae, loss_fn))
    print(f"{name:31} after one block {first['clip_fraction']:4.0%} of the ratios are outside of 0.8 to 1.2")

# %% [markdown]
# Ten passes could learn more from the same experience. They do not: these runs cannot tell them from a single pass. (24 runs each, from
# `results/ladder.json`.) In the last cell, {{printed: unclipped +after one block +(\d+%)}} of the ratios have left 0.8 to 1.2 after the *first* block. The
# loss was built for a policy near the one that acted, and this one is not near. It goes too far on too little evidence.
#
# ## Rung 5: the clip
#
# PPO's answer is simple (Schulman et al. 2017): *do not pay for going too far.* With $\varepsilon = 0.2$,
#
# $$L(\theta) = -\frac{1}{B} \sum_t \min\Big(\rho_t \hat A_t,\;\; \mathrm{clip}(\rho_t,\, 1 - \varepsilon,\, 1 +
# \varepsilon)\, \hat A_t\Big)$$

# %%
ratio = torch.linspace(0, 2, 201)
figure, axes = plotting.panels(columns=2, width=14, height=4)
for axis, advantage, title in zip(
    axes, (1.0, -1.0), ("The action was good: A = +1", "The action was bad: A = −1"), strict=True
):
    clipped = ratio.clip(max=1.2) if advantage > 0 else -ratio.clip(min=0.8)
    plotting.learning_curves(axis, ratio, [ratio * advantage], "unclipped", "weak")
    plotting.learning_curves(axis, ratio, [clipped], "clipped", "you")
    axis.set(title=title, xlabel="ratio", ylabel="what is maximized")
video.show(
    figure,
    alt="The clipped objective against the ratio. For a good action it is flat above 1.2. For a bad action it is "
    "flat below 0.8. On the other sides it equals the unclipped objective.",
)

# %% [markdown]
# A good action may become likelier, but there is nothing to gain beyond a ratio of 1.2: the line is flat, its gradient
# zero. A bad action may become rarer, to 0.8. Why the minimum? Follow the line of the good action to the left: if it
# has become *rarer* by mistake, there is no clip, and the gradient brings it back. Only the reward for going too far is
# taken away, never the way home.
#
# The clip takes away an incentive. **It is no fence.** All actions share the same weights, so a step that is meant for one moves the
# others, too; and Adam keeps going for a while in the direction of earlier steps. So with the clip, too,
# {{printed: clip of the next rung +after one block +(\d+%)}} of the ratios were outside of the range after one block. Nor is every ratio outside
# clipped: a bad action that has become likelier keeps its gradient.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 7.3 · the clipped loss** (8 minutes, easy)
#
# Given a minibatch: `obs` (B, obs_dim), the `actions` that were taken, `old_log_probs` (B,), the log-probabilities that
# these actions had for the policy that acted, and `advantages` (B,), which are ready for use: leave them as they are.
# `clip_coef` is $\varepsilon$. Return $L(\theta)$, a tensor of shape ().
#
# </div>
#
# <details><summary>Hint 1: the ratio</summary>
#
# `policy(obs)` is a distribution; its `log_prob(actions)` has the shape (B,). A quotient of probabilities is the
# exponential of a difference of logarithms.
#
# </details>
# <details><summary>Hint 2: the clip</summary>
#
# `ratio.clamp(1 - clip_coef, 1 + clip_coef)`. Then multiply both, the clipped and the unclipped ratio, by the
# advantages, and take `torch.min` of the two products, element by element.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The minimum of the ratios instead of the products: with a negative advantage that is the wrong one. The sign: what is
# *minimized* is the loss. New actions instead of those taken.
#
# </details>

# %% exercise="ilrl_course.algorithms.ppo.clipped_loss"

# %%
clipped_loss = check(clipped_loss)

# %% [markdown]
# ## Rung 6: advantages around zero
#
# One step is missing. Our critic starts near 0 and lags behind, so on average the advantages stay above 0: most actions look better than expected. So one brings the advantages of each minibatch to mean 0 and standard
# deviation 1. (The paper's objective does not contain this; nearly every implementation does, see Huang et al. 2022.)
# The mean takes out what all actions have in common. The standard deviation makes the actor's loss the
# same for worlds that pay 1 or 1000. (The critic's loss still grows with the square of the rewards. And where no action is better than another,
# dividing by a small standard deviation makes noise large.)
#
# Your GAE and your loss now make the whole algorithm.

# %%
predict("07-ppo", "How many of eight runs of PPO reach 475?")

# %%
CONFIG = replace(TEN_PASSES, normalize_advantages=True)
ppo = np.array(
    run_seeds(learning_curve, SEEDS, config=CONFIG, advantage_fn=compute_gae, loss_fn=clipped_loss)
)

# %% tags=["nbval-check-output"]
solved = int((ppo[:, -1] >= 475).sum())
print(
    "Every run of PPO solves CartPole." if solved == len(SEEDS) else "Not every run of PPO solves CartPole."
)

# %%
print(f"{solved} of {len(SEEDS)} runs reach at least 475 over 100 fresh episodes.")
show_guess("07-ppo")
draw_curves(
    {name: ladder[name] for name in COLORS},
    "The whole ladder",
    alt="Learning curves of the five rungs. Only the runs of full PPO all end at 500; with the clip alone most come "
    "near; the rungs before scatter widely.",
)
for name in list(COLORS)[:-1]:
    better = compare_paired(ladder["PPO"][:, -1], ladder[name][:, -1])
    print(f"PPO minus {name:10} mean return at the end {better}")

# %% [markdown]
# The eight runs are yours, with your two functions; the ladder shows 24 recorded runs of each rung. Same world, same networks, same steps in the world: what differs is how
# well each block is used, and how far a step may go.
#
# ### Which rung does it?
#
# A ladder adds one thing after the other, so each rung is seen only on top of those below it. Two other questions are
# fairer to a single rung: what does it bring *alone*, added to REINFORCE? And what is lost when it alone is *left out* of PPO?
# Here "critic" stands for all that a critic brings: the baseline, the forecast where a block or the clock cuts an episode off, and GAE. And all
# variants share PPO's optimizer, learning rate and number of steps; with a rate of its own, a variant might do better.

# %%
predict(
    "07-rung",
    "Which of the four is missed least when it is left out: critic, ten passes, clip, or normalization?",
)

# %%
returns = {name: runs[:, -1] for name, runs in ladder.items()}
ADDED = {
    "REINFORCE": "REINFORCE",
    "+ critic": "with GAE",
    "+ normalization": "only normalized",
    "+ ten passes": "only ten passes",
    "+ ten passes and the clip": "only ten passes and the clip",
    "+ critic and ten passes": "ten passes",
}
LEFT_OUT = {
    "PPO": "PPO",
    "− critic": "PPO without GAE",
    "− normalization": "PPO, advantages as they are",
    "− the clip": "PPO without the clip",
    "− nine of ten passes": "PPO with one pass",
}
figure, axes = plotting.panels(columns=2, width=17, height=4.6, sharex=True)
for axis, names, title in zip(
    axes, (ADDED, LEFT_OUT), ("Added to REINFORCE", "Left out of PPO"), strict=True
):
    roles = {name: "random" if name in returns else "you" for name in names}
    plotting.strip(axis, {name: returns[key] for name, key in names.items()}, roles)
    axis.set(title=title, xlabel="mean return at the end", xlim=(0, 510))
video.show(
    figure,
    alt="Returns at the end of 24 runs each. Left, single rungs added to REINFORCE: none moves its mean up. Right, "
    "single rungs left out of PPO: every one is missed.",
)
for names in (ADDED, LEFT_OUT):
    base, *_ = names
    for name, key in names.items():
        runs = returns[key]
        change = "" if name == base else f"   difference {compare_paired(runs, returns[base])}"
        print(f"{name:26} {runs.mean():4.0f}   {(runs >= 475).sum():2} of {len(runs)} solve it{change}")
show_guess("07-rung")

# %% [markdown]
# **No rung does it alone.** Added to REINFORCE, the critic or the normalization brings nothing that these runs can tell from 0. Ten passes
# do harm: {{printed: \+ ten passes  +(\d+)}} instead of {{printed: REINFORCE +(\d+)}}. The clip mends that, to {{printed: \+ ten passes and the clip +(\d+)}}, and yet {{printed: \+ ten passes and the clip +\d+ +(\d+) of}} of
# 24 runs solve the task, where REINFORCE has {{printed: REINFORCE +\d+ +(\d+) of}}.
#
# **And each of the four is missed when it alone is left out of PPO.** Without the critic or without the clip about a third of the return is lost, with a single pass
# about a fifth, and without the normalization, which is missed least, only {{printed: − normalization +\d+ +(\d+) of}} of 24 runs solve the task. So these are not four improvements that add up. They
# carry one another: perhaps because many passes need a clip to be safe, while a clip without passes has nothing to do. (That is a reading. What was
# tested is which combination learns.)
#
# Does that contradict the cosines above, where the critic helped so much? Not necessarily. That critic had been trained in ten passes over each block. With a single pass a
# critic gets a tenth of the gradient steps, and how well *its* gradient points was not measured.

# %%
policy, value_net = make_networks(SEED)
frames = {"untrained": video.record(policy.act, CARTPOLE.env_id, SEED, max_steps=150)}
curve = watch(train_ppo(policy, value_net, make_worlds(), CONFIG, SEED, compute_gae, clipped_loss), 20)
frames["trained"] = video.record(policy.act, CARTPOLE.env_id, SEED, max_steps=150)
video.clip(
    video.side_by_side(frames),
    alt="Left, the untrained agent: the pole falls at once. Right, after PPO: it stands still.",
    fps=25,
    width=900,
)

# %% [markdown]
# `watch` shows the progress, and if you press the stop button (the square) while it runs, what has been learned until
# then is kept, and so is the curve.
#
# ## A time limit is not a death
#
# How much does it matter that your functions tell the two apart? Take a policy that never falls, the course's
# expert. It would be paid 1 per step forever if nobody stopped the clock. So every situation is worth
# $1 + \gamma + \gamma^2 + \dots = 1/(1-\gamma) = 100$. We train a critic on its episodes of 500 steps: once with your
# targets, and once with the time limit taken for a death. Then the targets go from 99 at the start of an episode down to
# 1 at its end.

# %%
predict("07-death", "What does the second critic say about a pole that stands?")


# %%
def critics(seed: int, num_rounds: int = 40) -> dict[str, list[float]]:
    """The critics' mean forecast after each round of learning, with both kinds of targets."""
    envs = make_worlds(8)
    obs, _ = envs.reset(seed=derive_seed(seed, "critics"))
    rollout, _ = collect_rollout(CARTPOLE.make_demonstrator("expert"), envs, obs, 500)
    never = torch.zeros_like(rollout.truncated)
    forecasts = {}
    for name, ends in {
        "time limit is no end": (rollout.terminated, rollout.truncated),
        "time limit is a death": (rollout.terminated | rollout.truncated, never),
    }.items():
        _, value_net = make_networks(seed)
        optimizer = torch.optim.Adam(value_net.parameters(), lr=1e-2)
        forecasts[name] = []
        for _ in range(num_rounds):
            with torch.no_grad():
                next_values = value_net(rollout.next_obs.flatten(0, 1)).reshape(rollout.rewards.shape)
                targets = value_targets(rollout.rewards, next_values, *ends, 0.99).flatten()
            for rows in torch.randperm(len(targets)).split(500):
                forecast = value_net(rollout.obs.flatten(0, 1)[rows])
                optimizer.zero_grad()
                (forecast - targets[rows]).square().mean().backward()
                optimizer.step()
            forecasts[name].append(float(forecast.mean().detach()))
    return forecasts


forecasts = by_name(run_seeds(critics, SEEDS))

# %%
figure, axis = plotting.panels(width=10, height=4.5)
for (name, values), color in zip(forecasts.items(), ("you", "biased"), strict=True):
    plotting.learning_curves(axis, np.arange(1, 41), values, name, color)
plotting.reference_line(axis, 100, "1 / (1 − γ)", "expert")
axis.set(
    title="What is it worth to stand?", xlabel="rounds of learning", ylabel="critic's forecast", ylim=(0, 105)
)
video.show(
    figure,
    alt="The forecast of a critic that knows the time limit is no end approaches 100. The other one stays near 80.",
)
for name, values in forecasts.items():
    low, high = confidence_interval(values[:, -1])
    print(f"{name:22} {values[:, -1].mean():5.1f} [{low:.1f}, {high:.1f}]")
show_guess("07-death")

# %% [markdown]
# The second critic sees a pole that stands, and must give one number for targets from 99 down to 1, since the
# observation does not tell the time. Its 80 is their mean. At the last step of an episode the TD error is then
# $1 - 80 = -79$, and PPO would blame the action. The farther the critic looks ahead, about $1/(1-\gamma)$ steps,
# compared with the time limit, the worse it gets. It is an easy mistake to make, and Pardo et al. (2018) show what
# it costs. Yours does not make it.
#
# ## Reading the dials
#
# Return tells you *that* something is wrong; four more numbers tell *what*. `train_ppo` yields them each iteration.
#
# | dial | what it measures | healthy |
# |---|---|---|
# | **approximate KL** | how far this iteration has moved the policy, in nats | 0.001 to 0.03 |
# | **clip fraction** | share of steps whose ratio is out of the clip range | above 0, below a quarter |
# | **entropy** | how undecided the policy is; two actions: at most ln 2 = 0.69 | falls slowly |
# | **explained variance** | how much of the returns the critic had forecast; 1 is all, 0 no more than their mean | rises toward 1 |
#
# (Ranges are rules of thumb.) The **KL divergence** says how different two distributions are; 0 is equal. With actions that the old policy drew,
# the mean of $\rho - 1 - \log \rho$, which is never negative, estimates $\mathrm{KL}(\pi_\text{old} \,\|\, \pi)$ (Schulman 2020). Nats are its unit,
# because the logarithm is natural. The **entropy** of a policy is the mean of $-\log \pi$: with discrete actions, 0 if it always does the same.
# The **explained variance** is $1 - \mathrm{Var}(\text{returns} - V) / \mathrm{Var}(\text{returns})$, where the returns
# are the critic's targets. All runs get quieter toward the end, since `train_ppo` lowers the learning rate to 0.
#
# One warning before you compare: `train_ppo` reads the dials *after* an iteration, over the whole block. Libraries such as Stable-Baselines3 log
# means over minibatches *during* it (the KL over its last pass), when the policy has not yet gone all the way. So their numbers are usually smaller, and these ranges are not theirs.
#
# A healthy run, and three with one thing wrong (ten iterations, five epochs each): a learning rate twenty times as large,
# one a hundred times smaller, and a critic that does not learn.

# %%
predict("07-dials", "For each of the three, which dials give it away?")

# %%
PATIENTS = {
    "healthy": {},
    "rate × 20": {"learning_rate": 8e-2},
    "rate ÷ 100": {"learning_rate": 4e-5},
    "critic asleep": {"vf_coef": 0.0},
}
DIALS = {
    "approx_kl": "approximate KL (nats)",
    "clip_fraction": "clip fraction",
    "entropy": "entropy (nats)",
    "explained_variance": "explained variance",
}
PATIENT_COLORS = {
    "healthy": "you", "rate × 20": "clone", "rate ÷ 100": "random", "critic asleep": "biased"
}  # fmt: skip


def dials(seed: int, num_iterations: int = 10, **what_is_wrong) -> dict[str, list[float]]:
    """The four dials in each iteration, and at last the score."""
    policy, value_net = make_networks(seed)
    settings = {"num_epochs": 5, "minibatch_size": 512, "num_iterations": num_iterations} | what_is_wrong
    training = train_ppo(
        policy, value_net, make_worlds(), PPOConfig(**settings), seed, compute_gae, clipped_loss
    )
    metrics = list(training)
    return {dial: [row[dial] for row in metrics] for dial in DIALS} | {"return": score(policy, seed)}


examined = {name: by_name(run_seeds(dials, SEEDS, **wrong)) for name, wrong in PATIENTS.items()}

# %%
figure, axes = plotting.panels(columns=2, rows=2, width=16, height=9)
for axis, (dial, title) in zip(axes.flat, DIALS.items(), strict=True):
    for name, values in examined.items():
        shown = np.maximum(values[dial], 1e-6 if dial == "approx_kl" else -0.5)
        plotting.learning_curves(axis, np.arange(1, 11), shown, name, PATIENT_COLORS[name])
    axis.set(title=title, xlabel="iteration", yscale="log" if dial == "approx_kl" else "linear")
video.show(
    figure,
    alt="Four dials over ten iterations for four kinds of runs. A rate 20 times too large shows in KL and clip fraction; one "
    "100 times too small leaves both at zero; a critic that does not learn shows in the explained variance.",
)
print(f"{'means of the runs':19}KL, first   KL, fifth   clip, first   clip, fifth   return at the end")
for name, values in examined.items():
    low, high = confidence_interval(values["return"])
    kl, clip = (values[dial].mean(axis=0) for dial in ("approx_kl", "clip_fraction"))
    print(
        f"{name:19}{kl[0]:9.5f}   {kl[4]:9.5f}   {clip[0]:11.0%}   {clip[4]:11.0%}   "
        f"{values['return'].mean():8.1f} [{low:.1f}, {high:.1f}]"
    )
show_guess("07-dials")

# %% [markdown]
# - **Rate too large:** KL and clip fraction jump in the first iteration, and the entropy falls at once: the policy has made up its mind before it
#   knew anything. Read the dials together: from the second iteration on the clip fraction alone looks healthy again, and where the policy has become certain, it does not move any
#   more (in some runs KL falls to 0; the figure is cut at a millionth). That its explained variance is the best of all is no comfort: an agent that always does the same is easy to
#   forecast.
# - **Rate too small:** the clip fraction is 0, and KL less than a hundredth of the healthy one. The return is poor, and alone would not tell why.
# - **The critic does not learn:** explained variance stays at 0, while the other dials look healthy. The return alone would have missed it: in ten iterations these
#   runs cannot tell it from the healthy one. (The critic of the slow run learns nothing either.)
#
# One caution: late in a *solved* CartPole, explained variance falls to 0 or below, and jumps. All returns are the same
# then, and there is nothing left to explain.
#
# ### A dial that brakes, and a bonus
#
# Two settings of `PPOConfig` act on dials.
#
# - **`target_kl`**: after each pass over the block, `train_ppo` reads the KL, and if it is above this number, the
#   iteration ends early. (Stable-Baselines3 looks before each gradient step, and stops at one and a half times the number.) It is a brake that is pulled when the policy has gone too far *already*: it
#   keeps a bad pass from being followed by nine more, but does not take it back. 0.01 to 0.03 are usual.
# - **`ent_coef`**: the **entropy bonus** adds this number times the entropy to what is maximized, so that being certain has a price. With two actions and a reward in each step nobody needs
#   it: here it is 0. Where the reward is rare, a policy that has settled too early never meets it. The bonus returns in lesson 09.
#
# ## Your turn at the dials
#
# One run of ten iterations. *Find the largest learning rate whose dials look healthy. Does it depend on the number of
# epochs? Switch off the clip. Then set a learning rate that is too large, and pull the brake: what does it save, and what not?* (A single return
# proves nothing; look at the dials.)


# %%
def one_run(learning_rate: float = 4e-3, epochs: int = 5, clip: str = "on", brake: str = "off"):
    """Ten iterations of PPO with these settings: return and dials."""
    policy, value_net = make_networks(SEED)
    target_kl = 0.02 if brake == "on" else None
    config = PPOConfig(num_iterations=10, num_epochs=epochs, learning_rate=learning_rate, target_kl=target_kl)
    loss_fn = clipped_loss if clip == "on" else unclipped_loss
    metrics = list(train_ppo(policy, value_net, make_worlds(), config, SEED, compute_gae, loss_fn))
    figure, axes = plotting.panels(columns=4, width=18, height=3.6)
    for axis, (dial, title) in zip(axes, DIALS.items(), strict=True):
        plotting.learning_curves(axis, np.arange(1, 11), [[row[dial] for row in metrics]], "", "you")
        axis.set(title=title, xlabel="iteration")
    return (
        f"Mean return after 20,480 steps: {score(policy, SEED):.0f}",
        video.picture(figure, alt="The four dials over ten iterations."),
    )


demo(
    one_run,
    learning_rate=[4e-4, 1e-3, 4e-3, 1e-2, 4e-2],
    epochs=[1, 2, 5, 10],
    clip=["on", "off"],
    brake=["off", "on"],
)

# %% [markdown]
# ## Quiz
#
# **1. An action got a ratio of 1.5 in an earlier minibatch. Its advantage is negative. What does the clipped loss do?**
#
# <details><summary>A · it makes the action rarer</summary>
#
# Yes. The minimum takes the unclipped product, whose gradient brings the ratio down.
#
# </details>
# <details><summary>B · nothing, since the ratio is out of the clip range</summary>
#
# No. Look at the right panel above: for a bad action the line is steep at 1.5. The clip never bars the way back.
#
# </details>
# <details><summary>C · it makes the action likelier, up to 1.2</summary>
#
# No. The action was worse than expected.
#
# </details>

# %% [markdown]
# **2. Why may the baseline not depend on the action?**
#
# <details><summary>A · because the critic is a network that sees the observation only, and never the action</summary>
#
# That is how it is built, not why.
#
# </details>
# <details><summary>B · because then it would cancel what we want to learn: which action is better</summary>
#
# Yes. What is the same for all actions drops out of the expected gradient; what differs between them does not.
#
# </details>
# <details><summary>C · it may, it only costs time</summary>
#
# It would, unless one corrects for it.
#
# </details>

# %% [markdown]
# **3. Your agent is to run forever, but training episodes are cut off after 200 steps. What do you tell the critic?**
#
# <details><summary>A · the episode is over, the rest is worth 0</summary>
#
# Then it learns that nothing lasts.
#
# </details>
# <details><summary>B · leave out the last step, whose outcome nobody knows</summary>
#
# Then the step before it ends the record, and the same question comes back.
#
# </details>
# <details><summary>C · ask the critic itself what would have come</summary>
#
# Yes: bootstrap from `next_values`.
#
# </details>

# %% [markdown]
# ## Summary
#
# - The policy gradient is imitation of one's own actions, weighted by how well they went.
# - A baseline and GAE take noise out of the weights; $\lambda$ says how far to trust the critic, and too much trust is bias.
# - Here no part of PPO made REINFORCE clearly better by itself, and each is missed when it is left out.
# - The ratio corrects for the action, not for the situations. So several passes over a block are safe only near the policy that acted. The clip
#   takes away what would be gained by going farther; it does not forbid it.
# - After a termination nothing more comes; after a truncation the critic says what would have come.
# - KL, clip fraction, entropy and explained variance tell what is wrong.
#
# Scope: CartPole, where exploring is cheap and safe, and every beginner gets paid. The next lessons leave it.
#
# **Words:** *Policy gradient*: how the mean return changes with the policy's weights. *Reward to go*: discounted rewards from now to
# the end. *Critic*, or *value function*: a network that forecasts the reward to go. *Advantage*: how much better an action was than
# expected. *GAE (generalized advantage estimation)*: advantages as a fading sum of TD errors. *PPO (proximal policy optimization)*:
# several passes over each block, with a ratio that does not pay beyond its limits. *TD error*: the critic's surprise after one step. *Bootstrapping*: using the critic's forecast in
# place of rewards that were not recorded. *Ratio*: how much likelier an action has become since it was taken. *Epoch*: one pass over a
# block. *Entropy bonus*: a reward for staying undecided.
#
# **Read on:**
#
# - R. J. Williams (1992). Simple Statistical Gradient-Following Algorithms for Connectionist Reinforcement Learning.
#   *Machine Learning* 8.
# - S. Kakade, J. Langford (2002). Approximately Optimal Approximate Reinforcement Learning. *ICML*.
# - J. Schulman, S. Levine, P. Moritz, M. I. Jordan, P. Abbeel (2015). Trust Region Policy Optimization. *ICML*.
# - J. Schulman, P. Moritz, S. Levine, M. I. Jordan, P. Abbeel (2016). High-Dimensional Continuous Control Using
#   Generalized Advantage Estimation. *ICLR*.
# - J. Schulman, F. Wolski, P. Dhariwal, A. Radford, O. Klimov (2017). Proximal Policy Optimization Algorithms.
#   *arXiv:1707.06347*.
# - S. Huang, R. F. J. Dossa, A. Raffin, A. Kanervisto, W. Wang (2022). The 37 Implementation Details of Proximal Policy
#   Optimization. *ICLR Blog Track*.
# - J. Schulman (2020). Approximating KL Divergence. Blog post, joschu.net.
# - F. Pardo, A. Tavakoli, V. Levdik, P. Kormushev (2018). Time Limits in Reinforcement Learning. *ICML*.
# - R. S. Sutton, A. G. Barto (2018). *Reinforcement Learning: An Introduction*, 2nd edition, chapter 13. MIT Press.
#
# **Next:** lesson 08. A cloned driver meets PPO, and at first it goes wrong.
