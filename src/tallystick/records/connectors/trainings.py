# ruff: noqa: E501 - lists of words read best as lines
"""Trainings: courses and certificates of agents, as xAPI statements or any table of a learning system.

In: JSON or JSON Lines of xAPI statements; else a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: trainings.
Verbs: recognise, propose, read. Must not know: which course anybody needs.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors._json_contacts import first_object, text_at
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Role, few, instant, length, milli, word
from tallystick.records.connectors.agent_states import AGENTS
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.reader import micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.containers import Column, Container, Loaded
from tallystick.records.containers.json_records import LINES
from tallystick.records.keys import keys_of

_RESULTS = {
    "started": "started|attempted|initialized|launched|registered|enrolled|in progress|experienced|begonnen|commence|inceput|inscrit",
    "completed": "completed|complete|done|finished|attended|terminated|abgeschlossen|termine|completado|finalizat|ukonczone|true|yes",
    "passed": "passed|pass|certified|mastered|bestanden|reussi|aprobado|superato|promovat|zaliczone|success",
    "failed": "failed|fail|not passed|nicht bestanden|echoue|suspenso|respins|niezaliczone|false|no|expired",
}  # fmt: skip
_RESULT = {one: name for name, text in _RESULTS.items() for one in text.split("|")}
_STATEMENT = {
    "statement id": "$.id",
    "agent id": "$.actor.account.name",
    "mail": "$.actor.mbox",
    "course id": "$.object.id",
    "result": "$.verb.id",
    "happened at": "$.timestamp",
    "duration s": "$.result.duration",
    "scaled": "$.result.score.scaled",
    "success": "$.result.success",
    "updated at": "$.stored",
    "answers": "$.result.response",
}


# ISO 8601: P1DT2H3M4S; months and years have no length.
_DURATION = (("P(\\d+)W", 604_800), ("(\\d+)D", 86_400), ("T.*?(\\d+)H", 3600), ("T.*?(\\d+)M", 60), ("([0-9.]+)S", 1))


def result_of(said: str) -> str | None:
    """started, completed, passed or failed, by a word or the address of an xAPI verb; None where it is none."""
    return _RESULT.get(plain_name(said.rstrip("/").rpartition("/")[2]))


class Trainings(ListConnector):
    """One row, or one statement, per agent, course and attempt."""

    title: ClassVar[str] = "Trainings (xAPI statements, or any table of a learning system)"
    fills: ClassVar[tuple[str, ...]] = ("training",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "shift": "a list of trainings tells what was learnt, not when it was scheduled",
        "agent": "a list of trainings names agents and tells nothing else about them",
    }
    shape: ClassVar[str] = "trainings"
    noun: ClassVar[str] = "training"
    meanings: ClassVar[tuple[str, ...]] = tuple(_RESULTS)
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "id": word("statement id|training id|attempt id|enrolment id|enrollment id|record id", differs=True),
        "agent": word(AGENTS + "|learner|learner id|trainee|participant|student"),
        "mail": word("mail"),
        "course": word("course id|course|course code|certificate id|certificate|certification|module|training|learning item|kurs|cours|curso|corso|curs"),
        "title": word("course title|course name|title|certificate name|training name|module name|kursname|titel"),
        "result": few("result|outcome|status|completion status|verb|state|passed|completed|ergebnis|resultat|resultado|rezultat", result_of),
        "success": few("success", result_of, most=4),
        "happened": instant("happened at|completed at|completed on|completion date|date completed|passed at|passed on|timestamp|date|finished at|attempted at|certified on|datum|fecha|data"),
        "until": instant("valid until|expires at|expires on|expiry date|expiration date|valid to|gultig bis|valable jusqu au|valabil pana la"),
        "duration": length("duration|duration s|time spent|hours|minutes|length|dauer|duree|duracion"),
        "score": milli("score|points|mark|grade|score percent|percent|punkte|note|puntuacion|punctaj"),
        "scaled": milli("scaled"),
        "full": milli("max score|maximum score|out of|full score|max points|score max"),
        "answers": word("answers|response|responses", longest=4000),
        "partner": few("|".join(CASE_ROLES["partner"]), most=100),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("agent", "mail"), ("course", "title"), ("happened",))
    own: ClassVar[tuple[str, ...]] = ("course", "title", "result", "until", "score", "id", "happened")
    enough: ClassVar[int] = 3
    against: ClassVar[str] = r"\b(ticket|case|call id|survey|csat|queue|shift|customer|requester|evaluation)\b"
    ahead: ClassVar[tuple[str, ...]] = ("until",)

    def recognise(self, path: Path) -> float:
        """Sure of xAPI statements by actor, verb and object; of a table by its columns."""
        if {"actor", "verb", "object"} <= first_object(path).keys():
            return 0.97
        return super().recognise(path)

    def load(self, container: Container) -> Loaded:
        """Statements as a table of what is used of them, or the rows of a table."""
        loaded = container.rows()
        names = {column.name.split(".")[0] for column in loaded.columns}
        if not {"actor", "verb", "object"} <= names:
            return loaded
        title = "json_extract_string(line, '$.object.definition.name.*')[1]"
        told = text_at(_STATEMENT["duration s"])
        parts = (
            f"coalesce(try_cast(nullif(regexp_extract({told}, '{mark}', 1), '') AS DECIMAL(18, 3)), 0) * {worth}"
            for mark, worth in _DURATION
        )
        length_s = f"CASE WHEN {told} LIKE 'P%' THEN CAST({' + '.join(parts)} AS VARCHAR) END"
        columns = {**{name: text_at(path) for name, path in _STATEMENT.items()}, "title": title, "duration s": length_s}
        picked = ", ".join(f"{value} AS c{at}" for at, value in enumerate(columns.values()))
        loaded.connection.execute(
            f"CREATE OR REPLACE TEMP TABLE statements AS SELECT {picked} FROM {LINES} ORDER BY rowid"  # noqa: S608
        )
        return Loaded(
            loaded.connection, tuple(Column(name, f"c{at}") for at, name in enumerate(columns)), loaded.rows,
            loaded.first_row, loaded.bad, loaded.passed_over, loaded.findings, "statements",
        )  # fmt: skip

    def settings(
        self,
        found: AbstractMapping[str, Profile],
        path: Path,  # noqa: ARG002
        hints: AbstractMapping[str, str],  # noqa: ARG002
        doubts: list[str],
    ) -> dict[str, Any]:
        """The full score where no column tells it: 1, 100, or the highest seen."""
        if "score" not in found or "full" in found:
            return {}
        seen = [
            float(cell.replace(",", "."))
            for cell in found["score"].counts
            if cell.replace(",", ".", 1).replace(".", "", 1).isdigit()
        ]
        top = max(seen, default=100.0)
        full = 1 if top <= 1 else 10 if top <= 10 else 100
        doubts.append(f"{found['score'].name!r} is read as points of {full}; say another under `settings: score_max`.")
        return {"score_max": full}

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:
        """The attempts. A statement that tells success is passed or failed, whatever its verb."""
        agent = rows.word("agent")
        if rows.has("mail") and resolver.pseudonyms is not None:
            address = pc.utf8_lower(pc.replace_substring_regex(rows.word("mail"), "^mailto:", ""))
            agent = pc.coalesce(agent, resolver.pseudonyms(address).cast(pa.string()))
        success = rows.meant("success")
        success = pc.if_else(pc.equal(success, "completed"), "passed", success)
        course = pc.coalesce(rows.word("course"), rows.word("title"))
        told = joined(rows.word("partner"), agent, course, rows.at("happened"))
        full = pc.fill_null(rows.number("full"), int(mapping.settings.get("score_max", 100)) * 1000)
        score = pc.divide(pc.multiply(rows.number("score"), 1000), pc.if_else(pc.equal(full, 0), 1, full))
        table = pa.table(
            {
                "training_key": keys_of(f"{mapping.source}:training", pc.coalesce(rows.word("id"), told)),
                "agent": agent,
                "course": course,
                "title": pc.coalesce(rows.word("title"), rows.word("course")),
                "result": pc.coalesce(success, rows.meant("result")),
                "happened_at": rows.instant("happened"),
                "valid_until": rows.instant("until"),
                "duration_s": rows.seconds("duration"),
                "score_milli": pc.coalesce(rows.number("scaled"), score),
                "answers": rows.word("answers"),
                "partner_given": rows.word("partner"),
                "source_at": micros(np.where(rows.at("updated") == NONE, rows.at("happened"), rows.at("updated"))),
                "source_row": rows.numbers,
            }
        )
        return {"training": table.filter(pc.is_valid(table["agent"]))}
