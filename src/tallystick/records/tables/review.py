"""One public review or post about the client."""

import pyarrow as pa

from tallystick.records.table import Column, Table, instant, key, text

TABLE = Table(
    grain="one public review",
    key="review_key",
    presence="posted_at",
    at="posted_at",
    order=("posted_at", "review_key"),
    columns=(
        key("review_key", "key_of(source, review id)"),
        text("source", "the platform"),
        instant("posted_at", "when it was posted; null retracts it"),
        instant("replied_at", "when it was first answered in public; null: never"),
        Column("rating", pa.int32(), "stars or points given", unit="points"),
        Column("rating_min", pa.int32(), "lowest rating possible", unit="points"),
        Column("rating_max", pa.int32(), "highest rating possible", unit="points"),
        Column("about_service", pa.bool_(), "whether it speaks of the service; null: not looked at"),
        text("language", "ISO 639 code, lower case"),
        text("country", "ISO 3166 code of the market"),
        key("case_key", "the case it is about, null where unknown"),
        text("text_id", "where its words stand in message_text; null where there are none"),
    ),
)
