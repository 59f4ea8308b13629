"""One segment of a contact by telephone, chat or another live channel: waiting, ringing, talking, after-work ..."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

SEGMENTS = ("ivr", "bot", "queue", "ring", "talk", "hold", "wrap")
# How a segment ended. Of `queue`: answered, abandoned, overflow (to another queue), timeout, callback (the customer
# asked to be called), refused (busy, full or closed), unknown. Of `ring`: answered, no_answer, refused (by the agent).
# Of `ivr` and `bot`: to_queue, self_served, abandoned, refused. Of `talk`: completed, transferred, dropped.
RESULTS = (
    "answered",
    "abandoned",
    "overflow",
    "timeout",
    "callback",
    "refused",
    "no_answer",
    "to_queue",
    "self_served",
    "completed",
    "transferred",
    "dropped",
    "unknown",
)
DIRECTIONS = ("inbound", "outbound", "internal")
ENDED_BY = ("customer", "agent", "system")
TRANSFERS = ("warm", "blind")

TABLE = Table(
    grain="one segment of one contact in a live channel",
    key="segment_key",
    presence="started_at",
    at="started_at",
    order=("call_key", "started_at", "seq", "segment_key"),
    columns=(
        key("segment_key", "key of the segment: of the source's id of it, else of call, kind and number"),
        key("call_key", "key_of(source, call_id)"),
        text("call_id", "the source's own id of the contact", personal=Personal.PSEUDONYM),
        text("source", "the system that the segment comes from; its queues and agents are words of that system"),
        Column("seq", pa.int32(), "the source's own order among segments of one call that begin together", default=0),
        text("kind", "what happened in it", words=SEGMENTS),
        instant("started_at", "when it began; null retracts the segment"),
        instant("ended_at", "when it ended; null: not known, or still running"),
        text("result", "how it ended", words=RESULTS),
        text("ended_by", "who ended it, where the source tells", words=ENDED_BY),
        text("direction", "who called whom", words=DIRECTIONS, default="inbound"),
        text("channel", "phone, chat ...", default="phone"),
        text("queue", "the queue it waited in or came from"),
        text("agent", "the source's agent id, of ring, talk, hold and wrap", personal=Personal.PSEUDONYM),
        text("language", "ISO 639 code as the source says, lower case"),
        text("reason", "contact reason or wrap-up code"),
        text("transferred_to", "queue or agent that a transfer went to", personal=Personal.PSEUDONYM),
        text("transfer", "whether the next agent was told first (warm)", words=TRANSFERS),
        key("requester_key", "keyed hash of the customer's number or id; null where unknown",
            personal=Personal.PSEUDONYM),
        key("case_key", "the case it is about, null where unknown"),
    ),
)  # fmt: skip
