"""tally cost."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from pathlib import Path
from typing import TYPE_CHECKING, Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.commands._cost_words import UNKNOWN, each_told, money_told, share_told, show_fall
from tallystick.cli.commands.assess import AsOfOption
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home
from tallystick.vocabulary.errors import NotFound, UsageError
from tallystick.vocabulary.money import CURRENCIES
from tallystick.vocabulary.period import Period, periods_within

if TYPE_CHECKING:
    from tallystick.cost.business_case import Benefit, BusinessCase
    from tallystick.cost.gather import CostedMonth
    from tallystick.cost.month import MonthCost
    from tallystick.cost.waterfall import Waterfall

SHOWN = 3


@dataclass(frozen=True)
class Span:
    """What is asked for: every month, and those of each side of a waterfall."""

    months: tuple[str, ...]
    before: tuple[str, ...]
    after: tuple[str, ...]
    labels: tuple[str, str]


def run(
    partner: Annotated[list[str] | None, typer.Option(help="This partner only; may be repeated.")] = None,
    month: Annotated[str, typer.Option(help="One month with every line, for example 2026-03.")] = "",
    begin: Annotated[str, typer.Option("--from", help="The first month, or quarter: 2026-01, 2026-Q1.")] = "",
    end: Annotated[str, typer.Option("--to", help="The last one [default: the newest month that was judged].")] = "",
    waterfall: Annotated[
        bool, typer.Option("--waterfall", help="What moved the cost from --from to --to: rate, volume, mix ...")
    ] = False,
    case: Annotated[
        Path | None, typer.Option(help="The business case [default: business-case.yaml of the folder, if any].")
    ] = None,
    currency: Annotated[
        str, typer.Option(help="Tell partners together in this currency [default: that of most of them].")
    ] = "",
    as_of: AsOfOption = "",
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """What partners cost in all, and what moved it."""
    from tallystick.cli.commands import _cost_together as together
    from tallystick.cli.commands.ingest import instant
    from tallystick.cli.home import partner_names
    from tallystick.cost.sharing import costs_of_partners

    place, until = open_home(home), instant(as_of)
    if month and (begin or end or waterfall):
        raise UsageError("--month is one month; --from, --to and --waterfall are for several.", "Leave one out.")
    if currency and currency.upper() not in CURRENCIES:
        raise UsageError(f"{currency!r} is no currency of ISO 4217.", "Write its three letters, such as EUR.")
    wanted = _partners(place, partner or [])
    if not wanted and json:
        terminal.print_json(_record({}, {}, ()) | {"shared": []})
        return 0
    if not wanted:
        terminal.console().print(
            "There is no contract yet: `tally init` begins a folder, `tally demo` shows a filled one."
        )
        return 0
    span = _span(place, month, begin, end, until, waterfall=waterfall)
    everybody = sorted(partner_names(place))
    cases = _cases(place, case, everybody)
    found, shared = costs_of_partners(place.root, place.contracts, wanted, everybody, span.months, until)
    whole = together.of(place, found, currency, until) if len(wanted) > 1 else None
    falls = {} if not waterfall else _falls(found, span, alone=whole is None)
    sides = (span.before, span.after, span.labels)
    if json:
        told = {"shared": [one.as_json() for one in shared]}
        if whole is not None:
            told |= whole.as_json(*sides, waterfall=waterfall)
        terminal.print_json(_record(found, falls, cases) | told)
        return 0
    for name, months in found.items():
        costs = [one.cost for one in months]
        if name in falls:
            show_fall(name, falls[name])
        elif waterfall:
            silent = ", ".join(one.month for one in costs if one.total is None) or "months in two currencies"
            terminal.console().print(f"{name}: no waterfall, because nothing is known of {silent}.", soft_wrap=True)
        elif month:
            _show_month(costs[0])
        else:
            _show_months(name, costs)
        if not waterfall:
            _show_benefits(cases, costs)
        terminal.print_findings([finding for one in costs for finding in one.findings])
    together.show_shared(shared, everybody)
    if whole is not None:
        whole.show(*sides, waterfall=waterfall)
    if not month and not waterfall:
        _show_resolutions([one.cost for months in found.values() for one in months])
    _next(found, span, month, waterfall=waterfall)
    return 0


# ---------------------------------------------------------------------- what is asked for


def _partners(home: Home, wanted: Sequence[str]) -> list[str]:
    from tallystick.cli.home import partner_names
    from tallystick.verdicts.promise import texts_at

    known = sorted(partner_names(home))
    missing = next((name for name in wanted if name not in known), None)
    if missing is not None or not known:
        # A text that cannot be read names nobody, and says so itself.
        for path in home.contracts:
            texts_at(path)
    if missing is not None:
        raise NotFound("partner with a contract", missing, tuple(known))
    return list(dict.fromkeys(wanted)) or known


def _months(home: Home, label: str) -> tuple[str, ...]:
    period = Period.parse(label, home.zone)
    if period.kind not in ("month", "quarter", "year"):
        raise UsageError(f"{label!r} is no month, quarter or year.", "Write 2026-03, 2026-Q1 or 2026.")
    return tuple(one.label for one in periods_within("month", period.start_on, period.end_on, home.zone))


def _span(home: Home, month: str, begin: str, end: str, until: datetime, *, waterfall: bool) -> Span:
    if month:
        found = _months(home, month)
        if len(found) > 1:
            raise UsageError(f"{month!r} is no month.", "--from and --to take quarters and years.")
        return Span(found, found, found, (month, month))
    last = end or _newest(home, until)
    after = _months(home, last)
    first = begin or _earlier(after[0], 1 if waterfall else SHOWN - 1)
    before = _months(home, first)
    if before[0] > after[-1]:
        raise UsageError(f"{first} is later than {last}.", "--from names the earlier one.")
    if waterfall and before[-1] >= after[0]:
        raise UsageError(f"{first} and {last} overlap.", "A waterfall goes from one period to a later one.")
    if waterfall:
        return Span((*before, *after), before, after, (first, last))
    begins, ends = (Period.parse(label, home.zone) for label in (before[0], after[-1]))
    between = periods_within("month", begins.start_on, ends.end_on, home.zone)
    return Span(tuple(one.label for one in between), before, after, (first, last))


def _newest(home: Home, until: datetime) -> str:
    """The newest month that was judged; the last one that is over where none was."""
    from tallystick.verdicts.store import VerdictStore

    judged = {one.period for one in VerdictStore(home.folder("verdicts")).judged()}
    months = [label for label in judged if Period.parse(label, home.zone).kind == "month"]
    return max(months) if months else _earlier(f"{until:%Y-%m}", 1)


def _earlier(month: str, months: int) -> str:
    number = int(month[:4]) * 12 + int(month[5:]) - 1 - months
    if number < 12:
        raise UsageError(f"Nothing lies {terminal.counted(months, 'month')} before {month}.", "Name a later month.")
    return f"{date(number // 12, number % 12 + 1, 1):%Y-%m}"


def _cases(home: Home, given: Path | None, known: Sequence[str]) -> tuple[BusinessCase, ...]:
    from tallystick.cost.business_case import FILE, business_cases_at

    path = given or home.root / FILE
    if given is None and not path.is_file():
        return ()
    if not path.is_file():
        raise UsageError(f"There is no file {path}.", "docs/guide/cost.md shows how a business case is written.")
    return business_cases_at(path, known)


def _falls(found: dict[str, tuple[CostedMonth, ...]], span: Span, *, alone: bool) -> dict[str, Waterfall]:
    """The waterfall of each partner; among several, one of whom a month is not known has none."""
    falls = {}
    for name, months in found.items():
        try:
            falls[name] = _fall(months, span)
        except UsageError:
            if alone:
                raise
    return falls


def _fall(months: Sequence[CostedMonth], span: Span) -> Waterfall:
    from tallystick.cost.side import period_of
    from tallystick.cost.waterfall import waterfall

    by = {one.cost.month: (one.given, one.cost) for one in months}
    before, after = (
        period_of([by[label] for label in labels], name)
        for labels, name in zip((span.before, span.after), span.labels, strict=True)
    )
    return waterfall(before, after)


def _record(
    found: dict[str, tuple[CostedMonth, ...]], falls: dict[str, Waterfall], cases: Iterable[BusinessCase]
) -> dict[str, Any]:
    from tallystick.cost.business_case import benefits
    from tallystick.cost.comparison import by_model, by_partner, hidden_trend

    costs = [one.cost for months in found.values() for one in months]
    return {
        "months": [one.as_json() for one in costs],
        "hidden": [one.as_json() for one in hidden_trend(costs)],
        "per_resolution": {
            "by_partner": [one.as_json() for one in by_partner(costs)],
            "by_model": [one.as_json() for one in by_model(costs)],
        },
        "waterfalls": [{"partner": name, **one.as_json()} for name, one in falls.items()],
        "benefits": [one.as_json() for case in cases for one in benefits(case, costs)],
    }


# ---------------------------------------------------------------------- how it is shown


def _basis(cost: MonthCost) -> str:
    from tallystick.cost.part import INVOICE

    told = dict.fromkeys(str(line.basis) for line in cost.lines if line.part == INVOICE)
    return ", ".join(told) or "no invoice"


def _show_months(partner: str, costs: Sequence[MonthCost]) -> None:
    from tallystick.cost.comparison import hidden_trend
    from tallystick.reports.figures import difference_text

    out = terminal.console()
    out.print(f"{partner}: what it cost in all", style="bold", soft_wrap=True)
    if all(one.total is None for one in costs):
        out.print(
            f"  Nothing is known of {costs[0].month} to {costs[-1].month}: no invoice, no rate card, no costs of the "
            "books. `tally ingest` takes invoices and lists of costs in.",
            soft_wrap=True,
        )
        return
    rows = [
        (
            one.month,
            money_told(one.total),
            money_told(one.invoiced),
            share_told(one.hidden_share),
            _basis(one),
            each_told(one.per_contact, one.currency, one.contacts.value),
            each_told(one.per_resolution, one.currency, one.resolutions.value),
        )
        for one in costs
    ]
    heads = ("month", "in all", "by the rate card", "hidden", "invoice", "a contact", "a verified resolution")
    terminal.table(heads, rows, right=(1, 2, 3, 5, 6), wrapping=(4,))
    for trend in hidden_trend(costs):
        if trend.moved is not None:
            points = [share for _, _, _, share, _ in trend.points]
            moved = difference_text(trend.moved, "ratio")
            out.print(
                f"  Hidden of all months together: {share_told(trend.share)}; from the first to the last: {moved}  "
                f"{terminal.spark(points)}",
                soft_wrap=True,
            )


def _show_month(cost: MonthCost) -> None:
    out = terminal.console()
    out.print(f"{cost.partner}, {cost.month}: what it cost in all", style="bold", soft_wrap=True)
    if not cost.lines and not cost.apart:
        out.print("  Nothing is known: no invoice, no rate card, no costs of the books.", soft_wrap=True)
        return
    rows = [_line(line) for line in (*cost.lines, *cost.apart)]
    terminal.table(("part", "what", "basis", "rate card", "n", "amount"), rows, right=(4, 5), wrapping=(1,))
    pairs = {
        "in all": money_told(cost.total),
        "by the rate card": money_told(cost.invoiced),
        "hidden": f"{money_told(cost.hidden)}, {share_told(cost.hidden_share)} of all",
        "a contact": each_told(cost.per_contact, cost.currency, cost.contacts.value),
        "a verified resolution": each_told(cost.per_resolution, cost.currency, cost.resolutions.value),
    }
    if cost.apart:
        pairs["in other currencies"] = f"{terminal.counted(len(cost.apart), 'line')}, in no sum"
    terminal.key_values(pairs)
    for line in cost.contained:
        out.print(f"  Of the invoice, {line.title}: {line.amount} ({line.steps[0].inserted})", soft_wrap=True)
    for reason, n in cost.left_out:
        out.print(f"  Left out of the books: {n:,} {reason}", soft_wrap=True)


def _line(line: Any) -> tuple[Any, ...]:
    said = str(line.amount) if line.stated is None else f"{line.amount} ({line.stated})"
    return line.part, line.title, str(line.basis), "yes" if line.on_rate_card else "no", line.n, said


def _show_resolutions(costs: Sequence[MonthCost]) -> None:
    from tallystick.cost.comparison import by_model, by_partner

    cells = [("partner", one) for one in by_partner(costs)] + [("model", one) for one in by_model(costs)]
    rows = [
        (
            kind,
            one.name.replace("_", " "),
            str(one.cost),
            f"{one.resolutions:,}",
            each_told(one.value, one.currency, one.resolutions),
        )
        for kind, one in cells
        if one.resolutions
    ]
    if rows:
        heads = ("by", "", "in all", "verified resolutions", "each")
        terminal.table(heads, rows, right=(2, 3, 4), title="a verified resolution, of months in which both are known")


def _show_benefits(cases: Iterable[BusinessCase], costs: Sequence[MonthCost]) -> None:
    from tallystick.cost.business_case import benefits

    for case in cases:
        rows = [_benefit(one) for one in benefits(case, costs)]
        if rows:
            title = case.title or f"the business case of {case.partner}"
            heads = ("month", "promised", "reached", "difference", "because of")
            terminal.table(heads, rows, right=(1, 2, 3), wrapping=(4,), title=title)


def _benefit(one: Benefit) -> tuple[str, ...]:
    if one.difference is None:
        return one.month, str(one.promised), UNKNOWN, "", one.why
    said = ", ".join(f"{part.name} {part.amount.amount:+,.2f}" for part in one.reasons if part.amount.amount)
    return one.month, str(one.promised), money_told(one.reached), f"{one.difference.amount:+,.2f}", said


def _next(found: dict[str, tuple[CostedMonth, ...]], span: Span, month: str, *, waterfall: bool) -> None:
    first = next((name for name, months in found.items() if any(one.cost.total for one in months)), None)
    if first is None or waterfall:
        return
    if month:
        earlier = _earlier(month, 1)
        terminal.suggest(f"tally cost --partner {first} --waterfall --from {earlier} --to {month}", "what moved it")
    else:
        terminal.suggest(f"tally cost --partner {first} --month {span.months[-1]}", "every line of a month")


COMMAND = Command(
    summary="What partners cost in all: invoice, own effort, hidden share, cost per resolution, and what moved it.",
    examples=(
        ("tally cost", "each partner's newest three months"),
        ("tally cost --partner aurora --month 2026-03", "every line of a month, with where it comes from"),
        ("tally cost --partner aurora --waterfall --from 2026-02 --to 2026-03", "what moved it: volume, mix, rate ..."),
        ("tally cost --partner aurora --waterfall --from 2026-Q1 --to 2026-Q2", "the same for quarters"),
        ("tally cost --waterfall --from 2026-Q1 --to 2026-Q2", "of each partner, and of all of them together"),
        ("tally cost --case business-case.yaml --from 2026-01 --to 2026-06", "what was promised, and what was reached"),
        ("tally cost --json", "everything, with exact figures"),
    ),
    run=run,
    order=64,
)
