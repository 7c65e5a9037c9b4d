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
# # 06 · Adversarial imitation: GAIL and its traps
#
# **Lesson 05 was told the rules of the world and the features that matter. Here nobody tells us either.** A judge learns
# to tell the expert's steps from the learner's, and the learner tries to deceive the judge. When even the best judge
# cannot tell them apart, the learner acts like the expert.
#
# | | |
# |---|---|
# | **You will be able to** | write the parts that make GAIL; say what it has in common with lesson 05; say what each of its rewards promises; recognize the traps of adversarial imitation, and get out of them |
# | **Time** | 90 minutes, and 45 more for the sections marked *optional* |
# | **You need** | lessons 02 and 05, and 04 for one comparison; PPO (lesson 07) is used here as a black box |

# %%
from collections.abc import Iterator
from copy import deepcopy

import numpy as np
import torch
from torch import Tensor, nn
from torch.nn import functional as F

from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.gail import make_gail_discriminator, train_gail
from ilrl_course.checks import check
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, Transitions, stack_transitions
from ilrl_course.envs import CARTPOLE
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.folded import folded
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.palette import color_of
from ilrl_course.notebook.progress import trace
from ilrl_course.notebook.sliders import demo
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight runs
EXPERT = CARTPOLE.make_demonstrator("expert")


def record(actor: Actor, seed: int, num_episodes: int = 20) -> Transitions:
    """The steps of some episodes of CartPole, with what each led to."""
    return stack_transitions(collect_trajectories(actor, CARTPOLE.env_id, num_episodes, seed))


# %% [markdown]
# `SEED` changes the demonstrations and the live runs. It does not change the recorded runs, 16 for each setting, which
# are read from `results/`.
#
# ## A judge
#
# We have steps of the expert, and steps of the learner. A **discriminator** is a network that looks at a step, an
# observation $s$ and an action $a$, and says how likely it is the expert's: $D(s, a)$, between 0 and 1. We call it the
# judge. The network puts out a number $\ell$ of any size, the *logit*, and
#
# $$D = \sigma(\ell) = \frac{1}{1 + e^{-\ell}} .$$
#
# In this course **high means expert**, always: the code says `expert_logits`. (Ho and Ermon 2016 have it the other way
# round. More than one program has mixed the two up.)
#
# This is ordinary classification. The judge gets $B$ steps and whose they are, $y_i = 1$ for the expert and $y_i = 0$
# for the learner, and makes the *cross-entropy* small:
#
# $$L = -\frac{1}{B} \sum_{i=1}^{B} \bigl[\, y_i \log D_i + (1 - y_i) \log (1 - D_i) \,\bigr] .$$
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.1 · the judge's loss** (7 minutes, easy)
#
# Return $L$, a tensor with one number: *one* mean over all $B$ steps. `expert_logits` (B,) holds the logits $\ell_i$;
# `is_expert` (B,), bool, is true where $y_i = 1$. The steps may come in any order, and there need not be equally many of
# both kinds. Logits may be as large as ±1000; the loss and its gradient must stay finite.
#
# </div>
#
# <details><summary>Hint 1: large logits</summary>
#
# For a computer $D$ is exactly 1 when $\ell = 100$, so $\log(1 - D)$ is minus infinity. PyTorch has a loss that works on
# logits and never computes $D$. (`torch.nn.functional` is imported as `F`.)
#
# </details>
# <details><summary>Hint 2: its name</summary>
#
# `F.binary_cross_entropy_with_logits(expert_logits, targets)`. The targets are floats: `is_expert.float()`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The learner as 1. The loss for probabilities, given logits. A sum instead of the mean.
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
# | name | reward | sign |
# |---|---|---|
# | survival reward | $-\log(1 - D)$ | always positive: every step pays |
# | hurry reward | $\log D$ | always negative: every step costs |
# | the logit | $\log D - \log(1 - D) = \ell$ | either |
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.2 · two rewards** (8 minutes, easy)
#
# Return the survival reward $-\log(1 - D)$, and the hurry reward $\log D$, of each step, with $D = \sigma(\ell)$:
# `expert_logits` (B,) → (B,), float32 like the logits. Again, logits may be as large as ±1000.
#
# </div>
#
# <details><summary>Hint 1: large logits</summary>
#
# Put $D = 1 / (1 + e^{-\ell})$ into the formula and simplify. You get a logarithm of one plus an exponential, which PyTorch
# can compute without overflow.
#
# </details>
# <details><summary>Hint 2: two functions</summary>
#
# `F.softplus(x)` is $\log(1 + e^x)$, and `F.logsigmoid(x)` is $\log \sigma(x)$.
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

# %% jupyter={"source_hidden": true}
# Draws the three rewards over the logit.
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
    alt="Survival reward: above zero, near zero on the left, rising on the right. Hurry reward: the same turned by half a circle, below zero. "
    "The logit: a straight line through zero, their sum.",
)

# %% [markdown]
# They rank any two steps in the same way. But *how many* steps there are is also up to the learner. If every step pays,
# it had better live long. If every step costs, it had better end soon. Traps 1 and 2 will show both.
#
# ## GAIL
#
# That is nearly all of **generative adversarial imitation learning** (Ho and Ermon 2016, with TRPO, PPO's predecessor).
# Repeat; each round is an *iteration*:
#
# 1. The learner acts for a block of some thousand steps.
# 2. The judge takes a few gradient steps: the expert's against the learner's.
# 3. The judge gives every step of the block its reward.
# 4. PPO improves the learner by that.
#
# We pay the survival reward. The judge is shown equally many steps of both. (One thing is different here from the usual program: after a fall, the pole
# stays down, and the judge goes on rating it. Trap 1 will say why.)

