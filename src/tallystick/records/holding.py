"""Arriving rows with their partner, and the stored rows that they move to another."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import attribution
from tallystick.records.attribution import History, Holders
from tallystick.records.keys import distinct
from tallystick.records.lake import Lake, split_newest
from tallystick.records.load import Load
from tallystick.records.table import OF_A_CASE, Table, table
from tallystick.records.word_columns import laid_together, shortened
from tallystick.vocabulary.scope import Scope

# Tables whose rows go where their case is and never take it anywhere.
FOLLOWERS = ("survey_response", "message_text")


def attributed(
    load: Load,
    lake: Lake | None,
    holders: Holders,
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    extra: pa.ChunkedArray | None,
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The new rows with their partner, and stored rows that the new ones move to another."""
    whole: dict[str, pa.Table] = {}
    of_cases: dict[str, pa.Table] = {}
    for name, rows in new.items():
        if name in OF_A_CASE:
            of_cases[name] = rows
        else:
            whole[name] = with_partner(rows, _own_partner(name, rows, holders))
    moved: dict[str, pa.Table] = {name: rows for name, rows in withdrawn.items() if rows.num_rows}
    simple = not withdrawn and not (extra is not None and len(extra))
    if simple and all(rows.column("partner_given").null_count == 0 for rows in of_cases.values()):
        for name, rows in of_cases.items():
            whole[name] = with_partner(rows, rows.column("partner_given"))
        return whole, moved
    if (extra is None or not len(extra)) and {*of_cases, *withdrawn} <= {*FOLLOWERS, *whole}:
        return whole | _following(lake, of_cases, holders), moved
    of_cases = {name: _with_given_written_out(rows) for name, rows in of_cases.items()}
    keys = [
        rows.column("case_key") for rows in (*of_cases.values(), *withdrawn.values()) if "case_key" in rows.column_names
    ]
    if extra is not None:
        keys.append(extra)
    touched = pc.unique(pa.chunked_array([chunk for part in keys for chunk in part.chunks], pa.int64()).drop_null())
    stored = stored_rows(lake, touched)
    partners = worked_out(stored, of_cases, withdrawn, holders)
    for name, rows in of_cases.items():
        found = _partner_by_key(table(name), rows, partners.get(name))
        fallback = pc.coalesce(rows.column("partner_given"), pa.scalar(attribution.UNASSIGNED))
        whole[name] = with_partner(rows, pc.coalesce(found, fallback))
    for name, rows in moves(stored, partners, load.load_id).items():
        still = pc.invert(pc.is_in(rows.column(table(name).key), value_set=_keys_in(name, new, withdrawn)))
        parts = [part for part in (moved.get(name), rows.filter(still)) if part is not None and part.num_rows]
        if parts:
            moved[name] = pa.concat_tables(parts)
    return whole, moved


def _following(lake: Lake | None, of_cases: AbstractMapping[str, pa.Table], holders: Holders) -> dict[str, pa.Table]:
    """Surveys and their comments with the partner that holds their case, whatever feed the case came from.

    They say nothing about who holds a case, so no stored row moves, and the words of their own feed are asked only for
    surveys whose case is not known.
    """
    touched = pc.unique(
        pa.chunked_array([part for rows in of_cases.values() for part in rows.column("case_key").chunks], pa.int64())
    )
    stored = stored_rows(lake, touched.drop_null())
    held = {
        name: rows.set_column(rows.schema.get_field_index("partner_given"), "partner_given", rows.column("partner"))
        for name, rows in stored.items()
        if name in ("case", "case_event")
    }
    partners = worked_out(held, of_cases, {}, Holders())
    nobody = pa.scalar(None, pa.string())
    whole: dict[str, pa.Table] = {}
    for name in (name for name in FOLLOWERS if name in of_cases):
        rows = of_cases[name]
        found = _partner_by_key(table(name), rows, partners.get(name))
        found = pc.if_else(pc.equal(found, attribution.UNASSIGNED), nobody, found)
        said = [rows.column("partner_given").combine_chunks(), found]
        if name == "survey_response":
            said += [_holder_of(rows, "queue", holders.queues), _holder_of(rows, "agent", holders.agents)]
        elif "survey_response" in whole:
            surveys = whole["survey_response"]
            at = pc.index_in(rows.column("text_id"), value_set=surveys.column("text_id").combine_chunks())
            said.insert(1, surveys.column("partner").combine_chunks().take(at.combine_chunks()))
        whole[name] = with_partner(rows, pc.coalesce(*said, pa.scalar(attribution.UNASSIGNED)))
    return whole


