"""The evidence bundle: one file with which the other party recomputes a period's verdicts on its own machine.

    README.txt                 what this is and how to check it
    manifest.json              format, whose and when, SHA-256 and size of every member, the public key
    manifest.sig               Ed25519 signature over the bytes of manifest.json
    judged.json                the judging: gate's answer, caps' earlier use, statement of credits
    verdicts/<clause>.json     each verdict with its pins
    texts/...                  the partner's own part of the contract text and of its lock
    rows/<table>.jsonl.gz      the canonical rows that were read, one JSON object a line, keys sorted

Rows are those of one partner's own scope: what other parties did to a case stands as `other party` with instants only.
No message text, no direct identifier; requesters are keyed hashes. Credits are *price adjustments*. The same judging
and key give the same bytes.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from hashlib import sha256
from pathlib import Path
from typing import Any

import pyarrow as pa
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from tallystick import __version__
from tallystick.verdicts.rows_read import json_line, json_rows
from tallystick.verdicts.sealed_zip import compressed, packed
from tallystick.verdicts.signing import fingerprint, public_text, sign
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.canonical import canonical_bytes

# 2: texts/ holds the partner's own part. Bundles of format 1 hold the whole text and are still verified.
FORMAT = 2
FORMATS = (1, FORMAT)
MANIFEST, SIGNATURE, README, JUDGED = "manifest.json", "manifest.sig", "README.txt", "judged.json"
ROWS, TEXTS, VERDICTS = "rows/", "texts/", "verdicts/"
ROWS_END = ".jsonl.gz"


def export_bundle(store: VerdictStore, record: Judged, key: Ed25519PrivateKey, path: Path) -> Path:
    """Write the bundle of one judging to `path` (a folder: under its own name); returns where it lies.

    Everything comes from the evidence kept beside the verdicts, so the lake is not needed. Raises IntegrityError where
    that evidence is no longer what the judging pins.
    """
    evidence = store.evidence(record)
    content = bundle_bytes(record, store.verdicts_of(record), evidence.rows, store.texts(record), key)
    target = path / bundle_name(record) if path.is_dir() else path
    target.parent.mkdir(parents=True, exist_ok=True)
    target.write_bytes(content)
    return target


def bundle_name(record: Judged) -> str:
    """The name of a bundle's file: contract, partner, period, the first digits of the judging's digest."""
    period = record.period.replace(" ", "_")
    return f"{record.contract}-{record.partner}-{period}-{record.digest[:8]}.tally.zip"


def bundle_bytes(
    record: Judged,
    verdicts: Iterable[Verdict],
    rows: Mapping[str, pa.Table],
    texts: Mapping[str, bytes],
    key: Ed25519PrivateKey,
) -> bytes:
    """The bundle as bytes."""
    public = public_text(key)
    members: dict[str, bytes] = {
        README: _readme(record, public).encode(),
        JUDGED: canonical_bytes(record.as_json()) + b"\n",
    }
    for verdict in verdicts:
        # The lake's version counts everybody's imports; beside the verdict it is our note, in a bundle it would tell.
        shown = replace(verdict, noted={name: part for name, part in verdict.noted.items() if name != "lake"})
        members[f"{VERDICTS}{verdict.clause}.json"] = canonical_bytes(shown.as_json()) + b"\n"
    for name, text in texts.items():
        members[f"{TEXTS}{name}"] = text
    for name, table in rows.items():
        members[f"{ROWS}{name}{ROWS_END}"] = compressed(b"".join(json_line(row) for row in json_rows(table)))
    manifest = canonical_bytes(_manifest(record, members, list(texts), public))
    return packed({**members, MANIFEST: manifest, SIGNATURE: sign(key, manifest).encode()})


def _manifest(record: Judged, members: Mapping[str, bytes], texts: list[str], public: str) -> dict[str, Any]:
    return {
        "format": FORMAT,
        "made_with": f"tallystick {__version__}",
        "contract": record.contract,
        "partner": record.partner,
        "period": record.period,
        "as_of": record.as_of,
        "judged": record.digest,
        "texts": texts,
        "public_key": public,
        "files": {
            name: {"sha256": sha256(content).hexdigest(), "bytes": len(content)} for name, content in members.items()
        },
    }


def _readme(record: Judged, public: str) -> str:
    verdicts = "\n".join(f"    {clause}  {sha}" for clause, sha in record.verdicts)
    total = record.statement.total if record.statement is not None else None
    credit = f"Price adjustment: {total}\n" if total is not None else ""
    return (
        f"Evidence for {record.contract}, {record.partner}, {record.period}, as of {record.as_of}.\n\n"
        f"Verdicts and their digests:\n{verdicts}\n{credit}\n"
        "To check it, install tallystick and run, in any folder:\n\n"
        f"    tally verify {bundle_name(record)}\n\n"
        "It checks the signature and every byte, folds the rows again without compiled code, computes and judges\n"
        "again, and compares byte for byte. It needs no network, no database and none of our data.\n"
        f"The signing key's fingerprint is {fingerprint(public)}. Compare it with the one we told you.\n"
        "rows/*.jsonl.gz are plain JSON lines, and texts/ holds the part of the contract that binds the partner: all\n"
        "of it can be read by hand.\n"
    )
