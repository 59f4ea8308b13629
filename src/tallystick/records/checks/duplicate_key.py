"""Two rows that claim one key with one version time, and two ids that fall on one key."""

from tallystick.records.gate import Check, Found, Reading
from tallystick.records.table import GENERATION, table
from tallystick.vocabulary.finding import Finding, Place, Severity

_CHECKED = ("case", "case_event", "message", "survey_response")


def _run(reading: Reading) -> list[Found]:
    found = []
    for name in _CHECKED:
        declared = table(name)
        view = reading.lake.versions(reading.scope, name, reading.connection, pin=reading.pin)
        if not view:
            continue
        # Attributions to another partner repeat a row on purpose, so they are left out.
        claims = (
            f"select {declared.key} as k from {view}"  # noqa: S608
            f" where revision % {GENERATION} = 0 and {declared.presence} is not null"
            f" group by k, source_at, revision having count(distinct row_hash) > 1"
        )
        count, first = reading.rows(f"select count(distinct k), min(k) from ({claims})")[0]  # noqa: S608
        if count:
            finding = Finding(
                "TS-D008",
                Severity.WARNING,
                f"{count:,} key(s) of {name} have two different rows of one version time; one of each is taken.",
                Place(table=name, key=str(first)),
                "Ask the source for a time of last change, or remove the double rows from the export.",
                str(first),
                count,
            )
            found.append(Found(finding, weighs=False))
        of = "case_id" if name == "case" else "case_key"
        clash = f"select {declared.key} as k from {view} group by k having count(distinct {of}) > 1"  # noqa: S608
        count, first = reading.rows(f"select count(*), min(k) from ({clash})")[0]  # noqa: S608
        if count:
            finding = Finding(
                "TS-D012",
                Severity.ERROR,
                f"{count:,} key(s) of {name} stand for rows of two cases.",
                Place(table=name, key=str(first)),
                "If the source moved them, this is right; else two ids fell on one key: rename one source.",
                str(first),
                count,
            )
            found.append(Found(finding, weighs=name == "case"))
    return found


CHECK = Check("No two rows claim the same key.", _run)
