"""No call, state of an agent or shift may end before it begins."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_TABLES = {"call": "segment_key", "agent_state": "state_key", "shift": "shift_key"}
# Asked once for all periods; hardly ever is there any.
_ANY = "select exists(select 1 from {table} where epoch_us(ended_at) < epoch_us(started_at))"
_SQL = """
with spans as (
    select {key} as row_key, source, epoch_us(started_at) as us, epoch_us(ended_at) as ended from {table}
), within as (select * from spans where {within})
select count(*), count(*) filter (ended < us), min(row_key) filter (ended < us), min(source) filter (ended < us)
from within
"""


def _run(reading: Reading) -> list[Found]:
    found = []
    for table, key in _TABLES.items():
        if not reading.rows(_ANY.format(table=table))[0][0]:
            continue
        rows, turned, first, source = reading.rows(_SQL.format(key=key, table=table, within=reading.within))[0]
        if turned:
            finding = Finding(
                "TS-D014",
                Severity.WARNING,
                f"{turned:,} of {rows:,} row(s) of {table} end before they begin, such as in feed {source!r}.",
                Place(table=table, column="ended_at", key=str(first)),
                "Look at the zone and at midnight in the source; until then these rows last no time.",
                str(source),
                int(turned),
            )
            found.append(Found(finding, weighs=False))
    return found


CHECK = Check("Calls, states and shifts end after they begin.", _run)
