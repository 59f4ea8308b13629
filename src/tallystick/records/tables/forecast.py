"""What was expected of one queue in one interval, in one version of a forecast. Every version stays."""

import pyarrow as pa

from tallystick.records.table import Column, Table, instant, key, text

TABLE = Table(
    grain="one interval of one queue in one version of a forecast",
    key="forecast_key",
    presence="started_at",
    at="issued_at",
    order=("started_at", "issued_at", "forecast_key"),
    columns=(
        key("forecast_key", "key_of(source, queue, channel, language, start, version)"),
        text("source", "the planning tool"),
        text("queue", "the queue"),
        text("channel", "phone, chat ...", default="phone"),
        text("language", "ISO 639 code, where told"),
        instant("started_at", "start of the interval; null retracts the row"),
        instant("ended_at", "end of the interval, exclusive"),
        text("version", "name of the version"),
        instant("issued_at", "when this version was handed over; the one in force at the lock date counts"),
        Column("contacts_milli", pa.int64(), "expected contacts, in thousandths", unit="contacts / 1000"),
        Column("aht_ms", pa.int64(), "expected handling time", unit="ms"),
        Column("agents_milli", pa.int64(), "agents asked for, in thousandths, where told", unit="agents / 1000"),
    ),
)
