"""One number of a seller on several invoices: each number is given once, so one of them is a copy or was changed.

Which of them stands cannot be told from here. They are counted as two until the seller takes one back.
"""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_TWICE = """
select partner, seller_id, number, kind from invoice where number is not null
group by partner, seller_id, number, kind having count(*) > 1
"""


def _run(reading: Reading) -> list[Found]:
    count, first = reading.rows(f"select count(*), min(partner || '/' || number) from ({_TWICE})")[0]  # noqa: S608
    if not count:
        return []
    finding = Finding(
        "TS-D019",
        Severity.WARNING,
        f"{count:,} number(s) of a seller stand on several invoices.",
        Place(table="invoice", key=str(first)),
        "Ask the seller which of them stands; `tally list invoices` shows them.",
        str(first),
        count,
    )
    return [Found(finding, weighs=False)]


CHECK = Check("Each number of a seller stands on one invoice.", _run)
