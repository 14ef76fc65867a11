"""Draws pictures into areas that are given in pixels of the screen, whatever its scaling."""

from PySide6.QtCore import QRect, QRectF
from PySide6.QtGui import QImage, QPainter


def paint_picture(
    painter: QPainter, picture: QImage, area: QRect, view: QRect, ratio: float
) -> None:
    """Draw what is visible of a picture that fills `area`.

    Args:
        painter: in the coordinates of a widget.
        picture: any rendition; one of exactly the size of `area` is drawn pixel by pixel.
        area: where all of it would lie, in pixels of the screen.
        view: what is on screen of the widget, likewise.
        ratio: pixels of the screen for one unit of the widget.
    """
    visible = area.intersected(view)
    if visible.isEmpty():
        return
    drawn_as_is = area.size() == picture.size()
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform, not drawn_as_is)
    x_scale, y_scale = picture.width() / area.width(), picture.height() / area.height()
    source = visible.translated(-area.topLeft())
    painter.drawImage(
        on_widget(visible, ratio),
        picture,
        QRectF(
            source.x() * x_scale,
            source.y() * y_scale,
            source.width() * x_scale,
            source.height() * y_scale,
        ),
    )


def paint_veil(painter: QPainter, veil: QImage, area: QRect, ratio: float) -> None:
    """Lay a picture of any size over the whole of `area`."""
    painter.setRenderHint(QPainter.RenderHint.SmoothPixmapTransform)
    painter.drawImage(on_widget(area, ratio), veil)


def on_widget(area: QRect, ratio: float) -> QRectF:
    """The same area in units of the widget."""
    return QRectF(area.x() / ratio, area.y() / ratio, area.width() / ratio, area.height() / ratio)
