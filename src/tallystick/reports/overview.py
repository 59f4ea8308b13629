"""All partners over all periods on one page: a sentence, seven figures, the matrix, money, changes, data problems.

Everything on the page was judged before; here it is counted as verdicts and worded. Currencies are never added up.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from tallystick.reports.charts import glyph, status
from tallystick.reports.figures import (
    count_words,
    counted_text,
    difference_text,
    level_text,
    list_words,
    money_text,
    month_name,
    rows_of,
    short_month,
    value_text,
)
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.page import command, findings_table, made_of, page, section, tile, tiles
from tallystick.reports.partner_month import Feed
from tallystick.reports.verdict_words import differs, says_met, unit_of
from tallystick.verdicts.statement import Statement
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.money import Money

# What a cell of several verdicts shows: the gravest of them.
_GRAVEST = (Outcome.MISSED, Outcome.PROVISIONAL, Outcome.EXCUSED, Outcome.MET, Outcome.NOT_ASSESSABLE)
MOST_DIFFERENCES = 12


@dataclass(frozen=True)
class Overview:
    """All that the page shows.

    `verdicts` are the standing ones (the newest of each name), `replaced` those that restated ones took the place of,
    by id. `partners` leads from id to name; `addresses` from (partner, period) to that month's document.
    """

    client: str
    as_of: str
    version: str
    partners: Mapping[str, str]
    verdicts: tuple[Verdict, ...]
    statements: tuple[Statement, ...] = ()
    replaced: Mapping[str, Verdict] = field(default_factory=dict)
    addresses: Mapping[tuple[str, str], str] = field(default_factory=dict)
    findings: tuple[Finding, ...] = ()
    feeds: tuple[Feed, ...] = ()

    @property
    def periods(self) -> tuple[str, ...]:
        """Every period that was judged, in order of time."""
        starts = {verdict.period: verdict.from_on for verdict in self.verdicts}
        return tuple(sorted(starts, key=lambda period: (starts[period], period)))

    def of(self, partner: str, period: str) -> tuple[Verdict, ...]:
        """The verdicts of one partner and period, in the order of the text."""
        return tuple(one for one in self.verdicts if one.partner == partner and one.period == period)


def render_overview(overview: Overview) -> str:
    """The whole document as one HTML text."""
    body = [
        _head(overview),
        section("matrix", "Partner by month", _matrix(overview), _legend()),
        section(
            "promises",
            "Promise by month",
            tag("p", "Shares in per cent; n is how many rows a figure counts.", class_="muted"),
            *[_clauses(overview, partner) for partner in overview.partners],
        ),
        section("money", "Price adjustments", _money(overview)),
        section("reported", "Where partners report otherwise", _differences(overview)),
        section("changes", "What changed", _changes(overview)),
        section("data", "Data problems", _feeds(overview.feeds), findings_table(overview.findings, most=15)),
        section(
            "repeat",
            "Repeat it",
            tag("p", command("tally assess"), " ", command("tally report"), " ", command("tally verify")),
        ),
    ]
    title = f"{overview.client}: partners against their contracts"
    return page(title, body, footer=made_of(overview.client, overview.as_of, overview.version))


def _count(verdicts: tuple[Verdict, ...], outcome: Outcome) -> int:
    return sum(verdict.outcome is outcome for verdict in verdicts)


# ----------------------------------------------------------------- first screen


def sentence(overview: Overview) -> Child:
    """The newest period and the whole span in words."""
    if not overview.periods:
        return "Nothing has been judged yet."
    latest = overview.periods[-1]
    words = [f"{month_name(latest)}: {_latest_words(overview, latest)}."]
    missed = [verdict for verdict in overview.verdicts if verdict.outcome is Outcome.MISSED]
    if missed:
        by_partner = {
            name: sum(verdict.partner == partner for verdict in missed) for partner, name in overview.partners.items()
        }
        parts = [f"{name} {count}" for name, count in sorted(by_partner.items(), key=lambda one: -one[1]) if count]
        over = count_words(len(overview.periods), "month")
        words.append(
            f" Over {over} {count_words(len(missed), 'promise was', 'promises were')} missed: {list_words(parts)}."
        )
    else:
        words.append(f" No promise was missed in {count_words(len(overview.periods), 'month')}.")
    totals = [money_text(money) for money in _totals(overview.statements).values() if money.amount]
    if totals:
        words.append(f" Price adjustments come to {list_words(totals)}.")
    return words


def _latest_words(overview: Overview, period: str) -> str:
    kept: list[str] = []
    others: list[str] = []
    for partner, name in overview.partners.items():
        verdicts = overview.of(partner, period)
        judged = [verdict for verdict in verdicts if verdict.outcome is not Outcome.NOT_ASSESSABLE]
        missed = [verdict for verdict in judged if verdict.outcome is Outcome.MISSED]
        if missed:
            others.append(f"{name} missed {missed[0].title[:1].lower()}{missed[0].title[1:]}" + _more(len(missed) - 1))
        elif any(verdict.outcome is Outcome.PROVISIONAL for verdict in judged):
            others.append(f"{name} cannot be settled yet")
        elif judged:
            kept.append(name)
    whole = len(overview.partners)
    words = f"{len(kept)} of {count_words(whole, 'partner')} inside contract"
    return "; ".join([words, *others])


def _more(count: int) -> str:
    return f" and {count} more" if count else ""


def _totals(statements: tuple[Statement, ...]) -> dict[str, Money]:
    totals: dict[str, Money] = {}
    for statement in statements:
        before = totals.get(statement.currency, Money.zero(statement.currency))
        totals[statement.currency] = before + statement.total
    return dict(sorted(totals.items()))


def _head(overview: Overview) -> Markup:
    periods = overview.periods
    latest = periods[-1] if periods else ""
    now = tuple(verdict for verdict in overview.verdicts if verdict.period == latest)
    flattering = [verdict for verdict in overview.verdicts if _flatters(verdict)]
    turned = [verdict for verdict in flattering if verdict.outcome is Outcome.MISSED and says_met(verdict)]
    span = f"{month_name(periods[0])} to {month_name(latest)}" if periods else "nothing judged"
    totals = [money for money in _totals(overview.statements).values() if money.amount]
    grave = sum(finding.severity == "error" for finding in overview.findings)
    restated = sum(verdict.restates is not None for verdict in overview.verdicts)
    return tag(
        "header",
        tag(
            "p", tag("b", overview.client), f" \u00b7 partners against their contracts \u00b7 {span}", class_="eyebrow"
        ),
        tag("h1", sentence(overview)),
        tiles(
            tile(
                f"kept in {month_name(latest)}", f"{_count(now, Outcome.MET)} of {len(now)}", "promises of all partners"
            ),
            tile(
                "missed in all months",
                str(_count(overview.verdicts, Outcome.MISSED)),
                f"of {len(overview.verdicts):,} verdicts",
            ),
            tile(
                "price adjustments",
                list_words([money_text(money) for money in totals]) or "none",
                "in all months, each currency by itself",
                wide=True,
            ),
            tile(
                "not settled",
                str(_count(overview.verdicts, Outcome.PROVISIONAL)),
                f"provisional; {_count(overview.verdicts, Outcome.NOT_ASSESSABLE)} not assessable",
            ),
            tile("reported better", str(len(flattering)), f"{len(turned)} of them turn a miss into a met"),
            tile("restated", str(restated), "verdicts moved by late data"),
            tile("data problems", str(len(overview.findings)), f"{grave} grave" if grave else "none grave"),
        ),
    )


def _flatters(verdict: Verdict) -> bool:
    """Whether the partner's own figure looks better than ours."""
    reported = verdict.reported
    if reported is None or not differs(verdict):
        return False
    return bool(reported.difference > 0) == (verdict.better == "higher") if reported.difference is not None else False