def _holder_of(rows: pa.Table, column: str, held: AbstractMapping[str, History]) -> pa.Array:
    """The latest holder of the queue or agent that each row names."""
    words = rows.column(column).cast(pa.string()).to_pylist()
    return pa.array([held[word][-1][1] if word in held else None for word in words], pa.string())


def _keys_in(name: str, *groups: AbstractMapping[str, pa.Table]) -> pa.Array:
    key = table(name).key
    columns = [group[name].column(key) for group in groups if name in group]
    return pa.chunked_array([chunk for column in columns for chunk in column.chunks], pa.int64()).combine_chunks()


def stored_rows(lake: Lake | None, case_keys: pa.Array) -> dict[str, pa.Table]:
    """The newest stored rows, storage columns and all, of the tables that follow a case."""
    if lake is None:
        return {}
    everyone = Scope.of_client(lake.client)
    pin = lake.pin()
    return {
        name: lake.read(everyone, name, pin=pin, columns=table(name).schema.names, case_keys=case_keys)
        for name in OF_A_CASE
        if name in pin.versions
    }


def worked_out(
    stored: AbstractMapping[str, pa.Table],
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    holders: Holders,
) -> dict[str, tuple[pa.Array, pa.Array]]:
    """Per table (keys, partners) of the newest rows of every touched case."""

    def newest(name: str, columns: list[str]) -> pa.Table:
        declared = table(name)
        wanted = list(dict.fromkeys([*columns, declared.key, declared.presence, "source_at", "revision", "row_hash"]))
        groups = [group[name].select(wanted) for group in (stored, new, withdrawn) if name in group]
        if not groups:
            schema = pa.schema([declared.schema.field(column) for column in wanted])
            return schema.empty_table()
        return split_newest(declared, laid_together(groups))[0]

    cases = newest("case", ["case_key", "queue", "created_at", "partner_given"])
    changes = newest("case_event", ["case_key", "event_key", "event_at", "seq", "kind", "value", "partner_given"])
    events = changes.select(["case_key", "event_key", "event_at", "seq", "kind", "value", "partner_given"])
    messages = newest("message", ["case_key", "message_key", "sent_at", "partner_given", "text_id"])
    surveys = newest(
        "survey_response", ["case_key", "response_key", "sent_at", "partner_given", "queue", "agent", "text_id"]
    )
    surveys = surveys.filter(pc.is_valid(surveys.column("case_key")))
    # A message or survey is held by whoever holds the case then: it takes its place among the events, and says nothing.
    followers = [_as_events(messages, "message_key"), _as_events(surveys, "response_key")]
    own, held = attribution.attribute(cases, laid_together([events, *followers]), holders)
    bounds = np.cumsum([events.num_rows, messages.num_rows, surveys.num_rows])
    found = {
        "case": (cases.column("case_key").combine_chunks(), own),
        "case_event": (events.column("event_key").combine_chunks(), held[: bounds[0]]),
        # What the source itself says of a message or survey holds; only where it is silent its case tells.
        "message": (messages.column("message_key").combine_chunks(), _said(messages, held[bounds[0] : bounds[1]])),
        "survey_response": (
            surveys.column("response_key").combine_chunks(),
            _said(surveys, held[bounds[1] : bounds[2]]),
        ),
    }
    texts = newest("message_text", ["text_key", "text_id", "case_key", "partner_given"])
    if texts.num_rows:
        by_text = pa.concat_arrays(
            [messages.column("text_id").combine_chunks(), surveys.column("text_id").combine_chunks()]
        )
        partners = pa.concat_arrays([found["message"][1], found["survey_response"][1]])
        at = pc.index_in(texts.column("text_id"), value_set=by_text)
        at_case = pc.index_in(texts.column("case_key"), value_set=found["case"][0])
        whose = pc.coalesce(
            texts.column("partner_given").combine_chunks(),
            partners.take(at.combine_chunks()),
            own.take(at_case.combine_chunks()),
            pa.scalar(attribution.UNASSIGNED),
        )
        found["message_text"] = (texts.column("text_key").combine_chunks(), whose)
    return found


