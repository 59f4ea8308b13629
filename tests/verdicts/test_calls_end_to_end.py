"""Promises on calls: judged, explained, bundled, verified, and relieved like those on cases."""

from __future__ import annotations

import gzip
import json
import os
import subprocess
import sys
from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess, promises
from tallystick.open_partner import opened
from tallystick.records.lake import Lake
from tallystick.verdicts.bundle import export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import Explanation, explain, kept
from tallystick.verdicts.explain_row import explain_row
from tallystick.verdicts.sealed_zip import packed, unpacked
from tallystick.verdicts.signing import signing_key
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.verdicts.verify import verify_bundle, verify_kept
from tallystick.vocabulary.errors import NotFound
from tests.facts.segments import Call, abandoned, answered
from tests.verdicts.tiny_lake import append, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)

TEXT = """
tallystick: 1
contract: lumen-aurora
title: Telephone
client: {id: lumen, name: Lumen Home}
partner: {id: aurora, name: Aurora Contact}
currency: EUR
zone: Europe/Bucharest
term: {from: 2026-01-01, to: 2026-12-31}
calendars: {office: {week: {mon-fri: ["09:00-18:00"]}}}
programmes: {german-phone: {languages: [de], channels: [phone], calendar: office}}
definitions: {pausing_statuses: [pending]}
fees: {monthly: {amount: 120000}}
clauses:
  - {id: T1, kind: kpi, title: Service level, measure: service_level, params: {seconds: 20}, target: 80%}
  - {id: T2, kind: kpi, title: Speed of answer, measure: average_speed_of_answer, target: 30s}
  - {id: T3, kind: kpi, title: First call, measure: fcr_behavioural_calls, target: 70%}
  - {id: C1, kind: service_credit, when: {clause: T1}, model: percentage, percentage: 5%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 4%, of: monthly, over: month}
"""
RELIEF = """
relief:
  - id: R1
    clauses: [T1]
    from: 2026-03-03 00:00
    to: 2026-03-03 23:59
    reason: client-outage
    status: agreed
    evidence: INC-7
"""


def calls() -> list[Call]:
    """Ten calls: six in time, one late and one lost on Monday, and two lost on Tuesday, the day of the outage."""
    german = {"language": "de"}
    told = [
        answered(f"K-{number}", MONDAY + timedelta(minutes=number), wait=10, requester_key=number, **german)
        for number in range(6)
    ]
    told.append(answered("K-late", MONDAY + timedelta(minutes=20), wait=45, requester_key=3, **german))
    told.append(abandoned("K-lost", MONDAY + timedelta(minutes=30), wait=70, **german))
    told += [abandoned(f"K-out{n}", MONDAY + timedelta(days=1, minutes=n), wait=90, **german) for n in range(2)]
    return told


def assessed(root: Path, text: str = TEXT) -> VerdictStore:
    make_home(root, text=text)
    (root / "tally.yaml").write_text("client: lumen\nzone: Europe/Bucharest\n", encoding="utf-8")
    with Lake.open(root / "lake") as lake:
        segments: list[dict[str, Any]] = [row for call in calls() for row in call.rows]
        append(lake, "call", [row | {"source_at": row["started_at"]} for row in segments])
    answer = GateAnswer(feeds=(("acd", 17, "2026-03-03T09:02:30Z"),))
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: answer)
    return VerdictStore(root / "verdicts")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("home")
    assessed(root)
    return root


@pytest.fixture(scope="module")
def store(home: Path) -> VerdictStore:
    return VerdictStore(home / "verdicts")


def told(store: VerdictStore, clause: str) -> Explanation:
    return explain(store, store.find(f"aurora/{clause}/2026-03"))


def test_a_promise_on_calls_is_judged_by_its_exact_figure(store: VerdictStore) -> None:
    verdict = store.find("aurora/T1/2026-03")
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n, verdict.outcome) == (Fraction(6, 10), 10, Outcome.MISSED)
    assert store.find("aurora/T2/2026-03").outcome is Outcome.MET
    assert str(verdict.credit) == "EUR 6,000.00"


def test_first_calls_wait_for_nothing_once_their_window_is_over(store: VerdictStore) -> None:
    verdict = store.find("aurora/T3/2026-03")
    assert verdict.value is not None
    assert (verdict.value.value, verdict.value.n) == (Fraction(5, 6), 6)
    assert verdict.value.excluded == (("second or later call", 1), ("unknown customer", 3))


def test_the_explanation_calls_a_call_a_call(store: VerdictStore) -> None:
    explained = told(store, "T1")
    assert explained.row == "call"
    assert explained.counts == (("met", 6), ("missed", 4))
    assert [row.case_id for row in explained.rows[:4]] == ["K-late", "K-lost", "K-out0", "K-out1"]
    assert explained.rows[0].parts["wait_s"] == 45
    assert explained.rows[0].parts["offered_at"] == MONDAY + timedelta(minutes=20)
    words = " ".join(explained.clause_text)
    assert "over all calls" in words
    assert "A call belongs to the window in which it was offered." in words
    assert "merged" not in words
    assert ("pauses in", "pending") not in explained.calendar


