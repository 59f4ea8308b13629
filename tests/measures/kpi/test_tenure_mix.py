"""Contacts by the tenure of those who handled them."""

from __future__ import annotations

from fractions import Fraction

from tallystick.measures.measure import Condition
from tests.measures.kpi.test_contacts_per_productive_hour import measured


def test_the_mix_is_weighted_by_contacts_not_by_heads() -> None:
    """Bo has been there for 29 days: 4 of the 16 contacts whose agent is known, though one of two heads."""
    value = measured("tenure_mix")
    assert (value.value, value.excluded) == (Fraction(4, 16), (("agents whose first day is unknown", 1),))
    assert measured("tenure_mix", days=20).value == 0


def test_tenure_can_be_that_with_customers() -> None:
    value = measured("tenure_mix", since="live")
    assert (value.value, dict(value.excluded)["agents whose first day is unknown"]) == (1, 2)


def test_a_queue_has_a_mix_of_its_own() -> None:
    assert measured("tenure_mix", Condition.of("queue", "is", "vip")).value == 1
