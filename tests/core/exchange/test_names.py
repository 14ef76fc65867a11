"""The name template, and names that every drive takes."""

import unicodedata
from datetime import datetime
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.errors import ExportError
from core.exchange.names import NameTemplate, folded, portable, suffix_beside
from core.photo import FileKind, Metadata, Photo, PhotoId, Score


def photo(path: str = "/shoots/wedding/IMG_0042.CR2", **metadata: object) -> Photo:
    facts = {"taken_at": datetime(2026, 5, 12, 14, 3, 59), "camera": "Canon EOS R6", **metadata}
    return Photo(
        PhotoId(1),
        Path(path),
        FileKind.RAW,
        size_bytes=1,
        mtime_ns=0,
        metadata=Metadata(**facts),  # type: ignore[arg-type]
        stars=4,
        score=Score(87.4, 87.4, 3.0, {}, "student 1.0.0"),
    )


@pytest.mark.parametrize(
    ("template", "stem"),
    [
        ("{name}", "IMG_0042"),
        ("{date}_{time}", "2026-05-12_14-03-59"),
        ("{counter}", "7"),
        ("{counter:04}-{name}", "0007-IMG_0042"),
        ("{camera} {stars} stars", "Canon EOS R6 4 stars"),
        ("{score}_{folder}", "87_wedding"),
    ],
)
def test_fields_are_filled(template: str, stem: str) -> None:
    assert NameTemplate(template).stem(photo(), counter=7) == stem


def test_what_is_not_known_is_named_so() -> None:
    unknown = Photo(PhotoId(1), Path("/a/b.jpg"), FileKind.JPEG, size_bytes=1, mtime_ns=0)
    stem = NameTemplate("{date} {time} {camera} {score}").stem(unknown, 1)
    assert stem == "undated undated unknown camera unscored"


@pytest.mark.parametrize(
    "template",
    ["", "  ", "{make}", "{name", "name}", "{0.__class__}", "{name!r}", "{counter:99999}", "{}"],
)
def test_a_template_that_cannot_be_meant_is_refused(template: str) -> None:
    with pytest.raises(ExportError):
        NameTemplate(template)


@pytest.mark.parametrize("template", ["../{name}", "a/{name}", "a\\{name}", "/etc/{name}"])
def test_a_template_cannot_lead_out_of_the_folder(template: str) -> None:
    with pytest.raises(ExportError, match="not folders"):
        NameTemplate(template)


@pytest.mark.parametrize("camera", ["../../../etc/passwd", "..", "a\\b", "x\0y", "CON", "a:b\n"])
def test_what_a_camera_wrote_cannot_lead_out_of_the_folder(camera: str) -> None:
    stem = NameTemplate("{camera}").stem(photo(camera=camera), 1)
    assert stem not in {"", ".", ".."}
    assert not set(stem) & set('/\\\0:\n<>"|?*')
    assert stem.upper() != "CON"


@given(st.text())
def test_any_name_becomes_one_that_every_drive_takes(name: str) -> None:
    clean = portable(name)
    assert clean.strip(". ") == clean.lstrip(" ").strip(". ") != ""
    assert clean == portable(clean)
    assert not set(clean) & set('/\\:*?"<>|\0\n\r\t')


def test_an_ordinary_name_stays_as_it_is() -> None:
    for name in ("IMG_0042", "Zoë & Jürgen (2)", "日本 1", "a.b-c"):
        assert portable(name) == name


@pytest.mark.parametrize(
    ("one", "other"),
    [("IMG.JPG", "img.jpg"), ("Straße", "STRASSE"), ("Zoë", unicodedata.normalize("NFD", "ZOË"))],
)
def test_twins_of_some_file_system_are_found(one: str, other: str) -> None:
    assert folded(one) == folded(other)


def test_a_companion_keeps_what_follows_the_stem() -> None:
    assert suffix_beside("IMG_1", Path("/a/IMG_1.CR2.xmp")) == ".CR2.xmp"
    assert suffix_beside("IMG_1", Path("/a/img_1.JPG")) == ".JPG"
    assert suffix_beside("a.b", Path("/a/a.b.xmp")) == ".xmp"
