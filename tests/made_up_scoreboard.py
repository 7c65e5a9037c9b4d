"""A scoreboard of a world that nobody trained in: the shapes and the size of a recorded one."""

import numpy as np

METHODS = ("BC", "BC with noise", "DAgger", "GAIL", "AIRL", "BC, then PPO")
DEMOS = (1, 5, 20, 100)
SKILL = {
    "BC": 0.5,
    "BC with noise": 0.62,
    "DAgger": 0.9,
    "GAIL": 0.8,
    "AIRL": 0.72,
    "BC, then PPO": 1.0,
    "PPO": 1.0,
}
THOUSANDS_OF_STEPS = {"GAIL": 80, "AIRL": 120, "BC, then PPO": 60, "PPO": 200}  # until the last examination
NUM_SEEDS, NUM_EXAMINATIONS = 16, 20


def made_up_scoreboard(seed: int, world: str = "CartPole") -> dict:
    """25 plans of 16 seeds each; another seed is another scoreboard, and another map."""
    rng = np.random.default_rng(seed)
    plans = [(method, demos) for method in METHODS for demos in DEMOS] + [("PPO", 0)]
    return {
        "seeds": list(range(NUM_SEEDS)),
        "world": world,
        "reference": {"random": 22.0, "expert": 500.0},
        "runs": [_runs(method, demos, rng) for method, demos in plans],
        "films": [{"plan": f"{method} {demos}"} for method, demos in plans],
    }


def _runs(method: str, demos: int, rng: np.random.Generator) -> dict:
    offline = method.startswith("BC") and method not in THOUSANDS_OF_STEPS
    progress = np.linspace(0, 1, 1 if offline else NUM_EXAMINATIONS)  # (E,)
    if offline:
        progress[:] = 1
    asks = 1.0 if method == "DAgger" else 0.0
    thousands = THOUSANDS_OF_STEPS.get(method, 4 * asks)
    shape = (NUM_SEEDS, len(progress))
    talent = rng.normal(SKILL[method], 0.06, (NUM_SEEDS, 1))  # (S, 1)
    start = 0.95 * demos / (demos + 10)
    reach = 1 - (1 - start) * (1 - talent)  # where it gets to: (S, 1)
    pace = rng.lognormal(0, 0.3, (NUM_SEEDS, 1))
    score = 100 * (start * 0.8 + (reach - start * 0.8) * (1 - np.exp(-6 * progress * pace)))
    careless = {"DAgger": 12, "GAIL": 150, "AIRL": 200, "BC, then PPO": 60, "PPO": 500}.get(method, 0)
    return {
        "method": method,
        "demos": demos,
        "score": np.round(score + rng.normal(0, 2, shape), 1).tolist(),
        "labels": np.round(2000 * asks * progress * np.ones(shape)).tolist(),
        "steps": np.round(1000 * thousands * progress * np.ones(shape)).tolist(),
        "crashes": np.round(careless * (1 - np.exp(-3 * progress)) * pace / (1 + start)).tolist(),
        "seconds": np.round((0.3 + 0.02 * demos + thousands * progress * 0.1) * pace, 3).tolist(),
    }
