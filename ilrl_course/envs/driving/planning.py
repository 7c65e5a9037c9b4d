"""The planned line: the path of least bending inside a corridor, and the speed that can be held on it.

Both are computed from the observation alone, for a whole batch. With d(x) the offset at distance x ahead, the
path's curvature is about the road's curvature plus d''(x); the line minimizes its integrated square. That is
a quadratic program with one constant matrix, solved by a few steps of ADMM (Boyd et al. 2011, sec. 5.2).
"""

from dataclasses import dataclass

import numpy as np

from ilrl_course.envs.driving import spec

NODES = spec.LOOK_AHEAD  # (12,) m: where the line's offset is planned
GAP = NODES[1]  # m between two nodes; the line bends evenly between them
NUM_BENDS = len(NODES) - 1
ADMM_STEPS, PENALTY = 25, 3e-3
CENTERING = 2e-4  # 1/m^4: pull to the middle where nothing else matters
CLEARANCE = 2.3  # m, middle to middle, when passing an object
ALONGSIDE = 4.5  # m, middle to middle along the road: nearer than that, keep the clearance
FUNNEL = 0.4  # farther off, the clearance shrinks by this much per m, so that the line does not jump
CAUTION = 0.7  # part of the usual grip for planning the speed where there are objects


def _bend_effect() -> np.ndarray:
    """Offset at node i for a unit bend in interval j: (12, 11)."""
    i, j = np.arange(len(NODES))[:, None], np.arange(NUM_BENDS)[None, :]
    return np.where(j < i, GAP**2 * (i - j - 0.5), 0.0)


EFFECT = _bend_effect()
END_SLOPE = np.full((1, NUM_BENDS), GAP)  # slope at the horizon's end for a unit bend
COST = GAP * (np.eye(NUM_BENDS) + CENTERING * EFFECT.T @ EFFECT) + 2.0 * END_SLOPE.T @ END_SLOPE
INVERSE = np.linalg.inv(COST + PENALTY * EFFECT.T @ EFFECT)


@dataclass(frozen=True)
class View:
    """An observation in units: (B,) each, `curvature` (B, 12) and the objects' `gap, place, pace` (B, 2)."""

    d: np.ndarray
    psi: np.ndarray
    v: np.ndarray
    half_width: np.ndarray
    curvature: np.ndarray
    gap: np.ndarray
    place: np.ndarray
    pace: np.ndarray

    @classmethod
    def of(cls, obs: np.ndarray) -> "View":
        """Undo the scaling of obs (B, 22)."""
        obs = np.asarray(obs, dtype=np.float64)
        half_width = obs[:, spec.WIDTH] * spec.WIDTH_SCALE
        gap, place, pace = obs[:, spec.OBJECTS : spec.LAST_ACTION].reshape(-1, 2, 3).transpose(2, 0, 1)
        return cls(
            d=obs[:, spec.OFFSET] * half_width,
            psi=np.clip(obs[:, spec.HEADING], -1.2, 1.2),
            v=np.maximum(obs[:, spec.SPEED] * spec.SPEED_SCALE, 0.1),
            half_width=half_width,
            curvature=obs[:, spec.CURVATURE : spec.OBJECTS] * spec.CURVATURE_SCALE,
            gap=np.where(gap < 1, gap * spec.SIGHT, np.inf),
            place=place * half_width[:, None],
            pace=pace * spec.OBJECT_SPEED_SCALE,
        )


@dataclass(frozen=True)
class Plan:
    """Offsets at the nodes (B, 12), the road's turn-in `bends` d'' and the path's `curvature` (B, 11)."""

    offsets: np.ndarray
    bends: np.ndarray
    curvature: np.ndarray
    blocked_at: np.ndarray  # (B,) m: where the line would hit something, inf if it does not


