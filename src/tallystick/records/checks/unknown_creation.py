"""What happened to a case of which no row tells when it was opened.

Its clocks have no start, so it belongs to no period and stands in no figure: nothing may vanish unseen.
"""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SQL = """
with acting as (select case_key, epoch_us(event_at) as us from case_event),
     within as (select distinct case_key from acting where {within})
select count(*) filter (c.case_key is null), min(w.case_key) filter (c.case_key is null), count(*)
from within w left join "case" c using (case_key)
"""


def _run(reading: Reading) -> list[Found]:
    count, first, total = reading.rows(_SQL.format(within=reading.within))[0]
    if not count:
        return []
    finding = Finding(
        "TS-D013",
        Severity.WARNING,
        f"{count:,} of {total:,} cases have events and no creation; they are in no figure.",
        Place(table="case_event", column="case_key", key=str(first)),
        "Ingest the export that holds these cases from their beginning.",
        str(first),
        count,
    )
    return [Found(finding, weighs=reading.weighs(count, total))]


CHECK = Check("Every case has an instant of creation.", _run, needs=("case_event",))
