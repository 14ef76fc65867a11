"""What is put into the catalogue comes out of it, and nothing is ever removed."""

import os
from datetime import datetime
from pathlib import Path

import pytest

from core.library.library import Library
from core.photo import (
    Changes,
    ColorLabel,
    FileKind,
    FileState,
    Filter,
    FoundPhoto,
    Mark,
    Metadata,
    Photo,
    PhotoId,
    Pick,
    Tally,
)
from tests.core.library.make_catalog import add, found, scored

FULL = Metadata(
    taken_at=datetime(2026, 5, 1, 23, 59, 59, 999999),
    utc_offset_min=-330,
    camera="Canon EOS R5",
    lens="RF 50mm F1.2 — “é”",
    exposure_s=1 / 8000,
    aperture=1.2,
    iso=102400,
    focal_length_mm=50.0,
    width_px=8192,
    height_px=5464,
    orientation=8,
    latitude=-33.85,
    longitude=151.2,
)


def photo(library: Library, id_: PhotoId) -> Photo:
    with library.transaction() as stored:
        return stored.photos.get([id_])[id_]


def test_a_found_photo_comes_back_whole(library: Library) -> None:
    folder = Path("/photos/a")
    item = FoundPhoto(
        folder / "x.CR2",
        FileKind.RAW,
        25_000_000,
        1_700_000_000_123_456_789,
        (folder / "x.JPG", folder / "x.xmp", Path("/elsewhere/x.wav")),
    )
    with library.transaction() as stored:
        (id_,) = stored.photos.add([item])
    assert photo(library, id_) == Photo(
        id_, item.path, item.kind, item.size_bytes, item.mtime_ns, item.companions
    )


def test_adding_again_gives_the_same_ids_and_changes_nothing(library: Library) -> None:
    first = add(library, "/a/1.jpg", "/a/2.jpg", "/b/1.jpg")
    with library.transaction() as stored:
        stored.photos.set_marks({first[0]: Mark(5)})
        again = stored.photos.add(
            [
                found("/b/1.jpg"),
                found("/new/1.jpg"),
                found("/a/1.jpg", size_bytes=7),
                found("/new/1.jpg"),
            ]
        )
    assert again[0] == first[2]
    assert again[2] == first[0]
    assert again[1] == again[3]
    assert again[1] not in first
    assert photo(library, first[0]).stars == 5
    assert photo(library, first[0]).size_bytes == 1000


def test_adding_nothing_is_harmless(library: Library) -> None:
    with library.transaction() as stored:
        assert stored.photos.add([]) == []


def test_more_photos_than_one_statement_takes_keep_their_order(library: Library) -> None:
    items = [found(f"/many/{number % 37}/{number}.jpg") for number in range(3500)]
    with library.transaction() as stored:
        ids = stored.photos.add(items)
        photos = stored.photos.get(ids)
    assert [photos[id_].path for id_ in ids] == [item.path for item in items]


def test_a_relative_path_is_a_mistake_and_stores_nothing(library: Library) -> None:
    with pytest.raises(ValueError, match="absolute"):
        add(library, "/a/1.jpg", "b/1.jpg")
    with library.transaction() as stored:
        assert stored.photos.folders() == []


@pytest.mark.parametrize(
    "name",
    [
        b"caf\xe9.jpg",
        b"\xff\xfe\x80.jpg",
        b"new\nline.jpg",
        "e\u0301.jpg".encode(),
        "日本 🌸.jpg".encode(),
        b"-rf",
        b"=cmd|'x'",
        b"%s %00 'quoted' \"so\".jpg",
    ],
)
def test_every_name_survives(library: Library, name: bytes) -> None:
    folder = Path(os.fsdecode(b"/photos/\xe9t\xe9 " + name))
    path = folder / os.fsdecode(name)
    companion = folder / os.fsdecode(name + b".xmp")
    item = FoundPhoto(path, FileKind.JPEG, 1, 1, (companion,))
    with library.transaction() as stored:
        (id_,) = stored.photos.add([item])
        assert stored.photos.get([id_])[id_].path == path
        assert stored.photos.get([id_])[id_].companions == (companion,)
        known = stored.photos.known(folder, recursive=False).by_path()
        assert known[path].companions == (companion,)
        assert stored.photos.folders() == [folder]


