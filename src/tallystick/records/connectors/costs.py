# ruff: noqa: E501 - lists of words read best as lines
"""Costs: what the service cost in a period, as a ledger lists it.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: costs.
Verbs: recognise, propose, read. Must not know: what was agreed.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE, Integers
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._months import months_us
from tallystick.records.connectors._roles import Role, amount, few, instant, month, word
from tallystick.records.connectors.any_table.reader import DAY_US, Chunk, TableReader, micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.connectors.outcomes import yes_no
from tallystick.records.keys import keys_of

_SIDES = {
    **dict.fromkeys(("client", "us", "customer", "buyer", "kunde", "cliente", "client side", "we"), "client"),
    **dict.fromkeys(("partner", "vendor", "supplier", "bpo", "outsourcer", "provider", "dienstleister"), "partner"),
}


def side_of(said: str) -> str | None:
    """Client or partner; None where the word is neither."""
    return _SIDES.get(plain_name(said))


class Costs(ListConnector):
    """One row per kind of cost and period."""

    title: ClassVar[str] = "Costs (any table of amounts per kind and period)"
    fills: ClassVar[tuple[str, ...]] = ("cost",)
    clients_alone: ClassVar[str] = "a list of costs"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "outcome": "a ledger tells what the service cost, not what customers were paid",
        "call": "a ledger holds no contacts",
    }
    shape: ClassVar[str] = "costs"
    noun: ClassVar[str] = "cost"
    plain_days: ClassVar[bool] = True
    dated: ClassVar[bool] = False
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word("cost id|entry id|booking id|document number|invoice number|line id|record id"),
        "kind": few("cost kind|cost type|kind|cost category|category|account|cost element|type|kostenart|nature|concepto",
                    most=200),
        "begins": month("period from|from|start date|period start|month|period|service period|booking month|monat|mois|"
                      "mes|luna|date"),
        "ends": month("period to|to|end date|period end|until"),
        "amount": amount("amount|cost|net amount|value|sum|total|total cost|betrag|montant|importe|importo|suma"),
        "currency": few("currency|currency code|wahrung|devise|moneda|valuta|waluta", most=60),
        "programme": few("programme|program|project|piece of work|work order|cost object", most=200),
        "queue": word("|".join(CASE_ROLES["queue"])),
        "borne_by": few("borne by|paid by|payer|who pays|side|trager", side_of, most=12),
        "on_card": few("on rate card|rate card|in contract|contracted|on contract", yes_no, most=12),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("begins",), ("amount",), ("kind",))
    own: ClassVar[tuple[str, ...]] = ("kind", "begins", "ends", "amount", "currency", "borne_by", "on_card")
    enough: ClassVar[int] = 4
    against: ClassVar[str] = (
        r"\b(ticket|case|call id|survey|agent|customer|shift|status|happened at|refund|kpi|measure)\b"
    )
    ahead: ClassVar[tuple[str, ...]] = ("begins", "ends")

    def prepare(self, chunk: Chunk, reader: TableReader) -> None:
        """Months in the place of days: the first day of the one that begins, the last of the one that ends."""
        for role in ("begins", "ends"):
            if role not in chunk.words:
                continue
            cells = chunk.words.pop(role)
            first = months_us(cells)
            wrong = (first == NONE) & ~np.asarray(pc.is_null(cells), np.bool_) & ~chunk.bad
            chunk.refuse(wrong, "TS-I108", reader.mapping.columns[role], "{cell!r} is no month.", cells, reader.file)
            last = _month_of(np.where(first == NONE, NONE, first + 32 * DAY_US)) - DAY_US
            chunk.instants[role] = first if role == "begins" else np.where(first == NONE, NONE, last)

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The costs. A period that names one day or month only is that month; a last day counts, as a last month does."""
        begins, last = rows.at("begins"), rows.at("ends")
        first = _month_of(begins)
        until = np.where(last == NONE, _month_of(np.where(first == NONE, NONE, first + 32 * DAY_US)), last + DAY_US)
        begins = np.where(last == NONE, first, begins)
        told = joined(rows.word("partner"), rows.word("kind"), begins, rows.word("programme"), rows.word("queue"),
                      rows.meant("borne_by"), rows.word("id"))  # fmt: skip
        table = pa.table(
            {
                "cost_key": keys_of(f"{mapping.source}:cost", told),
                "kind": pc.utf8_lower(rows.word("kind")),
                "period_from": _days(begins),
                "period_to": _days(until),
                "amount": rows.amount("amount"),
                "currency": pc.utf8_upper(rows.word("currency")),
                "programme": rows.word("programme"),
                "queue": rows.word("queue"),
                "borne_by": rows.meant("borne_by"),
                "on_rate_card": pc.equal(rows.meant("on_card"), "yes"),
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
            }
        )
        return {"cost": table}


def _days(values: Integers) -> pa.Array:
    return micros(values).cast(pa.timestamp("us")).cast(pa.date32())


def _month_of(values: Integers) -> Integers:
    """The first midnight of each one's month."""
    months = np.where(values == NONE, 0, values).astype("datetime64[us]").astype("datetime64[M]")
    return np.where(values == NONE, NONE, months.astype("datetime64[us]").astype(np.int64))
