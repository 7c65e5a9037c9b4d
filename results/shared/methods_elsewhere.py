"""The scoreboards of worlds that others made: the methods of lesson 10, with the settings of lesson 11.

What a method does stands in `methods`; here stand only what differs. Clones have lesson 11's gradient steps;
PPO has lesson 11's blocks, warm-up, and the setting that the pilot runs of its arm found best. As in lesson
11's trainings, a learner draws its actions in examinations, whatever taught it.

The world's own script names its places, and what was left out.
"""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass, replace
from pathlib import Path

import gymnasium as gym
import torch

from course_tools.records.scripts import load_script
from course_tools.records.shards import run_seeds
from course_tools.workplace import CourseError
from ilrl_course.algorithms.adversarial import AdversarialConfig
from ilrl_course.algorithms.dagger import DAggerConfig
from ilrl_course.algorithms.finetune import FinetuneConfig
from ilrl_course.clones import clone_of
from ilrl_course.data import Batch, stack_steps
from ilrl_course.envs.elsewhere import BorrowedWorld, reference_scores
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.measures.films import tape
from ilrl_course.measures.scoreboard import Ledger, entry, examined, middle_run
from ilrl_course.networks import Policy
from ilrl_course.rollout import derive_seed, make_batch
from ilrl_course.storage.files import load_results

AT_HOME = load_script(Path(__file__).parent, "methods")
TRAINING = load_script(Path(__file__).parents[1] / "elsewhere", "training")

SEEDS = AT_HOME.SEEDS  # in these worlds, no run and no tuning has seen them
ROOM = "ilrl_course.envs.elsewhere"  # where Gymnasium finds the worlds, in any process
Setting = TRAINING.Setting


@dataclass(frozen=True)
class Arena:
    """A world, and the settings of each method there, named as those at home."""

    world: BorrowedWorld
    numbers: dict[str, tuple[int, ...]]  # of demonstrations, by method
    num_iterations: int  # of PPO, the critic's warm-up included
    ppo_every: int  # iterations between examinations
    num_episodes: int  # of an examination
    max_film: int  # steps
    dagger: DAggerConfig | None = None
    dagger_copies: int = 0  # of the world
    dagger_every: int = 1  # rounds between examinations
    adversarial: AdversarialConfig | None = None
    adversarial_every: int = 1
    hidden: tuple[int, ...] = ()  # no world here shows a clock, which judges must not see
    ppo: dict[int, FinetuneConfig] | None = None  # by the number of demonstrations, in a training of PPO
    ppo_copies: int = TRAINING.NUM_COPIES

    @property
    def updates_before_ppo(self) -> int:
        """Gradient steps of a clone, here of any."""
        return TRAINING.NUM_UPDATES[self.world.name]


Training = AT_HOME.Training


