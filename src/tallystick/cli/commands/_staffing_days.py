"""Agents' time day by day, as `tally staffing --days` shows it: needed, required, planned, worked and billed."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from tallystick.cli import terminal
from tallystick.cli.home import Home

if TYPE_CHECKING:
    import pyarrow as pa

    from tallystick.billing.billed_time import BilledTime
    from tallystick.verdicts.promise import Promise

TIMES = ("needed_s", "required_s", "scheduled_s", "worked_s")


def show_days(
    home: Home, promise: Promise, facts: pa.Table, label: str, until: datetime, *, as_json: bool
) -> None:  # fmt: skip
    """Print the days of a period; what is billed follows from every contract of the partner with a rate card."""
    span = promise.period(label)
    end = min(span.end_on, until.date() + timedelta(days=1))
    days = [span.start_on + timedelta(days=place) for place in range(max((end - span.start_on).days, 0))]
    sums = {name: _by_day(facts, name) for name in TIMES}
    rated = _rated(home, promise.partner, until)
    billed = [one for one in (_billed(home, each, days, until) for each in rated) if one.charges]
    charges = tuple(dict.fromkeys(charge for one in billed for charge in one.charges))
    rows = [_row(day, sums, billed) for day in days]
    if as_json:
        terminal.print_json({"partner": promise.partner, "period": label, "charges": charges, "days": rows})
        return
    _show(promise, label, charges, rows)


def _rated(home: Home, partner: str, until: datetime) -> Iterator[Promise]:
    """The promises to a partner whose contracts have a rate card."""
    from tallystick.verdicts.promise import known_on, partners_of, promise_of, texts_at

    for path in home.contracts:
        texts = texts_at(path)
        if partner in partners_of(texts, None):
            promise = promise_of(texts, partner, known_on(until))
            if any(text.charges for text in promise.contract.states()):
                yield promise


def _billed(home: Home, promise: Promise, days: list[date], until: datetime) -> BilledTime:
    from tallystick.billing.billed_time import billed_time
    from tallystick.billing.prepare import source_of
    from tallystick.records.lake import Lake
    from tallystick.verdicts.promise import known_on

    with Lake.open(home.folder("lake")) as lake:
        return billed_time(source_of(lake, promise, until), promise.contract, days, known_on(until))


def _by_day(facts: pa.Table, name: str) -> dict[date, int]:
    """Seconds by local day; a day of which no half hour is known is absent."""
    found: dict[date, int] = {}
    for day, seconds in zip(facts.column("started_on").to_pylist(), facts.column(name).to_pylist(), strict=True):
        if seconds is not None:
            found[day] = found.get(day, 0) + seconds
    return found


def _row(day: date, sums: Mapping[str, Mapping[date, int]], billed: list[BilledTime]) -> dict[str, Any]:
    known = [one.seconds[day] for one in billed if day in one.seconds]
    total = sum(known, Fraction(0))
    exact = total.numerator if total.denominator == 1 else total
    return {"day": day, **{name: sums[name].get(day) for name in TIMES}, "billed_s": exact if known else None}


def _show(promise: Promise, label: str, charges: tuple[str, ...], rows: list[dict[str, Any]]) -> None:
    out = terminal.console()
    out.print(f"{promise.partner}, {label}: hours of agents by day ({promise.contract.zone}).", style="bold")
    if charges:
        out.print(f"Billed is what {', '.join(charges)} of the rate card count, before any limit on the month.")
    else:
        out.print("No charge of a contract counts agents' time, so nothing is billed by it.")
    names = (*TIMES, "billed_s") if charges else TIMES
    words = {"needed_s": "needed", "required_s": "required", "scheduled_s": "on the roster", "worked_s": "at work"}
    total = {name: [row[name] for row in rows if row[name] is not None] for name in names}
    lines = [[row["day"].isoformat(), *(_hours(row[name]) for name in names)] for row in rows]
    lines.append(["together", *(_hours(sum(total[name]) if total[name] else None) for name in names)])
    headers = ("day", *(words.get(name, "billed") for name in names))
    terminal.table(headers, lines, right=range(1, len(headers)))


def _hours(seconds: int | Fraction | None) -> str:
    if seconds is None:
        return "-"
    tenths = round(Fraction(seconds) * 10 / 3600)
    return f"{tenths // 10:,}.{tenths % 10}"
