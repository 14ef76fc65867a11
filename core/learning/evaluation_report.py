"""The results of an evaluation as text to read: Markdown with plots beside it."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from core.learning.agreement import Figures, Opinions
from core.learning.collapse import spectrum
from core.learning.data.rated_photos import RatedPhotos
from core.learning.metrics import spread_bins

REPORT, RESULTS = "REPORT.md", "evaluation.json"

LABELS = {
    "srcc": "rank correlation (SRCC)",
    "srcc_95_percent": "its 95 % interval over groups",
    "srcc_by_seed": "SRCC by seed",
    "srcc_in_fold": "SRCC, mean over folds",
    "plcc": "linear correlation (PLCC)",
    "pairs_all": "pairs in order, all",
    "pairs_within_group": "pairs in order, within a group",
    "ndcg": "NDCG, all",
    "ndcg_within_group": "NDCG, mean over groups",
    "keepers_lost_10%": "keepers lost when the lowest 10 % go",
    "keepers_lost_20%": "keepers lost when the lowest 20 % go",
    "keepers_lost_30%": "keepers lost when the lowest 30 % go",
    "squared_emd": "squared EMD of the distributions",
    "spread_calibration_error": "calibration error of the spread (points of 100)",
    "share_within_one_spread": "ratings within one spread (ideal 0.68)",
}
TRAINED_ON = (
    "The model learned from these very ratings, so its figures here say how well it remembers "
    "them. What it reaches on photographs it did not see stands under held-out."
)
_COLUMNS = ("srcc", "srcc_95_percent", "srcc_in_fold", "plcc", "pairs_within_group", "squared_emd")


@dataclass(frozen=True, slots=True)
class Evaluated:
    """The results, and what they were computed from."""

    results: Mapping[str, Any]
    opinions: Opinions | None = None
    rated: RatedPhotos | None = None
    embeddings: NDArray[np.float32] | None = None  # (N, D)


def write_report(evaluated: Evaluated, folder: Path) -> Path:
    """Write REPORT.md, evaluation.json and the plots into `folder`.

    Raises:
        OSError: it cannot be written.
    """
    folder.mkdir(parents=True, exist_ok=True)
    plots = _plots(evaluated, folder)
    results = json.dumps(evaluated.results, indent=1, ensure_ascii=False)
    (folder / RESULTS).write_text(results + "\n", encoding="utf-8")
    (folder / REPORT).write_text(report_text(evaluated.results, plots), encoding="utf-8")
    return folder / REPORT


def report_text(results: Mapping[str, Any], plots: Mapping[str, str]) -> str:
    """The report as Markdown; `plots` are file names by what they show."""
    model = results["model"]
    parts = [
        f"# {model['name']} {model['version']}",
        f"{model['ms_per_image']:.1f} ms a photograph on one core of this machine, "
        f"{model['size_bytes'] / 1e6:.1f} MB.",
    ]
    if "agreement" in results:
        parts += _agreement(results)
    if systems := held_out_systems(results):
        parts += ["## Held-out", _systems(systems)]
    parts += [f"![{shown}]({name})" for shown, name in plots.items()]
    return "\n\n".join(parts) + "\n"


def held_out_systems(results: Mapping[str, Any]) -> Mapping[str, Mapping[str, Any]]:
    """Figures of each system on what it was not fitted to: of the run, else of the card."""
    if "held_out" in results:
        systems: Mapping[str, Mapping[str, Any]] = results["held_out"]
        return systems
    card = results["card"].get("systems", {})
    return {
        name: {"pairs_within_group": figures.get("pairs_within_theme"), **figures}
        for name, figures in card.items()
    }


def figure_text(value: object) -> str:
    """A figure as it is printed; "-" where it could not be told."""
    if isinstance(value, Sequence) and not isinstance(value, str):
        numbers = [f"{number:.3f}" for number in value]
        return " to ".join(numbers) if len(numbers) == 2 else ", ".join(numbers)
    if isinstance(value, float):
        return f"{value:.4f}" if 0 < abs(value) < 0.1 else f"{value:.3f}"
    return "-" if value is None else str(value)


def _agreement(results: Mapping[str, Any]) -> list[str]:
    data, features = results["data"], results["features"]
    told = [f"## Agreement on {data['photographs']} photographs in {data['groups']} groups"]
    if data["was_trained_on"]:
        told.append(TRAINED_ON)
    told.append(_table(("measure", ""), _rows(results["agreement"])))
    told.append(
        f"The embedding spreads in {features['effective_rank']:.1f} of "
        f"{features['dimensions']} directions (effective rank)."
    )
    if results["probe"]:
        remembers = " The embedding itself saw them all." if data["was_trained_on"] else ""
        told.append(
            "A linear probe on the embedding, each group predicted by the others, reaches SRCC "
            f"{results['probe']['srcc']:.3f}.{remembers}"
        )
    return told


def _rows(figures: Figures) -> list[tuple[str, str]]:
    return [(LABELS[name], figure_text(value)) for name, value in figures.items()]


def _systems(systems: Mapping[str, Mapping[str, Any]]) -> str:
    rows = [
        (name, *(figure_text(figures.get(column)) for column in _COLUMNS))
        for name, figures in systems.items()
    ]
    return _table(("system", *(LABELS[column] for column in _COLUMNS)), rows)


def _table(head: tuple[str, ...], rows: Sequence[tuple[str, ...]]) -> str:
    lines = [head, ("---",) * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def _plots(evaluated: Evaluated, folder: Path) -> dict[str, str]:
    """Draw what there is; file names by what they show."""
    opinions, rated, embeddings = evaluated.opinions, evaluated.rated, evaluated.embeddings
    if opinions is None or rated is None or embeddings is None:
        return {}
    from core.learning import plots  # loads matplotlib, which only a report needs

    names = {
        "Predicted and true ratings": "ratings.png",
        "Keepers lost at every cut": "keepers.png",
        "Spectrum of the embedding": "spectrum.png",
    }
    plots.plot_ratings(folder / "ratings.png", opinions.rating, rated.mean)
    plots.plot_keepers(folder / "keepers.png", opinions.rating, rated.mean)
    plots.plot_spectra(folder / "spectrum.png", {"embedding": spectrum(embeddings)})
    if opinions.spread is not None and opinions.mistake is not None:
        plots.plot_spread(folder / "spread.png", spread_bins(opinions.mistake, opinions.spread))
        names["Predicted and actual spread"] = "spread.png"
    return names
