"""Which months the pages of money offer: all of which there is something to see, judged or not.

The invoice check has what a rate card charges and what was billed; the page of costs also what the books tell. Which
contracts a month is checked under is the core's answer (`billing.check.gathering`).
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from datetime import MAXYEAR, date

from tallystick.billing.check.gathering import documents_of, documents_under, months_billed, months_charged
from tallystick.billing.check.received import Document
from tallystick.cost.booked_months import months_booked
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import ScopeError, UsageError
from tallystick.vocabulary.period import Period
from tallystick.web.books import ContractText
from tallystick.web.imported import lake_number
from tallystick.web.page import Asked
from tallystick.web.period_choice import PeriodChoice, judged_periods, newest_of, strict_choice
from tallystick.web.remembered import remembered
from tallystick.web.room import Room

MONTH = re.compile(r"\d{4}-(0[1-9]|1[0-2])")


def is_month(label: str) -> bool:
    """Whether a text names a month."""
    return MONTH.fullmatch(label) is not None


def is_period(label: str) -> bool:
    """Whether a text names a period."""
    try:
        Period.parse(label, "UTC")
    except UsageError:
        return False
    return True


@dataclass(frozen=True)
class MoneyMonths:
    """The months that a page of money offers of a partner, oldest first, and the one that it shows unasked."""

    among: tuple[str, ...] = ()
    newest: str = ""


def rated_texts(room: Room, partner: str) -> list[ContractText]:
    """A partner's contracts with a rate card, of those that the room holds."""
    return [one for one in room.books.contracts if partner in one.partners and one.contract.has_card]


def own_documents(
    room: Room, text: ContractText, partner: str, documents: tuple[Document, ...]
) -> tuple[Document, ...]:
    """Those of a partner's documents that belong to one of its contracts."""
    return documents_under(documents, text.contract, room.books.beside(text, partner))


def months_of_checks(room: Room, partner: str) -> MoneyMonths:
    """The months of a partner that the invoice check offers: charged under a contract of the room, billed, or judged.

    Months are charged to the running one. The newest is the newest one billed or judged, else the newest that is over.
    """
    return _kept(room, "months of checks", partner, lambda: _of_checks(room, partner))


def months_of_costs(room: Room, partner: str) -> MoneyMonths:
    """The same for the page of costs: months that the books tell of too, and invoices under whatever contract.

    Raises ScopeError in a partner's room: what the client spends beside an invoice is the client's own.
    """
    if not room.scope.sees_all:
        raise ScopeError("A partner's room sees no costs of the client.", "Open the page of invoices.")
    return _kept(room, "months of costs", partner, lambda: _of_costs(room, partner))


def check_choice(room: Room, asked: Asked, partner: str) -> PeriodChoice:
    """The month of the invoice check that a URL asks for."""
    found = months_of_checks(room, partner)
    return strict_choice(asked, found.among, found.newest)


def credit_choice(room: Room, asked: Asked, partner: str) -> PeriodChoice:
    """The judged period whose credits a URL asks for."""
    among = judged_periods(room, partner)
    return strict_choice(asked, among, newest_of(among))


def cost_choice(room: Room, asked: Asked, partner: str) -> PeriodChoice:
    """The month of the page of costs that a URL asks for."""
    found = months_of_costs(room, partner)
    return strict_choice(asked, found.among, found.newest)


def _kept(room: Room, name: str, partner: str, make: Callable[[], MoneyMonths]) -> MoneyMonths:
    return remembered(room, (name, partner, lake_number(room), room.now.date()), make)


def _of_checks(room: Room, partner: str) -> MoneyMonths:
    texts = rated_texts(room, partner)
    if not texts or lake_number(room) is None:
        return _offered(room, partner, _charged(room, texts), ())
    with Lake.open(room.home.folder("lake")) as lake:
        documents = documents_of(lake, partner)
    billed = [month for text in texts for month in months_billed(own_documents(room, text, partner, documents))]
    return _offered(room, partner, _charged(room, texts), billed)


def _of_costs(room: Room, partner: str) -> MoneyMonths:
    charged = _charged(room, rated_texts(room, partner))
    if lake_number(room) is None:
        return _offered(room, partner, charged, ())
    with Lake.open(room.home.folder("lake")) as lake:
        told = months_billed(documents_of(lake, partner)) | months_booked(lake, partner)
    return _offered(room, partner, charged, told)


def _charged(room: Room, texts: Iterable[ContractText]) -> list[date]:
    return [month for text in texts for month in months_charged(text.contract, room.now.date())]


def _offered(room: Room, partner: str, charged: Iterable[date], told: Iterable[date]) -> MoneyMonths:
    """All of them. What is dated ahead is offered, and shown unasked only where there is nothing else."""
    runs = _label(room.now.date())
    known = {one for one in judged_periods(room, partner) if is_month(one)} | _labels(told)
    among = sorted(known | _labels(charged))
    first = (
        [one for one in among if one in known and one <= runs]
        or [one for one in among if one < runs]
        or [one for one in among if one == runs]
        or among[:1]
    )
    return MoneyMonths(tuple(among), first[-1] if first else "")


def _labels(months: Iterable[date]) -> set[str]:
    """Months by their labels, but those of the last year that there is: no period ends after it."""
    return {_label(one) for one in months if one.year < MAXYEAR}


def _label(day: date) -> str:
    return day.isoformat()[:7]
