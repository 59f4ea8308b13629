"""One partner, one month: what was promised, what happened, what follows, and the cases behind each figure.

Everything on the page was computed before; here it is only worded. No text of customers and no name of a person enters.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import date, timedelta
from fractions import Fraction

from tallystick.reports.charts import (
    CaseTimeline,
    TrendPoint,
    bullet,
    credit_bars,
    instant_text,
    status,
    timeline,
    trend,
)
from tallystick.reports.figures import (
    count_words,
    counted_text,
    day_text,
    difference_text,
    duration_text,
    interval_text,
    level_text,
    list_words,
    money_text,
    month_name,
    value_text,
)
from tallystick.reports.markup import Child, Markup, join, tag
from tallystick.reports.page import (
    command,
    definition_list,
    digest_text,
    findings_table,
    made_of,
    money_of,
    page,
    provenance,
    section,
    steps_table,
    tile,
    tiles,
)
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import IN_EFFECT, Outcome, Verdict
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

MOST_CASES = 50
# A survey may come before its case does.
UNKNOWN_CASE = "not in the records"
_BY_WEIGHT = (Outcome.MISSED, Outcome.PROVISIONAL, Outcome.EXCUSED, Outcome.NOT_ASSESSABLE, Outcome.MET)


@dataclass(frozen=True)
class FailedCase:
    """One case that speaks against the partner; instants are UTC seconds, `ended_s` None where nothing happened yet."""

    case_id: str
    started_s: int | None
    due_s: int | None
    ended_s: int | None
    note: str = ""


@dataclass(frozen=True)
class FailedCases:
    """The cases behind a miss: the first of them, and how many there are."""

    cases: tuple[FailedCase, ...]
    total: int


@dataclass(frozen=True)
class Feed:
    """A source and how fresh it is: newest record and arrival as written, rows, where figures of it come from."""

    name: str
    newest: str
    arrived: str
    rows: int
    provenance: str = "measured"
    note: str = ""


@dataclass(frozen=True)
class PartnerMonth:
    """All that the page shows.

    `verdicts` are those of this period in the order of the text, `history` those of the same contract and partner in
    all periods (this one may be among them). By clause id: `promises` the clause in plain words, `sources` its place
    in the signed document, `failed` the cases behind it, `weekly` its weeks. `addresses` are links to other documents.
    """

    client: str
    partner: str
    contract: str
    contract_title: str
    zone: str
    period: str
    from_on: date
    end_on: date
    as_of: str
    version: str
    verdicts: tuple[Verdict, ...]
    statement: Statement | None = None
    history: tuple[Verdict, ...] = ()
    promises: Mapping[str, str] = field(default_factory=dict)
    sources: Mapping[str, str] = field(default_factory=dict)
    failed: Mapping[str, FailedCases] = field(default_factory=dict)
    weekly: Mapping[str, tuple[TrendPoint, ...]] = field(default_factory=dict)
    timeline: CaseTimeline | None = None
    timeline_clause: str = ""
    findings: tuple[Finding, ...] = ()
    feeds: tuple[Feed, ...] = ()
    overview: str = ""


def render_partner_month(month: PartnerMonth) -> str:
    """The whole document as one HTML text."""
    title = f"{month.partner}, {month_name(month.period)}: {month.client}"
    body = [
        _head(month),
        section("promises", "What was promised, and what happened", _promises(month)),
        _details(month),
        _money(month),
        _one_case(month),
        _data(month),
        _repeat(month),
    ]
    return page(title, body, footer=made_of(month.client, month.as_of, month.version))


# ----------------------------------------------------------------- first screen


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
            provisional[0].reasons[-1].capitalize() if provisional[0].reasons else "The data is incomplete",
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
    flattered = [verdict for verdict in missed if _says_met(verdict)]
    if flattered:
        own = list_words(
            [f"{value_text(v.reported.value, _unit(v), v.target)} for {v.clause}" for v in flattered if v.reported]
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
        words += [tag("strong", verdict.title[:1].lower() + verdict.title[1:]), f" ({_against(verdict)})"]
    if len(missed) > 3:
        words.append(f" and {len(missed) - 3} more")
    return words


def _unit(verdict: Verdict) -> str:
    return verdict.value.unit if verdict.value is not None else "ratio"


def _value(verdict: Verdict) -> Fraction | None:
    return verdict.value.value if verdict.value is not None else None


def _against(verdict: Verdict) -> str:
    bound = "at least" if verdict.better == "higher" else "at most"
    target = "" if verdict.target is None else f", promised {bound} {level_text(verdict.target, _unit(verdict))}"
    return f"{value_text(_value(verdict), _unit(verdict), verdict.target)}{target}"


def differs(verdict: Verdict) -> bool:
    """Whether the partner's figure is another than ours, its own rounding aside."""
    reported = verdict.reported
    return reported is not None and bool(reported.difference) and reported.cause not in {"same", "rounding"}


def _says_met(verdict: Verdict) -> bool:
    """Whether the partner's own figure would have kept the promise."""
    if verdict.reported is None or verdict.target is None:
        return False
    theirs = verdict.reported.value
    return theirs >= verdict.target if verdict.better == "higher" else theirs <= verdict.target


