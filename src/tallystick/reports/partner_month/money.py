"""The money of a month with its arithmetic, and one case drawn."""

from __future__ import annotations

from tallystick.reports.charts import credit_bars, timeline
from tallystick.reports.figures import money_text
from tallystick.reports.markup import Child, Markup, tag
from tallystick.reports.page import money_of, section, steps_table
from tallystick.reports.partner_month.month import PartnerMonth


def money(month: PartnerMonth) -> Markup:
    """The price adjustments, line by line, and what the cap leaves."""
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


def one_case(month: PartnerMonth) -> Child:
    """One case on the wall clock; nothing where none was drawn."""
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
