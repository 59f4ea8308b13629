"""What happens to the backlog when a partner is gone: days until the target is kept again, and the worst day.

Day by day, in whole contacts: the work of all partners comes in, those who are left work it off with what they can add,
and what is not done stays for the next day. Nothing is drawn unless `resampled` asks for other days, from a seed.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from fractions import Fraction

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.vocabulary.errors import NotFound, UsageError

# The share of their time that agents can be on contacts without tiring.
OCCUPIED = Fraction(85, 100)


@dataclass(frozen=True)
class Rescue:
    """What those who are left can add.

    `overtime` is the most that they work above their daily capacity, as a share. From the day `ramp_after` on (the day
    of the loss is 0) `ramp_contacts` more a day are handled with each further day, up to `ramp_most` a day: new or
    borrowed agents. `kept_days` of full backlog are borne: the target is kept while the backlog is at most so many days
    of mean volume.
    """

    overtime: Fraction = Fraction(0)
    ramp_after: int = 0
    ramp_contacts: int = 0
    ramp_most: int = 0
    kept_days: Fraction = Fraction(0)


@dataclass(frozen=True)
class Loss:
    """What the loss of one partner does.

    `days` counts from the day of the loss to the first from which on the backlog keeps the target until the last day
    that was simulated: 0 where it is never above, None where it is not kept again in time. `peak` is the largest
    backlog at the end of a day, in contacts, on the day `peak_day` (None where there is none). `backlog` is each
    day's.
    """

    partner: str
    days: int | None
    peak: int
    peak_day: int | None
    backlog: tuple[int, ...]
    allowed: int


def lose(
    partner: str,
    volumes: Sequence[int],
    capacity: Mapping[str, int],
    rescue: Rescue = Rescue(),
    begun_with: int = 0,
) -> Loss:
    """The loss of `partner` on the first of some days.

    `volumes` are the contacts of each day for all partners together, `capacity` what each handles on a day,
    `begun_with` the backlog of the evening before. Raises NotFound for an unknown partner, UsageError for no days or
    figures below 0.
    """
    if partner not in capacity:
        raise NotFound("partner with a capacity", partner, tuple(sorted(capacity)))
    if not volumes or min(volumes) < 0 or min(capacity.values()) < 0 or begun_with < 0:
        raise UsageError("Volumes and capacities are whole numbers of at least 0, of at least one day.")
    left = sum(of for name, of in capacity.items() if name != partner)
    usual = left + int(left * rescue.overtime)
    allowed = int(rescue.kept_days * sum(volumes) / len(volumes))
    backlog, days = begun_with, []
    for day, volume in enumerate(volumes):
        grown = min(rescue.ramp_most, max(0, day - rescue.ramp_after + 1) * rescue.ramp_contacts)
        backlog = max(0, backlog + volume - usual - grown)
        days.append(backlog)
    above = [day for day, waits in enumerate(days) if waits > allowed]
    returned = 0 if not above else above[-1] + 1
    peak = max(days)
    return Loss(
        partner,
        returned if returned < len(days) else None,
        peak,
        days.index(peak) if peak else None,
        tuple(days),
        allowed,
    )


def worst_loss(volumes: Sequence[int], capacity: Mapping[str, int], rescue: Rescue = Rescue()) -> Loss:
    """N-1: the loss that hurts most, by never returning, then by days, then by peak; of equal ones the first name."""
    losses = [lose(name, volumes, capacity, rescue) for name in sorted(capacity)]
    if not losses:
        raise UsageError("There is no partner to lose.", "Give the daily capacity of each.")
    return max(losses, key=lambda loss: (loss.days is None, loss.days or 0, loss.peak))


@dataclass(frozen=True)
class Range:
    """The losses of resampled days: how many returned, and what half and nine in ten of them keep within.

    `days_half` and `days_nine` are None where fewer than that many draws returned.
    """

    draws: int
    returned: int
    days_half: int | None
    days_nine: int | None
    peak_half: int
    peak_nine: int


def resampled(
    partner: str,
    history: Sequence[int],
    capacity: Mapping[str, int],
    rescue: Rescue = Rescue(),
    *,
    horizon: int,
    draws: int,
    seed: int,
) -> Range:
    """`lose` on `draws` futures of `horizon` days, each day drawn from the same weekdays of `history`.

    `history` holds whole weeks one day after the other, so that its place modulo 7 is the weekday. The same seed gives
    the same answer on every machine.
    """
    if not history or len(history) % 7 or horizon < 1 or draws < 1:
        raise UsageError("A history of whole weeks, a horizon and draws of at least 1 are needed.")
    rng = np.random.Generator(np.random.PCG64(seed))
    by_weekday = np.asarray(history, np.int64).reshape(-1, 7)
    weeks = rng.integers(0, len(by_weekday), (draws, horizon))
    futures = by_weekday[weeks, np.arange(horizon) % 7]
    losses = [lose(partner, future, capacity, rescue) for future in futures.tolist()]
    days = sorted(loss.days for loss in losses if loss.days is not None)
    peaks = sorted(loss.peak for loss in losses)
    half, nine = -(-draws // 2) - 1, -(-draws * 9 // 10) - 1
    return Range(
        draws,
        len(days),
        days[half] if half < len(days) else None,
        days[nine] if nine < len(days) else None,
        peaks[half],
        peaks[nine],
    )


def days_of(
    intervals: Mapping[str, pa.Table], days: Sequence[date], occupied: Fraction = OCCUPIED
) -> tuple[list[int], dict[str, int]]:
    """Each day's contacts of all partners, and how many each partner can handle on a day, out of its half hours.

    In are staffing facts by partner. A partner's capacity is the time that its agents were at work, occupied to a
    share, over its own mean handling time, by day. Raises UsageError, naming the partner, where that is not known.
    """
    volumes = dict.fromkeys(days, 0)
    capacity: dict[str, int] = {}
    for partner, table in intervals.items():
        on = table.column("started_on").to_pylist()
        for day, offered in zip(on, table.column("offered").to_pylist(), strict=True):
            if day in volumes:
                volumes[day] += offered or 0
        worked, handled, handle_s = (pc.sum(table.column(name)).as_py() for name in ("worked_s", "handled", "handle_s"))
        if not worked or not handled or not handle_s:
            raise UsageError(
                f"How much {partner} can handle is not known.",
                "That takes contacts with their handling time and the states of its agents in the period.",
            )
        capacity[partner] = int(worked * occupied * handled / handle_s / len(days))
    return list(volumes.values()), capacity
