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
# # 04 · DAgger
#
# **Let the learner drive, and ask the expert what it should have done.** That is all of DAgger (*dataset
# aggregation*). It repairs the failure of lesson 03 at its root, for a price: the expert must answer questions, and a
# bad driver is at the wheel while it learns.
#
# | | |
# |---|---|
# | **You will be able to** | write DAgger and explain why it works; compare it with cloning at equal cost; count what it costs besides labels; say when it is not worth it |
# | **Time** | 75 minutes |
# | **You need** | lesson 03 |

# %%
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from functools import lru_cache

import numpy as np
import torch
from tqdm.auto import tqdm

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.algorithms.dagger_variants import Guard
from ilrl_course.checks import check
from ilrl_course.clones import clone_of
from ilrl_course.data import Actor, Batch, Rollout, concatenate, stack_steps
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World
from ilrl_course.envs.driving import is_safe
from ilrl_course.measures.evaluation import Evaluation, evaluate, reference_scores
from ilrl_course.measures.seeds import by_name, compare_paired, confidence_interval, run_seeds
from ilrl_course.networks import Policy, make_policy
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.journal import decide, verdict
from ilrl_course.notebook.sliders import demo
from ilrl_course.play.recordings import YOU, Recording, Recordings
from ilrl_course.play.screen import correct
from ilrl_course.play.stand_ins import your_games
from ilrl_course.rollout import VectorEnv, collect_rollout, collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything random follows from this number; change it, and the findings should stay
SEEDS = range(8 * SEED, 8 * SEED + 8)  # eight training runs
SHORT_SIGHT = [*range(8), *range(16, 22)]  # the camera of lesson 03: it reaches 12 m


def fresh_policy(world: World, seed: int, inputs: Sequence[int] | None = None) -> Policy:
    """An untrained network that fits the world, and sees some columns of the observation, or all."""
    env = make_batch(world.env_id, 1)
    return make_policy(env.single_observation_space, env.single_action_space, seed, inputs=inputs)


def examine(policy: Policy, world: World, seed: int) -> Evaluation:
    """A hundred fresh episodes, in the places that are meant for tests."""
    return evaluate(policy.act, world.env_id, 100, seed, **world.test_options)


# %% [markdown]
# ## Labels are the currency
#
# A **label** is an answer of the expert to the question "what would you do here?" In behavioral cloning the expert
# answers by driving, so it is asked only where the expert goes. But an expert can be asked anywhere: a driving
# instructor sits *beside* the learner, and says "brake!" Our scripted experts are functions of the observation. So
# they can label any situation, just as `expert(obs)`.
#
# Labels cost an expert's time, so they are what we count. Both methods get equally many. The only difference is who
# chooses the situations.
#
# The algorithm (Ross, Gordon and Bagnell 2011), for the rounds $i = 0, 1, 2, \dots$:
#
# 1. **Act** for $T$ steps with a mixture of expert and learner: at each step the expert acts with probability
#    $\beta_i$, the learner with probability $1 - \beta_i$. In the first round $\beta_0 = 1$: the expert alone. Then
#    $\beta_i$ falls, here as $\beta_i = p^{\,i}$ with a decay $p$ below 1.
# 2. **Label** all situations that came up: what would the expert have done? Whoever acted there.
# 3. **Aggregate:** add them to the labels of *all* rounds before.
# 4. **Learn** from all of them, by behavioral cloning.
#
# Why does it work? Think of exams. A clone learns from the expert's exam papers and then sits an exam with other
# questions. A DAgger learner sits an exam in each round, and its own actions decide what is asked; afterward it gets
# the right answers, and studies *all* papers so far. Suppose that some policy of the same kind would have answered
# all these exams well. Then a learner that always fits all papers so far cannot go on failing: averaged over the
# rounds, its exams come out nearly as well as those of that best policy in hindsight. Such a way of learning is said
# to have **no regret**. (It is proven for certain losses, and for the average round, hence for the best one.) And
# since the exams are the learner's own situations, few mistakes in the exam are few mistakes on the road. The cost
# then grows in proportion to $T$, wherever a mistake can be made good within a few steps: that was the exponent near
# 1 of *own states* in lesson 03.
#
# ## Your turn
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.1 · the mixture** (15 minutes, medium)
#
# Act for `num_steps` steps in all copies of `envs`, going on from the observations `obs`, shape (N, obs_dim). At each
# step, and for each of the N copies by itself, throw a coin: with probability `beta` the expert's action is taken,
# otherwise the learner's. Return what `collect_rollout` returns: the block of steps, and the observations to go on
# from.
#
# </div>
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# Write an actor within the function, `def mixture(obs)`, that returns the actions of all N copies, and hand it to
# `collect_rollout(mixture, envs, obs, num_steps)`.
#
# </details>
# <details><summary>Hint 2: the coin</summary>
#
# `rng.random(len(obs)) < beta` has one coin for each copy, true with probability `beta`. It must be thrown *inside*
# the actor, or there would be one throw for all steps.
#
# </details>
# <details><summary>Hint 3: nearly there</summary>
#
# `actions = learner(obs).copy()`, and then `actions[expert_acts] = expert(obs)[expert_acts]` works for discrete and
# for continuous actions. Without the copy you might write into the learner's own array.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# $\beta$ the wrong way round; one coin for all cars; *averaging* the two actions; resetting the worlds, which go on
# from `obs`.
#
# </details>

