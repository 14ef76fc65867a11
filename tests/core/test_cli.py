"""The command line, run as a user or a script runs it: real processes on real folders."""

import csv
import io
import json
import os
import shutil
import signal
import sqlite3
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from contextlib import closing
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest
from PIL import ImageFilter

from core import __version__
from core.library.lock import LibraryLock
from core.paths import app_paths
from core.photo import Pick, Query
from core.services.engine import open_engine
from tests.conftest import ROOT
from tests.make_photos import make_exif, natural_image, write_jpeg, write_shoot
from tests.small_disk import enlarge, occupy

RECORD_KEYS = ["path", "score", "aesthetic", "spread", "technical", "model"]
NUMBERS = ("score", "aesthetic", "spread")
LIMIT_S = 120  # only so that a hang ends
TRAINING = ("--run", "{missing}", "--out", "{missing}")
MANY = 120  # enough to be stopped in the middle of

Run = Callable[..., subprocess.CompletedProcess[str]]


def command(home: Path, arguments: Sequence[str | Path]) -> list[str]:
    options = [sys.executable, "-m", "core", "--home", str(home)]
    return [*options, *map(str, arguments)]


def as_anybody(home: Path, arguments: Sequence[str | Path]) -> list[str]:
    """The command of a user to whom files can be closed, which they cannot be to root."""
    drop = ["setpriv", "--bounding-set=-dac_override,-dac_read_search"] if os.geteuid() == 0 else []
    return [*drop, *command(home, arguments)]


def run_with(home: Path) -> Run:
    def run(*arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            command(home, arguments),
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            stdin=subprocess.DEVNULL,
            timeout=LIMIT_S,
        )

    return run


@pytest.fixture
def run(tmp_path: Path) -> Run:
    """Runs one command with a catalogue of this test's own."""
    return run_with(tmp_path / "home")


