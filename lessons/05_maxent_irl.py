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
# **Cloning asks: what did he do? Inverse RL asks: what did he want?** If we knew that, we could do it elsewhere, where
# he never was. This lesson infers a reward from recorded games, exactly, on a world small enough to know completely.
#
# | | |
# |---|---|
# | **You will be able to** | say why behavior does not determine a reward; derive and write maximum-entropy inverse RL; read inferred weights as sentences; say what they are good for, and what they cannot tell |
# | **Time** | 90 minutes |
# | **You need** | lessons 01 to 03 |

# %%
from collections.abc import Callable
from functools import lru_cache

import gymnasium as gym
import numpy as np

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.algorithms.maxent_irl import MaxEntConfig, sample_paths, side_by_side, train_maxent_irl
from ilrl_course.checks import check
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, TabularMDP, Trajectory, stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.observation import decode
from ilrl_course.envs.dungeon.planner import CAUTION
from ilrl_course.envs.dungeon.rules import FLOOR, KEY, MAX_STEPS
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, TabularDungeon, tabular_dungeon
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.journal import decide, verdict
from ilrl_course.notebook.palette import color_of
from ilrl_course.notebook.sliders import demo
from ilrl_course.rollout import collect_trajectories

SEED = 0  # everything that is computed here follows from it; what is read from results/ does not
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight runs
LAYOUT = 7  # the dungeon that we look at

# %% [markdown]
# ## A world in a table
#
# A layout of the dungeon has about 150 **states** $s$: where the hero stands, whether he has the key, how often he has
# pushed the secret wall. It has four actions $a$, and each of them leads to one certain $s'$: a world without chance.
# What we do holds with chance, too, so we write down $P(s' \mid s, a)$, the probability that $a$ leads from $s$ to
# $s'$, here 0 or 1, as one matrix with a row for each pair $(s, a)$ and a column for each $s'$.
#
# We describe a state by seven **features** $\phi(s)$: a 1 for the *step* that led there; how *near* it is to *lava* (1
# beside it, ¼ two steps away); is it *lava*; does the hero *have the key*; is he in the *door*, in the secret
# *passage*, at the *treasure*? And we suppose that the demonstrator's reward for arriving in $s'$ is a weighted sum
# of them:
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
    """Amounts (S,) a state, added up over the states of each cell: (HEIGHT, WIDTH)."""
    cells = np.zeros(table.grid.shape)
    np.add.at(cells, tuple(table.cells.T), amounts)
    return cells


# %% [markdown]
# ## One behavior, many rewards
#
# *Predict: here are four rewards. For which of them is the same policy the best?* (The table below compares with the
# best actions of the one in a hurry.)
#
# | | a step | lava | treasure |
# |---|---|---|---|
# | in a hurry | −1 | −100 | 0 |
# | ten times the hurry | −10 | −1000 | 0 |
# | greedy, and hardly in a hurry | −0.1 | −50 | +100 |
# | wants nothing | 0 | 0 | 0 |

# %%
REWARDS = {
    "in a hurry": weights_of(step=-1, lava=-100),
    "ten times the hurry": weights_of(step=-10, lava=-1000),
    "greedy, and hardly in a hurry": weights_of(step=-0.1, lava=-50, treasure=100),
    "wants nothing": weights_of(),
}