# %% exercise="ilrl_course.algorithms.dagger.mixed_rollout"

# %%
mixed_rollout = check(mixed_rollout)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.2 · the labels** (10 minutes, easy)
#
# `rollout.obs` holds T steps of N worlds, shape (T, N, obs_dim). Ask the expert about each of them, and return a
# `Batch` of T · N observations and labels. The expert takes a NumPy array (B, obs_dim); a `Batch` holds tensors.
#
# </div>
#
# <details><summary>Hint</summary>
#
# `rollout.obs.flatten(0, 1)` has the shape (T · N, obs_dim). Ask the expert about `obs.numpy()`, and turn the answer
# into a tensor with `torch.from_numpy`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Taking `rollout.actions`: those are the actions that were *executed*, most of them the learner's. Labeling
# `rollout.next_obs`: where an episode has ended, nothing can be done any more.
#
# </details>

# %% exercise="ilrl_course.algorithms.dagger.label_rollout"

# %%
label_rollout = check(label_rollout)

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 4.3 · the loop** (20 minutes, hard)
#
# Half of it is given. Replace the line `raise NotImplementedError(...)` with one round: compute $\beta_i$ from
# `config.beta_decay`; act with `rollout_fn`; label with `label_fn`; add the new `Batch` to the list `labeled`, and
# make `demos` of all of them; add the round's crashes to `crashes`.
#
# </div>
#
# <details><summary>Hint 1: acting</summary>
#
# `config` holds `num_rounds`, `num_steps` (of each copy in a round), `beta_decay` and what `train_bc` needs. The
# learner acts as `policy.act`:
#
# `rollout, obs = rollout_fn(expert, policy.act, envs, obs, config.num_steps, beta, rng)`. The observations that come
# back are where the next round goes on.
#
# </details>
# <details><summary>Hint 2: the data</summary>
#
# `concatenate(labeled)` makes one `Batch` of a list of batches. The given line below it trains on `demos`.
#
# </details>
# <details><summary>Hint 3: the crashes</summary>
#
# `rollout.crashed` is a tensor (T, N) of truth values. `crashes += int(rollout.crashed.sum())`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Learning from the newest labels only: what was right once is forgotten. Asking the learner instead of the expert.
# $\beta$ that grows.
#
# </details>


# %% exercise="ilrl_course.algorithms.dagger.train_dagger"
def train_dagger(
    policy: Policy,
    expert: Actor,
    envs: VectorEnv,
    config: DAggerConfig,
    seed: int,
    rollout_fn: Callable = mixed_rollout,
    label_fn: Callable = label_rollout,
    loss_fn: Callable = bc_loss,
) -> Iterator[dict[str, float]]:
    rng = np.random.default_rng(seed)
    untrained = deepcopy(policy.state_dict())
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    labeled, crashes = [], 0
    for i in range(config.num_rounds):
        raise NotImplementedError("write train_dagger here, then run the next cell")
        if config.from_scratch:
            policy.load_state_dict(untrained)
        *_, metrics = train_bc(policy, demos, config, seed + i, loss_fn)
        yield metrics | {"labels": len(demos), "crashes": crashes}


# %%
train_dagger = check(train_dagger)

# %% [markdown]
# ## One car learns to drive
#
# The car with the camera of 12 m again. Fifteen copies of it drive side by side, 10 steps each in a round: 150 labels
# a round, 3000 after 20 rounds. (That is as many as in ten drives of the expert.)
#
# *Predict: how many crashes are there in the five minutes of driving in which it learns?*

