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
# # 00 · Start here
#
# **The question of this course: what is the role of imitation learning in reinforcement learning?**
#
# An agent can learn to act in two ways. It can *try things* and keep what pays: that is reinforcement learning (RL).
# Or it can *watch somebody* who already knows how: that is imitation learning. Each has its price. Trying takes time,
# and in some places it costs a crash. Watching needs somebody to watch, and that somebody may be wrong.
#
# This course does not tell you which is better. It lets you measure it.
#
# | | |
# |---|---|
# | **You will be able to** | play the three worlds of the course; tell skill from chance by a number; have an exercise checked; say what evidence would convince you, and put your predictions on record |
# | **Time** | 50 minutes |
# | **You need** | some Python; no knowledge of RL |
#
# Run the cells from top to bottom with <kbd>Shift</kbd>+<kbd>Enter</kbd>. You cannot break anything: after *Kernel →
# Restart Kernel* you can run them again from the top.

# %%
from ilrl_course.checks import check
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.form import plans_table, prediction_form
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.play.screen import play
from ilrl_course.play.stand_ins import your_games

SEED = 0  # everything random in this notebook follows from this number

# %% [markdown]
# A **seed** is the number from which a computer draws all its random numbers. The same seed brings the same luck. The
# text quotes the numbers that you get with `SEED = 0`; with another seed they change a little, and the conclusions
# should not.
#
# ## Three worlds
#
# A **world** (the field says *environment*) is a small simulation. At every step the agent receives an
# **observation**: a few numbers that say what it sees. It answers with an **action**. The world moves on and hands
# back a **reward**: a number that says how good that step was.
#
# A **policy** turns observations into actions. The dullest policy ignores what it sees and draws its actions at
# random. It is our zero point: an agent that does no better than chance has learned nothing. At the other end stands a
# scripted **expert**, which knows the world well.
#
# ### CartPole: keep the pole up
#
# A pole stands on a cart. Fifty times a second, push the cart to the left or to the right. Every step in which the
# pole stands pays 1. After 500 steps, ten seconds, you have made it.
#
# Exploring is **cheap and safe** here: a try takes seconds, and a fallen pole hurts nobody.
#
# Before each experiment of this course you will be asked for a guess. Type it into the line: it is kept, and shown
# again beside the result. A wrong guess is worth more than none.

# %%
predict("00-pole", "For how many seconds does chance keep the pole up?")

# %%
episodes = {
    "random": video.record(CARTPOLE.make_random_actor(SEED), CARTPOLE.env_id, seed=SEED),
    "expert": video.record(CARTPOLE.make_demonstrator("expert"), CARTPOLE.env_id, seed=SEED, max_steps=150),
}
video.clip(
    video.side_by_side(episodes),
    alt="Left: pushed at random, the pole falls at once. Right: the expert holds it upright.",
    fps=50,
    width=800,
)

# %% [markdown]
# ### Driving: fast, and on the road
#
# A car drives on a closed track that it has never seen. Ten times a second, choose how far to turn the wheel and how
# hard to accelerate or brake. Every meter along the road pays 0.1. The tires can hold only so much: a car that enters
# a bend too fast slides off the road, and the episode is over. (In the film the blue dots show the line that the expert
# would take from there, and the speed is in km/h.)
#
# Exploring is **dangerous** here: anything that the agent tries may be the last thing it does.

# %%
predict("00-road", "How many meters does chance get in 30 seconds?")

# %%
episodes = {  # every second picture: the film runs at double speed
    "random": video.record(DRIVING.make_random_actor(SEED), DRIVING.env_id, SEED, max_steps=240, every=2),
    "expert": video.record(DRIVING.make_demonstrator("expert"), DRIVING.env_id, SEED, max_steps=240, every=2),
}
video.clip(
    video.side_by_side(episodes),
    alt="Left: steered at random, the car hardly gets anywhere. Right: the expert is fast and stays on the road.",
    fps=10,
    width=900,
)

# %% [markdown]
# ### Dungeon: find the treasure
#
# A hero explores a dungeon that is laid out anew each time. Somewhere lies a key, somewhere a door is locked, and
# behind the door stands the treasure. Lava is deadly. Only the treasure pays, and a quick find pays more than a slow
# one. Rumor has it that some walls give way if one keeps pushing.
#
# Exploring is nearly **hopeless** here: almost nothing that the agent tries pays anything, so there is almost nothing
# to learn from.

# %%
predict("00-treasure", "In how many of 200 dungeons does chance find the treasure?")

