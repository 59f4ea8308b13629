"""What each partner should bill, counted again by hand: lines, discount, price adjustment and tax of a month."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from functools import cache

from tests.billing.planted import world
from tests.billing.planted.world import HOUR, MONTHS, days, total

CENT = Decimal("0.01")
# Months in which the service level was missed.
MISSED = ("2026-02", "2026-05", "2026-08")


def cents(value: Fraction | Decimal) -> Decimal:
    exact = Fraction(value)
    sign = -1 if exact < 0 else 1
    scaled = abs(exact) * 100
    whole = scaled.numerator // scaled.denominator
    return sign * Decimal(whole + (scaled - whole >= Fraction(1, 2))) / 100


def shown(value: Fraction, places: int = 6) -> Decimal:
    """A quantity as an invoice prints it."""
    return (Decimal(value.numerator) / Decimal(value.denominator)).quantize(Decimal(1).scaleb(-places), ROUND_HALF_UP)


@dataclass(frozen=True)
class Row:
    """A billed line: code, quantity (exact), unit, price; `net` where that is not quantity times price."""

    code: str
    quantity: Fraction | None
    unit: str
    price: Fraction | None
    net: Decimal
    name: str = ""
    span: tuple[str, str] | None = None


def row(code: str, quantity: Fraction | int, unit: str, price: str | Fraction, net: Fraction | None = None,
        span: tuple[str, str] | None = None) -> Row:  # fmt: skip
    """A line at quantity times price, rounded once."""
    amount = Fraction(quantity) * Fraction(price) if net is None else net
    return Row(code, Fraction(quantity), unit, Fraction(price), cents(amount), span=span)


def lump(code: str, quantity: Fraction | int, unit: str, net: Fraction) -> Row:
    """A line that tells a quantity and an amount, and no one price."""
    return Row(code, Fraction(quantity), unit, None, cents(net))


@dataclass(frozen=True)
class Bill:
    """A month's invoice: lines, discount and price adjustment (both taken off, None for none), tax rate in per cent."""

    model: str
    month: str
    rows: tuple[Row, ...]
    discount: Decimal | None
    adjustment: Decimal | None
    rate: int

    @property
    def charges(self) -> Decimal:
        return sum((one.net for one in self.rows), Decimal(0))

    @property
    def net(self) -> Decimal:
        return self.charges - (self.discount or Decimal(0)) - (self.adjustment or Decimal(0))

    @property
    def tax(self) -> Decimal:
        return cents(self.net * self.rate / 100)

    def row(self, code: str) -> Row:
        return next(one for one in self.rows if one.code == code)

    def changed(self, code: str, **parts: object) -> Bill:
        """The bill with another line of a code."""
        return replace(self, rows=tuple(replace(one, **parts) if one.code == code else one for one in self.rows))  # type: ignore[arg-type]

    def more(self, *rows: Row) -> Bill:
        return replace(self, rows=(*self.rows, *rows))


@cache
def bill(model: str, month: str) -> Bill:
    """The right invoice of a month."""
    return {"heads": heads, "calls": calls, "hours": hours}[model](month)


# ---- by heads ----

WEEKDAYS = 5


def weekdays(month: str, until: int = 31) -> int:
    return sum(day.weekday() < WEEKDAYS and day.day <= until for day in days(month))


def fte(month: str, window: int = 14) -> Fraction:
    return Fraction(total("billable_seat_days", month, {"window_days": window}), len(days(month)))


def fte_price(month: str) -> Fraction:
    """From July on 5 % of the index, held at 3 %."""
    return Fraction(2850) * (Fraction(103, 100) if month >= "2026-07" else 1)


def travel(month: str) -> Fraction:
    return Fraction(total("documented_costs", month, {"cost": "travel"}), 10_000)


def heads(month: str) -> Bill:
    found = [row("FTE", min(fte(month), Fraction(14)), "MON", fte_price(month))]
    if month >= "2026-04":
        share = Fraction(20, 30) if month == "2026-04" else Fraction(1)
        found.append(row("LICENCE", share, "MON", "6000"))
    if month <= "2026-10":
        share = Fraction(weekdays(month, 16), weekdays(month)) if month == "2026-10" else Fraction(1)
        found.append(row("LEAD", share, "MON", "4400"))
    if month == "2026-01":
        found.append(row("SETUP", 1, "C62", "12000"))
    classes = {"2026-03": 2, "2026-09": 1}.get(month)
    if classes:
        found.append(row("CLASS", classes, "C62", "4500"))
    costs = travel(month)
    found.append(lump("TRAVEL", costs, "C62", min(costs * Fraction(105, 100), Fraction(1000))))
    found.append(lump("LINES", Fraction(81234, 100), "C62", Fraction(81234, 100)))
    sum_fte = Fraction(found[0].quantity or 0) * fte_price(month)
    discount = cents(stepped(sum_fte))
    missed = cents(Fraction(found[0].net) * 3 / 100) if month in MISSED else None
    return Bill("heads", month, tuple(found), discount or None, missed, 19)


