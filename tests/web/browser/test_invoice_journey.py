"""A line of an invoice in dispute, end to end: finance, partner, decision, a second person, the pack, the posting."""

from __future__ import annotations

import os
from collections.abc import Callable
from decimal import Decimal
from typing import Any

import pytest

from tests.web.browser.barriers import walked
from tests.web.desk.test_corrections import approve, decide, opened
from tests.web.desk.test_reversals import propose

ComeIn = Callable[..., Any]
SignIn = Callable[..., Any]


# Playwright keeps a loop in this thread; Django's tables are read here all the same.
os.environ.setdefault("DJANGO_ALLOW_ASYNC_UNSAFE", "1")


def test_finance_and_the_partner_dispute_a_line_end_to_end_and_the_packs_figures_are_the_pages(
    come_in: ComeIn,
) -> None:
    finance = come_in("finance")
    finance.goto(f"{finance.site}/credits?partner=aurora&period=2026-05")
    finance.get_by_role("link", name="Invoice check").click()
    assert (
        "EUR\u202f28,490.40 billed, EUR\u202f28,434.40 expected; 1 line differs." in finance.locator("h1").inner_text()
    )
    _the_pack_says_what_the_page_says(finance)
    finance.get_by_role("link", name="Dispute this line").click()
    assert "difference EUR\u202f56.00" in finance.get_by_role("status").first.inner_text()
    finance.get_by_label("What you expect instead").fill("4,596 calls are charged.")
    finance.get_by_label("Why").fill("The log holds 4,596 answered calls.")
    finance.get_by_label("Evidence").fill("queue_log of May")
    finance.get_by_role("button", name="Open the dispute").click()
    finance.wait_for_url("**/dispute/*")
    number = finance.url.rpartition("/")[2]
    assert "left" in finance.locator(".clock").inner_text()

    partner = come_in("aurora")
    partner.goto(f"{partner.site}/invoices?partner=aurora&period=2026-05")
    partner.get_by_role("link", name="The dispute").click()
    assert "left" in partner.locator(".clock").inner_text(), "both sides see the clock"
    partner.get_by_role("link", name="Comment for both sides").click()
    partner.get_by_label("Comment").fill("15 of them were calls to our own test line.")
    partner.get_by_role("button", name="Write").click()
    partner.wait_for_url(f"**/dispute/{number}*")

    owner = come_in("owner")
    owner.goto(f"{owner.site}/close")
    owner.get_by_role("link", name="Decide the dispute about invoice line Calls answered").click()
    assert "calls to our own test line" in owner.locator("main").inner_text()
    owner.get_by_role("link", name="Decide").click()
    owner.get_by_label("Decision").select_option(label="Partly accepted")
    owner.get_by_label("Reason, which both sides read").fill("25 calls were billed too much.")
    owner.get_by_role("button", name="Decide").click()
    assert "Say how much of it is agreed" in owner.locator("form.form").inner_text()
    owner.get_by_label("Amount agreed").fill("35")
    owner.get_by_role("button", name="Decide").click()
    owner.wait_for_url(f"**/dispute/{number}")
    assert "waits for a second person" in owner.locator(".decision").inner_text()
    assert owner.get_by_role("link", name="Approve the correction").count() == 0

    second = come_in("executive")
    second.goto(f"{second.site}/close")
    second.get_by_role("link", name="Approve the correction of EUR").click()
    second.get_by_role("link", name="Approve the correction of EUR").click()
    second.get_by_role("button", name="Approve").dblclick()
    second.wait_for_url(f"**/dispute/{number}")
    second.get_by_text("posted as entry 1").first.wait_for()

    partner.goto(f"{partner.site}/ledger")
    assert "EUR\u202f35.00 stands posted, in 1 entry." in partner.locator("h1").inner_text()
    assert "The ledger holds" in partner.locator("main").inner_text()
    assert f"dispute/{number}" in partner.locator("#postings").inner_text()


def test_a_posted_correction_is_taken_back_by_two_people_and_the_partner_reads_why(
    come_in: ComeIn, sign_in: SignIn
) -> None:
    number = opened(sign_in("finance"))
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302

    partner = come_in("aurora")
    partner.goto(f"{partner.site}/ledger")
    assert "EUR\u202f56.00 stands posted, in 1 entry." in partner.locator("h1").inner_text()
    partner.locator("#postings").get_by_role("link", name=f"dispute/{number}").click()
    assert "posted as entry 1" in partner.locator(".decision").inner_text()
    assert partner.get_by_role("link", name="Take the correction back").count() == 0

    finance = come_in("finance")
    finance.goto(f"{finance.site}/dispute/{number}")
    finance.get_by_role("link", name="Take the correction back").click()
    assert "Entry 1, EUR\u202f56.00" in finance.get_by_role("status").first.inner_text()
    finance.get_by_label("Why it should be taken back").fill("The log of 14 May was read twice.")
    finance.get_by_role("button", name="Propose").dblclick()
    finance.wait_for_url(f"**/dispute/{number}#posting")
    assert "waits for a second person" in finance.locator("main").inner_text()
    assert finance.get_by_role("link", name="Approve taking it back").count() == 0
    partner.reload()
    assert "The log of 14 May was read twice." in partner.locator("main").inner_text()

    second = come_in("executive")
    second.goto(f"{second.site}/close")
    second.get_by_role("link", name="Approve taking back the correction of EUR").click()
    second.get_by_role("link", name="Approve taking it back").click()
    assert "The log of 14 May was read twice." in second.get_by_role("status").first.inner_text()
    second.get_by_role("button", name="Approve").dblclick()
    second.wait_for_url(f"**/dispute/{number}#posting")
    assert "its correction is taken back" in second.locator("h1").inner_text()
    assert second.get_by_role("link", name="Take the correction back").count() == 0

    partner.goto(f"{partner.site}/ledger")
    assert "nothing stands posted" in partner.locator("h1").inner_text()
    assert "The ledger holds" in partner.locator("main").inner_text()
    balances = partner.locator("#accounts tbody td[data-label='debits less credits']").all_inner_texts()
    assert balances == ["EUR\u202f0.00", "EUR\u202f0.00"]
    assert len(partner.locator("#postings tbody tr").all()) == 2


