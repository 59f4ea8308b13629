"""What the credit lines of an expected invoice come to, where several windows grant the same clause."""

from __future__ import annotations

from tallystick.billing.invoice import WindowCredit, by_clause, credit_name, followed
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.measure_value import Step
from tallystick.vocabulary.money import Money

APRIL = Step("C1", "credit", "of the month", "1", 1, "EUR")
QUARTER = Step("C1", "credit", "of the quarter", "2", 2, "EUR")
LINES = (
    WindowCredit("C1", "T1", Money.of_minor(2000, "EUR"), Money.of_minor(1500, "EUR"), (APRIL,), "2026-04"),
    CreditLine("C2", "", Money.of_minor(700, "EUR"), Money.of_minor(600, "EUR"), ()),
    WindowCredit("C1", "TQ", Money.of_minor(1000, "EUR"), Money.of_minor(400, "EUR"), (QUARTER,), "2026-Q2"),
)


def test_what_several_windows_grant_of_a_clause_is_one_line_with_the_steps_of_each() -> None:
    first, second = by_clause(LINES)
    assert first == CreditLine("C1", "T1", Money.of_minor(3000, "EUR"), Money.of_minor(1900, "EUR"), (APRIL, QUARTER))
    assert second is LINES[1]


def test_a_clause_is_followed_from_the_promises_of_all_its_windows_each_named_once() -> None:
    assert followed((*LINES, LINES[0])) == {"C1": ("T1", "TQ")}


def test_only_a_line_of_one_window_among_several_names_its_window() -> None:
    assert [credit_name(line) for line in LINES] == ["C1 of 2026-04", "C2", "C1 of 2026-Q2"]
