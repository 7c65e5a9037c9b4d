"""The settings of GAIL and AIRL in the tutorials of `imitation`, and the worlds that it is measured in.

They are those of docs/tutorials/3_train_gail.ipynb and 4_train_airl.ipynb in HumanCompatibleAI/imitation: in
their latest form (commits 4c62f6c and 07b300b) and in an earlier one (commit 005c15f). What they do not
mention is as `imitation` and Stable-Baselines3 have it, such as rounds of 2,048 steps of each world.
"""

MAX_ENV_STEPS = 400_000
TUTORIALS = {
    "GAIL": {
        "ppo": {"batch_size": 64, "ent_coef": 0.0, "learning_rate": 4e-4, "gamma": 0.95, "n_epochs": 5},
        "trainer": {
            "demo_batch_size": 1024,
            "gen_replay_buffer_capacity": 512,
            "n_disc_updates_per_round": 8,
        },
    },
    "AIRL": {
        "ppo": {
            "batch_size": 64,
            "ent_coef": 0.0,
            "learning_rate": 5e-4,
            "gamma": 0.95,
            "clip_range": 0.1,
            "vf_coef": 0.1,
            "n_epochs": 5,
        },
        "trainer": {
            "demo_batch_size": 2048,
            "gen_replay_buffer_capacity": 512,
            "n_disc_updates_per_round": 16,
        },
    },
}
EARLIER_TUTORIAL = {  # the same settings for both
    "ppo": {"batch_size": 64, "ent_coef": 0.0, "learning_rate": 3e-4, "n_epochs": 10},
    "trainer": {
        "demo_batch_size": 1024,
        "gen_replay_buffer_capacity": 2048,
        "n_disc_updates_per_round": 4,
    },
}
FIXED_HORIZON = {"world": "seals:seals/CartPole-v0", "episodes_end_early": False, "num_envs": 8}
WITH_FALLS = {"world": "CartPole-v1", "episodes_end_early": True, "num_envs": 8}
NOTES = [
    f"imitation's policy changes after every 16,384 env steps, of which it has at most {MAX_ENV_STEPS:,}. "
    "Who misses the goal is counted with all steps, and the factor is then only a lower bound.",
    "imitation has the networks and settings of its tutorials, and writes no log. Ours differ, so the "
    "factors compare whole methods, and not only the speed of the code. To match the expert, its "
    "documentation names 800,000 env steps (GAIL) and 2,000,000 (AIRL); for better results, the earlier "
    "tutorials name 300,000.",
    "All of its tutorials learn in seals/CartPole-v0: a fall is not the end there, every episode has 500 "
    "steps. In CartPole-v1 a fall ends the episode, so a reward that is always positive, such as GAIL's, "
    "favors long episodes by itself. Ours learns in CartPole-v1 as if what has fallen stayed there for good, "
    "so that an end is judged like any other step.",
    "The tutorials record 60 episodes of a trained expert that samples its actions, which imitation's "
    "documentation demands for AIRL; the course's expert is deterministic.",
]


def contestants(algorithm: str) -> dict[str, dict]:
    """Method to settings of the peer's script."""
    settings = {"algorithm": algorithm, "max_env_steps": MAX_ENV_STEPS}
    return {
        "imitation, its tutorial": settings | TUTORIALS[algorithm] | FIXED_HORIZON,
        "imitation, an earlier tutorial": settings | EARLIER_TUTORIAL | FIXED_HORIZON,
        "imitation, CartPole-v1": settings | TUTORIALS[algorithm] | WITH_FALLS,
    }
