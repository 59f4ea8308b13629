"""What an explanation says of a figure: its levels, counts, rows, hours and money."""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import Explanation, Kept, explain, kept
from tallystick.verdicts.listing import rows_table
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.errors import UsageError
from tests.verdicts import agreement
from tests.verdicts.agreement import clock_rows, evidence_of, facts_of
from tests.verdicts.kept_desk import kept_desk, kept_text, of_clocks

A1 = "aurora/A1/2026-03"
MINIMUM = "It keeps the minimum level of {} by {}; {} more failed rows, and it would be worse."
MORE = "{} more of the {} counted would have had to be {}."
FAILED = "{} more failed of the same rows, and it would be missed."

# Of 42 of 60 clocks that were kept, against a target and a minimum.
HIGH: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("80%", "60%"): (MORE.format(6, 60, "met"), MINIMUM.format("60 %", "10 %", 7)),
    ("80%", "70%"): (MORE.format(6, 60, "met"), MINIMUM.format("70 %", "0 %", 1)),
    ("80%", "71%"): (MORE.format(6, 60, "met"), "1 more met would have reached the minimum level of 71 %."),
    ("90%", "80%"): (MORE.format(12, 60, "met"), "6 more met would have reached the minimum level of 80 %."),
    ("71%", "50%"): (MORE.format(1, 60, "met"), MINIMUM.format("50 %", "20 %", 13)),
    ("70%", "60%"): (FAILED.format(1), MINIMUM.format("60 %", "10 %", 7)),
    ("69%", "60%"): (FAILED.format(1), MINIMUM.format("60 %", "10 %", 7)),
    ("68%", "67%"): (FAILED.format(2), MINIMUM.format("67 %", "3 %", 2)),
    ("35%", "20%"): (FAILED.format(22), MINIMUM.format("20 %", "50 %", 31)),
    ("1%", "0%"): (FAILED.format(42), "It keeps the minimum level of 0 % by 70 %."),
    ("80%", "0%"): (MORE.format(6, 60, "met"), "It keeps the minimum level of 0 % by 70 %."),
    # Where no number of failures would be a miss none is named.
    ("0%", ""): (),
    ("50%", ""): (FAILED.format(13),),
}
# Of 3 of 10 cases that were opened again, where less is better.
LOW: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("30%", "40%"): (FAILED.format(1), MINIMUM.format("40 %", "10 %", 2)),
    ("20%", "30%"): (MORE.format(1, 10, "without it"), MINIMUM.format("30 %", "0 %", 1)),
    ("10%", "20%"): (
        MORE.format(2, 10, "without it"),
        "1 more without it would have reached the minimum level of 20 %.",
    ),
    ("50%", "80%"): (FAILED.format(3), MINIMUM.format("80 %", "50 %", 6)),
    ("90%", ""): (FAILED.format(7),),
    ("100%", ""): (),
}
# Of an average of one hour.
AVERAGE: Mapping[tuple[str, str], tuple[str, ...]] = {
    ("30m", "2h"): ("It keeps the minimum level of 2 hours by 1 hour.",),
    ("30m", "1h"): ("It keeps the minimum level of 1 hour by 0 s.",),
    ("30m", "59m"): ("It is worse than the minimum level of 59 minutes.",),
    ("1h", "2h"): ("It keeps the minimum level of 2 hours by 1 hour.",),
}
SOURCES = {
    "source: {document: MSA, page: 12, clause: '4.1', span: within four hours}": (
        "MSA, page 12, clause 4.1, “within four hours”"
    ),
    "source: {page: 12}": "page 12",
    "source: {clause: '4.1'}": "clause 4.1",
    "note: nothing": "",
}
VOLUMES = {60: False, 61: True}
STATES = ("requested", "agreed", "refused")
HEAD = agreement.TEXT.partition("clauses:")[0] + "clauses:\n"
REPLY = "kind: sla_target, title: First reply, clock: first_reply, within: 4h"


def levels(given: tuple[str, str]) -> str:
    return f"target: {given[0]}" + (f", minimum: {given[1]}" if given[1] else "")


