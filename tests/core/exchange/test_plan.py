"""A plan is complete, loses nothing and overwrites nothing, whatever the names are."""

import os
import unicodedata
from collections import Counter
from dataclasses import replace
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from core.errors import ExportError
from core.exchange.names import NameTemplate, folded
from core.exchange.plan import ExportPlan, Layout, in_words, make_plan
from core.exchange.safe_copy import copy_together
from core.photo import FileKind, FileState, Photo, PhotoId


@pytest.fixture
def shoot(tmp_path: Path) -> Path:
    folder = tmp_path / "shoot"
    folder.mkdir()
    return folder


@pytest.fixture
def target(tmp_path: Path) -> Path:
    return tmp_path / "best"


def make(path: Path, content: bytes = b"pixels", companions: tuple[Path, ...] = ()) -> Photo:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(content)
    make.made += 1  # type: ignore[attr-defined]
    return Photo(
        PhotoId(make.made),  # type: ignore[attr-defined]
        path,
        FileKind.JPEG,
        len(content),
        path.stat().st_mtime_ns,
        companions,
    )


make.made = 0  # type: ignore[attr-defined]


def plan_of(photos: list[Photo], target: Path, template: str = "{name}", **how: object):  # type: ignore[no-untyped-def]
    base = how.pop("base", None)
    return make_plan(photos, Layout(target, base, NameTemplate(template), **how))  # type: ignore[arg-type]


def names(plan: ExportPlan) -> list[str]:
    return [copy.target.relative_to(plan.target).as_posix() for copy in plan.copies]


def test_names_stay_and_the_target_need_not_exist(shoot: Path, target: Path) -> None:
    plan = plan_of([make(shoot / "IMG_1.jpg"), make(shoot / "IMG_2.jpg")], target)
    assert names(plan) == ["IMG_1.jpg", "IMG_2.jpg"]
    assert plan.total_bytes == 12
    assert plan.free_bytes > 0
    assert not target.exists()


def test_bug_20_many_to_one_gets_numbers(shoot: Path, target: Path) -> None:
    photos = [make(shoot / f"IMG_{n}.jpg") for n in range(3)]
    assert names(plan_of(photos, target, "best")) == ["best.jpg", "best (2).jpg", "best (3).jpg"]


def test_bug_21_twins_in_capitals_and_accents_are_kept_apart(shoot: Path, target: Path) -> None:
    target.mkdir()
    (target / "img_1.JPG").write_bytes(b"there before")
    decomposed = unicodedata.normalize("NFD", "Zoë.jpg")
    photos = [make(shoot / "IMG_1.jpg"), make(shoot / "a/Zoë.jpg"), make(shoot / f"b/{decomposed}")]
    plan = plan_of(photos, target)
    assert names(plan)[:2] == ["IMG_1 (2).jpg", "Zoë.jpg"]
    assert unicodedata.normalize("NFC", names(plan)[2]) == "Zoë (2).jpg"


def test_bug_18_companions_share_the_stem_of_the_photo(shoot: Path, target: Path) -> None:
    target.mkdir()
    (target / "IMG_1.xmp").write_text("sidecar of another photo")
    beside = [make(shoot / name).path for name in ("IMG_1.CR2.xmp", "img_1.JPG", "IMG_1.wav")]
    raw = make(shoot / "IMG_1.CR2", companions=tuple(beside))
    assert names(plan_of([raw], target)) == [
        "IMG_1 (2).CR2",
        "IMG_1 (2).CR2.xmp",
        "IMG_1 (2).JPG",
        "IMG_1 (2).wav",
    ]
    assert names(plan_of([raw], target, companions=False)) == ["IMG_1 (2).CR2"]


def test_photos_of_one_stem_in_one_folder_stay_neighbours(shoot: Path, target: Path) -> None:
    photos = [make(shoot / "IMG_1.jpg"), make(shoot / "IMG_1.png"), make(shoot / "x/IMG_1.tif")]
    assert names(plan_of(photos, target)) == ["IMG_1.jpg", "IMG_1.png", "IMG_1 (2).tif"]


