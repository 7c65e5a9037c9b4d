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
# # 06b · AIRL: a reward that travels?
#
# **GAIL's judge compares the expert with the learner of the moment. Can we get out of it what the expert *wants*?** If so, that
# reward should serve where the world has changed, and the demonstrations help no more. This lesson looks for it: first in theory,
# then in a world where everything can be computed, then where nothing can.
#
# | | |
# |---|---|
# | **You will be able to** | derive AIRL, and write its parts; say when its reward is the demonstrator's own, and what a clock, chance and rewards of actions do to it; judge a learned reward directly; test whether it travels, with the controls that this needs |
# | **Time** | 100 minutes, and 10 more for the section marked *optional* |
# | **You need** | lessons 05 and 06; PPO (lesson 07) is used here as a black box |

# %%
import numpy as np
import torch
from scipy.sparse.csgraph import connected_components
from torch import Tensor

from ilrl_course.algorithms.absorbing import with_absorbing
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.airl import ShapedReward, make_airl_discriminator, train_airl
from ilrl_course.algorithms.airl_exact import discounted_soft_policy, disentangle, occupancy
from ilrl_course.algorithms.frozen import alive, score_of
from ilrl_course.algorithms.gail import survival_reward
from ilrl_course.checks import check
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Actor, Transitions, concatenate, stack_transitions
from ilrl_course.envs import CARTPOLE
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, tabular_dungeon
from ilrl_course.measures.reward_comparison import epic_over
from ilrl_course.measures.seeds import compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number
SEEDS = range(4 * SEED, 4 * SEED + 4)  # four runs: each trains three networks from nothing
LAYOUT = 7  # the dungeon in which AIRL is computed exactly

# %% [markdown]
# `SEED` changes the demonstrations and the live runs. It does not change the recorded runs, which are read from `results/`.
#
# ## From a judge to a reward
#
# Is the judge's opinion what the expert wants? No. The best judge's logit is $\log \rho_E - \log \rho_\pi$ (lesson 06): a
# comparison with *this* learner. When the learner has caught up, it is 0 wherever they go, and says nothing.
#
# **Adversarial inverse RL** (Fu, Luo and Levine 2018; Finn and others 2016 prepared it) takes out what is known of the learner: how
# likely it was to take this action here. The network says the rest, $f$:
#
# $$D = \frac{e^{f}}{e^{f} + \pi(a \mid s)} , \qquad f = f(s, a, s') .$$
#
# How often somebody takes a step is how often they come to $s$, call it $d(s)$, times how likely they then act so:
# $\rho_E(s, a) = d_E(s)\, \pi_E(a \mid s)$, and likewise $\rho_\pi$. The best $D$ is $\rho_E / (\rho_E + \rho_\pi)$. Compare the
# two formulas for $D$: they are equal if $e^f / \pi = \rho_E / \rho_\pi$. So the best $f$ is
#
# $$f^* = \log \pi_E(a \mid s) + \log d_E(s) - \log d_\pi(s) .$$
#
# When the learner goes where the expert goes, the last two cancel, and $f^* = \log \pi_E(a \mid s)$. The logit is 0 then, as in GAIL, but $f$ still
# holds what the expert does. And lesson 05 has told us what $\log \pi_E$ is, for a demonstrator of maximum entropy: $Q - V$, where $V$ is the soft value. Three
# things change against lesson 05: games go on forever, with a discount $\gamma$; the reward is for *being* in $s$; and we begin without chance. Then
# $Q = r(s) + \gamma V(s')$, and
#
# $$\log \pi_E(a \mid s) = \underbrace{r(s)}_{\text{reward}} + \underbrace{\gamma V(s') - V(s)}_{\text{shaping}} .$$
#
# Lesson 05 has shown what **shaping** does. With a discount it is $\gamma h(s') - h(s)$: for any function $h$, adding it to a reward leaves the best
# policies as they are, in every world (Ng, Harada and Russell 1999).
#
# The trouble begins when one network of $s$ and $a$ learns the sum. It does not see $s'$, so it keeps $\gamma V(s')$ as a property
# of the action: "push right here, good". In a world where the same action leads elsewhere, that is no shaping any more, and it
# misleads. So AIRL lets only $h$ see $s'$, and gives each part a network of its own:
#
# $$f(s, a, s') = \underbrace{g(s)}_{\text{reward}} + \underbrace{\gamma\, h(s') - h(s)}_{\text{shaping}} .$$
#
# Here $h$ sees where an action really leads, so it is shaping in any world, and does no harm. We drop it, since it adds nothing. What is left, $g$,
# should be the reward. When is it?
#
# ## When is g the reward?
#
# Suppose that $g(s) + \gamma h(s') - h(s) = r(s) + \gamma V(s') - V(s)$ in all steps that can happen. Sort by $s$ and $s'$:
#
# $$\underbrace{g(s) - r(s) - h(s) + V(s)}_{\text{depends on } s} = \underbrace{\gamma\, (V(s') - h(s'))}_{\text{depends on } s'} .$$
#
# If two states can both follow one and the same $s$, then the right side must be equal for them. Call such states **linked**,
# and also all that are linked through a chain of others. If *all* states are linked, the world is **decomposable**. Then the
# right side is one constant, so $h$ is $V$ up to a constant, and $g$ is $r$ up to a constant. This is theorem C.1 of Fu, Luo
# and Levine (2018), by their lemma B.1. Such a $g$ is **disentangled** (their definition 5.1): however the world may move, its best policies are
# those of the true reward. Only rewards of states can be so (theorem 5.2).
#
# The theorem asks for much: a demonstrator of maximum entropy, a judge and a learner at their optimum, a reward of states alone,
# no chance, linked states. In lesson 05's dungeon we can give it all that, and then take away one thing after the other. The
# demonstrator's $\pi_E$ is computed exactly, and $g$ and $h$ are fitted to $\log \pi_E$ by least squares, over all steps that can happen. What
# cannot be fitted is *left over*: on average (root mean square), in nats.
#
# We judge $g$ in two ways. By its **correlation** with the true reward, over all states. And by planning: we turn the controls by a
# quarter (*up* now moves right), plan for $g$, and count in how many states the plan's action is one of the best for the true
# reward. The table also says how many **groups** of linked states there are. For comparison: plans for $\log \pi_E(a \mid s)$ itself, in which reward and shaping are still one; and always taking the same action.

