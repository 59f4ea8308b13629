"""Credits: the figures are the command line's, each credit says how far it has come, and a partner reads its own."""

from __future__ import annotations

import json
import shutil
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime
from decimal import Decimal
from types import SimpleNamespace
from typing import Any

import pytest

from tallystick.billing.check.received import Document
from tallystick.invoices.reading import read
from tallystick.invoices.rule import check
from tallystick.reports import credit_proposal
from tallystick.vocabulary.money import Money
from tallystick.web import credit_notes
from tests.invoices.documents import ubl
from tests.journeys.command_line import tally
from tests.web.conftest import HOME
from tests.web.desk._closings import AURORA, bring_to, judge_again, own_verdicts, post, shared_verdicts
from tests.web.pages._floor import exported, foreign_is_not_there

SignIn = Callable[..., Any]
HERE = "partner=aurora&period=2025-12"


@pytest.fixture
def rewritten(prepared: Any) -> Iterator[None]:
    """Verdicts that a test may add to."""
    before = own_verdicts()
    yield
    shared_verdicts(before)


def ways(client: Any, period: str = "2025-12") -> list[tuple[str, str, str]]:
    """Credit, amount and state of each credit of a period, as the twin tells."""
    rows = client.get(f"/credits.json?{HERE}").json()["ways"]["rows"]
    return [(row["credit"], row["payable"]["amount"], row["state"]) for row in rows if row["period"] == period]


@pytest.mark.parametrize("who", ["owner", "aurora"])
def test_every_figure_is_the_command_lines(sign_in: SignIn, who: str) -> None:
    bring_to("closed", sign_in)
    shown = sign_in(who).get(f"/credits.json?{HERE}").json()
    today = datetime.now(UTC).date().isoformat()
    answer = tally("credits", "--partner", "aurora", "--period", "2025-12", "--on", today, "--json", "--home", HOME)
    told = {one["contract"]: one for one in answer.json}
    assert (
        {row["contract"] for row in shown["sums"]["rows"]} == set(told) == {one["contract"] for one in shown["credits"]}
    )
    for row in shown["sums"]["rows"]:
        said = told[row["contract"]]
        assert [row[key] for key in ("total", "year_total", "at_risk")] == [
            said[key] for key in ("total", "year_total", "at_risk")
        ]
    for one in shown["credits"]:
        lines = {line["clause"]: line for line in (*one["lines"], *one["nothing"])}
        said = {line["clause"]: line for line in told[one["contract"]]["lines"]}
        assert lines.keys() == said.keys()
        for name, line in said.items():
            assert (lines[name]["granted"], lines[name]["payable"]) == (line["amount"], line["payable"])
            assert [step["formula"] for step in lines[name]["steps"]] == [step["formula"] for step in line["steps"]]
    caps = [cap for one in told.values() for cap in one["caps"]]
    assert [(row["ceiling"], row["left"], row["year_left"]) for row in shown["caps"]["rows"]] == [
        (cap["ceiling"], cap["left"], cap["year_left"]) for cap in caps
    ]
    claims = [claim for one in told.values() for claim in one["claims"]]
    keys = ("period", "amount", "until", "claimed", "state")
    assert [[row[key] for key in keys] for row in shown["claims"]["rows"]] == [
        [claim[key] for key in keys] for claim in claims
    ]
    assert {claim["state"] for claim in claims} == {"lapsed", "claimed late"}


def test_a_credit_goes_from_proposed_over_approved_to_posted_and_a_restatement_reverses_it(
    sign_in: SignIn, rewritten: None
) -> None:
    client = sign_in("finance")
    for station, state in (("proposed", "proposed"), ("approved", "approved")):
        bring_to(station, sign_in)
        assert ways(client) == [("CR1", "3840.00", state), ("CR4", "1280.00", state)]
    assert post(sign_in("owner"), "close-period").status_code == 302
    assert ways(client) == [("CR1", "3840.00", "posted"), ("CR4", "1280.00", "posted")]
    judge_again("4480.00")
    waiting = [("CR1", "3200.00", "proposed"), ("CR1", "3840.00", "posted"), ("CR4", "1280.00", "posted")]
    assert ways(client) == waiting == ways(sign_in("aurora"))
    assert post(sign_in("owner"), "propose-restatement", reason="Late rows").status_code == 302
    assert post(sign_in("executive"), "approve-restatement", reason="Seen").status_code == 302
    assert ways(client) == [("CR1", "3200.00", "posted"), ("CR4", "1280.00", "posted"), ("CR1", "3840.00", "reversed")]
    page = client.get(f"/credits?{HERE}").content.decode()
    assert page.count(">reversed<") == 1
    ledger = client.get("/ledger.json?partner=aurora").json()
    assert [(row["number"], row["reverses"], row["reversed_by"]) for row in ledger["postings"]["rows"]] == [
        (4, None, None), (3, 1, None), (2, None, None), (1, None, 3),
    ]  # fmt: skip


