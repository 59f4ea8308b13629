"""The lock beside a contract: what could move without the text moving, written down and signed.

Opening hours depend on a list of holidays, local dates on zone rules, and both change with packages and machines. The
lock holds them as integers, from a year before the term to a year after it, with the SHA-256 of the text and of all it
includes, and an Ed25519 signature over the canonical bytes (RFC 8032). Under a lock nothing else is asked.

    {"content": {"format": 1, "contract": ..., "texts": {name: sha256}, "calendars": {digest: {...}}, "zones": {...},
                 "versions": {"holidays": ..., "tzdata": ...}},
     "public": 64 hexadecimal digits, "signature": 128 hexadecimal digits}

Line ends do not count: a text checked out on another system has the same digest.

Verdicts of one partner pin the *part* of the lock that its own part of the text needs (`own_lock`), so that nothing of
another partner's calendars travels in a bundle. The whole lock's signature is checked before the part is made; the
part is not signed again, because the bundle is: `{"part": {"contract": ..., "texts": ..., "calendars": ...}}`.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from importlib.metadata import version
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

from tallystick.contract.model import Contract
from tallystick.contract.rule import reading_rule
from tallystick.vocabulary.canonical import canonical_bytes, digest
from tallystick.vocabulary.errors import IntegrityError
from tallystick.vocabulary.finding import Finding, Place
from tallystick.vocabulary.opening import OpenHours, ZoneOffsets
from tallystick.vocabulary.zones import zone_database, zone_offsets

if TYPE_CHECKING:
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

FORMAT = 1
SUFFIX = ".lock"
OTHER_FORMAT = "The lock is of another format than this version reads."


@dataclass(frozen=True)
class Lock:
    """A verified lock: materialised calendars by the digest of their text, and zones by name.

    `public` is the key that signed it; empty for the part of one.
    """

    contract: str
    texts: Mapping[str, str]
    calendars: Mapping[str, OpenHours]
    zones: Mapping[str, ZoneOffsets]
    versions: Mapping[str, str]
    public: str
    digest: str

    def open_hours(self, contract: Contract, name: str) -> OpenHours:
        """The opening hours of a calendar as the lock holds them; raises IntegrityError where it does not."""
        found = self.calendars.get(calendar_digest(contract, name))
        if found is None:
            raise IntegrityError(f"The lock does not hold the calendar {name!r}.", "Run `tally check --lock`.")
        return found

    def zone(self, name: str) -> ZoneOffsets:
        """The offsets of a zone as the lock holds them; raises IntegrityError where it does not."""
        if name not in self.zones:
            raise IntegrityError(f"The lock does not hold the zone {name}.", "Run `tally check --lock`.")
        return self.zones[name]


def lock_path(path: Path | str) -> Path:
    """Where the lock of a contract lies: beside it, under the same name with `.lock` in place of its ending."""
    return Path(path).with_suffix(SUFFIX)


def text_digest(contract: Contract) -> str:
    """SHA-256 over the text and all that it includes, whatever the line ends."""
    return digest(dict(contract.files))


def calendar_digest(contract: Contract, name: str) -> str:
    """What a calendar of the text says, as a digest: its zone, hours and days, and the horizon it is needed for."""
    first, last = contract.horizon
    return digest({"text": contract.calendars[name].as_text(contract.zone), "from": first, "until": last})


def lock(contract: Contract, key: Ed25519PrivateKey) -> str:
    """The lock of a contract as canonical JSON text, signed with `key`: calendars of every amendment included."""
    public, signature = "", ""
    content = _content(contract)
    raw = canonical_bytes(content)
    public = key.public_key().public_bytes_raw().hex()
    signature = key.sign(raw).hex()
    whole = {"content": content, "public": public, "signature": signature}
    return canonical_bytes(whole).decode() + "\n"


def write_lock(contract: Contract, path: Path | str, key: Ed25519PrivateKey) -> Path:
    """Write the lock beside the contract's text at `path`, whole or not at all; returns where."""
    beside = lock_path(path)
    draft = beside.with_name(f".{beside.name}.new")
    draft.write_text(lock(contract, key), encoding="utf-8", newline="\n")
    draft.replace(beside)
    return beside


def _content(contract: Contract) -> dict[str, Any]:
    def open_hours(state: Contract, name: str) -> OpenHours:
        return state.business_calendar(name).materialise(*state.horizon)

    def offsets(state: Contract, zone: str) -> ZoneOffsets:
        return zone_offsets(zone, *state.horizon)

    versions = {"holidays": version("holidays"), "tzdata": zone_database()}
    return _written(contract, open_hours, offsets, versions)


def _written(
    contract: Contract,
    open_hours: Callable[[Contract, str], OpenHours],
    offsets: Callable[[Contract, str], ZoneOffsets],
    versions: Mapping[str, str],
) -> dict[str, Any]:
    """The content of a lock: calendars and zones of every text that can be in force, from where they are given."""
    calendars: dict[str, Any] = {}
    zones: dict[str, Any] = {}
    for state in contract.states():
        for name in state.calendars:
            found = open_hours(state, name)
            calendars[calendar_digest(state, name)] = {
                "name": name,
                "zone": found.zone,
                "from_s": found.from_s,
                "until_s": found.until_s,
                "gaps": _gaps(found.intervals, found.from_s),
            }
        named = {state.zone, *(state.calendars[name].zone or state.zone for name in state.calendars)}
        for zone in sorted({*named, *(site.zone for site in state.sites.values() if site.zone)}):
            zones[zone] = [list(pair) for pair in offsets(state, zone).transitions]
    return {
        "format": FORMAT,
        "contract": contract.contract,
        "texts": dict(contract.files),
        "calendars": calendars,
        "zones": zones,
        "versions": dict(versions),
    }


