"""Periods in their order: what a cap has left, what later ones look back at, and which are judged again for it."""

from __future__ import annotations

from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path

from tallystick.verdicts.in_order import InOrder
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.period import Period
from tests.verdicts.agreement import TEXT, evidence_of, facts_of, promise_from

AS_OF = datetime(2026, 8, 5, 6, tzinfo=UTC)
MISSED, MET = (6, 4), (9, 1)
ESCALATING = TEXT.replace(
    "  - {id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 2500}\n",
    "  - {id: C1, kind: escalating_credit, when: {clause: A1}, percentages: [1%, 2%, 3%], of: monthly, months: 3}\n",
)


def yearly(cap: int) -> str:
    """A miss costs 2,500, and a contract year at most the cap."""
    return TEXT + f"  - {{id: CAP, kind: credit_cap, amount: {cap}, over: year}}\n"


class Desk:
    """Months in each of which so many first replies were in time and so many late, judged in a store."""

    def __init__(self, folder: Path, text: str, **months: tuple[int, int]) -> None:
        self.store, self.text = VerdictStore(folder), text
        self.months = {name.replace("m", "2026-"): counts for name, counts in months.items()}
        self.assessed: list[str] = []

    def run(self, *labels: str, as_of: datetime = AS_OF) -> list[Recorded]:
        promise = promise_from(self.text, as_of)
        line = InOrder(self.store, promise, as_of)
        self.assessed.clear()

        def assessed(period: Period) -> Recorded | None:
            self.assessed.append(period.label)
            met, missed = self.months.get(period.label, (0, 0))
            begun = f"{period.label}-10T08:00:00Z"
            good = {
                "start_at": begun,
                "stop_at": f"{period.label}-10T09:00:00Z",
                "due_at": f"{period.label}-10T12:00:00Z",
            }
            rows = [good] * met + [{**good, "stop_at": f"{period.label}-10T14:00:00Z"}] * missed
            return line.judged(period, evidence_of(facts_of(rows)), noted={})

        return list(line.run([promise.period(label) for label in labels], assessed))

    def money(self, *labels: str) -> list[Decimal]:
        """What stands as due for each month."""
        found = []
        for label in labels:
            (record,) = self.store.judged(period=label)
            assert record.statement is not None
            found.append(record.statement.total.amount)
        return found


def told(recorded: list[Recorded]) -> list[tuple[str, str]]:
    return [(one.record.period, one.change) for one in recorded]


SPRING = ("2026-03", "2026-04", "2026-05")


def test_each_month_sees_what_the_ones_before_have_left_of_a_cap(tmp_path: Path) -> None:
    desk = Desk(tmp_path, yearly(6000), m03=MISSED, m04=MISSED, m05=MISSED)
    assert told(desk.run(*SPRING)) == [(label, "new") for label in SPRING]
    assert desk.money(*SPRING) == [2500, 2500, 1000]
    assert told(desk.run(*SPRING)) == [(label, "unchanged") for label in SPRING]
    assert desk.assessed == list(SPRING)


def test_a_month_that_came_out_otherwise_moves_those_after_it_and_tells_only_them(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ESCALATING, m02=MET, m03=MISSED, m04=MET, m05=MISSED)
    desk.run("2026-02", *SPRING)
    assert desk.money(*SPRING) == [1200, 0, 2400]
    desk.months["2026-03"] = MET
    assert told(desk.run("2026-03")) == [("2026-03", "restated"), ("2026-05", "restated")]
    assert desk.assessed == ["2026-03", "2026-04", "2026-05"], "April was met, by whatever past"
    assert desk.money(*SPRING) == [0, 0, 1200]


def test_a_month_that_came_out_the_same_moves_none(tmp_path: Path) -> None:
    desk = Desk(tmp_path, yearly(6000), m03=MISSED, m04=MISSED, m05=MISSED)
    desk.run("2026-04", "2026-05")
    desk.run("2026-03")
    assert desk.money(*SPRING) == [2500, 2500, 1000]
    for label in SPRING:
        assert told(desk.run(label)) == [(label, "unchanged")]
        assert desk.assessed == [label]


def test_the_months_before_the_first_that_moved_are_left_as_they_are(tmp_path: Path) -> None:
    """February was judged without January, which came later; a change of April is no reason to look at it."""
    desk = Desk(tmp_path, yearly(3000), m01=MISSED, m02=MISSED, m04=MISSED, m05=MET)
    desk.run("2026-02", "2026-04")
    promise = promise_from(desk.text, AS_OF)
    InOrder(desk.store, promise, AS_OF).judged(
        promise.period("2026-01"), evidence_of(facts_of([{"stop_at": "2026-01-10T14:00:00Z"}])), noted={}
    )
    desk.months["2026-04"] = MET
    assert told(desk.run("2026-04")) == [("2026-04", "restated")]
    assert desk.assessed == ["2026-04"]


