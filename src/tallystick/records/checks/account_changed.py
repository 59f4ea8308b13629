"""A seller whose invoices ask to be paid to several accounts: a changed account is how invoices are forged.

Accounts are kept as keyed hashes, so that they can be compared and not read.
"""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

_SEVERAL = """
select partner, seller_id from invoice where payee_account is not null
group by partner, seller_id having count(distinct payee_account) > 1
"""


def _run(reading: Reading) -> list[Found]:
    count = reading.rows(f"select count(*) from ({_SEVERAL})")[0][0]  # noqa: S608
    if not count:
        return []
    newest = reading.rows(
        f"select i.partner || '/' || i.number from invoice i join ({_SEVERAL}) s"  # noqa: S608
        " on s.partner = i.partner and s.seller_id = i.seller_id where i.payee_account is not null"
        " order by i.issued_on desc, i.number desc limit 1"
    )[0][0]
    finding = Finding(
        "TS-D020",
        Severity.WARNING,
        f"{count:,} seller(s) ask to be paid to several accounts; the newest of these invoices is {newest}.",
        Place(table="invoice", key=str(newest)),
        "Before it is paid, ask the seller by a number that you knew before.",
        str(newest),
        count,
    )
    return [Found(finding, weighs=False)]


CHECK = Check("A seller is paid to one account.", _run)
