"""Any set of rated photographs by the name of its layout."""

from collections.abc import Callable
from pathlib import Path

from core.errors import TrainingError
from core.learning.data.aadb import read_aadb
from core.learning.data.ava import read_ava
from core.learning.data.para import read_para
from core.learning.data.rated_photos import RatedPhotos
from core.learning.data.training_folder import read_index, read_rated_photos

SHARDED = "oasis"  # the one whose photographs lie in tar shards

_READERS: dict[str, Callable[..., RatedPhotos]] = {
    "ava": read_ava,
    "aadb": read_aadb,
    "para": read_para,
}


def read_rated_set(folder: Path, layout: str, *, allow_missing: bool = False) -> RatedPhotos:
    """The photographs of a set with their ratings.

    Args:
        folder: as the set was published.
        layout: "oasis", "ava", "aadb" or "para".
        allow_missing: leave out photographs that are not there.

    Raises:
        TrainingError: a table is missing or wrong, or photographs are missing.
    """
    if layout == SHARDED:
        return read_rated_photos(folder)
    return _READERS[layout](folder, allow_missing=allow_missing)


def shards_of(folder: Path, rated: RatedPhotos) -> dict[str, list[str]]:
    """The rated photographs of the sharded set by shard.

    Raises:
        TrainingError: the index lacks one.
    """
    wanted = set(rated.files)
    shards: dict[str, list[str]] = {}
    for row in read_index(folder):
        if row.file in wanted:
            shards.setdefault(row.shard, []).append(row.file)
            wanted.discard(row.file)
    if wanted:
        raise TrainingError(f"index.csv lacks the rated photograph {min(wanted)}.")
    return shards
