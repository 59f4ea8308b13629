"""What a telephone system counted for one queue in one interval, where it hands out no single calls."""

import pyarrow as pa

from tallystick.records.table import Column, Table, instant, key, text


def _count(name: str, note: str) -> Column:
    return Column(name, pa.int64(), note, unit="contacts")


def _seconds(name: str, note: str) -> Column:
    return Column(name, pa.int64(), note, unit="s")


TABLE = Table(
    grain="one queue in one interval",
    key="interval_key",
    presence="started_at",
    at="started_at",
    order=("started_at", "interval_key"),
    columns=(
        key("interval_key", "key_of(source, queue, channel, language, start)"),
        text("source", "the system that counted"),
        text("queue", "the queue"),
        text("channel", "phone, chat ...", default="phone"),
        text("language", "ISO 639 code, where it is told"),
        instant("started_at", "start of the interval; null retracts the row"),
        instant("ended_at", "end of the interval, exclusive"),
        _count("offered", "contacts that came to the queue"),
        _count("answered", "contacts that were answered"),
        _count("answered_in", "contacts answered within `threshold_s`"),
        _count("abandoned", "contacts whose customer left"),
        _count("abandoned_in", "contacts whose customer left within `short_s`"),
        _seconds("threshold_s", "what the source counts as in time"),
        _seconds("short_s", "what the source counts as a short abandon"),
        _seconds("wait_s", "waiting of the answered, together"),
        _seconds("talk_s", "talking, together"),
        _seconds("hold_s", "holding, together"),
        _seconds("wrap_s", "after-work, together"),
    ),
)
