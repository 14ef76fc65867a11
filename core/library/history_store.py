"""The undo log. It lives in the catalogue, so it survives a restart and cannot disagree with it."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from sqlalchemy import ColumnElement, Connection, delete, func, insert, select, update

from core.library.camera_time import from_ticks, to_ticks
from core.library.schema import EditedMarkRow, EditedRuleRow, EditRow, GroupRuleRow
from core.photo import ColorLabel, Mark, PhotoId, Pick

DEPTH = 1000  # gestures, not photos
_COLUMNS = (EditRow.id, EditRow.text, EditRow.made_at, EditRow.undone)


@dataclass(frozen=True, slots=True)
class Edit:
    """One gesture: the marks of every photo it altered, before and after, and rules it made."""

    text: str  # what the user reads: "12 photos rated 3"
    before: Mapping[PhotoId, Mark] = field(default_factory=dict)
    after: Mapping[PhotoId, Mark] = field(default_factory=dict)
    rules: Sequence[int] = ()  # of the groups; in force until the edit is undone


@dataclass(frozen=True, slots=True)
class StoredEdit:
    """An edit of the log with its number; later ones have higher numbers."""

    number: int
    text: str
    made_at: datetime | None = None  # UTC; None where it was not yet noted
    undone: bool = False


class HistoryStore:
    """The undo log of one open transaction."""

    def __init__(self, connection: Connection) -> None:
        self._connection = connection

    def record(self, edit: Edit) -> None:
        """Append an edit; what was undone before can no longer be redone."""
        self._connection.execute(delete(EditRow).where(EditRow.undone))
        number = self._connection.execute(
            insert(EditRow)
            .values(text=edit.text, undone=False, made_at=to_ticks(datetime.now(UTC)))
            .returning(EditRow.id)
        ).scalar_one()
        rows = [_to_row(number, id_, edit) for id_ in edit.after]
        if rows:
            self._connection.execute(insert(EditedMarkRow), rows)
        if edit.rules:
            made = [{"edit_id": number, "rule_id": rule} for rule in edit.rules]
            self._connection.execute(insert(EditedRuleRow), made)
        self._connection.execute(delete(EditRow).where(EditRow.id <= self._last_to_forget()))
        self._forget_rules_out_of_reach()

    def undoable(self) -> StoredEdit | None:
        """The edit that undo would take back."""
        return self._edit(func.max(EditRow.id), undone=False)

    def redoable(self) -> StoredEdit | None:
        """The edit that redo would bring back."""
        return self._edit(func.min(EditRow.id), undone=True)

    def edits(self) -> list[StoredEdit]:
        """Every edit that can be undone or redone, the earliest first."""
        rows = self._connection.execute(select(*_COLUMNS).order_by(EditRow.id))
        return [_to_edit(*row) for row in rows]

    def before(self, number: int) -> dict[PhotoId, Mark]:
        """The marks that undoing the edit restores."""
        return self._marks(number, "before")

    def after(self, number: int) -> dict[PhotoId, Mark]:
        """The marks that redoing the edit restores."""
        return self._marks(number, "after")

    def rules(self, number: int) -> list[int]:
        """The rules of the groups that the edit made."""
        rows = self._connection.execute(
            select(EditedRuleRow.rule_id).where(EditedRuleRow.edit_id == number)
        )
        return list(rows.scalars())

    def set_undone(self, number: int, *, undone: bool) -> None:
        """Move an edit to the other side of the log."""
        self._connection.execute(update(EditRow).where(EditRow.id == number).values(undone=undone))

    def _edit(self, pick: ColumnElement[int], *, undone: bool) -> StoredEdit | None:
        chosen = select(pick).where(EditRow.undone == undone).scalar_subquery()
        row = self._connection.execute(select(*_COLUMNS).where(EditRow.id == chosen)).first()
        return _to_edit(*row) if row else None

    def _marks(self, number: int, side: str) -> dict[PhotoId, Mark]:
        columns = EditedMarkRow.__table__.c
        rows = self._connection.execute(
            select(
                columns.photo_id,
                columns[f"stars_{side}"],
                columns[f"pick_{side}"],
                columns[f"label_{side}"],
            ).where(columns.edit_id == number)
        )
        return {
            PhotoId(id_): Mark(stars, Pick(pick), ColorLabel(label))
            for id_, stars, pick, label in rows
        }

    def _forget_rules_out_of_reach(self) -> None:
        """Rules that are not in force and that no redo can bring back."""
        reachable = select(EditedRuleRow.rule_id)
        self._connection.execute(
            delete(GroupRuleRow).where(~GroupRuleRow.in_force, GroupRuleRow.id.not_in(reachable))
        )

    def _last_to_forget(self) -> int:
        oldest = select(EditRow.id).order_by(EditRow.id.desc()).offset(DEPTH).limit(1)
        return self._connection.execute(oldest).scalar() or 0


def _to_edit(number: int, text: str, made_at: int | None, undone: bool) -> StoredEdit:
    when = None if made_at is None else from_ticks(made_at).replace(tzinfo=UTC)
    return StoredEdit(number, text, when, undone)


def _to_row(number: int, id_: PhotoId, edit: Edit) -> dict[str, int]:
    before, after = edit.before[id_], edit.after[id_]
    return {
        "edit_id": number,
        "photo_id": id_,
        "stars_before": before.stars,
        "pick_before": int(before.pick),
        "label_before": int(before.label),
        "stars_after": after.stars,
        "pick_after": int(after.pick),
        "label_after": int(after.label),
    }
