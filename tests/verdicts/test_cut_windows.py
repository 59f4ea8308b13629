"""A window that the term cuts is judged over the months of the term: final with its last, whatever comes after it."""

from __future__ import annotations

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from tallystick.assess import Order, assess
from tallystick.billing.prepare import prepared
from tallystick.verdicts.evidence import GateAnswer
from tallystick.verdicts.promise import promise_of, texts_at
from tallystick.verdicts.restatement import Recorded
from tallystick.verdicts.store import Judged, VerdictStore
from tallystick.verdicts.verdict import Outcome, Verdict
from tallystick.verdicts.verify import verify_kept
from tests.billing.desk import TEXT, make_desk
from tests.billing.windows import quarterly

AFTER = datetime(2026, 4, 5, 6, tzinfo=UTC)
LONGER = (
    "amendments: [{id: AM, title: Longer, effective: 2026-04-01, known: 2026-05-10, changes: ["
    "{section: term, set: {to: 2026-12-31}}]}]\n"
)


def yearly(to: str = "2026-03-31", begins: str = "2026-03-01", more: str = "") -> str:
    """A yearly promise of 70 %: of March's calls 22 of 44 keep it, of all that were ever made 68 of 90."""
    text = TEXT[: TEXT.index("amendments:")].replace("target: 80%,", "target: 70%, window: year,")
    for line in text.splitlines(keepends=True):
        if any(f"id: {charge}," in line for charge in ("SITE", "TRAVEL", "HOUR")):
            text = text.replace(line, "")
    return text.replace("from: 2026-03-01, to: 2026-12-31}", f"from: {begins}, to: {to}}}") + more


def judge_all(home: Path, as_of: datetime, *periods: str) -> list[Recorded]:
    order = Order([home / "contracts" / "aurora.yaml"], as_of, periods)
    return assess(home, order, gate=lambda *_: GateAnswer())


def stands(home: Path, period: str = "2026") -> tuple[Judged, Verdict]:
    store = VerdictStore(home / "verdicts")
    (record,) = store.judged("line", "aurora", period)
    return record, store.verdicts_of(record)[0]


def counted(verdict: Verdict) -> tuple[Outcome, int | None, int | None]:
    assert verdict.value is not None
    return verdict.outcome, verdict.value.numerator, verdict.value.n


@pytest.mark.parametrize("as_of", [AFTER, datetime(2027, 1, 5, 6, tzinfo=UTC)])
def test_a_year_that_the_term_cuts_counts_no_month_after_it_and_is_final_with_its_last(
    tmp_path: Path, as_of: datetime
) -> None:
    home = make_desk(tmp_path / "home", yearly(), as_of, ("2026-03",))
    record, verdict = stands(home)
    assert counted(verdict) == (Outcome.MISSED, 22, 44)
    assert (verdict.period, verdict.from_on, verdict.end_on) == ("2026", date(2026, 3, 1), date(2026, 4, 1))
    assert not verify_kept(VerdictStore(home / "verdicts"), record).findings
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-03", as_of) as given:
        invoice = given.expected()
    assert (str(invoice.credits_total), invoice.reasons) == ("EUR -9.68", ())


def test_calls_that_come_after_the_term_restate_nothing(tmp_path: Path) -> None:
    home = make_desk(tmp_path / "home", yearly(), datetime(2026, 7, 5, 6, tzinfo=UTC), ("2026-03",))
    _, before = stands(home)
    (*_, year) = judge_all(home, datetime(2027, 1, 5, 6, tzinfo=UTC))
    assert (year.record.period, year.change) == ("2026", "unchanged")
    assert stands(home)[1].digest == before.digest


def test_a_window_that_the_term_cuts_is_provisional_until_the_last_month_is_over(tmp_path: Path) -> None:
    home = make_desk(tmp_path / "home", yearly("2026-03-20"), datetime(2026, 3, 25, 6, tzinfo=UTC), ("2026",))
    _, verdict = stands(home)
    assert verdict.outcome is Outcome.PROVISIONAL
    assert verdict.reasons == ("the period is not over: it ends on 2026-03-31",)


def test_a_year_in_which_the_term_begins_counts_no_month_before_it(tmp_path: Path) -> None:
    home = make_desk(tmp_path / "home", yearly("2026-04-30", "2026-04-16"), AFTER.replace(month=5), ("2026-04",))
    assert counted(stands(home)[1]) == (Outcome.MET, 46, 46)


def test_a_quarter_beside_months_is_judged_again_to_the_end_that_an_amendment_gives_it(tmp_path: Path) -> None:
    text = quarterly("2026-04-30")
    text = text[: text.index("amendments:")] + LONGER.replace("2026-04-01", "2026-05-01")
    home = make_desk(tmp_path / "home", text, datetime(2026, 5, 5, 6, tzinfo=UTC), ("2026-03", "2026-04"))
    kept = [one.period for one in VerdictStore(home / "verdicts").judged("line", "aurora")]
    assert kept == ["2026-03", "2026-04", "2026-Q1", "2026-Q2"]
    found = judge_all(home, datetime(2026, 5, 12, 6, tzinfo=UTC))
    assert [one.record.period for one in found if one.change != "unchanged"] == ["2026-Q2"]
    assert stands(home, "2026-Q2")[1].end_on == date(2026, 7, 1)


def test_a_window_is_judged_again_to_the_end_that_an_amendment_gives_it_once_that_is_known(tmp_path: Path) -> None:
    home = make_desk(tmp_path / "home", yearly(more=LONGER), datetime(2026, 5, 5, 6, tzinfo=UTC), ("2026-03",))
    assert counted(stands(home)[1]) == (Outcome.MISSED, 22, 44)
    found = judge_all(home, datetime(2026, 5, 12, 6, tzinfo=UTC))
    assert [one.record.period for one in found] == ["2026"]
    record, verdict = stands(home)
    assert counted(verdict) == (Outcome.PROVISIONAL, 68, 90)
    assert verdict.reasons == ("the period is not over: it ends on 2026-12-31",)
    assert not verify_kept(VerdictStore(home / "verdicts"), record).findings
    assert judge_all(home, datetime(2026, 5, 13, 6, tzinfo=UTC)) == []
    judge_all(home, datetime(2027, 1, 5, 6, tzinfo=UTC))
    assert counted(stands(home)[1]) == (Outcome.MET, 68, 90)