# %%
predict(
    "06b-theorem",
    "Where is g not the reward: with slips, a reward of actions, a clock? Which plans are wrong?",
)

# %% jupyter={"source_hidden": true}
# The dungeon as a table, with a clock or with turned controls, and how many states a plan is right in.
GAMMA = 0.95
WISH = {
    "step": -2.0,
    "near_lava": -1.0,
    "lava": -3.0,
    "passage": -1.0,
    "treasure": 2.5,
}  # to want the treasure
table = tabular_dungeon(LAYOUT, random_start=True)
ENDS = table.terminal  # (S,)


def dungeon(slippery: float = 0.0) -> np.ndarray:
    """The transitions (S * A, S) of the layout, where ends lead to themselves."""
    transitions = tabular_dungeon(LAYOUT, random_start=True, slippery=slippery).transitions.toarray()
    for state in np.flatnonzero(ENDS):
        transitions[4 * state : 4 * state + 4, state] = 1.0
    return transitions


def with_clock(transitions: np.ndarray, num_moments: int) -> np.ndarray:
    """The same world, where a state also says how late it is; at the last moment the clock stops."""
    rows, columns = transitions.shape
    later = np.zeros((num_moments * rows, num_moments * columns))
    for now in range(num_moments):
        then = min(now + 1, num_moments - 1)
        later[now * rows : (now + 1) * rows, then * columns : (then + 1) * columns] = transitions
    return later


def turned(transitions: np.ndarray) -> np.ndarray:
    """The same world, where each action does what the next one did."""
    per_action = transitions.reshape(-1, 4, transitions.shape[1])
    return np.roll(per_action, -1, axis=1).reshape(transitions.shape)


def num_groups(transitions: np.ndarray, counts: np.ndarray) -> int:
    """How many groups of linked states there are, if only steps that count (S, A) are shown."""
    shown = (transitions > 0) & (counts.ravel() > 0)[:, None]  # (S * A, S)
    follows = 1.0 * shown.reshape(len(counts), 4, -1).any(axis=1)  # (S, S): can the second follow the first?
    return connected_components(follows.T @ follows)[0]


def best_values(transitions: np.ndarray, rewards: np.ndarray) -> np.ndarray:
    """The optimal Q (S, A) for rewards of states (S,) or of states and actions (S, A)."""
    values, rewards = np.zeros(transitions.shape[1]), rewards.reshape(transitions.shape[1], -1)
    for _ in range(500):
        q_values = rewards + GAMMA * (transitions @ values).reshape(len(values), -1)
        values = q_values.max(axis=1)
    return q_values


def share_right(transitions: np.ndarray, rewards: np.ndarray, truth: np.ndarray) -> float:
    """In how many states, ends aside, the best action for these rewards is one of the best for the true ones."""
    chosen = best_values(transitions, rewards).argmax(axis=1)[:, None]  # (S, 1)
    true_values = best_values(transitions, truth)
    lost = true_values.max(axis=1) - np.take_along_axis(true_values, chosen, axis=1)[:, 0]
    return float((lost < 1e-6)[~np.resize(ENDS, len(lost))].mean())


