"""Qualtrics: the tables of its exports (responses, answers, questions, distributions) and its CSV of responses.

In: a folder of tables, or the CSV whose second and third line describe the columns. Out: survey responses.
Verbs: recognise, propose, read. Must not know: which case a survey is about, unless the CSV names it.

Which question is satisfaction, recommendation or effort is told by its words, or by `kinds` of the mapping.
"""

from __future__ import annotations

import csv
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import duckdb
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors._lists import kept_of
from tallystick.records.connectors.any_table.words import channel_of, language_of, plain_name
from tallystick.records.connectors.surveys.answers import scale_of
from tallystick.records.connectors.surveys.scores import KINDS, kind_of, number_in
from tallystick.records.connectors.zendesk.sources import FILE_STRIDE, files_of, table_name
from tallystick.records.containers import damaged, finding, open_container
from tallystick.records.containers.loaded import connect
from tallystick.records.containers.unpacking import head_of
from tallystick.records.keys import keys_of
from tallystick.records.table import INSTANT
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Finding, Place

# Table -> the columns that are used of it; a column that is not there is empty.
TABLES = {
    "survey_response": ("id", "survey_id", "recorded_date", "end_date", "last_modified_date", "user_language",
                        "distribution_channel", "case_id", "agent", "queue"),
    "question_response": ("response_id", "question_id", "question", "value", "sub_question_key"),
    "question": ("id", "survey_id", "question_text"),
    "distribution_contact": ("distribution_id", "contact_id", "response_id", "sent_at"),
    "distribution": ("id", "survey_link_survey_id"),
}  # fmt: skip
_OWN = {"survey_response", "question_response", "distribution_contact"}
_CSV = {"responseid", "recordeddate", "startdate"}
_NAMES = {
    "responseid": "id", "recordeddate": "recorded_date", "enddate": "end_date", "userlanguage": "user_language",
    "distributionchannel": "distribution_channel", "surveyid": "survey_id", "ticketid": "case_id", "caseid": "case_id",
    "agent": "agent", "agentid": "agent", "queue": "queue",
}  # fmt: skip
_ASIDE = frozenset(
    {"startdate", "status", "ipaddress", "progress", "durationinseconds", "finished", "recipientlastname",
     "recipientfirstname", "recipientemail", "externalreference", "externaldatareference", "locationlatitude",
     "locationlongitude"}
)  # fmt: skip
_AT = "epoch_us(try_cast({0} AS TIMESTAMPTZ))"
_SQL = f"""
WITH answered AS (
    SELECT r.id AS response, r.survey_id AS survey, a.question_id AS question, a.value AS said,
           coalesce(q.question_text, a.question) AS words,
           coalesce({_AT.format("r.recorded_date")}, {_AT.format("r.end_date")}) AS at,
           coalesce({_AT.format("r.last_modified_date")}, {_AT.format("r.recorded_date")}) AS changed,
           r.user_language AS language, r.distribution_channel AS channel, r.case_id, r.agent, r.queue,
           r.number AS source_row
    FROM question_response a JOIN survey_response r ON r.id = a.response_id
    LEFT JOIN (SELECT id, survey_id, min(question_text) AS question_text FROM question GROUP BY ALL) q
        ON q.id = a.question_id AND q.survey_id = r.survey_id
), sent AS (
    SELECT c.distribution_id || '/' || c.contact_id AS invitation, c.response_id, d.survey_link_survey_id AS survey,
           {_AT.format("c.sent_at")} AS at, c.number AS source_row
    FROM distribution_contact c LEFT JOIN distribution d ON d.id = c.distribution_id
)
"""  # noqa: S608 - names of ours

_ROWS = """, one AS (SELECT survey, min(kind) AS kind FROM (SELECT DISTINCT a.survey, k.kind FROM answered a
JOIN kinds k USING (question)) GROUP BY survey HAVING count(*) = 1)
SELECT coalesce(s.invitation, a.response) || '/' || k.kind AS told, k.kind,
coalesce(least(s.at, a.at), a.at) AS sent, a.at AS answered, a.said, a.language, a.channel, a.case_id,
a.agent, a.queue, coalesce(a.changed, a.at) AS source_at, a.source_row
FROM answered a JOIN kinds k USING (question) LEFT JOIN sent s ON s.response_id = a.response
WHERE a.said IS NOT NULL AND a.at IS NOT NULL
UNION ALL
SELECT s.invitation || '/' || o.kind, o.kind, s.at, NULL, NULL, NULL, NULL, NULL, NULL, NULL, s.at,
s.source_row
FROM sent s JOIN one o USING (survey)
WHERE s.at IS NOT NULL AND s.response_id IS NULL
ORDER BY source_row, told
"""