def clauses() -> list[str]:
    """A clause for each thing that can be said."""
    found = [f"id: A1, {REPLY}, target: 80%, minimum: 60%"]
    found += [f"id: H{at}, {REPLY}, {levels(one)}" for at, one in enumerate(HIGH)]
    found += [f"id: L{at}, kind: kpi, measure: reopen_rate, {levels(one)}" for at, one in enumerate(LOW)]
    found += [f"id: M{at}, kind: kpi, measure: first_reply_time, {levels(one)}" for at, one in enumerate(AVERAGE)]
    found += [f"id: S{at}, {REPLY}, {one}, target: 80%" for at, one in enumerate(SOURCES)]
    suspended = "state: [{from: 2025-07-01, as: suspended}]"
    found += [f"id: U{one}, {REPLY}, {suspended}, minimum_volume: {one}, target: 80%" for one in VOLUMES]
    found += [f"id: R-{one}, {REPLY}, target: 80%" for one in STATES]
    found += [
        f"id: V11, {REPLY}, minimum_volume: 61, target: 80%, minimum: 60%",
        "id: V1, kind: kpi, measure: ces, target: 5",
        f"id: D1, {REPLY.replace('4h', '4h, hours: calendar')}, target: 80%",
    ]
    typed = "value: typed, evidence: e, typed: [{period: 2026-0%s, value: %s, evidence: e}]"
    counted = typed.replace("evidence: e}", "n: 50, evidence: e}")
    csat = "kind: kpi, measure: csat, target: 70%"
    return [
        *found,
        f"id: T1, {csat}, minimum_volume: 30, " + typed % (3, "60%"),
        f"id: T2, {csat}, " + counted % (3, "60%"),
        f"id: T3, {csat}, " + counted % (2, "60%"),
        "id: T4, kind: kpi, measure: tidiness, target: 70%, " + counted % (3, "71%"),
        "id: AV, kind: averaged_level, averages: H0, periods: 2, target: 75%",
        "id: C1, kind: service_credit, when: {clause: A1}, model: fixed, amount: 2500",
    ]


RELIEF = "relief:\n" + "".join(
    f"  - {{id: E-{one}, clauses: [R-{one}], from: 2026-03-02T00:00, to: 2026-03-02T23:59, reason: client-outage, "
    f"status: {one}, evidence: e}}\n"
    for one in STATES
)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    text = HEAD + "".join(f"  - {{{clause}}}\n" for clause in clauses()) + RELIEF
    cases = [{"reopens_in_window": 1}] * 3 + [{}] * 7
    evidence = evidence_of(facts_of(clock_rows(42, 18), cases))
    return kept_text(tmp_path_factory.mktemp("desk"), evidence, text)


@pytest.fixture(scope="module")
def desk(store: VerdictStore) -> dict[str, Kept]:
    """What was kept of each clause; the text is read once."""
    one = kept(store, store.find(A1))
    found = {verdict.clause: verdict for verdict in store.verdicts_of(one.record)}
    return {name: replace(one, verdict=found[name], clause=one.contract.clause(name)) for name in found}


def of(desk: dict[str, Kept], clause: str, **parts: Any) -> Explanation:
    own = desk[clause]
    return explain(own.store, own.verdict, own=own, most=3, **parts)


def explained(folder: Path, evidence: Any, text: str = agreement.TEXT, name: str = A1, **parts: Any) -> Explanation:
    kept_here = kept_text(folder, evidence, text)
    return explain(kept_here, kept_here.find(name), **parts)


@pytest.mark.parametrize("group", ["H", "L", "M"])
def test_it_says_how_many_rows_lie_between_a_figure_and_its_levels(desk: dict[str, Kept], group: str) -> None:
    for at, (given, change) in enumerate({"H": HIGH, "L": LOW, "M": AVERAGE}[group].items()):
        assert of(desk, f"{group}{at}").what_would_change == change, given


