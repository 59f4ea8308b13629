"""Judging on request: who may, what is restated, and the nightly order."""

from __future__ import annotations

import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.conftest import HOME

SignIn = Callable[..., Any]
# Later than the real clock, by which people ask in these tests.
NOW = datetime(2036, 11, 22, 9, tzinfo=UTC)


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
    for commit, now, told in ((7, NOW, 1), (7, NOW, 1), (8, NOW, 2), (8, datetime(2036, 12, 1, 9, tzinfo=UTC), 3)):
        monkeypatch.setattr(assessing, "commit_of", lambda _, at=commit: at)
        assessing.order_nightly(home(), now)
        assessing.work_off(home(), now)
        assert len(orders) == told, (commit, now)
    assert orders[0].as_of == NOW
    assert orders[0].partners is None


def test_an_order_for_one_partner_stands_in_nobody_elses_way(
    sign_in: SignIn, own_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.desk import assessing
    from tallystick.web.desk.assessing import Assessment
    from tallystick.web.place import home

    client = sign_in("owner")
    asked = [client.post("/do/assess-now", {"partner": name})["Location"] for name in ("aurora", "borealis", "aurora")]
    assert asked[0] == asked[2] != asked[1]
    assert sorted(Assessment.objects.values_list("whom", flat=True)) == ["aurora", "borealis"]
    monkeypatch.setattr(assessing, "is_example", lambda _: False)
    monkeypatch.setattr(assessing, "commit_of", lambda _: 7)
    orders: list[Any] = []
    monkeypatch.setattr(assessing, "assess", lambda root, order, **_: orders.append(order) or [])
    assessing.order_nightly(home(), NOW)
    assessing.work_off(home(), NOW)
    assert [order.partners for order in orders] == [{"aurora"}, {"borealis"}, None]
    # The last that was carried out for everybody counts, not the last for somebody.
    Assessment.objects.filter(whom="aurora").update(asked_at=NOW + timedelta(hours=1))
    assessing.order_nightly(home(), NOW + timedelta(hours=2))
    assert Assessment.objects.filter(whom="").count() == 1


def test_a_text_that_cannot_be_used_is_told_to_the_order_that_it_concerns(
    own_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.contract.check import check_path
    from tallystick.vocabulary.finding import Finding, Place, Severity
    from tallystick.web.desk import assessing
    from tallystick.web.place import home

    def broken(path: Path, cards: Any) -> Any:
        contract, findings = check_path(path, cards)
        wrong = Finding("TS-C001", Severity.ERROR, Place(path.name), "wrong", "")
        return contract, [*findings, *([wrong] if "aurora" in path.name else [])]

    monkeypatch.setattr(assessing, "check_path", broken)
    monkeypatch.setattr(assessing, "assess", lambda *_, **__: [])
    told = {name: assessing._judged(home(), name, NOW)["left_out"] for name in ("", "aurora", "borealis")}
    texts = ["lumen-aurora.yaml", "lumen-aurora-telephone.yaml"]
    assert told == {"": texts, "aurora": texts, "borealis": []}


def test_a_partner_without_a_contract_that_can_be_read_is_not_judged(
    sign_in: SignIn, own_records: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web.books import Books
    from tallystick.web.desk.assessing import Assessment

    others = tuple(one for one in _contracts() if "aurora" not in one.partners)
    monkeypatch.setattr(Books, "contracts", property(lambda _: others))
    refused = sign_in("owner").post("/do/assess-now", {"partner": "aurora"})
    assert refused.status_code == 409
    assert Assessment.objects.count() == 0
    assert sign_in("owner").post("/do/assess-now", {"partner": "borealis"}).status_code == 302


def _contracts() -> tuple[Any, ...]:
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.books import books_of
    from tallystick.web.place import home

    found: tuple[Any, ...] = books_of(home(), Scope.of_client("lumen")).contracts
    return found