# %%
predict(
    "06-gail", "After how many thousand steps does the pole stand? And how often is the judge right then?"
)

# %% jupyter={"source_hidden": true}
# Runs a training, and examines the learner every 8 iterations: bookkeeping.
Run = list[dict]  # one dict for each examination


def follow(policy: Policy, judge: nn.Module, training: Iterator[dict[str, float]], seed: int) -> Run:
    """Run a training; every 8 iterations: the mean return of 100 fresh episodes, and learner and judge."""

    def examination(iteration: int) -> dict:
        fresh_seed = derive_seed(seed, f"after {iteration} iterations")
        result = evaluate(policy.act, CARTPOLE.env_id, 100, fresh_seed)
        kept = {"policy": deepcopy(policy), "judge": deepcopy(judge), "iteration": iteration}
        return kept | {"return": result.mean_return}

    not_yet = {"expert_accuracy": np.nan, "learner_accuracy": np.nan}  # before the first iteration
    rows = [not_yet | row for row in trace(training, examination, every=8)]
    return [row | {"right": (row["expert_accuracy"] + row["learner_accuracy"]) / 2} for row in rows]


def table(runs: list[Run], column: str) -> np.ndarray:
    """One column of the examinations: (seeds, examinations)."""
    return np.array([[row[column] for row in run] for run in runs])


# %%
CONFIG = AdversarialConfig(num_iterations=32)


def learn_by_gail(seed: int) -> Run:
    """GAIL on CartPole, from 20 episodes of the expert."""
    demos, envs = record(EXPERT, seed), make_batch(CARTPOLE.env_id, 64)
    policy, value_net = fresh_policy(CARTPOLE, seed), make_value_net(envs.single_observation_space, seed)
    judge = make_gail_discriminator(envs, demos, seed)
    training = train_gail(
        policy, value_net, judge, demos, envs, CONFIG, seed, survival_reward, discriminator_loss
    )
    return follow(policy, judge, training, seed)


gail = run_seeds(learn_by_gail, SEEDS)

# %% jupyter={"source_hidden": true}
# Draws the learners' returns and the judges' accuracy.
figure, axes = plotting.panels(columns=2, width=15, height=4.5)
steps = table(gail, "env_steps")[0] / 1000
plotting.learning_curves(axes[0], steps, table(gail, "return"), "GAIL", "training")
plotting.reference_line(axes[0], 500, "expert", "expert")
axes[0].set(title="Mean return", ylim=(0, 530), xlabel="environment steps (thousands)")
plotting.learning_curves(axes[1], steps[1:], 100 * table(gail, "right")[:, 1:], "right", "you")
plotting.reference_line(axes[1], 50, "guessing", "random")
axes[1].set(title="The judge is right (%)", ylim=(40, 102), xlabel="environment steps (thousands)")
video.show(
    figure,
    alt="Left: the eight learners come to the expert's 500 in fewer than twenty thousand steps. Right: on average the judge is "
    "right in more than 80 % of the steps all the time, far above guessing.",
)

# %%
last, right, falls = (table(gail, name)[:, -1] for name in ("return", "right", "crashes"))
print(f"after {steps[-1]:.0f},000 steps: mean return {last.mean():.0f}, {(last >= 475).sum()} of 8 reach 475")
print(
    f"the judge is right in {right.mean():.0%} of the steps; poles dropped while training: {falls.mean():.0f}"
)
stands = (table(gail, "return") >= 475).all(axis=0)  # at each examination
print(f"all eight stand for 475 steps or more after {steps[stands.argmax()]:.0f},000 steps")
show_guess("06-gail")

