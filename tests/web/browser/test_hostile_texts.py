"""Hostile words in every text that people write, drawn by a real browser without any policy: nothing of them runs."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django import forms

from tests.web import probes
from tests.web.conftest import PEOPLE
from tests.web.mutation.desk import fill
from tests.web.mutation.probing import filled

WORDS = "\"'><img src=x onerror=window.hit=1><script>window.hit=1</script></textarea><svg onload=window.hit=1>"
# What the words would have made, had they been taken for markup.
MADE = "document.querySelectorAll('img[src=x], script:not([src]), svg[onload]').length + (window.hit || 0)"


def hostile(partner: str) -> str:
    return f"{partner} {WORDS}"


def test_no_hostile_text_of_people_becomes_markup_on_any_page_or_form(
    browser: Any, sign_in: Callable[..., Any]
) -> None:
    # The client's people read all but a few pages; what a partner's people are shown is drawn in the long test.
    assert drawn(browser, sign_in, "owner") >= 30


@pytest.mark.long
def test_no_hostile_text_of_people_becomes_markup_on_any_page_or_form_of_a_partner(
    browser: Any, sign_in: Callable[..., Any]
) -> None:
    assert drawn(browser, sign_in, "aurora") >= 10


def drawn(browser: Any, sign_in: Callable[..., Any], who: str) -> int:
    """How many pages and forms show the words, none of them as markup."""
    from tallystick.web.accounts.models import Person
    from tallystick.web.desk.comments import Comment
    from tallystick.web.desk.disputes import Dispute

    fill(hostile)
    Person.objects.exclude(email=PEOPLE["auditor"]).update(name=WORDS)
    Comment.objects.update(text=WORDS, by_name=WORDS)
    Dispute.objects.filter(partner="borealis").update(state="rejected", reason=WORDS, decided_name=WORDS)
    page, shown, wrong = browser.new_context(bypass_csp=True).new_page(), 0, []
    client = sign_in(who)
    for address in (*pages_of(who), *forms_of(who)):
        answer = client.get(address)
        if answer.status_code != 200:
            continue
        body = answer.content.decode()
        if "img src=x" not in body:
            continue  # escaped or not, the words are not on this page
        page.set_content(body)
        if page.evaluate(MADE):
            wrong.append(address)
        shown += "&lt;img src=x" in body
    page.context.close()
    assert wrong == []
    return shown


def test_the_browser_would_run_such_words_if_they_were_markup(browser: Any) -> None:
    page = browser.new_context(bypass_csp=True).new_page()
    page.set_content(f"<p>{WORDS}</p>")
    assert page.evaluate(MADE) >= 3
    page.context.close()


def pages_of(who: str) -> Iterator[str]:
    """Every page about two partners, the first also searched for the words."""
    from urllib.parse import quote

    for name, page in probes.pages():
        path = filled(page, probes.of_partner("aurora").by_part)
        yield f"/{path}"
        if who == "owner":
            yield f"/{filled(page, probes.of_partner('borealis').by_part)}"
            yield f"/{path}?{name}.q={quote(WORDS)}&cases.q={quote(WORDS)}&partner={quote(WORDS)}"


def forms_of(who: str) -> Iterator[str]:
    """The form of every deed, opened with the words in every field that takes text."""
    from urllib.parse import urlencode

    from tallystick.web.perform import deeds

    own = probes.of_partner("aurora").by_part
    for name, deed in deeds().items():
        fields = deed.form().fields
        texts = {field: WORDS for field, how in fields.items() if isinstance(how, forms.CharField)}
        named = {field: own[field] for field in fields if field in own} | {"case": own["case_id"], "back": f"/{WORDS}"}
        yield f"/do/{name}?{urlencode({**texts, **named})}"
        yield f"/do/{name}?{urlencode(texts)}"
