"""What the partners bill for their telephone lines, with the errors planted in it."""

from __future__ import annotations

import calendar
from collections import Counter
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

from floor import plan
from floor.files import Row, write_csv

FEE = {"aurora": Decimal(22000), "borealis": Decimal(15000), "cordoba": Decimal(18000)}
CURRENCY = {"aurora": "EUR", "borealis": "EUR", "cordoba": "USD"}
CALL = {"aurora": Decimal("1.40"), "borealis": Decimal("1.85"), "cordoba": Decimal("1.60")}
# Of the fee, where fewer calls are answered in time.
ADJUSTED = {
    "aurora": ((0.90, "0.04"), (0.80, "0.06")),
    "borealis": ((0.90, "0.04"), (0.80, "0.06")),
    "cordoba": ((0.88, "0.04"), (0.75, "0.06")),
}
SURVEYS_AT_LEAST, NOT_ASKED = 0.97, Decimal(500)

TOO_MANY = {("aurora", "2026-05"): 40}
TOO_DEAR = {("borealis", "2026-06"): Decimal("1.95")}
NOT_AGREED = {("aurora", "2026-06"): ("Surcharge for system changes", Decimal(350))}
FORGOTTEN = {("borealis", "2026-05"): "CT2"}


def credits_of(partner: str, counts: Counter[str]) -> dict[str, Decimal]:
    """The price adjustments that a month's own counts give, by clause."""
    share = Decimal(0)
    for below, part in ADJUSTED[partner]:
        if counts["in time"] / counts["offered"] < below:
            share = Decimal(part)
    found = {"CT1": FEE[partner] * share} if share else {}
    if counts["surveyed"] / counts["answered"] < SURVEYS_AT_LEAST:
        found["CT2"] = NOT_ASKED
    return found


def write(home: Path, counted: dict[tuple[str, str], Counter[str]]) -> dict[str, int]:
    """Every invoice; how many rows each file holds."""
    sizes = {}
    head = (
        "invoice_number invoice_date period_from period_to contract rate_code description quantity unit unit_price "
        "net_amount currency"
    )
    for partner in FEE:
        name = f"invoices/{partner}-invoices.csv"
        rows = [row for month in plan.MONTHS for row in _invoice(partner, month, counted[partner, month])]
        write_csv(home / name, head, rows)
        sizes[name] = len(rows)
    return sizes


def _last(month: str) -> date:
    year, number = map(int, month.split("-"))
    return date(year, number, calendar.monthrange(year, number)[1])


def _invoice(partner: str, month: str, counts: Counter[str]) -> list[Row]:
    """The lines of one invoice, with the errors that are planted in it."""
    last = _last(month)
    issued = date(last.year + last.month // 12, last.month % 12 + 1, 4)
    head = (f"{partner[:3].upper()}-{month}", issued.isoformat(), f"{month}-01", last.isoformat(),
            f"lumen-{partner}-telephone")  # fmt: skip
    calls = counts["answered"] + TOO_MANY.get((partner, month), 0)
    price = TOO_DEAR.get((partner, month), CALL[partner])
    rows: list[Row] = [
        (*head, "LINE", "Telephone lines", 1, "month", FEE[partner], FEE[partner], CURRENCY[partner]),
        (*head, "CALL", "Calls answered", calls, "contact", price, price * calls, CURRENCY[partner]),
    ]
    for clause, amount in credits_of(partner, counts).items():
        if FORGOTTEN.get((partner, month)) != clause:
            rows.append((*head, clause, f"Price adjustment {clause}", 1, "piece", -amount, -amount, CURRENCY[partner]))
    if (partner, month) in NOT_AGREED:
        words, amount = NOT_AGREED[partner, month]
        rows.append((*head, "SUR", words, 1, "piece", amount, amount, CURRENCY[partner]))
    return rows


def expected(counted: dict[tuple[str, str], Counter[str]]) -> list[dict[str, Any]]:
    """By partner and month: what was billed, what should have been, and each error with its amount."""
    found = []
    for (partner, month), counts in sorted(counted.items()):
        key = (partner, month)
        agreed = FEE[partner] + CALL[partner] * counts["answered"] - sum(credits_of(partner, counts).values())
        billed = sum((row[10] for row in _invoice(partner, month, counts)), Decimal(0))
        errors: dict[str, Decimal] = {}
        if key in TOO_MANY:
            errors["quantity"] = CALL[partner] * TOO_MANY[key]
        if key in TOO_DEAR:
            errors["rate"] = (TOO_DEAR[key] - CALL[partner]) * counts["answered"]
        if key in NOT_AGREED:
            errors["unauthorised line"] = NOT_AGREED[key][1]
        if key in FORGOTTEN:
            errors["credit missing"] = credits_of(partner, counts)[FORGOTTEN[key]]
        if billed - agreed != sum(errors.values()):
            raise ValueError(f"{key}: the errors do not add up to the difference")
        found.append(
            {"partner": partner, "period": month, "calls": counts["answered"], "billed": f"{billed:.2f}",
             "agreed": f"{agreed:.2f}", "errors": [f"{name}: {amount:.2f}" for name, amount in errors.items()]}
        )  # fmt: skip
    return found