def _said(rows: pa.Table, held: pa.Array) -> pa.Array:
    return pc.coalesce(rows.column("partner_given").combine_chunks(), held)


def _as_events(rows: pa.Table, key: str) -> pa.Table:
    count = rows.num_rows
    return pa.table(
        {
            "case_key": rows.column("case_key"),
            "event_key": rows.column(key),
            "event_at": rows.column("sent_at"),
            "seq": pa.repeat(pa.scalar(2**31 - 1, pa.int32()), count),
            "kind": pa.repeat(pa.scalar("flag"), count),
            "value": pa.nulls(count, pa.string()),
            "partner_given": pa.nulls(count, pa.string()),
        }
    )


def moves(
    stored: AbstractMapping[str, pa.Table], partners: AbstractMapping[str, tuple[pa.Array, pa.Array]], load_id: str
) -> dict[str, pa.Table]:
    """Stored rows whose partner is another now, as newer revisions."""
    found = {}
    for name, rows in stored.items():
        partner = pc.coalesce(_partner_by_key(table(name), rows, partners.get(name)), rows.column("partner"))
        changed = attribution.moved(rows, partner, load_id)
        if changed.num_rows:
            found[name] = changed
    return found


def _with_given_written_out(rows: pa.Table) -> pa.Table:
    column = rows.schema.get_field_index("partner_given")
    return rows.set_column(column, "partner_given", rows.column(column).cast(pa.string()))


def _partner_by_key(declared: Table, rows: pa.Table, known: tuple[pa.Array, pa.Array] | None) -> pa.Array:
    """The partner of each row, null where it is not among the known ones."""
    if known is None or not len(known[0]):
        return pa.nulls(rows.num_rows, pa.string())
    held, partners = known[0].to_numpy(), known[1]
    wanted = rows.column(declared.key).to_numpy()
    # Rows that are all new come back in their own order, without those that are retracted.
    present = np.flatnonzero(pc.is_valid(rows.column(declared.presence)).to_numpy())
    same = len(present) == len(held) and np.array_equal(wanted[present], held)
    if same and (len(held) == len(wanted) or len(distinct(wanted)) == len(wanted)):
        place = np.full(len(wanted), -1)
        place[present] = np.arange(len(held))
        return partners.take(pa.array(place, mask=place < 0))
    order = np.argsort(held, kind="stable")
    ranked = held[order]
    at = np.minimum(np.searchsorted(ranked, wanted), len(ranked) - 1)
    return partners.take(pa.array(order[at], mask=ranked[at] != wanted))


def _own_partner(name: str, rows: pa.Table, holders: Holders) -> pa.Array:
    """The partner of rows that belong to no case: as given, else the holder of the agent they name."""
    given = rows.column("partner_given").cast(pa.string()).combine_chunks()
    if name == "agent":
        ids = rows.column("agent_id").cast(pa.string()).to_pylist()
        held = pa.array([holders.agents[word][-1][1] if word in holders.agents else None for word in ids], pa.string())
        given = pc.coalesce(given, held)
    return pc.fill_null(given, attribution.UNASSIGNED)


def with_partner(rows: pa.Table, partner: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows with their partner as the last column."""
    return rows.append_column("partner", shortened(partner))
