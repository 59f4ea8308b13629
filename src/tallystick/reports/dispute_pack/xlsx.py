"""The dispute pack as a workbook: text cells are text, whatever they begin with, and amounts are numbers."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from io import BytesIO
from typing import Any

import xlsxwriter

from tallystick.billing.check.value import InvoiceCheck
from tallystick.reports.dispute_pack.pack import Contest, Pack, amount_words, favours_words, pack_of
from tallystick.vocabulary.money import Money, exponent

HEAD = ("No", "Line", "What", "Cause", "Family", "Billed", "Expected", "Difference", "In favour of", "Explanation",
        "Formula", "With numbers", "Documents", "Text", "Same figures", "Records")  # fmt: skip
ROWS = ("No", "Line", "Cause", "Record", "Of", "In the agreed count", "Agreed", "Billed")
WIDE = {"What": 28, "Explanation": 60, "With numbers": 60, "Formula": 32, "Record": 36, "In the agreed count": 36}
# What the program's cells may hold at most.
LONGEST = 32_767


def write_xlsx(check: InvoiceCheck, lines: Collection[str] = (), contests: Iterable[Contest] = ()) -> bytes:
    """The pack as XLSX; `lines` are the keys of the disputed lines, all where none is named."""
    pack, sink = pack_of(check, lines, contests), BytesIO()
    plain = {"strings_to_formulas": False, "strings_to_urls": False, "strings_to_numbers": False, "in_memory": True}
    with xlsxwriter.Workbook(sink, plain) as book:
        # The program writes the time that it is given as UTC and asks for one without a zone.
        made = datetime.fromisoformat(check.as_of).astimezone(UTC).replace(tzinfo=None)
        book.set_properties({"title": pack.heading, "created": made})
        _Book(book, pack).write()
    return sink.getvalue()


class _Book:
    """The workbook in the making."""

    def __init__(self, book: Any, pack: Pack) -> None:
        self.book, self.pack = book, pack
        places = exponent(pack.check.currency)
        self.money = book.add_format({"num_format": "#,##0" + ("." + "0" * places if places else "")})
        self.bold = book.add_format({"bold": True, "bottom": 1})
        self.wrapped = book.add_format({"text_wrap": True, "valign": "top"})

    def write(self) -> None:
        """Every sheet."""
        self._sums()
        self._differences()
        self._records()
        self._clauses()

    def _sums(self) -> None:
        sheet = self.book.add_worksheet("Sums")
        sheet.set_column(0, 0, 28)
        sheet.set_column(1, 1, 72)
        sheet.write_string(0, 0, self.pack.heading, self.bold)
        at = 2
        for name, said in self.pack.facts:
            sheet.write_string(at, 0, name)
            sheet.write_string(at, 1, said[:LONGEST], self.wrapped)
            at += 1
        sheet.write_string(at + 1, 0, "Currency")
        sheet.write_string(at + 1, 1, self.pack.check.currency)
        at += 2
        for name, amount in self.pack.sums:
            sheet.write_string(at, 0, name)
            self._amount(sheet, at, 1, amount)
            at += 1

    def _differences(self) -> None:
        sheet = self._sheet("Differences", HEAD)
        for at, one in enumerate(self.pack.items, start=1):
            line, difference = one.line, one.difference
            self._row(
                sheet,
                at,
                (
                    one.number, line.id, line.title + (f" (settles {line.settles})" if line.settles else ""), one.title,
                    difference.family, line.billed if line.billed is not None else amount_words(None, "nothing"),
                    line.expected if line.expected is not None else amount_words(None, "not known"),
                    difference.amount, favours_words(difference.favours), difference.says, difference.formula,
                    difference.inserted, ", ".join(difference.documents),
                    line.clause.id if line.clause is not None else "", ", ".join(difference.also),
                    difference.row_count,
                ),
            )  # fmt: skip
        last = len(self.pack.items)
        where = HEAD.index("Difference")
        sheet.write_string(last + 1, 0, "Sum", self.bold)
        sheet.write_formula(last + 1, where, f"=SUM(H2:H{last + 1})", self.money, float(self.pack.disputed.amount))
        sheet.freeze_panes(1, 2)

    def _records(self) -> None:
        sheet = self._sheet("Records", ROWS)
        at = 1
        for one in self.pack.items:
            for row in one.difference.rows:
                self._row(sheet, at, (one.number, one.line.id, one.title, row.row, row.fact, row.why, row.agreed,
                                      row.billed))  # fmt: skip
                at += 1
        sheet.freeze_panes(1, 0)

    def _clauses(self) -> None:
        sheet = self._sheet("Text", ("Id", "Where", "In the document", "What it says"))
        sheet.set_column(1, 2, 28)
        sheet.set_column(3, 3, 100, self.wrapped)
        told = {one.line.clause.id: one.line.clause for one in self.pack.items if one.line.clause is not None}
        at = 1
        for clause in told.values():
            for words in clause.words:
                self._row(sheet, at, (clause.id, clause.place, clause.source, words))
                at += 1

    def _sheet(self, name: str, head: Sequence[str]) -> Any:
        sheet = self.book.add_worksheet(name)
        for at, title in enumerate(head):
            sheet.write_string(0, at, title, self.bold)
            sheet.set_column(at, at, WIDE.get(title, 14), self.wrapped if title in WIDE else None)
        return sheet

    def _row(self, sheet: Any, at: int, cells: Iterable[Any]) -> None:
        for place, cell in enumerate(cells):
            if isinstance(cell, Money):
                self._amount(sheet, at, place, cell)
            elif isinstance(cell, str):
                sheet.write_string(at, place, cell[:LONGEST])
            elif isinstance(cell, Fraction):
                sheet.write_number(at, place, int(cell) if cell.denominator == 1 else float(cell))
            else:
                sheet.write_number(at, place, cell)

    def _amount(self, sheet: Any, at: int, place: int, amount: Money) -> None:
        # A spreadsheet's numbers hold fifteen digits: more than any invoice has, and what is beyond them stays text.
        if len(str(abs(amount.minor))) > 15:
            sheet.write_string(at, place, str(amount))
        else:
            sheet.write_number(at, place, float(Decimal(amount.amount)), self.money)
