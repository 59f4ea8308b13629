"""What a period that still runs will cost the partner at its pace: the contract's own arithmetic on forecast figures.

The clauses of the text are applied as in a judging, to the ends of each forecast's range instead of to a final figure.
The least and the most take every promise at its better and at its worse end at once, so what comes lies between them
wherever the forecasts do. Clauses that are not forecast stay where they are.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from fractions import Fraction

from tallystick.contract.clause import Values
from tallystick.contract.model import Contract
from tallystick.verdicts.consequences import follow
from tallystick.verdicts.pace import NoPace, Pace, was_over
from tallystick.verdicts.statement import settle
from tallystick.verdicts.store import Judged
from tallystick.verdicts.verdict import RETIRED, Verdict
from tallystick.vocabulary.measure_value import MeasureValue
from tallystick.vocabulary.money import Money


@dataclass(frozen=True)
class PaceOfCredits:
    """Price adjustments at the end of a running period: at the middle of the forecasts, and the least and the most."""

    middle: Money
    least: Money
    most: Money


# From fees by name, which stand in for those of the text, to the price adjustments that follow.
CreditsAhead = Callable[[Mapping[str, Money]], PaceOfCredits]


def pace_of_credits(
    contract: Contract, record: Judged, verdicts: Sequence[Verdict], paces: Mapping[str, Pace | NoPace]
) -> PaceOfCredits | None:
    """The price adjustments of a judging of `contract` at its pace, on the fees of the text; see `credits_ahead`.

    None where the period is over, and where nothing of it is forecast nor settled by the end of the term within it.
    """
    told = any(isinstance(pace, Pace) or pace is NoPace.OVER for pace in paces.values())
    if not told or not verdicts or was_over(record, verdicts):
        return None
    ahead = credits_ahead(contract, record, verdicts, paces)
    return None if ahead is None else ahead({})


def credits_ahead(
    contract: Contract, record: Judged, verdicts: Sequence[Verdict], paces: Mapping[str, Pace | NoPace]
) -> CreditsAhead | None:
    """The price adjustments of a judging of `contract` at its pace; None where nothing was judged, or of too few days.

    `paces` are by clause id; what is not forecast stays where it is, also where the term has ended. The text is the
    one in force on the period's first day, by what was known at the judging.
    """
    if not verdicts or NoPace.EARLY in paces.values():
        return None
    forecast = {clause: pace for clause, pace in paces.items() if isinstance(pace, Pace)}
    on = max(verdicts[0].from_on, contract.term.from_on)
    text = contract.in_force(on, record.known_on).at(on)

    def on_fees(fees: Mapping[str, Money]) -> PaceOfCredits:
        def due(ends: Mapping[str, Fraction]) -> Money:
            return _due(text, on, record, [_ending(one, forecast.get(one.clause), ends) for one in verdicts], fees)

        return PaceOfCredits(
            middle=due({clause: pace.value for clause, pace in forecast.items()}),
            least=due({clause: pace.low if pace.better == "lower" else pace.high for clause, pace in forecast.items()}),
            most=due({clause: pace.high if pace.better == "lower" else pace.low for clause, pace in forecast.items()}),
        )

    return on_fees


def _ending(verdict: Verdict, pace: Pace | None, ends: Mapping[str, Fraction]) -> tuple[Verdict, MeasureValue | None]:
    """A verdict with the figure it ends in; every end is a whole number of the period's cases."""
    value = verdict.assessed
    if pace is None or value is None or value.n is None:
        return verdict, value
    n, share = value.n + pace.rest, ends[verdict.clause]
    return verdict, replace(value, n=n, numerator=int(share * n), denominator=n, value=share, interval=None, pending=0)


def _due(
    text: Contract,
    on: date,
    record: Judged,
    ends: Sequence[tuple[Verdict, MeasureValue | None]],
    fees: Mapping[str, Money],
) -> Money:
    """What follows from figures, after the caps."""
    figures = {verdict.clause: value for verdict, value in ends}
    values = Values(
        contract=text,
        on=on,
        measured={clause: value for clause, value in figures.items() if value is not None},
        better={verdict.clause: verdict.better for verdict, _ in ends},
        earlier=dict(record.earlier),
        fees=fees,
        past=record.past,
        label=record.period,
        from_on=ends[0][0].from_on,
        end_on=ends[0][0].end_on,
        partner=record.partner,
        known_on=record.known_on,
    )
    judged = [one for one in text.counted if one.id in figures and one.state_on(on) != RETIRED]
    for clause in judged:
        values = values.after(clause, clause.apply(values))
    after = follow(values, [clause.id for clause in judged])
    return settle(after)[2]
