"""How claims stand: in time to the last day, late after it, and each deadline with the credits that it holds for."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.claim_state import ClaimState, claim_of, claim_states, has_deadline
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tests.contract.clauses.applied import HEAD

RETIRES = "state: [{from: 2026-01-01, as: in-effect}, {from: 2026-02-01, as: retired}], kind:"
UNTIL = date(2026, 3, 2)  # 30 days after the last day of January
CREDITS = (
    "{id: S1, kind: kpi, measure: csat, target: 80%}",
    "{id: C1, kind: service_credit, when: {clause: S1}, model: fixed, amount: 10}",
    "{id: C2, kind: service_credit, when: {clause: S1}, model: fixed, amount: 20}",
    "{id: C3, kind: service_credit, when: {clause: S1}, model: fixed, amount: 40}",
)
NAMES_C1 = "{id: D1, kind: claim_deadline, within: 30 days, credits: [C1], claimed: [{period: 2026-01, on: %s}]}"
NAMES_C2 = "{id: D2, kind: claim_deadline, within: 60 days, credits: [C2]}"
NAMES_BOTH = "{id: D3, kind: claim_deadline, within: 90 days, credits: [C1, C2]}"
FOR_ALL = "{id: D0, kind: claim_deadline, within: 10 days}"


def text_of(*clauses: str, above: str = "") -> Contract:
    head = HEAD.replace("fees:", f"{above}\nfees:")
    made, findings = load_text(head + "".join(f"  - {clause}\n" for clause in clauses))
    assert made is not None, findings
    return made


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


def record(lost: tuple[tuple[str, str, Any], ...] = (), **payable: str) -> Any:
    """January: what is payable by credit, and steps (clause, label, result) of its limits."""
    lines = [SimpleNamespace(clause=name, payable=euros(amount)) for name, amount in payable.items()]
    steps = [Step(clause, label, "", "", result) for clause, label, result in lost]
    statement = SimpleNamespace(currency="EUR", lines=lines, caps=steps)
    return SimpleNamespace(period="2026-01", zone="UTC", partner="p", statement=statement, known_on=date(2026, 2, 5))


def states(
    text: Contract, judged: Any, on: date = UNTIL, closed: dict[str, date] | None = None
) -> list[tuple[str, str, str]]:
    return [(one.clause, str(one.amount), one.state) for one in claim_states(text, judged, on, closed)]


@pytest.mark.parametrize(
    ("on", "closed", "expected"),
    [
        ("2026-03-02", None, (None, "open")),
        ("2026-03-02", {}, (None, "open")),
        ("2026-03-03", {}, (None, "lapsed")),
        ("2026-03-03", {"2026-02": date(2026, 3, 2)}, (None, "lapsed")),
        ("2026-03-03", None, (None, "no claim known")),
        ("2026-06-01", {"2026-01": date(2026, 3, 2)}, (date(2026, 3, 2), "claimed in time")),
        ("2026-06-01", {"2026-01": date(2026, 3, 3)}, (date(2026, 3, 3), "claimed late")),
    ],
)
def test_closing_a_period_claims_it_in_time_or_late_and_what_nobody_can_tell_has_not_lapsed(
    on: str, closed: dict[str, date] | None, expected: tuple[date | None, str]
) -> None:
    assert claim_of(UNTIL, None, date.fromisoformat(on), "2026-01", closed) == expected


@pytest.mark.parametrize(("day", "expected"), [(2, "claimed in time"), (3, "lost by lateness")])
def test_a_claim_that_the_text_holds_comes_before_the_day_of_closing(day: int, expected: str) -> None:
    written: Any = SimpleNamespace(on=date(2026, 3, day))
    closed = {"2026-01": date(2026, 3, 5 - day)}
    assert claim_of(UNTIL, written, date(2026, 6, 1), "2026-01", closed) == (date(2026, 3, day), expected)


def test_each_clause_that_names_credits_has_their_sum_and_its_own_claim_and_the_rest_is_automatic() -> None:
    text = text_of(*CREDITS, NAMES_C1 % "2026-03-02", NAMES_C2)
    judged = record(C1="10", C2="20", C3="40")
    assert claim_states(text, judged, date(2026, 3, 3), {}) == [
        ClaimState("2026-01", euros("10"), date(2026, 3, 2), date(2026, 3, 2), "claimed in time", "D1"),
        ClaimState("2026-01", euros("20"), date(2026, 4, 1), None, "open", "D2"),
        ClaimState("2026-01", euros("40"), None, None, "automatic", ""),
    ]


def test_what_no_clause_names_is_claimed_under_the_contracts_own_deadline() -> None:
    text = text_of(*CREDITS, NAMES_C2, above="claims: {within: 60 days}")
    found = claim_states(text, record(C1="10", C2="20", C3="40"), date(2026, 4, 2), {})
    assert [(one.clause, one.amount, one.until, one.state) for one in found] == [
        ("D2", euros("20"), date(2026, 4, 1), "lapsed"), ("", euros("50"), date(2026, 4, 1), "lapsed"),
    ]  # fmt: skip


def test_a_credit_that_several_clauses_name_is_counted_once_and_a_clause_for_all_has_what_is_left() -> None:
    text = text_of(*CREDITS, FOR_ALL, NAMES_C2, NAMES_BOTH)
    assert states(text, record(C1="10", C2="20", C3="40")) == [
        ("D2", "EUR 20.00", "open"), ("D3", "EUR 10.00", "open"), ("D0", "EUR 40.00", "no claim known"),
    ]  # fmt: skip


def test_what_lateness_took_is_told_by_the_clause_that_took_it() -> None:
    """D1 struck EUR 10 of C1; its other steps, and those of D2, are no loss of it."""
    text = text_of(*CREDITS, NAMES_C1 % "2026-03-03", NAMES_C2)
    taken = (
        ("D1", "claimed", "too late"),
        ("D1", "lost by lateness", euros("10")),
        ("D1", "lost by lateness", {"amount": "0", "currency": "EUR"}),
        ("D1", "credit", euros("5")),
        ("D1", "lost by lateness", None),
    )
    assert states(text, record(C2="20")) == [("D2", "EUR 20.00", "open")]
    assert states(text, record(taken, C1="0", C2="20")) == [
        ("D1", "EUR 10.00", "lost by lateness"), ("D2", "EUR 20.00", "open"),
    ]  # fmt: skip


def test_an_addition_to_the_fees_and_nothing_at_all_are_claimed_by_nobody() -> None:
    text = text_of(*CREDITS, FOR_ALL)
    assert states(text, record(C1="-5", C2="0.50", C3="0")) == [("D0", "EUR 0.50", "no claim known")]
    assert states(text, record(C1="-5")) == []
    nothing: Any = SimpleNamespace(statement=None)
    assert claim_states(text, nothing, UNTIL, None) == []


@pytest.mark.parametrize(
    ("clauses", "above", "expected"),
    [
        ((), "", False),
        ((), "claims: {within: 1 day}", True),
        ((NAMES_C2,), "", True),
        ((FOR_ALL.replace("kind:", "state: [{from: 2026-01-01, as: suspended}], kind:"),), "", False),
        ((FOR_ALL.replace("kind:", RETIRES), NAMES_C2.replace("kind:", RETIRES)), "", True),
    ],
)
def test_a_text_lets_adjustments_lapse_by_its_own_deadline_or_by_a_clause(
    clauses: tuple[str, ...], above: str, expected: bool
) -> None:
    assert has_deadline(text_of(*CREDITS, *clauses, above=above)) is expected


def test_a_deadline_that_is_not_in_effect_leaves_its_credits_to_the_next() -> None:
    """D1 retires with February: January's C1 is still its own, and D3, that names C1 too, has it afterwards."""
    judged = record(C1="10", C2="20")
    for state, expected in (
        ("from: 2026-02-01, as: retired", [("D1", "EUR 10.00", "claimed in time"), ("D3", "EUR 20.00", "open")]),
        ("from: 2026-01-01, as: suspended", [("D3", "EUR 30.00", "open")]),
    ):
        first = NAMES_C1.replace("kind:", f"state: [{{from: 2025-12-01, as: in-effect}}, {{{state}}}], kind:")
        assert states(text_of(*CREDITS, first % "2026-03-02", NAMES_BOTH), judged) == expected


def test_a_claim_for_a_quarter_that_the_term_cuts_is_counted_from_the_last_month() -> None:
    text = text_of(*CREDITS, FOR_ALL)
    term = text.term.model_copy(update={"to_on": date(2026, 1, 20)})
    cut = text.model_copy(update={"term": term})
    quarter = record(C1="10")
    quarter.period = "2026-Q1"
    assert [one.until for one in claim_states(text, quarter, UNTIL, None)] == [date(2026, 4, 10)]
    assert [one.until for one in claim_states(cut, quarter, UNTIL, None)] == [date(2026, 2, 10)]
