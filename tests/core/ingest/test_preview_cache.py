"""The cache of previews: gives back what it got, stays below its limit, touches nothing else."""

import logging
import os
import threading
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.ingest.preview_cache import PreviewCache
from tests.make_hostile import not_utf8

MEGABYTE = 10**6


def jpeg(size_bytes: int = 1000, fill: bytes = b"x") -> bytes:
    return b"\xff\xd8" + fill * (size_bytes - 4) + b"\xff\xd9"


def key(number: int) -> str:
    return PreviewCache.key(Path(f"/photos/{number}.jpg"), 1, 1)


def files_of(folder: Path) -> list[Path]:
    return [path for path in folder.rglob("*") if path.is_file()]


def test_a_preview_comes_back_also_after_a_restart(tmp_path: Path) -> None:
    PreviewCache(tmp_path, MEGABYTE).put(key(1), jpeg())
    cache = PreviewCache(tmp_path, MEGABYTE)
    assert cache.get(key(1)) == jpeg()
    assert cache.get(key(2)) is None
    assert cache.size_bytes() == 1000


def test_a_changed_file_has_another_preview(tmp_path: Path) -> None:
    path = Path("/photos/a.jpg")
    keys = {
        PreviewCache.key(path, 1, 1),
        PreviewCache.key(path, 2, 1),
        PreviewCache.key(path, 1, 2),
        PreviewCache.key(Path("/photos/b.jpg"), 1, 1),
        PreviewCache.key(not_utf8(Path("/photos")), 1, 1),
    }
    assert len(keys) == 5


@given(st.binary(), st.binary())
def test_no_two_paths_share_a_key(first: bytes, second: bytes) -> None:
    keys = {PreviewCache.key(Path(os.fsdecode(name)), 1, 1) for name in (first, second)}
    assert len(keys) == len({Path(os.fsdecode(name)) for name in (first, second)})


def test_the_least_recently_used_go_first(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 10_000)
    for number in range(10):
        cache.put(key(number), jpeg())
        age(tmp_path, hours=1)
    assert cache.get(key(0)) == jpeg()  # used just now, so it is young again
    cache.put(key(10), jpeg())
    cache.trim()
    assert cache.size_bytes() <= 9_000
    assert cache.get(key(0)) == jpeg()
    assert cache.get(key(10)) == jpeg()
    assert cache.get(key(1)) is None


def age(folder: Path, hours: int) -> None:
    for path in files_of(folder):
        info = path.stat()
        os.utime(path, (info.st_atime - hours * 3600, info.st_mtime - hours * 3600))


def test_below_the_limit_nothing_is_removed(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 10_000)
    for number in range(10):
        cache.put(key(number), jpeg())
    assert cache.trim() == 0
    assert all(cache.get(key(number)) for number in range(10))


def test_it_keeps_to_its_limit_without_being_told(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 20_000)
    for number in range(100):
        cache.put(key(number), jpeg())
        assert cache.size_bytes() <= 22_000


def test_only_its_own_files_are_ever_removed(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 1000)
    for number in range(5):
        cache.put(key(number), jpeg())
    own = files_of(tmp_path)[0].parent
    foreign = [tmp_path / "photo.jpg", own / "photo.jpg", tmp_path / "shoot" / "a.preview"]
    for path in foreign:
        path.parent.mkdir(exist_ok=True)
        path.write_bytes(jpeg(5000))
    cache.trim()
    cache.clear()
    assert sorted(files_of(tmp_path)) == sorted(foreign)
    assert cache.size_bytes() == 0


def test_a_link_in_the_cache_leads_nowhere(tmp_path: Path) -> None:
    elsewhere = tmp_path / "elsewhere"
    elsewhere.mkdir()
    (elsewhere / "a.preview").write_bytes(jpeg())
    (tmp_path / "cache").mkdir()
    (tmp_path / "cache" / "ab").symlink_to(elsewhere)
    PreviewCache(tmp_path / "cache", 10).clear()
    assert (elsewhere / "a.preview").exists()


def test_half_written_and_damaged_previews_are_not_shown(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, MEGABYTE)
    cache.put(key(1), jpeg())
    [path] = files_of(tmp_path)
    for content in (b"", bytes(1000), jpeg()[:500]):
        path.write_bytes(content)
        assert cache.get(key(1)) is None
    path.with_name("killed.preview-part").write_bytes(b"half")
    cache.clear()
    assert files_of(tmp_path) == []


def test_a_disk_that_takes_nothing_is_said_once(
    tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    """A file where the folder should be fails for root too, unlike a read-only folder."""
    (tmp_path / "cache").write_bytes(b"")
    cache = PreviewCache(tmp_path / "cache", MEGABYTE)
    with caplog.at_level(logging.WARNING):
        for number in range(3):
            cache.put(key(number), jpeg())
    assert len(caplog.records) == 1
    assert cache.get(key(0)) is None
    assert cache.trim() == 0
    assert cache.size_bytes() == 0


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="needs a disk that is always full")
def test_a_full_disk_leaves_nothing_half_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    real_open = os.fdopen
    monkeypatch.setattr(os, "fdopen", lambda fd, mode: real_open(onto_full_disk(fd), mode))
    cache = PreviewCache(tmp_path, MEGABYTE)
    cache.put(key(1), jpeg())
    assert "cannot be kept" in caplog.text
    assert files_of(tmp_path) == []


def onto_full_disk(descriptor: int) -> int:
    with Path("/dev/full").open("wb") as full:
        os.dup2(full.fileno(), descriptor)
    return descriptor


def test_many_threads_may_write_trim_and_read_at_once(tmp_path: Path) -> None:
    cache = PreviewCache(tmp_path, 20_000)
    wrong: list[bytes] = []

    def work(start: int) -> None:
        for number in range(start, start + 60):
            cache.put(key(number), jpeg(fill=b"%d" % (number % 10)))
            found = cache.get(key(number))
            if found is not None and found != jpeg(fill=b"%d" % (number % 10)):
                wrong.append(found)

    threads = [threading.Thread(target=work, args=(start,)) for start in (0, 20, 40, 60)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert wrong == []
    assert cache.trim() >= 0
    assert cache.size_bytes() <= 20_000


def test_a_nearly_full_disk_is_left_to_what_cannot_be_made_again(small_disk: Path) -> None:
    cache = PreviewCache(small_disk, MEGABYTE)
    cache.put(key(1), jpeg())
    assert cache.get(key(1)) is None
    assert files_of(small_disk) == []
