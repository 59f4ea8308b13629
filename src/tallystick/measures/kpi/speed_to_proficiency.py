"""Speed to proficiency (K58).

Definition: After how many days beginners began a run of weeks at the level of their tenured colleagues.
Formula: days from the first day with customers to the beginning of the run; the median of those who began.
Unit: days; lower is better.
Counted: People whose first day with customers lies in the period, once their window is over; n is their number. Who has
    had no whole run by the end of the window counts with the window's days, so that a median in the window is exact
    and one at its end means "not yet". Until then everybody waits, also those who are there already: else new months
    would hold only the quick. People in another role, those who left within the window before a run, and those of whom
    no week could be compared are left out, with counts.
Variants: `metric` both (default: quick and full in the same weeks), handling (time for each contact against tenured
    colleagues in the same week, queue and channel, at most 11/10) or output (contacts at the colleagues' pace against
    productive time, at least 9/10 of theirs). Median (default), mean, maximum or a percentile; a window of 26 weeks
    (default) or less.
Confused with: The length of a training; tenure mix (K57), which asks how many contacts beginners handle.
Edge cases: A run is four compared weeks in a row of at least twenty contacts each; weeks with fewer neither help nor
    break it. Tenured is who has been with customers for 180 days. The level is that of the same week, so a hard week is
    hard for both. Where nobody is tenured nothing can be compared. Quality is no part: no table holds scored contacts.
    The mean counts those not yet there with the window and is too short by what lies behind it.
Source: KPI dictionary K58; Call Centre Helper and WFM Labs on ramps of new hires [cch-ramp][wfm-stp].
"""

from datetime import timedelta
from fractions import Fraction

import narwhals as nw

from tallystick.measures import clock_rows, employment_rows
from tallystick.measures.looking_ahead import until
from tallystick.measures.measure import AT_START, CREATED_IN, LOWER, MEASURED_IN, At, Counting, Example, Measure, Param
from tallystick.measures.quantile import STATISTIC

DAY_S = 86_400
WEEKS = 26


def _window_ends(at: At) -> nw.Expr:
    return at.col("live_at") + timedelta(seconds=at.number("window_s"))


def _window_open(at: At) -> nw.Expr:
    return _window_ends(at) > at.as_of


def _there(at: At) -> nw.Expr:
    """A whole run lies in the window."""
    return (at.col(f"known_at_{at.text('metric')}") <= _window_ends(at)).fill_null(value=False)


def _left_before(at: At) -> nw.Expr:
    return ~_there(at) & (at.col("left_at") <= _window_ends(at)).fill_null(value=False)


def _never_compared(at: At) -> nw.Expr:
    return at.col(f"weeks_{at.text('metric')}") == 0


def _days(at: At) -> nw.Expr:
    whole = nw.lit(at.number("window_s") // DAY_S)
    return nw.when(_there(at)).then(at.col(f"days_{at.text('metric')}")).otherwise(whole)


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Speed to proficiency",
    source="K58",
    unit="days",
    better=LOWER,
    kind="quantile",
    fact="proficiency",
    counting=Counting(
        left_out=(
            employment_rows.OTHER_ROLE,
            ("people who left before", _left_before),
            ("never compared", _never_compared),
        ),
        pending=_window_open,
        settles=until("live_at", "window_s"),
        numerator=_days,
    ),
    period_rules=(CREATED_IN, MEASURED_IN),
    attributions=(AT_START,),
    params={
        "metric": Param("both", "what has to be at the level", choices=("both", "handling", "output")),
        "statistic": Param("median", "mean, median, max or a percentile such as p90", pattern=STATISTIC),
        "method": clock_rows.METHOD,
        "role": employment_rows.ROLE,
        "window_s": Param(WEEKS * 7 * DAY_S, "seconds of the window, 26 weeks at most", least=1),
    },
    kind_of=clock_rows.kind_by_statistic,
)

EXAMPLE = Example(
    rows=(
        {"live_at": "2026-03-02T00:00:00Z", "days_both": 35},
        {"live_at": "2026-03-02T00:00:00Z", "days_both": 63},
        {"live_at": "2026-03-02T00:00:00Z", "days_both": None},
        {"live_at": "2026-03-09T00:00:00Z", "days_both": None, "left_at": "2026-04-20T00:00:00Z"},
        {"live_at": "2026-03-09T00:00:00Z", "days_both": None, "weeks_both": 0},
    ),
    value=Fraction(63),
    n=3,
    excluded=(("never compared", 1), ("people who left before", 1)),
    as_of="2026-12-01T00:00:00Z",
)
