# ruff: noqa: E501, S608 - SQL reads best as it is; every name in these queries is a constant of ours or a slot number
"""From the working tables to canonical rows, in SQL: cases, events, messages, texts, agents, survey responses."""

from __future__ import annotations

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connectors._instants import EARLIEST_US
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.keys import keys_of, mixed
from tallystick.records.table import INSTANT

# Fields of a ticket's history that are canonical events.
FIELDS = {"status": "status", "group_id": "queue", "assignee_id": "owner", "priority": "priority"}
_SCORES = "good good_with_comment bad bad_with_comment offered"
DAY_US = 86_400 * 1_000_000


def _us(expression: str) -> str:
    """Microseconds of an instant as Zendesk writes it: UTC, with Z or without a zone, or seconds since 1970."""
    text = f"trim({expression})"
    return (
        f"coalesce(epoch_us(try_cast({text} AS TIMESTAMPTZ)), "
        f"CASE WHEN regexp_full_match({text}, '1[0-9]{{9}}') THEN try_cast({text} AS BIGINT) * 1000000 END)"
    )


# A response to a survey names its ticket among its subjects, and its score and instants among its answers.
_RESPONSES = """
CREATE OR REPLACE TEMP TABLE responses AS
WITH parts AS (
    SELECT *, list_filter(from_json(coalesce(subjects, '[]'), '["JSON"]'), lambda s: s->>'type' = 'ticket')[1] AS subject,
           list_filter(from_json(coalesce(answers, '[]'), '["JSON"]'), lambda a: a->>'type' = 'rating_scale')[1] AS answer,
           from_json(coalesce(answers, '[]'), '["JSON"]')[1] AS first
    FROM responses
)
SELECT id, number, subject->>'id' AS ticket_id, answer->>'rating' AS rating,
       coalesce(created_at, answer->>'created_at', first->>'created_at') AS created_at,
       coalesce(updated_at, answer->>'updated_at', answer->>'created_at', first->>'created_at') AS updated_at
FROM parts
"""


def prepare(connection: duckdb.DuckDBPyConnection, as_of_us: int) -> None:
    """Give every working table its instants and roles, and note the rows that cannot be stored in `refused`."""
    connection.execute(_RESPONSES)
    for table, columns in (
        ("tickets", ("created_at", "updated_at", "generated", "due_at")),
        ("changes", ("changed_at",)),
        ("comments", ("sent_at",)),
        ("ratings", ("created_at", "updated_at")),
        ("responses", ("created_at", "updated_at")),
        ("metrics", ("solved_at", "updated_at")),
        ("users", ("updated_at", "created_at")),
    ):
        added = ", ".join(f"{_us(column)} AS {column}_us" for column in columns)
        connection.execute(f"CREATE OR REPLACE TEMP TABLE {table} AS SELECT *, {added} FROM {table}")
    latest = as_of_us + DAY_US
    checks = (
        ("tickets", "id", "created_at"),
        ("changes", "ticket_id", "changed_at"),
        ("comments", "ticket_id", "sent_at"),
        ("ratings", "ticket_id", "created_at"),
        ("responses", "ticket_id", "created_at"),
    )
    parts = []
    for table, key, at in checks:
        parts.append(
            f"SELECT number, 'TS-I107' AS rule, '{key}' AS name, NULL AS cell FROM {table} WHERE {key} IS NULL"
        )
        parts.append(
            f"SELECT number, CASE WHEN {at} IS NULL THEN 'TS-I112' WHEN {at}_us IS NULL THEN 'TS-I108' ELSE 'TS-I110' END, "
            f"'{at}', {at} FROM {table} WHERE {key} IS NOT NULL AND "
            f"({at}_us IS NULL OR {at}_us < {EARLIEST_US} OR {at}_us > {latest})"
        )
    connection.execute("CREATE OR REPLACE TEMP TABLE refused AS " + " UNION ALL ".join(parts))
    for table, _, _ in checks:
        connection.execute(f"DELETE FROM {table} WHERE number IN (SELECT number FROM refused)")
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE roles AS
        SELECT id, arg_max(CASE lower(role) WHEN 'end-user' THEN 'customer' WHEN 'end_user' THEN 'customer'
                           ELSE 'agent' END, (coalesce(updated_at_us, 0), number)) AS role,
               arg_max(locale, (coalesce(updated_at_us, 0), number)) AS locale
        FROM users WHERE id IS NOT NULL AND role IS NOT NULL GROUP BY id"""
    )
    connection.execute(
        """CREATE OR REPLACE TEMP TABLE group_names AS
        SELECT id, arg_max(coalesce(name, id), (coalesce(updated_at, ''), number)) AS name
        FROM groups WHERE id IS NOT NULL GROUP BY id"""
    )


def _instants(column: pa.ChunkedArray | pa.Array) -> pa.ChunkedArray:
    return column.cast(pa.int64()).cast(INSTANT)


def _table(connection: duckdb.DuckDBPyConnection, query: str) -> pa.Table:
    """A query's rows, with columns that end in `_us` as instants without that ending."""
    found = connection.sql(query).to_arrow_table().combine_chunks()
    columns = {}
    for name in found.column_names:
        if name.endswith("_us"):
            columns[name.removesuffix("_us")] = _instants(found[name])
        elif pa.types.is_null(found.schema.field(name).type):
            columns[name] = found[name].cast(pa.string())
        else:
            columns[name] = found[name]
    return pa.table(columns)