def hard_values(table: TabularDungeon, weights: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """What each action (S, A) and each state (S,) is worth to one who never errs, by value iteration."""
    rewards, values = table.features @ weights, np.zeros(len(table.start))  # (S,)
    for _ in range(MAX_STEPS):
        q_values = (table.transitions @ (rewards + values)).reshape(len(values), -1)  # (S, A)
        values = np.where(table.terminal, 0, q_values.max(axis=1))
    return q_values, values


def best_actions(table: TabularDungeon, weights: np.ndarray) -> np.ndarray:
    """Which actions are optimal in each state where the game goes on: (states, A) bool."""
    q_values, _ = hard_values(table, weights)
    return np.isclose(q_values, q_values.max(axis=1, keepdims=True))[~table.terminal]


hurried = best_actions(table, REWARDS["in a hurry"])
print(f"{'share of the states where ...':32}{'the same are best':>20}{'his are among the best':>26}")
for name, weights in REWARDS.items():
    best = best_actions(table, weights)
    same, among = (best == hurried).all(axis=1), (best | ~hurried).all(axis=1)  # (states,)
    print(f"{name:32}{same.mean():20.0%}{among.mean():26.0%}")

# %% [markdown]
# The first three have exactly the same best actions in every state. And for the last one *every* action is best, his
# among them: a demonstrator who wants nothing explains everything (Ng and Russell 2000). More data does not help; this
# is in the nature of the question. We must add something to choose among the rewards, and we must not read more out
# of the answer than it holds.

# %% [markdown]
# ## Match the features
#
# Suppose that a game of $n$ steps gathers the features $f = \sum_{i=1}^{n} \phi(s_i)$. Then its reward is
# $w \cdot f$, and a policy's mean reward is $w \cdot \mathbb{E}[f]$. So whoever gathers the same features as the
# demonstrator on average is exactly as good as he is, **whatever his weights are** (Abbeel and Ng 2004). We need not
# know what he wants in order to please him.
#
# Our demonstrator is the *biased* one of lesson 01. We call him the cautious one: away from lava, never through a wall.
# Here is what he gathers in a game, beside two others.

# %%
NUM_GAMES = 20


def play_layout(kind: str, layout: int, num_games: int, seed: int) -> list[Trajectory]:
    """Games of a demonstrator on one layout, each begun somewhere else."""
    demonstrator = DUNGEON.make_demonstrator(kind, seed=seed)
    options = {"layout": layout, "random_start": True}
    return collect_trajectories(demonstrator, DUNGEON.env_id, num_games, seed, **options)


def gathered(table: TabularDungeon, games: list[Trajectory]) -> np.ndarray:
    """The features that each game gathers: (games, F)."""
    return np.array([table.features[table.path(game)[1:]].sum(axis=0) for game in games])


print(f"{'mean of a game':22}" + "".join(f"{name:>11}" for name in FEATURE_NAMES))
for kind, label in (("biased", "cautious demonstrator"), ("expert", "shortest way"), ("weak", "unsteady")):
    means = gathered(table, play_layout(kind, LAYOUT, 100, SEED)).mean(axis=0)
    print(f"{label:22}" + "".join(f"{mean:11.2f}" for mean in means))

# %% [markdown]
# The cautious one walks longer than the shortest way would be, and gathers little more than half of its *near lava*. He
# always comes through the door, the shortest way mostly by the passage. Such a row, and where the games start, is all
# that we shall use of a demonstrator's games.
#
# ## Maximum entropy
#
# Many policies gather the same features: for one, mix two policies with a coin. Which shall we take? The one that
# adds nothing of its own: among all that match, the most random one, that of **maximum entropy** (Ziebart et al.
# 2008).
#
# Let $\tau$ be a **path** from a given start: its states and actions, until the game ends or $T$ steps, the time limit
# of 100, are over. It has the probability $P(\tau)$ and gathers $f(\tau)$. The **entropy** of the paths is
# $-\sum_\tau P(\tau) \log P(\tau)$: the larger it is, the less can be said beforehand. We make it as large as possible
# under two conditions: $\sum_\tau P(\tau)\, f(\tau) = \bar f$, the features that the demonstrator gathers in the mean,
# and $\sum_\tau P(\tau) = 1$. With multipliers $w$, one for each feature, and $c$, the derivative by each $P(\tau)$ is
# zero:
#
# $$\begin{aligned}
# 0 &= \frac{\partial}{\partial P(\tau)} \Bigl[-\sum_{\tau'} P(\tau') \log P(\tau')
# + w \cdot \sum_{\tau'} P(\tau')\, f(\tau') + c \sum_{\tau'} P(\tau')\Bigr] \\
# &= -\log P(\tau) - 1 + w \cdot f(\tau) + c , \\
# P(\tau) &= \frac{e^{w \cdot f(\tau)}}{Z}, \qquad Z = \sum_{\tau'} e^{w \cdot f(\tau')} .
# \end{aligned}$$
#
# So the multipliers are the weights of a reward, and a path is exponentially likelier, the more reward it brings: the
# demonstrator may err, and he errs the less the more it costs. The weights now have a scale: they are counted in
# **nats** of likelihood (natural logarithms). Multiply them by ten and he errs less.
#
# There are far too many paths to sum over. But the sum has structure: let $e^{V_t(s)}$ be the same sum over all
# ways to go on from $s$ at step $t$. The first action leads to some $s'$, and there such a sum remains. Taking
# logarithms, we get the values, and the policy $\pi$ for the weights $w$, later called $\pi_w$:
#
# $$\begin{aligned}
# Q_t(s, a) &= \sum_{s'} P(s' \mid s, a)\,\bigl[r(s') + V_{t+1}(s')\bigr] \\
# V_t(s) &= \log \sum_a e^{Q_t(s, a)}, \qquad V_T(s) = 0, \quad V_t(s) = 0 \text{ where the game is over} \\
# \pi_t(a \mid s) &= e^{Q_t(s, a) - V_t(s)}
# \end{aligned}$$
#
# It is value iteration, with a **soft** maximum: $\log \sum e^Q$ is a little above the largest $Q$, the more so the
# more actions are nearly as good. Where there is chance, an action is worth its mean over what may happen: good luck
# cannot be chosen. That is the *causal* form (Ziebart 2010).

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
# Let $d_t(s)$ be the chance that step $t$ leads to $s$, be it the end of the game or not. We begin with the start
# distribution $d_0$, and each step spreads it out:
#
# $$d_{t+1}(s') = \sum_{s, a} d_t(s)\, \pi_t(a \mid s)\, P(s' \mid s, a), \qquad
# D(s) = \sum_{t=1}^{T} d_t(s) .$$
#
# $D(s)$ is the **expected visitation**: how often a game arrives in $s$. From where the game is over nothing leads on:
# the rows of $P$ are zero there. The features that the policy gathers are $\mathbb{E}[f] = \sum_s D(s)\, \phi(s)$.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 5.2 · expected visitation** (15 minutes, medium)
#
# Return $D$, an array (S,), for a policy (T, S, A) and a start distribution (S,). The start itself is no arrival.
#
# </div>
#
# <details><summary>Hint 1: one step</summary>
#
# `present[:, None] * action_probs` is (S, A): the chance to be in $s$ and to choose $a$.
#
# </details>
# <details><summary>Hint 2: through the matrix</summary>
#
# Flatten it by `.ravel()` to (S * A,). Then `... @ transitions` is (S,).
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The start counted as an arrival. The chances scaled to 1 again when some games are over. The same policy at all steps.
#
# </details>

# %% exercise="ilrl_course.algorithms.maxent_irl.expected_visitation"

# %%
expected_visitation = check(expected_visitation)

# %% [markdown]
# Watch the maximum soften. Here the reward is −1 for a step, −4 more beside lava, −40 in lava, all times a factor.
# *Predict: where will the hero be at factor 1, where at 5?* (The games begin anywhere; the darker, the more visits.)

# %%
figure, axes = plotting.panels(columns=3, width=15, height=3.8)
for axis, factor in zip(axes, (1, 1.5, 5), strict=True):
    rewards = table.features @ (factor * weights_of(step=-1, near_lava=-4, lava=-40))
    policy, _ = soft_value_iteration(table.transitions, table.terminal, rewards, MAX_STEPS)
    visits = expected_visitation(table.transitions, policy, table.start)
    plotting.visit_map(axis, on_the_map(table, visits), floor_plan(LAYOUT), color="you")
    axis.set_title(f"factor {factor}: {visits.sum():.0f} steps a game")
video.show(
    figure,
    alt="Visits at factor 1: most in the corners far from lava; at factor 5: along short ways to the secret passage, and "
    "through it to the treasure.",
)

# %% [markdown]
# At factor 1 the game hardly ever ends: wandering about *pays*. Four equally good actions are worth
# $\log 4 \approx 1.39$ nats a step, more than the step costs. A policy of maximum entropy likes to have a choice. At
# factor 5 he goes the short way, by the secret passage, which is free here: the darkest cell is where he pushes.
#
# ## The gradient
#
# Which weights make the demonstrations likeliest? In a world without chance the log-likelihood of a demonstrated path,
# in the mean over the demonstrations with features $\bar f$, is
#
# $$L(w) = w \cdot \bar f - \sum_s d_0(s)\, V_0(s) ,$$
#
# where $d_0$ is the start distribution of the demonstrations. (In a world with chance, $L$ is what to maximize, too: the
# dual of the causal problem. But it is the mean log-likelihood of the actions only if the next states come as often as
# $P$ says.) $V_0$ is $\log Z$, the soft value of the start. Its derivative is what a soft maximum's always is, an
# average: the features that the learner's policy would gather. So
#
# $$\nabla L(w) = \bar f - \mathbb{E}_{\pi_w}[f] = \bar f - \sum_s D(s)\, \phi(s) ,$$
#
# the demonstrator's features minus the learner's (Ziebart et al. 2008, eq. 6). Where it is zero, the features match: the
# two ideas have met. And $L$ is concave: every way up leads to the top, if there is one.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 5.3 · likelihood and gradient** (15 minutes, medium)
#
# Return $L(w)$, a number, and its gradient, (F,). `mdp` has `transitions`, `terminal`, `features` (S, F) and `start`
# (S,), which is where the demonstrations started. `demo_features` is $\bar f$. Use the two functions that you wrote,
# under the names by which they are passed in.
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
# over all states in the place of `mdp.start`.
#
# </details>

# %% exercise="ilrl_course.algorithms.maxent_irl.log_likelihood"

# %%
log_likelihood = check(log_likelihood)

# %% [markdown]
# ## Infer
#
# Now climb. We give $L$ and its gradient to L-BFGS, a standard optimizer, from weights of 0. One thing has to be added:
# the scripted demonstrator *never* errs, and the larger the weights, the likelier is *never*. There is no top. So we
# take off a tiny $\frac{\lambda}{2} \lVert w \rVert^2$, with $\lambda = 10^{-5}$: of all weights that explain the
# games about equally well, we want the small ones.
#
# *Predict: how many steps is a step beside lava worth to him? And will the difference between his features and the
# learner's go to zero?*


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
    alt="The largest difference of a feature falls from about ten to a thousandth, which is λ times the largest weight, "
    "and stays there.",
)
print(f"{'weights':12}" + "".join(f"{name:>11}" for name in FEATURE_NAMES))
for unit, scale in (("in nats", 1), ("in steps", -weights[0])):
    print(f"{unit:12}" + "".join(f"{weight:11.1f}" for weight in weights / scale))

