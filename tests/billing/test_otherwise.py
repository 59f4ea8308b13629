"""What a person writes of other terms and volumes, and the quantities that follow."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from fractions import Fraction

import pytest

from tallystick.billing.invoice import Span
from tallystick.billing.otherwise import ScaledSource, TermChange, VolumeChange, as_amended, asked_by, standing_in
from tallystick.billing.quantities import Tally
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.measures.measure import MeasureRequest
from tallystick.vocabulary.errors import NotFound, UsageError
from tests.billing.by_day import RATES, ByDay, on

TEXT = (
    RATES
    + """term: {from: 2026-01-01, to: 2026-12-31}
fees: {monthly: {amount: 100}}
clauses:
  - {id: S.1, kind: kpi, title: One, measure: csat, params: {low: 4, high: 5}, target: 80%, minimum_volume: 10,
     period_rule: measured-in, attribution: owner-at-stop}
charges:
  - {id: A, kind: per_unit, rate: 1, quantity: {measure: offered_calls, params: {x: 1}}}
"""
)
CALLS, COSTS = MeasureRequest.of("offered_calls"), MeasureRequest.of("documented_costs")
APRIL: tuple[Span, ...] = ((date(2026, 4, 1), date(2026, 5, 1)),)


def contract_of(text: str = TEXT) -> Contract:
    contract, findings = load_text(text)
    assert contract is not None, findings
    return contract


def amended(*terms: str) -> list[dict[str, object]]:
    contract = contract_of()
    return as_amended(contract, contract, map(TermChange.parse, terms))


@pytest.mark.parametrize("text", ["T1.=5", ".target=5", "T1..x=5", "=5", "T1=5", "T1.target"])
def test_a_change_names_a_part_and_each_of_its_keys(text: str) -> None:
    with pytest.raises(UsageError, match="no change"):
        TermChange.parse(text)


def test_a_change_is_read_with_the_spaces_around_it_left_out() -> None:
    assert TermChange.parse(" T1.target = 92% ") == TermChange("T1.target", "92%")
    assert TermChange.parse("T1.target=") == TermChange("T1.target", "")
    assert TermChange.parse("a.b=c=d") == TermChange("a.b", "c=d")


@pytest.mark.parametrize(
    ("text", "charge", "factor"),
    [
        ("+10%", "", "11/10"),
        ("-5%", "", "19/20"),
        ("-100%", "", "0"),
        ("MIN=+0.5%", "MIN", "201/200"),
        (" 0 %", "", "1"),
    ],
)
def test_a_change_of_volume_is_a_percentage_down_to_nothing_at_all(text: str, charge: str, factor: str) -> None:
    assert VolumeChange.parse(text) == VolumeChange(charge, Fraction(factor))


@pytest.mark.parametrize(
    "text", ["-100.01%", "10", "%", "ten%", "=10%", " =10%", "1/0%", "1e9999999%", "1_0%", "+-1%", "1.%"]
)
def test_what_is_no_percentage_is_refused(text: str) -> None:
    with pytest.raises(UsageError, match="no change of volume"):
        VolumeChange.parse(text)


def test_changes_of_one_part_stand_together_and_the_longest_id_is_the_part() -> None:
    """`S.1` is an id with a dot in it; keys inside a key keep what stands beside them."""
    assert amended("S.1.target=90%", "A.rate=2", "S.1.params.high=6", "S.1.params.low=3", "A.quantity.version=1") == [
        {"clause": "S.1", "set": {"target": "90%", "params": {"low": "3", "high": "6"}}},
        {"charge": "A", "set": {"rate": "2", "quantity": {"measure": "offered_calls", "params": {"x": "1"},
                                                          "version": "1"}}},
    ]  # fmt: skip
    assert amended("A.quantity.params.x=2", "monthly.amount=7") == [
        {"charge": "A", "set": {"quantity": {"measure": "offered_calls", "params": {"x": "2"}}}},
        {"fee": "monthly", "set": {"amount": "7"}},
    ]
    assert amended("A.quantity.days={open: office}", "A.title=") == [
        {"charge": "A", "set": {"quantity": {"measure": "offered_calls", "params": {"x": "1"},
                                             "days": {"open": "office"}}, "title": None}}]  # fmt: skip


@pytest.mark.parametrize("path", ["S.1=5", "S.2.target=5", "B.rate=2", "yearly.amount=3"])
def test_a_part_that_no_text_has_is_refused_and_those_there_are_told(path: str) -> None:
    with pytest.raises(NotFound) as refused:
        amended(path)
    assert all(name in refused.value.cure for name in ("S.1", "A", "monthly"))


@pytest.mark.parametrize("path", ["monthly.amount.low=5", "S.1.target.low=5", "A.quantity.measure.x=5"])
def test_a_key_inside_one_that_holds_no_keys_is_refused(path: str) -> None:
    with pytest.raises(UsageError, match="holds no keys"):
        amended(path)


def test_changes_are_told_that_a_text_has_the_parts_of() -> None:
    contract = contract_of(
        TEXT + "amendments: [{id: AM, effective: 2026-05-01, changes: [{charge: A, remove: true}]}]\n"
    )
    terms = [TermChange.parse(one) for one in ("A.rate=3", "S.1.target=90%", "monthly.amount=5")]
    assert standing_in(contract, contract, terms) == tuple(terms)
    assert standing_in(contract, contract.in_force(on("2026-05-01")), terms) == tuple(terms[1:])
    with pytest.raises(NotFound, match="B"):
        standing_in(contract, contract, [TermChange.parse("B.rate=3")])


def test_a_part_that_only_another_text_has_is_written_anew() -> None:
    text = TEXT + "amendments: [{id: AM, effective: 2026-05-01, changes: [{charge: A, remove: true}]}]\n"
    contract = contract_of(text)
    later = contract.in_force(on("2026-05-01"))
    assert as_amended(contract, later, [TermChange.parse("A.rate=3")]) == [{"charge": "A", "set": {"rate": "3"}}]


def test_a_charge_asks_for_what_any_text_counts_for_it_by_measures_that_there_are() -> None:
    """Its hours, their limit from May on, and nothing of the other charge."""
    text = (
        TEXT
        + """
  - {id: H, kind: per_hour, rate: 20, hours: [{measure: login_time}, {measure: nothing_known}]}
