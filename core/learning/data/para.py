"""PARA: 31,220 photographs rated from 1 to 5 in steps of a half, by about 25 people each.

Source: Yang, Xu, Li, Qie, Li, Zhang, Guo 2022, "Personalized Image Aesthetics Assessment with Rich
Attributes". annotation/PARA-GiaaTrain.csv and PARA-GiaaTest.csv hold the distribution of scores of
each photograph, PARA-Images.csv the single ratings and PARA-UserInfo.csv the people; the
photographs are imgs/<sessionId>/<imageName>. A session was rated by the same people, and is the
group.
"""

from collections.abc import Iterator
from pathlib import Path

import numpy as np

from core.errors import TrainingError
from core.learning.data.rated_photos import (
    TEST,
    TRAIN,
    PersonalRatings,
    RatedPhoto,
    RatedPhotos,
    gathered,
    with_photographs,
)
from core.learning.data.tables import Row, read_table

BINS = tuple(1 + half / 2 for half in range(9))

_TABLES = {TRAIN: "PARA-GiaaTrain.csv", TEST: "PARA-GiaaTest.csv"}
_SHARES = tuple(f"aestheticScore_{value:.1f}" for value in BINS)
_MEAN = "aestheticScore_mean"
_STEP = 0.5  # a mean further than this from its distribution belongs to another photograph


def read_para(folder: Path, *, allow_missing: bool = False) -> RatedPhotos:
    """The score distributions of both parts.

    Args:
        folder: holds annotation/ and imgs/.
        allow_missing: leave out photographs that are not there.

    Raises:
        TrainingError: a file or column is missing, a line is wrong, or a photograph is missing.
    """
    photos: dict[str, RatedPhoto] = {}
    for part, table in _TABLES.items():
        columns = ("sessionId", "imageName", _MEAN, *_SHARES)
        for row in read_table(folder / "annotation" / table, columns):
            file = _file(row)
            if file in photos:
                raise row.defect(f"{file} has a line already")
            mean, shares = row.number(_MEAN, BINS[0], BINS[-1]), _shares(row)
            if abs(np.dot(shares, BINS) - mean) > _STEP:
                raise row.defect(f"{_MEAN} is not the mean of the distribution beside it")
            photos[file] = RatedPhoto(file, row.text("sessionId"), mean, shares, part)
    rated = gathered(list(photos.values()), BINS, source="PARA")
    return with_photographs(rated, folder, allow_missing=allow_missing)


def read_para_users(folder: Path, rated: RatedPhotos) -> PersonalRatings:
    """Every single rating of the photographs of `read_para`; those of others are left out.

    Raises:
        TrainingError: a file or column is missing, a line is wrong, somebody rated a photograph
            twice, or a rater is not among the people of the set.
    """
    number_of = {user: number for number, user in enumerate(_users(folder))}
    row_of = {file: row for row, file in enumerate(rated.files)}
    scores: dict[tuple[int, int], float] = {}
    columns = ("sessionId", "imageName", "userId", "aestheticScore")
    for row in read_table(folder / "annotation" / "PARA-Images.csv", columns):
        photo, user = row_of.get(_file(row)), number_of.get(row.text("userId"))
        if user is None:
            raise row.defect(f"{row.text('userId')} is not in PARA-UserInfo.csv")
        if photo is None:
            continue
        if (user, photo) in scores:
            raise row.defect(f"{row.text('userId')} has rated {_file(row)} already")
        scores[user, photo] = row.number("aestheticScore", BINS[0], BINS[-1])
    if not scores:
        raise TrainingError("PARA-Images.csv has no rating of these photographs.")
    pairs = np.array(list(scores), np.intp)
    ratings = np.fromiter(scores.values(), np.float32)
    return PersonalRatings(tuple(number_of), pairs[:, 0], pairs[:, 1], ratings)


def _users(folder: Path) -> Iterator[str]:
    seen: set[str] = set()
    for row in read_table(folder / "annotation" / "PARA-UserInfo.csv", ("userId",)):
        user = row.text("userId")
        if user in seen:
            raise row.defect(f"{user} has a line already")
        seen.add(user)
        yield user


def _shares(row: Row) -> tuple[float, ...]:
    """Counts or shares, as the table has them, to shares."""
    weights = [row.number(column, 0, float("1e6")) for column in _SHARES]
    total = sum(weights)
    if not total:
        raise row.defect("the distribution of scores is empty")
    return tuple(weight / total for weight in weights)


def _file(row: Row) -> str:
    return f"imgs/{row.text('sessionId')}/{row.text('imageName')}"
