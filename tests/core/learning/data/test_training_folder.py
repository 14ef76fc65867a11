"""The index of the training data: what is said of its mistakes."""

from pathlib import Path

import pytest

from core.errors import TrainingError
from core.learning.data.training_folder import read_index

GOOD = "shard,file,set,class,clip_kind,clip_row\npairs,a.webp,x,,exact,0\nplain,b.webp,x,,,\n"


def test_an_index_says_which_photographs_have_features(tmp_path: Path):
    (tmp_path / "index.csv").write_text(GOOD)
    assert [(row.file, row.kind, row.clip_row) for row in read_index(tmp_path)] == [
        ("a.webp", "exact", 0),
        ("b.webp", "", -1),
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("clip_row", "row", "no column clip_row"),
        ("exact,0", "exact,x", 'line 2: clip_row is not a count but "x"'),
        ("exact,0", "exact,-2", 'line 2: clip_row is not a count but "-2"'),
        ("exact,0", "exact,", "line 2: clip_kind is exact, but clip_row is empty"),
        ("exact", "nearly", 'line 2: clip_kind is "nearly"'),
        ("b.webp", "a.webp", r"line 3: a\.webp has a line already"),
    ],
)
def test_a_wrong_line_of_the_index_is_named(tmp_path: Path, before: str, after: str, told: str):
    (tmp_path / "index.csv").write_text(GOOD.replace(before, after, 1))
    with pytest.raises(TrainingError, match=told):
        read_index(tmp_path)
