"""Behind each verdict: its arithmetic, who was counted, its year and weeks, the report beside it, the cases."""

from __future__ import annotations

from fractions import Fraction

from tallystick.reports.charts import TrendPoint, instant_text, trend
from tallystick.reports.charts.outcomes import status
from tallystick.reports.figures import (
    count_words,
    counted_text,
    difference_text,
    duration_text,
    list_words,
    rows_of,
    value_text,
)
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.page import command, provenance, section, steps_table
from tallystick.reports.partner_month.month import BY_WEIGHT, MOST_CASES, FailedCase, PartnerMonth
from tallystick.reports.verdict_words import against, differs, reason_text, unit_of, value_of
from tallystick.verdicts.tolerance import excused_by, is_turned
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.measure_value import Step

# A survey may come before its case does.
UNKNOWN_CASE = "not in the records"


def details(month: PartnerMonth) -> Markup:
    """Each verdict with all that led to it; those that were kept are folded up."""
    ranked = sorted(month.verdicts, key=lambda verdict: BY_WEIGHT.index(verdict.outcome))
    open_ones = [verdict for verdict in ranked if verdict.outcome is not Outcome.MET]
    kept = [verdict for verdict in ranked if verdict.outcome is Outcome.MET]
    return section(
        "clauses",
        "Behind each verdict",
        [_clause(month, verdict) for verdict in open_ones] or None,
        [
            tag(
                "details",
                tag(
                    "summary",
                    status(verdict.outcome),
                    f" {verdict.clause} {verdict.title} ",
                    tag("span", against(verdict), class_="muted"),
                ),
                _clause(month, verdict, head=False),
                class_="kept",
                id=f"clause-{verdict.clause}",
            )
            for verdict in kept
        ],
    )


def _clause(month: PartnerMonth, verdict: Verdict, *, head: bool = True) -> Markup:
    source = month.sources.get(verdict.clause, "")
    return tag(
        "article",
        tag(
            "div",
            tag("h3", f"{verdict.clause} {verdict.title}"),
            status(verdict.outcome),
            provenance(verdict.provenance),
            class_="head",
        )
        if head
        else None,
        tag("p", _verdict_words(verdict), class_="verdict-line"),
        tag("p", month.promises[verdict.clause], tag("span", f" {source}", class_="muted") if source else None)
        if verdict.clause in month.promises
        else None,
        tag(
            "div",
            tag(
                "div",
                tag("h4", "The arithmetic"),
                steps_table(_once(verdict)),
                tag("h4", "Who was counted"),
                _counted(verdict),
            ),
            tag("div", _trends(month, verdict)),
            class_="two",
        ),
        _reported(verdict),
        _relief(verdict),
        _restated(verdict),
        _failed(month, verdict),
        class_="clause",
        id=f"clause-{verdict.clause}" if head else None,
    )


def _verdict_words(verdict: Verdict) -> str:
    value = verdict.value
    shown = value_text(value_of(verdict), unit_of(verdict), verdict.target)
    words = {
        Outcome.MET: f"Kept: {against(verdict)}.",
        Outcome.MISSED: f"Missed: {against(verdict)}.",
        Outcome.EXCUSED: f"Excused: {against(verdict)} would be a miss, and {excused_by(verdict)} takes it away.",
        Outcome.NOT_ASSESSABLE: f"Not assessable: {counted_text(value)} is too little to judge by."
        if not is_turned(verdict)
        else f"Not assessable: {against(verdict)} would be a miss, and does not bind.",
        Outcome.PROVISIONAL: f"Provisional: {shown} so far, on incomplete data.",
    }[verdict.outcome]
    if verdict.more_to_meet and verdict.outcome is Outcome.MISSED:
        words += f" {count_words(verdict.more_to_meet, 'more case')} in time would have kept it."
    if verdict.reasons:
        words += f" {'; '.join(reason_text(reason) for reason in verdict.reasons)}."
    return words


def _once(verdict: Verdict) -> tuple[Step, ...]:
    """The verdict's own steps, a last line that only repeats the one before left out; money has its own section."""
    own = [step for step in verdict.steps if step.clause == verdict.clause]
    return tuple(
        step
        for at, step in enumerate(own)
        if not (at and step.label == "outcome" and step.inserted == own[at - 1].inserted)
    )


def _counted(verdict: Verdict) -> Child:
    value = verdict.value
    n = rows_of(value)
    if value is None:
        return tag("p", "Nothing was counted for this clause.", class_="muted")
    if n is None:
        return tag("p", "The figure came without its n: how many rows it rests on is not known here.", class_="muted")
    rows: list[Markup] = [tag("tr", tag("th", "counted", scope="row"), tag("td", f"{n:,}", class_="n"))]
    if value.pending:
        rows.append(
            tag(
                "tr",
                tag("th", "not due yet, in neither part", scope="row"),
                tag("td", f"{value.pending:,}", class_="n"),
            )
        )
    rows += [
        tag("tr", tag("th", f"left out: {reason}", scope="row"), tag("td", f"{count:,}", class_="n"))
        for reason, count in value.excluded
    ]
    total = n + value.pending + sum(count for _, count in value.excluded)
    rows.append(
        tag(
            "tr",
            tag("th", "all that belong to the period", scope="row"),
            tag("td", f"{total:,}", class_="n"),
            class_="total",
        )
    )
    return tag("table", tag("tbody", rows), class_="counts")


def trend_points(verdicts: tuple[Verdict, ...], clause: str) -> tuple[TrendPoint, ...]:
    """The newest verdict of each period of a clause as points of its trend, in order of time."""
    newest: dict[str, Verdict] = {}
    for verdict in verdicts:
        if verdict.clause == clause:
            newest[verdict.period] = verdict
    return tuple(
        TrendPoint(
            verdict.period,
            verdict.value.value if verdict.value else None,
            rows_of(verdict.value),
            verdict.outcome,
            verdict.target,
            verdict.value.interval if verdict.value else None,
            verdict.reported.value if verdict.reported and differs(verdict) else None,
        )
        for verdict in sorted(newest.values(), key=lambda one: one.from_on)
    )


