"""Shows photographs to networks and keeps what they said in the run folder."""

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, cast

import numpy as np
import torch
from numpy.typing import NDArray

from core.learning.aligned_file import Aligned
from core.learning.data.frames import Frames
from core.learning.data.views import rating_view, views_of
from core.learning.export import feature_version
from core.learning.features import StudentFeatures, kept, student_features
from core.progress import Task


@dataclass(frozen=True, slots=True)
class Eye:
    """Looks at photographs with one network or another, each view once in a run."""

    frames: Frames
    run: Path
    seed: int
    task: Task
    device: torch.device

    def look(
        self, name: str, network: Aligned, files: Sequence[str], views: int
    ) -> tuple[StudentFeatures, NDArray[np.intp]]:
        """`views` of each file, the whole frame first, and which file each is of."""
        drawn = [view for file in files for view in views_of(file, views, self.seed, rating_view)]
        repeated = [file for file in files for _ in range(views)]
        made_from = {
            "student": feature_version(network.student),
            "size_px": network.size_px,
            "seed": self.seed,
            "views": views,
            "files": list(files),
        }
        arrays = kept(
            self.run / "features",
            name,
            made_from,
            lambda: asdict(
                student_features(
                    network.student,
                    self.frames,
                    repeated,
                    drawn,
                    network.size_px,
                    self.task,
                    self.device,
                )
            ),
        )
        stored = (cast("NDArray[Any]", arrays[key]) for key in ("pooled", "maps", "embedding"))
        return StudentFeatures(*stored), np.repeat(np.arange(len(files)), views)

    def whole(self, name: str, network: Aligned, files: Sequence[str]) -> StudentFeatures:
        """The whole frame of each file."""
        return self.look(name, network, files, 1)[0]
