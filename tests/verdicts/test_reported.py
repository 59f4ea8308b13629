"""What the partner reports beside what we counted, and the cause of the difference."""

from __future__ import annotations

import json
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.records.table import table
from tallystick.verdicts.judge import judge
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.promise import kept_promise
from tallystick.verdicts.verdict import Reported, Verdict
from tallystick.vocabulary.measure_value import MeasureValue
from tests.verdicts.agreement import AS_OF, TEXT, clock_rows, evidence_of, facts_of, judge_with


def report(**parts: Any) -> pa.Table:
    row = {
        "reported_key": 1,
        "measure": "sla_attainment",
        "reported_name": "First reply within SLA",
        "period_from": date(2026, 3, 1),
        "period_to": date(2026, 4, 1),
        "unit": "share",
        "file": "aurora.xlsx",
        "place": "KPIs!C7",
        "partner": "aurora",
        **parts,
    }
    if "value" in row:
        row["value"] = Decimal(row["value"])
    return pa.Table.from_pylist([row], schema=table("reported_value").schema)


def compared(rows: list[dict[str, Any]], text: str = TEXT, **parts: Any) -> Reported | None:
    evidence = evidence_of(facts_of(rows), {"reported_value": report(**parts)})
    (verdict,) = judge_with(evidence, text).verdicts
    return verdict.reported


OPEN = {"state": "running", "stop_at": None, "due_at": "2026-03-05T12:00:00Z"}


def test_the_same_figure_is_the_same() -> None:
    found = compared(clock_rows(3, 1), value="0.75")
    assert found is not None
    assert (found.cause, found.difference) == ("same", 0)
    assert found.place == "aurora.xlsx KPIs!C7"


def test_our_figure_at_their_digits_is_rounding() -> None:
    found = compared(clock_rows(2, 1), value="0.667")
    assert found is not None
    assert found.cause == "rounding"


def test_open_past_due_left_out_is_found_as_the_definition() -> None:
    found = compared([*clock_rows(8, 2), *[OPEN] * 5], value="0.80")
    assert found is not None
    assert found.cause == "definition"
    assert "still open past their due moment are left out: 8 of 10 instead of 8 of 15" in found.sentence


def test_pauses_with_a_waiting_customer_taken_off_are_found() -> None:
    parked = {"stop_at": "2026-03-02T14:00:00Z", "due_at": "2026-03-02T12:00:00Z", "paused_other_s": 10_800}
    found = compared([*clock_rows(6, 2), *[parked] * 3], value="0.818")
    assert found is not None
    assert "every pause is taken off" in found.sentence


def test_another_period_rule_is_found() -> None:
    earlier = {
        "start_at": "2026-02-27T15:00:00Z",
        "due_at": "2026-03-02T09:00:00Z",
        "stop_at": "2026-03-02T15:00:00Z",
    }
    found = compared([*clock_rows(6, 1), *[earlier] * 3], value="0.857")
    assert found is not None
    assert "cases count in the period they were created in" in found.sentence


def test_two_definitions_together_are_found() -> None:
    parked = {"stop_at": "2026-03-02T14:00:00Z", "due_at": "2026-03-02T12:00:00Z", "paused_other_s": 10_800}
    found = compared([*clock_rows(6, 2), *[parked] * 3, *[OPEN] * 5], numerator=9, denominator=11, value="0.818")
    assert found is not None
    assert "left out, and every pause is taken off" in found.sentence


def test_a_queue_left_out_is_found_with_its_cases() -> None:
    found = compared([*clock_rows(9, 1), *clock_rows(1, 6, queue="returns")], value="0.90")
    assert found is not None
    assert (found.cause, found.cases_total) == ("cases", 7)
    assert "the 7 cases with queue returns are left out: 9 of 10" in found.sentence
    assert [case.note for case in found.cases].count("missed") == 6


