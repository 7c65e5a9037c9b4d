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
# # 13 · A language model learns from people
#
# **First imitate, then improve by reward:** nowhere is this done at a larger scale than in the training of language
# models. They are cloned from text, they get a reward that is learned from people's choices, and PPO improves them
# while a KL divergence ties them to the clone. You have written all of these pieces for cars and heroes. In this
# lesson those same functions train a small language model on your laptop, in seconds. Only four are new, and you will
# write them.
#
# | | |
# |---|---|
# | **You will be able to** | see a text as an episode; learn a reward from choices between two lines; tie a policy to its clone through the reward; do the same without RL; choose the strength of the tie with few judgments; tell when a learned judge is being fooled |
# | **Time** | 120 minutes |
# | **You need** | lessons 02, 07 and 08; lesson 05 helps |

# %%
import inspect
import time
from collections.abc import Callable, Iterator, Sequence
from copy import deepcopy
from dataclasses import replace
from functools import partial
from math import ceil, log2

import numpy as np
import torch
from torch import Tensor
from torch.nn.functional import logsigmoid

from ilrl_course.algorithms.bc import BCConfig
from ilrl_course.algorithms.dpo import DPOConfig, train_dpo
from ilrl_course.algorithms.episodes import kl_of, pad_episodes
from ilrl_course.algorithms.finetune import FinetuneConfig
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.algorithms.preferences import (
    Pairs,
    PreferenceConfig,
    agreement_with,
    learned_return,
    standardized_return,
    train_reward,
)
from ilrl_course.checks import check, your_functions
from ilrl_course.clones import fresh_policy
from ilrl_course.data import Rollout, stack_steps
from ilrl_course.envs.text import TEXT
from ilrl_course.envs.text.alphabet import as_demonstration, lines_of
from ilrl_course.envs.text.corpus import held_out_lines, training_lines
from ilrl_course.envs.text.reader import ScriptedReader
from ilrl_course.envs.text.tastes import Taste, melodious
from ilrl_course.measures.rehearsal import shortened
from ilrl_course.measures.seeds import by_name, confidence_interval, run_seeds
from ilrl_course.networks import Policy, ValueNet, make_value_net
from ilrl_course.notebook import plotting, video
from ilrl_course.notebook.form import plans_table
from ilrl_course.notebook.guesses import predict, show_guess
from ilrl_course.notebook.progress import trace, watch
from ilrl_course.notebook.tie_figure import ALT, tie_figure, tied_chances
from ilrl_course.notebook.verdicts import live_sign, verdict
from ilrl_course.play.choices import choose_by_script, pairs_of
from ilrl_course.play.choosing import choose
from ilrl_course.play.kept_choices import your_choices
from ilrl_course.play.learned_taste import learned_taste
from ilrl_course.rollout import collect_trajectories, derive_seed, make_batch
from ilrl_course.storage.files import load_results

SEED = 0  # everything that this notebook computes follows from this number

# %% [markdown]
# ## A line is an episode
#
# A language model is a policy. What it has written so far is the state, the next character is the action, and an
# episode is one line, which ends with a special character. Ours writes names of villages that do not exist. It knows
# 28 characters (a to z, the space, and the end), a line has room for 16 of them, and the model sees the last eight: a
# *context window*. The course's policy network receives each of these characters as 28 numbers: one is 1, the others
# are 0.
#
# The names that it learns from, its *corpus*, come from a small grammar, so nobody's texts are used. Here are some of
# them:

# %%
print(*training_lines()[:12], sep=", ")

# %% [markdown]
# This model is trained by the functions that you wrote in lessons 02, 07 and 08. Each one that passed its check there
# is read from `my_work`, checked once more, and used here. Where one is missing, the course's version steps in.
# `SEED` changes what is learned in this notebook. It does not change the recorded runs, on which all verdicts rest.

# %%
yours = your_functions("bc_loss", "train_bc", "compute_gae", "clipped_loss", "stay_near")

# %% [markdown]
# ## Imitation
#
# Language models begin as clones. "Supervised fine-tuning" is what you wrote in lesson 02: make the demonstrated
# action more likely in the situation where it was taken. *Perplexity* is the exponential of the cloning loss: at a
# perplexity of 28 the model is as unsure as if all 28 characters were equally likely; at a perplexity of 1 it is
# certain of the next one.


# %%
def clone_corpus(seed: int) -> Policy:
    """A language model that imitates the corpus."""
    policy = fresh_policy(TEXT, seed)
    demos = stack_steps(map(as_demonstration, training_lines()))
    training = yours.train_bc(policy, demos, BCConfig(num_updates=1500), seed, yours.bc_loss)
    for _ in shortened(training, 300):
        pass
    return policy


def written_by(policy: Policy, num_lines: int, seed: int) -> list[str]:
    """Lines that a policy writes."""
    return lines_of(collect_trajectories(policy.sampler(seed), TEXT.env_id, num_lines, seed))


imitator = clone_corpus(SEED)
unseen = stack_steps(map(as_demonstration, held_out_lines()))
for name, policy in (("before", fresh_policy(TEXT, SEED)), ("after", imitator)):
    perplexity = yours.bc_loss(policy, unseen.obs, unseen.actions).exp().item()
    print(f"{name} cloning: perplexity {perplexity:.1f}; {', '.join(written_by(policy, 6, SEED))}")

# %% [markdown]
# The clone, from here on the *imitator*, writes names that could be in the corpus, though most are not. It cannot
# know which of two good names people like better, because nobody has told it.
#
# ## Which one is better?
#
# Few people can put a number on how good a name is, but nearly everybody can say which of two they like better. That
# is what people are asked when language models are trained.
#
# **Your turn to choose.** Here are pairs of names that the imitator wrote. Click the one that you like better, or
# click the question below them, and use the keys: ◀ and ▶ choose, ▼ skips a pair that leaves you cold, and Backspace
# goes back. Which name stands on the left is drawn at random. Each choice is saved at once, in `my_work/choices`. You
# may stop at any time: run the cell again, even on another day, and it picks up where you left off.

# %%
for_you = written_by(imitator, 80, derive_seed(SEED, "lines for you"))
choose(for_you[:40], for_you[40:], num_choices=20, seed=SEED)

# %% [markdown]
# A **script**, from here on the *reader*, stands in if you have not chosen. It also makes the many choices that
# follow, since nobody wants to make a thousand. Its taste is a number, `melodious`: plus 1 for each different vowel,
# minus 1 for each place where three consonants or three vowels stand side by side, which is hard to say, and minus
# 0.5 for each character beyond the tenth, spaces included. The reader does not always follow its taste: where two
# names differ by 1, it takes the worse one in 12 of 100 cases. Because we know this *true taste* exactly, we can see
# afterward how much of it was learned.

# %%
TEMPERATURE = 0.5  # of the scripted reader: how often it chooses against its taste

stand_in = ScriptedReader("melodious", TEMPERATURE, derive_seed(SEED, "stand-in"))
twenty = your_choices(stand_in, for_you[:20], for_you[40:60])


def ask(policy: Policy, num_pairs: int, seed: int) -> list:
    """What the scripted reader says about pairs of lines of this policy."""
    lines = written_by(policy, 2 * num_pairs, derive_seed(seed, "lines to compare"))
    reader = ScriptedReader("melodious", TEMPERATURE, derive_seed(seed, "reader"))
    return choose_by_script(reader, lines[:num_pairs], lines[num_pairs:])


