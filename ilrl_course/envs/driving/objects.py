"""What stands or drives on the road: road works or slower cars, as (N, M) arrays in road coordinates."""

import numpy as np

from ilrl_course.envs.driving import spec

TRAFFIC_SPEED = (4.0, 6.0)  # m/s; the cars of one world all drive at one speed
LANE = 0.45  # traffic keeps this part of half the road's width away from the middle
FREE_START = 35.0  # m of free road before and behind the start line


class RoadObjects:
    """M objects in each of N worlds; no two are ever side by side, so there is always a way past."""

    def __init__(self, num_envs: int, options: spec.DrivingOptions):
        self.is_traffic = options.traffic > 0
        self.count = options.traffic or options.road_works
        self.half_width = options.road_width / 2
        self.s, self.d = np.zeros((2, num_envs, self.count))  # m
        self.speed = np.zeros(num_envs)  # m/s
        length, width = (spec.WORKS_LENGTH, spec.WORKS_WIDTH)
        if self.is_traffic:
            length, width = spec.CAR_LENGTH, spec.CAR_WIDTH
        self.touching = (length + spec.CAR_LENGTH) / 2, (width + spec.CAR_WIDTH) / 2  # m, middle to middle

    def place(self, row: int, curvature: np.ndarray, lap: float, rng: np.random.Generator) -> None:
        """Spread the objects over the lap; road works stand where the road is nearly straight."""
        stretch = (lap - 2 * FREE_START) / self.count  # m
        if self.is_traffic:
            self.s[row] = FREE_START + stretch * (np.arange(self.count) + rng.uniform(0.2, 0.8))
            self.d[row] = rng.choice([-1.0, 1.0], self.count) * LANE * self.half_width
            self.speed[row] = rng.uniform(*TRAFFIC_SPEED)
            return
        places = FREE_START + stretch * (
            np.arange(self.count)[:, None] + rng.uniform(0.35, 0.65, (self.count, 16))
        )
        around = (places[:, :, None] + np.arange(-16.0, 9.0, 4.0)) / lap * len(curvature)
        bending = np.abs(curvature[around.astype(np.int64)]).mean(axis=2)  # (M, 16)
        self.s[row] = places[np.arange(self.count), bending.argmin(axis=1)]
        self.d[row] = rng.uniform(-0.1, 0.1, self.count) * self.half_width

    def move(self, car_s: np.ndarray, car_d: np.ndarray, lap: np.ndarray, dt: float) -> None:
        """Traffic drives on, and all of it slows down as one while a car is right in front of one of them."""
        if not self.is_traffic:
            return
        room = (car_s[:, None] - self.s) % lap[:, None] - spec.CAR_LENGTH  # (N, M) m to the car in front
        in_the_way = np.abs(car_d[:, None] - self.d) < spec.CAR_WIDTH + 0.4
        pace = np.where(in_the_way, np.clip((room - 1.0) / 6.0, 0.0, 1.0), 1.0).min(axis=1)  # (N,)
        self.s = (self.s + (self.speed * pace * dt)[:, None]) % lap[:, None]

    def hit(self, car_s: np.ndarray, car_d: np.ndarray, lap: np.ndarray) -> np.ndarray:
        """Which cars touch an object: (N,) bool."""
        gap = np.abs(self._gap(car_s, lap, behind=lap[:, None] / 2))
        beside = np.abs(self.d - car_d[:, None])
        return ((gap < self.touching[0]) & (beside < self.touching[1])).any(axis=1)

    def observe(self, obs: np.ndarray, car_s: np.ndarray, lap: np.ndarray) -> None:
        """Write the next two objects into the last columns of obs (N, obs_dim)."""
        gap = self._gap(car_s, lap, behind=spec.SEEN_BEHIND)
        rows = np.arange(len(gap))
        for k, order in enumerate(np.argsort(gap, axis=1).T[:2]):
            column, ahead = spec.OBJECTS + 3 * k, gap[rows, order]
            seen = ahead < spec.SIGHT
            obs[seen, column] = ahead[seen] / spec.SIGHT
            obs[seen, column + 1] = self.d[rows, order][seen] / self.half_width
            obs[seen, column + 2] = self.speed[seen] / spec.OBJECT_SPEED_SCALE

    def _gap(self, car_s, lap, behind) -> np.ndarray:
        """From the car to each object along the road (N, M), at most `behind` m behind."""
        return (self.s - car_s[:, None] + behind) % lap[:, None] - behind
