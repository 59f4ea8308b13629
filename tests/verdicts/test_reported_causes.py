"""Each cause of a difference at its border: digits, counts, every other way to count, groups, and the nearest cases."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from fractions import Fraction
from typing import Any

import pyarrow as pa
import pytest

from tallystick.measures.example import fact_table
from tallystick.verdicts.verdict import Reported
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with
from tests.verdicts.fixed_desk import rows_of
from tests.verdicts.test_reported import report
from tests.verdicts.tiny_lake import event

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
        (57, 23, "0.711", "unexplained"),
        (57, 23, "0.71", "unexplained"),  # a percentage has one digit after its point at least: 71.0 %
        (57, 23, "0.7", "unexplained"),
        (5, 2, "0.714", "rounding"),
        (5, 2, "0.715", "unexplained"),
        (5, 2, "0.7143", "rounding"),
        (5, 2, "0.7142", "unexplained"),
        (3, 4, "0.429", "rounding"),
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


# ---- other ways to count --------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value", "by"),
    [
        pytest.param(
            [
                *clock_rows(7, 0),
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T15:00:00Z", "paused_other_s": 10_800},
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T15:00:00.005Z", "paused_other_s": 10_800},
                {"due_at": "2026-03-02T12:00:00Z", "stop_at": "2026-03-02T12:00:00.500Z"},
            ],
            "0.8",
            "all-pauses",
            id="a pause moves the due moment by its seconds, to the microsecond; no pause not at all",
        ),
        pytest.param(
            [
                *[{"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:10:00Z", "paused_s": 600}] * 5,
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:10:00.010Z", "paused_s": 600},
                {"due_at": "2026-03-03T09:00:00Z", "stop_at": "2026-03-02T12:00:00.500Z"},
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


def test_a_clock_shared_by_time_is_no_other_attribution() -> None:
    said = found([*clock_rows(6, 2), *clock_rows(2, 0, owner_due="borealis")], "0.9")
    assert said.cause == "unexplained"


CASES = TEXT.replace(
    "  - {id: C1", "  - {id: K1, kind: kpi, title: Reopened, measure: reopen_rate, target: 10%}\n  - {id: C1"
)


def test_on_cases_period_rule_and_attribution_are_tried_and_no_clock() -> None:
    solved = {"first_solved_at": "2026-03-10T10:00:00Z", "last_solved_at": "2026-03-10T10:00:00Z"}
    reopened = {**solved, "reopens": 1, "reopens_in_window": 1}
    earlier = {**solved, "created_at": "2026-02-27T10:00:00Z"}
    cases = fact_table("case", [solved] * 3 + [reopened] + [earlier] * 4, zone="Europe/Bucharest")
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


def test_nothing_is_folded_again_where_no_reply_was_automatic_or_none_is_counted() -> None:
    assert found(clock_rows(6, 4), "0.9", refold=never, events=EVENTS[1:]).cause == "unexplained"
    assert found(clock_rows(6, 4), "0.9", events=EVENTS).cause == "unexplained"
    resolved = {"clock": fact_table("clock", clock_rows(6, 4), kind="first_resolution", zone="Europe/Bucharest")}
    said = found([], "0.9", refold=never, events=EVENTS, text=RESOLUTION, facts=resolved)
    assert said.cause == "unexplained"
    cases = {"case": fact_table("case", [{}] * 4, zone="Europe/Bucharest")}
    said = found([], "0.9", refold=never, events=EVENTS, text=CASES, facts=cases, measure="reopen_rate")
    assert said.cause == "unexplained"


# ---- cases left out -------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("rows", "value", "by", "counts"),
    [
        pytest.param(
            [*clock_rows(1, 5, queue="returns"), *clock_rows(9, 1), *clock_rows(1, 5, queue="annex")],
            "0.625",
            ("queue", "annex"),
            (1, 5),
            id="of groups of one size the first in the alphabet",
        ),
        pytest.param(
            [*clock_rows(0, 4, queue="returns", channel="chat"), *clock_rows(0, 2, channel="chat"), *clock_rows(8, 0)],
            "1",
            ("channel", "chat"),
            (0, 6),
            id="what the whole group leaves",
        ),
        pytest.param(
            [*clock_rows(2, 2, queue=None), *clock_rows(0, 4, queue="returns"), *clock_rows(6, 2)],
            "0.667",
            ("queue", "returns"),
            (0, 4),
            id="rows without a queue are no group, and what comes after them is looked at",
        ),
        pytest.param(
            [*clock_rows(0, 3), *clock_rows(1, 0, queue="returns")],
            "1",
            ("queue", "billing"),
            (0, 3),
            id="one case that is left is enough",
        ),
        pytest.param(
            [*clock_rows(10, 10), *clock_rows(5, 15, language="fr", queue="returns"), *clock_rows(5, 0, queue="z")],
            "0.6",
            ("language", "fr"),
            (5, 15),
            id="of groups of the same cases the one whose dimension comes first in the alphabet",
        ),
        pytest.param(
            [*clock_rows(0, 51, queue="returns"), *clock_rows(9, 1)],
            "0.9",
            ("queue", "returns"),
            (0, 50),
            id="fifty cases are listed at most",
        ),
    ],
)
def test_the_smallest_group_without_which_their_figure_comes_out_is_named_with_its_cases(
    rows: list[Row], value: str, by: tuple[str, str], counts: tuple[int, int]
) -> None:
    said = found(rows, value)
    assert (said.cause, said.by) == ("cases", by)
    notes = [one.note for one in said.cases]
    assert (notes.count("met"), notes.count("missed")) == counts
    assert said.cases_total == sum(1 for row in rows if row.get(by[0], _USUAL[by[0]]) == by[1])


_USUAL = {"queue": "billing", "channel": "email", "language": "de"}


def test_a_group_that_is_all_there_is_leaves_nothing_to_compare() -> None:
    assert found(clock_rows(2, 2), "0.9").by == ()


# ---- the nearest cases ----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("value", "words", "listed"),
    [
        ("0.525", "1 more met than the 10", 1),
        ("0.526", "1 more met than the 10", 1),
        ("0.55", "1 more met than the 10", 1),
        ("0.60", "2 more met than the 10", 2),
        ("0.625", "3 more met than the 10", 3),  # 12 and a half of 20 are 13
        ("0.62", "2 more met than the 10", 2),
        ("0.40", "2 fewer met than the 10", 0),
        ("0.45", "1 fewer met than the 10", 0),
    ],
)
def test_so_many_would_have_to_be_met_for_their_figure(value: str, words: str, listed: int) -> None:
    said = found(clock_rows(10, 10), value)
    assert said.sentence == (
        "No definition that we know gives their figure. On our 20 cases it would take "
        f"{words.replace(' than the 10', '')} than the 10 in the records."
    )
    assert (said.cause, len(said.cases), said.cases_total) == ("unexplained", listed, listed)


def test_where_their_figure_is_ours_of_other_counts_the_counts_are_told() -> None:
    said = found(clock_rows(3, 1), "0.75", numerator=6, denominator=8)
    assert said.sentence == (
        "No definition that we know gives their figure. On our 4 cases it would take 0 fewer met than the 3 in the "
        "records. They count 8 cases, we count 4."
    )
    assert said.cases == ()
    other = found(clock_rows(2, 2), "0.75", numerator=3, denominator=4)
    assert "They count" not in other.sentence
    assert "They count" not in found(clock_rows(2, 2), "0.75").sentence


def test_the_failed_cases_nearest_to_their_due_moment_come_first_and_open_ones_last() -> None:
    def late(case: str, stop: str) -> Row:
        return {"case_id": case, "due_at": "2026-03-02T12:00:00Z", "stop_at": f"2026-03-02T{stop}Z"}

    open_yet = {"due_at": "2026-03-02T12:00:00Z", "stop_at": None, "state": "running"}
    rows = [
        {**open_yet, "case_id": "O-2"},
        {**open_yet, "case_id": "O-1"},
        late("L-3", "13:01:00"),
        late("L-2", "12:00:59.500"),
        late("L-9", "12:00:00.500"),
        late("L-8", "12:00:01"),
        late("L-1", "13:01:00"),
        *clock_rows(13, 0),
    ]
    said = found(rows, "0.95")
    assert [(one.case_id, one.note) for one in said.cases] == [
        ("L-9", "late by 0 h 0 min"),
        ("L-8", "late by 0 h 0 min"),
        ("L-2", "late by 0 h 0 min"),
        ("L-1", "late by 1 h 1 min"),
        ("L-3", "late by 1 h 1 min"),
        ("O-1", "still open past its due moment"),
    ]


def test_fifty_of_the_nearest_are_listed_at_most_and_all_are_counted() -> None:
    said = found(clock_rows(0, 60), "0.85")
    assert (len(said.cases), said.cases_total) == (50, 51)
