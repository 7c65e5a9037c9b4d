"""Makes `from_0b2daf4/`: what a student in the middle of the course had on disk before the update.

It has to run with the code of that time, so it is no test and runs only once. With a worktree of the commit
0b2daf4 in OLD, and in GRADING a virtual environment with nbgrader 0.9.6 and a kernel for the course (README
of that commit, "Grading"):

    cd OLD && PYTHONPATH=OLD python make.py OLD THE_NEW_FOLDER --grading GRADING
"""

import argparse
import contextlib
import io
import itertools
import json
import linecache
import os
import re
import shutil
import sqlite3
import subprocess
import sys
import tempfile
from collections.abc import Iterable
from pathlib import Path

import nbformat

import ilrl_course
from ilrl_course import claims, games, journal, scripted, sharing  # where they were at that time
from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, WORLDS

Game, SPACE, Recordings = games.Game, games.SPACE, sharing.Recordings
WRONG = {  # exercise -> what a student wrote: one mistake each
    "split_by_episode": """
    order = np.random.default_rng(seed).permutation(len(trajectories))
    num_validation = round(validation_fraction * len(trajectories))
    validation = [trajectories[i] for i in order[:num_validation]]
    training = [trajectories[i] for i in order[num_validation:]]
    return training, validation""",  # with few episodes one part is empty
    "expected_visitation": """
    present = start
    visits = start.copy()
    for action_probs in policy:
        present = (present[:, None] * action_probs).ravel() @ transitions
        visits += present
    return visits""",  # the start counts, too
    "compute_gae": """
    deltas = rewards + gamma * next_values * ~terminated - values
    advantages, advantage = torch.zeros_like(rewards), torch.zeros_like(rewards[0])
    for t in reversed(range(len(rewards))):
        advantage = deltas[t] + gamma * gae_lambda * ~terminated[t] * advantage
        advantages[t] = advantage
    return advantages""",  # the sum runs on through a truncation
}
GRADED = ("00_start_here", "02_behavioral_cloning")
KEYS = {  # (key, frames that it is down or, for Space, that the policy acts): over and over, and soon over
    CARTPOLE.name: [("ArrowRight", 4), ("ArrowLeft", 2)],
    DRIVING.name: [("ArrowUp", 20), ("ArrowLeft", 5)],
    DUNGEON.name: [("ArrowUp", 0), ("ArrowRight", 0), ("ArrowDown", 0), ("ArrowRight", 0)],
}