def test_known_is_what_a_scan_compares_with(library: Library) -> None:
    ids = add(library, "/a/1.jpg", "/a/sub/2.jpg", "/ab/3.jpg")
    with library.transaction() as stored:
        stored.photos.set_state([ids[1]], FileState.OFFLINE)
        alone = stored.photos.known(Path("/a"), recursive=False).by_path()
        below = stored.photos.known(Path("/a"), recursive=True).by_path()
    assert [path.as_posix() for path in alone] == ["/a/1.jpg"]
    assert {path.as_posix(): known.id for path, known in below.items()} == {
        "/a/1.jpg": ids[0],
        "/a/sub/2.jpg": ids[1],
    }
    known = below[Path("/a/sub/2.jpg")]
    assert (known.size_bytes, known.mtime_ns, known.state) == (1000, 1, FileState.OFFLINE)


def test_metadata_comes_back_whole(library: Library) -> None:
    full, empty, never = add(library, "/a/1.jpg", "/a/2.jpg", "/a/3.jpg")
    with library.transaction() as stored:
        changes = stored.photos.describe({full: FULL, empty: Metadata()})
        undescribed = stored.photos.undescribed(Path("/a"), recursive=False)
    assert changes == Changes(described=frozenset({full, empty}))
    assert photo(library, full).metadata == FULL
    assert photo(library, empty).metadata == Metadata()
    assert undescribed == [never]


