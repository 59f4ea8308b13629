"""Invoice check: the figures are the command line's and the dispute pack's, and each side reads its own."""

from __future__ import annotations

import io
import json
from collections.abc import Callable
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.records.lake import Lake
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.journeys.command_line import tally
from tests.web.pages._floor import exported

SignIn = Callable[..., Any]
MAY = "partner=aurora&period=2026-05"
PACK = f"{MAY}&contract=lumen-aurora-telephone"


@pytest.mark.parametrize("who", ["finance", "aurora"])
def test_every_figure_is_the_command_lines(sign_in: SignIn, lumen: Any, who: str) -> None:
    shown = sign_in(who).get(f"/invoices.json?{MAY}").json()
    today = f"{datetime.now(UTC).date().isoformat()}T00:00:00Z"
    answer = tally("invoice", "check", "--partner", "aurora", "--period", "2026-05", "--as-of", today, "--json",
                   "--home", lumen)  # fmt: skip
    (told,) = answer.json
    (sums,) = shown["sums"]["rows"]
    assert (sums["billed"], sums["expected"], sums["difference"], sums["unexplained"], sums["digest"]) == (
        told["billed_total"], told["expected_total"], told["difference"], told["unexplained"], told["digest"],
    )  # fmt: skip
    assert sums["difference"] == {"amount": "56.00", "currency": "EUR"}
    rows = {row["line"]: row for row in shown["lines"]["rows"]}
    assert list(rows) == [line["key"] for line in told["lines"]]
    for line in told["lines"]:
        for name in ("billed", "expected", "difference", "billed_quantity", "expected_quantity"):
            assert rows[line["key"]][name] == line[name], (line["key"], name)
    (differs,) = shown["differences"]
    (line,) = [one for one in told["lines"] if one["differences"]]
    assert [(one["cause"], one["amount"], one["says"]) for one in differs["parts"]] == [
        (one["cause"], one["amount"], one["says"]) for one in line["differences"]
    ]


def test_a_running_month_shows_its_accrual_and_where_its_invoice_ends(
    sign_in: SignIn, lumen: Any, monkeypatch: pytest.MonkeyPatch
) -> None:
    """June 2026 on the 20th. Nobody's clock but that of the room is turned back."""
    from tallystick.web.accounts import access

    here = "partner=aurora&period=2026-06"
    over = sign_in("finance").get(f"/invoices.json?{here}").json()
    assert over["running"]["rows"] == []
    asked = ("invoice", "expected", "--partner", "aurora", "--period", "2026-06", "--json", "--home", lumen)
    (told,) = tally(*asked, "--as-of", "2026-06-20T00:00:00Z").json
    monkeypatch.setattr(access, "timezone", SimpleNamespace(now=lambda: datetime(2026, 6, 20, 9, tzinfo=UTC)))
    for who in ("finance", "aurora"):
        (row,) = sign_in(who).get(f"/invoices.json?{here}").json()["running"]["rows"]
        assert row["contract"] == told["invoice"]["contract"]
        assert (row["accrual"], row["ahead"]) == (told["accrual"]["total"], told["forecast"]["invoice"]["total"])
        assert (row["days"], row["left"]) == (told["forecast"]["days"], told["forecast"]["days_left"]) == (19, 11)
        least, middle, most = (Decimal(row[name]["amount"]) for name in ("least", "ahead", "most"))
        assert Decimal(row["accrual"]["amount"]) < least < middle < most
        page = sign_in(who).get(f"/invoices?{here}").content.decode()
        assert "The month that still runs" in page
        assert f"EUR\u202f{least:,.2f} to EUR\u202f{most:,.2f}" in page


def test_the_packs_figures_are_the_pages(sign_in: SignIn) -> None:
    from python_calamine import CalamineWorkbook

    client = sign_in("finance")
    shown = client.get(f"/invoices.json?{MAY}").json()
    (pack,) = shown["packs"]
    assert pack["xlsx"] == f"/invoices.xlsx?{PACK}"
    given = client.get(pack["xlsx"])
    assert given["Content-Disposition"] == 'attachment; filename="dispute-aurora-2026-05.xlsx"'
    book = CalamineWorkbook.from_filelike(io.BytesIO(given.content))
    (sums,) = shown["sums"]["rows"]
    told = {str(row[0]): row[1:] for row in book.get_sheet_by_name("Sums").to_python() if row and row[0]}
    for name, key in (("Billed", "billed"), ("Expected", "expected"), ("Difference", "difference")):
        amounts = {Decimal(str(cell)) for cell in told[name] if isinstance(cell, int | float)}
        assert amounts == {Decimal(sums[key]["amount"])}, name
    pytest.importorskip("typst", reason="the compiler of documents on paper is not installed")
    paper = client.get(pack["pdf"])
    assert paper["Content-Type"] == "application/pdf"
    assert paper.content.startswith(b"%PDF-1.7")
    pypdf = pytest.importorskip("pypdf", reason="the program that reads PDF back is not installed")
    text = " ".join(page.extract_text() for page in pypdf.PdfReader(io.BytesIO(paper.content)).pages)
    for key in ("billed", "expected", "difference"):
        assert f"{Decimal(sums[key]['amount']):,.2f}" in text, key
    assert sums["digest"] in "".join(text.split())


