"""The deep arm over a catalogue of real pictures, with a small network that can be taught."""

import os
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest

from core.errors import Cancelled, ProfileError
from core.paths import app_paths
from core.photo import Filter, Mark, PhotoId, Query
from core.progress import Progress, Task
from core.services import engine as engine_module
from core.services.catalogued import read_catalogue
from core.services.deep_arm import wanted_distributions
from core.services.engine import Engine, open_engine
from core.services.personalize import Proposal
from core.taste.prior import save_prior
from core.taste.verdict import Verdict
from core.vision.manifest import load_manifest
from tests.core.learning.personal.tiny_model import random_student, write_model
from tests.core.services.rated_catalogue import mark, scores
from tests.core.services.test_killed_learning import learn_and_be_killed
from tests.make_model import open_prior
from tests.make_photos import natural_image

SHOOTS, PER_SHOOT = 3, 6


@pytest.fixture(scope="module")
def photos(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root = tmp_path_factory.mktemp("shoots")
    for shoot in range(SHOOTS):
        folder = root / f"shoot {shoot}"
        folder.mkdir()
        for number in range(PER_SHOOT):
            picture = natural_image(120, 80, seed=10 * shoot + number)
            picture.point(lambda v, f=number: v * (f + 2) // 8).save(folder / f"{number}.jpg")
    return root


@pytest.fixture
def start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Callable[[], Engine]]:
    model = write_model(tmp_path / "model", random_student())
    save_prior(open_prior(32), model, load_manifest(model).feature_version)
    monkeypatch.setattr(engine_module, "shipped_model", lambda: model)
    opened: list[Engine] = []

    def open_() -> Engine:
        opened.append(open_engine(app_paths(tmp_path / "home"), workers=1))
        return opened[-1]

    yield open_
    for engine in opened:
        engine.close()


@pytest.fixture
def engine(start: Callable[[], Engine], photos: Path) -> Engine:
    """Scored; the brighter half of each shoot has four stars or more, two have no mark."""
    engine = start()
    engine.importer.import_folder(photos, recursive=True, task=Task())
    engine.scoring.score(Filter(photos), Task())
    for id_, photo in engine.browse.photos(ids(engine)).items():
        number = int(photo.path.stem)
        if number not in (1, 4):
            mark(engine, {id_: Mark(min(5, number + 1))})
    return engine


def ids(engine: Engine) -> list[PhotoId]:
    return list(engine.browse.ids(Query()))


def learned(engine: Engine, task: Task | None = None) -> Proposal:
    """What the deep arm learned, whatever the trial says of it."""
    service = engine.personalize
    known = read_catalogue(engine.library, engine.scoring.manifest, Task())
    evidence = known.evidence(known.marked)
    taught = service._deep_arm.learn(known, evidence, engine.scoring.manifest, task or Task())
    assert taught is not None
    assert taught.held_out.shape == (len(evidence),)
    verdict = Verdict(12, 3, 12, 12, "deep", None, None, None, (), "Better.")
    return service._deep_proposal(known, verdict, taught)


def test_a_deep_profile_is_in_force_at_once_and_goes_without_a_trace(engine: Engine):
    before = scores(engine, ids(engine))
    proposal = learned(engine)
    engine.personalize.accept(proposal, "Deep")
    after = scores(engine, ids(engine))
    assert all(score.profile is not None for score in after.values())
    assert all(after[id_].aesthetic == before[id_].aesthetic for id_ in before)
    assert any(abs(after[id_].value - before[id_].value) > 0.01 for id_ in before)
    assert engine.scoring.score(Filter(), Task()).scored == 0  # nothing has to be looked at again
    engine.personalize.use(None)
    assert scores(engine, ids(engine)) == before


def test_a_restored_deep_profile_looks_at_the_photos_in_the_background(
    engine: Engine, start: Callable[[], Engine]
):
    proposal = learned(engine)
    engine.personalize.accept(proposal, "Deep")
    after = scores(engine, ids(engine))
    [_, profile] = engine.personalize.profiles()
    engine.personalize.use(None)
    engine.close()

    engine = start()
    generic = scores(engine, ids(engine))
    engine.personalize.use(profile.id)
    assert scores(engine, ids(engine)) == generic  # until they were looked at
    stopping = Task(lambda step: stopping.cancel() if step.done else None, min_interval_s=0)
    with pytest.raises(Cancelled):
        engine.scoring.score(Filter(), stopping)
    engine.scoring.score(Filter(), Task())
    again = scores(engine, ids(engine))
    for id_, score in after.items():
        assert again[id_].value == pytest.approx(score.value, abs=0.5)
        assert again[id_].profile == profile.id
    assert engine.scoring.score(Filter(), Task()).scored == 0


def test_a_new_photo_is_scored_by_the_deep_profile(engine: Engine, tmp_path: Path):
    engine.personalize.accept(learned(engine), "Deep")
    folder = tmp_path / "new"
    folder.mkdir()
    natural_image(120, 80, seed=99).save(folder / "new.jpg")
    engine.importer.import_folder(folder, recursive=True, task=Task())
    engine.scoring.score(Filter(folder), Task())
    [id_] = engine.browse.ids(Query(Filter(folder)))
    score = scores(engine, [id_])[id_]
    assert score.profile is not None
    explained = engine.personalize.explain(id_)
    assert explained.map is not None
    assert "“Deep”" in explained.sentence


def test_a_photo_that_was_replaced_meanwhile_is_not_given_the_rating_of_the_old_one(
    engine: Engine,
):
    proposal = learned(engine)
    id_ = ids(engine)[0]
    taught = proposal.content.taught
    other = replace(taught, seen={**taught.seen, id_: (1, 1)})  # as if it had been another file
    engine.personalize.accept(
        replace(proposal, content=replace(proposal.content, taught=other)), "Deep"
    )
    assert scores(engine, [id_])[id_].profile is None
    assert engine.scoring.score(Filter(), Task()).scored == 1
    assert scores(engine, [id_])[id_].profile is not None


def test_the_whole_way_says_honestly_what_is_best(engine: Engine):
    steps: list[Progress] = []
    before = scores(engine, ids(engine))
    proposal = engine.personalize.learn(Task(steps.append, min_interval_s=0), deep=True)
    assert {"read", "trial", "deep"} <= {step.stage for step in steps}
    assert proposal.arm == proposal.verdict.chosen
    assert proposal.verdict.sentence
    assert scores(engine, ids(engine)) == before


def test_stopping_the_deep_arm_leaves_everything_as_it_was(engine: Engine):
    before = scores(engine, ids(engine))
    task = Task(lambda step: step.stage == "deep" and task.cancel(), min_interval_s=0)
    with pytest.raises(Cancelled):
        engine.personalize.learn(task, deep=True)
    assert scores(engine, ids(engine)) == before
    assert len(engine.personalize.profiles()) == 1


@pytest.mark.stress
@pytest.mark.skipif(os.name != "posix", reason="there is no SIGKILL")
def test_the_program_killed_while_it_learns_deeply_loses_nothing(
    engine: Engine, start: Callable[[], Engine], tmp_path: Path
):
    photos = engine.browse.photos(ids(engine))
    profiles = engine.personalize.profiles()
    engine.close()
    learn_and_be_killed(tmp_path, "deep", "deeply")
    engine = start()
    assert engine.problems == ()
    assert engine.browse.photos(ids(engine)) == photos
    assert engine.personalize.profiles() == profiles


def test_a_deep_profile_travels_and_a_damaged_one_is_refused(engine: Engine, tmp_path: Path):
    engine.personalize.accept(learned(engine), "Deep")
    [_, profile] = engine.personalize.profiles()
    assert profile.id is not None
    file = tmp_path / "deep.shortlist-taste"
    engine.personalize.export_profile(profile.id, file)
    assert engine.personalize.import_profile(file).name == "Deep (2)"
    sound = learned(engine)
    broken = replace(sound, content=replace(sound.content, content=b"not a model"))
    with pytest.raises(ProfileError, match="altered or damaged"):
        engine.personalize.accept(broken, "Broken")
    assert [each.name for each in engine.personalize.profiles() if each.in_force] == ["Deep"]


def test_wanted_distributions_have_the_rating_that_belongs_to_the_mark(engine: Engine):
    known = read_catalogue(engine.library, engine.scoring.manifest, Task())
    evidence = known.evidence(known.marked)
    bins = engine.scoring.manifest.bins
    wanted = wanted_distributions(known, evidence, engine.scoring.manifest)
    assert wanted.sum(axis=1) == pytest.approx(1, abs=1e-5)
    ratings = wanted @ bins
    assert np.corrcoef(ratings, evidence.stars)[0, 1] > 0.99
    assert ratings.mean() == pytest.approx(known.frames.generic.mean(), abs=0.3)
