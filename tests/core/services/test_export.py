"""Exports over a real catalogue and real files: what is chosen, copied, left out and told."""

import csv
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator, Sequence
from dataclasses import replace
from pathlib import Path

import pytest

from core.errors import ExportError
from core.library.library import Library
from core.photo import (
    FileKind,
    FileState,
    Filter,
    FoundPhoto,
    Mark,
    PhotoId,
    Pick,
    Score,
    ScoredPhoto,
)
from core.progress import Progress, Task
from core.services.export import (
    AtLeastStars,
    Chosen,
    Export,
    ExportReport,
    ExportRequest,
    Picks,
    Selection,
    TopCount,
    TopPercent,
)
from tests.conftest import ROOT


class Shoot:
    """Photos on disk and in the catalogue, with the marks and scores a test gives them."""

    def __init__(self, library: Library, folder: Path) -> None:
        self.library = library
        self.folder = folder
        self.ids: dict[str, PhotoId] = {}

    def add(
        self,
        name: str,
        score: float | None = None,
        *,
        mark: Mark | None = None,
        content: bytes | None = None,
        companions: Sequence[str] = (),
    ) -> PhotoId:
        paths = [self.folder / name, *(self.folder / companion for companion in companions)]
        for path in paths:
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_bytes(b"pixels of " + os.fsencode(path.name) if content is None else content)
        facts = paths[0].stat()
        found = FoundPhoto(
            paths[0], FileKind.JPEG, facts.st_size, facts.st_mtime_ns, tuple(paths[1:])
        )
        with self.library.transaction() as tx:
            (id_,) = tx.photos.add([found])
            if score is not None:
                opinion = Score(score, score, 3.0, {"sharpness": 70.0}, "student 1.0.0")
                tx.scores.save([ScoredPhoto(id_, opinion, bytes(4), bytes(4))])
            if mark is not None:
                tx.photos.set_marks({id_: mark})
        self.ids[name] = id_
        return id_

    def contents(self) -> dict[Path, bytes]:
        return contents(self.folder)


def contents(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}


def names_in(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in contents(folder))


def reasons(report: ExportReport) -> dict[str, str]:
    return {skipped.path.name: skipped.reason for skipped in report.skipped}


@pytest.fixture
def library(tmp_path: Path) -> Iterator[Library]:
    library = Library(tmp_path / "catalog.sqlite")
    yield library
    library.close()


@pytest.fixture
def shoot(library: Library, tmp_path: Path) -> Shoot:
    return Shoot(library, tmp_path / "shoot")


@pytest.fixture
def export(library: Library) -> Export:
    return Export(library)


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "best"


@pytest.fixture
def carry_out(export: Export, shoot: Shoot, target: Path) -> Callable[..., ExportReport]:
    """Plan and execute in one go."""

    def run(selection: Selection, **how: object) -> ExportReport:
        request = ExportRequest(selection, Filter(shoot.folder), target, **how)  # type: ignore[arg-type]
        return export.execute(export.plan(request), Task())

    return run


@pytest.fixture
def selected(export: Export, shoot: Shoot, target: Path) -> Callable[[Selection], list[str]]:
    def names(selection: Selection) -> list[str]:
        plan = export.plan(ExportRequest(selection, Filter(shoot.folder), target))
        return [copy.source.name for copy in plan.copies]

    return names


def test_the_best_are_scored_and_not_rejected_and_come_best_first(
    shoot: Shoot, selected: Callable[[Selection], list[str]]
) -> None:
    for number, score in enumerate([10, 90, 50, 70]):
        shoot.add(f"{number}.jpg", score)
    shoot.add("unscored.jpg")
    shoot.add("rejected.jpg", 99, mark=Mark(pick=Pick.REJECTED))
    assert selected(TopCount(2)) == ["1.jpg", "3.jpg"]
    assert selected(TopCount(100)) == ["1.jpg", "3.jpg", "2.jpg", "0.jpg"]
    assert selected(TopPercent(50)) == ["1.jpg", "3.jpg"]
    assert selected(TopPercent(26)) == ["1.jpg", "3.jpg"]  # never fewer than asked for
    assert selected(TopPercent(0.1)) == ["1.jpg"]


