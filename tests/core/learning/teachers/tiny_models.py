"""Tiny teachers with random weights, and a model hub on this computer."""

import hashlib
import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from threading import Thread
from typing import Any

import numpy as np
import open_clip
import pytest
import timm
import torch
from huggingface_hub import constants
from numpy.typing import NDArray
from safetensors.torch import save_file

from core.learning.data.views import View
from core.learning.teachers.preprocessing import Fit, Preprocessing

TINY_CLIP = "shortlist-test-clip"
TINY_TIMM = "test_vit.r160_in1k"

_CONFIG = {
    "embed_dim": 24,
    "vision_cfg": {"image_size": 32, "layers": 1, "width": 32, "patch_size": 16, "head_width": 16},
    "text_cfg": {"context_length": 4, "vocab_size": 16, "width": 16, "heads": 1, "layers": 1},
}


def write_tiny_clip(folder: Path, *, seed: int = 0) -> tuple[Path, Any]:
    """A checkpoint file of the registered model TINY_CLIP, and the model itself."""
    if TINY_CLIP not in open_clip.list_models():
        (folder / f"{TINY_CLIP}.json").write_text(json.dumps(_CONFIG))
        open_clip.add_model_config(folder / f"{TINY_CLIP}.json")
    torch.manual_seed(seed)
    model = open_clip.create_model(TINY_CLIP).eval()
    path = folder / f"tiny-{seed}.safetensors"
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, path)
    return path, model


def write_tiny_timm(folder: Path) -> tuple[Path, Any]:
    """A checkpoint file of timm's test_vit, and the model itself."""
    torch.manual_seed(0)
    model = timm.create_model(TINY_TIMM, pretrained=False).eval()
    path = folder / "tiny-vit.safetensors"
    save_file({name: value.contiguous() for name, value in model.state_dict().items()}, path)
    return path, model


class CountingTeacher:
    """Says the mean colours of nine fields of the picture, and remembers how often it was asked."""

    name = "counting"
    licence = "MIT"
    dimension = 27
    preprocessing = Preprocessing(6, (0, 0, 0), (1, 1, 1), Fit.STRETCH)

    def __init__(self, identity: str = "counting 1") -> None:
        self.identity = identity
        self.asked = 0

    def features(self, pixels: NDArray[np.uint8]) -> NDArray[np.float32]:
        self.asked += len(pixels)
        fields = pixels.reshape(len(pixels), 3, 2, 3, 2, 3).mean((2, 4)).reshape(len(pixels), -1)
        fields = fields.astype(np.float32) + 1
        return fields / np.linalg.norm(fields, axis=1, keepdims=True)


class MadeFrames:
    """Photographs of noise by name."""

    def frame(self, file: str) -> NDArray[np.uint8]:
        generator = np.random.default_rng(int(file))
        return generator.integers(0, 256, (40, 56, 3), np.uint8)

    def shape(self, file: str) -> tuple[int, int]:
        return 40, 56


MIRRORED_PART = View(0.1, 0.2, 0.9, 0.8, mirrored=True)


@contextmanager
def local_hub(files: dict[str, bytes], etags: dict[str, str] | None = None) -> Iterator[Any]:
    """Serves the files of one repository as the model hub does; gives address and requests."""
    requests: list[tuple[str, str]] = []

    class Handler(BaseHTTPRequestHandler):
        def do_HEAD(self) -> None:
            self._answer(with_content=False)

        def do_GET(self) -> None:
            self._answer(with_content=True)

        def _answer(self, *, with_content: bool) -> None:
            name = self.path.rpartition("/")[2].partition("?")[0]
            wanted = self.headers.get("Range", "")
            requests.append((self.command, wanted))
            content = files.get(name)
            if content is None:
                self.send_response(404)
                self.send_header("X-Error-Code", "EntryNotFound")
                self.send_header("Content-Length", "0")
                self.end_headers()
                return
            found = re.fullmatch(r"bytes=(\d+)-", wanted)
            start = int(found[1]) if found else 0
            part = content[start:]
            self.send_response(206 if found else 200)
            if found:
                end = f"{start}-{len(content) - 1}/{len(content)}"
                self.send_header("Content-Range", f"bytes {end}")
            etag = (etags or {}).get(name) or hashlib.sha256(content).hexdigest()
            self.send_header("ETag", f'"{etag}"')
            self.send_header("X-Repo-Commit", "0" * 40)
            self.send_header("Accept-Ranges", "bytes")
            self.send_header("Content-Length", str(len(part)))
            self.end_headers()
            if with_content:
                self.wfile.write(part)

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_port}", requests
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def use_hub(monkeypatch: pytest.MonkeyPatch, address: str) -> None:
    """Make `address` the model hub."""
    template = address + "/{repo_id}/resolve/{revision}/{filename}"
    monkeypatch.setattr(constants, "ENDPOINT", address)
    monkeypatch.setattr(constants, "HUGGINGFACE_CO_URL_TEMPLATE", template)
