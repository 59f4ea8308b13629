"""Where the money stands after a judged period: what is pending, what caps have left, which rights are near, claims."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.contract.clause import Values
from tallystick.contract.clauses.credit_cap import CreditCap
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.contract.past import year_of
from tallystick.verdicts.credit_state import (
    CreditState,
    _caps,
    _claims,
    _final,
    _triggers,
    _year_left,
    _year_total,
    as_judged,
    credit_state,
    newest,
    term_judged,
)
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.contract.clauses.applied import A1, HEAD, ON, contract_of
from tests.verdicts.invented_verdicts import judged as running
from tests.verdicts.invented_verdicts import verdict
from tests.verdicts.tiny_lake import TEXT, make_home

AS_OF = datetime(2026, 7, 5, tzinfo=UTC)
SHARES = {1: "9%", 2: "4%", 3: "3%", 4: "9%", 5: "2%"}
TYPED = ", ".join(f"{{period: 2026-0{month}, value: {value}, n: 50, evidence: e}}" for month, value in SHARES.items())
MONEY = (
    TEXT.split("  - {id: A1")[0]
    + f"""\
  - {{id: S2, kind: kpi, measure: reopened, better: lower, target: 5%, value: typed, evidence: e, typed: [{TYPED}]}}
  - {{id: C2, kind: service_credit, when: {{clause: S2}}, model: percentage, percentage: 2%, of: monthly}}
  - {{id: CAP, kind: credit_cap, percentage: 3%, of: monthly}}
  - {{id: YEAR, kind: credit_cap, amount: 6000, over: year}}
  - {{id: EB, kind: earn_back, credits: [C2], clause: S2, periods: 2, level: 4%}}
  - {{id: T1, kind: termination_trigger, title: Twice within four months, clauses: [S2], failures: 2, months: 4,
     use_within: 30 days}}