# %%
of_states = table.features @ [WISH.get(name, 0.0) for name in FEATURE_NAMES]  # (S,)
whims = np.random.default_rng(SEED).normal(0, 0.5, (len(ENDS), 4))
of_actions = of_states[:, None] + np.where(ENDS[:, None], 0, whims)  # (S, A)
MOMENTS = 4
CASES = {  # transitions, the true reward, and what is special
    "as the theorem asks": (dungeon(), of_states, ""),
    "shown what is not rare": (dungeon(), of_states, "rare steps are left out"),
    "slips in one of five steps": (dungeon(0.2), of_states, ""),
    "slips, and odds are known": (dungeon(0.2), of_states, "odds are known"),
    "a reward of actions": (dungeon(), of_actions, ""),
    "a clock of four moments": (with_clock(dungeon(), MOMENTS), np.tile(of_states, MOMENTS), ""),
}
fitted = {}
print(f"{'':28}{'':>8}{'':>11}{'':>13}   plans that are right, with turned controls, for")
print(f"{'':28}{'groups':>8}{'left over':>11}{'correlation':>13}{'g':>8}{'log pi':>9}{'one action':>12}")
for name, (transitions, truth, special) in CASES.items():
    ends = np.resize(ENDS, transitions.shape[1])
    log_policy, _ = discounted_soft_policy(transitions, truth, ends, GAMMA)
    counts = np.ones_like(log_policy)
    if special == "rare steps are left out":
        counts = 1.0 * (occupancy(transitions, log_policy, ~ends / (~ends).sum(), GAMMA) >= 1e-5)
    g, _, left = disentangle(transitions, log_policy, GAMMA, counts, knows_chance=special == "odds are known")
    fitted[name] = g
    likeness = np.corrcoef(g, truth.reshape(len(g), -1).mean(axis=1))[0, 1]
    shares = [share_right(turned(transitions), reward, truth) for reward in (g, log_policy, 0 * g)]
    print(
        f"{name:28}{num_groups(transitions, counts):8}{left:11.2f}{likeness:13.2f}{shares[0]:8.0%}{shares[1]:9.0%}{shares[2]:12.0%}"
    )
seen = occupancy(
    dungeon(), discounted_soft_policy(dungeon(), of_states, ENDS, GAMMA)[0], ~ENDS / (~ENDS).sum(), GAMMA
)
seen = (seen >= 1e-5).any(axis=1)  # (S,)
among = np.corrcoef(fitted["shown what is not rare"][seen], of_states[seen])[0, 1]
print(f"not rare: {seen.sum()} of {len(seen)} states, correlation among these {among:.2f}")
g = fitted["a clock of four moments"].reshape(MOMENTS, -1)
within = [np.corrcoef(moment, of_states)[0, 1] for moment in g]
print("the clock, correlation within each moment: " + ", ".join(f"{one:.2f}" for one in within))
show_guess("06b-theorem")

# %% [markdown]
# **Given all that the theorem asks, $g$ is the reward.** Nothing is left over, and with turned controls a plan for $g$ is right in every
# state. A plan for $\log \pi_E$ is right in {{printed: as the theorem asks .* (\d+%) +\d+%\n}}, fewer than by always taking the same action. That is what AIRL was made for.
#
# **From what the demonstrator shows, it is less.** In the second row we left out all steps that it takes less than once in 100,000, when games begin
# anywhere. Still nothing is left over. But each step that is left out may cut a link. Instead of one group of linked states there are
# {{printed: shown what is not rare +(\d+)}}, and each has a constant of its own. The correlation falls to
# {{printed: among these (-?[\d.]+)}} among the {{printed: not rare: (\d+)}} states where the demonstrator goes at all, and to
# {{printed: shown what is not rare +\d+ +[\d.]+ +(-?[\d.]+)}} over all.
#
# **With chance AIRL fails, although the reward can be inferred.** $Q$ holds the *mean* of $V(s')$ over all $s'$ that may
# follow, and the judge sees one of them at a time. The correlation is {{printed: slips in one of five steps +\d+ +[\d.]+ +([\d.]+)}}. A fit that knows the odds, and puts the mean of $h(s')$ in its place, finds the
# reward exactly.
#
# **With a reward of actions it fails, too,** if less badly here. No reward of states can hold it.
#
# **A clock unties the moments.** All states that follow one and the same state show the same time. So states of different moments are
# never linked, and each moment has a constant of its own. Within every moment but the first $g$ is the reward. Between moments it may be anything: what merely
# lasting is worth remains open. (In the first moment, which follows nothing, no two states are linked. But what is paid there is paid whatever one does,
# so no plan depends on it.) Here the plans are right all the same, since all games last equally long. Where the agent decides how long it lasts,
# this is lesson 06's survival pay once more.
#
# ## Write it
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 6b.1 · reward and shaping** (10 minutes, medium)
#
# Return $f$ of $B$ steps: (B,). `net.reward(obs, actions)` is $g$, `net.potential(obs)` is $h$, each (B,). (Pass the
# actions to $g$: the paper also has a $g(s, a)$, and the check tries one. Ours ignores them.) `steps` has `obs`, `actions`, `next_obs` and `terminated` (B,), bool,
# which is true where the world ended the episode: after that nothing follows, and $h(s')$ counts as 0, while $h(s)$
# stays. (Where ends go on, as in our trainings below, no flag is true. Your function must also work where they stop.)
# `gamma` is $\gamma$. Both networks learn from $f$, so leave all gradients in it.
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
# **Exercise 6b.2 · AIRL's logit** (5 minutes, easy)
#
# Return the logit $\ell$ of $B$ steps: (B,). `log_probs` (B,) is $\log \pi(a \mid s)$, a logarithm already. Use your
# `shaped_reward(net, steps, gamma)`. Stay with logarithms: an action may be so unlikely that its probability rounds to 0.
# To find it, put $D = e^f / (e^f + \pi)$ into $\ell = \log D - \log(1 - D)$.
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
# $\log \pi$ with the wrong sign. A logarithm taken twice. $D$ instead of the logit.
#
# </details>

