"""Whose case it is, against a walk over the events one by one."""

from typing import Any

import pyarrow as pa
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.records.attribution import UNASSIGNED, Holders, attribute
from tallystick.records.table import table

ALWAYS = -(2**62)
HOLDERS = Holders(
    {"q-a": ((ALWAYS, "aurora"), (4, "borealis")), "q-b": ((ALWAYS, "borealis"),)}, {"tess": ((3, "aurora"),)}
)
RANK = ["created", "queue", "owner", "flag"]

CASES = st.dictionaries(
    st.integers(0, 3), st.tuples(st.sampled_from(["q-a", "q-b", None]), st.sampled_from(["aurora", None, None]))
)
EVENTS = st.lists(
    st.tuples(
        st.integers(0, 4),
        st.integers(0, 6) | st.none(),
        st.sampled_from(RANK),
        st.sampled_from(["q-a", "q-b", "tess", "x", None]),
        st.sampled_from([None, None, None, "aurora", "borealis"]),
    ),
    max_size=12,
)


def held_at(words: Any, word: str | None, instant: int) -> str | None:
    """The partner that a word belongs to at an instant."""
    return next((partner for since, partner in reversed(words.get(word, ())) if since <= instant), None)


def anchor(event: tuple[Any, ...], holders: Holders) -> str | None:
    """The holder that an event names."""
    _, instant, kind, value, given = event
    if instant is None:
        return None
    words = {"queue": holders.queues, "owner": holders.agents}.get(kind, {})
    return given or held_at(words, value, instant)


def typed(name: str, columns: dict[str, list[Any]]) -> pa.Table:
    schema = table(name).schema
    return pa.table(
        {column: pa.chunked_array([pa.array(v, schema.field(column).type)]) for column, v in columns.items()}
    )


@settings(deadline=None, max_examples=200)
@given(CASES, EVENTS, st.booleans())
def test_holders_of_columns_are_those_of_a_walk_from_event_to_event(
    cases: dict[int, tuple[str | None, str | None]], events: list[tuple[Any, ...]], mapped: bool
) -> None:
    holders = HOLDERS if mapped else Holders()
    own, held = attribute(
        typed(
            "case",
            {
                "case_key": list(cases),
                "queue": [queue for queue, _ in cases.values()],
                "created_at": [2] * len(cases),
                "partner_given": [given for _, given in cases.values()],
            },
        ),
        typed(
            "case_event",
            {
                "case_key": [event[0] for event in events],
                "event_key": list(range(len(events))),
                "event_at": [event[1] for event in events],
                "seq": [0] * len(events),
                "kind": [event[2] for event in events],
                "value": [event[3] for event in events],
                "partner_given": [event[4] for event in events],
            },
        ),
        holders,
    )
    wanted: dict[int, str] = {}
    opening: dict[int, str | None] = {}
    for key in {*cases, *(event[0] for event in events)}:
        mine = [at for at, event in enumerate(events) if event[0] == key]
        mine.sort(key=lambda at: (2**62 if events[at][1] is None else events[at][1], RANK.index(events[at][2]), at))
        queue, given = cases.get(key, (None, None))
        start = given or held_at(holders.queues, queue, 2)
        named = [name for at in mine if (name := anchor(events[at], holders))]
        holder = opening[key] = start or (named[0] if named else None)
        for at in mine:
            holder = anchor(events[at], holders) or holder
            wanted[at] = holder or UNASSIGNED
    assert own.to_pylist() == [opening[key] or UNASSIGNED for key in cases]
    assert held.to_pylist() == [wanted[at] for at in range(len(events))]
