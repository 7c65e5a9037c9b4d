"""Lesson 03: a learner that sees all and one that sees 12 m of the road ahead, and what helps each of them.

Every arm learns by as many gradient steps; every arm but those with more drives from as many steps, in
drives of the same length from the same kind of starts.
"""

from dataclasses import replace

import gymnasium as gym
import numpy as np
import torch

from course_tools.records.shards import run_seeds
from ilrl_course.algorithms.bc import bc_loss
from ilrl_course.algorithms.dagger import DAggerConfig, train_dagger
from ilrl_course.algorithms.dart import demonstrate_with_noise
from ilrl_course.algorithms.history import Remembering, stack_history
from ilrl_course.clones import clone_of, demonstrate, fresh_policy
from ilrl_course.data import Actor, Batch, stack_steps
from ilrl_course.envs import DRIVING
from ilrl_course.measures.covariate_shift import collect_after_hand_over, cost_by_horizon
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.measures.evaluation import evaluate
from ilrl_course.networks import Policy, make_policy
from ilrl_course.rollout import collect_trajectories, make_batch

SEEDS = list(range(1000, 1032))
EXPERT = DRIVING.make_demonstrator("expert")
NUM_CARS, NUM_STEPS = 15, 200
NUM_UPDATES = 1000
SIGHTS = {"sees all": list(range(22)), "short sight": [*range(8), *range(16, 22)]}
MEMORY = 4  # observations, 0.1 s apart
HORIZONS = (1, 2, 5, 10, 20, 50, 100, 150, 200)
HAND_OVER = 50  # steps
TOLERANCE = 0.3  # of steering and pedals
DAGGER = DAggerConfig(num_rounds=20, num_steps=10, num_updates=50, beta_decay=0.8)
SCATTERED = {"start_offset": 2.0, "start_heading": 0.4}


def arms(seed: int) -> dict[str, dict]:
    """What each kind of learner does, for both sights."""
    found = {}
    for sight, inputs in SIGHTS.items():
        for kind, (demos, crashes) in demonstrations(seed).items():
            learner = clone_of(DRIVING, [demos], seed, NUM_UPDATES, fresh_policy(DRIVING, seed, inputs))
            found[f"{sight}, {kind}"] = judge(learner.act, learner, seed) | {"crashes_in_training": crashes}
        learner = fresh_policy(DRIVING, seed, inputs)
        envs = make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options)
        *_, metrics = train_dagger(learner, EXPERT, envs, DAGGER, seed)
        found[f"{sight}, own states"] = judge(learner.act, learner, seed)
        found[f"{sight}, own states"]["crashes_in_training"] = metrics["crashes"]
        found[f"{sight}, memory"] = with_memory(inputs, seed)
    return found


def demonstrations(seed: int) -> dict[str, tuple[Batch, int]]:
    """Kinds of drives of the expert, and its departures from the road in them."""
    found = {}
    for kind, num_cars, noise_std, options in (
        ("clone", NUM_CARS, 0.0, {}),
        ("three times the drives", 3 * NUM_CARS, 0.0, {}),
        ("scattered starts", NUM_CARS, 0.0, SCATTERED),
        ("noise of 0.1", NUM_CARS, 0.1, {}),
        ("noise of 0.3", NUM_CARS, 0.3, {}),
    ):
        envs = SafetyLog(make_batch(DRIVING.env_id, num_cars, **DRIVING.training_options, **options))
        if noise_std:
            demos = demonstrate_with_noise(EXPERT, envs, NUM_STEPS, noise_std, seed)
        else:
            demos = demonstrate(EXPERT, envs, NUM_STEPS, seed)
        found[kind] = demos, envs.off_road
    return found


def judge(act: Actor, policy: Policy, seed: int, memory: int = 1) -> dict:
    """Loss and rate of mistakes on the expert's new drives; crashes, return and mistakes on its own.

    The mistakes are those in the first T steps after the expert has handed over; beside them, those that the
    learner would have made on the same stretches if the expert had driven on.
    """
    new = collect_trajectories(EXPERT, DRIVING.env_id, 10, seed + 500_000, **DRIVING.test_options)
    steps = stack_steps(new)
    remembered = torch.from_numpy(np.concatenate([stack_history(t.obs[:-1], memory) for t in new]))
    with torch.no_grad():
        loss = bc_loss(policy, remembered, steps.actions).item()
        errors = (policy(remembered).mode - steps.actions).abs().max(dim=1).values  # (B,)
    result = evaluate(fresh(act), DRIVING.env_id, 100, seed, **DRIVING.test_options)
    learner = fresh(act)

    def watched(obs: np.ndarray) -> np.ndarray:
        learner(obs)  # so that a memory is filled when the learner takes over
        return EXPERT(obs)

    driven, shown = (
        collect_after_hand_over(actor, watched, DRIVING.env_id, 40, HAND_OVER, seed, **DRIVING.test_options)
        for actor in (learner, EXPERT)
    )
    asked = [replace(t, actions=policy.act(stack_history(t.obs[:-1], memory))) for t in shown]
    return {
        "loss": loss,
        "mistakes_on_experts_drives": (errors > TOLERANCE).float().mean().item(),
        "crash_rate": result.crash_rate,
        "return": result.mean_return,
        "mistakes": cost_by_horizon(driven, EXPERT, HORIZONS, TOLERANCE).tolist(),
        "mistakes_beside_the_expert": cost_by_horizon(asked, EXPERT, HORIZONS, TOLERANCE).tolist(),
    }


def fresh(act: Actor) -> Actor:
    """The actor, with an empty memory if it has one."""
    return Remembering(act.act, act.length) if isinstance(act, Remembering) else act


def with_memory(inputs: list[int], seed: int) -> dict:
    """A clone that sees the last observations side by side; what a false past changes in its answers."""
    envs = make_batch(DRIVING.env_id, NUM_CARS, **DRIVING.training_options)
    steps = demonstrate(EXPERT, envs, NUM_STEPS, seed)  # the very steps of the clone without a memory
    obs_dim = steps.obs.shape[1]
    by_car = steps.obs.numpy().reshape(NUM_STEPS, NUM_CARS, obs_dim).swapaxes(0, 1)  # (N, T, obs_dim)
    stacked = np.stack([stack_history(obs, MEMORY) for obs in by_car], axis=1)  # (T, N, MEMORY * obs_dim)
    past = torch.from_numpy(stacked.reshape(len(steps), -1))
    demos = Batch(past, steps.actions)
    space = gym.spaces.Box(-np.inf, np.inf, (MEMORY * obs_dim,), np.float32)
    columns = [obs_dim * i + column for i in range(MEMORY) for column in inputs]
    policy = make_policy(space, gym.make(DRIVING.env_id).action_space, seed, inputs=columns)
    clone_of(DRIVING, [demos], seed, NUM_UPDATES, policy)
    motionless = past[:, -obs_dim:].repeat(1, MEMORY)  # the present, as if it had always been so
    with torch.no_grad():
        change = (policy(motionless).mode - policy(past).mode).abs().mean().item()
    act = Remembering(policy.act, MEMORY)
    return judge(act, policy, seed, MEMORY) | {"change_after_a_lie": change, "crashes_in_training": 0}


def run() -> dict:
    """For each arm, each measured value of each seed."""
    found = run_seeds(arms, SEEDS)
    recorded = {
        arm: {name: np.round([seed[arm][name] for seed in found], 4).tolist() for name in found[0][arm]}
        for arm in found[0]
    }
    return {"seeds": SEEDS, "horizons": HORIZONS, "learners": recorded}
