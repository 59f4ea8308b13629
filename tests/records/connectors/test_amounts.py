"""Which mark parts decimals: the cell decides where it can, else its column, and where neither can it is told."""

from __future__ import annotations

from decimal import Decimal
from pathlib import Path

import pyarrow as pa
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tallystick.records.connectors._amounts import COMMA, POINT, decimals_in, decimals_of, exact_in
from tallystick.records.connectors._listed import numbers_in
from tests.records.connectors.test_floor_lists import read, take

# Minus, en dash, hyphen that does not break, small and wide hyphen.
MINUSES = ("-", "\u2212", "\u2013", "\u2011", "\ufe63", "\uff0d")

HEAD = "kind,month,amount,currency\n"


def one(cell: str, mark: str = "") -> Decimal | None:
    (found,) = decimals_in(pa.array([cell]), mark).to_pylist()
    return None if found is None else Decimal(found)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("0.125", "0.125"), ("0,125", "0.125"), ("-0.125", "-0.125"), (".125", "0.125"), ("EUR 0.999", "0.999"),
        ("1.234.567", "1234567"), ("1,234,567", "1234567"), ("1.234,5", "1234.5"), ("1,234.5678", "1234.5678"),
        ("1234.567", "1234.567"), ("1234,567", "1234.567"), ("12.5", "12.5"), ("12,50", "12.5"), ("1.2345", "1.2345"),
        ("12,34,567.50", "1234567.5"), ("(1.234,00)", "-1234"), ("7", "7"), ("7.", "7"),
    ],
)  # fmt: skip
@pytest.mark.parametrize("mark", ["", POINT, COMMA])
def test_a_cell_that_can_mean_one_thing_only_means_it_whatever_the_column_says(
    cell: str, amount: str, mark: str
) -> None:
    assert one(cell, mark) == Decimal(amount)


def both(cell: str) -> tuple[Decimal | None, Decimal | None]:
    """The cell as an amount, and as a number of which every digit counts."""
    (exact,) = exact_in(pa.array([cell]), COMMA).to_pylist()
    return one(cell, COMMA), exact


@pytest.mark.parametrize("minus", MINUSES)
def test_every_sign_that_people_write_for_less_than_nothing_is_one(minus: str) -> None:
    assert both(f"{minus}100,50") == both(f"€ {minus} 100,50") == (Decimal("-100.5"), Decimal("-100.5"))


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("EUR 12,5", "12.5"), ("12,5 €", "12.5"), ("-€ 12,5", "-12.5"), ("(€ 12,50)", "-12.5"),
        ("(12,50) EUR", "-12.5"),
        ("lei 5", "5"), ("100,50 kr.", "100.5"), ("Rs.100", "100"), ("US$5", "5"), ("+100,5", "100.5"),
        ("1 250,00", "1250"), ("1\u202f250\u00a0000,5 €", "1250000.5"), ("1'250,00", "1250"), ("1\u2019250,00", "1250"),
        ("100,-", "100"), ("CHF 45,\u2013", "45"), ("100,—", "100"), ("\u200e-5,5", "-5.5"),
    ],
)  # fmt: skip
def test_currency_and_blanks_and_marks_of_thousands_say_nothing_of_an_amount(cell: str, amount: str) -> None:
    assert both(cell) == (Decimal(amount), Decimal(amount))


@pytest.mark.parametrize(
    "cell",
    [
        "1,5E3", "1.2E+05", "7:30", "1/2", "3 x 40", "3 40", "12 34,5", "20,00 CR", "20,00 DR", "2 Mio EUR", "12k",
        "5 T€", "7,5 h", "12 EUR 50", "1 EUR 250", "10 %", "#5", "--5", "+-5", "—5", "-(5)", "1-2", "\u0663", "NaN",
    ],
)  # fmt: skip
def test_a_cell_with_anything_else_in_it_is_no_number(cell: str) -> None:
    assert both(cell) == (None, None)


@pytest.mark.parametrize(
    ("cell", "amount"),
    [
        ("0,125", None), ("-0,125", None), ("012,345", None), ("0,125.5", None), ("0,000", None), ("0,125,000", None),
        ("0,12", None), ("0 125", None), ("0'125.50", None), ("01 250", None),
        ("1,250", "1250"), ("-1,000.5", "-1000.5"), ("10,125", "10125"), ("100,125", "100125"),
        ("9,000,000", "9000000"),
        ("0.125", "0.125"), ("0125", "125"), ("1 025", "1025"), ("100 000", "100000"), ("90 000 000", "90000000"),
    ],
)  # fmt: skip
def test_no_thousands_begin_with_a_zero(cell: str, amount: str | None) -> None:
    wanted = None if amount is None else Decimal(amount)
    comma = cell.translate(str.maketrans(",.", ".,"))
    found = [exact_in(pa.array([text]), mark)[0].as_py() for text, mark in ((cell, POINT), (comma, COMMA))]
    assert found == [wanted, wanted]