def _trends(month: PartnerMonth, verdict: Verdict) -> list[Child]:
    unit = unit_of(verdict)
    drawn: list[Child] = []
    points = trend_points((*month.history, verdict), verdict.clause)
    if len(points) > 1:
        missed = sum(point.outcome is Outcome.MISSED for point in points)
        title = (
            f"{verdict.title}: {count_words(missed, 'month')} of {len(points)} missed"
            if missed
            else f"{verdict.title}: kept in all judged months"
        )
        if not missed and any(point.outcome is not Outcome.MET for point in points):
            title = f"{verdict.title}: no month missed"
        drawn.append(trend(f"trend-{verdict.clause}", title, points, unit, month.period))
    weeks = month.weekly.get(verdict.clause, ())
    if weeks:
        title = f"{verdict.title}, week by week"
        drawn.append(trend(f"weeks-{verdict.clause}", title, weeks, unit, short="Short of the target in"))
    return drawn


def _reported(verdict: Verdict) -> Child:
    reported = verdict.reported
    if reported is None:
        return None
    unit = unit_of(verdict)
    behind = (
        f" ({reported.numerator:,} of {reported.denominator:,})"
        if reported.numerator is not None and reported.denominator
        else ""
    )
    theirs = f"{value_text(reported.value, unit, verdict.target)}{behind}"
    ours = value_text(value_of(verdict), unit, verdict.target)
    return tag(
        "div",
        tag(
            "p",
            tag(
                "strong",
                f"The partner reports {theirs}, we count {ours}: "
                f"difference {difference_text(reported.difference, unit)}.",
            ),
        ),
        tag("p", reported.sentence),
        tag("p", tag("small", f"\u201c{reported.name}\u201d in {reported.place}. Cause: {reported.cause}.")),
        tag(
            "details",
            tag("summary", f"{count_words(reported.cases_total, 'case')} behind the difference"),
            tag(
                "ul",
                [tag("li", tag("code", case.case_id), f" {case.note}") for case in reported.cases[:MOST_CASES]],
                class_="cases",
            ),
        )
        if reported.cases
        else None,
        class_="reported-box",
    )


def _relief(verdict: Verdict) -> Child:
    relief = verdict.relief
    if relief is None:
        return None
    names = list_words([*relief.agreed, *relief.requested])
    kind = "agreed" if relief.agreed else "requested, not agreed, so it changes nothing"
    unit = unit_of(verdict)
    return [
        tag("h4", "Relief, computed both ways"),
        tag(
            "p",
            f"{names} ({kind}) touches {count_words(relief.rows_relieved, 'case')}. With them the clause is "
            f"{relief.outcome_without} at {value_text(value_of(verdict), unit, verdict.target)}; without them it is "
            f"{relief.outcome_with} at {value_text(relief.value, unit, verdict.target)} (n = {relief.n:,}).",
        ),
    ]


def _restated(verdict: Verdict) -> Child:
    if verdict.restates is None:
        return None
    named = [f"{one.table} {one.name} {one.change}" for one in verdict.differing[:5]]
    more = len(verdict.differing) - len(named)
    return [
        tag("h4", "Restated"),
        tag(
            "p",
            "This verdict takes the place of ",
            tag("code", verdict.restates),
            ". ",
            f"Records that moved it: {'; '.join(named)}{f' and {more:,} more' if more > 0 else ''}." if named else None,
        ),
    ]


# The heading of what a case's lateness, or another row's own words, stand under.
_LATE_OR_SAID = (("what it says",), ("past due, calendar",))


def _failed(month: PartnerMonth, verdict: Verdict) -> Child:
    failed = month.failed.get(verdict.clause)
    if failed is None or not failed.cases:
        return None
    shown = failed.cases[:MOST_CASES]
    rows = [
        tag(
            "tr",
            tag("th", tag("code", case.case_id) if case.case_id else UNKNOWN_CASE, scope="row", data_label="case"),
            tag("td", _instant(case.started_s, month.zone), data_label="began"),
            tag("td", _instant(case.due_s, month.zone), data_label="due"),
            tag(
                "td",
                _instant(case.ended_s, month.zone) if case.ended_s is not None else "not yet",
                data_label="happened",
            ),
            tag("td", _late(case), class_="n", data_label="past due, calendar"),
            tag(
                "td",
                command(f"tally explain {verdict.whole_name} --case {case.case_id}") if case.case_id else "\u2013",
                data_label="explain",
            ),
        )
        for case in shown
    ]
    head = tag(
        "tr",
        [
            tag("th", name, scope="col")
            for name in (failed.row, "began", "due", "happened", *_LATE_OR_SAID[failed.row == "case"], "explain")
        ],
    )
    first = f"the first {len(shown)} of " if failed.total > len(shown) else ""
    return tag(
        "details",
        tag("summary", f"{'Cases' if failed.row == 'case' else 'Rows'} behind it: {first}{failed.total:,}"),
        tag("table", tag("thead", head), tag("tbody", rows), class_="cards failed"),
        tag("p", "All of them: ", command(f"tally explain {verdict.whole_name} --rows 100000"), class_="muted"),
    )


def _instant(at_s: int | None, zone: str) -> str:
    return "\u2013" if at_s is None else instant_text(at_s, zone)


def _late(case: FailedCase) -> str:
    if case.due_s is None or case.ended_s is None:
        return case.note or "\u2013"
    return duration_text(Fraction(case.ended_s - case.due_s))