# %% [markdown]
# (An untrained network already scores anything up to 500: the exam takes its likeliest actions, which may happen to
# balance.)
#
# **The learner becomes as good as the expert, and the judge is still right in {{printed: the judge is right in (\d+%)}}
# of the steps** that it was just trained on. The two do not contradict each other. Their steps still differ: for one thing, the judge sees actions that the
# learner *draws*, and the exam takes its likeliest ones. That costs the learner nothing there.
#
# **The price is acting.** Cloning needs no world at all. GAIL needed {{printed: or more after ([\d,]+) steps}} steps, and in all
# {{printed: after ([\d,]+) steps: mean}} it dropped the pole some {{printed: poles dropped while training: (\d+)}} times. What it gets in return, we shall see below.
#
# ## One story: from lesson 05 to here
#
# In lesson 05 we matched sums of seven features. Suppose that we did not know which features matter, and took *all* of them: one
# feature for each pair $(s, a)$, which is 1 there and 0 elsewhere. The sums of such features say how often each pair occurs.
# Call this the **occupancy** $\rho_\pi(s, a)$ of a policy $\pi$, scaled to add up to 1. So to match all features is to match
# the occupancy: $\rho_\pi = \rho_E$, the expert's. And that means to act alike, since an occupancy determines its policy:
# $\pi(a \mid s) = \rho_\pi(s, a) / \sum_{a'} \rho_\pi(s, a')$ (Ho and Ermon 2016, proposition 3.1).
#
# With finitely many demonstrations that is too much to ask: most pairs were never shown. So some differences between $\rho_\pi$ and
# $\rho_E$ must be allowed. Methods differ in *which*. Ho and Ermon (2016) write both as one problem,
#
# $$\min_\pi \; \psi^*(\rho_\pi - \rho_E) - \beta H(\pi) ,$$
#
# where $\psi^*$ says how much a difference of occupancies costs (the star is their notation), and $H$ is the entropy of the policy, as in lesson 05.
# ($\beta$ is PPO's `ent_coef`: 0 on the cart and on the road, and 0.01 in the dungeon.)
#
# - **MaxEnt IRL:** $\psi^*$ is 0 if the sums of the seven features match, and infinite if they do not. All other differences are free.
# - **GAIL:** $\psi^*$ is how well the best judge can tell the two apart. So every difference costs.
#
# Even the steps correspond. In lesson 05 a weight rose if the expert had more of its feature, and then the policy followed the new reward. Here the judge's logit
# rises for each pair $(s, a)$ that the expert has more often, and then PPO follows. The judge is lesson 05's reward.
#
# That is the whole story: both lessons choose a policy whose occupancy is close to the expert's, and they differ in what counts as close.
#
# ### Three rewards, three distances (optional)
#
# What does the best judge make of it? It is $D = \rho_E / (\rho_E + \rho_\pi)$ (Goodfellow and others 2014, proposition 1), so its
# logit is $\ell = \log \rho_E - \log \rho_\pi$: how much more often the expert does this than the learner. Each of the three
# rewards then makes a different distance small. They are built from the **Kullback–Leibler divergence** $\mathrm{KL}(p \,\Vert\, q) = \sum p \log
# (p / q)$. It is 0 if $p = q$ and positive otherwise, and infinite if $p$ does something that $q$ never does. With $m = (\rho_E + \rho_\pi) / 2$:
#
# | reward | what a learner that is paid so makes small |
# |---|---|
# | survival, $-\log(1 - D)$ | the Jensen–Shannon divergence, $\tfrac12 \mathrm{KL}(\rho_E \,\Vert\, m) + \tfrac12 \mathrm{KL}(\rho_\pi \,\Vert\, m)$ |
# | the logit, $\ell$ | the reverse Kullback–Leibler divergence, $\mathrm{KL}(\rho_\pi \,\Vert\, \rho_E)$ |
# | hurry, $\log D$ | $\mathrm{KL}(m \,\Vert\, \rho_E)$ |
#
# <details><summary>Why? One line for each</summary>
#
# In each iteration the judge is fixed, so the policy gradient of $\mathbb{E}_{\rho_\pi}[r(\ell)]$ treats $r$ as a function of
# $(s, a)$ that does not depend on $\pi$. Now take a divergence $\int \rho_\pi\, \varphi(\rho_E / \rho_\pi)$. With $u = \rho_E /
# \rho_\pi = e^\ell$, its derivative with respect to $\rho_\pi(s, a)$ is $\varphi(u) - u\, \varphi'(u)$. So a reward makes that
# divergence small whose $\varphi$ satisfies $\varphi - u \varphi' = -r$, up to a constant:
#
# - logit, $r = \log u$: $\varphi = -\log u$, and $\int \rho_\pi \log (\rho_\pi / \rho_E)$ is the reverse KL.
# - survival, $r = \log(1 + u)$: $\varphi = u \log u - (1 + u) \log(1 + u)$, which is twice Jensen–Shannon, up to a constant.
# - hurry is the logit minus survival, so it belongs to the difference of the two: $\mathrm{KL}(\rho_\pi \Vert \rho_E) - 2\,
#   \mathrm{JS} = 2\, \mathrm{KL}(m \Vert \rho_E)$, where JS is Jensen–Shannon. (Arjovsky and Bottou 2017, theorem 2.5, found this for generated
#   pictures.)
#
# Ghasemipour and others (2019) sort many imitation methods in this way. Even cloning fits: it makes
# $\mathrm{KL}(\pi_E \Vert \pi)$ small in the expert's states.
#
# </details>
#
# (All this needs lives of equal length. Where a learner can end the game, a reward also changes how many steps there are. That is traps 1
# and 2, and it is why we let ends go on.)
#
# All three are zero only if $\rho_\pi = \rho_E$. They differ in what they forgive. Take a habit that makes up one of a hundred
# steps. If the expert has it, a learner may *leave it out*. If the expert does not have it, a learner may *invent* it. A distance forgives a difference
# if it stays finite.

# %%
predict(
    "06-distances", "Which of the three are infinite for leaving out, and which for inventing? And cloning?"
)


# %%
def kl(p: np.ndarray, q: np.ndarray) -> float:
    """The Kullback-Leibler divergence, in nats; infinite where q lacks what p has."""
    with np.errstate(divide="ignore"):
        return float((p[p > 0] * np.log(p[p > 0] / q[p > 0])).sum())


with_habit, without = np.array([0.01, 0.99]), np.array([0.0, 1.0])
distances = {  # of expert e and learner p, with m between them
    "survival: Jensen–Shannon": lambda e, p, m: (kl(e, m) + kl(p, m)) / 2,
    "logit: KL(learner, expert)": lambda e, p, m: kl(p, e),
    "hurry: KL(m, expert)": lambda e, p, m: kl(m, e),
    "cloning: KL(expert, learner)": lambda e, p, m: kl(e, p),
}
print(f"{'distance, in nats':32}{'left out':>10}{'invented':>11}")
for label, distance in distances.items():
    left_out, invented = (
        distance(e, p, (e + p) / 2) for e, p in ((with_habit, without), (without, with_habit))
    )
    print(f"{label:32}{left_out:10.4f}{invented:11.4f}")
show_guess("06-distances")

# %% [markdown]
# **The survival reward forgives both, and equally. The logit and hurry forgive leaving out, and never forgive inventing. Cloning is the reverse.**
# (Numbers in different rows are different distances, and cannot be compared.)
# This is what each reward aims at. In the trainings of this lesson the judge is not the best one, and the optimum is not
# reached.

