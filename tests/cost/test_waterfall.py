"""What moved the cost: bars that close to the cent for anything that can be invoiced, and say what a reader would."""

from __future__ import annotations

import itertools
import random
from dataclasses import replace
from fractions import Fraction

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from tallystick.cost.waterfall import FACTORS, ORDER, SCOPE, Item, Side, Waterfall, waterfall
from tallystick.vocabulary.errors import UsageError
from tallystick.vocabulary.money import Money


def item(key: str, units: int, rate: str, contacts: int | None = None, **parts: object) -> Item:
    """A charge of so many units at a rate, without index, conversion or rounding unless `parts` says so."""
    amount = Fraction(rate) * units
    told = {"exact": amount, "indexed": amount, "priced": amount, "counted": True, **parts}
    return Item(key, key, Fraction(told.pop("amount", amount)), Fraction(units),  # type: ignore[arg-type]
                None if contacts is None else Fraction(contacts), **told)  # type: ignore[arg-type]  # fmt: skip


def side(label: str, *items: Item, contacts: int | None = None, **parts: object) -> Side:
    known = None if contacts is None else Fraction(contacts)
    return Side(label, str(parts.pop("currency", "EUR")), items, known, **parts)  # type: ignore[arg-type]


def bars(found: Waterfall) -> dict[str, str]:
    """The bars that move anything."""
    return {bar.step: f"{bar.amount.amount:f}" for bar in found.bars if bar.amount.amount}


def test_each_reason_is_what_changes_when_it_alone_changes() -> None:
    """8,000 contacts at 5 minutes and 0.60 are 24,000; in turn 8,800 contacts, 4.5 minutes, 0.66, and a credit."""
    old = side("2026-01", item("MIN", 40_000, "0.60", 8_000), contacts=8_000)
    more = side("2026-02", item("MIN", 44_000, "0.60", 8_800), contacts=8_800)
    quicker = side("2026-03", item("MIN", 39_600, "0.60", 8_800), contacts=8_800)
    dearer = side("2026-04", item("MIN", 39_600, "0.66", 8_800), contacts=8_800)
    credited = replace(dearer, credits=Fraction(-500))
    assert bars(waterfall(old, more)) == {"volume": "2400.00"}
    assert bars(waterfall(more, quicker)) == {"productivity": "-2640.00"}
    assert bars(waterfall(quicker, dearer)) == {"rate": "2376.00"}
    assert bars(waterfall(dearer, credited)) == {"credits": "-500.00"}
    assert bars(waterfall(old, credited)) == {
        "volume": "2400.00", "productivity": "-2640.00", "rate": "2376.00", "credits": "-500.00"}  # fmt: skip


def test_a_split_that_moves_to_the_dear_language_is_mix_and_no_volume() -> None:
    """1,000 contacts both times; 100 go from 4.00 to 6.00."""
    old = side("a", item("EN", 600, "4", 600), item("DE", 400, "6", 400), contacts=1000)
    new = side("b", item("EN", 500, "4", 500), item("DE", 500, "6", 500), contacts=1000)
    assert bars(waterfall(old, new)) == {"mix": "200.00"}


def test_index_and_currency_have_bars_of_their_own() -> None:
    """1,000 x 10 RON; the index adds 3 %: 60 at the old leu. It goes from 0.20 to 0.21: 103 on the new price."""
    old = side("a", item("L", 1000, "10", 1000, amount="2000", priced=Fraction(2000)), contacts=1000)
    new = side("b", item("L", 1000, "10", 1000, amount="2163", indexed=Fraction(10_300), priced=Fraction(2163)),
               contacts=1000)  # fmt: skip
    assert bars(waterfall(old, new)) == {"index": "60.00", "currency": "103.00"}


def test_a_discount_or_a_rounding_is_part_of_the_effective_price() -> None:
    old = side("a", item("M", 1000, "1"))
    new = side("b", item("M", 1000, "1", amount="949.99"))
    assert bars(waterfall(old, new)) == {"rate": "-50.01"}


