"""The outcome of phase 2: a model folder, and what is said of the model."""

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.learning.agreement import Figures, Opinions, agreement, srcc_interval
from core.learning.distillation_source import Checked, Source
from core.learning.distilled_card import calibrated, card
from core.learning.evaluation import predict
from core.learning.export import Release, export_student
from core.learning.network_eye import Eye
from core.learning.requests import DistillationRequest
from core.learning.student import Student
from core.learning.teachers.teacher import weights_digest

_MOST_REFERENCES = 5_000


@dataclass(frozen=True, slots=True)
class DistillationReport:
    """What phase 2 has made, and how it agrees with people on what was put aside."""

    model: Path
    labelled: int
    unlabelled: int
    held_out: int
    groups: int
    systems: dict[str, Figures]


def release(
    trained: Student,
    said: dict[str, NDArray[np.float32]],
    request: DistillationRequest,
    networks: Checked,
    source: Source,
    eye: Eye,
) -> DistillationReport:
    """Calibrate and export the student.

    Args:
        trained: what is exported; a score compares with what it says of unlabelled photographs.
        said: distributions of the photographs that were put aside, by system, its own last.
        request: what was asked for.
        networks: what it started from.
        source: the photographs.
        eye: looks at them.

    Raises:
        TrainingError: the exported network disagrees with the trained one.
    """
    aligned = networks.student
    others = source.unlabelled or source.labelled_files
    references = others[:: len(others) // _MOST_REFERENCES + 1]
    seen = eye.whole("references", replace(aligned, student=trained), references)
    *_, own = said.values()
    calibration, within = calibrated(predict(trained, seen), own, source.held_out)
    counts = {
        "labelled": len(source.labelled.files),
        "unlabelled": len(source.unlabelled),
        "held_out": len(source.held_out.files),
        "groups": len(set(source.held_out.groups)),
    }
    systems = {name: _figures(distributions, source) for name, distributions in said.items()}
    licences = _licences(networks, request)
    version = weights_digest(trained)[:8]
    told = {
        **counts,
        "name": request.name,
        "version": version,
        "size": aligned.size_px,
        "dimensions": trained.shape.embedding_dim,
        "low": source.labelled.scale[0],
        "high": source.labelled.scale[1],
        "meaning": calibration.meaning,
        "within": within,
        "backbone": trained.shape.backbone,
        "aligned": aligned.about["photographs"],
        "teachers": " and ".join(one["teacher"] for one in aligned.about["teachers"]),
        "layout": request.layout,
        "learner": _learner(networks),
        "arms": _arms(request),
        "how": "the published test part" if source.is_published else "whole groups",
    }
    paper = Release(
        name=request.name,
        version=version,
        size_px=aligned.size_px,
        calibration=calibration,
        training={"distill": request.described(), "align": dict(aligned.about)},
        results={
            **counts,
            "size_px": aligned.size_px,
            "share_within_one_spread": round(within, 3),
            "systems": systems,
        },
        licences=tuple(licences),
        card=card(told, systems, licences),
    )
    model = export_student(trained, paper, request.out / request.name)
    return DistillationReport(model, **counts, systems=systems)


def _learner(checked: Checked) -> str:
    if checked.teacher is None:
        return "the committee of ridges on its own embedding, fitted to the labels"
    return f"{checked.teacher.student.shape.backbone}, aligned and fine-tuned on the labels"


def _arms(request: DistillationRequest) -> str:
    confidence = ", less weight where the teacher is less sure" if request.confidence else ""
    return confidence + (f", {request.ranking:g} times a ranking loss" if request.ranking else "")


def _figures(distribution: NDArray[np.float32], source: Source) -> Figures:
    rated = source.held_out
    rating = distribution.astype(np.float64) @ np.array(rated.bins)
    figures = agreement(Opinions(rating, distribution), rated)
    return {**figures, "srcc_95_percent": srcc_interval(rating, rated)}


def _licences(checked: Checked, request: DistillationRequest) -> list[str]:
    networks = [checked.student, *([] if checked.teacher is None else [checked.teacher])]
    taught = [
        f"{one['teacher']}: {one['licence']}" for net in networks for one in net.about["teachers"]
    ]
    return [
        *(f"Features of {one}" for one in dict.fromkeys(taught)),
        f"Photographs and ratings of {request.layout}: as its publisher allows.",
        "Photographs without ratings: those of whoever made this model.",
    ]
