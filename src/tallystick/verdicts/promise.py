"""The promise as a verdict pins it: contract text with all it includes, its lock, and the clock terms of one partner.

Made from bytes alone, so that a folder, a kept judging and a bundle give the same value. Under a lock, opening hours
and zone offsets come from the lock and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath

from tallystick.contract.load import load, load_text
from tallystick.contract.lock import SUFFIX, load_lock, text_digest
from tallystick.contract.model import Contract
from tallystick.contract.terms import clock_terms
from tallystick.vocabulary.calendar import first_instant
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import DataError, IntegrityError
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.opening import ZoneOffsets
from tallystick.vocabulary.period import Period

UNLOCKED = "unlocked"


@dataclass(frozen=True)
class Promise:
    """One partner's promise by what was known on a day.

    `texts` are the bytes it was made from, the contract's own first. `lock` is the lock's digest, `unlocked` without
    one: then opening hours follow the holiday list and zone rules installed here, and can move with them.
    """

    contract: Contract
    partner: str
    texts: Mapping[str, bytes]
    text: str
    lock: str
    terms: ClockTerms

    def period(self, label: str) -> Period:
        """A period in the contract's zone, its instants by the zone offsets of the terms."""
        return settled(Period.parse(label, self.contract.zone), self.terms.zone)


def settled(period: Period, zone: ZoneOffsets) -> Period:
    """`period` with its instants by given offsets instead of the zone rules installed here."""
    # Both are cached properties, so what stands in the instance is what everybody reads.
    vars(period)["start_s"] = first_instant(zone, period.start_on)
    vars(period)["end_s"] = first_instant(zone, period.end_on)
    return period


def promise_of(
    texts: Mapping[str, bytes], partner: str, known_on: date | None, *, public: str | None = None
) -> Promise:
    """The promise that texts make; raises DataError for a contract with errors, IntegrityError for a broken lock.

    `public` is the key that must have signed the lock; without it any signature that fits will do.
    """
    name = next(iter(texts))
    lock_name = str(PurePosixPath(name).with_suffix(SUFFIX))
    includes = {one: content for one, content in texts.items() if one not in (name, lock_name)}
    contract, findings = load_text(texts[name], name, includes)
    if contract is None:
        raise DataError(f"{name} is not a valid contract: {_said(findings)}", "`tally check` shows every finding.")
    lock = None
    if lock_name in texts:
        lock, trouble = load_lock(texts[lock_name], contract, public=public, file=lock_name)
        if lock is None:
            raise IntegrityError(f"{lock_name} does not hold: {_said(trouble)}", "Run `tally check --lock`.")
    terms = clock_terms(contract, partner, lock, known_on)
    return Promise(contract, partner, texts, text_digest(contract), lock.digest if lock else UNLOCKED, terms)


def texts_at(path: Path) -> dict[str, bytes]:
    """The bytes of the contract at `path`, of all it includes, and of the lock beside it."""
    contract, findings = load(path)
    if contract is None:
        raise DataError(f"{path.name} is not a valid contract: {_said(findings)}", f"`tally check {path}` shows all.")
    texts = {path.name: path.read_bytes()}
    for name in sorted(contract.files):
        if name != path.name:
            texts[name] = (path.parent / name).read_bytes()
    lock = path.with_suffix(SUFFIX)
    if lock.is_file():
        texts[lock.name] = lock.read_bytes()
    return texts


def partners_of(texts: Mapping[str, bytes], wanted: frozenset[str] | None) -> list[str]:
    """The partners whom a contract binds, in the order of the text; only those wanted, where some are named."""
    name = next(iter(texts))
    contract, findings = load_text(texts[name], name, {one: text for one, text in texts.items() if one != name})
    if contract is None:
        raise DataError(f"{name} is not a valid contract: {_said(findings)}", "`tally check` shows every finding.")
    return [partner for partner in contract.partner_ids if wanted is None or partner in wanted]


def _said(findings: list[Finding]) -> str:
    first = findings[0] if findings else None
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{first.place}: {first.message}{more}" if first else "no reason given"


def known_on(as_of: datetime) -> date:
    """The day of an instant: amendments known by then count."""
    return as_of.date()
