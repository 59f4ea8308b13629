"""What `tally credits --note` writes: the price adjustments of one judged period as a credit note."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal, InvalidOperation
from pathlib import Path
from typing import TYPE_CHECKING

from tallystick.cli import terminal
from tallystick.cli.writing import writing
from tallystick.vocabulary.errors import UsageError

if TYPE_CHECKING:
    from datetime import date

    from tallystick.cli.home import Home
    from tallystick.invoices.value import Invoice
    from tallystick.verdicts.store import Judged


def write_note(
    home: Home, path: Path, records: Sequence[Judged], *, number: str, issued_on: date | None, like: Path | None,
    tax: str,
) -> None:  # fmt: skip
    """Write the credit note of the one judging that there is, in the form that the file's ending says."""
    from tallystick.reports.credit_note import write_factur_x, write_ubl
    from tallystick.reports.credit_proposal import Stated, proposed_note

    made = {".xml": write_ubl, ".pdf": write_factur_x}.get(path.suffix.lower())
    if made is None:
        raise UsageError(f"{path.name} is no credit note.", "Name a file that ends in .xml (UBL) or .pdf (Factur-X).")
    if len(records) != 1:
        told = ", ".join(f"{one.partner} {one.period} ({one.contract})" for one in records) or "nothing was judged"
        raise UsageError(
            f"A credit note is of one judged period: {told}.", "Name it with --partner, --period and --contract."
        )
    stated = Stated(number, issued_on, None if like is None else _invoice(like), _tax(tax) if tax else None)
    note = proposed_note(home.root, home.contracts, records[0], stated)
    content = made(note)
    with writing(path):
        path.write_bytes(content)
    sums = note.document.totals
    terminal.console(stderr=True).print(
        f"Wrote {path}: {note.number} of {note.issued_on}, {note.currency} {sums.net:,} without tax, {sums.gross:,} "
        "with it.",
        soft_wrap=True,
    )  # fmt: skip


def _invoice(path: Path) -> Invoice:
    from tallystick.invoices.pdf import embedded, is_pdf
    from tallystick.invoices.reading import read
    from tallystick.invoices.tree import UnreadableInvoice

    try:
        content = path.read_bytes()
    except OSError as error:
        told = f"{path} cannot be read: {error.strerror or error}."
        raise UsageError(told, "Name a UBL, a CII or its PDF that is there.") from error
    try:
        return read(embedded(content)[1] if is_pdf(content) else content).invoice
    except UnreadableInvoice as error:
        what = f"{path.name} holds no invoice that can be read: {error}"
        raise UsageError(what, "Name a UBL, a CII or its PDF.") from error


def _tax(text: str) -> tuple[str, Decimal | None]:
    category, _, rate = text.strip().partition(" ")
    if not rate.strip():
        return category.upper(), None
    try:
        percentage = Decimal(rate.strip().removesuffix("%").strip())
    except InvalidOperation:
        percentage = Decimal("NaN")
    if not (percentage.is_finite() and 0 <= percentage <= 100):
        raise UsageError(f"{text!r} is no tax.", 'Write its category and per cent: "S 19", or "O".')
    return category.upper(), percentage