def _keyed(table: pa.Table, source: str, name: str = "ticket_id") -> pa.Table:
    """The table with `case_key` instead of the ticket's id."""
    key = keys_of(source, table[name].combine_chunks())
    return table.append_column("case_key", key).drop_columns([name])


def _words(column: pa.ChunkedArray, meaning: object) -> pa.Array:
    encoded = column.combine_chunks().dictionary_encode()
    found = [(meaning(word) or word) if word else None for word in encoded.dictionary.to_pylist()]  # type: ignore[operator]
    return pa.array(found, pa.string()).take(encoded.indices)


def cases(connection: duckdb.DuckDBPyConnection, source: str) -> pa.Table:
    """A case for each ticket. A deleted one is a retraction; queue and priority are those it began with."""
    table = _table(
        connection,
        """
        WITH first_value AS (
            SELECT ticket_id, field, arg_min(value, (changed_at_us, number)) AS value, min(changed_at_us) AS at_us
            FROM changes WHERE field IN ('group_id', 'priority') GROUP BY ALL)
        SELECT t.id AS case_id, t.id AS ticket_id, t.number AS source_row,
               CASE WHEN lower(t.status) = 'deleted' THEN NULL ELSE t.created_at_us END AS created_at_us,
               greatest(t.created_at_us, coalesce(t.updated_at_us, 0), coalesce(t.generated_us, 0)) AS source_at_us,
               t.due_at_us AS source_due_at_us, t.channel, r.locale AS language, t.type AS reason,
               t.requester_id AS requester,
               CASE WHEN q.ticket_id IS NULL THEN coalesce(g.name, t.group_id)
                    WHEN q.at_us = t.created_at_us THEN coalesce(gq.name, q.value) END AS queue,
               CASE WHEN p.ticket_id IS NULL THEN t.priority WHEN p.at_us = t.created_at_us THEN p.value END AS priority,
               CASE WHEN t.submitter_id <> t.requester_id AND s.role = 'agent' THEN 'agent' ELSE 'customer' END
                   AS initiated_by,
               CASE WHEN regexp_matches(coalesce(t.tags, ''), '\\bspam\\b') THEN 'spam' ELSE 'normal' END AS kind
        FROM tickets t
        LEFT JOIN roles r ON r.id = t.requester_id LEFT JOIN roles s ON s.id = t.submitter_id
        LEFT JOIN group_names g ON g.id = t.group_id
        LEFT JOIN first_value q ON q.ticket_id = t.id AND q.field = 'group_id'
        LEFT JOIN group_names gq ON gq.id = q.value
        LEFT JOIN first_value p ON p.ticket_id = t.id AND p.field = 'priority'
        ORDER BY t.number
        """,
    )
    table = _keyed(table, source)
    table = table.set_column(table.schema.get_field_index("channel"), "channel", _words(table["channel"], channel_of))
    table = table.set_column(
        table.schema.get_field_index("language"), "language", _words(table["language"], language_of)
    )
    return table.append_column("source", pa.repeat(pa.scalar(source), table.num_rows))


