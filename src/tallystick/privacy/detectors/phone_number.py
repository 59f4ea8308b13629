"""Phone numbers by the numbering plans of libphonenumber: international ones, and national ones of given regions."""

from __future__ import annotations

import re
from functools import lru_cache

from tallystick.privacy.detector import Detector, Settings, Spans, digit_groups

_AMERICAN = frozenset({"US", "CA"})
# Written like this it is meant as a phone number, whatever the numbering plan says of its area code.
_AMERICAN_SHAPE = re.compile(r"(?:1[ .-]?)?\(?\d{3}(?:\) ?|[.-]| - )\d{3}[ .-]\d{4}")
_SHORTEST, _LONGEST = 7, 15


def _find(candidate: str, settings: Settings) -> Spans:
    """The longest run of digit groups that is a number, from each group on; neighbours do not hide it."""
    groups = digit_groups(candidate)
    found: Spans = []
    first = 0
    while first < len(groups):
        for last in range(len(groups) - 1, first - 1, -1):
            digits = "".join(candidate[low:high] for low, high in groups[first : last + 1])
            if not _SHORTEST <= len(digits) <= _LONGEST or _is_date(candidate, groups[first : last + 1]):
                continue
            start = groups[first][0]
            while start and candidate[start - 1] in "+(" and (not found or start > found[-1][1]):
                start -= 1
            if _is_phone(candidate[start : groups[last][1]], digits, last - first + 1, settings.regions):
                found.append((start, groups[last][1]))
                first = last
                break
        first += 1
    return found


def _is_date(candidate: str, groups: list[tuple[int, int]]) -> bool:
    """2026-01-31, 31.01.2026 and the like, with or without something behind."""
    if len(groups) < 3:
        return False
    lengths = [end - start for start, end in groups[:3]]
    marks = {candidate[groups[index][1] : groups[index + 1][0]] for index in (0, 1)}
    dated = (lengths[0] == 4 and max(lengths[1:]) <= 2) or (max(lengths[:2]) <= 2 and lengths[2] in (2, 4))
    return dated and len(marks) == 1 and marks <= {"-", ".", "/"} and (lengths[0] == 4 or lengths[2] == 4)


@lru_cache(maxsize=65_536)
def _is_phone(written: str, digits: str, groups: int, regions: tuple[str, ...]) -> bool:
    if len(set(digits)) < 3:
        return False
    international = written.lstrip("(").startswith(("+", "00"))
    # A bare run of digits is more often an order number: people dial a number from its 0, or write it spaced.
    if not international and groups == 1 and not digits.startswith("0"):
        return False
    import phonenumbers

    if international:
        try:
            number = phonenumbers.parse("+" + digits.removeprefix("00"), None)
        except phonenumbers.NumberParseException:
            return False
        # Possible, not valid: a new or mistyped number is still somebody's, and the plus leaves no doubt what it is.
        return bool(phonenumbers.is_possible_number(number))
    if _AMERICAN.intersection(regions) and _AMERICAN_SHAPE.fullmatch(written):
        return True
    for region in regions:
        try:
            number = phonenumbers.parse(written, region)
        except phonenumbers.NumberParseException:
            continue
        if phonenumbers.is_valid_number_for_region(number, region):
            return True
    return False


DETECTOR = Detector(
    label="[PHONE]",
    title="phone number",
    pattern=r"(?:\(?\+|\(|\b)[0-9](?:[ \x{00a0}().\-/]{0,2}[0-9]){6,40}(?:\b|x)",
    find=_find,
    rank=3,
)
