"""Looking at a file before it is taken in: the name of the feed it goes into."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.records import mapping_file
from tallystick.records.connector import Mapping
from tests.invoices.documents import ubl


@pytest.mark.parametrize(
    ("source", "partner", "name"),
    [
        ("elsewhere", "borealis", "aurora-cases"),
        ("desk", "aurora", "aurora-cases"),
        # Its keys would meet those of another partner's cases, so the partner gets a feed with keys of its own.
        ("desk", "borealis", "aurora-aurora-cases"),
        ("desk", "", "aurora-aurora-cases"),
    ],
)
def test_a_partner_gives_into_its_own_feed_unless_others_feed_shares_its_keys(
    own_records: Path, source: str, partner: str, name: str
) -> None:
    from tallystick.web.intake import feed_for
    from tallystick.web.place import home

    mapping_file.save(home().root, Mapping("any_table", "aurora-cases", "desk", partner="aurora"))
    mapping_file.save(home().root, Mapping("any_table", "other", source, partner=partner))
    assert feed_for(home(), "aurora-cases", "aurora") == name
    assert feed_for(home(), "aurora-cases") == "aurora-cases", "the client names its feeds as it likes"


def test_a_partner_that_names_a_feed_of_others_gets_one_of_its_own(own_records: Path) -> None:
    from tallystick.web.intake import feed_for
    from tallystick.web.place import home

    mapping_file.save(home().root, Mapping("any_table", "cases", "cases", partner="borealis"))
    mapping_file.save(home().root, Mapping("any_table", "aurora-cases", "aurora-cases", partner="borealis"))
    assert feed_for(home(), "cases", "aurora") == "aurora-cases-2"
    assert feed_for(home(), "new", "aurora") == "aurora-new"


def test_an_invoice_that_a_partner_hands_in_is_shown_without_its_account_and_is_the_partners(
    own_records: Path, tmp_path: Path
) -> None:
    from tallystick.web.intake import Told, look, take_in
    from tallystick.web.place import home

    as_of = datetime(2026, 6, 1, tzinfo=UTC)
    account = "RO49AAAA1B31007593840000"
    means = f"<cac:PaymentMeans><cac:PayeeFinancialAccount><cbc:ID>{account}</cbc:ID></cac:PayeeFinancialAccount>"
    text = (
        ubl().replace("<cac:TaxTotal>", f"{means}</cac:PaymentMeans><cac:TaxTotal>", 1).replace(">267.74<", ">300.00<")
    )
    path = tmp_path / "invoice.xml"
    path.write_text(text, encoding="utf-8")
    seen = look(home(), path, Told(), own="aurora", name="Aurora", as_of=as_of)
    assert (seen.refused, seen.mapping["connector"], seen.mapping["feed"]) == ("", "e_invoices", "aurora-e-invoices")
    assert [found["id"] for found in seen.findings] == ["BR-CO-15"]
    shown = next(preview for preview in seen.previews if preview["table"] == "invoice")["rows"][0]
    assert (shown["number"], shown["gross"], shown["payable"]) == ("INV-1", "300", "300")
    assert account not in str(seen)
    mapping = Mapping.of_plain(seen.mapping)
    outcome = take_in(home(), path, mapping, own="aurora", name="Aurora", as_of=as_of)
    assert (outcome.stored, outcome.refused) == (3, "")
