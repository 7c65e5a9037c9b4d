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
# # 10 · The answer
#
# **What is the role of imitation learning in reinforcement learning?** You have written the methods and seen the
# claims tested one by one. Now everything meets on one scoreboard: all methods, all three worlds, and everything that
# each of them costs. You will see that no method is the best. Which one to take depends on what things cost *you*,
# and that dependence can be drawn as a map. The map is the answer.
#
# | | |
# |---|---|
# | **You will be able to** | read a scoreboard that counts costs; say which method to start with, given prices; build a recipe of your own under a budget; judge your predictions of lesson 00; state the answer in a page, with its evidence and its limits |
# | **Time** | 90 minutes |
# | **You need** | lessons 02 to 09; your own answers to their exercises, as far as you have them |

# %% [markdown]
# ## The ledger
#
# In lesson 00 you said what you believe about twelve claims. Here is what was measured. A claim has several rows
# where it was tested in several lessons, or has several parts. *Taken together* says *holds* only if all of its rows
# hold.

# %%
ledger = entries()
ledger_table(ledger)

# %%
print(calibration(ledger))

# %% [markdown]
# To be right more often than somebody who gives the same answer to everything is harder than it sounds. And the
# opposite of knowing is not to be wrong but to be sure: look at the claims that you were sure about and wrong. What
# did you have in mind, and in which of the worlds would it have been true?
#
# ### What was not tested
#
# - **People.** Nobody has played for the recorded runs but scripts. C10 is about people, so it stays open. Your own
#   games (lesson 09) say something about you.
# - **Pixels, large networks, real machines.** All worlds hand out a few dozen numbers. A clone that must first learn to see
#   needs far more demonstrations, and pre-training may matter more than anything here.
# - **Danger as a cause.** Lesson 09 changed how hard it is to find a reward by chance, and nothing else. Nobody has changed
#   how dangerous a world is, and nothing else.
# - **Methods after 2018**, such as off-policy learning from demonstrations and offline RL (lesson 08 names them), and
#   policies that can represent many right ways.
# - **Demonstrators who adapt**, learn, get tired or disagree with each other.
#
# ### What would change our mind
#
# A comparison from `claims.py` that comes out otherwise on fresh seeds; a setting outside our twelve, found by the same rule for
# every arm, that turns a verdict around; or a world that we did not build, in which the same comparison points the other way. If you
# find one, the course wants to know.

