"""Decodes the tar shards once, into one flat file that training reads at memory speed.

The frames keep their shape: `frames.bin` holds the pixels one after the other, `frames.json`
says which photograph lies where, and the digest of what it was made from.
"""

import hashlib
import io
import json
import tarfile
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import BinaryIO

import numpy as np
from numpy.typing import NDArray
from PIL import Image, UnidentifiedImageError

from core.errors import TrainingError
from core.progress import Task

_LIMIT_PX = 4096  # a training photograph is small; anything larger is a wrong file


@dataclass(frozen=True, slots=True)
class FrameStore:
    """Decoded photographs by name, as uint8 RGB arrays (H, W, 3)."""

    pixels: NDArray[np.uint8]
    places: Mapping[str, tuple[int, int, int]]  # offset, height, width

    def frame(self, file: str) -> NDArray[np.uint8]:
        offset, height, width = self.places[file]
        flat = self.pixels[offset : offset + height * width * 3]
        return flat.reshape(height, width, 3)


def open_frames(
    data: Path, files: Mapping[str, Sequence[str]], cache: Path, task: Task
) -> FrameStore:
    """The photographs `files` (by shard) of `data`, decoded into `cache` unless they are there.

    Raises:
        TrainingError: a shard is missing, cut short, lacks a photograph or holds a damaged one.
    """
    digest = _digest(data, files)
    listing = cache / "frames.json"
    known = _read_listing(listing, digest)
    if known is None:
        cache.mkdir(parents=True, exist_ok=True)
        known = _decode_all(data, files, cache / "frames.bin", task)
        draft = listing.with_suffix(".tmp")
        draft.write_text(json.dumps({"digest": digest, "places": known}), encoding="utf-8")
        draft.replace(listing)
    pixels = np.memmap(cache / "frames.bin", dtype=np.uint8, mode="r")
    return FrameStore(pixels, known)


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


def _read_listing(path: Path, digest: str) -> dict[str, tuple[int, int, int]] | None:
    try:
        listing = json.loads(path.read_text(encoding="utf-8"))
    except (FileNotFoundError, ValueError):
        return None
    if listing.get("digest") != digest:
        return None
    places = {name: (int(o), int(h), int(w)) for name, (o, h, w) in listing["places"].items()}
    size = sum(height * width * 3 for _, height, width in places.values())
    pixels = path.with_name("frames.bin")
    return places if pixels.is_file() and pixels.stat().st_size == size else None


def _decode_all(
    data: Path, files: Mapping[str, Sequence[str]], target: Path, task: Task
) -> dict[str, tuple[int, int, int]]:
    total = sum(len(names) for names in files.values())
    places: dict[str, tuple[int, int, int]] = {}
    with target.open("wb") as out:
        for shard in sorted(files):
            for name, content in _members(_shard_path(data, shard), files[shard]):
                task.report("decode photographs", len(places), total)
                places[name] = _append(out, name, content)
    task.report("decode photographs", total, total)
    return places


def _members(path: Path, names: Iterable[str]) -> Iterable[tuple[str, bytes]]:
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


def _append(out: BinaryIO, name: str, content: bytes) -> tuple[int, int, int]:
    try:
        with Image.open(io.BytesIO(content)) as image:
            if max(image.size) > _LIMIT_PX:
                raise TrainingError(f"{name} is larger than {_LIMIT_PX} pixels.")
            frame = np.asarray(image.convert("RGB"))
    except (UnidentifiedImageError, OSError, SyntaxError, ValueError) as error:
        raise TrainingError(f"{name} cannot be decoded: {error}") from error
    offset = out.tell()
    out.write(frame.tobytes())
    return offset, frame.shape[0], frame.shape[1]
