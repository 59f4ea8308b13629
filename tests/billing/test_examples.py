"""The shipped rate cards run as tests, and an example that does not come out is told at its line."""

from __future__ import annotations

from functools import cache
from pathlib import Path

import pytest

from tallystick.billing.examples import RateExampleRun, first_whole_month, rate_example_findings, run_rate_examples
from tallystick.contract.charge import charge_kinds
from tallystick.contract.check import check_path
from tallystick.contract.model import Contract
from tallystick.contract.plain import plain
from tallystick.verdicts.cards import measure_cards
from tallystick.verdicts.examples import example_findings
from tallystick.vocabulary.finding import Severity
from tests.contract.rate_card import P1, contract_with

RATES = Path(__file__).parents[2] / "examples" / "rates"
TEXTS = sorted(RATES.glob("*.yaml"))


def contract_at(path: Path) -> Contract:
    contract, findings = check_path(path, measure_cards())
    assert contract is not None, findings
    assert [one for one in findings if one.severity is not Severity.NOTE] == []
    return contract


@cache
def runs_of(path: Path) -> list[RateExampleRun]:
    return run_rate_examples(contract_at(path))


def places() -> list[tuple[str, Path, int]]:
    return [
        (f"{path.stem}: {run.about} {place} {run.title}", path, place)
        for path in TEXTS
        for place, run in enumerate(runs_of(path))
    ]


@pytest.mark.parametrize(("path", "place"), [one[1:] for one in places()], ids=[name for name, _, _ in places()])
def test_a_worked_example_comes_out(path: Path, place: int) -> None:
    run = runs_of(path)[place]
    assert run.expected == run.found


def test_every_pricing_model_has_a_worked_example_that_ships() -> None:
    shown = {charge.kind for path in TEXTS for charge in contract_at(path).charges if charge.examples}
    assert shown == set(charge_kinds())


def test_examples_of_clauses_in_the_shipped_texts_hold_too() -> None:
    assert [finding for path in TEXTS for finding in example_findings(contract_at(path))] == []


@pytest.mark.parametrize("path", TEXTS, ids=[path.stem for path in TEXTS])
def test_the_shipped_texts_read_as_plain_language(path: Path) -> None:
    contract = contract_at(path)
    words = plain(contract, cards=measure_cards())
    assert all(f"### {charge.heading}" in words for charge in contract.charges)
    assert "## How the invoice is made" in words


WRONG = P1.replace("{amount: 42}", "{amount: 42.01, quantity: 101}")


def test_an_example_that_does_not_come_out_is_told_with_both_figures_at_its_line() -> None:
    (finding,) = rate_example_findings(contract_with(WRONG))
    assert (finding.id, finding.place.line) == ("TS-V011", 18)
    assert "amount: EUR 42.01 expected, EUR 42.00 computed; quantity: 101 expected, 100 computed" in finding.message


def test_a_bank_that_comes_out_otherwise_is_told() -> None:
    charge = (
        "  - {id: P1, kind: minimum_commitment, rate: 1, units: 10, banking: {months: 1},"
        " quantity: {measure: offered_calls}, examples: [{from: 2026-02-01, given: {quantity: 4},"
        " expect: {amount: 10, bank: {2026-02: 5}}}]}"
    )
    (finding,) = rate_example_findings(contract_with(charge))
    assert "bank: 2026-02 5 expected, 2026-02 6 computed" in finding.message


def test_an_invoice_that_comes_out_otherwise_is_told() -> None:
    told = "given: {charges: {P1: {quantity: 100m}}}, expect: {total: 43, fees: {monthly: 42}}"
    example = ("  fees: {monthly", f"  examples: [{{month: 2026-02, {told}}}]\n  fees: {{monthly")
    (finding,) = rate_example_findings(contract_with(P1, example))
    assert (
        "The worked example of the invoice does not come out. total: EUR 43.00 expected, EUR 42.00" in finding.message
    )