def test_in_a_column_with_points_what_has_a_comma_for_decimals_is_refused_and_not_made_thousands() -> None:
    column = pa.array(["12.5", "7.25", "0,125", "1,5"])
    assert exact_in(column, POINT).to_pylist() == [Decimal("12.5"), Decimal("7.25"), None, None]


@pytest.mark.parametrize(
    ("cell", "thousandths", "whole"),
    [
        ("0,125", 125, None), ("-0,125", -125, None), ("0,000", 0, 0), ("012,345", 12_345, None),
        ("0,125,000", None, None), ("0,125.5", None, None),
        ("1,125", 1_125_000, 1125), ("10,125", 10_125_000, 10_125), ("100,125", 100_125_000, 100_125),
        ("9,000,125.5", 9_000_125_500, None),
    ],
)  # fmt: skip
def test_a_count_with_a_leading_zero_has_decimals_behind_its_comma(
    cell: str, thousandths: int | None, whole: int | None
) -> None:
    assert numbers_in(pa.array([cell]), 1000).to_pylist() == [thousandths]
    assert numbers_in(pa.array([cell])).to_pylist() == [whole]


def test_a_rate_of_tax_may_be_written_in_per_cent() -> None:
    assert [cell.as_py() for cell in exact_in(pa.array(["19 %", "7,5%", "9%9"]), COMMA, percent=True)] == [
        Decimal(19), Decimal("7.5"), None,
    ]  # fmt: skip


def test_a_mark_that_comes_twice_parts_thousands_so_the_other_one_parts_decimals() -> None:
    assert decimals_of(["45.000", "1.250.000"]) == COMMA
    assert decimals_of(["45,000", "1,250,000"]) == POINT
    assert decimals_of(["45.000", "1,250"]) == ""


@pytest.mark.parametrize("cell", ["1.250", "1,250"])
def test_one_group_of_three_is_what_the_column_says_else_thousands(cell: str) -> None:
    own = POINT if "." in cell else COMMA
    other = COMMA if own == POINT else POINT
    assert (one(cell), one(cell, other), one(cell, own)) == (Decimal(1250), Decimal(1250), Decimal("1.25"))


@given(st.decimals(min_value=0, max_value=10**9, places=2, allow_nan=False), st.sampled_from([(",", "."), (".", ",")]))
def test_what_is_written_with_both_marks_is_read_back(value: Decimal, marks: tuple[str, str]) -> None:
    thousands, decimals = marks
    text = f"{value:,.2f}".translate(str.maketrans({",": thousands, ".": decimals}))
    assert one(text) == value


@pytest.mark.parametrize(
    ("cells", "amounts"),
    [
        (["1.250", "12.50"], ["1.25", "12.5"]),
        (["1.250", "12,50"], ["1250", "12.5"]),
        (["1.250", "0.125"], ["1.25", "0.125"]),
        (["1.250", "1.000.000"], ["1250", "1000000"]),
        (["1,250", "1,000,000"], ["1250", "1000000"]),
        (["1,250", "12,5"], ["1.25", "12.5"]),
        (["1.250", "4711.125"], ["1.25", "4711.125"]),
    ],
)
def test_the_other_cells_of_the_column_decide(tmp_path: Path, cells: list[str], amounts: list[str]) -> None:
    assert taken(tmp_path, cells) == (amounts, [])


@pytest.mark.parametrize("cells", [["1.250", "7"], ["1.250", "12.5", "12,5"]])
def test_where_no_cell_decides_or_they_contradict_it_is_thousands_and_a_finding(
    tmp_path: Path, cells: list[str]
) -> None:
    amounts, findings = taken(tmp_path, cells)
    assert amounts[0] == "1250"
    assert findings == [("TS-I235", 1, "1.250")]


def test_the_mapping_decides_where_somebody_has_said_it(tmp_path: Path) -> None:
    assert taken(tmp_path, ["1.250", "7"])[1] != []
    path = tmp_path / "mappings" / "ledger.yaml"
    path.write_text(path.read_text("utf-8").replace("settings:", "settings:\n  decimals: point", 1), "utf-8")
    assert taken(tmp_path, ["1.250", "7"]) == (["1.25", "7"], [])


def taken(home: Path, cells: list[str]) -> tuple[list[str], list[tuple[str, int, str]]]:
    """The amounts that a list of costs leaves in the records, and what is told of them."""
    rows = [f'kind{at},2026-02,"{cell}",EUR\n' for at, cell in enumerate(cells)]
    outcome = take(home, "ledger.csv", HEAD + "".join(rows), "costs")
    told = [(one.id, one.count, one.value) for one in outcome.findings if one.id == "TS-I235"]
    stored = sorted(read(home, "cost"), key=lambda row: row["kind"])
    return [f"{row['amount'].normalize():f}" for row in stored], told
