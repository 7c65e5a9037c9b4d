"""Lesson 13: a language model learns from the choices of a scripted reader; all planned comparisons.

Every arm has the setting that `text_pilot` found best for it. The record holds

- "points": the reader's taste of random characters (0 points) and of the corpus (100 points);
- "settings" of each training, and "looks": env steps at the examinations of a training by PPO, shares of
  the updates at those of DPO;
- "trained": who pays -> arm -> quantity -> (seeds, examinations). The quantities: the reader's "taste" of the
  lines, the "reward" that they get, the "win_rate" (how often the reader prefers one to a line of the
  imitator), the share of "novel" lines, which please more than any line of the corpus; "kl" KL(policy ||
  imitator) and "forward_kl" KL(imitator || policy) in nats a line; "perplexity" on held-out lines; the shares
  of "repeated" lines (which stand among the first 500 already) and of "degenerate" ones (empty, endless or
  stuttering); "length"; "lines" that were written for the training until then; "seconds". The first
  examination is that of the imitator, or of the untrained policy;
- "sampled": who pays -> "best of n" -> quantity -> (seeds, n), with "n" and the "chosen" n beside them; and
  "tied" -> quantity -> (seeds, betas), with "betas" beside them: what the best policy under a tie writes;
- "judges": quantity -> (seeds, numbers of choices), with "choices" beside them; and the mean and the
  deviation of the reader's taste of the imitator's lines, (seeds,), which turn it into the judges' unit;
- "arms": both arms of each planned comparison.

For N choices, 2 N lines were written before any training. Who pays is a judge of 100, 1,000 or 10,000
choices, or a control: the reader itself, a judge whose 1,000 answers were shuffled, nobody. Of the arms by
PPO, those named "beta ..." differ in the tie alone, and have the rate and the blocks of the pilot's best tie
at the end, which is "PPO"; "mixture", "no tie" and "from nothing" have the settings that are best over the
whole training, and those whose names say "at the end" have the best ones for the end.

What would explain the effects away, and what is recorded against it. An improvement that needs no choices:
PPO, DPO and best-of-n with shuffled answers, PPO that nobody pays. Lines that please only because they are
short: "length". A tie that is only slow: "tied" says what the best policy under it would write. A tie that
does no more than a low rate would: "no tie" is tuned as often, and low rates are among its settings. A
missing tie that is harmful in itself: where the reader itself pays, there is none either. A head start that
is due to the judge, which knows the imitator's lines only: there, the reader itself pays.

Measured on one core (CPU time): a training by PPO takes 6 s with its examinations, one by DPO 4 s, what a
run begins with (imitator, choices, judge) 6 s and, with 10,000 choices, twice that; 16 seeds with at most 32
trainings by PPO and 4 by DPO each, 80 minutes in all. A shard is a seed with all trainings that one payer
pays for, 70 s at most: they share their imitator, choices and judge.
"""

from dataclasses import asdict, replace
from pathlib import Path

import numpy as np
import torch

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.preferences import Pairs, agreement_with, learned_return
from ilrl_course.envs.text.alphabet import lines_of
from ilrl_course.envs.text.tastes import melodious
from ilrl_course.notebook.claims import plan
from ilrl_course.play.choices import pairs_of
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "text_pilot")
SAMPLING, TRAINING, BEGINNINGS = PILOT.SAMPLING, PILOT.TRAINING, PILOT.BEGINNINGS
Judge, Tied, Direct, READER = PILOT.Judge, PILOT.Tied, PILOT.Direct, PILOT.READER

SEEDS = list(plan("invention, paid by the reader").seeds)
BETAS = (0.0, 0.03, 0.1, 0.3, 1.0, 3.0)
CONTROLLED = "1000 choices"
SHUFFLED, NOBODY = "shuffled choices", "nobody"
EARLY = 50_000  # env steps
NUM_NEW_PAIRS = 1000
IN_WORDS = {"100 choices": "a hundred", "1000 choices": "a thousand", "10000 choices": "ten thousand"}


def arms_of(tuned: dict) -> dict[str, dict]:
    """By who pays: the setting of each arm, from what the pilot tuned."""

    def best(payer: str, arm: str, by: str):
        kind = Direct if arm == "DPO" else Tied
        return kind(**tuned[payer][arm][by]["chosen"])

    arms = {}
    for payer in PILOT.NUMBERS_OF_CHOICES:
        ppo = best(payer, "tie", "end")
        arms[payer] = {f"beta {beta}": Tied(beta, ppo.learning_rate, ppo.num_steps) for beta in BETAS}
        arms[payer] |= {"PPO": ppo, "mixture": best(payer, "tie", "whole")}
        arms[payer] |= {"no tie": best(payer, "no tie", "whole"), "DPO": best(payer, "DPO", "end")}
    for payer in (CONTROLLED, READER):
        at_end = {f"{arm} at the end": best(payer, arm, "end") for arm in ("no tie", "strong tie")}
        arms[payer] = arms.get(payer, {}) | at_end
    arms[READER] |= {arm: best(READER, arm, "whole") for arm in ("no tie", "from nothing")}
    arms[SHUFFLED] = {arm: arms[CONTROLLED][arm] for arm in ("PPO", "DPO")}
    arms[NOBODY] = {"PPO": arms[CONTROLLED]["PPO"]}
    return arms


def all_judges() -> dict[str, Judge]:
    """Those who pay, by name, with the controls."""
    learned = PILOT.judges()
    controls = {SHUFFLED: replace(learned[CONTROLLED], is_shuffled=True), NOBODY: Judge(is_mute=True)}
    return learned | controls | {READER: Judge()}