amendments:
  - {id: AM, effective: 2026-05-01, changes: [{charge: H, set: {at_most: {measure: overtime_time}}}]}
"""
    )
    contract = contract_of(text)
    assert {one.measure for one in asked_by(contract, "H")} == {"login_time", "overtime_time"}
    assert {one.measure for one in asked_by(contract, "A")} == {"offered_calls"}
    with pytest.raises(NotFound, match="B"):
        asked_by(contract, "B")


def scaled(everything: str = "1", own: Mapping[MeasureRequest, Fraction] | None = None) -> ScaledSource:
    """Ten calls and ten of costs on each of four days; factors hold from 3 April on."""
    days = {on(f"2026-04-0{day}"): 10 for day in (1, 2, 3, 4)}
    known = ByDay({"offered_calls": days, "documented_costs": days}, frozenset([on("2026-04-05")]))
    return ScaledSource(known, on("2026-04-03"), Fraction(everything), own or {})


@pytest.mark.parametrize(
    ("everything", "own", "calls", "costs"),
    [
        ("1", {}, 40, 40),
        ("2", {}, 60, 40),
        ("0", {}, 20, 40),
        ("1", {CALLS: Fraction(3, 2)}, 50, 40),
        ("2", {CALLS: Fraction(3, 2)}, 80, 40),
        ("2", {COSTS: Fraction(3)}, 60, 80),
        ("1/2", {CALLS: Fraction(0)}, 20, 40),
    ],
)
def test_days_before_the_first_month_asked_for_stay_and_costs_go_by_no_volume(
    everything: str, own: Mapping[MeasureRequest, Fraction], calls: int, costs: int
) -> None:
    source = scaled(everything, own)
    assert (source.tally(CALLS, APRIL).value, source.tally(COSTS, APRIL).value) == (calls, costs)
    assert source.tally(CALLS, APRIL).n == 4
    split = ((on("2026-04-01"), on("2026-04-03")), (on("2026-04-04"), on("2026-04-05")))
    assert source.tally(CALLS, split[:1]).value == 20
    assert source.tally(CALLS, split).value == 20 + Fraction(calls - 20, 2)
    assert [source.is_open("office", on(f"2026-04-0{day}")) for day in (4, 5)] == [True, False]


class KnownBefore:
    """A source that knows the days before the third of April, and of later ones nothing."""

    def tally(self, request: MeasureRequest, spans: tuple[Span, ...]) -> Tally:
        known = any(begin < on("2026-04-03") for begin, _ in spans)
        return Tally(Fraction(20) if known else None)

    def is_open(self, calendar: str, on: date) -> bool:
        return True


def test_what_is_not_known_is_not_scaled() -> None:
    source = ScaledSource(KnownBefore(), on("2026-04-03"), Fraction(2), {})
    assert source.tally(CALLS, APRIL).value == 20
    assert source.tally(CALLS, ((on("2026-04-03"), on("2026-05-01")),)).value is None
