"""A report that is due some days after the month."""

from collections.abc import Iterable
from decimal import Decimal
from typing import Literal

from tallystick.contract.card import Cards
from tallystick.contract.clause import CREDIT, Clause, Values
from tallystick.contract.model import Contract
from tallystick.contract.rule import reading_rule
from tallystick.vocabulary.finding import Finding
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money


class ReportDue(Clause):
    """A report that is due some days after the month."""

    kind: Literal["report_due"] = "report_due"
    days: int

    def plain(self, contract: Contract, cards: Cards) -> list[str]:
        return [f"The report is due {self.days} days after the month."]

    def lint(self, contract: Contract, cards: Cards) -> Iterable[Finding]:
        if self.days > 31:
            yield reading_rule("wrong_value").found(contract.clause_place(self, "days"), "Over a month.")

    def apply(self, values: Values) -> list[Step]:
        return [self.step(CREDIT, "fixed", "10", Money(Decimal(10), values.contract.currency))]