def spoken_of(client: Any) -> dict[str, Any]:
    """What the page of a period says of its money."""
    shown = client.get(f"/credits.json?{HERE}").json()
    (sums,) = shown["sums"]["rows"]
    return {
        "sentence": shown["sentence"],
        "total": sums["total"]["amount"],
        "year": sums["year_total"]["amount"],
        "lines": [(line["clause"], line["payable"]["amount"], line["state"]) for line in shown["credits"][0]["lines"]],
        "claims": [row["amount"]["amount"] for row in shown["claims"]["rows"]],
        "ways": ways(client),
        "close": shown["credits"][0]["close"],
    }


def test_a_closed_period_keeps_its_figures_while_a_restatement_waits_and_after_it_is_refused(
    sign_in: SignIn, rewritten: None, with_invoice: None
) -> None:
    bring_to("closed", sign_in)
    readers = [sign_in(who) for who in ("finance", "aurora")]
    closed = spoken_of(readers[0])
    assert "EUR\u202f5,120.00 in price adjustments, posted." in closed["sentence"]
    command = ("credits", "--partner", "aurora", "--period", "2025-12", "--home", HOME)
    told = tally(*command, "--json").json
    given = {one.get(f"/credits.xml?{NOTE}").content for one in readers}
    judge_again("4480.00")
    waiting = {**closed, "ways": [("CR1", "3200.00", "proposed"), *closed["ways"]]}

    def stands(expected: dict[str, Any]) -> None:
        for client in readers:
            assert spoken_of(client) == expected
            assert {client.get(f"/credits.xml?{NOTE}").content} == given
        assert tally(*command, "--json").json == told
        other = readers[0].get("/credits.json?partner=aurora&period=2026-01").json()
        assert "5120.00" in [row["amount"]["amount"] for row in other["claims"]["rows"]]

    stands(waiting)
    assert post(sign_in("owner"), "propose-restatement", reason="Late rows").status_code == 302
    stands(waiting)
    assert post(sign_in("executive"), "refuse-restatement", reason="They are no such rows").status_code == 302
    stands(closed)
    judge_again("4500.00")
    assert post(sign_in("owner"), "propose-restatement", reason="Others").status_code == 302
    assert post(sign_in("executive"), "approve-restatement", reason="Seen").status_code == 302
    for client in readers:
        assert spoken_of(client)["total"] == "4500.00"
        assert {client.get(f"/credits.xml?{NOTE}").content} != given
    assert tally(*command, "--json").json[0]["total"]["amount"] == "4500.00"


def test_the_credit_note_of_the_command_line_is_that_of_the_closed_figures(
    sign_in: SignIn, rewritten: None, tmp_path: Any
) -> None:
    like = tmp_path / "like.xml"
    like.write_text(ubl(number="E-1"))
    bring_to("closed", sign_in)
    judge_again("4480.00")
    assert post(sign_in("owner"), "propose-restatement", reason="Late rows").status_code == 302
    assert post(sign_in("executive"), "refuse-restatement", reason="They are no such rows").status_code == 302
    note = tmp_path / "note.xml"
    done = tally(
        "credits", "--partner", "aurora", "--period", "2025-12", "--note", note, "--like", like, "--home", HOME
    )
    assert done.code == 0, done.err
    assert f"{read(note.read_bytes()).invoice.totals.net}" == "5120"


