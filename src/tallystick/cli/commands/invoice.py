"""tally invoice."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands._invoice_check import check
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.cli.rated import lake_of, not_rated, rated_promises
from tallystick.vocabulary.errors import NotFound

if TYPE_CHECKING:
    from tallystick.billing.invoice import ExpectedInvoice, ExpectedLine
    from tallystick.billing.prepare import Prepared
    from tallystick.billing.running import RunningMonth

ROWS = 20


@dataclass(frozen=True)
class Made:
    """The invoice of one contract, and what a month that still runs has beside it."""

    invoice: ExpectedInvoice
    running: RunningMonth | None = None


def _made(prepared: Prepared, home: Home, *, with_rows: bool) -> Made | None:
    invoice = prepared.expected(with_rows=with_rows)
    if invoice is None:
        return None
    from tallystick.billing.running import running_month

    return Made(invoice, running_month(prepared, home.root))


def expected(
    partner: Annotated[str, typer.Option("--partner", help="The partner, as its contract names it.")],
    period: Annotated[str, typer.Option("--period", help="A month, for example 2026-03.")],
    contract: Annotated[str, typer.Option(help="Only this contract [default: all with a rate card].")] = "",
    charge: Annotated[str, typer.Option(help="Steps and rows of this charge.")] = "",
    rows: Annotated[int, typer.Option(help="How many rows of the charge to list.", min=0)] = ROWS,
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """What a partner's month should cost, line by line, from the rate card and the records."""
    from tallystick.billing.prepare import prepared
    from tallystick.cli.commands.ingest import instant

    place, until = open_home(home), instant(as_of)
    lake_of(place)
    answers: list[dict[str, Any]] = []
    incomplete = False
    elsewhere: list[str] = []
    promises = rated_promises(place, partner, contract, period, until)
    for promise in promises:
        with prepared(place.root, promise, period, until) as given:
            made = _made(given, place, with_rows=json)
            if made is None:
                continue
            lines = made.invoice.line(charge) if charge else made.invoice.lines
            if charge and not lines:
                # Another contract of the partner may have it.
                elsewhere += [one.charge for one in made.invoice.lines]
                continue
            incomplete |= bool(made.invoice.reasons)
            answers.append(_as_json(made))
            if json:
                continue
            if charge:
                _show_charge(given, lines, rows, of=made.invoice.contract if len(promises) > 1 else "")
            else:
                _show(made)
    if elsewhere and not answers:
        raise NotFound("charge of this month", charge, tuple(dict.fromkeys(elsewhere)))
    if not answers:
        raise not_rated(partner, period)
    if json:
        terminal.print_json(answers)
    return 1 if incomplete else 0


def _as_json(made: Made) -> dict[str, Any]:
    answer: dict[str, Any] = {"invoice": made.invoice.as_json()}
    running = made.running
    if running is not None and running.accrual is not None:
        answer["accrual"] = running.accrual.as_json()
    if running is not None and running.forecast is None:
        day = running.forecast_from
        answer["forecast_from"] = None if day is None else day.isoformat()
    if running is not None and running.forecast is not None:
        told = running.forecast
        answer["forecast"] = {
            "invoice": told.middle.as_json(),
            "least": str(told.least),
            "most": str(told.most),
            "days": told.days,
            "days_left": told.days_left,
        }
    return answer


def _show(made: Made) -> None:
    out, invoice = terminal.console(), made.invoice
    titles = {"expected": "Expected invoice", "open": "Expected invoice, not final"}
    title = titles.get(str(invoice.state), str(invoice.state))
    out.print(f"{title}: {invoice.partner}, {invoice.period}, {invoice.contract}", style="bold", soft_wrap=True)
    terminal.table(("charge", "what", "days", "counted", "amount"), list(_lines(invoice)), right=(4,), wrapping=(1, 3))
    _sums(invoice)
    for reason in invoice.reasons:
        out.print(f"  ○ {reason}", soft_wrap=True)
    if made.running is not None:
        if made.running.accrual is not None:
            accrued = made.running.accrual
            out.print(f"Accrual (days before {accrued.end_on}): {accrued.total}", soft_wrap=True)
        out.print(_forecast_words(made.running), soft_wrap=True)
    first = next((line.charge for line in invoice.lines if line.counted), None)
    if first is not None:
        which = f"--partner {invoice.partner} --period {invoice.period} --charge {first}"
        terminal.suggest(f"tally invoice expected {which}", "a line's steps and rows")


