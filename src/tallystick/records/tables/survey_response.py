"""A survey that was sent, answered or not."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

TABLE = Table(
    grain="one survey sent",
    key="response_key",
    presence="sent_at",
    at="sent_at",
    order=("response_key",),
    columns=(
        key("response_key", "key_of(source, survey or response id)"),
        text("source", "the system that the survey came from; its queues and agents are words of that system"),
        key("case_key", "the case that it is about, null where unknown"),
        instant("sent_at", "when it was sent (or answered, where only that is known); null retracts the survey"),
        instant("answered_at", "when it was answered; null: not answered"),
        text("kind", "what was asked", words=("csat", "nps", "ces", "fcr")),
        Column("score", pa.int32(), "the answer on its own scale", unit="points"),
        Column("scale_min", pa.int32(), "lowest answer possible", unit="points"),
        Column("scale_max", pa.int32(), "highest answer possible", unit="points"),
        Column("higher_is_better", pa.bool_(), "direction of the scale", default=True),
        text("agent", "the agent it is about", personal=Personal.PSEUDONYM),
        text("queue", "the queue it is about"),
        text("language", "ISO 639 code, lower case"),
        text("channel", "channel of the contact it is about"),
        text("text_id", "where the comment stands in message_text; null where there is none"),
    ),
)