# %%
EXPERT = DRIVING.make_demonstrator("expert")
CONFIG = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)

policy = fresh_policy(DRIVING, SEED, SHORT_SIGHT)
envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
for metrics in tqdm(train_dagger(policy, EXPERT, envs, CONFIG, SEED), total=CONFIG.num_rounds, leave=False):
    if metrics["labels"] in (300, 750, 1500, 3000):
        rate = examine(policy, DRIVING, SEED).crash_rate
        print(
            f"{metrics['labels']:4} labels, {metrics['crashes']:2} crashes while training: "
            f"leaves the road in {rate:.0%} of 100 test drives"
        )

# %%
clone = fresh_policy(DRIVING, SEED, SHORT_SIGHT)
rollout, _ = collect_rollout(EXPERT, envs, envs.reset(seed=derive_seed(SEED, "training"))[0], 200)
for _ in train_bc(clone, label_rollout(EXPERT, rollout), BCConfig(num_updates=1000), SEED):
    pass
video.clip(
    video.side_by_side(
        {
            name: video.record(driver.act, DRIVING.env_id, SEED + 3, 150, every=2, **DRIVING.test_options)
            for name, driver in {"clone": clone, "DAgger": policy}.items()
        }
    ),
    alt="On the same road, with the same camera and as many labels: the clone, and the learner of DAgger.",
    fps=10,
    width=900,
)

# %% [markdown]
# Same car, same camera, as many labels. Now with statistics.
#
# ## Clone against DAgger, at equal numbers of labels
#
# All three worlds, eight runs, three sizes. The clone gets as many labels and as many updates as DAgger, from the
# expert's own drives, which begin at the same places. In CartPole and in the dungeon the learner sees everything; on
# the road it is the car with the short sight.
#
# *Predict: in which worlds does DAgger beat the clone clearly?*

# %%
SETTINGS = {  # copies of the world, inputs, and how to learn
    CARTPOLE: (4, None, DAggerConfig(num_rounds=20, num_steps=5, num_updates=25)),
    DRIVING: (15, SHORT_SIGHT, CONFIG),
    DUNGEON: (8, None, DAggerConfig(num_rounds=20, num_steps=10, num_updates=50)),
}
ROUNDS = (5, 10, 20)  # after which we look


def outcome(policy: Policy, world: World, seed: int, crashes: int) -> list[float]:
    """Mean return, crash rate and success rate in the test; crashes while training."""
    result = examine(policy, world, seed)
    return [result.mean_return, result.crash_rate, result.success_rate, crashes]


def dagger_and_clone(seed: int, world: World, setting, rounds=ROUNDS) -> dict[str, list[list[float]]]:
    """Outcomes (sizes, 4) of both methods, along equal numbers of labels."""
    num_envs, inputs, config = setting
    expert = world.make_demonstrator("expert")
    envs = make_batch(world.env_id, num_envs, **world.training_options)
    found = {"clone": [], "DAgger": []}
    policy = fresh_policy(world, seed, inputs)
    for i, metrics in enumerate(train_dagger(policy, expert, envs, config, seed), start=1):
        if i in rounds:
            found["DAgger"].append(outcome(policy, world, seed, metrics["crashes"]))
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    demos = label_rollout(expert, collect_rollout(expert, envs, obs, config.num_rounds * config.num_steps)[0])
    for i in rounds:
        policy = fresh_policy(world, seed, inputs)
        seen = demos[: i * config.num_steps * num_envs]
        for _ in train_bc(policy, seen, BCConfig(num_updates=i * config.num_updates), seed):
            pass
        found["clone"].append(outcome(policy, world, seed, 0))
    return found


compared = {
    world: by_name(run_seeds(dagger_and_clone, SEEDS, world=world, setting=setting))
    for world, setting in SETTINGS.items()
}

# %%
COLORS = {"clone": "clone", "DAgger": "dagger"}
figure, axes = plotting.panels(columns=3, width=16, height=4.5)
for axis, (world, (num_envs, _, config)) in zip(axes, SETTINGS.items(), strict=True):
    labels = num_envs * config.num_steps * np.array(ROUNDS)
    for name, values in compared[world].items():
        plotting.learning_curves(axis, labels, 100 - 100 * values[..., 2], label=name, color=COLORS[name])
    axis.set(title=world.name, xlabel="labels", xticks=labels, ylim=(0, 100))
