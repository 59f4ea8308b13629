"""Levels of any measure: a share, a duration, points, and values that are imported or typed."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.card import cards_by_id
from tallystick.contract.counted import CountedClause
from tests.contract.agreement import CARDS, sound

K1 = "    measure: csat\n    target: 80%\n"


def clause(text: str) -> CountedClause:
    found = sound((K1, text)).clause("K1")
    assert isinstance(found, CountedClause)
    return found


@pytest.mark.parametrize(
    ("written", "unit", "value"),
    [("92.5%", "ratio", Fraction(37, 40)), ("1h 30m", "s", Fraction(5400)), ("4.2", "number", Fraction(21, 5)),
     ("-10", "number", Fraction(-10)), ("2w", "s", Fraction(1_209_600)), ("0.1%", "ratio", Fraction(1, 1000))],
)  # fmt: skip
def test_levels_are_read_exactly(written: str, unit: str, value: Fraction) -> None:
    target = clause(f"    measure: ces\n    target: {written}\n").target
    assert (target.unit, target.value) == (unit, value)


def test_parameters_are_read_as_numbers_seconds_and_words() -> None:
    found = clause(
        "    measure: csat\n    target: 80%\n    params: {boxes: 2, window_s: 7d, basis: business, x: 50%}\n"
    )
    assert found.measure_params == {"boxes": 2, "window_s": 604_800, "basis": "business", "x": Fraction(1, 2)}


def test_the_card_says_whether_a_level_is_a_floor_or_a_ceiling() -> None:
    cards = cards_by_id(CARDS)
    contract = sound((K1, "    measure: reopen_rate\n    target: 5%\n"))
    found = contract.clause("K1")
    assert found is not None
    assert "at most 5 %" in found.plain(contract, cards)[0]
    slow = sound((K1, "    measure: first_reply_time\n    target: 4h\n"))
    level = slow.clause("K1")
    assert level is not None
    assert "at most 4 hours" in level.plain(slow, {})[0]


def test_a_typed_value_carries_its_evidence() -> None:
    typed = K1 + "    value: typed\n    typed: [{period: 2025-10, value: 82%, n: 310, evidence: survey report 10}]\n"
    found = clause(typed)
    assert found.badge == "typed"
    assert (found.typed[0].value.value, found.typed[0].n) == (Fraction(41, 50), 310)
    words = " ".join(found.plain(sound((K1, typed)), {}))
    assert "*typed* by a person" in words
    assert "survey report 10" in words
