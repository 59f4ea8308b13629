"""Relief is asked for by one side and answered by the other; what was agreed is judged by, and verdicts say so."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.web.conftest import HOME

SignIn = Callable[..., Any]
# Later than the real clock, by which people ask in these tests.
NOW = datetime(2036, 11, 22, 9, tzinfo=UTC)
ASKED = {
    "contract": "lumen-aurora", "partner": "aurora", "told": "", "cause": "client-outage",
    "from_at": "2025-12-01T00:00", "to_at": "2025-12-20T00:00", "clauses": "S1", "claim": "Your shop was down",
    "evidence": "INC-77",
}  # fmt: skip


@pytest.fixture
def writable(desk: Path, lumen: Path) -> Iterator[Path]:
    """The example's home with verdicts of its own to write into."""
    (HOME / "verdicts").unlink()
    shutil.copytree(lumen / "verdicts", HOME / "verdicts")
    yield HOME
    shutil.rmtree(HOME / "verdicts")
    shutil.rmtree(HOME / "relief", ignore_errors=True)
    (HOME / "verdicts").symlink_to(lumen / "verdicts")


def ask(client: Any, **more: str) -> Any:
    return client.post("/do/ask-relief", {**ASKED, **more})


def newest() -> Any:
    from tallystick.web.desk.relief import ReliefRequest

    return ReliefRequest.objects.order_by("-at").first()


def answer(client: Any, what: str, words: str = "As told in the call") -> Any:
    return client.post(f"/do/{what}-relief", {"request": newest().pk, "told": "", "answer": words})


def work() -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    worker.jobs(home(), NOW)


def effects(client: Any) -> dict[str, dict[str, Any]]:
    rows = client.get("/relief.json").json()["effects"]["rows"]
    return {row["verdict"]: row for row in rows if "filed-" in row["relief"]}


def test_a_partner_asks_the_client_agrees_and_the_next_judging_is_by_it(sign_in: SignIn, writable: Path) -> None:
    from tallystick.verdicts.store import VerdictStore
    from tallystick.verdicts.verify import verify_kept

    aurora, owner = sign_in("aurora"), sign_in("owner")
    store = VerdictStore(writable / "verdicts")
    (before,) = [one for one in store.newest("lumen-aurora", "aurora", "2025-12") if one.clause == "S1"]
    assert before.outcome.value == "missed"
    assert ask(aurora).status_code == 302
    assert effects(owner) == {}
    waiting = owner.get("/close.json").json()["waiting"]
    assert any("Answer the request for relief" in one["words"] for one in waiting)
    assert not any("relief" in one["words"] for one in aurora.get("/portal.json").json()["waiting"])
    assert answer(owner, "agree").status_code == 302
    work()
    (after,) = [one for one in store.newest("lumen-aurora", "aurora", "2025-12") if one.clause == "S1"]
    assert after.relief is not None
    assert after.relief.agreed == (newest().event_id,)
    assert after.relief.rows_relieved > 0
    assert after.restates == before.id
    assert "relief" in after.noted["because"]
    assert verify_kept(store, store.judging_of(after)).holds
    for client in (aurora, owner):
        shown = effects(client)[after.name]
        assert shown["rows"] == after.relief.rows_relieved
        assert (shown["before"], shown["after"]) == (after.relief.outcome_without, after.relief.outcome_with)
    assert effects(sign_in("borealis")) == {}


@pytest.mark.long
def test_what_is_asked_for_is_shown_with_its_effect_and_moves_no_outcome(sign_in: SignIn, writable: Path) -> None:
    owner = sign_in("owner")
    assert ask(sign_in("aurora")).status_code == 302
    assert owner.post("/do/assess-now", {"partner": "aurora"}).status_code == 302
    work()
    assert {row["before"] for row in effects(owner).values()} <= {"missed", "met"}
    from tallystick.verdicts.store import VerdictStore

    after = [one for one in VerdictStore(writable / "verdicts").newest("lumen-aurora", "aurora") if one.relief]
    assert all(one.outcome.value == one.relief.outcome_without for one in after if one.relief and not one.relief.agreed)


