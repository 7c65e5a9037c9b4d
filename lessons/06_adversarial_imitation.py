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
# # 06 · Adversarial imitation: GAIL and AIRL
#
# **Lesson 05 was told the rules of the world and the features that matter. Here nobody tells us either.** A judge learns
# to tell the expert's steps from the learner's, and the learner tries to deceive the judge. When the judge can no longer
# tell them apart, the learner acts like the expert.
#
# | | |
# |---|---|
# | **You will be able to** | write GAIL and the parts of AIRL; say what each reward promises, and what it hides; recognize the traps of adversarial imitation; tell whether a learned reward is worth anything elsewhere |
# | **Time** | 90 minutes |
# | **You need** | lessons 02 and 05; PPO (07) is used here as a black box |

# %%
from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor, nn

from ilrl_course import plotting, video
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import ShapedReward, train_airl
from ilrl_course.algorithms.gail import train_gail
from ilrl_course.checks import check
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, Transitions, stack_transitions
from ilrl_course.discriminators import make_airl_discriminator, make_gail_discriminator
from ilrl_course.envs import CARTPOLE
from ilrl_course.evaluation import evaluate
from ilrl_course.files import load_results
from ilrl_course.journal import decide, verdict
from ilrl_course.live import demo
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.palette import color_of
from ilrl_course.progress import trace, watch
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.stats import by_name, compare_paired, confidence_interval, run_seeds

SEED = 0  # everything random follows from this number; change it, and the findings should stay
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs
EXPERT = CARTPOLE.make_demonstrator("expert")


def record(actor: Actor, seed: int, num_episodes: int = 20) -> Transitions:
    """The steps of some episodes of CartPole, with what each led to."""
    return stack_transitions(collect_trajectories(actor, CARTPOLE.env_id, num_episodes, seed))


# %% [markdown]
# ## A judge
#
# We have steps of the expert, and steps of the learner. A **discriminator** is a network that looks at a step, an
# observation $s$ and an action $a$, and says how likely it is the expert's: $D(s, a)$, between 0 and 1. The network
# puts out a number $\ell$ of any size, the *logit*, and
#
# $$D = \sigma(\ell) = \frac{1}{1 + e^{-\ell}} .$$
#
# In this course **high means expert**, always: the code says `expert_logits`. (Ho and Ermon 2016 have it the other way
# round. More than one program has mixed the two up.)
#
# It is an ordinary classification. The judge gets $B$ steps and whose they are, $y_i = 1$ for the expert and $y_i = 0$
# for the learner, and makes the *cross-entropy* small:
#
# $$L = -\frac{1}{B} \sum_{i=1}^{B} \bigl[\, y_i \log D_i + (1 - y_i) \log (1 - D_i) \,\bigr] .$$
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.1 · the judge's loss** (10 minutes, easy)
#
# Return $L$, a tensor with one number. `expert_logits` (B,) holds the logits $\ell_i$; `is_expert` (B,) is true where
# $y_i = 1$. Logits may be as large as ±1000, and the loss must stay finite.
#
# </div>
#
# <details><summary>Hint 1: large logits</summary>
#
# $D$ is exactly 1 for a computer when $\ell = 100$, so $\log(1 - D)$ is minus infinity. PyTorch has a loss that works on
# logits and never computes $D$.
#
# </details>
# <details><summary>Hint 2: its name</summary>
#
# `torch.nn.functional.binary_cross_entropy_with_logits(expert_logits, targets)`. The targets are floats.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The learner as 1. The loss for probabilities, given logits. A sum in the place of the mean.
#
# </details>

# %% exercise="ilrl_course.algorithms.adversarial.discriminator_loss"

# %%
discriminator_loss = check(discriminator_loss)