# %% [markdown]
# ## All three worlds, few demonstrations
#
# Now beside cloning and DAgger (lesson 04), from 1, 5 and 20 demonstrations, in all three worlds. DAgger gets about as
# many labels as the demonstrations have steps. GAIL has the same judge everywhere: same network, same learning rate, as many
# updates in each iteration. PPO's settings, the discount and the number of iterations differ. The dungeon is a single layout,
# another for each seed, and games begin anywhere in its hall. The score is 0 for random actions, and 1 for the expert.

# %%
predict("06-few", "In which worlds does GAIL beat cloning from a single demonstration?")

# %% jupyter={"source_hidden": true}
# Reads the recorded runs, and prints scores and costs.
recorded = load_results("adversarial")
NUMBERS = (1, 5, 20)
ROLES = {"BC": "clone", "DAgger": "dagger", "GAIL": "training"}


def column(place: str, method: str, number: int, name: str) -> np.ndarray:
    """One column of the recorded runs: (seeds,)."""
    return np.array(recorded["learned"][place][method][str(number)][name])


def scores(place: str, returns: np.ndarray) -> np.ndarray:
    """On the scale from random actions, 0, to the expert, 1, seed by seed: (seeds,)."""
    expert, random = (np.array(recorded["scale"][place][who]) for who in ("expert", "random"))
    return (returns - random) / (expert - random)


with folded("The scores as numbers"):
    print(
        f"{'16 runs':10}{'method':8}"
        + "".join(f"{f'score from {number}':>20}" for number in NUMBERS)
        + f"{'crash rate from 1':>20}"
    )
    for place in recorded["learned"]:
        for method in ROLES:
            cells = []
            for number in NUMBERS:
                values = scores(place, column(place, method, number, "return"))
                low, high = confidence_interval(values)
                cells.append(f"{values.mean():.2f} [{low:.2f}, {high:.2f}]")
            crashes = column(place, method, 1, "crash_rate").mean()
            print(f"{place:10}{method:8}" + "".join(f"{cell:>20}" for cell in cells) + f"{crashes:20.0%}")
with folded("What it costs, from 20 demonstrations and from one"):
    print(
        f"{'':10}{'method':8}{'steps acted':>14}{'crashes, from 20':>18}{'crashes, from 1':>18}{'labels, from 20':>18}"
    )
    for place in recorded["learned"]:
        for method in ROLES:
            costs = [(20, "env_steps"), (20, "crashes"), (1, "crashes"), (20, "labels")]
            means = [column(place, method, number, name).mean() for number, name in costs]
            print(f"{place:10}{method:8}{means[0]:14,.0f}{means[1]:18,.0f}{means[2]:18,.0f}{means[3]:18,.0f}")
show_guess("06-few")

# %% jupyter={"source_hidden": true}
# Draws the scores by number of demonstrations.
figure, axes = plotting.panels(columns=3, width=18, height=4.8, sharey=True)
for axis, place in zip(axes, recorded["learned"], strict=True):
    for method, role in ROLES.items():
        runs = [scores(place, column(place, method, number, "return")) for number in NUMBERS]
        plotting.learning_curves(axis, NUMBERS, np.transpose(runs), method, role)
    axis.set(title=place, xlabel="demonstrations", xscale="log", xticks=NUMBERS, xticklabels=NUMBERS)
    axis.minorticks_off()
axes[0].set(ylabel="score", ylim=(-0.05, 1.12))
video.show(
    figure,
    alt="Scores by number of demonstrations. CartPole: all near 1 from the start. Driving: from one drive GAIL is far above the clone "
    "and DAgger, and far below 1; from twenty all are near 1. Dungeon: GAIL is near 1 from a single game on, the clone begins below "
    "one half and DAgger near 0; from twenty all are near 1.",
)

# %% [markdown]
# **From few demonstrations, acting helps, in two of three worlds.** From a single game of the dungeon GAIL reaches
# {{printed: Dungeon +GAIL +([\d.]+) \[}} of the expert's score, and the clone {{printed: Dungeon +BC +([\d.]+) \[}}. On the road it is
# {{printed: Driving +GAIL +([\d.]+) \[}} against {{printed: Driving +BC +([\d.]+) \[}}. The clone is lost where it has seen nothing. GAIL goes there, and
# finds out that the judge does not like it. That is far from safe: from one drive, {{printed: Driving +GAIL .* (\d+%)}} of its drives still crash.
#
# **From 20, all are near the expert.** On the cart five are enough for everybody; from one, only DAgger never drops the pole.
#
# **The price is acting, and crashing.** GAIL took {{printed: CartPole +GAIL +([\d,]+) }} to
# {{printed: Driving +GAIL +([\d,]+) }} steps. On the road it crashed
# {{printed: Driving +GAIL +[\d,]+ +([\d,]+)}} times while learning from 20 drives, and twice as often from one. With twenty demonstrations,
# or an expert who can be asked, all this can be spared.
#
# <details><summary>Why is DAgger behind the clone in the dungeon? And where does all this break down?</summary>
#
# DAgger gets labels where its learner goes, but only as many as one demonstration has steps. One game shows the whole way to the treasure, and a beginner who
# is asked for labels has likely not come so far.
#
# We have small worlds, experts that never hesitate, and PPO's settings chosen for GAIL. (The judge sees the
# actions as the world carries them out, within their bounds. A Gaussian policy draws some beyond them, the expert never does, and that alone
# would give the learner away.)
#
# </details>
#
# ## Trap 1: survival pay
#
# A demonstrator pushes left and right at random, and drops the pole after some twenty steps. GAIL imitates it, at first as is
# usual: where an episode ends, rewards end.

# %%
predict("06-chance", "The demonstrator balances for 22 steps on average. For how long will its imitator?")

# %%
CHANCE = 22


