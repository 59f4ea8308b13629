"""Invoice check: what a partner billed against what the month should cost, line by line, with causes and disputes."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from fractions import Fraction
from typing import Any
from urllib.parse import quote, urlencode

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy, ngettext

from tallystick.billing.check.cause import causes
from tallystick.billing.check.value import CheckedLine, Difference, Favours, InvoiceCheck, SeenDocument
from tallystick.contract.quantity import figure_text
from tallystick.reports.dispute_pack import Contest, write_pdf, write_xlsx
from tallystick.reports.figures import change_text, list_words, money_text, month_name
from tallystick.vocabulary.errors import NotFound
from tallystick.web.amounts import by_currency
from tallystick.web.credit_lines import steps_told
from tallystick.web.credits import moneys_words
from tallystick.web.dispute_words import side_words, state_mark
from tallystick.web.first_steps import first_steps
from tallystick.web.floor_choice import FloorChoice, floor_choice
from tallystick.web.imported import lake_number
from tallystick.web.invoice_checks import Running, invoice_check_of, invoice_checks, running_months
from tallystick.web.money_months import check_choice, is_month, rated_texts
from tallystick.web.money_pages import INVOICE_READERS, MONEY
from tallystick.web.page import Asked, Document, Page
from tallystick.web.room import Room
from tallystick.web.table import Cell, Column, Table

ROWS_LISTED = 200


def gather(room: Room, asked: Asked) -> dict[str, Any]:
    """The checks of the partner and month that the URL asks for."""
    choice = floor_choice(room, asked, check_choice)
    shown: dict[str, Any] = {"choice": choice, "several": room.actor.of_client}
    if not choice.period.among and not room.books.contracts:
        return shown | {"steps": first_steps(room)}
    checks = invoice_checks(room, choice.partner, choice.period.label)
    running = running_months(room, choice.partner, choice.period.label)
    disputes = {
        (one.contract, one.line): one
        for check in checks
        for one in reversed(room.desk.corrections.of(check.contract, check.partner, check.period))
    }
    return shown | {
        "sentence": _not_there(room, choice) or _sentence(room, choice, checks, running),
        "cure": _cure(room, choice),
        "checked": [one for one in checks if one.checked],
        "running": _running(running),
        "sums": _sums(checks),
        "lines": _lines(room, checks, disputes),
        "differences": [
            _difference(room, check, line, disputes) for check in checks for line in check.lines if line.differences
        ],
        "records": _records(checks),
        "documents": _documents(checks),
        "findings": [
            {"rule": one.id, "message": one.message, "cure": one.cure, "contract": check.contract}
            for check in checks
            for one in check.findings
        ],
        "packs": [_pack(check) for check in checks if check.claims],
    }


def _not_there(room: Room, choice: FloorChoice) -> str:
    """Why there is no month to show; empty where there is one."""
    refused = choice.period.refused
    told = {"name": choice.name, "month": month_name(refused)}
    if choice.period.label:
        return ""
    if not rated_texts(room, choice.partner):
        return _("%(name)s: no contract here has a rate card, so nothing can be checked.") % told
    if not choice.period.among:
        return _("%(name)s: no rate card here charges anything yet, so nothing can be checked.") % told
    if not is_month(refused):
        return _("%(name)s: invoices are checked month by month. Choose one.") % told
    return _("%(name)s, %(month)s: no rate card charges this month, and no invoice bills it. Choose another.") % told


def _cure(room: Room, choice: FloorChoice) -> str:
    """What to write where no contract has a rate card; empty where one has, and for a partner: the text is not its."""
    if rated_texts(room, choice.partner) or not room.actor.of_client:
        return ""
    return _("Write charges into the contract's text: docs/guide/rate-cards.md shows how.")


def _sentence(room: Room, choice: FloorChoice, checks: Sequence[InvoiceCheck], running: Sequence[Running]) -> str:
    told: dict[str, Any] = {"name": choice.name, "month": month_name(choice.period.label)}
    if not checks and lake_number(room) is None:
        return _("%(name)s, %(month)s: nothing was imported yet, so nothing can be checked.") % told
    if not checks:
        return _("%(name)s, %(month)s: no contract of this month has a rate card, so nothing can be checked.") % told
    checked = [one for one in checks if one.checked]
    if not checked and (came := _came(checks)):
        return ngettext(
            "%(name)s, %(month)s: an invoice has come and cannot be compared.",
            "%(name)s, %(month)s: %(n)d invoices have come and cannot be compared.",
            len(came),
        ) % (told | {"n": len(came)})
    if not checked and running:
        told["money"] = moneys_words(by_currency(one.month.accrual.total for one in running if one.month.accrual))
        return _("%(name)s, %(month)s still runs: %(money)s so far, and no invoice yet.") % told
    if not checked:
        return _("%(name)s, %(month)s: no invoice has come yet.") % told
    told["billed"] = moneys_words(by_currency(one.billed_total for one in checked))
    differing = sum(1 for one in checked for line in one.lines if line.differences)
    if not differing:
        return _("%(name)s, %(month)s: %(billed)s billed, and every line is what it should be.") % told
    told |= {"n": differing, "expected": moneys_words(by_currency(one.expected_total for one in checked))}
    words = ngettext(
        "%(name)s, %(month)s: %(billed)s billed, %(expected)s expected; %(n)d line differs.",
        "%(name)s, %(month)s: %(billed)s billed, %(expected)s expected; %(n)d lines differ.",
        differing,
    )
    return words % told


def _came(checks: Sequence[InvoiceCheck]) -> list[SeenDocument]:
    """The documents of the month that count, of whatever currency."""
    return [one for check in checks for one in check.documents if not one.replaced_by]


def _running(running: Sequence[Running]) -> Table:
    """What the days so far cost, and where the invoice ends at their pace, with the least and the most."""
    rows = []
    for one in running:
        accrual, ahead = one.month.accrual, one.month.forecast
        span = _("%(least)s to %(most)s") % {"least": money_text(ahead.least), "most": money_text(ahead.most)} if (
            ahead) else None  # fmt: skip
        rows.append(
            {
                "contract": Cell(one.contract, None, f"/contract/{quote(one.contract)}"),
                "accrual": Cell(accrual.total if accrual else None, money_text(accrual.total) if accrual else None),
                "ahead": Cell(ahead.middle.total if ahead else None, money_text(ahead.middle.total) if ahead else None),
                "range": Cell(span),
                "least": Cell(ahead.least if ahead else None),
                "most": Cell(ahead.most if ahead else None),
                "days": Cell(ahead.days if ahead else None),
                "left": Cell(ahead.days_left if ahead else None),
            }
        )
    columns = (
        Column("contract", _("contract"), as_is=True),
        Column("accrual", _("days so far"), number=True),
        Column("ahead", _("at its pace"), number=True),
        Column("range", _("between"), number=True, sortable=False),
        Column("days", _("from days, n"), number=True),
        Column("left", _("days to come"), number=True),
    )
    empty = _("The month is over, or no contract of it has a rate card.")
    return Table("running", _("The month that still runs"), columns, rows, empty)


def _sums(checks: Sequence[InvoiceCheck]) -> Table:
    rows = [
        {
            "contract": Cell(one.contract, None, f"/contract/{quote(one.contract)}"),
            "billed": Cell(one.billed_total, money_text(one.billed_total)),
            "expected": Cell(one.expected_total, money_text(one.expected_total)),
            "difference": Cell(one.difference, change_text(one.difference)),
            "partner": Cell(one.in_favour[Favours.PARTNER], money_text(one.in_favour[Favours.PARTNER])),
            "client": Cell(one.in_favour[Favours.CLIENT], money_text(-one.in_favour[Favours.CLIENT])),
            "unexplained": Cell(one.unexplained, money_text(one.unexplained)),
            "tax": Cell(one.with_tax, _("with tax") if one.with_tax else _("without tax")),
            "digest": Cell(one.digest),
        }
        for one in checks
        if one.checked
    ]
    columns = (
        Column("contract", _("contract"), as_is=True),
        Column("billed", _("billed"), number=True),
        Column("expected", _("expected"), number=True),
        Column("difference", _("difference"), number=True),
        Column("partner", _("in favour of the partner"), number=True),
        Column("client", _("in favour of the client"), number=True),
        Column("unexplained", _("without a cause"), number=True),
        Column("tax", _("sums")),
        Column("digest", _("digest of the check"), as_is=True, drawn=False),
    )
    empty = _(
        "No invoice of this month was found. Import one on the page Data: UBL, CII, a PDF with one inside, or a table."
    )
    if _came(checks):
        empty = _("What has come cannot be compared. The notes above say why, and what to do.")
    return Table("sums", _("Received against expected"), columns, rows, empty)


# ---- lines -------------------------------------------------------------------------------------------------------


def _lines(room: Room, checks: Sequence[InvoiceCheck], disputes: Mapping[tuple[str, str], Any]) -> Table:
    rows = []
    for check in checks:
        for line in check.lines:
            dispute = disputes.get((check.contract, line.key))
            rows.append(
                {
                    "line": Cell(line.key, f"{line.id} {line.title}" if line.title != line.id else line.id),
                    "billed_quantity": Cell(line.billed_quantity, _quantity(line.billed_quantity, line.unit)),
                    "expected_quantity": Cell(line.expected_quantity, _quantity(line.expected_quantity, line.unit)),
                    "billed": Cell(line.billed, money_text(line.billed)),
                    "expected": Cell(line.expected, money_text(line.expected)),
                    "difference": Cell(line.difference, change_text(line.difference)),
                    "causes": Cell(", ".join(one.cause for one in line.differences) or None, _causes(line)),
                    "dispute": Cell(
                        dispute.state if dispute else None,
                        state_mark(dispute.state) if dispute else None,
                        dispute.address if dispute else "",
                    ),
                    "contract": Cell(check.contract),
                }
            )
    columns = (
        Column("line", _("line"), as_is=True),
        Column("billed_quantity", _("billed quantity"), number=True),
        Column("expected_quantity", _("counted"), number=True),
        Column("billed", _("billed"), number=True),
        Column("expected", _("expected"), number=True),
        Column("difference", _("difference"), number=True),
        Column("causes", _("cause"), as_is=True),
        Column("dispute", _("dispute")),
        Column("contract", _("contract"), as_is=True),
    )
    empty = _("There is nothing to compare: an invoice, or a rate card in the contract, is missing.")
    if _came(checks):
        empty = _("Nothing was compared. The notes above say why, and what to do.")
    return Table("lines", _("Every line"), columns, rows, empty)


def _quantity(value: Fraction | None, unit: str) -> str | None:
    """A number of units; currencies and other words in capitals have no plural."""
    if value is None:
        return None
    return f"{figure_text(value, 4)} {unit}{'' if value == 1 or not unit or unit.isupper() else 's'}".strip()


def _causes(line: CheckedLine) -> str | None:
    known = causes()
    return list_words([known[one.cause].title for one in line.differences], _("and")) if line.differences else None


def _difference(
    room: Room, check: InvoiceCheck, line: CheckedLine, disputes: Mapping[tuple[str, str], Any]
) -> dict[str, Any]:
    """A line that differs: each part of the difference with its cause, the contract's words, and its dispute."""
    dispute = disputes.get((check.contract, line.key))
    named = {"contract": check.contract, "partner": check.partner, "period": check.period, "line": line.key}
    back = f"/invoices?{urlencode({'partner': check.partner, 'period': check.period})}"
    corrections = room.desk.corrections
    # One that has corrected the line, or agreed to, stands in the way as an open one does.
    held = corrections.holding(check.contract, check.partner, check.period, line.key)
    free = held is None and not (dispute is not None and dispute.is_open)
    return {
        "key": line.key,
        "id": line.id,
        "title": line.title,
        "contract": check.contract,
        "billed": line.billed,
        "expected": line.expected,
        "difference": line.difference,
        "signed": change_text(line.difference),
        "parts": [_part(one) for one in line.differences],
        "documents": [
            {"document": one.document, "line": one.line, "name": one.name, "amount": one.amount} for one in line.lines
        ],
        "clause": (
            {"id": line.clause.id, "source": line.clause.source, "words": list(line.clause.words)}
            if line.clause
            else None
        ),
        "steps": steps_told(line.steps),
        "dispute": (
            {
                "href": dispute.address,
                "state": dispute.state,
                "mark": state_mark(dispute.state),
                "contests": "check" if dispute.contests_check else "bill",
                "contests_words": corrections.contest_words(dispute),
            }
            if dispute
            else None
        ),
        "open": (
            f"/do/open-line-dispute?{urlencode({**named, 'back': back})}" if corrections.may_open and free else ""
        ),
    }


