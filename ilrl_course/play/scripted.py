"""A scripted person, who plays where nobody sits at the keyboard: sees late, taps keys, and errs.

It stands in for a person, and is none: no claim about people rests on it.
"""

from collections import deque
from collections.abc import Callable, Iterator

import numpy as np

from ilrl_course.envs import CARTPOLE, DRIVING, DUNGEON, World
from ilrl_course.envs.driving import is_safe
from ilrl_course.play.game import OVER, READY, SPACE, Game
from ilrl_course.play.recordings import Recording

FRAME_TIME = 1 / 30  # s
REACTION = 0.2  # s: what it acts on is so old
TAP = 2 / 30  # s: no key goes down or up sooner than this after the last time
CALM = 3.0  # s: it hands back when all has been well for so long
UNSTEADY = 0.15  # standard deviation of what it does to what it means, over a second or so
SLIP = 0.05  # part of its moves in the dungeon that are blind
INTENTIONS = {DRIVING.name: "calm", DUNGEON.name: "biased"}
GAINS = np.array([0.3, 0.5, 5.0, 1.0])  # how much it leans against each thing that it sees in CartPole
FALLING = 15.0  # 1/s^2: how a pole that leans gathers speed, as one learns by watching
AXES = {  # keys for more and for less of each thing that is steered
    CARTPOLE.name: [("ArrowRight", "ArrowLeft")],
    DRIVING.name: [("ArrowLeft", "ArrowRight"), ("ArrowUp", "ArrowDown")],
}


class ScriptedPerson:
    """Somebody at the keyboard, where the world runs at this speed; everything random comes from `seed`."""

    def __init__(self, world: World, seed: int, speed: float = 1.0):
        self.world, self.speed, self.rng = world, speed, np.random.default_rng(seed)
        if world.name in INTENTIONS:
            self.intends = world.make_demonstrator(INTENTIONS[world.name], seed=seed)
        self.axes = AXES.get(world.name, [])
        self.meet()

    def meet(self) -> None:
        """A new game begins."""
        self.seen = deque(maxlen=1 + round(REACTION / FRAME_TIME))  # observations, the oldest first
        self.error, self.owed, self.pressed = np.zeros((3, len(self.axes)))  # -, s, -1 or 0 or 1
        self.since = np.full(len(self.axes), TAP)  # s since the last change
        self.calm = 0.0  # s that all has been well

    def look(self, obs: np.ndarray) -> list[str]:
        """The keys that are down in the next frame, for what is on the screen now, obs (obs_dim,).

        Taps follow what it means to do: where they fall behind, a key goes down.
        """
        self.seen.append(obs)
        self.calm = self.calm + FRAME_TIME if FINE[self.world.name](self.seen[0]) else 0.0
        self.error += -self.error * FRAME_TIME + UNSTEADY * np.sqrt(2 * FRAME_TIME) * self.rng.normal(
            size=len(self.axes)
        )
        self.owed += (np.clip(self._wanted(self.seen[0]) + self.error, -1, 1)) * FRAME_TIME
        may_change = self.since >= TAP - 1e-9
        self.since += FRAME_TIME
        better = np.clip(self.owed / TAP, -1, 1)
        better = np.round(better) if self.world.idle_action is not None else np.where(better > 0, 1, -1)
        pressed = np.where(may_change, better, self.pressed)
        self.since[pressed != self.pressed] = FRAME_TIME
        self.pressed = pressed
        self.owed = np.clip(self.owed - pressed * FRAME_TIME, -TAP, TAP)
        return [(more, less)[int(p < 0)] for p, (more, less) in zip(pressed, self.axes, strict=True) if p]

    def choose(self, obs: np.ndarray) -> str:
        """The key for the next move in a world that waits, obs (obs_dim,)."""
        keys = list(self.world.human_keys)
        return keys[self.rng.integers(len(keys)) if self.rng.random() < SLIP else self.intends(obs[None])[0]]

    def is_worried(self) -> bool:
        """Would it take over from whoever acts now?"""
        return TROUBLE[self.world.name](self.seen[0])

    def is_content(self) -> bool:
        """Would it hand back?"""
        return self.calm >= CALM

    def _wanted(self, obs: np.ndarray) -> np.ndarray:
        if self.world.name == DRIVING.name:
            return self.intends(obs[None])[0]
        delay = self.speed * REACTION  # s of the world: it looks ahead, as one learns to
        position, velocity, angle, angular_velocity = obs
        soon = angle + delay * angular_velocity, angular_velocity + delay * FALLING * angle
        return np.clip(GAINS @ [position + delay * velocity, velocity, *soon], -1, 1)[None]


def _lean(obs: np.ndarray) -> float:
    return abs(obs[2] + REACTION * obs[3])  # rad, soon


TROUBLE: dict[str, Callable[[np.ndarray], bool]] = {
    CARTPOLE.name: lambda obs: _lean(obs) > 0.1 or abs(obs[0]) > 1.2,
    DRIVING.name: lambda obs: abs(obs[0]) > 0.5 or not is_safe(obs[None])[0],
}
FINE: dict[str, Callable[[np.ndarray], bool]] = {
    CARTPOLE.name: lambda obs: _lean(obs) < 0.03 and abs(obs[0]) < 0.6,
    DRIVING.name: lambda obs: abs(obs[0]) < 0.3 and abs(obs[1]) < 0.15 and bool(is_safe(obs[None])[0]),
}


def play_by_script(game: Game, person: ScriptedPerson, num_games: int) -> Iterator[Recording]:
    """Let the scripted person play, or watch and correct; yields each game when it is over."""
    for number in range(num_games):
        if number or game.phase == OVER:
            game.start()
        person.meet()
        while game.phase != OVER:
            if game.world.pace is None:
                game.press(person.choose(game.obs[-1]))
            else:
                _sit_through_a_frame(game, person)
        yield game.finished[-1]


def _sit_through_a_frame(game: Game, person: ScriptedPerson) -> None:
    keys = person.look(game.obs[-1])
    if game.pilot and not game.person_acts and not person.is_worried():
        keys = []
        if game.phase == READY:
            game.press(SPACE)
    elif game.pilot and game.person_acts and person.is_content():
        keys = []
        game.press(SPACE)
    pressed = [key for key in keys if key not in game.keys]
    game.hold(keys)
    for key in pressed:
        game.press(key)
    game.advance(person.speed * FRAME_TIME)
