"""Losses and measures against values worked by hand."""

import numpy as np
import pytest
import torch

from core.errors import TrainingError
from core.learning.data.splits import group_folds
from core.learning.losses import (
    cosine_distance,
    ranking_loss,
    relational_distance,
    squared_emd,
)
from core.learning.metrics import mean_squared_emd, pairs_in_order, pearson, spearman


def test_squared_emd_by_hand():
    left, middle = torch.tensor([[1.0, 0, 0]]), torch.tensor([[0, 1.0, 0]])
    right = torch.tensor([[0, 0, 1.0]])
    assert squared_emd(left, left).item() == 0
    assert squared_emd(left, middle).item() == pytest.approx(1 / 3)
    assert squared_emd(left, right).item() == pytest.approx(2 / 3)
    half = torch.tensor([[0.5, 0.5, 0]])
    assert squared_emd(left, half).item() == pytest.approx(0.25 / 3)


def test_squared_emd_is_symmetric_and_does_not_care_which_end_is_first():
    generator = torch.Generator().manual_seed(0)
    one, other = (torch.rand(5, 7, generator=generator).softmax(1) for _ in range(2))
    forth = squared_emd(one, other)
    assert torch.allclose(forth, squared_emd(other, one))
    assert torch.allclose(forth, squared_emd(one.flip(1), other.flip(1)), atol=1e-6)


def test_squared_emd_pulls_weight_towards_the_target():
    logits = torch.zeros(1, 3, requires_grad=True)
    squared_emd(logits.softmax(1), torch.tensor([[0, 0, 1.0]])).sum().backward()
    assert logits.grad is not None
    assert logits.grad[0, 0] > 0 > logits.grad[0, 2]


def test_the_gradient_of_squared_emd_is_the_numerical_one():
    generator = torch.Generator().manual_seed(1)
    logits = torch.randn(2, 4, generator=generator, dtype=torch.float64, requires_grad=True)
    wanted = torch.rand(2, 4, generator=generator, dtype=torch.float64).softmax(1)
    assert torch.autograd.gradcheck(lambda x: squared_emd(x.softmax(1), wanted), logits)


def test_cosine_distance_by_hand():
    one = torch.tensor([[2.0, 0], [1.0, 1.0]])
    other = torch.tensor([[0, 3.0], [2.0, 2.0]])
    assert cosine_distance(one, other).tolist() == pytest.approx([1, 0], abs=1e-6)


def test_ranking_loss_by_hand():
    wanted = torch.tensor([1.0, 3.0, 3.1])  # the last two are too close to tell apart
    predicted = torch.tensor([0.0, 0.0, 2.0])
    expected = (np.log(2) + np.log1p(np.exp(-2))) / 2
    assert ranking_loss(predicted, wanted, margin=0.5).item() == pytest.approx(expected)


def test_a_batch_that_nobody_can_order_costs_nothing_and_still_has_a_gradient():
    predicted = torch.tensor([1.0, 2.0], requires_grad=True)
    loss = ranking_loss(predicted, torch.tensor([3.0, 3.0]), margin=0.1)
    loss.backward()
    assert loss.item() == 0
    assert predicted.grad is not None


def test_relations_do_not_care_how_the_features_are_turned():
    wanted = torch.tensor([[1.0, 0, 0], [0, 2.0, 0]])
    turned = torch.tensor([[0, 5.0], [1.0, 0]])
    assert relational_distance(turned, wanted).item() == pytest.approx(0)
    alike = torch.tensor([[1.0, 0], [1.0, 0]])  # off the diagonal 1 in place of 0
    assert relational_distance(alike, wanted).item() == pytest.approx(0.5)


def test_correlations_by_hand():
    truth = np.array([1.0, 2.0, 3.0, 4.0])
    assert spearman(np.array([10.0, 20.0, 30.0, 1000.0]), truth) == pytest.approx(1)
    assert spearman(-truth, truth) == pytest.approx(-1)
    assert spearman(np.array([1.0, 1.0, 2.0, 2.0]), truth) == pytest.approx(4 / np.sqrt(20))
    assert pearson(np.full(4, 3.0), truth) == 0


def test_pairs_in_order_counts_ties_as_half_and_only_pairs_of_one_theme():
    truth = np.array([1.0, 2.0, 1.0, 2.0])
    assert pairs_in_order(np.array([0.0, 1.0, 0.0, 1.0]), truth) == 1
    assert pairs_in_order(np.zeros(4), truth) == 0.5
    predicted = np.array([0.0, 1.0, 5.0, 4.0])
    assert pairs_in_order(predicted, truth, ["a", "a", "b", "b"]) == 0.5


def test_mean_squared_emd_agrees_with_the_loss():
    generator = np.random.default_rng(0)
    one, other = (generator.dirichlet(np.ones(7), 9) for _ in range(2))
    loss = squared_emd(torch.from_numpy(one), torch.from_numpy(other)).mean().item()
    assert mean_squared_emd(one, other) == pytest.approx(loss)


def test_a_theme_never_stands_on_both_sides():
    themes = [f"theme {n % 23}" for n in range(200)]
    folds = group_folds(themes, 5, seed=3)
    assert {len(set(folds[[t == theme for t in themes]])) for theme in set(themes)} == {1}
    sizes = np.bincount(folds, minlength=5)
    assert sizes.max() - sizes.min() <= 20
    assert (group_folds(themes, 5, seed=3) == folds).all()
    with pytest.raises(TrainingError):
        group_folds(["a", "b"], 5, seed=0)
