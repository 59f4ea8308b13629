"""Whether what a judging was given of earlier periods is what those were judged to be.

A record names each earlier period with the digest of its judging. Where that judging is at hand (kept here, or in
another bundle that is verified beside it), the two are held against each other, clause by clause.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence

from tallystick.verdicts.past import past_clauses
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import Verdict

Known = Mapping[str, tuple[Judged, Sequence[Verdict]]]


def departures(record: Judged, known: Known) -> Iterator[tuple[str, str]]:
    """(where, what) for each earlier period that was judged otherwise than the record says; `known` is by digest."""
    for period in record.past.periods:
        where = f"{record.partner}/{record.period}: {period.label}"
        found = known.get(period.judged)
        if found is None:
            continue
        other, verdicts = found
        if (other.contract, other.partner, other.period) != (record.contract, record.partner, period.label):
            yield where, f"it names the judging of {other.partner}/{other.period}"
            continue
        ended = past_clauses(verdicts, other.statement)
        for clause in period.clauses:
            if ended.get(clause.clause) != clause:
                yield where, f"clause {clause.clause} ended otherwise there"


def absent(record: Judged, known: Known) -> Iterator[str]:
    """The earlier periods whose judging is not at hand."""
    return (period.label for period in record.past.periods if period.judged not in known)