def test_below_the_volume_nothing_is_near_or_far(desk: dict[str, Kept]) -> None:
    assert of(desk, "V11").what_would_change == ("1 more counted rows would make it assessable (n = 60, minimum 61).",)
    assert of(desk, "V1").what_would_change == ("1 more counted rows would make it assessable (n = 0, minimum 1).",)


def test_rows_are_counted_by_the_place_that_they_take(desk: dict[str, Kept]) -> None:
    assert of(desk, "H0").counts == (("met", 42), ("missed", 18))
    assert of(desk, "L0").counts == (("with it (counts against)", 3), ("without it", 7))
    assert of(desk, "M0").counts == (("counted", 60),)
    assert (of(desk, "V1").counts, of(desk, "AV").counts) == ((), ())
    assert [of(desk, name).rows_total for name in ("H0", "L0", "M0", "V1", "AV")] == [60, 10, 60, 0, 0]


@pytest.mark.parametrize(
    ("name", "sentence"),
    [
        ("A1", ("Aurora Contact missed A1 (First reply) in 2026-03: 42 of 60, 70 % against at least 80 %. "
               "A price adjustment of EUR 2,500.00 follows.")),
        ("H5", "Aurora Contact met H5 (First reply) in 2026-03: 42 of 60, 70 % against at least 70 %."),
        ("L0", "Aurora Contact met L0 (kpi) in 2026-03: 3 of 10, 30 % against at most 30 %."),
        ("M3", "Aurora Contact met M3 (kpi) in 2026-03: 1 hour against at most 1 hour."),
        ("AV", "Aurora Contact missed AV (averaged level) in 2026-03: 70 % on average against at least 75 %."),
        ("V1", "V1 (kpi) of Aurora Contact cannot be assessed for 2026-03: without data nothing is judged."),
        ("T1", ("T1 (kpi) of Aurora Contact cannot be assessed for 2026-03: 60 % against at least 70 %; "
               "a minimum volume needs an n.")),
        ("T3", "T3 (kpi) of Aurora Contact cannot be assessed for 2026-03: without data nothing is judged."),
    ],
)  # fmt: skip
def test_a_verdict_is_told_in_one_sentence(desk: dict[str, Kept], name: str, sentence: str) -> None:
    assert of(desk, name).sentence == sentence


def test_an_average_of_nothing_is_told_without_figures(tmp_path: Path) -> None:
    text = HEAD + (
        f"  - {{id: A1, {REPLY}, target: 80%}}\n"
        "  - {id: AV, kind: averaged_level, averages: A1, periods: 2, target: 75%}\n"
    )
    assert explained(tmp_path, of_clocks(0, 0), text, "aurora/AV/2026-03").sentence == (
        "AV (averaged level) of Aurora Contact cannot be assessed for 2026-03: there are no data."
    )


@pytest.mark.parametrize(
    ("name", "change", "counts", "row"),
    [
        ("T1", ("A stated n of at least 30 would make it assessable; the figure came without one.",), (), "survey"),
        ("T2", (), (("counted", 50),), "survey"),
        ("T3", ("1 more counted rows would make it assessable (n = 0, minimum 1).",), (), "survey"),
        ("T4", (), (("counted", 50),), "case"),
    ],
)
def test_a_figure_that_was_typed_is_told_without_rows(
    desk: dict[str, Kept], name: str, change: tuple[str, ...], counts: tuple[tuple[str, int], ...], row: str
) -> None:
    told = of(desk, name, weekly=True)
    assert (told.what_would_change, told.counts, told.rows) == (change, counts, ())
    assert told.rows_total == sum(count for _, count in counts)
    assert told.row == row
    assert told.signal == "No interval is computed for this figure."
    # Who answers in surveys is not on a clock that pauses.
    assert ("pauses in" in dict(told.calendar)) is (row == "case")
    assert (told.measure == "") is (name == "T4")


