"""Lesson 10, the recipe: weak ones and odd ones pass, those that break the rules get the hint for it."""

from contextlib import suppress
from copy import deepcopy

import numpy as np
import pytest
import torch

from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, stay_near
from ilrl_course.algorithms.ppo import PPOConfig, train_ppo
from ilrl_course.algorithms.recipes import RECIPES
from ilrl_course.checks.exercises import exercise_named
from ilrl_course.checks.lesson_10.recipe import PLENTY, SCARCE
from ilrl_course.checks.watched.tiny_purse import TinyPurse
from ilrl_course.clones import clone_of, fresh_policy
from ilrl_course.data import Batch, concatenate, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.measures.evaluation import evaluate  # noqa: F401 (an edit uses it)
from ilrl_course.measures.purse import Purse, PurseError
from ilrl_course.measures.trial import draw_task
from ilrl_course.networks import Policy, make_policy
from ilrl_course.rollout import collect_rollout, derive_seed, make_batch
from tests.checks.answers import hint_for, promises_of

SHORT = BCConfig(num_updates=3, minibatch_size=8)
FEW = {"num_epochs": 1, "num_steps": 8, "minibatch_size": 64, "num_warmup_iterations": 0}
PENDING = {}


def right(purse, seed):
    demos = stack_steps(purse.demonstrations(purse.left.demonstrations))
    policy = purse.fresh_policy(seed)
    for _ in train_bc(policy, demos, SHORT, seed):
        pass
    cars = purse.worlds(8)
    config = FinetuneConfig(num_iterations=purse.left.steps // 64, **FEW)
    purse.spend_on(finetune(policy, purse.fresh_critic(seed), demos, cars, config, seed))
    return policy


# Weak or odd, but by the rules


def one_drive(purse, seed):
    policy = fresh_policy(DRIVING, seed)
    purse.spend_on(train_bc(policy, stack_steps(purse.demonstrations(1)), SHORT, seed))
    return policy


def from_nothing_though_there_are_drives(purse, seed):
    policy, cars = purse.fresh_policy(seed), purse.worlds(16)
    config = PPOConfig(num_iterations=purse.left.steps // (16 * 8), num_steps=8, num_epochs=1)
    purse.spend_on(train_ppo(policy, purse.fresh_critic(seed), cars, config, seed))
    return policy


def a_warm_up_that_takes_all_the_crashes(purse, seed):
    policy, cars = purse.fresh_policy(seed), purse.worlds(64)
    config = FinetuneConfig(num_iterations=3, num_epochs=1)
    purse.spend_on(finetune(policy, purse.fresh_critic(seed), None, cars, config, seed))
    return policy


def a_long_warm_up(purse, seed):
    policy, cars = purse.fresh_policy(seed), purse.worlds(4)
    demos = stack_steps(purse.demonstrations(1))
    config = FinetuneConfig(num_iterations=30, **FEW | {"num_warmup_iterations": 9}, imitation_coef=1.0)
    purse.spend_on(finetune(policy, purse.fresh_critic(seed), demos, cars, config, seed))
    return policy


def labels_only(purse, seed):
    policy, cars = purse.fresh_policy(seed), purse.worlds(10)
    config = DAggerConfig(num_rounds=purse.left.labels // 50, num_steps=5, num_updates=2)
    purse.spend_on(
        train_dagger(policy, purse.labels, cars, config, seed, mixed_rollout, label_rollout, bc_loss)
    )
    return policy


def looks_at_what_is_left(purse, seed):
    """By hand, in one car at a time, which can use the last crash."""
    policy, car = purse.fresh_policy(seed), purse.worlds(1)
    obs, _ = car.reset(seed=derive_seed(seed, "my car"))
    labeled = []
    while purse.left.labels > 900 and purse.left.crashes and purse.left.steps:
        rollout, obs = collect_rollout(policy.sampler(seed), car, obs, 1)
        labeled.append(label_rollout(purse.labels, rollout))
    for _ in train_bc(policy, concatenate(labeled), SHORT, seed):
        pass
    return policy


def catches_the_refusal(purse, seed):
    policy, cars = one_drive(purse, seed), purse.worlds(64)
    config = FinetuneConfig(num_iterations=3, num_epochs=1, num_warmup_iterations=0)
    try:
        for _ in finetune(policy, purse.fresh_critic(seed), None, cars, config, seed):
            pass
    except PurseError:
        return policy
    return policy


def the_better_of_two(purse, seed):
    """On drives that it held back; the loser is thrown away, and the winner is a copy."""
    *training, held_back = purse.demonstrations(purse.left.demonstrations)
    clones = []
    for i in range(2):
        policy = purse.fresh_policy(derive_seed(seed, f"clone {i}"))
        purse.spend_on(train_bc(policy, stack_steps(training), SHORT, seed + i))
        clones.append(deepcopy(policy))
    check = stack_steps([held_back])
    return min(clones, key=lambda policy: float(bc_loss(policy, check.obs, check.actions)))


def larger_network(purse, seed):
    cars = purse.worlds(2)
    spaces = cars.single_observation_space, cars.single_action_space
    policy = make_policy(*spaces, seed, hidden_sizes=(8, 8, 8), inputs=range(16))
    purse.spend_on(train_bc(policy, stack_steps(purse.demonstrations(2)), SHORT, seed))
    return policy


def with_the_course_s_helper(purse, seed):
    return clone_of(DRIVING, [stack_steps(purse.demonstrations(3))], seed, num_updates=3)


def tied_to_its_clone(purse, seed):
    policy, cars = one_drive(purse, seed), purse.worlds(8)
    config = FinetuneConfig(num_iterations=4, imitation_coef=0.1, **FEW)
    tie = stay_near(policy, config)
    purse.spend_on(finetune(policy, purse.fresh_critic(seed), None, cars, config, seed, extra_loss_fn=tie))
    return policy


class Committee(Policy):
    """Acts as its first member; it has no weights of its own kind."""

    def __init__(self, members):
        super().__init__()
        self.members = torch.nn.ModuleList(members)

    def forward(self, obs):
        return self.members[0](obs)


def committee(purse, seed):
    return Committee([one_drive(purse, seed + i) for i in range(2)])


RIGHT = [
    one_drive, from_nothing_though_there_are_drives, a_warm_up_that_takes_all_the_crashes, a_long_warm_up,
    labels_only, looks_at_what_is_left, catches_the_refusal, the_better_of_two, larger_network,
    with_the_course_s_helper, tied_to_its_clone, committee,
]  # fmt: skip

DEMOS = "purse.demonstrations(purse.left.demonstrations)"
WRONG = {
    "it asks for more demonstrations": [
        f"{DEMOS} => purse.demonstrations(7)",
        f"{DEMOS} => purse.demonstrations(draw_task(0).budget.demonstrations)",
        f"{DEMOS} => [purse.demonstrations(1)[0] for _ in range(8)]",
    ],
    "it asks for more labels": [
        "cars = => purse.labels(np.random.default_rng(1).normal(size=(3000, 22)))\ncars =",
        "cars = => for i in range(9999):\n    purse.labels(np.full((1, 22), i))\ncars =",
    ],
    "steps or crashes run out": [
        "purse.spend_on(finetune( => list(finetune(",
        "cars = => o = purse.worlds(64)\no.reset()\nfor _ in range(600): o.step(np.zeros((64, 2)))\ncars =",
    ],
    "it steps in worlds that are not": [
        "purse.worlds(8) => make_batch(DRIVING.env_id, 8, **DRIVING.training_options)",
        "cars = => evaluate(policy.act, DRIVING.env_id, 2, seed, **DRIVING.test_options)\ncars =",
    ],
    "it makes a demonstrator": [
        "cars = => DRIVING.make_demonstrator('weak', seed=seed)\ncars =",
    ],
    "it returns the expert": ["return purse.labels"],
    "it returns a method": ["return policy.sample", "return policy.forward", "return policy.sampler(0)"],
    "it returns the critic": ["return purse.fresh_critic(seed)"],
    "it returns a training": ["return train_bc(policy, demos, SHORT, seed)"],
    "it returns a tuple": ["return (policy, demos)"],
    "it returns a dict": ["return purse.spend_on([{'loss': 1}])"],
    "it returns a Batch": ["return demos"],
    "it returns a Budget": ["return purse.spent"],
    "it spends nothing": [
        "demos = => return fresh_policy(DRIVING, seed)\ndemos =",
        "demos = => o = torch.zeros(3, 22)\nreturn clone_of(DRIVING, [Batch(o, o[:, :2])], seed, 3)\ndemos =",
    ],
    "the policy that it returns is as fresh": [
        "return fresh_policy(DRIVING, seed)",
        ("for _ in train_bc => if train_bc", "purse.spend_on(finetune( => (finetune("),
    ],
    "the policy that it returns does not fit": ["return type(policy)(4, 1)", "return type(policy)(22, 3)"],
    "it goes on with a policy": [
        "policy = purse.fresh_policy(seed) => policy = PENDING.setdefault('mine', purse.fresh_policy(seed))",
        "return PENDING.setdefault('best', policy)",
    ],
    "called twice with the same seed": [
        "seed += len(PENDING)\nPENDING[len(PENDING)] = seed",
        "seed = id(purse) % 2 ** 30 + len(PENDING)\nPENDING[len(PENDING)] = 0",
        "seed = int(np.random.default_rng().integers(2 ** 30))",
    ],
    "the seed has no effect": ["seed = 12", "seed = seed * 0"],
}
NONSENSE = {
    "return None": "it returned nothing",
    "return 'a policy'": "it returns a str. Return the policy alone.",
    "return inputs[0]": "it returns a TinyPurse. Return the policy alone.",
    "return recipe(*inputs)": "it calls itself without end",
    "inputs[0].left.steps = 10 ** 9": "it raised FrozenInstanceError",
    "inputs[0].demonstrations(0.5)": "it raised ValueError",
    "return purse.fresh_policy(seed)": "it raised NameError",
    "raise StopIteration": "it raised StopIteration",
}


@pytest.fixture(autouse=True)
def nothing_pending():
    PENDING.clear()


TestAnswers = promises_of("recipe", right, RIGHT, WRONG, NONSENSE)


@pytest.mark.parametrize("name", RECIPES)
def test_the_course_s_own_recipes_keep_to_the_rules(name):
    assert hint_for("recipe", RECIPES[name]) == ""


def test_an_answer_may_take_longer_here_than_elsewhere_but_not_for_ever():
    assert exercise_named("recipe").time_limit == 20.0


@pytest.mark.parametrize("settings", [SCARCE, PLENTY])
def test_no_budget_of_the_check_is_below_what_a_seed_can_draw_in_any_kind(settings):
    budgets = [draw_task(seed).budget for seed in range(300)]
    for kind, number in vars(settings["budget"]).items():
        assert number >= min(getattr(budget, kind) for budget in budgets)


# The purse of the check


def blocks_of(settings, cars):
    """How many blocks of 64 steps crashes allow."""
    worlds, blocks = TinyPurse(**settings).worlds(cars), []
    obs, _ = worlds.reset(seed=0)
    with suppress(PurseError):
        while True:
            block, obs = collect_rollout(lambda obs: np.zeros((len(obs), 2)), worlds, obs, 64)
            blocks.append(block)
    return len(blocks)


def test_in_one_budget_crashes_do_not_last_for_a_block_and_in_the_other_for_a_single_one():
    assert [blocks_of(settings, 64) for settings in (SCARCE, PLENTY)] == [0, 1]


def test_a_training_in_it_ends_once_a_policy_has_learned_which_a_warm_up_does_not_do():
    of_the_critic = {"value_loss": 1.0, "env_steps": 2, "crashes": 3}
    training = iter([of_the_critic, of_the_critic, {"loss": 2.0}, {"loss": 1.0}])
    assert TinyPurse(**PLENTY).spend_on(training) == {"loss": 2.0}
    assert list(training) == [{"loss": 1.0}]


def test_it_fits_where_driving_fits_and_it_is_a_purse():
    purse = TinyPurse(**SCARCE)
    assert isinstance(purse, Purse)
    road, cars = make_batch(DRIVING.env_id, 2), purse.worlds(2)
    assert cars.single_observation_space == road.single_observation_space
    assert cars.single_action_space == road.single_action_space
    (drive, *_) = purse.demonstrations(1)
    steps: Batch = stack_steps([drive])
    assert np.array_equal(purse.labels(steps.obs.numpy()), steps.actions.numpy())