# ----------------------------------------------------------------------- matrix


def _matrix(overview: Overview) -> Markup:
    head = tag(
        "tr",
        tag("th", "partner", scope="col", class_="who"),
        [tag("th", _column(overview.periods, at), scope="col") for at in range(len(overview.periods))],
    )
    rows = []
    for partner, name in overview.partners.items():
        cells = [_cell(overview, partner, period) for period in overview.periods]
        rows.append(tag("tr", tag("th", tag("strong", name), scope="row", class_="who"), cells))
    return tag("table", tag("thead", head), tag("tbody", rows), class_="matrix")


def _column(periods: tuple[str, ...], at: int) -> Child:
    year = periods[at][:4]
    new_year = at == 0 or periods[at - 1][:4] != year
    return [short_month(periods[at]), tag("br"), tag("span", year if new_year else "\u00a0", class_="muted")]


def _cell(overview: Overview, partner: str, period: str) -> Markup:
    verdicts = overview.of(partner, period)
    if not verdicts:
        nothing = tag("span", "\u2013", class_="word")
        return tag("td", tag("span", nothing, class_="cell", data_month=short_month(period)))
    outcome = next(one for one in _GRAVEST if _count(verdicts, one))
    count = _count(verdicts, outcome)
    word = {Outcome.MET: "met", Outcome.NOT_ASSESSABLE: "too little"}.get(outcome, outcome.value)
    beside = f"{count} of {len(verdicts)}"
    inside = [
        tag("span", glyph(outcome), class_=f"status {_class(outcome)}"),
        tag("span", word, class_="word"),
        tag("span", beside),
    ]
    address = overview.addresses.get((partner, period))
    label = f"{overview.partners[partner]}, {month_name(period)}: {beside} {outcome.value}"
    shown = (
        tag("a", inside, href=address, aria_label=label, data_month=short_month(period))
        if address
        else tag("span", inside, class_="cell", title=label, data_month=short_month(period))
    )
    return tag("td", shown, class_=_class(outcome))