def test_a_charge_that_begins_or_ends_and_a_fee_for_part_of_a_month_are_scope() -> None:
    old = side("a", item("OLD", 10, "7"), item("SITE", 1, "300", counted=False))
    half = Item("SITE", "SITE", Fraction(150), Fraction(1, 2), None, Fraction(150), Fraction(150), Fraction(150))
    new = side("b", half, item("NEW", 10, "9"))
    assert bars(waterfall(old, new)) == {"scope": "-130.00"}


def test_without_a_count_of_contacts_units_themselves_are_the_volume() -> None:
    assert bars(waterfall(side("a", item("H", 100, "20")), side("b", item("H", 110, "20")))) == {"volume": "200.00"}


def test_a_charge_without_units_or_with_an_amount_for_no_units_moves_by_its_price() -> None:
    """A minimum that is charged though nothing was handled."""
    old = side("a", replace(item("MIN", 0, "1", 0), amount=Fraction(500)), contacts=10)
    new = side("b", replace(item("MIN", 0, "1", 0), amount=Fraction(650)), contacts=12)
    assert bars(waterfall(old, new)) == {"rate": "150.00"}


def test_one_hidden_line_moves_only_its_own_bar() -> None:
    old = side("a", item("M", 7, "0.333", 5), contacts=5, other={"governance": Fraction(300)})
    new = side("b", item("M", 11, "0.335", 6), contacts=6, other={"governance": Fraction(300)})
    with_travel = replace(new, other={**new.other, "travel": Fraction("123.45")})
    before, after = waterfall(old, new), waterfall(old, with_travel)
    assert bars(after) == {**bars(before), "other": "123.45"}
    assert [share.key for share in after.bar("other").shares] == ["travel"]


def test_months_of_a_period_are_added_charge_by_charge() -> None:
    january = side("2026-01", item("M", 100, "1", 50), contacts=50, credits=Fraction(-3))
    february = side("2026-02", item("M", 140, "1", 70), item("N", 1, "9"), contacts=70, other={"tools": Fraction(5)})
    both = january.plus(february, "2026-01..2026-02")
    assert (both.contacts, both.total, both.credits) == (120, 251, -3)
    assert [(one.key, one.units) for one in both.items] == [("M", 240), ("N", 1)]


def test_months_are_added_with_their_factors_credits_and_other_costs() -> None:
    """100 before the index and 103 after it, then 200 and 210: 300 and 313 together; what nobody counted stays so."""
    one = side("a", item("M", 10, "10", 5, indexed=Fraction(103), priced=Fraction(103), amount="103"), contacts=5,
               credits=Fraction(-3), rework=Fraction(2), other={"tools": Fraction(1)})  # fmt: skip
    two = side("b", item("M", 20, "10", 7, indexed=Fraction(210), priced=Fraction(210), amount="210"),
               credits=Fraction(-4), rework=Fraction(5), other={"tools": Fraction(6)})  # fmt: skip
    both = one.plus(two, "a..b")
    (charge,) = both.items
    assert (charge.exact, charge.indexed, charge.priced, charge.units, charge.contacts) == (300, 313, 313, 30, 12)
    assert both.contacts is None
    assert (both.credits, both.rework, dict(both.other)) == (Fraction(-7), Fraction(7), {"tools": Fraction(7)})
    assert both.total == 320