# %% [markdown]
# The difference falls ten thousandfold, and stops where the penalty costs what $L$ still gains: $\nabla L(w) = \lambda w$,
# so that $\lambda$ times the largest weight is left.
#
# The weights can be read in two units. In *nats*, they say how rarely he errs: a needless step makes a path hundreds of
# times less likely ($e^6$ or more). In *steps*, they say what he wants: he walks three or four steps to spare himself
# one beside lava, and the key and the door are nothing to him in themselves.
#
# *Predict: does the learner go where he goes?*

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
# It does, though it was shown no way, only starts and seven sums. Where several ways are equally good, the demonstrator
# always takes the same, and the learner takes them all.
#
# ## Can we trust the weights?
#
# Test the method where we know the answer: a **soft demonstrator** whose weights we choose. His games are drawn from his
# own policy of maximum entropy, on a layout of its own for each of eight seeds. *Predict: which weights need few games,
# and which will never be found?*

# %%
TRUE = weights_of(step=-2, near_lava=-3, lava=-25, passage=-6, treasure=15)
NUMBERS = (5, 20, 100, 500)


def recover(seed: int) -> np.ndarray:
    """The weights inferred from ever more games of the soft demonstrator: (len(NUMBERS), F)."""
    table = tabular_dungeon(seed, random_start=True)
    policy, _ = soft_value_iteration(table.transitions, table.terminal, table.features @ TRUE, MAX_STEPS)
    paths = sample_paths(table, policy, max(NUMBERS), seed)
    return np.array([infer(table, paths[:number]) for number in NUMBERS])


