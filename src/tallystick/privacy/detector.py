"""A detector: a pattern that RE2 runs over all texts at once, and a check that only candidates pay for."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

Spans = list[tuple[int, int]]


@dataclass(frozen=True)
class Settings:
    """What a check may ask: `regions` are the ISO 3166 countries whose national phone numbers are looked for."""

    regions: tuple[str, ...]


@dataclass(frozen=True)
class Detector:
    """One sort of personal data.

    `pattern` is RE2 syntax over UTF-8 text and finds candidates quickly and generously (it cannot backtrack, so no text
    can stall it). `find(candidate, settings)` returns the spans within the candidate that really are one; it must be
    exact. What is found is replaced by `label`. Where two detectors claim the same words the lower `rank` wins.
    """

    label: str
    title: str
    pattern: str
    find: Callable[[str, Settings], Spans]
    rank: int


def whole(candidate: str, settings: Settings) -> Spans:
    """For patterns that are exact already."""
    del settings
    return [(0, len(candidate))]


def digit_groups(candidate: str) -> list[tuple[int, int]]:
    """The (start, end) of each run of digits in a candidate."""
    groups: list[tuple[int, int]] = []
    start = -1
    for position, letter in enumerate(candidate):
        if "0" <= letter <= "9":
            if start < 0:
                start = position
        elif start >= 0:
            groups.append((start, position))
            start = -1
    if start >= 0:
        groups.append((start, len(candidate)))
    return groups
