"""What the partner reports beside what we counted, and the cause of the difference."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.measures.example import fact_table
from tallystick.records.table import table
from tallystick.verdicts.verdict import Reported
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with
from tests.verdicts.fixed_desk import rows_of
from tests.verdicts.tiny_lake import event


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
    assert (found.cause, found.difference, found.cases_total) == ("same", 0, 0)
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


Row = dict[str, Any]
Refold = Callable[[Mapping[str, pa.Table]], Mapping[str, pa.Table]]


def found(
    rows: list[Row],
    value: str,
    *,
    text: str = TEXT,
    refold: Refold | None = None,
    events: list[Row] | None = None,
    facts: Mapping[str, pa.Table] | None = None,
    **parts: Any,
) -> Reported:
    """What is said of a reported value, beside what was counted from these clocks."""
    tables = {"reported_value": report(value=value, **parts)}
    if events is not None:
        tables["case_event"] = rows_of("case_event", events)
    verdicts = judge_with(evidence_of({**facts_of(rows), **(facts or {})}, tables), text, refold=refold).verdicts
    (said,) = [verdict.reported for verdict in verdicts if verdict.reported is not None]
    return said


# ---- the same, at the report's digits -------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("met", "missed", "value", "cause"),
    [
        (57, 23, "0.7125", "same"),
        (57, 23, "0.713", "rounding"),  # half a thousandth above, and below
        (57, 23, "0.712", "rounding"),
        (57, 23, "0.71", "unexplained"),  # a percentage has one digit after its point at least: 71.0 %
        (5, 2, "0.715", "unexplained"),
        (5, 2, "0.7143", "rounding"),
        (3, 4, "0.428", "unexplained"),
        (0, 4, "0", "same"),
    ],
)
def test_a_share_is_ours_where_it_lies_within_half_of_its_last_digit(
    met: int, missed: int, value: str, cause: str
) -> None:
    said = found(clock_rows(met, missed), value)
    assert said.cause == cause
    assert said.difference == Fraction(value) - Fraction(met, met + missed)
    if cause != "unexplained":
        sentence = "It is the same as ours." if cause == "same" else "It is ours, rounded."
        assert (said.sentence, said.alternative) == (sentence, Fraction(met, met + missed))


@pytest.mark.parametrize(
    ("counts", "cause"),
    [
        ({"numerator": 3, "denominator": 4}, "same"),
        ({"denominator": 4}, "same"),
        ({"numerator": 3}, "same"),
        ({"denominator": 8}, "unexplained"),
        ({"numerator": 6, "denominator": 8}, "unexplained"),
    ],
)
def test_counts_that_the_report_gives_must_be_ours(counts: dict[str, int], cause: str) -> None:
    assert found(clock_rows(3, 1), "0.75", **counts).cause == cause


DURATION = TEXT.replace(
    "  - {id: C1", "  - {id: K1, kind: kpi, title: First reply, measure: first_reply_time, target: 3h}\n  - {id: C1"
)


@pytest.mark.parametrize(
    ("value", "more", "cause"),
    [
        ("3600", {}, "same"),
        ("3600.4", {}, "unexplained"),
        ("3600", {"numerator": 1, "denominator": 2}, "same"),
    ],
)
def test_a_duration_is_compared_at_its_own_digits_and_never_by_counts(
    value: str, more: dict[str, int], cause: str
) -> None:
    said = found(clock_rows(3, 0), value, text=DURATION, measure="first_reply_time", unit="s", **more)
    assert said.cause == cause
    assert said.cases == ()
    if cause == "unexplained":
        assert said.sentence == "No definition that we know gives their figure."


def test_a_duration_of_half_a_second_more_is_rounded() -> None:
    rows, text = (
        [{"business_s": 3600}, {"business_s": 3601}],
        DURATION.replace("target: 3h", "params: {statistic: mean}, target: 3h"),
    )
    for value, cause in (("3601", "rounding"), ("3600", "rounding"), ("3602", "unexplained"), ("3600.5", "same")):
        assert found(rows, value, text=text, measure="first_reply_time", unit="s").cause == cause


def test_without_a_value_of_our_own_nothing_is_compared() -> None:
    said = found([], "0.75")
    assert (said.cause, said.difference, said.alternative) == ("unexplained", None, None)
    assert said.sentence == "We have no value of our own to compare it with."
    assert found([{"stop_at": None, "state": "running", "due_at": "2026-04-20T12:00:00Z"}], "0.75").difference is None


def test_fifty_of_the_cases_that_would_have_to_be_met_are_listed_at_most_and_all_are_counted() -> None:
    text = TEXT.replace("  - {id: C1", "  - {id: K1, kind: kpi, title: Liked, measure: csat, target: 90%}\n  - {id: C1")
    surveys = fact_table("survey", [{"score": 1}] * 60, kind="csat", zone="Europe/Bucharest")
    said = found([], "0.85", text=text, facts={"survey": surveys}, measure="csat")
    assert (said.cause, len(said.cases), said.cases_total) == ("unexplained", 50, 51)


# ---- other ways to count --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value", "by"),
    [
        pytest.param(
            [
                *clock_rows(7, 0),
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T15:00:00Z", "paused_other_s": 10_800},
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T15:00:00.005Z", "paused_other_s": 10_800},
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T12:00:00.500Z", "paused_other_s": None},
            ],
            "0.8",
            "all-pauses",
            id="a pause moves the due moment by its seconds, to the microsecond; no pause not at all",
        ),
        pytest.param(
            [
                *[{"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:10:00Z", "paused_s": 600}] * 5,
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:10:00.010Z", "paused_s": 600},
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:00:00.500Z", "paused_s": None},
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-03T08:00:00Z", "basis": "calendar"},
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-03T08:00:00Z", "basis": None},
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T11:00:00Z"},
            ],
            "0.8",
            "day-and-night",
            id="day and night a clock of opening hours is due after target and pauses; others are as they were",
        ),
        pytest.param(
            [
                *[{"basis": "calendar", "business_s": 14_400, "stop_at": "2026-03-02T15:00:00Z"}] * 6,
                {"basis": "calendar", "business_s": 14_401},
                {"basis": "calendar", "business_s": None},
                {"basis": None, "business_s": 14_401},
                {"basis": "business", "business_s": 14_401},
            ],
            "0.8",
            "opening-hours",
            id="in opening hours only a stopped clock of day and night is met within its target",
        ),
        pytest.param(
            [*clock_rows(6, 2), *clock_rows(2, 0, excluded="spam")],
            "0.8",
            "exclusions-counted",
            id="what is left out is counted",
        ),
        pytest.param(
            [*clock_rows(6, 2), *clock_rows(2, 0, owner_due="borealis", owner_stop="borealis")],
            "0.8",
            "owner-at-start",
            id="who had it at the start answers",
        ),
        pytest.param(
            [*clock_rows(6, 2), *clock_rows(2, 0, owner_due="borealis", owner_start="borealis")],
            "0.8",
            "owner-at-stop",
            id="who had it at the stop answers",
        ),
        pytest.param(
            [*clock_rows(6, 2), {**clock_rows(1, 0)[0], "due_at": "2026-04-01T09:00:00Z"}] * 2,
            "0.778",
            "created-in",
            id="what began in the month counts in it",
        ),
    ],
)
def test_the_definition_that_gives_their_figure_is_named(rows: list[Row], value: str, by: str) -> None:
    said = found(rows, value)
    assert (said.cause, said.by) == ("definition", (by,))
    assert said.alternative is not None
    assert abs(said.alternative - Fraction(value)) <= Fraction(1, 2000)


def test_an_alternative_that_changes_nothing_is_no_cause() -> None:
    """Without a case excluded, paused or open each way to count gives ours, and theirs stays unexplained."""
    assert found(clock_rows(6, 2), "0.9").cause == "unexplained"


def test_a_definition_under_which_no_row_is_the_partners_gives_no_figure() -> None:
    """At their beginning all of them were another partner's."""
    said = found(clock_rows(6, 2, owner_start="borealis"), "0.9")
    assert (said.cause, said.by) == ("unexplained", ())