recovered = np.array(run_seeds(recover, SEEDS))  # (seeds, numbers, F)
shown = ("step", "near_lava", "lava", "passage", "treasure")
figure, axes = plotting.panels(columns=len(shown), width=20, height=4)
for axis, name in zip(axes, shown, strict=True):
    column = FEATURE_NAMES.index(name)
    plotting.learning_curves(axis, NUMBERS, recovered[:, :, column], "", "you")
    plotting.reference_line(axis, TRUE[column], "true", "expert")
    levels = *recovered[:, 1:, column].ravel(), TRUE[column]  # with 5 games some are far off the picture
    margin = 0.1 * np.ptp(levels)
    limits = min(levels) - margin, max(levels) + margin
    axis.set(title=name, xscale="log", xlabel="games", xticks=NUMBERS, xticklabels=NUMBERS, ylim=limits)
axes[0].set_ylabel("weight (nats)")
video.show(
    figure,
    alt="Inferred weights by the number of games, eight seeds each. Step, near lava and passage come to the true ones; "
    "lava and treasure come to others.",
)
columns = {name: weights_of(**{name: 1}) for name in shown} | {"difference": weights_of(treasure=1, lava=-1)}
print(f"{'mean ± deviation':16}" + "".join(f"{name:>14}" for name in columns))
print(f"{'true':16}" + "".join(f"{TRUE @ column:14.1f}" for column in columns.values()))
for number, runs in zip(NUMBERS, recovered.swapaxes(0, 1), strict=True):
    found = [runs @ column for column in columns.values()]  # (seeds,) each
    cells = (f"{f'{values.mean():.1f} ± {values.std(ddof=1):.1f}':>14}" for values in found)
    print(f"{f'{number} games':16}" + "".join(cells))

