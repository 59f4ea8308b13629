"""A month's ledger: what is added, what is only shown, and what cannot be known."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal
from fractions import Fraction

from tallystick.billing.invoice import GivenCredits
from tallystick.contract.load import load_text
from tallystick.cost.comparison import by_model, by_partner, hidden_trend
from tallystick.cost.month import MonthCost, cost_of
from tallystick.cost.month_inputs import Basis, BilledLine, BookedCost, Card, Counted, MonthInputs, Price, Ramp
from tallystick.cost.part import OTHER, PARTS, part_of
from tallystick.cost.side import side_of
from tallystick.verdicts.statement import CreditLine
from tallystick.vocabulary.money import Money
from tests.billing.by_day import invoice_of
from tests.billing.desk import TEXT

LINE = CreditLine("C1", "T1", Money(Decimal(5), "EUR"), Money(Decimal(4), "EUR"), ())
CARDS = (
    Card("MIN", "per_minute", "Minutes", timed=True, contract="line"),
    Card("SITE", "fixed", "Site", contract="line"),
)


def billed(charge: str, amount: str, title: str = "", **parts: object) -> BilledLine:
    told = {"currency": "EUR", "quantity": Fraction(1), "contract": "line", **parts}
    return BilledLine("A-7", "1", title or charge, charge, Fraction(amount), **told)  # type: ignore[arg-type]


def booked(key: int, kind: str, amount: str, **parts: object) -> BookedCost:
    told = {"currency": "EUR", **parts}
    return BookedCost(key, kind, Decimal(amount), from_on=date(2026, 3, 1), **told)  # type: ignore[arg-type]


MARCH = MonthInputs(
    partner="aurora",
    month="2026-03",
    currency="EUR",
    received=(billed("MIN", "24000"), billed("SITE", "1000"), billed("C1", "-500"), billed("", "400", "Storage fee")),
    booked=(booked(1, "Governance", "900"), booked(2, "licences", "300.005"), booked(3, "rework", "250")),
    cards=CARDS,
    credit_clauses=frozenset({"C1"}),
    contacts=Counted(8000, 8000),
    recontacts=Counted(400, 8000),
    resolutions=Counted(5000, 5600, 40),
)


def ids(cost: MonthCost) -> list[str]:
    return [finding.id for finding in cost.findings]


def test_what_is_paid_adds_up_and_what_no_price_names_is_hidden() -> None:
    """24,000 + 1,000 - 500 by the rate card; 400 + 900 + 300.01 + 250 beside it."""
    cost = cost_of(MARCH)
    assert [str(one) for one in (cost.total, cost.invoiced, cost.hidden)] == [
        "EUR 26,350.01", "EUR 24,500.00", "EUR 1,850.01"]  # fmt: skip
    assert cost.hidden_share == Fraction(185_001, 2_635_001)
    assert {name: str(money) for name, money in cost.by_part.items()} == {
        "invoice": "EUR 24,900.00", "effort": "EUR 900.00", "tools": "EUR 300.01", "rework": "EUR 250.00"}  # fmt: skip
    assert (cost.per_contact, cost.per_resolution) == (Fraction("26350.01") / 8000, Fraction("26350.01") / 5000)
    assert cost.model == "per_minute"


def test_a_charge_type_outside_the_rate_card_is_found_with_its_amount() -> None:
    cost = cost_of(MARCH)
    assert [line.title for line in cost.off_card] == ["Storage fee"]
    assert ids(cost) == ["TS-K001"]
    assert "400" in cost.findings[0].message


def test_contacts_that_came_back_are_priced_and_never_added() -> None:
    """400 of 8,000 contacts of 25,000 that charges come to: 1,250, which the invoice contains already."""
    cost = cost_of(MARCH)
    (again,) = cost.contained
    assert (again.part, str(again.amount), again.n, again.basis) == ("recontacts", "EUR 1,250.00", 400, Basis.PRICED)
    assert cost_of(replace(MARCH, recontacts=Counted())).total == cost.total


def test_the_learning_curve_is_priced_where_time_is_paid() -> None:
    """A tenth of the productive time: 2,400 of the 24,000 for minutes; the site is paid anyhow."""
    ramp = Ramp(Fraction(60), 600, 30)
    told = {line.part: str(line.amount) for line in cost_of(replace(MARCH, ramp=ramp)).contained}
    assert told["ramp"] == "EUR 2,400.00"
    fixed = replace(MARCH, ramp=ramp, cards=tuple(replace(card, timed=False) for card in CARDS))
    assert [line.part for line in cost_of(fixed).contained] == ["recontacts"]


def test_without_books_nobody_says_that_nothing_is_hidden() -> None:
    cost = cost_of(replace(MARCH, booked=(), has_books=False))
    assert (cost.hidden, cost.hidden_share) == (None, None)
    assert str(cost.total) == "EUR 24,900.00"
    assert ids(cost) == ["TS-K001", "TS-K006"]


def test_without_an_invoice_no_share_is_hidden_or_not() -> None:
    cost = cost_of(replace(MARCH, received=()))
    assert (cost.invoiced, cost.hidden_share, str(cost.total)) == (None, None, "EUR 1,450.01")
    assert ids(cost) == ["TS-K003"]
    assert cost.findings[0].count == 1


def test_a_month_of_which_nothing_is_known_costs_nothing_that_is_known() -> None:
    cost = cost_of(MonthInputs("aurora", "2026-03", "EUR"))
    assert (cost.total, cost.hidden_share, cost.per_resolution, cost.n) == (None, None, None, 0)
    assert (cost.contacts.value, cost.contacts.n, cost.contacts.pending) == (None, 0, 0)


def test_nothing_resolved_has_no_price_of_a_resolution() -> None:
    cost = cost_of(replace(MARCH, resolutions=Counted(0, 3)))
    assert cost.per_resolution is None
    assert cost_of(replace(MARCH, resolutions=Counted())).per_resolution is None


def test_another_currency_is_converted_by_a_named_rate_or_stands_apart() -> None:
    lei = replace(MARCH, booked=(booked(9, "travel", "1000", currency="RON"),))
    apart = cost_of(lei)
    assert [str(line.amount) for line in apart.apart] == ["RON 1,000.00"]
    assert str(apart.total) == "EUR 24,900.00"
    assert ids(apart) == ["TS-K001", "TS-K002"]
    named = cost_of(replace(lei, prices={"RON": Price(Fraction("0.2013"), "price of one RON")}))
    assert (named.apart, str(named.by_part["travel"])) == ((), "EUR 201.30")
    (line,) = [line for line in named.lines if line.part == "travel"]
    assert (str(line.stated), line.steps[0].clause) == ("RON 1,000.00", "travel")
    assert "0.2013" in line.steps[0].inserted


def test_what_the_invoice_bills_already_is_not_counted_twice() -> None:
    """Rows of the books that are on the rate card, that a charge passes on, or that are the invoice itself."""
    more = (
        booked(4, "invoice", "24900"),
        booked(5, "travel", "80"),
        booked(6, "telecom", "70", on_rate_card=True),
        booked(7, "telecom", "60", on_rate_card=False),
        booked(8, "tools", "50", borne_by="partner"),
    )
    cost = cost_of(replace(MARCH, booked=(*MARCH.booked, *more), passed_on=frozenset({"travel"})))
    assert dict(cost.left_out) == {"on the invoice already": 3, "borne by the partner": 1}
    assert str(cost.total) == "EUR 26,410.01"


def test_the_books_stand_for_an_invoice_that_nobody_has() -> None:
    cost = cost_of(replace(MARCH, received=(), booked=(booked(4, "invoice", "24900"), booked(1, "governance", "100"))))
    assert (str(cost.invoiced), str(cost.hidden)) == ("EUR 24,900.00", "EUR 100.00")
    assert {line.basis for line in cost.lines} == {Basis.BOOKED}


def test_where_an_invoice_of_one_contract_is_missing_the_books_stand_for_it_or_nothing_is_called_hidden() -> None:
    """The annex bills 24,900; of the main contract nothing came, and the books say 60,000."""
    short = cost_of(replace(MARCH, unbilled=("main",)))
    assert (short.hidden_share, short.is_whole, str(short.total)) == (None, False, "EUR 26,350.01")
    assert "main" in next(finding.message for finding in short.findings if finding.id == "TS-K003")
    whole = cost_of(replace(MARCH, unbilled=("main",), booked=(*MARCH.booked, booked(4, "invoice", "60000"))))
    assert (whole.left_out, str(whole.total)) == ((), "EUR 86,350.01")
    assert whole.hidden_share == Fraction(185_001, 8_635_001)


def test_without_a_rate_card_in_the_text_no_line_stands_outside_it() -> None:
    cost = cost_of(replace(MARCH, cards=(), credit_clauses=frozenset()))
    assert cost.off_card == ()
    assert (cost.model, str(cost.invoiced)) == ("", "EUR 24,900.00")
    assert [str(line.amount) for line in cost.contained] == ["EUR 1,245.00"]


def test_lines_of_one_charge_are_one_line_and_the_model_is_no_fee_beside_it() -> None:
    """A site of 50,000 comes beside nearly every model; two lines of minutes make it one per minute."""
    lines = (billed("SITE", "50000"), billed("MIN", "100"), billed("MIN", "-30"), billed("", "5", "Storage"))
    cost = cost_of(replace(MARCH, received=lines))
    assert dict(cost.charged) == {
        "per_minute": Money(Decimal("70.00"), "EUR"),
        "fixed": Money(Decimal("50000.00"), "EUR"),
    }
    assert (cost.model, cost_of(replace(MARCH, received=lines[:1])).model) == ("per_minute", "fixed")
    (minutes,) = [line for line in cost.lines if line.charge == "MIN"]
    assert (str(minutes.amount), minutes.n, len(minutes.refs)) == ("EUR 70.00", 2, 2)


def test_lines_that_no_price_names_are_told_by_their_words() -> None:
    """“Storage fee” and “storage  FEE” are one, parking is another."""
    words = ("Storage fee", "Parking", "storage  FEE")
    cost = cost_of(replace(MARCH, received=tuple(billed("", str(10 + at), word) for at, word in enumerate(words))))
    assert [(line.title, str(line.amount), line.n) for line in cost.off_card] == [
        ("Storage fee", "EUR 22.00", 2), ("Parking", "EUR 11.00", 1)]  # fmt: skip


def test_a_line_names_its_first_twenty_rows_and_how_many_there_are() -> None:
    lines = tuple(replace(billed("MIN", "1"), place=str(at)) for at in range(1, 23))
    (minutes,) = (line for line in cost_of(replace(MARCH, received=lines)).lines if line.charge == "MIN")
    assert (minutes.n, minutes.refs) == (22, tuple(f"A-7:{at}" for at in range(1, 21)))


def test_of_two_models_that_of_most_money_is_the_model() -> None:
    kinds = {"A": "per_contact", "B": "per_minute", "C": "per_hour"}
    cards = tuple(Card(name, kind, name, contract="line") for name, kind in kinds.items())
    told = {name: billed(name, amount) for name, amount in (("A", "10"), ("B", "30"), ("C", "20"))}
    assert cost_of(replace(MARCH, cards=cards, received=tuple(told.values()))).model == "per_minute"
    even = tuple(replace(one, amount=Fraction(7)) for one in told.values())
    assert cost_of(replace(MARCH, cards=cards, received=even)).model == "per_contact"


def test_what_the_invoice_contains_is_a_part_of_its_own_lines() -> None:
    """Without a rate card every line is one of it; telecom that the books call on the card is none of the invoice."""
    telecom = booked(6, "telecom", "7000", on_rate_card=True)
    given = replace(MARCH, cards=(), received=(), booked=(booked(4, "invoice", "8000"), telecom),
                    ramp=Ramp(Fraction(60), 600, 30))  # fmt: skip
    (again,) = cost_of(given).contained
    assert (str(again.amount), again.on_rate_card) == ("EUR 400.00", True)
    timed = cost_of(replace(MARCH, ramp=Ramp(Fraction(60), 600, 30))).contained
    assert [(line.part, line.on_rate_card, line.n) for line in timed] == [("recontacts", True, 400), ("ramp", True, 30)]


def test_a_month_that_comes_to_nothing_or_less_has_no_share() -> None:
    for back in ("-100", "-150"):
        cost = cost_of(replace(MARCH, received=(billed("MIN", "100"), billed("C1", back)), booked=()))
        assert (cost.hidden, cost.hidden_share) == (Money(Decimal("0.00"), "EUR"), None)
    few = cost_of(replace(MARCH, received=(billed("MIN", "0.01"),), booked=()))
    assert few.hidden_share == 0


def test_an_expected_invoice_stands_for_the_contract_of_which_none_came() -> None:
    """The line's text expects 26.40 of minutes for 44 of them; an invoice that names no contract is for all of them."""
    contract, _ = load_text(TEXT.encode(), "line.yaml")
    assert contract is not None
    minutes = {"billable_call_time": {date(2026, 3, 2): 44 * 60}}
    expected = invoice_of(contract, "2026-03", minutes, credits_on=lambda _: GivenCredits((LINE,)))
    cards = (Card("MIN", "per_minute", "Minutes", timed=True, contract="line"),)
    given = replace(MARCH, expected=(expected,), received=(), booked=(), cards=cards)
    told = cost_of(given)
    amounts = {line.charge: str(line.amount) for line in told.lines}
    assert (amounts["MIN"], amounts["C1"]) == ("EUR 26.40", "EUR -4.00")
    assert "CALL" not in amounts
    rows = {line.charge: sum(one.n for one in line.counted) for line in expected.lines} | {"C1": 1}
    assert rows["MIN"] == 1
    assert {line.charge: (line.n, line.on_rate_card) for line in told.lines} == {
        charge: (rows[charge], True) for charge in amounts}  # fmt: skip
    assert dict(told.charged)["per_minute"] == Money(Decimal("26.40"), "EUR")
    assert [finding.id for finding in told.findings] == ["TS-K004"]
    elsewhere = cost_of(replace(given, received=(billed("MIN", "9", contract="annex"),)))
    assert sum(Fraction(line.amount.amount) for line in elsewhere.lines if line.charge == "MIN") == Fraction("35.40")
    for named in ("", "line"):
        own = cost_of(replace(given, received=(billed("MIN", "9", contract=named),)))
        assert [str(line.amount) for line in own.lines] == ["EUR 9.00"]