def test_a_month_in_which_every_line_agrees_says_so_and_has_no_pack(sign_in: SignIn) -> None:
    client = sign_in("owner")
    shown = client.get("/invoices.json?partner=cordoba&period=2026-05").json()
    assert "every line is what it should be" in shown["sentence"]
    assert shown["packs"] == []
    query = "partner=cordoba&period=2026-05&contract=lumen-cordoba-telephone"
    assert client.get(f"/invoices.pdf?{query}").status_code == 404


def test_a_month_before_the_rate_card_says_that_nothing_can_be_checked(sign_in: SignIn) -> None:
    page = sign_in("owner").get("/invoices?partner=aurora&period=2025-12").content.decode()
    assert "no contract of this month has a rate card" in page


@pytest.mark.parametrize("ending", ["", ".json", ".csv", ".pdf", ".xlsx"])
def test_a_foreign_partner_is_as_if_it_were_not_there_in_every_form(sign_in: SignIn, ending: str) -> None:
    own = sign_in("aurora")
    query = "period=2026-05&contract=lumen-borealis-telephone"
    foreign, missing = (own.get(f"/invoices{ending}?partner={name}&{query}") for name in ("borealis", "nobody"))
    assert foreign.status_code == missing.status_code == 404
    # Its own partner with another's contract is not there either.
    if ending in (".pdf", ".xlsx"):
        assert own.get(f"/invoices{ending}?{MAY}&contract=lumen-borealis-telephone").status_code == 404


def test_the_page_of_one_partner_tells_of_no_other(sign_in: SignIn) -> None:
    for who in ("owner", "aurora"):
        shown = sign_in(who).get(f"/invoices.json?{MAY}").json()
        told = json.dumps({key: value for key, value in shown.items() if key != "choice"})
        assert "lumen-aurora" in told
        assert "borealis" not in told
    assert '<select name="partner"' not in sign_in("aurora").get(f"/invoices?{MAY}").content.decode()


def test_a_stranger_and_whoever_reads_no_invoices_get_no_pack(sign_in: SignIn) -> None:
    for who, status in (("", 302), ("cordoba", 403), ("auditor", 200), ("aurora", 200)):
        assert sign_in(who).get(f"/invoices.xlsx?{PACK}").status_code == status, who


def test_lines_are_a_file_too(sign_in: SignIn) -> None:
    rows = exported(sign_in("finance"), f"/invoices.csv?{MAY}&table=lines")
    assert [(row["line"], row["difference"], row["cause"]) for row in rows] == [
        ("charge:LINE", "0.00 EUR", ""), ("charge:CALL", "56.00 EUR", "quantity"),
    ]  # fmt: skip


def test_before_anything_is_imported_the_check_has_nothing(own_records: Any, sign_in: SignIn) -> None:
    page = sign_in("owner").get(f"/invoices?{MAY}").content.decode()
    assert "nothing can be checked" in page


def test_invoices_in_another_currency_have_come_and_cannot_be_compared(own_records: Path, sign_in: SignIn) -> None:
    """The contract is in euros and the invoices of May in dollars: the page says so, with the cure, and lists them."""
    Lake.create(own_records / "lake", "lumen").close()
    client = sign_in("owner")
    nothing = ("no invoice has come yet", "No invoice of this month was found", "There is nothing to compare")
    page = client.get(f"/invoices?{MAY}").content.decode()
    assert [words in page for words in nothing] == [True] * 3
    for many, words in ((1, "an invoice has come"), (2, "2 invoices have come")):
        send(own_records, [paper(f"U-{many}", "2026-05", [L("LINE", net="5")], currency="USD")], load=f"load-{many}")
        shown = client.get(f"/invoices.json?{MAY}").json()
        assert shown["sentence"].endswith(f": {words} and cannot be compared.")
        assert [row["number"] for row in shown["documents"]["rows"]] == [f"U-{one + 1}" for one in range(many)]
        assert ("TS-P002", "Ask for an invoice in EUR.") in {(one["rule"], one["cure"]) for one in shown["findings"]}
        page = client.get(f"/invoices?{MAY}").content.decode()
        assert [words in page for words in nothing] == [False] * 3
        assert page.count("The notes above say why, and what to do.") == 2


def test_units_are_counted_in_words_and_currencies_have_no_plural() -> None:
    from fractions import Fraction

    from tallystick.web.pages.invoices import _quantity

    said = [_quantity(Fraction(4731), "contact"), _quantity(Fraction(1), "month"), _quantity(Fraction(5, 2), "hour"),
            _quantity(Fraction(120), "EUR"), _quantity(Fraction(3), ""), _quantity(None, "hour")]  # fmt: skip
    assert said == ["4,731 contacts", "1 month", "2.5 hours", "120 EUR", "3", None]
