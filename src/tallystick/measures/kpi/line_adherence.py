"""Line adherence (K53).

Definition: How closely the agents at work followed the line of those required, interval by interval, with too many as
    wrong as too few.
Formula: 1 - sum of |worked - required| / sum of required, in seconds of agents over the half hours.
Unit: ratio of at most 1, below 0 where more than the whole requirement was missed; higher is better.
Counted: Half hours with a requirement from the forecast in force at the lock date. Those without one are left out as no
    requirement, those of a partner of whom no state (no roster) is known as agents not known, with counts.
Variants: `actual` scheduled holds the roster against the requirement instead of the work done: was it planned right?
    Some contracts count shortage alone; then agents too many at night cost nothing and this figure is not theirs.
Confused with: Schedule adherence (K51), an agent's time against that agent's own roster; conformance (K52), in which
    hours too many make up for hours too few; interval staffing, the share of intervals with enough.
Edge cases: A half hour that requires nobody still counts those who sat there. Fractions of an agent count by their
    seconds. Where the forecast names no number of agents, Erlang C says how many its contacts need for 80 % within 20
    seconds and at most 85 % occupied; a contract that means another target hands over the number.
Source: KPI dictionary K53; MCI on line adherence [mci-line]; billing by adherence [asm-bill].
"""

from fractions import Fraction

import narwhals as nw

from tallystick.measures import staffing_rows
from tallystick.measures.measure import HIGHER, At, Counting, Example, Measure, Param


def _actual(at: At) -> nw.Expr:
    return at.col("worked_s" if at.text("actual") == "worked" else "scheduled_s")


def _not_known(at: At) -> nw.Expr:
    return _actual(at).is_null()


def _kept(at: At) -> nw.Expr:
    required = at.col("required_s")
    return required - staffing_rows.apart(_actual(at), required)


def _required(at: At) -> nw.Expr:
    return at.col("required_s")


MEASURE = Measure(
    module=__name__,
    text=__doc__,
    title="Line adherence",
    source="K53",
    unit="ratio",
    better=HIGHER,
    kind="mean",
    fact="staffing_interval",
    counting=Counting(
        left_out=(("no requirement", staffing_rows.empty("required_s")), ("agents not known", _not_known)),
        numerator=_kept,
        denominator=_required,
    ),
    period_rules=staffing_rows.RULES,
    attributions=staffing_rows.ATTRIBUTIONS,
    params={
        "actual": Param("worked", "agents at work, or those on the roster", choices=("worked", "scheduled")),
    },
    bounds=(None, 1),
)

EXAMPLE = Example(
    rows=(
        {"worked_s": 7200, "required_s": 7200},
        {"worked_s": 5400, "required_s": 7200},
        {"worked_s": 9000, "required_s": 7200},
        {"worked_s": 1800, "required_s": 0},
        {"worked_s": 1800, "required_s": None},
    ),
    value=1 - Fraction(5400, 21_600),
    n=4,
    excluded=(("no requirement", 1),),
)
