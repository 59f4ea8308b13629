"""The part of a contract that holds for one of its partners: nothing of the others, and the same meaning."""

from __future__ import annotations

from datetime import date

import pytest
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick.contract.load import load_text
from tallystick.contract.lock import load_lock, load_own_lock, lock, own_lock
from tallystick.contract.model import Contract
from tallystick.contract.own_part import own_name, own_part
from tallystick.contract.terms import clock_terms
from tallystick.vocabulary.errors import NotFound

TEXT = """\
# Between us: borealis is told nothing of the next tender.
tallystick: 1
contract: lumen-care
title: Customer care
client: {id: lumen, name: Lumen Home}
partners:
  - {id: aurora, name: Aurora Contact}   # the older of both
  - {id: borealis, name: Borealis Desk}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2027-12-31}
include: [shared.yaml]
definitions: {calendar: office}
sites:
  iasi: {name: Iași, country: RO, zone: Europe/Bucharest}
  porto: {name: Porto, country: PT, zone: Europe/Lisbon}
calendars:
  office: {week: {mon-fri: ["08:00-20:00"]}, holidays: {country: RO}}
programmes:
  german: {languages: [de], channels: [email], site: iasi, calendar: office, queues: [orders]}
queues: {orders: {programme: german}, returns: {title: Only theirs}}
fees: {monthly: {amount: 60000}, theirs: {amount: 77777}}
clauses:
  - {id: S1, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 90%}
  - id: K1
    kind: kpi
    title: Score of the agency
    measure: nps
    target: 30
    value: typed
    evidence: Report of the agency
    typed:
      - {period: 2026-01, partner: aurora, value: 31, n: 400}
      - {period: 2026-01, partner: borealis, value: 12, n: 900}
      - {period: 2026-02, value: 20}
  - {id: C1, kind: service_credit, when: {clause: S1}, model: percentage, percentage: 5%, of: monthly}
relief:
  - {id: R1, clauses: [S1], from: 2026-01-05, to: 2026-01-06, reason: client-outage, status: agreed}
  - {id: R2, from: 2026-02-05, to: 2026-02-06, reason: late-forecast, partners: borealis, note: Their forecast}
  - {id: R3, from: 2026-03-05, to: 2026-03-06, reason: late-forecast, partners: [aurora, borealis]}
amendments:
  - id: AM1
    effective: 2026-06-01
    changes:
      - {site: porto, set: {name: Porto Norte}}
      - {clause: S1, set: {within: 3h}}
      - {clause: K1, set: {typed: [{period: 2026-07, partner: borealis, value: 4}]}}
  - {id: AM2, effective: 2026-07-01, changes: [{calendar: lisbon, set: {zone: Europe/Madrid}}]}
  - {id: AM3, effective: 2026-08-01, changes: [{fee: yearly, set: {amount: 10}}, {clause: C1, set: {of: yearly}}]}
"""
SHARED = """\
calendars:
  lisbon: {zone: Europe/Lisbon, week: {mon-fri: ["09:00-17:00"]}}
fees: {yearly: {amount: 9, per: year}}
"""
INCLUDES = {"shared.yaml": SHARED}
KEY = Ed25519PrivateKey.from_private_bytes(b"\x07" * 32)


def contract_of(text: str | bytes = TEXT, includes: dict[str, str] | None = None) -> Contract:
    contract, findings = load_text(text, "lumen-aurora-borealis.yaml", INCLUDES if includes is None else includes)
    assert contract is not None, findings
    return contract


def part_of(partner: str, text: str = TEXT) -> Contract:
    contract, findings = load_text(own_part(contract_of(text), partner), "lumen-care.yaml")
    assert contract is not None, findings
    return contract


def test_nothing_of_the_other_partner_is_in_it() -> None:
    aurora = own_part(contract_of(), "aurora").decode()
    for word in ("borealis", "Borealis", "tender", "older", "R2", "Their forecast", "77777", "porto", "Porto", "lisbon",
                 "Lisbon", "Madrid", "returns", "900", "AM2", "include", "partners"):  # fmt: skip
        assert word not in aurora, word
    borealis = own_part(contract_of(), "borealis").decode()
    assert "aurora" not in borealis.casefold()
    assert "Their forecast" in borealis


def test_what_binds_the_partner_is_all_there() -> None:
    part = part_of("aurora")
    assert part.partner_ids == ("aurora",)
    assert [clause.id for clause in part.clauses] == ["S1", "K1", "C1"]
    assert [event.id for event in part.relief] == ["R1", "R3"]
    assert (list(part.sites), list(part.calendars), list(part.queues)) == (["iasi"], ["office"], ["orders"])
    assert list(part.fees) == ["monthly", "yearly"]
    assert [one.id for one in part.amendments] == ["AM1", "AM3"]
    values = part.clauses[1].typed  # type: ignore[attr-defined]
    assert [(one.period, one.n) for one in values] == [("2026-01", 400), ("2026-02", None)]


def test_the_part_of_a_part_is_the_same_bytes() -> None:
    for partner in ("aurora", "borealis"):
        once = own_part(contract_of(), partner)
        assert own_part(contract_of(once, {}), partner) == once


