"""How sharp a subject is beside the sharpest of the photos that it was compared with.

What was measured means something only within one group, so lists are filtered and ordered by
the share of fine detail: 100 is the sharpest of its group, 50 has half of its detail.
"""

from collections.abc import Iterable

from sqlalchemy import Connection, bindparam, func, select, update

from core.library.schema import SubjectSharpnessRow

_Row = SubjectSharpnessRow
_SHARE = (
    update(_Row).where(_Row.photo_id == bindparam("row")).values(share=bindparam("of_sharpest"))
)


def refresh_shares(connection: Connection, anchors: Iterable[int], version: str) -> None:
    """Compare what this version measured of each anchor's photos; a photo alone gets none."""
    for anchor in anchors:
        compared = (_Row.anchor_id == anchor, _Row.version == version)
        best, count = connection.execute(
            select(func.max(_Row.sharpness), func.count(_Row.sharpness)).where(*compared)
        ).one()
        measured = connection.execute(
            select(_Row.photo_id, _Row.sharpness, _Row.share).where(*compared)
        )
        changed = [
            {"row": id_, "of_sharpest": share}
            for id_, sharpness, before in measured.all()
            if (share := _share(sharpness, best if count > 1 else None)) != before
        ]
        if changed:
            connection.execute(_SHARE, changed)


def _share(sharpness: float | None, best: float | None) -> float | None:
    """Of the detail's amplitude, 0..100; what is measured is its power, as a binary logarithm."""
    if sharpness is None or best is None:
        return None
    return float(100 * 2 ** ((sharpness - best) / 2))