def test_rows_are_those_of_cases_where_nothing_else_is_said(desk: dict[str, Kept]) -> None:
    unknown, survey = desk["T4"], desk["T2"]
    assert (unknown.how, unknown.row, unknown.of_cases) == (None, "case", True)
    assert (survey.row, survey.of_cases) == ("survey", True)
    with pytest.raises(UsageError, match="There are no bot_session facts"):
        survey.table("bot_session", ["case_id"])
    assert survey.table("clock", ["case_id"]).num_rows == 60


def test_what_is_left_out_or_not_due_is_counted_in_its_own_place(tmp_path: Path) -> None:
    rows = [*clock_rows(5, 2), *clock_rows(2, 0, excluded="spam"), *clock_rows(0, 1, excluded="merged")]
    told = explained(tmp_path, evidence_of(facts_of(rows)))
    assert told.counts[:2] == (("met", 5), ("missed", 2))
    assert dict(told.counts[2:]) == {"excluded: spam": 2, "excluded: merged": 1}
    assert told.rows_total == 10 == len(told.rows)
    fixed, _ = kept_desk(tmp_path / "desk")
    waiting = explain(fixed, fixed.find("aurora/K1/2026-03"))
    assert (waiting.counts, waiting.rows_total) == ((("counted", 7), ("not due yet", 1)), 8)


def test_fifty_rows_are_listed_unless_another_number_is_asked_for(store: VerdictStore) -> None:
    verdict = store.find(A1)
    told = explain(store, verdict)
    assert (len(told.rows), told.rows_total, told.weekly) == (50, 60, ())
    assert [row.status for row in told.rows[:19]] == ["missed"] * 18 + ["met"]
    assert len(explain(store, verdict, most=7).rows) == 7
    own = kept(store, verdict)
    assert len(explain(store, verdict, own=own, listed=rows_table(own).slice(0, 3)).rows) == 3


def test_weeks_are_those_of_the_partner_alone(tmp_path: Path) -> None:
    foreign = dict.fromkeys(("owner_start", "owner_due", "owner_stop", "partner"), "other party")
    week = {"start_at": "2026-03-09T08:00:00Z", "due_at": "2026-03-09T12:00:00Z", "stop_at": "2026-03-09T10:00:00Z"}
    rows = [*clock_rows(5, 2), *clock_rows(3, 1, **foreign), week, week]
    told = explained(tmp_path, evidence_of(facts_of(rows)), weekly=True)
    assert told.rows_total == 9
    assert sorted((dict(one.cell)["week"], dict(one.cell)["partner"], one.n) for one in told.weekly) == [
        ("2026-03-02", "aurora", 7),
        ("2026-03-09", "aurora", 2),
    ]


def test_the_interval_is_told_in_the_unit_of_the_level(desk: dict[str, Kept]) -> None:
    assert of(desk, "A1").signal == (
        "The 95 % interval, 57.5 % to 80.1 %, reaches over the target: as a signal about the process this is weak. "
        "It decides nothing under the contract."
    )
    assert of(desk, "AV").signal == "No interval is computed for this figure."


def test_a_clause_is_told_with_its_words_and_where_it_stands(desk: dict[str, Kept]) -> None:
    words = " ".join(of(desk, "S0").clause_text)
    assert "within 4 hours" in words
    assert "80 %" in words
    gone = replace(desk["S0"], clause=None)
    assert explain(gone.store, gone.verdict, own=gone).clause_text == ()
    assert [of(desk, f"S{at}").clause_source for at in range(len(SOURCES))] == list(SOURCES.values())
    assert of(desk, "AV").clause_source == ""


def test_hours_zone_and_their_origin_are_told(desk: dict[str, Kept]) -> None:
    assert of(desk, "A1").calendar == (
        ("zone", "Europe/Bucharest"),
        ("the clock runs", "opening hours"),
        ("calendar office", "Europe/Bucharest"),
        ("pauses in", "pending"),
        ("opening hours and zone from", "the holiday list and zone rules installed here (no lock)"),
    )
    own = desk["D1"]
    locked = replace(own, promise=replace(own.promise, lock="0123456789abcdef"))
    assert explain(own.store, own.verdict, own=locked).calendar[1:] == (
        ("the clock runs", "day and night"),
        ("pauses in", "pending"),
        ("opening hours and zone from", "the lock 0123456789ab"),
    )
    assert [name for name, _ in of(desk, "AV").calendar] == ["zone", "pauses in", "opening hours and zone from"]