def test_charges_of_two_contracts_are_two_whatever_they_are_called() -> None:
    """Both call a charge CASE: 300 of calls by the line, 50 of hours by the annex, which alone pays for time."""
    cards = (Card("CASE", "per_contact", "Cases", contract="line"),
             Card("CASE", "per_hour", "Second level", timed=True, contract="annex"))  # fmt: skip
    lines = (billed("CASE", "300"), billed("CASE", "50", contract="annex"), billed("CASE", "-4", contract="annex"))
    ramp = Ramp(Fraction(60), 600, 30)
    cost = cost_of(replace(MARCH, received=lines, booked=(), cards=cards, ramp=ramp))
    assert [(line.contract, line.title, str(line.amount)) for line in cost.lines] == [
        ("line", "Cases", "EUR 300.00"), ("annex", "Second level", "EUR 46.00")]  # fmt: skip
    assert {kind: str(money) for kind, money in cost.charged} == {"per_contact": "EUR 300.00", "per_hour": "EUR 46.00"}
    assert {line.part: str(line.amount) for line in cost.contained} == {"recontacts": "EUR 17.30", "ramp": "EUR 4.60"}


def test_what_came_back_is_a_part_of_all_charges_also_of_contracts_without_a_rate_card() -> None:
    """25,000 by the rate card; the frame, which has none, bills 7,000 and 300 less, or the books say 8,000 of it."""
    frame = (billed("", "7000", "Care in March", contract="frame"), billed("C9", "-300", contract="frame"))
    given = replace(MARCH, credit_clauses=frozenset({"C1", "C9"}))
    cost = cost_of(replace(given, received=(*MARCH.received, *frame, billed("", "3", "Fee", contract=""))))
    assert [line.title for line in cost.off_card] == ["Storage fee", "Fee"], "nothing stands outside of no rate card"
    assert [str(line.amount) for line in cost.contained] == ["EUR 1,600.00"]
    books = replace(given, unbilled=("frame",), booked=(booked(4, "invoice", "8000"), booked(5, "tools", "90")))
    assert [line.steps[0].inserted for line in cost_of(books).contained] == [
        "400 x EUR 33,000.00 / 8,000 -> EUR 1,650.00"]  # fmt: skip


