"""Runs a model over pictures: the one place where a score comes from.

Preprocessing, bins and calibration follow the manifest, so that the same preview gets the
same score on every system.
"""

import io
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import numpy.typing as npt
from PIL import Image

from core.errors import ModelMismatchError
from core.photo import Score
from core.vision import appearance
from core.vision.manifest import AESTHETIC, load_manifest, verify_file
from core.vision.technical import TechnicalHeads

_RESAMPLING = {
    "bilinear": Image.Resampling.BILINEAR,
    "bicubic": Image.Resampling.BICUBIC,
    "lanczos": Image.Resampling.LANCZOS,
}
_REDUCING_GAP = 1.1  # whole numbers first, as training shrank its photographs; a quarter faster


@dataclass(frozen=True, slots=True)
class Opinion:
    """What the model makes of one picture."""

    score: Score
    embedding: npt.NDArray[np.float32]  # (D,), unit length
    distribution: npt.NDArray[np.float32]  # (K,), sums to 1
    appearance: npt.NDArray[np.float32]  # as `core.vision.appearance` names it


@dataclass(frozen=True, slots=True)
class Measured:
    """What is new of a picture that the model knows already."""

    score: Score
    appearance: npt.NDArray[np.float32]


def measures_version(heads: TechnicalHeads) -> str:
    """What measures the technical parts and the appearance of a picture."""
    return f"{heads.version}, appearance {appearance.VERSION}"


class Student:
    """A loaded model. May be used from several threads at once."""

    def __init__(self, folder: Path, heads: TechnicalHeads, *, threads: int = 1) -> None:
        """Load the model in `folder`.

        Args:
            folder: holds `manifest.json` and the file it names.
            heads: measure the technical parts.
            threads: for one run of the network.

        Raises:
            ModelMismatchError: a file is missing, altered, or does not fit its manifest.
        """
        import onnxruntime  # half a second that only scoring should pay

        self.manifest = load_manifest(folder)
        self._heads = heads
        self.measures_version = measures_version(heads)
        verify_file(self.manifest)
        options = onnxruntime.SessionOptions()
        options.intra_op_num_threads = threads
        options.inter_op_num_threads = 1
        options.log_severity_level = 3
        try:
            self._session = onnxruntime.InferenceSession(
                self.manifest.file, options, providers=["CPUExecutionProvider"]
            )
        except Exception as error:  # onnxruntime raises its own unrelated exception types
            raise ModelMismatchError(
                f"The model {self.manifest.model} cannot be loaded: {error}"
            ) from error
        self._check_interface()

    def judge(self, previews: Sequence[bytes]) -> list[Opinion]:
        """Score pictures.

        Args:
            previews: encoded pictures, upright and sRGB, as the preview cache holds them.

        Raises:
            OSError: a preview cannot be decoded.
        """
        if not previews:
            return []
        pictures = [_open(preview) for preview in previews]
        batch = np.stack([self._input_of(picture) for picture in pictures])
        embeddings, distributions = self.features(batch)
        facts = [self._heads.measure(picture) for picture in pictures]
        aesthetics, spreads = self._calibrated(distributions)
        return [
            Opinion(
                self._score(aesthetic, spread, parts),
                embedding,
                distribution,
                appearance.measure(picture),
            )
            for aesthetic, spread, parts, embedding, distribution, picture in zip(
                aesthetics, spreads, facts, embeddings, distributions, batch, strict=True
            )
        ]

    def measure_again(self, previews: Sequence[bytes], scores: Sequence[Score]) -> list[Measured]:
        """Scores of this very model with their technical parts and appearance measured anew.

        Args:
            previews: as in `judge`.
            scores: what this model said of each.

        Raises:
            OSError: a preview cannot be decoded.
        """
        found: list[Measured] = []
        for preview, score in zip(previews, scores, strict=True):
            picture = _open(preview)
            parts = self._heads.measure(picture)
            anew = replace(
                score,
                value=self.manifest.value_of(score.aesthetic, parts),
                technical=parts,
                technical_version=self.measures_version,
                profile=None,
            )
            found.append(Measured(anew, appearance.measure(self._input_of(picture))))
        return found

    def features(
        self, pictures: npt.NDArray[np.uint8]
    ) -> tuple[npt.NDArray[np.float32], npt.NDArray[np.float32]]:
        """Embeddings (N, D) and distributions (N, K) of what `pictures` gave."""
        embeddings, distributions = self._session.run(
            ["embedding", "distribution"], {"pixels": pictures}
        )
        return embeddings, distributions

    def pictures(self, previews: Sequence[bytes]) -> npt.NDArray[np.uint8]:
        """What the network sees of encoded pictures, shape (N, S, S, 3).

        Raises:
            OSError: a preview cannot be decoded.
        """
        size = self.manifest.size_px
        seen = [self._input_of(_open(preview)) for preview in previews]
        return np.stack(seen) if seen else np.empty((0, size, size, 3), dtype=np.uint8)

    def _input_of(self, picture: Image.Image) -> npt.NDArray[np.uint8]:
        size = self.manifest.size_px
        box: tuple[float, float, float, float] | None = None
        if self.manifest.fit == "centre-crop":
            side = min(picture.size)
            left, top = (picture.width - side) / 2, (picture.height - side) / 2
            box = (left, top, left + side, top + side)
        resampling = _RESAMPLING[self.manifest.interpolation]
        shrunk = picture.resize((size, size), resampling, box=box, reducing_gap=_REDUCING_GAP)
        return np.asarray(shrunk)

    def _calibrated(
        self, distributions: npt.NDArray[np.float32]
    ) -> tuple[npt.NDArray[np.float64], npt.NDArray[np.float64]]:
        """Aesthetic score and spread, each (N,), of distributions (N, K)."""
        bins, calibration = self.manifest.bins, self.manifest.calibration
        shares = distributions.astype(np.float64)
        aesthetics = calibration.score_of(shares @ bins)
        deviation = calibration.score_of(bins)[None, :] - aesthetics[:, None]
        spreads = np.sqrt(np.einsum("nk,nk->n", shares, deviation**2))
        return aesthetics, np.minimum(spreads * calibration.spread_scale, 100.0)

    def _score(self, aesthetic: float, spread: float, facts: dict[str, float]) -> Score:
        weights = self.manifest.score_weights
        total = sum(weights.values())
        return Score(
            value=self.manifest.value_of(float(aesthetic), facts),
            aesthetic=float(aesthetic),
            spread=float(spread * weights.get(AESTHETIC, 0.0) / total),
            technical=facts,
            model=self.manifest.model,
            technical_version=self.measures_version,
        )

    def _check_interface(self) -> None:
        outputs = {output.name: output.shape for output in self._session.get_outputs()}
        inputs = {entry.name: entry.shape for entry in self._session.get_inputs()}
        size = self.manifest.size_px
        fits = (
            [*inputs] == ["pixels"]
            and inputs["pixels"][1:] == [size, size, 3]
            and outputs.get("embedding", [0])[1:] == [self.manifest.embedding_dim]
            and outputs.get("distribution", [0])[1:] == [len(self.manifest.bins)]
            and self.manifest.score_weights.keys() <= {AESTHETIC, *self._heads.parts}
        )
        if not fits:
            raise ModelMismatchError(
                f"The file of the model {self.manifest.model} does not fit its manifest."
            )


def _open(preview: bytes) -> Image.Image:
    picture = Image.open(io.BytesIO(preview), formats=["JPEG", "PNG", "WEBP"])
    picture.load()
    return picture if picture.mode == "RGB" else picture.convert("RGB")
