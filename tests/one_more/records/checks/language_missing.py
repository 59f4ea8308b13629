"""Every case says its language."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity


def _run(reading: Reading) -> list[Found]:
    sql = 'select count(*), count(*) filter (language is null) from "case"'
    ((total, missing),) = reading.rows(sql)
    if not missing:
        return []
    message, cure = f"{missing} cases say no language.", "Map the column of languages."
    finding = Finding("TS-D901", Severity.WARNING, message, Place(table="case"), cure, count=missing)
    return [Found(finding, weighs=reading.weighs(missing, total))]


CHECK = Check("Every case says its language.", _run)
