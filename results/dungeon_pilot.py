"""Lesson 09, on three pilot seeds: twelve settings, the same for every arm, and the one that learns best.

The criterion, fixed beforehand, is the mean return over the whole training: the area under its curve. All
arms have as many steps; where a critic is warmed up, those of the warm-up are among them. Where a teacher is
heard during PPO, a mixture is tuned as often as each of its two ends: no teacher, and one that is followed.
Which end is the better one is settled here, too: that one the mixture has to beat.
"""

from dataclasses import asdict, dataclass
from functools import partial
from itertools import product

import numpy as np

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, imitation_schedule
from ilrl_course.clones import clone_of, fresh_policy
from ilrl_course.data import stack_steps
from ilrl_course.envs import DUNGEON
from ilrl_course.envs.dungeon.starts import StartsOnRoutes, routes_of
from ilrl_course.measures.dungeon_endings import examine_games
from ilrl_course.networks import make_value_net
from ilrl_course.notebook.progress import trace
from ilrl_course.play.human_like import HumanLike
from ilrl_course.rollout import VectorEnv, collect_trajectories, derive_seed, make_batch


@dataclass(frozen=True)
class Arm:
    """Whose games help, how many, and how: cloned before PPO, heard during it, or as places to start from."""

    kind: str | None = None  # "expert", "biased" (the cautious one), or "human-like"
    num_games: int = 0
    use: str = "clone"  # or "hear", or "start"


@dataclass(frozen=True)
class Setting:
    """What is tuned, in all arms alike."""

    learning_rate: float
    ent_coef: float
    gamma: float
    imitation_coef: float = 0.0  # weight of a teacher that is heard
    num_fade: int | None = None  # iterations until that weight is 0; None: it stays


@dataclass(frozen=True)
class Place:
    """Which dungeons, and how PPO trains there."""

    options: dict
    num_steps: int  # of a block, in each of the copies
    num_iterations: int  # the critic's warm-up included
    num_epochs: int
    minibatch_size: int
    seeds: tuple[int, ...]  # of the pilot
    bonuses: tuple[float, ...]  # for entropy, that are tried

    @property
    def has_one_layout(self) -> bool:
        """Else 800 to learn in, and 200 for examinations."""
        return not self.options

    def layouts(self, seed: int) -> tuple[dict, dict]:
        """The world's options for training and for examinations."""
        if self.has_one_layout:
            layout = {"layout": derive_seed(seed, "layout") % 1000}
            return layout, layout
        return DUNGEON.training_options | self.options, DUNGEON.test_options | self.options


MANY = {"num_steps": 64, "num_iterations": 100, "num_epochs": 5, "minibatch_size": 512}
MANY |= {"seeds": (0, 1, 2), "bonuses": (0.1, 0.03, 0.01)}
ONE = {"num_steps": 32, "num_iterations": 60, "num_epochs": 4, "minibatch_size": 2048}
ONE |= {"seeds": tuple(range(12)), "bonuses": (0.3, 0.1, 0.03)}
PLACES = {
    "open": Place({"secret_passage": True}, **MANY),
    "walled up": Place({"secret_passage": False}, **MANY),
    "one layout": Place({}, **ONE),
}
NUM_COPIES, EVERY = 64, 5  # worlds side by side; iterations between examinations
WARM_UP, FOLLOWED = (
    5,
    1.0,
)  # iterations in which a clone's critic learns; the weight of a teacher that is followed
NOBODY = Arm()
CLONES = {
    "5 games": Arm("expert", 5),
    "100 games": Arm("expert", 100),
    "100 human-like games": Arm("human-like", 100),
}
TEACHERS = {"cautious": "biased", "expert": "expert"}  # as they are called in the lesson


def taught(place: str, teacher: str) -> Arm:
    """A beginner that hears this teacher: on one layout from one game, on many from a hundred."""
    return Arm(TEACHERS[teacher], 1 if place == "one layout" else 100, "hear")


def player(kind: str, seed: int):
    """The actor whose games are recorded."""
    return HumanLike(seed) if kind == "human-like" else DUNGEON.make_demonstrator(kind, seed=seed)


def make_dungeons(arm: Arm, seed: int, layouts: dict) -> VectorEnv:
    """The dungeons to learn in."""
    envs = make_batch(DUNGEON.env_id, NUM_COPIES, **layouts)
    if arm.use != "start":
        return envs
    games = make_batch(DUNGEON.env_id, arm.num_games, **layouts)
    routes = routes_of(player(arm.kind, seed), games, derive_seed(seed, "demonstrations"))
    return StartsOnRoutes(envs, routes, num_steps=100_000, seed=derive_seed(seed, "starts"))