def _forecast_words(running: RunningMonth) -> str:
    from tallystick.billing.pace import EARLIEST_DAYS

    told = running.forecast
    if told is not None:
        days = f"from {terminal.counted(told.days, 'day')}, {told.days_left} to come"
        return f"Forecast: {told.middle.total}, between {told.least} and {told.most}; {days}."
    if running.forecast_from is None:
        return f"Forecast: none, as the contract has too few days in this month; a pace takes {EARLIEST_DAYS}."
    return f"Forecast: from {running.forecast_from} on, when {EARLIEST_DAYS} days are over."


def _lines(invoice: ExpectedInvoice) -> Iterable[tuple[str, ...]]:
    from tallystick.billing.expected import line_words

    for line in invoice.lines:
        title = f"{line.title} (settles {line.settles})" if line.settles else line.title
        days = f"{line.from_on:%d.%m.}-{_last(line):%d.%m.}"
        yield line.charge, title, days, line_words(line), str(line.amount) if line.amount is not None else "not known"


def _last(line: ExpectedLine) -> Any:
    from datetime import timedelta

    return line.end_on - timedelta(days=1)


def _sums(invoice: ExpectedInvoice) -> None:
    from tallystick.billing.invoice import credit_name

    pairs: dict[str, Any] = {"charges": invoice.charges_total}
    pairs |= {f"discount {one.id}": one.amount for one in invoice.discounts}
    pairs |= {f"price adjustment {credit_name(one)}": -one.payable for one in invoice.credits}
    pairs["net"] = invoice.net
    pairs |= {f"{one.title} on {one.base}": one.amount for one in invoice.taxes}
    pairs["total"] = invoice.total
    if invoice.early_payment is not None:
        pairs["less if paid early"] = invoice.early_payment
    terminal.key_values({name: str(money) for name, money in pairs.items()})


def _show_charge(prepared: Prepared, lines: Sequence[ExpectedLine], most: int, of: str) -> None:
    from tallystick.billing.rows import rows_of

    out = terminal.console()
    for line in lines:
        days = f"{line.from_on} to {_last(line)}{f', {of}' if of else ''}"
        out.print(f"{line.charge}. {line.title}, {days}", style="bold", soft_wrap=True)
        for step in line.steps:
            out.print(f"  {step.label}: {step.formula}: {step.inserted}", soft_wrap=True)
        for counted in line.counted:
            told = rows_of(prepared.source, counted)
            left_out = ", ".join(f"{count:,} {reason}" for reason, count in counted.excluded)
            rest = f"; left out: {left_out}" if left_out else ""
            out.print(f"  {counted.role.replace('_', ' ')}: {counted.request}, n = {counted.n:,}{rest}", soft_wrap=True)
            shown = told.slice(0, most).to_pylist()
            if shown:
                listed = [
                    (str(row["case_id"] or ""), str(row["status"]), f"{row['numerator'] or 0:,}") for row in shown
                ]
                title = f"{len(shown)} of {told.num_rows:,} rows"
                terminal.table(("row", "status", "brings"), listed, title=title, right=(2,))


COMMAND = Command(
    summary="What a partner's month should cost by the rate card, and why the invoice that came says otherwise.",
    examples=(
        ("tally invoice check --partner aurora --period 2026-03", "the invoice that came, difference by difference"),
        ("tally invoice check --partner aurora --period 2026-03 --line MIN", "one line: its text, steps and records"),
        (
            "tally invoice check --partner aurora --period 2026-03 --pack dispute.pdf",
            "the dispute pack; or dispute.xlsx",
        ),
        ("tally invoice expected --partner aurora --period 2026-03", "the month's invoice, recomputed"),
        ("tally invoice expected --partner aurora --period 2026-03 --charge MIN", "one charge's steps and rows"),
        ("tally invoice expected --partner aurora --period 2026-03 --json", "everything, with exact figures"),
        ("tally list charges", "the pricing models that a rate card may use"),
    ),
    parts=(("expected", expected), ("check", check)),
    order=62,
)
