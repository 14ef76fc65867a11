"""The study of what each part is worth, on a tiny training folder."""

import pytest

from core.learning.ablations import ARMS, UNTRAINED, ablate
from core.learning.short_alignment import Study
from core.progress import Task
from tests.core.learning.training_folder import TINY, write_training_folder

STUDY = Study(
    recipe=TINY,
    forced_steps=1,
    steps=2,
    size_px=64,
    label_shares=(0.01, 0.5),
    seeds=1,
    label_seeds=1,
)


@pytest.fixture(scope="module")
def tables(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    folder = tmp_path_factory.mktemp("study")
    data = write_training_folder(folder / "data")
    target = ablate(data, folder / "run", folder / "out", Task(), STUDY)
    first = target.read_text("utf-8")
    again = ablate(data, folder / "run", folder / "out", Task(), STUDY).read_text("utf-8")
    assert again == first, "a repeated study takes what is stored"
    return first.splitlines()


def test_every_arm_has_its_figures_and_its_rank(tables: list[str]) -> None:
    for name in ARMS:
        agreement, rank = (row for row in tables if row.startswith(f"| {name} |"))
        assert len(agreement.split("|")) == 10
        assert float(rank.split("|")[2]) >= 1


def test_only_arms_that_heard_of_clip_are_compared_with_it(tables: list[str]) -> None:
    ranks = [row.split("|") for row in tables if row.count("|") == 4]
    cosines = {name.strip(): cosine.strip() for _, name, _, cosine, _ in ranks}
    assert cosines[UNTRAINED] == ""
    assert cosines["ImageNet, pooled features and maps"] == ""
    assert -1 <= float(cosines["CLIP, MLP and 1 - cosine (the paper's arm)"]) <= 1


def test_phase_two_is_told_for_each_share_of_the_labels(tables: list[str]) -> None:
    for share in ("1%", "50%", "100%"):
        rows = [row for row in tables if row.startswith(f"| {share} of the labels")]
        assert len(rows) == 3
