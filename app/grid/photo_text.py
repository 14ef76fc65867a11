"""What a cell of the grid says in words: to a screen reader and in its tooltip."""

from app.grid.stacking import StackMark
from core.errors import printable
from core.photo import ColorLabel, FileKind, FileState, Photo, Pick

_PICKS = {Pick.PICKED: "picked", Pick.REJECTED: "rejected"}
_STATES = {
    FileState.OFFLINE: "offline",
    FileState.UNREADABLE: "cannot be read",
    FileState.DAMAGED: "damaged",
}


def name_of(photo: Photo) -> str:
    """The file name, always showable."""
    return printable(photo.path.name)


def score_text(photo: Photo) -> str:
    """The score as a whole number, "…" while it is awaited, nothing where there is no hope."""
    if photo.score is not None:
        return f"{photo.score.value:.0f}"
    return "…" if photo.state is FileState.ONLINE else ""


def badge_text(photo: Photo) -> str:
    """What one item stands for when it is more than a plain picture."""
    if photo.kind is not FileKind.RAW:
        return ""
    endings = {companion.suffix.lower() for companion in photo.companions}
    return "RAW+JPEG" if endings & {".jpg", ".jpeg"} else "RAW"


def trouble_text(photo: Photo) -> str:
    """Why the photo cannot be looked at now, or nothing."""
    match photo.state:
        case FileState.OFFLINE:
            why = photo.problem or "not found"
            return f"Offline: {why}. Its rating is kept."
        case FileState.UNREADABLE:
            return f"Cannot be read: {photo.problem or 'the file is damaged'}."
        case FileState.DAMAGED:
            return f"Damaged: {photo.problem}. It gets no score."
        case _:
            return ""


def stack_text(mark: StackMark) -> str:
    """How many photos a closed stack holds, or which of an open one this is."""
    return f"{mark.number}/{mark.photos}" if mark.is_open else f"{mark.photos}"


def accessible_text(photo: Photo, mark: StackMark | None = None) -> str:
    """The whole cell in one sentence."""
    parts = [name_of(photo), "1 star" if photo.stars == 1 else f"{photo.stars} stars"]
    if photo.score is not None:
        parts.append(f"score {photo.score.value:.0f}")
    if photo.pick in _PICKS:
        parts.append(_PICKS[photo.pick])
    if photo.label is not ColorLabel.NONE:
        parts.append(f"{photo.label.name.lower()} label")
    if photo.state in _STATES:
        parts.append(_STATES[photo.state])
    if mark is not None:
        parts.append(_spoken_stack(mark))
    return ", ".join(parts)


def _spoken_stack(mark: StackMark) -> str:
    if not mark.is_open:
        return f"closed stack of {mark.photos} photos, {mark.name}"
    place = f"{mark.number} of {mark.photos} in a stack, {mark.name}"
    return f"{place}, suggested" if mark.is_suggested else place


def tooltip_text(photo: Photo, mark: StackMark | None = None) -> str:
    """Name, time, score, stack and whatever is wrong, one fact a line."""
    lines = [name_of(photo)]
    if photo.metadata.taken_at is not None:
        lines.append(f"{photo.metadata.taken_at:%Y-%m-%d %H:%M:%S}")
    if photo.score is not None:
        lines.append(f"Score {photo.score.value:.0f} ± {photo.score.spread:.0f}")
    if photo.companions:
        lines.append("With " + ", ".join(printable(path.name) for path in photo.companions))
    if mark is not None:
        lines.append(_spoken_stack(mark).capitalize() + " (B opens and closes it)")
    if trouble := trouble_text(photo):
        lines.append(trouble)
    return "\n".join(lines)
