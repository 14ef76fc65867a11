"""Writes a file of Shortlist's own kind where the user wants it, whole or not at all."""

from pathlib import Path

from core.exchange.faults import CopyError, blamed_on
from core.exchange.part_file import part_file
from core.exchange.publish import publish, sync_file, sync_folder


def write_own_file(content: bytes, target: Path, kind: bytes) -> None:
    """Write `content` to `target`; of what is there only a file of the same kind is replaced.

    Args:
        content: begins with `kind`.
        target: its folder exists.
        kind: the bytes that every file of this kind begins with.

    Raises:
        CopyError: another file has the name, or the folder cannot be written to.
    """
    with blamed_on("the file"), part_file(target.parent) as part:
        with part.open("xb") as output:
            output.write(content)
            output.flush()
            sync_file(output.fileno())
        try:
            publish(part, target)
        except FileExistsError:
            if not _is_of_kind(target, kind):
                raise CopyError("another file has that name; it was not touched") from None
            part.replace(target)
        sync_folder(target.parent)


def _is_of_kind(file: Path, kind: bytes) -> bool:
    if not file.is_file():
        return False
    with file.open("rb") as opened:
        return opened.read(len(kind)) == kind
