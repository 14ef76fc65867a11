"""Settings survive, are checked one by one, and never cost the photographer a file."""

import os
import stat
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import SettingsError
from core.photo import SortKey
from core.settings import SORTS, Settings, load_settings, save_settings


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "config" / "settings.toml"


def write(file: Path, text: str) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(text, encoding="utf-8")


def test_without_a_file_the_defaults_hold(file: Path) -> None:
    assert load_settings(file) == (Settings(), [])
    assert not file.exists()


def test_everything_that_is_saved_is_loaded_again(file: Path) -> None:
    odd = os.fsdecode(b"/photos/caf\xe9 \xff")
    chosen = Settings(
        recursive=False,
        thumbnail_px=320,
        auto_advance=True,
        sort="score",
        descending=True,
        theme="light",
        preview_cache_mb=500,
        decode_workers=3,
        last_folder=odd,
        recent_folders=("/photos/Zoë 日本", odd, "C:\\photos"),
        keys={"undo": "Ctrl+Backspace", "rate.5": "F5"},
    )
    save_settings(file, chosen)
    assert load_settings(file) == (chosen, [])


def test_comments_and_unknown_names_stay(file: Path) -> None:
    write(
        file,
        '# my settings\ntheme = "light"  # for the studio\nfrom_the_future = [1, 2]\n\n'
        '[keys]\n# left hand\nundo = "F2"\n',
    )
    settings, problems = load_settings(file)
    assert problems == []
    save_settings(file, replace(settings, thumbnail_px=256, auto_advance=True))
    text = file.read_text(encoding="utf-8")
    for kept in ("# my settings", "# for the studio", "from_the_future = [1, 2]", "# left hand"):
        assert kept in text
    assert load_settings(file) == (replace(settings, thumbnail_px=256, auto_advance=True), [])


def test_a_value_can_go_back_to_its_default(file: Path) -> None:
    save_settings(file, Settings(theme="light", last_folder="/photos", keys={"undo": "F2"}))
    save_settings(file, Settings())
    assert load_settings(file) == (Settings(), [])


@pytest.mark.parametrize(
    ("line", "name", "says"),
    [
        ("recursive = 1", "recursive", "true or false"),
        ("thumbnail_px = 5", "thumbnail_px", "64 to 640"),
        ("thumbnail_px = true", "thumbnail_px", "64 to 640"),
        ('thumbnail_px = "big"', "thumbnail_px", "64 to 640"),
        ("theme = 'pink'", "theme", "dark, light, high_contrast or system"),
        ("theme = ['dark']", "theme", "dark, light, high_contrast or system"),
        ("preview_cache_mb = -1", "preview_cache_mb", "100 to 1,000,000"),
        ("decode_workers = 1.5", "decode_workers", "0 to 64"),
        ("recent_folders = '/photos'", "recent_folders", "list of folders"),
        ("recent_folders = [1]", "recent_folders", "path of a folder"),
        ("last_folder = 3", "last_folder", "path of a folder"),
        ("keys = 'Ctrl+Z'", "keys", "table"),
        ("[keys]\nundo = 5", "keys", "table"),
    ],
)
def test_a_bad_value_is_named_and_costs_only_itself(
    file: Path, line: str, name: str, says: str
) -> None:
    write(file, f"auto_advance = true\n{line}\n")
    settings, problems = load_settings(file)
    assert settings == Settings(auto_advance=True)
    (problem,) = problems
    assert name in problem
    assert says in problem
    assert file.read_text(encoding="utf-8") == f"auto_advance = true\n{line}\n"


def test_saving_leaves_a_bad_value_until_the_setting_is_changed(file: Path) -> None:
    write(file, "theme = 'pink'\n")
    settings, _ = load_settings(file)
    save_settings(file, replace(settings, thumbnail_px=256))
    assert "pink" in file.read_text(encoding="utf-8")
    save_settings(file, replace(settings, theme="light", thumbnail_px=256))
    assert load_settings(file) == (Settings(theme="light", thumbnail_px=256), [])


@pytest.mark.parametrize("garbage", [b"theme = 'dark", b"\xff\xfe\x00", b"\0\0\0\0"])
def test_a_damaged_file_is_told_and_set_aside_not_lost(file: Path, garbage: bytes) -> None:
    file.parent.mkdir()
    file.write_bytes(garbage)
    settings, problems = load_settings(file)
    assert settings == Settings()
    assert "settings.toml could not be read" in problems[0]
    assert file.read_bytes() == garbage

    save_settings(file, replace(settings, theme="light"))
    assert file.with_name("settings.toml.damaged").read_bytes() == garbage
    assert load_settings(file)[0].theme == "light"


@pytest.mark.skipif(not hasattr(os, "mkfifo"), reason="such files are of POSIX systems")
@pytest.mark.parametrize("device", ["", "/dev/zero", "/dev/null"])
def test_what_is_no_file_is_neither_waited_for_nor_replaced(file: Path, device: str) -> None:
    file.parent.mkdir()
    if device:
        file.symlink_to(device)
    else:
        os.mkfifo(file)

    found, problems = load_settings(file)

    assert found == Settings()
    assert problems == [
        "settings.toml could not be read, so the default settings are used: it is not a file."
    ]
    with pytest.raises(SettingsError, match="it is not a file"):
        save_settings(file, Settings(theme="light"))
    assert not file.is_file()


def test_two_damaged_files_are_both_kept(file: Path) -> None:
    file.parent.mkdir()
    for garbage in (b"one =", b"two ="):
        file.write_bytes(garbage)
        save_settings(file, Settings(theme="light"))
    kept = {path.read_bytes() for path in file.parent.glob("*.damaged*")}
    assert kept == {b"one =", b"two ="}


def test_a_file_that_cannot_be_written_is_told_and_stays(file: Path) -> None:
    save_settings(file, Settings(theme="light"))
    before = file.read_bytes()
    blocked = file.parent / "settings.toml" / "settings.toml"  # its folder is a file
    with pytest.raises(SettingsError, match="could not be saved"):
        save_settings(blocked, Settings(theme="system"))
    assert file.read_bytes() == before
    assert [path.name for path in file.parent.iterdir()] == ["settings.toml"]


@pytest.mark.skipif(os.name != "posix", reason="links need rights elsewhere")
def test_a_linked_settings_file_stays_a_link(file: Path, tmp_path: Path) -> None:
    real = tmp_path / "dotfiles" / "shortlist.toml"
    write(real, "theme = 'light'\n")
    file.parent.mkdir()
    file.symlink_to(real)
    save_settings(file, Settings(theme="system"))
    assert stat.S_ISLNK(file.lstat().st_mode)
    assert load_settings(real)[0].theme == "system"


def test_every_order_of_the_window_can_be_kept() -> None:
    assert set(SORTS) == set(SortKey)
