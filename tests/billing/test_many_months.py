"""What is counted for many months together is what is counted month by month."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tallystick.billing.prepare import preparing, source_of
from tallystick.billing.quantities import DailySource
from tallystick.records.lake import Lake
from tallystick.verdicts.promise import Promise, known_on, promise_of, texts_at
from tests.billing.desk import AS_OF, make_desk

MONTHS = ((2026, 3), (2026, 4), (2026, 5), (2026, 6))


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    root: Path = tmp_path_factory.mktemp("desk") / "home"
    return make_desk(root)


@pytest.fixture
def promise(home: Path) -> Promise:
    return promise_of(texts_at(home / "contracts" / "aurora.yaml"), "aurora", known_on(AS_OF))


@pytest.fixture
def lake(home: Path) -> Iterator[Lake]:
    with Lake.open(home / "lake") as opened:
        yield opened


def spans() -> list[tuple[date, date]]:
    return [(date(year, month, 1), date(year, month + 1, 1)) for year, month in MONTHS]


def test_each_month_comes_to_the_same_alone_and_beside_others(lake: Lake, promise: Promise) -> None:
    together = source_of(lake, promise, AS_OF)
    assert together.requests
    counted = 0
    for request in together.requests:
        for span in spans():
            alone = source_of(lake, promise, AS_OF).tally(request, (span,))
            assert together.tally(request, (span,)) == alone
            assert together.daily(request, span) == source_of(lake, promise, AS_OF).daily(request, span)
            counted += alone.n
    assert counted > 50


def test_from_the_second_month_on_nothing_is_read_again(lake: Lake, promise: Promise) -> None:
    source = source_of(lake, promise, AS_OF)
    asked = []

    def reading(names: object, month: object) -> object:
        asked.append(month)
        return source.read(names, month)  # type: ignore[arg-type]

    counting = DailySource(reading, source.partner, source.zone, AS_OF, source.opens, source.requests)
    for request in source.requests:
        for span in spans():
            counting.tally(request, (span,))
    assert [month is None for month in asked] == [False, True]


def test_invoices_of_many_months_share_what_was_counted(home: Path, promise: Promise) -> None:
    with preparing(home, promise, AS_OF) as month_of:
        april, may = month_of("2026-04"), month_of("2026-05")
        assert april.source is may.source
        together = [april.expected(with_rows=True), may.expected(with_rows=True)]
    alone = []
    for label in ("2026-04", "2026-05"):
        with preparing(home, promise, AS_OF) as month_of:
            alone.append(month_of(label).expected(with_rows=True))
    assert together == alone
    assert all(one is not None for one in alone)