choices = ask(imitator, 1000, SEED)
for choice in choices[:5]:
    better, worse = (choice.first, choice.second)[:: 1 if choice.prefers_first else -1]
    print(f"{better:>16}  rather than  {worse}")

# %% [markdown]
# **From choices to a reward.** Let $R(\tau)$ be the sum of the rewards in an episode $\tau$, as in Christiano et al.
# (2017). Bradley and Terry's model (1952) says how likely a choice is:
#
# $$P(\tau_1 \text{ is preferred to } \tau_2) = \frac{e^{R(\tau_1)}}{e^{R(\tau_1)} + e^{R(\tau_2)}} =
# \sigma\big(R(\tau_1) - R(\tau_2)\big), \qquad \sigma(x) = \frac{1}{1 + e^{-x}} .$$
#
# You met this in lesson 05, under *Preferences instead of games*: maximum entropy made a path likely in proportion to
# $e^{R(\tau)}$, and this is the same, with only two paths to choose from. As there, the reward is found by making the
# observed choices likely. A reward that was learned from choices is called a *judge* below (elsewhere, a *reward
# model*).
#
# The judge is a network like the course's value network: it rates the situation that each character led to, and its
# ratings are summed over the line. Lines differ in length, so they are padded with zeros to be computed side by side,
# and `running` tells characters from padding. This function computes the sum; you will write a similar one further
# down:

# %%
print(inspect.getsource(learned_return))

# %% [markdown]
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 13.1 · the loss of the choices** (10 minutes, easy)
#
# Write `bradley_terry_loss(reward_net, pairs)`: the mean of $-\log P(\text{choice})$ over all B pairs. `pairs.first`
# and `pairs.second` are padded episodes, which `learned_return(reward_net, ...)` turns into returns (B,).
# `pairs.prefers_first` (B,) is True where the first was preferred, and False where the second was.
#
# </div>
#
# <details><summary>Hint 1: one difference for each pair</summary>
#
# Where the first was preferred, the probability of the choice is $\sigma(R_1 - R_2)$. Where the second was, it is
# $\sigma(R_2 - R_1)$. So only the sign changes: `torch.where(pairs.prefers_first, lead, -lead)`.
#
# </details>
# <details><summary>Hint 2: the logarithm</summary>
#
# `logsigmoid(x)` is $\log \sigma(x)$, and stays exact where $\sigma(x)$ is rounded to 0. The loss has a minus because
# the logarithm of a probability is negative.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# `sigmoid(x).log()`, which is minus infinity for choices that seem impossible. Winner and loser swapped. A sum over
# the pairs instead of a mean.
#
# </details>

# %% exercise="ilrl_course.algorithms.preferences.bradley_terry_loss"

# %%
bradley_terry_loss = check(bradley_terry_loss)

# %%
predict(
    "13-judge",
    "In what share of new pairs will a judge that saw 100 choices agree with the reader? And with 1,000? (A coin: 50 %.)",
)

# %%
space = make_batch(TEXT.env_id, 1).single_observation_space
new_pairs = pairs_of(ask(imitator, 1000, derive_seed(SEED, "new pairs")))


def learn_taste(choices: list, seed: int) -> ValueNet:
    """A reward that explains these choices."""
    judge = make_value_net(space, seed)
    for _ in train_reward(judge, pairs_of(choices), PreferenceConfig(), seed, loss_fn=bradley_terry_loss):
        pass
    return judge


for num_choices in (100, 1000):
    judge = learn_taste(choices[:num_choices], SEED)
    print(f"{num_choices} choices: agrees in {agreement_with(judge, new_pairs):.0%} of new pairs")
show_guess("13-judge")

# %% [markdown]
# And what did a judge learn from the twenty choices above, yours or the stand-in's? Here is what it likes most and
# least among names that it has not seen:

# %%
unread = written_by(imitator, 500, derive_seed(SEED, "unread"))
its_taste = learned_taste(
    standardized_return(learn_taste(twenty, SEED), pad_episodes([as_demonstration(line) for line in unread]))
)
ranked = np.array(unread)[its_taste(unread).argsort()]
print("likes most: ", ", ".join(ranked[:-6:-1]))
print("likes least:", ", ".join(ranked[:5]))

# %% [markdown]
# Twenty choices give a judge little to go on. If they were yours, do you see your taste in its favorites?

# %% [markdown]
# ## Learn to please, and stay near
#
# Now the judge of 1,000 choices pays at the end of each line. PPO, with your advantages and your clipped loss, trains
# a copy of the imitator, the *writer*, to earn more. Clone, judge, and PPO together are *RLHF*, RL from human
# feedback. Choices do not tell where 0 is, so pay is measured from its mean over the imitator's lines, in its
# standard deviations there (`standardized_return`). The judge has seen only the imitator's lines, and far from these
# its word means little. So moving away from the imitator should cost something (Ziegler et al. 2019; Stiennon et al.
# 2020; Ouyang et al. 2022). In formulas and code the imitator, $\pi_0$, is called the *reference*. The reward of the
# step in which $a_t$ is written after $s_t$ becomes
#
# $$r_t - \beta \log \frac{\pi(a_t \mid s_t)}{\pi_0(a_t \mid s_t)} .$$
#
# An action costs something if the writer is more likely to take it than the imitator, and earns something if it is
# less likely. This cost is the *tie*, and $\beta$ is its *weight*. On average over the writer's own lines, the costs
# of a line sum to $\beta\, \mathrm{KL}(\pi \,\|\, \pi_0)$, so that PPO maximizes
#
# $$\mathbb{E}_{\tau \sim \pi}\, R(\tau) \; - \; \beta\, \mathrm{KL}(\pi \,\|\, \pi_0) .$$
#
# This is the *reverse* tie of lesson 08, now in the reward instead of the loss, so that a character also pays for
# where it leads. Nothing is discounted (`gamma=1.0`): a line is judged as a whole, when it is complete. The critic is
# new, and lesson 08's warm-up is left out, so that lesson 07's `train_ppo` is used as it is.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 13.2 · a reward that ties** (10 minutes, medium)
#
# Write `kl_reward(rollout, policy, reference, beta)`, which returns the rewards (T, N) of a block: those of the
# world, `rollout.rewards`, each less $\beta$ times the log-ratio, $\log \frac{\pi}{\pi_0}$, of the action that was
# taken. `rollout.obs` is (T, N, obs_dim), `rollout.actions` (T, N). (It should work for drivers, too, whose actions
# are (T, N, action_dim).) The rewards are numbers: no gradient flows through them.
#
# </div>
#
# <details><summary>Hint 1: shapes</summary>
#
# A policy takes one row per observation. `rollout.obs.flatten(0, 1)` has this shape, (T · N, obs_dim), and
# `rollout.actions.flatten(0, 1)` goes with it. What comes out is (T · N,): `.reshape(rollout.rewards.shape)` makes it
# (T, N) again.
#
# </details>
# <details><summary>Hint 2: the log-ratio</summary>
#
# The logarithm of a ratio is a difference of logarithms: `policy(obs).log_prob(actions)` minus the same of the
# reference. Do it within `with torch.no_grad():`.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# The sign, or the two policies swapped. The ratio instead of its logarithm. Negative log-ratios cut off. One sum for
# the whole line in each of its steps.
#
# </details>

# %% exercise="ilrl_course.algorithms.kl_reward.kl_reward"

# %%
kl_reward = check(kl_reward)

# %%
predict("13-tie", "Without a tie, what will the lines look like that the judge likes most?")