def imitate_chance(seed: int, absorbing: bool) -> float:
    """The mean return of GAIL's learner after a demonstrator that acts at random; ends go on, or stop."""
    demos = record(CARTPOLE.make_random_actor(seed), seed, num_episodes=100)
    envs, policy = make_batch(CARTPOLE.env_id, 64), fresh_policy(CARTPOLE, seed)
    networks = policy, make_value_net(envs.single_observation_space, seed)
    discriminator = make_gail_discriminator(envs, demos, seed)
    config = AdversarialConfig(num_iterations=16, absorbing_ends=absorbing)
    for _ in train_gail(*networks, discriminator, demos, envs, config, seed, survival_reward):
        pass
    return evaluate(policy.sampler(derive_seed(seed, "test actions")), CARTPOLE.env_id, 100, seed).mean_return


stopping = np.array(run_seeds(imitate_chance, SEEDS, absorbing=False))
print(
    f"demonstrator {CHANCE} steps, imitator {stopping.mean():.0f}, from {stopping.min():.0f} to {stopping.max():.0f}"
)
show_guess("06-chance")

# %% [markdown]
# **The learner balances many times longer than its teacher.** It has not imitated: nobody showed it how to balance. Each step
# pays, however doubtful the judge is, and after a fall nothing pays. So in a world in which staying alive is the goal, a high
# score proves nothing about the imitation. Kostrikov and others (2019) describe this bias, and the opposite one, which is trap 2.
#
# ### The way out: nothing ends
#
# Let what has fallen stay fallen, and judge every further moment, too: an **absorbing state**. Then all lives are equally long. What counts is
# how each moment is judged, and no longer how many there are. The same happens to the demonstrations: where the demonstrator's pole fell, the judge is shown
# the fallen pole, labeled as the demonstrator's. So a learner that falls as it was shown looks like the demonstrator afterwards, too.
#
# Where both fall alike, a judge that cannot tell them apart says $D = ½$ of every moment. Each then pays $\log 2 \approx 0.69$, standing or fallen, and nothing is
# gained by living on.
#
# We need not play this endless rest. PPO *discounts*: a reward one step later counts only $\gamma$ times as much, here
# $\gamma = 0.99$ (in the dungeon 0.95). If the judge rates the rest after an end $r_\text{end}$, then all that follows the
# last step is worth
#
# $$\gamma\, r_\text{end} + \gamma^2 r_\text{end} + \dots = \frac{\gamma}{1 - \gamma}\, r_\text{end} .$$
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6.3 · paid for what follows** (13 minutes, medium)
#
# A block has $B$ steps, and $E$ of them end an episode: `steps.terminated` (B,), bool. The judge has rated all $B$ steps and,
# behind them, the rest after each end, in the order of the ends: `rewards` (B + E,). Return what each of the $B$ steps is
# paid, (B,): its own reward, and in a step that ends an episode also all that follows. `gamma` is $\gamma$. The block may have
# no end at all, or nothing but ends. (A time limit is no end: the world would have gone on, so `terminated` is false there.) Leave `rewards` as it is: others read it.
#
# For example: $B = 3$, the second step ends an episode, so $E = 1$; `rewards` is $(1, 2, 3, 5)$ and $\gamma = 0.5$. Then $\gamma / (1 - \gamma) = 1$, the rest is
# worth $1 \cdot 5$, and the answer is $(1, 2 + 5, 3)$.
#
# </div>
#
# <details><summary>Hint 1: two parts</summary>
#
# `rewards[: len(steps)]` are the rewards of the steps, and `rewards[len(steps) :]` those of the rests.
#
# </details>
# <details><summary>Hint 2: to the right places</summary>
#
# A bool tensor as an index picks the places where it is true, in order: `x[steps.terminated] += ...` adds one number to each
# of them. Use a `clone()` of the first part, or you change what you were given.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# $1 / (1 - \gamma)$: the rest begins one step *after* the last one. The last step's own reward, replaced instead of
# added to. Counting from behind with `rewards[-E:]`, which is everything when $E = 0$.
#
# </details>

# %% exercise="ilrl_course.algorithms.absorbing.add_what_follows"

# %%
add_what_follows = check(add_what_follows)

# %% [markdown]
# <details><summary>What the judge sees of a rest</summary>
#
# Nothing is done there: it sees action 0 in the last observation. When it begins, a rest is worth $1 + \gamma + \gamma^2 + \dots = 1/(1 - \gamma) = 100$ of its rewards,
# and one step earlier $\gamma$ times that, 99. So the judge is shown each rest with the weight of 100 steps. Kostrikov and others have *one* such state for all
# ends. Here each end keeps its look, so that the judge can tell a treasure from lava.
#
# </details>
#
# Once more the demonstrator that acts at random, now with ends that go on. (The training does what your function does, with the course's own version of it.)

# %%
going_on = np.array(run_seeds(imitate_chance, SEEDS, absorbing=True))
print(
    f"demonstrator {CHANCE} steps, imitator {going_on.mean():.0f}, from {going_on.min():.0f} to {going_on.max():.0f}"
)
print(f"ends stop minus ends go on: {compare_paired(stopping, going_on)}")

# %% jupyter={"source_hidden": true}
# Draws how long the imitators of chance balance.
figure, axis = plotting.panels(width=10, height=3.6)
plotting.strip(
    axis, {"ends stop": stopping, "ends go on": going_on}, {"ends stop": "clone", "ends go on": "you"}
)
axis.axvline(CHANCE, color=color_of("random"), linestyle=(0, (4, 3)))
axis.set(
    title="After a demonstrator that acts at random",
    xlabel="mean return (dashed: the demonstrator)",
    xlim=(0, 520),
)
video.show(
    figure,
    alt="Where ends stop, the eight learners score in the hundreds; where ends go on, about as little as the demonstrator.",
)

