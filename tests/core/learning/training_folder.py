"""Writes a tiny training data folder in the layout of the real one, with made-up pictures.

A picture is a soft ring on a ground. How warm it is decides how people rate it; the CLIP
features say how warm and how large it is, and the rest of their room is empty.
"""

import csv
import io
import tarfile
from collections.abc import Iterable
from pathlib import Path

import numpy as np
import timm
import torch
from numpy.typing import NDArray
from PIL import Image
from safetensors.torch import save_file

from core.learning.alignment import AlignmentConfig, AlignmentStage
from core.learning.reproduce import Recipe
from core.learning.semi_supervised import DistillationConfig

RATED, PAIRS, UNLABELLED = 24, 24, 16
RATERS = 12
TINY = Recipe(
    name="tiny",
    alignment=AlignmentConfig(
        stages=(
            AlignmentStage("forced", 2, 64, (1e-3, 1e-3), forced=True),
            AlignmentStage("chained", 2, 64, (1e-3, 1e-4)),
        ),
        batch_size=8,
    ),
    distillation=DistillationConfig(head_steps=2, steps=2, labelled_batch=4, unlabelled_batch=4),
    teacher_sizes_px=(64,),
    views_per_rated_photo=2,
    pairs_in_phase_two=8,
    folds=2,
    seeds=1,
    threads=1,
)


def write_training_folder(folder: Path, *, seed: int = 0) -> Path:
    """Every file that training reads; the teacher is a MobileNetV2 with random weights."""
    folder.mkdir(parents=True, exist_ok=True)
    generator = np.random.default_rng(seed)
    rows: list[dict[str, object]] = []
    features: list[NDArray[np.float32]] = []
    sets = (("pairs-made", PAIRS), ("unlabelled", UNLABELLED), ("oasis", RATED))
    for shard, count in sets:
        warmth, size = generator.uniform(0, 1, count), generator.uniform(0.2, 1, count)
        names = [f"{shard}/Theme{index // 2}_{index}.webp" for index in range(count)]
        pictures = [picture(*values) for values in zip(warmth, size, strict=True)]
        write_shard(folder / f"{shard}.tar", zip(names, pictures, strict=True))
        for index, name in enumerate(names):
            is_pair = shard == "pairs-made"
            rows.append(
                {
                    "shard": shard,
                    "file": name,
                    "set": shard,
                    "class": "",
                    "clip_kind": ("exact", "mean-of-crops")[index % 2] if is_pair else "",
                    "clip_row": len(features) if is_pair else "",
                }
            )
            if is_pair:
                features.append(clip_feature(warmth[index], size[index]))
    write_table(folder / "index.csv", rows)
    write_ratings(folder, names, warmth, generator)
    np.savez(folder / "clip-vit-b-32.npz", features=np.array(features, np.float16))
    np.savez(
        folder / "laion-aesthetic-vit-b-32.npz",
        weight=np.eye(512, dtype=np.float32)[0],
        bias=np.float32(5),
    )
    torch.manual_seed(seed)
    teacher = timm.create_model("mobilenetv2_100", num_classes=1001, pad_type="same")
    weights = {name: value.contiguous() for name, value in teacher.state_dict().items()}
    save_file(weights, folder / "mobilenetv2_100-imagenet.safetensors")
    return folder


def picture(warmth: float, size: float) -> NDArray[np.uint8]:
    """A ring (64, 80, 3) whose colour goes from blue (0) to orange (1)."""
    down, across = np.mgrid[-1:1:64j, -1.25:1.25:80j]
    ring = np.exp(-(((np.hypot(down, across) - size) / 0.2) ** 2))[..., None]
    colour = np.array([60 + 190 * warmth, 110.0, 220 - 190 * warmth])
    return (ring * colour + (1 - ring) * (40 + 60 * warmth)).astype(np.uint8)


def clip_feature(warmth: float, size: float) -> NDArray[np.float32]:
    feature = np.zeros(512, np.float32)
    feature[:3] = warmth - 0.5, size - 0.6, 0.5
    return feature / np.linalg.norm(feature)


def write_shard(path: Path, pictures: Iterable[tuple[str, NDArray[np.uint8]]]) -> None:
    with tarfile.open(path, "w") as archive:
        for name, pixels in pictures:
            content = io.BytesIO()
            Image.fromarray(pixels).save(content, "WEBP", lossless=True)
            member = tarfile.TarInfo(name)
            member.size = content.tell()
            content.seek(0)
            archive.addfile(member, content)


def write_ratings(
    folder: Path, names: list[str], warmth: NDArray[np.float64], generator: np.random.Generator
) -> None:
    noise = generator.normal(0, 0.7, (RATERS, len(names)))
    ratings = np.clip(np.rint(1.5 + 5 * warmth + noise), 1, 7).astype(np.int8)
    np.savez(folder / "oasis-raters.npz", ratings=ratings)
    rows = [
        {
            "file": name,
            "theme": name.split("/")[1].split("_")[0],
            "category": "Made",
            "beauty_mean": round(float(ratings[:, index].mean()), 4),
            "beauty_sd": round(float(ratings[:, index].std()), 4),
            "n_ratings": RATERS,
        }
        for index, name in enumerate(names)
    ]
    write_table(folder / "oasis.csv", rows)


def write_table(path: Path, rows: list[dict[str, object]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.DictWriter(out, list(rows[0]))
        writer.writeheader()
        writer.writerows(rows)
