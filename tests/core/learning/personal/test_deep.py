"""The deep arm, from marks to a model that rates: what it learns, and what it must not know."""

import hashlib
from collections.abc import Callable, Sequence
from dataclasses import replace
from pathlib import Path

import numpy as np
import onnxruntime
import psutil
import pytest
import torch
from numpy.typing import NDArray
from PIL import Image

from core.errors import Cancelled, CoreError, ModelMismatchError, TrainingError
from core.learning.export import run_onnx
from core.learning.metrics import spearman
from core.learning.personal.apart import Lessons, learn_apart
from core.learning.personal.deep import DeepConfig, learn_deep
from core.learning.personal.deep_result import DeepResult
from core.learning.personal.fine_tuning import FineTuning
from core.progress import Progress, Task
from core.vision.patched_model import personal_model
from tests.core.learning.personal.tiny_model import BINS, SIZE_PX
from tests.core.learning.training_folder import picture
from tests.make_model import write_brightness_model

MARKED, UNMARKED = 36, 20
CONFIG = DeepConfig(
    FineTuning(head_steps=20, steps=2, labelled_batch=8, unlabelled_batch=8), threads=1
)
GENERATOR = np.random.default_rng(3)
WARMTH = GENERATOR.uniform(0, 1, MARKED + UNMARKED)
PICTURES = np.stack(
    [
        np.asarray(Image.fromarray(picture(warmth, size)).resize((SIZE_PX, SIZE_PX)))
        for warmth, size in zip(WARMTH, GENERATOR.uniform(0.2, 1, len(WARMTH)), strict=True)
    ]
)
FOLDS = np.arange(MARKED) % 3


def pictures(rows: Sequence[int]) -> NDArray[np.uint8]:
    return PICTURES[list(rows)]


def liked(stars: NDArray[np.intp]) -> NDArray[np.float32]:
    """All weight on the stars given, 1 to 5."""
    return np.eye(len(BINS), dtype=np.float32)[stars - 1]


WARM = liked(1 + np.floor(WARMTH[:MARKED] * 5).astype(np.intp))
COLD = WARM[:, ::-1].copy()


def learn(
    model: Path,
    wanted: NDArray[np.float32] = WARM,
    folds: NDArray[np.intp] = FOLDS,
    unmarked: int = UNMARKED,
    config: DeepConfig = CONFIG,
    task: Task | None = None,
) -> DeepResult:
    return learn_deep(
        model,
        pictures,
        range(MARKED),
        wanted,
        np.ones(MARKED),
        folds,
        range(MARKED, MARKED + unmarked),
        config,
        task or Task(),
    )


def generic(model: Path) -> NDArray[np.float64]:
    return run_onnx(model / "student.onnx", PICTURES)[1] @ np.array(BINS)


@pytest.fixture(scope="module")
def learned(model: Path) -> DeepResult:
    return learn(model)


@pytest.mark.parametrize("wanted", [WARM, COLD], ids=["warm", "cold"])
def test_a_visible_taste_is_learned_and_shows_on_photos_without_marks(
    model: Path, wanted: NDArray[np.float32]
) -> None:
    tuning = replace(CONFIG.tuning, head_steps=100, head_learning_rate=3e-3)
    found = learn(model, wanted, config=replace(CONFIG, tuning=tuning))
    liking = WARMTH if wanted is WARM else -WARMTH
    assert spearman(found.held_out, liking[:MARKED]) > 0.8
    assert spearman(found.unmarked, liking[MARKED:]) > 0.8


def test_no_mark_of_a_fold_reaches_what_is_said_of_it(model: Path, learned: DeepResult) -> None:
    is_fold = FOLDS == 1
    lied = WARM.copy()
    lied[is_fold] = WARM[is_fold][:, ::-1]
    found = learn(model, lied)
    # The level of all is that of the final model; the order inside the fold must be the same.
    ours, theirs = found.held_out[is_fold], learned.held_out[is_fold]
    np.testing.assert_allclose(ours - ours.mean(), theirs - theirs.mean(), atol=1e-9)
    assert not np.allclose(found.marked, learned.marked, atol=1e-3)
    assert not np.allclose(found.held_out[~is_fold], learned.held_out[~is_fold], atol=1e-3)


def test_one_shoot_alone_is_judged_by_the_model_for_everybody(model: Path) -> None:
    found = learn(model, folds=np.zeros(MARKED, np.intp))
    differences = found.held_out - generic(model)[:MARKED]
    np.testing.assert_allclose(differences, differences.mean(), atol=1e-4)


def test_without_unmarked_photos_the_marks_alone_teach(model: Path) -> None:
    found = learn(model, unmarked=0)
    assert found.unmarked.shape == (0,)
    assert spearman(found.held_out, WARMTH[:MARKED]) > 0.7


def test_equal_marks_change_the_order_of_nothing_much(model: Path) -> None:
    found = learn(model, liked(np.full(MARKED, 4)))
    assert np.isfinite(found.held_out).all()
    assert spearman(found.unmarked, generic(model)[MARKED:]) > 0.8


