"""Where the money stands after a judged period: what is pending, what caps have left, which rights are near, claims."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.verdicts.credit_state import CreditState, contract_year, credit_state, newest
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.store import VerdictStore
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


def state_of(store: VerdictStore, period: str, on: date = date(2026, 7, 5)) -> CreditState:
    (record,) = store.judged("*", "aurora", period)
    found = credit_state(store, record, on)
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
        states = {one.period: one.state for one in state_of(store, "2026-05", on).claims}
        assert states == {"2026-01": "lost by lateness", "2026-04": expected}


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


@pytest.mark.parametrize(
    ("first", "on", "expected"),
    [
        ("2026-01-01", date(2026, 12, 31), (date(2026, 1, 1), date(2027, 1, 1))),
        ("2025-07-01", date(2026, 6, 30), (date(2025, 7, 1), date(2026, 7, 1))),
        ("2025-07-01", date(2026, 7, 1), (date(2026, 7, 1), date(2027, 7, 1))),
        ("2024-02-29", date(2026, 2, 28), (date(2025, 3, 1), date(2026, 3, 1))),
    ],
)
def test_a_contract_year_begins_with_the_first_day_of_the_term(
    first: str, on: date, expected: tuple[date, date]
) -> None:
    assert contract_year(made(first), on) == expected


def test_under_a_cap_of_a_quarter_its_rest_and_the_quarters_to_come_are_left(tmp_path: Path) -> None:
    text = MONEY.replace("percentage: 3%, of: monthly}", "amount: 4000, over: quarter}")
    cap = state_of(judged(tmp_path / "home", text, 1, 2), "2026-02").caps[0]
    assert (str(cap.left), str(cap.year_left)) == ("EUR 1,600.00", "EUR 13,600.00")
    cap = state_of(judged(tmp_path / "more", text, 1, 2, 3), "2026-03").caps[0]
    assert (str(cap.left), str(cap.year_left)) == ("EUR 1,600.00", "EUR 12,000.00")
