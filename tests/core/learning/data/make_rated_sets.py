"""Writes the published rating sets in small, with made-up ratings and pictures of one colour."""

from collections.abc import Iterable
from pathlib import Path

import numpy as np
from PIL import Image

from core.learning.data.aadb import ATTRIBUTES

AADB_NAMES = {
    "Train": ["farm1_257_1001_aa_b.jpg", "farm1_257_1002_bb_b.jpg", "farm2_300_1001_cc_b.jpg"],
    "Validation": ["farm1_257_1003_dd_b.jpg"],
    "TestNew": ["farm1_257_1004_ee_b.jpg"],
}


def write_picture(path: Path, colour: str = "orange") -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    Image.new("RGB", (24, 16), colour).save(path)


def write_ava(folder: Path) -> Path:
    """Six photographs in three challenges; photograph n has all its votes at n % 10 + 1."""
    lines = []
    for number in range(1, 7):
        votes = ["0"] * 10
        votes[number % 10] = "7"
        lines.append(f"{number} {900 + number} {' '.join(votes)} 1 22 {number // 2}")
        write_picture(folder / "images" / f"{900 + number}.jpg")
    (folder / "AVA.txt").write_text("\n".join(lines) + "\n")
    return folder


def write_aadb(folder: Path) -> Path:
    labels = folder / "imgListFiles_label"
    labels.mkdir(parents=True)
    for part, names in AADB_NAMES.items():
        for attribute in ("score", *ATTRIBUTES):
            lines = [f"{name} {0.1 + index / 10:.2f}" for index, name in enumerate(names)]
            (labels / f"imgList{part}Regression_{attribute}.txt").write_text("\n".join(lines))
        for name in names:
            is_test = part == "TestNew"
            place = "AADB_newtest/0.100_" if is_test else "datasetImages_warp256/"
            write_picture(folder / f"{place}{name}")
    return folder


def write_para(folder: Path) -> Path:
    """Two sessions of two photographs, three people; a photograph's scores are 2 and 4."""
    bins = np.arange(1, 5.5, 0.5)
    header = ["sessionId", "imageName", *(f"aestheticScore_{value:.1f}" for value in bins)]
    shares = [str(int(value in (2.0, 4.0))) for value in bins]
    rows, ratings = {}, []
    for number in range(4):
        session, name = f"session{number // 2}", f"iaa_pub{number}_.jpg"
        rows[number] = [session, name, *shares, "3.0"]
        ratings += [[session, name, f"A{n}", score] for n, score in ((0, "2.0"), (1, "4.0"))]
        write_picture(folder / "imgs" / session / name)
    table = folder / "annotation"
    table.mkdir()
    header.append("aestheticScore_mean")
    write_csv(table / "PARA-GiaaTrain.csv", [header, *(rows[n] for n in (0, 1))])
    write_csv(table / "PARA-GiaaTest.csv", [header, *(rows[n] for n in (2, 3))])
    columns = ["sessionId", "imageName", "userId", "aestheticScore"]
    write_csv(table / "PARA-Images.csv", [columns, *ratings])
    write_csv(
        table / "PARA-UserInfo.csv", [["userId", "age"], *([f"A{n}", "20"] for n in range(3))]
    )
    return folder


def write_csv(path: Path, rows: Iterable[list[str]]) -> None:
    path.write_text("".join(",".join(row) + "\n" for row in rows))