# %% [markdown]
# **Where ends go on, the learner drops the pole about as early as it was shown.** In all that follows, and in the recorded
# runs above, ends go on unless the text says otherwise.
#
# ## Trap 2: what an end is worth
#
# CartPole rewards whoever lives long. The dungeon rewards whoever is done soon, and offers two ways to be done: the
# treasure, and the lava. Here is GAIL in the dungeon from 20 games, with each of the three rewards, where ends stop, and where
# they go on: 16 recorded runs each.

# %%
predict("06-ends", "Of the six kinds of hero, which find the treasure, and which walk into lava?")

# %%
traps = load_results("adversarial_traps")
print(f"{'16 runs':24}{'treasure':>10}{'lava':>8}{'deaths in training':>20}{'worst run, treasure':>21}")
for label, outcome in traps["ends"].items():
    means = [np.mean(outcome[name]) for name in ("success", "crash_rate", "crashes")]
    print(f"{label:24}{means[0]:10.0%}{means[1]:8.0%}{means[2]:20,.0f}{np.min(outcome['success']):21.0%}")
show_guess("06-ends")

# %% jupyter={"source_hidden": true}
# Draws how the games of the six kinds of hero end.
figure, axes = plotting.panels(columns=2, width=16, height=4.8, sharey=True)
roles = {name: "clone" if "stop" in name else "you" for name in traps["ends"]}
for axis, name, title in zip(
    axes, ("success", "crash_rate"), ("Games with the treasure", "Games that end in lava"), strict=True
):
    shares = {label: 100 * np.array(outcome[name]) for label, outcome in traps["ends"].items()}
    plotting.strip(axis, shares, roles)
    axis.set(title=title, xlabel="%", xlim=(-4, 104))
video.show(
    figure,
    alt="Where ends stop, heroes of the survival reward never reach the treasure and hardly ever die, those of the hurry reward mostly die, "
    "and those of the logit are spread over everything. Where ends go on, nearly all games of all three end with "
    "the treasure.",
)

# %% [markdown]
# **Survival pay, ends stop: nobody ever reaches the treasure.** The hero wanders about until the time is up. Each step pays, and the treasure would end that.
#
# **Hurry, ends stop: the hero seeks death.** Each step costs, and lava is near. It dies
# {{printed: hurry, ends stop +\d+% +\d+% +([\d,]+)}} times while learning, and {{printed: hurry, ends stop +\d+% +(\d+%)}} of its games still end in lava.
# While the judge still recognizes the learner's steps, the logit is mostly negative, too.
#
# **Where ends go on, hardly anybody dies any more.** A hero in lava rests where only learners rest: that pays next to nothing by the survival reward, and with the other two it costs
# many times over. A hero at the treasure rests where the expert rested, and is paid for it. With all three rewards nearly all games end with the treasure. Single runs may
# still go wrong: the worst one of survival pay finds it in {{printed: survival, ends go on .* (\d+%)}} of its games.
#
# So two rewards that rank all steps alike made opposite heroes, and none of them imitated. (Kostrikov and others 2019 describe both.)
#
# ## Trap 3: a judge that sees the clock (optional)
#
# The dungeon tells its hero how much time is left. The expert is done after a dozen steps of a hundred, so the clock gives a
# slow learner away, wherever it stands. Up to now the judge did not see it. What if it does?

# %%
predict(
    "06-clock",
    "A judge that sees the clock: how often is it right? And where ends stop, does its hero still linger?",
)

# %% jupyter={"source_hidden": true}
# Prints how games go with a judge that sees the clock, and one that does not.
shielded = load_results("clock_and_pay")["clock"]
rows = {f"{number} game{'s' * (number != '1')}, ends go on": traps["clock"][number] for number in ("1", "20")}
rows["20 games, ends stop"] = shielded
print(f"{'16 runs':40}{'treasure':>10}{'steps to it':>13}{'judge right':>13}{'deaths in training':>20}")
for label, sights in rows.items():
    for sight, outcome in sights.items():
        means = [np.mean(outcome[name]) for name in ("success", "steps", "right", "crashes")]
        print(
            f"{label + ', clock ' + sight:40}{means[0]:10.0%}{means[1]:13.1f}{means[2]:13.0%}{means[3]:20,.0f}"
        )
for label, sights in rows.items():
    seen, hidden = (100 * np.array(sights[sight]["success"]) for sight in ("seen", "hidden"))
    print(f"treasure in points, seen minus hidden, {label}: {compare_paired(seen, hidden)}")
show_guess("06-clock")

# %% [markdown]
# **A clock makes the judge's task easy, and hides another fault.** From a single game, the judge is right in
# {{printed: 1 game, ends go on, clock seen +\S+ +\S+ +(\d+%)}} of the steps if it sees the clock, and in
# {{printed: 1 game, ends go on, clock hidden +\S+ +\S+ +(\d+%)}} if it does not. Where ends go on, this costs little in the end. The hero dies more often while it learns.
#
# Where ends stop, the clock seems to *help*: {{printed: 20 games, ends stop, clock seen +(\d+%)}} of the games end with the treasure, and without it none. Most likely
# a late hour looks like the learner's, so that lingering pays no more: two faults cancel. An earlier version of this lesson had both, and noticed neither.
#
# ## Trap 4: a judge that learns too little, or is too sure (optional)
#
# The judge takes 16 gradient steps in each iteration. What if it takes 1, or 64? A judge that is always right should be
# useless, one reads: all steps of the learner look equally bad, so nothing points the way. (Arjovsky and Bottou 2017, section 2, show it for
# generated pictures. There the learner's gradient runs *through* the judge, and vanishes. Here the learner only sees rewards. And PPO divides its
# advantages by their spread, so small differences of reward count as much as large ones.)

