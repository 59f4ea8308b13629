"""A roster, read as agents and as the ids under which they are known."""

from datetime import UTC, date, datetime

import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connectors.agents import Agents
from tallystick.records.connectors.agents.columns import languages_in
from tallystick.records.connectors.any_table import AnyTable
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
EVERYONE = Scope.of_client("client")
ROSTER = """agent_id,name,partner,site,languages,started_on,left_on,email
A-1,Corina Ion,aurora,Cluj,"ro, German",2023-03-02,2026-12-31,corina@example.com
A-2,Ann Lee,borealis,Sofia,en,2024-01-15,,
"""


def write(home, name, text):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def take(home, name, text, *, as_of=AS_OF, **parts):
    vault = Vault.create(home / "keys")
    return ingest(home, write(home, name, text), as_of=as_of, redactor=Redactor(), vault=vault, **parts)


def read(home, name):
    with Lake.open(home / "lake") as lake:
        return lake.read(EVERYONE, name).to_pylist()


def test_each_row_is_an_agent_with_days_as_they_stand_wherever_the_site_is(tmp_path):
    outcome = take(tmp_path, "agents.csv", ROSTER, hints={"zone": "Europe/Bucharest"})
    assert (outcome.connector, outcome.rows_in, outcome.stored, outcome.exit_code) == ("agents", 2, 2, 0)
    first, second = sorted(read(tmp_path, "agent"), key=lambda row: row["agent_id"])
    assert first["agent_key"] == key_of("agents:agent", "A-1")
    assert (first["started_on"], first["left_on"]) == (date(2023, 3, 2), date(2026, 12, 31))
    assert (first["languages"], first["site"], first["partner"]) == ("ro de", "Cluj", "aurora")
    assert (second["partner"], second["left_on"]) == ("borealis", None)


def test_no_name_and_no_address_is_stored_in_clear(tmp_path):
    take(tmp_path, "agents.csv", ROSTER)
    stored = repr(read(tmp_path, "agent")) + repr(read(tmp_path, "identity"))
    assert "Corina" not in stored
    assert "example.com" not in stored


def test_each_id_is_an_identity_from_the_first_day_until_after_the_last(tmp_path):
    take(tmp_path, "agents.csv", ROSTER, hints={"zone": "Europe/Bucharest"})
    rows = read(tmp_path, "identity")
    assert sorted((row["system"], row["proof"]) for row in rows) == [
        ("agents", "roster file"), ("agents", "roster file"), ("e-mail", "roster file"),
    ]  # fmt: skip
    own = next(row for row in rows if row["source_id"] == "A-1")
    mail = next(row for row in rows if row["system"] == "e-mail")
    assert own["person_key"] == mail["person_key"] is not None
    assert own["valid_from"] == datetime(2023, 3, 1, 22, tzinfo=UTC)
    assert own["valid_to"] == datetime(2026, 12, 31, 22, tzinfo=UTC)


def test_a_roster_sent_again_is_known_and_a_later_one_wins(tmp_path):
    take(tmp_path, "agents.csv", ROSTER)
    assert take(tmp_path, "agents_2.csv", ROSTER + "\n").stored == 0
    later = ROSTER.replace("2024-01-15,,", "2024-01-15,2026-06-30,")
    assert take(tmp_path, "agents_3.csv", later, as_of=datetime(2026, 7, 2, tzinfo=UTC)).stored == 1
    assert {row["agent_id"]: row["left_on"] for row in read(tmp_path, "agent")}["A-2"] == date(2026, 6, 30)
    assert sum(row["source_id"] == "A-2" for row in read(tmp_path, "identity")) == 1


def test_an_agent_with_two_stays_is_one_agent_with_two_identities(tmp_path):
    rows = [f"A-{n},Agent {n},aurora,Cluj,ro,2022-01-01,,\n" for n in range(10, 30)]
    text = ROSTER + "".join(rows) + "A-2,Ann Lee,aurora,Cluj,en,2026-01-01,,\n"
    outcome = take(tmp_path, "agents.csv", text)
    assert (outcome.rows_in, outcome.stored, outcome.duplicate) == (23, 23, 0)
    assert [row["partner"] for row in read(tmp_path, "agent") if row["agent_id"] == "A-2"] == ["aurora"]
    assert sum(row["source_id"] == "A-2" for row in read(tmp_path, "identity")) == 2
    assert [finding.count for finding in outcome.findings if finding.id == "TS-I228"] == [1]


