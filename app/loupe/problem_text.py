"""Why there are words in the place of a picture."""

from PySide6.QtCore import QCoreApplication

from core.errors import printable
from core.photo import FileState, Photo


def problem_text(photo: Photo, problem: str, *, has_picture: bool) -> str:
    """What to say instead of a picture; empty if there is one or will be.

    Args:
        photo: as the catalogue knows it.
        problem: why it could not be decoded just now, or nothing.
        has_picture: whether any rendition of it is at hand.
    """
    name = printable(photo.path.name)
    if photo.state is FileState.OFFLINE and not has_picture:
        return _tr(
            "{name} in {folder} is out of reach: {reason}.\n"
            "If its drive is disconnected, connect it. Your rating of it is kept."
        ).format(
            name=name,
            folder=printable(photo.path.parent),
            reason=photo.problem.rstrip(".") or _tr("not found"),
        )
    if photo.state is FileState.UNREADABLE:
        problem = photo.problem or _tr("the file is damaged")
    if problem:
        return _tr("{name} could not be read: {reason}.").format(
            name=name, reason=problem.rstrip(".")
        )
    return ""


def _tr(text: str) -> str:
    return QCoreApplication.translate("PhotoPane", text)
