"""Electronic invoices into the lake and out again: nothing is lost, and a hostile one leaves nothing behind."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections import Counter
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest

from tallystick.invoices.reading import read
from tallystick.invoices.value import Contact, Invoice, Party, Payment
from tallystick.privacy.vault import Vault
from tallystick.records import mapping_file
from tallystick.records.connector import Mapping, Resolver
from tallystick.records.connectors.e_invoices import EInvoices
from tallystick.records.ingest import ingest
from tallystick.records.invoice_rows import current, stored_invoices
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tests.invoices.documents import cii, ubl
from tests.invoices.pdfs import flat, invoice_pdf, with_file
from tests.invoices.test_tree import HOSTILE

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)
D = Decimal


def put(folder: Path, name: str, content: str | bytes) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    path = folder / name
    path.write_bytes(content.encode() if isinstance(content, str) else content)
    return path


def stored(home: Path, partner: str = "") -> list[Any]:
    with Lake.open(home / "lake") as lake:
        scope = Scope.of_partner(lake.client, partner) if partner else Scope.of_client(lake.client)
        return list(stored_invoices(lake, scope))


def kept(invoice: Invoice) -> Invoice:
    """An invoice without what the lake does not keep: contacts, accounts, electronic addresses."""

    def company(party: Party | None) -> Party | None:
        return party and replace(party, contact=Contact(), endpoint=None)

    payment = invoice.payment
    return replace(
        invoice,
        seller=company(invoice.seller),
        buyer=company(invoice.buyer),
        payee=company(invoice.payee),
        representative=company(invoice.representative),
        deliver_to=company(invoice.deliver_to),
        payment=Payment(means=payment.means, reference=payment.reference, due_on=payment.due_on, terms=payment.terms),
    )


@pytest.fixture(scope="module")
def homes(shared_data: Path, tmp_path_factory: pytest.TempPathFactory) -> list[tuple[Path, Path, Any]]:
    """(file, home, outcome) of each public invoice, each in a home of its own."""
    found = []
    for path in sorted((shared_data / "invoices").glob("*/*.xml")):
        home = tmp_path_factory.mktemp("home")
        found.append((path, home, ingest(home, path, as_of=AS_OF, partner="aurora")))
    return found


def test_the_public_invoices_come_out_of_the_lake_as_they_went_in(homes: list[tuple[Path, Path, Any]]) -> None:
    assert len(homes) >= 18
    for path, home, outcome in homes:
        assert outcome.connector == "e_invoices"
        assert outcome.rows_in == outcome.stored > 1
        assert outcome.exit_code == 0
        before = read(path.read_bytes()).invoice
        (found,) = stored(home)
        assert found.invoice == kept(before), path.name
        assert found.partner == "aurora"
        assert {fault.rule.id for fault in found.faults()} <= {"PEPPOL-EN16931-R120", "PEPPOL-EN16931-R046"}


def test_every_figure_of_the_public_invoices_stands_in_the_lake(homes: list[tuple[Path, Path, Any]]) -> None:
    """The other reading knows nothing of invoices: elements whose names end in Amount, Quantity, Percent, Numeric."""
    for path, home, _ in homes:
        said: Counter[Decimal] = Counter()
        for element in ET.parse(path).iter():  # noqa: S314 - public files, by another parser than ours
            name, text = element.tag.rpartition("}")[2], (element.text or "").strip()
            if name.endswith(("Amount", "Quantity", "Percent", "Numeric")) and text and not len(element):
                said[Decimal(text)] += 1
        held: Counter[Decimal] = Counter()
        with Lake.open(home / "lake") as lake:
            for table, rows in current(lake, Scope.of_client(lake.client)).items():
                for row in rows.to_pylist():
                    held.update(Decimal(value).normalize() for value in row.values() if isinstance(value, Decimal))
                    if table == "invoice_line" and row["more"] and "gross_base_quantity" in row["more"]:
                        told = row["more"].split('"gross_base_quantity":"')[1].split('"')[0]
                        held[Decimal(told).normalize()] += 1
        assert held == Counter({value.normalize(): count for value, count in said.items()}), path.name


def test_an_invoice_in_the_other_syntax_is_the_same_invoice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    first = ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, partner="aurora")
    second = ingest(home, put(tmp_path, "b.xml", cii()), as_of=AS_OF + timedelta(hours=1), partner="aurora")
    assert (first.stored, second.rows_in) == (3, 3)
    (found,) = stored(home)
    assert found.invoice == kept(read(cii().encode()).invoice)


def test_the_same_invoice_inside_a_pdf_and_as_xml_is_the_same_invoice(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ingest(home, put(tmp_path, "a.xml", cii()), as_of=AS_OF, partner="aurora")
    outcome = ingest(home, put(tmp_path, "a.pdf", invoice_pdf()), as_of=AS_OF + timedelta(hours=1), partner="aurora")
    assert outcome.connector == "e_invoices"
    assert outcome.exit_code == 0
    assert len(stored(home)) == 1


def test_whose_an_invoice_is_is_said_once_per_seller_and_known_from_then_on(tmp_path: Path) -> None:
    home = tmp_path / "home"
    other = ubl(number="B-1").replace("RO12345674", "PL5260001246").replace("Aurora Contact SRL", "Borealis sp. z o.o.")
    ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, partner="aurora")
    ingest(home, put(tmp_path, "b.xml", other), as_of=AS_OF, partner="borealis")
    third = ingest(home, put(tmp_path, "c.xml", ubl(number="INV-2")), as_of=AS_OF)
    assert third.mapping.doubts == ()
    assert mapping_file.load(home, "e-invoices").kinds == {"RO12345674": "aurora", "PL5260001246": "borealis"}
    assert {one.invoice.number: one.partner for one in stored(home)} == {
        "INV-1": "aurora", "INV-2": "aurora", "B-1": "borealis",
    }  # fmt: skip
    assert [one.invoice.number for one in stored(home, "borealis")] == ["B-1"]


def test_a_seller_that_nobody_knows_and_one_handed_in_as_anothers_are_doubted(tmp_path: Path) -> None:
    home = tmp_path / "home"
    unknown = ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, dry_run=True)
    assert "is no partner yet" in unknown.mapping.doubts[0]
    ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, partner="aurora")
    wrong = ingest(home, put(tmp_path, "b.xml", ubl(number="INV-2")), as_of=AS_OF, partner="borealis")
    assert wrong.mapping.doubts == ("'Aurora Contact SRL' (RO12345674) is known as 'aurora', not 'borealis'.",)
    assert {one.partner for one in stored(home)} == {"aurora"}


def test_a_folder_of_invoices_is_one_load_and_one_bad_file_refuses_it(tmp_path: Path) -> None:
    folder = tmp_path / "march"
    for number in range(3):
        put(folder, f"{number}.xml", ubl(number=f"INV-{number}"))
    put(folder, "3.pdf", with_file(flat(cii(number="INV-9").encode())))
    outcome = ingest(tmp_path / "home", folder, as_of=AS_OF, partner="aurora")
    assert (outcome.connector, outcome.rows_in, outcome.stored) == ("e_invoices", 12, 12)
    assert {one.file for one in stored(tmp_path / "home")} == {"0.xml", "1.xml", "2.xml", "3.pdf"}
    put(folder, "4.xml", HOSTILE["billion laughs"][1]())
    refused = ingest(tmp_path / "other", folder, as_of=AS_OF, partner="aurora")
    assert refused.exit_code == 3
    assert refused.findings[0].id == "TS-I024"
    assert "4.xml" in refused.findings[0].message
    assert not list((tmp_path / "other").rglob("*.parquet"))


def test_what_is_wrong_is_told_with_rule_line_value_and_cure_and_the_invoice_is_stored(tmp_path: Path) -> None:
    text = ubl().replace('PayableAmount currencyID="EUR">267.74', 'PayableAmount currencyID="EUR">268.74')
    outcome = ingest(tmp_path / "home", put(tmp_path, "a.xml", text), as_of=AS_OF, partner="aurora")
    assert (outcome.exit_code, outcome.stored, outcome.rejected) == (1, 3, 0)
    (told,) = outcome.findings
    assert (told.id, told.value, told.place.file, told.place.key) == ("BR-CO-16", "268.74", "a.xml", "totals/payable")
    assert "268.74" in text.splitlines()[told.place.line - 1]
    assert told.message == "The amount due (BT-115) is 268.74; the total with tax - prepaid + rounding is 267.74."
    assert told.cure
    (found,) = stored(tmp_path / "home")
    assert [(fault.rule.id, fault.miss.value) for fault in found.faults()] == [("BR-CO-16", "268.74")]


def test_amounts_in_another_currency_and_amounts_that_are_not_read_are_told(tmp_path: Path) -> None:
    text = ubl().replace('LineExtensionAmount currencyID="EUR">125.00', 'LineExtensionAmount currencyID="USD">125.00')
    more = '<cbc:PayableAlternativeAmount currencyID="RON">1337.00</cbc:PayableAlternativeAmount>'
    text = text.replace("</cac:LegalMonetaryTotal>", f"{more}</cac:LegalMonetaryTotal>")
    text = text.replace("<cbc:Name>Training", "<cbc:Keyword>secret of Jane Doe</cbc:Keyword><cbc:Name>Training")
    outcome = ingest(tmp_path / "home", put(tmp_path, "a.xml", text), as_of=AS_OF, partner="aurora")
    told = {one.id: one for one in outcome.findings}
    assert set(told) == {"TS-I232", "TS-I233", "TS-I234"}
    assert told["TS-I232"].message == "An amount is in USD; the invoice is in EUR."
    assert told["TS-I233"].message == "Not read: PayableAlternativeAmount 1337.00."
    assert told["TS-I234"].message == "Not read: Keyword."
    assert outcome.exit_code == 0


@pytest.mark.parametrize("name", sorted(HOSTILE))
def test_a_hostile_or_damaged_document_leaves_nothing_behind_but_its_line_in_the_ledger(
    name: str, tmp_path: Path
) -> None:
    rule, build = HOSTILE[name]
    home = tmp_path / "home"
    outcome = ingest(home, put(tmp_path, "invoice.xml", build()), as_of=AS_OF, partner="aurora")
    assert (outcome.exit_code, outcome.rows_in, outcome.stored) == (3, 0, 0)
    (told,) = outcome.findings
    assert (told.id, told.place.file) == (rule, "invoice.xml")
    assert told.cure
    assert not [path for path in home.rglob("*") if path.suffix in (".parquet", ".yaml")]


def test_account_and_contact_are_not_kept_and_a_changed_account_shows(tmp_path: Path) -> None:
    home = tmp_path / "home"
    means = (
        "<cac:PaymentMeans><cbc:PaymentMeansCode>58</cbc:PaymentMeansCode><cac:PayeeFinancialAccount>"
        "<cbc:ID>RO49 AAAA 1B31 0075 9384 {}</cbc:ID></cac:PayeeFinancialAccount></cac:PaymentMeans><cac:TaxTotal>"
    )
    vault = Vault.create(tmp_path / "keys")
    for number, account in (("INV-1", "0000"), ("INV-2", "0000"), ("INV-3", "0001")):
        text = ubl(number=number).replace("<cac:TaxTotal>", means.format(account), 1)
        text = text.replace("<cac:PartyLegalEntity>", "<cac:PartyLegalEntity>", 1)
        text = text.replace(
            "</cac:PartyLegalEntity>",
            "</cac:PartyLegalEntity><cac:Contact><cbc:Name>Jane Doe</cbc:Name></cac:Contact>",
            1,
        )
        ingest(home, put(tmp_path, f"{number}.xml", text), as_of=AS_OF, partner="aurora", vault=vault)
    with Lake.open(home / "lake") as lake:
        rows = current(lake, Scope.of_client(lake.client))["invoice"].sort_by("number")
    first, second, third = rows["payee_account"].to_pylist()
    assert first == second != third
    everything = b"".join(path.read_bytes() for path in home.rglob("*") if path.is_file())
    # Tables are packed, so they are also looked at as they are read. A part of a key may be four digits by chance.
    everything += str(rows.to_pylist()).encode()
    for told in (b"00759384", b"0075 9384", b"93840000", b"9384 0000", b"Jane Doe"):
        assert told not in everything


def test_a_shorter_version_of_an_invoice_leaves_no_line_of_the_longer_one(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, partner="aurora")
    shorter = ubl(lines=[("Hours", 10, 1250)])
    ingest(home, put(tmp_path, "b.xml", shorter), as_of=AS_OF + timedelta(hours=1), partner="aurora")
    (found,) = stored(home)
    assert found.invoice == kept(read(shorter.encode()).invoice)


def test_two_invoices_of_one_number_and_different_days_are_two(tmp_path: Path) -> None:
    home = tmp_path / "home"
    ingest(home, put(tmp_path, "a.xml", ubl()), as_of=AS_OF, partner="aurora")
    ingest(home, put(tmp_path, "b.xml", ubl().replace("2026-04-02", "2026-04-03")), as_of=AS_OF, partner="aurora")
    ingest(home, put(tmp_path, "c.xml", ubl(credit=True)), as_of=AS_OF, partner="aurora")
    assert len(stored(home)) == 3


@pytest.mark.parametrize(
    ("content", "sure"),
    [
        (ubl(), 0.98),
        (cii(), 0.98),
        ("\ufeff" + ubl(), 0.98),
        (ubl().encode("utf-16"), 0.98),
        ("<note/>", 0.3),
        (invoice_pdf(), 0.6),
        ("invoice number,amount\n1,2\n", 0.0),
        ("", 0.0),
        ("PK\x03\x04", 0.0),
    ],
)
def test_a_document_is_recognised_by_its_first_bytes(content: str | bytes, sure: float, tmp_path: Path) -> None:
    assert EInvoices().recognise(put(tmp_path, "a.bin", content)) == sure


def test_reading_depends_on_the_mapping_and_the_file_alone(tmp_path: Path) -> None:
    path = put(tmp_path, "a.xml", ubl())
    plan = Mapping("e_invoices", "f", "f", kinds={"RO12345674": "aurora"})
    one, two = (list(EInvoices().read(path, plan, Resolver("c", at))) for at in (0, 10**15))
    assert [batch.tables for batch in one] == [batch.tables for batch in two]
    assert one[0].tables["invoice"]["partner_given"].to_pylist() == ["aurora"]


def test_a_file_that_comes_again_after_another_seller_was_learned_is_a_duplicate(tmp_path: Path) -> None:
    home = tmp_path / "home"
    other = ubl(number="B-1").replace("RO12345674", "PL5260001246")
    path = put(tmp_path, "a.xml", ubl())
    ingest(home, path, as_of=AS_OF, partner="aurora")
    ingest(home, put(tmp_path, "b.xml", other), as_of=AS_OF + timedelta(hours=1), partner="borealis")
    again = ingest(home, path, as_of=AS_OF + timedelta(hours=2))
    assert (again.stored, again.duplicate, again.rejected) == (0, 3, 0)
    assert [found.id for found in again.findings] == []
    assert len(stored(home)) == 2
