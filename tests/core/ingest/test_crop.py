"""A part at full size: the same pixels as the whole has there, however the camera was held."""

import io
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from core.errors import PhotoReadError
from core.ingest.crop import crop
from core.ingest.decode import decode
from core.ingest.region import Region
from core.ingest.source import Source
from core.photo import FileKind
from tests.core.ingest.conftest import PoolMaker, source
from tests.make_photos import natural_image, write_jpeg, write_picture

SIZE = (320, 200)


def expected(path: Path, region: Region) -> np.ndarray:
    whole = decode(source(path), None)
    return whole[region.y : region.y + region.height, region.x : region.x + region.width]


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("region", [Region(40, 10, 90, 60), Region(3, 120, 77, 30)])
def test_a_part_is_what_the_whole_has_there(
    tmp_path: Path, orientation: int, region: Region
) -> None:
    path = write_jpeg(tmp_path / "a.jpg", size=SIZE, orientation=orientation)
    assert np.array_equal(crop(source(path), region), expected(path, region))


@pytest.mark.parametrize("name", ["a.png", "a.tif", "a.webp", "a.heic"])
def test_other_formats_are_cut_as_well(tmp_path: Path, name: str) -> None:
    path = write_picture(tmp_path / name, size=SIZE)
    region = Region(100, 50, 40, 30)
    assert np.array_equal(crop(source(path), region), expected(path, region))


def test_a_progressive_jpeg_and_one_with_a_colour_profile(tmp_path: Path) -> None:
    plain = natural_image(*SIZE)
    progressive = tmp_path / "p.jpg"
    plain.save(progressive, progressive=True)
    region = Region(10, 20, 100, 50)
    assert np.array_equal(crop(source(progressive), region), expected(progressive, region))
    from PIL import ImageCms

    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("XYZ")).tobytes()
    other = write_jpeg(tmp_path / "c.jpg", size=SIZE, icc_profile=profile)
    assert np.array_equal(crop(source(other), region), expected(other, region))


def test_what_is_below_the_part_need_not_even_be_there(tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "a.jpg", size=(640, 480))
    region = Region(0, 0, 300, 40)
    wanted = expected(path, region)
    data = path.read_bytes()
    path.write_bytes(data[: len(data) // 2])
    assert np.array_equal(crop(source(path), region), wanted)


def test_a_part_ends_where_the_picture_ends_and_one_beside_it_is_refused(tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "a.jpg", size=SIZE)
    assert crop(source(path), Region(300, 190, 100, 100)).shape == (10, 20, 3)
    with pytest.raises(PhotoReadError, match="smaller"):
        crop(source(path), Region(400, 0, 10, 10))


def test_a_jpeg_that_is_named_as_raw_is_cut_too(tmp_path: Path) -> None:
    buffer = io.BytesIO()
    natural_image(*SIZE).save(buffer, "JPEG")
    path = tmp_path / "a.cr2"
    path.write_bytes(buffer.getvalue())
    raw = Source(path, FileKind.RAW)
    assert crop(raw, Region(5, 6, 70, 80)).shape == (80, 70, 3)


def test_a_part_and_the_focus_come_through_the_pool(make_pool: PoolMaker, tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "a.jpg", size=SIZE)
    region, pool = Region(8, 8, 64, 32), make_pool()
    part = pool.crop(source(path), region, priority=0).result()  # type: ignore[arg-type]
    assert np.array_equal(part, expected(path, region))
    assert pool.focus_point(source(path), priority=0).result() is None  # type: ignore[arg-type]
    with Image.open(path) as picture:
        assert picture.size == SIZE
