"""Reads photographs from the tar shards of the training data folder."""

import hashlib
import io
import tarfile
from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path

import numpy as np
from PIL import Image, UnidentifiedImageError

from core.errors import TrainingError
from core.learning.data.frames import Frame, FrameStore, decoded_once
from core.progress import Task

_LIMIT_PX = 4096  # a training photograph is small; anything larger is a wrong file


def open_frames(
    data: Path, files: Mapping[str, Sequence[str]], cache: Path, task: Task
) -> FrameStore:
    """The photographs `files` (by shard) of `data`, decoded into `cache` unless they are there.

    Raises:
        TrainingError: a shard is missing, cut short, lacks a photograph or holds a damaged one.
    """
    return decoded_once(cache, _digest(data, files), lambda: _decode_all(data, files, task))


def _digest(data: Path, files: Mapping[str, Sequence[str]]) -> str:
    digest = hashlib.sha256()
    for shard in sorted(files):
        path = _shard_path(data, shard)
        if not path.is_file():
            raise TrainingError(f"{path.name} is missing in the training data.")
        digest.update(f"{shard} {path.stat().st_size}\n".encode())
        digest.update("\n".join(sorted(files[shard])).encode())
    return digest.hexdigest()


def _shard_path(data: Path, shard: str) -> Path:
    return data / f"{shard}.tar"


def _decode_all(
    data: Path, files: Mapping[str, Sequence[str]], task: Task
) -> Iterator[tuple[str, Frame]]:
    total, done = sum(len(names) for names in files.values()), 0
    for shard in sorted(files):
        for name, content in _members(_shard_path(data, shard), files[shard]):
            task.report("decode photographs", done, total)
            yield name, _decoded(name, content)
            done += 1
    task.report("decode photographs", total, total)


def _members(path: Path, names: Iterable[str]) -> Iterator[tuple[str, bytes]]:
    wanted = set(names)
    try:
        with tarfile.open(path) as archive:
            for member in archive:
                if member.name in wanted and member.isfile():
                    stream = archive.extractfile(member)
                    assert stream is not None, "a regular member always has content"
                    yield member.name, stream.read()
                    wanted.discard(member.name)
    except (tarfile.TarError, EOFError, OSError) as error:
        raise TrainingError(f"{path.name} is damaged: {error}") from error
    if wanted:
        raise TrainingError(
            f"{path.name} lacks {len(wanted)} photographs that the index names, "
            f"for instance {min(wanted)}."
        )


def _decoded(name: str, content: bytes) -> Frame:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if max(image.size) > _LIMIT_PX:
                raise TrainingError(f"{name} is larger than {_LIMIT_PX} pixels.")
            return np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise TrainingError(f"{name} cannot be decoded: {error}") from error
