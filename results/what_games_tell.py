"""Lesson 05: what the cautious demonstrator's games tell about its prices, and what comparisons tell instead.

An exploration beside `inferred_reward`, with the same seeds, layouts and games, and the weights found there.
Its prices are known: 1 for a step, 4 more beside lava, 100 in lava, 400 for the passage.
"""

from pathlib import Path

import numpy as np

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.maxent_irl import (
    MaxEntConfig,
    fit_preferences,
    sample_paths,
    side_by_side,
    soft_value_iteration,
    train_maxent_irl,
)
from ilrl_course.envs.dungeon.rules import MAX_STEPS
from ilrl_course.envs.dungeon.tabular import FEATURE_NAMES, TabularDungeon, tabular_dungeon
from ilrl_course.measures.dungeon_wishes import feature_planner, value_iteration, wishes_met
from ilrl_course.measures.seeds import by_name
from ilrl_course.rollout import derive_seed
from ilrl_course.storage.files import load_results

PLANNED = load_script(Path(__file__).parent, "inferred_reward")

SEEDS = PLANNED.SEEDS
FRESH = list(range(2000, 2024))  # for comparisons, whose learner was chosen by a look at seed 1000
SPREADS = (1, 5)  # layouts that the games are spread over
L2_COEFS = (1e-7, 1e-5, 1e-3)
COMPARISONS = (20, 100, 500, 2000, 8000)
PRICES = {"step": -1.0, "near_lava": -4.0, "lava": -100.0, "passage": -400.0}
UNWISE = {"step": -1.7, "lava": -5.0, "treasure": 5.0}  # nats: a soft learner that often dies
RANGE = np.arange(0, 12.25, 0.25)  # prices of near_lava that are tried, in steps


def weights_of(prices: dict[str, float]) -> np.ndarray:
    """The weights (F,)."""
    return np.array([prices.get(name, 0.0) for name in FEATURE_NAMES])


