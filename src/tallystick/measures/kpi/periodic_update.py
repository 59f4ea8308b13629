"""Periodic update (K9).

Definition: The share of gaps between two public replies by people that were no longer than the target.
Formula: gaps at or below target / gaps that were due.
Unit: ratio 0..1; higher is better.
Counted: Every gap that began with a public reply while the case was unsolved, with a target in force. A gap still
    open past its due instant counts as failed; open and not yet due is pending. Gaps that the solving of the case
    ended are cancelled and left out, as are gaps without a target, both with counts.
Variants: Every gap (default), or `pausable` yes: only time in new, open and on-hold counts, so waiting for the
    customer does not call for an update. Median gap length is another figure. Internal notes are no updates.
Confused with: Next reply time (K6), which starts at a customer's message: an update is owed even when nobody asked.
Edge cases: A case with one reply and then silence has one gap, still running. Automatic replies are no updates (R10).
    A reply exactly at the due instant is in time.
Source: KPI dictionary K9; GitLab handbook, Zendesk metrics, "pausable update" [gl-z].
"""

from collections.abc import Mapping
from fractions import Fraction

from tallystick.measures import clock_rows, looking_ahead
from tallystick.measures.measure import HIGHER, Counting, Example, Measure, Param, Setting


def _clock(params: Mapping[str, Setting]) -> str:
    return "pausable_update" if params["pausable"] == "yes" else "periodic_update"


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Periodic update",
    source="K9",
    unit="ratio",
    better=HIGHER,
    kind="share",
    fact="clock",
    counting=Counting(
        clock=_clock,
        left_out=(("cancelled", clock_rows.cancelled), ("no target", clock_rows.nothing_promised)),
        pending=clock_rows.open_not_due,
        settles=looking_ahead.until_due,
        numerator=clock_rows.met,
    ),
    period_rules=clock_rows.ATTAINMENT_RULES,
    attributions=clock_rows.ATTAINMENT_ATTRIBUTIONS,
    params={
        "pausable": Param("no", "whether waiting for the customer stops the gap", choices=("no", "yes")),
        "within": clock_rows.WITHIN,
    },
    bounds=(0, 1),
)

EXAMPLE = Example(
    rows=(
        {"stop_at": "2026-03-02T10:00:00Z", "due_at": "2026-03-03T10:00:00Z"},
        {"stop_at": "2026-03-03T09:00:00Z", "due_at": "2026-03-03T10:00:00Z"},
        {"stop_at": "2026-03-05T10:00:00Z", "due_at": "2026-03-04T10:00:00Z"},
        {"state": "running", "due_at": "2026-03-10T10:00:00Z"},
        {"state": "cancelled", "stop_at": None, "due_at": "2026-03-10T10:00:00Z"},
    ),
    value=Fraction(2, 4),
    n=4,
    excluded=(("cancelled", 1),),
)
