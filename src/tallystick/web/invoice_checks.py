"""What partners billed against what their months should cost, as pages read it: the core's check, inside one room.

A check is made again for each state of the lake, of the contracts and of the day; the core does the counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from tallystick.billing.check.gathering import invoice_check
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.prepare import prepared
from tallystick.billing.running import RunningMonth, running_month
from tallystick.contract.filed_relief import filed_relief
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.period import Period
from tallystick.web.books import ContractText
from tallystick.web.remembered import remembered
from tallystick.web.room import Room


def invoice_checks(room: Room, partner: str, label: str) -> tuple[InvoiceCheck, ...]:
    """The check of a partner's month under each of its contracts with a rate card that the room holds.

    None where nothing was imported, and none of a partner that is not there or not ours: its contracts are not here.
    """
    if not (room.home.folder("lake") / PROTOCOL_FILE).is_file():
        return ()
    with Lake.open(room.home.folder("lake")) as lake:
        number = lake.pin().number
    key = ("invoice checks", partner, label, number, room.now.date())
    return remembered(room, key, lambda: _made(room, partner, label))


def _made(room: Room, partner: str, label: str) -> tuple[InvoiceCheck, ...]:
    as_of = _as_of(room)
    texts = [(one, _promise(room, one, partner)) for one in _texts(room, partner)]
    return tuple(
        invoice_check(room.home.root, promise, label, as_of, room.books.beside(text, partner))
        for text, promise in texts
        if _touches(promise, label)
    )


@dataclass(frozen=True)
class Running:
    """A contract's month that still runs, with what its days so far cost and where its invoice ends."""

    contract: str
    month: RunningMonth


def running_months(room: Room, partner: str, label: str) -> tuple[Running, ...]:
    """The accrual and forecast of a partner's month under each of its contracts with a rate card; none once it is over.

    None where nothing was imported, and none of a partner that is not there or not ours.
    """
    as_of = _as_of(room)
    every = (_promise(room, one, partner) for one in _texts(room, partner))
    promises = [one for one in every if _touches(one, label) and as_of.timestamp() < one.period(label).end_s]
    if not promises or not (room.home.folder("lake") / PROTOCOL_FILE).is_file():
        return ()
    with Lake.open(room.home.folder("lake")) as lake:
        number = lake.pin().number
    key = ("running months", partner, label, number, room.now.date())
    return remembered(room, key, lambda: tuple(_running(room, promises, label, as_of)))


def _running(room: Room, promises: Iterable[Promise], label: str, as_of: datetime) -> Iterator[Running]:
    for promise in promises:
        with prepared(room.home.root, promise, label, as_of) as given:
            found = running_month(given, room.home.root)
        if found is not None and found.accrual is not None:
            yield Running(promise.contract.contract, found)


def _as_of(room: Room) -> datetime:
    """The first instant of today."""
    return datetime.combine(room.now.date(), time(), UTC)


def _texts(room: Room, partner: str) -> list[ContractText]:
    """A partner's contracts with a rate card, of those that the room holds."""
    return [one for one in room.books.contracts if partner in one.partners and one.contract.has_card]


def _promise(room: Room, text: ContractText, partner: str) -> Promise:
    filed = filed_relief(room.home.root, text.contract.contract, partner)
    return promise_of(texts_at(text.path), partner, known_on(_as_of(room)), filed=filed)


def _touches(promise: Promise, label: str) -> bool:
    """Whether a label is a month that has a day in a contract's term, or settles one that has."""
    span: Period = promise.period(label)
    return span.kind == "month" and promise.contract.charges_in(span.start_on, span.end_on)


def invoice_check_of(room: Room, partner: str, label: str, contract: str) -> InvoiceCheck:
    """The check under one contract; raises NotFound in the same words for what is not there and what is not ours.

    The months that there are, are those that pages offer: the judged ones of the partner.
    """
    judged = any(one.period == label for one in room.books.of(partner))
    for one in invoice_checks(room, partner, label) if judged else ():
        if one.contract == contract:
            return one
    raise NotFound("invoice of this month", f"{contract}/{partner}/{label}")