# %% [markdown]
# ## What the learner is paid
#
# The learner never sees the expert. It sees only what the judge says, as a reward for each step, and does
# reinforcement learning: PPO (lesson 07), which we use as it is. Which reward? It should grow with $D$. Three are in use:
#
# | name | reward | in terms of the logit $\ell$ | sign |
# |---|---|---|---|
# | survival reward | $-\log(1 - D)$ | $\log(1 + e^{\ell})$ | always positive: every step pays |
# | hurry reward | $\log D$ | $-\log(1 + e^{-\ell})$ | always negative: every step costs |
# | the logit | $\log D - \log(1 - D)$ | $\ell$ | either |
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.2 · two rewards** (10 minutes, easy)
#
# Return the survival reward, and the hurry reward, of each step: `expert_logits` (B,) → (B,). Again, logits may be large.
#
# </div>
#
# <details><summary>Hint</summary>
#
# `torch.nn.functional.softplus(x)` is $\log(1 + e^x)$, and `logsigmoid(x)` is $\log \sigma(x)$, both without overflow.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# $\log(1 - D)$ without the minus: the learner would flee from the expert. A mean over the steps: each step has a reward
# of its own.
#
# </details>

# %% exercise="ilrl_course.algorithms.gail.survival_reward"

# %%
survival_reward = check(survival_reward)

# %% exercise="ilrl_course.algorithms.gail.hurry_reward"

# %%
hurry_reward = check(hurry_reward)

# %%
logits = torch.linspace(-5, 5, 101)
figure, axis = plotting.panels(width=10, height=4)
for reward, label, role in (
    (survival_reward(logits), "survival", "training"),
    (logits, "logit", "biased"),
    (hurry_reward(logits), "hurry", "clone"),
):
    plotting.learning_curves(axis, logits, reward.numpy(), label, role)
axis.axhline(0, color="#222222", linewidth=1)
axis.set(
    title="Three rewards for the same opinion",
    xlabel="logit: the judge takes it for the learner's (left), the expert's (right)",
    ylabel="reward",
)
video.show(
    figure,
    alt="Survival reward: above zero, near zero on the left, rising on the right. Hurry reward: its mirror image below zero. "
    "The logit: a straight line through zero, their sum.",
)

# %% [markdown]
# They rank any two steps in the same way. But *how many* steps there are is also up to the learner. If every step pays,
# it had better live long; if every step costs, it had better end soon. We shall see both.
#
# The cure is to let nothing end. What has fallen stays fallen, for good, and the judge is asked what it thinks of it.
# This is an **absorbing state** (Kostrikov et al. 2019). We need not wait for it: if the judge gives the end a reward
# $r_\text{end}$, then all that follows, discounted by $\gamma$, is worth
#
# $$\gamma\, r_\text{end} + \gamma^2 r_\text{end} + \dots = \frac{\gamma}{1 - \gamma}\, r_\text{end} ,$$
#
# and that is added to the reward of the last step. (`absorbing.py`, 40 lines. The judge is shown the end as often as
# it would be seen.) So CartPole has a fixed horizon here, for judge and learner: a fallen pole is no end of the game.

# %% [markdown]
# ## GAIL
#
# That is all of **generative adversarial imitation learning** (Ho and Ermon 2016). Repeat:
#
# 1. The learner acts for a block of steps.
# 2. The judge takes a few gradient steps: the expert's against the learner's.
# 3. The judge gives every step of the block its reward.
# 4. PPO improves the learner by that.
#
# If judge and learner both reach their optimum, the learner visits the same steps as often as the expert: the best
# judge says $D = p_E / (p_E + p_\pi)$ where expert and learner come with the densities $p_E(s, a)$ and $p_\pi(s, a)$
# (Goodfellow et al. 2014, proposition 1), and only $p_\pi = p_E$ leaves it at ½ everywhere.
#
# *Predict: after how many steps does the pole stand? Cloning the same 20 episodes needs none at all. And the judge: how
# often will it be right at the end?*

# %%
CONFIG = AdversarialConfig(num_iterations=40)


