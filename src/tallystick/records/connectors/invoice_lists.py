# ruff: noqa: E501 - lists of words read best as lines
"""Invoices as tables: one row per line that was billed, as partners send them beside a PDF or instead of one.

In: a CSV, TSV, JSON Lines, JSON, Parquet or XLSX file. Out: invoices with their lines; sums that the table does not say
follow from its rows. Verbs: recognise, propose, read. Must not know: what was agreed or delivered.
"""

from __future__ import annotations

from collections.abc import Iterator
from collections.abc import Mapping as AbstractMapping
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from tallystick.invoices.rule import number
from tallystick.invoices.rules.lines import SLACK
from tallystick.records.connector import Batch, Mapping, Resolver
from tallystick.records.connectors._amounts import POINT, decimals_of
from tallystick.records.connectors._listed import ListConnector, Rows, joined
from tallystick.records.connectors._roles import Content, Role, day, exact, few, instant, word
from tallystick.records.connectors.any_table.profiles import Profile
from tallystick.records.connectors.any_table.words import ROLES as CASE_ROLES
from tallystick.records.connectors.any_table.words import plain_name
from tallystick.records.invoice_rows import TABLE
from tallystick.records.keys import keys_of, occurrence
from tallystick.records.tables.invoice import NUMBER
from tallystick.vocabulary.finding import Finding, Place, Severity

_KINDS = {
    **dict.fromkeys(
        ("credit note", "credit", "credit memo", "cn", "381", "gutschrift", "avoir", "nota de credito", "nota di credito",
         "nota de credit", "nota credytowa", "faktura korygujaca", "storno"), "credit_note"
    ),
    **dict.fromkeys(
        ("invoice", "inv", "380", "bill", "rechnung", "facture", "factura", "fattura", "faktura", "standard"), "invoice"
    ),
}  # fmt: skip
RULE = "PEPPOL-EN16931-R120"
# Room for the sum and the product of two numbers of the lake, which have 18 whole digits, without a digit lost.
_ADDEND, _WIDE = pa.decimal128(36, 10), pa.decimal256(30, 10)
_CODES = {"invoice": "380", "credit_note": "381"}
_SUMMED = frozenset({"net", "tax", "gross", "begins", "ends", "total"})


def kind_of(said: str) -> str | None:
    """Invoice or credit note; None where the word is neither."""
    return _KINDS.get(plain_name(said))


