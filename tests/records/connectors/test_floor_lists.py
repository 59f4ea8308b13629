"""Trainings, announcements, acknowledgements, outcomes, reviews, costs, actions and identities, out of plain lists."""

from __future__ import annotations

import json
from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connectors._amounts import decimals_in
from tallystick.records.connectors._listed import numbers_in
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.persons import person_of
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
EVERYONE = Scope.of_client("client")


def take(home: Path, name: str, text: str, connector: str, **hints: str):
    path = home / name
    path.write_text(text, encoding="utf-8")
    vault = Vault.create(home / "keys")
    hints.setdefault("zone", "UTC")
    outcome = ingest(home, path, as_of=AS_OF, partner="aurora", hints=hints, vault=vault, redactor=Redactor())
    assert (outcome.connector, outcome.refused) == (connector, "")
    return outcome


def read(home: Path, name: str):
    with Lake.open(home / "lake") as lake:
        return lake.read(EVERYONE, name).to_pylist()


def at(day: int, hour: int = 0) -> datetime:
    return datetime(2026, 3, day, hour, tzinfo=UTC)


def test_numbers_are_read_as_people_and_spreadsheets_write_them() -> None:
    cells = pa.array(["12", "12.0", "1,234", "1 234", "12.5", "", "x", None, "-3"])
    assert numbers_in(cells).to_pylist() == [12, 12, 1234, 1234, None, None, None, None, -3]
    cells = pa.array(["12.5", "12,5", "0.12345", "1,234.5", "7"])
    assert numbers_in(cells, 1000).to_pylist() == [12_500, 12_500, 123, 1_234_500, 7_000]


def test_amounts_are_decimals_with_either_mark() -> None:
    cells = pa.array(["1,234.50", "1.234,50", "EUR 12", "12,5", "(3.10)", "none", None, "1.23456"])
    assert decimals_in(cells).to_pylist() == [
        Decimal("1234.5000"), Decimal("1234.5000"), Decimal(12), Decimal("12.5"), Decimal("-3.10"), None, None, None,
    ]  # fmt: skip


def statement(number: int, verb: str, **result: object) -> dict[str, object]:
    return {
        "id": f"st-{number}",
        "actor": {"objectType": "Agent", "mbox": "mailto:Ann@Example.com", "name": "Ann Lee"},
        "verb": {"id": f"http://adlnet.gov/expapi/verbs/{verb}", "display": {"en": verb}},
        "object": {"id": "https://lms.example/refunds", "definition": {"name": {"en": "Refunds"}}},
        "result": result,
        "timestamp": f"2026-03-1{number}T09:00:00.000Z",
        "stored": f"2026-03-1{number}T09:00:05.000Z",
    }


@pytest.mark.parametrize("form", ["lines", "page"])
def test_statements_of_a_learning_system_are_attempts_of_agents(tmp_path, form):
    told = [
        statement(1, "initialized"),
        statement(2, "completed", success=False, score={"scaled": 0.45}, duration="PT1H30M"),
        statement(3, "completed", success=True, score={"scaled": 0.9}),
    ]
    text = json.dumps({"statements": told}) if form == "page" else "".join(json.dumps(one) + "\n" for one in told)
    take(
        tmp_path,
        "agents.csv",
        "agent_id,name,site,started_on,email\nA9,Ann,Cluj,2024-01-15,ann@example.com\n",
        "agents",
    )
    outcome = take(tmp_path, "xapi.json" if form == "page" else "xapi.jsonl", text, "trainings")
    assert (outcome.rows_in, outcome.stored, outcome.rejected) == (3, 3, 0)
    rows = sorted(read(tmp_path, "training"), key=lambda row: row["happened_at"])
    assert [(row["result"], row["score_milli"], row["duration_s"]) for row in rows] == [
        ("started", None, None), ("failed", 450, 5400), ("passed", 900, None),
    ]  # fmt: skip
    assert {(row["course"], row["title"]) for row in rows} == {("https://lms.example/refunds", "Refunds")}
    assert "example.com" not in repr([row["agent"] for row in rows]).lower()
    with Lake.open(tmp_path / "lake") as lake:
        identity, training = lake.read(EVERYONE, "identity"), lake.read(EVERYONE, "training")
    people = person_of(identity, training["source"], training["agent"], training["happened_at"], kinds=("e-mail",))
    assert set(people.to_pylist()) == {"A9"}


def test_a_list_of_trainings_has_scores_in_thousandths_of_the_full_score(tmp_path):
    text = """agent_id,course,result,completed_on,valid_until,score,hours
A1,Refunds,Passed,2026-03-10,2027-03-10,85,1.5
A2,Refunds,nicht bestanden,2026-03-11,,40,2
"""
    take(tmp_path, "lms.csv", text, "trainings")
    rows = {row["agent"]: row for row in read(tmp_path, "training")}
    assert (rows["A1"]["result"], rows["A1"]["score_milli"], rows["A1"]["duration_s"]) == ("passed", 850, 5400)
    assert (rows["A2"]["result"], rows["A2"]["score_milli"], rows["A2"]["valid_until"]) == ("failed", 400, None)


