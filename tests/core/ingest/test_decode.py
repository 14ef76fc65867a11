"""What a photo looks like after decoding: upright, sRGB, and the right picture."""

import io
import re
from pathlib import Path
from typing import Any

import numpy as np
import numpy.typing as npt
import pytest
from PIL import Image, ImageCms

from core.errors import PhotoReadError
from core.ingest.decode import PREVIEW_LONG_EDGE_PX, decode, preview_jpeg
from core.ingest.formats import kind_of
from core.ingest.source import Source
from core.photo import FileKind
from tests.make_hostile import not_utf8, write_png_in_disguise, write_truncated
from tests.make_photos import (
    GAIN_MAP,
    LARGE_THUMBNAIL,
    make_exif,
    make_jpeg,
    natural_image,
    stored,
    with_preview,
    write_jpeg,
    write_picture,
)
from tests.make_raw import write_dng

Pixels = npt.NDArray[np.uint8]

MAIN, OTHER = 1, 2  # seeds of two pictures that look nothing like each other
FORMATS = ["jpg", "png", "tif", "webp", "heic", "avif"]


def source(path: Path) -> Source:
    kind = kind_of(path)
    assert kind is not None
    return Source(path, kind)


def show(path: Path, long_edge_px: int | None = None) -> Pixels:
    return decode(source(path), long_edge_px)


def difference(pixels: Pixels, picture: Image.Image) -> float:
    """Mean difference in levels 0..255; two different pictures are 30 or more apart."""
    expected = np.asarray(picture.convert("RGB").resize(pixels.shape[1::-1]), dtype=float)
    return float(np.abs(pixels - expected).mean())


@pytest.mark.parametrize("orientation", range(1, 9))
@pytest.mark.parametrize("suffix", FORMATS)
def test_every_orientation_is_turned_upright(tmp_path: Path, suffix: str, orientation: int) -> None:
    path = write_picture(
        tmp_path / f"a.{suffix}", seed=MAIN, size=(96, 64), orientation=orientation
    )
    assert show(path).shape == (64, 96, 3)
    assert difference(show(path), natural_image(96, 64, MAIN)) < 12


@pytest.mark.parametrize("long_edge_px", [450, 200, 64])
@pytest.mark.parametrize("suffix", FORMATS)
def test_smaller_renditions_have_the_asked_size(
    tmp_path: Path, suffix: str, long_edge_px: int
) -> None:
    path = write_picture(tmp_path / f"a.{suffix}", seed=MAIN, size=(300, 450), orientation=6)
    pixels = show(path, long_edge_px)
    assert pixels.shape == (long_edge_px, round(long_edge_px * 2 / 3), 3)
    assert difference(pixels, natural_image(300, 450, MAIN)) < 9


def test_small_pictures_are_not_enlarged(tmp_path: Path) -> None:
    assert show(write_jpeg(tmp_path / "a.jpg", size=(50, 30)), 640).shape == (30, 50, 3)


def test_a_panorama_keeps_at_least_one_row(tmp_path: Path) -> None:
    Image.new("RGB", (5000, 2)).save(tmp_path / "a.png")
    assert show(tmp_path / "a.png", 640).shape == (1, 640, 3)


def test_the_preview_is_a_plain_upright_jpeg(tmp_path: Path) -> None:
    path = write_jpeg(tmp_path / "a.jpg", seed=MAIN, size=(900, 1350), orientation=8)
    with Image.open(io.BytesIO(preview_jpeg(source(path)))) as preview:
        assert preview.format == "JPEG"
        assert max(preview.size) == PREVIEW_LONG_EDGE_PX
        assert not preview.getexif()
        assert difference(np.asarray(preview), natural_image(900, 1350, MAIN)) < 9


@pytest.mark.parametrize(
    ("mode", "suffix"),
    [
        ("L", "jpg"),
        ("CMYK", "jpg"),
        ("L", "png"),
        ("P", "png"),
        ("RGBA", "png"),
        ("LA", "png"),
        ("1", "png"),
        ("CMYK", "tif"),
        ("LAB", "tif"),
        ("RGBA", "webp"),
    ],
)
def test_every_kind_of_pixels_ends_as_rgb(tmp_path: Path, mode: str, suffix: str) -> None:
    picture = natural_image(90, 60, MAIN)
    if mode == "P":
        picture = picture.quantize(256)
        expected = picture.convert("RGB")
    elif mode == "LAB":
        picture = ImageCms.profileToProfile(
            picture, ImageCms.createProfile("sRGB"), ImageCms.createProfile("LAB"), outputMode=mode
        )
        expected = natural_image(90, 60, MAIN)
    else:
        expected = picture.convert(mode).convert("RGB")
        picture = picture.convert(mode)
    picture.save(tmp_path / f"a.{suffix}")
    for pixels in (show(tmp_path / f"a.{suffix}"), show(tmp_path / f"a.{suffix}", 45)):
        assert pixels.shape[2] == 3
        assert pixels.dtype == np.uint8
        assert difference(pixels, expected) < 12


