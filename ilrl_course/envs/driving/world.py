"""The driving world: N cars on their own closed roads, stepped in one NumPy call."""

from copy import copy

import gymnasium as gym
import numpy as np
from gymnasium.vector import AutoresetMode

from ilrl_course.envs.batched import BatchedWorld, SingleWorld
from ilrl_course.envs.driving import spec
from ilrl_course.envs.driving.objects import RoadObjects
from ilrl_course.envs.driving.tracks import NUM_POINTS, track_bank

SUBSTEPS = 2  # integration steps in an environment step


class DrivingVectorEnv(BatchedWorld):
    """N cars on procedurally generated closed roads; too fast in a bend means off the road.

    A step is 0.1 s; an episode is at most 300 steps (30 s). All lengths are in m, times in s, angles in rad.
    Left is positive. The state is kept in road coordinates: distance `s` along the center line, offset `d` to
    its left, heading error `psi` against the road, speed `v`.

    Observation: (22,) float32, the same for all options but `show_last_action`.

    | columns | meaning                                                      | unit  | scaled by      |
    |---------|--------------------------------------------------------------|-------|----------------|
    | 0       | offset from the middle of the road, left positive            | m     | half the width |
    | 1       | heading error, left positive, in [-pi, pi]                   | rad   | 1              |
    | 2       | speed                                                        | m/s   | 20             |
    | 3       | half the road's width                                        | m     | 5              |
    | 4 - 15  | curvature of the road 0, 4, ..., 44 m ahead, left positive   | 1/m   | 0.1            |
    | 16 - 18 | next object: gap (middle to middle, along the road), ...     | m     | 50             |
    |         | ... its offset from the middle of the road, ...              | m     | half the width |
    |         | ... its speed                                                | m/s   | 10             |
    | 19 - 21 | the same for the object after it                             |       |                |
    | 22 - 23 | with `show_last_action`: steering and pedals one step ago    |       | 1              |

    Objects are seen from 50 m ahead until 5 m behind; where there is none: 1, 0, 0. Grip is not observed.

    Action: (2,) in [-1, 1], clipped. First steering: 1 is full left; the commanded curvature of the path is
    `0.3 / (1 + (v / 10)^2)` 1/m there. Then the pedals: 1 is full throttle (5 m/s^2), -1 full brake (9
    m/s^2); air drag is `0.008 v^2`. The tires hold `grip * 9.81` m/s^2 in all, along and across together (the
    friction circle): a larger demand is scaled down: the car runs wide, and brakes worse. It has no reverse.

    Reward: the term `progress`, the way along the center line in this step in m (negative if driven
    backwards), weighted 0.1. Standing still earns 0.
    Ends: terminated when a wheel is over the edge of the road (`off_road`) or the car hits an object
    (`collision`); truncated after 30 s.

    Options (see `DrivingOptions` for ranges): `grip` (1.0; wet about 0.6), `road_width` (8), `start_offset`
    and `start_heading` (largest random values at the start), `traffic` (number of slower cars, which keep to
    their side and never hit a car in front), `road_works` (number of obstacles about the middle), `track` (a
    fixed one), `first_track` and `num_tracks` (episodes draw from so many tracks from that one on, so that
    training and test tracks can be kept apart), `show_last_action` (the observation has two more columns).

    Info, each (N,): `crashed` (off_road or collision), `success` (not crashed in 30 s, and at least one lap),
    `off_road`, `collision`, `progress` (m since the start), `lap_time` (s of the last lap; infinity before).
    """

    max_steps = 300

    def __init__(
        self,
        num_envs: int = 1,
        render_mode: str | None = None,
        max_episode_steps: int | None = None,
        autoreset_mode: AutoresetMode | str = AutoresetMode.NEXT_STEP,
        **options,
    ):
        self.options = spec.make_options(options)
        obs_dim = spec.OBS_DIM + 2 * self.options.show_last_action
        high = np.full(obs_dim, 4.0, dtype=np.float32)
        self.single_observation_space = gym.spaces.Box(-high, high, dtype=np.float32)
        self.single_action_space = gym.spaces.Box(-1.0, 1.0, (2,), dtype=np.float32)
        super().__init__(num_envs, render_mode, max_episode_steps, autoreset_mode)
        self.bank = track_bank()
        self.half_width = self.options.road_width / 2
        self.track = np.zeros(num_envs, dtype=np.int64)
        self.s, self.d, self.psi, self.v = (np.zeros(num_envs) for _ in range(4))  # m, m, rad, m/s
        self.progress, self.lap_length = np.zeros(num_envs), np.ones(num_envs)  # m
        self.laps, self.lap_start, self.lap_time = (np.zeros(num_envs) for _ in range(3))  # -, s, s
        self.last_action = np.zeros((num_envs, 2))
        self.off_road, self.collision = np.zeros((2, num_envs), dtype=bool)
        self.objects = RoadObjects(num_envs, self.options)

    def _start(self, rows):
        options = self.options
        for row in rows:
            rng = self.generators[row]
            offset, heading = rng.uniform(-1.0, 1.0, 2)
            number = options.first_track + int(rng.integers(options.num_tracks))
            number = number if options.track is None else options.track
            self.bank.ensure(number)
            self.track[row] = number
            self.lap_length[row] = self.bank.length[number]
            self.d[row], self.psi[row] = offset * options.start_offset, heading * options.start_heading
            if self.objects.count:
                self.objects.place(row, self.bank.curvature[number], self.bank.length[number], rng)
        self.s[rows] = self.progress[rows] = self.laps[rows] = self.lap_start[rows] = 0.0
        self.v[rows], self.lap_time[rows] = spec.START_SPEED, np.inf
        self.off_road[rows] = self.collision[rows] = False
        self.last_action[rows] = 0.0

    def _advance(self, actions):
        before = self.progress.copy()
        self._drive(actions, spec.STEP_TIME)
        self.psi -= 2 * np.pi * np.round(self.psi / (2 * np.pi))
        self._count_laps(self.progress - before)
        self.off_road = np.abs(self.d) > self.half_width - spec.CAR_WIDTH / 2
        if self.objects.count:
            self.collision = self.objects.hit(self.s, self.d, self.lap_length)
        terms = self._reward_terms(before)
        reward = sum(weight * terms[name] for name, weight in spec.REWARD_WEIGHTS.items())
        return reward.astype(np.float32), self.off_road | self.collision

    def _reward_terms(self, progress_before: np.ndarray) -> dict[str, np.ndarray]:
        return {"progress": self.progress - progress_before}  # m in this step

    def _drive(self, actions: np.ndarray, seconds: float) -> None:
        self.last_action = np.clip(actions.astype(np.float64), -1.0, 1.0)
        steering, pedal = self.last_action.T
        along = np.where(pedal > 0, spec.ENGINE, spec.BRAKES) * pedal  # m/s^2
        for _ in range(SUBSTEPS):
            self._substep(steering, along, seconds / SUBSTEPS)

    def glimpse(self, actions, share):
        """See `BatchedWorld.glimpse`."""
        ghost = copy(self)
        ghost.progress, ghost.objects = (
            self.progress.copy(),
            copy(self.objects),
        )  # the rest is never written to
        ghost._drive(np.asarray(actions), share * spec.STEP_TIME)
        return ghost.render()

    def _substep(self, steering, along, dt):
        """Bicycle in road coordinates: the tires' demand (along, across) is cut to the friction circle."""
        v, road = self.v, self._curvature()
        path = steering * (spec.MAX_CURVATURE / (1 + (v / spec.STEERING_SPEED) ** 2))  # 1/m, commanded
        demand = np.sqrt(along**2 + (path * v**2) ** 2)  # m/s^2
        held = np.minimum(1.0, self.options.grip * spec.GRAVITY / np.maximum(demand, 1e-9))
        self.v = np.maximum(v + (along * held - spec.DRAG * v**2) * dt, 0.0)
        way = (v + self.v) * (dt / 2)  # m
        path = path * held
        psi = self.psi + 0.5 * way * (path - road)  # half-way through the step
        forward = way * np.cos(psi) / (1 - self.d * road)  # m along the center line
        # beyond the edge nothing matters, but the center of the bend must stay out of reach
        limit = self.half_width + 1.5
        self.d = np.clip(self.d + way * np.sin(psi), -limit, limit)
        self.psi = self.psi + way * path - forward * road
        self.progress += forward
        self.s = (self.s + forward) % self.lap_length
        if self.objects.count:
            self.objects.move(self.s, self.d, self.lap_length, dt)

    def _curvature(self, ahead=0.0) -> np.ndarray:
        """Curvature of the road `ahead` (m) of each car: (N,), or (N, K) for (K,) distances."""
        per_meter = NUM_POINTS / self.lap_length
        base = self.track * NUM_POINTS
        if np.ndim(ahead):
            points = ((self.s * per_meter)[:, None] + ahead * per_meter[:, None]).astype(np.int64)
            return self.bank.curvature.take(base[:, None] + points % NUM_POINTS)
        return self.bank.curvature.take(base + (self.s * per_meter).astype(np.int64) % NUM_POINTS)

    def _count_laps(self, way: np.ndarray) -> None:
        beyond = self.progress - (self.laps + 1) * self.lap_length  # m past the end of the lap
        rows = np.flatnonzero(beyond >= 0)
        if len(rows):
            now = (self.steps[rows] + 1 - beyond[rows] / way[rows]) * spec.STEP_TIME  # s, when crossed
            self.lap_time[rows] = now - self.lap_start[rows]
            self.lap_start[rows] = now
            self.laps[rows] += 1

    def _observe(self):
        obs = np.empty(self.observation_space.shape, dtype=np.float32)
        obs[:, spec.OFFSET] = self.d / self.half_width
        obs[:, spec.HEADING] = self.psi
        obs[:, spec.SPEED] = self.v / spec.SPEED_SCALE
        obs[:, spec.WIDTH] = self.half_width / spec.WIDTH_SCALE
        obs[:, spec.CURVATURE : spec.OBJECTS] = self._curvature(spec.LOOK_AHEAD) / spec.CURVATURE_SCALE
        obs[:, spec.OBJECTS : spec.LAST_ACTION] = 2 * spec.NOTHING_AHEAD
        if self.objects.count:
            self.objects.observe(obs, self.s, self.lap_length)
        if self.options.show_last_action:
            obs[:, spec.LAST_ACTION :] = self.last_action
        return obs

    def _info(self, terminated, truncated):
        return {
            "crashed": terminated.copy(),
            "success": self.in_full_length & ~terminated & (self.progress >= self.lap_length),
            "off_road": terminated & self.off_road,
            "collision": terminated & self.collision,
            "progress": self.progress.copy(),
            "lap_time": self.lap_time.copy(),
        }

    def _draw(self, row):
        from ilrl_course.envs.driving.rendering import draw  # only those who look pay for it

        return draw(self, row)


class DrivingEnv(SingleWorld):
    """One car; see `DrivingVectorEnv` for observation, actions, reward, ends, options and info."""

    batched_class = DrivingVectorEnv
