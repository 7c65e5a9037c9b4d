"""Hands whose keys count only while they are held: Pong's paddle stops, Lunar Lander's engines go out.

In CartPole, the course's own world with a few actions and a clock, the last push goes on instead.
"""

from ilrl_course.data import Actor
from ilrl_course.envs import World
from ilrl_course.play.game import Game
from ilrl_course.play.hands import Hands
from ilrl_course.play.recordings import YOU, Recordings


class LettingGo(Hands):
    """As `Hands` for a few actions: that of the newest key that was down in this step, else the idle one."""

    def rest(self) -> None:
        """A new step begins, and nobody has pressed anything in it."""
        super().rest()
        self.last = self.idle


def new_game(
    world: World,
    seed: int,
    recordings: Recordings | None = None,
    pilot: Actor | None = None,
    player: str = YOU,
    **options,
) -> Game:
    """A `Game` of any world, with the hands that suit it."""
    game = Game(world, seed, recordings, pilot, player, **options)
    if game.hands.is_discrete and world.idle_action is not None:
        game.hands = LettingGo(world)
    return game
