"""A coaching talk with an agent."""

from tallystick.records.table import Personal, Table, instant, key, text

TABLE = Table(
    grain="one coaching talk",
    key="coaching_key",
    presence="held_at",
    at="held_at",
    order=("coaching_key",),
    columns=(
        key("coaching_key", "key_of(source, talk)"),
        instant("held_at", "when; null retracts it"),
        text("agent", "with whom", personal=Personal.PSEUDONYM),
    ),
)
