# ruff: noqa: E501 - lists of words read best as lines
"""Calls: any table with one row per call, chat or other live contact, with its times or its lengths.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: segments (queue, ring, talk, hold, wrap).
Verbs: recognise, propose, read. Must not know: what counts as in time, any contract.

Lengths that the source tells count before differences of its instants: they are its own measure, and its instants are
often cut to the second.
"""

from __future__ import annotations

from collections.abc import Mapping as AbstractMapping
from typing import ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors._instants import NONE, Flags, Integers
from tallystick.records.connectors._listed import ListConnector, Rows, joined, lasting
from tallystick.records.connectors._roles import Role, clock, few, instant, length, word
from tallystick.records.connectors.any_table.reader import constant, micros
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import channel_of, language_of, plain_name
from tallystick.records.keys import keys_of, mixed, occurrence

_OUTCOMES = {
    "answered": "answered|handled|connected|completed|complete|answer|success|served|talked|accepted|no|false|angenommen|"
    "beantwortet|repondu|atendida|contestada|risposta|preluat|odebrane|normal|ok",
    "abandoned": "abandoned|abandon|abandoned in queue|lost|missed|hangup|hang up|caller hung up|customer hung up|"
    "no answer|noanswer|unanswered|not answered|aborted|true|yes|verloren|abgebrochen|aufgelegt|abandonne|abandonado|"
    "abandonada|perdida|abbandonata|pierdut|abandonat|porzucone",
    "timeout": "timeout|timed out|time out|exit with timeout|exitwithtimeout|max wait|voicemail|to voicemail",
    "overflow": "overflow|overflowed|overflow out|rerouted|redirected|exitempty|exit empty|transferred out of queue|"
    "flow out|ueberlauf|deborde|desbordada",
    "callback": "callback|call back|callback requested|callback offered|queued callback|ruckruf|rappel|devolucion",
    "refused": "refused|busy|rejected|full|closed|blocked|out of hours|after hours|congestion|besetzt|abgewiesen|occupe|"
    "ocupado|zajete",
}  # fmt: skip
_OUTCOME = {one: name for name, text in _OUTCOMES.items() for one in text.split("|")}
_YES = frozenset({"y", "yes", "true", "1", "ja", "oui", "si", "da", "tak", "sim"})
_NO = frozenset({"n", "no", "false", "nein", "non", "nu", "nie", "nao"})
_DIRECTION = {
    **dict.fromkeys(("inbound", "in", "incoming", "eingehend", "entrant", "entrante", "received"), "inbound"),
    **dict.fromkeys(("outbound", "out", "outgoing", "ausgehend", "sortant", "saliente", "dialed", "made"), "outbound"),
    **dict.fromkeys(("internal", "intern", "interne", "interna", "consult", "agent to agent"), "internal"),
}
_BY = {
    **dict.fromkeys(("customer", "caller", "client", "user", "kunde", "appelant", "cliente", "remote"), "customer"),
    **dict.fromkeys(("agent", "advisor", "operator", "local", "agente", "callee"), "agent"),
    **dict.fromkeys(("system", "timeout", "network", "carrier"), "system"),
}


def outcome_of(said: str) -> str | None:
    """How the waiting ended, by a system's word; None where it is not known."""
    return _OUTCOME.get(plain_name(said))


def yes_no(said: str) -> str | None:
    """Answered or abandoned, by a yes or a no; None where it is neither."""
    plain = plain_name(said)
    return "answered" if plain in _YES else "abandoned" if plain in _NO else None


def direction_of(said: str) -> str | None:
    """inbound, outbound or internal; None where it is not known."""
    return _DIRECTION.get(plain_name(said))


def ended_by_of(said: str) -> str | None:
    """customer, agent or system; None where it is not known."""
    return _BY.get(plain_name(said))


def _as_in_cases(role: str) -> str:
    return "|".join(CASE_ROLES[role])


