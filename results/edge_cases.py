"""Lesson 08, "Edge cases": roads that no demonstration showed, before and after fine-tuning there."""

from copy import deepcopy
from dataclasses import replace

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.clones import clone_demonstrator, fresh_policy
from ilrl_course.data import Actor
from ilrl_course.envs import DRIVING
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.seeds import by_name
from ilrl_course.networks import make_value_net
from ilrl_course.rollout import make_batch

SEEDS = list(range(8))
NUM_CARS = 64
EDGES = {
    "wet road": {"grip": 0.8},
    "narrow road": {"road_width": 5.5},
    "off-center starts": {"start_offset": 2.0, "start_heading": 0.5},
    "traffic": {"traffic": 1},
    "road works": {"road_works": 1},
}
SCRATCH = PPOConfig(num_iterations=60, num_steps=64, num_epochs=8, learning_rate=2e-3)
CAREFUL = FinetuneConfig(
    num_iterations=60, num_steps=64, num_epochs=8, learning_rate=1e-3, gamma=0.995, exploration_std=0.15
)
REMEMBERING = replace(CAREFUL, imitation_coef=0.05)  # never fades
DAGGER = DAggerConfig(num_rounds=20, num_steps=10, num_updates=75)  # with 15 cars: 3000 labels


def scores(actor: Actor, seed: int, edge: dict, accidents: int = 0) -> list[float]:
    """Return and crash rate there, and on the usual road; accidents in training."""
    found = []
    for options in (edge, {}):
        result = evaluate(actor, DRIVING.env_id, 100, seed, **DRIVING.test_options, **options)
        found += [result.mean_return, result.crash_rate]
    return [*found, accidents]


def drivers(seed: int) -> dict[str, list[list[float]]]:
    """For every driver, its scores in each of the edge cases: (edges, 5)."""
    expert = DRIVING.make_demonstrator("expert")
    clone, demos = clone_demonstrator(DRIVING, "expert", 20, seed)
    dagger = fresh_policy(DRIVING, seed)
    cars = make_batch(DRIVING.env_id, 15, **DRIVING.training_options)
    for _ in train_dagger(dagger, expert, cars, DAGGER, seed):
        pass
    found = {
        name: [scores(actor, seed, edge) for edge in EDGES.values()]
        for name, actor in {"demonstrator": expert, "clone": clone.act, "DAgger": dagger.act}.items()
    }
    found |= {"PPO alone": [], "clone, then PPO": [], "clone, then PPO, remembering": []}
    for edge in EDGES.values():
        for name, config in {
            "PPO alone": None,
            "clone, then PPO": CAREFUL,
            "clone, then PPO, remembering": REMEMBERING,
        }.items():
            log = SafetyLog(make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options, **edge))
            value_net = make_value_net(log.single_observation_space, seed)
            if config is None:
                policy = fresh_policy(DRIVING, seed)
                training = train_ppo(policy, value_net, log, SCRATCH, seed)
            else:
                policy = deepcopy(clone)
                training = finetune(policy, value_net, demos, log, config, seed)
            for _ in training:
                pass
            found[name].append(scores(policy.act, seed, edge, log.off_road + log.collisions))
    return found


def run() -> dict:
    """Scores (seeds, edges, 5) of every driver."""
    found = by_name(run_seeds(drivers, SEEDS))
    return {
        "seeds": SEEDS,
        "edges": list(EDGES),
        "columns": ["return there", "crash rate there", "return at home", "crash rate at home", "accidents"],
        "drivers": {name: values.tolist() for name, values in found.items()},
    }