def test_what_nothing_explains_is_said_with_the_cases_nearest_to_their_due_moment() -> None:
    found = compared(clock_rows(10, 10), value="0.60")
    assert found is not None
    assert found.cause == "unexplained"
    assert "2 more met than the 10" in found.sentence
    assert [case.note for case in found.cases] == ["late by 2 h 0 min"] * 2


def test_reported_counts_must_fit_too() -> None:
    found = compared(clock_rows(3, 1), value="0.75", numerator=6, denominator=8)
    assert found is not None
    assert found.cause == "unexplained"
    assert "They count 8 cases, we count 4." in found.sentence


@pytest.mark.parametrize(
    "parts",
    [
        {"language": "fr"},
        {"measure": "csat"},
        {"period_from": date(2026, 2, 1), "period_to": date(2026, 3, 1)},
    ],
)
def test_a_figure_of_another_cell_measure_or_period_is_not_compared(parts: dict[str, Any]) -> None:
    assert compared(clock_rows(3, 1), value="0.75", **parts) is None


def test_a_clause_on_an_imported_value_rests_on_the_report_and_says_so() -> None:
    text = TEXT.replace(
        "  - {id: C1, kind",
        "  - {id: B1, kind: kpi, measure: own_quality, better: higher, target: 90%, value: imported, evidence: report,"
        " reported_as: Quality}\n  - {id: C1, kind",
    )
    figure = report(measure=None, reported_name="Quality", value="0.85", n=40)
    imported = judge_with(evidence_of(facts_of([]), {"reported_value": figure}), text).verdicts[1]
    assert imported.provenance == "imported"
    assert imported.outcome == "missed"
    assert imported.value is not None
    assert (imported.value.n, imported.value.provenance) == (40, "imported")
    assert imported.reasons == ("imported: Quality in aurora.xlsx KPIs!C7",)


OWN_SCORE = TEXT.replace(
    "  - {id: C1, kind",
    "  - {id: B1, kind: kpi, measure: own_quality, better: higher, target: 90%, value: imported, evidence: report,"
    " reported_as: Quality}\n  - {id: C1, kind",
)


def imported_without_n(text: str, judged_by: str = NEWEST) -> Verdict:
    evidence = evidence_of(
        facts_of([]), {"reported_value": report(measure=None, reported_name="Quality", value="0.85")}
    )
    promise = kept_promise({"aurora.yaml": text.encode()}, "aurora", AS_OF.date(), judged_by)
    return judge(promise, promise.period("2026-03"), evidence, as_of=AS_OF).verdicts[1]


def test_a_figure_that_comes_without_its_n_has_none() -> None:
    verdict = imported_without_n(OWN_SCORE)
    assert verdict.value is not None
    assert (verdict.value.n, verdict.outcome.value) == (None, "missed")
    assert verdict.reasons == (
        "imported: Quality in aurora.xlsx KPIs!C7; the report does not say how many rows it rests on",
    )
    assert "no n stated" in verdict.steps[0].inserted
    assert Verdict.from_json(json.loads(json.dumps(verdict.as_json()))).digest == verdict.digest


def test_the_rules_before_took_it_for_one_row() -> None:
    verdict = imported_without_n(OWN_SCORE, "2")
    assert verdict.value is not None
    assert (verdict.value.n, verdict.outcome.value) == (1, "missed")


def test_a_minimum_volume_cannot_be_shown_without_an_n() -> None:
    verdict = imported_without_n(OWN_SCORE.replace("target: 90%, value", "target: 90%, minimum_volume: 20, value"))
    assert verdict.outcome.value == "not assessable"
    assert verdict.reasons[0] == "a minimum volume needs an n"
    assert verdict.steps[-1].inserted == "n is not stated, minimum 20"


def test_what_is_counted_here_always_has_its_n() -> None:
    with pytest.raises(ValueError, match="has its n"):
        MeasureValue("csat", 1, "share", "ratio", (), "2026-03", None, None, None, Fraction(1, 2))