@pytest.mark.parametrize(("units", "contacts", "counted"), [(None, None, False), (2, None, False), (2, 1, True)])
def test_price_index_and_currency_of_a_charge_are_told_apart_with_and_without_units(
    units: int | None, contacts: int | None, counted: bool
) -> None:
    """300 lei at an index of 1.1 and 0.20 are 66 euro, 320 at 1.2 and 0.25 are 96: 4.40 + 6.40 + 19.20."""
    given = (None if units is None else Fraction(units), None if contacts is None else Fraction(contacts))
    old = Item("FEE", "FEE", Fraction(66), *given, Fraction(300), Fraction(330), Fraction(66), counted)
    new = Item("FEE", "FEE", Fraction(96), *given, Fraction(320), Fraction(384), Fraction(96), counted)
    found = waterfall(side("a", old, contacts=9), side("b", new, contacts=9))
    assert bars(found) == {"rate": "4.40", "index": "6.40", "currency": "19.20"}
    assert str(found.difference) == "EUR 30.00"


def test_what_is_driven_by_contacts_in_one_period_alone_is_scope() -> None:
    old, new = item("M", 10, "2", 5), item("M", 12, "2", 6, counted=False)
    assert bars(waterfall(side("a", old, contacts=5), side("b", new, contacts=6))) == {"scope": "4.00"}
    assert old.plus(new).counted
    assert new.plus(old).counted
    assert not new.plus(new).counted


def test_credits_and_rework_move_by_their_difference() -> None:
    old = side("a", credits=Fraction(-30), rework=Fraction(20), other={"tools": Fraction(9)})
    new = side("b", credits=Fraction(-50), rework=Fraction(65), other={"tools": Fraction(4)})
    assert bars(waterfall(old, new)) == {"credits": "-20.00", "rework": "45.00", "other": "-5.00"}


def test_contacts_that_only_one_period_counts_split_nothing() -> None:
    old, new = side("a", item("H", 100, "20", 50), contacts=50), side("b", item("H", 110, "20", 60))
    assert bars(waterfall(old, new)) == {"volume": "200.00"}
    assert bars(waterfall(new, old)) == {"volume": "-200.00"}
    none_yet = side("a", item("H", 100, "20", 0), contacts=50)
    assert bars(waterfall(none_yet, side("b", item("H", 110, "20", 50), contacts=60))) == {"volume": "200.00"}


def test_two_currencies_are_never_compared_or_added() -> None:
    euro, leu = side("a"), side("b", currency="RON")
    with pytest.raises(UsageError, match="EUR"):
        waterfall(euro, leu)
    with pytest.raises(UsageError, match="do not add up"):
        euro.plus(leu, "c")


# ---- whatever is invoiced -------------------------------------------------------------------------------------------

CENTS = st.integers(-5_000_000, 5_000_000).map(lambda minor: Fraction(minor, 100))
RATIO = st.builds(Fraction, st.integers(1, 997), st.integers(1, 97))
COUNT = st.one_of(st.none(), st.integers(0, 20_000).map(Fraction))


@st.composite
def items(draw: st.DrawFn) -> Item:
    exact = draw(st.one_of(st.just(Fraction(0)), CENTS))
    indexed = exact * draw(RATIO)
    return Item("", "", draw(CENTS), draw(st.one_of(COUNT, RATIO)), draw(COUNT), exact, indexed,
                indexed * draw(RATIO), draw(st.booleans()))  # fmt: skip


@st.composite
def sides(draw: st.DrawFn, label: str = "x") -> Side:
    found = draw(st.dictionaries(st.sampled_from("ABCD"), items(), max_size=4))
    named = tuple(replace(one, key=key, title=key) for key, one in found.items())
    other = draw(st.dictionaries(st.sampled_from(["tools", "travel"]), CENTS, max_size=2))
    return Side(label, "EUR", named, draw(COUNT), draw(CENTS), draw(CENTS), other)


@settings(max_examples=120, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sides(), sides())
def test_the_bars_always_add_up_to_the_difference_to_the_cent(before: Side, after: Side) -> None:
    closes(before, after)


