"""Cost: what a partner cost in all, month by month, what is hidden beside the invoice, and what moved it."""

from __future__ import annotations

from collections.abc import Sequence
from fractions import Fraction
from typing import Any

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from tallystick.cost.business_case import Reason
from tallystick.cost.comparison import PerResolution, by_model, by_partner, hidden_trend
from tallystick.cost.gather import CostedMonth
from tallystick.cost.month import CostLine, MonthCost
from tallystick.cost.month_inputs import Counted
from tallystick.cost.waterfall import Waterfall
from tallystick.reports.charts import waterfall_bars
from tallystick.reports.figures import change_text, difference_text, money_text, month_name, share_text
from tallystick.reports.markup import Markup
from tallystick.vocabulary.money import money_of
from tallystick.web.costs import Costs, Whole, benefits_of, costs_of_all, fall_of, whole_of
from tallystick.web.first_steps import first_steps
from tallystick.web.floor_choice import FloorChoice, floor_choice
from tallystick.web.money_months import cost_choice, is_month, rated_texts
from tallystick.web.money_pages import CLIENT_READERS, MONEY
from tallystick.web.page import Asked, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

MONTHS_SHOWN = 3


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The costs of the partner up to the month that the URL asks for; `compare=1` sets partners side by side."""
    choice = floor_choice(room, asked, cost_choice)
    shown: dict[str, Any] = {"choice": choice, "several": True}
    if not choice.period.among and not room.books.contracts:
        return shown | {"steps": first_steps(room)}
    labels = _months(choice)
    compared = asked.choice("compare", ("1",)) == "1"
    found = costs_of_all(room, tuple(room.books.partners) if compared else (choice.partner,), labels)
    months = found.months.get(choice.partner, ())
    last = months[-1].cost if months else None
    fall = fall_of(months)
    whole = whole_of(room, found) if compared else None
    return shown | {
        "sentence": _not_there(room, choice) or _sentence(choice, last),
        "months": _month_table(months),
        "trend": _trend(months),
        "chart": _chart(choice, fall) if fall else None,
        "fall": _fall_table(fall),
        "lines": _lines(last),
        "contained": _contained(last),
        "shared": _shared(room, found),
        "compared": compared,
        "resolutions": _resolutions(room, found) if compared else None,
        "together": _together(room, whole) if whole else None,
        "together_fall": _together_fall(room, whole) if whole else None,
        "apart": list(whole.apart) if whole else [],
        "rates": [rate for one in whole.groups for rate in one.rates] if whole else [],
        "benefits": _benefits(room, months),
        "findings": [
            {"rule": one.id, "message": one.message, "cure": one.cure, "month": told.cost.month}
            for told in months
            for one in told.cost.findings
        ]
        + [
            {"rule": one.id, "message": one.message, "cure": one.cure, "month": told.month}
            for told in found.shared
            for one in told.findings
        ],
    }


def _months(choice: FloorChoice) -> tuple[str, ...]:
    """The chosen month and those right before it, the oldest first; none where none is chosen."""
    found: list[str] = []
    wanted = choice.period.label
    while wanted in choice.period.among and len(found) < MONTHS_SHOWN:
        found.insert(0, wanted)
        before = int(wanted[:4]) * 12 + int(wanted[5:]) - 2
        wanted = f"{before // 12:04}-{before % 12 + 1:02}"
    return tuple(found)


def _not_there(room: Room, choice: FloorChoice) -> str:
    """Why there is no month to show; empty where there is one."""
    refused = choice.period.refused
    told = {"name": choice.name, "month": month_name(refused)}
    if choice.period.label:
        return ""
    if not choice.period.among and not rated_texts(room, choice.partner):
        return _("%(name)s: no contract has a rate card, no invoice came, and the books tell no costs.") % told
    if not choice.period.among:
        return _("%(name)s: no rate card charges anything yet, no invoice came, and the books tell no costs.") % told
    if not is_month(refused):
        return _("%(name)s: costs are told month by month. Choose one.") % told
    return _("%(name)s, %(month)s: nothing is known of what it cost.") % told


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
                "amount": Cell(bar.amount, change_text(bar.amount)),
                "level": Cell(bar.level + bar.amount, money_text(bar.level + bar.amount)),
                "meaning": Cell(bar.meaning),
                "shares": Cell("; ".join(
                    f"{share.title} {change_text(money_of(share.amount, fall.start.currency))}" for share in bar.shares
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
        "shared": _("a part of what partners share"),
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


# ---- several partners ----------------------------------------------------------------------------------------------


def _shared(room: Room, found: Costs) -> Table:
    """What partners share: each amount with the part of each, and the rest; they add up to it exactly."""
    names = list(dict.fromkeys(part.partner for one in found.shared for part in one.parts))
    words = {"volume": _("contacts"), "hours": _("productive hours"), "fixed": _("fixed shares"), "": _("none stated")}
    rows = []
    for one in reversed(found.shared):
        parts = {name: one.part_of(name) for name in names}
        rows.append(
            {
                "month": Cell(one.month, month_name(one.month)),
                "kind": Cell(one.kind),
                "key": Cell(one.key or None, words[one.key]),
                "amount": Cell(one.amount, money_text(one.amount)),
                **{
                    f"part_{name}": Cell(part.amount if part else None, money_text(part.amount) if part else None,
                                         title=part.step.inserted if part else "")
                    for name, part in parts.items()
                },
                "rest": Cell(one.rest, money_text(one.rest)),
                "n": Cell(one.n),
            }
        )  # fmt: skip
    columns = (
        Column("month", _("month"), as_is=True),
        Column("kind", _("kind"), as_is=True),
        Column("key", _("led to partners by")),
        Column("amount", _("amount"), number=True),
        *(Column(f"part_{name}", room.books.partners.get(name, name), number=True, head_as_is=True) for name in names),
        Column("rest", _("the rest"), number=True),
        Column("n", _("rows, n"), number=True),
    )
    empty = _("Every cost of the books names its partner. One that several share is led to each by shared-costs.yaml.")
    return Table("shared", _("Costs that partners share"), columns, rows, empty)


def _names(room: Room, partners: Sequence[str]) -> str | None:
    return ", ".join(room.books.partners.get(one, one) for one in partners) or None


def _together(room: Room, whole: Whole) -> Table:
    """Partners added up month by month; a partner of whom a month is not known is named, and in no sum."""
    rows = [
        {
            "month": Cell(month.month, month_name(month.month)),
            "partners": Cell(", ".join(month.partners) or None, _names(room, month.partners)),
            "total": Cell(month.total, money_text(month.total)),
            "invoiced": Cell(month.invoiced, money_text(month.invoiced)),
            "hidden": Cell(month.hidden, money_text(month.hidden)),
            "share": Cell(month.hidden_share, None if month.hidden_share is None else share_text(month.hidden_share)),
            "contact": Cell(month.per_contact, _each(month.per_contact, one.currency)),
            "contacts": _n(month.contacts),
            "without": Cell(", ".join(month.without) or None, _names(room, month.without)),
        }
        for one in whole.groups
        for month in reversed(one.months)
    ]
    columns = (
        Column("month", _("month"), as_is=True),
        Column("partners", _("partners"), as_is=True),
        Column("total", _("in all"), number=True),
        Column("invoiced", _("by the rate card"), number=True),
        Column("hidden", _("beside it"), number=True),
        Column("share", _("hidden share"), number=True),
        Column("contact", _("each contact"), number=True),
        Column("contacts", _("contacts, n"), number=True),
        Column("without", _("not known of"), as_is=True),
    )
    return Table("together", _("All partners together"), columns, rows, _("Of no partner is a month known."))


def _together_fall(room: Room, whole: Whole) -> Table:
    """What moved the sum of partners from the month before to the last, for each currency."""
    rows = [
        {
            "partners": Cell(", ".join(fall.partners), _names(room, fall.partners)),
            "step": Cell(bar.step),
            "amount": Cell(bar.amount, change_text(bar.amount)),
            "level": Cell(bar.level + bar.amount, money_text(bar.level + bar.amount)),
            "meaning": Cell(bar.meaning),
        }
        for fall in whole.falls
        if fall.waterfall is not None
        for bar in fall.waterfall.bars
    ]
    columns = (
        Column("partners", _("partners"), as_is=True),
        Column("step", _("reason"), as_is=True),
        Column("amount", _("moves by"), number=True),
        Column("level", _("comes to"), number=True),
        Column("meaning", _("what it is"), as_is=True, sortable=False),
    )
    empty = _("A waterfall needs two months after one another whose cost is known.")
    return Table("together_fall", _("What moved it, of all partners together"), columns, rows, empty)


def _resolutions(room: Room, months: Costs) -> Table:
    """What a verified resolution cost, by partner and by pricing model; months not known are counted, and in no sum."""
    found = [one.cost for own in months.months.values() for one in own]
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


def _reasons(reasons: Sequence[Reason]) -> str:
    return "; ".join(f"{one.name} {change_text(one.amount)}" for one in reasons)


def _benefits(room: Room, months: Sequence[CostedMonth]) -> Table:
    rows = [
        {
            "month": Cell(one.month, month_name(one.month)),
            "promised": Cell(one.promised, money_text(one.promised)),
            "reached": Cell(one.reached, money_text(one.reached)),
            "difference": Cell(one.difference, change_text(one.difference) if one.difference else None),
            "why": Cell(one.why or _reasons(one.reasons) or None),
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
