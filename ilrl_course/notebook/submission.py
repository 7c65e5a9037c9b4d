"""`submit(recipe, SEED)`: what a recipe cost and reached, beside the course's own under the same budget."""

import linecache
import os
import traceback
from collections.abc import Callable
from dataclasses import dataclass

from tqdm.auto import tqdm

from ilrl_course.algorithms.recipes import RECIPES, clone_one_drive
from ilrl_course.checks.sources import CannotBeKept, source_of
from ilrl_course.checks.yours import SOLUTION_MARK
from ilrl_course.measures.purse import KINDS
from ilrl_course.measures.rehearsal import is_rehearsal
from ilrl_course.measures.trial import Recipe, Task, Trial, draw_task, reference_returns, score_of, try_recipe
from ilrl_course.notebook import leaderboard
from ilrl_course.play.recordings import YOU, now

YOURS, OURS, BAR = "your recipe", "(the course's recipe)", "(BC on one drive)"
TITLES = ("score", "return", "crash rate", "seconds", "demos", "labels", "steps", "crashes")
WIDTHS = (7, 8, 12, 9, 9, 8, 8, 9)


@dataclass(frozen=True)
class _Submission:
    """All trials of one task, and what chance and the expert get there."""

    task: Task
    trials: dict[str, Trial]
    chance: float
    expert: float

    @property
    def bar(self) -> float:
        """The return to beat."""
        return max(self.chance, self.trials[BAR].mean_return)

    def score(self, name: str) -> float:
        """On which 0 is chance, and 100 the expert on this road."""
        return score_of(self.trials[name], (self.chance, self.expert))

    def table(self) -> str:
        """Recipes and the two ends of the scale, the best first."""
        rows = [(self.expert, _row("the expert", "100", f"{self.expert:.1f}"))]
        rows.append((self.chance, _row("chance", "0", f"{self.chance:.1f}")))
        for name, trial in self.trials.items():
            measured = f"{self.score(name):.0f}", f"{trial.mean_return:.1f}", f"{trial.crash_rate:.0%}"
            spent = (f"{getattr(trial.spent, kind):,}" for kind in KINDS)
            rows.append((trial.mean_return, _row(name, *measured, f"{trial.seconds:.1f}", *spent)))
        rows.sort(key=lambda row: -row[0])
        return "\n".join([_row("", *TITLES), *(text for _, text in rows)])


def _row(name: str, *cells: str) -> str:
    return f"{name:24}" + "".join(cell.rjust(width) for cell, width in zip(cells, WIDTHS, strict=False))


def submit(recipe: Recipe, seed: int, player: str = YOU) -> None:
    """Let a recipe spend the budget of the seed, and print what came of it; that takes about 15 s.

    A recipe of your own that comes to its end is added to your leaderboard, under the name `player`. An error
    in it is told; the stop button stops it. Raises LeaderboardError for a name that cannot stand in a table.
    """
    leaderboard.check_player(player)
    task = draw_task(seed)
    print(f"The task of seed {seed}: {task}.")
    submission = _try_all(recipe, task)
    if submission is None:
        return
    own = submission.trials[YOURS]
    if _is_the_course_s(recipe):
        print(submission.table().replace(f"{YOURS:{len(OURS)}}", OURS, 1))
        print(
            "This was the course's version, so it is not added to your leaderboard. Write and check your own."
        )
        return
    beats = own.mean_return > submission.bar
    print(submission.table())
    print(
        f"{'✅' if beats else '❌'} It kept to the budget. Its return of {own.mean_return:.1f} "
        f"{'beats' if beats else 'does not beat'} the bar of {submission.bar:.1f}, the better of chance and "
        "the clone of one drive."
    )
    if own.refusal:
        print(f"   The purse's last word was: {own.refusal}.")
    print(f"   {_kept(recipe, submission, player)}")


def _try_all(recipe: Recipe, task: Task) -> _Submission | None:
    """The recipe, then the course's; None, and a sentence, where the recipe fails."""
    recipes, trials = {YOURS: recipe, **RECIPES, BAR: clone_one_drive}, {}
    with tqdm(total=len(recipes) + 1, leave=False) as bar:
        for name, each in recipes.items():
            bar.set_description(name)
            try:
                trials[name] = try_recipe(each, task)
            except Exception as error:  # a student may write anything
                if name != YOURS:
                    raise
                print(f"❌ {_said_about(error, recipe)} Nothing is added to the leaderboard.")
                return None
            bar.update()
        bar.set_description("chance and the expert")
        return _Submission(task, trials, *reference_returns(task))


def _kept(recipe: Callable, submission: _Submission, player: str) -> str:
    """Add the recipe's line to the leaderboard, and say so, or say why not."""
    if is_rehearsal() or os.environ.get("NBGRADER_EXECUTION"):
        return "A rehearsal, or a grading: it is not added to the leaderboard."
    own, task = submission.trials[YOURS], submission.task
    line = leaderboard.Line(
        player=player,
        seed=task.seed,
        road=task.road,
        budget=task.budget,
        spent=own.spent,
        score=submission.score(YOURS),
        mean_return=own.mean_return,
        bar=submission.bar,
        crash_rate=own.crash_rate,
        submitted_at=now(),
    )
    path = leaderboard.file_of_yours()
    try:
        leaderboard.add(line)
    except OSError as error:
        return (
            f"It could not be added to {path} ({error}). Is the folder yours to write, and the disk not full?"
        )
    return f"Added to your leaderboard, {path}, under the name {player}."


def _is_the_course_s(recipe: Callable) -> bool:
    if recipe in RECIPES.values():
        return True
    try:
        return SOLUTION_MARK in source_of(recipe)
    except CannotBeKept:
        return False


def _said_about(error: Exception, recipe: Callable) -> str:
    """What was raised, and in which line of the recipe."""
    file = getattr(getattr(recipe, "__code__", None), "co_filename", "")
    lines = [frame.lineno for frame in traceback.extract_tb(error.__traceback__) if frame.filename == file]
    where = f" in line {lines[-1]}, `{linecache.getline(file, lines[-1]).strip()}`" if lines else ""
    return f"The recipe raised {type(error).__name__}{where}: {error}."
