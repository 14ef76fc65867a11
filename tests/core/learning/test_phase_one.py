"""`shortlist train align`: any network, any photographs, any teachers, and what can be wrong."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from click.testing import Result
from safetensors.torch import load_file
from typer.testing import CliRunner

from core.cli import app
from core.errors import Cancelled, TrainingError
from core.learning.aligned_file import LISTING, WEIGHTS, read_aligned
from core.learning.data.views import View, alignment_view, views_of
from core.learning.ensemble_alignment import EnsembleModel
from core.learning.phase_one import AlignmentReport, align_network, teachers_for
from core.learning.requests import AlignmentRequest
from core.learning.student import Student, StudentShape
from core.learning.teachers.downloads import no_consent
from core.learning.team import ALONE
from core.progress import Progress, Task
from tests.conftest import ROOT
from tests.core.learning.photo_folder import write_photographs
from tests.core.learning.teachers.tiny_models import (
    TINY_CLIP,
    TINY_TIMM,
    local_hub,
    use_hub,
    write_tiny_clip,
    write_tiny_timm,
)
from tests.core.learning.training_folder import write_training_folder

Align = Callable[..., Result]
BINS = (1.0, 2.0, 3.0)


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    return write_photographs(tmp_path / "photos", 12)


@pytest.fixture
def clip(tmp_path: Path) -> str:
    return f"open_clip:{TINY_CLIP}/{write_tiny_clip(tmp_path)[0]}"


@pytest.fixture
def align(photos: Path, clip: str, tmp_path: Path) -> Align:
    """The command, small, with some options given anew."""

    def run(
        *extra: object, teachers: tuple[str, ...] = (clip,), flags: tuple[str, ...] = ()
    ) -> Result:
        options = {
            "--photos": photos,
            "--run": tmp_path / "run",
            "--cache": tmp_path / "cache",
            "--backbone": "test_resnet",
            "--views": 2,
            "--steps": 2,
            "--size": 32,
            "--batch": 4,
            "--device": "cpu",
        }
        given = dict(zip(extra[::2], extra[1::2], strict=True))
        arguments = [part for pair in (options | given).items() for part in pair]
        arguments += [part for name in teachers for part in ("--teacher", name)]
        return CliRunner().invoke(app, ["train", "align", *map(str, arguments), *flags])

    return run


def request_for(photos: Path, clip: str, run: Path) -> AlignmentRequest:
    return AlignmentRequest(
        photos=(photos,),
        run=run,
        cache=run.parent / "cache",
        teachers=(clip,),
        backbone="test_resnet",
        views=2,
        steps=6,
        size_px=32,
        batch=4,
    )


def aligned(request: AlignmentRequest, task: Task | None = None) -> AlignmentReport:
    named = teachers_for(request, ALONE, no_consent)
    return align_network(request, named, task or Task(), ALONE)


def test_the_command_leaves_an_aligned_network_with_its_papers(
    align: Align, clip: str, tmp_path: Path
) -> None:
    done = align()
    assert done.exit_code == 0, done.output
    assert done.stdout.splitlines()[-1] == str(tmp_path / "run" / LISTING)
    found = read_aligned(tmp_path / "run", BINS)
    assert found.size_px == 32
    assert found.about["command"]["--teacher"] == [clip]
    assert found.about["teachers"][0]["licence"] == "that of the file you named"
    with torch.no_grad():
        embedding, distribution = found.student(torch.zeros(1, 3, 32, 32))
    assert embedding.norm().item() == pytest.approx(1)
    assert distribution.shape == (1, 3)


def test_several_teachers_each_with_its_arm_and_a_larger_network(
    align: Align, clip: str, tmp_path: Path
) -> None:
    vit = f"timm:{TINY_TIMM}/{write_tiny_timm(tmp_path)[0]}"
    options = ("--arm", "layer-norm", "--relations", 0.5, "--backbone", "test_vit", "--size", 64)
    done = align(*options, teachers=(clip, vit))
    assert done.exit_code == 0, done.output
    listing = json.loads((tmp_path / "run" / LISTING).read_text())
    assert [one["dimension"] for one in listing["teachers"]] == [24, 64]
    assert listing["shape"]["size_px"] == 64, "a transformer must know the size of its pictures"


@pytest.mark.parametrize("arm", ["cosine", "layer-norm"])
def test_on_photographs_put_aside_the_student_says_more_than_the_mean(
    align: Align, photos: Path, tmp_path: Path, arm: str
) -> None:
    write_photographs(photos, 44)
    done = align("--arm", arm, "--steps", 100, "--batch", 16, "--learning-rate", 3e-3)
    assert done.exit_code == 0, done.output
    assert "on 2 photographs that were put aside" in done.stdout
    [teacher] = json.loads((tmp_path / "run" / LISTING).read_text())["teachers"]
    assert teacher["cosine"] > teacher["cosine_of_mean"]
    assert teacher["cosine"] > 0.8


def test_the_imagenet_checkpoint_teaches_its_feature_maps_stage_by_stage(
    align: Align, tmp_path: Path
) -> None:
    data = write_training_folder(tmp_path / "data")
    teacher = str(data / "mobilenetv2_100-imagenet.safetensors")
    done = align("--backbone", "mobilenetv2_035", "--steps", 3, teachers=(teacher,))
    assert done.exit_code == 0, done.output
    assert "with feature maps of every stage" in done.stdout
    assert (tmp_path / "run" / "align" / "forced").is_dir()
    found = read_aligned(tmp_path / "run", BINS).student
    assert found.shape.bridge_channels == (16, 24, 32, 64, 96, 160, 320)
    other = align("--run", tmp_path / "other", teachers=(teacher,))
    assert other.exit_code == 0, other.output
    assert "feature maps" not in other.stdout, "a network of other stages has the pooled features"


def test_a_stopped_run_ends_as_one_that_was_not(photos: Path, clip: str, tmp_path: Path) -> None:
    request = request_for(photos, clip, tmp_path / "run")

    def stop(progress: Progress) -> None:
        if progress.stage == "align: whole" and progress.done == 3:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    with pytest.raises(Cancelled):
        aligned(request, task)
    assert not (request.run / LISTING).exists()
    aligned(request)
    aligned(replace(request, run=tmp_path / "whole"))
    stopped, whole = (load_file(tmp_path / name / WEIGHTS) for name in ("run", "whole"))
    for name, value in whole.items():
        assert torch.equal(stopped[name], value), name


def test_teachers_are_asked_once_whatever_is_trained(
    align: Align, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert align().exit_code == 0
    asked = "core.learning.teachers.teacher.NetworkTeacher.features"
    monkeypatch.setattr(asked, lambda *_: pytest.fail("a teacher was asked again"))
    done = align("--run", tmp_path / "larger", "--backbone", "test_efficientnet")
    assert done.exit_code == 0, done.output


def test_two_processes_align_as_one_does(
    photos: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("core.learning.devices.reduced_precision", lambda _: None)
    vit = f"timm:{TINY_TIMM}/{write_tiny_timm(tmp_path)[0]}"
    options = [
        *("--photos", photos, "--cache", tmp_path / "cache", "--backbone", "test_resnet"),
        *("--views", "2", "--steps", "3", "--size", "32", "--batch", "4", "--device", "cpu"),
        *("--teacher", vit),
    ]
    launch = (sys.executable, "-m", "torch.distributed.run", "--standalone")
    together = subprocess.run(
        [
            *(*launch, "--nproc-per-node", "2", "-m", "--", "tests.core.learning.full_precision"),
            *("train", "align", "--run", str(tmp_path / "together"), *map(str, options)),
        ],
        check=False,
        capture_output=True,
        text=True,
        cwd=ROOT,
    )
    assert together.returncode == 0, together.stderr
    assert together.stdout.count(LISTING) == 1, "one process tells"
    arguments = ["train", "align", "--run", tmp_path / "alone", *options]
    alone = CliRunner().invoke(app, list(map(str, arguments)))
    assert alone.exit_code == 0, alone.output
    ours, theirs = (load_file(tmp_path / name / WEIGHTS) for name in ("together", "alone"))
    for name, value in theirs.items():
        torch.testing.assert_close(ours[name], value, atol=1e-4, rtol=1e-3)


def test_published_weights_are_fetched_once_the_user_agrees(
    align: Align, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    content = write_tiny_timm(tmp_path)[0].read_bytes()
    name = f"timm:{TINY_TIMM}"
    with local_hub({"model.safetensors": content}) as (address, requests):
        use_hub(monkeypatch, address)
        refused = align(teachers=(name,))
        assert refused.exit_code == 2
        assert "licence: apache-2.0" in refused.stderr
        assert "--yes agrees beforehand" in refused.stderr
        assert not requests
        done = align(teachers=(name,), flags=("--yes",))
        assert done.exit_code == 0, done.output
        assert "Downloading test_vit.r160_in1k" in done.stderr
        sent = len(requests)
        assert align("--run", tmp_path / "again", teachers=(name,)).exit_code == 0
        assert len(requests) == sent
    listing = json.loads((tmp_path / "run" / LISTING).read_text())
    assert listing["teachers"][0]["licence"] == "apache-2.0"


def test_a_download_that_breaks_off_is_a_sentence(
    align: Align, monkeypatch: pytest.MonkeyPatch
) -> None:
    with local_hub({}) as (address, _):
        use_hub(monkeypatch, address)
    done = align(teachers=(f"timm:{TINY_TIMM}",), flags=("--yes",))
    assert done.exit_code == 2
    assert "could not be downloaded" in done.stderr
    assert "the next try goes on from it" in done.stderr


@pytest.mark.skipif(os.name != "posix", reason="Ctrl+C is sent as on POSIX systems")
def test_ctrl_c_stops_at_a_checkpoint(photos: Path, tmp_path: Path) -> None:
    teacher = f"timm:{TINY_TIMM}/{write_tiny_timm(tmp_path)[0]}"
    options = [
        *("--photos", photos, "--run", tmp_path / "run", "--cache", tmp_path / "cache"),
        *("--backbone", "test_resnet", "--views", 1, "--steps", 100_000, "--size", 32),
        *("--batch", 4, "--device", "cpu", "--teacher", teacher),
    ]
    command = [sys.executable, "-m", "core", "train", "align", *map(str, options)]
    # A test run in the background ignores Ctrl+C, which a process inherits.
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    with subprocess.Popen(command, stderr=subprocess.PIPE, text=True, cwd=ROOT) as running:
        signal.signal(signal.SIGINT, before)
        try:
            until = time.monotonic() + 60
            while not list(tmp_path.glob("cache/*/*/*.npy")) and time.monotonic() < until:
                time.sleep(0.05)
            running.send_signal(signal.SIGINT)
            _, told = running.communicate(timeout=60)
        finally:
            running.kill()
    assert running.returncode == 130
    assert "the same command goes on from there" in told
    assert (tmp_path / "run" / "align" / "whole" / "checkpoint.json").exists()


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("ViT-B-32", "ViT-B-32 is no teacher"),
        ("open_clip:ViT-B-32", "is no teacher"),
        ("open_clip:ViT-Z/openai", "open_clip has no model ViT-Z"),
        ("open_clip:ViT-B-32/opnai", "neither a file nor a published tag"),
        ("open_clip:MobileCLIP-S1/datacompdr", "licensed for research only"),
        ("open_clip:ViT-B-32/openai", "was not downloaded"),
        ("timm:vit_z", "timm has no model vit_z"),
        ("missing.safetensors", "missing.safetensors is missing"),
    ],
)
def test_a_teacher_that_cannot_be_had_is_told_first(
    align: Align, tmp_path: Path, name: str, told: str
) -> None:
    done = align(teachers=(name,))
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "run" / "frames").exists()


@pytest.mark.parametrize(
    ("option", "value", "told"),
    [
        ("--backbone", "no_such_net", "no_such_net cannot be made"),
        ("--device", "tpu", "no device called tpu"),
        ("--photos", "{empty}", "no photograph in"),
        ("--views", "0", "--views"),
    ],
)
def test_what_cannot_be_used_is_status_2_and_a_sentence(
    align: Align, tmp_path: Path, option: str, value: str, told: str
) -> None:
    empty = tmp_path / "empty"
    empty.mkdir()
    done = align(option, value.format(empty=empty))
    assert done.exit_code == 2
    assert told in done.stderr
    assert not (tmp_path / "run").exists()


def test_a_damaged_photograph_is_told_before_training_and_can_be_left_out(
    align: Align, photos: Path, clip: str, tmp_path: Path
) -> None:
    (photos / "3.jpg").write_bytes(b"no picture")
    done = align()
    assert done.exit_code == 2
    assert "3.jpg cannot be decoded" in done.stderr
    assert not (tmp_path / "run" / "align").exists()
    request = replace(request_for(photos, clip, tmp_path / "other"), skip_damaged=True)
    assert aligned(request).photographs == 11


def test_a_run_of_another_configuration_is_refused_with_what_differs(align: Align) -> None:
    assert align().exit_code == 0
    done = align("--steps", 3, "--seed", 1)
    assert done.exit_code == 2
    assert "--steps was 2 and is 3; --seed was 0 and is 1" in done.stderr


@pytest.mark.parametrize("name", [LISTING, WEIGHTS])
def test_an_altered_aligned_network_is_refused(align: Align, tmp_path: Path, name: str) -> None:
    assert align().exit_code == 0
    path = tmp_path / "run" / name
    content = bytearray(path.read_bytes())
    content[-20] ^= 1
    path.write_bytes(content)
    with pytest.raises(TrainingError, match=r"altered or damaged|cannot be used"):
        read_aligned(tmp_path / "run", BINS)


def test_a_listing_of_another_kind_or_none_is_refused(tmp_path: Path) -> None:
    (tmp_path / LISTING).write_text('{"format": 2}')
    (tmp_path / WEIGHTS).touch()
    with pytest.raises(TrainingError, match="not of format 1"):
        read_aligned(tmp_path, BINS)
    (tmp_path / LISTING).unlink()
    with pytest.raises(TrainingError, match="holds no aligned network"):
        read_aligned(tmp_path, BINS)


def test_views_of_a_photograph_do_not_depend_on_the_others() -> None:
    def drawn(file: str, count: int) -> tuple[View, ...]:
        return views_of(file, count, 0, alignment_view)

    assert drawn("a.jpg", 3) == drawn("a.jpg", 5)[:3]
    assert drawn("a.jpg", 3)[1:] != drawn("b.jpg", 3)[1:]


def test_each_teacher_has_its_say_through_its_own_projector() -> None:
    torch.manual_seed(0)
    shape = StudentShape("test_resnet", bridge_channels=(), embedding_dim=8)
    model = EnsembleModel(Student(shape), [3, 5])
    embedding = torch.nn.functional.normalize(torch.randn(4, 8), dim=1)
    said = [model.clip_projector, *model.other_projectors]
    wanted = torch.cat([each(model.scaled(embedding)) for each in said], dim=1).detach()
    assert model.clip_distances(embedding, wanted).abs().max() < 1e-6
    against = torch.cat([wanted[:, :3], -wanted[:, 3:]], dim=1)
    torch.testing.assert_close(model.clip_distances(embedding, against), torch.ones(4))
    parts = [np.asarray(part) for part in (wanted[:, :3], -wanted[:, 3:])]
    assert model.agreement(embedding.numpy(), parts) == pytest.approx([1, -1], abs=1e-5)