def shown(seed: int, num_layouts: int) -> tuple[list[TabularDungeon], list[list[np.ndarray]]]:
    """The layouts, and the demonstrator's games there as paths of states: those of the planned comparison."""
    rng = np.random.default_rng(derive_seed(seed, "layouts"))
    layouts = rng.choice(PLANNED.NUM_LAYOUTS, num_layouts, replace=False).tolist()
    tables = [tabular_dungeon(layout, random_start=True) for layout in layouts]
    games = [PLANNED.play("biased", layout, PLANNED.NUM_GAMES // num_layouts, seed) for layout in layouts]
    return tables, [[table.path(game) for game in own] for table, own in zip(tables, games, strict=True)]


def cost(weights: np.ndarray, layout: int) -> tuple[float, float]:
    """What the game of a planner for these weights costs by the true prices, and the least it could cost."""
    table, prices = tabular_dungeon(layout), weights_of(PRICES)
    actions = value_iteration(table, weights)[0].argmax(axis=1)  # (S,)
    state, spent = int(table.start.argmax()), 0.0
    for _ in range(MAX_STEPS):
        state = table.transitions[[4 * state + actions[state]]].indices[0]
        spent -= table.features[state] @ prices
        if table.terminal[state]:
            break
    return spent, -table.start @ value_iteration(table, prices + weights_of({"treasure": 1000.0}))[1] + 1000


def costs(weights: np.ndarray) -> dict[str, float]:
    """On the new layouts: the mean cost of a game, the share that cost no more than they must, the least."""
    spent, least = np.transpose([cost(weights, layout) for layout in PLANNED.NEW_LAYOUTS])
    return {"cost": spent.mean(), "best": float((spent < least + 1e-6).mean()), "least": least.mean()}


def never_shown(tables: list[TabularDungeon], paths: list[list[np.ndarray]]) -> np.ndarray:
    """The world's own reward, and a ban on every feature that no game shows: weights (F,)."""
    gathered = sum(t.features[path[1:]].sum(0) for t, own in zip(tables, paths, strict=True) for path in own)
    return PLANNED.OWN_REWARD - 1000.0 * (gathered == 0)


def as_wished(weights: np.ndarray, seed: int) -> float:
    """The share of games on new layouts that go as wished."""
    new = {"first_layout": PLANNED.NEW_LAYOUTS[0], "num_layouts": len(PLANNED.NEW_LAYOUTS)}
    return wishes_met(feature_planner(weights, PLANNED.NEW_LAYOUTS), seed, **new)["as_wished"]


def fitting_prices(tables: list[TabularDungeon], paths: list[list[np.ndarray]]) -> list[float]:
    """The lowest and the highest price of near_lava by which all games are best, the others being true."""
    fitting = []
    for price in RANGE:
        weights = weights_of(PRICES | {"near_lava": -price, "treasure": 1000.0})
        lost = [
            value_iteration(table, weights)[1][path[0]] - (table.features[path[1:]] @ weights).sum()
            for table, own in zip(tables, paths, strict=True)
            for path in own
        ]
        fitting += [price] if max(lost) < 1e-6 else []
    return [min(fitting), max(fitting)]


def examine(seed: int, num_layouts: int) -> dict[str, list[float]]:
    """Costs of the inferred reward and of two rules; prices that fit; and what the penalty changes."""
    tables, paths = shown(seed, num_layouts)
    weights = np.array(
        load_results("inferred_reward")["found"][str(num_layouts)]["weights"][SEEDS.index(seed)]
    )
    banned = never_shown(tables, paths)
    arms = {"inferred reward": weights, "never shown": banned, "world's own reward": PLANNED.OWN_REWARD}
    found = {name: list(costs(one).values()) for name, one in arms.items()}
    penalties = []
    for l2_coef in L2_COEFS:
        again = np.zeros(len(FEATURE_NAMES))
        for _ in train_maxent_irl(again, *side_by_side(tables, paths), MaxEntConfig(l2_coef=l2_coef)):
            pass
        penalties.append([again[FEATURE_NAMES.index("near_lava")] / again[0], as_wished(again, seed)])
    wished = {"never shown, as wished": as_wished(banned, seed)}
    return found | wished | {"prices that fit": fitting_prices(tables, paths), "penalties": penalties}


def pairs(table: TabularDungeon, number: int, seed: int) -> np.ndarray:
    """Features of the cheaper game less those of the dearer one (pairs, F), of the unwise learner's games.

    Both begin in the same state, and the cautious demonstrator says which one it likes better: it never errs.
    """
    rewards = table.features @ weights_of(UNWISE)
    policy, _ = soft_value_iteration(table.transitions, table.terminal, rewards, MAX_STEPS)
    paths = sample_paths(table, policy, 4 * number + 100, seed)
    starts = np.array([path[0] for path in paths])
    couples = [
        rows[: len(rows) // 2 * 2].reshape(-1, 2)
        for rows in (np.flatnonzero(starts == start) for start in np.unique(starts))
    ]
    gathered = np.array([table.features[path[1:]].sum(axis=0) for path in paths])  # (paths, F)
    chosen = np.random.default_rng(seed).permutation(np.concatenate(couples))[:number]  # (pairs, 2)
    difference = gathered[chosen[:, 0]] - gathered[chosen[:, 1]]
    return difference * np.sign(difference @ weights_of(PRICES))[:, None]


def compare(seed: int, number: int) -> dict[str, float]:
    """From so many comparisons, spread over five layouts: prices in steps, games as wished, telling pairs."""
    tables, _ = shown(seed, 5)
    each = [pairs(table, number // 5, seed) for table in tables]
    differences = np.concatenate(each)  # (pairs, F)
    weights = fit_preferences(differences)
    in_steps = weights / -weights[0]
    near_lava, passage = (-in_steps[FEATURE_NAMES.index(name)] for name in ("near_lava", "passage"))
    telling = float((differences[:, FEATURE_NAMES.index("passage")] != 0).mean())
    found = {"near_lava": near_lava, "passage": passage, "as_wished": as_wished(weights, seed)}
    return found | {"pairs that differ in the passage": telling}


def run() -> dict:
    """By number of layouts, and by number of comparisons, what all seeds gave."""
    examined = {str(number): by_name(run_seeds(examine, SEEDS, num_layouts=number)) for number in SPREADS}
    compared = {str(number): by_name(run_seeds(compare, FRESH, number=number)) for number in COMPARISONS}
    rounded = [
        {number: {name: np.round(v, 3).tolist() for name, v in runs.items()} for number, runs in part.items()}
        for part in (examined, compared)
    ]
    return {"seeds": SEEDS, "l2_coefs": L2_COEFS, "examined": rounded[0], "compared": rounded[1]}
