"""From the lives of the cases to what a helpdesk writes down: one row per event, with words, names and numbers."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt
import story
from cases import (
    ASKED,
    KINDS,
    MERGED,
    NORMAL,
    NOT_YET,
    PROACTIVE,
    SILENT,
    SPAM,
    TEST,
    TWICE,
    WORKED,
    Bools,
    Cases,
    Seconds,
    seconds_of,
)
from opening_hours import month_starts
from people import Agent
from wording import ANSWER, AUTOMATIC, BOT, FIX, NOTE, PRODUCTS, QUESTION, REPLY, THANKS, Wording

Objects = npt.NDArray[np.object_]

# The order in which a helpdesk writes events of one instant.
RANK = {
    "created": 0,
    "queue": 1,
    "priority": 2,
    "assigned": 3,
    "message": 4,
    "auto_reply": 5,
    "note": 6,
    "handover": 7,
    "escalated": 8,
    "status": 9,
    "merged": 10,
    "flag": 11,
}


@dataclass
class PartnerCases:
    """The cases of one partner, cells joined, with the words that describe them (arrays are parallel)."""

    partner: str
    blocks: list[Cases]
    case_id: Objects
    columns: dict[str, Objects]
    agent: npt.NDArray[np.int64]
    texts: dict[str, Objects]


@dataclass
class EventLog:
    """Events of one partner sorted by instant; `case` points into PartnerCases, `agent` into the roster (-1: none)."""

    case: npt.NDArray[np.int64]
    at: Seconds
    kind: Objects
    actor: Objects
    agent: npt.NDArray[np.int64]
    value: Objects
    text: Objects


@dataclass
class _Pages:
    """Events as they are collected, one part per kind of event."""

    parts: list[tuple[Any, ...]] = field(default_factory=list)

    def add(
        self,
        cases: npt.NDArray[np.int64],
        at: Seconds,
        kind: str,
        actor: str,
        *,
        agent: npt.NDArray[np.int64] | None = None,
        value: str | Objects = "",
        text: Objects | None = None,
    ) -> None:
        count = cases.size
        filled = np.full(count, value, object) if isinstance(value, str) else value
        self.parts.append(
            (
                cases,
                at.astype(np.int64),
                np.full(count, kind, object),
                np.full(count, actor, object),
                np.full(count, -1, np.int64) if agent is None else agent,
                filled,
                np.full(count, "", object) if text is None else text,
            )
        )

    def sorted(self, until: int) -> EventLog:
        columns = [np.concatenate([part[at] for part in self.parts]) for at in range(7)]
        ranks = np.array([RANK[kind] for kind in columns[2]])
        order = np.lexsort((ranks, columns[0], columns[1]))
        order = order[columns[1][order] < until]
        return EventLog(*[column[order] for column in columns])


def _join(blocks: list[Cases], name: str) -> npt.NDArray[Any]:
    return np.concatenate([getattr(block, name) for block in blocks])


def _agents_for(rng: np.random.Generator, blocks: list[Cases], roster: list[Agent]) -> npt.NDArray[np.int64]:
    chosen: list[npt.NDArray[np.int64]] = []
    for block in blocks:
        labels, begins = month_starts(story.ZONES[block.cell.partner])
        month = np.searchsorted(begins, block.created, side="right") - 1
        agents = np.empty(len(block), np.int64)
        for at in np.unique(month):
            # An agent who starts or leaves in a month works only in the months around it.
            on_floor = [
                place
                for place, agent in enumerate(roster)
                if agent.partner == block.cell.partner
                and agent.language == block.cell.language
                and agent.started_on[:7] < labels[at]
                and (not agent.left_on or labels[at] < agent.left_on[:7])
            ]
            rows = month == at
            agents[rows] = rng.choice(np.array(on_floor), int(rows.sum()))
        chosen.append(agents)
    return np.concatenate(chosen)


def _texts(wording: Wording, partner: PartnerCases, roster: list[Agent]) -> dict[str, Objects]:
    rng = wording.rng
    count = partner.case_id.size
    orders = rng.integers(10_000_000, 99_999_999, count).tolist()
    products = wording.pick(PRODUCTS, count)
    details = rng.choice(["", "email", "phone", "card", "iban"], count, p=[0.90, 0.04, 0.04, 0.01, 0.01]).tolist()
    variant = rng.integers(0, 1 << 20, count).tolist()
    opening, reply, question, answer, thanks, automatic, bot, note = (np.empty(count, object) for _ in range(8))
    languages, reasons = partner.columns["language"].tolist(), partner.columns["reason"].tolist()
    short = [agent.name.split()[0] for agent in roster]
    for at, (language, reason, agent) in enumerate(zip(languages, reasons, partner.agent.tolist(), strict=True)):
        order, turn, name = f"LH-{orders[at]}", variant[at], short[agent]
        first = wording.opening(language, reason, order, products[at], details[at])
        customer = first.rsplit(", ", 1)[1].split()[0]
        opening[at] = first
        replies, answers, again = REPLY[language], ANSWER[language], THANKS[language]
        reply[at] = replies[turn % len(replies)].format(name=customer, agent=name, fix=FIX[reason][language])
        question[at] = QUESTION[language].format(name=customer, agent=name)
        answer[at] = answers[turn % len(answers)].format(order=order)
        thanks[at] = again[turn % len(again)]
        automatic[at], bot[at], note[at] = AUTOMATIC[language], BOT[language], NOTE[language]
    return {
        "opening": opening,
        "reply": reply,
        "question": question,
        "answer": answer,
        "thanks": thanks,
        "automatic": automatic,
        "bot": bot,
        "note": note,
    }


def describe(
    rng: np.random.Generator, partner: str, blocks: list[Cases], roster: list[Agent], wording: Wording
) -> PartnerCases:
    """Give every case its id, queue, reason, priority, customer, agent and texts."""
    count = sum(map(len, blocks))
    created = _join(blocks, "created")
    order = np.argsort(np.where(_join(blocks, "late_file"), created + NOT_YET // 2, created), kind="stable")
    number = np.empty(count, np.int64)
    number[order] = np.arange(count)
    # A new number is not always taken by a case: numbers of one source have gaps.
    number = number * 3 + number % 2 + {"aurora": 410_000, "borealis": 1_200_000, "cordoba": 58_000}[partner]
    prefix = {"aurora": "AUR-", "borealis": "BD", "cordoba": ""}[partner]
    names = list(story.REASONS)
    reason = np.array(names, object)[_join(blocks, "reason")]
    language = np.concatenate([np.full(len(block), block.cell.language, object) for block in blocks])
    channel = np.concatenate([np.full(len(block), block.cell.channel, object) for block in blocks])
    queue = np.array(
        [f"{lang.upper()} {story.QUEUE_OF_REASON[why]}" for lang, why in zip(language, reason, strict=True)], object
    )
    queue[_join(blocks, "late_file")] = story.LATE_FILE_QUEUE
    pool = rng.integers(100_000, 100_000 + int(count * 0.72), count)
    # A second message that is merged comes from the same customer.
    offset = 0
    for block in blocks:
        merged = np.flatnonzero(block.kind == MERGED)
        pool[offset + merged] = pool[offset + block.parent[merged]]
        offset += len(block)
    described = PartnerCases(
        partner,
        blocks,
        np.array([f"{prefix}{value}" for value in number.tolist()], object),
        {
            "language": language,
            "channel": channel,
            "queue": queue,
            "reason": reason,
            "priority": rng.choice(np.array(["normal", "high", "urgent"], object), count, p=[0.82, 0.14, 0.04]),
            "customer": np.array([f"C{value}" for value in pool.tolist()], object),
        },
        _agents_for(rng, blocks, roster),
        {},
    )
    described.texts = _texts(wording, described, roster)
    return described


class _Scribe:
    """Writes the events of one partner, a chapter of the cases' lives at a time."""

    def __init__(self, rng: np.random.Generator, partner: PartnerCases, roster: list[Agent]) -> None:
        self.rng, self.partner = rng, partner
        self.pages = _Pages()
        self.ids = np.array([agent.agent_id for agent in roster], object)
        self.kind, self.path = _join(partner.blocks, "kind"), _join(partner.blocks, "path")
        self.created, self.replied = _join(partner.blocks, "created"), _join(partner.blocks, "replied")
        self.answered = (self.kind == NORMAL) & (self.replied < NOT_YET)
        self.seen = self.created + rng.integers(90, 900, self.created.size)

    def of(self, name: str) -> npt.NDArray[Any]:
        return _join(self.partner.blocks, name)

    def add(
        self, mask: Bools, at: Seconds, what: str, actor: str, *, value: str = "", text: str = "", own: bool = False
    ) -> None:
        chosen = np.flatnonzero(mask)
        self.pages.add(
            chosen,
            at[chosen],
            what,
            actor,
            agent=self.partner.agent[chosen] if own else None,
            value=value,
            text=self.partner.texts[text][chosen] if text else None,
        )

    def arrive(self) -> None:
        created, started = self.created, self.of("started")
        by_customer = self.kind != PROACTIVE
        self.add(by_customer, created, "created", "customer")
        self.add(~by_customer, created, "created", "agent", own=True)
        self.add(by_customer, created, "message", "customer", text="opening")
        self.add(~by_customer, created, "message", "agent", text="reply", own=True)
        self.add(created > 0, created, "status", "system", value="new")
        written = self.partner.columns["channel"] != "chat"
        self.add(by_customer & written & (self.kind != SPAM), created + 4, "auto_reply", "system", text="automatic")
        bot = started > created
        self.add(bot, created + 3, "message", "bot", text="bot")
        self.add(bot, started, "handover", "customer")
        silent = (self.kind == NORMAL) & ~self.answered & (self.rng.random(created.size) < 0.5)
        self.add(silent, created + 50 * story.HOUR, "message", "customer", text="thanks")

    def reply(self) -> None:
        answered, replied, started = self.answered, self.replied, self.of("started")
        wait = np.where(answered, replied - started, 0)
        taken_up = started + (wait * self.rng.uniform(0.3, 0.93, wait.size)).astype(np.int64)
        taken_up = np.minimum(np.maximum(taken_up, self.created + 5), replied - 5)
        chosen = np.flatnonzero(answered)
        owners = self.partner.agent[chosen]
        self.pages.add(chosen, taken_up[chosen], "assigned", "system", agent=owners, value=self.ids[owners])
        hidden = answered & self.of("hidden")
        self.add(answered & ~hidden, taken_up, "status", "agent", value="open", own=True)
        self.add(hidden, taken_up, "status", "agent", value="pending", own=True)
        self.add(hidden, replied - 60, "status", "agent", value="open", own=True)
        noted, raised = self.rng.random(wait.size) < 0.13, self.rng.random(wait.size) < 0.015
        self.add(answered & noted, taken_up + 1, "note", "agent", text="note", own=True)
        self.add(answered & raised, taken_up + 2, "escalated", "agent", value="2", own=True)
        asked = answered & np.isin(self.path, (ASKED, SILENT, TWICE))
        self.add(answered & ~asked, replied, "message", "agent", text="reply", own=True)
        self.add(asked, replied, "message", "agent", text="question", own=True)
        self.add(asked, replied + 3, "status", "agent", value="pending", own=True)

    def go_on(self) -> None:
        answered, path, second_reply = self.answered, self.path, self.of("second_reply")
        back = answered & np.isin(path, (ASKED, TWICE))
        parked = back & self.of("parked")
        self.add(back, self.of("asked_back"), "message", "customer", text="answer")
        self.add(back & ~parked, self.of("asked_back"), "status", "system", value="open")
        # A parked case stays pending although the customer has answered, until just before the agent does.
        self.add(parked, second_reply - 40, "status", "agent", value="open", own=True)
        self.add(answered & np.isin(path, (WORKED, ASKED)), second_reply, "message", "agent", text="reply", own=True)
        twice = answered & (path == TWICE)
        self.add(twice, second_reply, "message", "agent", text="question", own=True)
        self.add(twice, second_reply + 3, "status", "agent", value="pending", own=True)
        self.add(twice, self.of("second_back"), "message", "customer", text="answer")
        self.add(twice, self.of("second_back"), "status", "system", value="open")
        self.add(twice, self.of("solved") - 30, "message", "agent", text="reply", own=True)

    def end(self) -> None:
        answered, solved, solved_again = self.answered, self.of("solved"), self.of("solved_again")
        self.add(answered & (self.path != SILENT), solved, "status", "agent", value="solved", own=True)
        self.add(answered & (self.path == SILENT), solved, "status", "system", value="solved")
        again = answered & (self.of("reopened") < NOT_YET)
        self.add(again, self.of("reopened"), "message", "customer", text="thanks")
        self.add(again, self.of("reopened"), "status", "system", value="open")
        self.add(again, solved_again - 30, "message", "agent", text="reply", own=True)
        self.add(again, solved_again, "status", "agent", value="solved", own=True)
        last = np.where(again, solved_again, solved)
        self.add(answered, np.where(answered, last, 0) + 4 * story.DAY, "status", "system", value="closed")

    def set_aside(self) -> None:
        """What the contract does not count: spam, tests, contacts that the partner began, merged doubles."""
        for code in (SPAM, TEST, PROACTIVE):
            mask, own = self.kind == code, code == PROACTIVE
            self.add(mask, self.created if own else self.seen, "flag", "agent", value=KINDS[code], own=True)
            closed = self.created + 2 * story.DAY if own else self.seen
            self.add(mask, closed, "status", "agent", value="closed", own=True)
        blocks = self.partner.blocks
        begins = np.cumsum([0, *map(len, blocks)])
        parents = np.concatenate(
            [np.where(block.parent >= 0, block.parent + at, -1) for block, at in zip(blocks, begins, strict=False)]
        )
        merged = np.flatnonzero(self.kind == MERGED)
        agents, survivors = self.partner.agent[merged], self.partner.case_id[parents[merged]]
        self.pages.add(merged, self.seen[merged], "merged", "agent", agent=agents, value=survivors)
        self.pages.add(merged, self.seen[merged], "status", "agent", agent=agents, value="closed")


def write_down(rng: np.random.Generator, partner: PartnerCases, roster: list[Agent]) -> EventLog:
    """Every event of the partner's cases until the export was drawn."""
    scribe = _Scribe(rng, partner, roster)
    scribe.arrive()
    scribe.reply()
    scribe.go_on()
    scribe.end()
    scribe.set_aside()
    return scribe.pages.sorted(seconds_of(story.CUT_AT if partner.partner == story.CUT_PARTNER else story.SNAPSHOT))
