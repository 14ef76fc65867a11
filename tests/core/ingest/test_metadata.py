"""What the camera wrote: read from every format, and never lost over one bad value."""

import random
from datetime import datetime
from pathlib import Path

import pytest
from PIL import Image
from PIL.TiffImagePlugin import IFDRational

from core.errors import PhotoReadError
from core.ingest.formats import kind_of
from core.ingest.metadata import read_metadata
from core.photo import Metadata
from tests.make_hostile import not_utf8, write_empty, write_text
from tests.make_photos import (
    FIRST_SHOT,
    LENS,
    make_exif,
    make_jpeg,
    natural_image,
    write_jpeg,
    write_picture,
)
from tests.make_raw import write_dng

SHOT = FIRST_SHOT.replace(microsecond=120_000)


def read(path: Path) -> Metadata:
    kind = kind_of(path)
    assert kind is not None
    return read_metadata(path, kind)


@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "heic", "avif"])
def test_every_format_tells_the_same(tmp_path: Path, suffix: str) -> None:
    path = write_picture(
        tmp_path / f"a.{suffix}",
        taken_at=SHOT,
        utc_offset="-03:30",
        exposure_s=1 / 320,
        aperture=2.8,
        iso=1600,
        focal_length_mm=35.5,
        gps=(-33.8568, 151.2153),
    )
    metadata = read(path)
    assert metadata.taken_at == SHOT
    assert metadata.utc_offset_min == -210
    assert metadata.camera == "Canon EOS R5"
    assert metadata.lens == LENS
    assert metadata.exposure_s == pytest.approx(1 / 320)
    assert metadata.aperture == pytest.approx(2.8)
    assert metadata.iso == 1600
    assert metadata.focal_length_mm == pytest.approx(35.5)
    assert metadata.latitude == pytest.approx(-33.8568, abs=1e-4)
    assert metadata.longitude == pytest.approx(151.2153, abs=1e-4)
    assert (metadata.width_px, metadata.height_px) == (600, 400)


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", ["jpg", "png", "tif", "webp", "heic", "avif"])
def test_the_size_is_that_of_the_upright_picture(
    tmp_path: Path, suffix: str, orientation: int
) -> None:
    path = write_picture(tmp_path / f"a.{suffix}", size=(64, 40), orientation=orientation)
    metadata = read(path)
    assert (metadata.width_px, metadata.height_px) == (64, 40)


def test_a_raw_file_tells_the_same(tmp_path: Path) -> None:
    path = write_dng(tmp_path / "a.dng", size=(320, 200), preview_size=(320, 200), orientation=8)
    assert read(path) == Metadata(
        taken_at=FIRST_SHOT,
        camera="Canon EOS R5",
        exposure_s=1 / 250,
        aperture=4.0,
        iso=400,
        focal_length_mm=50.0,
        width_px=320,
        height_px=200,
        orientation=8,
    )


def test_a_picture_without_exif_has_at_least_a_size(tmp_path: Path) -> None:
    natural_image(80, 60).save(tmp_path / "a.jpg")
    assert read(tmp_path / "a.jpg") == Metadata(width_px=80, height_px=60)


@pytest.mark.parametrize(
    ("make", "model", "camera"),
    [
        ("Canon", "Canon EOS R5", "Canon EOS R5"),
        ("NIKON CORPORATION", "NIKON Z 6", "NIKON Z 6"),
        ("SONY", "ILCE-7M4", "SONY ILCE-7M4"),
        ("FUJIFILM", "X-T5", "FUJIFILM X-T5"),
        ("Apple", "", "Apple"),
        ("", "Box", "Box"),
        ("  Canon\0\0", "Canon\nEOS R5 ", "Canon EOS R5"),
    ],
)
def test_the_make_is_not_repeated(tmp_path: Path, make: str, model: str, camera: str) -> None:
    assert read(write_jpeg(tmp_path / "a.jpg", camera=(make, model))).camera == camera


def exif_jpeg(path: Path, tags: dict[int, object], shot: dict[int, object]) -> Path:
    exif = make_exif()
    exif.update(tags)
    exif.get_ifd(0x8769).update(shot)
    natural_image(80, 60).save(path, exif=exif)
    return path