def test_companions_that_differ_in_capitals_only_both_go(shoot: Path, target: Path) -> None:
    beside = (make(shoot / "IMG_1.JPG").path, make(shoot / "IMG_1.jpg", b"other").path)
    if len(list(shoot.iterdir())) < 2:
        pytest.skip("this file system takes them for one")
    raw = make(shoot / "IMG_1.CR2", companions=beside)
    assert names(plan_of([raw], target)) == ["IMG_1.CR2", "IMG_1.JPG", "IMG_1 (2).jpg"]


def test_folders_are_kept_or_flattened(shoot: Path, target: Path) -> None:
    photos = [make(shoot / "day 1/a.jpg"), make(shoot / "day 2/a.jpg"), make(shoot / "a.jpg")]
    assert names(plan_of(photos, target)) == ["a.jpg", "a (2).jpg", "a (3).jpg"]
    kept = plan_of(photos, target, base=shoot, keep_folders=True)
    assert names(kept) == ["day 1/a.jpg", "day 2/a.jpg", "a.jpg"]
    by_common_folder = plan_of(photos[:2], target, keep_folders=True)
    assert names(by_common_folder) == ["day 1/a.jpg", "day 2/a.jpg"]


def test_a_link_in_the_target_does_not_lead_out_of_it(
    shoot: Path, target: Path, tmp_path: Path
) -> None:
    (tmp_path / "elsewhere").mkdir()
    target.mkdir()
    (target / "day 1").symlink_to(tmp_path / "elsewhere")
    plan = plan_of([make(shoot / "day 1/a.jpg")], target, base=shoot, keep_folders=True)
    assert plan.copies == ()
    assert "link" in plan.skipped[0].reason


def test_a_file_in_place_of_a_folder_leaves_only_its_photos_out(shoot: Path, target: Path) -> None:
    target.mkdir()
    (target / "day 1").write_text("a file")
    photos = [make(shoot / "day 1/a.jpg"), make(shoot / "day 2/b.jpg")]
    plan = plan_of(photos, target, base=shoot, keep_folders=True)
    assert names(plan) == ["day 2/b.jpg"]
    assert "in the way" in plan.skipped[0].reason


def test_what_cannot_be_copied_is_left_out_with_the_reason(shoot: Path, target: Path) -> None:
    away, empty = make(shoot / "away.jpg"), make(shoot / "empty.jpg", b"")
    away.path.unlink()
    damaged = replace(
        make(shoot / "damaged.jpg"), state=FileState.UNREADABLE, problem="the file is cut short"
    )
    fifo = make(shoot / "fifo.jpg")
    fifo.path.unlink()
    os.mkfifo(fifo.path)
    plan = plan_of([away, empty, damaged, fifo, make(shoot / "fine.jpg")], target)
    assert names(plan) == ["fine.jpg"]
    assert [skipped.path.name for skipped in plan.skipped] == [
        "away.jpg",
        "empty.jpg",
        "damaged.jpg",
        "fifo.jpg",
    ]
    reasons = " | ".join(skipped.reason for skipped in plan.skipped)
    for part in ("drive may be away", "0 bytes", "cut short", "not a regular file"):
        assert part in reasons


def test_a_missing_or_empty_companion_is_told_and_the_photo_goes(shoot: Path, target: Path) -> None:
    beside = (shoot / "IMG_1.xmp", make(shoot / "IMG_1.JPG", b"").path)
    plan = plan_of([make(shoot / "IMG_1.CR2", companions=beside)], target)
    assert names(plan) == ["IMG_1.CR2"]
    assert [skipped.path.name for skipped in plan.skipped] == ["IMG_1.xmp", "IMG_1.JPG"]


