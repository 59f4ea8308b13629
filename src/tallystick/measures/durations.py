"""What every KPI that is the length of one kind of clock declares alike; the KPI's own file says which clock, and why.

A row is one finished clock by its own seconds. Cancelled clocks are left out, open ones are pending; the statistic, how
a quantile is taken and the basis of the seconds are parameters.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tallystick.measures import clock_rows
from tallystick.measures.measure import LOWER, Counting, Measure, Param, Setting


def duration(
    module: str,
    text: str,
    title: str,
    source: str,
    clock: str | Callable[[Mapping[str, Setting]], str],
    params: Mapping[str, Param] | None = None,
) -> Measure:
    """A KPI in seconds over one kind of clock, or the kind that its own `params` choose."""
    return Measure(
        module=module,
        text=text,
        title=title,
        source=source,
        unit="s",
        better=LOWER,
        kind="quantile",
        fact="clock",
        counting=Counting(
            clock=clock_rows.only(clock) if isinstance(clock, str) else clock,
            left_out=(("cancelled", clock_rows.cancelled),),
            pending=clock_rows.not_stopped,
            numerator=clock_rows.duration,
        ),
        period_rules=clock_rows.DURATION_RULES,
        attributions=clock_rows.DURATION_ATTRIBUTIONS,
        params={**clock_rows.DURATION_PARAMS, **(params or {})},
        kind_of=clock_rows.kind_by_statistic,
    )