# %% [markdown]
# - **Step** is found from twenty games, often from a handful: every game is full of choices about it. **Near lava** is
#   found to within a third or so from twenty, and well from a hundred. The **passage** takes hundreds, for a game has at
#   most one such choice.
# - **Lava** and **treasure** do not go to the truth, however many games there are. A game ends in one or in the other,
#   so only the *difference* of the two, treasure minus lava, shows in the behavior, and that is found. How it is shared
#   out is decided by $\lambda$ alone: half and half.
# - A narrow interval over seeds says that the method is sure. It does not say that the data are.

# %% [markdown]
# ## What does the cautious demonstrator want?
#
# Now the demonstrator of lesson 01 again, a planner who never errs. His true costs are known to us: 1 for a step, 4 more
# beside lava, 100 in lava, 400 for the passage. *Predict: which of these numbers can be read from 20 games?*
#
# We look at 20 games of his on one layout, or 4 games on each of 5, eight times with other layouts. Several layouts are
# one larger world whose parts are not connected: the method needs no change.

# %%
SPREADS = (1, 5)  # layouts that the 20 games are spread over


def training_layouts(seed: int, num_layouts: int) -> list[int]:
    """The layouts of one seed; no two seeds share any."""
    return [max(SPREADS) * seed + i for i in range(num_layouts)]


Record = list[tuple[TabularDungeon, list[Trajectory]]]  # layouts, and the games played there


def record_games(seed: int, num_layouts: int) -> Record:
    """In all 20 games of the cautious demonstrator, as many on each layout."""
    each = NUM_GAMES // num_layouts
    layouts = training_layouts(seed, num_layouts)
    return [
        (tabular_dungeon(layout, random_start=True), play_layout("biased", layout, each, seed))
        for layout in layouts
    ]


def lost(record: Record, weights: np.ndarray) -> np.ndarray:
    """How much less reward each game brings than the best from its start: (games,)."""
    losses = []
    for table, games in record:
        starts = [table.path(game)[0] for game in games]
        losses += list(hard_values(table, weights)[1][starts] - gathered(table, games) @ weights)
    return np.array(losses)


def study(seed: int) -> tuple[dict[int, np.ndarray], dict[int, float]]:
    """For each number of layouts: the inferred weights (F,), and the costliest detour for the passage's sake."""
    inferred, detours = {}, {}
    for number in SPREADS:
        record = record_games(seed, number)
        paths = [[table.path(game) for game in games] for table, games in record]
        inferred[number] = infer(*side_by_side([table for table, _ in record], paths))
        free_passage = inferred[number] * (np.array(FEATURE_NAMES) != "passage")
        detours[number] = lost(record, free_passage).max() / -inferred[number][0]  # in steps
    return inferred, detours


inferred, detours = map(by_name, zip(*run_seeds(study, SEEDS), strict=True))  # (seeds, F) and (seeds,)
in_steps = {number: weights / -weights[:, :1] for number, weights in inferred.items()}
print(f"{'weights, in steps':20}{'20 games on 1 layout':>26}{'4 games on each of 5':>26}")
for name, *both in zip(FEATURE_NAMES, *(runs.T for runs in in_steps.values()), strict=True):
    intervals = [(values.mean(), *confidence_interval(values)) for values in both]
    print(f"{name:20}" + "".join(f"{f'{m:.2f} [{low:.2f}, {high:.2f}]':>26}" for m, low, high in intervals))
print("\nfor each seed, in steps")
for number, weights in in_steps.items():
    penalty = -weights[:, FEATURE_NAMES.index("passage")]
    for what, values in (("costliest detour", detours[number]), ("penalty inferred", penalty)):
        print(f"{number} layout{'s' * (number > 1):2} {what}", *(f"{abs(value):5.0f}" for value in values))

# %% [markdown]
# In sentences:
#
# - *He walks three to four steps more to spare himself one beside lava.*
# - *He hardly cares for the key, or for the door: they are on the way.*
# - *He would walk some twenty steps or more rather than use the passage,* and *treasure instead of lava is worth
#   dozens of steps.* How many, nothing says: he never used the passage, so the games only say that it is *bad enough*.
#
# What never happens has no price, only a bound: the costliest detour that he made to avoid it, steps beside lava
# counted as above. As $\lambda$ takes the smallest weights that explain the games, the inferred number *is* that bound,
# as the last lines show: seed by seed, to about a step. So the intervals do not say how well we know him. They say how
# the layouts differ; and among five there is, as a rule, a costlier detour than on one.
#
# The true caution is 4 steps, and the inferred one is lower on average. Is that an error? Ask the planner: for which
# cautions are all of his games the best there are? *Predict: for 4 alone, or for a whole range?*

