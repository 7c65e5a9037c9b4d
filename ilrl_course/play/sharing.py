"""Recorded games as one file: for a classmate, or to pool those of a class. Read with suspicion."""

import dataclasses
import io
import re
import tempfile
import zipfile
from pathlib import Path, PurePosixPath

from ilrl_course.play.recordings import YOU, Recording, Recordings, now, read_recordings
from ilrl_course.storage.files import write_atomically
from ilrl_course.storage.trust import DemonstrationsError

MEMBERS = ("main_data.hdf5", "metadata.json")  # of a Minari dataset
MAX_BYTES = 100_000_000


def export(recordings: Recordings, file: Path | str, player: str) -> Path:
    """Write your games into the one file `file` (.zip), under the name `player`; a file there is kept.

    Unpacked in the folder that MINARI_DATASETS_PATH names, it is a dataset of Minari's, with an id such as
    "ilrl/driving/Anna-1764320000-v0". Raises ValueError if there is nothing to export, or if the name is
    "you", which says nothing elsewhere.
    """
    file, player = Path(file), player.strip()
    if file.exists():
        raise FileExistsError(f"{file} exists already: choose another name or move it away")
    if not player or player == YOU or not player.isprintable():
        raise ValueError(f"player is {player!r}: give the name under which others shall see your games")
    games = recordings.load(YOU)
    if not games:
        raise ValueError(f"you have not recorded a game in {recordings.world.name} yet: play one first")
    packed = io.BytesIO()
    with tempfile.TemporaryDirectory() as root:
        elsewhere = Recordings(recordings.world, Path(root), **recordings.options)
        name = re.sub(r"[^-\w]", "_", player)
        dataset = elsewhere.save_as(f"{name}-{now()}-v0", games, player)
        with zipfile.ZipFile(packed, "w", zipfile.ZIP_DEFLATED) as archive:
            for member in MEMBERS:
                path = dataset / "data" / member
                archive.write(path, path.relative_to(root))
    write_atomically(file, packed.getvalue())
    return file


def pool(recordings: Recordings, file: Path | str) -> int:
    """Add the games in a file that somebody else exported; returns how many are new.

    The file is checked, and what is kept is written anew. Raises DemonstrationsError for a file that is
    damaged, too large, not such an export, or of another world or other options.
    """
    known = {_identity(game) for game in recordings.load()}
    with tempfile.TemporaryDirectory() as folder:
        try:
            unpack(Path(file), Path(folder) / "data")
            games = read_recordings(Path(folder), recordings.world, recordings.options)
        except DemonstrationsError as error:  # which speaks of the temporary copy
            raise DemonstrationsError(str(error).replace(f"{Path(folder) / 'data'}", str(file))) from error
    games = [dataclasses.replace(g, player="a guest") if g.player == YOU else g for g in games]
    new = [game for game in games if _identity(game) not in known]
    for game in new:
        recordings.add(game)
    return len(new)


def _identity(game: Recording) -> tuple[str, int, int]:
    return game.player, game.seed, game.recorded_at


def unpack(file: Path, data: Path) -> None:
    """Copy the two members of an exported file into the new folder `data`, and nothing else.

    Wherever in the archive they lie: there are exports of former versions that hold them at their top.
    """
    if not file.is_file():
        raise DemonstrationsError(f"there is no file {file}: give the path of one that `export` made")
    try:
        with zipfile.ZipFile(file) as archive:
            found = {PurePosixPath(name).name: name for name in archive.namelist()}
            if sorted(found) != list(MEMBERS) or len(found) < len(archive.namelist()):
                raise DemonstrationsError(f"{file} holds {archive.namelist()[:5]}, not {list(MEMBERS)}")
            if max(member.file_size for member in archive.infolist()) > MAX_BYTES:
                raise DemonstrationsError(f"{file} unpacks to more than {MAX_BYTES:,} bytes: too large")
            data.mkdir(parents=True)
            for member in MEMBERS:
                (data / member).write_bytes(archive.read(found[member]))
    except (OSError, zipfile.BadZipFile, RuntimeError, NotImplementedError, EOFError) as error:
        raise DemonstrationsError(
            f"{file} cannot be unpacked ({error}): ask for the file again; it is made by `export`"
        ) from error
