"""What an earn-back holds is settled once, also where nothing that it needs is judged any more."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import date

import pytest

from tallystick.contract.clause import NEWEST_RULES
from tallystick.contract.load import load_text
from tallystick.contract.past import Past, PastPeriod
from tallystick.contract.section import Counts
from tallystick.verdicts.consequences import follow
from tallystick.verdicts.examples import AppliedPeriod, apply_figures
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.contract.clauses.applied import HEAD, euros, missed, month

KPI = "kind: kpi, target: 90%, better: higher, minimum_volume: 1, value: imported, reported_as: r"
RETIRES = ", state: [{from: 2026-01-01, as: in-effect}, {from: 2026-03-01, as: retired}]"
C = "{id: C, kind: service_credit, when: {clause: A1}, model: fixed, amount: 300END}"
C2 = "{id: C2, kind: service_credit, when: {clause: A2}, model: fixed, amount: 5}"
EARN = "{id: EB, kind: earn_back, credits: [C], clause: A1, periods: 2, level: 95%, meanwhile: deferredEND}"
AVERAGE = EARN.replace("periods: 2, level: 95%", "form: annual-average, year: calendar")


def promise(name: str, more: str = "") -> str:
    return f"{{id: {name}, measure: {name.lower()}, {KPI}{more}}}"


def run(
    clauses: Iterable[str], periods: Iterable[str], judged: Mapping[str, str], until: str = "2026-05-31"
) -> dict[str, AppliedPeriod]:
    """The periods of a text that ends `until`, one after the other; A1 is judged by `judged`, the others missed."""
    text = HEAD.replace("2027-12-31", until) + "".join(f"  - {clause}\n" for clause in clauses)
    made, findings = load_text(text)
    assert made is not None, findings
    past: list[PastPeriod] = []
    posted: list[tuple[Period, str, Money]] = []
    found: dict[str, AppliedPeriod] = {}
    for label in periods:
        period = Period.parse(label, "UTC")
        own = {"A1": {"value": judged[label]}} if label in judged else {}
        names = ("Q1",) if "Q" in label else ("A2", *own)
        given = {name: own.get(name, {"value": "50%"}) for name in names if made.clause(name) is not None}
        ran = apply_figures(
            made, names[0], Counts.model_validate({"values": given}), period, period.start_on, past, posted
        )
        past.append(ran.ended())
        posted += [(period, line.clause, line.payable) for line in ran.lines]
        found[label] = ran
    return found


def due(found: Mapping[str, AppliedPeriod]) -> dict[str, str]:
    """What EB moved in each period in which it was applied, with the promise that it belongs to."""
    return {
        label: f"{int(line.payable.amount)} {line.follows}"
        for label, ran in found.items()
        for line in ran.lines
        if line.clause == "EB"
    }


MONTHS = tuple(f"2026-{number:02}" for number in range(1, 6))
JUDGED = {"2026-01": "99%", "2026-02": "50%"}
SETTLED = {
    "2026-01": "0 A1", "2026-02": "-300 A1", "2026-03": "0 A2", "2026-04": "0 A2", "2026-05": "300 A2",
}  # fmt: skip


@pytest.mark.parametrize("rest", ["", RETIRES])
def test_what_is_pending_falls_due_with_the_term_after_its_promise_has_retired(rest: str) -> None:
    clauses = (promise("A1", RETIRES), promise("A2"), C.replace("END", rest), C2, EARN.replace("END", rest))
    assert due(run(clauses, MONTHS, JUDGED)) == SETTLED


def test_a_quarter_that_ends_with_or_after_the_term_does_not_settle_it_once_more() -> None:
    quarter = promise("Q1").replace("target", "window: quarter, target")
    clauses = (quarter, promise("A1", RETIRES), promise("A2"), C.replace("END", ""), C2, EARN.replace("END", ""))
    periods = (*MONTHS[:3], "2026-Q1", *MONTHS[3:], "2026-Q2")
    assert due(run(clauses, periods, JUDGED)) == SETTLED


def test_where_only_promises_of_another_window_are_judged_nothing_is_settled() -> None:
    quarter = promise("Q1").replace("target", "window: quarter, target")
    clauses = (quarter, promise("A1", RETIRES), C.replace("END", ""), EARN.replace("END", ""))
    assert due(run(clauses, ("2026-01", "2026-02", "2026-Q2"), JUDGED)) == {"2026-01": "0 A1", "2026-02": "-300 A1"}


def test_a_year_that_has_ended_is_settled_in_its_last_month_and_in_no_later_one() -> None:
    """The average of the year is that of January and February: 74.5 %, less than 90 %."""
    clauses = (promise("A1", RETIRES), promise("A2"), C.replace("END", ""), C2, AVERAGE.replace("END", ""))
    months = [f"{year}-{number:02}" for year in (2026, 2027) for number in range(1, 13)][:15]
    found = due(run(clauses, months, JUDGED, "2027-12-31"))
    assert {label: moved for label, moved in found.items() if moved[:2] != "0 "} == {
        "2026-02": "-300 A1", "2026-12": "300 A2",
    }  # fmt: skip
    assert max(found) == "2026-12"


def test_what_was_granted_while_the_promise_that_earns_it_has_retired_is_settled_too() -> None:
    """C follows from A2, which is judged on; of A1, that would earn it, nothing is judged from March."""
    of_a2 = C.replace("END", "").replace("clause: A1", "clause: A2")
    found = run((promise("A1", RETIRES), promise("A2"), of_a2, EARN.replace("END", "")), MONTHS, JUDGED)
    assert due(found) == {
        "2026-01": "-300 A2", "2026-02": "0 A1", "2026-03": "-300 A2", "2026-04": "-300 A2", "2026-05": "900 A2",
    }  # fmt: skip


def test_it_belongs_to_the_first_judged_promise_of_its_window_and_older_rules_leave_it() -> None:
    """January's EUR 300 waits; the term goes on, so that March only tells of it."""
    third = promise("A3")
    text = run(
        (promise("A1", RETIRES), third, promise("A2"), C.replace("END", ""), EARN.replace("END", "")), MONTHS[:1], {}
    )
    (january,) = text.values()
    held = month(2, A1=missed(), C=replace(missed(), credit=euros("300")))
    on = date(2026, 3, 1)
    values = replace(january.values, on=on, label="2026-03", from_on=on, end_on=date(2026, 4, 1), past=Past((held,)))

    def granted(*found: str, rules: int = NEWEST_RULES, past: Past = values.past) -> list[tuple[str, str]]:
        after = follow(replace(values, rules=rules, past=past), found)
        return [(name, follows) for name, (follows, _) in after.granted.items()]

    assert granted("A2", "A3") == granted("A3") == [("EB", "A3")]
    assert granted("A2") == [("EB", "A2")]
    assert granted() == granted("A2", rules=4) == granted("A2", past=Past()) == []