def stepped(whole: Fraction) -> Fraction:
    """2 % of what lies above 30,000 and 4 % of what lies above 34,000."""
    return (max(min(whole, Fraction(34000)) - 30000, Fraction(0)) * 2 + max(whole - 34000, Fraction(0)) * 4) / 100


# ---- by calls ----

TIMED = {"time": "talk_hold", "unit_s": 6, "least_s": 100}
FREE = {"repeat_s": 86_400, "least_s": 10}


def minutes(month: str, span: tuple[int, int] = (1, 31), language: str = "", **settings: object) -> Fraction:
    population = {"language": (language,)} if language else {}
    return Fraction(total("billable_call_time", month, {**TIMED, **settings}, population, span), 60)


def offered(month: str) -> int:
    return total("offered_calls", month)


def marginal(units: int) -> Fraction:
    return (min(units, 60) * Fraction(2) + max(min(units, 120) - 60, 0) * Fraction(9, 5)
            + max(units - 120, 0) * Fraction(8, 5))  # fmt: skip


def year_so_far(month: str) -> int:
    return sum(offered(one) for one in MONTHS if one < month)


def year_price(volume: int) -> Fraction:
    return Fraction(1) if volume <= 500 else Fraction(9, 10)


def banked(month: str) -> tuple[Fraction, list[tuple[str, int]]]:
    """What the committed calls cost, and the bank after the month: oldest first, three months long."""
    lots: list[tuple[str, int]] = []
    cost = Fraction(0)
    for one in MONTHS:
        if one > month:
            break
        lots = [(since, units) for since, units in lots if int(one[5:]) - int(since[5:]) <= 3]
        units = offered(one)
        if units < 150:
            lots.append((one, 150 - units))
            cost = Fraction(450)
            continue
        excess, left = units - 150, []
        for since, kept in lots:
            used = min(kept, excess)
            excess -= used
            if kept > used:
                left.append((since, kept - used))
        lots, cost = left, 450 + Fraction(3) * excess
    return cost, lots


def charged_commitment(month: str) -> Fraction:
    return banked(month)[0] / 3


def holidays(month: str, measure: str = "billable_calls") -> int:
    return sum(
        brought for day in days(month) if day in ROMANIAN for _, _, brought in world.rows(measure, FREE, {}, day)
    )


# Public holidays of Romania in 2026, as its law has them.
ROMANIAN = frozenset(
    map(date.fromisoformat, (
        "2026-01-01", "2026-01-02", "2026-01-06", "2026-01-07", "2026-01-24", "2026-04-10", "2026-04-12", "2026-04-13",
        "2026-05-01", "2026-05-31", "2026-06-01", "2026-08-15", "2026-11-30", "2026-12-01", "2026-12-25", "2026-12-26",
    ))
)  # fmt: skip


def calls(month: str) -> Bill:
    found = [row("CALL", total("billable_calls", month, FREE), "C62", "3.15")]
    if month == "2026-05":
        found.append(row("MIN", minutes(month, (1, 10)), "MIN", "0.42", span=("2026-05-01", "2026-05-10")))
        found.append(row("MIN", minutes(month, (11, 31)), "MIN", "0.45", span=("2026-05-11", "2026-05-31")))
    else:
        found.append(row("MIN", minutes(month), "MIN", "0.42" if month < "2026-05" else "0.45"))
    units, earlier = offered(month), year_so_far(month)
    found.append(lump("TIER", units, "C62", marginal(units)))
    whole = (earlier + units) * year_price(earlier + units)
    found.append(lump("YEAR", units, "C62", whole - (earlier * year_price(earlier) if earlier else 0)))
    found.append(row("COMMIT", charged_commitment(month), "C62", "3.00"))
    if holidays(month):
        found.append(row("HOLIDAY", holidays(month), "C62", Fraction(315, 200)))
    if month == "2026-05":
        for span, price in (((1, 10), Fraction(42, 100)), ((11, 31), Fraction(45, 100))):
            told = (f"2026-05-{span[0]:02}", f"2026-05-{span[1]:02}")
            found.append(row("HUNGARIAN", minutes(month, span, "hu"), "MIN", price * 15 / 100, span=told))
    else:
        price = Fraction(42 if month < "2026-05" else 45, 100) * 15 / 100
        found.append(row("HUNGARIAN", minutes(month, language="hu"), "MIN", price))
    exact = exact_calls(month)
    discount = cents(exact * 5 / 100)
    after = sum((one.net for one in found), Decimal(0)) - discount
    missed = cents(Fraction(after) * 3 / 100) if month in MISSED else None
    return Bill("calls", month, tuple(found), discount, missed, 19)


