"""The pictures of an evaluation report. The only user of matplotlib.

Without pyplot a figure is drawn by Agg into a file and never meets a window.
"""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import numpy as np
from matplotlib.figure import Figure
from numpy.typing import NDArray

from core.learning.metrics import SpreadBin, keepers_lost

Values = NDArray[np.floating]
_BLUE, _GREY = "#3b6ea5", "#8a8a8a"


def plot_ratings(path: Path, predicted: Values, truth: Values) -> None:
    """Every photograph as a point: what was predicted against what people said."""
    figure, axes = _figure()
    axes.scatter(truth, predicted, s=8, alpha=0.5, color=_BLUE, linewidths=0)
    axes.set_xlabel("mean rating by people")
    axes.set_ylabel("expected rating by the model")
    _save(figure, path)


def plot_keepers(path: Path, predicted: Values, truth: Values) -> None:
    """Keepers lost at every cut, beside a blind cut."""
    figure, axes = _figure()
    cuts = np.linspace(0, 0.6, 25)
    lost = [100 * keepers_lost(predicted, truth, cut) for cut in cuts]
    axes.plot(100 * cuts, lost, color=_BLUE, label="lowest scores")
    axes.plot(100 * cuts, 100 * cuts, color=_GREY, linestyle="--", label="drawn blindly")
    axes.set_xlabel("photographs given up (%)")
    axes.set_ylabel("keepers lost (%)")
    axes.legend(frameon=False)
    _save(figure, path)


def plot_spread(path: Path, bins: Sequence[SpreadBin]) -> None:
    """Predicted against actual spread; on the line the spread is honest."""
    figure, axes = _figure()
    predicted, actual = [one.predicted for one in bins], [one.actual for one in bins]
    end = 1.1 * max(*predicted, *actual)
    axes.plot([0, end], [0, end], color=_GREY, linestyle="--")
    axes.plot(predicted, actual, marker="o", color=_BLUE)
    axes.set_xlabel("predicted spread (points)")
    axes.set_ylabel("actual spread (points)")
    _save(figure, path)


def plot_spectra(path: Path, spectra: Mapping[str, Values]) -> None:
    """Shares of the singular values by place: a collapsed feature falls off early."""
    figure, axes = _figure()
    for name, shares in spectra.items():
        axes.semilogy(np.arange(1, len(shares) + 1), np.maximum(shares, 1e-12), label=name)
    axes.set_xlabel("singular value, largest first")
    axes.set_ylabel("share")
    axes.set_ylim(bottom=1e-6)
    axes.legend(frameon=False)
    _save(figure, path)


def _figure() -> tuple[Figure, Any]:
    figure = Figure(figsize=(5, 4), layout="constrained")
    axes = figure.add_subplot()
    axes.spines[["top", "right"]].set_visible(False)
    return figure, axes


def _save(figure: Figure, path: Path) -> None:
    figure.savefig(path, dpi=110, metadata={"Software": None})