@pytest.mark.parametrize("dtype", [np.uint16, np.float32])
def test_deep_grey_is_scaled_not_clipped(tmp_path: Path, dtype: type) -> None:
    grey = np.asarray(natural_image(90, 60, MAIN).convert("L"))
    scale = 257 if dtype is np.uint16 else 1 / 255
    Image.fromarray((grey.astype(float) * scale).astype(dtype)).save(tmp_path / "a.tif")
    for long_edge_px in (None, 45):
        assert difference(show(tmp_path / "a.tif", long_edge_px), Image.fromarray(grey)) < 8


def test_what_is_transparent_is_white(tmp_path: Path) -> None:
    Image.new("RGBA", (8, 8), (200, 0, 0, 0)).save(tmp_path / "a.png")
    assert (show(tmp_path / "a.png") == 255).all()


def swapped_profile() -> bytes:
    """A profile whose red is sRGB's green and the other way round."""
    profile = ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes()
    profile = profile.replace("sRGB".encode("utf-16-be"), "test".encode("utf-16-be"))
    for red, green in ((b"rXYZ", b"gXYZ"), (b"rTRC", b"gTRC")):
        profile = profile.replace(red, b"swap").replace(green, red).replace(b"swap", green)
    return profile


@pytest.mark.parametrize("preview_size", [None, (900, 600)])
@pytest.mark.parametrize("long_edge_px", [None, 640])
def test_colours_are_those_the_profile_means(
    tmp_path: Path, long_edge_px: int | None, preview_size: tuple[int, int] | None
) -> None:
    path = write_jpeg(
        tmp_path / "a.jpg",
        seed=MAIN,
        size=(1200, 800),
        icc_profile=swapped_profile(),
        preview_size=preview_size,
    )
    red, green, blue = natural_image(1200, 800, MAIN).split()
    assert difference(show(path, long_edge_px), Image.merge("RGB", (green, red, blue))) < 9


@pytest.mark.parametrize("profile", [b"", b"no profile at all", swapped_profile()[:200]])
def test_a_damaged_profile_counts_as_none(tmp_path: Path, profile: bytes) -> None:
    path = write_jpeg(tmp_path / "a.jpg", seed=MAIN, size=(90, 60), icc_profile=profile)
    assert difference(show(path), natural_image(90, 60, MAIN)) < 9


def test_adobe_rgb_is_recognised_without_a_profile(tmp_path: Path) -> None:
    """A camera set to Adobe RGB writes only a mark into EXIF; its colours look dull in sRGB."""
    exif = make_exif()
    exif.get_ifd(0x8769)[0xA005] = {1: "R03"}
    Image.new("RGB", (16, 16), (60, 180, 60)).save(
        tmp_path / "a.jpg", exif=exif, quality=95, subsampling=0
    )
    red, green, blue = show(tmp_path / "a.jpg")[8, 8].tolist()
    assert red < 5  # beyond what sRGB can show
    assert abs(green - 181) < 5
    assert abs(blue - 49) < 12


def jpeg_with_preview(kind: int, preview_size: tuple[int, int]) -> bytes:
    """A picture of one thing whose preview shows another, so that one sees which was used."""
    return with_preview(
        make_jpeg(seed=MAIN, size=(1800, 1200)), make_jpeg(seed=OTHER, size=preview_size), kind
    )


def shows_preview(path: Path, long_edge_px: int | None) -> bool:
    pixels = show(path, long_edge_px)
    return difference(pixels, natural_image(1800, 1200, OTHER)) < difference(
        pixels, natural_image(1800, 1200, MAIN)
    )


def test_the_camera_preview_serves_when_it_is_large_enough(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with_preview(LARGE_THUMBNAIL, (900, 600)))
    assert shows_preview(path, 640)
    assert not shows_preview(path, 1000)
    assert not shows_preview(path, None)


def test_a_preview_of_another_shape_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with_preview(LARGE_THUMBNAIL, (900, 675)))
    assert not shows_preview(path, 640)


