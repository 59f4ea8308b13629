"""From a verdict down to the seconds of one case."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest

from tallystick.assess import Order, assess
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import Explanation, explain, kept
from tallystick.verdicts.explain_case import explain_case
from tallystick.verdicts.listing import rows_table
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.errors import NotFound, UsageError
from tests.verdicts import agreement
from tests.verdicts.agreement import clock_rows, evidence_of, facts_of
from tests.verdicts.kept_desk import kept_desk, kept_text, of_clocks
from tests.verdicts.tiny_lake import TEXT, make_home

AS_OF = datetime(2026, 5, 5, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def store(tmp_path_factory: pytest.TempPathFactory) -> VerdictStore:
    root = make_home(tmp_path_factory.mktemp("home"))
    answer = GateAnswer(feeds=(("zendesk", 9, "2026-04-06T09:00:00Z"),))
    assess(root, Order([root / "contracts" / "aurora.yaml"], AS_OF, ["2026-03"]), gate=lambda *_: answer)
    return VerdictStore(root / "verdicts")


def test_the_sentence_holds_figures_target_and_money(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/A1/2026-03"))
    assert told.sentence == (
        "Aurora Contact missed A1 (First reply) in 2026-03: 3 of 6, 50 % against at least 80 %. "
        "A price adjustment of EUR 6,000.00 follows, of which the cap leaves EUR 4,800.00."
    )
    assert "It decides nothing under the contract." in told.signal


def test_rows_in_and_out_add_up(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/A1/2026-03"))
    assert told.counts == (("met", 3), ("missed", 3))
    assert sum(count for _, count in told.counts) == told.rows_total == len(told.rows)


def test_the_failed_rows_come_first_with_their_clock(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/A1/2026-03"))
    assert [(row.case_id, row.status) for row in told.rows[:3]] == [
        ("M-3", "missed"),
        ("M-4", "missed"),
        ("M-5", "missed"),
    ]
    assert told.rows[0].parts["target_s"] == 4 * 3600


def test_it_says_what_would_change_it_and_how_to_repeat_it(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/A1/2026-03"))
    assert told.what_would_change == ("2 more of the 6 counted would have had to be met.",)
    assert told.command == "tally explain lumen-aurora/aurora/A1/2026-03"
    assert any("4 hours" in line for line in told.clause_text)
    assert told.sources == (("zendesk", 9, "2026-04-06T09:00:00Z"),)
    json.dumps(told.as_json())


def test_the_weeks_of_a_period_add_up_to_it(store: VerdictStore) -> None:
    told = explain(store, store.find("aurora/A1/2026-03"), weekly=True)
    assert sum(week.n for week in told.weekly) == 6


def test_a_case_is_told_in_spans_with_its_due_moment(store: VerdictStore) -> None:
    case = explain_case(store, store.find("aurora/A1/2026-03"), "M-3")
    assert case.row is not None
    assert case.row.status == "missed"
    assert case.due_at == datetime(2026, 3, 4, 12, tzinfo=UTC)
    assert "it ended 3 h 30 min 0 s later" in case.sentence
    assert case.spans[0].start_at == datetime(2026, 3, 4, 8, tzinfo=UTC)
    assert any("message public" in span.events for span in case.spans)
    assert case.open_hours
    json.dumps(case.as_json())


def test_an_unknown_case_names_those_that_look_alike(store: VerdictStore) -> None:
    with pytest.raises(NotFound) as caught:
        explain_case(store, store.find("aurora/A1/2026-03"), "M-33")
    assert "M-3" in caught.value.near


def test_an_unknown_verdict_names_those_that_look_alike(store: VerdictStore) -> None:
    with pytest.raises(NotFound) as caught:
        store.find("aurora/A2/2026-03")
    assert "aurora/A1/2026-03" in caught.value.near


def test_explaining_opens_neither_lake_nor_engine(store: VerdictStore, tmp_path: Path) -> None:
    import subprocess
    import sys

    code = (
        "import sys; from pathlib import Path; from tallystick.verdicts.store import VerdictStore;"
        "from tallystick.verdicts.explain import explain; from tallystick.verdicts.explain_case import explain_case;"
        f"s = VerdictStore(Path({str(store.folder)!r})); v = s.find('aurora/A1/2026-03'); explain(s, v);"
        "explain_case(s, v, 'M-3');"
        "print([n for n in ('duckdb', 'deltalake', 'numba', 'holidays') if n in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert done.stdout.strip() == "[]", done.stdout + done.stderr


def told(folder: Path, more: str, name: str) -> str:
    """The sentence of a verdict of March, under a text with more clauses."""
    home = make_home(folder, text=TEXT + more)
    assess(
        home,
        Order([home / "contracts" / "aurora.yaml"], datetime(2026, 5, 5, 6, tzinfo=UTC), ["2026-03"]),
        gate=lambda *_: GateAnswer(),
    )
    kept = VerdictStore(home / "verdicts")
    return explain(kept, kept.find(name)).sentence


def test_an_averaged_level_tells_its_mean(tmp_path: Path) -> None:
    more = "  - {id: AV, kind: averaged_level, averages: A1, periods: 2, target: 75%}\n"
    sentence = told(tmp_path / "home", more, "aurora/AV/2026-03")
    assert sentence == "Aurora Contact missed AV (averaged level) in 2026-03: 50 % on average against at least 75 %."


def test_a_bonus_is_told_as_an_addition_to_the_fees(tmp_path: Path) -> None:
    more = (
        "  - {id: A2, kind: sla_target, clock: first_reply, within: 4h, target: 10%, minimum_volume: 3}\n"
        "  - {id: B1, kind: bonus_malus, clause: A2, band: 5%, percentage: 1%, of: monthly}\n"
    )
    sentence = told(tmp_path / "home", more, "aurora/A2/2026-03")
    assert sentence.endswith("An addition of EUR 1,200.00 to the fees follows.")


def test_a_glide_path_is_told_with_the_level_that_held(tmp_path: Path) -> None:
    more = "  - {id: G1, kind: kpi, measure: csat, target: 90%, glide: [{from: 2026-02-01, target: 95%}]}\n"
    assert "against at least 95 %" in told(tmp_path / "home", more, "aurora/G1/2026-03")


HEAD = agreement.TEXT.partition("clauses:")[0]
A1 = "aurora/A1/2026-03"
REOPENED = HEAD + (
    "clauses:\n  - {id: A1, kind: kpi, measure: reopen_rate, target: 10%, minimum: 20%, minimum_volume: 10}\n"
)
TYPED = HEAD + (
    "clauses:\n"
    "  - {id: A1, kind: kpi, measure: csat, target: 70%, minimum_volume: 30, value: typed, evidence: e,\n"
    "     typed: [{period: 2026-03, value: 60%, evidence: e}]}\n"
    "  - {id: A2, kind: kpi, measure: csat, target: 70%, value: typed, evidence: e,\n"
    "     typed: [{period: 2026-03, value: 60%, n: 50, evidence: e}]}\n"
    "  - {id: A3, kind: kpi, measure: csat, target: 70%, value: typed, evidence: e,\n"
    "     typed: [{period: 2026-02, value: 60%, n: 50, evidence: e}]}\n"
    "  - {id: A4, kind: kpi, measure: tidiness, target: 70%, value: typed, evidence: e,\n"
    "     typed: [{period: 2026-03, value: 71%, n: 50, evidence: e}]}\n"
)


def of_cases(reopened: int, total: int) -> Any:
    return evidence_of(facts_of((), [{"reopens_in_window": 1}] * reopened + [{}] * (total - reopened)))


def explained(folder: Path, evidence: Any, text: str = agreement.TEXT, name: str = A1, **parts: Any) -> Explanation:
    kept_here = kept_text(folder, evidence, text)
    return explain(kept_here, kept_here.find(name), **parts)


MINIMUM = "It keeps the minimum level of {} by {}; {} more failed rows, and it would be worse."


@pytest.mark.parametrize(
    ("met", "missed", "change"),
    [
        (42, 18, ("6 more of the 60 counted would have had to be met.", MINIMUM.format("60 %", "10 %", 7))),
        (36, 24, ("12 more of the 60 counted would have had to be met.", MINIMUM.format("60 %", "0 %", 1))),
        (35, 25, ("13 more of the 60 counted would have had to be met.",
                  "1 more met would have reached the minimum level of 60 %.")),
        (0, 60, ("48 more of the 60 counted would have had to be met.",
                 "36 more met would have reached the minimum level of 60 %.")),
        (47, 13, ("1 more of the 60 counted would have had to be met.", MINIMUM.format("60 %", "18.3333… %", 12))),
        (48, 12, ("1 more failed of the same rows, and it would be missed.", MINIMUM.format("60 %", "20 %", 13))),
        (49, 11, ("2 more failed of the same rows, and it would be missed.", MINIMUM.format("60 %", "21.6666… %", 14))),
        (60, 0, ("13 more failed of the same rows, and it would be missed.", MINIMUM.format("60 %", "40 %", 25))),
        (1, 0, ("1 more failed of the same rows, and it would be missed.", MINIMUM.format("60 %", "40 %", 1))),
        (0, 0, ("1 more counted rows would make it assessable (n = 0, minimum 1).",)),
    ],
)  # fmt: skip
def test_it_says_how_many_rows_lie_between_a_figure_and_its_levels(
    tmp_path: Path, met: int, missed: int, change: tuple[str, ...]
) -> None:
    assert explained(tmp_path, of_clocks(met, missed)).what_would_change == change


@pytest.mark.parametrize(
    ("reopened", "total", "change"),
    [
        (1, 10, ("1 more failed of the same rows, and it would be missed.", MINIMUM.format("20 %", "10 %", 2))),
        (2, 10, ("1 more of the 10 counted would have had to be without it.", MINIMUM.format("20 %", "0 %", 1))),
        (3, 10, ("2 more of the 10 counted would have had to be without it.",
                 "1 more without it would have reached the minimum level of 20 %.")),
        (0, 20, ("3 more failed of the same rows, and it would be missed.", MINIMUM.format("20 %", "20 %", 5))),
        # Nothing is judged, and so nothing is near or far.
        (2, 9, ("1 more counted rows would make it assessable (n = 9, minimum 10).",)),
        (0, 9, ("1 more counted rows would make it assessable (n = 9, minimum 10).",)),
    ],
)  # fmt: skip
def test_of_a_figure_that_should_be_low_it_says_the_same(
    tmp_path: Path, reopened: int, total: int, change: tuple[str, ...]
) -> None:
    told = explained(tmp_path, of_cases(reopened, total), REOPENED)
    assert told.what_would_change == change
    assert told.counts == (("with it (counts against)", reopened), ("without it", total - reopened))
    assert ("against at most 10 %" in told.sentence) is True


def test_where_no_number_of_failures_would_be_a_miss_none_is_named(tmp_path: Path) -> None:
    text = agreement.TEXT.replace("target: 80%, minimum: 60%", "target: 0%")
    assert explained(tmp_path / "some", of_clocks(2, 1), text).what_would_change == ()
    assert explained(tmp_path / "none", of_clocks(0, 3), text).what_would_change == ()
    minimum = agreement.TEXT.replace("minimum: 60%", "minimum: 0%")
    assert explained(tmp_path / "least", of_clocks(4, 1), minimum).what_would_change == (
        "1 more failed of the same rows, and it would be missed.",
        "It keeps the minimum level of 0 % by 80 %.",
    )


def test_of_an_average_it_says_that_the_minimum_is_kept_or_not(tmp_path: Path) -> None:
    text = HEAD + "clauses:\n  - {id: A1, kind: kpi, measure: first_reply_time, target: 1h, minimum: 3h}\n"
    fast = {"stop_at": "2026-03-02T09:30:00Z", "business_s": 5400}
    slow = {"stop_at": "2026-03-02T12:00:00Z", "business_s": 14_400}
    for folder, rows, said in (
        ("kept", [fast] * 3, "It keeps the minimum level of 3 hours by 1 hour 30 minutes."),
        ("worse", [slow] * 3, "It is worse than the minimum level of 3 hours."),
    ):
        told = explained(tmp_path / folder, evidence_of(facts_of(rows)), text)
        assert told.what_would_change == (said,)
        assert told.counts == (("counted", 3),)


@pytest.mark.parametrize(
    ("name", "change", "counts", "row", "end"),
    [
        ("A1", ("A stated n of at least 30 would make it assessable; the figure came without one.",), (), "survey",
         "60 % against at least 70 %; a minimum volume needs an n."),
        ("A2", (), (("counted", 50),), "survey", "60 % against at least 70 %; typed: e."),
        ("A3", ("1 more counted rows would make it assessable (n = 0, minimum 1).",), (), "survey",
         "without data nothing is judged."),
        ("A4", (), (("counted", 50),), "case", "71 % against at least 70 %; typed: e."),
    ],
)  # fmt: skip
def test_a_figure_that_was_typed_is_told_without_rows(
    tmp_path: Path, name: str, change: tuple[str, ...], counts: tuple[tuple[str, int], ...], row: str, end: str
) -> None:
    told = explained(tmp_path, of_clocks(3, 1), TYPED, f"aurora/{name}/2026-03", weekly=True)
    assert (told.what_would_change, told.counts, told.rows) == (change, counts, ())
    assert told.rows_total == sum(count for _, count in counts)
    assert told.row == row
    assert told.sentence.endswith(f": {end}")
    assert told.signal == "No interval is computed for this figure."
    # Who answers in surveys is not on a clock that pauses.
    assert ("pauses in" in dict(told.calendar)) is (row == "case")
    assert (told.measure == "") is (name == "A4")


def test_rows_are_those_of_cases_where_nothing_else_is_said(tmp_path: Path) -> None:
    store = kept_text(tmp_path, of_clocks(3, 1), TYPED)
    unknown, survey = (kept(store, store.find(f"aurora/{name}/2026-03")) for name in ("A4", "A2"))
    assert (unknown.how, unknown.row, unknown.of_cases) == (None, "case", True)
    assert (survey.row, survey.of_cases) == ("survey", True)
    with pytest.raises(UsageError, match="There are no bot_session facts"):
        survey.table("bot_session", ["case_id"])
    assert survey.table("clock", ["case_id"]).num_rows == 4


def test_what_is_left_out_or_not_due_is_counted_in_its_own_place(tmp_path: Path) -> None:
    rows = [*clock_rows(5, 2), *clock_rows(2, 0, excluded="spam"), *clock_rows(0, 1, excluded="merged")]
    told = explained(tmp_path, evidence_of(facts_of(rows)))
    assert told.counts[:2] == (("met", 5), ("missed", 2))
    assert dict(told.counts[2:]) == {"excluded: spam": 2, "excluded: merged": 1}
    assert told.rows_total == 10 == len(told.rows)
    store, _ = kept_desk(tmp_path / "desk")
    waiting = explain(store, store.find("aurora/K1/2026-03"))
    assert (waiting.counts, waiting.rows_total) == ((("counted", 7), ("not due yet", 1)), 8)


def test_fifty_rows_are_listed_unless_another_number_is_asked_for(tmp_path: Path) -> None:
    store = kept_text(tmp_path, of_clocks(49, 11))
    verdict = store.find(A1)
    told = explain(store, verdict)
    assert (len(told.rows), told.rows_total, told.weekly) == (50, 60, ())
    assert [row.status for row in told.rows[:12]] == ["missed"] * 11 + ["met"]
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


def test_the_interval_is_told_in_the_unit_of_the_level(tmp_path: Path) -> None:
    assert explained(tmp_path, of_clocks(42, 18)).signal == (
        "The 95 % interval, 57.5 % to 80.1 %, reaches over the target: as a signal about the process this is weak. "
        "It decides nothing under the contract."
    )


SOURCES = {
    "": "",
    "source: {document: MSA, page: 12, clause: '4.1', span: within four hours}": (
        "MSA, page 12, clause 4.1, “within four hours”"
    ),
    "source: {page: 12}": "page 12",
    "source: {clause: '4.1'}": "clause 4.1",
}


@pytest.mark.parametrize(("given", "told"), SOURCES.items())
def test_a_clause_is_told_with_where_it_stands(tmp_path: Path, given: str, told: str) -> None:
    text = agreement.TEXT.replace("target: 80%", f"{given}{', ' if given else ''}target: 80%")
    assert explained(tmp_path, of_clocks(3, 1), text).clause_source == told


def test_hours_zone_and_their_origin_are_told(tmp_path: Path) -> None:
    told = explained(tmp_path / "open", of_clocks(3, 1)).calendar
    assert told == (
        ("zone", "Europe/Bucharest"),
        ("the clock runs", "opening hours"),
        ("calendar office", "Europe/Bucharest"),
        ("pauses in", "pending"),
        ("opening hours and zone from", "the holiday list and zone rules installed here (no lock)"),
    )
    text = agreement.TEXT.replace("within: 4h", "within: 4h, hours: calendar")
    store = kept_text(tmp_path / "always", of_clocks(3, 1), text)
    own = kept(store, store.find(A1))
    locked = replace(own, promise=replace(own.promise, lock="0123456789abcdef"))
    assert explain(store, own.verdict, own=locked).calendar[1:] == (
        ("the clock runs", "day and night"),
        ("pauses in", "pending"),
        ("opening hours and zone from", "the lock 0123456789ab"),
    )


def test_of_a_term_that_begins_within_the_period_its_first_day_decides(tmp_path: Path) -> None:
    text = agreement.TEXT.replace("from: 2025-07-01", "from: 2026-03-10").replace(
        "target: 80%, minimum: 60%", "target: 80%, glide: [{from: 2026-03-05, target: 50%}]"
    )
    told = explained(tmp_path, of_clocks(42, 18), text)
    assert "42 of 60, 70 % against at least 50 %" in told.sentence
    assert told.verdict.outcome.value == "met"


def test_a_clause_that_is_suspended_says_nothing_of_more_rows(tmp_path: Path) -> None:
    for volume, said in ((60, False), (61, True)):
        text = agreement.TEXT.replace(
            "target: 80%", f"minimum_volume: {volume}, state: [{{from: 2025-07-01, as: suspended}}], target: 80%"
        )
        change = explained(tmp_path / str(volume), of_clocks(42, 18), text).what_would_change
        assert any("would make it assessable" in line for line in change) is said


def test_a_figure_below_the_gate_says_what_settles_it(tmp_path: Path) -> None:
    told = explained(tmp_path, of_clocks(42, 18, GateAnswer(reasons=("Late data.", "No feed"))))
    assert told.what_would_change[-2:] == (
        "It is settled once this is cured: Late data.",
        "It is settled once this is cured: No feed.",
    )
    assert explained(tmp_path / "not", of_clocks(42, 18)).what_would_change[-1] == MINIMUM.format("60 %", "10 %", 7)


@pytest.mark.parametrize("status", ["requested", "agreed", "refused"])
def test_relief_that_is_only_requested_is_told_with_what_it_would_do(tmp_path: Path, status: str) -> None:
    text = agreement.TEXT + (
        "relief:\n  - {id: R1, from: 2026-03-02T00:00, to: 2026-03-02T23:59, reason: client-outage, "
        f"status: {status}, evidence: e}}\n"
    )
    told = explained(tmp_path, of_clocks(42, 18), text).what_would_change
    requested = "Requested relief R1 would make it not assessable if agreed."
    assert (requested in told) is (status == "requested")


def test_money_is_told_beside_the_verdict_that_it_follows_from(tmp_path: Path) -> None:
    store, _ = kept_desk(tmp_path)
    missed, other = (explain(store, store.find(f"aurora/{name}/2026-03")) for name in ("A1", "K3"))
    assert [(line.clause, str(line.payable)) for line in missed.credits] == [("C1", "EUR 4,800.00")]
    assert {step.clause for step in missed.caps} == {"CAP"}
    assert (other.credits, other.caps) == ((), ())
    without = explained(tmp_path / "free", of_clocks(3, 1), HEAD + agreement.TEXT.partition("fees:")[2].partition(
        "}}\n")[2].partition("  - {id: C1")[0])  # fmt: skip
    assert (without.credits, without.caps) == ((), ())


def test_the_parts_of_an_explanation_are_json(tmp_path: Path) -> None:
    parts = explained(tmp_path, of_clocks(42, 18)).as_json()
    assert parts["verdict"]["digest"] == VerdictStore(tmp_path / "verdicts").find(A1).digest
    assert parts["counts"] == [["met", 42], ["missed", 18]]
    assert parts["rows"][0]["status"] == "missed"
    assert json.loads(json.dumps(parts)) == parts
