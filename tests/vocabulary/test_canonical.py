from __future__ import annotations

import subprocess
import sys
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta, timezone
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from typing import Any, ClassVar

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.vocabulary.canonical import canonical_bytes, digest, key_of, plain

VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.text() | st.dates() | st.fractions(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=12,
)


class Colour(Enum):
    RED = "red"


@dataclass(frozen=True)
class Point:
    y: int
    x: Fraction


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, "null"),
        (True, "true"),
        (10**30, str(10**30)),
        (Decimal("1.50"), '"1.50"'),
        (Decimal("1E+3"), '"1000"'),
        (Fraction(42, 60), '"7/10"'),
        (Colour.RED, '"red"'),
        (date(2026, 3, 1), '"2026-03-01"'),
        (datetime(2026, 3, 1, 12, tzinfo=UTC), '"2026-03-01T12:00:00Z"'),
        (datetime(2026, 3, 1, 12, 0, 0, 5, tzinfo=timezone(timedelta(hours=2))), '"2026-03-01T10:00:00.000005Z"'),
        (Point(1, Fraction(1, 2)), '{"x":"1/2","y":1}'),
        ({"b": 1, "a": (1, 2)}, '{"a":[1,2],"b":1}'),
        ({date(2026, 1, 2): 1}, '{"2026-01-02":1}'),
        (frozenset({"b", "a"}), '["a","b"]'),
        ("e\u0301", '"\u00e9"'),
    ],
)
def test_a_value_has_one_byte_form(value: object, text: str) -> None:
    assert canonical_bytes(value) == text.encode()


@pytest.mark.parametrize("value", [1.0, float("nan"), b"x", object(), datetime(2026, 3, 1), {"a": 0.5}, Point])  # noqa: DTZ001
def test_what_has_no_exact_form_is_refused(value: object) -> None:
    with pytest.raises(TypeError, match="no canonical form"):
        plain(value)


@given(VALUES)
def test_the_digest_does_not_depend_on_the_order_of_keys(value: object) -> None:
    def turned(part: object) -> object:
        if isinstance(part, dict):
            return {key: turned(inner) for key, inner in reversed(part.items())}
        return [turned(inner) for inner in part] if isinstance(part, list) else part

    assert digest(turned(value)) == digest(value)
    assert len(digest(value)) == 64


@given(st.lists(st.text(), min_size=1, max_size=4))
def test_a_key_fits_63_bits_and_is_the_same_in_every_process(parts: list[str]) -> None:
    assert 0 <= key_of(*parts) < 2**63
    assert key_of(*parts) == key_of(*parts)


def test_keys_tell_their_parts_apart_and_hold_across_processes() -> None:
    assert key_of("zendesk", "12") != key_of("zendesk1", "2")
    code = "from tallystick.vocabulary.canonical import key_of; print(key_of('zendesk', '12'))"
    other = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert int(other.stdout) == key_of("zendesk", "12")


@dataclass(frozen=True)
class Older:
    name: str


@dataclass(frozen=True)
class Newer:
    SPARSE: ClassVar = ("more",)
    name: str
    more: Any = None


def test_a_sparse_field_that_says_nothing_is_in_no_bytes_and_zero_says_something() -> None:
    for empty in (None, "", (), False):
        assert digest(Newer("a", empty)) == digest(Older("a"))
    for said in (0, Fraction(0), Decimal(0), "0", (0,), True):
        assert "more" in plain(Newer("a", said))
    assert plain(Newer("")) == {"name": ""}