axes[0].set_ylabel("test episodes without success (%)")
video.show(
    figure,
    alt="Rates of failure of clones and of DAgger against the number of labels. On the road DAgger falls "
    "to a few percent while the clone stays above half; in the other worlds the two are alike.",
)
for world, methods in compared.items():
    better = compare_paired(methods["DAgger"][:, -1, 2], methods["clone"][:, -1, 2])
    print(f"{world.name} (return of the expert: {reference_scores(world.name)['expert']:.4g})")
    for name, values in methods.items():
        mean = values[:, -1].mean(axis=0)
        low, high = confidence_interval(values[:, -1, 0])
        print(
            f"  {name:7} return {mean[0]:6.2f} [{low:.2f}, {high:.2f}]   crashes {mean[1]:4.0%}   "
            f"success {mean[2]:4.0%}   crashes while training {mean[3]:4.1f}"
        )
    print(f"  rate of success, DAgger minus clone: {better}")

# %% [markdown]
# On the road, with the short sight, the two are worlds apart. In CartPole there is nothing to gain, and in the
# dungeon DAgger is, if anything, slightly worse. The likely reason: there the clone's mistakes lead to states that
# the expert's own episodes contain as well. CartPole's begin at random positions, the dungeon's layouts are all
# different, and one wrong step is followed by a situation like many others. What the clone still lacks in the dungeon
# is *more layouts*, and of those DAgger does not see more. **DAgger repairs covariate shift, and only that.**
#
# How large is the effect on the road? We ask for more than "better": is the crash rate of DAgger at least five times
# smaller? That is, does the whole interval of (crash rate of the clone − 5 × crash rate of DAgger) lie above zero?
# This tests claim C8 a second time: *demonstrations must be varied: with few of them, an imitator fails in situations
# that it has not seen.* The situations that the clone has not seen are those that the expert would never get into.

# %% tags=["nbval-check-output"]
clone_rate, dagger_rate = (compared[DRIVING][name][:, -1, 1] for name in ("clone", "DAgger"))
factor = compare_paired(clone_rate, 5 * dagger_rate)
verdict(
    "C8",
    decide(factor.low, factor.high),
    "labels for the learner's own situations prevent at least four in five departures from the road.",
    effect=f"crash rate {clone_rate.mean():.1%} of the clone, {dagger_rate.mean():.1%} of DAgger; "
    f"clone minus five times DAgger: {factor}",
    seeds=len(SEEDS),
    lesson="04",
)

# %% [markdown]
# Where does this stop? Give the car the full sight of 44 m. *Predict: does DAgger still help?*

# %%
sees_all = by_name(
    run_seeds(dagger_and_clone, SEEDS, world=DRIVING, setting=(15, None, CONFIG), rounds=ROUNDS[-1:])
)
full_sight = {name: 100 * values[:, -1, 1] for name, values in sees_all.items()}
for name, values in full_sight.items():
    print(f"{name:7} leaves the road in {values.mean():.0f} % of the test drives, 3000 labels, full sight")
print("DAgger minus clone:", compare_paired(full_sight["DAgger"], full_sight["clone"]))

# %% [markdown]
# With the full sight there is much less to repair. In the 24 runs recorded below, clones leave the road in 11.5 % of
# the drives, DAgger's learners in about 3 %; with half the labels the two can hardly be told apart; and with three
# times as many drives the clone hardly ever left the road (lesson 03). (If the interval above excludes zero and $p$
# is above 0.05 nevertheless: with eight pairs the two methods need not agree. Then take the difference for likely,
# not for certain.)
#
# ## What it costs: crashes while training
#
# A clone learns at a desk. DAgger puts a beginner at the wheel, and it crashes: on a real road that would be the end
# of the method. Three ways to pay less:
#
# - **Let the expert drive longer:** a larger decay $p$ of $\beta$.
# - **A guard:** the expert takes over wherever the learner leaves a *safe set* of situations, and hands back when it
#   is safe again. Our passenger gets nervous (`is_safe`) when the wheels are less than 0.9 m from the edge, or when
#   the car is too fast for the next bends. SafeDAgger (Zhang and Cho 2017) instead learns to predict where the
#   learner would deviate from the expert.
# - **A budget:** drive more, but ask less, and only where the answer tells most.
#
# *Predict: how many crashes are left with the guard? Does the learner get as good as without it?*


