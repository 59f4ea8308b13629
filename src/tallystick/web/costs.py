"""What partners cost in all, as the page of costs reads it: the core's ledgers of months, inside the client's room."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, time
from pathlib import Path

from tallystick.cost.business_case import FILE, Benefit, benefits, business_cases_at
from tallystick.cost.gather import CostedMonth, costs_of
from tallystick.cost.side import period_of
from tallystick.cost.waterfall import Waterfall, waterfall
from tallystick.records.commits import PROTOCOL_FILE
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound, ScopeError, UsageError
from tallystick.web.remembered import remembered
from tallystick.web.room import Room


def costs(room: Room, partner: str, months: Sequence[str]) -> tuple[CostedMonth, ...]:
    """The ledgers of some months of a partner; none where nothing was imported or no contract is with it.

    Raises ScopeError in a partner's room: what the client spends beside an invoice is the client's own.
    """
    if not room.scope.sees_all:
        raise ScopeError("A partner's room sees no costs of the client.", "Open the page of invoices.")
    texts = tuple(text.path for text in room.books.contracts)
    if not months or not (room.home.folder("lake") / PROTOCOL_FILE).is_file():
        return ()
    with Lake.open(room.home.folder("lake")) as lake:
        number = lake.pin().number
    day = room.now.date()
    as_of = datetime.combine(day, time(), UTC)
    key = ("costs", partner, tuple(months), number, day)
    return remembered(room, key, lambda: _made(room, texts, partner, months, as_of))


def _made(
    room: Room, texts: Sequence[Path], partner: str, months: Sequence[str], as_of: datetime
) -> tuple[CostedMonth, ...]:
    try:
        return costs_of(room.home.root, texts, partner, list(months), as_of)
    except NotFound:  # a partner whose contract is gone, and whose judgings are kept
        return ()


def fall_of(months: Sequence[CostedMonth]) -> Waterfall | None:
    """What moved the cost from the month before the last to the last; None where one of them is not known."""
    if len(months) < 2:
        return None
    before, after = months[-2], months[-1]
    try:
        return waterfall(period_of([(before.given, before.cost)]), period_of([(after.given, after.cost)]))
    except UsageError:  # nothing is known of a month, or the two are in different currencies
        return None


def benefits_of(room: Room, months: Sequence[CostedMonth]) -> tuple[Benefit, ...]:
    """What the client's business case promised of these months, and what was reached; none without a case."""
    path = room.home.root / FILE
    if not path.is_file():
        return ()
    listed = [one.cost for one in months]
    return tuple(one for case in business_cases_at(path) for one in benefits(case, listed))