# %%
episodes = {
    "random": video.record(DUNGEON.make_random_actor(SEED), DUNGEON.env_id, seed=SEED, max_steps=40),
    "expert": video.record(DUNGEON.make_demonstrator("expert"), DUNGEON.env_id, seed=SEED),
}
video.clip(
    video.side_by_side(episodes),
    alt="Left: the hero stumbles about at random. Right: the expert walks straight to the treasure.",
    fps=6,
    width=900,
)

# %% [markdown]
# ## Your turn
#
# Choose a world, run the cell, and click on the picture: now the keys are yours. The clock starts with your first arrow
# key, and stops when you click elsewhere. In the dungeon each key is one move, and the hero waits for you. In CartPole
# the cart is pushed all the time, and a key only changes the direction; that is hard, so try `speed=0.3`. There are
# buttons for those without a keyboard.
#
# Each game is saved on your own disk the moment it is over, in the folder `my_work/recordings`. In lesson 02 the course
# clones *you*, in lesson 04 you correct your clone, and in lesson 09 it tries to beat you.

# %%
predict("00-you", "On a scale from 0 for chance to 1 for the expert, where are you?")

# %%
MINE = DRIVING  # or CARTPOLE, or DUNGEON
play(MINE, SEED, speed=1.0)

# %% [markdown]
# ## Skill in numbers
#
# A film shows one episode, and one episode proves nothing. So both policies play 200 episodes in each world. The sum of
# an episode's rewards is called its **return**.

# %%
NUM_EPISODES = 200
scores = {
    (world.name, name): evaluate(actor, world.env_id, NUM_EPISODES, SEED)
    for world in (CARTPOLE, DRIVING, DUNGEON)
    for name, actor in (
        ("random", world.make_random_actor(SEED)),
        ("expert", world.make_demonstrator("expert")),
    )
}
for (world_name, policy_name), score in scores.items():
    print(
        f"{world_name:9}{policy_name:7}  mean return {score.mean_return:6.2f}   "
        f"crashed {score.crash_rate:4.0%}   reached the goal {score.success.sum():3} times of {NUM_EPISODES}"
    )
print(f"\nBy chance the pole stands for {scores['CartPole', 'random'].mean_return / 50:.1f} seconds,")
print(f"and the car drives {10 * scores['Driving', 'random'].mean_return:.0f} meters.")
for key in ("00-pole", "00-road", "00-treasure"):
    show_guess(key)

# %% jupyter={"source_hidden": true}
# Draws the returns of all episodes, world by world.
figure, axes = plotting.panels(columns=3, width=13, height=3.6)
for axis, world in zip(axes, (CARTPOLE, DRIVING, DUNGEON), strict=True):
    plotting.strip(axis, {name: scores[world.name, name].returns for name in ("random", "expert")})
    axis.set(title=world.name, xlabel=f"return ({world.score_name})")
video.show(
    figure,
    alt="Returns of all episodes in each world, one dot each: random policies lie near zero, experts far above.",
)

# %% [markdown]
# Each dot is one episode, and the black line is the mean. The thick bar is the mean's 95 % confidence interval: the
# range in which the mean of very many episodes probably lies. Here it is mostly too narrow to see; lesson 01 says more.
# "Crashed" means that the pole fell, the car left the road, or the hero burned.
#
# Chance keeps the pole up for {{printed: stands for ([\d.]+) seconds}} seconds, drives {{printed: the car drives (\d+) meters}}
# meters, and finds the treasure in {{printed: Dungeon +random .* goal +(\d+) times}} of 200 dungeons.
#
# On the road the trouble is what happens while the agent tries. In the dungeon it burns even more often, but the deeper
# trouble is what does *not* happen: almost nothing ever pays. Demonstrations may help with each trouble in a different
# way. Lessons 08 and 09 measure how.
#
# ## One scale for all worlds
#
# A return of 20 is poor in CartPole and impossible in the dungeon. To compare worlds, the course puts every score on
# one scale: **0 is what chance gets, 1 is what the expert gets.** For a score $s$, with $s_0$ the score of chance and
# $s_1$ the expert's,
#
# $$\text{normalized score} = \frac{s - s_0}{s_1 - s_0}.$$
#
# A score of 0.5 lies halfway between the two. Scores below 0 or above 1 are possible: a student may surpass the
# teacher.
#
# ## Your first exercise
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 0.1 · the normalized score** (2 minutes, easy)
#
# Replace the line `raise NotImplementedError(...)` with your own code: one line that returns the formula above. Then
# run the cell and the one below it.
#
# </div>
#
# The cell below every exercise *checks* it. There are three answers:
#
# - ✅ **passed**: the lesson goes on with *your* function.
# - ❌ **a hint** that says what is probably wrong: change your code, and run both cells again.
# - ✏️ **not written yet**: the lesson goes on with the course's version, so you are never stuck.
#
# <details><summary>Hint 1: where do I begin?</summary>
#
# The function receives three numbers. Take away from the score what chance would get. By what must you divide, so that
# the expert ends up at exactly 1?
#
# </details>
# <details><summary>Hint 2: nearly there</summary>
#
# The numerator is `score - random_score`. The denominator is the same difference, with the expert's score instead of
# the score. Mind the parentheses: Python divides before it subtracts.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Forgetting `return`; forgetting the parentheses; dividing by `expert_score` alone, which puts chance above 0.
#
# </details>

