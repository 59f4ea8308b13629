"""The table of a month: each promise, what happened, what the partner reports, what follows."""

from __future__ import annotations

from tallystick.reports.charts import bullet
from tallystick.reports.charts.outcomes import status
from tallystick.reports.figures import counted_text, interval_text, level_text, money_text, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.page import provenance
from tallystick.reports.partner_month.month import PartnerMonth
from tallystick.reports.verdict_words import difference_words, population_words, target_words, unit_of, value_of
from tallystick.verdicts.verdict import IN_EFFECT, Verdict
from tallystick.vocabulary.money import Money


def promises(month: PartnerMonth) -> Markup:
    """The table with one row for each verdict, in the order of the text."""
    head = ("verdict", "promise", "promised", "happened", "with its 95 % interval", "partner reports", "adjustment")
    rows = [_promise_row(month, verdict) for verdict in month.verdicts]
    return tag(
        "table",
        tag(
            "thead",
            tag("tr", [tag("th", name, scope="col", class_="n" if name == "adjustment" else None) for name in head]),
        ),
        tag("tbody", rows),
        class_="cards promises",
    )


def _promise_row(month: PartnerMonth, verdict: Verdict) -> Markup:
    unit, value = unit_of(verdict), verdict.value
    reported = verdict.reported
    bound = "at least" if verdict.better == "higher" else "at most"
    shown = value_text(value_of(verdict), unit, verdict.target)
    words = f"{shown}, interval {interval_text(value)}, {target_words(verdict)}"
    note = "" if verdict.lifecycle == IN_EFFECT else f"({verdict.lifecycle})"
    theirs: Child = tag("span", "not reported", class_="muted")
    if reported is not None:
        theirs = [
            value_text(reported.value, unit, verdict.target),
            tag("span", difference_words(verdict), class_="sub"),
        ]
    return tag(
        "tr",
        tag("td", status(verdict.outcome, note), data_label="verdict"),
        tag(
            "td",
            tag(
                "div",
                tag("a", f"{verdict.clause} {verdict.title}", href=f"#clause-{verdict.clause}"),
                tag("span", population_words(verdict)),
                class_="clause",
            ),
            data_label="promise",
        ),
        tag(
            "td",
            f"{bound} {level_text(verdict.target, unit)}" if verdict.target is not None else "\u2013",
            data_label="promised",
        ),
        tag(
            "td",
            tag(
                "div",
                tag("span", value_text(value_of(verdict), unit, verdict.target), class_="bignum"),
                tag("span", counted_text(value), class_="sub"),
                None if verdict.provenance == "measured" else provenance(verdict.provenance),
            ),
            data_label="happened",
        ),
        tag(
            "td",
            tag(
                "div",
                bullet(
                    value_of(verdict),
                    value.interval if value else None,
                    verdict.target,
                    reported.value if reported else None,
                    verdict.outcome,
                    words,
                ),
                tag("span", interval_text(value), class_="sub"),
            ),
            data_label="interval",
        ),
        tag("td", tag("div", theirs), data_label="reported"),
        tag(
            "td",
            money_text(_payable(month, verdict)) if verdict.credit is not None and verdict.credit.amount else "\u2013",
            class_="n",
            data_label="adjustment",
        ),
    )


def _payable(month: PartnerMonth, verdict: Verdict) -> Money | None:
    if month.statement is None:
        return verdict.credit
    lines = [line.payable for line in month.statement.lines if line.follows == verdict.clause]
    total = lines[0] if lines else verdict.credit
    for money in lines[1:]:
        total = total + money if total is not None else money
    return total
