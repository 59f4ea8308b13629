"""Rules of EN 16931: each is broken once, at its place, and by nothing else than what it is about."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tallystick.invoices.reading import read
from tallystick.invoices.rule import check, families, rules
from tallystick.invoices.value import (
    Address,
    Allowance,
    Identifier,
    Invoice,
    Line,
    Party,
    Payment,
    Period,
    TaxGroup,
    Totals,
)
from tallystick.vocabulary.finding import Severity
from tests.invoices.documents import ubl

Change = Callable[[Invoice], Invoice]
D = Decimal
CATEGORIES = {"S": "BR-S", "Z": "BR-Z", "E": "BR-E", "AE": "BR-AE", "K": "BR-IC", "G": "BR-G", "O": "BR-O",
              "L": "BR-AF", "M": "BR-AG"}  # fmt: skip
EXEMPT = {"E", "AE", "K", "G", "O"}
RATED = {"S": D(19), "L": D(7), "M": D(4)}


def good(category: str = "S") -> Invoice:
    """An invoice of one category with lines, allowances and charges in the document and in a line; 200 + 30 - 30."""
    rate = None if category == "O" else RATED.get(category, D(0))
    line = Line(
        id="1", quantity=D(10), unit="HUR", net=D(150), price=D("12.5"), gross_price=D(13), discount=D("0.5"),
        name="Hours", category=category, rate=rate, period=Period(date(2026, 3, 1), date(2026, 3, 15)),
        allowances=(
            Allowance(charge=True, amount=D(50), base=D(500), percent=D(10), reason="Night"),
            Allowance(charge=False, amount=D(25), reason="Late"),
        ),
    )  # fmt: skip
    other = Line(id="2", quantity=D(1), unit="C62", net=D(50), price=D(100), base_quantity=D(2), name="Training",
                 category=category, rate=rate)  # fmt: skip
    tax = D(0) if rate is None else D(200) * rate / 100
    nobody = category == "O"
    return Invoice(
        number="INV-1",
        issued_on=date(2026, 4, 2),
        kind="380",
        currency="EUR",
        seller=Party("Aurora", ids=(Identifier("A1"),), vat_id="" if nobody else "RO12345674",
                     address=Address(country="RO")),
        buyer=Party("Lumen", legal_id=Identifier("HRB 1"), vat_id="" if nobody else "DE123456788",
                    address=Address(country="DE")),
        totals=Totals(D(200), D(30), D(30), D(200), tax, None, 200 + tax, D(20), D("0.5"), D("180.5") + tax),
        lines=(line, other),
        taxes=(TaxGroup(category, rate if rate is not None else None, D(200), tax,
                        "because" if category in EXEMPT else ""),),
        allowances=(
            Allowance(charge=False, amount=D(30), base=D(300), percent=D(10), reason="Volume", category=category,
                      rate=rate),
            Allowance(charge=True, amount=D(30), base=D(60), percent=D(50), code="FC", category=category, rate=rate),
        ),
        period=Period(date(2026, 3, 1), date(2026, 3, 31)),
        payment=Payment(due_on=date(2026, 5, 2)),
        deliver_to=Party(address=Address(country="DE")),
        delivered_on=date(2026, 3, 31),
    )  # fmt: skip


def total(**parts: Decimal | None) -> Change:
    return lambda one: replace(one, totals=replace(one.totals, **parts))


def line(at: int = 0, **parts: object) -> Change:
    def change(one: Invoice) -> Invoice:
        lines = list(one.lines)
        lines[at] = replace(lines[at], **parts)  # type: ignore[arg-type]
        return replace(one, lines=tuple(lines))

    return change


def of_line(at: int, **parts: object) -> Change:
    """A change of an allowance (1) or charge (0) of the first line."""

    def change(one: Invoice) -> Invoice:
        found = list(one.lines[0].allowances)
        found[at] = replace(found[at], **parts)  # type: ignore[arg-type]
        return line(allowances=tuple(found))(one)

    return change


def allowance(at: int, **parts: object) -> Change:
    """A change of the allowance (0) or charge (1) of the document."""

    def change(one: Invoice) -> Invoice:
        found = list(one.allowances)
        found[at] = replace(found[at], **parts)  # type: ignore[arg-type]
        return replace(one, allowances=tuple(found))

    return change


def group(**parts: object) -> Change:
    return lambda one: replace(one, taxes=(replace(one.taxes[0], **parts), *one.taxes[1:]))  # type: ignore[arg-type]


def head(**parts: object) -> Change:
    return lambda one: replace(one, **parts)  # type: ignore[arg-type]


def seller(**parts: object) -> Change:
    return lambda one: replace(one, seller=replace(one.seller, **parts))  # type: ignore[arg-type]


def buyer(**parts: object) -> Change:
    return lambda one: replace(one, buyer=replace(one.buyer, **parts))  # type: ignore[arg-type]


def only(kind: str) -> Change:
    """Where only one of lines, allowances and charges is of the category: what applies to the others is not met."""

    def change(one: Invoice) -> Invoice:
        found = one
        if kind != "line":
            found = replace(found, lines=tuple(replace(each, category="?") for each in found.lines))
        return replace(
            found,
            allowances=tuple(
                each if kind == ("charge" if each.charge else "allowance") else replace(each, category="?")
                for each in found.allowances
            ),
        )

    return change


def both(*changes: Change) -> Change:
    def change(one: Invoice) -> Invoice:
        for each in changes:
            one = each(one)
        return one

    return change


# Rule -> (what breaks it, where it is told, what stands there).
BROKEN: dict[str, tuple[Change, str, str]] = {
    "BR-06": (seller(name=""), "seller", ""),
    "BR-07": (buyer(name=""), "buyer", ""),
    "BR-09": (seller(address=Address()), "seller", ""),
    "BR-11": (buyer(address=Address()), "buyer", ""),
    "BR-12": (total(lines=None), "totals", ""),
    "BR-13": (total(net=None), "totals", ""),
    "BR-14": (total(gross=None), "totals", ""),
    "BR-15": (total(payable=None), "totals", ""),
    "BR-16": (head(lines=()), "", ""),
    "BR-21": (line(id=""), "line 1", ""),
    "BR-22": (line(quantity=None), "line 1", "1"),
    "BR-23": (line(unit=""), "line 1", "1"),
    "BR-24": (line(1, net=None), "line 2", "2"),
    "BR-25": (line(name=""), "line 1", "1"),
    "BR-26": (line(price=None), "line 1", "1"),
    "BR-27": (line(price=D("-0.01")), "line 1/price", "-0.01"),
    "BR-28": (line(gross_price=D(-1)), "line 1/gross_price", "-1"),
    "BR-29": (head(period=Period(date(2026, 3, 31), date(2026, 3, 30))), "period/last", "2026-03-30"),
    "BR-30": (line(period=Period(date(2026, 3, 3), date(2026, 3, 2))), "line 1/period/last", "2026-03-02"),
    "BR-32": (allowance(0, category=""), "allowance 1", ""),
    "BR-33": (allowance(0, reason=""), "allowance 1", ""),
    "BR-37": (allowance(1, category=""), "allowance 2", ""),
    "BR-38": (allowance(1, code=""), "allowance 2", ""),
    "BR-42": (of_line(1, reason=""), "line 1/allowance 2", ""),
    "BR-44": (of_line(0, reason=""), "line 1/allowance 1", ""),
    "BR-45": (group(taxable=None), "tax 1", ""),
    "BR-46": (group(tax=None), "tax 1", ""),
    "BR-47": (group(category=""), "tax 1", ""),
    "BR-48": (group(rate=None), "tax 1", ""),
    "BR-53": (head(tax_currency="RON"), "totals", "RON"),
    "BR-CO-03": (head(tax_point_on=date(2026, 3, 31), tax_point_code="35"), "tax_point_on", ""),
    "BR-CO-04": (line(category=""), "line 1", "1"),
    "BR-CO-09": (seller(vat_id="12345674"), "seller", "12345674"),
    "BR-CO-10": (total(lines=D("200.01")), "totals/lines", "200.01"),
    "BR-CO-11": (total(allowances=None), "totals/allowances", "nothing"),
    "BR-CO-12": (total(charges=D("29.99")), "totals/charges", "29.99"),
    "BR-CO-13": (total(net=D("199.99")), "totals/net", "199.99"),
    "BR-CO-14": (total(tax=D("38.01")), "totals/tax", "38.01"),
    "BR-CO-15": (total(gross=D("238.01")), "totals/gross", "238.01"),
    "BR-CO-16": (total(payable=D("218.49")), "totals/payable", "218.49"),
    "BR-CO-17": (group(tax=D(40)), "tax 1/tax", "40"),
    "BR-CO-18": (head(taxes=()), "", ""),
    "BR-CO-25": (head(payment=Payment()), "totals/payable", "218.5"),
    "BR-CO-26": (seller(ids=(), vat_id=""), "seller", ""),
    "BR-DEC-01": (allowance(0, amount=D("30.001")), "allowance 1/amount", "30.001"),
    "BR-DEC-02": (allowance(0, base=D("300.001")), "allowance 1/base", "300.001"),
    "BR-DEC-05": (allowance(1, amount=D("30.001")), "allowance 2/amount", "30.001"),
    "BR-DEC-06": (allowance(1, base=D("60.001")), "allowance 2/base", "60.001"),
    "BR-DEC-09": (total(lines=D("200.001")), "totals/lines", "200.001"),
    "BR-DEC-10": (total(allowances=D("30.001")), "totals/allowances", "30.001"),
    "BR-DEC-11": (total(charges=D("30.001")), "totals/charges", "30.001"),
    "BR-DEC-12": (total(net=D("200.001")), "totals/net", "200.001"),
    "BR-DEC-13": (total(tax=D("38.001")), "totals/tax", "38.001"),
    "BR-DEC-14": (total(gross=D("238.001")), "totals/gross", "238.001"),
    "BR-DEC-15": (total(tax_accounting=D("190.001")), "totals/tax_accounting", "190.001"),
    "BR-DEC-16": (total(prepaid=D("20.001")), "totals/prepaid", "20.001"),
    "BR-DEC-17": (total(rounding=D("0.501")), "totals/rounding", "0.501"),
    "BR-DEC-18": (total(payable=D("218.501")), "totals/payable", "218.501"),
    "BR-DEC-19": (group(taxable=D("200.001")), "tax 1/taxable", "200.001"),
    "BR-DEC-20": (group(tax=D("38.001")), "tax 1/tax", "38.001"),
    "BR-DEC-23": (line(net=D("150.001")), "line 1/net", "150.001"),
    "BR-DEC-24": (of_line(1, amount=D("25.001")), "line 1/allowance 2/amount", "25.001"),
    "BR-DEC-25": (of_line(1, base=D("250.001")), "line 1/allowance 2/base", "250.001"),
    "BR-DEC-27": (of_line(0, amount=D("50.001")), "line 1/allowance 1/amount", "50.001"),
    "BR-DEC-28": (of_line(0, base=D("500.001")), "line 1/allowance 1/base", "500.001"),
    "PEPPOL-EN16931-R040": (of_line(0, percent=D(11)), "line 1/allowance 1/amount", "50"),
    "PEPPOL-EN16931-R046": (line(discount=D("0.51")), "line 1/price", "12.5"),
    "PEPPOL-EN16931-R110": (line(period=Period(date(2026, 2, 28), date(2026, 3, 9))), "line 1/period/first",
                            "2026-02-28"),
    "PEPPOL-EN16931-R120": (line(net=D("150.03")), "line 1/net", "150.03"),
    "PEPPOL-EN16931-R121": (line(1, base_quantity=D(0)), "line 2/base_quantity", "0"),
}  # fmt: skip


def _of_category(code: str, prefix: str) -> dict[str, tuple[str, Change, str, str]]:
    wrong = D(19) if code == "O" else D(-1) if code in ("L", "M") else D(0) if code == "S" else D(3)
    nobody = seller(vat_id="RO1") if code == "O" else seller(vat_id="")
    tax = RATED.get(code, D(0)) * 2
    reason = "" if code in EXEMPT else "because"
    return {
        f"{prefix}-01": (code, head(taxes=()), "", code),
        f"{prefix}-02": (code, both(nobody, only("line")), "seller", "RO1" if code == "O" else "Aurora"),
        f"{prefix}-03": (code, both(nobody, only("allowance")), "seller", "RO1" if code == "O" else "Aurora"),
        f"{prefix}-04": (code, both(nobody, only("charge")), "seller", "RO1" if code == "O" else "Aurora"),
        f"{prefix}-05": (code, line(1, rate=wrong), "line 2/rate", str(wrong)),
        f"{prefix}-06": (code, allowance(0, rate=wrong), "allowance 1/rate", str(wrong)),
        f"{prefix}-07": (code, allowance(1, rate=wrong), "allowance 2/rate", str(wrong)),
        f"{prefix}-08": (code, group(taxable=D("200.01")), "tax 1/taxable", "200.01"),
        f"{prefix}-09": (code, group(tax=tax + 1), "tax 1/tax", str(tax + 1)),
        f"{prefix}-10": (code, group(exemption=reason), "tax 1", reason),
    }


OF_CATEGORIES = {
    rule: found for code, prefix in CATEGORIES.items() for rule, found in _of_category(code, prefix).items()
}
OTHER = replace(good().taxes[0], taxable=D(0), tax=D(0))
OF_CATEGORIES |= {
    "BR-IC-11": ("K", head(delivered_on=None, period=Period()), "", ""),
    "BR-IC-12": ("K", head(deliver_to=None), "", ""),
    "BR-O-11": ("O", lambda one: replace(one, taxes=(*one.taxes, OTHER)), "tax 2", "S"),
    "BR-O-12": ("O", line(1, category="S"), "line 2", "S"),
    "BR-O-13": ("O", allowance(0, category="S"), "allowance 1", "S"),
    "BR-O-14": ("O", allowance(1, category="S"), "allowance 2", "S"),
}
EVERY = {rule: ("S", *found) for rule, found in BROKEN.items()} | OF_CATEGORIES


@pytest.mark.parametrize("code", CATEGORIES)
def test_a_good_invoice_of_each_category_breaks_no_rule(code: str) -> None:
    assert [(fault.rule.id, fault.miss) for fault in check(good(code))] == []


@pytest.mark.parametrize("rule", sorted(EVERY))
def test_a_rule_that_is_broken_is_told_at_its_place_with_what_stands_there(rule: str) -> None:
    code, change, where, value = EVERY[rule]
    found = [fault for fault in check(change(good(code))) if fault.rule.id == rule]
    assert [(fault.miss.where, fault.miss.value) for fault in found] == [(where, value)]
    fault = found[0]
    assert fault.severity is (Severity.WARNING if rule.startswith("PEPPOL") else Severity.ERROR)
    finding = fault.finding("a.xml", 7)
    assert (finding.id, finding.place.file, finding.place.line, finding.place.key) == (rule, "a.xml", 7, where)
    assert finding.message.endswith(".")
    assert finding.cure


def test_every_rule_has_a_test_that_breaks_it_and_an_id_of_its_own() -> None:
    ids = [rule.id for rule in rules()]
    assert len(ids) == len(set(ids))
    assert set(ids) == set(EVERY)
    assert all(rule.says.endswith(".") and rule.cure.endswith(".") for rule in rules())
    assert all(family.title for family in families().values())


def test_the_buyer_of_a_reverse_charge_or_an_intra_community_supply_is_told_by_an_id() -> None:
    for code, change in (("AE", buyer(vat_id="", legal_id=None)), ("K", buyer(vat_id=""))):
        prefix = CATEGORIES[code]
        found = [fault.miss.where for fault in check(change(good(code))) if fault.rule.id == f"{prefix}-02"]
        assert found == ["buyer"]
    assert not check(buyer(vat_id="")(good("AE")))


@pytest.mark.parametrize("code", sorted(set(CATEGORIES) - set(RATED)))
def test_a_category_without_rates_has_one_group(code: str) -> None:
    twice = replace(good(code), taxes=(good(code).taxes[0], replace(good(code).taxes[0], taxable=D(0))))
    assert f"{CATEGORIES[code]}-01" in {fault.rule.id for fault in check(twice)}


def test_a_line_at_a_rate_that_no_group_has_is_told() -> None:
    found = [one for one in check(line(1, rate=D(7))(good())) if one.rule.id == "BR-S-08"]
    assert [one.miss.where for one in found] == ["tax 1/taxable", "line 2/rate"]
    assert found[0].miss.message == ("The taxable sum of S at 19 % is 200; its lines - allowances + charges are 150.")


# ---- tolerance, as the norm says ---------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("off", "severity"),
    [
        ("0.01", Severity.NOTE),
        ("0.99", Severity.NOTE),
        ("1.00", Severity.ERROR),
        ("-0.99", Severity.NOTE),
        ("-1.00", Severity.ERROR),
    ],
)
def test_a_tax_may_stand_less_than_one_unit_beside_its_rate(off: str, severity: Severity) -> None:
    changed = both(group(tax=38 + D(off)), total(tax=38 + D(off), gross=238 + D(off), payable=D("218.5") + D(off)))
    found = [(one.rule.id, one.severity) for one in check(changed(good()))]
    grave = [("BR-CO-17", severity)] if severity is Severity.ERROR else []
    assert sorted(found) == [*grave, ("BR-S-09", severity)]


def test_a_taxable_sum_has_no_tolerance() -> None:
    found = [one for one in check(group(taxable=D("200.01"))(good())) if one.rule.id == "BR-S-08"]
    assert [one.severity for one in found] == [Severity.ERROR]


@pytest.mark.parametrize(("net", "found"), [("150.00", []), ("150.02", [Severity.NOTE]), ("150.03", [Severity.WARNING]),
                                            ("149.98", [Severity.NOTE]), ("149.97", [Severity.WARNING])])  # fmt: skip
def test_a_line_may_stand_two_cents_beside_quantity_times_price(net: str, found: list[Severity]) -> None:
    told = [one for one in check(line(net=D(net))(good())) if one.rule.id == "PEPPOL-EN16931-R120"]
    assert [one.severity for one in told] == found


def test_the_sums_of_the_document_have_no_tolerance() -> None:
    for name in ("lines", "allowances", "charges", "net", "gross", "payable"):
        value = getattr(good().totals, name) + D("0.01")
        assert [one for one in check(total(**{name: value})(good())) if one.severity is Severity.ERROR], name


def test_no_digit_is_lost_where_numbers_are_long() -> None:
    huge = D("123456789012345678.12")
    lines = tuple(Line(id=str(at), quantity=D(1), unit="C62", net=huge, price=huge, name="x", category="Z", rate=D(0))
                  for at in range(3))  # fmt: skip
    net = D("370370367037037034.36")
    one = replace(
        good("Z"), lines=lines, allowances=(), taxes=(TaxGroup("Z", D(0), net, D(0)),),
        totals=Totals(lines=net, net=net, tax=D(0), gross=net, payable=net),
    )  # fmt: skip
    assert check(one) == ()
    assert "BR-CO-10" in {fault.rule.id for fault in check(total(lines=net + D("0.01"))(one))}


@settings(max_examples=200, deadline=None)
@given(
    amounts=st.lists(st.tuples(st.integers(1, 10_000), st.integers(0, 10**9)), min_size=1, max_size=12),
    rate=st.integers(1, 27),
    part=st.sampled_from(["lines", "net", "tax", "gross", "payable"]),
    off=st.integers(-500, 500).filter(bool),
)
def test_any_invoice_whose_sums_are_right_is_clean_and_one_cent_anywhere_is_found(
    amounts: list[tuple[int, int]], rate: int, part: str, off: int
) -> None:
    invoice = read(ubl(lines=[("x", count, price) for count, price in amounts], rate=rate).encode()).invoice
    assert check(invoice) == () or invoice.totals.payable == 0
    moved = replace(invoice, totals=replace(invoice.totals, **{part: getattr(invoice.totals, part) + D(off) / 100}))
    assert [fault for fault in check(moved) if fault.severity is Severity.ERROR]
