"""When a judging is kept, when it restates another, and what is said to have moved it."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.contract.past import Past, PastClause, PastPeriod
from tallystick.verdicts.evidence import GateAnswer, PeriodEvidence
from tallystick.verdicts.judge import Judgement
from tallystick.verdicts.restatement import Recorded, record, what_moved
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome, Pins, RowsRead, Verdict
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period
from tests.verdicts.agreement import TEXT, clock_rows, evidence_of, facts_of, judge_with
from tests.verdicts.invented_verdicts import share, verdict
from tests.verdicts.test_rows_read import rows as rows_of
from tests.verdicts.tiny_lake import case

PERIOD = Period.parse("2026-03", "Europe/Bucharest")
PLAIN = TEXT.partition("  - {id: C1")[0]
TWO = PLAIN + "  - {id: A2, kind: sla_target, title: First reply, clock: first_reply, within: 4h, target: 50%}\n"
PINS = Pins((), "contract", "lock", "terms", (("judge", "3"),), "relief", "gate", "2026-04-05T06:00:00Z", "past")


def evidence(met: int, missed: int, *cases: dict[str, Any], gate: GateAnswer | None = None) -> PeriodEvidence:
    return evidence_of(facts_of(clock_rows(met, missed)), {"case": rows_of("case", *cases)}, gate)


def kept(store: VerdictStore, rows: PeriodEvidence, text: str = TEXT, **more: Any) -> Recorded:
    found = record(store, judge_with(rows, text), PERIOD, rows, {"aurora.yaml": text.encode()}, **more)
    assert found is not None
    return found


# ---- what moved -----------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"rows": (RowsRead("case", 1, "d"),)}, ["rows"]),
        ({"contract": "other"}, ["contract"]),
        ({"lock": "other"}, ["lock"]),
        ({"terms": "other"}, ["terms"]),
        ({"versions": (("fold", "9"), ("judge", "3"))}, ["versions"]),
        ({"relief": "other"}, ["relief"]),
        ({"gate": "other"}, ["data gate"]),
        ({"past": "other"}, ["earlier periods"]),
        ({"as_of": "2026-04-06T06:00:00Z"}, ["the instant of judging"]),
        ({"terms": "other", "gate": "other"}, ["terms", "data gate"]),
        ({"versions": (("judge", "2"),), "contract": "o", "lock": "o", "terms": "o"}, ["versions"]),
        ({"versions": (("judge", "2"),), "contract": "o", "relief": "o"}, ["versions", "relief"]),
    ],
)
def test_each_input_that_differs_is_a_cause_and_without_one_it_is_the_instant(
    change: dict[str, Any], told: list[str]
) -> None:
    old = verdict(share(9, 10), Outcome.MET, pins=PINS)
    assert what_moved(old, replace(old, pins=replace(PINS, **change))) == told


def test_a_verdict_that_time_alone_moved_was_provisional_before() -> None:
    old = verdict(share(9, 10), Outcome.PROVISIONAL, pins=PINS)
    new = replace(old, outcome=Outcome.MET, pins=replace(PINS, as_of="2026-04-06T06:00:00Z"))
    assert what_moved(old, new) == ["a window that was still open"]
    assert what_moved(new, old) == ["the instant of judging"]
    assert what_moved(old, replace(new, contract_version="AM1")) == ["amendments known"]


# ---- what is kept ---------------------------------------------------------------------------------------------------


def test_a_first_judging_is_new_and_the_same_again_is_unchanged(tmp_path: Path) -> None:
    store, rows = VerdictStore(tmp_path), evidence(6, 4, case("1", "2026-03-02T08:00:00"))
    february = PastPeriod("2026-02", date(2026, 2, 1), date(2026, 3, 1), "d", (PastClause("A1", "missed"),))
    used, past = {"CAP": Money(Decimal(7), "EUR")}, Past((february,))
    first = kept(store, rows, earlier=used, past=past, noted={"lake": 4})
    assert (first.change, first.restated, first.record.supersedes) == ("new", (), None)
    assert (first.record.earlier, first.record.past) == ((("CAP", used["CAP"]),), past)
    assert first.verdicts[0].noted == {"lake": 4}
    again = kept(store, rows, noted={"lake": 5})
    assert (again.change, again.record.digest) == ("unchanged", first.record.digest)
    assert [(one.digest, one.noted) for one in again.verdicts] == [(first.verdicts[0].digest, {"lake": 4})]
    assert [one.digest for one in store.judged()] == [first.record.digest]


def test_a_figure_that_moved_restates_with_the_record_that_moved_it(tmp_path: Path) -> None:
    store, one = VerdictStore(tmp_path), case("1", "2026-03-02T08:00:00")
    first = kept(store, evidence(6, 4, one))
    second = kept(store, evidence(7, 4, one, case("2", "2026-03-03T08:00:00")), noted={"lake": 2})
    (restated,) = second.restated
    assert (second.change, second.record.supersedes) == ("restated", first.record.digest)
    assert restated.restates == first.verdicts[0].id
    assert [(part.table, part.name, part.change) for part in restated.differing] == [("case", "case 2", "added")]
    assert restated.noted == {"lake": 2, "because": ["rows"], "records_moved": 1}
    assert [one.digest for one in store.judged()] == [second.record.digest]


def test_of_two_verdicts_only_the_one_that_says_otherwise_takes_the_place_of_another(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    kept(store, evidence(6, 4), TWO)
    harder = TWO.replace("target: 50%", "target: 60%")
    found = kept(store, evidence(6, 4), harder)
    assert found.change == "restated"
    assert [(one.clause, one.restates is not None) for one in found.verdicts] == [("A1", False), ("A2", True)]
    assert found.verdicts[0].noted == {}
    assert found.verdicts[1].noted["because"] == ["contract"]


def test_a_clause_that_came_or_went_restates_the_period(tmp_path: Path) -> None:
    store, rows = VerdictStore(tmp_path), evidence(6, 4)
    assert [kept(store, rows, text).change for text in (PLAIN, TWO, PLAIN, PLAIN)] == [
        "new", "restated", "restated", "unchanged",
    ]  # fmt: skip


def test_the_same_verdicts_with_other_money_restate_the_period_and_none_of_them(tmp_path: Path) -> None:
    """Where an earlier month changes, a cap may leave another sum of the same verdicts."""
    store, rows = VerdictStore(tmp_path), evidence(6, 4)
    verdicts, statement = judge_with(rows, TEXT).verdicts, judge_with(rows, TEXT).statement
    assert statement is not None
    less = replace(statement, total=Money(Decimal(5), "EUR"))
    found = [
        record(store, Judgement(verdicts, said), PERIOD, rows, {})
        for said in (None, None, statement, statement, less, less, None)
    ]
    assert [one.change for one in found if one] == [
        "new", "unchanged", "restated", "unchanged", "restated", "unchanged", "restated",
    ]  # fmt: skip
    assert [one.restated for one in found if one] == [()] * 7


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"as_of": "2026-04-06T06:00:00Z"}, "unchanged"),
        ({"gate": "other"}, "restated"),
        ({"gate": "other", "as_of": "2026-04-06T06:00:00Z"}, "restated"),
    ],
)
def test_a_provisional_figure_restates_another_where_an_input_moved_and_not_where_it_grew_older(
    tmp_path: Path, change: dict[str, str], told: str
) -> None:
    old = verdict(share(9, 10), Outcome.PROVISIONAL, pins=PINS)
    new = replace(old, value=share(10, 10), pins=replace(PINS, **change))
    assert [one.change for one in judged(tmp_path, old, new)] == ["new", told]
    settled = replace(new, outcome=Outcome.MET)
    assert judged(tmp_path, settled)[0].change == "restated"


def judged(folder: Path, *verdicts: Verdict) -> list[Recorded]:
    """Judgings of one verdict each, one after another."""
    store, rows = VerdictStore(folder), evidence(0, 0)
    found = [record(store, Judgement((one,), None), PERIOD, rows, {}) for one in verdicts]
    return [one for one in found if one is not None]


def test_nothing_that_was_judged_leaves_nothing(tmp_path: Path) -> None:
    store = VerdictStore(tmp_path)
    assert record(store, Judgement((), None), PERIOD, evidence(6, 4), {}) is None
    assert store.judged() == []
