"""What a cell says in words of a photo that something is wrong with."""

from pathlib import Path

import pytest

from app.grid.photo_text import accessible_text, score_text, tooltip_text
from app.panels.photo_facts import state_text
from core.photo import FileKind, FileState, Photo, PhotoId


@pytest.mark.parametrize(
    ("state", "word", "score"),
    [
        (FileState.ONLINE, "", "…"),
        (FileState.OFFLINE, "offline", ""),
        (FileState.UNREADABLE, "cannot be read", ""),
        (FileState.DAMAGED, "damaged", ""),
    ],
)
def test_a_photo_that_cannot_be_scored_says_why(state: FileState, word: str, score: str) -> None:
    reason = "" if state is FileState.ONLINE else "the file is cut short; 51 % can be seen"
    photo = Photo(PhotoId(1), Path("/p/a.jpg"), FileKind.JPEG, 1, 1, state=state, problem=reason)

    assert word in accessible_text(photo)
    assert score_text(photo) == score
    assert reason in tooltip_text(photo)
    assert reason in state_text(photo)
