"""What the window says of itself: after a scan, after scoring, and when it is empty."""

from dataclasses import dataclass
from enum import Enum, auto

from core.photo import Tally
from core.services.import_folder import ImportReport
from core.services.score import ScoreReport


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


def import_problems_text(report: ImportReport) -> str:
    """Files and folders that the scan had to leave out, or nothing."""
    count = len(report.problems)
    if not count:
        return ""
    return "1 file or folder was left out." if count == 1 else f"{count:,} files were left out."


def import_text(report: ImportReport) -> str:
    """What has changed in a folder since the last look, or nothing."""
    parts = [
        f"{number:,} {word}"
        for number, word in ((report.added, "new"), (report.changed, "changed"))
        if number
    ]
    if report.offline:
        parts.append(f"{report.offline:,} not found; what you said about them is kept")
    return f"Photos: {', '.join(parts)}." if parts else ""


def score_problems_text(report: ScoreReport) -> str:
    """Photos that could not be scored, or nothing."""
    count = len(report.failed)
    if not count:
        return ""
    return "1 photo could not be read." if count == 1 else f"{count:,} photos could not be read."


def scored_text(report: ScoreReport) -> str:
    """How many photos were scored and how fast, or nothing."""
    if not report.scored:
        return ""
    rate = report.scored / max(report.seconds, 0.001)
    return f"{_photos(report.scored)} scored, {rate:,.0f} photos/s."


def _photos(count: int) -> str:
    return "1 photo" if count == 1 else f"{count:,} photos"
