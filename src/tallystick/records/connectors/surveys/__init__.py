"""Surveys: any table of survey answers, one row per survey that was sent or answered.

In: a CSV, TSV, JSON Lines, Parquet or XLSX file. Out: survey responses, and comments as texts for the vault.
Verbs: recognise, propose, settle, read. Must not know: any contract, or which KPI counts the answers.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from pathlib import Path
from typing import Any, ClassVar

import numpy as np

from tallystick.records.connector import Batch, Connector, Mapping, Resolver
from tallystick.records.connectors._lists import (
    container_of,
    dates_of,
    distinct_words,
    followed,
    kept_of,
    looked_at,
    table_findings,
    told_of,
    unread,
    zone_of,
)
from tallystick.records.connectors.any_table import feed_of
from tallystick.records.connectors.any_table.profiles import Profile, profile
from tallystick.records.connectors.any_table.reader import TableReader
from tallystick.records.connectors.any_table.words import channel_of, language_of
from tallystick.records.connectors.surveys import answers, cases
from tallystick.records.connectors.surveys.columns import INSTANTS, QUESTIONS, columns_of, confidence, scores_in
from tallystick.records.connectors.surveys.scores import (
    KINDS,
    USUAL,
    Scale,
    guessed,
    is_unanswered,
    kind_of,
    kind_of_scale,
    meanings_of,
    number_in,
    top_in,
)
from tallystick.records.containers import damaged, finding, forget
from tallystick.vocabulary.finding import Finding, Place

_WORDED = ("survey", "channel", "language")


class Surveys(Connector):
    """Surveys with the case each is about, when it was sent and answered, the score on its scale, the comment."""

    title: ClassVar[str] = "Survey answers (any table with one row per survey)"
    fills: ClassVar[tuple[str, ...]] = ("survey_response",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "case": "a list of surveys names cases and tells nothing else about them",
        "case_event": "a list of surveys holds no events of a case",
        "message": "a list of surveys holds scores and comments, not messages",
        "agent": "a list of surveys names agents and tells nothing else about them",
        "identity": "a list of surveys does not say which ids belong to one person",
    }

    def recognise(self, path: Path) -> float:
        """Sure where a table has answers on a scale, their instants, and not the course of cases beside them."""
        profiles = looked_at(path)
        return confidence(profiles) if profiles else 0.0

    def propose(self, path: Path, saved: Mapping | None, hints: AbstractMapping[str, str]) -> Mapping:
        """Columns by name and content, the kind by its column, the column's name, or the scale."""
        container = container_of(path, saved, hints)
        loaded = container.rows()
        profiles = profile(loaded)
        notes: list[str] = []
        doubts: list[str] = []
        found = columns_of(profiles, notes)
        followed(found, profiles, saved, path.name)
        _require(found, profiles, path.name)
        if len(scores_in(found)) > 1 and "score" in found and any(role in found for role in QUESTIONS):
            notes.append(
                "A row answers several questions: " + ", ".join(found[one].name for one in scores_in(found)) + "."
            )
        settings: dict[str, Any] = {"cases": str(hints.get("cases") or "")}
        settings["dates"] = dates_of(found, INSTANTS, hints, doubts)
        said = {role: distinct_words(loaded, found[role]) for role in (*scores_in(found), *_WORDED) if role in found}
        kinds = _kinds(said.get("survey", []), doubts)
        settings |= _scales(found, said, kinds, path.name, notes, doubts)
        if "comment" in found:
            notes.append(f"Comments of {found['comment'].name!r} are redacted before they are stored.")
        if "sent" not in found:
            doubts.append("No column is the sending: only answers are listed, and the response rate means nothing.")
        elif not any(_unanswered(found, role) for role in scores_in(found)):
            doubts.append("Every survey of the file is answered: if others were sent, the response rate means nothing.")
        feed = hints.get("feed") or (saved.feed if saved is not None else "") or feed_of(path)
        proposed = Mapping(
            connector="surveys",
            feed=feed,
            source=hints.get("source") or feed,
            shape="surveys",
            partner=hints.get("partner") or "",
            zone=zone_of(found, INSTANTS, saved, hints, doubts),
            dates=str(hints.get("dates") or ""),
            columns={role: one.name for role, one in found.items()},
            kinds=kinds,
            channels={word: name for word in said.get("channel", []) if (name := channel_of(word))},
            languages={word: code for word in said.get("language", []) if (code := language_of(word))},
            settings={**settings, **told_of(container)},
            notes=tuple(notes),
            doubts=tuple(doubts),
        )
        if saved is None:
            return proposed
        kept = kept_of(saved, proposed)
        return kept.with_(settings={**kept.settings, "cases": hints["cases"]}) if hints.get("cases") else kept

    def settle(self, path: Path, mapping: Mapping, resolver: Resolver) -> Mapping:
        """The source of the case ids, looked up among the stored cases where the mapping names none."""
        return cases.settled(path, mapping, resolver)

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """Each survey; an answer off its scale is kept and counted, a row without any instant is refused."""
        container = container_of(path, mapping, {})
        loaded = container.rows()
        profiles = profile(loaded)
        reader = TableReader(loaded, profiles, mapping, container.name, resolver.as_of_us)
        tally = answers.Tally()
        twice = 0
        # A survey without any id is told from its like by counting them, over the whole file.
        whole = "response" not in mapping.columns and "case" not in mapping.columns
        for chunk in reader.chunks(whole=whole):
            rows = len(chunk)
            answers.refuse(chunk, mapping, container.name)
            good = chunk.kept()
            table, texts = answers.responses(good, mapping, resolver, tally)
            twice += chunk.twice
            done = int(chunk.ordinals[-1]) + 1 if rows else 0
            used = np.unique(table["source_row"].to_numpy()) if table is not None else np.zeros(0, np.int64)
            yield Batch(
                {"survey_response": table} if table is not None else {},
                rows,
                texts=texts if texts is not None and texts.num_rows else None,
                rejects=chunk.rejects,
                noted=len(good) - len(used),
                done=done,
                total=loaded.rows,
            )
        told = [*container.findings, *table_findings(reader, profiles, mapping, twice)]
        told += _findings(reader, mapping, tally)
        bad = unread(container)
        yield Batch({}, len(bad), rejects=bad, findings=told, done=loaded.rows_in, total=loaded.rows_in)
        forget()


