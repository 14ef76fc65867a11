"""The letters one would type find what one means."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.actions import ACTIONS
from app.palette.fuzzy import fit

NAMES = [spec.name for spec in ACTIONS]


def best(query: str) -> str:
    return max(NAMES, key=lambda name: fit(query, name))


@pytest.mark.parametrize(
    ("query", "meant"),
    [
        ("rej", "Reject"),
        ("cf", "Clear filter"),
        ("high con", "Theme: High contrast"),
        ("rot", "Rule of thirds"),
        ("2 st", "2 stars"),
        ("HIST", "History"),
        ("thirds", "Rule of thirds"),
        ("fcs pkng", "Focus peaking"),
        ("select all", "Select all"),
    ],
)
def test_a_few_letters_find_the_action_that_was_meant(query: str, meant: str) -> None:
    assert best(query) == meant


def test_letters_that_are_not_there_fit_nothing() -> None:
    assert not any(fit("qqq", name) for name in NAMES)


def test_letters_beside_each_other_fit_better_than_those_far_apart() -> None:
    assert fit("lp", "help") > fit("lp", "look over the pages")


@given(st.text(max_size=12), st.sampled_from(NAMES))
def test_whatever_is_typed_the_fit_is_a_share(query: str, name: str) -> None:
    assert 0 <= fit(query, name) <= 1
