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
# # 05 · Inverse reinforcement learning
#
# **Cloning asks what was done. Inverse RL asks what it was done for.** If we knew that, we could do it in places where the
# demonstrator never was. This lesson infers a reward from recorded games, without approximations, in a world that is small
# enough to be written down completely.
#
# | | |
# |---|---|
# | **You will be able to** | say why behavior does not determine a reward; derive and write maximum-entropy inverse RL; read inferred weights as sentences; say what they are good for, and what they cannot tell |
# | **Time** | 95 minutes, and 60 more for the sections marked *optional* |
# | **You need** | lessons 01 to 03 |

# %%
from collections.abc import Callable
from dataclasses import replace
from functools import lru_cache

import gymnasium as gym
import numpy as np

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.maxent_irl import MaxEntConfig, sample_paths, side_by_side, train_maxent_irl
from ilrl_course.checks import check
from ilrl_course.clones import fresh_policy
from ilrl_course.data import TabularMDP, Trajectory, stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.rules import MAX_STEPS
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, TabularDungeon, tabular_dungeon
from ilrl_course.measures.dungeon_wishes import feature_planner, value_iteration, wishes_met
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.folded import folded
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.palette import color_of
from ilrl_course.notebook.sliders import demo
from ilrl_course.notebook.verdicts import live_sign, verdict
from ilrl_course.rollout import collect_trajectories
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight runs
LAYOUT = 7  # the dungeon that we look at

# %% [markdown]
# `SEED` changes the games, the eight live runs and all that is computed from them. It does not change the recorded runs, on
# which the verdict rests.
#
# ## A world in a table
#
# A **state** $s$ of one layout of the dungeon says where the hero stands, whether it has the key, and how often it has pushed
# the secret wall, which opens at the third push. In each state there are four actions $a$, and each of them leads to one certain
# $s'$. Still, we write down $P(s' \mid s, a)$, the probability that $a$ leads from $s$ to $s'$. Here it is 0 or 1. The whole
# table is one matrix, with a row for each pair $(s, a)$ and a column for each $s'$. Where the game is over, nothing leads on, and the
# rows are zero.
#
# We describe a state by seven **features** $\phi(s)$: a 1 for the *step* that led there; how *near* it is to *lava* (1
# beside it, ¼ two steps away); whether it is *lava*; a 1 as long as the hero *has the key*; whether it stands in the *door*, in the
# secret *passage*, or at the *treasure*. And we suppose that the demonstrator's reward for arriving in $s'$ is a weighted
# sum of them:
#
# $$r(s') = w \cdot \phi(s') .$$
#
# The **weights** $w$ are what we want to know.

# %%
table = tabular_dungeon(LAYOUT, random_start=True)
print(f"{len(table.start)} states, {table.terminal.sum()} of them end the game")
print(f"transitions: {table.transitions.shape}, of which {table.transitions.nnz} entries are not zero")
print(f"features: {', '.join(FEATURE_NAMES)}")


@lru_cache
def floor_plan(layout: int) -> np.ndarray:
    """A picture of the layout, without the outer wall and the status bar."""
    screen = gym.make(DUNGEON.env_id, layout=layout, render_mode="rgb_array")
    screen.reset(seed=SEED)
    return screen.render()[44:-84, 44:-44]


def weights_of(**weights: float) -> np.ndarray:
    """The weights (F,) of the named features; the others are 0."""
    return np.array([weights.get(name, 0.0) for name in FEATURE_NAMES])


def on_the_map(table: TabularDungeon, amounts: np.ndarray) -> np.ndarray:
    """Amounts (S,) per state, added up over the states of each cell: (HEIGHT, WIDTH)."""
    cells = np.zeros(table.grid.shape)
    np.add.at(cells, tuple(table.cells.T), amounts)
    return cells


# %% [markdown]
# ## One behavior, many rewards
#
# Here are five rewards. The first four are weights of features:
#
# | | a step | lava | treasure |
# |---|---|---|---|
# | in a hurry | −1 | −100 | 0 |
# | ten times the hurry | −10 | −1000 | 0 |
# | greedy, and hardly in a hurry | −0.1 | −50 | +100 |
# | wants nothing | 0 | 0 | 0 |
#
# The fifth is the reward of the one in a hurry, but disguised. We draw a random number $h(s)$ for every state, with
# $h = 0$ where the game ends, and a move from $s$ to $s'$ pays $h(s') - h(s)$ on top. This is called **shaping**.

# %%
predict("05-same", "Which of these five rewards have exactly the same best actions, in every state?")

# %% jupyter={"source_hidden": true}
# Finds the best actions for each of the five rewards, and prints in how many states they are the same.
REWARDS = {
    "in a hurry": weights_of(step=-1, lava=-100),
    "ten times the hurry": weights_of(step=-10, lava=-1000),
    "greedy, and hardly in a hurry": weights_of(step=-0.1, lava=-50, treasure=100),
    "wants nothing": weights_of(),
}


def best_actions(table: TabularDungeon, weights: np.ndarray, potential: np.ndarray) -> np.ndarray:
    """Which actions are optimal in each state where the game goes on, with shaping by h (S,): (states, A) bool."""
    values = np.zeros(len(table.start))
    for _ in range(MAX_STEPS):
        arriving = table.features @ weights + potential + values  # (S,)
        q_values = (table.transitions @ arriving).reshape(len(values), -1) - potential[:, None]  # (S, A)
        values = np.where(table.terminal, 0, q_values.max(axis=1))
    return np.isclose(q_values, q_values.max(axis=1, keepdims=True))[~table.terminal]


no_shaping = np.zeros(len(table.start))
shaping = np.where(table.terminal, 0.0, np.random.default_rng(SEED).normal(0, 5, len(table.start)))
candidates = {name: (weights, no_shaping) for name, weights in REWARDS.items()}
candidates["in a hurry, disguised"] = REWARDS["in a hurry"], shaping

hurried = best_actions(table, *candidates["in a hurry"])
print(f"{'share of the states where ...':32}{'the same are best':>20}{'these are among the best':>28}")
for name, (weights, potential) in candidates.items():
    best = best_actions(table, weights, potential)
    same, among = (best == hurried).all(axis=1), (best | ~hurried).all(axis=1)  # (states,)
    print(f"{name:32}{same.mean():20.0%}{among.mean():28.0%}")
show_guess("05-same")

# %% [markdown]
# **Behavior does not determine a reward.** Four of the five have exactly the same best actions in every state. Scale does
# not matter, nor a bonus that every way to the treasure collects, nor how bad lava is once it is bad enough. Shaping does not matter either: over a whole game its payments add
# up to $h(\text{end}) - h(\text{start})$, whichever way was taken (Ng, Harada and Russell 1999). So for every reward there
# are as many others as there are functions $h$. (Choosing a few features rules out most of them.) And for the one that wants nothing, *every* action is best: a demonstrator
# who wants nothing explains everything (Ng and Russell 2000).
#
# More data does not help, since this lies in the question. We must add something that chooses among the rewards, and we must
# not read more out of the answer than it holds.

# %% [markdown]
# ## Match the features
#
# Suppose that a game of $n$ steps gathers the features $f = \sum_{i=1}^{n} \phi(s_i)$. Then its reward is
# $w \cdot f$, and a policy's mean reward is $w \cdot \mathbb{E}[f]$. So a policy that gathers the same features as the
# demonstrator on average is exactly as good, **whatever the weights are** (Abbeel and Ng 2004). We need not know what the
# demonstrator wants in order to please it.
#
# Ours is the *biased* hero of lesson 01. We call it the cautious one: it keeps away from lava, and never goes through a
# wall. Here is what it gathers in a game, beside two others.