def closes(before: Side, after: Side) -> None:
    found = waterfall(before, after)
    assert [bar.step for bar in found.bars] == list(ORDER)
    total = Money.zero("EUR")
    for bar in found.bars:
        assert bar.level == found.start + total
        total += bar.amount
        assert bar.amount.minor == bar.amount.amount * 100
        assert abs(Fraction(bar.amount.amount) - bar.exact) < Fraction(1, 100) + Fraction(1, 10**9)
        assert sum((share.amount for share in bar.shares), Fraction(0)) == bar.exact
    assert Fraction(found.start.amount) == before.total
    assert Fraction(found.end.amount) == after.total
    assert total == found.difference
    assert sum((bar.exact for bar in found.bars), Fraction(0)) == after.total - before.total


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sides())
def test_nothing_changed_moves_no_bar(one: Side) -> None:
    assert bars(waterfall(one, one)) == {}


@settings(max_examples=40, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(sides(), sides())
def test_the_way_back_has_the_opposite_sum_and_the_same_scope(before: Side, after: Side) -> None:
    there, back = waterfall(before, after), waterfall(after, before)
    assert there.difference == -back.difference
    ended = {one.key for one in before.items} ^ {one.key for one in after.items}
    shares = {share.key for share in there.bar(SCOPE).shares}
    assert all(one.amount == 0 or one.key in shares for one in (*before.items, *after.items) if one.key in ended)


@pytest.mark.parametrize("changed", [step for n in (1, 2) for step in itertools.combinations(FACTORS, n)])
def test_a_bar_moves_where_and_only_where_its_factor_changed(changed: tuple[str, ...]) -> None:
    """Six factors of one charge; those named are doubled, the others stand."""
    by = {step: Fraction(2 if step in changed else 1) for step in FACTORS}

    def made(times: dict[str, Fraction]) -> Side:
        contacts = 1000 * times["volume"]
        own = contacts * Fraction(1, 4) * times["mix"]
        units = own * 5 * times["productivity"]
        exact = units * Fraction("0.4") * times["rate"]
        indexed = exact * times["index"]
        priced = indexed * times["currency"]
        return Side("x", "EUR", (Item("M", "M", priced, units, own, exact, indexed, priced, counted=True),), contacts)

    found = waterfall(made(dict.fromkeys(FACTORS, Fraction(1))), made(by))
    assert set(bars(found)) == set(changed)


@pytest.mark.long
def test_ten_thousand_invented_pairs_of_months_close_to_the_cent() -> None:
    """A generator of its own, with borders that are rarely met: nothing counted, no units, a fee of nothing."""
    dice = random.Random(20261122)  # noqa: S311

    def number(most: int) -> Fraction:
        return Fraction(dice.choice((0, 1, dice.randint(1, most), dice.randint(1, most))))

    def invented(key: str) -> Item:
        exact = number(10**7) / 100
        indexed = exact * dice.randint(90, 115) / 100
        units, contacts = dice.choice((None, number(20_000), number(9) / 7)), dice.choice((None, number(9000)))
        priced = indexed * dice.choice((1, Fraction(dice.randint(1, 9999), 5000)))
        amount = Fraction(round(priced * 100), 100) * dice.choice((1, 1, -1)) + dice.choice((0, 0, 1))
        return Item(key, key, amount, units, contacts, exact, indexed, priced, dice.random() < 0.7)

    def month() -> Side:
        keys = dice.sample("ABCDEF", dice.randint(0, 6))
        other = {
            name: number(10**6) / 100 for name in dice.sample(("tools", "travel", "governance"), dice.randint(0, 3))
        }
        contacts = dice.choice((None, number(30_000), number(30_000)))
        return Side("x", "EUR", tuple(map(invented, keys)), contacts, -number(10**5) / 100, number(10**5) / 100, other)

    for _ in range(10_000):
        closes(month(), month())


def test_an_item_counts_nothing_and_is_in_the_currency_told_unless_it_says_otherwise() -> None:
    plain = Item("K", "A charge", Fraction(5))
    assert (plain.counted, plain.rate) == (False, Fraction(1))
