"""The frame that every document shares: one file, style and shapes inside, nothing fetched from anywhere."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import cache
from importlib.resources import files
from typing import Any

from tallystick.reports.charts import glyph_sheet
from tallystick.reports.figures import is_share, money_text, plain_amount, value_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

# Nothing may be loaded or run, whatever a name in the data tries.
POLICY = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; base-uri 'none'; form-action 'none'"


@cache
def _style() -> Markup:
    return Markup(files("tallystick.reports").joinpath("stylesheet.css").read_text(encoding="utf-8"))


def page(title: str, body: Child, *, footer: Child, language: str = "en") -> str:
    """A whole HTML document."""
    head = tag(
        "head",
        tag("meta", charset="utf-8"),
        tag("meta", http_equiv="Content-Security-Policy", content=POLICY),
        tag("meta", name_="viewport", content="width=device-width, initial-scale=1"),
        tag("meta", name_="color-scheme", content="light dark"),
        tag("meta", name_="referrer", content="no-referrer"),
        tag("title", title),
        tag("style", _style()),
    )
    # `name` is a parameter of `tag`, so the attribute is written with an underscore that is dropped.
    inside = tag(
        "body",
        tag("a", "Skip to the content", href="#content", class_="skip"),
        glyph_sheet(),
        tag("div", tag("main", body, id="content"), tag("footer", footer), class_="sheet-of-paper"),
    )
    return f"<!doctype html>\n{tag('html', head, inside, lang=language)}\n"


def section(name: str, heading: str, *children: Child, classes: str = "") -> Markup:
    """A section with its heading and an address."""
    return tag("section", tag("h2", heading, id=name), *children, class_=classes or None, aria_labelledby=name)


def tile(label: str, figure: Child, *notes: Child, wide: bool = False) -> Markup:
    """One figure of the first screen with what it means; `wide` takes the room of two."""
    return tag(
        "li",
        tag("span", label, class_="label"),
        tag("span", figure, class_="big"),
        [tag("span", note, class_="note") for note in notes if note],
        class_="wide" if wide else None,
    )


def tiles(*made: Markup) -> Markup:
    """The first screen's figures; at most seven."""
    return tag("ul", *made[:7], class_="tiles")


def command(line: str) -> Markup:
    """A command line to copy."""
    return tag("code", line, class_="command")


def definition_list(*pairs: tuple[str, Child]) -> Markup:
    """Names and what belongs to them."""
    return tag("dl", [[tag("dt", name), tag("dd", value)] for name, value in pairs])


def digest_text(digest: str) -> Markup:
    """A digest in full, to be compared and copied."""
    return tag("code", digest, class_="digest")


_SEVERITY_SHAPE = {Severity.ERROR: "\u25c6", Severity.WARNING: "\u25b2", Severity.NOTE: "\u25cb"}


def findings_table(findings: tuple[Finding, ...], most: int = 40) -> Child:
    """Findings with rule, place and cure, the grave ones first."""
    if not findings:
        return tag("p", "The data gate found nothing to report.", class_="empty")
    order = list(Severity)
    ranked = sorted(findings, key=lambda finding: (order.index(finding.severity), finding.id, str(finding.place)))
    rows = [
        tag(
            "tr",
            tag(
                "td",
                tag(
                    "span",
                    f"{_SEVERITY_SHAPE[finding.severity]} {finding.severity}",
                    class_=f"severity {finding.severity}",
                ),
                data_label="severity",
            ),
            tag("td", tag("code", finding.id), data_label="rule"),
            tag(
                "td",
                finding.message,
                tag("span", finding.cure, class_="cure") if finding.cure else None,
                data_label="what",
            ),
            tag("td", f"{finding.count:,}", class_="n", data_label="rows"),
            tag("td", str(finding.place), class_="place", data_label="where"),
        )
        for finding in ranked[:most]
    ]
    head = tag(
        "tr", [tag("th", name, scope="col") for name in ("severity", "rule", "what, and the cure", "rows", "where")]
    )
    more = len(ranked) - most
    return [
        tag("table", tag("thead", head), tag("tbody", rows), class_="cards findings"),
        tag("p", f"{more:,} more are listed by ", command("tally doctor"), ".", class_="muted") if more > 0 else None,
    ]


def money_of(result: Any) -> Money | None:
    """The amount that a step ends in, whether it was just computed or read back from a file."""
    if isinstance(result, Money):
        return result
    if isinstance(result, dict) and set(result) == {"amount", "currency"}:
        return Money(Decimal(str(result["amount"])), str(result["currency"]))
    return None


def result_text(step: Step) -> str:
    """What a step yields, written out."""
    money = money_of(step.result)
    if money is not None:
        return money_text(money)
    result = step.result
    if isinstance(result, str) and "/" in result:
        parts = result.split("/")
        if len(parts) == 2 and all(part.lstrip("-").isdigit() for part in parts) and int(parts[1]):
            result = Fraction(int(parts[0]), int(parts[1]))
    if isinstance(result, Fraction):
        return value_text(result, step.unit or "ratio") if is_share(step.unit or "ratio") or step.unit else str(result)
    if isinstance(result, Decimal):
        return plain_amount(result)
    return "\u2013" if result is None else str(result)


def steps_table(steps: tuple[Step, ...]) -> Child:
    """The lines of an arithmetic: what, by which formula, with the numbers put in, and the result."""
    if not steps:
        return None
    rows = [
        tag(
            "tr",
            tag("th", step.label, scope="row", data_label="step"),
            tag("td", step.formula, data_label="formula"),
            tag("td", step.inserted, class_="inserted", data_label="with numbers"),
            tag("td", result_text(step), class_="n", data_label="result"),
        )
        for step in steps
    ]
    head = tag(
        "tr", [tag("th", name, scope="col") for name in ("step", "formula", "with the numbers put in", "result")]
    )
    return tag("table", tag("thead", head), tag("tbody", rows), class_="cards steps")


def provenance(badge: str) -> Markup:
    """Where a figure comes from, as a badge with its word."""
    return tag("span", badge, class_=f"badge {badge}")


def made_of(client: str, as_of: str, version: str) -> Child:
    """The last lines of a document."""
    return [
        tag("p", f"{client}. Figures as of {as_of}. Made by Tallystick {version} from pinned inputs."),
        tag(
            "p",
            "Met and missed are census arithmetic, and decide. The interval beside a figure says how firm a sign it is "
            "of the process behind it, and decides nothing. Credits are price adjustments.",
        ),
    ]
