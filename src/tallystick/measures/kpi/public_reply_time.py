"""Public reply time (K92).

Definition: How long a public review or post waited for the first answer in public.
Formula: reply - post, in business or calendar seconds; median, mean, a percentile or the maximum by `statistic`.
Unit: seconds; lower is better.
Counted: Reviews that were answered by `as_of`, by the day they were posted. Those without an answer are pending, so
    silence stays in view. On business time, reviews that belong to no programme with opening hours are left out, with
    their count.
Variants: Calendar (default) or business seconds; median (default), mean, percentile.
Confused with: First reply time (K5) of cases.
Edge cases: Only the first public answer counts; a private one does not show. The programme is found by language and the
    channel review. An answer that comes before the post counts as at once.
Source: KPI dictionary K92, R7.
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows
from tallystick.measures.measure import AT_START, CREATED_IN, LOWER, MEASURED_IN, At, Counting, Example, Measure, Param


def _unanswered(at: At) -> nw.Expr:
    return ~(at.col("replied_at") <= at.as_of).fill_null(value=False)


def _no_hours(at: At) -> nw.Expr:
    if at.text("basis") == clock_rows.CALENDAR:
        return at.never()
    return at.col("business_s").is_null() & ~at.col("replied_at").is_null()


def _seconds(at: At) -> nw.Expr:
    return at.col(f"{at.text('basis')}_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Public reply time",
    source="K92",
    unit="s",
    better=LOWER,
    kind="quantile",
    fact="review",
    counting=Counting(
        left_out=(("no opening hours", _no_hours),),
        pending=_unanswered,
        numerator=_seconds,
    ),
    period_rules=(CREATED_IN, MEASURED_IN),
    attributions=(AT_START,),
    params={
        "statistic": clock_rows.STATISTIC_OF,
        "method": clock_rows.METHOD,
        "basis": Param(
            clock_rows.CALENDAR, "business or calendar seconds", choices=(clock_rows.CALENDAR, clock_rows.BUSINESS)
        ),
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"calendar_s": 3600},
        {"calendar_s": 7200},
        {"calendar_s": 90_000},
        {"replied_at": None, "calendar_s": None},
        {"calendar_s": 60},
    ),
    value=Fraction(3600),
    n=4,
    pending=1,
)
