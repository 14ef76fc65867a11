"""Names are ordered and found as people read them."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from core.library.natural_order import search_name, sort_name


@pytest.mark.parametrize(
    ("earlier", "later"),
    [
        ("IMG_2.jpg", "IMG_10.jpg"),
        ("img_2.jpg", "IMG_3.jpg"),
        ("IMG_0009.jpg", "IMG_10.jpg"),
        ("IMG_9.jpg", "IMG_9a.jpg"),
        ("a1b2.jpg", "a1b10.jpg"),
        ("2.jpg", "a.jpg"),
        ("a-1.jpg", "a1.jpg"),
        ("a1.jpg", "aa.jpg"),
        ("2026-01-09.jpg", "2026-01-10.jpg"),
        ("1" * 99, "1" * 100),
    ],
)
def test_the_order_is_natural(earlier: str, later: str) -> None:
    assert sort_name(earlier) < sort_name(later)


def test_leading_zeros_and_case_do_not_matter() -> None:
    assert sort_name("IMG_007.JPG") == sort_name("img_7.jpg")
    assert sort_name("x0.jpg") == sort_name("x000.jpg")


def test_two_spellings_of_an_accent_are_one() -> None:
    assert search_name("E\u0301te\u0301.jpg") == "été.jpg"


@given(st.integers(0, 10**30), st.integers(0, 10**30))
def test_numbers_are_ordered_by_value(first: int, second: int) -> None:
    assert (sort_name(f"a{first}") < sort_name(f"a{second}")) == (first < second)


@given(st.binary(min_size=1, max_size=50))
def test_every_name_can_be_stored(raw: bytes) -> None:
    sort_name(os.fsdecode(raw)).encode()
    search_name(os.fsdecode(raw)).encode()
