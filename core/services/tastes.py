"""What tastes have in common, learned from many raters for a model's embeddings."""

import io
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import TrainingError
from core.progress import Task
from core.services.catalogued import facts_of
from core.taste.evidence import FACTS, Frames
from core.taste.prior import save_prior
from core.taste.raters import learn_prior
from core.vision.manifest import load_manifest
from core.vision.model_store import shipped_model, shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads

_AT_ONCE = 16


@dataclass(frozen=True, slots=True)
class RatedFrames:
    """Rated photographs as a model sees them, and what each rater said."""

    frames: Frames
    ratings: npt.NDArray[np.int64]  # (raters, N) 1 to 7, 0 for "not rated"
    themes: Sequence[str]  # (N,)


def learn_tastes(data: Path, model: Path | None, task: Task) -> Path:
    """Learn the directions along which raters differ, and write them into the model's folder.

    Args:
        data: the training data, with `oasis-raters.npz`.
        model: a model folder; the shipped one where None is named.
        task: reports and cancels. Stage "tastes", in photographs.

    Returns:
        The file that was written.

    Raises:
        TrainingError: the data cannot be used.
        ModelMismatchError: the model cannot be used.
        Cancelled: nothing was written.
    """
    folder = model or shipped_model()
    rated = read_rated_frames(data, folder, task)
    frames = rated.frames
    try:
        prior = learn_prior(frames.features, frames.facts, frames.generic, rated.ratings)
    except ValueError as error:
        raise TrainingError(f"Tastes cannot be learned from {data}: {error}.") from error
    return save_prior(prior, folder, load_manifest(folder).feature_version)


def read_rated_frames(data: Path, model: Path, task: Task) -> RatedFrames:
    """The rated photographs of the training data, as the model in `model` sees them.

    Raises:
        TrainingError: the data cannot be used.
        ModelMismatchError: the model cannot be used.
        Cancelled: the task was asked to stop.
    """
    from core.learning.data.shards import open_frames
    from core.learning.data.training_folder import read_index, read_rated_photos, read_raters

    rated = read_rated_photos(data)
    shards: dict[str, list[str]] = {}
    for row in read_index(data):
        if row.file in set(rated.files):
            shards.setdefault(row.shard, []).append(row.file)
    student = Student(model, TechnicalHeads(shipped_technical_heads()))
    seen = []
    with tempfile.TemporaryDirectory(prefix="shortlist-") as scratch:
        frames = open_frames(data, shards, Path(scratch), task)
        for first in range(0, len(rated.files), _AT_ONCE):
            task.report("tastes", first, len(rated.files))
            files = rated.files[first : first + _AT_ONCE]
            seen += student.judge([_encoded(frames.frame(file)) for file in files])
    task.report("tastes", len(rated.files), len(rated.files))
    facts = b"".join(facts_of(one.score, one.appearance) for one in seen)
    shares = np.stack([one.distribution for one in seen]).astype(np.float64)
    return RatedFrames(
        Frames(
            features=np.stack([one.embedding for one in seen]),
            facts=np.frombuffer(facts, "<f2").reshape(-1, len(FACTS)).astype(np.float32),
            generic=shares @ student.manifest.bins,
        ),
        read_raters(data),
        rated.groups,
    )


def _encoded(frame: npt.NDArray[np.uint8]) -> bytes:
    """Without loss, in the form that a model takes previews in."""
    target = io.BytesIO()
    Image.fromarray(frame).save(target, "PNG", compress_level=1)
    return target.getvalue()
