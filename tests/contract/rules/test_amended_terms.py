"""Amendments take effect within the term that the earlier ones leave, and leave no day between an old and a new one."""

from __future__ import annotations

import pytest

from tallystick.contract.check import check_text
from tallystick.vocabulary.finding import Finding
from tests.contract.agreement import CARDS
from tests.contract.rules.by_text import A1, HEAD, TERM, finds

PLAIN = "{clause: A1, set: {target: 85%}}"


def to(day: str) -> str:
    return f"{{section: term, set: {{to: {day}}}}}"


def told(*amendments: tuple[str, str], above: str = HEAD) -> list[Finding]:
    """What is found in a contract of 2026 and 2027 with amendments, each by its day and its change."""
    written = "".join(
        f"  - {{id: AM{at}, effective: {day}, changes: [{change}]}}\n" for at, (day, change) in enumerate(amendments, 1)
    )
    _, findings = check_text(f"{above}{TERM}clauses:\n{A1}amendments:\n{written}", CARDS)
    return findings


def refused(*amendments: tuple[str, str]) -> list[str]:
    """The amendments that are refused as being outside the term; nothing else may be found."""
    findings = told(*amendments)
    assert {one.id for one in findings} <= {"TS-C041"}
    return [one.message.split()[1] for one in findings]


@pytest.mark.parametrize(
    ("day", "change", "outside"),
    [
        ("2025-12-31", PLAIN, True),
        ("2026-01-01", PLAIN, False),
        ("2027-12-31", PLAIN, False),
        ("2028-01-01", PLAIN, True),
        ("2027-12-31", to("2028-12-31"), False),
        ("2028-01-01", to("2028-12-31"), False),
        ("2028-01-01", to("2028-01-01"), False),
        ("2028-01-02", to("2028-12-31"), True),
        ("2028-01-10", to("2028-12-31"), True),
        ("2028-01-02", to("2028-01-01"), True),
        ("2026-06-01", to("2026-05-31"), False),
        ("2026-07-01", to("2026-05-31"), False),
    ],
    ids=[
        "before the first day", "on the first day", "on the last day", "after the last day",
        "prolongs on the last day", "prolongs on the day after", "prolongs by one day", "leaves one day",
        "leaves many days", "prolongs to a day before it holds", "shortens to the day before", "shortens to a day past",
    ],
)  # fmt: skip
def test_an_amendment_holds_from_a_day_of_the_old_term_or_joins_on_to_its_end(
    day: str, change: str, outside: bool
) -> None:
    assert refused((day, change)) == (["AM1"] if outside else [])


@pytest.mark.parametrize(
    ("second", "outside"), [("2028-12-31", False), ("2029-01-01", False), ("2029-01-02", True), ("2028-01-10", False)]
)
def test_a_second_amendment_joins_on_to_the_end_that_the_first_has_moved(second: str, outside: bool) -> None:
    first, later = ("2027-12-01", to("2028-12-31")), (second, to("2030-12-31"))
    assert refused(first, later) == (["AM2"] if outside else [])
    assert refused(later, first) == (["AM1"] if outside else [])


@pytest.mark.parametrize(("day", "outside"), [("2026-06-30", False), ("2026-07-01", True)])
def test_after_an_amendment_that_ends_the_contract_early_none_takes_effect(day: str, outside: bool) -> None:
    assert refused(("2026-03-01", to("2026-06-30")), (day, PLAIN)) == (["AM2"] if outside else [])


def test_amendments_of_one_day_are_held_against_the_term_before_that_day() -> None:
    longer = to("2028-12-31")
    assert refused(("2028-01-01", PLAIN), ("2028-01-01", longer)) == []
    assert refused(("2028-01-02", PLAIN), ("2028-01-02", longer)) == ["AM1", "AM2"]
    assert refused(("2026-06-01", to("2026-03-31")), ("2026-06-01", longer)) == []


def test_what_is_said_names_the_days_that_are_left_out_and_the_day_that_leaves_none() -> None:
    (gap,) = told(("2028-01-10", to("2028-12-31")))
    assert "until then the term runs from 2026-01-01 to 2027-12-31" in gap.message
    assert "The days from 2028-01-01 to 2028-01-09 would belong to no term" in gap.message
    assert "`effective: 2028-01-01`" in gap.cure
    (late,) = told(("2028-01-10", PLAIN))
    assert "no term" not in late.message
    assert "effective:" not in late.cure
    (early,) = told(("2025-12-01", to("2028-12-31")))
    assert "no term" not in early.message


def test_a_text_that_is_broken_elsewhere_still_knows_how_its_amendments_prolong_it() -> None:
    found = told(
        ("2027-12-01", to("2028-12-31")), ("2028-06-01", PLAIN), above=HEAD.replace("EUR\n", "EUR\ncurency: EUR\n")
    )
    assert [one.id for one in found] == ["TS-C006"]


def test_where_the_amendment_that_prolongs_is_broken_those_after_it_are_not_called_outside() -> None:
    found = told(("2027-12-01", "{section: term, set: {to: 2028-12-31}, remove: maybe}"), ("2028-06-01", PLAIN))
    assert {one.id for one in found} == {"TS-C008"}


@finds(("TS-C041", "id: AM2"))
def test_an_amendment_that_prolongs_a_term_that_is_over_is_refused() -> None:
    """
    clauses:
    A1
    amendments:
      - {id: AM1, effective: 2026-05-01, changes: [{clause: A1, set: {target: 85%}}]}
      - {id: AM2, effective: 2028-01-10, changes: [{section: term, set: {to: 2029-12-31}}]}
    """