# %%
def with_guard(seed: int) -> list[float]:
    """As `outcome`, and the number of takeovers."""
    envs = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    policy, guard = fresh_policy(DRIVING, seed, SHORT_SIGHT), Guard(is_safe)
    *_, metrics = train_dagger(policy, EXPERT, envs, CONFIG, seed, rollout_fn=guard)
    return [*outcome(policy, DRIVING, seed, metrics["crashes"]), guard.takeovers]


guarded = np.array(run_seeds(with_guard, SEEDS))  # (seeds, 5)
unguarded = compared[DRIVING]["DAgger"][:, -1]  # (seeds, 4)
print(
    f"crashes while training: {unguarded[:, 3].mean():.1f} without the guard, {guarded[:, 3].mean():.1f} with it"
)
print(f"takeovers from the learner: {guarded[:, 4].mean():.0f} in five minutes of driving")
print("test crash rate, guarded minus unguarded:", compare_paired(guarded[:, 1], unguarded[:, 1]))

# %% [markdown]
# The guard prevents most crashes. But somebody must watch all the time, and take over every few seconds. (Our
# passenger is a nervous one: in about one step of eight even the expert is outside of the safe set.) The learner
# hardly suffers: it still gets to the border of the safe set, and is told there what to do.
#
# ## Variants
#
# Some more, with 24 runs each. The cell does not train; it shows what `course.py results dagger_variants` has
# recorded. All have 3000 labels, if their name does not say otherwise, and the camera of 12 m.
#
# - *usual* is what we did so far: $p = 0.8$, and each round goes on with the network of the round before. *from
#   scratch* begins each round with the untrained network, and learns from all labels so far.
# - *expert drives longer*: $p = 0.9$; *in the first round only*: $p = 0$.
# - *a fifth of the situations:* the car drives five times as far, and only a fifth of the situations is labeled. Each
#   time the one that is farthest from all that are labeled already (Sener and Savarese 2018), or one chosen by
#   chance.
# - *labels 0.2 s late:* somebody who watches a film of the drive, and answers late. *labels with noise of 0.3:* each
#   answer is off by Gaussian noise with this standard deviation.
# - *clone, noise injected:* no DAgger, but lesson 03's noise of 0.3 on what the expert does.
#
# *Predict: which of them helps, which hurts most?*

# %%
recorded = {row["variant"]: row for row in load_results("dagger_variants")["rows"]}
shown = sorted(
    (name for name in recorded if "sees all" not in name), key=lambda name: recorded[name]["crash_rate"]
)
ROLES = {
    name: "clone" if "clone" in name else "biased" if "late" in name or "noise of" in name else "dagger"
    for name in recorded
}
figure, axis = plotting.panels(width=12, height=6.5)
plotting.strip(axis, {name: 100 * np.array(recorded[name]["crash_rates"]) for name in shown}, ROLES)
axis.set(title="Ways to get 3000 labels", xlabel="test drives that leave the road (%)", xlim=(-2, 102))
video.show(
    figure,
    alt="Crash rates of variants of DAgger and of clones, ranked. Labels for a fifth of the situations, and noise "
    "injection, are best; late labels, clones without noise, and starting from scratch are worst.",
)
print(f"{'':38} {'test':>5}   crashes in training   takeovers")
for name in [*shown, *(name for name in recorded if "sees all" in name)]:
    row = recorded[name]
    print(
        f"{name:38} {row['crash_rate']:5.1%}   {row['crashes_in_training']:19.1f}   {row['takeovers']:9.0f}"
    )

# %% [markdown]
# - **Ask less, drive more.** As many labels, but of a fifth of the situations, leave practically no crash. A tenth of
#   a second later the situation is nearly the same, and so is the label: to label everything is a waste. Chosen
#   cleverly or by chance, they are equally good in the end; with the clever choice fewer cars crash on the way there.
# - **Noise injection keeps up,** without a learner at the wheel. Remember it for the end of this lesson.
# - **The mixture is a trade.** If the expert drives longer, fewer cars crash in training, but the learner sees less
#   of its own situations. If it drives in the first round only, it is the other way round.
# - **Going on beats starting from scratch:** a few updates in each round are enough only for a network that has
#   learned before. Even with five times the updates, starting anew is worse here.
# - **Noise in the labels averages out. A delay does not:** it is a habit, and habits are cloned (lesson 02). A tenth
#   of a second makes the crashes about five times as many, and with 0.3 s the learner is worse than the clone.
#
# ## Spend your labels
#
# Now you decide. A road that no learner has seen, 30 cars with the short sight, trained on two drives of the expert
# elsewhere. You have three times 30 labels. Choose a stretch of the road: the learner drives, the expert labels 30 of
# the situations that it gets into *there*, and the learner is trained on. The figure shows how many cars are still on
# the road after so many meters, round by round.
#
# *Where do you ask first? Is there any use in asking where no car arrives?*

