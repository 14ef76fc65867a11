"""Heads learn the order of known degrees, on statistics whose truth is known."""

import json
from pathlib import Path

import numpy as np
import pytest
import torch
from safetensors.numpy import load

from core.learning.technical.degradations import LADDER
from core.learning.technical.evaluation import judge, pairs_in_order
from core.learning.technical.gradings import KINDS, Gradings
from core.learning.technical.heads import PARTS, HeadsConfig, parts_of, train_heads
from core.learning.technical.train import Recipe, export_heads
from core.progress import Task

QUICK = HeadsConfig(steps=250, hidden=8)


# One statistic for each flaw, in the order of KINDS, and two that say nothing.
OWN = ("detail.0.0.5", "ratio.0.0.5", "dark.min", "bright.min", "grain.0.0.1", "seam.0")
NAMES = (*OWN, "direction.0", "band.4")
RISING = np.array([-1, -1, 1, 1, 1, 1])


def made_up(photos: int, seed: int) -> Gradings:
    """Each flaw moves a statistic of its own from a start that differs between photographs."""
    generator = np.random.default_rng(seed)
    rows = []
    for photo in range(photos):
        start = generator.normal(0, 0.1, len(KINDS) + 2)
        start[-2:] = generator.normal(0, 1, 2)  # what says nothing
        rows.append((start, photo, -1, 0.0))
        for place in range(len(KINDS)):
            for degree in LADDER:
                statistics = start.copy()
                statistics[place] += RISING[place] * degree
                rows.append((statistics, photo, place, degree))
    statistics, photo_of, kinds, degrees = zip(*rows, strict=True)
    return Gradings(
        np.array(statistics, np.float32),
        np.array(photo_of, np.int64),
        np.array(kinds, np.int64),
        np.array(degrees, np.float32),
    )


@pytest.fixture(scope="module")
def trained() -> torch.nn.Module:
    return train_heads(made_up(20, seed=0), NAMES, QUICK, Task())


def test_heads_order_unseen_photographs_and_mind_their_own_flaw(trained) -> None:
    unseen = made_up(10, seed=1)
    results = judge(parts_of(trained, unseen.statistics), unseen, ["made up"] * 10)
    for part in PARTS:
        measured = results[part.name]
        for kind in part.lowered_by:
            assert measured["in_order"][kind.value]["all"] > 0.97
        for moved in measured["moved_by_others"].values():
            assert moved["1"] < 15
        medians = [middle for _, _, middle, _ in measured["by_degree"]]
        assert medians[0] > 75
        assert medians[-1] < 25


def test_equal_seeds_give_equal_heads() -> None:
    few = HeadsConfig(steps=5, hidden=4)
    one, same = (train_heads(made_up(3, seed=0), NAMES, few, Task()) for _ in range(2))
    for first, second in zip(one.state_dict().values(), same.state_dict().values(), strict=True):
        assert torch.equal(first, second)


def test_more_clipping_never_means_better_exposure(trained) -> None:
    """By construction: also for statistics that no training has seen."""
    generator = np.random.default_rng(3)
    before = generator.normal(0, 2, (200, len(NAMES))).astype(np.float32)
    for name, part in (("dark.min", "underexposure"), ("bright.min", "overexposure")):
        after = before.copy()
        after[:, NAMES.index(name)] += generator.uniform(0.1, 3, 200).astype(np.float32)
        place = [each.name for each in PARTS].index(part)
        assert (parts_of(trained, after) <= parts_of(trained, before))[:, place].all()


@pytest.mark.parametrize(
    ("values", "right"), [([3, 2, 1], 3), ([1, 2, 3], 0), ([3, 3, 1], 2), ([3, 1, 2], 2)]
)
def test_a_tie_is_not_in_order(values: list[float], right: int) -> None:
    assert pairs_in_order(np.array(values, float)) == (right, 3)


def test_exported_heads_are_the_trained_ones_and_their_card_is_what_was_measured(
    trained, tmp_path: Path
) -> None:
    unseen = made_up(4, seed=2)
    results = {
        "photographs_learnt_from": {"made up": 20},
        "photographs_held_out": {"made up": 4},
        "statistics": unseen.statistics.shape[1],
        "parts": judge(parts_of(trained, unseen.statistics), unseen, ["made up"] * 4),
    }
    folder = export_heads(trained, "test", results, Recipe(), tmp_path / "technical")
    export_heads(trained, "test", results, Recipe(), folder)  # replaces
    manifest = json.loads((folder / "manifest.json").read_text("utf-8"))
    assert manifest["parts"] == [part.name for part in PARTS]
    assert manifest["statistics_version"] == "test"
    stored = load((folder / manifest["file"]).read_bytes())
    assert stored.keys() == trained.effective().keys()
    for name, value in trained.effective().items():
        np.testing.assert_array_equal(stored[name], value.detach().numpy())
    card = (folder / "MODEL_CARD.md").read_text("utf-8")
    share = results["parts"]["noise"]["in_order"]["noise"]["made up"]
    assert f"| noise | noise | {share:.2%} |" in card
    assert {path.name for path in tmp_path.iterdir()} == {"technical"}
