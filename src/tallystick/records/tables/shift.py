"""One activity that an agent was scheduled for."""

from tallystick.records.table import Personal, Table, instant, key, text

ACTIVITIES = (
    "work",
    "break",
    "meal",
    "training",
    "coaching",
    "meeting",
    "project",
    "overtime",
    "leave",
    "sick",
    "absent",
    "off",
)

TABLE = Table(
    grain="one scheduled activity of one agent",
    key="shift_key",
    presence="started_at",
    at="started_at",
    order=("started_at", "shift_key"),
    columns=(
        key("shift_key", "key of the source's id of it, else of source, agent, activity and start"),
        text("source", "the roster that says so"),
        text("agent", "the roster's agent id", personal=Personal.PSEUDONYM),
        text("activity", "what was planned, or why not worked", words=ACTIVITIES),
        text("raw", "the roster's own word"),
        instant("started_at", "when it begins; null retracts the activity"),
        instant("ended_at", "when it ends, exclusive"),
        instant("published_at", "when this version of the roster was published, where told"),
        text("queue", "queue or skill it is for, where told"),
        text("channel", "phone, chat ..., where told"),
        text("language", "ISO 639 code, where told"),
        text("planned", "whether it was in the plan or came unplanned", words=("planned", "unplanned"),
             default="planned"),
        text("approval", "who approved an exception, where told", personal=Personal.PSEUDONYM),
    ),
)  # fmt: skip