# %% [markdown]
# ## Where the famous systems stand
#
# The map has its counterpart in the history of the field. What decided was each time what could be had, and what it cost.
#
# | system | demonstrations | then reinforcement learning? | what was found |
# |---|---|---|---|
# | TD-Gammon (Tesauro 1995) | none | all of it, against itself | backgammon near the level of the best people. A simulator of the rules costs nothing, and chance shows every position |
# | AlphaGo (Silver et al. 2016) | 160,000 games of people | yes, against itself, and search | the policy after RL beat its imitator in more than 80 % of the games; inside the search the *imitator* proposed better moves |
# | AlphaGo Zero (Silver et al. 2017) | none | all of it | beat the AlphaGo that had beaten Lee Sedol by 100 to 0. The imitator had the head start, and was overtaken within a day |
# | DQfD (Hester et al. 2018) | one person, 3 to 12 games of each of 42 Atari games | yes | ahead of learning without recordings in the first million steps in 41 games; better than its best recording in 14 |
# | AlphaStar (Vinyals et al. 2019) | 971,000 recorded games | yes; the recordings are listened to all the time | the imitator alone ranked above 84 % of the players, the final agent above 99.8 % |
# | OpenAI Five (Berner et al. 2019) | none | all of it, for ten months | beat the world champions of Dota 2, in a restricted version of the game |
# | VPT, Minecraft (Baker et al. 2022) | 70,000 hours of video | yes, near the imitator | made diamond pickaxes; from nothing, RL found next to no reward |
# | Gran Turismo Sophy (Wurman et al. 2022) | none | all of it, in the game | lost to four of the best drivers in July 2021, and won in October |
# | helicopter aerobatics (Abbeel, Coates and Ng 2010) | some flights of an expert | control with a learned model | as well as the pilot, and often better |
# | DAPG, a robot's hand (Rajeswaran et al. 2018) | 25 for each task | yes, in simulation | a few hours of (simulated) experience instead of far more |
# | driving at Waymo (Lu et al. 2023) | 100,000 miles | yes, together with imitation | failures in the hardest scenes fell by 38 % |
# | ALOHA with action chunks (Zhao et al. 2023) | 50 of most tasks | none | between 20 % and 96 % success, depending on the task |
# | routes in Google Maps (Barnes et al. 2024) | 110 million routes | none; a reward is inferred, and planned with | routes that agree with what people drove 16 to 24 % more often than those of the former model |
# | InstructGPT (Ouyang et al. 2022) | 13,000 answers | yes, on a reward learned from 33,000 rankings | people preferred it to a model a hundred times its size |
# | DeepSeek-R1-Zero (Guo et al. 2025) | none of worked solutions; its base model had read what people write | all of it, where answers can be checked | from 16 % to 78 % of a mathematics contest; hard to read, which demonstrations then mended |
#
# Three patterns. Where a simulator is cheap and chance finds the reward, the record is held by systems without
# demonstrations. Where chance finds nothing, those with demonstrations are the only ones that got anywhere. And where a mistake
# hurts, or no reward can be written down, demonstrations are nearly all there is.
#
# **Industry and medicine.** The article that named the claims of this course also names industrial automation and robots in
# healthcare. There the honest answer is short. A tokamak's plasma has been held in shape by a policy from a simulator, without
# demonstrations (Degrave et al. 2022), on a research machine. A surgical robot has learned from 500 demonstrations to tie a knot, in 18
# of 20 trials, on a pad in the laboratory (Kim et al. 2024). And a policy for treating sepsis that was learned from records looked
# better than the doctors (Komorowski et al. 2018), *as estimated from the same kind of records*: nobody was
# treated by it, and how far such estimates can be trusted is disputed (Gottesman et al. 2019; Jeter et al. 2019). Where trying out is
# forbidden, nothing in this course replaces a trial.

# %% [markdown]
# ## Quiz
#
# **1. On the map, a method wins in a small region between two large ones, and the region is drawn as uncertain. What follows?**
#
# <details><summary>A · it is the best choice exactly there</summary>
#
# Only for these sixteen seeds. With others the region may be gone.
#
# </details>
# <details><summary>B · its neighbors cost about the same there</summary>
#
# Yes. At a border two methods cost the same, by definition, so near it chance decides which one wins. There it hardly matters which you take.
#
# </details>
# <details><summary>C · the method does not reach the score reliably</summary>
#
# Then it would not have been in the competition: at least 80 % of its runs have to arrive.
#
# </details>

# %% [markdown]
# **2. A plan reaches the wanted score in 12 of 16 runs, at a tenth of the price of all others. Why does the map not show it?**
#
# <details><summary>A · because its median cost is infinite</summary>
#
# It is not: half of the runs decide the median, and three quarters arrive.
#
# </details>
# <details><summary>B · because the map is about cost alone, and this plan is cheap</summary>
#
# Cheap plans are what it shows, if they are reliable.
#
# </details>
# <details><summary>C · because 12 of 16 is less than 80 %</summary>
#
# Yes. It is a choice, and one could make another: whoever can afford to try twice may want the cheap plan.
#
# </details>

# %% [markdown]
# **3. What would be evidence against this course's answer?**
#
# <details><summary>A · the planned comparisons, on fresh seeds or in other worlds, coming out otherwise</summary>
#
# Yes. They are written down, with the sizes that matter, so that anybody can try.
#
# </details>
# <details><summary>B · a single run in which imitation did harm although its verdict says that it helps</summary>
#
# Single runs of nearly every arm went against the mean. That is why there are many.
#
# </details>
# <details><summary>C · a famous system that worked without demonstrations</summary>
#
# Several did, and the map says where to expect that.
#
# </details>

# %% [markdown]
# ## Your certificate
#
# A page to print, with what you have written, played, predicted and built.

# %%
NAME = "Your name"
certificate(NAME)
