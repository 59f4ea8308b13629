"""Written replies: each public message that a person wrote to a customer, and whether it is in the customer's language.

Grain: one public message by an agent. By letters: `written_in` is the language identified in its text,
`customer_writes` that of the customer's last identified public message before it, and `identified_match` whether the
customer had written in `written_in` at all, since people change languages. As declared: `declared_in` is the language
that the source gives for the message, `customer_declared` that of the customer's last message before it, else of the
case, and `declared_match` whether they are one. Each is empty where either side is not known. `machine_translated` is
what the source says. Codes are compared by their language alone: pt-br is pt, and nb and nn are no.

Who wrote it is told by the event of the same case and instant, and unknown where the source tells of none.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.facts.beside import beside
from tallystick.facts.closure import Tied
from tallystick.facts.spans import Whole
from tallystick.facts.stream import INSTANT, Given, Rows, Stream, within
from tallystick.vocabulary.clock_terms import ClockTerms

MESSAGES, EVENTS = "message", "case_event"
FROM_CASE = ("case_id", "programme", "queue", "channel", "language", "priority", "reason", "initiated_by", "excluded")
OWN = ("case_key", "message_key", "sent_at", "machine_translated")
# One language under several codes: variants, and codes of older lists.
_SAME = {"nb": "no", "nn": "no", "fil": "tl", "iw": "he", "in": "id", "mo": "ro", "cmn": "zh"}
_NONE = -1


def _derive(given: Given) -> Mapping[str, Any]:
    messages = given.rows[MESSAGES]
    messages = messages.filter(pc.fill_null(messages.column("public"), fill_value=False))
    keys = [_numbers(messages.column(name)) for name in ("message_key", "sent_at", "case_key")]
    messages = messages.take(pa.array(np.lexsort(keys)))
    replies = np.flatnonzero(_is_by(messages, "agent"))
    if not len(replies):
        return {}
    own = messages.select([*OWN, "partner"]).rename_columns([*OWN, "own_partner"])
    joined = beside(own, given.case, ["case_key"], [*FROM_CASE, "partner"])
    at = pa.array(replies)
    found: dict[str, Any] = {name: joined.column(name).take(at) for name in (*OWN, *FROM_CASE)}
    found["partner"] = pc.coalesce(joined.column("own_partner"), joined.column("partner")).take(at)
    found["agent"] = _writers(joined.select(["case_key", "sent_at"]).take(at), given.rows[EVENTS])
    found |= _by_letters(messages, replies)
    return found | _as_declared(messages, joined.column("language"), replies)


def _by_letters(messages: pa.Table, replies: Whole) -> dict[str, Any]:
    codes, words = _coded(messages.column("identified_language"))
    case, number = _cases(messages)
    wrote = _is_by(messages, "customer") & (codes != _NONE)
    latest = _latest(np.where(wrote, codes, _NONE), case)[replies]
    written = codes[replies]
    # From a customer's first message in a language on, replies in it are in a language of theirs.
    customers = np.flatnonzero(wrote)
    theirs, first = np.unique(number[customers] * len(words) + codes[customers], return_index=True)
    asked = number[replies] * len(words) + written
    place = np.minimum(np.searchsorted(theirs, asked), max(len(theirs) - 1, 0))
    matched = np.zeros(len(replies), np.bool_)
    if len(theirs):
        matched = (theirs[place] == asked) & (customers[first[place]] < replies)
    return {
        "written_in": _named(written, words),
        "customer_writes": _named(latest, words),
        "identified_match": pa.array(matched, mask=(written == _NONE) | (latest == _NONE)),
    }


def _as_declared(messages: pa.Table, of_case: Any, replies: Whole) -> dict[str, Any]:
    together = pa.concat_arrays([_one(messages.column("language")), _one(of_case)])
    codes, words = _coded(together)
    own, of_its_case = codes[: messages.num_rows], codes[messages.num_rows :]
    case, _ = _cases(messages)
    told = _latest(np.where(_is_by(messages, "customer"), own, _NONE), case)
    asked = np.where(told == _NONE, of_its_case, told)[replies]
    answered = own[replies]
    return {
        "declared_in": _named(answered, words),
        "customer_declared": _named(asked, words),
        "declared_match": pa.array(answered == asked, mask=(answered == _NONE) | (asked == _NONE)),
    }


def _latest(values: Whole, case: Whole) -> Whole:
    """For each row the last value up to it in its case, _NONE where there is none; rows stand by case."""
    place = np.where(values == _NONE, _NONE, np.arange(len(values)))
    place = np.maximum.accumulate(place) if len(place) else place
    return np.where((place >= 0) & (case[place] == case), values[place], _NONE)


def _cases(messages: pa.Table) -> tuple[Whole, Whole]:
    """The key of each row's case, and the number of the case among those that stand one after the other."""
    case = _numbers(messages.column("case_key"))
    return case, np.cumsum(np.r_[False, case[1:] != case[:-1]][: len(case)])