def exact_calls(month: str) -> Fraction:
    """What the charges come to before any line is rounded: the discount is taken of that."""
    units, earlier = offered(month), year_so_far(month)
    whole = Fraction(total("billable_calls", month, FREE)) * Fraction(315, 100) + marginal(units)
    whole += (earlier + units) * year_price(earlier + units) - (earlier * year_price(earlier) if earlier else 0)
    whole += charged_commitment(month) * 3 + holidays(month) * Fraction(315, 200)
    for span in ((1, 10), (11, 31)) if month == "2026-05" else ((1, 31),):
        price = Fraction(45 if month > "2026-05" or span[0] == 11 else 42, 100)
        whole += minutes(month, span) * price + minutes(month, span, "hu") * price * 15 / 100
    return whole


# ---- by hours ----


def logged(month: str, queue: str, time: str) -> Fraction:
    return Fraction(total("login_time", month, {"time": time}, {"queue": (queue,)}), HOUR)


def asked(month: str) -> Fraction:
    return Fraction(total("requested_time", month), HOUR)


def cases(month: str) -> int:
    return total("billable_cases", month)


def anchored(units: int, baseline: int, *, band: int = 10, z_up: int = 100, z_down: int = 60) -> Fraction:
    width = Fraction(baseline * band, 100)
    if units > baseline + width:
        return 15000 + (units - baseline - width) * 8 * Fraction(z_up, 100)
    if units < baseline - width:
        return 15000 - (baseline - width - units) * 8 * Fraction(z_down, 100)
    return Fraction(15000)


def baseline(month: str) -> int:
    return 2600 if month == "2026-12" else 2000


def project(month: str) -> Fraction:
    return Fraction(total("activity_time", month, {"activity": "project"}), HOUR)


def block(month: str) -> tuple[Fraction, Fraction]:
    """What the project hours cost, and how many of them no block covers: a hundred bought a month, two months long."""
    lots: list[list[Fraction]] = []
    beyond = Fraction(0)
    for one in MONTHS:
        if one > month:
            break
        now = Fraction(int(one[5:]))
        lots = [lot for lot in lots if now - lot[0] <= 2] + [[now, Fraction(100)]]
        wanted = project(one)
        for lot in lots:
            used = min(lot[1], wanted)
            lot[1] -= used
            wanted -= used
        lots = [lot for lot in lots if lot[1]]
        beyond = wanted
    return 2000 + 25 * beyond, beyond


# What a leu cost by month, in ten-thousandths of a euro.
RATES = dict(zip(MONTHS, (2010, 2010, 2030, 2030, 2020, 2015, 2200, 1880, 2000, 2000, 2005, 2010), strict=True))


def leu(month: str) -> Fraction:
    """0.2000 within two per cent of it; of what lies beyond, half is the client's."""
    rate = Fraction(RATES[month], 10_000)
    moved = rate / Fraction(2, 10) - 1
    beyond = max(abs(moved) - Fraction(2, 100), Fraction(0)) / 2
    return Fraction(2, 10) * (1 + (beyond if moved > 0 else -beyond))


def hours(month: str) -> Bill:
    found = [
        row("DE", min(logged(month, "german", "productive"), asked(month)), "HUR", "17.40"),
        row("RO", logged(month, "romanian", "productive"), "HUR", "14.10"),
        row("NIGHT", logged(month, "night", "all"), "HUR", "21.00"),
    ]
    overtime = Fraction(total("overtime_time", month), HOUR)
    if overtime:
        found.append(row("OVERTIME", overtime, "HUR", Fraction(1740, 400)))
    found.append(lump("BASE", cases(month), "C62", anchored(cases(month), baseline(month))))
    found.append(row("SOLVED", total("resolved_cases", month), "C62", "2.20"))
    if month > "2026-01":
        returned = total("verified_resolutions", world.before(month), {"outcome": "returned"})
        found.append(row("SOLVED", -returned, "C62", "2.20"))
    found.append(lump("BLOCK", project(month), "HUR", block(month)[0]))
    found.append(row("SITE", 1, "MON", 50000 * leu(month)))
    charged = sum((one.net for one in found), Decimal(0))
    missed = cents(Fraction(charged) * 3 / 100) if month in MISSED else None
    return Bill("hours", month, tuple(found), None, missed, 0)
