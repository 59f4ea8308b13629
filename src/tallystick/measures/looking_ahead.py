"""Which measures look ahead: how long their pending rows wait for time alone, as declarations that KPIs share."""

from __future__ import annotations

from collections.abc import Callable, Mapping

from tallystick.measures.measure import Setting, Settles


def until(column: str, window: str = "") -> Callable[[Mapping[str, Setting]], Settles]:
    """Until the instant `column`, plus the seconds of the parameter `window`."""
    settles = Settles(column, window)
    return lambda _params: settles


def until_due(params: Mapping[str, Setting]) -> Settles:
    """Until a running clock is due; under seconds of the request, until it must have counted them.

    A clock that stands still has no due instant and waits for what ends its pause. Under `within` the end of the wait
    is an upper bound, because seconds counted before `running_since` come off it.
    """
    return Settles("running_since", "within") if params.get("within") is not None else Settles("due_at")
