"""The whole flow on a lake of nine cases: what moves a verdict, and what must not."""

from __future__ import annotations

import os
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.open_partner import OpenPartner
from tallystick.records.lake import Lake
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.vocabulary.period import Period
from tests.verdicts.tiny_lake import APRIL, MARCH, TEXT, append, event, make_home, story, survey

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


def run(home: Path, *periods: str, as_of: datetime = AS_OF, **parts: object) -> list[Recorded]:
    order = Order([home / "contracts" / "aurora.yaml"], as_of, periods, **parts)
    return assess(home, order, gate=lambda *_: GateAnswer())


def digests(recorded: list[Recorded]) -> list[str]:
    return [verdict.digest for one in recorded for verdict in one.verdicts]


@pytest.fixture(scope="module")
def plain(tmp_path_factory: pytest.TempPathFactory) -> list[str]:
    return digests(run(make_home(tmp_path_factory.mktemp("plain")), "2026-03", "2026-04"))


def test_promise_and_records_become_verdicts_and_money(tmp_path: Path) -> None:
    (march,) = run(make_home(tmp_path), "2026-03")
    first_reply, satisfaction = march.verdicts
    assert first_reply.value is not None
    assert (first_reply.value.numerator, first_reply.value.denominator) == (3, 6)
    assert first_reply.outcome is Outcome.MISSED
    assert first_reply.more_to_meet == 2
    assert satisfaction.value is not None
    assert (satisfaction.value.numerator, satisfaction.value.denominator) == (1, 2)
    assert march.record.statement is not None
    assert str(march.record.statement.total) == "EUR 4,800.00"
    dues = march.record.statement.dues()
    assert [(one.matter, one.source, str(one.amount)) for one in dues] == [("C1", first_reply.digest, "EUR 4,800.00")]


def test_without_periods_every_month_that_is_over_is_assessed(tmp_path: Path) -> None:
    recorded = run(make_home(tmp_path), as_of=datetime(2026, 4, 30, 22, tzinfo=UTC))
    assert [one.record.period for one in recorded] == ["2026-01", "2026-02", "2026-03", "2026-04"]
    empty = recorded[0].verdicts[0]
    assert (empty.outcome, empty.value) == (Outcome.NOT_ASSESSABLE, None)


