"""What was sent up."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured


def test_a_case_counts_once_however_often_it_was_sent_up() -> None:
    assert measured("escalation_rate", [{"escalations": 3}, {}, {}]).value == Fraction(1, 3)


def test_moves_at_the_same_level_are_transfers() -> None:
    rows = [{"transfers_queue": 2}, {"escalations": 1}]
    assert measured("escalation_rate", rows).value == Fraction(1, 2)
    assert measured("transfer_rate", rows).value == Fraction(1, 2)
    assert measured("escalation_rate", [{"transfers_queue": 2}]).value == 0
