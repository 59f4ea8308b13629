# ruff: noqa: E501 - lists of words read best as lines
"""Outcomes: what became of customers' issues outside of the helpdesk, as a shop or a bank system lists it.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: outcomes.
Verbs: recognise, propose, settle, read. Must not know: whose merit it was.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, amount, few, instant, word
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.keys import keys_of

_YES = frozenset({"yes", "y", "true", "1", "resolved", "solved", "ja", "oui", "si", "da", "tak", "ok"})
_NO = frozenset({"no", "n", "false", "unresolved", "not resolved", "open", "nein", "non", "nu", "nie"})


def yes_no(said: str) -> str | None:
    """`yes` or `no` of a word that means one of them; None where it means neither."""
    plain = plain_name(said)
    return "yes" if plain in _YES else "no" if plain in _NO else None


class Outcomes(ListConnector):
    """One row per thing that happened."""

    title: ClassVar[str] = "Outcomes (any table of refunds, replacements, cancellations, payments ...)"
    fills: ClassVar[tuple[str, ...]] = ("outcome",)
    clients_alone: ClassVar[str] = "a list of outcomes"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a list of outcomes names cases and tells nothing else about them",
        "cost": "what a customer was paid is no cost of the service",
    }
    shape: ClassVar[str] = "outcomes"
    noun: ClassVar[str] = "outcome"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word("outcome id|refund id|transaction id|order event id|event id|record id|replacement id", differs=True),
        "kind": few("outcome|outcome type|outcome kind|what happened|event type|transaction type|kind|type", most=100),
        "happened": instant("happened at|occurred at|refunded at|processed at|executed at|booked at|cancelled at|"
                            "happened on|date|datum|fecha|data"),
        "case": word("|".join(CASE_ROLES["case"][:16]) + "|ticket|case"),
        "customer": word("|".join(CASE_ROLES["requester"])),
        "resolved": few("resolved|issue resolved|is resolved|solved|settled", yes_no, most=12),
        "amount": amount("amount|refund amount|value|sum|paid|total|betrag|montant|importe|importo|suma"),
        "currency": few("currency|currency code|wahrung|devise|moneda|valuta|waluta", most=60),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("kind",), ("happened",))
    own: ClassVar[tuple[str, ...]] = ("id", "kind", "happened", "resolved", "amount", "currency")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = (
        r"\b(status|priority|subject|queue|call id|survey|shift|agent|agent id|first reply|resolved at|created at|"
        r"invoice|borne by|rate card|period|event|activity)\b"
    )

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The outcomes, with the case that each names."""
        found = rows.cases(resolver)
        told = joined(rows.word("kind"), rows.at("happened"), rows.word("case"), rows.word("customer"))
        table = pa.table(
            {
                "outcome_key": keys_of(f"{mapping.source}:outcome", pc.coalesce(rows.word("id"), told)),
                "kind": pc.utf8_lower(rows.word("kind")),
                "happened_at": rows.instant("happened"),
                "case_key": found.keys,
                "requester": rows.word("customer"),
                "resolved": pc.equal(rows.meant("resolved"), "yes"),
                "amount": rows.amount("amount"),
                "currency": pc.utf8_upper(rows.word("currency")),
                "partner_given": rows.word("partner"),
                "source_at": rows.newest("happened"),
                "source_row": rows.numbers,
            }
        )
        return {"outcome": table}
