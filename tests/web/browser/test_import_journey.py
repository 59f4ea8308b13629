"""A vendor manager imports a messy file, by mouse and by keyboard, while a real worker reads and stores it."""

from __future__ import annotations

import csv
import subprocess
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from tests.web.browser.barriers import SOME, barriers
from tests.web.desk._files import MESSY


@pytest.fixture
def working(own_records: Path, site: str) -> Iterator[None]:
    """The worker's process beside the server."""
    begun = subprocess.Popen([sys.executable, "-m", "tallystick.web.work", str(own_records)])
    yield
    begun.terminate()
    begun.wait(timeout=30)


def give(page: Any, path: Path) -> None:
    page.goto(f"{page.site}/data")
    page.get_by_role("link", name="Import files").click()
    page.get_by_label("Files", exact=True).set_input_files(path)
    page.get_by_role("button", name="Look at them").click()


@pytest.mark.parametrize("width", [1280, pytest.param(390, marks=pytest.mark.long)])
def test_a_messy_file_is_corrected_taken_in_and_its_rejected_rows_are_downloaded(
    own_records: Path, come_in: Callable[..., Any], working: None, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "Tickets July (final).csv"
    path.write_text(MESSY, encoding="utf-8")
    page = come_in("owner", width)
    give(page, path)
    page.get_by_role("heading", name="If you take it in now").wait_for(timeout=60_000)
    assert "6" in page.locator(".ledger").inner_text()
    page.get_by_label("What Status (2) holds").select_option("not used")
    page.get_by_label("Awaiting parts").select_option("pending")
    page.get_by_role("button", name="Read it again so").press("Enter")
    page.get_by_role("heading", name="If you take it in now").wait_for(timeout=60_000)
    assert page.get_by_label("What Status (2) holds").input_value() == ""
    assert page.get_by_label("Awaiting parts").input_value() == "pending"
    page.get_by_role("button", name="Take it in").press("Enter")
    page.get_by_role("heading", name="What became of its rows").wait_for(timeout=60_000)
    assert "2 stored + 0 duplicate + 4 rejected = 6 rows in" in page.locator("main").inner_text()
    page.get_by_role("link", name="See and correct the rejected rows").click()
    with page.expect_download() as download:
        page.get_by_role("link", name="Download the rows to correct (CSV)").click()
    with Path(download.value.path()).open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert len(rows) == 1 + 4
    assert rows[0][-2:] == ["What is wrong", "What to do"]
    wide = page.evaluate("document.documentElement.scrollWidth - window.innerWidth")
    assert wide <= 0, "nothing scrolls sideways"


@pytest.mark.long
def test_the_pages_of_data_and_imports_have_no_barrier(
    own_records: Path, come_in: Callable[..., Any], working: None, tmp_path: Path
) -> None:
    path = tmp_path / "Tickets July (final).csv"
    path.write_text(MESSY, encoding="utf-8")
    page = come_in("owner")
    give(page, path)
    page.get_by_role("heading", name="If you take it in now").wait_for(timeout=60_000)
    here = page.url
    for address in (
        here,
        f"{page.site}/data",
        f"{page.site}/data/import",
        f"{page.site}/do/drop-file?number={here[-32:]}",
    ):
        page.goto(address)
        assert barriers(page, address, SOME) == []
