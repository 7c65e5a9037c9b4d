"""Clones of the worlds' demonstrators, where a lesson needs one to begin with."""

from collections.abc import Sequence

from ilrl_course.algorithms.bc import BCConfig, train_bc
from ilrl_course.data import Actor, Batch, concatenate, stack_steps
from ilrl_course.envs import World
from ilrl_course.measures.rehearsal import NUM_UPDATES, at_most
from ilrl_course.networks import Policy, make_policy
from ilrl_course.rollout import VectorEnv, collect_rollout, collect_trajectories, derive_seed, make_batch


def demonstrate(actor: Actor, envs: VectorEnv, num_steps: int, seed: int) -> Batch:
    """What an actor does in the first T steps in each of N worlds: B = T * N steps.

    The worlds start where `train_dagger` starts them with the same seed.
    """
    obs, _ = envs.reset(seed=derive_seed(seed, "training"))
    rollout, _ = collect_rollout(actor, envs, obs, num_steps)
    return Batch(rollout.obs.flatten(0, 1), rollout.actions.flatten(0, 1))


def fresh_policy(world: World, seed: int, inputs: Sequence[int] | None = None) -> Policy:
    """An untrained policy that fits the world, and sees some columns of the observation, or all."""
    envs = make_batch(world.env_id, 1)
    return make_policy(envs.single_observation_space, envs.single_action_space, seed, inputs=inputs)


def clone_of(
    world: World, demos: Sequence[Batch], seed: int, num_updates: int = 800, learner: Policy | None = None
) -> Policy:
    """A policy cloned from these steps; `learner` is trained further, in place, instead of a fresh one."""
    policy = fresh_policy(world, seed) if learner is None else learner
    config = BCConfig(num_updates=at_most(num_updates, NUM_UPDATES))
    for _ in train_bc(policy, concatenate(demos), config, seed):
        pass
    return policy


def clone_demonstrator(
    world: World,
    kind: str,
    num_episodes: int,
    seed: int,
    num_updates: int = 1500,
    options: dict | None = None,
) -> tuple[Policy, Batch]:
    """A clone of the world's "expert", "weak" or "biased" demonstrator, and the steps that it learned from.

    `options` are the world's, where the demonstrator plays; None means the training places.
    """
    options = world.training_options if options is None else options
    demonstrator = world.make_demonstrator(kind, seed=seed, **options)
    demos = stack_steps(collect_trajectories(demonstrator, world.env_id, num_episodes, seed, **options))
    return clone_of(world, [demos], seed, num_updates), demos
