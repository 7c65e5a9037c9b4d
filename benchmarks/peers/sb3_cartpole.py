"""Imported by the scripts that run in the peer's Python: a fresh network and its score on CartPole."""

import gymnasium as gym
from stable_baselines3.common.evaluation import evaluate_policy
from stable_baselines3.common.policies import ActorCriticPolicy
from stable_baselines3.common.vec_env import DummyVecEnv


def make_worlds(num_envs: int, seed: int, **options) -> DummyVecEnv:
    """Copies of CartPole-v1 whose next reset is seeded."""
    worlds = DummyVecEnv([lambda: gym.make("CartPole-v1", **options)] * num_envs)
    worlds.seed(seed)
    return worlds


def make_policy() -> ActorCriticPolicy:
    """A network of the course's shape, 64-64 tanh; its own optimizer (1e-3) is not used."""
    env = gym.make("CartPole-v1")
    return ActorCriticPolicy(env.observation_space, env.action_space, lambda _: 1e-3, net_arch=[64, 64])


def mean_return(policy: ActorCriticPolicy, seed: int) -> float:
    """The mean return of the likeliest actions over 100 episodes, one in each of 100 worlds."""
    mean, _ = evaluate_policy(
        policy, make_worlds(100, seed), n_eval_episodes=100, deterministic=True, warn=False
    )
    return float(mean)
