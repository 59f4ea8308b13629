"""verify: recompute a bundle, or a verdict kept here, byte for byte, and say where anything differs.

Steps, each with its own finding: container and members (TS-V001), signature and key (TS-V002), check sums (TS-V003),
texts and rows against the pins (TS-V004), verdicts and credits judged again (TS-V005). Where all facts come out the
same, words that differ are told as a note (TS-V006): another version may put them otherwise, a reader should know.
Nothing of ours is needed: no lake, no engine, no compiler.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import Any

import pyarrow as pa

from tallystick.verdicts.bundle import FORMATS, JUDGED, MANIFEST, ROWS, ROWS_END, SIGNATURE, TEXTS, VERDICTS
from tallystick.verdicts.evidence import PeriodEvidence
from tallystick.verdicts.judge_version import rests_on_whole_text
from tallystick.verdicts.lineage import absent, departures
from tallystick.verdicts.promise import is_own_part
from tallystick.verdicts.rejudging import differences, rejudge, reworded
from tallystick.verdicts.rows_read import TABLES, canonical_schema, table_from_lines
from tallystick.verdicts.sealed_zip import ASK_AGAIN, decompressed, unpacked
from tallystick.verdicts.signing import fingerprint, is_signed
from tallystick.verdicts.store import Judged, VerdictStore, texts_digest
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import canonical_bytes
from tallystick.vocabulary.errors import IntegrityError, TallystickError
from tallystick.vocabulary.finding import Finding, Place, Severity

CONTAINER, SIGNED, SUMS, PINS, RECOMPUTED = "TS-V001", "TS-V002", "TS-V003", "TS-V004", "TS-V005"
REWORDED = "TS-V006"


@dataclass(frozen=True)
class Verification:
    """The answer: `findings` holds no error where everything that is hashed is byte for byte the same.

    `verdicts` are those of the bundle; `cases` and `events` how many rows were folded again; `key` the fingerprint of
    the signing key (empty for a verdict kept here, which is not signed).
    """

    source: str
    findings: tuple[Finding, ...]
    record: Judged | None = None
    verdicts: tuple[Verdict, ...] = ()
    cases: int = 0
    events: int = 0
    key: str = ""

    @property
    def holds(self) -> bool:
        """Whether no fact differs."""
        return all(finding.severity is not Severity.ERROR for finding in self.findings)

    def as_json(self) -> dict[str, Any]:
        """The answer as plain JSON values."""
        return {
            "source": self.source,
            "holds": self.holds,
            "key": self.key,
            "cases": self.cases,
            "events": self.events,
            "verdicts": {verdict.name: verdict.digest for verdict in self.verdicts},
            "findings": [finding.as_json() for finding in self.findings],
        }


def verify_bundle(path: Path, *, public_key: str | None = None) -> Verification:
    """Recompute a bundle. `public_key` is the key that the other party told you; without it, any that fits will do."""
    try:
        members = unpacked(path)
    except IntegrityError as error:
        return Verification(path.name, (_finding(CONTAINER, path.name, error.message),))
    except OSError as error:
        return Verification(path.name, (_finding(CONTAINER, path.name, f"{path.name} cannot be read: {error}."),))
    findings = list(_signature(members, path.name, public_key))
    if findings:
        return Verification(path.name, tuple(findings))
    manifest = json.loads(members[MANIFEST])
    key = fingerprint(manifest["public_key"])
    findings = list(_sums(manifest, members, path.name))
    if findings:
        return Verification(path.name, tuple(findings), key=key)
    try:
        return _recomputed(path.name, manifest, members, key)
    except TallystickError as error:
        return Verification(path.name, (_finding(RECOMPUTED, path.name, error.message, error.cure),), key=key)
    except (ValueError, KeyError, TypeError, pa.ArrowException) as error:
        # Signed by its maker and yet not what the format says: tell it, rather than end in a traceback.
        message = f"The bundle is signed, and yet not in the format that it names: {error}."
        return Verification(path.name, (_finding(RECOMPUTED, path.name, message),), key=key)


def verify_kept(store: VerdictStore, record: Judged) -> Verification:
    """Recompute a judging kept here, from the evidence beside its verdicts and the judgings of earlier periods."""
    source = f"{record.partner}/{record.period}"
    try:
        verdicts = store.verdicts_of(record)
        evidence = store.evidence(record)
        found = list(_judged_again(record, verdicts, evidence.rows, store.texts(record), source))
        found += _kept_past(store, record, source)
    except TallystickError as error:
        return Verification(source, (_finding(PINS, source, error.message, error.cure),), record)
    rows = evidence.rows
    return Verification(
        source, tuple(found), record, tuple(verdicts), rows["case"].num_rows, rows["case_event"].num_rows
    )


def linked(answers: Sequence[Verification]) -> list[Verification]:
    """The answers of bundles verified together: each also held against what the others say of earlier periods."""
    known = {one.record.digest: (one.record, one.verdicts) for one in answers if one.record is not None}
    found = []
    for one in answers:
        apart = list(departures(one.record, known)) if one.record is not None else []
        more = tuple(_finding(PINS, f"{one.source}:{where}", f"{where}: {what}.") for where, what in apart)
        found.append(replace(one, findings=(*one.findings, *more)))
    return found


def _kept_past(store: VerdictStore, record: Judged, source: str) -> Iterator[Finding]:
    """Whether the judgings that a record was given as its past are kept here and say the same."""
    known = {}
    for period in record.past.periods:
        judging = store.judging_of_digest(record, period.label, period.judged)
        if judging is not None:
            known[judging.digest] = (judging, store.verdicts_of(judging))
    for label in absent(record, known):
        yield _finding(PINS, source, f"The judging of {label} that {source} was given is not kept here.")
    for where, what in departures(record, known):
        yield _finding(PINS, source, f"{where}: {what}.")


def _signature(members: Mapping[str, bytes], file: str, public_key: str | None) -> Iterator[Finding]:
    missing = [name for name in (MANIFEST, SIGNATURE, JUDGED) if name not in members]
    if missing:
        yield _finding(CONTAINER, file, f"{missing[0]} is missing: this is no evidence bundle.")
        return
    try:
        manifest = json.loads(members[MANIFEST])
        key, version = str(manifest["public_key"]), manifest["format"]
        signature = members[SIGNATURE].decode("ascii")
    except (ValueError, KeyError, TypeError, RecursionError) as error:
        yield _finding(SIGNED, f"{file}:{MANIFEST}", f"{MANIFEST} or its signature cannot be read: {error}.")
        return
    if not is_signed(key, members[MANIFEST], signature):
        message = "The signature does not fit: the manifest, its key or the signature was changed."
        yield _finding(SIGNED, f"{file}:{MANIFEST}", message)
    elif public_key is not None and key != public_key:
        message = f"It is signed by {fingerprint(key)}, not by {fingerprint(public_key)} as expected."
        yield _finding(SIGNED, f"{file}:{MANIFEST}", message, "Ask the other party for its key by another way.")
    elif version not in FORMATS:
        known = " and ".join(map(str, FORMATS))
        message = f"It is of format {version}; this version reads {known}."
        yield _finding(CONTAINER, file, message, "Install a newer one.")


def _sums(manifest: Mapping[str, Any], members: Mapping[str, bytes], file: str) -> Iterator[Finding]:
    listed = manifest["files"]
    for name in sorted({*listed, *members} - {MANIFEST, SIGNATURE}):
        if name not in members:
            yield _finding(SUMS, f"{file}:{name}", f"{name} is listed and missing.")
        elif name not in listed:
            yield _finding(SUMS, f"{file}:{name}", f"{name} is there and was never signed.")
        elif sha256(members[name]).hexdigest() != listed[name]["sha256"]:
            yield _finding(SUMS, f"{file}:{name}", f"{name} was changed: its check sum differs.")


def _recomputed(file: str, manifest: Mapping[str, Any], members: Mapping[str, bytes], key: str) -> Verification:
    record = Judged.from_json(json.loads(members[JUDGED]))
    verdicts = [Verdict.from_json(json.loads(members[f"{VERDICTS}{clause}.json"])) for clause, _ in record.verdicts]
    texts = {name: members[f"{TEXTS}{name}"] for name in manifest["texts"]}
    rows = {name: _rows(name, members) for name in _tables_in(verdicts)}
    findings = [
        *_written_as_read(record, verdicts, members, file),
        *_judged_again(record, verdicts, rows, texts, file),
    ]
    cases, events = rows["case"].num_rows, rows["case_event"].num_rows
    return Verification(file, tuple(findings), record, tuple(verdicts), cases, events, key)


def _tables_in(verdicts: Iterable[Verdict]) -> list[str]:
    """What every judging reads, and what else these verdicts say that they read."""
    return list(dict.fromkeys((*TABLES, *(one.table for verdict in verdicts for one in verdict.pins.rows))))


def _rows(name: str, members: Mapping[str, bytes]) -> pa.Table:
    member = f"{ROWS}{name}{ROWS_END}"
    lines = decompressed(member, members[member]).splitlines()
    return table_from_lines(lines, canonical_schema(name))


def _written_as_read(
    record: Judged, verdicts: list[Verdict], members: Mapping[str, bytes], file: str
) -> Iterator[Finding]:
    """Whether the members are the canonical bytes of what was read from them, so that nothing hides in them."""
    written = {JUDGED: record.as_json()} | {f"{VERDICTS}{one.clause}.json": one.as_json() for one in verdicts}
    for name, parts in written.items():
        if members[name] != canonical_bytes(parts) + b"\n":
            yield _finding(PINS, f"{file}:{name}", f"{name} holds something that is not part of it.")


def _judged_again(
    record: Judged, verdicts: list[Verdict], rows: Mapping[str, pa.Table], texts: Mapping[str, bytes], file: str
) -> Iterator[Finding]:
    """Rows and texts against the pins, then everything judged again."""
    if texts_digest(texts) != record.texts:
        yield _finding(PINS, f"{file}:texts", "The texts are not those that were judged.")
    read = PeriodEvidence(rows, {}).read
    for verdict in verdicts:
        pinned = {one.table: one for one in verdict.pins.rows}
        for one in read:
            if pinned.get(one.table) != one:
                place = f"{file}:{ROWS}{one.table}{ROWS_END}"
                yield _finding(PINS, place, f"The {one.table} rows are not those that {verdict.name} pins.")
    rejudged = rejudge(record, verdicts, rows, texts)
    if not rests_on_whole_text(rejudged.promise.judged_by) and not is_own_part(rejudged.promise):
        yield _finding(PINS, f"{file}:texts", f"The texts hold more than what binds {record.partner}.")
    again = rejudged.judgement
    apart = list(differences(record, verdicts, again))
    for where, what in apart:
        yield _finding(RECOMPUTED, f"{file}:{where}", f"{where}: {what}.")
    for where, what in () if apart else reworded(record, verdicts, again):
        yield Finding(REWORDED, Severity.NOTE, f"{where}: {what}.", Place(file=f"{file}:{where}"), SAME_FACTS)


SAME_FACTS = "The facts are the same; go by them, not by the words."


def _finding(rule: str, place: str, message: str, cure: str = ASK_AGAIN) -> Finding:
    return Finding(rule, Severity.ERROR, message, Place(file=str(PurePosixPath(place))), cure)
