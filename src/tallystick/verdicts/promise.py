"""The promise as a verdict pins it: one partner's own part of the contract text and of its lock, and its clock terms.

Made from bytes alone, so that a folder, a kept judging and a bundle give the same value. A folder's texts are cut to
the partner's part first (`contract.own_part`); what was kept is that part already. Under a lock, opening hours and
zone offsets come from the lock and from nowhere else.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path, PurePosixPath
from typing import Any

from tallystick.contract.load import load, load_text
from tallystick.contract.lock import SUFFIX, Lock, load_lock, load_own_lock, own_lock, text_digest
from tallystick.contract.model import Contract
from tallystick.contract.own_part import own_name, own_part
from tallystick.contract.terms import clock_terms
from tallystick.verdicts.judge_version import NEWEST, rests_on_whole_text, rules_of
from tallystick.vocabulary.clock_terms import ClockTerms
from tallystick.vocabulary.errors import DataError, IntegrityError
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.opening import ZoneOffsets
from tallystick.vocabulary.period import Period
from tallystick.vocabulary.zones import first_instant

UNLOCKED = "unlocked"


@dataclass(frozen=True)
class Promise:
    """One partner's promise by what was known on a day.

    `texts` are the bytes that are judged by, the contract's own first. `lock` is the lock's digest, `unlocked` without
    one: then opening hours follow the holiday list and zone rules installed here, and can move with them. `judged_by`
    is the version of the rules (`judge_version`).
    """

    contract: Contract
    partner: str
    texts: Mapping[str, bytes]
    text: str
    lock: str
    terms: ClockTerms
    judged_by: str = NEWEST

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
    texts: Mapping[str, bytes],
    partner: str,
    known_on: date | None,
    *,
    public: str | None = None,
    filed: Sequence[Mapping[str, Any]] = (),
) -> Promise:
    """The promise that a folder's texts make to one partner.

    `public` is the key that must have signed the lock; without it any signature that fits will do. `filed` is relief
    that stands beside the text (`contract.filed_relief`) and becomes a part of the partner's own part. Raises DataError
    for a contract with errors, IntegrityError for a lock that does not hold, NotFound for a partner of another one.
    """
    contract, lock_name = _read(texts)
    lock = _signed(texts[lock_name], contract, lock_name, public) if lock_name in texts else None
    return kept_promise(own_texts(contract, lock, partner, filed), partner, known_on)


def own_texts(
    contract: Contract, lock: Lock | None, partner: str, filed: Sequence[Mapping[str, Any]] = ()
) -> dict[str, bytes]:
    """The partner's own part of a text, with filed relief, and of its lock, by name."""
    name, part = own_name(contract), own_part(contract, partner, filed)
    if lock is None:
        return {name: part}
    own, findings = load_text(part, name)
    if own is None:
        raise DataError(f"The part of {partner} cannot be read by itself: {_said(findings)}")
    return {name: part, _lock_name(name): own_lock(lock, own)}


def kept_promise(texts: Mapping[str, bytes], partner: str, known_on: date | None, judged_by: str = NEWEST) -> Promise:
    """The promise of texts that a judging kept or a bundle holds: the partner's own part, or all of them (version 2).

    Raises as `promise_of`.
    """
    contract, lock_name = _read(texts)
    if rules_of(judged_by) < 5:
        contract = contract.ending_as_signed()
    lock = None
    if lock_name in texts:
        read = _signed if rests_on_whole_text(judged_by) else _own
        lock = read(texts[lock_name], contract, lock_name)
    terms = clock_terms(contract, partner, lock, known_on)
    digest = lock.digest if lock else UNLOCKED
    return Promise(contract, partner, texts, text_digest(contract), digest, terms, judged_by)


def is_own_part(promise: Promise) -> bool:
    """Whether the texts are the partner's part to the byte: nothing of others, nothing beside it."""
    texts = promise.texts
    name = own_name(promise.contract)
    lock_name = _lock_name(name)
    lock = _own(texts[lock_name], promise.contract, lock_name) if lock_name in texts else None
    return dict(texts) == own_texts(promise.contract, lock, promise.partner)


def _read(texts: Mapping[str, bytes]) -> tuple[Contract, str]:
    """The contract of texts, and the name of its lock among them."""
    name = next(iter(texts))
    lock_name = _lock_name(name)
    includes = {one: content for one, content in texts.items() if one not in (name, lock_name)}
    contract, findings = load_text(texts[name], name, includes)
    if contract is None:
        raise DataError(f"{name} is not a valid contract: {_said(findings)}", "`tally check` shows every finding.")
    return contract, lock_name


def _lock_name(name: str) -> str:
    return str(PurePosixPath(name).with_suffix(SUFFIX))


def _signed(text: bytes, contract: Contract, name: str, public: str | None = None) -> Lock:
    return _held(load_lock(text, contract, public=public, file=name), name)


def _own(text: bytes, contract: Contract, name: str) -> Lock:
    return _held(load_own_lock(text, contract, file=name), name)


def _held(found: tuple[Lock | None, list[Finding]], name: str) -> Lock:
    lock, trouble = found
    if lock is None:
        raise IntegrityError(f"{name} does not hold: {_said(trouble)}", "Run `tally check --lock`.")
    return lock


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
    contract, _ = _read(texts)
    return [partner for partner in contract.partner_ids if wanted is None or partner in wanted]


def contract_name(texts: Mapping[str, bytes]) -> str:
    """The id of the contract that texts hold."""
    return _read(texts)[0].contract


def _said(findings: list[Finding]) -> str:
    first = findings[0] if findings else None
    more = f" (and {len(findings) - 1} more)" if len(findings) > 1 else ""
    return f"{first.place}: {first.message}{more}" if first else "no reason given"


def known_on(as_of: datetime) -> date:
    """The day of an instant: amendments known by then count."""
    return as_of.date()
