"""A real Chromium against a real server over the shipped example."""

from __future__ import annotations

import os
import shutil
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import pytest

from tallystick.web import server
from tests.web.conftest import HOME, PASSWORD, PEOPLE

CHROMIUM = shutil.which("chromium") or shutil.which("chromium-browser") or shutil.which("google-chrome")
WIDTHS = (1280, 1920, 390)


@pytest.fixture(scope="session")
def browser() -> Iterator[Any]:
    """Chromium; a test that needs it skips, saying so, where it is not installed."""
    if CHROMIUM is None:
        pytest.skip("chromium is not installed")
    from playwright.sync_api import Locator, sync_playwright

    click = Locator.click

    def click_and_arrive(target: Locator, **options: Any) -> None:
        """A click ends when the first part of a page comes; what a test counts at once needs all of it."""
        click(target, **options)
        target.page.wait_for_load_state("domcontentloaded")

    with pytest.MonkeyPatch.context() as patch, sync_playwright() as playwright:
        patch.setattr(Locator, "click", click_and_arrive)
        made = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"])
        yield made
        made.close()


@pytest.fixture
def site(request: pytest.FixtureRequest, desk: Path) -> Iterator[str]:
    """The control room served by a process of its own; its address.

    It stands on the test's fresh desk. The tests of a file that sets `READS_ONLY` share one, which they leave as it is.
    """
    if getattr(request.module, "READS_ONLY", False):
        yield request.getfixturevalue("shared_site")
        return
    with served(desk) as address:
        yield address


@pytest.fixture(scope="module")
def shared_site(prepared: Path) -> Iterator[str]:
    """One control room for all tests of a file, on a desk that none of them changes."""
    path = prepared.with_name("shared.sqlite3")
    shutil.copy(prepared, path)
    with served(path) as address:
        yield address


@contextmanager
def served(desk: Path, module: str = "tallystick.web") -> Iterator[str]:
    """A process of its own that serves the home over a desk, by the module that starts it; its address."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    # Journeys that need the worker start one; for the others it would only take the processor from the pages.
    serving = subprocess.Popen(
        [sys.executable, "-m", module, str(HOME), "127.0.0.1", str(port)],
        env={**os.environ, "TALLY_WORKER": "0", "TALLY_DESK_FILE": str(desk)},
    )
    deadline = time.monotonic() + 60
    while not server.answers("127.0.0.1", port):
        assert serving.poll() is None, "the server ended by itself"
        assert time.monotonic() < deadline, "the server did not open"
        # To ask without a pause would take the processor from the server that is to open.
        time.sleep(0.03)
    try:
        yield f"http://127.0.0.1:{port}"
    finally:
        serving.terminate()
        serving.wait(timeout=20)


def sign_in_at(page: Any, site: str, who: str) -> None:
    """Sign a page in through the form, whatever its language, and wait until it is in."""
    page.goto(f"{site}/account/sign-in")
    page.locator("input[name=login]").fill(PEOPLE.get(who, who))
    page.locator("input[name=password]").fill(PASSWORD)
    page.locator("main form button").click()
    page.wait_for_url(lambda address: "/account/sign-in" not in address)


@pytest.fixture
def come_in(browser: Any, site: str) -> Iterator[Callable[..., Any]]:
    """`come_in("owner", width=390, dark=True)` gives a page of a person who signed in through the form.

    What any page sends to another host, or complains of in the console, fails the test at its end.
    """
    opened: list[Any] = []
    troubles: list[str] = []

    def enter(who: str, width: int = 1280, *, dark: bool = False) -> Any:
        context = browser.new_context(
            viewport={"width": width, "height": 844 if width < 500 else 900},
            color_scheme="dark" if dark else "light",
            has_touch=width < 500,
            bypass_csp=False,
        )
        opened.append(context)
        page = context.new_page()
        page.on("console", lambda said: troubles.append(said.text) if said.type == "error" else None)
        page.on("pageerror", lambda error: troubles.append(str(error)))
        page.on("request", lambda sent: troubles.append(sent.url) if not sent.url.startswith((site, "data:")) else None)
        page.set_default_timeout(15_000)
        sign_in_at(page, site, who)
        page.site = site
        return page

    yield enter
    for context in opened:
        context.close()
    told = [trouble for trouble in troubles if "the server responded with a status of 4" not in trouble]
    assert told == []
