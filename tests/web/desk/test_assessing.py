"""Judging on request: who may, what is restated, and the nightly order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.conftest import HOME

SignIn = Callable[..., Any]
NOW = datetime(2026, 11, 22, 9, tzinfo=UTC)


def work(now: datetime = NOW) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    worker.jobs(home(), now)


@pytest.fixture
def writable(desk: Path, lumen: Path) -> Iterator[Path]:
    """The example's home with records and verdicts of its own to write into."""
    own = ("lake", "imports", "mappings", "verdicts")
    for name in own:
        (HOME / name).unlink()
        shutil.copytree(lumen / name, HOME / name)
    yield HOME
    for name in own:
        shutil.rmtree(HOME / name)
        (HOME / name).symlink_to(lumen / name)
    shutil.rmtree(HOME / "desk" / "uploads", ignore_errors=True)


def test_a_late_file_is_taken_in_and_the_judging_after_it_says_what_it_restated(
    sign_in: SignIn, writable: Path
) -> None:
    client = sign_in("owner")
    late = writable / "raw" / "late" / "aurora-overflow-mailbox-2026-05.xlsx"
    sent = SimpleUploadedFile(late.name, late.read_bytes())
    page = client.post("/do/give-file", {"file": sent, "for_partner": "aurora"})["Location"]
    work()
    shown = client.get(f"{page}.json").json()
    assert shown["reading"]["feed"] == "aurora-overflow-mailbox", "the saved mapping reads it"
    assert shown["counts"]["stored"] == 889
    number = page.rsplit("/", 1)[1]
    client.post("/do/import-file", {"number": number, "version": shown["seen_version"]})
    work()
    done = client.get(f"{page}.json").json()
    assert done["outcome"]["stored"] == 889
    assert list(done["assess"]) == ["aurora"]

    asked = client.post("/do/assess-now", {"partner": "aurora"})["Location"]
    assert client.post("/do/assess-now", {"partner": "aurora"})["Location"] == asked, "one order waits once"
    assert client.get(f"{asked}.json").json()["at_work"]
    work()
    judged = client.get(f"{asked}.json").json()
    assert judged["state"] == "done", judged
    assert judged["restated"] == 1
    assert judged["new"] == 0, "the example ends where it ends"
    changes = judged["changes"]["rows"]
    assert {(one["partner"], one["period"]) for one in changes} == {("aurora", "2026-05")}
    assert all("rows" in one["because"] for one in changes)
    assert client.get(asked).status_code == 200


@pytest.mark.parametrize(("who", "status"), [("aurora", 404), ("auditor", 403), ("finance", 403)])
def test_who_runs_no_partners_orders_no_judging(sign_in: SignIn, who: str, status: int) -> None:
    assert sign_in(who).post("/do/assess-now", {"partner": "aurora"}).status_code == status


def test_a_judging_of_a_partner_that_is_not_there_is_not_there(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert client.post("/do/assess-now", {"partner": "nobody"}).status_code == 404
    assert client.get("/do/assess-now?partner=nobody").status_code == 404
    assert ">Aurora Contact</output>" in client.get("/do/assess-now?partner=aurora").content.decode()
    assert client.get(f"/data/assessment/{'0' * 32}").status_code == 404


def test_a_failed_judging_says_so_and_is_not_tried_for_ever(
    sign_in: SignIn, own_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.desk import assessing

    def wrong(*_: Any, **__: Any) -> Any:
        raise RuntimeError("wrong")

    monkeypatch.setattr(assessing, "assess", wrong)
    client = sign_in("owner")
    asked = client.post("/do/assess-now", {"partner": "aurora"})["Location"]
    work()
    shown = client.get(f"{asked}.json").json()
    assert (shown["state"], shown["at_work"]) == ("failed", False)
    assert shown["cure"]


def test_the_night_orders_a_judging_when_something_moved_and_none_when_nothing_did(
    own_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.desk import assessing
    from tallystick.web.place import home

    monkeypatch.setattr(assessing, "is_example", lambda _: False)
    monkeypatch.setattr(assessing, "commit_of", lambda _: 7)
    orders: list[Any] = []
    monkeypatch.setattr(assessing, "assess", lambda root, order, **_: orders.append(order) or [])
    for commit, now, told in ((7, NOW, 1), (7, NOW, 1), (8, NOW, 2), (8, datetime(2026, 12, 1, 9, tzinfo=UTC), 3)):
        monkeypatch.setattr(assessing, "commit_of", lambda _, at=commit: at)
        assessing.order_nightly(home(), now)
        assessing.work_off(home(), now)
        assert len(orders) == told, (commit, now)
    assert orders[0].as_of == NOW
    assert orders[0].partners is None