def test_a_running_month_shows_where_its_credits_end_and_between_what(sign_in: SignIn, rewritten: None) -> None:
    """January 2026 as it stood on the 20th: what has followed so far may become more."""
    shutil.rmtree(HOME / "verdicts" / "lumen-aurora" / "aurora" / "2026-01")
    text = HOME / "contracts" / "lumen-aurora.yaml"
    judged = tally("assess", text, "--partner", "aurora", "--period", "2026-01", "--as-of", "2026-01-20T06:00Z",
                   "--home", HOME)  # fmt: skip
    assert judged.code in (0, 1), judged.err
    told = tally("credits", "--partner", "aurora", "--period", "2026-01", "--json", "--home", HOME).json
    (ahead,) = [one["ahead"] for one in told]
    assert float(ahead["least"]["amount"]) <= float(ahead["middle"]["amount"]) < float(ahead["most"]["amount"])
    here = "partner=aurora&period=2026-01"
    for who in ("finance", "aurora"):
        (sums,) = sign_in(who).get(f"/credits.json?{here}").json()["sums"]["rows"]
        assert {name: sums[name] for name in ("least", "most")} == {name: ahead[name] for name in ("least", "most")}
        assert sums["ahead"] == ahead["middle"]
        page = sign_in(who).get(f"/credits?{here}").content.decode()
        span = "between EUR\u202f{:,.2f} and EUR\u202f{:,.2f}.".format(
            *(float(ahead[name]["amount"]) for name in ("least", "most"))
        )
        assert f"lumen-aurora still runs: at its pace it ends with EUR\u202f4,560.00, {span}" in page
        assert ">at its pace<" in page
    over = sign_in("finance").get(f"/credits.json?{HERE}").json()
    assert over["ahead"] == []
    assert "ahead" not in {column["key"] for column in over["sums"]["columns"]}


