"""Any table of survey answers, read as survey responses that find their cases."""

from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from tallystick.privacy.redaction import Redactor
from tallystick.privacy.vault import Vault
from tallystick.records.connectors.any_table import AnyTable
from tallystick.records.connectors.surveys import Surveys
from tallystick.records.connectors.surveys.cases import guess_sources
from tallystick.records.connectors.surveys.scores import guessed, kind_of, number_in
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.errors import DamagedContainer
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
EVERYONE = Scope.of_client("client")
CASES = """ticket id,created at,resolved at,status,queue,customer id
A-1,2026-03-01T10:00:00Z,2026-03-02T10:00:00Z,solved,DE Product,c1
A-2,2026-03-01T11:00:00Z,2026-03-02T11:00:00Z,solved,RO Returns,c2
A-3,2026-03-01T12:00:00Z,,open,DE Product,c3
"""
ANSWERS = """response id,case id,sent at,answered at,kind,score,scale min,scale max,comment
r1,A-1,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,CSAT,5,1,5,Great help from jane@example.com
r2,A-2,2026-03-03T10:00:00Z,,CSAT,,1,5,
r3,A-9,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,Net Promoter Score,9,0,10,
"""


def write(home, name, text):
    path = home / name
    path.write_text(text, encoding="utf-8")
    return path


def take(home, name, text, **parts):
    return ingest(home, write(home, name, text), as_of=AS_OF, **parts)


def read(home, name="survey_response", scope=EVERYONE):
    with Lake.open(home / "lake") as lake:
        return lake.read(scope, name).to_pylist()


def by_kind_and_case(home):
    return {(row["kind"], row["case_key"]): row for row in read(home)}


def test_a_survey_gets_the_key_that_its_case_has(tmp_path):
    take(tmp_path, "desk.csv", CASES, partner="aurora")
    outcome = take(tmp_path, "feedback.csv", ANSWERS)
    assert (outcome.connector, outcome.rows_in, outcome.stored, outcome.rejected) == ("surveys", 3, 3, 0)
    stored = {row["case_id"]: row["case_key"] for row in read(tmp_path, "case")}
    rows = by_kind_and_case(tmp_path)
    assert rows["csat", stored["A-1"]]["score"] == 5
    assert rows["csat", stored["A-2"]]["answered_at"] is None
    assert outcome.mapping.settings["cases"] == "desk"
    assert {row["partner"] for row in rows.values() if row["case_key"] in stored.values()} == {"aurora"}


def test_a_survey_after_a_call_gets_the_key_that_the_call_has(tmp_path):
    log = (
        "1775020268|1775020268.10|Line|NONE|ENTERQUEUE||0722|1\n"
        "1775020271|1775020268.10|Line|Agent/7|CONNECT|3|1775020271.11|3\n"
        "1775020749|1775020268.10|Line|Agent/7|COMPLETECALLER|3|478|1\n"
    )
    take(tmp_path, "queue_log", log, partner="aurora")
    after = ANSWERS.replace("case id", "call id")
    for place in (1, 2, 9):  # ids that look like instants
        after = after.replace(f"A-{place}", f"1775020268.{place}0")
    take(tmp_path, "after-calls.csv", after)
    calls = {row["call_id"]: row["call_key"] for row in read(tmp_path, "call")}
    assert by_kind_and_case(tmp_path)["csat", calls["1775020268.10"]]["score"] == 5


def test_a_case_that_is_not_known_is_counted_and_found_when_it_comes(tmp_path):
    take(tmp_path, "desk.csv", CASES, partner="aurora")
    outcome = take(tmp_path, "feedback.csv", ANSWERS)
    unknown = [finding for finding in outcome.findings if finding.id == "TS-I225"]
    assert [(finding.count, finding.value) for finding in unknown] == [(1, "A-9")]
    assert by_kind_and_case(tmp_path)["nps", key_of("desk", "A-9")]["score"] == 9
    later = CASES.splitlines()[0] + "\nA-9,2026-03-02T10:00:00Z,2026-03-03T09:00:00Z,solved,DE Product,c9\n"
    take(tmp_path, "desk.csv", later, partner="aurora")
    assert key_of("desk", "A-9") in {row["case_key"] for row in read(tmp_path, "case")}


