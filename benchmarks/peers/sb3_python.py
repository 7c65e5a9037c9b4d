"""How benchmarks/ppo.py starts the Python in which Stable-Baselines3 is installed, and with what settings."""

import subprocess
from pathlib import Path

from course_tools.records.scripts import load_script
from course_tools.workplace import ROOT, CourseError
from ilrl_course.algorithms.ppo import PPOConfig

ITS_OWN_SETTINGS = {
    "CartPole": (
        "SB3, its tuned settings",  # in RL Baselines3 Zoo
        {
            "max_env_steps": 100_000,
            "constant": {
                "n_steps": 32,
                "batch_size": 256,
                "gae_lambda": 0.8,
                "gamma": 0.98,
                "n_epochs": 20,
                "ent_coef": 0.0,
            },
            "falling": {"learning_rate": 1e-3, "clip_range": 0.2},  # to 0, in a straight line
        },
    ),
    "Driving": (
        "SB3, its defaults",
        {"max_env_steps": 400_000, "constant": {"n_steps": 32}, "falling": {}},
    ),
}
NOT_MEASURED = "Stable-Baselines3 was not measured: give --sb3-python PATH"

run_peer = load_script(Path(__file__).parent, "imitation_python").run_peer


def add_arguments(parser) -> None:
    """Where to find the peer."""
    parser.add_argument(
        "--sb3-python",
        metavar="PATH",
        help="a Python in which stable-baselines3 2.9 is installed, beside what the course needs",
    )


def sb3_version(python: str) -> str:
    """Raises CourseError unless this Python can import both Stable-Baselines3 and the course."""
    check = "import ilrl_course.rollout, stable_baselines3; print(stable_baselines3.__version__)"
    try:
        result = subprocess.run([python, "-c", check], check=True, capture_output=True, text=True, cwd=ROOT)
    except (OSError, subprocess.CalledProcessError) as error:
        raise CourseError(
            f"{python} cannot import stable_baselines3 and what the course needs: give a Python in which "
            "both are installed"
        ) from error
    return result.stdout.strip()


def as_settings(config: PPOConfig, num_envs: int) -> dict:
    """Ours by SB3's names; so are the course's Adam and initial spread of actions, where SB3 has others."""
    return {
        "max_env_steps": config.num_iterations * config.num_steps * num_envs,
        "constant": {
            "n_steps": config.num_steps,
            "batch_size": config.minibatch_size,
            "n_epochs": config.num_epochs,
            "gamma": config.gamma,
            "gae_lambda": config.gae_lambda,
            "clip_range": config.clip_coef,
            "ent_coef": config.ent_coef,
            "vf_coef": config.vf_coef,
            "max_grad_norm": config.max_grad_norm,
            "policy_kwargs": {"log_std_init": -0.5, "optimizer_kwargs": {"eps": 1e-8}},
        },
        "falling": {"learning_rate": config.learning_rate},
    }
