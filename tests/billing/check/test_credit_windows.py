"""One credit clause that several windows grant which close with a month: its invoice has the sum of them."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest

from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.gathering import invoice_check
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.invoice import GivenCredits, WindowCredit, by_clause, credit_name
from tallystick.verdicts.promise import promise_of, texts_at
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tests.billing.check.desk import send
from tests.billing.check.papers import Off, paper
from tests.billing.check.test_adjust_check import OFF, RIGHT, TEXT, ordered, told
from tests.billing.windows import JULY, bill, make_windows, weighted
from tests.journeys.command_line import tally


def granted(period: str, amount: str, payable: str = "", follows: str = "S1") -> WindowCredit:
    """What a window grants of C1."""
    whole, left = (Money.of_minor(int(one.replace(".", "")), "EUR") for one in (amount, payable or amount))
    return WindowCredit("C1", follows, whole, left, (), period)


TWO = (granted("2026-04", "20.00"), granted("2026-Q2", "10.00"))
ALIKE = (granted("2026-04", "15.00"), granted("2026-Q2", "15.00"))


def checked(lines: Sequence[WindowCredit], *off: tuple[str, str]) -> InvoiceCheck:
    """The check of an invoice that is right but for what it takes off as price adjustments: reason and amount."""
    order, source = ordered(TEXT)
    document = paper("A-1", "2026-04", RIGHT, [OFF[0], *(Off(*one) for one in off)], rate="10")
    return check_invoice(Given(order, source, (document,), lambda _fees: GivenCredits(tuple(lines))))


@pytest.mark.parametrize("lines", [TWO, TWO[::-1], ALIKE])
@pytest.mark.parametrize("reason", ["C1", "S1", "some deduction"])
def test_what_two_windows_grant_is_right_in_one_sum_and_each_for_itself(
    lines: Sequence[WindowCredit], reason: str
) -> None:
    each = [str(line.payable.amount) for line in lines]
    assert told(checked(lines, (reason, "30"))) == []
    assert told(checked(lines, *((reason, one) for one in each))) == []


def test_what_two_windows_grant_is_one_line_of_the_check_with_its_sum() -> None:
    line = checked(TWO).line("credit:C1")
    assert line is not None
    assert (line.billed, str(line.expected)) == (None, "EUR -30.00")


def test_a_credit_is_found_by_what_any_of_its_windows_follows_from() -> None:
    lines = (TWO[0], granted("2026-Q2", "10.00", follows="TQ"))
    assert told(checked(lines, ("S1", "20"), ("TQ", "10"))) == []


def test_what_is_missing_of_several_windows_is_told_with_its_amount() -> None:
    assert told(checked(TWO))[0] == ("C1", "credit_missing", "EUR 30.00")
    for given, missing in (("20", "EUR 10.00"), ("10", "EUR 20.00")):
        assert told(checked(TWO, ("C1", given)))[0] == ("C1", "credit_missing", missing)
        assert told(checked(TWO, ("some deduction", given)))[0] == ("C1", "credit_missing", missing)


@pytest.mark.parametrize(("given", "period"), [("20", "2026-Q2"), ("10", "2026-04")])
def test_the_window_whose_part_is_missing_is_named(given: str, period: str) -> None:
    line = checked(TWO, ("C1", given)).line("credit:C1")
    assert line is not None
    assert [one.says for one in line.differences] == [f"The price adjustment of {period} is missing."]


THREE = (*TWO, granted("2026", "5.00"))


@pytest.mark.parametrize(
    ("lines", "given", "cause", "says"),
    [
        (THREE, ["20"], "credit_missing", "of 2026-Q2 and of 2026 is missing."),
        (THREE, ["10"], "credit_missing", "of 2026-04 and of 2026 is missing."),
        (TWO, ["20", "10", "20", "10"], "credit_twice", "of 2026-04 and of 2026-Q2 is taken off twice."),
        (TWO, ["20", "20", "10"], "credit_twice", "of 2026-04 is taken off twice."),
        (THREE, ["20", "10", "5", "10", "5"], "credit_twice", "of 2026-Q2 and of 2026 is taken off twice."),
    ],
)
def test_the_windows_whose_parts_are_missing_or_given_twice_are_named(
    lines: Sequence[WindowCredit], given: Sequence[str], cause: str, says: str
) -> None:
    line = checked(lines, *(("C1", one) for one in given)).line("credit:C1")
    assert line is not None
    assert [(one.cause, one.says) for one in line.differences] == [(cause, f"The price adjustment {says}")]


def test_what_is_given_beside_several_windows_is_told() -> None:
    assert told(checked(TWO, ("C1", "60")))[0] == ("C1", "credit_twice", "EUR -30.00")
    assert told(checked(TWO, ("some", "20"), ("other", "10"), ("more", "10")))[0][2] == "EUR -10.00"


def test_several_windows_given_without_their_caps_are_told_by_the_sum() -> None:
    lines = (granted("2026-04", "20.00", "5.00"), granted("2026-Q2", "25.00", "10.00"))
    assert told(checked(lines, ("C1", "45")))[0] == ("C1", "credit_cap", "EUR -30.00")


def test_windows_that_take_off_and_add_the_same_come_to_nothing() -> None:
    lines = (TWO[1], granted("2026-Q2", "-10.00"))
    found = checked(lines)
    assert (told(found), found.line("credit:C1")) == ([], None)


def test_lines_of_one_clause_are_added_up_and_others_left_alone() -> None:
    other = CreditLine("C2", "S1", TWO[0].amount, TWO[0].payable, ())
    found = by_clause((TWO[0], other, granted("2026-Q2", "10.00", "4.00")))
    assert [(one.clause, str(one.amount), str(one.payable)) for one in found] == [
        ("C1", "EUR 30.00", "EUR 24.00"), ("C2", "EUR 20.00", "EUR 20.00"),
    ]  # fmt: skip
    assert found[1] is other
    assert [credit_name(one) for one in (*TWO, other)] == ["C1 of 2026-04", "C1 of 2026-Q2", "C2"]


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The line's March, of which month and quarter grant EUR 4.84 each, billed with both."""
    root = make_windows(tmp_path_factory.mktemp("windows") / "home", weighted())
    send(root, [bill("2026-03", Off("C1 credit", "4.84"), Off("C1 credit", "4.84"))])
    return root


