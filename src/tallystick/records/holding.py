"""Arriving rows with their partner, and the stored rows that they move to another."""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from collections.abc import Sequence

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records import attribution
from tallystick.records.attribution import Holders
from tallystick.records.file_load import Load
from tallystick.records.keys import distinct, keys_of
from tallystick.records.lake import Lake
from tallystick.records.layout import split_newest
from tallystick.records.table import OF_A_CASE, Table, table
from tallystick.records.word_columns import laid_together, repeated, shortened
from tallystick.vocabulary.scope import Scope

# Tables whose rows go where their case is and never take it anywhere.
FOLLOWERS = ("survey_response", "message_text")

# Queues and agents by kind (`queue`, `agent`).
Words = AbstractMapping[str, Sequence[str]]


def attributed(
    load: Load,
    lake: Lake | None,
    holders: Holders,
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    extra: pa.ChunkedArray | None,
    corrected: Words,
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The new rows with their partner, and stored rows that the new ones move to another.

    `extra` are cases, and `corrected` queues and agents, of which the load's mapping says something new.
    """
    whole: dict[str, pa.Table] = {}
    of_cases: dict[str, pa.Table] = {}
    for name, rows in new.items():
        if name in OF_A_CASE:
            of_cases[name] = rows
        else:
            whole[name] = with_partner(rows, _own_partner(name, rows, holders))
    moved: dict[str, pa.Table] = {name: rows for name, rows in withdrawn.items() if rows.num_rows}
    keys = [
        group[name].column("case_key")
        for group in (of_cases, withdrawn)
        for name in OF_A_CASE
        if name in group and name not in FOLLOWERS
    ]
    if extra is not None:
        keys.append(extra)
    touched = pc.unique(pa.chunked_array([chunk for part in keys for chunk in part.chunks], pa.int64()).drop_null())
    given = all(rows.column("partner_given").null_count == 0 for rows in of_cases.values())
    unmoved = not withdrawn and (lake is None or not corrected)
    if given and unmoved and (lake is None or not _follows_others(lake, touched)):
        for name, rows in of_cases.items():
            whole[name] = with_partner(rows, rows.column("partner_given"))
        return whole, moved
    by_source = {**attribution.holders_by_source(lake), load.mapping.source: holders}
    if unmoved and not any(by_source.values()) and _nobody_named(lake, of_cases):
        for name, rows in of_cases.items():
            whole[name] = with_partner(rows, repeated(attribution.UNASSIGNED, rows.num_rows))
        return whole, moved
    of_cases = {name: _with_given_written_out(rows) for name, rows in of_cases.items()}
    near, far = _parted(of_cases, touched)
    if len(touched):
        stored = stored_rows(lake, touched)
        partners = worked_out(stored, near, withdrawn, holders, by_source)
        for name, rows in near.items():
            whole[name] = with_partner(rows, _or_as_given(_partner_by_key(table(name), rows, partners.get(name)), rows))
        for name, rows in moves(stored, partners, load.load_id).items():
            _add(moved, name, _still_newest(name, rows, new, withdrawn))
    for name, partner in _following(lake, far, by_source).items():
        rows = with_partner(far[name], partner)
        whole[name] = laid_together([whole[name], rows]) if name in whole else rows
    if lake is not None and corrected:
        for name, rows in renamed(lake, load.mapping.source, corrected, by_source, touched, load.load_id).items():
            _add(moved, name, _still_newest(name, rows, new, withdrawn))
    return whole, moved


def _nobody_named(lake: Lake | None, of_cases: AbstractMapping[str, pa.Table]) -> bool:
    """Whether no row names a partner, and the lake has no row of any of their cases that could."""
    if any(rows.column("partner_given").null_count < rows.num_rows for rows in of_cases.values()):
        return False
    if lake is None or not of_cases:
        return True
    pin = lake.pin()
    keys = [chunk for rows in of_cases.values() for chunk in rows.column("case_key").chunks]
    cases = pc.unique(pa.chunked_array(keys, pa.int64()).drop_null())
    return not any(lake.holds_any(name, cases, pin) for name in OF_A_CASE)


def _follows_others(lake: Lake, case_keys: pa.Array) -> bool:
    """Whether the lake holds rows of these cases whose partner follows from other rows."""
    pin = lake.pin()
    return any(lake.holds_any(name, case_keys, pin, "partner_given is null") for name in OF_A_CASE)


def _parted(
    of_cases: AbstractMapping[str, pa.Table], touched: pa.Array
) -> tuple[dict[str, pa.Table], dict[str, pa.Table]]:
    """The rows of the cases that are worked out anew, and surveys and texts of others.

    Those may be another source's cases, and say nothing about who holds them.
    """
    near: dict[str, pa.Table] = {}
    far: dict[str, pa.Table] = {}
    for name, rows in of_cases.items():
        if name not in FOLLOWERS:
            near[name] = rows
            continue
        here = pc.is_in(rows.column("case_key"), value_set=touched)
        for group, part in ((near, rows.filter(here)), (far, rows.filter(pc.invert(here)))):
            if part.num_rows:
                group[name] = part
    return near, far


def _following(
    lake: Lake | None, followers: AbstractMapping[str, pa.Table], by_source: AbstractMapping[str, Holders]
) -> dict[str, pa.Array]:
    """The partner of surveys and texts: whoever holds their case, whatever feed the case came from."""
    if not followers:
        return {}
    keys = [chunk for rows in followers.values() for chunk in rows.column("case_key").chunks]
    stored = stored_rows(lake, pc.unique(pa.chunked_array(keys, pa.int64()).drop_null()))
    for name in ("case", "case_event"):
        if name in stored:
            rows = stored[name]
            at = rows.schema.get_field_index("partner_given")
            stored[name] = rows.set_column(at, "partner_given", rows.column("partner"))
    partners = worked_out(stored, followers, {}, Holders(), by_source)
    return {
        name: _or_as_given(_partner_by_key(table(name), rows, partners.get(name)), rows)
        for name, rows in followers.items()
    }


def renamed(
    lake: Lake,
    source: str,
    words: Words,
    by_source: AbstractMapping[str, Holders],
    done: pa.Array,
    load_id: str,
) -> dict[str, pa.Table]:
    """Stored agents, surveys, calls ... of a source that go by words of which something new is known, revised.

    Surveys of the cases `done` are left out: they move with their cases.
    """
    everyone = Scope.of_client(lake.client)
    found: dict[str, pa.Table] = {}
    surveys = lake.read(everyone, "survey_response", columns=table("survey_response").schema.names)
    asked = pa.array([False] * surveys.num_rows, pa.bool_())
    for kind in ("queue", "agent"):
        listed = pa.array(list(words.get(kind, ())), pa.string())
        asked = pc.or_(asked, pc.is_in(surveys.column(kind), value_set=listed))
    asked = pc.and_(asked, pc.equal(surveys.column("source"), source).fill_null(False))
    asked = pc.and_(asked, pc.invert(pc.is_in(surveys.column("case_key"), value_set=done)))
    surveys = surveys.filter(asked)
    if surveys.num_rows:
        texts = lake.read(everyone, "message_text", columns=table("message_text").schema.names)
        ids = surveys.column("text_id").drop_null()
        followers = {"survey_response": surveys, "message_text": texts.filter(pc.is_in(texts.column("text_id"), ids))}
        for name, partner in _following(lake, followers, by_source).items():
            _add(found, name, attribution.moved(followers[name], partner, load_id))
    if words.get("agent"):
        agents = lake.read(everyone, "agent", columns=table("agent").schema.names)
        named = keys_of(f"{source}:agent", pa.array(list(words["agent"]), pa.string()))
        agents = agents.filter(pc.is_in(agents.column("agent_key"), value_set=named))
        whose = _own_partner("agent", agents, by_source.get(source, Holders()))
        _add(found, "agent", attribution.moved(agents, whose, load_id))
    for name in _naming_holders(lake):
        rows = lake.read(everyone, name, columns=table(name).schema.names)
        asked = pa.array([False] * rows.num_rows, pa.bool_())
        for kind in table(name).holders:
            listed = pa.array(list(words.get(kind, ())), pa.string())
            asked = pc.or_(asked, pc.is_in(rows.column(kind), value_set=listed))
        rows = rows.filter(pc.and_(asked, pc.equal(rows.column("source"), source).fill_null(False)))
        whose = _own_partner(name, rows, by_source.get(source, Holders()))
        _add(found, name, attribution.moved(rows, whose, load_id))
    return found


def _naming_holders(lake: Lake) -> list[str]:
    """The tables of the lake whose rows belong to no case and name the queue or agent that they belong to."""
    return [name for name in sorted(lake.pin().versions) if name not in OF_A_CASE and table(name).names_holder]


def _add(tables: dict[str, pa.Table], name: str, rows: pa.Table) -> None:
    if rows.num_rows:
        tables[name] = pa.concat_tables([tables[name], rows]) if name in tables else rows


def _or_as_given(found: pa.Array, rows: pa.Table) -> pa.ChunkedArray:
    """What was found; for rows without it (a retraction) what their source says."""
    return pc.coalesce(found, rows.column("partner_given"), pa.scalar(attribution.UNASSIGNED))


def _still_newest(name: str, rows: pa.Table, *arriving: AbstractMapping[str, pa.Table]) -> pa.Table:
    """Those of the stored rows `rows` that no arriving version supersedes."""
    declared = table(name)
    wanted = list(dict.fromkeys([declared.key, declared.presence, "source_at", "revision", "row_hash"]))
    keys = rows.column(declared.key).combine_chunks()
    rivals = []
    for group in arriving:
        if name in group:
            others = group[name].select(wanted)
            others = others.filter(pc.is_in(others.column(declared.key), value_set=keys))
            rivals.append(others.append_column("place", pa.array(np.full(others.num_rows, -1))))
    if not any(others.num_rows for others in rivals):
        return rows
    placed = rows.select(wanted).append_column("place", pa.array(np.arange(rows.num_rows)))
    place = split_newest(declared, laid_together([placed, *rivals]))[0].column("place").to_numpy()
    return rows.take(pa.array(np.sort(place[place >= 0])))


def stored_rows(lake: Lake | None, case_keys: pa.Array) -> dict[str, pa.Table]:
    """The newest stored rows, retractions and storage columns and all, of the tables that follow a case."""
    if lake is None:
        return {}
    pin = lake.pin()
    return {name: lake.newest_of_cases(name, case_keys, pin) for name in OF_A_CASE if name in pin.versions}


def worked_out(
    stored: AbstractMapping[str, pa.Table],
    new: AbstractMapping[str, pa.Table],
    withdrawn: AbstractMapping[str, pa.Table],
    holders: Holders,
    by_source: AbstractMapping[str, Holders],
) -> dict[str, tuple[pa.Array, pa.Array]]:
    """Per table (keys, partners) of the newest rows of every touched case.

    `holders` are those of the cases' source; a survey may come from another one of `by_source`.
    """

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
        "survey_response",
        ["case_key", "response_key", "sent_at", "partner_given", "source", "queue", "agent", "text_id"],
    )
    loose = surveys.filter(pc.is_null(surveys.column("case_key")))
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
    }
    surveys, held = (
        laid_together([surveys, loose]),
        pa.concat_arrays([held[bounds[1] :], pa.nulls(loose.num_rows, pa.string())]),
    )
    found["survey_response"] = (
        surveys.column("response_key").combine_chunks(),
        _whose_survey(surveys, held, by_source),
    )
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


def _whose_survey(surveys: pa.Table, held: pa.Array, by_source: AbstractMapping[str, Holders]) -> pa.Array:
    """The partner of surveys: as given, else the holder of the case, else that of the queue or agent they name."""
    known = pc.if_else(pc.equal(held, attribution.UNASSIGNED), pa.scalar(None, pa.string()), held)
    found = _said(surveys, known)
    for source in surveys.column("source").unique().to_pylist():
        if not (holders := by_source.get(source)) or not found.null_count:
            continue
        ours = pc.equal(surveys.column("source"), source).combine_chunks()
        for kind, words in (("queue", holders.queues), ("agent", holders.agents)):
            named = attribution.held_at(surveys.column(kind), surveys.column("sent_at"), words)
            found = pc.coalesce(found, pc.if_else(ours, named, pa.scalar(None, pa.string())))
    return pc.fill_null(found, attribution.UNASSIGNED)


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
    """The partner of rows that belong to no case: as given, else the holder of the queue or agent that they name."""
    given = rows.column("partner_given").cast(pa.string()).combine_chunks()
    if name == "agent":
        ids = rows.column("agent_id").cast(pa.string()).to_pylist()
        held = pa.array([holders.agents[word][-1][1] if word in holders.agents else None for word in ids], pa.string())
        given = pc.coalesce(given, held)
    elif (declared := table(name)).names_holder:
        for kind in declared.holders:
            words = holders.queues if kind == "queue" else holders.agents
            if words:
                given = pc.coalesce(given, attribution.held_at(rows.column(kind), rows.column(declared.at), words))
    return pc.fill_null(given, attribution.UNASSIGNED)


def with_partner(rows: pa.Table, partner: pa.Array | pa.ChunkedArray) -> pa.Table:
    """Rows with their partner as the last column."""
    return rows.append_column("partner", shortened(partner))
