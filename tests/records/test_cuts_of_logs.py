"""A log whose rows repeat the state of their case gives the same rows and facts however it is cut and arrives.

Queue, owner, priority and status stand in every row and no activity tells of their changes; what the case is may stand
in any row of it. So each row means something only beside the others of its case, and those may lie in other files.
"""

import csv
import tempfile
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from tallystick.records.fingerprint import rows_digest
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.mapping_file import parse
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 5, 1, tzinfo=UTC)
START = datetime(2026, 2, 1, 8, tzinfo=UTC)
EVERYONE = Scope.of_client("client")
SCOPES = (EVERYONE, Scope.of_partner("client", "aurora"), Scope.of_partner("client", "borealis"))
NAMES = ("case", "case_event", "message")
HEADER = ("id", "case", "at", "what", "who", "agent", "queue", "priority", "status", "language", "reason", "partner")
MAPPING = """\
tallystick_mapping: 1
connector: any_table
feed: desk
source: desk
shape: event log
partner: {partner}
columns: {{case: case, event_time: at, event: what, actor: who, agent: agent, queue: queue, priority: priority,
  status: status, language: language, reason: reason, partner: partner{more}}}
statuses: {{open: open, pending: pending, solved: solved}}
kinds: {{{created}reply: "message:public"}}
languages: {{de: de, fr: fr}}
queues: {queues}
"""
MAPPED = "{orders: aurora, returns: borealis}"


def plan(*, ids=True, created=True, partner="", queues=MAPPED):
    more = ", event_id: id" if ids else ""
    return parse(
        MAPPING.format(
            partner=partner or '""', more=more, queues=queues,
            created="opened: created, " if created else "opened: note, ",
        ),
        "desk.yaml",
    )  # fmt: skip


def row(case, minute, what, **said):
    at = (START + timedelta(minutes=minute)).strftime("%Y-%m-%dT%H:%M:%SZ")
    return {**dict.fromkeys(HEADER, ""), "case": case, "at": at, "what": what, "who": "agent", **said}


rows_drawn = st.lists(
    st.builds(
        row,
        st.sampled_from(["1", "2"]),
        st.integers(0, 6),
        st.sampled_from(["opened", "reply", "reply", "viewed"]),
        agent=st.sampled_from(["", "ann", "bob"]),
        queue=st.sampled_from(["", "orders", "orders", "returns", "other"]),
        priority=st.sampled_from(["", "normal", "high"]),
        status=st.sampled_from(["", "open", "pending", "solved"]),
        language=st.sampled_from(["", "de", "fr"]),
        reason=st.sampled_from(["", "lamp", "table"]),
        partner=st.sampled_from([""] * 8 + ["cygnus"]),
    ),
    min_size=1,
    max_size=10,
)


def written(folder, name, rows):
    path = Path(folder) / f"{name}.csv"
    with path.open("w", newline="") as out:
        writer = csv.DictWriter(out, HEADER, lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)
    return path


def numbered(rows):
    return [{**one, "id": f"e{number}"} for number, one in enumerate(rows)]


def apart(rows):
    """Rows of which a log without ids could not tell whether they are one: each once."""
    alike = {(one["case"], one["at"], one["what"], one["who"], one["agent"]): one for one in rows}
    return list(alike.values())


def taken(folder, files, mapping):
    for number, rows in enumerate(files):
        outcome = ingest(
            folder, written(folder, f"desk-{number}", rows), connector="any_table", mapping=mapping, as_of=AS_OF
        )
        assert (outcome.rejected, outcome.refused) == (0, ""), outcome
        assert outcome.rows_in == outcome.stored + outcome.duplicate == len(rows)


def digests(folder):
    with Lake.open(Path(folder) / "lake") as lake:
        return {(name, scope.partners): rows_digest(lake.read(scope, name)) for name in NAMES for scope in SCOPES}


def same_in_both(rows, files, mapping):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        taken(one, [rows], mapping)
        taken(two, files, mapping)
        assert digests(one) == digests(two), list(differing(one, two))


def differing(one, two):
    with Lake.open(Path(one) / "lake") as here, Lake.open(Path(two) / "lake") as there:
        for name in NAMES:
            ours, theirs = (lake.read(EVERYONE, name).to_pylist() for lake in (here, there))
            yield from ([name, row] for row in ours if row not in theirs)
            yield from ([name, "other", row] for row in theirs if row not in ours)


def changes(folder, kind):
    with Lake.open(Path(folder) / "lake") as lake:
        events = lake.read(EVERYONE, "case_event").to_pylist()
    return [(one["event_at"].minute, one["value"]) for one in events if one["kind"] == kind]