def test_of_a_term_that_begins_within_the_period_its_first_day_decides(tmp_path: Path) -> None:
    text = agreement.TEXT.replace("from: 2025-07-01", "from: 2026-03-10").replace(
        "target: 80%, minimum: 60%", "target: 80%, glide: [{from: 2026-03-05, target: 50%}]"
    )
    told = explained(tmp_path, of_clocks(42, 18), text)
    assert "42 of 60, 70 % against at least 50 %" in told.sentence
    assert told.verdict.outcome.value == "met"


def test_a_clause_that_is_suspended_needs_no_more_rows_than_its_volume(desk: dict[str, Kept]) -> None:
    for volume, said in VOLUMES.items():
        change = of(desk, f"U{volume}").what_would_change
        assert any("would make it assessable" in line for line in change) is said


def test_a_figure_below_the_gate_says_what_settles_it(tmp_path: Path, desk: dict[str, Kept]) -> None:
    told = explained(tmp_path, of_clocks(42, 18, GateAnswer(reasons=("Late data.", "No feed"))))
    assert told.what_would_change[-2:] == (
        "It is settled once this is cured: Late data.",
        "It is settled once this is cured: No feed.",
    )
    assert told.sentence.endswith("42 of 60, 70 % against at least 80 %; Late data.")
    assert "settled" not in str(of(desk, "A1").what_would_change)


def test_relief_that_is_only_requested_is_told_with_what_it_would_do(desk: dict[str, Kept]) -> None:
    told = {status: of(desk, f"R-{status}").what_would_change for status in STATES}
    requested = "Requested relief E-requested would make it not assessable if agreed."
    assert {status: requested in change for status, change in told.items()} == {
        "requested": True,
        "agreed": False,
        "refused": False,
    }
    assert not any("relief" in line for line in (*told["agreed"], *told["refused"]))


def test_money_is_told_beside_the_verdict_that_it_follows_from(tmp_path: Path) -> None:
    fixed, _ = kept_desk(tmp_path)
    missed, other = (explain(fixed, fixed.find(f"aurora/{name}/2026-03")) for name in ("A1", "K3"))
    assert [(line.clause, str(line.payable)) for line in missed.credits] == [("C1", "EUR 4,800.00")]
    assert {step.clause for step in missed.caps} == {"CAP"}
    assert (other.credits, other.caps) == ((), ())
    free = HEAD + f"  - {{id: A1, {REPLY}, target: 80%}}\n"
    without = explained(tmp_path / "free", of_clocks(3, 1), free)
    assert (without.credits, without.caps) == ((), ())


def test_the_parts_of_an_explanation_are_json(desk: dict[str, Kept]) -> None:
    parts = of(desk, "A1").as_json()
    assert parts["verdict"]["digest"] == desk["A1"].verdict.digest
    assert parts["counts"] == [["met", 42], ["missed", 18]]
    assert parts["rows"][0]["status"] == "missed"
    assert parts["command"] == "tally explain lumen-aurora/aurora/A1/2026-03"
    assert json.loads(json.dumps(parts)) == parts


def test_a_month_in_which_the_term_begins_is_explained_by_the_level_of_the_terms_first_day(tmp_path: Path) -> None:
    """From 10 March on the level is 50 %; the term begins on the 15th, so that no day of it had 80 %."""
    text = agreement.TEXT.replace("2025-07-01", "2026-03-15").replace(
        "minimum: 60%}", "minimum: 60%, glide: [{from: 2026-03-10, target: 50%}]}"
    )
    store = kept_text(tmp_path, of_clocks(42, 18), text)
    own = kept(store, store.find(A1))
    assert str(getattr(own.clause, "target", None)) == "50%"
    assert str(own.verdict.outcome) == "met"
