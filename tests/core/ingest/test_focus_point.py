"""Where a camera focused, out of what each maker notes; and no hostile note costs anything."""

import io
import struct
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from core.ingest.focus_point import focus_point
from core.ingest.region import FocusPoint
from tests.core.ingest.conftest import source
from tests.make_photos import natural_image

SIZE = (400, 300)
FRAME = (6000, 4000)  # as the makers count


def tiff(entries: list[tuple[int, int, int, bytes]], start: int = 8, order: str = "<") -> bytes:
    """A directory at `start` with its values behind it; offsets count from 0."""
    head = struct.pack(order + "H", len(entries))
    place, tail = start + 2 + 12 * len(entries) + 4, b""
    for tag, kind, count, value in sorted(entries):
        field = value.ljust(4, b"\0") if len(value) <= 4 else struct.pack(order + "L", place)
        head += struct.pack(order + "HHL", tag, kind, count) + field
        if len(value) > 4:
            tail += value
            place += len(value)
    return head + b"\0\0\0\0" + tail


def shorts(*values: int) -> bytes:
    return struct.pack(f"<{len(values)}H", *(value & 0xFFFF for value in values))


def exif(
    make: bytes, note: bytes | None, *, model: bytes = b"X\0", orientation: int = 1, **tags: bytes
) -> bytes:
    """EXIF data with a maker's note at offset 2000, whatever it is."""
    own = [(0xA002, 3, 1, shorts(FRAME[0])), (0xA003, 3, 1, shorts(FRAME[1]))]
    if "subject" in tags:
        own.append((0x9214, 3, len(tags["subject"]) // 2, tags["subject"]))
    if note is not None:
        own.append((0x927C, 7, len(note), note))
    main = [
        (0x010F, 2, len(make), make),
        (0x0110, 2, len(model), model),
        (0x0112, 3, 1, shorts(orientation)),
        (0x8769, 4, 1, struct.pack("<L", 1000)),
    ]
    data = (b"II*\0" + struct.pack("<L", 8) + tiff(main)).ljust(1000, b"\0")
    # The note must know where it lies: it is the only value longer than four bytes but a subject.
    return data + tiff(own, 1000)


def note_place() -> int:
    """Where `exif` puts the note."""
    return 1000 + 2 + 12 * 3 + 4


def jpeg(folder: Path, data: bytes) -> Path:
    path = folder / "a.jpg"
    natural_image(*SIZE).save(path, exif=b"Exif\0\0" + data)
    return path


def found(folder: Path, data: bytes) -> FocusPoint | None:
    return focus_point(source(jpeg(folder, data)))


def at(point: FocusPoint | None) -> tuple[float, float]:
    assert point is not None
    return round(point.x, 3), round(point.y, 3)


def canon_note(x: int, y: int, *, points: int = 2, focused: int = 0b10) -> bytes:
    widths, heights = [100] * points, [80] * points
    xs, ys = [0] * (points - 1) + [x], [0] * (points - 1) + [y]
    values = shorts(0, 2, points, points, *FRAME, *FRAME, *widths, *heights, *xs, *ys, focused)
    return tiff([(0x0026, 3, len(values) // 2, values)], note_place())


def test_canon_counts_from_the_middle_and_upwards(tmp_path: Path) -> None:
    note = canon_note(1500, 1000)
    eos = found(tmp_path, exif(b"Canon\0", note, model=b"Canon EOS R5\0"))
    assert at(eos) == (0.75, 0.25)
    assert eos is not None
    assert (eos.width, eos.height) == pytest.approx((100 / 6000, 80 / 4000))
    compact = found(tmp_path, exif(b"Canon\0", note, model=b"Canon PowerShot\0"))
    assert at(compact) == (0.75, 0.75)


def test_canon_without_a_point_in_focus_says_nothing(tmp_path: Path) -> None:
    assert found(tmp_path, exif(b"Canon\0", canon_note(1500, 1000, focused=0))) is None


def test_sony_notes_frame_and_place(tmp_path: Path) -> None:
    note = tiff([(0x2027, 3, 4, shorts(*FRAME, 1500, 3000))], note_place())
    assert at(found(tmp_path, exif(b"SONY\0", note))) == (0.25, 0.75)


def test_fuji_counts_from_its_own_note(tmp_path: Path) -> None:
    note = b"FUJIFILM" + struct.pack("<L", 12) + tiff([(0x1023, 3, 2, shorts(600, 400))], 12)
    assert at(found(tmp_path, exif(b"FUJIFILM\0", note))) == (0.1, 0.1)


def test_panasonic_notes_shares(tmp_path: Path) -> None:
    shares = struct.pack("<4L", 256, 1024, 512, 1024)
    where = note_place() + 12
    note = b"Panasonic\0\0\0" + tiff([(0x004D, 5, 2, shares)], where)
    assert at(found(tmp_path, exif(b"Panasonic\0", note))) == (0.25, 0.5)


@pytest.mark.parametrize(
    ("version", "switch", "first"), [(b"0100", 4, 0x10), (b"0300", 7, 0x2A), (b"0401", 7, 0x3E)]
)
def test_nikon_has_a_structure_of_its_own(
    tmp_path: Path, version: bytes, switch: int, first: int
) -> None:
    def note(switched_on: int) -> bytes:
        block = bytearray(version.ljust(0x60, b"\0"))
        block[switch] = switched_on
        block[first : first + 12] = struct.pack(">6H", *FRAME, 1500, 1000, 60, 40)
        inner = b"MM\0*" + struct.pack(">L", 8)
        inner += tiff([(0x00B7, 7, len(block), bytes(block))], 8, ">")
        return b"Nikon\0\x02\x11\0\0" + inner

    assert at(found(tmp_path, exif(b"NIKON CORPORATION\0", note(1)))) == (0.25, 0.25)
    assert found(tmp_path, exif(b"NIKON CORPORATION\0", note(0))) is None


def test_the_subject_area_of_exif_serves_where_the_maker_is_silent(tmp_path: Path) -> None:
    area = found(tmp_path, exif(b"Apple\0", None, subject=shorts(4500, 1000, 600, 400)))
    assert area == FocusPoint(0.75, 0.25, 0.1, 0.1)


@pytest.mark.parametrize(
    ("orientation", "place"),
    [(1, (0.75, 0.25)), (3, (0.25, 0.75)), (6, (0.75, 0.75)), (8, (0.25, 0.25))],
)
def test_the_place_is_turned_with_the_photo(
    tmp_path: Path, orientation: int, place: tuple[float, float]
) -> None:
    subject = shorts(4500, 1000)
    assert at(found(tmp_path, exif(b"A\0", None, orientation=orientation, subject=subject))) == (
        place
    )


@pytest.mark.parametrize("subject", [(9000, 100), (0, 0)])
def test_a_place_beside_the_photo_is_none(tmp_path: Path, subject: tuple[int, int]) -> None:
    assert found(tmp_path, exif(b"A\0", None, subject=shorts(*subject))) is None


def test_a_photo_without_exif_says_nothing(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    Image.new("RGB", (30, 20)).save(path)
    assert focus_point(source(path)) is None


makes = st.sampled_from([b"Canon\0", b"NIKON\0", b"SONY\0", b"FUJIFILM\0", b"Panasonic\0"])
heads = st.sampled_from([b"", b"Nikon\0\x02\x11\0\0MM\0*", b"FUJIFILM", b"Panasonic\0\0\0"])


@given(make=makes, head=heads, rest=st.binary(max_size=200), cut=st.integers(0, 2000))
def test_no_note_however_damaged_is_an_error(
    make: bytes, head: bytes, rest: bytes, cut: int
) -> None:
    from core.ingest.focus_point import _of_tiff

    data = exif(make, head + rest)
    point = _of_tiff(io.BytesIO(data[: max(8, len(data) - cut)]))
    assert point is None or (0 <= point.x <= 1 and 0 <= point.y <= 1)
