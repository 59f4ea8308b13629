"""Which checks of an invoice a source can support: from the tables that it fills and those that each check reads.

In: canonical tables that a source fills, what it says that it cannot tell. Out: checks, alone, with others, or not.
Verb: charge_coverage. Must not know: any source system, any rate that was agreed.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping

from tallystick.measures.coverage import Coverage, parted

# What is looked at, and the tables without which it cannot be.
CHECKS: Mapping[str, frozenset[str]] = {
    "sums and taxes": frozenset({"invoice", "invoice_line", "invoice_tax", "invoice_allowance"}),
    "quantity times price": frozenset({"invoice", "invoice_line"}),
    "lines billed twice": frozenset({"invoice", "invoice_line"}),
    "lines outside of the rate card": frozenset({"invoice", "invoice_line"}),
    "credits that are missing": frozenset({"invoice", "invoice_line"}),
    "a changed account": frozenset({"invoice"}),
    "hours worked": frozenset({"invoice", "invoice_line", "agent_state"}),
    "hours scheduled": frozenset({"invoice", "invoice_line", "shift"}),
    "contacts by telephone": frozenset({"invoice", "invoice_line", "call"}),
    "cases and resolutions": frozenset({"invoice", "invoice_line", "case", "case_event"}),
    "agents after their last day": frozenset({"invoice", "invoice_line", "agent"}),
    "agents billed by two": frozenset({"invoice", "invoice_line", "agent_state", "identity"}),
}


def charge_coverage(fills: Collection[str], cannot: Mapping[str, str] | None = None) -> Coverage:
    """What of `CHECKS` a source that fills some tables can support, alone or with others."""
    return parted(CHECKS, fills, cannot or {}, noun="checks of invoices")
