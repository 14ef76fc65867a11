"""`shortlist train distill`: from an aligned network to a model that scores; what is refused."""

import io
import json
import shutil
from collections.abc import Callable
from dataclasses import replace
from functools import partial
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import Result
from PIL import Image
from typer.testing import CliRunner

from core.cli import app
from core.errors import Cancelled
from core.learning.aligned_file import WEIGHTS
from core.learning.data.frames import Frame
from core.learning.devices import choose_device
from core.learning.distilled_card import calibrated
from core.learning.distilled_release import DistillationReport
from core.learning.end_to_end import EndToEnd, FineTuning, Pictures, fine_tune
from core.learning.phase_one import align_network, teachers_for
from core.learning.phase_two import distil_network
from core.learning.requests import AlignmentRequest, DistillationRequest
from core.learning.semi_supervised import DistillationConfig
from core.learning.student import Student as Network
from core.learning.student import StudentShape
from core.learning.teachers.downloads import no_consent
from core.learning.team import ALONE, Team
from core.progress import Progress, Task
from core.vision.model_store import shipped_technical_heads
from core.vision.student import Student
from core.vision.technical import TechnicalHeads
from tests.core.learning.data.make_rated_sets import write_ava, write_para
from tests.core.learning.photo_folder import write_photographs
from tests.core.learning.teachers.tiny_models import TINY_CLIP, write_tiny_clip
from tests.core.learning.training_folder import write_training_folder

