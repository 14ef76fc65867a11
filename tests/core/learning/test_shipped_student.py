"""What stands in resources/models is what its manifest says."""

import hashlib
import json
from pathlib import Path

import numpy as np
import pytest

from core.learning.export import run_onnx
from core.paths import resources_dir

SHIPPED = sorted(
    manifest.parent
    for manifest in (resources_dir() / "models").glob("*/manifest.json")
    if (manifest.parent / "MODEL_CARD.md").exists()
)


def test_a_student_ships() -> None:
    assert SHIPPED


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_weights_are_those_of_the_manifest(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    content = (folder / manifest["file"]).read_bytes()
    assert hashlib.sha256(content).hexdigest() == manifest["sha256"]
    assert len(content) == manifest["size_bytes"] <= 15_000_000
    assert b"core/learning" not in content, "the exporter's notes name the machine's folders"


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_shipped_student_answers_any_number_of_pictures(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    size_px = manifest["input"]["size_px"]
    generator = np.random.default_rng(0)
    pixels = generator.integers(0, 256, (3, size_px, size_px, 3), dtype=np.uint8)
    embedding, distribution = run_onnx(folder / manifest["file"], pixels)
    alone, _ = run_onnx(folder / manifest["file"], pixels[1:2])
    assert embedding.shape == (3, manifest["embedding_dim"])
    assert distribution.shape == (3, len(manifest["bins"]))
    np.testing.assert_allclose(np.linalg.norm(embedding, axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(distribution.sum(axis=1), 1, atol=1e-4)
    np.testing.assert_allclose(alone[0], embedding[1], atol=1e-4)


@pytest.mark.parametrize("folder", SHIPPED, ids=lambda folder: folder.name)
def test_a_higher_rating_never_scores_lower(folder: Path) -> None:
    manifest = json.loads((folder / "manifest.json").read_text(encoding="utf-8"))
    knots = np.array(manifest["calibration"]["rating_to_score"])
    assert (np.diff(knots, axis=0) > 0).all()
    assert knots[0, 1] == 0
    assert knots[-1, 1] == 100