# %% jupyter={"source_hidden": true}
# Lets demonstrators play, and prints what they gather.
NUM_GAMES = 20


def play_layout(kind: str, layout: int, num_games: int, seed: int) -> list[Trajectory]:
    """Games of a demonstrator on one layout, each begun somewhere else."""
    demonstrator = DUNGEON.make_demonstrator(kind, seed=seed)
    options = {"layout": layout, "random_start": True}
    return collect_trajectories(demonstrator, DUNGEON.env_id, num_games, seed, **options)


def gathered(table: TabularDungeon, games: list[Trajectory]) -> np.ndarray:
    """The features that each game gathers: (games, F)."""
    return np.array([table.features[table.path(game)[1:]].sum(axis=0) for game in games])


print(f"{'mean of 100 games':22}" + "".join(f"{name:>11}" for name in FEATURE_NAMES))
for kind, label in (("biased", "cautious demonstrator"), ("expert", "shortest way"), ("weak", "unsteady")):
    means = gathered(table, play_layout(kind, LAYOUT, 100, SEED)).mean(axis=0)
    print(f"{label:22}" + "".join(f"{mean:11.2f}" for mean in means))

# %% [markdown]
# The cautious hero walks {{printed: cautious demonstrator +([\d.]+)}} steps, longer than the shortest way, and gathers
# {{printed: cautious demonstrator +[\d.]+ +([\d.]+)}} of *near lava* against {{printed: shortest way +[\d.]+ +([\d.]+)}}. It
# always comes through the door; the shortest way mostly leads through the passage. One such row, and where the games start,
# is all that we are going to use of a demonstrator's games.
#
# ## Maximum entropy
#
# Many policies gather the same features. Which one shall we take? The one that adds nothing of its own: among all that
# match, the most random one, which has **maximum entropy** (Ziebart and others 2008).
#
# Let $\tau$ be a **path** from a given start: its states and actions until the game ends, or until $T$ steps, the time limit
# of 100, are over. It has the probability $P(\tau)$ and gathers $f(\tau)$. The **entropy** of the paths is
# $-\sum_\tau P(\tau) \log P(\tau)$: the larger it is, the less can be said beforehand. We make it as large as possible, on average
# over the starts, under two conditions. The mean features are those of the demonstrator, $\bar f$, also on average over the starts; and the
# probabilities add up to 1. The answer is
#
# $$P(\tau) = \frac{e^{w \cdot f(\tau)}}{Z}, \qquad Z = \sum_{\tau'} e^{w \cdot f(\tau')} ,$$
#
# where $w$ holds one *multiplier* for each feature that must match. It is the same for all starts, but each start has its own $Z$.
#
# <details><summary>The derivation</summary>
#
# In a maximum under conditions, each condition is added with a multiplier (Lagrange): $w$ for the features and $c$ for the sum of 1.
# Look at one start. Its entropy and its features both count as often as games begin there, so we may divide by that. At the maximum, the derivative by each $P(\tau)$ is zero:
#
# $$\begin{aligned}
# 0 &= \frac{\partial}{\partial P(\tau)} \Bigl[-\sum_{\tau'} P(\tau') \log P(\tau')
# + w \cdot \sum_{\tau'} P(\tau')\, f(\tau') + c \sum_{\tau'} P(\tau')\Bigr] \\
# &= -\log P(\tau) - 1 + w \cdot f(\tau) + c .
# \end{aligned}$$
#
# So $P(\tau) = e^{w \cdot f(\tau)}\, e^{c - 1}$, and since the probabilities add up to 1, $e^{c-1}$ is $1/Z$. (This
# needs all $P(\tau) > 0$. If the demonstrator never gathers a feature that some paths have, no finite $w$ matches.)
#
# </details>
#
# So the multipliers are the weights of a reward, and the more reward a path brings, the likelier it is. Such a demonstrator
# may err, but it errs less the more an error costs. So in this model the weights have a scale: they are counted in **nats** of
# log-likelihood, the unit of the natural logarithm.
#
# There are far too many paths to sum over. But the sum has structure. Let $e^{V_t(s)}$ be the same sum over all ways to go
# on from $s$ at step $t$. The first action leads to some $s'$, and from there such a sum remains. Taking logarithms, we get
# the values and the policy $\pi$ for the weights $w$, later called $\pi_w$:
#
# $$\begin{aligned}
# Q_t(s, a) &= \sum_{s'} P(s' \mid s, a)\,\bigl[r(s') + V_{t+1}(s')\bigr] \\
# V_t(s) &= \log \sum_a e^{Q_t(s, a)}, \qquad V_T(s) = 0, \quad V_t(s) = 0 \text{ where the game is over} \\
# \pi_t(a \mid s) &= e^{Q_t(s, a) - V_t(s)}
# \end{aligned}$$
#
# So $\pi_t(a \mid s)$ is the share of that sum which comes from the ways that begin with $a$. Multiply it along a path, and all values but the first cancel:
# $\prod_t \pi_t = e^{w \cdot f(\tau) - V_0}$, which is $P(\tau)$.
#
# It is value iteration with a **soft** maximum: $\log \sum_a e^{Q}$ is a little above the largest $Q$, and the more actions
# are nearly as good, the more it is above. Four equally good ones are worth $\log 4 \approx 1.39$ nats more than one: this policy likes to have a choice.
#
# **Three states by hand.** From the *start*, the action *left* leads to a *side room*, and *right* to the *goal*, which ends
# the game. In the side room *left* stays there, and *right* leads to the goal. Arriving in the side room costs 1, the goal
# pays 0, and $T = 2$.
#
# | | start | side room |
# |---|---|---|
# | one step to go: $Q_1$ of left, right | −1, 0 | −1, 0 |
# | $V_1 = \log(e^{-1} + e^{0})$ | 0.31 | 0.31 |
# | two steps to go: $Q_0$ of left | $-1 + 0.31 = -0.69$ | |
# | $Q_0$ of right | 0 | |
# | $V_0 = \log(e^{-0.69} + e^{0})$ | 0.41 | |
# | $\pi_0$ of left, right | 0.33, 0.67 | |
#
# Check it against the sum over paths. There are three: *right*, with reward 0; *left, right*, with −1; *left, left*, with
# −2. So $Z = 1 + e^{-1} + e^{-2} = 1.50$, and $\log Z = 0.41$, which is $V_0$. Two of them begin with *left*:
# $(e^{-1} + e^{-2}) / Z = 0.33$.
#
# <details><summary>For the curious: where does this derivation stop?</summary>
#
# At chance. If an action leads to several $s'$, then $e^{w \cdot f(\tau)}/Z$ makes lucky paths likelier, as if luck could be
# chosen. The problem to pose there is another one: make the **causal entropy** $\sum_t \mathbb{E}[-\log \pi_t(a_t \mid s_t)]$
# as large as possible, with matching features, while $P(s' \mid s, a)$ stays what it is. Its answer is the recursion above,
# with the mean over $s'$ *inside* $Q$ (Ziebart 2010). The code computes that, and the gradient below is right for it,
# too. In a world without chance the two problems are the same.
#
# </details>

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 5.1 · soft value iteration** (20 minutes, medium)
#
# Return the policy, an array (T, S, A) with $\pi_t(a \mid s)$ for $t = 0, \dots, T-1$, and the soft values $V_0$, an
# array (S,). `transitions` has the row `s * A + a` for action `a` in state `s`, so A is
# `transitions.shape[0] // len(terminal)`; `transitions @ x` works whether it is stored densely or sparsely.
# `rewards[s]` is the reward for *arriving* in `s`. Rewards may be as low as −1000, so $e^Q$ may be too small for a
# computer.
#
# </div>
#
# <details><summary>Hint 1: the order</summary>
#
# With no step to go, all values are 0. Go backward: `for t in reversed(range(num_steps))`.
#
# </details>
# <details><summary>Hint 2: all Q at once</summary>
#
# `transitions @ (rewards + values)` is (S * A,). `.reshape(num_states, num_actions)` makes it (S, A).
#
# </details>
# <details><summary>Hint 3: log of a sum of exponentials</summary>
#
# `np.logaddexp.reduce(q_values, axis=1)` computes it without overflow.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Values of terminal states that are not set back to 0. Policies in reverse order. A loop that stops when the values no
# longer change: each of the $T$ policies is needed.
#
# </details>