def _require(found: AbstractMapping[str, Profile], profiles: list[Profile], file: str) -> None:
    listed = ", ".join(repr(one.name) for one in profiles[:12])
    if not any(role in found for role in ("score", *QUESTIONS)):
        raise damaged("TS-I022", file, f"no column holds the answers of a survey; there are {listed}.")
    if not any(role in found for role in ("sent", "answered")):
        raise damaged("TS-I022", file, f"no column is the sending or the answer of a survey; there are {listed}.")


def _unanswered(found: AbstractMapping[str, Profile], role: str) -> bool:
    one = found[role]
    return one.filled < one.rows or any(is_unanswered(word) for word in one.counts)


def _kinds(words: list[str], doubts: list[str]) -> dict[str, str]:
    """Word of the kind's column -> csat, nps, ces."""
    kinds: dict[str, str] = {}
    for word in words:
        kind = kind_of(word)
        if kind is None:
            doubts.append(f"Surveys of kind {word!r} have no meaning yet; say csat, nps or ces under `kinds`.")
        else:
            kinds[word] = kind
    return kinds


def _scales(
    found: AbstractMapping[str, Profile],
    said: AbstractMapping[str, list[str]],
    kinds: AbstractMapping[str, str],
    file: str,
    notes: list[str],
    doubts: list[str],
) -> dict[str, Any]:
    """The settings `kind`, `scales` and `words`: what the answers mean where no column says it."""
    settings: dict[str, Any] = {}
    scales: dict[str, Scale] = {}
    words = meanings_of(word for role in scores_in(found) for word in said[role])
    if words:
        settings["words"] = words
        notes.append("Answers in words: " + ", ".join(f"{word!r} is {step}" for word, step in words.items()) + ".")
    stated = "scale_min" in found and "scale_max" in found
    asked = sorted(set(kinds.values()))
    for role in scores_in(found):
        numbers = [step for word in said[role] if (step := words.get(word, number_in(word))) is not None]
        tops = [top for word in said[role] if (top := top_in(word))]
        if role in QUESTIONS:
            scales[role] = _scale_for(role, numbers)
        elif asked:
            # Answers of several kinds stand in one column, so they tell the scale of none of them.
            scales |= {kind: _scale_for(kind, numbers) if len(asked) == 1 else USUAL[kind] for kind in asked}
        else:
            one = found[role]
            kind, scale, why = guessed(numbers, tops)
            named = kind_of(one.name) or kind_of(file.partition(".")[0])
            by_scale = _stated_kind(found) if stated else None
            settings["kind"] = chosen = named or by_scale or kind
            where = "its name" if named else "its scale" if by_scale else why
            notes.append(f"{one.name!r} is read as {chosen}, because of {where}.")
            scales[chosen] = scale if chosen == kind else _scale_for(chosen, numbers)
            if chosen == "nps" and not named and not by_scale and 0 not in numbers:
                doubts.append(
                    f"{one.name!r} has no 0: if it is satisfaction from 1 to 10, say `kind: csat` and its scale."
                )
    if "ces" in {*scales, *asked, settings.get("kind")} and "better" not in found:
        doubts.append("Customer effort is read with high as good; if low is good, say `better: lower` for `ces`.")
    if scales and not stated:
        settings["scales"] = {kind: scale.as_plain() for kind, scale in scales.items()}
    return settings


