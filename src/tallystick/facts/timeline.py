"""One case as spans of time: the same step as in the bulk, run as it stands and looked at after every event.

What a page draws and what `explain` tells: in which status the case was, whether the clocks stood still and rightly so,
how much of the span lay inside the opening hours, who held the case, and whether the customer waited.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from tallystick.facts.encode import Batch
from tallystick.facts.fold.case import begin, step
from tallystick.facts.fold.event import meaning_of
from tallystick.facts.fold.layout import (
    CALENDAR,
    CATEGORY,
    CLOCK_FIELDS,
    CLOCKS,
    CURSOR_WIDTH,
    E_MERGED,
    EVENT_KINDS,
    IN_PAUSE,
    IS_OWN,
    LAST_OWNER,
    NONE,
    NOW,
    OWNER,
    PARTNER,
    PRIORITY,
    PROGRAMME,
    QUEUE,
    RUNNING,
    SHARE_WIDTH,
    STATE_WIDTH,
    WAITING,
)
from tallystick.facts.folding import as_lists
from tallystick.facts.rows import batch_of_rows
from tallystick.vocabulary.clock_terms import CLOCK_KINDS, STATUS_CATEGORIES, ClockTerms
from tallystick.vocabulary.errors import NotFound
from tallystick.vocabulary.opening import open_between


@dataclass(frozen=True)
class Span:
    """A stretch of a case in which nothing changed, half-open; the last one has no end.

    `pause` is `legitimate`, `with a waiting customer`, or empty. `business_s` and `calendar_s` are its seconds, None
    for the last one. `running` names the clocks that run (whether or not they count in this status), `events` what
    happened at its start.
    """

    start_at: datetime
    stop_at: datetime | None
    status: str
    pause: str
    waiting: bool
    partner: str | None
    is_own: bool
    agent: str | None
    queue: str | None
    priority: str | None
    programme: str | None
    business_s: int | None
    calendar_s: int | None
    running: tuple[str, ...]
    events: tuple[str, ...]


def trace(case_rows: Any, event_rows: Any, mapping: Any, terms: ClockTerms, case_key: int) -> list[Span]:
    """The spans of one case, oldest first. The rows may hold other cases; those merged into it have to be there.

    Raises NotFound where the rows hold no such case.
    """
    batch = batch_of_rows(case_rows, event_rows, mapping, terms)
    keys = batch.case_key.tolist()
    if case_key not in keys:
        raise NotFound("case", str(case_key))
    return _spans(batch, keys.index(case_key), terms)


def _spans(batch: Batch, i: int, terms: ClockTerms) -> list[Span]:
    cases, events, words, packed, opening = as_lists(batch)
    state = [0] * STATE_WIDTH
    partners = max(len(batch.partners), 1)
    capacity = 4 * (cases.first[i + 1] - cases.first[i]) + 4 * CLOCKS
    rows = [0] * (len(CLOCK_FIELDS) * CLOCKS * capacity)
    cursor = [k * capacity for k in range(CLOCKS)] + [0, partners]
    assert len(cursor) == CURSOR_WIDTH  # noqa: S101  the layout of the cursor
    shares = [0] * (SHARE_WIDTH * partners * capacity * CLOCKS)
    held = [0] * (CLOCKS * partners)
    begin(state, i, cases, events, words, packed, opening)
    seen: list[tuple[list[int], list[str]]] = [(list(state), [])]
    for j in range(cases.first[i], cases.first[i + 1]):
        value = events.value[j]
        meaning = meaning_of(events.kind[j], value, events.at_s[j], cases.source[i], cases.merged_at_s[i], words)
        step(
            state, events.at_s[j], events.kind[j], events.actor[j], meaning, events.agent[j], events.partner[j],
            held, rows, shares, cursor, packed, opening,
        )  # fmt: skip
        told = EVENT_KINDS[events.kind[j]]
        if value != NONE and events.kind[j] != E_MERGED:
            told = f"{told} {batch.value_words[value]}".rstrip()
        if state[NOW] > seen[-1][0][NOW]:
            seen.append((list(state), [told]))
        else:
            seen[-1] = (list(state), [*seen[-1][1], told])
    return [
        _span(batch, terms, opening, now, told, after)
        for (now, told), after in zip(seen, [part[0][NOW] for part in seen[1:]] + [None], strict=True)
    ]


def _span(batch: Batch, terms: ClockTerms, opening: Any, state: list[int], told: list[str], stop_s: int | None) -> Span:
    def word(code: int, words: list[str]) -> str | None:
        return None if code == NONE else words[code]

    pause = ""
    if state[IN_PAUSE]:
        pause = "with a waiting customer" if state[WAITING] else "legitimate"
    start_s = state[NOW]
    return Span(
        start_at=datetime.fromtimestamp(start_s, UTC),
        stop_at=None if stop_s is None else datetime.fromtimestamp(stop_s, UTC),
        status=STATUS_CATEGORIES[state[CATEGORY]],
        pause=pause,
        waiting=bool(state[WAITING]),
        partner=word(state[PARTNER], batch.partners),
        is_own=bool(state[IS_OWN]),
        agent=word(state[OWNER] if state[OWNER] != NONE else state[LAST_OWNER], batch.agents),
        queue=word(state[QUEUE], batch.queues),
        priority=word(state[PRIORITY], batch.priorities),
        programme=word(state[PROGRAMME], [programme.programme for programme in terms.programmes]),
        business_s=None if stop_s is None else open_between(opening, state[CALENDAR], start_s, stop_s),
        calendar_s=None if stop_s is None else stop_s - start_s,
        running=tuple(kind for k, kind in enumerate(CLOCK_KINDS) if (state[RUNNING] >> k) & 1),
        events=tuple(told),
    )