# %%
predict(
    "06-strength",
    "On the cart, with 1, 4, 16 or 64 gradient steps of the judge in each iteration: where does GAIL fail?",
)

# %% jupyter={"source_hidden": true}
# Prints how the cart does by the number of gradient steps of the judge.
usual = traps["strength"]["GAIL, survival"]
rows = {f"{updates} step{'s' * (updates != '1')} in each of 40": usual[updates] for updates in usual}
rows["1 step in each of 640"] = traps["one update, longer"]
print(f"{'16 runs':26}{'mean return':>13}{'crash rate':>12}{'judge right':>13}")
for name, outcome in rows.items():
    means = [np.mean(outcome[column]) for column in ("return", "crash_rate", "right")]
    print(f"{name:26}{means[0]:13.0f}{means[1]:12.0%}{means[2]:13.0%}")
show_guess("06-strength")

# %% [markdown]
# **Too little learning is the trap, and not a weak judge.** With one gradient step in each of 40 iterations every pole falls. With one in each of 640, the judge
# has taken as many as usual, and {{printed: 1 step in each of 640 +\d+ +(\d+%)}} fall. (By then the learner has acted 16 times as long, too.) How often the judge is right tells little: with 1 step in each of 40
# it is right in {{printed: 1 step in each of 40 .* (\d+%)\n}}, with 4 in {{printed: \n4 steps in each of 40 .* (\d+%)\n}}, and only the first fails altogether.
#
# **A judge that is too sure may do some harm.** With 64 steps it is right in {{printed: 64 steps in each of 40 .* (\d+%)\n}}, and
# {{printed: 64 steps in each of 40 +\d+ +(\d+%)}} of the poles fall in the exam, nearly all of them in a few of the 16 runs. With 16 steps
# {{printed: 16 steps in each of 40 +\d+ +(\d+%)}} fall. (An earlier version of our PPO showed hardly any harm, so do not lean on this. For AIRL, paid the
# logit, the runs cannot tell: lesson 06b.)
#
# **Two traps that did not spring.** One reads that a judge must be held back, and that its inputs must be scaled. Here are GAIL's scores with *weight decay*,
# which pulls the judge's weights toward 0, and on the cart without *standardizing*: our judges see observations minus the expert's mean, divided by the
# expert's standard deviation.

# %%
print(f"{'score, mean [interval]':28}{'as usual':>22}{'weight decay .1':>22}{'no standardizing':>22}")
for place in recorded["learned"]:
    outcomes = [
        column(place, "GAIL", 20, "return"),
        np.array(traps["weight decay"][place]["GAIL"]["return"]),
        *([np.array(traps["unstandardized"]["GAIL"]["return"])] if place == "CartPole" else []),
    ]
    cells = []
    for values in (scores(place, returns) for returns in outcomes):
        low, high = confidence_interval(values)
        cells.append(f"{values.mean():.2f} [{low:.2f}, {high:.2f}]")
    print(f"{place:28}" + "".join(f"{cell:>22}" for cell in cells))

# %% [markdown]
# Neither matters much in these worlds. Orsini and others (2021), in a very large study, also find weight decay about as good as the usual, more
# elaborate ways to hold a judge back. Where one column of an observation counts in thousands and another in hundredths, standardizing may matter, so we keep it.
#
# ## Look into the judge (optional)
#
# A judge is a map, so let us draw it. Below, the judge of the first run, at three times: what it thinks of a push to the
# right, for leaning and turning poles (the cart rests in the middle). Purple is where it says expert, orange where it says
# learner, each map on a scale of its own. (A push to the right is the right answer to a pole that leans right. But the expert's pole never leans far.) The dots are steps of the learner at that time; beyond 0.21 rad the pole has
# fallen.

# %%
predict("06-map", "What does the judge say about a pole that leans far: early, and at the end?")

# %%
LEAN, TURN = np.meshgrid(np.linspace(-0.21, 0.21, 85), np.linspace(-1.5, 1.5, 81))  # rad, rad/s
GRID = torch.tensor(np.stack([0 * LEAN, 0 * LEAN, LEAN, TURN], axis=-1).reshape(-1, 4), dtype=torch.float32)


@torch.no_grad()
def opinion(judge: nn.Module, push: str) -> np.ndarray:
    """What the judge thinks of the grid of poles: logits."""
    actions = torch.full((len(GRID),), ("left", "right").index(push))
    return judge(GRID, actions).reshape(LEAN.shape).numpy()


def draw_opinion(axis, push: str, iteration: int) -> None:
    """The judge's opinion at that time, and the learner's steps."""
    row = min(gail[0], key=lambda row: abs(row["iteration"] - iteration))
    seen = record(row["policy"].sampler(SEED), SEED, num_episodes=4).obs[::3].numpy()  # (n, 4)
    values = opinion(row["judge"], push)
    bound = max(float(np.abs(values).max()), 1e-6)
    axis.pcolormesh(LEAN, TURN, values, cmap="PuOr", vmin=-bound, vmax=bound, rasterized=True)
    axis.plot(seen[:, 2], seen[:, 3], ".", color="#222222", markersize=5, alpha=0.6)
    axis.set(xlim=(-0.21, 0.21), ylim=(-1.5, 1.5), xlabel="lean (rad)")
    axis.set(title=f"iteration {iteration}", ylabel="angular velocity (rad/s)")


figure, axes = plotting.panels(columns=3, width=18, height=4.8)
for axis, iteration in zip(axes, (8, 16, 32), strict=True):
    draw_opinion(axis, "right", iteration)