# %% exercise="ilrl_course.algorithms.airl.airl_logits"

# %%
airl_logits = check(airl_logits)

# %% [markdown]
# AIRL is GAIL with this logit; everything else stays. In the paper the learner is paid the logit itself. We pay the survival reward, as in lesson 06.
#
# <details><summary>What that changes</summary>
#
# The mean of the logit is $\mathbb{E}[f] + H(\pi)$, with the entropy $H$: a learner that is paid it does what lesson 05's demonstrator does, and makes the reverse KL of
# lesson 06 small. The formula for $f^*$ does not depend on the pay. But a learner that is paid otherwise does not maximize $f$ plus entropy, so ours is no
# maximum-entropy inverse RL in the strict sense.
#
# </details>
#
# Here is what both bring at home, from 20 demonstrations, in 16 recorded runs.

# %%
predict(
    "06b-home", "At home, in the three worlds: is AIRL better than GAIL, worse, or alike? And paid the logit?"
)

# %% jupyter={"source_hidden": true}
# Prints the scores at home of GAIL and AIRL.
at_home, traps = load_results("adversarial"), load_results("adversarial_traps")


def scores(place: str, returns: list[float]) -> np.ndarray:
    """On the scale from random actions, 0, to the expert, 1, seed by seed: (seeds,)."""
    expert, random = (np.array(at_home["scale"][place][who]) for who in ("expert", "random"))
    return (np.array(returns) - random) / (expert - random)


print(f"{'score, mean [interval]':28}{'GAIL':>20}{'AIRL':>20}{'AIRL, paid the logit':>24}")
for place, learned in at_home["learned"].items():
    outcomes = [learned["GAIL"]["20"], learned["AIRL"]["20"]]
    outcomes += {
        "CartPole": [traps["strength"]["AIRL, logit"]["16"]],
        "Dungeon": [traps["AIRL in the dungeon"]["logit"]],
    }.get(place, [])
    cells = []
    for values in (scores(place, outcome["return"]) for outcome in outcomes):
        low, high = confidence_interval(values)
        cells.append(f"{values.mean():.2f} [{low:.2f}, {high:.2f}]")
    print(
        f"{place:28}" + "".join(f"{cell:>{width}}" for cell, width in zip(cells, (20, 20, 24), strict=False))
    )
dropped = {
    updates: np.mean(outcome["crash_rate"]) for updates, outcome in traps["strength"]["AIRL, logit"].items()
}
show_guess("06b-home")
crashes = {n: 100 * np.array(run["crash_rate"]) for n, run in traps["strength"]["AIRL, logit"].items()}
for updates in ("4", "64"):
    print(
        f"poles dropped, {updates} steps minus 16, in points: {compare_paired(crashes[updates], crashes['16'])}"
    )
print(
    "paid the logit, poles dropped in the exam, by gradient steps of the judge: "
    + ", ".join(f"{updates}: {share:.0%}" for updates, share in dropped.items())
)

# %% [markdown]
# **At home GAIL and AIRL are alike,** and so is AIRL that is paid the logit, except on the cart. There the strength of the judge matters:
# in the exam {{printed: by gradient steps of the judge: .*, 4: (\d+%)}} of the poles fall with 4 gradient steps in each iteration,
# {{printed: by gradient steps of the judge: .*, 16: (\d+%)}} with 16, and {{printed: by gradient steps of the judge: .*, 64: (\d+%)}} with 64. Too weak is clearly worse
# ({{printed: dropped, 4 steps minus 16, in points: (\S+ \[\S+ \S+\])}} points); about too sure the runs cannot tell
# ({{printed: dropped, 64 steps minus 16, in points: (\S+ \[\S+ \S+\])}}).
#
# ## A demonstrator that wants a place
#
# CartPole's own reward is being alive. To find *that* is no art: a constant would do. So our demonstrator is the *biased* player
# of lesson 01, which wants more: it balances 1.2 m to the right of the middle. To compare, we put its wish as a reward: 0 after a fall, and
# otherwise $1 - |x - 1.2| / 3.6$, where $x$ is the position of the cart in meters, so that it is 1 at the wished place and 0 at the far end of the track.
#
# GAIL's judge forgets: once its learner is good, it is not shown any more how beginners fail. Its own learner does not need that. But somebody new, who
# begins from nothing, needs a judge that remembers. So here the learner's half of what the judge is shown comes from *all* iterations so far, and from each equally many. (Fu and others
# 2018, appendix D.3, mix in the last 20 iterations.) **That has a price:** the two terms of $f^*$ that should cancel, $\log d_E - \log d_\pi$, do so no more,
# and $g$ also holds how much more often the player was somewhere than all learners so far.
#
# Two more things are known before we look. The theorem does not cover this player: it is *deterministic*, so $\log \pi_E$ is minus infinity for the other push.
# And the cart's states are not linked. A push changes the *velocities*; whichever way you push, the next position and the next lean
# are the same. So two states at different places never follow one and the same state, and a wish to *be* at 1.2 m cannot be told from
# a wish to *move* there.
#
# Below is $g$ in four runs, for a cart and a pole at rest: purple where it is high, orange where it is low, each map by the ranks of its own values.
# The cross is the wished place, and the dashed line is where the player changes its push from left to right, for a cart and a pole at rest. Outside the frame the pole has fallen, or the cart has left the track.

