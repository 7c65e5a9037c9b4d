"""The numbers of the driving world: the car, the observation's columns, the options and their ranges."""

from dataclasses import dataclass, fields

import numpy as np

from ilrl_course.envs.driving.tracks import NUM_TRACKS
from ilrl_course.envs.options import require_between, require_flag, require_known, require_selection

GRAVITY = 9.81  # m/s^2
STEP_TIME = 0.1  # s
START_SPEED = 5.0  # m/s: a rolling start
CAR_LENGTH, CAR_WIDTH = 4.2, 1.8  # m, of every car
WORKS_LENGTH, WORKS_WIDTH = 3.0, 1.6  # m, of a road work

MAX_CURVATURE = 0.3  # 1/m: full steering at walking speed
STEERING_SPEED = 10.0  # m/s: the speed at which the same steering bends the path half as much
ENGINE = 5.0  # m/s^2 at full throttle
BRAKES = 9.0  # m/s^2 at full brake
DRAG = 0.008  # 1/m: the air slows the car by DRAG * speed^2

LOOK_AHEAD = 4.0 * np.arange(12)  # m: where the observation tells the road's curvature
SIGHT = 50.0  # m: objects farther ahead are not seen
SEEN_BEHIND = 5.0  # m: an object counts as ahead until its middle is this far behind

OFFSET, HEADING, SPEED, WIDTH, CURVATURE, OBJECTS = 0, 1, 2, 3, 4, 16  # first column of each part
OBS_DIM = LAST_ACTION = 22  # the last action, where it is shown, comes behind all the rest
SPEED_SCALE, WIDTH_SCALE, CURVATURE_SCALE, OBJECT_SPEED_SCALE = 20.0, 5.0, 0.1, 10.0
NOTHING_AHEAD = (1.0, 0.0, 0.0)

REWARD_WEIGHTS = {"progress": 0.1}  # per m along the road


@dataclass(frozen=True)
class DrivingOptions:
    """What can be changed in the driving world; ranges are checked; the defaults are a dry, empty road."""

    grip: float = 1.0  # friction coefficient: about 0.6 when wet
    road_width: float = 8.0  # m
    start_offset: float = 0.5  # m: largest distance from the middle of the road at the start
    start_heading: float = 0.1  # rad: largest heading error at the start
    traffic: int = 0  # slower cars on the road
    road_works: int = 0  # obstacles about the middle of the road
    track: int | None = None  # a fixed track; None draws one for each episode
    show_last_action: bool = False  # two more columns: the action of the step before
    first_track: int = 0  # episodes draw from this one on ...
    num_tracks: int = NUM_TRACKS  # ... so many

    def __post_init__(self):
        widest_offset = self.road_width / 2 - CAR_WIDTH / 2 - 1.0  # m: room to straighten up
        narrowest = 7.0 if self.traffic or self.road_works else 5.0  # m: room to pass
        require_between(
            "road_width", self.road_width, narrowest, 9.0, "below 7 no one can pass traffic or road works"
        )
        require_between("grip", self.grip, 0.4, 1.5, "dry asphalt is 1.0, a wet road about 0.6")
        require_between(
            "start_offset",
            self.start_offset,
            0.0,
            widest_offset,
            "widen the road or start nearer to its middle",
        )
        require_between(
            "start_heading", self.start_heading, 0.0, 0.5, "in rad; more cannot be saved at the edge"
        )
        require_between("traffic", self.traffic, 0, 4, "a number of cars", whole=True)
        require_between("road_works", self.road_works, 0, 4, "a number of obstacles", whole=True)
        require_flag("show_last_action", self.show_last_action)
        require_selection("track", self.track, self.first_track, self.num_tracks, NUM_TRACKS)
        if self.traffic and self.road_works:
            raise ValueError(
                f"traffic is {self.traffic} and road_works is {self.road_works}: together they can block "
                "the road; set one of them to 0"
            )


def make_options(options: dict) -> DrivingOptions:
    """The options by name; an unknown name raises a ValueError that lists the known ones."""
    require_known("Driving", options, [field.name for field in fields(DrivingOptions)])
    return DrivingOptions(**options)
