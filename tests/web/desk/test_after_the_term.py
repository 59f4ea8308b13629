"""A period that was judged before the end of the term was moved back: its judging stands, and nothing is due in it."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from tallystick.web.refusal import NotNow
from tests.billing.desk import TEXT
from tests.billing.windows import MISSED, PLAIN
from tests.web.desk._windows import CONTRACT, PARTNER, Windows

ENDED = "  - {id: AM9, effective: 2026-03-31, known: 2026-07-10, changes: [{section: term, set: {to: 2026-03-31}}]}\n"
REFUSED = "The term has ended on 31 March 2026, before this period begins, so nothing is due in it."
HOURS_BEFORE_IT_WAS_KNOWN = 300


@pytest.fixture
def line(tmp_path: Path, desk: Any) -> Windows:
    """March and April are judged and missed; on 10 July it is known that the term has ended with March."""
    text = TEXT.replace(PLAIN, MISSED)
    line = Windows(tmp_path / "home", text, "2026-04")
    (line.root / "contracts" / "aurora.yaml").write_text(text + ENDED, encoding="utf-8")
    return line


def named(line: Windows) -> dict[str, str]:
    from tallystick.verdicts.store import VerdictStore

    (april,) = VerdictStore(line.root / "verdicts").judged(CONTRACT, PARTNER, "2026-04")
    return {**line.key, "period": "2026-04", "judging": april.digest}


def credits_page(line: Windows, hours_ago: float = 0) -> dict[str, Any]:
    from tallystick.web.page import Asked
    from tallystick.web.pages.credits import gather

    room = line.story.room(line.owner, hours_ago)
    with room.opened():
        return gather(room, Asked({}, {"partner": PARTNER, "period": "2026-04"}))


def test_it_is_not_closed_and_posts_nothing_while_the_months_of_the_term_are(line: Windows) -> None:
    with pytest.raises(NotNow, match=REFUSED):
        line.close("2026-04")
    line.close("2026-03")
    assert [period for period, _, _ in line.posted()] == ["2026-03"]


def test_what_was_opened_before_the_end_was_known_is_not_approved_and_can_be_sent_back(line: Windows) -> None:
    april = named(line)
    line.story.do(line.owner, HOURS_BEFORE_IT_WAS_KNOWN, "open-preview", **april, hours=48)
    with pytest.raises(NotNow, match=REFUSED):
        line.story.do(line.executive, 40, "approve-credits", **april)
    line.story.do(line.executive, 40, "send-back", **april, reason="The term has ended.")


def test_nobody_is_asked_to_show_it_and_its_page_says_why(line: Windows) -> None:
    from tallystick.web.closing_words import headline, waits_for

    room = line.story.room(line.owner)
    with room.opened():
        march, april = (room.desk.close.one(CONTRACT, PARTNER, period) for period in ("2026-03", "2026-04"))
        (waiting,) = [one for one in room.desk.close.waiting_for_me() if "preview" in one["words"]]
        assert waiting["href"] == march.address
        assert headline(april, "April", room.now) == f"April: {REFUSED}"
        assert (waits_for(april, room.now), waits_for(march, room.now)) == ("", "the client: open the preview")


def test_its_credit_is_on_no_list_of_credits_or_claims(line: Windows) -> None:
    from tallystick.web.claims import claims_of

    before, after = credits_page(line, HOURS_BEFORE_IT_WAS_KNOWN), credits_page(line)
    assert [row["period"].value for row in before["ways"].rows] == ["2026-04", "2026-03"]
    assert [row["period"].value for row in after["ways"].rows] == ["2026-03"]
    assert after["sentence"] == f"Aurora Contact, April 2026: {REFUSED}"
    room = line.story.room(line.owner)
    with room.opened():
        assert [one.period for _, one in claims_of(room, room.books.contract(CONTRACT).contract)] == ["2026-03"]
