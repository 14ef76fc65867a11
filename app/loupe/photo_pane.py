"""One photo in a view: its picture, words where there is none, and a line about it."""

from PySide6.QtCore import QEvent, QObject, QRect, QSize, Qt, Signal
from PySide6.QtGui import QFocusEvent, QImage, QPalette
from PySide6.QtWidgets import QLabel, QStackedLayout, QVBoxLayout, QWidget

from app.loupe.framing import fit_long_edge_px, part_to_decode, visible_part
from app.loupe.loupe_caption import LoupeCaption
from app.loupe.picture_cache import PREVIEW_PX, Picture, PictureKey
from app.loupe.picture_canvas import KEY_REASONS, PictureCanvas
from app.loupe.picture_loader import Wanted
from app.loupe.pictures import Pictures
from app.loupe.problem_text import problem_text
from app.loupe.view_frame import ViewFrame, Zoom
from app.overlays.overlays import Looked, Overlays
from core.errors import printable
from core.photo import FileKind, FileState, Photo, PhotoId
from core.services.previews import Priority, Region

_NO_PHOTO = "Photo"  # what a pane is called that shows none yet
_MESSAGE_MARGIN_PX = 24


class PhotoPane(QWidget):
    """Shows one photo in a frame that it may share with others; who holds it loads for it."""

    ready = Signal(object)  # PhotoId: drawn in the size that was wanted for it
    wants_more = Signal()  # another size or part than before
    touched = Signal()  # pressed, or reached by keyboard

    def __init__(
        self,
        pictures: Pictures,
        overlays: Overlays,
        view_frame: ViewFrame,
        parent: QWidget | None = None,
    ) -> None:
        super().__init__(parent)
        self._pictures = pictures
        self._overlays = overlays
        self._photo: Photo | None = None
        self._problem = ""
        self._empty_text = self.tr("No photo is selected.")
        self._veil: tuple[PhotoId | None, QImage | None] = (None, None)
        self.canvas = PictureCanvas(view_frame, self)
        self.canvas.setAccessibleName(_NO_PHOTO)
        self.caption = LoupeCaption(self)
        self._message = QLabel(self)
        self._build()
        pictures.loader.arrived.connect(self._on_arrived)
        pictures.loader.failed.connect(self._on_failed)
        pictures.subjects.found.connect(self._on_subject)
        overlays.changed.connect(self._mark)
        self.canvas.moved.connect(self._on_moved)
        self.canvas.resized.connect(self.wants_more)
        self.canvas.touched.connect(self.touched)

    @property
    def photo(self) -> Photo | None:
        return self._photo

    @property
    def message(self) -> str:
        """What is said instead of a picture, or nothing."""
        return self._message.text() if self._is_saying else ""

    def say_when_empty(self, sentence: str) -> None:
        """What to say while there is no photo."""
        self._empty_text = sentence
        self.refresh()

    def show_photo(self, photo: Photo | None, position: tuple[int, int] | None = None) -> None:
        """Show `photo`; of the same photo with other marks only the caption is renewed.

        Args:
            photo: None for an empty pane.
            position: its place in the list, counted from 1, and how many there are.
        """
        if _identity(photo) != _identity(self._photo):
            self._problem = ""
            self.canvas.rejoin()
        self._photo = photo
        self.caption.show_photo(photo, position)
        self.refresh()

    def show_veil(self, id_: PhotoId | None, veil: QImage | None = None) -> None:
        """Lay a picture over a photo whenever that one is shown; None takes it away."""
        self._veil = (id_, veil)
        self.refresh()

    def wanted(self) -> list[Wanted]:
        """What must be decoded for what is shown, most urgent first."""
        photo = self._photo
        if photo is None or photo.state is FileState.UNREADABLE:
            return []
        if photo.state is FileState.OFFLINE:  # not urgently: what is refused stays refused
            return [Wanted(photo, PREVIEW_PX, Priority.AHEAD)]
        now = [self.wanted_of(photo, Priority.NOW)]
        if self._pictures.cache.largest(photo) is None:
            now.insert(0, Wanted(photo, PREVIEW_PX, Priority.NOW))
        return now

    def wanted_of(self, photo: Photo, priority: Priority) -> Wanted:
        """What this pane would need of a photo to show it now."""
        if photo.state is FileState.OFFLINE:
            return Wanted(photo, PREVIEW_PX, priority)
        if self.canvas.zoom is Zoom.FIT:
            long_edge = fit_long_edge_px(described_size(photo), self.canvas.view_px)
            return Wanted(photo, long_edge, priority)
        return self.wanted_at(photo, self.canvas.centre.x(), self.canvas.centre.y(), priority)

    def wanted_at(self, photo: Photo, x: float, y: float, priority: Priority) -> Wanted:
        """What this pane would need of a photo at 1:1 with this place in the middle."""
        cache, natural = self._pictures.cache, described_size(photo)
        whole = Wanted(photo, None, priority)
        if natural is None or not _can_be_cut(photo) or whole.key in cache:
            return whole
        centre = type(self.canvas.centre)(x, y)
        seen = visible_part(natural, self.canvas.view_px, centre)
        at_hand = cache.part_with(photo, seen)
        area = None if at_hand is None else at_hand.key.area
        if at_hand is not None and area is not None and area.contains(seen):
            return Wanted(photo, None, priority, at_hand.key.region)
        part = part_to_decode(natural, self.canvas.view_px, centre)
        if part is None:
            return whole
        cut = Wanted(photo, None, priority, _region(part))
        return whole if self._pictures.loader.has_refused(cut.key) else cut

    def refresh(self) -> None:
        """Draw the best that is at hand, or say why there is nothing."""
        photo = self._photo
        if photo is None or (sentence := self._sentence(photo)):
            self._say(self._empty_text if photo is None else sentence)
            self._mark()
            return
        whole, detail, exact = self._at_hand(photo)
        natural = described_size(photo)
        if whole is not None and whole.key.long_edge_px is None:
            natural = whole.image.size()
        area = None if detail is None else detail.key.area
        shown = None if detail is None or area is None else (detail.image, area)
        self.canvas.show_picture(None if whole is None else whole.image, natural, shown)
        veiled, veil = self._veil
        self.canvas.show_veil(veil if veiled == photo.id else None)
        self._turn_to(self.canvas)
        self._mark()
        if exact:
            self.ready.emit(photo.id)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Words can be chosen as pictures can."""
        pressed = event.type() is QEvent.Type.MouseButtonPress
        if pressed or (
            isinstance(event, QFocusEvent) and event.gotFocus() and event.reason() in KEY_REASONS
        ):
            self.touched.emit()
        return super().eventFilter(watched, event)

    @property
    def _is_saying(self) -> bool:
        return self._stack.currentWidget() is self._message

    def _build(self) -> None:
        self._message.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self._message.setWordWrap(True)
        self._message.setMargin(_MESSAGE_MARGIN_PX)
        self._message.setTextFormat(Qt.TextFormat.PlainText)
        self._message.setBackgroundRole(QPalette.ColorRole.Base)
        self._message.setForegroundRole(QPalette.ColorRole.PlaceholderText)
        self._message.setAutoFillBackground(True)
        self._message.setTextInteractionFlags(Qt.TextInteractionFlag.TextSelectableByMouse)
        self._message.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self._message.installEventFilter(self)
        self._stack = QStackedLayout()
        self._stack.addWidget(self.canvas)
        self._stack.addWidget(self._message)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(0)
        self.column.addLayout(self._stack, 1)
        self.column.addWidget(self.caption)
        self.setFocusProxy(self.canvas)

    def _at_hand(self, photo: Photo) -> tuple[Picture | None, Picture | None, bool]:
        """The whole photo, a part at 1:1, and whether these are what is wanted."""
        cache, wanted = self._pictures.cache, self.wanted_of(photo, Priority.NOW)
        whole = cache.get(wanted.key) if wanted.region is None else None
        exact = whole is not None
        detail, natural = None, described_size(photo)
        if self.canvas.zoom is Zoom.ACTUAL and not exact and natural is not None:
            seen = visible_part(natural, self.canvas.view_px, self.canvas.centre)
            detail = cache.part_with(photo, seen)
            exact = detail is not None and detail.key == wanted.key
        return whole or cache.largest(photo) or detail, detail, exact

    def _say(self, sentence: str) -> None:
        self._message.setText(sentence)
        self._message.setAccessibleName(sentence)
        self._turn_to(self._message)

    def _turn_to(self, page: QWidget) -> None:
        """Keys that acted here go on acting here; Qt would give them to whatever comes next."""
        former = self._stack.currentWidget()
        if former is page:
            return
        had_focus = former is not None and former.hasFocus()
        self.setFocusProxy(page)
        self._stack.setCurrentWidget(page)
        if had_focus:
            page.setFocus()

    def _sentence(self, photo: Photo) -> str:
        """What is said instead of a picture; empty if there is one or will be."""
        return problem_text(
            photo, self._problem, has_picture=self._pictures.cache.largest(photo) is not None
        )

    def _mark(self) -> None:
        photo = self._photo if self.isVisible() and not self._is_saying else None
        looked = None if photo is None else self._looked(photo)
        self.canvas.show_marks(self._overlays.marks(self, looked))

    def _looked(self, photo: Photo) -> Looked | None:
        whole, detail, _ = self._at_hand(photo)
        if whole is None:
            return None
        return Looked(
            whole,
            detail,
            described_size(photo),
            self.canvas.seen_px,
            self._pictures.subjects.of(photo),
        )

    def _on_moved(self) -> None:
        if self._photo is not None:
            self.refresh()
            self.wants_more.emit()

    def _on_arrived(self, key: PictureKey) -> None:
        if self._photo is not None and key.photo == self._photo.id:
            self.refresh()

    def _on_failed(self, key: PictureKey, reason: str) -> None:
        photo = self._photo
        if photo is None or key.photo != photo.id:
            return
        if key.region is not None:
            self.wants_more.emit()  # all of it, then
        elif key == self.wanted_of(photo, Priority.NOW).key:
            self._problem = reason
            self.refresh()

    def _on_subject(self, id_: PhotoId) -> None:
        if self._photo is not None and self._photo.id == id_:
            self._mark()


def described_size(photo: Photo) -> QSize | None:
    """The size of the upright photo in pixels, if the camera said."""
    width, height = photo.metadata.width_px, photo.metadata.height_px
    return QSize(width, height) if width and height else None


def accessible_name(role: str, photo: Photo | None) -> str:
    """What a screen reader says of a pane."""
    parts = [role, printable(photo.path.name) if photo else ""]
    return ", ".join(filter(None, parts)) or _NO_PHOTO


def _can_be_cut(photo: Photo) -> bool:
    return photo.kind is FileKind.JPEG and photo.state is FileState.ONLINE


def _region(part: QRect) -> Region:
    return Region(part.x(), part.y(), part.width(), part.height())


def _identity(photo: Photo | None) -> tuple[int, int] | None:
    return None if photo is None else (photo.id, photo.mtime_ns)
