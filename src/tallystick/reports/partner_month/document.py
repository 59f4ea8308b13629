"""The whole document of one partner's month: its first screen, and the order of its sections."""

from __future__ import annotations

from datetime import timedelta

from tallystick.reports.figures import count_words, day_text, list_words, money_text, month_name, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.page import made_of, page, section, tile, tiles
from tallystick.reports.partner_month.clauses import details
from tallystick.reports.partner_month.data import data, repeat
from tallystick.reports.partner_month.money import money, one_case
from tallystick.reports.partner_month.month import BY_WEIGHT, PartnerMonth
from tallystick.reports.partner_month.promises import promises
from tallystick.reports.verdict_words import against, differs, reason_text, says_met, unit_of
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.money import Money


def render_partner_month(month: PartnerMonth) -> str:
    """The whole document as one HTML text."""
    title = f"{month.partner}, {month_name(month.period)}: {month.client}"
    body = [
        _head(month),
        section("promises", "What was promised, and what happened", promises(month)),
        details(month),
        money(month),
        one_case(month),
        data(month),
        repeat(month),
    ]
    return page(title, body, footer=made_of(month.client, month.as_of, month.version))


def sentence(month: PartnerMonth) -> Child:
    """The month in one or two sentences."""
    judged = [verdict for verdict in month.verdicts if verdict.outcome is not Outcome.NOT_ASSESSABLE]
    met = sum(verdict.outcome is Outcome.MET for verdict in judged)
    missed = [verdict for verdict in month.verdicts if verdict.outcome is Outcome.MISSED]
    provisional = [verdict for verdict in month.verdicts if verdict.outcome is Outcome.PROVISIONAL]
    name = month_name(month.period)
    if provisional and len(provisional) == len(judged):
        return [
            f"{name}: nothing about {month.partner} can be settled yet. ",
            reason_text(provisional[0].reasons[-1]) if provisional[0].reasons else "The data is incomplete",
            ".",
        ]
    if not judged:
        return f"{name}: there was too little to judge {month.partner}."
    parts: list[Child] = [f"{name}: {month.partner} kept "]
    parts.append("every promise" if met == len(judged) else f"{met} of {len(judged)} promises")
    if missed:
        parts += [" and missed ", _missed_words(missed)]
    excused = [verdict for verdict in month.verdicts if verdict.outcome is Outcome.EXCUSED]
    if excused:
        parts += [" and is excused for " if not missed else "; it is excused for ", _missed_words(excused)]
    parts.append(".")
    due = month.statement.total if month.statement else None
    if due is not None and due.amount:
        parts += [" A price adjustment of ", tag("strong", money_text(due)), " follows."]
    elif missed:
        parts.append(" No price adjustment follows.")
    flattered = [verdict for verdict in missed if says_met(verdict)]
    if flattered:
        own = list_words(
            [f"{value_text(v.reported.value, unit_of(v), v.target)} for {v.clause}" for v in flattered if v.reported]
        )
        parts.append(
            f" Its own report says {own}, which would have kept them."
            if len(flattered) > 1
            else f" Its own report says {own}, which would have kept it."
        )
    return parts


def _missed_words(missed: list[Verdict]) -> Child:
    words: list[Child] = []
    for at, verdict in enumerate(missed[:3]):
        if at:
            words.append(" and " if at == min(len(missed), 3) - 1 else ", ")
        words += [tag("strong", verdict.title[:1].lower() + verdict.title[1:]), f" ({against(verdict)})"]
    if len(missed) > 3:
        words.append(f" and {len(missed) - 3} more")
    return words


def _head(month: PartnerMonth) -> Markup:
    counts = {outcome: sum(verdict.outcome is outcome for verdict in month.verdicts) for outcome in Outcome}
    others = [
        f"{counts[outcome]} {outcome.value}" for outcome in BY_WEIGHT if counts[outcome] and outcome is not Outcome.MET
    ]
    due = month.statement.total if month.statement else None
    differing = [verdict for verdict in month.verdicts if differs(verdict)]
    grave = sum(finding.severity == "error" for finding in month.findings)
    last = month.end_on - timedelta(days=1)
    home: Child = tag("a", month.client, href=month.overview) if month.overview else tag("b", month.client)
    return tag(
        "header",
        tag(
            "p",
            home,
            " \u00b7 ",
            tag("b", month.partner),
            f" \u00b7 {month.contract_title} (",
            tag("code", month.contract),
            ")",
            [
                part
                for name, address in sorted(month.beside.items())
                for part in (" \u00b7 also under ", tag("a", tag("code", name), href=address))
            ],
            class_="eyebrow",
        ),
        tag("h1", sentence(month)),
        tag(
            "p",
            f"{day_text(month.from_on)} to {day_text(last)}, days of {month.zone}. "
            f"Text in force: {_text_version(month)}.",
            class_="lede",
        ),
        tiles(
            tile("promises kept", f"{counts[Outcome.MET]} of {len(month.verdicts)}", ", ".join(others)),
            tile("price adjustment", money_text(due) if due is not None else "none", _cap_note(month.statement)),
            tile(
                "reported differently",
                f"{len(differing)} of {sum(v.reported is not None for v in month.verdicts)}",
                "figures of the partner's own report",
            ),
            tile(
                "data",
                "complete" if not counts[Outcome.PROVISIONAL] else "incomplete",
                count_words(len(month.findings), "finding") + (f", {grave} grave" if grave else ""),
            ),
        ),
    )


def _text_version(month: PartnerMonth) -> str:
    version = month.verdicts[0].contract_version if month.verdicts else "original"
    return "the original" if version == "original" else f"with amendment {version.replace('+', ', ')}"


def _cap_note(statement: Statement | None) -> str:
    if statement is None:
        return ""
    before = sum((line.amount.amount for line in statement.lines), start=statement.total.amount * 0)
    if before > statement.total.amount:
        return f"cut from {money_text(Money(before, statement.currency))} by the cap"
    return ""
