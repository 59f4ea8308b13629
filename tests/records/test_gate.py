"""The data gate."""

from datetime import UTC, datetime, timedelta
from fractions import Fraction

import pytest

from tallystick.records.connector import Batch, Mapping
from tallystick.records.gate import Expectations, gate
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.errors import ScopeError
from tallystick.vocabulary.finding import Finding, Place, Severity
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, instant, write_rows

EVERYONE = Scope.of_client("client")
DAY = 86_400
STATUSES = {"open": "open", "solved": "solved"}


def take(home, rows, name="a", connector=None, **parts):
    settled = {"feed": "sample", "source": "sample", "partner": "aurora", "statuses": STATUSES, **parts}
    plan = Mapping("sample_feed", **settled)
    return ingest(
        home, write_rows(home / f"{name}.rows", rows), connector=connector or SampleFeed(), mapping=plan, as_of=AS_OF
    )


def report(home, scope=EVERYONE, *, as_of=None, **parts):
    with Lake.open(home / "lake") as lake:
        return gate(lake, scope, as_of or instant(DAY), **parts)


def found(answer):
    return {(finding.id, finding.count) for finding in answer.findings}


def test_clean_records_pass(tmp_path):
    take(tmp_path, [case("1"), event("e1", "1", 0, "created"), event("e2", "1", 60, "message", "public"),
                    event("e3", "1", 90, "status", "solved")])  # fmt: skip
    answer = report(tmp_path)
    assert (answer.findings, answer.reasons, answer.provisional) == ((), (), False)
    assert answer.freshness == (("sample", 1, "2026-01-01T00:01:30Z"),)


def test_the_gate_needs_a_scope(tmp_path):
    take(tmp_path, [case("1")])
    with pytest.raises(ScopeError):
        report(tmp_path, scope=None)


def test_a_late_feed_is_named_with_its_last_instant(tmp_path):
    take(tmp_path, [case("1"), event("e1", "1", 60, "created")])
    answer = report(tmp_path, as_of=instant(9 * DAY))
    assert found(answer) == {("TS-D001", 1)}
    assert "2026-01-01 00:01" in answer.reasons[0]
    closed = report(tmp_path, as_of=instant(9 * DAY), period=(instant(0), instant(2 * DAY)))
    assert not closed.provisional
    patient = report(tmp_path, as_of=instant(9 * DAY), expectations=Expectations(freshness=timedelta(days=30)))
    assert not patient.provisional


def test_a_missing_day_is_found_and_a_quiet_weekend_is_not(tmp_path):
    rows = []
    for day in range(28):
        weekend = day % 7 in (2, 3)
        gone = day == 12
        rows += [case(f"{day}-{n}", day * DAY + n) for n in range(0 if weekend or gone else 20)]
    rows.append(event("e", "0-0", 28 * DAY, "status", "open"))
    take(tmp_path, rows)
    answer = report(tmp_path, as_of=instant(28 * DAY))
    assert found(answer) == {("TS-D002", 1)}
    assert "2026-01-13" in answer.findings[0].message
    assert answer.provisional == (20 / 400 > 1 / 20)
    strict = report(tmp_path, as_of=instant(28 * DAY), expectations=Expectations(missing=Expectations().tolerated))
    assert strict.provisional


def test_a_resolution_before_creation_is_impossible(tmp_path):
    take(
        tmp_path,
        [
            case("1", 100),
            event("e1", "1", 50, "status", "solved"),
            case("2", 10),
            event("e2", "2", 50, "status", "solved"),
        ],
    )
    answer = report(tmp_path)
    assert found(answer) == {("TS-D003", 1)}
    assert answer.findings[0].place.key == "1"
    assert answer.provisional


def test_a_resolution_before_the_first_reply_is_impossible_unless_reopened(tmp_path):
    rows = [
        case("1"), event("a1", "1", 10, "status", "solved"), event("a2", "1", 20, "message", "public"),
        case("2"), event("b1", "2", 10, "status", "solved"), event("b2", "2", 15, "status", "open"),
        event("b3", "2", 20, "message", "public"),
        case("3"), event("c1", "3", 10, "message", "public"), event("c2", "3", 10, "status", "solved"),
    ]  # fmt: skip
    take(tmp_path, rows)
    assert found(report(tmp_path)) == {("TS-D004", 1)}


