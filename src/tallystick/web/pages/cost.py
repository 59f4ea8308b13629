"""Cost: what a partner cost in all, month by month, what is hidden beside the invoice, and what moved it."""

from __future__ import annotations

import re
from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.cost.comparison import PerResolution, by_model, by_partner, hidden_trend
from tallystick.cost.gather import CostedMonth
from tallystick.cost.month import CostLine, Counted, MonthCost
from tallystick.cost.waterfall import Waterfall
from tallystick.reports.charts import waterfall_bars
from tallystick.reports.figures import MINUS, difference_text, money_text, month_name, share_text
from tallystick.reports.markup import Markup
from tallystick.vocabulary.money import Money, money_of
from tallystick.web.costs import benefits_of, costs, fall_of
from tallystick.web.first_steps import first_steps
from tallystick.web.floor_choice import FloorChoice, floor_choice
from tallystick.web.money_pages import CLIENT_READERS, MONEY
from tallystick.web.page import Asked, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

MONTHS_SHOWN = 3
_MONTH = re.compile(r"\d{4}-\d\d")


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The costs of the partner up to the month that the URL asks for; `compare=1` sets partners side by side."""
    choice = floor_choice(room, asked)
    shown: dict[str, Any] = {"choice": choice, "several": True}
    if not choice.period.label:
        return shown | {"steps": first_steps(room)}
    labels = _months(choice)
    months = costs(room, choice.partner, labels)
    last = months[-1].cost if months else None
    fall = fall_of(months)
    compared = asked.choice("compare", ("1",)) == "1"
    return shown | {
        "sentence": _sentence(choice, last),
        "months": _month_table(months),
        "trend": _trend(months),
        "chart": _chart(choice, fall) if fall else None,
        "fall": _fall_table(fall),
        "lines": _lines(last),
        "contained": _contained(last),
        "compared": compared,
        "resolutions": _resolutions(room, labels) if compared else None,
        "benefits": _benefits(room, months),
        "findings": [
            {"rule": one.id, "message": one.message, "cure": one.cure, "month": told.cost.month}
            for told in months
            for one in told.cost.findings
        ],
    }


def _months(choice: FloorChoice) -> tuple[str, ...]:
    """The chosen month and those judged before it, the oldest first; none where a quarter or a week is chosen."""
    among = [one for one in choice.period.among if _MONTH.fullmatch(one)]
    if choice.period.label not in among:
        return ()
    end = among.index(choice.period.label) + 1
    return tuple(among[max(0, end - MONTHS_SHOWN) : end])


def _sentence(choice: FloorChoice, last: MonthCost | None) -> str:
    told = {"name": choice.name, "month": month_name(choice.period.label)}
    if last is None or last.total is None:
        return _("%(name)s, %(month)s: nothing is known of what it cost.") % told
    told["total"] = money_text(last.total)
    if last.hidden is None or last.hidden_share is None:
        return _("%(name)s, %(month)s: %(total)s in all; what is hidden is not known.") % told
    told |= {"hidden": money_text(last.hidden), "share": share_text(last.hidden_share)}
    return _("%(name)s, %(month)s: %(total)s in all, of it %(hidden)s (%(share)s) beside the rate card.") % told


def _each(value: Fraction | None, currency: str) -> str | None:
    return None if value is None else money_text(money_of(value, currency))


def _signed(money: Money) -> str:
    if money.amount == 0:
        return money_text(money)
    return f"{'+' if money.amount > 0 else MINUS}{money_text(Money(abs(money.amount), money.currency))}"


def _n(counted: Counted) -> Cell:
    return Cell(counted.value, None if counted.value is None else f"{counted.value:,}")


def _month_table(months: Sequence[CostedMonth]) -> Table:
    rows = [
        {
            "month": Cell(cost.month, month_name(cost.month)),
            "total": Cell(cost.total, money_text(cost.total)),
            "invoiced": Cell(cost.invoiced, money_text(cost.invoiced)),
            "hidden": Cell(cost.hidden, money_text(cost.hidden)),
            "share": Cell(cost.hidden_share, None if cost.hidden_share is None else share_text(cost.hidden_share)),
            "contact": Cell(cost.per_contact, _each(cost.per_contact, cost.currency)),
            "contacts": _n(cost.contacts),
            "resolution": Cell(cost.per_resolution, _each(cost.per_resolution, cost.currency)),
            "resolutions": _n(cost.resolutions),
            "n": Cell(cost.n),
            "model": Cell(cost.model or None, cost.model.replace("_", " ") or None),
        }
        for cost in (one.cost for one in reversed(months))
    ]
    columns = (
        Column("month", _("month"), as_is=True),
        Column("total", _("in all"), number=True),
        Column("invoiced", _("by the rate card"), number=True),
        Column("hidden", _("beside it"), number=True),
        Column("share", _("hidden share"), number=True),
        Column("contact", _("each contact"), number=True),
        Column("contacts", _("contacts, n"), number=True),
        Column("resolution", _("each verified resolution"), number=True),
        Column("resolutions", _("resolutions, n"), number=True),
        Column("n", _("lines, n"), number=True),
        Column("model", _("pricing model"), as_is=True),
    )
    empty = _("No month is known. Import invoices and a list of costs on the page Data, or write a rate card.")
    return Table("months", _("Month by month"), columns, rows, empty)


def _trend(months: Sequence[CostedMonth]) -> str:
    """How the hidden share moved, in words; empty where two months are not known."""
    for one in hidden_trend(month.cost for month in months):
        if one.moved is not None and one.share is not None:
            return _("Hidden of these months together: %(share)s; from the first to the last: %(moved)s.") % {
                "share": share_text(one.share), "moved": difference_text(one.moved, "ratio"),
            }  # fmt: skip
    return ""


# ---- what moved it -----------------------------------------------------------------------------------------------


def _chart(choice: FloorChoice, fall: Waterfall) -> Markup:
    title = _("What moved the cost of %(name)s from %(before)s to %(after)s") % {
        "name": choice.name, "before": month_name(fall.before), "after": month_name(fall.after),
    }  # fmt: skip
    bars = tuple((bar.step, bar.amount) for bar in fall.bars)
    return waterfall_bars("waterfall", title, (fall.before, fall.start), bars, (fall.after, fall.end))


def _fall_table(fall: Waterfall | None) -> Table:
    rows = []
    if fall is not None:
        rows = [
            {
                "step": Cell(bar.step),
                "amount": Cell(bar.amount, _signed(bar.amount)),
                "level": Cell(bar.level + bar.amount, money_text(bar.level + bar.amount)),
                "meaning": Cell(bar.meaning),
                "shares": Cell("; ".join(
                    f"{share.title} {_signed(money_of(share.amount, fall.start.currency))}" for share in bar.shares
                ) or None),
            }
            for bar in fall.bars
        ]  # fmt: skip
    columns = (
        Column("step", _("reason"), as_is=True),
        Column("amount", _("moves by"), number=True),
        Column("level", _("comes to"), number=True),
        Column("meaning", _("what it is"), as_is=True, sortable=False),
        Column("shares", _("of which"), as_is=True, sortable=False),
    )
    empty = _("A waterfall needs two months after one another whose cost is known, in one currency.")
    return Table("fall", _("What moved it, month on month"), columns, rows, empty)


# ---- one month ---------------------------------------------------------------------------------------------------


def _lines(last: MonthCost | None) -> Table:
    listed = (*last.lines, *last.apart) if last else ()
    rows = [
        {
            "part": Cell(line.part),
            "title": Cell(line.title),
            "basis": Cell(line.basis.value, _basis(line)),
            "card": Cell(line.on_rate_card, _("yes") if line.on_rate_card else _("no")),
            "amount": Cell(line.amount, money_text(line.amount)),
            "stated": Cell(line.stated, money_text(line.stated) if line.stated else None),
            "n": Cell(line.n),
            "refs": Cell(", ".join(line.refs) or None),
        }
        for line in listed
    ]
    columns = (
        Column("part", _("part"), as_is=True),
        Column("title", _("what"), as_is=True),
        Column("basis", _("where from")),
        Column("card", _("on the rate card")),
        Column("amount", _("amount"), number=True),
        Column("stated", _("as stated"), number=True),
        Column("n", _("lines, n"), number=True),
        Column("refs", _("named by"), as_is=True, drawn=False),
    )
    return Table("lines", _("Every line of the month"), columns, rows, _("Nothing is known of this month."))


def _basis(line: CostLine) -> str:
    return {
        "received": _("invoice received"),
        "expected": _("invoice expected"),
        "accrual": _("accrual of the days so far"),
        "booked": _("the client's books"),
        "priced": _("counted and priced"),
    }[line.basis.value]


def _contained(last: MonthCost | None) -> Table:
    rows = [
        {
            "title": Cell(line.title),
            "amount": Cell(line.amount, money_text(line.amount)),
            "inserted": Cell(line.steps[0].inserted if line.steps else None),
            "n": Cell(line.n),
        }
        for line in (last.contained if last else ())
    ]
    columns = (
        Column("title", _("what"), as_is=True),
        Column("amount", _("amount"), number=True),
        Column("inserted", _("with the numbers put in"), as_is=True, sortable=False),
        Column("n", _("n"), number=True),
    )
    empty = _("No contact came back and nobody was new, as far as is known.")
    return Table("contained", _("Already inside the invoice, in no sum"), columns, rows, empty)


# ---- side by side ------------------------------------------------------------------------------------------------


def _resolutions(room: Room, labels: Sequence[str]) -> Table:
    """What a verified resolution cost, by partner and by pricing model; months not known are counted, and in no sum."""
    found = [one.cost for partner in room.books.partners for one in costs(room, partner, labels)]
    told: list[tuple[str, PerResolution]] = [(_("partner"), one) for one in by_partner(found)]
    told += [(_("pricing model"), one) for one in by_model(found)]
    rows = [
        {
            "by": Cell(by),
            "name": Cell(one.name, room.books.partners.get(one.name, one.name.replace("_", " "))),
            "cost": Cell(one.cost, money_text(one.cost)),
            "resolutions": Cell(one.resolutions, f"{one.resolutions:,}"),
            "each": Cell(one.value, _each(one.value, one.currency)),
            "pending": Cell(one.pending, f"{one.pending:,}"),
            "months": Cell(one.months),
            "left_out": Cell(one.left_out),
        }
        for by, one in told
    ]
    columns = (
        Column("by", _("by")),
        Column("name", _("name"), as_is=True),
        Column("cost", _("in all"), number=True),
        Column("resolutions", _("resolutions, n"), number=True),
        Column("each", _("each verified resolution"), number=True),
        Column("pending", _("not settled yet"), number=True),
        Column("months", _("months"), number=True),
        Column("left_out", _("months left out"), number=True),
    )
    empty = _("Of no partner are both cost and resolutions known.")
    return Table("resolutions", _("What a verified resolution cost"), columns, rows, empty)


def _benefits(room: Room, months: Sequence[CostedMonth]) -> Table:
    rows = [
        {
            "month": Cell(one.month, month_name(one.month)),
            "promised": Cell(one.promised, money_text(one.promised)),
            "reached": Cell(one.reached, money_text(one.reached)),
            "difference": Cell(one.difference, _signed(one.difference) if one.difference else None),
            "why": Cell(one.why or "; ".join(f"{part.name} {_signed(part.amount)}" for part in one.reasons) or None),
        }
        for one in benefits_of(room, months)
    ]
    columns = (
        Column("month", _("month"), as_is=True),
        Column("promised", _("promised"), number=True),
        Column("reached", _("reached"), number=True),
        Column("difference", _("difference"), number=True),
        Column("why", _("because of"), as_is=True, sortable=False),
    )
    empty = _(
        "There is no business case. Write business-case.yaml into the folder to hold costs against what was promised."
    )
    return Table("benefits", _("Benefits against the business case"), columns, rows, empty)


PAGE = Page("cost", gettext_lazy("Cost"), CLIENT_READERS, gather, group=MONEY, place=4)