class Qualtrics(Connector):
    """Answers to questions that are csat, nps or ces, and invitations that nobody answered."""

    title: ClassVar[str] = "Qualtrics (tables of its export, or its CSV of responses)"
    fills: ClassVar[tuple[str, ...]] = ("survey_response",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "responses name a case only where the survey carries its id",
        "message": "a survey holds answers, not messages",
        "agent": "responses name no agents, unless the survey carries them",
        "identity": "responses do not say which ids belong to one person",
    }

    def recognise(self, path: Path) -> float:
        """Sure of a folder with responses and answers, and of a CSV whose third line describes the import."""
        try:
            if path.is_dir():
                return 0.95 if len(_OWN & {table_name(file) for file in files_of(path)}) > 1 else 0.0
            return 0.97 if path.is_file() and _described(path) else 0.0
        except (DamagedContainer, OSError):
            return 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The kind of each question by its words."""
        connection, _, _ = _opened(path)
        query = f"{_SQL} SELECT question, min(words) FROM answered GROUP BY question ORDER BY question"  # noqa: S608
        kinds: dict[str, str] = {}
        doubts: list[str] = []
        for question, words in connection.execute(query).fetchall():
            kind = kind_of(str(words or "")) or kind_of(str(question))
            if kind:
                kinds[str(question)] = kind
            elif not (saved is not None and str(question) in saved.kinds):
                doubts.append(f"Question {question!r} ({str(words)[:60]}) is no survey yet; say csat, nps or ces.")
        connection.close()
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or "qualtrics"
        proposed = Mapping(
            connector="qualtrics",
            feed=feed,
            source=hints.get("source") or feed,
            shape="export",
            partner=hints.get("partner") or "",
            zone="UTC",
            kinds=kinds,
            settings={"cases": str(hints.get("cases") or "")},
            doubts=tuple(doubts[:20]),
        )
        return proposed if saved is None else kept_of(saved, proposed)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:  # noqa: ARG002
        """Each answer to a question whose kind is known, and each invitation to a survey that asks one kind."""
        connection, rows, bad = _opened(path)
        known = {question: kind for question, kind in mapping.kinds.items() if kind in KINDS}
        kinds = pa.table({"question": list(known), "kind": list(known.values())}, _WORDS)
        connection.register("kinds", kinds)
        table = connection.sql(f"{_SQL}{_ROWS}").to_arrow_table()
        connection.close()
        made = _responses(table, mapping)
        used = pc.count_distinct(made["source_row"]).as_py()
        place = Place(file=path.name)
        told: list[Finding] = []
        if not known:
            told.append(finding("TS-I230", "No question is known as csat, nps or ces.", place))
        yield Batch(
            {"survey_response": made}, rows, rejects=bad, findings=told, noted=rows - len(bad) - used, done=rows,
            total=rows,
        )  # fmt: skip


_WORDS = pa.schema([("question", pa.string()), ("kind", pa.string())])


def _responses(table: pa.Table, mapping: Mapping) -> pa.Table:
    """The canonical columns; an answer off its scale is kept, one that is no number is none."""
    whole = {name: table[name].combine_chunks() for name in table.column_names}
    kind = whole["kind"].dictionary_encode()
    scales = [scale_of(mapping, word) for word in kind.dictionary.to_pylist()]
    said = whole["said"].dictionary_encode()
    points = pa.array([number_in(word) for word in said.dictionary.to_pylist()], pa.int32()).take(said.indices)
    cases = str(mapping.settings.get("cases") or "")

    def of_kind(values: list[Any], type_: pa.DataType) -> pa.Array:
        return pa.array(values, type_).take(kind.indices)

    def meant(name: str, known: Any) -> pa.Array:
        coded = whole[name].dictionary_encode()
        words = [known(word) or word if word else None for word in coded.dictionary.to_pylist()]
        return pa.array(words, pa.string()).take(coded.indices)

    return pa.table(
        {
            "response_key": keys_of(f"{mapping.source}:survey", whole["told"]),
            "case_key": keys_of(cases, whole["case_id"]) if cases else pa.nulls(table.num_rows, pa.int64()),
            "sent_at": whole["sent"].cast(INSTANT),
            "answered_at": whole["answered"].cast(INSTANT),
            "kind": whole["kind"],
            "score": points,
            "scale_min": of_kind([scale.low for scale in scales], pa.int32()),
            "scale_max": of_kind([scale.high for scale in scales], pa.int32()),
            "higher_is_better": of_kind([scale.better == "higher" for scale in scales], pa.bool_()),
            "agent": whole["agent"],
            "queue": whole["queue"],
            "language": meant("language", language_of),
            "channel": meant("channel", channel_of),
            "source_at": whole["source_at"].cast(INSTANT),
            "source_row": whole["source_row"],
        }
    )


def _described(path: Path) -> bool:
    """Whether a CSV is Qualtrics' own: names, then words, then where each was imported from."""
    head = head_of(path, 1 << 16).decode("utf-8-sig", errors="replace")
    first = (
        {plain_name(cell).replace(" ", "") for cell in next(csv.reader([head.splitlines()[0]]), [])} if head else set()
    )
    return first >= _CSV and '""ImportId""' in head