# %%
predict("06b-map", "What will g say about a cart in the middle, one at 1.2 m, and a pole that leans far?")

# %%
GOAL, NEAR = 1.2, 0.6  # m
PLAYER = CARTPOLE.make_demonstrator("biased")
CONFIG = AdversarialConfig(num_iterations=40, remembered_share=1.0)


def record(actor: Actor, seed: int, num_episodes: int = 20) -> Transitions:
    """The steps of some episodes of CartPole, with what each led to."""
    return stack_transitions(collect_trajectories(actor, CARTPOLE.env_id, num_episodes, seed))


def learn_reward(seed: int) -> ShapedReward:
    """AIRL from 20 episodes of the player: what the judge has learned in the end."""
    demos, envs = record(PLAYER, seed), make_batch(CARTPOLE.env_id, 64)
    policy, value_net = fresh_policy(CARTPOLE, seed), make_value_net(envs.single_observation_space, seed)
    net = make_airl_discriminator(envs, demos, seed)
    for _ in train_airl(policy, value_net, net, demos, envs, CONFIG, seed, airl_logits, survival_reward):
        pass
    return net


nets = run_seeds(learn_reward, SEEDS)

# %% jupyter={"source_hidden": true}
# Draws g of all four runs over position and lean.
PLACE, LEAN = np.meshgrid(np.linspace(-2.6, 2.6, 79), np.linspace(-0.24, 0.24, 61))  # m, rad
still = np.zeros_like(PLACE)
grid = torch.tensor(np.stack([PLACE, still, LEAN, still], axis=-1).reshape(-1, 4), dtype=torch.float32)
figure, axes = plotting.panels(columns=len(nets), width=18, height=4.4, sharey=True)
for axis, seed, net in zip(axes, SEEDS, nets, strict=True):
    with torch.no_grad():
        said = net.reward(grid, torch.zeros(len(grid), dtype=torch.long)).reshape(PLACE.shape).numpy()
    ranks = said.ravel().argsort().argsort().reshape(PLACE.shape) / said.size  # of all places, 0 is the worst
    axis.pcolormesh(PLACE, LEAN, ranks, cmap="PuOr", vmin=0, vmax=1, rasterized=True)
    for color, width in (("#222222", 5), ("#ffffff", 2)):  # to be seen on dark and on light
        axis.plot([GOAL], [0], "+", color=color, markersize=13 + width, mew=width)
    places = np.linspace(-2.4, 2.4, 2)
    axis.plot(
        places, -0.06 * (places - GOAL), color="#222222", linestyle=(0, (4, 3)), linewidth=1
    )  # its gains are 0.3 and 5
    axis.plot(
        [-2.4, 2.4, 2.4, -2.4, -2.4],
        [-0.2095, -0.2095, 0.2095, 0.2095, -0.2095],
        color="#222222",
        linewidth=1,
    )
    axis.set(title=f"g of run {seed}", xlabel="position (m)")
axes[0].set(ylabel="lean (rad)")
video.show(
    figure,
    alt="Four maps of g over the cart's position and the pole's lean. In three of them g is high at the cross, an upright pole at 1.2 m, "
    "and along the dashed line, which leads from there to poles farther left that lean forward. In the fourth it is high to the right of the cross.",
)
show_guess("06b-map")

# %% [markdown]
# **It knows the place, and how the player gets there.** In three of the four runs $g$ is highest at the cross, and as high along the dashed line. There is
# nothing to be gained on that line. It is where the *player* hesitates. So some of how it acts seems to have gone into what it is said to want. The fourth run puts
# everything to the right of the cross high. Elsewhere, the runs contradict each other. (Carts at rest near the ends of the track were shown to none of them.)
#
# ## Judge the reward directly
#
# Two rewards may differ in scale, in a constant and in shaping, and still be the same wish. **EPIC** (Gleave and others 2021)
# compares rewards apart from all three: 1 is the same wish, −1 the opposite. For two rewards of states alone it is simply their correlation over
# states, as in the dungeon.
#
# <details><summary>How?</summary>
#
# Each reward $R$ is first brought into a canonical form,
#
# $$C(s, a, s') = R(s, a, s') + \mathbb{E}\bigl[\gamma R(s', A, S') - R(s, A, S') - \gamma R(S, A, S')\bigr] ,$$
#
# in which states $S$, $S'$ and actions $A$ are drawn at random from a fixed distribution. Put $\gamma h(s') - h(s)$ into it: it cancels. A reward $R(s)$ of states becomes
# $\gamma\, (R(s') - \mathbb{E}[R])$. Then comes the correlation of the two canonical forms. (Their *distance* is
# $\sqrt{(1 - \text{correlation})/2}$. And EPIC lets any state follow any other, so it tells apart what is the same wish in this world only, such as being there and moving there.)
#
# </details>
#
# We compare with the wish over three kinds of states: a beginner's; the player's and the beginner's, half and half, which is like what the judge was
# shown; and *anywhere*: poles drawn at random, standing, leaning and fallen. Beside the four $g$ stand three rewards that have learned nothing
# of the place: an untrained $g$; being alive; and one that only knows whose state it is.

