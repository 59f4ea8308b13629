"""`tally invoice` where two contracts with rate cards charge one partner: an answer is of the contract that has it."""

from __future__ import annotations

from pathlib import Path

import pytest

from tests.billing.check.desk import send
from tests.billing.check.papers import paper
from tests.billing.check.test_gathering import APRIL
from tests.billing.desk import AS_OF, TEXT, make_desk
from tests.journeys.command_line import Answer, tally

# CALL stands on both rate cards, LINX and CALX on the second one alone.
ANNEX = (
    TEXT.partition("clauses:")[0].replace("contract: line", "contract: annex")
    + """
charges:
  - {id: LINX, kind: fixed, title: Second line, amount: 70}
  - {id: CALX, kind: per_contact, title: More calls, rate: 2}
  - {id: CALL, kind: per_contact, title: Calls again, rate: 3}
"""
)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two contracts, and an invoice of April under the first of them."""
    root = make_desk(tmp_path_factory.mktemp("two") / "home")
    (root / "contracts" / "annex.yaml").write_text(ANNEX, encoding="utf-8")
    send(root, [paper("AUR-4", "2026-04", APRIL, rate="10", contract="line")])
    return root


def invoice(home: Path, what: str, *more: str, month: str = "2026-04") -> Answer:
    return tally(
        "invoice", what, "--partner", "aurora", "--period", month, "--as-of", AS_OF.isoformat(), *more, "--home", home
    )


@pytest.mark.parametrize(("charge", "words"), [("CALX", "CALX. More calls"), ("MIN", "MIN. Minutes")])
def test_a_charge_is_looked_for_in_all_contracts(home: Path, charge: str, words: str) -> None:
    answer = invoice(home, "expected", "--charge", charge)
    assert (answer.code, answer.err) == (0, "")
    assert words in answer.out


def test_a_charge_of_two_contracts_is_shown_of_both_with_their_names(home: Path) -> None:
    answer = invoice(home, "expected", "--charge", "CALL")
    assert answer.code == 0
    assert "CALL. Calls, 2026-04-01 to 2026-04-30, line" in answer.out
    assert "CALL. Calls again, 2026-04-01 to 2026-04-30, annex" in answer.out


def test_a_charge_of_no_contract_is_told_with_those_of_all(home: Path) -> None:
    answer = invoice(home, "expected", "--charge", "CALZ")
    assert (answer.code, answer.out) == (2, "")
    assert "CALL" in answer.err
    assert "CALX" in answer.err


def test_the_answer_for_scripts_holds_the_contracts_with_the_charge(home: Path) -> None:
    (only,) = invoice(home, "expected", "--charge", "CALX", "--json").json
    assert only["invoice"]["contract"] == "annex"


def test_a_line_is_shown_without_what_is_found_of_another_contract(home: Path) -> None:
    answer = invoice(home, "check", "--line", "SITE")
    assert answer.code == 1
    assert "SITE. Site" in answer.out
    assert "TS-P001" not in answer.err
    (only,) = invoice(home, "check", "--line", "SITE", "--json").json
    assert only["contract"] == "line"


def test_a_line_that_agrees_ends_well_whatever_else_differs(home: Path) -> None:
    assert invoice(home, "check", "--line", "TRAVEL").code == 0
    assert invoice(home, "check", "--line", "CALL").code == 1
    assert invoice(home, "check", "--contract", "line").code == 1


def test_a_contract_without_an_invoice_is_named(home: Path) -> None:
    answer = invoice(home, "check")
    assert answer.code == 1
    assert "No invoice of aurora for 2026-04 under annex is in the records." in answer.err
    assert "under line" not in answer.err


def test_lines_are_offered_by_the_names_that_the_table_shows(home: Path) -> None:
    answer = invoice(home, "check", "--line", "TRAVER")
    assert answer.code == 2
    assert "TRAVEL" in answer.err
    assert "charge:" not in answer.err
