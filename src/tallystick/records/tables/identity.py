"""One id of one person in one system, with the time for which it held and its proof."""

from tallystick.records.table import Personal, Table, instant, key, text

TABLE = Table(
    grain="one id in one system over one time",
    key="identity_key",
    presence="source_id",
    at="valid_from",
    order=("identity_key",),
    columns=(
        key("identity_key", "key_of(system, source id, valid_from)"),
        text("system", "helpdesk, telephony, roster, invoice ..."),
        text("source_id", "the id there; null retracts the row", personal=Personal.PSEUDONYM),
        key("person_key", "keyed hash of the person", personal=Personal.PSEUDONYM),
        instant("valid_from", "from when"),
        instant("valid_to", "until when, exclusive; null: still"),
        text("proof", "how it is known: roster file, same e-mail, by hand"),
        text(
            "person",
            "the person, by the id that the list of people gives them (`agent.agent_id`)",
            personal=Personal.PSEUDONYM,
            later=True,
        ),
    ),
)