# %% exercise="ilrl_course.algorithms.maxent_irl.soft_value_iteration"

# %%
soft_value_iteration = check(soft_value_iteration)

# %% [markdown]
# ## Where does a policy go?
#
# Let $d_t(s)$ be the probability that step $t$ leads to $s$, whether the game ends there or not. We begin with the start
# distribution $d_0$, and each step spreads it out:
#
# $$d_{t+1}(s') = \sum_{s, a} d_t(s)\, \pi_t(a \mid s)\, P(s' \mid s, a), \qquad
# D(s) = \sum_{t=1}^{T} d_t(s) .$$
#
# $D(s)$ is the **expected visitation**: how often a game arrives in $s$, on average. Where the game is over, nothing leads
# on: the rows of $P$ are zero there. The features that the policy gathers are $\mathbb{E}[f] = \sum_s D(s)\, \phi(s)$.
#
# <details><summary>In the three states above</summary>
#
# Here $d_1$ is 0.33 for the side room and 0.67 for the goal. From the side room, *left* has the
# probability $e^{-1 - 0.31} = 0.27$. So $d_2$ is $0.33 \cdot 0.27 = 0.09$ and $0.33 \cdot 0.73 = 0.24$, and $D$ is 0.42 for
# the side room and 0.91 for the goal: in nine of a hundred games it is never reached.
#
# </details>
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 5.2 · expected visitation** (12 minutes, medium)
#
# Return $D$, an array (S,), for a policy (T, S, A) and a start distribution (S,). The start itself is no arrival.
#
# </div>
#
# <details><summary>Hint 1: one step</summary>
#
# `present[:, None] * action_probs` is (S, A): the probability of being in $s$ and choosing $a$.
#
# </details>
# <details><summary>Hint 2: through the matrix</summary>
#
# Flatten it by `.ravel()` to (S * A,). Then `... @ transitions` is (S,).
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The start counted as an arrival. The probabilities scaled to 1 again when some games are over. The same policy at all
# steps.
#
# </details>

# %% exercise="ilrl_course.algorithms.maxent_irl.expected_visitation"

# %%
expected_visitation = check(expected_visitation)

# %% jupyter={"source_hidden": true}
# Computes the three states again.
BY_HAND = np.zeros(
    (3 * 2, 3)
)  # rows: start left, start right, side room left, side room right, and the goal's
BY_HAND[[0, 1, 2, 3], [1, 2, 1, 2]] = 1
policy, values = soft_value_iteration(BY_HAND, np.array([False, False, True]), np.array([0.0, -1, 0]), 2)
visits = expected_visitation(BY_HAND, policy, np.array([1.0, 0, 0]))
print(f"three states: V_0 of the start {values[0]:.2f}, left {policy[0, 0, 0]:.2f}, D {visits.round(2)}")

# %% [markdown]
# ## The gradient
#
# Which weights make the demonstrations likeliest? In a world without chance the log-likelihood of a path is
# $w \cdot f(\tau) - \log Z$, and $\log Z$ is the soft value $V_0$ of its start. On average over the demonstrations, with the
# features $\bar f$ and the starts $d_0$, it is
#
# $$L(w) = w \cdot \bar f - \sum_s d_0(s)\, V_0(s) .$$
#
# Its gradient needs one line:
#
# $$\frac{\partial \log Z}{\partial w} = \frac{1}{Z} \sum_\tau \frac{\partial}{\partial w} e^{w \cdot f(\tau)}
# = \sum_\tau \frac{e^{w \cdot f(\tau)}}{Z} f(\tau) = \sum_\tau P(\tau)\, f(\tau) = \mathbb{E}_{\pi_w}[f] ,$$
#
# the features that the learner's policy gathers. So
#
# $$\nabla L(w) = \bar f - \mathbb{E}_{\pi_w}[f] = \bar f - \sum_s D(s)\, \phi(s) ,$$
#
# the demonstrator's features minus the learner's (Ziebart and others 2008, eq. 6). Where it is zero, the features match: the
# two ideas have met. The second derivative is minus the covariance of $f$ over the paths. So $L$ is concave, and every way up leads to the
# top, if there is one. Now suppose that some features have the same total on every path from a start. Adding one number to all their weights then changes no
# probability. *Treasure plus lava* is such a sum, since almost every game ends in one or the other. So only the *difference* of their weights can be found. (Kim and others 2021, and
# Cao, Cohen and Szpruch 2021, say in general what can be identified.)
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 5.3 · likelihood and gradient** (10 minutes, medium)
#
# Return $L(w)$, a number, and its gradient, (F,). `mdp` has `transitions`, `terminal`, `features` (S, F) and `start`
# (S,), which is where the demonstrations started. `demo_features` is $\bar f$. Your two functions are
# passed in as `soft_value_iteration_fn` and `expected_visitation_fn`: call them by these names.
#
# </div>
#
# <details><summary>Hint 1: in which order</summary>
#
# Weights to rewards; rewards to policy and values; policy to visits; visits to features.
#
# </details>
# <details><summary>Hint 2: three products</summary>
#
# `mdp.features @ weights` (S,), `mdp.start @ values` a number, `visits @ mdp.features` (F,).
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The sign. The log of a mean of $e^V$ over the starts: where a game starts is chance, so take the mean of $V$. The mean
# over all states instead of `mdp.start`.
#
# </details>

# %% exercise="ilrl_course.algorithms.maxent_irl.log_likelihood"

# %%
log_likelihood = check(log_likelihood)

# %% [markdown]
# ## Infer
#
# Now climb. We give $L$ and its gradient to L-BFGS, a standard optimizer, and begin with weights of 0. One thing has to be
# added. The scripted demonstrator *never* errs. The model says "never" only in the limit of infinite weights, so $L$ has no top. We
# subtract a tiny $\frac{\lambda}{2} \lVert w \rVert^2$, with $\lambda = 10^{-5}$: of all weights that explain the games about
# equally well, we want the small ones.

# %%
predict("05-lava", "Which of the seven features will get weights near 0?")


# %%
def infer(
    mdp: TabularMDP, paths: list[np.ndarray], watch: Callable = lambda weights, metrics: None
) -> np.ndarray:
    """The weights (F,) that explain the paths."""
    weights = np.zeros(mdp.features.shape[1])
    for metrics in train_maxent_irl(weights, mdp, paths, MaxEntConfig(), log_likelihood):
        watch(weights, metrics)
    return weights


games = play_layout("biased", LAYOUT, NUM_GAMES, SEED)
paths = [table.path(game) for game in games]
gaps = []
weights = infer(table, paths, lambda weights, metrics: gaps.append(metrics["feature_gap"]))

figure, axis = plotting.panels(width=9, height=3.6)
plotting.learning_curves(axis, range(1, len(gaps) + 1), gaps, "", "training")
plotting.reference_line(axis, MaxEntConfig().l2_coef * np.abs(weights).max(), "λ · largest weight", "random")
axis.set(title="The features match", xlabel="iteration", ylabel="largest difference", yscale="log")
video.show(
    figure,
    alt="The largest difference of a feature falls by orders of magnitude to λ times the largest weight, and stays there.",
)
print(f"{'weights':12}" + "".join(f"{name:>11}" for name in FEATURE_NAMES))
for unit, scale in (("in nats", 1), ("in steps", -weights[0])):
    print(f"{unit:12}" + "".join(f"{weight:11.1f}" for weight in weights / scale))
