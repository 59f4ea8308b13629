"""A small sound contract with a rate card, and the cards of the measures that it names."""

from __future__ import annotations

from tallystick.contract.card import MeasureCard
from tallystick.contract.charge import Charge, Charged, ChargeValues, Lot
from tallystick.contract.check import check_text
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.quantity import parse_level
from tests.contract.agreement import CARDS as OF_CLAUSES

CARDS = (
    *OF_CLAUSES,
    MeasureCard("billable_call_time", 1, "s", "lower", frozenset({"time", "unit_s", "least_s"}), kind="sum"),
    MeasureCard("billable_calls", 1, "calls", "lower", frozenset({"transfers", "repeat_s", "least_s"}), kind="count"),
    MeasureCard("billable_cases", 1, "cases", "lower", frozenset({"merges", "repeats", "transfers"}), kind="count"),
    MeasureCard(
        "billable_seat_days", 1, "days", "higher", frozenset({"window_days"}), kind="count", untold=frozenset({"queue"})
    ),
    MeasureCard("login_time", 1, "s", "higher", frozenset({"time"}), kind="sum"),
    MeasureCard("activity_time", 1, "s", "lower", frozenset({"activity"}), kind="sum"),
    MeasureCard("overtime_time", 1, "s", "lower", kind="sum"),
    MeasureCard("offered_calls", 1, "calls", "higher", kind="count"),
    MeasureCard("forecast_contacts", 1, "contacts", "higher", frozenset({"forecast"}), kind="sum"),
    MeasureCard("resolved_cases", 1, "cases", "higher", kind="count"),
    MeasureCard("verified_resolutions", 1, "cases", "higher", frozenset({"window_s", "outcome"}), kind="count"),
    MeasureCard("documented_costs", 1, "money", "lower", frozenset({"cost", "currency"}), kind="sum"),
)

TEXT = """\
tallystick: 1
contract: rates
title: A rate card
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2027-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
definitions: {calendar: office, excluded: [spam], repeat_window: 7d}
queues: {german: {}, night: {shared: true}}
fees:
  monthly: {amount: 30000}
clauses:
  - {id: K1, kind: kpi, measure: csat, target: 80%, minimum_volume: 30, period_rule: measured-in,
     attribution: owner-at-stop}
charges:
CHARGES
series:
  cpi: {values: {2025-12: 120, 2026-05: 126}}
  leu: {values: {2026-01: 0.20, 2026-02: 0.21}}
billing:
  indexation: [{id: I1, charges: [P1], series: cpi, base: 2025-12, from: 2026-07-01, lag: 2}]
  currencies: {RON: {series: leu}}
  fees: {monthly: {charges: [P1], base: after-discount}}
"""
P1 = "  - {id: P1, kind: per_minute, rate: 0.42, examples: [{given: {quantity: 100m}, expect: {amount: 42}}]}"


def text_with(charges: str = P1, *edits: tuple[str, str]) -> str:
    """The text with these charges, each first part of an edit, which must be there, replaced by the second."""
    text = TEXT.replace("CHARGES", charges.strip("\n"))
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def found_in(charges: str = P1, *edits: tuple[str, str]) -> list[str]:
    """The ids of what `check` finds."""
    return [finding.id for finding in check_text(text_with(charges, *edits), CARDS)[1]]


def contract_with(charges: str = P1, *edits: tuple[str, str]) -> Contract:
    """The contract of such a text, which must be readable."""
    contract, findings = load_text(text_with(charges, *edits))
    assert contract is not None, findings
    return contract


def charge_of(line: str) -> tuple[Contract, Charge]:
    """A contract with P1 and one more charge, X, given without its id."""
    contract = contract_with(f"{P1}\n  - {{id: X, {line}}}")
    charge = contract.charge("X")
    assert charge is not None
    return contract, charge


def values_for(
    contract: Contract, days: int = 30, lots: tuple[Lot, ...] = (), **given: str | int | None
) -> ChargeValues:
    """April 2026, or its first days, with quantities by role as a text writes them."""
    from datetime import date, timedelta

    first = date(2026, 4, 1)
    found = {name: None if value is None else parse_level(value).value for name, value in given.items()}
    return ChargeValues(contract, first, first + timedelta(days=days), 30, days, found, lots)


def refused(line: str) -> bool:
    """Whether a charge, given without its id, cannot be read."""
    return bool(load_text(text_with(f"{P1}\n  - {{id: X, {line}}}"))[1])


def said_of(charged: Charged) -> dict[str, str]:
    """What was put in, by the label of the step; of several with one label the last."""
    return {step.label: step.inserted for step in charged.steps}
