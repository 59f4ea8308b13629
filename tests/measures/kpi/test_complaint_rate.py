"""Complaints in a thousand contacts."""

from __future__ import annotations

from tests.measures.kpi.by_hand import measured


def test_it_is_told_by_the_thousand() -> None:
    rows = [{"reason": "complaint"}, *[{}] * 199]
    value = measured("complaint_rate", rows)
    assert (value.value, value.n, value.unit) == (5, 200, "complaints per 1,000 contacts")


def test_the_word_is_the_sources_own() -> None:
    rows = [{"reason": "Beschwerde"}, {"reason": "complaint"}, {}, {}]
    assert measured("complaint_rate", rows, reason="Beschwerde").value == 250


def test_a_case_without_a_reason_is_a_contact_all_the_same() -> None:
    assert measured("complaint_rate", [{"reason": None}, {"reason": "complaint"}]).value == 500
