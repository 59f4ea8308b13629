"""What a partner sees of each table, as SQL around the canonical rows of everybody.

A case that was another's for a while is seen by both, each with the other's spans masked: whose they are, in which
queue, with which agent. Instants stay, because the arithmetic of the clocks needs them.
"""

# Names in SQL are declared columns and quoted words, never input.
# ruff: noqa: S608

from __future__ import annotations

from collections.abc import Callable, Mapping

from tallystick.records.ordering import order_sql
from tallystick.records.table import Table
from tallystick.records.tables.mapping import EVERY_PARTNER
from tallystick.vocabulary.scope import OTHER_PARTY, Scope

# Table -> SQL of its canonical rows of every partner, empty where the lake has none.
Rows = Callable[[str], str]


def quoted(text: str) -> str:
    """A string literal of the engine."""
    return "'" + text.replace("'", "''") + "'"


_OTHER = quoted(OTHER_PARTY)


def scope_view(scope: Scope, declared: Table, name: str, chosen: Rows, whole: Rows) -> str:
    """SQL of the rows of table `name` that a scope may see, empty where there are none.

    `chosen` are the rows that were asked for, `whole` all rows: which words are another's is told by all of them.
    """
    sql = chosen(name)
    if not sql or scope.partners is None:
        return sql
    own = ", ".join(quoted(partner) for partner in sorted(scope.partners))
    mine = f"partner in ({own})"
    if name not in ("case", "case_event"):
        shared = f" or partner = {quoted(EVERY_PARTNER)}" if name == "mapping" else ""
        rows = f"select * from ({sql}) where {mine}{shared}"
        if name != "survey_response":
            return rows
        return _replaced(rows, {kind: _masked_word(kind, kind, mine, whole) for kind in ("queue", "agent")})
    held = "select null::bigint as case_key where false"
    if events := chosen("case_event"):
        held = f"select case_key from ({events}) where {mine}"
    foreign = {"partner": _OTHER, "partner_given": "null", "load_id": "null", "row_hash": "0::bigint"}
    masks = {column: f'case when {mine} then "{column}" else {mask} end' for column, mask in foreign.items()}
    # What stood in the columns of a log names queues and agents of everybody, and only the next load needs it.
    masks["said_at" if name == "case" else "seen"] = "null::varchar"
    queue = _masked_word("queue", "queue" if name == "case" else "value", mine, whole)
    if name == "case":
        masks["queue"] = f"case when {mine} or queue is null then {queue} else {_OTHER} end"
        return _replaced(f"select * from ({sql}) where {mine} or case_key in ({held})", masks)
    owner = _masked_word("agent", "value", mine, whole)
    masks["value"] = (
        f"case when kind not in ('queue', 'owner') or value = '' then value"
        f" when not {mine} then {_OTHER} when kind = 'queue' then {queue} else {owner} end"
    )
    # Whoever hands a case over acts for the holder before, so that event's agent is the other party's.
    came = "kind in ('queue', 'owner') and holder_before is not null and holder_before not in"
    agent = _masked_word("agent", "agent", mine, whole, hidden="null")
    masks["agent"] = f"case when not {mine} or ({came} ({own})) then null else {agent} end"
    before = f"lag(partner) over (partition by case_key order by {order_sql(declared)}) as holder_before"
    rows = f"select *, {before} from ({sql}) where case_key in ({held})"
    return f"select * exclude (holder_before) from ({_replaced(rows, masks)})"


def _masked_word(kind: str, column: str, mine: str, whole: Rows, hidden: str = _OTHER) -> str:
    """SQL of a queue or agent column in which words known to belong to another partner are hidden."""
    lists = []
    if mapping := whole("mapping"):
        lists.append(f"select raw as word, partner from ({mapping}) where kind = '{kind}'")
    if kind == "agent" and (agents := whole("agent")):
        lists.append(f"select agent_id as word, partner from ({agents})")
    if not lists:
        return f'"{column}"'
    words = " union all ".join(lists)
    # A word that is ours in one source and another's in a second stays ours.
    theirs = f"select word from ({words}) group by word having not bool_or({mine}) and bool_or(partner <> '*')"
    return f'case when "{column}" in ({theirs}) then {hidden} else "{column}" end'


def _replaced(rows: str, columns: Mapping[str, str]) -> str:
    parts = ", ".join(f'{sql} as "{name}"' for name, sql in columns.items())
    return f"select * replace ({parts}) from ({rows})"
