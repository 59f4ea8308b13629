"""Periods that look back: what earlier ones ended in is pinned, carried in the bundle, and moves those that read it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.contract.past import Past, PastClause, PastPeriod
from tallystick.records.lake import Lake
from tallystick.verdicts.bundle import bundle_bytes, export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.past import money_in, narrowed, with_money
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.signing import signing_key
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verify import Verification, linked, verify_bundle, verify_kept
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.contract.clauses.applied import A1, contract_of
from tests.verdicts.tiny_lake import APRIL, MARCH, TEXT, append, event, make_home, story

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
LATER = datetime(2026, 6, 5, tzinfo=UTC)
STORIES = [*MARCH, *APRIL, story("A-4", "2026-04-07T08:00:00", None), story("A-5", "2026-04-08T08:00:00", None)]
APRIL_MISSED = (
    "  - {id: S2, kind: kpi, measure: reopened, better: lower, target: 5%%, value: typed, evidence: e, typed: [%s]}\n"
)
TYPED = ", ".join(f"{{period: 2026-0{month}, value: 9%, n: 50, evidence: e}}" for month in (1, 2, 3, 4))
LOOKING_BACK = TEXT + (APRIL_MISSED % TYPED) + (
    "  - {id: SP, kind: points, when: {clause: S2}, bands: [{below: 5%, points: 2}], repeat: {times: 2}}\n"
    "  - {id: SC, kind: points_credit, points: [SP], each: 0.1%, of: monthly}\n"
    "  - {id: EC, kind: escalating_credit, when: {clause: A1}, percentages: [0.1%, 0.2%], of: monthly, months: 3}\n"
    "  - {id: EE, kind: escalating_credit, when: {clause: S2}, percentages: [0.1%, 0.2%, 0.3%, 0.4%], of: monthly}\n"
    "  - {id: T1, kind: termination_trigger, clauses: [S2], consecutive: 3}\n"
)  # fmt: skip


def run(home: Path, *periods: str, as_of: datetime = AS_OF) -> list[Recorded]:
    order = Order([home / "contracts" / "aurora.yaml"], as_of, periods)
    return assess(home, order, gate=lambda *_: GateAnswer())


def late_reply(home: Path) -> None:
    """Replies of March that were not known before: A1 of March is met after all."""
    late = [
        event(case, f"{day}T08:30:00", "message", "agent", "public", agent="ana", cohort=None)
        for case, day in (("M-3", "2026-03-04"), ("M-4", "2026-03-05"))
    ]
    with Lake.open(home / "lake") as lake:
        append(lake, "case_event", late, "load-2")


def points(record: Judged) -> dict[str, Fraction]:
    assert record.statement is not None
    return {
        tally.clause: Fraction(step.result)
        for tally in record.statement.tallies
        for step in tally.steps
        if step.label == "points"
    }


@pytest.fixture
def home(tmp_path: Path) -> Path:
    made = make_home(tmp_path / "home", STORIES, LOOKING_BACK)
    run(made, "2026-02", "2026-03", "2026-04")
    return made


def record_of(home: Path, period: str) -> Judged:
    (record,) = VerdictStore(home / "verdicts").judged("*", "aurora", period)
    return record


def test_a_repeat_and_a_row_over_months_are_counted_from_what_stands(home: Path) -> None:
    found = [points(record_of(home, f"2026-0{month}"))["SP"] for month in (2, 3, 4)]
    assert found == [2, 4, 4]
    statement = record_of(home, "2026-04").statement
    assert statement is not None
    assert {line.clause: str(line.amount) for line in statement.lines}["EE"] == "EUR 360.00"
    (trigger,) = [tally for tally in statement.tallies if tally.clause == "T1"]
    assert [step.result for step in trigger.steps] == [3, "reached"]


def test_only_what_clauses_read_of_the_past_is_kept_with_the_record(home: Path) -> None:
    past = record_of(home, "2026-03").past
    assert [one.label for one in past.periods] == ["2026-02"]
    assert {one.clause for one in past.periods[0].clauses} == {"A1", "S2", "SP"}
    assert past.periods[0].judged == record_of(home, "2026-02").digest


def test_a_contract_that_never_looks_back_pins_nothing_of_the_past(tmp_path: Path) -> None:
    made = make_home(tmp_path / "home")
    for one in run(made, "2026-03", "2026-04"):
        assert not one.record.past
        assert "past" not in json.loads(json.dumps(one.record.as_json()))
        assert all("past" not in verdict.as_json()["pins"] for verdict in one.verdicts)


def test_what_was_kept_and_a_bundle_recompute_with_their_past(home: Path, tmp_path: Path) -> None:
    store, record = VerdictStore(home / "verdicts"), record_of(home, "2026-04")
    assert verify_kept(store, record).holds
    path = export_bundle(store, record, signing_key(tmp_path / "keys"), tmp_path / "april.zip")
    answer = verify_bundle(path)
    assert answer.holds, answer.findings
    assert answer.record is not None
    assert answer.record.past == record.past


def forged(past: Past, change: Callable[[PastClause], PastClause]) -> Past:
    return Past(tuple(replace(one, clauses=tuple(map(change, one.clauses))) for one in past.periods))


@pytest.mark.parametrize(
    "change",
    [
        lambda one: replace(one, points=Fraction(0)) if one.points else one,
        lambda one: replace(one, outcome="met") if one.clause == "S2" else one,
        lambda one: replace(one, n=49) if one.clause == "S2" else one,
    ],
    ids=["points", "outcome", "n"],
)
def test_a_bundle_whose_past_was_changed_does_not_verify(
    home: Path, tmp_path: Path, change: Callable[[PastClause], PastClause]
) -> None:
    store, record = VerdictStore(home / "verdicts"), record_of(home, "2026-04")
    other = replace(record, past=forged(record.past, change))
    assert other.past != record.past
    evidence, key = store.evidence(record), signing_key(tmp_path / "keys")
    path = tmp_path / "forged.zip"
    path.write_bytes(bundle_bytes(other, store.verdicts_of(record), evidence.rows, store.texts(record), key))
    answer = verify_bundle(path)
    assert {finding.id for finding in answer.findings} == {"TS-V005"}


def bundles(home: Path, folder: Path, *months: str, change: Callable[[Past], Past] | None = None) -> list[Verification]:
    """Bundles of some months, verified together; `change` forges the past of the last one."""
    store, key, answers = VerdictStore(home / "verdicts"), signing_key(folder / "keys"), []
    for month in months:
        record = record_of(home, month)
        verdicts = store.verdicts_of(record)
        if change is not None and month == months[-1]:
            record = replace(record, past=change(record.past))
        path = folder / f"{month}.zip"
        path.write_bytes(bundle_bytes(record, verdicts, store.evidence(record).rows, store.texts(record), key))
        answers.append(verify_bundle(path))
    return linked(answers)


def test_bundles_verified_together_rest_on_one_another(home: Path, tmp_path: Path) -> None:
    assert all(answer.holds for answer in bundles(home, tmp_path, "2026-02", "2026-03", "2026-04"))


def test_a_bundle_that_tells_another_past_than_the_earlier_one_is_found_out(home: Path, tmp_path: Path) -> None:
    def other(past: Past) -> Past:
        return forged(past, lambda one: replace(one, value=Fraction(1, 9)) if one.clause == "S2" else one)

    _, april = bundles(home, tmp_path, "2026-03", "2026-04", change=other)
    told = [finding.message for finding in april.findings if finding.id == "TS-V004"]
    assert told == ["aurora/2026-04: 2026-03: clause S2 ended otherwise there."]


def test_what_is_kept_is_held_against_the_earlier_judgings_that_are_kept(home: Path) -> None:
    store, april = VerdictStore(home / "verdicts"), record_of(home, "2026-04")
    late_reply(home)
    run(home, "2026-03", as_of=LATER)
    assert verify_kept(store, april).holds, "the superseded judging of March is kept as well"
    (
        home / "verdicts" / "lumen-aurora" / "aurora" / "2026-03" / f"judged@{april.past.periods[-1].judged[:12]}.json"
    ).unlink()
    (finding,) = verify_kept(store, april).findings
    assert finding.id == "TS-V004"
    assert "2026-03" in finding.message


def test_restating_a_month_judges_the_later_ones_again_that_read_it(home: Path) -> None:
    before = {line.clause: line.amount for line in record_of(home, "2026-04").statement.lines}  # type: ignore[union-attr]
    late_reply(home)
    recorded = run(home, "2026-03", as_of=LATER)
    assert [(one.record.period, one.change) for one in recorded] == [("2026-03", "restated"), ("2026-04", "restated")]
    march, april = recorded
    assert march.verdicts[0].outcome.value == "met"
    assert april.record.past.periods[-1].judged == march.record.digest
    (moved,) = april.restated
    assert (moved.clause, moved.noted["because"]) == ("A1", ["earlier periods"])
    assert april.record.statement is not None
    after = {line.clause: line.amount for line in april.record.statement.lines}
    assert (str(before["EC"]), str(after["EC"])) == ("EUR 240.00", "EUR 120.00")


def test_restating_a_month_that_nobody_reads_judges_no_other(tmp_path: Path) -> None:
    made = make_home(tmp_path / "home")
    run(made, "2026-03", "2026-04")
    late_reply(made)
    assert [one.record.period for one in run(made, "2026-03", as_of=LATER)] == ["2026-03"]


def test_a_month_that_used_up_a_cap_and_no_more_does_moves_the_money_of_the_next(tmp_path: Path) -> None:
    text = TEXT.replace("percentage: 4%, of: monthly, over: month", "amount: 8000, over: year")
    made = make_home(tmp_path / "home", STORIES, text)
    first = run(made, "2026-03", "2026-04")
    totals = [str(one.record.statement.total) for one in first if one.record.statement]
    assert totals == ["EUR 6,000.00", "EUR 2,000.00"]
    late_reply(made)
    march, april = run(made, "2026-03", as_of=LATER)
    assert [str(one.record.statement.total) for one in (march, april) if one.record.statement] == [
        "EUR 0.00",
        "EUR 6,000.00",
    ]
    assert april.restated == ()
    assert [one.change for one in run(made, "2026-03", "2026-04", as_of=LATER)] == ["unchanged", "unchanged"]


def test_a_past_survives_json() -> None:
    money = Money(Decimal("12.50"), "EUR")
    full = PastClause("A1", "missed", "in-effect", Fraction(1, 3), 9, 3, 9, "below", money, money, Fraction(5, 2), True)
    past = Past((PastPeriod("2026-01", date(2026, 1, 1), date(2026, 2, 1), "d", (full, PastClause("B1"))),))
    from tallystick.vocabulary.canonical import plain

    assert Past.from_json(json.loads(json.dumps(plain(past)))) == past
    assert plain(PastClause("B1")) == {"clause": "B1"}
    assert plain(PastClause("B1", n=0, value=Fraction(0))) == {"clause": "B1", "n": 0, "value": "0/1"}


def test_of_periods_that_end_together_the_shorter_comes_first() -> None:
    contract = contract_of(A1, "{id: T, kind: termination_trigger, clauses: [A1], consecutive: 3}")
    one = (PastClause("A1", "missed", "in-effect"),)
    month = PastPeriod("2026-03", date(2026, 3, 1), date(2026, 4, 1), "", one)
    quarter = PastPeriod("2026-Q1", date(2026, 1, 1), date(2026, 4, 1), "", one)
    for given in ((month, quarter), (quarter, month)):
        past = narrowed(contract, Period.parse("2026-04", "UTC"), given)
        assert [period.label for period in past.periods] == ["2026-03"]
        past = narrowed(contract, Period.parse("2026-03", "UTC"), given)
        assert [period.label for period in past.periods] == ["2026-03", "2026-Q1"]


def test_what_a_ceiling_left_is_its_credit_and_not_its_sum() -> None:
    def euros(amount: int) -> Money:
        return Money(Decimal(amount), "EUR")

    steps = [Step("CAP", label, "", "", euros(amount)) for label, amount in (("sum", 9), ("cap", 5), ("credit", 5))]
    found = with_money({}, (), (), steps)["CAP"]
    assert (found.credit, found.reached) == (euros(5), True)


def test_money_is_read_live_and_as_it_was_kept_and_nothing_else_is_money() -> None:
    five = Money(Decimal(5), "EUR")
    assert money_in(five) == money_in({"amount": "5", "currency": "EUR"}) == five
    assert [money_in(other) for other in (None, "EUR 5", Fraction(5))] == [None, None, None]
