"""The price adjustments of a month as the invoice takes them: those of the statement, or on the fees it comes to.

Where the text names a fee under `billing.fees`, percentages of it refer to what the charges come to, so credits and
caps are applied again by the clauses themselves, to the outcomes that were judged. Everything else is the statement's.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from tallystick.billing.expected import CreditsOn
from tallystick.billing.invoice import GivenCredits
from tallystick.contract.clause import Values
from tallystick.contract.model import Contract
from tallystick.verdicts.consequences import follow
from tallystick.verdicts.promise import known_on
from tallystick.verdicts.statement import CreditLine, settle
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

NOT_JUDGED = "the promises of {period} are not judged yet, so no price adjustment is known"


@dataclass(frozen=True)
class JudgedWindow:
    """One judging whose window ends with the month: of the month itself, or of a quarter that closes with it."""

    record: Judged
    verdicts: tuple[Verdict, ...]


def moves_money(contract: Contract) -> bool:
    """Whether any clause of a text leads to a price adjustment."""
    return any(clause.moves_money for clause in contract.clauses)


def judged_windows(store: VerdictStore, contract: str, partner: str, periods: Sequence[str]) -> list[JudgedWindow]:
    """The judgings of some periods that stand, in order of the periods."""
    records = [record for period in periods for record in store.judged(contract, partner, period)]
    return [JudgedWindow(record, tuple(store.verdicts_of(record))) for record in records]


def credits_of(contract: Contract, period: str, windows: Sequence[JudgedWindow]) -> CreditsOn:
    """From the fees of the invoice to its credits, by what was judged for the month and windows that close with it."""

    def given(fees: Mapping[str, Money]) -> GivenCredits:
        lines: list[CreditLine] = []
        caps: list[Step] = []
        reasons: list[str] = []
        if not any(one.record.period == period for one in windows) and moves_money(contract):
            reasons.append(NOT_JUDGED.format(period=period))
        for window in windows:
            own, own_caps = _on_fees(contract, window, fees) if fees else _of_statement(window)
            lines += own
            caps += own_caps
            waiting = [one.clause for one in window.verdicts if one.outcome is Outcome.PROVISIONAL]
            if waiting:
                reasons.append(f"still provisional in {window.record.period}: {', '.join(waiting)}")
        return GivenCredits(tuple(lines), tuple(caps), tuple(reasons))

    return given


def _of_statement(window: JudgedWindow) -> tuple[list[CreditLine], tuple[Step, ...]]:
    statement = window.record.statement
    if statement is None:
        return [], ()
    return list(statement.lines), statement.caps


def _on_fees(
    contract: Contract, window: JudgedWindow, fees: Mapping[str, Money]
) -> tuple[list[CreditLine], tuple[Step, ...]]:
    """The credits that follow from the outcomes as judged, with percentages of the fees given."""
    record, verdicts = window.record, window.verdicts
    if not verdicts:
        return [], ()
    on = max(verdicts[0].from_on, contract.term.from_on)
    text = contract.in_force(on, known_on(datetime.fromisoformat(record.as_of))).at(on)
    found = {one.clause: one.outcome.value for one in verdicts}
    values = Values(
        contract=text,
        on=on,
        measured={one.clause: one.value for one in verdicts if one.value is not None},
        better={one.clause: one.better for one in verdicts},
        outcomes={clause.id: found[clause.id] for clause in text.counted if clause.id in found},
        earlier=dict(record.earlier),
        fees=dict(fees),
        past=record.past,
        label=record.period,
        from_on=verdicts[0].from_on,
        end_on=verdicts[0].end_on,
        partner=record.partner,
    )
    after = follow(values, values.outcomes)
    if not after.granted:
        return [], ()
    lines, limits, _ = settle(text, after.granted, after.limits)
    return list(lines), limits