def _part(one: Difference) -> dict[str, Any]:
    return {
        "cause": one.cause,
        "title": causes()[one.cause].title,
        "family": one.family,
        "amount": one.amount,
        "signed": change_text(one.amount),
        "favours": one.favours.value,
        "says": one.says,
        "formula": one.formula,
        "inserted": one.inserted,
        "rows": one.row_count,
    }


def _records(checks: Sequence[InvoiceCheck]) -> Table:
    rows = [
        {
            "line": Cell(line.key, line.id),
            "cause": Cell(one.cause, causes()[one.cause].title),
            "record": Cell(row.row),
            "fact": Cell(row.fact),
            "agreed": Cell(row.agreed, figure_text(row.agreed, 4)),
            "billed": Cell(row.billed, figure_text(row.billed, 4)),
            "why": Cell(row.why),
        }
        for check in checks
        for line, one in check.differences
        for row in one.rows[:ROWS_LISTED]
    ]
    columns = (
        Column("line", _("line"), as_is=True),
        Column("cause", _("cause"), as_is=True),
        Column("record", _("record"), as_is=True),
        Column("fact", _("of"), as_is=True),
        Column("agreed", _("counted"), number=True),
        Column("billed", _("billed"), number=True),
        Column("why", _("in the agreed count"), as_is=True),
    )
    empty = _("No single record stands behind a difference of this month.")
    return Table("records", _("Records behind the differences"), columns, rows, empty)


