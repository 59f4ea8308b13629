"""Lines alike: two of them are one too many only where they bill more than is expected."""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from fractions import Fraction

import pytest

from tallystick.billing.check.bench import Item, quantity_of, same
from tallystick.billing.check.causes import duplicate_line
from tallystick.billing.check.checking import Given, check_invoice
from tallystick.billing.check.doubles import History
from tallystick.billing.check.received import Document, Told, told_by
from tallystick.billing.check.value import InvoiceCheck
from tallystick.billing.expected import Order, Work
from tallystick.invoices.value import Period as Days
from tallystick.vocabulary.money import money_of
from tallystick.vocabulary.period import Period
from tests.billing.by_day import ByDay
from tests.billing.check.papers import L, paper
from tests.billing.test_expected import contract_of

TEXT = """
charges:
  - {id: HOURS, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}}
  - {id: SITE, kind: fixed, title: Site, amount: 10000}
"""
CHANGED = """
charges:
  - {id: HOURS, kind: per_hour, title: Hours, rate: 20, hours: {measure: login_time}}
amendments:
  - {id: AM, effective: 2026-04-16, changes: [{charge: HOURS, set: {rate: 30}}]}
"""
SITE = L("SITE", net="10000")
FIRST, SECOND = ("2026-04-01", "2026-04-15"), ("2026-04-16", "2026-04-30")


def checked(hours: int, *documents: Document, text: str = TEXT) -> InvoiceCheck:
    """April with so many hours, half of them on its first day and half on its last."""
    contract = contract_of(text)
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    half = hours * 1800
    source = ByDay({"login_time": {date(2026, 4, 1): half, date(2026, 4, 30): half}})
    found = check_invoice(Given(order, source, documents))
    assert found.closes
    return found


def sent(*lines: L, number: str = "A-1", days: tuple[str, str] = ("2026-04-01", "2026-04-30")) -> Document:
    """A document whose days stand on it alone."""
    told = paper(number, "2026-04", lines, rate=None)
    return replace(told, invoice=replace(told.invoice, period=Days(*map(date.fromisoformat, days))))


def told(found: InvoiceCheck) -> list[tuple[str, str, Decimal]]:
    return [(line.id, one.cause, one.amount.amount) for line, one in found.differences]


def of_team(name: str, hours: str = "10", days: tuple[str, str] | None = None) -> L:
    return L("HOURS", hours, "HUR", "20", name=name, days=days)


def test_equal_lines_of_two_teams_that_come_to_what_is_counted_are_right() -> None:
    """Twenty hours, ten of each team, in equal lines; so are those of three and thirty."""
    teams = [of_team("Team A"), of_team("Team B"), of_team("Team C")]
    assert told(checked(20, sent(*teams[:2], SITE))) == []
    assert told(checked(30, sent(*teams, SITE))) == []


@pytest.mark.parametrize(("lines", "hours", "twice"), [(2, 10, 1), (3, 20, 1), (3, 10, 2), (4, 20, 2)])
def test_as_many_lines_are_doubles_as_exceed_what_is_expected(lines: int, hours: int, twice: int) -> None:
    found = checked(hours, sent(*[of_team(f"Team {place}") for place in range(lines)], SITE))
    assert told(found) == [("HOURS", "duplicate_line", Decimal(200 * twice))]
    (one,) = [one for _, one in found.differences]
    assert one.documents[:twice] == tuple(f"A-1 line {lines - place}" for place in reversed(range(twice)))


@pytest.mark.parametrize(
    ("hours", "causes"),
    [
        (19, [("quantity", 20)]),
        (16, [("quantity", 80)]),
        (15, [("quantity", 100)]),
        (14, [("duplicate_line", 200), ("quantity", -80)]),
        (11, [("duplicate_line", 200), ("quantity", -20)]),
    ],
)
def test_a_line_is_a_double_where_the_rest_comes_nearer_to_what_is_expected(
    hours: int, causes: list[tuple[str, int]]
) -> None:
    """Two lines of ten hours: at fifteen both readings are five hours off, and the line stays."""
    found = checked(hours, sent(of_team("Team A"), of_team("Team B"), SITE))
    assert [(cause, amount) for _, cause, amount in told(found)] == causes