def follow(policy: Policy, training: Iterator[dict[str, float]], seed: int, every: int = 5) -> list[dict]:
    """Run a training; now and then, the mean return of 100 fresh episodes, and how often the judge is right."""
    latest = {"env_steps": 0, "crashes": 0, "expert_accuracy": np.nan, "learner_accuracy": np.nan}

    def noted() -> Iterator[dict[str, float]]:
        for metrics in training:
            latest.update(metrics)
            yield metrics

    def examination(iteration: int) -> dict[str, float]:
        fresh_seed = derive_seed(seed, f"after {iteration} iterations")
        result = evaluate(policy.act, "ilrl/CartPoleFixed-v0", 100, fresh_seed)
        right = (latest["expert_accuracy"] + latest["learner_accuracy"]) / 2
        return latest | {"return": result.mean_return, "right": right}

    return trace(noted(), examination, every)


def learn_by_gail(seed: int) -> list[dict]:
    """GAIL on CartPole, from 20 episodes of the expert."""
    demos, envs = record(EXPERT, seed), make_batch(CARTPOLE.env_id, 64)
    policy, value_net = fresh_policy(CARTPOLE, seed), make_value_net(envs.single_observation_space, seed)
    discriminator = make_gail_discriminator(envs, demos, seed)
    training = train_gail(
        policy, value_net, discriminator, demos, envs, CONFIG, seed, survival_reward, discriminator_loss
    )
    return follow(policy, training, seed)


def table(runs: list[list[dict]], column: str) -> np.ndarray:
    """One column of the examinations: (seeds, examinations)."""
    return np.array([[row[column] for row in run] for run in runs])


gail = run_seeds(learn_by_gail, SEEDS)

# %%
figure, axes = plotting.panels(columns=2, width=15, height=4.5)
steps = table(gail, "env_steps")[0] / 1000
plotting.learning_curves(axes[0], steps, table(gail, "return"), "GAIL", "you")
plotting.reference_line(axes[0], 500, "expert", "expert")
axes[0].set(title="Mean return", ylim=(0, 530), xlabel="environment steps (thousands)")
plotting.learning_curves(axes[1], steps[1:], 100 * table(gail, "right")[:, 1:], "right", "training")
plotting.reference_line(axes[1], 50, "guessing", "random")
axes[1].set(title="The judge is right (%)", ylim=(40, 102), xlabel="environment steps (thousands)")
video.show(
    figure,
    alt="Left: eight learners rise to the expert's 500 within about twenty thousand steps. Right: the judge is right in more "
    "than 80 % of the steps all the time, far above guessing.",
)
last = table(gail, "return")[:, -1]
print(
    f"Mean return after {steps[-1]:.0f},000 steps: {last.mean():.0f}; {(last >= 475).sum()} of 8 reach 475."
)
print(f"Poles dropped while training: {table(gail, 'crashes')[:, -1].mean():.0f}.")

# %% [markdown]
# The learner is as good as the expert; the judge is still mostly right. Both can be true: the learner balances *in
# another way* than the expert, and the judge sees that, but on this road of improvement nothing is left that the score
# would notice. The theory's end, $D = ½$, is not reached.
#
# Notice the price. Cloning needs no world at all. GAIL needs to act, tens of thousands of steps, and to drop the pole
# some hundred times. What it gets in return we shall see below.

