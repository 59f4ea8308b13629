"""Errors planted into a year of three partners' invoices: each is found, with the right cause and to the cent."""

from __future__ import annotations

import random
from decimal import Decimal

import pytest

from tallystick.billing.check.value import InvoiceCheck
from tests.billing.planted.bills import bill
from tests.billing.planted.clean import CLEAN, Clean
from tests.billing.planted.kinds import Kind, Planting, every_kind
from tests.billing.planted.sent import checked, document
from tests.billing.planted.world import MONTHS

KINDS = every_kind()
MODELS = ("heads", "calls", "hours")
# In May as many contacts were free as April had less: both readings come to one figure, and both are told.
AMBIGUOUS = {("the_quantity_of_the_month_before", "2026-05")}
Told = tuple[str, str, Decimal]


def found_in(kind: Kind, month: str, planting: Planting) -> InvoiceCheck:
    documents = [document(planting.bill, **dict(planting.document))]
    for earlier, number in planting.others:
        documents.append(document(earlier, number, issued=None if earlier.month != month else "2027-01-20"))
    return checked(kind.model, month, documents)


def told(found: InvoiceCheck) -> list[Told]:
    """What a check says, without what only follows for discounts and tax."""
    return [(line.id, one.cause, one.amount.amount) for line, one in found.differences if one.cause != "follows"]


def holds(kind: Kind, month: str) -> None:
    planting = kind.plant(bill(kind.model, month))
    assert planting is not None
    found = found_in(kind, month, planting)
    assert found.closes
    if (kind.name, month) in AMBIGUOUS:
        ((_, one),) = [(line, one) for line, one in found.differences if one.cause != "follows"]
        assert (one.amount.amount, planting.cause in one.also) == (planting.amount, True)
        return
    assert told(found) == [(planting.line, planting.cause, planting.amount)], (kind.name, month)


def test_at_least_thirty_kinds_are_planted_in_three_models_and_every_one_happens() -> None:
    assert len(KINDS) >= 60
    assert {one.model for one in KINDS} == set(MODELS)
    assert all(one.months for one in KINDS)
    assert len({cause.plant(bill(cause.model, cause.months[0])).cause for cause in KINDS}) >= 30  # type: ignore[union-attr]


@pytest.mark.parametrize("model", MODELS)
def test_the_right_invoices_of_a_year_have_no_differences_and_no_findings(model: str) -> None:
    for month in MONTHS:
        found = checked(model, month, [document(bill(model, month))])
        assert (found.checked, found.differences, found.findings) == (True, (), ()), month


def agrees(one: Clean, month: str) -> None:
    documents = one.send(bill(one.model, month))
    assert documents is not None
    found = checked(one.model, month, documents)
    assert (found.checked, told(found), found.differences) == (True, [], ()), (one.name, month)


@pytest.mark.parametrize("one", CLEAN, ids=lambda one: one.name)
def test_a_right_bill_in_other_lines_or_documents_has_no_differences(one: Clean) -> None:
    agrees(one, one.months[-1])


@pytest.mark.long
def test_every_right_bill_of_the_year_in_other_lines_or_documents_has_no_differences() -> None:
    for one in CLEAN:
        for month in one.months:
            agrees(one, month)


@pytest.mark.parametrize("kind", KINDS, ids=lambda one: one.name)
def test_a_planted_error_is_found_with_its_cause_and_to_the_cent(kind: Kind) -> None:
    holds(kind, kind.months[-1])


@pytest.mark.long
def test_every_planted_error_of_the_year_is_found_with_its_cause_and_to_the_cent() -> None:
    for kind in KINDS:
        for month in kind.months:
            holds(kind, month)


def _pair(one: Kind, other: Kind, month: str) -> tuple[Planting, Planting] | None:
    """Two errors in one bill, on different lines and without further documents."""
    first = one.plant(bill(one.model, month))
    whole = first is not None and len(first.bill.rows) >= len(bill(one.model, month).rows)
    second = other.plant(first.bill) if first is not None and whole else None
    if first is None or second is None or first.others or second.others or first.document or second.document:
        return None
    if (
        first.line == second.line
        or {first.line, second.line} & {"VAT", "D1", "C1"}
        or " line " in first.line + second.line
    ):
        return None
    alone = other.plant(bill(other.model, month))
    return (first, second) if alone is not None and alone.amount == second.amount else None


def _pairs(many: int) -> None:
    """Two errors at once do not hide one another."""
    chance, done = random.Random(20260), 0  # noqa: S311 - the same pairs on every run
    while done < many:
        one, other = chance.sample(KINDS, 2)
        month = chance.choice(MONTHS)
        pair = _pair(one, other, month) if one.model == other.model else None
        if pair is None or {(one.name, month), (other.name, month)} & AMBIGUOUS:
            continue
        done += 1
        found = checked(one.model, month, [document(pair[1].bill)])
        main = [each for each in told(found) if each[0] not in ("D1", "C1", "VAT")]
        assert sorted(main) == sorted((each.line, each.cause, each.amount) for each in pair), (one.name, other.name)
        assert found.closes


def test_two_errors_in_one_invoice_do_not_hide_one_another() -> None:
    _pairs(15)


@pytest.mark.long
def test_many_pairs_of_errors_do_not_hide_one_another() -> None:
    _pairs(400)


def test_records_stand_behind_a_difference_of_counting() -> None:
    """Five Wednesdays' repeats and four Mondays' transfers of January and no other call."""
    kind = next(one for one in KINDS if one.name == "repeats_and_transfers_too")
    planting = kind.plant(bill("calls", "2026-01"))
    assert planting is not None
    line = found_in(kind, "2026-01", planting).line("CALL")
    assert line is not None
    (one,) = line.differences
    assert one.row_count == len(one.rows) == 8
    assert {row.row.endswith("-x") for row in one.rows} == {True}
    assert {(row.agreed, row.billed) for row in one.rows} == {(0, 1)}


def test_the_days_of_a_shared_agent_are_listed() -> None:
    kind = next(one for one in KINDS if one.name == "an_agent_of_one_line_on_another_too")
    planting = kind.plant(bill("hours", "2026-01"))
    assert planting is not None
    line = found_in(kind, "2026-01", planting).line("RO")
    assert line is not None
    (one,) = line.differences
    assert "Agent a1" in one.says
    assert {row.row.partition("@")[0] for row in one.rows} == {"a1"}
