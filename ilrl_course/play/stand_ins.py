"""Games to go on with where nobody has played: your own recordings, or those of the scripted person."""

from pathlib import Path

from ilrl_course.data import Actor
from ilrl_course.envs import World
from ilrl_course.play.game import Game
from ilrl_course.play.recordings import YOU, Recording, Recordings, read_recordings
from ilrl_course.play.scripted import ScriptedPerson, play_by_script

STAND_INS = Path(__file__).with_name("scripted_games")  # Minari datasets, as in `Recordings`
NAME = "scripted-v0"


def stand_in_games(world: World) -> list[Recording]:
    """The games that a script played, with human-like delay and error (`course.py results scripted_play`).

    Raises ValueError for a world in which no script has played.
    """
    shelf = Recordings(world, STAND_INS, **world.play_options)
    if not (shelf.folder / NAME).is_dir():
        raise ValueError(
            f"there are no games of {world.name}: you have not recorded one here, and no script has played "
            "it. Play first, in a cell with play(...)"
        )
    return read_recordings(shelf.folder / NAME, world, world.play_options)


def your_games(world: World, player: str | None = YOU) -> list[Recording]:
    """The games that you recorded in a world, with its `play_options`; without any, the scripted person's.

    `player=None` takes everybody's, those of classmates included. Says which they are.
    """
    if games := Recordings(world, **world.play_options).load(player):
        players = ", ".join(sorted({game.player for game in games}))
        whose = "your recorded games" if player == YOU else f"the games of {players}"
        print(f"Going on with {whose}: {len(games)} of {world.name}.")
        return games
    games = stand_in_games(world)
    print(f"You have not recorded a game of {world.name} here. Going on with {len(games)} that a SCRIPT")
    print("played, with a delay and errors like a person's: what follows says nothing about people.")
    return games


def your_corrections(world: World, policy: Actor, seed: int, num_games: int = 3) -> list[Recording]:
    """All corrections that you recorded in a world; without any, a scripted person corrects the policy now.

    Says which they are.
    """
    if corrections := Recordings(world, **world.play_options).load(YOU, corrected=True):
        print(f"Going on with your corrections: {sum(game.labeled.sum() for game in corrections)} labels.")
        return corrections
    game = Game(world, seed, pilot=policy, player="a script", **world.play_options)
    corrections = list(play_by_script(game, ScriptedPerson(world, seed), num_games))
    print(f"You have not corrected anything here. A SCRIPT has watched {num_games} games, and taken over.")
    return corrections