show_guess("05-lava")

# %% [markdown]
# The difference stops short of zero: at $\nabla L(w) = \lambda w$, a further step costs as much penalty as it gains likelihood.
#
# **Only ratios of weights speak about the demonstrator.** In *steps*, they can be read as sentences: it walks
# {{printed: in steps +-1.0 +-([\d.]+)}} steps to avoid one step beside lava, and the key and the door are nothing to it in
# themselves: they are on the way. That holds only where the games test a ratio. *Passage* and *lava* never happened, and there the numbers say something
# else, as we shall see. (Treasure and lava have the same number with opposite signs. Every game ends in one or the other, so only
# their difference counts, and $\lambda$ shares it out evenly.) In *nats* they say how rarely a hero with these weights would err. That number is not the demonstrator's: it
# never errs, so without $\lambda$ the nats would grow forever.
#
# Does the learner go where the demonstrator goes?

# %%
seen = np.bincount(np.concatenate([path[1:] for path in paths]), minlength=len(table.start)) / len(paths)
start = np.bincount([path[0] for path in paths], minlength=len(table.start)) / len(paths)
policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ weights, MAX_STEPS)
expected = expected_visitation(table.transitions, policy, start)
figure, axes = plotting.panels(columns=2, width=13, height=4.4)
for axis, visits, title, role in zip(
    axes, (seen, expected), ("demonstrator: seen", "learner: expected"), ("biased", "you"), strict=True
):
    plotting.visit_map(axis, on_the_map(table, visits), floor_plan(LAYOUT), color=role)
    axis.set_title(title)
video.show(figure, alt="Both maps show the same ways: to the key, through the door, down to the treasure.")

# %% [markdown]
# It does, although it was shown no way, only starts and seven sums. Where several ways are equally good, the demonstrator
# always takes the same one, and the learner takes them all.
#
# ## Can we trust the weights? (optional)
#
# Test the method where we know the answer: on a **soft demonstrator** whose weights we choose. Its games are drawn from its
# own policy of maximum entropy by `sample_paths`. We recorded what is inferred from 5, 20, 100 and 500 of them, with 24 seeds,
# each with a layout of its own.

# %%
predict("05-trust", "Which weights need few games, and which will never be found?")

# %%
record = load_results("preferences")
TRUE = weights_of(**record["true"])
recovered = {int(number): np.array(runs) for number, runs in record["games"].items()}  # (seeds, F) each
columns = {name: weights_of(**{name: 1}) for name in ("step", "near_lava", "lava", "passage", "treasure")}
columns["difference"] = weights_of(treasure=1, lava=-1)
print(f"{'mean ± deviation':16}" + "".join(f"{name:>14}" for name in columns))
print(f"{'true':16}" + "".join(f"{TRUE @ column:14.1f}" for column in columns.values()))
for number, runs in recovered.items():
    found = [runs @ column for column in columns.values()]  # (seeds,) each
    cells = (f"{f'{values.mean():.1f} ± {values.std(ddof=1):.1f}':>14}" for values in found)
    print(f"{f'{number} games':16}" + "".join(cells))
show_guess("05-trust")

# %% jupyter={"source_hidden": true}
# Draws the inferred weights against the number of games.
numbers = list(recovered)  # of games
figure, axes = plotting.panels(columns=5, width=20, height=4)
for axis, (name, column) in zip(axes, columns.items(), strict=False):
    runs = np.transpose([weights @ column for weights in recovered.values()])  # (seeds, numbers)
    plotting.learning_curves(axis, numbers, runs, "", "you")
    plotting.reference_line(axis, TRUE @ column, "true", "expert")
    levels = *runs[:, 1:].ravel(), TRUE @ column  # with 5 games some are far off the picture
    margin = 0.1 * np.ptp(levels)
    limits = min(levels) - margin, max(levels) + margin
    axis.set(title=name, xscale="log", xlabel="games", xticks=numbers, xticklabels=numbers, ylim=limits)
axes[0].set_ylabel("weight (nats)")
video.show(
    figure,
    alt="Inferred weights by the number of games, 24 seeds each. Step, near lava and passage come to the true ones; "
    "lava and treasure come to others.",
)

# %% [markdown]
# - **What every game tests is found from few games.** Each step is a choice about *step*, and many are about *near lava*. The
#   *passage* takes hundreds of games, since a game has at most one such choice.
# - **What no game can test is never found.** With 500 games, *lava* comes to
#   {{printed: 500 games +\S+ ± \S+ +\S+ ± \S+ +(\S+) ±}} instead of −25, and *treasure* to
#   {{printed: 500 games +\S+ ± \S+ +\S+ ± \S+ +\S+ ± \S+ +\S+ ± \S+ +(\S+) ±}} instead of 15. A game ends in one or the
#   other, so only their difference shows in the behavior, and that is found:
#   {{printed: 500 games .* ([\d.]+) ± \S+\n?$}} of 40. How it is shared out is decided by $\lambda$.
# - **A narrow interval over seeds says that the method is sure.** It does not say that the data are.

# %% [markdown]
# ## What does the cautious demonstrator want?
#
# Now the cautious demonstrator again, a planner that never errs. Its true costs are known to us: 1 for a step, 4 more
# beside lava, 100 in lava, 400 for the passage. We look at 20 games on one layout, or at 4 games on each of 5, eight times
# with other layouts. Several layouts are one larger world whose parts are not connected, so the method needs no change.
# For each seed we also print the costliest detour, at the inferred prices, that was made to avoid the passage. (It is 0 where the way through the door was never the longer one.)

# %%
predict("05-wants", "Which of the true costs can be read from 20 games?")

# %% jupyter={"source_hidden": true}
# Infers the weights from 20 games, eight times on one layout and eight times on five, and prints them.
SPREADS = (1, 5)  # layouts that the 20 games are spread over
Record = list[tuple[TabularDungeon, list[Trajectory]]]  # layouts, and the games played there