def trained(arms: dict[str, dict]) -> dict[str, dict]:
    """Every examination of every run, by who pays, arm and quantity; equal settings share their runs."""
    judges, found = all_judges(), {}
    for payer, settings in arms.items():
        different = tuple(dict.fromkeys(settings.values()))
        runs = run_seeds(TRAINING.learn, SEEDS, judge=judges[payer], settings=different)
        tables = {one: TRAINING.columns([run[i] for run in runs]) for i, one in enumerate(different)}
        found[payer] = {arm: tables[setting] for arm, setting in settings.items()}
    return found


def judged(seed: int) -> dict[str, list[float]]:
    """How well judges foresee the reader's choices between new lines, by the number of choices they saw."""
    imitator = BEGINNINGS.imitate(seed)
    all_pairs = pairs_of(BEGINNINGS.ask(imitator, BEGINNINGS.NUM_ASKED, seed, "choices"))
    asked = BEGINNINGS.ask(imitator, NUM_NEW_PAIRS, seed, "new choices")
    new = pairs_of(asked)
    lead = melodious([c.first for c in asked]) - melodious([c.second for c in asked])  # (pairs,)
    found = {name: [] for name in ("agreement", "agreement of a shuffled one", "correlation")}
    for number, tuned in BEGINNINGS.tuned_judges().items():
        pairs = all_pairs[:number]
        judge = BEGINNINGS.learn_reward(pairs, tuned.learning, seed)
        shuffled = BEGINNINGS.learn_reward(BEGINNINGS.shuffled(pairs, seed), tuned.learning, seed)
        found["agreement"].append(agreement_with(judge, new))
        found["agreement of a shuffled one"].append(agreement_with(shuffled, new))
        found["correlation"].append(correlation(judge, new, lead))
    agrees = np.where(lead == 0, 0.5, (lead > 0) == new.prefers_first.numpy())
    known = melodious(lines_of(BEGINNINGS.known_lines(imitator, seed)))
    return found | {
        "agreement of the reader's taste": float(agrees.mean()),
        "mean taste of the imitator": float(known.mean()),
        "deviation of its taste": float(known.std()),
    }


@torch.no_grad()
def correlation(judge, pairs: Pairs, lead: np.ndarray) -> float:
    """Of the judge's leads with the reader's, over pairs."""
    learned = learned_return(judge, pairs.first) - learned_return(judge, pairs.second)
    return float(np.corrcoef(learned.numpy(), lead)[0, 1])


def sampled(numbers_chosen: dict[str, int]) -> dict[str, dict]:
    """The best of n, and the best that ties allow, by who pays."""
    betas = BETAS[1:]
    found = {}
    for payer, judge in all_judges().items():
        if payer == NOBODY:
            continue
        runs = run_seeds(SAMPLING.sampled, SEEDS, judge=judge, numbers=PILOT.NUMBERS, betas=betas)
        found[payer] = {
            kind: {name: np.round([run[kind][name] for run in runs], 4).tolist() for name in runs[0][kind]}
            for kind in runs[0]
        }
        found[payer]["best of n"]["n"], found[payer]["tied"]["betas"] = PILOT.NUMBERS, betas
        if payer in numbers_chosen:
            found[payer]["best of n"]["chosen"] = numbers_chosen[payer]
    return found


def compared(trained: dict[str, dict], to_beat: dict[str, str]) -> dict[str, tuple]:
    """More and less (seeds,) of every planned comparison."""

    def scores(payer: str, arm: str) -> np.ndarray:
        return BEGINNINGS.points(trained[payer][arm]["taste"])  # (seeds, examinations)

    num_early = EARLY // TRAINING.EVERY + 1
    starts = (scores(READER, arm)[:, :num_early].mean(axis=1) for arm in ("no tie", "from nothing"))
    found = {"head start of a writer": tuple(starts)}
    for payer, name in {READER: "the reader", CONTROLLED: "a thousand choices"}.items():
        novel = (trained[payer][f"{tie} at the end"]["novel"] for tie in ("no tie", "strong tie"))
        found[f"invention, paid by {name}"] = tuple(np.array(values)[:, -1] for values in novel)
    for payer in ("1000 choices", "10000 choices"):
        improved = scores(payer, "PPO")
        found[f"improvement by {IN_WORDS[payer]} choices"] = improved[:, -1], improved[:, 0]
    for payer, words in IN_WORDS.items():
        mixture = scores(payer, "mixture")
        free = scores(payer, "no tie").mean(axis=1)
        end = free if to_beat[payer] == "no tie" else mixture[:, 0]
        found[f"tie for {words} choices"] = mixture.mean(axis=1), end
    return found


def run() -> dict:
    """See above."""
    pilot = load_results("text_pilot")
    arms = arms_of(pilot["arms tuned"])
    runs = trained(arms)
    chosen = {payer: best["chosen"] for payer, best in pilot["best of n"].items()}
    judges = run_seeds(judged, SEEDS)
    looks = np.arange(TRAINING.NUM_LOOKS + 1)
    return {
        "seeds": SEEDS,
        "points": BEGINNINGS.anchors(),
        "settings": {p: {arm: asdict(setting) for arm, setting in own.items()} for p, own in arms.items()},
        "looks": {"PPO": (looks * TRAINING.EVERY).tolist(), "DPO, share": (looks / looks[-1]).tolist()},
        "trained": runs,
        "sampled": sampled(chosen),
        "judges": {name: np.round([run[name] for run in judges], 4).tolist() for name in judges[0]}
        | {"choices": list(BEGINNINGS.tuned_judges())},
        "to beat": pilot["to beat"],
        "arms": {name: plan(name).recorded(*both) for name, both in compared(runs, pilot["to beat"]).items()},
    }
