"""KPIs that set some seconds of agents' days against others: what they share as a declaration."""

from __future__ import annotations

from collections.abc import Mapping

import narwhals as nw

from tallystick.measures import agent_rows
from tallystick.measures.measure import At, Counting, Measure, Param, Rows


def _unseen(at: At) -> nw.Expr:
    return ~at.col("seen").fill_null(value=False)


UNSEEN = ("days without any state of the partner", _unseen)


def of_seconds(
    *,
    module: str,
    text: str | None,
    title: str,
    source: str,
    better: str,
    part: Rows,
    whole: Rows,
    missing: str,
    params: Mapping[str, Param] | None = None,
    bounds: tuple[int | None, int | None] = (0, 1),
    unit: str = "ratio",
    scale: int = 1,
    kind: str = "mean",
    of_states: bool = True,
) -> Measure:
    """`part` over `whole`, both in seconds and summed over agents' days; days without the whole are `missing`.

    A part `of_states` says nothing on days on which no state of any of the partner's agents is known.
    """

    def none(at: At) -> nw.Expr:
        return whole(at) == 0

    return Measure(
        module=module,
        text=text or "",
        title=title,
        source=source,
        unit=unit,
        better=better,
        kind=kind,
        fact=agent_rows.FACT,
        counting=Counting(
            left_out=((missing, none), *((UNSEEN,) if of_states else ())),
            pending=agent_rows.not_over,
            settles=agent_rows.settles,
            numerator=part,
            denominator=whole,
        ),
        period_rules=agent_rows.RULES,
        attributions=agent_rows.ATTRIBUTIONS,
        params=params or {},
        scale=scale,
        bounds=bounds,
    )
