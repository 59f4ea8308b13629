"""A received invoice against the expected one: what `tally invoice check` shows."""

from __future__ import annotations

import shlex
from collections.abc import Iterable, Sequence
from fractions import Fraction
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

import typer

from tallystick.cli import terminal
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import HomeOption, JsonOption, open_home
from tallystick.cli.rated import lake_of, rated_promises
from tallystick.cli.writing import writing
from tallystick.vocabulary.errors import NotFound, UsageError

if TYPE_CHECKING:
    from tallystick.billing.check.value import CheckedLine, Difference, InvoiceCheck
    from tallystick.contract.model import Contract
    from tallystick.verdicts.promise import Promise

ROWS = 20
WORDS = {"partner": "the partner", "client": "the client", "nobody": "nobody"}


def check(
    partner: Annotated[str, typer.Option("--partner", help="The partner, as its contract names it.")],
    period: Annotated[str, typer.Option("--period", help="The month that is billed, for example 2026-03.")],
    contract: Annotated[str, typer.Option(help="Only this contract [default: all with a rate card].")] = "",
    line: Annotated[str, typer.Option(help="One line whole: the text behind it, its steps, its records.")] = "",
    rows: Annotated[int, typer.Option(help="How many records of each difference to list.", min=0)] = ROWS,
    pack: Annotated[Path | None, typer.Option(help="Write the dispute pack to this file: .pdf or .xlsx.")] = None,
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Why the invoice that came is not the expected one: each difference with its cause, amount and records."""
    from tallystick.billing.check.gathering import documents_of, documents_under, invoice_check, is_checked
    from tallystick.cli.commands.ingest import instant
    from tallystick.cli.rated import promises_to
    from tallystick.records.lake import Lake

    place, until = open_home(home), instant(as_of)
    lake_of(place)
    every = rated_promises(place, partner, "", period, until, outside=True)
    wanted = [one for one in every if contract in ("", one.contract.contract)]
    if not wanted:
        raise NotFound(
            f"contract of {partner} with a rate card", contract, tuple(one.contract.contract for one in every)
        )
    # A document of another contract stays out, whether that one is checked now or has a rate card at all.
    contracts = [one.contract for one in promises_to(place, partner, until)]

    def others(promise: Promise) -> list[Contract]:
        return [one for one in contracts if one.contract != promise.contract.contract]

    if not contract:
        with Lake.open(place.folder("lake")) as lake:
            came = documents_of(lake, partner)
        asked = [
            one
            for one in wanted
            if is_checked(one.contract, documents_under(came, one.contract, others(one)), one.period(period))
        ]
        wanted = asked or wanted[:1]
    found = [invoice_check(place.root, one, period, until, others(one)) for one in wanted]
    several = len(found) > 1
    if line:
        names = tuple(dict.fromkeys(told.name for one in found for told in one.lines))
        found = [one for one in found if one.line(line)]
        if not found:
            raise NotFound("line of this check", line, names)
    if pack is not None:
        _write(pack, found)
    if json:
        terminal.print_json([one.to_dict() for one in found])
    for one in found:
        if json:
            continue
        told = one.line(line) if line else None
        if told is not None:
            _show_line(told, rows, of=one.contract if several else "")
        else:
            _show(one)
        terminal.print_findings(one.findings)
    return 0 if all(_agrees(one, line) for one in found) else 1


def _agrees(found: InvoiceCheck, line: str) -> bool:
    """Whether nothing differs: of the line that was asked for, else of the whole check."""
    told = found.line(line) if line else None
    return found.agrees if told is None else told.agrees


def _write(path: Path, found: Sequence[InvoiceCheck]) -> None:
    """The dispute pack of the one check that there is, in the form that the file's ending says."""
    from tallystick.reports.dispute_pack import write_pdf, write_xlsx

    made = {".pdf": write_pdf, ".xlsx": write_xlsx}.get(path.suffix.lower())
    if made is None:
        raise UsageError(f"{path.name} is no dispute pack.", "Name a file that ends in .pdf or .xlsx.")
    checked = [one for one in found if one.checked]
    if len(checked) != 1:
        what = "no invoice was checked" if not checked else "several contracts were checked; name one with --contract"
        raise UsageError(f"There is no dispute pack: {what}.")
    with writing(path):
        path.write_bytes(made(checked[0]))
    terminal.console(stderr=True).print(f"Wrote {path}.", soft_wrap=True)


def _show(found: InvoiceCheck) -> None:
    out = terminal.console()
    out.print(f"Invoice check: {found.partner}, {found.period}, {found.contract}", style="bold", soft_wrap=True)
    for one in found.documents:
        total = one.total if one.total is not None else one.currency
        instead = f"; replaced by {one.replaced_by}, not counted" if one.replaced_by else ""
        out.print(
            f"  {one.what} {one.number} of {one.issued_on}, {total}; month told by {one.month_by}{instead}",
            soft_wrap=True,
        )
    if not found.checked:
        if found.expected is not None:
            out.print(f"  expected: {found.expected.total}")
        return
    headers = ("line", "what", "billed", "expected", "difference")
    terminal.table(headers, list(_lines(found.lines)), right=(2, 3, 4), wrapping=(1,))
    if found.differences:
        columns = ("line", "cause", "amount", "favours", "rows", "because")
        terminal.table(columns, list(_differences(found)), right=(2, 4), wrapping=(5,), title="Differences")
    tax = "with tax" if found.with_tax else "without tax"
    sums = {"billed": found.billed_total, "expected": found.expected_total, f"difference, {tax}": found.difference}
    sums |= {f"favours {WORDS[str(side)]}": amount for side, amount in found.in_favour.items() if amount.amount}
    if found.unexplained.amount:
        sums["not explained"] = found.unexplained
    terminal.key_values({name: str(money) for name, money in sums.items()})
    first = next((shlex.quote(line.name) for line, _ in found.differences), None)
    if first is None:
        out.print("The invoice is the expected one.", style="green")
        return
    which = f"--partner {found.partner} --period {found.period}"
    terminal.suggest(f"tally invoice check {which} --line {first}", "the text, steps and records of a line")
    terminal.suggest(f"tally invoice check {which} --pack dispute.pdf", "what to send to the partner")


def _lines(lines: Iterable[CheckedLine]) -> Iterable[tuple[str, ...]]:
    for line in lines:
        title = f"{line.title} (settles {line.settles})" if line.settles else line.title
        billed = "nothing" if line.billed is None else str(line.billed)
        expected = "not known" if line.expected is None else str(line.expected)
        moved = str(line.difference) if line.difference.amount else ""
        yield line.name, title, billed, expected, moved


def _differences(found: InvoiceCheck) -> Iterable[tuple[str, ...]]:
    for line, one in found.differences:
        rows = f"{one.row_count:,}" if one.row_count else ""
        says = one.says + (f" Or: {', '.join(one.also)}." if one.also else "")
        yield line.name, one.cause, str(one.amount), WORDS[str(one.favours)], rows, says


def _show_line(line: CheckedLine, most: int, of: str) -> None:
    out = terminal.console()
    out.print(f"{line.name}. {line.title}{f', {of}' if of else ''}", style="bold", soft_wrap=True)
    billed = "nothing" if line.billed is None else str(line.billed)
    expected = "not known" if line.expected is None else str(line.expected)
    out.print(f"  billed {billed}, expected {expected}, difference {line.difference}", soft_wrap=True)
    if line.clause is not None:
        out.print(f"  {line.clause.place}{f' ({line.clause.source})' if line.clause.source else ''}", soft_wrap=True)
        for words in line.clause.words:
            out.print(f"    {words}", soft_wrap=True)
    for one in line.lines:
        out.print(f"  billed on {one.document} {one.line}: {one.name}, {one.amount}; told by {one.matched}",
                  soft_wrap=True)  # fmt: skip
    for step in line.steps:
        out.print(f"  expected: {step.formula}: {step.inserted}", soft_wrap=True)
    for difference in line.differences:
        _show_difference(difference, most)


def _show_difference(one: Difference, most: int) -> None:
    out = terminal.console()
    out.print(f"  {one.cause}: {one.amount}, in favour of {WORDS[str(one.favours)]}", style="bold", soft_wrap=True)
    out.print(f"    {one.says}", soft_wrap=True)
    out.print(f"    {one.formula}: {one.inserted}", soft_wrap=True)
    if one.also:
        out.print(f"    The same figures come of: {', '.join(one.also)}.", soft_wrap=True)
    shown = one.rows[:most]
    if shown:
        told = [(row.row, row.why, _figure(row.agreed), _figure(row.billed)) for row in shown]
        title = f"{len(shown)} of {one.row_count:,} records"
        terminal.table(("record", "agreed count", "brings", "as billed"), told, title=title, right=(2, 3))


def _figure(value: Fraction) -> str:
    from tallystick.contract.quantity import figure_text

    return figure_text(value)
