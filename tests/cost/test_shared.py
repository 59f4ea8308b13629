"""One amount of the books led to several partners by a stated key: parts and rest come to it to the cent."""

from __future__ import annotations

from decimal import Decimal
from fractions import Fraction
from functools import partial
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.cost.month import cost_of
from tallystick.cost.month_inputs import Basis, MonthInputs, Price
from tallystick.cost.shared import Allocation, Key, SharedAmount, SharingRule, Weight, sharing_rules_at
from tallystick.cost.shared import allocations as allocations_known
from tallystick.vocabulary.errors import DataError
from tallystick.vocabulary.money import Money

MAY = "2026-05"
allocations = partial(allocations_known, known=("aurora", "borealis", "cordoba"))


def rule(**parts: object) -> SharingRule:
    return SharingRule.model_validate({"kinds": "TELEPHONY", **parts})


def amount(text: str, kind: str = "telephony", currency: str = "EUR", key: int = 1) -> SharedAmount:
    return SharedAmount(key, kind, Decimal(text), currency)


def weights(**values: int | None) -> dict[Key, list[Weight]]:
    told = [Weight(name, None if value is None else Fraction(value), 1) for name, value in values.items()]
    return {Key.VOLUME: told, Key.HOURS: told}


def led(found: Allocation) -> dict[str, str]:
    return {one.partner: str(one.amount) for one in found.parts}


def test_by_volume_each_partner_gets_the_share_of_its_contacts() -> None:
    (found,) = allocations(
        MAY, [amount("3000")], [rule(key="volume")], weights(aurora=5000, borealis=3000, cordoba=2000)
    )
    assert led(found) == {"aurora": "EUR 1,500.00", "borealis": "EUR 900.00", "cordoba": "EUR 600.00"}
    assert str(found.rest) == "EUR 0.00"
    assert found.parts[0].step.inserted == "EUR 3,000.00 x 5,000 / 10,000 -> EUR 1,500.00"


def test_by_hours_what_the_client_keeps_is_taken_off_first() -> None:
    (found,) = allocations(
        MAY, [amount("1000")], [rule(key="hours", own="10%")], weights(aurora=7200 * 3600, borealis=1800 * 3600)
    )
    assert led(found) == {"aurora": "EUR 720.00", "borealis": "EUR 180.00"}
    assert (str(found.rest), found.why) == ("EUR 100.00", "10 % stays with the client")
    assert found.parts[1].step.inserted == "EUR 1,000.00 x 90 % x 1,800 / 9,000 h -> EUR 180.00"


def test_fixed_shares_leave_the_rest_and_need_no_count() -> None:
    (found,) = allocations(
        MAY, [amount("999.99")], [rule(key="fixed", shares={"aurora": "50%", "borealis": "30%"})], {}
    )
    assert led(found) == {"aurora": "EUR 500.00", "borealis": "EUR 299.99"}
    assert str(found.rest) == "EUR 200.00"


def test_rows_of_a_kind_are_one_amount_and_currencies_stay_apart() -> None:
    rows = [amount("10.005"), amount("10.005", key=2), amount("7", currency="USD", key=3)]
    found = allocations(MAY, rows, [rule(key="fixed", shares={"aurora": "100%"})], {})
    assert [(str(one.amount), one.n, one.parts[0].refs) for one in found] == [
        ("EUR 20.01", 2, ("cost:1", "cost:2")), ("USD 7.00", 1, ("cost:3",)),
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("told", "counts", "finding", "why"),
    [
        ({"key": "volume"}, {"aurora": 10, "borealis": None}, "TS-K008", "contacts of borealis are not known"),
        ({"key": "hours"}, {"aurora": None}, "TS-K008", "productive hours of aurora"),
        ({"key": "volume"}, {"aurora": 0, "borealis": 0}, "TS-K008", "no contacts were counted"),
        ({"key": "volume"}, {}, "TS-K008", "no contacts were counted"),
        ({"key": "volume", "kinds": "travel"}, {"aurora": 10}, "TS-K007", "no key is stated"),
        ({"key": "volume", "to": "2026-04"}, {"aurora": 10}, "TS-K007", "no key is stated"),
    ],
)
def test_what_cannot_be_led_is_whole_in_the_rest_and_a_finding(
    told: dict[str, object], counts: dict[str, int | None], finding: str, why: str
) -> None:
    (found,) = allocations(MAY, [amount("3000")], [rule(**told)], weights(**counts))
    assert (found.parts, str(found.rest)) == ((), "EUR 3,000.00")
    assert [one.id for one in found.findings] == [finding]
    assert why in found.findings[0].message


