"""Which scoreboards are recorded: those of the course's worlds, and those of worlds that others made."""

from ilrl_course.storage import files

AT_HOME = {
    "CartPole": "scoreboard_cartpole",
    "Driving": "scoreboard_driving",
    "Dungeon": "scoreboard_dungeon",
}
ELSEWHERE = {"LunarLander": "scoreboard_lander", "DoorKey": "scoreboard_door", "Pong": "scoreboard_pong"}


def boards_at_home() -> dict[str, dict]:
    """The scoreboards of the course's worlds by the names of these.

    Raises FileNotFoundError where the package is installed without the course around it.
    """
    return {world: files.load_results(name) for world, name in AT_HOME.items()}


def boards_elsewhere() -> dict[str, dict]:
    """The scoreboards of worlds that others made (lesson 11), as far as they are recorded."""
    is_there = {world: (files.RESULTS / f"{name}.json").is_file() for world, name in ELSEWHERE.items()}
    return {world: files.load_results(name) for world, name in ELSEWHERE.items() if is_there[world]}