# %%
CAUTIONS = np.arange(0, 12.01, 0.5)  # steps that a step beside lava is worth


def explaining(seed: int) -> dict[int, list[bool]]:
    """For each number of layouts, and each caution: is every game the best from its start?"""
    records = {number: record_games(seed, number) for number in SPREADS}
    wishes = [  # so extreme that neither death nor being late is ever the lesser evil
        weights_of(step=-1, near_lava=-caution, passage=-400, lava=-1000, treasure=1000)
        for caution in CAUTIONS
    ]
    return {number: [lost(record, w).max() < 1e-6 for w in wishes] for number, record in records.items()}


ranges = {
    number: [CAUTIONS[fits][[0, -1]] for fits in runs]
    for number, runs in by_name(run_seeds(explaining, SEEDS)).items()
}
print("Cautions for which all 20 games are the best, for each seed:")
for number, runs in ranges.items():
    print(f"{number} layout{'s' * (number > 1):3}" + ", ".join(f"{low:g} to {high:g}" for low, high in runs))
figure, axes = plotting.panels(columns=2, width=15, height=4.6, sharey=True)
for axis, (number, runs) in zip(axes, ranges.items(), strict=True):
    for row, (low, high) in enumerate(runs):
        axis.barh(row, high - low + 0.2, 0.6, low - 0.1, color=color_of("biased"), alpha=0.6)
    axis.plot(-in_steps[number][:, 1], range(len(runs)), "o", color=color_of("you"), markersize=9)
    axis.axvline(CAUTION, color=color_of("expert"), linestyle=(0, (4, 3)), zorder=0)
    axis.set(title=f"{number} layout{'s' * (number > 1)}", xlabel="caution (steps)", xlim=(0, 12.2))
axes[0].set(ylabel="seed", yticks=[], ylim=(7.6, -1.5))
for role, x, y, label in (
    ("expert", 4.2, -0.9, "true"),
    ("biased", 12.6, 2, "all games\nare the best"),
    ("you", 12.6, 5, "inferred"),
):
    axes[1].text(x, y, label, color=color_of(role), fontweight="bold", fontsize=15)
video.show(
    figure,
    alt="Bars: for games on one layout, a range of cautions, different in width, makes all games the best; for five "
    "layouts a narrower one; 4 is always in it. Dots: the inferred cautions, in the range or near it, mostly low.",
)

# %% [markdown]
# On each layout a whole range of cautions makes all of his games the best. Its width is the layout's: often wide, but
# here and there it begins or ends at 4 itself. Within the range his games cannot tell. $\lambda$ decides, which prefers
# small weights, and mostly it takes a low one.
#
# Five layouts ask him more questions, and the range is narrower as a rule. The inferred caution does not always follow:
# just outside of the range a few of his games would be mistakes, and maximum entropy forgives a few. It takes him for
# somebody who errs, though he never does. **The inferred number depends on the model of the demonstrator**, and no
# number of games will show that.
#
# ## What it buys
#
# Take the weights to 50 new layouts, and **plan** there: soft value iteration, then the likeliest action. Against it: a
# clone of the same 20 games. For scale, the demonstrator himself, one who plans for the world's own reward (the
# shortest way), and the clone *at home*, on a layout that it was trained on. The measure is the demonstrator's: *the
# treasure, and not by the passage*.
#
# The planner is told the rules of the new layout, its transition matrix; the clone sees it, but must act at once. That is
# the bargain of inverse RL: a reward is worth something to those who can plan, or train, with it.
#
# *Predict: how often does each succeed on new layouts? What do games from five layouts change?*

# %%
NEW_LAYOUTS = range(800, 850)


def planner(weights: np.ndarray, layouts: range = NEW_LAYOUTS) -> Actor:
    """Acts best for a reward with these weights, on any of some layouts; plans for each of them beforehand."""
    plans = {}
    for layout in layouts:
        table = tabular_dungeon(layout)
        policy, _ = soft_value_iteration(
            table.transitions, table.terminal, table.features @ weights, MAX_STEPS
        )
        actions = policy[0].argmax(axis=1)[table.index_of]  # by the world's states
        plans[without_key(table.grid)] = actions

    def act(obs: np.ndarray) -> np.ndarray:
        grids, states = decode(obs)
        actions = [plans[without_key(grid)][state] for grid, state in zip(grids, states, strict=True)]
        return np.array(actions)

    return act


