"""A list of surveys that a survey tool sent: one row per survey, answered or not.

In: a CSV, TSV, JSON Lines, Parquet or XLSX file. Out: rows of survey_response.
Verbs: recognise, propose, read. Must not know: any contract, or which KPI counts the answers.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Batch, Connector, Mapping, Reject, Resolver
from tallystick.records.connectors._instants import NONE
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import Chunk, TableReader, constant, micros, translated
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.containers import damaged, finding, forget, opened
from tallystick.records.keys import keys_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.finding import Place

# Role -> names of its column, lower case, letters and digits only.
NAMES: dict[str, tuple[str, ...]] = {
    "response": ("responseid", "surveyid", "surveyresponseid", "answerid"),
    "case": ("caseid", "ticketid", "conversationid", "case", "ticket"),
    "sent": ("sentat", "senton", "surveysentat", "deliveredat", "sent"),
    "answered": ("answeredat", "answeredon", "respondedat", "submittedat", "completedat", "answered"),
    "score": ("score", "rating", "answer", "satisfactionscore", "csat", "nps", "ces"),
    "survey": ("kind", "surveykind", "surveytype", "surveymetric"),
    "scale_min": ("scalemin", "lowest"),
    "scale_max": ("scalemax", "highest"),
    "agent": ("agentid", "agent"),
    "queue": ("queue", "group", "team"),
    "language": ("language", "lang", "locale"),
    "channel": ("channel",),
    "partner": ("partner", "vendor", "bpo"),
}
NEEDED = ("case", "sent", "answered", "score")
KINDS = {"csat": (1, 5), "ces": (1, 7), "nps": (0, 10)}


def _columns(profiles: list[Profile]) -> dict[str, str]:
    """Role -> column, by name; each column is taken once."""
    plain = {re.sub(r"[^a-z0-9]", "", found.name.casefold()): found.name for found in reversed(profiles)}
    return {role: plain[name] for role, names in NAMES.items() for name in names[::-1] if name in plain}


class SurveyList(Connector):
    """Surveys with the case each is about, when it was sent and answered, and the score on its scale."""

    title: ClassVar[str] = "A list of surveys (one row per survey that was sent)"
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a list of surveys names cases and tells nothing else about them",
        "case_event": "a list of surveys holds no events of a case",
        "message": "a list of surveys holds scores, not messages",
        "agent": "a list of surveys names agents and tells nothing else about them",
    }

    def recognise(self, path: Path) -> float:
        """Sure where one table has a case, a sending, an answer and a score."""
        if not path.is_file():
            return 0.0
        try:
            found = _columns(profile(opened(path, {}).rows()))
        except DamagedContainer:
            return 0.0
        return 0.85 if all(role in found for role in NEEDED) else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """The columns by their names; `settings.cases` names the source whose case ids the list means."""
        found = _columns(profile(opened(path, {}).rows()))
        missing = [role for role in NEEDED if role not in found]
        if saved is None and missing:
            raise damaged("TS-I022", path.name, f"no column of a list of surveys is its {missing[0]}.")
        feed = hints.get("feed") or feed_of(path)
        cases = hints.get("cases", "")
        proposed = Mapping(
            connector="survey_list",
            feed=feed,
            source=hints.get("source") or feed,
            shape="surveys",
            partner=hints.get("partner") or "",
            zone=hints.get("zone") or "",
            columns=found,
            settings={"cases": cases},
            doubts=()
            if cases
            else ("Name the source of the case ids under `settings: cases`, for example aurora-events.",),
        )
        if saved is None:
            return proposed
        return saved.with_(columns={**found, **saved.columns}, settings={**proposed.settings, **saved.settings})

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each survey; one without a case or a sending is refused, an answer off its scale is kept as it is."""
        container = opened(path, {})
        loaded = container.rows()
        reader = TableReader(loaded, profile(loaded), mapping, container.name, resolver.as_of_us)
        for chunk in reader.chunks():
            rows = len(chunk)
            nameless = pc.is_null(chunk.word("case")).to_numpy(zero_copy_only=False)
            chunk.refuse(nameless, "TS-I107", mapping.columns["case"], "The row names no case.", None, container.name)
            unsent = (chunk.at("sent") == NONE) & (chunk.at("answered") == NONE) & ~chunk.bad
            sentence = "The row has no instant of its sending or its answer."
            chunk.refuse(unsent, "TS-I112", mapping.columns["sent"], sentence, None, container.name)
            kept = chunk.kept()
            yield Batch(
                {"survey_response": _responses(kept, mapping)},
                rows,
                rejects=chunk.rejects,
                findings=list(loaded.findings),
                done=rows,
                total=loaded.rows,
            )
        bad = [
            Reject(
                one.row, one.column, one.text, finding(one.rule, one.reason, Place(file=container.name, row=one.row))
            )
            for one in loaded.bad
        ]
        if bad:
            yield Batch({}, len(bad), rejects=bad)
        forget()


def _number(chunk: Chunk, role: str, default: pa.Array) -> pa.Array:
    if role not in chunk.words:
        return default
    encoded = chunk.word(role).dictionary_encode()
    read: list[int | None] = []
    for word in encoded.dictionary.to_pylist():
        plain = (word or "").strip().removesuffix(".0")
        read.append(int(plain) if plain.lstrip("-").isdigit() else None)
    return pc.coalesce(pa.array(read, pa.int32()).take(encoded.indices), default)


def _responses(chunk: Chunk, mapping: Mapping) -> pa.Table:
    """Canonical rows. A survey whose sending is not known counts as sent when it was answered."""
    rows = len(chunk)
    cases = str(mapping.settings.get("cases") or mapping.source)
    kind = pc.utf8_lower(pc.coalesce(chunk.word("survey"), constant(str(mapping.settings.get("kind", "csat")), rows)))
    lowest, highest = (
        pa.array([KINDS.get(word or "", (1, 5))[edge] for word in kind.to_pylist()], pa.int32()) for edge in (0, 1)
    )
    sent, answered = chunk.at("sent"), chunk.at("answered")
    sent = np.where(sent == NONE, answered, sent)
    case_id = chunk.word("case")
    identity = chunk.word("response") if "response" in chunk.words else pc.binary_join_element_wise(case_id, kind, "/")
    score = _number(chunk, "score", pa.nulls(rows, pa.int32()))
    return pa.table(
        {
            "response_key": keys_of(f"{mapping.source}:survey", identity),
            "case_key": keys_of(cases, case_id),
            "sent_at": micros(sent),
            "answered_at": micros(np.where(pc.is_valid(score).to_numpy(zero_copy_only=False), answered, NONE)),
            "kind": kind,
            "score": score,
            "scale_min": _number(chunk, "scale_min", lowest),
            "scale_max": _number(chunk, "scale_max", highest),
            "higher_is_better": pa.repeat(pa.scalar(mapping.settings.get("better", "higher") == "higher"), rows),
            "agent": chunk.word("agent"),
            "queue": chunk.word("queue"),
            "language": _meant(chunk.word("language"), mapping.languages, language_of),
            "channel": _meant(chunk.word("channel"), mapping.channels, channel_of),
            "partner_given": chunk.word("partner"),
            "source_at": micros(np.maximum(sent, answered)),
            "source_row": pa.array(chunk.numbers),
        }
    )


def _meant(column: pa.Array, saved: AbstractMapping[str, str], known: object) -> pa.Array:
    """Words by the mapping, else by what is commonly meant."""
    words = [word for word in pc.unique(column).to_pylist() if word]
    common = {word: known(word) or word for word in words}  # type: ignore[operator]
    return translated(column, {**common, **saved}, keep=True)
