"""What one does with stacks: switch, open, group by hand."""

from collections.abc import Callable
from dataclasses import dataclass

from PySide6.QtCore import QByteArray, QObject

from app.action_set import ActionSet
from app.browsing import Browsing
from app.marking import Marking
from app.panels.stack_button import StackButton, StackForm
from app.panels.status_line import StatusLine
from app.session import Session
from app.stacks import Stacks
from app.viewer import Viewer
from core.photo import PhotoId
from core.services.group import Group, Grouped, Groups, SharpnessReport
from core.services.rate import Outcome

_PLACE = "stacks"  # what the session calls the settings


@dataclass(frozen=True, slots=True)
class StackParts:
    """What stacks show themselves in."""

    groups: Groups
    stacks: Stacks
    form: StackForm
    button: StackButton
    browsing: Browsing
    viewer: Viewer
    marking: Marking
    status: StatusLine
    session: Session


class StackActions(QObject):
    """Joins the actions, the form behind the button, and the list."""

    def __init__(
        self, actions: ActionSet, parts: StackParts, parent: QObject | None = None
    ) -> None:
        super().__init__(parent)
        self._actions = actions
        self._parts = parts
        parts.browsing.fold_now = lambda: parts.stacks.fold
        self._bind()
        self._connect()
        self._restore()

    def keep(self) -> None:
        """Remember switch and settings for the next session."""
        stacks = self._parts.stacks
        wanted = stacks.thresholds
        text = f"{int(stacks.is_on)} {wanted.time_gap_s} {wanted.similarity}"
        self._parts.session.keep_place(_PLACE, QByteArray(text.encode()))

    def _bind(self) -> None:
        bind, stacks = self._actions.bind, self._parts.stacks
        self._actions.bind_toggle("stacks", self._switch)
        bind("stack_open", self._toggle)
        bind("stacks_open", lambda: stacks.open_all(True))
        bind("stacks_close", lambda: stacks.open_all(False))
        bind("group", self._group)
        bind("ungroup", lambda: self._change(self._take_out))
        bind("split_group", lambda: self._change(self._split))
        bind("cover", lambda: self._change(self._set_cover))

    def _connect(self) -> None:
        parts = self._parts
        form, stacks = parts.form, parts.stacks
        form.switched.connect(self._switch)
        form.pause_chosen.connect(lambda pause: stacks.set_thresholds(time_gap_s=pause))
        form.likeness_chosen.connect(lambda likeness: stacks.set_thresholds(similarity=likeness))
        form.measure_asked.connect(stacks.measure)
        form.open_all_asked.connect(stacks.open_all)
        stacks.changed.connect(lambda: parts.browsing.refresh(keep_order=True))
        stacks.grouped_changed.connect(self._show_grouped)
        stacks.measured.connect(self._tell_measured)
        parts.browsing.asked.connect(lambda: stacks.set_scope(parts.browsing.query.filter))

    def _restore(self) -> None:
        stacks = self._parts.stacks
        stored = bytes(self._parts.session.place(_PLACE).data()).decode(errors="replace").split()
        try:
            on, pause, likeness = bool(int(stored[0])), float(stored[1]), float(stored[2])
            stacks.set_thresholds(time_gap_s=pause, similarity=likeness)
        except (ValueError, IndexError):  # nothing kept yet, or not by this version
            on = False
        self._parts.form.show_thresholds(stacks.thresholds)
        self._switch(on)

    def _switch(self, on: bool) -> None:
        self._actions["stacks"].setChecked(on)
        self._parts.form.show_switched(on)
        self._parts.stacks.switch(on)
        self._show_grouped(self._parts.stacks.grouped)

    def _show_grouped(self, grouped: Grouped | None) -> None:
        is_on = self._parts.stacks.is_on
        self._parts.form.show_grouped(grouped if is_on else None)
        count = len(grouped.stacks) if grouped is not None and is_on else None
        self._parts.button.show_count(count)

    def _toggle(self) -> None:
        if self._current_group() is not None:
            self._parts.stacks.toggle(self._parts.viewer.grid.current_id)

    def _group(self) -> None:
        parts = self._parts
        ids = tuple(parts.viewer.targets)
        if not parts.stacks.is_on:
            self._switch(True)
        parts.marking.step(lambda: parts.groups.merge(ids))

    def _change(self, make: Callable[[Group, tuple[PhotoId, ...]], Callable[[], Outcome]]) -> None:
        group = self._current_group()
        if group is not None:
            self._parts.marking.step(make(group, tuple(self._parts.viewer.targets)))

    def _take_out(self, group: Group, ids: tuple[PhotoId, ...]) -> Callable[[], Outcome]:
        return lambda: self._parts.groups.move_out(group, ids)

    def _split(self, group: Group, ids: tuple[PhotoId, ...]) -> Callable[[], Outcome]:
        at = min((group.ids.index(id_) for id_ in ids if id_ in group.ids), default=0)
        return lambda: self._parts.groups.split([group.ids[:at], group.ids[at:]])

    def _set_cover(self, _group: Group, ids: tuple[PhotoId, ...]) -> Callable[[], Outcome]:
        return lambda: self._parts.groups.set_cover(ids[0])

    def _current_group(self) -> Group | None:
        """The group of the current photo; where there is none, that is said."""
        parts = self._parts
        photo = parts.viewer.current
        group = parts.stacks.group_of(photo.id) if photo is not None else None
        if group is None and photo is not None:
            is_on = parts.stacks.is_on
            parts.status.say(
                self.tr("This photo is in no stack.")
                if is_on
                else self.tr("Photos are not stacked. Shift+G stacks them.")
            )
        return group

    def _tell_measured(self, report: SharpnessReport) -> None:
        text = self.tr("Sharpness compared in {count} photos.").format(count=f"{report.measured:,}")
        if report.failed:
            text += " " + self.tr("{count} could not be read.").format(
                count=f"{len(report.failed):,}"
            )
        self._parts.status.say(text)