Distil = Callable[..., Result]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A rated set, photographs without ratings, and a small and a larger aligned network."""
    home = tmp_path_factory.mktemp("phase-two")
    write_training_folder(home / "data")
    write_photographs(home / "photos", 10)
    clip = f"open_clip:{TINY_CLIP}/{write_tiny_clip(home)[0]}"
    for name, backbone in (("small", "test_resnet"), ("large", "test_vit")):
        request = AlignmentRequest(
            photos=(home / "photos",),
            run=home / name,
            cache=home / "cache",
            teachers=(clip,),
            backbone=backbone,
            views=2,
            steps=2,
            size_px=32,
            batch=4,
        )
        align_network(request, teachers_for(request, ALONE, no_consent), Task(), ALONE)
    return home


@pytest.fixture(autouse=True)
def brief(monkeypatch: pytest.MonkeyPatch) -> None:
    """A head that learns for a moment only."""
    config = partial(DistillationConfig, head_steps=5)
    monkeypatch.setattr("core.learning.phase_two.DistillationConfig", config)


@pytest.fixture
def distill(home: Path, tmp_path: Path) -> Distil:
    """The command, small, with some options given anew; a value of None leaves one out."""

    def run(*extra: object, flags: tuple[str, ...] = ()) -> Result:
        options = {
            "--aligned": home / "small",
            "--rated": home / "data",
            "--layout": "oasis",
            "--photos": home / "photos",
            "--run": tmp_path / "run",
            "--out": tmp_path / "models",
            "--steps": 2,
            "--fine-tune": 2,
            "--device": "cpu",
        }
        given = options | dict(zip(extra[::2], extra[1::2], strict=True))
        arguments = [part for pair in given.items() if pair[1] is not None for part in pair]
        return CliRunner().invoke(app, ["train", "distill", *map(str, arguments), *flags])

    return run


def request_for(home: Path, run: Path, **options: object) -> DistillationRequest:
    request = DistillationRequest(
        aligned=home / "small",
        rated=home / "data",
        layout="oasis",
        run=run,
        out=run / "out",
        photos=(home / "photos",),
        steps=2,
        fine_tune=4,
    )
    return replace(request, **options)


def distilled(request: DistillationRequest, task: Task | None = None) -> DistillationReport:
    return distil_network(request, task or Task(), Team(device=choose_device("cpu")))


def scores(model: Path) -> list[float]:
    """What the runtime that the program scores with makes of two pictures."""
    buffers = []
    for colour in ("orange", "navy"):
        buffers.append(io.BytesIO())
        Image.new("RGB", (64, 48), colour).save(buffers[-1], "PNG")
    student = Student(model, TechnicalHeads(shipped_technical_heads()))
    return [one.score.value for one in student.judge([buffer.getvalue() for buffer in buffers])]


def test_the_student_teaches_itself_and_becomes_a_model_that_scores(
    distill: Distil, tmp_path: Path
) -> None:
    done = distill()
    assert done.exit_code == 0, done.output
    model = tmp_path / "models" / "distilled"
    assert done.stdout.splitlines()[-1] == str(model)
    assert "4 photographs in 2 groups that were put aside" in done.stdout
    assert all(0 <= score <= 100 for score in scores(model))
    manifest = json.loads((model / "manifest.json").read_text())
    assert manifest["training"]["align"]["command"]["--backbone"] == "test_resnet"
    assert manifest["results"]["labelled"] == 20
    assert manifest["results"]["unlabelled"] == 10
    card = (model / "MODEL_CARD.md").read_text()
    assert "| student: labels and unlabelled photographs |" in card
    measured = CliRunner().invoke(app, ["evaluate", "--model", str(model)])
    assert "student: labels and unlabelled photographs" in measured.output


def test_a_larger_network_teaches_with_few_labels_and_every_arm(
    distill: Distil, home: Path, tmp_path: Path
) -> None:
    options = ("--teacher-run", home / "large", "--label-share", 0.5, "--ranking", 0.2)
    done = distill(*options, "--name", "taught", flags=("--confidence",))
    assert done.exit_code == 0, done.output
    assert "larger network, fine-tuned on the labels" in done.stdout
    assert "Learned from 10 photographs with ratings and 20 without" in done.stdout
    assert len(scores(tmp_path / "models" / "taught")) == 2


def test_without_unrated_photographs_the_labels_alone_teach(distill: Distil) -> None:
    done = distill("--photos", None, "--fine-tune", 0)
    assert done.exit_code == 0, done.output
    assert "only the labels teach" in done.stderr
    assert "student: labels only" in done.stdout


@pytest.mark.parametrize(("layout", "write"), [("ava", write_ava), ("para", write_para)])
def test_other_layouts_with_their_own_scales(
    distill: Distil, tmp_path: Path, layout: str, write: Callable[[Path], Path]
) -> None:
    done = distill("--layout", layout, "--rated", write(tmp_path / "set"), "--fine-tune", 1)
    assert done.exit_code == 0, done.output
    model = tmp_path / "models" / "distilled"
    bins = json.loads((model / "manifest.json").read_text())["bins"]
    assert (bins[0], bins[-1]) == ((1, 10) if layout == "ava" else (1, 5))
    assert all(0 <= score <= 100 for score in scores(model))


@pytest.fixture
def trained(monkeypatch: pytest.MonkeyPatch) -> list[Network]:
    """The students that were made, without the seconds that an export takes."""
    found: list[Network] = []

    def keep(student: Network, release: object, folder: Path) -> Path:
        found.append(student)
        return folder

    monkeypatch.setattr("core.learning.distilled_release.export_student", keep)
    return found


def test_a_stopped_run_ends_as_one_that_was_not(
    home: Path, tmp_path: Path, trained: list[Network]
) -> None:
    distilled(request_for(home, tmp_path / "whole"))

    def stop(progress: Progress) -> None:
        if progress.stage == "student: all layers" and progress.done == 2:
            task.cancel()

    request = request_for(home, tmp_path / "stopped")
    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        distilled(request, task)
    assert (request.run / "student").is_dir()
    distilled(request)
    whole, stopped = (network.state_dict() for network in trained)
    for name, value in whole.items():
        assert torch.equal(stopped[name], value), name


def altered(home: Path, tmp_path: Path) -> Path:
    run = Path(shutil.copytree(home / "small", tmp_path / "altered"))
    content = bytearray((run / WEIGHTS).read_bytes())
    content[-3] ^= 1
    (run / WEIGHTS).write_bytes(content)
    return run


def test_an_altered_aligned_network_is_refused_before_anything_is_read(
    distill: Distil, home: Path, tmp_path: Path
) -> None:
    done = distill("--aligned", altered(home, tmp_path))
    assert done.exit_code == 2
    assert "was altered or damaged" in done.stderr
    done = distill("--teacher-run", altered(home, tmp_path / "again"))
    assert done.exit_code == 2
    assert not (tmp_path / "run").exists()


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--aligned", "{home}/photos", "holds no aligned network"),
        ("--rated", "{home}/photos", "oasis.csv is missing"),
        ("--label-share", "0", "share of 0 of the labels"),
        ("--label-share", "0.05", "too little to learn from"),
        ("--name", "a/b", "cannot be the name of a folder"),
        ("--device", "tpu", "no device called tpu"),
        ("--photos", "{home}/small", "no photograph in"),
    ],
)
def test_what_cannot_be_used_is_status_2_and_a_sentence(
    distill: Distil, home: Path, tmp_path: Path, option: str, value: str, told: str
) -> None:
    done = distill(option, value.format(home=home))
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "run").exists()


def broken(home: Path, tmp_path: Path) -> Path:
    return Path(shutil.copytree(home / "data", tmp_path / "data"))


def test_a_rating_out_of_range_is_told_first(distill: Distil, home: Path, tmp_path: Path) -> None:
    data = broken(home, tmp_path)
    ratings = np.load(data / "oasis-raters.npz")["ratings"]
    ratings[0, 0] = 9
    np.savez(data / "oasis-raters.npz", ratings=ratings)
    done = distill("--rated", data)
    assert done.exit_code == 2
    assert "outside 1 to 7" in done.stderr


def test_a_shard_cut_short_is_told_before_training(
    distill: Distil, home: Path, tmp_path: Path
) -> None:
    data = broken(home, tmp_path)
    (data / "oasis.tar").write_bytes((data / "oasis.tar").read_bytes()[:4000])
    done = distill("--rated", data)
    assert done.exit_code == 2
    assert "oasis.tar" in done.stderr
    assert not (tmp_path / "run" / "features").exists()


def test_a_run_of_another_command_or_configuration_is_refused(
    distill: Distil, home: Path, trained: list[Network]
) -> None:
    done = distill("--run", home / "small")
    assert done.exit_code == 2
    assert "it is of train align, not of train distill" in done.stderr
    assert distill("--fine-tune", 0).exit_code == 0
    done = distill()
    assert done.exit_code == 2
    assert "--fine-tune was 0 and is 2" in done.stderr


def test_a_folder_that_is_no_model_is_not_replaced(distill: Distil, tmp_path: Path) -> None:
    kept = tmp_path / "models" / "distilled" / "letter.txt"
    kept.parent.mkdir(parents=True)
    kept.write_text("dear reader")
    done = distill()
    assert done.exit_code == 2
    assert "is no model" in done.stderr
    assert kept.read_text() == "dear reader"


class _Greys:
    """Grey pictures; the lighter, the better."""

    def frame(self, file: str) -> Frame:
        return np.full((32, 32, 3), int(file), np.uint8)

    def shape(self, file: str) -> tuple[int, int]:
        return 32, 32


def test_every_layer_learns_and_statistics_stay() -> None:
    torch.manual_seed(0)
    network = Network(StudentShape("test_resnet", (), embedding_dim=16, bins=(1.0, 2.0)))
    files = tuple(str(level) for level in range(0, 256, 32))
    share = np.linspace(0, 1, len(files), dtype=np.float32)
    weight = np.ones(len(files), np.float32)
    pictures = Pictures(_Greys(), files, np.stack([1 - share, share], axis=1), weight)
    config = DistillationConfig(labelled_batch=8, unlabelled_batch=0, dropout=0, average=0.5)
    tuning = FineTuning(steps=60, learning_rate=3e-3)
    arguments = (pictures, pictures, 32, config, tuning, "all", None, Task())

    tuned = fine_tune(network, *arguments)

    before = EndToEnd(network, pictures, pictures, 32, config)
    after = EndToEnd(tuned, pictures, pictures, 32, config)
    with torch.no_grad():
        first, last = (float(one.losses(0, one.batch(99))["labels"]) for one in (before, after))
    assert last < first / 2
    for name, value in network.state_dict().items():
        is_statistic = "running" in name or "num_batches" in name
        assert torch.equal(tuned.state_dict()[name], value) == is_statistic, name


def test_scores_are_calibrated_on_the_scale_of_the_ratings(home: Path) -> None:
    from core.learning.data.para import read_para

    rated = read_para(write_para(home / "para"))
    generator = np.random.default_rng(0)
    said = generator.dirichlet(np.ones(9), 200).astype(np.float32)
    calibration, within = calibrated(said, rated.histogram, rated)
    ratings, values = zip(*calibration.rating_to_score, strict=True)
    assert (ratings[0], ratings[-1]) == (1, 5)
    assert (values[0], values[-1]) == (0, 100)
    assert 0 <= within <= 1
    middle = float(np.median(said @ np.array(rated.bins)))
    assert np.interp(middle, ratings, values) == pytest.approx(50, abs=3)
