"""The worlds of others on film: made here where they can be, or as they were recorded."""

import base64

from ilrl_course.envs.elsewhere import DOOR_KEY, LUNAR_LANDER, PONG, BorrowedWorld
from ilrl_course.notebook import video
from ilrl_course.notebook.video import Picture
from ilrl_course.storage.files import load_results

LENGTHS = {  # steps at most, and from one picture to the next
    LUNAR_LANDER.name: (320, 8),
    DOOR_KEY.name: (30, 1),
    PONG.name: (180, 3),
}
FRAMES_A_SECOND = {LUNAR_LANDER.name: 8, DOOR_KEY.name: 4, PONG.name: 8}
WORDS = {
    LUNAR_LANDER.name: "Two flights: random engines end in a crash, the pilot between the flags.",
    DOOR_KEY.name: "Two games: random moves lead nowhere, the planner fetches the key and opens the door.",
    PONG.name: "Two games: a random paddle misses the ball, the scripted player returns it.",
}
WIDTH = 760  # pixels on the screen


def film(world: BorrowedWorld, seed: int) -> Picture:
    """The same episode twice, side by side: by random actions, and by the world's demonstrator."""
    max_steps, every = LENGTHS[world.name]
    players = {
        "at random": world.make_random_actor(seed),
        "demonstrator": world.make_demonstrator("expert", seed=seed),
    }
    episodes = {
        name: video.record(actor, world.env_id, seed, max_steps, every) for name, actor in players.items()
    }
    frames = video.side_by_side(episodes)
    return video.clip(frames, WORDS[world.name], FRAMES_A_SECOND[world.name], WIDTH)


def film_or_recorded(world: BorrowedWorld, seed: int) -> Picture:
    """The film of a world; where a package is missing, say what to do, and take the recorded one."""
    if not world.missing:
        return film(world, seed)
    print(f"{world.missing}. This film was recorded.")
    recorded = load_results("films_elsewhere")["films"][world.name]
    return Picture(base64.b64decode(recorded), WORDS[world.name], WIDTH)