def own_lock(lock: Lock, own: Contract) -> bytes:
    """The part of a verified lock that a partner's own part of the text needs; raises IntegrityError if it lacks any.

    The part of a part is the same bytes.
    """
    content = _written(own, lock.open_hours, lambda _, zone: lock.zone(zone), lock.versions)
    return canonical_bytes({"part": content}) + b"\n"


def load_own_lock(text: bytes, own: Contract, *, file: str) -> tuple[Lock | None, list[Finding]]:
    """The lock that `own_lock` wrote, or None with the finding that says why it does not hold."""
    place = Place(file=file, line=1)
    try:
        content = json.loads(text)["part"]
        known = content["format"] == FORMAT
        differing = _differing(own.files, content["texts"])
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, [reading_rule("lock_signature").found(place, "The part of the lock is damaged.")]
    if not known:
        return None, [reading_rule("lock_signature").found(place, OTHER_FORMAT)]
    if differing:
        message = f"Changed since it was locked: {', '.join(differing)}."
        return None, [reading_rule("lock_changed").found(own.place("contract"), message)]
    return _lock_of(content, "", digest(content)), []


def _gaps(intervals: tuple[tuple[int, int], ...], from_s: int) -> list[int]:
    """Intervals as seconds since the edge before: closed, open, closed, open ...; shorter than instants, and exact."""
    edges = [from_s, *(edge for interval in intervals for edge in interval)]
    return [after - before for before, after in pairwise(edges)]


def _intervals(gaps: list[int], from_s: int) -> tuple[tuple[int, int], ...]:
    edges, position = [], from_s
    for gap in gaps:
        position += gap
        edges.append(position)
    return tuple(zip(edges[::2], edges[1::2], strict=True))


def load_lock(
    text: str | bytes, contract: Contract, *, public: str | None = None, file: str = "contract.lock"
) -> tuple[Lock | None, list[Finding]]:
    """The lock, or None with the finding that says why it does not hold.

    Refused are a damaged or re-signed lock (TS-C092; `public` names the expected key) and one that was made for another
    text (TS-C091).
    """
    signature_rule, changed_rule = reading_rule("lock_signature"), reading_rule("lock_changed")
    place = Place(file=file, line=1)
    try:
        whole = json.loads(text)
        content, key, signature = whole["content"], str(whole["public"]), str(whole["signature"])
        known = content["format"] == FORMAT
    except (ValueError, KeyError, TypeError, RecursionError):
        return None, [signature_rule.found(place, "The lock is damaged: it is not what `tally check --lock` writes.")]
    if not known:
        return None, [signature_rule.found(place, OTHER_FORMAT)]
    if not _is_signed(key, content, signature):
        return None, [signature_rule.found(place, "The signature does not fit the lock: it was changed after signing.")]
    if public is not None and key != public:
        message = f"The lock is signed with another key ({key[:16]}…) than the one expected ({public[:16]}…)."
        return None, [signature_rule.found(place, message)]
    differing = _differing(contract.files, content["texts"])
    if differing or content["contract"] != contract.contract:
        what = ", ".join(differing) or "the contract's id"
        return None, [changed_rule.found(contract.place("contract"), f"Changed since it was locked: {what}.")]
    return _lock_of(content, key, digest(content)), []


def read_lock(path: Path | str, contract: Contract, *, public: str | None = None) -> tuple[Lock | None, list[Finding]]:
    """The lock beside the contract at `path`; where there is none, a note (TS-C090) says so."""
    beside = lock_path(path)
    if not beside.is_file():
        return None, [reading_rule("lock_missing").found(Place(file=str(path)), "The contract has no lock.")]
    return load_lock(beside.read_bytes(), contract, public=public, file=str(beside))


def _differing(now: Mapping[str, str], then: Mapping[str, str]) -> list[str]:
    return sorted(name for name in {*now, *then} if now.get(name) != then.get(name))


def _is_signed(public: str, content: Any, signature: str) -> bool:
    from cryptography.exceptions import InvalidSignature
    from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

    try:
        Ed25519PublicKey.from_public_bytes(bytes.fromhex(public)).verify(
            bytes.fromhex(signature), canonical_bytes(content)
        )
    except (InvalidSignature, ValueError, TypeError):
        return False
    return True


def _lock_of(content: Mapping[str, Any], public: str, sha256: str) -> Lock:
    return Lock(
        contract=content["contract"],
        texts=dict(content["texts"]),
        calendars={
            name: OpenHours(part["zone"], _intervals(part["gaps"], part["from_s"]), part["from_s"], part["until_s"])
            for name, part in content["calendars"].items()
        },
        zones={
            name: ZoneOffsets(name, tuple((since, offset) for since, offset in pairs))
            for name, pairs in content["zones"].items()
        },
        versions=dict(content["versions"]),
        public=public,
        digest=sha256,
    )
