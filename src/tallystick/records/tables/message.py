"""One message of a case without its words: who, when, how long."""

import pyarrow as pa

from tallystick.records.table import Column, Table, instant, key, text

TABLE = Table(
    grain="one message of one case",
    key="message_key",
    presence="sent_at",
    at="sent_at",
    order=("case_key", "sent_at", "message_key"),
    partitioned=True,
    columns=(
        key("case_key", "the case"),
        key("message_key", "key_of(source, message id)"),
        instant("sent_at", "when it was sent; null retracts the message"),
        text("role", "role of the author", words=("customer", "agent", "system", "bot")),
        Column("public", pa.bool_(), "whether the customer could see it"),
        text("language", "ISO 639 code, lower case, as the source declares it, where known"),
        Column("length", pa.int32(), "length of the text before redaction", unit="characters"),
        text("text_id", "where the text stands in message_text; null where there is none"),
        text(
            "identified_language",
            "ISO 639-1 code of the language that the text is written in, by its letters; null where that is not sure",
            later=True,
        ),
        Column("identified_percent", pa.int32(), "how sure that is", unit="per cent", later=True),
        Column(
            "machine_translated",
            pa.bool_(),
            "whether the source says that a machine translated it; null where it does not tell",
            later=True,
        ),
    ),
)
