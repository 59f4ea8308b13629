"""How a clause gets its value: which row of a report speaks of it, what a person typed, and which window is whole."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.contract.counted import CountedClause
from tallystick.records.table import table
from tallystick.verdicts.measured import (
    ReportedFigure,
    reported_figure,
)
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.period import Period
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with, promise_from

ZONE = "Europe/Bucharest"
MARCH = {"period_from": date(2026, 3, 1), "period_to": date(2026, 4, 1)}
A1 = "clock: first_reply, within: 4h, target: 80%"
TWO_PROGRAMMES = TEXT.replace(
    "programmes: {",
    "programmes: {french-phone: {languages: [fr], channels: [phone], calendar: office}, ",
)


def reports(*rows: dict[str, Any]) -> pa.Table:
    whole = []
    for number, row in enumerate(rows):
        filled = {"reported_key": number, "measure": "sla_attainment", "partner": "aurora", **MARCH, **row}
        filled["value"] = Decimal(filled.get("value", "0.75"))
        whole.append(filled)
    return pa.Table.from_pylist(whole, schema=table("reported_value").schema)


def figure(text: str, *rows: dict[str, Any], clause: str = "A1", period: str = "2026-03") -> ReportedFigure | None:
    """What the report says of a clause in the month."""
    contract = promise_from(text).contract
    found = contract.clause(clause)
    assert isinstance(found, CountedClause)
    return reported_figure(reports(*rows), contract, found, Period.parse(period, ZONE))


# ---- which row ------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("population", "cell", "fits"),
    [
        ("", {}, True),
        ("", {"programme": "German-Email"}, True),
        ("", {"programme": "french-phone"}, False),
        ("", {"language": "DE"}, True),
        ("", {"language": "fr"}, False),
        ("", {"language": "de, fr"}, False),
        ("", {"channel": "email"}, True),
        ("", {"channel": "phone"}, False),
        ("", {"queue": "billing"}, False),
        ("", {"language": "de", "channel": "email", "queue": "billing"}, False),
        ("queue: billing", {"queue": "Billing"}, True),
        ("queue: billing", {}, False),
        ("queue: billing", {"queue": "returns"}, False),
        ("queue: billing", {"queue": "billing", "channel": "phone"}, False),
        ("queue: [billing, returns]", {"queue": "billing"}, False),
        ("queue: {not: billing}", {"queue": "billing"}, False),
        ("queue: {not: billing}", {}, False),
        ("programme: german-email", {"programme": "german-email"}, True),
    ],
)
def test_a_reported_cell_is_the_clauses_where_it_names_the_same_or_all_there_is(
    population: str, cell: dict[str, str], fits: bool
) -> None:
    text = TEXT.replace(A1, f"{A1}, for: {{{population}}}") if population else TEXT
    assert (figure(text, cell) is not None) is fits


@pytest.mark.parametrize(
    ("cell", "fits"),
    [
        ({"programme": "german-email"}, False),
        ({"programme": "french-phone, German-Email"}, True),
        ({"language": "de"}, False),
        ({"language": " fr,DE "}, True),
        ({"language": "de, fr, it"}, False),
    ],
)
def test_of_two_programmes_only_a_cell_of_both_is_all_there_is(cell: dict[str, str], fits: bool) -> None:
    assert (figure(TWO_PROGRAMMES, cell) is not None) is fits


@pytest.mark.parametrize(
    ("from_on", "to_on", "fits"),
    [
        (date(2026, 3, 1), date(2026, 4, 1), True),
        (date(2026, 3, 1), date(2026, 3, 31), False),
        (date(2026, 1, 1), date(2026, 4, 1), False),
        (date(2026, 2, 1), date(2026, 3, 1), False),
    ],
)
def test_a_reported_period_has_the_first_and_the_last_day_of_the_clauses(
    from_on: date, to_on: date, fits: bool
) -> None:
    assert (figure(TEXT, {"period_from": from_on, "period_to": to_on}) is not None) is fits


NAMED = TEXT.replace(
    "  - {id: C1",
    "  - {id: K1, kind: kpi, measure: own_quality, better: higher, target: 90%, value: imported, evidence: report,"
    " reported_as: Quality Score}\n  - {id: C1",
)


@pytest.mark.parametrize(
    ("names", "place"),
    [
        (["quality SCORE"], "row 0"),
        (["Quality"], None),
        ([None], None),
        ([None, "Quality Score"], "row 1"),
        (["Quality Score", "Other"], "row 0"),
        (["Quality Score", "Quality Score"], None),
    ],
)
def test_the_name_in_the_report_decides_where_the_contract_gives_it(names: list[str | None], place: str | None) -> None:
    rows = [{"reported_name": name, "place": f"row {at}", "measure": None} for at, name in enumerate(names)]
    found = figure(NAMED, *rows, clause="K1")
    assert (found.place if found else None) == place


RIVALS = TEXT.replace(
    "  - {id: C1",
    "  - {id: A2, kind: sla_target, title: AI resolution, clock: first_resolution, within: 9h, target: 80%}\n"
    "  - {id: A3, kind: sla_target, title: Next answer of Bot, clock: next_reply, within: 9h, target: 80%}\n"
    "  - {id: K9, kind: kpi, title: Satisfaction, measure: csat, target: 80%}\n"
    "  - {id: A9, kind: sla_target, title: Billing, clock: first_reply, within: 4h, for: {queue: billing},"
    " target: 80%}\n  - {id: C1",
).replace("title: First reply,", "title: First reply by AI,")


@pytest.mark.parametrize(
    ("names", "places"),
    [
        (["Replies within target"], {"A1": "row 0", "A3": "row 0"}),
        (["FRT"], {"A1": "row 0", "A2": "row 0"}),
        (["first_response"], {"A1": "row 0"}),
        (["First solved"], {"A2": "row 0"}),
        (["Solved", "First replies"], {"A1": "row 1", "A2": "row 0"}),
        (["Bot (all)"], {"A3": "row 0"}),
        (["AI"], {}),
        (["On time"], {}),
        ([None], {}),
        (["Next answer", "Next answer"], {}),
    ],
)
def test_of_clauses_on_one_measure_and_cell_the_words_of_a_name_decide(
    names: list[str | None], places: dict[str, str]
) -> None:
    """A1 is told as first and reply, A2 as first and resolution, A3 as next, answer, bot and reply."""
    rows = [{"reported_name": name, "place": f"row {at}"} for at, name in enumerate(names)]
    found = {clause: figure(RIVALS, *rows, clause=clause) for clause in ("A1", "A2", "A3", "K9", "A9")}
    assert {clause: one.place for clause, one in found.items() if one} == places


def test_of_two_clauses_a_name_that_speaks_for_neither_is_taken_for_neither() -> None:
    two = TEXT.replace(
        "  - {id: C1",
        "  - {id: A2, kind: sla_target, title: Solving, clock: other, within: 9h, target: 80%}\n  - {id: C1",
    ).replace("clock: other", "clock: first_resolution")
    assert [figure(two, {"reported_name": "On time"}, clause=clause) for clause in ("A1", "A2")] == [None, None]


def test_a_clause_without_a_rival_takes_the_only_row_of_its_cell_by_whatever_name() -> None:
    found = figure(RIVALS, {"reported_name": "On time", "queue": "billing", "place": "KPIs!C7"}, clause="A9")
    assert found is not None
    assert (found.name, found.place) == ("On time", "KPIs!C7")
    unnamed = figure(TEXT, {"file": "aurora.xlsx"})
    assert unnamed is not None
    assert (unnamed.name, unnamed.place) == ("sla_attainment", "aurora.xlsx")


@pytest.mark.parametrize(
    ("row", "decimals", "n"),
    [
        ({"value": "0.75"}, 2, None),
        ({"value": "0.750"}, 2, None),
        ({"value": "1"}, 0, None),
        ({"value": "3600"}, 0, None),
        ({"value": "0.9", "numerator": 9, "denominator": 10}, 1, 10),
        ({"value": "0.9", "numerator": 9, "denominator": 10, "n": 12}, 1, 12),
        ({"value": "0.9", "n": 0}, 1, 0),
    ],
)
def test_a_figure_keeps_the_digits_and_the_number_of_rows_that_the_report_gives(
    row: dict[str, Any], decimals: int, n: int | None
) -> None:
    found = figure(TEXT, row)
    assert found is not None
    assert (found.value, found.decimals, found.n) == (Fraction(row["value"]), decimals, n)


# ---- the value ------------------------------------------------------------------------------------------------------


def typed(values: str, more: str = "") -> Verdict:
    clause = (
        f"  - {{id: K1, kind: kpi, measure: own_quality, better: higher, target: 90%, value: typed, evidence: e,"
        f" typed: [{values}]{more}}}\n"
    )
    return judge_with(evidence_of(facts_of([])), TEXT.replace("  - {id: C1", clause + "  - {id: C1")).verdicts[1]


def test_a_typed_value_is_that_of_the_period_and_of_the_partner() -> None:
    verdict = typed(
        "{period: 2026-02, value: 10%, n: 5}, {period: 2026-03, partner: borealis, value: 20%, n: 6}, "
        "{period: 2026-03, value: 95%, n: 40}, {period: 2026-03, value: 30%, n: 7}"
    )
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n, verdict.value.unit) == (Fraction(19, 20), 40, "ratio")
    assert (verdict.outcome, verdict.provenance) == (Outcome.MET, "typed")
    own = typed("{period: 2026-03, partner: aurora, value: 95%, n: 1}")
    assert (own.outcome, own.value and own.value.value) == (Outcome.MET, Fraction(19, 20))
    for other in ("{period: 2026-03, partner: borealis, value: 20%, n: 6}", "{period: 2026-04, value: 20%, n: 6}"):
        nothing = typed(other)
        assert (nothing.outcome, nothing.value) == (Outcome.NOT_ASSESSABLE, None)


def test_of_no_rows_a_typed_value_is_none_and_of_one_it_is_a_value() -> None:
    assert typed("{period: 2026-03, value: 95%, n: 0}").outcome is Outcome.NOT_ASSESSABLE
    assert typed("{period: 2026-03, value: 95%, n: 1}").outcome is Outcome.MET


def test_an_imported_share_of_a_measure_of_ours_comes_with_its_counts_kind_and_unit() -> None:
    text = TEXT.replace("minimum: 60%}", "minimum: 60%, value: imported, evidence: report}")
    rows = reports({"value": "0.8", "numerator": 8, "denominator": 10, "reported_name": "First reply"})
    (verdict,) = judge_with(evidence_of(facts_of(clock_rows(1, 9)), {"reported_value": rows}), text).verdicts
    value = verdict.value
    assert value is not None
    assert (value.numerator, value.denominator, value.n, value.value) == (8, 10, 10, Fraction(4, 5))
    assert (value.kind, value.unit, value.provenance) == ("share", "ratio", "imported")
    assert (verdict.outcome, verdict.more_to_meet) == (Outcome.MET, 0)
    assert verdict.reported is not None
    assert verdict.reported.difference == Fraction(7, 10), "our own count of the same is 1 of 10"


def test_the_partners_value_is_its_own_and_not_that_of_the_partner_before_it_in_the_alphabet() -> None:
    others = {"owner_start": "ada", "owner_due": "ada", "owner_stop": "ada", "partner": "ada"}
    facts = facts_of([*clock_rows(0, 9, **others), *clock_rows(9, 1)])
    (verdict,) = judge_with(evidence_of(facts)).verdicts
    assert verdict.value is not None
    assert (verdict.value.numerator, verdict.value.n) == (9, 10)


def measured(clause: str, rows: list[dict[str, Any]], **parts: Any) -> Verdict:
    text = TEXT.replace("  - {id: C1", f"  - {{id: K1, kind: kpi, {clause}}}\n  - {{id: C1")
    return judge_with(evidence_of(facts_of(rows)), text, **parts).verdicts[1]


@pytest.mark.parametrize(
    ("clause", "value", "n"),
    [
        ("measure: first_reply_time, target: 3h", Fraction(60), 3),
        ("measure: first_reply_time, params: {statistic: mean}, target: 3h", Fraction(150), 3),
        ("measure: first_reply_time, params: {statistic: mean, colour: red}, target: 3h", Fraction(150), 3),
        ("measure: first_reply_time, params: {statistic: mean, basis: calendar}, target: 3h", Fraction(3600), 3),
        ("measure: first_reply_time, attribution: owner-at-start, target: 3h", Fraction(600), 1),
        ("measure: sla_attainment, params: {clock: first_reply, within: 60}, target: 80%", Fraction(2, 3), 3),
        ("measure: sla_attainment, params: {clock: first_reply, within: 59s}, target: 80%", Fraction(1, 3), 3),
    ],
)
def test_a_clause_is_measured_under_its_own_parameters_and_attribution(clause: str, value: Fraction, n: int) -> None:
    """Three replies after 30, 60 and 360 seconds; the first was another partner's when it began, and so on."""
    others = {"owner_start": "borealis"}
    rows = [{"business_s": 30, **others}, {"business_s": 60, **others}, {"business_s": 360}]
    if "owner-at-start" in clause:
        rows[2]["business_s"] = 600
    found = measured(clause, rows)
    assert found.value is not None
    assert (found.value.value, found.value.n) == (value, n)


