"""The published sets of ratings: what is read from them, and what is said of every mistake."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from core.errors import TrainingError
from core.learning.data.aadb import ATTRIBUTES, read_aadb, read_aadb_attributes
from core.learning.data.ava import read_ava
from core.learning.data.para import read_para, read_para_users
from core.learning.data.rated_photos import shares_around
from tests.core.learning.data.make_rated_sets import write_aadb, write_ava, write_para


def edit(path: Path, before: str, after: str) -> None:
    text = path.read_text()
    assert before in text
    path.write_text(text.replace(before, after, 1))


@pytest.fixture
def ava(tmp_path: Path) -> Path:
    return write_ava(tmp_path)


@pytest.fixture
def aadb(tmp_path: Path) -> Path:
    return write_aadb(tmp_path)


@pytest.fixture
def para(tmp_path: Path) -> Path:
    return write_para(tmp_path)


def test_ava_votes_become_a_distribution_with_its_mean(ava: Path):
    edit(ava / "AVA.txt", "1 901 0 7 0 0", "1 901 0 3 0 1")
    rated = read_ava(ava)
    assert rated.files[0] == "images/901.jpg"
    assert rated.histogram[0, :4] == pytest.approx([0, 0.75, 0, 0.25])
    assert rated.mean[0] == pytest.approx(2.5)
    assert rated.groups == ("0", "1", "1", "2", "2", "3")
    assert rated.scale == (1, 10)
    assert set(rated.parts) == {""}


def test_ava_parts_follow_the_published_lists(ava: Path, tmp_path: Path):
    listed = tmp_path / "generic_test.jpgl"
    listed.write_text("902\n905.jpg\n")
    rated = read_ava(ava, test_list=listed)
    assert [rated.files[row] for row in rated.rows_of("test")] == [
        "images/902.jpg",
        "images/905.jpg",
    ]
    assert len(rated.rows_of("train")) == 4
    assert rated.only(rated.rows_of("test")).mean.tolist() == [3, 6]
    both = tmp_path / "train.jpgl"
    both.write_text("901\n902\n")
    with pytest.raises(TrainingError, match=r"generic_test\.jpgl, line 1: photograph 902"):
        read_ava(ava, train_list=both, test_list=listed)


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("2 902 0 0 7", "2 902 0 x 7", r'AVA\.txt, line 2: votes for 2 is not a count but "x"'),
        ("2 902 0 0 7", "2 902 0 -1 7", r"AVA\.txt, line 2: votes for 2 is not a count"),
        ("2 902 0 0 7", "2 902 0 0 0", r"AVA\.txt, line 2: photograph 902 has no votes"),
        ("2 902", "2 901", r"AVA\.txt, line 2: photograph 901 has a line already"),
        ("2 902 0 0 7 ", "2 902 7 ", r"AVA\.txt, line 2: 13 columns instead of 15"),
    ],
)
def test_a_wrong_line_of_ava_is_named(ava: Path, before: str, after: str, told: str):
    edit(ava / "AVA.txt", before, after)
    with pytest.raises(TrainingError, match=told):
        read_ava(ava)


def test_missing_photographs_are_counted_and_left_out_only_on_request(ava: Path):
    (ava / "images" / "903.jpg").unlink()
    with pytest.raises(TrainingError, match=r"1 of 6 .* images/903\.jpg"):
        read_ava(ava)
    rated = read_ava(ava, allow_missing=True)
    assert "images/903.jpg" not in rated.files
    assert len(rated.files) == len(rated.mean) == len(rated.histogram) == 5


def test_aadb_scores_keep_their_mean_and_claim_no_votes(aadb: Path):
    rated = read_aadb(aadb)
    assert rated.mean.tolist() == pytest.approx([0.1, 0.2, 0.3, 0.1, 0.1])
    assert rated.histogram @ np.array(rated.bins) == pytest.approx(rated.mean)
    assert not rated.has_votes
    assert rated.parts == ("train", "train", "train", "validation", "test")
    assert rated.groups[0] == rated.groups[2], "one photograph under two names"
    assert rated.files[-1] == "AADB_newtest/0.100_farm1_257_1004_ee_b.jpg"


def test_aadb_attributes_are_in_the_order_of_the_scores(aadb: Path):
    listed = aadb / "imgListFiles_label" / "imgListTrainRegression_Light.txt"
    listed.write_text("\n".join(reversed(listed.read_text().splitlines())))
    attributes = read_aadb_attributes(aadb, read_aadb(aadb))
    assert tuple(attributes) == ATTRIBUTES
    assert attributes["Light"].tolist() == pytest.approx([0.1, 0.2, 0.3, 0.1, 0.1])
    edit(listed, "farm1_257_1002_bb_b.jpg 0.20", "")
    with pytest.raises(TrainingError, match=r"Light have no line of farm1_257_1002_bb_b\.jpg"):
        read_aadb_attributes(aadb, read_aadb(aadb))


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("bb_b.jpg 0.20", "bb_b.jpg 1.20", "line 2: score is 1.20, which is outside 0 to 1"),
        ("bb_b.jpg 0.20", "bb_b.jpg nan", "line 2: score is nan, which is outside 0 to 1"),
        ("farm1_257_1002_bb", "farm1_257_1001_aa", "line 2: farm1_257_1001_aa_b.jpg has a line"),
        ("farm1_257_1002_bb", "farm1_257_1002_xx", "line 2: farm1_257_1002_xx_b.jpg is not in"),
    ],
)
def test_a_wrong_line_of_aadb_is_named(aadb: Path, before: str, after: str, told: str):
    edit(aadb / "imgListFiles_label" / "imgListTrainRegression_score.txt", before, after)
    with pytest.raises(TrainingError, match=told):
        read_aadb(aadb)


def test_para_has_distributions_sessions_and_people(para: Path):
    rated = read_para(para)
    assert rated.parts == ("train", "train", "test", "test")
    assert rated.groups == ("session0", "session0", "session1", "session1")
    assert rated.mean.tolist() == [3, 3, 3, 3]
    assert rated.histogram[0].tolist() == pytest.approx([0, 0, 0.5, 0, 0, 0, 0.5, 0, 0])
    personal = read_para_users(para, rated.only([1, 2]))
    assert personal.users == ("A0", "A1", "A2")
    assert personal.user.tolist() == [0, 1, 0, 1]
    assert personal.photo.tolist() == [0, 0, 1, 1]
    assert personal.score.tolist() == [2, 4, 2, 4]


@pytest.mark.parametrize(
    ("table", "before", "after", "told"),
    [
        ("GiaaTrain", "aestheticScore_mean", "mean", "no column aestheticScore_mean"),
        ("GiaaTrain", "0,3.0\n", "0,5.5\n", "line 2: aestheticScore_mean is 5.5, which is outside"),
        ("GiaaTrain", "0,3.0\n", "0,4.5\n", "line 2: aestheticScore_mean is not the mean"),
        ("GiaaTrain", "0,3.0\n", "0\n", "line 2: 11 columns instead of 12"),
        ("GiaaTest", "session1,iaa_pub2_", "session0,iaa_pub1_", "line 2: .* has a line already"),
        ("GiaaTest", "iaa_pub2_", "iaa_pub9_", r"1 of 4 .* imgs/session1/iaa_pub9_\.jpg"),
        ("Images", "A1,4.0", "A9,4.0", r"PARA-Images\.csv, line 3: A9 is not in PARA-UserInfo"),
        ("Images", "A1,4.0", "A0,4.0", r"line 3: A0 has rated .* already"),
        ("Images", "A1,4.0", "A1,", r"line 3: aestheticScore is empty"),
        ("UserInfo", "A1,", "A0,", r"PARA-UserInfo\.csv, line 3: A0 has a line already"),
    ],
)
def test_a_wrong_line_of_para_is_named(para: Path, table: str, before: str, after: str, told: str):
    edit(para / "annotation" / f"PARA-{table}.csv", before, after)
    with pytest.raises(TrainingError, match=told):
        read_para_users(para, read_para(para))


@pytest.mark.parametrize("read", [read_ava, read_aadb, read_para])
def test_an_empty_folder_is_a_sentence(read: Callable[[Path], object], tmp_path: Path):
    with pytest.raises(TrainingError, match="is missing in"):
        read(tmp_path)


def test_the_narrowest_distribution_by_hand():
    assert shares_around(0.25, (0, 0.5, 1)) == pytest.approx((0.5, 0.5, 0))
    assert shares_around(1, (0, 0.5, 1)) == pytest.approx((0, 0, 1))
    assert shares_around(0, (0, 0.5, 1)) == pytest.approx((1, 0, 0))
