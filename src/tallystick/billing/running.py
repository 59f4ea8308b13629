"""A month that still runs: what its days so far cost, and where its invoice ends at their pace, with a range."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from pathlib import Path

from tallystick.billing.invoice import ExpectedInvoice
from tallystick.billing.pace import InvoiceForecast, accrual, forecast, forecast_from
from tallystick.billing.prepare import Prepared
from tallystick.verdicts.pace import pace_of
from tallystick.verdicts.pace_credits import CreditsAhead, credits_ahead
from tallystick.verdicts.promise import known_on
from tallystick.verdicts.store import VerdictStore


@dataclass(frozen=True)
class RunningMonth:
    """The accrual of the days that are over, None where none is; and the forecast, None before five are.

    `forecast_from` is the first day with a forecast; None where the contract has too few days in the month.
    """

    accrual: ExpectedInvoice | None
    forecast: InvoiceForecast | None
    forecast_from: date | None


def running_month(given: Prepared, home: Path) -> RunningMonth | None:
    """Accrual and forecast of a month that is ready; None where it is over. Price adjustments are those of its pace."""
    if given.as_of_s >= given.month.end_s:
        return None
    order = given.order()
    return RunningMonth(
        accrual(order, given.source, given.today, given.credits_on),
        forecast(order, given.source, given.today, _pace(given, home)),
        forecast_from(order),
    )


def _pace(given: Prepared, home: Path) -> CreditsAhead | None:
    """The price adjustments of the month at the pace of its promises; None where it was not judged yet."""
    store, promise = VerdictStore(home / "verdicts"), given.promise
    term = promise.contract.whole_term_by(known_on(given.as_of))
    for record in store.judged(promise.contract.contract, promise.partner, given.month.label):
        verdicts = store.verdicts_of(record)
        paces = {one.clause: pace_of(one, record, term) for one in verdicts}
        return credits_ahead(promise.contract, record, verdicts, paces)
    return None