AS_FOUND = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}
TWO = [row("1", 0, "opened", queue="orders"), row("1", 1, "reply", queue="orders")]
LATE = [row("1", 1, "reply", reason="lamp"), row("1", 3, "reply", reason="table"), row("1", 0, "opened")]


@settings(max_examples=6, **AS_FOUND)
@given(rows=rows_drawn, data=st.data(), created=st.booleans(), partner=st.sampled_from(["", "aurora"]))
def test_any_cut_order_and_duplication_of_a_log_with_states_reads_back_the_same(rows, data, created, partner):
    rows = numbered(rows)
    mapping = plan(created=created, partner=partner, queues=data.draw(st.sampled_from([MAPPED, "{}"])))
    shuffled = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=4))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    files = [shuffled[low:high] for low, high in zip([0, *cuts], [*cuts, len(shuffled)], strict=True) if high > low]
    same_in_both(rows, files, mapping)


@settings(max_examples=4, **AS_FOUND)
@given(rows=rows_drawn, data=st.data(), created=st.booleans())
def test_the_same_where_rows_have_no_ids(rows, data, created):
    rows = apart(rows)
    shuffled = data.draw(st.permutations(rows))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=3)))
    files = [shuffled[low:high] for low, high in zip([0, *cuts], [*cuts, len(shuffled)], strict=True) if high > low]
    again = data.draw(st.lists(st.sampled_from(files), max_size=2))
    same_in_both(rows, [*files, *again], plan(ids=False, created=created))


@pytest.mark.parametrize("created", [True, False])
@pytest.mark.parametrize("cut", [1, 2])
def test_the_first_row_of_a_file_is_no_change_where_the_row_before_it_lies_in_another(tmp_path, created, cut):
    rows = numbered([*TWO, row("1", 2, "reply", queue="returns")])
    taken(tmp_path, [rows[:cut], rows[cut:]], plan(created=created))
    assert changes(tmp_path, "queue") == [(0, "orders"), (2, "returns")]
    assert changes(tmp_path, "created") == [(0, None)]


def test_a_change_is_taken_back_when_an_earlier_row_shows_that_it_was_none_and_comes_again(tmp_path):
    rows = numbered([row("1", minute, "reply", queue="orders") for minute in (0, 4)])
    between = {**row("1", 2, "reply", queue="returns"), "id": "late"}
    files = [[rows[1]], [rows[0]], [between]]
    mapping = plan(created=False)
    taken(tmp_path, files[:1], mapping)
    assert changes(tmp_path, "queue") == [(4, "orders")]
    taken(tmp_path, files[:2], mapping)
    assert changes(tmp_path, "queue") == [(0, "orders")]
    taken(tmp_path, files, mapping)
    assert changes(tmp_path, "queue") == [(0, "orders"), (2, "returns"), (4, "orders")]


def test_rows_of_one_instant_make_as_few_changes_as_they_can(tmp_path):
    states = [(0, "orders"), (1, "returns"), (1, "orders"), (2, "returns"), (3, "orders")]
    rows = numbered([row("1", minute, "reply", queue=queue, agent=queue) for minute, queue in states])
    taken(tmp_path, [rows], plan())
    assert changes(tmp_path, "queue") == [(0, "orders"), (1, "returns"), (3, "orders")]


def test_what_a_case_is_may_be_said_in_another_file_than_its_creation(tmp_path):
    taken(tmp_path, [[one] for one in numbered(LATE)], plan())
    with Lake.open(tmp_path / "lake") as lake:
        (case,) = lake.read(EVERYONE, "case").to_pylist()
    assert (case["reason"], case["created_at"]) == ("lamp", START)


def test_a_case_whose_creation_has_not_come_is_not_there_yet(tmp_path):
    taken(tmp_path, [[one] for one in numbered(LATE[:2])], plan())
    with Lake.open(tmp_path / "lake") as lake:
        assert lake.read(EVERYONE, "case").num_rows == 0
        assert lake.read(EVERYONE, "case_event").num_rows == 2


def test_a_partner_does_not_see_what_stood_in_the_rows_of_a_log(tmp_path):
    taken(tmp_path, [numbered(TWO)], plan())
    with Lake.open(tmp_path / "lake") as lake:
        for scope in SCOPES[:2]:
            seen = lake.read(scope, "case_event", columns=["seen"]).column(0).to_pylist()
            assert any(seen) is scope.sees_all
            assert seen