def main() -> None:
    """Make everything, in a new folder."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawTextHelpFormatter)
    parser.add_argument("old", type=lambda text: Path(text).resolve(), help="the course at its old commit")
    parser.add_argument("folder", type=lambda text: Path(text).resolve(), help="what is made")
    parser.add_argument("--grading", type=lambda text: Path(text).resolve(), help="where nbgrader is")
    options = parser.parse_args()
    if Path(ilrl_course.__file__).resolve().parents[1] != options.old:
        sys.exit(f"This runs {ilrl_course.__file__}: set PYTHONPATH={options.old}")
    folder = options.folder
    folder.mkdir(parents=True)
    os.environ["COURSE_JOURNAL"] = str(folder / "my_work")
    make_notebooks(options.old, folder / "notebooks")
    make_journal(options.old)
    make_recordings(folder)
    make_venv(options.old, folder / "venv")
    write_json(folder / "what_was_said.json", what_check_says(folder / "notebooks"))
    write_json(folder / "what_was_read.json", what_is_read())
    if options.grading:
        make_gradebook(options.old, folder, options.grading)


def write_json(path: Path, content: dict) -> None:
    """A file that can be read by people, too."""
    path.write_text(json.dumps(content, indent=1, ensure_ascii=False) + "\n", encoding="utf-8")


# The notebooks, and what the checks say about them


def make_notebooks(old: Path, folder: Path) -> None:
    """All notebooks, half done: the first half of the exercises is right, three are wrong, the rest blank."""
    folder.mkdir()
    for path in sorted((old / "notebooks").glob("*.ipynb")):
        notebook = nbformat.read(path, as_version=4)
        solution = nbformat.read(old / "solutions" / path.name, as_version=4)
        exercises = [cell for cell in notebook.cells if "exercise" in cell.metadata]
        solved = {cell.id: without_marks(cell.source) for cell in solution.cells}
        for number, cell in enumerate(exercises):
            name = cell.metadata.nbgrader.grade_id
            if name in WRONG:
                head = cell.source.partition("    raise NotImplementedError")[0]
                cell.source = head.rstrip("\n") + WRONG[name]
            elif number < (len(exercises) + 1) // 2:
                cell.source = solved[cell.id]
        nbformat.write(notebook, folder / path.name)


def without_marks(source: str) -> str:
    """A solution as a student would have written it."""
    return "\n".join(line for line in source.splitlines() if " SOLUTION" not in line)


def what_check_says(folder: Path) -> dict[str, dict[str, str]]:
    """For each notebook, what each check prints when the cells before it have run that belong to it."""
    said = {}
    for path in sorted(folder.glob("*.ipynb")):
        cells = [cell for cell in nbformat.read(path, as_version=4).cells if cell.cell_type == "code"]
        names, said[path.stem] = {"__name__": "__main__"}, {}
        for number, cell in enumerate(cells):
            if number and "nbgrader" not in cell.metadata:
                continue
            with contextlib.redirect_stdout(io.StringIO()) as printed:
                run_cell(cell, names)
            if number and cell.metadata.nbgrader.grade:
                said[path.stem][cell.metadata.nbgrader.grade_id] = printed.getvalue()
    return said


def run_cell(cell: nbformat.NotebookNode, names: dict) -> None:
    """Run a cell as a notebook does: the source of what it defines can be looked up."""
    file = f"<cell {cell.id}>"
    linecache.cache[file] = (len(cell.source), None, cell.source.splitlines(keepends=True), file)
    exec(compile(cell.source, file, "exec", dont_inherit=True), names)


# The folder my_work


def make_journal(old: Path) -> None:
    """Predictions for all claims, and the verdicts that the solutions of five lessons hold."""
    answers = itertools.cycle(journal.ANSWERS)
    journal.save_predictions(dict(zip(claims.CLAIMS, answers, strict=False)))
    form = re.compile(r"Verdict (C\d+) (.+?): (.+)\nMeasured: (.+) \((\d+) seeds\)\n")
    for path in sorted((old / "solutions").glob("0[2-6]*.ipynb")):
        outputs = [output for cell in nbformat.read(path, 4).cells for output in cell.get("outputs", [])]
        printed = "".join(output.get("text", "") for output in outputs)
        for claim, outcome, sentence, effect, seeds in form.findall(printed):
            with contextlib.redirect_stdout(io.StringIO()):
                journal.verdict(
                    claim, outcome, sentence, effect=effect, seeds=int(seeds), lesson=path.name[:2]
                )
    effect = "my own: −3 % ± 1 %, après 16 essais"  # none of a lesson, and not in ASCII
    journal.record_verdict("C1", "does not hold here", "a naïve try of mine.", effect, 16)


def make_recordings(folder: Path) -> None:
    """Short games in all worlds: played, corrected, broken off, thrown away, and a classmate's."""
    for number, world in enumerate((CARTPOLE, DRIVING, DUNGEON)):
        shelf, keys = Recordings(world, **world.play_options), KEYS[world.name]
        for seed in range(10, 12 if world is DRIVING else 11):
            game = Game(world, seed, shelf, **world.play_options)
            if world is DUNGEON:  # not soon over: this one finds the treasure
                list(scripted.play_by_script(game, scripted.ScriptedPerson(world, seed), 1))
            press(game, keys)
        pilot = world.make_random_actor(number)
        press(Game(world, number, shelf, pilot=pilot, **world.play_options), [(SPACE, 6), *keys])
    shelf = Recordings(DRIVING, **DRIVING.play_options)
    game = Game(DRIVING, 3, shelf, pilot=DRIVING.make_random_actor(3), **DRIVING.play_options)
    press(game, [(SPACE, 6), *KEYS[DRIVING.name]], num_keys=3)
    game.start()  # the second round of correcting: a game that is not over, but holds corrections
    shelf = Recordings(CARTPOLE, **CARTPOLE.play_options)
    game = Game(CARTPOLE, 20, shelf, **CARTPOLE.play_options)
    press(game, [("ArrowLeft", 30)])
    game.discard_last()
    with tempfile.TemporaryDirectory() as elsewhere:
        theirs = Recordings(CARTPOLE, Path(elsewhere) / "CartPole", **CARTPOLE.play_options)
        press(Game(CARTPOLE, 30, theirs, **CARTPOLE.play_options), KEYS[CARTPOLE.name])
        sharing.export(theirs, folder / "ben.zip", "Ben")
    sharing.pool(shelf, folder / "ben.zip")