class InvoiceLists(ListConnector):
    """One row per line of an invoice; an invoice stands whole in one file."""

    title: ClassVar[str] = "Invoices as tables (any table with a row per billed line)"
    fills: ClassVar[tuple[str, ...]] = ("invoice", "invoice_line")
    cannot: ClassVar[AbstractMapping[str, str]] = {
        "invoice_tax": "a table of lines does not say what was taxed together; ask for the electronic invoice",
        "invoice_allowance": "a table of lines holds allowances and charges as lines of their own",
        "call": "an invoice tells what was billed, not what was done",
        "agent_state": "an invoice tells how many hours were billed, not who worked them",
    }
    shape: ClassVar[str] = "invoice lines"
    noun: ClassVar[str] = "billed line"
    plain_days: ClassVar[bool] = True
    dated: ClassVar[bool] = False
    whole: ClassVar[bool] = True
    meanings: ClassVar[tuple[str, ...]] = ("invoice", "credit_note")
    roles: ClassVar[AbstractMapping[str, Role]] = {
        "number": word("invoice number|invoice no|invoice id|invoice|invoice nr|bill number|document number|rechnungsnummer|rechnung nr|"
                       "numero de facture|no facture|facture|numero de factura|factura|numero fattura|fattura|numar factura|nr factura|"
                       "numer faktury|faktura nr"),
        "issued": day("invoice date|issue date|issued on|issued|date of invoice|bill date|document date|rechnungsdatum|date de facture|"
                      "date facture|fecha de factura|fecha factura|data fattura|data facturii|data factura|data wystawienia|issue day"),
        "due": day("due date|payment due|due on|payable by|fallig am|faelligkeit|echeance|vencimiento|scadenza|scadenta|termin platnosci"),
        "begins": day("period from|service from|period start|service period start|billing period start|start date|from|leistung von|von|"
                      "debut|desde|dal|de la|od"),
        "ends": day("period to|service to|period end|service period end|billing period end|end date|to|until|leistung bis|bis|fin|hasta|"
                    "al|pana la|do"),
        "kind": few("document type|invoice type|type of document|document kind|type|kind|belegart|type de document|tipo", kind_of, most=12),
        "partner": few("|".join(CASE_ROLES["partner"]) + "|seller|seller name|billed by", most=100),
        "line": word("line number|line no|line|line id|position|pos|item no|zeile|ligne|linea|riga|linie|pozycja", longest=20),
        "item": word("item|description|service|service description|line description|product|article|activity|work|leistung|bezeichnung|"
                     "beschreibung|designation|prestation|concepto|descripcion|descrizione|descriere|serviciu|usluga|nazwa", longest=400),
        "code": word("item code|rate code|rate card code|rate card|service code|charge code|sku|article number|product code|code|artikelnummer"),
        "quantity": exact("quantity|qty|billed quantity|units|number of units|billed hours|hours|minutes|volume|count|contacts|fte|menge|anzahl|"
                          "stunden|quantite|heures|cantidad|horas|quantita|ore|cantitate|ilosc|godziny"),
        "unit": few("unit|unit of measure|uom|unit code|billing unit|einheit|unite|unidad|unita|unitate|jednostka|um", most=60),
        "price": exact("unit price|price per unit|unit rate|rate|price|hourly rate|tariff|unit cost|einzelpreis|preis|stundensatz|prix unitaire|"
                       "tarif|precio unitario|tarifa|prezzo unitario|pret unitar|cena jednostkowa|cena"),
        "net": exact("net amount|line net amount|line amount|line total|net total|amount net|amount|net|total net|line net|nettobetrag|netto|"
                     "betrag|montant ht|montant|total ht|importe|importo|imponibile|valoare|kwota netto|wartosc netto"),
        "tax_rate": exact("vat rate|tax rate|vat percent|tax percent|vat %|tax %|mwst satz|ust satz|mwst %|taux tva|tva %|tipo iva|iva %|"
                          "aliquota|cota tva|stawka vat"),
        "tax": exact("vat amount|tax amount|vat|tax|mwst|ust|mehrwertsteuer|montant tva|tva|iva|cuota iva|imposta|kwota vat"),
        "gross": exact("gross amount|line gross amount|gross|amount incl vat|amount including tax|brutto|bruttobetrag|montant ttc|total ttc|ttc|"
                       "importo lordo|total linea|kwota brutto|wartosc brutto"),
        "total": exact("invoice total|invoice amount|total due|amount due|grand total|total payable|invoice gross total|rechnungsbetrag|"
                       "total facture|total factura|totale fattura|razem do zaplaty"),
        "currency": few("currency|currency code|wahrung|devise|moneda|valuta|waluta", most=60),
        "order": word("purchase order|po number|po|order number|order reference|bestellnummer|bon de commande|orden de compra|ordine|comanda"),
        "contract": word("contract|contract number|contract reference|agreement|vertrag|contrat|contrato|contratto|umowa"),
        "note": word("note|notes|remark|remarks|comment|bemerkung|remarque|observaciones|uwagi", longest=400),
        "updated": instant("updated at|last updated|modified at"),
    }  # fmt: skip
    needs: ClassVar[tuple[tuple[str, ...], ...]] = (("number",), ("issued",), ("net",))
    own: ClassVar[tuple[str, ...]] = (
        "number",
        "issued",
        "quantity",
        "price",
        "net",
        "tax_rate",
        "tax",
        "gross",
        "total",
        "unit",
        "due",
    )
    enough: ClassVar[int] = 4
    against: ClassVar[str] = r"\b(ticket|call id|survey|csat|shift|kpi|measure|cost kind|happened at|requester|wait)\b"
    ahead: ClassVar[tuple[str, ...]] = ("due", "begins", "ends")

    def settings(
        self,
        found: AbstractMapping[str, Profile],
        path: Path,
        hints: AbstractMapping[str, str],
        doubts: list[str],
    ) -> dict[str, Any]:
        """Which mark parts decimals, and the currency of rows that name none; a doubt where neither can be told."""
        exacts = [one for role, one in found.items() if self.roles[role].content is Content.EXACT]
        cells = [cell for one in exacts for cell in (*one.counts, *one.words)]
        # A spreadsheet's numbers are numbers: they come with a point whatever they look like.
        mark = POINT if path.suffix.lower() in (".xlsx", ".xlsm", ".parquet") else decimals_of(cells)
        if not mark and any("," in cell or "." in cell for cell in cells):
            doubts.append(
                "Whether a point or a comma parts decimals cannot be told; taken as a point. Say it under `settings: decimals`."
            )
        told = {"decimals": mark or POINT}
        currency = str(hints.get("currency") or "").upper()
        if "currency" not in found:
            if not currency:
                doubts.append("No column names the currency; say it under `settings: currency`.")
            told["currency"] = currency
        return told

    def tables(self, rows: Rows, mapping: Mapping, resolver: Resolver) -> AbstractMapping[str, pa.Table]:  # noqa: ARG002
        """The lines as they stand, and their invoices: what a row says of its invoice is taken from the first one."""
        count = len(rows)
        kind = (
            pc.fill_null(rows.meant("kind"), "invoice") if rows.has("kind") else pa.repeat(pa.scalar("invoice"), count)
        )
        told = joined(rows.word("partner"), kind, rows.word("number"), rows.at("issued"))
        key = keys_of(f"{mapping.source}:invoice", told)
        place = pc.add(occurrence(key), 1).cast(pa.int32())
        net, tax = rows.exact("net"), rows.exact("tax")
        gross = pc.coalesce(rows.exact("gross"), _added(net, tax) if rows.has("tax") else pa.nulls(count, NUMBER))
        begins, ends = rows.day("begins"), _day_after(rows.day("ends"))
        currency = pc.utf8_upper(rows.word("currency"))
        currency = pc.coalesce(currency, pa.scalar(str(mapping.settings.get("currency") or "") or None, pa.string()))
        lines = pa.table(
            {
                "line_key": keys_of(f"{mapping.source}:invoice line", joined(np.asarray(key), np.asarray(place))),
                "invoice_key": key,
                "place": place,
                "line_id": pc.coalesce(rows.word("line"), place.cast(pa.string())),
                "item": rows.word("item"),
                "seller_item": rows.word("code"),
                "quantity": rows.exact("quantity"),
                "unit": rows.word("unit"),
                "price": rows.exact("price"),
                "net": net,
                "tax_rate": rows.exact("tax_rate"),
                "period_from": begins,
                "period_to": ends,
                "note": rows.word("note"),
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
            }
        )
        heads = pa.table(
            {
                "invoice_key": key,
                "number": rows.word("number"),
                "issued_on": rows.day("issued"),
                "currency": currency,
                "seller": rows.word("partner"),
                "due_on": rows.day("due"),
                "order_ref": rows.word("order"),
                "contract_ref": rows.word("contract"),
                "total": rows.exact("total"),
                "kind": kind,
                "partner_given": rows.word("partner"),
                "source_at": rows.instant("updated"),
                "source_row": rows.numbers,
                "begins": begins,
                "ends": ends,
                "net": net,
                "tax": tax,
                "gross": gross,
            }
        )
        return {
            "invoice": _invoices(heads, pc.equal(place, 1), has_tax=rows.has("tax", "gross")),
            "invoice_line": lines,
        }

    def read(self, path: Path, mapping: Mapping, resolver: Resolver) -> Iterator[Batch]:
        """As any list, and which lines are not quantity x price."""
        for batch in super().read(path, mapping, resolver):
            lines = batch.tables.get("invoice_line")
            told = _products(lines, path.name, mapping) if lines is not None else None
            yield replace(batch, findings=[*batch.findings, told]) if told is not None else batch


