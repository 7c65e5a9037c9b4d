"""A page to print at the end of the course: what this student has written, played, predicted and built."""

import html
from collections.abc import Mapping
from datetime import date

from IPython.display import HTML

from ilrl_course.checks.exercises import LESSON_OF
from ilrl_course.clones import clone_of
from ilrl_course.envs import WORLDS
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.notebook import leaderboard
from ilrl_course.notebook.ledger import calibration, entries
from ilrl_course.play.recordings import YOU, Recordings
from ilrl_course.storage import answers
from ilrl_course.storage.files import write_atomically
from ilrl_course.storage.my_work import folder

LOOK = """
body { font: 12pt/1.5 Georgia, serif; color: #222; background: #fff; margin: 2cm auto; max-width: 17cm }
h1 { font-size: 22pt; font-weight: normal; margin: 0 0 .3cm }
h2 { font-size: 30pt; font-weight: normal; color: #0072B2; margin: 0 0 .8cm; overflow-wrap: anywhere }
dt { font-weight: bold; margin-top: .5cm } dd { margin: 0 }
footer { margin-top: 1.5cm; color: #555; font-size: 10pt }
@page { size: A4; margin: 1.5cm }
"""
CLONE_SEED, NUM_EPISODES = 0, 100
HOW = "What is said here was read from this student's own folder. It is no proof of identity."


def certificate(name: str) -> HTML:
    """Write `my_work/certificate.html`, a page to print, and say where it is.

    It lists exercises that passed, recorded games and what their clones are worth, the best recipe, and
    predictions.
    """
    if not isinstance(name, str) or not name.strip() or not name.isprintable():
        raise ValueError(f"the name is {name!r}: type yours, in one line, as it is to stand on the page")
    said = {
        "Exercises": exercises_passed(),
        "Your games": games_recorded(),
        "Your clones": clones_of_games(),
        "Your recipe": best_recipe(),
        "Your predictions": calibration(entries()),
    }
    path = folder() / "certificate.html"
    write_atomically(path, page(name.strip(), said, date.today()))
    short = html.escape(f"{folder().name}/{path.name}")
    where = f"Written: <code>{short}</code>. Open it in a browser, and print it there."
    return HTML(f"<p>{where}</p>{_listed(said)}")


def page(name: str, said: Mapping[str, str], day: date) -> str:
    """The page as HTML, which needs nothing else."""
    return (
        f"<!DOCTYPE html><html lang='en'><head><meta charset='utf-8'><title>Certificate</title>"
        f"<style>{LOOK}</style></head><body><h1>What is the role of imitation learning in reinforcement "
        f"learning?</h1><h2>{html.escape(name)}</h2>{_listed(said)}"
        f"<footer>{day.isoformat()} · {HOW}</footer></body></html>"
    )


def _listed(said: Mapping[str, str]) -> str:
    rows = (f"<dt>{html.escape(title)}</dt><dd>{html.escape(text)}</dd>" for title, text in said.items())
    return f"<dl>{''.join(rows)}</dl>"


def exercises_passed() -> str:
    """How many exercises this student's own answers have passed on this computer, by lesson."""
    passed = [name for name in LESSON_OF if _is_kept(name)]
    lessons = sorted({LESSON_OF[name].removeprefix("lesson_") for name in passed})
    where = f", in lesson{'s' * (len(lessons) > 1)} {', '.join(lessons)}" if lessons else ""
    return f"{len(passed)} of {len(LESSON_OF)} passed{where}."


def _is_kept(name: str) -> bool:
    try:
        return bool(answers.read(name))
    except (OSError, answers.SealError):
        return False


def games_recorded() -> str:
    """How many games and corrections this student has recorded in each world."""
    counts = []
    for world in WORLDS.values():
        shelf = Recordings(world, **world.play_options)
        played, corrected = len(shelf.load(YOU)), len(shelf.load(YOU, corrected=True))
        if played or corrected:
            counts.append(f"{world.name}: {played} played, {corrected} corrected")
    return "; ".join(counts) + "." if counts else "None recorded on this computer."


def clones_of_games() -> str:
    """Beside the mean of this student's games in each world: what a clone of them gets in fresh episodes."""
    found = []
    for world in WORLDS.values():
        games = Recordings(world, **world.play_options).load(YOU)
        if games:
            clone = clone_of(world, [game.steps() for game in games], CLONE_SEED)
            outcome = evaluate(clone.act, world.env_id, NUM_EPISODES, CLONE_SEED, **world.test_options)
            played = sum(game.trajectory.total_reward for game in games) / len(games)
            found.append(f"{world.name}: {outcome.mean_return:.1f} where you got {played:.1f}")
    return f"Mean returns. {'; '.join(found)}." if found else "None: there are no games to learn from."


def best_recipe() -> str:
    """The best of this student's recipes, of all budgets."""
    lines = leaderboard.yours()
    if not lines:
        return "None submitted."
    best = max(lines, key=lambda line: line.score)
    return (
        f"{best.score:.0f} points, where chance gets 0 and the expert 100, on {best.road} "
        f"(seed {best.seed}), for {best.spent}. Tries in all: {len(lines)}."
    )
