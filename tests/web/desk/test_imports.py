"""The guided import: looked at, corrected, taken in once, with every row accounted for."""

from __future__ import annotations

import csv
import io
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tests.invoices.documents import ubl
from tests.web.desk._closings import AURORA, bring_to, post, standing, steps
from tests.web.desk._files import CLEAN, correct, decide, give, seen, work

SignIn = Callable[..., Any]


@pytest.fixture(autouse=True)
def _records(own_records: Path) -> None:
    """Every test writes."""


def test_a_messy_file_is_looked_at_corrected_taken_in_and_its_rejected_rows_come_back(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = give(client)
    assert seen(client, page)["state"] == "given"
    work()
    looked = seen(client, page)
    assert looked["state"] == "read"
    assert looked["reading"]["delimiter"] == "semicolon"
    assert [one["name"] for one in looked["columns"]][1:3] == ["Status", "Status (2)"]
    assert {"TS-I203", "TS-I213", "TS-I215"} <= {one["id"] for one in looked["findings"]}
    assert {"raw": "Awaiting parts", "meaning": "", "number": 0} in looked["words"][0]["rows"]
    assert looked["counts"] == {"rows_in": 6, "stored": 2, "duplicate": 0, "rejected": 4}
    assert looked["previews"][0]["rows"][0][1] == "T-1"

    roles, words = {"Status (2)": ""}, {"Awaiting parts": "pending"}
    assert correct(client, page, roles=roles, words=words).status_code == 302
    work()
    again = seen(client, page)
    assert next(one["role"] for one in again["columns"] if one["name"] == "Status (2)") == ""
    assert {"raw": "Awaiting parts", "meaning": "pending"}.items() <= again["words"][0]["rows"][-1].items()

    assert decide(client, page, "import-file").status_code == 302
    assert seen(client, page)["state"] == "approved"
    work()
    done = seen(client, page)
    assert done["state"] == "done"
    ledger = done["outcome"]
    assert ledger["rows_in"] == ledger["stored"] + ledger["duplicate"] + ledger["rejected"] == 6
    assert ledger["rejected"] == 4
    html = client.get(page).content.decode()
    assert "2 stored + 0 duplicate + 4 rejected = 6 rows in" in html

    rows = list(csv.reader(io.StringIO(client.get(f"{page}/rows.csv?table=to_correct").content.decode("utf-8-sig"))))
    assert rows[0][:4] == ["Ticket ID", "Status", "Status (2)", "Created"]
    assert rows[0][-2:] == ["What is wrong", "What to do"]
    by_id = {row[0]: row for row in rows[1:]}
    assert by_id["T-4"][3] == "'=not a date", "a spreadsheet must not run it"
    assert "cannot be read as a date" in by_id["T-4"][-2]
    assert by_id["T-4"][-1]
    assert by_id["T-6"][:6] == ["T-6", "Solved", "x", "14/07/2026 11:00", "", ""], (
        "a row that was cut off comes back too"
    )
    assert len(rows) == 1 + 4
    listed = client.get("/data.json").json()["imports"]["rows"]
    assert [(one["rows_in"], one["stored"], one["rejected"]) for one in listed] == [(6, 2, 4)]


def test_the_corrected_rows_are_taken_in_by_the_saved_mapping(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = give(client)
    work()
    decide(client, page, "import-file")
    work()
    fixed = "Ticket ID;Status;Status (2);Created;First reply;Queue\nT-4;Solved;x;14/07/2026 10:00;14/07/2026 12:00;DE\n"
    second = give(client, fixed, "Tickets July (corrected) 2.csv")
    work()
    looked = seen(client, second)
    correct(client, second, feed=seen(client, page)["reading"]["feed"])
    work()
    looked = seen(client, second)
    assert looked["counts"] == {"rows_in": 1, "stored": 1, "duplicate": 0, "rejected": 0}


def test_a_form_that_is_sent_twice_imports_once(sign_in: SignIn) -> None:
    client = sign_in("owner")
    assert give(client, once="k1") == give(client, once="k1")
    page = give(client, once="k2")
    assert page == give(client, once="k1"), "the same bytes wait once"
    work()
    assert decide(client, page, "import-file", once="k3").status_code == 302
    assert (
        client.post("/do/import-file", {"number": page.rsplit("/", 1)[1], "version": 1, "once": "k3"}).status_code
        == 302
    )
    assert client.post("/do/import-file", {"number": page.rsplit("/", 1)[1], "version": 1}).status_code == 409
    work()
    work()
    assert len(client.get("/data.json").json()["imports"]["rows"]) == 1


@pytest.mark.parametrize("moment", ["before its rows are stored", "after its rows are stored"])
def test_a_period_closed_during_an_import_is_closed_once_and_the_file_is_taken_in_once(
    sign_in: SignIn, room_of: Any, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    from tallystick.web import intake
    from tallystick.web.desk.audit import AuditRow

    bring_to("approved", sign_in)
    approved, client, answers = standing().digest, sign_in("owner"), []
    page = give(client, CLEAN, "clean.csv")
    work()
    assert decide(client, page, "import-file").status_code == 302
    taken_in = intake.take_in

    def meanwhile(*given: Any, **more: Any) -> Any:
        outcome = taken_in(*given, **more) if moment.startswith("after") else None
        answers.extend(post(client, "close-period", once="one").status_code for _ in range(2))
        return outcome or taken_in(*given, **more)

    monkeypatch.setattr(intake, "take_in", meanwhile)
    work()
    work()
    assert answers == [302, 302]
    assert steps() == ["open preview", "approve", "close"]
    closing = room_of("owner").desk.close.one(*AURORA)
    assert (closing.course.state, closing.course.figures.judging) == ("closed", approved)
    assert not closing.restatement_waits, "rows alone change no figure; a judging does"
    done = seen(client, page)
    assert (done["state"], done["outcome"]["stored"]) == ("done", 1)
    written = list(AuditRow.objects.values_list("action", flat=True))
    assert (written.count("close-period"), written.count("import-stored")) == (1, 1)


def test_an_import_that_died_says_so_and_starting_again_tells_what_it_stored(
    sign_in: SignIn, monkeypatch: pytest.MonkeyPatch
) -> None:
    from tallystick.web import importing

    client = sign_in("owner")
    page = give(client)
    work()
    decide(client, page, "import-file")

    def killed(*_: Any, **__: Any) -> Any:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(importing, "append_system", killed)  # after the commit, before its outcome is noted
        with pytest.raises(KeyboardInterrupt):
            work()
    assert seen(client, page)["state"] == "importing"
    work()
    assert seen(client, page)["state"] == "interrupted"
    assert "nothing is half stored" in client.get(page).content.decode()
    assert decide(client, page, "start-again").status_code == 302
    work()
    done = seen(client, page)
    assert done["state"] == "done"
    assert done["outcome"] == {"rows_in": 6, "stored": 2, "duplicate": 0, "rejected": 4}


def test_a_damaged_file_is_refused_with_its_cure_and_stores_nothing(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = give(client, "PK\x03\x04 cut off", "book.xlsx")
    work()
    shown = seen(client, page)
    assert shown["state"] == "refused"
    assert shown["refused"]
    assert shown["cure"]
    assert decide(client, page, "import-file").status_code == 409
    assert decide(client, page, "drop-file").status_code == 302


def test_a_partners_file_holds_its_own_rows_whatever_it_says(sign_in: SignIn) -> None:
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.place import home

    client = sign_in("aurora")
    text = CLEAN + "T-2,borealis,2026-07-01 10:00,2026-07-01 10:20\nT-3,,2026-07-01 11:00,2026-07-01 11:20\n"
    page = give(client, text, "cases.csv", for_partner="borealis")
    work()
    shown = seen(client, page)
    assert shown["reading"]["partner"] == "aurora"
    assert shown["reading"]["feed"].startswith("aurora-")
    assert shown["counts"] == {"rows_in": 3, "stored": 2, "duplicate": 0, "rejected": 1}
    assert "TS-I520" in {one["id"] for one in shown["findings"]}
    decide(client, page, "import-file")
    work()
    assert seen(client, page)["outcome"]["rejected"] == 1
    with Lake.open(home().root / "lake") as lake:
        rows = lake.read(Scope.of_client(lake.client), "case", columns=["case_id", "partner"]).to_pylist()
        assert {(row["case_id"], row["partner"]) for row in rows} == {("T-1", "aurora"), ("T-3", "aurora")}


def test_a_partner_can_neither_write_into_a_feed_of_others_nor_take_its_name(sign_in: SignIn) -> None:
    owner, partner = sign_in("owner"), sign_in("aurora")
    page = give(owner, CLEAN.replace("aurora", "borealis"), "cases.csv", for_partner="borealis")
    work()
    decide(owner, page, "import-file")
    work()
    before = seen(owner, page)["reading"]["feed"]
    theirs = give(partner, CLEAN, "cases.csv")
    work()
    assert correct(partner, theirs, feed=before).status_code == 302
    work()
    assert seen(partner, theirs)["reading"]["feed"] == f"aurora-{before}"
    assert seen(partner, theirs)["reading"]["partner"] == "aurora"


def test_another_partners_import_is_not_there(sign_in: SignIn) -> None:
    page = give(sign_in("aurora"), CLEAN, "cases.csv")
    number = page.rsplit("/", 1)[1]
    work()
    other = sign_in("borealis")
    nothing = f"/data/import/{'0' * 32}"
    for address in (page, f"{page}.json", f"{page}/rows", f"{page}/rows.csv"):
        assert other.get(address).status_code == 404
    assert other.get(nothing).status_code == 404
    for what in ("import-file", "drop-file", "start-again"):
        assert other.post(f"/do/{what}", {"number": number, "version": 1}).status_code == 404
        assert other.get(f"/do/{what}?number={number}").status_code == 404
    assert other.get("/data.json").json()["open"] == []
    assert sign_in("owner").get(page).status_code == 200


def test_the_ledger_tells_a_partner_the_rule_and_not_the_cell_of_a_file_that_others_gave(
    sign_in: SignIn, room_of: Callable[[str], Any]
) -> None:
    page = give(sign_in("owner"), CLEAN + "T-2,aurora,31.11.2025 08:00,\n", "cases.csv", for_partner="aurora")
    work()
    decide(sign_in("owner"), page, "import-file")
    work()
    ours, theirs = (room_of(who).desk.imports.loads()[0]["reasons"] for who in ("owner", "aurora"))
    assert "31.11.2025" in ours[0]
    assert ", 1 row: " in theirs[0]
    assert "31.11.2025" not in theirs[0]
    own = give(sign_in("aurora"), CLEAN + "T-3,aurora,31.11.2025 09:00,\n", "cases.csv")
    work()
    decide(sign_in("aurora"), own, "import-file")
    work()
    assert "31.11.2025" in room_of("aurora").desk.imports.loads()[0]["reasons"][0], "of its own file it is told all"


def test_personal_data_in_the_first_cells_are_not_shown(sign_in: SignIn) -> None:
    client = sign_in("owner")
    text = "Ticket ID,Created,Remark,Customer\n" + "".join(
        f"T-{n},2026-07-0{n} 09:00,call me at maria.pop@example.com,maria.pop@example.com\n" for n in range(1, 5)
    )
    page = give(client, text, "cases.csv")
    work()
    assert "maria.pop" not in client.get(page).content.decode()


def test_every_step_is_in_the_audit_trail_and_the_file_is_not_kept(sign_in: SignIn, own_records: Path) -> None:
    from tallystick.web.desk.audit import AuditRow

    client = sign_in("owner")
    page = give(client)
    work()
    decide(client, page, "import-file")
    work()
    assert list(AuditRow.objects.order_by("seq").values_list("action", flat=True))[-3:] == [
        "give-file",
        "import-file",
        "import-stored",
    ]
    assert not [path for path in (own_records / "desk" / "uploads").rglob("*") if path.is_file()]


def test_what_customers_wrote_does_not_come_back_with_the_rejected_rows(sign_in: SignIn) -> None:
    client = sign_in("owner")
    said = "my grandmother is ill"
    text = "Ticket ID,Created,Status,Description\n" + "".join(
        f'T-{n},2026-07-0{n} 09:00,Open,"{said}, and the parcel number {n} did not arrive"\n' for n in range(1, 8)
    )
    text += f'T-8,not a date,Open,"{said}"\nT-9,{said},2026-07-01,Open,x,y\n'
    page = give(client, text, "cases.csv")
    work()
    correct(client, page, roles={"Description": "text"})
    work()
    assert said not in client.get(page).content.decode()
    assert "TS-I510" not in {one["id"] for one in seen(client, page)["findings"]}, (
        "a look keeps no texts, and says no alarm"
    )
    decide(client, page, "import-file")
    work()
    assert seen(client, page)["outcome"]["rejected"] == 2
    for address in (f"{page}/rows", f"{page}/rows.json", f"{page}/rows.csv?table=to_correct"):
        assert said not in client.get(address).content.decode(), address


def test_a_partner_gives_no_list_of_agents_because_it_says_whose_an_id_is(sign_in: SignIn) -> None:
    text = "agent_id,name,partner,started_on\n" + "".join(f"bor-{n},Ann {n},aurora,2026-01-0{n}\n" for n in range(1, 6))
    owner, partner = sign_in("owner"), sign_in("aurora")
    pages = give(owner, text, "agents.csv"), give(partner, text, "agents.csv")
    work()
    assert seen(owner, pages[0])["reading"]["connector"] == "agents"
    assert seen(owner, pages[0])["refused"] == ""
    assert "list of agents" in seen(partner, pages[1])["refused"]
    assert decide(partner, pages[1], "import-file").status_code == 409


@pytest.mark.parametrize(
    ("text", "what"),
    [
        ("person,system,source_id,valid_from,proof\nA1,telephony,101,2026-01-01,contract\n", "list of identities"),
        (
            ("queue,interval_start,version,issued_at,forecast_contacts,forecast_aht_s\n"
            "care,2026-07-01T09:00:00Z,v9,2026-01-01T00:00:00Z,1,60\n"),
            "a forecast",
        ),
    ],
)  # fmt: skip
def test_a_partner_gives_nothing_that_says_whose_ids_are_or_what_the_client_had_forecast(
    sign_in: SignIn, text: str, what: str
) -> None:
    partner = sign_in("aurora")
    page = give(partner, text, "list.csv")
    work()
    assert what in seen(partner, page)["refused"]
    assert decide(partner, page, "import-file").status_code == 409


def test_a_calendar_and_a_log_of_lines_are_looked_at_though_they_are_no_tables(sign_in: SignIn) -> None:
    client = sign_in("owner")
    calendar = (
        "BEGIN:VCALENDAR\nX-WR-CALNAME:A7\nBEGIN:VEVENT\nUID:1\nDTSTART:20260701T090000Z\nDTEND:20260701T170000Z\n"
        "SUMMARY:Shift\nEND:VEVENT\nEND:VCALENDAR\n"
    )
    log = "1782896400|c1|care|NONE|ENTERQUEUE||07|1\n1782896405|c1|care|NONE|ABANDON|1|1|5\n"
    pages = {give(client, calendar, "a.ics"): "rosters", give(client, log, "queue_log.txt"): "queue_log"}
    work()
    work()
    for page, connector in pages.items():
        looked = seen(client, page)
        assert (looked["reading"]["connector"], looked["refused"]) == (connector, "")
        assert looked["counts"]["rejected"] == 0
        assert client.get(page).status_code == 200


def test_a_file_that_nobody_takes_in_does_not_stay(sign_in: SignIn, own_records: Path) -> None:
    from tallystick.web import worker
    from tallystick.web.place import home

    client = sign_in("owner")
    page = give(client)
    work(datetime(2026, 8, 3, 9, tzinfo=UTC))
    worker.tick(home(), datetime(2026, 8, 16, 9, tzinfo=UTC))
    assert seen(client, page)["state"] == "read"
    worker.tick(home(), datetime(2026, 8, 18, 9, tzinfo=UTC))
    assert seen(client, page)["state"] == "dropped"
    assert not [path for path in (own_records / "desk" / "uploads").rglob("*") if path.is_file()]


def test_markup_in_a_file_is_text_on_every_page(sign_in: SignIn) -> None:
    client = sign_in("owner")
    bad = "<script>alert(1)</script>"
    text = f"Ticket ID,Created,Status,{bad}\n" + "".join(
        f"{bad}{n},{bad if n == 3 else f'2026-07-0{n} 09:00'},{bad},{bad}\n" for n in range(1, 6)
    )
    page = give(client, text, f"{bad}.csv")
    work()
    assert bad not in client.get(page).content.decode()
    decide(client, page, "import-file")
    work()
    assert seen(client, page)["outcome"]["rejected"] == 1
    for address in (page, f"{page}/rows", "/data"):
        assert bad not in client.get(address).content.decode(), address


def test_a_partner_hands_in_its_electronic_invoice_and_sees_what_is_wrong_with_its_sums(sign_in: SignIn) -> None:
    from tallystick.records.invoice_rows import stored_invoices
    from tallystick.records.lake import Lake
    from tallystick.vocabulary.scope import Scope
    from tallystick.web.place import home

    client = sign_in("aurora")
    page = give(
        client, ubl().replace(">224.99</cbc:TaxExclusiveAmount>", ">225.99</cbc:TaxExclusiveAmount>"), "march.xml"
    )
    work()
    shown = seen(client, page)
    assert (shown["reading"]["connector"], shown["reading"]["feed"]) == ("e_invoices", "aurora-e-invoices")
    assert [one["id"] for one in shown["findings"]] == ["BR-CO-13", "BR-CO-15"]
    decide(client, page, "import-file")
    work()
    assert seen(client, page)["outcome"]["stored"] == 3
    with Lake.open(home().root / "lake") as lake:
        (found,) = stored_invoices(lake, Scope.of_partner(lake.client, "aurora"))
    assert (found.partner, found.invoice.number) == ("aurora", "INV-1")


def test_a_hostile_invoice_is_refused_with_its_cure_when_it_is_looked_at(sign_in: SignIn) -> None:
    evil = ubl().replace("?>", '?><!DOCTYPE x [<!ENTITY a SYSTEM "file:///etc/passwd">]>', 1).replace("INV-1", "&a;")
    client = sign_in("aurora")
    page = give(client, evil, "march.xml")
    work()
    shown = seen(client, page)
    assert shown["state"] == "refused"
    assert "document type" in shown["refused"]
    assert "attack" in shown["cure"]