# %%
known_episodes = pad_episodes([as_demonstration(line) for line in written_by(imitator, 1000, SEED)])
pay = learned_taste(standardized_return(judge, known_episodes))
CONFIG = PPOConfig(
    num_iterations=40, num_steps=32, num_epochs=4, minibatch_size=512, learning_rate=1e-3, gamma=1.0
)


def improve(writer: Policy, pay: Taste, config: PPOConfig, seed: int, **tie: Callable) -> Iterator[dict]:
    """Train a writer, in place, by PPO that is paid for its lines."""
    envs, critic = make_batch(TEXT.env_id, 64, taste=pay), make_value_net(space, seed)
    return train_ppo(writer, critic, envs, config, seed, yours.compute_gae, yours.clipped_loss, **tie)


def please(beta: float, seed: int) -> Policy:
    """A writer that has learned to please the judge, tied to the imitator with this weight."""
    writer = deepcopy(imitator)
    tied = partial(kl_reward, policy=writer, reference=imitator, beta=beta)
    watch(improve(writer, pay, CONFIG, seed, reward_fn=tied), CONFIG.num_iterations)
    return writer


def report(name: str, writer: Policy) -> None:
    """What the judge and the reader think of a writer's lines, how far it has gone, and some of the lines."""
    trajectories = collect_trajectories(writer.sampler(SEED), TEXT.env_id, 1000, SEED)
    lines = lines_of(trajectories)
    with torch.no_grad():
        kl = kl_of(writer, imitator, pad_episodes(trajectories)).mean().item()
    numbers = f"judge {pay(lines).mean():5.2f}, true taste {melodious(lines).mean():5.2f}, KL {kl:4.1f}"
    print(f"{name:<14} {numbers}: {', '.join(lines[:4])}")


BETAS = [0.0, 0.1, 0.3, 1.0, 3.0]
started = time.perf_counter()
writers = {beta: please(beta, SEED) for beta in BETAS}
seconds = {"PPO, a writer": (time.perf_counter() - started) / len(BETAS)}
report("imitator", imitator)
for beta, writer in writers.items():
    report(f"PPO, beta {beta}", writer)

# %% [markdown]
# Among the lines of each writer, these are the judge's favorites. The number in parentheses is the reader's taste:

# %%
for beta, writer in writers.items():
    lines = np.array(sorted(set(written_by(writer, 500, SEED))))
    favorites = lines[pay(lines).argsort()[:-6:-1]]
    said = ", ".join(f"{line} ({melodious([line])[0]:.0f})" for line in favorites)
    print(f"beta {beta}: {said}")
show_guess("13-tie")

# %% [markdown]
# The two freest writers please the judge most and the reader least, and the judge's favorites among their lines show
# it.
#
# **Your tie of lesson 08** stood in the loss, not in the reward, and came in two directions: forward,
# $\mathrm{KL}(\pi_0 \,\|\, \pi)$, and reverse, $\mathrm{KL}(\pi \,\|\, \pi_0)$. Either one can tie a writer, too:

# %%
for direction in ("forward", "reverse"):
    writer = deepcopy(imitator)
    tie = yours.stay_near(imitator, FinetuneConfig(imitation_coef=1.0), reverse=direction == "reverse")
    watch(improve(writer, pay, CONFIG, SEED, extra_loss_fn=tie), CONFIG.num_iterations)
    report(f"loss, {direction}", writer)

# %% [markdown]
# A weight of 1 in the loss is not the same as $\beta = 1$ in the reward, so compare these writers by how far they
# went, their KL. One run of each cannot tell the two directions apart.
#
# **Then why the reverse one?** Two small problems, solved exactly, show what can set them apart.
#
# On the left, there is no pay. The clone does one of two things, and the policy, a single Gaussian, cannot do both.
# The forward tie makes it *cover* both, and what lies between, which the clone never does. The reverse tie makes it
# *seek* one of them. On the right, there are four actions. A fooled judge pays 3 for one that the clone takes once in
# a thousand times, and both ties have the weight 1.

# %%
video.show(tie_figure(), alt=ALT)
for name, chances in tied_chances().items():
    print(f"{name}: the action that the judge loves in {chances[3]:.1%} of all cases")
for rare in (1e-2, 1e-3, 1e-6):
    _, forward, reverse = (chances[3] for chances in tied_chances(rare).values())
    print(
        f"if the clone takes it once in {1 / rare:,.0f} times: forward {forward:.1%}, reverse {reverse:.3%}"
    )
print(f"a forward tie three times as strong: {tied_chances(beta=3.0)['forward tie'][3]:.1%}")

# %% [markdown]
# The forward tie is satisfied if the policy still does, now and then, what the clone does; the rest of the time it
# may chase what the judge loves, no matter how rare that was. With the reverse tie, the rarer an action was, the more
# it has to be paid: one that the clone takes once in a thousand times needs about $\beta \log 1000$ more pay to
# become as likely as the others. A judge is most likely to be wrong where it has seen the least, and that is where
# this tie holds back the most. Part of the difference in the picture is mere weight, though: a forward tie three
# times as strong holds this action back as well. The left half does not apply to our writer, either, whose softmax
# over characters could do both.
#
# Two more things speak for the reverse direction: it is an average over the writer's own lines, which PPO writes
# anyway, and it has the exact solution of the next section. It has a price, too: what the writer no longer writes is
# no longer sampled, so hardly anything pulls the writer back to it. In lesson 08 the reward was the true one, so
# there was no false pay to be held back from.

# %% [markdown]
# ## The same without RL
#
# The policy that PPO looks for can be written down. If a policy could be any distribution over lines, the best one,
# by reward $R$ less $\beta$ times the KL, would be $\pi^*(\tau) = \pi_0(\tau)\, e^{R(\tau) / \beta} / Z$, where $Z$
# makes the probabilities sum to 1. Take logarithms:
#
# $$R(\tau) = \beta \log \frac{\pi^*(\tau)}{\pi_0(\tau)} + \beta \log Z .$$
#
# Rafailov et al. (2023) read this backward: *every* policy that does only what $\pi_0$ may do is the best one for
# some reward, and the formula gives that reward. $Z$ is the same for both lines of a pair, and cancels in their
# difference. So put this reward into Bradley and Terry's model, and train the policy on the choices directly: no
# judge, no critic, no sampling while it trains. That is *direct preference optimization*, DPO.
#
# DPO is not the same in every way. It pays nothing for the policy's own lines, so $\beta$ ties the policy only where
# the pairs are, and both lines of a pair may become rarer. Its $\beta$ also has another scale: log-odds of a choice,
# $\log \frac{P}{1 - P}$, instead of standard deviations of the judge's pay. So equal numbers do not mean equal ties.
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 13.3 · DPO's loss** (20 minutes, medium)
#
# Write `dpo_loss(policy, reference, pairs, beta)`: the mean of $-\log P(\text{choice})$ over the pairs, where the
# reward of an episode is $\beta \log \frac{\pi(\tau)}{\pi_0(\tau)}$. The probability of an episode is the product of
# those of its actions, so its logarithm is a sum over its steps, without the padding. Each side of the pairs, such as
# `pairs.first`, has `obs` (B, T, obs_dim), `actions` (B, T) and `running` (B, T). The reference must not learn.
#
# </div>
#
# <details><summary>Hint 1: one side first</summary>
#
# For `pairs.first`: flatten `obs` and `actions` to (B · T, ...), ask both policies for `log_prob`, subtract, reshape
# to `running.shape`. Then do the same for `pairs.second`, in a loop or by a small function.
#
# </details>
# <details><summary>Hint 2: padding</summary>
#
# Multiply the log-ratios by `running` before you sum over axis 1: False counts as 0. It is what `learned_return`
# does.
#
# </details>
# <details><summary>Hint 3: who learns</summary>
#
# Ask the reference within `with torch.no_grad():`, and the policy outside of it.
#
# </details>
# <details><summary>Hint 4: the end</summary>
#
# It is the same as in exercise 13.1: the difference of the two rewards, turned around where the second was preferred,
# then `-logsigmoid(...)`, then the mean.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Padding that counts. A mean over the steps, which makes long lines cheap. No reference. $\beta$ outside of the
# sigmoid.
#
# </details>

