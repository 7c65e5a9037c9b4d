"""What nobody counts is refused while a recipe runs: worlds and demonstrators that are not the purse's."""

from collections.abc import Iterator
from contextlib import contextmanager
from threading import current_thread
from unittest.mock import patch

from ilrl_course.envs import World
from ilrl_course.envs.batched import BatchedWorld


class UncountedError(RuntimeError):
    """A recipe went around its purse."""

    def __init__(self, kind: str, message: str):
        super().__init__(message)
        self.kind = kind  # "world" or "demonstrator"


@contextmanager
def nothing_uncounted() -> Iterator[None]:
    """Within it, in this thread, worlds step only if they are a purse's, and no demonstrator can be made.

    That stops what happens by accident: an `evaluate`, a `make_batch` or a `clone_demonstrator` that were in
    the notebook anyway. Raises UncountedError there. A check ends a recipe that takes too long from outside,
    and this may never be left in order then: so it closes nothing to other threads.
    """
    here, step, make_demonstrator = current_thread(), BatchedWorld.step, World.make_demonstrator

    def counted_step(world, actions):
        if current_thread() is here and not getattr(world, "is_counted", False):
            raise UncountedError(
                "world", "this world is not the purse's, so nobody counts its steps: use purse.worlds(number)"
            )
        return step(world, actions)

    def no_demonstrator(world, kind, seed=0, **options):
        if current_thread() is not here:
            return make_demonstrator(world, kind, seed, **options)
        raise UncountedError(
            "demonstrator",
            "this demonstrator is not the purse's, so nobody counts what it shows: use "
            "purse.demonstrations(number) or purse.labels(obs)",
        )

    with (
        patch.object(BatchedWorld, "step", counted_step),
        patch.object(World, "make_demonstrator", no_demonstrator),
    ):
        yield