def heard(policy, demos, iteration, config, num_fade: int | None):
    """An imitation term whose weight goes to 0 in a straight line, or stays."""
    share = 1.0 if num_fade is None else imitation_schedule(iteration, 0, num_fade)
    return config.imitation_coef * share * bc_loss(policy, demos.obs, demos.actions)


def configure(place: Place, setting: Setting, warm_up: int) -> FinetuneConfig:
    """All settings of a training."""
    tuned = {name: value for name, value in vars(setting).items() if name != "num_fade"}
    lengths = {"num_iterations": place.num_iterations - warm_up, "num_warmup_iterations": warm_up}
    blocks = {name: getattr(place, name) for name in ("num_steps", "num_epochs", "minibatch_size")}
    return FinetuneConfig(**tuned | lengths | blocks)


def learn(seed: int, arm: Arm, setting: Setting, place: str) -> list[dict[str, float]]:
    """One training; its examinations."""
    training_layouts, test_layouts = PLACES[place].layouts(seed)
    envs, policy, demos = make_dungeons(arm, seed, training_layouts), fresh_policy(DUNGEON, seed), None
    if arm.use != "start" and arm.kind:
        games = player(arm.kind, seed), DUNGEON.env_id, arm.num_games, seed
        demos = stack_steps(collect_trajectories(*games, **training_layouts))
    is_clone = arm.use == "clone" and demos is not None
    if is_clone:
        policy = clone_of(DUNGEON, [demos], seed, num_updates=200)
    config = configure(PLACES[place], setting, WARM_UP if is_clone else 0)
    value_net = make_value_net(envs.single_observation_space, seed)
    imitation = partial(heard, num_fade=setting.num_fade)
    training = finetune(policy, value_net, demos, envs, config, seed, imitation_loss_fn=imitation)

    def examination(iteration: int) -> dict[str, float]:
        actor = policy.sampler(derive_seed(seed, f"test actions {iteration}"))
        return examine_games(actor, derive_seed(seed, f"test {iteration}"), **test_layouts)

    return trace(training, examination, EVERY)


def tried(number: int, arm: Arm, settings: list[Setting], place: str) -> float:
    """The mean return over the training, with a setting and a seed by their number."""
    setting, seed = divmod(number, len(PLACES[place].seeds))
    rows = learn(PLACES[place].seeds[seed], arm, settings[setting], place)
    return float(np.mean([row["return"] for row in rows]))


def tuned(arm: Arm, settings: list[Setting], place: str) -> dict:
    """Mean returns over the training, (settings, seeds), and the best setting."""
    shape = len(settings), len(PLACES[place].seeds)
    found = np.reshape(
        run_seeds(tried, range(shape[0] * shape[1]), arm=arm, settings=settings, place=place), shape
    )
    best = found.mean(axis=1).argmax()
    return {
        "settings": [asdict(setting) for setting in settings],
        "mean return": found.round(3).tolist(),
        "chosen": asdict(settings[best]),
        "best": float(found.mean(axis=1)[best]),
    }


def grid(place: str, **fixed) -> list[Setting]:
    """Twelve settings."""
    values = product((3e-3, 1e-3), PLACES[place].bonuses, (0.95, 0.99))
    return [Setting(*value, **fixed) for value in values]


def mixtures(place: str, alone: dict) -> list[Setting]:
    """Twelve ways to hear a teacher, with the rate and the discount that suit one who has none."""
    values = product(PLACES[place].bonuses[:2], (0.03, 0.1, 0.3), (None, PLACES[place].num_iterations // 3))
    return [
        Setting(alone["learning_rate"], bonus, alone["gamma"], weight, num_fade)
        for bonus, weight, num_fade in values
    ]


def run() -> dict:
    """What was tried by place and arm, and what is chosen."""
    found = {place: {"no games": tuned(NOBODY, grid(place), place)} for place in PLACES}
    for place in ("open", "walled up"):
        found[place] |= {name: tuned(arm, grid(place), place) for name, arm in CLONES.items()}
    for place in ("open", "one layout"):
        alone = found[place]["no games"]
        for teacher in TEACHERS:
            arm = taught(place, teacher)
            followed = tuned(arm, grid(place, imitation_coef=FOLLOWED), place)
            mixed = tuned(arm, mixtures(place, alone["chosen"]), place)
            mixed["to beat"] = "followed" if followed["best"] > alone["best"] else "no games"
            found[place] |= {f"{teacher}, followed": followed, f"{teacher}, mixed": mixed}
    return {"seeds": list(PLACES["one layout"].seeds), "places": found}