def plan_line(view: View, margin: float, side: int = 0, lane: tuple[float, float] = (-1.0, 1.0)) -> Plan:
    """The line of least bending that keeps `margin` (m) to the edges and passes objects.

    `side` is 1 to pass road works on the left, -1 on the right, 0 where there is more room; `lane` narrows
    the corridor to a part of the usable road, from -1 (right edge) to 1 (left edge).
    """
    room = np.maximum(view.half_width - spec.CAR_WIDTH / 2 - margin, 0.2)  # (B,)
    low, high = (np.repeat((room * edge)[:, None], len(NODES), axis=1) for edge in lane)
    near = np.zeros((len(room), 2, len(NODES)), dtype=bool)
    for k in range(2):
        if np.isfinite(view.gap[:, k]).any():
            near[:, k] = _leave_room(view, k, side, room, low, high)
    slope = (1 - view.d * view.curvature[:, 0]) * np.tan(view.psi)
    straight_on = view.d[:, None] + slope[:, None] * NODES  # (B, 12)
    road = (view.curvature[:, 1:] + view.curvature[:, :-1]) / 2  # (B, 11)
    linear = GAP * (road + CENTERING * straight_on @ EFFECT) + 2.0 * slope[:, None] * END_SLOPE
    bends, offsets = _solve(linear, straight_on, low, high)
    outside = np.maximum(low - offsets, offsets - high) > 0.4
    hits = near & outside[:, None]  # (B, 2, 12)
    blocked_at = np.where(hits.any(axis=2), np.maximum(view.gap - ALONGSIDE - 1.0, 0.0), np.inf).min(axis=1)
    curvature = (road + bends) / (1 - offsets[:, :-1] * road)
    return Plan(offsets, bends, curvature, blocked_at)


def _solve(linear, straight_on, low, high) -> tuple[np.ndarray, np.ndarray]:
    """ADMM for min u'COST u / 2 + linear'u subject to low <= straight_on + EFFECT u <= high."""
    dual = np.zeros_like(straight_on)
    target = np.clip(straight_on, low, high)
    for _ in range(ADMM_STEPS):
        bends = (PENALTY * (target - dual - straight_on) @ EFFECT - linear) @ INVERSE
        offsets = straight_on + bends @ EFFECT.T
        target = np.clip(offsets + dual, low, high)
        dual += offsets - target
    return bends, offsets


def _leave_room(view: View, k: int, side: int, room, low, high) -> np.ndarray:
    """Narrow the corridor (in place) where the car will be beside object k; returns where, (B, 12) bool."""
    place, stands = view.place[:, k], view.pace[:, k] < 0.5
    passing = np.where(stands & (side != 0), side, np.where(place > 0, -1, 1))  # 1: to the left of it
    closing = np.clip(1 - view.pace[:, k] / view.v, 0.2, 1.0)[:, None]
    distance = np.abs(NODES * closing - np.minimum(view.gap[:, k], 1e6)[:, None])  # (B, 12) m to the object
    edge = np.clip(place + passing * CLEARANCE, -room, room)[:, None]
    slack = FUNNEL * np.maximum(distance - ALONGSIDE, 0.0)
    left = (passing > 0)[:, None]
    low[:] = np.where(left, np.maximum(low, edge - slack), low)
    high[:] = np.where(
        left, np.maximum(high, low), np.maximum(np.minimum(high, edge + slack), -room[:, None])
    )
    low[:] = np.minimum(low, high)
    return distance < ALONGSIDE


def speed_limit(plan: Plan, view: View, grip: float, top_speed: float) -> np.ndarray:
    """Squared speed (B, 11) that the tires hold in each interval, and from which braking is in time."""
    careful = np.where(np.isfinite(view.gap).any(axis=1), CAUTION, 1.0)[:, None]
    hold = grip * spec.GRAVITY
    braking = min(0.65 * hold, spec.BRAKES)
    limit = np.minimum(careful * hold / np.maximum(np.abs(plan.curvature), 1e-3), top_speed**2)
    beyond = hold * 6.0  # a hairpin may wait beyond the horizon
    for j in reversed(range(NUM_BENDS)):
        beyond = limit[:, j] = np.minimum(limit[:, j], beyond + 2 * GAP * braking)
    return np.minimum(limit, (2 * braking * plan.blocked_at)[:, None])
