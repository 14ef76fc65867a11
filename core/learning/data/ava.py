"""AVA: 255,530 photographs of dpchallenge.com with ten vote counts each.

Source: Murray, Marchesotti, Perronnin 2012, "AVA: A Large-Scale Database for Aesthetic Visual
Analysis". A line of AVA.txt holds a running number, the photograph's id, how many chose 1, 2,
... 10, two content tags and the challenge; the photographs are images/<id>.jpg. Those of one
challenge show the same subject, so a challenge is a group.
"""

from collections.abc import Mapping
from pathlib import Path

from core.errors import TrainingError
from core.learning.data.rated_photos import (
    TEST,
    TRAIN,
    RatedPhoto,
    RatedPhotos,
    gathered,
    with_photographs,
)
from core.learning.data.tables import read_lines

BINS = tuple(float(vote) for vote in range(1, 11))

_VOTES = tuple(f"votes for {vote}" for vote in range(1, 11))
_COLUMNS = ("number", "image id", *_VOTES, "first tag", "second tag", "challenge")


def read_ava(
    folder: Path,
    *,
    train_list: Path | None = None,
    test_list: Path | None = None,
    allow_missing: bool = False,
) -> RatedPhotos:
    """The ratings of AVA.txt.

    Args:
        folder: holds AVA.txt and images/.
        train_list: a published list with one id a line, such as generic_ls_train.jpgl.
        test_list: the same for the test part; without `train_list` all others are for training.
        allow_missing: leave out photographs that are not there (some were never downloadable).

    Raises:
        TrainingError: a file is missing, a line is wrong, or the lists disagree with AVA.txt.
    """
    photos: dict[str, RatedPhoto] = {}
    for row in read_lines(folder / "AVA.txt", _COLUMNS):
        image = row.text("image id")
        if image in photos:
            raise row.defect(f"photograph {image} has a line already")
        votes = [row.count(column) for column in _VOTES]
        total = sum(votes)
        if not total:
            raise row.defect(f"photograph {image} has no votes")
        shares = tuple(vote / total for vote in votes)
        mean = sum(value * share for value, share in zip(BINS, shares, strict=True))
        photos[image] = RatedPhoto(f"images/{image}.jpg", row.text("challenge"), mean, shares)
    part_of = _parts(photos, train_list, test_list)
    placed = [photo._replace(part=part_of[image]) for image, photo in photos.items()]
    rated = gathered(placed, BINS, source="AVA.txt")
    return with_photographs(rated, folder, allow_missing=allow_missing)


def _parts(
    photos: Mapping[str, RatedPhoto], train_list: Path | None, test_list: Path | None
) -> dict[str, str]:
    others = TRAIN if test_list is not None and train_list is None else ""
    part_of = dict.fromkeys(photos, others)
    placed: set[str] = set()
    for part, path in ((TRAIN, train_list), (TEST, test_list)):
        if path is None:
            continue
        if not path.is_file():
            raise TrainingError(f"{path.name} is missing in {path.parent}.")
        for row in read_lines(path, ("image id",)):
            image = row.text("image id").removesuffix(".jpg")
            if image not in photos:
                raise row.defect(f"photograph {image} is not in AVA.txt")
            if image in placed:
                raise row.defect(f"photograph {image} is in a list already")
            placed.add(image)
            part_of[image] = part
    return part_of
