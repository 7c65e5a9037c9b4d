"""CartPole: Gymnasium's own physics (CartPole-v1) behind the interface that all worlds share."""

import gymnasium as gym
import numpy as np
from gymnasium.envs.classic_control.cartpole import CartPoleEnv as GymnasiumCartPole
from gymnasium.envs.classic_control.cartpole import CartPoleVectorEnv as GymnasiumCartPoles

from ilrl_course.envs.batched import METADATA, BatchedWorld, SingleWorld
from ilrl_course.envs.options import require_between, require_flag, require_known

OPTIONS = ("pole_length", "gravity", "force", "fixed_horizon")
HUMAN_KEYS = {"ArrowLeft": 0, "ArrowRight": 1}
IDLE_ACTION = None  # the cart is always pushed: without a key, the last push goes on


class CartPoleVectorEnv(BatchedWorld):
    """Balance a pole on a cart by pushing the cart left or right, 50 times a second, for 10 seconds.

    Physics, start states, thresholds and pictures are Gymnasium's `CartPole-v1` (Barto, Sutton and Anderson
    1983); with default options it gives the same trajectories from the same seeds.

    Observation (4,) float32:

    | # | meaning                  | unit  | ends the episode beyond |
    |---|--------------------------|-------|-------------------------|
    | 0 | position of the cart     | m     | 2.4                     |
    | 1 | velocity of the cart     | m/s   |                         |
    | 2 | angle of the pole        | rad   | 0.2095 (12 degrees)     |
    | 3 | angular velocity         | rad/s |                         |

    Actions: 0 pushes left, 1 pushes right. Reward: `alive`, 1 a step. Ends: the pole or the cart beyond its
    threshold terminates (`crashed`); 500 steps truncate (`success`). With `fixed_horizon=True` nothing
    terminates: what has fallen stays where it fell and pays 0, and every episode has 500 steps, so that the
    length of an episode says nothing about the reward.

    Options: `pole_length` in m (full length, 1.0), `gravity` in m/s² (9.8), `force` in N (10.0).
    """

    metadata = METADATA | {"render_fps": 50}
    max_steps = 500

    def __init__(
        self,
        num_envs: int = 1,
        pole_length: float = 1.0,
        gravity: float = 9.8,
        force: float = 10.0,
        fixed_horizon: bool = False,
        **interface,
    ):
        require_between("pole_length", pole_length, 0.1, 10.0, "in m, the full length")
        require_between("gravity", gravity, 0.1, 100.0, "in m/s²")
        require_between("force", force, 0.1, 100.0, "in N")
        require_flag("fixed_horizon", fixed_horizon)
        self.physics = GymnasiumCartPoles(num_envs, max_episode_steps=2 * self.max_steps)
        self.physics.length = pole_length / 2  # Gymnasium counts half the pole
        self.physics.polemass_length = self.physics.masspole * self.physics.length
        self.physics.gravity = gravity
        self.physics.force_mag = force
        self.physics.state = np.zeros((4, num_envs))
        self.fixed_horizon = fixed_horizon
        self.fallen = np.zeros(num_envs, dtype=bool)  # (N,)
        self.single_observation_space = self.physics.single_observation_space
        self.single_action_space = self.physics.single_action_space
        if fixed_horizon:
            self.single_observation_space = gym.spaces.Box(-np.inf, np.inf, (4,), np.float32)
        self.camera: GymnasiumCartPole | None = None  # which a copy makes anew
        super().__init__(num_envs, **interface)

    def _start(self, rows: np.ndarray) -> None:
        for row in rows:
            self.physics.state[:, row] = self.generators[row].uniform(-0.05, 0.05, size=4)
        self.fallen[rows] = False

    def _advance(self, actions: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
        before = self.physics.state
        self.physics.prev_done[:] = False  # we reset by mask; Gymnasium's own reset must never fire
        reward, beyond = self.physics.step(actions)[1:3]  # (N,), (N,)
        if not self.fixed_horizon:
            self.fallen = beyond.copy()  # the caller's array must not change when a row starts anew
            return reward, beyond
        self.physics.state[:, self.fallen] = before[:, self.fallen]
        self.fallen |= beyond
        return (~self.fallen).astype(np.float32), np.zeros(self.num_envs, dtype=bool)

    def _observe(self) -> np.ndarray:
        return self.physics.state.T.astype(np.float32)  # (N, 4)

    def _info(self, terminated: np.ndarray, truncated: np.ndarray) -> dict[str, np.ndarray]:
        return {"crashed": self.fallen.copy(), "success": self.in_full_length & ~self.fallen}

    def __getstate__(self):
        return vars(self) | {"camera": None}

    def _draw(self, row: int) -> np.ndarray:
        if self.camera is None:
            self.camera = GymnasiumCartPole(render_mode="rgb_array")
            self.camera.length = self.physics.length
        self.camera.state = self.physics.state[:, row]
        return self.camera.render()


class CartPoleEnv(SingleWorld):
    """One cart and pole; see `CartPoleVectorEnv` for the observations, actions, reward, ends and options."""

    metadata = SingleWorld.metadata | {"render_fps": 50}
    batched_class = CartPoleVectorEnv


def make_demonstrator(kind: str, seed: int = 0, **options):
    """An actor, obs (B, 4) -> actions (B,): `expert`, `weak` (two pushes in five are random) or `biased`.

    The biased one balances well, but always 1.2 m to the right of the middle. The feedback gains suit weak
    and strong gravity and force, and poles of up to 2 m, but no longer ones; `options`, which are the
    world's, change nothing. Raises ValueError for another kind, or an option that the world does not have.
    """
    require_known("CartPole", options, OPTIONS)
    if kind not in ("expert", "weak", "biased"):
        raise ValueError(f"no CartPole demonstrator is called {kind!r}: choose 'expert', 'weak' or 'biased'")
    generator = np.random.default_rng(seed)
    goal = 1.2 if kind == "biased" else 0.0  # m

    def demonstrator(obs: np.ndarray) -> np.ndarray:
        position, velocity, angle, angular_velocity = obs.T  # each (B,)
        lean = 0.3 * (position - goal) + 0.5 * velocity + 5 * angle + angular_velocity
        actions = (lean > 0).astype(np.int64)  # (B,)
        if kind == "weak":
            is_random = generator.random(len(obs)) < 0.4
            actions = np.where(is_random, generator.integers(0, 2, len(obs)), actions)
        return actions

    return demonstrator