def test_one_hidden_row_moves_its_own_part_alone() -> None:
    before, after = cost_of(MARCH), cost_of(replace(MARCH, booked=(*MARCH.booked, booked(5, "travel", "123.45"))))
    assert {**before.by_part, "travel": after.by_part["travel"]} == after.by_part
    assert after.invoiced == before.invoiced


def test_a_side_of_a_waterfall_costs_what_the_ledger_says() -> None:
    cost = cost_of(MARCH)
    side = side_of(MARCH, cost)
    assert cost.total is not None
    assert side.total == Fraction(cost.total.amount)
    assert (side.credits, side.rework) == (-500, 250)
    assert sorted(side.other) == ["charges outside the rate card", "governance", "licences"]


def test_kinds_of_the_books_belong_to_parts_by_their_words() -> None:
    assert [part_of(kind) for kind in ("Vendor-Management", "Licences", "FX", "Knowledge  transfer")] == [
        "effort", "tools", "exchange", "ramp"]  # fmt: skip
    assert part_of("sundry") == OTHER
    assert set(PARTS) >= {part_of(kind) for kind in ("travel", "rework", "overflow", "invoice")}


# ---- several months -------------------------------------------------------------------------------------------------


def test_a_price_of_a_resolution_divides_sums_and_leaves_unknown_months_out() -> None:
    april = replace(MARCH, month="2026-04", resolutions=Counted(1000, 1000))
    may = replace(MARCH, month="2026-05", resolutions=Counted())
    (one,) = by_partner([cost_of(given) for given in (MARCH, april, may)])
    assert (one.resolutions, one.months, one.left_out, one.pending) == (6000, 2, 1, 40)
    assert one.value == 2 * Fraction("26350.01") / 6000
    (nothing,) = by_partner([cost_of(may)])
    assert (nothing.value, nothing.resolutions) == (None, 0)


def test_models_are_compared_by_what_brings_in_most_over_all_months_and_by_currency() -> None:
    fixed = replace(MARCH, partner="borealis", cards=(replace(CARDS[0], kind="per_contact"), CARDS[1]))
    lei = replace(MARCH, partner="cordoba", currency="RON", received=(billed("MIN", "9", currency="RON"),), booked=())
    found = by_model([cost_of(given) for given in (MARCH, fixed, lei)])
    assert [(one.name, one.currency) for one in found] == [
        ("per_contact", "EUR"), ("per_minute", "EUR"), ("per_minute", "RON")]  # fmt: skip


def test_the_hidden_share_of_months_is_of_their_sums_and_its_trend_in_points() -> None:
    april = replace(MARCH, month="2026-04", booked=())
    may = replace(MARCH, month="2026-05", has_books=False)
    (trend,) = hidden_trend([cost_of(given) for given in (may, april, MARCH)])
    assert [point[0] for point in trend.points] == ["2026-03", "2026-04", "2026-05"]
    assert trend.share == Fraction("2250.01") / Fraction("51250.01")
    assert trend.moved == Fraction(400, 24_900) - Fraction("1850.01") / Fraction("26350.01")
    assert trend.points[2][3] is None