def test_describing_again_replaces(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    for metadata in (FULL, Metadata(camera="Other")):
        with library.transaction() as stored:
            stored.photos.describe({id_: metadata})
    assert photo(library, id_).metadata == Metadata(camera="Other")


def test_a_camera_that_writes_nonsense_costs_only_the_nonsense(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    nonsense = Metadata(
        taken_at=datetime.min,
        camera="\ud800 broken",
        lens="nul\0inside",
        exposure_s=float("nan"),
        aperture=float("inf"),
        iso=2**80,
    )
    with library.transaction() as stored:
        stored.photos.describe({id_: nonsense})
    read = photo(library, id_).metadata
    assert read == Metadata(taken_at=datetime.min, camera="? broken", lens="nul\0inside")


def test_only_photos_that_are_there_wait_for_their_metadata(library: Library) -> None:
    online, offline, unreadable = add(library, "/a/1.jpg", "/a/2.jpg", "/a/3.jpg")
    with library.transaction() as stored:
        stored.photos.set_state([offline], FileState.OFFLINE)
        stored.photos.set_state([unreadable], FileState.UNREADABLE, "cut short")
        assert stored.photos.undescribed(Path("/a"), recursive=True) == [online]
        stored.photos.set_state([offline], FileState.ONLINE)
        assert stored.photos.undescribed(Path("/"), recursive=True) == [online, offline]
        assert stored.photos.undescribed(Path("/"), recursive=False) == []


def test_a_state_names_its_problem_and_reports_only_what_altered(library: Library) -> None:
    first, second = add(library, "/a/1.jpg", "/a/2.jpg")
    with library.transaction() as stored:
        one = stored.photos.set_state([first], FileState.UNREADABLE, "cut short")
        both = stored.photos.set_state([first, second], FileState.UNREADABLE, "cut short")
    assert one == Changes(described=frozenset({first}))
    assert both == Changes(described=frozenset({second}))
    assert photo(library, second).state is FileState.UNREADABLE
    assert photo(library, second).problem == "cut short"


def test_a_changed_file_keeps_its_marks_and_forgets_its_content(library: Library) -> None:
    changed, same = add(library, "/a/1.jpg", "/a/2.jpg")
    mark = Mark(4, Pick.PICKED, ColorLabel.BLUE)
    with library.transaction() as stored:
        for id_ in (changed, same):
            stored.photos.describe({id_: FULL})
            stored.scores.save([scored(id_, 80)])
            stored.photos.set_marks({id_: mark})
        stored.photos.set_state([changed], FileState.UNREADABLE, "cut short")
        stored.photos.set_state([same], FileState.OFFLINE)
        before = stored.photos.get([changed, same])
        changes = stored.photos.refresh(
            {
                changed: found("/a/1.jpg", size_bytes=2000, mtime_ns=5),
                same: FoundPhoto(Path("/a/2.jpg"), FileKind.JPEG, 1000, 1, (Path("/a/2.xmp"),)),
            }
        )
        after = stored.photos.get([changed, same])
        embeddings = stored.scores.embeddings([changed, same])
    assert changes == Changes(described=frozenset({changed, same}), scored=frozenset({changed}))

    new = after[changed]
    assert (new.size_bytes, new.mtime_ns, new.state, new.problem) == (
        2000, 5, FileState.ONLINE, "",
    )  # fmt: skip
    assert (new.metadata, new.score) == (Metadata(), None)
    assert Mark(new.stars, new.pick, new.label) == mark

    kept = after[same]
    assert kept.companions == (Path("/a/2.xmp"),)
    assert kept.state is FileState.ONLINE
    assert (kept.metadata, kept.score) == (before[same].metadata, before[same].score)
    assert list(embeddings) == [same]


def test_a_raw_file_beside_a_rated_jpeg_takes_over_its_rating(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    raw = FoundPhoto(Path("/a/1.cr2"), FileKind.RAW, 25_000_000, 9, (Path("/a/1.jpg"),))
    with library.transaction() as stored:
        stored.photos.set_marks({id_: Mark(3)})
        stored.photos.refresh({id_: raw})
        assert stored.photos.add([raw]) == [id_]
    assert photo(library, id_).path == raw.path
    assert photo(library, id_).kind is FileKind.RAW
    assert photo(library, id_).stars == 3


def test_unknown_ids_are_left_out(library: Library) -> None:
    (id_,) = add(library, "/a/1.jpg")
    ghost = PhotoId(999)
    with library.transaction() as stored:
        assert list(stored.photos.get([ghost, id_])) == [id_]
        assert list(stored.photos.marks([ghost, id_])) == [id_]
        assert stored.photos.set_state([ghost], FileState.OFFLINE) == Changes()


def test_marks_are_replaced_as_a_whole(library: Library) -> None:
    first, second = add(library, "/a/1.jpg", "/a/2.jpg")
    marks = {first: Mark(5, Pick.REJECTED, ColorLabel.PURPLE), second: Mark(0, Pick.PICKED)}
    with library.transaction() as stored:
        assert stored.photos.set_marks(marks) == Changes(marked=frozenset(marks))
        assert stored.photos.marks([first, second]) == marks
        stored.photos.set_marks({first: Mark()})
        assert stored.photos.marks([first]) == {first: Mark()}


def test_the_tally_counts_what_the_filter_lets_through(library: Library) -> None:
    ids = add(library, *(f"/a/{number}.jpg" for number in range(6)), "/b/1.jpg")
    with library.transaction() as stored:
        stored.photos.set_marks(
            {
                ids[0]: Mark(3),
                ids[1]: Mark(0, Pick.PICKED),
                ids[2]: Mark(1, Pick.REJECTED),
                ids[3]: Mark(0, Pick.UNDECIDED, ColorLabel.RED),
                ids[6]: Mark(5, Pick.PICKED),
            }
        )
        stored.photos.set_state([ids[4]], FileState.OFFLINE)
        stored.photos.set_state([ids[5]], FileState.UNREADABLE, "cut short")
        stored.scores.save([scored(ids[0], 10), scored(ids[1], 90)])
        in_a = stored.photos.tally(Filter(folder=Path("/a")))
        good = stored.photos.tally(Filter(min_score=50))
        none = stored.photos.tally(Filter(folder=Path("/nowhere")))
    assert in_a == Tally(
        total=6, scored=2, reviewed=3, picked=1, rejected=1, offline=1, unreadable=1
    )
    assert good == Tally(total=1, scored=1, reviewed=1, picked=1)
    assert none == Tally()


def test_folders_are_those_that_hold_photos_in_order(library: Library) -> None:
    add(library, "/b/1.jpg", "/a/sub/1.jpg", "/a/2.jpg", "/b/3.jpg")
    with library.transaction() as stored:
        assert stored.photos.folders() == [Path("/a"), Path("/a/sub"), Path("/b")]
