"""What a source's raw word means: a status's category, a queue's partner."""

from tallystick.records.table import Table, instant, key, text

# Rows that hold for everybody (a status's category) carry this partner and are visible in every scope.
EVERY_PARTNER = "*"
MAPPING_KINDS = ("status", "queue", "agent", "priority", "channel", "language", "partner")

TABLE = Table(
    grain="one raw word of one source from one instant on",
    key="mapping_key",
    presence="raw",
    order=("mapping_key",),
    columns=(
        key("mapping_key", "key of source, kind, raw word and valid_from"),
        text("source", "the feed's source"),
        text("kind", "what sort of word", words=MAPPING_KINDS),
        text("raw", "the source's word; null retracts the row"),
        text("meaning", "status: its category; queue, agent: the partner; else the canonical word"),
        instant("valid_from", "from when; null: always"),
    ),
)