def test_a_clock_shared_by_time_is_no_other_attribution() -> None:
    said = found([*clock_rows(6, 2), *clock_rows(2, 0, owner_due="borealis")], "0.9")
    assert said.cause == "unexplained"


CASES = TEXT.replace(
    "  - {id: C1", "  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 10%}\n  - {id: C1"
)


SOLVED = {"first_solved_at": "2026-03-10T10:00:00Z", "last_solved_at": "2026-03-10T10:00:00Z"}


def test_on_cases_period_rule_and_attribution_are_tried_and_no_clock() -> None:
    reopened = {**SOLVED, "reopens": 1, "reopens_in_window": 1}
    earlier = {**SOLVED, "created_at": "2026-02-27T10:00:00Z"}
    cases = fact_table("case", [SOLVED] * 3 + [reopened] + [earlier] * 4, zone="Europe/Bucharest")
    said = found(clock_rows(1, 0), "0.25", text=CASES, facts={"case": cases}, measure="reopen_rate")
    assert (said.cause, said.by, said.alternative) == ("definition", ("created-in",), Fraction(1, 4))


# ---- automatic replies ----------------------------------------------------------------------------------------------

AUTO = event("1", "2026-03-02T08:00:01", "message", "agent", "auto")
EVENTS = [
    AUTO,
    event("1", "2026-03-02T08:00:00", "message", "customer", "public"),
    event("1", "2026-03-02T09:00:00", "message", "agent", None),
    event("1", "2026-03-02T09:30:00", "status", "agent", "auto"),
]


