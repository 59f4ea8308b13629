"""The catalogue over a judged month: rows of the evidence and of the lake, in the partner's own scope and month."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from tallystick.assess import Order, assess
from tallystick.integrity import (
    Integrity,
    as_json,
    by_partner,
    evidence_of,
    figure_words,
    integrity_of,
    lake_of,
    months,
)
from tallystick.records.lake import Lake
from tallystick.signals.pattern import Detected, Flagged, Severity, State, amount, patterns, share
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.store import VerdictStore
from tests.verdicts.tiny_lake import append, at, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


def judged(home: Path) -> VerdictStore:
    order = Order([home / "contracts" / "aurora.yaml"], AS_OF, ("2026-03",))
    assess(home, order, gate=lambda *_: GateAnswer())
    return VerdictStore(home / "verdicts")


def segment(number: int, began: str, partner: str) -> dict[str, Any]:
    return {
        "segment_key": number, "call_key": number, "call_id": f"C{number}", "source": "acd", "kind": "queue",
        "started_at": at(began), "ended_at": at(began) + timedelta(seconds=9), "result": "answered",
        "direction": "inbound", "channel": "phone", "partner": partner, "source_at": at(began),
    }  # fmt: skip


def test_months_alone_are_looked_at(tmp_path: Path) -> None:
    (record,) = judged(make_home(tmp_path)).judged()
    longer = [replace(record, period=label) for label in ("2026-Q1", "2026-W10", "2026-03-05..2026-04-04")]
    assert months([record, *longer]) == [record]


def test_calls_are_the_partners_own_and_of_the_month(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    with Lake.open(home / "lake") as lake:
        append(lake, "call", [
            segment(1, "2026-03-10T08:00:00", "aurora"), segment(2, "2026-03-10T09:00:00", "borealis"),
            segment(3, "2026-02-10T08:00:00", "aurora"), segment(4, "2026-04-20T08:00:00", "aurora"),
        ], load_id="calls")  # fmt: skip
    (record,) = months(judged(home).judged())
    lake = lake_of(home)
    assert lake is not None
    with lake:
        evidence = evidence_of(VerdictStore(home / "verdicts"), record, lake)
    assert evidence.rows["call"].column("call_id").to_pylist() == ["C1"]
    assert evidence.calls.id.to_pylist() == ["C1"]


def test_without_a_lake_the_cases_are_looked_at_and_the_rest_has_no_data(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    store = judged(home)
    (record,) = months(store.judged())
    assert lake_of(tmp_path / "nowhere") is None
    answer = integrity_of(store, record, None)
    said = {one.pattern: one.state.value for one in answer.patterns}
    assert set(said) == set(patterns())
    assert said["pending_parking"] == "clear"
    assert said["call_avoidance"] == said["empty_first_reply"] == "no data"
    assert answer.judged == record.digest


def test_an_answer_as_plain_values_holds_every_part_with_exact_figures(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    store = judged(home)
    (record,) = months(store.judged())
    (month,) = by_partner([integrity_of(store, record, None, names=["pending_parking"])])
    told = as_json(month)
    (one,) = told["patterns"]
    assert (told["partner"], told["period"]) == ("aurora", "2026-03")
    assert told["judgings"] == [{"contract": record.contract, "judged": record.digest, "as_of": record.as_of}]
    assert one["contracts"] == [record.contract]
    assert (one["pattern"], one["finding"], one["state"]) == ("pending_parking", "TS-G001", "clear")
    assert one["n"] == 6
    assert one["reported"]["n"] == 6
    assert str(one["reported"]["value"]) == "1/2"


def said(contract: str, partner: str, *found: Detected) -> Integrity:
    return Integrity(contract, partner, "2026-03", f"digest of {contract}", "2026-04-05T00:00:00Z", found)


def row(number: int) -> Flagged:
    return Flagged("case", number, f"C{number}", 0, "why")


def pattern(name: str, state: State, *cases: Flagged, suspects: int = 0, n: int = 100) -> Detected:
    return Detected(name, "TS-G001", state, Severity.SERIOUS, suspects or len(cases), n, cases=cases)


def test_a_pattern_of_a_partner_with_two_contracts_is_told_once_with_the_contracts_that_show_it() -> None:
    desk = said(
        "desk", "aurora",
        pattern("parking", State.FOUND, row(1), row(2), row(3)), pattern("ghosts", State.NO_DATA),
        pattern("merging", State.CLEAR, suspects=2),
    )  # fmt: skip
    phone = said(
        "phone", "aurora",
        pattern("parking", State.FOUND, row(2), row(9)), pattern("ghosts", State.CLEAR, suspects=1),
        pattern("merging", State.CLEAR, suspects=1),
    )  # fmt: skip
    other = said("else", "borealis", pattern("parking", State.CLEAR))
    ours, theirs = by_partner([phone, other, desk])
    assert (ours.partner, ours.contracts) == ("aurora", ("desk", "phone"))
    assert (theirs.partner, theirs.contracts) == ("borealis", ("else",))
    told = {one.strongest.pattern: one for one in ours.patterns}
    assert [one.strongest.pattern for one in ours.patterns] == ["parking", "merging", "ghosts"]
    assert told["parking"].contracts == ("desk", "phone")
    assert told["parking"].strongest.suspects == 3
    assert [(contract, one.id) for contract, one in told["parking"].rows] == [
        ("desk", "C1"), ("desk", "C2"), ("desk", "C3"), ("phone", "C9"),
    ]  # fmt: skip
    assert told["ghosts"].contracts == ("phone",)
    assert told["merging"].contracts == ("desk", "phone")
    assert told["merging"].rows == ()


def test_what_one_contract_finds_and_the_other_does_not_names_the_one() -> None:
    desk = said("desk", "aurora", pattern("parking", State.CLEAR, suspects=9))
    phone = said("phone", "aurora", pattern("parking", State.FOUND, row(1)))
    (month,) = by_partner([desk, phone])
    (one,) = month.patterns
    assert (one.strongest.state, one.contracts) == (State.FOUND, ("phone",))
    assert [case["contract"] for case in as_json(month)["patterns"][0]["cases"]] == ["phone"]


def test_a_contract_without_the_figure_is_not_heard_where_another_has_it() -> None:
    """A contract on calls reads the same tickets without their clocks, so it sees more of them parked."""
    figure = share("sla_attainment", 9, 10)
    desk = pattern("parking", State.FOUND, row(1), row(2))
    calls = pattern("parking", State.FOUND, row(1), row(2), row(3))
    for without in (calls, replace(calls, reported=share("sla_attainment", 0, 0))):
        (month,) = by_partner(
            [said("calls", "aurora", without), said("desk", "aurora", replace(desk, reported=figure))]
        )
        (one,) = month.patterns
        assert (one.contracts, one.strongest.suspects, len(one.rows)) == (("desk",), 2, 2)
        assert month.contracts == ("calls", "desk")
    clear = replace(pattern("parking", State.CLEAR, suspects=1), reported=figure)
    (month,) = by_partner([said("calls", "aurora", calls), said("desk", "aurora", clear)])
    assert month.patterns[0].strongest.state is State.CLEAR


def test_months_of_one_partner_are_told_apart() -> None:
    march = said("desk", "aurora", pattern("parking", State.CLEAR))
    april = replace(march, period="2026-04")
    assert [one.period for one in by_partner([march, april])] == ["2026-03", "2026-04"]


def test_figures_are_worded_with_their_unit_and_none_without_rows() -> None:
    assert figure_words(share("sla_attainment", 1, 3)) == "33.3 %"
    assert figure_words(amount("hours", 1234, 5, "hours")) == "1,234 hours"
    assert figure_words(share("sla_attainment", 0, 0)) == ""
    assert figure_words(None) == ""
