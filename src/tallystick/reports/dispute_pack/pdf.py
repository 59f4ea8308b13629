"""The dispute pack on paper: typst sets it, fonts are the program's, so every machine gives the same bytes."""

from __future__ import annotations

import json
from collections.abc import Collection, Iterable
from datetime import datetime
from importlib.resources import files
from typing import Any

from tallystick.billing.check.value import Clause, InvoiceCheck, Row
from tallystick.contract.quantity import figure_text
from tallystick.reports.dispute_pack.pack import Contest, Disputed, Pack, amount_words, favours_words, pack_of

# The records of a difference that stand on paper; the workbook lists the rest.
ROWS_ON_PAPER = 40


def write_pdf(check: InvoiceCheck, lines: Collection[str] = (), contests: Iterable[Contest] = ()) -> bytes:
    """The pack as PDF/A-3; `lines` are the keys of the disputed lines, all where none is named."""
    import typst  # a compiler of 34 MB, which only this page pays for

    page = files("tallystick.reports.dispute_pack").joinpath("dispute_pack.typ").read_bytes()
    made: bytes = typst.compile(
        page,
        format="pdf",
        pdf_standards=["a-3b"],
        ignore_system_fonts=True,
        timestamp=int(datetime.fromisoformat(check.as_of).timestamp()),
        sys_inputs={"page": json.dumps(page_of(pack_of(check, lines, contests)), ensure_ascii=False, sort_keys=True)},
    )
    return made


def page_of(pack: Pack) -> dict[str, Any]:
    """Words and figures of the pages, ready to be set."""
    day = datetime.fromisoformat(pack.check.as_of)
    clauses: dict[str, Clause] = {}
    for one in pack.items:
        if one.line.clause is not None:
            clauses.setdefault(one.line.clause.id, one.line.clause)
    return {
        "title": pack.heading,
        "date": [day.year, day.month, day.day],
        "facts": [list(fact) for fact in pack.facts if fact[1]],
        "sums": [[name, str(amount)] for name, amount in pack.sums],
        "items": [_item(one) for one in pack.items],
        "clauses": [
            {"id": one.id, "place": one.place, "source": one.source, "words": list(one.words)}
            for one in clauses.values()
        ],
    }


def _item(one: Disputed) -> dict[str, Any]:
    line, difference = one.line, one.difference
    return {
        "number": str(one.number),
        "line": line.id,
        "title": line.title + (f" (settles {line.settles})" if line.settles else ""),
        "cause": one.title,
        "family": difference.family,
        "billed": amount_words(line.billed, "nothing"),
        "expected": amount_words(line.expected, "not known"),
        "amount": str(difference.amount),
        "favours": favours_words(difference.favours),
        "says": difference.says,
        "formula": difference.formula,
        "inserted": difference.inserted,
        "also": ", ".join(difference.also),
        "documents": ", ".join(difference.documents),
        "clause": line.clause.id if line.clause is not None else "",
        "rows": [_row(row) for row in difference.rows[:ROWS_ON_PAPER]],
        "row_count": difference.row_count,
        "rows_told": f"{min(len(difference.rows), ROWS_ON_PAPER):,} of {difference.row_count:,} records",
    }


def _row(row: Row) -> list[str]:
    return [row.row, row.why, figure_text(row.agreed), figure_text(row.billed)]
