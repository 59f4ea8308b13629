"""A month that still runs: its accrual and forecast, with the price adjustments at the pace of its promises."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from tallystick.billing.prepare import prepared
from tallystick.billing.running import _pace, running_month
from tallystick.verdicts.pace import pace_of
from tallystick.verdicts.promise import promise_of, texts_at
from tallystick.vocabulary.money import money_of
from tests.billing.desk import AS_OF, TEXT, make_desk

MIDDLE = datetime(2026, 4, 22, 6, tzinfo=UTC)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Judged in the middle of April."""
    return make_desk(tmp_path_factory.mktemp("running") / "home", as_of=MIDDLE)


def test_a_month_in_its_middle_has_an_accrual_and_a_range_around_its_pace(home: Path) -> None:
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-04", MIDDLE) as given:
        found = running_month(given, home)
    assert found is not None
    assert found.accrual is not None
    assert found.forecast is not None
    assert found.accrual.end_on.isoformat() == "2026-04-22"
    assert found.accrual.total < found.forecast.least < found.forecast.middle.total < found.forecast.most
    assert (found.forecast.days, found.forecast.days_left) == (21, 9)


def test_the_price_adjustments_of_a_forecast_are_taken_on_the_fee_that_it_comes_to(tmp_path: Path) -> None:
    """In March every second call waits too long. Ten per cent of 96.80, as its invoice has it; the text says 100."""
    as_of = datetime(2026, 3, 21, 6, tzinfo=UTC)
    home = make_desk(tmp_path / "home", as_of=as_of, months=("2026-03",))
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-03", as_of) as given:
        found = running_month(given, home)
    assert found is not None
    assert found.forecast is not None
    middle = found.forecast.middle
    fee = dict(middle.fees)["monthly"]
    assert str(middle.credits_total) == "EUR -9.68" == str(money_of(-Fraction(fee.amount) / 10, "EUR"))


@pytest.mark.parametrize(("day", "told"), [(19, False), (24, True)])
def test_promises_of_a_contract_that_begins_within_the_month_have_a_pace_from_their_fifth_day_on(
    tmp_path: Path, day: int, told: bool
) -> None:
    as_of = datetime(2026, 3, day, 6, tzinfo=UTC)
    text = TEXT.replace("term: {from: 2026-03-01", "term: {from: 2026-03-16").replace(
        "minimum_volume: 10", "minimum_volume: 1"
    )
    home = make_desk(tmp_path / "home", text, as_of, ("2026-03",))
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-03", as_of) as given:
        assert (_pace(given, home) is not None) is told


@pytest.mark.parametrize(
    ("ends", "moved", "expected"),
    [
        # Prolonged: the whole of April counts, wherever the end that was signed lies.
        ("2026-03-31", "effective: 2026-03-20, changes: [{section: term, set: {to: 2026-12-31}}]", 8),
        ("2026-04-25", "effective: 2026-04-01, changes: [{section: term, set: {to: 2026-12-31}}]", 8),
        # Shortened: only the days to the new end do, from the day on which it is known.
        ("2026-12-31", "effective: 2026-04-01, changes: [{section: term, set: {to: 2026-04-25}}]", 3),
        (
            "2026-12-31",
            "effective: 2026-04-01, known: 2026-04-23, changes: [{section: term, set: {to: 2026-04-25}}]",
            8,
        ),
    ],
)
def test_the_pace_of_a_running_month_goes_to_the_end_that_amendments_leave_the_term(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ends: str, moved: str, expected: int
) -> None:
    text = TEXT.replace("to: 2026-12-31", f"to: {ends}") + f"  - {{id: AM2, title: Moved, {moved}}}\n"
    home = make_desk(tmp_path / "home", text, MIDDLE, ("2026-04",))
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    told: list[Any] = []

    def kept(*given: Any) -> Any:
        told.append(pace_of(*given))
        return told[-1]

    monkeypatch.setattr("tallystick.billing.running.pace_of", kept)
    with prepared(home, promise, "2026-04", MIDDLE) as given:
        found = running_month(given, home)
    assert found is not None
    assert found.forecast is not None
    assert [one.days_left for one in told] == [expected]


@pytest.mark.parametrize("day", [19, 25])
def test_the_forecast_keeps_the_price_adjustments_once_the_term_has_ended_within_the_month(
    tmp_path: Path, day: int
) -> None:
    """The term ends on 20 March; half of the calls were late on every day of it."""
    text, as_of = TEXT.replace("to: 2026-12-31", "to: 2026-03-20"), datetime(2026, 3, day, 6, tzinfo=UTC)
    home = make_desk(tmp_path / "home", text, as_of, ("2026-03",))
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-03", as_of) as given:
        found = running_month(given, home)
    assert found is not None
    assert found.forecast is not None
    assert str(found.forecast.middle.credits_total) == "EUR -6.60"


def test_a_month_that_is_over_runs_no_more(home: Path) -> None:
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-03", AS_OF) as given:
        assert running_month(given, home) is None


@pytest.mark.parametrize(("second", "runs"), [(-1, True), (0, False)])
def test_a_month_runs_until_its_last_instant(home: Path, second: int, runs: bool) -> None:
    """Midnight of Bucharest after 30 April is 21:00 UTC."""
    as_of = datetime(2026, 4, 30, 21, tzinfo=UTC) + timedelta(seconds=second)
    promise = promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", None)
    with prepared(home, promise, "2026-04", as_of) as given:
        found = running_month(given, home)
    assert (found is not None) == runs
    assert found is None or found.forecast is None or found.forecast.days_left == 1


@pytest.mark.parametrize(
    ("begins", "day"), [("01", "2026-03-06"), ("16", "2026-03-21"), ("26", "2026-03-31"), ("27", None)]
)
def test_a_month_is_forecast_once_five_days_of_the_contract_are_over(
    home: Path, tmp_path: Path, begins: str, day: str | None
) -> None:
    text = TEXT.replace("term: {from: 2026-03-01", f"term: {{from: 2026-03-{begins}")
    promise = promise_of({"contract.yaml": text.encode()}, "aurora", None)
    with prepared(home, promise, "2026-03", datetime(2026, 3, 31, 6, tzinfo=UTC)) as given:
        found = running_month(given, home)
    assert found is not None
    assert (found.forecast_from and found.forecast_from.isoformat()) == day
    assert (found.forecast is not None) == (day is not None)
