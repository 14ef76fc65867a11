"""Where a picture lies on the screen, in device pixels, and how large it must be decoded.

Pure geometry: a place in a picture is a fraction of its width and height, so that it stays
the same place when a larger rendition of the picture arrives.
"""

from bisect import bisect_left

from PySide6.QtCore import QPoint, QPointF, QRect, QSize, Qt

FIT_STEPS_PX = (1024, 1600, 2560, 4096, 6144)
CENTRE = QPointF(0.5, 0.5)
_ACROSS, _DOWN = 0.25, 0.15  # of the view, decoded around it at 1:1; each row costs, columns do not
_GRID_PX = 64  # parts begin and end on it, so that nearby places ask for the same part
_MOST_OF_IT = 0.6  # of the picture: for more than this the whole is as good as a part


def fit_size(picture: QSize, view: QSize, natural: QSize | None) -> QSize:
    """The size at which a picture fills `view` without being drawn above its own pixels.

    `natural` is the size of the undiminished photo. A stand-in may well be enlarged, the
    photo it stands for not: a small photo would look worse than it is.
    """
    room = view
    if natural is not None and _fits(natural, view):
        room = natural
    return picture.scaled(room, Qt.AspectRatioMode.KeepAspectRatio)


def fit_long_edge_px(natural: QSize | None, view: QSize) -> int:
    """The long edge to decode for a fitted picture: one of few steps, at least what is shown.

    Few steps, so that a window that is being resized is served from memory.
    """
    shown = view if natural is None else fit_size(natural, view, natural)
    long_edge = max(shown.width(), shown.height())
    return FIT_STEPS_PX[min(bisect_left(FIT_STEPS_PX, long_edge), len(FIT_STEPS_PX) - 1)]


def frame(size: QSize, view: QSize, centre: QPointF) -> QRect:
    """Where a picture drawn `size` large lies when `centre` of it is in the middle of the view.

    A side that is shorter than the view is centred; a longer one always covers the view.
    """
    x = _origin(size.width(), view.width(), centre.x())
    y = _origin(size.height(), view.height(), centre.y())
    return QRect(QPoint(x, y), size)


def visible_part(size: QSize, view: QSize, centre: QPointF) -> QRect:
    """What is seen of a picture drawn `size` large, in its own pixels at that size."""
    area = frame(size, view, centre)
    return area.intersected(QRect(QPoint(), view)).translated(-area.topLeft())


def part_to_decode(natural: QSize, view: QSize, centre: QPointF) -> QRect | None:
    """The part of a photo that serves its view at 1:1 with some room to pan; None is all of it."""
    seen = visible_part(natural, view, centre)
    across, down = round(view.width() * _ACROSS), round(view.height() * _DOWN)
    left, top = (_floored(edge) for edge in (seen.left() - across, seen.top() - down))
    right = _ceiled(seen.left() + seen.width() + across)
    bottom = _ceiled(seen.top() + seen.height() + down)
    part = QRect(left, top, right - left, bottom - top).intersected(QRect(QPoint(), natural))
    whole = natural.width() * natural.height()
    return None if part.width() * part.height() >= _MOST_OF_IT * whole else part


def place_at(point: QPointF, area: QRect) -> QPointF:
    """The place of the picture in `area` that lies under `point`, the nearest one if beside it."""
    return QPointF(
        _clamp((point.x() - area.x()) / max(1, area.width()), 0.0, 1.0),
        _clamp((point.y() - area.y()) / max(1, area.height()), 0.0, 1.0),
    )


def centre_keeping(place: QPointF, point: QPointF, size: QSize, view: QSize) -> QPointF:
    """The centre with which `place` lies under `point` as nearly as the borders allow."""
    return reachable_centre(
        QPointF(
            place.x() + (view.width() / 2 - point.x()) / max(1, size.width()),
            place.y() + (view.height() / 2 - point.y()) / max(1, size.height()),
        ),
        size,
        view,
    )


def reachable_centre(centre: QPointF, size: QSize, view: QSize) -> QPointF:
    """The nearest centre that shows no border, so that a pan never has to be undone twice."""
    return QPointF(
        _reachable(centre.x(), size.width(), view.width()),
        _reachable(centre.y(), size.height(), view.height()),
    )


def _floored(edge: int) -> int:
    return edge // _GRID_PX * _GRID_PX


def _ceiled(edge: int) -> int:
    return -(-edge // _GRID_PX) * _GRID_PX


def _fits(size: QSize, room: QSize) -> bool:
    return size.width() <= room.width() and size.height() <= room.height()


def _origin(length: int, view: int, centre: float) -> int:
    if length <= view:
        return (view - length) // 2
    return int(_clamp(round(view / 2 - centre * length), view - length, 0))


def _reachable(centre: float, length: int, view: int) -> float:
    if length <= view:
        return 0.5
    margin = view / 2 / length
    return _clamp(centre, margin, 1 - margin)


def _clamp(value: float, low: float, high: float) -> float:
    return max(low, min(high, value))