# %% exercise="ilrl_course.algorithms.dpo.dpo_loss"

# %%
dpo_loss = check(dpo_loss)

# %%
BETA = 0.3
direct = deepcopy(imitator)
started = time.perf_counter()
for _ in shortened(
    train_dpo(direct, pairs_of(choices), DPOConfig(beta=BETA, num_updates=200), SEED, loss_fn=dpo_loss), 20
):
    pass
seconds["DPO, a writer"] = time.perf_counter() - started
report(f"DPO, beta {BETA}", direct)

# %% [markdown]
# **Without training a writer.** The imitator writes n lines, and the judge's favorite is kept: *best of n* (Stiennon
# et al. 2020). It trains no writer, but it has to write n lines for each one that is kept.

# %%
N = 64
started = time.perf_counter()
drafts = np.array(written_by(imitator, 100 * N, derive_seed(SEED, "drafts"))).reshape(100, N)
kept = drafts[np.arange(100), pay(drafts.ravel()).reshape(100, N).argmax(axis=1)]
seconds[f"best of {N}, a hundred lines"] = time.perf_counter() - started
print(
    f"best of {N}: judge {pay(kept).mean():.2f}, true taste {melodious(kept).mean():.2f}: {', '.join(kept[:4])}"
)
print("seconds:", "; ".join(f"{name} {spent:.1f}" for name, spent in seconds.items()))

# %% [markdown]
# ## How strong should the tie be?
#
# Of the five writers above, which one should be kept? The learned judge cannot tell: by its own word, the freer ones
# are better. People can tell, but their time is expensive: let their *budget* be 300 judgments altogether. A judgment
# is the answer to one question: *is this line of the writer better than that one of the imitator?* It is 1 for yes,
# and 0 for no. Single answers are noisy, so only their mean says much.
#
# One could ask equally often about each of the five. But after a few answers some writers clearly lag behind, and
# every further question about these is wasted. **Sequential halving** (Karnin et al. 2013) spends the budget in
# rounds of equal cost. In each round, all the writers still left are judged equally often, and then the worse half is
# dropped. So the questions gather where the decision is hard:
#
# | round | weights left | judgments of each, of 300 in all |
# |---|---|---|
# | 1 | 5 | 300 / (3 · 5) = 20 |
# | 2 | 3 | 300 / (3 · 3) = 33 |
# | 3 | 2 | 300 / (3 · 2) = 50 |
#
# <div style="border-left: 4px solid #0072B2; padding-left: 1em">
#
# **Exercise 13.4 · choose the tie** (30 minutes, hard)
#
# Write `choose_tie(judge, betas, budget)`, which returns the weight that is judged best. Here `judge` stands for the
# *people*, not for a learned reward: `judge(beta, n)` asks them n new questions about the writer with this weight,
# and returns the answers (n,), the higher, the better. (The check also uses answers other than 0 and 1.) With K
# weights there are M = ⌈log₂ K⌉ rounds. In each of them, judge every weight that is left ⌊budget / (M · number left)⌋
# times, and keep the better half, rounded up, by the mean of *all* judgments so far. Do not change `betas`. (An error
# for too small a budget is optional.)
#
# </div>
#
# <details><summary>Hint 1: what to keep between rounds</summary>
#
# Two things: the list `left` of weights that are still there, and all answers so far, such as a dict with a list for
# each weight, `{beta: [] for beta in betas}`, to which `extend` adds new ones.
#
# </details>
# <details><summary>Hint 2: the numbers</summary>
#
# `ceil(log2(len(betas)))` rounds, computed once, before anything is dropped. `budget // (num_rounds * len(left))` new
# judgments, computed anew in each round. `ceil(len(left) / 2)` weights stay.
#
# </details>
# <details><summary>Hint 3: the better half</summary>
#
# `left.sort(key=lambda beta: np.mean(judgments[beta]), reverse=True)` puts the best first; then cut the list. After
# the last round a single weight is left: return it, without its list.
#
# </details>
# <details><summary>Common mistakes</summary>
#
# Each round spends the whole budget. Each round asks as often as the first, so that much of the budget is never used.
# The half is rounded down, so that of three only one stays. Earlier answers are thrown away, though they were paid
# for. A sort from the worst to the best. `dict.fromkeys(betas, [])`, which gives all weights the same list.
#
# </details>

# %% exercise="ilrl_course.algorithms.choose_tie.choose_tie"

# %%
choose_tie = check(choose_tie)

# %%
predict(
    "13-choice",
    "Which of the five weights will be chosen with 300 judgments?",
)

# %%
BUDGET = 300  # true judgments


def make_wins(seed: int) -> Callable[[float, int], np.ndarray]:
    """Asks the reader about writers: 1 where it prefers a line of the writer to one of the imitator, else 0."""
    rng = np.random.default_rng(seed)
    reader = ScriptedReader("melodious", TEMPERATURE, derive_seed(seed, "true judgments"))

    def wins(beta: float, n: int) -> np.ndarray:
        own, others = rng.choice(written[beta], n), rng.choice(written["imitator"], n)
        return reader.prefers_first(own, others).astype(float)

    return wins


written = {beta: written_by(writer, 1000, derive_seed(SEED, "judged")) for beta, writer in writers.items()}
written["imitator"] = written_by(imitator, 1000, derive_seed(SEED, "judged"))
chosen = choose_tie(make_wins(SEED), BETAS, BUDGET)
print(f"chosen with {BUDGET} judgments: beta {chosen}")
show_guess("13-choice")

# %% [markdown]
# Because the reader is a script, it can be asked as often as we like, and the choice can be repeated with other
# answers. In how many of 100 repetitions is each weight chosen, by halving and by asking equally often about all?

# %%
predict(
    "13-often",
    "In how many of 100 repetitions will halving choose the weight that the reader really prefers?",
)

# %%
many = make_wins(derive_seed(SEED, "many judgments"))
preferred = {beta: many(beta, 5000).mean() for beta in BETAS}


