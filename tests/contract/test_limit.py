"""Ceilings: the last credits of the text are cut first, to the cent, and an addition to the fees never."""

from __future__ import annotations

from decimal import Decimal

import pytest

from tallystick.contract.limit import cut_from_the_end
from tallystick.vocabulary.money import Money


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("ceiling", "left"),
    [
        ("6", {}),
        ("7", {}),
        ("5.99", {"C": "2.99"}),
        ("5.50", {"C": "2.50"}),
        ("3", {"C": "0"}),
        ("2.99", {"C": "0", "B": "1.99"}),
        ("1", {"C": "0", "B": "0"}),
        ("0", {"C": "0", "B": "0", "A": "0"}),
    ],
)
def test_the_last_are_cut_first_and_no_further_than_the_ceiling_asks(ceiling: str, left: dict[str, str]) -> None:
    payable = {"A": euros("1"), "B": euros("2"), "BONUS": euros("-5"), "C": euros("3"), "OTHER": euros("9")}
    found = cut_from_the_end(payable, ("A", "B", "C", "BONUS"), euros(ceiling))
    assert found == {name: euros(amount) for name, amount in left.items()}
