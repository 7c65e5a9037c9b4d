"""The course's own recipes under a budget: each sees its world through a purse alone.

Their settings are those of lesson 08, and of lesson 04 for DAgger.
"""

from ilrl_course.algorithms.advantages import compute_gae
from ilrl_course.algorithms.bc import BCConfig, bc_loss, train_bc
from ilrl_course.algorithms.dagger import DAggerConfig, label_rollout, mixed_rollout, train_dagger
from ilrl_course.algorithms.finetune import FinetuneConfig, finetune, imitation_loss, warm_up_critic
from ilrl_course.algorithms.ppo import clipped_loss
from ilrl_course.data import stack_steps
from ilrl_course.measures.purse import Purse
from ilrl_course.networks import Policy


def recipe(purse: Purse, seed: int) -> Policy:
    """Learn to drive from what the purse holds; returns the trained policy."""
    drives = purse.demonstrations(purse.left.demonstrations)
    policy, critic, cars = purse.fresh_policy(seed), purse.fresh_critic(seed), purse.worlds(64)
    demos = stack_steps(drives)
    purse.spend_on(train_bc(policy, demos, BCConfig(num_updates=1500), seed))
    config = FinetuneConfig(
        num_iterations=purse.left.steps // (64 * 64),  # of 64 cars for 64 steps each
        num_epochs=8,
        gamma=0.995,
        learning_rate=3e-4,
        exploration_std=0.15,
        num_warmup_iterations=0,
        imitation_coef=0.5,
        imitation_decay=0.95,
    )
    parts = {"advantage_fn": compute_gae, "policy_loss_fn": clipped_loss}
    training = finetune(policy, critic, demos, cars, config, seed, warm_up_critic, imitation_loss, **parts)
    purse.spend_on(training)
    return policy


def clone_drives(purse: Purse, seed: int) -> Policy:
    """Behavioral cloning of all demonstrations."""
    return _clone(purse, purse.left.demonstrations, seed)


def clone_one_drive(purse: Purse, seed: int) -> Policy:
    """Behavioral cloning of a single demonstration: what every recipe should beat."""
    return _clone(purse, 1, seed)


def ask_for_labels(purse: Purse, seed: int) -> Policy:
    """DAgger for as long as there are labels: 16 cars ask for 10 steps in each round."""
    policy, cars = purse.fresh_policy(seed), purse.worlds(16)
    config = DAggerConfig(num_updates=100, num_rounds=purse.left.labels // (16 * 10))
    purse.spend_on(
        train_dagger(policy, purse.labels, cars, config, seed, mixed_rollout, label_rollout, bc_loss)
    )
    return policy


def practice_alone(purse: Purse, seed: int) -> Policy:
    """PPO from nothing for as long as there are steps and crashes."""
    policy, critic, cars = purse.fresh_policy(seed), purse.fresh_critic(seed), purse.worlds(64)
    config = FinetuneConfig(
        num_iterations=purse.left.steps // (64 * 64),
        num_epochs=8,
        gamma=0.995,
        learning_rate=3e-3,
        exploration_std=0.6,
        num_warmup_iterations=0,
    )
    purse.spend_on(finetune(policy, critic, None, cars, config, seed))
    return policy


def _clone(purse: Purse, number: int, seed: int) -> Policy:
    policy, demos = purse.fresh_policy(seed), stack_steps(purse.demonstrations(number))
    purse.spend_on(train_bc(policy, demos, BCConfig(num_updates=1500), seed))
    return policy


RECIPES = {
    "BC on all drives": clone_drives,
    "DAgger with the labels": ask_for_labels,
    "PPO alone": practice_alone,
    "BC, then PPO": recipe,
}