def test_photos_are_not_copied_into_their_own_folder(shoot: Path) -> None:
    photo = make(shoot / "IMG_1.jpg")
    with pytest.raises(ExportError, match="already"):
        plan_of([photo], shoot, base=shoot)
    assert plan_of([photo], shoot).copies == ()


def test_a_target_inside_the_shoot_takes_originals_but_not_earlier_copies(shoot: Path) -> None:
    photos = [make(shoot / "IMG_1.jpg"), make(shoot / "best/IMG_9.jpg")]
    plan = plan_of(photos, shoot / "best", base=shoot)
    assert names(plan) == ["IMG_1.jpg"]
    assert "target folder" in plan.skipped[0].reason


def test_a_target_that_is_a_file_is_refused(shoot: Path, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("not a folder")
    for target in (tmp_path / "file", tmp_path / "file" / "below"):
        with pytest.raises(ExportError, match="is a file"):
            plan_of([make(shoot / "IMG_1.jpg")], target)


def test_too_little_room_is_a_sentence(shoot: Path, target: Path) -> None:
    plan = plan_of([make(shoot / "IMG_1.jpg", b"x" * 5000)], target)
    assert plan.problem == ""
    assert "1.0 kB free, but the copies need 5.0 kB" in replace(plan, free_bytes=1000).problem


def test_a_long_name_is_cut_so_that_it_fits(shoot: Path, target: Path) -> None:
    long = "é" * 125
    plan = plan_of([make(shoot / f"a/{long}.jpg"), make(shoot / f"b/{long}.jpg")], target)
    assert all(len(os.fsencode(copy.target.name)) <= 255 for copy in plan.copies)
    assert names(plan)[1].endswith(" (2).jpg")
    assert len(set(names(plan))) == 2


def test_files_of_one_stem_are_each_cut_so_that_they_fit(shoot: Path, target: Path) -> None:
    stem = "x" * 246
    photos = [make(shoot / f"{stem}{suffix}") for suffix in (".jpg", ".CR2.xmp", ".jpeg")]
    plan = plan_of(photos, target, "{folder}-{name}")
    assert all(len(os.fsencode(copy.target.name)) <= 255 for copy in plan.copies)
    assert len(set(names(plan))) == 3


def test_the_name_of_a_kept_folder_fits(shoot: Path, target: Path) -> None:
    folder = shoot / ("nul." + "y" * 251)  # gets a letter more, for Windows
    plan = plan_of([make(folder / "a.jpg")], target, base=shoot, keep_folders=True)
    [copy] = plan.copies
    assert len(os.fsencode(copy.target.parent.name)) <= 255


def test_a_file_where_a_kept_folder_should_be_leaves_out_all_its_photos(
    shoot: Path, target: Path
) -> None:
    sidecar = make(shoot / "day" / "b.xmp").path
    photos = [make(shoot / "day" / "a.jpg"), make(shoot / "day" / "b.jpg", companions=(sidecar,))]
    make(target / "day")
    plan = plan_of(photos, target, base=shoot, keep_folders=True)
    assert plan.copies == ()
    assert [skipped.path for skipped in plan.skipped] == [*(p.path for p in photos), sidecar]


def test_a_kept_folder_that_is_there_in_capitals_counts_as_the_same(
    shoot: Path, target: Path
) -> None:
    make(target / "DAY" / "one" / "a.jpg", b"something of the user's")
    photo = make(shoot / "day" / "One" / "a.jpg")
    plan = plan_of([photo], target, base=shoot, keep_folders=True)
    assert names(plan) == ["day/One/a (2).jpg"]


def test_the_list_never_takes_the_name_of_another(shoot: Path, target: Path) -> None:
    target.mkdir()
    (target / "Shortlist.csv").write_text("of last week")
    plan = plan_of([make(shoot / "IMG_1.jpg")], target, csv=True)
    assert plan.csv == plan.target / "shortlist (2).csv"


def test_a_thousand_photos_of_one_name_are_planned_at_once(shoot: Path, target: Path) -> None:
    photo = make(shoot / "a.jpg")
    photos = [replace(photo, id=PhotoId(n)) for n in range(3000)]
    planned = names(plan_of(photos, target, "best"))
    assert planned[-1] == "best (3000).jpg"


@pytest.mark.parametrize(
    ("size", "words"),
    [
        (0, "0 bytes"),
        (999, "999 bytes"),
        (1000, "1.0 kB"),
        (999_999, "1.0 MB"),
        (10**13, "10.0 TB"),
    ],
)
def test_sizes_read_well(size: int, words: str) -> None:
    assert in_words(size) == words


STEMS = ["a", "A", "é", "é", "a (2)", "a.b", "CON", "straße", "STRASSE", "x" * 246, "\udce9"]
SUFFIXES = [".jpg", ".JPG", ".CR2", ".xmp", ".CR2.xmp", ""]
NAMES = st.builds(
    lambda stem, suffix: stem + suffix, st.sampled_from(STEMS), st.sampled_from(SUFFIXES)
)
CONTENTS = st.sampled_from([b"1", b"2", b"33", b"44"])
FOLDERS = st.sampled_from(["", "d", "D", "d/a.jpg", "é"])


@settings(max_examples=150)
@given(
    originals=st.lists(st.tuples(FOLDERS, NAMES, CONTENTS, st.booleans()), max_size=12),
    there=st.dictionaries(st.tuples(FOLDERS, NAMES), CONTENTS, max_size=6),
    template=st.sampled_from(["{name}", "a", "{counter}", "{folder}{name}"]),
    keep_folders=st.booleans(),
)
def test_row_11_no_plan_overwrites_or_loses_a_file(
    originals: list[tuple[str, str, bytes, bool]],
    there: dict[tuple[str, str], bytes],
    template: str,
    keep_folders: bool,
) -> None:
    with TemporaryDirectory() as folder:
        shoot, target = Path(folder, "shoot"), Path(folder, "best")
        shoot.mkdir()
        target.mkdir()
        photos: list[Photo] = []
        for where, name, content, joins in originals:
            path = shoot / where / name
            if path.exists() or not _can_be_made(path):
                continue
            photo = make(path, content)
            fits = photos and joins and photos[-1].path.parent == path.parent
            if fits:
                photos[-1] = replace(photos[-1], companions=(*photos[-1].companions, path))
            else:
                photos.append(photo)
        for (where, name), content in there.items():
            if _can_be_made(target / where / name) and not (target / where / name).exists():
                make(target / where / name, content)
        before, sources = _tree(target), _tree(shoot)

        plan = plan_of(photos, target, template, base=shoot, keep_folders=keep_folders)
        for photo_id in plan.photo_ids:
            group = [copy for copy in plan.copies if copy.photo_id == photo_id]
            for copy in group:
                copy.target.parent.mkdir(parents=True, exist_ok=True)
            copy_together([(copy.source, copy.target) for copy in group])

        after = _tree(target)
        assert _tree(shoot) == sources
        assert {path: after[path] for path in before} == before
        assert Counter(after.values()) == Counter(before.values()) + Counter(
            copy.source.read_bytes() for copy in plan.copies
        )
        lost = {copy.source for copy in plan.copies} ^ set(sources)
        assert lost == {skipped.path for skipped in plan.skipped}
        planned = [folded(str(copy.target)) for copy in plan.copies]
        assert len(set(planned)) == len(planned)
        assert not set(planned) & {folded(str(path)) for path in before}


def _can_be_made(path: Path) -> bool:
    return all(parent.is_dir() or not parent.exists() for parent in path.parents)


def _tree(folder: Path) -> dict[Path, bytes]:
    return {path: path.read_bytes() for path in folder.rglob("*") if path.is_file()}