def test_the_time_of_a_target_is_that_in_force_when_each_clock_ran_and_not_the_texts_of_today() -> None:
    rows = [{"stop_at": "2026-03-02T13:00:00Z", "due_at": "2026-03-02T14:00:00Z", "business_s": 18_000}]
    (verdict,) = judge_with(evidence_of(facts_of(rows))).verdicts
    assert verdict.value is not None
    assert verdict.value.value == 1, "five hours are more than the four of today, and less than the six of then"


def test_what_waits_for_an_event_holds_up_nothing() -> None:
    running = {"stop_at": None, "state": "running", "due_at": "2026-04-20T12:00:00Z"}
    found = measured("measure: first_reply_time, period_rule: created-in, target: 3h", [{}, running])
    assert found.value is not None
    assert (found.outcome, found.value.n, found.value.pending) == (Outcome.MET, 1, 1)


WAITS = {"start_at": "2026-03-31T15:00:00Z", "stop_at": None, "state": "running"}
BY_BEGIN = TEXT.replace("minimum: 60%}", "minimum: 60%, period_rule: created-in}")


@pytest.mark.parametrize(
    ("due", "on"),
    [("2026-04-19T20:59:58.500Z", "2026-04-19"), ("2026-04-19T20:59:59Z", "2026-04-20")],
)
def test_a_row_waits_until_the_second_after_its_due_moment(due: str, on: str) -> None:
    """In Bucharest the 20th of April begins at 21:00 UTC."""
    rows = evidence_of(facts_of([{}, {**WAITS, "due_at": due}]))
    (verdict,) = judge_with(rows, BY_BEGIN).verdicts
    assert verdict.reasons == (f"1 row waits for a window to close, the last on {on}",)


def test_two_clocks_of_one_case_wait_each_for_its_own_moment() -> None:
    one = {**WAITS, "case_key": 7, "case_id": "C-7"}
    rows = [{}, {**one, "n": 1, "due_at": "2026-04-08T09:00:00Z"}, {**one, "n": 2, "due_at": "2026-04-20T09:00:00Z"}]
    (verdict,) = judge_with(evidence_of(facts_of(rows)), BY_BEGIN).verdicts
    assert verdict.reasons == ("2 rows wait for a window to close, the last on 2026-04-20",)


def test_the_interval_of_a_mean_is_drawn_the_same_on_every_machine() -> None:
    """Forty replies after 1, 4, 9 ... 1,600 minutes: a mean of 553.5 minutes, and an interval of fixed draws."""
    clause = "measure: first_reply_time, params: {statistic: mean}, target: 3h"
    rows = [
        {"business_s": 60 * n * n, "agent_stop": f"a{n % 7}", "start_at": f"2026-03-{2 + n % 5:02}T08:00:00Z"}
        for n in range(1, 41)
    ]
    value = measured(clause, rows).value
    assert value is not None
    assert (value.value, value.n) == (Fraction(33210), 40)
    assert value.interval == (Decimal("24064.865"), Decimal("39633.000"))
