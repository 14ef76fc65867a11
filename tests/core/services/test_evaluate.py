"""A model that likes bright pictures, measured on people who do too."""

import csv
import io
import json
import tarfile
from pathlib import Path

import numpy as np
import pytest
from PIL import Image
from typer.testing import CliRunner

from core.cli import app
from core.errors import CoreError, TrainingError
from core.learning.data.splits import group_folds
from core.learning.data.training_folder import read_rated_photos
from core.learning.held_out import file_name, held_out_figures
from core.progress import Task
from core.services.evaluate import EvaluationRequest, evaluate
from tests.make_model import write_brightness_model

PHOTOS, THEMES, RATERS = 24, 12, 6
SYSTEM = "student: with unlabelled photographs"


@pytest.fixture
def model(tmp_path: Path) -> Path:
    return write_brightness_model(tmp_path / "model")


@pytest.fixture
def data(tmp_path: Path) -> Path:
    """Rated photographs in the layout of the training data: the brighter, the better."""
    folder = tmp_path / "data"
    folder.mkdir()
    levels = np.linspace(10, 245, PHOTOS).astype(int)
    ratings = np.clip(np.round(1 + 6 * levels / 255), 1, 7).astype(np.int8)
    names = [f"oasis/Grey {index % THEMES}_{index}.png" for index in range(PHOTOS)]
    with tarfile.open(folder / "oasis.tar", "w") as archive:
        for name, level in zip(names, levels, strict=True):
            buffer = io.BytesIO()
            Image.new("RGB", (40, 30), (int(level),) * 3).save(buffer, "PNG")
            member = tarfile.TarInfo(name)
            member.size = buffer.tell()
            buffer.seek(0)
            archive.addfile(member, buffer)
    np.savez(folder / "oasis-raters.npz", ratings=np.tile(ratings, (RATERS, 1)))
    _write_table(
        folder / "index.csv",
        ("shard", "file", "set", "class", "clip_kind", "clip_row"),
        [("oasis", name, "oasis", "", "", "") for name in names],
    )
    _write_table(
        folder / "oasis.csv",
        ("file", "theme", "beauty_mean"),
        [(name, f"Grey {i % THEMES}", int(ratings[i])) for i, name in enumerate(names)],
    )
    return folder


@pytest.fixture
def run(data: Path, tmp_path: Path) -> Path:
    """A training run of one seed and two folds that held out perfect predictions."""
    rated = read_rated_photos(data)
    folds = group_folds(rated.groups, 2, 0)
    folder = tmp_path / "run" / "held-out" / "seed-0"
    folder.mkdir(parents=True)
    for fold in (0, 1):
        np.save(folder / f"{file_name(SYSTEM)}-{fold}.npy", rated.histogram[folds == fold])
    return tmp_path / "run"


def _write_table(path: Path, head: tuple[str, ...], rows: list[tuple[object, ...]]) -> None:
    with path.open("w", newline="", encoding="utf-8") as out:
        csv.writer(out).writerows([head, *rows])


def test_a_model_that_sees_what_people_see_agrees_with_them(
    model: Path, data: Path, tmp_path: Path
):
    results = evaluate(EvaluationRequest(model, data, report=tmp_path / "report"), Task())
    figures = results["agreement"]
    assert figures["srcc"] > 0.95
    assert figures["pairs_within_group"] == 1
    assert figures["keepers_lost_30%"] == 0
    assert figures["squared_emd"] is None, "four bins cannot be compared with seven"
    assert results["data"]["was_trained_on"]
    assert results["model"]["ms_per_image"] > 0
    report = (tmp_path / "report" / "REPORT.md").read_text()
    assert "| rank correlation (SRCC) | 0.9" in report
    assert "learned from these very ratings" in report
    for name in ("ratings.png", "keepers.png", "spectrum.png"):
        assert f"({name})" in report
        with Image.open(tmp_path / "report" / name) as plot:
            assert len(plot.convert("L").getcolors(256) or []) > 2, "the plot is not empty"


def test_the_held_out_figures_of_a_run_are_computed_again(data: Path, run: Path):
    [(name, figures)] = held_out_figures(run, read_rated_photos(data), [SYSTEM]).items()
    assert name == SYSTEM
    assert figures["srcc"] == pytest.approx(1)
    assert figures["squared_emd"] == pytest.approx(0, abs=1e-12)
    assert figures["srcc_by_seed"] == [pytest.approx(1)]


def test_predictions_of_other_photographs_or_a_missing_fold_are_refused(data: Path, run: Path):
    rated = read_rated_photos(data)
    [first, second] = sorted(run.rglob("*.npy"))
    np.save(second, np.load(second)[:-1])
    with pytest.raises(TrainingError, match="other photographs"):
        held_out_figures(run, rated)
    first.write_bytes(b"not an array")
    with pytest.raises(TrainingError, match="damaged"):
        held_out_figures(run, rated)
    first.unlink()
    with pytest.raises(TrainingError, match="missing"):
        held_out_figures(run, rated)
    with pytest.raises(TrainingError, match="no held-out predictions"):
        held_out_figures(data, rated)


def test_the_command_shows_the_figures_of_the_model_card(tmp_path: Path):
    figures = {"srcc": 0.7123, "srcc_95_percent": [0.6, 0.8], "pairs_within_theme": 0.65}
    model = write_brightness_model(tmp_path / "model", results={"systems": {"mine": figures}})
    done = CliRunner().invoke(app, ["evaluate", "--model", str(model)])
    assert done.exit_code == 0, done.output
    assert "brightness 1.0.0" in done.output
    assert "0.712 (0.600 to 0.800)  -  0.650  -  mine" in done.output


def test_the_command_measures_a_run_and_writes_everything(
    model: Path, data: Path, run: Path, tmp_path: Path
):
    target = tmp_path / "results.json"
    options = ["--model", model, "--data", data, "--run", run, "--json", target]
    done = CliRunner().invoke(app, ["evaluate", *map(str, options)])
    assert done.exit_code == 0, done.output
    assert "Held-out figures of this run" in done.output
    results = json.loads(target.read_text())
    assert results["held_out"][file_name(SYSTEM)]["srcc"] == pytest.approx(1)


def test_a_folder_without_the_set_is_a_sentence(model: Path, tmp_path: Path):
    with pytest.raises(CoreError, match=r"oasis\.csv"):
        evaluate(EvaluationRequest(model, tmp_path), Task())


def test_results_that_cannot_be_written_are_a_sentence(model: Path, tmp_path: Path):
    with pytest.raises(CoreError, match="cannot be written"):
        evaluate(EvaluationRequest(model, json=tmp_path / "no folder" / "a.json"), Task())
