"""Where links lead, so that a photo has one place however it is reached."""

import os
import sys
from pathlib import Path

_NETWORK = "\\\\"  # how Windows begins the address of a shared folder


def real_folder(folder: Path) -> Path:
    """The place of a folder without any link on the way to it; it need not exist."""
    real = os.path.realpath(folder)
    if sys.platform == "win32" and real.startswith(_NETWORK):
        # The letter of a network drive is no link: it is all that is left while that is away.
        written = folder.absolute()
        return Path(real) if str(written).startswith(_NETWORK) else written
    return Path(real)
