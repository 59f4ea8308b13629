"""A typed value, a claim or an election names no period.

Cause: the period is not written as verdicts name it (2026-3 or March 2026 for 2026-03), so that nothing ever looks it
up: the value is not read, the claim counts as never made, the election as never taken.
Cure: write the month 2026-03, the quarter 2026-Q1, the week 2026-W10, the day 2026-03-14 or the year 2026.
"""

from collections.abc import Iterator

from tallystick.contract.card import Cards
from tallystick.contract.model import Contract
from tallystick.contract.rule import Rule
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.finding import Finding, Severity
from tallystick.vocabulary.period import Period


def _look(contract: Contract, cards: Cards) -> Iterator[Finding]:
    del cards
    for clause in contract.clauses:
        for said, path in clause.said():
            # A text under `period` names one, wherever a clause writes it.
            if path[-1] == "period" and isinstance(said, str) and not _is_label(said, contract.zone):
                message = f"{said!r} of clause {clause.id} names no period."
                yield RULE.found(contract.clause_place(clause, *path), message)


def _is_label(text: str, zone: str) -> bool:
    """Whether a period is named exactly so; a text has no fiscal calendar by which a verdict could be."""
    try:
        return Period.parse(text, zone).label == text
    except UsageError:
        return False


RULE = Rule(
    "TS-C167",
    Severity.ERROR,
    "No period is named so",
    "Write 2026-03, 2026-Q1, 2026-W10, 2026-03-14 or 2026, as verdicts name it.",
    _look,
)