def _documents(checks: Sequence[InvoiceCheck]) -> Table:
    words = {
        "credit note": _("credit note"), "corrected invoice": _("corrected invoice"), "invoice": _("invoice"),
    }  # fmt: skip
    rows = [
        {
            "number": Cell(one.number),
            "kind": Cell(one.what, words[one.what]),
            "issued": Cell(one.issued_on),
            "total": Cell(one.total, money_text(one.total)),
            "replaced_by": Cell(one.replaced_by or None),
            "file": Cell(one.file),
            "contract": Cell(check.contract),
        }
        for check in checks
        for one in check.documents
    ]  # fmt: skip
    columns = (
        Column("number", _("number"), as_is=True),
        Column("kind", _("document")),
        Column("issued", _("issued"), as_is=True),
        Column("total", _("total"), number=True),
        Column("replaced_by", _("replaced by"), as_is=True),
        Column("file", _("file"), as_is=True),
        Column("contract", _("contract"), as_is=True),
    )
    return Table("documents", _("Documents of the month"), columns, rows, _("No invoice of this month was imported."))


# ---- the dispute pack --------------------------------------------------------------------------------------------


def _pack(check: InvoiceCheck) -> dict[str, str]:
    query = urlencode({"partner": check.partner, "period": check.period, "contract": check.contract})
    return {"contract": check.contract, "pdf": f"/invoices.pdf?{query}", "xlsx": f"/invoices.xlsx?{query}"}


