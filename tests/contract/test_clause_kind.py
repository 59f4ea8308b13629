"""One more kind of clause is one more file: it is read, linted, rendered, ordered, and stands in the schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tallystick import registry
from tallystick.contract import clause as clause_module
from tallystick.contract import clauses
from tallystick.contract.card import Cards
from tallystick.contract.check import check_text
from tallystick.contract.clause import Clause, Values, applied_order, credit_of
from tallystick.contract.model import Contract
from tallystick.contract.plain import plain
from tallystick.contract.schema import json_schema
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money
from tests.contract.agreement import CARDS, TEXT

FILE = '''
"""A report that is due some days after the month."""

from decimal import Decimal
from typing import Literal

from tallystick.contract.clause import CREDIT, Clause
from tallystick.contract.rule import reading_rule
from tallystick.vocabulary.money import Money


class ReportDue(Clause):
    """A report that is due some days after the month."""

    kind: Literal["report_due"] = "report_due"
    days: int

    def needs(self, contract):
        return ("K1",)

    def plain(self, contract, cards):
        return [f"The report is due {self.days} days after the month."]

    def lint(self, contract, cards):
        if self.days > 31:
            yield reading_rule("wrong_value").found(contract.clause_place(self, "days"), "Over a month.")

    def apply(self, values):
        return [self.step(CREDIT, "fixed", "10", Money(Decimal(10), values.contract.currency))]
'''
TEXT_WITH_IT = TEXT.replace("clauses:\n", "clauses:\n  - {id: D1, kind: report_due, days: 5}\n")


@pytest.fixture
def _one_more_kind(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "report_due.py").write_text(FILE)
    clauses.__path__.append(str(tmp_path))
    registry.load_folder.cache_clear()
    clause_module.clause_kind.cache_clear()
    yield
    clauses.__path__.remove(str(tmp_path))
    sys.modules.pop("tallystick.contract.clauses.report_due", None)
    registry.load_folder.cache_clear()
    clause_module.clause_kind.cache_clear()


@pytest.mark.usefixtures("_one_more_kind")
def test_a_new_kind_of_clause_is_one_file() -> None:
    contract, findings = check_text(TEXT_WITH_IT, CARDS)
    assert findings == []
    assert contract is not None
    assert "The report is due 5 days after the month." in plain(contract)
    assert [one.id for one in applied_order(contract)] == ["A1", "K1", "D1", "C1", "CAP"]
    assert "ReportDue" in json_schema()["$defs"]
    found = contract.clause("D1")
    assert found is not None
    steps: list[Step] = found.apply(Values(contract, date(2026, 1, 1)))
    assert isinstance(credit_of(steps), Money)
    _, findings = check_text(TEXT_WITH_IT.replace("days: 5", "days: 50"), CARDS)
    assert [(one.id, one.place.line) for one in findings] == [("TS-C008", 28)]
    _, findings = check_text(TEXT_WITH_IT.replace("report_due, days", "report_due, dais"), CARDS)
    assert sorted((one.id, one.place.line) for one in findings) == [("TS-C006", 28), ("TS-C007", 28)]


def test_without_its_file_the_kind_is_unknown() -> None:
    _, findings = check_text(TEXT_WITH_IT, CARDS)
    assert [(one.id, one.place.line) for one in findings] == [("TS-C009", 28)]


def test_a_kind_that_says_nothing_of_what_follows_cannot_be_made() -> None:
    class Silent(Clause):
        kind: str = "silent"

        def plain(self, contract: Contract, cards: Cards) -> list[str]:
            return ["It says nothing."]

    with pytest.raises(TypeError, match="apply"):
        Silent(id="S1")  # type: ignore[abstract]