def test_surveys_without_any_known_case_are_kept_without_one_until_their_source_is_known(tmp_path):
    first = take(tmp_path, "feedback.csv", ANSWERS, partner="aurora")
    assert {row["case_key"] for row in read(tmp_path)} == {None}
    assert first.mapping.settings["cases"] == ""
    take(tmp_path, "desk.csv", CASES, partner="aurora")
    again = take(tmp_path, "feedback.csv", ANSWERS, partner="aurora")
    assert again.stored == 3
    assert {row["case_key"] for row in read(tmp_path)} == {key_of("desk", case) for case in ("A-1", "A-2", "A-9")}


def test_a_list_of_several_partners_finds_each_ones_source(tmp_path):
    take(tmp_path, "desk.csv", CASES, partner="aurora")
    take(tmp_path, "tower.csv", CASES.replace("A-", "B-"), partner="borealis")
    head, first, second, third = ANSWERS.splitlines()
    lines = [head + ",partner", first + ",aurora", second + ",aurora", third.replace("A-9", "B-3") + ",borealis"]
    outcome = take(tmp_path, "feedback.csv", "\n".join(lines) + "\n")
    assert outcome.mapping.settings["cases"] == {"aurora": "desk", "borealis": "tower"}
    assert {(row["partner"], row["case_key"]) for row in read(tmp_path)} == {
        ("aurora", key_of("desk", "A-1")),
        ("aurora", key_of("desk", "A-2")),
        ("borealis", key_of("tower", "B-3")),
    }


def test_a_survey_never_moves_its_case_to_another_partner(tmp_path):
    head = "ticket id,created at,resolved at,status,queue\n"
    rows = [f"{n},2026-03-01T10:00:00Z,2026-03-02T10:00:00Z,solved,q{n % 2}\n" for n in range(1000, 1006)]
    mapping = AnyTable().propose(write(tmp_path, "desk.csv", head + "".join(rows)), None, {})
    ingest(
        tmp_path, tmp_path / "desk.csv", mapping=mapping.with_(queues={"q0": "aurora", "q1": "borealis"}), as_of=AS_OF
    )
    before = {row["event_key"]: row["partner"] for row in read(tmp_path, "case_event")}
    lines = [f"s{n},{n},2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,4" for n in range(1000, 1006)]
    take(tmp_path, "feedback.csv", "survey id,ticket id,sent at,answered at,csat\n" + "\n".join(lines) + "\n")
    assert {row["event_key"]: row["partner"] for row in read(tmp_path, "case_event")} == before
    assert set(before.values()) == {"aurora", "borealis"}
    whose = {row["case_key"]: row["partner"] for row in read(tmp_path, "case")}
    assert all(row["partner"] == whose[row["case_key"]] for row in read(tmp_path))


def test_plain_numbers_that_agree_by_chance_are_not_believed():
    def find(ids):
        return pa.table({"case_id": ["7"], "source": ["desk"]})

    found = guess_sources([("", str(number)) for number in range(100)], find)
    assert found.setting == ""
    assert "agree by chance" in found.doubts[0]
    worded = guess_sources([("", "7"), *(("", f"A-{number}") for number in range(99))], find)
    assert worded.setting == "desk"


def test_a_comment_is_redacted_and_belongs_to_the_person_of_the_case(tmp_path):
    vault = Vault.create(tmp_path / "keys")
    take(tmp_path, "desk.csv", CASES, partner="aurora", redactor=Redactor(), vault=vault)
    take(tmp_path, "feedback.csv", ANSWERS, redactor=Redactor(), vault=vault)
    (text,) = read(tmp_path, "message_text")
    assert "jane@example.com" not in text["redacted"]
    person = next(row["requester_key"] for row in read(tmp_path, "case") if row["case_id"] == "A-1")
    assert text["person_key"] == person
    assert vault.decrypt("message_text", "original", text["text_key"], person, text["original"]).startswith(
        "Great help"
    )
    assert [row["score"] for row in read(tmp_path) if row["text_id"] == text["text_id"]] == [5]


@pytest.mark.parametrize(
    ("values", "kind", "low", "high"),
    [((0, 4, 10), "nps", 0, 10), ((1, 3, 5), "csat", 1, 5), ((1, 6, 7), "ces", 1, 7), ((0, 1), "csat", 0, 1)],
)
def test_the_scale_tells_the_kind(values, kind, low, high):
    found, scale, _ = guessed(values)
    assert (found, scale.low, scale.high) == (kind, low, high)