video.show(
    figure,
    alt="After 8 iterations the judge says learner wherever the pole leans far, and expert in a narrow band in the middle. "
    "After 16 it says learner nearly everywhere. After 32 the learner's steps are a small cloud in the middle, and far from "
    "it the map is streaked: some poles that lean far pass for the expert's.",
)
show_guess("06-map")

# %% [markdown]
# **The judge forgets.** Early it says what we would say: a pole that leans is not the expert's. At the end the learner is close
# to the expert, and the judge studies the small differences that are left. It has not been shown a leaning pole for a long time, and away from
# the learner's steps its opinion has become streaks.
# To this learner that does no harm. To another one, that begins from nothing, it would. Lesson 06b goes on from here.


# %%
def look(push: str = "right", iteration: int = gail[0][-1]["iteration"]):
    """A map of the judge's opinion."""
    figure, axis = plotting.panels(width=9, height=4.8)
    draw_opinion(axis, push, iteration)
    return video.picture(
        figure, alt="The judge's opinion over lean and angular velocity, with the learner's steps."
    )


demo(look, push=["left", "right"], iteration=[row["iteration"] for row in gail[0]])

# %% [markdown]
# ## Quiz
#
# **1. A demonstrator acts at random and drops the pole after 22 steps. GAIL's learner balances it for 300. What follows?**
#
# <details><summary>A · that GAIL has found out what the demonstrator wanted, and does it better</summary>
#
# Nothing says that it wanted to balance.
#
# </details>
# <details><summary>B · that it was paid for living on, and has not imitated</summary>
#
# Yes. Ends stopped the pay, so a long life was worth more than likeness.
#
# </details>
# <details><summary>C · that the judge is too weak to tell the two apart</summary>
#
# It could tell them apart easily: their poles fall at different times. It was not asked about what follows a fall.
#
# </details>

# %% [markdown]
# **2. A game is over when the goal is reached. You pay $-\log(1 - D)$ in each step, and nothing after the end. What is the
# danger?**
#
# <details><summary>A · that the learner ends the game by any means, even by dying</summary>
#
# That is what a negative reward does.
#
# </details>
# <details><summary>B · that it hurries, and crashes on the way to the goal</summary>
#
# No. Nothing presses: each further step pays.
#
# </details>
# <details><summary>C · that it lingers, and puts the goal off</summary>
#
# Yes. Each further step pays, and the goal ends that. It helps to let the end go on, so that the goal pays for good.
#
# </details>

# %% [markdown]
# **3. What do MaxEnt IRL (lesson 05) and GAIL have in common?**
#
# <details><summary>A · both choose a policy whose occupancy is close to the demonstrator's</summary>
#
# Yes. They differ in what counts as close: the sums of some features, or whatever a judge can find.
#
# </details>
# <details><summary>B · both plan with the rules of the world, and need no steps in it while they learn</summary>
#
# Only MaxEnt IRL does. GAIL has no rules, and must act.
#
# </details>
# <details><summary>C · both find the one true reward that the demonstrator had in mind</summary>
#
# Neither does. GAIL's judge compares with the learner of the moment, and does not even try.
#
# </details>

# %% [markdown]
# ## Summary
#
# - GAIL is a game: a judge tells the expert's steps from the learner's, and PPO makes the learner's look like the expert's.
# - MaxEnt IRL and GAIL are one problem: choose a policy whose occupancy is close to the expert's. They differ in what counts as close, and so do
#   GAIL's three rewards.
# - In two of three worlds GAIL needed fewer demonstrations than cloning, and no labels, and no rules; but it must act, a great
#   deal, and crash.
# - A reward that is always positive pays for survival, one that is always negative for a quick end. Let ends go on, and
#   judge them, or a high score proves nothing.
# - A judge uses whatever it sees. A clock gives the learner away, and can hide another fault.
# - A judge may have learned too little. One that is nearly always right taught most learners all the same, on the cart.
#
# **Words:** *GAIL (generative adversarial imitation learning)*: a judge learns to tell the learner's steps from the expert's, and the learner
# is paid for deceiving it. *Discriminator*, here the *judge*: a network that tells two sources apart, the expert's steps from the learner's.
# *Logit* of a probability $D$: $\log D - \log(1 - D)$. *Adversarial training*: of two networks with opposed aims. *Occupancy*: how often a policy takes each
# action in each state. *Absorbing state*: one that is never left. *Survival pay*: what a learner gets for not ending,
# whatever it does. *Divergence*: a distance between distributions that need not be symmetric.
#
# **Read on:**
#
# - J. Ho, S. Ermon (2016). Generative Adversarial Imitation Learning. *NIPS*.
# - I. J. Goodfellow, J. Pouget-Abadie, M. Mirza, B. Xu, D. Warde-Farley, S. Ozair, A. Courville, Y. Bengio (2014).
#   Generative Adversarial Nets. *NIPS*.
# - M. Arjovsky, L. Bottou (2017). Towards Principled Methods for Training Generative Adversarial Networks. *ICLR*.
# - S. K. S. Ghasemipour, R. Zemel, S. Gu (2019). A Divergence Minimization Perspective on Imitation Learning Methods. *CoRL*.
# - I. Kostrikov, K. K. Agrawal, D. Dwibedi, S. Levine, J. Tompson (2019). Discriminator-Actor-Critic: Addressing Sample
#   Inefficiency and Reward Bias in Adversarial Imitation Learning. *ICLR*.
# - M. Orsini, A. Raichuk, L. Hussenot, D. Vincent, R. Dadashi, S. Girgin, M. Geist, O. Bachem, O. Pietquin, M. Andrychowicz
#   (2021). What Matters for Adversarial Imitation Learning? *NeurIPS*.
#
# **Next:** lesson 06b asks whether a judge's opinion can be turned into a reward that is worth something elsewhere.
