"""Personalize: every state, and that nothing but the user's own decision ends a verdict."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QLineEdit, QPushButton, QRadioButton
from pytestqt.qtbot import QtBot

from app.dialogs.personalize_dialog import PersonalizeDialog, Step
from app.dialogs.profile_table import ProfileTable
from app.jobs import JobRunner, Lane
from app.panels.photo_tiles import TilePictures
from app.personalizing import Personalizing
from core.errors import NotEnoughRatingsError, ProfileError
from core.photo import PhotoId, Query
from core.progress import Task
from core.services.engine import Engine
from core.taste.readiness import Readiness
from tests.app.fake_personalize import GENERIC, FakePersonalize, profile, proposal
from tests.make_photos import write_shoot

WAIT_MS = 10_000


@pytest.fixture
def fake() -> FakePersonalize:
    return FakePersonalize()


@pytest.fixture
def shoot(engine: Engine, tmp_path: Path) -> tuple[PhotoId, ...]:
    write_shoot(tmp_path / "shoot", 4, size=(60, 40))
    engine.importer.import_folder(tmp_path / "shoot", recursive=True, task=Task())
    return tuple(engine.browse.ids(Query()))


@pytest.fixture
def personalizing(
    qtbot: QtBot, fake: FakePersonalize, engine: Engine, jobs: JobRunner
) -> Iterator[Personalizing]:
    made = Personalizing(fake, engine.browse, jobs)
    with qtbot.waitSignals([made.readiness_changed, made.profiles_changed], timeout=WAIT_MS):
        made.begin()
    yield made
    made.deleteLater()


@pytest.fixture
def dialog(
    qtbot: QtBot,
    fake: FakePersonalize,
    personalizing: Personalizing,
    engine: Engine,
    jobs: JobRunner,
) -> Iterator[PersonalizeDialog]:
    pictures = TilePictures(engine.previews, jobs, personalizing)
    made = PersonalizeDialog(fake, personalizing, engine.browse, pictures, jobs)
    made.show()
    made.show_readiness(fake.ready)
    yield made
    fake.go_on.set()
    qtbot.waitUntil(lambda: not jobs.active and not pictures.busy, timeout=WAIT_MS)
    pictures.close()
    made.hide()
    made.deleteLater()


def button(dialog: PersonalizeDialog, text: str) -> QPushButton:
    found = [b for b in dialog.findChildren(QPushButton) if b.text() == text and b.isVisible()]
    assert len(found) == 1, f"{text}: {len(found)}"
    return found[0]


def read(dialog: PersonalizeDialog) -> str:
    """All that can be read."""
    return "\n".join(label.text() for label in dialog.findChildren(QLabel) if label.isVisible())


Learn = Callable[..., None]


@pytest.fixture
def learn(qtbot: QtBot, dialog: PersonalizeDialog) -> Learn:
    def learned(step: Step = Step.VERDICT) -> None:
        button(dialog, "Learn").click()
        qtbot.waitUntil(lambda: dialog.step is step, timeout=WAIT_MS)

    return learned


def test_it_says_what_it_will_learn_from(dialog: PersonalizeDialog) -> None:
    assert "34 photos of 3 shoots, 28 single frames and bursts" in read(dialog)
    assert "Each shoot is kept back once" in read(dialog)


@pytest.mark.parametrize(
    ("seconds", "told"), [(50.0, "1 minute"), (182.0, "3 minutes"), (431.0, "7 minutes")]
)
def test_it_says_how_long_thorough_learning_takes(
    qtbot: QtBot,
    dialog: PersonalizeDialog,
    fake: FakePersonalize,
    personalizing: Personalizing,
    seconds: float,
    told: str,
) -> None:
    fake.deep_s = seconds
    with qtbot.waitSignal(personalizing.deep_time_changed, timeout=WAIT_MS):
        personalizing.begin()
    texts = [b.text() for b in dialog.findChildren(QRadioButton)]
    assert f"&Thorough: about {told}" in texts


def test_without_enough_ratings_it_offers_photos_to_rate_instead(
    qtbot: QtBot, dialog: PersonalizeDialog
) -> None:
    dialog.show_readiness(Readiness(4, 1, 3, "none", "6 more ratings."))
    assert not button(dialog, "Learn").isEnabled()
    assert "4 photos of 1 shoot, 3 single frames and bursts" in read(dialog)
    assert "Rate some photos of another shoot too" in read(dialog)
    with qtbot.waitSignal(dialog.suggestions_asked):
        button(dialog, "Rate these next").click()


def test_the_verdict_has_both_models_with_interval_and_sample(
    dialog: PersonalizeDialog, fake: FakePersonalize, shoot: tuple[PhotoId, ...], learn: Learn
) -> None:
    fake.found = proposal(shoot)
    learn()
    text = read(dialog)
    assert "Tried on 212 of these photos" in text
    assert "+0.16 (+0.05 to +0.27)" in text
    assert "19 (12 to 27)" in text
    assert "1 (0 to 4)" in text
    assert "9 (4 to 15)" in text
    spoken = " ".join(w.accessibleDescription() for w in dialog.findChildren(object) if _named(w))
    assert "Your model: 0.58 (0.48 to 0.67)" in spoken
    captions = [tile.caption for tile in dialog.verdict.moves.tiles]
    assert captions == ["31 → 78", "32 → 77", "84 → 40", "83 → 41"]


def _named(widget: object) -> bool:
    return bool(getattr(widget, "accessibleDescription", None))


def test_thorough_learning_is_asked_for_and_takes_the_compute_lane(
    dialog: PersonalizeDialog, fake: FakePersonalize, jobs: JobRunner, learn: Learn
) -> None:
    lanes: list[Lane] = []
    jobs.submitted.connect(lambda job: lanes.append(job.lane))
    next(b for b in dialog.findChildren(QRadioButton) if "Thorough" in b.text()).click()
    learn()
    assert fake.log == [("learn", True)]
    assert Lane.COMPUTE in lanes


def test_it_can_be_stopped(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    fake.go_on.clear()
    learn(Step.RUNNING)
    qtbot.waitUntil(lambda: "Trying" in dialog.running.stage, timeout=WAIT_MS)
    assert "30 %" in read(dialog)
    button(dialog, "Cancel").click()
    qtbot.waitUntil(lambda: dialog.step is Step.START, timeout=WAIT_MS)


def test_what_waits_for_other_work_is_stopped_at_once(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, jobs: JobRunner, learn: Learn
) -> None:
    fake.go_on.clear()
    scoring = jobs.submit(Lane.COMPUTE, "Scoring", _until_cancelled)
    learn(Step.RUNNING)
    assert "Waiting" in dialog.running.stage
    button(dialog, "Cancel").click()
    assert dialog.step is Step.START
    scoring.cancel()
    qtbot.waitUntil(lambda: not jobs.active, timeout=WAIT_MS)
    assert fake.log == []


def _until_cancelled(task: Task) -> None:
    while True:
        task.report("score", 0)


def test_closed_while_it_learns_it_comes_back_with_the_verdict(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    fake.go_on.clear()
    learn(Step.RUNNING)
    dialog.reject()
    assert not dialog.isVisible()
    fake.go_on.set()
    qtbot.waitUntil(dialog.isVisible, timeout=WAIT_MS)
    assert dialog.step is Step.VERDICT
    dialog.reject()  # not decided on: it is kept
    dialog.show()
    assert dialog.step is Step.VERDICT


def test_accepting_keeps_it_under_a_free_name(
    qtbot: QtBot,
    dialog: PersonalizeDialog,
    fake: FakePersonalize,
    personalizing: Personalizing,
    learn: Learn,
) -> None:
    learn()
    field = next(f for f in dialog.findChildren(QLineEdit) if f.isVisible())
    assert field.text() == "My taste"
    field.setText("   ")
    assert not button(dialog, "Use this model").isEnabled()
    field.setText(" Weddings ")
    with qtbot.waitSignal(personalizing.switched, timeout=WAIT_MS) as switch:
        button(dialog, "Use this model").click()
    assert switch.args[0].profile.name == fake.kept[1].name
    assert switch.args[0].before == GENERIC
    qtbot.waitUntil(lambda: not dialog.isVisible(), timeout=WAIT_MS)


def test_a_refusal_is_told_and_the_verdict_stays(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    learn()
    fake.refusal = ProfileError("There is one of this name.", hint="Choose another.")
    button(dialog, "Use this model").click()
    qtbot.waitUntil(
        lambda: "There is one of this name. Choose another." in read(dialog), timeout=WAIT_MS
    )
    assert dialog.step is Step.VERDICT
    assert button(dialog, "Use this model").isEnabled()


def test_discarding_changes_nothing(
    dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    learn()
    button(dialog, "Discard").click()
    assert dialog.step is Step.START
    assert fake.kept == [GENERIC]


def test_where_nothing_is_better_there_is_nothing_to_accept(
    dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    fake.found = proposal(
        chosen="generic",
        generic=None,
        personal=None,
        gain=None,
        cuts=(),
        held_out=0,
        shoots=1,
        sentence="All your ratings are of one shoot.",
    )
    learn()
    assert "All your ratings are of one shoot." in read(dialog)
    assert "There are 212 ratings in 1 shoot, 140 single frames and bursts." in read(dialog)
    assert not [
        b
        for b in dialog.findChildren(QPushButton)
        if b.text() == "Use this model" and b.isVisible()
    ]
    button(dialog, "Keep what I have").click()


def test_at_its_smallest_nothing_is_cut_off(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    fake.found = proposal()
    for go in (lambda: None, learn):
        go()
        dialog.resize(1, 1)
        qtbot.waitUntil(lambda: dialog.height() == dialog.minimumHeight())
        for label in dialog.findChildren(QLabel):
            if label.isVisible():
                needed = label.heightForWidth(label.width()) if label.wordWrap() else 0
                assert label.height() >= needed, label.text()
                assert label.width() >= label.minimumSizeHint().width(), label.text()


def test_too_few_ratings_are_explained_with_what_helps(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, learn: Learn
) -> None:
    fake.found = NotEnoughRatingsError("All your ratings are equal.", hint="Rate some higher.")
    learn(Step.PROBLEM)
    assert "All your ratings are equal." in read(dialog)
    assert "The model in use stays as it is." in read(dialog)
    with qtbot.waitSignal(dialog.suggestions_asked):
        button(dialog, "Rate these next").click()
    button(dialog, "Back").click()
    assert dialog.step is Step.START


class Models:
    """The page of models, as a user handles it."""

    def __init__(self, qtbot: QtBot, dialog: PersonalizeDialog) -> None:
        self._qtbot = qtbot
        self._dialog = dialog
        self.table: ProfileTable = dialog.profiles.table

    def choose(self, name: str) -> None:
        [row] = [row for row, shown in enumerate(self.names) if shown == name]
        self.table.selectRow(row)

    @property
    def names(self) -> list[str]:
        model = self.table.profiles
        return [str(model.index(row, 0).data()) for row in range(model.rowCount())]

    @property
    def in_use(self) -> str:
        model = self.table.profiles
        [row] = [row for row in range(model.rowCount()) if model.index(row, 1).data() == "in use"]
        return self.names[row]

    def press(self, text: str) -> None:
        button(self._dialog, text).click()

    def wait(self, condition: Callable[[], bool]) -> None:
        self._qtbot.waitUntil(condition, timeout=WAIT_MS)


@pytest.fixture
def models(
    qtbot: QtBot, dialog: PersonalizeDialog, fake: FakePersonalize, personalizing: Personalizing
) -> Models:
    fake.kept += [profile(1, "Weddings"), profile(2, "Birds & bees" * 12, arm="deep")]
    with qtbot.waitSignal(personalizing.profiles_changed, timeout=WAIT_MS):
        personalizing.read_profiles()
    dialog.show_models()
    return Models(qtbot, dialog)


def test_another_model_can_be_put_in_use(models: Models) -> None:
    assert models.in_use == GENERIC.name
    models.choose("Weddings")
    models.press("Use")
    models.wait(lambda: models.in_use == "Weddings")
    models.choose(GENERIC.name)
    models.press("Use")
    models.wait(lambda: models.in_use == GENERIC.name)


def test_a_model_that_cannot_be_used_is_told_beside_it(
    dialog: PersonalizeDialog, fake: FakePersonalize, models: Models
) -> None:
    models.choose("Weddings")
    fake.refusal = ProfileError("“Weddings” was altered.", hint="Learn again.")
    models.press("Use")
    models.wait(lambda: dialog.profiles.message == "“Weddings” was altered. Learn again.")
    assert models.in_use == GENERIC.name
    fake.refusal = None
    models.press("Use")
    models.wait(lambda: models.in_use == "Weddings")
    assert dialog.profiles.message == ""  # what was said is over


def test_the_model_for_everybody_can_only_be_used(
    dialog: PersonalizeDialog, models: Models
) -> None:
    models.choose(GENERIC.name)
    for text in ("Rename", "Forget", "Export…"):
        assert not button(dialog, text).isEnabled()


def test_a_name_is_typed_in_place(qtbot: QtBot, models: Models) -> None:
    models.choose("Weddings")
    models.press("Rename")
    field = models.table.findChild(QLineEdit)
    field.setText("Marriages")
    qtbot.keyClick(field, Qt.Key.Key_Return)
    models.wait(lambda: "Marriages" in models.names)


def test_forgetting_asks_first(dialog: PersonalizeDialog, models: Models) -> None:
    models.choose("Weddings")
    models.press("Forget")
    assert "Forget “Weddings”?" in read(dialog)
    models.press("Keep it")
    assert "Weddings" in models.names
    models.press("Forget")
    models.press("Forget it")
    models.wait(lambda: "Weddings" not in models.names)


def test_a_model_travels_as_one_file(
    dialog: PersonalizeDialog, fake: FakePersonalize, models: Models, tmp_path: Path
) -> None:
    dialog.profiles.export_to(fake.kept[1], tmp_path / "for a friend")
    models.wait(lambda: "was written to" in dialog.profiles.message)
    file = tmp_path / "for a friend.shortlist-taste"
    assert file.read_bytes() == b"taste"
    dialog.profiles.import_from(file)
    models.wait(lambda: "for a friend" in models.names)
    assert "not in use yet" in dialog.profiles.message


def test_a_file_of_another_kind_is_refused_in_words(
    dialog: PersonalizeDialog, fake: FakePersonalize, models: Models, tmp_path: Path
) -> None:
    fake.refusal = ProfileError("poem.txt is no model of Shortlist.")
    dialog.profiles.import_from(tmp_path / "poem.txt")
    models.wait(lambda: dialog.profiles.message == "poem.txt is no model of Shortlist.")