def test_the_gain_map_of_a_phone_is_not_taken_for_a_preview(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with_preview(GAIN_MAP, (900, 600)))
    assert not shows_preview(path, 640)


def test_a_preview_that_is_cut_off_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(jpeg_with_preview(LARGE_THUMBNAIL, (900, 600))[:-2000])
    assert not shows_preview(path, 640)


def test_a_preview_that_is_damaged_is_not_used(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    data = bytearray(jpeg_with_preview(LARGE_THUMBNAIL, (900, 600)))
    data[data.rindex(b"\xff\xda") + 4] = 9  # nine colours in one scan: there are at most four
    path.write_bytes(data)
    assert not shows_preview(path, 640)


@pytest.mark.parametrize("orientation", range(1, 9))
def test_the_camera_preview_is_turned_like_its_picture(tmp_path: Path, orientation: int) -> None:
    path = write_jpeg(
        tmp_path / "a.jpg",
        seed=MAIN,
        size=(1800, 1200),
        preview_size=(900, 600),
        orientation=orientation,
    )
    assert difference(show(path, 640), natural_image(1800, 1200, MAIN)) < 9


@pytest.mark.parametrize("orientation", [1, 3, 6, 8])
@pytest.mark.parametrize("preview_size", [(1200, 800), None])
@pytest.mark.parametrize("long_edge_px", [640, None])
def test_a_raw_file_is_shown_upright(
    tmp_path: Path,
    orientation: int,
    preview_size: tuple[int, int] | None,
    long_edge_px: int | None,
) -> None:
    path = write_dng(
        tmp_path / "a.dng", seed=MAIN, preview_size=preview_size, orientation=orientation
    )
    pixels = show(path, long_edge_px)
    assert pixels.shape[1] > pixels.shape[0]
    expected = natural_image(1200, 800, MAIN)
    grey = Image.fromarray(pixels).convert("L").convert("RGB")
    tolerance = 12 if preview_size else 35  # the demosaiced one has other colours and contrast
    assert difference(np.asarray(grey), expected.convert("L")) < tolerance


def test_a_raw_file_gives_its_largest_preview_at_full_size(tmp_path: Path) -> None:
    path = write_dng(tmp_path / "a.dng", size=(2400, 1600), preview_size=(1200, 800))
    assert show(path).shape == (800, 1200, 3)


def test_a_raw_file_with_a_postage_stamp_is_demosaiced(tmp_path: Path) -> None:
    path = write_dng(tmp_path / "a.dng", size=(2400, 1600), preview_size=(240, 160))
    assert show(path).shape == (800, 1200, 3)
    assert show(path, 640).shape == (427, 640, 3)


def test_a_raw_file_without_preview_is_shown_by_its_jpeg(tmp_path: Path) -> None:
    raw = write_dng(tmp_path / "a.dng", seed=MAIN, preview_size=None)
    jpeg = write_jpeg(tmp_path / "a.jpg", seed=OTHER, size=(1200, 800))
    pixels = decode(Source(raw, FileKind.RAW, (tmp_path / "a.xmp", jpeg)), None)
    assert difference(pixels, natural_image(1200, 800, OTHER)) < 9


def test_a_preview_the_camera_turned_already_is_left_alone(tmp_path: Path) -> None:
    """The RAW data lies on its side, the preview inside stands: only the first is to be turned."""
    path = write_dng(
        tmp_path / "a.dng", seed=MAIN, size=(800, 1200), preview_size=(1200, 800), orientation=6
    )
    # Upright the shot is a portrait; write_dng stores this preview as 800 x 1200, standing.
    assert show(path, None).shape == (1200, 800, 3)


def test_content_decides_not_the_name(tmp_path: Path) -> None:
    for name in ("png.jpg", "png.tif", "png.heic", "png.cr2"):
        assert show(write_png_in_disguise(tmp_path / name)).shape == (400, 600, 3)


def test_names_that_are_not_utf8_are_shown(tmp_path: Path) -> None:
    for suffix in (".jpg", ".tif", ".heic", ".avif"):
        assert show(write_picture(not_utf8(tmp_path, suffix))).shape == (400, 600, 3)
    assert show(write_dng(not_utf8(tmp_path, ".dng"))).shape == (800, 1200, 3)


@pytest.mark.parametrize("suffix", set(FORMATS) - {"jpg"})
@pytest.mark.parametrize("share", [0.3, 0.9])
@pytest.mark.parametrize("long_edge_px", [None, 100])
def test_a_picture_that_is_cut_short_is_refused(
    tmp_path: Path, suffix: str, share: float, long_edge_px: int | None
) -> None:
    path = write_picture(tmp_path / f"a.{suffix}")
    data = path.read_bytes()
    path.write_bytes(data[: int(len(data) * share)])
    with pytest.raises((PhotoReadError, OSError, SyntaxError, ValueError)):
        show(path, long_edge_px)


def cut_jpeg(path: Path, share: float, **options: Any) -> Image.Image:
    """Write the first part of a JPEG; returns the picture that the whole one shows."""
    picture = natural_image(1300, 870, MAIN).convert(options.pop("mode", "RGB"))
    whole = io.BytesIO()
    picture.save(whole, "JPEG", quality=92, **options)
    path.write_bytes(whole.getvalue()[: int(len(whole.getvalue()) * share)])
    return Image.open(whole)


@pytest.mark.parametrize("mode", ["RGB", "L", "CMYK"])
@pytest.mark.parametrize("long_edge_px", [None, 640, 100])
def test_a_jpeg_that_is_cut_short_shows_what_is_left(
    tmp_path: Path, mode: str, long_edge_px: int | None
) -> None:
    whole = cut_jpeg(tmp_path / "a.jpg", 0.6, mode=mode)

    pixels = show(tmp_path / "a.jpg", long_edge_px)

    left = int(len(pixels) * 0.55)
    top = whole.crop((0, 0, whole.width, int(whole.height * 0.55)))
    assert difference(pixels[:left], top) < 6
    assert np.ptp(pixels[-len(pixels) // 4 :]) <= 1  # nothing is made up below
    with pytest.raises(PhotoReadError) as refused:
        preview_jpeg(source(tmp_path / "a.jpg"))
    assert re.fullmatch(
        r"the file is cut short; (5\d|6\d) % of the picture can be seen", refused.value.reason
    )
    part = Image.open(io.BytesIO(refused.value.part))
    assert part.size == (640, 428)
    assert difference(np.asarray(part)[:200], whole.crop((0, 0, 1300, 406))) < 6


def test_a_progressive_jpeg_that_is_cut_short_is_shown_coarsely(tmp_path: Path) -> None:
    whole = cut_jpeg(tmp_path / "a.jpg", 0.5, progressive=True)

    with pytest.raises(PhotoReadError, match="lacks detail") as refused:
        preview_jpeg(source(tmp_path / "a.jpg"))

    assert difference(np.asarray(Image.open(io.BytesIO(refused.value.part))), whole) < 8


def test_a_jpeg_without_its_end_mark_is_whole(tmp_path: Path) -> None:
    whole = cut_jpeg(tmp_path / "a.jpg", 1)
    (tmp_path / "a.jpg").write_bytes((tmp_path / "a.jpg").read_bytes()[:-2])

    preview = Image.open(io.BytesIO(preview_jpeg(source(tmp_path / "a.jpg"))))

    assert difference(np.asarray(preview), whole) < 6


def test_a_jpeg_of_which_no_row_is_left_is_refused(tmp_path: Path) -> None:
    jpeg = make_jpeg()
    scan_at = jpeg.index(b"\xff\xda") + 2
    header_bytes = int.from_bytes(jpeg[scan_at : scan_at + 2])
    (tmp_path / "a.jpg").write_bytes(jpeg[: scan_at + header_bytes])

    with pytest.raises(OSError, match="truncated"):
        show(tmp_path / "a.jpg")


def test_what_is_whole_is_read_strictly_after_what_was_not(tmp_path: Path) -> None:
    show(write_truncated(tmp_path / "a.jpg"))
    path = write_picture(tmp_path / "a.webp")
    path.write_bytes(path.read_bytes()[:-2000])

    with pytest.raises((OSError, SyntaxError, ValueError)):
        show(path)


def test_a_shoot_is_only_read(tmp_path: Path) -> None:
    path = write_truncated(tmp_path / "a.jpg")
    before, content = path.stat(), path.read_bytes()
    show(path)
    assert path.stat().st_mtime_ns == before.st_mtime_ns
    assert path.read_bytes() == content


def test_stored_pictures_of_the_generator_are_turned() -> None:
    """The tests above prove nothing if the generator turns nothing."""
    picture = natural_image(90, 60, MAIN)
    for orientation in range(2, 9):
        assert difference(np.asarray(stored(picture, orientation)), picture) > 12
