"""Months side by side: sums that are divided, and a share that moved from the first known month to the last."""

from __future__ import annotations

from dataclasses import replace
from fractions import Fraction

import pytest

from tallystick.cost.comparison import by_model, by_partner, hidden_trend
from tallystick.cost.month import MonthCost, cost_of
from tallystick.cost.month_inputs import Card, Counted
from tests.cost.test_month import MARCH, billed, booked

MODELS = (Card("CALL", "per_contact", "Calls", contract="line"),
          Card("MIN", "per_minute", "Minutes", timed=True, contract="line"))  # fmt: skip


def month(number: int, hidden: str | None = "0", **parts: object) -> MonthCost:
    """A month of 100 by the rate card, and beside it what the books tell; None where they tell nothing."""
    books = () if hidden is None else (booked(1, "tools", hidden),)
    told = replace(MARCH, month=f"2026-0{number}", received=(billed("MIN", "100"),), booked=books,
                   has_books=hidden is not None)  # fmt: skip
    return cost_of(replace(told, **parts))  # type: ignore[arg-type]


def test_a_model_is_what_brought_in_most_over_all_months_together() -> None:
    """Calls 100 and 90, minutes 150 and 20: 190 against 170, and no single month decides."""
    bills = [(billed("CALL", calls), billed("MIN", minutes)) for calls, minutes in (("100", "150"), ("90", "20"))]
    months = [month(at, received=lines, cards=MODELS) for at, lines in enumerate(bills, start=1)]
    assert [one.name for one in by_model(months)] == ["per_contact"]
    assert [one.name for one in by_model(months[:1])] == ["per_minute"]
    assert [one.name for one in by_model([month(1, cards=())])] == ["no rate card in the text"]


def test_a_month_in_which_nothing_was_resolved_adds_its_cost_and_no_resolution() -> None:
    (one,) = by_partner([month(1, resolutions=Counted(0, 9)), month(2, resolutions=Counted(8, 9))])
    assert (one.resolutions, one.months, one.value) == (8, 2, 25)


@pytest.mark.parametrize(
    ("hidden", "share", "moved"),
    [
        (("0", "100"), Fraction(1, 3), Fraction(1, 2)),
        (("100", "0"), Fraction(1, 3), Fraction(-1, 2)),
        (("300", "100", "0", "25"), Fraction(17, 33), Fraction(1, 5) - Fraction(3, 4)),
        ((None, "100", None), Fraction(1, 2), None),
        ((None, "100", "300"), Fraction(2, 3), Fraction(1, 4)),
        ((None,), None, None),
    ],
)
def test_the_share_moved_from_the_first_known_month_to_the_last(
    hidden: tuple[str | None, ...], share: Fraction | None, moved: Fraction | None
) -> None:
    (found,) = hidden_trend([month(at, told) for at, told in enumerate(hidden, start=1)])
    assert (found.share, found.moved) == (share, moved)
    assert len(found.points) == len(hidden)
