"""Which checks of an invoice each source can support."""

from __future__ import annotations

import pytest

from tallystick.measures.charge_checks import CHECKS, charge_coverage
from tallystick.records.connector import Connector
from tallystick.records.ingest import CONNECTORS
from tallystick.records.table import tables
from tallystick.registry import load_folder

KNOWN = load_folder(CONNECTORS, Connector)  # type: ignore[type-abstract]


def test_every_check_reads_an_invoice_and_tables_that_exist() -> None:
    assert all("invoice" in needs for needs in CHECKS.values())
    assert set().union(*CHECKS.values()) <= set(tables())


def test_an_electronic_invoice_supports_its_sums_and_a_table_of_lines_its_products() -> None:
    document, lines = (
        charge_coverage(KNOWN[name].fills, KNOWN[name].cannot) for name in ("e_invoices", "invoice_lists")
    )
    assert {"sums and taxes", "quantity times price", "lines billed twice", "a changed account"} <= set(document.alone)
    assert "quantity times price" in lines.alone
    assert lines.together["sums and taxes"] == ("invoice_allowance", "invoice_tax")
    assert document.together["hours worked"] == ("agent_state",)


def test_what_was_done_is_needed_beside_what_was_billed() -> None:
    calls = charge_coverage(KNOWN["calls"].fills)
    assert calls.alone == ()
    assert calls.together["contacts by telephone"] == ("invoice", "invoice_line")
    assert "hours scheduled" in charge_coverage(KNOWN["rosters"].fills).together
    assert "cases and resolutions" in charge_coverage(KNOWN["zendesk"].fills).together


@pytest.mark.parametrize("name", sorted(KNOWN))
def test_each_connector_says_in_one_sentence_which_checks_it_supports(name: str) -> None:
    found = charge_coverage(KNOWN[name].fills, KNOWN[name].cannot)
    groups = [set(found.alone), set(found.together), set(found.without), set(found.refused)]
    assert sum(map(len, groups)) == len(CHECKS)
    assert found.sentence.startswith(f"Supports {len(found.alone)} of {len(CHECKS)} checks of invoices")