# %%
predict(
    "06b-epic", "How like the wish is g, from -1 to 1: in states like those that were shown, and anywhere?"
)


# %%
def wish(steps: Transitions) -> Tensor:
    """What the player wants, as a reward (B,)."""
    return alive(steps) * (1 - (steps.obs[:, 0] - GOAL).abs() / 3.6)


def states_of(actor: Actor, seed: int, num_episodes: int) -> Transitions:
    """150 states of an actor, what follows its falls included."""
    steps = with_absorbing(record(actor, seed, num_episodes))
    return steps[torch.from_numpy(np.random.default_rng(seed).integers(len(steps), size=150))]


def states_anywhere(seed: int) -> Transitions:
    """300 states from somewhat beyond the ends of the track, and of the angles, at moderate speed."""
    reach = np.array([2.64, 1.0, 0.23, 1.0])  # m, m/s, rad, rad/s
    obs = torch.from_numpy(np.random.default_rng(seed).uniform(-reach, reach, (300, 4)).astype(np.float32))
    fallen = (obs[:, 0].abs() > 2.4) | (obs[:, 2].abs() > 0.2095)
    none = torch.zeros_like(fallen)
    return Transitions(obs, none.long(), obs, none, absorbed=fallen)


beginner = fresh_policy(CARTPOLE, SEED).sampler(derive_seed(SEED, "beginner"))
of_player, of_beginner = states_of(PLAYER, SEED, 20), states_of(beginner, SEED, 80)
PLACES = {
    "beginner": of_beginner,
    "both": concatenate([of_player, of_beginner]),
    "anywhere": states_anywhere(SEED),
}
untrained = make_airl_discriminator(make_batch(CARTPOLE.env_id, 1), record(PLAYER, SEED), SEED)
rewards = {f"g of run {seed}": score_of(net) for seed, net in zip(SEEDS, nets, strict=True)}
rewards |= {"untrained g": score_of(untrained), "being alive": alive}
rewards["is it the player's?"] = lambda steps: (
    1.0 * (torch.arange(len(steps)) < 150)
)  # of "both", the first half
print(f"{'EPIC correlation with the wish':34}" + "".join(f"{place:>11}" for place in PLACES))
for name, score_fn in rewards.items():
    cells = []
    for place, states in PLACES.items():
        varies = name != "is it the player's?" or place == "both"
        varies &= name != "being alive" or bool(states.absorbed.any())
        cells.append(f"{epic_over(score_fn, wish, states, 2, 0.99):+.2f}" if varies else "–")
    print(f"{name:34}" + "".join(f"{cell:>11}" for cell in cells))
show_guess("06b-epic")

# %% [markdown]
# **In states like those that were shown, $g$ looks like the wish, and so does knowing whose state it is.** Over both kinds of states, the correlation is
# {{printed: g of run 0 +\S+ +\+([\d.]+)}} in the first run. But a reward that only says "this is the player's" gets
# {{printed: the player's\? +– +\+([\d.]+)}}. Among a beginner's states nearly all of the wish is to be alive
# ({{printed: being alive +\+([\d.]+)}}), and $g$ hardly knows it ({{printed: g of run 0 +\+([\d.]+)}}). And anywhere, three of the four have nothing
# to do with the wish. So this shows that $g$ knows where the player was. It does not show that $g$ knows what the player wants.
#
# ## Does the reward travel?
#
# Freeze the judge. Change the world. Let a new learner begin from nothing, with PPO, paid by the frozen reward alone. The worlds:
# the cart with a pole of 4 m instead of 1 m, which answers a push more slowly; and the road, now wet, with 80 % of the grip.
#
# For comparison: the clone, and the policies that GAIL and AIRL had learned, as they are, in the new world; and PPO with
# the world's own reward, which shows what could be done. Here the demonstrator is the expert in both worlds. All this was
# recorded, with eight runs each, in `results/reward_transfer.json`. GAIL's judge pays its survival reward, AIRL pays $g$ itself.

# %%
predict(
    "06b-travel",
    "Clone, policies, frozen judge, frozen g: which are better than the clone, with the long pole and on the wet road?",
)

# %% jupyter={"source_hidden": true}
# Prints the returns at home and in the changed worlds.
travels = load_results("reward_transfer")
TRAVELERS = {  # as recorded: as shown
    "clone": "clone",
    "GAIL's policy, forgets": "GAIL's policy",
    "AIRL's policy, forgets": "AIRL's policy",
    "GAIL's judge, forgets, anew": "judge that forgets",
    "AIRL's g, forgets, anew": "g that forgets",
    "GAIL's judge, remembers, anew": "judge that remembers",
    "AIRL's g, remembers, anew": "g that remembers",
    "world's reward, anew": "the world's reward",
}


def traveled(journey: str, learner: str, place: int) -> np.ndarray | None:
    """The mean returns (seeds,) at home (0) or in the changed world (1), if it was sent there."""
    returns = np.array(travels["returns"][journey][learner])  # (seeds, places)
    return returns[:, place] if place < returns.shape[1] else None


