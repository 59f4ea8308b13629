"""One more pricing model is one more file: it is read, linted, rendered, priced, and stands in the schema."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from datetime import date
from pathlib import Path

import pytest

from tallystick import registry
from tallystick.billing.examples import rate_example_findings
from tallystick.contract import charge as charge_module
from tallystick.contract import charges
from tallystick.contract.charge import charge_kinds
from tallystick.contract.check import check_text
from tallystick.contract.clause import clause_kinds
from tallystick.contract.load import load_text
from tallystick.contract.own_part import own_part
from tallystick.contract.plain import plain
from tallystick.contract.schema import json_schema
from tests.contract.rate_card import CARDS, P1, TEXT, contract_with, found_in, text_with

FILE = '''
"""A price for each kilometre."""

from fractions import Fraction
from typing import Literal

from tallystick.contract.charge import Charge
from tallystick.contract.quantity import Number
from tallystick.contract.rule import reading_rule


class PerKilometre(Charge):
    """Kilometres times a rate."""

    kind: Literal["per_kilometre"] = "per_kilometre"
    rate: Number
    kilometres: Number

    def plain(self, contract, cards):
        return [f"{self.kilometres} kilometres are charged.", *self.closing_words(contract)]

    def lint(self, contract, cards):
        if self.kilometres > 1000:
            yield reading_rule("wrong_value").found(contract.charge_place(self, "kilometres"), "Too far.")

    def apply(self, values):
        return self.priced(values, Fraction(self.kilometres), Fraction(self.rate), [])
'''
LINE = "  - {id: KM, kind: per_kilometre, rate: 0.30, kilometres: FAR, examples: [{given: {}, expect: {amount: 30}}]}"


@pytest.fixture
def _one_more_kind(tmp_path: Path) -> Iterator[None]:
    (tmp_path / "per_kilometre.py").write_text(FILE)
    charges.__path__.append(str(tmp_path))
    registry.load_folder.cache_clear()
    charge_module.charge_kind.cache_clear()
    yield
    charges.__path__.remove(str(tmp_path))
    sys.modules.pop("tallystick.contract.charges.per_kilometre", None)
    registry.load_folder.cache_clear()
    charge_module.charge_kind.cache_clear()


@pytest.mark.usefixtures("_one_more_kind")
def test_a_new_pricing_model_is_one_file() -> None:
    text = text_with(f"{P1}\n{LINE.replace('FAR', '100')}")
    contract, findings = check_text(text, CARDS)
    assert findings == []
    assert contract is not None
    assert "100 kilometres are charged." in plain(contract)
    assert "PerKilometre" in json_schema()["$defs"]
    assert rate_example_findings(contract) == []
    assert found_in(f"{P1}\n{LINE.replace('FAR', '1001')}") == ["TS-C008"]


def test_no_pricing_model_has_the_name_of_a_kind_of_clause() -> None:
    """What an amendment adds is told by its kind alone."""
    assert not set(charge_kinds()) & set(clause_kinds())


def test_each_pricing_model_is_in_the_schema_and_says_what_it_is() -> None:
    schema = json_schema()
    listed = schema["properties"]["charges"]["items"]["oneOf"]
    kinds = {schema["$defs"][part["$ref"].rsplit("/", 1)[1]]["properties"]["kind"]["const"] for part in listed}
    assert kinds == set(charge_kinds())
    assert all((kind.__doc__ or "").strip() for kind in charge_kinds().values())


# ---- reading --------------------------------------------------------------------------------------------------------


def test_a_broken_charge_hides_neither_the_others_nor_what_else_it_says() -> None:
    """The last day is no day; the queue of the same charge and the measure of the next one are wrong too."""
    found = found_in(
        "  - {id: P1, kind: per_minute, rate: 0.42, to: soon, for: {queue: nope}, examples: [{given: {quantity: 100m},"
        " expect: {amount: 42}}]}\n"
        "  - {id: P2, kind: per_unit, rate: 1, quantity: {measure: nope}, examples: [{given: {quantity: 1},"
        " expect: {amount: 1}}]}"
    )
    assert found == ["TS-C008", "TS-C159", "TS-C141"]


def test_a_charge_that_is_none_is_told_what_one_looks_like() -> None:
    for line, rule in (("  - nothing", "TS-C008"), ("  - {id: P1, rate: 1}", "TS-C007")):
        assert rule in found_in(line)
    _, findings = check_text(TEXT.replace("CHARGES", "  none: 1"), CARDS)
    assert "`charges` must be a list of charges." in [one.message for one in findings]


def test_an_included_text_brings_series() -> None:
    text = text_with().replace("calendars:", "include: [rates.yaml]\ncalendars:")
    text = text.replace("  leu: {values: {2026-01: 0.20, 2026-02: 0.21}}\n", "")
    contract, findings = load_text(text, includes={"rates.yaml": "series: {leu: {values: {2026-01: 0.2}}}\n"})
    assert findings == []
    assert contract is not None
    assert set(contract.series) == {"cpi", "leu"}


# ---- amendments and a partner's own part ----------------------------------------------------------------------------

AMENDED = """amendments:
  - id: AM1
    effective: 2026-05-01
    changes:
      - {charge: P1, set: {rate: 0.50, title: null}}
      - {add: {id: P2, kind: fixed, amount: 5}}
  - id: AM2
    effective: 2026-06-01
    changes: [{charge: P2, remove: true}]
"""


def amended(changes: str = AMENDED) -> str:
    return text_with() + changes


def test_amendments_change_add_and_end_charges() -> None:
    contract, findings = load_text(amended())
    assert findings == []
    assert contract is not None
    rates = {
        day: {charge.id: str(charge.unit_rate) for charge in contract.in_force(date.fromisoformat(day)).charges}
        for day in ("2026-04-30", "2026-05-01", "2026-06-01")
    }
    assert rates == {
        "2026-04-30": {"P1": "21/50"},
        "2026-05-01": {"P1": "1/2", "P2": "None"},
        "2026-06-01": {"P1": "1/2"},
    }
    words = plain(contract)
    assert "Charge P1: rate becomes 0.50" in words
    assert "Charge P2 is added." in words
    assert "Charge P2 ends." in words


def test_an_amendment_of_a_charge_that_is_not_there_is_told_with_those_that_are() -> None:
    _, findings = load_text(amended(AMENDED.replace("charge: P1", "charge: P9")))
    (finding,) = [one for one in findings if one.id == "TS-C013"]
    assert "changes charge 'P9'" in finding.message
    assert "P1" in finding.cure


def test_a_partners_own_part_keeps_what_its_charges_follow_and_nothing_else() -> None:
    more = (
        "  leu: {values",
        "  forint: {values: {2026-01: 1}}\n  leu: {values",
    )
    calendars = ("calendars: {office:", "calendars: {unused: {week: always}, no-holidays: {week: always}, office:")
    premium = "{id: P2, kind: premium, on: P1, percentage: 5%, days: {closed: no-holidays}, for: {queue: german}}"
    charges_text = f"{P1}\n  - {premium}"
    contract = contract_with(charges_text, more, calendars)
    part = own_part(contract, "aurora").decode()
    assert "forint" not in part
    assert "unused" not in part
    for kept in ("leu", "cpi", "no-holidays", "german", "per_minute", "after-discount"):
        assert kept in part
    again, findings = load_text(part)
    assert findings == []
    assert again is not None
    assert again.charges == contract.charges
    assert own_part(again, "aurora").decode() == part
