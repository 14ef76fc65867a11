"""What a decoder must know of a photo."""

from dataclasses import dataclass
from pathlib import Path

from core.photo import FileKind


@dataclass(frozen=True, slots=True)
class Source:
    """A file to read. `kind` is what its name promises; its content has the last word."""

    path: Path
    kind: FileKind
    companions: tuple[Path, ...] = ()
