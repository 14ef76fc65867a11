"""The floor under scoring: the same files decoded by as many processes, and nothing else done."""

import os
import time
from collections.abc import Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass
from multiprocessing import get_context
from pathlib import Path
from statistics import median

from PIL.JpegImagePlugin import JpegImageFile

from core.ingest.decode import PREVIEW_LONG_EDGE_PX
from core.ingest.embedded_preview import embedded_preview
from core.ingest.limits import keep_freed_memory
from core.ingest.original_file import open_original
from core.ingest.picture import open_picture

_PROCESSES = min(os.cpu_count() or 1, 8)  # as the decode pool has
_KEPT_BLOCKS = {"PILLOW_BLOCKS_MAX": "2"}  # as its workers have


@dataclass(frozen=True, slots=True)
class Decoding:
    """What decoding alone took."""

    per_second: float
    cpu_ms: float  # median of one file

    @property
    def note(self) -> str:
        return f"no resize, no network, nothing stored; {self.cpu_ms:.0f} ms CPU each"


def decoding_alone(files: Sequence[Path]) -> Decoding:
    """Decode JPEGs at the scale that previews are made of, from their own ones if they serve."""
    os.environ.update(_KEPT_BLOCKS)
    with ProcessPoolExecutor(
        _PROCESSES, mp_context=get_context("spawn"), initializer=keep_freed_memory
    ) as pool:
        list(pool.map(_cpu_seconds, files[: 4 * _PROCESSES]))  # they start, and all is loaded
        began = time.perf_counter()
        spent = list(pool.map(_cpu_seconds, files))
        seconds = time.perf_counter() - began
    return Decoding(len(files) / seconds, 1000 * median(spent))


def _cpu_seconds(path: Path) -> float:
    began = time.process_time()
    with open_original(path) as file:
        picture = open_picture(file, path)
        assert isinstance(picture, JpegImageFile), "the benchmark makes JPEGs"
        source = embedded_preview(file, picture, PREVIEW_LONG_EDGE_PX) or picture
        scale = PREVIEW_LONG_EDGE_PX / max(source.size)
        source.draft(None, (round(source.width * scale), round(source.height * scale)))
        source.load()
    return time.process_time() - began
