"""Any order and duplication of arrival reads back the same canonical rows."""

import tempfile
from itertools import permutations
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, example, given, settings
from hypothesis import strategies as st

from tallystick.records.fingerprint import rows_digest
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.records.ledger import lines
from tallystick.records.reattribution import reattribute
from tallystick.vocabulary.scope import Scope
from tests.records.sample_feed import AS_OF, SampleFeed, case, event, write_rows

SCOPES = (Scope.of_client("client"), Scope.of_partner("client", "aurora"), Scope.of_partner("client", "borealis"))
NAMES = ("case", "case_event", "message", "survey_response", "agent")
QUEUES = {"q-a": "aurora", "q-b": "borealis"}
AGENTS = {"ann": "aurora", "bob": "borealis"}
DAY = 86_400

instants = st.none() | st.integers(0, 70 * DAY)
versions = st.none() | st.integers(0, 3)
cases = st.builds(
    lambda number, at, version, queue, given_to: case(number, at, version, queue=queue, partner_given=given_to),
    st.sampled_from("123"),
    instants,
    versions,
    st.sampled_from([None, "q-a", "q-b", "q-c"]),
    st.sampled_from([None, None, None, "aurora"]),
)
events = st.builds(
    lambda number, of, at, version, given_to, what: event(
        f"e{number}", of, at, *what, source_at=version, partner_given=given_to
    ),
    st.integers(0, 5),
    st.sampled_from("123"),
    instants,
    versions,
    st.sampled_from([None, None, None, "borealis"]),
    st.sampled_from(
        [("queue", "q-a"), ("queue", "q-b"), ("queue", "q-c"), ("owner", "ann"), ("owner", "bob"), ("status", "open")]
    ),
)
messages = st.builds(
    lambda number, of, at: {
        "table": "message",
        "message_id": f"m{number}",
        "case_id": of,
        "sent_at": at,
        "role": "agent",
    },
    st.integers(0, 2),
    st.sampled_from("123"),
    instants,
)
surveys = st.builds(
    lambda number, of, at, queue, agent: {
        "table": "survey_response",
        "response_id": f"s{number}",
        "case_id": of,
        "sent_at": at,
        "kind": "csat",
        "score": 4,
        "queue": queue,
        "agent": agent,
    },
    st.integers(0, 2),
    st.sampled_from(["1", "2", "3", None]),
    st.integers(0, 70 * DAY),
    st.sampled_from([None, None, "q-a", "q-b", "q-c"]),
    st.sampled_from([None, None, "ann", "bob"]),
)
agents = st.builds(
    lambda name, site: {"table": "agent", "agent_id": name, "site": site},
    st.sampled_from(["ann", "bob", "cia"]),
    st.sampled_from(["Cluj", "Iasi"]),
)
row_lists = st.lists(st.one_of(cases, events, events, messages, surveys, agents), min_size=1, max_size=14)


def of_one_case(rows):
    """Event, message and survey ids belong to one case each, as ids of a source do."""
    owner = {}
    kept = []
    for row in rows:
        if row["table"] == "agent":
            kept.append(row)
            continue
        name = row.get("event_id") or row.get("message_id") or row.get("response_id")
        if name is None or owner.setdefault(name, row["case_id"]) == row["case_id"]:
            kept.append(row)
    return kept


def digests(home):
    with Lake.open(home / "lake") as lake:
        return {(name, scope.partners): rows_digest(lake.read(scope, name)) for name in NAMES for scope in SCOPES}


def load(home, files, mapping):
    for number, rows in enumerate(files):
        path = write_rows(home / f"{number}.rows", rows)
        outcome = ingest(home, path, connector=SampleFeed(batch=3), mapping=mapping, as_of=AS_OF)
        assert outcome.rows_in == outcome.stored + outcome.duplicate + outcome.rejected == len(rows)
    for entry in lines(home):
        assert entry["rows_in"] == entry["stored"] + entry["duplicate"] + entry["rejected"]


def plan(home):
    return SampleFeed().propose(home, None, {}).with_(queues=QUEUES, agents=AGENTS)


def same_in_both(one_way, other_way):
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        load(Path(one), one_way, plan(Path(one)))
        load(Path(two), other_way, plan(Path(two)))
        assert digests(Path(one)) == digests(Path(two))


def survey(number, of, queue=None):
    return {
        "table": "survey_response", "response_id": number, "case_id": of, "sent_at": 9, "kind": "csat", "score": 4,
        "queue": queue,
    }  # fmt: skip