def test_periods_asked_for_in_any_order_are_gathered_and_judged_once_in_the_order_of_time(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    gathered = list[str]()
    evidence = OpenPartner.evidence

    def noted(partner: OpenPartner, period: Period, *rest: Any) -> Any:
        gathered.append(period.label)
        return evidence(partner, period, *rest)

    monkeypatch.setattr(OpenPartner, "evidence", noted)
    recorded = run(make_home(tmp_path), "2026-04", "2026-02", "2026-03", "2026-02", threads=2)
    assert [one.record.period for one in recorded] == ["2026-02", "2026-03", "2026-04"]
    assert sorted(gathered) == ["2026-02", "2026-03", "2026-04"]


def test_shuffled_arrival_gives_the_same_digests(tmp_path: Path, plain: list[str]) -> None:
    home = make_home(tmp_path, [*APRIL[::-1], *MARCH[::-1]], shuffled=True)
    assert digests(run(home, "2026-03", "2026-04")) == plain


def test_repeated_arrival_gives_the_same_digests(tmp_path: Path, plain: list[str]) -> None:
    home = make_home(tmp_path)
    with Lake.open(home / "lake") as lake:
        append(lake, "case", [one for one, _ in MARCH], "load-2")
        append(lake, "case_event", [one for _, several in MARCH for one in several], "load-3")
    assert digests(run(home, "2026-03", "2026-04")) == plain


def test_one_thread_and_two_give_the_same_digests(tmp_path: Path, plain: list[str]) -> None:
    assert digests(run(make_home(tmp_path), "2026-03", "2026-04", threads=1)) == plain


def test_another_partners_data_move_nothing(tmp_path: Path, plain: list[str]) -> None:
    foreign = [
        story(f"B-{day}", f"2026-03-{day:02}T08:00:00", f"2026-03-{day:02}T17:00:00", partner="borealis")
        for day in range(2, 7)
    ]
    home = make_home(tmp_path, [*MARCH, *foreign, *APRIL])
    with Lake.open(home / "lake") as lake:
        append(lake, "survey_response", [survey("B-2", "2026-03-05T10:00:00", 1, partner="borealis")], "load-2")
    assert digests(run(home, "2026-03", "2026-04")) == plain


PRINT = """
import sys
from pathlib import Path
sys.path.insert(0, {root!r})
from tests.test_assess import digests, make_home, run
if __name__ == "__main__":
    print("\\n".join(digests(run(make_home(Path(sys.argv[1])), "2026-03", "2026-04"))))
"""


@pytest.mark.parametrize(
    ("zone", "locale"),
    [("Asia/Kathmandu", "C"), pytest.param("America/St_Johns", "de_DE.UTF-8", marks=pytest.mark.long)],
)
def test_the_machines_zone_and_locale_move_nothing(tmp_path: Path, plain: list[str], zone: str, locale: str) -> None:
    environment = {**os.environ, "TZ": zone, "LC_ALL": locale, "LANG": locale, "PYTHONHASHSEED": "3"}
    code = PRINT.format(root=str(Path(__file__).parents[1]))
    done = subprocess.run(
        [sys.executable, "-c", code, str(tmp_path / "home")],
        capture_output=True,
        text=True,
        env=environment,
        check=False,
    )
    assert done.stdout.split() == plain, done.stderr


def test_assessing_again_writes_nothing_and_later_events_do_not_restate(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    first = run(home, "2026-03", "2026-04")
    files = sorted(path.name for path in (home / "verdicts").rglob("*.json"))
    with Lake.open(home / "lake") as lake:
        append(lake, "case_event", [event("M-5", "2026-05-06T09:00:00", "message", "agent", "public")], "load-2")
    second = run(home, "2026-03", "2026-04", as_of=datetime(2026, 6, 5, tzinfo=UTC))
    assert [one.change for one in second] == ["unchanged", "unchanged"]
    assert digests(second) == digests(first)
    assert sorted(path.name for path in (home / "verdicts").rglob("*.json")) == files


def test_one_late_record_restates_exactly_its_period_and_is_named(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    first = run(home, "2026-03", "2026-04")
    late = event("M-4", "2026-03-05T09:30:00", "message", "agent", "public", agent="ana", cohort=None)
    with Lake.open(home / "lake") as lake:
        append(lake, "case_event", [late], "load-2")
    march, april = run(home, "2026-03", "2026-04", as_of=datetime(2026, 6, 5, tzinfo=UTC))
    assert (march.change, april.change) == ("restated", "unchanged")
    (restated,) = march.restated
    old = first[0].verdicts[0]
    assert (restated.clause, restated.restates) == ("A1", old.id)
    assert restated.value is not None
    assert restated.value.numerator == 4
    (record,) = restated.differing
    assert (record.table, record.change) == ("case_event", "added")
    assert record.name == "case M-4: message public at 2026-03-05 09:30:00 UTC"
    assert restated.noted["because"] == ["rows"]
    store = VerdictStore(home / "verdicts")
    assert store.find("aurora/A1/2026-03").digest == restated.digest
    assert store.find(old.id).digest == old.digest
    assert len(store.newest(period="2026-03")) == 2


def test_a_restated_period_is_due_otherwise(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    run(home, "2026-03")
    late = [
        event(case, f"2026-03-0{day}T09:30:00", "message", "agent", "public", agent="ana")
        for case, day in (("M-3", 4), ("M-4", 5))
    ]
    with Lake.open(home / "lake") as lake:
        append(lake, "case_event", late, "load-2")
    (march,) = run(home, "2026-03")
    assert march.verdicts[0].outcome is Outcome.MET
    assert march.record.statement is not None
    assert [(one.matter, str(one.amount)) for one in march.record.statement.dues()] == [("C1", "EUR 0.00")]


def test_each_partner_of_one_text_gets_verdicts_of_its_own(tmp_path: Path) -> None:
    text = TEXT.replace(
        "partner: {id: aurora, name: Aurora Contact}",
        "partners: [{id: aurora, name: Aurora Contact}, {id: borealis, name: Borealis}]",
    )
    foreign = [story("B-1", "2026-03-02T08:00:00", "2026-03-02T09:00:00", partner="borealis")]
    recorded = run(make_home(tmp_path, [*MARCH, *foreign], text), "2026-03")
    assert [one.record.partner for one in recorded] == ["aurora", "borealis"]
    assert recorded[1].verdicts[0].value is not None
    assert recorded[1].verdicts[0].value.n == 1
    only = run(tmp_path, "2026-03", partners=frozenset({"borealis"}))
    assert [one.record.partner for one in only] == ["borealis"]


def test_a_period_below_the_gate_is_provisional_and_settled_when_the_data_are_there(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    order = Order([home / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"])
    (before,) = assess(home, order, gate=lambda *_: GateAnswer(("the feed ends on 2026-03-20",)))
    assert before.verdicts[0].outcome is Outcome.PROVISIONAL
    assert before.record.statement is not None
    assert before.record.statement.total.amount == 0
    (after,) = run(home, "2026-03")
    assert after.verdicts[0].outcome is Outcome.MISSED
    assert after.verdicts[0].restates == before.verdicts[0].id
    assert after.verdicts[0].noted["because"] == ["data gate"]


def test_the_flow_stays_short_enough_to_read_at_once() -> None:
    import ast

    import tallystick.assess as flow

    source = Path(flow.__file__).read_text(encoding="utf-8")
    told: set[int] = set()
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef) and ast.get_docstring(node) is not None:
            told |= set(range(node.body[0].lineno, (node.body[0].end_lineno or 0) + 1))
    code = [line for number, line in enumerate(source.splitlines(), 1) if line.strip() and number not in told]
    assert len(code) < 80


LOCKED = TEXT.replace('week: {mon-fri: ["09:00-18:00"]}', 'week: {mon-fri: ["09:00-18:00"]}, holidays: {country: RO}')


def test_a_changed_holiday_package_or_zone_file_changes_nothing_in_a_locked_month(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.contract.load import load
    from tallystick.contract.lock import write_lock
    from tallystick.verdicts.signing import signing_key

    def locked(root: Path) -> Path:
        home = make_home(root, text=LOCKED)
        path = home / "contracts" / "aurora.yaml"
        contract, _ = load(path)
        assert contract is not None
        write_lock(contract, path, signing_key(tmp_path / "keys"))
        return home

    before = locked(tmp_path / "before")
    digests_before = digests(run(before, "2026-03", "2026-04"))
    after = locked(tmp_path / "after")

    def moved(*_: object, **__: object) -> object:
        raise AssertionError("asked under a lock")

    monkeypatch.setattr("tallystick.vocabulary.calendar.BusinessCalendar.materialise", moved)
    monkeypatch.setattr("holidays.country_holidays", moved)
    assert digests(run(after, "2026-03", "2026-04")) == digests_before