def test_equal_lines_at_a_wrong_price_are_no_doubles_where_the_quantity_is_right() -> None:
    dear = [L("HOURS", "10", "HUR", "42", name=name) for name in ("Team A", "Team B")]
    assert told(checked(20, sent(*dear, SITE))) == [("HOURS", "rate", Decimal(440))]


def test_a_double_at_a_wrong_price_is_told_where_the_quantity_without_it_is_right() -> None:
    """Two lines of 80.00 for ten hours of 20.00: both are nearer to 200.00 than one, and yet one is too many."""
    cheap = [L("HOURS", "10", "HUR", "8", name=name) for name in ("Team A", "Team B")]
    assert told(checked(10, sent(*cheap, SITE))) == [
        ("HOURS", "duplicate_line", Decimal(80)), ("HOURS", "rate", Decimal(-120)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    "line", [L("SITE", net="5000"), L("SITE", "0.5", "MON", "10000"), L("SITE", "1", "C62", "5000")]
)
def test_two_invoices_of_half_a_month_each_are_right(line: L) -> None:
    """The days stand on the documents alone, and the lines are equal."""
    halves = sent(line, number="A-1", days=FIRST), sent(line, number="A-2", days=SECOND)
    assert told(checked(0, *halves)) == []


def test_the_same_line_for_the_same_days_of_two_documents_is_a_double() -> None:
    """One document tells the month, the other none: it is taken to bill the month before its day of issue."""
    whole = sent(SITE, L("OTHER", net="1"))
    silent = paper("A-2", "2026-04", [SITE], rate=None, told_period=False)
    assert ("SITE", "duplicate_line", Decimal(10000)) in told(checked(0, whole, silent))


def test_each_part_of_the_month_has_doubles_of_its_own() -> None:
    """Ten hours at 20 and ten at 30; the first half is billed twice and the second not at all."""
    lines = [of_team("first", days=FIRST), of_team("again", days=FIRST)]
    assert told(checked(20, sent(*lines), text=CHANGED)) == [
        ("HOURS", "duplicate_line", Decimal(200)), ("HOURS", "not_billed", Decimal(-300)),
    ]  # fmt: skip


def test_of_two_pairs_of_lines_the_one_is_told_that_is_too_much() -> None:
    """Ten and ten hours, nine and nine; 29 are counted, so one of nine is too many, not one of ten."""
    lines = [of_team("A"), of_team("B"), of_team("C", "9"), of_team("D", "9")]
    assert told(checked(29, sent(*lines, SITE))) == [("HOURS", "duplicate_line", Decimal(180))]
    assert told(checked(19, sent(*lines, SITE))) == [
        ("HOURS", "duplicate_line", Decimal(200)), ("HOURS", "duplicate_line", Decimal(180)),
    ]  # fmt: skip


def test_a_line_of_another_month_makes_no_line_of_this_one_a_double() -> None:
    """The teams' lines are right; five hours of March stand beside them, twice."""
    march = [of_team(name, days=("2026-03-30", "2026-03-31")) for name in ("late", "late again")]
    april = [of_team(name, days=("2026-04-01", "2026-04-30")) for name in ("Team A", "Team B")]
    assert told(checked(20, sent(*april, *march, SITE))) == [
        ("HOURS", "duplicate_line", Decimal(200)), ("HOURS", "another_period", Decimal(200)),
    ]  # fmt: skip


def test_equal_lines_of_a_charge_that_is_not_known_are_told_as_before() -> None:
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    document = sent(of_team("Team A"), of_team("Team B"), SITE)
    found = check_invoice(Given(order, ByDay({}), (document,)))
    assert told(found) == [("HOURS", "duplicate_line", Decimal(200)), ("HOURS", "not_known", Decimal(200))]


def test_lines_of_one_unit_that_do_not_come_to_the_expected_amount_tell_their_quantity() -> None:
    lines = [L("SITE", "1", "C62", "5000", name="a"), L("SITE", "1", "C62", "5000.01", name="b")]
    found = checked(0, sent(*lines)).line("SITE")
    assert found is not None
    assert found.billed_quantity == 2


# ---- many lines -----------------------------------------------------------------------------------------------------


def history_of(hours: int) -> History:
    """What is expected of HOURS in April: so many at 20.00."""
    contract = contract_of(TEXT)
    order = Order(contract, "aurora", Period.parse("2026-04", contract.zone), datetime(2030, 1, 1, tzinfo=UTC), None)
    work = Work(order, ByDay({"login_time": {date(2026, 4, 1): hours * 3600}}))
    workings = tuple(one for one in work.workings() if one.line.charge == "HOURS")
    item = Item("HOURS", "", workings, (), None, None, None)
    return History(date(2026, 4, 1), (), (), item, money_of(Fraction(20 * hours), "EUR"))


def one_by_one(lines: list[Told], groups: list[list[Told]], history: History) -> list[int]:
    """The rule as it is written: of all lines that can go, the one that leads nearest goes, as long as one does."""
    assert history.item is not None
    counted = quantity_of(history.item.workings)
    assert counted is not None
    extra = [0] * len(groups)

    def off(less: list[int]) -> Fraction:
        net = sum(one.net for one in lines) - sum(many * one[0].net for many, one in zip(less, groups, strict=True))
        units = [one.quantity for one in lines]
        if None not in units:
            taken = sum(many * (one[0].quantity or 0) for many, one in zip(less, groups, strict=True))
            if same(Fraction(sum(one or 0 for one in units) - taken), counted):
                return Fraction(0)
        return Fraction(abs(net - Fraction(history.owed.amount if history.owed else 0)))

    while True:
        ways = []
        for place, group in enumerate(groups):
            if extra[place] < len(group) - 1:
                less = [many + (place == at) for at, many in enumerate(extra)]
                ways.append((off(less), place, less))
        if not ways or min(ways)[0] >= off(extra):
            return extra
        _, _, extra = min(ways)


@pytest.mark.parametrize("seed", range(60))
def test_of_any_lines_the_same_are_told_as_one_by_one(seed: int) -> None:
    """Lines of some hours at two prices, each up to four times; in a third of the cases one line tells no quantity."""
    draw = random.Random(seed)  # noqa: S311 - figures of a test
    rows = []
    for place in range(draw.randint(1, 6)):
        hours = draw.choice(("1", "2", "3", "2.5", "0.004", "0.3333"))
        price = draw.choice(("20", "19"))
        rows += [L("HOURS", hours, "HUR", price, name=f"{place}.{at}") for at in range(draw.randint(1, 4))]
    if seed % 3 == 0:
        rows.append(L("HOURS", net="20"))
    lines = told_by(sent(*rows))
    groups = duplicate_line._alike(lines)
    for hours in (0, 1, 2, 3, 5, 7, 10, 15):
        history = history_of(hours)
        assert duplicate_line._beyond(lines, groups, history) == one_by_one(lines, groups, history)


@pytest.mark.parametrize("quantities", [True, False])
def test_thousands_of_pairs_of_lines_are_looked_at_a_few_times_each(
    quantities: bool, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Two thousand pairs of other hours each, all of them billed twice."""
    rows = [L("HOURS", str(hours), "HUR", "20", name=str(hours)) for hours in range(1, 2001)]
    if not quantities:
        rows = [L("HOURS", net=one.amount, name=one.name) for one in rows]
    lines, history = told_by(sent(*rows, *rows)), history_of(2001 * 1000)
    groups, calls = duplicate_line._alike(lines), [0]

    def counting(called: Callable[..., object]) -> Callable[..., object]:
        def call(*given: object) -> object:
            calls[0] += 1
            assert calls[0] <= 10 * len(lines)
            return called(*given)

        return call

    for name in ("_units", "quantity_of", "same", "abs"):
        monkeypatch.setattr(duplicate_line, name, counting(getattr(duplicate_line, name, abs)), raising=False)
    assert duplicate_line._beyond(lines, groups, history) == [1] * 2000