def test_automatic_replies_are_taken_for_replies_last_and_nothing_else_is_changed() -> None:
    asked: list[list[tuple[str, str, str | None]]] = []

    def refold(rows: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
        events = rows["case_event"].sort_by("event_at").to_pylist()
        asked.append([(one["kind"], one["actor"], one["value"]) for one in events])
        return facts_of([*clock_rows(9, 1), {**clock_rows(1, 0)[0], "excluded": "spam"}])

    rows = [*clock_rows(6, 4), {**clock_rows(1, 0)[0], "excluded": "spam"}]
    said = found(rows, "0.9", refold=refold, events=EVENTS)
    assert asked == [
        [
            ("message", "customer", "public"),
            ("message", "agent", "public"),
            ("message", "agent", None),
            ("status", "agent", "auto"),
        ]
    ]
    assert (said.cause, said.by, said.alternative) == ("definition", ("automatic-replies",), Fraction(9, 10))
    assert said.sentence == (
        "Their figure comes out when automatic replies are taken for replies: 9 of 10 instead of 6 of 10."
    )
    both = found(rows, "0.909", refold=refold, events=EVENTS)
    assert (both.by, both.alternative) == (("automatic-replies", "exclusions-counted"), Fraction(10, 11))


def never(rows: Mapping[str, pa.Table]) -> Mapping[str, pa.Table]:
    raise AssertionError("Nothing is folded again here.")


RESOLUTION = TEXT.replace("clock: first_reply, within: 4h", "clock: first_resolution, within: 9h")


def test_nothing_is_folded_again_where_no_reply_was_automatic() -> None:
    assert found(clock_rows(6, 4), "0.9", refold=never, events=EVENTS[1:]).cause == "unexplained"
    assert found(clock_rows(6, 4), "0.9", events=EVENTS).cause == "unexplained", "nor where nothing can be"


def test_nothing_is_folded_again_for_a_clock_that_no_reply_stops() -> None:
    resolved = {"clock": fact_table("clock", clock_rows(6, 4), kind="first_resolution", zone="Europe/Bucharest")}
    said = found([], "0.9", refold=never, events=EVENTS, text=RESOLUTION, facts=resolved)
    assert said.cause == "unexplained"


def test_nothing_is_folded_again_for_cases() -> None:
    cases = {"case": fact_table("case", [SOLVED] * 4, zone="Europe/Bucharest")}
    said = found([], "0.9", refold=never, events=EVENTS, text=CASES, facts=cases, measure="reopen_rate")
    assert said.cause == "unexplained"