def _class(outcome: Outcome) -> str:
    return "thin" if outcome is Outcome.NOT_ASSESSABLE else outcome.value


def _legend() -> Markup:
    return tag("ul", [tag("li", status(outcome)) for outcome in _GRAVEST], class_="legend")


def _clauses(overview: Overview, partner: str) -> Child:
    own = [verdict for verdict in overview.verdicts if verdict.partner == partner]
    clauses = list(dict.fromkeys(verdict.clause for verdict in own))
    if not clauses:
        return None
    by_name = {(verdict.clause, verdict.period): verdict for verdict in own}
    titles = {verdict.clause: verdict.title for verdict in own}
    head = tag(
        "tr",
        tag("th", overview.partners[partner], scope="col", class_="who"),
        [tag("th", short_month(period), scope="col") for period in overview.periods],
    )
    rows = []
    for clause in clauses:
        cells = [_small(by_name.get((clause, period))) for period in overview.periods]
        rows.append(tag("tr", tag("th", f"{clause} {titles[clause]}", scope="row", class_="who"), cells))
    return tag("div", tag("table", tag("thead", head), tag("tbody", rows), class_="grid-of-clauses"), class_="scroll")


def _small(verdict: Verdict | None) -> Markup:
    if verdict is None:
        return tag("td", "\u2013")
    value = verdict.value.value if verdict.value is not None else None
    written = value_text(value, unit_of(verdict), verdict.target) if value is not None else "\u2013"
    promised = "" if verdict.target is None else f", target {level_text(verdict.target, unit_of(verdict))}"
    label = f"{verdict.outcome.value}: {written}, {counted_text(verdict.value)}{promised}"
    number = written.replace("\u202f%", "")
    n = rows_of(verdict.value)
    return tag(
        "td",
        glyph(verdict.outcome),
        tag("span", number),
        tag("small", "no n" if n is None else f"n\u202f{n:,}"),
        class_=_class(verdict.outcome),
        title=label,
        aria_label=label,
    )


# ------------------------------------------------------------------------ money


def _money(overview: Overview) -> Child:
    moved = [statement for statement in overview.statements if statement.total.amount]
    if not moved:
        return tag("p", "No price adjustment follows from any month.", class_="empty")
    rows = []
    for partner, name in overview.partners.items():
        own = [statement for statement in moved if statement.partner == partner]
        for statement in own:
            before = sum((line.amount.amount for line in statement.lines), Decimal(0))
            because = list_words([f"{line.follows}" for line in statement.lines if line.amount.amount])
            cut = (
                f"cut from {money_text(Money(before, statement.currency))} by the cap"
                if before > statement.total.amount
                else ""
            )
            rows.append(
                tag(
                    "tr",
                    tag("th", name, scope="row", data_label="partner"),
                    tag("td", month_name(statement.period), data_label="month"),
                    tag("td", because, data_label="because of"),
                    tag("td", cut or "\u2013", data_label="cap"),
                    tag("td", money_text(statement.total), class_="n", data_label="adjustment"),
                )
            )
        totals = _totals(tuple(own))
        rows += [
            tag(
                "tr",
                tag("th", f"{name}, together", scope="row", data_label="partner"),
                tag("td", "", class_="empty-cell"),
                tag("td", "", class_="empty-cell"),
                tag("td", "", class_="empty-cell"),
                tag("td", money_text(money), class_="n", data_label="adjustment"),
                class_="total",
            )
            for money in totals.values()
            if len(own) > 1
        ]
    names = ("partner", "month", "because of", "cap", "adjustment")
    head = tag("tr", [tag("th", name, scope="col", class_="n" if name == "adjustment" else None) for name in names])
    return tag("table", tag("thead", head), tag("tbody", rows), class_="cards")


# -------------------------------------------------------------------- differences


