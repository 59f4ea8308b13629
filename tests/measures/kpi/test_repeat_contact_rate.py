"""Contacts that are a customer's second or later one about the same issue."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.desk import folded, told, value_in, value_of


def contact(number: str, created: str, reason: str = "invoice", requester: int | None = 7):  # type: ignore[no-untyped-def]
    return told(number, created, requester_key=requester, reason=reason)


FIRST = contact("C-1", "2026-03-02T08:00:00")


def test_the_same_customer_and_reason_within_the_window_is_a_repeat() -> None:
    value = value_in(folded(FIRST, contact("C-2", "2026-03-09T07:59:59")), "repeat_contact_rate")
    assert (value.value, value.n) == (Fraction(1, 2), 2)


def test_after_the_window_about_another_reason_or_by_another_customer_it_is_none() -> None:
    for other in (
        contact("C-2", "2026-03-09T08:00:01"),
        contact("C-2", "2026-03-03T08:00:00", reason="delivery"),
        contact("C-2", "2026-03-03T08:00:00", requester=8),
    ):
        assert value_in(folded(FIRST, other), "repeat_contact_rate").value == 0


def test_the_denominator_is_contacts_and_not_issues() -> None:
    """Three contacts about one issue are two repeats of three."""
    story = [FIRST, contact("C-2", "2026-03-03T08:00:00"), contact("C-3", "2026-03-04T08:00:00")]
    assert value_in(folded(*story), "repeat_contact_rate").value == Fraction(2, 3)


def test_unknown_customers_are_left_out_and_nothing_waits() -> None:
    facts = folded(FIRST, contact("C-2", "2026-03-31T23:00:00", requester=None))
    value = value_in(facts, "repeat_contact_rate")
    assert (value.n, value.pending, value.excluded) == (1, 0, (("unknown customer", 1),))


def test_a_case_merged_into_another_is_no_contact_of_its_own() -> None:
    rows = [{"requester_key": 7, "contact_no": 1}, {"requester_key": 7, "contact_no": 2, "merged_into": 1}]
    value = value_of("repeat_contact_rate", "case", *rows)
    assert (value.value, value.excluded) == (0, (("merged", 1),))
