"""Recording a judging, and restating a period whose answer has changed.

A period is judged again whenever it is assessed. If every verdict says the same as the one that stands (its *claim*:
outcome, figures, counted rows, money), nothing is written: rows that came later in time, such as the closing of a case
long decided, do not restate a month. Nor does a provisional figure that has only grown older: while a window is open
and no input has moved, the figure that stands is as good as today's. If any claim differs otherwise, the whole period
is recorded again. A verdict whose claim
differs *restates* the old one: it names it and the records that were added, removed or changed since, by natural key,
and says what moved (rows, contract, lock, terms, versions, relief, gate).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from tallystick.contract.past import NO_PAST, Past
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.judge import Judgement
from tallystick.verdicts.judge_version import rests_on_whole_text, version_of
from tallystick.verdicts.store import Judged, VerdictStore, texts_digest
from tallystick.verdicts.verdict import Outcome, RecordDifference, Verdict
from tallystick.vocabulary.canonical import plain
from tallystick.vocabulary.money import Money
from tallystick.vocabulary.period import Period

RESTATED, NEW, UNCHANGED = "restated", "new", "unchanged"
WINDOW_OPEN = "a window that was still open"


@dataclass(frozen=True)
class Recorded:
    """What stands after recording: the judging, its verdicts, and whether it is new, restated or unchanged."""

    record: Judged
    verdicts: tuple[Verdict, ...]
    change: str

    @property
    def restated(self) -> tuple[Verdict, ...]:
        """The verdicts that take another's place."""
        return tuple(verdict for verdict in self.verdicts if verdict.restates is not None)


def record(
    store: VerdictStore,
    judgement: Judgement,
    period: Period,
    evidence: PeriodEvidence,
    texts: Mapping[str, bytes],
    *,
    earlier: Mapping[str, Money] | None = None,
    past: Past | None = None,
    noted: Mapping[str, Any] | None = None,
) -> Recorded | None:
    """Keep a judgement if it says anything new, return what stands; None where nothing was judged.

    `noted` stands beside the verdicts and is not hashed (the lake version, for example).
    """
    if not judgement.verdicts:
        return None
    first = judgement.verdicts[0]
    standing = store.judged(first.contract, first.partner, first.period)
    old = standing[0] if standing else None
    old_verdicts = {verdict.clause: verdict for verdict in store.verdicts_of(old)} if old else {}
    if old is not None and _says_the_same(old_verdicts, judgement) and _same_money(old, judgement):
        return Recorded(old, tuple(old_verdicts[clause] for clause, _ in old.verdicts), UNCHANGED)
    differing: tuple[RecordDifference, ...] = ()
    moved = 0
    if old is not None:
        differing, moved = evidence.differing(store.evidence(old))
    beside = dict(plain(dict(noted or {})))
    verdicts = [
        _placed(verdict, old_verdicts.get(verdict.clause), differing, moved, beside) for verdict in judgement.verdicts
    ]
    made = Judged(
        contract=first.contract,
        partner=first.partner,
        period=first.period,
        zone=period.zone,
        verdicts=tuple((verdict.clause, verdict.digest) for verdict in verdicts),
        statement=judgement.statement,
        evidence=evidence.digest,
        gate=evidence.gate,
        texts=texts_digest(texts),
        as_of=first.pins.as_of,
        earlier=tuple(sorted((earlier or {}).items())),
        supersedes=old.digest if old else None,
        past=past if past is not None else NO_PAST,
    )
    store.add(made, verdicts, evidence, texts)
    return Recorded(made, tuple(verdicts), NEW if old is None else RESTATED)


def _says_the_same(old: Mapping[str, Verdict], judgement: Judgement) -> bool:
    """Whether a judgement says nothing new: equal claims, or a provisional figure that has only grown older."""
    if old.keys() != {verdict.clause for verdict in judgement.verdicts}:
        return False
    return all(
        old[new.clause].claim == new.claim
        or (new.outcome is Outcome.PROVISIONAL and what_moved(old[new.clause], new) == [WINDOW_OPEN])
        for new in judgement.verdicts
    )


def _same_money(old: Judged, judgement: Judgement) -> bool:
    """Whether the money is the same: where an earlier period changed, a cap may leave another sum of equal verdicts."""
    before, after = old.statement, judgement.statement
    if before is None or after is None:
        return before is after
    return before.claim == after.claim


def _placed(
    verdict: Verdict, old: Verdict | None, differing: tuple[RecordDifference, ...], moved: int, noted: Mapping[str, Any]
) -> Verdict:
    if old is None or old.claim == verdict.claim:
        return replace(verdict, noted=noted)
    because = what_moved(old, verdict)
    placed = verdict.restating(old, differing)
    return replace(placed, noted={**noted, "because": because, "records_moved": moved})


def what_moved(old: Verdict, new: Verdict) -> list[str]:
    """Which pins differ between two verdicts of one name: the causes of a restatement.

    Between versions of the rules that pin texts otherwise, what the texts' digests say cannot be compared.
    """
    pairs = {
        "rows": (old.pins.rows, new.pins.rows),
        "contract": (old.pins.contract, new.pins.contract),
        "amendments known": (old.contract_version, new.contract_version),
        "lock": (old.pins.lock, new.pins.lock),
        "terms": (old.pins.terms, new.pins.terms),
        "versions": (old.pins.versions, new.pins.versions),
        "relief": (old.pins.relief, new.pins.relief),
        "data gate": (old.pins.gate, new.pins.gate),
        "earlier periods": (old.pins.past, new.pins.past),
    }
    otherwise = rests_on_whole_text(version_of(old)) != rests_on_whole_text(version_of(new))
    beyond = ("contract", "lock", "terms") if otherwise else ()
    found = [name for name, (before, after) in pairs.items() if before != after and name not in beyond]
    if found:
        return found
    if old.outcome is Outcome.PROVISIONAL:
        return [WINDOW_OPEN]
    return ["the instant of judging"]