@pytest.mark.parametrize(
    "text", ["0000:00:00 00:00:00", "    :  :     :  :  ", "2024:13:45 99:99:99", "", "yesterday"]
)
def test_a_clock_that_was_never_set_says_nothing(tmp_path: Path, text: str) -> None:
    path = exif_jpeg(tmp_path / "a.jpg", {}, {0x9003: text})
    metadata = read(path)
    assert metadata.taken_at is None
    assert metadata.camera == "Canon EOS R5"


def test_other_spellings_of_a_time_are_understood(tmp_path: Path) -> None:
    path = exif_jpeg(tmp_path / "a.jpg", {}, {0x9003: "2024-05-17T14:03:21", 0x9291: "5"})
    assert read(path).taken_at == datetime(2024, 5, 17, 14, 3, 21, 500_000)


def test_the_file_time_of_the_camera_serves_when_there_is_no_other(tmp_path: Path) -> None:
    path = exif_jpeg(tmp_path / "a.jpg", {0x0132: "2020:01:02 03:04:05"}, {})
    assert read(path).taken_at == datetime(2020, 1, 2, 3, 4, 5)


def test_values_that_make_no_sense_count_as_unsaid(tmp_path: Path) -> None:
    path = exif_jpeg(
        tmp_path / "a.jpg",
        {0x0112: 99},
        {
            0x829A: IFDRational(1, 0),
            0x829D: IFDRational(0, 1),
            0x8827: 0,
            0x9003: "2024:05:17 14:03:21",
            0x9011: "+99:99",
        },
    )
    metadata = read(path)
    assert metadata.orientation == 1
    assert metadata.exposure_s is None
    assert metadata.aperture is None
    assert metadata.iso is None
    assert metadata.utc_offset_min is None
    assert metadata.taken_at == FIRST_SHOT


def test_a_place_off_the_map_counts_as_unsaid(tmp_path: Path) -> None:
    metadata = read(write_jpeg(tmp_path / "a.jpg", gps=(120.0, 10.0)))
    assert metadata.latitude is None
    assert metadata.longitude is None


@pytest.mark.filterwarnings("ignore::UserWarning")  # as in a worker
def test_damaged_exif_never_costs_the_size(tmp_path: Path) -> None:
    jpeg = make_jpeg(size=(80, 60), taken_at=SHOT, gps=(1.0, 2.0))
    exif_at = jpeg.index(b"Exif\0\0")
    exif_bytes = jpeg.index(b"\xff\xdb") - exif_at
    chance = random.Random(1)
    path = tmp_path / "a.jpg"
    for _ in range(200):
        damaged = bytearray(jpeg)
        for _ in range(chance.randrange(1, 30)):
            damaged[exif_at + 6 + chance.randrange(exif_bytes - 6)] = chance.randrange(256)
        path.write_bytes(damaged)
        metadata = read(path)
        assert {metadata.width_px, metadata.height_px} == {80, 60}


def test_a_wrong_name_does_not_matter(tmp_path: Path) -> None:
    path = tmp_path / "really a tiff.jpg"
    natural_image(80, 60).save(path, "TIFF")
    assert read(path).width_px == 80
    path = tmp_path / "really a jpeg.cr2"
    natural_image(80, 60).save(path, "JPEG")
    assert read(path).width_px == 80


def test_names_that_are_not_utf8_are_read(tmp_path: Path) -> None:
    assert read(write_jpeg(not_utf8(tmp_path))).width_px == 600
    assert read(write_dng(not_utf8(tmp_path, ".dng"), size=(64, 48))).width_px == 64


def test_what_cannot_be_read_says_why(tmp_path: Path) -> None:
    for path, reason in [
        (write_empty(tmp_path / "empty.jpg"), "the file is empty"),
        (write_text(tmp_path / "text.jpg"), "not a picture"),
        (write_text(tmp_path / "text.nef"), "not a RAW file"),
        (tmp_path / "gone.jpg", "not there any more"),
    ]:
        with pytest.raises(PhotoReadError, match=reason):
            read(path)


def test_the_pixels_are_never_decoded(tmp_path: Path) -> None:
    """A file cut off behind its header has all its metadata; only the picture is lost."""
    path = write_jpeg(tmp_path / "a.jpg", taken_at=SHOT)
    path.write_bytes(path.read_bytes()[:4000])
    assert read(path).taken_at == SHOT
    with Image.open(path) as picture, pytest.raises(OSError, match="truncated"):
        picture.load()
