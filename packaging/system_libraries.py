"""The system libraries a Qt window needs on Linux: which are missing, and how to get them.

The table was read from the NEEDED entries of Qt's own libraries and platform plugins in
PySide6-Essentials 6.11. Windows and macOS bring everything themselves.
"""

from __future__ import annotations

import ctypes
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

# Shared library -> Debian and Ubuntu package. Without these no window can be made at all.
ESSENTIAL = {
    "libEGL.so.1": "libegl1",
    "libGL.so.1": "libgl1",
    "libX11.so.6": "libx11-6",
    "libdbus-1.so.3": "libdbus-1-3",
    "libfontconfig.so.1": "libfontconfig1",
    "libfreetype.so.6": "libfreetype6",
    "libglib-2.0.so.0": "libglib2.0-0",
    "libxkbcommon.so.0": "libxkbcommon0",
}
# Needed to show the window on an X11 desktop, or on Wayland through XWayland.
X11 = {
    "libX11-xcb.so.1": "libx11-xcb1",
    "libxcb-cursor.so.0": "libxcb-cursor0",
    "libxcb-glx.so.0": "libxcb-glx0",
    "libxcb-icccm.so.4": "libxcb-icccm4",
    "libxcb-image.so.0": "libxcb-image0",
    "libxcb-keysyms.so.1": "libxcb-keysyms1",
    "libxcb-randr.so.0": "libxcb-randr0",
    "libxcb-render-util.so.0": "libxcb-render-util0",
    "libxcb-render.so.0": "libxcb-render0",
    "libxcb-shape.so.0": "libxcb-shape0",
    "libxcb-shm.so.0": "libxcb-shm0",
    "libxcb-sync.so.1": "libxcb-sync1",
    "libxcb-util.so.1": "libxcb-util1",
    "libxcb-xfixes.so.0": "libxcb-xfixes0",
    "libxcb-xkb.so.1": "libxcb-xkb1",
    "libxkbcommon-x11.so.0": "libxkbcommon-x11-0",
}
FONT_PACKAGE = "fonts-dejavu-core"
FONT_FOLDERS = (
    Path("/usr/share/fonts"),
    Path("/usr/local/share/fonts"),
    Path("~/.fonts"),
    Path("~/.local/share/fonts"),
)

Run = Callable[[Sequence[str]], int]


@dataclass(frozen=True)
class Missing:
    """What this machine lacks before a window can be shown."""

    libraries: tuple[str, ...] = ()
    fonts: bool = False

    def __bool__(self) -> bool:
        return bool(self.libraries) or self.fonts

    @property
    def blocks_every_window(self) -> bool:
        return any(library in ESSENTIAL for library in self.libraries)

    @property
    def packages(self) -> list[str]:
        """The Debian packages that bring all of it, by name."""
        table = {**ESSENTIAL, **X11}
        fonts = [FONT_PACKAGE] if self.fonts else []
        return sorted({table[library] for library in self.libraries}) + fonts

    @property
    def sentence(self) -> str:
        parts = list(self.libraries) + (["a font"] if self.fonts else [])
        return "The window needs parts of the system that are missing: " + ", ".join(parts) + "."


def find_missing(
    platform: str = sys.platform,
    loads: Callable[[str], bool] | None = None,
    font_folders: Iterable[Path] = FONT_FOLDERS,
) -> Missing:
    """What a window lacks here; nothing on Windows and macOS."""
    if not platform.startswith("linux"):
        return Missing()
    can_load = loads or _loads
    libraries = [name for name in (*ESSENTIAL, *X11) if not can_load(name)]
    return Missing(tuple(libraries), fonts=not _has_font(font_folders))


def install_command(packages: Sequence[str]) -> list[str]:
    """The one command that brings the packages, for a shell of the administrator."""
    return ["apt-get", "install", "-y", "--no-install-recommends", *packages]


def install(
    packages: Sequence[str],
    *,
    run: Run | None = None,
    find: Callable[[str], str | None] = shutil.which,
    is_root: bool | None = None,
) -> bool:
    """Install Debian packages when that needs no password; False if it was not possible."""
    execute = run or _run_quietly
    if find("apt-get") is None:
        return False
    prefix = _administrator_prefix(execute, find, _is_root() if is_root is None else is_root)
    if prefix is None:
        return False
    command = [*prefix, *install_command(packages)]
    if execute(command) == 0:
        return True
    # A new machine has no package lists yet, an old one has stale ones.
    return execute([*prefix, "apt-get", "update"]) == 0 and execute(command) == 0


def advice(
    packages: Sequence[str],
    *,
    find: Callable[[str], str | None] = shutil.which,
    is_root: bool | None = None,
) -> str:
    """What to type when the packages could not be installed for the user."""
    if find("apt-get") is None:
        return "Install them with your system's package manager and run the same command again."
    sudo = [] if (_is_root() if is_root is None else is_root) else ["sudo"]
    return "Run this, then the same command again:\n  " + " ".join(
        [*sudo, *install_command(packages)]
    )


def _administrator_prefix(
    run: Run, find: Callable[[str], str | None], is_root: bool
) -> list[str] | None:
    """What to put before a command so that it runs as root; None if it cannot."""
    if is_root:
        return []
    if find("sudo") is not None and run(["sudo", "-n", "true"]) == 0:
        return ["sudo", "-n"]
    return None


def _is_root() -> bool:
    return hasattr(os, "geteuid") and os.geteuid() == 0


def _loads(library: str) -> bool:
    try:
        ctypes.CDLL(library)
    except OSError:
        return False
    return True


def _has_font(folders: Iterable[Path]) -> bool:
    for folder in folders:
        for _, _, names in os.walk(folder.expanduser()):
            if any(name.lower().endswith((".ttf", ".otf", ".ttc")) for name in names):
                return True
    return False


def _run_quietly(command: Sequence[str]) -> int:
    environment = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    done = subprocess.run(
        command,
        env=environment,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
        check=False,
    )
    return done.returncode
