"""From a verdict down to the seconds of one case, from rows in a lake."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.explain import explain
from tallystick.verdicts.explain_case import explain_case
from tallystick.verdicts.store import VerdictStore
from tallystick.vocabulary.errors import NotFound
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