def test_what_is_asked_for_is_judged_in_the_order_of_time_with_what_lies_between(tmp_path: Path) -> None:
    """March is met after all: April may have more of the cap, and May only what April leaves, not what it had left."""
    for asked in (("2026-03", "2026-05"), ("2026-05", "2026-03")):
        desk = Desk(tmp_path / asked[0], yearly(4000), m03=MISSED, m04=MISSED, m05=MISSED)
        desk.run(*SPRING)
        assert desk.money(*SPRING) == [2500, 1500, 0]
        desk.months["2026-03"] = MET
        found = told(desk.run(*asked))
        assert desk.money(*SPRING) == [0, 2500, 1500]
        assert found == [(label, "restated") for label in SPRING]
        assert desk.assessed == list(SPRING)


def test_of_several_months_that_moved_the_first_decides_from_when_on_others_are_looked_at(tmp_path: Path) -> None:
    desk = Desk(tmp_path, yearly(4000), m03=MISSED, m04=MISSED, m05=MISSED, m06=MET)
    desk.run(*SPRING, "2026-06")
    desk.months |= {"2026-03": MET, "2026-06": MISSED}
    found = told(desk.run("2026-03", "2026-06"))
    assert found == [(label, "restated") for label in (*SPRING, "2026-06")]
    assert desk.money(*SPRING, "2026-06") == [0, 2500, 1500, 0]


def test_a_month_that_stands_on_another_past_is_left_alone_while_nothing_before_it_moves(tmp_path: Path) -> None:
    """April was judged without March, which came later and by itself: February, unchanged, is no reason to look."""
    desk = Desk(tmp_path, yearly(3000), m02=MET, m03=MISSED, m04=MISSED)
    desk.run("2026-02", "2026-04")
    promise = promise_from(desk.text, AS_OF)
    late = evidence_of(facts_of([{"stop_at": "2026-03-10T14:00:00Z"}]))
    InOrder(desk.store, promise, AS_OF).judged(promise.period("2026-03"), late, noted={})
    assert told(desk.run("2026-02")) == [("2026-02", "unchanged")]
    assert desk.assessed == ["2026-02"]


def test_an_escalation_is_counted_anew_for_every_month_that_looks_back(tmp_path: Path) -> None:
    desk = Desk(tmp_path, ESCALATING, m03=MISSED, m04=MISSED, m05=MISSED)
    desk.run(*SPRING)
    assert desk.money(*SPRING) == [1200, 2400, 3600]
    desk.months["2026-03"] = MET
    assert told(desk.run("2026-03")) == [(label, "restated") for label in SPRING]
    assert desk.money(*SPRING) == [0, 1200, 2400]


def test_what_a_cap_has_used_up_is_asked_of_the_text_of_the_period(tmp_path: Path) -> None:
    """Until April the cap is one of each month; from May on it is one of the contract year, which March has used up."""
    text = TEXT + (
        "  - {id: CAP, kind: credit_cap, amount: 4000, over: month}\n"
        "amendments:\n"
        "  - {id: AM1, effective: 2026-05-01, known: 2026-04-01, changes: [{clause: CAP, set: {over: year}}]}\n"
    )
    desk = Desk(tmp_path, text, m03=MISSED, m04=MISSED, m05=MISSED)
    desk.run(*SPRING)
    assert desk.money(*SPRING) == [2500, 2500, 0]


def test_outside_the_term_nothing_is_judged_and_nothing_kept(tmp_path: Path) -> None:
    desk = Desk(tmp_path, yearly(4000))
    assert desk.run("2025-06", "2025-07", "2027-07")[0].record.period == "2025-07"
    assert [one.period for one in desk.store.judged()] == ["2025-07"]


def test_what_is_noted_beside_a_judging_is_kept_and_not_hashed(tmp_path: Path) -> None:
    promise, found = promise_from(TEXT, AS_OF), []
    for number in (1, 2):
        line = InOrder(VerdictStore(tmp_path / str(number)), promise, AS_OF)
        recorded = line.judged(promise.period("2026-03"), evidence_of(facts_of([])), noted={"lake": number})
        assert recorded is not None
        found.append(recorded)
    assert [one.verdicts[0].noted["lake"] for one in found] == [1, 2]
    assert len({one.record.digest for one in found}) == 1