def events(connection: duckdb.DuckDBPyConnection, source: str) -> pa.Table:
    """Creation, changes of field, messages and notes, merges; without a history, the solving that the metrics tell."""
    actor = """CASE WHEN {user} IS NULL THEN '{otherwise}' WHEN {user} = '-1' THEN 'system'
               ELSE coalesce({role}, CASE WHEN {user} = {requester} THEN 'customer' ELSE 'agent' END) END"""
    created = """
        SELECT t.id AS ticket_id, 'created' AS field,
               CASE WHEN lower(t.status) = 'deleted' THEN NULL ELSE t.created_at_us END AS event_at_us, 'created' AS kind,
               CASE WHEN t.submitter_id <> t.requester_id AND s.role = 'agent' THEN 'agent' ELSE 'customer' END AS actor,
               CASE WHEN s.role = 'agent' THEN t.submitter_id END AS agent, NULL AS value, NULL AS own_id,
               greatest(t.created_at_us, coalesce(t.updated_at_us, 0)) AS source_at_us, t.number AS source_row
        FROM tickets t LEFT JOIN roles s ON s.id = t.submitter_id"""
    kinds = " ".join(f"WHEN '{name}' THEN '{kind}'" for name, kind in FIELDS.items())
    by_user = actor.format(user="c.user_id", otherwise="system", role="r.role", requester="t.requester_id")
    changed = f"""
        SELECT c.ticket_id, c.field, c.changed_at_us, CASE c.field {kinds} END, {by_user},
               CASE WHEN r.role = 'agent' THEN c.user_id END,
               CASE c.field WHEN 'group_id' THEN coalesce(g.name, c.value) WHEN 'assignee_id' THEN coalesce(c.value, '')
                    ELSE c.value END,
               c.id, c.changed_at_us, c.number
        FROM changes c LEFT JOIN roles r ON r.id = c.user_id LEFT JOIN group_names g ON g.id = c.value
        LEFT JOIN (SELECT DISTINCT ON (id) id, requester_id FROM tickets) t ON t.id = c.ticket_id
        WHERE c.field IN ({", ".join(f"'{name}'" for name in FIELDS)})
          AND (c.value IS NOT NULL OR c.field = 'assignee_id')"""
    by_author = actor.format(user="c.author_id", otherwise="system", role="r.role", requester="t.requester_id")
    # The comment that a ticket is created with is the creation itself, not an answer and not another message.
    spoken = f"""
        SELECT c.ticket_id, 'comment', c.sent_at_us, CASE WHEN lower(coalesce(c.public, 'true')) IN ('true', '1', 't', 'yes')
                    THEN 'message' ELSE 'note' END, {by_author},
               CASE WHEN r.role = 'agent' OR (r.role IS NULL AND c.author_id <> t.requester_id) THEN c.author_id END,
               CASE WHEN lower(coalesce(c.public, 'true')) NOT IN ('true', '1', 't', 'yes') THEN NULL
                    WHEN c.author_id = '-1' OR c.via IN ('rule', 'system', 'trigger', 'automation') THEN 'auto'
                    ELSE 'public' END,
               c.id, c.sent_at_us, c.number
        FROM comments c LEFT JOIN roles r ON r.id = c.author_id
        LEFT JOIN (SELECT DISTINCT ON (id) id, requester_id, submitter_id, created_at_us FROM tickets) t ON t.id = c.ticket_id
        WHERE t.id IS NULL OR NOT (c.sent_at_us <= t.created_at_us + 1000000
                                   AND c.author_id IN (t.requester_id, t.submitter_id))"""
    merged = """
        SELECT source_id, 'merged', coalesce(m.updated_at_us, t.updated_at_us, t.created_at_us), 'merged', 'agent',
               NULL, t.id, NULL, coalesce(t.updated_at_us, t.created_at_us), t.number
        FROM (SELECT *, unnest(regexp_extract_all(coalesce(merged_ids, ''), '[0-9]+')) AS source_id FROM tickets) t
        LEFT JOIN (SELECT DISTINCT ON (id) id, updated_at_us FROM tickets) m ON m.id = t.source_id"""
    solved = """
        SELECT m.ticket_id, 'solved', m.solved_at_us, 'status', 'agent', NULL, 'solved', NULL,
               coalesce(m.updated_at_us, m.solved_at_us), m.number
        FROM metrics m WHERE m.ticket_id IS NOT NULL AND m.ticket_id NOT IN (SELECT ticket_id FROM changes
                                                                            WHERE field = 'status')"""
    table = _table(connection, " UNION ALL ".join((created, changed, spoken, merged, solved)))
    field, own = table["field"].combine_chunks(), table["own_id"].combine_chunks()
    table = _keyed(table, source)
    case_key = table["case_key"].combine_chunks()
    # Without an id of its own a change is known by ticket, field, instant and value; creation and solving happen once.
    once = pc.is_in(field, value_set=pa.array(["created", "solved"]))
    at = pc.if_else(once, pa.scalar(None, INSTANT), table["event_at"].combine_chunks())
    derived = mixed(
        case_key, field, at, pc.if_else(once, pa.scalar(None, pa.string()), table["value"].combine_chunks())
    )
    given = keys_of(f"{source}:event", pc.binary_join_element_wise(field, own, ":"))
    table = table.append_column("event_key", pc.if_else(pc.is_valid(own), given, derived))
    return table.drop_columns(["field", "own_id"])