# %%
STRETCHES = {
    "nowhere": (0, 0),
    "0-100 m": (0, 100),
    "100-200 m": (100, 200),
    "200-300 m": (200, 300),
    "300-400 m": (300, 400),
}
ROAD = {"track": 902, "start_offset": 1.5, "start_heading": 0.2}
LABELS_A_ROUND = 30


@lru_cache
def after_rounds(stretches: tuple[str, ...]) -> tuple[Policy, Batch]:
    """The learner after it was labeled in these stretches, one after the other, and all its labels."""
    if not stretches:
        policy, num_updates = fresh_policy(DRIVING, SEED, SHORT_SIGHT), 600
        demos = stack_steps(collect_trajectories(EXPERT, DRIVING.env_id, 2, SEED, **DRIVING.training_options))
    else:
        policy, demos = after_rounds(stretches[:-1])
        policy, num_updates = deepcopy(policy), 300
        low, high = STRETCHES[stretches[-1]]
        drives = drive_the_road(stretches[:-1])
        there = np.concatenate([obs[(meters > low) & (meters < high)] for obs, meters, _ in drives])
        if len(there) < LABELS_A_ROUND:
            return policy, demos
        obs = there[np.linspace(0, len(there) - 1, LABELS_A_ROUND).astype(int)]
        demos = concatenate([demos, Batch(torch.from_numpy(obs), torch.from_numpy(EXPERT(obs)))])
    for _ in train_bc(policy, demos, BCConfig(num_updates=num_updates), SEED):
        pass
    return policy, demos


@lru_cache
def drive_the_road(stretches: tuple[str, ...]) -> list[tuple[np.ndarray, np.ndarray, bool]]:
    """For each of 30 cars: observations (T, 22), meters driven (T,), and whether it left the road."""
    policy, _ = after_rounds(stretches)
    episodes = collect_trajectories(policy.act, DRIVING.env_id, 30, SEED, **ROAD)
    return [(episode.obs[:-1], 10 * episode.rewards.cumsum(), episode.crashed) for episode in episodes]


def spend_labels(first: str = "nowhere", second: str = "nowhere", third: str = "nowhere"):
    """Three rounds of asking where you choose: who survives how far, and one of the cars."""
    choices = tuple(choice for choice in (first, second, third) if choice != "nowhere")
    figure, axis = plotting.panels(width=8, height=3.8)
    way = np.arange(0, 401, 5)
    for number in range(len(choices) + 1):
        ends = [meters[-1] if crashed else np.inf for _, meters, crashed in drive_the_road(choices[:number])]
        on_the_road = 100 * (np.array(ends)[:, None] > way).mean(axis=0)
        is_now = number == len(choices)
        label = "clone" if number == 0 else "now" if is_now else f"{number} asked"
        plotting.learning_curves(axis, way, [on_the_road], label, "dagger" if number else "clone")
        axis.lines[-1].set_alpha(1.0 if is_now else 0.4)
    axis.set(title="Still on the road", xlabel="meters driven", ylabel="cars (%)", ylim=(-3, 103))
    policy, demos = after_rounds(choices)
    frames = video.record(policy.act, DRIVING.env_id, SEED, 150, every=2, **ROAD)
    return (
        f"{len(demos) - 600} labels spent. {on_the_road[-1]:.0f} % of the cars come through.",
        video.picture(figure, alt="Share of the cars that are still on the road, against the meters driven."),
        video.clip(frames, alt="One of the cars, after the last round.", fps=15),
    )


stretches = list(STRETCHES)
demo(spend_labels, first=stretches, second=stretches, third=stretches)

