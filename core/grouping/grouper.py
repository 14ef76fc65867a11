"""Groups photos: everything that takes time once, then any setting in a moment."""

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np

from core.grouping.brackets import find_brackets
from core.grouping.capture_order import moments
from core.grouping.captures import Captures, Flags, Numbers
from core.grouping.components import components, joined_by_looks
from core.grouping.links import find_links
from core.grouping.panoramas import find_panoramas
from core.grouping.sequences import Kind, Sequence
from core.grouping.thresholds import Thresholds

_LOOSER = 1.5  # how much farther apart middles of groups may be than the frames that link them


@dataclass(frozen=True, slots=True)
class Grouping:
    """Which group each of N photos is in."""

    labels: Numbers  # (N,) the smallest row of the group
    kinds: Mapping[int, Kind]  # of groups of two and more, by label


class Grouper:
    """The photos of one set, ready to be grouped at any thresholds."""

    def __init__(self, captures: Captures, clock_offsets_s: Mapping[int, float]) -> None:
        """Find what may belong together.

        Args:
            captures: the photos.
            clock_offsets_s: what to add to the times of some cameras.
        """
        self.captures = captures
        self.when = moments(captures, clock_offsets_s)
        self._links = find_links(captures, self.when)
        brackets = find_brackets(captures, self.when)
        bracketed = np.concatenate([np.empty(0, np.intp), *(each.rows for each in brackets)])
        found = [*brackets, *find_panoramas(captures, self.when, bracketed)]
        self.sequences = [each for each in found if each.kind is not Kind.UNSURE]
        self.unsure = [each for each in found if each.kind is Kind.UNSURE]
        self._whole = np.zeros(len(captures), dtype=bool)
        for each in self.sequences:
            self._whole[each.rows] = True

    def group(self, thresholds: Thresholds) -> Grouping:
        """Group at these thresholds; brackets and panoramas stay whole at any."""
        links = self._links
        same = links.alike >= thresholds.same_at_any_time
        unseen = np.isnan(links.alike)
        least = np.where(links.by_name, thresholds.same_by_name, thresholds.similarity)
        in_time = (links.gap_s <= thresholds.time_gap_s) & ((links.alike >= least) | unseen)
        free = ~(self._whole[links.one] | self._whole[links.other])
        ones, others = [links.one[in_time & free]], [links.other[in_time & free]]
        for each in self.sequences:
            ones.append(each.rows[:-1])
            others.append(each.rows[1:])
        count = len(self.captures)
        in_a_row = components(count, np.concatenate(ones), np.concatenate(others))
        later = same & free & ~in_time
        labels = joined_by_looks(
            in_a_row,
            links.one[later],
            links.other[later],
            links.alike[later],
            links.place,
            _LOOSER * 2 * (1 - thresholds.same_at_any_time),
        )
        return Grouping(labels, self._kinds(labels, in_a_row))

    def _kinds(self, labels: Numbers, in_a_row: Numbers) -> dict[int, Kind]:
        sizes = np.bincount(labels, minlength=len(labels))
        joined: Flags = np.zeros(len(labels), dtype=bool)
        joined[labels[labels != in_a_row]] = True
        kinds = {
            int(label): Kind.ALIKE if joined[label] else Kind.BURST
            for label in np.flatnonzero(sizes >= 2)
        }
        for each in self.sequences:
            kinds[int(labels[each.rows[0]])] = each.kind
        for each in self.unsure:
            for label in _mostly(each, labels, sizes):
                kinds[label] = Kind.UNSURE
        return kinds


def _mostly(sequence: Sequence, labels: Numbers, sizes: Numbers) -> list[int]:
    """The groups of which the sequence is more than half."""
    found, counts = np.unique(labels[sequence.rows], return_counts=True)
    return [
        int(label)
        for label, count in zip(found, counts, strict=True)
        if sizes[label] >= 2 and count > sizes[label] / 2
    ]