# %% exercise="ilrl_course.measures.evaluation.normalized_score"

# %%
normalized_score = check(normalized_score)

# %% [markdown]
# Now use it. Each world also has a *weak* demonstrator. Is it equally weak in all three? Its returns cannot be compared;
# normalized scores can.

# %%
for world in (CARTPOLE, DRIVING, DUNGEON):
    random_score = scores[world.name, "random"].mean_return
    expert_score = scores[world.name, "expert"].mean_return
    weak_score = evaluate(world.make_demonstrator("weak", SEED), world.env_id, NUM_EPISODES, SEED).mean_return
    print(
        f"{world.name:9} weak demonstrator: mean return {weak_score:6.2f}, "
        f"normalized {normalized_score(weak_score, random_score, expert_score):.2f}"
    )

# %% [markdown]
# All three get roughly six tenths of the way from chance to the expert. Which one is the weakest? From these numbers
# nobody can tell: each comes from only 200 episodes, and without an interval a difference of a few hundredths means
# nothing. Intervals are a subject of lesson 01.
#
# And you? If you have played, this cell puts your games on the same scale. Run it again after a few more games.

# %%
games = your_games(MINE)
mean_return = sum(game.trajectory.total_reward for game in games) / len(games)
random_score, expert_score = (
    evaluate(actor, MINE.env_id, NUM_EPISODES, SEED, **MINE.play_options).mean_return
    for actor in (MINE.make_random_actor(SEED), MINE.make_demonstrator("expert"))
)
print(
    f"{MINE.name}, {len(games)} games: mean return {mean_return:.2f}, "
    f"normalized {normalized_score(mean_return, random_score, expert_score):.2f}"
)
show_guess("00-you")

# %% [markdown]
# ## What would convince you?
#
# Much is claimed about imitation learning. The course takes twelve claims that you will often meet and puts each to the
# test. (*Behavioral cloning* copies actions; *inverse RL* infers the reward behind them. You will write both.)
#
# One run of a learning algorithm is an anecdote: with other random numbers it may go the other way. So many runs are
# compared, and *before* them the course wrote down what it would compare: two **arms**, in which world, by which number.
# It also wrote down how large the difference must be to matter. For every claim that is at least
#
# - **10 points**, where a point is a hundredth of the normalized score: chance has 0 points, the expert 100;
# - or **half** of the crashes avoided;
# - or **half** of what a teacher does differently from the expert. If a teacher keeps 2 m farther left than the expert, a
#   clone that keeps 1 m farther left has taken over half of it.
#
# Here are the comparisons. Take the last row of C8. It says that, if the claim is true, DAgger should score higher than a
# clone in new dungeons, by at least 10 points. You need not understand the rows yet: the lessons that they name explain
# the methods.

# %%
plans_table()

# %% [markdown]
# One rule turns the runs into a **verdict**:
#
# - *holds*: the effect is surely there, and our best estimate of it is at least as large as what matters. Surely means
#   that its 95 % interval lies above 0, and that a permutation test agrees (lesson 02 explains it). Among many comparisons
#   some look good by luck, so the test is made stricter for all of them together.
# - *does not hold*: the whole interval lies below what matters.
# - *cannot tell*: anything else. More runs would be needed.
# - *holds only when …*: it holds in some of the worlds that were named beforehand. In the others it does not, or the runs
#   cannot tell.
#
# Whatever was not planned is called **exploration**: it may suggest something, but no verdict rests on it.
#
# Every verdict of lessons 02 to 09 rests on 16 to 48 training runs with different seeds, examined on **fresh episodes** that
# no training has seen. These runs take too long to watch, so they are *recorded*: the notebooks read them, and say so.
# What a notebook computes while you watch is a smaller version with a few runs, which says whether it points the same way.
# Changing `SEED` changes the live runs, never the recorded ones, and so never a verdict.
#
# <details><summary>For the curious: what was known before, and how well does the rule work?</summary>
#
# The comparisons were written down by people who knew earlier runs of the course. That is why the runs of all planned
# comparisons use fresh seeds, which nothing before them had used.
#
# The rule was tested on simulated courses. `docs/evidence.md` tells how often a course in which no effect exists would contain a
# false "holds", and how often the rule finds effects of the size that was planned for. The intervals are BCa bootstrap
# intervals, the test is a permutation test of paired differences, and the correction is Holm's (1979).
#
# </details>
#
# ## What do you believe?
#
# Now say what you expect; "not sure" is an answer too. Your answers are saved on your own disk, in the folder `my_work`,
# and can be set beside what was measured. Nobody else sees them, and nothing teaches more than being wrong. A
# claim that fails is as good a result as one that holds.

