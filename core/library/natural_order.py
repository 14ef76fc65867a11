"""How file names are ordered and searched: as people read them, not as bytes."""

import re
import unicodedata

from core.errors import printable

_NUMBER = re.compile(r"[0-9]+")


def search_name(file: str) -> str:
    """The name with case and the two spellings of accents made equal."""
    return unicodedata.normalize("NFC", printable(file)).casefold()


def sort_name(file: str) -> str:
    """A text whose plain order is the natural one: IMG_2 before img_10.

    A number is written as "0", its count of digits and its digits, so that a shorter
    number comes first and every number stands where a digit would.
    """
    return _NUMBER.sub(_sortable_number, search_name(file))


def _sortable_number(match: re.Match[str]) -> str:
    digits = match.group().lstrip("0")
    return f"0{chr(ord('0') + len(digits))}{digits}"
