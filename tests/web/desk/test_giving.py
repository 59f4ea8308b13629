"""Files at the door: what is taken, under which name, and what is refused."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile

from tests.web.desk._files import CLEAN, decide, give, seen, work

SignIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _records(own_records: Path) -> None:
    """Every test writes."""


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("tool.exe", b"MZ\x90\x00", "Files that end like this are not read"),
        ("page.csv", b"<!doctype html><html><body>log in</body></html>", "not a table"),
        ("scan.csv", b"%PDF-1.7 ...", "not a table"),
        ("no-ending", b"a,b\n1,2\n", "Files that end like this are not read"),
        ("invoice.csv", b"<?xml version='1.0'?><Invoice/>", "not a table"),
        ("invoice.xml", b"%PDF-1.7 ...", "not a table"),
        ("invoice.pdf", b"<?xml version='1.0'?><Invoice/>", "not a table"),
    ],
)
def test_what_is_no_table_is_refused_at_the_door(sign_in: SignIn, name: str, content: bytes, words: str) -> None:
    answer = sign_in("owner").post("/do/give-file", {"file": SimpleUploadedFile(name, content)})
    assert answer.status_code == 422
    assert words in answer.content.decode()


def test_a_file_above_the_limit_is_refused_and_nothing_stays(
    sign_in: SignIn, settings_: Any, own_records: Path
) -> None:
    settings_("MOST_UPLOAD_BYTES", 100)
    answer = sign_in("owner").post("/do/give-file", {"file": SimpleUploadedFile("big.csv", b"a,b\n" * 100)})
    assert answer.status_code == 422
    assert not (own_records / "desk" / "uploads").exists()


@pytest.fixture
def settings_(monkeypatch: pytest.MonkeyPatch) -> Callable[[str, Any], None]:
    from django.conf import settings

    return lambda name, value: monkeypatch.setattr(settings, name, value)


def test_the_stored_name_is_ours(sign_in: SignIn, own_records: Path) -> None:
    from tallystick.web.desk.giving import stored_name

    assert stored_name("../../etc/passwd.csv") == "passwd.csv"
    assert stored_name("..\\..\\Üben & <b>.tar.CSV.GZ") == "ben-b.csv.gz"
    assert stored_name("x.exe.csv") == "x.csv"
    give(sign_in("owner"), name="../../evil name.csv")
    files = [path for path in (own_records / "desk" / "uploads").rglob("*") if path.is_file()]
    assert [path.name for path in files] == ["evil-name.csv"]
    assert files[0].stat().st_mode & 0o077 == 0


def test_a_file_for_a_partner_that_no_contract_names_is_not_taken(sign_in: SignIn) -> None:
    from tallystick.web.desk.imports import Import

    sent = {"file": SimpleUploadedFile("cases.csv", CLEAN.encode()), "for_partner": "nobody"}
    answer = sign_in("owner").post("/do/give-file", sent)
    assert answer.status_code == 409
    assert "There is no partner of that name." in answer.content.decode()
    assert not Import.objects.exists()


def test_a_teams_leader_reads_and_does_not_give(sign_in: SignIn) -> None:
    client = sign_in("cordoba")
    assert client.get("/data").status_code == 200
    assert client.get("/data/import").status_code == 403
    assert client.post("/do/give-file", {"file": SimpleUploadedFile("a.csv", b"a,b\n1,2\n")}).status_code == 403


def give_several(client: Any, **files: str) -> Any:
    sent = [SimpleUploadedFile(name.replace("_", "."), text.encode()) for name, text in files.items()]
    return client.post("/do/give-file", {"file": sent, "for_partner": "", "once": ""})


def test_several_files_at_once_each_have_a_row_of_their_own_and_a_bad_one_holds_no_other_up(sign_in: SignIn) -> None:
    client = sign_in("owner")
    other = CLEAN.replace("T-1", "T-2")
    answer = give_several(client, june_csv=CLEAN, july_csv=other, notes_docx="a,b\n", again_csv=CLEAN)
    assert answer.status_code == 302
    assert answer["Location"] == "/data#on-the-way"
    page = client.get("/data").content.decode()
    assert "2 files are being looked at. 1 was here already. 1 cannot be read." in page
    listed = {one["name"]: one for one in seen(client, "/data")["open"]}
    assert {name: one["state"] for name, one in listed.items()} == {
        "june.csv": "given", "july.csv": "given", "notes.docx": "refused",
    }  # fmt: skip
    refused = seen(client, listed["notes.docx"]["address"])
    assert refused["refused"].startswith("Files that end like this are not read.")
    assert decide(client, listed["notes.docx"]["address"], "drop-file").status_code == 302
    work()
    for name in ("june.csv", "july.csv"):
        assert decide(client, listed[name]["address"], "import-file").status_code == 302
    work()
    outcomes = [seen(client, listed[name]["address"])["outcome"] for name in ("june.csv", "july.csv")]
    assert [(one["rows_in"], one["stored"], one["rejected"]) for one in outcomes] == [(1, 1, 0), (1, 1, 0)]
    assert seen(client, "/data")["open"] == []


def test_giving_several_is_one_row_of_the_trail_and_more_than_can_wait_are_refused_whole(sign_in: SignIn) -> None:
    from tallystick.web.desk.audit import AuditRow
    from tallystick.web.desk.imports import Import

    client = sign_in("owner")
    before = AuditRow.objects.count()
    give_several(client, june_csv=CLEAN, july_csv=CLEAN.replace("T-1", "T-2"))
    assert AuditRow.objects.count() == before + 1
    many = {f"m{at}_csv": CLEAN.replace("T-1", f"X-{at}") for at in range(19)}
    assert give_several(client, **many).status_code == 409
    assert Import.objects.count() == 2
    assert give_several(sign_in("aurora"), **many).status_code == 302, "what waits of one side holds no other up"