def _head(month: PartnerMonth) -> Markup:
    counts = {outcome: sum(verdict.outcome is outcome for verdict in month.verdicts) for outcome in Outcome}
    others = [
        f"{counts[outcome]} {outcome.value}" for outcome in _BY_WEIGHT if counts[outcome] and outcome is not Outcome.MET
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


# --------------------------------------------------------------------- promises


def _promises(month: PartnerMonth) -> Markup:
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
    unit, value = _unit(verdict), verdict.value
    reported = verdict.reported
    bound = "at least" if verdict.better == "higher" else "at most"
    shown = value_text(_value(verdict), unit, verdict.target)
    words = f"{shown}, interval {interval_text(value)}, {_target_words(verdict)}"
    note = "" if verdict.lifecycle == IN_EFFECT else f"({verdict.lifecycle})"
    theirs: Child = tag("span", "not reported", class_="muted")
    if reported is not None:
        theirs = [
            value_text(reported.value, unit, verdict.target),
            tag("span", _difference_words(verdict), class_="sub"),
        ]
    return tag(
        "tr",
        tag("td", status(verdict.outcome, note), data_label="verdict"),
        tag(
            "td",
            tag(
                "div",
                tag("a", f"{verdict.clause} {verdict.title}", href=f"#clause-{verdict.clause}"),
                tag("span", _population(verdict)),
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
                tag("span", value_text(_value(verdict), unit, verdict.target), class_="bignum"),
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
                    _value(verdict),
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


def _difference_words(verdict: Verdict) -> str:
    reported = verdict.reported
    if reported is None or reported.difference == 0:
        return "as we count"
    if reported.difference is None:
        return "not counted by us"
    if not differs(verdict):
        return "as we count, rounded"
    return f"difference {difference_text(reported.difference, _unit(verdict))}"


def _target_words(verdict: Verdict) -> str:
    return "no target" if verdict.target is None else f"target {level_text(verdict.target, _unit(verdict))}"


def _population(verdict: Verdict) -> str:
    parts = [f"{name} {'' if op == 'in' else 'not '}{' or '.join(values)}" for name, op, values in verdict.population]
    return ", ".join(parts) if parts else "all cases"


def _payable(month: PartnerMonth, verdict: Verdict) -> Money | None:
    if month.statement is None:
        return verdict.credit
    lines = [line.payable for line in month.statement.lines if line.follows == verdict.clause]
    total = lines[0] if lines else verdict.credit
    for money in lines[1:]:
        total = total + money if total is not None else money
    return total


# ---------------------------------------------------------------------- clauses


def _details(month: PartnerMonth) -> Markup:
    ranked = sorted(month.verdicts, key=lambda verdict: _BY_WEIGHT.index(verdict.outcome))
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
                    tag("span", _against(verdict), class_="muted"),
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
    shown = value_text(_value(verdict), _unit(verdict), verdict.target)
    words = {
        Outcome.MET: f"Kept: {_against(verdict)}.",
        Outcome.MISSED: f"Missed: {_against(verdict)}.",
        Outcome.EXCUSED: f"Excused: {_against(verdict)} would be a miss, and agreed relief takes it away.",
        Outcome.NOT_ASSESSABLE: f"Not assessable: {counted_text(value)} is too little to judge by.",
        Outcome.PROVISIONAL: f"Provisional: {shown} so far, on incomplete data.",
    }[verdict.outcome]
    if verdict.more_to_meet and verdict.outcome is Outcome.MISSED:
        words += f" {count_words(verdict.more_to_meet, 'more case')} in time would have kept it."
    if verdict.reasons:
        words += f" {'; '.join(reason[:1].upper() + reason[1:] for reason in verdict.reasons)}."
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
    if value is None:
        return tag("p", "Nothing was counted for this clause.", class_="muted")
    rows: list[Markup] = [tag("tr", tag("th", "counted", scope="row"), tag("td", f"{value.n:,}", class_="n"))]
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
    total = value.n + value.pending + sum(count for _, count in value.excluded)
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
            verdict.value.n if verdict.value else 0,
            verdict.outcome,
            verdict.target,
            verdict.value.interval if verdict.value else None,
            verdict.reported.value if verdict.reported and differs(verdict) else None,
        )
        for verdict in sorted(newest.values(), key=lambda one: one.from_on)
    )


def _trends(month: PartnerMonth, verdict: Verdict) -> list[Child]:
    unit = _unit(verdict)
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
    unit = _unit(verdict)
    behind = (
        f" ({reported.numerator:,} of {reported.denominator:,})"
        if reported.numerator is not None and reported.denominator
        else ""
    )
    theirs = f"{value_text(reported.value, unit, verdict.target)}{behind}"
    ours = value_text(_value(verdict), unit, verdict.target)
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
    unit = _unit(verdict)
    return [
        tag("h4", "Relief, computed both ways"),
        tag(
            "p",
            f"{names} ({kind}) touches {count_words(relief.rows_relieved, 'case')}. With them the clause is "
            f"{relief.outcome_without} at {value_text(_value(verdict), unit, verdict.target)}; without them it is "
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
            for name in ("case", "began", "due", "happened", "past due, calendar", "explain")
        ],
    )
    first = f"the first {len(shown)} of " if failed.total > len(shown) else ""
    return tag(
        "details",
        tag("summary", f"Cases behind it: {first}{failed.total:,}"),
        tag("table", tag("thead", head), tag("tbody", rows), class_="cards"),
        tag("p", "All of them: ", command(f"tally explain {verdict.whole_name} --rows 100000"), class_="muted"),
    )


def _instant(at_s: int | None, zone: str) -> str:
    return "\u2013" if at_s is None else instant_text(at_s, zone)


def _late(case: FailedCase) -> str:
    if case.due_s is None or case.ended_s is None:
        return case.note or "\u2013"
    return duration_text(Fraction(case.ended_s - case.due_s))


# ------------------------------------------------------------------------ money


def _money(month: PartnerMonth) -> Markup:
    statement = month.statement
    moved = [line for line in statement.lines if line.amount.amount] if statement else []
    if statement is None or not moved:
        return section("money", "Money", tag("p", "No price adjustment follows from this month.", class_="empty"))
    cap = next((money_of(step.result) for step in statement.caps if step.label == "cap"), None)
    bars = tuple((line.clause, line.amount, line.payable) for line in moved)
    cut = any(line.payable.amount < line.amount.amount for line in moved)
    title = f"Price adjustments of {money_text(statement.total)}" + (", cut by the cap" if cut else "")
    return section(
        "money",
        "Money",
        tag(
            "div",
            tag(
                "div",
                [
                    [tag("h4", f"{line.clause}, because {line.follows} was missed"), steps_table(line.steps)]
                    for line in moved
                ],
                [tag("h4", "The cap"), steps_table(statement.caps)] if statement.caps else None,
            ),
            credit_bars("credits", title, bars, cap),
            class_="two",
        ),
        tag(
            "p",
            "Credits are adjustments of the price for what was delivered, posted to an append-only ledger.",
            class_="muted",
        ),
    )


def _one_case(month: PartnerMonth) -> Child:
    if month.timeline is None:
        return None
    shown = month.timeline
    about = f"It stands for the cases behind {month.timeline_clause}. " if month.timeline_clause else ""
    return section(
        "one-case",
        "One case, drawn",
        tag("p", f"{about}All times are on the wall clock of {shown.zone}; {shown.clock}."),
        timeline("case-line", shown),
    )


# ------------------------------------------------------------------------- data


def _data(month: PartnerMonth) -> Markup:
    provisional = sorted(
        {reason for verdict in month.verdicts if verdict.outcome is Outcome.PROVISIONAL for reason in verdict.reasons}
    )
    feeds = [
        tag(
            "tr",
            tag("th", feed.name, scope="row", data_label="feed"),
            tag("td", feed.newest, data_label="newest record"),
            tag("td", feed.arrived, data_label="arrived"),
            tag("td", f"{feed.rows:,}", class_="n", data_label="rows"),
            tag(
                "td",
                provenance(feed.provenance),
                tag("span", feed.note, class_="cure") if feed.note else None,
                data_label="provenance",
            ),
        )
        for feed in month.feeds
    ]
    head = tag(
        "tr", [tag("th", name, scope="col") for name in ("feed", "newest record", "arrived", "rows", "provenance")]
    )
    return section(
        "data",
        "Data behind the figures",
        [tag("h4", "Why figures are provisional"), tag("ul", [tag("li", reason) for reason in provisional])]
        if provisional
        else None,
        [tag("h4", "Freshness"), tag("table", tag("thead", head), tag("tbody", feeds), class_="cards")]
        if feeds
        else None,
        tag("h4", "Findings of the data gate"),
        findings_table(month.findings),
    )


def _repeat(month: PartnerMonth) -> Markup:
    first = month.verdicts[0] if month.verdicts else None
    pins = first.pins if first else None
    rows: list[tuple[str, Child]] = []
    if pins is not None:
        rows += [
            ("contract text", digest_text(pins.contract)),
            ("lock (holidays, zones)", digest_text(pins.lock)),
            ("clock terms", digest_text(pins.terms)),
        ]
        rows += [(f"rows of {read.table} ({read.rows:,})", digest_text(read.sha256)) for read in pins.rows]
        rows.append(("versions", ", ".join(f"{name} {number}" for name, number in pins.versions)))
    rows += [(f"verdict {verdict.clause}", digest_text(verdict.digest)) for verdict in month.verdicts]
    lines = [f"tally explain {verdict.name}" for verdict in month.verdicts if verdict.outcome is not Outcome.MET][:3]
    return section(
        "repeat",
        "Repeat it",
        tag(
            "p",
            "Both sides reach the same digests from the same rows and the same text; one changed byte changes them.",
        ),
        tag(
            "p",
            join([command(line) for line in (*lines, f"tally assess --period {month.period}", "tally verify")], " "),
        ),
        tag("details", tag("summary", "Digests of the inputs and of each verdict"), definition_list(*rows)),
    )