def record_games(seed: int, num_layouts: int) -> Record:
    """In all 20 games of the cautious demonstrator, as many on each layout; no two seeds share any."""
    layouts = [max(SPREADS) * seed + i for i in range(num_layouts)]
    return [
        (
            tabular_dungeon(layout, random_start=True),
            play_layout("biased", layout, NUM_GAMES // num_layouts, seed),
        )
        for layout in layouts
    ]


def infer_from(record: Record) -> np.ndarray:
    """The weights (F,) that explain the games on all layouts."""
    paths = [[table.path(game) for game in games] for table, games in record]
    return infer(*side_by_side([table for table, _ in record], paths))


def costliest_detour(record: Record, weights: np.ndarray) -> float:
    """How much the demonstrator paid, at most, in order not to use the passage; in steps."""
    free_passage = weights * (np.array(FEATURE_NAMES) != "passage")
    paid = []
    for table, games in record:
        starts = [table.path(game)[0] for game in games]
        paid += list(value_iteration(table, free_passage)[1][starts] - gathered(table, games) @ free_passage)
    return max(paid) / -weights[0]


def study(seed: int) -> dict[int, np.ndarray]:
    """For each number of layouts: the inferred weights (F,) in nats, and the costliest detour, as one array."""
    records = {number: record_games(seed, number) for number in SPREADS}
    weights = {number: infer_from(record) for number, record in records.items()}
    return {
        number: np.append(weights[number], costliest_detour(record, weights[number]))
        for number, record in records.items()
    }


studied = by_name(run_seeds(study, SEEDS))  # of each number of layouts (seeds, F + 1)
inferred = {number: runs[:, :-1] for number, runs in studied.items()}
in_steps = {number: weights / -weights[:, :1] for number, weights in inferred.items()}
print(f"{'weights, in steps':20}{'20 games on 1 layout':>26}{'4 games on each of 5':>26}")
for name, *both in zip(FEATURE_NAMES, *(runs.T for runs in in_steps.values()), strict=True):
    intervals = [(values.mean(), *confidence_interval(values)) for values in both]
    print(f"{name:20}" + "".join(f"{f'{m:.2f} [{low:.2f}, {high:.2f}]':>26}" for m, low, high in intervals))
print("\nfor each seed, in steps")
for number, weights in in_steps.items():
    penalty = -weights[:, FEATURE_NAMES.index("passage")]
    for what, values in (("costliest detour", studied[number][:, -1]), ("penalty inferred", penalty)):
        print(f"{number} layout{'s' * (number > 1):2} {what}", *(f"{abs(value):5.0f}" for value in values))
show_guess("05-wants")
told = load_results("what_games_tell")["examined"]["5"]
fitting, penalties = np.array(told["prices that fit"]), np.array(told["penalties"])  # (48, 2), (48, 3, 2)
with folded("How wide is the range of a price?"):
    print(
        f"near lava, 48 recorded runs, five layouts: more than one price fits in {(np.ptp(fitting, axis=1) > 0).mean():.0%}"
    )
    prices = zip(load_results("what_games_tell")["l2_coefs"], penalties[:, :, 0].mean(axis=0), strict=True)
    print("mean price by λ:", *(f"{l2_coef:g} {price:.2f}" for l2_coef, price in prices))

# %% [markdown]
# - **Its caution can be read, roughly.** It walks {{printed: near_lava +-([\d.]+)}} steps to avoid one beside lava, on
#   average over the runs with one layout, and {{printed: near_lava +\S+ \[.*\] +-([\d.]+)}} with five. The truth is 4, and with
#   five layouts the whole interval lies below it. From a demonstrator that never errs, even this price is often only a *range*, within which $\lambda$ chooses.
#   For the key and the door it hardly cares: they are on the way.
# - **What never happens has no price, only a bound.** The passage costs 400, and no run comes near. The demonstrator never
#   used it, so the games only say that it is *bad enough*: at least as bad as the costliest detour that was made to avoid
#   it. As $\lambda$ takes the smallest weights that explain the games, the inferred penalty *is* that bound, seed by seed, to
#   about a step. *Lava* never happens either, and there is a bound again, on *treasure minus lava*.
#
# <details><summary>How wide is the range?</summary>
#
# In 48 recorded runs with five layouts we looked for all prices of *near lava* at which every recorded game is optimal, with the other prices set to the true ones. The
# range was wider than a single price in {{printed: more than one price fits in (\d+%)}} of the runs. Within it $\lambda$
# decides, and prefers small weights: with $\lambda = 10^{-7}$ the mean price is {{printed: 1e-07 ([\d.]+)}}, with $10^{-5}$
# {{printed: 1e-05 ([\d.]+)}}, and with $10^{-3}$ {{printed: 0.001 ([\d.]+)}}.
#
# </details>
#
# So the intervals do not say how well we know the demonstrator. They say how the layouts differ. And all this assumes that we chose the right features: the next section, which
# is optional, shows how a forgotten one gives itself away.
#
# ## Is the model right? (optional)
#
# All this assumed that the demonstrator wants a sum of *these* features. What if we forgot one? Let us forget *near lava*, or
# add a feature that means nothing, a coin tossed for each cell.
#
# Whether a model is wrong can be seen by a **predictive check**: draw new games from the inferred policy, from starts drawn like
# the real ones, and compare them with the real games in a respect that matters. Here we add up *near lava* over each game, in 200 sets of
# 20 games. (In the textbook form, the *posterior* predictive check, the weights are drawn anew for each set, as the data allow. Here one
# fit stands for all.)

# %%
predict("05-model", "Without the feature 'near lava': does the check notice? And what does the coin do?")

# %%
near = table.features[:, FEATURE_NAMES.index("near_lava")]  # (S,)
coin = np.random.default_rng(SEED).integers(0, 2, table.grid.shape)[tuple(table.cells.T)]  # (S,) one per cell
MODELS = {
    "all seven features": table.features,
    "without near lava": np.delete(table.features, FEATURE_NAMES.index("near_lava"), axis=1),
    "with a coin": np.column_stack([table.features, coin]),
}


def beside_lava(paths: list[np.ndarray]) -> float:
    """*Near lava*, added up over a mean game."""
    return float(np.mean([near[path[1:]].sum() for path in paths]))


real = beside_lava(paths)
print(f"the demonstrator: {real:.2f} of near lava per game")
for name, features in MODELS.items():
    model = replace(table, features=features, start=start)
    found = infer(model, paths)
    policy, _ = soft_value_iteration(model.transitions, model.terminal, features @ found, MAX_STEPS)
    drawn = sample_paths(model, policy, 200 * NUM_GAMES, SEED)
    counts = [beside_lava(drawn[k : k + NUM_GAMES]) for k in range(0, len(drawn), NUM_GAMES)]
    low, high = np.quantile(counts, [0.025, 0.975])
    last = f"; weight of the coin {found[-1] / -found[0]:+.2f} steps" if "coin" in name else ""
    print(f"{name:20} 95 % of the sets: {low:.2f} to {high:.2f}{last}")
show_guess("05-model")

# %% [markdown]
# **A forgotten feature shows in what the model predicts.** Without *near lava* the inferred hero would gather
# {{printed: without near lava +95 % of the sets: ([\d.]+)}} to {{printed: without near lava +95 % of the sets: [\d.]+ to ([\d.]+)}}
# of it per game, and the demonstrator gathered {{printed: the demonstrator: ([\d.]+)}}. An interval need not have told us: with more games
# it narrows, around the wrong weights. The coin does no harm here. Its weight is small, and the predictions stay right.
#
# With all seven features this check cannot fail: *near lava* is one of the sums that were matched. To test *that*
# model, one has to look at something that was not matched, such as how often a drawn game is not the best one from its start.

# %% [markdown]
# ## Preferences instead of games (optional)
#
# A demonstrator must be able to play. Many people can only *compare*: they see two paths $\tau$ and $\tau'$ from the same
# start, and say which one they like better. If no other paths are possible, then the formula from above becomes
#
# $$P(\tau \succ \tau') = \frac{e^{w \cdot f(\tau)}}{e^{w \cdot f(\tau)} + e^{w \cdot f(\tau')}}
# = \sigma\bigl(w \cdot (f(\tau) - f(\tau'))\bigr) ,$$
#
# with $\sigma(x) = 1 / (1 + e^{-x})$. This is the model of Bradley and Terry (1952), and $w$ is found by logistic
# regression: no planning is needed to learn it. Deep networks learn rewards in this way, too (Christiano and others 2017).
#
# We recorded it for the soft demonstrator of "Can we trust the weights?", with the same seeds and layouts. It compares pairs of
# its own games that begin in the same state.

# %%
predict("05-compare", "How many comparisons tell as much about the caution as 20 games: 5, 20, or hundreds?")

# %%
for source in ("games", "comparisons"):
    for number, runs in record[source].items():
        caution, passage = (np.array(runs)[:, FEATURE_NAMES.index(name)] for name in ("near_lava", "passage"))
        errors = [np.abs(values - truth).mean() for values, truth in ((caution, -3), (passage, -6))]
        print(f"{number:>5} {source:12} mean error: near lava {errors[0]:.2f}, passage {errors[1]:.2f} nats")
show_guess("05-compare")

# %% [markdown]
# **Hundreds of comparisons of its own games do what some twenty games do.** From 20 games the error of *near lava* is
# {{printed:  20 games +mean error: near lava ([\d.]+)}} nats on average. It takes 500 comparisons for
# {{printed:  500 comparisons +mean error: near lava ([\d.]+)}}, and with 100 it is
# {{printed:  100 comparisons +mean error: near lava ([\d.]+)}}. For the *passage*, 500 are not enough: few of these
# pairs differ in it at all.
#
# A demonstrator's own games are not what one would compare. So let the *cautious* demonstrator judge the games of somebody else: a
# learner that wanders, uses the passage, and often dies. It always likes the game better that costs less by its true prices. We
# spread the comparisons over five layouts, infer the weights, and plan for them on 50 new ones. (24 more seeds, in
# `results/what_games_tell.json`.)

# %%
print(f"{'24 runs':20}{'near lava, in steps':>22}{'passage, in steps':>20}{'as wished':>12}")
for number, runs in load_results("what_games_tell")["compared"].items():
    near_lava, passage = (np.median(runs[name]) for name in ("near_lava", "passage"))
    print(f"{number + ' comparisons':20}{near_lava:22.1f}{passage:20.0f}{np.mean(runs['as_wished']):12.2f}")
print(f"pairs that differ in the passage: {np.mean(runs['pairs that differ in the passage']):.0%}")

# %% [markdown]
# **It takes two thousand, and then it is not as good as 20 games.** What *near lava* costs is found from a hundred comparisons or so. For the
# *passage* it takes 500, and its price stays a bound. With 2,000, {{printed: 2000 comparisons +[\d.]+ +\d+ +([\d.]+) | .0%}} of the games go as wished (the treasure is reached, and not by the passage: next section), and more comparisons do not help. (Prices are
# medians over the runs.) But nobody had to play: a judge who can compare is enough. Which pairs are shown matters. Here every fifth pair
# differs in the passage.
#
# Since $Q - V = \log \pi$ in the recursion above, a policy *is* a reward in disguise. Lesson 13 trains a language model from comparisons, with and
# without a reward in between.
#
# ## What it buys
#
# Take the weights to 50 new layouts, and **plan** there: value iteration, then the best action. We compare with a clone of the
# same 20 games. The measure is what the demonstrator cares about most: a game goes *as wished* if it ends with the treasure, and not by the
# passage.
#
# The planner knows the rules of the new layout, its transition matrix. The clone sees the layout, but must act at once. That is
# the bargain of inverse RL: a reward is worth something to those who can plan, or train, with it. So there is a second arm to
# beat: a planner that knows the rules, too, but plans for the world's own reward, which needs no demonstrations. The comparison that was
# written down beforehand (lesson 00) is with the better one of the clone and this planner. On its scale, 0 is chance and 100 the demonstrator itself.

# %%
predict(
    "05-new", "How often does each play as wished on new layouts? What do games from five layouts change?"
)

# %%
outcomes = {number: found["outcomes"] for number, found in load_results("inferred_reward")["found"].items()}
columns = {"as_wished": "as wished", "success": "treasure", "passage": "by the passage", "crash_rate": "lava"}
with folded("The shares as numbers"):
    print(f"{'48 runs, shares of the games':38}" + "".join(f"{title:>16}" for title in columns.values()))
    for number, arms in outcomes.items():
        label = f"{number} layout{'s' * (number != '1')}"
        for name, shares in arms.items():
            if number == "1" or name in ("clone", "inferred reward"):
                title = name if name not in ("clone", "inferred reward") else f"{name}, {label}"
                print(f"{title:38}" + "".join(f"{np.mean(shares[column]):16.2f}" for column in columns))
for number, arms in outcomes.items():
    shares = arms["inferred reward"]["as_wished"]
    print(f"inferred reward from {number}, single runs: {min(shares):.0%} to {max(shares):.0%} as wished")
one, five = (np.array(outcomes[number]["inferred reward"]["as_wished"]) for number in ("1", "5"))
print(f"as wished, five layouts minus one, in points: {compare_paired(100 * five, 100 * one)}")
rule = load_results("what_games_tell")["examined"]["5"]["never shown, as wished"]
print(f"a planner that never does what no game shows {np.mean(rule):.2f}")
show_guess("05-new")

# %% jupyter={"source_hidden": true}
# Draws how many games on new layouts go as the demonstrator wishes.
shown = {
    f"{name}, {number} layout{'s' * (number != '1')}": 100 * np.array(arms[name]["as_wished"])
    for name in ("clone", "inferred reward")
    for number, arms in outcomes.items()
}
shown["world's own reward"] = 100 * np.array(outcomes["5"]["world's own reward"]["as_wished"])
roles = {name: "clone" if "clone" in name else "expert" if "own" in name else "you" for name in shown}
figure, axis = plotting.panels(width=12, height=4.5)
plotting.strip(axis, shown, roles)
axis.set(title="Played as wished, on 50 new layouts", xlabel="% of the games", xlim=(-2, 102))
video.show(
    figure,
    alt="Share of the games on new layouts that go as the demonstrator wishes: clones far below planners with an inferred "
    "reward, most of all with games from five layouts; planners for the world's own reward never.",
)

# %% tags=["nbval-check-output"]
verdict("C3", "05")

# %% [markdown]
# **With the inferred reward a planner mostly keeps to the demonstrator's main wish, where no game was ever shown.** With games from five
# layouts, {{printed: inferred reward, 5 layouts +([\d.]+) | .0%}} of its games go as wished, and with games from one layout
# {{printed: inferred reward, 1 layout +([\d.]+) | .0%}}. The clones of the same games reach
# {{printed: clone, 5 layouts +([\d.]+) | .0%}} and {{printed: clone, 1 layout +([\d.]+) | .0%}}: new walls are new to them.
# (The planner for the world's own reward never goes as wished, and that is by construction: in every layout the passage is a shortcut.)
#
# But it need not be the inferred *prices* that carry over. A planner for the world's own reward that simply **never does what no game
# shows**, here lava and passage, gets {{printed: what no game shows +([\d.]+) | .0%}} as wished. So much of what carries over is the features. (More below, in
# "Three closer looks".)
#
# **Diversity matters for inverse RL, too.** Games from five layouts instead of one bring
# {{printed: in points: (\+[\d.]+ \[\S+ \S+\])}} points. From one layout, single runs get {{printed: from 1, single runs: (\d+%)}} to
# {{printed: from 1, single runs: \d+% to (\d+%)}}: where the way around was short, no game told that a long one would be walked as well.
#
# Where does this break down? The features were ours, and the right ones. The rules of each new layout were known. Lesson 06
# gives up both.
#
# ## Three closer looks (optional)
#
# **Prices, or features?** The inferred prices have a rival in the simple rule above: never do what no game shows. And there is a finer measure: what a game costs by the demonstrator's true prices. Neither was planned
# beforehand, so this is an exploration, with the same 48 seeds.

# %%
told = load_results("what_games_tell")
print(f"{'48 runs, on 50 new layouts':38}{'as wished':>10}{'cost of a game':>16}{'optimal games':>20}")
for number, arms in told["examined"].items():
    label = f"{number} layout{'s' * (number != '1')}"
    wished = {
        "inferred reward": outcomes[number]["inferred reward"]["as_wished"],
        "never shown": arms["never shown, as wished"],
        "world's own reward": outcomes[number]["world's own reward"]["as_wished"],
    }
    for name, shares in wished.items():
        if number == "5" or name == "inferred reward":
            cost, best, least = np.array(arms[name]).mean(axis=0)
            title = f"{name}, {label}" if name == "inferred reward" else name
            print(f"{title:38}{np.mean(shares):10.2f}{cost:16.0f}{best:20.0%}")
print(f"the demonstrator itself pays {least:.0f}")
for number in ("1", "5"):
    weights = np.array(load_results("inferred_reward")["found"][number]["weights"])
    penalty = weights[:, FEATURE_NAMES.index("passage")] / weights[:, 0]
    link = np.corrcoef(penalty, outcomes[number]["inferred reward"]["as_wished"])[0, 1]
    print(
        f"{number} layout{'s' * (number != '1'):2} correlation of passage penalty and games as wished: {link:.2f}"
    )

# %% [markdown]
# **Much of what carries over is the features.** The rule that knows no prices gets
# {{printed: never shown +([\d.]+) | .0%}} as wished: whoever is told that there is such a thing as a passage, and never saw it used, need not
# know what it costs. What the prices add is fine tuning. With games from five layouts, in
# {{printed: inferred reward, 5 layouts +[\d.]+ +\d+ +(\d+%)}} of the new layouts the game is optimal at the demonstrator's true prices; with the simple rule in
# {{printed: never shown +[\d.]+ +\d+ +(\d+%)}}, since it walks beside lava. But where the inferred penalty is too small, the error is
# expensive, so that on average its games cost {{printed: inferred reward, 5 layouts +[\d.]+ +(\d+)}}, those of the rule
# {{printed: never shown +[\d.]+ +(\d+)}}, and the demonstrator's {{printed: itself pays (\d+)}}. And for a demonstrator that does the bad thing now and then, the simple rule forbids nothing.
#
# From one layout, the larger the inferred penalty, the more games go as wished (correlation {{printed: 1 layout +correlation .*: ([\d.]+)}}).
#
# **Live.** Eight runs of your own, with your functions, on five layouts:


# %%
NEW_LAYOUTS = range(800, 850)
OWN_REWARD = weights_of(step=-0.01, treasure=1)


def examine(actor, seed: int) -> float:
    """How much of what the demonstrator would get as wished, in percent, this one gets on the new layouts."""
    outcome = wishes_met(actor, seed, 200, first_layout=NEW_LAYOUTS[0], num_layouts=len(NEW_LAYOUTS))
    return 100 * outcome["as_wished"]


def transfer(seed: int, weights: np.ndarray) -> tuple[float, float]:
    """A planner with the inferred reward, and the better one of a clone and a planner with the world's own."""
    steps = stack_steps([game for _, games in record_games(seed, 5) for game in games])
    clone = fresh_policy(DUNGEON, seed)
    for _ in train_bc(clone, steps, BCConfig(num_updates=400), seed):
        pass
    inferred_one, own = (
        examine(feature_planner(one, NEW_LAYOUTS), seed) for one in (weights[seed - SEEDS[0]], OWN_REWARD)
    )
    return inferred_one, max(examine(clone.act, seed), own)


more, less = np.transpose(run_seeds(transfer, SEEDS, weights=inferred[5]))
live_sign("reward from five layouts", more, less)

# %% [markdown]
# **Why lava?** Some planners walk into lava. Does that follow from what the games could tell? A planner prefers lava wherever the treasure is farther
# than the lava by more than the weight of *treasure* minus that of *lava*. The demonstrator always went to the treasure. So about this
# weight its games give a bound, too. Take for each game by how much the treasure was farther than the lava: the weight is at least the largest of these numbers.


# %%
def farther(record: Record, weights: np.ndarray) -> float:
    """How much farther the treasure was than the lava, at most, in any game: in steps."""
    on_the_way = weights * ~np.isin(FEATURE_NAMES, ("lava", "treasure"))
    to_lava = on_the_way + 1e6 * np.isin(FEATURE_NAMES, "lava")  # a planner that wants nothing but lava
    distances = []
    for table, games in record:
        starts = [table.path(game)[0] for game in games]
        nearest = value_iteration(table, to_lava)[1][starts] - 1e6  # less than 0, as it costs steps
        distances += list(nearest - gathered(table, games) @ on_the_way)
    return max(distances) / -weights[0]


ends = np.array([1.0 * (name == "treasure") - (name == "lava") for name in FEATURE_NAMES])
bounds = [farther(record_games(seed, 5), weights) for seed, weights in zip(SEEDS, inferred[5], strict=True)]
print("for each seed, in steps")
print("treasure farther than lava", *(f"{bound:5.0f}" for bound in bounds))
print("treasure minus lava       ", *(f"{weights @ ends / -weights[0]:5.0f}" for weights in inferred[5]))

# %% [markdown]
# It follows, seed by seed, to about a step. As for the passage, the inferred weight *is* the bound. Where the treasure of a new layout
# is farther than that, nothing told the planner that the demonstrator would rather walk than die.

# %% [markdown]
# ## Be the reward (optional)
#
# Watch the maximum soften. The reward is −1 for a step, −4 more beside lava, −40 in lava, and all of it is multiplied by
# a factor. Games begin anywhere, and darker cells are visited more often.

# %%
predict("05-soft", "Where will the hero be at factor 1, and where at factor 5?")

# %%
figure, axes = plotting.panels(columns=3, width=15, height=3.8)
for axis, factor in zip(axes, (1, 1.5, 5), strict=True):
    rewards = table.features @ (factor * weights_of(step=-1, near_lava=-4, lava=-40))
    policy, _ = soft_value_iteration(table.transitions, table.terminal, rewards, MAX_STEPS)
    visits = expected_visitation(table.transitions, policy, table.start)
    plotting.visit_map(axis, on_the_map(table, visits), floor_plan(LAYOUT), color="you")
    axis.set_title(f"factor {factor}: {visits.sum():.0f} steps per game")
show_guess("05-soft")
video.show(
    figure,
    alt="Visits at factor 1: most in the corners far from lava; at factor 5: along short ways to the secret passage, and "
    "through it to the treasure.",
)

# %% [markdown]
# At factor 1 the game hardly ever ends, and the hero stays far from lava, in the corners: wandering about *pays*, since the choice among four actions is worth
# more than a step costs. At factor 5 the hero goes the short way through the secret passage, which is free here. The darkest cell is where it pushes.
#
# Now set the weights yourself, and see where a policy of maximum entropy goes, from the layout's own start. Can you make the hero take the
# passage, walk in circles, seek death?


# %%
def wish(
    layout: int = LAYOUT,
    step: int = -3,
    near_lava: int = -9,
    lava: int = -60,
    passage: int = -60,
    treasure: int = 60,
):
    """The expected visits under these weights."""
    table = tabular_dungeon(layout)
    weights = weights_of(step=step, near_lava=near_lava, lava=lava, passage=passage, treasure=treasure)
    policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ weights, MAX_STEPS)
    visits = expected_visitation(table.transitions, policy, table.start)
    figure, axis = plotting.panels(width=9, height=5.2)
    plotting.visit_map(axis, on_the_map(table, visits), floor_plan(layout), color="you")
    means = dict(zip(FEATURE_NAMES, visits @ table.features, strict=True))
    return (
        f"A game takes {means['step']:.0f} steps, {means['near_lava']:.1f} of them beside lava, and goes through the "
        f"passage {means['passage']:.2f} times; it ends with the treasure in {means['treasure']:.0%}, in lava in "
        f"{means['lava']:.0%}.",
        video.picture(
            figure, alt="Expected visits of the policy of maximum entropy under the weights set above."
        ),
    )