def test_the_guessed_kind_is_noted_and_saved(tmp_path):
    lines = [f"s{n},T-{n},2026-03-03 10:00,2026-03-03 12:00,{n % 11}" for n in range(22)]
    path = write(tmp_path, "a.csv", "survey id,ticket id,sent at,answered at,rating\n" + "\n".join(lines) + "\n")
    mapping = Surveys().propose(path, None, {"zone": "Europe/Bucharest"})
    assert mapping.settings["kind"] == "nps"
    assert mapping.settings["scales"] == {"nps": {"min": 0, "max": 10, "better": "higher"}}
    assert any("read as nps" in note for note in mapping.notes)
    take(tmp_path, "a.csv", path.read_text(), hints={"zone": "Europe/Bucharest"})
    row = read(tmp_path)[0]
    assert (row["kind"], row["scale_min"], row["scale_max"]) == ("nps", 0, 10)
    assert row["sent_at"] == datetime(2026, 3, 3, 8, tzinfo=UTC)


def test_several_questions_in_one_row_are_several_responses(tmp_path):
    text = (
        "survey id,ticket id,sent at,answered at,CSAT score,NPS\ns1,T-1,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,4,9\n"
    )
    outcome = take(tmp_path, "a.csv", text)
    assert (outcome.rows_in, outcome.stored) == (1, 1)
    assert {(row["kind"], row["score"]) for row in read(tmp_path)} == {("csat", 4), ("nps", 9)}


def test_the_direction_of_a_scale_is_stored(tmp_path):
    head = "survey id,ticket id,sent at,answered at,survey type,score,higher is better\n"
    text = head + "s1,T-1,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,CES,2,false\n"
    take(tmp_path, "a.csv", text)
    assert [(row["kind"], row["higher_is_better"]) for row in read(tmp_path)] == [("ces", False)]


def test_answers_in_words_are_steps_and_offered_is_no_answer(tmp_path):
    head = "survey id,ticket id,sent at,answered at,satisfaction\n"
    rows = ["s1,T-1,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,Good", "s2,T-2,2026-03-03T10:00:00Z,,Offered",
            "s3,T-3,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,Bad"]  # fmt: skip
    take(tmp_path, "a.csv", head + "\n".join(rows) + "\n")
    got = sorted(
        (row["score"] is None, row["score"], row["scale_max"], row["answered_at"] is None) for row in read(tmp_path)
    )
    assert got == [(False, 0, 1, False), (False, 1, 1, False), (True, None, 1, True)]


def test_rows_that_cannot_be_an_answer_are_set_aside(tmp_path):
    rows = [
        "r4,A-1,2026-03-03T10:00:00Z,2026-03-03T12:00:00Z,CSAT,maybe,1,5,",
        "r5,A-1,,,CSAT,4,1,5,",
        ",,2026-03-03T10:00:00Z,,CSAT,4,1,5,",
        "r6,A-1,2026-03-03T10:00:00Z,2026-03-03T09:00:00Z,CSAT,9,1,5,",
    ]
    outcome = take(tmp_path, "feedback.csv", ANSWERS + "\n".join(rows) + "\n")
    assert (outcome.rows_in, outcome.stored, outcome.rejected, outcome.exit_code) == (7, 4, 3, 1)
    counted = {finding.id: finding.count for finding in outcome.findings}
    assert {counted[rule] for rule in ("TS-I111", "TS-I112", "TS-I107", "TS-I226", "TS-I227")} == {1}


def test_a_kind_without_a_meaning_is_told_and_not_stored(tmp_path):
    outcome = take(tmp_path, "feedback.csv", ANSWERS.replace("Net Promoter Score", "Tone of voice"))
    assert [(f.value, f.count) for f in outcome.findings if f.id == "TS-I220"] == [("Tone of voice", 1)]
    assert {row["kind"] for row in read(tmp_path)} == {"csat"}


def test_the_same_file_twice_and_a_later_answer(tmp_path):
    take(tmp_path, "feedback.csv", ANSWERS)
    assert take(tmp_path, "feedback.csv", ANSWERS).stored == 0
    answered = ANSWERS.replace("2026-03-03T10:00:00Z,,CSAT,,", "2026-03-03T10:00:00Z,2026-03-05T10:00:00Z,CSAT,2,")
    assert take(tmp_path, "feedback_2.csv", answered).stored == 1
    assert sorted(row["score"] for row in read(tmp_path)) == [2, 5, 9]


