"""The panel beside the photos: what is known of one of them, and never what is not known."""

from datetime import datetime

import pytest
from PySide6.QtGui import QColor, QImage
from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from app.panels.histogram import HistogramView, histogram_of
from app.panels.info_panel import InfoPanel
from core.photo import FileState, Metadata, Score
from tests.app.photos import photo


@pytest.fixture
def panel(qtbot: QtBot) -> InfoPanel:
    made = InfoPanel()
    qtbot.addWidget(made)
    made.resize(260, 700)
    made.show()
    return made


def texts(panel: InfoPanel) -> list[str]:
    """What can be read."""
    return [label.text() for label in panel.findChildren(QLabel) if label.isVisible()]


def grey(level: int) -> QImage:
    image = QImage(8, 8, QImage.Format.Format_RGB32)
    image.fill(QColor(level, level, level))
    return image


def test_it_says_what_the_camera_wrote(panel: InfoPanel) -> None:
    metadata = Metadata(
        taken_at=datetime(2026, 5, 1, 9, 30),
        camera="Canon EOS R5",
        exposure_s=0.004,
        aperture=2.8,
        iso=400,
        focal_length_mm=50,
        width_px=6000,
        height_px=4000,
    )
    panel.show_photo(photo(7, metadata=metadata), None)
    shown = " ".join(texts(panel)).replace("\N{NO-BREAK SPACE}", " ")
    for words in ("IMG_0007.JPG", "Canon EOS R5", "1/250 s", "f/2.8", "ISO 400", "24.0 MP"):
        assert words in shown


def test_rows_without_a_value_are_not_there(panel: InfoPanel) -> None:
    panel.show_photo(photo(7), None)
    assert "Name" in texts(panel)
    for name in ("Camera", "Lens", "Place", "Exposure"):
        assert name not in texts(panel)


def test_a_photo_out_of_reach_says_why(panel: InfoPanel) -> None:
    away = photo(7, state=FileState.OFFLINE, problem="you may not read this file")
    panel.show_photo(away, None)
    assert "you may not read this file" in " ".join(texts(panel))


def test_a_score_comes_with_its_spread_its_meaning_and_its_parts(panel: InfoPanel) -> None:
    score = Score(87.4, 80.2, 6.0, {"sharpness": 93.0, "noise": 55.0}, "test 1")
    panel.show_photo(photo(7, score=score), None, "better than so many of 100")
    shown = texts(panel)
    assert "87 ± 6" in shown
    assert "better than so many of 100" in shown
    panel.show_photo(photo(8), None, "better than so many of 100")
    assert "Not scored yet" in texts(panel)


def test_an_unreadable_file_is_explained(panel: InfoPanel) -> None:
    broken = photo(7, state=FileState.UNREADABLE, problem="the file is empty")
    panel.show_photo(broken, None)
    assert any("the file is empty" in text for text in texts(panel))


def test_nothing_is_said_of_no_photo(panel: InfoPanel) -> None:
    panel.show_photo(photo(7), grey(128))
    panel.show_photo(None, None)
    assert [text for text in texts(panel) if text] == []
    assert not panel.findChild(HistogramView).isVisible()


def test_the_histogram_counts_tones_and_clipping() -> None:
    image = grey(200)
    for x in range(8):
        image.setPixelColor(x, 0, QColor(255, 255, 255))
        image.setPixelColor(x, 1, QColor(0, 0, 0))
    found = histogram_of(image)
    assert found.luminance[200] == 48
    assert found.channels.sum(axis=1).tolist() == [64, 64, 64]
    assert (found.white, found.black) == (1 / 8, 1 / 8)


def test_red_counts_as_red() -> None:
    image = QImage(4, 4, QImage.Format.Format_RGB32)
    image.fill(QColor(250, 20, 10))
    red, green, blue = histogram_of(image).channels
    assert (red[250], green[20], blue[10]) == (16, 16, 16)


def test_the_histogram_tells_clipping_in_words(panel: InfoPanel) -> None:
    panel.show_photo(photo(7), grey(255))
    view = panel.findChild(HistogramView)
    assert "white 100.0 %" in view.toolTip()
    panel.set_image(None)
    assert view.toolTip() == ""
