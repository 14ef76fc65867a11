"""Fills the small file system that the fixture `small_disk` mounts, and makes it larger."""

import subprocess
from pathlib import Path


def occupy(disk: Path, leaving_bytes: int = 0) -> Path:
    """Take the space that is left, but for so much."""
    ballast = disk / "ballast"
    with ballast.open("wb", buffering=0) as file:
        try:
            while file.write(bytes(1024)):
                pass
        except OSError:
            file.truncate(file.tell() - leaving_bytes)
            return ballast
    raise AssertionError("the disk has no end")


def enlarge(disk: Path) -> None:
    """What freeing space is to a photographer."""
    subprocess.run(["mount", "-o", "remount,size=8m", str(disk)], check=True)
