"""The demonstrators of the driving world, and the keys for a human one."""

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np

from ilrl_course.envs.driving import planning, spec

HUMAN_KEYS = {
    "ArrowLeft": (1.0, 0.0),
    "ArrowRight": (-1.0, 0.0),
    "ArrowUp": (0.0, 1.0),
    "ArrowDown": (0.0, -1.0),
}
IDLE_ACTION = np.zeros(2, dtype=np.float32)
CALM_GRIP, CALM_BRAKING = 1.2, 7.0  # -, m/s^2; more than the grip, since a car can cut corners
SIDES = {"left": 1, "right": -1, "roomier": 0}


@dataclass(frozen=True)
class Style:
    """How a demonstrator drives."""

    grip_used: float  # part of the grip that it dares to use
    top_speed: float  # m/s
    margin: float = 0.35  # m kept to the edges of the road
    sight: float = spec.SIGHT  # m: it takes the road beyond to be straight
    noise: tuple[float, float] = (0.0, 0.0)  # standard deviation in steering and pedals
    lane: tuple[float, float] = (-1.0, 1.0)  # part of the usable road, from right to left


STYLES = {
    "expert": Style(grip_used=0.82, top_speed=25.0, lane=(-0.6, 0.6)),
    "weak": Style(grip_used=0.55, top_speed=9.0, margin=0.1, sight=9.0, noise=(0.2, 0.3)),
    "biased": Style(grip_used=0.4, top_speed=7.0, lane=(0.55, 0.9)),
    "calm": Style(grip_used=0.45, top_speed=11.0, lane=(-0.4, 0.4)),  # what a scripted person intends
}


def make_demonstrator(kind: str, seed: int = 0, side: str = "roomier", **options) -> Callable:
    """A scripted driver as an actor: obs (B, 22), or (B, 24) with the last action, -> actions (B, 2) float32.

    `kind` is "expert" (plans a line, drives near the limit), "weak" (short-sighted and shaky) or "biased"
    (hugs the left edge and creeps). Only the weak one is random, from its own generator. `side` says where
    road works are passed: "left", "right" or "roomier". `options` are the world's; the driver must know the
    grip, which no observation tells.
    """
    if kind not in STYLES:
        raise ValueError(f"kind is {kind!r}: choose from {', '.join(STYLES)}")
    if side not in SIDES:
        raise ValueError(f"side is {side!r}: choose from {', '.join(SIDES)}")
    style, grip = STYLES[kind], spec.make_options(options).grip
    rng = np.random.default_rng(seed)

    def act(obs: np.ndarray) -> np.ndarray:
        view = planning.View.of(obs)
        view.curvature[:, style.sight < spec.LOOK_AHEAD] = 0.0
        plan = planning.plan_line(view, style.margin, SIDES[side], style.lane)
        actions = follow(view, plan, style.grip_used * grip, style.top_speed)
        if any(style.noise):
            actions = actions + rng.normal(size=actions.shape) * style.noise
        return np.clip(actions, -1.0, 1.0).astype(np.float32)

    return act


def planned_line(obs: np.ndarray) -> np.ndarray:
    """The expert's planned offsets (B, 12) in m at the look-ahead distances, for obs (B, 22)."""
    style = STYLES["expert"]
    return planning.plan_line(planning.View.of(obs), style.margin, lane=style.lane).offsets


def is_safe(obs: np.ndarray) -> np.ndarray:
    """Would a careful passenger keep calm? (B,) bool for obs (B, 22).

    The wheels are more than 0.9 m from the edge of the road, and the car is slow enough for every bend within
    24 m of a dry road, or can still brake in time. Objects and the car's heading are not considered.
    """
    view = planning.View.of(obs)
    to_the_edge = view.half_width - spec.CAR_WIDTH / 2 - np.abs(view.d)  # (B,) m
    distance = spec.LOOK_AHEAD[:7]  # (7,) m
    bends = np.maximum(np.abs(view.curvature[:, :7]), 1e-3)  # (B, 7) 1/m
    held = CALM_GRIP * spec.GRAVITY / bends + 2 * CALM_BRAKING * distance  # (B, 7) m^2/s^2: speed squared
    return (to_the_edge > 0.9) & (view.v**2 <= held.min(axis=1))


def follow(view: planning.View, plan: planning.Plan, grip: float, top_speed: float) -> np.ndarray:
    """Steering and pedals (B, 2) that drive the planned line with this grip."""
    ahead = view.v * spec.STEP_TIME / 2 / planning.GAP  # in intervals: the middle of the coming step
    road = view.curvature[:, 0] + ahead * (view.curvature[:, 1] - view.curvature[:, 0])
    bend = plan.bends[:, 0] * np.cos(view.psi) ** 2
    path = (road + bend) * np.cos(view.psi) / (1 - view.d * road)  # 1/m
    steering = path * (1 + (view.v / spec.STEERING_SPEED) ** 2) / spec.MAX_CURVATURE
    limit = planning.speed_limit(plan, view, grip, top_speed)  # (B, 11) m^2/s^2
    reach = np.maximum(3.0, 0.2 * view.v)  # m: reach the speed that is allowed there
    share = np.clip((reach - 2.0) / planning.GAP, 0.0, 1.0)
    allowed = limit[:, 0] + share * (limit[:, 1] - limit[:, 0])
    force = (allowed - view.v**2) / (2 * reach) + spec.DRAG * view.v**2  # m/s^2
    hold = grip * spec.GRAVITY
    left = np.sqrt(np.maximum(hold**2 - (view.v**2 * path) ** 2, (0.4 * hold) ** 2))  # of the friction circle
    force = np.clip(force, -left, left)
    pedals = np.where(force > 0, force / spec.ENGINE, force / spec.BRAKES)
    return np.clip(np.stack([steering, pedals], axis=1), -1.0, 1.0)