def _asked(room: Room, asked: Asked) -> InvoiceCheck:
    """The check that a pack is asked for; raises NotFound where there is none, or nothing in it differs."""
    choice = floor_choice(room, asked, check_choice)
    check = invoice_check_of(room, choice.partner, choice.period.label, asked.query.get("contract", ""))
    if not check.claims:
        raise NotFound("difference", check.contract)
    return check


def _contests(room: Room, check: InvoiceCheck) -> list[Contest]:
    """The disputes of a check's lines, oldest first; one that was withdrawn is none."""
    own = room.desk.corrections.of(check.contract, check.partner, check.period)
    return [
        Contest(
            one.line_title, side_words(room, one.party), "check" if one.contests_check else "bill", one.disputed,
            one.state, one.agreed_on,
        )
        for one in sorted(own, key=lambda one: one.at)
        if one.state != "withdrawn"
    ]  # fmt: skip


def _pdf(room: Room, asked: Asked) -> Document:
    check = _asked(room, asked)
    return Document(f"dispute {check.partner} {check.period}", write_pdf(check, contests=_contests(room, check)))


def _xlsx(room: Room, asked: Asked) -> Document:
    check = _asked(room, asked)
    return Document(f"dispute {check.partner} {check.period}", write_xlsx(check, contests=_contests(room, check)))


PAGE = Page(
    "invoices", gettext_lazy("Invoice check"), INVOICE_READERS, gather, group=MONEY, place=3,
    documents={"pdf": _pdf, "xlsx": _xlsx},
)  # fmt: skip
