"""The data behind a month's figures, and how to repeat them."""

from __future__ import annotations

from tallystick.reports.markup import Child, Markup, join, tag
from tallystick.reports.page import command, definition_list, digest_text, findings_table, provenance, section
from tallystick.reports.partner_month.month import PartnerMonth
from tallystick.verdicts.verdict import Outcome


def data(month: PartnerMonth) -> Markup:
    """Why figures are provisional, how fresh the feeds are, what the gate found."""
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


def repeat(month: PartnerMonth) -> Markup:
    """The commands and digests by which the other side reaches the same figures."""
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
