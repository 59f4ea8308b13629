"""By which rules a verdict was judged, and what the older rules did otherwise.

A verdict names its version among its pins and is judged again by that version, so that what was signed stays as it
was. Raise `NEWEST` for an intended change of what is judged or digested, and name here what the version before did.

| version | since then |
|---|---|
| 2 | digests cover facts and no sentences |
| 3 | verdicts rest on the partner's own part of text and lock; a figure that comes without its n has none |
| 4 | what follows from a promise keeps to the words of its clause where they were not kept (below) |
| 5 | so do lifecycles, claims, windows of months and the years of earn-back (below) |

Before 3 the whole text was pinned and travelled, and a figure without its n was counted as one row.

Before 4: a credit that may be earned back followed the newest text, so that an amendment could give it back twice; a
cap over a quarter, a year or the term counted fees of months outside the term; the steps of a cap, and whether it was
reached, left out what an earlier cap had cut; a bonus-malus clause reduced the charges where allowed failures had kept
the promise; and below a minimum that the level in force did not have, every miss led to the credit.

Before 5: caps, elections, deadlines and credits from points followed while their clause was not in effect; an earn-back
that began later took credits for its own that had been taken off before, and one that was retired or suspended never
settled what it held; a claim deadline for all credits held for those of a deadline of their own too; a window of
months reached back from the first month of a quarter instead of its last; a month that the contract's year begins
within was put into the year before; spans of caps ended with the text of the period, not with the whole term; and a
quarter or year that the term cuts counted its months before and after the term too, and was open until its last.
"""

from __future__ import annotations

from collections.abc import Iterable

from tallystick.contract.clause import NEWEST_RULES
from tallystick.verdicts.verdict import Verdict
from tallystick.vocabulary.errors import IntegrityError

NEWEST = str(NEWEST_RULES)
KNOWN = ("2", "3", "4", NEWEST)


def version_of(verdict: Verdict) -> str:
    """The version that a verdict names, known here or not."""
    return dict(verdict.pins.versions).get("judge", "none")


def judged_by(verdicts: Iterable[Verdict]) -> str:
    """The version that a judging's verdicts name; the newest for none. Raises IntegrityError for one not known here."""
    named = {version_of(verdict) for verdict in verdicts} or {NEWEST}
    version = min(named)
    if len(named) > 1 or version not in KNOWN:
        said = " and ".join(sorted(named))
        raise IntegrityError(
            f"It was judged by version {said} of the rules; this tallystick knows {', '.join(KNOWN)}.",
            "Install the version of tallystick that made it.",
        )
    return version


def rests_on_whole_text(version: str) -> bool:
    """Whether verdicts of this version pin the text of all partners instead of the partner's own part."""
    return version in ("1", "2")


def counts_unstated_n_as_one(version: str) -> bool:
    """Whether verdicts of this version keep n = 1 for a figure that was given without its n."""
    return version == "2"


def rules_of(version: str) -> int:
    """The version as clauses are given it (`Values.rules`)."""
    return int(version)
