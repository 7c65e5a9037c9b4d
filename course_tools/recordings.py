"""`course.py recordings`: the recorded games, for older ones the names that Minari wants; and choices."""

from course_tools.workplace import CourseError
from ilrl_course.envs import WORLDS
from ilrl_course.envs.extras import EXTRAS
from ilrl_course.play.kept_choices import Choices
from ilrl_course.play.recordings import YOU, Recordings
from ilrl_course.storage import my_work


def add_arguments(parser) -> None:
    """Renaming, on request."""
    parser.add_argument(
        "--rename", action="store_true", help="give games of former versions the names that Minari wants"
    )


def run(options) -> int:
    """Say what is there, and rename if asked to; the exit code is 1 where games kept a former name."""
    ready = (world for world in EXTRAS.values() if not world.missing)
    shelves = [Recordings(world) for world in (*WORLDS.values(), *ready)]
    if options.rename:
        for shelf in shelves:
            for path in shelf.rename_former():
                print(f"{shelf.former_folder.name}/{path.name.removesuffix('-v0')} is now {path}")
    print(f"Recorded games, as Minari datasets for MINARI_DATASETS_PATH={my_work.recordings()}:")
    for shelf in shelves:
        print(f"  {shelf.namespace}: {len(shelf.datasets())}")
    choices = Choices()
    if choices.path.exists():
        print(f"Your choices between two lines, in {choices.path}: {len(choices.load(YOU))}")
    former = [path for shelf in shelves for path in shelf.former_datasets()]
    if not former:
        return 0
    if options.rename:
        raise CourseError(
            f"{len(former)} kept a former name, as said above, and Minari lists nothing while they are "
            "there: move them out of this folder. Nothing was lost."
        )
    print(f"{len(former)} have names of a former version, which the course reads and Minari refuses.")
    print("To rename them, give this command once more, with --rename.")
    return 0