def test_an_unmapped_status_and_queue_and_agent_are_named(tmp_path):
    rows = [
        case("1"),
        event("e1", "1", 0, "queue", "who knows", agent="nobody"),
        event("e2", "1", 5, "status", "Parked"),
        {"table": "agent", "agent_id": "ann"},
    ]
    take(tmp_path, rows, partner="", queues={"q1": "aurora"})
    answer = report(tmp_path)
    assert {(one.id, one.value) for one in answer.findings} == {
        ("TS-D005", "Parked"),
        ("TS-D006", "who knows"),
        ("TS-D007", "nobody"),
    }
    assert len(answer.reasons) == 2
    assert all(finding.cure and (finding.place.key or finding.place.row) for finding in answer.findings)


def test_a_few_odd_rows_are_reported_but_do_not_hold_up_a_month(tmp_path):
    rows = [
        case("1"),
        *(event(f"e{n}", "1", n, "status", "open") for n in range(200)),
        event("x", "1", 999, "status", "Odd"),
    ]
    take(tmp_path, rows)
    answer = report(tmp_path)
    assert found(answer) == {("TS-D005", 1)}
    assert not answer.provisional


def test_two_rows_with_one_key_and_version_time_are_found(tmp_path):
    take(tmp_path, [case("1", 0, 5, language="de"), case("1", 0, 5, language="fr"), case("2", 0, 5), case("2", 0, 6)])
    assert found(report(tmp_path)) == {("TS-D008", 1)}


def test_an_event_of_two_cases_is_found(tmp_path):
    take(tmp_path, [case("1"), case("2"), event("e", "1", 5, "note"), event("e", "2", 6, "note")])
    assert ("TS-D012", 1) in found(report(tmp_path))


def test_what_the_import_said_of_times_and_columns_stays_known(tmp_path):
    class Telling(SampleFeed):
        def read(self, path, mapping, resolver):
            for batch in super().read(path, mapping, resolver):
                said = [
                    Finding(rule, Severity.WARNING, f"said {rule}", Place(file=path.name, column="Due"), count=3)
                    for rule in ("TS-I206", "TS-I207", "TS-I210")
                ]
                yield Batch(batch.tables, batch.rows_in, findings=said)

    take(tmp_path, [case("1"), event("e", "1", 1, "created")], connector=Telling())
    answer = report(tmp_path)
    assert found(answer) == {("TS-D009", 3), ("TS-D010", 3), ("TS-D011", 3)}
    assert not answer.provisional


def test_the_gate_itself_asks_for_a_scope_whatever_the_lake_asks_for(tmp_path, monkeypatch):
    take(tmp_path, [case("1")])
    for part in ("stored_files", "stored_rows"):
        monkeypatch.setattr(f"tallystick.records.{part}.require_scope", lambda scope: scope)
    with pytest.raises(ScopeError):
        report(tmp_path, scope=None)


def test_another_partners_trouble_does_not_show(tmp_path):
    take(tmp_path, [case("1"), event("e1", "1", 0, "created")], "a", partner="aurora")
    trouble = [case("2", 100), event("e2", "2", 50, "status", "solved"), event("e3", "2", 60, "status", "Odd"),
               case("3", 0, 5, language="de"), case("3", 0, 5, language="fr")]  # fmt: skip
    take(tmp_path, trouble, "b", partner="borealis", feed="other")
    assert report(tmp_path, Scope.of_partner("client", "aurora")).findings == ()
    theirs = report(tmp_path, Scope.of_partner("client", "borealis"))
    assert theirs.provisional
    assert ("TS-D008", 1) in found(theirs)