for place, where in enumerate(("at home", "in the changed world")):
    print(f"{'mean return ' + where:34}" + "".join(f"{journey:>26}" for journey in travels["returns"]))
    for learner, name in TRAVELERS.items():
        found = [traveled(journey, learner, place) for journey in travels["returns"]]
        if found[0] is None:
            continue
        cells = [
            f"{values.mean():.1f} [{low:.1f}, {high:.1f}]"
            for values in found
            for low, high in [confidence_interval(values)]
        ]
        print(f"  {name:32}" + "".join(f"{cell:>26}" for cell in cells))
show_guess("06b-travel")

# %% jupyter={"source_hidden": true}
# Draws the returns at home and in the changed world.
LOOKS = {
    "clone": "clone",
    "GAIL's policy": "training",
    "AIRL's policy": "biased",
    "the world's reward": "expert",
}
figure, axes = plotting.panels(columns=2, rows=2, width=18, height=12)
for row, journey in zip(axes, travels["returns"], strict=True):
    for axis, place, title in zip(row, (0, 1), ("at home", journey.split(", ")[1]), strict=True):
        shown = {name: traveled(journey, learner, place) for learner, name in TRAVELERS.items()}
        shown = {name: returns for name, returns in shown.items() if returns is not None}
        plotting.strip(axis, shown, {name: LOOKS.get(name, "you") for name in shown})
        axis.set(title=f"{journey.split(', ')[0]}: {title}", xlabel="mean return")
        axis.set_xlim(left=-0.02 * axis.get_xlim()[1])
video.show(
    figure,
    alt="At home, new learners taught by a judge that forgets mostly fail. On the cart, those taught by one that remembers "
    "mostly reach the expert's 500; on the road g's learners mostly fail, too. With the long pole clone and policies fail, "
    "and the rewards that remember get about two fifths of what is possible. On the wet road GAIL's policy is best, and the "
    "frozen rewards are no better than the clone.",
)

# %% [markdown]
# **A judge that forgets rarely teaches anybody else,** not even at home, in the very world in which its own learner became
# as good as the expert. That the pair did well together says nothing about the reward.
#
# **With the long pole the rewards travel part of the way.** New learners that are paid by a judge that remembers stand much longer than
# the clone, and far from as long as with the world's own reward. But this does not show that a wish was inferred. The cart's expert never
# falls, so all falls that the judge saw were the learner's, and a judge that remembers pays for not falling. And on the cart the world's own reward is
# nothing else than being alive: it needs no demonstrations, and teaches far better. $g$ is not clearly better than GAIL's judge either, though
# theory speaks for $g$ only.
#
# **On the wet road no frozen reward does better than the clone.** What does travel is GAIL's policy.
#
# This is not a fair test yet. Eight runs are few, the two rewards are on different scales, on the road nobody was paid for being alive, and on the cart that
# control is the truth itself, which no learned reward can beat. So we give no verdict on claim C3 here.
#
# ## A map of the rest (optional)
#
# GAIL and AIRL are two of many. What the others change:
#
# | method | what it changes |
# |---|---|
# | **DAC** (Kostrikov and others 2019) | learns from old steps, too (off-policy), so that it needs far fewer; and lets ends go on, as in lesson 06 |
# | **SQIL** (Reddy, Dragan and Levine 2020) | no judge at all: Q-learning, paid 1 in the expert's steps and 0 in its own |
# | **IQ-Learn** (Garg and others 2021) | one Q function in place of judge and reward, since $r = Q - \gamma V$ can be read off it |
# | **ValueDICE** (Kostrikov, Nachum and Tompson 2020) | matches occupancies by a value function, from stored steps alone |
# | **GAIfO** (Torabi, Warnell and Stone 2018) | the judge sees $s$ and $s'$, and no actions: imitation from videos |
# | **AMP** (Peng and others 2021) | a judge of movements beside a reward for the task: natural movements for animated figures |
# | **Bayesian IRL** (Ramachandran and Amir 2007) | not one reward, but a distribution over all that explain the behavior |
#
# When is a reward identified at all? Kim and others (2021) and Cao, Cohen and Szpruch (2021) answer for demonstrators of maximum entropy.
# One needs two worlds that differ enough, or two discounts, or a reward of states in a world that links them. (Compare lesson 05, where
# games from five layouts said more than games from one.) And which of the many details of adversarial imitation matter in practice? Orsini and
# others (2021) trained more than 500,000 agents to find out.
#
# ## Quiz
#
# **1. Why does AIRL subtract $\log \pi(a \mid s)$ from what its network says?**
#
# <details><summary>A · so that the network need not hold what belongs to the learner</summary>
#
# Yes. How likely the learner was to take the action is known. What remains in $f$ of the learner is only where it goes.
#
# </details>
# <details><summary>B · to make likely actions cheaper, so that the learner explores more</summary>
#
# No. It is subtracted from what the judge says, not from what the learner is paid.
#
# </details>
# <details><summary>C · to keep the logit positive, so that every step pays</summary>
#
# It may have either sign.
#
# </details>

