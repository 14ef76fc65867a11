"""A table of photos for spreadsheets, written whole or not at all, replacing nothing.

A file name or camera name that begins like a formula would be run by the spreadsheet that
opens the table; such a value gets an apostrophe in front.
"""

import csv
import io
from collections.abc import Callable, Iterable, Mapping, Sequence
from pathlib import Path

from core.errors import printable
from core.exchange.faults import blamed_on
from core.exchange.part_file import part_file
from core.exchange.publish import publish, sync_file, sync_folder
from core.exchange.target_names import TargetNames
from core.photo import Photo

_FORMULA = ("=", "+", "-", "@", "\t", "\r")

Row = Mapping[str, object]


def photo_row(photo: Photo) -> Row:
    """Everything known of a photo, by column; what is not known is None."""
    facts, score = photo.metadata, photo.score
    return {
        "path": printable(photo.path),
        "companions": "; ".join(printable(path.name) for path in photo.companions),
        "stars": photo.stars,
        "pick": photo.pick.name.lower(),
        "label": photo.label.name.lower(),
        "score": _rounded(score.value if score else None),
        "aesthetic": _rounded(score.aesthetic if score else None),
        "spread": _rounded(score.spread if score else None),
        **{
            f"technical_{part}": _rounded(value)
            for part, value in (score.technical if score else {}).items()
        },
        "model": score and score.model,
        "taken_at": facts.taken_at and facts.taken_at.isoformat(),
        "camera": facts.camera,
        "lens": facts.lens,
        "exposure_s": facts.exposure_s,
        "aperture": facts.aperture,
        "iso": facts.iso,
        "focal_length_mm": facts.focal_length_mm,
        "width_px": facts.width_px,
        "height_px": facts.height_px,
        "size_bytes": photo.size_bytes,
        "problem": photo.problem,
    }


def columns_of(rows: Iterable[Row]) -> list[str]:
    """Every column of the rows, each new one after the one it followed in its row."""
    columns: list[str] = []
    for row in rows:
        place = 0
        for name in row:
            if name in columns:
                place = columns.index(name) + 1
            else:
                columns.insert(place, name)
                place += 1
    return columns


def csv_text(rows: Sequence[Row], *, line_end: str = "\r\n") -> str:
    """The rows as CSV with a header, harmless in a spreadsheet."""
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator=line_end)
    names = columns_of(rows)
    writer.writerow(names)
    writer.writerows([_harmless(row.get(name)) for name in names] for row in rows)
    return text.getvalue()


def write_csv(rows: Sequence[Row], target: Path, check: Callable[[], None] = lambda: None) -> Path:
    """Write the rows to `target`, or to a numbered name beside it if that is taken.

    Returns:
        The file that was written.

    Raises:
        CopyError: the folder cannot be written to, or its disk is full.
    """
    content = csv_text(rows).encode("utf-8")
    with blamed_on("the list"), part_file(target.parent) as part:
        with part.open("xb") as output:
            output.write(content)
            output.flush()
            sync_file(output.fileno())
        while True:
            check()
            free = _free_name(target)
            try:
                publish(part, free)
            except FileExistsError:  # taken since; look again
                continue
            sync_folder(free.parent)
            return free


def _free_name(target: Path) -> Path:
    names = TargetNames()
    names.open(target.parent, target.parent)
    return names.place(target.parent, target.stem, [(target.suffix, 0)])[0].target


def _harmless(value: object) -> object:
    if isinstance(value, str) and value.startswith(_FORMULA):
        return f"'{value}"
    return value


def _rounded(value: float | None) -> float | None:
    return None if value is None else round(value, 2)
