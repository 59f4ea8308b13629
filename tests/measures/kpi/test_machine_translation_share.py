"""Contacts of which the source says that a machine translated a reply."""

from __future__ import annotations

from fractions import Fraction

from tests.measures.kpi.by_hand import measured

NAME = "machine_translation_share"


def row(case: int, translated: bool | None) -> dict[str, object]:
    return {"case_key": case, "machine_translated": translated}


def test_one_translated_reply_marks_its_contact() -> None:
    rows = [row(1, True), *[row(1, False)] * 40, row(2, False), row(3, False)]
    assert measured(NAME, rows).value == Fraction(1, 3)
    assert measured(NAME, rows, percent=50).value == 0


def test_a_source_that_does_not_tell_gives_no_value_rather_than_nothing_translated() -> None:
    value = measured(NAME, [row(1, None), row(2, None)])
    assert (value.value, value.n, value.excluded) == (None, 0, (("source does not tell", 2),))