def press(game: Game, keys: Iterable[tuple[str, int]], num_keys: int | None = None) -> None:
    """Press these keys over and over until the game is over, or until so many have been pressed."""
    for key, num_frames in itertools.islice(itertools.cycle(keys), num_keys):
        if game.phase == games.OVER:
            return
        game.press(key)
        game.hold([key])  # which says nothing where the key is Space
        for _ in range(num_frames):
            game.advance(1 / 30)
    game.hold([])


def what_is_read() -> dict[str, dict]:
    """What the old code reads in my_work."""
    shelves = {world.name: Recordings(world, **world.play_options) for world in WORLDS.values()}
    return {
        "predictions": journal.load_predictions(),
        "verdicts": journal.load_verdicts(),
        "played": {name: list(map(in_numbers, shelf.load())) for name, shelf in shelves.items()},
        "corrected": {
            name: list(map(in_numbers, shelf.load(corrected=True))) for name, shelf in shelves.items()
        },
    }


def in_numbers(game: sharing.Recording) -> dict:
    """A recorded game as JSON: all that was said about it, and its outcome."""
    lists = {name: getattr(game, name).tolist() for name in ("labels", "labeled")}
    lists |= {name: getattr(game.trajectory, name).tolist() for name in ("actions", "rewards")}
    endings = ("terminated", "truncated", "crashed", "success")
    return (
        {name: getattr(game, name) for name in ("player", "round", "seed", "recorded_at")}
        | {name: getattr(game.trajectory, name) for name in endings}
        | {name: json.dumps(values, separators=(",", ":")) for name, values in lists.items()}
    )


# The folder .venv, but for its packages, and the gradebook


def make_venv(old: Path, folder: Path) -> None:
    """What the set-up left in .venv besides packages: its configuration, and what the stamp is made of."""
    folder.mkdir()
    with tempfile.TemporaryDirectory() as elsewhere:
        venv = Path(elsewhere).resolve() / ".venv"
        subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
        lines = (venv / "pyvenv.cfg").read_text(encoding="utf-8").splitlines()
    folders = {r"^home = .*": "home = /usr/bin", r"= /\S*/python": "= /usr/bin/python"}
    folders |= {r"-m venv .*": "-m venv /srv/course/.venv"}  # none of this machine's
    for pattern, general in folders.items():
        lines = [re.sub(pattern, general, line) for line in lines]
    (folder / "pyvenv.cfg").write_text("\n".join(lines) + "\n", encoding="utf-8")
    for name in ("requirements.txt", "requirements-dev.txt"):
        shutil.copyfile(old / name, folder / name)


def make_gradebook(old: Path, folder: Path, grading: Path) -> None:
    """Hand out two lessons, take them in from a student, grade them, and keep the gradebook."""
    with tempfile.TemporaryDirectory() as desk:
        environment = os.environ | {"COURSE_JOURNAL": f"{desk}/my_work", "PYTHONPATH": str(old)}
        environment["PATH"] = f"{grading / 'bin'}{os.pathsep}{os.environ['PATH']}"  # as if activated
        for name in GRADED:
            for source, target in (
                (old / "solutions" / f"{name}.ipynb", f"source/{name}"),
                (folder / "notebooks" / f"{name}.ipynb", f"submitted/ada/{name}"),
            ):
                Path(desk, target).mkdir(parents=True)
                shutil.copy(source, Path(desk, target))
            for command in (["generate_assignment"], ["autograde", "--Execute.timeout=300"]):
                nbgrader = [str(grading / "bin" / "nbgrader"), command[0], name, *command[1:]]
                subprocess.run(nbgrader, cwd=desk, env=environment, check=True)
        shutil.copy(Path(desk, "gradebook.db"), folder / "gradebook.db")
    with contextlib.closing(sqlite3.connect(folder / "gradebook.db")) as book:
        book.execute("VACUUM")


if __name__ == "__main__":
    main()
