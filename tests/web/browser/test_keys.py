"""The keyboard alone: the way into the content, the menu by letters, going to anything by its name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

READS_ONLY = True  # the one form that is sent is refused


def test_the_first_tab_leads_past_the_menu_into_the_content(come_in: Callable[..., Any]) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/people")
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the content"
    page.keyboard.press("Enter")
    assert page.evaluate("location.hash") == "#content"


def test_g_and_a_letter_open_a_page_and_typing_in_a_field_does_not(come_in: Callable[..., Any]) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/people")
    page.keyboard.press("g")
    page.keyboard.press("a")
    page.wait_for_url("**/audit")
    page.goto(f"{page.site}/do/invite")
    page.get_by_label("Name").press_sequentially("gu")
    assert page.url.endswith("/do/invite")


def test_ctrl_k_goes_to_a_page_by_a_part_of_its_name(come_in: Callable[..., Any]) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/people")
    page.keyboard.press("Control+k")
    page.get_by_role("searchbox", name="Go to").press_sequentially("audi")
    page.keyboard.press("Enter")
    page.wait_for_url("**/audit")


def test_the_question_mark_lists_the_keys_and_escape_closes_them(come_in: Callable[..., Any]) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/people")
    page.keyboard.press("?")
    assert page.get_by_role("dialog", name="Keys").is_visible()
    page.keyboard.press("Escape")
    assert page.get_by_role("dialog").count() == 0


def test_a_form_can_be_filled_and_sent_by_keys_alone_and_keeps_what_was_typed(come_in: Callable[..., Any]) -> None:
    page = come_in("owner")
    page.goto(f"{page.site}/do/invite")
    page.get_by_label("E-mail").focus()
    page.keyboard.type("mara@lumen.example")
    page.keyboard.press("Tab")
    page.keyboard.type("Somebody Else")
    page.get_by_label("finance").focus()
    page.keyboard.press("Space")
    page.keyboard.press("Enter")
    page.get_by_role("alert").wait_for()
    assert "has an account already" in page.get_by_role("alert").inner_text()
    assert page.get_by_label("Name").input_value() == "Somebody Else"
    assert page.get_by_label("finance").is_checked()