def as_long_as_ppo(config: AdversarialConfig, length: TRAINING.Length) -> AdversarialConfig:
    """Settings of GAIL, for as many env steps as PPO takes."""
    num_steps = length.num_iterations * TRAINING.NUM_STEPS * TRAINING.NUM_COPIES
    return replace(config, num_iterations=num_steps // (config.num_steps * AT_HOME.NUM_COPIES))


def clone(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """Behavioral cloning."""
    yield AT_HOME.clone_of_games(arena, number, seed, ledger, arena.updates_before_ppo)[0]


def clone_of_shaken(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """Behavioral cloning of what the expert meant to do while its hand was shaken."""
    expert = arena.world.make_demonstrator("expert", seed=seed)
    space = gym.make(arena.world.env_id).action_space
    hand = AT_HOME.shaken(expert, space, derive_seed(seed, "noise"))
    obs = stack_steps(ledger.recorded(hand, arena.world, number, seed)).obs
    meant = torch.from_numpy(ledger.advisor(expert)(obs.numpy()))
    yield clone_of(arena.world, [Batch(obs, meant)], seed, arena.updates_before_ppo)


def dagger(arena: Arena, number: int, seed: int, ledger: Ledger) -> Training:
    """DAgger; examined after every few rounds only."""
    training = AT_HOME.dagger(arena, number, seed, ledger)
    for count, learner in enumerate(training, start=1):
        if count % arena.dagger_every == 0:
            yield learner


METHODS = {
    "BC": clone,
    "BC with noise": clone_of_shaken,
    "DAgger": dagger,
    "GAIL": AT_HOME.gail,
    "PPO": AT_HOME.ppo,
    "BC, then PPO": AT_HOME.ppo,
}


def chosen(pilot: str, arm: str) -> Setting:
    """The setting that the pilot runs recorded as `pilot` found best for an arm.

    Raises CourseError where they are not recorded.
    """
    try:
        tuned = load_results(pilot)["arms tuned"]
    except FileNotFoundError:
        raise CourseError(
            f"There is no results/{pilot}.json, where the settings of this scoreboard are chosen: run "
            f"`python3 course.py results {pilot}` first."
        ) from None
    return Setting(**tuned[arm]["chosen"])


def configure(setting: Setting, num_iterations: int, is_clone: bool) -> FinetuneConfig:
    """PPO as in lesson 11's trainings; the warm-up of a clone's critic is among the iterations."""
    warm_up = TRAINING.WARM_UP if is_clone else 0
    return FinetuneConfig(
        num_warmup_iterations=warm_up,
        num_iterations=num_iterations - warm_up,
        num_steps=TRAINING.NUM_STEPS,
        num_epochs=4,
        minibatch_size=512,
        gae_lambda=0.98,
        **asdict(setting),
    )


def learn(arena: Arena, method: str, number: int, seed: int, setting: Setting | None) -> dict:
    """One training: its rows on the board, and a film of the learner in the end. PPO has a setting."""
    if setting is not None:
        arena = replace(arena, ppo={number: configure(setting, arena.num_iterations, is_clone=number > 0)})

    def examine(learner: Policy, count: int) -> float:
        actor = learner.sampler(derive_seed(seed, f"drawn actions {count}"))
        fresh_seed = derive_seed(seed, f"examination {count}")
        result = evaluate(actor, arena.world.env_id, arena.num_episodes, fresh_seed)
        return float(TRAINING.normalized(result.mean_return, arena.world.name))

    prepare(arena.world)
    ledger = Ledger()
    rows, learner = examined(METHODS[method](arena, number, seed, ledger), ledger, examine)
    actor, film_seed = learner.sampler(derive_seed(seed, "filmed actions")), derive_seed(seed, "film")
    film = tape(actor, arena.world, film_seed, max_episode_steps=arena.max_film)
    return {"rows": rows, "film": film | {"env_id": f"{ROOM}:{film['env_id']}"}}


def prepare(world: BorrowedWorld) -> None:
    """What a process loads once, for whichever method comes first: the world's package, optimizers."""
    make_batch(world.env_id, 1).reset(seed=0)
    torch.optim.Adam([torch.zeros(1, requires_grad=True)])


def board(arena: Arena, seeds: Sequence[int], settings: dict[int, Setting], learn: Callable) -> dict:
    """All entries of a world's scoreboard, with a film of each one's middle run.

    `settings` are PPO's, by the number of demonstrations that were cloned before. `learn(seed, method,
    number, setting)` stands in the world's own script, to whose sources its shards belong.
    """
    entries, films = [], []
    for method, numbers in arena.numbers.items():
        for number in numbers:
            setting = settings[number] if METHODS[method] is AT_HOME.ppo else None
            runs = run_seeds(learn, seeds, method=method, number=number, setting=setting)
            entries.append(entry(method, number, [run["rows"] for run in runs]))
            middle = middle_run(entries[-1])
            films.append({"method": method, "demos": number, "run": seeds[middle]} | runs[middle]["film"])
    reference = reference_scores(arena.world.name)
    return {
        "seeds": list(seeds),
        "world": arena.world.name,
        "reference": {name: reference[name] for name in ("random", "expert")},
        "runs": entries,
        "films": films,
    }