# %% [markdown]
# **2. A world shows its clock in every observation. What does that do to AIRL's $g$?**
#
# <details><summary>A · nothing: the clock is the same for the expert and for the learner</summary>
#
# It is not the same: a slow learner is seen at moments at which the expert is done.
#
# </details>
# <details><summary>B · it makes g useless in every state, since no state is ever seen a second time</summary>
#
# Too much said. Within each moment after the first, $g$ is still the reward up to a constant.
#
# </details>
# <details><summary>C · it leaves open what merely lasting is worth: a constant per moment</summary>
#
# Yes. States of different moments are not linked, so nothing ties their constants together.
#
# </details>

# %% [markdown]
# **3. A friend shows you a learned reward on which a robot, trained along with it, does perfectly. How do you test whether
# it is a reward?**
#
# <details><summary>A · train both for longer, and see whether the robot stays perfect on it</summary>
#
# They would go on adapting to each other. That they do well together was known.
#
# </details>
# <details><summary>B · freeze it, train a new robot from nothing, and compare with a constant reward</summary>
#
# Yes. First at home, and then elsewhere. Without the comparison, you may only have learned that ends are bad.
#
# </details>
# <details><summary>C · see whether the judge is right in half of the steps, as the theory says it should be</summary>
#
# That says that the judge cannot tell these two apart, and it may have learned nothing.
#
# </details>

# %% [markdown]
# ## Summary
#
# - AIRL takes the learner's choice of actions out of the judge, and splits the rest into a reward $g$ of states and shaping.
# - $g$ is the true reward up to a constant if the demonstrator has maximum entropy, the reward is one of states, nothing is left to
#   chance, all states are linked, and judge and learner are at their optimum. Without one of these it need not be.
# - A clock leaves open what lasting is worth.
# - A learned reward can be compared with a true one: apart from scale, constants and shaping, and where it was shown or elsewhere.
# - A learned reward is tested by freezing it and teaching somebody new, and by controls that know nothing: a constant for
#   being alive, a judge that never learned.
# - What the demonstrator hardly ever does cuts links, so that even where the theorem holds, less is found. On the cart, $g$ knew where the player
#   was, and hardly what it wanted.
#
# **Words:** *linked states*: two that can follow the same one, or a chain of such pairs. *Decomposable*: a world whose states are
# all linked. *Disentangled reward*: one whose best policies are the true reward's, however the world moves. *Frozen*: no longer learning.
# *EPIC*: the correlation of two rewards without scale, constant and shaping.
#
# **Read on:**
#
# - J. Fu, K. Luo, S. Levine (2018). Learning Robust Rewards with Adversarial Inverse Reinforcement Learning. *ICLR*.
# - C. Finn, P. Christiano, P. Abbeel, S. Levine (2016). A Connection Between Generative Adversarial Networks, Inverse
#   Reinforcement Learning, and Energy-Based Models. *NIPS Workshop on Adversarial Training*.
# - A. Y. Ng, D. Harada, S. Russell (1999). Policy Invariance Under Reward Transformations: Theory and Application to Reward
#   Shaping. *ICML*.
# - A. Gleave, M. Dennis, S. Legg, S. Russell, J. Leike (2021). Quantifying Differences in Reward Functions. *ICLR*.
# - H. Cao, S. N. Cohen, Ł. Szpruch (2021). Identifiability in Inverse Reinforcement Learning. *NeurIPS*.
# - K. Kim, S. Garg, K. Shiragur, S. Ermon (2021). Reward Identification in Inverse Reinforcement Learning. *ICML*.
# - M. Orsini, A. Raichuk, L. Hussenot, D. Vincent, R. Dadashi, S. Girgin, M. Geist, O. Bachem, O. Pietquin, M. Andrychowicz
#   (2021). What Matters for Adversarial Imitation Learning? *NeurIPS*.
# - I. Kostrikov, K. K. Agrawal, D. Dwibedi, S. Levine, J. Tompson (2019). Discriminator-Actor-Critic: Addressing Sample
#   Inefficiency and Reward Bias in Adversarial Imitation Learning. *ICLR*.
# - S. Reddy, A. D. Dragan, S. Levine (2020). SQIL: Imitation Learning via Reinforcement Learning with Sparse Rewards. *ICLR*.
# - D. Garg, S. Chakraborty, C. Cundy, J. Song, S. Ermon (2021). IQ-Learn: Inverse soft-Q Learning for Imitation. *NeurIPS*.
# - I. Kostrikov, O. Nachum, J. Tompson (2020). Imitation Learning via Off-Policy Distribution Matching. *ICLR*.
# - F. Torabi, G. Warnell, P. Stone (2018). Generative Adversarial Imitation from Observation. *arXiv:1807.06158*.
# - X. B. Peng, Z. Ma, P. Abbeel, S. Levine, A. Kanazawa (2021). AMP: Adversarial Motion Priors for Stylized Physics-Based Character
#   Control. *ACM Transactions on Graphics* 40(4).
# - D. Ramachandran, E. Amir (2007). Bayesian Inverse Reinforcement Learning. *IJCAI*.
#
# **Next:** lesson 07, where the black box of these two lessons, PPO, is opened.
