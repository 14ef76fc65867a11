"""The small drawings of the grid: stars, the pick flag, the reject cross.

Drawn as paths, because system fonts differ in whether and how they show such signs.
"""

import math
from collections.abc import Callable
from functools import lru_cache

from PySide6.QtCore import QPointF, QRectF, Qt
from PySide6.QtGui import QColor, QPainter, QPen, QPixmap, QPolygonF

from app.grid.cell_layout import STAR_PX
from app.theme import Theme

MARK_PX = 22
SHEETS_PX = 11
_STEP_PX = STAR_PX + 1


@lru_cache(maxsize=64)
def star_strip(theme: Theme, count: int, ratio: float) -> QPixmap:
    """`count` stars in a row."""

    def draw(painter: QPainter) -> None:
        painter.setBrush(QColor(theme.star))
        painter.setPen(Qt.PenStyle.NoPen)
        for n in range(count):
            center = QPointF(n * _STEP_PX + STAR_PX / 2, STAR_PX / 2)
            painter.drawPolygon(star(center, STAR_PX / 2))

    return _drawn(max(1, count) * _STEP_PX, STAR_PX, ratio, draw)


@lru_cache(maxsize=16)
def flag(ratio: float) -> QPixmap:
    """The sign of a picked photo, visible on any photograph."""

    def draw(painter: QPainter) -> None:
        painter.setPen(QPen(QColor("#101010"), 1))
        painter.setBrush(QColor("#f4f4f4"))
        painter.drawPolygon(
            QPolygonF(
                [
                    QPointF(*p)
                    for p in ((4, 3), (18, 3), (14, 8), (18, 13), (6, 13), (6, 19), (4, 19))
                ]
            )
        )

    return _drawn(MARK_PX, MARK_PX, ratio, draw)


@lru_cache(maxsize=16)
def cross(theme: Theme, ratio: float) -> QPixmap:
    """The sign of a rejected photo."""

    def draw(painter: QPainter) -> None:
        for color, width in ((QColor("#101010"), 5.0), (QColor(theme.reject), 2.6)):
            pen = QPen(color, width)
            pen.setCapStyle(Qt.PenCapStyle.RoundCap)
            painter.setPen(pen)
            painter.drawLine(QPointF(6, 6), QPointF(16, 16))
            painter.drawLine(QPointF(16, 6), QPointF(6, 16))

    return _drawn(MARK_PX, MARK_PX, ratio, draw)


@lru_cache(maxsize=16)
def sheets_sign(theme: Theme, ratio: float) -> QPixmap:
    """Two sheets, one behind the other: a closed stack."""

    def draw(painter: QPainter) -> None:
        painter.setPen(QPen(QColor(theme.text), 1))
        painter.setBrush(QColor(theme.canvas))
        painter.drawRect(QRectF(3.5, 0.5, 7, 6))
        painter.drawRect(QRectF(0.5, 3.5, 7, 6))

    return _drawn(SHEETS_PX, SHEETS_PX, ratio, draw)


def star(center: QPointF, radius: float) -> QPolygonF:
    """A five-pointed star, one point up."""
    corners = []
    for n in range(10):
        reach = radius if n % 2 == 0 else radius * 0.42
        angle = math.pi * (n / 5 - 0.5)
        corners.append(center + QPointF(math.cos(angle), math.sin(angle)) * reach)
    return QPolygonF(corners)


def _drawn(width: int, height: int, ratio: float, draw: Callable[[QPainter], None]) -> QPixmap:
    pixmap = QPixmap(round(width * ratio), round(height * ratio))
    pixmap.setDevicePixelRatio(ratio)
    pixmap.fill(Qt.GlobalColor.transparent)
    painter = QPainter(pixmap)
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    draw(painter)
    painter.end()
    return pixmap