def without_key(grid: np.ndarray) -> bytes:
    """What tells a layout from others, whether its key has been taken or not."""
    return np.where(grid == KEY, FLOOR, grid).astype(np.uint8).tobytes()


def examine(actor: Actor, seed: int) -> dict[str, float]:
    """How 200 games on the new layouts go; `as wished` is the share with treasure, but not by the passage."""
    layouts = {"first_layout": NEW_LAYOUTS[0], "num_layouts": len(NEW_LAYOUTS)}
    outcome = examine_games(actor, seed, 200, **layouts)
    return {"as wished": outcome["success"] - outcome["passage"]} | outcome


def clone(games: list[Trajectory], seed: int) -> Actor:
    """A clone of the games."""
    policy = fresh_policy(DUNGEON, seed)
    for _ in train_bc(policy, stack_steps(games), BCConfig(num_updates=400), seed):
        pass
    return policy.act


def transfer(seed: int, inferred: dict[int, np.ndarray]) -> dict[str, dict[str, float]]:
    """Clones and planners from the same 20 games on 1 and on 5 layouts, examined on new ones."""
    outcomes = {}
    for number, weights in inferred.items():
        pupil = clone([game for _, games in record_games(seed, number) for game in games], seed)
        label = "1 layout" if number == 1 else f"{number} layouts"
        home = examine_games(pupil, seed, layout=training_layouts(seed, number)[0], random_start=True)
        outcomes[f"clone, {label}, at home"] = {"as wished": home["success"] - home["passage"]} | home
        outcomes[f"clone, {label}"] = examine(pupil, seed)
        outcomes[f"inferred reward, {label}"] = examine(planner(weights[seed - SEEDS[0]]), seed)
    return outcomes


runs = run_seeds(transfer, SEEDS, inferred=inferred)
outcomes = {name: by_name([run[name] for run in runs]) for name in runs[0]}
scale = {
    label: examine(DUNGEON.make_demonstrator(kind), SEED)
    for label, kind in (("demonstrator", "biased"), ("the world's own reward", "expert"))
}
columns = {"as wished": "as wished", "success": "treasure", "passage": "by the passage", "crash_rate": "lava"}
print(f"{'':29}" + "".join(f"{title:>16}" for title in columns.values()))
for name, outcome in (scale | outcomes).items():
    print(f"{name:29}" + "".join(f"{np.mean(outcome[column]):16.2f}" for column in columns))
figure, axis = plotting.panels(width=10, height=5)
roles = {name: "clone" if "clone" in name else "you" for name in outcomes}
plotting.strip(axis, {name: outcome["as wished"] for name, outcome in outcomes.items()}, roles)
axis.set(title="Played as he would wish, on 50 new layouts", xlabel="share of the games", xlim=(-0.02, 1.02))
video.show(
    figure,
    alt="Clones do well at home and fail on new layouts; planners with inferred rewards do far better there, most of all "
    "with games from five layouts.",
)

# %% tags=["nbval-check-output"]
gains = [
    compare_paired(
        outcomes[f"inferred reward, {layouts}"]["as wished"], outcomes[f"clone, {layouts}"]["as wished"]
    )
    for layouts in ("1 layout", "5 layouts")
]
verdict(
    "C3",
    decide(min(gain.low for gain in gains), min(gain.high for gain in gains)),
    "the inferred reward serves in dungeons that the games never showed, where a clone of the same games fails.",
    effect=f"share of games on new layouts played as wished, inferred reward minus clone: {gains[0]} from one layout, "
    f"{gains[1]} from five",
    seeds=len(SEEDS),
    lesson="05",
)

# %% [markdown]
# - The clones know how to act where they have been, and new walls are new to them. With the reward inferred from the
#   *same* games, the planner plays as the demonstrator would have: in a third to a half of the games from one layout, in
#   more than four of five from five.
# - From one layout the reward is often wrong where that layout did not ask: if the way round was short there, nobody
#   learns that he would also walk a long one rather than use the passage. **Diversity of the demonstrations matters for
#   inverse RL, too**; but five layouts already do a lot for it, and next to nothing for a clone.
# - Even from five, some planners walk into lava: where the way to the treasure is costlier than any that the games
#   showed, nothing told them that he would rather go it than die.
#
# Where this stops: the features were ours, and the right ones; the rules of each new layout were known. Lesson 06 drops
# both.
#
# ## Be the reward
#
# Set the weights, and see where a policy of maximum entropy goes, from the layout's own start. *Can you make the hero
# take the passage? Walk in circles? Seek death?*


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
# **Guess the hidden demonstrator.** Each number below is another demonstrator, whose weights you are not told. The left
# map shows 1000 of his games; the right one shows where your guess would go from the same starts. Make them alike, then
# tick *reveal*. *From where on does the passage slider change nothing?*


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
    """His visits, and those of a policy with the guessed weights."""
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
        f" His weights: near lava {weights[1]:.0f}, passage {weights[5]:.0f}." if reveal == "reveal" else ""
    )
    return (
        f"His features minus yours, which is the gradient: {gaps}.{truth}",
        video.picture(figure, alt="Visits of the hidden demonstrator beside those of the guessed weights."),
    )