# %% [markdown]
# The clone fails where the road first becomes difficult. Labels from there move the failure farther on, and only then
# does the learner get into the situations that have to be labeled next. Labels from a stretch that no car reaches do
# not exist. That is why DAgger goes in rounds.
#
# ## Correct your clone
#
# All experts in this lesson were scripts, which answer any question at once. A person cannot: nobody knows *afterward*
# how far the wheel should have been turned. But a person can take the wheel. Watch the clone drive; when it goes wrong,
# take over with an arrow key; when all is well again, hand back with the space bar. Only what you do in between is a
# label. (Kelly and others 2019 call this HG-DAgger: the human, H, is the gate, G.)
#
# The cell clones two of your games (or two of a script's, if you have recorded none), and lets the clone drive. Correct it
# for three games. Interfere early; and once you have the wheel, drive on for some seconds, because the labels come only
# from you. Then **run the cell again**: it trains the clone anew, on your games and all corrections so far, and the next
# round begins. (Each clone gets 200 gradient steps here; what 800 do is shown below.)
#
# (Choose `DUNGEON`, and it is turn by turn: press the arrow that *you* would take. The learner makes its own move all the
# same, and so leads you into its own situations.)
#
# *Predict: how many rounds until you can take your hands off?*

# %%
WHERE = DRIVING  # or DUNGEON, or CARTPOLE


def interference(games: list[Recording]) -> float:
    """Part of the steps in which you disagreed: took the wheel, or would have moved otherwise."""
    said = [
        game.labeled & (game.labels != game.trajectory.actions) if WHERE.pace is None else game.labeled
        for game in games
    ]
    return float(np.concatenate(said).mean())


corrections = Recordings(WHERE, **WHERE.play_options).load(YOU, corrected=True)
mine = clone_of(WHERE, [game.steps() for game in your_games(WHERE)[:2] + corrections], SEED, num_updates=200)
correct(WHERE, mine.act, SEED)

# %% [markdown]
# What does it buy? A person can be cloned only once, so here a *script* does it 16 times: it watches with a delay of 0.2 s,
# takes over when the car is near the edge or too fast, and hands back when all has been well for 3 s. It has played two
# games, and then corrects its clone in rounds of three games. For comparison, clones of a script that only plays: three
# more games in the place of each round. (From `results/corrections.json`.) If you have corrected your clone, the cell shows
# how often you interfered.
#
# *Predict: which is better, for as many labels? And for as many games in which somebody sits there?*

# %%
recorded = load_results("corrections")["updates"]
figure, axes = plotting.panels(columns=3, width=20, height=4.6)
games_attended = 2 + 3 * np.arange(len(recorded["200"]["corrected"]["labels"][0]))
for name, role in {"corrected": "dagger", "only played": "clone"}.items():
    arm = recorded["200"][name]
    rates = 100 * np.array(arm["crash_rate"])  # (seeds, rounds)
    plotting.learning_curves(axes[0], np.mean(arm["labels"], axis=0), rates, name, role)
    plotting.learning_curves(axes[1], games_attended, rates, name, role)
axes[0].set(title="Test drives that crash (%)", xlabel="labels", ylim=(0, 90))
axes[1].set(title="Test drives that crash (%)", xlabel="games in which somebody sat there", ylim=(0, 90))
interfered = 100 * np.array(recorded["200"]["corrected"]["interference"])  # (seeds, rounds)
plotting.learning_curves(axes[2], range(1, 1 + interfered.shape[1]), interfered, "a script", "random")
by_round = {game.round: [g for g in corrections if g.round == game.round] for game in corrections}
if by_round:
    yours = [100 * interference(games) for games in by_round.values()]
    plotting.learning_curves(axes[2], list(by_round), [yours], "you", "you")
axes[2].set(title="Steps in which it interferes (%)", xlabel="round", ylim=(0, 90))
video.show(
    figure,
    alt="For as many labels, the corrected clone crashes less often than clones of games that were only played. For as many "
    "games attended, it is better at first, and equal at the end. The script interferes in half as many steps in the last "
    "round as in the first.",
)
for num_updates, arms in recorded.items():
    corrected, played = (np.array(arms[name]["crash_rate"]) for name in ("corrected", "only played"))
    print(f"Corrected minus played, crash rate, clones of {num_updates} gradient steps:")
    for number in (1, 5):
        difference = compare_paired(corrected[:, number], played[:, number])
        print(f"  after {games_attended[number]:2} games: {difference}")

