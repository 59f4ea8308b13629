"""Units that were paid for and not used: how long they live, and in which order they go."""

from __future__ import annotations

from fractions import Fraction

import pytest

from tallystick.contract.bank import banked, drawn, kept, lots_text, total
from tallystick.contract.charge import Lot


def lots(**units: int) -> tuple[Lot, ...]:
    """Lots by month, written m2026_03."""
    return tuple(Lot(name[1:].replace("_", "-"), Fraction(number)) for name, number in units.items())


@pytest.mark.parametrize(
    ("month", "now", "months", "lives"),
    [
        ("2025-12", "2026-01", 1, True),
        ("2025-12", "2026-01", 0, False),
        ("2025-12", "2026-12", 12, True),
        ("2025-12", "2026-12", 11, False),
        ("2026-03", "2026-03", 0, True),
        ("2024-01", "2026-01", 24, True),
        ("2024-01", "2026-01", 23, False),
    ],
)
def test_a_lot_lives_for_its_months_over_the_end_of_a_year(month: str, now: str, months: int, lives: bool) -> None:
    lot = Lot(month, Fraction(1))
    assert kept((lot,), now, months) == ((lot,) if lives else ())


def test_the_oldest_come_first_and_what_is_used_up_is_gone() -> None:
    assert kept(lots(m2026_03=2, m2026_01=1, m2026_02=0), "2026-03", 3) == lots(m2026_01=1, m2026_03=2)


def test_units_are_added_to_those_of_their_month() -> None:
    assert banked(lots(m2026_03=2, m2026_01=1), "2026-03", Fraction(5)) == lots(m2026_01=1, m2026_03=7)
    assert banked(lots(m2026_03=2), "2026-04", Fraction(1, 2)) == (*lots(m2026_03=2), Lot("2026-04", Fraction(1, 2)))
    for nothing in (0, -1):
        assert banked(lots(m2026_03=2), "2026-04", Fraction(nothing)) == lots(m2026_03=2)


@pytest.mark.parametrize(
    ("wanted", "taken", "left"),
    [
        (0, 0, lots(m2026_01=1, m2026_02=3)),
        (1, 1, lots(m2026_02=3)),
        (2, 2, lots(m2026_02=2)),
        (4, 4, ()),
        (5, 4, ()),
    ],
)
def test_as_many_are_taken_as_there_are(wanted: int, taken: int, left: tuple[Lot, ...]) -> None:
    assert drawn(lots(m2026_01=1, m2026_02=3), Fraction(wanted)) == (taken, left)


def test_the_sum_and_the_words_of_lots() -> None:
    assert total(lots(m2026_01=1, m2026_02=3)) == 4
    assert lots_text(lots(m2026_01=1, m2026_02=3)) == "2026-01 1, 2026-02 3"
    assert lots_text(()) == "nothing"