def _products(lines: pa.Table, file: str, mapping: Mapping) -> Finding | None:
    """The lines whose amount stands more than the tolerance beside quantity x price; None where there is none."""
    net, price, quantity = (lines[name].cast(_WIDE) for name in ("net", "price", "quantity"))
    off = pc.abs(pc.subtract(net, pc.multiply(quantity, price)))
    wrong = np.flatnonzero(np.asarray(pc.fill_null(pc.greater(off, pa.scalar(SLACK, _WIDE)), fill_value=False)))
    if not len(wrong):
        return None
    at = int(wrong[0])
    said = {name: number(lines[name][at].as_py()) for name in ("net", "price", "quantity")}
    message = (
        f"{len(wrong)} line(s) are not quantity x price; the first is {said['net']} for {said['quantity']} x "
        f"{said['price']}."
    )
    place = Place(file=file, row=int(lines["source_row"][at].as_py()), column=mapping.columns.get("net", ""))
    cure = "Ask which of quantity, price and amount was meant."
    return Finding(RULE, Severity.WARNING, message, place, cure, said["net"], len(wrong))


def _added(one: pa.Array, other: pa.Array) -> pa.Array:
    zero = pa.scalar(0, _ADDEND)
    return pc.add(pc.fill_null(one.cast(_ADDEND), zero), pc.fill_null(other.cast(_ADDEND), zero)).cast(NUMBER)


