"""AADB: 9,958 photographs of flickr.com with a score from 0 to 1 and eleven attributes.

Source: Kong, Shen, Lin, Mech, Fowlkes 2016, "Photo Aesthetics Ranking Network with Attributes and
Content Adaptation". imgListFiles_label/ holds a file for each part and attribute, a photograph and
its value a line. Five people rated from 1 to 5; only their mean, brought to 0 to 1, is published.
Some photographs stand in the set twice under different names; what their names share is the
number that flickr.com gave them, so that number is the group.
"""

import re
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.rated_photos import (
    TEST,
    TRAIN,
    VALIDATION,
    RatedPhoto,
    RatedPhotos,
    gathered,
    shares_around,
)
from core.learning.data.tables import Row, read_lines

BINS = (0.0, 0.25, 0.5, 0.75, 1.0)
ATTRIBUTES = (  # as the published files spell them
    "BalacingElements",
    "ColorHarmony",
    "Content",
    "DoF",
    "Light",
    "MotionBlur",
    "Object",
    "Repetition",
    "RuleOfThirds",
    "Symmetry",
    "VividColor",
)

_LISTS = {TRAIN: "Train", VALIDATION: "Validation", TEST: "TestNew"}
_PHOTO_FOLDERS = {
    TRAIN: ("datasetImages_warp256", "datasetImages_originalSize", "datasetImages"),
    TEST: (
        *("AADB_newtest", "AADB_newtest_originalSize"),
        *("datasetImages_warp256", "datasetImages_originalSize", "datasetImages"),
    ),
}
_SCORE_IN_NAME = re.compile(r"^[01]\.\d+_")  # some editions put the score before the test names
_FLICKR_NUMBER = re.compile(r"farm\d+_\d+_(\d+)_")


def read_aadb(folder: Path, *, allow_missing: bool = False) -> RatedPhotos:
    """The scores of all three parts.

    Args:
        folder: holds imgListFiles_label/ and the folders of photographs.
        allow_missing: leave out photographs that are not there.

    Raises:
        TrainingError: a file or photograph is missing, or a line is wrong.
    """
    photos: list[RatedPhoto] = []
    seen: set[str] = set()
    absent: list[Row] = []
    for part in _LISTS:
        places = _places(folder, part)
        for row in _rows(folder, part, "score"):
            name = _SCORE_IN_NAME.sub("", row.text("photograph"))
            if name in seen:
                raise row.defect(f"{name} has a line already")
            seen.add(name)
            mean = row.number("score", 0, 1)
            if name not in places:
                absent.append(row)
                continue
            shares = shares_around(mean, BINS)
            photos.append(RatedPhoto(places[name], _group(name), mean, shares, part))
    if absent and not (allow_missing and photos):
        first = absent[0]
        raise first.defect(
            f"{first.text('photograph')} is not in {' or '.join(_PHOTO_FOLDERS[TEST])} "
            f"({len(absent)} photographs are missing in all)"
        )
    return gathered(photos, BINS, source="imgListFiles_label", has_votes=False)


def read_aadb_attributes(folder: Path, rated: RatedPhotos) -> Mapping[str, NDArray[np.float32]]:
    """The attributes (N,) by name, -1 to 1, of the photographs of `read_aadb`.

    Raises:
        TrainingError: a file is missing, a line is wrong, or a photograph has no value.
    """
    names = [_SCORE_IN_NAME.sub("", file.rpartition("/")[2]) for file in rated.files]
    found: dict[str, NDArray[np.float32]] = {}
    for attribute in ATTRIBUTES:
        values: dict[str, float] = {}
        for part in set(rated.parts):
            for row in _rows(folder, part, attribute):
                name = _SCORE_IN_NAME.sub("", row.text("photograph"))
                if name in values:
                    raise row.defect(f"{name} has a line already")
                values[name] = row.number(attribute, -1, 1)
        without = next((name for name in names if name not in values), None)
        if without is not None:
            raise TrainingError(
                f"The files of the attribute {attribute} have no line of {without}."
            )
        found[attribute] = np.array([values[name] for name in names], np.float32)
    return found


def _rows(folder: Path, part: str, value: str) -> list[Row]:
    path = folder / "imgListFiles_label" / f"imgList{_LISTS[part]}Regression_{value}.txt"
    return list(read_lines(path, ("photograph", value)))


def _places(folder: Path, part: str) -> dict[str, str]:
    """Where each photograph lies, by its name without a score."""
    places: dict[str, str] = {}
    for below in _PHOTO_FOLDERS[TEST if part == TEST else TRAIN]:
        if (folder / below).is_dir():
            for path in (folder / below).iterdir():
                places.setdefault(_SCORE_IN_NAME.sub("", path.name), f"{below}/{path.name}")
    return places


def _group(name: str) -> str:
    found = _FLICKR_NUMBER.search(name)
    return found[1] if found else name.rpartition(".")[0]