def test_an_example_without_days_is_of_the_first_whole_month_of_the_term() -> None:
    charge = "  - {id: P1, kind: fixed, amount: 280, examples: [{given: {}, to: 2026-02-14, expect: {amount: 140}}]}"
    assert rate_example_findings(contract_with(charge)) == []
    late = ("term: {from: 2026-01-01", "term: {from: 2026-01-02")
    whole = "  - {id: P1, kind: fixed, amount: 280, examples: [{given: {}, expect: {amount: 280}}]}"
    (run,) = run_rate_examples(contract_with(whole, late))
    assert run.holds


@pytest.mark.parametrize(
    ("begins", "first"), [("2026-01-01", "2026-01-01"), ("2026-01-02", "2026-02-01"), ("2026-12-31", "2027-01-01")]
)
def test_the_first_whole_month_is_that_of_the_term_or_the_next(begins: str, first: str) -> None:
    contract = contract_with(P1, ("term: {from: 2026-01-01", f"term: {{from: {begins}"))
    assert first_whole_month(contract).isoformat() == first


def test_an_example_of_nothing_comes_to_nothing() -> None:
    (run,) = run_rate_examples(contract_with(P1.replace("100m", "0").replace("amount: 42", "amount: 0")))
    assert (run.found, run.holds) == ((("amount", "EUR 0.00"),), True)


def test_runs_are_called_by_the_titles_of_their_examples() -> None:
    charge = P1.replace("{given: ", "{title: Minutes, given: ")
    whole = "examples: [{title: A month, given: {}, expect: {total: 0}}, {given: {}, expect: {total: 0}}]"
    runs = run_rate_examples(contract_with(charge, ("  fees: {monthly", f"  {whole}\n  fees: {{monthly")))
    assert [(one.about, one.title, one.holds) for one in runs] == [
        ("charge P1", "Minutes", True), ("the invoice", "A month", True), ("the invoice", "", True)]  # fmt: skip


CARD = """
  - {id: CALL, kind: per_contact, rate: 2}
  - {id: CLOSED, kind: premium, on: CALL, percentage: 50%, days: {closed: office}}
  - {id: OPEN, kind: premium, on: CALL, percentage: 10%, days: {open: office}}
  - {id: YEAR, kind: tiered, over: year, model: marginal, tiers: [{up_to: 50, rate: 2}, {rate: 1}],
     quantity: {measure: offered_calls}}
  - {id: SUM, kind: per_hour, rate: 20, hours: [{measure: login_time}, {measure: overtime_time}]}
  - {id: SITE, kind: fixed, amount: 28, working_days: office, from: 2026-02-15}
  - {id: SOLVED, kind: per_resolution, rate: 7}
  - {id: BANK, kind: minimum_commitment, rate: 1, units: 10, banking: {months: 1}, quantity: {measure: offered_calls},
     for: {language: de}}
"""


@pytest.mark.parametrize(
    ("given", "total"),
    [
        ("", "24"),
        ("CALL: {quantity: 45}", "114"),
        ("CLOSED: {quantity: 5}", "29"),
        ("OPEN: {quantity: 5}", "25"),
        ("CALL: {quantity: 45}, CLOSED: {quantity: 5}, OPEN: {quantity: 40}", "127"),
        ("YEAR: {quantity: 30}", "84"),
        ("YEAR: {quantity: 30, earlier: 40}", "64"),
        ("YEAR: {earlier: 40}", "24"),
        ("SUM: {quantity: 2h}", "64"),
        ("SOLVED: {quantity: 3}", "45"),
        ("NONE: {quantity: 3}, CALL: {other: 5}", "24"),
        ("BANK: {quantity: 15}", "24"),
        ("BANK: {quantity: 25}", "29"),
    ],
)
def test_an_invoice_of_an_example_takes_each_quantity_for_the_charge_and_role_that_it_is_given_for(
    given: str, total: str
) -> None:
    """February has half of the 28 of the site, and 10 are due whatever comes.

    Premiums count the calls of the charge, on days of their own; the 10 units of January were not used at all.
    """
    example = f"examples: [{{month: 2026-02, given: {{charges: {{{given}}}}}, expect: {{total: {total}}}}}]"
    contract = contract_with(P1 + CARD, ("  fees: {monthly", f"  {example}\n  fees: {{monthly"))
    (_, run) = run_rate_examples(contract)
    assert run.found == (("total", f"EUR {total}.00"),)
    assert run.holds