def _day_after(days: pa.Array) -> pa.Array:
    return pc.add(days.cast(pa.int32()), 1).cast(pa.int32()).cast(pa.date32())


def _invoices(rows: pa.Table, first: pa.Array, *, has_tax: bool) -> pa.Table:
    """One row per invoice: what is said once is its first row's, sums are those of all of its rows."""
    sums = [("net", "sum"), ("tax", "sum"), ("gross", "sum"), ("begins", "min"), ("ends", "max"), ("net", "count")]
    # Without threads, groups come in the order of their first rows.
    found = rows.group_by("invoice_key", use_threads=False).aggregate(sums)
    head, count = rows.filter(first), found.num_rows
    net = _column(found, "net_sum")
    tax = _column(found, "tax_sum") if has_tax else pa.nulls(count, NUMBER)
    gross = _column(found, "gross_sum") if has_tax else net
    if has_tax:
        tax = pc.coalesce(tax, pc.subtract(gross.cast(_ADDEND), net.cast(_ADDEND)).cast(NUMBER))
    # Amounts of a credit note are positive; a list that writes them negative says an invoice of less than nothing.
    credited = pc.and_(pc.equal(_column(head, "kind"), "credit_note"), pc.greater_equal(net, pa.scalar(0, NUMBER)))
    said = {name: _column(head, name) for name in rows.column_names if name not in _SUMMED}
    return pa.table(
        {
            **said,
            "kind": pc.if_else(credited, "credit_note", "invoice"),
            "code": pc.if_else(credited, _CODES["credit_note"], _CODES["invoice"]),
            "period_from": _column(found, "begins_min"),
            "period_to": _column(found, "ends_max"),
            "seller_id": _column(head, "seller"),
            "lines": net,
            "net": net,
            "tax": tax,
            "gross": gross,
            "payable": pc.coalesce(_column(head, "total"), gross),
            "line_count": _column(found, "net_count").cast(pa.int32()),
            "tax_count": pa.repeat(pa.scalar(0, pa.int32()), count),
            "allowance_count": pa.repeat(pa.scalar(0, pa.int32()), count),
            "syntax": pa.repeat(pa.scalar(TABLE), count),
        }
    )


def _column(found: pa.Table, name: str) -> pa.Array:
    column = found[name].combine_chunks()
    return column.cast(NUMBER) if pa.types.is_decimal(column.type) else column