def test_what_was_posted_stands_beside_the_period_and_leads_to_its_entry(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    shown = sign_in("owner").get(f"/credits.json?{HERE}").json()
    (sums,) = shown["sums"]["rows"]
    assert sums["posted"] == sums["total"] == {"amount": "5120.00", "currency": "EUR"}
    (one,) = shown["credits"]
    assert [(line["clause"], line["state"], line["entry"]) for line in one["lines"]] == [
        ("CR1", "posted", 1), ("CR4", "posted", 2),
    ]  # fmt: skip
    claims = {row["period"]: row["state"] for row in shown["claims"]["rows"]}
    assert claims == {"2025-11": "lapsed", "2025-12": "claimed late"}, "closing a period claims its credits"
    other = sign_in("owner").get("/credits.json?partner=borealis").json()
    assert {row["posted"]["amount"] for row in other["sums"]["rows"]} == {"0"}


def test_a_correction_of_an_invoice_is_no_price_adjustment_that_was_posted(sign_in: SignIn) -> None:
    from tests.web.desk.test_corrections import corrected

    corrected(sign_in)
    bring_to("closed", sign_in)
    rows = sign_in("owner").get("/credits.json?partner=aurora&period=2026-05").json()["sums"]["rows"]
    assert {row["contract"]: row["posted"]["amount"] for row in rows} == {
        "lumen-aurora": "5120.00", "lumen-aurora-telephone": "0",
    }  # fmt: skip


def test_the_page_of_one_partner_tells_of_no_other(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    bring_to("closed", sign_in, ("lumen-borealis", "borealis", "2026-05"))
    client = sign_in("owner")
    for name in ("credits", "ledger"):
        for partner, other in (("aurora", "borealis"), ("borealis", "aurora")):
            shown = client.get(f"/{name}.json?partner={partner}").json()
            told = json.dumps({key: value for key, value in shown.items() if key != "choice"})
            assert f"lumen-{partner}" in told
            assert other not in told, (name, partner)


@pytest.mark.parametrize("who", ["aurora", "cordoba"])
def test_a_partner_reads_its_own_and_a_foreign_one_is_as_if_it_were_not_there(sign_in: SignIn, who: str) -> None:
    foreign_is_not_there(sign_in(who), "credits", who)


def test_the_credits_over_the_periods_are_a_file_too(sign_in: SignIn) -> None:
    bring_to("closed", sign_in)
    rows = exported(sign_in("owner"), f"/credits.csv?{HERE}&table=ways")
    (first, second) = [row for row in rows if row["period"] == AURORA[2]]
    assert (first["credit"], first["after the limits"], first["state"]) == ("CR1", "3840.00 EUR", "posted")
    assert (second["credit"], second["granted"], second["posting"]) == ("CR4", "2000.00 EUR", "2")


NOTE = f"{HERE}&contract=lumen-aurora"


@pytest.fixture
def with_invoice(prepared: Any, monkeypatch: pytest.MonkeyPatch) -> None:
    """As if Aurora had sent an electronic invoice; in the example its invoices came as a table, without parties."""
    told = Document(1, read(ubl(number="E-1").encode()).invoice)
    monkeypatch.setattr(credit_proposal, "_invoices", lambda *_: ([told], [told]))
    monkeypatch.setattr(credit_notes, "remembered", lambda _room, _key, make: make())


def test_the_credit_note_has_the_pages_total_and_both_sides_that_read_invoices_may_have_it(
    sign_in: SignIn, with_invoice: None
) -> None:
    for who in ("finance", "aurora"):
        client = sign_in(who)
        shown = client.get(f"/credits.json?{HERE}").json()
        (one,) = shown["credits"]
        assert one["note"] == {"xml": f"/credits.xml?{NOTE}", "pdf": f"/credits.pdf?{NOTE}"}
        given = client.get(one["note"]["xml"])
        assert given["Content-Type"] == "application/xml"
        assert given["Content-Disposition"] == 'attachment; filename="cn-lumen-aurora-aurora-2025-12.xml"'
        found = read(given.content).invoice
        (sums,) = shown["sums"]["rows"]
        assert f"{found.totals.net}" == "5120"
        assert (Decimal(sums["total"]["amount"]), check(found)) == (found.totals.net, ())
        assert "Credit note as Factur-X" in client.get(f"/credits?{HERE}").content.decode()
    pytest.importorskip("typst", reason="the compiler of documents on paper is not installed")
    assert sign_in("finance").get(one["note"]["pdf"]).content.startswith(b"%PDF-")


@pytest.mark.parametrize("ending", ["xml", "pdf"])
def test_a_foreign_credit_note_is_as_if_it_were_not_there(sign_in: SignIn, with_invoice: None, ending: str) -> None:
    own = sign_in("borealis")
    answers = [own.get(f"/credits.{ending}?partner={name}&period=2025-12&contract=lumen-aurora")
               for name in ("aurora", "nobody")]  # fmt: skip
    assert [one.status_code for one in answers] == [404, 404]
    assert sign_in("finance").get(f"/credits.{ending}?{HERE}&contract=lumen-borealis").status_code == 404


def test_where_parties_are_not_known_the_page_says_so_and_gives_no_credit_note(sign_in: SignIn) -> None:
    client = sign_in("finance")
    (one,) = client.get(f"/credits.json?{HERE}").json()["credits"]
    assert set(one["note"]) == {"why"}
    assert "does not tell the name and the country of the seller" in one["note"]["why"]
    page = client.get(f"/credits?{HERE}").content.decode()
    assert "No credit note can be proposed:" in page
    assert "imported on the page Data" in page
    assert "--like" not in page
    assert client.get(f"/credits.xml?{NOTE}").status_code == 404


@pytest.mark.parametrize(("as_of", "told"), [("2026-03-31T23:59:59Z", {}), ("2026-04-01T00:00:00Z", {"why": "why"})])
def test_of_a_period_that_was_judged_while_it_ran_no_credit_note_is_spoken_of(
    as_of: str, told: dict[str, str], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("tallystick.web.pages.credits.credit_note_of", lambda *_: credit_notes.Proposed(None, "why"))
    days = SimpleNamespace(from_on=date(2026, 3, 1), end_on=date(2026, 4, 1))
    books = SimpleNamespace(store=SimpleNamespace(verdicts_of=lambda _: [days]))
    room: Any = SimpleNamespace(actor=SimpleNamespace(may=lambda _: True), books=books)
    record: Any = SimpleNamespace(as_of=as_of, period="2026-03", zone="UTC")
    state: Any = SimpleNamespace(total=Money(Decimal(5), "EUR"))
    from tallystick.web.pages.credits import _note

    assert _note(room, record, state) == told