@pytest.fixture(scope="module")
def shoot(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Three photographs, and a fourth in a sub-folder."""
    folder = tmp_path_factory.mktemp("shoot")
    write_shoot(folder, 3)
    write_shoot(folder / "later", 1, seed=40)
    return folder


@pytest.fixture(scope="module")
def scored(shoot: Path, tmp_path_factory: pytest.TempPathFactory) -> Run:
    """Runs one command with a catalogue in which the shoot was scored already."""
    run = run_with(tmp_path_factory.mktemp("scored"))
    done = run("score", shoot, "--recursive", "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    return run


def records(text: str) -> list[dict[str, Any]]:
    return [json.loads(line) for line in text.splitlines()]


def write_burst(folder: Path) -> None:
    """Three frames of one second, each more blurred than the last."""
    folder.mkdir()
    picture = natural_image(1500, 1000)
    for number, blur_px in enumerate((0, 2, 4), start=1):
        exif = make_exif(taken_at=datetime(2026, 5, 1, 9, 0, 0, number * 100_000))
        frame = picture.filter(ImageFilter.GaussianBlur(blur_px))
        frame.save(folder / f"{number}.jpg", quality=92, exif=exif)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def test_jsonl_is_a_record_a_photo_and_the_second_run_the_same(
    tmp_path: Path, run: Run, shoot: Path
) -> None:
    before = contents(shoot)

    done = run("score", shoot, "--format", "jsonl")

    assert (done.returncode, done.stderr) == (0, "")  # a pipe: no bar, no log
    found = records(done.stdout)
    assert [record["path"] for record in found] == [
        str(shoot / f"IMG_000{number}.JPG") for number in (1, 2, 3)
    ]
    for record in found:
        assert list(record) == RECORD_KEYS
        assert 0 <= record["score"] <= 100
        assert 0 <= record["aesthetic"] <= 100
        assert record["spread"] >= 0
        assert record["technical"]
        assert all(0 <= part <= 100 for part in record["technical"].values())
        assert record["model"]
    assert contents(shoot) == before
    stored = _stored_scores(tmp_path)

    again = run("score", shoot, "--format", "jsonl")

    assert (again.returncode, records(again.stdout)) == (0, found)
    assert _stored_scores(tmp_path) == stored  # nothing was scored anew


def test_recursive_adds_the_sub_folders(scored: Run, shoot: Path) -> None:
    done = scored("score", shoot, "--format", "jsonl", "--recursive")

    assert [record["path"] for record in records(done.stdout)] == [
        *(str(shoot / f"IMG_000{number}.JPG") for number in (1, 2, 3)),
        str(shoot / "later" / "IMG_0001.JPG"),
    ]


def test_a_link_to_the_folder_tells_the_same_of_the_same_photos(
    tmp_path: Path, scored: Run, shoot: Path
) -> None:
    link = tmp_path / "link"
    link.symlink_to(shoot)

    by_link = scored("score", link, "-r", "--format", "jsonl")

    assert (by_link.returncode, by_link.stderr) == (0, "")
    assert by_link.stdout == scored("score", shoot, "-r", "--format", "jsonl").stdout


def test_csv_and_table_say_the_same_as_jsonl(scored: Run, shoot: Path) -> None:
    expected = records(scored("score", shoot, "--format", "jsonl").stdout)
    as_csv = scored("score", shoot, "--format", "csv")
    table = scored("score", shoot)

    rows = list(csv.DictReader(io.StringIO(as_csv.stdout)))
    assert [row["path"] for row in rows] == [record["path"] for record in expected]
    for row, record in zip(rows, expected, strict=True):
        assert [float(row[name]) for name in NUMBERS] == [record[name] for name in NUMBERS]
        for part, value in record["technical"].items():
            assert float(row[f"technical_{part}"]) == value
        assert (row["model"], row["error"]) == (record["model"], "")
    heading, *lines = table.stdout.splitlines()
    assert heading.split()[:3] == list(NUMBERS)
    assert [line.split()[-1] for line in lines] == ["IMG_0001.JPG", "IMG_0002.JPG", "IMG_0003.JPG"]
    assert "\x1b" not in table.stdout
    assert (as_csv.stderr, table.stderr) == ("", "")


def test_photos_that_cannot_be_read_are_named_and_the_rest_is_done(
    tmp_path: Path, run: Run, shoot: Path
) -> None:
    folder = tmp_path / "photos"
    shutil.copytree(shoot, folder)
    bad = {"empty.jpg": b"", "text.jpg": b"not a picture at all"}
    bad["torn.jpg"] = (folder / "IMG_0001.JPG").read_bytes()[:300]
    bad["half.jpg"] = (folder / "IMG_0001.JPG").read_bytes()[:20_000]
    for name, data in bad.items():
        (folder / name).write_bytes(data)
    if hasattr(os, "mkfifo"):
        os.mkfifo(folder / "pipe.jpg")
        bad["pipe.jpg"] = b""

    done = run("score", folder, "--format", "jsonl")

    assert done.returncode == 1
    found = {Path(record["path"]).name: record for record in records(done.stdout)}
    assert set(found) == {*bad, "IMG_0001.JPG", "IMG_0002.JPG", "IMG_0003.JPG"}
    for name in bad:
        assert list(found[name]) == ["path", "error"]
        assert found[name]["error"]
        assert f"{name}: {found[name]['error']}" in done.stderr.splitlines()
    assert all(list(found[f"IMG_000{n}.JPG"]) == RECORD_KEYS for n in (1, 2, 3))
    assert len(done.stderr.splitlines()) == len(bad)


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="root may read everything")
def test_a_photo_that_was_closed_to_the_user_is_scored_once_it_is_open(
    tmp_path: Path, shoot: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    shutil.copy(shoot / "IMG_0001.JPG", folder)
    closed = Path(shutil.copy(shoot / "IMG_0002.JPG", folder))
    closed.chmod(0)
    arguments = as_anybody(tmp_path / "home", ["score", folder, "--format", "jsonl"])

    done = _start(arguments)
    found, told = done.communicate(timeout=LIMIT_S)
    closed.chmod(0o600)
    again = _start(arguments)
    found_again, told_again = again.communicate(timeout=LIMIT_S)

    assert (done.returncode, told) == (1, "IMG_0002.JPG: access is denied\n")
    assert records(found)[1] == {"path": str(closed), "error": "access is denied"}
    assert (again.returncode, told_again) == (0, "")
    assert [list(record) for record in records(found_again)] == [RECORD_KEYS] * 2


@pytest.mark.skipif(shutil.which("setpriv") is None, reason="root may read everything")
def test_a_folder_that_may_be_listed_but_not_entered_costs_only_itself(
    tmp_path: Path, shoot: Path
) -> None:
    folder, target = tmp_path / "photos", tmp_path / "best"
    shutil.copytree(shoot, folder)
    shutil.copytree(shoot / "later", target / "later")
    (folder / "closed").mkdir()
    shutil.copy(shoot / "IMG_0001.JPG", folder / "closed")
    (folder / "closed").chmod(0o444)
    (target / "later").chmod(0o444)
    home = tmp_path / "home"
    where = ["--top", "9", "--to", target, "--keep-folders"]

    scored = _start(as_anybody(home, ["score", folder, "-r", "--format", "jsonl"]))
    found, told = scored.communicate(timeout=LIMIT_S)
    exported = _start(as_anybody(home, ["export", folder, "-r", *where]))
    copied, left_out = exported.communicate(timeout=LIMIT_S)
    (folder / "closed").chmod(0o755)
    (target / "later").chmod(0o755)

    assert (scored.returncode, exported.returncode) == (1, 1)
    assert told == "closed/IMG_0001.JPG: access is denied\n"
    assert [list(record) for record in records(found)].count(RECORD_KEYS) == 4
    assert len(copied.splitlines()) == 3
    assert "later/IMG_0001.JPG" in left_out
    assert "Traceback" not in left_out


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have only names in Unicode")
def test_names_that_are_not_utf8_are_shown_and_stay_apart_in_jsonl(
    tmp_path: Path, run: Run
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    names = [b"caf\xe8.jpg", b"caf\xe9.jpg", "cafß.jpg".encode()]
    for name in names[1:]:
        write_jpeg(folder / os.fsdecode(name))
    (folder / os.fsdecode(names[0])).touch()

    shown = run("score", folder)
    as_csv = run("score", folder, "--format", "csv")
    listed = run("score", folder, "--format", "jsonl")

    assert shown.stderr == as_csv.stderr == listed.stderr == "caf\ufffd.jpg: the file is empty\n"
    assert shown.stdout.count("caf\ufffd.jpg") == as_csv.stdout.count("caf\ufffd.jpg") == 2
    found = sorted(os.fsencode(Path(record["path"]).name) for record in records(listed.stdout))
    assert found == sorted(names)
    assert "cafß.jpg" in listed.stdout  # what is text stays legible


def test_an_empty_folder_is_no_error_but_is_told(tmp_path: Path, run: Run) -> None:
    folder = tmp_path / "empty"
    folder.mkdir()

    done = run("score", folder, "--format", "jsonl")

    assert (done.returncode, done.stdout) == (0, "")
    assert "no photographs" in done.stderr
    assert "--recursive" in done.stderr
    assert run("score", folder, "--format", "csv").stdout == ""


def test_a_folder_whose_photos_are_all_gone_is_not_taken_for_an_empty_one(
    tmp_path: Path, run: Run, shoot: Path
) -> None:
    folder = tmp_path / "card"
    shutil.copytree(shoot, folder)
    run("score", folder)
    shutil.rmtree(folder)
    folder.mkdir()  # the place where the drive was mounted

    away = run("score", folder)

    assert (away.returncode, away.stdout) == (0, "")
    assert "Of 3 photographs" in away.stderr
    assert "ratings are kept" in away.stderr


@pytest.mark.parametrize(
    ("arguments", "told"),
    [
        (["score", "{missing}"], "does not exist"),
        (["score", "{shoot}", "--format", "xml"], "jsonl"),
        (["score"], "FOLDER"),
        (["export", "{shoot}", "--top", "1"], "--to"),
        (["export", "{shoot}", "--to", "{missing}"], "--top"),
        (["export", "{shoot}", "--to", "{missing}", "--top", "1", "--picks"], "exactly one"),
        (["train", "student", *TRAINING, "--data", "{missing}"], "--data"),
        (["train", "student", *TRAINING, "--data", "{shoot}"], "oasis.csv"),
        (["frobnicate"], "frobnicate"),
    ],
)
def test_wrong_use_is_status_2_and_a_sentence(
    tmp_path: Path, run: Run, shoot: Path, arguments: list[str], told: str
) -> None:
    missing = tmp_path / "missing"

    done = run(*(part.format(missing=missing, shoot=shoot) for part in arguments))

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert "Traceback" not in done.stderr
    assert not missing.exists()


def test_a_catalogue_in_use_is_status_2(tmp_path: Path, run: Run, shoot: Path) -> None:
    catalog = app_paths(tmp_path / "home").catalog
    catalog.parent.mkdir(parents=True)
    lock = LibraryLock(catalog)
    try:
        done = run("score", shoot)
    finally:
        lock.release()

    assert (done.returncode, done.stdout) == (2, "")
    assert "open in another Shortlist window or command" in done.stderr
    assert "Traceback" not in done.stderr


def test_catalog_option_keeps_the_scores_in_that_file(
    tmp_path: Path, run: Run, shoot: Path
) -> None:
    catalog = tmp_path / "wedding.sqlite"

    done = run("score", shoot, "--catalog", catalog)

    assert done.returncode == 0
    assert catalog.is_file()
    assert not app_paths(tmp_path / "home").catalog.exists()


def test_rank_gives_the_best_first(scored: Run, shoot: Path) -> None:
    everything = records(scored("score", shoot, "--format", "jsonl").stdout)

    done = scored("rank", shoot, "--top", "2", "--format", "jsonl")

    assert (done.returncode, done.stderr) == (0, "")
    best = sorted((record["score"] for record in everything), reverse=True)[:2]
    assert [record["score"] for record in records(done.stdout)] == best
    assert all(record in everything for record in records(done.stdout))


@pytest.mark.parametrize("part", ["sharpness", "noise", "overexposure"])
def test_rank_goes_by_a_measurement_too(scored: Run, shoot: Path, part: str) -> None:
    everything = records(scored("score", shoot, "--format", "jsonl").stdout)

    done = scored("rank", shoot, "--by", part, "--format", "jsonl")

    assert (done.returncode, done.stderr) == (0, "")
    values = [record["technical"][part] for record in records(done.stdout)]
    assert values == sorted((record["technical"][part] for record in everything), reverse=True)


def test_rank_by_the_sharpness_of_subjects_needs_them_compared(run: Run, tmp_path: Path) -> None:
    write_burst(tmp_path / "burst")
    before = run("rank", tmp_path / "burst", "--by", "subject-sharpness", "--format", "jsonl")
    assert (before.returncode, before.stdout) == (0, "")
    assert "was not compared here" in before.stderr

    run("groups", tmp_path / "burst", "--sharpness")
    after = run("rank", tmp_path / "burst", "--by", "subject-sharpness", "--format", "jsonl")

    ranked = records(after.stdout)
    assert [Path(record["path"]).name for record in ranked] == ["1.jpg", "2.jpg", "3.jpg"]
    assert ranked[0]["subject_sharpness"] == 100
    shares = [record["subject_sharpness"] for record in ranked]
    assert shares == sorted(shares, reverse=True)
    table = run("rank", tmp_path / "burst", "--by", "subject-sharpness").stdout
    assert "subject_sharpness" in table.splitlines()[0]


def test_rank_names_what_it_can_go_by(scored: Run, shoot: Path) -> None:
    done = scored("rank", shoot, "--by", "beauty")
    assert done.returncode == 2
    assert "subject-sharpness" in done.stderr


def test_export_dry_run_shows_the_plan_and_writes_nothing(
    tmp_path: Path, scored: Run, shoot: Path
) -> None:
    before = contents(shoot)
    target = tmp_path / "best"

    done = scored("export", shoot, "--top", "2", "--to", target, "--dry-run")

    assert done.returncode == 0
    assert len(done.stdout.splitlines()) == 2
    assert all(f" -> {target}" in line for line in done.stdout.splitlines())
    assert "Would copy 2 photographs" in done.stderr
    assert list(tmp_path.iterdir()) == []
    assert contents(shoot) == before


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        (["--template", "{nope}"], "unknown field {nope}"),
        (["--percent", "0"], "above 0"),
        (["--to", "{shoot}"], "already"),
    ],
)
def test_wrong_use_of_export_is_told_before_any_photo_is_scored(
    tmp_path: Path, run: Run, shoot: Path, wrong: list[str], told: str
) -> None:
    best = [] if "--percent" in wrong else ["--top", "2"]
    arguments = [part.replace("{shoot}", str(shoot)) for part in wrong]

    done = run("export", shoot, "--to", tmp_path / "best", *best, *arguments)

    assert (done.returncode, done.stdout) == (2, "")
    assert told in done.stderr
    assert _stored_scores(tmp_path) == []
    assert not (tmp_path / "best").exists()


def test_export_copies_the_best(tmp_path: Path, scored: Run, shoot: Path) -> None:
    before = contents(shoot)
    target = tmp_path / "best"
    ranked = records(scored("rank", shoot, "--top", "2", "--format", "jsonl").stdout)

    done = scored("export", shoot, "--top", "2", "--to", target)

    assert done.returncode == 0
    best = [Path(record["path"]) for record in ranked]
    assert contents(target) == {target / path.name: path.read_bytes() for path in best}
    assert contents(shoot) == before


def test_export_never_overwrites(tmp_path: Path, scored: Run, shoot: Path) -> None:
    target = tmp_path / "best"
    target.mkdir()
    taken = target / "IMG_0001.JPG"
    taken.write_bytes(b"something of the user's")

    done = scored("export", shoot, "--top", "3", "--to", target)
    again = scored("export", shoot, "--top", "3", "--to", target)

    assert done.returncode == again.returncode == 0
    assert taken.read_bytes() == b"something of the user's"
    expected = {path.read_bytes() for path in shoot.glob("*.JPG")} | {taken.read_bytes()}
    assert sorted(contents(target).values()) == sorted(expected)  # again made no second copies


def test_a_pick_that_is_cut_short_is_copied_and_named(tmp_path: Path, shoot: Path) -> None:
    folder, target = tmp_path / "photos", tmp_path / "picks"
    folder.mkdir()
    whole = (shoot / "IMG_0001.JPG").read_bytes()
    (folder / "half.jpg").write_bytes(whole[: len(whole) // 2])
    run = run_with(tmp_path / "home")
    first = run("score", folder)
    with closing(open_engine(app_paths(tmp_path / "home"))) as engine:
        engine.rating.pick(engine.browse.ids(Query()), Pick.PICKED)

    ranked = run("rank", folder, "--format", "jsonl")
    done = run("export", folder, "--picks", "--to", target)

    told = "half.jpg: the file is cut short; 48 % of the picture can be seen"
    assert (first.stderr, ranked.stderr, done.stderr.splitlines()[0]) == (f"{told}\n",) * 2 + (
        told,
    )
    assert (first.returncode, ranked.returncode, done.returncode) == (1, 1, 1)
    assert ranked.stdout == ""
    assert contents(target) == {target / "half.jpg": whole[: len(whole) // 2]}


def test_export_names_a_photo_that_cannot_be_read_once(tmp_path: Path, shoot: Path) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    shutil.copy(shoot / "IMG_0001.JPG", folder)
    (folder / "torn.jpg").write_bytes((shoot / "IMG_0002.JPG").read_bytes()[:300])
    run = run_with(tmp_path / "home")
    run("score", folder)
    with closing(open_engine(app_paths(tmp_path / "home"))) as engine:
        engine.rating.pick(engine.browse.ids(Query()), Pick.PICKED)

    for how, told in (
        ("--dry-run", "Would copy 1 photo"),
        ("--csv", "Copied and verified 1 photo"),
    ):
        done = run("export", folder, "--picks", "--to", tmp_path / "picks", how)
        problem, summary = done.stderr.splitlines()
        assert done.returncode == 1
        assert problem == "torn.jpg: the file is cut short"
        assert summary.startswith(told)


def test_version_is_one_line(run: Run) -> None:
    done = run("--version")

    assert (done.returncode, done.stderr) == (0, "")
    assert done.stdout == f"shortlist {__version__}\n"


def test_help_teaches_by_examples(run: Run) -> None:
    overview = run("--help")

    assert (overview.returncode, overview.stderr) == (0, "")
    assert "Exit status:" in overview.stdout
    for name in ("score", "rank", "export"):
        details = run(name, "--help")
        assert (details.returncode, details.stderr) == (0, "")
        assert f"  shortlist {name} ~/Pictures" in overview.stdout
        assert "--recursive" in details.stdout
    assert "  shortlist train student --data" in run("train", "--help").stdout


@pytest.mark.parametrize("left_bytes", [0, 32_000, 64_000])
def test_a_full_disk_is_told_in_a_sentence_and_costs_nothing(
    small_disk: Path, shoot: Path, left_bytes: int
) -> None:
    run = run_with(small_disk)
    occupy(small_disk, left_bytes)

    done = run("score", shoot)

    assert (done.returncode, done.stdout) == (2, "")
    what, hint = done.stderr.splitlines()  # no word of the log, which is full too
    assert "the disk is full" in what
    assert "Free some space" in hint

    enlarge(small_disk)
    again = run("score", shoot, "--format", "jsonl")
    assert (again.returncode, again.stderr) == (0, "")
    assert len(records(again.stdout)) == 3


@pytest.mark.skipif(os.name != "posix", reason="head is a program of POSIX systems")
def test_a_reader_that_leaves_early_hides_neither_the_other_stream_nor_the_status(
    tmp_path: Path, run: Run, shoot: Path
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    shutil.copy(shoot / "IMG_0001.JPG", folder)
    arguments = command(tmp_path / "home", ["score", folder, "--format", "jsonl"])
    reader, gone = os.pipe()
    os.close(reader)  # as `head` has, before the first record comes

    def statuses() -> tuple[int, int]:
        unread = _start(arguments, stdout=gone, stderr=subprocess.PIPE)
        _, told = unread.communicate(timeout=LIMIT_S)
        unheard = _start(arguments, stdout=subprocess.PIPE, stderr=gone)
        found, _ = unheard.communicate(timeout=LIMIT_S)
        assert len(told.splitlines()) == len(list(folder.iterdir())) - 1
        assert len(records(found)) == len(list(folder.iterdir()))
        return unread.returncode, unheard.returncode

    assert statuses() == (0, 0)
    (folder / "empty.jpg").touch()
    assert statuses() == (1, 1)
    os.close(gone)


@pytest.mark.skipif(not Path("/dev/full").exists(), reason="only Linux has a disk always full")
@pytest.mark.parametrize("arguments", [["--help"], ["--version"], ["score", "{shoot}"], ["rank"]])
def test_output_that_finds_no_room_is_told_in_a_sentence(
    tmp_path: Path, shoot: Path, arguments: list[str]
) -> None:
    asked = [part.format(shoot=shoot) for part in arguments]
    asked += ["--help"] if asked == ["rank"] else []

    with Path("/dev/full").open("w") as full:
        done = _start(command(tmp_path / "home", asked), stdout=full)
        _, told = done.communicate(timeout=LIMIT_S)

    assert told == "The output cannot be written: No space left on device.\n"
    assert done.returncode == 1


@pytest.mark.skipif(os.name != "posix", reason="other shells cannot close a stream")
def test_closed_streams_lose_neither_records_nor_the_catalogue(tmp_path: Path, shoot: Path) -> None:
    def in_shell(redirection: str) -> subprocess.CompletedProcess[str]:
        arguments = command(tmp_path / "home", ["score", shoot, "--format", "jsonl"])
        return subprocess.run(
            ["sh", "-c", f'exec "$@" {redirection}', "sh", *arguments],
            check=False,
            capture_output=True,
            encoding="utf-8",
            cwd=ROOT,
            timeout=LIMIT_S,
        )

    assert in_shell(">&- 2>&-").returncode == 1
    unheard, unread = in_shell("2>&-"), in_shell(">&-")

    assert (unheard.returncode, len(records(unheard.stdout))) == (0, 3)
    assert unread.returncode == 1
    assert unread.stderr == "The output cannot be written: standard output is closed.\n"


@pytest.mark.skipif(os.name != "posix", reason="sends what Ctrl+C sends on POSIX systems")
@pytest.mark.parametrize(
    ("tell", "reason"),
    [("killpg", "SIGINT"), ("kill", "SIGTERM"), ("kill", "SIGHUP")],  # Ctrl+C hits the workers too
)
def test_who_stops_it_is_told_so_and_the_next_run_goes_on(
    tmp_path: Path, run: Run, shoot: Path, tell: str, reason: str
) -> None:
    folder = tmp_path / "photos"
    folder.mkdir()
    for number in range(MANY):
        (folder / f"{number:03}.jpg").hardlink_to(shoot / "IMG_0001.JPG")
    previews = app_paths(tmp_path / "home").previews
    stopped = _start(
        command(tmp_path / "home", ["score", folder]),
        start_new_session=True,
        # What starts the tests in the background, or by nohup, has all they start ignore these.
        preexec_fn=lambda: signal.signal(getattr(signal, reason), signal.SIG_DFL),
    )
    while stopped.poll() is None and not any(previews.rglob("*")):
        time.sleep(0.02)
    getattr(os, tell)(stopped.pid, getattr(signal, reason))
    told = stopped.communicate(timeout=LIMIT_S)

    assert told == ("", "Stopped. What was done is kept; the same command goes on from there.\n")
    assert stopped.returncode == 130
    done = run("score", folder, "--format", "jsonl")
    assert (done.returncode, done.stderr) == (0, "")
    assert len(records(done.stdout)) == MANY


@pytest.mark.skipif(os.name != "posix", reason="sends what Ctrl+C sends on POSIX systems")
@pytest.mark.parametrize(
    ("program", "loading"),
    [
        ("core", "typer"),
        ("core", "core.cli_train"),
        ("core", "core.services.engine"),
        ("app", "app.startup"),
        ("app", "PySide6.QtWidgets"),
    ],
)
def test_ctrl_c_while_it_still_loads_ends_it_without_a_traceback(
    tmp_path: Path, shoot: Path, program: str, loading: str
) -> None:
    script = (
        "import os, signal, sys\n"
        "signal.signal(signal.SIGINT, signal.default_int_handler)\n"
        f"from {program}.__main__ import main\n"
        "class Keyboard:\n"
        "    def find_spec(self, name, path, target=None):\n"
        f"        if name == {loading!r}:\n"
        "            os.kill(os.getpid(), signal.SIGINT)\n"
        "sys.meta_path.insert(0, Keyboard())\n"
        "main()"
    )
    asked = [
        "--home",
        str(tmp_path / "home"),
        *(["score"] if program == "core" else []),
        str(shoot),
    ]

    stopped = _start([sys.executable, "-c", script, *asked])
    found, told = stopped.communicate(timeout=LIMIT_S)

    assert (stopped.returncode, found) == (130, "")
    assert told.startswith("Stopped.") if loading == "core.services.engine" else told == ""
    assert len(told.splitlines()) <= 1


def test_scoring_tells_nobody_and_leaves_nothing_in_the_users_folders(
    tmp_path: Path, shoot: Path
) -> None:
    """ONNX Runtime collects what it sends home in a cache of its own, except in a CI job."""
    users = tmp_path / "user"
    users.mkdir()
    theirs = {name: value for name, value in os.environ.items() if "XDG" not in name}
    theirs |= dict.fromkeys(("HOME", "USERPROFILE", "LOCALAPPDATA"), str(users))
    for name in ("CI", "GITHUB_ACTIONS", "ORT_DISABLE_TELEMETRY"):
        theirs.pop(name, None)

    done = _start(command(tmp_path / "home", ["score", shoot]), env=theirs)
    _, told = done.communicate(timeout=LIMIT_S)

    assert (done.returncode, told) == (0, "")
    assert list(users.rglob("*")) == []


def test_scoring_never_loads_torch_or_qt(tmp_path: Path, shoot: Path) -> None:
    script = (
        "import sys; from core.cli import app; app(sys.argv[1:], standalone_mode=False);"
        "print(sorted({'torch', 'PySide6'} & set(sys.modules)), 'onnxruntime' in sys.modules)"
    )
    arguments = ["--home", str(tmp_path / "home"), "score", str(shoot), "--format", "csv"]

    done = subprocess.run(
        [sys.executable, "-c", script, *arguments],
        check=False,
        capture_output=True,
        encoding="utf-8",
        cwd=ROOT,
        timeout=LIMIT_S,
    )

    assert done.stdout.splitlines()[-1] == "[] True", done.stderr


def _start(arguments: Sequence[str], **options: Any) -> "subprocess.Popen[str]":
    streams = {"stdout": subprocess.PIPE, "stderr": subprocess.PIPE} | options
    return subprocess.Popen(arguments, encoding="utf-8", cwd=ROOT, **streams)


def _stored_scores(tmp_path: Path) -> list[tuple[Any, ...]]:
    with closing(sqlite3.connect(app_paths(tmp_path / "home").catalog)) as catalog:
        return catalog.execute("SELECT * FROM score ORDER BY 1").fetchall()
