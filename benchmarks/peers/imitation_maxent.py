"""Run by benchmarks/maxent.py in a Python that has `imitation` 1.0.1: one gradient of its tabular MCE-IRL."""

import json
import sys
import time
from functools import partial

import numpy as np
from imitation.algorithms.mce_irl import mce_occupancy_measures, mce_partition_fh
from seals.base_envs import TabularModelPOMDP


def make_world(given, num_steps: int) -> tuple[TabularModelPOMDP, TabularModelPOMDP]:
    """Our world by its conventions: one table for the policy and one for the visits, which share arrays.

    Ours rewards the arrivals 1 .. T, and an episode ends at a terminal state. Theirs rewards the states at
    the steps 0 .. H - 1, acts at each, and never ends. So H = T + 1 for the policy, and H = T for the visits,
    of which that of step 0 is not an arrival. What follows a terminal state is one more state, which leads to
    itself and costs log A a step: what the free choice among A actions is worth there. The last action, at
    step T, changes nothing and is worth log A to every episode, be it over or not.
    """
    num_states = len(given["terminal"])  # and the one after the end
    num_actions = 4
    transitions = np.zeros((num_states + 1, num_actions, num_states + 1))
    states, actions = np.divmod(given["pairs"], num_actions)
    transitions[states, actions, given["next_states"]] = given["chances"]
    transitions[np.append(given["terminal"], True), :, num_states] = 1
    table = partial(
        TabularModelPOMDP,
        transition_matrix=transitions,
        observation_matrix=np.append(given["features"], np.zeros_like(given["features"][:1]), axis=0),
        reward_matrix=np.zeros(num_states + 1),
        initial_state_dist=np.append(given["start"], 0.0),
    )
    return table(horizon=num_steps + 1), table(horizon=num_steps)


def gradient(for_policy: TabularModelPOMDP, for_visits: TabularModelPOMDP, given) -> np.ndarray:
    """The demonstrator's features less the learner's: (F,)."""
    rewards = for_policy.observation_matrix @ given["weights"]  # (S + 1,)
    rewards[-1] = -np.log(for_policy.action_dim)
    _, _, policy = mce_partition_fh(for_policy, reward=rewards)
    presence, _ = mce_occupancy_measures(for_visits, reward=rewards, pi=policy)  # (T + 1, S + 1)
    return given["demo_features"] - presence[1:].sum(axis=0) @ for_visits.observation_matrix


given = dict(np.load(sys.argv[1]))
settings = json.loads(sys.argv[2])
worlds = make_world(given, settings["num_steps"])
seconds = []
for _ in range(settings["warm_ups"] + settings["repetitions"]):
    start = time.perf_counter()
    result = gradient(*worlds, given)
    seconds.append(time.perf_counter() - start)
print(json.dumps({"seconds": seconds[settings["warm_ups"] :], "gradient": result.tolist()}))
