"""The helper package of the course on imitation learning; importing it does no work.

Modules have moved since some students began; their notebooks still find them by the former names.
"""

import importlib
import sys
from importlib.abc import Loader, MetaPathFinder
from importlib.machinery import ModuleSpec

FORMER_NAMES = {  # in notebooks handed out before the move -> where its names are now
    "claims": ["notebook.claims"],
    "covariate_shift": ["measures.covariate_shift"],
    "dataset_checks": ["storage.trust"],
    "demonstrations": ["storage.demonstrations"],
    "discriminators": ["algorithms.airl", "algorithms.gail"],
    "evaluation": ["measures.evaluation"],
    "files": ["storage.files"],
    "games": ["play.game"],
    "hands": ["play.hands"],
    "journal": ["notebook.journal"],
    "live": ["notebook.form", "notebook.sliders", "play.screen"],
    "palette": ["notebook.palette"],
    "plotting": ["notebook.plotting"],
    "progress": ["notebook.progress"],
    "recordings": ["play.recordings"],
    "safety": ["measures.driving_safety"],
    "scripted": ["play.scripted"],
    "sharing": ["play.sharing"],
    "shipped": ["play.stand_ins"],
    "stats": ["measures.seeds"],
    "treasure": ["measures.dungeon_endings"],
    "video": ["notebook.video"],
}


class _FormerNames(MetaPathFinder, Loader):
    """Finds `ilrl_course.stats` where it is now; asked only for what nobody else finds."""

    def find_spec(self, fullname, path=None, target=None):
        package, _, name = fullname.rpartition(".")
        return ModuleSpec(fullname, self) if package == __name__ and name in FORMER_NAMES else None

    def exec_module(self, module):
        for place in FORMER_NAMES[module.__name__.rpartition(".")[2]]:
            vars(module).update(
                {
                    name: value
                    for name, value in vars(importlib.import_module(f"{__name__}.{place}")).items()
                    if not name.startswith("__")
                }
            )


sys.meta_path.append(_FormerNames())
