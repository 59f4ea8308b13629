"""One training or certification of one agent, as a learning system or a list says."""

import pyarrow as pa

from tallystick.records.table import Column, Personal, Table, instant, key, text

TABLE = Table(
    grain="one attempt of one agent at one course",
    key="training_key",
    presence="happened_at",
    at="happened_at",
    order=("happened_at", "training_key"),
    columns=(
        key("training_key", "key of the statement's id, else of source, agent, course and instant"),
        text("source", "the learning system"),
        text("agent", "its agent id", personal=Personal.PSEUDONYM),
        text("course", "id of the course or certificate"),
        text("title", "what it is called"),
        text("result", "what became of it", words=("started", "completed", "passed", "failed")),
        instant("happened_at", "when; null retracts the row"),
        instant("valid_until", "until when it holds; null: for ever, or not told"),
        Column("duration_s", pa.int64(), "time spent on it", unit="s"),
        Column("score_milli", pa.int64(), "result in thousandths of the full score", unit="1/1000"),
        text("answers", "the answers given, where told", personal=Personal.PSEUDONYM, hashed=True),
    ),
)
