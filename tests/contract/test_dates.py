"""The days of a contract that somebody must have in a calendar."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from tallystick.contract.dates import DateKind, dates_of, latest, next_dates
from tallystick.contract.load import load, load_text
from tallystick.contract.model import Contract
from tallystick.contract.quantity import parse_span
from tallystick.contract.section import Term

LUMEN = Path(__file__).parents[2] / "examples" / "lumen" / "contracts"


def named(name: str) -> list[tuple[date, DateKind, str, str]]:
    contract, _ = load(LUMEN / name)
    assert contract is not None
    return [(one.on, one.kind, one.about, one.state) for one in dates_of(contract)]


def test_the_term_the_amendment_and_the_clause_that_begins_to_bind_are_dates() -> None:
    assert named("lumen-borealis.yaml") == [
        (date(2025, 7, 1), DateKind.BEGINS, "", ""),
        (date(2025, 9, 1), DateKind.STATE, "S2", "in-effect"),
        (date(2026, 1, 1), DateKind.AMENDED, "AM1", ""),
        (date(2027, 4, 1), DateKind.NOTICE, "", ""),
        (date(2027, 6, 30), DateKind.ENDS, "", ""),
    ]


def test_new_opening_hours_are_a_date() -> None:
    assert (date(2026, 3, 1), DateKind.HOURS, "iasi", "") in named("lumen-aurora.yaml")


def test_an_amendment_that_moves_the_end_of_the_term_moves_its_date(tmp_path: Path) -> None:
    text = """
tallystick: 1
contract: c
title: C
client: {id: lumen, name: Lumen}
partner: {id: aurora, name: Aurora}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
clauses: []
amendments:
  - {id: AM1, effective: 2026-06-01, title: Longer, changes: [{section: term, set: {to: 2027-12-31}}]}
