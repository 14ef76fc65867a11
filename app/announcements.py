"""What the window says of itself: after a scan, after scoring, and when it is empty."""

from dataclasses import dataclass
from enum import Enum, auto

from app.panels.pace import rate_text
from core.photo import Tally
from core.services.import_folder import ImportReport
from core.services.score import ScoreReport

IMPORT_STOPPED = "You stopped the search; what it had found is shown."
SCORING_STOPPED = "You stopped the scoring; the scores so far are kept."


class Help(Enum):
    """What an empty window offers."""

    OPEN = "Open folder…"
    CLEAR_FILTER = "Clear filter"
    INCLUDE_SUBFOLDERS = "Include sub-folders"


class Emptiness(Enum):
    """Why there is no photograph to see."""

    NO_FOLDER = auto()
    SEARCHING = auto()
    FILTERED = auto()
    NO_PHOTOS = auto()
    NO_PHOTOS_AT_THIS_LEVEL = auto()


@dataclass(frozen=True, slots=True)
class Explanation:
    """A title, a sentence, and what helps."""

    title: str
    text: str
    helps: tuple[Help, ...] = ()


def explanation(why: Emptiness, folder: str, tally: Tally) -> Explanation:
    """What to say and to offer instead of photographs."""
    match why:
        case Emptiness.NO_FOLDER:
            text = "Drop a folder of photographs here, or open one."
            return Explanation("Which photos shall we look through?", text, (Help.OPEN,))
        case Emptiness.SEARCHING:
            return Explanation("Looking for photos…", folder)
        case Emptiness.FILTERED:
            text = f"The folder has {_photos(tally.total)}, but the filter hides everything."
            return Explanation("No photo passes the filter", text, (Help.CLEAR_FILTER,))
        case Emptiness.NO_PHOTOS:
            text = f"{folder} holds no picture files, and nor do the folders in it."
            return Explanation("No photos here", text, (Help.OPEN,))
        case Emptiness.NO_PHOTOS_AT_THIS_LEVEL:
            text = f"{folder} itself holds no picture files; its sub-folders are not shown."
            return Explanation("No photos here", text, (Help.INCLUDE_SUBFOLDERS, Help.OPEN))


def import_text(report: ImportReport) -> str:
    """What has changed in a folder since the last look; nothing of a folder without photos."""
    parts = [
        f"{number:,} {word}"
        for number, word in ((report.added, "new"), (report.changed, "changed"))
        if number
    ]
    if report.offline:
        them = "it" if report.offline == 1 else "them"
        parts.append(f"{report.offline:,} not found; what you said about {them} is kept")
    if parts:
        return f"Photos: {', '.join(parts)}."
    return "Nothing has changed since the last look." if report.unchanged else ""


def scored_text(report: ScoreReport) -> str:
    """How many photos were scored and how fast, or nothing."""
    if not report.scored:
        return ""
    rate = report.scored / max(report.seconds, 0.001)
    return f"{_photos(report.scored)} scored, {rate_text(rate)}."


def problems_text(count: int) -> str:
    """So many files of the folder could not be read, or nothing."""
    if not count:
        return ""
    return f"{'1 file' if count == 1 else f'{count:,} files'} could not be read."


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
