"""Warnings and peaking lie exactly where the picture has what they speak of."""

from PySide6.QtCore import QRect
from PySide6.QtGui import QColor, QImage, QPainter

from app.overlays.measure import clipping, peaking


def grey(width: int = 200, height: int = 100, level: int = 120) -> QImage:
    image = QImage(width, height, QImage.Format.Format_RGB32)
    image.fill(QColor(level, level, level))
    return image


def with_box(box: QRect, colour: QColor, image: QImage | None = None) -> QImage:
    image = image or grey()
    painter = QPainter(image)
    painter.fillRect(box, colour)
    painter.end()
    return image


def marked(veil: QImage) -> QRect:
    """The least rectangle around everything that is not transparent."""
    found = QRect()
    for y in range(veil.height()):
        for x in range(veil.width()):
            if veil.pixelColor(x, y).alpha():
                found = found.united(QRect(x, y, 1, 1))
    return found


def test_burnt_lights_are_red_and_black_shadows_blue() -> None:
    lights, shadows = QRect(20, 10, 30, 20), QRect(120, 50, 40, 30)
    image = with_box(shadows, QColor(0, 0, 1), with_box(lights, QColor(255, 180, 90)))
    veil = clipping(image)
    light = veil.pixelColor(lights.center())
    shadow = veil.pixelColor(shadows.center())
    assert light.red() > light.blue()
    assert shadow.blue() > shadow.red()
    assert marked(veil) == lights.united(shadows)


def test_one_black_channel_is_no_black_shadow() -> None:
    assert marked(clipping(with_box(QRect(0, 0, 50, 50), QColor(0, 90, 0)))).isEmpty()


def test_edges_are_marked_and_flat_or_faint_ones_are_not() -> None:
    box = QRect(60, 30, 50, 40)
    around = marked(peaking(with_box(box, QColor("white"))))
    assert box.adjusted(-2, -2, 2, 2).contains(around)
    assert around.contains(box.adjusted(2, 2, -2, -2))
    assert marked(peaking(grey())).isEmpty()
    assert marked(peaking(with_box(box, QColor(128, 128, 128)))).isEmpty()


def test_a_part_is_measured_as_if_it_were_all() -> None:
    box = QRect(60, 30, 50, 40)
    part = QRect(50, 20, 80, 60)
    veil = clipping(with_box(box, QColor("white")), part)
    assert veil.size() == part.size()
    assert marked(veil) == box.translated(-part.topLeft())


def test_a_picture_taller_than_a_strip_has_no_seams() -> None:
    image = grey(20, 1200)
    with_box(QRect(0, 500, 20, 40), QColor("white"), image)
    edges = marked(peaking(image))
    assert (edges.top(), edges.bottom()) == (499, 540)
