"""A column that a file has and never fills, such as a due date."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# What connectors say of a column that is read and empty in every row.
_SAID = frozenset({"TS-I207"})


def _run(reading: Reading) -> list[Found]:
    found = {}
    for said in reading.imported:
        if said["id"] in _SAID:
            where = said.get("place", {})
            finding = Finding(
                "TS-D011",
                Severity.WARNING,
                f"{where.get('file', '')}: {said['message']}",
                Place(file=where.get("file", ""), column=where.get("column", "")),
                "What rests on this column has no value; ask the source for it or choose another column.",
                where.get("column", ""),
                int(said.get("count", 1)),
            )
            found[finding] = Found(finding, weighs=False)
    return list(found.values())


CHECK = Check("Every column that is read holds something.", _run)
