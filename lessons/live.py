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
# # Live · clone a volunteer in five minutes
#
# For instructors: one volunteer, one keyboard, five minutes. The run sheet, the questions to ask and what can go wrong
# stand in `docs/teaching.md`. Run this cell before the lecture.

# %%
from copy import deepcopy

import gymnasium as gym
import numpy as np
from tqdm.auto import tqdm

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.clones import clone_of
from ilrl_course.data import concatenate
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate, reference_scores
from ilrl_course.networks import Policy, make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.play.recordings import YOU
from ilrl_course.play.screen import correct, play
from ilrl_course.play.stand_ins import your_corrections, your_games
from ilrl_course.rollout import collect_trajectory, derive_seed, make_batch

SEED = 0  # the volunteer's tracks follow from it
ROADS = DRIVING.play_options


def film(policies: dict, seed: int, alt: str):
    """The same track, driven by all, side by side."""
    episodes = {
        name: video.record(actor, DRIVING.env_id, seed, 300, every=3, **ROADS)
        for name, actor in policies.items()
    }
    return video.clip(video.side_by_side(episodes), alt=alt, fps=10, width=1000)


def score(policy: Policy) -> str:
    """What a policy does in 100 fresh drives."""
    result = evaluate(policy.act, DRIVING.env_id, 100, SEED, **DRIVING.test_options)
    return f"mean return {result.mean_return:.1f}, {result.crash_rate:.0%} of 100 drives crash"


def where_it_fails(policy: Policy, name: str) -> int:
    """The seed of the first of 40 fresh drives in which it crashes, or of the last; prints which."""
    env = gym.make(DRIVING.env_id, **ROADS)
    for number in range(1, 41):
        seed = derive_seed(SEED, f"fresh road {number}")
        if collect_trajectory(env, policy.act, seed).crashed:
            print(f"The {name} fails first on fresh road {number}.")
            return seed
    print(f"The {name} fails on none of 40 fresh roads. This is the last of them.")
    return seed


# %% [markdown]
# ## 1 · The volunteer drives (90 seconds)
#
# Click on the picture. Arrow keys: up is the throttle, down the brake. Two games of 30 seconds.

# %%
play(DRIVING, SEED)

# %% [markdown]
# ## 2 · The clone drives (30 seconds)
#
# *Ask the room: two games are 600 situations at most, each with what the volunteer did. Is that enough?* Two films: the
# volunteer's last track; and the first of 40 fresh roads on which the clone fails.

# %%
recorded = your_games(DRIVING)
NAME = "volunteer" if recorded[-1].player == YOU else "script"
drawn = np.random.default_rng(SEED).permutation(len(recorded))[:2]  # any two of a script's games
games = recorded[-2:] if NAME == "volunteer" else [recorded[i] for i in drawn]
human_score = np.mean([game.trajectory.total_reward for game in games])
clone = clone_of(DRIVING, [game.steps() for game in games], SEED, num_updates=200)
print(f"{NAME}: mean return {human_score:.1f} in {len(games)} games.  Clone: {score(clone)}.")
film({NAME: games[-1].replay(), "clone": clone.act}, games[-1].seed, "Volunteer and clone on one track.")

# %%
fresh_road = where_it_fails(clone, "clone")
expert = DRIVING.make_demonstrator("expert")
film(
    {"clone": clone.act, "expert": expert},
    fresh_road,
    "The clone and the expert on the road that the line above names.",
)

# %% [markdown]
# ## 3 · The volunteer corrects (90 seconds)
#
# Space: the clone drives. An arrow: the volunteer takes over. Space: hands back. Three games. Take over early, and drive on
# for some seconds: labels come only while the volunteer drives.
#
# *Ask: when should one interfere, early or late?*

# %%
correct(DRIVING, clone.act, SEED)

# %%
corrections = your_corrections(DRIVING, clone.act, SEED)
demos = [game.steps() for game in games + corrections]
corrected = clone_of(DRIVING, demos, SEED, num_updates=200)
print(f"Before: {score(clone)}.\nAfter:  {score(corrected)}.")
film(
    {"clone": clone.act, "corrected": corrected.act},
    fresh_road,
    "The clone and the corrected clone on the road from above.",
)

# %%
other_road = where_it_fails(corrected, "corrected clone")
film(
    {"clone": clone.act, "corrected": corrected.act},
    other_road,
    "The clone and the corrected clone on another road.",
)

# %% [markdown]
# *Ask: which of the two films do you believe?* Neither. If a driver is said to fail on a road, that road was chosen
# because it fails there, so any other driver is likely to look better on it. **Read out the 100 drives instead**, before
# and after: nobody chose those roads for how they ended. But 100 drives are few, and a few points of difference mean
# nothing.
#
# ## 4 · PPO goes on from there (60 seconds)
#
# The corrected clone drives 64 cars at once, and learns from the meters that they make. At first a weak pull toward the
# demonstrations goes along; it fades, and the rest is meters.
#
# *Ask: will it pass the volunteer? And the expert?*

# %%
CAREFUL = FinetuneConfig(
    num_warmup_iterations=3,
    num_iterations=40,
    num_steps=64,
    num_epochs=8,
    learning_rate=1e-3,
    gamma=0.995,
    exploration_std=0.15,
    imitation_coef=0.02,
    imitation_decay=0.95,
)
pupil = deepcopy(corrected)
cars = make_batch(DRIVING.env_id, 64, **DRIVING.training_options)
value_net = make_value_net(cars.single_observation_space, SEED)
curve = []
total = CAREFUL.num_warmup_iterations + CAREFUL.num_iterations
training = finetune(pupil, value_net, concatenate(demos), cars, CAREFUL, SEED)
for iteration, metrics in enumerate(tqdm(training, total=total), start=1):
    if iteration % 3 == 1:
        fresh = evaluate(pupil.act, DRIVING.env_id, 50, SEED, **DRIVING.test_options).mean_return
        curve.append((metrics["env_steps"] / 1000, fresh))

# %%
figure, axis = plotting.panels(width=10, height=4.2)
steps, returns = np.transpose(curve)
plotting.learning_curves(axis, steps, [returns], "PPO", "training")
plotting.reference_line(axis, human_score, NAME, "you")
expert_score = reference_scores("Driving")["expert"]
plotting.reference_line(axis, expert_score, "expert", "expert")
axis.set(title="From the corrected clone on", xlabel="environment steps (thousands)", ylabel="mean return")
video.show(
    figure, alt="The pupil's mean return against environment steps, beside the volunteer's and the expert's."
)
print(f"The {NAME}, in {len(games)} games: mean return {human_score:.1f}.")
print(f"After PPO: {score(pupil)}.")
print(f"The expert, as recorded: mean return {expert_score:.1f}.")

# %%
film(
    {NAME: games[-1].replay(), "after PPO": pupil.act, "expert": expert},
    games[-1].seed,
    "The volunteer's game, the pupil, and the expert on the volunteer's last track.",
)

# %% [markdown]
# **What has been shown?** Read out the three lines: the volunteer's score, PPO's, and the expert's. The volunteer's comes
# from two games and PPO's from 100 drives on other roads, so a small difference means nothing. A clone learns what the
# volunteer does. PPO learns from the meters once the weak pull toward the demonstrations has faded. But one volunteer is an
# anecdote: the numbers with intervals are in lessons 02, 04 and 08.