def test_one_call_is_shown_with_its_records(store: VerdictStore) -> None:
    row = explain_row(kept(store, store.find("aurora/T1/2026-03")), "K-late")
    assert row.sentence == "Call K-late did not keep the promise."
    assert row.facts[0]["wait_s"] == 45
    ((table, segments),) = row.records
    assert (table, [one["kind"] for one in segments]) == ("call", ["queue", "talk"])
    with pytest.raises(NotFound, match="K-latte"):
        explain_row(kept(store, store.find("aurora/T1/2026-03")), "K-latte")


def test_the_command_lists_calls_and_opens_one(home: Path) -> None:
    whole = " ".join(shown(home, "aurora/T1/2026-03").split())
    assert "K-late" in whole
    assert "wait 45 s" in whole
    assert "Records of call" in shown(home, "aurora/T1/2026-03", "--case", "K-lost")
    one = json.loads(shown(home, "aurora/T1/2026-03", "--case", "K-lost", "--json"))
    assert one["facts"][0]["outcome"] == "abandoned"


def shown(home: Path, *arguments: str) -> str:
    command = [sys.executable, "-c", "from tallystick.cli import main; main()", "explain", *arguments]
    environment = {**os.environ, "COLUMNS": "200", "NO_COLOR": "1"}
    done = subprocess.run([*command, "--home", str(home)], capture_output=True, text=True, env=environment, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_kept_judging_on_calls_and_its_bundle_hold(home: Path, store: VerdictStore, tmp_path: Path) -> None:
    (record,) = store.judged(period="2026-03")
    assert verify_kept(store, record).findings == ()
    bundle = export_bundle(store, record, signing_key(home / "keys"), tmp_path / "march.zip")
    answer = verify_bundle(bundle)
    assert answer.findings == ()
    assert len(answer.verdicts) == 3


def test_a_forged_call_in_a_bundle_is_told(home: Path, store: VerdictStore, tmp_path: Path) -> None:
    (record,) = store.judged(period="2026-03")
    members = unpacked(export_bundle(store, record, signing_key(home / "keys"), tmp_path / "march.zip"))
    name = "rows/call.jsonl.gz"
    lines = gzip.decompress(members[name])
    assert b'"abandoned"' in lines
    members[name] = gzip.compress(lines.replace(b'"abandoned"', b'"refused"'), mtime=0)
    path = tmp_path / "forged.zip"
    path.write_bytes(packed(members))
    assert not verify_bundle(path).holds


def test_the_month_of_a_partner_lists_the_calls_behind_a_miss(home: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-c", "from tallystick.cli import main; main()", "report", "--home", str(home)]
    done = subprocess.run([*command, "--output", str(tmp_path)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    pages = "".join(page.read_text(encoding="utf-8") for page in tmp_path.rglob("*.html"))
    assert "K-late" in pages
    assert "wait 45 s" in pages


def test_agreed_relief_takes_the_calls_of_the_outage_out(tmp_path: Path) -> None:
    store = assessed(tmp_path, TEXT + RELIEF)
    verdict = store.find("aurora/T1/2026-03")
    assert verdict.relief is not None
    assert (verdict.relief.rows_relieved, verdict.relief.value, verdict.relief.n) == (2, Fraction(6, 8), 8)
    assert (verdict.relief.outcome_without, verdict.relief.outcome_with) == ("missed", "missed")
    (record,) = store.judged(period="2026-03")
    assert verify_kept(store, record).findings == ()


def test_a_contract_without_a_clause_on_calls_pins_no_calls(tmp_path: Path) -> None:
    text = TEXT.replace("measure: service_level, params: {seconds: 20}", "measure: csat")
    for clause in ("T2", "T3"):
        text = "\n".join(line for line in text.splitlines() if f"id: {clause}" not in line)
    store = assessed(tmp_path, text)
    assert "call" not in {one.table for one in store.find("aurora/T1/2026-03").pins.rows}


EVERYTHING = (
    TEXT.partition("clauses:")[0]
    + """clauses:
  - {id: A, kind: kpi, title: Asked, measure: survey_integrity, target: 90%}
  - {id: B, kind: kpi, title: Loop, measure: detractor_closed_loop, target: 50%}
  - {id: C, kind: kpi, title: Counted, measure: service_level_of_intervals, target: 70%}
  - {id: D, kind: kpi, title: Bot, measure: verified_bot_resolution, target: 50%}
  - {id: E, kind: kpi, title: Language, measure: language_match, target: 100%}
  - {id: F, kind: kpi, title: Reviews, measure: public_reply_time, target: 4h}
  - {id: G, kind: kpi, title: Closed, measure: out_of_hours_call_wait_share, target: 5%}
"""
)


def test_promises_on_every_sort_of_row_are_judged_and_verified(tmp_path: Path) -> None:
    make_home(tmp_path, text=EVERYTHING)
    when = {"source_at": MONDAY, "partner": "aurora"}
    bot = Call("bot", MONDAY, requester_key=9, language="de", queue=None).then("bot", 0, 60, "self_served")
    segments = [row for call in [*calls(), bot] for row in call.rows]
    interval = {"interval_key": 1, "queue": "billing", "started_at": MONDAY, "ended_at": MONDAY + timedelta(minutes=30)}
    with Lake.open(tmp_path / "lake") as lake:
        append(lake, "call", [row | when for row in segments])
        append(lake, "agent", [{"agent_key": 1, "agent_id": "ana", "languages": "de", **when}])
        counts = {"offered": 10, "answered": 9, "answered_in": 7, "threshold_s": 20}
        append(lake, "call_interval", [interval | counts | when])
        posted = {"review_key": 1, "posted_at": MONDAY, "replied_at": MONDAY + timedelta(hours=3)}
        append(lake, "review", [posted | when])
    gate = GateAnswer()
    assess(tmp_path, Order([tmp_path / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: gate)
    store = VerdictStore(tmp_path / "verdicts")
    (record,) = store.judged(period="2026-03")
    found = {one.clause: one for one in store.verdicts_of(record)}
    values = {clause: (one.value.value, one.value.n) for clause, one in found.items() if one.value is not None}
    assert values == {
        "A": (Fraction(2, 5), 5),  # five cases were solved in March, and two of them surveyed
        "B": (Fraction(0), 1),  # one low answer, and nobody came back
        "C": (Fraction(7, 10), 1),
        "D": (Fraction(1), 1),
        "E": (Fraction(1), 7),
        "F": (Fraction(3 * 3600), 1),
        "G": (Fraction(0), 10),
    }
    assert verify_kept(store, record).findings == ()
    bundle = export_bundle(store, record, signing_key(tmp_path / "keys"), tmp_path / "march.zip")
    assert verify_bundle(bundle).findings == ()
    for verdict in found.values():
        explained = explain(store, verdict)
        assert explained.rows_total == len(explained.rows) == sum(count for _, count in explained.counts)


def test_facts_that_a_later_text_counts_of_the_same_rows_are_kept_with_them(tmp_path: Path) -> None:
    store = assessed(tmp_path)
    path = tmp_path / "contracts" / "aurora.yaml"
    more = "  - {id: T4, kind: kpi, title: Left the machine, measure: ivr_abandonment_rate, target: 10%}\n  - {id: C1,"
    path.write_text(TEXT.replace("  - {id: C1,", more), encoding="utf-8")
    before = {folder.name for folder in tmp_path.glob("verdicts/*/*/*/evidence@*")}
    assess(tmp_path, Order([path], AS_OF, ["2026-03"]), gate=lambda *_: GateAnswer())
    assert {folder.name for folder in tmp_path.glob("verdicts/*/*/*/evidence@*")} == before
    later = store.find("aurora/T4/2026-03")
    assert store.facts(store.judging_of(later), "bot_session") is not None
    assert explain(store, later).counts is not None
    assert explain(store, store.find("aurora/T1/2026-03")).counts is not None


@pytest.mark.parametrize("twice", [False, True])
def test_a_call_that_names_two_customers_verifies_in_whatever_order_its_segments_came(
    tmp_path: Path, twice: bool
) -> None:
    """The wait of one customer, the talk of another: the first to begin decides, though it came last."""
    german = {"language": "de"}
    first = answered("P-0", datetime(2026, 2, 27, 9, tzinfo=UTC), requester_key=1, **german)
    call = Call("X", datetime(2026, 3, 2, 10, 30, tzinfo=UTC), **german)
    wait = call.waits(10, requester_key=1).rows[0]
    talk = call.talks(10, 60, requester_key=2).rows[1]
    others = [
        answered(f"F-{n}", MONDAY + timedelta(days=1, minutes=n), requester_key=100 + n, **german) for n in range(40)
    ]
    rows = [*first.rows, talk, *(row for one in others for row in one.rows)]
    told = [row | {"source_at": row["started_at"]} for row in rows]
    late = [wait | {"source_at": wait["started_at"]}]
    make_home(tmp_path, text=TEXT)
    order = Order([tmp_path / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"])
    with Lake.open(tmp_path / "lake") as lake:
        append(lake, "call", told if twice else told + late)
    if twice:
        (promise,) = promises(order, tmp_path)
        with opened(tmp_path, promise):
            pass  # the copy of the rows is made here, and gets a second layer below
        with Lake.open(tmp_path / "lake") as lake:
            append(lake, "call", late, load_id="load-2")
    (recorded,) = assess(tmp_path, order, gate=lambda *_: GateAnswer())
    store = VerdictStore(tmp_path / "verdicts")
    assert store.evidence(recorded.record).rows["call"].num_rows == 84
    assert verify_kept(store, recorded.record).findings == ()