SMALL = {
    "a late version of a retracted case says nothing": [
        [case("1", None, None)],
        [case("1", 0, None, queue="q-a"), survey("s0", "1")],
    ],
    "a stored row moves although an older version of it arrives": [
        [event("e1", "1", 50, "status", "open", source_at=9)],
        [event("e1", "1", 50, "status", "new", source_at=1), case("1", 0, queue="q-a")],
    ],
    "rows that name their partner move those that follow them": [
        [event("e1", "1", 50, "status", "open"), survey("s0", "1")],
        [case("1", 0, partner_given="aurora")],
    ],
    "a survey's own queue counts where nobody holds its case": [[survey("s0", "1", "q-b")], [case("1", 0)]],
    "a survey's own queue counts without a case": [[survey("s0", None, "q-b")], [case("1", 0)]],
    "a retraction without a version time is one of the load's instant": [
        [case("1", None, 2), case("2", 0)],
        [case("1", None, None)],
        [case("1", 5, 3)],
    ],
}


@pytest.mark.parametrize("files", SMALL.values(), ids=SMALL)
def test_a_small_case_reads_back_the_same_in_any_order(files):
    whole = [row for rows in files for row in rows]
    for order in permutations(files):
        same_in_both([whole], order)


# What fails is reported as found: shrinking takes minutes.
AS_FOUND = {
    "deadline": None,
    "phases": (Phase.explicit, Phase.generate),
    "suppress_health_check": [HealthCheck.too_slow, HealthCheck.data_too_large],
}


def any_order(rows, data):
    rows = of_one_case(rows)
    shuffled = data.draw(st.permutations(rows + data.draw(st.lists(st.sampled_from(rows), max_size=4))))
    cuts = sorted(data.draw(st.lists(st.integers(0, len(shuffled)), max_size=2)))
    files = [shuffled[low:high] for low, high in zip([0, *cuts], [*cuts, len(shuffled)], strict=True)]
    same_in_both([rows], files)


@settings(max_examples=6, **AS_FOUND)
@given(rows=row_lists, data=st.data())
def test_any_order_and_duplication_reads_back_the_same_rows(rows, data):
    any_order(rows, data)


@pytest.mark.long
@settings(max_examples=100, **AS_FOUND)
@given(rows=row_lists, data=st.data())
def test_any_order_and_duplication_of_a_hundred_lists_reads_back_the_same_rows(rows, data):
    any_order(rows, data)


def attributed_anew(rows, cut):
    rows = of_one_case(rows)
    right = {"q-a": "aurora", "q-b": "aurora", "q-c": "borealis"}
    with tempfile.TemporaryDirectory() as one, tempfile.TemporaryDirectory() as two:
        load(Path(one), [rows], plan(Path(one)).with_(queues=right))
        wrong = plan(Path(two))
        load(Path(two), [rows[:cut]], wrong)
        reattribute(Path(two), source="sample", kind="queue", words={"q-b": "aurora", "q-c": "borealis"}, as_of=AS_OF)
        load(Path(two), [rows[cut:], rows], wrong.with_(queues=right))
        assert digests(Path(one)) == digests(Path(two))


@settings(max_examples=4, **AS_FOUND)
@given(rows=row_lists, cut=st.integers(0, 14))
@example(rows=[case("1", None, None), case("1", None, None), case("1", 0, queue="q-a"), survey("s0", "1")], cut=1)
@example(rows=[survey("s0", "1", "q-b"), survey("s1", None, "q-c"), case("1", 0)], cut=2)
def test_a_corrected_attribution_equals_one_that_was_right_from_the_start(rows, cut):
    attributed_anew(rows, cut)


@pytest.mark.long
@settings(max_examples=60, **AS_FOUND)
@given(rows=row_lists, cut=st.integers(0, 14))
def test_of_sixty_lists_a_corrected_attribution_equals_one_that_was_right_from_the_start(rows, cut):
    attributed_anew(rows, cut)


def test_a_queue_that_is_mapped_later_goes_before_the_partner_of_the_feed(tmp_path):
    rows = [
        *(case(number, 0, queue=queue) for number, queue in (("1", "q-a"), ("2", "q-c"), ("3", None))),
        *(event(f"e{number}", number, 0, "created") for number in "123"),
        *(event(f"f{number}", number, 9, "queue", queue) for number, queue in (("1", "q-a"), ("2", "q-c"))),
    ]
    one, two = tmp_path / "one", tmp_path / "two"
    one.mkdir()
    two.mkdir()
    wrong = plan(one).with_(partner="cygnus")
    right = wrong.with_(queues={**QUEUES, "q-c": "borealis"})
    load(one, [rows], right)
    load(two, [rows], wrong)
    load(two, [rows], right)
    assert digests(one) == digests(two)
