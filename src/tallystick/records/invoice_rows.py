"""Invoices as canonical rows, and canonical rows as invoices again: what went in comes out.

An invoice that comes again with fewer lines leaves the rows of the others behind; `current` drops them by the counts
that its newest version states. Contacts and account numbers are not kept, but for the account's keyed hash.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from tallystick.invoices.rule import EXACT, Fault, check
from tallystick.invoices.value import (
    Address,
    Allowance,
    Identifier,
    Invoice,
    Line,
    Note,
    Party,
    Payment,
    Period,
    Reference,
    TaxGroup,
    Totals,
)
from tallystick.records.commits import Pin
from tallystick.records.lake import Lake
from tallystick.records.table import table
from tallystick.records.tables.invoice import NUMBER
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.scope import Scope

PARTS = {"invoice_line": "line_count", "invoice_tax": "tax_count", "invoice_allowance": "allowance_count"}
NAMES = ("invoice", *PARTS)
# The syntax of an invoice that came as rows of a table: it tells amounts and little else.
TABLE = "table"
_PLACES = Decimal(1).scaleb(-NUMBER.scale)
_DAY = timedelta(days=1)
_SUMS = ("lines", "allowances", "charges", "net", "tax", "tax_accounting", "gross", "prepaid", "rounding", "payable")


@dataclass(frozen=True)
class Arrived:
    """An invoice on its way in: what it says, in which syntax, in which file, whose it is, the number of its row."""

    invoice: Invoice
    syntax: str
    file: str = ""
    partner: str | None = None
    source_row: int = 1
    # Rows of its lines where they do not simply follow, as in a table.
    line_rows: tuple[int, ...] = field(default=())


@dataclass(frozen=True)
class Stored:
    """An invoice of the lake: its key, whose it is, where it came from, in which syntax, what it says."""

    key: int
    partner: str
    source: str
    file: str
    syntax: str
    invoice: Invoice

    def faults(self) -> tuple[Fault, ...]:
        """The rules that it breaks; of one that came as a table, those about sums."""
        return check(self.invoice, of_sums=self.syntax == TABLE)


def told_by(party: Party) -> str:
    """By which a party is told: its VAT id, else its legal, tax or first other id, else its name."""
    first = party.ids[0].value if party.ids else ""
    legal = party.legal_id.value if party.legal_id is not None else ""
    return party.vat_id or legal or party.tax_id or first or party.name


# ---- in -------------------------------------------------------------------------------------------------------------


def tables_of(arrived: Iterable[Arrived], source: str) -> dict[str, pa.Table]:
    """The canonical rows of invoices, each with the number of its source row."""
    found: dict[str, list[dict[str, Any]]] = {name: [] for name in NAMES}
    for one in arrived:
        _add(found, one, source)
    return {name: _table(name, rows) for name, rows in found.items() if rows}


def _table(name: str, rows: list[dict[str, Any]]) -> pa.Table:
    declared = {column.name: column.type for column in table(name).columns}
    declared |= {"partner_given": pa.string(), "source_row": pa.int64()}
    names = rows[0]
    return pa.table({each: pa.array([_fitting(row[each]) for row in rows], declared[each]) for each in names})


def _fitting(value: Any) -> Any:
    return value.quantize(_PLACES, context=EXACT) if isinstance(value, Decimal) else value


def _add(found: dict[str, list[dict[str, Any]]], one: Arrived, source: str) -> None:
    invoice = one.invoice
    kind = "credit_note" if invoice.is_credit_note else "invoice"
    named = (told_by(invoice.seller), kind, invoice.number, invoice.issued_on.isoformat())
    key = key_of(f"{source}:invoice", "\x1f".join(named))
    whole: list[tuple[Allowance, int | None, int]] = [
        (allowance, None, one.source_row) for allowance in invoice.allowances
    ]
    for at, line in enumerate(invoice.lines, start=1):
        line_key = key_of(f"{source}:invoice line", f"{key}\x1f{at}")
        row = one.line_rows[at - 1] if one.line_rows else one.source_row + at
        found["invoice_line"].append(
            {"line_key": line_key, "invoice_key": key, "source": source, "place": at, **_line_row(line),
             "partner_given": one.partner, "source_row": row}
        )  # fmt: skip
        whole += [(allowance, line_key, row) for allowance in line.allowances]
    for at, group in enumerate(invoice.taxes, start=1):
        tax_key = key_of(f"{source}:invoice tax", f"{key}\x1f{at}")
        found["invoice_tax"].append(
            {"tax_key": tax_key, "invoice_key": key, "source": source, "place": at, "category": group.category,
             "rate": group.rate, "taxable": group.taxable, "tax": group.tax, "exemption": group.exemption or None,
             "exemption_code": group.exemption_code or None, "partner_given": one.partner,
             "source_row": one.source_row}
        )  # fmt: skip
    for at, (allowance, of_line, row) in enumerate(whole, start=1):
        allowance_key = key_of(f"{source}:invoice allowance", f"{key}\x1f{at}")
        found["invoice_allowance"].append(
            {"allowance_key": allowance_key, "invoice_key": key, "source": source, "line_key": of_line, "place": at,
             **_allowance_row(allowance), "partner_given": one.partner, "source_row": row}
        )  # fmt: skip
    counts = {"line_count": len(invoice.lines), "tax_count": len(invoice.taxes), "allowance_count": len(whole)}
    found["invoice"].append(
        {"invoice_key": key, "source": source, "kind": kind, **_head_row(invoice), **counts, "syntax": one.syntax,
         "file": one.file, "partner_given": one.partner, "source_row": one.source_row}
    )  # fmt: skip


def _head_row(invoice: Invoice) -> dict[str, Any]:
    first = {one.kind: one.number for one in reversed(invoice.references)}
    preceding = [
        {"number": one.number, "issued_on": one.issued_on.isoformat() if one.issued_on else None}
        for one in invoice.references
        if one.kind == "preceding"
    ]
    return {
        "number": invoice.number,
        "issued_on": invoice.issued_on,
        "code": invoice.kind,
        "currency": invoice.currency,
        **_days(invoice.period),
        "seller": invoice.seller.name,
        "seller_id": told_by(invoice.seller),
        "buyer": invoice.buyer.name,
        "buyer_id": told_by(invoice.buyer),
        "payee_account": "".join(invoice.payment.account.split()).upper() or None,
        "due_on": invoice.payment.due_on,
        "terms": invoice.payment.terms or None,
        "order_ref": first.get("order"),
        "contract_ref": first.get("contract"),
        "buyer_ref": invoice.buyer_reference or None,
        "preceding": _json(preceding),
        "notes": _json([{"text": note.text, "subject": note.subject} for note in invoice.notes]),
        "tax_currency": invoice.tax_currency or None,
        **{name: getattr(invoice.totals, name) for name in _SUMS},
        "document": _json(_document(invoice)),
    }


def _days(period: Period) -> dict[str, date | None]:
    """A period as the lake has one: half-open. The last day of the calendar has none after it, so that end is open."""
    ends = period.last is not None and period.last < date.max
    return {"period_from": period.first, "period_to": period.last + _DAY if period.last and ends else None}


def _json(value: Any) -> str | None:
    return json.dumps(value, ensure_ascii=False, sort_keys=True, separators=(",", ":")) if value else None


def _party(party: Party | None) -> dict[str, Any]:
    if party is None:
        return {}
    told = {
        "name": party.name,
        "trading_name": party.trading_name,
        "ids": [[one.value, one.scheme] for one in party.ids],
        "legal_id": [party.legal_id.value, party.legal_id.scheme] if party.legal_id else None,
        "vat_id": party.vat_id,
        "tax_id": party.tax_id,
        "about": party.about,
        "address": {name: value for name, value in vars(party.address).items() if value},
    }
    return {name: value for name, value in told.items() if value}


def _document(invoice: Invoice) -> dict[str, Any]:
    """What of the document has no column: parties whole, but no contact and no account."""
    payment = invoice.payment
    told = {
        "seller": _party(invoice.seller),
        "buyer": _party(invoice.buyer),
        "payee": _party(invoice.payee),
        "representative": _party(invoice.representative),
        "deliver_to": _party(invoice.deliver_to),
        "references": [[one.kind, one.number] for one in invoice.references if one.kind != "preceding"],
        "means": payment.means,
        "reference": payment.reference,
        "delivered_on": str(invoice.delivered_on or ""),
        "tax_point_on": str(invoice.tax_point_on or ""),
        "tax_point_code": invoice.tax_point_code,
        "accounting": invoice.accounting,
        "profile": invoice.profile,
        "process": invoice.process,
    }
    return {name: value for name, value in told.items() if value}


def _line_row(line: Line) -> dict[str, Any]:
    more = {
        "classes": [[one.value, one.scheme] for one in line.classes],
        "attributes": [list(pair) for pair in line.attributes],
        "origin": line.origin,
        "object": [line.object_id.value, line.object_id.scheme] if line.object_id else None,
        "scheme": line.standard_item.scheme if line.standard_item else "",
        "base_unit": line.base_unit,
        "gross_base_quantity": f"{line.gross_base_quantity:f}" if line.gross_base_quantity is not None else "",
        "notes": list(line.notes) if len(line.notes) > 1 else None,
    }
    return {
        "line_id": line.id,
        "item": line.name or None,
        "description": line.description or None,
        "seller_item": line.seller_item or None,
        "buyer_item": line.buyer_item or None,
        "standard_item": line.standard_item.value if line.standard_item else None,
        "quantity": line.quantity,
        "unit": line.unit or None,
        "price": line.price,
        "price_per": line.base_quantity,
        "gross_price": line.gross_price,
        "discount": line.discount,
        "net": line.net,
        "tax_category": line.category or None,
        "tax_rate": line.rate,
        **_days(line.period),
        "order_line": line.order_line or None,
        "accounting": line.accounting or None,
        "note": "\n".join(line.notes) or None,
        "more": _json({name: value for name, value in more.items() if value}),
    }


def _allowance_row(one: Allowance) -> dict[str, Any]:
    return {
        "kind": "charge" if one.charge else "allowance",
        "amount": one.amount,
        "base": one.base,
        "percent": one.percent,
        "reason": one.reason or None,
        "code": one.code or None,
        "tax_category": one.category or None,
        "tax_rate": one.rate,
    }


# ---- out ------------------------------------------------------------------------------------------------------------


def current(lake: Lake, scope: Scope, pin: Pin | None = None) -> dict[str, pa.Table]:
    """The rows of the four tables inside a scope, by table, without those that belong to no version in force."""
    invoices = lake.read(scope, "invoice", pin=pin)
    found = {"invoice": invoices}
    for name, count in PARTS.items():
        rows = lake.read(scope, name, pin=pin)
        counts = invoices.select(["invoice_key", count])
        beside = rows.append_column("row", pa.array(range(rows.num_rows), pa.int64())).join(
            counts, "invoice_key", join_type="inner"
        )
        kept = beside.filter(pc.less_equal(beside["place"], beside[count])).sort_by("row")
        found[name] = kept.select(rows.column_names).cast(rows.schema)
    return found


def stored_invoices(lake: Lake, scope: Scope, pin: Pin | None = None) -> Iterator[Stored]:
    """The invoices inside a scope, by day of issue, number and key."""
    rows = current(lake, scope, pin)
    parts: dict[str, dict[int, list[dict[str, Any]]]] = {name: {} for name in PARTS}
    for name, of_invoice in parts.items():
        for row in sorted(rows[name].to_pylist(), key=lambda row: row["place"]):
            of_invoice.setdefault(row["invoice_key"], []).append(row)
    heads = rows["invoice"].to_pylist()
    for head in sorted(heads, key=lambda row: (row["issued_on"], row["number"], row["invoice_key"])):
        key = head["invoice_key"]
        own = {name: of_invoice.get(key, []) for name, of_invoice in parts.items()}
        invoice = _invoice(head, own["invoice_line"], own["invoice_tax"], own["invoice_allowance"])
        yield Stored(key, head["partner"], head["source"], head["file"] or "", head["syntax"] or "", invoice)


Row = Mapping[str, Any]


def _invoice(head: Row, lines: Sequence[Row], groups: Sequence[Row], allowances: Sequence[Row]) -> Invoice:
    told = json.loads(head["document"] or "{}")
    of_line: dict[int | None, list[Allowance]] = {}
    for row in allowances:
        of_line.setdefault(row["line_key"], []).append(_allowance(row))
    references = [
        Reference("preceding", one["number"], date.fromisoformat(one["issued_on"]) if one["issued_on"] else None)
        for one in json.loads(head["preceding"] or "[]")
    ]
    # A table of lines has no document beside its columns.
    stated = told.get("references") or [
        (kind, head[f"{kind}_ref"]) for kind in ("order", "contract") if head[f"{kind}_ref"]
    ]
    references += [Reference(kind, number) for kind, number in stated]
    return Invoice(
        number=head["number"],
        issued_on=head["issued_on"],
        kind=head["code"],
        currency=head["currency"] or "",
        seller=_party_of(told.get("seller")) or Party(name=head["seller"] or ""),
        buyer=_party_of(told.get("buyer")) or Party(name=head["buyer"] or ""),
        totals=Totals(**{name: head[name] for name in _SUMS}),
        lines=tuple(replace(_line(row), allowances=tuple(of_line.get(row["line_key"], ()))) for row in lines),
        taxes=tuple(
            TaxGroup(row["category"], row["rate"], row["taxable"], row["tax"], row["exemption"] or "",
                     row["exemption_code"] or "")
            for row in groups
        ),
        allowances=tuple(of_line.get(None, ())),
        references=tuple(references),
        notes=tuple(Note(one["text"], one["subject"]) for one in json.loads(head["notes"] or "[]")),
        period=_period(head),
        payment=Payment(means=told.get("means", ""), reference=told.get("reference", ""), due_on=head["due_on"],
                        terms=head["terms"] or ""),
        payee=_party_of(told.get("payee")),
        representative=_party_of(told.get("representative")),
        deliver_to=_party_of(told.get("deliver_to")),
        delivered_on=_day(told.get("delivered_on")),
        tax_point_on=_day(told.get("tax_point_on")),
        tax_point_code=told.get("tax_point_code", ""),
        tax_currency=head["tax_currency"] or "",
        buyer_reference=head["buyer_ref"] or "",
        accounting=told.get("accounting", ""),
        profile=told.get("profile", ""),
        process=told.get("process", ""),
    )  # fmt: skip


def _day(text: str | None) -> date | None:
    return date.fromisoformat(text) if text else None


def _period(row: Row) -> Period:
    return Period(row["period_from"], row["period_to"] - _DAY if row["period_to"] else None)


def _party_of(told: Row | None) -> Party | None:
    if not told:
        return None
    parts = dict(told)
    parts["ids"] = tuple(Identifier(*one) for one in told.get("ids", ()))
    parts["legal_id"] = Identifier(*told["legal_id"]) if told.get("legal_id") else None
    address = dict(told.get("address", {}))
    parts["address"] = Address(**{**address, "lines": tuple(address.get("lines", ()))})
    return Party(**parts)


def _allowance(row: Row) -> Allowance:
    return Allowance(row["kind"] == "charge", row["amount"], row["base"], row["percent"], row["reason"] or "",
                     row["code"] or "", row["tax_category"] or "", row["tax_rate"])  # fmt: skip


def _line(row: Row) -> Line:
    more = json.loads(row["more"] or "{}")
    gross_base = more.get("gross_base_quantity")
    return Line(
        id=row["line_id"] or "",
        quantity=row["quantity"],
        unit=row["unit"] or "",
        net=row["net"],
        price=row["price"],
        gross_price=row["gross_price"],
        discount=row["discount"],
        base_quantity=row["price_per"],
        base_unit=more.get("base_unit", ""),
        gross_base_quantity=Decimal(gross_base) if gross_base else None,
        name=row["item"] or "",
        description=row["description"] or "",
        seller_item=row["seller_item"] or "",
        buyer_item=row["buyer_item"] or "",
        standard_item=Identifier(row["standard_item"], more.get("scheme", "")) if row["standard_item"] else None,
        classes=tuple(Identifier(*one) for one in more.get("classes", ())),
        attributes=tuple((name, value) for name, value in more.get("attributes", ())),
        origin=more.get("origin", ""),
        category=row["tax_category"] or "",
        rate=row["tax_rate"],
        period=_period(row),
        notes=tuple(more.get("notes", ())) or ((row["note"],) if row["note"] else ()),
        order_line=row["order_line"] or "",
        object_id=Identifier(*more["object"]) if more.get("object") else None,
        accounting=row["accounting"] or "",
    )
