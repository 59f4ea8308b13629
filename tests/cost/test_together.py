"""Several partners as one: sums and ratios of sums, one currency where a rate is named, and a waterfall that closes."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.contract.load import load_text
from tallystick.cost.gather import CostedMonth
from tallystick.cost.month import MonthCost, cost_of
from tallystick.cost.month_inputs import Counted, MonthInputs, Price
from tallystick.cost.together import Fall, currencies_of, falls_of, groups_of, main_currency, missing_words, together_of
from tallystick.cost.waterfall import Item
from tallystick.vocabulary.money import Money
from tests.billing.by_day import invoice_of
from tests.billing.desk import TEXT
from tests.cost.test_month import MARCH, billed, booked
from tests.cost.test_side import EMPTY, expected

APRIL = replace(MARCH, month="2026-04", received=(billed("MIN", "25000"), billed("SITE", "1000")))
MONTHS = ("2026-03", "2026-04")
RATES = {
    ("USD", month): Price(rate, "x") for month, rate in zip(MONTHS, (Fraction("0.9"), Fraction("0.8")), strict=True)
}


def months(partner: str, currency: str = "EUR", *given_: MonthInputs) -> tuple[CostedMonth, ...]:
    found = []
    for one in given_ or (MARCH, APRIL):
        received = tuple(replace(line, currency=currency) for line in one.received)
        booked = tuple(replace(cost, currency=currency) for cost in one.booked)
        own = replace(one, partner=partner, currency=currency, received=received, booked=booked)
        found.append(CostedMonth(own, cost_of(own)))
    return tuple(found)


TWO = {"aurora": months("aurora"), "borealis": months("borealis")}
ABROAD = TWO | {"cordoba": months("cordoba", "USD")}


def test_sums_are_added_and_ratios_are_of_sums() -> None:
    (group,) = together_of(TWO, "EUR", {})
    march = group.months[0]
    one = TWO["aurora"][0].cost
    assert one.total is not None
    assert (march.total, march.hidden_share, march.per_contact) == (
        one.total + one.total,
        one.hidden_share,
        one.per_contact,
    )
    assert (march.contacts, march.n, march.partners) == (Counted(16000, 16000), 2 * one.n, ("aurora", "borealis"))
    other = months("borealis", "EUR", replace(MARCH, contacts=Counted(2000, 2000)), APRIL)
    (uneven,) = together_of({"aurora": TWO["aurora"], "borealis": other}, "EUR", {})
    assert uneven.months[0].per_contact == Fraction((one.total + one.total).amount) / 10000


def test_a_partner_of_whom_nothing_is_known_is_named_and_in_no_sum() -> None:
    silent = months("cordoba", "EUR", replace(MARCH, received=(), booked=()), APRIL)
    (group,) = together_of(TWO | {"cordoba": silent}, "EUR", {})
    march, april = group.months
    assert (march.partners, march.without) == (("aurora", "borealis"), ("cordoba",))
    assert april.without == ()
    (fall,) = falls_of(TWO | {"cordoba": silent}, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", {})
    assert (fall.partners, fall.without) == (("aurora", "borealis"), ("cordoba",))


def test_what_is_hidden_is_not_known_together_where_it_is_not_known_of_one() -> None:
    unknown = months("cordoba", "EUR", replace(MARCH, booked=(), has_books=False), APRIL)
    (group,) = together_of(TWO | {"cordoba": unknown}, "EUR", {})
    assert (group.months[0].hidden, group.months[0].hidden_share) == (None, None)
    assert group.months[0].total is not None
    uncounted = months("cordoba", "EUR", replace(MARCH, contacts=Counted()), APRIL)
    (group,) = together_of(TWO | {"cordoba": uncounted}, "EUR", {})
    assert (group.months[0].contacts, group.months[0].per_contact) == (Counted(), None)


def test_with_a_rate_each_line_is_converted_at_its_months_rate_and_rounded_there() -> None:
    (group,) = together_of({"cordoba": ABROAD["cordoba"]}, "EUR", RATES)
    march, april = group.months
    # 24,000 + 1,000 - 500 + 400 + 900 + 300.01 + 250, each times 0.9; 300.01 becomes 270.01.
    assert (str(march.total), str(march.invoiced)) == ("EUR 23,715.01", "EUR 22,050.00")
    assert str(april.invoiced) == "EUR 20,800.00"
    assert march.hidden is not None
    assert group.rates == ("2026-03: 1 USD = 0.9 EUR, x", "2026-04: 1 USD = 0.8 EUR, x")
    (whole,) = together_of(ABROAD, "EUR", RATES)
    assert whole.partners == ("aurora", "borealis", "cordoba")
    assert missing_words(ABROAD, "EUR", RATES) == ()


def test_without_a_rate_partners_are_told_by_currency_and_a_sentence_says_so() -> None:
    groups = together_of(ABROAD, "EUR", {})
    assert [(one.currency, one.partners, one.rates) for one in groups] == [
        ("EUR", ("aurora", "borealis"), ()), ("USD", ("cordoba",), ()),
    ]  # fmt: skip
    (words,) = missing_words(ABROAD, "EUR", {("USD", "2026-03"): RATES["USD", "2026-03"]})
    assert words == (
        "cordoba: paid in USD, and no contract names a rate of USD in EUR for 2026-04, so it is told apart, in USD."
    )
    assert [fall.currency for fall in falls_of(ABROAD, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", {})] == ["EUR", "USD"]


def test_the_currency_is_that_of_most_and_of_two_the_first_by_name() -> None:
    assert currencies_of(ABROAD) == {"EUR": ("aurora", "borealis"), "USD": ("cordoba",)}
    assert main_currency(ABROAD) == "EUR"
    assert main_currency({"a": months("a", "USD"), "b": months("b", "CHF")}) == "CHF"
    assert main_currency({}) == ""


def test_a_rate_that_moves_is_currency_and_nothing_else() -> None:
    """The same month twice, at 0.9 and at 0.8: charges move by currency, books under their own names."""
    same = months("cordoba", "USD", MARCH, replace(MARCH, month="2026-04"))
    (fall,) = falls_of({"cordoba": same}, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", RATES)
    assert fall.waterfall is not None
    moved = {bar.step: str(bar.amount.amount) for bar in fall.waterfall.bars if bar.amount.amount}
    assert moved == {"currency": "-2500.00", "credits": "50.00", "rework": "-25.00", "other": "-160.00"}


def test_a_charge_of_two_partners_stays_two() -> None:
    (fall,) = falls_of(TWO, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", {})
    assert fall.waterfall is not None
    assert {share.key for share in fall.waterfall.bar("rate").shares} == {"aurora/MIN", "borealis/MIN"}
    assert str(fall.waterfall.bar("rate").amount) == "EUR 2,000.00"


@given(
    amounts=st.lists(st.integers(0, 10**7), min_size=4, max_size=4),
    rates=st.lists(st.fractions(Fraction(1, 10), Fraction(10), max_denominator=9999), min_size=2, max_size=2),
)
@settings(deadline=None, max_examples=60)
def test_the_waterfall_of_all_goes_from_ledger_to_ledger(amounts: list[int], rates: list[Fraction]) -> None:
    named = {("USD", month): Price(rate, "x") for month, rate in zip(MONTHS, rates, strict=True)}

    def month(label: str, cents: int) -> MonthInputs:
        lines = (billed("MIN", f"{Fraction(cents, 100)}", quantity=Fraction(cents, 75)), billed("C1", "-3.33"))
        return replace(MARCH, month=label, received=lines)

    found = {
        "aurora": months("aurora", "EUR", *map(month, MONTHS, amounts[:2])),
        "cordoba": months("cordoba", "USD", *map(month, MONTHS, amounts[2:])),
    }
    (group,) = together_of(found, "EUR", named)
    (fall,) = falls_of(found, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", named)
    assert fall.waterfall is not None
    assert (fall.waterfall.start, fall.waterfall.end) == tuple(one.total for one in group.months)
    assert sum((bar.amount for bar in fall.waterfall.bars), fall.waterfall.start) == fall.waterfall.end


def test_a_month_in_another_currency_without_a_rate_is_left_out_of_the_other_ones_group() -> None:
    changed = (months("cordoba", "EUR", MARCH)[0], months("cordoba", "USD", APRIL)[0])
    groups = together_of({"cordoba": changed}, "EUR", {})
    assert [(one.currency, [month.month for month in one.months]) for one in groups] == [("USD", ["2026-04"])]
    (fall,) = falls_of({"cordoba": changed}, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", {})
    assert (fall.waterfall, fall.without) == (None, ("cordoba",))


@pytest.mark.parametrize("currency", ["EUR", "USD"])
def test_nothing_is_a_group_of_nothing(currency: str) -> None:
    assert together_of({}, currency, {}) == ()


# ---- borders --------------------------------------------------------------------------------------------------------

MAY = replace(MARCH, month="2026-05")


def test_the_currency_of_a_partner_is_that_of_its_newest_month_and_older_ones_of_another_are_left_out() -> None:
    moved = (*months("cordoba", "EUR"), *months("cordoba", "USD", MAY))
    assert currencies_of({"cordoba": moved}) == {"USD": ("cordoba",)}
    ((code, own),) = groups_of({"cordoba": moved}, "CHF", {})
    assert (code, [one.cost.month for one in own["cordoba"]]) == ("USD", ["2026-05"])
    assert currencies_of({"cordoba": moved, "nobody": ()}) == {"USD": ("cordoba",)}


def test_a_line_that_is_converted_says_what_was_stated_first() -> None:
    """RON 1,000 at 0.25 are 250 dollars, and at 0.9 euro 225; lines in dollars state their dollars."""
    lei = replace(booked(9, "travel", "1000"), currency="RON")
    received = tuple(replace(line, currency="USD") for line in MARCH.received)
    dollars = replace(MARCH, currency="USD", prices={"RON": Price(Fraction("0.25"), "x")}, received=received,
                      booked=(lei,))  # fmt: skip
    ((_, own),) = groups_of({"cordoba": (CostedMonth(dollars, cost_of(dollars)),)}, "EUR", RATES)
    told = {line.part: (str(line.stated), str(line.amount)) for line in own["cordoba"][0].cost.lines}
    assert told["travel"] == ("RON 1,000.00", "EUR 225.00")
    site = next(line for line in own["cordoba"][0].cost.lines if line.charge == "SITE")
    assert (str(site.stated), str(site.amount)) == ("USD 1,000.00", "EUR 900.00")


def test_what_is_hidden_in_another_currency_is_converted_where_it_is_known_and_nowhere_else() -> None:
    unknown = months("cordoba", "USD", replace(MARCH, booked=(), has_books=False), APRIL)
    (group,) = together_of({"cordoba": unknown}, "EUR", RATES)
    assert (group.months[0].hidden, str(group.months[0].total)) == (None, "EUR 22,410.00")
    # 900 + 300.01 + 250 beside the rate card, each at 0.8.
    assert str(group.months[1].hidden) == "EUR 1,160.01"


@pytest.mark.parametrize(("back", "share"), [("0.50", Fraction(1, 2)), ("1", None), ("1.5", None)])
def test_partners_that_cost_nothing_or_less_together_have_no_share(back: str, share: Fraction | None) -> None:
    """One cost 1.00, of which 0.25 is hidden; the other gives something back."""
    one = replace(MARCH, received=(billed("MIN", "0.75"),), booked=(booked(1, "tools", "0.25"),))
    other = replace(MARCH, received=(billed("C1", f"-{back}"),), booked=())
    (group,) = together_of({"a": months("a", "EUR", one), "b": months("b", "EUR", other)}, "EUR", {})
    assert group.months[0].hidden_share == share


def test_a_group_that_lacks_a_month_hides_no_other_group() -> None:
    short = {"aurora": months("aurora", "EUR", MARCH), "cordoba": months("cordoba", "USD")}
    first, second = falls_of(short, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", {})
    assert (first.currency, first.waterfall, first.without) == ("EUR", None, ("aurora",))
    assert first.as_json() == {"currency": "EUR", "partners": [], "without": ["aurora"], "waterfall": None}
    assert isinstance(second, Fall)
    assert second.waterfall is not None
    assert second.as_json()["waterfall"]["difference"] == second.waterfall.as_json()["difference"]


def test_a_partner_that_is_paid_in_another_currency_from_a_month_on_is_compared_in_one() -> None:
    """The same figures in euro and then in dollars at 0.8: what the dollar is less is currency."""
    changed = {
        "cordoba": (*months("cordoba", "EUR", MARCH), *months("cordoba", "USD", replace(MARCH, month="2026-04")))
    }
    (fall,) = falls_of(changed, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", RATES)
    assert fall.waterfall is not None
    moved = {bar.step: str(bar.amount.amount) for bar in fall.waterfall.bars if bar.amount.amount}
    assert moved == {"currency": "-5000.00", "credits": "100.00", "rework": "-50.00", "other": "-320.00"}


def test_a_month_outside_the_comparison_moves_no_bar() -> None:
    """In March nothing counts the minutes, in April the rate card does; that January was paid in dollars is past."""
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    bare = replace(invoice_of(contract, "2026-03", {}), reasons=(), credits=(), discounts=())
    march = replace(EMPTY, received=(billed("MIN", "2000", quantity=Fraction(1000)),))
    april = replace(EMPTY, month="2026-04", expected=(replace(bare, lines=(expected(),)),))
    (january,) = months("aurora", "USD", replace(MARCH, month="2026-01"))
    two = tuple(CostedMonth(one, cost_of(one)) for one in (march, april))
    rates = {("USD", "2026-01"): Price(Fraction("0.9"), "x")}
    for own in (two, (january, *two)):
        (fall,) = falls_of({"aurora": own}, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", rates)
        assert fall.waterfall is not None
        assert {bar.step: str(bar.amount.amount) for bar in fall.waterfall.bars if bar.amount.amount} == {
            "rate": "60.00"
        }
    # The same in dollars, which fall from 0.9 to 0.8: 2,000 are 1,800, and 2,060 are 1,648.
    paid = tuple(replace(one, given=replace(one.given, currency="USD"), cost=_in_dollars(one.cost)) for one in two)
    (fall,) = falls_of({"aurora": paid}, MONTHS[:1], MONTHS[1:], MONTHS, "EUR", RATES)
    assert fall.waterfall is not None
    assert {bar.step: str(bar.amount.amount) for bar in fall.waterfall.bars if bar.amount.amount} == {
        "rate": "54.00", "currency": "-206.00"}  # fmt: skip


def _in_dollars(cost: MonthCost) -> MonthCost:
    lines = tuple(replace(line, amount=replace(line.amount, currency="USD")) for line in cost.lines)
    whole = {name: replace(getattr(cost, name), currency="USD") for name in ("total", "invoiced", "hidden")
             if getattr(cost, name) is not None}  # fmt: skip
    return replace(cost, currency="USD", lines=lines, **whole)


def test_months_at_two_rates_are_one_charge_at_the_rate_between() -> None:
    """1,000 dollars each at 0.9 and 0.8 are 1,700 euro of 2,000 dollars: 0.85."""
    one, other = (Item("M", "M", 1000 * rate, Fraction(7), rate=rate) for rate in (Fraction("0.9"), Fraction("0.8")))
    assert one.plus(other).rate == Fraction("0.85")
    assert one.plus(replace(other, rate=one.rate)).rate == Fraction("0.9")
    assert one.plus(replace(other, amount=Fraction(-800))).rate == Fraction("0.9"), "nothing stated in all"


def test_a_rate_between_currencies_multiplies_that_of_the_charge_itself() -> None:
    """EUR 2,060 at 1.10 dollars, then EUR 2,100 at 1.25 after a rise of the index: 2,266 and 2,625."""
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    bare = replace(invoice_of(contract, "2026-03", {}), reasons=(), credits=(), discounts=())
    dearer = expected(factor=Fraction("1.05"), amount=Money(Decimal("2100.00"), "EUR"))
    given_ = [
        replace(EMPTY, month=month, expected=(replace(bare, lines=(line,)),))
        for month, line in zip(MONTHS, (expected(), dearer), strict=True)
    ]
    costed = tuple(CostedMonth(one, cost_of(one)) for one in given_)
    at = zip(MONTHS, (Fraction("1.1"), Fraction("1.25")), strict=True)
    rates = {("EUR", month): Price(rate, "x") for month, rate in at}
    (fall,) = falls_of({"aurora": costed}, MONTHS[:1], MONTHS[1:], MONTHS, "USD", rates)
    assert fall.waterfall is not None
    assert (str(fall.waterfall.start), str(fall.waterfall.end)) == ("USD 2,266.00", "USD 2,625.00")
    moved = {bar.step: str(bar.amount.amount) for bar in fall.waterfall.bars if bar.amount.amount}
    assert moved == {"index": "44.00", "currency": "315.00"}
