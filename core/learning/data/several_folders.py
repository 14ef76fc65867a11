"""Photographs of several folders as one set; their names begin with that of their part."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from core.learning.data.folder import FolderFrames, list_photographs, open_folder
from core.learning.data.frames import Frame, Frames, FrameStore
from core.progress import Task

KEPT_DECODED = 30_000  # photographs of a folder; decoded at 224 pixels they take 7 GB


@dataclass(frozen=True, slots=True)
class JoinedFrames:
    """Frames by "part/name", each from the source of its part."""

    parts: Mapping[str, Frames]

    def frame(self, file: str) -> Frame:
        part, _, name = file.partition("/")
        return self.parts[part].frame(name)

    def shape(self, file: str) -> tuple[int, int]:
        part, _, name = file.partition("/")
        return self.parts[part].shape(name)


def numbered(folders: Sequence[Path]) -> dict[str, Path]:
    """Folders as parts "0", "1" and so on."""
    return {str(number): folder for number, folder in enumerate(folders)}


def list_folders(folders: Mapping[str, Path]) -> dict[str, tuple[str, ...]]:
    """The photographs of each part.

    Raises:
        TrainingError: one is no folder, or holds no photograph.
    """
    return {part: list_photographs(folder) for part, folder in folders.items()}


def open_folders(
    folders: Mapping[str, Path],
    listed: Mapping[str, Sequence[str]],
    cache: Path,
    task: Task,
    *,
    short_side_px: int,
    skip_damaged: bool = False,
) -> tuple[tuple[str, ...], dict[str, Frames]]:
    """The names of all photographs that can be read, and the source of each part's.

    Raises:
        TrainingError: photographs cannot be decoded, or there is no room for the decoded.
    """
    files: list[str] = []
    parts: dict[str, Frames] = {}
    for part, names in listed.items():
        folder = folders[part]
        found: Sequence[str] = names
        if len(names) > KEPT_DECODED:
            parts[part] = FolderFrames(folder, short_side_px)
        else:
            parts[part] = store = open_folder(
                folder,
                names,
                cache / part,
                task,
                short_side_px=short_side_px,
                skip_damaged=skip_damaged,
            )
            found = _kept(store, names)
        files += [f"{part}/{name}" for name in found]
    return tuple(files), parts


def _kept(store: FrameStore, names: Sequence[str]) -> list[str]:
    return [name for name in names if name in store.places]
