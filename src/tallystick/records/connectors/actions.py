"""Actions: what somebody promised to do, as an action log lists it.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: actions.
Verbs: recognise, propose, read. Must not know: whether it helped.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, few, instant, word
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.connectors.costs import side_of
from tallystick.records.connectors.outcomes import yes_no
from tallystick.records.keys import keys_of

_KINDS = {
    **dict.fromkeys(("corrective", "corrective action", "correction", "capa", "fix", "korrektur"), "corrective"),
    **dict.fromkeys(("preventive", "preventive action", "prevention", "improvement", "vorbeugung"), "preventive"),
    **dict.fromkeys(("query", "question", "request", "inquiry", "anfrage", "frage", "pregunta"), "query"),
    **dict.fromkeys(("meeting", "meeting action", "governance", "qbr", "mbr", "wbr", "besprechung"), "meeting"),
    **dict.fromkeys(("other", "task", "todo", "to do", "action", "sonstiges"), "other"),
}


def kind_of(said: str) -> str | None:
    """corrective, preventive, query, meeting or other; None where it is not known."""
    return _KINDS.get(plain_name(said))


class Actions(ListConnector):
    """One row per action."""

    title: ClassVar[str] = "Actions (any table with one row per action that somebody promised)"
    fills: ClassVar[tuple[str, ...]] = ("action",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "an action is a promise between client and partner, not a customer's issue",
        "training": "an action that trains somebody is told by the list of trainings",
    }
    shape: ClassVar[str] = "actions"
    noun: ClassVar[str] = "action"
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word("action id|action no|action number|capa id|item id|id", differs=True),
        "kind": few("action type|action kind|kind|type|art", kind_of, most=40),
        "title": word("action|title|what|action title|action description|description|massnahme|mesure|accion|actiune",
                      longest=2000),
        "owner": word("owner|action owner|responsible|who|assigned to|verantwortlich|responsable|responsabil"),
        "side": few("side|owner side|party|duty of|owned by|seite", side_of, most=12),
        "opened": instant("opened at|agreed on|agreed at|raised on|raised at|created at|opened on|date raised|opened"),
        "due": instant("due at|due on|due date|due|deadline|target date|fallig am|echeance|termen"),
        "closed": instant("closed at|closed on|done at|done on|completed on|completed at|closed|completion date"),
        "effective": few("effective|effectiveness|worked|verified effective|wirksam", yes_no, most=12),
        "measure": few("measure|kpi|metric|moves|target kpi|kennzahl", most=100),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("opened",), ("title", "id"))
    # An id, a title and a creation are in any list.
    own: ClassVar[tuple[str, ...]] = ("due", "closed", "owner", "side", "effective", "measure", "kind")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = (
        r"\b(ticket|case|call id|survey|requester|customer|first reply|channel|priority|queue|group|target|actual|"
        r"assignee)\b"
    )
    ahead: ClassVar[tuple[str, ...]] = ("due",)
    dated: ClassVar[bool] = False

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The actions."""
        told = joined(rows.word("partner"), rows.word("title"), rows.at("opened"))
        action_id = pc.coalesce(rows.word("id"), told)
        table = pa.table(
            {
                "action_key": keys_of(f"{mapping.source}:action", action_id),
                "action_id": rows.word("id"),
                "kind": rows.meant("kind"),
                "title": rows.word("title"),
                "owner": rows.word("owner"),
                "side": rows.meant("side"),
                "opened_at": rows.instant("opened"),
                "due_at": rows.instant("due"),
                "closed_at": rows.instant("closed"),
                "effective": pc.equal(rows.meant("effective"), "yes"),
                "measure": rows.word("measure"),
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
            }
        )
        return {"action": table}
