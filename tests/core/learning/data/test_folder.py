"""A folder of photographs as training sees it, and what is said of damaged ones."""

from pathlib import Path

import numpy as np
import pytest
from PIL import Image, ImageCms

from core.errors import Cancelled, TrainingError
from core.learning.data.folder import FolderFrames, decode, list_photographs, open_folder
from core.progress import Task


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    photos = tmp_path / "photos"
    (photos / "trip").mkdir(parents=True)
    (photos / ".thumbnails").mkdir()
    halves = np.zeros((40, 60, 3), np.uint8)
    halves[:, :30] = 255
    exif = Image.Exif()
    exif[0x0112] = 6  # the camera was held upright: rotate by 90 degrees clockwise
    Image.fromarray(halves).save(photos / "upright.jpg", exif=exif, quality=95)
    Image.fromarray(halves).save(photos / "trip" / "plain.png")
    Image.fromarray(halves).save(photos / ".thumbnails" / "plain.png")
    (photos / "notes.txt").write_text("no photograph")
    return photos


def test_photographs_are_found_below_in_a_fixed_order(folder: Path):
    assert list_photographs(folder) == ("trip/plain.png", "upright.jpg")
    (folder / "empty").mkdir()
    with pytest.raises(TrainingError, match="no photograph"):
        list_photographs(folder / "empty")
    with pytest.raises(TrainingError, match="not a folder"):
        list_photographs(folder / "missing")


def test_a_photograph_is_turned_upright_and_made_smaller(folder: Path, tmp_path: Path):
    store = open_folder(folder, list_photographs(folder), tmp_path / "c", Task(), short_side_px=20)
    assert store.frame("trip/plain.png").shape == (20, 30, 3)
    upright = store.frame("upright.jpg")
    assert upright.shape == (30, 20, 3)
    assert upright[:10].min() > 230
    assert upright[-10:].max() < 25
    lazy = FolderFrames(folder, 20)
    assert lazy.shape("upright.jpg") == store.shape("upright.jpg") == (30, 20)
    assert (lazy.frame("upright.jpg") == upright).all()


def test_colours_are_converted_and_transparency_becomes_paper(tmp_path: Path):
    srgb = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    Image.new("RGB", (8, 8), (10, 200, 30)).save(tmp_path / "tagged.png", icc_profile=srgb)
    Image.new("RGB", (8, 8), (10, 200, 30)).save(tmp_path / "torn.png", icc_profile=b"torn")
    Image.new("RGBA", (8, 8), (10, 200, 30, 0)).save(tmp_path / "clear.png")
    Image.fromarray(np.full((8, 8), 32896, np.uint16)).save(tmp_path / "deep.png")
    assert decode(tmp_path, "tagged.png", 8)[0, 0] == pytest.approx([10, 200, 30], abs=1)
    assert decode(tmp_path, "torn.png", 8)[0, 0].tolist() == [10, 200, 30]
    assert decode(tmp_path, "clear.png", 8)[0, 0].tolist() == [255, 255, 255]
    assert decode(tmp_path, "deep.png", 8)[0, 0].tolist() == [128, 128, 128]


def test_damaged_photographs_are_named_and_left_out_only_on_request(folder: Path, tmp_path: Path):
    content = (folder / "trip" / "plain.png").read_bytes()
    (folder / "torn.png").write_bytes(content[: len(content) // 2])
    (folder / "wrong.jpg").write_text("no picture")
    files = list_photographs(folder)
    with pytest.raises(TrainingError, match=r"torn\.png cannot be decoded: .* So are 1 others"):
        open_folder(folder, files, tmp_path / "c", Task(), short_side_px=20)
    store = open_folder(folder, files, tmp_path / "c", Task(), short_side_px=20, skip_damaged=True)
    assert set(store.places) == {"trip/plain.png", "upright.jpg"}


def test_decoded_photographs_are_kept_until_they_change_or_rot(folder: Path, tmp_path: Path):
    files, cache = list_photographs(folder), tmp_path / "c"
    before = open_folder(folder, files, cache, Task(), short_side_px=20).pixels.copy()
    stopped = Task()
    stopped.cancel()  # decoding anything would report, and so stop
    open_folder(folder, files, cache, stopped, short_side_px=20)

    rotten = bytearray((cache / "frames.bin").read_bytes())
    rotten[5] ^= 1
    (cache / "frames.bin").write_bytes(rotten)
    with pytest.raises(Cancelled):
        open_folder(folder, files, cache, stopped, short_side_px=20)
    assert (open_folder(folder, files, cache, Task(), short_side_px=20).pixels == before).all()

    Image.new("RGB", (60, 40), "red").save(folder / "trip" / "plain.png")
    changed = open_folder(folder, files, cache, Task(), short_side_px=20)
    assert changed.frame("trip/plain.png")[0, 0].tolist() == [255, 0, 0]