# %% [markdown]
# - **For as many labels, corrections are worth more:** 390 of them, one round, bring the crashes from 35 % to 13 %. Playing
#   needs 2,600 more for that.
# - **For as many games, it depends.** With clones of 200 gradient steps a round of corrections is better than three more
#   games; with 800 it is not. After 17 games both are equal. Whoever only watches for much of the time gives fewer labels.
# - **The script gets its hands free, in part:** it interferes in 47 % of the steps at first, and in 24 % at the end. It is a
#   nervous passenger, and sees late.
#
# This script is no person. Perhaps you did better.
#
# ## When it is not worth it
#
# - **Where the clone has what it needs.** In CartPole and in the dungeon there was no shift to repair; with the full
#   sight, more drives of the expert did it, too. Look first whether the clone fails where the *expert never was*.
# - **Where noise does the same.** In the table above, clones of a *shaken* expert (lesson 03) do as well as DAgger,
#   from as many labels, without a learner at the wheel. If you can disturb your demonstrator, try that first.
# - **Where labels are unreliable.** A human who drives feels the car and looks ahead. A human who only watches may be
#   late, and a few tenths of a second were enough to lose everything. So let people *take over* instead of asking
#   them to comment: then they drive again. Kelly and others (2019) call this HG-DAgger, with the human (H) as the
#   gate (G).
# - **Where asking is dangerous.** The learner must get into trouble to be told the way out. A guard makes crashes
#   rare, but it must know what is safe.
# - **Where the expert cannot be asked,** and all that there is, is a recording.
#
# ## Quiz
#
# **1. Why does the learner act, and not the expert?**
#
# <details><summary>A · because labels for its own actions are more exact</summary>
#
# No. The expert's answers are equally good anywhere.
#
# </details>
# <details><summary>B · because only so its own mistakes show which situations need labels</summary>
#
# Yes. The situations must come from the policy that will be tested.
#
# </details>
# <details><summary>C · to save the expert's time</summary>
#
# No. Each situation is labeled, whoever acted there.
#
# </details>

# %% [markdown]
# **2. What is wrong with learning only from the newest round's labels?**
#
# <details><summary>A · nothing, they come from the best policy so far</summary>
#
# They come from where it goes *now*. What it did right before, and forgets, is not among them.
#
# </details>
# <details><summary>B · the learner forgets what it could do, and goes in circles</summary>
#
# Yes. That is why the data of all rounds are aggregated.
#
# </details>
# <details><summary>C · it takes longer</summary>
#
# On the contrary: there are fewer data. But it learns the wrong thing.
#
# </details>

# %% [markdown]
# **3. Clone and DAgger learn from equally many labels in a world where each episode starts at a random place. They
# are equally good. Why?**
#
# <details><summary>A · DAgger needs more rounds</summary>
#
# Perhaps, but there is a simpler reason.
#
# </details>
# <details><summary>B · the demonstrations already contain the situations that the clone gets into</summary>
#
# Yes: there is no shift to repair.
#
# </details>
# <details><summary>C · the expert's labels are unreliable</summary>
#
# Then DAgger would be worse.
#
# </details>

# %% [markdown]
# ## Summary
#
# - DAgger: the learner acts, the expert labels, all labels are kept, and the learner learns from all of them.
# - It repairs covariate shift: the training situations become those of the learner itself. Where there is no shift,
#   it gains nothing.
# - Besides labels it costs crashes, since a beginner acts. A mixture with the expert, and a guard, make them rare.
# - Situations that resemble each other need not all be labeled: where to ask matters more than how often.
# - Late answers are worse than noisy ones.
#
# **Words:** *label*: what the expert would do in a situation. *Aggregate*: keep the data of all rounds. *No regret*:
# on average, in the long run, as good as the best single policy in hindsight. *Mixture* $\beta$: how often the expert
# acts. *Safe set*: situations in which the learner may act. *Intervention*, *takeover*: the expert acts instead of
# the learner.
#
# **Read on:**
#
# - S. Ross, G. J. Gordon, J. A. Bagnell (2011). A Reduction of Imitation Learning and Structured Prediction to
#   No-Regret Online Learning. *AISTATS*.
# - J. Zhang, K. Cho (2017). Query-Efficient Imitation Learning for End-to-End Simulated Driving. *AAAI*.
# - O. Sener, S. Savarese (2018). Active Learning for Convolutional Neural Networks: A Core-Set Approach. *ICLR*.
# - M. Kelly, C. Sidrane, K. Driggs-Campbell, M. J. Kochenderfer (2019). HG-DAgger: Interactive Imitation Learning
#   with Human Experts. *ICRA*.
#
# **Next:** lesson 05. So far we copied what was done. What was it done *for*?