def test_copies_inside_the_folder_are_never_the_best_by_whatever_path_it_is_opened(
    shoot: Shoot, export: Export, tmp_path: Path
) -> None:
    link = tmp_path / "link"
    shoot.folder.mkdir()
    link.symlink_to(shoot.folder)
    opened = Shoot(shoot.library, link)
    original = opened.add("a.jpg", 50)
    opened.add("best/b.jpg", 90)
    for target in (link / "best", shoot.folder / "best"):
        plan = export.plan(ExportRequest(TopCount(1), Filter(link), target))
        assert (plan.photo_ids, plan.skipped) == ((original,), ())


def test_stars_picks_and_a_selection_need_no_score(
    shoot: Shoot, selected: Callable[[Selection], list[str]]
) -> None:
    shoot.add("a.jpg", mark=Mark(stars=2))
    shoot.add("b.jpg", mark=Mark(stars=4))
    shoot.add("c.jpg", mark=Mark(stars=5, pick=Pick.PICKED))
    assert selected(AtLeastStars(4)) == ["b.jpg", "c.jpg"]
    assert selected(Picks()) == ["c.jpg"]
    ids = shoot.ids
    gone = PhotoId(10_000)
    chosen = Chosen((ids["c.jpg"], ids["a.jpg"], gone, ids["c.jpg"]))
    assert selected(chosen) == ["c.jpg", "a.jpg"]


@pytest.mark.parametrize(
    "selection", [TopCount(0), TopPercent(0), TopPercent(101), AtLeastStars(0), AtLeastStars(6)]
)
def test_a_selection_that_cannot_be_meant_is_refused(
    shoot: Shoot, selected: Callable[[Selection], list[str]], selection: Selection
) -> None:
    with pytest.raises(ExportError):
        selected(selection)


