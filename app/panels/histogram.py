"""How the tones of a picture are spread: luminance and the three channels."""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
from PySide6.QtCore import QEvent, QPointF, QRectF, QSize, Qt
from PySide6.QtGui import QColor, QImage, QPainter, QPaintEvent, QPalette, QPolygonF
from PySide6.QtWidgets import QSizePolicy, QWidget

_MAX_EDGE_PX = 640
_LEVELS = 256
_LUMA = (0.2126, 0.7152, 0.0722)  # ITU-R BT.709, on the encoded values as cameras draw it
_CEILING = 0.995  # of the levels; a single spike must not press everything else flat
_CHANNEL_HUES = (0, 120, 225)  # red, green, blue
_CHANNEL_OPACITY = 0.75
_MARGIN_PX = 1


@dataclass(frozen=True, slots=True)
class Histogram:
    """Pixel counts per level, and how much of the picture has no detail left at either end."""

    luminance: npt.NDArray[np.int64]  # (256,)
    channels: npt.NDArray[np.int64]  # (3, 256): red, green, blue
    black: float  # share of pixels at level 0 in every channel, 0..1
    white: float  # share of pixels at level 255 in every channel, 0..1


def histogram_of(image: QImage) -> Histogram:
    """Count the levels of `image`; a large one is sampled down to 640 px first."""
    pixels = _pixels(image)
    luma = (pixels @ np.array(_LUMA, np.float32) + 0.5).astype(np.uint8)
    channels = np.stack([np.bincount(pixels[:, c], minlength=_LEVELS) for c in range(3)])
    return Histogram(
        np.bincount(luma, minlength=_LEVELS),
        channels,
        black=float(np.mean(pixels.max(axis=1) == 0)),
        white=float(np.mean(pixels.min(axis=1) == _LEVELS - 1)),
    )


class HistogramView(QWidget):
    """Draws a histogram; its tooltip gives the clipped shares in numbers."""

    def __init__(self, parent: QWidget | None = None) -> None:
        super().__init__(parent)
        self._histogram: Histogram | None = None
        self.setSizePolicy(QSizePolicy.Policy.Expanding, QSizePolicy.Policy.Fixed)
        self.setAccessibleName(self.tr("Histogram"))

    @property
    def histogram(self) -> Histogram | None:
        return self._histogram

    def set_image(self, image: QImage | None) -> None:
        """Show the tones of `image`, or an empty frame."""
        self._histogram = None if image is None or image.isNull() else histogram_of(image)
        text = "" if self._histogram is None else self._clipping_text(self._histogram)
        self.setToolTip(text)
        self.setAccessibleDescription(text)
        self.update()

    def sizeHint(self) -> QSize:
        return QSize(_LEVELS, 88)

    def minimumSizeHint(self) -> QSize:
        return QSize(96, 88)

    def paintEvent(self, _event: QPaintEvent) -> None:
        painter = QPainter(self)
        area = QRectF(self.rect()).adjusted(_MARGIN_PX, _MARGIN_PX, -_MARGIN_PX, -_MARGIN_PX)
        painter.fillRect(area, self.palette().color(QPalette.ColorRole.Base))
        if self._histogram is not None:
            paint_histogram(painter, self._histogram, area, self.palette())

    def changeEvent(self, event: QEvent) -> None:
        super().changeEvent(event)
        if event.type() is QEvent.Type.PaletteChange:
            self.update()

    def _clipping_text(self, histogram: Histogram) -> str:
        return self.tr("Pure black {black} of the picture, pure white {white}").format(
            black=_percent(histogram.black), white=_percent(histogram.white)
        )


def paint_histogram(
    painter: QPainter, histogram: Histogram, area: QRectF, palette: QPalette
) -> None:
    """Draw luminance as a ground and the channels as lines, in the colours of `palette`."""
    painter.setRenderHint(QPainter.RenderHint.Antialiasing)
    ceiling = _ceiling(histogram)
    painter.setPen(Qt.PenStyle.NoPen)
    ground = palette.color(QPalette.ColorRole.Text)
    ground.setAlphaF(0.35)
    painter.setBrush(ground)
    curve = _curve(histogram.luminance, ceiling, area)
    painter.drawPolygon(QPolygonF([area.bottomLeft(), *curve, area.bottomRight()]))
    painter.setBrush(Qt.BrushStyle.NoBrush)
    for color, counts in zip(_channel_colors(palette), histogram.channels, strict=True):
        painter.setPen(color)
        painter.drawPolyline(QPolygonF(_curve(counts, ceiling, area)))


def _channel_colors(palette: QPalette) -> list[QColor]:
    dark = palette.color(QPalette.ColorRole.Base).lightness() < _LEVELS / 2
    lightness = 150 if dark else 105
    colors = [QColor.fromHsl(hue, 90, lightness) for hue in _CHANNEL_HUES]
    for color in colors:
        color.setAlphaF(_CHANNEL_OPACITY)
    return colors


def _pixels(image: QImage) -> npt.NDArray[np.uint8]:
    """The pixels as (N, 3) RGB."""
    if max(image.width(), image.height()) > _MAX_EDGE_PX:
        image = image.scaled(_MAX_EDGE_PX, _MAX_EDGE_PX, Qt.AspectRatioMode.KeepAspectRatio)
    image = image.convertToFormat(QImage.Format.Format_RGB32)
    # In memory a pixel is blue, green, red, unused on every system Qt runs on for us.
    bgrx = np.frombuffer(image.constBits(), np.uint8).reshape(-1, 4)
    return bgrx[:, 2::-1].copy()  # the picture under it ends with this function


def _ceiling(histogram: Histogram) -> float:
    """The count drawn at full height."""
    inner = np.concatenate([histogram.luminance[1:-1], histogram.channels[:, 1:-1].ravel()])
    return float(max(1.0, np.quantile(inner, _CEILING)))


def _curve(counts: npt.NDArray[np.int64], ceiling: float, area: QRectF) -> list[QPointF]:
    heights = np.minimum(counts / ceiling, 1.0) * area.height()
    step = area.width() / (_LEVELS - 1)
    return [
        QPointF(area.left() + level * step, area.bottom() - height)
        for level, height in enumerate(heights.tolist())
    ]


def _percent(share: float) -> str:
    if 0 < share < 0.001:
        return "< 0.1 %"
    return f"{share * 100:.1f} %"