def test_an_announcement_and_who_confirmed_it_find_each_other(tmp_path):
    news = "announcement_id,title,topic,published_at,effective_at\n"
    news += "N1,New refund rule,refunds,2026-03-10 09:00,2026-03-12\n"
    read_by = """announcement_id,agent_id,sent_at,opened_at,acknowledged_at,reading_s
N1,A1,2026-03-10 09:00,2026-03-10 10:00,2026-03-10 10:05,240
N1,A2,2026-03-10 09:00,,,
"""
    take(tmp_path, "news.csv", news, "announcements")
    take(tmp_path, "readers.csv", read_by, "acknowledgements")
    (one,) = read(tmp_path, "announcement")
    rows = {row["agent"]: row for row in read(tmp_path, "acknowledgement")}
    assert {row["announcement_key"] for row in rows.values()} == {one["announcement_key"]}
    assert (one["title"], one["topic"], one["effective_at"]) == ("New refund rule", "refunds", at(12))
    assert (rows["A1"]["acknowledged_at"], rows["A1"]["reading_s"]) == (datetime(2026, 3, 10, 10, 5, tzinfo=UTC), 240)
    assert (rows["A2"]["asked_at"], rows["A2"]["opened_at"], rows["A2"]["acknowledged_at"]) == (at(10, 9), None, None)


def test_a_refund_belongs_to_the_case_that_it_names_whichever_comes_first(tmp_path):
    cases = "ticket_id,created_at,resolved_at,status\n17,2026-03-10T09:00:00Z,,open\n"
    refunds = """refund_id,outcome_type,happened_at,case_id,refund_amount,currency,resolved
R1,Refund,2026-03-11 10:00,17,"1.234,50",eur,yes
R2,Replacement,2026-03-11 11:00,18,,,no
"""
    take(tmp_path, "desk.csv", cases, "any_table")
    take(tmp_path, "refunds.csv", refunds, "outcomes")
    rows = {row["kind"]: row for row in read(tmp_path, "outcome")}
    assert rows["refund"]["case_key"] == key_of("desk", "17")
    assert (rows["refund"]["amount"], rows["refund"]["currency"], rows["refund"]["resolved"]) == (
        Decimal("1234.5"),
        "EUR",
        True,
    )
    assert (rows["replacement"]["amount"], rows["replacement"]["resolved"]) == (None, False)


def test_words_of_a_review_go_to_the_vault_and_not_into_the_table(tmp_path):
    text = """review_id,platform,review_date,reply_date,rating,country,review_text,author
V1,shops,2026-03-10 09:00,2026-03-11 09:00,2,ro,"Call me on +40 722 123 456, Ann",ann7
V2,shops,2026-03-10 10:00,,5,de,,
"""
    take(tmp_path, "reviews.csv", text, "reviews")
    rows = {row["rating"]: row for row in read(tmp_path, "review")}
    assert (rows[2]["replied_at"], rows[2]["rating_max"], rows[2]["country"], rows[2]["source"]) == (
        at(11, 9),
        5,
        "RO",
        "shops",
    )
    assert (rows[5]["replied_at"], rows[5]["text_id"]) == (None, None)
    (words,) = read(tmp_path, "message_text")
    assert words["text_id"] == rows[2]["text_id"]
    assert "722" not in (words["redacted"] or "")


def test_a_cost_of_a_month_covers_the_month_and_a_last_day_counts(tmp_path):
    text = """cost_kind,month,period_to,amount,currency,paid by,on rate card
Rework,2026-02-14,,"EUR 1,200.00",EUR,client,no
Governance,2026-03-01,2026-03-15,300,EUR,partner,yes
"""
    take(tmp_path, "ledger.csv", text, "costs")
    rows = {row["kind"]: row for row in read(tmp_path, "cost")}
    assert (rows["rework"]["period_from"], rows["rework"]["period_to"]) == (date(2026, 2, 1), date(2026, 3, 1))
    assert (rows["governance"]["period_from"], rows["governance"]["period_to"]) == (date(2026, 3, 1), date(2026, 3, 16))
    assert (rows["rework"]["amount"], rows["rework"]["borne_by"], rows["rework"]["on_rate_card"]) == (
        Decimal(1200),
        "client",
        False,
    )
    assert (rows["governance"]["borne_by"], rows["governance"]["on_rate_card"]) == ("partner", True)


def test_an_action_that_is_not_done_stays_open_until_a_later_file_closes_it(tmp_path):
    head = "action_id,action_type,action,owner,side,opened_at,due_on,done_at,effective,kpi,updated_at\n"
    opened = "X1,Corrective action,Train refunds,O1,BPO,2026-03-01,2026-09-20,,,csat,2026-03-01\n"
    closed = "X1,Corrective action,Train refunds,O1,BPO,2026-03-01,2026-09-20,2026-03-18,yes,csat,2026-03-18\n"
    for name, order in (("a", (opened, closed)), ("b", (closed, opened))):
        home = tmp_path / name
        home.mkdir()
        for number, row in enumerate(order):
            take(home, f"log{number}.csv", head + row, "actions", feed="actions")
        (one,) = read(home, "action")
        assert (one["closed_at"], one["effective"], one["side"], one["kind"]) == (at(18), True, "partner", "corrective")
        assert (one["measure"], one["due_at"]) == ("csat", datetime(2026, 9, 20, tzinfo=UTC))


def test_a_list_of_identities_leads_from_an_extension_to_its_person_of_that_day(tmp_path):
    text = """person,system,source_id,valid_from,valid_to,proof
A1,telephony,101,2026-01-01,2026-03-10,contract
A2,telephony,101,2026-03-10,,contract
A2,email,Bo@Example.com,2026-01-01,,contract
"""
    take(tmp_path, "ids.csv", text, "identities")
    with Lake.open(tmp_path / "lake") as lake:
        identity = lake.read(EVERYONE, "identity")
    assert "example" not in repr(identity.to_pylist()).lower()
    days = pa.array([at(9), at(11)])
    assert person_of(identity, "telephony", pa.array(["101", "101"]), days).to_pylist() == ["A1", "A2"]