def split_equally(judge: Callable, betas: Sequence[float], budget: int) -> float:
    """The weight that is judged best when all are judged equally often."""
    return max(betas, key=lambda beta: judge(beta, budget // len(betas)).mean())


counts = {}
for name, rule in (("halving", choose_tie), ("equal split", split_equally)):
    picks = [rule(make_wins(derive_seed(SEED, f"repetition {i}")), BETAS, BUDGET) for i in range(100)]
    counts[name] = [picks.count(beta) for beta in BETAS]
print("beta         ", *(f"{beta:>6}" for beta in BETAS))
print("preferred in ", *(f"{preferred[beta]:>6.1%}" for beta in BETAS))
for name, row in counts.items():
    print(f"{name:<13}", *(f"{count:>6}" for count in row))
show_guess("13-often")

# %% [markdown]
# Halving has more answers to go by where the decision is hard. Of 100 repetitions, it chose $\beta = 0.3$ in
# {{printed: halving +\d+ +\d+ +(\d+)}}, the equal split in {{printed: equal split +\d+ +\d+ +(\d+)}}. That is one set
# of writers, saved with this lesson; with yours, the two may come out closer. A few questions are enough to see that
# the two freest writers are worse than the imitator. Neither rule is always right, but where two writers are nearly
# equally good, it matters little which one is taken.

# %% [markdown]
# ## Eight repetitions
#
# All of that was one run. Here are eight, each with an imitator, a thousand choices and a judge of its own, to ask
# two questions. A line's *score* is the reader's taste, no matter who paid for it, on a scale where random characters
# have 0 points and the corpus has 100. If the judge pays, are the scores over the whole training higher with a tie of
# weight 0.3 than without one? A line is called *new* if it pleases the reader more than any line of the corpus, even
# if the writer has written it before. If the *reader itself* pays, does a strong tie, $\beta = 1$, keep the writer
# from new lines?
#
# Each writer has the settings that suited it best in pilot runs, but trains for only a quarter of the steps. So,
# where the judge pays, the two writers differ in more than the tie: without one, the slowest learning rate was best,
# a thirtieth of the tied writer's.

# %%
predict(
    "13-eight",
    "Scores with the tie and without it; new lines without a tie and with a strong one: which will be higher?",
)

# %% jupyter={"source_hidden": true}
# Trains four writers for each of eight seeds, and compares them two by two.
TEXTS = load_results("text")
LEVEL = max(melodious(training_lines() + held_out_lines()))  # the best line of the corpus


def points(taste) -> np.ndarray:
    """The reader's taste on the scale of chance (0) and the corpus (100)."""
    low, high = TEXTS["points"]["chance"], TEXTS["points"]["corpus"]
    return 100 * (np.asarray(taste) - low) / (high - low)


def four_writers(seed: int) -> dict[str, float]:
    """With an imitator and a judge of their own: the scores of two writers, and the new lines of two others."""
    origin = clone_corpus(seed)
    known = written_by(origin, 1000, derive_seed(seed, "known"))
    judge = learn_taste(ask(origin, 1000, seed), seed)
    mean, deviation = melodious(known).mean(), melodious(known).std()
    payers = {
        "1000 choices": learned_taste(
            standardized_return(judge, pad_episodes([as_demonstration(line) for line in known]))
        ),
        "the reader itself": lambda lines: (melodious(lines) - mean) / deviation,
    }

    def follow(payer: str, arm: str) -> dict[str, float]:
        setting, writer = TEXTS["settings"][payer][arm], deepcopy(origin)
        num_steps = setting["num_steps"]
        config = replace(
            CONFIG,
            num_iterations=320 // num_steps,
            num_steps=num_steps,
            learning_rate=setting["learning_rate"],
        )
        tied = partial(kl_reward, policy=writer, reference=origin, beta=setting["beta"])
        training = improve(writer, payers[payer], config, seed, reward_fn=tied)

        def examine(iteration: int) -> dict[str, float]:
            taste = melodious(written_by(writer, 500, derive_seed(seed, f"test {iteration}")))
            return {"points": points(taste).mean(), "new": (taste > LEVEL).mean()}

        rows = trace(training, examine, every=config.num_iterations // 5)
        return {"points": np.mean([row["points"] for row in rows]), "new": rows[-1]["new"]}

    return {
        "tie": follow("1000 choices", "mixture")["points"],
        "no tie": follow("1000 choices", "no tie")["points"],
        "free": follow("the reader itself", "no tie at the end")["new"],
        "strong tie": follow("the reader itself", "strong tie at the end")["new"],
    }


eight = by_name(run_seeds(four_writers, range(SEED, SEED + 8)))
live_sign("tie for a thousand choices", eight["tie"], eight["no tie"])
live_sign("invention, paid by the reader", eight["free"], eight["strong tie"])
show_guess("13-eight")

# %% [markdown]
# Eight runs show a direction. To tell how large an effect is, and whether it matters, takes more of them.
#
# ## Sixteen recorded repetitions
#
# The recorded runs (`course.py results text`) do the same 16 times, with the full number of steps, for judges of 100,
# 1,000 and 10,000 choices. Each *arm*, that is, each way of training in a comparison, has the best of up to twelve
# settings, found on pilot seeds. Judges were tuned on choices that were set aside, and everything else on the
# reader's true taste, which nobody has in practice.
#
# First the judges alone. How often do they agree with the reader, that is, *foresee* its choice between two lines
# that they have not seen?

# %%
predict(
    "13-foresee",
    "What share of the reader's new choices does a judge of 100 choices foresee? Can more choices bring it to 90 %?",
)

# %% jupyter={"source_hidden": true}
# Draws how often judges foresee the reader's choice, against the number of choices that they learned from.
JUDGES = {"100 choices": "a hundred choices", "1000 choices": "a thousand", "10000 choices": "ten thousand"}


judges = TEXTS["judges"]
figure, axis = plotting.panels(width=10, height=4.6)
for name, label, role in (
    ("agreement", "judges", "clone"),
    ("agreement of a shuffled one", "answers shuffled", "random"),
):
    plotting.learning_curves(axis, judges["choices"], 100 * np.array(judges[name]), label, role)
ceiling = 100 * np.mean(judges["agreement of the reader's taste"])
plotting.reference_line(axis, ceiling, "the true taste", "expert")
axis.set(
    title="Choices foreseen", xlabel="choices that it learned from", ylabel="% of new pairs", xscale="log"
)
video.show(
    figure,
    alt="The share of new choices that judges foresee, against the number of choices that they learned from, between a "
    "judge whose answers were shuffled and the true taste.",
)
for number, column in zip(judges["choices"], np.transpose(judges["agreement"]), strict=True):
    low, high = confidence_interval(100 * column)
    print(f"{number:6,} choices: foresees {100 * column.mean():.0f} % [{low:.0f}, {high:.0f}]")
print(f"the true taste itself: {ceiling:.0f} %, for the reader does not always follow it")
show_guess("13-foresee")

# %% [markdown]
# **More choices make a better judge.** A judge of 100 choices foresees
# {{printed: (?m)^ +100 choices: foresees (\d+ %)}} of new ones, and a judge of 10,000 foresees
# {{printed: 10,000 choices: foresees (\d+ %)}}. No judge can get much beyond
# {{printed: the true taste itself: (\d+ %)}}, which is what the true taste itself foresees, because the reader does
# not always follow it. That limits what can be *foreseen*, not what can be *learned*, since over many choices the
# slips average out. What this judge can learn has another limit: it sees eight characters at a time, and the reader's
# taste is about the whole line. With shuffled answers, a judge learns nothing that helps.
#
# ### Is the judge fooled?
#
# Gao et al. (2023) asked this about language models: as a policy moves away from its reference, what happens to the
# learned reward, and what to the true one? They let a large reward model play the part of the people; here a script
# does. Below, both rewards are in standard deviations of the imitator's lines. The distance is $\sqrt{\mathrm{KL}}$,
# as in their figures, at the end of the training. Each large dot is the mean of 16 writers, the small dots, with one
# weight of the tie, from $\beta = 3$ on the left to none on the right. All of them have the learning rate that suits
# $\beta = 0.3$, so that they differ in the tie alone. The dashed line follows the writers without a tie through their
# training. The squares are *best of n*, for n from 2 to 1,024.

# %%
predict(
    "13-fooled", "For a judge of 100 choices: what does the true taste do while the judge's reward rises?"
)

# %% jupyter={"source_hidden": true}
# Draws the judge's reward and the true taste against the KL that was spent, for three judges.
TIES = [name for name in TEXTS["trained"]["100 choices"] if name.startswith("beta ")]
QUANTITIES = {"reward": ("the judge", "clone"), "taste": ("the reader", "expert")}


def standardized(taste) -> np.ndarray:
    """The reader's taste of (seeds, ...) lines in standard deviations of the imitator's lines."""
    mean, deviation = (
        np.array(judges[name])[:, None] for name in ("mean taste of the imitator", "deviation of its taste")
    )
    return (np.asarray(taste) - mean) / deviation


figure, axes = plotting.panels(columns=3, width=19, height=6, sharex=True, sharey=True)
for axis, (payer, words) in zip(axes, JUDGES.items(), strict=True):
    runs, best = TEXTS["trained"][payer], TEXTS["sampled"][payer]["best of n"]
    for name, (label, role) in QUANTITIES.items():
        unit = standardized if name == "taste" else np.asarray
        color = plotting.color_of(role)
        ends = [(np.sqrt(np.array(runs[tie]["kl"])[:, -1]), unit(runs[tie][name])[:, -1]) for tie in TIES]
        for distance, values in ends:
            axis.plot(distance, values, ".", color=color, alpha=0.3)
        means = np.array([(distance.mean(), values.mean()) for distance, values in ends])  # (ties, 2)
        means = means[means[:, 0].argsort()]
        axis.plot(*means.T, "o-", color=color, markersize=8)
        look = {"color": color, "va": "center", "fontsize": 14, "fontweight": "bold"}
        axis.annotate(label, means[-1], xytext=(9, 0), textcoords="offset points", **look)
        way = (
            np.sqrt(np.array(runs["beta 0.0"]["kl"])).mean(axis=0),
            unit(runs["beta 0.0"][name]).mean(axis=0),
        )
        axis.plot(*way, "--", color=color, linewidth=1.5)
        axis.plot(
            np.sqrt(np.mean(best["kl"], axis=0)), unit(best[name]).mean(axis=0), "s", color=color, mfc="none"
        )
    axis.axhline(0, color="black", linewidth=1)
    axis.set(title=f"A judge of {words}", xlabel="square root of the KL that was spent")
axes[0].set_ylabel("deviations of the imitator's lines")
video.show(
    figure,
    alt="For judges of a hundred, a thousand and ten thousand choices: the judge's reward and the reader's true taste "
    "against the square root of the KL divergence that writers have spent.",
)


def stopped_in_time(scores: np.ndarray) -> np.ndarray:
    """Each of (seeds, examinations) runs at the examination that is best on average for the other seeds."""
    best = [(scores.sum(axis=0) - own).argmax() for own in scores]
    return scores[np.arange(len(scores)), best]


def print_row(name: str, scores: np.ndarray, length: float | None = None) -> None:
    """The mean score of (seeds,) writers with its interval, and how they differ."""
    low, high = confidence_interval(scores)
    spread = f"from {scores.min():4.0f} to {scores.max():3.0f}"
    said = "" if length is None else f"   {length:4.1f} characters a line"
    print(f"  {name:32}{scores.mean():4.0f} points {f'[{low:.0f}, {high:.0f}]':>10}   {spread}{said}")


for payer, words in JUDGES.items():
    runs = TEXTS["trained"][payer]
    scores = {arm: points(runs[arm]["taste"]) for arm in [*TIES, "no tie"]}  # (seeds, examinations)
    lengths = {arm: np.mean(runs[arm]["length"], axis=0) for arm in scores}
    best = max(TIES, key=lambda arm: scores[arm][:, -1].mean())
    print(f"paid by a judge of {words}:")
    print_row("the imitator", scores[best][:, 0], lengths[best][0])
    print_row(f"best tie, {best}", scores[best][:, -1], lengths[best][-1])
    print_row("without a tie", scores["beta 0.0"][:, -1], lengths["beta 0.0"][-1])
    print_row("without a tie, stopped in time", stopped_in_time(scores["beta 0.0"]))
    print_row("without a tie, slow", scores["no tie"][:, -1], lengths["no tie"][-1])
    below = (scores["beta 0.0"][:, -1] < 0).sum()
    print(f"  without a tie, {below} of {len(scores[best])} are worse than random characters")
tuned = load_results("text_pilot")["arms tuned"]["1000 choices"]
for arm, beta in (("tie", 0.3), ("no tie", 0.0)):
    tried = [
        points(taste).mean()
        for setting, taste in zip(tuned[arm]["settings"], tuned[arm]["end"]["taste"], strict=True)
        if setting["beta"] == beta
    ]
    print(
        f"pilot runs, {arm}: {sum(score > 100 for score in tried)} of {len(tried)} settings end above 100 points"
    )
show_guess("13-fooled")

# %% [markdown]
# **A writer that goes far enough fools every judge.** Toward the right the judge's reward climbs, and levels off in
# the end; the reader's taste rises a little, turns, and falls: *over-optimization*. Without a tie, and at this
# learning rate, a judge of a hundred choices ruins its writers:
# {{printed: (?s)a hundred choices:.*?without a tie, (\d+) of}} of 16 end below random characters, and the best of
# them has {{printed: (?s)a hundred choices:.*?without a tie .*? to +(-?\d+)}} points. With a thousand choices they
# end at {{printed: (?s)a thousand:.*?without a tie +(-?\d+) }} on average, with ten thousand at
# {{printed: (?s)ten thousand:.*?without a tie +(-?\d+) }}; a few stay above the imitator, most do not. A hundred
# times as many choices did not make the judge safe. As judges are fooled, lines grow: from
# {{printed: (?s)a hundred choices:.*?([\d.]+) characters}} characters to
# {{printed: (?s)a hundred choices:.*?without a tie [^\n]*?([\d.]+) characters}}, all that there is room for, with a
# judge of a hundred choices, and to {{printed: (?s)ten thousand:.*?without a tie [^\n]*?([\d.]+) characters}} with a
# judge of ten thousand. Perhaps this is because a judge adds up its rewards over the characters.
#
# **A tie keeps the writer near enough, and with enough choices so does stopping in time.** For each judge
# $\beta = 0.3$ is, on average, the best of these weights, and the more choices the judge has seen, the more there is
# to gain: {{printed: (?s)a hundred choices:.*?best tie, beta 0.3 +(\d+) }},
# {{printed: (?s)a thousand:.*?best tie, beta 0.3 +(\d+) }} and
# {{printed: (?s)ten thousand:.*?best tie, beta 0.3 +(\d+) }} points. But for the two larger judges, the writer
# without a tie passes through scores as high on its way: stopped where the other seeds are best, it has
# {{printed: (?s)a thousand:.*?stopped in time +(\d+) }} and {{printed: (?s)ten thousand:.*?stopped in time +(\d+) }}
# points. For the smallest judge, stopping gains nothing over the imitator. Gao et al. found the same: in their runs,
# too, the tie acted like stopping early. At the slow learning rate that suits it, a writer without a tie ends at
# {{printed: (?s)a hundred choices:.*?without a tie, slow +(\d+) }},
# {{printed: (?s)a thousand:.*?without a tie, slow +(\d+) }} and
# {{printed: (?s)ten thousand:.*?without a tie, slow +(\d+) }} points. The tie spares you from having to know when to
# stop, or how slowly to go; only its weight has to be chosen. In the pilot runs with a thousand choices
# {{printed: pilot runs, tie: (\d+ of \d+)}} settings with $\beta = 0.3$ ended above 100 points, and
# {{printed: pilot runs, no tie: (\d+ of \d+)}} without a tie.
#
# ### With RL, without RL, without training a writer
#
# The same choices can be used in three ways: for PPO with a tie, for DPO, or for best of n. Each has the best of its
# settings. Beside them stand two controls: in one the answers were shuffled, in the other nobody pays. *Repeated* is
# the share of lines that had been written already. For best of n, the KL is an upper bound.

# %%
predict("13-ways", "With 1,000 choices: which of PPO, DPO and best of n writes the best lines?")

# %% jupyter={"source_hidden": true}
# Prints what each way brings at equal numbers of choices, and what it costs.
print(f"{'':34}points at the end        KL   repeated   lines written")


def row(name: str, taste: np.ndarray, kl: float, rest: str) -> None:
    """A way to use choices, in a line."""
    found = points(taste)
    low, high = confidence_interval(found)
    print(f"{name:34}{found.mean():4.0f} [{low:.0f}, {high:.0f}]{'':9}{kl:5.1f}   {rest}")


for payer, words in (JUDGES | {"shuffled choices": "shuffled answers", "nobody": "nobody pays"}).items():
    for arm in ("PPO", "DPO"):
        if arm in TEXTS["trained"][payer]:
            end = {name: np.array(table)[:, -1] for name, table in TEXTS["trained"][payer][arm].items()}
            rest = f"{end['repeated'].mean():8.0%}   {end['lines'].mean():13,.0f}"
            row(f"{words}, {arm}", end["taste"], end["kl"].mean(), rest)
    if payer in JUDGES:
        best = TEXTS["sampled"][payer]["best of n"]
        column = best["n"].index(best["chosen"])
        taste, kl = (np.array(best[name])[:, column] for name in ("taste", "kl"))
        row(
            f"{words}, best of {best['chosen']}",
            taste,
            kl.mean(),
            f"{'':8}   {best['chosen']:13,} for each line",
        )
show_guess("13-ways")

# %% [markdown]
# **With the same choices, the three ways come out close together.** From a thousand choices PPO ends at
# {{printed: a thousand, PPO +(\d+ \[.+?\])}} points, DPO at {{printed: a thousand, DPO +(\d+ \[.+?\])}}, and best of
# n at {{printed: a thousand, best of \d+ +(\d+ \[.+?\])}}; from ten thousand best of n is a little ahead. The
# differences lie in what they cost. Best of n trains no writer, and writes a thousand lines for each one that it
# keeps. PPO writes some nine thousand lines, once. DPO writes none, and with the settings that pilot runs chose by
# the score alone it goes further from the imitator. What a writer gains comes from the choices: where answers were
# shuffled, PPO ends at {{printed: shuffled answers, PPO +(\d+ \[.+?\])}} points and DPO at
# {{printed: shuffled answers, DPO +(\d+ \[.+?\])}}. Where nobody pays, PPO stays where it was, as it must: only the
# tie is left.
#
# ## The verdicts
#
# What is compared was written down before the runs. C1: does PPO get a head start if it begins as an imitator? C4:
# does PPO, paid by a judge, end up better than the imitator in the *reader's* eyes? C11: does a strong tie keep the
# writer from new lines? It must, by construction: with $\beta = 1$ even the best policy hardly ever writes such a
# line. The open question is whether a writer without a tie finds them. (The unit of C11 is lesson 09's; here, read
# *percent of the lines*.) C12: is the tie that the pilot runs chose better than both extremes, no tie and the
# untouched imitator?

# %%
plans_table("text")

# %%
predict("13-claims", "Which of C1, C4, C11 and C12 will hold for the writer?")

# %% tags=["nbval-check-output"]
verdict("C1", "13")

# %% tags=["nbval-check-output"]
verdict("C4", "13")

# %% tags=["nbval-check-output"]
verdict("C11", "13")

# %% tags=["nbval-check-output"]
verdict("C12", "13")

# %% jupyter={"source_hidden": true}
# Prints what stands behind the verdicts: new lines and old ones, the ends of trainings, learning rates.
READER = TEXTS["trained"]["the reader itself"]
for arm, words in (("no tie", "from the imitator"), ("from nothing", "from nothing")):
    print(
        f"paid by the reader itself, {words}: ends at {points(READER[arm]['taste'])[:, -1].mean():.0f} points"
    )
for payer in ("the reader itself", "1000 choices"):
    for arm in ("no tie", "strong tie"):
        end = {
            name: np.array(column)[:, -1].mean()
            for name, column in TEXTS["trained"][payer][f"{arm} at the end"].items()
        }
        print(
            f"paid by {payer}, {arm}: {end['novel']:.1%} of the lines are new, {end['repeated']:.0%} repeat others"
        )
tied = TEXTS["sampled"]["the reader itself"]["tied"]
possible = 100 * np.array(tied["novel"])[:, tied["betas"].index(1.0)].mean()
print(f"the best policy with beta 1.0 writes {possible:.1f}% new lines")
for payer, words in JUDGES.items():
    runs = TEXTS["trained"][payer]
    mixture = points(runs["mixture"]["taste"])
    ahead = {"no tie": points(runs["no tie"]["taste"]).mean(axis=1), "the imitator": mixture[:, 0]}
    said = ", ".join(
        f"{name} by {(mixture.mean(axis=1) - score).mean():.0f}" for name, score in ahead.items()
    )
    rates = [TEXTS["settings"][payer][arm]["learning_rate"] for arm in ("no tie", "mixture")]
    print(
        f"a judge of {words}: the tie is ahead of {said}; learning rates {rates[0]:g} without it, {rates[1]:g} with it"
    )
print(
    "rates tried without a tie:",
    *sorted({setting["learning_rate"] for setting in tuned["no tie"]["settings"]}),
)
show_guess("13-claims")

# %% [markdown]
# **It pays to imitate first (C1), and then to improve (C4).** If the reader itself pays and there is no tie, the head
# start is {{printed: head start of a writer: ([+-]\d+ points \[.+?\]),}} over the first 50,000 steps. It is a gain of
# time: in the end, a writer that starts from nothing reaches {{printed: itself, from nothing: ends at (\d+) points}}
# points, too. A judge of a thousand choices makes the imitator better by
# {{printed: improvement by a thousand choices: ([+-]\d+ points \[.+?\]),}} in the reader's eyes, one of ten thousand
# by {{printed: improvement by ten thousand choices: ([+-]\d+ points \[.+?\]),}}.
#
# **A strong tie stifles invention when the reader itself pays (C11).** If the reader itself pays,
# {{printed: reader itself, no tie: ([\d.]+%)}} of the lines of an untied writer are new. But the writer has found a
# few such lines, and writes them over and over: {{printed: reader itself, no tie: .* (\d+%) repeat}} of its lines had
# been written before. Invention is a strong word for that. With $\beta = 1$,
# {{printed: reader itself, strong tie: ([\d.]+%)}} of the lines are new. If a judge of a thousand choices pays,
# *neither* writes more than a few: {{printed: 1000 choices, no tie: ([\d.]+%)}} without a tie. Perhaps the judge
# stands in the way there, perhaps the slow learning rate that suits an untied writer. These runs do not tell.
#
# **A tie is better than both extremes, but by too little to matter (C12).** Over the whole training, the tie that
# pilot runs chose beats the better extreme, for all three judges PPO without a tie, by
# {{printed: tie for a hundred choices: ([+-]\d+ points)}}, {{printed: tie for a thousand choices: ([+-]\d+ points)}}
# and {{printed: tie for ten thousand choices: ([+-]\d+ points)}}. The rule, fixed before the runs, asks for 10, and
# the intervals lie below that. But this is the first place in the course where such an interval lies above 0. Perhaps
# the difference is so small because a slow learning rate holds a writer back, too: without a tie the pilot runs chose
# {{printed: a judge of a thousand: .*learning rates ([\d.]+) without}} for all three judges, the lowest of those they
# tried. A still lower one might do better.
#
# ## One story
#
# Set the course beside the training of a large language model, line by line:
#
# | in this course | lesson | in the training of a language model |
# |---|---|---|
# | an observation, an action, an episode | 00 | the text so far, the next *token* (a piece of text), an answer |
# | demonstrations, and a clone of them | 02 | *pretraining* on all kinds of text, then *supervised fine-tuning* on answers that people wrote: the same loss |
# | a clone in states that only its own mistakes lead to | 03 | a model that goes on from what it has written itself |
# | DAgger: ask about the learner's own states | 04 | people compare the model's *own* answers, and are asked again when it has changed (here they were asked once) |
# | a reward inferred from behavior | 05 | a *reward model*, inferred from comparisons |
# | a judge that can be fooled, and pays for the wrong thing | 06 | *reward hacking*: answers that the reward model likes, and people do not |
# | PPO, its critic, its advantages | 07 | the same, one reward at the end of each answer |
# | the tie to the clone, KL(policy ‖ clone) | 08 | the same over the whole answer, as a part of the reward |
# | skills that are lost while practicing something else | 08 | the *alignment tax*: skills that the model had, and loses |
# | how much to listen to the teacher, and what that costs | 09 | the weight $\beta$ |
# | a teacher's blind spot | 09 | answers that nobody wrote and nobody compared |
#
# The parallel has its limits. There, a text answers a *prompt*, and the two answers that are compared share the same
# prompt. The clone has seen more text than anybody can read, so it starts out far better than any clone here. The
# people disagree with each other, the reward model is itself a language model, and nobody can look up a true taste.

# %% [markdown]
# ## Quiz
#
# **1. A clone of the corpus writes lines that nobody can tell from it. Can it know which of two good lines people
# prefer?**
#
# <details><summary>A · it cannot: the corpus shows what is written, and not what is preferred</summary>
#
# Yes, it cannot: both lines may be equally frequent. It takes comparisons, or some other sign of what people like, to
# tell them apart.
#
# </details>
# <details><summary>B · it can: good lines are frequent, so the likelihood ranks them as people do, on average</summary>
#
# Frequency shows what is written often. A person may like a rare line best.
#
# </details>
# <details><summary>C · it can, with a larger network</summary>
#
# A larger network learns the corpus better. The corpus does not hold the answer.
#
# </details>

# %% [markdown]
# **2. The learned reward rises all through the training, and the true taste falls. What has happened?**
#
# <details><summary>A · the updates were so large that the policy has fallen apart</summary>
#
# Then the judge would like its lines less, too.
#
# </details>
# <details><summary>B · the writer has found lines that the judge overrates</summary>
#
# Yes. The judge has seen the imitator's lines only. Far from those it guesses, and the writer looks for its most
# flattering guess.
#
# </details>
# <details><summary>C · the judge goes on learning from the writer's lines</summary>
#
# Here the judge is trained once, beforehand. In GAIL (lesson 06) it would go on learning, and that is one of the ways
# out.
#
# </details>

# %% [markdown]
# **3. Which of these does DPO not need?**
#
# <details><summary>A · the choices: it learns from demonstrations alone</summary>
#
# It needs the same choices as the judge does.
#
# </details>
# <details><summary>B · the tie to the reference, and with it one more weight that has to be chosen</summary>
#
# Its $\beta$ *is* the weight of that tie.
#
# </details>
# <details><summary>C · the judge as a network of its own, and all sampling in training</summary>
#
# Yes. The policy's own log-ratio to the reference takes the reward's place, and it is trained on the lines that were
# compared.
#
# </details>

# %% [markdown]
# ## Summary
#
# - A line is an episode, a character an action. Without any change, the functions of lessons 02, 07 and 08 cloned a
#   small language model and improved it.
# - Bradley and Terry's model turns choices into a reward. Its judge gets better with more choices. How well it
#   foresees single answers is limited by their noise.
# - A learned judge is fooled if the writer goes far enough: its reward climbs while the true taste falls. A tie to
#   the imitator, in the reward, keeps the writer near what the judge has seen. With enough choices, stopping in time
#   does, too, if one knows when.
# - PPO, DPO and best of n gain about equally from the same choices. They differ in what they cost.
# - Imitation first, and then RL, held here (C1, C4). A strong tie kept the writer from new lines where the reader
#   itself paid (C11), and a tie between the extremes was better than both, but by too little to matter (C12).
#
# **Words:** *Token*: what a language model writes in one step, here a character. *Supervised fine-tuning (SFT)*:
# behavioral cloning of written answers. *Preference*: which of two lines somebody likes better. *Bradley–Terry
# model*: the log-odds of a preference are the difference of two rewards. *Reward model*: a reward learned from
# preferences. *Over-optimization*: more of the learned reward, and less of what it stands for. *RLHF (RL from human
# feedback)*: clone, learn a reward from people's choices, and improve by RL. *DPO (direct preference optimization)*:
# the same problem without a reward model and without RL. *Best of n*: write n lines, and keep the one that the judge
# likes best.
#
# **Read on:**
#
# - R. A. Bradley, M. E. Terry (1952). Rank Analysis of Incomplete Block Designs: I. The Method of Paired Comparisons.
#   *Biometrika* 39.
# - Z. Karnin, T. Koren, O. Somekh (2013). Almost Optimal Exploration in Multi-Armed Bandits. *ICML*.
# - P. F. Christiano, J. Leike, T. B. Brown, M. Martic, S. Legg, D. Amodei (2017). Deep Reinforcement Learning from
#   Human Preferences. *NIPS*.
# - D. M. Ziegler, N. Stiennon, J. Wu, T. B. Brown, A. Radford, D. Amodei, P. Christiano, G. Irving (2019).
#   Fine-Tuning Language Models from Human Preferences. *arXiv:1909.08593*.
# - N. Stiennon et al. (2020). Learning to Summarize with Human Feedback. *NeurIPS*.
# - L. Ouyang et al. (2022). Training Language Models to Follow Instructions with Human Feedback. *NeurIPS*.
# - L. Gao, J. Schulman, J. Hilton (2023). Scaling Laws for Reward Model Overoptimization. *ICML*.
# - R. Rafailov, A. Sharma, E. Mitchell, C. D. Manning, S. Ermon, C. Finn (2023). Direct Preference Optimization: Your
#   Language Model is Secretly a Reward Model. *NeurIPS*.
#
# **This was the last lesson.** One thing held wherever the course looked: an agent that begins by imitating has a
# head start (C1, in lessons 08, 09 and 11, and here). What it is worth to you depends on what demonstrations, steps
# and crashes cost you: that is lesson 10's map. The next world is yours; [`docs/own_world.md`](../docs/own_world.md)
# says how to bring it in.