def test_copies_are_exact_and_originals_untouched(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("day 1/IMG_1.CR2", 80, companions=["day 1/IMG_1.JPG", "day 1/IMG_1.xmp"])
    shoot.add("day 2/IMG_2.JPG", 60)
    before = shoot.contents()
    report = carry_out(TopCount(2), keep_folders=True)
    assert not report.cancelled
    assert report.skipped == ()
    assert {copy.target.relative_to(target): copy.size_bytes for copy in report.copied} == {
        path.relative_to(shoot.folder): len(content) for path, content in before.items()
    }
    copied = {path.relative_to(target): content for path, content in contents(target).items()}
    assert copied == {path.relative_to(shoot.folder): data for path, data in before.items()}
    assert shoot.contents() == before


def test_bug_28_copies_keep_every_byte_of_metadata(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("IMG_1.jpg", 80, content=b"\xff\xd8 EXIF ICC XMP maker notes \xff\xd9 and a trailer")
    carry_out(TopCount(1), template="{counter}")
    assert (target / "1.jpg").read_bytes() == (shoot.folder / "IMG_1.jpg").read_bytes()


def test_the_dry_plan_writes_nothing_and_the_export_does_just_that(
    shoot: Shoot, export: Export, target: Path
) -> None:
    target.mkdir()
    (target / "A.JPG").write_text("of another shoot")
    shoot.add("a.jpg", 80)
    shoot.add("x/a.jpg", 70)
    plan = export.plan(ExportRequest(TopCount(2), Filter(shoot.folder), target, csv=True))
    assert names_in(target) == ["A.JPG"]
    report = export.execute(plan, Task())
    assert report.copied == plan.copies
    assert report.csv == plan.csv
    assert names_in(target) == ["A.JPG", "a (2).jpg", "a (3).jpg", "shortlist.csv"]
    assert (target / "A.JPG").read_text() == "of another shoot"


def test_what_is_already_there_is_not_copied_again(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("IMG_1.CR2", 80, companions=["IMG_1.xmp"])
    shoot.add("x/IMG_1.CR2", 70, content=b"another frame")
    carry_out(TopCount(2))
    before = contents(target)
    again = carry_out(TopCount(2))
    assert again.copied == ()
    assert all(skipped.already_there for skipped in again.skipped)
    assert contents(target) == before
    (shoot.folder / "IMG_1.xmp").write_bytes(b"edited of IMG_1.xmp")  # the size of before
    third = carry_out(TopCount(2))
    assert [copy.target.name for copy in third.copied] == ["IMG_1 (3).CR2", "IMG_1 (3).xmp"]
    assert contents(target).items() >= before.items()


def test_bug_8_an_empty_photo_is_refused_and_reported(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("empty.jpg", 90, content=b"")
    shoot.add("fine.jpg", 80)
    report = carry_out(TopCount(2))
    assert names_in(target) == ["fine.jpg"]
    assert "empty" in reasons(report)["empty.jpg"]


def test_unreadable_and_missing_photos_are_left_out_with_the_reason(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("torn.jpg", 90)
    shoot.add("away.jpg", 85)
    shoot.add("fine.jpg", 80)
    with shoot.library.transaction() as tx:
        tx.photos.set_state([shoot.ids["torn.jpg"]], FileState.UNREADABLE, "the file is cut short")
        tx.photos.set_state([shoot.ids["away.jpg"]], FileState.OFFLINE, "not found")
    (shoot.folder / "away.jpg").unlink()
    report = carry_out(Chosen(tuple(shoot.ids.values())))
    assert names_in(target) == ["fine.jpg"]
    assert reasons(report)["torn.jpg"] == "the file is cut short"
    assert "drive may be away" in reasons(report)["away.jpg"]


def test_a_photo_that_vanishes_after_the_plan_costs_only_itself(
    shoot: Shoot, export: Export, target: Path
) -> None:
    shoot.add("a.CR2", 90, companions=["a.JPG"])
    shoot.add("b.jpg", 80)
    plan = export.plan(ExportRequest(TopCount(2), Filter(shoot.folder), target))
    (shoot.folder / "a.JPG").unlink()
    report = export.execute(plan, Task())
    assert names_in(target) == ["b.jpg"]  # bug 18: not the RAW file without its companion
    assert set(reasons(report)) == {"a.CR2", "a.JPG"}


def test_bug_21_a_name_taken_after_the_plan_is_not_overwritten(
    shoot: Shoot, export: Export, target: Path
) -> None:
    shoot.add("a.jpg", 90)
    plan = export.plan(ExportRequest(TopCount(1), Filter(shoot.folder), target))
    target.mkdir()
    (target / "a.jpg").write_text("just saved by another program")
    report = export.execute(plan, Task())
    assert report.copied == ()
    assert "was not overwritten" in reasons(report)["a.jpg"]
    assert (target / "a.jpg").read_text() == "just saved by another program"


def test_bug_20_a_template_that_maps_many_to_one_loses_none(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    for number in range(3):
        shoot.add(f"IMG_{number}.jpg", 50 + number)
    carry_out(TopCount(3), template="wedding")
    assert names_in(target) == ["wedding (2).jpg", "wedding (3).jpg", "wedding.jpg"]
    assert sorted(contents(target).values()) == sorted(shoot.contents().values())


def test_bug_19_a_target_that_vanishes_during_the_export_is_no_success(
    shoot: Shoot, export: Export, target: Path
) -> None:
    for number in range(4):
        shoot.add(f"{number}.jpg", 90 - number)
    plan = export.plan(ExportRequest(TopCount(4), Filter(shoot.folder), target))

    def pull_the_drive(step: Progress) -> None:
        if step.done == 2 and target.exists():
            shutil.rmtree(target)

    report = export.execute(plan, Task(pull_the_drive, min_interval_s=0))
    assert report.copied == ()
    assert set(reasons(report)) == {"0.jpg", "1.jpg", "2.jpg", "3.jpg"}
    assert all("vanished" in reason for reason in reasons(report).values())
    assert not target.exists()


@pytest.mark.parametrize("after", [0, 1, 2])
def test_a_cancel_leaves_whole_files_only_and_a_report(
    shoot: Shoot, export: Export, target: Path, after: int
) -> None:
    for number in range(3):
        shoot.add(f"{number}.CR2", 90 - number, companions=[f"{number}.xmp"])
    plan = export.plan(ExportRequest(TopCount(3), Filter(shoot.folder), target))

    def stop(step: Progress) -> None:
        if step.done == after:
            task.cancel()

    task = Task(stop, min_interval_s=0)
    report = export.execute(plan, task)
    assert report.cancelled
    assert len(report.copied) == 2 * after
    assert names_in(target) == sorted(copy.target.name for copy in report.copied)
    whole = {path.name: content for path, content in shoot.contents().items()}
    assert all(content == whole[path.name] for path, content in contents(target).items())


def test_progress_counts_photos(shoot: Shoot, export: Export, target: Path) -> None:
    for number in range(3):
        shoot.add(f"{number}.CR2", 90, companions=[f"{number}.xmp"])
    plan = export.plan(ExportRequest(TopCount(3), Filter(shoot.folder), target))
    steps: list[Progress] = []
    export.execute(plan, Task(steps.append, min_interval_s=0))
    assert {step.stage for step in steps} == {"copy"}
    assert [step.done for step in steps] == sorted(step.done for step in steps)
    assert (steps[-1].done, steps[-1].total) == (3, 3)


def test_a_plan_without_room_is_refused_before_anything_is_made(
    shoot: Shoot, export: Export, target: Path
) -> None:
    shoot.add("a.jpg", 90)
    plan = export.plan(ExportRequest(TopCount(1), Filter(shoot.folder), target))
    with pytest.raises(ExportError, match="has 3 bytes free"):
        export.execute(replace(plan, free_bytes=3), Task())
    assert not target.exists()


def test_strays_of_a_killed_export_are_cleaned_away(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    target.mkdir()
    leave_one = (
        "import sys; from pathlib import Path; from core.exchange.part_file import part_path;"
        "part_path(Path(sys.argv[1])).write_bytes(b'half')"
    )
    subprocess.run([sys.executable, "-c", leave_one, str(target)], cwd=ROOT, check=True)
    assert len(names_in(target)) == 1
    shoot.add("a.jpg", 90)
    carry_out(TopCount(1))
    assert names_in(target) == ["a.jpg"]


def test_a_second_export_into_the_shoot_takes_no_copies_of_the_first(
    shoot: Shoot, export: Export
) -> None:
    target = shoot.folder / "best"
    shoot.add("a.jpg", 90)
    shoot.add("b.jpg", 80)
    shoot.add("best/a.jpg", 90, content=b"pixels of a.jpg")  # as a rescan finds it
    plan = export.plan(ExportRequest(TopCount(2), Filter(shoot.folder), target))
    assert [copy.source.name for copy in plan.copies] == ["a.jpg", "b.jpg"]
    report = export.execute(plan, Task())
    assert [copy.target.name for copy in report.copied] == ["b.jpg"]
    assert names_in(target) == ["a.jpg", "b.jpg"]


def test_the_folder_of_the_photos_is_refused_as_target(shoot: Shoot, export: Export) -> None:
    shoot.add("a.jpg", 90)
    with pytest.raises(ExportError, match="already"):
        export.plan(ExportRequest(TopCount(1), Filter(shoot.folder), shoot.folder / "x" / ".."))


def test_the_list_of_an_export_holds_what_was_delivered(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    shoot.add("a.jpg", 90, mark=Mark(stars=4))
    shoot.add("b.jpg", 80)
    shoot.add("empty.jpg", 99, content=b"")
    report = carry_out(TopCount(3), csv=True)
    assert report.csv == target / "shortlist.csv"
    with report.csv.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(Path(row["path"]).name, row["stars"], row["score"]) for row in rows] == [
        ("a.jpg", "4", "90.0"),
        ("b.jpg", "0", "80.0"),
    ]


def test_a_list_alone_never_replaces_another(shoot: Shoot, export: Export, tmp_path: Path) -> None:
    ids = [shoot.add("a.jpg", 90), shoot.add("b.jpg")]
    first = export.write_csv(ids, tmp_path / "list.csv", Task())
    second = export.write_csv(ids, tmp_path / "list.csv", Task())
    assert (first.name, second.name) == ("list.csv", "list (2).csv")
    assert first.read_bytes() == second.read_bytes()
    with pytest.raises(ExportError, match="could not be written"):
        export.write_csv(ids, tmp_path / "away" / "list.csv", Task())


@pytest.mark.skipif(sys.platform != "linux", reason="other systems have only names in Unicode")
def test_a_name_that_is_not_utf8_is_exported(
    shoot: Shoot, target: Path, carry_out: Callable[..., ExportReport]
) -> None:
    name = os.fsdecode(b"caf\xe9.jpg")
    shoot.add(name, 90)
    carry_out(TopCount(1), csv=True)
    assert (target / name).read_bytes() == (shoot.folder / name).read_bytes()
    assert b"caf\xef\xbf\xbd.jpg" in (target / "shortlist.csv").read_bytes()


EXPORT_TO_A_SMALL_DISK = """
import sys
from dataclasses import replace
from pathlib import Path
from core.library.library import Library
from core.photo import Filter
from core.progress import Task
from core.services.export import Export, ExportRequest, TopCount

catalog, shoot, disk = map(Path, sys.argv[1:])
export = Export(Library(catalog))
plan = export.plan(ExportRequest(TopCount(9), Filter(shoot), disk / "best"))
print(bool(plan.problem))
report = export.execute(replace(plan, free_bytes=plan.total_bytes), Task())
for copy in report.copied:
    print("copied", copy.source.name, copy.target.read_bytes() == copy.source.read_bytes())
for skipped in report.skipped:
    print("skipped", skipped.path.name, skipped.reason)
print(sorted(path.name for path in (disk / "best").iterdir()))
"""


def test_a_disk_that_fills_up_ends_the_run_with_a_report(shoot: Shoot, tmp_path: Path) -> None:
    for number in range(4):
        shoot.add(f"{number}.jpg", 90 - number, content=os.urandom(400_000))
    shoot.library.close()
    disk = tmp_path / "disk"
    disk.mkdir()
    script = f'mount -t tmpfs -o size=1m none "{disk}" || exit 77; exec "$@"'
    arguments = [str(tmp_path / "catalog.sqlite"), str(shoot.folder), str(disk)]
    if sys.platform != "linux" or shutil.which("unshare") is None:
        pytest.skip("needs Linux with unshare")
    done = subprocess.run(
        [
            *("unshare", "-m", "sh", "-c", script, "sh"),
            *(sys.executable, "-c", EXPORT_TO_A_SMALL_DISK, *arguments),
        ],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )
    if not done.stdout and "Traceback" not in done.stderr:
        pytest.skip(f"no file system can be mounted here: {done.stderr}")
    assert done.stdout.splitlines() == [
        "True",  # planned against the real disk, it would have been refused
        "copied 0.jpg True",
        "copied 1.jpg True",
        "skipped 2.jpg the disk is full",
        "skipped 3.jpg not copied: the disk became full before",
        "['0.jpg', '1.jpg']",
    ], done.stderr
