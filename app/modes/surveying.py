"""Which photos are surveyed, and which of them keys act on. Knows ids and no widgets."""

from collections.abc import Sequence

from core.photo import PhotoId

_WITHOUT_SELECTION = 4  # photos from the current one on, where nothing more was selected


class Surveying:
    """A handful of photos. Taking one out of the survey does nothing to the photo."""

    def __init__(self) -> None:
        self._ids: list[PhotoId] = []
        self._active = 0

    @property
    def ids(self) -> list[PhotoId]:
        """The photos, in the order of the list they came from."""
        return list(self._ids)

    @property
    def active(self) -> int:
        """The place among them of the one that keys act on."""
        return self._active

    @property
    def acted_on(self) -> PhotoId | None:
        """The photo that keys act on."""
        return self._ids[self._active] if self._ids else None

    def begin(
        self,
        ids: Sequence[PhotoId],
        selected: Sequence[PhotoId],
        current: PhotoId | None,
        most: int,
    ) -> None:
        """Survey what is selected, at most so many; of one photo also the few that follow."""
        chosen = list(selected)
        if len(chosen) < 2 and current in ids:
            row = ids.index(current)
            chosen = list(ids[row : row + _WITHOUT_SELECTION])
        self._ids = chosen[:most]
        self._active = self._ids.index(current) if current in self._ids else 0

    def choose(self, id_: PhotoId) -> None:
        """Let keys act on one of them."""
        if id_ in self._ids:
            self._active = self._ids.index(id_)

    def step(self, by: int) -> None:
        """Go on among them, not beyond the ends."""
        self._active = max(0, min(len(self._ids) - 1, self._active + by))

    def step_lines(self, lines: int, columns: int) -> None:
        """Go up or down; where the next line is shorter, to its end."""
        row = self._active // columns + lines
        if 0 <= row <= (len(self._ids) - 1) // columns:
            self._active = min(len(self._ids) - 1, self._active + lines * columns)

    def following(self, id_: PhotoId) -> PhotoId | None:
        """The one after a photo, or None after the last."""
        if id_ not in self._ids:
            return None
        after = self._ids.index(id_) + 1
        return self._ids[after] if after < len(self._ids) else None

    def take_out(self) -> PhotoId | None:
        """Leave out the one that keys act on; the next one takes its turn."""
        if not self._ids:
            return None
        gone = self._ids.pop(self._active)
        self._active = max(0, min(self._active, len(self._ids) - 1))
        return gone

    def keep(self, members: Sequence[PhotoId]) -> None:
        """Another list is shown: whoever is not in it is not surveyed any more."""
        acted_on, stay = self.acted_on, frozenset(members)
        self._ids = [id_ for id_ in self._ids if id_ in stay]
        self._active = self._ids.index(acted_on) if acted_on in self._ids else 0
