"""Contacts in writing, answered in the customer's language or not."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

NAME = "language_match_written"


def row(case: int, identified: bool | None = None, declared: bool | None = None) -> dict[str, object]:
    return {"case_key": case, "identified_match": identified, "declared_match": declared}


def test_one_reply_in_a_wrong_language_spoils_its_contact_and_no_other() -> None:
    rows = [row(1, True), row(1, True), row(1, False), row(2, True)]
    value = measured(NAME, rows)
    assert (value.value, value.numerator, value.denominator, value.n) == (Fraction(1, 2), 1, 2, 4)
    assert measured(NAME, rows, percent=66).value == 1


def test_identified_languages_come_before_declared_ones() -> None:
    rows = [row(1, True, False), row(2, False, True), row(3, None, True), row(4)]
    assert measured(NAME, rows).value == Fraction(2, 3)
    assert measured(NAME, rows, basis="identified").value == Fraction(1, 2)
    assert measured(NAME, rows, basis="declared").value == Fraction(2, 3)


def test_what_nobody_can_tell_is_left_out_with_its_count_and_is_no_match() -> None:
    value = measured(NAME, [row(1), row(2)])
    assert (value.value, value.n, value.excluded) == (None, 0, (("language not known", 2),))


def test_a_contact_with_too_few_known_replies_is_not_judged() -> None:
    rows = [row(1, True), row(1, False), row(2, False)]
    assert measured(NAME, rows, at_least=2).value == 0
    assert measured(NAME, rows, at_least=2).denominator == 1
