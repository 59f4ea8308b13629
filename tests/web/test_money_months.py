"""The pages of money offer every month of which there is something to see, whether anything was judged or not."""

from __future__ import annotations

import re
import shutil
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.home import open_home
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import NotFound, ScopeError
from tallystick.vocabulary.scope import Scope
from tests.billing.check.desk import send
from tests.billing.check.papers import L, paper
from tests.billing.check.several import make_several
from tests.facts.streams.test_cost_line import cost
from tests.journeys.command_line import tally
from tests.verdicts.tiny_lake import append
from tests.web._repair_desk import AT, changed, make_repair, serve, with_a_quarterly_promise
from tests.web.desk.test_corrections import approve, decide, opened, posted

SignIn = Callable[..., Any]
TERM = ["2026-01", "2026-02", "2026-03", "2026-04", "2026-05"]
REMOTE = {
    "contract": "lumen-fixwell", "partner": "fixwell", "period": "2026-02", "line": "charge:FW-0226 line 4",
}  # fmt: skip


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_repair(tmp_path_factory.mktemp("repair") / "home")


@pytest.fixture
def repair(made: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A copy that a test may change, served on 1 May 2026."""
    root = tmp_path / "home"
    shutil.copytree(made, root)
    serve(root, monkeypatch)
    return root


def shown(client: Any, page: str, **query: str) -> Any:
    return client.get(f"/{page}.json", query).json()


def html(client: Any, page: str, **query: str) -> str:
    answer = client.get(f"/{page}", query)
    assert answer.status_code == 200
    return str(answer.content.decode())


def room_in(root: Path, scope: Scope, on: datetime = datetime(2026, 5, 5, 9, tzinfo=UTC)) -> Any:
    from tallystick.web.room import Room

    return Room(open_home(root), scope, None, on)  # type: ignore[arg-type]


# ---- nothing is judged -------------------------------------------------------------------------------------------


def test_a_rate_card_alone_has_an_invoice_check_with_the_command_lines_figures(repair: Path, sign_in: SignIn) -> None:
    told = shown(sign_in("finance"), "invoices")
    assert told["choice"] == {"partner": "fixwell", "period": "2026-02", "among": TERM}
    asked = ("--partner", "fixwell", "--period", "2026-02", "--as-of", AT, "--json", "--home", repair)
    (check,) = tally("invoice", "check", *asked).json
    (sums,) = told["sums"]["rows"]
    assert (sums["digest"], sums["difference"]) == (check["digest"], check["difference"])
    assert sums["difference"] == {"amount": "60.00", "currency": "EUR"}
    page = html(sign_in("finance"), "invoices")
    assert "EUR\u202f1,176.00 billed, EUR\u202f1,116.00 expected; 1 line differs." in page
    assert "Nothing has been judged yet" not in page
    assert "tally assess" not in page


def test_a_rate_card_alone_has_its_costs_with_the_command_lines_figures(repair: Path, sign_in: SignIn) -> None:
    told = shown(sign_in("finance"), "cost")
    assert told["choice"] == {"partner": "fixwell", "period": "2026-03", "among": TERM}
    span = ("--from", "2026-01", "--to", "2026-03", "--as-of", AT, "--json", "--home", repair)
    months = tally("cost", *span).json["months"]
    assert [(row["month"], row["total"]) for row in told["months"]["rows"]] == [
        (one["month"], one["total"]) for one in reversed(months)
    ]
    assert "EUR\u202f1,958.50 in all" in html(sign_in("finance"), "cost")


def test_a_line_of_a_month_that_nobody_judged_is_disputed_decided_and_posted(repair: Path, sign_in: SignIn) -> None:
    (line,) = shown(sign_in("finance"), "invoices", period="2026-02")["differences"]
    given = REMOTE | {"line": line["key"]}
    number = opened(sign_in("finance"), given)
    assert decide(sign_in("owner"), number).status_code == 302
    assert approve(sign_in("executive"), number).status_code == 302
    assert posted() == [("invoice correction", f"dispute/{number}", "EUR 60.00", None)]
    assert "posted as entry 1" in html(sign_in("finance"), f"dispute/{number}")
    assert "EUR\u202f60.00 stands posted" in html(sign_in("finance"), "ledger")
    pack = sign_in("finance").get("/invoices.xlsx", {"period": "2026-02", "contract": "lumen-fixwell"})
    assert pack["Content-Disposition"] == 'attachment; filename="dispute-fixwell-2026-02.xlsx"'


def test_a_promise_by_the_quarter_leaves_the_months_of_the_invoice_as_they_are(repair: Path, sign_in: SignIn) -> None:
    with_a_quarterly_promise(repair)
    client = sign_in("owner")
    told = shown(client, "invoices")
    assert told["choice"] == {"partner": "fixwell", "period": "2026-02", "among": TERM}
    assert told["sums"]["rows"][0]["difference"]["amount"] == "60.00"
    assert shown(client, "credits")["choice"]["among"] == ["2026-Q1"]
    quarter = shown(client, "invoices", period="2026-Q1")
    assert quarter["sentence"] == "Fixwell Technik: invoices are checked month by month. Choose one."
    assert shown(client, "cost", period="2026-Q1")["sentence"] == (
        "Fixwell Technik: costs are told month by month. Choose one."
    )
    # From the quarter's credits over the invoice check and back is the same quarter.
    assert "/credits?partner=fixwell&amp;period=2026-Q1" in html(client, "invoices", period="2026-Q1")


def test_price_adjustments_of_a_month_that_was_not_judged_are_said_to_be_unknown(repair: Path, sign_in: SignIn) -> None:
    """As the command line: the expected invoice is not final, and says which judging it waits for."""
    changed(repair, "\ncharges:\n", """
fees: {monthly: {amount: 100}}
clauses:
  - {id: Q1, kind: kpi, title: Solved at once, measure: repeat_contact_rate, target: 20%, minimum_volume: 1,
     period_rule: created-in, attribution: owner-at-start}
  - {id: C1, kind: service_credit, when: {clause: Q1}, model: percentage, percentage: 10%, of: monthly}
  - {id: CAP, kind: credit_cap, percentage: 50%, of: monthly}

charges:
""")  # fmt: skip
    changed(repair, "repeat_window: 7d}", "repeat_window: 7d, excluded: [spam]}")
    asked = ("--partner", "fixwell", "--period", "2026-02", "--as-of", AT, "--json", "--home", repair)
    (check,) = tally("invoice", "check", *asked).json
    told = shown(sign_in("finance"), "invoices", period="2026-02")
    said = [one["message"] for one in told["findings"]]
    assert said == [one["message"] for one in check["findings"]]
    assert any("2026-02 are not judged yet, so no price adjustment is known" in one for one in said)
    assert told["sums"]["rows"][0]["digest"] == check["digest"]
    assert "steps" in shown(sign_in("finance"), "credits"), "nothing is judged, so there are no credits yet"


def test_a_running_month_that_was_never_judged_shows_what_its_days_so_far_cost(
    made: Path, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    serve(made, monkeypatch, datetime(2026, 3, 20, 9, tzinfo=UTC))
    told = shown(sign_in("finance"), "invoices", period="2026-03")
    (row,) = told["running"]["rows"]
    asked = ("--partner", "fixwell", "--period", "2026-03", "--as-of", "2026-03-20T00:00:00Z", "--json", "--home", made)
    (expected,) = tally("invoice", "expected", *asked).json
    assert row["accrual"] == expected["accrual"]["total"]
    assert "still runs" in told["sentence"]
    assert told["choice"]["among"] == TERM[:3], "no month of the term that has not begun"


# ---- what is named and not there ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("page", "period", "says"),
    [
        ("invoices", "1999-01",
         "Fixwell Technik, January 1999: no rate card charges this month, and no invoice bills it. Choose another."),
        ("invoices", "x", "Fixwell Technik: invoices are checked month by month. Choose one."),
        ("invoices", "2026-13", "Fixwell Technik: invoices are checked month by month. Choose one."),
        ("invoices", "2026-06",
         "Fixwell Technik, June 2026: no rate card charges this month, and no invoice bills it. Choose another."),
        ("cost", "1999-01", "Fixwell Technik, January 1999: nothing is known of what it cost."),
        ("cost", "x", "Fixwell Technik: costs are told month by month. Choose one."),
        ("credits", "2026-02",
         "Fixwell Technik, February 2026 is not judged, so no price adjustment is known. Choose another period."),
        ("credits", "x", "Fixwell Technik: there is no such period. Choose one."),
    ],
)  # fmt: skip
def test_a_period_that_is_not_offered_is_told_and_no_other_month_shown(
    repair: Path, sign_in: SignIn, page: str, period: str, says: str
) -> None:
    with_a_quarterly_promise(repair)
    client = sign_in("owner")
    told = shown(client, page, period=period)
    assert told["sentence"] == says
    assert told["choice"]["period"] == ""
    for name in ("sums", "lines", "months"):
        assert not told.get(name, {"rows": []})["rows"]
    text = html(client, page, period=period)
    assert '<option value="" selected>Choose</option>' in text


def test_neither_pack_nor_dispute_nor_credit_note_comes_of_a_period_that_is_not_there(
    repair: Path, sign_in: SignIn
) -> None:
    with_a_quarterly_promise(repair)
    client = sign_in("finance")
    for period in ("1999-01", "x", "2026-Q1"):
        named = {"partner": "fixwell", "period": period, "contract": "lumen-fixwell"}
        assert client.get("/invoices.pdf", named).status_code == 404, period
        assert client.get("/do/open-line-dispute", REMOTE | named).status_code == 404, period
    assert client.get("/credits.xml", {"period": "2026-02", "contract": "lumen-fixwell"}).status_code == 404


# ---- empty states are true ---------------------------------------------------------------------------------------


def test_without_a_rate_card_the_page_says_so_and_how_one_is_written(repair: Path, sign_in: SignIn) -> None:
    path = repair / "contracts" / "contract.yaml"
    text = path.read_text(encoding="utf-8")
    bare = re.sub(r"\ncharges:\n.*?(?=\nseries:)", "\n", text, flags=re.DOTALL)
    path.write_text(bare[: bare.index("\nbilling:")], encoding="utf-8")
    client = sign_in("owner")
    page = html(client, "invoices")
    assert "Fixwell Technik: no contract here has a rate card, so nothing can be checked." in page
    assert "docs/guide/rate-cards.md" in page
    assert "Nothing has been judged" not in page
    # The books and the invoice tell costs, rate card or not.
    assert shown(client, "cost")["choice"] == {"partner": "fixwell", "period": "2026-03", "among": TERM[1:3]}


def test_before_the_term_begins_no_rate_card_charges_anything(
    repair: Path, monkeypatch: pytest.MonkeyPatch, sign_in: SignIn
) -> None:
    shutil.rmtree(repair / "lake")
    serve(repair, monkeypatch, datetime(2025, 12, 31, 9, tzinfo=UTC))
    client = sign_in("owner")
    assert shown(client, "invoices")["sentence"] == (
        "Fixwell Technik: no rate card here charges anything yet, so nothing can be checked."
    )
    assert shown(client, "cost")["sentence"] == (
        "Fixwell Technik: no rate card charges anything yet, no invoice came, and the books tell no costs."
    )


def test_where_nothing_was_imported_the_page_says_that_and_blames_no_rate_card(repair: Path, sign_in: SignIn) -> None:
    shutil.rmtree(repair / "lake")
    told = shown(sign_in("owner"), "invoices")
    assert told["choice"] == {"partner": "fixwell", "period": "2026-04", "among": TERM}
    assert told["sentence"] == "Fixwell Technik, April 2026: nothing was imported yet, so nothing can be checked."


def test_without_any_contract_the_first_steps_are_shown(repair: Path, sign_in: SignIn) -> None:
    (repair / "contracts" / "contract.yaml").unlink()
    for page in ("invoices", "cost"):
        assert "The way to the first verdict" in html(sign_in("owner"), page)


# ---- which months ------------------------------------------------------------------------------------------------


def test_months_outside_the_term_are_offered_where_a_document_bills_them(repair: Path, sign_in: SignIn) -> None:
    """A bill of a month before the term and one of a month ahead: both are seen, and neither is shown unasked."""
    send(repair, [paper("OLD", "2025-11", [L("DESK", net="300")]), paper("AHEAD", "2026-07", [L("DESK", net="300")])],
         partner="fixwell")  # fmt: skip
    client = sign_in("finance")
    told = shown(client, "invoices")
    assert told["choice"] == {"partner": "fixwell", "period": "2026-02", "among": ["2025-11", *TERM, "2026-07"]}
    old = shown(client, "invoices", period="2025-11")
    assert [row["number"] for row in old["documents"]["rows"]] == ["OLD"]
    assert "an invoice has come and cannot be compared" in old["sentence"]
    assert old["findings"][0]["rule"] == "TS-P003"
    asked = ("--partner", "fixwell", "--period", "2025-11", "--as-of", AT, "--json", "--home", repair)
    (check,) = tally("invoice", "check", *asked).json
    assert [one["number"] for one in check["documents"]] == ["OLD"]


def test_costs_of_a_month_of_the_books_alone_are_shown_alone(repair: Path, sign_in: SignIn) -> None:
    """Of the months between nothing is known, so what moved the cost is not told over the gap."""
    with Lake.open(repair / "lake") as lake:
        append(lake, "cost", [cost(900, "2025-10-01", "50", partner="fixwell")], load_id="books-of-autumn")
    client = sign_in("finance")
    assert shown(client, "cost")["choice"]["among"] == ["2025-10", *TERM]
    told = shown(client, "cost", period="2025-10")
    assert [row["month"] for row in told["months"]["rows"]] == ["2025-10"]
    after = shown(client, "cost", period="2026-01")
    assert ([row["month"] for row in after["months"]["rows"]], after["fall"]["rows"]) == (["2026-01"], [])
    assert shown(client, "invoices")["choice"]["among"] == TERM, "books are no bill"


def test_months_are_offered_up_to_the_running_one_and_to_the_end_of_the_term(made: Path) -> None:
    from tallystick.web.money_months import months_of_checks

    lumen = Scope.of_client("lumen")
    assert months_of_checks(room_in(made, lumen, datetime(2026, 1, 1, tzinfo=UTC)), "fixwell").newest == "2026-01"
    late = months_of_checks(room_in(made, lumen, datetime(2028, 6, 1, tzinfo=UTC)), "fixwell")
    assert (late.among[0], late.among[-1], len(late.among)) == ("2026-01", "2027-12", 24)


def test_a_partner_is_offered_the_months_of_its_own_contracts_and_documents_alone(tmp_path: Path) -> None:
    """Aurora shares a contract with Borealis that its room does not hold, so a bill under that one offers no month."""
    from tallystick.web.invoice_checks import invoice_check_of
    from tallystick.web.money_months import months_of_checks, months_of_costs

    root = make_several(tmp_path / "home")
    send(root, [paper("N-late", "2026-09", [L("JOINT", net="700")], rate=None, contract="joint")], load="late")
    client, aurora, borealis = (
        room_in(root, scope)
        for scope in (Scope.of_client("lumen"), *(Scope.of_partner("lumen", one) for one in ("aurora", "borealis")))
    )
    assert months_of_checks(client, "aurora").among == ("2026-03", "2026-04", "2026-05", "2026-09")
    assert months_of_checks(aurora, "aurora").among == ("2026-03", "2026-04", "2026-05")
    assert months_of_checks(borealis, "aurora").among == ()
    assert months_of_checks(borealis, "borealis").among == ()
    with pytest.raises(NotFound) as told:
        invoice_check_of(borealis, "aurora", "2026-04", "desk")
    assert "invoice of this month" in str(told.value)
    with pytest.raises(ScopeError):
        months_of_costs(aurora, "aurora")
