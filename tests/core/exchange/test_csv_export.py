"""Lists are whole, harmless in a spreadsheet, and replace nothing."""

import csv
from datetime import datetime
from pathlib import Path

import pytest

from core.exchange.csv_export import csv_text, photo_row, write_csv
from core.exchange.faults import CopyError
from core.photo import ColorLabel, FileKind, Metadata, Photo, PhotoId, Pick, Score


def read(path: Path) -> list[dict[str, str]]:
    with path.open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def test_everything_known_of_a_photo_is_in_its_row(tmp_path: Path) -> None:
    photo = Photo(
        PhotoId(1),
        Path("/shoot/IMG_1.CR2"),
        FileKind.RAW,
        size_bytes=25_000_000,
        mtime_ns=0,
        companions=(Path("/shoot/IMG_1.JPG"),),
        metadata=Metadata(
            taken_at=datetime(2026, 5, 12, 14, 3, 59, 250_000),
            camera="Canon EOS R6",
            lens="RF 50mm",
            exposure_s=0.004,
            aperture=1.8,
            iso=400,
            focal_length_mm=50.0,
            width_px=6000,
            height_px=4000,
        ),
        stars=4,
        pick=Pick.PICKED,
        label=ColorLabel.RED,
        score=Score(87.456, 88.0, 6.1, {"sharpness": 70.0, "exposure": 60.0}, "student 1.0.0"),
    )
    unscored = Photo(PhotoId(2), Path("/shoot/IMG_2.JPG"), FileKind.JPEG, 1, 0)
    written = write_csv([photo_row(unscored), photo_row(photo)], tmp_path / "list.csv")
    empty, full = read(written)
    expected = {
        "path": "/shoot/IMG_1.CR2",
        "companions": "IMG_1.JPG",
        "stars": "4",
        "pick": "picked",
        "label": "red",
        "score": "87.46",
        "aesthetic": "88.0",
        "spread": "6.1",
        "technical_sharpness": "70.0",
        "technical_exposure": "60.0",
        "model": "student 1.0.0",
        "taken_at": "2026-05-12T14:03:59.250000",
        "camera": "Canon EOS R6",
        "lens": "RF 50mm",
        "exposure_s": "0.004",
        "aperture": "1.8",
        "iso": "400",
        "focal_length_mm": "50.0",
        "width_px": "6000",
        "height_px": "4000",
        "size_bytes": "25000000",
        "problem": "",
    }
    assert full == expected
    assert (empty["path"], empty["score"], empty["technical_sharpness"]) == (
        "/shoot/IMG_2.JPG",
        "",
        "",
    )


@pytest.mark.parametrize("start", ["=", "+", "-", "@", "\t", "\r"])
def test_a_formula_is_not_run_by_a_spreadsheet(tmp_path: Path, start: str) -> None:
    written = write_csv([{"camera": f"{start}cmd|' /C calc'!A0"}], tmp_path / "list.csv")
    assert read(written)[0]["camera"].startswith(f"'{start}cmd")


def test_a_negative_number_stays_a_number() -> None:
    assert csv_text([{"ev": -1.5}], line_end="\n") == "ev\n-1.5\n"


def test_a_name_that_cannot_be_decoded_is_written(tmp_path: Path) -> None:
    odd = Photo(PhotoId(1), Path("/shoot/caf\udce9.jpg"), FileKind.JPEG, 1, 0)
    assert (
        read(write_csv([photo_row(odd)], tmp_path / "a.csv"))[0]["path"] == "/shoot/caf\ufffd.jpg"
    )


def test_a_list_never_replaces_another(tmp_path: Path) -> None:
    (tmp_path / "list.csv").write_text("of last week")
    (tmp_path / "LIST (2).csv").write_text("of yesterday")
    written = write_csv([{"path": "a"}], tmp_path / "list.csv")
    assert written.name == "list (3).csv"
    assert (tmp_path / "list.csv").read_text() == "of last week"
    assert len(list(tmp_path.iterdir())) == 3


def test_a_folder_that_is_away_is_a_reason(tmp_path: Path) -> None:
    with pytest.raises(CopyError, match="no longer there"):
        write_csv([{"path": "a"}], tmp_path / "away" / "list.csv")
