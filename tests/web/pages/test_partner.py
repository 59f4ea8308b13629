"""The partner's page: everything of one partner, the figures those of its verdicts."""

from __future__ import annotations

import html
import re
from collections.abc import Callable
from decimal import Decimal
from pathlib import Path
from typing import Any

from tallystick.verdicts.store import VerdictStore
from tallystick.verdicts.verdict import Outcome

SignIn = Callable[..., Any]
THIN = "\u202f"


def heading(response: Any) -> str:
    found = re.search(r"<h1>(.*?)</h1>", response.content.decode(), re.S)
    assert found is not None
    return html.unescape(found[1])


def test_the_sentence_says_kept_missed_money_and_what_its_own_report_says(sign_in: SignIn) -> None:
    assert heading(sign_in("owner").get("/partner/aurora?period=2025-12")) == (
        f"December 2025: Aurora Contact kept 4 of 6 promises, and missed first reply, German e-mail "
        f"(74.9{THIN}%, promised at least 90{THIN}%) and customer satisfaction "
        f"(66.1{THIN}%, promised at least 80{THIN}%). Price adjustments of EUR{THIN}5,120.00 are proposed. "
        f"Its own report says 92.6{THIN}% for S1, which would have kept it."
    )


def test_a_month_on_incomplete_data_is_not_called_kept_or_missed(sign_in: SignIn) -> None:
    assert heading(sign_in("owner").get("/partner/borealis")) == (
        "June 2026: nothing about Borealis Desk can be settled yet (data to 2026-06-18 22:25 Europe/Lisbon)."
    )


def test_every_month_of_every_partner_counts_its_verdicts(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    store = VerdictStore(lumen / "verdicts")
    for partner in ("aurora", "borealis", "cordoba"):
        rows = {row["period"]: row for row in client.get(f"/partner/{partner}.json").json()["months"]["rows"]}
        assert len(rows) == 12
        for period, row in rows.items():
            own = [one for one in store.newest("*", partner, period) if one.lifecycle == "in-effect"]
            assert row["kept"] == sum(one.outcome is Outcome.MET for one in own)
            assert row["missed"] == ", ".join(one.clause for one in own if one.outcome is Outcome.MISSED)
            statements = [judged.statement for judged in store.judged("*", partner, period)]
            assert statements
            due = sum((one.total.amount for one in statements if one is not None), Decimal(0))
            assert Decimal(row["credit"]["amount"]) == due
            assert row["bundle"] == f"tally bundle {partner} {period}"


def test_the_money_is_shown_with_the_steps_of_its_calculation(sign_in: SignIn, lumen: Path) -> None:
    client = sign_in("owner")
    told = client.get("/partner/aurora.json?period=2025-12").json()["statements"]
    statement = VerdictStore(lumen / "verdicts").judged("*", "aurora", "2025-12")[0].statement
    assert statement is not None
    moved = [line for line in statement.lines if line.amount.amount]
    assert [line["clause"] for line in told[0]["lines"]] == [line.clause for line in moved]
    assert [step["inserted"] for step in told[0]["lines"][0]["steps"]] == [step.inserted for step in moved[0].steps]
    page = html.unescape(client.get("/partner/aurora?period=2025-12").content.decode())
    for line in moved:
        for step in line.steps:
            assert step.inserted in page


def test_its_own_report_stands_beside_ours_with_the_cause_of_the_difference(sign_in: SignIn, lumen: Path) -> None:
    rows = sign_in("owner").get("/partner/aurora.json?period=2025-12").json()["reported"]["rows"]
    own = {
        f"{one.clause} {one.title}": one.reported
        for one in VerdictStore(lumen / "verdicts").newest("*", "aurora", "2025-12")
        if one.reported
    }
    assert rows[0]["promise"] == "S1 First reply, German e-mail"
    assert {row["promise"]: row["cause"] for row in rows} == {name: one.cause for name, one in own.items()}


def test_a_late_feed_is_named_with_how_far_it_reaches_and_its_figures_are_grey(sign_in: SignIn) -> None:
    client = sign_in("owner")
    twin = client.get("/partner/borealis.json").json()
    assert [(row["feed"], row["lamp"]) for row in twin["feeds"]["rows"]] == [("borealis-case-events", "late")]
    page = client.get("/partner/borealis").content.decode()
    assert 'class="figure late-data"' in page
    assert "data to 2026-06-18 22:25 Europe/Lisbon" in page
    earlier = client.get("/partner/borealis?period=2026-03").content.decode()
    assert "late-data" not in earlier


def test_every_promise_has_its_chart_with_a_table_and_a_summary(sign_in: SignIn) -> None:
    client = sign_in("owner")
    page = client.get("/partner/cordoba").content.decode()
    clauses = [one["clause"] for one in client.get("/partner/cordoba.json").json()["trends"]]
    assert len(clauses) == 8 + 6
    for clause in clauses:
        assert f'id="trend-{clause}"' in page
        assert f'id="chart-{clause}-summary"' in page
    assert page.count("The same figures as a table") >= len(clauses)


def test_open_disputes_and_actions_of_this_partner_are_listed(sign_in: SignIn, room_of: Callable[[str], Any]) -> None:
    from datetime import UTC, date, datetime
    from uuid import uuid4

    from tallystick.web.desk.corrective import CorrectiveAction
    from tallystick.web.desk.disputes import Dispute

    at = datetime(2026, 7, 7, tzinfo=UTC)
    about = {"contract": "lumen-aurora", "partner": "aurora", "clause": "S1", "period": "2025-12"}
    Dispute.objects.create(
        **about, judging="", category="other", expected="met", text="why", by=uuid4(), by_name="Ana", at=at, due_at=at
    )
    CorrectiveAction.objects.create(
        **about, what="Two more people", owner="Ana", due_on=date(2026, 7, 1), by=uuid4(), by_name="Ana", at=at
    )
    client = sign_in("owner")
    twin = client.get("/partner/aurora.json").json()
    assert [row["expected"] for row in twin["disputes"]["rows"]] == ["met"]
    assert [row["what"] for row in twin["actions"]["rows"]] == ["Two more people"]
    assert b"overdue" in client.get("/partner/aurora").content
    other = client.get("/partner/cordoba.json").json()
    assert other["disputes"]["rows"] == other["actions"]["rows"] == []


def test_a_partner_that_is_not_there_is_not_found(sign_in: SignIn) -> None:
    for address in ("/partner/nobody", "/partner/nobody.json", "/partner/nobody.csv"):
        assert sign_in("owner").get(address).status_code == 404


def test_contracts_are_those_with_this_partner(sign_in: SignIn) -> None:
    for partner in ("aurora", "borealis", "cordoba"):
        listed = sign_in("owner").get(f"/partner/{partner}.json").json()["contracts"]["rows"]
        assert [row["contract"] for row in listed] == [f"lumen-{partner}", f"lumen-{partner}-telephone"]


def test_every_table_of_the_page_is_a_csv(sign_in: SignIn) -> None:
    client = sign_in("owner")
    for table in ("promises", "money", "reported", "feeds", "months", "contracts", "dates", "disputes", "history"):
        response = client.get(f"/partner/aurora.csv?period=2025-12&table={table}")
        assert response.status_code == 200, table
        assert response.content.decode("utf-8-sig").count("\r\n") >= 1