def _opened(path: Path) -> tuple[duckdb.DuckDBPyConnection, int, list[Reject]]:
    """The tables of an export in an engine, how many rows they have, and those that cannot be read."""
    connection = connect()
    tables: dict[str, pa.Table] = {}
    rows, bad = 0, []
    for number, file in enumerate(files_of(path)):
        name = table_name(file)
        described = path.is_file() and _described(file)
        if name not in TABLES and not described:
            continue
        container = open_container(file)
        try:
            loaded = container.rows()
            picked = ", ".join(
                f"nullif(trim(CAST({one.slot} AS VARCHAR)), '') AS \"{one.name.replace(chr(34), '')}\""
                for one in loaded.columns
            )
            found = loaded.connection.sql(f"SELECT rowid AS place, {picked} FROM {loaded.table} ORDER BY rowid")  # noqa: S608
            table = found.to_arrow_table().combine_chunks()
            places = pa.array(loaded.row_numbers(table["place"].to_numpy()) + number * FILE_STRIDE)
            table = table.drop_columns(["place"]).append_column("number", places)
            rows += loaded.rows_in
            bad += [
                Reject(one.row, one.column, one.text, finding(one.rule, one.reason, Place(file=file.name, row=one.row)),
                       one.row + number * FILE_STRIDE)
                for one in loaded.bad
            ]  # fmt: skip
        finally:
            container.close()
        if described:
            tables |= _unfolded(table)
        else:
            tables[name] = table
    if not tables:
        connection.close()
        raise damaged("TS-I022", path.name, "no table of responses is in the export.")
    for name, columns in TABLES.items():
        have = tables.get(name)
        count = 0 if have is None else have.num_rows
        numbers = pa.nulls(count, pa.int64()) if have is None else have["number"]
        parts = {
            one: have[one] if have is not None and one in have.column_names else pa.nulls(count, pa.string())
            for one in columns
        }
        connection.register(f"given_{name}", pa.table({**parts, "number": numbers}))
        connection.execute(f"CREATE TEMP TABLE {name} AS SELECT * FROM given_{name}")  # noqa: S608
        connection.unregister(f"given_{name}")
    return connection, rows, bad


def _unfolded(table: pa.Table) -> dict[str, pa.Table]:
    """The CSV of responses as responses and their answers; the first two rows say what the columns ask."""
    asked = table.slice(0, 1).to_pylist()[0] if table.num_rows else {}
    rows = table.slice(2)
    plain = {name: plain_name(name).replace(" ", "") for name in table.column_names if name != "number"}
    named = {_NAMES[short]: rows[name] for name, short in plain.items() if short in _NAMES}
    responses = pa.table({**named, "number": rows["number"]})
    answers = [
        pa.table(
            {
                "response_id": named["id"],
                "question_id": pa.repeat(pa.scalar(name), rows.num_rows),
                "question": pa.repeat(pa.scalar(f"{name} {asked.get(name) or ''}"), rows.num_rows),
                "value": rows[name],
                "number": rows["number"],
            }
        )
        for name, short in plain.items()
        if short not in _NAMES and short not in _ASIDE and not short.endswith("npsgroup")
    ]
    return {"survey_response": responses, "question_response": pa.concat_tables(answers)} if answers else {
        "survey_response": responses
    }  # fmt: skip
