"""Opening a folder: what counts as a photo, what belongs together, what is passed over."""

import os
import shutil
import socket
from pathlib import Path

import pytest

from core.errors import Cancelled, FolderReadError
from core.ingest.scan import LinkedFolder, ScanProblem, scan
from core.photo import FileKind, FoundPhoto
from core.progress import Task
from tests.make_hostile import make_loop, make_pipe, not_utf8


def fill(folder: Path, *names: str) -> None:
    for name in names:
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(b"x")


def found(folder: Path, *, recursive: bool = True) -> list[FoundPhoto]:
    return [item for item in scan(folder, recursive=recursive) if isinstance(item, FoundPhoto)]


def problems(folder: Path) -> list[ScanProblem]:
    return [item for item in scan(folder, recursive=True) if isinstance(item, ScanProblem)]


def names(folder: Path, *, recursive: bool = True) -> list[str]:
    photos = found(folder, recursive=recursive)
    return [photo.path.relative_to(folder).as_posix() for photo in photos]


def companions(folder: Path) -> dict[str, list[str]]:
    return {photo.path.name: [path.name for path in photo.companions] for photo in found(folder)}


def test_photos_come_by_name_and_folder_by_folder(tmp_path: Path) -> None:
    fill(tmp_path, "b.jpg", "A.jpg", "z/2.jpg", "z/1.jpg", "m/9.png", "m/deep/3.heic", "notes.txt")
    assert names(tmp_path) == ["A.jpg", "b.jpg", "m/9.png", "m/deep/3.heic", "z/1.jpg", "z/2.jpg"]
    assert names(tmp_path, recursive=False) == ["A.jpg", "b.jpg"]


def test_every_listed_format_is_found_whatever_its_case(tmp_path: Path) -> None:
    fill(tmp_path, "1.JPG", "2.jpeg", "3.Png", "4.TIFF", "5.webp", "6.HEIC", "7.avif", "8.Cr3")
    kinds = [photo.kind for photo in found(tmp_path)]
    assert kinds == [
        FileKind.JPEG,
        FileKind.JPEG,
        FileKind.PNG,
        FileKind.TIFF,
        FileKind.WEBP,
        FileKind.HEIF,
        FileKind.AVIF,
        FileKind.RAW,
    ]


