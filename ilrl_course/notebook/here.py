"""Is a world that others made on this machine?"""

from ilrl_course.envs.elsewhere import BorrowedWorld


def here(world: BorrowedWorld) -> bool:
    """Whether it can be made; where not, print what to do."""
    if world.missing:
        print(f"{world.missing}. The lesson goes on without it.")
    return not world.missing