"""
    path = tmp_path / "c.yaml"
    path.write_text(text, encoding="utf-8")
    contract, findings = load(path)
    assert contract is not None, findings
    found = [(one.on, one.kind) for one in dates_of(contract)]
    assert found == [
        (date(2026, 1, 1), DateKind.BEGINS),
        (date(2026, 6, 1), DateKind.AMENDED),
        (date(2027, 12, 31), DateKind.ENDS),
    ]


# ---- how a term ends -------------------------------------------------------------------------------------------------

TEXT = """
tallystick: 1
contract: c
title: C
client: {id: lumen, name: Lumen}
partner: {id: aurora, name: Aurora}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31%s}
%s
clauses: []
"""


def written(term: str, more: str = "") -> Contract:
    contract, findings = load_text(TEXT % (term, more))
    assert contract is not None, findings
    return contract


@pytest.mark.parametrize(
    ("notice", "last"),
    [
        ("6 months", date(2026, 6, 30)),
        ("1 quarter", date(2026, 9, 30)),
        ("1 year", date(2025, 12, 31)),
        ("90 days", date(2026, 10, 2)),
        ("2 weeks", date(2026, 12, 17)),
        ("1 day", date(2026, 12, 30)),
    ],
)
def test_the_last_day_for_notice_leaves_the_whole_time_before_the_end(notice: str, last: date) -> None:
    assert written(f", notice: {notice}").term.notice_by == last


def test_a_month_without_that_day_gives_its_last_day() -> None:
    assert parse_span("1 month").after(date(2027, 1, 31)) == date(2027, 2, 28)
    assert parse_span("1 month").after(date(2028, 1, 31)) == date(2028, 2, 29)
    assert parse_span("13 months").before(date(2027, 3, 31)) == date(2026, 2, 28)
    assert str(parse_span("1 Year")) == "12 months"
    assert str(parse_span("1 week")) == "7 days"


@pytest.mark.parametrize("value", ["soon", "0 days", "6", "-1 months", "6 months 2 days", "1.5 years", None, True])
def test_a_length_that_is_none_is_refused(value: object) -> None:
    with pytest.raises(ValueError, match="length"):
        parse_span(value)


RENEWS = ", notice: 3 months, renewal: {by: 6 months, times: 2}"


def term_dates(contract: Contract, as_of: date) -> list[tuple[date, DateKind, date | None]]:
    return [(one.on, one.kind, one.until) for one in next_dates(contract, as_of)]


def test_a_term_that_prolongs_itself_names_the_day_and_until_when_notice_stops_it() -> None:
    assert term_dates(written(RENEWS), date(2026, 9, 30)) == [
        (date(2026, 9, 30), DateKind.NOTICE, date(2026, 12, 31)),
        (date(2026, 12, 31), DateKind.ENDS, None),
        (date(2027, 1, 1), DateKind.RENEWS, date(2027, 6, 30)),
    ]
    # A day later the right to end it has passed.
    assert [kind for _, kind, _ in term_dates(written(RENEWS), date(2026, 10, 1))] == [DateKind.ENDS, DateKind.RENEWS]


def test_after_a_renewal_the_days_are_those_of_the_term_that_runs_until_its_times_are_used_up() -> None:
    assert term_dates(written(RENEWS), date(2027, 2, 1)) == [
        (date(2027, 3, 31), DateKind.NOTICE, date(2027, 6, 30)),
        (date(2027, 6, 30), DateKind.ENDS, None),
        (date(2027, 7, 1), DateKind.RENEWS, date(2027, 12, 31)),
    ]
    assert term_dates(written(RENEWS), date(2027, 7, 1))[-1] == (date(2027, 12, 31), DateKind.ENDS, None)
    assert term_dates(written(RENEWS), date(2028, 1, 1)) == []


def test_notice_in_time_ends_the_term_and_notice_too_late_ends_the_next_one() -> None:
    in_time = written(RENEWS + ", notice_given: 2026-09-30")
    assert term_dates(in_time, date(2026, 10, 1)) == [(date(2026, 12, 31), DateKind.ENDS, None)]
    assert in_time.term.running_on(date(2027, 5, 1)).to_on == date(2026, 12, 31)
    late = written(RENEWS + ", notice_given: 2026-10-01")
    assert late.term.running_on(date(2027, 5, 1)).to_on == date(2027, 6, 30)
    assert late.term.running_on(date(2029, 5, 1)).to_on == date(2027, 6, 30)


def test_a_renewal_by_the_day_over_two_centuries_is_still_answered() -> None:
    daily = written(", notice: 1 day, renewal: {by: 1 day}")
    assert daily.term.running_on(date(2199, 1, 1)).to_on == date(2199, 1, 1)


def test_the_last_day_to_claim_is_counted_from_the_last_day_of_the_period() -> None:
    assert written("").claims is None
    for within, until in (("60 days", date(2026, 4, 29)), ("2 months", date(2026, 4, 30))):
        rule = written("", f"claims: {{within: {within}}}").claims
        assert rule is not None
        assert rule.until(date(2026, 2, 28)) == until


def test_an_amendment_brings_notice_and_claims() -> None:
    more = """amendments:
  - {id: AM1, effective: 2026-06-01, title: Ends, changes: [{section: term, set: {notice_given: 2026-06-01}},
     {section: claims, set: {within: 30 days}}]}"""
    contract = written(RENEWS, more)
    assert [kind for _, kind, _ in term_dates(contract, date(2026, 7, 1))] == [DateKind.ENDS]
    rule = latest(contract).claims
    assert rule is not None
    assert rule.until(date(2026, 6, 30)) == date(2026, 7, 30)


@pytest.mark.parametrize(("day", "within"), [(30, 30), (31, 31), (32, 31)])
def test_a_day_after_the_term_belongs_where_the_term_ends(day: int, within: int) -> None:
    term = Term.model_validate({"from": "2026-01-01", "to": "2026-01-31"})
    assert term.last_within(date(2026, 1, 1) + timedelta(days=day - 1)) == date(2026, 1, within)
