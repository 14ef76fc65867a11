"""What a teacher said of each view of each photograph, kept on disk so that it runs once.

A folder for each teacher holds shards: .npy files of keys and float16 features, named by the
SHA-256 of their content. The keys are the only index, so a crash can lose a shard but never
disagree with one; a shard that does not fit its name is thrown away and computed anew.
"""

import hashlib
import io
import json
import logging
import re
import struct
from collections.abc import Sequence
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from core.errors import TrainingError
from core.learning.data.frames import Frame, Frames
from core.learning.data.views import View
from core.learning.teachers.teacher import Teacher
from core.progress import Task

logger = logging.getLogger(__name__)

_KEY_BYTES = 16
_BATCH = 32
_SHARD_ROWS = 1024  # what a crash can cost


class FeatureCache:
    """The features of one teacher; asks it only for what nobody has asked before."""

    def __init__(self, folder: Path, teacher: Teacher) -> None:
        """Open or create the teacher's part of `folder`.

        Raises:
            TrainingError: the folder cannot be written.
        """
        self.teacher = teacher
        key = hashlib.sha256(teacher.identity.encode()).hexdigest()[:16]
        name = re.sub(r"[^A-Za-z0-9.]+", "-", teacher.name)
        self._folder = folder / f"{name}-{key}"
        self._row = np.dtype([("key", f"V{_KEY_BYTES}"), ("feature", "<f2", (teacher.dimension,))])
        self._known: dict[bytes, NDArray[np.float16]] = {}
        try:
            self._folder.mkdir(parents=True, exist_ok=True)
            self._describe()
        except OSError as error:
            raise TrainingError(f"{self._folder} cannot be written: {error.strerror}.") from error
        for path in sorted(self._folder.glob("*.npy")):
            self._read(path)

    def features(
        self, frames: Frames, files: Sequence[str], views: Sequence[View], task: Task
    ) -> NDArray[np.float32]:
        """Features (N, D), unit length up to float16, of one view of each file.

        Equal whether they were stored already or not. What was computed before a cancellation
        or an error is kept.

        Raises:
            TrainingError: a photograph cannot be read, or the disk is full.
        """
        digests: dict[str, bytes] = {}
        keys = []
        for file, view in zip(files, views, strict=True):
            if file not in digests:
                digests[file] = _content_digest(frames.frame(file))
            keys.append(_key(digests[file], view))
        missing = {key: n for n, key in enumerate(keys) if key not in self._known}
        self._compute(frames, files, views, missing, task)
        found = np.array([self._known[key] for key in keys], np.float32)
        found = found.reshape(len(keys), self.teacher.dimension)
        unit: NDArray[np.float32] = found / np.linalg.norm(found, axis=1, keepdims=True)
        return unit

    def _compute(
        self,
        frames: Frames,
        files: Sequence[str],
        views: Sequence[View],
        missing: dict[bytes, int],
        task: Task,
    ) -> None:
        stage, keys = f"features of {self.teacher.name}", list(missing)
        stored = 0
        try:
            for start in range(0, len(keys), _BATCH):
                task.report(stage, start, len(keys))
                batch = keys[start : start + _BATCH]
                rows = [missing[key] for key in batch]
                render = self.teacher.preprocessing.render
                pixels = [render(frames.frame(files[row]), views[row]) for row in rows]
                said = self.teacher.features(np.stack(pixels)).astype(np.float16)
                self._known.update(zip(batch, said, strict=True))
                if start + len(batch) - stored >= _SHARD_ROWS:
                    self._write(keys[stored : start + len(batch)])
                    stored = start + len(batch)
        finally:
            self._write([key for key in keys[stored:] if key in self._known])
        task.report(stage, len(keys), len(keys))

    def _write(self, keys: Sequence[bytes]) -> None:
        if not keys:
            return
        rows = np.empty(len(keys), self._row)
        rows["key"] = np.array(keys, f"V{_KEY_BYTES}")
        rows["feature"] = [self._known[key] for key in keys]
        buffer = io.BytesIO()
        np.save(buffer, rows, allow_pickle=False)
        content = buffer.getvalue()
        target = self._folder / f"{hashlib.sha256(content).hexdigest()}.npy"
        draft = target.with_suffix(".tmp")
        try:
            draft.write_bytes(content)
            draft.replace(target)
        except OSError as error:
            raise TrainingError(f"The features cannot be kept: {error.strerror}.") from error

    def _read(self, path: Path) -> None:
        content = path.read_bytes()
        if hashlib.sha256(content).hexdigest() != path.stem:
            logger.warning("The stored features %s are damaged and are computed anew", path.name)
            path.unlink()
            return
        rows = np.load(io.BytesIO(content), allow_pickle=False)
        keys = [key.tobytes() for key in rows["key"]]
        self._known.update(zip(keys, rows["feature"], strict=True))

    def _describe(self) -> None:
        told = {
            "teacher": self.teacher.name,
            "identity": self.teacher.identity,
            "licence": self.teacher.licence,
            "dimension": self.teacher.dimension,
        }
        (self._folder / "teacher.json").write_text(json.dumps(told, indent=1), encoding="utf-8")


def _content_digest(frame: Frame) -> bytes:
    digest = hashlib.sha256(struct.pack("<2I", *frame.shape[:2]))
    digest.update(np.ascontiguousarray(frame).data)
    return digest.digest()


def _key(content: bytes, view: View) -> bytes:
    box = struct.pack("<4d?", view.left, view.top, view.right, view.bottom, view.mirrored)
    return hashlib.sha256(content + box).digest()[:_KEY_BYTES]
