"""What the photographer chose, in a TOML file that is also pleasant to edit by hand."""

import contextlib
import errno
import os
import stat
import tempfile
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from types import MappingProxyType
from typing import Any
from urllib.parse import quote, unquote_to_bytes

import tomlkit
from tomlkit.exceptions import TOMLKitError

from core.errors import SettingsError, printable

THEMES = ("dark", "light", "high_contrast", "system")
SORTS = (
    *("capture_time", "name", "score", "stars"),
    *("subject_sharpness", "sharpness", "motion", "noise"),
    *("underexposure", "overexposure", "compression"),
)
RECENT_FOLDERS = 10
_ADDRESS = "file://"  # how a path is written that is not valid text


@dataclass(frozen=True, slots=True)
class Settings:
    """Every setting with its default. The names are those in the file."""

    recursive: bool = True  # show sub-folders too
    thumbnail_px: int = 180  # 64 to 640
    auto_advance: bool = False
    sort: str = "capture_time"  # one of SORTS
    descending: bool = False
    theme: str = "dark"  # one of THEMES
    reopen: bool = True  # begin with the folder, filter and photo of the last session
    preview_cache_mb: int = 2000  # 100 to 1,000,000
    decode_workers: int = 0  # 0 to 64; 0 is automatic
    last_folder: str = ""  # as os.fspath gives it; empty is none
    recent_folders: tuple[str, ...] = ()  # last first, RECENT_FOLDERS at most
    keys: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))  # by action id


def load_settings(file: Path) -> tuple[Settings, list[str]]:
    """Read the settings; what cannot be used keeps its default and the file its bytes.

    Returns:
        The settings, and one sentence for each value that was not understood.
    """
    try:
        written = tomllib.loads(_content(file).decode())
    except FileNotFoundError:
        return Settings(), []
    except (OSError, UnicodeDecodeError, tomllib.TOMLDecodeError) as error:
        name = printable(file.name)
        reason = (isinstance(error, OSError) and error.strerror) or error
        return Settings(), [
            f"{name} could not be read, so the default settings are used: {reason}."
        ]
    chosen: dict[str, Any] = {}
    problems: list[str] = []
    for name in _READERS.keys() & written.keys():
        try:
            chosen[name] = _READERS[name](written[name])
        except ValueError as error:
            problems.append(f"The setting {name} {error}; its default is used.")
    return Settings(**chosen), sorted(problems)


def save_settings(file: Path, settings: Settings) -> None:
    """Write what differs from the file, all or nothing; comments and unknown names stay.

    A file that is not TOML is set aside beside it, with ".damaged" added to its name.

    Raises:
        SettingsError: the disk is full, the folder cannot be written, or what is there is not
            a file; it is as before.
    """
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        document = _document(file)
        before, _ = load_settings(file)
        for entry in fields(Settings):
            value = getattr(settings, entry.name)
            if value != getattr(before, entry.name):
                _set(document, entry.name, value)
        _write(file.resolve(), tomlkit.dumps(document))  # a link to it stays a link
    except OSError as error:
        raise SettingsError(
            f"The settings could not be saved: {error.strerror}.",
            hint="Free some space on the disk, or check who may write to the folder.",
        ) from error


def _document(file: Path) -> tomlkit.TOMLDocument:
    try:
        return tomlkit.parse(_content(file))
    except FileNotFoundError:
        return tomlkit.document()
    except (TOMLKitError, UnicodeDecodeError):
        file.replace(_unused(file.with_name(file.name + ".damaged")))
        return tomlkit.document()


def _content(file: Path) -> bytes:
    """Read a file; a pipe would be waited for, and a device may have no end."""
    with open(file, "rb", opener=_open_calmly) as stream:
        if not stat.S_ISREG(os.fstat(stream.fileno()).st_mode):
            raise OSError(errno.EINVAL, "it is not a file")
        return stream.read()


def _open_calmly(name: str, flags: int) -> int:
    return os.open(name, flags | getattr(os, "O_NONBLOCK", 0))


def _unused(path: Path) -> Path:
    candidate, number = path, 2
    while candidate.exists():
        candidate = path.with_name(f"{path.name}-{number}")
        number += 1
    return candidate


def _set(document: tomlkit.TOMLDocument, name: str, value: Any) -> None:
    match value:
        case str():
            document[name] = _to_text(value)
        case tuple():
            document[name] = [_to_text(path) for path in value]
        case Mapping():
            document[name] = dict(value)
        case _:
            document[name] = value


def _write(file: Path, text: str) -> None:
    descriptor, name = tempfile.mkstemp(prefix=file.name, suffix=".partial", dir=file.parent)
    partial = Path(name)
    try:
        with os.fdopen(descriptor, "wb") as stream:
            stream.write(text.encode())
            stream.flush()
            os.fsync(stream.fileno())
        partial.replace(file)
    except BaseException:
        with contextlib.suppress(OSError):
            partial.unlink()
        raise


def _to_text(path: str) -> str:
    """The path, or its address if it is not valid text: TOML is UTF-8."""
    raw = os.fsencode(path)
    try:
        return raw.decode()
    except UnicodeDecodeError:
        return _ADDRESS + quote(raw)


def _path(value: object) -> str:
    if not isinstance(value, str):
        raise ValueError("is not the path of a folder")  # noqa: TRY004  as all readers do
    if value.startswith(_ADDRESS):
        return os.fsdecode(unquote_to_bytes(value.removeprefix(_ADDRESS)))
    return value


def _paths(value: object) -> tuple[str, ...]:
    if not isinstance(value, list):
        raise ValueError("is not a list of folders")  # noqa: TRY004
    return tuple(_path(item) for item in value)[:RECENT_FOLDERS]


def _flag(value: object) -> bool:
    if not isinstance(value, bool):
        raise ValueError(f"is {value!r} but can only be true or false")  # noqa: TRY004
    return value


def _number(least: int, most: int) -> Callable[[object], int]:
    def read(value: object) -> int:
        if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
            raise ValueError(f"is {value!r} but must be a number from {least:,} to {most:,}")
        return value

    return read


def _one_of(*choices: str) -> Callable[[object], str]:
    def read(value: object) -> str:
        if value not in choices:
            named = f"{', '.join(choices[:-1])} or {choices[-1]}"
            raise ValueError(f"is {value!r} but can only be {named}")
        return str(value)

    return read


def _keys(value: object) -> Mapping[str, str]:
    if not isinstance(value, dict) or not all(isinstance(key, str) for key in value.values()):
        raise ValueError('is not a table such as keys.undo = "Ctrl+Z"')
    return MappingProxyType(dict(value))


_READERS: Mapping[str, Callable[[object], object]] = {
    "recursive": _flag,
    "thumbnail_px": _number(64, 640),
    "auto_advance": _flag,
    "sort": _one_of(*SORTS),
    "descending": _flag,
    "theme": _one_of(*THEMES),
    "reopen": _flag,
    "preview_cache_mb": _number(100, 1_000_000),
    "decode_workers": _number(0, 64),
    "last_folder": _path,
    "recent_folders": _paths,
    "keys": _keys,
}
