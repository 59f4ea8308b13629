"""Judging a kept period again from its rows and texts alone, and saying exactly where the answer differs.

The second witness: the folds run uncompiled, measures on plain Arrow tables; neither the lake nor the engine is loaded.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from functools import partial
from typing import Any

import pyarrow as pa

from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.gathering import evidence_of_rows, folded_again
from tallystick.verdicts.judge import Judgement, judge
from tallystick.verdicts.judge_version import judged_by
from tallystick.verdicts.promise import Promise, kept_promise, known_on
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Verdict
from tallystick.verdicts.wording import facts_in
from tallystick.vocabulary.canonical import canonical_bytes, plain


@dataclass(frozen=True)
class Rejudged:
    """What came out the second time."""

    promise: Promise
    evidence: PeriodEvidence
    judgement: Judgement


def rejudge(
    record: Judged, verdicts: Iterable[Verdict], rows: Mapping[str, pa.Table], texts: Mapping[str, bytes]
) -> Rejudged:
    """Fold, compute and judge again what a record says was judged, by the rules that its verdicts name."""
    as_of = datetime.fromisoformat(record.as_of)
    promise = kept_promise(texts, record.partner, known_on(as_of), judged_by(verdicts))
    evidence = evidence_of_rows(rows, promise.terms, record.gate)
    judgement = judge(
        promise,
        promise.period(record.period),
        evidence,
        as_of=as_of,
        earlier=dict(record.earlier),
        past=record.past,
        refold=partial(folded_again, terms=promise.terms),
    )
    return Rejudged(promise, evidence, judgement)


def differences(record: Judged, verdicts: list[Verdict], again: Judgement) -> Iterator[tuple[str, str]]:
    """(where, what) for every part of verdicts and statement that came out otherwise; none where all is equal."""
    old = {verdict.clause: verdict for verdict in verdicts}
    new = {verdict.clause: verdict for verdict in again.verdicts}
    listed = dict(record.verdicts)
    for clause in sorted({*old, *new, *listed}):
        where = f"{record.partner}/{clause}/{record.period}"
        if clause not in new:
            yield where, "is in the record, and nothing was judged again"
        elif clause not in old or clause not in listed:
            yield where, "was judged again, and is not in the record"
        elif hashed(old[clause]) != hashed(new[clause]):
            for path, one, two in _apart(_parts(old[clause]), _parts(new[clause])):
                yield f"{where}: {path}", f"{one} in the record, {two} when judged again"
        elif listed[clause] != new[clause].digest:
            yield where, f"digest {listed[clause][:12]} in the record, {new[clause].digest[:12]} when judged again"
    yield from _statement_differences(record, again.statement)


def hashed(verdict: Verdict) -> bytes:
    """The bytes that a verdict's digest covers."""
    return canonical_bytes(_parts(verdict))


def _parts(verdict: Verdict) -> dict[str, Any]:
    parts: dict[str, Any] = plain(verdict.facts)
    return parts


def _statement_differences(record: Judged, again: Statement | None) -> Iterator[tuple[str, str]]:
    where = f"{record.partner}/{record.period}: statement"
    if (record.statement is None) != (again is None):
        yield where, "is there only once"
    elif record.statement is not None and again is not None:
        for path, one, two in _apart(plain(facts_in(record.statement)), plain(facts_in(again))):
            yield f"{where}: {path}", f"{one} in the record, {two} when judged again"


def reworded(record: Judged, verdicts: list[Verdict], again: Judgement) -> Iterator[tuple[str, str]]:
    """(where, what) for every word that came out otherwise, where the facts are all the same."""
    pairs: list[tuple[str, Any, Any]] = [
        (f"{record.partner}/{old.clause}/{record.period}", _told(old), _told(new))
        for old, new in zip(verdicts, again.verdicts, strict=True)
    ]
    if record.statement is not None and again.statement is not None:
        where = f"{record.partner}/{record.period}: statement"
        pairs.append((where, record.statement.as_json(), again.statement.as_json()))
    for where, one, two in pairs:
        for path, left, right in _apart(one, two):
            yield f"{where}: {path}", f"“{left}” in the record, “{right}” by this version"


def _told(verdict: Verdict) -> dict[str, Any]:
    """A verdict with its words, without what stands beside it."""
    return {name: part for name, part in verdict.as_json().items() if name not in verdict.BESIDE}


def _apart(one: Any, two: Any, path: str = "") -> Iterator[tuple[str, Any, Any]]:
    """The innermost places at which two plain values differ."""
    if isinstance(one, dict) and isinstance(two, dict):
        for key in sorted({*one, *two}):
            yield from _apart(one.get(key), two.get(key), f"{path}.{key}" if path else str(key))
    elif isinstance(one, list) and isinstance(two, list) and len(one) == len(two):
        for place, (left, right) in enumerate(zip(one, two, strict=True)):
            yield from _apart(left, right, f"{path}[{place}]")
    elif one != two:
        yield path, one, two