def test_tab_separated_lines_of_json_and_parquet_say_the_same(tmp_path):
    import csv
    import io
    import json

    rows = list(csv.DictReader(io.StringIO(ANSWERS)))
    write(tmp_path, "a.tsv", ANSWERS.replace(",", "\t"))
    write(tmp_path, "b.jsonl", "\n".join(json.dumps({k: v or None for k, v in row.items()}) for row in rows))
    pq.write_table(
        pa.Table.from_pylist([{k: v or None for k, v in row.items()} for row in rows]), tmp_path / "c.parquet"
    )
    found = []
    for name in ("a.tsv", "b.jsonl", "c.parquet"):
        home = tmp_path / name.replace(".", "-")
        home.mkdir()
        assert Surveys().recognise(tmp_path / name) > 0.8
        ingest(home, tmp_path / name, as_of=AS_OF, hints={"feed": "one"})
        found.append([{k: v for k, v in row.items() if k != "row_hash"} for row in read(home)])
    assert found[0] == found[1] == found[2]


@pytest.mark.parametrize(
    "text",
    [
        CASES,
        "ticket id,created at,first response at,resolved at,status,csat\n1,2026-03-01 10:00,2026-03-01 11:00,,open,4\n",
        "id,date,status,priority,rating\n1,2026-03-01,open,high,4\n",
        "case id,event time,event,new value\n1,2026-03-01 10:00,created,\n",
        "ticket id,created at,csat,agent\n1,2026-03-01 10:00,4,a\n2,2026-03-01 11:00,5,b\n",
        "month,csat,nps\n2026-01,91 %,32\n2026-02,90 %,33\n",
        "a,b\n1,2\n",
    ],
)
def test_what_is_no_list_of_surveys_is_left_to_others(tmp_path, text):
    assert Surveys().recognise(write(tmp_path, "a.csv", text)) == 0


@pytest.mark.parametrize(
    "text",
    [
        ANSWERS,
        "Ticket Nr;Versendet am;Beantwortet am;Zufriedenheit\n4711;03.03.2026 10:00;13.03.2026 12:00;5\n",
        "survey id,conversation id,responded at,rating,comment\n1,c1,2026-03-03T10:00:00Z,4,fine and quick it was\n",
        "response id,nps score,response date\nx1,9,2026-03-03\nx2,3,2026-03-04\n",
    ],
)
def test_lists_of_surveys_are_recognised_above_any_table(tmp_path, text):
    path = write(tmp_path, "a.csv", text)
    assert Surveys().recognise(path) > AnyTable().recognise(path)


def test_a_table_without_answers_is_refused(tmp_path):
    with pytest.raises(DamagedContainer):
        Surveys().propose(write(tmp_path, "a.csv", CASES), None, {})


def test_words_of_answers_and_of_kinds():
    assert [number_in(word) for word in ("4", "4.0", "8/10", "5 - very good", "★★★☆☆", "4.5", "good")] == [
        4, 4, 8, 5, 3, None, None,
    ]  # fmt: skip
    assert [kind_of(word) for word in ("CSAT", "Customer Effort Score", "net_promoter_score", "other")] == [
        "csat", "ces", "nps", None,
    ]  # fmt: skip


def test_whether_an_issue_was_resolved_is_a_question_of_its_own(tmp_path):
    take(tmp_path, "desk.csv", CASES, partner="aurora")
    answers = "response id,case id,answered at,csat,issue resolved\n" + "".join(
        f"r{number},A-{number},2026-03-03T10:00:00Z,{score},{resolved}\n"
        for number, score, resolved in ((1, "very satisfied", "Yes"), (2, "dissatisfied", "No"))
    )
    take(tmp_path, "answers.csv", answers)
    found = {
        (row["case_key"], row["kind"]): (row["score"], row["scale_min"], row["scale_max"]) for row in read(tmp_path)
    }
    one, two = key_of("desk", "A-1"), key_of("desk", "A-2")
    assert found == {
        (one, "csat"): (5, 1, 5),
        (two, "csat"): (2, 1, 5),
        (one, "fcr"): (1, 0, 1),
        (two, "fcr"): (0, 0, 1),
    }