demo(
    wish,
    layout=[3, 7],
    step=(-8, 2),
    near_lava=(-20, 5),
    lava=(-100, 40),
    passage=(-100, 20),
    treasure=(-20, 100),
)

# %% [markdown]
# **Guess the hidden demonstrator.** Each number below is another demonstrator, whose weights you are not told. The
# left map shows 1000 of its games; the right one shows where your guess would go from the same starts. Make them alike, then
# choose *reveal*. From where on does the passage slider change nothing?


# %%
@lru_cache
def hidden(number: int) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A hidden demonstrator's weights (F,), and the starts (S,) and the visits (S,) of a mean game of 1000."""
    rng = np.random.default_rng(SEED)
    cautions, barriers = rng.permutation(13), rng.permutation(41)  # no two demonstrators share any
    weights = weights_of(
        step=-3, near_lava=-cautions[number], passage=-barriers[number], treasure=60, lava=-60
    )
    table = tabular_dungeon(LAYOUT, random_start=True)
    policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ weights, MAX_STEPS)
    paths = sample_paths(table, policy, 1000, SEED)
    starts, visits = [path[0] for path in paths], np.concatenate([path[1:] for path in paths])
    return weights, *(np.bincount(states, minlength=len(table.start)) / 1000 for states in (starts, visits))


