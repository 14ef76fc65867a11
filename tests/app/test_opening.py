"""What the user points at: folders, files in them, nothing at all."""

from pathlib import Path

import pytest
from PySide6.QtCore import QMimeData, QUrl

from app.opening import Opening, dropped_paths, opening_of
from core.errors import FolderReadError
from core.ingest.real_place import real_folder


def unknown(_folder: Path) -> bool:
    return False


def known(_folder: Path) -> bool:
    return True


def test_a_file_opens_its_folder_and_is_meant_itself(tmp_path: Path) -> None:
    file = tmp_path / "IMG_0001.JPG"
    file.touch()
    assert opening_of([file], unknown, real_folder) == Opening(tmp_path, file)


def test_of_several_folders_the_first_opens_and_the_others_are_remembered(tmp_path: Path) -> None:
    first, second = tmp_path / "first", tmp_path / "second"
    first.mkdir()
    second.mkdir()
    assert opening_of([first, second, tmp_path / "gone"], unknown, real_folder) == Opening(
        first, None, (second,)
    )


def test_a_folder_that_is_gone_is_named(tmp_path: Path) -> None:
    with pytest.raises(FolderReadError, match="no such folder"):
        opening_of([tmp_path / "unplugged"], unknown, real_folder)


def test_a_folder_is_opened_where_it_really_is(tmp_path: Path) -> None:
    place, link = tmp_path / "shoot", tmp_path / "link"
    place.mkdir()
    (place / "a.jpg").touch()
    link.symlink_to(place)

    assert opening_of([link], unknown, real_folder) == Opening(place, named=link)
    assert opening_of([link / "a.jpg"], unknown, real_folder) == Opening(
        place, place / "a.jpg", named=link
    )
    (place / "a.jpg").unlink()
    place.rmdir()  # as when its drive is away
    assert opening_of([link], known, real_folder) == Opening(place, named=link)


def test_only_what_lies_on_a_disk_can_be_dropped(tmp_path: Path) -> None:
    mime = QMimeData()
    mime.setUrls([QUrl("https://example.org/a.jpg"), QUrl.fromLocalFile(str(tmp_path))])
    assert dropped_paths(mime) == [tmp_path]
    assert dropped_paths(QMimeData()) == []
