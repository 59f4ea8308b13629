"""The list of rows behind a figure, where they are calls and no cases."""

from __future__ import annotations

from fractions import Fraction

import pytest
from django.utils import translation

from tallystick.reports.figures import duration_text
from tallystick.verdicts.explain import explain, kept
from tallystick.verdicts.listing import rows_table
from tallystick.web.long_table import LongTable
from tallystick.web.row_list import _cases, _with_places
from tests.verdicts.test_calls_end_to_end import assessed


@pytest.fixture(scope="module")
def listed(tmp_path_factory: pytest.TempPathFactory) -> LongTable:
    store = assessed(tmp_path_factory.mktemp("home"))
    verdict = store.find("aurora/T1/2026-03")
    own = kept(store, verdict)
    rows = rows_table(own)
    told = explain(store, verdict, own=own, listed=rows)
    with translation.override("en"):
        return _cases(_with_places(rows, told), verdict, "Europe/Bucharest", of_cases=own.of_cases)


def test_a_call_shows_its_moments_its_seconds_and_its_outcome(listed: LongTable) -> None:
    headings = [str(column.label) for column in listed.columns]
    assert headings[:2] == ["Id", "Place"]
    assert {"Offered", "Answered", "Was over", "Outcome", "Wait", "Talk", "Queue"} <= set(headings)
    first = listed.rows[0]
    assert (first["case_id"].value, first["wait_s"].value) == ("K-late", 45)
    assert first["wait_s"].text == duration_text(Fraction(45))
    assert first["outcome"].value == "answered"
    assert "11:20" in first["offered_at"].text


def test_a_call_is_no_case_that_could_be_drawn(listed: LongTable) -> None:
    assert {row["case_id"].href for row in listed.rows} == {""}