"""
)
CLAIMS = "  - {id: CD, kind: claim_deadline, within: 30 days, claimed: [{period: 2026-01, on: 2026-03-05}]}\n"


def judged(folder: Path, text: str, *months: int) -> VerdictStore:
    home = make_home(folder, (), text)
    order = Order([home / "contracts" / "aurora.yaml"], AS_OF, [f"2026-0{month}" for month in months])
    assess(home, order, gate=lambda *_: GateAnswer())
    return VerdictStore(home / "verdicts")


def state_of(
    store: VerdictStore, period: str, on: date = date(2026, 7, 5), closed: dict[str, date] | None = None
) -> CreditState:
    (record,) = store.judged("*", "aurora", period)
    found = credit_state(store, record, on, closed)
    assert found is not None
    return found


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    return judged(tmp_path_factory.mktemp("money") / "home", MONEY + CLAIMS, 1, 2, 3, 4, 5)


def test_each_held_credit_has_its_state_in_every_month(store: VerdictStore) -> None:
    told = {
        period: [(one.period, one.state, one.decided) for one in state_of(store, period).held]
        for period in ("2026-01", "2026-02", "2026-03", "2026-04", "2026-05")
    }
    assert told["2026-02"] == []
    assert told["2026-04"] == [("2026-04", "pending", "")]
    assert told["2026-05"] == [("2026-04", "pending", "")]


def test_what_was_claimed_too_late_is_lost_and_can_no_longer_be_earned(store: VerdictStore) -> None:
    january = state_of(store, "2026-01")
    assert str(january.total) == "EUR 0.00"
    assert january.held == ()
    (claim,) = january.claims
    assert (claim.period, str(claim.amount), claim.until, claim.claimed, claim.state) == (
        "2026-01", "EUR 2,400.00", date(2026, 3, 2), date(2026, 3, 5), "lost by lateness",
    )  # fmt: skip


def test_a_claim_is_open_to_its_last_day_and_lapses_after_it(store: VerdictStore) -> None:
    for on, expected in ((date(2026, 5, 30), "open"), (date(2026, 5, 31), "lapsed")):
        states = {one.period: one.state for one in state_of(store, "2026-05", on, {}).claims}
        assert states == {"2026-01": "lost by lateness", "2026-04": expected}


def test_a_closed_period_is_claimed_on_the_day_on_which_it_was_closed(store: VerdictStore) -> None:
    """April's last day to claim is 30 May; January's claim is written in the text, and closing makes no other."""
    for day, expected in ((date(2026, 5, 30), "claimed in time"), (date(2026, 5, 31), "claimed late")):
        claims = state_of(store, "2026-05", closed={"2026-01": day, "2026-04": day}).claims
        assert [(one.period, one.claimed, one.state, one.clause) for one in claims] == [
            ("2026-01", date(2026, 3, 5), "lost by lateness", "CD"), ("2026-04", day, expected, "CD"),
        ]  # fmt: skip


def test_two_deadlines_have_a_claim_each(tmp_path: Path) -> None:
    """CD1 holds for C2 and was claimed too late; CD2 holds for C3, and nobody has claimed it."""
    text = MONEY.replace("percentage: 3%, of: monthly}", "percentage: 9%, of: monthly}") + (
        "  - {id: C3, kind: service_credit, when: {clause: S2}, model: percentage, percentage: 1%, of: monthly}\n"
        "  - {id: CD1, kind: claim_deadline, within: 30 days, credits: [C2],"
        " claimed: [{period: 2026-01, on: 2026-03-05}]}\n"
        "  - {id: CD2, kind: claim_deadline, within: 60 days, credits: [C3]}\n"
    )
    january = state_of(judged(tmp_path / "home", text, 1), "2026-01", date(2026, 4, 2), {})
    assert str(january.total) == "EUR 1,200.00"
    assert [(one.clause, str(one.amount), one.until, one.claimed, one.state) for one in january.claims] == [
        ("CD1", "EUR 2,400.00", date(2026, 3, 2), date(2026, 3, 5), "lost by lateness"),
        ("CD2", "EUR 1,200.00", date(2026, 4, 1), None, "lapsed"),
    ]  # fmt: skip


def test_each_period_is_claimed_under_the_text_in_force_in_it(tmp_path: Path) -> None:
    """From April on 30 days instead of 60."""
    text = MONEY.replace("fees:", "claims: {within: 60 days}\nfees:") + (
        "amendments:\n  - {id: AM1, effective: 2026-04-01, title: Sooner,"
        " changes: [{section: claims, set: {within: 30 days}}]}\n"
    )
    state = state_of(judged(tmp_path / "home", text, 1, 2, 3, 4), "2026-04", closed={})
    assert [(one.period, one.until) for one in state.claims] == [
        ("2026-01", date(2026, 4, 1)), ("2026-04", date(2026, 5, 30)),
    ]  # fmt: skip


def test_without_a_rule_about_claims_adjustments_are_automatic(tmp_path: Path) -> None:
    state = state_of(judged(tmp_path / "home", MONEY, 1, 2, 3), "2026-03")
    assert [(one.period, one.until, one.state) for one in state.claims] == [("2026-01", None, "automatic")]
    with_rule = MONEY.replace("fees:", "claims: {within: 60 days}\nfees:")
    ruled = state_of(judged(tmp_path / "ruled", with_rule, 1), "2026-01", date(2026, 4, 1))
    assert [(one.until, one.state) for one in ruled.claims] == [(date(2026, 4, 1), "open")]


def test_earning_back_comes_back_in_the_year_and_in_the_caps(tmp_path: Path) -> None:
    store = judged(tmp_path / "home", MONEY, 1, 2, 3)
    march = state_of(store, "2026-03")
    assert [(one.period, one.state, one.decided) for one in march.held] == [("2026-01", "earned", "2026-03")]
    assert (str(march.total), str(march.year_total)) == ("EUR -2,400.00", "EUR 0.00")
    monthly, yearly = march.caps
    assert [str(one) for one in (monthly.ceiling, monthly.used_before, monthly.used_now, monthly.left)] == [
        "EUR 3,600.00", "EUR 0.00", "EUR 0.00", "EUR 3,600.00",
    ]  # fmt: skip
    assert str(monthly.year_left) == "EUR 32,400.00"
    assert [str(one) for one in (yearly.used_before, yearly.used_now, yearly.left, yearly.year_left)] == [
        "EUR 2,400.00", "EUR 0.00", "EUR 3,600.00", "EUR 3,600.00",
    ]  # fmt: skip


def test_a_right_tells_what_it_counted_and_until_when_it_can_be_used(store: VerdictStore) -> None:
    (march,) = state_of(store, "2026-03").triggers
    assert (march.reached, march.counted, march.use_by) == (False, (("counted S2", "2026-01", "1"),), "")
    (april,) = state_of(store, "2026-04").triggers
    assert (april.title, april.reached, april.use_by) == ("Twice within four months", True, "2026-05-30")
    assert april.counted == (("counted S2", "2026-01, 2026-04", "2"),)


def test_a_contract_that_moves_no_money_has_no_state(tmp_path: Path) -> None:
    text = MONEY.split("  - {id: C2")[0]
    store = judged(tmp_path / "home", text, 1)
    (record,) = store.judged("*", "aurora", "2026-01")
    assert credit_state(store, record, date(2026, 7, 5)) is None


def test_the_newest_period_of_each_contract_and_partner_is_the_last(store: VerdictStore) -> None:
    assert [one.period for one in newest(store.judged())] == ["2026-05"]


def made(first: str) -> Contract:
    found, findings = load_text(TEXT.replace("from: 2026-01-01, to: 2026-12-31", f"from: {first}, to: 2028-12-31"))
    assert found is not None, findings
    return found


def test_under_a_cap_of_a_quarter_its_rest_and_the_quarters_to_come_are_left(tmp_path: Path) -> None:
    text = MONEY.replace("percentage: 3%, of: monthly}", "amount: 4000, over: quarter}")
    cap = state_of(judged(tmp_path / "home", text, 1, 2), "2026-02").caps[0]
    assert (str(cap.left), str(cap.year_left)) == ("EUR 1,600.00", "EUR 13,600.00")
    cap = state_of(judged(tmp_path / "more", text, 1, 2, 3), "2026-03").caps[0]
    assert (str(cap.left), str(cap.year_left)) == ("EUR 1,600.00", "EUR 12,000.00")


def euros(amount: str) -> Money:
    return Money(Decimal(amount), "EUR")


@pytest.mark.parametrize(
    ("over", "period", "ends", "year_end", "expected"),
    [
        ("year", "2026-11", "2028-12-31", "2027-01-01", "5"),
        ("year", "2026-12", "2028-12-31", "2027-01-01", "0"),
        ("year", "2026-05", "2026-06-30", "2027-01-01", "5"),
        ("year", "2026-06", "2026-06-30", "2027-01-01", "0"),
        ("year", "2026-11", "2028-12-31", "2027-07-01", "105"),
        ("year", "2027-01", "2028-12-31", "2027-07-01", "5"),
        ("term", "2026-11", "2028-12-31", "2027-01-01", "5"),
        ("term", "2026-06", "2026-06-30", "2027-01-01", "0"),
        ("month", "2026-11", "2028-12-31", "2027-01-01", "100"),
        ("month", "2026-12", "2028-12-31", "2027-01-01", "0"),
        ("month", "2025-11", "2028-12-31", "2027-01-01", "1300"),
        ("month", "2026-04", "2026-06-30", "2027-01-01", "200"),
        ("quarter", "2026-02", "2028-12-31", "2027-01-01", "305"),
        ("quarter", "2026-03", "2028-12-31", "2027-01-01", "300"),
        ("quarter", "2026-10", "2028-12-31", "2027-01-01", "5"),
        ("quarter", "2026-12", "2028-12-31", "2027-01-01", "0"),
        ("quarter", "2026-04", "2026-05-31", "2027-01-01", "5"),
        ("quarter", "2026-03", "2028-12-31", "2026-11-01", "300"),
        ("quarter", "2026-03", "2028-12-31", "2026-10-01", "200"),
        ("quarter", "2026-05", "2028-12-31", "2026-08-01", "105"),
        ("quarter", "2026-10", "2028-12-31", "2027-05-01", "205"),
    ],
)
def test_what_can_still_follow_under_a_cap_ends_with_the_year_or_the_term(
    over: str, period: str, ends: str, year_end: str, expected: str
) -> None:
    text, findings = load_text(TEXT.replace("to: 2026-12-31", f"to: {ends}"))
    assert text is not None, findings
    cap = CreditCap.model_validate({"id": "CAP", "kind": "credit_cap", "amount": 100, "over": over})
    year = (date(2026, 1, 1), date.fromisoformat(year_end))
    span = Period.parse(period, "UTC")
    values = Values(text, span.start_on)
    found = _year_left(values, cap, euros("5"), span, year, final=True)
    assert found == euros(expected)
    # What is left of a period that is not final can follow too; where its span goes on it is counted already.
    goes_on = Fraction(expected) % 100 == 5
    more = euros("0" if goes_on else "5")
    assert _year_left(values, cap, euros("5"), span, year, final=False) == euros(expected) + more


def test_a_years_total_is_of_its_periods_up_to_this_one_in_the_currency() -> None:
    def one(period: str, total: str | None, currency: str = "EUR") -> Any:
        statement = None if total is None else SimpleNamespace(currency=currency, total=Money(Decimal(total), currency))
        return SimpleNamespace(period=period, zone="UTC", statement=statement)

    records = [
        one("2025-12", "1"), one("2026-01", "10"), one("2026-02", "100"), one("2026-Q1", "1000"), one("2026-04", "1e4"),
        one("2026-02", None), one("2026-02", "5", "USD"), one("2027-01", "1e5"),
    ]  # fmt: skip
    year, values = (date(2026, 1, 1), date(2027, 1, 1)), Values(contract_of(A1), ON)

    def total(period: str) -> str:
        return str(int(_year_total(values, records, Period.parse(period, "UTC"), year).amount))

    assert [total(period) for period in ("2026-01", "2026-02", "2026-03", "2026-04", "2027-01")] == [
        "10", "110", "1110", "11110", "11110",
    ]  # fmt: skip


def test_every_period_up_to_this_one_that_left_something_is_claimed() -> None:
    contract = made("2026-01-01")

    def record(period: str, *payable: str) -> Any:
        lines = [SimpleNamespace(clause="C1", payable=euros(amount)) for amount in payable]
        statement = SimpleNamespace(currency="EUR", lines=lines, caps=()) if payable else None
        return SimpleNamespace(period=period, zone="UTC", partner="p", statement=statement, known_on=date(2026, 7, 5))

    records = [
        record("2026-06", "7"), record("2026-01", "-1"), record("2026-02"), record("2026-03", "8"),
        record("2026-04", "9"), record("2026-05", "10"),
    ]  # fmt: skip
    found = list(_claims(contract, records, Period.parse("2026-04", "UTC"), date(2026, 7, 1), None))
    assert [(one.period, one.amount, one.until, one.state) for one in found] == [
        ("2026-03", euros("8"), None, "automatic"), ("2026-04", euros("9"), None, "automatic"),
    ]  # fmt: skip


def test_only_what_tells_of_a_right_is_one() -> None:
    text: Any = made("2026-01-01")
    counted, trigger = Step("T", "counted A1", "", "2026-01", 1), Step("T", "trigger", "", "", "reached")
    tallies = [SimpleNamespace(clause="P", steps=()), SimpleNamespace(clause="T", steps=(counted, trigger))]
    statement: Any = SimpleNamespace(tallies=tallies)
    (found,) = _triggers(text, statement)
    assert (found.clause, found.reached, found.counted) == ("T", True, (("counted A1", "2026-01", "1"),))


def test_of_periods_that_end_together_the_shorter_is_the_newest() -> None:
    def one(period: str) -> Any:
        return SimpleNamespace(contract="c", partner="p", period=period, zone="UTC")

    for periods in (("2026-02", "2026-03", "2026-Q1"), ("2026-Q1", "2026-03", "2026-02")):
        assert [found.period for found in newest(map(one, periods))] == ["2026-03"]


def test_at_risk_is_the_least_that_a_cap_of_everything_leaves(tmp_path: Path) -> None:
    part = "  - {id: PART, kind: credit_cap, amount: 1, clauses: [C2]}\n"
    january = state_of(judged(tmp_path / "home", MONEY + part, 1), "2026-01")
    assert [(one.clause, one.whole, str(one.year_left)) for one in january.caps] == [
        ("CAP", True, "EUR 39,600.00"), ("YEAR", True, "EUR 5,999.00"), ("PART", False, "EUR 11.00"),
    ]  # fmt: skip
    assert str(january.at_risk) == "EUR 5,999.00"


def test_what_is_left_of_a_month_that_runs_can_still_follow(tmp_path: Path) -> None:
    store = judged(tmp_path / "home", MONEY, 6, 7)
    assert str(state_of(store, "2026-06").caps[0].year_left) == "EUR 21,600.00"
    assert str(state_of(store, "2026-07").caps[0].year_left) == "EUR 21,600.00"


def test_nothing_more_follows_from_a_period_that_is_over_with_every_outcome_reached() -> None:
    """June is over in Bucharest at 21:00 UTC."""
    met, waits = verdict(outcome=Outcome.MET), verdict()
    assert not _final([met], running("2026-06-30T20:59:59Z"))
    assert _final([met], running("2026-06-30T21:00:00Z"))
    assert not _final([met, waits], running("2026-06-30T21:00:00Z"))


def test_in_the_month_in_which_a_term_begins_its_first_day_says_what_is_in_effect() -> None:
    own = "{id: S1, kind: kpi, measure: csat, target: 80%, state: [{from: 2026-06-10, as: in-effect}]}"
    text, after = as_judged(contract_of(own, begins="2026-06-10"), running("2026-07-05T00:00:00Z"), [verdict()])
    assert after.values.on == date(2026, 6, 10)
    assert text.contract == "small"


def test_a_cap_of_an_unknown_fee_is_passed_over_and_the_next_is_told() -> None:
    unknown = "{id: U, kind: credit_cap, percentage: 3%, of: other}"
    text = contract_of(unknown, "{id: CAP, kind: credit_cap, amount: 100}")
    after: Any = SimpleNamespace(values=Values(text, ON), granted={}, limits={"U": (), "CAP": ()})
    record: Any = SimpleNamespace(earlier=(("CAP", euros("30")),))
    year = (date(2026, 1, 1), date(2027, 1, 1))
    found = list(_caps(text, after, record, Period.parse("2026-03", "UTC"), year, final=True))
    assert [(one.clause, one.used_before, one.left) for one in found] == [("CAP", euros("30"), euros("70"))]


@pytest.mark.parametrize("begins", ["2026-01-15", "2026-01-31"])
def test_the_month_in_which_a_contract_begins_is_of_its_first_year(begins: str) -> None:
    text = contract_of(A1, begins=begins)

    def one(period: str, total: str) -> Any:
        return SimpleNamespace(period=period, zone="UTC", statement=SimpleNamespace(currency="EUR", total=euros(total)))

    records = [one("2026-01", "10"), one("2026-12", "100"), one("2027-01", "1000")]
    totals = []
    for label in ("2026-01", "2026-12", "2027-01"):
        period = Period.parse(label, "UTC")
        year = year_of(text.term.from_on, text.term.last_within(period.last_on))
        totals.append((year[0], str(int(_year_total(Values(text, ON), records, period, year).amount))))
    first, second = date.fromisoformat(begins), date(2027, 1, int(begins[-2:]))
    assert totals == [(first, "10"), (first, "110"), (second, "1000")]


LONGER = "effective: 2027-12-16, known: 2027-12-20, changes: [{section: term, set: {to: 2028-12-15}}]"


@pytest.mark.parametrize(
    ("version", "as_of", "total", "year_left"),
    [
        # Known to be prolonged, December is of the contract's third year; before it was known, of the second.
        ("5", "2028-01-05", "100", "400"),
        ("5", "2027-12-20", "100", "400"),
        ("5", "2027-12-19", "110", "0"),
        ("4", "2028-01-05", "110", "0"),
    ],
)
def test_a_month_that_the_end_which_was_signed_cuts_is_of_one_year_in_the_state_of_its_money(
    version: str, as_of: str, total: str, year_left: str
) -> None:
    """The contract's years begin on 16 December, and it was signed to 15 December 2027."""
    cap = "{id: CAP, kind: credit_cap, amount: 500, over: year, year: contract}"
    text = f"{HEAD.replace('2026-01-01', '2025-12-16').replace('2027-12-31', '2027-12-15')}  - {A1}\n  - {cap}\n"
    made, findings = load_text(text + f"amendments: [{{id: AM, {LONGER}}}]\n")
    assert made is not None, findings
    contract = made if version == "5" else made.ending_as_signed()
    record = replace(running(f"{as_of}T00:00:00+00:00"), period="2027-12", earlier=())
    own = verdict(from_on=date(2027, 12, 1), end_on=date(2028, 1, 1))
    own = replace(own, clause="A1", pins=replace(own.pins, versions=(("judge", version),)))
    signed, after = as_judged(contract, record, [own])
    term, period = after.values.term, Period.parse("2027-12", "UTC")
    assert term == term_judged(signed, record, [own])

    def one(label: str, amount: str) -> Any:
        statement = SimpleNamespace(currency="EUR", total=euros(amount))
        return SimpleNamespace(period=label, zone="UTC", statement=statement)

    year = year_of(term.from_on, term.last_within(period.last_on))
    found = _year_total(after.values, [one("2027-11", "10"), one("2027-12", "100")], period, year)
    clause = signed.clause("CAP")
    assert isinstance(clause, CreditCap)
    left = _year_left(after.values, clause, euros("400"), period, year, final=True)
    assert (found, left) == (euros(total), euros(year_left))