def test_rows_without_an_id_or_with_turned_days_are_set_aside(tmp_path):
    text = ROSTER + ",Nobody,aurora,Cluj,ro,2024-01-01,,\nA-4,Turned,aurora,Cluj,ro,2024-01-01,2023-01-01,\n"
    outcome = take(tmp_path, "agents.csv", text, connector="agents")
    assert (outcome.rows_in, outcome.stored, outcome.rejected) == (4, 2, 2)


@pytest.mark.parametrize(
    "text",
    [
        ROSTER,
        "Personalnummer;Vorname;Nachname;Standort;Eintritt\n17;Eva;Maier;Graz;01.04.2024\n18;Max;Huber;Graz;15.04.2024\n",
        "employee id,full name,hire date,languages\n1,Ann Lee,2024-01-15,English\n2,Bo Li,2024-02-15,French\n",
    ],
)
def test_rosters_are_recognised_above_any_table(tmp_path, text):
    path = write(tmp_path, "a.csv", text)
    assert Agents().recognise(path) > AnyTable().recognise(path)


@pytest.mark.parametrize(
    "text",
    [
        "ticket id,agent,created at,status\n1,a,2026-03-01 10:00,open\n",
        "agent id,shift start,shift end,site\n1,2026-03-01 10:00,2026-03-01 18:00,x\n",
        "agent id,name,started on,left on\n"
        + "".join(f"{n},x,2026-03-01 1{n}:3{n},2026-03-01 18:0{n}\n" for n in range(6)),
        "id,name,email\n1,Ann,a@example.com\n",
        "month,csat\n2026-01,91\n",
    ],
)
def test_what_is_no_roster_is_left_to_others(tmp_path, text):
    assert Agents().recognise(write(tmp_path, "a.csv", text)) == 0


def test_languages_are_codes_however_they_are_written():
    assert [languages_in(cell) for cell in ("German, English", "de/en", "ro", "de-DE", "?")] == [
        "de en", "de en", "ro", "de", None,
    ]  # fmt: skip


def test_who_leads_when_somebody_went_live_and_how_somebody_left(tmp_path):
    text = """agent_id,name,role,team_leader,started_on,live_on,left_on,left_as
A-1,Corina Ion,Team Leader,,2023-03-02,2023-04-01,,
A-2,Ann Lee,Customer Advisor,A-1,2024-01-15,2024-02-12,2024-06-30,Resigned
A-3,Bo Yu,QA analyst,A-1,2024-01-15,,2024-02-01,failed training
A-4,Cy Fox,Astronaut,A-1,2024-01-15,,,beamed up
"""
    take(tmp_path, "agents.csv", text)
    found = {row["agent_id"]: row for row in read(tmp_path, "agent")}
    assert [found[f"A-{n}"]["role"] for n in (1, 2, 3, 4)] == ["team_leader", "agent", "quality", None]
    assert [found[f"A-{n}"]["left_as"] for n in (1, 2, 3, 4)] == [None, "voluntary", "training", None]
    assert (found["A-2"]["live_on"], found["A-2"]["team_leader"]) == (date(2024, 2, 12), "A-1")


def test_an_extension_of_two_partners_is_two_persons(tmp_path):
    text = "agent_id,name,partner,site,started_on,extension\n{0}-1,Ann,{0},Cluj,2024-01-15,101\n"
    for partner in ("aurora", "borea"):
        take(tmp_path, f"{partner}.csv", text.format(partner), hints={"feed": partner})
    phones = [row for row in read(tmp_path, "identity") if row["system"] == "telephony"]
    assert sorted((row["partner"], row["source_id"], row["person"]) for row in phones) == [
        ("aurora", "101", "aurora-1"),
        ("borea", "101", "borea-1"),
    ]