demo(guess, demonstrator=(1, 9), near_lava=(-12, 0), passage=(-60, 0), reveal=["hidden", "reveal"])

# %% [markdown]
# <details><summary>From where on?</summary>
#
# Somewhere between −30 and −45; the more cautious he is, the farther, for then the way around costs more. From there
# on he never uses the passage. Of a hidden demonstrator who never does, you can find only that bound.
#
# </details>
#
# ## Quiz
#
# **1. You infer a reward from a thousand perfect games, and it says: the passage costs 90 steps. What do you know?**
#
# <details><summary>A · he would make a detour of 80 steps around it, but not of 100</summary>
#
# No. He may never have stood before such a choice. Where games cannot tell 90 from 900, the small penalty $\lambda$
# decided.
#
# </details>
# <details><summary>B · he would make a detour as long as the longest that he did make, about 90, or longer</summary>
#
# Yes. What never happens only gives a bound, and it comes from the choices that he had.
#
# </details>
# <details><summary>C · nothing at all</summary>
#
# Too strict. He did avoid it, at a price that you can count.
#
# </details>

# %% [markdown]
# **2. The gradient of *near lava* is +0.4. What does it tell you?**
#
# <details><summary>A · the demonstrator is nearer to lava than the learner, so the weight should rise</summary>
#
# Yes. The gradient is his features minus the learner's. The learner is too afraid.
#
# </details>
# <details><summary>B · the demonstrator likes lava</summary>
#
# No. He only likes it better than the learner does at the moment; the weight may still be negative at the end.
#
# </details>
# <details><summary>C · the learner takes too many steps beside lava</summary>
#
# The reverse: then the gradient would be negative.
#
# </details>

# %% [markdown]
# **3. You let the learner take only its best actions, instead of $\pi = e^{Q - V}$. What is lost?**
#
# <details><summary>A · nothing, it is only faster</summary>
#
# No. The likelihood then has no useful gradient: a little more weight changes no action, until all of a sudden it does.
#
# </details>
# <details><summary>B · a demonstrator who errs becomes impossible</summary>
#
# Yes. Then only weights under which each of his errors costs nothing can explain him.
#
# </details>
# <details><summary>C · the time limit is no longer respected</summary>
#
# It still is: the recursion over time is the same.
#
# </details>

# %% [markdown]
# ## Summary
#
# - Behavior does not determine a reward. "Wants nothing" always fits, if all we ask is that he acts best.
# - Whoever matches the demonstrator's features is as good as he, whatever his weights.
# - Maximum entropy picks one policy that matches. The gradient of its likelihood is a difference of features.
# - Weights that every game tests are found from few games. Of what never happens, the games hold only a bound.
# - An inferred reward, where one can plan with it, serves in places where a clone is lost; and it is as good as the
#   demonstrations were diverse.
#
# **Words:** *inverse reinforcement learning*: from behavior to reward. *Feature expectations*: what a policy gathers on
# average. *Entropy*: $-\sum P \log P$, how little can be said beforehand. *Soft value*: the logarithm of a sum of
# exponentials, in place of the maximum. *Expected visitation*: how often a policy arrives in each state.
# *Identifiable*: what data can decide at all.
#
# **Read on:**
#
# - A. Y. Ng, S. Russell (2000). Algorithms for Inverse Reinforcement Learning. *ICML*.
# - P. Abbeel, A. Y. Ng (2004). Apprenticeship Learning via Inverse Reinforcement Learning. *ICML*.
# - B. D. Ziebart, A. Maas, J. A. Bagnell, A. K. Dey (2008). Maximum Entropy Inverse Reinforcement Learning. *AAAI*.
# - B. D. Ziebart (2010). *Modeling Purposeful Adaptive Behavior with the Principle of Maximum Causal Entropy*. PhD
#   thesis, Carnegie Mellon University.
#
# **Next:** lesson 06, where neither the rules nor the features are known.
