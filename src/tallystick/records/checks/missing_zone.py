"""Local times without a zone were read in one that somebody guessed."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.vocabulary.finding import Finding, Place, Severity

# What connectors say when they read times that name no zone.
_SAID = frozenset({"TS-I206"})


def _run(reading: Reading) -> list[Found]:
    found = {}
    for said in reading.imported:
        if said["id"] in _SAID:
            place = Place(file=said.get("place", {}).get("file", ""), column=said.get("place", {}).get("column", ""))
            finding = Finding(
                "TS-D009",
                Severity.WARNING,
                f"{place.file}: {said['message']}",
                place,
                "Say the zone under `zone` of the feed's mapping and ingest the file again.",
                said.get("value", ""),
                int(said.get("count", 1)),
            )
            found[finding] = Found(finding, weighs=False)
    return list(found.values())


CHECK = Check("Every local time has a zone.", _run)