def test_an_invoice_with_the_credits_of_its_month_and_its_quarter_agrees(home: Path) -> None:
    found = invoice_check(
        home, promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None), "2026-03", JULY
    )
    assert found.agrees
    assert found.expected is not None
    assert [(credit_name(one), str(one.payable)) for one in found.expected.credits] == [
        ("C1 of 2026-03", "EUR 4.84"), ("C1 of 2026-Q1", "EUR 4.84"),
    ]  # fmt: skip


def test_the_expected_invoice_lists_what_each_window_grants(home: Path) -> None:
    answer = tally("invoice", "expected", "--partner", "aurora", "--period", "2026-03", "--home", home)
    told_lines = [" ".join(line.split()) for line in answer.out.splitlines()]
    for line in (
        "charges EUR 184.80", "price adjustment C1 of 2026-03 EUR -4.84", "price adjustment C1 of 2026-Q1 EUR -4.84",
        "net EUR 175.12",
    ):  # fmt: skip
        assert line in told_lines


def test_the_cost_of_an_unbilled_month_names_what_each_window_grants(tmp_path: Path) -> None:
    root = make_windows(tmp_path / "home", weighted())
    answer = tally("cost", "--partner", "aurora", "--month", "2026-03", "--home", root)
    assert "price adjustment C1 of 2026-03" in answer.out
    assert "price adjustment C1 of 2026-Q1" in answer.out
