"""What the student is penalised for."""

from torch import Tensor
from torch.nn import functional as F


def squared_emd(predicted: Tensor, wanted: Tensor) -> Tensor:
    """Squared earth mover's distance (N,) between distributions (N, K) over ordered bins.

    The mean over the bins of the squared difference of the cumulated shares; 0 for equal
    distributions, (K - 1) / K for all weight at opposite ends.

    Source:
        Hou et al. 2016, "Squared earth mover's distance-based loss", eq. 2, as used by
        Talebi and Milanfar 2018 (NIMA).
    """
    return (predicted.cumsum(1) - wanted.cumsum(1)).square().mean(1)


def cosine_distance(predicted: Tensor, wanted: Tensor) -> Tensor:
    """1 - cosine (N,) between features (N, D): the alignment loss of CSKD's first phase."""
    return 1 - F.cosine_similarity(predicted, wanted, dim=1)


def standardised_distance(predicted: Tensor, wanted: Tensor) -> Tensor:
    """Smooth L1 (beta 2) to a target that has mean 0 and deviation 1 in every channel.

    Source:
        Wei et al. 2022, "Contrastive learning rivals masked image modeling in fine-tuning via
        feature distillation", for standardised targets and beta.
    """
    return F.smooth_l1_loss(predicted, wanted, beta=2.0)


def ranking_loss(predicted: Tensor, wanted: Tensor, margin: float) -> Tensor:
    """Mean logistic loss over the pairs of a batch that `wanted` (N,) tells apart by `margin`.

    A pair costs log(1 + exp(-d)), where d is how far `predicted` (N,) puts the better one
    above the other; 0 where no pair can be told apart.

    Source:
        Burges et al. 2005 (RankNet); as an auxiliary task for unlabelled scores, Huang et al.
        2024 (RankUp).
    """
    better = wanted[:, None] - wanted[None, :] > margin
    ahead = predicted[:, None] - predicted[None, :]
    return F.softplus(-ahead[better]).mean() if bool(better.any()) else predicted.sum() * 0


def relational_distance(found: Tensor, wanted: Tensor) -> Tensor:
    """Mean squared difference of the likenesses (cosines) within a batch of features.

    0 where the photographs are to each other as the teacher says; blind to how the features
    (N, D) and (N, C) are turned.

    Source:
        Park et al. 2019 ("Relational knowledge distillation"), with cosines as in CLIP-KD.
    """
    ours, theirs = F.normalize(found, dim=1), F.normalize(wanted, dim=1)
    return (ours @ ours.T - theirs @ theirs.T).square().mean()
