"""What the data gate looks for among calls, states, shifts and forecasts, and whose ids are to be joined."""

from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.gate import gate
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.persons import Known, proposals
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
MARCH = (datetime(2026, 3, 1, tzinfo=UTC), datetime(2026, 4, 1, tzinfo=UTC))
APRIL = (datetime(2026, 4, 1, tzinfo=UTC), datetime(2026, 5, 1, tzinfo=UTC))
CALLS = "call_id,start_time,answered_at,ended_at,queue,agent,caller\n"
STATES = "agent,state,reason_code,started_at,ended_at\n"
SHIFTS = "agent_id,shift_start,shift_end,activity\n"
FORECAST = "queue,interval_start,version,issued_at,forecast_contacts,forecast_aht_s\n"
AGENTS = "agent_id,name,site,started_on,extension\n"


def take(home: Path, **files: str) -> None:
    for name, text in files.items():
        path = home / f"{name}.csv"
        path.write_text(text, encoding="utf-8")
        vault = Vault.create(home / "keys")
        outcome = ingest(
            home, path, as_of=AS_OF, partner="aurora", hints={"zone": "UTC"}, vault=vault, redactor=Redactor()
        )
        assert outcome.rejected == 0
        assert outcome.exit_code == 0


def found(home: Path, period=MARCH, scope: Scope | None = None):
    with Lake.open(home / "lake") as lake:
        report = gate(lake, scope or Scope.of_client("client"), AS_OF, period=period)
    return {one.id: one for one in report.findings if one.id >= "TS-D014"}


def test_clean_calls_states_and_shifts_pass(tmp_path):
    take(
        tmp_path,
        agents=AGENTS + "A1,Ann,Cluj,2024-01-15,101\n",
        calls=CALLS + "c1,2026-03-10 09:00:00,2026-03-10 09:00:10,2026-03-10 09:02:00,care,101,07\n",
        states=STATES + "101,Available,,2026-03-10 09:00,2026-03-10 10:00\n101,Busy,Lunch,2026-03-10 10:00,\n",
        shifts=SHIFTS + "A1,2026-03-10 09:00,2026-03-10 17:00,Shift\n",
        forecast=FORECAST + "care,2026-03-10 09:00,v1,2026-02-01,12,240\n",
    )
    assert found(tmp_path) == {}


def test_a_call_that_ends_before_it_begins_is_told_in_its_period_alone(tmp_path):
    take(tmp_path, calls=CALLS + "c1,2026-03-10 09:00:00,2026-03-10 09:00:10,2026-03-10 08:02:00,care,101,07\n")
    one = found(tmp_path)["TS-D014"]
    assert (one.count, one.place.table) == (1, "call")
    assert one.cure
    assert found(tmp_path, APRIL) == {}
    assert found(tmp_path, scope=Scope("client", frozenset({"borealis"}))) == {}


def test_a_state_that_runs_on_when_the_next_has_begun_is_told_with_its_hours(tmp_path):
    take(
        tmp_path,
        states=STATES
        + "101,Available,,2026-03-10 09:00,2026-03-10 11:00\n101,Busy,Lunch,2026-03-10 10:00,2026-03-10 10:30\n"
        "102,Available,,2026-03-10 09:00,2026-03-10 10:00\n",
    )
    one = found(tmp_path)["TS-D015"]
    assert (one.count, one.value) == (1, "101")
    assert "1.0 hours" in one.message


def test_a_day_with_calls_and_no_forecast_is_told_where_the_queue_is_forecast_at_all(tmp_path):
    row = "{0},2026-03-{1} 09:00:00,2026-03-{1} 09:00:10,2026-03-{1} 09:02:00,{2},101,07\n"
    take(
        tmp_path,
        calls=CALLS + row.format("a", 10, "care") + row.format("b", 11, "care") + row.format("c", 11, "other"),
        forecast=FORECAST + "care,2026-03-10 09:00,v1,2026-02-01,12,240\n",
    )
    one = found(tmp_path)["TS-D017"]
    assert (one.value, one.count, one.place.key) == ("care", 1, "2026-03-11")


def test_somebody_scheduled_who_is_on_no_list_is_told_and_one_under_another_id_is_not(tmp_path):
    take(
        tmp_path,
        agents="agent_id,name,site,started_on,wfm id\nA1,Ann,Cluj,2024-01-15,W1\n",
        shifts=SHIFTS + "W1,2026-03-10 09:00,2026-03-10 17:00,Shift\nZ9,2026-03-10 09:00,2026-03-10 17:00,Shift\n",
    )
    one = found(tmp_path)["TS-D016"]
    assert (one.value, one.count) == ("Z9", 1)


def test_ids_that_no_list_joins_are_a_to_do_with_proposals_and_stay_apart(tmp_path):
    take(
        tmp_path,
        agents=AGENTS + "A-1,Ann,Cluj,2024-01-15,101\nA-2,Bo,Cluj,2024-01-15,\n",
        calls=CALLS + "".join(
            f"c{n},2026-03-10 09:00:00,2026-03-10 09:00:10,2026-03-10 09:02:00,care,{agent},07\n"
            for n, agent in enumerate(("101", "a2@bpo.example", "777"))
        ),
    )  # fmt: skip
    one = found(tmp_path)["TS-D018"]
    assert (one.count, one.place.table) == (2, "call")
    assert "'a2@bpo.example' may be 'A-2' (the same but for its writing)" in one.message
    assert "777" in one.message
    with Lake.open(tmp_path / "lake") as lake:
        assert lake.read(Scope.of_client("client"), "identity").num_rows == 3


def test_without_any_list_of_people_no_id_is_more_unknown_than_another(tmp_path):
    take(tmp_path, calls=CALLS + "c1,2026-03-10 09:00:00,2026-03-10 09:00:10,2026-03-10 09:02:00,care,101,07\n")
    assert found(tmp_path) == {}


def test_a_proposal_needs_one_person_and_says_its_proof() -> None:
    known = Known.of(
        ["A-1", "a1", "B-2"],
        [("e-mail", "hash", "B-2"), ("helpdesk", "77", "B-2"), ("payroll", "88", "A-1"), ("crm", "88", "B-2")],
    )
    ids = [("acd", "77"), ("acd", "88"), ("acd", "A_1"), ("acd", "b2"), ("acd", "nobody"), ("acd", "--")]
    assert proposals(known, ids) == {
        "77": ("B-2", "the same id in helpdesk"),
        "b2": ("B-2", "the same but for its writing"),
    }
    assert known.joined("acd", "hash", ())
    assert not known.joined("acd", "77", ("telephony",))