def test_a_partner_disputes_the_check_and_where_it_is_right_nobody_posts_anything(come_in: ComeIn) -> None:
    partner = come_in("aurora")
    partner.goto(f"{partner.site}/invoices?partner=aurora&period=2026-05")
    partner.get_by_role("link", name="Dispute this line").click()
    assert "The check: Aurora Contact says" in partner.get_by_role("status").first.inner_text()
    partner.get_by_label("What you expect instead").fill("4,636 calls are charged.")
    partner.get_by_label("Why").fill("Our telephone system counts 4,636 calls.")
    partner.get_by_role("button", name="Open the dispute").click()
    partner.wait_for_url("**/dispute/*")
    number = partner.url.rpartition("/")[2]

    owner = come_in("owner")
    owner.goto(f"{owner.site}/dispute/{number}")
    assert "disputes the check of invoice line Calls answered" in owner.locator("h1").inner_text()
    assert "Accepted: the bill is right. Nothing is posted" in owner.locator("main").inner_text()
    owner.get_by_role("link", name="Decide").click()
    told = owner.get_by_role("status").first.inner_text()
    assert "in favour of Aurora Contact" in told
    assert "Lumen Home can then dispute the bill" in told
    owner.get_by_label("Decision").select_option(label="Accepted")
    owner.get_by_label("Reason, which both sides read").fill("The calls of the second number were missing.")
    owner.get_by_role("button", name="Decide").click()
    owner.wait_for_url(f"**/dispute/{number}")
    assert "settled in favour of Aurora Contact" in owner.locator(".decision").inner_text()

    second = come_in("executive")
    second.goto(f"{second.site}/close")
    assert second.get_by_role("link", name="Approve the correction of EUR").count() == 0
    partner.goto(f"{partner.site}/ledger")
    assert "Nothing is posted yet." in partner.locator("main").inner_text()


def _the_pack_says_what_the_page_says(page: Any) -> None:
    from python_calamine import CalamineWorkbook

    with page.expect_download() as given:
        page.get_by_role("link", name="Dispute pack as a workbook").click()
    assert given.value.suggested_filename == "dispute-aurora-2026-05.xlsx"
    book = CalamineWorkbook.from_path(given.value.path())
    sums = {str(row[0]): row[1] for row in book.get_sheet_by_name("Sums").to_python() if len(row) > 1}
    cells = page.locator("#sums tbody td, #sums tbody th")
    shown = {cell.get_attribute("data-label"): cell.inner_text() for cell in cells.all()}
    for name in ("Billed", "Expected", "Difference"):
        written = Decimal(shown[name.lower()].replace(",", "").split("\u202f")[-1])
        assert Decimal(str(sums[name])).quantize(Decimal("0.01")) == written, name


@pytest.mark.long
def test_axe_finds_nothing_in_any_state_of_a_line_in_dispute(browser: Any, site: str, sign_in: SignIn) -> None:
    running = opened(sign_in("finance"))
    over = opened(sign_in("finance"), {
        "contract": "lumen-borealis-telephone", "partner": "borealis", "period": "2026-05", "line": "credit:CT2",
    })  # fmt: skip
    assert decide(sign_in("owner"), over).status_code == 302
    contested = opened(sign_in("aurora"), {
        "contract": "lumen-aurora-telephone", "partner": "aurora", "period": "2026-06",
        "line": "charge:AUR-2026-06 line 3",
    })  # fmt: skip
    addresses = [
        "/invoices?partner=aurora&period=2026-05", f"/dispute/{running}", f"/do/decide-line?dispute={running}",
        f"/dispute/{over}", f"/dispute/{contested}",
    ]  # fmt: skip
    found = walked(browser, site, "finance", addresses)
    assert approve(sign_in("executive"), over).status_code == 302
    assert propose(sign_in("owner"), over).status_code == 302
    later = [
        f"/dispute/{over}", f"/do/propose-reversal?dispute={over}", "/ledger?partner=borealis",
        "/credits?partner=borealis&period=2026-05",
    ]  # fmt: skip
    assert found + walked(browser, site, "finance", later) == []
