"""Agents' time that a rate card charges for, day by day: what is billed beside what was required, planned and worked.

A day is the smallest span that a rate card counts. Limits on a month (`at_most`, a commitment, tiers) come after the
days are added up and are not in these figures; `tally invoice expected` has them.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction

from tallystick.billing.quantities import DailySource, request_of
from tallystick.contract.charge import QUANTITY, asked
from tallystick.contract.model import Contract
from tallystick.measures.agent_rows import FACT
from tallystick.measures.measure import measure_of


@dataclass(frozen=True)
class BilledTime:
    """Seconds of agents by local day, and the charges that count them; no charge: nothing is billed by time."""

    seconds: dict[date, Fraction]
    charges: tuple[str, ...]


def billed_time(source: DailySource, contract: Contract, days: Iterable[date], known_on: date) -> BilledTime:
    """The time that the charges in force on each day of the term count, in seconds; a day without records is absent."""
    found: dict[date, Fraction] = {}
    charges: dict[str, None] = {}
    for day in days:
        if not contract.term.from_on <= day <= contract.whole_term.to_on:
            continue
        text = contract.in_force(day, known_on)
        for charge in text.charges:
            for role, quantity in asked(charge, text):
                request = request_of(contract, quantity) if role == QUANTITY else None
                if request is None or measure_of(request).fact != FACT or measure_of(request).unit != "s":
                    continue
                charges[charge.id] = None
                counted = source.daily(request, (day, day + timedelta(days=1)))
                if day in counted:
                    found[day] = found.get(day, Fraction(0)) + counted[day]
    return BilledTime(found, tuple(charges))
