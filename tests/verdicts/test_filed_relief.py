"""Relief that both sides agreed beside the text: judged with and without, pinned, and recomputed from a bundle."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.contract.filed_relief import write_filed
from tallystick.verdicts.bundle import export_bundle
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.signing import signing_key
from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome
from tallystick.verdicts.verify import verify_bundle, verify_kept
from tests.verdicts.tiny_lake import make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


def event(status: str, **more: Any) -> dict[str, Any]:
    return {
        "id": "filed-7", "clauses": ["A1"], "from": "2026-03-04 08:00", "to": "2026-03-10 08:00",
        "reason": "client-outage", "status": status, "evidence": "INC-1", **more,
    }  # fmt: skip


def judged(home: Path, *events: dict[str, Any]) -> Recorded:
    write_filed(home, "lumen-aurora", "aurora", events)
    order = Order([home / "contracts" / "aurora.yaml"], AS_OF, ("2026-03",))
    (found,) = assess(home, order, gate=lambda *_: GateAnswer())
    return found


def test_agreed_relief_excuses_what_was_missed_and_the_verdict_says_why_it_moved(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    before = judged(home).verdicts[0]
    assert before.outcome is Outcome.MISSED
    after = judged(home, event("agreed"))
    verdict = after.verdicts[0]
    assert verdict.outcome is Outcome.EXCUSED
    assert verdict.relief is not None
    assert verdict.relief.agreed == ("filed-7",)
    assert (verdict.relief.outcome_without, verdict.relief.outcome_with) == ("missed", "met")
    assert verdict.relief.rows_relieved == 3
    assert "relief" in verdict.noted["because"]
    assert after.record.statement is not None
    assert after.record.statement.total.amount == 0


def test_requested_relief_is_shown_with_its_effect_and_changes_nothing_and_refused_is_not_computed(
    tmp_path: Path,
) -> None:
    home = make_home(tmp_path)
    asked = judged(home, event("requested")).verdicts[0]
    assert asked.outcome is Outcome.MISSED
    assert asked.relief is not None
    assert asked.relief.requested == ("filed-7",)
    assert asked.relief.outcome_with == "met"
    assert judged(make_home(tmp_path / "other"), event("refused")).verdicts[0].relief is None


def test_relief_that_is_taken_away_gives_the_old_verdict_again(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    judged(home, event("agreed"))
    again = judged(home)
    assert again.verdicts[0].outcome is Outcome.MISSED


def test_relief_of_another_clause_or_partner_moves_nothing(tmp_path: Path) -> None:
    home = make_home(tmp_path)
    write_filed(home, "lumen-aurora", "borealis", [event("agreed")])
    write_filed(home, "another", "aurora", [event("agreed")])
    assert judged(home, event("agreed", clauses=["S1"])).verdicts[0].outcome is Outcome.MISSED


@pytest.mark.parametrize("status", ["agreed", "requested"])
def test_a_verdict_under_filed_relief_recomputes_from_its_evidence_and_from_a_bundle(
    tmp_path: Path, status: str
) -> None:
    home = make_home(tmp_path / "home")
    record = judged(home, event(status)).record
    store = VerdictStore(home / "verdicts")
    (home / "relief" / "lumen-aurora" / "aurora.json").unlink()
    kept = verify_kept(store, record)
    assert kept.holds, kept.findings
    bundle = export_bundle(store, record, signing_key(home / "keys"), tmp_path / "march.zip")
    there = verify_bundle(bundle)
    assert there.holds, there.findings
    assert {one.digest for one in there.verdicts} == {sha for _, sha in record.verdicts}
