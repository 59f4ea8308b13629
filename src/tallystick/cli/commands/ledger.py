"""tally ledger."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from tallystick.cli import terminal
from tallystick.cli.command import Command
from tallystick.cli.desk import opened_desk
from tallystick.cli.home import Home, HomeOption, JsonOption, open_home, partner_names
from tallystick.vocabulary.errors import NotFound


def run(
    partner: Annotated[list[str] | None, typer.Option(help="This partner only; may be repeated.")] = None,
    period: Annotated[list[str] | None, typer.Option(help="This period, for example 2026-03; may be repeated.")] = None,
    home: HomeOption = None,
    json: JsonOption = False,
) -> int:
    """Show what was posted, and check every entry, the chain of each partner and the balance of each currency."""
    place = open_home(home)
    with opened_desk(place.root):
        from tallystick.web.desk.ledger import Posting, proved_desk

        proof = proved_desk()
        every = list(Posting.objects.order_by("partner", "number"))
    partner, period = partner or [], [one.strip() for one in period or []]
    _known(place, every, partner, period)
    rows = [one for one in every if (not partner or one.partner in partner) and (not period or one.period in period)]
    if json:
        terminal.print_json(
            {
                "holds": proof.holds,
                "finding": proof.finding,
                "entries": proof.entries,
                "heads": dict(proof.heads),
                "balances": {name: {of: str(at) for of, at in one.items()} for name, one in proof.balances.items()},
                "postings": [_as_json(one) for one in rows],
            }
        )
        return 0 if proof.holds else 1
    _show(rows)
    _say_what_has_none(rows, partner, period)
    if proof.holds:
        counted = "1 posting" if proof.entries == 1 else f"{proof.entries} postings"
        terminal.console().print(f"● The ledger holds: {counted}; each currency balances to zero.")
        return 0
    terminal.error_line(proof.finding, "Restore the desk from the last whole backup; postings are only ever appended.")
    return 1


def _known(place: Home, rows: list[Any], partners: list[str], periods: list[str]) -> None:
    """Refuse a partner that neither a contract nor the ledger names, and what is no period."""
    from difflib import get_close_matches

    from tallystick.vocabulary.period import Period

    posted = {one.partner for one in rows}
    known = sorted({*partner_names(place), *posted}) if any(name not in posted for name in partners) else sorted(posted)
    for name in partners:
        if name not in known:
            raise NotFound("partner", name, tuple(get_close_matches(name, known, 2, cutoff=0.5)) or tuple(known)[:3])
    for label in periods:
        if all(one.period != label for one in rows):
            Period.parse(label, place.zone)


def _say_what_has_none(rows: list[Any], partners: list[str], periods: list[str]) -> None:
    """Name what was asked for and has no entry."""
    from tallystick.reports.figures import list_words

    def told(names: list[str], word: str) -> str:
        return f" {word} {list_words(names, 'or')}" if names else ""

    if not rows:
        which = told(partners, "of") + told(periods, "in")
        words = [f"Nothing is posted{which}: a period that two people approved and closed is."]
    else:
        of = told([name for name in partners if all(one.partner != name for one in rows)], "of")
        within = told([label for label in periods if all(one.period != label for one in rows)], "in")
        words = [f"Nothing is posted{which}." for which in (of, within) if which]
    for line in words:
        terminal.console().print(line, soft_wrap=True)


def _as_json(one: Any) -> dict[str, Any]:
    entry = one.as_entry()
    return {
        "partner": one.partner, "number": one.number, "contract": one.contract, "period": one.period,
        "kind": one.kind, "matter": one.matter, "source": one.source, "debit": one.debit, "credit": one.credit,
        "amount": {"amount": str(entry.amount.amount), "currency": one.currency}, "reverses": one.reverses,
        "of": one.of, "proposed_by": entry.approval.proposed_by, "approved_by": entry.approval.approved_by,
        "posted_at": entry.posted_at.isoformat(), "previous": one.previous, "hash": one.hash,
    }  # fmt: skip


def _show(rows: list[Any]) -> None:
    if not rows:
        return
    terminal.table(
        ("partner", "entry", "period", "for", "debit", "credit", "amount", "reverses", "posted at, UTC"),
        [
            (
                one.partner, str(one.number), one.period, one.matter, *_sides(one), _amount(one),
                str(one.reverses or ""), f"{one.as_entry().posted_at:%Y-%m-%d %H:%M}",
            )
            for one in rows
        ],
        right=(1, 6, 7),
    )  # fmt: skip


def _sides(one: Any) -> tuple[str, str]:
    """Both accounts without the partner, which stands beside them."""
    return one.debit.partition(":")[0], one.credit.partition(":")[0]


def _amount(one: Any) -> str:
    from tallystick.reports.figures import money_text

    return str(money_text(one.as_entry().amount))


COMMAND = Command(
    summary="What was posted once two people had agreed: entries, balances, and whether all of it holds.",
    examples=(
        ("tally ledger", "every posting, then the check of the whole"),
        ("tally ledger --partner aurora --period 2026-03", "what one period moved"),
        ("tally ledger --json", "exact amounts, approvals, and the head of each partner's chain"),
    ),
    run=run,
    order=57,
)