def test_the_own_side_neither_agrees_nor_refuses_and_takes_its_request_back(sign_in: SignIn, desk: Path) -> None:
    aurora, owner = sign_in("aurora"), sign_in("owner")
    ask(aurora)
    assert answer(aurora, "agree").status_code == 409
    assert answer(aurora, "refuse").status_code == 409
    assert answer(owner, "withdraw").status_code == 409
    assert answer(aurora, "withdraw").status_code == 302
    assert newest().state == "withdrawn"
    assert answer(owner, "agree").status_code == 409


def test_the_client_asks_too_and_then_the_partner_answers(sign_in: SignIn, desk: Path) -> None:
    owner, aurora = sign_in("owner"), sign_in("aurora")
    assert ask(owner).status_code == 302
    assert answer(owner, "agree").status_code == 409
    assert any("relief" in one["words"] for one in aurora.get("/portal.json").json()["waiting"])
    assert answer(aurora, "refuse").status_code == 302
    found = newest()
    assert (found.state, found.answer, found.answered_party) == ("refused", "As told in the call", "aurora")


def test_refused_and_withdrawn_requests_are_filed_as_what_they_are(sign_in: SignIn, writable: Path) -> None:
    from tallystick.contract.filed_relief import filed_relief
    from tallystick.web.desk.relief import file_relief
    from tallystick.web.place import home

    aurora, owner = sign_in("aurora"), sign_in("owner")
    ask(aurora)
    refused = newest()
    answer(owner, "refuse")
    assert file_relief(home()) == 1
    assert file_relief(home()) == 0
    (event,) = filed_relief(writable, "lumen-aurora", "aurora")
    assert (event["id"], event["status"], event["clauses"]) == (refused.event_id, "refused", ["S1"])
    assert event["from"] == "2025-12-01 00:00"
    refused.delete()
    ask(aurora, clauses="")
    answer(aurora, "withdraw")
    file_relief(home())
    assert filed_relief(writable, "lumen-aurora", "aurora") == ()


@pytest.mark.parametrize(
    ("wrong", "status", "words"),
    [
        ({"to_at": "2025-11-30T00:00"}, 422, "It ends before it begins."),
        ({"from_at": "2025-02-30T00:00"}, 422, "This is no day and time."),
        ({"from_at": "soon"}, 422, ""),
        ({"claim": ""}, 422, ""),
        ({"cause": "laziness"}, 422, ""),
        ({"clauses": "S1, S99"}, 409, "S99"),
    ],
)
def test_a_request_that_cannot_be_meant_is_refused(
    sign_in: SignIn, desk: Path, wrong: dict[str, str], status: int, words: str
) -> None:
    said = ask(sign_in("aurora"), **wrong)
    assert said.status_code == status
    assert words in said.content.decode()
    assert newest() is None


@pytest.mark.parametrize(("who", "status"), [("borealis", 404), ("auditor", 403), ("finance", 403)])
def test_who_has_no_part_in_it_neither_asks_nor_answers(sign_in: SignIn, desk: Path, who: str, status: int) -> None:
    assert ask(sign_in(who)).status_code == status
    ask(sign_in("aurora"))
    assert answer(sign_in(who), "agree").status_code == status
    assert newest().state == "requested"


def test_the_page_shows_each_side_what_it_may_do(sign_in: SignIn, desk: Path) -> None:
    aurora, owner = sign_in("aurora"), sign_in("owner")
    assert "Nobody has asked for relief here." in aurora.get("/relief").content.decode()
    ask(aurora)
    assert "/do/withdraw-relief" in aurora.get("/relief").content.decode()
    assert "/do/agree-relief" not in aurora.get("/relief").content.decode()
    page = owner.get("/relief").content.decode()
    assert "/do/agree-relief" in page
    assert "Your shop was down" in page
    assert "Your shop was down" not in sign_in("borealis").get("/relief").content.decode()
    assert "/do/ask-relief" not in sign_in("auditor").get("/relief").content.decode()


def test_the_side_that_asked_alone_may_take_it_back_and_a_partner_is_one_of_the_contract(
    sign_in: SignIn, room_of: Callable[[str], Any]
) -> None:
    assert ask(sign_in("owner"), partner="borealis").status_code == 404
    assert newest() is None
    ask(sign_in("aurora"))
    told = {who: room_of(who).desk.relief.may_withdraw(newest()) for who in ("owner", "aurora")}
    assert told == {"owner": False, "aurora": True}
