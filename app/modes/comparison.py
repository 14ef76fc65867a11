"""Which two photos are compared, and which of them keys act on. Knows ids and no widgets."""

from collections.abc import Sequence

from app.compare.compare_view import Side
from core.photo import PhotoId


class Comparison:
    """The best so far and what is held against it; they are never the same photo."""

    def __init__(self) -> None:
        self.active = Side.CANDIDATE
        self._select: PhotoId | None = None
        self._candidate: PhotoId | None = None

    @property
    def select(self) -> PhotoId | None:
        """The best so far."""
        return self._select

    @property
    def candidate(self) -> PhotoId | None:
        """What is held against it; None if there is only one photo."""
        return self._candidate

    @property
    def acted_on(self) -> PhotoId | None:
        """The photo that keys act on."""
        return self._select if self.active is Side.SELECT else self._candidate

    def begin(
        self, ids: Sequence[PhotoId], selected: Sequence[PhotoId], current: PhotoId | None
    ) -> None:
        """Compare the current photo with the next selected one, else with the next there is.

        Args:
            ids: the list, in order.
            selected: what is selected of it, in order.
            current: where the user is.
        """
        self._select = current
        others = [id_ for id_ in selected if id_ != current]
        after = others
        if current in selected:
            after = [id_ for id_ in selected[selected.index(current) + 1 :] if id_ != current]
        chosen = next(iter(after or others), None)
        self._candidate = chosen if chosen is not None else self._beside(ids, current)
        self.active = Side.SELECT if self._candidate is None else Side.CANDIDATE

    def choose(self, id_: PhotoId) -> None:
        """The user went to a photo: the next candidate, unless it is the select itself."""
        if id_ == self._select:
            self.active = Side.SELECT
        else:
            self._candidate = id_
            self.active = Side.CANDIDATE

    def make_select(self, following: PhotoId | None) -> None:
        """The candidate is the better one; `following` is held against it, else the former."""
        if self._candidate is None:
            return
        former, self._select = self._select, self._candidate
        self._candidate = former if following in {None, self._select} else following
        self.active = Side.CANDIDATE

    def swap(self) -> None:
        """Exchange the two; keys go on acting on the same photo."""
        if self._candidate is not None:
            self._select, self._candidate = self._candidate, self._select
            self.active = Side.SELECT if self.active is Side.CANDIDATE else Side.CANDIDATE

    def target(self, ids: Sequence[PhotoId], row: int, rows: int) -> PhotoId | None:
        """The candidate so many rows from `row`, passing over the select; None at the end."""
        wanted = max(0, min(len(ids) - 1, row + rows))
        if not ids or wanted == row:
            return None
        if ids[wanted] == self._select:
            wanted += 1 if rows > 0 else -1
        return ids[wanted] if 0 <= wanted < len(ids) else None

    def _beside(self, ids: Sequence[PhotoId], current: PhotoId | None) -> PhotoId | None:
        if current not in ids or len(ids) < 2:
            return None
        row = ids.index(current)
        return ids[row + 1] if row + 1 < len(ids) else ids[row - 1]
