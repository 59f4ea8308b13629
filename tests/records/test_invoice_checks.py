"""Checks of the data gate that look at invoices."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tallystick.privacy.vault import Vault
from tallystick.records.gate import gate
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.scope import Scope
from tests.invoices.documents import ubl

AS_OF = datetime(2026, 6, 1, tzinfo=UTC)


def put(tmp_path: Path, *documents: str) -> Path:
    vault = Vault.create(tmp_path / "keys")
    for at, text in enumerate(documents):
        path = tmp_path / f"{at}.xml"
        path.write_text(text, encoding="utf-8")
        ingest(tmp_path / "home", path, as_of=AS_OF, partner="aurora", vault=vault)
    return tmp_path / "home"


def told(home: Path, rule: str, partner: str = "") -> list[tuple[str, int, bool]]:
    with Lake.open(home / "lake") as lake:
        scope = Scope.of_partner(lake.client, partner) if partner else Scope.of_client(lake.client)
        report = gate(lake, scope, AS_OF)
    return [(found.value, found.count, report.provisional) for found in report.findings if found.id == rule]


def paid_to(text: str, account: str) -> str:
    means = f"<cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount>"
    return text.replace("<cac:TaxTotal>", f"<cac:PaymentMeans>{means}</cac:PaymentMeans><cac:TaxTotal>", 1)


def test_one_number_on_two_days_is_told_and_weighs_nothing(tmp_path: Path) -> None:
    home = put(tmp_path, ubl(), ubl().replace("2026-04-02", "2026-04-03"), ubl(number="INV-2"))
    assert told(home, "TS-D019") == [("aurora/INV-1", 1, False)]
    assert told(home, "TS-D019", "borealis") == []


def test_an_invoice_and_a_credit_note_may_bear_one_number_and_so_may_two_sellers(tmp_path: Path) -> None:
    home = put(tmp_path, ubl(), ubl(credit=True), ubl().replace("RO12345674", "PL5260001246"))
    assert told(home, "TS-D019") == []


def test_a_seller_that_asks_to_be_paid_elsewhere_is_told_with_the_newest_invoice(tmp_path: Path) -> None:
    first, same = paid_to(ubl(), "RO49 AAAA 1B31 0075"), paid_to(ubl(number="INV-2"), "ro49aaaa1b310075")
    home = put(tmp_path, first, same)
    assert told(home, "TS-D020") == []
    other = paid_to(ubl(number="INV-3").replace("2026-04-02", "2026-05-02"), "RO49 AAAA 1B31 0076")
    home = put(tmp_path, other)
    assert told(home, "TS-D020") == [("aurora/INV-3", 1, False)]
