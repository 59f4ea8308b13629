"""A case cannot be resolved before it was created."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with done as (
    select c.case_id, c.created_at, epoch_us(c.created_at) as us,
           min(s.event_at) filter (s.category in ('solved', 'closed')) as resolved_at
    from "case" c join status_change s using (case_key) group by c.case_key, c.case_id, c.created_at
)
select count(*) filter (resolved_at < created_at), min(case_id) filter (resolved_at < created_at), count(resolved_at)
from done where {within}
"""


def _run(reading: Reading) -> list[Found]:
    count, first, total = reading.rows(_SQL.format(within=reading.within))[0]
    if not count:
        return []
    finding = Finding(
        "TS-D003",
        Severity.ERROR,
        f"{count:,} of {total:,} resolved cases were resolved before they were created.",
        Place(table="case", key=str(first)),
        "Check the columns, the date format and the zone of the mapping, then ingest the file again.",
        str(first),
        count,
    )
    return [Found(finding, weighs=reading.weighs(count, total))]


CHECK = Check("No case is resolved before it was created.", _run, needs=("case", "case_event"))