def _scale_for(kind: str, numbers: list[int]) -> Scale:
    """The scale of a known kind: the usual one, unless the answers do not fit on it."""
    usual = USUAL[kind]
    if not numbers or (min(numbers) >= usual.low and max(numbers) <= usual.high):
        return usual
    if max(numbers) <= 1:
        return Scale(0, 1)
    steps = next((top for top in (5, 7, 10, 100) if max(numbers) <= top), max(numbers))
    return Scale(0 if min(numbers) < 1 else 1, steps)


def _stated_kind(found: AbstractMapping[str, Profile]) -> str | None:
    """The kind of the one scale that the scale columns state."""
    low, high = (
        {number for word in found[role].counts if (number := number_in(word)) is not None}
        for role in ("scale_min", "scale_max")
    )
    return kind_of_scale(low.pop(), high.pop()) if len(low) == len(high) == 1 else None


def _findings(reader: TableReader, mapping: Mapping, tally: answers.Tally) -> Iterator[Finding]:
    """What the rows told together: cases not known, answers off their scale or before their survey, unknown kinds."""
    file = reader.file
    if tally.unknown:
        shown = ", ".join(map(repr, tally.unknown_ids))
        sentence = f"{tally.unknown:,} survey(s) name a case that is not in the records: {shown}."
        yield finding(
            "TS-I225", sentence, answers.place_of(file, mapping, "case"),
            value=tally.unknown_ids[0], count=tally.unknown,
        )  # fmt: skip
    if tally.caseless and "case" in mapping.columns:
        sentence = f"{tally.caseless:,} survey(s) name no case."
        yield finding("TS-I225", sentence, answers.place_of(file, mapping, "case"), count=tally.caseless)
    if tally.off_scale:
        sentence = f"{tally.off_scale:,} answer(s) lie outside of their scale; they are kept and count nowhere."
        yield finding("TS-I226", sentence, answers.place_of(file, mapping, "score"), count=tally.off_scale)
    if tally.early:
        sentence = f"{tally.early:,} survey(s) were answered before they were sent."
        yield finding("TS-I227", sentence, answers.place_of(file, mapping, "answered"), count=tally.early)
    if "survey" in reader.columns:
        yield from _unknown_kinds(reader, mapping)


def _unknown_kinds(reader: TableReader, mapping: Mapping) -> Iterator[Finding]:
    slot = reader.columns["survey"].column.slot
    words: Counter[str] = Counter()
    for word, count in reader.loaded.connection.execute(
        f"SELECT trim(CAST({slot} AS VARCHAR)), count(*) FROM {reader.loaded.table} "  # noqa: S608
        f"WHERE nullif(trim(CAST({slot} AS VARCHAR)), '') IS NOT NULL GROUP BY 1 LIMIT 2000"
    ).fetchall():
        words[str(word)] += int(count)
    for word, count in sorted(words.items()):
        if word not in mapping.kinds and word not in KINDS:
            place = Place(file=reader.file, column=mapping.columns["survey"])
            sentence = f"Surveys of kind {word[:80]!r} ({count} row(s)) are not stored: the kind has no meaning."
            yield finding("TS-I220", sentence, place, value=word, count=count)
