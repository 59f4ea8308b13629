"""What partners billed against what their months should cost, as pages read it: the core's check, inside one room.

A check is made again for each state of the lake, of the contracts and of the day; the core does the counting.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, time

from tallystick.billing.check.gathering import documents_of, invoice_check, is_checked
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.prepare import prepared
from tallystick.billing.running import RunningMonth, running_month
from tallystick.contract.filed_relief import filed_relief
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tallystick.vocabulary.errors import NotFound
from tallystick.web.books import ContractText
from tallystick.web.imported import lake_number
from tallystick.web.money_months import months_of_checks, own_documents, rated_texts
from tallystick.web.remembered import remembered
from tallystick.web.room import Room


def invoice_checks(room: Room, partner: str, label: str) -> tuple[InvoiceCheck, ...]:
    """The check of a partner's month under each of the room's contracts that it is checked under.

    None where nothing was imported, none for what is no month of the partner, and none of a partner that is not there
    or not ours: its contracts are not here.
    """
    number = lake_number(room)
    if number is None or label not in months_of_checks(room, partner).among:
        return ()
    key = ("invoice checks", partner, label, number, room.now.date())
    return remembered(room, key, lambda: _made(room, partner, label))


def _made(room: Room, partner: str, label: str) -> tuple[InvoiceCheck, ...]:
    as_of, texts = _as_of(room), rated_texts(room, partner)
    if not texts:
        return ()
    with Lake.open(room.home.folder("lake")) as lake:
        documents = documents_of(lake, partner)
    promises = [(one, _promise(room, one, partner)) for one in texts]
    return tuple(
        invoice_check(room.home.root, promise, label, as_of, room.books.beside(text, partner))
        for text, promise in promises
        if is_checked(promise.contract, own_documents(room, text, partner, documents), promise.period(label))
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
    as_of, number = _as_of(room), lake_number(room)
    if number is None or label not in months_of_checks(room, partner).among:
        return ()
    every = (_promise(room, one, partner) for one in rated_texts(room, partner))
    promises = [one for one in every if _charges(one, label) and as_of.timestamp() < one.period(label).end_s]
    if not promises:
        return ()
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


def _promise(room: Room, text: ContractText, partner: str) -> Promise:
    filed = filed_relief(room.home.root, text.contract.contract, partner)
    return promise_of(texts_at(text.path), partner, known_on(_as_of(room)), filed=filed)


def _charges(promise: Promise, label: str) -> bool:
    """Whether a month has a day in a contract's term, or settles one that has."""
    month = promise.period(label)
    return promise.contract.charges_in(month.start_on, month.end_on)


def invoice_check_of(room: Room, partner: str, label: str, contract: str) -> InvoiceCheck:
    """The check under one contract; raises NotFound in the same words for what is not there and what is not ours."""
    for one in invoice_checks(room, partner, label):
        if one.contract == contract:
            return one
    raise NotFound("invoice of this month", f"{contract}/{partner}/{label}")
