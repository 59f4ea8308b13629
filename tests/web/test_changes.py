"""What changed: restated verdicts, and promises that turned."""

from __future__ import annotations

from dataclasses import replace
from types import SimpleNamespace
from typing import Any

from tallystick.verdicts.pace import NoPace
from tallystick.verdicts.verdict import IntervalPosition, Outcome, RecordDifference, Verdict
from tallystick.vocabulary.errors import NotFound
from tallystick.web.changes import changes
from tallystick.web.standings import Stood
from tests.verdicts.invented_verdicts import share, verdict

THIN = "\u202f"


def told(*verdicts: Verdict, kept: dict[str, Verdict] | None = None, over: bool = True) -> list[str]:
    def find(name: str) -> Verdict:
        if name not in (kept or {}):
            raise NotFound("verdict", name)
        return (kept or {})[name]

    books = SimpleNamespace(verdicts=verdicts, partners={"aurora": "Aurora Contact"}, store=SimpleNamespace(find=find))
    room: Any = SimpleNamespace(books=books)
    own = tuple(one for one in verdicts if one.period == "2026-06")
    paces = {(one.contract, one.clause): NoPace.OVER if over else NoPace.EARLY for one in own}
    stood = Stood("aurora", "Aurora Contact", "2026-06", (), own, paces)
    return [one.words for one in changes(room, {("aurora", "2026-06"): stood}, "2026-06", "2026-05")]


def test_a_restated_verdict_names_what_it_was_and_how_many_records_moved_it() -> None:
    old = verdict(share(95, 100), Outcome.MET)
    moved = (RecordDifference("case", 1, "case 1", "added"), RecordDifference("case", 2, "case 2", "added"))
    new = verdict(share(91, 102), Outcome.MISSED).restating(old, moved)
    assert told(new, kept={old.id: old}) == [
        (
            f"Aurora Contact, S1 First reply: restated from met at 95.0{THIN}% (95 of 100) to missed at 89.2{THIN}% "
            "(91 of 102), moved by 2 records."
        )
    ]
    assert old.id in told(new)[0]


def test_a_miss_that_may_be_chance_is_said_to_be_a_weak_sign() -> None:
    before = replace(verdict(share(95, 100), Outcome.MET), period="2026-05")
    missed = verdict(share(89, 100), Outcome.MISSED, interval_position=IntervalPosition.REACHES)
    assert told(before, missed)[0].endswith("this is weak: the interval reaches over the target.")
    firm = verdict(share(50, 100), Outcome.MISSED, interval_position=IntervalPosition.BELOW)
    assert told(before, firm)[0].endswith(f"now missed at 50.0{THIN}% (50 of 100).")


def test_a_promise_that_is_open_while_its_period_runs_is_no_change() -> None:
    before = replace(verdict(share(95, 100), Outcome.MET), period="2026-05")
    assert told(before, verdict(share(9, 10))) != []
    assert told(before, verdict(share(9, 10)), over=False) == []
    assert told(before, verdict(share(95, 100), Outcome.MET)) == []
