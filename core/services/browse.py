"""Looking at the catalogue: ordered lists, photos, counts, distributions."""

from collections.abc import Sequence
from pathlib import Path

from core.library.distribution_store import BIN_POINTS, BINS, Distribution, Distributions
from core.library.library import Library
from core.photo import Filter, Photo, PhotoId, Query, Tally

__all__ = ["BINS", "BIN_POINTS", "Browse", "Distribution", "Distributions"]


class Browse:
    """Reads for windows and commands, from any thread."""

    def __init__(self, library: Library) -> None:
        self._library = library

    def ids(self, query: Query) -> Sequence[PhotoId]:
        """The ids of a query, in order."""
        with self._library.transaction() as stored:
            return stored.photos.ids(query)

    def photos(self, ids: Sequence[PhotoId]) -> dict[PhotoId, Photo]:
        """Photos by id; unknown ids are left out."""
        with self._library.transaction() as stored:
            return stored.photos.get(ids)

    def tally(self, filter: Filter) -> Tally:  # noqa: A002  the word of the domain
        """How far the cull of a filter's photos has come."""
        with self._library.transaction() as stored:
            return stored.photos.tally(filter)

    def subject_sharpness(self, ids: Sequence[PhotoId]) -> dict[PhotoId, float]:
        """How sharp subjects are, 0..100 of the sharpest of their group; where it was measured."""
        with self._library.transaction() as stored:
            return stored.groups.shares(ids)

    def distributions(self, filter: Filter) -> Distributions:  # noqa: A002  the word of the domain
        """How scores and technical parts are spread over a filter's photos.

        Each is counted without its own range, but within all others.
        """
        with self._library.transaction() as stored:
            return stored.distributions.of(filter)

    def folders(self) -> list[Path]:
        """Every folder that holds photos of the catalogue."""
        with self._library.transaction() as stored:
            return stored.photos.folders()