def messages(connection: duckdb.DuckDBPyConnection, source: str) -> tuple[pa.Table, pa.Table]:
    """Every comment as a message, and the texts apart."""
    table = _table(
        connection,
        """
        SELECT c.ticket_id, c.id AS own_id, c.sent_at_us, c.sent_at_us AS source_at_us, c.body, c.author_id AS person,
               CASE WHEN c.author_id IS NULL OR c.author_id = '-1' THEN 'system'
                    ELSE coalesce(r.role, CASE WHEN c.author_id = t.requester_id THEN 'customer' ELSE 'agent' END) END AS role,
               lower(coalesce(c.public, 'true')) IN ('true', '1', 't', 'yes') AS public, r.locale AS language,
               c.number AS source_row
        FROM comments c LEFT JOIN roles r ON r.id = c.author_id
        LEFT JOIN (SELECT DISTINCT ON (id) id, requester_id FROM tickets) t ON t.id = c.ticket_id
        """,
    )
    table = _keyed(table, source)
    own = table["own_id"].combine_chunks()
    content = mixed(table["case_key"], table["sent_at"], table["person"])
    key = pc.if_else(pc.is_valid(own), keys_of(f"{source}:comment", own), content)
    text_id = pc.binary_join_element_wise(f"{source}:comment", key.cast(pa.string()), ":")
    body = table["body"].combine_chunks()
    told = pc.is_valid(body)
    message = pa.table(
        {
            "case_key": table["case_key"],
            "message_key": key,
            "sent_at": table["sent_at"],
            "role": table["role"],
            "public": table["public"],
            "language": _words(table["language"], language_of),
            "length": pc.fill_null(pc.utf8_length(body), 0).cast(pa.int32()),
            "text_id": pc.if_else(told, text_id, pa.scalar(None, pa.string())),
            "source_at": table["source_at"],
            "source_row": table["source_row"],
        }
    )
    texts = pa.table(
        {
            "text_id": text_id,
            "case_key": table["case_key"],
            "person": table["person"],
            "text": body,
            "source_at": table["source_at"],
            "source_row": table["source_row"],
        }
    ).filter(told)
    return message, texts


def agents(connection: duckdb.DuckDBPyConnection, source: str) -> pa.Table:
    """Users who are not end users."""
    table = _table(
        connection,
        """SELECT id AS agent_id, name, locale AS languages, coalesce(updated_at_us, created_at_us) AS source_at_us,
                  number AS source_row
           FROM users WHERE id IS NOT NULL AND lower(coalesce(role, '')) NOT IN ('', 'end-user', 'end_user')""",
    )
    languages = _words(table["languages"], language_of)
    table = table.set_column(table.schema.get_field_index("languages"), "languages", languages)
    return table.append_column("agent_key", keys_of(f"{source}:agent", table["agent_id"].combine_chunks()))


def surveys(connection: duckdb.DuckDBPyConnection, source: str) -> pa.Table:
    """Satisfaction ratings: good is 1, bad is 0, offered was sent and not answered; a survey's response is 1 to 5.

    Ratings of their own list win; a ticket's rating is taken where the list is not there.
    """
    listed = ", ".join(f"'{word}'" for word in _SCORES.split())
    table = _table(
        connection,
        f"""
        WITH given AS (
            SELECT id, ticket_id, score, created_at_us, coalesce(updated_at_us, created_at_us) AS updated_at_us,
                   assignee_id, group_id, number FROM ratings
            UNION ALL
            SELECT NULL, id, score, coalesce(updated_at_us, created_at_us), coalesce(updated_at_us, created_at_us),
                   assignee_id, group_id, number
            FROM tickets WHERE score IS NOT NULL AND id NOT IN (SELECT ticket_id FROM ratings)
              AND id NOT IN (SELECT ticket_id FROM responses))
        SELECT g.ticket_id, g.created_at_us AS sent_at_us,
               CASE WHEN g.score <> 'offered' THEN g.updated_at_us END AS answered_at_us,
               CASE WHEN g.score LIKE 'good%' THEN 1 WHEN g.score LIKE 'bad%' THEN 0 END::INTEGER AS score,
               'csat' AS kind, 0::INTEGER AS scale_min, 1::INTEGER AS scale_max, true AS higher_is_better,
               g.assignee_id AS agent, coalesce(n.name, g.group_id) AS queue, g.updated_at_us AS source_at_us,
               g.number AS source_row
        FROM given g LEFT JOIN group_names n ON n.id = g.group_id
        WHERE lower(g.score) IN ({listed})
        UNION ALL
        SELECT ticket_id, created_at_us, coalesce(updated_at_us, created_at_us), try_cast(rating AS INTEGER), 'csat', 1, 5,
               true, NULL, NULL, coalesce(updated_at_us, created_at_us), number
        FROM responses WHERE try_cast(rating AS INTEGER) IS NOT NULL
        """,
    )
    table = _keyed(table, source)
    # One rating a ticket: what was offered and later answered is the same survey.
    return table.append_column("response_key", mixed(table["case_key"], pa.repeat(pa.scalar("csat"), table.num_rows)))