def _differences(overview: Overview) -> Child:
    found = [verdict for verdict in overview.verdicts if _flatters(verdict)]
    if not found:
        return tag(
            "p", "Every figure that a partner reports is as we count it, or worse for the partner.", class_="empty"
        )
    found.sort(key=lambda one: (not says_met(one) or one.outcome is not Outcome.MISSED, -_size(one), one.name))
    rows = [
        tag(
            "tr",
            tag("th", overview.partners.get(verdict.partner, verdict.partner), scope="row", data_label="partner"),
            tag("td", f"{verdict.clause} {verdict.title}", data_label="promise"),
            tag("td", month_name(verdict.period), data_label="month"),
            tag(
                "td",
                value_text(verdict.reported.value, unit_of(verdict), verdict.target),
                class_="n",
                data_label="reported",
            ),
            tag("td", _ours(verdict), class_="n", data_label="counted"),
            tag(
                "td",
                difference_text(verdict.reported.difference, unit_of(verdict)),
                class_="n",
                data_label="difference",
            ),
            tag("td", verdict.reported.sentence, data_label="cause"),
        )
        for verdict in found[:MOST_DIFFERENCES]
        if verdict.reported is not None
    ]
    names = ("partner", "promise", "month", "reported", "counted", "difference", "cause")
    numbers = ("reported", "counted", "difference")
    head = tag("tr", [tag("th", name, scope="col", class_="n" if name in numbers else None) for name in names])
    more = len(found) - len(rows)
    return [
        tag("table", tag("thead", head), tag("tbody", rows), class_="cards"),
        tag("p", f"{count_words(more, 'smaller difference')} more on the pages of the months.", class_="muted")
        if more > 0
        else None,
    ]


def _ours(verdict: Verdict) -> str:
    return value_text(verdict.value.value if verdict.value else None, unit_of(verdict), verdict.target)


def _size(verdict: Verdict) -> float:
    difference = verdict.reported.difference if verdict.reported else None
    return float(abs(difference)) if difference is not None else 0.0


# ---------------------------------------------------------------------- changes


def _changes(overview: Overview) -> Child:
    lines: list[Markup] = []
    for verdict in overview.verdicts:
        if verdict.restates is None:
            continue
        old = overview.replaced.get(verdict.restates)
        name = f"{_promise(overview, verdict)}, {month_name(verdict.period)}"
        was = f"{old.outcome.value} at {_ours(old)} ({counted_text(old.value)})" if old else verdict.restates
        records = count_words(len(verdict.differing), "record") if verdict.differing else "late data"
        lines.append(
            tag(
                "li",
                status(verdict.outcome),
                f" {name}: restated from {was} to {_now(verdict)} ({counted_text(verdict.value)}), moved by {records}.",
            )
        )
    lines += _turned(overview)
    if not lines:
        return tag(
            "p", "Nothing was restated, and no promise changed its verdict since the month before.", class_="empty"
        )
    return tag("ul", lines, class_="changes")


def _promise(overview: Overview, verdict: Verdict) -> str:
    return f"{overview.partners.get(verdict.partner, verdict.partner)}, {verdict.clause} {verdict.title}"


def _now(verdict: Verdict) -> str:
    return f"{verdict.outcome.value} at {_ours(verdict)}"


def _turned(overview: Overview) -> list[Markup]:
    """Promises whose verdict is another than in the month before the newest."""
    if len(overview.periods) < 2:
        return []
    before, latest = overview.periods[-2:]
    old = {(verdict.partner, verdict.clause): verdict for verdict in overview.verdicts if verdict.period == before}
    lines = []
    for verdict in overview.verdicts:
        earlier = old.get((verdict.partner, verdict.clause))
        if verdict.period != latest or earlier is None or earlier.outcome is verdict.outcome:
            continue
        was = f"{earlier.outcome.value} in {month_name(before)} ({_ours(earlier)})"
        lines.append(
            tag(
                "li",
                status(verdict.outcome),
                f" {_promise(overview, verdict)}: {was}, now {_now(verdict)}.",
            )
        )
    return lines


def _feeds(feeds: tuple[Feed, ...]) -> Child:
    if not feeds:
        return None
    rows = [
        tag(
            "tr",
            tag("th", feed.name, scope="row", data_label="feed"),
            tag("td", feed.newest, data_label="newest record"),
            tag("td", f"{feed.rows:,}", class_="n", data_label="rows"),
            tag("td", feed.note or "\u2013", data_label="note"),
        )
        for feed in feeds
    ]
    head = tag("tr", [tag("th", name, scope="col") for name in ("feed", "newest record", "rows", "note")])
    return tag("table", tag("thead", head), tag("tbody", rows), class_="cards")