def guess(demonstrator: int = 1, near_lava: int = 0, passage: int = 0, reveal: str = "hidden"):
    """The demonstrator's visits, and those of a policy with the guessed weights."""
    weights, start, seen = hidden(demonstrator)
    table = tabular_dungeon(LAYOUT, random_start=True)
    guessed = weights_of(step=-3, near_lava=near_lava, passage=passage, treasure=60, lava=-60)
    policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ guessed, MAX_STEPS)
    expected = expected_visitation(table.transitions, policy, start)
    figure, axes = plotting.panels(columns=2, width=15, height=4.8)
    for axis, visits, title, role in zip(
        axes, (seen, expected), ("seen", "your guess"), ("biased", "you"), strict=True
    ):
        plotting.visit_map(axis, on_the_map(table, visits), floor_plan(LAYOUT), color=role)
        axis.set_title(title)
    gap = (seen - expected) @ table.features
    shown = [FEATURE_NAMES.index(name) for name in ("step", "near_lava", "passage")]
    gaps = ", ".join(f"{FEATURE_NAMES[i]} {gap[i]:+.2f}" for i in shown)
    truth = (
        f" The true weights: near lava {weights[1]:.0f}, passage {weights[5]:.0f}."
        if reveal == "reveal"
        else ""
    )
    return (
        f"Its features minus yours, which is the gradient: {gaps}.{truth}",
        video.picture(figure, alt="Visits of the hidden demonstrator beside those of the guessed weights."),
    )