def test_comments_order_of_partners_and_what_binds_others_move_nothing() -> None:
    """Whatever is changed for borealis alone, aurora's text stays what it was to the byte."""
    once = own_part(contract_of(), "aurora")
    changes = (
        ("# Between us: borealis is told nothing of the next tender.\n", ""),
        ("name: Borealis Desk", "name: Borealis Desk and Sons"),
        ("note: Their forecast", "status: agreed"),
        ("value: 12, n: 900", "value: 55, n: 901"),
        ("amount: 77777", "amount: 88888"),
        ("zone: Europe/Lisbon}", "zone: Europe/Paris}"),
    )
    for old, new in changes:
        assert old in TEXT
        assert own_part(contract_of(TEXT.replace(old, new)), "aurora") == once, old
    assert own_part(contract_of(TEXT.replace("within: 4h", "within: 5h")), "aurora") != once


@pytest.mark.parametrize("known_on", [None, date(2026, 1, 1), date(2026, 6, 2), date(2027, 1, 1)])
def test_clocks_run_by_it_as_by_the_whole(known_on: date | None) -> None:
    whole, own = (clock_terms(one, "aurora", None, known_on) for one in (contract_of(), part_of("aurora")))
    assert (own.programmes, own.targets, own.zone, own.pausing) == (
        whole.programmes,
        whole.targets,
        whole.zone,
        whole.pausing,
    )
    named = {name for programme in whole.programmes for _, name in programme.hours}
    assert named == {"office"}
    assert own.hours == {name: whole.hours[name] for name in named}


def test_without_a_calendar_in_the_definitions_none_is_left_out() -> None:
    """How many there are decides under which hours cases of no programme run."""
    text = TEXT.replace("definitions: {calendar: office}\n", "")
    assert list(part_of("aurora", text).calendars) == ["office", "lisbon"]
    assert part_of("aurora", text).default_calendar is None


def test_the_name_tells_the_contract_and_no_file() -> None:
    assert own_name(contract_of()) == "lumen-care.yaml"


def test_a_partner_of_another_contract_has_no_part() -> None:
    with pytest.raises(NotFound):
        own_part(contract_of(), "cordoba")


def test_the_part_of_a_lock_holds_its_own_calendars_and_zones_only() -> None:
    contract, own = contract_of(), part_of("aurora")
    whole, _ = load_lock(lock(contract, KEY), contract)
    assert whole is not None
    part = own_lock(whole, own)
    assert b"lisbon" not in part
    assert b"Lisbon" not in part
    assert b"borealis" not in part
    held, trouble = load_own_lock(part, own, file="lumen-care.lock")
    assert trouble == []
    assert held is not None
    assert held.open_hours(own, "office") == whole.open_hours(contract, "office")
    assert set(held.zones) == {"Europe/Bucharest"}
    assert own_lock(held, own) == part


def test_a_part_of_a_lock_that_was_made_for_another_text_does_not_hold() -> None:
    contract, own = contract_of(), part_of("aurora")
    whole, _ = load_lock(lock(contract, KEY), contract)
    assert whole is not None
    part = own_lock(whole, own)
    changed = part_of("aurora", TEXT.replace("within: 4h", "within: 5h"))
    assert [one.id for one in load_own_lock(part, changed, file="x.lock")[1]] == ["TS-C091"]
    for damaged in (b"{}", b"[1]", part[:-30], part.replace(b'"format":1', b'"format":9')):
        assert [one.id for one in load_own_lock(damaged, own, file="x.lock")[1]] == ["TS-C092"]


def test_elections_and_claims_of_another_partner_are_left_out() -> None:
    text = """\
tallystick: 1
contract: lumen-care
title: Customer care
client: {id: lumen, name: Lumen Home}
partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis Desk}]
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2027-12-31}
fees: {monthly: {amount: 60000}, passed: {amount: 500}, theirs: {amount: 77777}}
clauses:
  - {id: A1, kind: kpi, measure: csat, target: 80%, minimum_volume: 30}
  - {id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 10}
  - {id: C2, kind: pool_allocation, at_risk: {percentage: 10%, of: monthly, less: [passed]}, levels: {A1: 100%}}
  - id: ONE
    kind: pick_one
    credits: [C1, C2]
    elections: [{period: 2026-01, pick: C1, partner: aurora}, {period: 2026-01, pick: C2, partner: borealis},
      {period: 2026-02, pick: C1}]
  - id: CD
    kind: claim_deadline
    within: 30 days
    claimed: [{period: 2026-01, on: 2026-02-03, partner: borealis}, {period: 2026-02, on: 2026-03-04}]
"""
    contract, findings = load_text(text)
    assert contract is not None, findings
    part = own_part(contract, "aurora").decode()
    assert "borealis" not in part
    assert "2026-02-03" not in part
    assert ("theirs" in part, "passed" in part) == (False, True)
    own, findings = load_text(part)
    assert own is not None, findings
    assert [one.pick for one in own.clause("ONE").elections] == ["C1", "C1"]  # type: ignore[union-attr]
    assert [one.period for one in own.clause("CD").claimed] == ["2026-02"]  # type: ignore[union-attr]
