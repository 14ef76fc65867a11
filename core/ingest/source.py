"""What a decoder must know of a photo."""

from dataclasses import dataclass
from pathlib import Path

from core.ingest.formats import kind_of
from core.photo import FileKind

_TWINS = (FileKind.JPEG, FileKind.HEIF)


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `kind` is what its name promises; its content has the last word."""

    path: Path
    kind: FileKind
    companions: tuple[Path, ...] = ()

    @property
    def twin(self) -> "Source | None":
        """The JPEG or HEIF that the camera wrote beside a RAW file."""
        if self.kind is not FileKind.RAW:
            return None
        kinds = ((path, kind_of(path)) for path in self.companions)
        return next((Source(path, kind) for path, kind in kinds if kind in _TWINS), None)
