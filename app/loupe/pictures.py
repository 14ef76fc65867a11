"""What all views of single photos share: decoded pictures, and where to look in each photo."""

from PySide6.QtCore import QObject

from app.jobs import JobRunner
from app.loupe.picture_cache import PictureCache
from app.loupe.picture_loader import PictureLoader
from app.loupe.subjects import Subjects
from core.services.previews import Previews


class Pictures(QObject):
    """One for the window: loupe, compare, survey and the second window draw from it."""

    def __init__(self, previews: Previews, jobs: JobRunner, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self.cache = PictureCache()
        self.loader = PictureLoader(previews, self.cache, self)
        self.subjects = Subjects(previews, jobs, self)

    def leave(self, who: object) -> None:
        """A view is gone from the screen and wants nothing any more."""
        self.loader.want(who, ())
        self.subjects.want(who, ())
