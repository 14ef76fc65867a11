"""Photos chosen one by one, from whatever folder, in the grid; then the former view again."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field

from PySide6.QtCore import QObject, Signal

from app.browsing import Browsing, Listing
from app.grid.photo_list_model import PhotoListModel
from app.panels.choice_banner import ChoiceBanner
from app.viewer import Viewer
from core.photo import Photo, PhotoId, Pick


@dataclass(frozen=True, slots=True)
class Choice:
    """The photos in order, each with the reason why it is among them, and what they are."""

    title: str
    reasons: Mapping[PhotoId, str]
    current: PhotoId | None = None  # where to begin; else at the first
    to_rate: bool = False  # count the ones that have a mark
    follow: str = ""  # what to offer after them
    on_follow: Callable[[], object] = field(default=lambda: None)


@dataclass(frozen=True, slots=True)
class _Place:
    """Where the user was."""

    current: PhotoId | None
    scrolled_px: int
    in_loupe: bool


class ChosenPhotos(QObject):
    """Shows a choice and gives the former view back.

    Another folder, filter or order ends it too: then that is what the user wants to see.
    """

    ended = Signal()

    def __init__(
        self,
        browsing: Browsing,
        viewer: Viewer,
        model: PhotoListModel,
        banner: ChoiceBanner,
        parent: QObject | None = None,
    ) -> None:
        super().__init__(parent)
        self._browsing = browsing
        self._viewer = viewer
        self._model = model
        self._banner = banner
        self._choice: Choice | None = None
        self._before: _Place | None = None
        self._begins = False  # the next listing is the first of the choice
        self._returns: _Place | None = None  # the next listing is the former view
        browsing.listed.connect(self._take_listing)
        browsing.choice_ended.connect(self._end)
        viewer.photo_changed.connect(self._describe)
        model.dataChanged.connect(lambda *_: self._describe(viewer.current))
        banner.left.connect(self.leave)
        banner.followed.connect(lambda: self._choice and self._choice.on_follow())

    @property
    def active(self) -> bool:
        """Whether chosen photos are shown now."""
        return self._choice is not None

    def show(self, choice: Choice) -> None:
        """Show these photos; what was shown before comes back at leave()."""
        if self._choice is None:
            grid = self._viewer.grid
            self._before = _Place(
                grid.current_id, grid.verticalScrollBar().value(), self._viewer.in_loupe
            )
        self._choice = choice
        self._begins = True
        self._banner.offer(choice.follow)
        self._banner.say(choice.title, "")
        self._banner.show()
        self._viewer.show_grid()
        self._browsing.choose(tuple(choice.reasons))

    def leave(self) -> None:
        """Go back to where the user was."""
        if self._choice is not None:
            self._returns = self._before
            self._browsing.unchoose()

    def _take_listing(self, listing: Listing) -> None:
        if self._choice is not None and self._begins:
            self._begins = False
            self._viewer.grid.go_to_row(0)
            self._viewer.grid.go_to(self._choice.current)
            self._viewer.take_focus()
        elif self._choice is None and self._returns is not None:
            place, self._returns = self._returns, None
            self._viewer.grid.verticalScrollBar().setValue(place.scrolled_px)
            self._viewer.grid.go_to(place.current)
            if place.in_loupe and listing.ids:
                self._viewer.show_loupe()
            self._viewer.take_focus()
        self._describe(self._viewer.current)

    def _end(self) -> None:
        self._choice = self._before = None
        self._begins = False
        self._banner.hide()
        self.ended.emit()

    def _describe(self, photo: Photo | None) -> None:
        choice = self._choice
        if choice is None:
            return
        title = choice.title
        if choice.to_rate:
            photos = [self._model.photo(id_) for id_ in choice.reasons]
            marked = sum(one is not None and _is_marked(one) for one in photos)
            title = self.tr("{title}: {marked} of {all} rated").format(
                title=title, marked=marked, all=len(photos)
            )
        reason = choice.reasons.get(photo.id, "") if photo is not None else ""
        reason = self.tr("This one: {reason}").format(reason=reason) if reason else ""
        self._banner.say(title, reason)


def _is_marked(photo: Photo) -> bool:
    return bool(photo.stars) or photo.pick is not Pick.UNDECIDED
