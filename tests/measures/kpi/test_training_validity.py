"""Contacts by whether their agent held the certificate."""

from __future__ import annotations

from fractions import Fraction

from tallystick.measures.measure import Condition
from tests.measures.kpi.test_contacts_per_productive_hour import measured


def test_validity_is_measured_on_contacts_of_those_who_need_the_course() -> None:
    """The certificate ran out at 10:02; of the four calls at 10:00, 10:01, 10:02 and 10:03 two are covered."""
    vip = Condition.of("queue", "is", "vip")
    assert measured("training_validity", vip, course="vip").value == Fraction(2, 4)
    assert measured("training_validity", course="vip").value == Fraction(2, 17)
    assert measured("training_validity", course="gdpr").value == Fraction(12, 17)
    assert measured("training_validity", course="unknown").value is None
