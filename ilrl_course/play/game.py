"""A person plays a world, or watches a policy and corrects it; without a clock or a screen of its own."""

import atexit
from collections.abc import Sequence

import gymnasium as gym
import numpy as np

from ilrl_course.data import Actor, Trajectory
from ilrl_course.envs import World
from ilrl_course.play.hands import Hands
from ilrl_course.play.recordings import YOU, Recording, Recordings, now
from ilrl_course.rollout import derive_seed

READY, RUNNING, OVER = "ready", "running", "over"
SPACE = " "


class Game:
    """Games of one world, one after the other; each is recorded when it is over.

    Without a `pilot` the person acts. With one, the policy acts and the person corrects it: an arrow key
    takes over, Space hands back, and only the person's steps are labels. In a world that waits for its
    player, an arrow key says what the person would do, and then the policy does what *it* would do.
    """

    def __init__(
        self,
        world: World,
        seed: int,
        recordings: Recordings | None = None,
        pilot: Actor | None = None,
        player: str = YOU,
        **options,
    ):
        self.world, self.seed, self.player = world, seed, player
        self.recordings, self.pilot = recordings, pilot
        self.env = gym.make(world.env_id, render_mode="rgb_array", **options)
        self.hands, self.keys = Hands(world), ()
        self.finished: list[Recording] = []
        self.unsaved: list[Recording] = []  # the disk refused them
        earlier = recordings.load(player, corrected=pilot is not None) if recordings else []
        self.num_kept = len(earlier)  # games that count: those on disk, and those to come
        self.round = 1 + max((game.round for game in earlier), default=0) if pilot else 0
        self.start()

    def start(self) -> None:
        """Begin a game. One that is not over is dropped, unless it holds corrections: those are kept."""
        if any(getattr(self, "labeled", [])) and self.phase != OVER and self.pilot:
            self._finish(truncated=True)
        self.game_seed = derive_seed(self.seed, f"game {self.num_kept}")
        obs, _ = self.env.reset(seed=self.game_seed)
        self.obs, self.actions, self.rewards, self.labels, self.labeled = [obs], [], [], [], []
        self.phase, self.person_acts, self.elapsed, self.ended = READY, self.pilot is None, 0.0, {}
        self.hands.rest()

    def discard_last(self) -> None:
        """Take the newest recorded game out of the count, and on disk out of the way."""
        if self.recordings and self.recordings.set_newest_aside(corrected=self.pilot is not None):
            self.num_kept -= 1

    def hold(self, keys: Sequence[str]) -> None:
        """These keys are down now, the oldest first."""
        self.keys = tuple(key for key in keys if key in self.world.human_keys)

    def press(self, key: str) -> None:
        """A key went down: an arrow acts or takes over; Space hands back, or begins the next game."""
        if key == SPACE:
            self._go_on()
        elif key in self.world.human_keys and self.phase != OVER:
            self.phase = RUNNING
            if self.world.pace is None:
                self._take_turn(self.hands.space.dtype.type(self.world.human_keys[key]))
                return
            if not self.person_acts:
                self.person_acts = True
                self.hands.rest()
            self.hands.tap(key)

    def pause(self) -> None:
        """Time stands still until a key is pressed; where the world waits anyway, nothing changes."""
        if self.phase == RUNNING and self.world.pace:
            self.phase = READY

    def advance(self, seconds: float) -> None:
        """Time goes by; where the world waits for its player, nothing happens."""
        while seconds > 1e-9 and self.phase == RUNNING and self.world.pace:
            part = min(seconds, 1 / self.world.pace - self.elapsed)
            self.hands.hold(self.keys, part)
            self.elapsed += part
            seconds -= part
            if self.elapsed > 1 / self.world.pace - 1e-9:
                action = self.action()
                self._step(action, label=action, is_label=self.person_acts)

    def action(self):
        """What is being done in this step, by the person or the policy."""
        return self.hands.action() if self.person_acts else self.pilot(self.obs[-1][None])[0]

    def picture(self) -> np.ndarray:
        """How it looks at this moment, between two steps as well: (H, W, 3) uint8."""
        if self.elapsed == 0:
            return self.env.render()
        return self.env.unwrapped.glimpse(self.action(), self.elapsed * self.world.pace)

    @property
    def score(self) -> float:
        """The return of this game so far."""
        return float(np.sum(self.rewards))

    def _go_on(self) -> None:
        if self.phase == OVER:
            self.start()
        elif self.pilot and self.world.pace is None:
            action = self.pilot(self.obs[-1][None])[0]
            self._step(action, label=action, is_label=False)
        elif self.pilot:
            self.person_acts = self.phase == RUNNING and not self.person_acts
            self.phase = RUNNING
            self.hands.rest()

    def _take_turn(self, said) -> None:
        action = self.pilot(self.obs[-1][None])[0] if self.pilot else said
        self._step(action, label=said, is_label=True)

    def _step(self, action, label, is_label: bool) -> None:
        obs, reward, terminated, truncated, info = self.env.step(action)
        self.obs.append(obs)
        columns = (self.actions, self.rewards, self.labels, self.labeled)
        for column, entry in zip(columns, (action, reward, label, is_label), strict=True):
            column.append(entry)
        self.elapsed = 0.0
        self.hands.rest()
        if terminated or truncated:
            self._finish(terminated, truncated, **{name: bool(info[name]) for name in ("crashed", "success")})

    def _finish(self, terminated=False, truncated=False, **ending: bool) -> None:
        self.phase, self.ended = OVER, ending
        columns = self.obs, self.actions, self.rewards
        dtypes = np.float32, self.hands.space.dtype, np.float32
        columns = [np.array(column, dtype=kind) for column, kind in zip(columns, dtypes, strict=True)]
        trajectory = Trajectory(*columns, terminated, truncated, **ending)
        labels = np.array(self.labels, dtype=self.hands.space.dtype)
        said = np.array(self.labeled, dtype=bool)
        game = Recording(trajectory, labels, said, self.game_seed, now(), self.player, self.round)
        self.finished.append(game)
        self.unsaved.append(game)
        self.num_kept += 1
        try:
            _save(self.recordings, self.unsaved)
        except Exception:  # the disk is asked again with the next game, and when the kernel ends
            atexit.register(_save, self.recordings, self.unsaved)
            raise


def _save(recordings: Recordings | None, unsaved: list[Recording]) -> None:
    while recordings and unsaved:
        recordings.add(unsaved[0])
        del unsaved[0]
