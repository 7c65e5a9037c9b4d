"""What fine-tuning does in the worlds: all of it is counted, and the warm-up is not played a second time."""

import gymnasium as gym

from ilrl_course.algorithms.finetune import FinetuneConfig, finetune
from ilrl_course.measures.driving_safety import SafetyLog
from ilrl_course.networks import make_policy, make_value_net
from ilrl_course.rollout import make_batch
from tests.algorithms.test_finetune import CARTPOLE, DRIVING, NUM_ENVS, SHORT, make_run
from tests.algorithms.test_ppo_worlds import Bandit


class Notary(gym.vector.VectorWrapper):
    """Worlds that write down how many episodes ended in a crash."""

    crashes = num_steps = 0

    def step(self, actions):
        results = super().step(actions)
        _, _, terminated, truncated, info = results
        self.crashes += int((info["crashed"] & (terminated | truncated)).sum())
        self.num_steps += self.num_envs
        return results


class Recorder(gym.vector.VectorWrapper):
    """Worlds that write down what was done in them, and where all copies were reset at once."""

    def __init__(self, envs):
        super().__init__(envs)
        self.starts, self.actions = [], []

    def reset(self, *, seed=None, options=None):
        obs, info = super().reset(seed=seed, options=options)
        if options is None:
            self.starts.append(obs.tolist())
        return obs, info

    def step(self, actions):
        self.actions.append(actions.tolist())
        return super().step(actions)


def recorded(envs, seed):
    """The first starts and actions of the warm-up, and those of PPO."""
    recorder = Recorder(envs)
    policy = make_policy(envs.single_observation_space, envs.single_action_space, seed=0)
    value_net = make_value_net(envs.single_observation_space, seed=1)
    config = FinetuneConfig(num_warmup_iterations=1, num_iterations=1, num_steps=8, num_epochs=1)
    list(finetune(policy, value_net, None, recorder, config, seed))
    return *recorder.starts, recorder.actions[:8], recorder.actions[8:]


def test_ppo_does_not_repeat_the_episodes_and_the_actions_of_the_warm_up():
    first, later, _, _ = recorded(make_batch(CARTPOLE, NUM_ENVS), seed=0)
    assert first != later
    _, _, first, later = recorded(Bandit(), seed=0)  # where all looks alike
    assert first != later


def test_the_actions_of_the_warm_up_follow_the_seed():
    first, again, other = (recorded(Bandit(), seed)[2] for seed in (0, 0, 1))
    assert first == again != other


def test_steps_and_crashes_of_the_warm_up_and_of_ppo_add_up_to_what_happened():
    policy, value_net, demos, envs = make_run(DRIVING)
    notary = Notary(SafetyLog(envs))
    config = FinetuneConfig(**SHORT | {"num_steps": 60}, exploration_std=1.0)
    counted, happened = [], []
    for metrics in finetune(policy, value_net, demos, notary, config, seed=0):
        counted.append((metrics["env_steps"], metrics["crashes"]))
        happened.append((notary.num_steps, notary.crashes))
    assert counted == happened
    assert [steps for steps, _ in counted] == [240, 480, 720, 960, 1200]
    assert notary.env.env_steps == 1200
    assert 0 < happened[1][1] < happened[-1][1]  # both in the warm-up and later
