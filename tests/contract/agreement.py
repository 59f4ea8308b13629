"""A small sound contract, and the cards of the measures it may name."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from tallystick.contract.card import MeasureCard
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.vocabulary.errors import UsageError


def _statistic(params: Mapping[str, Any]) -> str:
    statistic = str(params.get("statistic", "median"))
    if statistic not in {"median", "within"}:
        raise UsageError(f"statistic cannot be {statistic!r}.", "Use one of: median, within.")
    return "s" if statistic == "median" else "ratio"


CARDS = (
    MeasureCard("sla_attainment", 1, "ratio", "higher", frozenset({"clock", "within"}), kind="share"),
    MeasureCard("csat", 1, "ratio", "higher", frozenset({"boxes"}), "", "share", ("measured-in",), ("owner-at-stop",)),
    MeasureCard("csat", 2, "ratio", "higher", frozenset({"boxes"}), kind="share"),
    MeasureCard("reopen_rate", 1, "ratio", "lower", frozenset({"window_s"}), "Reopen rate", "share"),
    MeasureCard("first_reply_time", 1, "s", "lower", frozenset({"statistic"}), kind="quantile", unit_under=_statistic),
    MeasureCard("ces", 1, "points", "higher", frozenset(), kind="mean"),
    MeasureCard("throughput_ratio", 1, "ratio", "higher", frozenset(), kind="rate"),
)

TEXT = """\
tallystick: 1
contract: lumen-aurora
title: Customer care agreement
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2025-07-01, to: 2027-06-30}
sites:
  cluj: {name: Cluj, country: RO, zone: Europe/Bucharest}
calendars:
  office:
    zone: Europe/Bucharest
    week: {mon-fri: ["09:00-18:00"], sat: ["10:00-14:00"]}
    holidays: {country: RO, own: [2025-12-24], except: []}
    overrides: {2025-12-31: ["09:00-13:00"]}
queues: {german: {}, french: {}}
programmes:
  german-email: {languages: [de], channels: [email], queues: [german], site: cluj, calendar: office}
definitions:
  pausing_statuses: [pending]
  excluded: [spam, test, duplicate]
  period_rule: due-in
  attribution: owner-at-due
fees:
  monthly: {amount: 120000, currency: EUR}
clauses:
  - id: A1
    kind: sla_target
    clock: first_reply
    within: 4h
    for: {language: de, channel: email}
    target: 90%
    minimum: 85%
    minimum_volume: 30
    state: [{from: 2025-07-01, as: reporting-only}, {from: 2025-09-01, as: in-effect}]
  - id: K1
    kind: kpi
    measure: csat
    target: 80%
    minimum_volume: 30
  - id: C1
    kind: service_credit
    when: {clause: A1, below: target}
    model: stepped
    of: monthly
    steps: [{below: 90%, percentage: 2%}, {below: 85%, percentage: 5%}]
  - id: CAP
    kind: credit_cap
    percentage: 10%
    of: monthly
relief:
  - {id: R1, clauses: [A1], from: 2026-01-12T08:00, to: 2026-01-12T20:00, reason: client-outage, status: agreed}
amendments:
  - id: AM1
    effective: 2026-01-01
    known: 2025-12-10
    changes: [{clause: A1, set: {within: 3h}}]
examples:
  - {clause: C1, given: {values: {A1: {met: 42, total: 60}}}, expect: {credit: 6000}}
"""


def edited(*edits: tuple[str, str]) -> str:
    """The text with each first part, which must be there, replaced by the second."""
    text = TEXT
    for old, new in edits:
        assert old in text, old
        text = text.replace(old, new, 1)
    return text


def sound(*edits: tuple[str, str]) -> Contract:
    """The contract with edits, which must be sound."""
    contract, findings = load_text(edited(*edits))
    assert contract is not None, findings
    return contract