def test_the_public_table_of_impossible_rows_is_stopped(tmp_path, shared_data):
    ingest(tmp_path, shared_data / "tickets" / "support_tickets_cc0.csv", as_of=datetime(2026, 1, 1, tzinfo=UTC))
    answer = report(tmp_path, as_of=datetime(2023, 6, 2, tzinfo=UTC))
    assert ("TS-D004", 1365) in found(answer)
    assert answer.provisional


def test_events_of_cases_that_nobody_opened_are_counted_and_weigh(tmp_path):
    """A log that was cut in front: its cases are in no figure, and the gate says how many."""
    take(tmp_path, [case("1"), event("e1", "1", 0, "created"), event("e2", "1", 60, "status", "solved"),
                    event("e3", "2", 70, "status", "solved"), event("e4", "2", 80, "status", "open"),
                    event("e5", "3", 5 * DAY, "status", "open")])  # fmt: skip
    answer = report(tmp_path, period=(instant(0), instant(DAY)))
    assert found(answer) == {("TS-D013", 1)}
    assert answer.reasons == ("1 of 2 cases have events and no creation; they are in no figure.",)
    tolerant = Expectations(tolerated=Fraction(1, 2))
    assert report(tmp_path, period=(instant(0), instant(DAY)), expectations=tolerant).reasons == ()
    take(tmp_path, [case("2", 0), case("3", 0)], name="b")
    assert not found(report(tmp_path, as_of=instant(5 * DAY)))


def test_what_happens_to_cases_that_nobody_opened_belongs_to_the_feed_it_came_in(tmp_path):
    take(tmp_path, [case("1"), event("e1", "1", 60, "created")])
    lost = [event("x1", "9", 60, "message", "public"), event("x2", "9", 90, "status", "strange")]
    take(tmp_path, lost, name="b", feed="overflow", source="overflow", statuses={})
    answer = report(tmp_path, as_of=instant(9 * DAY))
    assert answer.freshness == (
        ("overflow", 1, "2026-01-01T00:01:30Z"),
        ("sample", 1, "2026-01-01T00:01:00Z"),
    )
    told = " ".join(finding.message for finding in answer.findings)
    assert "Feed 'overflow' ends on 2026-01-01 00:01 UTC" in told
    assert "The status 'strange' of 'overflow' has no category" in told
    assert "unknown" not in told


def test_a_check_is_not_asked_where_a_table_that_it_needs_is_empty(tmp_path, monkeypatch):
    from tallystick.records import gate as module
    from tallystick.registry import load_folder

    take(tmp_path, [case("1"), event("e1", "1", 0, "created")])
    known, asked = load_folder(module.CHECKS, module.Check), []

    def noting(name, check):
        return module.Check(check.title, lambda reading: asked.append(name) or check.run(reading), check.needs)

    monkeypatch.setattr(module, "load_folder", lambda *_: {name: noting(name, one) for name, one in known.items()})
    report(tmp_path)
    assert {"forecast_missing", "overlapping_state", "unknown_scheduled_agent"}.isdisjoint(asked)
    assert {"unmapped_status", "completeness", "freshness"} <= set(asked)


@pytest.mark.parametrize("table", ["call", "agent_state", "shift"])
def test_a_span_that_ends_before_it_begins_is_told_in_its_own_period_alone(tmp_path, table):
    from tests.verdicts.tiny_lake import append

    key = {"call": "segment_key", "agent_state": "state_key", "shift": "shift_key"}[table]
    begins = [instant(0), instant(10 * DAY)]
    rows = [
        {key: place, "partner": "aurora", "source": "acd", "started_at": at, "source_at": at,
         "ended_at": at - timedelta(minutes=place)}
        for place, at in enumerate(begins)
    ]  # fmt: skip
    with Lake.create(tmp_path / "lake", "client") as lake:
        append(lake, table, rows)
    first, second = ((at - timedelta(days=1), at + timedelta(days=1)) for at in begins)
    assert ("TS-D014", 1) not in found(report(tmp_path, as_of=instant(20 * DAY), period=first))
    assert ("TS-D014", 1) in found(report(tmp_path, as_of=instant(20 * DAY), period=second))