def _coded(column: Any) -> tuple[Whole, list[str]]:
    """Codes of languages as numbers, variants of one alike; _NONE where there is none."""
    coded = _one(column).dictionary_encode()
    plain = [word.lower().replace("_", "-").split("-")[0] for word in coded.dictionary.to_pylist()]
    plain = [_SAME.get(word, word) for word in plain]
    words = sorted(set(plain)) or [""]
    codes = np.array([words.index(word) for word in plain] or [_NONE], np.int64)
    told = np.asarray(coded.indices.fill_null(0), dtype=np.int64)
    return np.where(np.asarray(coded.is_valid(), dtype=np.bool_), codes[told], _NONE), words


def _named(codes: Whole, words: list[str]) -> pa.Array:
    return pa.array(words, pa.string()).take(pa.array(np.where(codes == _NONE, 0, codes), mask=codes == _NONE))


def _writers(replies: pa.Table, events: pa.Table) -> pa.Array:
    """The agent of the public message of the same case and instant; null where no event tells one."""
    said = pc.and_(pc.equal(events.column("kind"), "message"), pc.equal(events.column("actor"), "agent"))
    told = events.filter(pc.fill_null(said, fill_value=False)).select(["case_key", "event_at", "agent"])
    case, at = _numbers(told.column("case_key")), _numbers(told.column("event_at"))
    order = np.lexsort([at, case])
    case, at = case[order], at[order]
    whose, when = _numbers(replies.column("case_key")), _numbers(replies.column("sent_at"))
    # The first event of the case that is not before the reply is the one, if it is of the same instant.
    both = np.lexsort([np.r_[np.ones(len(case)), np.zeros(len(whose))], np.r_[at, when], np.r_[case, whose]])
    is_event = both < len(case)
    following: Whole = np.cumsum(is_event) - is_event
    place = np.zeros(len(whose), np.int64)
    place[both[~is_event] - len(case)] = following[~is_event]
    inside = np.minimum(place, max(len(case) - 1, 0))
    if not len(case):
        return pa.nulls(len(whose), pa.string())
    same = (case[inside] == whose) & (at[inside] == when)
    return _one(told.column("agent")).take(pa.array(order[inside], mask=~same))


def _is_by(messages: pa.Table, role: str) -> Any:
    return np.asarray(pc.fill_null(pc.equal(messages.column("role"), role), fill_value=False), dtype=np.bool_)


def _numbers(column: Any) -> Whole:
    found: Whole = np.asarray(column.cast(pa.int64()), dtype=np.int64)
    return found


def _one(column: Any) -> pa.Array:
    whole = column.combine_chunks() if isinstance(column, pa.ChunkedArray) else column
    return whole.cast(pa.string())


def _of_period(rows: Rows, start_s: int, end_s: int, _terms: ClockTerms) -> Rows:
    """Every message of the cases in which one was sent in the period; their events come with the cases."""
    messages = rows[MESSAGES]
    cases = pc.unique(within(messages, ("sent_at",), start_s, end_s).column("case_key"))
    return {MESSAGES: messages.filter(pc.is_in(messages.column("case_key"), value_set=cases))}


def _ordinary(place: int, _row: Mapping[str, Any]) -> Mapping[str, Any]:
    return {
        "message_key": place + 1,
        "case_key": place + 1,
        "written_in": "de",
        "customer_writes": "de",
        "identified_match": True,
    }


STREAM = Stream(
    module=__name__,
    reads=(MESSAGES, EVENTS),
    derive=_derive,
    of_period=_of_period,
    closure=Tied({MESSAGES: {"case_key": "case"}}, ("case_key", "case"), events=(EVENTS,)),
    columns={
        "message_key": pa.int64(),
        "case_key": pa.int64(),
        "sent_at": INSTANT,
        "written_in": pa.string(),
        "customer_writes": pa.string(),
        "identified_match": pa.bool_(),
        "declared_in": pa.string(),
        "customer_declared": pa.string(),
        "declared_match": pa.bool_(),
        "machine_translated": pa.bool_(),
    },
    key=("case_key", "message_key"),
    carried=("case_key",),
    begins="sent_at",
    dated={"sent": "sent_at"},
    moments={"measured-in": ("sent",)},
    owners={"owner-at-stop": ("partner",)},
    agents={"owner-at-stop": ("agent",)},
    row="written reply",
    occasions={"measured-in": "it was sent"},
    ordinary=_ordinary,
    of_cases=True,
    shown=("sent_at", "written_in", "customer_writes", "identified_match", "machine_translated"),
)
