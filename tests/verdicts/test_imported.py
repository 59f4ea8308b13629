"""Clauses on a value that the partner reports: what they rest on, with and without its n."""

from __future__ import annotations

import json
from datetime import date
from fractions import Fraction

import pytest

from tallystick.verdicts.judge import judge
from tallystick.verdicts.judge_version import NEWEST
from tallystick.verdicts.promise import kept_promise
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.measure_value import MeasureValue
from tests.verdicts.agreement import AS_OF, TEXT, evidence_of, facts_of, judge_with
from tests.verdicts.test_reported import report


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


@pytest.mark.parametrize("to", [date(2026, 5, 1), date(2026, 7, 1)])
def test_of_a_quarter_that_the_term_cuts_the_figure_of_its_days_or_of_the_quarter_counts(to: date) -> None:
    text = OWN_SCORE.replace("to: 2027-06-30", "to: 2026-04-20").replace(
        "target: 90%,", "target: 90%, window: quarter,"
    )
    days = {"period_from": date(2026, 4, 1), "period_to": to}
    figure = report(measure=None, reported_name="Quality", value="0.85", n=40, **days)
    evidence = evidence_of(facts_of([]), {"reported_value": figure})
    (verdict,) = judge_with(evidence, text, "2026-Q2", as_of=AS_OF.replace(month=5)).verdicts
    assert (verdict.outcome.value, verdict.end_on) == ("missed", date(2026, 5, 1))