class Calls(ListConnector):
    """One row per call."""

    title: ClassVar[str] = "Calls (any table with one row per call, chat or other live contact)"
    fills: ClassVar[tuple[str, ...]] = ("call",)
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "agent_state": "a list of calls tells when agents were on contacts, not when they were ready or away",
        "shift": "a list of calls tells who worked, not who should have",
        "forecast": "a list of calls tells what came, not what was expected",
        "case": "a list of calls holds contacts; take it in with `--connector any_table` to count each as a case",
    }
    shape: ClassVar[str] = "calls"
    noun: ClassVar[str] = "call"
    meanings: ClassVar[tuple[str, ...]] = tuple(_OUTCOMES)
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "call": word(
            "call id|callid|call key|interaction id|contact id|conversation id|session id|uniqueid|unique id|ucid|"
            "call reference|segment id|chat id|anruf id|id appel|id llamada|id apel|id",
            differs=True,
        ),
        "date": instant("call date|date|day|datum|fecha|data|jour"),
        "started": clock(_as_in_cases("call_started") + "|call time|time|queued at|enqueued|created at|contact start|"
                         "initiated at|offered|timestamp|date time"),
        "answered": clock(_as_in_cases("call_answered") + "|agent connected at|accepted at|talk start|handled at"),
        "ended": clock(_as_in_cases("call_ended") + "|completed at|contact end|closed at|abandoned at"),
        "wait": length(_as_in_cases("wait") + "|speed of answer in seconds|wait s|queue s|ring time total|asa|time to answer|hold in queue"),
        "ring": length("ring time|ring|ring seconds|ring duration|alert time|ring s|klingelzeit"),
        "talk": length("service length|talk time|avg talk duration|talk|talk duration|talk seconds|talk s|conversation time|"
                       "interaction duration|call duration|billsec|service time|duration|gesprachsdauer|gesprachszeit|"
                       "duree d appel|duracion|durata|duracao|gespreksduur|durata apel|czas rozmowy"),
        "hold": length("hold time|hold|hold duration|hold seconds|hold s|total hold|customer hold duration|haltezeit|"
                       "temps de mise en attente|timp de hold"),
        "wrap": length("wrap up time|wrap time|wrap|acw|acw time|after call work|after call work time|after work|wrap s|"
                       "acw s|after contact work duration|wrapup|nacharbeit|nacharbeitszeit|post appel"),
        "handle": length("handle time|handling time|aht|total handle time|handle s|bearbeitungszeit"),
        "outcome": few("outcome|call outcome|call result|call status|disposition|result|abandoned|is abandoned|"
                       "call type|ergebnis|status|completion", outcome_of),
        "was_answered": few("answered y n|is answered|was answered|answered yes no|answered", yes_no, most=6),
        "direction": few("direction|call direction|richtung|sens|direccion|direzione", direction_of, most=8),
        "ended_by": few("ended by|hung up by|hangup by|disconnected by|released by|disconnect party|released",
                        ended_by_of, most=12),
        "queue": word(_as_in_cases("queue") + "|vdn|split|hunt group|line|service line|did"),
        "agent": word(_as_in_cases("agent") + "|agent login|extension|user|answered by"),
        "partner": few(_as_in_cases("partner"), most=100),
        "channel": few("channel|media type|media|medium|contact channel|kanal|canal", channel_of),
        "language": few(_as_in_cases("language"), language_of),
        "reason": word("call reason|wrap up code|wrapup code|disposition code|reason code|contact reason|reason|motif|"
                       "motivo|grund|call driver|topic"),
        "caller": word("caller|caller id|caller number|ani|cli|phone number|from number|customer number|calling number|"
                       "customer id|customer|telefonnummer|numero appelant|telefono|msisdn"),
        "transferred_to": word("transferred to|transfer to|transfer target|transfer destination|transfer queue|"
                               "weitergeleitet an"),
        "updated": instant("updated at|last updated|last update|modified at|last modified|last update timestamp"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (
        ("started", "date"),
        ("answered", "ended", "wait", "talk", "handle", "outcome", "was_answered"),
    )
    own: ClassVar[tuple[str, ...]] = (
        "answered", "wait", "ring", "talk", "hold", "wrap", "handle", "outcome", "was_answered", "caller",
        "transferred_to",
    )  # fmt: skip
    against: ClassVar[str] = (
        r"\b(ticket|first reply|first response|survey|csat|nps|offered|abandon rate|interval|state|"
        r"activity|shift|forecast|staff id|subject)\b"
    )
    clocks: ClassVar[tuple[str, ...]] = ("started", "answered", "ended")

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The segments of each call, in their order: it waited, it rang, they spoke, the agent finished."""
        started = rows.at("started")
        started = np.where(started == NONE, rows.at("date"), started)
        answered = _answered(rows)
        wait, ended = rows.at("wait"), rows.at("ended")
        reply = lasting(started, wait)
        reply = np.where(reply == NONE, rows.at("answered"), reply)
        queue_end = np.where(answered, reply, np.where(lasting(started, wait) == NONE, ended, lasting(started, wait)))
        hold, wrap, handle = rows.at("hold"), rows.at("wrap"), rows.at("handle")
        talk = rows.at("talk")
        others = np.where(hold == NONE, 0, hold) + np.where(wrap == NONE, 0, wrap)
        talk = np.where((talk == NONE) & (handle != NONE), np.maximum(handle - others, 0), talk)
        begun = np.where(answered, reply, NONE)
        spoken = lasting(begun, talk)
        until = np.where(hold == NONE, ended, np.where(ended == NONE, NONE, ended - np.where(hold == NONE, 0, hold)))
        spoken = np.where((spoken == NONE) & (begun != NONE), until, spoken)
        held = lasting(spoken, hold)
        ring = np.where(answered & (rows.at("ring") != NONE), queue_end - rows.at("ring"), NONE)
        after = np.where(held == NONE, spoken, held)
        inbound = ~_says(rows.meant("direction"), "outbound") if rows.has("direction") else np.ones(len(rows), bool)
        moved = pc.is_valid(rows.word("transferred_to"))
        result = _result(rows, answered)
        done = pc.if_else(moved, "transferred", "completed")
        call_id = self._call_ids(rows, started)
        build = _Segments(rows, mapping.source, call_id, np.maximum(np.maximum(started, ended), rows.at("answered")))
        nothing = pa.nulls(len(rows), pa.string())
        agent = rows.word("agent")
        parts = [
            build.of("queue", 0, np.where(inbound, started, NONE), queue_end, result, nothing, every=False),
            build.of("ring", 1, ring, np.where(ring == NONE, NONE, queue_end), constant("answered", len(rows)), agent,
                     every=False),
            # Without an answer there is no talk: what an older version of the row said of one is taken back.
            build.of("talk", 2, begun, spoken, done, agent, every=True),
            build.of("hold", 3, np.where((hold > 0) & (held != NONE), spoken, NONE), held, nothing, agent,
                     every=False),
            build.of("wrap", 4, np.where(wrap > 0, after, NONE), lasting(after, wrap), nothing, agent, every=False),
        ]  # fmt: skip
        return {"call": pa.concat_tables(parts)}

    def _call_ids(self, rows: Rows, started: Integers) -> pa.Array:
        """The calls' own ids; of those without one, a mark of what is told of them."""
        said = [rows.word(role) for role in ("queue", "agent", "caller", "channel")]
        key = mixed(pa.array(started), pa.array(rows.at("ended")), *said)
        mark = pc.binary_join_element_wise(key.cast(pa.string()), occurrence(key).cast(pa.string()), "-")
        return pc.coalesce(rows.word("call"), mark)


def _says(column: pa.Array, word_: str) -> Flags:
    return np.asarray(pc.fill_null(pc.equal(column, word_), fill_value=False), np.bool_)


def _answered(rows: Rows) -> Flags:
    """Whether a call was answered: as its outcome says, else by an answer, by talking, by an agent."""
    outcome = _outcome(rows)
    told = np.asarray(pc.is_valid(outcome), np.bool_)
    seen = (rows.at("answered") != NONE) | (rows.at("talk") > 0) | (rows.at("handle") > 0)
    if not rows.has("answered", "talk", "handle"):
        seen = np.asarray(pc.is_valid(rows.word("agent")), np.bool_)
    return np.where(told, _says(outcome, "answered"), seen)


def _result(rows: Rows, answered: Flags) -> pa.Array:
    """How the waiting ended; without an outcome, a call that nobody answered was abandoned."""
    plain = pc.if_else(pa.array(answered), "answered", "abandoned")
    return pc.coalesce(_outcome(rows), plain)


def _outcome(rows: Rows) -> pa.Array:
    if not rows.has("was_answered"):
        return rows.meant("outcome")
    return pc.coalesce(rows.meant("outcome"), rows.meant("was_answered"))


class _Segments:
    """What the segments of a row share."""

    def __init__(self, rows: Rows, source: str, call_id: pa.Array, latest: Integers) -> None:
        self.rows = rows
        own = rows.at("updated")
        self.shared = {
            "call_key": keys_of(source, call_id),
            "call_id": call_id,
            "direction": pc.fill_null(rows.meant("direction"), "inbound"),
            "channel": pc.fill_null(rows.meant("channel"), "phone"),
            "queue": rows.word("queue"),
            "language": rows.meant("language"),
            "reason": rows.word("reason"),
            "requester": rows.word("caller"),
            "partner_given": rows.word("partner"),
            "source_at": micros(np.where(own == NONE, latest, own)),
            "source_row": rows.numbers,
        }
        self.source = source

    def of(
        self, kind: str, seq: int, start: Integers, end: Integers, result: pa.Array, agent: pa.Array, *, every: bool
    ) -> pa.Table:
        """The segments of one kind; `every` also yields those that are none, as retractions."""
        rows = len(self.rows)
        told = kind == "talk"
        nothing = pa.nulls(rows, pa.string())
        by = self.rows.meant("ended_by")
        lost = pc.if_else(_column(result, "abandoned"), "customer", nothing)
        found = pa.table(
            {
                "segment_key": keys_of(f"{self.source}:segment", joined(self.shared["call_id"], kind)),
                **self.shared,
                "seq": pa.repeat(pa.scalar(seq, pa.int32()), rows),
                "kind": constant(kind, rows),
                "started_at": micros(start),
                "ended_at": micros(np.where(start == NONE, NONE, end)),
                "result": result.cast(pa.string()),
                "ended_by": by if told else lost if kind == "queue" else nothing,
                "agent": agent,
                "transferred_to": self.rows.word("transferred_to") if told else nothing,
            }
        )
        return found if every else found.filter(pa.array(start != NONE))


def _column(result: pa.Array, word_: str) -> pa.Array:
    return pc.fill_null(pc.equal(result, word_), fill_value=False)