demo(guess, demonstrator=(1, 9), near_lava=(-12, 0), passage=(-60, 0), reveal=["hidden", "reveal"])

# %% [markdown]
# <details><summary>From where on?</summary>
#
# Somewhere between −30 and −45; the more cautious it is, the farther, since then the way around costs more. From there on
# the passage is never used. About a hidden demonstrator that never uses it, you can find only that bound.
#
# </details>
#
# ## Quiz
#
# **1. You infer a reward from a thousand perfect games, and it says: the passage costs 90 steps. What do you know?**
#
# <details><summary>A · the demonstrator would make a detour of 80 steps around it, but never one of as many as 100</summary>
#
# No. It may never have stood before such a choice. Where games cannot tell 90 from 900, the small penalty $\lambda$ decided.
#
# </details>
# <details><summary>B · that a detour of about 90 steps was made to avoid it, and no longer one occurred</summary>
#
# Yes. What never happens gives only a bound, and it comes from the choices that there were.
#
# </details>
# <details><summary>C · nothing at all, since perfect games never show the passage</summary>
#
# Too strict. It was avoided at a price that you can count.
#
# </details>

# %% [markdown]
# **2. The gradient of *near lava* is +0.4. What does it tell you?**
#
# <details><summary>A · the learner avoids lava more than the demonstrator does</summary>
#
# Yes. The gradient is the demonstrator's features minus the learner's, so the weight should rise.
#
# </details>
# <details><summary>B · the demonstrator likes lava, since the number is positive</summary>
#
# No. It only comes nearer to lava than the learner does at the moment. The weight may still be negative at the end.
#
# </details>
# <details><summary>C · the learner takes too many steps beside lava, so the weight should fall</summary>
#
# The other way around: then the gradient would be negative.
#
# </details>

# %% [markdown]
# **3. (From an optional section.) You forgot a feature that the demonstrator cares about. What gives it away?**
#
# <details><summary>A · the inferred weights have wide intervals over the seeds, however many games</summary>
#
# It need not. With more games these intervals become narrow, around the wrong weights.
#
# </details>
# <details><summary>B · the features that you did use do not match at the end</summary>
#
# No. They match in any case: that is what the method does.
#
# </details>
# <details><summary>C · games drawn from the inferred policy differ from the real ones</summary>
#
# Yes, if you look at something that was not matched. This is a predictive check.
#
# </details>

# %% [markdown]
# ## Summary
#
# - Behavior does not determine a reward. Scale and shaping keep the best actions; for "wants nothing", all actions are best.
# - A policy that matches the demonstrator's features is as good, whatever the weights.
# - Maximum entropy picks one policy that matches. The gradient of its likelihood is a difference of features.
# - About what never happens, the games give only a bound. From a demonstrator that never errs, often even the other prices are ranges.
# - A forgotten feature shows in what the model predicts, not in its intervals.
# - In new dungeons, whose rules and features were given, a planner with the inferred reward mostly kept to the demonstrator's main wish,
#   and a clone of the same games did not. It did so more often if the games came from more layouts. A rule that just never does what no
#   game shows did so always.
#
# **Words:** *Inverse reinforcement learning (IRL)*: from behavior to reward. *MaxEnt IRL*: infer weights of known features, such that a
# softly optimal policy meets each feature as often as the demonstrations do. *Shaping*: adding $h(s') - h(s)$ to a reward. *Entropy*: $-\sum P \log P$, how little can be said beforehand about what is drawn. *Soft
# value*: the logarithm of a sum of exponentials, instead of the maximum. *Expected visitation*: how often a policy arrives in
# each state. *Predictive check*: comparing data with
# what the fitted model would produce.
#
# **Read on:**
#
# - A. Y. Ng, D. Harada, S. Russell (1999). Policy Invariance Under Reward Transformations: Theory and Application to Reward
#   Shaping. *ICML*.
# - A. Y. Ng, S. Russell (2000). Algorithms for Inverse Reinforcement Learning. *ICML*.
# - P. Abbeel, A. Y. Ng (2004). Apprenticeship Learning via Inverse Reinforcement Learning. *ICML*.
# - B. D. Ziebart, A. Maas, J. A. Bagnell, A. K. Dey (2008). Maximum Entropy Inverse Reinforcement Learning. *AAAI*.
# - B. D. Ziebart (2010). *Modeling Purposeful Adaptive Behavior with the Principle of Maximum Causal Entropy*. PhD
#   thesis, Carnegie Mellon University.
# - R. A. Bradley, M. E. Terry (1952). Rank Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons.
#   *Biometrika* 39(3/4).
# - P. F. Christiano, J. Leike, T. B. Brown, M. Martic, S. Legg, D. Amodei (2017). Deep Reinforcement Learning from Human
#   Preferences. *NIPS 30*.
#
# - K. Kim, S. Garg, K. Shiragur, S. Ermon (2021). Reward Identification in Inverse Reinforcement Learning. *ICML*.
# - H. Cao, S. N. Cohen, Ł. Szpruch (2021). Identifiability in Inverse Reinforcement Learning. *NeurIPS*.
#
# **Next:** lesson 06, where neither the rules nor the features are known.
