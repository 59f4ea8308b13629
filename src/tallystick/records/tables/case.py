"""The customer's issue, as its source's newest snapshot says."""

from tallystick.records.table import Personal, Table, instant, key, text
from tallystick.vocabulary.clock_terms import CASE_KINDS

ROLES = ("customer", "agent", "system", "bot")

TABLE = Table(
    grain="one case of one source",
    key="case_key",
    presence="created_at",
    at="created_at",
    order=("case_key",),
    partitioned=True,
    columns=(
        key("case_key", "key_of(source, case_id)"),
        text("case_id", "the source's own id of the case", personal=Personal.PSEUDONYM),
        text("source", "which system the case comes from; first part of every key"),
        instant("created_at", "when the case was opened; null retracts the case"),
        text("channel", "email, chat, phone, web, social ..."),
        text("language", "ISO 639 code as the source says, lower case"),
        text("queue", "queue at creation, where the source tells; later ones are events"),
        text("priority", "priority at creation, where the source tells; later ones are events"),
        text("reason", "contact reason"),
        key("requester_key", "keyed hash of the customer's id; null where unknown", personal=Personal.PSEUDONYM),
        text("kind", "what sort of case it is now", words=CASE_KINDS, default="normal"),
        text("initiated_by", "who opened it", words=ROLES, default="customer"),
        instant("source_due_at", "the due instant that the source itself states"),
        text(
            "said_at",
            "a case of a log: places of what was not said by its creation (JSON), so that other rows of it can be laid"
            " beside; null for a case of another kind of source",
            later=True,
        ),
    ),
)
