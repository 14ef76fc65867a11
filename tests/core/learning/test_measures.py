"""What decides about photographs that are cut or ranked, against values worked by hand."""

import math

import numpy as np
import pytest
import timm
import torch
from torch import nn

from core.errors import TrainingError
from core.learning.attention import measure_attention
from core.learning.collapse import effective_rank, spectrum
from core.learning.metrics import (
    keepers_lost,
    mean_over_groups,
    ndcg,
    spread_bins,
    spread_calibration_error,
)

TEN = np.arange(10.0)


def test_ndcg_by_hand():
    truth = np.array([3.0, 2.0, 1.0])
    assert ndcg(np.array([9.0, 8.0, 7.0]), truth) == 1
    # Gains 2, 1, 0 at discounts 1, 1/log2(3), 1/2, best last.
    ideal = 2 + 1 / math.log2(3)
    assert ndcg(np.array([7.0, 8.0, 9.0]), truth) == pytest.approx((1 / math.log2(3) + 1) / ideal)
    tied = (1.5 + 1.5 / math.log2(3)) / ideal
    assert ndcg(np.array([5.0, 5.0, 1.0]), truth) == pytest.approx(tied)
    assert math.isnan(ndcg(truth, np.ones(3)))


def test_a_group_where_nothing_differs_does_not_count():
    predicted, truth = np.array([1.0, 2.0, 5.0, 6.0]), np.array([1.0, 2.0, 4.0, 4.0])
    assert mean_over_groups(ndcg, predicted, truth, ["a", "a", "b", "b"]) == 1
    assert math.isnan(mean_over_groups(ndcg, predicted, truth, ["a", "b", "c", "d"]))


def test_a_perfect_order_loses_no_keeper_and_a_turned_one_loses_them_first():
    assert keepers_lost(TEN, TEN, cut=0.3) == 0
    assert keepers_lost(-TEN, TEN, cut=0.1) == 0.5
    assert keepers_lost(-TEN, TEN, cut=0.2) == 1
    assert keepers_lost(-TEN, TEN, cut=0) == 0


def test_a_constant_prediction_loses_keepers_as_a_blind_cut_does():
    assert keepers_lost(np.zeros(10), TEN, cut=0.3) == pytest.approx(0.3)


def test_equal_ratings_at_the_limit_share_the_last_place_of_the_keepers():
    truth = np.array([1.0, 2.0, 3.0, 3.0, 3.0])  # one keeper in five: any of the last three
    assert keepers_lost(np.array([5.0, 4.0, 1.0, 2.0, 3.0]), truth, cut=0.2) == pytest.approx(1 / 3)


def test_spread_calibration_by_hand():
    spreads, mistakes = np.array([1.0, 1.0, 4.0, 4.0]), np.array([1.0, -1.0, 2.0, -2.0])
    narrow, wide = spread_bins(mistakes, spreads, bins=2)
    assert (narrow.predicted, narrow.actual, narrow.count) == (1, 1, 2)
    assert (wide.predicted, wide.actual) == (4, 2)
    assert spread_calibration_error(mistakes, spreads, bins=2) == pytest.approx((0 + 2) / 2)


def test_effective_rank_counts_the_directions():
    generator = np.random.default_rng(0)
    line = np.outer(generator.normal(size=50), generator.normal(size=8))
    assert effective_rank(line + 3) == pytest.approx(1, abs=1e-6)
    cross = np.vstack([np.eye(4), -np.eye(4)])  # equal in four directions
    assert effective_rank(cross) == pytest.approx(4)
    assert spectrum(cross) == pytest.approx([0.25] * 4)
    assert effective_rank(np.ones((5, 3))) == 0


@pytest.fixture
def transformer() -> nn.Module:
    torch.manual_seed(0)
    return timm.create_model(
        "vit_tiny_patch16_224", pretrained=False, num_classes=0, img_size=32, depth=2
    )


def test_a_head_that_looks_everywhere_alike_has_the_distance_and_entropy_of_chance(transformer):
    for block in transformer.blocks:
        nn.init.zeros_(block.attn.qkv.weight)
        nn.init.zeros_(block.attn.qkv.bias)
    found = measure_attention(transformer, torch.randn(2, 3, 32, 32))
    assert found.distance_px.shape == (2, 3)
    # Four patches of 16 px: itself, two neighbours, one across.
    assert found.distance_px == pytest.approx((0 + 16 + 16 + 16 * math.sqrt(2)) / 4)
    assert found.entropy == pytest.approx(math.log(4))


def test_measuring_leaves_the_network_as_it_was(transformer):
    pixels = torch.randn(1, 3, 32, 32)
    before = [block.attn.fused_attn for block in transformer.blocks]
    with torch.no_grad():
        wanted = transformer(pixels)
        measure_attention(transformer, pixels)
        torch.testing.assert_close(transformer(pixels), wanted)
    assert [block.attn.fused_attn for block in transformer.blocks] == before


def test_a_network_without_attention_is_refused():
    with pytest.raises(TrainingError, match="no vision transformer"):
        measure_attention(nn.Sequential(nn.Conv2d(3, 1, 1)), torch.zeros(1, 3, 8, 8))
