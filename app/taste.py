"""The photographer's taste in the window: indicator, dialog, suggestions, switching, why."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QObject
from PySide6.QtGui import QImage

from app.browsing import Browsing
from app.chosen_photos import Choice, ChosenPhotos
from app.dialogs.personalize_dialog import Learned
from app.folder_work import FolderWork
from app.panels.status_line import StatusLine
from app.panels.taste_indicator import TasteIndicator
from app.panels.veil import veil_of
from app.panels.why_block import WhyBlock, mark_text
from app.personalizing import Explained, Personalizing, Switched
from app.viewer import Viewer
from app.window_dialogs import WindowDialogs
from core.errors import CoreError, printable
from core.photo import Photo, PhotoId
from core.services.personalize import Suggested


@dataclass(frozen=True, slots=True)
class Parts:
    """What the taste shows itself in."""

    status: StatusLine
    indicator: TasteIndicator
    browsing: Browsing
    viewer: Viewer
    chosen: ChosenPhotos
    why: WhyBlock
    work: FolderWork
    dialogs: WindowDialogs
    reveal_why: Callable[[], object]
    image_of: Callable[[Photo | None], QImage | None]  # a small rendition, if it is in memory


class Taste(QObject):
    """Joins what the engine knows of the taste with the parts of the window."""

    def __init__(
        self, personalizing: Personalizing, parts: Parts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._personalizing = personalizing
        self._parts = parts
        self._explains = False
        self._explained: Photo | None = None
        self._reveals = False  # the first explanation since it was asked for
        self._touched = False  # since another model was asked for
        personalizing.readiness_changed.connect(parts.indicator.show_readiness)
        personalizing.profiles_changed.connect(parts.indicator.show_profiles)
        personalizing.suggested.connect(self._show_suggestions)
        personalizing.switching.connect(self._await_switch)
        personalizing.switched.connect(self._tell_switch)
        personalizing.explained.connect(self._show_explanation)
        parts.indicator.asked.connect(self.personalize)
        parts.indicator.profile_chosen.connect(self._use)
        parts.viewer.photo_changed.connect(self._follow)
        parts.viewer.grid.touched.connect(self._touch)
        parts.why.photo_chosen.connect(self._show_alike)

    def personalize(self) -> None:
        """Open the dialog."""
        self._parts.dialogs.personalize(self._personalizing, self.rate_next, self._show_moved)

    def rate_next(self) -> None:
        """Show the photos whose ratings would teach most."""
        self._personalizing.suggest()

    def explain(self, on: bool) -> None:
        """Explain the score of the current photo, and of each that follows, or stop that."""
        self._explains = self._reveals = on
        self._explained = None
        self._parts.why.setVisible(on)
        if on:
            self._follow(self._parts.viewer.current)
        else:
            self._personalizing.explain(None)
            self._parts.viewer.loupe.show_veil(None)

    def _follow(self, photo: Photo | None) -> None:
        if not self._explains:
            return
        old, self._explained = self._explained, photo
        if photo is None:
            self._personalizing.explain(None)
            self._parts.why.say("")
        elif old is None or old.id != photo.id or old.score != photo.score:
            self._parts.why.say(self.tr("Looking…"))
            self._personalizing.explain(photo.id)

    def _show_explanation(self, id_: PhotoId, found: Explained | Exception) -> None:
        photo = self._explained
        if photo is None or photo.id != id_:
            return
        if not isinstance(found, Explained):
            mistake = self.tr("Shortlist made a mistake here; the log says more.")
            self._parts.why.say(str(found) if isinstance(found, CoreError) else mistake)
            return
        explanation = found.explanation
        self._parts.why.explain(self._parts.image_of(photo), explanation, found.alike)
        if self._reveals:
            self._reveals = False
            self._parts.reveal_why()
        if explanation.map is not None:
            self._parts.viewer.loupe.show_veil(id_, veil_of(explanation.map))

    def _show_alike(self, chosen: PhotoId, alike: tuple[Photo, ...]) -> None:
        photo = self._explained
        if photo is None:
            return
        reasons = {photo.id: self.tr("the photo in question")}
        reasons |= {one.id: mark_text(one) for one in alike}
        title = self.tr("Most like {name}").format(name=printable(photo.path.name))
        self._parts.chosen.show(Choice(title, reasons, current=chosen))

    def _show_moved(self, chosen: PhotoId, learned: Learned) -> None:
        proposal = learned.proposal
        reasons = {
            move.id: self.tr("score {before} → {after}").format(
                before=f"{move.before:.0f}", after=f"{move.after:.0f}"
            )
            for move in (*proposal.up, *proposal.down)
        }
        title = self.tr("Scores that your model would change most")
        self._parts.chosen.show(Choice(title, reasons, current=chosen))

    def _show_suggestions(self, suggestions: tuple[Suggested, ...]) -> None:
        if not suggestions:
            self._parts.status.say(self.tr("There is no scored photo left to rate."))
            return
        reasons = {one.id: one.reason for one in suggestions}
        self._parts.chosen.show(
            Choice(
                self.tr("Rate these next"),
                reasons,
                to_rate=True,
                follow=self.tr("Personalize…"),
                on_follow=self.personalize,
            )
        )

    def _use(self, profile: object) -> None:
        in_force = self._personalizing.in_force
        if in_force is None or in_force.id != profile:
            self._personalizing.use(profile)  # type: ignore[arg-type]  # signals carry objects

    def _touch(self) -> None:
        self._touched = True

    def _await_switch(self) -> None:
        self._touched = False

    def _tell_switch(self, switched: Switched) -> None:
        """The user asked for other scores, so he sees their order, unless he has gone on."""
        if not self._touched:
            self._parts.browsing.sort_if_outdated()
        if switched.profile.arm == "deep":
            self._parts.work.score_again()
        text = self._switch_text(switched)
        before = switched.before
        still_there = any(one.id == before.id for one in self._personalizing.profiles)
        if before.id != switched.profile.id and still_there:
            self._parts.status.offer_undo(text, lambda: self._personalizing.use(before.id))
        else:
            self._parts.status.say(text)

    def _switch_text(self, switched: Switched) -> str:
        if switched.profile.id is None:
            return self.tr("The scores are those of the model for everybody.")
        if switched.profile.arm == "deep":
            return self.tr(
                "“{name}” is in use; photos are scored with it one after another."
            ).format(name=switched.profile.name)
        return self.tr("The scores follow “{name}”.").format(name=switched.profile.name)