def test_the_same_again_gives_the_same_file(model: Path, learned: DeepResult) -> None:
    again = learn(model)
    assert again.content == learned.content
    np.testing.assert_array_equal(again.held_out, learned.held_out)
    other = replace(CONFIG, tuning=replace(CONFIG.tuning, seed=1))
    assert learn(model, config=other).content != learned.content


def test_the_stored_model_rates_as_the_one_that_was_trained(
    model: Path, learned: DeepResult
) -> None:
    content = personal_model(model / "student.onnx", learned.content)
    session = onnxruntime.InferenceSession(content, providers=["CPUExecutionProvider"])
    embedding, distribution = session.run(None, {"pixels": PICTURES})
    ratings = distribution @ np.array(BINS)
    np.testing.assert_allclose(ratings, [*learned.marked, *learned.unmarked], atol=1e-3)
    assert np.abs(ratings - generic(model)).max() > 0.1
    np.testing.assert_allclose(np.linalg.norm(embedding, axis=1), 1, atol=1e-4)


def test_only_the_last_stage_and_the_head_are_stored(model: Path, learned: DeepResult) -> None:
    size = (model / "student.onnx").stat().st_size
    assert len(learned.content) < size / 2
    assert b"student.head.weight" in learned.content
    assert b"student.trunk.stages.4." in learned.content
    assert b"student.trunk.stages.3." not in learned.content


def test_a_personal_model_is_refused_on_another_model(
    model: Path, tmp_path: Path, learned: DeepResult
) -> None:
    other = write_brightness_model(tmp_path / "other")
    with pytest.raises(ModelMismatchError, match="made for another version"):
        personal_model(other / "student.onnx", learned.content)


@pytest.mark.parametrize("share", [0, 300, 600, 950])
def test_cancelling_ends_it_soon_and_changes_nothing(model: Path, share: int) -> None:
    before = {path.name: _digest(path) for path in model.iterdir()}
    threads = torch.get_num_threads()
    seen: list[int] = []

    def stop(progress: Progress) -> None:
        seen.append(progress.done)
        if progress.done >= share:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        learn(model, task=task)
    assert seen[-1] < share + 100
    assert {path.name: _digest(path) for path in model.iterdir()} == before
    assert torch.get_num_threads() == threads


def test_progress_only_rises_and_ends_at_the_whole(model: Path) -> None:
    seen: list[Progress] = []
    learn(model, task=Task(seen.append, min_interval_s=0))
    done = [progress.done for progress in seen]
    assert done == sorted(done)
    assert (done[0], done[-1]) == (0, 1000)
    assert {(progress.stage, progress.total) for progress in seen} == {("deep", 1000)}


def test_nothing_to_learn_from_is_a_sentence(model: Path) -> None:
    nothing = np.zeros((0, len(BINS)), np.float32)
    none = np.zeros(0, np.intp)
    with pytest.raises(TrainingError, match="no marked photo"):
        learn_deep(model, pictures, [], nothing, np.zeros(0), none, [1], CONFIG, Task())


def test_a_photo_that_cannot_be_read_ends_it_with_its_own_error(model: Path) -> None:
    def away(rows: Sequence[int]) -> NDArray[np.uint8]:
        raise OSError("the drive is away")

    with pytest.raises(OSError, match="the drive is away"):
        learn_deep(model, away, [0, 1], WARM[:2], np.ones(2), np.array([0, 1]), [], CONFIG, Task())


def config() -> DeepConfig:
    return CONFIG


def learn_in_another_process(
    model: Path,
    seen: Callable[[Sequence[int]], NDArray[np.uint8]] = pictures,
    task: Task | None = None,
) -> DeepResult:
    lessons = Lessons(
        model,
        range(MARKED),
        WARM,
        np.ones(MARKED),
        FOLDS,
        range(MARKED, MARKED + UNMARKED),
        config,
    )
    return learn_apart(lessons, seen, task or Task())


def children() -> list[psutil.Process]:
    """The processes that learn for this one."""
    return [
        each for each in psutil.Process().children() if "spawn_main" in " ".join(each.cmdline())
    ]


def test_another_process_learns_the_very_same(model: Path, learned: DeepResult) -> None:
    found = learn_in_another_process(model)
    assert found.content == learned.content
    np.testing.assert_array_equal(found.held_out, learned.held_out)
    assert children() == []


def test_cancelling_ends_the_other_process(model: Path) -> None:
    def stop(progress: Progress) -> None:
        if progress.done:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        learn_in_another_process(model, task=task)
    assert children() == []


def test_a_killed_process_is_a_sentence(model: Path) -> None:
    def killing(rows: Sequence[int]) -> NDArray[np.uint8]:
        [child] = children()
        child.kill()
        child.wait()
        return pictures(rows)

    with pytest.raises(TrainingError, match="ended by the system"):
        learn_in_another_process(model, killing)


def test_what_goes_wrong_in_either_process_is_told_as_it_is(model: Path, tmp_path: Path) -> None:
    def away(rows: Sequence[int]) -> NDArray[np.uint8]:
        raise OSError("the drive is away")

    with pytest.raises(OSError, match="the drive is away"):
        learn_in_another_process(model, away)
    with pytest.raises(CoreError, match="cannot be trained further"):
        learn_in_another_process(tmp_path / "no model")


def _digest(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