def test_size_and_time_are_those_of_the_file(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    path.write_bytes(b"12345")
    os.utime(path, ns=(1, 1_700_000_000_123_456_789))
    info = path.stat()
    [photo] = found(tmp_path)
    assert (photo.size_bytes, photo.mtime_ns) == (5, info.st_mtime_ns)


def test_raw_jpeg_heif_and_sidecars_of_one_stem_are_one_photo(tmp_path: Path) -> None:
    fill(tmp_path, "IMG_1.CR3", "img_1.jpg", "IMG_1.HIF", "IMG_1.xmp", "IMG_1.CR3.xmp", "IMG_1.WAV")
    assert companions(tmp_path) == {
        "IMG_1.CR3": ["IMG_1.CR3.xmp", "IMG_1.HIF", "IMG_1.WAV", "IMG_1.xmp", "img_1.jpg"]
    }


def test_a_sidecar_of_the_jpeg_stays_with_the_raw_that_took_it(tmp_path: Path) -> None:
    fill(tmp_path, "a.nef", "a.jpg", "a.jpg.xmp")
    assert companions(tmp_path) == {"a.nef": ["a.jpg", "a.jpg.xmp"]}


def test_pictures_that_are_not_of_one_shot_stay_apart(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "a.png", "a.xmp", "b.nef", "b.tif", "c.jpg", "c.xmp", "lonely.xmp")
    assert companions(tmp_path) == {
        "a.jpg": ["a.xmp"],
        "a.png": [],
        "b.nef": [],
        "b.tif": [],
        "c.jpg": ["c.xmp"],
    }


def test_hidden_files_and_folders_of_other_programs_are_passed_over(tmp_path: Path) -> None:
    fill(
        tmp_path,
        ".hidden.jpg",
        "._a.jpg",
        ".git/a.jpg",
        "@eaDir/a.jpg",
        "$RECYCLE.BIN/a.jpg",
        "__MACOSX/a.jpg",
        "Previews.lrdata/a.jpg",
        "a.jpg",
    )
    assert names(tmp_path) == ["a.jpg"]
    assert problems(tmp_path) == []


def test_an_empty_file_is_found_so_that_it_can_be_named_later(tmp_path: Path) -> None:
    (tmp_path / "a.jpg").touch()
    assert names(tmp_path) == ["a.jpg"]


def test_a_folder_named_like_a_photo_is_a_folder(tmp_path: Path) -> None:
    fill(tmp_path, "album.jpg/1.jpg")
    assert names(tmp_path) == ["album.jpg/1.jpg"]


def test_a_name_that_is_not_utf8_is_found_and_leads_to_the_file(tmp_path: Path) -> None:
    not_utf8(tmp_path).write_bytes(b"content")
    [photo] = found(tmp_path)
    assert photo.path.read_bytes() == b"content"


def test_pipes_and_sockets_are_named_and_never_opened(tmp_path: Path) -> None:
    make_pipe(tmp_path / "pipe.jpg")
    make_pipe(tmp_path / "pipe.txt")
    # The name of a socket may have about a hundred bytes only, so it is bound relatively.
    before = Path.cwd()
    os.chdir(tmp_path)
    try:
        with socket.socket(socket.AF_UNIX) as server:
            server.bind("socket.jpg")
    finally:
        os.chdir(before)
    fill(tmp_path, "a.jpg")
    assert names(tmp_path) == ["a.jpg"]
    assert [problem.path.name for problem in problems(tmp_path)] == ["pipe.jpg", "socket.jpg"]
    assert all("not a regular file" in problem.reason for problem in problems(tmp_path))


def test_a_link_to_nowhere_is_named(tmp_path: Path) -> None:
    (tmp_path / "gone.jpg").symlink_to(tmp_path / "no such file")
    (tmp_path / "self.jpg").symlink_to(tmp_path / "self.jpg")
    gone, itself = problems(tmp_path)
    assert gone.reason == "the link leads nowhere"
    assert itself.path.name == "self.jpg"


def test_a_loop_of_links_ends_and_shows_each_photo_once(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "sub/b.jpg")
    make_loop(tmp_path)
    make_loop(tmp_path / "sub")
    assert names(tmp_path) == ["a.jpg", "sub/b.jpg"]


def test_a_linked_folder_is_shown_at_its_real_place_if_that_is_inside(tmp_path: Path) -> None:
    fill(tmp_path, "shoot/real/a.jpg")
    (tmp_path / "shoot" / "alias").symlink_to(tmp_path / "shoot" / "real")
    assert names(tmp_path / "shoot") == ["real/a.jpg"]


def test_a_link_to_another_drive_is_followed_to_where_the_photos_are(tmp_path: Path) -> None:
    fill(tmp_path, "elsewhere/a.jpg", "elsewhere/sub/b.jpg")
    (tmp_path / "shoot").mkdir()
    link, target = tmp_path / "shoot" / "link", tmp_path / "elsewhere"
    link.symlink_to(target)

    first, *photos = scan(tmp_path / "shoot", recursive=True)

    assert first == LinkedFolder(link, target)
    assert [photo.path for photo in photos if isinstance(photo, FoundPhoto)] == [
        target / "a.jpg",
        target / "sub" / "b.jpg",
    ]
    assert list(scan(tmp_path / "shoot", recursive=False)) == []


def test_a_link_to_a_photo_is_a_photo_unless_that_comes_by_itself(tmp_path: Path) -> None:
    fill(tmp_path, "shoot/a.jpg", "shoot/.hidden/h.jpg", "elsewhere/e.jpg", "shoot/best/keep.jpg")
    best = tmp_path / "shoot" / "best"
    (best / "a.jpg").symlink_to(tmp_path / "shoot" / "a.jpg")
    (best / "e.jpg").symlink_to(tmp_path / "elsewhere" / "e.jpg")
    (best / "e2.jpg").symlink_to(tmp_path / "elsewhere" / "e.jpg")
    (best / "h.jpg").symlink_to(tmp_path / "shoot" / ".hidden" / "h.jpg")

    assert names(tmp_path / "shoot") == ["a.jpg", "best/e.jpg", "best/h.jpg", "best/keep.jpg"]
    assert names(best) == ["a.jpg", "e.jpg", "h.jpg", "keep.jpg"]


def test_a_missing_folder_is_an_error_and_a_file_is_none(tmp_path: Path) -> None:
    with pytest.raises(FolderReadError, match="does not exist"):
        list(scan(tmp_path / "nothing", recursive=True))
    fill(tmp_path, "a.jpg")
    with pytest.raises(FolderReadError, match="not a folder"):
        list(scan(tmp_path / "a.jpg", recursive=True))


def test_a_subfolder_that_vanishes_costs_only_itself(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "m/b.jpg", "z/c.jpg")
    items = scan(tmp_path, recursive=True)
    first = next(items)
    shutil.rmtree(tmp_path / "m")
    rest = list(items)
    assert isinstance(first, FoundPhoto)
    assert [item.path.name for item in rest] == ["m", "c.jpg"]
    assert isinstance(rest[0], ScanProblem)


def test_a_photo_deleted_during_the_scan_is_named(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "b.jpg")
    items = scan(tmp_path, recursive=True)
    next(items)
    (tmp_path / "b.jpg").unlink()
    assert list(items) == [ScanProblem(tmp_path / "b.jpg", "it is not there any more")]


@pytest.mark.skipif(getattr(os, "geteuid", lambda: 0)() == 0, reason="root may list any folder")
def test_a_locked_subfolder_is_named_and_the_rest_is_found(tmp_path: Path) -> None:
    fill(tmp_path, "locked/a.jpg", "open/b.jpg")
    (tmp_path / "locked").chmod(0)
    try:
        assert names(tmp_path) == ["open/b.jpg"]
        assert problems(tmp_path) == [
            ScanProblem(tmp_path / "locked", "access is denied", is_folder=True)
        ]
    finally:
        (tmp_path / "locked").chmod(0o700)


def test_a_scan_can_be_cancelled(tmp_path: Path) -> None:
    fill(tmp_path, "a.jpg", "b.jpg")
    task = Task()
    items = scan(tmp_path, recursive=True, task=task)
    next(items)
    task.cancel()
    with pytest.raises(Cancelled):
        list(items)
