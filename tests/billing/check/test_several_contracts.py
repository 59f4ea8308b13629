"""Several contracts with one partner: each is checked against its own invoices, whichever of them is asked for."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from tallystick.billing.check.gathering import documents_under, months_charged
from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tests.billing.check.papers import L, paper
from tests.billing.check.several import AS_OF, FEES, make_several, text_of
from tests.journeys.command_line import tally


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_several(tmp_path_factory.mktemp("several") / "home")


def contract_of(name: str) -> Contract:
    contract, findings = load_text(text_of(name))
    assert contract is not None, findings
    return contract


@pytest.mark.parametrize("name", FEES)
def test_the_check_of_one_contract_leaves_the_invoices_of_the_others_out(home: Path, name: str) -> None:
    """The right invoice of each contract came, and one of a frame without a rate card: no line of them is wrong."""
    answer = tally("invoice", "check", "--partner", "aurora", "--period", "2026-04", "--contract", name, "--json",
                   "--as-of", AS_OF.isoformat(), "--home", home)  # fmt: skip
    (told,) = answer.json
    assert [one["number"] for one in told["documents"]] == [f"N-{name}"]
    assert [line["differences"] for line in told["lines"]] == [[]] * len(told["lines"])
    assert told["billed_total"]["amount"] == f"{FEES[name]}.00"
    assert answer.code == 0


def test_all_contracts_at_once_take_each_invoice_once(home: Path) -> None:
    answer = tally("invoice", "check", "--partner", "aurora", "--period", "2026-04", "--json",
                   "--as-of", AS_OF.isoformat(), "--home", home)  # fmt: skip
    assert sorted((told["contract"], *(one["number"] for one in told["documents"])) for told in answer.json) == [
        ("desk", "N-desk"), ("joint", "N-joint"), ("night", "N-night"),
    ]  # fmt: skip


def test_a_document_that_names_no_contract_goes_to_one_with_a_rate_card() -> None:
    """The frame comes first by its name and has no charge that a line could name."""
    desk, frame = contract_of("desk"), contract_of("frame").model_copy(update={"contract": "a-frame"})
    plain = paper("N-1", "2026-04", [L("OTHER", net="5")])
    assert documents_under([plain], desk, [frame]) == (plain,)
    assert documents_under([plain], desk, [frame, contract_of("night")]) == (plain,)
    assert documents_under([plain], contract_of("night"), [frame, desk]) == ()


def test_a_document_that_names_another_contract_stays_out_even_where_that_has_no_rate_card() -> None:
    named = paper("N-1", "2026-04", [L("DESK", net="5")], contract="frame")
    assert documents_under([named], contract_of("desk"), [contract_of("frame")]) == ()
    assert documents_under([named], contract_of("desk"), []) == (named,)


def ended(name: str, last: str) -> str:
    return text_of(name).replace("to: 2026-12-31", f"to: {last}")


def test_a_contract_with_a_rate_card_charges_the_months_of_its_term_to_the_running_one() -> None:
    desk = contract_of("desk")
    assert months_charged(desk, date(2026, 5, 31)) == {date(2026, 3, 1), date(2026, 4, 1), date(2026, 5, 1)}
    assert months_charged(desk, date(2026, 2, 28)) == frozenset()
    assert max(months_charged(desk, date(2030, 1, 1))) == date(2026, 12, 1)
    assert months_charged(contract_of("frame"), date(2026, 5, 31)) == frozenset(), "it has no rate card"


def test_a_bill_under_a_contract_that_has_ended_is_checked_and_not_passed_over(tmp_path: Path) -> None:
    """Desk ended with March. What is billed of April under it is told, beside the check of night, which still runs."""
    root = make_several(tmp_path / "home")
    (root / "contracts" / "aurora.yaml").write_text(ended("desk", "2026-03-31"), encoding="utf-8")
    asked = ("invoice", "check", "--partner", "aurora", "--json", "--as-of", AS_OF.isoformat(), "--home", root)
    april = {one["contract"]: one for one in tally(*asked, "--period", "2026-04").json}
    assert set(april) == {"desk", "night", "joint"}
    assert [one["number"] for one in april["desk"]["documents"]] == ["N-desk"]
    assert "No text of desk charges 2026-04" in april["desk"]["findings"][0]["message"]
    assert {one["contract"] for one in tally(*asked, "--period", "2026-05").json} == {"night", "joint"}
