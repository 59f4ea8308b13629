"""The rows that a period's evidence holds: which surveys, calls, words and reports, and what lies ready for it."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc
import pytest

from tallystick.contract.load import load_text
from tallystick.contract.model import Contract
from tallystick.facts.layered import Layered
from tallystick.facts.rows import facts_of_rows
from tallystick.facts.stream import Given
from tallystick.facts.stream import stream as stream_named
from tallystick.verdicts import gathering
from tallystick.verdicts.evidence import GateAnswer, canonical_rows
from tallystick.verdicts.gathering import (
    PartnerFacts,
    evidence_of_rows,
    folded_again,
    speaks_of_floor,
    status_mapping,
    streams_of,
    streams_wanted,
)
from tallystick.vocabulary.period import Period
from tests.facts.segments import Call, abandoned, answered
from tests.verdicts.fixed_desk import TEXT, fixed_promise, rows_of
from tests.verdicts.tiny_lake import case_key, event, reported, statuses, story, survey

MARCH = Period.parse("2026-03", "UTC")
TERMS = fixed_promise().terms
STORIES = [
    story("J-1", "2026-01-05T08:00:00", "2026-01-05T09:00:00"),
    story("J-2", "2026-01-06T08:00:00", "2026-01-06T09:00:00"),
    story("M-1", "2026-03-02T08:00:00", "2026-03-02T09:00:00"),
    story("M-2", "2026-03-03T08:00:00", "2026-03-03T09:00:00"),
]
WORDLESS = event("M-1", "2026-03-02T08:30:00", "status", "agent", None, agent="ana")
MONDAY = datetime(2026, 3, 2, 9, tzinfo=UTC)
CALLS = [
    answered("K-1", MONDAY, wait=10, requester_key=1, language="de"),
    answered("K-2", MONDAY + timedelta(hours=1), wait=40, requester_key=1, language="de"),
    abandoned("K-3", MONDAY + timedelta(days=1), wait=70, language="de"),
    answered("K-0", MONDAY - timedelta(days=30), wait=10, requester_key=2, language="de"),
]


def mapped(raw: str | None, **more: Any) -> dict[str, Any]:
    row = {"source": "zendesk", "kind": "status", "raw": raw, "meaning": "solved", "partner": "*"}
    return {"mapping_key": 1, "source_at": None, "valid_from": None, **row, **more}


@dataclass
class Desk:
    """Records in memory, read as a lake is, with what was read."""

    tables: dict[str, pa.Table]
    asked: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, **more: Sequence[Mapping[str, Any]]) -> Desk:
        given: dict[str, Sequence[Mapping[str, Any]]] = {
            "case": [case for case, _ in STORIES],
            "case_event": [*(one for _, events in STORIES for one in events), WORDLESS],
            "survey_response": [],
            "mapping": statuses(),
            "reported_value": [],
            **more,
        }
        return cls({name: rows_of(name, rows) for name, rows in given.items()})

    def read(self, name: str, columns: Sequence[str], cases: pa.Array | None) -> pa.Table:
        self.asked.append(name)
        found = self.tables[name].select(columns)
        return found if cases is None else found.filter(pc.is_in(self.tables[name].column("case_key"), value_set=cases))

    def facts(self, *wanted: str, kept: Kept | None = None) -> PartnerFacts:
        folded = facts_of_rows(self.tables["case"], self.tables["case_event"], self.tables["mapping"], TERMS)
        return PartnerFacts(folded, self.read, TERMS, wanted, kept)

    def rows(self, *wanted: str) -> dict[str, pa.Table]:
        """The rows of March."""
        return dict(self.facts(*wanted).evidence(MARCH, GateAnswer()).rows)


@dataclass
class Kept:
    """What lies ready: facts of streams, and rows."""

    tables: dict[str, Layered] = field(default_factory=dict)
    rows: dict[str, Layered] = field(default_factory=dict)


# ---- cases and surveys ----------------------------------------------------------------------------------------------


def test_a_survey_of_the_month_brings_its_case_with_it_and_one_without_a_case_brings_none() -> None:
    surveys = [
        survey("J-1", "2026-03-10T10:00:00", 5),
        survey("J-2", "2026-01-10T10:00:00", 5),
        {**survey("M-1", "2026-03-31T23:59:00", 2), "case_key": None},
        survey("M-2", "2026-04-01T00:00:00", 2),
    ]
    rows = Desk.of(survey_response=surveys).rows()
    assert sorted(rows["case"].column("case_id").to_pylist()) == ["J-1", "M-1", "M-2"]
    assert sorted(rows["survey_response"].column("case_key").to_pylist(), key=str) == [case_key("J-1"), None]
    assert set(rows["case_event"].column("case_key").to_pylist()) == {case_key(one) for one in ("J-1", "M-1", "M-2")}


def test_surveys_come_in_the_order_of_their_keys_however_they_were_read() -> None:
    surveys = [{**survey("M-1", "2026-03-10T10:00:00", 5), "response_key": key} for key in (7, -3, 5, 900, 1)]
    for given in (surveys, surveys[::-1]):
        assert Desk.of(survey_response=given).rows()["survey_response"].column("response_key").to_pylist() == [
            -3, 1, 5, 7, 900,
        ]  # fmt: skip


def test_evidence_has_the_facts_of_its_rows_and_no_others() -> None:
    desk = Desk.of(survey_response=[survey("M-1", "2026-03-10T10:00:00", 5)])
    evidence = desk.facts().evidence(MARCH, GateAnswer(("late",)))
    again = folded_again(evidence.rows, TERMS)
    assert set(evidence.facts) == {"clock", "case", "owner_share", "survey"}
    assert {name: table.to_pylist() for name, table in evidence.facts.items()} == {
        name: again[name].to_pylist() for name in evidence.facts
    }
    assert evidence.facts["case"].column("case_id").to_pylist() == sorted(["M-1", "M-2"], key=case_key)
    assert evidence.gate.reasons == ("late",)


def test_evidence_made_again_of_rows_is_folded_without_the_compiler(monkeypatch: pytest.MonkeyPatch) -> None:
    """The second witness: it needs none, and shares no compiled code with the first."""
    compiled: list[bool] = []

    def noted(*rows: Any, **how: Any) -> Any:
        compiled.append(how["compiled"])
        return facts_of_rows(*rows, **how)

    monkeypatch.setattr(gathering, "facts_of_rows", noted)
    rows = Desk.of().rows()
    plain = evidence_of_rows(rows, TERMS, GateAnswer()).facts
    quick = folded_again(rows, TERMS, compiled=True)
    assert compiled == [False, True]
    assert {name: table.to_pylist() for name, table in plain.items()} == {
        name: table.to_pylist() for name, table in quick.items()
    }


# ---- words and reports ----------------------------------------------------------------------------------------------


def test_of_the_words_only_those_travel_that_rows_of_the_month_use_and_of_their_sources() -> None:
    words = [
        mapped(None, mapping_key=1),
        mapped("Solved", kind="queue", mapping_key=2),
        mapped(" SOLVED", mapping_key=3),
        mapped("Pending", mapping_key=4),
        mapped("Solved", source="freshdesk", mapping_key=5),
    ]
    assert Desk.of(mapping=words).rows()["mapping"].column("mapping_key").to_pylist() == [3]


EARLY, LATE = datetime(2026, 1, 1, tzinfo=UTC), datetime(2026, 2, 1, tzinfo=UTC)


@pytest.mark.parametrize(
    ("rows", "kept"),
    [
        pytest.param([mapped("A"), mapped("B", mapping_key=2)], [1, 2], id="two words"),
        pytest.param([mapped("A"), mapped("A", source="other", mapping_key=2)], [1, 2], id="two sources"),
        pytest.param([mapped("A"), mapped("A", valid_from=LATE, mapping_key=2)], [1, 2], id="two instants"),
        pytest.param(
            [mapped("A", source=None, source_at=EARLY), mapped("a ", source="*", source_at=LATE, mapping_key=2)],
            [2],
            id="no source is every source, and the later word holds",
        ),
        pytest.param(
            [mapped("A", source_at=LATE), mapped("A", source_at=EARLY, mapping_key=2)], [1], id="an earlier word"
        ),
        pytest.param([mapped("A", source_at=EARLY), mapped("A", mapping_key=2, meaning="z")], [1], id="no instant"),
        pytest.param([mapped("A"), mapped("A", source_at=EARLY, mapping_key=2, meaning="a")], [2], id="an instant"),
        pytest.param(
            [mapped("A", source_at=EARLY), mapped("A", source_at=EARLY, mapping_key=2, meaning="z")],
            [2],
            id="of one instant the later in the alphabet",
        ),
        pytest.param([mapped("A", meaning="open"), mapped("A", mapping_key=2)], [2], id="of none the same"),
        pytest.param([mapped("A"), mapped("A", mapping_key=2)], [1], id="of equal ones the first that is read"),
        pytest.param(
            [mapped("A", kind="queue"), mapped(None, mapping_key=2), mapped("B", mapping_key=3)],
            [3],
            id="no status, no word",
        ),
    ],
)
def test_of_each_word_source_and_instant_the_last_said_holds(rows: list[dict[str, Any]], kept: list[int]) -> None:
    """What `source_at` says is told by nobody afterwards: it speaks of arrival."""
    schema = pa.schema([(name, pa.string()) for name in ("source", "kind", "raw", "meaning", "partner")])
    for name in ("source_at", "valid_from"):
        schema = schema.append(pa.field(name, pa.timestamp("us", "UTC")))
    schema = schema.append(pa.field("mapping_key", pa.int64()))
    found = status_mapping(pa.Table.from_pylist(rows, schema=schema))
    assert found.column("mapping_key").to_pylist() == kept
    assert found.column_names == [name for name in schema.names if name != "source_at"]


def test_of_the_reports_those_travel_whose_period_overlaps_the_month() -> None:
    spans = [
        (date(2026, 2, 1), date(2026, 3, 1)),
        (date(2026, 2, 1), date(2026, 3, 2)),
        (date(2026, 3, 31), date(2026, 5, 1)),
        (date(2026, 4, 1), date(2026, 5, 1)),
        (None, date(2026, 4, 1)),
    ]
    rows = [
        {**reported("0.75"), "reported_key": number, "period_from": begin, "period_to": end}
        for number, (begin, end) in enumerate(spans)
    ]
    assert Desk.of(reported_value=rows).rows()["reported_value"].column("reported_key").to_pylist() == [1, 2]


# ---- streams --------------------------------------------------------------------------------------------------------


def calls(*several: Call) -> list[dict[str, Any]]:
    return [row | {"source_at": row["started_at"]} for one in several for row in one.rows]


AGENT = {"agent_key": 1, "agent_id": "ana", "languages": "de", "partner": "aurora", "source_at": MONDAY}


def test_calls_of_the_month_are_read_where_a_clause_counts_them() -> None:
    desk = Desk.of(call=calls(*CALLS), agent=[AGENT])
    assert "call" not in desk.rows()
    assert "call" not in desk.asked
    for wanted in (("call",), ("call", "bot_session"), ("call_language",), ("call", "call_language")):
        rows = desk.rows(*wanted)
        assert sorted(set(rows["call"].column("call_id").to_pylist())) == ["K-1", "K-2", "K-3"], wanted
        assert rows["call"].column("segment_key").to_pylist() == sorted(rows["call"].column("segment_key").to_pylist())


def test_two_months_are_cut_from_what_was_read_once() -> None:
    desk = Desk.of(call=calls(*CALLS))
    facts = desk.facts("call", "bot_session")
    found = [
        set(facts.evidence(Period.parse(label, "UTC"), GateAnswer()).rows["call"].column("call_id").to_pylist())
        for label in ("2026-03", "2026-01", "2026-03")
    ]
    assert found == [{"K-1", "K-2", "K-3"}, {"K-0"}, {"K-1", "K-2", "K-3"}]
    assert desk.asked.count("call") == 1


def derived(desk: Desk) -> pa.Table:
    """The call facts of everything."""
    stream = stream_named("call")
    assert stream is not None
    case = facts_of_rows(desk.tables["case"], desk.tables["case_event"], desk.tables["mapping"], TERMS).table("case")
    return stream.table(Given(canonical_rows(desk.tables), case, TERMS))


def test_facts_that_lie_ready_are_those_of_the_rows_and_others_are_derived() -> None:
    desk = Desk.of(call=calls(*CALLS))
    kept = Kept({"call": Layered.of(derived(desk))})
    plain = desk.facts("call", "bot_session").evidence(MARCH, GateAnswer())
    ready = desk.facts("call", "bot_session", kept=kept).evidence(MARCH, GateAnswer())
    assert sorted(ready.facts["call"].column("case_id").to_pylist()) == ["K-1", "K-2", "K-3"]
    assert {name: table.to_pylist() for name, table in ready.facts.items()} == {
        name: table.to_pylist() for name, table in plain.facts.items()
    }
    marked = derived(desk).set_column(0, "case_id", pa.array([f"kept {n}" for n in range(4)]))
    assert marked.column_names[0] == derived(desk).column_names[0], "the column that is marked is the first"
    told = desk.facts("call", kept=Kept({"call": Layered.of(marked)})).evidence(MARCH, GateAnswer())
    assert {word[:4] for word in told.facts["call"].column("case_id").to_pylist()} == {"kept"}


def test_rows_that_lie_ready_are_not_read_again_unless_a_stream_looks_into_their_words() -> None:
    desk = Desk.of(call=calls(*CALLS), agent=[AGENT])
    ready = Kept(rows={"call": Layered.of(desk.tables["call"])})
    from_lake, empty = desk.rows("call")["call"], Kept()
    for kept, wanted, read in (
        (ready, ("call",), 0),
        (ready, ("call", "bot_session"), 0),
        (ready, ("call", "call_language"), 1),
        (ready, ("call_language",), 1),
        (empty, ("call",), 1),
        (None, ("call",), 1),
    ):
        desk.asked.clear()
        evidence = desk.facts(*wanted, kept=kept).evidence(MARCH, GateAnswer())
        assert desk.asked.count("call") == read, (kept, wanted)
        assert evidence.rows["call"].equals(from_lake), (kept, wanted)


# ---- what a contract speaks of --------------------------------------------------------------------------------------


def contract(channels: str, *clauses: str) -> Contract:
    text = TEXT.partition("clauses:")[0].replace("channels: [email]", channels) + "clauses:\n"
    made, findings = load_text(text + "".join(f"  - {{{clause}}}\n" for clause in clauses))
    assert made is not None, findings
    return made


OWN = "id: A, kind: kpi, measure: own_quality, better: higher, target: 90%, value: typed, evidence: e"
LEVEL = "id: B, kind: kpi, measure: service_level, params: {seconds: 20}, target: 80%"
CSAT = "id: D, kind: kpi, measure: csat, target: 80%"


def test_the_streams_of_a_contract_are_those_that_its_measures_count_whatever_stands_between() -> None:
    assert streams_of(contract("channels: [phone]", OWN, LEVEL, CSAT)) == ("call", "survey")
    assert streams_of(contract("channels: [phone]", OWN)) == ()
    assert [one.name for one in streams_wanted(("call", "no such"))] == ["call", "survey"]


@pytest.mark.parametrize(
    ("channels", "clauses", "much"),
    [
        ("channels: [email]", (OWN, LEVEL), 0),
        ("channels: [phone]", (LEVEL,), 0),
        ("channels: [email, phone]", (CSAT,), 1),
        ("channels: [email]", (OWN, CSAT), 2),
        ("title: anything", (CSAT,), 2),
    ],
)
def test_a_clause_on_calls_speaks_most_of_the_floor_and_then_a_telephone(
    channels: str, clauses: tuple[str, ...], much: int
) -> None:
    assert speaks_of_floor(contract(channels, *clauses)) == much
