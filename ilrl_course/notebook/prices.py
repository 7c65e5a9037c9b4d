"""Five people's prices, and what the map of prices is given: in a notebook as on a page without Python."""

import math

from ilrl_course.notebook.palette import METHOD_COLORS

NOT_TO_BE_HAD = math.inf
PRESETS = {  # whose prices, in coins; of steps, 1,000 at once
    "a robot with an expert at hand": {"demo": 5, "label": 0.1, "step": 10, "crash": 50, "second": 0.01},
    "only recordings": {
        "demo": 1,
        "label": NOT_TO_BE_HAD,
        "step": NOT_TO_BE_HAD,
        "crash": 0,
        "second": 0.01,
    },
    "a simulator and nothing else": {
        "demo": NOT_TO_BE_HAD,
        "label": NOT_TO_BE_HAD,
        "step": 0.1,
        "crash": 0,
        "second": 0.1,
    },
    "each crash hurts somebody": {"demo": 10, "label": 1, "step": 1, "crash": 1000, "second": 0.01},
    "a game company": {"demo": 0.1, "label": 1, "step": 0.01, "crash": 0, "second": 0.1},
}

ASSETS = {  # what one may have, and the methods that cannot do without
    "a reward": ("PPO", "BC, then PPO"),
    "the rules of the world": ("MaxEnt IRL",),
    "recordings made with noise": ("BC with noise",),
}


def map_settings(records: dict[str, dict]) -> dict:
    """What `mount` of price_map.js is given, as JSON has it: there, null is the price of what cannot be had.

    `records` are the scoreboards by the name of their world.
    """
    presets = {
        name: {what: None if math.isinf(price) else price for what, price in prices.items()}
        for name, prices in PRESETS.items()
    }
    return {"records": records, "presets": presets, "assets": ASSETS, "colors": METHOD_COLORS}


def without(record: dict, *methods: str) -> dict:
    """The same scoreboard for those who cannot use these methods."""
    return record | {"runs": [run for run in record["runs"] if run["method"] not in methods]}