def test_an_unknown_count_of_a_partner_that_is_not_among_those_named_does_not_matter() -> None:
    (found,) = allocations(
        MAY, [amount("10")], [rule(key="volume", partners=["aurora"])], weights(aurora=3, borealis=None)
    )
    assert led(found) == {"aurora": "EUR 10.00"}


@pytest.mark.parametrize(
    ("told", "rest"),
    [
        ({"key": "fixed", "shares": {"aurora": "20%", "corduba": "50%"}}, "EUR 800.00"),
        ({"key": "volume", "partners": ["aurora", "corduba"]}, "EUR 1,000.00"),
    ],
)
def test_the_share_of_a_partner_without_a_contract_stays_in_the_rest_and_is_told(
    told: dict[str, object], rest: str
) -> None:
    (found,) = allocations(MAY, [amount("1000")], [rule(**told)], weights(aurora=3))
    assert (str(found.rest), found.why) == (rest, "there is no contract with corduba")
    assert sum((one.amount for one in found.parts), found.rest) == found.amount
    assert [(one.id, one.cure) for one in found.findings] == [
        ("TS-K012", "Did you mean cordoba? Correct the name in shared-costs.yaml."),
    ]  # fmt: skip


def test_an_invoice_is_one_partners_whatever_a_rule_says() -> None:
    (found,) = allocations(MAY, [amount("10", "invoice")], [rule(kinds="invoice", key="volume")], weights(aurora=1))
    assert (found.parts, found.why) == ((), "an invoice is one partner's")


@given(
    cents=st.integers(-(10**9), 10**9),
    counts=st.lists(st.integers(0, 10**6), min_size=1, max_size=9),
    own=st.integers(0, 100),
    currency=st.sampled_from(["EUR", "JPY", "KWD"]),
)
def test_parts_and_rest_always_come_to_the_amount(cents: int, counts: list[int], own: int, currency: str) -> None:
    whole = Money.of_minor(cents, currency)
    told = weights(**{f"p{at}": count for at, count in enumerate(counts)})
    row = SharedAmount(1, "telephony", whole.amount, currency)
    (found,) = allocations(MAY, [row], [rule(key="volume", own=f"{own}%")], told)
    assert sum((one.amount for one in found.parts), found.rest) == whole == found.amount
    for part, count in ((one, counts[int(one.partner[1:])]) for one in found.parts):
        exact = Fraction(whole.amount) * Fraction(100 - own, 100) * count / sum(counts)
        assert abs(Fraction(part.amount.amount) - exact) <= Fraction(Money.of_minor(1, currency).amount)


# ---- in a partner's month --------------------------------------------------------------------------------------------


def test_a_part_is_a_line_of_the_partners_month_beside_the_rate_card() -> None:
    (found,) = allocations(
        MAY, [amount("30.05"), amount("1", key=2)], [rule(key="fixed", shares={"aurora": "50%"})], {}
    )
    month = MonthInputs("aurora", MAY, "EUR", allocated=found.parts)
    (line,) = cost_of(month).lines
    assert (line.part, line.title, line.basis, line.on_rate_card, str(line.amount), line.n) == (
        "tools", "telephony, shared", Basis.SHARED, False, "EUR 15.53", 2,
    )  # fmt: skip
    assert line.steps[0].inserted == "EUR 31.05 x 50 % -> EUR 15.53"


def test_a_part_in_another_currency_is_converted_or_stands_apart() -> None:
    (found,) = allocations(MAY, [amount("10")], [rule(key="fixed", shares={"cordoba": "100%"})], {})
    month = MonthInputs("cordoba", MAY, "USD", allocated=found.parts)
    apart = cost_of(month)
    assert (apart.total, [str(one.amount) for one in apart.apart]) == (None, ["EUR 10.00"])
    priced = MonthInputs("cordoba", MAY, "USD", allocated=found.parts, prices={"EUR": Price(Fraction("1.1"), "x")})
    assert str(cost_of(priced).total) == "USD 11.00"