# %%
prediction_form()

# %% [markdown]
# ## The way ahead
#
# | Lesson | You learn |
# |---|---|
# | 01 | what demonstrations are, and how to evaluate honestly |
# | 02 | behavioral cloning: imitation as supervised learning |
# | 03 | why cloning fails, and what repairs it |
# | 04 | DAgger: let the expert correct you |
# | 05, 06, 06b | inverse RL: find out what the expert wants |
# | 07 | PPO: reinforcement learning from scratch |
# | 08, 09 | PPO from demonstrations: on the road and in the dungeon |
# | 10 | the answer: one scoreboard, a map of prices, and the verdict on every claim |
#
# ## Quiz
#
# **1. A policy is**
#
# <details><summary>A · whatever turns an observation into an action</summary>
#
# Yes. A random draw, a script, a neural network, and you at the keyboard are all policies.
#
# </details>
# <details><summary>B · the list of all rewards that an agent has collected so far</summary>
#
# No. The sum of those is the return. A policy says what to do next.
#
# </details>
# <details><summary>C · the rule by which the world moves on after an action</summary>
#
# No. That is the world's *dynamics*, and it stays the same no matter who acts.
#
# </details>

# %% [markdown]
# **2. An agent has a normalized score of 1.2. This means that**
#
# <details><summary>A · there is a mistake somewhere, since the scale ends at 1</summary>
#
# No. 1 is the expert's mean score, not the best possible one.
#
# </details>
# <details><summary>B · it gets 1.2 times the return that the expert gets in this world</summary>
#
# Only if chance gets exactly 0. The scale starts at the score of chance, not at zero.
#
# </details>
# <details><summary>C · it surpasses the expert by a fifth of the scale</summary>
#
# Yes: by a fifth of the way from chance to the expert. Reinforcement learning can get there; lessons 08 and 09 ask when
# imitation can.
#
# </details>

# %% [markdown]
# **3. An effect of 9 points has the interval [+2, +16], and its test agrees. What matters starts at 10 points. What is
# the verdict?**
#
# <details><summary>A · it holds: zero lies outside of the interval, so the effect is certain</summary>
#
# That it exists is nearly certain. That it is large enough to matter is not.
#
# </details>
# <details><summary>B · cannot tell: it is there, but may be too small to matter</summary>
#
# Yes. The estimate is below 10 points, yet the interval reaches above them. More runs would narrow it. (With an estimate
# of 11 it would hold.)
#
# </details>
# <details><summary>C · it does not hold: the mean is below the smallest effect that matters</summary>
#
# That would need the *whole* interval below 10 points. Here the true effect may well be 15.
#
# </details>

# %% [markdown]
# ## Summary
#
# - A policy turns observations into actions; the world answers with rewards; their sum is the return.
# - In CartPole exploring is cheap, on the road it is dangerous, in the dungeon it leads nowhere.
# - Scores are normalized: 0 is chance, 1 is the expert.
# - What counts as evidence is fixed before the runs, and your predictions are on record. Now find out.
#
# **Words:** *world (environment)*: the simulation. *Observation*: what the agent sees. *Action*: what the agent does. *Reward*:
# what a step pays. *Episode*: from a start to its end. *Return*: the sum of an episode's rewards. *Policy*: what turns
# observations into actions. *Expert*: a policy good enough to learn from. *Verdict*: what the recorded runs say about a
# claim, by one rule. *Exploration (of data)*: looking at what was not planned, so that no
# verdict rests on it.
#
# **Read on:**
#
# - A. G. Barto, R. S. Sutton, C. W. Anderson (1983). Neuronlike adaptive elements that can solve difficult
#   learning control problems. *IEEE Transactions on Systems, Man, and Cybernetics*, SMC-13(5). (Gymnasium's
#   CartPole follows this version.)
# - M. Towers et al. (2024). Gymnasium: A Standard Interface for Reinforcement Learning Environments.
#   *arXiv:2407.17032*.
# - A. Hussein, M. M. Gaber, E. Elyan, C. Jayne (2017). Imitation Learning: A Survey of Learning Methods. *ACM
#   Computing Surveys* 50(2).
# - S. Holm (1979). A Simple Sequentially Rejective Multiple Test Procedure. *Scandinavian Journal of Statistics* 6(2).
#
# **Next:** [01 · Demonstrations](01_demonstrations.ipynb)