# %% [markdown]
# ## From a judge to a reward: AIRL
#
# Is the judge's opinion what the expert *wants*? No. The best judge's logit is $\log p_E - \log p_\pi$: a comparison with
# *this* learner. When the learner has caught up, it is 0 everywhere, and says nothing.
#
# **Adversarial inverse RL** (Fu, Luo and Levine 2018) takes the learner out. It knows how likely each action was for the
# learner, so it lets the network say only the rest, $f$:
#
# $$D = \frac{e^{f}}{e^{f} + \pi(a \mid s)} , \qquad\text{that is}\qquad \ell = f(s, a, s') - \log \pi(a \mid s) .$$
#
# Where the learner has become the expert, $\ell = 0$, so $f = \log \pi_E(a \mid s)$. From lesson 05 we know what that is, for
# a demonstrator of maximum entropy: $Q - V$. In a world without chance, with the discount $\gamma$,
#
# $$\log \pi_E(a \mid s) = r(s) + \gamma V(s') - V(s) .$$
#
# A reward, and a part that only says whether things have become better or worse. That second part is **shaping**: for any
# function $h$, adding $\gamma h(s') - h(s)$ to a reward leaves the best policies what they are (Ng, Harada and Russell
# 1999). But it holds only in the world where it was learned: what a place is worth depends on where one can go from it.
# So AIRL gives each part a network of its own:
#
# $$f(s, a, s') = \underbrace{g(s)}_{\text{reward}} + \underbrace{\gamma\, h(s') - h(s)}_{\text{shaping}} .$$
#
# Afterwards $h$ is thrown away. Under assumptions, $g$ is then the true reward, up to a constant (their theorem 5.1: the
# reward must depend on the state alone, and the world must be one in which states can be told apart by where they can
# come from and lead to).
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.3 · reward and shaping** (15 minutes, medium)
#
# Return $f$ of $B$ steps: (B,). `net.reward(obs, actions)` is $g$, `net.potential(obs)` is $h$, each (B,). (Pass the
# actions to $g$; whether it looks at them is its own affair.) `steps` has `obs`, `actions`, `next_obs` and
# `terminated`, which is true where the world ended the episode. After that nothing follows, and $h(s')$ counts as 0.
#
# </div>
#
# <details><summary>Hint 1: which observation</summary>
#
# $h(s)$ is `net.potential(steps.obs)`, and $h(s')$ is `net.potential(steps.next_obs)`.
#
# </details>
# <details><summary>Hint 2: the end</summary>
#
# Multiply $h(s')$ by `~steps.terminated`: a true flag becomes 0. $h(s)$ stays, even in the last step.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The discount on $h(s)$. The whole shaping dropped at an end. The sign of the shaping.
#
# </details>

# %% exercise="ilrl_course.algorithms.airl.shaped_reward"

# %%
shaped_reward = check(shaped_reward)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.4 · AIRL's logit** (5 minutes, easy)
#
# Return $\ell$ of $B$ steps: (B,). `log_probs` (B,) is $\log \pi(a \mid s)$. Use your `shaped_reward`. (Why is this right?
# Put $D = e^f / (e^f + \pi)$ into $\ell = \log D - \log(1 - D)$.)
#
# </div>
#
# <details><summary>Hint</summary>
#
# $1 - D = \pi / (e^f + \pi)$. The denominators cancel.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The probability in the place of its logarithm. $D$ in the place of the logit.
#
# </details>

# %% exercise="ilrl_course.algorithms.airl.airl_logits"

# %%
airl_logits = check(airl_logits)

# %% [markdown]
# AIRL is GAIL with this logit; everything else stays. In the paper, the learner is paid the logit itself. We pay the
# survival reward to both: it has the same optimum, $D = ½$, and its size is kinder to PPO's critic. (Measured below.)
#
# *Predict: is AIRL faster than GAIL, or slower?*


# %%
def learn_by_airl(seed: int) -> list[dict]:
    """AIRL on CartPole, from the same 20 episodes."""
    demos, envs = record(EXPERT, seed), make_batch(CARTPOLE.env_id, 64)
    policy, value_net = fresh_policy(CARTPOLE, seed), make_value_net(envs.single_observation_space, seed)
    net = make_airl_discriminator(envs, demos, seed)
    training = train_airl(
        policy, value_net, net, demos, envs, CONFIG, seed, airl_logits, survival_reward, discriminator_loss
    )
    return follow(policy, training, seed)


airl = run_seeds(learn_by_airl, SEEDS)

# %%
figure, axis = plotting.panels(width=10, height=4.5)
for runs, name, role in ((gail, "GAIL", "you"), (airl, "AIRL", "biased")):
    plotting.learning_curves(axis, steps, table(runs, "return"), name, role)
plotting.reference_line(axis, 500, "expert", "expert")
axis.set(title="CartPole from 20 episodes", xlabel="environment steps (thousands)", ylabel="mean return")
video.show(figure, alt="GAIL and AIRL both rise to the expert's 500 within about twenty thousand steps.")
for runs, name in ((gail, "GAIL"), (airl, "AIRL")):
    last = table(runs, "return")[:, -1]
    print(f"{name}: mean return {last.mean():.0f}, {(last >= 475).sum()} of 8 at 475 or above")
