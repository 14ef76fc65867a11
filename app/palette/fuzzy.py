"""How well a few letters fit a name, so that the one that was meant comes first."""

import re
from functools import lru_cache

_PREFIX, _WORD, _INITIALS, _INSIDE, _SCATTERED = 1.0, 0.9, 0.8, 0.6, 0.4
_WORDS = re.compile(r"\w+")


def fit(query: str, name: str) -> float:
    """From 0, not at all, to 1, the name begins so. Each word of the query has to fit.

    Upper and lower case are the same. Letters may be left out between those that are given,
    which counts the less the farther they lie apart.
    """
    tokens = query.casefold().split()
    if not tokens:
        return 1.0
    fits = [_fit_of(token, name.casefold()) for token in tokens]
    return sum(fits) / len(fits) if all(fits) else 0.0


def _fit_of(token: str, name: str) -> float:
    if name.startswith(token):
        return _PREFIX
    words = _words(name)
    if any(word.startswith(token) for word in words):
        return _WORD
    if "".join(word[0] for word in words).startswith(token):
        return _INITIALS
    if token in name:
        return _INSIDE
    span = _shortest_span(token, name)
    return _SCATTERED * len(token) / span if span else 0.0


@lru_cache(maxsize=1024)
def _words(name: str) -> tuple[str, ...]:
    return tuple(_WORDS.findall(name))


def _shortest_span(token: str, name: str) -> int:
    """How long the shortest part of `name` is that holds the letters in order; 0 if none."""
    best = 0
    begin = name.find(token[0])
    while begin >= 0:
        at = begin
        for letter in token[1:]:
            at = name.find(letter, at + 1)
            if at < 0:
                return best
        span = at - begin + 1
        best = min(best, span) if best else span
        begin = name.find(token[0], begin + 1)
    return best
