"""Local times that existed twice or never, where clocks were put back or forward."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# Twice: the earlier instant was taken. Never: the row was refused and lies in quarantine.
_SAID = {"TS-I210": "twice", "TS-I109": "never"}


def _run(reading: Reading) -> list[Found]:
    found = {}
    for said in reading.imported:
        if said["id"] in _SAID:
            where = said.get("place", {})
            finding = Finding(
                "TS-D010",
                Severity.WARNING,
                f"{where.get('file', '')}: {said['message']}",
                Place(file=where.get("file", ""), column=where.get("column", ""), row=int(where.get("row", 0))),
                "Export the times with an offset or in UTC.",
                _SAID[said["id"]],
                int(said.get("count", 1)),
            )
            found[finding] = Found(finding, weighs=False)
    return list(found.values())


CHECK = Check("Every local time is one instant.", _run)
