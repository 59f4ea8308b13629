"""Identities: lists that say which ids of several systems are one person, from when until when, and how it is known.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: identities.
Verbs: recognise, propose, read. Must not know: who handled what.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, few, instant, word
from tallystick.records.connectors.any_table.reader import micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.keys import keys_of

_MAIL = ("e-mail", "email", "mail")
BY_HAND = "list of identities"


class Identities(ListConnector):
    """One row per person, system and id."""

    title: ClassVar[str] = "Identities (any table of persons with their ids in several systems)"
    fills: ClassVar[tuple[str, ...]] = ("identity",)
    clients_alone: ClassVar[str] = "a list of identities"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent": "a list of identities joins ids and tells nothing else about persons",
        "agent_state": "a list of identities tells who somebody is, not what they did",
    }
    shape: ClassVar[str] = "identities"
    noun: ClassVar[str] = "identity"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "person": word("person|person id|agent id|employee id|staff id|employee|agent|mitarbeiter id|matricule|marca"),
        "system": few("system|source system|application|platform|tool|source|system name", most=60),
        "id": word("id in system|system id|source id|external id|login|account|user id|identifier|id|login id"),
        "since": instant("valid from|from|since|start date|assigned on|gultig ab|valable du|valabil din"),
        "until": instant("valid to|valid until|to|until|end date|released on|gultig bis|valable jusqu au"),
        "proof": few("proof|evidence|basis|reason|how known|confirmed by|nachweis", most=200),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("person",), ("system",), ("id",))
    own: ClassVar[tuple[str, ...]] = ("person", "system", "id", "since", "until", "proof")
    enough: ClassVar[int] = 4
    against: ClassVar[str] = r"\b(ticket|case|call id|survey|shift|course|status|name|site|state|amount|role)\b"
    ahead: ClassVar[tuple[str, ...]] = ("until", "since")
    dated: ClassVar[bool] = False

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The ids; an address is kept as its keyed hash, and without a vault not at all."""
        since, until = rows.at("since"), rows.at("until")
        ids = rows.word("id")
        mail = pc.is_in(pc.utf8_lower(rows.word("system")), value_set=pa.array(_MAIL))
        if resolver.pseudonyms is not None:
            # An address is kept as its keyed hash only, as lists of agents keep it.
            hashed = resolver.pseudonyms(pc.if_else(mail, pc.utf8_lower(ids), pa.scalar(None, pa.string())))
            ids = pc.coalesce(hashed.cast(pa.string()), pc.if_else(mail, pa.scalar(None, pa.string()), ids))
        else:
            ids = pc.if_else(mail, pa.scalar(None, pa.string()), ids)
        system = pc.if_else(mail, "e-mail", rows.word("system"))
        whose = pc.coalesce(rows.word("partner"), mapping.partner or "")
        began = pc.coalesce(pa.array(since, mask=since == NONE).cast(pa.string()), "")
        table = pa.table(
            {
                "identity_key": keys_of("identity", joined(system, whose, ids, began)),
                "system": system,
                "source_id": ids,
                "person": rows.word("person"),
                "valid_from": micros(since),
                "valid_to": micros(np.where(until == NONE, NONE, until)),
                "proof": pc.fill_null(rows.word("proof"), BY_HAND),
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
            }
        )
        return {"identity": table.filter(pc.is_valid(table["source_id"]))}
