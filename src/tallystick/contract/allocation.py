"""An amount at risk, and shares of it for the levels that are missed: pools, weights, critical levels."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from fractions import Fraction
from typing import TYPE_CHECKING, Literal

from pydantic import Field

from tallystick.contract.amounts import amount_text, exact, shown, to_money
from tallystick.contract.clause import CREDIT, Clause, Values
from tallystick.contract.quantity import Percentage, percentage_text
from tallystick.contract.section import Name, Names, Section
from tallystick.contract.triggered import nothing_because
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

if TYPE_CHECKING:
    from tallystick.contract.model import Contract

RoundingMode = Literal["half-up", "half-even", "up", "down", "ceiling", "floor"]
ROUNDED_ONCE = "Once, at the end, to the minor unit of the currency."
AT_RISK = "amount at risk"


class AtRisk(Section):
    """The amount at risk: a percentage of a fee, of which pass-through charges are taken off first."""

    percentage: Percentage = Field(Fraction(1), description="Share of the fee; all of it where none is written.")
    of: Name = Field(description="The fee.")
    less: Names = Field((), description="Fees that are taken off first, pass-through charges for example.")

    def fees(self, *path: str | int) -> tuple[tuple[str, tuple[str | int, ...]], ...]:
        """The fees that it names, each with its path."""
        return (
            (self.of, (*path, "of")),
            *((name, (*path, "less", index)) for index, name in enumerate(self.less)),
        )

    def step(self, clause: Clause, values: Values) -> tuple[Fraction | None, Step]:
        """The amount, exact, and the step that says it; None where a fee is unknown."""
        currency = values.contract.currency
        fees = [values.fee(name) for name in (self.of, *self.less)]
        if any(fee is None for fee in fees):
            return None, clause.step(AT_RISK, "without the fee nothing is at risk", self.of, None)
        whole, *off = [fee for fee in fees if fee is not None]
        net = exact(whole) - sum(map(exact, off))
        formula = f"percentage x fee “{self.of}”"
        numbers = f"{percentage_text(self.percentage)} x {whole}"
        if off:
            formula = f"percentage x (fee “{self.of}” - {' - '.join(f'“{name}”' for name in self.less)})"
            numbers = f"{percentage_text(self.percentage)} x ({whole} - {' - '.join(map(str, off))})"
        amount = max(net, Fraction(0)) * self.percentage
        return amount, clause.step(AT_RISK, formula, numbers, shown(amount, currency), currency)

    def words(self, contract: Contract) -> str:
        """The amount in words."""
        off = " and ".join(contract.fee_words(name) for name in self.less)
        share = "" if self.percentage == 1 else f"{percentage_text(self.percentage)} of "
        return f"{share}{contract.fee_words(self.of)}{f', less {off},' if off else ''}"


def allocated(
    clause: Clause,
    values: Values,
    at_risk: AtRisk,
    shares: Sequence[tuple[str, Fraction, str, str]],
    rounding: str,
    below: str = "target",
) -> list[Step]:
    """The steps of a credit: each share of the amount at risk whose level is missed; together at most that amount.

    A share is (clause, fraction of the amount, formula, numbers put in).
    """
    currency = values.contract.currency
    nothing = Money.zero(currency)
    reasons = {name: nothing_because(values, clause, name, below) for name, _, _, _ in shares}
    failed = [share for share in shares if not reasons[share[0]]]
    if not failed:
        why = "; ".join(dict.fromkeys(reasons.values())) or "no level is named"
        return [clause.step(CREDIT, "no level is missed", why, nothing, currency)]
    amount, step = at_risk.step(clause, values)
    if amount is None:
        return [step, clause.step(CREDIT, "without the fee nothing follows", at_risk.of, nothing, currency)]
    steps, total = [step], Fraction(0)
    for name, share, formula, numbers in failed:
        part = share * amount
        total += part
        steps.append(
            clause.step(
                f"share of {name}",
                f"{formula} x amount at risk",
                f"{numbers} x {amount_text(amount, currency)}",
                shown(part, currency),
                currency,
            )
        )
    due = min(total, amount)
    sign = "≤" if total <= amount else ">"
    steps.append(
        clause.step(
            "sum",
            "the smaller of the shares' sum and the amount at risk",
            f"{amount_text(total, currency)} {sign} {amount_text(amount, currency)}",
            shown(due, currency),
            currency,
        )
    )
    return [*steps, due_step(clause, due, currency, rounding)]


def due_step(clause: Clause, amount: Fraction, currency: str, rounding: str) -> Step:
    """The step in which an exact amount is rounded once and falls due."""
    due = to_money(amount, currency, rounding)
    return clause.step(
        CREDIT,
        f"price adjustment rounded {rounding} to the minor unit",
        f"{amount_text(amount, currency)} -> {due}",
        due,
        currency,
    )


def rounding_words(rounding: str, contract: Contract) -> str:
    """How the sum is rounded."""
    return f"The sum is rounded once ({rounding}) to the minor unit of {contract.currency}."


def listed_shares(shares: Iterable[tuple[str, Fraction]]) -> str:
    """Clauses with their shares in words."""
    return ", ".join(f"clause {name} {percentage_text(share)}" for name, share in shares)
