"""Lesson 09: 800 dungeons, with recorded games and without; who is fast, and who finds the secret passage.

Every arm has the settings that `dungeon_pilot` found best for it. Episodes that start on recorded routes are
PPO without games otherwise, and have its settings.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.envs import DUNGEON
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.notebook.claims import plan
from ilrl_course.storage.files import load_results

PILOT = load_script(Path(__file__).parent, "dungeon_pilot")

SEEDS = list(plan("blindness after PPO").seeds)
EARLY = 50_000  # env steps
WORLDS = ("open", "walled up")
STARTS = {
    "starts on routes of the expert": PILOT.Arm("expert", 100, "start"),
    "starts on human-like routes": PILOT.Arm("human-like", 100, "start"),
}
PLAYERS = ("expert", "human-like")


def arms_of(place: str) -> dict:
    """All arms of a place and their settings, by name."""
    settings = {
        name: PILOT.Setting(**found["chosen"])
        for name, found in load_results("dungeon_pilot")["places"][place].items()
    }
    arms = {"no games": PILOT.NOBODY} | PILOT.CLONES
    for teacher in PILOT.TEACHERS:
        ways = ("followed", "mixed")
        arms |= {f"{teacher}, {way}": PILOT.taught(place, teacher) for way in ways}
    found = {name: (arms[name], setting) for name, setting in settings.items()}
    if place in WORLDS:
        found |= {name: (arm, settings["no games"]) for name, arm in STARTS.items()}
    return found


def learn(seed: int, arm, setting, place: str) -> list[dict[str, float]]:
    """One training; its examinations."""
    return PILOT.learn(seed, arm, setting, place)


def reference(seed: int, place: str) -> dict[str, float]:
    """What the players and chance get in the test dungeons: mean returns."""
    _, layouts = PILOT.PLACES[place].layouts(seed)
    actors = {kind: PILOT.player(kind, seed) for kind in PLAYERS}
    actors["chance"] = DUNGEON.make_random_actor(seed)
    return {name: examine_games(actor, seed, 200, **layouts)["return"] for name, actor in actors.items()}


def columns(runs: list[list[dict[str, float]]]) -> dict[str, list]:
    """From rows of each seed to one table (seeds, examinations) for each quantity."""
    return {name: np.round([[row[name] for row in run] for run in runs], 4).tolist() for name in runs[0][0]}


def table(runs: list[dict[str, float]]) -> dict[str, list]:
    """From one row of each seed to one column (seeds,) for each quantity."""
    return {name: np.round([run[name] for run in runs], 4).tolist() for name in runs[0]}


def normalized(returns: list, reference: dict[str, list], top: str) -> np.ndarray:
    """Scores (seeds, examinations): 0 is chance, 100 this player, by their means."""
    low, high = (np.mean(reference[name]) for name in ("chance", top))
    return 100 * (np.array(returns) - low) / (high - low)


def compared(trained: dict, reference: dict) -> dict[str, tuple[np.ndarray, np.ndarray]]:
    """More and less (seeds,) of the planned comparisons."""
    found, added = {}, {}
    for world in WORLDS:
        runs = trained[world]
        early = int(np.sum(np.array(runs["no games"]["env_steps"])[0] <= EARLY))
        score = {name: normalized(run["return"], reference[world], "expert") for name, run in runs.items()}
        level = {
            name: np.minimum(normalized(run["return"], reference[world], "human-like"), 100).mean(axis=1)
            for name, run in runs.items()
        }
        deaths = {name: last(run, "crashes") for name, run in runs.items()}
        cloned, alike = "100 games", "100 human-like games"
        player = normalized(np.array(reference[world]["human-like"])[:, None], reference[world], "expert")
        added[world] = score[cloned].mean(axis=1) - score["no games"].mean(axis=1)
        found |= {
            f"head start, passage {world}": tuple(
                score[arm][:, :early].mean(axis=1) for arm in (cloned, "no games")
            ),
            f"slips after PPO, passage {world}": (score[alike][:, -1], player[:, 0]),
            f"speed, passage {world}": tuple(score[arm].mean(axis=1) for arm in (cloned, "no games")),
            f"deaths, passage {world}": (deaths["no games"], deaths[cloned]),
            f"as good as the player, passage {world}": (level[alike], level["no games"]),
        }
    found["help where chance hardly ever wins"] = added["walled up"], added["open"]
    ended = (trained["open"][name] for name in ("100 human-like games", "no games"))
    found["blindness after PPO"] = tuple(
        1 - last(run, "passage") / np.maximum(last(run, "success"), 0.005) for run in ended
    )
    return found | compared_by_ear(trained["open"], reference["open"], "open", "many layouts")


def last(run: dict[str, list], column: str) -> np.ndarray:
    """The last examination (seeds,)."""
    return np.array(run[column])[:, -1]


def compared_by_ear(runs: dict, reference: dict, place: str, layouts: str) -> dict[str, tuple]:
    """More and less (seeds,) of the planned comparisons about teachers that are heard."""
    whole = {name: normalized(run["return"], reference, "expert").mean(axis=1) for name, run in runs.items()}
    found = {
        f"invention on {layouts}": tuple(
            last(runs[name], "passage") for name in ("no games", "cautious, followed")
        )
    }
    for teacher in PILOT.TEACHERS:
        end = load_results("dungeon_pilot")["places"][place][f"{teacher}, mixed"]["to beat"]
        end = f"{teacher}, followed" if end == "followed" else end
        found[f"{teacher} teacher, {layouts}"] = whole[f"{teacher}, mixed"], whole[end]
    return found


def run() -> dict:
    """Every examination of every run, (seeds, examinations), by world and arm; the planned comparisons."""
    trained = {
        world: {
            name: columns(run_seeds(learn, SEEDS, arm=arm, setting=setting, place=world))
            for name, (arm, setting) in arms_of(world).items()
        }
        for world in WORLDS
    }
    references = {world: table(run_seeds(reference, SEEDS, place=world)) for world in WORLDS}
    arms = {name: plan(name).recorded(*both) for name, both in compared(trained, references).items()}
    return {"seeds": SEEDS, "reference": references, "trained": trained, "arms": arms}
