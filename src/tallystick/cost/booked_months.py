"""The months of which the books tell an amount."""

from __future__ import annotations

from datetime import date

import pyarrow.compute as pc

from tallystick.billing.parts import first_of
from tallystick.records.attribution import UNASSIGNED
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope


def months_booked(lake: Lake, partner: str) -> frozenset[date]:
    """The first days of the months of which the books tell an amount: of a partner, or of what all partners share.

    For the client alone, as `cost.sharing`.
    """
    scope = Scope(lake.client, frozenset({partner, UNASSIGNED}))
    rows = lake.read(scope, "cost", columns=["amount", "period_from"])
    days = pc.unique(rows.column("period_from").filter(pc.is_valid(rows.column("amount")))).to_pylist()
    return frozenset(first_of(day) for day in days if day is not None)
