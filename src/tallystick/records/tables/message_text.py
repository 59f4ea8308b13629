"""The words of a message, apart from everything that is counted; never in a bundle or a verdict's inputs."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, key, text

TABLE = Table(
    grain="one text",
    key="text_key",
    presence="redacted",
    order=("text_key",),
    columns=(
        key("text_key", "key_of('text', text_id)"),
        text("text_id", "the id that message and survey_response point to"),
        key("case_key", "the case it belongs to"),
        key("person_key", "keyed hash of whose text it is; their key opens `original`", personal=Personal.PSEUDONYM),
        text(
            "redacted",
            "the text with what a detector found replaced by its name; null once erased",
            personal=Personal.CONTENT,
        ),
        Column("original", pa.binary(), "the text under the person's key (AES-256-GCM)", personal=Personal.CONTENT),
        text("entities", "what was replaced: JSON of detector name -> count"),
    ),
)
