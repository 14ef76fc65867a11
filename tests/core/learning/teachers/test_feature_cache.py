"""A teacher runs once for each view; what is damaged is computed anew; ensembles standardise."""

from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, TrainingError
from core.learning.data.views import WHOLE, View
from core.learning.teachers.ensemble import TeacherEnsemble, ask, targets_of
from core.learning.teachers.feature_cache import FeatureCache
from core.progress import Progress, Task
from tests.core.learning.teachers.tiny_models import MIRRORED_PART, CountingTeacher, MadeFrames

FILES = [str(number) for number in range(70)]
WHOLES: list[View] = [WHOLE] * 70


def test_a_teacher_is_asked_once_for_each_view(tmp_path: Path):
    teacher = CountingTeacher()
    cache = FeatureCache(tmp_path, teacher)
    first = cache.features(MadeFrames(), FILES, WHOLES, Task())
    assert teacher.asked == 70
    assert np.linalg.norm(first, axis=1) == pytest.approx(1, abs=1e-6)
    pixels = [teacher.preprocessing.render(MadeFrames().frame(file), WHOLE) for file in FILES]
    assert first == pytest.approx(CountingTeacher().features(np.stack(pixels)), abs=1e-3)

    again = FeatureCache(tmp_path, teacher)
    assert (again.features(MadeFrames(), FILES[::-1], WHOLES, Task()) == first[::-1]).all()
    again.features(MadeFrames(), ["3", "3"], [MIRRORED_PART, MIRRORED_PART], Task())
    assert teacher.asked == 71


def test_equal_photographs_under_other_names_are_known(tmp_path: Path):
    class Renamed(MadeFrames):
        def frame(self, file: str):
            return super().frame(file.removeprefix("copy-"))

    teacher = CountingTeacher()
    cache = FeatureCache(tmp_path, teacher)
    cache.features(Renamed(), ["1", "copy-1"], [WHOLE, WHOLE], Task())
    assert teacher.asked == 1


def test_another_identity_never_reads_these_features(tmp_path: Path):
    FeatureCache(tmp_path, CountingTeacher()).features(MadeFrames(), FILES, WHOLES, Task())
    other = CountingTeacher("counting 2")
    FeatureCache(tmp_path, other).features(MadeFrames(), FILES, WHOLES, Task())
    assert other.asked == 70


@pytest.mark.parametrize("damage", ["flip", "cut"])
def test_damaged_features_are_computed_anew(tmp_path: Path, damage: str):
    teacher = CountingTeacher()
    wanted = FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, Task())
    [shard] = tmp_path.rglob("*.npy")
    content = bytearray(shard.read_bytes())
    content[-7] ^= 1
    shard.write_bytes(content if damage == "flip" else content[:-40])

    cache = FeatureCache(tmp_path, teacher)
    assert (cache.features(MadeFrames(), FILES, WHOLES, Task()) == wanted).all()
    assert teacher.asked == 140
    FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, Task())
    assert teacher.asked == 140


def test_what_was_computed_before_a_cancellation_is_kept(tmp_path: Path):
    def stop_later(progress: Progress) -> None:
        if progress.done:
            task.cancel()

    task = Task(stop_later, min_interval_s=0)
    teacher = CountingTeacher()
    with pytest.raises(Cancelled):
        FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, task)
    done = teacher.asked
    assert 0 < done < 70
    FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, Task())
    assert teacher.asked == 70


def test_a_half_written_shard_of_a_crash_does_no_harm(tmp_path: Path):
    teacher = CountingTeacher()
    FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, Task())
    [shard] = tmp_path.rglob("*.npy")
    shard.with_suffix(".tmp").write_bytes(b"half")
    FeatureCache(tmp_path, teacher).features(MadeFrames(), FILES, WHOLES, Task())
    assert teacher.asked == 70


def test_an_ensemble_standardises_each_teacher_by_itself(tmp_path: Path):
    class Other(CountingTeacher):
        name = "other"

    caches = [FeatureCache(tmp_path, CountingTeacher()), FeatureCache(tmp_path, Other("other 1"))]
    ensemble = ask(caches, MadeFrames(), FILES, WHOLES, Task())
    assert ensemble.dimensions == {"counting": 27, "other": 27}
    targets = ensemble.targets[0].standardised(np.arange(70))
    assert targets.mean(axis=0) == pytest.approx(0, abs=1e-4)
    assert targets.std(axis=0) == pytest.approx(1, abs=1e-3)
    assert tuple(ensemble.without("counting").dimensions) == ("other",)


def test_views_a_teacher_never_saw_get_no_target_and_no_say_in_the_statistics():
    generator = np.random.default_rng(0)
    features = generator.normal(1, 1, (6, 3)).astype(np.float32)
    features /= np.linalg.norm(features, axis=1, keepdims=True)
    features[:, 2:] = features[:, 2:]
    known = np.array([True, True, True, True, False, False])
    features[4:] = 1000
    one = targets_of("clip", features, known)
    assert one.mean == pytest.approx(features[:4].mean(axis=0))
    targets = one.standardised(np.array([0, 4]))
    assert targets[1].tolist() == [0, 0, 0]
    assert targets[0] == pytest.approx((features[0] - one.mean) / features[:4].std(axis=0))


def test_features_that_do_not_fit_are_refused():
    unit = np.eye(4, dtype=np.float32)
    with pytest.raises(TrainingError, match="not all have unit length"):
        targets_of("clip", unit * 2)
    with pytest.raises(TrainingError, match="fewer than two"):
        targets_of("clip", unit, np.array([True, False, False, False]))
    with pytest.raises(TrainingError, match="do not fit"):
        targets_of("clip", unit, np.array([True]))
    with pytest.raises(TrainingError, match="same views"):
        TeacherEnsemble((targets_of("a", unit), targets_of("b", unit[:3])))
    with pytest.raises(TrainingError, match="same name"):
        TeacherEnsemble((targets_of("a", unit), targets_of("a", unit)))