# ---- the file --------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("- {kinds: tools, key: weight}", "1:18: `key` cannot be 'weight'"),
        ("- {kinds: tools, key: fixed}", "`shares` are named for the key fixed"),
        ("- {kinds: tools, key: volume, shares: {aurora: 5%}}", "`shares` are named for the key fixed"),
        ("- {kinds: tools, key: fixed, shares: {aurora: 60%, borealis: 41%}}", "more than 100%"),
        ("- {kinds: tools, key: fixed, shares: {aurora: 60%}, own: 41%}", "more than 100%"),
        ("- {kinds: tools, key: fixed, shares: {aurora: 60%}, partners: [aurora]}", "`partners` is left out"),
        ("- {kinds: tools, key: fixed, shares: {aurora: 0.6}}", "percentage"),
        ("- {kinds: [], key: volume}", "1:4: `kinds` must not be empty"),
        ("- {kinds: tools, key: volume}\n- {kinds: [x, Tools], key: hours}", "two keys for tools"),
        ("- [", "1:4: This is not YAML"),
    ],
)
def test_a_file_that_is_wrong_says_where(tmp_path: Path, text: str, says: str) -> None:
    path = tmp_path / "shared-costs.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataError, match=says):
        sharing_rules_at(path)


@pytest.mark.parametrize(
    ("first", "second", "meet"),
    [
        ("to: 2026-04", "from: 2026-05", False),
        ("to: 2026-05", "from: 2026-05", True),
        ("to: 2026-04", "from: 2026-05, to: 2026-09", False),
        ("from: 2026-02, to: 2026-03", "from: 2026-04, to: 2026-05", False),
        ("from: 2026-02, to: 2026-08", "from: 2026-04, to: 2026-05", True),
        ("from: 2026-02", "from: 2026-04", True),
    ],
)
def test_two_keys_of_a_kind_meet_where_they_share_a_month(tmp_path: Path, first: str, second: str, meet: bool) -> None:
    path = tmp_path / "shared-costs.yaml"
    for one, other in ((first, second), (second, first)):
        path.write_text(
            f"- {{kinds: [tools, qa], key: volume, {one}}}\n- {{kinds: [travel, Tools], key: hours, {other}}}\n",
            "utf-8",
        )
        if meet:
            with pytest.raises(DataError, match="two keys for tools in one month"):
                sharing_rules_at(path)
        else:
            assert len(sharing_rules_at(path)) == 2


@pytest.mark.parametrize(
    ("month", "covered"), [("2026-03", False), ("2026-04", True), ("2026-05", True), ("2026-06", False)]
)
def test_both_months_of_a_rule_are_counted(month: str, covered: bool) -> None:
    told = rule(key="volume", **{"from": "2026-04", "to": "2026-05"})
    assert told.covers("Telephony", month) is covered


def test_an_allocation_says_what_was_found_as_plain_values() -> None:
    (found,) = allocations(MAY, [amount("3")], [], {})
    told = found.as_json()
    assert (told["month"], told["parts"], [one["id"] for one in told["findings"]]) == (MAY, [], ["TS-K007"])


def test_one_kind_may_change_its_key_from_a_month_on(tmp_path: Path) -> None:
    path = tmp_path / "shared-costs.yaml"
    path.write_text(
        "- {kinds: tools, key: volume, to: 2026-04}\n- {kinds: tools, key: hours, from: 2026-05}\n", "utf-8"
    )
    assert [one.key for one in sharing_rules_at(path) if one.covers("TOOLS", MAY)] == ["hours"]


def test_a_weight_rests_on_no_row_unless_it_says_so_and_a_rule_names_a_partner_or_none() -> None:
    assert Weight("aurora", None).n == 0
    parts = {"kinds": ["tools"], "key": "volume"}
    assert SharingRule.model_validate(parts).partners is None
    assert SharingRule.model_validate({**parts, "partners": ["aurora"]}).partners == ("aurora",)
    with pytest.raises(ValueError, match="at least 1 item"):
        SharingRule.model_validate({**parts, "partners": []})
