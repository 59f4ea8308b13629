"""Qualtrics' tables and its CSV of responses, as surveys sent and answered."""

# ruff: noqa: E501 - tables read best as lines
from __future__ import annotations

from datetime import UTC, datetime
from pathlib import Path

from tallystick.records.connectors.qualtrics import Qualtrics
from tallystick.records.ingest import ingest
from tallystick.records.lake import Lake
from tallystick.vocabulary.canonical import key_of
from tallystick.vocabulary.scope import Scope

AS_OF = datetime(2026, 7, 1, tzinfo=UTC)
TABLES = {
    "survey_response": "id,survey_id,recorded_date,end_date,user_language,distribution_channel\n"
    "R1,SV1,2026-03-10 10:00:00,2026-03-10 10:00:00,EN,email\nR2,SV1,2026-03-11 10:00:00,2026-03-11 10:00:00,DE,email\n",
    "question_response": "response_id,question_id,question,value\nR1,QID1,,9\nR1,QID2,Your favourite drink,2\nR2,QID1,,3\n",
    "question": "id,survey_id,question_text\nQID1,SV1,How likely are you to recommend us?\nQID2,SV1,Your favourite drink\n",
    "distribution": "id,survey_link_survey_id\nD1,SV1\n",
    "distribution_contact": "distribution_id,contact_id,response_id,sent_at\nD1,C1,R1,2026-03-09 09:00:00\n"
    "D1,C2,R2,2026-03-09 09:00:00\nD1,C3,,2026-03-09 09:00:00\n",
}


def folder(home: Path, *names: str) -> Path:
    path = home / "export"
    path.mkdir(parents=True)
    for name in names or TABLES:
        (path / f"{name}.csv").write_text(TABLES[name], encoding="utf-8")
    return path


def read(home: Path):
    with Lake.open(home / "lake") as lake:
        return lake.read(Scope.of_client("client"), "survey_response").to_pylist()


def test_invitations_and_answers_of_one_survey_are_one_survey_each(tmp_path):
    outcome = ingest(tmp_path, folder(tmp_path), as_of=AS_OF, partner="aurora")
    assert (outcome.connector, outcome.rejected, outcome.exit_code) == ("qualtrics", 0, 0)
    rows = sorted(read(tmp_path), key=lambda row: (row["score"] is None, -(row["score"] or 0)))
    assert [(row["kind"], row["score"], row["answered_at"] is None) for row in rows] == [
        ("nps", 9, False), ("nps", 3, False), ("nps", None, True),
    ]  # fmt: skip
    assert {row["sent_at"] for row in rows} == {datetime(2026, 3, 9, 9, tzinfo=UTC)}
    assert [(row["language"], row["scale_min"], row["scale_max"]) for row in rows][:2] == [("en", 0, 10), ("de", 0, 10)]


def test_who_answers_after_the_first_export_has_one_survey_and_not_two(tmp_path):
    second = folder(tmp_path / "2")
    first = folder(tmp_path / "1")
    gone = {
        "survey_response": "R2,SV1,2026-03-11 10:00:00,2026-03-11 10:00:00,DE,email\n",
        "question_response": "R2,QID1,,3\n",
    }
    for name, line in gone.items():
        (first / f"{name}.csv").write_text(TABLES[name].replace(line, ""), encoding="utf-8")
    sent = TABLES["distribution_contact"].replace("D1,C2,R2,", "D1,C2,,")
    (first / "distribution_contact.csv").write_text(sent, encoding="utf-8")
    for home, order in ((tmp_path / "a", (first, second)), (tmp_path / "b", (second, first))):
        home.mkdir()
        for path in order:
            ingest(home, path, as_of=AS_OF, partner="aurora")
        assert len(read(home)) == 3
        assert sorted(row["score"] or 0 for row in read(home)) == [0, 3, 9]


def test_the_csv_of_responses_has_two_lines_under_its_names_that_are_no_responses(tmp_path):
    path = tmp_path / "Care_March.csv"
    path.write_text(
        "StartDate,EndDate,Status,RecordedDate,ResponseId,UserLanguage,Q1,Q1_NPS_GROUP,Q2,TicketId\n"
        "Start Date,End Date,Response Type,Recorded Date,Response ID,User Language,"
        "How likely to recommend?,Group,Overall satisfaction,Ticket\n"
        '"{""ImportId"":""startDate""}","{""ImportId"":""endDate""}","{""ImportId"":""status""}",'
        '"{""ImportId"":""recordedDate""}","{""ImportId"":""_recordId""}","{""ImportId"":""userLanguage""}",'
        '"{""ImportId"":""QID1""}","{""ImportId"":""QID1_NPS""}","{""ImportId"":""QID2""}","{""ImportId"":""t""}"\n'
        "2026-03-10 09:00:00,2026-03-10 09:01:00,0,2026-03-10 09:01:05,R_1,EN,9,Promoter,4,17\n"
        "2026-03-10 10:00:00,2026-03-10 10:01:00,0,2026-03-10 10:01:05,R_2,EN,,,2,18\n",
        encoding="utf-8",
    )
    outcome = ingest(tmp_path, path, as_of=AS_OF, partner="aurora", hints={"cases": "desk"})
    assert (outcome.connector, outcome.rejected, outcome.exit_code) == ("qualtrics", 0, 0)
    rows = {(row["kind"], row["score"]): row for row in read(tmp_path)}
    assert set(rows) == {("nps", 9), ("csat", 4), ("csat", 2)}
    assert rows["nps", 9]["case_key"] == key_of("desk", "17")


def test_a_question_of_another_sort_is_asked_about_and_not_counted(tmp_path):
    mapping = Qualtrics().propose(folder(tmp_path), None, {})
    assert mapping.kinds == {"QID1": "nps"}
    assert any("QID2" in doubt for doubt in mapping.doubts)


def test_the_public_export_reads_without_a_reject(tmp_path, shared_data: Path):
    outcome = ingest(tmp_path, shared_data / "exports" / "qualtrics", as_of=AS_OF, partner="aurora")
    assert (outcome.connector, outcome.rejected, outcome.refused) == ("qualtrics", 0, "")
    assert outcome.rows_in > 0
    # None of its questions is one of satisfaction, recommendation or effort.
    assert "TS-I230" in {finding.id for finding in outcome.findings}
