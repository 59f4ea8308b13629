"""Invoices on the command line: taken in, listed with totals and faults, rules explained, hostile ones refused."""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from tests.invoices.documents import cii, ubl
from tests.invoices.test_tree import HOSTILE
from tests.journeys.command_line import tally

AT = ("--as-of", "2026-06-01T06:00Z")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder with a good invoice, one whose sum is wrong, and a table of lines."""
    folder = tmp_path_factory.mktemp("invoices")
    place = folder / "home"
    good, wrong, table = folder / "good.xml", folder / "wrong.xml", folder / "billing.csv"
    good.write_text(cii(number="INV-1"), encoding="utf-8")
    wrong.write_text(ubl(number="INV-2").replace(">267.74<", ">270.00<"), encoding="utf-8")
    table.write_text(
        "invoice number,invoice date,description,quantity,unit price,net amount,currency\n"
        "B-7,2026-04-09,Resolutions,1000,0.3333,333.30,PLN\n",
        encoding="utf-8",
    )
    assert tally("ingest", good, "--home", place, "--partner", "aurora", *AT).code == 0
    answer = tally("ingest", wrong, "--home", place, *AT)
    assert answer.code == 1
    assert "BR-CO-15 wrong.xml" in answer.err
    assert tally("ingest", table, "--home", place, "--partner", "borealis", *AT).code == 0
    return place


def test_invoices_are_listed_with_their_totals_and_what_is_wrong_with_them(home: Path) -> None:
    answer = tally("list", "invoices", "--home", home)
    assert answer.code == 1
    rows = [line.split() for line in answer.out.splitlines() if "INV-" in line or "B-7" in line]
    assert rows == [
        ["aurora", "INV-1", "invoice", "2026-04-02", "EUR", "224.99", "42.75", "267.74", "0"],
        ["aurora", "INV-2", "invoice", "2026-04-02", "EUR", "224.99", "42.75", "270", "1"],
        ["borealis", "B-7", "invoice", "2026-04-09", "PLN", "333.3", "-", "333.3", "0"],
    ]
    assert "BR-CO-15 aurora/INV-2:totals/gross" in answer.err
    assert "The total with tax (BT-112) is 270; the total without tax + tax is 267.74." in answer.err


def test_the_list_for_scripts_has_every_sum_as_text(home: Path) -> None:
    found = json.loads(tally("list", "invoices", "--home", home, "--json").out)
    assert [one["number"] for one in found] == ["INV-1", "INV-2", "B-7"]
    assert (found[0]["gross"], found[0]["payable"], found[0]["line_count"], found[0]["faults"]) == (
        "267.74",
        "267.74",
        2,
        [],
    )
    assert [fault["rule"] for fault in found[1]["faults"]] == ["BR-CO-15"]
    assert found[1]["file"] == "wrong.xml"


def test_an_invoice_that_a_corrected_one_replaces_says_by_which(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "in"
    folder.mkdir()
    first, corrected = folder / "first.xml", folder / "corrected.xml"
    first.write_text(ubl(number="INV-1"), encoding="utf-8")
    named = (
        "<cac:BillingReference><cac:InvoiceDocumentReference><cbc:ID>INV-1</cbc:ID>"
        "</cac:InvoiceDocumentReference></cac:BillingReference>"
    )
    text = ubl(number="INV-1K").replace(">380<", ">384<")
    before = text.index("<cac:AccountingSupplierParty")
    corrected.write_text(text[:before] + named + text[before:], encoding="utf-8")
    assert tally("ingest", folder, "--home", home, "--partner", "aurora", *AT).code == 0
    answer = tally("list", "invoices", "--home", home)
    assert [line.split() for line in answer.out.splitlines() if "INV-" in line] == [
        ["aurora", "INV-1", "invoice", "2026-04-02", "EUR", "224.99", "42.75", "267.74", "0", "INV-1K"],
        ["aurora", "INV-1K", "invoice", "2026-04-02", "EUR", "224.99", "42.75", "267.74", "0"],
    ]
    found = json.loads(tally("list", "invoices", "--home", home, "--json").out)
    assert [(one["number"], one["replaced_by"]) for one in found] == [("INV-1", "INV-1K"), ("INV-1K", None)]


def test_a_folder_without_invoices_says_how_to_take_one_in(tmp_path: Path) -> None:
    assert tally("init", tmp_path / "home").code == 0
    answer = tally("list", "invoices", "--home", tmp_path / "home")
    assert (answer.code, "tally ingest invoice.xml" in answer.out) == (0, True)


@pytest.mark.parametrize("rule", ["BR-CO-15", "br-s-08", "PEPPOL-EN16931-R120"])
def test_a_rule_of_invoices_is_explained_by_its_official_id(rule: str) -> None:
    answer = tally("explain", rule)
    assert answer.code == 0
    assert answer.out.startswith(rule.upper())
    assert "Cure:" in answer.out


def test_a_rule_that_nobody_has_is_not_found() -> None:
    assert tally("explain", "BR-XX-99").code == 2


def test_a_hostile_invoice_is_refused_with_exit_code_3_and_nothing_is_imported(home: Path, tmp_path: Path) -> None:
    path = tmp_path / "evil.xml"
    path.write_bytes(HOSTILE["billion laughs"][1]())
    before = tally("list", "invoices", "--home", home, "--json").out
    answer = tally("ingest", path, "--home", home, "--partner", "aurora", *AT)
    assert answer.code == 3
    assert "TS-I024" in answer.err
    assert tally("list", "invoices", "--home", home, "--json").out == before
