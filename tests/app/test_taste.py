"""The taste in the window: indicator, suggestions, switching models, why a score is so."""

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QToolButton
from pytestqt.qtbot import QtBot

from app.dialogs.personalize_dialog import PersonalizeDialog, Step
from app.jobs import JobRunner
from app.main_window import MainWindow
from core.errors import ProfileError
from core.photo import Changes, PhotoId, Query, Score, ScoredPhoto, SortKey
from core.services.engine import Engine
from core.services.personalize import Explanation, Suggested
from core.taste.readiness import Readiness
from tests.app.fake_personalize import FakePersonalize, bump, profile, proposal
from tests.make_photos import write_shoot

WAIT_MS = 20_000


class Rescoring(FakePersonalize):
    """Turns the order of the scores around whenever another model is used."""

    def __init__(self, engine: Engine) -> None:
        super().__init__()
        self._engine = engine

    def use(self, profile: object) -> Changes:
        super().use(profile)  # type: ignore[arg-type]
        with self._engine.library.transaction() as stored:
            photos = stored.photos.get(stored.photos.ids(Query()))
            turned = [
                ScoredPhoto(
                    photo.id, replace(photo.score, value=100 - photo.score.value), b"\0\0", b"\0\0"
                )
                for photo in photos.values()
                if isinstance(photo.score, Score)
            ]
            changes = stored.scores.save(turned)
        self._engine.changes.publish(changes)
        return changes


@pytest.fixture
def fake(engine: Engine) -> FakePersonalize:
    made = Rescoring(engine)
    made.kept.append(profile(1, "Weddings"))
    return made


@pytest.fixture
def window(
    qtbot: QtBot, engine: Engine, fake: FakePersonalize, jobs: JobRunner
) -> Iterator[MainWindow]:
    shown = MainWindow(replace(engine, personalize=fake), jobs)
    shown.resize(1340, 840)
    with qtbot.waitExposed(shown):
        shown.show()
    shown.activateWindow()
    yield shown
    shown.close()
    jobs.shutdown()
    shown.deleteLater()


@pytest.fixture
def ids(qtbot: QtBot, window: MainWindow, engine: Engine, tmp_path: Path) -> tuple[PhotoId, ...]:
    """Four photos, sorted by their score."""
    write_shoot(tmp_path / "shoot", 4, size=(60, 40))
    window.open_paths([tmp_path / "shoot"])
    qtbot.waitUntil(lambda: "4 photos scored" in window.status.message, timeout=WAIT_MS)
    found = engine.browse.ids(Query())
    with engine.library.transaction() as stored:
        photos = stored.photos.get(found)
        scores = [
            ScoredPhoto(id_, replace(photos[id_].score, value=value), b"\0\0", b"\0\0")
            for id_, value in zip(found, (80.0, 60.0, 45.0, 10.0), strict=True)
        ]
        stored.scores.save(scores)
    window.filter_bar.sort_by(SortKey.SCORE, descending=True)
    qtbot.waitUntil(lambda: window.grid.model().ids == tuple(found), timeout=WAIT_MS)
    return tuple(found)


def undo_button(window: MainWindow) -> QToolButton:
    [found] = [
        b for b in window.status.findChildren(QToolButton) if b.text() == "Undo" and b.isVisible()
    ]
    return found


def order(window: MainWindow) -> tuple[PhotoId, ...]:
    return tuple(window.grid.model().ids)


def choose_model(window: MainWindow, name: str) -> None:
    [entry] = [a for a in window.indicator._menu.actions() if a.text() == name]
    entry.trigger()


def test_the_indicator_counts_after_a_rating_and_opens_the_dialog(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    qtbot.waitUntil(
        lambda: window.indicator.ratings_text == "34 ratings in 3 shoots: enough to try",
        timeout=WAIT_MS,
    )
    fake.ready = Readiness(35, 3, 29, "few", "Enough to try; with 5 more the gain can be seen.")
    window.actions_["stars_3"].trigger()
    qtbot.waitUntil(lambda: window.indicator.ratings_text.startswith("35"), timeout=WAIT_MS)
    window.indicator._ratings.click()
    dialog = window.findChild(PersonalizeDialog)
    assert dialog.isVisible()
    qtbot.waitUntil(lambda: dialog.start.sentence == fake.ready.sentence, timeout=WAIT_MS)
    dialog.reject()


def test_before_the_first_rating_there_is_no_indicator(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize
) -> None:
    qtbot.waitUntil(window.indicator._ratings.isVisible, timeout=WAIT_MS)
    fake.ready = Readiness(0, 0, 0, "none", "10 more ratings.")
    window.personalizing.begin()
    qtbot.waitUntil(lambda: not window.indicator._ratings.isVisible(), timeout=WAIT_MS)


def test_a_narrow_window_shortens_the_indicator(qtbot: QtBot, window: MainWindow) -> None:
    qtbot.waitUntil(window.indicator._ratings.isVisible, timeout=WAIT_MS)
    window.resize(900, 600)
    qtbot.waitUntil(lambda: window.indicator.ratings_text == "34 ratings", timeout=WAIT_MS)
    assert window.indicator._ratings.text() == "34 ratings"


def test_another_model_reorders_at_once_names_itself_and_can_be_undone(
    qtbot: QtBot, window: MainWindow, ids: tuple[PhotoId, ...]
) -> None:
    assert window.indicator.model_text == "Model: Model for everybody"
    choose_model(window, "Weddings")
    qtbot.waitUntil(lambda: order(window) == tuple(reversed(ids)), timeout=WAIT_MS)
    assert window.status.message == "The scores follow “Weddings”."
    assert window.indicator.model_text == "Model: Weddings"
    undo_button(window).click()
    qtbot.waitUntil(lambda: order(window) == ids, timeout=WAIT_MS)
    assert window.indicator.model_text == "Model: Model for everybody"
    assert window.grid.current_id == ids[0]


def test_who_has_gone_on_meanwhile_keeps_the_order_until_he_asks(
    qtbot: QtBot, window: MainWindow, ids: tuple[PhotoId, ...]
) -> None:
    window.personalizing.switching.connect(lambda: qtbot.keyClick(window.grid, Qt.Key.Key_Right))
    choose_model(window, "Weddings")
    qtbot.waitUntil(lambda: "new scores" in window.browsing.outdated, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: "Weddings" in window.status.message, timeout=WAIT_MS)
    assert order(window) == ids
    window.actions_["sort_again"].trigger()
    qtbot.waitUntil(lambda: order(window) == tuple(reversed(ids)), timeout=WAIT_MS)


def test_a_model_that_cannot_be_used_is_told_and_the_old_one_stays(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    fake.refusal = ProfileError("“Weddings” was made for another model.", hint="Learn it again.")
    choose_model(window, "Weddings")
    qtbot.waitUntil(
        lambda: window.status.message == "“Weddings” was made for another model. Learn it again.",
        timeout=WAIT_MS,
    )
    assert order(window) == ids


def test_suggestions_are_shown_with_their_reasons(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    fake.suggestions = (Suggested(ids[2], "unlike the others"), Suggested(ids[0], "near the line"))
    window.actions_["rate_next"].trigger()
    qtbot.waitUntil(lambda: order(window) == (ids[2], ids[0]), timeout=WAIT_MS)
    assert window.banner.reason == "This one: unlike the others"
    window.actions_["back"].trigger()
    qtbot.waitUntil(lambda: order(window) == ids, timeout=WAIT_MS)


def test_without_suggestions_it_says_so(
    qtbot: QtBot, window: MainWindow, ids: tuple[PhotoId, ...]
) -> None:
    window.actions_["rate_next"].trigger()
    qtbot.waitUntil(lambda: "no scored photo left" in window.status.message, timeout=WAIT_MS)
    assert order(window) == ids


def brightness(window: MainWindow) -> int:
    """Of a corner of the photo in the loupe."""
    image = window.loupe.canvas.grab().toImage()
    area = window.loupe.canvas.picture_area_px
    return image.pixelColor(area.left() + 1, area.bottom() - 1).lightness()


def test_why_is_told_beside_the_photo_and_drawn_over_it(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    fake.explanation = Explanation(bump(), {}, ids[1:3], "It is like what you rate high.")
    qtbot.keyClick(window.grid, Qt.Key.Key_E)
    ready = window.loupe.picture_ready
    with qtbot.waitSignal(ready, timeout=WAIT_MS):
        window.actions_["next"].trigger()
    plain = brightness(window)
    qtbot.keyClick(window.loupe.canvas, Qt.Key.Key_W)
    qtbot.waitUntil(lambda: window.why.sentence == fake.explanation.sentence, timeout=WAIT_MS)
    qtbot.waitUntil(lambda: brightness(window) < plain * 0.6, timeout=WAIT_MS)
    assert [tile.photo.id for tile in window.why.alike.tiles] == list(ids[1:3])
    assert window.why.isVisible()
    qtbot.keyClick(window.loupe.canvas, Qt.Key.Key_W)
    assert not window.why.isVisible()
    assert brightness(window) == plain


def test_a_photo_that_is_alike_can_be_looked_at(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    fake.explanation = Explanation(None, {}, (ids[3],), "It is like what you rate high.")
    window.actions_["why"].trigger()
    qtbot.waitUntil(lambda: len(window.why.alike.tiles) == 1, timeout=WAIT_MS)
    window.why.alike.tiles[0].click()
    qtbot.waitUntil(lambda: order(window) == (ids[0], ids[3]), timeout=WAIT_MS)
    assert window.grid.current_id == ids[3]
    assert window.banner.title.startswith("Most like ")
    window.actions_["why"].trigger()


def test_the_photos_that_move_can_be_looked_at_from_the_verdict(
    qtbot: QtBot, window: MainWindow, fake: FakePersonalize, ids: tuple[PhotoId, ...]
) -> None:
    fake.found = proposal(ids)
    window.actions_["personalize"].trigger()
    dialog = window.findChild(PersonalizeDialog)
    dialog.learn(deep=False)
    qtbot.waitUntil(lambda: dialog.step is Step.VERDICT, timeout=WAIT_MS)
    dialog.verdict.moves.tiles[3].click()
    qtbot.waitUntil(lambda: window.grid.current_id == ids[3], timeout=WAIT_MS)
    assert window.banner.reason == "This one: score 83 → 41"
    assert dialog.isVisible()
    dialog.verdict.discarded.emit()
